/*
 * nodedevcompatreporttest.c: reports as XML from outside
 *
 * What a report has, and that it survives its own XML, is tested with each case
 * of nodedevcompatcomparetest.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat/nodedev_compat_candidates.h"
#include "nodedevcompatframe.h"

#include "nodedev_compat/nodedev_compat_release.h"
#include "nodedev_compat/nodedev_compat_report.h"
#include "viralloc.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* Report documents, and part of the error that they must give */
struct testReport {
    const char *name;
    const char *xml;
    const char *expect;         /* NULL: it is good */
};

#define REPORT(content) \
    "<nodeDeviceCompatReport verdict='unknown'>" content "</nodeDeviceCompatReport>"
#define REASON "code='missing-both' severity='unknown' attr='type' rule='equal'"
#define MESSAGE "<message>m</message>"
#define FULL(attrs) REPORT("<reason " attrs ">" MESSAGE "</reason>")
#define CONTROL "control character"

static const struct testReport reports[] = {
    { "no reasons", REPORT(""), NULL },
    { "one reason", FULL(REASON), NULL },
    { "empty", "", "at line" },
    { "truncated", "<nodeDeviceCompatReport verdict='unknown'>", "at line" },
    { "wrong root", "<report verdict='unknown'/>", "nodeDeviceCompatReport" },
    { "no verdict", "<nodeDeviceCompatReport/>", "verdict" },
    { "unknown verdict", "<nodeDeviceCompatReport verdict='perhaps'/>", "verdict" },
    { "verdict is error", "<nodeDeviceCompatReport verdict='error'/>", "verdict" },
    { "reason without code", FULL("severity='unknown' attr='type' rule='equal'"), "code" },
    { "code of a newer release",
      FULL("code='x' severity='unknown' attr='type' rule='equal'"), NULL },
    { "reason without rule", FULL("code='x' severity='unknown' attr='type'"), "rule" },
    { "reason without severity", FULL("code='x' attr='type' rule='equal'"), "severity" },
    { "unknown severity",
      FULL("code='missing-both' severity='bad' attr='type' rule='equal'"), "severity" },
    { "rule of a newer release",
      FULL("code='missing-both' severity='unknown' attr='type' rule='golden'"), NULL },
    { "reason without attribute",
      FULL("code='missing-both' severity='unknown' rule='equal'"), "attr" },
    { "values for a new device",
      REPORT("<provision><attr name='a' value='1'/></provision>"), NULL },
    { "value for a new device without name",
      REPORT("<provision><attr value='1'/></provision>"), "name" },
    { "name for a new device without value",
      REPORT("<provision><attr name='a'/></provision>"), "value" },
    { "line break in a value for a new device",
      REPORT("<provision><attr name='a' value='1&#10;'/></provision>"), CONTROL },
    { "reason without message", REPORT("<reason " REASON "/>"), "has no message" },
    { "line break in a name for a new device",
      REPORT("<provision><attr name='a&#10;' value='1'/></provision>"), CONTROL },
    { "tab in the target's name", REPORT("<target name='a&#9;b'/>"), CONTROL },
    { "source without compatibility data", REPORT("<source name='s' inferred='yes'/>"), NULL },
    { "source without compatibility data, or not",
      REPORT("<source name='s' inferred='maybe'/>"), "inferred" },
    { "target with its descriptor",
      REPORT("<target name='t'><capability type='compat'><type id='a'/></capability></target>"),
      NULL },
    { "target with a descriptor and no name",
      REPORT("<target><capability type='compat'/></target>"), NULL },
    { "target with two descriptors",
      REPORT("<target><capability type='compat'/><capability type='compat'/></target>"),
      "more than one capability of type 'compat'" },
    { "target with a malformed descriptor",
      REPORT("<target><capability type='compat'><attr name='a b' value='1'/></capability>"
             "</target>"), "invalid name" },
    { "target with a capability of a newer release",
      REPORT("<target name='t'><capability type='future'/></target>"), NULL },
    { "line break", "\n", "is empty" },
    { "line breaks of DOS", "\r\n\r\n", "is empty" },
    { "document type",
      "<!DOCTYPE r [<!ENTITY e 'x'>]>" REPORT("<source name='&e;'/>"),
      "must not have a document type declaration" },
    { "undeclared entity", REPORT("<source name='&e;'/>"), "at line" },
    { "tab in a name", REPORT("<source name='a&#9;b'/>"), CONTROL },
    { "line break in an attribute",
      FULL("code='x' severity='unknown' attr='a&#10;b' rule='equal'"), CONTROL },
    { "line break in a code",
      FULL("code='x&#10;' severity='unknown' attr='a' rule='equal'"), CONTROL },
    { "line break in a rule", FULL("code='x' severity='unknown' attr='a' rule='&#10;'"), CONTROL },
    { "line break in a source's value",
      REPORT("<reason " REASON "><source>1\n2</source>" MESSAGE "</reason>"), CONTROL },
    { "carriage return in a target's value",
      REPORT("<reason " REASON "><target>1&#13;2</target>" MESSAGE "</reason>"), CONTROL },
    { "line break in a message",
      REPORT("<reason " REASON "><message>a\nb</message></reason>"), CONTROL },
    { "control sequence of a terminal in a message",
      REPORT("<reason " REASON "><message>a&#x9b;2Kb</message></reason>"), CONTROL },
    { "end of a line in a message",
      REPORT("<reason " REASON "><message>a&#x2028;b</message></reason>"), CONTROL },
    { "another order of characters in a source's value",
      REPORT("<reason " REASON "><source>&#x202e;1</source>" MESSAGE "</reason>"), CONTROL },
    { "another order of characters in the target's name",
      REPORT("<target name='&#x2066;a'/>"), CONTROL },
    { "message in another language",
      REPORT("<reason " REASON "><message>\u00e4 \u65e5\u672c \u201ca\u201d</message></reason>"),
      NULL },
    { "second reason is bad", REPORT("<reason " REASON ">" MESSAGE "</reason><reason/>"), "code" },
};


static int
testReportParse(const void *opaque)
{
    const struct testReport *data = opaque;
    g_autoptr(virNodeDeviceCompatReport) report = virNodeDeviceCompatReportParse(data->xml);

    return testExpectError(data->expect, !report);
}


/* More reasons than there can be, with values as large as they can be, in characters
 * that take six times as many in XML */
static int
testLargeReport(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatReport) report = g_new0(virNodeDeviceCompatReport, 1);
    g_autoptr(virNodeDeviceCompatReport) again = NULL;
    g_autofree char *value = g_strnfill(VIR_NODE_DEVICE_COMPAT_VALUE_MAX, '"');
    g_autofree char *xml = NULL;
    g_autofree char *message = NULL;
    size_t i;

    for (i = 0; i < 13 * VIR_NODE_DEVICE_COMPAT_ATTRS_MAX; i++) {
        g_autofree char *name = g_strdup_printf("attribute-%zu", i);

        virNodeDeviceCompatReportAdd(report, VIR_NODE_DEVICE_COMPAT_REASON_ATTR_MISMATCH,
                                     VIR_NODE_DEVICE_COMPAT_RULE_EQUAL, name, value, value);
    }

    if (report->reasons[report->nreasons - 1]->source)
        return testFail("expected no more memory to be taken for values");

    xml = virNodeDeviceCompatReportFormat(report);
    message = virNodeDeviceCompatReportToMessage(report);
    if (strlen(xml) > 2 * 1024 * 1024 || strlen(message) > 300 * 1024 ||
        !g_str_has_suffix(message, "...")) {
        return testFail("expected at most 2 MiB and a message that ends in '...', got %zu bytes "
                        "and a message of %zu bytes", strlen(xml), strlen(message));
    }

    if (!(again = virNodeDeviceCompatReportParse(xml)) ||
        again->nreasons != report->nreasons) {
        return testFail("expected %zu reasons, got %zu: %s", report->nreasons,
                        again ? again->nreasons : 0, virGetLastErrorMessage());
    }

    if (STRNEQ_NULLABLE(again->reasons[0]->source, value) ||
        again->reasons[again->nreasons - 1]->source ||
        STRNEQ(again->reasons[again->nreasons - 1]->code, "attr-mismatch"))
        return testFail("expected values in the first reason and none in the last");

    return 0;
}


/* The descriptor of the target is in the report, as the schema says, and comes out of it
 * as it was. */
static int
testReportTarget(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatReport) report = g_new0(virNodeDeviceCompatReport, 1);
    g_autoptr(virNodeDeviceCompatReport) again = NULL;
    g_autoptr(xmlDoc) doc = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *second = NULL;

    report->target = g_strdup("t");
    report->targetCompat = virNodeDeviceCompatNew();
    virNodeDeviceCompatAdd(report->targetCompat, NULL, "type", "a");
    virNodeDeviceCompatAdd(report->targetCompat, NULL, "x", "'<&>'");
    virNodeDeviceCompatReportAdd(report, VIR_NODE_DEVICE_COMPAT_REASON_MISSING_SOURCE,
                                 VIR_NODE_DEVICE_COMPAT_RULE_EQUAL, "x", NULL, "1");
    report->verdict = VIR_NODE_DEVICE_COMPAT_UNKNOWN;

    xml = virNodeDeviceCompatReportFormat(report);
    if (!(doc = virXMLParseStringCtxt(xml, "report", NULL)) ||
        virXMLValidateAgainstSchema(abs_top_srcdir "/src/conf/schemas/nodedevcompatreport.rng",
                                    doc) < 0 ||
        !(again = virNodeDeviceCompatReportParse(xml)) ||
        !again->targetCompat)
        return -1;

    second = virNodeDeviceCompatReportFormat(again);
    if (virTestCompareToString(xml, second) < 0)
        return -1;

    g_free(second);
    g_clear_object(&again->targetCompat);
    second = virNodeDeviceCompatReportFormat(again);

    return strstr(second, "<target name='t'/>") && !strstr(second, "capability") ? 0 : -1;
}


/* A daemon can answer with anything. What would take the square of its size to parse is
 * refused before. */
static int
testHostile(const void *opaque G_GNUC_UNUSED)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    g_autoptr(GPtrArray) several = NULL;
    g_autoptr(virNodeDeviceCompatCandidates) candidates = NULL;
    g_autofree char *xml = NULL;
    size_t i;

    virBufferAddLit(&buf, "<x");
    for (i = 0; i < 65; i++)
        virBufferAsprintf(&buf, " a%zu=''", i);
    virBufferAddLit(&buf, "/>");
    xml = virBufferContentAndReset(&buf);

    report = virNodeDeviceCompatReportParse(xml);
    if (testExpectError("more than 64 attributes", !report) < 0)
        return -1;

    several = virNodeDeviceCompatReportsParse(xml);
    if (testExpectError("more than 64 attributes", !several) < 0)
        return -1;

    candidates = virNodeDeviceCompatCandidatesParse(xml);
    return testExpectError("more than 64 attributes", !candidates);
}


/* Reports on a guest: what comes of 'would' and 'deferred', formatted again; NULL: an error */
struct testWould {
    const char *name;
    const char *first;
    const char *second;
    const char *expect;
};

#define ONE(attributes) "<nodeDeviceCompatReport verdict='unknown'" attributes "/>\n"
#define BOTH(attributes, first, second) \
    "<nodeDeviceCompatReports" attributes ">\n  " ONE(first) "  " ONE(second) \
    "</nodeDeviceCompatReports>\n"

static const struct testWould woulds[] = {
    { "not asked", ONE(""), ONE(""), BOTH("", "", "") },
    { "allowed", ONE(" would='allow'"), ONE(" would='allow'"),
      BOTH(" would='allow'", " would='allow'", " would='allow'") },
    { "worse first", ONE(" would='warn'"), ONE(" would='allow'"),
      BOTH(" would='warn'", " would='warn'", " would='allow'") },
    { "worse last", ONE(" would='warn'"), ONE(" would='refuse'"),
      BOTH(" would='refuse'", " would='warn'", " would='refuse'") },
    { "known of one only", ONE(""), ONE(" would='allow'"),
      BOTH(" would='allow'", "", " would='allow'") },
    { "deferred", ONE(" would='warn' deferred='yes'"), ONE(" deferred='no'"),
      BOTH(" would='warn'", " would='warn' deferred='yes'", "") },
    { "of a newer release", ONE(" would='ask'"), ONE(""), NULL },
    { "what is not said", ONE(" would='none'"), ONE(""), NULL },
    { "malformed deferred", ONE(" deferred='maybe'"), ONE(""), NULL },
};


static int
testWould(const void *opaque)
{
    const struct testWould *test = opaque;
    g_autofree char *xml = g_strdup_printf("<nodeDeviceCompatReports would='allow'>%s%s"
                                           "</nodeDeviceCompatReports>", test->first, test->second);
    g_autoptr(GPtrArray) parsed = virNodeDeviceCompatReportsParse(xml);
    g_autofree char *actual = parsed ? virNodeDeviceCompatReportsFormat(parsed) : NULL;

    virResetLastError();
    return testExpectString(test->expect, actual);
}


/* The better the verdict, the lower its rank */
static int
testRanks(const void *opaque G_GNUC_UNUSED)
{
    static const virNodeDeviceCompatResult verdicts[] = {
        VIR_NODE_DEVICE_COMPAT_IDENTICAL,
        VIR_NODE_DEVICE_COMPAT_SUPERSET,
        VIR_NODE_DEVICE_COMPAT_UNKNOWN,
        VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE,
    };
    size_t i;

    for (i = 1; i < G_N_ELEMENTS(verdicts); i++) {
        if (virNodeDeviceCompatVerdictRank(verdicts[i - 1]) >=
            virNodeDeviceCompatVerdictRank(verdicts[i]))
            return testFail("expected verdict %u before %u", verdicts[i - 1], verdicts[i]);
    }

    return 0;
}


/* The first line of an answer, and the reason against a whole device */
struct testAnswer {
    const char *name;
    const char *source;
    const char *target;
    virNodeDeviceCompatReasonCode code;
    const char *detail;
    const char *expect;
};

static const struct testAnswer answers[] = {
    { "both names", "s", "t", VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_CHANGED, "type",
      "A guest that uses 's' cannot continue on 't': device has changed since it was compared: "
      "type (device-changed)" },
    { "blanks at the ends", " s ", "t\n", VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_CHANGED, "type ",
      "A guest that uses 's' cannot continue on 't': device has changed since it was compared: "
      "type (device-changed)" },
    { "blank names", " ", "", VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_CHANGED, "type",
      "A guest that uses the source device cannot continue on the target device: device has "
      "changed since it was compared: type (device-changed)" },
    { "no target", "s", NULL, VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_MISSING, "not there",
      "A guest that uses 's' cannot continue on the target device: device is missing on the "
      "destination: not there (device-missing)" },
    { "no source", NULL, "t", VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_DESCRIBED, NULL,
      "Whether a guest that uses the source device can continue on 't' is unknown: device "
      "cannot be compared, because the source host sent no compatibility data "
      "(device-not-described)" },
    { "no names", NULL, NULL, VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_COMPARED, "caf\351",
      "Whether a guest that uses the source device can continue on the target device is unknown: "
      "device could not be compared: caf\357\277\275 (device-not-compared)" },
};


static int
testAnswer(const void *opaque)
{
    const struct testAnswer *data = opaque;
    g_autoptr(virNodeDeviceCompatReport) report =
        virNodeDeviceCompatReportNewDevice(data->source, data->target, data->code, data->detail);
    g_autofree char *answer = virNodeDeviceCompatReportFormatAnswer(report);
    g_autofree char *message = virNodeDeviceCompatReportToMessage(report);
    g_autofree char *actual = g_strdup_printf("%s: %s", answer, message);

    return testExpectString(data->expect, actual);
}


/* What is in front of a text or behind it does not come back, wherever it is. */
static int
testSpace(const void *opaque G_GNUC_UNUSED)
{
    const char *xml =
        REPORT("<source name=' s '/><reason " REASON "><source><b/> 1</source>"
               "<message>\n<b> </b> m<!-- --> </message></reason>");
    g_autoptr(virNodeDeviceCompatReport) report = virNodeDeviceCompatReportParse(xml);

    if (!report)
        return -1;
    if (testExpectString("s", report->source) < 0 ||
        testExpectString("1", report->reasons[0]->source) < 0)
        return -1;

    return testExpectString("m", report->reasons[0]->message);
}


/* A warning decides nothing, wherever it is. */
static int
testWarnings(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatReport) report = g_new0(virNodeDeviceCompatReport, 1);

    virNodeDeviceCompatReportAdd(report, VIR_NODE_DEVICE_COMPAT_REASON_DERIVED_DIFFERS,
                                 VIR_NODE_DEVICE_COMPAT_RULE_EQUAL, "x", "1", "2");
    if (testExpectNumber(VIR_NODE_DEVICE_COMPAT_SUPERSET,
                         virNodeDeviceCompatReportGetVerdict(report,
                                                             VIR_NODE_DEVICE_COMPAT_SUPERSET)) < 0)
        return -1;

    virNodeDeviceCompatReportAdd(report, VIR_NODE_DEVICE_COMPAT_REASON_MISSING_SOURCE,
                                 VIR_NODE_DEVICE_COMPAT_RULE_EQUAL, "y", NULL, "2");
    return testExpectNumber(VIR_NODE_DEVICE_COMPAT_UNKNOWN,
                            virNodeDeviceCompatReportGetVerdict(report,
                                                                VIR_NODE_DEVICE_COMPAT_SUPERSET));
}


/* What a reason means for the verdict */
struct testSeverity {
    const char *name;           /* of the codes, with blanks between them */
    virNodeDeviceCompatSeverity severity;
};

static const struct testSeverity severities[] = {
    { "device-api-mismatch type-mismatch type-cross-accepted version-major-mismatch "
      "version-minor-too-old version-not-accepted attr-mismatch attr-not-accepted "
      "needs-provisioning attr-not-superset attr-too-low attr-too-high attr-missing "
      "opaque-rejected device-missing device-changed not-migratable-source "
      "not-migratable-target", VIR_NODE_DEVICE_COMPAT_SEVERITY_ERROR },
    { "derived-differs rules-outdated fact-outdated-source fact-outdated-target "
      "outdated-source outdated-target rules-hidden",
      VIR_NODE_DEVICE_COMPAT_SEVERITY_WARNING },
    { "missing-source missing-target missing-both unreadable-source unreadable-target "
      "malformed-source malformed-target conflicting-source conflicting-target opaque-no-answer "
      "type-not-comparable driver-not-comparable attr-not-comparable attr-unsupported "
      "device-not-described device-not-compared "
      "rules-unusable "
      "too-much-to-compare private-source private-target cut-source cut-target timeout-source "
      "timeout-target", VIR_NODE_DEVICE_COMPAT_SEVERITY_UNKNOWN },
};


static int
testSeverity(const void *opaque)
{
    const struct testSeverity *data = opaque;
    g_auto(GStrv) codes = g_strsplit(data->name, " ", -1);
    size_t i;

    for (i = 0; codes[i]; i++) {
        int code = virNodeDeviceCompatReasonCodeTypeFromString(codes[i]);
        g_autoptr(virNodeDeviceCompatReport) report = NULL;

        if (code < 0)
            return testFail("%s is no code", codes[i]);

        report = virNodeDeviceCompatReportNewDevice("mdev_a", "mdev_b", code, NULL);
        if (report->reasons[0]->severity != data->severity) {
            return testFail("%s is of severity %s", codes[i],
                            virNodeDeviceCompatSeverityTypeToString(report->reasons[0]->severity));
        }
    }

    return 0;
}


/* Each code is in one row above. */
static int
testSeverities(const void *opaque G_GNUC_UNUSED)
{
    size_t ncodes = 0;
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(severities); i++) {
        g_auto(GStrv) codes = g_strsplit(severities[i].name, " ", -1);

        ncodes += g_strv_length(codes);
    }

    return testExpectNumber(VIR_NODE_DEVICE_COMPAT_REASON_LAST, ncodes);
}


/* The size that a report is taken to have is that of its text, and little more. */
static int
testSize(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatReport) report = g_new0(virNodeDeviceCompatReport, 1);
    g_autofree char *attr = g_strnfill(1000, 'a');
    g_autofree char *source = g_strnfill(2000, 's');
    g_autofree char *target = g_strnfill(4000, 't');
    size_t before;
    size_t text;

    virNodeDeviceCompatReportAdd(report, VIR_NODE_DEVICE_COMPAT_REASON_ATTR_MISMATCH,
                                 VIR_NODE_DEVICE_COMPAT_RULE_EQUAL, attr, source, target);
    text = 7000 + strlen(report->reasons[0]->message);
    if (report->size < text || report->size > text + 200)
        return testFail("expected about %zu bytes, got %zu", text, report->size);

    before = report->size;
    virNodeDeviceCompatReportAddProvision(report, attr, source, 1);
    return testExpectNumber(3000, report->size - before);
}


/* While a report is not larger than it may be, values are kept. */
static int
testSizeMax(const void *opaque G_GNUC_UNUSED)
{
    size_t more;

    for (more = 0; more <= 1; more++) {
        g_autoptr(virNodeDeviceCompatReport) report = g_new0(virNodeDeviceCompatReport, 1);

        report->size = VIR_NODE_DEVICE_COMPAT_REPORT_MAX + more;
        virNodeDeviceCompatReportAdd(report, VIR_NODE_DEVICE_COMPAT_REASON_ATTR_MISMATCH,
                                     VIR_NODE_DEVICE_COMPAT_RULE_EQUAL, "x", "1", "2");
        if (testExpectBool(more == 0, report->reasons[0]->source != NULL) < 0 ||
            testExpectBool(more == 0, report->reasons[0]->target != NULL) < 0)
            return -1;
    }

    return 0;
}


/* A message of 256 KiB gets one more reason, and a longer one gets none. */
static int
testMessageMax(const void *opaque G_GNUC_UNUSED)
{
    size_t more;

    for (more = 0; more <= 1; more++) {
        g_autoptr(virNodeDeviceCompatReport) report = g_new0(virNodeDeviceCompatReport, 1);
        g_autofree char *message = NULL;
        size_t around = strlen(" (attr-mismatch); ");
        size_t i;

        for (i = 0; i < 2; i++) {
            virNodeDeviceCompatReportAdd(report, VIR_NODE_DEVICE_COMPAT_REASON_ATTR_MISMATCH,
                                         VIR_NODE_DEVICE_COMPAT_RULE_EQUAL, "x", "1", "2");
            VIR_FREE(report->reasons[i]->message);
        }
        report->reasons[0]->message = g_strnfill(256 * 1024 + more - around, 'm');
        report->reasons[1]->message = g_strdup("last");

        message = virNodeDeviceCompatReportToMessage(report);
        if (testExpectString(more == 0 ? "(attr-mismatch); last (attr-mismatch)" :
                             "(attr-mismatch); ...", strchr(message, '(')) < 0)
            return -1;
    }

    return 0;
}


/* Whatever bytes are in the text of a report or a list of candidates, the parser takes what
 * the formatter writes of it, and has the same as long as it is text. */
static int
testBytes(const void *opaque G_GNUC_UNUSED)
{
    /* after the single bytes: characters of several bytes, some of which XML cannot have */
    static const char *const more[] = {
        "\xc2\x80", "\xc2\x9b", "\xc3\xa4", "\xe2\x80\xa8", "\xed\xa0\x80", "\xef\xbf\xbe",
        "\xef\xbf\xbf", "\xf0\x9f\x98\x80", "\xf4\x90\x80\x80", "\xc3", "\xe2\x80", "]]>",
    };
    size_t i;

    for (i = 1; i < 256 + G_N_ELEMENTS(more); i++) {
        const char byte[] = { i < 256 ? i : 'x', '\0' };
        g_autofree char *text = g_strdup_printf("a%sb", i < 256 ? byte : more[i - 256]);
        g_autoptr(virNodeDeviceCompatReport) report =
            virNodeDeviceCompatReportNewDevice(text, text,
                                               VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_COMPARED,
                                               text);
        g_autoptr(virNodeDeviceCompatReport) again = NULL;
        g_autoptr(virNodeDeviceCompatCandidates) list = g_new0(virNodeDeviceCompatCandidates, 1);
        g_autoptr(virNodeDeviceCompatCandidates) listAgain = NULL;
        virNodeDeviceCompatCandidate *candidate = g_new0(virNodeDeviceCompatCandidate, 1);
        g_autofree char *xml = NULL;
        g_autofree char *listXML = NULL;

        virNodeDeviceCompatReportAdd(report, VIR_NODE_DEVICE_COMPAT_REASON_ATTR_MISMATCH,
                                     VIR_NODE_DEVICE_COMPAT_RULE_EQUAL, "x", text, text);
        virNodeDeviceCompatReportAddProvision(report, text, text, 0);
        xml = virNodeDeviceCompatReportFormat(report);
        if (!(again = virNodeDeviceCompatReportParse(xml)))
            return testFail("byte %zu: %s in\n%s", i, virGetLastErrorMessage(), xml);
        if ((i >= 0x20 && i < 0x7f) &&
            (testExpectString(text, again->source) < 0 ||
             testExpectString(text, again->reasons[1]->target) < 0 ||
             testExpectString(report->reasons[0]->message, again->reasons[0]->message) < 0))
            return -1;

        list->source = g_strdup(text);
        candidate->name = g_strdup(text);
        candidate->type = g_strdup(text);
        candidate->report = g_steal_pointer(&again);
        virNodeDeviceCompatCandidatesAdd(list, candidate);
        listXML = virNodeDeviceCompatCandidatesFormat(list);
        if (!(listAgain = virNodeDeviceCompatCandidatesParse(listXML)))
            return testFail("byte %zu: %s in\n%s", i, virGetLastErrorMessage(), listXML);
    }

    return 0;
}


/* What is said of a device does not name it twice. */
static int
testAboutDevice(const void *opaque G_GNUC_UNUSED)
{
    static const virNodeDeviceCompatReasonCode codes[] = {
        VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_MISSING,
        VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_DESCRIBED,
        VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_COMPARED,
        VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_CHANGED,
        VIR_NODE_DEVICE_COMPAT_REASON_TOO_MUCH_TO_COMPARE,
    };
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(codes); i++) {
        g_autoptr(virNodeDeviceCompatReport) report =
            virNodeDeviceCompatReportNewDevice("mdev_a", "mdev_b", codes[i], "d");

        if (strstr(report->reasons[0]->message, "mdev_") ||
            !g_str_has_suffix(report->reasons[0]->message, ": d"))
            return testFail("the message is '%s'", report->reasons[0]->message);
    }

    return 0;
}


static int
testRelease(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *first = virNodeDeviceCompatReleaseFormat(1002003);
    g_autofree char *second = virNodeDeviceCompatReleaseFormat(12345678);

    if (testExpectString("1.2.3", first) < 0)
        return -1;

    return testExpectString("12.345.678", second);
}


static int
mymain(void)
{
    DO_TABLE_EXPECT("report", reports, testReportParse);
    DO_TEST(testLargeReport, NULL, "report of a thousand large values");
    DO_TEST(testReportTarget, NULL, "report: descriptor of the target");
    DO_TABLE("would", woulds, testWould);
    DO_TEST(testHostile, NULL, "answer that would be costly to parse");
    DO_TABLE("answer", answers, testAnswer);
    DO_TEST(testRanks, NULL, "order of verdicts");
    DO_TEST(testSpace, NULL, "white space in a report");
    DO_TEST(testWarnings, NULL, "verdict of warnings");
    DO_TABLE("severity", severities, testSeverity);
    DO_TEST(testSeverities, NULL, "each code has a severity");
    DO_TEST(testSize, NULL, "size of a report");
    DO_TEST(testSizeMax, NULL, "report as large as it may be, and larger");
    DO_TEST(testMessageMax, NULL, "message as long as it may be, and longer");
    DO_TEST(testAboutDevice, NULL, "messages about devices");
    DO_TEST(testBytes, NULL, "each byte in the text of a report and a list");
    DO_TEST(testRelease, NULL, "a release");

    return testResult();
}

VIR_TEST_MAIN(mymain)
