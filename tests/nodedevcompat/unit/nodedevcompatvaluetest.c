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

#include "nodedevcompatframe.h"

#include "nodedev_compat_list.h"

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

/* One value, and its canonical spelling */
struct testValue {
    const char *name;
    virNodeDeviceCompatValueType type;
    const char *input;
    const char *expect;
};

#define VALUE(type, input, expect) { #type " '" input "'", type, input, expect }

static const struct testValue values[] = {
    VALUE(STRING, "a", "a"),
    VALUE(STRING, "a b", "a b"),
    VALUE(STRING, "~!@#$%^&*()", "~!@#$%^&*()"),
    VALUE(STRING, "a,b", "a,b"),
    VALUE(STRING, "<&'\">", "<&'\">"),
    VALUE(STRING, "0x10", "0x10"),
    VALUE(STRING, "", MALFORMED),
    VALUE(STRING, "a\n", MALFORMED),
    VALUE(STRING, "a\r", MALFORMED),
    VALUE(STRING, "\ta", MALFORMED),
    VALUE(STRING, "a\033[31m", MALFORMED),
    VALUE(STRING, "a\001", MALFORMED),
    VALUE(STRING, "a\177", MALFORMED),
    VALUE(STRING, "caf\303\251", MALFORMED),
    VALUE(STRING, "\377", MALFORMED),
    VALUE(STRING, "\302\240", MALFORMED),

    VALUE(API, "vfio-pci", "vfio-pci"),
    VALUE(API, "vfio_pci", "vfio-pci"),
    VALUE(API, "vfio-platform", "vfio-platform"),
    VALUE(API, "vfio-amba", "vfio-amba"),
    VALUE(API, "vfio-ccw", "vfio-ccw"),
    VALUE(API, "vfio_ccw", "vfio-ccw"),
    VALUE(API, "vfio-ap", "vfio-ap"),
    VALUE(API, "", MALFORMED),
    VALUE(API, "vfio-pci\n", MALFORMED),
    VALUE(API, "vfio\342\200\220pci", MALFORMED),

    VALUE(INTEGER, "0", "0"),
    VALUE(INTEGER, "1", "1"),
    VALUE(INTEGER, "18446744073709551615", "18446744073709551615"),
    VALUE(INTEGER, "0x0", "0"),
    VALUE(INTEGER, "0x10", "16"),
    VALUE(INTEGER, "0X1f", "31"),
    VALUE(INTEGER, "0x00ff", "255"),
    VALUE(INTEGER, "0xFFFFFFFFFFFFFFFF", "18446744073709551615"),
    VALUE(INTEGER, "", MALFORMED),
    VALUE(INTEGER, "00", MALFORMED),
    VALUE(INTEGER, "01", MALFORMED),
    VALUE(INTEGER, "-1", MALFORMED),
    VALUE(INTEGER, "-0", MALFORMED),
    VALUE(INTEGER, "+1", MALFORMED),
    VALUE(INTEGER, " 1", MALFORMED),
    VALUE(INTEGER, "1 ", MALFORMED),
    VALUE(INTEGER, "1\n", MALFORMED),
    VALUE(INTEGER, "1.0", MALFORMED),
    VALUE(INTEGER, "1e3", MALFORMED),
    VALUE(INTEGER, "1k", MALFORMED),
    VALUE(INTEGER, "ff", MALFORMED),
    VALUE(INTEGER, "0x", MALFORMED),
    VALUE(INTEGER, "0xg", MALFORMED),
    VALUE(INTEGER, "0x0x10", MALFORMED),
    VALUE(INTEGER, "0x-1", MALFORMED),
    VALUE(INTEGER, "0x+1", MALFORMED),
    VALUE(INTEGER, "0x 1", MALFORMED),
    VALUE(INTEGER, "x10", MALFORMED),
    VALUE(INTEGER, "0b1", MALFORMED),
    VALUE(INTEGER, "1,2", MALFORMED),
    VALUE(INTEGER, "18446744073709551616", MALFORMED),
    VALUE(INTEGER, "0x10000000000000000", MALFORMED),
    VALUE(INTEGER, "99999999999999999999999999", MALFORMED),

    VALUE(PCI_ID, "8086:591d", "8086:591d"),
    VALUE(PCI_ID, "8086591d", "8086:591d"),
    VALUE(PCI_ID, "0x8086:0x591d", "8086:591d"),
    VALUE(PCI_ID, "0x8086591d", "8086:591d"),
    VALUE(PCI_ID, "0X8086591D", "8086:591d"),
    VALUE(PCI_ID, "0x8086:591d", "8086:591d"),
    VALUE(PCI_ID, "8086:0x591d", "8086:591d"),
    VALUE(PCI_ID, "10DE:1BB3", "10de:1bb3"),
    VALUE(PCI_ID, "0000:0000", "0000:0000"),
    VALUE(PCI_ID, "ffff:ffff", "ffff:ffff"),
    VALUE(PCI_ID, "", MALFORMED),
    VALUE(PCI_ID, "591d", MALFORMED),          /* of which vendor? */
    VALUE(PCI_ID, "0x591d", MALFORMED),
    VALUE(PCI_ID, ":", MALFORMED),
    VALUE(PCI_ID, "8086:", MALFORMED),
    VALUE(PCI_ID, ":591d", MALFORMED),
    VALUE(PCI_ID, "8086:591", MALFORMED),
    VALUE(PCI_ID, "808:591d", MALFORMED),
    VALUE(PCI_ID, "8086:591dd", MALFORMED),
    VALUE(PCI_ID, "08086:591d", MALFORMED),
    VALUE(PCI_ID, "8086591", MALFORMED),
    VALUE(PCI_ID, "8086591dd", MALFORMED),
    VALUE(PCI_ID, "8086::591d", MALFORMED),
    VALUE(PCI_ID, "8086 591d", MALFORMED),
    VALUE(PCI_ID, "8086: 591d", MALFORMED),
    VALUE(PCI_ID, " 8086:591d", MALFORMED),
    VALUE(PCI_ID, "8086:591d ", MALFORMED),
    VALUE(PCI_ID, "8086:591d\n", MALFORMED),
    VALUE(PCI_ID, "8086-591d", MALFORMED),
    VALUE(PCI_ID, "8086.591d", MALFORMED),
    VALUE(PCI_ID, "8086:591g", MALFORMED),
    VALUE(PCI_ID, "8086:-591", MALFORMED),
    VALUE(PCI_ID, "80860x591d", MALFORMED),
    VALUE(PCI_ID, "0x0x8086:591d", MALFORMED),
    VALUE(PCI_ID, "0x8086:0x0x591d", MALFORMED),
    VALUE(PCI_ID, "0x", MALFORMED),
    VALUE(PCI_ID, "8086:591d:0001", MALFORMED),
    VALUE(PCI_ID, "8086:591d,8086:591b", MALFORMED),
    VALUE(PCI_ID, "0000:00:02.0", MALFORMED),

    VALUE(URL, "https://host/path", "https://host/path"),
    VALUE(URL, "https://user@host/path", "https://host/path"),
    VALUE(URL, "https://user:secret@host/path", "https://host/path"),
    VALUE(URL, "https://user:secret@host", "https://host"),
    VALUE(URL, "https://user:secret@host:8080/p?q#f", "https://host:8080/p"),
    VALUE(URL, "https://host/p?token=secret", "https://host/p?token="),
    VALUE(URL, "https://host/p?token=", "https://host/p?token="),
    VALUE(URL, "https://host/p?secret", "https://host/p"),
    VALUE(URL, "https://host/p?=secret", "https://host/p"),
    VALUE(URL, "https://host/p?a=secret&b=secret;c=se=cret", "https://host/p?a=&b=&c="),
    VALUE(URL, "https://host/p?&&a=secret&", "https://host/p?a="),
    VALUE(URL, "https://host?a=secret?b=secret", "https://host?a="),
    VALUE(URL, "https://host#token=secret", "https://host"),
    /* base64 has '=' at its end, which does not make a name of it */
    VALUE(URL, "https://host/p?U0VDUkVUdG9rZW4tU0VDUkVU=", "https://host/p"),
    VALUE(URL, "https://host/p?U0VDUkVUdG9rZW4tU0VDUkU=", "https://host/p"),
    VALUE(URL, "https://host/p?c2VjcmV0MQ==", "https://host/p"),
    VALUE(URL, "https://host/p?c2VjcmU=", "https://host/p"),
    VALUE(URL, "https://host/p?a=1&c2VjcmU=&b=2", "https://host/p?a=&b="),
    VALUE(URL, "https://host/p?a=b;secret==", "https://host/p?a="),
    VALUE(URL, "https://host/p?c2VjcmU=1", "https://host/p"),
    VALUE(URL, "https://host/p?key=1&session=2&signature=",
          "https://host/p?key=&session=&signature="),
    VALUE(URL, "https://host/p?elevenbytes=1", "https://host/p?elevenbytes="),
    VALUE(URL, "https://host/p?twelve-bytes=1", "https://host/p"),
    VALUE(URL, "https://host/p;jsessionid=secret", "https://host/p;jsessionid="),
    VALUE(URL, "https://host/p;jsessionid=", "https://host/p;jsessionid="),
    VALUE(URL, "https://host/p;a=secret;b=secret/q;c=secret?d=secret",
          "https://host/p;a=;b=/q;c=?d="),
    VALUE(URL, "https://host/p;c2VjcmV0MQ==/q", "https://host/p/q"),
    VALUE(URL, "https://host/p;1", "https://host/p;1"),
    VALUE(URL, "https://host/p;;/;", "https://host/p;;/;"),
    VALUE(URL, "https://host;a=secret/p", "https://host;a=/p"),
    VALUE(URL, "/a/path;a=secret", "/a/path;a="),
    VALUE(URL, "https://host/p ?secret", "https://host/p"),
    VALUE(URL, "https://host/p  #secret", "https://host/p"),
    VALUE(URL, " ?secret", MALFORMED),
    VALUE(URL, "https://host/p?a=1#token=secret&b=secret", "https://host/p?a="),
    VALUE(URL, "/a/path?token=secret", "/a/path?token="),
    VALUE(URL, "?secret", MALFORMED),
    VALUE(URL, "https://user:se@cret@host/path", "https://host/path"),
    VALUE(URL, "https://user%3Asecret@host/", "https://host/"),
    VALUE(URL, "https://user:se%40cret@host/", "https://host/"),
    VALUE(URL, "https://user:secret%40host/", MALFORMED),
    VALUE(URL, "https://host/user%40secret", "https://host/user%40secret"),
    VALUE(URL, "https://@host/", "https://host/"),
    VALUE(URL, "https://user:secret@[::1]/", "https://[::1]/"),
    VALUE(URL, "nbd://host", "nbd://host"),
    VALUE(URL, "h2://user@host/", "h2://host/"),
    VALUE(URL, "file:///dev/null", "file:///dev/null"),
    VALUE(URL, "/a/path", "/a/path"),
    VALUE(URL, "", MALFORMED),
    VALUE(URL, "https://host/\n", MALFORMED),
    /* a raw separator in a password must not save the rest of it */
    VALUE(URL, "https://user:se/secret@host/", MALFORMED),
    VALUE(URL, "https://user:se?secret@host/", MALFORMED),
    VALUE(URL, "https://user:se#secret@host/", MALFORMED),
    VALUE(URL, "https://user:se\\secret@host/", MALFORMED),
    VALUE(URL, "https://host/path@secret", MALFORMED),
    /* nor may a missing or second scheme */
    VALUE(URL, "user:secret@host", MALFORMED),
    VALUE(URL, "//user:secret@host/", MALFORMED),
    VALUE(URL, "https:user:secret@host/", MALFORMED),
    VALUE(URL, "https:/user:secret@host/", MALFORMED),
    VALUE(URL, "a://b://user:secret@host/", MALFORMED),
    VALUE(SET, "b+a", "a+b"),
    VALUE(SET, "b, a,b", "a+b"),
    VALUE(SET, "sym;asym", "asym+sym"),
    VALUE(SET, "a;b+c", "a+b+c"),
    VALUE(SET, "a;", MALFORMED),
    VALUE(SET, ";", MALFORMED),
    VALUE(SET, "none+ppgtt+context", "context+none+ppgtt"),
    VALUE(SET, "a+ab+b", "a+ab+b"),
    VALUE(SET, "ab+a", "a+ab"),
    VALUE(SET, "a+a", "a"),
    VALUE(SET, "+a", MALFORMED),
    VALUE(SET, "a++b", MALFORMED),
    VALUE(SET, "a", "a"),
    VALUE(SET, "", MALFORMED),
    VALUE(SET, "a+", MALFORMED),
    VALUE(SET, "+", "+"),
    VALUE(SET, "++", MALFORMED),
    VALUE(SET, ",", MALFORMED),
    VALUE(SET, "a,,b", MALFORMED),
    VALUE(SET, "a b", MALFORMED),
    VALUE(SET, "sym;asym", "asym+sym"),
    VALUE(SET, "a;b+c", "a+b+c"),
    VALUE(SET, "a;", MALFORMED),
    VALUE(SET, ";", MALFORMED),
    VALUE(MASK, "0x0F", "0xf"),
    VALUE(MASK, "0X00", "0x0"),
    VALUE(MASK, "0x80000000000000000000000000000001", "0x80000000000000000000000000000001"),
    VALUE(MASK, "", MALFORMED),
    VALUE(MASK, "0x", MALFORMED),
    VALUE(MASK, "f", MALFORMED),
    VALUE(MASK, "15", MALFORMED),
    VALUE(MASK, "0xg", MALFORMED),
    VALUE(MASK, "0x1 ", MALFORMED),
    VALUE(MASK, "-0x1", MALFORMED),
    VALUE(MASK, "0x0x1", MALFORMED),
    VALUE(API, "vfio-pci ", MALFORMED),
    VALUE(API, "VFIO-PCI", MALFORMED),
    VALUE(URL, "store:secret@nas/vol?via=nfs://x", MALFORMED),
    VALUE(URL, "u:se://secret@host", MALFORMED),
    VALUE(URL, "u:p/secret@host", MALFORMED),
};

/* The same for versions, which can be read into their numbers, too */
static const struct testValue versions[] = {
    VALUE(VERS, "1.2", "1.2.0"),
    VALUE(VERS, "1.2.0", "1.2.0"),
    VALUE(VERS, "1.2.3", "1.2.3"),
    VALUE(VERS, "0.0", "0.0.0"),
    VALUE(VERS, "0.0.0", "0.0.0"),
    VALUE(VERS, "10.20.30", "10.20.30"),
    VALUE(VERS, "4294967295.4294967295.4294967295", "4294967295.4294967295.4294967295"),
    VALUE(VERS, "", MALFORMED),
    VALUE(VERS, "1", MALFORMED),
    VALUE(VERS, "1.", MALFORMED),
    VALUE(VERS, ".1", MALFORMED),
    VALUE(VERS, "1..2", MALFORMED),
    VALUE(VERS, "1.2.", MALFORMED),
    VALUE(VERS, "1.2.3.", MALFORMED),
    VALUE(VERS, "1.2.3.4", MALFORMED),
    VALUE(VERS, "01.2", MALFORMED),
    VALUE(VERS, "1.02", MALFORMED),
    VALUE(VERS, "1.2.03", MALFORMED),
    VALUE(VERS, "00.0", MALFORMED),
    VALUE(VERS, "+1.2", MALFORMED),
    VALUE(VERS, "-1.2", MALFORMED),
    VALUE(VERS, "1.-2", MALFORMED),
    VALUE(VERS, "1.+2", MALFORMED),
    VALUE(VERS, "1.2.-3", MALFORMED),
    VALUE(VERS, " 1.2", MALFORMED),
    VALUE(VERS, "1.2 ", MALFORMED),
    VALUE(VERS, "1. 2", MALFORMED),
    VALUE(VERS, "1 .2", MALFORMED),
    VALUE(VERS, "1.2\n", MALFORMED),
    VALUE(VERS, "v1.2", MALFORMED),
    VALUE(VERS, "1.2-rc1", MALFORMED),
    VALUE(VERS, "1.2a", MALFORMED),
    VALUE(VERS, "0x1.2", MALFORMED),
    VALUE(VERS, "1.0x2", MALFORMED),
    VALUE(VERS, "1e1.2", MALFORMED),
    VALUE(VERS, "1,2", MALFORMED),
    VALUE(VERS, "1.2-", MALFORMED),
    VALUE(VERS, "1.2-1.3", MALFORMED),
    VALUE(VERS, "1.2,1.3", MALFORMED),
    VALUE(VERS, "4294967296.0", MALFORMED),
    VALUE(VERS, "0.4294967296", MALFORMED),
    VALUE(VERS, "1.2.4294967296", MALFORMED),
    VALUE(VERS, "18446744073709551617.0", MALFORMED),
    VALUE(VERS, "99999999999999999999999999999999.0", MALFORMED),
    VALUE(VERS, "\331\241.\331\242", MALFORMED),
};


/* Whether the second set holds all of the first, and the other way round; both
 * canonical */
struct testSets {
    const char *name;
    virNodeDeviceCompatValueType type;
    const char *a;
    const char *b;
    bool forth;
    bool back;
};

#define SETS(type, a, b, forth, back) { #type " '" a "' in '" b "'", type, a, b, forth, back }

static const struct testSets sets[] = {
    SETS(SET, "a", "a", true, true),
    SETS(SET, "+", "+", true, true),
    SETS(SET, "+", "a", true, false),
    SETS(SET, "a", "a+b", true, false),
    SETS(SET, "b", "a+b", true, false),
    SETS(SET, "b", "a+b+c", true, false),
    SETS(SET, "a+c", "a+b+c", true, false),
    SETS(SET, "a+d", "a+b+c", false, false),
    SETS(SET, "a", "b", false, false),
    SETS(SET, "a", "aa", false, false),
    SETS(SET, "ab", "a+b", false, false),
    SETS(SET, "a+z", "a+b+c+d", false, false),
    SETS(SET, "0+a", "a", false, true),
    SETS(SET, "A", "A+a", true, false),
    SETS(MASK, "0x0", "0x0", true, true),
    SETS(MASK, "0x0", "0x1", true, false),
    SETS(MASK, "0x1", "0x3", true, false),
    SETS(MASK, "0x5", "0x3", false, false),
    SETS(MASK, "0x10", "0x1", false, false),
    SETS(MASK, "0xf0", "0xff", true, false),
    SETS(MASK, "0x8000000000000000", "0x18000000000000000", true, false),
    SETS(MASK, "0x10000000000000000", "0x1", false, false),
};


/* The order of two canonical values */
struct testCompare {
    const char *name;
    virNodeDeviceCompatValueType type;
    const char *a;
    const char *b;
    int expect;
};

#define ORDER(type, a, b, expect) { #type " '" a "' to '" b "'", type, a, b, expect }

static const struct testCompare compares[] = {
    ORDER(INTEGER, "0", "0", 0),
    ORDER(INTEGER, "9", "10", -1),
    ORDER(INTEGER, "10", "9", 1),
    ORDER(INTEGER, "19", "20", -1),
    ORDER(INTEGER, "18446744073709551615", "18446744073709551614", 1),
    ORDER(VERS, "1.9.0", "1.10.0", -1),
    ORDER(VERS, "1.2.3", "1.2.3", 0),
    ORDER(VERS, "2.0.0", "1.99.99", 1),
};


static int
testValueNormalize(const void *opaque)
{
    const struct testValue *data = opaque;
    g_autofree char *actual = virNodeDeviceCompatValueNormalize(data->type, data->input);
    g_autofree char *again = NULL;

    if (testExpectString(data->expect, actual) < 0)
        return -1;

    if (!actual)
        return 0;

    again = virNodeDeviceCompatValueNormalize(data->type, actual);
    return testExpectString(actual, again);
}


static int
testSetsCompare(const void *opaque)
{
    const struct testSets *data = opaque;
    bool forth = virNodeDeviceCompatValueIsSuperset(data->type, data->b, data->a);
    bool back = virNodeDeviceCompatValueIsSuperset(data->type, data->a, data->b);

    if (testExpectBool(data->forth, forth) < 0)
        return -1;

    if (data->back != back) {
        return testFail("expected %s the other way round, got %s",
                        data->back ? "yes" : "no", back ? "yes" : "no");
    }

    return 0;
}


static int
testValueCompare(const void *opaque)
{
    const struct testCompare *data = opaque;
    int actual = virNodeDeviceCompatValueCompare(data->type, data->a, data->b);

    return testExpectNumber(data->expect, actual < 0 ? -1 : actual > 0);
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
            return testFail("expected a failed parse to leave the version, got %u.%u.%u",
                            version.major, version.minor, version.bugfix);
        }
    } else {
        actual = g_strdup_printf("%u.%u.%u",
                                 version.major, version.minor, version.bugfix);
    }

    return testExpectString(data->expect, actual);
}


/* Each grammar at the limit of what a value may be */
struct testLong {
    const char *name;
    virNodeDeviceCompatValueType type;
    const char *head;
    char fill;
    size_t length;
    bool list;
    bool expect;
};

#define LIMIT VIR_NODE_DEVICE_COMPAT_VALUE_MAX

#define LONG(type, head, fill, length, list, expect) \
    { #type " '" head "' and " #fill " up to " #length " bytes, a list: " #list, \
      type, head, fill, length, list, expect }

static const struct testLong longs[] = {
    LONG(STRING, "a", 'a', LIMIT, false, true),
    LONG(STRING, "a", 'a', LIMIT + 1, false, false),
    LONG(STRING, "a", 'a', 1024 * 1024, false, false),
    LONG(STRING, "a,", 'a', LIMIT, true, true),
    LONG(STRING, "a,", 'a', LIMIT + 1, true, false),
    LONG(STRING, "", ',', LIMIT, true, false),
    LONG(URL, "nbd://", 'h', LIMIT, false, true),
    LONG(URL, "nbd://", 'h', LIMIT + 1, false, false),
    LONG(URL, "nbd://u@", '@', LIMIT, false, true),
    LONG(VERS, "1.", '1', LIMIT, false, false),
    LONG(VERS, "1.0.", '1', LIMIT, false, false),
    LONG(VERS, "1.0-", '-', LIMIT, true, false),
    LONG(INTEGER, "", '1', LIMIT, false, false),
    LONG(INTEGER, "", '0', LIMIT, false, false),
    LONG(INTEGER, "0x", 'f', LIMIT, false, false),
    LONG(INTEGER, "1", ',', LIMIT, true, false),
    LONG(PCI_ID, "8086:", '5', LIMIT, false, false),
    LONG(API, "vfio", '_', LIMIT, false, true),
    LONG(API, "vfio", '_', LIMIT + 1, false, false),
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

    return testExpectBool(data->expect, !!actual);
}


/* What is shown of text that may be anything */
struct testShown {
    const char *name;
    const char *text;
    size_t max;
    const char *expect;
};

#define SHOWN(text, max, expect) { "at most " #max " bytes of '" text "'", text, max, expect }

static const struct testShown shown[] = {
    SHOWN("", 9, ""),
    SHOWN("a b", 9, "a b"),
    SHOWN("abc", 3, "abc"),
    SHOWN("abcd", 3, "abc"),
    SHOWN("abc", 0, ""),
    SHOWN("a\nb\x1b[0m\x7f", 9, "a?b?[0m?"),
    SHOWN("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 9, "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"),
    SHOWN("a\xe2\x82\xac", 4, "a\xe2\x82\xac"),
    SHOWN("a\xe2\x82\xac", 3, "a"),                     /* no part of a character */
    SHOWN("\xe2\x82", 9, "??"),
    SHOWN("\xff\xc3,\xc0\x80", 9, "??,??"),
    SHOWN("\xed\xa0\x80", 9, "???"),                     /* half of a pair */
    SHOWN("\xc2\x85" "x", 9, "?x"),                        /* a control character of two bytes */
    SHOWN("\xe2\x80\xaetxt.\xe2\x80\x8f\xe2\x81\xa6", 12, "?txt.??"),  /* of the order */
    SHOWN("\xe2\x81\xa5\xe2\x81\xa6\xe2\x81\xa9\xe2\x81\xaa", 12, "\xe2\x81\xa5??\xe2\x81\xaa"),
    SHOWN("\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xae\xe2\x80\xaf", 12, "\xe2\x80\xa7??\xe2\x80\xaf"),
    SHOWN("\xe2\x80\x8d,\xe2\x80\x8e", 9, "\xe2\x80\x8d,?"),
    SHOWN("\xef\xbf\xbd,\xef\xbf\xbe,\xef\xbf\xbf", 12, "\xef\xbf\xbd,?,?"), /* none of XML */
    SHOWN("a\xe2\x80\xa8" "b\xe2\x80\xaf" "c", 9, "a?b\xe2\x80\xaf" "c"),      /* ends of lines */
};


static int
testTextShown(const void *opaque)
{
    const struct testShown *data = opaque;
    g_autofree char *actual = virNodeDeviceCompatValueToPrintable(data->text, data->max);

    return testExpectString(data->expect, actual);
}


static int
mymain(void)
{
    DO_TABLE_EXPECT("value", values, testValueNormalize);
    DO_TABLE_EXPECT("value", versions, testValueNormalize);
    DO_TABLE_EXPECT("version", versions, testVersionParse);
    DO_TABLE("long value", longs, testLongValue);
    DO_TABLE("set", sets, testSetsCompare);
    DO_TABLE("order", compares, testValueCompare);
    DO_TABLE("shown", shown, testTextShown);

    return testResult();
}

VIR_TEST_MAIN(mymain)
