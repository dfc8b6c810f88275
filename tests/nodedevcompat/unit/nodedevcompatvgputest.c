/*
 * nodedevcompatvgputest.c: NVIDIA's vGPU types by number and by name
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"
#include "nodedevcompatutils.h"

#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedev_compat/nodedev_compat_vgpu.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define NAME63 "NVIDIA-0123456789-0123456789-0123456789-0123456789-0123456789-"

/* Types "NUMBER=NAME", with commas between them, and the list that they make */
static const struct testTypes {
    const char *name;
    const char *types;
    const char *expect;
} types[] = {
    { "none", "", NULL },
    { "two, sorted by number", "1148=NVIDIA L40S-2Q,9=A", "9:A;1148:NVIDIA L40S-2Q" },
    { "zeroes in front", "0009=A", "9:A" },
    { "number 0", "0=A", NULL },
    { "negative number", "-1=A", NULL },
    { "number beyond 32 bits", "4294967296=A", NULL },
    { "largest number", "4294967295=A", "4294967295:A" },
    { "no number", "ID=vGPU Name", NULL },
    { "number with more behind it", "9x=A", NULL },
    { "name that is a number", "9=10", NULL },
    { "empty name", "9=", NULL },
    { "name of 64 characters", "9=" NAME63 "ab", "9:" NAME63 "ab" },
    { "name of 65 characters", "9=" NAME63 "abc", NULL },
    { "name with the mark of a list", "9=A;B", NULL },
    { "name with a colon", "9=A:B", "9:A:B" },
    { "name beyond ASCII", "9=\303\244", NULL },
    { "name with a control character", "9=a\tb", NULL },
    { "same number and name", "9=A,9=A", "9:A" },
    { "same number, another name", "9=A,9=B,8=C", "8:C" },
    { "same number, and the first name again", "9=A,9=B,9=A", NULL },
};


static int
testTypesList(const void *opaque)
{
    const struct testTypes *data = opaque;
    g_autoptr(GHashTable) table = virNodeDeviceCompatVGPUTypesNew();
    g_auto(GStrv) words = g_strsplit(data->types, ",", 0);
    g_autofree char *actual = NULL;
    size_t i;

    for (i = 0; words[i]; i++) {
        char *name = strchr(words[i], '=');

        *name++ = '\0';
        virNodeDeviceCompatVGPUTypesAdd(table, words[i], name);
    }

    actual = virNodeDeviceCompatVGPUTypesFormat(table);
    return testExpectString(data->expect, actual);
}


/* As many types as there may be, and lists that are too long for a value */
static int
testTypesMany(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GHashTable) table = virNodeDeviceCompatVGPUTypesNew();
    g_autofree char *list = NULL;
    g_autofree char *none = NULL;
    size_t i;

    for (i = 1; i <= VIR_NODE_DEVICE_COMPAT_VGPU_LIST_MAX + 1; i++) {
        g_autofree char *number = g_strdup_printf("%zu", i);

        virNodeDeviceCompatVGPUTypesAdd(table, number, "A");
    }

    list = virNodeDeviceCompatVGPUTypesFormat(table);
    if (testExpectNumber(VIR_NODE_DEVICE_COMPAT_VGPU_LIST_MAX, g_hash_table_size(table)) < 0 ||
        testExpectBool(true, g_str_has_suffix(list, ";256:A")) < 0 ||
        testExpectString("A", virNodeDeviceCompatVGPUTypesGet(table, "256")) < 0 ||
        testExpectString(NULL, virNodeDeviceCompatVGPUTypesGet(table, "257")) < 0)
        return -1;

    g_hash_table_remove_all(table);
    for (i = 1; i <= 70; i++) {
        g_autofree char *number = g_strdup_printf("%zu", i);

        virNodeDeviceCompatVGPUTypesAdd(table, number, NAME63);
    }

    none = virNodeDeviceCompatVGPUTypesFormat(table);
    return testExpectString(NULL, none);
}


/* What is to be written to set a target to the source's type */
static const struct testNumber {
    const char *name;
    const char *target;
    const char *type;
    const char *expect;
} numbers[] = {
    { "in the list", "creatable_vgpu_types=7:A;8:B", "B", "8" },
    { "the first one", "creatable_vgpu_types=7:A;8:B", "A", "7" },
    { "not in the list", "creatable_vgpu_types=7:A;8:B", "C", NULL },
    { "name with a colon", "creatable_vgpu_types=7:A:B", "A:B", "7" },
    { "part of a name", "creatable_vgpu_types=7:AB", "A", NULL },
    { "no list", "x=1", "A", NULL },
    { "list that is not usable", "!creatable_vgpu_types", "A", NULL },
    { "broken list", "creatable_vgpu_types=;;x;:;7", "A", NULL },
    { "no number in a list", "creatable_vgpu_types=x:A;:A", "A", NULL },
};


static int
testGetNumber(const void *opaque)
{
    const struct testNumber *data = opaque;
    g_autoptr(virNodeDeviceCompat) target = testCompatParseDevice(data->target);
    g_autofree char *actual = virNodeDeviceCompatVGPUTypeGetNumber(&target->self, data->type);

    return testExpectString(data->expect, actual);
}


#define BASE_VF "api=vfio-pci type=pci-10de-26b9 sv=1.0 pci=10de:26b9 "
#define NAMED(name, number) "*current_vgpu_type=" name " ~current_vgpu_type_id=" number " "
#define NUMBERED(number) NAMED(number, number)

/* Two functions, and what comes of them */
static const struct testPair {
    const char *name;
    const char *source;
    const char *target;
    const char *expect;
} pairs[] = {
    { "same name", NAMED("A", "7"), NAMED("A", "7"), "identical " },
    { "same name, another number", NAMED("A", "7"), NAMED("A", "8"),
      "identical derived-differs:current_vgpu_type_id" },
    { "same number, another name", NAMED("A", "7"), NAMED("B", "7"),
      "incompatible needs-provisioning:current_vgpu_type" },
    { "no names", NUMBERED("7"), NUMBERED("7"), "identical " },
    { "no names, another number", NUMBERED("7"), NUMBERED("8"),
      "incompatible needs-provisioning:current_vgpu_type "
      "derived-differs:current_vgpu_type_id" },
    { "no name on the target", NAMED("A", "7"), NUMBERED("7"), "identical " },
    { "no name on the source", NUMBERED("7"), NAMED("A", "7"), "identical " },
    { "no name on the target, another number", NAMED("A", "7"), NUMBERED("8"),
      "incompatible needs-provisioning:current_vgpu_type "
      "derived-differs:current_vgpu_type_id" },
    { "target set to nothing", NAMED("A", "7"), NUMBERED("0"),
      "incompatible needs-provisioning:current_vgpu_type "
      "derived-differs:current_vgpu_type_id" },
    { "target set to nothing, no name", NUMBERED("7"), NUMBERED("0"),
      "incompatible needs-provisioning:current_vgpu_type "
      "derived-differs:current_vgpu_type_id" },
    { "source set to nothing", NUMBERED("0"), NAMED("A", "7"),
      "unknown missing-source:current_vgpu_type derived-differs:current_vgpu_type_id" },
    { "both set to nothing", NUMBERED("0"), NUMBERED("0"),
      "unknown missing-source:current_vgpu_type" },
    { "no number of the source", "*current_vgpu_type=A ", NUMBERED("7"),
      "unknown missing-source:current_vgpu_type_id" },
    { "no number of the target", NUMBERED("7"), "*current_vgpu_type=A ",
      "unknown missing-target:current_vgpu_type_id" },
    { "number that is not usable", "*current_vgpu_type=A !current_vgpu_type_id ", NUMBERED("7"),
      "unknown missing-source:current_vgpu_type_id unreadable-source:current_vgpu_type_id" },
    { "number 0 without a number", "*current_vgpu_type=A ", "*current_vgpu_type=0 ",
      "incompatible needs-provisioning:current_vgpu_type" },
};


static int
testPair(const void *opaque)
{
    const struct testPair *data = opaque;
    g_autofree char *from = g_strconcat(BASE_VF, data->source, NULL);
    g_autofree char *to = g_strconcat(BASE_VF, data->target, NULL);
    g_autoptr(virNodeDeviceCompat) source = testCompatParseDevice(from);
    g_autoptr(virNodeDeviceCompat) target = testCompatParseDevice(to);
    g_autoptr(virNodeDeviceCompatReport) report =
        virNodeDeviceCompatCompare(source, target, NULL, 0);
    g_autofree char *actual = testCompatFormatResult(report);

    return testExpectString(data->expect, actual);
}


/* The reason says which number to write. */
static int
testReason(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompat) source = testCompatParseDevice(BASE_VF NAMED("B", "7"));
    g_autoptr(virNodeDeviceCompat) target =
        testCompatParseDevice(BASE_VF NUMBERED("0") "~creatable_vgpu_types=7:A;8:B");
    g_autoptr(virNodeDeviceCompatReport) report =
        virNodeDeviceCompatCompare(source, target, NULL, 0);

    return testExpectString("current_vgpu_type must first be set to the source's value on the "
                            "target: write '8' to nvidia/current_vgpu_type of the virtual "
                            "function, if no guest uses it; the source has 'B', the target has "
                            "'0'", report->reasons[0]->message);
}


/* Which strings are metadata of a vGPU */
static const struct testMetadata {
    const char *name;
    const char *opaque;
    bool expect;
} metadata[] = {
    { "four characters", VIR_NODE_DEVICE_COMPAT_VGPU_METADATA "Ab0+", true },
    { "one sign of padding", VIR_NODE_DEVICE_COMPAT_VGPU_METADATA "Ab/=", true },
    { "two signs of padding", VIR_NODE_DEVICE_COMPAT_VGPU_METADATA "Ab==", true },
    { "three signs of padding", VIR_NODE_DEVICE_COMPAT_VGPU_METADATA "A===", false },
    { "only padding", VIR_NODE_DEVICE_COMPAT_VGPU_METADATA "====", false },
    { "padding inside", VIR_NODE_DEVICE_COMPAT_VGPU_METADATA "A=BC", false },
    { "broken length", VIR_NODE_DEVICE_COMPAT_VGPU_METADATA "Ab0", false },
    { "no content", VIR_NODE_DEVICE_COMPAT_VGPU_METADATA, false },
    { "blank", VIR_NODE_DEVICE_COMPAT_VGPU_METADATA "Ab0 ", false },
    { "another format", "nvidia-vgpu-metadata-2:Ab0+", false },
    { "string of a driver", "vendor-1", false },
};


static int
testIsMetadata(const void *opaque)
{
    const struct testMetadata *data = opaque;

    return testExpectBool(data->expect, virNodeDeviceCompatVGPUMetadataIs(data->opaque));
}


/* Types of which one or both are not known do not compare. */
static int
testTypesMissing(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompat) has =
        testCompatParseDevice("api=vfio-pci current_vgpu_type=8 creatable_vgpu_types=8:B");
    g_autoptr(virNodeDeviceCompat) none = testCompatParseDevice("api=vfio-pci");

    if (testExpectNumber(VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_DIFFER,
                         virNodeDeviceCompatVGPUTypesCompare(&has->self, &none->self)) < 0 ||
        testExpectNumber(VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_DIFFER,
                         virNodeDeviceCompatVGPUTypesCompare(&none->self, &has->self)) < 0)
        return -1;

    return testExpectNumber(VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_DIFFER,
                            virNodeDeviceCompatVGPUTypesCompare(&none->self, &none->self));
}


/* One that is as long as a value can be is, and none that is longer. */
static int
testMetadataLength(const void *opaque G_GNUC_UNUSED)
{
    const size_t head = strlen(VIR_NODE_DEVICE_COMPAT_VGPU_METADATA);
    const size_t most = (VIR_NODE_DEVICE_COMPAT_VALUE_MAX - head) / 4 * 4;
    g_autofree char *content = g_strnfill(most + 4, 'A');
    g_autofree char *longest = g_strdup_printf(VIR_NODE_DEVICE_COMPAT_VGPU_METADATA "%.*s",
                                               (int) most, content);
    g_autofree char *more = g_strconcat(VIR_NODE_DEVICE_COMPAT_VGPU_METADATA, content, NULL);

    if (testExpectBool(true, virNodeDeviceCompatVGPUMetadataIs(longest)) < 0)
        return -1;

    return testExpectBool(false, virNodeDeviceCompatVGPUMetadataIs(more));
}


static int
mymain(void)
{
    DO_TABLE("types", types, testTypesList);
    DO_TEST(testTypesMany, NULL, "many types");
    DO_TABLE("number", numbers, testGetNumber);
    DO_TABLE_EXPECT("functions", pairs, testPair);
    DO_TEST(testReason, NULL, "way out");
    DO_TABLE("metadata", metadata, testIsMetadata);
    DO_TEST(testTypesMissing, NULL, "types that are not known");
    DO_TEST(testMetadataLength, NULL, "long metadata");

    return testResult();
}

VIR_TEST_MAIN(mymain)
