/*
 * nodedevcompathangtest.c: a file that hangs, as callers of the driver see it
 *
 * The file is one of a tree; the thread that reads it hangs until the test is over. What
 * is asked for comes nevertheless, and says that something was not read.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatdriver.h"
#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"

#define LIBVIRT_NODEDEV_COMPAT_READERPRIV_H_ALLOW
#include "access/viraccessmanager.h"
#include "datatypes.h"
#include "node_device/node_device_compat.h"
#include "node_device/node_device_compat_event.h"
#include "node_device/node_device_driver.h"
#include "nodedev_compat/evidence/nodedev_compat_readerpriv.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* How long a file is waited for. A slow machine makes others late as well, of which none
 * of the cases depends. */
#define FILE_MS 50
#define TOTAL_MS 60000
#define IDLE_MS 60000

#define SOURCE CAP(API TYPE VERS("1.0.0") ATTR("x", "1"))

static virConnectPtr conn;
static virNodeDevicePtr dev;

static GMutex mutex;
static GCond cond;
static bool hang = true;
static size_t nhanging;


static int
testHook(const char *path)
{
    if (!g_str_has_suffix(path, "/migration/self/x"))
        return 0;

    g_mutex_lock(&mutex);
    nhanging++;
    while (hang)
        g_cond_wait(&cond, &mutex);
    nhanging--;
    g_cond_broadcast(&cond);
    g_mutex_unlock(&mutex);
    return 0;
}


struct testHang {
    const char *name;
    char *(*ask)(void);
    const char *expect;         /* what is in the answer */
};


static char *
testDump(void)
{
    return nodeDeviceGetXMLDesc(dev, 0);
}


static char *
testCompare(void)
{
    int result = nodeDeviceCompareCompat(dev, SOURCE, 0);

    return g_strdup(result == VIR_NODE_DEVICE_COMPAT_UNKNOWN ? "unknown" : "another verdict");
}


static char *
testReport(void)
{
    return nodeDeviceGetCompatReport(dev, SOURCE, 0);
}


static char *
testSearch(void)
{
    return nodeConnectFindCompatNodeDevices(conn, SOURCE, 0);
}


static const struct testHang hangs[] = {
    { "XML", testDump, UNUSABLE("x", "timeout") },
    { "comparison", testCompare, "unknown" },
    { "report", testReport, "<nodeDeviceCompatReport verdict='unknown'>" },
    { "search", testSearch, "<candidate verdict='unknown'" },
};


static int
testHang(const void *opaque)
{
    const struct testHang *test = opaque;
    g_autofree char *answer = test->ask();

    if (!answer || !strstr(answer, test->expect))
        return testFail("expected '%s' in '%s'", test->expect, NULLSTR(answer));

    return 0;
}


static int
mymain(void)
{
    g_autoptr(testRoot) root = NULL;
    g_autofree char *path = NULL;
    virAccessManager *manager;

    testTreeInit();
    root = testMakeTree(BASE
                        "D/migration/self/software_version 1.0\n"
                        "D/migration/self/x 1\n");
    path = g_strdup_printf("%s/" PARENT "/" UUID, root);

    if (!(manager = virAccessManagerNew("none")))
        return EXIT_FAILURE;
    virAccessManagerSetDefault(manager);

    if (!(conn = virConnectOpen("test:///default")) ||
        testDriverInit() < 0)
        return EXIT_FAILURE;

    testDriverAddMdev("mdev", path, "t1");
    dev = virGetNodeDevice(conn, "mdev");

    virNodeDeviceCompatReaderSetHook(testHook);
    virNodeDeviceCompatReaderSetLimits(FILE_MS, TOTAL_MS, IDLE_MS);

    DO_TABLE("hang", hangs, testHang);

    g_mutex_lock(&mutex);
    hang = false;
    g_cond_broadcast(&cond);
    while (nhanging > 0)
        g_cond_wait(&cond, &mutex);
    g_mutex_unlock(&mutex);

    nodeDeviceCompatEventStop();
    virNodeDeviceFree(dev);
    testDriverFree();
    virConnectClose(conn);
    return testResult();
}

VIR_TEST_MAIN(mymain)
