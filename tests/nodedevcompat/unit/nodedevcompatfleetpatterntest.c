/*
 * nodedevcompatfleetpatterntest.c: comparing by what was learned of other devices
 *
 * Random devices, many of one shape, are compared with each other as a fleet does it, and one
 * by one. The environment variables of nodedevcompatpropertytest.c try others, or more.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedev_compat/nodedev_compat_fleet.h"
#include "nodedevcompatframe.h"
#include "nodedevcompatrandom.h"
#include "nodedevcompatutils.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define FAMILIES 3
#define MEMBERS 5

/* Each kind of rule, and each property that a rule can have */
static const char rulesXML[] =
    "<nodedevCompatRules>"
    "<rules deviceAPI='vfio-pci' driver='nvidia'>"
    "<attr name='current_vgpu_type' rule='equal' need='mutual'/>"
    "<attr name='vgpu_manager_branch' rule='equal' need='yes'/>"
    "<attr name='software_version' missing='ignore'/>"
    "</rules>"
    "<rules deviceAPI='vfio-pci' type='pci-*' class='0x0200*'>"
    "<attr name='fw.version' rule='equal' need='yes' minimum='28.41'/>"
    "<attr name='migratable' missing='ignore' need='source'/>"
    "<attr name='vfio_driver' missing='ignore' need='source'/>"
    "<attr name='software_version' missing='ignore'/>"
    "</rules>"
    "<rules deviceAPI='vfio-pci' type='pci-*' class='0x0207*'>"
    "<attr name='pci_class' rule='equal' value='integer' supported='no'/>"
    "</rules>"
    "<rules vendor='8086' type='a*'><attr name='x' rule='one-of' need='yes'/></rules>"
    "<rules vendor='10de' type='b'><attr name='free'/></rules>"
    "<rules deviceAPI='vfio-pci'>"
    "<attr name='firm' missing='incompatible'/>"
    "<attr name='free' rule='ignore'/>"
    "<attr name='hint' differs='unknown' unless='firm,x'/>"
    "<attr name='lax' missing='ignore'/>"
    "<attr name='least' rule='at-least' minimum='2'/>"
    "<attr name='mask' rule='superset' value='bitmask'/>"
    "<attr name='most' rule='at-most' value='version' need='source'/>"
    "<attr name='oneof' rule='one-of'/>"
    "<attr name='range' rule='range'/>"
    "<attr name='set' rule='superset' missing='ignore'/>"
    "<attr name='ver' rule='version' differs='unknown'/>"
    "</rules>"
    "</nodedevCompatRules>";

static const testRandomAttr attrs[] = {
    { "api", true, "vfio-pci vfio-pci vfio-pci vfio-ap", "VFIO", "vfio-pci vfio-ap" },
    { "type", true, "a a a ab b pci-15b3-101e nvidia-1 nvidia-2 nvidia-x", NULL, "a ab b" },
    { "sv", true, "1.1 1.0 1.2 1.2.1 1.2.2 2.0", "v1", "1.0 1.1 1.2.1 1.0-1.1 1.1- 2.0-" },
    { "pci", true, "8086:0001 8086:0002 10de:0001", "1", "8086:0001 8086:0002 10de:0001" },
    { "driver", true, "nvidia mlx5_core other", NULL, "nvidia mlx5_core" },
    { "pci_class", false, "0x020000 0x020700 0x30000", "x", "0x020000" },
    { "function", false, "virtual physical", NULL, "virtual" },
    { "migratable", false, "yes yes no maybe", NULL, "yes no" },
    { "vfio_driver", false, "mlx5-vfio-pci mlx5_vfio_pci vfio-pci", NULL, "vfio-pci" },
    { "pci_capabilities", false, "1 2", NULL, "1 2" },
    { "fw.version", false, "28.40 28.41 28.42 28.42.0", "-", "28.41 28.42" },
    { "mdev_type_name", false, "A A B", NULL, "A B" },
    { "vgpu_manager_branch", false, "550 550 535", NULL, "550 535" },
    { "current_vgpu_type", false, "0 1147 1148 A B", NULL, "1147 A" },
    { "current_vgpu_type_id", false, "1147 1148", NULL, "1147" },
    { "creatable_vgpu_types", false, "1147:A;1148:B 1147:B", NULL, "1147:A" },
    { "x", false, "1 2 3 1,2", NULL, "1 2 3 {v:int:1,2} {v:int:2,3}" },
    { "y", false, "1 1 2", NULL, "1 2 {v} {v}/2" },
    { "firm", false, "1 2", NULL, "1 2" },
    { "free", false, "1 2", NULL, "1 2" },
    { "hint", false, "1 2", NULL, "1 2" },
    { "lax", false, "1 2", NULL, "1 2" },
    { "least", false, "1 2 3 0x3 10", "one", "1 2 3" },
    { "mask", false, "0x0 0x1 0x3 0x5 0x7 0x07", "3", "0x0 0x1 0x3 0x5" },
    { "most", false, "1.0 1.1 1.1.0 2.0", "1", "1.0 1.1 2.0" },
    { "oneof", false, "1 2 1,2 2,3", NULL, "1 2 3" },
    { "range", false, "1.0 1.1 1.0-1.1 1.0-", "1", "1.0 1.1 2.0-" },
    { "set", false, "+ a a+b b+a b+c a+b+c", "a++b", "+ a a+b b+c" },
    { "ver", false, "1.0 1.1 1.1.0 1.1.1 2.0", "1", "1.0 1.1 1.0-" },
};

/* What devices of one family have of an attribute: a mark, or no attribute */
typedef struct _testFamily testFamily;
struct _testFamily {
    const char *marks[G_N_ELEMENTS(attrs)];     /* NULL: it is not there */
    size_t naccepts;
    const char *accepts[2][G_N_ELEMENTS(attrs)];
};

static virNodeDeviceCompatRules *rules;
static virNodeDeviceCompatRules *faulty;
static size_t nknown;
static size_t nlearned;


static bool
testPercent(GRand *rand,
            int percent)
{
    return g_rand_int_range(rand, 0, 100) < percent;
}


static void
testFamilyMake(testFamily *family,
               GRand *rand)
{
    const char *marks[] = { "!", "~", "~", "*", "?", "*?" };
    size_t i;
    size_t j;

    family->naccepts = testPercent(rand, 40) ? g_rand_int_range(rand, 1, 3) : 0;
    for (i = 0; i < G_N_ELEMENTS(attrs); i++) {
        family->marks[i] = NULL;
        if (testPercent(rand, attrs[i].needed ? 95 : 25))
            family->marks[i] = testPercent(rand, 80) ? "" :
                marks[g_rand_int_range(rand, 0, G_N_ELEMENTS(marks))];
        for (j = 0; j < G_N_ELEMENTS(family->accepts); j++)
            family->accepts[j][i] = !testPercent(rand, 15) ? NULL : testPercent(rand, 5) ? "!" : "";
    }
}


static void
testAddWord(virBuffer *buf,
            GRand *rand,
            const testRandomAttr *attr,
            const char *mark,
            const char *from)
{
    g_auto(GStrv) good = g_strsplit(from, " ", -1);
    g_auto(GStrv) bad = g_strsplit(attr->bad ? attr->bad : "x", " ", -1);

    if (STREQ(mark, "!"))
        virBufferAsprintf(buf, "!%s ", attr->name);
    else if (STREQ(mark, "*?"))
        virBufferAsprintf(buf, "*%s ", attr->name);
    else if (STREQ(mark, "?"))
        virBufferAsprintf(buf, "%s=%s ", attr->name, testRandomPick(rand, bad));
    else
        virBufferAsprintf(buf, "%s%s=%s ", mark, attr->name, testRandomPick(rand, good));
}


/* A device of the family; some have other attributes all the same. */
static char *
testMemberMake(const testFamily *family,
               GRand *rand)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;
    size_t j;

    for (i = 0; i < G_N_ELEMENTS(attrs); i++) {
        if (family->marks[i] && !testPercent(rand, 1))
            testAddWord(&buf, rand, &attrs[i], family->marks[i], attrs[i].good);
    }

    for (j = 0; j < family->naccepts; j++) {
        virBufferAddLit(&buf, "| ");
        for (i = 0; i < G_N_ELEMENTS(attrs); i++) {
            if (family->accepts[j][i])
                testAddWord(&buf, rand, &attrs[i], family->accepts[j][i], attrs[i].accepted);
        }
    }

    return testCompatBufferContent(&buf);
}


static virNodeDeviceCompatFleet *
testFleetMake(GRand *rand,
              const virNodeDeviceCompatRules *by,
              unsigned int flags)
{
    virNodeDeviceCompatFleet *fleet = virNodeDeviceCompatFleetNew(by, flags);
    g_autoptr(GPtrArray) devices =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatFleetDeviceFree);
    size_t i;
    size_t j;

    for (i = 0; i < FAMILIES; i++) {
        testFamily family;

        testFamilyMake(&family, rand);
        for (j = 0; j < MEMBERS; j++) {
            virNodeDeviceCompatFleetDevice *device = g_new0(virNodeDeviceCompatFleetDevice, 1);
            g_autofree char *text = testMemberMake(&family, rand);

            device->compat = testCompatParseDevice(text);
            device->compat->inferred = testPercent(rand, 2);
            g_ptr_array_add(devices, device);
        }
    }

    virNodeDeviceCompatFleetAddHost(fleet, "a", "a", devices, NULL);
    virNodeDeviceCompatFleetComplete(fleet);
    return fleet;
}


static virNodeDeviceCompatFleetVerdict
testCompareAlone(const virNodeDeviceCompatFleet *fleet,
                 size_t source,
                 size_t target)
{
    g_autoptr(virNodeDeviceCompatReport) report =
        virNodeDeviceCompatFleetGetReport(fleet, source, target);

    switch (report->verdict) {
    case VIR_NODE_DEVICE_COMPAT_IDENTICAL:
        return VIR_NODE_DEVICE_COMPAT_FLEET_IDENTICAL;
    case VIR_NODE_DEVICE_COMPAT_SUPERSET:
        return VIR_NODE_DEVICE_COMPAT_FLEET_SUPERSET;
    case VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE:
        return VIR_NODE_DEVICE_COMPAT_FLEET_INCOMPATIBLE;
    case VIR_NODE_DEVICE_COMPAT_UNKNOWN:
        return VIR_NODE_DEVICE_COMPAT_FLEET_UNKNOWN;
    case VIR_NODE_DEVICE_COMPAT_ERROR:
    case VIR_NODE_DEVICE_COMPAT_LAST:
    default:
        return VIR_NODE_DEVICE_COMPAT_FLEET_NOTHING;
    }
}


static int
testFleetTry(size_t seed)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    const virNodeDeviceCompatRules *by = seed % 8 == 0 ? NULL : seed % 8 == 1 ? faulty : rules;
    unsigned int flags = seed % 5 == 0 ? VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE : 0;
    g_autoptr(virNodeDeviceCompatFleet) fleet = testFleetMake(rand, by, flags);
    size_t i;

    for (i = 0; i < fleet->nclasses * fleet->nclasses; i++) {
        size_t source = i % fleet->nclasses;
        size_t target = i / fleet->nclasses;
        virNodeDeviceCompatFleetVerdict verdict =
            virNodeDeviceCompatFleetComparePair(fleet, source, target);
        virNodeDeviceCompatFleetVerdict alone = testCompareAlone(fleet, source, target);

        if (verdict != alone)
            return testFail("seed %zu: source %zu, target %zu: %s in the fleet, but %s", seed,
                            source, target, virNodeDeviceCompatFleetVerdictTypeToString(verdict),
                            virNodeDeviceCompatFleetVerdictTypeToString(alone));
    }

    nknown += fleet->patterns->nknown;
    nlearned += fleet->patterns->nlearned;
    if (fleet->patterns->nwrong > 0)
        return testFail("seed %zu: something else was learned", seed);
    return 0;
}


static int
testFleets(const void *opaque G_GNUC_UNUSED)
{
    size_t i;

    for (i = 0; i < testRandomCases; i++) {
        if (testFleetTry(testRandomSeed + i) < 0)
            return -1;
    }

    VIR_TEST_DEBUG("\nknown %zu, learned from %zu", nknown, nlearned);
    /* of the pairs that are no others' types; else this would prove nothing */
    if (nknown < (nknown + nlearned) / 4)
        return testFail("%zu pairs were known and %zu compared", nknown, nlearned);
    return 0;
}


/* Devices that are each compared with each, most of them of one shape: of how many pairs it was
 * known what they come to, and from how many others that was learned */
struct testKnown {
    const char *name;
    const char *devices;        /* what they have besides BASE, with ; between them */
    const char *expect;
};

#define API "api=vfio-pci pci=8086:0001 driver=other "
#define NO_VERSION API "type=a "
#define BASE "api=vfio-pci type=a sv=1.1 pci=8086:0001 driver=other "

static const struct testKnown knowns[] = {
    { "one value of an attribute",
      "y=1;y=2;y=3", "8 of 9, learned from 2" },
    { "none that differs",
      "y=1;free=1", "4 of 4, learned from 4" },
    { "ignored",
      "free=1;free=2;free=3", "9 of 9, learned from 1" },
    { "versions",
      "ver=1.0;ver=1.1;ver=1.2;ver=2.0", "14 of 16, learned from 3" },
    { "spellings of a version",
      "ver=1.1;ver=1.1.0;ver=1.2", "7 of 9, learned from 3" },
    { "numbers",
      "least=1;least=2;least=3;least=4", "11 of 16, learned from 6" },
    { "spellings of a number",
      "least=3;least=0x3;least=4", "7 of 9, learned from 3" },
    { "a number that is none",
      "least=3;least=4;least=one", "2 of 9, learned from 3" },
    { "most",
      "most=1.0;most=1.1;most=2.0", "7 of 9, learned from 3" },
    { "one of",
      "oneof=1;oneof=1,2;oneof=2,3;oneof=4", "14 of 16, learned from 3" },
    { "ranges",
      "range=1.0;range=1.0-1.1;range=1.1;range=1.0-", "7 of 16, learned from 2" },
    { "sets",
      "set=a;set=a+b;set=b+c;set=+", "14 of 16, learned from 3" },
    { "bit masks",
      "mask=0x1;mask=0x3;mask=0x5;mask=0x07", "14 of 16, learned from 3" },
    { "a value that is not supported",
      "pci_class=0x020700;pci_class=0x020000;pci_class=0x030000", "8 of 9, learned from 2" },
    { "two attributes",
      "ver=1.0 y=1;ver=1.1 y=1;ver=1.0 y=2;ver=1.1 y=2", "13 of 16, learned from 4" },
    { "alternatives of values",
      "y=1 | y=1,2;y=2 | y=2,3;y=3 | y=4,5", "6 of 9, learned from 4" },
    { "alternatives of numbers",
      "least=1 | least=0,1;least=2 | least=4;least=3 | least=1-2", "3 of 9, learned from 7" },
    { "alternatives of sets",
      "set=a+b | set=a,b+c;set=a | set=a+b;set=b | set=c", "3 of 9, learned from 7" },
    { "alternatives of versions",
      "ver=1.1 | sv=1.0-1.1 ver=1.0;"
      "ver=1.2 | sv=1.0- ver=1.0-1.1;ver=1.0 | sv=2.0 ver=1.1-", "6 of 9, learned from 4" },
    { "versions that are accepted",
      "y=1 | sv=1.0;y=1 | sv=1.0-1.1;y=1 | sv=2.0", "8 of 9, learned from 2" },
    { "two alternatives",
      "y=1 | y=2 | y=3;y=2 | y=1 | y=5;y=3 | y=4 | y=1", "7 of 9, learned from 3" },
    { "what one does not have",
      "y=1;y=2;lax=1;lax=2", "14 of 16, learned from 6" },
    { "what one must have",
      "firm=1;firm=2;y=1;y=2", "14 of 16, learned from 6" },
    { "hints",
      "hint=1;hint=2;hint=3", "8 of 9, learned from 2" },
    { "hints with what decides",
      "hint=1 firm=1;hint=2 firm=1;hint=1 firm=2;hint=2 firm=2", "14 of 16, learned from 3" },
    { "versions of devices, and those that are accepted",
      "=" NO_VERSION "sv=1.1;=" NO_VERSION "sv=1.2;=" NO_VERSION "sv=1.3",
      "7 of 9, learned from 3" },
    { "versions that are accepted explicitly",
      "=" NO_VERSION "sv=1.1 | sv=1.0;=" NO_VERSION "sv=1.2 | sv=1.0-1.1;"
      "=" NO_VERSION "sv=1.0 | sv=2.0",
      "7 of 9, learned from 3" },
    { "versions that are accepted explicitly, and other values",
      "=" NO_VERSION "sv=1.1 y=1 | sv=1.0 | y=2;=" NO_VERSION "sv=1.2 y=2 | sv=1.0-1.1 | y=1;"
      "=" NO_VERSION "sv=1.0 y=1 | sv=2.0 | y=2", "7 of 9, learned from 3" },
    { "nothing, in a set", "set=+;set=a;y=1;y=2", "12 of 16, learned from 8" },
    { "alternatives of bit masks",
      "mask=0x1 | mask=0x3;mask=0x5 | mask=0x1;mask=0x2 | mask=0x7", "5 of 9, learned from 5" },
    { "types", "=" API "type=a sv=1.0;=" API "type=b sv=1.0 | type=a,b sv=1.0",
      "3 of 4, learned from 3" },
    { "types of NVIDIA's", "=" API "type=nvidia-1 mdev_type_name=A sv=1.0;"
      "=" API "type=nvidia-2 mdev_type_name=A sv=1.0;=" API "type=nvidia-1 mdev_type_name=B sv=1.0",
      "7 of 9, learned from 7" },
    { "a long list", "y=1;y=3;y=5;y=7;y=9;y=2 | y=9,5,3,7,1;y=4 | y=5,9,1,7,3",
      "47 of 49, learned from 6" },
    { "alternatives of ranges",
      "range=1.0-1.1 | range=1.0-2.0;range=1.1 | range=1.0;range=1.0 | range=1.1-",
      "3 of 9, learned from 4" },
    { "alternatives of ranges of versions",
      "ver=1.0 | ver=1.0-1.1;ver=1.1 | ver=1.1-;ver=1.1.0 | ver=1.0", "5 of 9, learned from 5" },
    { "alternatives of texts that are not of the grammar",
      "least=one | least=1;least=2 | least=1,2;least=3 | least=2", "0 of 9, learned from 5" },
    { "alternatives that are better than the device itself",
      "y=1 set=a+b | set=a;y=1 set=a | set=a+b;y=1 set=a+b+c | set=a+b",
      "4 of 9, learned from 6" },
    { "a minimum",
      "fw.version=28.40 pci_class=0x020000;"
      "fw.version=28.41 pci_class=0x020000;fw.version=28.42 pci_class=0x020000",
      "8 of 9, learned from 2" },
};


/* Devices of @data; what begins with = has none of BASE. */
static virNodeDeviceCompatFleet *
testKnownFleet(const struct testKnown *data)
{
    virNodeDeviceCompatFleet *fleet = virNodeDeviceCompatFleetNew(rules, 0);
    g_auto(GStrv) devices = g_strsplit(data->devices, ";", -1);
    size_t i;

    for (i = 0; devices[i]; i++) {
        g_autoptr(virNodeDeviceCompatFleetDevice) device =
            g_new0(virNodeDeviceCompatFleetDevice, 1);
        g_autofree char *text = g_strconcat(devices[i][0] == '=' ? "" : BASE,
                                            devices[i] + (devices[i][0] == '='), NULL);
        g_autofree char *name = g_strdup_printf("%zu", i);
        g_autoptr(GPtrArray) list = g_ptr_array_new();

        device->compat = testCompatParseDevice(text);
        g_ptr_array_add(list, device);
        virNodeDeviceCompatFleetAddHost(fleet, name, name, list, NULL);
    }

    virNodeDeviceCompatFleetComplete(fleet);
    return fleet;
}


/* Compares each with each. */
static int
testKnownCompare(virNodeDeviceCompatFleet *fleet)
{
    size_t i;
    size_t j;

    for (i = 0; i < fleet->nclasses; i++) {
        for (j = 0; j < fleet->nclasses; j++) {
            if (virNodeDeviceCompatFleetComparePair(fleet, i, j) != testCompareAlone(fleet, i, j))
                return testFail("%zu on %zu is something else", i, j);
        }
    }

    return 0;
}


static int
testKnown(const void *opaque)
{
    const struct testKnown *data = opaque;
    g_autoptr(virNodeDeviceCompatFleet) fleet = testKnownFleet(data);
    g_autofree char *actual = NULL;

    if (testKnownCompare(fleet) < 0)
        return -1;

    actual = g_strdup_printf("%zu of %zu, learned from %zu", fleet->patterns->nknown,
                             fleet->nclasses * fleet->nclasses, fleet->patterns->nlearned);
    return testExpectString(data->expect, actual);
}


/* All that is kept of views is counted, and their keys. */
static int
testCheckSize(const virNodeDeviceCompatFleetShapes *shapes)
{
    size_t nkeys = g_hash_table_size(shapes->values);
    size_t kept = 0;
    GHashTableIter iter;
    void *at;
    size_t i;

    g_hash_table_iter_init(&iter, shapes->values);
    while (g_hash_table_iter_next(&iter, NULL, &at)) {
        const virNodeDeviceCompatFleetValue *value = at;

        kept += sizeof(*value) + value->nranges * sizeof(*value->ranges);
        if (value->hashes)
            kept += sizeof(*value->hashes) + value->hashes->len * sizeof(guint);
    }

    g_hash_table_iter_init(&iter, shapes->views);
    while (g_hash_table_iter_next(&iter, NULL, &at)) {
        const virNodeDeviceCompatFleetView *view = at;

        kept += view->nvalues * sizeof(*view->values);
        for (i = 0; i < view->nvalues; i++)
            kept += view->values[i] ? view->nslots * sizeof(**view->values) : 0;
    }

    /* each of the keys is as large */
    if (shapes->size < kept + nkeys * sizeof(void *) ||
        shapes->size > kept + nkeys * 4 * sizeof(void *) || (shapes->size - kept) % nkeys != 0)
        return testFail("%zu is kept, and %zu counted for it and %zu keys", kept, shapes->size,
                        nkeys);
    return 0;
}


/* With little space less is known, and it comes to the same. */
static int
testKnownLess(const void *opaque)
{
    const struct testKnown *data = opaque;
    g_autoptr(virNodeDeviceCompatFleet) whole = testKnownFleet(data);
    size_t views;
    size_t patterns;
    size_t i;

    if (testKnownCompare(whole) < 0)
        return -1;

    if (testCheckSize(whole->patterns->shapes) < 0)
        return -1;

    views = whole->patterns->shapes->size;
    patterns = whole->patterns->size;
    for (i = 0; i < 8; i++) {
        g_autoptr(virNodeDeviceCompatFleet) less = testKnownFleet(data);
        g_autoptr(virNodeDeviceCompatFleet) fewer = testKnownFleet(data);

        less->patterns->shapes->sizeMax = views * i / 8;
        fewer->patterns->sizeMax = patterns * i / 8;
        if (testKnownCompare(less) < 0 || testKnownCompare(fewer) < 0)
            return -1;
        if (less->patterns->nknown > whole->patterns->nknown ||
            fewer->patterns->nknown > whole->patterns->nknown ||
            (i == 0 && less->patterns->nknown + fewer->patterns->nknown > 0))
            return testFail("with %zu of 8, %zu and %zu of %zu are known", i,
                            less->patterns->nknown, fewer->patterns->nknown,
                            whole->patterns->nknown);
        if (less->patterns->shapes->size > views || fewer->patterns->size > patterns)
            return testFail("with %zu of 8, more is kept", i);
    }

    return 0;
}


/* What has too much in it, or has shapes of its own beyond those that there can be, is
 * compared by itself, and to the same. */
static int
testLimits(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatFleet) fleet = virNodeDeviceCompatFleetNew(NULL, 0);
    g_autoptr(GPtrArray) devices =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatFleetDeviceFree);
    g_autofree char *large = g_strnfill(4000, 'a');
    const size_t last = VIR_NODE_DEVICE_COMPAT_FLEET_NSHAPES + 1;
    size_t i;

    for (i = 0; i <= last; i++) {
        virNodeDeviceCompatFleetDevice *device = g_new0(virNodeDeviceCompatFleetDevice, 1);
        g_autofree char *text =
            i == 0 ? g_strdup_printf("api=vfio-pci type=t sv=1.0 big=%s more=%s", large, large) :
                     g_strdup_printf("api=vfio-pci type=t sv=1.0 free=1 ~n%zu=1", i);

        device->compat = testCompatParseDevice(text);
        g_ptr_array_add(devices, device);
    }
    virNodeDeviceCompatFleetAddHost(fleet, "a", "a", devices, NULL);
    virNodeDeviceCompatFleetComplete(fleet);

    if (testExpectBool(false, fleet->classes[0]->subject) < 0 ||
        testExpectBool(true, fleet->classes[last - 1]->subject) < 0 ||
        testExpectBool(false, fleet->classes[last]->subject) < 0)
        return -1;

    if (testExpectNumber(VIR_NODE_DEVICE_COMPAT_FLEET_UNKNOWN,
                         virNodeDeviceCompatFleetComparePair(fleet, 0, last)) < 0 ||
        testExpectNumber(VIR_NODE_DEVICE_COMPAT_FLEET_IDENTICAL,
                         virNodeDeviceCompatFleetComparePair(fleet, 1, last)) < 0)
        return -1;

    return testExpectNumber(VIR_NODE_DEVICE_COMPAT_FLEET_IDENTICAL,
                            virNodeDeviceCompatFleetComparePair(fleet, 1, 2));
}


/* A device with sets of @n items, and @naccepts alternatives of them */
static virNodeDeviceCompatFleetDevice *
testHeavyMake(const char *first,
              size_t n,
              size_t naccepts)
{
    virNodeDeviceCompatFleetDevice *device = g_new0(virNodeDeviceCompatFleetDevice, 1);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autoptr(GString) set = g_string_new(first);
    g_autofree char *text = NULL;
    size_t i;

    for (i = 0; i < n; i++)
        g_string_append_printf(set, "+%c", (int) ('a' + i % 25));
    virBufferAsprintf(&buf, "api=vfio-pci type=t sv=1.0 least=3 most=1.0 set=%s", set->str);
    for (i = 0; i < naccepts; i++)
        virBufferAsprintf(&buf, " | set=y,%s,x least=%zu sv=1.0-1.%zu", set->str, i, i);

    text = testCompatBufferContent(&buf);
    device->compat = testCompatParseDevice(text);
    return device;
}


/* What one comparison can cost is within its limit for the largest devices that are compared as
 * others of their shape, so that no verdict depends on that: sets of up to @nitems items. */
struct testWork {
    size_t naccepts;
    bool vendor;                /* with vendor rules */
    size_t nitems;
};

static const struct testWork works[] = {
    { 0, true, 1799 },
    { 1, true, 1618 },
    { 31, true, 395 },
    { 0, false, 1802 },
    { 1, false, 1621 },
    { 31, false, 397 },
};


/* Two devices that do not accept each other, so that all alternatives are looked at */
static virNodeDeviceCompatFleet *
testHeavyFleet(const struct testWork *data,
               size_t n)
{
    virNodeDeviceCompatFleet *fleet =
        virNodeDeviceCompatFleetNew(data->vendor ? rules : NULL, 0);
    g_autoptr(GPtrArray) devices =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatFleetDeviceFree);

    g_ptr_array_add(devices, testHeavyMake("z", n, data->naccepts));
    g_ptr_array_add(devices, testHeavyMake("w", n, data->naccepts));
    virNodeDeviceCompatFleetAddHost(fleet, "a", "a", devices, NULL);
    virNodeDeviceCompatFleetComplete(fleet);
    return fleet;
}


static int
testWork(const void *opaque)
{
    const struct testWork *data = opaque;
    g_autoptr(virNodeDeviceCompatFleet) fleet = NULL;
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    size_t most = 1;
    size_t step;

    /* above that, a set is no value any more */
    for (step = VIR_NODE_DEVICE_COMPAT_VALUE_MAX / 4; step > 0; step /= 2) {
        g_autoptr(virNodeDeviceCompatFleet) larger = testHeavyFleet(data, most + step);

        if (larger->classes[0]->subject)
            most += step;
    }

    fleet = testHeavyFleet(data, most);
    report = virNodeDeviceCompatFleetGetReport(fleet, 0, 1);
    if (report->work < 1000 || report->work > VIR_NODE_DEVICE_COMPAT_WORK_MAX / 2)
        return testFail("%zu items, work %zu", most, report->work);

    return testExpectNumber(data->nitems, most);
}


/* Larger ones are compared by themselves, as long as that may cost something, and counted then. */
static int
testTooMuch(const void *opaque G_GNUC_UNUSED)
{
    const struct testWork data = { 31, true, 500 };
    g_autoptr(virNodeDeviceCompatFleet) fleet = testHeavyFleet(&data, data.nitems);
    size_t used;

    if (testExpectBool(false, fleet->classes[0]->subject) < 0 ||
        testExpectNumber(VIR_NODE_DEVICE_COMPAT_FLEET_INCOMPATIBLE,
                         virNodeDeviceCompatFleetComparePair(fleet, 0, 1)) < 0 ||
        testExpectNumber(0, fleet->ntooMuch) < 0)
        return -1;

    used = fleet->budget.used;
    if (used < 50 * 1000 || used > VIR_NODE_DEVICE_COMPAT_WORK_MAX)
        return testFail("%zu", used);

    fleet->budget.max = 0;
    if (testExpectNumber(VIR_NODE_DEVICE_COMPAT_FLEET_UNKNOWN,
                         virNodeDeviceCompatFleetComparePair(fleet, 0, 1)) < 0)
        return -1;

    return testExpectNumber(1, fleet->ntooMuch);
}


static int
mymain(void)
{
    size_t i;

    if (testRandomSetUp() < 0)
        return EXIT_FAILURE;

    rules = virNodeDeviceCompatRulesNew();
    faulty = virNodeDeviceCompatRulesNew();
    if (virNodeDeviceCompatRulesAddXML(rules, rulesXML, "rules") < 0 ||
        virNodeDeviceCompatRulesAddXML(faulty, rulesXML, "rules") < 0)
        return EXIT_FAILURE;
    virNodeDeviceCompatRulesAddFault(faulty, VIR_NODE_DEVICE_COMPAT_FAULT_RULES_UNUSABLE, "x.xml");

    DO_TEST(testFleets, NULL, "a fleet compares as devices do: %u fleets from seed %u",
            testRandomCases, testRandomSeed);
    DO_TABLE("known", knowns, testKnown);
    DO_TABLE("known with little space", knowns, testKnownLess);
    DO_TEST(testLimits, NULL, "what is compared by itself");
    for (i = 0; i < G_N_ELEMENTS(works); i++)
        DO_TEST(testWork, &works[i], "work, %zu alternatives%s", works[i].naccepts,
                works[i].vendor ? ", vendor rules" : "");
    DO_TEST(testTooMuch, NULL, "too much to compare");

    g_clear_object(&faulty);
    g_clear_object(&rules);
    g_clear_object(&testRandomRules);
    g_clear_object(&testRandomNeeds);
    return testResult();
}

VIR_TEST_MAIN(mymain)
