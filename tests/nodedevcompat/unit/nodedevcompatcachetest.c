/*
 * nodedevcompatcachetest.c: answers that are kept, and what drops them
 *
 * Answers grow old by a clock of the test.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"

#define LIBVIRT_NODEDEV_COMPAT_CACHEPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_cachepriv.h"
#include "nodedev_compat/evidence/nodedev_compat_pool.h"
#define LIBVIRT_NODEDEV_COMPAT_READERPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_readerpriv.h"
#include "virthread.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define QUESTION "devlink info 0000:a3:00.0"
#define OTHER "devlink ports 0000:a3:00.0"
#define ANOTHER "devlink info 0000:a3:00.1"

#define LIFE VIR_NODE_DEVICE_COMPAT_CACHE_LIFE_MS
#define ERROR_LIFE VIR_NODE_DEVICE_COMPAT_CACHE_ERROR_MS
#define UNWATCHED VIR_NODE_DEVICE_COMPAT_CACHE_UNWATCHED_MS
#define DOUBT VIR_NODE_DEVICE_COMPAT_CACHE_DOUBT_MS
#define DOUBTS VIR_NODE_DEVICE_COMPAT_CACHE_DOUBTED_DEVICES
#define DROPS VIR_NODE_DEVICE_COMPAT_CACHE_DROPS
#define ANSWERS VIR_NODE_DEVICE_COMPAT_CACHE_ANSWERS_MAX

static gint64 timeNow;


static gint64
testClock(void)
{
    return timeNow;
}


static void
testPut(const char *question,
        int len,
        const char *text)
{
    virNodeDeviceCompatCachePut(question, virNodeDeviceCompatCacheBegin(), len, text);
}


/* What is kept of @question: the text, "error", or "nothing" */
static char *
testGet(const char *question)
{
    g_autofree char *text = NULL;
    int len = 0;

    if (!virNodeDeviceCompatCacheGet(question, &len, &text))
        return g_strdup("nothing");
    if (len < 0)
        return g_strdup(text ? "text of an error" : "error");
    if (len != strlen(text))
        return g_strdup_printf("%d bytes of '%s'", len, text);
    return g_steal_pointer(&text);
}


static int
testExpect(const char *question,
           const char *expect)
{
    g_autofree char *actual = testGet(question);

    return testExpectString(expect, actual);
}


static void
testBegin(bool watched)
{
    virNodeDeviceCompatCacheDisable();
    virNodeDeviceCompatCacheEnable(watched);
    timeNow = 1;
}


/* How long what is kept */
static const struct testAge {
    const char *name;
    int len;
    bool watched;
    long long ms;
} ages[] = {
    { "an answer", 1, true, LIFE },
    { "an empty answer", 0, true, LIFE },
    { "no such device", -ENODEV, true, LIFE },
    { "a driver that does not know", -EOPNOTSUPP, true, LIFE },
    { "an error", -EIO, true, ERROR_LIFE },
    { "no time", -ETIMEDOUT, true, ERROR_LIFE },
    { "not permitted", -EPERM, true, ERROR_LIFE },
    { "an answer that nobody watches", 1, false, UNWATCHED },
    { "an error that nobody watches", -EIO, false, UNWATCHED },
};


static int
testAge(const void *opaque)
{
    const struct testAge *data = opaque;
    const char *expect = data->len > 0 ? "x" : data->len == 0 ? "" : "error";

    testBegin(data->watched);
    testPut(QUESTION, data->len, "x");

    timeNow += data->ms * 1000 - 1;
    if (testExpect(QUESTION, expect) < 0)
        return -1;

    timeNow++;
    if (testExpect(QUESTION, "nothing") < 0)
        return -1;

    /* looking at it has not made it younger */
    testPut(QUESTION, 1, "y");
    return testExpect(QUESTION, "y");
}


/* What drops which */
static const struct testDrop {
    const char *name;
    const char *drop;           /* NULL: everything */
    const char *expect[3];      /* of QUESTION, OTHER and ANOTHER */
} drops[] = {
    { "a device", "0000:a3:00.0", { "nothing", "nothing", "3" } },
    { "another one", "0000:a3:00.1", { "1", "2", "nothing" } },
    { "one of which nothing is known", "0000:a3:00.2", { "1", "2", "3" } },
    { "a part of a name", "0000:a3:00", { "1", "2", "3" } },
    { "no name", "", { "1", "2", "3" } },
    { "everything", NULL, { "nothing", "nothing", "nothing" } },
};


static int
testDrop(const void *opaque)
{
    const struct testDrop *data = opaque;

    testBegin(true);
    testPut(QUESTION, 1, "1");
    testPut(OTHER, 1, "2");
    testPut(ANOTHER, 1, "3");

    if (data->drop)
        virNodeDeviceCompatCacheDrop(data->drop);
    else
        virNodeDeviceCompatCacheDropAll();

    if (testExpect(QUESTION, data->expect[0]) < 0 ||
        testExpect(OTHER, data->expect[1]) < 0)
        return -1;
    return testExpect(ANOTHER, data->expect[2]);
}


/* For how long answers are kept about a device whose firmware has been written */
static const struct testDoubt {
    const char *name;
    const char *doubt;          /* NULL: any device */
    size_t others;              /* so many others are doubted, too, before */
    long long after;            /* when the question is asked, in milliseconds */
    long long life;
} doubts[] = {
    { "the device", "0000:a3:00.0", 0, 0, UNWATCHED },
    { "the device, at the end", "0000:a3:00.0", 0, DOUBT - UNWATCHED - 1, UNWATCHED },
    { "the device, after that", "0000:a3:00.0", 0, DOUBT, LIFE },
    { "another function of the card", "0000:a3:00.1", 0, 0, UNWATCHED },
    { "that, after that", "0000:a3:00.1", 0, DOUBT, LIFE },
    { "one of more than eight", "0000:a3:01.0", 0, 0, UNWATCHED },
    { "another one", "0000:a4:00.0", 0, 0, LIFE },
    { "one whose name is longer", "0000:a3:00.00", 0, 0, LIFE },
    { "any device", NULL, 0, 0, UNWATCHED },
    { "any device, after that", NULL, 0, DOUBT, LIFE },
    { "the last one of many", "0000:a3:00.0", DOUBTS - 1, 0, UNWATCHED },
    { "another one of many", "0000:a4:00.0", DOUBTS - 1, 0, LIFE },
    { "one of too many", "0000:a3:00.0", DOUBTS, 0, UNWATCHED },
    { "another one of too many", "0000:a4:00.0", DOUBTS, 0, UNWATCHED },
};


static int
testDoubt(const void *opaque)
{
    const struct testDoubt *data = opaque;
    size_t i;

    testBegin(true);
    testPut(QUESTION, 1, "0");
    for (i = 0; i < data->others; i++) {
        g_autofree char *other = g_strdup_printf("other%zu", i);

        virNodeDeviceCompatCacheDoubt(other);
    }
    virNodeDeviceCompatCacheDoubt(data->doubt);

    /* what is known is dropped as by any report */
    if (testExpect(QUESTION, data->doubt && STRNEQ(data->doubt, "0000:a3:00.0") ?
                   "0" : "nothing") < 0)
        return -1;

    timeNow += data->after * 1000;
    testPut(QUESTION, 1, "1");
    timeNow += data->life * 1000 - 1;
    if (testExpect(QUESTION, "1") < 0)
        return -1;

    timeNow++;
    return testExpect(QUESTION, "nothing");
}


/* An answer to a question that was asked before something was dropped is not kept. */
static int
testRace(const void *opaque G_GNUC_UNUSED)
{
    guint64 begun;

    testBegin(true);
    begun = virNodeDeviceCompatCacheBegin();
    virNodeDeviceCompatCacheDrop("0000:a3:00.0");
    virNodeDeviceCompatCachePut(QUESTION, begun, 1, "1");
    if (testExpect(QUESTION, "nothing") < 0)
        return -1;

    begun = virNodeDeviceCompatCacheBegin();
    virNodeDeviceCompatCacheDropAll();
    virNodeDeviceCompatCachePut(QUESTION, begun, 1, "1");
    if (testExpect(QUESTION, "nothing") < 0)
        return -1;

    /* and another one not instead of it */
    begun = virNodeDeviceCompatCacheBegin();
    virNodeDeviceCompatCachePut(QUESTION, begun, 1, "2");
    virNodeDeviceCompatCacheDrop("0000:a3:00.0");
    virNodeDeviceCompatCachePut(QUESTION, begun, 1, "1");
    return testExpect(QUESTION, "nothing");
}


/* Reports that come while a question is asked, and whether the answer is kept: events of
 * udev are about anything, and a host with containers has many of them. */
static const struct testStorm {
    const char *name;
    const char *first;          /* what the first report is about */
    const char *last;           /* and the last one; NULL: there is none */
    size_t others;              /* how many are about other things, in between */
    const char *expect;
} storms[] = {
    { "another device", "veth1", NULL, 0, "1" },
    { "many others", "veth1", NULL, DROPS - 1, "1" },
    { "too many others to know of all", "veth1", NULL, DROPS, "nothing" },
    { "the device, and many others", "0000:a3:00.0", NULL, DROPS - 1, "nothing" },
    { "many others, and the device", "veth1", "0000:a3:00.0", DROPS - 2, "nothing" },
    { "a part of the name", "0000:a3:00", "0000:a3:00.01", 3, "1" },
};


static int
testStorm(const void *opaque)
{
    const struct testStorm *data = opaque;
    guint64 begun;
    size_t i;

    testBegin(true);
    begun = virNodeDeviceCompatCacheBegin();
    virNodeDeviceCompatCacheDrop(data->first);
    for (i = 0; i < data->others; i++)
        virNodeDeviceCompatCacheDrop("veth0");
    if (data->last)
        virNodeDeviceCompatCacheDrop(data->last);

    virNodeDeviceCompatCachePut(QUESTION, begun, 1, "1");
    return testExpect(QUESTION, data->expect);
}


static int
testExpectCount(size_t answers,
                size_t maxBytes)
{
    size_t actual;
    size_t bytes;

    virNodeDeviceCompatCacheCount(&actual, &bytes);
    if (actual != answers || bytes > maxBytes || (actual == 0) != (bytes == 0))
        return testFail("expected %zu answers in %zu bytes at most, got %zu in %zu",
                        answers, maxBytes, actual, bytes);
    return 0;
}


/* The oldest go when there are too many. */
static int
testMany(const void *opaque G_GNUC_UNUSED)
{
    size_t i;

    testBegin(true);
    for (i = 0; i < ANSWERS + 2; i++) {
        g_autofree char *question = g_strdup_printf("question %zu", i);

        timeNow++;
        testPut(question, 1, "x");
    }

    if (testExpectCount(ANSWERS, VIR_NODE_DEVICE_COMPAT_CACHE_BYTES_MAX) < 0 ||
        testExpect("question 0", "nothing") < 0 ||
        testExpect("question 1", "nothing") < 0 ||
        testExpect("question 2", "x") < 0)
        return -1;

    /* or those that have expired, all at once */
    timeNow += LIFE * 1000LL - 1;
    testPut(QUESTION, 1, "1");
    if (testExpectCount(2, VIR_NODE_DEVICE_COMPAT_CACHE_BYTES_MAX) < 0)
        return -1;

    virNodeDeviceCompatCacheDropAll();
    return testExpectCount(0, 0);
}


/* Nor are there more bytes than may be. */
static int
testLarge(const void *opaque G_GNUC_UNUSED)
{
    size_t size = VIR_NODE_DEVICE_COMPAT_CACHE_ANSWER_MAX;
    size_t fits = VIR_NODE_DEVICE_COMPAT_CACHE_BYTES_MAX / size;
    g_autofree char *text = g_strnfill(size, 'x');
    size_t i;

    testBegin(true);
    testPut("question 0", size, text);
    if (testExpectCount(0, 0) < 0)
        return -1;

    for (i = 0; i < fits + 2; i++) {
        g_autofree char *question = g_strdup_printf("question %zu", i);

        timeNow++;
        testPut(question, size - 1024, text);
    }
    if (testExpectCount(fits, VIR_NODE_DEVICE_COMPAT_CACHE_BYTES_MAX) < 0 ||
        testExpect("question 1", "nothing") < 0)
        return -1;

    /* one in the place of another */
    testPut("question 2", 1, "y");
    return testExpect("question 2", "y");
}


/* A program that hears of nothing keeps nothing. */
static int
testDisabled(const void *opaque G_GNUC_UNUSED)
{
    testBegin(true);
    testPut(QUESTION, 1, "1");
    virNodeDeviceCompatCacheDisable();
    testPut(OTHER, 1, "2");

    if (testExpect(QUESTION, "nothing") < 0 ||
        testExpect(OTHER, "nothing") < 0 ||
        testExpectCount(0, 0) < 0)
        return -1;

    virNodeDeviceCompatCacheEnable(true);
    return testExpect(QUESTION, "nothing");
}


/* What was asked before all was reported can have changed by then. */
static int
testWatchedLater(const void *opaque G_GNUC_UNUSED)
{
    guint64 begun;

    testBegin(false);
    testPut(QUESTION, 1, "1");
    begun = virNodeDeviceCompatCacheBegin();
    virNodeDeviceCompatCacheEnable(true);
    virNodeDeviceCompatCachePut(OTHER, begun, 1, "2");

    if (testExpect(QUESTION, "nothing") < 0 ||
        testExpect(OTHER, "nothing") < 0)
        return -1;

    testPut(QUESTION, 1, "1");
    virNodeDeviceCompatCacheEnable(true);
    return testExpect(QUESTION, "1");
}


/* What is asked by the threads of the reader */
static GMutex lock;
static GCond changed;
static bool hanging;
static size_t asked;


static int
testAsk(const char *name,
        int max G_GNUC_UNUSED,
        char **ret_text)
{
    g_mutex_lock(&lock);
    asked++;
    g_cond_broadcast(&changed);
    while (hanging)
        g_cond_wait(&changed, &lock);
    g_mutex_unlock(&lock);

    *ret_text = g_strdup(name);
    return strlen(name);
}


static void
testHang(bool hang)
{
    g_mutex_lock(&lock);
    hanging = hang;
    if (hang)
        asked = 0;
    g_cond_broadcast(&changed);
    g_mutex_unlock(&lock);
}


static size_t
testCountAsked(void)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);

    return asked;
}


static int
testExpectCall(int expect,
               size_t expectAsked)
{
    g_autofree char *text = NULL;
    int len = virNodeDeviceCompatReaderCall(QUESTION, testAsk, 1000, &text);

    if (testExpectNumber(expectAsked, testCountAsked()) < 0 ||
        testExpectNumber(expect, len) < 0)
        return -1;
    return testExpectString(len < 0 ? NULL : QUESTION, text);
}


static int
testCall(const void *opaque G_GNUC_UNUSED)
{
    const int length = strlen(QUESTION);

    testBegin(true);
    asked = 0;
    if (testExpectCall(length, 1) < 0 ||
        testExpectCall(length, 1) < 0)
        return -1;

    virNodeDeviceCompatCacheDrop("0000:a3:00.0");
    if (testExpectCall(length, 2) < 0 ||
        testExpectCall(length, 2) < 0)
        return -1;

    virNodeDeviceCompatCacheDisable();
    if (testExpectCall(length, 3) < 0)
        return -1;
    return testExpectCall(length, 4);
}


/* One that hangs is not asked again before it has come back, and then its answer counts. */
static int
testCallHangs(const void *opaque G_GNUC_UNUSED)
{
    gint64 end = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;
    size_t hangs;
    size_t threads;

    testBegin(true);
    testHang(true);
    virNodeDeviceCompatReaderSetLimits(200, 600000, 600000);
    while (testCountAsked() == 0) {
        g_autofree char *text = NULL;

        if (virNodeDeviceCompatReaderCall(QUESTION, testAsk, 1000, &text) != -ETIMEDOUT ||
            g_get_monotonic_time() > end)
            return testFail("it does not hang");
    }

    virNodeDeviceCompatReaderSetLimits(60000, 600000, 600000);
    if (testExpectCall(-ETIMEDOUT, 1) < 0)
        return -1;

    testHang(false);
    do {
        g_usleep(1000);
        virNodeDeviceCompatPoolCount(&threads, &hangs);
    } while (hangs > 0);

    return testExpectCall(strlen(QUESTION), 1);
}


static void
testThread(void *opaque)
{
    size_t seed = GPOINTER_TO_SIZE(opaque);
    size_t i;

    for (i = 0; i < 2000; i++) {
        g_autofree char *question = g_strdup_printf("question %zu", (i * 7 + seed) % 13);
        g_autofree char *name = g_strdup_printf("%zu", (i + seed) % 17);
        guint64 begun = virNodeDeviceCompatCacheBegin();
        g_autofree char *text = testGet(question);

        if (STRNEQ(text, "nothing") && STRNEQ(text, question))
            abort();
        virNodeDeviceCompatCachePut(question, begun, strlen(question), question);
        if (i % 5 == 0)
            virNodeDeviceCompatCacheDrop(name);
        if (i % 501 == 0)
            virNodeDeviceCompatCacheDropAll();
    }
}


static int
testThreads(const void *opaque G_GNUC_UNUSED)
{
    virThread threads[4];
    size_t i;

    testBegin(true);
    for (i = 0; i < G_N_ELEMENTS(threads); i++) {
        if (virThreadCreate(&threads[i], true, testThread, GSIZE_TO_POINTER(i)) < 0)
            abort();
    }
    for (i = 0; i < G_N_ELEMENTS(threads); i++)
        virThreadJoin(&threads[i]);

    virNodeDeviceCompatCacheDropAll();
    return testExpectCount(0, 0);
}


static int
mymain(void)
{
    virNodeDeviceCompatCacheSetClock(testClock);
    virNodeDeviceCompatReaderSetLimits(60000, 600000, 600000);

    DO_TABLE("age", ages, testAge);
    DO_TABLE("drop", drops, testDrop);
    DO_TABLE("firmware written", doubts, testDoubt);

    DO_TABLE("reports meanwhile", storms, testStorm);
    DO_TEST(testRace, NULL, "an answer that was dropped before it came");
    DO_TEST(testMany, NULL, "many answers");
    DO_TEST(testLarge, NULL, "large answers");
    DO_TEST(testDisabled, NULL, "nothing is kept");
    DO_TEST(testWatchedLater, NULL, "reports that come later");
    DO_TEST(testCall, NULL, "a call that is answered");
    DO_TEST(testCallHangs, NULL, "a call that hangs");
    DO_TEST(testThreads, NULL, "many threads");

    virNodeDeviceCompatCacheDisable();
    return testResult();
}

VIR_TEST_MAIN(mymain)
