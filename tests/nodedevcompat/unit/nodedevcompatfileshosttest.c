/*
 * nodedevcompatfileshosttest.c: rule and facts files on a file server that hangs
 *
 * The thread that reads the files of the host hangs before it does, until it is told to go
 * on.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"

#include "nodedev_compat/evidence/nodedev_compat_files_host.h"
#include "nodedev_compat/evidence/nodedev_compat_pool.h"
#define LIBVIRT_NODEDEV_COMPAT_READERPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_readerpriv.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define FOREVER 600000
#define SHORT 20

/* How often the files are asked for while they hang */
#define ASKED 20

static GMutex lock;
static GCond changed;
static bool hanging;
static size_t begun;            /* how often a thread has begun to read them */


static int
testHook(const char *path)
{
    if (STRNEQ(path, VIR_NODE_DEVICE_COMPAT_FILES_CALL))
        return 0;

    g_mutex_lock(&lock);
    begun++;
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
    begun = 0;
    g_cond_broadcast(&changed);
    g_mutex_unlock(&lock);
}


static size_t
testCountBegun(void)
{
    size_t count;

    g_mutex_lock(&lock);
    count = begun;
    g_mutex_unlock(&lock);
    return count;
}


/* Asks until a thread hangs, which on a busy machine takes a while. */
static void
testHangNow(void)
{
    virNodeDeviceCompatReaderSetLimits(SHORT, SHORT, FOREVER);

    while (testCountBegun() == 0) {
        g_object_unref(virNodeDeviceCompatFilesGetRules());
        g_thread_yield();
    }

    virNodeDeviceCompatReaderSetLimits(FOREVER, FOREVER, FOREVER);
}


/* Waits until no thread hangs any more. */
static void
testRecover(void)
{
    size_t threads;
    size_t hang;

    testHang(false);
    do {
        g_usleep(1000);
        virNodeDeviceCompatPoolCount(&threads, &hang);
    } while (hang > 0);
}


/* The faults in @rules, one letter each: u, r, f for rules that are not known, and rules and
 * facts that are outdated */
static char *
testFormatFaults(const virNodeDeviceCompatRules *rules)
{
    GString *text = g_string_new(NULL);
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(rules->faults); i++) {
        if (rules->faults[i])
            g_string_append_c(text, "urf"[i]);
    }

    return g_string_free(text, FALSE);
}


static int
testExpectFiles(const char *expect,
                virNodeDeviceCompatAttrState expectState)
{
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatFilesGetRules();
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFilesGetFacts();
    g_autofree char *faults = testFormatFaults(rules);

    /* whoever gets descriptors of this host is to know, too */
    if (testExpectString(expect, faults) < 0 ||
        testExpectBool(strchr(expect, 'f') != NULL, facts->outdated) < 0)
        return -1;
    return testExpectNumber(expectState, facts->unusable);
}


/* Whoever asks has an answer at once, and one thread hangs for all of them. */
static int
testExpectHanging(const char *expect,
                  virNodeDeviceCompatAttrState expectState)
{
    size_t threads;
    size_t hang;
    size_t i;

    for (i = 0; i < ASKED; i++) {
        if (testExpectFiles(expect, expectState) < 0)
            return -1;
    }

    virNodeDeviceCompatPoolCount(&threads, &hang);
    if (testExpectNumber(1, testCountBegun()) < 0)
        return -1;
    return testExpectBool(true, hang >= 1 && threads <= 4);
}


/* A daemon that has just started must not know less than yes. */
static int
testFirst(const void *opaque G_GNUC_UNUSED)
{
    testHang(true);
    testHangNow();
    if (testExpectHanging("u", VIR_NODE_DEVICE_COMPAT_ATTR_TIMEOUT) < 0)
        return -1;

    testRecover();
    return testExpectFiles("", VIR_NODE_DEVICE_COMPAT_ATTR_OK);
}


static int
testLater(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatRules) before = virNodeDeviceCompatFilesGetRules();
    g_autoptr(virNodeDeviceCompatRules) last = NULL;

    testHang(true);
    testHangNow();
    if (testExpectHanging("rf", VIR_NODE_DEVICE_COMPAT_ATTR_OK) < 0)
        return -1;

    /* the same rules, which live as long as these */
    last = virNodeDeviceCompatFilesGetRules();
    if (testExpectNumber(before->ngroups, last->ngroups) < 0 ||
        testExpectBool(true, before != last && before->byAttr == last->byAttr) < 0)
        return -1;

    testRecover();
    return testExpectFiles("", VIR_NODE_DEVICE_COMPAT_ATTR_OK);
}


static int
mymain(void)
{
    virNodeDeviceCompatReaderSetHook(testHook);

    DO_TEST(testFirst, NULL, "files that hang from the start");
    DO_TEST(testLater, NULL, "files that hang later on");

    return testResult();
}

VIR_TEST_MAIN(mymain)
