/*
 * nodedevcompatbudgettest.c: what happens where there is too much to do
 *
 * With any budget that is too small the verdict is unknown, and never what was found
 * until then.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedevcompatframe.h"
#include "nodedevcompatutils.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define BASE "api=vfio-pci type=t1 sv=1.0 "

/* Two devices, and the verdict if there is enough of a budget */
struct testPair {
    const char *name;
    const char *source;
    const char *target;
    virNodeDeviceCompatResult verdict;
};

#define TOO_MUCH VIR_NODE_DEVICE_COMPAT_REASON_TOO_MUCH_TO_COMPARE
#define VERDICT(name) VIR_NODE_DEVICE_COMPAT_ ## name

static const struct testPair pairs[] = {
    { "identical", BASE "x=1", BASE "x=1", VERDICT(IDENTICAL) },
    { "an alternative accepts it", BASE "x=1", BASE "x=2 | x=1", VERDICT(SUPERSET) },
    { "the first of many does", BASE "x=1", BASE "x=2 | x=1 | x=3 | x=4", VERDICT(SUPERSET) },
    { "the target has more", BASE, BASE "y=1", VERDICT(SUPERSET) },
    { "it differs", BASE "x=1 y=2", BASE "x=2 y=1", VERDICT(INCOMPATIBLE) },
    { "another device API", "api=vfio-ap", BASE "x=1 | y=1", VERDICT(INCOMPATIBLE) },
    { "explicit versions", BASE "x=1", "api=vfio-pci type=t1 sv=1.2 x=1 | sv=1.1",
      VERDICT(INCOMPATIBLE) },
    { "nothing is known", "", "", VERDICT(UNKNOWN) },
    { "variables", BASE "x=8", BASE "x=2 | x={v:int:1,2,4,8}", VERDICT(SUPERSET) },
};


static int
testAnyBudget(const void *opaque)
{
    const struct testPair *data = opaque;
    g_autoptr(virNodeDeviceCompat) source = testCompatParseDevice(data->source);
    g_autoptr(virNodeDeviceCompat) target = testCompatParseDevice(data->target);
    g_autoptr(virNodeDeviceCompatReport) whole =
        virNodeDeviceCompatCompare(source, target, NULL, 0);
    virNodeDeviceCompatBudget enough = { .max = SIZE_MAX };
    g_autoptr(virNodeDeviceCompatReport) again =
        virNodeDeviceCompatCompareWithin(source, target, NULL, 0, &enough);
    size_t max;

    if (whole->verdict != data->verdict || again->verdict != data->verdict) {
        return testFail("expected %s, got %s and %s",
                        virNodeDeviceCompatResultTypeToString(data->verdict),
                        virNodeDeviceCompatResultTypeToString(whole->verdict),
                        virNodeDeviceCompatResultTypeToString(again->verdict));
    }

    if (testExpectNumber(enough.used, whole->work) < 0)
        return -1;

    for (max = 0; max <= enough.used; max++) {
        virNodeDeviceCompatBudget budget = { .max = max };
        g_autoptr(virNodeDeviceCompatReport) report =
            virNodeDeviceCompatCompareWithin(source, target, NULL, 0, &budget);
        bool tooMuch = virNodeDeviceCompatReportHas(report, TOO_MUCH);

        if (max < enough.used &&
            (report->verdict != VERDICT(UNKNOWN) || report->nreasons != 1 || !tooMuch)) {
            return testFail("expected too much with %zu of %zu, got %s", max, enough.used,
                            virNodeDeviceCompatResultTypeToString(report->verdict));
        }
        if (max == enough.used && (tooMuch || report->verdict != whole->verdict))
            return testFail("expected the verdict with %zu", max);
    }

    return 0;
}


/* What a comparison takes is counted, and the same everywhere. */
struct testWork {
    const char *name;
    const char *rules;          /* in a group for the type t*1, or NULL */
    const char *source;
    const char *target;
    size_t work;
};

#define LIST "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17"
#define LONG "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct testWork works[] = {
    { "nothing", NULL, "", "", 58 },
    { "what must be there", NULL, BASE, BASE, 9 },
    { "an attribute more", NULL, BASE "x=1", BASE "x=1", 11 },
    { "long values", NULL, BASE "x=" LONG, BASE "x=" LONG, 21 },
    { "one long value", NULL, BASE "x=" LONG, BASE, 38 },
    { "an alternative", NULL, BASE "x=1", BASE "x=2 | x=1", 25 },
    { "a long alternative", NULL, BASE "x=1", BASE "x=2 | x=" LONG ",b,1", 39 },
    { "alternatives", NULL, BASE "x=1 y=1", BASE "x=2 y=1 | x=3 y=2 | z=1 | x=1 y=1", 49 },
    { "versions", NULL, BASE, BASE "| sv=0.1 | type=t2," LONG " sv=0.2,0.3 | sv=1.0 type=t1", 14 },
    { "versions that narrow", NULL, BASE, "api=vfio-pci type=t1 sv=1.2 | sv=0.1 | type=t2," LONG
      " sv=0.2,0.3 | sv=1.0 type=t1", 64 },
    { "variables", NULL, BASE "x=8", BASE "x=2 | x={v:int:1,2,4,8}", 93 },
    { "variables beside what has none", NULL, BASE "x=8 y=1",
      BASE "x=2 y=2 | y=" LONG " x={v:int:1,2}" LONG ",{v} z=1 | x=1 y=2 | x={w:int:8} y=1", 213 },
    { "variables that give nothing", NULL, BASE "x=8 y=1", BASE "x=2 | x={v:int:1,2}-3 y=1", 87 },
    { "too many choices", NULL, BASE "x=8", BASE "x=2 | x={v:int:" LIST "}{w:int:" LIST "}", 194 },
    { "a rule", "<attr name='x' rule='at-least'/>", BASE "x=1", BASE "x=2", 19 },
    { "a rule for sets", "<attr name='x' rule='superset' value='set'/>",
      BASE "x=a," LONG, BASE "x=" LONG ",a,b", 81 },
    { "a rule for sets that are sorted", "<attr name='x' rule='superset' value='set'/>",
      BASE "x=a+b", BASE "x=a+b+c", 26 },
    { "a rule that needs what nobody has", "<attr name='x' need='yes'/>", BASE, BASE, 40 },
    { "rules that need what nobody has",
      "<attr name='w' need='yes'/><attr name='x' need='yes'/>", BASE, BASE, 64 },
    { "a rule that needs what both have", "<attr name='x' need='yes'/>", BASE "x=1", BASE "x=1",
      28 },
    { "a rule and alternatives", "<attr name='x' rule='at-most' value='integer'/>",
      BASE "x=16", BASE "x=0x20 | x=0x10,1,2 | y=1 | x=0x10", 66 },
    { "a rule for another type", "<attr name='x' rule='at-least'/>", "api=vfio-pci type=u1 x=1",
      "api=vfio-pci type=u1 x=2", 47 },
    { "a rule for a long type", "<attr name='x' rule='at-least'/>",
      "api=vfio-pci type=t" LONG "1 x=1", "api=vfio-pci type=t" LONG "1 x=2", 56 },
};


static int
testWork(const void *opaque)
{
    const struct testWork *data = opaque;
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();
    g_autoptr(virNodeDeviceCompat) source = testCompatParseDevice(data->source);
    g_autoptr(virNodeDeviceCompat) target = testCompatParseDevice(data->target);
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    g_autoptr(virNodeDeviceCompatReport) again = NULL;
    virNodeDeviceCompatBudget budget = { .max = SIZE_MAX, .used = 1000 };

    if (data->rules) {
        g_autofree char *xml = g_strdup_printf("<nodedevCompatRules><rules type='t*1'>%s</rules>"
                                               "</nodedevCompatRules>", data->rules);

        if (virNodeDeviceCompatRulesAddXML(rules, xml, "rules.xml") < 0)
            return -1;
    }

    report = virNodeDeviceCompatCompare(source, target, rules, 0);
    if (testExpectNumber(data->work, report->work) < 0)
        return -1;

    /* what was done before does not count */
    again = virNodeDeviceCompatCompareWithin(source, target, rules, 0, &budget);
    return testExpectNumber(data->work, again->work);
}


/* A report has what the comparison took, unless that is little. */
static int
testTold(const void *opaque)
{
    const size_t *work = opaque;
    virNodeDeviceCompatReport report = { .verdict = VERDICT(IDENTICAL), .work = *work };
    g_autofree char *xml = virNodeDeviceCompatReportFormat(&report);
    g_autoptr(virNodeDeviceCompatReport) parsed = virNodeDeviceCompatReportParse(xml);

    return parsed ? testExpectNumber(*work < 4096 ? 0 : *work, parsed->work) : -1;
}


static int
testSpend(const void *opaque G_GNUC_UNUSED)
{
    virNodeDeviceCompatBudget budget = { .max = 10 };

    if (!virNodeDeviceCompatBudgetSpend(&budget, 10) ||
        virNodeDeviceCompatBudgetIsSpent(&budget))
        return testFail("expected that all of a budget can be spent");

    if (virNodeDeviceCompatBudgetSpend(&budget, 1) ||
        virNodeDeviceCompatBudgetSpend(&budget, 0) ||
        !virNodeDeviceCompatBudgetIsSpent(&budget))
        return testFail("expected that no more can be spent");

    budget = (virNodeDeviceCompatBudget) { .max = 10 };
    virNodeDeviceCompatBudgetExhaust(&budget);
    if (virNodeDeviceCompatBudgetSpend(&budget, 0))
        return testFail("expected nothing to be left");

    return testExpectNumber(1, budget.used);
}


/* What a text costs */
struct testText {
    const char *name;           /* the text */
    size_t work;
};

static const struct testText texts[] = {
    { "", 1 },
    { "1234567", 1 },
    { "12345678", 2 },
    { "1234567,", 3 },
    { ",", 2 },
    { "a,b", 2 },
    { "a+b", 2 },
    { "a;b", 2 },
    { "a\xff", 1 },
    { "a+b,c", 3 },
};


static int
testText(const void *opaque)
{
    const struct testText *data = opaque;

    if (testExpectNumber(0, virNodeDeviceCompatWorkOfText(NULL)) < 0)
        return -1;

    return testExpectNumber(data->work, virNodeDeviceCompatWorkOfText(data->name));
}


/* What one candidate uses does not keep the others from what each of them can use. */
static int
testLend(const void *opaque G_GNUC_UNUSED)
{
    virNodeDeviceCompatBudget pool = { .max = VIR_NODE_DEVICE_COMPAT_WORK_MAX };
    size_t total = 0;
    size_t i;

    for (i = 0; i < 100; i++) {
        virNodeDeviceCompatBudget lent = virNodeDeviceCompatBudgetLend(&pool);

        if (lent.max < VIR_NODE_DEVICE_COMPAT_WORK_CANDIDATE ||
            lent.max > VIR_NODE_DEVICE_COMPAT_WORK_CANDIDATE +
                       VIR_NODE_DEVICE_COMPAT_WORK_MAX / VIR_NODE_DEVICE_COMPAT_WORK_SHARE)
            return testFail("candidate %zu can spend %zu", i, lent.max);

        virNodeDeviceCompatBudgetSpend(&lent, lent.max);
        total += lent.used;
        virNodeDeviceCompatBudgetReturn(&pool, &lent);
    }

    return testExpectNumber(VIR_NODE_DEVICE_COMPAT_WORK_MAX +
                            100 * VIR_NODE_DEVICE_COMPAT_WORK_CANDIDATE, total);
}


/* What an attribute of a device holds of what is found */
struct testAdded {
    const char *name;           /* what is found */
    const char *attr;
    const char *expect;         /* NULL: it is malformed */
};

static const struct testAdded added[] = {
    { "a", "x", "a" },
    { "a b", "x", "a b" },
    { " a", "x", "a" },
    { "a ", "x", "a" },
    { "  a b  ", "x", "a b" },
    { "", "x", NULL },
    { "  ", "x", NULL },

    /* those with one spelling; what has none is left */
    { "0X1F", "asic.id", "0x1f" },
    { "0x001f", "asic.id", "0x1f" },
    { "1f", "asic.id", "1f" },
    { "01", "asic.id", "01" },
    { "0", "asic.id", "0" },
    { "gt0=1", "ecc_mode", "gt0=1" },
    { "0y1", "asic.id", "0y1" },
    { "mt_1", "fw.psid", "MT_1" },
    { "0x20000", "pci_class", "0x020000" },
    { "0", "pci_header_type", "0x00" },
    { "0x1", "pci_revision", "0x01" },
    { "x", "pci_revision", "x" },
    { "0x8086:0x0001", "pci_subsystem_id", "8086:0001" },
    { "8086", "pci_subsystem_id", "8086" },
    { "YES", "migratable", "yes" },
    { "No", "migratable", "no" },
    { "maybe", "migratable", "maybe" },
    { "enabled", "ecc_mode", "Enabled" },
    { "0", "ecc_mode", "Disabled" },
    { "[n/a]", "ecc_mode", "N/A" },
    { "2", "ecc_mode", "2" },
    { "gt0=1", "contexts_quota", "1" },
    { "gt0=1+gt1=1", "contexts_quota", "1" },
    { "gt1=2+gt0=1", "contexts_quota", "gt0=1+gt1=2" },
    { "gt0=1 + gt1=2", "contexts_quota", "gt0=1+gt1=2" },
    { "gt0=1+gt1=2+gt2=1", "contexts_quota", "gt0=1+gt1=2+gt2=1" },
    { "x0=1", "contexts_quota", "x0=1" },
    { "gt0", "contexts_quota", "gt0" },
    { "gt0=", "contexts_quota", "gt0=" },
    { "gt0=1+", "contexts_quota", "gt0=1+" },
};


static int
testAdded(const void *opaque)
{
    const struct testAdded *data = opaque;
    g_autoptr(virNodeDeviceCompat) compat = virNodeDeviceCompatNew();
    const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAdd(compat, NULL, data->attr,
                                                                 data->name);

    if (testExpectNumber(data->expect ? VIR_NODE_DEVICE_COMPAT_ATTR_OK :
                                        VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED, attr->state) < 0)
        return -1;

    return testExpectString(data->expect, attr->value);
}


/* An attribute is added if there is exactly as much room as it takes. */
static int
testRoom(const void *opaque G_GNUC_UNUSED)
{
    const size_t work = VIR_NODE_DEVICE_COMPAT_WORK_READ + virNodeDeviceCompatWorkOfText("abc");
    g_autoptr(virNodeDeviceCompat) enough = virNodeDeviceCompatNew();
    g_autoptr(virNodeDeviceCompat) less = virNodeDeviceCompatNew();

    enough->workMax = work;
    less->workMax = work - 1;
    if (testExpectBool(true, virNodeDeviceCompatAdd(enough, NULL, "x", "abc")) < 0)
        return -1;

    return testExpectBool(false, virNodeDeviceCompatAdd(less, NULL, "x", "abc"));
}


/* So do files that are looked at for it. */
static int
testRoomFiles(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompat) any = virNodeDeviceCompatNew();
    g_autoptr(virNodeDeviceCompat) few = virNodeDeviceCompatNew();

    few->workMax = 3 * VIR_NODE_DEVICE_COMPAT_WORK_FILE;
    if (testExpectBool(true, virNodeDeviceCompatSpendFiles(any, 1000)) < 0 ||
        testExpectBool(true, virNodeDeviceCompatSpendFiles(few, 3)) < 0)
        return -1;

    return testExpectBool(false, virNodeDeviceCompatSpendFiles(few, 1));
}


/* A copy has what the device has itself, with where that is from. */
static int
testCopy(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompat) compat = testCompatParseDevice(BASE "x=1 !y *z=2 | x=2");
    g_autoptr(virNodeDeviceCompat) copy = NULL;
    g_autofree char *xml = NULL;
    virNodeDeviceCompatAttr *attr = compat->self.attrs[compat->self.nattrs - 1];

    attr->fact = g_strdup("fact");
    attr->origin = g_strdup("origin");
    copy = virNodeDeviceCompatCopySelf(compat);
    xml = testCompatFormatXML(copy);
    attr = copy->self.attrs[copy->self.nattrs - 1];

    if (testExpectString("fact", attr->fact) < 0 ||
        testExpectString("origin", attr->origin) < 0 ||
        testExpectNumber(compat->self.nattrs, copy->self.nattrs) < 0 ||
        testExpectNumber(0, copy->naccepts) < 0)
        return -1;

    return testExpectBool(true, strstr(xml, "name='z'"));
}


static int
mymain(void)
{
    static const size_t told[] = { 0, 4095, 4096, UINT_MAX };
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(told); i++)
        DO_TEST(testTold, &told[i], "report on work of %zu", told[i]);

    DO_TABLE("any budget", pairs, testAnyBudget);
    DO_TABLE("work", works, testWork);
    DO_TABLE("text", texts, testText);
    DO_TABLE("added", added, testAdded);
    DO_TEST(testRoom, NULL, "just enough room");
    DO_TEST(testRoomFiles, NULL, "just enough room for files");
    DO_TEST(testCopy, NULL, "a copy");
    DO_TEST(testSpend, NULL, "a budget is spent");
    DO_TEST(testLend, NULL, "candidates share a budget");

    return testResult();
}

VIR_TEST_MAIN(mymain)
