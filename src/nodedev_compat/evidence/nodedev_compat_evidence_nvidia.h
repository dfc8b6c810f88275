/*
 * nodedev_compat_evidence_nvidia.h: what the sources for NVIDIA's devices share
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_evidence_sources.h"

bool
virNodeDeviceCompatNVIDIAIsOther(const virNodeDeviceCompat *compat);

virNodeDeviceCompatReadResult
virNodeDeviceCompatNVIDIAFindGPU(const virNodeDeviceCompatPaths *paths,
                                 char **ret_gpu);

virNodeDeviceCompatReadResult
virNodeDeviceCompatNVIDIANormalizeType(const virNodeDeviceCompatPaths *paths,
                                       const char *type,
                                       char **ret_type);
