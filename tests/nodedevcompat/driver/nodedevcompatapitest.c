/*
 * nodedevcompatapitest.c: the node device compatibility APIs as callers see them
 *
 * Calls each function with each kind of answer, flag and mistake on the test
 * driver.  With LIBVIRT_NODEDEV_COMPAT_TEST_URI set, the same calls are made on
 * that connection; tests/libvirtd-nodedev-compat uses this to make them through
 * a daemon.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatapiutils.h"
#include "nodedevcompatframe.h"

#include "datatypes.h"
#include "nodedev_compat/nodedev_compat_compare.h"

#define VIR_FROM_THIS VIR_FROM_NONE

#define FAIL_INCOMPATIBLE VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_INCOMPATIBLE
#define FAIL_UNKNOWN VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_UNKNOWN
#define VALIDATE_XML VIR_NODE_DEVICE_COMPARE_COMPAT_VALIDATE_XML
#define ALLOW_CROSS_TYPE VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE
#define OPAQUE VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE

static virConnectPtr conn;


/* What a case expects */

static int
expectResult(const char *what,
             int expected,
             int actual)
{
    if (expected == actual)
        return 0;

    return testFail("%s: expected %s (%d), got %s (%d): %s", what,
                    NULLSTR(virNodeDeviceCompatResultTypeToString(expected)),
                    expected,
                    NULLSTR(virNodeDeviceCompatResultTypeToString(actual)),
                    actual, virGetLastErrorMessage());
}


static int
expectError(const char *what,
            int code)
{
    if (virGetLastErrorCode() == code)
        return 0;

    return testFail("%s: expected error %d, got %d: %s", what,
                    code, virGetLastErrorCode(), virGetLastErrorMessage());
}


/* A report has the descriptor of the target unless it is in an error, which is to stay
 * small. */
static int
expectReport(const char *what,
             const char *xml,
             bool described,
             int expected,
             const char *code)
{
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    size_t i;

    if (!xml || !(report = virNodeDeviceCompatReportParse(xml)))
        return testFail("%s: expected a report, got '%s'", what, NULLSTR(xml));

    if (expectResult(what, expected, report->verdict) < 0)
        return -1;

    if (!!report->targetCompat != described) {
        return testFail("%s: expected %s descriptor of the target in '%s'", what,
                        described ? "the" : "no", xml);
    }

    if (!code)
        return 0;

    for (i = 0; i < report->nreasons; i++) {
        if (STREQ_NULLABLE(code, report->reasons[i]->code))
            return 0;
    }

    return testFail("%s: expected the reason '%s' in '%s'", what, code, xml);
}


/* Answers: both functions, plain and with the flags that make it an error */

struct testAnswer {
    const char *name;
    const char *source;
    const char *target;
    unsigned int flags;
    int expected;
    const char *code;       /* of a reason that must be in the report */
};

#define ANSWER(source, target, flags, expected, code) \
    { source " -> " target " (" #flags "): " #expected, \
      "mdev_vgpu_" source, "mdev_vgpu_" target, flags, \
      VIR_NODE_DEVICE_COMPAT_ ## expected, code }

static const struct testAnswer answers[] = {
    ANSWER("source", "source", 0, IDENTICAL, NULL),
    ANSWER("source", "twin", 0, IDENTICAL, NULL),
    ANSWER("source", "twin", VALIDATE_XML, IDENTICAL, NULL),
    ANSWER("source", "newer_minor", 0, SUPERSET, NULL),
    ANSWER("newer_minor", "source", 0, INCOMPATIBLE, "version-minor-too-old"),
    ANSWER("source", "older_minor", 0, INCOMPATIBLE, "version-minor-too-old"),
    ANSWER("source", "other_major", 0, INCOMPATIBLE, "version-major-mismatch"),
    ANSWER("source", "other_type", 0, INCOMPATIBLE, "type-cross-accepted"),
    ANSWER("source", "other_type", ALLOW_CROSS_TYPE, SUPERSET, NULL),
    ANSWER("other_type", "source", 0, INCOMPATIBLE, "type-mismatch"),
    ANSWER("other_type", "source", ALLOW_CROSS_TYPE, INCOMPATIBLE, "type-mismatch"),
    ANSWER("source", "silent", 0, UNKNOWN, "missing-target"),
    ANSWER("silent", "source", 0, UNKNOWN, "missing-source"),
    ANSWER("silent", "silent", 0, UNKNOWN, "missing-both"),

    ANSWER("source", "twin", OPAQUE, IDENTICAL, NULL),
    ANSWER("source", "newer_minor", OPAQUE, SUPERSET, NULL),
    ANSWER("source", "other_opaque", 0, IDENTICAL, NULL),
    ANSWER("source", "other_opaque", OPAQUE, INCOMPATIBLE, "opaque-rejected"),
    ANSWER("other_opaque", "source", OPAQUE, IDENTICAL, NULL),
    ANSWER("source", "older_minor", OPAQUE, INCOMPATIBLE, "version-minor-too-old"),
    ANSWER("source", "older_minor", OPAQUE, INCOMPATIBLE, "opaque-rejected"),
    ANSWER("source", "other_type", OPAQUE | ALLOW_CROSS_TYPE, SUPERSET, NULL),
    ANSWER("source", "no_answer", OPAQUE, UNKNOWN, "opaque-no-answer"),
    ANSWER("no_answer", "source", OPAQUE, INCOMPATIBLE, "opaque-rejected"),
    ANSWER("silent", "source", OPAQUE, UNKNOWN, "missing-source"),
    ANSWER("source", "silent", OPAQUE, UNKNOWN, "missing-target"),
};


static int
testAnswer(const void *opaque)
{
    const struct testAnswer *test = opaque;
    g_autofree char *xml = testGetXML(conn, test->source);
    g_autofree char *report = NULL;
    g_autofree char *failing = NULL;
    virNodeDevicePtr dev = virNodeDeviceLookupByName(conn, test->target);
    bool fails = test->expected == VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE ||
                 test->expected == VIR_NODE_DEVICE_COMPAT_UNKNOWN;
    unsigned int failFlags = test->flags | FAIL_INCOMPATIBLE | FAIL_UNKNOWN;
    virErrorPtr err;
    int ret = -1;
    int actual;

    if (!xml || !dev)
        goto cleanup;

    actual = virNodeDeviceCompareCompat(dev, xml, test->flags);
    if (expectResult("compare", test->expected, actual) < 0)
        goto cleanup;

    report = virNodeDeviceGetCompatReport(dev, xml, test->flags);
    if (expectReport("report", report, true, test->expected, test->code) < 0)
        goto cleanup;

    actual = virNodeDeviceCompareCompat(dev, xml, failFlags);
    if (!fails) {
        ret = expectResult("compare, failing", test->expected, actual);
        goto cleanup;
    }

    if (expectResult("compare, failing", VIR_NODE_DEVICE_COMPAT_ERROR, actual) < 0)
        goto cleanup;

    err = virGetLastError();
    if (expectResult("error's int1", test->expected, err->int1) < 0 ||
        expectReport("error's str2", err->str2, false, test->expected, test->code) < 0)
        goto cleanup;

    if ((failing = virNodeDeviceGetCompatReport(dev, xml, failFlags))) {
        testFail("report, failing: expected an error, got '%s'", failing);
        goto cleanup;
    }

    err = virGetLastError();
    if (expectResult("error's int1", test->expected, err->int1) < 0 ||
        expectReport("error's str2", err->str2, false, test->expected, test->code) < 0)
        goto cleanup;

    ret = 0;

 cleanup:
    if (dev)
        virNodeDeviceFree(dev);
    return ret;
}


/* A FAIL flag is about its own verdict only */
static int
testFailFlagsApart(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *xml = testGetXML(conn, "mdev_vgpu_source");
    virNodeDevicePtr older = virNodeDeviceLookupByName(conn, "mdev_vgpu_older_minor");
    virNodeDevicePtr silent = virNodeDeviceLookupByName(conn, "mdev_vgpu_silent");
    int ret = -1;

    if (xml && older && silent &&
        expectResult("incompatible, FAIL_UNKNOWN",
                     VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE,
                     virNodeDeviceCompareCompat(older, xml, FAIL_UNKNOWN)) == 0 &&
        expectResult("unknown, FAIL_INCOMPATIBLE",
                     VIR_NODE_DEVICE_COMPAT_UNKNOWN,
                     virNodeDeviceCompareCompat(silent, xml, FAIL_INCOMPATIBLE)) == 0)
        ret = 0;

    if (older)
        virNodeDeviceFree(older);
    if (silent)
        virNodeDeviceFree(silent);
    return ret;
}


/* Mistakes: both functions must fail with the code */

static const struct testBadCall mistakes[] = {
    COMMON_BAD_CALLS,
    { "invalid document",
      "<device><name>x</name><surprise/></device>", VALIDATE_XML, VIR_ERR_XML_INVALID_SCHEMA },
};

static int
expectMistake(virNodeDevicePtr dev,
              const char *xml,
              unsigned int flags,
              int code)
{
    g_autofree char *report = NULL;

    if (expectResult("compare", VIR_NODE_DEVICE_COMPAT_ERROR,
                     virNodeDeviceCompareCompat(dev, xml, flags)) < 0 ||
        expectError("compare", code) < 0)
        return -1;

    if ((report = virNodeDeviceGetCompatReport(dev, xml, flags)))
        return testFail("report: expected an error, got '%s'", report);

    return expectError("report", code);
}


static int
testMistake(const void *opaque)
{
    const struct testBadCall *test = opaque;
    virNodeDevicePtr dev = virNodeDeviceLookupByName(conn, "mdev_vgpu_twin");
    int ret;

    if (!dev)
        return -1;

    ret = expectMistake(dev, test->xml, test->flags, test->code);
    virNodeDeviceFree(dev);
    return ret;
}


/* A target that no guest could use */
static int
testOtherKind(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *xml = testGetXML(conn, "mdev_vgpu_source");
    virNodeDevicePtr dev = virNodeDeviceLookupByName(conn, "computer");
    int ret = -1;

    if (xml && dev)
        ret = expectMistake(dev, xml, 0, VIR_ERR_OPERATION_UNSUPPORTED);

    if (dev)
        virNodeDeviceFree(dev);
    return ret;
}


static int
testNoDevice(const void *opaque G_GNUC_UNUSED)
{
    return expectMistake(NULL, "<device/>", 0, VIR_ERR_INVALID_NODE_DEVICE);
}


/* A handle of a device that is gone */
static int
testVanishedDevice(const void *opaque G_GNUC_UNUSED)
{
    const char *vport =
        "<device>"
        "  <parent>scsi_host1</parent>"
        "  <capability type='scsi_host'>"
        "    <capability type='fc_host'>"
        "      <wwnn>2000000023452345</wwnn>"
        "      <wwpn>1000000023452345</wwpn>"
        "    </capability>"
        "  </capability>"
        "</device>";
    g_autofree char *xml = testGetXML(conn, "mdev_vgpu_source");
    virNodeDevicePtr dev = virNodeDeviceCreateXML(conn, vport, 0);
    int ret = -1;

    if (xml && dev && virNodeDeviceDestroy(dev) == 0)
        ret = expectMistake(dev, xml, 0, VIR_ERR_NO_NODE_DEVICE);

    if (dev)
        virNodeDeviceFree(dev);
    return ret;
}


/* The limit is on the document, so one of just that size is looked at */
static int
testDocumentLimit(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *xml = testGetXML(conn, "mdev_vgpu_source");
    g_autofree char *fits = NULL;
    g_autofree char *large = NULL;
    virNodeDevicePtr dev = virNodeDeviceLookupByName(conn, "mdev_vgpu_twin");
    int pad;
    int ret = -1;

    if (!xml || !dev)
        goto cleanup;

    pad = VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX - strlen(xml);
    fits = g_strdup_printf("%s%*s", xml, pad, "");
    large = g_strdup_printf("%s ", fits);

    if (expectResult("largest document", VIR_NODE_DEVICE_COMPAT_IDENTICAL,
                     virNodeDeviceCompareCompat(dev, fits, 0)) < 0)
        goto cleanup;

    ret = expectMistake(dev, large, 0, VIR_ERR_INVALID_ARG);

 cleanup:
    if (dev)
        virNodeDeviceFree(dev);
    return ret;
}


static int
testReadOnly(const void *opaque)
{
    const char *uri = opaque;
    g_autofree char *xml = testGetXML(conn, "mdev_vgpu_source");
    g_autofree char *report = NULL;
    virConnectPtr ro = virConnectOpenReadOnly(uri);
    virNodeDevicePtr dev = NULL;
    int ret = -1;

    if (!ro || !xml ||
        !(dev = virNodeDeviceLookupByName(ro, "mdev_vgpu_twin")))
        goto cleanup;

    report = virNodeDeviceGetCompatReport(dev, xml, 0);
    if (expectReport("report", report, true, VIR_NODE_DEVICE_COMPAT_IDENTICAL, NULL) < 0)
        goto cleanup;

    if (expectResult("compare", VIR_NODE_DEVICE_COMPAT_IDENTICAL,
                     virNodeDeviceCompareCompat(dev, xml, 0)) < 0)
        goto cleanup;

    ret = expectMistake(dev, xml, OPAQUE, VIR_ERR_OPERATION_DENIED);

 cleanup:
    if (dev)
        virNodeDeviceFree(dev);
    if (ro)
        virConnectClose(ro);
    return ret;
}


/* A driver that is not in a daemon need not know of it: the library answers. */
static int
testVersion(const void *opaque G_GNUC_UNUSED)
{
    static virHypervisorDriver hypervisor = { .name = "other" };
    g_autoptr(virConnect) other = virGetConnect();
    int version = virConnectGetHostdevCompatVersion(conn, 0);

    if (version != LIBVIR_HAVE_NODEDEV_COMPAT)
        return testFail("expected %d, got %d", LIBVIR_HAVE_NODEDEV_COMPAT, version);

    if (!other)
        return -1;

    other->driver = &hypervisor;
    version = virConnectGetHostdevCompatVersion(other, 0);
    other->driver = NULL;       /* nothing was opened */

    if (version != LIBVIR_HAVE_NODEDEV_COMPAT)
        return testFail("another driver: expected %d, got %d",
                        LIBVIR_HAVE_NODEDEV_COMPAT, version);

    return 0;
}


/* A device keeps the connection that it came from */
static int
testClosedConnection(const void *opaque)
{
    const char *uri = opaque;
    g_autofree char *xml = testGetXML(conn, "mdev_vgpu_source");
    virConnectPtr other = virConnectOpen(uri);
    virNodeDevicePtr dev = NULL;
    int ret = -1;

    if (!other || !xml)
        goto cleanup;

    dev = virNodeDeviceLookupByName(other, "mdev_vgpu_twin");
    virConnectClose(other);
    if (!dev)
        goto cleanup;

    ret = expectResult("compare", VIR_NODE_DEVICE_COMPAT_IDENTICAL,
                       virNodeDeviceCompareCompat(dev, xml, 0));

 cleanup:
    if (dev)
        virNodeDeviceFree(dev);
    return ret;
}


static int
mymain(void)
{
    const char *uri = testConnect(&conn);

    if (!uri)
        return EXIT_FAILURE;

    DO_TABLE("answer", answers, testAnswer);
    DO_TABLE("mistake", mistakes, testMistake);

    DO_TEST(testFailFlagsApart, NULL, "FAIL flags apart");
    DO_TEST(testOtherKind, NULL, "device of another kind");
    DO_TEST(testNoDevice, NULL, "no device");
    DO_TEST(testVanishedDevice, NULL, "vanished device");
    DO_TEST(testDocumentLimit, NULL, "largest document");
    DO_TEST(testReadOnly, uri, "read-only connection");
    DO_TEST(testClosedConnection, uri, "closed connection");
    DO_TEST(testVersion, NULL, "version");

    virConnectClose(conn);
    return testResult();
}

VIR_TEST_MAIN(mymain)
