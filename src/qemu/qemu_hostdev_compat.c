/*
 * qemu_hostdev_compat.c: host device compatibility in migration
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu_hostdev_compat.h"

#include "hypervisor/domain_hostdev_compat_look.h"
#include "viralloc.h"


/**
 * qemuHostdevCompatNew:
 *
 * Returns a description without devices.
 */
qemuHostdevCompat *
qemuHostdevCompatNew(void)
{
    qemuHostdevCompat *compat = g_new0(qemuHostdevCompat, 1);

    compat->hostdevs = virDomainHostdevCompatListNew();
    return compat;
}


void
qemuHostdevCompatFree(qemuHostdevCompat *compat)
{
    if (!compat)
        return;

    g_clear_pointer(&compat->hostdevs, g_ptr_array_unref);
    g_free(compat->error);
    virDomainHostdevCompatMemoryFree(compat->memory);
    virDomainHostdevCompatLookClose(compat->conn);
    g_free(compat);
}


/**
 * qemuHostdevCompatStateClear:
 * @state: of a guest whose QEMU has ended
 *
 * Forgets what was about that.
 */
void
qemuHostdevCompatStateClear(qemuHostdevCompatState *state)
{
    g_clear_pointer(&state->incoming, qemuHostdevCompatFree);
    g_clear_pointer(&state->saved, qemuHostdevCompatFree);
}
