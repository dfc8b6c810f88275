/*
 * nodedevcompatjsontest.c: reports, baselines, candidates and descriptors as JSON
 *
 * That the JSON of a report has just what its XML has is tried on random devices: what is
 * made of the XML gives the same JSON. What the tools print is compared in
 * cli/nodedev-compat-json, which also validates the documents in data/json.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompatbaselineutils.h"
#include "nodedevcompatrandom.h"
#include "nodedevcompatutils.h"

#include "conf/nodedev_compat_xml.h"
#include "nodedev_compat/nodedev_compat_json.h"
#include "viralloc.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV


/*
 * text
 */

struct testText {
    const char *name;
    const char *text;
    const char *expect;         /* NULL: null */
};

#define REPLACED "\xef\xbf\xbd"

static const struct testText texts[] = {
    { "none", NULL, NULL },
    { "empty", "", "" },
    { "ASCII", "a b", "a b" },
    { "UTF-8", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
    { "quotes and backslashes", "\"\\/'\\\"", "\"\\/'\\\"" },
    { "control characters", "\x01\t\n\r\b\f\x1b[2J\x7f", "\x01\t\n\r\b\f\x1b[2J\x7f" },
    { "control characters of two bytes", "\xc2\x9b" "2J", "\xc2\x9b" "2J" },
    { "byte that is never in UTF-8", "a\xff" "b", "a" REPLACED "b" },
    { "character that is cut", "a\xe2\x82", "a" REPLACED REPLACED },
    { "more bytes than it takes", "\xc0\xaf", REPLACED REPLACED },
    { "surrogate", "\xed\xa0\x80", REPLACED REPLACED REPLACED },
    { "beyond Unicode", "\xf4\x90\x80\x80", REPLACED REPLACED REPLACED REPLACED },
    { "not a character", "\xef\xbf\xbf", "\xef\xbf\xbf" },
    { "another charset", "gr\xfc\xdf" "e", "gr" REPLACED REPLACED "e" },
    { "JSON", "\"},{\"version\":2", "\"},{\"version\":2" },
};


static int
testText(const void *opaque)
{
    const struct testText *data = opaque;
    g_autoptr(virJSONValue) document =
        virNodeDeviceCompatJSONNew(VIR_NODE_DEVICE_COMPAT_JSON_DEVICE);
    g_autoptr(virJSONValue) again = NULL;
    g_autofree char *text = NULL;

    virNodeDeviceCompatJSONAddText(document, "name", data->text);
    if (!(text = virNodeDeviceCompatJSONFormat(document)) || !g_utf8_validate(text, -1, NULL))
        return testFail("expected UTF-8, got '%s'", NULLSTR(text));

    if (!(again = virJSONValueFromString(text)))
        return testFail("expected JSON, got '%s'", text);

    if (!data->text &&
        virJSONValueGetType(virJSONValueObjectGet(again, "name")) != VIR_JSON_TYPE_NULL)
        return testFail("expected null, got '%s'", text);

    return testExpectString(data->expect, virJSONValueObjectGetString(again, "name"));
}


/*
 * the same as in XML
 */

static char *
testFormatDevice(const virNodeDeviceCompat *compat)
{
    g_autoptr(virJSONValue) object = virJSONValueNewObject();

    virNodeDeviceCompatJSONAddDescriptor(object, compat);
    return virNodeDeviceCompatJSONFormat(object);
}


static const char *
testPairDevice(testPair *pair)
{
    g_autoptr(virNodeDeviceCompat) compat = testCompatParseDevice(pair->target);
    g_autofree char *xml = testCompatFormatXML(compat);
    g_autofree char *name = NULL;
    g_autoptr(virNodeDeviceCompat) again = virNodeDeviceCompatParseDocument(xml, false, &name);
    g_autofree char *json = testFormatDevice(compat);
    g_autofree char *other = testFormatDevice(again);

    if (STREQ_NULLABLE(json, other))
        return NULL;

    testPairDetail(pair, "%s\nbut of the XML\n%s", json, other);
    return "the JSON of a descriptor is not that of its XML";
}


static const char *
testPairReport(testPair *pair)
{
    g_autoptr(virNodeDeviceCompatReport) report = testPairRun(pair, pair->source, pair->target, 0);
    g_autofree char *xml = virNodeDeviceCompatReportFormat(report);
    g_autoptr(virNodeDeviceCompatReport) again = virNodeDeviceCompatReportParse(xml);
    g_autofree char *json = virNodeDeviceCompatReportFormatJSON(report);
    g_autofree char *other = again ? virNodeDeviceCompatReportFormatJSON(again) : NULL;

    if (json && STREQ_NULLABLE(json, other))
        return NULL;

    testPairDetail(pair, "%s\nbut of the XML\n%s", json, other);
    return "the JSON of a report is not that of its XML";
}


static const char *
testPairBaseline(testPair *pair)
{
    g_autofree char *text = g_strdup_printf("%s; %s", pair->source, pair->target);
    g_autoptr(virNodeDeviceCompatDevices) list = testParseDevices(text);
    g_autoptr(virNodeDeviceCompatBaseline) baseline = testMake(list, 0);
    g_autofree char *xml = virNodeDeviceCompatBaselineFormat(baseline);
    g_autoptr(virNodeDeviceCompatBaseline) again = virNodeDeviceCompatBaselineParse(xml);
    g_autofree char *json = virNodeDeviceCompatBaselineFormatJSON(baseline);
    g_autofree char *other = again ? virNodeDeviceCompatBaselineFormatJSON(again) : NULL;

    if (json && STREQ_NULLABLE(json, other))
        return NULL;

    testPairDetail(pair, "%s\nbut of the XML\n%s", json, other);
    return "the JSON of a baseline is not that of its XML";
}


static const char *
testPairCandidates(testPair *pair)
{
    g_autoptr(virNodeDeviceCompatCandidates) list = g_new0(virNodeDeviceCompatCandidates, 1);
    g_autoptr(virNodeDeviceCompatCandidates) again = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *json = NULL;
    g_autofree char *other = NULL;
    size_t i;

    list->all = true;
    list->source = g_strdup("s");
    for (i = 0; i < VIR_NODE_DEVICE_COMPAT_STATE_LAST; i++) {
        virNodeDeviceCompatCandidate *candidate = g_new0(virNodeDeviceCompatCandidate, 1);

        candidate->name = g_strdup_printf("device-%zu", i);
        candidate->type = i % 2 ? g_strdup("type") : NULL;
        candidate->state = i;
        candidate->instances = i % 2 ? i : 0;
        candidate->report = testPairRun(pair, pair->source, pair->target, 0);
        virNodeDeviceCompatCandidatesAdd(list, candidate);
    }
    virNodeDeviceCompatCandidatesRank(list);

    xml = virNodeDeviceCompatCandidatesFormat(list);
    again = virNodeDeviceCompatCandidatesParse(xml);
    json = virNodeDeviceCompatCandidatesFormatJSON(list);
    other = again ? virNodeDeviceCompatCandidatesFormatJSON(again) : NULL;
    if (json && STREQ_NULLABLE(json, other))
        return NULL;

    testPairDetail(pair, "%s\nbut of the XML\n%s", json, other);
    return "the JSON of candidates is not that of their XML";
}


static const testProperty properties[] = {
    { "descriptor as in XML", testPairDevice, { 0 } },
    { "report as in XML", testPairReport, { 0 } },
    { "baseline as in XML", testPairBaseline, { WITHOUT_UNSET, "" } },
    { "candidates as in XML", testPairCandidates, { 0 } },
};


/*
 * limits
 */

/* Reasons with values of two bytes each in JSON, as testLargeReport() of
 * nodedevcompatreporttest has them for XML */
static int
testLargeReport(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatReport) report = g_new0(virNodeDeviceCompatReport, 1);
    g_autofree char *value = g_strnfill(VIR_NODE_DEVICE_COMPAT_VALUE_MAX, '"');
    g_autofree char *text = NULL;
    g_autoptr(virJSONValue) document = NULL;
    virJSONValue *reasons;
    virJSONValue *last;
    size_t i;

    for (i = 0; i < 13 * VIR_NODE_DEVICE_COMPAT_ATTRS_MAX; i++) {
        g_autofree char *name = g_strdup_printf("attribute-%zu", i);

        virNodeDeviceCompatReportAdd(report, VIR_NODE_DEVICE_COMPAT_REASON_ATTR_MISMATCH,
                                     VIR_NODE_DEVICE_COMPAT_RULE_EQUAL, name, value, value);
    }

    text = virNodeDeviceCompatReportFormatJSON(report);
    if (strlen(text) > 4 * 1024 * 1024)
        return testFail("expected at most 4 MiB, got %zu bytes", strlen(text));

    if (!(document = virJSONValueFromString(text)) ||
        !(reasons = virJSONValueObjectGetArray(document, "reasons")))
        return testFail("expected JSON with reasons");

    last = virJSONValueArrayGet(reasons, report->nreasons - 1);
    if (virJSONValueArraySize(reasons) != report->nreasons || !last)
        return testFail("expected %zu reasons, got %zu", report->nreasons,
                        virJSONValueArraySize(reasons));

    if (STRNEQ_NULLABLE(virJSONValueObjectGetString(virJSONValueArrayGet(reasons, 0), "source"),
                        value) ||
        virJSONValueObjectGetString(last, "source") ||
        strlen(virJSONValueObjectGetString(last, "message")) > 128)
        return testFail("expected values in the first reason, and none in the last");

    return 0;
}


/*
 * documents as a whole; nodedev-compat-json validates them
 */

static virNodeDeviceCompatReport *
testMakeReport(const char *source,
               const char *target)
{
    g_autoptr(virNodeDeviceCompatReport) report = g_new0(virNodeDeviceCompatReport, 1);
    size_t i;

    report->verdict = VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE;
    report->source = g_strdup(source);
    report->target = g_strdup(target);
    for (i = 0; i < VIR_NODE_DEVICE_COMPAT_REASON_LAST; i++)
        virNodeDeviceCompatReportAdd(report, i, VIR_NODE_DEVICE_COMPAT_RULE_EQUAL,
                                     i % 2 ? "driver" : "fw.psid", i % 3 ? "1" : NULL,
                                     i % 4 ? "2" : NULL);
    virNodeDeviceCompatReportAddProvision(report, "aggregator", "2", 1);
    return g_steal_pointer(&report);
}


static char *
testEachCode(void)
{
    g_autoptr(virNodeDeviceCompatReport) report = testMakeReport("s", "t");

    return virNodeDeviceCompatReportFormatJSON(report);
}


/* Whatever a peer or a tree has for names */
static char *
testHostileNames(void)
{
    g_autoptr(GPtrArray) reports =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatReportFree);
    virNodeDeviceCompatReport *report =
        virNodeDeviceCompatReportNewDevice("\"\\\x01\x1b[2J", "a\xff\xc2\x9b\xe2\x82",
                                           VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_COMPARED,
                                           "gr\xfc\xdf" "e\r\n\t\x7f");

    report->sourceInferred = true;
    report->targetCompat = testCompatParseDevice("api=vfio-pci type=a sv=1.2 !x ~y=1 *z=2 | "
                                                 "type=a,b sv=1.0-");
    g_ptr_array_add(reports, report);
    g_ptr_array_add(reports,
                    virNodeDeviceCompatReportNewDevice("only here", NULL,
                                                       VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_MISSING,
                                                       NULL));
    g_ptr_array_add(reports, virNodeDeviceCompatReportNewDevice(
        NULL, NULL, VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_DESCRIBED, NULL));
    return virNodeDeviceCompatReportsFormatJSON(reports);
}


static char *
testNoReports(void)
{
    g_autoptr(GPtrArray) reports = g_ptr_array_new();

    return virNodeDeviceCompatReportsFormatJSON(reports);
}


static char *
testNoCandidates(void)
{
    virNodeDeviceCompatCandidates list = { .omitted = 3, .inferred = true };

    return virNodeDeviceCompatCandidatesFormatJSON(&list);
}


static char *
testIncomplete(void)
{
    virNodeDeviceCompatBaseline baseline = {
        .verdict = VIR_NODE_DEVICE_COMPAT_UNKNOWN,
        .ndevices = 2,
        .incomplete = true,
        .nomitted = 1,
    };

    return virNodeDeviceCompatBaselineFormatJSON(&baseline);
}


struct testDocument {
    const char *name;           /* of the case, and of its file in data/json */
    char *(*format)(void);
};

static const struct testDocument documents[] = {
    { "each-code", testEachCode },
    { "hostile-names", testHostileNames },
    { "no-reports", testNoReports },
    { "no-candidates", testNoCandidates },
    { "incomplete-baseline", testIncomplete },
};


static int
testDocument(const void *opaque)
{
    const struct testDocument *data = opaque;
    g_autofree char *path = g_strdup_printf("%s/nodedevcompat/data/json/%s.json", abs_srcdir,
                                            data->name);
    g_autofree char *text = data->format();

    return virTestCompareToFile(text, path);
}


static int
mymain(void)
{
    size_t i;

    if (testRandomSetUp() < 0 || testBaselineSetUp() < 0)
        return EXIT_FAILURE;

    DO_TABLE("text", texts, testText);
    for (i = 0; i < G_N_ELEMENTS(properties); i++)
        DO_TEST(testPropertyTry, &properties[i], "%s", properties[i].name);
    DO_TEST(testLargeReport, NULL, "report of a thousand large values");
    DO_TABLE("document", documents, testDocument);

    g_clear_object(&testRandomRules);
    g_clear_object(&testRandomNeeds);
    g_clear_object(&testBaselineRules);
    return testResult();
}

VIR_TEST_MAIN(mymain)
