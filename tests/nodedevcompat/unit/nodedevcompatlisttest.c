/*
 * nodedevcompatlisttest.c: lists of values, with ranges of versions and integers
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"

#include "nodedev_compat_list.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define API VIR_NODE_DEVICE_COMPAT_VALUE_API
#define INTEGER VIR_NODE_DEVICE_COMPAT_VALUE_INTEGER
#define PCI_ID VIR_NODE_DEVICE_COMPAT_VALUE_PCI_ID
#define STRING VIR_NODE_DEVICE_COMPAT_VALUE_STRING
#define URL VIR_NODE_DEVICE_COMPAT_VALUE_URL
#define VERS VIR_NODE_DEVICE_COMPAT_VALUE_VERSION

#define MALFORMED NULL


/* One list, and its canonical spelling. @self is the device's own value. */
struct testList {
    const char *name;
    virNodeDeviceCompatValueType type;
    const char *input;
    const char *self;
    const char *expect;
};

#define LIST(type, input, self, expect) { #type " list '" input "'", type, input, self, expect }

static const struct testList lists[] = {
    LIST(STRING, "a", NULL, "a"),
    LIST(STRING, "a,b", NULL, "a,b"),
    LIST(STRING, " a , b ", NULL, "a,b"),
    LIST(STRING, "b,a", NULL, "b,a"),
    LIST(STRING, "a b,c", NULL, "a b,c"),
    LIST(STRING, "", NULL, MALFORMED),
    LIST(STRING, " ", NULL, MALFORMED),
    LIST(STRING, ",", NULL, MALFORMED),
    LIST(STRING, ",,", NULL, MALFORMED),
    LIST(STRING, ",a", NULL, MALFORMED),
    LIST(STRING, "a,", NULL, MALFORMED),
    LIST(STRING, "a,,b", NULL, MALFORMED),
    LIST(STRING, "a, ,b", NULL, MALFORMED),
    LIST(STRING, "a,\n", NULL, MALFORMED),
    LIST(STRING, "a\nb", NULL, MALFORMED),
    LIST(STRING, "a,\303\251", NULL, MALFORMED),

    LIST(API, "vfio_pci, vfio-ap", NULL, "vfio-pci,vfio-ap"),
    LIST(API, "vfio-pci,", NULL, MALFORMED),

    LIST(INTEGER, "1", NULL, "1"),
    LIST(INTEGER, "1,0x10, 3", NULL, "1,16,3"),
    LIST(INTEGER, "1,x", NULL, MALFORMED),
    LIST(INTEGER, "1,-2", NULL, MALFORMED),
    LIST(INTEGER, "1,02", NULL, MALFORMED),
    LIST(INTEGER, "1-3", NULL, "1-3"),
    LIST(INTEGER, "0x10-0x1f, 0x40-", NULL, "16-31,64-"),
    LIST(INTEGER, "1-8,16", NULL, "1-8,16"),
    LIST(INTEGER, "5-5", NULL, "5-5"),
    LIST(INTEGER, "0-18446744073709551615", NULL, "0-18446744073709551615"),
    LIST(INTEGER, "2147483648-4294967295", NULL, "2147483648-4294967295"),
    LIST(INTEGER, "3-1", NULL, MALFORMED),         /* reversed */
    LIST(INTEGER, "4294967296-4294967295", NULL, MALFORMED),
    LIST(INTEGER, "-3", NULL, MALFORMED),          /* an open start, or a sign */
    LIST(INTEGER, "-", NULL, MALFORMED),
    LIST(INTEGER, "1--3", NULL, MALFORMED),
    LIST(INTEGER, "1-3-", NULL, MALFORMED),
    LIST(INTEGER, "1-3-5", NULL, MALFORMED),
    LIST(INTEGER, "1 - 3", NULL, MALFORMED),
    LIST(INTEGER, "1- 3", NULL, MALFORMED),
    LIST(INTEGER, "1-03", NULL, MALFORMED),
    LIST(INTEGER, "1-x", NULL, MALFORMED),
    LIST(INTEGER, "1-18446744073709551616", NULL, MALFORMED),
    LIST(INTEGER, "1-8,", NULL, MALFORMED),
    LIST(INTEGER, "1 2", NULL, MALFORMED),
    LIST(INTEGER, "1,18446744073709551616", NULL, MALFORMED),

    LIST(PCI_ID, "8086:5931,8086591B", NULL, "8086:5931,8086:591b"),
    LIST(PCI_ID, "591b", "8086:591d", "8086:591b"),
    LIST(PCI_ID, "0x591B", "8086:591d", "8086:591b"),
    LIST(PCI_ID, "5931, 591b", "8086:591d", "8086:5931,8086:591b"),
    LIST(PCI_ID, "10de:1bb3,591b", "8086:591d", "10de:1bb3,8086:591b"),
    LIST(PCI_ID, "591b", NULL, MALFORMED),
    LIST(PCI_ID, "10de:1bb3,591b", NULL, MALFORMED),
    LIST(PCI_ID, "591b", "nonsense", MALFORMED),
    LIST(PCI_ID, "59", "8086:591d", MALFORMED),
    LIST(PCI_ID, "591b,", "8086:591d", MALFORMED),
    LIST(PCI_ID, "591b591d", "8086:591d", "591b:591d"),
    LIST(PCI_ID, "591b 591d", "8086:591d", MALFORMED),

    LIST(URL, "https://u:secret@h/a, https://v@w/b", NULL, "https://h/a,https://w/b"),
    LIST(URL, "https://u:se,secret@h/a", NULL, MALFORMED),
    LIST(URL, "https://h/a?t=secret, https://w/b?u=secret", NULL, "https://h/a?t=,https://w/b?u="),
    LIST(URL, "https://h/a?t=se,secret", NULL, MALFORMED),
    LIST(URL, "https://h/a#se,secret", NULL, MALFORMED),
    LIST(URL, "https://h/a?t=se,secret?u=://", NULL, MALFORMED),
    LIST(URL, "https://h/a?t=se,secret?://", NULL, MALFORMED),
    LIST(URL, "https://h/a?t=se,secret#://", NULL, MALFORMED),
    LIST(URL, "https://h/a?t=se,nbd://h,secret", NULL, MALFORMED),
    LIST(URL, "/a,/b?t=secret", NULL, "/a,/b?t="),

    LIST(VERS, "1.2", NULL, "1.2"),
    LIST(VERS, "1.2.0", NULL, "1.2.0"),
    LIST(VERS, "1.0.0-", NULL, "1.0.0-"),
    LIST(VERS, "2.0.2-2.0.4,2.1.0-", NULL, "2.0.2-2.0.4,2.1.0-"),
    LIST(VERS, " 2.0.2-2.0.4 , 2.1.0- ", NULL, "2.0.2-2.0.4,2.1.0-"),
    LIST(VERS, "1.0-1.0", NULL, "1.0-1.0"),
    LIST(VERS, "1.0-2.0", NULL, "1.0-2.0"),
    LIST(VERS, "1.2.3-1.2", NULL, "1.2.3-1.2"),    /* up to any 1.2.x */
    LIST(VERS, "", NULL, MALFORMED),
    LIST(VERS, "-", NULL, MALFORMED),
    LIST(VERS, "--", NULL, MALFORMED),
    LIST(VERS, ",", NULL, MALFORMED),
    LIST(VERS, "-1.0", NULL, MALFORMED),           /* an open start */
    LIST(VERS, "1.0--", NULL, MALFORMED),
    LIST(VERS, "1.0--1.2", NULL, MALFORMED),
    LIST(VERS, "1.0-1.2-", NULL, MALFORMED),
    LIST(VERS, "1.0-1.2-1.3", NULL, MALFORMED),
    LIST(VERS, "2.0-1.0", NULL, MALFORMED),        /* reversed */
    LIST(VERS, "1.3-1.2", NULL, MALFORMED),
    LIST(VERS, "1.2.4-1.2.3", NULL, MALFORMED),
    LIST(VERS, "1.0 - 1.2", NULL, MALFORMED),
    LIST(VERS, "1.0- 1.2", NULL, MALFORMED),
    LIST(VERS, "1.0 -", NULL, MALFORMED),
    LIST(VERS, "1.0,", NULL, MALFORMED),
    LIST(VERS, ",1.0", NULL, MALFORMED),
    LIST(VERS, "1.0,,1.1", NULL, MALFORMED),
    LIST(VERS, "1.0 1.1", NULL, MALFORMED),
    LIST(VERS, "1.0;1.1", NULL, MALFORMED),
    LIST(VERS, "1-2", NULL, MALFORMED),
    LIST(VERS, "1.0-2", NULL, MALFORMED),
    LIST(VERS, "1.*", NULL, MALFORMED),
    LIST(VERS, ">=1.0", NULL, MALFORMED),
    LIST(VERS, "1.0..1.2", NULL, MALFORMED),
    LIST(VERS, "1.0,x", NULL, MALFORMED),
    LIST(VERS, "1.0-01.2", NULL, MALFORMED),
    LIST(VERS, "1.0-1.4294967296", NULL, MALFORMED),
    LIST(VERS, "1.0\n1.1", NULL, MALFORMED),
};


/* Is a value in a list? */
struct testContains {
    const char *name;
    const char *list;
    const char *value;
    bool expect;
};

#define CONTAINS(list, value, expect) { "'" value "' in '" list "'", list, value, expect }

static const struct testContains contains[] = {
    CONTAINS("a", "a", true),
    CONTAINS("a,b", "a", true),
    CONTAINS("a,b", "b", true),
    CONTAINS("a,b,c", "b", true),
    CONTAINS("a,b", "c", false),
    CONTAINS("aa,b", "a", false),
    CONTAINS("a,bb", "b", false),
    CONTAINS("ba", "a", false),
    CONTAINS("a", "aa", false),
    CONTAINS("a,b", "A", false),
    CONTAINS("a,b", "", false),
    CONTAINS("a,b,c", "a,b", false),                      /* two items are no value */
    CONTAINS("a,b", "a,b", false),                        /* ... nor the whole list */
    CONTAINS("a,b", ",", false),
    CONTAINS("a b,c", "a", false),
};


/* Is a version in a list of ranges? */
struct testRange {
    const char *name;
    const char *ranges;
    const char *version;
    const char *expect;
};

#define RANGE(ranges, version, expect) \
    { version " in '" ranges "'", ranges, version, expect }
#define YES "yes"
#define NO "no"

static const struct testRange ranges[] = {
    RANGE("1.2.3", "1.2.3", YES),
    RANGE("1.2.3", "1.2.4", NO),
    RANGE("1.2.3", "1.2.2", NO),
    RANGE("1.2", "1.2.0", YES),
    RANGE("1.2", "1.2.9", YES),
    RANGE("1.2", "1.3.0", NO),
    RANGE("1.2", "1.1.9", NO),
    RANGE("1.2", "2.2.0", NO),
    RANGE("1.2.3-", "1.4294967295.4", YES),
    RANGE("1.0-1.2", "1.0.0", YES),
    RANGE("1.0-1.2", "1.2.0", YES),
    RANGE("1.0-1.2", "1.2.7", YES),
    RANGE("1.0-1.2", "1.3.0", NO),
    RANGE("1.0-1.2", "0.9.9", NO),
    RANGE("1.0.0-1.2.0", "1.2.0", YES),
    RANGE("1.0.0-1.2.0", "1.2.1", NO),
    RANGE("1.0.0-1.2.0", "1.1.99", YES),
    RANGE("1.5-2.1", "1.4.0", NO),
    RANGE("1.5-2.1", "1.99.0", YES),
    RANGE("1.5-2.1", "2.0.0", YES),
    RANGE("1.5-2.1", "2.2.0", NO),
    RANGE("1.1-", "1.1.0", YES),
    RANGE("1.1-", "1.99.5", YES),
    RANGE("1.1-", "1.4294967295.4294967295", YES),
    RANGE("1.1-", "1.0.9", NO),
    RANGE("1.1-", "2.1.0", NO),                     /* stays in its major */
    RANGE("1.1-", "0.1.0", NO),
    RANGE("2.0.2-2.0.4,2.1.0-", "2.0.1", NO),
    RANGE("2.0.2-2.0.4,2.1.0-", "2.0.2", YES),
    RANGE("2.0.2-2.0.4,2.1.0-", "2.0.4", YES),
    RANGE("2.0.2-2.0.4,2.1.0-", "2.0.5", NO),
    RANGE("2.0.2-2.0.4,2.1.0-", "2.1.0", YES),
    RANGE("2.0.2-2.0.4,2.1.0-", "3.0.0", NO),
    RANGE("0.0.0", "0.0.0", YES),
    RANGE("4294967295.0-", "4294967295.4294967295.0", YES),
    RANGE("", "1.0.0", MALFORMED),
    RANGE(",", "1.0.0", MALFORMED),
    RANGE("-", "1.0.0", MALFORMED),
    RANGE("1.0,", "1.0.0", MALFORMED),                    /* a match does not help */
    RANGE("1.0,x", "1.0.0", MALFORMED),
    RANGE("x,1.0", "1.0.0", MALFORMED),
    RANGE("2.0-1.0", "1.5.0", MALFORMED),
};


/* Is a value in a list that may hold ranges? */
struct testAccepted {
    const char *name;
    virNodeDeviceCompatValueType type;
    const char *list;
    const char *value;
    bool expect;
};

#define ACCEPTED(type, list, value, expect) \
    { #type " list '" list "' accepts '" value "'", type, list, value, expect }

static const struct testAccepted accepteds[] = {
    ACCEPTED(INTEGER, "4", "4", true),
    ACCEPTED(INTEGER, "4", "5", false),
    ACCEPTED(INTEGER, "1,2,4", "4", true),
    ACCEPTED(INTEGER, "1,2,4", "3", false),
    ACCEPTED(INTEGER, "1-8,16", "1", true),
    ACCEPTED(INTEGER, "1-8,16", "8", true),
    ACCEPTED(INTEGER, "1-8,16", "9", false),
    ACCEPTED(INTEGER, "1-8,16", "15", false),
    ACCEPTED(INTEGER, "1-8,16", "16", true),
    ACCEPTED(INTEGER, "1-8,16", "0", false),
    ACCEPTED(INTEGER, "2-", "1", false),
    ACCEPTED(INTEGER, "2-", "4294967296", true),
    ACCEPTED(INTEGER, "2-", "18446744073709551615", true),
    ACCEPTED(INTEGER, "4294967295-4294967297", "4294967294", false),
    ACCEPTED(INTEGER, "4294967295-4294967297", "4294967296", true),
    ACCEPTED(INTEGER, "4294967295-4294967297", "4294967298", false),
    ACCEPTED(INTEGER, "8589934592-", "4294967295", false),
    ACCEPTED(INTEGER, "9-10", "1", false),
    ACCEPTED(INTEGER, "1-x", "1", false),
    ACCEPTED(INTEGER, "1-8", "x", false),
    ACCEPTED(INTEGER, "1-8", "2x", false),
    ACCEPTED(INTEGER, "0-8", "", false),
    ACCEPTED(VERS, "1.0-1.2", "1.1.0", true),
    ACCEPTED(VERS, "1.0-1.2", "1.3.0", false),
    ACCEPTED(VERS, "1.0-1.2", "1", false),
    ACCEPTED(PCI_ID, "8086:0001-8086:0009", "8086:0005", false),  /* no ranges of these */
    ACCEPTED(STRING, "1-8", "4", false),
    ACCEPTED(STRING, "1-8", "1-8", true),
};


/* What the first of two versions is beside the second */
struct testOrder {
    const char *name;
    const char *other;
    const char *expect;
};

static const struct testOrder orders[] = {
    { "1.2.3", "1.2.3", "same" },
    { "1.2.3", "1.2.4", "older" },
    { "1.2.3", "1.3.0", "older" },
    { "1.9.9", "2.0.0", "older" },
    { "1.10.0", "1.9.0", "newer" },
    { "0.0.0", "4294967295.0.0", "older" },
    { "0.4294967295.0", "0.0.0", "newer" },
    { "0.0.4294967295", "0.0.1", "newer" },
};


static int
testListNormalize(const void *opaque)
{
    const struct testList *data = opaque;
    g_autofree char *actual = virNodeDeviceCompatValueNormalizeList(data->type, data->input,
                                                                    data->self);
    g_autofree char *again = NULL;

    if (testExpectString(data->expect, actual) < 0)
        return -1;

    if (!actual)
        return 0;

    /* canonical is canonical */
    again = virNodeDeviceCompatValueNormalizeList(data->type, actual, NULL);
    return testExpectString(actual, again);
}


static int
testListContains(const void *opaque)
{
    const struct testContains *data = opaque;

    return testExpectBool(data->expect,
                          virNodeDeviceCompatValueListContains(data->list, data->value));
}


static int
testRangesContain(const void *opaque)
{
    const struct testRange *data = opaque;
    virNodeDeviceCompatVersion version;
    int rc;

    if (virNodeDeviceCompatVersionParse(data->version, &version) < 0)
        return testFail("'%s' is not a version", data->version);

    rc = virNodeDeviceCompatRangesContain(VERS, data->ranges, &version);
    return testExpectString(data->expect, rc < 0 ? MALFORMED : rc > 0 ? YES : NO);
}


static int
testValueAccepted(const void *opaque)
{
    const struct testAccepted *data = opaque;

    return testExpectBool(data->expect,
                          virNodeDeviceCompatValueIsAccepted(data->type, data->list,
                                                             data->value));
}


static int
testVersionCompare(const void *opaque)
{
    static const char *const results[] = { "older", "same", "newer" };
    const struct testOrder *data = opaque;
    virNodeDeviceCompatVersion a;
    virNodeDeviceCompatVersion b;
    int forth;
    int back;

    if (virNodeDeviceCompatVersionParse(data->name, &a) < 0 ||
        virNodeDeviceCompatVersionParse(data->other, &b) < 0)
        return testFail("'%s' or '%s' is not a version", data->name, data->other);

    forth = virNodeDeviceCompatVersionCompare(&a, &b);
    back = virNodeDeviceCompatVersionCompare(&b, &a);
    if ((forth > 0) - (forth < 0) != (back < 0) - (back > 0)) {
        return testFail("compared with %s it is %d, and that with it %d",
                        data->other, forth, back);
    }

    return testExpectString(data->expect, results[(forth > 0) - (forth < 0) + 1]);
}


static int
mymain(void)
{
    DO_TABLE_EXPECT("list", lists, testListNormalize);
    DO_TABLE("contains", contains, testListContains);
    DO_TABLE_EXPECT("ranges", ranges, testRangesContain);
    DO_TABLE("accepts", accepteds, testValueAccepted);
    DO_TABLE_EXPECT("version", orders, testVersionCompare);

    return testResult();
}

VIR_TEST_MAIN(mymain)
