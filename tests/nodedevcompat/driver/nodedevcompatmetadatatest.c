/*
 * nodedevcompatmetadatatest.c: asking NVIDIA's library about the metadata of a vGPU
 *
 * Metadata of a vGPU goes to NVIDIA's library, and never into a file of the driver.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#define LIBVIRT_NODE_DEVICE_COMPAT_OPAQUEPRIV_H_ALLOW
#include "node_device/node_device_compat_opaquepriv.h"
#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"
#define LIBVIRT_NODEDEV_COMPAT_NVML_RUNPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_nvml_runpriv.h"
#include "virfile.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define ACCEPTED VIR_NODE_DEVICE_COMPAT_ANSWER_ACCEPTED
#define REJECTED VIR_NODE_DEVICE_COMPAT_ANSWER_REJECTED
#define NONE VIR_NODE_DEVICE_COMPAT_ANSWER_NONE
#define ABSENT VIR_NODE_DEVICE_COMPAT_ANSWER_ABSENT

#define PROGRAM abs_top_builddir "/src/nodedev_compat/nvml/libvirt_nodedev_nvml"
#define LIBRARY_DIR "LD_LIBRARY_PATH=" abs_top_builddir "/tests/nodedevcompat/nvml"

#define BEFORE "its-own"

static const struct testLibrary {
    const char *name;
    const char *fake;           /* what the library does, see nvml/fakenvml.c */
    const char *tree;
    virNodeDeviceCompatAnswer expect;
    const char *detail;
} libraries[] = {
    { "accepted", "", "", ACCEPTED, NULL },
    { "rejected", "vm=7,limits=1", "", REJECTED,
      "excludes a live migration; what limits it: the driver of the host" },
    { "no answer", "nvmlGetVgpuCompatibility=999", "", NONE, "nvmlGetVgpuCompatibility 999" },
    { "driver that is not loaded", "nvmlInit_v2=9", "", NONE, "nvmlInit_v2 9" },
    { "another vendor's device", "", "P/vendor 0x8086", ABSENT, "not available" },
};


static int
testLibrary1(const void *opaque)
{
    const struct testLibrary *data = opaque;
    g_autofree char *variable = g_strdup_printf("FAKENVML=%s", data->fake);
    const char *const environment[] = { LIBRARY_DIR, variable, NULL };
    g_autofree char *tree = g_strdup_printf(
        BASE "D/migration_version " BEFORE "\nP/vendor 0x10de\nP/driver @none\n"
        "P/driver @link ../../../bus/pci/drivers/nvidia\n%s", data->tree);
    g_autoptr(testRoot) root = testMakeTree(tree);
    g_autofree char *device = g_build_filename(root, PARENT, UUID, NULL);
    g_autofree char *file = g_build_filename(device, "migration_version", NULL);
    g_autofree char *base64 = NULL;
    g_autofree char *metadata = NULL;
    g_autofree char *detail = NULL;
    g_autofree char *text = NULL;
    guchar bytes[468] = { 11 };
    virNodeDeviceCompatAnswer answer;

    base64 = g_base64_encode(bytes, sizeof(bytes));
    metadata = g_strdup_printf("nvidia-vgpu-metadata-1:%s", base64);

    virNodeDeviceCompatNVMLSetProgram(PROGRAM, environment);
    answer = nodeDeviceCompatOpaqueAskBefore(device, metadata,
                                             g_get_monotonic_time() + 60 * G_USEC_PER_SEC,
                                             &detail);
    virNodeDeviceCompatNVMLSetProgram(NULL, NULL);

    if (testExpectNumber(data->expect, answer) < 0)
        return -1;

    if (!data->detail ? detail != NULL : !detail || !strstr(detail, data->detail))
        return testFail("expected the detail '%s', got '%s'", NULLSTR(data->detail),
                        NULLSTR(detail));

    if (virFileReadAll(file, 8192, &text) < 0)
        return -1;

    return testExpectString(BEFORE "\n", text);
}


static int
mymain(void)
{
    testTreeInit();

    DO_TABLE("library", libraries, testLibrary1);

    return testResult();
}

VIR_TEST_MAIN(mymain)
