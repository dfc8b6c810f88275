/*
 * qemuhostdevcompatlooktest.c: node device drivers that hang, and other troubles
 *
 * Each moment at which the QEMU driver asks about host devices, with a node device driver
 * that hangs, is slow, is gone or answers with nonsense; and what happens to the guest
 * meanwhile. A test that waits for a deadline has one of a millisecond, all others have
 * those of a host, so that none depends on how fast the machine is.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#define LIBVIRT_DOMAIN_HOSTDEV_COMPAT_LOOKPRIV_H_ALLOW
#define LIBVIRT_NODEDEV_COMPAT_READERPRIV_H_ALLOW

#include "hypervisor/domain_hostdev_compat_lookpriv.h"
#include "nodedev_compat/evidence/nodedev_compat_pool.h"
#include "nodedev_compat/evidence/nodedev_compat_readerpriv.h"
#include "nodedevcompatframe.h"
#include "qemu/qemu_domain.h"
#include "qemu/qemu_hostdev_compat_check.h"
#include "qemu/qemu_hostdev_compat_look.h"
#include "qemu/qemu_hostdev_compat_policy.h"
#include "qemu/qemu_hostdev_compat_save.h"
#include "qemuhostdevcompatguest.h"
#include "qemuhostdevcompathost.h"
#include "qemuhostdevcompatutils.h"
#include "testutilsqemu.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

#define OTHER "<nodeDeviceCompatReport verdict='identical'><target name='other'>" \
    "<capability type='compat'><deviceAPI>vfio-pci</deviceAPI><type id='a'/>" \
    "<softwareVersion>1.2.0</softwareVersion></capability></target></nodeDeviceCompatReport>"


static void
testAbort(void)
{
    virObjectLock(theVM);
    qemuDomainObjAbortAsyncJob(theVM);
    virObjectUnlock(theVM);
}


static void
testDestroy(void)
{
    virObjectLock(theVM);
    theVM->def->id = -1;
    virDomainObjBroadcast(theVM);
    virObjectUnlock(theVM);
}


static void
testBeginDestroy(void)
{
    virObjectLock(theVM);
    QEMU_DOMAIN_PRIVATE(theVM)->beingDestroyed = true;
    virDomainObjBroadcast(theVM);
    virObjectUnlock(theVM);
}


/* Once: another definition could be where the first one was. */
static void
testDefine(void)
{
    virDomainDef *def = testGuest("@5=1");

    host.asked = NULL;
    virObjectLock(theVM);
    virDomainObjAssignDef(theVM, &def, false, NULL);
    virDomainObjBroadcast(theVM);
    virObjectUnlock(theVM);
}


/* What is logged, or an error after -; parts of either; NULL: nothing */
struct testTrouble {
    const char *name;
    const char *hangs;
    unsigned int slow;
    bool dies;
    const char *report;
    void (*asked)(void);
    const char *described;      /* if the devices are described */
    const char *compared;       /* if they are compared for the first time */
    const char *again;          /* if they were before */
    const char *inactive;       /* NULL: as these; or for a guest that does not run */
    bool deadline;              /* it is waited for */
};

static const struct testTrouble troubles[] = {
    { .name = "nothing", .asked = testLockVM },
    { .name = "slow", .slow = 5, .asked = testLockVM },
    { .name = "hangs", .hangs = "", .asked = testLockVM, .deadline = true,
      .described = CONTINUING "|" LATE, .compared = NOT_COMPARED "|" LATE, .again = AGAIN LATE },
    { .name = "is gone", .dies = true,
      .described = CONTINUING "|socket is closed", .compared = NOT_COMPARED "|socket is closed",
      .again = AGAIN "socket is closed" },
    { .name = "answers with nonsense", .report = "nonsense",
      .described = CONTINUING, .compared = NOT_COMPARED, .again = AGAIN },
    { .name = "answers with half a report", .report = "<nodeDeviceCompatReport verdict='ident",
      .described = CONTINUING, .compared = NOT_COMPARED, .again = AGAIN },
    { .name = "answers about another device", .report = OTHER,
      .described = CONTINUING "|reports on 'other'", .compared = NOT_COMPARED "|reports on 'other'",
      .again = AGAIN "|reports on 'other'" },
    { .name = "hangs, and the job is aborted", .hangs = "", .asked = testAbort,
      .described = "-canceled by client", .compared = "-canceled by client",
      .again = "-canceled by client" },
    { .name = "hangs, and the guest ends", .hangs = "", .asked = testDestroy,
      .described = "-domain is not running", .compared = "-domain is not running",
      .again = "-domain is not running", .inactive = "" },
    { .name = "hangs, and the guest is being ended", .hangs = "", .asked = testBeginDestroy,
      .described = "-domain is not running", .compared = "-domain is not running",
      .again = "-domain is not running", .inactive = "" },
    { .name = "hangs, and the guest is defined anew", .hangs = "", .asked = testDefine,
      .described = "", .compared = "", .again = "",
      .inactive = "-was changed while its host devices were compared" },
};

/* One of each */
struct testLook {
    testMoment moment;
    const struct testTrouble *trouble;
};

/* What is expected, or "" if the two do not go together */
static const char *
testExpectation(const struct testLook *look)
{
    const struct testTrouble *trouble = look->trouble;

    switch (look->moment) {
    case BEGIN:
    case SAVE:
    case SNAPSHOT:
        return trouble->described;
    case PREPARE:
        /* it has no guest yet */
        return trouble->compared && trouble->compared[0] == '-' ? "" : trouble->compared;
    case REVERT:
        return trouble->compared;
    case RESTORE:
        return trouble->inactive ? trouble->inactive : trouble->compared;
    case OPENED:
    case RESUMED:
    case RESTORED:
        return trouble->again;
    case NMOMENTS:
    default:
        return "";
    }
}


static void
testSetTrouble(const struct testTrouble *trouble)
{
    host.hangs = trouble->hangs;
    host.slow = trouble->slow;
    host.dies = trouble->dies;
    host.report = trouble->report;
    host.asked = trouble->asked;
    if (trouble->deadline) {
        virDomainHostdevCompatLookSetDeadlines(false, 1, 1);
        virDomainHostdevCompatLookSetDeadlines(true, 1, 1);
    }
}


static int
testLookAt(const void *opaque)
{
    const struct testLook *look = opaque;
    struct testGuestState state = { 0 };
    int ret = -1;

    host.devices = "1=" A12;
    testGuestStateInit(&state, "@5=1");
    if (testBefore(&state, look->moment) < 0)
        goto cleanup;

    virResetLastError();
    g_free(virTestLogContentAndReset());
    theVM = look->moment == PREPARE ? NULL : state.vm;
    testSetTrouble(look->trouble);
    ret = testExpectOutcome(testExpectation(look), testAt(&state, look->moment));

 cleanup:
    testGuestStateClear(&state);
    return ret;
}


/* Which devices are described, by their digits */
static int
testExpectDescribed(const char *expect,
                    const qemuHostdevCompat *compat)
{
    g_autoptr(GString) actual = g_string_new("");
    size_t i;

    for (i = 0; i < compat->hostdevs->len; i++) {
        const virDomainHostdevCompat *device = g_ptr_array_index(compat->hostdevs, i);

        if (device->compat)
            g_string_append_c(actual, device->identity.uuid[VIR_UUID_STRING_BUFLEN - 2]);
    }

    return testExpectString(expect, actual->str);
}


/* Of several devices, of which some hang. Those that were answered count; one that does
 * not is waited for on its own, so that this takes two seconds for each. */
struct testPartial {
    const char *name;
    const char *hangs;
    const char *expect;
    size_t connections;
};

static const struct testPartial partials[] = {
    { "nothing hangs", "none", "123", 1 },
    { "first hangs", "000000001", "23", 2 },
    { "one between hangs", "000000002", "13", 2 },
    { "last hangs", "000000003", "12", 1 },
    { "connecting hangs", "connect", "", 0 },
};


static int
testPartialAnswer(const void *opaque)
{
    const struct testPartial *data = opaque;
    struct testGuestState state = { 0 };
    int ret = -1;

    host.devices = "1=" A12 " 2=" A12 " 3=" A12;
    host.keepalives = 0;
    testGuestStateInit(&state, "@5=1 @6=2 @7=3");
    theVM = state.vm;
    host.asked = testLockVM;
    host.hangs = data->hangs;
    virDomainHostdevCompatLookSetDeadlines(false, 2000, 60 * 1000);

    if (testDescribeVM(&state) == 0 &&
        testExpectDescribed(data->expect, state.compat) == 0)
        ret = testExpectNumber(data->connections, host.keepalives);

    testGuestStateClear(&state);
    return ret;
}


/* While one thread hangs at a device there is no other one for that device, and others are
 * asked about. */
static int
testHungDevice(const void *opaque G_GNUC_UNUSED)
{
    struct testGuestState state = { 0 };
    size_t i;
    int ret = -1;

    host.devices = "1=" A12 " 2=" A12 " 3=" A12;
    testGuestStateInit(&state, "@5=1 @6=2 @7=3");
    theVM = state.vm;
    host.hangs = "000000002";
    virDomainHostdevCompatLookSetDeadlines(false, 2000, 60 * 1000);
    if (testDescribeVM(&state) < 0)
        goto cleanup;

    virDomainHostdevCompatLookSetDeadlines(false, 60 * 1000, 60 * 1000);
    for (i = 0; i < 2 * VIR_DOMAIN_HOSTDEV_COMPAT_LOOK_LEFT_MAX; i++) {
        g_free(virTestLogContentAndReset());
        if (testExpectOutcome(CONTINUING "|has not answered an earlier question about the device",
                              testDescribeVM(&state)) < 0 ||
            testExpectDescribed("13", state.compat) < 0 ||
            testExpectNumber(1, virDomainHostdevCompatLookGetLeft()) < 0)
            goto cleanup;
    }

    virObjectUnlock(state.vm);
    testHostRelease();
    virObjectLock(state.vm);
    if (testDescribeVM(&state) == 0)
        ret = testExpectDescribed("123", state.compat);

 cleanup:
    testGuestStateClear(&state);
    return ret;
}


/* If the metadata of a vGPU does not come, what was read of it stays, and that there is
 * something that is not known. */
static int
testHungMetadata(const void *opaque G_GNUC_UNUSED)
{
    struct testGuestState state = { 0 };
    size_t i;
    int ret = -1;

    host.devices = "1=" A12 " 2=" A12;
    host.metadata = "m";
    host.hangs = "metadata";
    testGuestStateInit(&state, "@5=1 @6=2");
    theVM = state.vm;
    virDomainHostdevCompatLookSetDeadlines(false, 1000, 60 * 1000);

    if (testDescribeVM(&state) < 0 ||
        testExpectDescribed("12", state.compat) < 0)
        goto cleanup;

    for (i = 0; i < state.compat->hostdevs->len; i++) {
        const virDomainHostdevCompat *device = g_ptr_array_index(state.compat->hostdevs, i);

        if (testExpectString(NULL, device->compat->opaque) < 0 ||
            testExpectNumber(VIR_NODE_DEVICE_COMPAT_ATTR_TIMEOUT,
                             device->compat->opaqueState) < 0)
            goto cleanup;
    }

    ret = testExpectNumber(2, virDomainHostdevCompatLookGetLeft());

 cleanup:
    testGuestStateClear(&state);
    host.metadata = NULL;
    return ret;
}


/* The time for a device is over, and facts come when nobody waits any more. */
static virNodeDeviceCompatFacts *
testLateFacts(void)
{
    virDomainHostdevCompatLookSetDeadlines(false, 1, 1);
    virObjectLock(theVM);
    virDomainObjBroadcast(theVM);
    virObjectUnlock(theVM);

    while (virDomainHostdevCompatLookGetLeft() == 0)
        g_usleep(1000);

    return virNodeDeviceCompatFactsNew();
}


/* Facts that do not come in time are no reason to do without what was compared. */
static int
testHungFacts(const void *opaque G_GNUC_UNUSED)
{
    struct testGuestState state = { 0 };
    g_autoptr(GPtrArray) questions = virDomainHostdevCompatQuestionsNew();
    virDomainHostdevNode *node;
    virDomainHostdevCompatQuestion *question;
    const virDomainHostdevCompat *source;
    virConnectPtr conn = NULL;
    int ret = -1;

    host.devices = "1=" A12;
    testGuestStateInit(&state, "@5=1");
    if (testDescribeVM(&state) < 0)
        goto cleanup;

    theVM = state.vm;
    source = g_ptr_array_index(state.compat->hostdevs, 0);
    node = virDomainHostdevNodeNew(state.vm->def->hostdevs[0]);
    question = virDomainHostdevCompatQuestionNew(node, source->compat);
    question->local = true;
    question->getFacts = testLateFacts;
    g_ptr_array_add(questions, question);

    if (qemuHostdevCompatLook(state.vm, questions, &conn, false) == 0 &&
        testExpectBool(true, question->answer->report && question->answer->compat) == 0)
        ret = testExpectBool(false, !!question->answer->facts);

 cleanup:
    virDomainHostdevCompatLookClose(conn);
    testGuestStateClear(&state);
    return ret;
}


/* Threads are left behind up to a number; after that nothing is asked, and nobody waits,
 * until they come back. */
static int
testLeftBehind(const void *opaque G_GNUC_UNUSED)
{
    struct testGuestState state = { 0 };
    size_t calls;
    size_t i;
    int ret = -1;

    host.devices = "1=" A12;
    testGuestStateInit(&state, "@5=1");
    host.hangs = "connect";
    virDomainHostdevCompatLookSetDeadlines(false, 1, 1);

    for (i = 0; i < VIR_DOMAIN_HOSTDEV_COMPAT_LOOK_LEFT_MAX; i++) {
        if (testDescribeVM(&state) < 0)
            goto cleanup;
    }
    if (testExpectNumber(i, virDomainHostdevCompatLookGetLeft()) < 0)
        goto cleanup;

    virDomainHostdevCompatLookSetDeadlines(false, 60 * 1000, 60 * 1000);
    g_free(virTestLogContentAndReset());
    if (testExpectOutcome(CONTINUING "|has not answered 8 earlier questions yet",
                          testDescribeVM(&state)) < 0)
        goto cleanup;

    virObjectUnlock(state.vm);
    testHostRelease();
    virObjectLock(state.vm);
    calls = host.calls;
    if (testExpectNumber(0, virDomainHostdevCompatLookGetLeft()) == 0 &&
        testDescribeVM(&state) == 0 &&
        testExpectDescribed("1", state.compat) == 0)
        ret = testExpectBool(true, host.calls > calls);

 cleanup:
    testGuestStateClear(&state);
    return ret;
}


/* While a connection hangs that is being closed, nobody waits for that, nor for those that
 * are to be closed after it. */
static int
testHungClose(const void *opaque G_GNUC_UNUSED)
{
    struct testGuestState state = { 0 };
    size_t i;
    int ret = -1;

    host.devices = "1=" A12;
    host.closes = 0;
    testGuestStateInit(&state, "@5=1");
    if (testBefore(&state, OPENED) < 0)
        goto cleanup;

    /* the check has the last reference to the connection then */
    virObjectUnlock(state.vm);
    testHostRestart();
    virObjectLock(state.vm);
    host.hangs = "close";

    for (i = 0; i < 2 * VIR_DOMAIN_HOSTDEV_COMPAT_LOOK_LEFT_MAX; i++) {
        if (testDescribeVM(&state) < 0 ||
            testExpectDescribed("1", state.compat) < 0 ||
            testExpectNumber(0, virDomainHostdevCompatLookGetLeft()) < 0)
            goto cleanup;
    }

    virObjectUnlock(state.vm);
    testHostRelease();
    virObjectLock(state.vm);
    ret = testExpectNumber(1, host.closes);

 cleanup:
    testGuestStateClear(&state);
    return ret;
}


/* What a look while a guest stands still costs: of a guest whose devices publish nothing
 * none, of another one call for each, without connecting or looking devices up. */
struct testCost {
    const char *name;
    const char *guest;
    const char *devices;
    size_t calls;
};

static const struct testCost costs[] = {
    { "no host device", "", "", 0 },
    { "mediated device that publishes nothing", "@5=1", "1=vfio-pci/a", 0 },
    { "mediated device without data", "@5=1", "1=", 0 },
    { "function that publishes nothing", "@5=f1", "f1=vfio-pci/pci-8086-10ca", 0 },
    { "mediated device with a version", "@5=1", "1=" A12, 1 },
    { "function with an attribute", "@5=f1", "f1=vfio-pci/a//x", 1 },
    { "mediated device with an opaque string", "@5=1", "1=vfio-pci/a///o", 1 },
    { "one of two that publishes something", "@5=1 @6=2", "1=vfio-pci/a 2=" A12, 1 },
    { "two that publish something", "@5=1 @6=f2", "1=" A12 " f2=" A12, 2 },
};


static int
testCostOfFinish(const void *opaque)
{
    const struct testCost *data = opaque;
    struct testGuestState state = { 0 };
    size_t calls;
    size_t definitions;
    int ret = -1;

    host.devices = data->devices;
    testGuestStateInit(&state, data->guest);
    if (testBefore(&state, RESUMED) == 0) {
        calls = host.calls;
        definitions = host.definitions;
        if (testAt(&state, RESUMED) == 0 &&
            testExpectNumber(data->calls, host.calls - calls) == 0)
            ret = testExpectNumber(0, host.definitions - definitions);
    }

    testGuestStateClear(&state);
    return ret;
}


/* What is saved is what was described as long as the guest ran, by this job. */
static int
testSavedEarly(const void *opaque G_GNUC_UNUSED)
{
    struct testGuestState state = { 0 };
    size_t calls;
    int ret = -1;

    host.devices = "1=" A12;
    testGuestStateInit(&state, "@5=1");
    state.vm->job->asyncStarted = 1;
    if (testAt(&state, SAVE) < 0)
        goto cleanup;

    calls = host.calls;
    if (testSaveVM(&state) < 0 ||
        testExpectNumber(calls, host.calls) < 0 ||
        testExpectDescribed("1", state.cookie->hostdevCompat) < 0)
        goto cleanup;

    /* a job that failed leaves it, which is not of the next one */
    if (testAt(&state, SAVE) < 0)
        goto cleanup;
    state.vm->job->asyncStarted = 2;
    calls = host.calls;
    if (testSaveVM(&state) < 0 ||
        testExpectNumber(calls, host.calls) < 0 ||
        testExpectBool(false, state.cookie->hostdevCompat != NULL) < 0)
        goto cleanup;

    /* one of disks only has no state */
    calls = host.calls;
    state.snapdef->memory = VIR_DOMAIN_SNAPSHOT_LOCATION_NO;
    if (qemuHostdevCompatDescribeSnapshot(state.vm, state.snapdef,
                                          VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY) == 0)
        ret = testExpectNumber(calls, host.calls);

 cleanup:
    testGuestStateClear(&state);
    return ret;
}


/* A job that nobody can abort otherwise can be aborted meanwhile, and not after that. */
static unsigned long long maskSeen;

static void
testSeeMask(void)
{
    virObjectLock(theVM);
    maskSeen = theVM->job->mask;
    virObjectUnlock(theVM);
}


static int
testMask(const void *opaque G_GNUC_UNUSED)
{
    struct testGuestState state = { 0 };
    int ret = -1;

    host.devices = "1=" A12;
    testGuestStateInit(&state, "@5=1");
    qemuDomainObjSetAsyncJobMask(state.vm, VIR_JOB_NONE);
    theVM = state.vm;
    host.asked = testSeeMask;
    if (testAt(&state, SNAPSHOT) == 0 &&
        testExpectBool(true, !!(maskSeen & JOB_MASK(VIR_JOB_ABORT))) == 0)
        ret = testExpectBool(false, !!(state.vm->job->mask & JOB_MASK(VIR_JOB_ABORT)));

    testGuestStateClear(&state);
    return ret;
}


/* A guest that is defined anew before it is restored has that definition, and nothing of
 * the one before; if someone waits to start it with his own, nothing is taken from him. */
static int
testDefinedAnew(const void *opaque)
{
    const bool *awaited = opaque;
    struct testGuestState state = { 0 };
    const virDomainDef *old;
    int ret = -1;

    host.devices = "1=" A12;
    testGuestStateInit(&state, "@6=2");
    if (testBefore(&state, RESTORE) < 0)
        goto cleanup;

    old = state.vm->def;
    state.vm->newDef = testGuest("usb");
    state.vm->job->jobsQueued = *awaited ? 2 : 1;
    theVM = state.vm;
    host.asked = testDefine;
    if (testExpectOutcome("-was changed while", testAt(&state, RESTORE)) == 0 &&
        testExpectBool(true, state.vm->def && state.vm->def != old) == 0 &&
        testExpectNumber(1, state.vm->def->nhostdevs) == 0)
        ret = testExpectBool(*awaited, !!state.vm->newDef);

 cleanup:
    testGuestStateClear(&state);
    return ret;
}


/* The policy decides about what was not answered in time. */
static int
testEnforced(const void *opaque G_GNUC_UNUSED)
{
    struct testGuestState state = { 0 };
    int ret = -1;

    host.devices = "1=" A12;
    testGuestStateInit(&state, "@5=1");
    if (testSetPolicy("migration = \"enforcing\"") == 0 &&
        testBefore(&state, PREPARE) == 0) {
        host.hangs = "";
        virDomainHostdevCompatLookSetDeadlines(false, 1, 1);
        ret = testExpectOutcome("-device-not-compared|" LATE, testAt(&state, PREPARE));
    }
    ignore_value(testSetPolicy(NULL));

    testGuestStateClear(&state);
    return ret;
}


#define COSTLY "<nodeDeviceCompatReport verdict='identical' work='300000'><target>" \
    "<capability type='compat'><deviceAPI>vfio-pci</deviceAPI><type id='a'/></capability>" \
    "</target></nodeDeviceCompatReport>"

/* Devices that each are costly to compare: the second is one too many, and those after it
 * are not compared. */
static int
testCostly(const void *opaque G_GNUC_UNUSED)
{
    struct testGuestState state = { 0 };
    g_autofree char *log = NULL;
    int rc;

    host.devices = "1=" A12 " 2=" A12 " 3=" A12 " 4=" A12;
    testGuestStateInit(&state, "@1=1 @2=2 @3=3 @4=4");
    rc = testBefore(&state, PREPARE);
    host.report = COSTLY;
    host.reads = 0;
    g_free(virTestLogContentAndReset());

    if (rc == 0)
        rc = testAt(&state, PREPARE);
    log = virTestLogContentAndReset();
    host.report = NULL;
    testGuestStateClear(&state);

    if (rc < 0)
        return testFail("refused: %s", virGetLastErrorMessage());

    if (testExpectNumber(2, host.reads) < 0)
        return -1;

    return testFindParts("log", "device-not-compared|there is too much to compare", log);
}


static int
mymain(void)
{
    bool yes = true;
    bool no = false;
    size_t i;
    size_t j;

    if (testHostInit() < 0)
        return EXIT_FAILURE;

    testEndTrouble();

    for (i = 0; i < NMOMENTS; i++) {
        for (j = 0; j < G_N_ELEMENTS(troubles); j++) {
            const struct testLook look = { .moment = i, .trouble = &troubles[j] };
            const char *expect = testExpectation(&look);

            if (expect && !*expect)
                continue;
            DO_TEST(testLookAt, &look, "%s, driver %s: %s", testMomentNames[i], troubles[j].name,
                    expect ? expect : "nothing of it is seen");
        }
    }

    DO_TABLE_EXPECT("devices that hang", partials, testPartialAnswer);
    DO_TABLE("cost of Finish", costs, testCostOfFinish);
    DO_TEST(testHungDevice, NULL, "device that a thread hangs at");
    DO_TEST(testHungMetadata, NULL, "metadata that a thread hangs at");
    DO_TEST(testHungFacts, NULL, "facts that a thread hangs at");
    DO_TEST(testLeftBehind, NULL, "threads that were left behind");
    DO_TEST(testHungClose, NULL, "connections that hang when they are closed");
    DO_TEST(testCostly, NULL, "devices that are costly to compare");
    DO_TEST(testSavedEarly, NULL, "description for saved state");
    DO_TEST(testMask, NULL, "job of a snapshot can be aborted");
    DO_TEST(testDefinedAnew, &no, "guest that is defined anew while it is restored");
    DO_TEST(testDefinedAnew, &yes, "guest that someone else waits for while it is restored");
    DO_TEST(testEnforced, NULL, "Prepare, enforcing, driver hangs: refused");

    testHostFree();

    return testResult();
}

VIR_TEST_MAIN_PRELOAD(mymain,
                      VIR_TEST_MOCK("virpci"),
                      VIR_TEST_MOCK("virrandom"),
                      VIR_TEST_MOCK("domaincaps"),
                      VIR_TEST_MOCK("virhostid"))
