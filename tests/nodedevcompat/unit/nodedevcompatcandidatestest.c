/*
 * nodedevcompatcandidatestest.c: candidates for a source, their order and their XML
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "node_device_conf.h"
#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedev_compat/nodedev_compat_candidates.h"
#include "nodedevcompatutils.h"
#include "testutils.h"
#include "virerror.h"
#include "virxml.h"
#include "nodedev_compat_conf.h"

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
        candidate->instances = atoi(words[1]);
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


/* The names in order, what has to be set behind them */
static char *
testFormatOrder(const virNodeDeviceCompatCandidates *list)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;
    size_t j;

    virBufferAsprintf(&buf, "%zu:", list->found);
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
    const char *source;
    bool all;
    const char *const *lines;
    const char *expected;
};

static int
testOrder(const void *opaque)
{
    const struct testOrder *test = opaque;
    size_t nlines = g_strv_length((char **) test->lines);
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

        if (STRNEQ(actual, test->expected)) {
            VIR_TEST_VERBOSE("from %zu: expected '%s', got '%s'",
                             shift, test->expected, actual);
            return -1;
        }
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

    VIR_TEST_VERBOSE("not valid by %s: %s\n%s", schema, virGetLastErrorMessage(), xml);
    return -1;
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
    size_t i;

    if (testIsValid(xml, "nodedevcompatcandidates.rng") < 0)
        return -1;

    if (!(again = virNodeDeviceCompatCandidatesParse(xml))) {
        VIR_TEST_VERBOSE("cannot parse: %s\n%s", virGetLastErrorMessage(), xml);
        return -1;
    }

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
        if (testIsValid(device, "nodedev.rng") < 0 ||
            !(def = virNodeDeviceDefParse(device, NULL, CREATE_DEVICE, NULL,
                                          NULL, NULL, false)))
            return -1;
        if (STRNEQ(def->parent, list->candidates[i]->name) ||
            STRNEQ(def->caps->data.mdev.defined_config.type, list->candidates[i]->type) ||
            def->caps->data.mdev.defined_config.nattributes !=
            list->candidates[i]->report->nprovisions) {
            VIR_TEST_VERBOSE("not the device that was asked for:\n%s", device);
            return -1;
        }
    }

    return 0;
}


/* What a list says literally, so that it is seen by who changes it */
static int
testText(const void *opaque G_GNUC_UNUSED)
{
    static const char *const lines[] = {
        "dev free: " MORE, "a@p<1 2: api=vfio-pci type=a sv=1.2 *x", "b free: " LESS, NULL };
    g_autoptr(virNodeDeviceCompatCandidates) list = testMakeCandidates(SOURCE, true, lines);
    g_autofree char *xml = virNodeDeviceCompatCandidatesFormat(list);
    const char *expected =
        "<nodeDeviceCompatCandidates found='2'>\n"
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
        "    <reason code='version-minor-too-old' severity='error' attr='software_version' rule='version'>\n"
        "      <source>1.2.0</source>\n"
        "      <target>1.1.0</target>\n"
        "      <message>software_version is too old on the target: &apos;1.2.0&apos; on the source, &apos;1.1.0&apos; on the target</message>\n"
        "    </reason>\n"
        "  </candidate>\n"
        "</nodeDeviceCompatCandidates>\n";

    if (STREQ(xml, expected))
        return 0;

    virTestDifference(stderr, expected, xml);
    return -1;
}


/* So many that they do not fit: the best are there, the others are counted */
static int
testLimit(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompat) source = testCompatParseDevice(SOURCE);
    g_autoptr(virNodeDeviceCompatCandidates) list = g_new0(virNodeDeviceCompatCandidates, 1);
    g_autoptr(virNodeDeviceCompatCandidates) again = NULL;
    g_autofree char *xml = NULL;
    const size_t many = 30000;
    size_t i;

    for (i = 0; i < many; i++) {
        g_autofree char *line = g_strdup_printf("dev%05zu free: " SAME, i);

        virNodeDeviceCompatCandidatesAdd(list, testMakeCandidate(source, line));
    }
    virNodeDeviceCompatCandidatesRank(list);
    xml = virNodeDeviceCompatCandidatesFormat(list);

    if (strlen(xml) > VIR_NODE_DEVICE_COMPAT_CANDIDATES_MAX + 256 ||
        strlen(xml) < VIR_NODE_DEVICE_COMPAT_CANDIDATES_MAX - 256) {
        VIR_TEST_VERBOSE("expected about %d bytes, got %zu",
                         VIR_NODE_DEVICE_COMPAT_CANDIDATES_MAX, strlen(xml));
        return -1;
    }

    if (!(again = virNodeDeviceCompatCandidatesParse(xml)) ||
        again->found != many ||
        again->ncandidates + again->omitted != many ||
        again->omitted == 0 ||
        STRNEQ(again->candidates[0]->name, "dev00000")) {
        VIR_TEST_VERBOSE("expected %zu in all, got %zu found, %zu listed, %zu omitted",
                         many, again ? again->found : 0,
                         again ? again->ncandidates : 0, again ? again->omitted : 0);
        return -1;
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
        VIR_TEST_VERBOSE("expected the last of 6, got %zu and %zu omitted",
                         again ? again->ncandidates : 0, again ? again->omitted : 0);
        return -1;
    }

    return 0;
}


/* Documents that are refused, with an error */
static int
testRefused(const void *opaque)
{
    const char *xml = opaque;
    g_autoptr(virNodeDeviceCompatCandidates) list = virNodeDeviceCompatCandidatesParse(xml);

    if (!list && virGetLastErrorCode() != VIR_ERR_OK) {
        virResetLastError();
        return 0;
    }

    VIR_TEST_VERBOSE("expected an error, got %s: %s", list ? "a list" : "none", xml);
    return -1;
}


static int
mymain(void)
{
    int ret = 0;

#define ORDER(_name, _source, _all, _expected, ...) \
    do { \
        static const char *const lines[] = { __VA_ARGS__, NULL }; \
        const struct testOrder test = { _source, _all, lines, _expected }; \
        if (virTestRun(_name ", order: " _expected, testOrder, &test) < 0) \
            ret = -1; \
        if (virTestRun(_name ", XML", testXML, &test) < 0) \
            ret = -1; \
    } while (0)

    ORDER("identical before superset", SOURCE, false, "2: z a",
          "a free: " MORE, "z free: " SAME);
    ORDER("by name", SOURCE, false, "3: a b c",
          "c free: " SAME, "a free: " SAME, "b free: " SAME);
    ORDER("only what fits", SOURCE, false, "1: e",
          "b free: " LESS, "c free: " SILENT, "d used: " SAME, "e free: " SAME);
    ORDER("nothing fits", SOURCE, false, "0:",
          "b free: " LESS, "c free: " SILENT, "d used: " SAME);
    ORDER("all", SOURCE, true, "1: e d c b",
          "b free: " LESS, "c free: " SILENT, "d used: " SAME, "e free: " SAME);
    ORDER("all, closest first", SOURCE, true, "0: z a",
          "a free: " LESS_OTHER, "z free: " LESS);
    ORDER("by state", SOURCE, false, "4: e d c b",
          "b unknown: " SAME, "c defined: " SAME, "d host: " SAME, "e free: " SAME);
    ORDER("verdict before state", SOURCE, false, "2: b a",
          "a free: " MORE, "b unknown: " SAME);
    ORDER("all, what fits before what is used", SOURCE, true, "1: b a",
          "a used: " SAME, "b free: " MORE);
    ORDER("device before type", SOURCE, false, "2: z a@p",
          "a@p 1: " SAME, "z free: " SAME);
    ORDER("type that is exhausted", SOURCE, false, "1: a@q",
          "a@p 0: " SAME, "a@q 1: " SAME);
    ORDER("type that is exhausted, all", SOURCE, true, "1: a@q a@p",
          "a@p 0: " SAME, "a@q 1: " SAME);
    ORDER("several types of a parent", SOURCE, false, "3: a@p b@p a@q",
          "a@q 1: " SAME, "b@p 1: " SAME, "a@p 1: " SAME);
    ORDER("what has to be set", SOURCE " y=2", false, "3: a@r a@q+2 a@p+1+2",
          "a@p 1: api=vfio-pci type=a sv=1.2 *x *y",
          "a@q 1: api=vfio-pci type=a sv=1.2 x=1 *y",
          "a@r 1: api=vfio-pci type=a sv=1.2 x=1 y=2");
    ORDER("fewer attributes more first", SOURCE, false, "4: d c b a",
          "a free: api=vfio-pci type=a sv=1.3 x=1 y=1 z=1", "b free: api=vfio-pci type=a sv=1.3 x=1 y=1",
          "c free: " MORE, "d free: " SAME);
    ORDER("an attribute more, whatever its value", SOURCE, false, "2: a b",
          "a free: " SOURCE " y=9", "b free: " SOURCE " z=1");
    ORDER("another accepted value is more", SOURCE, false, "2: z a",
          "a free: api=vfio-pci type=a sv=1.3 x=2 | x=1,2", "z free: " MORE);
    ORDER("attributes before versions", SOURCE, false, "2: z a",
          "a free: api=vfio-pci type=a sv=1.3 x=1 y=1", "z free: api=vfio-pci type=a sv=1.9 x=1");
    ORDER("minor versions are numbers", SOURCE, false, "3: c b a",
          "a free: api=vfio-pci type=a sv=1.10 x=1", "b free: api=vfio-pci type=a sv=1.9 x=1",
          "c free: " MORE);
    ORDER("minor before major versions", SOURCE, false, "3: c b a",
          "a free: api=vfio-pci type=a sv=3.0 x=1 | sv=1.0-", "b free: api=vfio-pci type=a sv=2.0 x=1 | sv=1.0-",
          "c free: api=vfio-pci type=a sv=1.99 x=1");
    ORDER("bugfixes make no distance", SOURCE, false, "2: a b",
          "a free: api=vfio-pci type=a sv=1.2.9 x=1", "b free: api=vfio-pci type=a sv=1.2.1 x=1");
    ORDER("state before margin", SOURCE, false, "2: z a",
          "a unknown: " MORE, "z free: " MORE " y=1");
    ORDER("device with a margin before type", SOURCE, false, "2: z a@p",
          "a@p 1: " MORE, "z free: " MORE " y=1");
    ORDER("what has to be set before margin", SOURCE, false, "2: z@p a@p+1",
          "a@p 1: api=vfio-pci type=a sv=1.3 *x", "z@p 1: " MORE " y=1");
    ORDER("margin before warnings", SOURCE " ~driver=mine", false, "2: z a",
          "a free: " MORE " ~driver=mine y=1", "z free: api=vfio-pci type=a sv=1.3 x=1 ~driver=other");
    ORDER("no margin of what does not fit", SOURCE, true, "0: a b",
          "a free: " LESS " y=1", "b free: " LESS);
    ORDER("reasons before name", SOURCE, true, "0: a b",
          "a free: " LESS " y=1", "b free: " LESS_OTHER);
    ORDER("fewer warnings first", SOURCE " ~driver=mine", false, "2: z a",
          "a free: " WARNED, "z free: " SOURCE " ~driver=mine");
    ORDER("state of what does not fit", SOURCE, true, "0: b a",
          "a used: " LESS, "b free: " LESS);
    ORDER("type of another device API", SOURCE, true, "0: a@p",
          "a@p 1: api=vfio-ccw type=a sv=1.2");

    if (virTestRun("text of a list", testText, NULL) < 0)
        ret = -1;
    if (virTestRun("list that is too large", testLimit, NULL) < 0)
        ret = -1;
    if (virTestRun("list with candidates that are too large", testLarge, NULL) < 0)
        ret = -1;

#define LIST(attrs, content) \
    "<nodeDeviceCompatCandidates" attrs ">" content "</nodeDeviceCompatCandidates>"
#define ONE(attrs, content) \
    LIST(" found='1'", "<candidate" attrs ">" content "</candidate>")
#define GOOD " verdict='identical' state='free'"
#define REFUSED(_name, _xml) \
    do { \
        if (virTestRun("refused: " _name, testRefused, _xml) < 0) \
            ret = -1; \
    } while (0)

    REFUSED("empty document", "");
    REFUSED("other document", "<device/>");
    REFUSED("not closed", "<nodeDeviceCompatCandidates found='1'>");
    REFUSED("no count", LIST("", ""));
    REFUSED("count is no number", LIST(" found='x'", ""));
    REFUSED("negative count", LIST(" found='-1'", ""));
    REFUSED("omitted is no number", LIST(" found='1' omitted='x'", ""));
    REFUSED("control character in the source's name",
            LIST(" found='1'", "<source name='a&#10;b'/>"));
    REFUSED("no verdict", ONE(" state='free'", "<nodeDevice name='a'/>"));
    REFUSED("unknown verdict", ONE(" verdict='good' state='free'", "<nodeDevice name='a'/>"));
    REFUSED("verdict that is an error", ONE(" verdict='error' state='free'", "<nodeDevice name='a'/>"));
    REFUSED("no state", ONE(" verdict='identical'", "<nodeDevice name='a'/>"));
    REFUSED("unknown state", ONE(" verdict='identical' state='good'", "<nodeDevice name='a'/>"));
    REFUSED("no target", ONE(GOOD, ""));
    REFUSED("device without a name", ONE(GOOD, "<nodeDevice/>"));
    REFUSED("control character in a name", ONE(GOOD, "<nodeDevice name='a&#10;b'/>"));
    REFUSED("type without an id", ONE(GOOD, "<type parent='p' availableInstances='1'/>"));
    REFUSED("type without a parent", ONE(GOOD, "<type id='a' availableInstances='1'/>"));
    REFUSED("type without instances", ONE(GOOD, "<type id='a' parent='p'/>"));
    REFUSED("instances are no number",
            ONE(GOOD, "<type id='a' parent='p' availableInstances='x'/>"));
    REFUSED("control character in a type",
            ONE(GOOD, "<type id='a&#9;' parent='p' availableInstances='1'/>"));
    REFUSED("reason without a code",
            ONE(GOOD, "<nodeDevice name='a'/><reason severity='error' attr='x' rule='equal'/>"));
    REFUSED("provision without a value",
            ONE(GOOD, "<type id='a' parent='p' availableInstances='1'/>"
                      "<provision><attr name='x'/></provision>"));

    return ret == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

VIR_TEST_MAIN(mymain)
