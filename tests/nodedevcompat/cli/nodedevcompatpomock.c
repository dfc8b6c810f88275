/*
 * nodedevcompatpomock.c: translations of the build instead of installed ones
 *
 * A program that is not installed looks for the catalogue of the host's libvirt.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "internal.h"
#include "virmock.h"

static char *(*real_bindtextdomain)(const char *domain, const char *dir);


char *
bindtextdomain(const char *domain,
               const char *dir)
{
    const char *other = getenv("LIBVIRT_NODEDEV_COMPAT_TEST_LOCALEDIR");

    VIR_MOCK_REAL_INIT(bindtextdomain);

    if (other && STREQ(domain, PACKAGE))
        dir = other;

    return real_bindtextdomain(domain, dir);
}
