/*
 * nodedev_compat_evidence_nvml.c: what NVIDIA's library shows of the GPU of a vGPU
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_nvidia.h"

#include "nodedev_compat/nodedev_compat_vgpu.h"
#include "nodedev_compat_nvml.h"

#define READ(name) VIR_NODE_DEVICE_COMPAT_READ_ ## name


/* Replaces the number of the type that a virtual function is set to by the name, which
 * sysfs does not show of a GPU without room for another one. */
static int
virNodeDeviceCompatNVMLNameType(virNodeDeviceCompat *compat,
                                const virNodeDeviceCompatAttr *attr,
                                const virNodeDeviceCompatNVMLAnswer *answer)
{
    const char *name = NULL;

    if (attr && attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK)
        name = virNodeDeviceCompatVGPUTypesGet(answer->types, attr->value);

    if (!name)
        return 0;

    virNodeDeviceCompatDrop(compat, VIR_NODE_DEVICE_COMPAT_VGPU_TYPE);
    if (virNodeDeviceCompatAddEvidence(compat, VIR_NODE_DEVICE_COMPAT_VGPU_TYPE, READ(OK), name,
                                       false) < 0)
        return -1;

    virNodeDeviceCompatSetDynamic(compat, VIR_NODE_DEVICE_COMPAT_VGPU_TYPE, 1);
    return 0;
}


/**
 * virNodeDeviceCompatNVMLRead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the ECC mode of the GPU that a virtual function, a mediated device or a type belongs
 * to, and the name of the vGPU type that a function is set to.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatNVMLRead(virNodeDeviceCompat *compat,
                            virNodeDeviceCompatPaths *paths)
{
    const virNodeDeviceCompatAttr *type = NULL;
    g_autofree char *gpu = NULL;
    g_autoptr(virNodeDeviceCompatNVMLAnswer) answer = NULL;
    virNodeDeviceCompatReadResult result;

    /* a virtual function that is none of a vGPU is not asked about */
    if (!paths->type &&
        !(type = virNodeDeviceCompatAttrsFind(&compat->self, VIR_NODE_DEVICE_COMPAT_VGPU_TYPE)))
        return 0;

    if (virNodeDeviceCompatNVIDIAIsOther(compat) ||
        virNodeDeviceCompatNVIDIAFindGPU(paths, &gpu) != READ(OK))
        return 0;

    result = virNodeDeviceCompatNVMLReadGPU(gpu, &answer);
    if (result == READ(OK)) {
        if (virNodeDeviceCompatNVMLNameType(compat, type, answer) < 0)
            return -1;
        if (!answer->eccMode)
            result = answer->eccUnusable ? READ(UNREADABLE) : READ(ABSENT);
    }

    return virNodeDeviceCompatAddEvidence(compat, "ecc_mode", result,
                                          answer ? answer->eccMode : NULL, true);
}
