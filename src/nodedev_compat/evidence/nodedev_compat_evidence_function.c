/*
 * nodedev_compat_evidence_function.c: the kernel's attributes of a PCI function
 *
 * Its identity and other fields of its config space. Other sources use the reader of
 * PCI ids for the parent of a mediated device.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat_attr.h"
#include "nodedev_compat_tree.h"
#include "nodedev_compat_value.h"


/**
 * virNodeDeviceCompatFunctionIsAssignable:
 * @device: directory of a PCI function
 *
 * Returns true if VFIO can assign the function to a guest: it has an IOMMU group or is
 * bound to a driver of VFIO, and it is no bridge. Class 0680, "other bridge", is that
 * of the switches between GPUs, which can be assigned.
 */
bool
virNodeDeviceCompatFunctionIsAssignable(const char *device)
{
    g_autofree char *group = g_build_filename(device, "iommu_group", NULL);
    g_autofree char *vfio = g_build_filename(device, "vfio-dev", NULL);
    g_autofree char *class = NULL;

    ignore_value(virNodeDeviceCompatTreeReadFile(device, "class", &class));

    if (class && STRPREFIX(class, "0x06") && !STRPREFIX(class, "0x0680"))
        return false;

    return virNodeDeviceCompatTreeGetFileType(group) || virNodeDeviceCompatTreeGetFileType(vfio);
}


/**
 * virNodeDeviceCompatFunctionReadID:
 * @dir: directory of a PCI function
 * @vendorFile: file in it with a vendor id
 * @deviceFile: file in it with a device id
 *
 * Returns the canonical PCI id that the files make, or NULL.
 */
char *
virNodeDeviceCompatFunctionReadID(const char *dir,
                                  const char *vendorFile,
                                  const char *deviceFile)
{
    g_autofree char *vendor = NULL;
    g_autofree char *device = NULL;
    g_autofree char *id = NULL;

    if (virNodeDeviceCompatTreeReadFile(dir, vendorFile, &vendor) != VIR_NODE_DEVICE_COMPAT_READ_OK ||
        virNodeDeviceCompatTreeReadFile(dir, deviceFile, &device) != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return NULL;

    id = g_strdup_printf("%s:%s", vendor, device);

    return virNodeDeviceCompatValueNormalize(VIR_NODE_DEVICE_COMPAT_VALUE_PCI_ID, id);
}


/**
 * virNodeDeviceCompatFunctionReadIdentity:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the device API, the PCI id and, as a function has no mdev type, a type made from
 * the PCI id. The driver is not part of it, since a function is usually not bound to
 * its VFIO driver before a guest uses it.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatFunctionReadIdentity(virNodeDeviceCompat *compat,
                                        virNodeDeviceCompatPaths *paths)
{
    g_autofree char *id = virNodeDeviceCompatFunctionReadID(paths->device, "vendor", "device");
    g_autofree char *signature = NULL;

    if (id)
        signature = g_strdelimit(g_strdup_printf("pci-%s", id), ":", '-');

    if (virNodeDeviceCompatAddEvidence(compat, VIR_NODE_DEVICE_COMPAT_DEVICE_API,
                                       "vfio-pci", false) < 0 ||
        virNodeDeviceCompatAddEvidence(compat, VIR_NODE_DEVICE_COMPAT_TYPE,
                                       signature, false) < 0 ||
        virNodeDeviceCompatAddEvidence(compat, VIR_NODE_DEVICE_COMPAT_PCI_ID,
                                       id, false) < 0)
        return -1;

    return 0;
}


/**
 * virNodeDeviceCompatFunctionRead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the function's identity and other fields of its config space.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatFunctionRead(virNodeDeviceCompat *compat,
                                virNodeDeviceCompatPaths *paths)
{
    g_autofree char *subsystem = virNodeDeviceCompatFunctionReadID(paths->device,
                                                                   "subsystem_vendor",
                                                                   "subsystem_device");
    g_autofree char *class = NULL;
    g_autofree char *revision = NULL;

    if (virNodeDeviceCompatFunctionReadIdentity(compat, paths) < 0)
        return -1;

    ignore_value(virNodeDeviceCompatTreeReadFile(paths->device, "class", &class));
    ignore_value(virNodeDeviceCompatTreeReadFile(paths->device, "revision", &revision));

    if (virNodeDeviceCompatAddEvidence(compat, "pci_subsystem_id", subsystem, true) < 0 ||
        virNodeDeviceCompatAddEvidence(compat, "pci_class", class, true) < 0 ||
        virNodeDeviceCompatAddEvidence(compat, "pci_revision", revision, true) < 0)
        return -1;

    return 0;
}
