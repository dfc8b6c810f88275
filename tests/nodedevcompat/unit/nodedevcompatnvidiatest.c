/*
 * nodedevcompatnvidiatest.c: what sysfs shows of NVIDIA's vGPUs
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* A GPU with its driver, and P, a virtual function of it */
#define GPU "R/devices/pci0000:00/0000:00:01.0"
#define ON_GPU \
    GPU "/vendor 0x10de\n" GPU "/device 0x26b9\n" \
    GPU "/driver @link ../../../bus/pci/drivers/nvidia\n" \
    GPU "/virtfn0 @link ../0000:00:02.0\n" \
    "R/bus/pci/drivers/nvidia/module @link ../../../../module/nvidia\n" \
    "R/module/nvidia/version 550.54.16\n" \
    "P/vendor 0x10de\nP/device 0x26b9\nP/physfn @link ../0000:00:01.0\n"
#define FUNCTION ON_GPU "P/iommu_group @dir\n"
#define SET_TO(number) FUNCTION "P/nvidia/current_vgpu_type " number "\n"
#define TITLE "ID    : vGPU Name\\n"
#define L40S TITLE "1147  : NVIDIA L40S-1Q\\n1148  : NVIDIA L40S-2Q\\n"
#define CREATABLE(text) "P/nvidia/creatable_vgpu_types @raw " text "\n"

/* Another virtual function of the GPU */
#define SIBLING(n, text) \
    GPU "/virtfn" #n " @link ../0000:00:02." #n "\n" \
    "R/devices/pci0000:00/0000:00:02." #n "/nvidia/creatable_vgpu_types @raw " text "\n"

#define VF API "<type id='pci-10de-26b9'/>"
#define VIRTUAL DERIVED("function", "virtual")
#define OF_GPU DERIVED("pf_pci_id", "10de:26b9")
#define IDS VIRTUAL ATTR("pci_id", "10de:26b9") OF_GPU
#define NO_BRANCH DRIVER IDS
#define OF_VERSION(version) DRIVER DERIVED("driver_version", version)
#define REST OF_VERSION("550.54.16") IDS BRANCH
#define CANNOT DERIVED("migratable", "no")
#define PARAMS FUNCTION "P/nvidia/vgpu_params "
#define IS_PREVENTED \
    CAP(VF OF_VERSION("550.54.16") VIRTUAL CANNOT ATTR("pci_id", "10de:26b9") OF_GPU BRANCH)
#define BRANCH DERIVED("vgpu_manager_branch", "550")
#define LIST DERIVED("creatable_vgpu_types", "1147:NVIDIA L40S-1Q;1148:NVIDIA L40S-2Q")
#define TYPE_IS(value, number) \
    DYNAMIC("current_vgpu_type", value) DERIVED("current_vgpu_type_id", number)
#define NO_NAME(reason) \
    CAP(VF DERIVED("current_vgpu_type_id", "1148") REST UNUSABLE("current_vgpu_type", reason))
#define IS_UNUSABLE(reason) CAP(VF REST UNUSABLE("current_vgpu_type", reason))

static const struct testTree functions[] = {
    { "set to a type", SET_TO("1148") CREATABLE(L40S),
      CAP(VF LIST TYPE_IS("NVIDIA L40S-2Q", "1148") REST) },
    { "set to nothing", SET_TO("0") CREATABLE(L40S), CAP(VF LIST TYPE_IS("0", "0") REST) },
    { "zeroes in front", SET_TO("01148") CREATABLE(L40S),
      CAP(VF LIST TYPE_IS("NVIDIA L40S-2Q", "1148") REST) },
    { "list without a title", SET_TO("1148") CREATABLE("1148 : NVIDIA L40S-2Q\\n"),
      CAP(VF DERIVED("creatable_vgpu_types", "1148:NVIDIA L40S-2Q")
          TYPE_IS("NVIDIA L40S-2Q", "1148") REST) },
    { "no list", SET_TO("1148"), CAP(VF TYPE_IS("1148", "1148") REST) },
    { "empty list", SET_TO("1148") CREATABLE(""), CAP(VF TYPE_IS("1148", "1148") REST) },
    { "title alone", SET_TO("1148") CREATABLE(TITLE), CAP(VF TYPE_IS("1148", "1148") REST) },
    { "list without the type", SET_TO("1149") CREATABLE(L40S),
      CAP(VF LIST TYPE_IS("1149", "1149") REST) },
    { "list that cannot be read",
      SET_TO("1148") "P/nvidia/creatable_vgpu_types @fail EIO", NO_NAME("unreadable") },
    { "list that cannot be read, set to nothing",
      SET_TO("0") "P/nvidia/creatable_vgpu_types @fail EIO", CAP(VF TYPE_IS("0", "0") REST) },
    { "list that cannot be read, and a name of another function",
      SET_TO("1148") "P/nvidia/creatable_vgpu_types @fail EIO\n" SIBLING(1, L40S),
      CAP(VF TYPE_IS("NVIDIA L40S-2Q", "1148") REST) },
    { "list of another function that cannot be read",
      SET_TO("1148") CREATABLE(TITLE) GPU "/virtfn1 @link ../0000:00:02.1\n"
      "R/devices/pci0000:00/0000:00:02.1/nvidia/creatable_vgpu_types @fail EIO",
      NO_NAME("unreadable") },
    { "list of another function that cannot be read, and one that can",
      SET_TO("1148") GPU "/virtfn1 @link ../0000:00:02.1\n"
      "R/devices/pci0000:00/0000:00:02.1/nvidia/creatable_vgpu_types @fail EIO\n"
      SIBLING(2, L40S),
      CAP(VF TYPE_IS("NVIDIA L40S-2Q", "1148") REST) },
    { "list that is cut",
      SET_TO("1148") "P/nvidia/creatable_vgpu_types @fill 4095 \n", NO_NAME("cut") },
    { "list that is no text", SET_TO("1148") CREATABLE("1148 : A\\n\\377\\n"),
      NO_NAME("malformed") },
    { "lines that are none", SET_TO("1148") CREATABLE("\\n:\\n1148\\n 1148 : A \\n:B\\n-1:C\\n"),
      CAP(VF DERIVED("creatable_vgpu_types", "1148:A") TYPE_IS("A", "1148") REST) },
    { "two names", SET_TO("1148") CREATABLE("1148:A\\n1148:B\\n"),
      CAP(VF TYPE_IS("1148", "1148") REST) },
    { "name of another function",
      SET_TO("1148") CREATABLE(TITLE) SIBLING(1, TITLE) SIBLING(2, L40S),
      CAP(VF TYPE_IS("NVIDIA L40S-2Q", "1148") REST) },
    { "one name of two other functions",
      SET_TO("1148") SIBLING(1, L40S) SIBLING(2, L40S),
      CAP(VF TYPE_IS("NVIDIA L40S-2Q", "1148") REST) },
    { "two names of two other functions",
      SET_TO("1148") SIBLING(1, L40S) SIBLING(2, TITLE "1148 : NVIDIA L40S-4Q\\n"),
      NO_NAME("conflicting") },
    { "another name than two other functions have",
      SET_TO("1148") CREATABLE("1148 : A\\n") SIBLING(1, L40S)
      SIBLING(2, TITLE "1148 : NVIDIA L40S-4Q\\n"),
      CAP(VF DERIVED("creatable_vgpu_types", "1148:A") TYPE_IS("A", "1148") REST) },
    { "name of the ninth function",
      SET_TO("1148") SIBLING(1, "") SIBLING(2, "") SIBLING(3, "") SIBLING(4, "") SIBLING(5, "")
      SIBLING(6, "") SIBLING(7, "") GPU "/virtfn9 @link ../0000:00:03.0\n"
      "R/devices/pci0000:00/0000:00:03.0/nvidia/creatable_vgpu_types @raw " L40S,
      CAP(VF TYPE_IS("1148", "1148") REST) },
    { "no GPU to be seen",
      "P/vendor 0x10de\nP/device 0x26b9\nP/iommu_group @dir\nP/nvidia/current_vgpu_type 1148",
      CAP(VF TYPE_IS("1148", "1148") DRIVER DERIVED("function", "physical")
          ATTR("pci_id", "10de:26b9")) },
    { "not a vGPU", FUNCTION, CAP(VF REST) },

    /* parameters */
    { "unified memory", PARAMS "enable_uvm=1", IS_PREVENTED },
    { "debuggers", PARAMS "frame_rate_limiter=0, enable_debugging=1", IS_PREVENTED },
    { "profilers", PARAMS "enable_profiling=1,disable_vnc=1", IS_PREVENTED },
    { "one of them in a line of its own",
      PARAMS "@raw enable_uvm=0\\nenable_profiling=1\\n", IS_PREVENTED },
    { "what is enabled by another number", PARAMS "enable_uvm=0x2", IS_PREVENTED },
    { "all disabled",
      PARAMS "enable_uvm=0,enable_debugging=0,enable_profiling=0", CAP(VF REST) },
    { "parameters that do not matter",
      PARAMS "frame_rate_limiter=0,disable_vnc=1,my_enable_uvm=1,enable_uvm2=1,enable_uvm_x=1",
      CAP(VF REST) },
    { "no parameters", PARAMS "@raw \\n", CAP(VF REST) },
    { "a parameter without a value",
      PARAMS "enable_uvm", CAP(VF REST UNUSABLE("migratable", "malformed")) },
    { "a parameter that is no number",
      PARAMS "enable_uvm=yes", CAP(VF REST UNUSABLE("migratable", "malformed")) },
    { "unreadable parameters",
      PARAMS "@fail EIO", CAP(VF REST UNUSABLE("migratable", "unreadable")) },
    { "parameters for the superuser",
      PARAMS "@private enable_uvm=0", CAP(VF REST) },
    { "parameters that are cut",
      PARAMS "@fill 4095 a", CAP(VF REST UNUSABLE("migratable", "cut")) },
    { "another vendor's parameters",
      PARAMS "enable_uvm=1\nP/vendor 0x8086",
      CAP(API "<type id='pci-8086-26b9'/>" DRIVER VIRTUAL ATTR("pci_id", "8086:26b9") OF_GPU) },

    { "not supported", SET_TO("@fail ENODEV"), CAP(VF REST) },
    { "unreadable", SET_TO("@loop"), IS_UNUSABLE("unreadable") },
    { "the firmware does not answer", SET_TO("@fail EIO"), IS_UNUSABLE("unreadable") },
    { "it takes too long", SET_TO("@fail ETIMEDOUT"), IS_UNUSABLE("timeout") },
    { "empty", SET_TO("@raw "), IS_UNUSABLE("malformed") },
    { "no number", SET_TO("L40S-2Q"), IS_UNUSABLE("malformed") },
    { "negative", SET_TO("-1"), IS_UNUSABLE("malformed") },
    { "two numbers", SET_TO("1 2"), IS_UNUSABLE("malformed") },
    { "published", SET_TO("1148") "P/migration/self current_vgpu_type=x",
      CAP(VF DYNAMIC("current_vgpu_type", "x") DERIVED("current_vgpu_type_id", "1148") REST) },

    /* the branch of the vGPU manager */
    { "version of one number", FUNCTION "R/module/nvidia/version 550",
      CAP(VF OF_VERSION("550") IDS BRANCH) },
    { "version that is none", FUNCTION "R/module/nvidia/version unknown",
      CAP(VF OF_VERSION("unknown") IDS UNUSABLE("vgpu_manager_branch", "malformed")) },
    { "number with more behind it", FUNCTION "R/module/nvidia/version 550x.1",
      CAP(VF OF_VERSION("550x.1") IDS UNUSABLE("vgpu_manager_branch", "malformed")) },
    { "version that cannot be read", FUNCTION "R/module/nvidia/version @fail EIO",
      CAP(VF NO_BRANCH UNUSABLE("driver_version", "unreadable")
          UNUSABLE("vgpu_manager_branch", "unreadable")) },
    { "version of the driver that the function is bound to",
      FUNCTION "P/driver @none\nP/driver @link ../../../bus/pci/drivers/vfio-pci\n"
      "R/bus/pci/drivers/vfio-pci/module @link ../../../../module/vfio_pci\n"
      "R/module/vfio_pci/version 0.2",
      CAP(VF DERIVED("driver", "vfio-pci") DERIVED("driver_version", "550.54.16") VIRTUAL CANNOT
          ATTR("pci_id", "10de:26b9") OF_GPU BRANCH) },
    { "no version", FUNCTION "R/module/nvidia/version @none",
      CAP(VF NO_BRANCH) },
    { "GPU with another driver",
      FUNCTION GPU "/driver @none\n" GPU "/driver @link ../../../bus/pci/drivers/vendor",
      CAP(VF NO_BRANCH) },
    { "GPU without driver", FUNCTION GPU "/driver @none",
      CAP(VF NO_BRANCH) },
    { "GPU of another vendor", FUNCTION GPU "/vendor 0x8086",
      CAP(VF DRIVER VIRTUAL ATTR("pci_id", "10de:26b9") DERIVED("pf_pci_id", "8086:26b9")) },
};

/* The same for a mediated device on the function P */
#define PCI_ID DERIVED("pci_id", "10de:26b9")
#define NAME(name) DERIVED("mdev_type_name", name)

static const struct testTree mdevs[] = {
    { "name of the type", BASE ON_GPU "T/name NVIDIA A40-24A",
      CAP(API TYPE OF_VERSION("550.54.16") NAME("NVIDIA A40-24A") PCI_ID OF_GPU BRANCH) },
    { "no name", BASE ON_GPU, CAP(API TYPE OF_VERSION("550.54.16") PCI_ID OF_GPU BRANCH) },
    { "name that cannot be read", BASE ON_GPU "T/name @fail EIO",
      CAP(API TYPE OF_VERSION("550.54.16") PCI_ID OF_GPU BRANCH
          UNUSABLE("mdev_type_name", "unreadable")) },
    { "profilers", BASE ON_GPU "D/nvidia/vgpu_params enable_profiling=1",
      CAP(API TYPE OF_VERSION("550.54.16") CANNOT PCI_ID OF_GPU BRANCH) },
    { "profilers, for the superuser to see",
      BASE ON_GPU "D/nvidia/vgpu_params @private enable_profiling=1",
      CAP(API TYPE OF_VERSION("550.54.16") CANNOT PCI_ID OF_GPU BRANCH) },
    { "unreadable parameters", BASE ON_GPU "D/nvidia/vgpu_params @fail EIO",
      CAP(API TYPE OF_VERSION("550.54.16") PCI_ID OF_GPU BRANCH
          UNUSABLE("migratable", "unreadable")) },
    { "parameters that are no text", BASE ON_GPU "D/nvidia/vgpu_params @raw \\001\\377\\n",
      CAP(API TYPE OF_VERSION("550.54.16") PCI_ID OF_GPU BRANCH
          UNUSABLE("migratable", "malformed")) },
    { "other parameters", BASE ON_GPU "D/nvidia/vgpu_params frame_rate_limiter=0",
      CAP(API TYPE OF_VERSION("550.54.16") PCI_ID OF_GPU BRANCH) },
    { "another vendor's type", BASE "P/vendor 0x8086\nP/device 0x26b9\nT/name A",
      CAP(API TYPE DRIVER DERIVED("pci_id", "8086:26b9")) },
    { "GPU without virtual functions",
      BASE ON_GPU "P/physfn @none\nP/driver @none\n"
      "P/driver @link ../../../bus/pci/drivers/nvidia\nT/name GRID T4-1B",
      CAP(API TYPE DERIVED("driver", "nvidia") DERIVED("driver_version", "550.54.16")
          NAME("GRID T4-1B") PCI_ID BRANCH) },
};

#define TYPE_ID(id) "<type id='" id "'/>"

/* What a type goes by, by the name of its directory */
static const struct testSpelling {
    const char *name;
    const char *tree;
    const char *dir;
    const char *expect;
} spellings[] = {
    { "bound to nvidia", ON_GPU, "nvidia-575", TYPE_ID("nvidia-575") },
    { "bound to vfio-pci", ON_GPU, "vfio-pci-575", TYPE_ID("nvidia-575") },
    { "another vendor's", "P/vendor 0x8086", "vfio-pci-575", TYPE_ID("vfio-pci-575") },
    { "no number", ON_GPU, "vfio-pci-575a", TYPE_ID("vfio-pci-575a") },
    { "nothing behind it", ON_GPU, "vfio-pci-", TYPE_ID("vfio-pci-") },
    { "parent that is no PCI function", "P/name a", "vfio-pci-575", TYPE_ID("vfio-pci-575") },
    { "vendor of the GPU that cannot be read", ON_GPU GPU "/vendor @fail EIO", "vfio-pci-575",
      TYPE_ID("nvidia-575") },
    { "GPU that cannot be found", ON_GPU "P/physfn @none\nP/physfn @link ../nowhere",
      "vfio-pci-575", TYPE_ID("nvidia-575") },
    { "vendor that cannot be read", ON_GPU "P/vendor @fail EIO", "vfio-pci-575",
      UNUSABLE("type", "unreadable") },
    { "empty vendor", ON_GPU "P/vendor @raw \\n", "vfio-pci-575", UNUSABLE("type", "malformed") },
    { "vendor that cannot be read, and no number", ON_GPU "P/vendor @fail EIO", "nvidia-575",
      TYPE_ID("nvidia-575") },
};


static int
testSpelling1(const void *opaque)
{
    const struct testSpelling *data = opaque;
    g_autofree char *tree = g_strdup_printf("%s\nP/mdev_supported_types/%s/device_api vfio-pci",
                                            data->tree, data->dir);
    g_autoptr(testRoot) root = testMakeTree(tree);
    g_autofree char *dir = g_strdup_printf(PARENT "/mdev_supported_types/%s", data->dir);
    g_autofree char *actual = testReadTree(root, dir);

    if (!strstr(actual, data->expect))
        return testFail("expected \"%s\" in \"%s\"", data->expect, actual);

    return 0;
}


static int
mymain(void)
{
    testTreeInit();

    DO_TABLE("function", functions, testTreeFunction);
    DO_TABLE("mediated device", mdevs, testTreeMdev);
    DO_TABLE_EXPECT("type", spellings, testSpelling1);

    return testResult();
}

VIR_TEST_MAIN(mymain)
