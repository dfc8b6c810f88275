/*
 * nodedev_compat_driver.c: the part of the API that all drivers share
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_driver.h"

#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV


/* Without a descriptor, as of a device that is not started, its type is known. */
static virNodeDeviceCompat *
virNodeDevCapMdevGetCompat(const virNodeDevCapMdev *mdev)
{
    g_autoptr(virNodeDeviceCompat) compat = NULL;
    const char *type = mdev->active_config.type;

    if (mdev->compat)
        return g_object_ref(mdev->compat);

    if (!type)
        type = mdev->defined_config.type;

    compat = virNodeDeviceCompatNew();
    if (type)
        virNodeDeviceCompatAdd(compat, NULL, VIR_NODE_DEVICE_COMPAT_TYPE, type);

    return g_steal_pointer(&compat);
}


/**
 * virNodeDeviceDefGetCompat:
 * @def: definition of a node device
 *
 * Returns a reference to the descriptor in @def or, if an assignable device has
 * none, a new one that says no more than the type of a mediated device; NULL if
 * devices of this kind cannot be assigned to a guest.
 */
virNodeDeviceCompat *
virNodeDeviceDefGetCompat(const virNodeDeviceDef *def)
{
    virNodeDevCapsDef *cap;

    for (cap = def->caps; cap; cap = cap->next) {
        if (cap->data.type == VIR_NODE_DEV_CAP_MDEV)
            return virNodeDevCapMdevGetCompat(&cap->data.mdev);
        if (cap->data.type == VIR_NODE_DEV_CAP_PCI_DEV) {
            virNodeDeviceCompat *compat = cap->data.pci_dev.compat;

            return compat ? g_object_ref(compat) : virNodeDeviceCompatNew();
        }
    }

    return NULL;
}


/* Lets the target's driver judge the source's opaque string. What it says is one
 * more reason, whatever the others are; that it accepts the string does not make
 * up for what is missing. Under another device API the string is not one that it
 * could know. */
static void
virNodeDeviceDefAsk(const virNodeDeviceDef *def,
                    const char *source,
                    const char *target,
                    virNodeDeviceCompatAskFunc ask,
                    virNodeDeviceCompatReport *report)
{
    virNodeDeviceCompatReasonCode code = VIR_NODE_DEVICE_COMPAT_REASON_LAST;
    g_autofree char *detail = NULL;

    if (virNodeDeviceCompatReportHas(report,
                                     VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_API_MISMATCH))
        return;

    if (!source && !target) {
        code = VIR_NODE_DEVICE_COMPAT_REASON_MISSING_BOTH;
    } else if (!source) {
        code = VIR_NODE_DEVICE_COMPAT_REASON_MISSING_SOURCE;
    } else if (!target) {
        code = VIR_NODE_DEVICE_COMPAT_REASON_MISSING_TARGET;
    } else {
        switch (ask(def, source, &detail)) {
        case VIR_NODE_DEVICE_COMPAT_ANSWER_ACCEPTED:
            return;
        case VIR_NODE_DEVICE_COMPAT_ANSWER_REJECTED:
            code = VIR_NODE_DEVICE_COMPAT_REASON_OPAQUE_REJECTED;
            break;
        case VIR_NODE_DEVICE_COMPAT_ANSWER_NONE:
            code = VIR_NODE_DEVICE_COMPAT_REASON_OPAQUE_NO_ANSWER;
            break;
        }
    }

    virNodeDeviceCompatReportAddHandshake(report, code, source, target, detail);
}


static virNodeDeviceCompatReport *
virNodeDeviceDefCompare(const virNodeDeviceDef *def,
                        const char *xmlDesc,
                        const virNodeDeviceCompatRules *rules,
                        virNodeDeviceCompatAskFunc ask,
                        unsigned int flags)
{
    g_autoptr(virNodeDeviceCompat) target = NULL;
    g_autoptr(virNodeDeviceCompat) source = NULL;
    g_autofree char *sourceName = NULL;
    virNodeDeviceCompatReport *report;

    if (!(target = virNodeDeviceDefGetCompat(def))) {
        virReportError(VIR_ERR_OPERATION_UNSUPPORTED,
                       _("node device '%1$s' is neither a mediated device nor a PCI device, so no guest can continue on it"),
                       def->name);
        return NULL;
    }

    if (!(source = virNodeDeviceCompatParseDocument(xmlDesc,
                                                    !!(flags & VIR_NODE_DEVICE_COMPARE_COMPAT_VALIDATE_XML),
                                                    &sourceName)))
        return NULL;

    report = virNodeDeviceCompatCompare(source, target, rules, flags);
    if (flags & VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE)
        virNodeDeviceDefAsk(def, source->opaque, target->opaque, ask, report);

    report->source = g_steal_pointer(&sourceName);
    report->target = g_strdup(def->name);

    return report;
}


/* One sentence for a source with a name and one for a source without: what stands
 * for the name would not fit into the same sentence of every language. */
static void
virNodeDeviceCompatReportRefuse(const virNodeDeviceCompatReport *report,
                                const char *named,
                                const char *unnamed)
{
    g_autofree char *message = virNodeDeviceCompatReportToMessage(report);

    if (report->source)
        virReportError(VIR_ERR_OPERATION_UNSUPPORTED, named,
                       report->target, report->source, message);
    else
        virReportError(VIR_ERR_OPERATION_UNSUPPORTED, unnamed,
                       report->target, message);
}


/* The FAIL_* flags turn a verdict into an error; the report goes along. */
static int
virNodeDeviceCompatReportCheck(const virNodeDeviceCompatReport *report,
                               unsigned int flags)
{
    virErrorPtr err;

    if (report->verdict == VIR_NODE_DEVICE_COMPARE_COMPAT_INCOMPATIBLE &&
        (flags & VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_INCOMPATIBLE)) {
        virNodeDeviceCompatReportRefuse(report,
                                        _("node device '%1$s' cannot take over the state of '%2$s': %3$s"),
                                        _("node device '%1$s' cannot take over the state of the source device: %2$s"));
    } else if (report->verdict == VIR_NODE_DEVICE_COMPARE_COMPAT_UNKNOWN &&
               (flags & VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_UNKNOWN)) {
        virNodeDeviceCompatReportRefuse(report,
                                        _("cannot tell whether node device '%1$s' can take over the state of '%2$s': %3$s"),
                                        _("cannot tell whether node device '%1$s' can take over the state of the source device: %2$s"));
    } else {
        return 0;
    }

    err = virGetLastError();
    g_free(err->str2);
    err->str2 = virNodeDeviceCompatReportFormat(report);
    err->int1 = report->verdict;
    return -1;
}


/**
 * virNodeDeviceDefCompareCompat:
 * @def: definition of the target
 * @xmlDesc: document of the source
 * @rules: vendor rules, or NULL for the built-in ones only
 * @ask: how to hand the target's driver the source's opaque string
 * @flags: bitwise-OR of virNodeDeviceCompareCompatFlags
 *
 * Returns a virNodeDeviceCompareCompatResult, with an error reported if that
 * is VIR_NODE_DEVICE_COMPARE_COMPAT_ERROR.
 */
int
virNodeDeviceDefCompareCompat(const virNodeDeviceDef *def,
                              const char *xmlDesc,
                              const virNodeDeviceCompatRules *rules,
                              virNodeDeviceCompatAskFunc ask,
                              unsigned int flags)
{
    g_autoptr(virNodeDeviceCompatReport) report = NULL;

    if (!(report = virNodeDeviceDefCompare(def, xmlDesc, rules, ask, flags)) ||
        virNodeDeviceCompatReportCheck(report, flags) < 0)
        return VIR_NODE_DEVICE_COMPARE_COMPAT_ERROR;

    return report->verdict;
}


/**
 * virNodeDeviceDefGetCompatReport:
 * @def: definition of the target
 * @xmlDesc: document of the source
 * @rules: vendor rules, or NULL for the built-in ones only
 * @ask: how to hand the target's driver the source's opaque string
 * @flags: bitwise-OR of virNodeDeviceCompareCompatFlags
 *
 * Returns the report as XML, or NULL with an error reported.
 */
char *
virNodeDeviceDefGetCompatReport(const virNodeDeviceDef *def,
                                const char *xmlDesc,
                                const virNodeDeviceCompatRules *rules,
                                virNodeDeviceCompatAskFunc ask,
                                unsigned int flags)
{
    g_autoptr(virNodeDeviceCompatReport) report = NULL;

    if (!(report = virNodeDeviceDefCompare(def, xmlDesc, rules, ask, flags)) ||
        virNodeDeviceCompatReportCheck(report, flags) < 0)
        return NULL;

    return virNodeDeviceCompatReportFormat(report);
}
