/*
 * nodedevcompatdagenttest.c: what virt-nodedev-compatd asks and writes, and what not
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatdhost.h"
#include "nodedevcompatframe.h"

#include "hypervisor/domain_hostdev_description.h"
#include "virt-nodedev-compatd-device.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV


static int
testExpectMetadata(const char *text)
{
    if (!host.guests[1].metadata || !strstr(host.guests[1].metadata, text))
        return testFail("expected '%s' in '%s'", text, NULLSTR(host.guests[1].metadata));
    return 0;
}


static int
testBegin(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virtCompatdAgent) agent = NULL;
    g_autoptr(virDomainHostdevDescription) description = NULL;
    const virDomainHostdevCompat *hostdev;

    testReset();
    host.guests[2].devices = "<disk type='file'/>";
    agent = testStart();

    if (testExpectCounts(1, 1) < 0 ||
        testExpectNumber(1, host.guests[2].gets) < 0 ||
        testExpectNumber(0, host.guests[2].sets) < 0)
        return -1;

    if (virDomainHostdevDescriptionParse(host.guests[1].metadata,
                                         VIR_DOMAIN_HOSTDEV_DESCRIPTION_METADATA_MAX,
                                         &description) != VIR_DOMAIN_HOSTDEV_DESCRIPTION_OK)
        return testFail("malformed: %s", host.guests[1].metadata);

    hostdev = g_ptr_array_index(description->hostdevs, 0);
    if (testExpectString(UUID, hostdev->identity.uuid) < 0 ||
        testExpectString("ua-gpu", hostdev->identity.alias) < 0 ||
        testExpectBool(true, description->boot && description->time > 0) < 0)
        return -1;
    return testExpectMetadata(VERS("1.2.0"));
}


/* What is reported about a guest that is described */
static const struct testReport {
    const char *name;
    virtCompatdEvent event;
    unsigned int times;
    unsigned int gets;          /* that follow */
    unsigned int sets;
} reports[] = {
    { "changed", VIRT_COMPATD_EVENT_CHANGED, 1, 1, 0 },
    { "changed, many times", VIRT_COMPATD_EVENT_CHANGED, 50, 1, 0 },
    { "metadata by another", VIRT_COMPATD_EVENT_METADATA, 1, 1, 0 },
    { "stopped", VIRT_COMPATD_EVENT_STOPPED, 1, 0, 0 },
};


static int
testReport(const void *opaque)
{
    const struct testReport *data = opaque;
    g_autoptr(virtCompatdAgent) agent = NULL;
    size_t i;

    testReset();
    host.reports = true;
    agent = testStart();

    for (i = 0; i < data->times; i++)
        testHostReport(1, data->event);
    if (testRunLoop(agent) < 0)
        return -1;

    return testExpectCounts(1 + data->gets, 1 + data->sets);
}


static int
testOwnMetadata(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virtCompatdAgent) agent = NULL;

    testReset();
    host.reports = true;
    agent = testStart();
    if (testExpectCounts(1, 1) < 0)
        return -1;

    /* someone takes it out */
    g_clear_pointer(&host.guests[1].metadata, g_free);
    testHostReport(1, VIRT_COMPATD_EVENT_METADATA);
    if (testRunLoop(agent) < 0 || testExpectCounts(2, 2) < 0)
        return -1;

    /* and someone writes the same */
    testHostReport(1, VIRT_COMPATD_EVENT_METADATA);
    if (testRunLoop(agent) < 0)
        return -1;
    return testExpectCounts(3, 2);
}


/* Someone takes it out each time that it is written: that goes on in longer and longer
 * intervals, here of days. */
static int
testContested(const void *opaque G_GNUC_UNUSED)
{
    const virtCompatdTimes times = {
        .settle = 1,
        .retry = 24 * 60 * 60 * 1000,
        .retryMax = 24 * 60 * 60 * 1000,
        .reread = 24 * 60 * 60 * 1000,
    };
    g_autoptr(virtCompatdAgent) agent = virtCompatdAgentNew(&testHostTable, "test:///", &times);
    size_t i;

    testReset();
    host.reports = true;
    virtCompatdAgentStart(agent, false);
    if (testRunLoop(agent) < 0)
        return -1;

    for (i = 0; i < 20; i++) {
        unsigned int sets = host.guests[1].sets;

        g_clear_pointer(&host.guests[1].metadata, g_free);
        testHostReport(1, VIRT_COMPATD_EVENT_METADATA);
        testRunRounds(30);
        if (i < 3 && testRunUntil(&host.guests[1].sets, sets + 1) < 0)
            return -1;
    }

    if (testExpectNumber(4, host.guests[1].sets) < 0)
        return -1;

    /* whatever else happens to the guest is looked at */
    testHostReport(1, VIRT_COMPATD_EVENT_CHANGED);
    if (testRunUntil(&host.guests[1].sets, 5) < 0)
        return -1;
    return testRunLoop(agent);
}


/* A guest that is started after its element was written, or arrives with it */
static int
testStarted(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virtCompatdAgent) agent = NULL;
    g_autofree char *first = NULL;

    testReset();
    host.guests[1].devices = NULL;
    agent = testStart();

    host.guests[1].devices = TEST_HOSTDEV;
    testHostReport(1, VIRT_COMPATD_EVENT_STARTED);
    if (testRunLoop(agent) < 0 || testExpectCounts(1, 1) < 0)
        return -1;

    first = g_steal_pointer(&host.guests[1].metadata);
    testReplace(&first, "time='2", "time='1");
    host.guests[1].metadata = g_steal_pointer(&first);
    testHostReport(1, VIRT_COMPATD_EVENT_STARTED);
    if (testRunLoop(agent) < 0)
        return -1;
    return testExpectCounts(2, 2);
}


/* A guest that arrives, or is being restored, is looked at until it has, also if nothing more
 * is reported about it */
static int
testArriving(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virtCompatdAgent) agent = virtCompatdAgentNew(&testHostTable, "test:///",
                                                            &testTimes);

    testReset();
    host.guests[1].getResult = VIRT_COMPATD_MIGRATING;
    virtCompatdAgentStart(agent, false);
    if (testRunUntil(&host.guests[1].gets, 3) < 0 ||
        testExpectNumber(0, host.guests[1].sets) < 0)
        return -1;

    VIR_WITH_MUTEX_LOCK_GUARD(&host.lock) {
        host.guests[1].getResult = VIRT_COMPATD_OK;
    }
    if (testRunLoop(agent) < 0)
        return -1;
    return testExpectNumber(1, host.guests[1].sets);
}


static int
testHotplug(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virtCompatdAgent) agent = NULL;

    testReset();
    agent = testStart();

    host.guests[1].devices = "";
    testHostReport(1, VIRT_COMPATD_EVENT_CHANGED);
    if (testRunLoop(agent) < 0 || testExpectCounts(2, 2) < 0 ||
        testExpectNumber(1, host.guests[1].removals) < 0)
        return -1;

    testHostReport(1, VIRT_COMPATD_EVENT_CHANGED);
    if (testRunLoop(agent) < 0 || testExpectCounts(3, 2) < 0)
        return -1;

    host.guests[1].devices = TEST_HOSTDEV;
    testHostReport(1, VIRT_COMPATD_EVENT_CHANGED);
    if (testRunLoop(agent) < 0)
        return -1;
    return testExpectCounts(4, 3);
}


/* What is reported about a device, which has changed or not */
static const struct testDevice {
    const char *name;
    const char *device;
    const char *version;
    unsigned int gets;
    unsigned int sets;
} devices[] = {
    { "the device", UUID, "1.3.0\n", 1, 1 },
    { "its parent", "0000:00:02.0", "1.3.0\n", 1, 1 },
    { "any", NULL, "1.3.0\n", 1, 1 },
    { "its node device", "mdev_4b20d080_1b54_4048_85b3_a6a62d165c01_0000_00_02_0",
      "1.3.0\n", 1, 1 },
    { "its parent's node device", "pci_0000_00_02_0", "1.3.0\n", 1, 1 },
    { "it has not changed", UUID, "1.2.0\n", 0, 0 },
    { "another one", "0000:00:03.0", "1.3.0\n", 0, 0 },
    { "another node device", "pci_0000_00_02_01", "1.3.0\n", 0, 0 },
    { "its root port", "pci0000:00", "1.3.0\n", 0, 0 },
};


static int
testDevice(const void *opaque)
{
    const struct testDevice *data = opaque;
    g_autoptr(virtCompatdAgent) agent = NULL;

    testReset();
    agent = testStart();

    testSetVersion(data->version);
    virtCompatdAgentOnDevice(agent, data->device);
    if (testRunLoop(agent) < 0)
        return -1;

    return testExpectCounts(1 + data->gets, 1 + data->sets);
}


static int
testLess(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virtCompatdAgent) agent = NULL;

    testReset();
    agent = testStart();

    /* it is read once more before it is believed */
    testPut(DEVICE "/migration/self/software_version", "");
    virtCompatdAgentOnDevice(agent, UUID);
    if (testRunLoop(agent) < 0 || testExpectCounts(3, 2) < 0)
        return -1;
    if (testExpectMetadata("<unusable name='software_version'") < 0)
        return -1;

    testSetVersion("1.2.0\n");
    virtCompatdAgentOnDevice(agent, UUID);
    if (testRunLoop(agent) < 0)
        return -1;
    return testExpectCounts(4, 3);
}


/* What cannot be read in time is described as such, and read again without being asked */
static int
testLate(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virtCompatdAgent) agent = NULL;

    testReset();
    agent = testStart();

    testLatePath = "/software_version";
    virtCompatdAgentOnDevice(agent, UUID);
    if (testRunUntil(&host.guests[1].sets, 2) < 0)
        return -1;
    testRunRounds(100);
    if (testExpectCounts(3, 2) < 0 ||
        testExpectMetadata("<unusable name='software_version' reason='timeout'/>") < 0)
        return -1;

    testLatePath = NULL;
    if (testRunLoop(agent) < 0 || testExpectCounts(4, 3) < 0)
        return -1;
    return testExpectMetadata(VERS("1.2.0"));
}


#define FACT "name='ecc_mode' value='on'"

/* A file with facts that was removed may be about to come back: as long as that is so, what it
 * had is described as outdated, and is read again without being asked */
static int
testRemoved(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *file = g_build_filename(virtCompatdDeviceGetDirs()[0], "gone.xml", NULL);
    g_autoptr(virtCompatdAgent) agent = NULL;

    testReset();
    testMakeFile(file, "<nodedevCompatFacts><facts device='" UUID "'><attr " FACT "/></facts>"
                 "</nodedevCompatFacts>", -1);
    agent = testStart();
    if (testExpectMetadata(FACT) < 0)
        return -1;

    if (unlink(file) < 0)
        return testFail("cannot remove %s", file);
    virtCompatdAgentOnDevice(agent, NULL);
    if (testRunLoop(agent) < 0)
        return -1;

    return testExpectBool(false, strstr(host.guests[1].metadata, "ecc_mode") ||
                                 strstr(host.guests[1].metadata, "outdated"));
}


static int
testLost(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virtCompatdAgent) agent = NULL;

    testReset();
    agent = testStart();

    host.refuse = 3;
    host.guests[3].devices = TEST_HOSTDEV;
    host.listener.lost("gone", host.listener.opaque);
    if (testRunLoop(agent) < 0 || testExpectCounts(2, 1) < 0 ||
        testExpectNumber(5, host.opens) < 0 || testExpectNumber(1, host.closes) < 0 ||
        testExpectNumber(1, host.guests[3].sets) < 0)
        return -1;

    /* by a call, which comes before any report */
    host.guests[1].getResult = VIRT_COMPATD_LOST;
    testHostReport(1, VIRT_COMPATD_EVENT_CHANGED);
    if (testRunUntil(&host.opens, 6) < 0)
        return -1;
    host.guests[1].getResult = VIRT_COMPATD_OK;
    if (testRunLoop(agent) < 0 || testExpectNumber(1, host.guests[1].sets) < 0)
        return -1;
    return testExpectBool(true, virtCompatdAgentIsConnected(agent));
}


/* Guests cannot be listed: each connection is closed, and the last one is not. */
static int
testList(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virtCompatdAgent) agent = NULL;

    testReset();
    host.refuseList = 2;
    agent = testStart();
    if (testExpectNumber(3, host.opens) < 0 || testExpectNumber(2, host.closes) < 0)
        return -1;
    return testExpectCounts(1, 1);
}


/* A guest that is gone when the connection is back */
static int
testLostGuest(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virtCompatdAgent) agent = NULL;

    testReset();
    agent = testStart();

    host.guests[1].devices = NULL;
    host.listener.lost("gone", host.listener.opaque);
    if (testRunLoop(agent) < 0)
        return -1;
    virtCompatdAgentOnDevice(agent, NULL);
    if (testRunLoop(agent) < 0)
        return -1;
    return testExpectCounts(1, 1);
}


/* Other guests are looked at while a call hangs, and it is, too, when it comes back. */
static int
testHang(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virtCompatdAgent) agent = virtCompatdAgentNew(&testHostTable, "test:///", &testTimes);
    size_t i;

    testReset();
    testHostSetHang(1, true);
    for (i = 2; i < 30; i++)
        host.guests[i].devices = TEST_HOSTDEV;

    virtCompatdAgentStart(agent, false);
    for (i = 2; i < 30; i++) {
        if (testRunUntil(&host.guests[i].sets, 1) < 0)
            return -1;
    }
    if (testExpectNumber(28, testHostCountSets()) < 0 || testExpectCounts(1, 0) < 0)
        return -1;

    /* reports meanwhile lead to one more look */
    testHostReport(1, VIRT_COMPATD_EVENT_CHANGED);
    testHostReport(1, VIRT_COMPATD_EVENT_CHANGED);
    testRunRounds(20);
    testHostSetHang(1, false);
    if (testRunLoop(agent) < 0)
        return -1;
    return testExpectCounts(2, 1);
}


/* The node device driver hangs, also that of the next connection: guests are looked at, as
 * many at the same time as otherwise. */
static int
testHangWatch(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virtCompatdAgent) agent = virtCompatdAgentNew(&testHostTable, "test:///", &testTimes);
    size_t i;

    testReset();
    testHostSetHangWatch(true);
    for (i = 2; i < 5; i++) {
        host.guests[i].devices = TEST_HOSTDEV;
        testHostSetHang(i, true);
    }

    virtCompatdAgentStart(agent, false);
    if (testRunUntil(&host.watches, 1) < 0 || testRunUntil(&host.guests[1].sets, 1) < 0)
        return -1;
    for (i = 2; i < 5; i++) {
        if (testRunUntil(&host.guests[i].gets, 1) < 0)
            return -1;
        testHostSetHang(i, false);
    }

    host.listener.lost("gone", host.listener.opaque);
    if (testRunUntil(&host.watches, 2) < 0 || testRunUntil(&host.guests[1].gets, 2) < 0)
        return -1;

    testHostSetHangWatch(false);
    if (testRunLoop(agent) < 0)
        return -1;
    return testExpectNumber(1, host.closes);
}


/* What a write ends with */
static const struct testSet {
    const char *name;
    virtCompatdResult result;
    unsigned int failures;
    unsigned int sets;
} sets[] = {
    { "the guest is gone in between", VIRT_COMPATD_GONE, 0, 1 },
    { "it fails once", VIRT_COMPATD_FAILED, 1, 2 },
    { "it fails several times", VIRT_COMPATD_FAILED, 5, 6 },
};


static int
testSet(const void *opaque)
{
    const struct testSet *data = opaque;
    g_autoptr(virtCompatdAgent) agent = NULL;

    testReset();
    host.guests[1].setResult = data->result;
    host.guests[1].failures = data->failures;
    agent = testStart();

    return testExpectCounts(data->sets, data->sets);
}


static int
testOnce(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virtCompatdAgent) agent = virtCompatdAgentNew(&testHostTable, "test:///", &testTimes);

    testReset();
    virtCompatdAgentStart(agent, true);
    if (testRunLoop(agent) < 0 || testExpectBool(false, virtCompatdAgentHasFailed(agent)) < 0)
        return -1;
    return testExpectCounts(1, 1);
}


static int
testOnceRefused(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virtCompatdAgent) agent = virtCompatdAgentNew(&testHostTable, "test:///", &testTimes);

    testReset();
    host.refuse = 1;
    virtCompatdAgentStart(agent, true);
    if (testRunLoop(agent) < 0 || testExpectBool(true, virtCompatdAgentHasFailed(agent)) < 0)
        return -1;
    return testExpectNumber(1, host.opens);
}


/* With a libvirt that accepts connections and does not answer it is over, too. */
static int
testOnceHangs(const void *opaque G_GNUC_UNUSED)
{
    virtCompatdTimes times = testTimes;
    g_autoptr(virtCompatdAgent) agent = NULL;
    int ret = -1;

    testReset();
    testHostSetHangOpen(true);
    times.connect = 10;
    agent = virtCompatdAgentNew(&testHostTable, "test:///", &times);
    virtCompatdAgentStart(agent, true);
    if (testRunLoop(agent) == 0)
        ret = testExpectBool(true, virtCompatdAgentHasFailed(agent));

    testHostSetHangOpen(false);
    while (virtCompatdAgentIsBusy(agent))
        testRunRounds(1);
    return ret;
}


/* With 100 guests and no reports, nothing is asked, and the loop does not even wake up
 * before it is time to read devices again. */
static int
testIdle(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virtCompatdAgent) agent = NULL;
    GMainContext *context = g_main_context_default();
    unsigned int calls;
    size_t i;
    int timeout = 0;
    int priority;

    testReset();
    for (i = 1; i <= 100; i++)
        host.guests[i].devices = TEST_HOSTDEV;
    host.reports = true;
    agent = testStart();

    calls = testHostCountCalls();
    testRunRounds(100);
    if (testExpectNumber(1 + 1 + 100 + 100, calls) < 0 ||
        testExpectNumber(calls, testHostCountCalls()) < 0)
        return -1;

    if (!g_main_context_acquire(context))
        abort();
    g_main_context_prepare(context, &priority);
    g_main_context_query(context, priority, &timeout, NULL, 0);
    g_main_context_release(context);
    if (timeout >= 0 && timeout < testTimes.reread / 2)
        return testFail("it wakes up after %d ms", timeout);

    /* and then devices are read, and libvirt is asked for nothing */
    virtCompatdAgentOnDevice(agent, NULL);
    if (testRunLoop(agent) < 0)
        return -1;
    return testExpectNumber(calls, testHostCountCalls());
}


static int
mymain(void)
{
    if (testMakeMachine() < 0)
        return EXIT_FAILURE;

    DO_TEST(testBegin, NULL, "guests that run");
    DO_TABLE("report", reports, testReport);
    DO_TEST(testOwnMetadata, NULL, "metadata that the agent writes");
    DO_TEST(testContested, NULL, "metadata that someone always removes");
    DO_TEST(testStarted, NULL, "a guest that is started");
    DO_TEST(testArriving, NULL, "a guest that arrives");
    DO_TEST(testHotplug, NULL, "a device that is unplugged and plugged");
    DO_TABLE("device", devices, testDevice);
    DO_TEST(testLess, NULL, "less is known of a device");
    DO_TEST(testLate, NULL, "a device cannot be read in time");
    DO_TEST(testRemoved, NULL, "a file with facts is removed");
    DO_TEST(testLost, NULL, "the connection is lost");
    DO_TEST(testList, NULL, "guests cannot be listed");
    DO_TEST(testLostGuest, NULL, "the guest is gone when the connection is back");
    DO_TEST(testHang, NULL, "a call hangs");
    DO_TEST(testHangWatch, NULL, "the node device driver hangs");
    DO_TABLE("write", sets, testSet);
    DO_TEST(testOnce, NULL, "once");
    DO_TEST(testOnceRefused, NULL, "once, without a connection");
    DO_TEST(testOnceHangs, NULL, "once, and connecting hangs");
    DO_TEST(testIdle, NULL, "100 guests about which nothing is reported");

    testDropMachine();
    return testResult();
}

VIR_TEST_MAIN(mymain)
