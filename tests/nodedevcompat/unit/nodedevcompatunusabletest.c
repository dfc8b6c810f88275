/*
 * nodedevcompatunusabletest.c: attributes that are there and not usable
 *
 * Whatever the rule is, and whichever side it is on: an attribute whose value is not
 * known never fits. All states on all sides under all kinds of rules.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompatutils.h"

#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedev_compat/nodedev_compat_rule_kind.h"
#include "nodedev_compat/nodedev_compat_rules.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define BASE "api=vfio-pci type=a sv=1.2 "

/* The attribute that is looked at, on each of the two sides: "!" stands for one that is
 * not usable. A value fits under every rule. */
static const struct testSides {
    const char *name;
    const char *source;         /* NULL: absent */
    const char *target;
} sides[] = {
    { "source, the target has it", "!", "1" },
    { "source, derived on the target", "!", "~1" },
    { "source, the target does not have it", "!", NULL },
    { "target, the source has it", "1", "!" },
    { "target, derived on the source", "~1", "!" },
    { "target, the source does not have it", NULL, "!" },
    { "both", "!", "!" },
};

/* The attributes that no vendor's rule is needed for, with a value */
static const char *const standards[][2] = {
    { "device_api", "vfio-pci" },
    { "type", "a" },
    { "software_version", "1.2" },
    { "pci_id", "8086:591d" },
    { "subchannel_type", "1" },
    { "aggregator", "1" },
    { "remote_url", "nbd://h" },
    { "x", "1" },
};

/* What a rule says of an attribute that is missing */
static const char *const policies[] = {
    "missing='unknown'",
    "missing='ignore'",
    "missing='incompatible'",
    "need='yes'",
    "need='yes' missing='incompatible'",
};

struct testCase {
    const struct testSides *sides;
    virNodeDeviceCompatAttrState state;
    const char *attr;
    const char *value;
    const char *rule;           /* NULL: no vendor's rule */
    const char *policy;
};


/* BASE, and the attribute as @what stands for */
static virNodeDeviceCompat *
testMakeDevice(const struct testCase *test,
               const char *what)
{
    g_autoptr(virNodeDeviceCompat) compat = testCompatParseDevice(BASE);
    virNodeDeviceCompatAttr *attr;
    bool derived;

    virNodeDeviceCompatDrop(compat, test->attr);
    if (!what)
        return g_steal_pointer(&compat);

    derived = STRPREFIX(what, "~");
    if (STREQ(what, "!")) {
        attr = virNodeDeviceCompatAdd(compat, NULL, test->attr, NULL);
        attr->state = test->state;
    } else {
        attr = virNodeDeviceCompatAdd(compat, NULL, test->attr, test->value);
        attr->derived = derived;
    }

    return g_steal_pointer(&compat);
}


static virNodeDeviceCompatRules *
testMakeRules(const struct testCase *test)
{
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();
    g_autofree char *xml = NULL;

    if (!test->rule)
        return g_steal_pointer(&rules);

    xml = g_strdup_printf("<nodedevCompatRules><rules type='*'>"
                          "<attr name='%s' rule='%s' %s/></rules></nodedevCompatRules>",
                          test->attr, test->rule, test->policy);
    if (virNodeDeviceCompatRulesAddXML(rules, xml, "rules.xml") < 0)
        abort();

    return g_steal_pointer(&rules);
}


/* Whether the reasons are just those for what is not usable */
static int
testCheckReasons(const struct testCase *test,
                 const virNodeDeviceCompatReport *report)
{
    const char *state = virNodeDeviceCompatAttrStateTypeToString(test->state);
    g_autofree char *source = g_strdup_printf("%s-source:%s", state, test->attr);
    g_autofree char *target = g_strdup_printf("%s-target:%s", state, test->attr);
    g_autofree char *result = testCompatFormatResult(report);
    bool onSource = STREQ_NULLABLE(test->sides->source, "!");
    bool onTarget = STREQ_NULLABLE(test->sides->target, "!");

    if (report->verdict != VIR_NODE_DEVICE_COMPAT_UNKNOWN ||
        !!strstr(result, source) != onSource ||
        !!strstr(result, target) != onTarget)
        return testFail("expected unknown %s%s, got %s", onSource ? source : "",
                        onTarget ? target : "", result);
    return 0;
}


static int
testUnusable(const void *opaque)
{
    const struct testCase *test = opaque;
    g_autoptr(virNodeDeviceCompat) source = testMakeDevice(test, test->sides->source);
    g_autoptr(virNodeDeviceCompat) target = testMakeDevice(test, test->sides->target);
    g_autoptr(virNodeDeviceCompatRules) rules = testMakeRules(test);
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    unsigned int flags;

    for (flags = 0; flags <= VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE;
         flags += VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE) {
        g_clear_pointer(&report, virNodeDeviceCompatReportFree);
        report = virNodeDeviceCompatCompare(source, target, rules, flags);
        if (testCheckReasons(test, report) < 0)
            return -1;
    }

    return 0;
}


/* All cases of one state on one of the sides */
static int
testState(const void *opaque)
{
    struct testCase test = *(const struct testCase *)opaque;
    int result = 0;
    size_t i;
    size_t j;

    for (i = 0; i < G_N_ELEMENTS(standards); i++) {
        test.rule = NULL;
        test.attr = standards[i][0];
        test.value = standards[i][1];
        if (testUnusable(&test) < 0)
            result = -1;
    }

    for (i = 0; i < VIR_NODE_DEVICE_COMPAT_RULE_LAST; i++) {
        const virNodeDeviceCompatRuleKindDef *kind = virNodeDeviceCompatRuleKindGet(i);

        /* of an attribute that is ignored, nothing matters */
        if (kind->ignored)
            continue;

        test.rule = virNodeDeviceCompatRuleKindTypeToString(i);
        test.attr = "x";
        test.value = kind->type == VIR_NODE_DEVICE_COMPAT_VALUE_VERSION ? "1.0" : "1";

        for (j = 0; j < G_N_ELEMENTS(policies); j++) {
            test.policy = policies[j];
            if (testUnusable(&test) < 0)
                result = testFail("under rule='%s' %s", test.rule, test.policy);
        }
    }

    return result;
}


static int
mymain(void)
{
    size_t i;
    int state;

    for (state = VIR_NODE_DEVICE_COMPAT_ATTR_OK + 1;
         state < VIR_NODE_DEVICE_COMPAT_ATTR_OUTDATED; state++) {
        for (i = 0; i < G_N_ELEMENTS(sides); i++) {
            const struct testCase test = { .sides = &sides[i], .state = state };

            DO_TEST(testState, &test, "%s on the %s",
                    virNodeDeviceCompatAttrStateTypeToString(state), sides[i].name);
        }
    }

    return testResult();
}

VIR_TEST_MAIN(mymain)
