/*
 * qemuhostdevcompatapitest.c: what the QEMU driver foretells about a guest's host devices
 *
 * virDomainGetHostdevCompat() on the source and virConnectCompareHostdevCompat() on the
 * destination, with each policy and with node device drivers that hang; and that a
 * migration is answered as was foretold. Hosts and guests are written as in
 * qemuhostdevcompathost.h and qemuhostdevcompatutils.h.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#define LIBVIRT_DOMAIN_HOSTDEV_COMPAT_LOOKPRIV_H_ALLOW

#include "access/viraccessmanager.h"
#include "datatypes.h"
#include "hypervisor/domain_hostdev_compat_lookpriv.h"
#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"
#undef UUID                     /* that of the trees, which have others here */
#include "qemu/qemu_domain.h"
#include "qemu/qemu_hostdev_compat_check.h"
#include "qemuhostdevcompathost.h"
#include "qemuhostdevcompatutils.h"
#include "testutilsqemu.h"
#include "virerror.h"
#include "viruuid.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

#define ASK VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_OPAQUE
#define ALLOW_CROSS_TYPE VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_ALLOW_CROSS_TYPE

#define A12 "1=vfio-pci/a/1.2.0"
#define A11 "1=vfio-pci/a/1.1.0"
#define ENFORCING "migration = \"enforcing\"\n"

/* As far as access control looks at it */
static virHypervisorDriver hypervisor = { .name = "QEMU" };

static virConnectPtr conn;

/* The guest that runs here, and that whoever asks may lock */
static virDomainObj *theVM;
static virDomainPtr theDomain;


static void
testLockVM(void)
{
    virObjectLock(theVM);
    if (theVM->job->active != VIR_JOB_NONE || theVM->job->asyncJob != VIR_ASYNC_JOB_NONE)
        abort();
    virObjectUnlock(theVM);
}


/* Lets the guest @text run. */
static void
testStart(const char *text)
{
    virDomainDef *def = testGuest(text);

    ignore_value(virUUIDParse(UUID "f", def->uuid));
    def->id = 1;
    theVM = virDomainObjListAdd(driver.domains, &def, driver.xmlopt, 0, NULL);
    theDomain = virGetDomain(conn, theVM->def->name, theVM->def->uuid, theVM->def->id);
    virObjectUnlock(theVM);
    if (!theDomain)
        abort();
}


static void
testStop(void)
{
    virObjectLock(theVM);
    virDomainObjListRemove(driver.domains, theVM);
    virDomainObjEndAPI(&theVM);
    g_clear_pointer(&theDomain, virObjectUnref);
}


/* The definition of the guest @text: of mediated devices and of functions, those after h
 * managed */
static char *
testGuestXML(const char *text)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_auto(GStrv) devices = g_strsplit(text, " ", -1);
    size_t i;

    virBufferAddLit(&buf, "<domain type='kvm'><name>guest</name><devices>");
    for (i = 0; devices[i] && devices[i][0]; i++) {
        const char *device = strchr(devices[i], '=') + 1;
        bool function = strlen(device) > 1;

        virBufferAsprintf(&buf, "<hostdev mode='subsystem' type='%s' managed='%s'%s><source>",
                          function ? "pci" : "mdev", device[0] == 'h' ? "yes" : "no",
                          function ? "" : " model='vfio-pci'");
        if (function)
            virBufferAsprintf(&buf, "<address domain='0' bus='10' slot='0' function='%s'/>",
                              device + 1);
        else
            virBufferAsprintf(&buf, "<address uuid='" UUID "%s'/>", device);
        virBufferAsprintf(&buf, "</source><address type='pci' domain='0' bus='0' slot='%.*s' "
                          "function='0'/></hostdev>", (int) (device - devices[i] - 2),
                          devices[i] + 1);
    }
    virBufferAddLit(&buf, "</devices></domain>");

    return virBufferContentAndReset(&buf);
}


/* The reports in one line, "VERDICT WOULD[ deferred] CODE...; ..." */
static char *
testFormatReports(GPtrArray *reports)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;
    size_t j;

    for (i = 0; i < reports->len; i++) {
        const virNodeDeviceCompatReport *report = g_ptr_array_index(reports, i);

        virBufferAsprintf(&buf, "%s%s %s%s", i > 0 ? "; " : "",
                          virNodeDeviceCompatResultTypeToString(report->verdict),
                          virNodeDeviceCompatWouldTypeToString(report->would),
                          report->deferred ? " deferred" : "");
        for (j = 0; j < report->nreasons; j++)
            virBufferAsprintf(&buf, " %s", report->reasons[j]->code);
    }

    return virBufferUse(&buf) > 0 ? virBufferContentAndReset(&buf) : g_strdup("");
}


static bool
testIsDeferred(GPtrArray *reports)
{
    size_t i;

    for (i = 0; i < reports->len; i++) {
        const virNodeDeviceCompatReport *report = g_ptr_array_index(reports, i);

        if (report->deferred)
            return true;
    }

    return false;
}


/* A guest that moves from a host with @here to one with @there */
struct testForetell {
    const char *name;
    const char *here;
    const char *guest;
    const char *there;
    const char *target;         /* the guest there; NULL: the same */
    const char *policy;         /* NULL: there is no file */
    unsigned int flags;
    bool hooks;
    const char *expect;
};

static const struct testForetell foretold[] = {
    { "compatible", A12, "@5=1", A12, NULL, NULL, 0, false, "identical allow" },
    { "newer", A12, "@5=1", "1=vfio-pci/a/1.3.0", NULL, NULL, 0, false, "superset allow" },
    { "unknown, policy file that was never usable", A12, "@5=1", "1=vfio-pci/a", NULL,
      "migration = [\n", 0, false, "unknown refuse missing-target" },
    { "older", A12, "@5=1", A11, NULL, NULL, 0, false,
      "incompatible refuse version-minor-too-old" },
    { "older, enforcing", A12, "@5=1", A11, NULL, ENFORCING, 0, false,
      "incompatible refuse version-minor-too-old" },
    { "older, off", A12, "@5=1", A11, NULL, "migration = \"off\"\n", 0, false,
      "incompatible allow version-minor-too-old" },
    { "older, which is ignored", A12, "@5=1", A11, NULL,
      "ignore = [ \"version-minor-too-old\" ]\n", 0, false,
      "superset allow version-minor-too-old" },
    { "unknown", A12, "@5=1", "1=vfio-pci/a", NULL, NULL, 0, false,
      "unknown warn missing-target" },
    { "unknown, enforcing", A12, "@5=1", "1=vfio-pci/a", NULL, ENFORCING, 0, false,
      "unknown refuse missing-target" },
    { "unknown, enforcing, which is ignored", A12, "@5=1", "1=vfio-pci/a", NULL,
      ENFORCING "ignore = [ \"missing-target\" ]\n", 0, false, "superset allow missing-target" },
    { "unknown, off", A12, "@5=1", "1=vfio-pci/a", NULL, "migration = \"off\"\n", 0, false,
      "unknown allow missing-target" },
    { "absent", A12, "@5=1", "2=vfio-pci/a/1.2.0", NULL, NULL, 0, false,
      "incompatible refuse device-missing" },
    { "two devices", A12 " 2=vfio-pci/b/1.0.0", "@5=1 @6=2", A12 " 2=vfio-pci/b", NULL,
      ENFORCING, 0, false, "identical allow; unknown refuse missing-target" },
    { "other devices there", A12, "@5=1", "3=vfio-pci/a/1.2.0", "@5=3", NULL, 0, false,
      "identical allow" },
    { "one less there", A12 " 2=vfio-pci/b/1.0.0", "@5=1 @6=2", A12, "@5=1", NULL, 0, false,
      "identical allow; incompatible refuse device-missing" },
    { "no device", "", "", "", NULL, ENFORCING, 0, false, "" },

    { "opaque string that is accepted", A12 "//x", "@5=1", A12 "//x", NULL, NULL, ASK, false,
      "identical allow" },
    { "opaque string that is rejected", A12 "//x", "@5=1", A12 "//y", NULL, NULL, ASK, false,
      "incompatible refuse opaque-rejected" },

    { "older, with a hook script", A12, "@5=1", A11, NULL, NULL, 0, true,
      "incompatible refuse deferred version-minor-too-old" },
    { "compatible, with a hook script", A12, "@5=1", A12, NULL, NULL, 0, true,
      "identical allow" },
    { "absent, with a hook script", A12, "@5=1", "2=vfio-pci/a/1.2.0", NULL, NULL, 0, true,
      "incompatible refuse deferred device-missing" },
    { "function of another version that libvirt binds", "f1=vfio-pci/a/1.2.0", "@5=f1",
      "f1=vfio-pci/a/1.1.0", "@5=h1", NULL, 0, false,
      "incompatible refuse deferred version-minor-too-old" },
    { "function without a driver", "f1=vfio-pci/a/1.2.0", "@5=f1", "u1=vfio-pci/a/1.2.0",
      "@5=f1", NULL, 0, false, "identical allow deferred" },
};


/* Whether Prepare of a migration of that guest accepts it */
static bool
testMigrate(const struct testForetell *test)
{
    g_autoptr(qemuHostdevCompat) compat = NULL;
    g_autoptr(virDomainDef) source = testGuest(test->guest);
    g_autoptr(virDomainDef) target = testGuest(test->target ? test->target : test->guest);
    bool accepted;

    host.devices = test->here;
    compat = testDescribeGuest(source, 0);
    host.devices = test->there;
    accepted = qemuHostdevCompatCheck(&driver, target, &compat, 0) == 0;
    virResetLastError();

    return accepted;
}


/* What was foretold as XML. As a migration, the comparison does not depend on whether there
 * was an opaque string, as long as it is asked about. */
static char *
testForetellXML(const struct testForetell *test)
{
    g_autofree char *guest = testGuestXML(test->target ? test->target : test->guest);
    g_autofree char *description = NULL;

    testStart(test->guest);
    host.devices = test->here;
    description = qemuDomainGetHostdevCompat(theDomain, VIR_DOMAIN_GET_HOSTDEV_COMPAT_OPAQUE);
    testStop();
    if (!description)
        return NULL;

    host.devices = test->there;
    return qemuConnectCompareHostdevCompat(conn, guest, description, test->flags);
}


static int
testForetell(const void *opaque)
{
    const struct testForetell *test = opaque;
    g_autoptr(GPtrArray) reports = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *actual = NULL;
    bool refuse;
    int ret = -1;

    if (testSetPolicy(test->policy) < 0)
        return -1;

    host.hooks = test->hooks;
    if (!(xml = testForetellXML(test)) ||
        !(reports = virNodeDeviceCompatReportsParse(xml))) {
        testFail("error: %s", virGetLastErrorMessage());
        goto cleanup;
    }

    actual = testFormatReports(reports);
    if (testExpectString(test->expect, actual) < 0)
        goto cleanup;

    /* what becomes of a verdict that is put off, Prepare does not say */
    refuse = virNodeDeviceCompatReportsGetWould(reports) == VIR_NODE_DEVICE_COMPAT_WOULD_REFUSE;
    if (!testIsDeferred(reports) && testMigrate(test) == refuse) {
        testFail("the migration is %s, which was not foretold", refuse ? "accepted" : "refused");
        goto cleanup;
    }

    ret = 0;

 cleanup:
    host.hooks = false;
    ignore_value(testSetPolicy(NULL));
    g_free(virTestLogContentAndReset());
    return ret;
}


/* The same, with a flag that a migration does not have */
static const struct testForetell flagged[] = {
    { "another type, that accepts it", "1=vfio-pci/a/1.2.0", "@5=1", "1=vfio-pci/b/1.2.0", NULL,
      NULL, ALLOW_CROSS_TYPE, false, "incompatible refuse type-mismatch" },
    { "opaque string that is not asked about", A12 "//x", "@5=1", A12 "//y", NULL, NULL, 0, false,
      "identical allow" },
};


static int
testFlagged(const void *opaque)
{
    const struct testForetell *test = opaque;
    g_autofree char *xml = testForetellXML(test);
    g_autoptr(GPtrArray) reports = xml ? virNodeDeviceCompatReportsParse(xml) : NULL;
    g_autofree char *actual = reports ? testFormatReports(reports) : NULL;

    g_free(virTestLogContentAndReset());
    return testExpectString(test->expect, actual);
}


/* A driver in trouble: neither call fails, and the guest is not locked meanwhile. */
struct testTrouble {
    const char *name;
    const char *hangs;
    bool dies;
    bool unreachable;
    bool stock;
    const char *report;
    const char *described;      /* part of the description, or not after ! */
    const char *expect;
};

static const struct testTrouble troubles[] = {
    { .name = "none", .described = "<capability", .expect = "identical allow" },
    { .name = "hangs", .hangs = "", .described = "!<capability",
      .expect = "unknown warn device-not-compared" },
    { .name = "connecting hangs", .hangs = "connect", .described = "!<capability",
      .expect = "unknown warn device-not-compared" },
    { .name = "is gone", .dies = true, .described = "!<capability",
      .expect = "unknown warn device-not-compared" },
    { .name = "is unreachable", .unreachable = true, .described = "!<capability",
      .expect = "unknown warn device-not-compared" },
    { .name = "answers with nonsense", .report = "nonsense", .described = "!<capability",
      .expect = "unknown warn device-not-compared" },
    { .name = "is stock", .stock = true, .described = "<capability",
      .expect = "unknown warn device-not-compared" },
};


static void
testSetTrouble(const struct testTrouble *trouble)
{
    host.hangs = trouble->hangs;
    host.dies = trouble->dies;
    host.unreachable = trouble->unreachable;
    host.stock = trouble->stock;
    host.report = trouble->report;
    if (trouble->hangs)
        virDomainHostdevCompatLookSetDeadlines(false, 1, 1);
}


static void
testEndTrouble(void)
{
    testHostRelease();
    host.dies = false;
    host.unreachable = false;
    host.stock = false;
    host.report = NULL;
    host.asked = NULL;
    virDomainHostdevCompatLookSetDeadlines(false, 60 * 1000, 120 * 1000);
}


static int
testTrouble(const void *opaque)
{
    const struct testTrouble *test = opaque;
    g_autofree char *guest = testGuestXML("@5=1");
    g_autofree char *known = NULL;
    g_autofree char *description = NULL;
    g_autofree char *xml = NULL;
    g_autoptr(GPtrArray) reports = NULL;
    g_autofree char *actual = NULL;
    bool absent = test->described[0] == '!';
    int ret = -1;

    host.devices = A12;
    testStart("@5=1");
    host.asked = testLockVM;
    known = qemuDomainGetHostdevCompat(theDomain, 0);

    testSetTrouble(test);
    description = qemuDomainGetHostdevCompat(theDomain, 0);
    testEndTrouble();
    if (!known || !description || !strstr(description, test->described + absent) != absent) {
        testFail("expected '%s', got %s", test->described, NULLSTR(description));
        goto cleanup;
    }

    testSetTrouble(test);
    xml = qemuConnectCompareHostdevCompat(conn, guest, known, 0);
    testEndTrouble();
    if ((reports = xml ? virNodeDeviceCompatReportsParse(xml) : NULL))
        actual = testFormatReports(reports);
    ret = testExpectString(test->expect, actual);

 cleanup:
    testStop();
    g_free(virTestLogContentAndReset());
    return ret;
}


/* Hosts without a node device daemon: what the QEMU driver reads there by itself */
#define FUNC "R/devices/pci0000:00/0000:0a:00.1"
#define TREE(version) \
    FUNC "/vendor 0x8086\n" FUNC "/device 0x10ca\n" FUNC "/iommu_group @dir\n" \
    FUNC "/vfio-dev @dir\n" FUNC "/driver @link ../../../bus/pci/drivers/vendor\n" \
    "R/bus/pci/devices/0000:0a:00.1 @link ../../../devices/pci0000:00/0000:0a:00.1\n" \
    FUNC "/migration/self/software_version " version "\n"

struct testNoDaemon {
    const char *name;
    const char *tree;
    const char *expect;
};

static const struct testNoDaemon alone[] = {
    { "same", TREE("1.2.0"), "identical allow" },
    { "newer", TREE("1.3.0"), "superset allow" },
    { "older", TREE("1.1.0"), "incompatible refuse version-minor-too-old" },
    { "absent", "R/bus/pci/devices @dir\n", "incompatible refuse device-missing" },
};


static int
testNoDaemon(const void *opaque)
{
    static const struct testError noSocket = { VIR_FROM_RPC, VIR_ERR_SYSTEM_ERROR, ENOENT };
    const struct testNoDaemon *test = opaque;
    g_autoptr(testRoot) source = testMakeTree(TREE("1.2.0"));
    g_autoptr(testRoot) target = testMakeTree(test->tree);
    g_autofree char *guest = testGuestXML("@5=f1");
    g_autofree char *description = NULL;
    g_autofree char *xml = NULL;
    g_autoptr(GPtrArray) reports = NULL;
    g_autofree char *actual = NULL;

    host.error = &noSocket;
    host.sysfs = source;
    testStart("@5=f1");
    description = qemuDomainGetHostdevCompat(theDomain, 0);
    testStop();

    host.sysfs = target;
    if (description)
        xml = qemuConnectCompareHostdevCompat(conn, guest, description, 0);
    if ((reports = xml ? virNodeDeviceCompatReportsParse(xml) : NULL))
        actual = testFormatReports(reports);

    testHostRelease();
    host.error = NULL;
    host.sysfs = NULL;
    g_free(virTestLogContentAndReset());
    return testExpectString(test->expect, actual);
}


static int
testMistakes(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *xml = NULL;

    host.devices = A12;
    testStart("@5=1");
    if ((xml = qemuDomainGetHostdevCompat(theDomain, 1U << 31)) ||
        virGetLastErrorCode() != VIR_ERR_INVALID_ARG)
        return testFail("expected an error about the flag");

    theVM->def->id = -1;
    if ((xml = qemuDomainGetHostdevCompat(theDomain, 0)) ||
        virGetLastErrorCode() != VIR_ERR_OPERATION_INVALID)
        return testFail("expected that the guest has to run");

    testStop();
    if ((xml = qemuConnectCompareHostdevCompat(conn, "<domain/>", "<x/>", 1U << 31)) ||
        virGetLastErrorCode() != VIR_ERR_INVALID_ARG)
        return testFail("expected an error about the flag");

    if ((xml = qemuConnectCompareHostdevCompat(conn, "<domain/>", "<x/>", 0)) ||
        virGetLastErrorCode() != VIR_ERR_XML_ERROR)
        return testFail("expected an error about the description");

    return 0;
}


static int
mymain(void)
{
    virAccessManager *manager = virAccessManagerNew("none");

    if (!manager ||
        testHostInit() < 0 ||
        !(conn = virGetConnect()))
        return EXIT_FAILURE;

    virAccessManagerSetDefault(manager);
    conn->driver = &hypervisor;
    conn->privateData = &driver;
    driver.domains = virDomainObjListNew();
    testTreeInit();
    testEndTrouble();

    DO_TABLE_EXPECT("foretold", foretold, testForetell);
    DO_TABLE_EXPECT("flag", flagged, testFlagged);
    DO_TABLE_EXPECT("driver", troubles, testTrouble);
    DO_TABLE_EXPECT("no daemon", alone, testNoDaemon);
    DO_TEST(testMistakes, NULL, "mistakes");

    g_clear_pointer(&driver.domains, virObjectUnref);
    conn->driver = NULL;
    virObjectUnref(conn);
    testHostFree();

    return testResult();
}

VIR_TEST_MAIN_PRELOAD(mymain,
                      VIR_TEST_MOCK("virpci"),
                      VIR_TEST_MOCK("virrandom"),
                      VIR_TEST_MOCK("domaincaps"),
                      VIR_TEST_MOCK("virhostid"))
