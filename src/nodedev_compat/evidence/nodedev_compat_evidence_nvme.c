/*
 * nodedev_compat_evidence_nvme.c: attributes of an NVMe controller
 *
 * The kernel shows them for a controller that its nvme driver is bound to, in the files
 * that Documentation/ABI/testing/sysfs-nvme describes; one that a guest uses has none.
 * A virtual function is a controller of the same NVM subsystem as its physical function,
 * and the model is that of the subsystem, the firmware that of the domain in it
 * (NVM Express Base Specification, "Identify Controller data structure", MN and FR): so
 * the physical function shows both for those that guests use.
 * The serial number beside them is not an attribute.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat_tree.h"

/* PCI class of a non-volatile memory controller with the interface of NVM Express */
#define CLASS_NVME "0x010802"


/* The directory of the controller that the function at @device is. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMeFindControllerOf(const char *device,
                                        char **ret_dir)
{
    g_autofree char *parent = g_build_filename(device, "nvme", NULL);
    g_auto(GStrv) names = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeListDir(parent, "nvme", &names);

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return result;
    if (!names[0])
        return VIR_NODE_DEVICE_COMPAT_READ_ABSENT;
    if (names[1])
        return VIR_NODE_DEVICE_COMPAT_READ_CONFLICTING;

    *ret_dir = g_build_filename(parent, names[0], NULL);
    return result;
}


/* The directory of the controller that the function is, or of the one that its physical
 * function is. If that cannot be looked for, another source adds it. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMeFindController(const virNodeDeviceCompatPaths *paths,
                                      char **ret_dir)
{
    g_autofree char *physical = NULL;
    virNodeDeviceCompatReadResult result =
        virNodeDeviceCompatNVMeFindControllerOf(paths->device, ret_dir);

    if (result != VIR_NODE_DEVICE_COMPAT_READ_ABSENT ||
        virNodeDeviceCompatFunctionFindPhysical(paths->device, &physical) !=
        VIR_NODE_DEVICE_COMPAT_READ_OK)
        return result;

    return virNodeDeviceCompatNVMeFindControllerOf(physical, ret_dir);
}


/**
 * virNodeDeviceCompatNVMeRead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the model and the firmware revision of the controller, or of the one that a virtual
 * function belongs to.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatNVMeRead(virNodeDeviceCompat *compat,
                            virNodeDeviceCompatPaths *paths)
{
    static const char *const files[] = { "model", "firmware_rev" };
    g_autofree char *dir = NULL;
    virNodeDeviceCompatReadResult found;
    size_t i;

    if (!virNodeDeviceCompatCanHaveFiles(compat, NULL, CLASS_NVME))
        return 0;

    found = virNodeDeviceCompatNVMeFindController(paths, &dir);

    for (i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *value = NULL;
        virNodeDeviceCompatReadResult result = found;

        if (found == VIR_NODE_DEVICE_COMPAT_READ_OK)
            result = virNodeDeviceCompatTreeReadFile(dir, files[i], &value);
        if (virNodeDeviceCompatAddEvidence(compat, files[i], result, value, true) < 0)
            return -1;
    }

    return 0;
}
