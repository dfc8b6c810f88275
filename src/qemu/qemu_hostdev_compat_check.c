/*
 * qemu_hostdev_compat_check.c: the destination's check of host devices
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu_hostdev_compat_check.h"

#include "hypervisor/domain_hostdev_compat_look.h"
#include "nodedev_compat/evidence/nodedev_compat_files_host.h"
#include "qemu_domain.h"
#include "qemu_hostdev_compat_look.h"
#include "qemu_hostdev_compat_read.h"
#include "virerror.h"
#include "virhook.h"

#define VIR_FROM_THIS VIR_FROM_QEMU


/* Compares the host devices of @def, and lets the policy decide. The guest @vm, if there
 * is one yet, is unlocked meanwhile. Returns 0 if the guest can use them, -1 with an
 * error reported if not. */
static int
qemuHostdevCompatCheckDevices(virDomainObj *vm,
                              const virDomainDef *def,
                              virDomainHostdevCompatMoment moment,
                              qemuHostdevCompat *compat,
                              const virDomainHostdevCompatPolicy *policy,
                              virDomainHostdevCompatOperation operation,
                              unsigned int flags)
{
    bool opened = moment == VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_OPENED;
    const virDomainHostdevCompatCheck check = {
        .sources = compat->hostdevs,
        .local = true,
        .kept = compat->kept,
        .hooks = virHookPresent(VIR_HOOK_DRIVER_QEMU),
        .settled = vm && (opened ? vm->job->asyncJob == VIR_ASYNC_JOB_SNAPSHOT :
                                   def != vm->def && qemuDomainObjIsActive(vm)),
        .crossType = policy->crossType,
        .memory = compat->memory,
        .getReport = qemuHostdevCompatReadReport,
        .getFacts = virNodeDeviceCompatFilesGetFacts,
    };
    g_autoptr(virDomainHostdevGuest) guest = virDomainHostdevGuestNewDef(def);
    g_autoptr(virDomainHostdevCompatPlan) plan = virDomainHostdevCompatPlanNew(&check, guest, moment);
    g_autoptr(GPtrArray) reports = NULL;

    if (qemuHostdevCompatLookSince(vm, virDomainHostdevCompatPlanGetQuestions(plan),
                                   &compat->conn, compat->begun,
                                   moment == VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_RESUMED) < 0)
        return -1;

    reports = virDomainHostdevCompatPlanJudge(plan, &check);

    return qemuHostdevCompatPolicyDecide(policy, def, reports, operation, flags);
}


/* Whether there is anything for the policy to decide about: a guest without host devices
 * does not wait for it */
static bool
qemuHostdevCompatIsNeeded(const virDomainDef *def,
                          const qemuHostdevCompat *compat)
{
    return compat->error || compat->hostdevs->len > 0 || virDomainHostdevCountWithState(def) > 0;
}


/**
 * qemuHostdevCompatCheck:
 * @driver: QEMU driver
 * @def: definition of the guest on the destination
 * @compat: the source's description of its devices, or NULL in it; it is freed
 *          if there is nothing to check later on
 * @flags: flags of the migration
 *
 * Compares each host device of the guest with the source's, right before the
 * destination does anything for the guest. If the source sent no description, one in the
 * metadata of the guest counts; there is none in @def afterwards.
 *
 * Returns 0 if the migration may continue, -1 with an error reported if not.
 */
int
qemuHostdevCompatCheck(virQEMUDriver *driver,
                       virDomainDef *def,
                       qemuHostdevCompat **compat,
                       unsigned int flags)
{
    gint64 begun = g_get_monotonic_time();
    g_autoptr(virDomainHostdevCompatPolicy) policy = NULL;

    qemuHostdevCompatTakeMetadata(def, compat);
    if (flags & VIR_MIGRATE_OFFLINE) {
        g_clear_pointer(compat, qemuHostdevCompatFree);
        return 0;
    }

    if (!*compat)
        *compat = qemuHostdevCompatNew();
    virDomainHostdevCompatMemoryFree((*compat)->memory);
    (*compat)->memory = virDomainHostdevCompatMemoryNew();
    (*compat)->begun = begun;

    /* a network can still give it a function */
    if (!qemuHostdevCompatIsNeeded(def, *compat))
        return 0;

    policy = qemuHostdevCompatPolicyRead(driver, false);
    if (policy->mode == VIR_DOMAIN_HOSTDEV_COMPAT_MODE_OFF) {
        g_clear_pointer(compat, qemuHostdevCompatFree);
        return 0;
    }

    if ((*compat)->error &&
        qemuHostdevCompatPolicyRefuseMalformed(policy, def, (*compat)->error,
                                               VIR_DOMAIN_HOSTDEV_COMPAT_OPERATION_MIGRATE, flags) < 0)
        return -1;

    return qemuHostdevCompatCheckDevices(NULL, def, VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_PREPARE,
                                         *compat, policy,
                                         VIR_DOMAIN_HOSTDEV_COMPAT_OPERATION_MIGRATE, flags);
}


/* The moments after Prepare. A policy that was switched off since then is obeyed, as far as
 * it can be read in time. */
static int
qemuHostdevCompatCheckLater(virDomainObj *vm,
                            virDomainHostdevCompatMoment moment,
                            qemuHostdevCompat *compat,
                            unsigned int flags)
{
    bool paused = moment == VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_RESUMED;
    g_autoptr(virDomainHostdevCompatPolicy) policy = NULL;

    if (!qemuHostdevCompatIsNeeded(vm->def, compat) ||
        (paused && g_hash_table_size(compat->memory->targets) == 0))
        return 0;

    compat->begun = g_get_monotonic_time();
    if (!(policy = qemuHostdevCompatLookUpPolicy(vm, paused)))
        return -1;

    if (policy->mode == VIR_DOMAIN_HOSTDEV_COMPAT_MODE_OFF)
        return 0;

    return qemuHostdevCompatCheckDevices(vm, vm->def, moment, compat, policy,
                                         VIR_DOMAIN_HOSTDEV_COMPAT_OPERATION_MIGRATE, flags);
}


/**
 * qemuHostdevCompatCheckOpened:
 * @vm: guest whose QEMU has opened its devices, and has loaded no state
 * @compat: from qemuHostdevCompatCheck(); kept with the guest on success
 * @flags: flags of the migration
 *
 * Compares the devices that could not be compared before, whose verdict was put off or
 * that have changed.
 *
 * Returns 0 if the migration may continue, -1 with an error reported if not.
 */
int
qemuHostdevCompatCheckOpened(virDomainObj *vm,
                             qemuHostdevCompat **compat,
                             unsigned int flags)
{
    qemuHostdevCompatState *state = &QEMU_DOMAIN_PRIVATE(vm)->hostdevCompat;

    g_clear_pointer(&state->incoming, qemuHostdevCompatFree);
    if (!*compat)
        return 0;

    if (qemuHostdevCompatCheckLater(vm, VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_OPENED,
                                    *compat, flags) < 0)
        return -1;

    state->incoming = g_steal_pointer(compat);
    return 0;
}


/**
 * qemuHostdevCompatCheckResumed:
 * @vm: guest that is about to continue here
 * @flags: flags of the migration
 * @v3proto: whether the source still has the guest
 *
 * Makes sure that no device has changed since it was compared. After a restart of
 * the daemon nothing is known of that.
 *
 * Returns 0 if the guest may continue, -1 with an error reported if not.
 */
int
qemuHostdevCompatCheckResumed(virDomainObj *vm,
                              unsigned int flags,
                              bool v3proto)
{
    qemuHostdevCompatState *state = &QEMU_DOMAIN_PRIVATE(vm)->hostdevCompat;
    g_autoptr(qemuHostdevCompat) compat = g_steal_pointer(&state->incoming);

    /* In post-copy the source may not have the guest any more. */
    if (!compat || !v3proto || flags & VIR_MIGRATE_POSTCOPY)
        return 0;

    return qemuHostdevCompatCheckLater(vm, VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_RESUMED,
                                       compat, flags);
}


/**
 * qemuHostdevCompatCheckRestore:
 * @vm: guest that is restored
 * @def: its definition then; another one than that of @vm before a revert
 * @compat: what was saved of its devices
 * @policy: policy of the host
 * @opened: whether QEMU has opened the devices; the guest was checked before
 *
 * Compares each host device of the guest with the saved one's, as for a migration,
 * or those that could not be before. A guest that runs until a revert ends it has its
 * devices already, so that no verdict is put off until it is gone.
 *
 * Returns 0 if the guest may be restored, -1 with an error reported if not.
 */
int
qemuHostdevCompatCheckRestore(virDomainObj *vm,
                              const virDomainDef *def,
                              qemuHostdevCompat *compat,
                              const virDomainHostdevCompatPolicy *policy,
                              bool opened)
{
    virDomainHostdevCompatMoment moment = opened ? VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_OPENED :
                                                   VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_PREPARE;
    int rc;

    if (!opened)
        g_clear_pointer(&compat->memory, virDomainHostdevCompatMemoryFree);

    if (!compat->memory)
        compat->memory = virDomainHostdevCompatMemoryNew();

    rc = qemuHostdevCompatCheckDevices(vm, def, moment, compat, policy,
                                       VIR_DOMAIN_HOSTDEV_COMPAT_OPERATION_RESTORE, 0);

    /* the description of a snapshot stays as long as the snapshot */
    g_clear_pointer(&compat->conn, virDomainHostdevCompatLookClose);

    return rc;
}
