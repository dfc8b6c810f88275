/*
 * qemu_hostdev_compat_device.c: the host devices of a guest that migrates
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu_hostdev_compat_device.h"

#include "viralloc.h"
#include "virerror.h"
#include "virfile.h"
#include "virmdev.h"
#include "virpci.h"

#define VIR_FROM_THIS VIR_FROM_QEMU


/* A function that QEMU unplugs before the migration, since another network
 * interface of the guest stands in for it, has nothing to hand over. */
static bool
qemuHostdevCompatDeviceIsUnplugged(const virDomainHostdevDef *hostdev)
{
    const virDomainNetTeamingInfo *teaming = hostdev->teaming;

    if (!teaming && hostdev->parentnet)
        teaming = hostdev->parentnet->teaming;

    return teaming && teaming->type == VIR_DOMAIN_NET_TEAMING_TYPE_TRANSIENT;
}


/**
 * qemuHostdevCompatDeviceHasState:
 * @hostdev: a host device of a guest, also one that is a network interface
 *
 * Returns true if VFIO hands the device's state over in a migration.
 */
bool
qemuHostdevCompatDeviceHasState(const virDomainHostdevDef *hostdev)
{
    if (hostdev->mode != VIR_DOMAIN_HOSTDEV_MODE_SUBSYS)
        return false;

    switch (hostdev->source.subsys.type) {
    case VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_MDEV:
        return true;

    case VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_PCI:
        /* one that is unassigned is taken from the host, and not given to the guest */
        return hostdev->info->type != VIR_DOMAIN_DEVICE_ADDRESS_TYPE_UNASSIGNED &&
               !qemuHostdevCompatDeviceIsUnplugged(hostdev);

    case VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_USB:
    case VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_SCSI:
    case VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_SCSI_HOST:
    case VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_LAST:
    default:
        return false;
    }
}


/**
 * qemuHostdevCompatDeviceGetUUID:
 * @hostdev: a host device with state
 *
 * Returns the UUID of a mediated device, NULL for a PCI function.
 */
const char *
qemuHostdevCompatDeviceGetUUID(const virDomainHostdevDef *hostdev)
{
    if (hostdev->source.subsys.type != VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_MDEV)
        return NULL;

    return hostdev->source.subsys.u.mdev.uuidstr;
}


/**
 * qemuHostdevCompatDeviceGetPlace:
 * @hostdev: a host device with state
 * @place: filled with what tells it from others; to clear with
 *         virDomainHostdevIdentityClear()
 *
 * Aliases that libvirt chose are numbered anew on each host, and tell nothing.
 */
void
qemuHostdevCompatDeviceGetPlace(const virDomainHostdevDef *hostdev,
                                virDomainHostdevIdentity *place)
{
    const char *alias = hostdev->info->alias;

    place->address = virDomainHostdevIdentityFormatAddress(hostdev->info);
    place->uuid = g_strdup(qemuHostdevCompatDeviceGetUUID(hostdev));
    if (alias && virDomainDeviceAliasIsUserAlias(alias))
        place->alias = g_strdup(alias);
}


/**
 * qemuHostdevCompatDeviceGetName:
 * @hostdev: a host device with state
 *
 * Returns what tells the device from others on this host and can be shown to a
 * person: the UUID of a mediated device, the node device of a PCI function.
 */
char *
qemuHostdevCompatDeviceGetName(const virDomainHostdevDef *hostdev)
{
    const char *uuid = qemuHostdevCompatDeviceGetUUID(hostdev);
    g_autofree char *address = NULL;

    if (uuid)
        return g_strdup(uuid);

    address = virPCIDeviceAddressAsString(&hostdev->source.subsys.u.pci.addr);
    return g_strdup_printf("pci_%s", g_strdelimit(address, ":.", '_'));
}


/* What the node device driver calls an active mediated device on a host with udev:
 * by its UUID and its parent. Returns NULL if there is no such device. */
static char *
qemuHostdevCompatDeviceGuessName(const char *uuid)
{
    g_autofree char *link = virMediatedDeviceGetSysfsPath(uuid);
    g_autofree char *path = NULL;
    g_autofree char *parentPath = NULL;
    g_autofree char *parent = NULL;

    if (virFileResolveLink(link, &path) < 0)
        return NULL;

    parentPath = g_path_get_dirname(path);
    parent = g_path_get_basename(parentPath);

    return g_strcanon(g_strdup_printf("mdev_%s_%s", uuid, parent),
                      G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS, '_');
}


/* The name of a mediated device starts with the UUID and may go on with the
 * parent's address. */
static virNodeDevicePtr
qemuHostdevCompatDeviceSearchMdev(virConnectPtr conn,
                                  const char *uuid)
{
    g_autofree char *prefix = g_strdup_printf("mdev_%s", uuid);
    size_t len = strlen(prefix);
    virNodeDevicePtr *devices = NULL;
    virNodeDevicePtr found = NULL;
    int ndevices;
    size_t i;

    g_strdelimit(prefix, "-", '_');

    if ((ndevices = virConnectListAllNodeDevices(conn, &devices,
                                                 VIR_CONNECT_LIST_NODE_DEVICES_CAP_MDEV |
                                                 VIR_CONNECT_LIST_NODE_DEVICES_ACTIVE)) < 0)
        return NULL;

    for (i = 0; i < ndevices; i++) {
        const char *name = virNodeDeviceGetName(devices[i]);

        if (!found && STRPREFIX(name, prefix) &&
            (name[len] == '\0' || name[len] == '_'))
            found = devices[i];
        else
            virObjectUnref(devices[i]);
    }
    VIR_FREE(devices);

    if (!found) {
        virReportError(VIR_ERR_NO_NODE_DEVICE,
                       _("no node device for mediated device '%1$s'"), uuid);
    }

    return found;
}


/* To have the driver list its devices takes much longer than all else that is asked
 * of one. */
static virNodeDevicePtr
qemuHostdevCompatDeviceLookupMdev(virConnectPtr conn,
                                  const char *uuid)
{
    g_autofree char *name = qemuHostdevCompatDeviceGuessName(uuid);
    virNodeDevicePtr device = NULL;

    if (name && (device = virNodeDeviceLookupByName(conn, name)))
        return device;

    virResetLastError();
    return qemuHostdevCompatDeviceSearchMdev(conn, uuid);
}


/**
 * qemuHostdevCompatDeviceLookup:
 * @conn: connection to the node device driver
 * @hostdev: a host device with state
 *
 * Returns the node device behind @hostdev, or NULL with an error reported.
 */
virNodeDevicePtr
qemuHostdevCompatDeviceLookup(virConnectPtr conn,
                              const virDomainHostdevDef *hostdev)
{
    const char *uuid = qemuHostdevCompatDeviceGetUUID(hostdev);
    g_autofree char *name = NULL;

    if (uuid)
        return qemuHostdevCompatDeviceLookupMdev(conn, uuid);

    name = qemuHostdevCompatDeviceGetName(hostdev);
    return virNodeDeviceLookupByName(conn, name);
}


/**
 * qemuHostdevCompatDeviceExists:
 * @hostdev: a host device with state
 *
 * The node device driver may be late to see a device.
 *
 * Returns true if a guest would find the device on this host.
 */
bool
qemuHostdevCompatDeviceExists(const virDomainHostdevDef *hostdev)
{
    const char *uuid = qemuHostdevCompatDeviceGetUUID(hostdev);
    g_autofree char *path = NULL;

    if (!uuid)
        return virPCIDeviceExists(&hostdev->source.subsys.u.pci.addr);

    path = virMediatedDeviceGetSysfsPath(uuid);
    return virFileExists(path);
}
