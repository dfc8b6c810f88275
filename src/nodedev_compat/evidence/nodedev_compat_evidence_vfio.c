/*
 * nodedev_compat_evidence_vfio.c: VFIO's attributes of a device
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat_debugfs.h"
#include "nodedev_compat_tree.h"


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
 * migration. As modules, they have '_' in place of '-', and some use that as the name of the
 * driver as well: it is spelled as vfio-pci is. */
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
    if (driver)
        g_strdelimit(driver, "_", '-');

    return virNodeDeviceCompatAddEvidence(compat, "vfio_driver", result, driver, true);
}


/* Looks for a directory of VFIO's debugfs. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatFindDebugfs(const char *dir)
{
    mode_t type;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeFind(dir, &type);

    if (result == VIR_NODE_DEVICE_COMPAT_READ_OK && type != S_IFDIR) {
        virNodeDeviceCompatEvidenceWarnOnce(dir, "it is not a directory");
        return VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;
    }

    return result;
}


/* Looks for the directory of a device there. To those who may not look into debugfs, the
 * machine is one without it. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatFindInDebugfs(const char *debugfs)
{
    g_autofree char *resolved = virNodeDeviceCompatTreeResolve(debugfs);

    if (!resolved && (errno == ENOENT || errno == EACCES || errno == EPERM))
        return VIR_NODE_DEVICE_COMPAT_READ_ABSENT;

    return virNodeDeviceCompatFindDebugfs(debugfs);
}


/* Sets *ret_migratable to whether VFIO can migrate a device that is bound to it. Its debugfs
 * (since 6.8, Documentation/ABI/testing/debugfs-vfio) has a directory for each device, by
 * the name that the device has in sysfs, and one in it if the driver has set the migration
 * operations of this very device (drivers/vfio/debugfs.c), which it has to do before VFIO
 * knows the device (include/linux/vfio.h): they do not come later. Who sees the first has to
 * see the second, too, to know that it is not there. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatFindMigratable(const char *debugfs,
                                  bool *ret_migratable)
{
    g_autofree char *migration = g_build_filename(debugfs, "migration", NULL);
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatFindInDebugfs(debugfs);

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return result;

    result = virNodeDeviceCompatFindDebugfs(migration);
    *ret_migratable = result == VIR_NODE_DEVICE_COMPAT_READ_OK;

    /* unless the device has been unbound meanwhile */
    if (result == VIR_NODE_DEVICE_COMPAT_READ_ABSENT)
        return virNodeDeviceCompatFindInDebugfs(debugfs);

    return result;
}


/* The directory of a device in VFIO's debugfs, or NULL if it is in no tree */
static char *
virNodeDeviceCompatVFIOGetDebugfs(const char *device)
{
    g_autofree char *root = virNodeDeviceCompatPathGetRoot(device);
    g_autofree char *name = g_path_get_basename(device);

    return root ? g_build_filename(root, "kernel/debug/vfio", name, NULL) : NULL;
}


/**
 * virNodeDeviceCompatVFIOFindMigratable:
 * @paths: where a device is read from
 * @ret_migratable: set on success to whether VFIO can migrate it
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK if VFIO's debugfs shows the device.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatVFIOFindMigratable(const virNodeDeviceCompatPaths *paths,
                                      bool *ret_migratable)
{
    g_autofree char *debugfs = virNodeDeviceCompatVFIOGetDebugfs(paths->device);

    if (!debugfs)
        return VIR_NODE_DEVICE_COMPAT_READ_ABSENT;

    return virNodeDeviceCompatFindMigratable(debugfs, ret_migratable);
}


/* Adds whether the device can be migrated; sets *ret_migratable to true if it can. VFIO's
 * own driver can migrate no device: it sets no migration operations
 * (drivers/vfio/pci/vfio_pci.c). It may be the driver if that cannot be told. */
static int
virNodeDeviceCompatReadMigratable(virNodeDeviceCompat *compat,
                                  const virNodeDeviceCompatPaths *paths,
                                  const char *debugfs,
                                  bool *ret_migratable)
{
    g_autofree char *link = g_build_filename(paths->device, "driver", NULL);
    g_autofree char *driver = NULL;
    mode_t type;
    virNodeDeviceCompatReadResult bound = VIR_NODE_DEVICE_COMPAT_READ_ABSENT;
    virNodeDeviceCompatReadResult result = VIR_NODE_DEVICE_COMPAT_READ_OK;

    *ret_migratable = false;
    if (!paths->type)
        bound = virNodeDeviceCompatTreeReadLink(paths->device, "driver", &driver);

    if (STRNEQ_NULLABLE(driver, "vfio-pci")) {
        result = virNodeDeviceCompatFindMigratable(debugfs, ret_migratable);
        if (bound == VIR_NODE_DEVICE_COMPAT_READ_OK)
            bound = virNodeDeviceCompatTreeFind(link, &type);
        if (result == VIR_NODE_DEVICE_COMPAT_READ_ABSENT &&
            bound > VIR_NODE_DEVICE_COMPAT_READ_OK)
            result = bound;
    }

    return virNodeDeviceCompatAddMigratable(compat, result, *ret_migratable);
}


/* What VFIO can do when it migrates the device, a word a line, since 6.18 */
static int
virNodeDeviceCompatReadFeatures(virNodeDeviceCompat *compat,
                                const char *debugfs)
{
    g_autofree char *features = NULL;
    virNodeDeviceCompatReadResult result =
        virNodeDeviceCompatDebugfsReadPublic(debugfs, "migration/features", &features);

    if (features)
        g_strdelimit(features, "\n", ',');

    return virNodeDeviceCompatAddEvidence(compat, "migration_features", result, features, true);
}


/**
 * virNodeDeviceCompatVFIORead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the VFIO driver that a function is bound to, whether the device can be migrated, and
 * with which features, where VFIO shows it. Of a device that is not bound to VFIO yet nothing
 * is known.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatVFIORead(virNodeDeviceCompat *compat,
                            virNodeDeviceCompatPaths *paths)
{
    g_autofree char *root = virNodeDeviceCompatPathGetRoot(paths->device);
    g_autofree char *debugfs = virNodeDeviceCompatVFIOGetDebugfs(paths->device);
    bool migratable;

    if (!paths->type &&
        virNodeDeviceCompatReadVFIODriver(compat, paths->device, root) < 0)
        return -1;

    if (!root)
        return 0;

    if (virNodeDeviceCompatReadMigratable(compat, paths, debugfs, &migratable) < 0)
        return -1;

    return migratable ? virNodeDeviceCompatReadFeatures(compat, debugfs) : 0;
}
