/*
 * qemu_hostdev_compat_save.c: host device compatibility in saved state
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu_hostdev_compat_save.h"

#include "qemu_hostdev_compat_check.h"
#include "qemu_hostdev_compat_look.h"
#include "qemu_saveimage.h"
#include "viralloc.h"
#include "virerror.h"
#include "virlog.h"
#include "virsavecookie.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

VIR_LOG_INIT("qemu.qemu_hostdev_compat_save");

/* Share that a description may take of a file, in bytes. libvirt loads no metadata of a
 * snapshot that are larger than 1 MiB, most of which belong to the definition of the
 * guest, that is in them twice. */
#define SAVED_MAX (64 * 1024)


/**
 * qemuHostdevCompatSaveFormat:
 * @buf: buffer to add to
 * @cookie: cookie of saved state
 *
 * Adds as much of the description of host devices as a file can have.
 */
void
qemuHostdevCompatSaveFormat(virBuffer *buf,
                            const qemuDomainSaveCookie *cookie)
{
    qemuHostdevCompatFormatLimited(buf, cookie->hostdevCompat, SAVED_MAX);
}


/**
 * qemuHostdevCompatSaveParse:
 * @cookie: cookie that is being parsed
 * @ctxt: its XML
 *
 * A malformed description must not hide a snapshot from the list, nor prevent users from
 * reading a file; it is an error when the state is to be loaded. A description without
 * devices stands for one that was malformed.
 */
void
qemuHostdevCompatSaveParse(qemuDomainSaveCookie *cookie,
                           xmlXPathContextPtr ctxt)
{
    qemuHostdevCompat *compat = NULL;

    qemuHostdevCompatParseCookie(ctxt, &compat);
    cookie->hostdevCompat = compat;
    if (!compat)
        return;

    if (!compat->error && compat->hostdevs->len == 0)
        compat->error = g_strdup(_("no host device is in it"));

    if (compat->error)
        VIR_WARN("Saved description of host devices is malformed: %s", compat->error);
}


/* The functions that networks have chosen for a guest are those that it gets after the
 * first check. */
static bool
qemuHostdevCompatSaveIsChosen(const virDomainHostdevDef *hostdev)
{
    return hostdev->parentnet && hostdev->parentnet->type == VIR_DOMAIN_NET_TYPE_NETWORK;
}


/* Reports on a guest of which no description was saved: there is nothing to compare, so that
 * nobody is asked. Each device is in those of one check. */
static GPtrArray *
qemuHostdevCompatSaveGetUndescribed(const virDomainDef *def,
                                    bool opened)
{
    GPtrArray *reports =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatReportFree);
    size_t i;

    for (i = 0; i < def->nhostdevs; i++) {
        g_autofree char *name = NULL;

        if (!virDomainHostdevHasState(def->hostdevs[i]) ||
            qemuHostdevCompatSaveIsChosen(def->hostdevs[i]) != opened)
            continue;

        name = virDomainHostdevGetName(def->hostdevs[i]);
        g_ptr_array_add(reports,
                        virNodeDeviceCompatReportNewDevice(NULL, name,
                                                           VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_DESCRIBED,
                                                           NULL));
    }

    return reports;
}


/* The function that a network gave to the guest @def, if it will give one to @net, which is one
 * of the same network; or NULL */
static const virDomainHostdevDef *
qemuHostdevCompatSaveFindChosen(const virDomainDef *def,
                                const virDomainNetDef *net)
{
    size_t i;

    for (i = 0; i < def->nnets; i++) {
        virDomainNetDef *other = def->nets[i];
        const virDomainHostdevDef *hostdev = virDomainNetGetActualHostdev(other);

        if (hostdev && other->type == VIR_DOMAIN_NET_TYPE_NETWORK &&
            virDomainHostdevHasState(hostdev) &&
            STREQ_NULLABLE(other->data.network.name, net->data.network.name))
            return hostdev;
    }

    return NULL;
}


/* Adds reports on the functions that @def will get of networks, as far as the guest @running
 * shows that: it would be ended before they are known. */
static void
qemuHostdevCompatSaveAddForeseen(const virDomainDef *def,
                                 const virDomainDef *running,
                                 GPtrArray *reports)
{
    size_t i;

    for (i = 0; i < def->nnets; i++) {
        const virDomainHostdevDef *hostdev = NULL;
        g_autofree char *name = NULL;

        if (virDomainNetGetActualType(def->nets[i]) == VIR_DOMAIN_NET_TYPE_NETWORK)
            hostdev = qemuHostdevCompatSaveFindChosen(running, def->nets[i]);
        if (!hostdev)
            continue;

        name = virDomainHostdevGetName(hostdev);
        g_ptr_array_add(reports,
                        virNodeDeviceCompatReportNewDevice(name, NULL,
                                                           VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_DESCRIBED,
                                                           NULL));
    }
}


/* Lets the policy decide about a guest of which no description was saved. */
static int
qemuHostdevCompatSaveCheckUndescribed(const virDomainDef *def,
                                      const virDomainHostdevCompatPolicy *policy,
                                      GPtrArray *reports)
{
    if (policy->mode == VIR_DOMAIN_HOSTDEV_COMPAT_MODE_ENFORCING && !policy->restoreUndescribed) {
        return qemuHostdevCompatPolicyDecide(policy, def, reports,
                                             VIR_DOMAIN_HOSTDEV_COMPAT_OPERATION_RESTORE_UNDESCRIBED, 0);
    }

    VIR_WARN("Restoring domain '%s' without a check of its host devices, as no description of them was saved",
             def->name);
    return 0;
}


static int
qemuHostdevCompatSaveCheckCookie(virDomainObj *vm,
                                 qemuDomainSaveCookie *cookie,
                                 const virDomainDef *def,
                                 bool opened)
{
    gint64 begun = g_get_monotonic_time();
    g_autoptr(virDomainHostdevCompatPolicy) policy = NULL;
    g_autoptr(GPtrArray) undescribed = NULL;
    qemuHostdevCompat *compat = cookie ? cookie->hostdevCompat : NULL;

    if (!compat) {
        undescribed = qemuHostdevCompatSaveGetUndescribed(def, opened);
        if (def != vm->def && qemuDomainObjIsActive(vm))
            qemuHostdevCompatSaveAddForeseen(def, vm->def, undescribed);
        if (undescribed->len == 0)
            return 0;
    }

    if (!(policy = qemuHostdevCompatLookUpPolicy(vm, false)))
        return -1;

    if (policy->mode == VIR_DOMAIN_HOSTDEV_COMPAT_MODE_OFF)
        return 0;

    if (undescribed)
        return qemuHostdevCompatSaveCheckUndescribed(def, policy, undescribed);

    if (compat->error) {
        return qemuHostdevCompatPolicyRefuseMalformed(policy, def, compat->error,
                                                      VIR_DOMAIN_HOSTDEV_COMPAT_OPERATION_RESTORE, 0);
    }

    compat->begun = begun;
    return qemuHostdevCompatCheckRestore(vm, def, compat, policy, opened);
}


/* Keeps @cookie for qemuHostdevCompatSaveCheckOpened(), in place of what is
 * left of an attempt that failed. */
static void
qemuHostdevCompatSaveKeep(virDomainObj *vm,
                          qemuDomainSaveCookie *cookie,
                          bool checked)
{
    qemuHostdevCompatState *state = &QEMU_DOMAIN_PRIVATE(vm)->hostdevCompat;

    virObjectUnref(state->cookie);
    state->cookie = cookie ? virObjectRef(cookie) : NULL;
    state->checked = checked;
}


/* Whether the devices were compared with the description in @cookie already. A guest
 * that was ended for a revert since would be lost if another check had another result. */
static bool
qemuHostdevCompatSaveIsChecked(virDomainObj *vm,
                               qemuDomainSaveCookie *cookie)
{
    qemuHostdevCompatState *state = &QEMU_DOMAIN_PRIVATE(vm)->hostdevCompat;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_auto(virBuffer) checkedBuf = VIR_BUFFER_INITIALIZER;
    g_autofree char *xml = NULL;
    g_autofree char *checkedXML = NULL;
    bool checked = state->checked;

    state->checked = false;
    if (!checked || vm->job->asyncJob != VIR_ASYNC_JOB_SNAPSHOT)
        return false;

    qemuHostdevCompatFormat(&buf, cookie ? cookie->hostdevCompat : NULL);
    qemuHostdevCompatFormat(&checkedBuf, state->cookie ? state->cookie->hostdevCompat : NULL);
    xml = virBufferContentAndReset(&buf);
    checkedXML = virBufferContentAndReset(&checkedBuf);

    return STREQ_NULLABLE(xml, checkedXML);
}


/* After a refusal the guest has its persistent definition again, as if its QEMU had failed
 * to start. While it was unlocked, it may have been defined anew, or someone may wait to
 * start it with a definition of his own. */
static void
qemuHostdevCompatSaveForgetDef(virDomainObj *vm,
                               const virDomainDef *def)
{
    if (vm->def == def)
        virDomainObjRemoveTransientDef(vm);
    else if (vm->job->jobsQueued <= 1)
        g_clear_pointer(&vm->newDef, virDomainDefFree);
}


/**
 * qemuHostdevCompatSaveCheck:
 * @vm: guest that is about to be started from saved state
 * @cookie: cookie of that state, or NULL
 *
 * Compares each host device of the guest with the saved one's. State that another libvirt
 * saved has no description, but the metadata of the guest may have one of that time.
 *
 * Returns 0 if the state may be loaded, -1 with an error reported if not.
 */
int
qemuHostdevCompatSaveCheck(virDomainObj *vm,
                           qemuDomainSaveCookie *cookie)
{
    const virDomainDef *def = vm->def;

    if (qemuHostdevCompatSaveIsChecked(vm, cookie))
        return 0;

    /* that of a snapshot is kept as it is, with the snapshot */
    if (cookie && vm->job->asyncJob != VIR_ASYNC_JOB_SNAPSHOT)
        qemuHostdevCompatReadMetadata(def, &cookie->hostdevCompat);

    qemuHostdevCompatSaveKeep(vm, cookie, false);

    if (qemuHostdevCompatSaveCheckCookie(vm, cookie, def, false) < 0) {
        qemuHostdevCompatSaveForgetDef(vm, def);
        return -1;
    }

    return 0;
}


/**
 * qemuHostdevCompatSaveCheckOpened:
 * @vm: guest whose QEMU has opened its devices, after a check before
 *
 * Compares the devices that could not be compared before. Functions that networks have
 * chosen can be undescribed, too. The guest's metadata do not describe devices any more that
 * it had when it was saved.
 *
 * Returns 0 if the guest may continue, -1 with an error reported if not.
 */
int
qemuHostdevCompatSaveCheckOpened(virDomainObj *vm)
{
    qemuHostdevCompatState *state = &QEMU_DOMAIN_PRIVATE(vm)->hostdevCompat;
    g_autoptr(qemuDomainSaveCookie) cookie = g_steal_pointer(&state->cookie);

    if (qemuHostdevCompatSaveCheckCookie(vm, cookie, vm->def, true) < 0)
        return -1;

    qemuHostdevCompatClearMetadata(vm->def);
    return 0;
}


/* qemuSaveImageGetMetadata() of the release, and of its stable branches, where it can
 * check access to the guest as well (CVE-2025-12748). */
typedef int (*qemuSaveImageGetMetadataFunc)(virQEMUDriver *, virQEMUCaps *, const char *,
                                            virDomainDef **, virQEMUSaveData **);
typedef int (*qemuSaveImageGetMetadataACLFunc)(virQEMUDriver *, virQEMUCaps *, const char *,
                                               int (*)(virConnectPtr, virDomainDef *),
                                               virConnectPtr,
                                               virDomainDef **, virQEMUSaveData **);
#define GET_METADATA_IS(type) \
    __builtin_types_compatible_p(__typeof__(&qemuSaveImageGetMetadata), type)
G_STATIC_ASSERT(GET_METADATA_IS(qemuSaveImageGetMetadataFunc) ||
                GET_METADATA_IS(qemuSaveImageGetMetadataACLFunc));


/* Access was checked by the API that reverts the guest. */
static int
qemuMigrationCompatSaveGetMetadata(virQEMUDriver *driver,
                                   const char *path,
                                   virDomainDef **ret_def,
                                   virQEMUSaveData **ret_data)
{
    void (*get)(void) = (void (*)(void)) qemuSaveImageGetMetadata;

    if (GET_METADATA_IS(qemuSaveImageGetMetadataFunc))
        return ((qemuSaveImageGetMetadataFunc) get)(driver, NULL, path, ret_def, ret_data);

    return ((qemuSaveImageGetMetadataACLFunc) get)(driver, NULL, path, NULL, NULL,
                                                   ret_def, ret_data);
}


/* The cookie that goes with the state of @snapdef: what is in the file is what
 * will be loaded. Returns -1 with an error reported if it cannot be read. */
static int
qemuHostdevCompatSaveGetCookie(virQEMUDriver *driver,
                               const virDomainSnapshotDef *snapdef,
                               qemuDomainSaveCookie **ret_cookie)
{
    g_autoptr(virDomainDef) def = NULL;
    virQEMUSaveData *data = NULL;
    int rc;

    if (!snapdef->memorysnapshotfile) {
        if (snapdef->cookie)
            *ret_cookie = virObjectRef(snapdef->cookie);
        return 0;
    }

    rc = qemuMigrationCompatSaveGetMetadata(driver, snapdef->memorysnapshotfile, &def, &data);
    if (rc == 0) {
        rc = virSaveCookieParseString(data->cookie, (virObject **) ret_cookie,
                                      virDomainXMLOptionGetSaveCookie(driver->xmlopt));
    }
    virQEMUSaveDataFree(data);

    return rc;
}


/**
 * qemuHostdevCompatSaveCheckSnapshot:
 * @vm: guest that is about to be reverted, and may be running
 * @snapdef: to this snapshot
 * @config: definition of the guest in the snapshot, or NULL
 *
 * A guest that runs is ended for the revert, so that this has to be checked before
 * it. A snapshot without state of devices has nothing to check. A guest without devices can
 * get some of networks, which are checked when QEMU has opened them; that its description is
 * malformed is known before.
 *
 * Returns 0 if the revert may continue, -1 with an error reported if not.
 */
int
qemuHostdevCompatSaveCheckSnapshot(virDomainObj *vm,
                                   virDomainSnapshotDef *snapdef,
                                   const virDomainDef *config)
{
    g_autoptr(qemuDomainSaveCookie) cookie = NULL;

    qemuHostdevCompatSaveKeep(vm, NULL, false);

    if (!config ||
        (snapdef->state != VIR_DOMAIN_SNAPSHOT_RUNNING &&
         snapdef->state != VIR_DOMAIN_SNAPSHOT_PAUSED))
        return 0;

    if (qemuHostdevCompatSaveGetCookie(QEMU_DOMAIN_PRIVATE(vm)->driver, snapdef, &cookie) < 0 ||
        qemuHostdevCompatSaveCheckCookie(vm, cookie, config, false) < 0)
        return -1;

    qemuHostdevCompatSaveKeep(vm, cookie, true);
    return 0;
}
