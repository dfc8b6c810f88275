/*
 * domain_hostdev_compat_check.c: whether a guest can continue on its host devices
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "domain_hostdev_compat_check.h"

#include "conf/nodedev_compat_xml.h"
#include "datatypes.h"
#include "virerror.h"
#include "virhash.h"
#include "virlog.h"

#define VIR_FROM_THIS VIR_FROM_DOMAIN

VIR_LOG_INIT("hypervisor.domain_hostdev_compat_check");

/* One device of the target, and what it is compared with */
typedef struct _virDomainHostdevCompatPair virDomainHostdevCompatPair;
struct _virDomainHostdevCompatPair {
    const virDomainHostdevDef *hostdev;
    char *name;                                 /* of @hostdev */
    virNodeDevicePtr device;                    /* NULL if it was not found */
    const virDomainHostdevCompat *source;       /* NULL if there is none */
};

static void
virDomainHostdevCompatPairClear(virDomainHostdevCompatPair *pair)
{
    g_free(pair->name);
    virObjectUnref(pair->device);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(virDomainHostdevCompatPair, virDomainHostdevCompatPairClear);


/**
 * virDomainHostdevCompatTargetsNew:
 *
 * Returns an empty table for virDomainHostdevCompatCheck.
 */
GHashTable *
virDomainHostdevCompatTargetsNew(void)
{
    return virHashNew(g_object_unref);
}


static virNodeDeviceCompatReport *
virDomainHostdevCompatAsk(const virDomainHostdevCompatPair *pair,
                          unsigned int flags)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *capability = NULL;
    g_autofree char *xml = NULL;

    virNodeDeviceCompatFormat(&buf, pair->source->compat);
    capability = virBufferContentAndReset(&buf);

    if (!(xml = virNodeDeviceGetCompatReport(pair->device, capability, flags)))
        return NULL;

    return virNodeDeviceCompatReportParse(xml);
}


/* Whether the target's driver could not be asked since the target has no opaque
 * string */
static bool
virDomainHostdevCompatLacksOpaque(const virNodeDeviceCompatReport *report)
{
    const char *missing =
        virNodeDeviceCompatReasonCodeTypeToString(VIR_NODE_DEVICE_COMPAT_REASON_MISSING_TARGET);
    size_t i;

    for (i = 0; i < report->nreasons; i++) {
        if (STREQ(report->reasons[i]->attr, VIR_NODE_DEVICE_COMPAT_OPAQUE) &&
            STREQ(report->reasons[i]->code, missing))
            return true;
    }

    return false;
}


/* Has the node device driver compare one device. Where both sides have an opaque
 * string, the target's driver decides about the source's; that one of them has none
 * is no reason against the other one. Returns NULL with an error reported if there is
 * no answer. */
static virNodeDeviceCompatReport *
virDomainHostdevCompatCompare(const virDomainHostdevCompatCheck *check,
                              const virDomainHostdevCompatPair *pair)
{
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    unsigned int flags = 0;

    if (check->crossType)
        flags |= VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE;

    if (!virNodeDeviceCompatHasOpaque(pair->source->compat))
        return virDomainHostdevCompatAsk(pair, flags);

    if (!(report = virDomainHostdevCompatAsk(pair, flags | VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE)))
        return NULL;

    if (virDomainHostdevCompatLacksOpaque(report))
        return virDomainHostdevCompatAsk(pair, flags);

    return g_steal_pointer(&report);
}


/* Whether, after its node device was not found, the guest would not find the device
 * either. On another host only its node device driver knows. */
static bool
virDomainHostdevCompatIsAbsent(const virDomainHostdevCompatCheck *check,
                               const virDomainHostdevCompatPair *pair)
{
    return !pair->device &&
           virGetLastErrorCode() == VIR_ERR_NO_NODE_DEVICE &&
           !(check->local && virDomainHostdevExists(pair->hostdev));
}


/* A report with one reason, which is about the whole device. @detail may be the message
 * of the last error, so that no public function may be called. */
static virNodeDeviceCompatReport *
virDomainHostdevCompatReportNew(const virDomainHostdevCompatPair *pair,
                                virNodeDeviceCompatReasonCode code,
                                const char *detail)
{
    const char *source = pair->source ? virDomainHostdevCompatGetName(pair->source) : NULL;
    const char *target = pair->device ? pair->device->name : pair->name;

    return virNodeDeviceCompatReportNewDevice(source, target, code, detail);
}


/* Never fails: that something does not work is a reason. */
static virNodeDeviceCompatReport *
virDomainHostdevCompatGetReport(const virDomainHostdevCompatCheck *check,
                                const virDomainHostdevCompatPair *pair)
{
    virNodeDeviceCompatReport *report;

    if (virDomainHostdevCompatIsAbsent(check, pair)) {
        return virDomainHostdevCompatReportNew(pair,
                                               VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_MISSING,
                                               virGetLastErrorMessage());
    }

    if (!pair->source || !pair->source->compat) {
        return virDomainHostdevCompatReportNew(pair,
                                               VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_DESCRIBED,
                                               NULL);
    }

    if (!pair->device ||
        !(report = virDomainHostdevCompatCompare(check, pair))) {
        return virDomainHostdevCompatReportNew(pair,
                                               VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_COMPARED,
                                               virGetLastErrorMessage());
    }

    if (!report->source)
        report->source = g_strdup(virDomainHostdevCompatGetName(pair->source));
    if (!report->target)
        report->target = g_strdup(pair->device->name);

    return report;
}


/* Reads the descriptor of a device of the target. Returns NULL with an error
 * reported if it is not available. */
static virNodeDeviceCompat *
virDomainHostdevCompatReadTarget(virNodeDevicePtr device)
{
    g_autofree char *xml = NULL;
    g_autofree char *name = NULL;

    if (!(xml = virNodeDeviceGetXMLDesc(device, 0)))
        return NULL;

    return virNodeDeviceCompatParseDocument(xml, false, &name);
}


/* A function that no VFIO driver has yet shows what it is to the host. What it will
 * be to a guest is known when it gets its driver, before QEMU is started; a managed
 * one can get another one in place of vfio-pci, too. */
static bool
virDomainHostdevCompatIsUnbound(const virDomainHostdevDef *hostdev,
                                const virNodeDeviceCompat *target)
{
    const virNodeDeviceCompatAttr *driver;

    if (virDomainHostdevGetMdevUUID(hostdev) ||
        target->inferred || target->self.nattrs == 0)
        return false;

    driver = virNodeDeviceCompatAttrsFind(&target->self, "vfio_driver");
    return !driver || (hostdev->managed && STREQ_NULLABLE(driver->value, "vfio-pci"));
}


/* Whether the guest gets the device as it will be only when it is prepared: with
 * another driver, or made by a hook script */
static bool
virDomainHostdevCompatIsDeferred(const virDomainHostdevCompatCheck *check,
                                 const virDomainHostdevCompatPair *pair,
                                 const virNodeDeviceCompat *target)
{
    if (target)
        return virDomainHostdevCompatIsUnbound(pair->hostdev, target);

    return check->hooks && virDomainHostdevCompatIsAbsent(check, pair);
}


/* Compares one device for the first time. The descriptor that is remembered is the
 * one that was compared; only if there was no answer with it, the device is read. */
static void
virDomainHostdevCompatCheckNew(const virDomainHostdevCompatCheck *check,
                               virDomainHostdevCompatPair *pair,
                               virDomainHostdevCompatMoment moment,
                               GPtrArray *reports)
{
    g_autoptr(virNodeDeviceCompatReport) report = virDomainHostdevCompatGetReport(check, pair);
    g_autoptr(virNodeDeviceCompat) target = g_steal_pointer(&report->targetCompat);

    if (!target && pair->device)
        target = virDomainHostdevCompatReadTarget(pair->device);

    if (moment == VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_PREPARE &&
        virDomainHostdevCompatIsDeferred(check, pair, target))
        return;

    g_ptr_array_add(reports, g_steal_pointer(&report));
    if (target) {
        g_hash_table_insert(check->targets, g_steal_pointer(&pair->name),
                            g_steal_pointer(&target));
    }
}


/* Whether both are the same, or one of them does not count: it is derived, or could
 * not be read */
static bool
virDomainHostdevCompatAttrIsSame(const virNodeDeviceCompatAttr *attr,
                                 const virNodeDeviceCompatAttr *other)
{
    if (attr->derived || attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_UNREADABLE ||
        attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_TIMEOUT)
        return true;

    return other &&
           (other->state == VIR_NODE_DEVICE_COMPAT_ATTR_UNREADABLE ||
            other->state == VIR_NODE_DEVICE_COMPAT_ATTR_TIMEOUT ||
            (other->state == attr->state && STREQ_NULLABLE(other->value, attr->value)));
}


/* The name of an attribute of @a that differs in @b, or NULL */
static const char *
virDomainHostdevCompatAttrsFindChange(const virNodeDeviceCompatAttrs *a,
                                      const virNodeDeviceCompatAttrs *b)
{
    size_t i;

    for (i = 0; i < a->nattrs; i++) {
        const char *name = a->attrs[i]->name;

        if (!virDomainHostdevCompatAttrIsSame(a->attrs[i],
                                              virNodeDeviceCompatAttrsFind(b, name)))
            return name;
    }

    return NULL;
}


/* The name of what has changed in a device that was compared as @old, or NULL */
static const char *
virDomainHostdevCompatFindChange(const virNodeDeviceCompat *old,
                                 const virNodeDeviceCompat *new)
{
    const char *name;
    size_t i;

    if ((name = virDomainHostdevCompatAttrsFindChange(&old->self, &new->self)) ||
        (name = virDomainHostdevCompatAttrsFindChange(&new->self, &old->self)))
        return name;

    /* A driver may have no answer as long as the device is open. */
    if (old->opaque && new->opaque && STRNEQ(old->opaque, new->opaque))
        return VIR_NODE_DEVICE_COMPAT_OPAQUE;

    if (old->naccepts != new->naccepts)
        return "accepts";

    for (i = 0; i < old->naccepts; i++) {
        if ((name = virDomainHostdevCompatAttrsFindChange(old->accepts[i], new->accepts[i])) ||
            (name = virDomainHostdevCompatAttrsFindChange(new->accepts[i], old->accepts[i])))
            return name;
    }

    return NULL;
}


/* Reads a device again that was compared as @old. That this fails is no change. */
static void
virDomainHostdevCompatCheckAgain(const virDomainHostdevCompatPair *pair,
                                 const virNodeDeviceCompat *old,
                                 GPtrArray *reports)
{
    g_autoptr(virNodeDeviceCompat) target = NULL;
    const char *attr;

    if (!pair->device ||
        !(target = virDomainHostdevCompatReadTarget(pair->device))) {
        VIR_WARN("Host device '%s' was compared and cannot be read again: %s",
                 pair->name, virGetLastErrorMessage());
        return;
    }

    if (!(attr = virDomainHostdevCompatFindChange(old, target)))
        return;

    g_ptr_array_add(reports,
                    virDomainHostdevCompatReportNew(pair,
                                                    VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_CHANGED,
                                                    attr));
}


/* What could not be read before is compared as soon as it can be; but not when the
 * guest is about to continue, as by then only changes count. */
static void
virDomainHostdevCompatCheckHostdev(const virDomainHostdevCompatCheck *check,
                                   const virDomainHostdevDef *hostdev,
                                   virDomainHostdevCompatMoment moment,
                                   virDomainHostdevPairing *pairing,
                                   GPtrArray *reports)
{
    g_auto(virDomainHostdevIdentity) identity = { 0 };
    g_auto(virDomainHostdevCompatPair) pair = {
        .hostdev = hostdev,
        .name = virDomainHostdevGetName(hostdev),
    };
    void *old = NULL;

    virDomainHostdevGetIdentity(hostdev, &identity);
    pair.source = virDomainHostdevPairingPair(pairing, &identity);

    if (moment == VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_OPENED ||
        moment == VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_RESUMED)
        old = g_hash_table_lookup(check->targets, pair.name);

    if (!old && moment == VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_RESUMED)
        return;

    if (check->conn)
        pair.device = virDomainHostdevLookupNodeDevice(hostdev, check->conn, check->local);

    if (old)
        virDomainHostdevCompatCheckAgain(&pair, old, reports);
    else
        virDomainHostdevCompatCheckNew(check, &pair, moment, reports);
    virResetLastError();
}


/* The addresses in the guest of network interfaces that get a function of a pool,
 * and get it only when the guest is prepared */
static GHashTable *
virDomainHostdevCompatGetDeferred(const virDomainDef *def)
{
    GHashTable *deferred = virHashNew(NULL);
    size_t i;

    for (i = 0; i < def->nnets; i++) {
        const virDomainNetDef *net = def->nets[i];
        char *address;

        if (virDomainNetGetActualType(net) == VIR_DOMAIN_NET_TYPE_NETWORK &&
            (address = virDomainHostdevIdentityFormatAddress(&net->info)))
            g_hash_table_add(deferred, address);
    }

    return deferred;
}


/* Adds the devices of the source that no device of the target replaces; of those
 * that a pool was to replace, when the guest has its devices. */
static void
virDomainHostdevCompatCheckUnpaired(const virDomainHostdevCompatCheck *check,
                                    const virDomainDef *def,
                                    virDomainHostdevCompatMoment moment,
                                    const virDomainHostdevPairing *pairing,
                                    GPtrArray *reports)
{
    bool opened = moment == VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_OPENED;
    g_autoptr(GHashTable) deferred = opened ? virHashNew(NULL) : virDomainHostdevCompatGetDeferred(def);
    g_autoptr(GPtrArray) unpaired = virDomainHostdevPairingGetUnpaired(pairing, deferred);
    size_t i;

    for (i = 0; i < unpaired->len; i++) {
        const virDomainHostdevCompatPair pair = { .source = g_ptr_array_index(unpaired, i) };

        if (opened && !pair.source->deferred)
            continue;

        g_ptr_array_add(reports,
                        virDomainHostdevCompatReportNew(&pair,
                                                        VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_MISSING,
                                                        _("the guest has no device there that replaces it")));
    }

    for (i = 0; !opened && i < check->sources->len; i++) {
        virDomainHostdevCompat *source = g_ptr_array_index(check->sources, i);

        source->deferred = source->identity.address &&
                           g_hash_table_contains(deferred, source->identity.address);
    }
}


/**
 * virDomainHostdevCompatCheckDevices:
 * @check: what the devices are compared with
 * @def: definition of the guest on the target
 * @moment: when that is
 *
 * Compares the host devices of @def that have state. At OPENED these are the devices
 * that could not be compared before, and those that have changed since.
 *
 * Returns an array that owns a virNodeDeviceCompatReport for each of them.
 */
GPtrArray *
virDomainHostdevCompatCheckDevices(const virDomainHostdevCompatCheck *check,
                                   const virDomainDef *def,
                                   virDomainHostdevCompatMoment moment)
{
    g_autoptr(virDomainHostdevPairing) pairing = virDomainHostdevPairingNew();
    g_autoptr(GPtrArray) reports =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatReportFree);
    size_t i;

    for (i = 0; i < check->sources->len; i++) {
        virDomainHostdevCompat *source = g_ptr_array_index(check->sources, i);

        virDomainHostdevPairingAdd(pairing, &source->identity, source);
    }

    for (i = 0; i < def->nhostdevs; i++) {
        if (virDomainHostdevHasState(def->hostdevs[i])) {
            virDomainHostdevCompatCheckHostdev(check, def->hostdevs[i], moment,
                                               pairing, reports);
        }
    }

    if (moment != VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_RESUMED)
        virDomainHostdevCompatCheckUnpaired(check, def, moment, pairing, reports);

    return g_steal_pointer(&reports);
}
