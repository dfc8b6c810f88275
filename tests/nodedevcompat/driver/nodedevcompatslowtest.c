/*
 * nodedevcompatslowtest.c: a device that hangs while it is read holds up nobody else
 *
 * Reading is played by this file. It looks whether the device is locked, and hangs if
 * the test wants it to; meanwhile all else has to work. No time is measured: what must
 * not wait would wait forever, and is reported after half a minute.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatdriver.h"
#include "nodedevcompatframe.h"

#define LIBVIRT_NODE_DEVICE_COMPAT_EVENTPRIV_H_ALLOW
#define LIBVIRT_OBJECT_EVENT_PRIVATE_H_ALLOW
#include "access/viraccessmanager.h"
#include "datatypes.h"
#include "node_device/node_device_compat.h"
#include "node_device/node_device_compat_event.h"
#include "node_device/node_device_compat_eventpriv.h"
#include "node_device/node_device_driver.h"
#include "nodedev_compat/evidence/nodedev_compat_update.h"
#include "nodedev_compat_conf.h"
#include "object_event_private.h"
#include "virfile.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define PATIENCE (30 * G_USEC_PER_SEC)

#define SOURCE \
    "<capability type='compat'><deviceAPI>vfio-pci</deviceAPI><type id='t1'/>" \
    "<softwareVersion>1.0.0</softwareVersion></capability>"

/* The devices: "slow" can hang */
static const char *const names[] = { "other", "slow" };

static char *root;
static virConnectPtr conn;

static GMutex mutex;
static GCond cond;
/* All that follows is protected by the mutex. */
static bool hang;               /* reading the device "slow" is to */
static bool once;               /* but not while somebody hangs there */
static size_t nhanging;
static size_t nhung;            /* so far */
static size_t npermitted;       /* that may go on, while others are still to hang */
static size_t nreads;
static size_t nlocked;          /* of these, with the device locked */
static size_t nevents;
static bool changed;            /* the device "other" is not what it was */


/* Something that is done in a thread of its own */
typedef struct _testTask testTask;
struct _testTask {
    void (*run)(testTask *task);
    const char *device;
    bool done;
    int result;
    int error;                  /* that it leaves */
    char *text;
};


static void
testTaskRun(void *opaque)
{
    testTask *task = opaque;

    task->run(task);

    g_mutex_lock(&mutex);
    task->done = true;
    g_cond_broadcast(&cond);
    g_mutex_unlock(&mutex);
}


static void
testTaskStart(testTask *task)
{
    virThread thread;

    if (virThreadCreate(&thread, false, testTaskRun, task) < 0)
        abort();
}


/* Returns false if *@what is not reached in the end. */
static bool
testWaitFor(const bool *done,
            const size_t *count,
            size_t expect)
{
    gint64 end = g_get_monotonic_time() + PATIENCE;
    bool reached = true;

    g_mutex_lock(&mutex);
    while (reached && !((done && *done) || (count && *count == expect)))
        reached = g_cond_wait_until(&cond, &mutex, end);
    g_mutex_unlock(&mutex);
    return reached;
}


static void
testSetHang(bool value)
{
    g_mutex_lock(&mutex);
    hang = value;
    once = false;
    nreads = nlocked = nevents = nhung = npermitted = 0;
    changed = false;
    g_cond_broadcast(&cond);
    g_mutex_unlock(&mutex);
}


static virNodeDeviceObj *
testFind(const char *name)
{
    return virNodeDeviceObjListFindByName(driver->devs, name);
}


static void
testLock(testTask *task)
{
    virNodeDeviceObj *obj = testFind(task->device);

    virNodeDeviceObjEndAPI(&obj);
}


/* The driver's events come here instead of to clients. */
void
virObjectEventStateQueue(virObjectEventState *events G_GNUC_UNUSED,
                         virObjectEvent *event)
{
    virObjectUnref(event);

    g_mutex_lock(&mutex);
    nevents++;
    g_cond_broadcast(&cond);
    g_mutex_unlock(&mutex);
}


/* Reads, instead of the evidence library. What "slow" shows in the end is not usable. */
void
virNodeDeviceCompatUpdate(virNodeDeviceDef *def,
                          const virNodeDeviceCompatFacts *facts G_GNUC_UNUSED,
                          const virNodeDeviceCompatBounds *bounds G_GNUC_UNUSED)
{
    virNodeDeviceCompat *compat = virNodeDeviceCompatNew();
    /* it is lost if the device stays locked */
    testTask *lock = g_new0(testTask, 1);
    bool locked;

    lock->run = testLock;
    lock->device = def->name;
    testTaskStart(lock);
    if (!(locked = !testWaitFor(&lock->done, NULL, 0)))
        g_free(lock);

    g_mutex_lock(&mutex);
    nreads++;
    nlocked += locked;
    if (STREQ(def->name, "other") && changed)
        virNodeDeviceCompatAdd(compat, NULL, "x", "1");
    if (STREQ(def->name, "slow") && hang && !(once && nhanging > 0)) {
        nhanging++;
        nhung++;
        g_cond_broadcast(&cond);
        while (hang && npermitted == 0)
            g_cond_wait(&cond, &mutex);
        if (hang)
            npermitted--;
        nhanging--;
    }
    g_mutex_unlock(&mutex);

    virNodeDeviceCompatAdd(compat, NULL, "device_api", "vfio-pci");
    virNodeDeviceCompatAdd(compat, NULL, "type", def->caps->data.mdev.active_config.type);
    virNodeDeviceCompatAdd(compat, NULL, "software_version", "1.0");
    if (STREQ(def->name, "slow"))
        virNodeDeviceCompatAdd(compat, NULL, "x", NULL);

    g_clear_object(&def->caps->data.compat);
    def->caps->data.compat = compat;
}


/* What can be done with a device */

static void
testDump(testTask *task)
{
    virNodeDevicePtr dev = virGetNodeDevice(conn, task->device);

    task->text = nodeDeviceGetXMLDesc(dev, 0);
    virNodeDeviceFree(dev);
}


static void
testCompare(testTask *task)
{
    virNodeDevicePtr dev = virGetNodeDevice(conn, task->device);

    task->result = nodeDeviceCompareCompat(dev, SOURCE, 0);
    task->error = virGetLastErrorCode();
    virNodeDeviceFree(dev);
}


static void
testReport(testTask *task)
{
    virNodeDevicePtr dev = virGetNodeDevice(conn, task->device);

    task->text = nodeDeviceGetCompatReport(dev, SOURCE, 0);
    task->error = virGetLastErrorCode();
    virNodeDeviceFree(dev);
}


static void
testSearch(testTask *task)
{
    task->text = nodeConnectFindCompatNodeDevices(conn, SOURCE, 0);
}


static void
testList(testTask *task)
{
    virNodeDevicePtr *devices = NULL;
    ssize_t i;

    task->result = nodeConnectListAllNodeDevices(conn, &devices, 0);
    for (i = 0; i < task->result; i++)
        virNodeDeviceFree(devices[i]);
    g_free(devices);
}


static void
testLookup(testTask *task)
{
    virNodeDevicePtr dev = nodeDeviceLookupByName(conn, task->device);

    task->result = dev ? 1 : 0;
    virNodeDeviceFree(dev);
}


/* An event of udev: handled at once, whatever comes of it */
static void
testEvent(testTask *task)
{
    g_autofree char *path = g_build_filename(root, task->device, NULL);

    task->result = nodeDeviceCompatHandleEvent(driver, "bind", path);
}


static void
testStop(testTask *task G_GNUC_UNUSED)
{
    nodeDeviceCompatEventStop();
}


/* Runs @run on @device. Returns -1 if that does not come to an end. */
static int
testRunInTime(const char *what,
              void (*run)(testTask *task),
              const char *device,
              testTask *ret_task)
{
    /* it is lost if it does not */
    testTask *task = g_new0(testTask, 1);

    task->run = run;
    task->device = device;
    testTaskStart(task);
    if (!testWaitFor(&task->done, NULL, 0))
        return testFail("%s waits for the device that hangs", what);

    *ret_task = *task;
    g_free(task);
    return 0;
}


/* All that has to work while "slow" hangs */
static const struct testElse {
    const char *name;
    void (*run)(testTask *task);
    const char *device;
    int result;
    const char *text;
} others[] = {
    { "listing devices", testList, NULL, 2, NULL },
    { "looking up the device itself", testLookup, "slow", 1, NULL },
    { "looking up another one", testLookup, "other", 1, NULL },
    { "the XML of another one", testDump, "other", 0, "<softwareVersion>1.0.0<" },
    { "comparing another one", testCompare, "other", VIR_NODE_DEVICE_COMPAT_IDENTICAL, NULL },
    { "an event of the device itself", testEvent, "slow", 1, NULL },
};


/* Somebody has seen the other device, and it changes. */
static int
testOtherEvent(void)
{
    testTask task = { 0 };

    g_mutex_lock(&mutex);
    changed = true;
    g_mutex_unlock(&mutex);

    if (testRunInTime("an event of another one", testEvent, "other", &task) < 0)
        return -1;
    if (!testWaitFor(NULL, &nevents, 1))
        return testFail("the event of another one waits for the device that hangs");

    return 0;
}


static int
testOthers(void)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(others); i++) {
        testTask task = { 0 };
        g_autofree char *text = NULL;

        if (testRunInTime(others[i].name, others[i].run, others[i].device, &task) < 0)
            return -1;

        text = task.text;
        if (task.result != others[i].result ||
            (others[i].text && (!text || !strstr(text, others[i].text)))) {
            return testFail("%s: expected %d and '%s', got %d and '%s'", others[i].name,
                            others[i].result, NULLSTR(others[i].text), task.result,
                            NULLSTR(text));
        }
    }

    return testOtherEvent();
}


struct testSlow {
    const char *name;
    void (*run)(testTask *task);
    int result;
    const char *text;           /* what has to be in the answer */
};

static const struct testSlow slow[] = {
    { "XML", testDump, 0, "<unusable name='x'" },
    { "comparison", testCompare, VIR_NODE_DEVICE_COMPAT_UNKNOWN, NULL },
    { "report", testReport, 0, "verdict='unknown'" },
    { "search", testSearch, 0, "<candidate verdict='unknown' " },
    { "event", testEvent, 1, NULL },
};


static int
testSlow(const void *opaque)
{
    const struct testSlow *test = opaque;
    testTask task = { .run = test->run, .device = "slow" };
    g_autofree char *text = NULL;
    size_t locked;
    size_t reads;
    int result;

    nodeDeviceCompatEventStop();
    testSetHang(true);
    testTaskStart(&task);
    if (!testWaitFor(NULL, &nhanging, 1))
        return testFail("the device is not read");

    result = testOthers();

    locked = nlocked;
    reads = nreads;
    testSetHang(false);
    if (!testWaitFor(&task.done, NULL, 0))
        return testFail("it does not come to an end");

    while (nodeDeviceCompatEventCount() > 0)
        g_usleep(1000);

    text = task.text;
    if (result < 0)
        return -1;
    if (reads == 0 || locked > 0)
        return testFail("of %zu devices that were read, %zu were locked", reads, locked);
    if (task.result != test->result || (test->text && (!text || !strstr(text, test->text)))) {
        return testFail("expected %d and '%s', got %d and '%s'", test->result,
                        NULLSTR(test->text), task.result, NULLSTR(text));
    }

    return 0;
}


/* What somebody is about to see of a device */
static const struct testSeen {
    const char *name;
    void (*run)(testTask *task);
} seen[] = {
    { "XML", testDump },
    { "comparison", testCompare },
    { "report", testReport },
    { "search", testSearch },
};


/* Whoever reads a device has an event if there is one of udev before he is through. */
static int
testSeen(const void *opaque)
{
    const struct testSeen *test = opaque;
    testTask task = { .run = test->run, .device = "slow" };
    testTask event = { .device = "slow" };
    bool emitted;

    nodeDeviceCompatEventStop();
    testSetHang(true);
    g_mutex_lock(&mutex);
    once = true;
    g_mutex_unlock(&mutex);

    testTaskStart(&task);
    if (!testWaitFor(NULL, &nhanging, 1))
        return testFail("the device is not read");

    testEvent(&event);
    while (nodeDeviceCompatEventCount() > 0)
        g_usleep(1000);
    g_mutex_lock(&mutex);
    emitted = nevents == 1;
    g_mutex_unlock(&mutex);

    testSetHang(false);
    if (!testWaitFor(&task.done, NULL, 0))
        return testFail("it does not come to an end");

    g_free(task.text);
    return testExpectBool(true, emitted);
}


static void
testAssign(const char *name,
           const char *type)
{
    g_autofree char *path = g_build_filename(root, name, NULL);

    testDriverAddMdev(name, path, type);
}


static void
testRemove(const char *name)
{
    virNodeDeviceObj *obj = testFind(name);

    virNodeDeviceObjListRemove(driver->devs, obj);
    virNodeDeviceObjEndAPI(&obj);
}


/* A device becomes another one, with the types in @opaque, while its XML is asked for */
static int
testReplaced(const void *opaque)
{
    g_auto(GStrv) types = g_strsplit(opaque, " ", -1);
    testTask task = { .run = testDump, .device = "slow" };
    g_autofree char *text = NULL;
    const char *type = NULL;
    bool shown;
    size_t i;

    testSetHang(true);
    testTaskStart(&task);

    for (i = 0; types[i]; i++) {
        type = types[i];
        if (!testWaitFor(NULL, &nhung, i + 1))
            return testFail("the device is not read");
        testAssign("slow", type);

        /* reading it again hangs again, unless this was the last type */
        g_mutex_lock(&mutex);
        if (types[i + 1])
            npermitted++;
        else
            hang = false;
        g_cond_broadcast(&cond);
        g_mutex_unlock(&mutex);
    }

    if (!testWaitFor(&task.done, NULL, 0))
        return testFail("it does not come to an end");
    testAssign("slow", "t1");

    /* once in the definition, and once in the descriptor if that is of the same device */
    text = task.text;
    shown = strstr(NULLSTR_EMPTY(text), "<capability type='compat'>");
    if (!text || shown != (i < 3) ||
        !strstr(text, type) || (shown && !strstr(strstr(text, "'compat'"), type)))
        return testFail("after '%s': %s", (const char *) opaque, NULLSTR(text));

    return 0;
}


/* A device that is removed while it is read because of an event */
static int
testRemoved(const void *opaque G_GNUC_UNUSED)
{
    testTask task = { .run = testDump, .device = "slow" };
    testTask event = { .run = testEvent, .device = "slow" };
    g_autofree char *text = NULL;

    nodeDeviceCompatEventStop();
    testSetHang(true);
    testTaskStart(&task);
    testEvent(&event);
    if (!testWaitFor(NULL, &nhanging, 2))
        return testFail("the device is not read");

    testRemove("slow");
    testSetHang(false);
    if (!testWaitFor(&task.done, NULL, 0))
        return testFail("it does not come to an end");
    while (nodeDeviceCompatEventCount() > 0)
        g_usleep(1000);

    text = task.text;
    testAssign("slow", "t1");
    if (nevents > 0)
        return testFail("there is an event of a device that was removed");
    return testExpectBool(true, text != NULL);
}


/* What can be asked about a device that is removed meanwhile; there is no answer then */
static const struct testGone {
    const char *name;
    void (*run)(testTask *task);
} gone[] = {
    { "comparison", testCompare },
    { "report", testReport },
};


static int
testRemoveMeanwhile(testTask *task)
{
    g_autofree char *path = g_build_filename(root, "slow", NULL);

    nodeDeviceCompatEventStop();
    testSetHang(true);
    testTaskStart(task);
    if (!testWaitFor(NULL, &nhanging, 1))
        return testFail("the device is not read");

    virFileDeleteTree(path);
    testSetHang(false);
    if (!testWaitFor(&task->done, NULL, 0))
        return testFail("it does not come to an end");
    if (g_mkdir(path, 0700) < 0)
        return testFail("%s", g_strerror(errno));

    return 0;
}


static int
testGone(const void *opaque)
{
    const struct testGone *test = opaque;
    testTask task = { .run = test->run, .device = "slow" };
    g_autofree char *text = NULL;

    if (testRemoveMeanwhile(&task) < 0)
        return -1;

    text = task.text;
    if (text)
        return testFail("there is an answer: %s", text);
    return testExpectNumber(VIR_ERR_NO_NODE_DEVICE, task.error);
}


/* A search leaves a device out that is removed meanwhile. */
static int
testGoneSearch(const void *opaque G_GNUC_UNUSED)
{
    testTask task = { .run = testSearch };
    g_autofree char *text = NULL;

    if (testRemoveMeanwhile(&task) < 0)
        return -1;

    text = task.text;
    if (!text || strstr(text, "'slow'") || !strstr(text, "'other'"))
        return testFail("there is another answer: %s", NULLSTR(text));
    return 0;
}


/* Several events about a device that is being read are one more look at it */
static int
testMerged(const void *opaque G_GNUC_UNUSED)
{
    testTask event = { .run = testEvent, .device = "slow" };
    size_t i;

    nodeDeviceCompatEventStop();
    testSetHang(true);
    testEvent(&event);
    if (!testWaitFor(NULL, &nhanging, 1))
        return testFail("the device is not read");

    for (i = 0; i < 5; i++)
        testEvent(&event);
    g_mutex_lock(&mutex);
    hang = false;
    g_cond_broadcast(&cond);
    g_mutex_unlock(&mutex);

    while (nodeDeviceCompatEventCount() > 0)
        g_usleep(1000);
    return testExpectNumber(2, nreads);
}


/* The driver stops while a device is read, and others are to be */
static int
testStopped(const void *opaque G_GNUC_UNUSED)
{
    testTask event = { .run = testEvent, .device = "slow" };
    testTask stop = { .run = testStop };

    nodeDeviceCompatEventStop();
    testSetHang(true);
    testEvent(&event);
    if (!testWaitFor(NULL, &nhanging, 1))
        return testFail("the device is not read");
    testEvent(&event);

    testTaskStart(&stop);
    testSetHang(false);
    if (!testWaitFor(&stop.done, NULL, 0))
        return testFail("it does not stop");

    return testExpectNumber(0, nodeDeviceCompatEventCount());
}


static int
testMakeDevices(void)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(root, names[i], NULL);

        if (g_mkdir(path, 0700) < 0)
            return -1;
        testAssign(names[i], "t1");
    }

    return 0;
}


static int
mymain(void)
{
    g_autofree char *template = g_strdup("/tmp/nodedevcompatslowtest-XXXXXX");
    virAccessManager *manager;

    if (!(root = g_mkdtemp(template)) ||
        !(manager = virAccessManagerNew("none")))
        return EXIT_FAILURE;
    virAccessManagerSetDefault(manager);

    if (!(conn = virConnectOpen("test:///default")) ||
        testDriverInit() < 0 ||
        testMakeDevices() < 0)
        return EXIT_FAILURE;

    DO_TABLE("slow", slow, testSlow);
    DO_TABLE("meanwhile an event", seen, testSeen);
    DO_TEST(testReplaced, "t2", "replaced: once");
    DO_TEST(testReplaced, "t2 t3", "replaced: twice");
    DO_TEST(testReplaced, "t2 t3 t4", "replaced: each time");
    DO_TEST(testRemoved, NULL, "removed");
    DO_TABLE("gone", gone, testGone);
    DO_TEST(testGoneSearch, NULL, "gone: search");
    DO_TEST(testMerged, NULL, "events at the same time");
    DO_TEST(testStopped, NULL, "stopped");

    nodeDeviceCompatEventStop();
    testDriverFree();
    virConnectClose(conn);
    virFileDeleteTree(root);
    return testResult();
}

VIR_TEST_MAIN(mymain)
