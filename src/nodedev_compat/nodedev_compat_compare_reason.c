/*
 * nodedev_compat_compare_reason.c: writing down what was found in a comparison
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_compare_reason.h"

#include "nodedev_compat_version.h"

#define REASON(name) VIR_NODE_DEVICE_COMPAT_REASON_ ## name

/* What it costs to write a reason down, on top of its values, in units */
#define WORK_REASON 16


/**
 * virNodeDeviceCompatAttrValue:
 * @attr: attribute, or NULL
 *
 * Returns its value, or NULL if it has none.
 */
const char *
virNodeDeviceCompatAttrValue(const virNodeDeviceCompatAttr *attr)
{
    return attr ? attr->value : NULL;
}


/**
 * virNodeDeviceCompatCompareGetShown:
 * @item: attribute that is compared
 * @attr: one of what is compared of it, or NULL
 *
 * Returns the value of @attr as the device has it, whatever it is compared as, or NULL if
 * it has none.
 */
const char *
virNodeDeviceCompatCompareGetShown(const virNodeDeviceCompatCompareItem *item,
                                   const virNodeDeviceCompatAttr *attr)
{
    size_t i;

    for (i = 0; attr && i < G_N_ELEMENTS(item->shown); i++) {
        if (item->shown[i].attr == attr)
            return item->shown[i].text;
    }

    return virNodeDeviceCompatAttrValue(attr);
}


/**
 * virNodeDeviceCompatCompareGetReasonWork:
 * @source: a value, or NULL
 * @target: the other value, or NULL
 *
 * Returns what it costs to write a reason about these down.
 */
size_t
virNodeDeviceCompatCompareGetReasonWork(const char *source,
                                        const char *target)
{
    return WORK_REASON + virNodeDeviceCompatWorkOfBytes(strlen(NULLSTR_EMPTY(source)) +
                                                        strlen(NULLSTR_EMPTY(target)));
}


/* What a reason adds to the distance of an alternative from the source. That a target
 * accepts another type is closer than that it does not, and a list of what it accepts
 * explains more than its own value. */
static unsigned int
virNodeDeviceCompatReasonGetDistance(virNodeDeviceCompatReasonCode code,
                                     virNodeDeviceCompatSeverity severity)
{
    if (code == REASON(TYPE_CROSS_ACCEPTED))
        return 1 << 11;
    if (code == REASON(ATTR_NOT_ACCEPTED) || code == REASON(VERSION_NOT_ACCEPTED))
        return (1 << 12) - 1;
    if (severity == VIR_NODE_DEVICE_COMPAT_SEVERITY_ERROR)
        return 1 << 12;
    return severity == VIR_NODE_DEVICE_COMPAT_SEVERITY_UNKNOWN;
}


/**
 * virNodeDeviceCompatCompareCount:
 * @comparison: the comparison with one alternative of the target
 * @code: what was found
 *
 * Counts a reason, whether or not there is a report.
 */
void
virNodeDeviceCompatCompareCount(virNodeDeviceCompatComparison *comparison,
                                virNodeDeviceCompatReasonCode code)
{
    virNodeDeviceCompatSeverity severity = virNodeDeviceCompatReasonCodeGetSeverity(code);

    comparison->found.incompatible |= severity == VIR_NODE_DEVICE_COMPAT_SEVERITY_ERROR;
    comparison->found.unknown |= severity == VIR_NODE_DEVICE_COMPAT_SEVERITY_UNKNOWN;
    comparison->found.distance += virNodeDeviceCompatReasonGetDistance(code, severity);
}


/**
 * virNodeDeviceCompatCompareAddReasonDetail:
 * @comparison: the comparison with one alternative of the target
 * @item: attribute that is compared
 * @code: what was found
 * @target: the target's value or what it accepts, or NULL
 * @detail: what the reason means here, or NULL for what it means in general
 */
void
virNodeDeviceCompatCompareAddReasonDetail(virNodeDeviceCompatComparison *comparison,
                                          const virNodeDeviceCompatCompareItem *item,
                                          virNodeDeviceCompatReasonCode code,
                                          const char *target,
                                          const char *detail)
{
    const char *source = virNodeDeviceCompatCompareGetShown(item, item->source);

    virNodeDeviceCompatCompareCount(comparison, code);

    if (!comparison->report ||
        !virNodeDeviceCompatBudgetSpend(comparison->budget,
                                        virNodeDeviceCompatCompareGetReasonWork(source,
                                                                                target)))
        return;

    if (detail)
        virNodeDeviceCompatReportAddDetail(comparison->report, code, item->rule->kind, item->name,
                                           source, target, detail);
    else
        virNodeDeviceCompatReportAdd(comparison->report, code, item->rule->kind, item->name,
                                     source, target);
}


void
virNodeDeviceCompatCompareAddReasonTarget(virNodeDeviceCompatComparison *comparison,
                                          const virNodeDeviceCompatCompareItem *item,
                                          virNodeDeviceCompatReasonCode code,
                                          const char *target)
{
    virNodeDeviceCompatCompareAddReasonDetail(comparison, item, code, target, NULL);
}


void
virNodeDeviceCompatCompareAddReason(virNodeDeviceCompatComparison *comparison,
                                    const virNodeDeviceCompatCompareItem *item,
                                    virNodeDeviceCompatReasonCode code)
{
    virNodeDeviceCompatCompareAddReasonTarget(comparison, item, code,
                                              virNodeDeviceCompatCompareGetShown(item,
                                                                                 item->target));
}


/* The same with what the target accepts in the place of what it has */
void
virNodeDeviceCompatCompareAddReasonAccepted(virNodeDeviceCompatComparison *comparison,
                                            const virNodeDeviceCompatCompareItem *item,
                                            virNodeDeviceCompatReasonCode code)
{
    virNodeDeviceCompatCompareAddReasonTarget(comparison, item, code,
                                              virNodeDeviceCompatCompareGetShown(item,
                                                                                 item->accepted));
}


/* What to say of an attribute that has no usable value, by side */
static const struct {
    virNodeDeviceCompatReasonCode source;
    virNodeDeviceCompatReasonCode target;
} stateReasons[] = {
    [VIR_NODE_DEVICE_COMPAT_ATTR_UNREADABLE] = {
        REASON(UNREADABLE_SOURCE), REASON(UNREADABLE_TARGET) },
    [VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED] = {
        REASON(MALFORMED_SOURCE), REASON(MALFORMED_TARGET) },
    [VIR_NODE_DEVICE_COMPAT_ATTR_CONFLICTING] = {
        REASON(CONFLICTING_SOURCE), REASON(CONFLICTING_TARGET) },
    [VIR_NODE_DEVICE_COMPAT_ATTR_PRIVATE] = {
        REASON(PRIVATE_SOURCE), REASON(PRIVATE_TARGET) },
    [VIR_NODE_DEVICE_COMPAT_ATTR_CUT] = {
        REASON(CUT_SOURCE), REASON(CUT_TARGET) },
    [VIR_NODE_DEVICE_COMPAT_ATTR_TIMEOUT] = {
        REASON(TIMEOUT_SOURCE), REASON(TIMEOUT_TARGET) },
    [VIR_NODE_DEVICE_COMPAT_ATTR_OUTDATED] = {
        REASON(OUTDATED_SOURCE), REASON(OUTDATED_TARGET) },
};

/* A value that a type has not got yet is no fault, see virNodeDeviceCompatCompareUnset() */
G_STATIC_ASSERT(G_N_ELEMENTS(stateReasons) == VIR_NODE_DEVICE_COMPAT_ATTR_UNSET);
G_STATIC_ASSERT(VIR_NODE_DEVICE_COMPAT_ATTR_UNSET + 1 == VIR_NODE_DEVICE_COMPAT_ATTR_LAST);


/**
 * virNodeDeviceCompatAttrStateGetReason:
 * @state: why a value is not usable
 * @target: whether it is the target's
 *
 * Returns the code of the reason.
 */
virNodeDeviceCompatReasonCode
virNodeDeviceCompatAttrStateGetReason(virNodeDeviceCompatAttrState state,
                                      bool target)
{
    return target ? stateReasons[state].target : stateReasons[state].source;
}


static int
virNodeDeviceCompatGetVersion(const virNodeDeviceCompat *compat,
                              virNodeDeviceCompatVersion *ret_version)
{
    const virNodeDeviceCompatAttr *attr =
        virNodeDeviceCompatAttrsFind(&compat->self, VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION);

    if (!attr || attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK)
        return -1;

    return virNodeDeviceCompatVersionParse(attr->value, ret_version);
}


/**
 * virNodeDeviceCompatReportSetDistance:
 * @report: report of a comparison
 * @source: the device that the guest uses
 * @target: the device that it is to continue on
 *
 * Sets how far apart the versions are. What lies between two major numbers is not known, so
 * minor ones then mean nothing.
 */
void
virNodeDeviceCompatReportSetDistance(virNodeDeviceCompatReport *report,
                                     const virNodeDeviceCompat *source,
                                     const virNodeDeviceCompat *target)
{
    virNodeDeviceCompatVersion from;
    virNodeDeviceCompatVersion to;

    if (virNodeDeviceCompatGetVersion(source, &from) < 0 ||
        virNodeDeviceCompatGetVersion(target, &to) < 0)
        return;

    report->margin.majors = MAX(from.major, to.major) - MIN(from.major, to.major);
    if (report->margin.majors == 0)
        report->margin.minors = MAX(from.minor, to.minor) - MIN(from.minor, to.minor);
}
