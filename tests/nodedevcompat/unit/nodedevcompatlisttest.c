/*
 * nodedevcompatlisttest.c: lists with ranges of versions and integers
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_list.h"
#include "testutils.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define INTEGER VIR_NODE_DEVICE_COMPAT_VALUE_INTEGER
#define PCI_ID VIR_NODE_DEVICE_COMPAT_VALUE_PCI_ID
#define STRING VIR_NODE_DEVICE_COMPAT_VALUE_STRING
#define VERS VIR_NODE_DEVICE_COMPAT_VALUE_VERSION


/* Is a version in a list of ranges: 1 yes, 0 no, -1 malformed list? */
struct testRange {
    const char *ranges;
    virNodeDeviceCompatVersion version;
    int expect;
};

static const struct testRange ranges[] = {
    { "1.2.3", { 1, 2, 3 }, 1 },
    { "1.2.3", { 1, 2, 4 }, 0 },
    { "1.2.3", { 1, 2, 2 }, 0 },
    { "1.2", { 1, 2, 0 }, 1 },
    { "1.2", { 1, 2, 9 }, 1 },
    { "1.2", { 1, 3, 0 }, 0 },
    { "1.2", { 1, 1, 9 }, 0 },
    { "1.2", { 2, 2, 0 }, 0 },
    { "1.0-1.2", { 1, 0, 0 }, 1 },
    { "1.0-1.2", { 1, 2, 0 }, 1 },
    { "1.0-1.2", { 1, 2, 7 }, 1 },
    { "1.0-1.2", { 1, 3, 0 }, 0 },
    { "1.0-1.2", { 0, 9, 9 }, 0 },
    { "1.0.0-1.2.0", { 1, 2, 0 }, 1 },
    { "1.0.0-1.2.0", { 1, 2, 1 }, 0 },
    { "1.0.0-1.2.0", { 1, 1, 99 }, 1 },
    { "1.5-2.1", { 1, 4, 0 }, 0 },
    { "1.5-2.1", { 1, 99, 0 }, 1 },
    { "1.5-2.1", { 2, 0, 0 }, 1 },
    { "1.5-2.1", { 2, 2, 0 }, 0 },
    { "1.1-", { 1, 1, 0 }, 1 },
    { "1.1-", { 1, 99, 5 }, 1 },
    { "1.1-", { 1, UINT_MAX, UINT_MAX }, 1 },
    { "1.1-", { 1, 0, 9 }, 0 },
    { "1.1-", { 2, 1, 0 }, 0 },                     /* stays in its major */
    { "1.1-", { 0, 1, 0 }, 0 },
    { "2.0.2-2.0.4,2.1.0-", { 2, 0, 1 }, 0 },
    { "2.0.2-2.0.4,2.1.0-", { 2, 0, 2 }, 1 },
    { "2.0.2-2.0.4,2.1.0-", { 2, 0, 4 }, 1 },
    { "2.0.2-2.0.4,2.1.0-", { 2, 0, 5 }, 0 },
    { "2.0.2-2.0.4,2.1.0-", { 2, 1, 0 }, 1 },
    { "2.0.2-2.0.4,2.1.0-", { 3, 0, 0 }, 0 },
    { "0.0.0", { 0, 0, 0 }, 1 },
    { "4294967295.0-", { UINT_MAX, UINT_MAX, 0 }, 1 },
    { "", { 1, 0, 0 }, -1 },
    { ",", { 1, 0, 0 }, -1 },
    { "-", { 1, 0, 0 }, -1 },
    { "1.0,", { 1, 0, 0 }, -1 },                    /* a match does not help */
    { "1.0,x", { 1, 0, 0 }, -1 },
    { "x,1.0", { 1, 0, 0 }, -1 },
    { "2.0-1.0", { 1, 5, 0 }, -1 },
};


/* Is a value in a list that may hold ranges? */
struct testAccepted {
    virNodeDeviceCompatValueType type;
    const char *list;
    const char *value;
    bool expect;
};

static const struct testAccepted accepteds[] = {
    { INTEGER, "4", "4", true },
    { INTEGER, "4", "5", false },
    { INTEGER, "1,2,4", "4", true },
    { INTEGER, "1,2,4", "3", false },
    { INTEGER, "1-8,16", "1", true },
    { INTEGER, "1-8,16", "8", true },
    { INTEGER, "1-8,16", "9", false },
    { INTEGER, "1-8,16", "15", false },
    { INTEGER, "1-8,16", "16", true },
    { INTEGER, "1-8,16", "0", false },
    { INTEGER, "2-", "1", false },
    { INTEGER, "2-", "4294967296", true },
    { INTEGER, "2-", "18446744073709551615", true },
    { INTEGER, "4294967295-4294967297", "4294967294", false },
    { INTEGER, "4294967295-4294967297", "4294967296", true },
    { INTEGER, "4294967295-4294967297", "4294967298", false },
    { INTEGER, "8589934592-", "4294967295", false },
    { INTEGER, "9-10", "1", false },
    { INTEGER, "1-x", "1", false },
    { INTEGER, "1-8", "x", false },
    { VERS, "1.0-1.2", "1.1.0", true },
    { VERS, "1.0-1.2", "1.3.0", false },
    { VERS, "1.0-1.2", "1", false },
    { PCI_ID, "8086:0001-8086:0009", "8086:0005", false },  /* no ranges of these */
    { STRING, "1-8", "4", false },
    { STRING, "1-8", "1-8", true },
};


/* Which of two versions is older? */
struct testOrder {
    virNodeDeviceCompatVersion a;
    virNodeDeviceCompatVersion b;
    int expect;
};

static const struct testOrder orders[] = {
    { { 1, 2, 3 }, { 1, 2, 3 }, 0 },
    { { 1, 2, 3 }, { 1, 2, 4 }, -1 },
    { { 1, 2, 3 }, { 1, 3, 0 }, -1 },
    { { 1, 9, 9 }, { 2, 0, 0 }, -1 },
    { { 1, 10, 0 }, { 1, 9, 0 }, 1 },
    { { 0, 0, 0 }, { UINT_MAX, 0, 0 }, -1 },
    { { 0, UINT_MAX, 0 }, { 0, 0, 0 }, 1 },
    { { 0, 0, UINT_MAX }, { 0, 0, 1 }, 1 },
};


static int
testCompareInts(int expect,
                int actual)
{
    if (expect == actual)
        return 0;

    VIR_TEST_VERBOSE("\nexpected %d, got %d", expect, actual);
    return -1;
}


static int
testRangesContain(const void *opaque)
{
    const struct testRange *data = opaque;

    return testCompareInts(data->expect,
                           virNodeDeviceCompatRangesContain(VERS, data->ranges,
                                                            &data->version));
}


static int
testValueAccepted(const void *opaque)
{
    const struct testAccepted *data = opaque;

    return testCompareInts(data->expect,
                           virNodeDeviceCompatValueIsAccepted(data->type, data->list,
                                                              data->value));
}


static int
testVersionCompare(const void *opaque)
{
    const struct testOrder *data = opaque;
    int forth = virNodeDeviceCompatVersionCompare(&data->a, &data->b);
    int back = virNodeDeviceCompatVersionCompare(&data->b, &data->a);

    if (testCompareInts(data->expect, (forth > 0) - (forth < 0)) < 0)
        return -1;

    return testCompareInts(-data->expect, (back > 0) - (back < 0));
}


static int
mymain(void)
{
    int ret = 0;
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(ranges); i++) {
        static const char *const results[] = { "malformed", "no", "yes" };
        g_autofree char *title = g_strdup_printf("ranges '%s' contain %u.%u.%u: %s",
                                                 ranges[i].ranges,
                                                 ranges[i].version.major,
                                                 ranges[i].version.minor,
                                                 ranges[i].version.bugfix,
                                                 results[ranges[i].expect + 1]);

        if (virTestRun(title, testRangesContain, &ranges[i]) < 0)
            ret = -1;
    }

    for (i = 0; i < G_N_ELEMENTS(accepteds); i++) {
        g_autofree char *title = g_strdup_printf("%s list '%s' accepts '%s': %s",
                                                 virNodeDeviceCompatValueTypeToString(accepteds[i].type),
                                                 accepteds[i].list, accepteds[i].value,
                                                 accepteds[i].expect ? "yes" : "no");

        if (virTestRun(title, testValueAccepted, &accepteds[i]) < 0)
            ret = -1;
    }

    for (i = 0; i < G_N_ELEMENTS(orders); i++) {
        g_autofree char *title = g_strdup_printf("version %u.%u.%u to %u.%u.%u: %d",
                                                 orders[i].a.major, orders[i].a.minor,
                                                 orders[i].a.bugfix,
                                                 orders[i].b.major, orders[i].b.minor,
                                                 orders[i].b.bugfix,
                                                 orders[i].expect);

        if (virTestRun(title, testVersionCompare, &orders[i]) < 0)
            ret = -1;
    }

    return ret == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

VIR_TEST_MAIN(mymain)
