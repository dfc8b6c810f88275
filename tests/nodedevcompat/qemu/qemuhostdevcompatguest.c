/*
 * qemuhostdevcompatguest.c: a guest, at each moment at which its host devices are looked at
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#define LIBVIRT_DOMAIN_HOSTDEV_COMPAT_LOOKPRIV_H_ALLOW

#include "hypervisor/domain_hostdev_compat_lookpriv.h"
#include "nodedevcompatframe.h"
#include "qemu/qemu_hostdev_compat_check.h"
#include "qemu/qemu_hostdev_compat_save.h"
#include "qemuhostdevcompatguest.h"
#include "qemuhostdevcompathost.h"
#include "qemuhostdevcompatutils.h"
#include "testutilsqemu.h"
#include "virerror.h"
#include "virsavecookie.h"
#include "virtime.h"

/* In all cases the machine's clock is set back when a wait begins, by so many milliseconds */
#define SET_BACK (3600 * 1000)

const char *const testMomentNames[] = {
    "Begin", "save", "snapshot", "Prepare", "opened", "Finish", "restore", "restored", "revert",
};

virDomainObj *theVM;


/* Takes the place of libvirt's */
int
virTimeMillisNow(unsigned long long *now)
{
    *now = g_get_real_time() / 1000 + SET_BACK;
    return 0;
}


/* Whoever lists guests does this. */
void
testLockVM(void)
{
    if (theVM) {
        virObjectLock(theVM);
        virObjectUnlock(theVM);
    }
}


int
testDescribeVM(struct testGuestState *state)
{
    g_clear_pointer(&state->compat, qemuHostdevCompatFree);
    return qemuHostdevCompatDescribe(state->vm, 0, &state->compat);
}


int
testSaveVM(struct testGuestState *state)
{
    g_clear_pointer(&state->cookie, virObjectUnref);
    state->cookie = qemuDomainSaveCookieNew(state->vm);

    return state->cookie ? 0 : -1;
}


/* Does what has to be done before @moment. */
int
testBefore(struct testGuestState *state,
           testMoment moment)
{
    switch (moment) {
    case PREPARE:
    case OPENED:
    case RESUMED:
        if (testDescribeVM(state) < 0 ||
            (moment >= OPENED &&
             qemuHostdevCompatCheck(&driver, state->vm->def, &state->compat, 0) < 0) ||
            (moment == RESUMED &&
             qemuHostdevCompatCheckOpened(state->vm, &state->compat, 0) < 0))
            return -1;
        return 0;

    case RESTORE:
    case RESTORED:
    case REVERT:
        if (qemuHostdevCompatDescribeSaved(state->vm) < 0 || testSaveVM(state) < 0)
            return -1;
        state->snapdef->cookie = virObjectRef(state->cookie);
        if (moment != REVERT)
            state->vm->def->id = -1;
        if (moment == RESTORED) {
            if (qemuHostdevCompatSaveCheck(state->vm, state->cookie) < 0)
                return -1;
            state->vm->def->id = 1;
        }
        return 0;

    case BEGIN:
    case SAVE:
    case SNAPSHOT:
    case NMOMENTS:
    default:
        return 0;
    }
}


int
testAt(struct testGuestState *state,
       testMoment moment)
{
    g_autoptr(virDomainDef) config = NULL;

    switch (moment) {
    case BEGIN:
        return testDescribeVM(state);
    case SAVE:
        return qemuHostdevCompatDescribeSaved(state->vm);
    case SNAPSHOT:
        return qemuHostdevCompatDescribeSnapshot(state->vm, state->snapdef, 0);
    case PREPARE:
        return qemuHostdevCompatCheck(&driver, state->vm->def, &state->compat, 0);
    case OPENED:
        return qemuHostdevCompatCheckOpened(state->vm, &state->compat, 0);
    case RESUMED:
        return qemuHostdevCompatCheckResumed(state->vm, 0, true);
    case RESTORE:
        return qemuHostdevCompatSaveCheck(state->vm, state->cookie);
    case RESTORED:
        return qemuHostdevCompatSaveCheckOpened(state->vm);
    case REVERT:
        config = testGuest("@5=1");
        return qemuHostdevCompatSaveCheckSnapshot(state->vm, state->snapdef, config);
    case NMOMENTS:
    default:
        return -1;
    }
}


/* All that was left behind comes back, and nothing depends on it. */
void
testEndTrouble(void)
{
    testHostRelease();
    host.slow = 0;
    host.dies = false;
    host.report = NULL;
    host.asked = NULL;
    theVM = NULL;
    virDomainHostdevCompatLookSetDeadlines(false, 60 * 1000, 120 * 1000);
    virDomainHostdevCompatLookSetDeadlines(true, 60 * 1000, 60 * 1000);
}


void
testGuestStateInit(struct testGuestState *state,
                   const char *guest)
{
    state->vm = virDomainObjNew(driver.xmlopt);
    state->vm->def = testGuest(guest);
    state->vm->def->id = 1;
    state->vm->job->asyncJob = VIR_ASYNC_JOB_SNAPSHOT;
    state->snapdef = virDomainSnapshotDefNew();
    state->snapdef->state = VIR_DOMAIN_SNAPSHOT_RUNNING;
}


/* Those who were left behind need the lock of the guest. */
void
testGuestStateClear(struct testGuestState *state)
{
    qemuHostdevCompatFree(state->compat);
    virObjectUnref(state->cookie);
    virObjectUnref(state->snapdef);
    virObjectUnlock(state->vm);
    testEndTrouble();
    virObjectUnref(state->vm);
    virResetLastError();
}
