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


/**
 * virNodeDeviceCompatMdevRead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the PCI id of the parent, which is informational for a mediated device, that of the
 * physical function if the parent is a virtual one, and the maker and model of the board:
 * the subsystem id of the physical function, which the parent itself can be.
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
    return virNodeDeviceCompatAddEvidence(compat, "pf_subsystem_id", result, subsystem, true);
}
