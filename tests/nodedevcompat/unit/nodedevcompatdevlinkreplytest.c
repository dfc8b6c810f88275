/*
 * nodedevcompatdevlinkreplytest.c: what devlink replies
 *
 * Replies as a kernel makes them, and as none does.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompatnetlink.h"

#include "nodedev_compat/evidence/nodedev_compat_devlink_reply.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define MALFORMED "EBADMSG"

#define GOOD \
    FAMILY INFO "98=mlx5_core " SERIAL FIXED("fw.psid", "MT_0000000892") \
    RUNNING("fw.version", "28.41.1000") STORED("fw.version", "28.42.1000")
#define GOOD_PORTS FAMILY VF("0", "2") VF("1", "1") DONE

struct testReply {
    const char *name;
    const char *words;
    const char *expect;         /* lines of text, or the name of an error */
};

static const struct testReply infos[] = {
    { "versions, and what is left out", GOOD,
      "fixed fw.psid MT_0000000892\nrunning fw.version 28.41.1000\n" },
    { "no version", FAMILY INFO, "" },
    { "acknowledged", FAMILY "@2,0 #0 " INFO FIXED("board.id", "7") "@2,0 #0 ",
      "fixed board.id 7\n" },
    { "message without a meaning", FAMILY "@1,0 " INFO, "" },
    { "flags of an attribute", FAMILY INFO NAMED("32868", "a", "1"), "fixed a 1\n" },
    { "other attributes of a version", FAMILY INFO "100{ 200=x 103=a 104=1 } ", "fixed a 1\n" },
    { "one name twice", FAMILY INFO FIXED("a", "1") RUNNING("a", "2"), "fixed a 1\nrunning a 2\n" },

    /* values and names */
    { "blanks around a value", FAMILY INFO FIXED("a", "+1+2+"), "fixed a 1 2\n" },
    { "empty value", FAMILY INFO FIXED("a", "") FIXED("b", "2"), "fixed b 2\n" },
    { "blank value", FAMILY INFO FIXED("a", "++"), "" },
    { "value that is no text", FAMILY INFO FIXED("a", "\xff"), "fixed a\n" },
    { "value of two lines", FAMILY INFO FIXED("a", "1\nfixed+b+2"), "fixed a\n" },
    { "name with a blank", FAMILY INFO FIXED("a+b", "1"), "" },
    { "name of two lines", FAMILY INFO FIXED("a\nb", "1"), "" },
    { "no name", FAMILY INFO "100{ 104=1 } ", MALFORMED },
    { "no value", FAMILY INFO "100{ 103=a } ", MALFORMED },
    { "two names", FAMILY INFO "100{ 103=a 103=b 104=1 } ", MALFORMED },
    { "value without an end", FAMILY INFO "100{ 103=a 104:1 } ", MALFORMED },
    { "value without a byte", FAMILY INFO "100{ 103=a 104{ } } ", MALFORMED },
    { "version that is no attributes", FAMILY INFO "100=ab ", MALFORMED },

    /* errors of the kernel */
    { "no such family", ERRNO("2"), "ENOENT" },
    { "no such device", FAMILY ERRNO("19"), "ENODEV" },
    { "no versions of this driver", FAMILY ERRNO("95"), "EOPNOTSUPP" },
    { "an error of the driver", FAMILY ERRNO("5"), "EIO" },
    { "an error after the versions", FAMILY INFO FIXED("a", "1") ERRNO("5"), "EIO" },
    { "an error that is none", FAMILY "@2,0 #5 ", MALFORMED },
    { "an error of no kernel's", FAMILY "@2,0 #-4096 ", MALFORMED },
    { "an error without a number", FAMILY "@2,0 ", MALFORMED },

    /* other messages */
    { "nothing", "", MALFORMED },
    { "the family only", FAMILY, MALFORMED },
    { "no family", INFO, MALFORMED },
    { "another family", "@16,0,1 2=nl80211 1:20/2 " INFO, MALFORMED },
    { "family without a name", "@16,0,1 1:20/2 " INFO, MALFORMED },
    { "family without an id", "@16,0,1 2=devlink ", MALFORMED },
    { "family whose id is too long", "@16,0,1 2=devlink 1:20/4 ", MALFORMED },
    { "family that is the controller", "@16,0,1 2=devlink 1:16/2 ", MALFORMED },
    { "reply of another family", FAMILY "@21,0,51 1=pci 2=" ADDRESS " ", MALFORMED },
    { "reply to another command", FAMILY "@20,0,3 1=pci 2=" ADDRESS " ", MALFORMED },
    { "reply about another device", FAMILY "@20,0,51 1=pci 2=0000:00:03.0 ", MALFORMED },
    { "reply about another bus", FAMILY "@20,0,51 1=auxiliary 2=" ADDRESS " ", MALFORMED },
    { "reply about no device", FAMILY "@20,0,51 100{ 103=a 104=1 } ", MALFORMED },
    { "two replies", FAMILY INFO INFO, MALFORMED },
    { "two families", FAMILY FAMILY INFO, MALFORMED },
    { "the rest was lost", FAMILY INFO "@4,0 ", MALFORMED },
};

static const struct testReply ports[] = {
    { "functions that can be migrated, and cannot", GOOD_PORTS, "vf 0 enable\nvf 1 disable\n" },
    { "no port", FAMILY DONE, "" },
    { "end without a number", FAMILY "@3,2 ", "" },
    { "port of the wire",
      FAMILY PORT(ADDRESS) "77:0/2 " VF("0", "2") DONE, "vf 0 enable\n" },
    { "message of a single port",
      FAMILY "@20,2,7 1=pci 2=" ADDRESS " 77:4/2 128:5/2 " CAPS("2", "2") DONE, "vf 5 enable\n" },
    { "no flavour", FAMILY PORT(ADDRESS) CAPS("2", "2") DONE, "" },
    { "no function", FAMILY PORT(ADDRESS) "77:4/2 128:5/2 " DONE, "" },
    { "function without capabilities",
      FAMILY PORT(ADDRESS) "77:4/2 128:5/2 145{ 2:1/1 } " DONE, "" },
    { "capability that is not known",
      FAMILY PORT(ADDRESS) "77:4/2 128:5/2 " CAPS("2", "1") DONE, "" },
    { "function of another machine",
      FAMILY PORT(ADDRESS) "77:4/2 128:5/2 149:1/1 " CAPS("2", "2") DONE, "" },
    { "ports of other devices",
      FAMILY PORT("0000:00:03.0") "77:4/2 128:5/2 " CAPS("2", "2") VF("1", "2") DONE,
      "vf 1 enable\n" },
    { "no number", FAMILY PORT(ADDRESS) "77:4/2 " CAPS("2", "2") DONE, MALFORMED },
    { "number that is too long",
      FAMILY PORT(ADDRESS) "77:4/2 128:5/4 " CAPS("2", "2") DONE, MALFORMED },
    { "capabilities that are too short",
      FAMILY PORT(ADDRESS) "77:4/2 128:5/2 145{ 4{ #2 } } " DONE, MALFORMED },
    { "capabilities twice",
      FAMILY PORT(ADDRESS) "77:4/2 128:5/2 145{ 4{ #2 #2 } 4{ #0 #2 } } " DONE, MALFORMED },
    { "no end", FAMILY VF("0", "2"), MALFORMED },
    { "more after the end", FAMILY VF("0", "2") DONE VF("1", "2"), MALFORMED },
    { "ended by an error", FAMILY VF("0", "2") "@3,2 #-19 ", "ENODEV" },
    { "changed meanwhile", FAMILY "@20,18,3 1=pci 2=" ADDRESS " " DONE, "EAGAIN" },
    { "reply about versions", FAMILY INFO DONE, MALFORMED },
    { "no family", VF("0", "2") DONE, MALFORMED },
};

static const struct {
    int error;
    const char *name;
} errors[] = {
    { EAGAIN, "EAGAIN" },
    { EBADMSG, "EBADMSG" },
    { EIO, "EIO" },
    { ENODEV, "ENODEV" },
    { ENOENT, "ENOENT" },
    { EOPNOTSUPP, "EOPNOTSUPP" },
    { EOVERFLOW, "EOVERFLOW" },
};

typedef int (*testFormat)(const char *replies,
                          size_t length,
                          const char *address,
                          char **ret_text);


/* What comes of @replies, as in a row of a table */
static char *
testRead(testFormat format,
         const char *replies,
         size_t length)
{
    g_autofree char *text = NULL;
    int rc = format(replies, length, ADDRESS, &text);
    size_t i;

    if (rc == 0)
        return g_steal_pointer(&text);
    if (text)
        return g_strdup("an error, and a text");

    for (i = 0; i < G_N_ELEMENTS(errors); i++) {
        if (errors[i].error == -rc)
            return g_strdup(errors[i].name);
    }

    return g_strdup_printf("%d", rc);
}


static int
testReadReply(const struct testReply *data,
              testFormat format)
{
    size_t length;
    g_autofree char *replies = testNetlinkMake(data->words, &length);
    g_autofree char *actual = testRead(format, replies, length);

    return testExpectString(data->expect, actual);
}


static int
testInfo(const void *opaque)
{
    return testReadReply(opaque, virNodeDeviceCompatDevlinkReplyFormatInfo);
}


static int
testPorts(const void *opaque)
{
    return testReadReply(opaque, virNodeDeviceCompatDevlinkReplyFormatPorts);
}


struct testGood {
    const char *name;
    const char *words;
    testFormat format;
};

static const struct testGood goods[] = {
    { "versions", GOOD, virNodeDeviceCompatDevlinkReplyFormatInfo },
    { "ports", GOOD_PORTS, virNodeDeviceCompatDevlinkReplyFormatPorts },
};


/* Wherever a reply is cut off, nothing of it is used. */
static int
testCut(const void *opaque)
{
    const struct testGood *data = opaque;
    size_t length;
    g_autofree char *replies = testNetlinkMake(data->words, &length);
    size_t i;

    for (i = 0; i < length; i++) {
        /* in memory of its own, for what looks at reading beyond it */
        g_autofree char *part = g_malloc0(i + 1);
        g_autofree char *actual = NULL;

        memcpy(part, replies, i);
        actual = testRead(data->format, part, i);
        if (STRNEQ(actual, MALFORMED))
            return testFail("expected %s of the first %zu bytes, got '%s'", MALFORMED, i, actual);
    }

    return 0;
}


/* Whether each line of @text is one that a reader of it knows */
static bool
testIsText(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    size_t i;

    for (i = 0; lines[i]; i++) {
        if (lines[i][0] && !STRPREFIX(lines[i], "fixed ") && !STRPREFIX(lines[i], "running ") &&
            !STRPREFIX(lines[i], "vf "))
            return false;
    }

    return true;
}


/* Whatever a byte is replaced by: there is an error, or a text of known lines, also where
 * a length lies. */
static int
testLies(const void *opaque)
{
    const struct testGood *data = opaque;
    size_t length;
    g_autofree char *replies = testNetlinkMake(data->words, &length);
    size_t i;
    int byte;

    for (i = 0; i < length; i++) {
        char original = replies[i];

        for (byte = 0; byte < 256; byte++) {
            g_autofree char *text = NULL;

            replies[i] = byte;
            if (data->format(replies, length, ADDRESS, &text) == 0 && !testIsText(text))
                return testFail("expected no such text with byte %zu %d: '%s'", i, byte, text);
        }
        replies[i] = original;
    }

    return 0;
}


/* There is a limit to the versions, and up to that all are there. */
static int
testMany(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GString) words = g_string_new(FAMILY INFO);
    g_autofree char *most = NULL;
    g_autofree char *more = NULL;
    g_autofree char *actual = NULL;
    size_t length;
    size_t i;

    for (i = 0; i < VIR_NODE_DEVICE_COMPAT_DEVLINK_VERSIONS; i++)
        g_string_append_printf(words, "101{ 103=a%zu 104=1 } ", i);
    most = testNetlinkMake(words->str, &length);
    actual = testRead(virNodeDeviceCompatDevlinkReplyFormatInfo, most, length);
    if (!g_str_has_suffix(actual, "running a255 1\n"))
        return testFail("expected all versions, got '%s'", actual);

    g_clear_pointer(&actual, g_free);
    g_string_append(words, RUNNING("b", "1"));
    more = testNetlinkMake(words->str, &length);
    actual = testRead(virNodeDeviceCompatDevlinkReplyFormatInfo, more, length);
    return testExpectString("EOVERFLOW", actual);
}


struct testFamily {
    const char *name;
    const char *words;
    int expect;                 /* the id, or -errno */
};

static const struct testFamily families[] = {
    { "the family", FAMILY, 20 },
    { "not there", ERRNO("2"), -ENOENT },
    { "nothing", "", -EBADMSG },
    { "something behind it", FAMILY INFO, -EBADMSG },
};


static int
testFamily(const void *opaque)
{
    const struct testFamily *data = opaque;
    size_t length;
    g_autofree char *replies = testNetlinkMake(data->words, &length);
    unsigned int id = 0;
    int rc = virNodeDeviceCompatDevlinkReplyGetFamily(replies, length, &id);

    return testExpectNumber(data->expect, rc < 0 ? rc : (int)id);
}


static int
mymain(void)
{
    DO_TABLE("versions", infos, testInfo);
    DO_TABLE("ports", ports, testPorts);
    DO_TABLE("family", families, testFamily);
    DO_TABLE("cut at each byte", goods, testCut);
    DO_TABLE("any byte in the place of each", goods, testLies);
    DO_TEST(testMany, NULL, "as many versions as there can be, and one more");

    return testResult();
}

VIR_TEST_MAIN(mymain)
