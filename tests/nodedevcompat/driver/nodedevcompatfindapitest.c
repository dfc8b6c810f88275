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
#include "nodedevcompatframe.h"

#include "nodedev_compat/nodedev_compat_candidates.h"

#define VIR_FROM_THIS VIR_FROM_NONE

#define VALIDATE_XML VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_VALIDATE_XML
#define ALLOW_CROSS_TYPE VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALLOW_CROSS_TYPE
#define ALL VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALL

static virConnectPtr conn;


/* What was found, in one line: "FITTING+UNKNOWN: NAME..." */
static char *
formatFound(const char *xml)
{
    g_autoptr(virNodeDeviceCompatCandidates) list = NULL;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    if (!(list = virNodeDeviceCompatCandidatesParse(xml)))
        return g_strdup_printf("not a list: %s", xml);

    virBufferAsprintf(&buf, "%zu", list->found);
    if (list->unknown > 0)
        virBufferAsprintf(&buf, "+%zu", list->unknown);
    virBufferAddLit(&buf, ":");
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
    const char *name;
    const char *source;
    unsigned int flags;
    const char *expect;
};

#define FIND(source, flags, expect) \
    { source " (" #flags ")", "mdev_vgpu_" source, flags, expect }
#define OF_VGPU_2 "no_answer other_opaque source twin vgpu-2 newer_minor"

static const struct testAnswer answers[] = {
    FIND("source", 0, "6+1: " OF_VGPU_2 " silent"),
    FIND("source", VALIDATE_XML, "6+1: " OF_VGPU_2 " silent"),
    FIND("source", ALLOW_CROSS_TYPE, "8+1: " OF_VGPU_2 " other_type vgpu-4 silent"),
    FIND("older_minor", 0,
         "7+1: older_minor no_answer other_opaque source twin newer_minor vgpu-2 silent"),
    FIND("newer_minor", 0, "1+1: newer_minor silent"),
    FIND("other_major", 0, "1+1: other_major silent"),
    FIND("other_type", 0, "2: other_type vgpu-4"),
    FIND("other_type", ALLOW_CROSS_TYPE, "2: other_type vgpu-4"),
    FIND("slices", 0, "2: slices vgpu-a"),
    FIND("sold_out", 0, "1: sold_out"),
    FIND("silent", 0,
         "0+9: newer_minor no_answer older_minor other_major other_opaque silent "
         "source twin vgpu-2"),
    FIND("source", ALL,
         "6+1: " OF_VGPU_2 " silent older_minor other_major other_type vgpu-4 slices sold_out "
         "vgpu-a vgpu-8"),
};


static int
testAnswer(const void *opaque)
{
    const struct testAnswer *test = opaque;
    g_autofree char *xml = testGetXML(conn, test->source);

    return xml ? testExpectAnswer(&question, conn, xml, test->flags, test->expect) : -1;
}


/* Every candidate's own report has the same verdict */
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
            return testFail("%s: expected %d, got %d", candidate->name, verdict,
                            candidate->report->verdict);
        }
    }

    return 0;
}


static const struct testBadCall mistakes[] = {
    COMMON_BAD_CALLS,
    { "next flag", "<device/>", ALL << 1, VIR_ERR_INVALID_ARG },
    { "other device", "<device><name>x</name></device>", 0, VIR_ERR_XML_ERROR },
    { "invalid document",
      "<device><name>x</name><surprise/></device>", VALIDATE_XML, VIR_ERR_XML_INVALID_SCHEMA },
};

static int
testMistake(const void *opaque)
{
    const struct testBadCall *test = opaque;

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

    if (!uri)
        return EXIT_FAILURE;

    DO_TABLE_EXPECT("find", answers, testAnswer);
    DO_TABLE("mistake", mistakes, testMistake);

    DO_TEST(testReports, NULL, "each as compared alone");
    DO_TEST(testNoConnection, NULL, "no connection");
    DO_TEST(testDocumentLimit, NULL, "largest document");
    DO_TEST(testReadOnly, uri, "read-only connection");

    virConnectClose(conn);
    return testResult();
}

VIR_TEST_MAIN(mymain)
