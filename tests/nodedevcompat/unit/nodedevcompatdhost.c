/*
 * nodedevcompatdhost.c: a host in the place of libvirt, for virt-nodedev-compatd
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <unistd.h>

#include "nodedevcompatdhost.h"
#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"

#define LIBVIRT_NODEDEV_COMPAT_READERPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_readerpriv.h"
#include "virfile.h"
#include "virstring.h"
#include "virt-nodedev-compatd-device.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define UUID_PREFIX "6c1f8d2e-0000-4000-8000-0000000"

testHost host;


char *
testHostGetUUID(size_t number)
{
    return g_strdup_printf(UUID_PREFIX "%05zu", number);
}


static size_t
testHostGetNumber(const char *uuid)
{
    unsigned int number;

    if (!STRPREFIX(uuid, UUID_PREFIX) ||
        virStrToLong_ui(uuid + strlen(UUID_PREFIX), NULL, 10, &number) < 0 ||
        number >= TEST_GUESTS_MAX)
        abort();

    return number;
}


/* Forgets all guests and counts. No thread may be in it. */
void
testHostReset(void)
{
    static bool initialized;
    size_t i;

    if (!initialized && (virMutexInit(&host.lock) < 0 || virCondInit(&host.cond) < 0))
        abort();
    initialized = true;

    for (i = 0; i < TEST_GUESTS_MAX; i++) {
        g_free(host.guests[i].metadata);
        memset(&host.guests[i], 0, sizeof(host.guests[i]));
    }
    host.opens = host.lists = host.watches = host.closes = host.refuse = host.refuseList = 0;
    host.reports = false;
}


static virtCompatdResult
testHostOpen(const char *uri G_GNUC_UNUSED,
             const virtCompatdListener *listener,
             void **ret_conn,
             char **ret_error)
{
    VIR_LOCK_GUARD guard = virLockGuardLock(&host.lock);

    host.opens++;
    while (host.hangOpen)
        ignore_value(virCondWait(&host.cond, &host.lock));

    if (host.refuse > 0) {
        host.refuse--;
        *ret_error = g_strdup("refused");
        return VIRT_COMPATD_LOST;
    }

    host.listener = *listener;
    *ret_conn = &host;
    return VIRT_COMPATD_OK;
}


static void
testHostClose(void *conn G_GNUC_UNUSED)
{
    VIR_LOCK_GUARD guard = virLockGuardLock(&host.lock);

    host.closes++;
}


static virtCompatdResult
testHostList(void *conn G_GNUC_UNUSED,
             GPtrArray **ret_uuids,
             char **ret_error)
{
    VIR_LOCK_GUARD guard = virLockGuardLock(&host.lock);
    size_t i;

    host.lists++;
    if (host.refuseList > 0) {
        host.refuseList--;
        *ret_error = g_strdup("not allowed");
        return VIRT_COMPATD_FAILED;
    }

    *ret_uuids = g_ptr_array_new_with_free_func(g_free);
    for (i = 0; i < TEST_GUESTS_MAX; i++) {
        if (host.guests[i].devices)
            g_ptr_array_add(*ret_uuids, testHostGetUUID(i));
    }

    return VIRT_COMPATD_OK;
}


static virtCompatdResult
testHostGet(void *conn G_GNUC_UNUSED,
            const char *uuid,
            virtCompatdGuestState *ret_state,
            char **ret_error)
{
    VIR_LOCK_GUARD guard = virLockGuardLock(&host.lock);
    size_t number = testHostGetNumber(uuid);
    testGuest *self = &host.guests[number];

    self->gets++;
    while (self->hang)
        ignore_value(virCondWait(&host.cond, &host.lock));

    if (!self->devices || self->getResult != VIRT_COMPATD_OK) {
        *ret_error = g_strdup("not now");
        return self->devices ? self->getResult : VIRT_COMPATD_GONE;
    }

    ret_state->name = g_strdup_printf("g%zu", number);
    ret_state->started = self->started;
    ret_state->xml = self->xml ? g_strdup(self->xml) :
                     g_strdup_printf("<domain><name>g%zu</name><metadata>%s</metadata>"
                                     "<devices>%s</devices></domain>", number,
                                     NULLSTR_EMPTY(self->metadata), self->devices);
    return VIRT_COMPATD_OK;
}


static gboolean
testHostOnWritten(void *opaque)
{
    g_autofree char *uuid = opaque;

    host.listener.guest(uuid, VIRT_COMPATD_EVENT_METADATA, host.listener.opaque);
    return G_SOURCE_REMOVE;
}


static virtCompatdResult
testHostSet(void *conn G_GNUC_UNUSED,
            const char *uuid,
            const char *element,
            char **ret_error)
{
    VIR_LOCK_GUARD guard = virLockGuardLock(&host.lock);
    testGuest *self = &host.guests[testHostGetNumber(uuid)];

    self->sets++;
    if (self->setResult != VIRT_COMPATD_OK) {
        virtCompatdResult result = self->setResult;

        if (self->failures > 0 && --self->failures == 0)
            self->setResult = VIRT_COMPATD_OK;
        *ret_error = g_strdup("cannot be written");
        return result;
    }

    self->removals += !element;
    g_free(self->metadata);
    self->metadata = g_strdup(element);
    if (host.reports)
        g_idle_add(testHostOnWritten, g_strdup(uuid));

    return VIRT_COMPATD_OK;
}


static void
testHostWatch(void *conn G_GNUC_UNUSED)
{
    VIR_LOCK_GUARD guard = virLockGuardLock(&host.lock);

    host.watches++;
    while (host.hangWatch)
        ignore_value(virCondWait(&host.cond, &host.lock));
}


const virtCompatdHost testHostTable = {
    .open = testHostOpen,
    .close = testHostClose,
    .list = testHostList,
    .watch = testHostWatch,
    .get = testHostGet,
    .set = testHostSet,
};


/* Reports as libvirt does, in the thread of the main loop. */
void
testHostReport(size_t number,
               virtCompatdEvent event)
{
    g_autofree char *uuid = testHostGetUUID(number);

    host.listener.guest(uuid, event, host.listener.opaque);
}


void
testHostSetHangOpen(bool hang)
{
    VIR_LOCK_GUARD guard = virLockGuardLock(&host.lock);

    host.hangOpen = hang;
    virCondBroadcast(&host.cond);
}


void
testHostSetHangWatch(bool hang)
{
    VIR_LOCK_GUARD guard = virLockGuardLock(&host.lock);

    host.hangWatch = hang;
    virCondBroadcast(&host.cond);
}


void
testHostSetHang(size_t number,
                bool hang)
{
    VIR_LOCK_GUARD guard = virLockGuardLock(&host.lock);

    host.guests[number].hang = hang;
    virCondBroadcast(&host.cond);
}


/* All that libvirt was asked */
unsigned int
testHostCountCalls(void)
{
    VIR_LOCK_GUARD guard = virLockGuardLock(&host.lock);
    unsigned int count = host.opens + host.lists + host.closes;
    size_t i;

    for (i = 0; i < TEST_GUESTS_MAX; i++)
        count += host.guests[i].gets + host.guests[i].sets;

    return count;
}


unsigned int
testHostCountSets(void)
{
    VIR_LOCK_GUARD guard = virLockGuardLock(&host.lock);
    unsigned int count = 0;
    size_t i;

    for (i = 0; i < TEST_GUESTS_MAX; i++)
        count += host.guests[i].sets;

    return count;
}


/* How long anything may take, in seconds; it never should */
#define PATIENCE 120

/* So short that no test waits for it, and so long that no test sees it */
const virtCompatdTimes testTimes = {
    .settle = 1,
    .retry = 1,
    .retryMax = 8,
    .reread = 24 * 60 * 60 * 1000,
};

static char *scratch;
const char *testLatePath;


static int
testHook(const char *path)
{
    return testLatePath && g_str_has_suffix(path, testLatePath) ? ETIMEDOUT : 0;
}


void
testPut(const char *path,
        const char *content)
{
    g_autofree char *full = g_build_filename(scratch, "sys", path, NULL);

    testMakeFile(full, content, -1);
}


static void
testLink(const char *path,
         const char *target)
{
    g_autofree char *full = g_build_filename(scratch, "sys", path, NULL);
    g_autofree char *dir = g_path_get_dirname(full);

    if (g_mkdir_with_parents(dir, 0755) < 0 || symlink(target, full) < 0)
        abort();
}


void
testSetVersion(const char *version)
{
    testPut(DEVICE "/migration/self/software_version", version);
}


int
testMakeMachine(void)
{
    scratch = g_strdup("/tmp/nodedevcompatd-XXXXXX");
    if (!g_mkdtemp(scratch))
        return -1;

    testPut(PARENT "/vendor", "0x8086\n");
    testPut(PARENT "/mdev_supported_types/t1/device_api", "vfio-pci\n");
    testPut(DEVICE "/uevent", "");
    testPut("kernel/iommu_groups/0/type", "DMA\n");
    testSetVersion("1.2.0\n");
    testLink(DEVICE "/mdev_type", "../mdev_supported_types/t1");
    testLink(DEVICE "/iommu_group", "../../../../kernel/iommu_groups/0");
    testLink("bus/mdev/devices/" UUID, "../../../" DEVICE);

    virNodeDeviceCompatReaderSetLimits(0, 0, 0);
    virNodeDeviceCompatReaderSetHook(testHook);
    return virtCompatdDeviceSetRoot(scratch);
}


/* Runs the main loop for that many rounds. */
void
testRunRounds(size_t rounds)
{
    size_t i;

    for (i = 0; i < rounds; i++) {
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(500);
    }
}


/* Runs the main loop until libvirt was asked that often. Returns 0 on success. */
int
testRunUntil(const unsigned int *count,
             unsigned int number)
{
    gint64 deadline = g_get_monotonic_time() + PATIENCE * G_USEC_PER_SEC;

    while (g_get_monotonic_time() < deadline) {
        VIR_WITH_MUTEX_LOCK_GUARD(&host.lock) {
            if (*count >= number)
                return 0;
        }
        testRunRounds(1);
    }

    return testFail("it does not ask");
}


/* Runs the main loop until @agent has nothing to do any more, nor has after what is
 * reported then. Returns 0 on success. */
int
testRunLoop(virtCompatdAgent *agent)
{
    gint64 deadline = g_get_monotonic_time() + PATIENCE * G_USEC_PER_SEC;

    while (!virtCompatdAgentIsIdle(agent) || g_main_context_pending(NULL)) {
        if (g_get_monotonic_time() > deadline)
            return testFail("it does not come to an end");
        testRunRounds(1);
    }

    return 0;
}


virtCompatdAgent *
testStart(void)
{
    virtCompatdAgent *agent = virtCompatdAgentNew(&testHostTable, "test:///", &testTimes);

    virtCompatdAgentStart(agent, false);
    if (testRunLoop(agent) < 0)
        abort();
    return agent;
}


/* A host with the guest g1, which has the device */
void
testReset(void)
{
    testHostReset();
    testLatePath = NULL;
    testSetVersion("1.2.0\n");
    host.guests[1].devices = TEST_HOSTDEV;
}


int
testExpectCounts(unsigned int gets,
                 unsigned int sets)
{
    if (testExpectNumber(gets, host.guests[1].gets) < 0)
        return -1;
    return testExpectNumber(sets, host.guests[1].sets);
}


void
testReplace(char **text,
            const char *what,
            const char *with)
{
    g_auto(GStrv) parts = g_strsplit(*text, what, -1);

    g_free(*text);
    *text = g_strjoinv(with, parts);
}


void
testDropMachine(void)
{
    virFileDeleteTree(scratch);
    g_clear_pointer(&scratch, g_free);
}
