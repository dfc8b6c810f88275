/*
 * node_device_compat_use.c: which devices of this host are in use
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "node_device_compat_use.h"

#include "virfile.h"
#include "virlog.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

VIR_LOG_INIT("node_device.node_device_compat_use");

/* The state of one search, for which /proc is read at most once */
struct _nodeDeviceCompatUse {
    char *root;                 /* in front of /proc and /sys */
    bool scanned;
    bool complete;              /* the files of all processes could be read */
    GHashTable *groups;         /* IOMMU groups that are open, by number */
};


/**
 * nodeDeviceCompatUseNew:
 * @root: directory that has proc and sys, "" for the host's
 *
 * Returns an object that reads which devices are in use when the state of a device is
 * requested for the first time, and never again.
 */
nodeDeviceCompatUse *
nodeDeviceCompatUseNew(const char *root)
{
    nodeDeviceCompatUse *use = g_new0(nodeDeviceCompatUse, 1);

    use->root = g_strdup(root);
    use->groups = g_hash_table_new(NULL, NULL);
    return use;
}


void
nodeDeviceCompatUseFree(nodeDeviceCompatUse *use)
{
    if (!use)
        return;

    g_hash_table_unref(use->groups);
    g_free(use->root);
    g_free(use);
}


/* Reads the IOMMU group of a device that was opened as /dev/vfio/devices/@name, which
 * has a link in sysfs. */
static int
nodeDeviceCompatUseReadGroup(const nodeDeviceCompatUse *use,
                             const char *name,
                             unsigned int *ret_group)
{
    g_autofree char *path = NULL;
    g_autofree char *target = NULL;
    g_autofree char *number = NULL;

    if (strchr(name, '/'))
        return -1;

    path = g_strdup_printf("%s/sys/class/vfio-dev/%s/device/iommu_group", use->root, name);
    if (!(target = g_file_read_link(path, NULL)))
        return -1;

    number = g_path_get_basename(target);
    return virStrToLong_uip(number, NULL, 10, ret_group);
}


/* Records that a process has @path open: /dev/vfio/GROUP or /dev/vfio/devices/NAME, as
 * seen in its own mount namespace, where the file can have been removed since. */
static void
nodeDeviceCompatUseAddPath(nodeDeviceCompatUse *use,
                           char *path)
{
    const char *name = strstr(path, "/vfio/");
    const char *device;
    unsigned int group;

    if (!name)
        return;
    name += strlen("/vfio/");
    ignore_value(virStringStripSuffix(path, " (deleted)"));

    if ((device = STRSKIP(name, "devices/"))) {
        if (nodeDeviceCompatUseReadGroup(use, device, &group) < 0)
            return;
    } else if (virStrToLong_uip(name, NULL, 10, &group) < 0) {
        /* /dev/vfio/vfio is no device */
        return;
    }

    if (group < INT_MAX)
        g_hash_table_add(use->groups, GUINT_TO_POINTER(group + 1));
}


static void
nodeDeviceCompatUseScanProcess(nodeDeviceCompatUse *use,
                               const char *path)
{
    g_autoptr(DIR) dir = NULL;
    struct dirent *entry;

    if (virDirOpenQuiet(&dir, path) < 0) {
        /* a process that has ended has nothing open */
        if (errno != ENOENT && errno != ESRCH)
            use->complete = false;
        return;
    }

    while (virDirRead(dir, &entry, NULL) > 0) {
        char target[128] = "";

        /* longer paths are not those of VFIO */
        if (readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1) > 0)
            nodeDeviceCompatUseAddPath(use, target);
    }
}


static void
nodeDeviceCompatUseScan(nodeDeviceCompatUse *use)
{
    g_autofree char *proc = g_strdup_printf("%s/proc", use->root);
    g_autoptr(DIR) dir = NULL;
    struct dirent *entry;

    use->scanned = true;
    use->complete = virDirOpenQuiet(&dir, proc) >= 0;
    if (!use->complete)
        return;

    while (virDirRead(dir, &entry, NULL) > 0) {
        g_autofree char *path = NULL;

        if (!g_ascii_isdigit(entry->d_name[0]))
            continue;

        path = g_strdup_printf("%s/%s/fd", proc, entry->d_name);
        nodeDeviceCompatUseScanProcess(use, path);
    }

    VIR_DEBUG("open groups=%u complete=%d",
              g_hash_table_size(use->groups), use->complete);
}


static virNodeDeviceCompatState
nodeDeviceCompatUseGetGroupState(nodeDeviceCompatUse *use,
                                 unsigned int group)
{
    /* -1 if the device has none */
    if (group >= INT_MAX)
        return VIR_NODE_DEVICE_COMPAT_STATE_UNKNOWN;

    if (!use->scanned)
        nodeDeviceCompatUseScan(use);

    if (g_hash_table_contains(use->groups, GUINT_TO_POINTER(group + 1)))
        return VIR_NODE_DEVICE_COMPAT_STATE_USED;

    return use->complete ? VIR_NODE_DEVICE_COMPAT_STATE_FREE :
                           VIR_NODE_DEVICE_COMPAT_STATE_UNKNOWN;
}


/* A function that is bound to a VFIO driver is for guests. If it is bound to another
 * driver, the host uses it and no guest does; without a driver it is free. */
static virNodeDeviceCompatState
nodeDeviceCompatUseGetPCIState(nodeDeviceCompatUse *use,
                               const virNodeDevCapData *data)
{
    const virNodeDeviceCompatAttrs *self = data->compat ? &data->compat->self : NULL;
    const virNodeDevCapPCIDev *pci = &data->pci_dev;

    if (!self)
        return VIR_NODE_DEVICE_COMPAT_STATE_UNKNOWN;

    if (virNodeDeviceCompatAttrsFind(self, "vfio_driver")) {
        /* without a group, its users are not known */
        if (pci->nIommuGroupDevices == 0)
            return VIR_NODE_DEVICE_COMPAT_STATE_UNKNOWN;
        return nodeDeviceCompatUseGetGroupState(use, pci->iommuGroupNumber);
    }

    return virNodeDeviceCompatAttrsFind(self, VIR_NODE_DEVICE_COMPAT_DRIVER) ?
           VIR_NODE_DEVICE_COMPAT_STATE_HOST : VIR_NODE_DEVICE_COMPAT_STATE_FREE;
}


/**
 * nodeDeviceCompatUseGetState:
 * @use: which devices are in use
 * @def: an active device, with a descriptor that is up to date
 *
 * Returns the state of the device.
 */
virNodeDeviceCompatState
nodeDeviceCompatUseGetState(nodeDeviceCompatUse *use,
                            const virNodeDeviceDef *def)
{
    const virNodeDevCapsDef *cap;

    for (cap = def->caps; cap; cap = cap->next) {
        if (cap->data.type == VIR_NODE_DEV_CAP_MDEV)
            return nodeDeviceCompatUseGetGroupState(use, cap->data.mdev.iommuGroupNumber);
        if (cap->data.type == VIR_NODE_DEV_CAP_PCI_DEV)
            return nodeDeviceCompatUseGetPCIState(use, &cap->data);
    }

    return VIR_NODE_DEVICE_COMPAT_STATE_UNKNOWN;
}
