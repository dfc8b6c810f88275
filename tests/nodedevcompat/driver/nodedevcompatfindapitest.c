/*
 * nodedevcompatfindapitest.c: virConnectFindCompatNodeDevices() as callers see it
 *
 * On the test driver, or on LIBVIRT_NODEDEV_COMPAT_TEST_URI, see
 * nodedevcompatapitest.c.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatapiutils.h"

#include "nodedev_compat/nodedev_compat_candidates.h"
#include "testutils.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NONE

#define VALIDATE_XML VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_VALIDATE_XML
#define ALLOW_CROSS_TYPE VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALLOW_CROSS_TYPE
#define ALL VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALL

static virConnectPtr conn;


/* What was found, in one line: "COUNT: NAME..." */
static char *
formatFound(const char *xml)
{
    g_autoptr(virNodeDeviceCompatCandidates) list = NULL;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    if (!(list = virNodeDeviceCompatCandidatesParse(xml)))
        return g_strdup_printf("not a list: %s", xml);

    virBufferAsprintf(&buf, "%zu:", list->found);
    for (i = 0; i < list->ncandidates; i++) {
        const virNodeDeviceCompatCandidate *candidate = list->candidates[i];
        const char *name = STRSKIP(candidate->name, "mdev_vgpu_");

        virBufferAsprintf(&buf, " %s",
                          candidate->type ? candidate->type : name ? name : candidate->name);
    }

    return virBufferContentAndReset(&buf);
}


static const testQuestion question = { virConnectFindCompatNodeDevices, formatFound };


struct testAnswer {
    const char *source;
    unsigned int flags;
    const char *expected;
};

static int
testAnswer(const void *opaque)
{
    const struct testAnswer *test = opaque;
    g_autofree char *xml = testGetXML(conn, test->source);

    return xml ? testExpectAnswer(&question, conn, xml, test->flags, test->expected) : -1;
}


/* Every candidate's own report says the same */
static int
testReports(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *xml = testGetXML(conn, "mdev_vgpu_source");
    g_autofree char *listXML = xml ? virConnectFindCompatNodeDevices(conn, xml, ALL) : NULL;
    g_autoptr(virNodeDeviceCompatCandidates) list = NULL;
    size_t i;

    if (!listXML || !(list = virNodeDeviceCompatCandidatesParse(listXML)))
        return -1;

    for (i = 0; i < list->ncandidates; i++) {
        const virNodeDeviceCompatCandidate *candidate = list->candidates[i];
        virNodeDevicePtr dev;
        int verdict;

        if (candidate->type)
            continue;
        if (!(dev = virNodeDeviceLookupByName(conn, candidate->name)))
            return -1;
        verdict = virNodeDeviceCompareCompat(dev, xml, 0);
        virNodeDeviceFree(dev);
        if (verdict != candidate->report->verdict) {
            VIR_TEST_VERBOSE("%s: expected %d, got %d", candidate->name, verdict,
                             candidate->report->verdict);
            return -1;
        }
    }

    return 0;
}


struct testMistake {
    const char *xml;
    unsigned int flags;
    int code;
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
    return testExpectMistake(&question, NULL, "<device/>", 0, VIR_ERR_INVALID_CONN);
}


static int
testDocumentLimit(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *xml = testGetXML(conn, "mdev_vgpu_slices");

    return xml ? testExpectLimit(&question, conn, xml, "2: slices vgpu-a") : -1;
}


static int
testReadOnly(const void *opaque)
{
    g_autofree char *xml = testGetXML(conn, "mdev_vgpu_slices");

    return xml ? testExpectReadOnly(&question, opaque, xml, "2: slices vgpu-a") : -1;
}


static int
mymain(void)
{
    const char *uri = testConnect(&conn);
    int ret = 0;

    if (!uri)
        return EXIT_FAILURE;

#define ANSWER(_source, _flags, _expected) \
    do { \
        const struct testAnswer test = { "mdev_vgpu_" _source, _flags, _expected }; \
        if (virTestRun(_source " (" #_flags "): " _expected, testAnswer, &test) < 0) \
            ret = -1; \
    } while (0)

#define OF_VGPU_2 "no_answer other_opaque source twin vgpu-2 newer_minor"

    ANSWER("source", 0, "6: " OF_VGPU_2);
    ANSWER("source", VALIDATE_XML, "6: " OF_VGPU_2);
    ANSWER("source", ALLOW_CROSS_TYPE, "8: " OF_VGPU_2 " other_type vgpu-4");
    ANSWER("older_minor", 0,
           "7: older_minor no_answer other_opaque source twin newer_minor vgpu-2");
    ANSWER("newer_minor", 0, "1: newer_minor");
    ANSWER("other_major", 0, "1: other_major");
    ANSWER("other_type", 0, "2: other_type vgpu-4");
    ANSWER("other_type", ALLOW_CROSS_TYPE, "2: other_type vgpu-4");
    ANSWER("slices", 0, "2: slices vgpu-a");
    ANSWER("sold_out", 0, "1: sold_out");
    ANSWER("silent", 0, "0:");
    ANSWER("source", ALL,
           "6: " OF_VGPU_2 " silent older_minor other_major other_type vgpu-4 "
           "slices sold_out vgpu-a vgpu-8");

    if (virTestRun("each as compared alone", testReports, NULL) < 0)
        ret = -1;

#define MISTAKE(_name, _xml, _flags, _code) \
    do { \
        const struct testMistake test = { _xml, _flags, _code }; \
        if (virTestRun(_name ": " #_code, testMistake, &test) < 0) \
            ret = -1; \
    } while (0)

    MISTAKE("no document", NULL, 0, VIR_ERR_INVALID_ARG);
    MISTAKE("empty document", "", 0, VIR_ERR_XML_DETAIL);
    MISTAKE("unknown flag", "<device/>", 1U << 31, VIR_ERR_INVALID_ARG);
    MISTAKE("next flag", "<device/>", ALL << 1, VIR_ERR_INVALID_ARG);
    MISTAKE("malformed document", "<device><name>x</name>", 0, VIR_ERR_XML_DETAIL);
    MISTAKE("other document", "<domain type='test'/>", 0, VIR_ERR_XML_ERROR);
    MISTAKE("other device", "<device><name>x</name></device>", 0, VIR_ERR_XML_ERROR);
    MISTAKE("invalid document",
            "<device><name>x</name><surprise/></device>",
            VALIDATE_XML, VIR_ERR_XML_INVALID_SCHEMA);
    MISTAKE("document type declaration",
            "<!DOCTYPE device [<!ENTITY x 'mdev'>]>"
            "<device><name>&x;</name></device>", 0, VIR_ERR_XML_ERROR);

    if (virTestRun("no connection", testNoConnection, NULL) < 0)
        ret = -1;
    if (virTestRun("largest document", testDocumentLimit, NULL) < 0)
        ret = -1;
    if (virTestRun("read-only connection", testReadOnly, uri) < 0)
        ret = -1;

    virConnectClose(conn);
    return ret == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

VIR_TEST_MAIN(mymain)
