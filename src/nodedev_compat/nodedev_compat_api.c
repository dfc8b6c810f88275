/*
 * nodedev_compat_api.c: the part of the API that all drivers share
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_api.h"

#include "nodedev_compat_attr.h"
#include "nodedev_compat_baseline.h"
#include "nodedev_compat_compare.h"
#include "nodedev_compat_compare_reason.h"
#include "nodedev_compat_device.h"
#include "nodedev_compat_spelling.h"
#include "nodedev_compat_vgpu.h"
#include "nodedev_compat_xml.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* Devices can be added while their names are being listed. */
#define NAMES_SLACK 64

/* What one search works on */
typedef struct _virNodeDeviceCompatFindContext virNodeDeviceCompatFindContext;
struct _virNodeDeviceCompatFindContext {
    const virNodeDeviceCompatFindFuncs *funcs;
    const virNodeDeviceCompatRules *rules;
    unsigned int flags;                         /* of the comparison */
    virNodeDeviceCompat *source;
    virNodeDeviceCompatBudget *budget;          /* for all candidates */
    virNodeDeviceCompatCandidates *list;
};


/* Adds why the driver cannot be asked: the one side has no opaque string, or one that is
 * not usable. */
static void
virNodeDeviceCompatReportAddNoString(virNodeDeviceCompatReport *report,
                                     const virNodeDeviceCompat *compat,
                                     const virNodeDeviceCompat *other,
                                     bool target)
{
    virNodeDeviceCompatReasonCode code = target ? VIR_NODE_DEVICE_COMPAT_REASON_MISSING_TARGET :
                                                  VIR_NODE_DEVICE_COMPAT_REASON_MISSING_SOURCE;

    if (compat->opaque)
        return;

    if (compat->opaqueState != VIR_NODE_DEVICE_COMPAT_ATTR_OK)
        code = virNodeDeviceCompatAttrStateGetReason(compat->opaqueState, target);

    virNodeDeviceCompatReportAddHandshake(report, code, target ? other->opaque : NULL,
                                          target ? NULL : other->opaque, NULL);
}


/* Lets the target's driver judge the source's opaque string. Its answer is one more
 * reason, whatever the others are; that it accepts the string does not make up for
 * what is missing. It cannot know the string of a device with another device API. */
static void
virNodeDeviceDefAsk(const virNodeDeviceDef *def,
                    const virNodeDeviceCompat *source,
                    const virNodeDeviceCompat *target,
                    virNodeDeviceCompatAskFunc ask,
                    virNodeDeviceCompatReport *report)
{
    virNodeDeviceCompatReasonCode code = VIR_NODE_DEVICE_COMPAT_REASON_LAST;
    g_autofree char *detail = NULL;

    if (virNodeDeviceCompatReportHas(report,
                                     VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_API_MISMATCH))
        return;

    if (!virNodeDeviceCompatHasOpaque(source) && !virNodeDeviceCompatHasOpaque(target)) {
        virNodeDeviceCompatReportAddHandshake(report, VIR_NODE_DEVICE_COMPAT_REASON_MISSING_BOTH,
                                              NULL, NULL, NULL);
        return;
    }

    /* the library that judges metadata of a vGPU needs none of the target's */
    if (!source->opaque ||
        (!target->opaque && !virNodeDeviceCompatVGPUMetadataIs(source->opaque))) {
        virNodeDeviceCompatReportAddNoString(report, source, target, false);
        virNodeDeviceCompatReportAddNoString(report, target, source, true);
        return;
    }

    switch (ask(def, source->opaque, &detail)) {
    case VIR_NODE_DEVICE_COMPAT_ANSWER_ACCEPTED:
        return;
    case VIR_NODE_DEVICE_COMPAT_ANSWER_REJECTED:
        code = VIR_NODE_DEVICE_COMPAT_REASON_OPAQUE_REJECTED;
        break;
    case VIR_NODE_DEVICE_COMPAT_ANSWER_NONE:
        code = VIR_NODE_DEVICE_COMPAT_REASON_OPAQUE_NO_ANSWER;
        break;
    case VIR_NODE_DEVICE_COMPAT_ANSWER_ABSENT:
        code = VIR_NODE_DEVICE_COMPAT_REASON_MISSING_TARGET;
        break;
    }

    virNodeDeviceCompatReportAddHandshake(report, code, source->opaque, target->opaque, detail);
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

    if (virNodeDeviceDefIsParent(def)) {
        virReportError(VIR_ERR_OPERATION_UNSUPPORTED,
                       _("node device '%1$s' is a parent of mediated devices; name a device or a type"),
                       def->name);
        return NULL;
    }

    if (!(target = virNodeDeviceDefGetCompat(def))) {
        virReportError(VIR_ERR_OPERATION_UNSUPPORTED,
                       _("node device '%1$s' is neither a mediated device nor a PCI device"),
                       def->name);
        return NULL;
    }

    if (!(source = virNodeDeviceCompatParseDocument(xmlDesc,
                                                    !!(flags & VIR_NODE_DEVICE_COMPARE_COMPAT_VALIDATE_XML),
                                                    &sourceName)))
        return NULL;

    report = virNodeDeviceCompatCompare(source, target, rules, flags);
    if (flags & VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE)
        virNodeDeviceDefAsk(def, source, target, ask, report);

    report->source = g_steal_pointer(&sourceName);
    report->target = g_strdup(def->name);
    report->targetCompat = g_steal_pointer(&target);

    return report;
}


/* The FAIL_* flags turn a verdict into an error; the report goes along, but for the
 * descriptor of the target, which would make an error large. */
static int
virNodeDeviceCompatReportCheck(virNodeDeviceCompatReport *report,
                               unsigned int flags)
{
    g_autofree char *answer = NULL;
    g_autofree char *reasons = NULL;
    g_autofree char *message = NULL;
    virErrorPtr err;

    if (!(report->verdict == VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE &&
          (flags & VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_INCOMPATIBLE)) &&
        !(report->verdict == VIR_NODE_DEVICE_COMPAT_UNKNOWN &&
          (flags & VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_UNKNOWN)))
        return 0;

    answer = virNodeDeviceCompatReportFormatAnswer(report);
    reasons = virNodeDeviceCompatReportToMessage(report);
    message = g_strdup_printf("%s: %s", answer, reasons);
    virReportError(VIR_ERR_OPERATION_UNSUPPORTED, "%s", message);

    g_clear_object(&report->targetCompat);
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
 * @ask: asks the target's driver about the source's opaque string
 * @flags: bitwise-OR of virNodeDeviceCompareCompatFlags
 *
 * Returns a virNodeDeviceCompatResult, with an error reported if that
 * is VIR_NODE_DEVICE_COMPAT_ERROR.
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
        return VIR_NODE_DEVICE_COMPAT_ERROR;

    return report->verdict;
}


/**
 * virNodeDeviceDefGetCompatReport:
 * @def: definition of the target
 * @xmlDesc: document of the source
 * @rules: vendor rules, or NULL for the built-in ones only
 * @ask: asks the target's driver about the source's opaque string
 * @flags: bitwise-OR of virNodeDeviceCompareCompatFlags
 *
 * The report has the descriptor of the target that was compared: a caller that needs
 * it, too, does not have to read the device again, and then perhaps otherwise.
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

/* Returns a candidate without a state, or NULL if the list does not want it. */
static virNodeDeviceCompatCandidate *
virNodeDeviceCompatFindCompare(const virNodeDeviceCompatFindContext *data,
                               const virNodeDeviceCompat *target,
                               const char *name)
{
    virNodeDeviceCompatBudget budget = virNodeDeviceCompatBudgetLend(data->budget);
    g_autoptr(virNodeDeviceCompatReport) report =
        virNodeDeviceCompatCompareWithin(data->source, target, data->rules, data->flags, &budget);
    virNodeDeviceCompatCandidate *candidate;

    virNodeDeviceCompatBudgetReturn(data->budget, &budget);
    if (!virNodeDeviceCompatCandidatesWant(data->list, report))
        return NULL;

    candidate = g_new0(virNodeDeviceCompatCandidate, 1);
    candidate->name = g_strdup(name);
    candidate->report = g_steal_pointer(&report);
    return candidate;
}


static void
virNodeDeviceCompatFindAddDevice(const virNodeDeviceCompatFindContext *data,
                                 const virNodeDeviceDef *def,
                                 bool active)
{
    g_autoptr(virNodeDeviceCompat) target = NULL;
    virNodeDeviceCompatCandidate *candidate;

    if (!virNodeDeviceDefIsAssignable(def) ||
        !(target = virNodeDeviceDefGetCompat(def)) ||
        !(candidate = virNodeDeviceCompatFindCompare(data, target, def->name)))
        return;

    candidate->state = VIR_NODE_DEVICE_COMPAT_STATE_DEFINED;
    if (active)
        candidate->state = data->funcs->getState(def, data->funcs->opaque);
    virNodeDeviceCompatCandidatesAdd(data->list, candidate);
}


static void
virNodeDeviceCompatFindAddType(const virNodeDeviceCompatFindContext *data,
                               const virNodeDeviceDef *def,
                               const virNodeDevCapsDef *cap,
                               const virMediatedDeviceType *type)
{
    g_autoptr(virNodeDeviceCompat) bare = NULL;
    const virNodeDeviceCompat *target = virNodeDeviceCompatTypesGet(cap->data.typeCompat,
                                                                    type->id);
    virNodeDeviceCompatCandidate *candidate;

    /* of one without a descriptor, the type itself is known, and its device API can be */
    if (!target) {
        g_autofree char *spelled = virNodeDeviceCompatSpellType(type->id);

        bare = virNodeDeviceCompatNew();
        virNodeDeviceCompatAdd(bare, NULL, VIR_NODE_DEVICE_COMPAT_TYPE, spelled);
        if (type->device_api)
            virNodeDeviceCompatAdd(bare, NULL, VIR_NODE_DEVICE_COMPAT_DEVICE_API,
                                   type->device_api);
        target = bare;
    }

    if (!(candidate = virNodeDeviceCompatFindCompare(data, target, def->name)))
        return;

    candidate->type = g_strdup(type->id);
    if (type->available_instances == VIR_NODE_DEVICE_COMPAT_INSTANCES_UNKNOWN) {
        candidate->state = VIR_NODE_DEVICE_COMPAT_STATE_UNKNOWN;
    } else {
        candidate->instances = type->available_instances;
        candidate->state = type->available_instances > 0 ?
                           VIR_NODE_DEVICE_COMPAT_STATE_FREE :
                           VIR_NODE_DEVICE_COMPAT_STATE_USED;
    }
    virNodeDeviceCompatCandidatesAdd(data->list, candidate);
}


static void
virNodeDeviceCompatFindAddTypes(const virNodeDeviceCompatFindContext *data,
                                const virNodeDeviceDef *def)
{
    const virNodeDevCapsDef *cap;

    for (cap = def->caps; cap; cap = cap->next) {
        virMediatedDeviceType **types = NULL;
        size_t ntypes = virNodeDevCapsDefGetMdevTypes(cap, &types);
        size_t i;

        for (i = 0; i < ntypes; i++)
            virNodeDeviceCompatFindAddType(data, def, cap, types[i]);
    }
}


/* Counts the candidates that a device is or offers, as far as that is known without
 * looking at it: it is too late for that. Each could fit. */
static void
virNodeDeviceCompatFindCount(const virNodeDeviceCompatFindContext *data,
                             const virNodeDeviceDef *def)
{
    const virNodeDevCapsDef *cap;
    size_t count = 0;

    for (cap = def->caps; cap; cap = cap->next) {
        virMediatedDeviceType **types = NULL;

        count += virNodeDevCapsDefGetMdevTypes(cap, &types);
        if (cap->data.type == VIR_NODE_DEV_CAP_MDEV ||
            cap->data.type == VIR_NODE_DEV_CAP_PCI_DEV)
            count++;
    }

    data->list->unknown += count;
    data->list->omitted += count;
}


/* Returns a copy of what matters of the device @name, or NULL if it is gone or if the
 * caller may not see it. */
static virNodeDeviceDef *
virNodeDeviceCompatFindCopy(const virNodeDeviceCompatFindContext *data,
                            virNodeDeviceObjList *devs,
                            const char *name,
                            bool *ret_active)
{
    const virNodeDeviceCompatFindFuncs *funcs = data->funcs;
    virNodeDeviceObj *obj = virNodeDeviceObjListFindByName(devs, name);
    virNodeDeviceDef *copy = NULL;

    if (!obj)
        return NULL;

    if (!funcs->filter || funcs->filter(funcs->conn, virNodeDeviceObjGetDef(obj))) {
        copy = virNodeDeviceDefCopyCompat(virNodeDeviceObjGetDef(obj));
        *ret_active = virNodeDeviceObjIsActive(obj);
    }

    virNodeDeviceObjEndAPI(&obj);
    return copy;
}


static void
virNodeDeviceCompatFindAddName(const virNodeDeviceCompatFindContext *data,
                               virNodeDeviceObjList *devs,
                               const char *name)
{
    const virNodeDeviceCompatFindFuncs *funcs = data->funcs;
    bool active = false;
    g_autoptr(virNodeDeviceDef) def = virNodeDeviceCompatFindCopy(data, devs, name, &active);

    if (!def)
        return;

    if (funcs->deadline && g_get_monotonic_time() >= funcs->deadline) {
        virNodeDeviceCompatFindCount(data, def);
        return;
    }

    /* it may have been removed just now */
    if (funcs->refresh && funcs->refresh(def, funcs->opaque) < 0)
        return;

    virNodeDeviceCompatFindAddDevice(data, def, active);
    virNodeDeviceCompatFindAddTypes(data, def);
}


/* Each device is looked up by itself, and nothing is locked while it is read and
 * judged: with thousands of them that takes a while, during which others need the list
 * and the devices. */
static void
virNodeDeviceCompatFindAddList(const virNodeDeviceCompatFindContext *data,
                               virNodeDeviceObjList *devs)
{
    int most = virNodeDeviceObjListNumOfDevices(devs, NULL, NULL,
                                                virNodeDeviceDefHasCandidates) + NAMES_SLACK;
    g_auto(GStrv) names = g_new0(char *, most + 1);
    size_t i;

    /* it does not fail, and the last name has NULL behind it */
    ignore_value(virNodeDeviceObjListGetNames(devs, NULL, virNodeDeviceDefHasCandidates,
                                              NULL, names, most));

    for (i = 0; names[i]; i++)
        virNodeDeviceCompatFindAddName(data, devs, names[i]);
}


/**
 * virNodeDeviceObjListFindCompat:
 * @devs: devices of a driver
 * @funcs: what the driver knows about them
 * @xmlDesc: document of the source
 * @rules: vendor rules, or NULL for the built-in ones only
 * @flags: bitwise-OR of virConnectFindCompatNodeDevicesFlags
 *
 * Compares the source with each device in @devs and with each type that one of
 * them offers.
 *
 * Returns the ranked list as XML, or NULL with an error reported.
 */
char *
virNodeDeviceObjListFindCompat(virNodeDeviceObjList *devs,
                               const virNodeDeviceCompatFindFuncs *funcs,
                               const char *xmlDesc,
                               const virNodeDeviceCompatRules *rules,
                               unsigned int flags)
{
    g_autoptr(virNodeDeviceCompat) source = NULL;
    g_autoptr(virNodeDeviceCompatCandidates) list = g_new0(virNodeDeviceCompatCandidates, 1);
    virNodeDeviceCompatBudget budget = { .max = VIR_NODE_DEVICE_COMPAT_WORK_MAX };
    virNodeDeviceCompatFindContext data = {
        .funcs = funcs,
        .rules = rules,
        .budget = &budget,
        .list = list,
    };

    if (!(source = virNodeDeviceCompatParseDocument(xmlDesc,
                                                    !!(flags & VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_VALIDATE_XML),
                                                    &list->source)))
        return NULL;

    data.source = source;
    list->inferred = source->inferred;
    if (flags & VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALLOW_CROSS_TYPE)
        data.flags |= VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE;
    list->all = !!(flags & VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALL);

    virNodeDeviceCompatFindAddList(&data, devs);
    virNodeDeviceCompatCandidatesRank(list);

    return virNodeDeviceCompatCandidatesFormat(list);
}


/**
 * virNodeDeviceCompatGetBaseline:
 * @xmlDescs: a <devices> document
 * @rules: vendor rules, or NULL for the built-in ones only
 * @flags: bitwise-OR of virConnectBaselineNodeDeviceCompatFlags
 *
 * Returns the result of virConnectBaselineNodeDeviceCompat() as XML, or NULL with an
 * error reported.
 */
char *
virNodeDeviceCompatGetBaseline(const char *xmlDescs,
                               const virNodeDeviceCompatRules *rules,
                               unsigned int flags)
{
    g_autoptr(virNodeDeviceCompatDevices) list = NULL;
    g_autoptr(virNodeDeviceCompatBaseline) baseline = NULL;
    unsigned int compareFlags = 0;

    if (!(list = virNodeDeviceCompatDevicesParse(xmlDescs,
                                                 !!(flags & VIR_CONNECT_BASELINE_NODE_DEVICE_COMPAT_VALIDATE_XML))))
        return NULL;

    if (flags & VIR_CONNECT_BASELINE_NODE_DEVICE_COMPAT_ALLOW_CROSS_TYPE)
        compareFlags |= VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE;

    baseline = virNodeDeviceCompatBaselineMake(list->devices, list->ndevices,
                                               rules, compareFlags);
    return virNodeDeviceCompatBaselineFormat(baseline);
}
