/*
 * nodedevcompatvaluetest.c: the value grammars, one case a line
 *
 * Most of the cases are bad input: what is not in a grammar must be malformed
 * and never come out as some other value.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_list.h"
#include "testutils.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define API VIR_NODE_DEVICE_COMPAT_VALUE_API
#define INTEGER VIR_NODE_DEVICE_COMPAT_VALUE_INTEGER
#define PCI_ID VIR_NODE_DEVICE_COMPAT_VALUE_PCI_ID
#define STRING VIR_NODE_DEVICE_COMPAT_VALUE_STRING
#define URL VIR_NODE_DEVICE_COMPAT_VALUE_URL
#define VERS VIR_NODE_DEVICE_COMPAT_VALUE_VERSION
#define SET VIR_NODE_DEVICE_COMPAT_VALUE_SET
#define MASK VIR_NODE_DEVICE_COMPAT_VALUE_BITMASK

#define MALFORMED NULL

static const char *const typeNames[] = {
    [STRING] = "string",
    [API] = "api",
    [VERS] = "version",
    [INTEGER] = "integer",
    [PCI_ID] = "pci-id",
    [URL] = "url",
    [SET] = "set",
    [MASK] = "bitmask",
};

G_STATIC_ASSERT(G_N_ELEMENTS(typeNames) == VIR_NODE_DEVICE_COMPAT_VALUE_LAST);


/* One value, and its canonical spelling */
struct testValue {
    virNodeDeviceCompatValueType type;
    const char *input;
    const char *expect;
};

static const struct testValue values[] = {
    { STRING, "a", "a" },
    { STRING, "a b", "a b" },
    { STRING, "~!@#$%^&*()", "~!@#$%^&*()" },
    { STRING, "a,b", "a,b" },
    { STRING, "<&'\">", "<&'\">" },
    { STRING, "0x10", "0x10" },
    { STRING, "", MALFORMED },
    { STRING, "a\n", MALFORMED },
    { STRING, "a\r", MALFORMED },
    { STRING, "\ta", MALFORMED },
    { STRING, "a\033[31m", MALFORMED },
    { STRING, "a\001", MALFORMED },
    { STRING, "a\177", MALFORMED },
    { STRING, "caf\303\251", MALFORMED },
    { STRING, "\377", MALFORMED },
    { STRING, "\302\240", MALFORMED },

    { API, "vfio-pci", "vfio-pci" },
    { API, "vfio_pci", "vfio-pci" },
    { API, "vfio-platform", "vfio-platform" },
    { API, "vfio-amba", "vfio-amba" },
    { API, "vfio-ccw", "vfio-ccw" },
    { API, "vfio_ccw", "vfio-ccw" },
    { API, "vfio-ap", "vfio-ap" },
    { API, "", MALFORMED },
    { API, "vfio-pci\n", MALFORMED },
    { API, "vfio\342\200\220pci", MALFORMED },

    { VERS, "1.2", "1.2.0" },
    { VERS, "1.2.0", "1.2.0" },
    { VERS, "1.2.3", "1.2.3" },
    { VERS, "0.0", "0.0.0" },
    { VERS, "0.0.0", "0.0.0" },
    { VERS, "10.20.30", "10.20.30" },
    { VERS, "4294967295.4294967295.4294967295", "4294967295.4294967295.4294967295" },
    { VERS, "", MALFORMED },
    { VERS, "1", MALFORMED },
    { VERS, "1.", MALFORMED },
    { VERS, ".1", MALFORMED },
    { VERS, "1..2", MALFORMED },
    { VERS, "1.2.", MALFORMED },
    { VERS, "1.2.3.", MALFORMED },
    { VERS, "1.2.3.4", MALFORMED },
    { VERS, "01.2", MALFORMED },
    { VERS, "1.02", MALFORMED },
    { VERS, "1.2.03", MALFORMED },
    { VERS, "00.0", MALFORMED },
    { VERS, "+1.2", MALFORMED },
    { VERS, "-1.2", MALFORMED },
    { VERS, "1.-2", MALFORMED },
    { VERS, "1.+2", MALFORMED },
    { VERS, "1.2.-3", MALFORMED },
    { VERS, " 1.2", MALFORMED },
    { VERS, "1.2 ", MALFORMED },
    { VERS, "1. 2", MALFORMED },
    { VERS, "1 .2", MALFORMED },
    { VERS, "1.2\n", MALFORMED },
    { VERS, "v1.2", MALFORMED },
    { VERS, "1.2-rc1", MALFORMED },
    { VERS, "1.2a", MALFORMED },
    { VERS, "0x1.2", MALFORMED },
    { VERS, "1.0x2", MALFORMED },
    { VERS, "1e1.2", MALFORMED },
    { VERS, "1,2", MALFORMED },
    { VERS, "1.2-", MALFORMED },
    { VERS, "1.2-1.3", MALFORMED },
    { VERS, "1.2,1.3", MALFORMED },
    { VERS, "4294967296.0", MALFORMED },
    { VERS, "0.4294967296", MALFORMED },
    { VERS, "1.2.4294967296", MALFORMED },
    { VERS, "18446744073709551617.0", MALFORMED },
    { VERS, "99999999999999999999999999999999.0", MALFORMED },
    { VERS, "\331\241.\331\242", MALFORMED },

    { INTEGER, "0", "0" },
    { INTEGER, "1", "1" },
    { INTEGER, "18446744073709551615", "18446744073709551615" },
    { INTEGER, "0x0", "0" },
    { INTEGER, "0x10", "16" },
    { INTEGER, "0X1f", "31" },
    { INTEGER, "0x00ff", "255" },
    { INTEGER, "0xFFFFFFFFFFFFFFFF", "18446744073709551615" },
    { INTEGER, "", MALFORMED },
    { INTEGER, "00", MALFORMED },
    { INTEGER, "01", MALFORMED },
    { INTEGER, "-1", MALFORMED },
    { INTEGER, "-0", MALFORMED },
    { INTEGER, "+1", MALFORMED },
    { INTEGER, " 1", MALFORMED },
    { INTEGER, "1 ", MALFORMED },
    { INTEGER, "1\n", MALFORMED },
    { INTEGER, "1.0", MALFORMED },
    { INTEGER, "1e3", MALFORMED },
    { INTEGER, "1k", MALFORMED },
    { INTEGER, "ff", MALFORMED },
    { INTEGER, "0x", MALFORMED },
    { INTEGER, "0xg", MALFORMED },
    { INTEGER, "0x0x10", MALFORMED },
    { INTEGER, "0x-1", MALFORMED },
    { INTEGER, "0x+1", MALFORMED },
    { INTEGER, "0x 1", MALFORMED },
    { INTEGER, "x10", MALFORMED },
    { INTEGER, "0b1", MALFORMED },
    { INTEGER, "1,2", MALFORMED },
    { INTEGER, "18446744073709551616", MALFORMED },
    { INTEGER, "0x10000000000000000", MALFORMED },
    { INTEGER, "99999999999999999999999999", MALFORMED },

    { PCI_ID, "8086:591d", "8086:591d" },
    { PCI_ID, "8086591d", "8086:591d" },
    { PCI_ID, "0x8086:0x591d", "8086:591d" },
    { PCI_ID, "0x8086591d", "8086:591d" },
    { PCI_ID, "0X8086591D", "8086:591d" },
    { PCI_ID, "0x8086:591d", "8086:591d" },
    { PCI_ID, "8086:0x591d", "8086:591d" },
    { PCI_ID, "10DE:1BB3", "10de:1bb3" },
    { PCI_ID, "0000:0000", "0000:0000" },
    { PCI_ID, "ffff:ffff", "ffff:ffff" },
    { PCI_ID, "", MALFORMED },
    { PCI_ID, "591d", MALFORMED },          /* of which vendor? */
    { PCI_ID, "0x591d", MALFORMED },
    { PCI_ID, ":", MALFORMED },
    { PCI_ID, "8086:", MALFORMED },
    { PCI_ID, ":591d", MALFORMED },
    { PCI_ID, "8086:591", MALFORMED },
    { PCI_ID, "808:591d", MALFORMED },
    { PCI_ID, "8086:591dd", MALFORMED },
    { PCI_ID, "08086:591d", MALFORMED },
    { PCI_ID, "8086591", MALFORMED },
    { PCI_ID, "8086591dd", MALFORMED },
    { PCI_ID, "8086::591d", MALFORMED },
    { PCI_ID, "8086 591d", MALFORMED },
    { PCI_ID, "8086: 591d", MALFORMED },
    { PCI_ID, " 8086:591d", MALFORMED },
    { PCI_ID, "8086:591d ", MALFORMED },
    { PCI_ID, "8086:591d\n", MALFORMED },
    { PCI_ID, "8086-591d", MALFORMED },
    { PCI_ID, "8086.591d", MALFORMED },
    { PCI_ID, "8086:591g", MALFORMED },
    { PCI_ID, "8086:-591", MALFORMED },
    { PCI_ID, "80860x591d", MALFORMED },
    { PCI_ID, "0x0x8086:591d", MALFORMED },
    { PCI_ID, "0x8086:0x0x591d", MALFORMED },
    { PCI_ID, "0x", MALFORMED },
    { PCI_ID, "8086:591d:0001", MALFORMED },
    { PCI_ID, "8086:591d,8086:591b", MALFORMED },
    { PCI_ID, "0000:00:02.0", MALFORMED },

    { URL, "https://host/path", "https://host/path" },
    { URL, "https://user@host/path", "https://host/path" },
    { URL, "https://user:secret@host/path", "https://host/path" },
    { URL, "https://user:secret@host", "https://host" },
    { URL, "https://user:secret@host:8080/p?q#f", "https://host:8080/p?q#f" },
    { URL, "https://user:se@cret@host/path", "https://host/path" },
    { URL, "https://user%3Asecret@host/", "https://host/" },
    { URL, "https://@host/", "https://host/" },
    { URL, "https://user:secret@[::1]/", "https://[::1]/" },
    { URL, "nbd://host", "nbd://host" },
    { URL, "file:///dev/null", "file:///dev/null" },
    { URL, "/a/path", "/a/path" },
    { URL, "", MALFORMED },
    { URL, "https://host/\n", MALFORMED },
    /* a raw separator in a password must not save the rest of it */
    { URL, "https://user:se/secret@host/", MALFORMED },
    { URL, "https://user:se?secret@host/", MALFORMED },
    { URL, "https://user:se#secret@host/", MALFORMED },
    { URL, "https://user:se\\secret@host/", MALFORMED },
    { URL, "https://host/path@secret", MALFORMED },
    /* nor may a missing or second scheme */
    { URL, "user:secret@host", MALFORMED },
    { URL, "//user:secret@host/", MALFORMED },
    { URL, "https:user:secret@host/", MALFORMED },
    { URL, "https:/user:secret@host/", MALFORMED },
    { URL, "a://b://user:secret@host/", MALFORMED },
    { SET, "b+a", "a+b" },
    { SET, "b, a,b", "a+b" },
    { SET, "none+ppgtt+context", "context+none+ppgtt" },
    { SET, "a", "a" },
    { SET, "", MALFORMED },
    { SET, "a+", MALFORMED },
    { SET, "+", MALFORMED },
    { SET, "a,,b", MALFORMED },
    { SET, "a b", MALFORMED },
    { MASK, "0x0F", "0xf" },
    { MASK, "0X00", "0x0" },
    { MASK, "0x80000000000000000000000000000001", "0x80000000000000000000000000000001" },
    { MASK, "", MALFORMED },
    { MASK, "0x", MALFORMED },
    { MASK, "f", MALFORMED },
    { MASK, "15", MALFORMED },
    { MASK, "0xg", MALFORMED },
    { MASK, "0x1 ", MALFORMED },
    { MASK, "-0x1", MALFORMED },
    { MASK, "0x0x1", MALFORMED },
    { API, "vfio-pci ", MALFORMED },
    { API, "VFIO-PCI", MALFORMED },
    { URL, "store:secret@nas/vol?via=nfs://x", MALFORMED },
    { URL, "u:se://secret@host", MALFORMED },
    { URL, "u:p/secret@host", MALFORMED },
};


/* One list, and its canonical spelling. @self is the device's own value. */
struct testList {
    virNodeDeviceCompatValueType type;
    const char *input;
    const char *self;
    const char *expect;
};

static const struct testList lists[] = {
    { STRING, "a", NULL, "a" },
    { STRING, "a,b", NULL, "a,b" },
    { STRING, " a , b ", NULL, "a,b" },
    { STRING, "b,a", NULL, "b,a" },
    { STRING, "a b,c", NULL, "a b,c" },
    { STRING, "", NULL, MALFORMED },
    { STRING, " ", NULL, MALFORMED },
    { STRING, ",", NULL, MALFORMED },
    { STRING, ",,", NULL, MALFORMED },
    { STRING, ",a", NULL, MALFORMED },
    { STRING, "a,", NULL, MALFORMED },
    { STRING, "a,,b", NULL, MALFORMED },
    { STRING, "a, ,b", NULL, MALFORMED },
    { STRING, "a,\n", NULL, MALFORMED },
    { STRING, "a\nb", NULL, MALFORMED },
    { STRING, "a,\303\251", NULL, MALFORMED },

    { API, "vfio_pci, vfio-ap", NULL, "vfio-pci,vfio-ap" },
    { API, "vfio-pci,", NULL, MALFORMED },

    { INTEGER, "1", NULL, "1" },
    { INTEGER, "1,0x10, 3", NULL, "1,16,3" },
    { INTEGER, "1,x", NULL, MALFORMED },
    { INTEGER, "1,-2", NULL, MALFORMED },
    { INTEGER, "1,02", NULL, MALFORMED },
    { INTEGER, "1-3", NULL, "1-3" },
    { INTEGER, "0x10-0x1f, 0x40-", NULL, "16-31,64-" },
    { INTEGER, "1-8,16", NULL, "1-8,16" },
    { INTEGER, "5-5", NULL, "5-5" },
    { INTEGER, "0-18446744073709551615", NULL, "0-18446744073709551615" },
    { INTEGER, "3-1", NULL, MALFORMED },         /* reversed */
    { INTEGER, "4294967296-4294967295", NULL, MALFORMED },
    { INTEGER, "-3", NULL, MALFORMED },          /* an open start, or a sign */
    { INTEGER, "-", NULL, MALFORMED },
    { INTEGER, "1--3", NULL, MALFORMED },
    { INTEGER, "1-3-", NULL, MALFORMED },
    { INTEGER, "1-3-5", NULL, MALFORMED },
    { INTEGER, "1 - 3", NULL, MALFORMED },
    { INTEGER, "1- 3", NULL, MALFORMED },
    { INTEGER, "1-03", NULL, MALFORMED },
    { INTEGER, "1-x", NULL, MALFORMED },
    { INTEGER, "1-18446744073709551616", NULL, MALFORMED },
    { INTEGER, "1-8,", NULL, MALFORMED },
    { INTEGER, "1 2", NULL, MALFORMED },
    { INTEGER, "1,18446744073709551616", NULL, MALFORMED },

    { PCI_ID, "8086:5931,8086591B", NULL, "8086:5931,8086:591b" },
    { PCI_ID, "591b", "8086:591d", "8086:591b" },
    { PCI_ID, "0x591B", "8086:591d", "8086:591b" },
    { PCI_ID, "5931, 591b", "8086:591d", "8086:5931,8086:591b" },
    { PCI_ID, "10de:1bb3,591b", "8086:591d", "10de:1bb3,8086:591b" },
    { PCI_ID, "591b", NULL, MALFORMED },
    { PCI_ID, "10de:1bb3,591b", NULL, MALFORMED },
    { PCI_ID, "591b", "nonsense", MALFORMED },
    { PCI_ID, "59", "8086:591d", MALFORMED },
    { PCI_ID, "591b,", "8086:591d", MALFORMED },
    { PCI_ID, "591b591d", "8086:591d", "591b:591d" },
    { PCI_ID, "591b 591d", "8086:591d", MALFORMED },

    { URL, "https://u:secret@h/a, https://v@w/b", NULL, "https://h/a,https://w/b" },
    { URL, "https://u:se,secret@h/a", NULL, MALFORMED },

    { VERS, "1.2", NULL, "1.2" },
    { VERS, "1.2.0", NULL, "1.2.0" },
    { VERS, "1.0.0-", NULL, "1.0.0-" },
    { VERS, "2.0.2-2.0.4,2.1.0-", NULL, "2.0.2-2.0.4,2.1.0-" },
    { VERS, " 2.0.2-2.0.4 , 2.1.0- ", NULL, "2.0.2-2.0.4,2.1.0-" },
    { VERS, "1.0-1.0", NULL, "1.0-1.0" },
    { VERS, "1.0-2.0", NULL, "1.0-2.0" },
    { VERS, "1.2.3-1.2", NULL, "1.2.3-1.2" },    /* up to any 1.2.x */
    { VERS, "", NULL, MALFORMED },
    { VERS, "-", NULL, MALFORMED },
    { VERS, "--", NULL, MALFORMED },
    { VERS, ",", NULL, MALFORMED },
    { VERS, "-1.0", NULL, MALFORMED },           /* an open start */
    { VERS, "1.0--", NULL, MALFORMED },
    { VERS, "1.0--1.2", NULL, MALFORMED },
    { VERS, "1.0-1.2-", NULL, MALFORMED },
    { VERS, "1.0-1.2-1.3", NULL, MALFORMED },
    { VERS, "2.0-1.0", NULL, MALFORMED },        /* reversed */
    { VERS, "1.3-1.2", NULL, MALFORMED },
    { VERS, "1.2.4-1.2.3", NULL, MALFORMED },
    { VERS, "1.0 - 1.2", NULL, MALFORMED },
    { VERS, "1.0- 1.2", NULL, MALFORMED },
    { VERS, "1.0 -", NULL, MALFORMED },
    { VERS, "1.0,", NULL, MALFORMED },
    { VERS, ",1.0", NULL, MALFORMED },
    { VERS, "1.0,,1.1", NULL, MALFORMED },
    { VERS, "1.0 1.1", NULL, MALFORMED },
    { VERS, "1.0;1.1", NULL, MALFORMED },
    { VERS, "1-2", NULL, MALFORMED },
    { VERS, "1.0-2", NULL, MALFORMED },
    { VERS, "1.*", NULL, MALFORMED },
    { VERS, ">=1.0", NULL, MALFORMED },
    { VERS, "1.0..1.2", NULL, MALFORMED },
    { VERS, "1.0,x", NULL, MALFORMED },
    { VERS, "1.0-01.2", NULL, MALFORMED },
    { VERS, "1.0-1.4294967296", NULL, MALFORMED },
    { VERS, "1.0\n1.1", NULL, MALFORMED },
};


/* Is a value in a list? */
struct testContains {
    const char *list;
    const char *value;
    bool expect;
};

static const struct testContains contains[] = {
    { "a", "a", true },
    { "a,b", "a", true },
    { "a,b", "b", true },
    { "a,b,c", "b", true },
    { "a,b", "c", false },
    { "aa,b", "a", false },
    { "a,bb", "b", false },
    { "ba", "a", false },
    { "a", "aa", false },
    { "a,b", "A", false },
    { "a,b", "", false },
    { "a,b,c", "a,b", false },                      /* two items are no value */
    { "a,b", "a,b", false },                        /* ... nor the whole list */
    { "a,b", ",", false },
    { "a b,c", "a", false },
};


/* Whether the second set holds all of the first, and the other way round; both
 * canonical */
struct testSets {
    virNodeDeviceCompatValueType type;
    const char *a;
    const char *b;
    bool forth;
    bool back;
};

static const struct testSets sets[] = {
    { SET, "a", "a", true, true },
    { SET, "a", "a+b", true, false },
    { SET, "b", "a+b", true, false },
    { SET, "b", "a+b+c", true, false },
    { SET, "a+c", "a+b+c", true, false },
    { SET, "a+d", "a+b+c", false, false },
    { SET, "a", "b", false, false },
    { SET, "a", "aa", false, false },
    { SET, "ab", "a+b", false, false },
    { SET, "a+z", "a+b+c+d", false, false },
    { SET, "0+a", "a", false, true },
    { SET, "A", "A+a", true, false },
    { MASK, "0x0", "0x0", true, true },
    { MASK, "0x0", "0x1", true, false },
    { MASK, "0x1", "0x3", true, false },
    { MASK, "0x5", "0x3", false, false },
    { MASK, "0x10", "0x1", false, false },
    { MASK, "0xf0", "0xff", true, false },
    { MASK, "0x8000000000000000", "0x18000000000000000", true, false },
    { MASK, "0x10000000000000000", "0x1", false, false },
};


/* The order of two canonical values */
struct testCompare {
    virNodeDeviceCompatValueType type;
    const char *a;
    const char *b;
    int expect;
};

static const struct testCompare compares[] = {
    { INTEGER, "0", "0", 0 },
    { INTEGER, "9", "10", -1 },
    { INTEGER, "10", "9", 1 },
    { INTEGER, "19", "20", -1 },
    { INTEGER, "18446744073709551615", "18446744073709551614", 1 },
    { VERS, "1.9.0", "1.10.0", -1 },
    { VERS, "1.2.3", "1.2.3", 0 },
    { VERS, "2.0.0", "1.99.99", 1 },
};


static int
testCompareStrings(const char *expect,
                   const char *actual)
{
    if (STREQ_NULLABLE(expect, actual))
        return 0;

    VIR_TEST_VERBOSE("\nexpected %s, got %s",
                     expect ? expect : "malformed",
                     actual ? actual : "malformed");
    return -1;
}


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
testValueNormalize(const void *opaque)
{
    const struct testValue *data = opaque;
    g_autofree char *actual = virNodeDeviceCompatValueNormalize(data->type, data->input);
    g_autofree char *again = NULL;

    if (testCompareStrings(data->expect, actual) < 0)
        return -1;

    if (!actual)
        return 0;

    again = virNodeDeviceCompatValueNormalize(data->type, actual);
    return testCompareStrings(actual, again);
}


static int
testListNormalize(const void *opaque)
{
    const struct testList *data = opaque;
    g_autofree char *actual = virNodeDeviceCompatValueNormalizeList(data->type,
                                                                    data->input,
                                                                    data->self);
    g_autofree char *again = NULL;

    if (testCompareStrings(data->expect, actual) < 0)
        return -1;

    if (!actual)
        return 0;

    again = virNodeDeviceCompatValueNormalizeList(data->type, actual, NULL);
    return testCompareStrings(actual, again);
}


static int
testListContains(const void *opaque)
{
    const struct testContains *data = opaque;

    return testCompareInts(data->expect,
                           virNodeDeviceCompatValueListContains(data->list,
                                                                data->value));
}


static int
testSetsCompare(const void *opaque)
{
    const struct testSets *data = opaque;

    if (testCompareInts(data->forth, virNodeDeviceCompatValueIsSuperset(data->type, data->b, data->a)) < 0)
        return -1;

    return testCompareInts(data->back, virNodeDeviceCompatValueIsSuperset(data->type, data->a, data->b));
}


static int
testValueCompare(const void *opaque)
{
    const struct testCompare *data = opaque;
    int actual = virNodeDeviceCompatValueCompare(data->type, data->a, data->b);

    return testCompareInts(data->expect, actual < 0 ? -1 : actual > 0);
}


/* A failed parse must leave the caller's version alone. */
static int
testVersionParse(const void *opaque)
{
    const struct testValue *data = opaque;
    virNodeDeviceCompatVersion version = { 77, 77, 77 };
    g_autofree char *actual = NULL;

    if (virNodeDeviceCompatVersionParse(data->input, &version) < 0) {
        if (version.major != 77 || version.minor != 77 || version.bugfix != 77) {
            VIR_TEST_VERBOSE("\nversion was changed although parsing failed");
            return -1;
        }
    } else {
        actual = g_strdup_printf("%u.%u.%u",
                                 version.major, version.minor, version.bugfix);
    }

    return testCompareStrings(data->expect, actual);
}


/* Each grammar at the limit of what a value may be */
struct testLong {
    virNodeDeviceCompatValueType type;
    const char *head;
    char fill;
    size_t length;
    bool list;
    bool expect;
};

#define LIMIT VIR_NODE_DEVICE_COMPAT_VALUE_MAX

static const struct testLong longs[] = {
    { STRING, "a", 'a', LIMIT, false, true },
    { STRING, "a", 'a', LIMIT + 1, false, false },
    { STRING, "a", 'a', 1024 * 1024, false, false },
    { STRING, "a,", 'a', LIMIT, true, true },
    { STRING, "a,", 'a', LIMIT + 1, true, false },
    { STRING, "", ',', LIMIT, true, false },
    { URL, "nbd://", 'h', LIMIT, false, true },
    { URL, "nbd://", 'h', LIMIT + 1, false, false },
    { URL, "nbd://u@", '@', LIMIT, false, true },
    { VERS, "1.", '1', LIMIT, false, false },
    { VERS, "1.0.", '1', LIMIT, false, false },
    { VERS, "1.0-", '-', LIMIT, true, false },
    { INTEGER, "", '1', LIMIT, false, false },
    { INTEGER, "", '0', LIMIT, false, false },
    { INTEGER, "0x", 'f', LIMIT, false, false },
    { INTEGER, "1", ',', LIMIT, true, false },
    { PCI_ID, "8086:", '5', LIMIT, false, false },
    { API, "vfio", '_', LIMIT, false, true },
    { API, "vfio", '_', LIMIT + 1, false, false },
};


static int
testLongValue(const void *opaque)
{
    const struct testLong *data = opaque;
    size_t head = strlen(data->head);
    g_autofree char *tail = g_strnfill(data->length - head, data->fill);
    g_autofree char *input = g_strconcat(data->head, tail, NULL);
    g_autofree char *actual = NULL;

    if (data->list)
        actual = virNodeDeviceCompatValueNormalizeList(data->type, input, NULL);
    else
        actual = virNodeDeviceCompatValueNormalize(data->type, input);

    return testCompareInts(data->expect, !!actual);
}


/* What is shown of text that may be anything */
struct testShown {
    const char *text;
    size_t max;
    const char *expect;
};

static const struct testShown shown[] = {
    { "", 9, "" },
    { "a b", 9, "a b" },
    { "abc", 3, "abc" },
    { "abcd", 3, "abc" },
    { "abc", 0, "" },
    { "a\nb\x1b[0m\x7f", 9, "a?b?[0m?" },
    { "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 9, "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
    { "a\xe2\x82\xac", 4, "a\xe2\x82\xac" },
    { "a\xe2\x82\xac", 3, "a" },                     /* no part of a character */
    { "\xe2\x82", 9, "??" },
    { "\xff\xc3,\xc0\x80", 9, "??,??" },
    { "\xed\xa0\x80", 9, "???" },                     /* half of a pair */
    { "\xc2\x85" "x", 9, "?x" },                        /* a control character of two bytes */
};


static int
testTextShown(const void *opaque)
{
    const struct testShown *data = opaque;
    g_autofree char *actual = virNodeDeviceCompatValueToPrintable(data->text, data->max);

    return testCompareStrings(data->expect, actual);
}


static const char *
testExpectation(const char *expect)
{
    return expect ? expect : "malformed";
}


static int
mymain(void)
{
    int ret = 0;
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autofree char *input = g_strescape(values[i].input, "\"");
        g_autofree char *title = g_strdup_printf("%s '%s': %s",
                                                 typeNames[values[i].type], input,
                                                 testExpectation(values[i].expect));

        if (virTestRun(title, testValueNormalize, &values[i]) < 0)
            ret = -1;
        if (values[i].type == VERS &&
            virTestRun(title, testVersionParse, &values[i]) < 0)
            ret = -1;
    }

    for (i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autofree char *input = g_strescape(lists[i].input, "\"");
        g_autofree char *title = g_strdup_printf("%s list '%s' of '%s': %s",
                                                 typeNames[lists[i].type], input,
                                                 NULLSTR(lists[i].self),
                                                 testExpectation(lists[i].expect));

        if (virTestRun(title, testListNormalize, &lists[i]) < 0)
            ret = -1;
    }

    for (i = 0; i < G_N_ELEMENTS(longs); i++) {
        g_autofree char *title = g_strdup_printf("%s%s '%s%c...' of %zu bytes: %s",
                                                 typeNames[longs[i].type],
                                                 longs[i].list ? " list" : "",
                                                 longs[i].head, longs[i].fill,
                                                 longs[i].length,
                                                 longs[i].expect ? "good" : "malformed");

        if (virTestRun(title, testLongValue, &longs[i]) < 0)
            ret = -1;
    }

    for (i = 0; i < G_N_ELEMENTS(contains); i++) {
        g_autofree char *title = g_strdup_printf("list '%s' contains '%s': %s",
                                                 contains[i].list, contains[i].value,
                                                 contains[i].expect ? "yes" : "no");

        if (virTestRun(title, testListContains, &contains[i]) < 0)
            ret = -1;
    }

    for (i = 0; i < G_N_ELEMENTS(sets); i++) {
        g_autofree char *title = g_strdup_printf("%s '%s' in '%s': %s, the other way: %s",
                                                 typeNames[sets[i].type], sets[i].a, sets[i].b,
                                                 sets[i].forth ? "yes" : "no",
                                                 sets[i].back ? "yes" : "no");

        if (virTestRun(title, testSetsCompare, &sets[i]) < 0)
            ret = -1;
    }

    for (i = 0; i < G_N_ELEMENTS(compares); i++) {
        g_autofree char *title = g_strdup_printf("%s '%s' to '%s': %d",
                                                 typeNames[compares[i].type], compares[i].a,
                                                 compares[i].b, compares[i].expect);

        if (virTestRun(title, testValueCompare, &compares[i]) < 0)
            ret = -1;
    }

    for (i = 0; i < G_N_ELEMENTS(shown); i++) {
        g_autofree char *text = g_strescape(shown[i].text, NULL);
        g_autofree char *title = g_strdup_printf("at most %zu bytes of '%s' are shown",
                                                 shown[i].max, text);

        if (virTestRun(title, testTextShown, &shown[i]) < 0)
            ret = -1;
    }

    return ret == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

VIR_TEST_MAIN(mymain)
