/*
 * nodedev_compat_nvml_answer.h: what libvirt_nodedev_nvml prints
 *
 * The program is linked with a library that is not libvirt's, and answers can be recorded
 * on another machine: nothing in them is trusted. Lines of ASCII text, the first one with
 * the version of the format, and the last one "end", so that an answer that was cut is
 * not taken for a whole one:
 *
 *   libvirt-nodedev-nvml 1
 *   ecc_mode Enabled              or Disabled, or N/A: the GPU has no ECC
 *   vgpu_type 1148 NVIDIA L40S-2Q
 *   metadata TEXT                 of a running vGPU, an opaque string
 *   compatibility 15 0            nvmlVgpuVmCompatibility_t and the limits, in decimal
 *   error NAME NUMBER             a function of NVML that failed, and its nvmlReturn_t
 *   unusable NAME                 it is there, but NVML does not show it
 *   end
 *
 * Each but vgpu_type and unusable at most once; lines that begin with another word are
 * of another release, and left out.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

/* How much the program prints at most */
#define VIR_NODE_DEVICE_COMPAT_NVML_ANSWER_MAX (16 * 1024)

typedef struct _virNodeDeviceCompatNVMLAnswer virNodeDeviceCompatNVMLAnswer;
struct _virNodeDeviceCompatNVMLAnswer {
    char *eccMode;
    GHashTable *types;          /* see nodedev_compat_vgpu.h */
    char *metadata;
    bool judged;
    unsigned int compatibility; /* VIR_NODE_DEVICE_COMPAT_NVML_VM_..., ORed */
    unsigned int limits;        /* VIR_NODE_DEVICE_COMPAT_NVML_LIMIT_..., ORed */
    char *error;                /* "NAME NUMBER" */
    bool eccUnusable;
};

/* Facts of NVML's public interface: in which states of a guest it can be moved, and what
 * stands against more.
 * https://docs.nvidia.com/deploy/nvml-api/group__nvmlVgpuMigration.html */
#define VIR_NODE_DEVICE_COMPAT_NVML_VM_LIVE 0x8U
#define VIR_NODE_DEVICE_COMPAT_NVML_LIMIT_HOST_DRIVER 0x1U
#define VIR_NODE_DEVICE_COMPAT_NVML_LIMIT_GUEST_DRIVER 0x2U
#define VIR_NODE_DEVICE_COMPAT_NVML_LIMIT_GPU 0x4U
#define VIR_NODE_DEVICE_COMPAT_NVML_LIMIT_OTHER 0x80000000U

virNodeDeviceCompatNVMLAnswer *
virNodeDeviceCompatNVMLAnswerParse(const char *text,
                                   size_t length);

void
virNodeDeviceCompatNVMLAnswerFree(virNodeDeviceCompatNVMLAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatNVMLAnswer, virNodeDeviceCompatNVMLAnswerFree);

char *
virNodeDeviceCompatNVMLLimitsFormat(unsigned int limits);
