/*
 * nodedevcompatbaselinepropertytest.c: what holds for any baseline
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedevcompatbaselineutils.h"
#include "nodedevcompatutils.h"
#include "nodedevcompatframe.h"
#include "nodedev_compat_xml.h"
#include "nodedev_compat_conf.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define CROSS VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE


/* What holds for whatever devices. They are made at random, but the same each
 * time, of few attributes and few values, so that they often go together. */

#define RANDOM_SETS 2000
#define RANDOM_SEED 20200818

static const struct {
    const char *name;
    const char *values[6];
    const char *lists[4];
} randomAttrs[] = {
    { "api",
      { "vfio-pci", "vfio-pci", "vfio-pci", "vfio-pci", "vfio-ap" },
      { "vfio-pci", "vfio-ap", "vfio-pci,vfio-ap" } },
    { "type", { "a", "a", "a", "b" }, { "a", "a,b", "b,c" } },
    { "sv", { "1.2", "1.3", "1.3.1", "2.0" }, { "1.0-", "1.2-1.3,2.0", "1.3-", "x" } },
    { "pci", { "8086:1", "8086:591d", "8086:591d" }, { "591d,591b", "8086:591d" } },
    { "x", { "1", "1", "1", "2" }, { "1,2", "2,3" } },
    { "oneof", { "a,b", "a", "b", "b,c" }, { "a,b", "b" } },
    { "set", { "a", "a+b", "b+c", "c,b" }, { "a+b", "a,b" } },
    { "mask", { "0x1", "0x3", "0xf0f", "1" }, { "0x1,0x3" } },
    { "least", { "1", "2", "0x2", "many" }, { "1,2", "2" } },
    { "mostv", { "1.0", "1.1", "2.0" }, { "1.0-", "1.1-2.0" } },
    { "version", { "1.0", "1.1", "1.1.1" }, { "1.0-", "2.0" } },
    { "range", { "1.0-1.5", "1.5", "1.2-" }, { "1.0-" } },
    { "intrange", { "1-8", "5", "0x4-", "1-2,7" }, { "4-", "1-5,8" } },
    { "ignore", { "1", "2" }, { "1" } },
    { "int", { "0x1", "1" }, { "1,2" } },
};


static void
testRandomWords(virBuffer *buf,
                GRand *random,
                bool alternatives,
                bool accepts)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(randomAttrs); i++) {
        const char *const *values = accepts ? randomAttrs[i].lists : randomAttrs[i].values;
        size_t most = accepts ? G_N_ELEMENTS(randomAttrs[i].lists) :
                                G_N_ELEMENTS(randomAttrs[i].values);
        const char *mark = "";
        size_t nvalues = 0;

        /* a value that is a list is an alternative, too */
        if (!alternatives &&
            (STREQ(randomAttrs[i].name, "oneof") || g_str_has_suffix(randomAttrs[i].name, "range")))
            continue;

        while (nvalues < most && values[nvalues])
            nvalues++;

        if (g_rand_int_range(random, 0, 100) < (accepts ? 75 : i < 3 ? 3 : 60))
            continue;

        if (!accepts && i >= 3) {
            int which = g_rand_int_range(random, 0, 100);

            mark = which < 2 ? "!" : which < 15 ? "~" : which < 20 ? "*" : "";
        }

        virBufferAsprintf(buf, "%s%s=%s ", mark, randomAttrs[i].name,
                          values[g_rand_int_range(random, 0, nvalues)]);
    }
}


static char *
testRandomDevice(GRand *random,
                 bool alternatives)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t naccepts = alternatives ? g_rand_int_range(random, 0, 4) : 0;
    size_t i;

    testRandomWords(&buf, random, alternatives, false);
    for (i = 0; i < naccepts; i++) {
        virBufferAddLit(&buf, "| ");
        testRandomWords(&buf, random, alternatives, true);
    }

    return testCompatBufferContent(&buf);
}


static char *
testRandomDevices(GRand *random,
                  bool alternatives)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t ndevices = g_rand_int_range(random, 1, 6);
    size_t i;

    for (i = 0; i < ndevices; i++) {
        g_autofree char *device = testRandomDevice(random, alternatives);

        virBufferAsprintf(&buf, "%s%s", i > 0 ? ";" : "", device);
    }

    return testCompatBufferContent(&buf);
}


/* Each device accepts the baseline by the ordinary comparison, if that is known. */
static const char *
testAccepts(const virNodeDeviceCompatDevices *list,
            const virNodeDeviceCompatBaseline *baseline,
            unsigned int flags)
{
    bool known = baseline->verdict != VIR_NODE_DEVICE_COMPAT_UNKNOWN;
    size_t i;

    for (i = 0; baseline->compat && i < list->ndevices; i++) {
        g_autoptr(virNodeDeviceCompatReport) report =
            virNodeDeviceCompatCompare(baseline->compat, list->devices[i].compat,
                                       testBaselineRules, flags);

        if (report->verdict == VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE)
            return "no device refuses the baseline";
        if (report->verdict == VIR_NODE_DEVICE_COMPAT_UNKNOWN && known)
            return "what is unknown of one device is unknown of all";
    }

    if (baseline->incomplete)
        return "a few devices are not too much to compare";
    if (!baseline->compat && baseline->nreports == 0)
        return "where there is no baseline there is a reason";

    return NULL;
}


/* The baseline has no value that no device has. */
static const char *
testValues(const virNodeDeviceCompatDevices *list,
           const virNodeDeviceCompatBaseline *baseline)
{
    size_t i;
    size_t j;

    for (i = 0; baseline->compat && i < baseline->compat->self.nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = baseline->compat->self.attrs[i];
        bool found = false;

        for (j = 0; !found && j < list->ndevices; j++) {
            const virNodeDeviceCompatAttr *own =
                virNodeDeviceCompatAttrsFind(&list->devices[j].compat->self, attr->name);

            found = own && own->state == attr->state && STREQ_NULLABLE(own->value, attr->value);
        }
        if (!found)
            return "each value of the baseline is one that a device has";
    }

    return NULL;
}


/* A device that all others accept is proof that there is a baseline. */
static const char *
testExists(const virNodeDeviceCompatDevices *list,
           const virNodeDeviceCompatBaseline *baseline,
           unsigned int flags)
{
    size_t i;
    size_t j;

    for (i = 0; !virNodeDeviceCompatVerdictIsGood(baseline->verdict) && i < list->ndevices; i++) {
        bool all = true;

        for (j = 0; all && j < list->ndevices; j++) {
            g_autoptr(virNodeDeviceCompatReport) report =
                virNodeDeviceCompatCompare(list->devices[i].compat, list->devices[j].compat,
                                           testBaselineRules, flags);

            all = report->verdict == VIR_NODE_DEVICE_COMPAT_IDENTICAL ||
                  report->verdict == VIR_NODE_DEVICE_COMPAT_SUPERSET;
        }
        if (all)
            return "there is a baseline if all devices accept one of them";
    }

    return NULL;
}


/* Not even the bytes of the result depend on it. */
static const char *
testOrder(const virNodeDeviceCompatDevices *list,
          const virNodeDeviceCompatBaseline *baseline,
          GRand *random,
          unsigned int flags)
{
    g_autofree virNodeDeviceCompatDevice *devices = NULL;
    g_autoptr(virNodeDeviceCompatBaseline) shuffled = NULL;
    g_autofree char *expected = virNodeDeviceCompatBaselineFormat(baseline);
    g_autofree char *actual = NULL;
    size_t i;

    devices = g_new0(virNodeDeviceCompatDevice, list->ndevices);
    memcpy(devices, list->devices, sizeof(*devices) * list->ndevices);
    for (i = list->ndevices - 1; i > 0; i--) {
        size_t j = g_rand_int_range(random, 0, i + 1);
        virNodeDeviceCompatDevice other = devices[i];

        devices[i] = devices[j];
        devices[j] = other;
    }

    shuffled = virNodeDeviceCompatBaselineMake(devices, list->ndevices, testBaselineRules, flags);
    actual = virNodeDeviceCompatBaselineFormat(shuffled);

    return STREQ(expected, actual) ? NULL : "the order of the devices does not matter";
}


static char *
testFormatCompat(const virNodeDeviceCompat *compat)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    virNodeDeviceCompatFormat(&buf, compat);
    return testCompatBufferContent(&buf);
}


/* The baseline of the devices from @first on, and of @with */
static virNodeDeviceCompatBaseline *
testMakeWith(const virNodeDeviceCompatDevices *list,
             size_t first,
             virNodeDeviceCompat *with,
             unsigned int flags)
{
    g_autofree virNodeDeviceCompatDevice *devices = NULL;
    size_t ndevices = list->ndevices - first;

    devices = g_new0(virNodeDeviceCompatDevice, ndevices + 1);
    memcpy(devices, list->devices + first, sizeof(*devices) * ndevices);
    devices[ndevices].compat = with;

    return virNodeDeviceCompatBaselineMake(devices, ndevices + 1, testBaselineRules, flags);
}


/* The rules are those for a device API. */
static bool
testHasSameRules(const virNodeDeviceCompatDevices *list)
{
    size_t i;

    for (i = 0; i < list->ndevices; i++) {
        if (!virNodeDeviceCompatAttrsFind(&list->devices[i].compat->self, "device_api"))
            return false;
    }

    return true;
}


/* With the baseline among them the devices have the same baseline; where it is not
 * known whether all of them accept it, there can be others as good. */
static const char *
testIdempotent(const virNodeDeviceCompatDevices *list,
               const virNodeDeviceCompatBaseline *baseline,
               unsigned int flags)
{
    g_autoptr(virNodeDeviceCompatBaseline) again = NULL;
    g_autofree char *expected = NULL;
    g_autofree char *actual = NULL;

    if (baseline->verdict == VIR_NODE_DEVICE_COMPAT_UNKNOWN ||
        !baseline->compat || !testHasSameRules(list))
        return NULL;

    again = testMakeWith(list, 0, baseline->compat, flags);
    expected = testFormatCompat(baseline->compat);
    actual = testFormatCompat(again->compat);
    if (STREQ(expected, actual))
        return NULL;

    testFail("expected %s\nactual %s", expected, actual);
    return "adding the baseline to the devices does not change it";
}


/* The baseline of some devices stands for them. It does not say what else they
 * accept, so this is only so if they accept nothing but what they are. */
static const char *
testAssociative(const virNodeDeviceCompatDevices *list,
                const virNodeDeviceCompatBaseline *baseline)
{
    size_t nfirst = list->ndevices / 2;
    g_autoptr(virNodeDeviceCompatBaseline) first = NULL;
    g_autoptr(virNodeDeviceCompatBaseline) both = NULL;
    g_autofree char *expected = NULL;
    g_autofree char *actual = NULL;

    if (nfirst == 0)
        return NULL;

    first = virNodeDeviceCompatBaselineMake(list->devices, nfirst, testBaselineRules, 0);
    if (!virNodeDeviceCompatVerdictIsGood(first->verdict) ||
        !virNodeDeviceCompatVerdictIsGood(baseline->verdict))
        return NULL;

    both = testMakeWith(list, nfirst, first->compat, 0);
    if (virNodeDeviceCompatVerdictIsGood(both->verdict))
        return NULL;

    expected = testFormatCompat(first->compat);
    actual = testFormatBaseline(both);
    testFail("with %s\nactual %s", expected, actual);
    return "the baseline of a part of the devices stands for that part";
}


struct testRandom {
    bool alternatives;
    unsigned int flags;
};


static int
testProperties(const void *opaque)
{
    const struct testRandom *data = opaque;
    g_autoptr(GRand) random = g_rand_new_with_seed(RANDOM_SEED);
    size_t counts[4] = { 0 };
    size_t i;

    for (i = 0; i < RANDOM_SETS; i++) {
        g_autofree char *text = testRandomDevices(random, data->alternatives);
        g_autoptr(virNodeDeviceCompatDevices) list = testParseDevices(text);
        g_autoptr(virNodeDeviceCompatBaseline) baseline = testMake(list, data->flags);
        const char *broken;

        counts[baseline->verdict]++;

        if ((broken = testAccepts(list, baseline, data->flags)) ||
            (broken = testValues(list, baseline)) ||
            (broken = testExists(list, baseline, data->flags)) ||
            (broken = testOrder(list, baseline, random, data->flags)) ||
            (broken = testIdempotent(list, baseline, data->flags)) ||
            (broken = testIsSource(baseline, false)) ||
            (!data->alternatives && (broken = testAssociative(list, baseline)))) {
            g_autofree char *result = testFormatBaseline(baseline);

            return testFail("devices: %s\nresult: %s\ndoes not hold: %s",
                            text, result, broken);
        }
    }

    VIR_TEST_DEBUG("\nincompatible %zu, identical %zu, superset %zu, unknown %zu",
                   counts[0], counts[1], counts[2], counts[3]);

    for (i = 0; i < G_N_ELEMENTS(counts); i++) {
        if (counts[i] < RANDOM_SETS / 200) {
            return testFail("hardly any result '%s' among those made at random",
                            virNodeDeviceCompatResultTypeToString(i));
        }
    }

    return 0;
}


static int
mymain(void)
{
    static const struct testRandom randoms[] = {
        { false, 0 }, { true, 0 }, { true, CROSS },
    };
    size_t i;

    if (testBaselineSetUp() < 0)
        return EXIT_FAILURE;

    for (i = 0; i < G_N_ELEMENTS(randoms); i++) {
        DO_TEST(testProperties, &randoms[i],
                "what holds for any devices%s%s",
                randoms[i].alternatives ? " that accept others" : "",
                randoms[i].flags ? " of any type" : "");
    }

    g_object_unref(testBaselineRules);
    return testResult();
}

VIR_TEST_MAIN(mymain)
