/*
 * nvml_library.c: the part of NVIDIA's library that libvirt_nodedev_nvml calls
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nvml_library.h"

#include <dlfcn.h>
#include <errno.h>
#include <glib.h>
#include <stdbool.h>
#include <string.h>

/* On this the library and this program have to agree */
_Static_assert(sizeof(nvmlVGPUMetadata) == 212, "nvmlVgpuMetadata_t");
_Static_assert(offsetof(nvmlVGPUMetadata, opaque) == 208, "nvmlVgpuMetadata_t.opaqueData");
_Static_assert(sizeof(nvmlVerdict) == 8, "nvmlVgpuPgpuCompatibility_t");

#define FUNCTION(member) offsetof(nvmlLibrary, member)

static const struct {
    size_t at;
    const char *name;
} functions[] = {
    { FUNCTION(init), "nvmlInit_v2" },
    { FUNCTION(getDevice), "nvmlDeviceGetHandleByPciBusId_v2" },
    { FUNCTION(getECCMode), "nvmlDeviceGetEccMode" },
    { FUNCTION(getTypes), "nvmlDeviceGetSupportedVgpus" },
    { FUNCTION(getTypeName), "nvmlVgpuTypeGetName" },
    { FUNCTION(getInstances), "nvmlDeviceGetActiveVgpus" },
    { FUNCTION(getMdevUUID), "nvmlVgpuInstanceGetMdevUUID" },
    { FUNCTION(getGuest), "nvmlVgpuInstanceGetVmID" },
    { FUNCTION(getType), "nvmlVgpuInstanceGetType" },
    { FUNCTION(getMetadata), "nvmlVgpuInstanceGetMetadata" },
    { FUNCTION(getGPUMetadata), "nvmlDeviceGetVgpuMetadata" },
    { FUNCTION(judge), "nvmlGetVgpuCompatibility" },
};


/* Whether dlopen() has failed since there is no file of that name, and not for one that the
 * library needs, for want of memory or of permission. That is only in the text: in glibc's
 * "NAME: cannot open shared object file: REASON", in musl's "... NAME: REASON". */
static bool
nvmlLibraryIsAbsent(const char *error)
{
    const char *reason = error ? strstr(error, NVML_LIBRARY ": ") : NULL;

    return reason && strstr(reason, g_strerror(ENOENT));
}


/**
 * nvmlLibraryOpen:
 * @library: filled with the functions of NVIDIA's library; NULL for those that it lacks
 *
 * The library stays open until the program ends.
 *
 * Returns whether there is such a library.
 */
nvmlLibraryResult
nvmlLibraryOpen(nvmlLibrary *library)
{
    void *handle = dlopen(NVML_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    size_t i;

    if (!handle)
        return nvmlLibraryIsAbsent(dlerror()) ? NVML_LIBRARY_ABSENT : NVML_LIBRARY_FAILED;

    for (i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
        void *function = dlsym(handle, functions[i].name);

        memcpy((char *) library + functions[i].at, &function, sizeof(function));
    }

    return NVML_LIBRARY_OPENED;
}
