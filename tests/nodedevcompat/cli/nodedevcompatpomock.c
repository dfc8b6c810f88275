/*
 * nodedevcompatpomock.c: translations of the build instead of installed ones
 *
 * A program that is not installed looks for the catalogue of the host's libvirt. One that
 * is installed below some directory looks where it would be without that.
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
    const char *below = getenv("LIBVIRT_NODEDEV_COMPAT_TEST_DESTDIR");
    g_autofree char *installed = NULL;

    VIR_MOCK_REAL_INIT(bindtextdomain);

    if (other && STREQ(domain, PACKAGE))
        dir = other;
    else if (below)
        dir = installed = g_build_filename(below, dir, NULL);

    return real_bindtextdomain(domain, dir);
}
