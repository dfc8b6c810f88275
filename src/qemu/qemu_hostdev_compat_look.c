/*
 * qemu_hostdev_compat_look.c: looks at host devices in the jobs of a guest
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu_hostdev_compat_look.h"

#include "driver.h"
#include "hypervisor/domain_hostdev_compat_look.h"
#include "qemu_domain.h"
#include "qemu_hostdev_compat_policy.h"
#include "qemu_hostdev_compat_read.h"
#include "virerror.h"
#include "viridentity.h"
#include "virlog.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

VIR_LOG_INIT("qemu.qemu_hostdev_compat_look");

/* So that a thread that was left behind comes back although the daemon does not: the
 * connection is closed after 20 seconds without a sign of life. While it is being opened
 * nobody can do that: such a thread stays as long as the daemon does. */
#define KEEPALIVE_INTERVAL 5
#define KEEPALIVE_COUNT 3

/* What has to stay as it is while the guest is unlocked */
typedef struct _qemuHostdevCompatLookGuest qemuHostdevCompatLookGuest;
struct _qemuHostdevCompatLookGuest {
    bool active;
    const virDomainDef *def;
};


/* The daemon compares devices on its own account: whether that works must not depend on
 * the rights that the user who migrates has on node devices. Access control looks at
 * the identity of the thread, which is a new one. */
static void
qemuHostdevCompatLookElevate(void)
{
    g_autoptr(virIdentity) system = virIdentityGetSystem();

    if (!system || virIdentitySetCurrent(system) < 0) {
        VIR_WARN("Comparing host devices without an identity: %s", virGetLastErrorMessage());
        virResetLastError();
    }
}


/* Connects to the node device driver, or anew if its daemon was restarted. On a host without
 * such a driver, leaves no error. */
static virConnectPtr
qemuHostdevCompatLookConnect(virConnectPtr conn)
{
    qemuHostdevCompatLookElevate();

    if (conn && virConnectIsAlive(conn) == 1)
        return conn;

    virObjectUnref(conn);
    if (!(conn = virGetConnectNodeDev())) {
        if (qemuHostdevCompatReadIsNeeded(virGetLastError())) {
            VIR_INFO("Reading host devices without a node device driver: %s",
                     virGetLastErrorMessage());
            virResetLastError();
        }
        return NULL;
    }

    /* not for a driver in this process */
    if (virConnectSetKeepAlive(conn, KEEPALIVE_INTERVAL, KEEPALIVE_COUNT) < 0)
        virResetLastError();

    return conn;
}


static int
qemuHostdevCompatLookCheck(virDomainObj *vm,
                           void *opaque)
{
    const qemuHostdevCompatLookGuest *guest = opaque;

    if (vm->job->abortJob) {
        if (vm->job->current)
            vm->job->current->status = VIR_DOMAIN_JOB_STATUS_CANCELED;
        virReportError(VIR_ERR_OPERATION_ABORTED, _("%1$s: %2$s"),
                       virDomainAsyncJobTypeToString(vm->job->asyncJob),
                       _("canceled by client"));
        return -1;
    }

    if (guest->active && !qemuDomainObjIsActive(vm)) {
        virReportError(VIR_ERR_OPERATION_FAILED, "%s", _("domain is not running"));
        return -1;
    }

    /* An inactive guest can be defined anew whatever job it has. */
    if (!guest->active && vm->def != guest->def) {
        virReportError(VIR_ERR_OPERATION_FAILED,
                       _("definition of domain '%1$s' was changed while its host devices were compared"),
                       vm->def->name);
        return -1;
    }

    return 0;
}


/**
 * qemuHostdevCompatLookUpPolicy:
 * @vm: guest, locked and with a job of the caller's
 * @paused: whether the guest stands still until this is over
 *
 * Reads the policy of the host. The guest is unlocked while this waits.
 *
 * Returns the policy, or NULL with an error reported if the guest is gone or the client has
 * aborted the job.
 */
virDomainHostdevCompatPolicy *
qemuHostdevCompatLookUpPolicy(virDomainObj *vm,
                              bool paused)
{
    virQEMUDriver *driver = QEMU_DOMAIN_PRIVATE(vm)->driver;
    g_autoptr(virDomainHostdevCompatPolicy) policy = NULL;
    qemuHostdevCompatLookGuest guest = {
        .active = qemuDomainObjIsActive(vm),
        .def = vm->def,
    };

    virObjectUnlock(vm);
    policy = qemuHostdevCompatPolicyRead(driver, paused);
    virObjectLock(vm);

    if (qemuHostdevCompatLookCheck(vm, &guest) < 0)
        return NULL;

    return g_steal_pointer(&policy);
}


/**
 * qemuHostdevCompatLookSince:
 * @vm: guest, locked and with a job of the caller's, or NULL
 * @questions: virDomainHostdevCompatQuestion about its devices, without answers
 * @conn: connection from a look before, or NULL in it; afterwards one for the next look
 * @begun: when the time for it begins, by g_get_monotonic_time(), or 0: now
 * @paused: whether the guest stands still until this is over
 *
 * Has the node device driver asked, or what is in its place. The guest is unlocked while
 * this waits.
 *
 * Returns 0 if each question has an answer, -1 with an error reported if the guest is
 * gone or the client has aborted the job.
 */
int
qemuHostdevCompatLookSince(virDomainObj *vm,
                           GPtrArray *questions,
                           virConnectPtr *conn,
                           gint64 begun,
                           bool paused)
{
    qemuHostdevCompatLookGuest guest = {
        .active = vm && qemuDomainObjIsActive(vm),
        .def = vm ? vm->def : NULL,
    };
    const virDomainHostdevCompatLook look = {
        .connect = qemuHostdevCompatLookConnect,
        .vm = vm,
        .check = vm ? qemuHostdevCompatLookCheck : NULL,
        .opaque = &guest,
        .begun = begun,
        .paused = paused,
    };

    return virDomainHostdevCompatLookAt(&look, questions, conn);
}


/* The same, from now on */
int
qemuHostdevCompatLook(virDomainObj *vm,
                      GPtrArray *questions,
                      virConnectPtr *conn,
                      bool paused)
{
    return qemuHostdevCompatLookSince(vm, questions, conn, 0, paused);
}
