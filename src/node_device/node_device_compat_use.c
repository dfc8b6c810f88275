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

/* Of one search. All of /proc is looked at once, and only if there is need to. */
struct _virNodeDeviceCompatUse {
    char *root;                 /* in front of /proc and /sys */
    bool scanned;
    bool complete;              /* no process hid what it has open */
    GHashTable *groups;         /* IOMMU groups that are open, by number */
};


/**
 * virNodeDeviceCompatUseNew:
 * @root: directory that has proc and sys, "" for the host's
 *
 * Returns what is to be asked about devices; it looks at the host when it is asked
 * for the first time, and never again.
 */
virNodeDeviceCompatUse *
virNodeDeviceCompatUseNew(const char *root)
{
    virNodeDeviceCompatUse *use = g_new0(virNodeDeviceCompatUse, 1);

    use->root = g_strdup(root);
    use->groups = g_hash_table_new(NULL, NULL);
    return use;
}


void
virNodeDeviceCompatUseFree(virNodeDeviceCompatUse *use)
{
    if (!use)
        return;

    g_hash_table_unref(use->groups);
    g_free(use->root);
    g_free(use);
}


/* The group of a device that is opened by itself: "vfioN", under which sysfs has a
 * link to it. */
static int
virNodeDeviceCompatUseGroupOfDevice(const virNodeDeviceCompatUse *use,
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


/* Notes that a process has opened @path, a name in its own mount namespace, in
 * which it may have been removed since: /dev/vfio/GROUP or
 * /dev/vfio/devices/NAME. */
static void
virNodeDeviceCompatUseAdd(virNodeDeviceCompatUse *use,
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
        if (virNodeDeviceCompatUseGroupOfDevice(use, device, &group) < 0)
            return;
    } else if (virStrToLong_uip(name, NULL, 10, &group) < 0) {
        /* /dev/vfio/vfio is no device */
        return;
    }

    if (group < INT_MAX)
        g_hash_table_add(use->groups, GUINT_TO_POINTER(group + 1));
}


static void
virNodeDeviceCompatUseScanProcess(virNodeDeviceCompatUse *use,
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

        /* what does not fit is none of VFIO's */
        if (readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1) > 0)
            virNodeDeviceCompatUseAdd(use, target);
    }
}


static void
virNodeDeviceCompatUseScan(virNodeDeviceCompatUse *use)
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
        virNodeDeviceCompatUseScanProcess(use, path);
    }

    VIR_DEBUG("open groups=%u complete=%d",
              g_hash_table_size(use->groups), use->complete);
}


static virNodeDeviceCompatState
virNodeDeviceCompatUseFindGroup(virNodeDeviceCompatUse *use,
                                unsigned int group)
{
    /* -1 if the device has none */
    if (group >= INT_MAX)
        return VIR_NODE_DEVICE_COMPAT_STATE_UNKNOWN;

    if (!use->scanned)
        virNodeDeviceCompatUseScan(use);

    if (g_hash_table_contains(use->groups, GUINT_TO_POINTER(group + 1)))
        return VIR_NODE_DEVICE_COMPAT_STATE_USED;

    return use->complete ? VIR_NODE_DEVICE_COMPAT_STATE_FREE :
                           VIR_NODE_DEVICE_COMPAT_STATE_UNKNOWN;
}


/* A function that is bound to a VFIO driver is there for guests. Bound to another
 * driver it is the host's, and no guest has it; without one it is free. */
static virNodeDeviceCompatState
virNodeDeviceCompatUseFindPCI(virNodeDeviceCompatUse *use,
                              const virNodeDevCapData *data)
{
    const virNodeDeviceCompatAttrs *self = data->compat ? &data->compat->self : NULL;
    const virNodeDevCapPCIDev *pci = &data->pci_dev;

    if (!self)
        return VIR_NODE_DEVICE_COMPAT_STATE_UNKNOWN;

    if (virNodeDeviceCompatAttrsFind(self, "vfio_driver")) {
        /* a driver that has no groups is not seen through */
        if (pci->nIommuGroupDevices == 0)
            return VIR_NODE_DEVICE_COMPAT_STATE_UNKNOWN;
        return virNodeDeviceCompatUseFindGroup(use, pci->iommuGroupNumber);
    }

    return virNodeDeviceCompatAttrsFind(self, VIR_NODE_DEVICE_COMPAT_DRIVER) ?
           VIR_NODE_DEVICE_COMPAT_STATE_HOST : VIR_NODE_DEVICE_COMPAT_STATE_FREE;
}


/**
 * virNodeDeviceCompatUseFind:
 * @use: what is known of the host
 * @def: an active device, with a descriptor that is up to date
 *
 * Returns what keeps a guest from the device.
 */
virNodeDeviceCompatState
virNodeDeviceCompatUseFind(virNodeDeviceCompatUse *use,
                           const virNodeDeviceDef *def)
{
    const virNodeDevCapsDef *cap;

    for (cap = def->caps; cap; cap = cap->next) {
        if (cap->data.type == VIR_NODE_DEV_CAP_MDEV)
            return virNodeDeviceCompatUseFindGroup(use, cap->data.mdev.iommuGroupNumber);
        if (cap->data.type == VIR_NODE_DEV_CAP_PCI_DEV)
            return virNodeDeviceCompatUseFindPCI(use, &cap->data);
    }

    return VIR_NODE_DEVICE_COMPAT_STATE_UNKNOWN;
}
