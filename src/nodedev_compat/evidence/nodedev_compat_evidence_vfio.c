/*
 * nodedev_compat_evidence_vfio.c: VFIO's attributes of a device
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat_tree.h"


/* The root of the sysfs tree, "/sys" unless it is a copy of one */
static char *
virNodeDeviceCompatGetRoot(const char *device)
{
    const char *devices = g_strrstr(device, "/devices/");

    return devices ? g_strndup(device, devices - device) : NULL;
}


/* Whether the module that the driver of a function is in is one of VFIO's. Kernels before
 * 6.1 have no vfio-dev; in others vfio_pci_core can be built in. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatFindVFIO(const char *device,
                            const char *root)
{
    g_autofree char *vfio = g_build_filename(device, "vfio-dev", NULL);
    g_autofree char *link = g_build_filename(device, "driver", NULL);
    g_autofree char *module = NULL;
    g_autofree char *holder = NULL;
    mode_t type;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeFind(vfio, &type);

    if (result != VIR_NODE_DEVICE_COMPAT_READ_ABSENT || !root)
        return result;

    result = virNodeDeviceCompatTreeReadLink(link, "module", &module);
    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return result;

    holder = g_build_filename(root, "module/vfio_pci_core/holders", module, NULL);
    return virNodeDeviceCompatTreeFind(holder, &type);
}


/* The driver of a function, if it is vfio-pci or one of its variants, which support
 * migration */
static int
virNodeDeviceCompatReadVFIODriver(virNodeDeviceCompat *compat,
                                  const char *device,
                                  const char *root)
{
    g_autofree char *driver = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadLink(device, "driver",
                                                                           &driver);

    if (result == VIR_NODE_DEVICE_COMPAT_READ_OK)
        result = virNodeDeviceCompatFindVFIO(device, root);

    return virNodeDeviceCompatAddEvidence(compat, "vfio_driver", result, driver, true);
}


/* Whether VFIO can migrate a device that is bound: its debugfs has a directory for each
 * device, and one in it for a device that supports migration. What the files there hold,
 * only the superuser may see. To others, the machine is one without debugfs. */
static int
virNodeDeviceCompatReadMigratable(virNodeDeviceCompat *compat,
                                  const char *device,
                                  const char *root)
{
    g_autofree char *name = g_path_get_basename(device);
    g_autofree char *dir = g_build_filename(root, "kernel/debug/vfio", name, NULL);
    g_autofree char *migration = g_build_filename(dir, "migration", NULL);
    bool known = virNodeDeviceCompatTreeGetFileType(dir) == S_IFDIR;
    bool migratable = virNodeDeviceCompatTreeGetFileType(migration) == S_IFDIR;

    if (!known)
        return 0;

    return virNodeDeviceCompatAddEvidence(compat, "migratable", VIR_NODE_DEVICE_COMPAT_READ_OK,
                                          migratable ? "yes" : "no", true);
}


/**
 * virNodeDeviceCompatVFIORead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the VFIO driver that a function is bound to, and whether the device can be
 * migrated, where VFIO shows it.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatVFIORead(virNodeDeviceCompat *compat,
                            virNodeDeviceCompatPaths *paths)
{
    g_autofree char *root = virNodeDeviceCompatGetRoot(paths->device);

    if (!paths->type &&
        virNodeDeviceCompatReadVFIODriver(compat, paths->device, root) < 0)
        return -1;

    return root ? virNodeDeviceCompatReadMigratable(compat, paths->device, root) : 0;
}
