/*
 * nodedev_compat_nvml.h: what NVIDIA's library shows of vGPUs
 *
 * NVIDIA's library is asked by a program of its own, libvirt_nodedev_nvml, which is run only
 * for devices of a GPU that is bound to NVIDIA's driver. Each question has a deadline, and
 * none leaves an error. Of a tree that is not this machine's sysfs, what the program printed
 * there is read instead, from nodedev-compat/nvml/ADDRESS beside sys.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat/nodedev_compat_api.h"
#include "nodedev_compat_nvml_answer.h"
#include "nodedev_compat_tree.h"

virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMLReadGPU(const char *gpu,
                               virNodeDeviceCompatNVMLAnswer **ret_answer);

virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMLReadMetadata(const char *devicePath,
                                    const char *guest,
                                    gint64 deadline,
                                    char **ret_metadata);

virNodeDeviceCompatAnswer
virNodeDeviceCompatNVMLJudge(const char *devicePath,
                             const char *metadata,
                             gint64 deadline,
                             char **ret_detail);
