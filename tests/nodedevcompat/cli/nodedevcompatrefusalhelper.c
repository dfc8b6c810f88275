/*
 * nodedevcompatrefusalhelper.c: a domain that does not start because of its devices
 *
 * The error is as the QEMU driver raises it: the message has all reasons, its first
 * part is in str3, and the reports are in str2.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "internal.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_QEMU


int
virDomainCreate(virDomainPtr domain G_GNUC_UNUSED)
{
    const char *headline = getenv("LIBVIRT_NODEDEV_COMPAT_TEST_HEADLINE");
    virErrorPtr err;

    virReportError(VIR_ERR_OPERATION_UNSUPPORTED, "%s",
                   getenv("LIBVIRT_NODEDEV_COMPAT_TEST_MESSAGE"));

    err = virGetLastError();
    g_free(err->str2);
    err->str2 = g_strdup(getenv("LIBVIRT_NODEDEV_COMPAT_TEST_REPORTS"));
    err->str3 = g_strdup(headline);

    virDispatchError(NULL);
    return -1;
}
