/*
 * qemu_hostdev_compat_save.c: host device compatibility in saved state
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu_hostdev_compat_save.h"

#include "qemu_hostdev_compat_check.h"
#include "qemu_hostdev_compat_device.h"
#include "qemu_saveimage.h"
#include "virerror.h"
#include "virlog.h"
#include "virsavecookie.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

VIR_LOG_INIT("qemu.qemu_hostdev_compat_save");

/* Data of a qemuDomainSaveCookie: the qemuHostdevCompat; or the message about
 * a description that is malformed */
#define COOKIE_DATA "nodedev-compat"
#define COOKIE_ERROR "nodedev-compat-error"

/* Data of a virDomainObj from the check until QEMU has opened the devices: the
 * qemuDomainSaveCookie whose state is going to be loaded */
#define VM_COOKIE "nodedev-compat-cookie"

/* Data of a virDomainObj that is being reverted: that its devices were compared with
 * VM_COOKIE, before the guest was ended for it. A revert that failed leaves it. */
#define VM_CHECKED "nodedev-compat-checked"


static void
qemuHostdevCompatSaveSet(qemuDomainSaveCookie *cookie,
                         qemuHostdevCompat *compat)
{
    g_object_set_data_full(G_OBJECT(cookie), COOKIE_DATA, compat,
                           (GDestroyNotify) qemuHostdevCompatFree);
}


/**
 * qemuHostdevCompatSaveDescribe:
 * @cookie: cookie of state that is being saved
 * @def: definition of the guest
 *
 * Adds what the guest's host devices say of themselves right now.
 */
void
qemuHostdevCompatSaveDescribe(qemuDomainSaveCookie *cookie,
                              const virDomainDef *def)
{
    qemuHostdevCompatSaveSet(cookie, qemuHostdevCompatNew(def, 0));
}


/* The message of a description that is not as it is written. One without any
 * device is none: it stands for another that was malformed. */
static char *
qemuHostdevCompatSaveGetDamage(int rc,
                               const qemuHostdevCompat *compat)
{
    if (rc < 0)
        return qemuHostdevCompatTakeError();
    if (compat && compat->nhostdevs == 0)
        return g_strdup(_("no host device is in it"));
    return NULL;
}


/**
 * qemuHostdevCompatSaveParse:
 * @cookie: cookie that is being parsed
 * @ctxt: its XML
 *
 * A malformed description must not hide a snapshot from the list, nor a file from
 * who looks into it; it is an error when the state is to be loaded.
 */
void
qemuHostdevCompatSaveParse(qemuDomainSaveCookie *cookie,
                           xmlXPathContextPtr ctxt)
{
    g_autoptr(qemuHostdevCompat) compat = NULL;
    int rc = qemuHostdevCompatParse(ctxt, &compat);
    g_autofree char *damage = qemuHostdevCompatSaveGetDamage(rc, compat);

    if (!damage) {
        qemuHostdevCompatSaveSet(cookie, g_steal_pointer(&compat));
        return;
    }

    VIR_WARN("saved description of host devices is malformed: %s", damage);
    g_object_set_data_full(G_OBJECT(cookie), COOKIE_ERROR, g_steal_pointer(&damage), g_free);
}


/**
 * qemuHostdevCompatSaveFormat:
 * @buf: buffer with the cookie
 * @cookie: the cookie
 *
 * What was malformed stays so, even if the details get lost.
 */
void
qemuHostdevCompatSaveFormat(virBuffer *buf,
                            qemuDomainSaveCookie *cookie)
{
    if (g_object_get_data(G_OBJECT(cookie), COOKIE_ERROR))
        virBufferAddLit(buf, "<nodedevCompat/>\n");
    else
        qemuHostdevCompatFormat(buf, g_object_get_data(G_OBJECT(cookie), COOKIE_DATA));
}


static bool
qemuHostdevCompatSaveIsAbout(const virDomainDef *def)
{
    size_t i;

    for (i = 0; i < def->nhostdevs; i++) {
        if (qemuHostdevCompatDeviceHasState(def->hostdevs[i]))
            return true;
    }

    return false;
}


static int
qemuHostdevCompatSaveCheckCookie(qemuDomainSaveCookie *cookie,
                                 const virDomainDef *def,
                                 const qemuHostdevCompatPolicy *policy,
                                 bool opened)
{
    qemuHostdevCompat *compat = NULL;
    const char *damage = NULL;

    if (policy->mode == QEMU_HOSTDEV_COMPAT_MODE_OFF)
        return 0;

    if (cookie) {
        compat = g_object_get_data(G_OBJECT(cookie), COOKIE_DATA);
        damage = g_object_get_data(G_OBJECT(cookie), COOKIE_ERROR);
    }

    if (damage) {
        g_autofree char *reason =
            g_strdup_printf(_("the saved description of host devices is malformed: %1$s"), damage);

        qemuHostdevCompatPolicyReport(def, QEMU_HOSTDEV_COMPAT_OPERATION_RESTORE, reason);
        return -1;
    }

    if (!compat) {
        if (qemuHostdevCompatSaveIsAbout(def)) {
            VIR_WARN("host devices of domain '%s' are not compared with the saved ones, of which nothing was saved",
                     def->name);
        }
        return 0;
    }

    return qemuHostdevCompatCheckRestore(def, compat, policy, opened);
}


/* Keeps @cookie for qemuHostdevCompatSaveCheckOpened(), in place of what is
 * left of an attempt that failed. */
static void
qemuHostdevCompatSaveKeep(virDomainObj *vm,
                          qemuDomainSaveCookie *cookie)
{
    g_object_set_data_full(G_OBJECT(vm), VM_COOKIE,
                           cookie ? virObjectRef(cookie) : NULL, virObjectUnref);
}


/* Whether the devices were compared with what @cookie says already. A guest that was
 * ended for a revert since would be lost if another look had another result. */
static bool
qemuHostdevCompatSaveIsChecked(virDomainObj *vm,
                               qemuDomainSaveCookie *cookie)
{
    qemuDomainSaveCookie *checked = g_object_get_data(G_OBJECT(vm), VM_COOKIE);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_auto(virBuffer) checkedBuf = VIR_BUFFER_INITIALIZER;
    g_autofree char *xml = NULL;
    g_autofree char *checkedXML = NULL;

    if (!g_object_steal_data(G_OBJECT(vm), VM_CHECKED) || !checked || !cookie ||
        vm->job->asyncJob != VIR_ASYNC_JOB_SNAPSHOT)
        return false;

    qemuHostdevCompatSaveFormat(&buf, cookie);
    qemuHostdevCompatSaveFormat(&checkedBuf, checked);
    xml = virBufferContentAndReset(&buf);
    checkedXML = virBufferContentAndReset(&checkedBuf);

    return STREQ_NULLABLE(xml, checkedXML);
}


/**
 * qemuHostdevCompatSaveCheck:
 * @driver: QEMU driver
 * @vm: guest that is about to be started from saved state
 * @cookie: cookie of that state, or NULL
 *
 * Compares each host device of the guest with the saved one's. After a refusal the
 * guest has its persistent definition again, as if its QEMU had failed to start.
 *
 * Returns 0 if the state may be loaded, -1 with an error reported if not.
 */
int
qemuHostdevCompatSaveCheck(virQEMUDriver *driver,
                           virDomainObj *vm,
                           qemuDomainSaveCookie *cookie)
{
    g_autoptr(virQEMUDriverConfig) cfg = virQEMUDriverGetConfig(driver);

    if (qemuHostdevCompatSaveIsChecked(vm, cookie))
        return 0;

    qemuHostdevCompatSaveKeep(vm, cookie);

    if (qemuHostdevCompatSaveCheckCookie(cookie, vm->def,
                                         qemuHostdevCompatPolicyGet(cfg), false) < 0) {
        virDomainObjRemoveTransientDef(vm);
        return -1;
    }

    return 0;
}


/**
 * qemuHostdevCompatSaveCheckOpened:
 * @driver: QEMU driver
 * @vm: guest whose QEMU has opened its devices, after a check before
 *
 * Compares the devices that could not be before.
 *
 * Returns 0 if the guest may go on, -1 with an error reported if not.
 */
int
qemuHostdevCompatSaveCheckOpened(virQEMUDriver *driver,
                                 virDomainObj *vm)
{
    g_autoptr(virQEMUDriverConfig) cfg = virQEMUDriverGetConfig(driver);
    g_autoptr(qemuDomainSaveCookie) cookie = g_object_steal_data(G_OBJECT(vm), VM_COOKIE);

    if (!cookie || !g_object_get_data(G_OBJECT(cookie), COOKIE_DATA))
        return 0;

    return qemuHostdevCompatSaveCheckCookie(cookie, vm->def,
                                            qemuHostdevCompatPolicyGet(cfg), true);
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
 * @driver: QEMU driver
 * @vm: guest that is about to be reverted, and may be running
 * @snapdef: to this snapshot
 * @config: definition of the guest in the snapshot, or NULL
 *
 * A guest that runs is ended for the revert, so that this has to be checked before
 * it. A snapshot without state of devices has nothing to check.
 *
 * Returns 0 if the revert may go on, -1 with an error reported if not.
 */
int
qemuHostdevCompatSaveCheckSnapshot(virQEMUDriver *driver,
                                   virDomainObj *vm,
                                   virDomainSnapshotDef *snapdef,
                                   const virDomainDef *config)
{
    g_autoptr(virQEMUDriverConfig) cfg = virQEMUDriverGetConfig(driver);
    g_autoptr(qemuDomainSaveCookie) cookie = NULL;

    qemuHostdevCompatSaveKeep(vm, NULL);
    g_object_set_data(G_OBJECT(vm), VM_CHECKED, NULL);

    if (!config || !qemuHostdevCompatSaveIsAbout(config) ||
        (snapdef->state != VIR_DOMAIN_SNAPSHOT_RUNNING &&
         snapdef->state != VIR_DOMAIN_SNAPSHOT_PAUSED))
        return 0;

    if (qemuHostdevCompatSaveGetCookie(driver, snapdef, &cookie) < 0)
        return -1;

    if (qemuHostdevCompatSaveCheckCookie(cookie, config,
                                         qemuHostdevCompatPolicyGet(cfg), false) < 0)
        return -1;

    qemuHostdevCompatSaveKeep(vm, cookie);
    g_object_set_data(G_OBJECT(vm), VM_CHECKED, vm);
    return 0;
}
