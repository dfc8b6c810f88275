/*
 * qemu_hostdev_compat_describe.c: the source's description of host devices
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu_hostdev_compat.h"

#include "hypervisor/domain_hostdev_compat_api.h"
#include "hypervisor/domain_hostdev_compat_look.h"
#include "nodedev_compat/evidence/nodedev_compat_nvml.h"
#include "qemu_domain.h"
#include "qemu_hostdev_compat_look.h"
#include "qemu_hostdev_compat_read.h"
#include "snapshot_conf.h"
#include "virlog.h"
#include "viruuid.h"

VIR_LOG_INIT("qemu.qemu_hostdev_compat_describe");


/* Fills in what the node device driver has answered about the device. */
static void
qemuHostdevCompatSetAnswer(virDomainHostdevCompat *device,
                           virDomainHostdevCompatAnswer *answer,
                           size_t *budget)
{
    if (virDomainHostdevCompatSetAnswer(device, answer) < 0) {
        VIR_WARN("Continuing without compatibility data of host device '%s': %s",
                 virDomainHostdevCompatGetName(device), NULLSTR(answer->error));
    }
    virDomainHostdevDescriptionLimit(device, budget);
}


/* Adds the metadata of a vGPU, which only its own guest's migration takes. If there is some
 * that could not be read, the destination is to know that it does not know. */
static void
qemuHostdevCompatAddOpaque(virNodeDeviceCompat *compat,
                           const virDomainHostdevNode *node,
                           const char *guest,
                           gint64 deadline)
{
    g_autofree char *path = virDomainHostdevNodeGetPath(node);
    virNodeDeviceCompatReadResult result =
        virNodeDeviceCompatNVMLReadMetadata(path, guest, deadline, &compat->opaque);

    if (result <= VIR_NODE_DEVICE_COMPAT_READ_OK)
        return;

    VIR_WARN("Cannot read the metadata of the vGPU '%s'", node->name);
    compat->opaqueState = result == VIR_NODE_DEVICE_COMPAT_READ_TIMEOUT ?
                          VIR_NODE_DEVICE_COMPAT_ATTR_TIMEOUT :
                          VIR_NODE_DEVICE_COMPAT_ATTR_UNREADABLE;
}


/**
 * qemuHostdevCompatListDevices:
 * @vm: guest that is running
 * @questions: empty array from virDomainHostdevCompatQuestionsNew()
 * @opaque: whether to read what else its migration to another host takes
 *
 * Adds to @questions one about each of the guest's host devices, in order to describe it.
 *
 * Returns an array that owns a virDomainHostdevCompat for each question.
 */
GPtrArray *
qemuHostdevCompatListDevices(virDomainObj *vm,
                             GPtrArray *questions,
                             bool opaque)
{
    g_autoptr(virDomainHostdevGuest) guest = virDomainHostdevGuestNewDef(vm->def);
    GPtrArray *devices = virDomainHostdevCompatListNewGuest(guest, questions);
    size_t i;

    for (i = 0; i < questions->len; i++) {
        virDomainHostdevCompatQuestion *question = g_ptr_array_index(questions, i);

        question->local = true;
        question->getReport = qemuHostdevCompatReadReport;
        if (opaque) {
            question->addOpaque = qemuHostdevCompatAddOpaque;
            virUUIDFormat(vm->def->uuid, question->guest);
        }
    }

    return devices;
}


/**
 * qemuHostdevCompatDescribe:
 * @vm: guest on the source, with a job of the caller's
 * @flags: flags of the migration
 * @ret_compat: set to the description, or to NULL if no state of a host device is going
 *              to be migrated
 *
 * Reads the descriptors of the guest's host devices right now, for which it unlocks the
 * guest. One that cannot be read, or not in time, stays NULL: the destination then does
 * not know, and its policy decides.
 *
 * Returns 0 on success, -1 with an error reported if the guest is gone or the client has
 * aborted the job.
 */
int
qemuHostdevCompatDescribe(virDomainObj *vm,
                          unsigned int flags,
                          qemuHostdevCompat **ret_compat)
{
    g_autoptr(qemuHostdevCompat) compat = NULL;
    g_autoptr(GPtrArray) questions = NULL;
    virConnectPtr conn = NULL;
    size_t budget = QEMU_HOSTDEV_COMPAT_COOKIE_MAX;
    size_t i;
    int rc;

    *ret_compat = NULL;

    if (flags & (VIR_MIGRATE_OFFLINE | VIR_MIGRATE_POSTCOPY_RESUME) ||
        virDomainHostdevCountWithState(vm->def) == 0)
        return 0;

    compat = qemuHostdevCompatNew();
    questions = virDomainHostdevCompatQuestionsNew();

    g_ptr_array_unref(compat->hostdevs);
    compat->hostdevs = qemuHostdevCompatListDevices(vm, questions, true);

    rc = qemuHostdevCompatLook(vm, questions, &conn, false);
    virDomainHostdevCompatLookClose(conn);
    if (rc < 0)
        return -1;

    for (i = 0; i < questions->len; i++) {
        virDomainHostdevCompatQuestion *question = g_ptr_array_index(questions, i);

        qemuHostdevCompatSetAnswer(g_ptr_array_index(compat->hostdevs, i), question->answer,
                                   &budget);
    }

    *ret_compat = g_steal_pointer(&compat);
    return 0;
}


/**
 * qemuHostdevCompatDescribeSaved:
 * @vm: guest whose state is about to be saved, with an asynchronous job of the caller's
 *
 * Describes its devices, for the cookie of the state, before it is stopped. The client
 * can abort the job meanwhile, even one that it cannot abort otherwise.
 *
 * Returns 0 on success, -1 with an error reported if the guest is gone or the client has
 * aborted the job.
 */
int
qemuHostdevCompatDescribeSaved(virDomainObj *vm)
{
    qemuHostdevCompatState *state = &QEMU_DOMAIN_PRIVATE(vm)->hostdevCompat;
    unsigned long long mask = vm->job->mask;
    qemuHostdevCompat *compat = NULL;
    int rc;

    qemuDomainObjSetAsyncJobMask(vm, mask | VIR_JOB_DEFAULT_MASK);
    rc = qemuHostdevCompatDescribe(vm, 0, &compat);
    qemuDomainObjSetAsyncJobMask(vm, mask);

    g_clear_pointer(&state->saved, qemuHostdevCompatFree);
    state->saved = compat;
    state->savedJob = vm->job->asyncStarted;
    return rc;
}


/**
 * qemuHostdevCompatDescribeSnapshot:
 * @vm: guest of which a snapshot is about to be made, with an asynchronous job of the
 *      caller's
 * @snapdef: the snapshot
 * @flags: bitwise-OR of virDomainSnapshotCreateFlags
 *
 * qemuHostdevCompatDescribeSaved(), if the snapshot has the state of memory.
 *
 * Returns 0 on success, -1 with an error reported if the guest is gone or the client has
 * aborted the job.
 */
int
qemuHostdevCompatDescribeSnapshot(virDomainObj *vm,
                                  const virDomainSnapshotDef *snapdef,
                                  unsigned int flags)
{
    if (!virDomainObjIsActive(vm) ||
        (flags & VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY &&
         snapdef->memory != VIR_DOMAIN_SNAPSHOT_LOCATION_EXTERNAL))
        return 0;

    return qemuHostdevCompatDescribeSaved(vm);
}


/**
 * qemuHostdevCompatTakeSaved:
 * @vm: guest whose state is saved, with an asynchronous job of the caller's
 *
 * Reads nothing, as the guest may have been stopped.
 *
 * Returns the description of its devices that was made in this job, or NULL if there is
 * none.
 */
qemuHostdevCompat *
qemuHostdevCompatTakeSaved(virDomainObj *vm)
{
    qemuHostdevCompatState *state = &QEMU_DOMAIN_PRIVATE(vm)->hostdevCompat;

    if (state->savedJob != vm->job->asyncStarted)
        g_clear_pointer(&state->saved, qemuHostdevCompatFree);

    return g_steal_pointer(&state->saved);
}
