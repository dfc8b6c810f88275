/*
 * nvml_library.h: the part of NVIDIA's library that libvirt_nodedev_nvml calls
 *
 * NVML, libnvidia-ml.so.1, comes with NVIDIA's driver and is opened at run time. What is
 * declared here are facts of its public interface: names, types of arguments, numbers, and
 * the layout of what it fills in. They are documented in the NVML API Reference,
 * https://docs.nvidia.com/deploy/nvml-api/, in the chapters "Initialization and Cleanup",
 * "Device Queries", "vGPU Management" and "vGPU Migration", the same in all releases from
 * R470 to R570. Functions with a suffix _v2 are those that programs compiled today call.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NVML_LIBRARY "libnvidia-ml.so.1"

/* nvmlReturn_t */
#define NVML_RETURN_SUCCESS 0
#define NVML_RETURN_NOT_SUPPORTED 3
#define NVML_RETURN_NOT_FOUND 6
#define NVML_RETURN_INSUFFICIENT_SIZE 7
#define NVML_RETURN_FUNCTION_NOT_FOUND 13

/* The sizes of buffers for a version, for a UUID or id of a guest, and for the name of a
 * vGPU type */
#define NVML_VERSION_SIZE 80
#define NVML_UUID_SIZE 80
#define NVML_NAME_SIZE 64

/* nvmlEnableState_t */
#define NVML_STATE_DISABLED 0
#define NVML_STATE_ENABLED 1

/* nvmlVgpuVmIdType_t: the id is a UUID */
#define NVML_VM_ID_UUID 1

typedef struct _nvmlHandle *nvmlHandle;         /* nvmlDevice_t, opaque */

/* nvmlVgpuMetadata_t: a running vGPU. @opaque is longer than that, as @opaqueSize says. */
typedef struct _nvmlVGPUMetadata nvmlVGPUMetadata;
struct _nvmlVGPUMetadata {
    uint32_t version;
    uint32_t revision;
    uint32_t guestState;
    char guestDriver[NVML_VERSION_SIZE];
    char hostDriver[NVML_VERSION_SIZE];
    uint32_t reserved[6];
    uint32_t capabilities;
    uint32_t guestVersion;
    uint32_t opaqueSize;
    char opaque[4];
};

/* nvmlVgpuPgpuCompatibility_t: what the target's GPU can do with it */
typedef struct _nvmlVerdict nvmlVerdict;
struct _nvmlVerdict {
    uint32_t compatibility;
    uint32_t limits;
};

/* Each returns an nvmlReturn_t. The metadata of a physical GPU, nvmlVgpuPgpuMetadata_t, is
 * only passed on. */
typedef struct _nvmlLibrary nvmlLibrary;
struct _nvmlLibrary {
    int (*init)(void);
    int (*getDevice)(const char *address, nvmlHandle *device);
    int (*getECCMode)(nvmlHandle device, unsigned int *current, unsigned int *pending);
    int (*getTypes)(nvmlHandle device, unsigned int *count, unsigned int *types);
    int (*getTypeName)(unsigned int type, char *name, unsigned int *size);
    int (*getInstances)(nvmlHandle device, unsigned int *count, unsigned int *instances);
    int (*getMdevUUID)(unsigned int instance, char *uuid, unsigned int size);
    int (*getGuest)(unsigned int instance, char *id, unsigned int size, unsigned int *idType);
    int (*getType)(unsigned int instance, unsigned int *type);
    int (*getMetadata)(unsigned int instance, void *metadata, unsigned int *size);
    int (*getGPUMetadata)(nvmlHandle device, void *metadata, unsigned int *size);
    int (*judge)(void *metadata, void *gpuMetadata, nvmlVerdict *verdict);
};

/* Whether there is a library */
typedef enum {
    NVML_LIBRARY_OPENED,
    NVML_LIBRARY_ABSENT,
    NVML_LIBRARY_FAILED,        /* there is one, which cannot be opened */
} nvmlLibraryResult;

nvmlLibraryResult
nvmlLibraryOpen(nvmlLibrary *library);
