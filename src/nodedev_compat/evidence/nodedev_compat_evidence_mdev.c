/*
 * nodedev_compat_evidence_mdev.c: the kernel's attributes of a mediated device
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat_attr.h"
#include "nodedev_compat_tree.h"


/* Adds how many instances of its type a GVT-g device is made of. Its driver had the number in
 * a directory of its own in the proposal of 2019 and 2020, and no released kernel has it. */
static int
virNodeDeviceCompatMdevReadAggregator(virNodeDeviceCompat *compat,
                                      const char *device)
{
    g_autofree char *count = NULL;
    virNodeDeviceCompatReadResult result;

    if (!virNodeDeviceCompatCanHaveFiles(compat, "8086", ""))
        return 0;

    result = virNodeDeviceCompatTreeReadFile(device, "intel_vgpu/aggregator", &count);
    return virNodeDeviceCompatAddEvidence(compat, "aggregator", result, count, true);
}


/**
 * virNodeDeviceCompatMdevRead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the PCI id of the parent, which is informational for a mediated device, that of the
 * physical function if the parent is a virtual one, and the maker and model of the board:
 * the subsystem id of the physical function, which the parent itself can be. Adds the number
 * of instances as well that a GVT-g device has.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatMdevRead(virNodeDeviceCompat *compat,
                            virNodeDeviceCompatPaths *paths)
{
    g_autofree char *id = NULL;
    g_autofree char *physical = NULL;
    g_autofree char *physicalID = NULL;
    g_autofree char *subsystem = NULL;
    virNodeDeviceCompatReadResult found;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatFunctionReadID(paths->parent,
                                                                             "vendor", "device",
                                                                             &id);

    if (virNodeDeviceCompatAddEvidence(compat, VIR_NODE_DEVICE_COMPAT_PCI_ID, result, id,
                                       true) < 0)
        return -1;

    result = found = virNodeDeviceCompatFunctionFindPhysical(paths->parent, &physical);
    if (physical)
        result = virNodeDeviceCompatFunctionReadID(physical, "vendor", "device", &physicalID);
    if (virNodeDeviceCompatAddEvidence(compat, "pf_pci_id", result, physicalID, true) < 0)
        return -1;

    result = found;
    if (found <= VIR_NODE_DEVICE_COMPAT_READ_OK)
        result = virNodeDeviceCompatFunctionReadID(physical ? physical : paths->parent,
                                                   "subsystem_vendor", "subsystem_device",
                                                   &subsystem);
    if (virNodeDeviceCompatAddEvidence(compat, "pf_subsystem_id", result, subsystem, true) < 0)
        return -1;

    return paths->device ? virNodeDeviceCompatMdevReadAggregator(compat, paths->device) : 0;
}
