/*
 * nodedev_compat_evidence_nvidia.c: NVIDIA's attributes of a virtual function
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat_tree.h"


/**
 * virNodeDeviceCompatNVIDIARead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the id of the vGPU type that a virtual function is configured as, 0 for none. It
 * is compared as the type of a mediated device is, and management writes it to the same
 * file of the target.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatNVIDIARead(virNodeDeviceCompat *compat,
                              virNodeDeviceCompatPaths *paths)
{
    g_autofree char *type = NULL;

    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadFile(paths->device,
                                                                           "nvidia/current_vgpu_type",
                                                                           &type);

    if (virNodeDeviceCompatAddEvidence(compat, "vgpu_type", result, type, false) < 0)
        return -1;

    if (result == VIR_NODE_DEVICE_COMPAT_READ_OK)
        virNodeDeviceCompatSetDynamic(compat, "vgpu_type", 1);
    return 0;
}
