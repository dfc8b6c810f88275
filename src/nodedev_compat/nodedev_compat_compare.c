/*
 * nodedev_compat_compare.c: may a guest on this source continue on that target?
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_compare.h"

#include "nodedev_compat_alternatives.h"
#include "nodedev_compat_compare_attr.h"
#include "nodedev_compat_version.h"
#include "virlog.h"

VIR_LOG_INIT("nodedev_compat.nodedev_compat_compare");

#define REASON(name) VIR_NODE_DEVICE_COMPAT_REASON_ ## name


static virNodeDeviceCompatResult
virNodeDeviceCompatComparisonGetVerdict(const virNodeDeviceCompatComparison *comparison)
{
    return virNodeDeviceCompatReportGetVerdict(comparison->report,
                                               comparison->report->margin.attrs > 0 ?
                                               VIR_NODE_DEVICE_COMPAT_SUPERSET :
                                               VIR_NODE_DEVICE_COMPAT_IDENTICAL);
}


/* The attribute of the set that comes next in a merge by name, if that is @name */
static const virNodeDeviceCompatAttr *
virNodeDeviceCompatMergeTake(const virNodeDeviceCompatAttrs *set,
                             size_t *at,
                             const char *name)
{
    const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAttrsGet(set, *at);

    if (!attr || STRNEQ(attr->name, name))
        return NULL;

    (*at)++;
    return attr;
}


static const char *
virNodeDeviceCompatFirstName(const char *a,
                             const char *b)
{
    if (!a || !b)
        return a ? a : b;

    return strcmp(a, b) <= 0 ? a : b;
}


/* All attributes that either side or the alternative names, and those that
 * must be there, by name. The sets are sorted, so that a merge finds them. */
static size_t
virNodeDeviceCompatCollectItems(const virNodeDeviceCompatComparison *comparison,
                                virNodeDeviceCompatCompareItem *items)
{
    const virNodeDeviceCompatAttrs *const sets[] = {
        &comparison->source->self, &comparison->target->self, comparison->accepts,
    };
    size_t at[G_N_ELEMENTS(sets)] = { 0 };
    size_t nrequired = 0;
    size_t nitems = 0;
    size_t i;

    while (true) {
        virNodeDeviceCompatCompareItem *item = &items[nitems];
        const char *name = nrequired < VIR_NODE_DEVICE_COMPAT_REQUIRED ?
                           virNodeDeviceCompatRequired[nrequired] : NULL;

        for (i = 0; i < G_N_ELEMENTS(sets); i++) {
            const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAttrsGet(sets[i], at[i]);

            name = virNodeDeviceCompatFirstName(name, attr ? attr->name : NULL);
        }

        if (!name)
            return nitems;

        if (nrequired < VIR_NODE_DEVICE_COMPAT_REQUIRED &&
            STREQ(name, virNodeDeviceCompatRequired[nrequired]))
            nrequired++;

        item->name = name;
        item->rule = virNodeDeviceCompatRulesFind(comparison->rules,
                                                  comparison->target, name);
        item->source = virNodeDeviceCompatMergeTake(sets[0], &at[0], name);
        /* a type does not show what its devices will have */
        if (item->source && item->source->state == VIR_NODE_DEVICE_COMPAT_ATTR_UNSET)
            item->source = NULL;
        item->target = virNodeDeviceCompatMergeTake(sets[1], &at[1], name);
        item->accepted = virNodeDeviceCompatMergeTake(sets[2], &at[2], name);
        nitems++;
    }
}


/* How far the target's alternative is from the source, as far as it was compared: the
 * verdict first, then what stands against it. It only grows. */
static unsigned int
virNodeDeviceCompatComparisonGetDistance(const virNodeDeviceCompatComparison *comparison)
{
    virNodeDeviceCompatResult verdict = virNodeDeviceCompatComparisonGetVerdict(comparison);

    return (virNodeDeviceCompatVerdictRank(verdict) << 24) + comparison->distance;
}


static void
virNodeDeviceCompatCompareAlternative(virNodeDeviceCompatComparison *comparison,
                                      virNodeDeviceCompatCompareItem *items)
{
    size_t nitems = virNodeDeviceCompatCollectItems(comparison, items);
    virNodeDeviceCompatStep step;
    size_t i;

    for (step = VIR_NODE_DEVICE_COMPAT_STEP_DEVICE_API;
         step <= VIR_NODE_DEVICE_COMPAT_STEP_OTHER; step++) {
        for (i = 0; i < nitems; i++) {
            if (items[i].rule->step != step)
                continue;

            comparison->superset = false;
            virNodeDeviceCompatCompareAttr(comparison, &items[i]);
            if (comparison->superset)
                comparison->report->margin.attrs++;
        }

        /* under another device API the other attributes mean other things */
        if (step == VIR_NODE_DEVICE_COMPAT_STEP_DEVICE_API &&
            virNodeDeviceCompatComparisonGetVerdict(comparison) ==
            VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE)
            break;
    }

    comparison->report->verdict = virNodeDeviceCompatComparisonGetVerdict(comparison);
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


/* What lies between two major numbers is not known, so minor ones then mean
 * nothing. */
static void
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


/**
 * virNodeDeviceCompatCompareExpanded:
 * @source: the device that the guest uses
 * @target: the device that it is to continue on, without variables
 * @rules: vendor rules, or NULL for the built-in ones only
 * @flags: bitwise-OR of virNodeDeviceCompareCompatFlags
 * @work: raised by the number of attributes that are compared; long values and
 *        reasons count as several
 * @max: from where on @work is too much
 *
 * virNodeDeviceCompatCompare() for callers that compare many devices.
 *
 * Returns the report, or NULL if there was too much to compare.
 */
virNodeDeviceCompatReport *
virNodeDeviceCompatCompareExpanded(const virNodeDeviceCompat *source,
                                   const virNodeDeviceCompat *target,
                                   const virNodeDeviceCompatRules *rules,
                                   unsigned int flags,
                                   size_t *work,
                                   size_t max)
{
    g_autoptr(virNodeDeviceCompatReport) best = NULL;
    g_autofree virNodeDeviceCompatCompareItem *items = NULL;
    unsigned int closest = 0;
    size_t most = 0;
    size_t i;

    for (i = 0; i < target->naccepts; i++)
        most = MAX(most, target->accepts[i]->nattrs);
    /* each attribute may be another one; and those that must be there */
    items = g_new0(virNodeDeviceCompatCompareItem,
                   source->self.nattrs + target->self.nattrs + most + VIR_NODE_DEVICE_COMPAT_REQUIRED + 1);

    for (i = 0; i <= target->naccepts; i++) {
        g_autoptr(virNodeDeviceCompatReport) report = g_new0(virNodeDeviceCompatReport, 1);
        virNodeDeviceCompatComparison comparison = {
            .source = source,
            .target = target,
            .accepts = i > 0 ? target->accepts[i - 1] : NULL,
            .rules = rules,
            .flags = flags,
            .report = report,
        };
        unsigned int distance;

        if (*work >= max)
            return NULL;

        virNodeDeviceCompatCompareAlternative(&comparison, items);
        distance = virNodeDeviceCompatComparisonGetDistance(&comparison);
        *work += comparison.work;

        if (!best || distance < closest) {
            virNodeDeviceCompatReportFree(best);
            best = g_steal_pointer(&report);
            closest = distance;
        }

        /* nothing can be closer */
        if (best->verdict == VIR_NODE_DEVICE_COMPAT_IDENTICAL)
            break;
    }

    virNodeDeviceCompatReportSetDistance(best, source, target);
    virNodeDeviceCompatRulesReportFaults(rules, best);

    VIR_DEBUG("verdict=%s reasons=%zu",
              virNodeDeviceCompatResultTypeToString(best->verdict),
              best->nreasons);

    return g_steal_pointer(&best);
}


/**
 * virNodeDeviceCompatCompare:
 * @source: the device that the guest uses
 * @target: the device that it is to continue on
 * @rules: vendor rules, or NULL for the built-in ones only
 * @flags: bitwise-OR of virNodeDeviceCompareCompatFlags, of which
 *         VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE matters here
 *
 * The target has alternatives: what it is itself, and each that it accepts,
 * with each choice of values for its variables. The best one gives the verdict
 * and the reasons. What @source accepts is of no concern.
 *
 * Returns the report; INCOMPATIBLE and UNKNOWN never come without a reason.
 */
virNodeDeviceCompatReport *
virNodeDeviceCompatCompare(const virNodeDeviceCompat *source,
                           const virNodeDeviceCompat *target,
                           const virNodeDeviceCompatRules *rules,
                           unsigned int flags)
{
    size_t size = VIR_NODE_DEVICE_COMPAT_EXPANDED_SIZE_MAX;
    g_autoptr(virNodeDeviceCompat) expanded = virNodeDeviceCompatExpand(target, &size);
    size_t work = 0;

    return virNodeDeviceCompatCompareExpanded(source, expanded ? expanded : target,
                                              rules, flags, &work, SIZE_MAX);
}
