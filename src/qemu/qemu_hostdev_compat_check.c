/*
 * qemu_hostdev_compat_check.c: the destination's check of host devices
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu_hostdev_compat_check.h"

#include "driver.h"
#include "nodedev_compat/nodedev_compat_report.h"
#include "qemu_hostdev_compat_device.h"
#include "viralloc.h"
#include "virerror.h"
#include "virhook.h"
#include "virlog.h"
#include "nodedev_compat_xml.h"
#include "nodedev_compat_conf.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

VIR_LOG_INIT("qemu.qemu_hostdev_compat_check");

/* The qemuHostdevCompat of a guest from Prepare to Finish, as data of its
 * virDomainObj */
#define VM_DATA "nodedev-compat"

/* When the guest's devices are looked at, in this order */
typedef enum {
    MOMENT_PREPARE,
    MOMENT_OPENED,
    MOMENT_RESUMED,
} qemuHostdevCompatMoment;

typedef struct _qemuHostdevCompatCheckState qemuHostdevCompatCheckState;
struct _qemuHostdevCompatCheckState {
    qemuHostdevCompatMoment moment;
    qemuHostdevCompat *compat;
    bool crossType;
    virDomainHostdevPairing *match;
    GPtrArray *reports;
};


/* Asks the node device driver about one device. Returns the report, or NULL
 * with an error reported if the question could not be answered. */
static virNodeDeviceCompatReport *
qemuHostdevCompatAsk(virNodeDevicePtr device,
                     const virNodeDeviceCompat *target,
                     const qemuHostdevCompatHostdev *source,
                     bool crossType)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *capability = NULL;
    g_autofree char *xml = NULL;
    unsigned int flags = 0;

    /* Where both sides have an opaque string, the target's driver is to judge the
     * source's. That one of them has none says nothing against the other one. */
    if (source->compat->opaque && target && target->opaque)
        flags |= VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE;
    if (crossType)
        flags |= VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE;

    virNodeDeviceCompatFormat(&buf, source->compat);
    capability = virBufferContentAndReset(&buf);

    if (!(xml = virNodeDeviceGetCompatReport(device, capability, flags)))
        return NULL;

    return virNodeDeviceCompatReportParse(xml);
}


/* A report that has no more to say than that there is nothing to compare */
static virNodeDeviceCompatReport *
qemuHostdevCompatReportNew(const qemuHostdevCompatHostdev *source,
                           const char *target,
                           virNodeDeviceCompatReasonCode code,
                           const char *detail)
{
    const char *name = source ? qemuHostdevCompatHostdevGetName(source) : NULL;

    return virNodeDeviceCompatReportNewDevice(name, target, code, detail);
}


/* Whether, after the device could not be had, the guest would not find it here
 * either */
static bool
qemuHostdevCompatIsAbsent(const virDomainHostdevDef *hostdev)
{
    return virGetLastErrorCode() == VIR_ERR_NO_NODE_DEVICE &&
           !qemuHostdevCompatDeviceExists(hostdev);
}


/* Judges one device, of which @device and @target are NULL if they cannot be
 * had, with an error reported. Never fails: that something does not work is a
 * reason. */
static virNodeDeviceCompatReport *
qemuHostdevCompatJudge(const virDomainHostdevDef *hostdev,
                       const char *name,
                       virNodeDevicePtr device,
                       const virNodeDeviceCompat *target,
                       const qemuHostdevCompatHostdev *source,
                       bool crossType)
{
    g_autoptr(virNodeDeviceCompatReport) report = NULL;

    if (!device && qemuHostdevCompatIsAbsent(hostdev)) {
        report = qemuHostdevCompatReportNew(source, name,
                                            VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_MISSING,
                                            virGetLastErrorMessage());
    } else if (!source || !source->compat) {
        report = qemuHostdevCompatReportNew(source, name,
                                            VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_DESCRIBED,
                                            NULL);
    } else if (!device ||
               !(report = qemuHostdevCompatAsk(device, target, source, crossType))) {
        report = qemuHostdevCompatReportNew(source, name,
                                            VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_COMPARED,
                                            virGetLastErrorMessage());
    }

    if (!report->source && source)
        report->source = g_strdup(qemuHostdevCompatHostdevGetName(source));
    if (!report->target)
        report->target = g_strdup(name);

    return g_steal_pointer(&report);
}


/* What the device says of itself now, or NULL with an error reported */
static virNodeDeviceCompat *
qemuHostdevCompatReadTarget(virNodeDevicePtr device)
{
    g_autofree char *xml = NULL;
    g_autofree char *name = NULL;

    if (!(xml = virNodeDeviceGetXMLDesc(device, 0)))
        return NULL;

    return virNodeDeviceCompatParseDocument(xml, false, &name);
}


/* A function that no VFIO driver has yet shows what it is to the host. What it
 * will be to a guest, the driver tells that it is given before QEMU starts; a managed
 * one may be given another one for vfio-pci, too. */
static bool
qemuHostdevCompatIsUnbound(const virDomainHostdevDef *hostdev,
                           const virNodeDeviceCompat *target)
{
    const virNodeDeviceCompatAttr *driver;

    if (qemuHostdevCompatDeviceGetUUID(hostdev) || target->self.nattrs == 0)
        return false;

    driver = virNodeDeviceCompatAttrsFind(&target->self, "vfio_driver");
    return !driver || (hostdev->managed && STREQ_NULLABLE(driver->value, "vfio-pci"));
}


/* Whether the device of the guest is only there when QEMU has opened it. A hook
 * script may make it right before the guest starts. */
static bool
qemuHostdevCompatIsLate(const virDomainHostdevDef *hostdev,
                        virNodeDevicePtr device,
                        const virNodeDeviceCompat *target)
{
    if (target)
        return qemuHostdevCompatIsUnbound(hostdev, target);

    return !device &&
           virHookPresent(VIR_HOOK_DRIVER_QEMU) &&
           qemuHostdevCompatIsAbsent(hostdev);
}


/* Whether both are the same, or one of them is nothing to go by: it is derived, or
 * could not be read just now */
static bool
qemuHostdevCompatIsSame(const virNodeDeviceCompatAttr *attr,
                        const virNodeDeviceCompatAttr *other)
{
    if (attr->derived || attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_UNREADABLE)
        return true;

    return other &&
           (other->state == VIR_NODE_DEVICE_COMPAT_ATTR_UNREADABLE ||
            (other->state == attr->state && STREQ_NULLABLE(other->value, attr->value)));
}


/* The name of an attribute of @a that is another one in @b, or NULL */
static const char *
qemuHostdevCompatFindChange(const virNodeDeviceCompatAttrs *a,
                            const virNodeDeviceCompatAttrs *b)
{
    size_t i;

    for (i = 0; i < a->nattrs; i++) {
        const char *name = a->attrs[i]->name;

        if (!qemuHostdevCompatIsSame(a->attrs[i], virNodeDeviceCompatAttrsFind(b, name)))
            return name;
    }

    return NULL;
}


/* What a device of which @old was judged now says differently, or NULL */
static const char *
qemuHostdevCompatFindDifference(const virNodeDeviceCompat *old,
                                const virNodeDeviceCompat *new)
{
    const char *name;
    size_t i;

    if ((name = qemuHostdevCompatFindChange(&old->self, &new->self)) ||
        (name = qemuHostdevCompatFindChange(&new->self, &old->self)))
        return name;

    /* A driver may have nothing to say as long as the device is open. */
    if (old->opaque && new->opaque && STRNEQ(old->opaque, new->opaque))
        return "opaque";

    if (old->naccepts != new->naccepts)
        return "accepts";

    for (i = 0; i < old->naccepts; i++) {
        if ((name = qemuHostdevCompatFindChange(old->accepts[i], new->accepts[i])) ||
            (name = qemuHostdevCompatFindChange(new->accepts[i], old->accepts[i])))
            return name;
    }

    return NULL;
}


/* That a device which was judged cannot be read again says nothing new of it. */
static void
qemuHostdevCompatCheckAgain(qemuHostdevCompatCheckState *check,
                            const char *name,
                            const virNodeDeviceCompat *old,
                            const virNodeDeviceCompat *target,
                            const qemuHostdevCompatHostdev *source)
{
    const char *attr;

    if (!target) {
        VIR_WARN("host device '%s' was compared, and cannot be read again: %s",
                 name, virGetLastErrorMessage());
        return;
    }

    if (!(attr = qemuHostdevCompatFindDifference(old, target)))
        return;

    g_ptr_array_add(check->reports,
                    qemuHostdevCompatReportNew(source, name,
                                               VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_CHANGED,
                                               attr));
}


/* What could not be read before is compared as soon as it can be; but not when the
 * guest is about to go on, as of that nothing but changes are asked. */
static void
qemuHostdevCompatCheckHostdev(qemuHostdevCompatCheckState *check,
                              const virDomainHostdevDef *hostdev)
{
    const qemuHostdevCompatHostdev *source;
    g_auto(virDomainHostdevIdentity) place = { 0 };
    g_autofree char *name = qemuHostdevCompatDeviceGetName(hostdev);
    g_autoptr(virNodeDevice) device = NULL;
    g_autoptr(virNodeDeviceCompat) target = NULL;
    void *old = NULL;

    qemuHostdevCompatDeviceGetPlace(hostdev, &place);
    source = virDomainHostdevPairingTake(check->match, &place);

    if (check->compat->conn &&
        (device = qemuHostdevCompatDeviceLookup(check->compat->conn, hostdev)))
        target = qemuHostdevCompatReadTarget(device);

    if (g_hash_table_lookup_extended(check->compat->targets, name, NULL, &old)) {
        qemuHostdevCompatCheckAgain(check, name, old, target, source);
    } else if (check->moment == MOMENT_OPENED ||
               (check->moment == MOMENT_PREPARE &&
                !qemuHostdevCompatIsLate(hostdev, device, target))) {
        g_ptr_array_add(check->reports,
                        qemuHostdevCompatJudge(hostdev, name, device, target, source,
                                               check->crossType));
        if (target) {
            g_hash_table_insert(check->compat->targets, g_steal_pointer(&name),
                                g_steal_pointer(&target));
        }
    }
    virResetLastError();
}


/* The places in the guest of network interfaces of which it is only known when the
 * guest is prepared which function of a pool they get */
static GHashTable *
qemuHostdevCompatGetPooled(const virDomainDef *def)
{
    GHashTable *pooled = virHashNew(NULL);
    size_t i;

    for (i = 0; i < def->nnets; i++) {
        const virDomainNetDef *net = def->nets[i];
        char *address;

        if (virDomainNetGetActualType(net) == VIR_DOMAIN_NET_TYPE_NETWORK &&
            (address = virDomainHostdevIdentityFormatAddress(&net->info)))
            g_hash_table_add(pooled, address);
    }

    return pooled;
}


/* Adds the devices of the source whose state nothing here would take over; of
 * those that a pool was to give one, as soon as the pool has had its chance. */
static void
qemuHostdevCompatCheckLost(qemuHostdevCompatCheckState *check,
                           const virDomainDef *def)
{
    bool prepare = check->moment == MOMENT_PREPARE;
    g_autoptr(GHashTable) pooled = prepare ? qemuHostdevCompatGetPooled(def) : virHashNew(NULL);
    g_autoptr(GPtrArray) lost = virDomainHostdevPairingGetUnpaired(check->match, pooled);
    size_t i;

    for (i = 0; i < lost->len; i++) {
        const qemuHostdevCompatHostdev *source = g_ptr_array_index(lost, i);

        if (!prepare && !source->pooled)
            continue;

        g_ptr_array_add(check->reports,
                        qemuHostdevCompatReportNew(source, NULL,
                                                   VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_MISSING,
                                                   _("the guest has no device in its place")));
    }

    for (i = 0; prepare && i < check->compat->nhostdevs; i++) {
        qemuHostdevCompatHostdev *source = check->compat->hostdevs[i];

        source->pooled = source->place.address &&
                         g_hash_table_contains(pooled, source->place.address);
    }
}


static void
qemuHostdevCompatCheckClear(qemuHostdevCompatCheckState *check)
{
    virDomainHostdevPairingFree(check->match);
    g_ptr_array_unref(check->reports);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(qemuHostdevCompatCheckState, qemuHostdevCompatCheckClear);


/* Looks at all devices of @def, and lets the host's policy decide. Returns 0 if
 * the guest may come in, -1 with an error reported if not. */
static int
qemuHostdevCompatCheckDevices(const virDomainDef *def,
                              qemuHostdevCompatMoment moment,
                              qemuHostdevCompat *compat,
                              const qemuHostdevCompatPolicy *policy,
                              qemuHostdevCompatOperation operation,
                              unsigned int flags)
{
    VIR_IDENTITY_AUTORESTORE virIdentity *oldident = NULL;
    g_auto(qemuHostdevCompatCheckState) check = {
        .moment = moment,
        .compat = compat,
        .crossType = policy->crossType,
        .match = qemuHostdevCompatMatchNew(compat),
        .reports = g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatReportFree),
    };
    size_t i;

    for (i = 0; i < def->nhostdevs; i++) {
        if (!qemuHostdevCompatDeviceHasState(def->hostdevs[i]))
            continue;

        if (!oldident)
            oldident = qemuHostdevCompatElevate();
        /* its daemon may have been restarted since */
        if (compat->conn && virConnectIsAlive(compat->conn) != 1)
            g_clear_pointer(&compat->conn, virObjectUnref);
        if (!compat->conn)
            compat->conn = virGetConnectNodeDev();

        qemuHostdevCompatCheckHostdev(&check, def->hostdevs[i]);
    }

    if (moment != MOMENT_RESUMED)
        qemuHostdevCompatCheckLost(&check, def);

    return qemuHostdevCompatPolicyDecide(policy, def, check.reports, operation, flags);
}


/* What the source said of its devices was malformed: refuse that, unless the user
 * wants to go on without. Returns 0 if so, -1 with an error reported if not. */
static int
qemuHostdevCompatCheckDamage(const virDomainDef *def,
                             const qemuHostdevCompat *compat,
                             unsigned int flags)
{
    g_autofree char *reason = NULL;

    if (!compat->damage)
        return 0;

    reason = g_strdup_printf(_("the description of its host devices is malformed: %1$s"),
                             compat->damage);
    if (flags & VIR_MIGRATE_UNSAFE) {
        VIR_WARN("migration of domain '%s' goes on as it was asked to be unsafe: %s",
                 def->name, reason);
        qemuHostdevCompatPolicyAudit(def, "?:malformed");
        return 0;
    }

    qemuHostdevCompatPolicyReport(def, QEMU_HOSTDEV_COMPAT_OPERATION_MIGRATE, reason);
    return -1;
}


/**
 * qemuHostdevCompatCheck:
 * @def: definition of the guest on the destination
 * @compat: what the source says of its devices, or NULL in it; it is freed
 *          if there is nothing to check later on
 * @policy: what is to be refused
 * @flags: flags of the migration
 *
 * Compares each host device of the guest with the source's, right before the
 * destination does anything for the guest.
 *
 * Returns 0 if the migration may go on, -1 with an error reported if not.
 */
int
qemuHostdevCompatCheck(const virDomainDef *def,
                       qemuHostdevCompat **compat,
                       const qemuHostdevCompatPolicy *policy,
                       unsigned int flags)
{
    if (flags & VIR_MIGRATE_OFFLINE ||
        policy->mode == QEMU_HOSTDEV_COMPAT_MODE_OFF) {
        g_clear_pointer(compat, qemuHostdevCompatFree);
        return 0;
    }

    if (!*compat)
        *compat = g_new0(qemuHostdevCompat, 1);
    (*compat)->targets = virHashNew(g_object_unref);

    if (qemuHostdevCompatCheckDamage(def, *compat, flags) < 0)
        return -1;

    return qemuHostdevCompatCheckDevices(def, MOMENT_PREPARE, *compat, policy,
                                         QEMU_HOSTDEV_COMPAT_OPERATION_MIGRATE, flags);
}


/**
 * qemuHostdevCompatCheckOpened:
 * @vm: guest whose QEMU has opened its devices, and has loaded no state
 * @compat: from qemuHostdevCompatCheck(); taken over
 * @policy: what is to be refused
 * @flags: flags of the migration
 *
 * Compares the devices that could not be before.
 *
 * Returns 0 if the migration may go on, -1 with an error reported if not.
 */
int
qemuHostdevCompatCheckOpened(virDomainObj *vm,
                             qemuHostdevCompat **compat,
                             const qemuHostdevCompatPolicy *policy,
                             unsigned int flags)
{
    g_autoptr(qemuHostdevCompat) taken = g_steal_pointer(compat);

    if (!taken)
        return 0;

    if (qemuHostdevCompatCheckDevices(vm->def, MOMENT_OPENED, taken, policy,
                                      QEMU_HOSTDEV_COMPAT_OPERATION_MIGRATE, flags) < 0)
        return -1;

    g_object_set_data_full(G_OBJECT(vm), VM_DATA, g_steal_pointer(&taken),
                           (GDestroyNotify) qemuHostdevCompatFree);
    return 0;
}


/**
 * qemuHostdevCompatCheckResumed:
 * @vm: guest that is about to go on here
 * @policy: what is to be refused
 * @flags: flags of the migration
 * @v3proto: whether the source still has the guest
 *
 * Makes sure that no device has changed since it was compared. After a restart of
 * the daemon nothing is known of that.
 *
 * Returns 0 if the guest may go on, -1 with an error reported if not.
 */
int
qemuHostdevCompatCheckResumed(virDomainObj *vm,
                              const qemuHostdevCompatPolicy *policy,
                              unsigned int flags,
                              bool v3proto)
{
    g_autoptr(qemuHostdevCompat) compat = g_object_steal_data(G_OBJECT(vm), VM_DATA);

    /* In post-copy the source may not have the guest any more. */
    if (!compat || !v3proto || flags & VIR_MIGRATE_POSTCOPY)
        return 0;

    return qemuHostdevCompatCheckDevices(vm->def, MOMENT_RESUMED, compat, policy,
                                         QEMU_HOSTDEV_COMPAT_OPERATION_MIGRATE, flags);
}


/**
 * qemuHostdevCompatCheckForget:
 * @vm: guest whose QEMU has ended
 *
 * Drops what was kept for the end of its migration.
 */
void
qemuHostdevCompatCheckForget(virDomainObj *vm)
{
    g_object_set_data(G_OBJECT(vm), VM_DATA, NULL);
}


/**
 * qemuHostdevCompatCheckRestore:
 * @def: definition of the guest that is restored
 * @compat: what was saved of its devices
 * @policy: what is to be refused
 * @opened: whether QEMU has opened the devices; the guest was checked before
 *
 * Compares each host device of the guest with the saved one's, as for a migration,
 * or those that could not be before.
 *
 * Returns 0 if the guest may be restored, -1 with an error reported if not.
 */
int
qemuHostdevCompatCheckRestore(const virDomainDef *def,
                              qemuHostdevCompat *compat,
                              const qemuHostdevCompatPolicy *policy,
                              bool opened)
{
    int rc;

    if (!opened)
        g_clear_pointer(&compat->targets, g_hash_table_unref);

    if (!compat->targets)
        compat->targets = virHashNew(g_object_unref);

    rc = qemuHostdevCompatCheckDevices(def, opened ? MOMENT_OPENED : MOMENT_PREPARE,
                                       compat, policy,
                                       QEMU_HOSTDEV_COMPAT_OPERATION_RESTORE, 0);

    /* a snapshot's description stays as long as the snapshot */
    g_clear_pointer(&compat->conn, virObjectUnref);

    return rc;
}
