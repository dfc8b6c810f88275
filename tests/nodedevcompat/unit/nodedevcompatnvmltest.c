/*
 * nodedevcompatnvmltest.c: what NVIDIA's library shows of vGPUs
 *
 * What libvirt_nodedev_nvml prints, and what is taken of it; the program itself with a
 * library in the place of NVIDIA's, see nvml/fakenvml.c; what becomes of it in a
 * descriptor; and the metadata of a vGPU and the verdict about it.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <dlfcn.h>
#include <unistd.h>

#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"

#define LIBVIRT_NODEDEV_COMPAT_CACHEPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_cache.h"
#include "nodedev_compat/evidence/nodedev_compat_cachepriv.h"
#include "nodedev_compat/evidence/nodedev_compat_evidence.h"
#include "nodedev_compat/evidence/nodedev_compat_nvml.h"
#include "nodedev_compat/evidence/nodedev_compat_nvml_run.h"
#define LIBVIRT_NODEDEV_COMPAT_NVMLPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_nvmlpriv.h"
#define LIBVIRT_NODEDEV_COMPAT_NVML_RUNPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_nvml_runpriv.h"
#define LIBVIRT_NODEDEV_COMPAT_READERPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_readerpriv.h"
#include "nodedev_compat/evidence/nodedev_compat_watch.h"
#include "nodedev_compat/nodedev_compat_vgpu.h"
#include "virbuffer.h"
#include "virfile.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* However busy the machine is; and long enough to see that a program does not answer */
#define PLENTY_MS 60000
#define LITTLE_MS 300

#define PROGRAM abs_top_builddir "/src/nodedev_compat/nvml/libvirt_nodedev_nvml"
#define LIBRARY_DIR "LD_LIBRARY_PATH=" abs_top_builddir "/tests/nodedevcompat/nvml"

#define FIRST "libvirt-nodedev-nvml 1\n"
#define END "end\n"
#define METADATA VIR_NODE_DEVICE_COMPAT_VGPU_METADATA


/* What the program prints, and what it comes to: the values of an answer in the order of its
 * members, or "malformed" */

static const struct testAnswer {
    const char *name;
    const char *text;
    const char *expect;
} answers[] = {
    { "nothing known", FIRST END, "" },
    { "all there is",
      FIRST "ecc_mode Enabled\nvgpu_type 1148 NVIDIA L40S-2Q\n"
      "metadata " METADATA "AAAA\ncompatibility 15 0\nerror nvmlInit_v2 9\nunusable ecc_mode\n" END,
      "ecc=Enabled types=1148:NVIDIA L40S-2Q metadata=" METADATA "AAAA "
      "vm=15 limits=0 error=nvmlInit_v2 9 unusable" },
    { "without ECC", FIRST "ecc_mode N/A\n" END, "ecc=N/A" },
    { "ECC off", FIRST "ecc_mode Disabled\n" END, "ecc=Disabled" },
    { "ECC in other words", FIRST "ecc_mode enabled\n" END, "malformed" },
    { "ECC without a mode", FIRST "ecc_mode \n" END, "malformed" },
    { "ECC twice", FIRST "ecc_mode N/A\necc_mode N/A\n" END, "malformed" },
    { "all limits", FIRST "compatibility 7 2147483648\n" END, "vm=7 limits=2147483648" },
    { "limit beyond 32 bits", FIRST "compatibility 7 4294967296\n" END, "malformed" },
    { "verdict twice", FIRST "compatibility 7 0\ncompatibility 8 0\n" END, "malformed" },
    { "verdict without limits", FIRST "compatibility 7\n" END, "malformed" },
    { "verdict with more", FIRST "compatibility 7 0 0\n" END, "malformed" },
    { "negative verdict", FIRST "compatibility -1 0\n" END, "malformed" },
    { "type without a name", FIRST "vgpu_type 1148\n" END, "malformed" },
    { "type with an empty name", FIRST "vgpu_type 1148 \n" END, "malformed" },
    { "type whose number is none", FIRST "vgpu_type x NVIDIA\n" END, "" },
    { "type with two names", FIRST "vgpu_type 1 A\nvgpu_type 1 B\n" END, "" },
    { "type twice", FIRST "vgpu_type 1 A\nvgpu_type 1 A\n" END, "types=1:A" },
    { "metadata of another kind", FIRST "metadata AAAA\n" END, "malformed" },
    { "metadata without content", FIRST "metadata " METADATA "\n" END, "malformed" },
    { "metadata that is no Base64", FIRST "metadata " METADATA "AA-A\n" END, "malformed" },
    { "metadata of a broken length", FIRST "metadata " METADATA "AAAAA\n" END, "malformed" },
    { "metadata with padding inside", FIRST "metadata " METADATA "A==A\n" END, "malformed" },
    { "unusable, of another release", FIRST "unusable fan\n" END, "" },
    { "line of another release", FIRST "fan_speed 3\n" END, "" },
    { "line of an older release", FIRST "driver_version 550.54.16\n" END, "" },
    { "empty", "", "malformed" },
    { "no line feed at the end", FIRST "end", "malformed" },
    { "cut", FIRST "ecc_mode Enabled\n", "malformed" },
    { "cut in a line", FIRST "ecc_mode Ena", "malformed" },
    { "more behind the end", FIRST END "ecc_mode N/A\n" END, "malformed" },
    { "end twice", FIRST END END, "malformed" },
    { "another format", "libvirt-nodedev-nvml 2\n" END, "malformed" },
    { "noise in front", "NVML: warning\n" FIRST END, "malformed" },
    { "noise in between", FIRST "NVML: warning\n" END, "" },
    { "empty line", FIRST "\n" END, "malformed" },
    { "carriage return", FIRST "ecc_mode N/A\r\n" END, "malformed" },
    { "beyond ASCII", FIRST "vgpu_type 1 \303\244\n" END, "malformed" },
};


static char *
testFormatAnswer(const virNodeDeviceCompatNVMLAnswer *answer)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *types = NULL;

    if (!answer)
        return g_strdup("malformed");

    if (answer->eccMode)
        virBufferAsprintf(&buf, "ecc=%s ", answer->eccMode);
    if ((types = virNodeDeviceCompatVGPUTypesFormat(answer->types)))
        virBufferAsprintf(&buf, "types=%s ", types);
    if (answer->metadata)
        virBufferAsprintf(&buf, "metadata=%s ", answer->metadata);
    if (answer->judged)
        virBufferAsprintf(&buf, "vm=%u limits=%u ", answer->compatibility, answer->limits);
    if (answer->error)
        virBufferAsprintf(&buf, "error=%s ", answer->error);
    if (answer->eccUnusable)
        virBufferAddLit(&buf, "unusable ");
    virBufferTrim(&buf, " ");

    return g_strdup(virBufferCurrentContent(&buf));
}


static int
testAnswer(const void *opaque)
{
    const struct testAnswer *data = opaque;
    g_autoptr(virNodeDeviceCompatNVMLAnswer) answer =
        virNodeDeviceCompatNVMLAnswerParse(data->text, strlen(data->text));
    g_autofree char *actual = testFormatAnswer(answer);

    return testExpectString(data->expect, actual);
}


/* An answer of the largest size, one that is larger, and one with a NUL byte */
static int
testAnswerSize(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GString) text = g_string_new(FIRST);
    virNodeDeviceCompatNVMLAnswer *answer;

    while (text->len + strlen("x\n" END) <= VIR_NODE_DEVICE_COMPAT_NVML_ANSWER_MAX)
        g_string_append(text, "x\n");
    g_string_append(text, END);

    if (!(answer = virNodeDeviceCompatNVMLAnswerParse(text->str, text->len)))
        return testFail("expected an answer of %zu bytes to be taken", text->len);
    virNodeDeviceCompatNVMLAnswerFree(answer);

    g_string_insert(text, strlen(FIRST), "xx\n");
    if (virNodeDeviceCompatNVMLAnswerParse(text->str, text->len))
        return testFail("expected an answer of %zu bytes to be refused", text->len);

    g_string_assign(text, FIRST "x\n" END);
    text->str[strlen(FIRST)] = '\0';
    if (virNodeDeviceCompatNVMLAnswerParse(text->str, text->len))
        return testFail("expected an answer with a NUL byte to be refused");

    return 0;
}


/* What the program does with a library that does as FAKENVML says */

#define RESULT(name) VIR_NODE_DEVICE_COMPAT_READ_ ## name
#define TYPES "types=575:NVIDIA A40-24A;1147:NVIDIA L40S-1Q;1148:NVIDIA L40S-2Q"
#define INFO "info 0000:00:02.0"
#define SEARCH "metadata 0000:00:02.0"
#define MDEV "mdev=" UUID
#define GUEST(n) "guest=aaaaaaaa-0000-4000-8000-00000000000" #n

static const struct testRun {
    const char *name;
    const char *fake;           /* FAKENVML */
    const char *args;
    virNodeDeviceCompatReadResult result;
    const char *expect;         /* as above; the metadata is only "metadata" */
} runs[] = {
    { "info", "", INFO, RESULT(OK), "ecc=Enabled " TYPES },
    { "ECC off", "ecc=0", INFO, RESULT(OK), "ecc=Disabled " TYPES },
    { "unknown ECC mode", "ecc=7", INFO, RESULT(OK), "" TYPES " unusable" },
    { "GPU without ECC", "nvmlDeviceGetEccMode=3", INFO, RESULT(OK),
      "ecc=N/A " TYPES },
    { "ECC fails", "nvmlDeviceGetEccMode=999", INFO, RESULT(OK),
      "" TYPES " unusable" },
    { "GPU without vGPUs", "nvmlDeviceGetSupportedVgpus=3", INFO, RESULT(OK),
      "ecc=Enabled" },
    { "types without names", "nvmlVgpuTypeGetName=999", INFO, RESULT(OK),
      "ecc=Enabled" },
    { "name beyond ASCII", "name=\303\244", INFO, RESULT(OK), "ecc=Enabled" },
    { "name with a line feed", "name=a\nend", INFO, RESULT(OK), "ecc=Enabled" },
    { "another GPU", "", "info 0000:00:03.0", RESULT(OK),
      "error=nvmlDeviceGetHandleByPciBusId_v2 6" },
    { "no driver", "nvmlInit_v2=9", INFO, RESULT(OK), "error=nvmlInit_v2 9" },
    { "it cannot start", "nvmlInit_v2=999", INFO, RESULT(OK), "error=nvmlInit_v2 999" },
    { "GPU is lost", "nvmlDeviceGetHandleByPciBusId_v2=15", INFO, RESULT(OK),
      "error=nvmlDeviceGetHandleByPciBusId_v2 15" },
    { "crash", "crash", INFO, RESULT(UNREADABLE), NULL },
    { "noise", "noise", INFO, RESULT(OK), "malformed" },
    { "flood", "flood", INFO, RESULT(CUT), NULL },

    { "mediated device", "", SEARCH " " MDEV, RESULT(OK), "metadata" },
    { "mediated device in capitals", "",
      SEARCH " mdev=4B20D080-1B54-4048-85B3-A6A62D165C01", RESULT(OK), "metadata" },
    { "mediated device that does not run", "",
      SEARCH " mdev=4b20d080-1b54-4048-85b3-a6a62d165c02", RESULT(ABSENT), NULL },
    { "mediated device of another guest", "", SEARCH " " MDEV " " GUEST(2), RESULT(ABSENT), NULL },
    { "guest", "", SEARCH " " GUEST(2), RESULT(OK), "metadata" },
    { "guest and type", "", SEARCH " " GUEST(2) " type=1148", RESULT(OK), "metadata" },
    { "guest and another type", "", SEARCH " " GUEST(2) " type=1147", RESULT(ABSENT), NULL },
    { "guest with two", "", SEARCH " " GUEST(3) " type=1148", RESULT(ABSENT), NULL },
    { "guest without a UUID", "", SEARCH " guest=5", RESULT(ABSENT), NULL },
    { "any of five", "", SEARCH, RESULT(ABSENT), NULL },
    { "the only one of a type", "", SEARCH " type=575", RESULT(OK), "metadata" },
    { "no vGPUs", "nvmlDeviceGetActiveVgpus=3", SEARCH " " MDEV, RESULT(ABSENT), NULL },
    { "vGPUs cannot be listed", "nvmlDeviceGetActiveVgpus=999", SEARCH " " MDEV, RESULT(OK),
      "error=nvmlDeviceGetActiveVgpus 999" },
    { "vGPUs on a GPU that is not there", "nvmlDeviceGetActiveVgpus=6", SEARCH " " MDEV, RESULT(OK),
      "error=nvmlDeviceGetActiveVgpus 6" },
    { "mediated devices that cannot be told", "nvmlVgpuInstanceGetMdevUUID=999",
      SEARCH " " MDEV, RESULT(OK), "error=nvmlVgpuInstanceGetMdevUUID 999" },
    { "guests that cannot be told", "nvmlVgpuInstanceGetVmID=15", SEARCH " " GUEST(2), RESULT(OK),
      "error=nvmlVgpuInstanceGetVmID 15" },
    { "types that cannot be told", "nvmlVgpuInstanceGetType=999", SEARCH " type=575", RESULT(OK),
      "error=nvmlVgpuInstanceGetType 999" },
    { "vGPUs that have stopped", "nvmlVgpuInstanceGetVmID=6", SEARCH " " GUEST(2),
      RESULT(ABSENT), NULL },
    { "metadata of one that has stopped", "nvmlVgpuInstanceGetMetadata=6", SEARCH " " MDEV,
      RESULT(OK), "error=nvmlVgpuInstanceGetMetadata 6" },
    { "no metadata", "nvmlVgpuInstanceGetMetadata=999", SEARCH " " MDEV, RESULT(OK),
      "error=nvmlVgpuInstanceGetMetadata 999" },
    { "metadata of the largest size", "size=3051", SEARCH " " MDEV, RESULT(OK), "metadata" },
    { "metadata that is too large", "size=3100", SEARCH " " MDEV, RESULT(OK),
      "error=nvmlVgpuInstanceGetMetadata 7" },
    { "metadata that is too small", "size=211", SEARCH " " MDEV, RESULT(OK),
      "error=nvmlVgpuInstanceGetMetadata 7" },

    { "no arguments", "", "", RESULT(UNREADABLE), NULL },
    { "no GPU", "", "info", RESULT(UNREADABLE), NULL },
    { "unknown command", "", "fan 0000:00:02.0", RESULT(UNREADABLE), NULL },
    { "unknown argument", "", SEARCH " vf=0000:00:02.1", RESULT(UNREADABLE), NULL },
    { "malformed type", "", SEARCH " type=x", RESULT(UNREADABLE), NULL },
    { "type 0", "", SEARCH " type=0", RESULT(UNREADABLE), NULL },
    { "argument that is one too many", "", INFO " " MDEV, RESULT(UNREADABLE), NULL },
};

static char *fakeVariable;
static const char *environment[] = { LIBRARY_DIR, NULL, NULL };


static void
testSetFake(const char *fake)
{
    g_free(fakeVariable);
    environment[1] = fakeVariable = g_strdup_printf("FAKENVML=%s", fake);
    virNodeDeviceCompatNVMLSetProgram(PROGRAM, environment);
}


static gint64
testUntil(unsigned int ms)
{
    return g_get_monotonic_time() + ms * 1000LL;
}


static virNodeDeviceCompatReadResult
testStart(const char *words,
          const char *input,
          unsigned int ms,
          char **ret_text)
{
    g_auto(GStrv) args = g_strsplit(words, " ", 0);

    return virNodeDeviceCompatNVMLRun((const char *const *) args, input,
                                      testUntil(ms), ret_text);
}


static int
testRun1(const void *opaque)
{
    const struct testRun *data = opaque;
    g_autoptr(virNodeDeviceCompatNVMLAnswer) answer = NULL;
    g_autofree char *actual = NULL;
    g_autofree char *text = NULL;

    testSetFake(data->fake);
    if (testExpectNumber(data->result, testStart(data->args, NULL, PLENTY_MS, &text)) < 0)
        return -1;

    if (data->result != RESULT(OK))
        return testExpectString(NULL, text);

    answer = virNodeDeviceCompatNVMLAnswerParse(text, strlen(text));
    if (STREQ(data->expect, "metadata") && answer && answer->metadata)
        return 0;

    actual = testFormatAnswer(answer);
    return testExpectString(data->expect, actual);
}


/* Waits until all programs that were killed are gone; on a busy machine that takes a while. */
static int
testWaitForNone(void)
{
    gint64 until = g_get_monotonic_time() + PLENTY_MS * 1000LL;

    while (virNodeDeviceCompatNVMLCount() > 0 && g_get_monotonic_time() < until)
        g_usleep(1000);

    return testExpectNumber(0, virNodeDeviceCompatNVMLCount());
}


/* One that takes too long is killed. */
static int
testRunSlow(const void *opaque)
{
    const char *fake = opaque;
    g_autofree char *text = NULL;

    testSetFake(fake);
    if (testExpectNumber(RESULT(TIMEOUT), testStart(INFO, NULL, LITTLE_MS, &text)) < 0)
        return -1;

    return testWaitForNone();
}


/* Whether the process whose id is in @file runs; one that nobody has waited for does not. */
static bool
testRuns(const char *file)
{
    g_autofree char *pid = NULL;
    g_autofree char *path = NULL;
    g_autofree char *stat = NULL;
    const char *state;

    if (virFileReadAll(file, 100, &pid) < 0)
        return false;

    path = g_strdup_printf("/proc/%s/stat", g_strstrip(pid));
    if (!g_file_get_contents(path, &stat, NULL, NULL) ||
        !(state = strrchr(stat, ')')))
        return false;
    return state[2] != 'Z' && state[2] != 'X';
}


/* What it has started is killed with it: @opaque, a script with its directory for each %s */
static int
testRunGroup(const void *opaque)
{
    const char *format = opaque;
    gint64 until = g_get_monotonic_time() + PLENTY_MS * 1000LL;
    g_autoptr(testRoot) root = testMakeTree("");
    g_autofree char *script = virStringReplace(format, "%s", root);
    g_autofree char *file = g_build_filename(root, "program", NULL);
    g_autofree char *pid = g_build_filename(root, "pid", NULL);
    unsigned int ms = LITTLE_MS;

    if (virFileWriteStr(file, script, 0755) < 0)
        return -1;
    virNodeDeviceCompatNVMLSetProgram(file, environment);

    /* on a busy machine it may not come that far */
    while (!virFileExists(pid) && g_get_monotonic_time() < until) {
        g_autofree char *text = NULL;

        ignore_value(testStart(INFO, NULL, ms, &text));
        ms *= 2;
    }

    if (testExpectBool(true, virFileExists(pid)) < 0 ||
        testWaitForNone() < 0)
        return -1;

    until = g_get_monotonic_time() + PLENTY_MS * 1000LL;
    while (testRuns(pid) && g_get_monotonic_time() < until)
        g_usleep(1000);
    return testExpectBool(false, testRuns(pid));
}


/* A program that is not there, and a file that is none */
static int
testRunNone(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *text = NULL;

    virNodeDeviceCompatNVMLSetProgram("/nonexistent/program", environment);
    if (testExpectNumber(RESULT(ABSENT), testStart(INFO, NULL, PLENTY_MS, &text)) < 0)
        return -1;

    virNodeDeviceCompatNVMLSetProgram("/dev/null", environment);
    return testExpectNumber(RESULT(UNREADABLE), testStart(INFO, NULL, PLENTY_MS, &text));
}


/* Only a library that is not there is none: @opaque, its content, or NULL for that. */
static int
testRunLibrary(const void *opaque)
{
    const char *content = opaque;
    g_autoptr(testRoot) root = testMakeTree("");
    g_autofree char *file = g_build_filename(root, "libnvidia-ml.so.1", NULL);
    g_autofree char *variable = g_strdup_printf("LD_LIBRARY_PATH=%s", root);
    const char *const variables[] = { variable, NULL };
    g_autofree char *text = NULL;
    virNodeDeviceCompatReadResult result;

    /* the machine can have it */
    if (!content && dlopen("libnvidia-ml.so.1", RTLD_LAZY))
        return EXIT_AM_SKIP;

    if (content && virFileWriteStr(file, content, 0755) < 0)
        return -1;

    virNodeDeviceCompatNVMLSetProgram(PROGRAM, variables);
    result = testStart(INFO, NULL, PLENTY_MS, &text);
    virNodeDeviceCompatNVMLSetProgram(NULL, NULL);

    if (testExpectNumber(content ? RESULT(OK) : RESULT(ABSENT), result) < 0)
        return -1;

    return testExpectString(content ? FIRST "error dlopen -1\n" END : NULL, text);
}


/* Without time left the program is not even started. */
static int
testRunLate(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *text = NULL;

    testSetFake("");
    return testExpectNumber(RESULT(TIMEOUT), testStart(INFO, NULL, 0, &text));
}


/* It has no capabilities, cannot get any, and has nothing of the caller's environment. */
static int
testRunRestricted(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatNVMLAnswer) answer = NULL;
    g_autofree char *text = NULL;

    g_setenv("HOME", "/", FALSE);
    testSetFake("status");
    if (testExpectNumber(RESULT(OK), testStart(INFO, NULL, PLENTY_MS, &text)) < 0)
        return -1;

    answer = virNodeDeviceCompatNVMLAnswerParse(text, strlen(text));
    return testExpectString("0000000000000000 1 -",
                            answer ? virNodeDeviceCompatVGPUTypesGet(answer->types, "575") : NULL);
}


/* Descriptors, of a tree that stands in for the machine's sysfs */

#define GPU \
    "P/vendor 0x10de\nP/device 0x2235\nP/driver @none\n" \
    "P/driver @link ../../../bus/pci/drivers/nvidia\n" \
    "R/bus/pci/drivers/nvidia/module @link ../../../../module/nvidia\n" \
    "R/module/nvidia/version 550.54.16\n"
#define ON_GPU DERIVED("driver", "nvidia") DERIVED("driver_version", "550.54.16")
#define BRANCH DERIVED("vgpu_manager_branch", "550")
#define ECC(mode) DERIVED("ecc_mode", mode)
#define PCI_GPU DERIVED("pci_id", "10de:2235")

/* A virtual function of the GPU P */
#define VF PARENT "/../0000:00:02.4"
#define FUNCTION GPU \
    "R/" VF "/vendor 0x10de\nR/" VF "/device 0x2235\nR/" VF "/iommu_group @dir\n" \
    "R/" VF "/physfn @link ../0000:00:02.0\n" \
    "R/" VF "/driver @link ../../../bus/pci/drivers/nvidia\n"
#define OF_VF API "<type id='pci-10de-2235'/>"
#define VF_ID \
    DERIVED("function", "virtual") ATTR("pci_id", "10de:2235") DERIVED("pf_pci_id", "10de:2235")
#define SET_TO(value, number) \
    DYNAMIC("current_vgpu_type", value) DERIVED("current_vgpu_type_id", number)

static const struct testDescribed {
    const char *name;
    const char *fake;
    const char *dir;
    const char *tree;
    const char *expect;
} described[] = {
    { "mediated device", "", PARENT "/" UUID, BASE GPU,
      CAP(API TYPE ON_GPU ECC("Enabled") PCI_GPU BRANCH) },
    { "type", "ecc=0", PARENT "/mdev_supported_types/t1", BASE GPU,
      CAP(API TYPE ON_GPU ECC("Disabled") PCI_GPU BRANCH) },
    { "GPU without ECC", "nvmlDeviceGetEccMode=3", PARENT "/" UUID, BASE GPU,
      CAP(API TYPE ON_GPU ECC("N/A") PCI_GPU BRANCH) },
    { "ECC fails", "nvmlDeviceGetEccMode=999", PARENT "/" UUID, BASE GPU,
      CAP(API TYPE ON_GPU PCI_GPU BRANCH UNUSABLE("ecc_mode", "unreadable")) },
    { "library fails", "nvmlInit_v2=999", PARENT "/" UUID, BASE GPU,
      CAP(API TYPE ON_GPU PCI_GPU BRANCH UNUSABLE("ecc_mode", "unreadable")) },
    { "crash", "crash", PARENT "/" UUID, BASE GPU,
      CAP(API TYPE ON_GPU PCI_GPU BRANCH UNUSABLE("ecc_mode", "unreadable")) },
    { "noise", "noise", PARENT "/" UUID, BASE GPU,
      CAP(API TYPE ON_GPU PCI_GPU BRANCH UNUSABLE("ecc_mode", "malformed")) },
    { "flood", "flood", PARENT "/" UUID, BASE GPU,
      CAP(API TYPE ON_GPU PCI_GPU BRANCH UNUSABLE("ecc_mode", "cut")) },
    { "driver that is not loaded", "nvmlInit_v2=9", PARENT "/" UUID, BASE GPU,
      CAP(API TYPE ON_GPU PCI_GPU BRANCH UNUSABLE("ecc_mode", "unreadable")) },
    { "GPU that is not found", "nvmlDeviceGetHandleByPciBusId_v2=6", PARENT "/" UUID, BASE GPU,
      CAP(API TYPE ON_GPU PCI_GPU BRANCH UNUSABLE("ecc_mode", "unreadable")) },
    { "another vendor's device", "", PARENT "/" UUID, BASE GPU "P/vendor 0x8086",
      CAP(API TYPE ON_GPU DERIVED("pci_id", "8086:2235")) },
    { "another driver", "", PARENT "/" UUID,
      BASE GPU "P/driver @none\nP/driver @link ../../../bus/pci/drivers/vendor",
      CAP(API TYPE DRIVER PCI_GPU) },
    { "driver that cannot be told", "", PARENT "/" UUID,
      BASE GPU "P/driver @none\nP/driver @loop\nM @none",
      CAP(API TYPE DERIVED("driver", "driver") PCI_GPU UNUSABLE("driver_version", "unreadable")) },

    { "virtual function", "", VF, FUNCTION "R/" VF "/nvidia/current_vgpu_type 1148",
      CAP(OF_VF SET_TO("NVIDIA L40S-2Q", "1148") ON_GPU ECC("Enabled") VF_ID BRANCH) },
    { "virtual function that is set to nothing", "", VF,
      FUNCTION "R/" VF "/nvidia/current_vgpu_type 0",
      CAP(OF_VF SET_TO("0", "0") ON_GPU ECC("Enabled") VF_ID BRANCH) },
    { "type that the library does not know", "", VF,
      FUNCTION "R/" VF "/nvidia/current_vgpu_type 7",
      CAP(OF_VF SET_TO("7", "7") ON_GPU ECC("Enabled") VF_ID BRANCH) },
    { "library fails for a function", "crash", VF,
      FUNCTION "R/" VF "/nvidia/current_vgpu_type 1148",
      CAP(OF_VF SET_TO("1148", "1148") ON_GPU VF_ID BRANCH
          UNUSABLE("ecc_mode", "unreadable")) },
    { "virtual function without vGPU", "crash", VF, FUNCTION,
      CAP(OF_VF ON_GPU VF_ID BRANCH) },
    { "the GPU itself", "crash", PARENT, GPU "P/iommu_group @dir",
      CAP(OF_VF ON_GPU DERIVED("function", "physical") ATTR("pci_id", "10de:2235")) },
};


static int
testDescribed1(const void *opaque)
{
    const struct testDescribed *data = opaque;
    g_autoptr(testRoot) root = testMakeTree(data->tree);
    g_autofree char *path = g_build_filename(root, data->dir, NULL);
    g_autoptr(virNodeDeviceCompat) function = NULL;
    g_autofree char *actual = NULL;

    testSetFake(data->fake);
    virNodeDeviceCompatNVMLSetSysfs(root);

    if (STREQ(data->dir, VF)) {
        function = virNodeDeviceCompatReadPCI(path, NULL);
        actual = testFormatTight(function);
    } else {
        actual = testReadTree(root, data->dir);
    }

    return testCheckXML(data->expect, actual);
}


/* All functions and types of a GPU share an answer, until something is reported of it. */
static int
testKept(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree(BASE GPU);
    g_autofree char *gpu = g_build_filename(root, PARENT, NULL);
    int rc = 0;
    size_t i;

    virNodeDeviceCompatNVMLSetSysfs(root);
    virNodeDeviceCompatCacheEnable(true);

    for (i = 0; i < 3 && rc == 0; i++) {
        g_autoptr(virNodeDeviceCompatNVMLAnswer) answer = NULL;

        testSetFake(i == 0 ? "" : "ecc=0");
        if (i == 2)
            virNodeDeviceCompatWatchUdev(gpu);

        if (testExpectNumber(RESULT(OK), virNodeDeviceCompatNVMLReadGPU(gpu, &answer)) < 0 ||
            testExpectString(i == 2 ? "Disabled" : "Enabled", answer->eccMode) < 0)
            rc = -1;
    }

    virNodeDeviceCompatCacheDisable();
    return rc;
}


/* An error is kept for a short time. */
static gint64 keptTime;


static gint64
testKeptClock(void)
{
    return keptTime;
}


static const struct testKeptError {
    const char *name;
    const char *fake;
    unsigned int limit;         /* of the program, in milliseconds */
    virNodeDeviceCompatReadResult expect;
} keptErrors[] = {
    { "the library fails", "nvmlInit_v2=999", PLENTY_MS, RESULT(UNREADABLE) },
    { "no driver", "nvmlInit_v2=9", PLENTY_MS, RESULT(UNREADABLE) },
    { "crash", "crash", PLENTY_MS, RESULT(UNREADABLE) },
    { "noise", "noise", PLENTY_MS, RESULT(MALFORMED) },
    { "flood", "flood", PLENTY_MS, RESULT(CUT) },
    { "no answer in time", "slow", LITTLE_MS, RESULT(TIMEOUT) },
};


static int
testKeptError1(const void *opaque)
{
    const struct testKeptError *data = opaque;
    g_autoptr(testRoot) root = testMakeTree(BASE GPU);
    g_autofree char *gpu = g_build_filename(root, PARENT, NULL);
    g_autoptr(virNodeDeviceCompatNVMLAnswer) answer = NULL;
    virNodeDeviceCompatReadResult results[3];
    size_t i;

    virNodeDeviceCompatNVMLSetSysfs(root);
    virNodeDeviceCompatNVMLSetLimit(data->limit);
    virNodeDeviceCompatCacheSetClock(testKeptClock);
    virNodeDeviceCompatCacheEnable(true);

    for (i = 0; i < G_N_ELEMENTS(results); i++) {
        testSetFake(i == 0 ? data->fake : "");
        if (i == 2)
            keptTime += VIR_NODE_DEVICE_COMPAT_CACHE_ERROR_MS * 1000LL;
        virNodeDeviceCompatNVMLSetLimit(i == 0 ? data->limit : PLENTY_MS);
        results[i] = virNodeDeviceCompatNVMLReadGPU(gpu, &answer);
    }

    virNodeDeviceCompatCacheDisable();
    virNodeDeviceCompatCacheSetClock(NULL);

    return testExpectNumber(data->expect, results[0]) < 0 ||
           testExpectNumber(data->expect, results[1]) < 0 ||
           testExpectNumber(RESULT(OK), results[2]) < 0 ||
           testWaitForNone() < 0 ? -1 : 0;
}


/* The metadata of a vGPU, and the verdict of the library about it */

static const struct testVerdict {
    const char *name;
    const char *fake;
    const char *tree;           /* of the target, besides what all have */
    virNodeDeviceCompatAnswer expect;
    const char *detail;
} verdicts[] = {
    { "accepted", "", "", VIR_NODE_DEVICE_COMPAT_ANSWER_ACCEPTED, NULL },
    { "accepted with a limit", "limits=1", "", VIR_NODE_DEVICE_COMPAT_ANSWER_ACCEPTED, NULL },
    { "all but a running guest", "vm=7,limits=1", "", VIR_NODE_DEVICE_COMPAT_ANSWER_REJECTED,
      "what limits it: the driver of the host" },
    { "driver in the guest", "vm=0,limits=2", "", VIR_NODE_DEVICE_COMPAT_ANSWER_REJECTED,
      "what limits it: the driver in the guest" },
    { "another GPU", "vm=0,limits=4", "", VIR_NODE_DEVICE_COMPAT_ANSWER_REJECTED,
      "what limits it: the GPU" },
    { "several limits", "vm=0,limits=5", "", VIR_NODE_DEVICE_COMPAT_ANSWER_REJECTED,
      "what limits it: the driver of the host, the GPU" },
    { "another limit", "vm=0,limits=2147483648", "", VIR_NODE_DEVICE_COMPAT_ANSWER_REJECTED,
      "a cause that NVML does not name" },
    { "no limit", "vm=0", "", VIR_NODE_DEVICE_COMPAT_ANSWER_REJECTED,
      "a cause that NVML does not name" },
    { "the library cannot judge", "nvmlGetVgpuCompatibility=999", "",
      VIR_NODE_DEVICE_COMPAT_ANSWER_NONE, "nvmlGetVgpuCompatibility 999" },
    { "GPU without metadata", "nvmlDeviceGetVgpuMetadata=999", "",
      VIR_NODE_DEVICE_COMPAT_ANSWER_NONE, "nvmlDeviceGetVgpuMetadata 999" },
    { "GPU with much metadata", "gpusize=65536", "",
      VIR_NODE_DEVICE_COMPAT_ANSWER_ACCEPTED, NULL },
    { "GPU with too much metadata", "gpusize=65537", "",
      VIR_NODE_DEVICE_COMPAT_ANSWER_NONE, "nvmlDeviceGetVgpuMetadata 7" },
    { "crash", "crash", "", VIR_NODE_DEVICE_COMPAT_ANSWER_NONE, "could not be asked" },
    { "noise", "noise", "", VIR_NODE_DEVICE_COMPAT_ANSWER_NONE, "could not be asked" },
    { "driver that is not loaded", "nvmlInit_v2=9", "", VIR_NODE_DEVICE_COMPAT_ANSWER_NONE,
      "nvmlInit_v2 9" },
    { "GPU that is not found", "nvmlDeviceGetHandleByPciBusId_v2=6", "",
      VIR_NODE_DEVICE_COMPAT_ANSWER_NONE, "nvmlDeviceGetHandleByPciBusId_v2 6" },
    { "vendor that cannot be read", "", "P/vendor @none\nP/vendor @loop",
      VIR_NODE_DEVICE_COMPAT_ANSWER_NONE, "could not be asked" },
    { "physical function that cannot be told", "", "P/physfn @loop",
      VIR_NODE_DEVICE_COMPAT_ANSWER_NONE, "could not be asked" },
    { "physical function that has gone", "", "P/physfn @link ../0000:00:09.0",
      VIR_NODE_DEVICE_COMPAT_ANSWER_NONE, "could not be asked" },
    { "another driver", "", "P/driver @none\nP/driver @link ../../../bus/pci/drivers/vfio-pci",
      VIR_NODE_DEVICE_COMPAT_ANSWER_ABSENT, "not available" },
    { "another vendor's device", "", "P/vendor 0x8086", VIR_NODE_DEVICE_COMPAT_ANSWER_ABSENT,
      "not available" },
    { "no such device", "", "D @none", VIR_NODE_DEVICE_COMPAT_ANSWER_ABSENT, "not available" },
};

#define GUEST_UUID "aaaaaaaa-0000-4000-8000-000000000002"


static int
testVerdict1(const void *opaque)
{
    const struct testVerdict *data = opaque;
    g_autoptr(testRoot) source = testMakeTree(BASE GPU);
    g_autoptr(testRoot) target = NULL;
    g_autofree char *tree = g_strdup_printf(BASE GPU "%s", data->tree);
    g_autofree char *from = g_build_filename(source, PARENT, UUID, NULL);
    g_autofree char *to = NULL;
    g_autofree char *metadata = NULL;
    g_autofree char *detail = NULL;

    testSetFake("");
    if (testExpectNumber(RESULT(OK),
                         virNodeDeviceCompatNVMLReadMetadata(from, GUEST_UUID, testUntil(PLENTY_MS),
                                                             &metadata)) < 0 ||
        testExpectBool(true, virNodeDeviceCompatVGPUMetadataIs(metadata)) < 0)
        return -1;

    target = testMakeTree(tree);
    to = g_build_filename(target, PARENT, UUID, NULL);
    testSetFake(data->fake);
    if (testExpectNumber(data->expect,
                         virNodeDeviceCompatNVMLJudge(to, metadata, testUntil(PLENTY_MS),
                                                      &detail)) < 0)
        return -1;

    if (!data->detail ? detail != NULL : !detail || !strstr(detail, data->detail))
        return testFail("expected the detail '%s', got '%s'", NULLSTR(data->detail),
                        NULLSTR(detail));
    return 0;
}


/* One that takes too long is an answer, too. */
static int
testVerdictSlow(const void *opaque)
{
    g_autoptr(testRoot) root = testMakeTree(BASE GPU);
    g_autofree char *path = g_build_filename(root, PARENT, UUID, NULL);
    g_autofree char *detail = NULL;

    testSetFake("slow");
    if (testExpectNumber(VIR_NODE_DEVICE_COMPAT_ANSWER_NONE,
                         virNodeDeviceCompatNVMLJudge(path, METADATA "AAAA",
                                                      testUntil(opaque ? LITTLE_MS : 0),
                                                      &detail)) < 0)
        return -1;

    return testExpectString("NVIDIA's library did not answer in time", detail) < 0 ||
           testWaitForNone() < 0 ? -1 : 0;
}


/* Metadata of a hostile peer, of which the library must not see anything */

static const struct testHostile {
    const char *name;
    size_t size;
    size_t at;                  /* where it is not as it should be */
    size_t count;
    unsigned char byte;
} hostile[] = {
    { "too small", 211, 0, 0, 0 },
    { "more than there is", 468, 204, 2, 0xff },
    { "driver of the guest without an end", 468, 12, 80, 'x' },
    { "driver of the host without an end", 468, 92, 80, 'x' },
};


static int
testHostile1(const void *opaque)
{
    const struct testHostile *data = opaque;
    g_autoptr(testRoot) root = testMakeTree(BASE GPU);
    g_autofree char *path = g_build_filename(root, PARENT, UUID, NULL);
    g_autofree unsigned char *bytes = g_new0(unsigned char, 468);
    g_autofree char *base64 = NULL;
    g_autofree char *metadata = NULL;
    g_autofree char *detail = NULL;

    bytes[0] = 11;
    memset(bytes + data->at, data->byte, data->count);
    base64 = g_base64_encode(bytes, data->size);
    metadata = g_strdup_printf(METADATA "%s", base64);

    testSetFake("");
    if (testExpectNumber(VIR_NODE_DEVICE_COMPAT_ANSWER_NONE,
                         virNodeDeviceCompatNVMLJudge(path, metadata, testUntil(PLENTY_MS),
                                                      &detail)) < 0)
        return -1;

    return testExpectString("NVIDIA's library answers: metadata -1", detail);
}


/* A virtual function's vGPU is found by the guest and the type. */

static const struct testGuest {
    const char *name;
    const char *tree;
    const char *guest;
    virNodeDeviceCompatReadResult expect;
} guests[] = {
    { "its only one", "R/" VF "/nvidia/current_vgpu_type 1148", GUEST_UUID, RESULT(OK) },
    { "one of another type", "R/" VF "/nvidia/current_vgpu_type 575", GUEST_UUID, RESULT(ABSENT) },
    { "one of two", "R/" VF "/nvidia/current_vgpu_type 1148",
      "aaaaaaaa-0000-4000-8000-000000000003", RESULT(ABSENT) },
    { "another guest", "R/" VF "/nvidia/current_vgpu_type 1148",
      "aaaaaaaa-0000-4000-8000-000000000009", RESULT(ABSENT) },
    { "no such device", "R/" VF " @none", GUEST_UUID, RESULT(ABSENT) },
    { "type that cannot be read", "R/" VF "/nvidia/current_vgpu_type @loop", GUEST_UUID,
      RESULT(UNREADABLE) },
    { "vendor that cannot be read", "P/vendor @none\nP/vendor @loop", GUEST_UUID,
      RESULT(UNREADABLE) },
    { "physical function that cannot be told",
      "R/" VF "/physfn @none\nR/" VF "/physfn @loop", GUEST_UUID, RESULT(UNREADABLE) },
};


static int
testGuest1(const void *opaque)
{
    const struct testGuest *data = opaque;
    g_autofree char *tree = g_strdup_printf(FUNCTION "%s", data->tree);
    g_autoptr(testRoot) root = testMakeTree(tree);
    g_autofree char *path = g_build_filename(root, VF, NULL);
    g_autofree char *metadata = NULL;

    testSetFake("");
    if (testExpectNumber(data->expect,
                         virNodeDeviceCompatNVMLReadMetadata(path, data->guest,
                                                             testUntil(PLENTY_MS),
                                                             &metadata)) < 0)
        return -1;

    return testExpectBool(data->expect == RESULT(OK), !!metadata);
}


static int
mymain(void)
{
    testTreeInit();

    /* threads of the reader wait for the program as long as it takes */
    virNodeDeviceCompatReaderSetLimits(PLENTY_MS, PLENTY_MS, PLENTY_MS);
    virNodeDeviceCompatNVMLSetLimit(PLENTY_MS);

    DO_TABLE_EXPECT("answer", answers, testAnswer);
    DO_TEST(testAnswerSize, NULL, "size of an answer");
    DO_TABLE("program", runs, testRun1);
    DO_TEST(testRunSlow, "slow", "program that does not answer");
    DO_TEST(testRunSlow, "deaf", "program that does not end");
    DO_TEST(testRunGroup, "#!/bin/sh\nsleep 600 &\necho $! > %s/pid.new\n"
            "mv %s/pid.new %s/pid\n", "program that leaves one which holds its output");
    DO_TEST(testRunGroup, "#!/bin/sh\nsleep 600 > /dev/null 2>&1 &\necho $! > %s/pid.new\n"
            "mv %s/pid.new %s/pid\n", "program that leaves one");
    DO_TEST(testRunNone, NULL, "no program");
    DO_TEST(testRunLibrary, NULL, "no library");
    DO_TEST(testRunLibrary, "", "library without content");
    DO_TEST(testRunLibrary,
            "text, and long enough for the head of a library: not one that can be opened",
            "library that is none");
    DO_TEST(testRunLate, NULL, "no time left");
    DO_TEST(testRunRestricted, NULL, "what the program may do");
    DO_TABLE("descriptor", described, testDescribed1);
    DO_TEST(testKept, NULL, "answer that is kept");
    DO_TABLE("error that is kept", keptErrors, testKeptError1);
    DO_TABLE("verdict", verdicts, testVerdict1);
    DO_TEST(testVerdictSlow, "", "verdict that does not come");
    DO_TEST(testVerdictSlow, NULL, "verdict that there is no time for");
    DO_TABLE("hostile metadata", hostile, testHostile1);
    DO_TABLE("vGPU of a guest", guests, testGuest1);

    g_free(fakeVariable);
    return testResult();
}

VIR_TEST_MAIN(mymain)
