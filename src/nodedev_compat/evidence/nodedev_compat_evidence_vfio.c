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


/* The driver of a function, if it is vfio-pci or one of its variants, which support
 * migration. Kernels before 6.1 have no vfio-dev; in others vfio_pci_core can be built
 * in. */
static int
virNodeDeviceCompatReadVFIODriver(virNodeDeviceCompat *compat,
                                  const char *device,
                                  const char *root)
{
    g_autofree char *vfio = g_build_filename(device, "vfio-dev", NULL);
    g_autofree char *link = g_build_filename(device, "driver", NULL);
    g_autofree char *driver = virNodeDeviceCompatTreeReadLink(device, "driver");
    g_autofree char *module = virNodeDeviceCompatTreeReadLink(link, "module");
    bool found = virNodeDeviceCompatTreeGetFileType(vfio) != 0;

    if (!driver)
        return 0;

    if (!found && module && root) {
        g_autofree char *holder = g_build_filename(root, "module/vfio_pci_core/holders",
                                                   module, NULL);

        found = virNodeDeviceCompatTreeGetFileType(holder) != 0;
    }

    return virNodeDeviceCompatAddEvidence(compat, "vfio_driver",
                                          found ? driver : NULL, true);
}


/* The features of migration in VFIO's debugfs, of a device that is bound. The current
 * state of the migration, in a file beside it, is no property of the device. */
static int
virNodeDeviceCompatReadVFIOFeatures(virNodeDeviceCompat *compat,
                                    const char *device,
                                    const char *root)
{
    g_autofree char *name = g_path_get_basename(device);
    g_autofree char *dir = NULL;
    g_autofree char *features = NULL;

    /* no warning for users other than root, who cannot read debugfs */
    dir = g_build_filename(root, "kernel/debug/vfio", name, "migration", NULL);
    if (virNodeDeviceCompatTreeGetFileType(dir))
        features = virNodeDeviceCompatTreeReadLines(dir, "features");

    return virNodeDeviceCompatAddEvidence(compat, "vfio_migration_features",
                                          features, true);
}


/**
 * virNodeDeviceCompatVFIORead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the VFIO driver that a function is bound to, and the features of migration that
 * the device has.
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

    return root ? virNodeDeviceCompatReadVFIOFeatures(compat, paths->device, root) : 0;
}
