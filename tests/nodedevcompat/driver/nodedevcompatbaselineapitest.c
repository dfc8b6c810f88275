/*
 * nodedevcompatbaselineapitest.c: virConnectBaselineNodeDeviceCompat() as callers
 * see it
 *
 * On the test driver, or on LIBVIRT_NODEDEV_COMPAT_TEST_URI, see
 * nodedevcompatapitest.c.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatapiutils.h"

#include "nodedev_compat/nodedev_compat_baseline.h"
#include "nodedevcompatframe.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NONE

#define VALIDATE_XML VIR_CONNECT_BASELINE_NODE_DEVICE_COMPAT_VALIDATE_XML
#define ALLOW_CROSS_TYPE VIR_CONNECT_BASELINE_NODE_DEVICE_COMPAT_ALLOW_CROSS_TYPE

static virConnectPtr conn;


/* A <devices> document of the test driver's devices of these names */
static char *
getDevices(const char *names)
{
    g_auto(GStrv) words = g_strsplit(names, " ", -1);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    virBufferAddLit(&buf, "<devices>\n");
    for (i = 0; words[i]; i++) {
        g_autofree char *name = g_strdup_printf("mdev_vgpu_%s", words[i]);
        g_autofree char *xml = testGetXML(conn, name);

        if (!xml)
            return NULL;
        virBufferAdd(&buf, xml, -1);
    }
    virBufferAddLit(&buf, "</devices>\n");

    return virBufferContentAndReset(&buf);
}


/* The result in one line: "VERDICT TYPE VERSION, DEVICE CODE..." */
static char *
formatResult(const char *xml)
{
    g_autoptr(virNodeDeviceCompatBaseline) baseline = NULL;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;
    size_t j;

    if (!(baseline = virNodeDeviceCompatBaselineParse(xml)))
        return g_strdup_printf("not a result: %s", xml);

    virBufferAdd(&buf, virNodeDeviceCompatResultTypeToString(baseline->verdict), -1);
    for (i = 0; baseline->compat && i < baseline->compat->self.nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = baseline->compat->self.attrs[i];

        if (STREQ(attr->name, "type") || STREQ(attr->name, "software_version"))
            virBufferAsprintf(&buf, " %s", attr->value);
    }
    for (i = 0; i < baseline->nreports; i++) {
        const virNodeDeviceCompatReport *report = baseline->reports[i];
        const char *name = report->target ? STRSKIP(report->target, "mdev_vgpu_") : "unnamed";

        virBufferAsprintf(&buf, ", %s", NULLSTR(name));
        for (j = 0; j < report->nreasons; j++)
            virBufferAsprintf(&buf, " %s", report->reasons[j]->code);
    }

    return virBufferContentAndReset(&buf);
}


static const testQuestion question = { virConnectBaselineNodeDeviceCompat, formatResult };


struct testAnswer {
    const char *devices;
    unsigned int flags;
    const char *expected;
};

static const struct testAnswer answers[] = {
    { "source", 0, "identical 1.2.0 vgpu-2" },
    { "source twin", 0, "identical 1.2.0 vgpu-2" },
    { "source twin", VALIDATE_XML, "identical 1.2.0 vgpu-2" },
    { "source source source", 0, "identical 1.2.0 vgpu-2" },
    { "source newer_minor", 0, "superset 1.2.0 vgpu-2" },
    { "source newer_minor older_minor", 0, "superset 1.1.0 vgpu-2" },
    { "source other_opaque", 0, "identical 1.2.0 vgpu-2" },
    { "source other_major", 0, "incompatible, other_major version-major-mismatch" },
    { "source other_type", 0, "incompatible, other_type type-cross-accepted" },
    { "source other_type", ALLOW_CROSS_TYPE, "superset 1.2.0 vgpu-2" },
    { "source silent", 0, "unknown 1.2.0 vgpu-2, silent missing-target missing-target" },
    { "silent", 0, "unknown vgpu-2, silent missing-both" },
};


static int
testAnswer(const void *opaque)
{
    const struct testAnswer *test = opaque;
    g_autofree char *xml = getDevices(test->devices);

    return xml ? testExpectAnswer(&question, conn, xml, test->flags, test->expected) : -1;
}


/* The result is a source for both functions that compare, and a device for
 * itself. */
static int
testFeedBack(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *xml = getDevices("source newer_minor other_opaque");
    g_autofree char *result = xml ? virConnectBaselineNodeDeviceCompat(conn, xml, 0) : NULL;
    g_autofree char *report = NULL;
    g_autofree char *devices = NULL;
    virNodeDevicePtr dev = virNodeDeviceLookupByName(conn, "mdev_vgpu_newer_minor");
    int verdict = VIR_NODE_DEVICE_COMPAT_ERROR;
    int ret = -1;

    if (result && dev) {
        verdict = virNodeDeviceCompareCompat(dev, result,
                                             VIR_NODE_DEVICE_COMPARE_COMPAT_VALIDATE_XML);
        report = virNodeDeviceGetCompatReport(dev, result, 0);
        devices = g_strdup_printf("<devices>%s</devices>", result);
    }

    if (verdict != VIR_NODE_DEVICE_COMPAT_SUPERSET ||
        !report || !strstr(report, "verdict='superset'"))
        testFail("not a source: %s", virGetLastErrorMessage());
    else
        ret = testExpectAnswer(&question, conn, devices, VALIDATE_XML, "identical 1.2.0 vgpu-2");

    if (dev)
        virNodeDeviceFree(dev);
    return ret;
}


static int
testOrder(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *xml = getDevices("source silent newer_minor other_type older_minor");
    g_autofree char *backwards = getDevices("older_minor other_type newer_minor silent source");
    g_autofree char *result = NULL;
    g_autofree char *resultBackwards = NULL;

    if (!xml || !backwards)
        return -1;

    result = virConnectBaselineNodeDeviceCompat(conn, xml, 0);
    resultBackwards = virConnectBaselineNodeDeviceCompat(conn, backwards, 0);
    if (result && STREQ_NULLABLE(result, resultBackwards))
        return 0;

    return testFail("expected the same, got '%s' and '%s'",
                    NULLSTR(result), NULLSTR(resultBackwards));
}


struct testMistake {
    const char *name;
    const char *xml;
    unsigned int flags;
    int code;
};

static const struct testMistake mistakes[] = {
    { "no document", NULL, 0, VIR_ERR_INVALID_ARG },
    { "empty document", "", 0, VIR_ERR_XML_DETAIL },
    { "no device", "<devices/>", 0, VIR_ERR_XML_ERROR },
    { "unknown flag", "<devices/>", 1U << 31, VIR_ERR_INVALID_ARG },
    { "a flag of comparing",
      "<devices/>", VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE, VIR_ERR_INVALID_ARG },
    { "malformed document", "<devices>", 0, VIR_ERR_XML_DETAIL },
    { "other document", "<device><name>x</name></device>", 0, VIR_ERR_XML_ERROR },
    { "other device",
      "<devices><device><name>x</name></device></devices>", 0, VIR_ERR_XML_ERROR },
    { "other element", "<devices><domain/></devices>", 0, VIR_ERR_XML_ERROR },
    { "invalid document",
      "<devices><device><name>x</name><surprise/></device></devices>",
      VALIDATE_XML, VIR_ERR_XML_INVALID_SCHEMA },
    { "undefined entity", "<devices>&x;</devices>", 0, VIR_ERR_XML_DETAIL },
    { "document type declaration",
      "<!DOCTYPE devices [<!ENTITY x '<device/>'>]><devices>&x;</devices>", 0, VIR_ERR_XML_ERROR },
};


static int
testMistake(const void *opaque)
{
    const struct testMistake *test = opaque;

    return testExpectMistake(&question, conn, test->xml, test->flags, test->code);
}


static int
testNoConnection(const void *opaque G_GNUC_UNUSED)
{
    return testExpectMistake(&question, NULL, "<devices/>", 0, VIR_ERR_INVALID_CONN);
}


static int
testDocumentLimit(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *xml = getDevices("source twin");

    return xml ? testExpectLimit(&question, conn, xml, "identical 1.2.0 vgpu-2") : -1;
}


static int
testReadOnly(const void *opaque)
{
    g_autofree char *xml = getDevices("source twin");

    return xml ? testExpectReadOnly(&question, opaque, xml, "identical 1.2.0 vgpu-2") : -1;
}


static int
mymain(void)
{
    const char *uri = testConnect(&conn);
    size_t i;

    if (!uri)
        return EXIT_FAILURE;

    for (i = 0; i < G_N_ELEMENTS(answers); i++) {
        DO_TEST(testAnswer, &answers[i], "%s (%s): %s", answers[i].devices,
                answers[i].flags ? "flags" : "no flags", answers[i].expected);
    }

    DO_TEST(testFeedBack, NULL, "the result can be given back");
    DO_TEST(testOrder, NULL, "order");

    DO_TABLE("mistake", mistakes, testMistake);

    DO_TEST(testNoConnection, NULL, "no connection");
    DO_TEST(testDocumentLimit, NULL, "largest document");
    DO_TEST(testReadOnly, uri, "read-only connection");

    virConnectClose(conn);
    return testResult();
}

VIR_TEST_MAIN(mymain)
