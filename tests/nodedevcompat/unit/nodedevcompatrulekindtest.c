/*
 * nodedevcompatrulekindtest.c: what each kind of rule accepts, by itself
 *
 * Comparing two devices does not call a kind of rule with values that are equal, or one
 * that ignores them.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"

#include "nodedev_compat/nodedev_compat_rule_kind.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define ACCEPTED "accepted"

typedef struct _testKindData testKindData;
struct _testKindData {
    const char *name;           /* kind, grammar or "" for its own, source, target */
    const char *expect;         /* "accepted", or the reason */
};

static const testKindData kinds[] = {
    { "equal||a|a", ACCEPTED },
    { "equal||a|b", "attr-mismatch" },
    { "equal||a|A", "attr-mismatch" },

    { "ignore||a|a", ACCEPTED },
    { "ignore||a|b", ACCEPTED },

    { "version||1.2.3|1.2.3", ACCEPTED },
    { "version||1.2.0|1.3.0", ACCEPTED },
    { "version||1.2.9|1.2.0", ACCEPTED },
    { "version||1.3.0|1.2.0", "version-minor-too-old" },
    { "version||1.2.0|2.2.0", "version-major-mismatch" },
    { "version||2.2.0|1.2.0", "version-major-mismatch" },
    { "version||x|x", ACCEPTED },
    { "version||x|1.0.0", "version-minor-too-old" },
    { "version||1.0.0|x", "version-minor-too-old" },

    { "one-of||a|a", ACCEPTED },
    { "one-of||a|a,b", ACCEPTED },
    { "one-of||b|a,b", ACCEPTED },
    { "one-of||c|a,b", "attr-not-accepted" },
    { "one-of|integer|3|1-4", ACCEPTED },
    { "one-of|integer|5|1-4", "attr-not-accepted" },

    { "superset||a|a+b", ACCEPTED },
    { "superset||a+b|a+b", ACCEPTED },
    { "superset||a+b|a", "attr-not-superset" },
    { "superset|bitmask|0x1|0x3", ACCEPTED },
    { "superset|bitmask|0x4|0x3", "attr-not-superset" },

    { "at-least||4|4", ACCEPTED },
    { "at-least||4|10", ACCEPTED },
    { "at-least||4|3", "attr-too-low" },
    { "at-least|version|1.2.0|1.10.0", ACCEPTED },
    { "at-least|version|1.2.0|1.1.9", "attr-too-low" },

    { "at-most||4|4", ACCEPTED },
    { "at-most||10|9", ACCEPTED },
    { "at-most||4|10", "attr-too-high" },
    { "at-most|version|1.2.0|1.10.0", "attr-too-high" },

    { "range||1.2.0|1.2.0", ACCEPTED },
    { "range||1.3.0|1.2-1.4", ACCEPTED },
    { "range||1.5.0|1.2-1.4", "attr-not-accepted" },
    { "range|integer|3|1-4", ACCEPTED },
    { "range|integer|5|1-4", "attr-not-accepted" },
};


static int
testKind(const void *opaque)
{
    const testKindData *data = opaque;
    g_auto(GStrv) words = g_strsplit(data->name, "|", 4);
    virNodeDeviceCompatReasonCode reason = VIR_NODE_DEVICE_COMPAT_REASON_LAST;
    virNodeDeviceCompatRule rule = {
        .attr = "x",
        .kind = virNodeDeviceCompatRuleKindTypeFromString(words[0]),
    };

    rule.value = words[1][0] ? virNodeDeviceCompatValueTypeFromString(words[1]) :
                 virNodeDeviceCompatRuleKindGet(rule.kind)->type;

    if (virNodeDeviceCompatRuleAccepts(&rule, words[2], words[3], &reason)) {
        /* there is no reason against what is accepted */
        if (testExpectNumber(VIR_NODE_DEVICE_COMPAT_REASON_LAST, reason) < 0)
            return -1;
        return testExpectString(data->expect, ACCEPTED);
    }

    return testExpectString(data->expect, virNodeDeviceCompatReasonCodeTypeToString(reason));
}


static int
mymain(void)
{
    DO_TABLE_EXPECT("Rule", kinds, testKind);

    return testResult();
}

VIR_TEST_MAIN(mymain)
