/*
 * nodedevcompatreporttest.c: reports as XML from outside
 *
 * What a report says, and that it survives its own XML, is tested with each case
 * of nodedevcompatcomparetest.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat/nodedev_compat_report.h"
#include "testutils.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* Report documents, and part of the error that they must give */
struct testReport {
    const char *name;
    const char *xml;
    const char *error;
};

#define REPORT(content) "<nodeDeviceCompatReport verdict='unknown'>" content "</nodeDeviceCompatReport>"
#define REASON "code='missing-both' severity='unknown' attr='type' rule='equal'"
#define MESSAGE "<message>m</message>"

static const struct testReport reports[] = {
    { "no reasons", REPORT(""), NULL },
    { "one reason", REPORT("<reason " REASON ">" MESSAGE "</reason>"), NULL },
    { "empty", "", "at line" },
    { "truncated", "<nodeDeviceCompatReport verdict='unknown'>", "at line" },
    { "wrong root", "<report verdict='unknown'/>", "nodeDeviceCompatReport" },
    { "no verdict", "<nodeDeviceCompatReport/>", "verdict" },
    { "unknown verdict", "<nodeDeviceCompatReport verdict='perhaps'/>", "verdict" },
    { "verdict is error", "<nodeDeviceCompatReport verdict='error'/>", "verdict" },
    { "reason without code", REPORT("<reason severity='unknown' attr='type' rule='equal'>" MESSAGE "</reason>"), "code" },
    { "code of a newer release", REPORT("<reason code='x' severity='unknown' attr='type' rule='equal'>" MESSAGE "</reason>"), NULL },
    { "reason without rule", REPORT("<reason code='x' severity='unknown' attr='type'>" MESSAGE "</reason>"), "rule" },
    { "reason without severity", REPORT("<reason code='x' attr='type' rule='equal'>" MESSAGE "</reason>"), "severity" },
    { "unknown severity", REPORT("<reason code='missing-both' severity='bad' attr='type' rule='equal'>" MESSAGE "</reason>"), "severity" },
    { "rule of a newer release", REPORT("<reason code='missing-both' severity='unknown' attr='type' rule='golden'>" MESSAGE "</reason>"), NULL },
    { "reason without attribute", REPORT("<reason code='missing-both' severity='unknown' rule='equal'>" MESSAGE "</reason>"), "attr" },
    { "values for a new device", REPORT("<provision><attr name='a' value='1'/></provision>"), NULL },
    { "value for a new device without name", REPORT("<provision><attr value='1'/></provision>"), "name" },
    { "name for a new device without value", REPORT("<provision><attr name='a'/></provision>"), "value" },
    { "line break in a value for a new device", REPORT("<provision><attr name='a' value='1&#10;'/></provision>"), "control character" },
    { "reason without message", REPORT("<reason " REASON "/>"), "has no message" },
    { "line break in a name for a new device", REPORT("<provision><attr name='a&#10;' value='1'/></provision>"), "control character" },
    { "tab in the target's name", REPORT("<target name='a&#9;b'/>"), "control character" },
    { "target with its descriptor", REPORT("<target name='t'><capability type='compat'><type id='a'/></capability></target>"), NULL },
    { "target with a descriptor and no name", REPORT("<target><capability type='compat'/></target>"), NULL },
    { "target with two descriptors", REPORT("<target><capability type='compat'/><capability type='compat'/></target>"), "more than one capability of type 'compat'" },
    { "target with a malformed descriptor", REPORT("<target><capability type='compat'><attr name='a b' value='1'/></capability></target>"), "invalid name" },
    { "target with a capability of a newer release", REPORT("<target name='t'><capability type='future'/></target>"), NULL },
    { "line break", "\n", "is empty" },
    { "line breaks of DOS", "\r\n\r\n", "is empty" },
    { "document type", "<!DOCTYPE r [<!ENTITY e 'x'>]>" REPORT("<source name='&e;'/>"), "must not have a document type declaration" },
    { "undeclared entity", REPORT("<source name='&e;'/>"), "at line" },
    { "tab in a name", REPORT("<source name='a&#9;b'/>"), "control character" },
    { "line break in an attribute", REPORT("<reason code='x' severity='unknown' attr='a&#10;b' rule='equal'>" MESSAGE "</reason>"), "control character" },
    { "line break in a code", REPORT("<reason code='x&#10;' severity='unknown' attr='a' rule='equal'>" MESSAGE "</reason>"), "control character" },
    { "line break in a rule", REPORT("<reason code='x' severity='unknown' attr='a' rule='&#10;'>" MESSAGE "</reason>"), "control character" },
    { "line break in a source's value", REPORT("<reason " REASON "><source>1\n2</source>" MESSAGE "</reason>"), "control character" },
    { "carriage return in a target's value", REPORT("<reason " REASON "><target>1&#13;</target>" MESSAGE "</reason>"), "control character" },
    { "line break in a message", REPORT("<reason " REASON "><message>a\nb</message></reason>"), "control character" },
    { "second reason is bad", REPORT("<reason " REASON ">" MESSAGE "</reason><reason/>"), "code" },
};


static int
testReportParse(const void *opaque)
{
    const struct testReport *data = opaque;
    g_autoptr(virNodeDeviceCompatReport) report = virNodeDeviceCompatReportParse(data->xml);
    const char *message = virGetLastErrorMessage();

    if (!!report != !data->error ||
        (data->error && !strstr(message, data->error))) {
        VIR_TEST_VERBOSE("\nexpected %s, got %s",
                         data->error ? data->error : "success",
                         report ? "success" : message);
        return -1;
    }

    virResetLastError();
    return 0;
}


/* As many reasons as there can be, with values as large as they can be, in characters
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

    for (i = 0; i < 2 * VIR_NODE_DEVICE_COMPAT_ATTRS_MAX; i++) {
        g_autofree char *name = g_strdup_printf("attribute-%zu", i);

        virNodeDeviceCompatReportAdd(report, VIR_NODE_DEVICE_COMPAT_REASON_ATTR_MISMATCH,
                                     VIR_NODE_DEVICE_COMPAT_RULE_EQUAL, name, value, value);
    }

    xml = virNodeDeviceCompatReportFormat(report);
    message = virNodeDeviceCompatReportToMessage(report);
    if (strlen(xml) > 2 * 1024 * 1024 || strlen(message) > 300 * 1024 ||
        !g_str_has_suffix(message, "...")) {
        VIR_TEST_VERBOSE("\n%zu bytes, message of %zu", strlen(xml), strlen(message));
        return -1;
    }

    if (!(again = virNodeDeviceCompatReportParse(xml)) ||
        again->nreasons != report->nreasons)
        return -1;

    if (STRNEQ_NULLABLE(again->reasons[0]->source, value) ||
        again->reasons[again->nreasons - 1]->source ||
        STRNEQ(again->reasons[again->nreasons - 1]->code, "attr-mismatch")) {
        VIR_TEST_VERBOSE("\nexpected values in the first reason and none in the last");
        return -1;
    }

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


static int
mymain(void)
{
    int ret = 0;
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(reports); i++) {
        g_autofree char *title = g_strdup_printf("report: %s: %s", reports[i].name,
                                                 reports[i].error ? reports[i].error : "good");

        if (virTestRun(title, testReportParse, &reports[i]) < 0)
            ret = -1;
    }

    if (virTestRun("report of a thousand large values", testLargeReport, NULL) < 0)
        ret = -1;

    if (virTestRun("report: descriptor of the target", testReportTarget, NULL) < 0)
        ret = -1;

    return ret == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

VIR_TEST_MAIN(mymain)
