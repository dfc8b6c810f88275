/*
 * qemu_hostdev_compat.c: host device compatibility in migration
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu_hostdev_compat.h"

#include "datatypes.h"
#include "driver.h"
#include "viralloc.h"
#include "virerror.h"
#include "virlog.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

VIR_LOG_INIT("qemu.qemu_hostdev_compat");


/**
 * qemuHostdevCompatNew:
 *
 * Returns a description without devices.
 */
qemuHostdevCompat *
qemuHostdevCompatNew(void)
{
    qemuHostdevCompat *compat = g_new0(qemuHostdevCompat, 1);

    compat->hostdevs = g_ptr_array_new_with_free_func((GDestroyNotify) virDomainHostdevCompatFree);
    return compat;
}


void
qemuHostdevCompatFree(qemuHostdevCompat *compat)
{
    if (!compat)
        return;

    g_clear_pointer(&compat->hostdevs, g_ptr_array_unref);
    g_free(compat->error);
    g_clear_pointer(&compat->targets, g_hash_table_unref);
    virObjectUnref(compat->conn);
    g_free(compat);
}


/**
 * qemuHostdevCompatElevate:
 *
 * The daemon compares devices on its own account: whether that works must not depend on
 * the rights that the user who migrates has on node devices. Access control looks at
 * the current identity, which therefore becomes the daemon's.
 *
 * Returns the identity to restore, or NULL.
 */
virIdentity *
qemuHostdevCompatElevate(void)
{
    g_autoptr(virIdentity) current = virIdentityGetCurrent();
    g_autoptr(virIdentity) system = NULL;

    if (!current)
        return NULL;

    if (!(system = virIdentityGetSystem()) ||
        virIdentitySetCurrent(system) < 0) {
        VIR_WARN("Comparing host devices with the rights of the user who migrates: %s",
                 virGetLastErrorMessage());
        virResetLastError();
        return NULL;
    }

    return g_steal_pointer(&current);
}


/**
 * qemuHostdevCompatDescribe:
 * @def: definition of the guest on the source
 * @flags: flags of the migration
 *
 * Reads the descriptors of the guest's host devices right now. One that cannot be
 * read stays NULL: the destination then does not know, and its policy decides.
 *
 * Returns them, or NULL if no state of a host device is going to be migrated. Never
 * fails.
 */
qemuHostdevCompat *
qemuHostdevCompatDescribe(const virDomainDef *def,
                          unsigned int flags)
{
    g_autoptr(qemuHostdevCompat) compat = NULL;
    VIR_IDENTITY_AUTORESTORE virIdentity *oldident = NULL;
    g_autoptr(virConnect) conn = NULL;
    size_t budget = QEMU_HOSTDEV_COMPAT_COOKIE_MAX;
    size_t i;

    if (flags & (VIR_MIGRATE_OFFLINE | VIR_MIGRATE_POSTCOPY_RESUME) ||
        virDomainHostdevCountWithState(def) == 0)
        return NULL;

    compat = qemuHostdevCompatNew();
    oldident = qemuHostdevCompatElevate();

    for (i = 0; i < def->nhostdevs; i++) {
        const virDomainHostdevDef *hostdev = def->hostdevs[i];
        virDomainHostdevCompat *device;

        if (!virDomainHostdevHasState(hostdev))
            continue;

        if (!conn)
            conn = virGetConnectNodeDev();

        device = virDomainHostdevCompatNew(hostdev);
        if (virDomainHostdevCompatDescribe(device, hostdev, conn, true) < 0) {
            VIR_WARN("Continuing without compatibility data of host device '%s': %s",
                     virDomainHostdevCompatGetName(device), virGetLastErrorMessage());
            virResetLastError();
        }
        qemuHostdevCompatLimit(device, &budget);
        g_ptr_array_add(compat->hostdevs, device);
    }

    return g_steal_pointer(&compat);
}
