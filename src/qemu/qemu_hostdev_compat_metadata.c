/*
 * qemu_hostdev_compat_metadata.c: the description of host devices in a guest's metadata
 *
 * A host with another libvirt sends no description, but may have an agent that keeps one in
 * the metadata of the guest.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu_hostdev_compat.h"

#include "hypervisor/domain_hostdev_guest.h"
#include "nodedev_compat_value.h"
#include "virerror.h"
#include "virlog.h"

VIR_LOG_INIT("qemu.qemu_hostdev_compat_metadata");

/* What is shown of a message about what a guest has, in bytes */
#define MESSAGE_MAX 512


/* What is not usable is an error for the policy to decide about; what is merely too large is
 * not known, as in a migration cookie. */
static qemuHostdevCompat *
qemuHostdevCompatParseMetadata(const virDomainHostdevGuest *guest,
                               const char *domain)
{
    g_autoptr(virDomainHostdevDescription) description = NULL;
    g_autoptr(qemuHostdevCompat) compat = NULL;

    switch (virDomainHostdevGuestGetDescription(guest, &description)) {
    case VIR_DOMAIN_HOSTDEV_DESCRIPTION_ABSENT:
        return NULL;

    case VIR_DOMAIN_HOSTDEV_DESCRIPTION_TOO_LARGE:
        VIR_WARN("Ignoring metadata of domain '%s': %s", domain, virGetLastErrorMessage());
        virResetLastError();
        return NULL;

    case VIR_DOMAIN_HOSTDEV_DESCRIPTION_OK:
        compat = qemuHostdevCompatNew();
        g_ptr_array_unref(compat->hostdevs);
        compat->hostdevs = g_steal_pointer(&description->hostdevs);
        break;

    case VIR_DOMAIN_HOSTDEV_DESCRIPTION_MALFORMED:
    default:
        compat = qemuHostdevCompatNew();
        compat->error = virNodeDeviceCompatValueToPrintable(virGetLastErrorMessage(),
                                                            MESSAGE_MAX);
        virResetLastError();
        break;
    }

    return g_steal_pointer(&compat);
}


/**
 * qemuHostdevCompatReadMetadata:
 * @def: definition of a guest that comes from another host, or was saved
 * @compat: description that came with it, or NULL in it; if it is NULL, it is set to the
 *          one in the metadata, if there is one
 *
 * What came with the guest is as old as the migration, and counts more.
 */
void
qemuHostdevCompatReadMetadata(const virDomainDef *def,
                              qemuHostdevCompat **compat)
{
    g_autoptr(virDomainHostdevGuest) guest = NULL;

    if (*compat || !def->metadata)
        return;

    guest = virDomainHostdevGuestNew();
    virDomainHostdevGuestSetMetadata(guest, def->metadata);

    if (!(*compat = qemuHostdevCompatParseMetadata(guest, def->name)))
        return;

    VIR_DEBUG("Host devices of domain '%s' are described in its metadata", def->name);
    (*compat)->kept = true;
}


/**
 * qemuHostdevCompatTakeMetadata:
 * @def: definition of a guest that comes from another host
 * @compat: as in qemuHostdevCompatReadMetadata()
 *
 * qemuHostdevCompatReadMetadata() and qemuHostdevCompatClearMetadata().
 */
void
qemuHostdevCompatTakeMetadata(virDomainDef *def,
                              qemuHostdevCompat **compat)
{
    qemuHostdevCompatReadMetadata(def, compat);
    qemuHostdevCompatClearMetadata(def);
}


/**
 * qemuHostdevCompatClearMetadata:
 * @def: definition of a guest that comes from another host, or was saved
 *
 * Removes the description in the metadata: it is about devices that the guest leaves, and
 * must not be taken for one of those that it gets.
 */
void
qemuHostdevCompatClearMetadata(virDomainDef *def)
{
    if (!def->metadata)
        return;

    virDomainHostdevGuestClearMetadata(def->metadata);

    if (!xmlFirstElementChild(def->metadata))
        g_clear_pointer(&def->metadata, xmlFreeNode);
}
