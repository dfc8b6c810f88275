/*
 * nodedevcompatclasstest.c: classes of devices, and what they mean for comparing
 *
 * A class must never hold two devices that are not identical in both directions, whatever
 * devices and rules are; see nodedevcompatpropertytest.c for how to try more of them.
 * And its name must not change from release to release.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat/nodedev_compat_class.h"
#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedevcompatframe.h"
#include "nodedevcompatrandom.h"
#include "nodedevcompatutils.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* Rules that make the number of a type of NVIDIA's irrelevant, and one that ignores */
static const char rulesXML[] =
    "<nodedevCompatRules>"
    "<rules driver='nvidia'>"
    "<attr name='software_version' missing='ignore'/>"
    "<attr name='vgpu_manager_branch' need='yes'/>"
    "<attr name='noise' rule='ignore'/>"
    "</rules>"
    "<rules vendor='15b3'>"
    "<attr name='software_version' missing='ignore'/>"
    "<attr name='fw.version' need='yes'/>"
    "<attr name='caps' rule='superset'/>"
    "<attr name='share' missing='ignore' differs='unknown' unless='caps'/>"
    "<attr name='noise' rule='ignore'/>"
    "</rules>"
    "</nodedevCompatRules>";

static virNodeDeviceCompatRules *rules;


/*
 * Names
 */

static char *
testDigest(const char *device,
           const virNodeDeviceCompatRules *by)
{
    g_autoptr(virNodeDeviceCompat) compat = testCompatParseDevice(device);

    return virNodeDeviceCompatGetClassDigest(compat, by);
}


typedef struct _testName testName;
struct _testName {
    const char *name;
    const char *device;
    const char *expect;         /* or NULL */
};

#define MLX5 \
    "api=vfio-pci type=pci-15b3-101e pci_id=15b3:101e function=virtual pf_pci_id=15b3:1021 "
#define VGPU "api=vfio-pci driver=nvidia vgpu_manager_branch=550 "

/* If one of these changes, so has the prefix to. */
static const testName names[] = {
    { "mediated device", "api=vfio-pci type=t sv=1.2.0",
      "ndc1-fcf6127fd8ae200ce9ee40a23cd4b176ef4e3c4e" },
    { "without version", "api=vfio-pci type=t", NULL },
    { "unreadable", "api=vfio-pci type=t sv=1.0 !x", NULL },
    { "unreadable, which does not count", MLX5 "fw.version=1 caps=a !share",
      "ndc1-f2d159a84f14187153c447c9b58fcf7320b6e879" },
    { "unreadable, which counts", MLX5 "fw.version=1 !share", NULL },
    { "no device API", "type=t sv=1.0", NULL },
    { "no type", "api=vfio-pci sv=1.0", NULL },
    { "a driver with a dash", MLX5 "fw.version=1 vfio_driver=mlx5-vfio-pci",
      "ndc1-1b79955170e13f9a9c5051d773a9a580ad8d9308" },
    { "NVIDIA's", VGPU "type=nvidia-474 mdev_type_name=A",
      "ndc1-24032f1aad84a532283a2f2296a9a8d82cf4ec30" },
    { "NVIDIA's, needed is missing", "api=vfio-pci type=nvidia-474 driver=nvidia", NULL },
    { "cannot be migrated", "api=vfio-pci type=t sv=1.0 migratable=no", NULL },
};


static int
testNameRun(const void *opaque)
{
    const testName *row = opaque;
    g_autofree char *digest = testDigest(row->device, rules);

    return testExpectString(row->expect, digest);
}


/*
 * Pairs
 */

typedef struct _testTwo testTwo;
struct _testTwo {
    const char *name;
    const char *a;
    const char *b;
    bool same;
};

static const testTwo twos[] = {
    { "the same", MLX5 "fw.version=1", MLX5 "fw.version=1", true },
    { "firmware", MLX5 "fw.version=1", MLX5 "fw.version=2", false },
    { "order of a set", MLX5 "fw.version=1 caps=a+b", MLX5 "fw.version=1 caps=b,a", true },
    { "another set", MLX5 "fw.version=1 caps=a+b", MLX5 "fw.version=1 caps=a", false },
    { "ignored", MLX5 "fw.version=1 noise=1", MLX5 "fw.version=1 noise=2", true },
    { "ignored on one side", MLX5 "fw.version=1 noise=1", MLX5 "fw.version=1", true },
    { "derived without a rule", MLX5 "fw.version=1 ~clock=1", MLX5 "fw.version=1 ~clock=2", true },
    { "published without a rule", MLX5 "fw.version=1 clock=1", MLX5 "fw.version=1 clock=2", false },
    { "unreadable, which does not count", MLX5 "fw.version=1 caps=a !share",
      MLX5 "fw.version=1 caps=a !share", true },
    { "unreadable on one side", MLX5 "fw.version=1 caps=a !share",
      MLX5 "fw.version=1 caps=a share=1", false },
    { "what it accepts", MLX5 "fw.version=1 | fw.version=2", MLX5 "fw.version=1", true },
    { "bugfix release", "api=vfio-pci type=t sv=1.0.1", "api=vfio-pci type=t sv=1.0.2", false },
    { "spelling", "api=vfio_pci type=t sv=1.0", "api=vfio-pci type=t sv=1.0.0", true },
    { "migratable or not known", MLX5 "fw.version=1 migratable=yes", MLX5 "fw.version=1", true },
    { "name of a type", VGPU "type=nvidia-474 mdev_type_name=A",
      VGPU "type=nvidia-500 mdev_type_name=A", true },
    { "other name of a type", VGPU "type=nvidia-474 mdev_type_name=A",
      VGPU "type=nvidia-500 mdev_type_name=B", false },
    { "a type called like a name", VGPU "type=nvidia-474 mdev_type_name=A",
      "api=vfio-pci driver=nvidia vgpu_manager_branch=550 type=A mdev_type_name=A", false },
    { "other rules", "api=vfio-pci type=t sv=1.0 driver=nvidia vgpu_manager_branch=550",
      "api=vfio-pci type=t sv=1.0 driver=other vgpu_manager_branch=550", false },
};


static int
testTwoRun(const void *opaque)
{
    const testTwo *row = opaque;
    g_autofree char *a = testDigest(row->a, rules);
    g_autofree char *b = testDigest(row->b, rules);

    if (!a || !b)
        return testFail("'%s' has no class", a ? row->b : row->a);

    return testExpectBool(row->same, STREQ(a, b));
}


/*
 * Properties
 */

static const char *
testClassIdentical(testPair *pair)
{
    g_autofree char *a = testDigest(pair->source, pair->rules);
    g_autofree char *b = testDigest(pair->target, pair->rules);

    if (!a || STRNEQ_NULLABLE(a, b))
        return NULL;

    if (testPairRank(pair, pair->source, pair->target) != RANK_IDENTICAL)
        return "not forth";
    if (testPairRank(pair, pair->target, pair->source) != RANK_IDENTICAL)
        return "not back";

    return NULL;
}


/* Few random devices are of one class: one is made of the other by what does not count. */
static const char *
testClassLike(testPair *pair)
{
    g_autofree char *like = testDeviceReorder(pair->rand, pair->source, true);
    g_autofree char *more = g_strdup_printf("~clock=%d %s | zz=1",
                                            g_rand_int_range(pair->rand, 0, 9), like);
    g_autofree char *a = testDigest(pair->source, pair->rules);
    g_autofree char *b = testDigest(more, pair->rules);

    if (STRNEQ_NULLABLE(a, b)) {
        testPairDetail(pair, "other: %s", more);
        return "another one is";
    }

    if (a && (testPairRank(pair, pair->source, more) != RANK_IDENTICAL ||
              testPairRank(pair, more, pair->source) != RANK_IDENTICAL)) {
        testPairDetail(pair, "other: %s", more);
        return "it is not identical";
    }

    return NULL;
}


static const char *
testClassSplit(testPair *pair)
{
    g_autofree char *a = testDigest(pair->source, pair->rules);
    g_autofree char *b = testDigest(pair->target, pair->rules);

    if (testPairRank(pair, pair->source, pair->target) != RANK_IDENTICAL ||
        testPairRank(pair, pair->target, pair->source) != RANK_IDENTICAL)
        return NULL;

    return a && STREQ_NULLABLE(a, b) ? NULL : "they are not";
}


static const char *
testClassKnown(testPair *pair)
{
    g_autofree char *digest = testDigest(pair->source, pair->rules);
    bool known = testPairRank(pair, pair->source, pair->source) == RANK_IDENTICAL;

    return known == !!digest ? NULL : "not so";
}


static const testProperty properties[] = {
    { "devices of one class are identical in both directions", testClassIdentical, { 0, NULL } },
    { "what does not decide makes no other class",
      testClassLike, { WITHOUT_ALTERNATIVES, NULL } },
    { "devices that are identical in both directions are of one class",
      testClassSplit,
      { WITHOUT_ALTERNATIVES | WITHOUT_DERIVED | WITHOUT_UNSET | SAME_API, "lax oneof range" } },
    { "a device has a class if it is identical to itself", testClassKnown, { 0, NULL } },
};


/* A test in which no two devices are of one class would prove nothing. */
static int
testClassesAreMet(const void *opaque G_GNUC_UNUSED)
{
    static const testRandomWish wish = { .flags = WITHOUT_ALTERNATIVES | WITHOUT_BAD };
    size_t same = 0;
    size_t i;

    for (i = 0; i < testRandomCases; i++) {
        g_autoptr(GRand) rand = g_rand_new_with_seed(testRandomSeed + i);
        g_autofree char *source = testRandomSource(rand, &wish);
        g_autofree char *target = testRandomTarget(rand, &wish, source);
        g_autofree char *a = testDigest(source, testRandomRules);
        g_autofree char *b = testDigest(target, testRandomRules);

        same += a && STREQ_NULLABLE(a, b);
    }

    VIR_TEST_DEBUG("\nof one class %zu", same);
    if (same < testRandomCases / 200)
        return testFail("%zu pairs of one class of %u only", same, testRandomCases);

    return 0;
}


/* Rules of a file that cannot be used decide nothing, and could decide anything. */
static int
testFaults(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatRules) faulty = virNodeDeviceCompatRulesNew();
    g_autofree char *digest = NULL;

    virNodeDeviceCompatRulesAddFault(faulty, VIR_NODE_DEVICE_COMPAT_FAULT_RULES_UNUSABLE, "x.xml");
    digest = testDigest("api=vfio-pci type=t sv=1.0", faulty);

    return testExpectString(NULL, digest);
}


/* Rules about what the device does not have are in no comparison, and could be too many all
 * the same: looking for all of a pattern takes the product of two lengths. */
static int
testTooMuch(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatRules) many = virNodeDeviceCompatRulesNew();
    g_auto(virBuffer) xml = VIR_BUFFER_INITIALIZER;
    g_autofree char *pattern = g_strnfill(2000, 't');
    g_autofree char *type = g_strnfill(4000, 't');
    g_autofree char *device = g_strdup_printf("api=vfio-pci type=%s sv=1.0", type);
    g_autofree char *digest = NULL;
    size_t i;

    virBufferAddLit(&xml, "<nodedevCompatRules>");
    for (i = 0; i < 20; i++)
        virBufferAsprintf(&xml, "<rules type='*%sx*'><attr name='x'/></rules>", pattern);
    virBufferAddLit(&xml, "</nodedevCompatRules>");
    if (virNodeDeviceCompatRulesAddXML(many, virBufferCurrentContent(&xml), "many") < 0)
        return -1;

    digest = testDigest(device, many);
    return testExpectString(NULL, digest);
}


static int
mymain(void)
{
    size_t i;

    if (testRandomSetUp() < 0)
        return EXIT_FAILURE;

    rules = virNodeDeviceCompatRulesNew();
    if (virNodeDeviceCompatRulesAddXML(rules, rulesXML, "rules") < 0)
        return EXIT_FAILURE;

    DO_TABLE("name", names, testNameRun);
    DO_TABLE("two devices", twos, testTwoRun);
    DO_TEST(testFaults, NULL, "no class by unusable rules");
    DO_TEST(testTooMuch, NULL, "no class by too many rules");

    for (i = 0; i < G_N_ELEMENTS(properties); i++) {
        DO_TEST(testPropertyTry, &properties[i], "%s: %u cases from seed %u",
                properties[i].name, testRandomCases, testRandomSeed);
    }
    DO_TEST(testClassesAreMet, NULL, "classes are met");

    g_clear_object(&rules);
    g_clear_object(&testRandomRules);
    g_clear_object(&testRandomNeeds);
    return testResult();
}

VIR_TEST_MAIN(mymain)
