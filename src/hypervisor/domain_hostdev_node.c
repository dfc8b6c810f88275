/*
 * domain_hostdev_node.c: a host device of a guest, and its node device
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "domain_hostdev_node.h"

#include <sys/stat.h>

#include "virerror.h"
#include "virfile.h"
#include "virmdev.h"

#define VIR_FROM_THIS VIR_FROM_DOMAIN

/* What the path of any device has in it, and is there wherever sysfs is */
#define BUS "/bus/"


/**
 * virDomainHostdevNodeNewMdev:
 * @uuid: UUID of a mediated device, in lower case
 *
 * Returns a node whose identity has no more than that.
 */
virDomainHostdevNode *
virDomainHostdevNodeNewMdev(const char *uuid)
{
    virDomainHostdevNode *node = g_new0(virDomainHostdevNode, 1);

    node->identity.uuid = g_strdup(uuid);
    node->name = g_strdup(uuid);
    return node;
}


/**
 * virDomainHostdevNodeNewPCI:
 * @addr: address of a PCI function on its host
 * @managed: whether libvirt binds its driver
 *
 * Returns a node whose identity is empty.
 */
virDomainHostdevNode *
virDomainHostdevNodeNewPCI(const virPCIDeviceAddress *addr,
                           bool managed)
{
    virDomainHostdevNode *node = g_new0(virDomainHostdevNode, 1);

    node->name = virDomainHostdevNodeFormatPCI(addr);
    node->addr = *addr;
    node->managed = managed;
    return node;
}


virDomainHostdevNode *
virDomainHostdevNodeCopy(const virDomainHostdevNode *node)
{
    virDomainHostdevNode *copy = g_new0(virDomainHostdevNode, 1);

    virDomainHostdevIdentityCopy(&copy->identity, &node->identity);
    copy->name = g_strdup(node->name);
    copy->addr = node->addr;
    copy->managed = node->managed;
    return copy;
}


void
virDomainHostdevNodeFree(virDomainHostdevNode *node)
{
    if (!node)
        return;

    virDomainHostdevIdentityClear(&node->identity);
    g_free(node->name);
    g_free(node);
}


/**
 * virDomainHostdevNodeFormatPCI:
 * @addr: address of a PCI function on its host
 *
 * Returns what its node device is called.
 */
char *
virDomainHostdevNodeFormatPCI(const virPCIDeviceAddress *addr)
{
    g_autofree char *address = virPCIDeviceAddressAsString(addr);

    return g_strdup_printf("pci_%s", g_strdelimit(address, ":.", '_'));
}


/**
 * virDomainHostdevNodeGetPath:
 * @node: a host device of a guest
 *
 * Returns its directory in sysfs, whether or not there is such a device.
 */
char *
virDomainHostdevNodeGetPath(const virDomainHostdevNode *node)
{
    g_autofree char *address = NULL;

    if (node->identity.uuid)
        return virMediatedDeviceGetSysfsPath(node->identity.uuid);

    address = virPCIDeviceAddressAsString(&node->addr);
    return g_strdup_printf("/sys/bus/pci/devices/%s", address);
}


/**
 * virDomainHostdevNodeExists:
 * @node: a host device of a guest
 *
 * The node device driver may be late to see a device.
 *
 * Returns true if a guest would find the device on this host.
 */
bool
virDomainHostdevNodeExists(const virDomainHostdevNode *node)
{
    g_autofree char *path = NULL;

    if (!node->identity.uuid)
        return virPCIDeviceExists(&node->addr);

    path = virMediatedDeviceGetSysfsPath(node->identity.uuid);
    return virFileExists(path);
}


/**
 * virDomainHostdevNodeReportAbsent:
 * @node: a host device of a guest
 *
 * Reports as an error that there is no such device on this host.
 */
void
virDomainHostdevNodeReportAbsent(const virDomainHostdevNode *node)
{
    if (node->identity.uuid) {
        virReportError(VIR_ERR_NO_NODE_DEVICE,
                       _("no node device for mediated device '%1$s'"), node->identity.uuid);
    } else {
        virReportError(VIR_ERR_NO_NODE_DEVICE,
                       _("no node device with matching name '%1$s'"), node->name);
    }
}


/**
 * virDomainHostdevNodeFind:
 * @node: a host device of a guest
 *
 * Looks for the device on this host. Where there is no sysfs, as in a container without
 * it, it may be there.
 *
 * Returns 0 if there is such a device, -1 with an error reported if not:
 * VIR_ERR_NO_NODE_DEVICE only if it is known that there is none.
 */
int
virDomainHostdevNodeFind(const virDomainHostdevNode *node)
{
    g_autofree char *path = virDomainHostdevNodeGetPath(node);
    g_autofree char *bus = g_strndup(path, strstr(path, BUS) - path + strlen(BUS));
    struct stat sb;

    if (stat(path, &sb) == 0)
        return 0;

    if (errno != ENOENT || lstat(path, &sb) == 0 || !virFileIsDir(bus)) {
        virReportSystemError(errno, _("cannot look at host device '%1$s'"), path);
        return -1;
    }

    virDomainHostdevNodeReportAbsent(node);
    return -1;
}


/**
 * virDomainHostdevNodeMakeName:
 * @node: a host device of a guest
 * @path: its directory, without any link in it
 *
 * An active mediated device is called by its UUID and its parent on a host with udev.
 *
 * Returns what the node device driver of this host calls the device.
 */
char *
virDomainHostdevNodeMakeName(const virDomainHostdevNode *node,
                             const char *path)
{
    g_autofree char *parentPath = g_path_get_dirname(path);
    g_autofree char *parent = g_path_get_basename(parentPath);

    if (!node->identity.uuid)
        return g_strdup(node->name);

    return g_strcanon(g_strdup_printf(VIR_DOMAIN_HOSTDEV_NODE_MDEV_PREFIX "%s_%s",
                                      node->identity.uuid, parent),
                      G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS, '_');
}


/**
 * virDomainHostdevNodeGuessName:
 * @node: a host device of a guest
 *
 * Returns what the node device driver of this host calls the device, or NULL if there is
 * no such device.
 */
char *
virDomainHostdevNodeGuessName(const virDomainHostdevNode *node)
{
    g_autofree char *link = NULL;
    g_autofree char *path = NULL;

    if (!node->identity.uuid)
        return g_strdup(node->name);

    link = virDomainHostdevNodeGetPath(node);
    if (virFileResolveLink(link, &path) < 0)
        return NULL;

    return virDomainHostdevNodeMakeName(node, path);
}
