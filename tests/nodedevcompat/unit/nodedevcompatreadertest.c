/*
 * nodedevcompatreadertest.c: files that hang
 *
 * The reader's threads hang in files until they are told to go on. Which callers wait,
 * and for how long, is told by the limits of the reader: none of the cases depends on
 * how fast the machine is.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <pthread.h>
#include <unistd.h>

#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"

#define LIBVIRT_NODEDEV_COMPAT_CACHEPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_cachepriv.h"
#include "nodedev_compat/evidence/nodedev_compat_evidence.h"
#include "nodedev_compat/evidence/nodedev_compat_pool.h"
#include "nodedev_compat/evidence/nodedev_compat_root.h"
#include "nodedev_compat/evidence/nodedev_compat_tree.h"
#define LIBVIRT_NODEDEV_COMPAT_READERPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_readerpriv.h"
#include "vircommand.h"
#include "virlog.h"
#include "virprocess.h"
#include "virthread.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define THREADS VIR_NODE_DEVICE_COMPAT_POOL_THREADS_MAX
#define FOREVER 600000
#define SHORT 20

/* Files with this in their path hang as long as @hanging. */
#define HANGS "hangs"

static GMutex lock;
static GCond changed;
static bool hanging;
static size_t looks;            /* how often a thread has begun to read such a file */
static size_t reads;            /* and any other one */


static int
testHook(const char *path)
{
    if (!strstr(path, HANGS)) {
        g_mutex_lock(&lock);
        reads++;
        g_mutex_unlock(&lock);
        return 0;
    }

    g_mutex_lock(&lock);
    looks++;
    g_cond_broadcast(&changed);
    while (hanging)
        g_cond_wait(&changed, &lock);
    g_mutex_unlock(&lock);
    return 0;
}


static void
testHang(bool hang)
{
    g_mutex_lock(&lock);
    hanging = hang;
    if (hang)
        looks = 0;
    g_cond_broadcast(&changed);
    g_mutex_unlock(&lock);
}


static size_t
testCountLooks(void)
{
    size_t count;

    g_mutex_lock(&lock);
    count = looks;
    g_mutex_unlock(&lock);
    return count;
}


static int
testCount(size_t threads,
          size_t hang)
{
    size_t actualThreads;
    size_t actualHang;

    virNodeDeviceCompatPoolCount(&actualThreads, &actualHang);
    if (threads != actualThreads || hang != actualHang)
        return testFail("expected %zu threads, %zu of them hanging, got %zu and %zu",
                        threads, hang, actualThreads, actualHang);
    return 0;
}


/* Whether or not there is such a file */
static int
testRead(const char *path,
         int max,
         char **text)
{
    struct stat sb = { 0 };

    ignore_value(stat(path, &sb));
    return virNodeDeviceCompatReaderRead(path, &sb, max, text);
}


/* Lets all threads go on and end. */
static void
testRecover(void)
{
    size_t threads;
    size_t hang;

    testHang(false);
    virNodeDeviceCompatReaderSetLimits(FOREVER, FOREVER, 0);

    do {
        g_usleep(1000);
        virNodeDeviceCompatPoolCount(&threads, &hang);
        /* those that wait for work still have the old limit */
        if (threads > hang) {
            g_autofree char *text = NULL;

            ignore_value(testRead("/proc/self/stat", 4096, &text));
        }
    } while (threads > 0);
}


static int
testExpectRead(const char *root,
               const char *name,
               int expect)
{
    g_autofree char *path = g_build_filename(root, name, NULL);
    g_autofree char *text = NULL;
    int len = testRead(path, 100, &text);

    if (testExpectNumber(expect, len) < 0)
        return -1;
    return testExpectBool(expect >= 0, !!text);
}


/* Looks at a file until a thread hangs in it; on a busy machine it can take that a while
 * to get there. */
static int
testHangIn(const char *root,
           const char *name)
{
    gint64 end = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;
    size_t before = testCountLooks();

    virNodeDeviceCompatReaderSetLimits(SHORT, FOREVER, FOREVER);

    while (testCountLooks() == before) {
        if (testExpectRead(root, name, -ETIMEDOUT) < 0)
            return -1;

        if (g_get_monotonic_time() > end) {
            size_t threads;
            size_t hang;

            virNodeDeviceCompatPoolCount(&threads, &hang);
            return testFail("no thread reads '%s': there are %zu, of which %zu hang",
                            name, threads, hang);
        }
        /* lets a thread that has just been made get there */
        g_thread_yield();
    }

    virNodeDeviceCompatReaderSetLimits(FOREVER, FOREVER, FOREVER);
    return 0;
}


/* A file that hangs is given up, and is not read again until it is through. */
static int
testHangs(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree("R/" HANGS " 1\nR/other 12");

    testHang(true);
    if (testHangIn(root, HANGS) < 0 ||
        testCount(1, 1) < 0)
        return -1;

    /* the second look does not wait, however long it may */
    if (testExpectRead(root, HANGS, -ETIMEDOUT) < 0 ||
        testCount(1, 1) < 0 ||
        testExpectNumber(1, testCountLooks()) < 0)
        return -1;

    /* nor does one at another file, which has a thread of its own */
    if (testExpectRead(root, "other", 3) < 0 ||
        testExpectRead(root, "other", 3) < 0 ||
        testCount(2, 1) < 0)
        return -1;

    testRecover();
    if (testExpectRead(root, HANGS, 2) < 0)
        return -1;
    testRecover();
    return testCount(0, 0);
}


/* The name of a call, as text; the hook lets it hang, if it has such a name */
static int
testName(const char *name,
         int max,
         char **ret_text)
{
    if (strlen(name) > max)
        return -EOVERFLOW;

    *ret_text = g_strdup(name);
    return strlen(name);
}


static int
testExpectCall(const char *name,
               int max,
               int expect)
{
    g_autofree char *text = NULL;
    int len = virNodeDeviceCompatReaderCall(name, testName, max, &text);

    if (testExpectNumber(expect, len) < 0)
        return -1;
    return testExpectString(expect < 0 ? NULL : name, text);
}


/* A call is no other thing than a file: it is given up, and not made again meanwhile. */
static int
testCall(const void *opaque G_GNUC_UNUSED)
{
    gint64 end = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;

    virNodeDeviceCompatReaderSetLimits(FOREVER, FOREVER, FOREVER);
    if (testExpectCall("other", 100, 5) < 0 ||
        testExpectCall("other", 4, -EOVERFLOW) < 0)
        return -1;

    testHang(true);
    virNodeDeviceCompatReaderSetLimits(SHORT, FOREVER, FOREVER);
    while (testCountLooks() == 0 && g_get_monotonic_time() < end) {
        if (testExpectCall(HANGS, 100, -ETIMEDOUT) < 0)
            return -1;
        g_thread_yield();
    }

    virNodeDeviceCompatReaderSetLimits(FOREVER, FOREVER, FOREVER);
    if (testExpectCall(HANGS, 100, -ETIMEDOUT) < 0 ||
        testExpectNumber(1, testCountLooks()) < 0 ||
        testExpectCall("other", 100, 5) < 0 ||
        testCount(2, 1) < 0)
        return -1;

    testRecover();
    if (testExpectCall(HANGS, 100, 5) < 0)
        return -1;
    testRecover();
    return testCount(0, 0);
}


/* Waits until so many threads hang. Those that were given up before they began to read come
 * back by themselves. */
static int
testExpectHanging(size_t expect)
{
    gint64 end = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;
    size_t threads;
    size_t hang;

    do {
        virNodeDeviceCompatPoolCount(&threads, &hang);
        if (hang == expect)
            return 0;
        g_thread_yield();
    } while (g_get_monotonic_time() < end);

    return testFail("expected %zu threads to hang, got %zu", expect, hang);
}


/* A function of a card: by its driver, and its physical function if it has one. It has files
 * that hang, and one that does not. */
#define FUNCTION(name, driver) \
    "R/bus/" name "/driver @link ../../drivers/" driver "\n" \
    "R/bus/" name "/" HANGS "%d @many 3\n" \
    "R/bus/" name "/other 12\n"
#define VIRTUAL(name, physical, driver) \
    FUNCTION(name, driver) "R/bus/" name "/physfn @link ../" physical "\n"

/* What hangs, and who can be read then and who cannot. All else is read. */
static const struct testShare {
    const char *name;
    const char *hang[17];       /* files in R/bus */
    const char *fail[8];        /* those that are given up at once */
    const char *read[8];
} shares[] = {
    { "a device",
      { "0000:01:00.1/" HANGS "0", "0000:01:00.1/" HANGS "1" },
      { "0000:01:00.1/" HANGS "2", "0000:01:00.1/other" },
      { "0000:01:00.2/other", "0000:02:00.0/other" } },
    { "one file of a device",
      { "0000:01:00.1/" HANGS "0" },
      { "0000:01:00.1/" HANGS "0" },
      { "0000:01:00.1/other", "0000:01:00.2/other" } },
    { "a card",
      { "0000:01:00.1/" HANGS "0", "0000:01:00.2/" HANGS "0", "0000:01:00.3/" HANGS "0",
        "0000:01:00.0/" HANGS "0" },
      { "0000:01:00.0/other", "0000:01:00.1/other", "0000:01:00.4/other" },
      { "0000:02:00.0/other", "0000:05:00.0/other" } },
    { "a driver",
      { "0000:02:00.0/" HANGS "0", "0000:02:00.0/" HANGS "1", "0000:03:00.0/" HANGS "0",
        "0000:03:00.0/" HANGS "1", "0000:04:00.0/" HANGS "0", "0000:04:00.0/" HANGS "1",
        "0000:0b:00.0/" HANGS "0", "0000:0b:00.0/" HANGS "1" },
      { "0000:0c:00.0/other" },
      { "0000:01:00.1/other", "0000:05:00.0/other", "0000:05:00.0/" UUID "/other" } },
    { "a mediated device has the driver of its parent",
      { "0000:05:00.0/" HANGS "0", "0000:05:00.0/" UUID "/" HANGS "0",
        "0000:05:00.0/" HANGS "1", "0000:05:00.0/" UUID "/" HANGS "1" },
      { "0000:05:00.0/" UUID "/other" },
      { "0000:06:00.0/" UUID "/other", "0000:02:00.0/other" } },
    { "some drivers leave one thread to each of the others",
      { "0000:01:00.1/" HANGS "0", "0000:01:00.1/" HANGS "1", "0000:01:00.2/" HANGS "0",
        "0000:01:00.2/" HANGS "1", "0000:02:00.0/" HANGS "0", "0000:02:00.0/" HANGS "1",
        "0000:03:00.0/" HANGS "0", "0000:03:00.0/" HANGS "1", "0000:05:00.0/" HANGS "0",
        "0000:05:00.0/" HANGS "1", "0000:05:00.0/" UUID "/" HANGS "0",
        "0000:05:00.0/" UUID "/" HANGS "1", "0000:06:00.0/" HANGS "0" },
      { "0000:06:00.0/" HANGS "1", "0000:06:00.0/other", "0000:01:00.0/other" },
      { "0000:07:00.0/other", "0000:08:00.0/other", "0000:09:00.0/other" } },
    { "all threads",
      { "0000:01:00.1/" HANGS "0", "0000:01:00.1/" HANGS "1", "0000:01:00.2/" HANGS "0",
        "0000:01:00.2/" HANGS "1", "0000:02:00.0/" HANGS "0", "0000:02:00.0/" HANGS "1",
        "0000:03:00.0/" HANGS "0", "0000:03:00.0/" HANGS "1", "0000:05:00.0/" HANGS "0",
        "0000:05:00.0/" HANGS "1", "0000:05:00.0/" UUID "/" HANGS "0",
        "0000:05:00.0/" UUID "/" HANGS "1", "0000:06:00.0/" HANGS "0",
        "0000:07:00.0/" HANGS "0", "0000:08:00.0/" HANGS "0", "0000:09:00.0/" HANGS "0" },
      { "0000:07:00.0/other", "0000:0a:00.0/other" },
      { NULL } },
};


static testRoot *
testMakeFunctions(void)
{
    return testMakeTree(FUNCTION("0000:01:00.0", "pf")
                        VIRTUAL("0000:01:00.1", "0000:01:00.0", "vf")
                        VIRTUAL("0000:01:00.2", "0000:01:00.0", "vf")
                        VIRTUAL("0000:01:00.3", "0000:01:00.0", "vf")
                        VIRTUAL("0000:01:00.4", "0000:01:00.0", "other-vf")
                        FUNCTION("0000:02:00.0", "two")
                        FUNCTION("0000:03:00.0", "two")
                        FUNCTION("0000:04:00.0", "two")
                        FUNCTION("0000:05:00.0", "parent")
                        FUNCTION("0000:05:00.0/" UUID, "vfio_mdev")
                        FUNCTION("0000:06:00.0", "parent-6")
                        FUNCTION("0000:06:00.0/" UUID, "vfio_mdev")
                        FUNCTION("0000:07:00.0", "seven")
                        FUNCTION("0000:08:00.0", "eight")
                        FUNCTION("0000:09:00.0", "nine")
                        FUNCTION("0000:0a:00.0", "ten")
                        FUNCTION("0000:0b:00.0", "two")
                        FUNCTION("0000:0c:00.0", "two"));
}


static int
testExpectReads(const char *root,
                const char *const *names,
                bool fail)
{
    size_t i;

    for (i = 0; names[i]; i++) {
        if (testExpectRead(root, names[i], fail ? -ETIMEDOUT : 3) < 0)
            return testFail("'%s'", names[i]);
    }
    return 0;
}


/* What hangs takes the share of its device, card and driver, and no more. */
static int
testShares(const void *opaque)
{
    const struct testShare *data = opaque;
    g_autoptr(testRoot) root = testMakeFunctions();
    g_autofree char *bus = g_strdup_printf("%s/bus", root);
    size_t i;

    testHang(true);
    for (i = 0; data->hang[i]; i++) {
        if (testHangIn(bus, data->hang[i]) < 0)
            return testFail("'%s'", data->hang[i]);
    }

    /* however long it may take: at once */
    if (testExpectHanging(i) < 0 ||
        testExpectReads(bus, data->fail, true) < 0 ||
        testExpectReads(bus, data->read, false) < 0 ||
        testExpectHanging(i) < 0)
        return -1;

    testRecover();
    for (i = 0; data->fail[i]; i++) {
        if (testExpectRead(bus, data->fail[i], strstr(data->fail[i], HANGS) ? 2 : 3) < 0)
            return testFail("'%s' again", data->fail[i]);
    }
    testRecover();
    return testCount(0, 0);
}


/* A thread is used again for the next file. */
static int
testReuse(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree("R/other 12");
    size_t i;

    virNodeDeviceCompatReaderSetLimits(FOREVER, FOREVER, FOREVER);
    for (i = 0; i < 100; i++) {
        if (testExpectRead(root, "other", 3) < 0)
            return -1;
    }
    if (testCount(1, 0) < 0)
        return -1;

    testRecover();
    return testCount(0, 0);
}


/* The deadline of a caller is earlier than what a file may take. */
static int
testDeadline(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree("R/" HANGS " 1\nR/other 12");

    testHang(true);
    virNodeDeviceCompatReaderSetLimits(FOREVER, FOREVER, FOREVER);
    virNodeDeviceCompatReaderSetDeadline(g_get_monotonic_time() + SHORT * 1000LL);

    /* once it has passed, nothing is read any more */
    if (testExpectRead(root, HANGS, -ETIMEDOUT) < 0 ||
        testExpectRead(root, "other", -ETIMEDOUT) < 0)
        return -1;

    virNodeDeviceCompatReaderSetDeadline(0);
    if (testExpectRead(root, "other", 3) < 0)
        return -1;

    testRecover();
    return 0;
}


/* A thread that was left behind reads on below the root where it has begun, though others
 * read elsewhere by then. */
static struct {
    GThread *caller;
    int begun;
    int released;
    int ended;
    char *root;                 /* that it has had at the end */
} behind;


static void *
testLookBehind(const void *opaque G_GNUC_UNUSED)
{
    /* the one who does not wait any more looks at nothing by himself */
    if (g_thread_self() == behind.caller)
        return g_strdup("late");

    if (g_atomic_int_add(&behind.begun, 1) > 0)
        return g_strdup("again");

    while (!g_atomic_int_get(&behind.released))
        g_usleep(1000);

    behind.root = g_strdup(virNodeDeviceCompatTreeGetRoot());
    g_atomic_int_set(&behind.ended, 1);
    return g_strdup("left behind");
}


static int
testBehind(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) one = testMakeTree("R/other 1");
    g_autoptr(testRoot) two = testMakeTree("R/other 2");
    const virNodeDeviceCompatTreeRoot *first;
    g_autofree char *left = NULL;
    bool same;

    behind.caller = g_thread_self();
    virNodeDeviceCompatReaderSetLimits(FOREVER, SHORT, FOREVER);
    if (virNodeDeviceCompatTreeConfine(one) < 0)
        return -1;
    first = virNodeDeviceCompatTreeGet();

    /* on a busy machine no thread need have begun by then */
    while (!g_atomic_int_get(&behind.begun))
        g_free(virNodeDeviceCompatReaderRun(testLookBehind, NULL, NULL, g_free));

    if (virNodeDeviceCompatTreeConfine(two) < 0)
        return -1;
    g_atomic_int_set(&behind.released, 1);
    while (!g_atomic_int_get(&behind.ended))
        g_usleep(1000);
    left = g_steal_pointer(&behind.root);

    /* nor does one more root take more than the first time */
    if (virNodeDeviceCompatTreeConfine(one) < 0)
        return -1;
    same = virNodeDeviceCompatTreeGet() == first;
    virNodeDeviceCompatTreeConfine(NULL);
    testRecover();

    return testExpectString(one, left) < 0 || testExpectBool(true, same) < 0 ? -1 : 0;
}


/* A file server that does not answer, in which no file is read */
static void *
testLookNowhere(const void *opaque G_GNUC_UNUSED)
{
    if (g_thread_self() == behind.caller)
        return g_strdup(virNodeDeviceCompatTreeGetFileType("/") == 0 ? "nothing" : "looked");

    g_atomic_int_inc(&behind.begun);
    while (!g_atomic_int_get(&behind.released))
        g_usleep(1000);
    return g_strdup("released");
}


/* One who does not wait any more looks at nothing in his own thread. */
static int
testNowhere(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *result = NULL;

    behind.caller = g_thread_self();
    behind.begun = 0;
    behind.released = 0;
    virNodeDeviceCompatReaderSetLimits(SHORT, SHORT, FOREVER);
    result = virNodeDeviceCompatReaderRun(testLookNowhere, NULL, NULL, g_free);
    g_atomic_int_set(&behind.released, 1);
    testRecover();

    if (testExpectString("nothing", result) < 0)
        return -1;
    return testExpectNumber(S_IFDIR, virNodeDeviceCompatTreeGetFileType("/"));
}


/* All that is read of one device has a time in total, and the next one gets it again. A
 * file that is absent takes none. When its share of the threads hangs, there is no more of
 * the device, but of its type. */
static int
testTotal(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree(BASE "D/migration/self/" HANGS "%d @many 3\n"
                                            "D/migration/self/x 1\nM/version 1");
    g_autoptr(testRoot) one = testMakeTree(BASE "D/migration/self/" HANGS " 1\n"
                                           "D/migration/self/x 1");
    g_autofree char *dir = g_strdup_printf("%s/" PARENT "/" UUID "/migration/self", root);
    g_autofree char *hung = NULL;
    g_autofree char *again = NULL;
    g_autofree char *share = NULL;
    g_autofree char *through = NULL;

    testHang(true);
    virNodeDeviceCompatReaderSetLimits(FOREVER, SHORT, FOREVER);
    hung = testReadTree(root, PARENT "/" UUID);

    if (testCheckXML(CAP(TYPE DRIVER UNUSABLE("device_api", "timeout")
                         UNUSABLE("driver_version", "timeout")
                         UNUSABLE(HANGS "0", "timeout") UNUSABLE(HANGS "1", "timeout")
                         UNUSABLE(HANGS "2", "timeout") UNUSABLE("x", "timeout")), hung) < 0)
        return -1;

    /* with time for all, the others are read */
    testRecover();
    testHang(true);
    if (testHangIn(one, PARENT "/" UUID "/migration/self/" HANGS) < 0)
        return -1;
    again = testReadTree(one, PARENT "/" UUID);
    if (testCheckXML(CAP(API TYPE DRIVER ATTR("x", "1") UNUSABLE(HANGS, "timeout")), again) < 0)
        return -1;

    testRecover();
    testHang(true);
    if (testHangIn(dir, HANGS "0") < 0 ||
        testHangIn(dir, HANGS "1") < 0)
        return -1;
    share = testReadTree(root, PARENT "/" UUID);
    if (!strstr(share, API) || !strstr(share, UNUSABLE(HANGS "2", "timeout")) ||
        !strstr(share, UNUSABLE("x", "timeout")))
        return testFail("the share of the device is missing in %s", share);

    testRecover();
    through = testReadTree(root, PARENT "/" UUID);
    if (testCheckXML(CAP(API TYPE DRIVER DERIVED("driver_version", "1") ATTR(HANGS "0", "1")
                         ATTR(HANGS "1", "1") ATTR(HANGS "2", "1") ATTR("x", "1")), through) < 0)
        return -1;

    testRecover();
    return 0;
}


/* A look that reads "x", what hangs, "x" again, and "y". Returns the lengths, or errors. */
static void *
testLook(const void *root)
{
    static const char *const names[] = { "x", HANGS, "x", "y" };
    GString *result = g_string_new(NULL);
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(root, names[i], NULL);
        g_autofree char *text = NULL;

        g_string_append_printf(result, " %d", testRead(path, 100, &text));
    }

    return g_string_free(result, FALSE);
}


static int
testExpectLook(const char *root,
               const char *expect,
               size_t expectReads)
{
    g_autofree char *actual = NULL;
    size_t actualReads;

    reads = 0;
    actual = virNodeDeviceCompatReaderRun(testLook, g_strdup(root), g_free, g_free);

    g_mutex_lock(&lock);
    actualReads = reads;
    g_mutex_unlock(&lock);

    if (testExpectString(expect, actual) < 0)
        return -1;
    return testExpectNumber(expectReads, actualReads);
}


/* One thread reads all of a look, each file once. If it hangs another one goes on, with what
 * was read before; without time for that nothing else is read. */
static int
testLooks(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree("R/" HANGS " 1\nR/x 12\nR/y 123");
    g_autofree char *expect = g_strdup_printf(" 3 %d 3 4", -ETIMEDOUT);
    g_autofree char *late = g_strdup_printf(" 3 %d 3 %d", -ETIMEDOUT, -ETIMEDOUT);

    virNodeDeviceCompatReaderSetLimits(FOREVER, FOREVER, FOREVER);
    if (testExpectLook(root, " 3 2 3 4", 2) < 0 ||
        testCount(1, 0) < 0)
        return -1;

    /* long enough for a thread to read "x" on a busy machine, too */
    testHang(true);
    virNodeDeviceCompatReaderSetLimits(2000, FOREVER, FOREVER);
    if (testExpectLook(root, expect, 2) < 0 ||
        testCount(2, 1) < 0)
        return -1;

    /* that it hangs is known */
    if (testExpectLook(root, expect, 2) < 0 ||
        testExpectNumber(1, testCountLooks()) < 0 ||
        testCount(2, 1) < 0)
        return -1;

    testRecover();
    testHang(true);
    virNodeDeviceCompatReaderSetLimits(FOREVER, 2000, FOREVER);
    /* what is left to do takes another thread, but hangs nowhere */
    if (testExpectLook(root, late, 1) < 0 ||
        testCount(2, 1) < 0)
        return -1;

    testRecover();
    return testCount(0, 0);
}


struct testReader {
    const char *root;
    int result;
};


static void
testReadInThread(void *opaque)
{
    struct testReader *reader = opaque;

    reader->result = testExpectRead(reader->root, HANGS, 2);
}


/* Many callers of one file, which takes a while: all of them get it, and no more than one
 * thread is in it at a time. Those that wait for it do not keep others from reading. */
static int
testShared(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree("R/" HANGS " 1");
    struct testReader readers[2 * THREADS] = { 0 };
    virThread threads[G_N_ELEMENTS(readers)];
    int result = 0;
    size_t i;

    testHang(true);
    virNodeDeviceCompatReaderSetLimits(FOREVER, FOREVER, FOREVER);

    for (i = 0; i < G_N_ELEMENTS(readers); i++) {
        readers[i].root = root;
        if (virThreadCreate(&threads[i], true, testReadInThread, &readers[i]) < 0)
            abort();
    }

    /* the first of them is in it, whichever that is */
    g_mutex_lock(&lock);
    while (looks == 0)
        g_cond_wait(&changed, &lock);
    g_mutex_unlock(&lock);
    g_usleep(10 * 1000);
    if (testExpectNumber(1, testCountLooks()) < 0)
        result = -1;

    testHang(false);
    for (i = 0; i < G_N_ELEMENTS(readers); i++) {
        virThreadJoin(&threads[i]);
        if (readers[i].result < 0)
            result = -1;
    }

    if (testExpectNumber(G_N_ELEMENTS(readers), testCountLooks()) < 0)
        result = -1;

    testRecover();
    return result;
}


/* A child that is forked while files hang has no threads, and gets its own. */
static int
testFork(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree("R/" HANGS " 1\nR/other 12");
    pid_t pid;

    testHang(true);
    if (testHangIn(root, HANGS) < 0)
        return -1;

    if ((pid = virFork()) == 0) {
        hanging = false;
        if (testExpectRead(root, "other", 3) < 0 ||
            testExpectRead(root, HANGS, 2) < 0 ||
            testCount(1, 0) < 0)
            _exit(EXIT_FAILURE);
        _exit(EXIT_SUCCESS);
    }

    if (pid < 0 || virProcessWait(pid, NULL, false) < 0)
        return testFail("the child has failed");

    if (testCount(1, 1) < 0)
        return -1;

    testRecover();
    return 0;
}


/* A thread forks while another one, which is about to use an answer that is kept, logs how
 * old that is. */
#define LOCK_TIME 20

static bool asked;              /* the other one has the locks of the pool and of the cache */
static bool forking;            /* this one has that of the log */


static void
testTell(bool *what)
{
    g_mutex_lock(&lock);
    *what = true;
    g_cond_broadcast(&changed);
    g_mutex_unlock(&lock);
}


static void
testAwait(const bool *what)
{
    g_mutex_lock(&lock);
    while (!*what)
        g_cond_wait(&changed, &lock);
    g_mutex_unlock(&lock);
}


static void
testBeforeFork(void)
{
    testTell(&forking);
}


static gint64
testClock(void)
{
    testTell(&asked);
    testAwait(&forking);
    return 0;
}


static int
testAnswer(const char *name G_GNUC_UNUSED,
           int max G_GNUC_UNUSED,
           char **ret_text)
{
    *ret_text = g_strdup("");
    return 0;
}


static void *
testCallKept(const void *name)
{
    g_autofree char *text = NULL;

    ignore_value(virNodeDeviceCompatReaderCall(name, testAnswer, 1, &text));
    return NULL;
}


static void
testForkOnce(void *opaque)
{
    int *status = opaque;
    pid_t pid;

    testAwait(&asked);
    if ((pid = virFork()) == 0)
        _exit(EXIT_SUCCESS);

    *status = pid > 0 ? virProcessWait(pid, NULL, false) : -1;
}


/* In a process of its own, as it would not end. */
static int
testForkWhileLogging(const void *opaque G_GNUC_UNUSED)
{
    pid_t pid = virFork();
    virThread thread;
    int status = -1;

    if (pid == 0) {
        alarm(LOCK_TIME);
        virNodeDeviceCompatReaderSetLimits(FOREVER, FOREVER, FOREVER);
        virNodeDeviceCompatCacheEnable(true);
        testCallKept("kept");

        /* what is logged of a source is looked up again */
        ignore_value(virLogSetFilters(NULL));
        virNodeDeviceCompatCacheSetClock(testClock);
        pthread_atfork(testBeforeFork, NULL, NULL);

        if (virThreadCreate(&thread, true, testForkOnce, &status) < 0)
            _exit(EXIT_FAILURE);
        virNodeDeviceCompatReaderRun(testCallKept, (void *) "kept", NULL, g_free);
        virThreadJoin(&thread);
        _exit(status == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
    }

    if (pid < 0 || virProcessWait(pid, NULL, false) < 0)
        return testFail("the process hangs: %s", virGetLastErrorMessage());
    return 0;
}


/* Nor does it matter to the end of the process that threads hang: this is the last case,
 * after which one does. */
static int
testExit(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree("R/" HANGS " 1");

    testHang(true);
    return testHangIn(root, HANGS);
}


static const struct testFailure {
    const char *name;
    const char *tree;
    int expect;
} failures[] = {
    { "no file", "R/x @none", -ENOENT },
    { "a directory", "R/x @dir", -EINVAL },
    { "a FIFO", "R/x @fifo", -EINVAL },
    { "a link in a circle", "R/x @loop", -ELOOP },
    { "as much as can be", "R/x @fill 100 v", 100 },
    { "more than can be", "R/x @fill 101 v", -EOVERFLOW },
    { "nothing", "R/x @raw ", 0 },
};


static int
testFailure(const void *opaque)
{
    const struct testFailure *data = opaque;
    g_autoptr(testRoot) root = testMakeTree(data->tree);

    virNodeDeviceCompatReaderSetLimits(FOREVER, FOREVER, FOREVER);
    return testExpectRead(root, "x", data->expect);
}


/* Without a limit, the caller reads by itself. */
static int
testOwnThread(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree("R/other 12");

    virNodeDeviceCompatReaderSetLimits(0, 0, 0);
    if (testExpectRead(root, "other", 3) < 0 ||
        testExpectRead(root, "gone", -ENOENT) < 0)
        return -1;
    return testCount(0, 0);
}


static int
mymain(void)
{
    testTreeInit();
    virNodeDeviceCompatReaderSetHook(testHook);

    DO_TABLE("file", failures, testFailure);
    testRecover();

    DO_TEST(testOwnThread, NULL, "no threads");
    DO_TEST(testHangs, NULL, "a file that hangs is given up");
    DO_TEST(testCall, NULL, "a call that hangs is given up");
    DO_TABLE("share of", shares, testShares);
    DO_TEST(testReuse, NULL, "a thread reads many files");
    DO_TEST(testLooks, NULL, "a thread reads all that is read together");
    DO_TEST(testDeadline, NULL, "the caller's deadline");
    DO_TEST(testBehind, NULL, "root of a thread that was left behind");
    DO_TEST(testNowhere, NULL, "nobody is left who could look");
    DO_TEST(testTotal, NULL, "the time for a device");
    DO_TEST(testShared, NULL, "many callers read one file");
    DO_TEST(testFork, NULL, "a child has threads of its own");
    DO_TEST(testForkWhileLogging, NULL, "a thread forks while another one logs");
    DO_TEST(testExit, NULL, "a process ends while a file hangs");

    return testResult();
}

VIR_TEST_MAIN(mymain)
