/*
 * nodedevcompatcandidatestest.c: candidates for a source, their order and their XML
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompatutils.h"

#include "node_device_conf.h"
#include "nodedev_compat/nodedev_compat_candidates.h"
#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedev_compat_conf.h"
#include "virerror.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NONE

/* What most sources are */
#define SOURCE "api=vfio-pci type=a sv=1.2 x=1"
#define SAME SOURCE
#define MORE "api=vfio-pci type=a sv=1.3 x=1"
#define LESS "api=vfio-pci type=a sv=1.1 x=1"
#define LESS_OTHER "api=vfio-pci type=a sv=1.1 x=2"
#define SILENT "type=a"
#define WARNED SOURCE " ~driver=other"


/* A candidate in one line: "NAME STATE: DEVICE" or "TYPE@PARENT INSTANCES: DEVICE" */
static virNodeDeviceCompatCandidate *
testMakeCandidate(const virNodeDeviceCompat *source,
                  const char *line)
{
    virNodeDeviceCompatCandidate *candidate = g_new0(virNodeDeviceCompatCandidate, 1);
    g_auto(GStrv) parts = g_strsplit(line, ": ", 2);
    g_auto(GStrv) words = g_strsplit(parts[0], " ", 2);
    g_auto(GStrv) names = g_strsplit(words[0], "@", 2);
    g_autoptr(virNodeDeviceCompat) target = testCompatParseDevice(parts[1]);

    candidate->name = g_strdup(names[1] ? names[1] : names[0]);
    if (names[1]) {
        candidate->type = g_strdup(names[0]);
        candidate->instances = g_ascii_strtoull(words[1], NULL, 10);
        candidate->state = candidate->instances > 0 ?
                           VIR_NODE_DEVICE_COMPAT_STATE_FREE :
                           VIR_NODE_DEVICE_COMPAT_STATE_USED;
    } else {
        candidate->state = virNodeDeviceCompatStateTypeFromString(words[1]);
    }
    candidate->report = virNodeDeviceCompatCompare(source, target, NULL, 0);
    return candidate;
}


static virNodeDeviceCompatCandidates *
testMakeCandidates(const char *sourceText,
                   bool all,
                   const char *const *lines)
{
    g_autoptr(virNodeDeviceCompat) source = testCompatParseDevice(sourceText);
    virNodeDeviceCompatCandidates *list = g_new0(virNodeDeviceCompatCandidates, 1);
    size_t i;

    list->source = g_strdup("source");
    list->all = all;
    for (i = 0; lines[i]; i++)
        virNodeDeviceCompatCandidatesAdd(list, testMakeCandidate(source, lines[i]));
    virNodeDeviceCompatCandidatesRank(list);
    return list;
}


/* How many fit and how many may fit, the names in order, what has to be set behind them */
static char *
testFormatOrder(const virNodeDeviceCompatCandidates *list)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;
    size_t j;

    virBufferAsprintf(&buf, "%zu", list->found);
    if (list->unknown > 0)
        virBufferAsprintf(&buf, "+%zu", list->unknown);
    virBufferAddLit(&buf, ":");
    for (i = 0; i < list->ncandidates; i++) {
        const virNodeDeviceCompatCandidate *candidate = list->candidates[i];

        virBufferAsprintf(&buf, " %s%s%s", NULLSTR_EMPTY(candidate->type),
                          candidate->type ? "@" : "", candidate->name);
        for (j = 0; j < candidate->report->nprovisions; j++)
            virBufferAsprintf(&buf, "+%s", candidate->report->provisions[j].value);
    }

    return virBufferContentAndReset(&buf);
}


struct testOrder {
    const char *name;
    const char *source;
    bool all;
    const char *lines[8];
    const char *expect;
};

enum {
    FITTING = false,
    ALL = true,
};

static const struct testOrder orders[] = {
    { "identical before superset",
      SOURCE, FITTING, { "a free: " MORE, "z free: " SAME }, "2: z a" },
    { "by name",
      SOURCE, FITTING, { "c free: " SAME, "a free: " SAME, "b free: " SAME }, "3: a b c" },
    { "only what fits or may fit",
      SOURCE, FITTING,
      { "b free: " LESS, "c free: " SILENT, "d used: " SAME, "e free: " SAME }, "1+1: e c" },
    { "nothing fits, one may",
      SOURCE, FITTING, { "b free: " LESS, "c free: " SILENT, "d used: " SAME }, "0+1: c" },
    { "what may fit is used",
      SOURCE, FITTING, { "b free: " LESS, "c used: " SILENT, "d@p 0: " SILENT }, "0:" },
    { "all",
      SOURCE, ALL,
      { "b free: " LESS, "c free: " SILENT, "d used: " SAME, "e free: " SAME }, "1+1: e d c b" },
    { "all, closest first",
      SOURCE, ALL, { "a free: " LESS_OTHER, "z free: " LESS }, "0: z a" },
    { "by state",
      SOURCE, FITTING,
      { "b unknown: " SAME, "c defined: " SAME, "d host: " SAME, "e free: " SAME }, "4: e d c b" },
    { "verdict before state",
      SOURCE, FITTING, { "a free: " MORE, "b unknown: " SAME }, "2: b a" },
    { "all, what fits before what is used",
      SOURCE, ALL, { "a used: " SAME, "b free: " MORE }, "1: b a" },
    { "by what is unknown",
      SOURCE, FITTING, { "a free: " SILENT, "z free: api=vfio-pci type=a" }, "0+2: z a" },
    { "device before type",
      SOURCE, FITTING, { "a@p 1: " SAME, "z free: " SAME }, "2: z a@p" },
    { "type that is exhausted",
      SOURCE, FITTING, { "a@p 0: " SAME, "a@q 1: " SAME }, "1: a@q" },
    { "type that is exhausted, all",
      SOURCE, ALL, { "a@p 0: " SAME, "a@q 1: " SAME }, "1: a@q a@p" },
    { "several types of a parent",
      SOURCE, FITTING, { "a@q 1: " SAME, "b@p 1: " SAME, "a@p 1: " SAME }, "3: a@p b@p a@q" },
    { "what has to be set",
      SOURCE " y=2", FITTING,
      { "a@p 1: api=vfio-pci type=a sv=1.2 *x *y", "a@q 1: api=vfio-pci type=a sv=1.2 x=1 *y",
        "a@r 1: api=vfio-pci type=a sv=1.2 x=1 y=2" }, "3: a@r a@q+2 a@p+1+2" },
    { "fewer attributes more first",
      SOURCE, FITTING,
      { "a free: api=vfio-pci type=a sv=1.3 x=1 y=1 z=1",
        "b free: api=vfio-pci type=a sv=1.3 x=1 y=1", "c free: " MORE, "d free: " SAME },
      "4: d c b a" },
    { "an attribute more, whatever its value",
      SOURCE, FITTING, { "a free: " SOURCE " y=9", "b free: " SOURCE " z=1" }, "2: a b" },
    { "another accepted value is more",
      SOURCE, FITTING,
      { "a free: api=vfio-pci type=a sv=1.3 x=2 | x=1,2", "z free: " MORE }, "2: z a" },
    { "attributes before versions",
      SOURCE, FITTING,
      { "a free: api=vfio-pci type=a sv=1.3 x=1 y=1", "z free: api=vfio-pci type=a sv=1.9 x=1" },
      "2: z a" },
    { "minor versions are numbers",
      SOURCE, FITTING,
      { "a free: api=vfio-pci type=a sv=1.10 x=1", "b free: api=vfio-pci type=a sv=1.9 x=1",
        "c free: " MORE }, "3: c b a" },
    { "minor before major versions",
      SOURCE, FITTING,
      { "a free: api=vfio-pci type=a sv=3.0 x=1 | sv=1.0-",
        "b free: api=vfio-pci type=a sv=2.0 x=1 | sv=1.0-",
        "c free: api=vfio-pci type=a sv=1.99 x=1" }, "3: c b a" },
    { "bugfixes make no distance",
      SOURCE, FITTING,
      { "a free: api=vfio-pci type=a sv=1.2.9 x=1", "b free: api=vfio-pci type=a sv=1.2.1 x=1" },
      "2: a b" },
    { "state before margin",
      SOURCE, FITTING, { "a unknown: " MORE, "z free: " MORE " y=1" }, "2: z a" },
    { "device with a margin before type",
      SOURCE, FITTING, { "a@p 1: " MORE, "z free: " MORE " y=1" }, "2: z a@p" },
    { "what has to be set before margin",
      SOURCE, FITTING,
      { "a@p 1: api=vfio-pci type=a sv=1.3 *x", "z@p 1: " MORE " y=1" }, "2: z@p a@p+1" },
    { "margin before warnings",
      SOURCE " ~driver=mine", FITTING,
      { "a free: " MORE " ~driver=mine y=1",
        "z free: api=vfio-pci type=a sv=1.3 x=1 ~driver=other" }, "2: z a" },
    { "no margin of what does not fit",
      SOURCE, ALL, { "a free: " LESS " y=1", "b free: " LESS }, "0: a b" },
    { "reasons before name",
      SOURCE, ALL, { "a free: " LESS " y=1", "b free: " LESS_OTHER }, "0: a b" },
    { "fewer warnings first",
      SOURCE " ~driver=mine", FITTING,
      { "a free: " WARNED, "z free: " SOURCE " ~driver=mine" }, "2: z a" },
    { "state of what does not fit",
      SOURCE, ALL, { "a used: " LESS, "b free: " LESS }, "0: b a" },
    { "type of another device API",
      SOURCE, ALL, { "a@p 1: api=vfio-ccw type=a sv=1.2" }, "0: a@p" },
};


static int
testOrder(const void *opaque)
{
    const struct testOrder *test = opaque;
    size_t nlines = g_strv_length((char **)test->lines);
    size_t shift;

    /* the order of finding must not matter */
    for (shift = 0; shift < nlines; shift++) {
        g_autofree const char **lines = g_new0(const char *, nlines + 1);
        g_autoptr(virNodeDeviceCompatCandidates) list = NULL;
        g_autofree char *actual = NULL;
        size_t i;

        for (i = 0; i < nlines; i++)
            lines[i] = test->lines[(i + shift) % nlines];
        list = testMakeCandidates(test->source, test->all, lines);
        actual = testFormatOrder(list);

        if (testExpectString(test->expect, actual) < 0)
            return -1;
    }

    return 0;
}


static int
testIsValid(const char *xml,
            const char *schema)
{
    g_autoptr(xmlDoc) doc = virXMLParse(NULL, xml, "(test)", NULL, NULL, schema, true);

    if (doc)
        return 0;

    return testFail("not valid by %s: %s\n%s", schema, virGetLastErrorMessage(), xml);
}


/* XML: valid, round trip, and each new device is what libvirt takes */
static int
testXML(const void *opaque)
{
    const struct testOrder *test = opaque;
    g_autoptr(virNodeDeviceCompatCandidates) list =
        testMakeCandidates(test->source, test->all, test->lines);
    g_autofree char *xml = virNodeDeviceCompatCandidatesFormat(list);
    g_autoptr(virNodeDeviceCompatCandidates) again = NULL;
    g_autofree char *back = NULL;
    const char *at;
    int ndevices = 0;
    size_t i;

    if (testIsValid(xml, "nodedevcompatcandidates.rng") < 0)
        return -1;

    if (!(again = virNodeDeviceCompatCandidatesParse(xml)))
        return testFail("cannot parse: %s\n%s", virGetLastErrorMessage(), xml);

    back = virNodeDeviceCompatCandidatesFormat(again);
    if (STRNEQ(xml, back)) {
        virTestDifference(stderr, xml, back);
        return -1;
    }

    for (i = 0; i < list->ncandidates; i++) {
        g_autofree char *device = virNodeDeviceCompatCandidateFormatDevice(list->candidates[i]);
        g_autoptr(virNodeDeviceDef) def = NULL;

        if (!device)
            continue;
        ndevices++;
        if (testIsValid(device, "nodedev.rng") < 0 ||
            !(def = virNodeDeviceDefParse(device, NULL, CREATE_DEVICE, NULL,
                                          NULL, NULL, false)))
            return -1;
        if (STRNEQ(def->parent, list->candidates[i]->name) ||
            STRNEQ(def->caps->data.mdev.defined_config.type, list->candidates[i]->type) ||
            def->caps->data.mdev.defined_config.nattributes !=
            list->candidates[i]->report->nprovisions)
            return testFail("not the device that was asked for:\n%s", device);
    }

    /* the documents that the list has */
    for (at = xml; (at = strstr(at, "<device>")); at++)
        ndevices--;

    return testExpectNumber(0, ndevices);
}


/* The text of a list, so that a change of it is noticed */
static int
testText(const void *opaque G_GNUC_UNUSED)
{
    static const char *const lines[] = {
        "dev free: " MORE, "a@p<1 2: api=vfio-pci type=a sv=1.2 *x", "b free: " LESS, NULL };
    g_autoptr(virNodeDeviceCompatCandidates) list = testMakeCandidates(SOURCE, true, lines);
    g_autofree char *xml = virNodeDeviceCompatCandidatesFormat(list);
    const char *expected =
        "<nodeDeviceCompatCandidates found='2' unknown='0'>\n"
        "  <source name='source'/>\n"
        "  <candidate verdict='identical' state='free'>\n"
        "    <type id='a' parent='p&lt;1' availableInstances='2'/>\n"
        "    <provision>\n"
        "      <attr name='x' value='1'/>\n"
        "    </provision>\n"
        "    <device>\n"
        "      <name>new device</name>\n"
        "      <parent>p&lt;1</parent>\n"
        "      <capability type='mdev'>\n"
        "        <type id='a'/>\n"
        "        <attr name='x' value='1'/>\n"
        "      </capability>\n"
        "    </device>\n"
        "  </candidate>\n"
        "  <candidate verdict='superset' state='free'>\n"
        "    <nodeDevice name='dev'/>\n"
        "  </candidate>\n"
        "  <candidate verdict='incompatible' state='free'>\n"
        "    <nodeDevice name='b'/>\n"
        "    <reason code='version-minor-too-old' severity='error' attr='software_version' "
        "rule='version'>\n"
        "      <source>1.2.0</source>\n"
        "      <target>1.1.0</target>\n"
        "      <message>software_version is too old on the target; the source has "
        "&apos;1.2.0&apos;, the target has &apos;1.1.0&apos;</message>\n"
        "    </reason>\n"
        "  </candidate>\n"
        "</nodeDeviceCompatCandidates>\n";

    if (STREQ(xml, expected))
        return 0;

    virTestDifference(stderr, expected, xml);
    return -1;
}


/* What another host counted comes out as it went in. */
static int
testCounts(const void *opaque G_GNUC_UNUSED)
{
    const char *xml =
        "<nodeDeviceCompatCandidates found='12' unknown='10' omitted='11'>\n"
        "  <candidate verdict='superset' state='used'>\n"
        "    <type id='a' parent='p' availableInstances='12'/>\n"
        "  </candidate>\n"
        "</nodeDeviceCompatCandidates>\n";
    g_autoptr(virNodeDeviceCompatCandidates) list = virNodeDeviceCompatCandidatesParse(xml);
    g_autofree char *actual = list ? virNodeDeviceCompatCandidatesFormat(list) : NULL;

    return testExpectString(xml, actual);
}


/* So many that they do not fit: the best are there, the others are counted */
static int
testLimit(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompat) source = testCompatParseDevice(SOURCE);
    g_autoptr(virNodeDeviceCompatCandidates) list = g_new0(virNodeDeviceCompatCandidates, 1);
    g_autoptr(virNodeDeviceCompatCandidates) again = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *head = g_strnfill(2000, 'd');
    const size_t many = 1500;
    size_t i;

    for (i = 0; i < many; i++) {
        g_autofree char *line = g_strdup_printf("%s%05zu free: " SAME, head, i);

        virNodeDeviceCompatCandidatesAdd(list, testMakeCandidate(source, line));
    }
    virNodeDeviceCompatCandidatesRank(list);
    xml = virNodeDeviceCompatCandidatesFormat(list);

    if (strlen(xml) > VIR_NODE_DEVICE_COMPAT_CANDIDATES_MAX + 256 ||
        strlen(xml) < VIR_NODE_DEVICE_COMPAT_CANDIDATES_MAX - 2256) {
        return testFail("expected about %d bytes, got %zu",
                        VIR_NODE_DEVICE_COMPAT_CANDIDATES_MAX, strlen(xml));
    }

    if (!(again = virNodeDeviceCompatCandidatesParse(xml)) ||
        again->found != many ||
        again->ncandidates + again->omitted != many ||
        again->omitted == 0 ||
        !g_str_has_suffix(again->candidates[0]->name, "d00000")) {
        return testFail("expected %zu in all, got %zu found, %zu listed, %zu omitted",
                        many, again ? again->found : 0,
                        again ? again->ncandidates : 0, again ? again->omitted : 0);
    }

    return 0;
}


/* Some that are too large do not hide the one behind them. */
static int
testLarge(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompat) source = testCompatParseDevice(SOURCE);
    g_autoptr(virNodeDeviceCompatCandidates) list = g_new0(virNodeDeviceCompatCandidates, 1);
    g_autoptr(virNodeDeviceCompatCandidates) again = NULL;
    g_autofree char *value = g_strnfill(VIR_NODE_DEVICE_COMPAT_VALUE_MAX, '"');
    g_autofree char *xml = NULL;
    size_t i;
    size_t j;

    for (i = 0; i < 6; i++) {
        g_autofree char *line = g_strdup_printf("dev%zu free: " SAME, i);
        virNodeDeviceCompatCandidate *candidate = testMakeCandidate(source, line);

        for (j = 0; i < 5 && j < VIR_NODE_DEVICE_COMPAT_ATTRS_MAX; j++) {
            virNodeDeviceCompatReportAdd(candidate->report,
                                         VIR_NODE_DEVICE_COMPAT_REASON_DERIVED_DIFFERS,
                                         VIR_NODE_DEVICE_COMPAT_RULE_EQUAL, "x", value, value);
        }
        virNodeDeviceCompatCandidatesAdd(list, candidate);
    }

    xml = virNodeDeviceCompatCandidatesFormat(list);
    if (!(again = virNodeDeviceCompatCandidatesParse(xml)) ||
        again->omitted == 0 || again->ncandidates + again->omitted != 6 ||
        STRNEQ(again->candidates[again->ncandidates - 1]->name, "dev5")) {
        return testFail("expected the last of 6, got %zu and %zu omitted",
                        again ? again->ncandidates : 0, again ? again->omitted : 0);
    }

    return 0;
}


/* Documents that are refused, with an error */
struct testRefused {
    const char *name;
    const char *xml;
    const char *expect;         /* part of the error */
};

#define LIST(attrs, content) \
    "<nodeDeviceCompatCandidates" attrs ">" content "</nodeDeviceCompatCandidates>"
#define ONE(attrs, content) \
    LIST(" found='1' unknown='0'", "<candidate" attrs ">" content "</candidate>")
#define GOOD " verdict='identical' state='free'"
#define MISSING(name) "Missing required attribute '" name "'"
#define BAD(name) "Invalid value for attribute '" name "'"

static const struct testRefused refused[] = {
    { "empty document", "", "at line " },
    { "other document", "<device/>", "expecting root element" },
    { "not closed", "<nodeDeviceCompatCandidates found='1'>", "at line " },
    { "no count", LIST("", ""), MISSING("found") },
    { "count is no number", LIST(" found='x' unknown='0'", ""), BAD("found") },
    { "negative count", LIST(" found='-1' unknown='0'", ""), BAD("found") },
    { "no count of the unknown", LIST(" found='1'", ""), MISSING("unknown") },
    { "count of the unknown is no number",
      LIST(" found='1' unknown='x'", ""), BAD("unknown") },
    { "omitted is no number", LIST(" found='1' unknown='0' omitted='x'", ""), BAD("omitted") },
    { "control character in the source's name",
      LIST(" found='1' unknown='0'", "<source name='a&#10;b'/>"), "control character" },
    { "no verdict", ONE(" state='free'", "<nodeDevice name='a'/>"), MISSING("verdict") },
    { "unknown verdict",
      ONE(" verdict='good' state='free'", "<nodeDevice name='a'/>"), BAD("verdict") },
    { "verdict that is an error",
      ONE(" verdict='error' state='free'", "<nodeDevice name='a'/>"), BAD("verdict") },
    { "no state", ONE(" verdict='identical'", "<nodeDevice name='a'/>"), MISSING("state") },
    { "unknown state",
      ONE(" verdict='identical' state='good'", "<nodeDevice name='a'/>"), BAD("state") },
    { "no target", ONE(GOOD, ""), "is neither a node device nor a type" },
    { "device without a name", ONE(GOOD, "<nodeDevice/>"), MISSING("name") },
    { "control character in a name",
      ONE(GOOD, "<nodeDevice name='a&#10;b'/>"), "control character" },
    { "type without an id", ONE(GOOD, "<type parent='p' availableInstances='1'/>"), MISSING("id") },
    { "type without a parent",
      ONE(GOOD, "<type id='a' availableInstances='1'/>"), MISSING("parent") },
    { "type without instances",
      ONE(GOOD, "<type id='a' parent='p'/>"), MISSING("availableInstances") },
    { "instances are no number",
      ONE(GOOD, "<type id='a' parent='p' availableInstances='x'/>"), BAD("availableInstances") },
    { "control character in a type",
      ONE(GOOD, "<type id='a&#9;' parent='p' availableInstances='1'/>"), "control character" },
    { "reason without a code",
      ONE(GOOD, "<nodeDevice name='a'/><reason severity='error' attr='x' rule='equal'/>"),
      MISSING("code") },
    { "provision without a value",
      ONE(GOOD,
          "<type id='a' parent='p' availableInstances='1'/><provision><attr name='x'/>"
          "</provision>"), MISSING("value") },
};


static int
testRefused(const void *opaque)
{
    const struct testRefused *data = opaque;
    g_autoptr(virNodeDeviceCompatCandidates) list =
        virNodeDeviceCompatCandidatesParse(data->xml);

    return testExpectError(data->expect, !list);
}


static int
mymain(void)
{
    DO_TABLE_EXPECT("order", orders, testOrder);
    DO_TABLE("XML", orders, testXML);
    DO_TABLE_EXPECT("refused", refused, testRefused);

    DO_TEST(testText, NULL, "text of a list");
    DO_TEST(testCounts, NULL, "counts");
    DO_TEST(testLimit, NULL, "list that is too large");
    DO_TEST(testLarge, NULL, "list with candidates that are too large");

    return testResult();
}

VIR_TEST_MAIN(mymain)
