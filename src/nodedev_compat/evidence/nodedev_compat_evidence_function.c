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
 * bound to a driver of VFIO, and it is no bridge; also if that cannot be seen, which is
 * no reason to leave it out. Class 0680, "other bridge", is that of the switches between
 * GPUs, which can be assigned.
 */
bool
virNodeDeviceCompatFunctionIsAssignable(const char *device)
{
    g_autofree char *group = g_build_filename(device, "iommu_group", NULL);
    g_autofree char *vfio = g_build_filename(device, "vfio-dev", NULL);
    g_autofree char *class = NULL;
    mode_t type;

    ignore_value(virNodeDeviceCompatTreeReadFile(device, "class", &class));

    if (class && STRPREFIX(class, "0x06") && !STRPREFIX(class, "0x0680"))
        return false;

    return virNodeDeviceCompatTreeFind(group, &type) != VIR_NODE_DEVICE_COMPAT_READ_ABSENT ||
           virNodeDeviceCompatTreeFind(vfio, &type) != VIR_NODE_DEVICE_COMPAT_READ_ABSENT;
}


/**
 * virNodeDeviceCompatFunctionReadID:
 * @dir: directory of a PCI function
 * @vendorFile: file in it with a vendor id
 * @deviceFile: file in it with a device id
 * @ret_id: set on success to the canonical PCI id that the files make
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK on success.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatFunctionReadID(const char *dir,
                                  const char *vendorFile,
                                  const char *deviceFile,
                                  char **ret_id)
{
    g_autofree char *vendor = NULL;
    g_autofree char *device = NULL;
    g_autofree char *id = NULL;
    virNodeDeviceCompatReadResult first = virNodeDeviceCompatTreeReadFile(dir, vendorFile, &vendor);
    virNodeDeviceCompatReadResult second = virNodeDeviceCompatTreeReadFile(dir, deviceFile, &device);
    virNodeDeviceCompatReadResult both = virNodeDeviceCompatReadResultCombine(first, second);

    if (both != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return both;

    id = g_strdup_printf("%s:%s", vendor, device);
    if (!(*ret_id = virNodeDeviceCompatValueNormalize(VIR_NODE_DEVICE_COMPAT_VALUE_PCI_ID, id)))
        return VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;

    return VIR_NODE_DEVICE_COMPAT_READ_OK;
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
    g_autofree char *id = NULL;
    g_autofree char *signature = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatFunctionReadID(paths->device,
                                                                             "vendor", "device",
                                                                             &id);

    if (id)
        signature = g_strdelimit(g_strdup_printf("pci-%s", id), ":", '-');

    if (virNodeDeviceCompatAddEvidence(compat, VIR_NODE_DEVICE_COMPAT_DEVICE_API,
                                       VIR_NODE_DEVICE_COMPAT_READ_OK, "vfio-pci", false) < 0 ||
        virNodeDeviceCompatAddEvidence(compat, VIR_NODE_DEVICE_COMPAT_TYPE,
                                       result, signature, false) < 0 ||
        virNodeDeviceCompatAddEvidence(compat, VIR_NODE_DEVICE_COMPAT_PCI_ID,
                                       result, id, false) < 0)
        return -1;

    return 0;
}


/* Nothing of what these lead to is an attribute, but whether facts are about the function,
 * and whether it can be assigned, depends on them: adds those that cannot be looked at. */
static int
virNodeDeviceCompatFunctionReadLinks(virNodeDeviceCompat *compat,
                                     const char *device)
{
    static const char *const links[] = { "iommu_group", "physfn" };
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(links); i++) {
        g_autofree char *path = g_build_filename(device, links[i], NULL);
        mode_t type;
        virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeFind(path, &type);

        if (result > VIR_NODE_DEVICE_COMPAT_READ_OK &&
            virNodeDeviceCompatMarkUnusable(compat, NULL, links[i], result) < 0)
            return -1;
    }

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
    const char *device = paths->device;
    g_autofree char *subsystem = NULL;
    g_autofree char *class = NULL;
    g_autofree char *revision = NULL;
    virNodeDeviceCompatReadResult result;

    if (virNodeDeviceCompatFunctionReadIdentity(compat, paths) < 0)
        return -1;

    result = virNodeDeviceCompatFunctionReadID(device, "subsystem_vendor", "subsystem_device",
                                               &subsystem);
    if (virNodeDeviceCompatAddEvidence(compat, "pci_subsystem_id", result, subsystem, true) < 0)
        return -1;

    result = virNodeDeviceCompatTreeReadFile(device, "class", &class);
    if (virNodeDeviceCompatAddEvidence(compat, "pci_class", result, class, true) < 0)
        return -1;

    result = virNodeDeviceCompatTreeReadFile(device, "revision", &revision);
    if (virNodeDeviceCompatAddEvidence(compat, "pci_revision", result, revision, true) < 0)
        return -1;

    return virNodeDeviceCompatFunctionReadLinks(compat, device);
}
