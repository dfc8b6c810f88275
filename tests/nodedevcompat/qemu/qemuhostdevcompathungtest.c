/*
 * qemuhostdevcompathungtest.c: a policy file on a file server that does not answer
 *
 * At each moment at which the policy decides about host devices.
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
#include "qemu/qemu_hostdev_compat_policy.h"
#include "qemuhostdevcompatguest.h"
#include "qemuhostdevcompathost.h"
#include "qemuhostdevcompatutils.h"
#include "testutilsqemu.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_QEMU


/* A file server that does not answer, with the policy file on it, from now on */
static struct {
    GMutex lock;
    GCond changed;
    bool hanging;
    size_t begun;
} fileServer;


static int
testHangPolicy(const char *path)
{
    if (!STRPREFIX(path, VIR_DOMAIN_HOSTDEV_COMPAT_POLICY_CALL))
        return 0;

    /* whoever lists guests does not wait for that */
    testLockVM();

    g_mutex_lock(&fileServer.lock);
    fileServer.begun++;
    g_cond_broadcast(&fileServer.changed);
    while (fileServer.hanging)
        g_cond_wait(&fileServer.changed, &fileServer.lock);
    g_mutex_unlock(&fileServer.lock);
    return 0;
}


/* Nobody has to wait any more, and nothing is left. */
static void
testReleasePolicy(void)
{
    size_t threads;
    size_t hang;

    g_mutex_lock(&fileServer.lock);
    fileServer.hanging = false;
    g_cond_broadcast(&fileServer.changed);
    g_mutex_unlock(&fileServer.lock);

    do {
        g_usleep(1000);
        virNodeDeviceCompatPoolCount(&threads, &hang);
    } while (hang > 0);

    virNodeDeviceCompatReaderSetHook(NULL);
    virNodeDeviceCompatReaderSetLimits(600 * 1000, 600 * 1000, 600 * 1000);
}


/* The policy is that of before as long as it is not known. */
static const struct testHungPolicy {
    testMoment moment;
    const char *policy;
    bool dies;                  /* the node device driver */
    const char *expect;
} hungPolicies[] = {
    { PREPARE, NULL, false, NULL },
    { PREPARE, NULL, true, NOT_COMPARED },
    { PREPARE, "migration = \"permissive\"", true, NOT_COMPARED },
    { PREPARE, "migration = \"enforcing\"", true, "-device-not-compared" },
    { PREPARE, "migration = \"enforcing\"", false, NULL },
    { OPENED, NULL, false, NULL },
    { OPENED, "migration = \"enforcing\"", true, AGAIN },
    { RESUMED, NULL, false, NULL },
    { RESUMED, "migration = \"enforcing\"", true, AGAIN },
    { RESTORE, NULL, false, NULL },
    { RESTORE, "migration = \"enforcing\"", true, "-device-not-compared" },
    { RESTORED, NULL, false, NULL },
    { REVERT, NULL, true, NOT_COMPARED },
    { REVERT, "migration = \"enforcing\"", true, "-device-not-compared" },
};


static int
testPolicyHangs(const void *opaque)
{
    const struct testHungPolicy *data = opaque;
    struct testGuestState state = { 0 };
    int ret = -1;
    int rc;

    host.devices = "1=" A12;
    testGuestStateInit(&state, "@5=1");
    if (testSetPolicy(data->policy) < 0)
        goto cleanup;

    /* so that it is known */
    virDomainHostdevCompatPolicyFree(qemuHostdevCompatPolicyRead(&driver, false));
    if (testBefore(&state, data->moment) < 0)
        goto cleanup;

    virResetLastError();
    g_free(virTestLogContentAndReset());
    theVM = data->moment == PREPARE ? NULL : state.vm;
    host.dies = data->dies;
    fileServer.hanging = true;
    virNodeDeviceCompatReaderSetHook(testHangPolicy);
    virNodeDeviceCompatReaderSetLimits(20, 20, 600 * 1000);

    rc = testAt(&state, data->moment);
    if (data->expect) {
        ret = testExpectOutcome(data->expect, rc);
    } else {
        g_autofree char *log = virTestLogContentAndReset();

        ret = rc < 0 ? testFail("refused: %s", virGetLastErrorMessage()) :
                       testFindParts("log", "stay|cannot be read in time", NULLSTR(log));
    }

 cleanup:
    virObjectUnlock(state.vm);
    testReleasePolicy();
    virObjectLock(state.vm);
    ignore_value(testSetPolicy(NULL));
    testGuestStateClear(&state);
    return ret;
}


/* The time that it takes to wait for the policy, in milliseconds, is a part of that of the
 * look, which is shorter here: as no device is answered, it shows how long that was. */
#define POLICY_FILE_TIME 20
#define POLICY_TIME (3 * POLICY_FILE_TIME)

static int
testPolicyTime(const void *opaque)
{
    const testMoment *moment = opaque;
    struct testGuestState state = { 0 };
    g_autofree char *log = NULL;
    const char *late = NULL;
    int ret = -1;

    host.devices = "1=" A12;
    testGuestStateInit(&state, "@5=1");
    virDomainHostdevCompatPolicyFree(qemuHostdevCompatPolicyRead(&driver, false));
    if (testBefore(&state, *moment) < 0)
        goto cleanup;

    g_free(virTestLogContentAndReset());
    theVM = *moment == PREPARE ? NULL : state.vm;
    host.hangs = "";
    fileServer.hanging = true;
    virNodeDeviceCompatReaderSetHook(testHangPolicy);
    virNodeDeviceCompatReaderSetLimits(POLICY_FILE_TIME, POLICY_FILE_TIME, 600 * 1000);
    virDomainHostdevCompatLookSetDeadlines(false, 1, 1);

    if (testAt(&state, *moment) < 0)
        goto cleanup;

    log = virTestLogContentAndReset();
    if (!log || !(late = strstr(log, LATE)))
        ret = testFail("expected '%s' in '%s'", LATE, NULLSTR(log));
    else if (g_ascii_strtoull(late + strlen(LATE), NULL, 10) < POLICY_TIME)
        ret = testFail("expected %d ms or more, got '%s'", POLICY_TIME, late);
    else
        ret = 0;

 cleanup:
    virObjectUnlock(state.vm);
    testReleasePolicy();
    virObjectLock(state.vm);
    testGuestStateClear(&state);
    return ret;
}


static int
mymain(void)
{
    size_t i;

    if (testHostInit() < 0)
        return EXIT_FAILURE;

    testEndTrouble();

    for (i = 0; i < G_N_ELEMENTS(hungPolicies); i++) {
        DO_TEST(testPolicyHangs, &hungPolicies[i], "%s, policy that hangs, %s, driver %s",
                testMomentNames[hungPolicies[i].moment], NULLSTR(hungPolicies[i].policy),
                hungPolicies[i].dies ? "is gone" : "answers");
    }

    for (i = PREPARE; i < NMOMENTS; i++) {
        testMoment moment = i;

        if (moment != RESUMED)
            DO_TEST(testPolicyTime, &moment, "%s, time of the policy", testMomentNames[i]);
    }

    testHostFree();

    return testResult();
}

VIR_TEST_MAIN_PRELOAD(mymain,
                      VIR_TEST_MOCK("virpci"),
                      VIR_TEST_MOCK("virrandom"),
                      VIR_TEST_MOCK("domaincaps"),
                      VIR_TEST_MOCK("virhostid"))
