/*
 * nodedev_compat_compare_vgpu.h: the vGPU types of NVIDIA's devices under comparison
 *
 * A type goes by a number, which is not the same everywhere, and by a name, which is, and is
 * not always known. nodedev_compat_vgpu.h tells which types are the same.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_compare_reason.h"

bool
virNodeDeviceCompatCompareVGPUMdevTypes(virNodeDeviceCompatComparison *comparison,
                                        const virNodeDeviceCompatCompareItem *item);

bool
virNodeDeviceCompatCompareVGPUTypes(virNodeDeviceCompatComparison *comparison,
                                    const virNodeDeviceCompatCompareItem *item);

bool
virNodeDeviceCompatCompareNoVGPU(virNodeDeviceCompatComparison *comparison,
                                 const virNodeDeviceCompatCompareItem *item);

char *
virNodeDeviceCompatCompareVGPUGetWay(virNodeDeviceCompatComparison *comparison,
                                     const virNodeDeviceCompatCompareItem *item);
