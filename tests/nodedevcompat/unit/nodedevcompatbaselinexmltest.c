/*
 * nodedevcompatbaselinexmltest.c: documents of many devices and of baselines
 *
 * Most of them are bad, and each of those must be refused with a cause that a
 * person understands.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat/nodedev_compat_baseline.h"
#include "nodedevcompatframe.h"
#include "nodedevcompatutils.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV


/* Documents, and part of the error that they must give */
struct testDocument {
    const char *name;
    const char *xml;
    bool validate;
    const char *error;      /* or NULL */
};

#define DEVICES(content) "<devices>" content "</devices>"
#define BARE "<capability type='compat'><type id='a'/></capability>"
#define DEVICE "<device><name>mdev_1</name><capability type='mdev'><type id='a'/>" \
               "<iommuGroup number='1'/>" BARE "</capability></device>"
#define BASELINE \
    "<nodeDeviceCompatBaseline verdict='identical' devices='2'>" BARE \
    "</nodeDeviceCompatBaseline>"

static const struct testDocument documents[] = {
    { "a bare descriptor", DEVICES(BARE), true, NULL },
    { "a device", DEVICES(DEVICE), true, NULL },
    { "a baseline", DEVICES(BASELINE), true, NULL },
    { "some of each", DEVICES(BARE DEVICE BASELINE DEVICE BARE), true, NULL },
    { "a comment", DEVICES("<!-- x -->" BARE), true, NULL },
    { "no device", DEVICES(""), false, "there is no device" },
    { "no device, validated", DEVICES(""), true, "Expecting an element" },
    { "empty", "", false, "at line" },
    { "line breaks", "\n\n", false, "is empty" },
    { "truncated", "<devices>" DEVICE, false, "at line" },
    { "two roots", DEVICES(BARE) DEVICES(BARE), false, "at line" },
    { "just a device", DEVICE, false, "expected a <devices> document" },
    { "just a descriptor", BARE, false, "expected a <devices> document" },
    { "another root", "<device>" BARE "</device>", false, "expected a <devices> document" },
    { "a list in the list",
      DEVICES(DEVICES(BARE)), false, "device 1 of the document: XML error: expected a <device>" },
    { "something else in the list",
      DEVICES(BARE "<domain/>"), false,
      "device 2 of the document: XML error: expected a <device>" },
    { "another capability",
      DEVICES("<capability type='mdev'/>"), false,
      "device 1 of the document: XML error: expected a <device>" },
    { "a device that cannot be assigned",
      DEVICES(DEVICE "<device><name>computer</name></device>"), false,
      "device 2 of the document: XML error: node device 'computer' is neither" },
    { "a baseline that is none",
      DEVICES("<nodeDeviceCompatBaseline verdict='incompatible' devices='2'/>"), false,
      "there is no baseline" },
    { "a bad name in the second",
      DEVICES(BARE "<capability type='compat'><attr name='a b' value='1'/></capability>"), false,
      "device 2 of the document: XML error: invalid name" },
    { "an attribute twice",
      DEVICES("<capability type='compat'><type id='a'/><type id='b'/></capability>"), false,
      "given twice" },
    { "unknown element, not validated",
      DEVICES("<capability type='compat'><news/></capability>"), false, NULL },
    { "unknown element, validated",
      DEVICES("<capability type='compat'><news/></capability>"), true, "news" },
    { "unknown attribute, validated", "<devices x='1'>" BARE "</devices>", true, "devices" },
    { "text, validated", DEVICES("text" BARE), true, "devices" },
    { "document type",
      "<!DOCTYPE devices [<!ENTITY a 'b'>]>" DEVICES(BARE), false, "document type" },
};


static int
testDocument(const void *opaque)
{
    const struct testDocument *data = opaque;
    g_autoptr(virNodeDeviceCompatDevices) list =
        virNodeDeviceCompatDevicesParse(data->xml, data->validate);
    const char *message = virGetLastErrorMessage();

    if (!!list != !data->error || (data->error && !strstr(message, data->error))) {
        return testFail("expected %s, got %s",
                        data->error ? data->error : "success", list ? "success" : message);
    }

    virResetLastError();
    return 0;
}


static int
testDocumentLimit(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *blanks = g_strnfill(VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX, ' ');
    g_autofree char *xml = g_strdup_printf(DEVICES("%s" BARE), blanks);
    g_autoptr(virNodeDeviceCompatDevices) list = virNodeDeviceCompatDevicesParse(xml, false);

    if (list || !strstr(virGetLastErrorMessage(), "is larger than"))
        return testFail("a document that is too large was not refused");

    virResetLastError();
    return 0;
}


/* All of them are not valid, and the error is of one line for each. */
static int
testManyMistakes(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *xml = testRepeat("<devices>",
                                      "<capability type='compat'><future/></capability>", 5000,
                                      "</devices>");
    g_autoptr(virNodeDeviceCompatDevices) list = virNodeDeviceCompatDevicesParse(xml, true);
    size_t length = strlen(virGetLastErrorMessage());

    if (list || length > 8 * 1024)
        return testFail("expected an error of at most 8 KiB, got %zu bytes", length);

    virResetLastError();
    return 0;
}


static int
testLongName(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *xml = testRepeat("<", "x", 2000, "/>");
    g_autoptr(virNodeDeviceCompatDevices) list = virNodeDeviceCompatDevicesParse(xml, false);
    size_t length = strlen(virGetLastErrorMessage());

    if (list || length > 1000)
        return testFail("expected an error of at most 1000 bytes, got %zu bytes", length);

    virResetLastError();
    return 0;
}


#define REPORT \
    "<nodeDeviceCompatReport verdict='unknown'><reason code='missing-both' severity='unknown'" \
               " attr='type' rule='equal'><message>m</message></reason></nodeDeviceCompatReport>"
#define RESULT(props, content) \
    "<nodeDeviceCompatBaseline " props ">" content "</nodeDeviceCompatBaseline>"

#define HOST(severity) \
    "<reason code='rules-x' severity='" severity "' attr='rules' rule='files'>" \
    "<message>x</message></reason>"

static const struct testDocument results[] = {
    { "identical", BASELINE, false, NULL },
    { "unknown", RESULT("verdict='unknown' devices='1'", BARE REPORT), false, NULL },
    { "unknown and incomplete",
      RESULT("verdict='unknown' devices='1' complete='no'", ""), false, NULL },
    { "incomplete with a report",
      RESULT("verdict='unknown' devices='1' complete='no'", REPORT), false, "does not match" },
    { "incomplete with a descriptor",
      RESULT("verdict='unknown' devices='1' complete='no'", BARE), false, "does not match" },
    { "incomplete and identical",
      RESULT("verdict='identical' devices='1' complete='no'", ""), false, "does not match" },
    { "incompatible",
      RESULT("verdict='incompatible' devices='3' omitted='2'", REPORT), false, NULL },
    { "empty", "", false, "at line" },
    { "line break", "\n", false, "is empty" },
    { "document type",
      "<!DOCTYPE x><nodeDeviceCompatBaseline/>", false,
      "must not have a document type declaration" },
    { "another root", BARE, false, "nodeDeviceCompatBaseline" },
    { "no verdict", RESULT("devices='1'", BARE), false, "verdict" },
    { "unknown verdict", RESULT("verdict='perhaps' devices='1'", BARE), false, "verdict" },
    { "verdict is error", RESULT("verdict='error' devices='1'", BARE), false, "verdict" },
    { "no number", RESULT("verdict='identical'", BARE), false, "devices" },
    { "number is zero", RESULT("verdict='identical' devices='0'", BARE), false, "devices" },
    { "number is negative", RESULT("verdict='identical' devices='-1'", BARE), false, "devices" },
    { "number is a word", RESULT("verdict='identical' devices='two'", BARE), false, "devices" },
    { "number is huge",
      RESULT("verdict='identical' devices='99999999999999999999'", BARE), false, "devices" },
    { "bad complete",
      RESULT("verdict='unknown' devices='1' complete='maybe'", REPORT), false, "complete" },
    { "bad omitted",
      RESULT("verdict='unknown' devices='1' omitted='x'", BARE REPORT), false, "omitted" },
    { "identical without a descriptor",
      RESULT("verdict='identical' devices='1'", ""), false, "does not match" },
    { "identical with a report",
      RESULT("verdict='identical' devices='1'", BARE REPORT), false, "does not match" },
    { "unknown without a report",
      RESULT("verdict='unknown' devices='1'", BARE), false, "does not match" },
    { "unknown without a descriptor",
      RESULT("verdict='unknown' devices='1'", REPORT), false, "does not match" },
    { "incompatible with a descriptor",
      RESULT("verdict='incompatible' devices='1'", BARE REPORT), false, "does not match" },
    { "incompatible without a report",
      RESULT("verdict='incompatible' devices='1'", ""), false, "does not match" },
    { "two descriptors",
      RESULT("verdict='identical' devices='1'", BARE BARE), false, "more than one" },
    { "identical with a warning",
      RESULT("verdict='identical' devices='1'", BARE HOST("warning")), false, NULL },
    { "identical with a reason for being unknown",
      RESULT("verdict='identical' devices='1'", BARE HOST("unknown")), false, "does not match" },
    { "unknown with a reason for that",
      RESULT("verdict='unknown' devices='1'", BARE HOST("unknown") REPORT), false, NULL },
    { "unknown with a reason for being incompatible",
      RESULT("verdict='unknown' devices='1'", BARE HOST("error") REPORT), false, "does not match" },
    { "a bad reason",
      RESULT("verdict='identical' devices='1'", BARE HOST("bad")), false, "severity" },
    { "a bad report",
      RESULT("verdict='incompatible' devices='1'", REPORT "<nodeDeviceCompatReport/>"), false,
      "verdict" },
};


static int
testResultDocument(const void *opaque)
{
    const struct testDocument *data = opaque;
    g_autoptr(virNodeDeviceCompatBaseline) baseline = virNodeDeviceCompatBaselineParse(data->xml);
    const char *message = virGetLastErrorMessage();

    if (!!baseline != !data->error || (data->error && !strstr(message, data->error))) {
        return testFail("expected %s, got %s",
                        data->error ? data->error : "success", baseline ? "success" : message);
    }

    virResetLastError();
    return 0;
}


static int
mymain(void)
{

    DO_TABLE("devices", documents, testDocument);

    DO_TABLE("result", results, testResultDocument);

    DO_TEST(testDocumentLimit, NULL, "devices: too large");
    DO_TEST(testLongName, NULL, "devices: root element with a long name");
    DO_TEST(testManyMistakes, NULL, "devices: many mistakes");

    return testResult();
}

VIR_TEST_MAIN(mymain)
