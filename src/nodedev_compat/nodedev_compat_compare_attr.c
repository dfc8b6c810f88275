/*
 * nodedev_compat_compare_attr.c: does one attribute of the source fit the target?
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_compare_attr.h"

#include "nodedev_compat_alternatives.h"
#include "nodedev_compat_compare_missing.h"
#include "nodedev_compat_compare_special.h"
#include "nodedev_compat_compare_vgpu.h"
#include "nodedev_compat_list.h"
#include "nodedev_compat_rule_kind.h"
#include "nodedev_compat_version.h"
#include "nodedev_compat_vgpu.h"

#define REASON(name) VIR_NODE_DEVICE_COMPAT_REASON_ ## name


/**
 * virNodeDeviceCompatCompareIsAccepted:
 * @rule: the target's rule for an attribute
 * @source: the source's value, canonical
 * @list: what the target accepts, canonical
 *
 * Returns true if @source is among those that the target accepts: it is one of the list or,
 * of sets by a rule that they may grow, within one of the list.
 */
bool
virNodeDeviceCompatCompareIsAccepted(const virNodeDeviceCompatRule *rule,
                                     const char *source,
                                     const char *list)
{
    g_auto(GStrv) sets = NULL;
    virNodeDeviceCompatReasonCode code;
    size_t i;

    if (virNodeDeviceCompatValueIsAccepted(rule->value, list, source))
        return true;
    if (rule->kind != VIR_NODE_DEVICE_COMPAT_RULE_SUPERSET)
        return false;

    /* what is shorter has less in it, so that few of a long list are looked into */
    sets = g_strsplit(list, ",", -1);
    for (i = 0; sets[i]; i++) {
        if (strlen(sets[i]) >= strlen(source) &&
            virNodeDeviceCompatRuleAccepts(rule, source, sets[i], &code))
            return true;
    }

    return false;
}


/* The target is a type, and a device that is made of it gets the source's value,
 * if it may have it. Returns true if there is nothing more to compare in the
 * attribute. */
static bool
virNodeDeviceCompatCompareUnset(virNodeDeviceCompatComparison *comparison,
                                const virNodeDeviceCompatCompareItem *item)
{
    if (!item->target || item->target->state != VIR_NODE_DEVICE_COMPAT_ATTR_UNSET)
        return false;

    if (!item->source) {
        if (item->accepted || item->rule->need != VIR_NODE_DEVICE_COMPAT_NEED_NO)
            virNodeDeviceCompatCompareAddReasonTarget(comparison, item, REASON(MISSING_SOURCE), NULL);
    } else if (item->accepted &&
               !virNodeDeviceCompatCompareIsAccepted(item->rule, item->source->value,
                                                     item->accepted->value)) {
        virNodeDeviceCompatCompareAddReasonAccepted(comparison, item, REASON(ATTR_NOT_ACCEPTED));
    } else if (comparison->report) {
        virNodeDeviceCompatReportAddProvision(comparison->report, item->name,
                                              virNodeDeviceCompatCompareGetShown(item,
                                                                                 item->source),
                                              item->target->order);
    }

    return true;
}


/* A value that merely follows from the host's drivers is evidence, no more: it
 * neither makes a target incompatible nor fulfils a condition that a driver publishes.
 * Returns true if there is nothing more to compare in the attribute. */
static bool
virNodeDeviceCompatCompareDerived(virNodeDeviceCompatComparison *comparison,
                                  const virNodeDeviceCompatCompareItem *item)
{
    bool source = item->source && item->source->derived;
    bool target = item->target && item->target->derived;
    bool differs = item->source && item->target &&
                   STRNEQ_NULLABLE(item->source->value, item->target->value);

    if (item->accepted) {
        /* the target's driver asks for it, so the source's has to publish it */
        if (source &&
            !virNodeDeviceCompatValueIsAccepted(item->rule->value,
                                                item->accepted->value,
                                                item->source->value)) {
            virNodeDeviceCompatCompareAddReason(comparison, item, REASON(MISSING_SOURCE));
            return true;
        }
        return false;
    }

    if (!source && !target)
        return false;

    if (!differs)
        return true;

    if (source)
        virNodeDeviceCompatCompareAddReason(comparison, item, REASON(DERIVED_DIFFERS));
    else        /* the source's driver publishes it, so it matters to the source */
        virNodeDeviceCompatCompareAddReasonTarget(comparison, item, REASON(MISSING_TARGET), NULL);
    return true;
}


/* Two types that differ. A PCI function that does not say what it is goes by the
 * signature that its ids make, and a mediated device by the name its driver has
 * for its type: it is not known whether the one can be the other. */
static void
virNodeDeviceCompatCompareTypes(virNodeDeviceCompatComparison *comparison,
                                const virNodeDeviceCompatCompareItem *item)
{
    if (virNodeDeviceCompatCompareVGPUMdevTypes(comparison, item))
        return;

    if (virNodeDeviceCompatTypeIsSignature(item->source->value) ==
        virNodeDeviceCompatTypeIsSignature(item->target->value))
        virNodeDeviceCompatCompareAddReason(comparison, item, REASON(TYPE_MISMATCH));
    else
        virNodeDeviceCompatCompareAddReasonDetail(comparison, item, REASON(TYPE_NOT_COMPARABLE),
                                                  item->target->value,
                                                  _("one side has that of a mediated device, the other one made of the IDs of a PCI function"));
}


/* The target does not include all that the source has. Only what it lacks is said.
 * @target: its own value, or the one that it accepts */
static void
virNodeDeviceCompatCompareAddLacking(virNodeDeviceCompatComparison *comparison,
                                     const virNodeDeviceCompatCompareItem *item,
                                     virNodeDeviceCompatReasonCode code,
                                     const virNodeDeviceCompatAttr *target)
{
    const char *source = item->source->value;
    g_autofree char *lacking = NULL;

    virNodeDeviceCompatCompareCount(comparison, code);

    if (!comparison->report ||
        !virNodeDeviceCompatBudgetSpend(comparison->budget,
                                        virNodeDeviceCompatCompareGetReasonWork(NULL, NULL) +
                                        virNodeDeviceCompatWorkOfText(source) +
                                        virNodeDeviceCompatWorkOfText(target->value)))
        return;

    lacking = virNodeDeviceCompatValueGetLacking(item->rule->value, target->value, source);
    virNodeDeviceCompatReportAddLacking(comparison->report, code, item->name,
                                        virNodeDeviceCompatCompareGetShown(item, item->source),
                                        virNodeDeviceCompatCompareGetShown(item, target), lacking);
}


/* Two values that are not the same, and no list of accepted ones: the attribute's
 * rule decides. */
static void
virNodeDeviceCompatCompareUnequal(virNodeDeviceCompatComparison *comparison,
                                  const virNodeDeviceCompatCompareItem *item)
{
    const char *source = item->source->value;
    const char *target = item->target->value;
    g_autofree char *way = NULL;
    virNodeDeviceCompatReasonCode code;

    if (STREQ(item->name, VIR_NODE_DEVICE_COMPAT_VGPU_TYPE) &&
        virNodeDeviceCompatCompareVGPUTypes(comparison, item))
        return;

    if (item->rule->step == VIR_NODE_DEVICE_COMPAT_STEP_TYPE) {
        virNodeDeviceCompatCompareTypes(comparison, item);
        return;
    }

    if (virNodeDeviceCompatRuleAccepts(item->rule, source, target, &code)) {
        comparison->found.superset = 1;
        return;
    }

    if (item->source->dynamic || item->target->dynamic)
        code = REASON(NEEDS_PROVISIONING);
    else if (item->rule->differs == VIR_NODE_DEVICE_COMPAT_DIFFERS_UNKNOWN ||
             virNodeDeviceCompatCompareIsProvided(comparison, item))
        code = REASON(ATTR_NOT_COMPARABLE);

    if (comparison->report && code == REASON(NEEDS_PROVISIONING))
        way = virNodeDeviceCompatCompareVGPUGetWay(comparison, item);

    if (code == REASON(ATTR_NOT_SUPERSET))
        virNodeDeviceCompatCompareAddLacking(comparison, item, code, item->target);
    else
        virNodeDeviceCompatCompareAddReasonDetail(comparison, item, code,
                                                  virNodeDeviceCompatCompareGetShown(item,
                                                                                     item->target),
                                                  way);
}


static void
virNodeDeviceCompatCompareValue(virNodeDeviceCompatComparison *comparison,
                                const virNodeDeviceCompatCompareItem *item)
{
    const char *target = virNodeDeviceCompatAttrValue(item->target);
    bool equal = STREQ_NULLABLE(item->source->value, target);
    virNodeDeviceCompatStep step = item->rule->step;

    if (step == VIR_NODE_DEVICE_COMPAT_STEP_DEVICE_API && !equal) {
        /* no alternative can make one API's state another's */
        virNodeDeviceCompatCompareAddReason(comparison, item, REASON(DEVICE_API_MISMATCH));
        return;
    }

    if (item->accepted) {
        bool accepted = virNodeDeviceCompatCompareIsAccepted(item->rule, item->source->value,
                                                             item->accepted->value);

        if (!accepted && step == VIR_NODE_DEVICE_COMPAT_STEP_TYPE) {
            virNodeDeviceCompatCompareAddReason(comparison, item, REASON(TYPE_MISMATCH));
        } else if (!accepted && item->rule->kind == VIR_NODE_DEVICE_COMPAT_RULE_SUPERSET &&
                   !strchr(item->accepted->value, ',')) {
            virNodeDeviceCompatCompareAddLacking(comparison, item, REASON(ATTR_NOT_ACCEPTED),
                                                 item->accepted);
        } else if (!accepted) {
            virNodeDeviceCompatCompareAddReasonAccepted(comparison, item,
                                                        REASON(ATTR_NOT_ACCEPTED));
        } else if (step == VIR_NODE_DEVICE_COMPAT_STEP_TYPE && !equal &&
                   !(comparison->flags & VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE)) {
            virNodeDeviceCompatCompareAddReason(comparison, item, REASON(TYPE_CROSS_ACCEPTED));
        } else if (!equal) {
            comparison->found.superset = 1;
        }
        return;
    }

    if (!equal)
        virNodeDeviceCompatCompareUnequal(comparison, item);
}


/* A device accepts its own version, @target if that counts, whatever its list has. */
static void
virNodeDeviceCompatCompareRanges(virNodeDeviceCompatComparison *comparison,
                                 const virNodeDeviceCompatCompareItem *item,
                                 const virNodeDeviceCompatVersion *source,
                                 const virNodeDeviceCompatVersion *target,
                                 const char *ranges)
{
    if (target && virNodeDeviceCompatVersionCompare(source, target) == 0)
        return;

    if (virNodeDeviceCompatRangesContain(VIR_NODE_DEVICE_COMPAT_VALUE_VERSION,
                                         ranges, source) == 1)
        comparison->found.superset = 1;
    else if (item->accepted)
        virNodeDeviceCompatCompareAddReasonAccepted(comparison, item,
                                                    REASON(VERSION_NOT_ACCEPTED));
    else
        virNodeDeviceCompatCompareAddReasonTarget(comparison, item,
                                                  REASON(VERSION_NOT_ACCEPTED), ranges);
}


/* The target's own version counts by semantic versioning; a list of versions
 * that it publishes narrows that. What a list adds, it adds to its alternative
 * alone, together with all else that the alternative asks for. */
static void
virNodeDeviceCompatCompareVersion(virNodeDeviceCompatComparison *comparison,
                                  const virNodeDeviceCompatCompareItem *item)
{
    const virNodeDeviceCompatAttr *bad = NULL;
    g_autofree char *explicitVersions = NULL;
    virNodeDeviceCompatReasonCode code;
    virNodeDeviceCompatVersion source;
    virNodeDeviceCompatVersion target;

    /* both are canonical, see virNodeDeviceCompatCompareState() */
    if (virNodeDeviceCompatVersionParse(item->source->value, &source) < 0)
        return;

    /* what an alternative accepts, the target need not say of itself; and the
     * versions of two types are no versions of one thing */
    if (item->accepted &&
        (!item->target ||
         virNodeDeviceCompatIsForOtherTypes(comparison->target, comparison->accepts))) {
        virNodeDeviceCompatCompareRanges(comparison, item, &source, NULL,
                                         item->accepted->value);
        return;
    }

    if (virNodeDeviceCompatVersionParse(item->target->value, &target) < 0)
        return;

    if (item->accepted) {
        virNodeDeviceCompatCompareRanges(comparison, item, &source, &target,
                                         item->accepted->value);
        return;
    }

    if (virNodeDeviceCompatVersionCompare(&source, &target) == 0)
        return;

    if (!virNodeDeviceCompatRuleAccepts(item->rule, item->source->value,
                                        item->target->value, &code)) {
        if (item->rule->differs == VIR_NODE_DEVICE_COMPAT_DIFFERS_UNKNOWN)
            code = REASON(ATTR_NOT_COMPARABLE);
        virNodeDeviceCompatCompareAddReason(comparison, item, code);
        return;
    }

    comparison->found.superset = 1;
    if (comparison->accepts ||
        STRNEQ(item->name, VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION))
        return;

    explicitVersions = virNodeDeviceCompatExplicitVersions(comparison->target,
                                                           comparison->budget, &bad);

    if (explicitVersions &&
        (!bad || virNodeDeviceCompatRangesContain(VIR_NODE_DEVICE_COMPAT_VALUE_VERSION,
                                                  explicitVersions, &source) == 1))
        virNodeDeviceCompatCompareRanges(comparison, item, &source, &target,
                                         explicitVersions);
    else if (bad)
        virNodeDeviceCompatCompareAddReasonTarget(comparison, item,
                                                  virNodeDeviceCompatAttrStateGetReason(bad->state,
                                                                                        true),
                                                  bad->value);
}


/* Whether the attributes that say more than this one are known on both sides. */
static bool
virNodeDeviceCompatCompareIsSettled(const virNodeDeviceCompatComparison *comparison,
                                    const virNodeDeviceCompatCompareItem *item)
{
    const virNodeDeviceCompatAttrs *sides[] = {
        &comparison->source->self, &comparison->target->self
    };
    char **names = item->rule->unless;
    size_t i;
    size_t j;

    if (!names || item->accepted)
        return false;

    for (i = 0; names[i]; i++) {
        for (j = 0; j < G_N_ELEMENTS(sides); j++) {
            const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAttrsFind(sides[j],
                                                                               names[i]);

            if (!attr || attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK)
                return false;
        }
    }

    return true;
}


/* Adds that a value is none that a vendor supports to migrate with. */
static void
virNodeDeviceCompatCompareSupported(virNodeDeviceCompatComparison *comparison,
                                    const virNodeDeviceCompatCompareItem *item)
{
    const char *minimum = item->rule->minimum;
    const char *values[] = {
        virNodeDeviceCompatAttrValue(item->source), virNodeDeviceCompatAttrValue(item->target)
    };
    g_autofree char *detail = NULL;
    bool unsupported = false;
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(values); i++) {
        if (!values[i])
            continue;
        unsupported |= item->rule->unsupported ||
                       (minimum && !virNodeDeviceCompatNumbersAreAtLeast(values[i], minimum));
    }
    if (!unsupported)
        return;

    if (!item->rule->unsupported)
        detail = g_strdup_printf(_("it is supported from '%1$s' on"), minimum);
    virNodeDeviceCompatCompareAddReasonDetail(comparison, item, REASON(ATTR_UNSUPPORTED),
                                              virNodeDeviceCompatCompareGetShown(item,
                                                                                 item->target),
                                              detail);
}


static void
virNodeDeviceCompatCompareCanonical(virNodeDeviceCompatComparison *comparison,
                                    const virNodeDeviceCompatCompareItem *item)
{
    if (virNodeDeviceCompatCompareIsSettled(comparison, item))
        return;

    virNodeDeviceCompatCompareSupported(comparison, item);

    if (virNodeDeviceCompatCompareState(comparison, item) ||
        virNodeDeviceCompatCompareSpecial(comparison, item) ||
        virNodeDeviceCompatCompareNoVGPU(comparison, item) ||
        virNodeDeviceCompatCompareUnset(comparison, item) ||
        (!item->rule->required && !item->rule->vendor &&
         virNodeDeviceCompatCompareDerived(comparison, item)) ||
        virNodeDeviceCompatCompareMissing(comparison, item))
        return;

    if (item->rule->kind == VIR_NODE_DEVICE_COMPAT_RULE_VERSION)
        virNodeDeviceCompatCompareVersion(comparison, item);
    else
        virNodeDeviceCompatCompareValue(comparison, item);
}


/* That a fact says something else than what was read: the file with it can be outdated, and
 * so can what else it says. */
static void
virNodeDeviceCompatCompareFact(virNodeDeviceCompatComparison *comparison,
                               const virNodeDeviceCompatCompareItem *item,
                               bool target)
{
    const virNodeDeviceCompatAttr *attr = target ? item->target : item->source;
    const char *shown;

    if (!comparison->report || !attr || !attr->fact)
        return;

    shown = virNodeDeviceCompatCompareGetShown(item, attr);
    if (!virNodeDeviceCompatBudgetSpend(comparison->budget,
                                        virNodeDeviceCompatCompareGetReasonWork(shown,
                                                                                attr->fact)))
        return;

    virNodeDeviceCompatReportAddDetail(comparison->report,
                                       target ? REASON(FACT_OUTDATED_TARGET) :
                                                REASON(FACT_OUTDATED_SOURCE),
                                       item->rule->kind, item->name,
                                       target ? NULL : shown, target ? shown : NULL, attr->fact);
}


/**
 * virNodeDeviceCompatCompareNormalize:
 * @rule: a vendor's rule
 * @attr: attribute, or NULL
 * @list: its value is a list
 * @copy: filled with a copy, whose value the caller owns
 *
 * Brings @attr, which descriptors hold as it was found, into the grammar that the rule
 * has for it.
 *
 * Returns true if there is a copy, false if @attr stays as it is.
 */
bool
virNodeDeviceCompatCompareNormalize(const virNodeDeviceCompatRule *rule,
                                    const virNodeDeviceCompatAttr *attr,
                                    bool list,
                                    virNodeDeviceCompatAttr *copy)
{
    char *canonical;

    if (!attr || attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK)
        return false;

    canonical = virNodeDeviceCompatRuleNormalize(rule, list, attr->value);

    *copy = *attr;
    if (canonical) {
        copy->value = canonical;
    } else {
        copy->value = g_strdup(attr->value);
        copy->state = VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED;
    }

    return true;
}


/**
 * virNodeDeviceCompatCompareAttr:
 * @comparison: the comparison with one alternative of the target
 * @item: attribute to compare
 *
 * Adds what there is to say of the attribute to the report of the comparison, if it has
 * one, and sets what was found in it.
 */
void
virNodeDeviceCompatCompareAttr(virNodeDeviceCompatComparison *comparison,
                               const virNodeDeviceCompatCompareItem *item)
{
    virNodeDeviceCompatCompareItem canonical = *item;
    virNodeDeviceCompatAttr copy = { 0 };
    size_t work = item->work;

    memset(&comparison->found, 0, sizeof(comparison->found));

    /* a vendor's has to be normalized first */
    if (item->accepted)
        work += virNodeDeviceCompatWorkOfText(item->accepted->value) * (item->rule->vendor ? 2 : 1);

    if (!virNodeDeviceCompatBudgetSpend(comparison->budget, work) ||
        virNodeDeviceCompatRuleKindGet(item->rule->kind)->ignored)
        return;

    if (item->rule->vendor &&
        virNodeDeviceCompatCompareNormalize(item->rule, item->accepted, true, &copy)) {
        canonical.accepted = &copy;
        canonical.shown[2].attr = &copy;
        canonical.shown[2].text = item->accepted->value;
    }

    virNodeDeviceCompatCompareCanonical(comparison, &canonical);
    virNodeDeviceCompatCompareFact(comparison, &canonical, false);
    virNodeDeviceCompatCompareFact(comparison, &canonical, true);
    g_free(copy.value);
}
