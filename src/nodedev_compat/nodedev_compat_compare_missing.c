/*
 * nodedev_compat_compare_missing.c: what it comes to that a value is not there, or not usable
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_compare_missing.h"

#define REASON(name) VIR_NODE_DEVICE_COMPAT_REASON_ ## name


/* An attribute that exists and has no usable value makes the answer unknown.
 * Returns true if one was found. */
bool
virNodeDeviceCompatCompareState(virNodeDeviceCompatComparison *comparison,
                                const virNodeDeviceCompatCompareItem *item)
{
    bool found = false;

    if (item->source && item->source->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK) {
        virNodeDeviceCompatCompareAddReason(comparison, item,
                                            virNodeDeviceCompatAttrStateGetReason(item->source->state,
                                                                                  false));
        found = true;
    }

    if (item->target && item->target->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK &&
        item->target->state != VIR_NODE_DEVICE_COMPAT_ATTR_UNSET) {
        virNodeDeviceCompatCompareAddReason(comparison, item,
                                            virNodeDeviceCompatAttrStateGetReason(item->target->state,
                                                                                  true));
        found = true;
    } else if (item->accepted &&
               item->accepted->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK) {
        virNodeDeviceCompatCompareAddReasonAccepted(comparison, item,
                                                    virNodeDeviceCompatAttrStateGetReason(item->accepted->state,
                                                                                          true));
        found = true;
    }

    return found;
}


/**
 * virNodeDeviceCompatCompareIsNothing:
 * @rule: the target's rule for an attribute
 * @source: the source's value, canonical
 *
 * Returns true if there is nothing in @source that a target without a value could lack: it is
 * an empty set, or no bit. What is needed has to be known nevertheless.
 */
bool
virNodeDeviceCompatCompareIsNothing(const virNodeDeviceCompatRule *rule,
                                    const char *source)
{
    return rule->kind == VIR_NODE_DEVICE_COMPAT_RULE_SUPERSET &&
           !rule->required && rule->need != VIR_NODE_DEVICE_COMPAT_NEED_YES &&
           STREQ_NULLABLE(source, rule->value == VIR_NODE_DEVICE_COMPAT_VALUE_SET ? "+" : "0x0");
}


/* Returns true if a value is missing without which nothing can be compared. */
bool
virNodeDeviceCompatCompareMissing(virNodeDeviceCompatComparison *comparison,
                                  const virNodeDeviceCompatCompareItem *item)
{
    bool required = item->rule->required;
    virNodeDeviceCompatNeed need = item->rule->need;

    if (!item->source) {
        if ((required || (need == VIR_NODE_DEVICE_COMPAT_NEED_YES && !item->accepted)) &&
            !item->target)
            virNodeDeviceCompatCompareAddReason(comparison, item, REASON(MISSING_BOTH));
        else if (required || item->accepted || virNodeDeviceCompatNeedIsLooked(need) ||
                 (need == VIR_NODE_DEVICE_COMPAT_NEED_MUTUAL && item->target))
            virNodeDeviceCompatCompareAddReason(comparison, item, REASON(MISSING_SOURCE));
        else if (item->target && item->rule->differs == VIR_NODE_DEVICE_COMPAT_DIFFERS_INCOMPATIBLE)
            comparison->found.superset = 1;
        return true;
    }

    if (item->target || (!required && item->accepted))
        return false;

    if (virNodeDeviceCompatCompareIsNothing(item->rule, item->source->value))
        return true;

    switch (item->rule->missing) {
    case VIR_NODE_DEVICE_COMPAT_MISSING_IGNORE:
        break;
    case VIR_NODE_DEVICE_COMPAT_MISSING_INCOMPATIBLE:
        virNodeDeviceCompatCompareAddReason(comparison, item, REASON(ATTR_MISSING));
        break;
    case VIR_NODE_DEVICE_COMPAT_MISSING_UNKNOWN:
    case VIR_NODE_DEVICE_COMPAT_MISSING_LAST:
        virNodeDeviceCompatCompareAddReason(comparison, item, REASON(MISSING_TARGET));
        break;
    }

    return true;
}


/* Whether a rule asks for what is missing. Of an attribute that is judged otherwise, no
 * target has more than it needs. */
void
virNodeDeviceCompatCompareAsked(virNodeDeviceCompatComparison *comparison,
                                const virNodeDeviceCompatCompareItem *item)
{
    if (item->source || item->rule->need != VIR_NODE_DEVICE_COMPAT_NEED_NO)
        virNodeDeviceCompatCompareMissing(comparison, item);
}
