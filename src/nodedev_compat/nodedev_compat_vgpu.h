/*
 * nodedev_compat_vgpu.h: NVIDIA's vGPU types by number and by name
 *
 * A virtual function is set to a type by its number, which depends on the release of the
 * vGPU manager; the name is the same everywhere, but not always known. Pure.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/nodedev_compat_conf.h"

/* What a virtual function is set to: the name if it is known, else the number, 0 if it is
 * set to nothing; the number; and the types that it can be set to. The first and the last
 * are named like the files in sysfs that they come from. */
#define VIR_NODE_DEVICE_COMPAT_VGPU_TYPE "current_vgpu_type"
#define VIR_NODE_DEVICE_COMPAT_VGPU_TYPE_ID "current_vgpu_type_id"
#define VIR_NODE_DEVICE_COMPAT_VGPU_TYPES "creatable_vgpu_types"

/* The name of the type of a mediated device */
#define VIR_NODE_DEVICE_COMPAT_MDEV_TYPE_NAME "mdev_type_name"

/* The branch of the vGPU manager, which every vGPU has, also a mediated device */
#define VIR_NODE_DEVICE_COMPAT_VGPU_BRANCH "vgpu_manager_branch"

/* Types that are taken from one list, and the length of a name. NVIDIA's own limits are
 * smaller: 64 bytes a name. */
#define VIR_NODE_DEVICE_COMPAT_VGPU_LIST_MAX 256
#define VIR_NODE_DEVICE_COMPAT_VGPU_NAME_MAX 64

/* What the opaque string of a vGPU begins with; behind it is the metadata that NVIDIA's
 * library has of it, in Base64 */
#define VIR_NODE_DEVICE_COMPAT_VGPU_METADATA "nvidia-vgpu-metadata-1:"

GHashTable *
virNodeDeviceCompatVGPUTypesNew(void);

void
virNodeDeviceCompatVGPUTypesAdd(GHashTable *types,
                                const char *number,
                                const char *name);

const char *
virNodeDeviceCompatVGPUTypesGet(GHashTable *types,
                                const char *number);

char *
virNodeDeviceCompatVGPUTypesFormat(GHashTable *types);

char *
virNodeDeviceCompatVGPUTypeGetNumber(const virNodeDeviceCompatAttrs *target,
                                     const char *type);

/* How the types of two devices compare of which one is known by its number only; whether
 * they differ is not known where the number or the name of one is missing */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_DIFFER,
    VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_SAME,
    VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_NO_NUMBER_SOURCE,
    VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_NO_NUMBER_TARGET,
    VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_NO_NAME,
} virNodeDeviceCompatVGPUTypesOrder;

virNodeDeviceCompatVGPUTypesOrder
virNodeDeviceCompatVGPUTypesCompare(const virNodeDeviceCompatAttrs *source,
                                    const virNodeDeviceCompatAttrs *target);

bool
virNodeDeviceCompatVGPUIsMdev(const virNodeDeviceCompatAttrs *attrs);

virNodeDeviceCompatVGPUTypesOrder
virNodeDeviceCompatVGPUMdevTypesCompare(const virNodeDeviceCompatAttrs *source,
                                        const virNodeDeviceCompatAttrs *target);

bool
virNodeDeviceCompatVGPUMetadataIs(const char *opaque);
