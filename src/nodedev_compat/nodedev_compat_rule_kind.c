/*
 * nodedev_compat_rule_kind.c: what each kind of rule means
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_rule_kind.h"

#include "nodedev_compat_list.h"


/**
 * virNodeDeviceCompatRuleAcceptsVersion:
 * @source: the source's version
 * @target: the target's version
 *
 * Semantic versioning of the migration data: a higher minor number reads what a lower one
 * wrote, never the reverse; bugfix releases change nothing.
 *
 * Returns true if VIR_NODE_DEVICE_COMPAT_RULE_VERSION lets the target accept the source.
 */
bool
virNodeDeviceCompatRuleAcceptsVersion(const virNodeDeviceCompatVersion *source,
                                      const virNodeDeviceCompatVersion *target)
{
    return source->major == target->major && target->minor >= source->minor;
}


static bool
virNodeDeviceCompatRuleVersionAccepts(virNodeDeviceCompatValueType type G_GNUC_UNUSED,
                                      const char *source,
                                      const char *target,
                                      virNodeDeviceCompatReasonCode *reason)
{
    virNodeDeviceCompatVersion from;
    virNodeDeviceCompatVersion to;

    if (virNodeDeviceCompatVersionParse(source, &from) < 0 ||
        virNodeDeviceCompatVersionParse(target, &to) < 0)
        return false;

    if (from.major != to.major)
        *reason = VIR_NODE_DEVICE_COMPAT_REASON_VERSION_MAJOR_MISMATCH;

    return virNodeDeviceCompatRuleAcceptsVersion(&from, &to);
}


static bool
virNodeDeviceCompatRuleListAccepts(virNodeDeviceCompatValueType type,
                                   const char *source,
                                   const char *target,
                                   virNodeDeviceCompatReasonCode *reason G_GNUC_UNUSED)
{
    return virNodeDeviceCompatValueIsAccepted(type, target, source);
}


static bool
virNodeDeviceCompatRuleSupersetAccepts(virNodeDeviceCompatValueType type,
                                       const char *source,
                                       const char *target,
                                       virNodeDeviceCompatReasonCode *reason G_GNUC_UNUSED)
{
    return virNodeDeviceCompatValueIsSuperset(type, target, source);
}


static bool
virNodeDeviceCompatRuleAtLeastAccepts(virNodeDeviceCompatValueType type,
                                      const char *source,
                                      const char *target,
                                      virNodeDeviceCompatReasonCode *reason G_GNUC_UNUSED)
{
    return virNodeDeviceCompatValueCompare(type, target, source) >= 0;
}


static bool
virNodeDeviceCompatRuleAtMostAccepts(virNodeDeviceCompatValueType type,
                                     const char *source,
                                     const char *target,
                                     virNodeDeviceCompatReasonCode *reason G_GNUC_UNUSED)
{
    return virNodeDeviceCompatValueCompare(type, target, source) <= 0;
}


#define TYPE(name) VIR_NODE_DEVICE_COMPAT_VALUE_ ## name
#define BIT(name) (1U << VIR_NODE_DEVICE_COMPAT_VALUE_ ## name)
#define ANY (~0U)
#define REASON(name) VIR_NODE_DEVICE_COMPAT_REASON_ ## name

static const virNodeDeviceCompatRuleKindDef kinds[] = {
    [VIR_NODE_DEVICE_COMPAT_RULE_EQUAL] = {
        "equal", TYPE(STRING), ANY, false, false,
        NULL, REASON(ATTR_MISMATCH) },
    [VIR_NODE_DEVICE_COMPAT_RULE_VERSION] = {
        "version", TYPE(VERSION), BIT(VERSION), false, false,
        virNodeDeviceCompatRuleVersionAccepts, REASON(VERSION_MINOR_TOO_OLD) },
    [VIR_NODE_DEVICE_COMPAT_RULE_IGNORE] = {
        "ignore", TYPE(STRING), ANY, false, true,
        NULL, REASON(ATTR_MISMATCH) },
    [VIR_NODE_DEVICE_COMPAT_RULE_ONE_OF] = {
        "one-of", TYPE(STRING), BIT(STRING) | BIT(INTEGER) | BIT(PCI_ID), true, false,
        virNodeDeviceCompatRuleListAccepts, REASON(ATTR_NOT_ACCEPTED) },
    [VIR_NODE_DEVICE_COMPAT_RULE_SUPERSET] = {
        "superset", TYPE(SET), BIT(SET) | BIT(BITMASK), false, false,
        virNodeDeviceCompatRuleSupersetAccepts, REASON(ATTR_NOT_SUPERSET) },
    [VIR_NODE_DEVICE_COMPAT_RULE_AT_LEAST] = {
        "at-least", TYPE(INTEGER), BIT(INTEGER) | BIT(VERSION), false, false,
        virNodeDeviceCompatRuleAtLeastAccepts, REASON(ATTR_TOO_LOW) },
    [VIR_NODE_DEVICE_COMPAT_RULE_AT_MOST] = {
        "at-most", TYPE(INTEGER), BIT(INTEGER) | BIT(VERSION), false, false,
        virNodeDeviceCompatRuleAtMostAccepts, REASON(ATTR_TOO_HIGH) },
    [VIR_NODE_DEVICE_COMPAT_RULE_RANGE] = {
        "range", TYPE(VERSION), BIT(VERSION) | BIT(INTEGER), true, false,
        virNodeDeviceCompatRuleListAccepts, REASON(ATTR_NOT_ACCEPTED) },
};

G_STATIC_ASSERT(G_N_ELEMENTS(kinds) == VIR_NODE_DEVICE_COMPAT_RULE_LAST);


/**
 * virNodeDeviceCompatRuleKindGet:
 * @kind: kind of rule
 *
 * Returns the row of @kind.
 */
const virNodeDeviceCompatRuleKindDef *
virNodeDeviceCompatRuleKindGet(virNodeDeviceCompatRuleKind kind)
{
    return &kinds[kind];
}


/* Like the functions that VIR_ENUM_IMPL() defines, on the names in the table */

const char *
virNodeDeviceCompatRuleKindTypeToString(int kind)
{
    return kind >= 0 && kind < (int)G_N_ELEMENTS(kinds) ? kinds[kind].name : NULL;
}


int
virNodeDeviceCompatRuleKindTypeFromString(const char *name)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (STREQ(kinds[i].name, name))
            return i;
    }

    return -1;
}


/**
 * virNodeDeviceCompatRuleAccepts:
 * @rule: the target's rule for an attribute
 * @source: the source's value, canonical
 * @target: the target's value, canonical
 * @ret_reason: set to the reason if the target does not accept @source
 *
 * Of two values that devices have, the one that a target with the other accepts is
 * the weaker one: whoever accepts the other accepts it, too.
 *
 * Returns true if the rule lets a target with @target accept @source.
 */
bool
virNodeDeviceCompatRuleAccepts(const virNodeDeviceCompatRule *rule,
                               const char *source,
                               const char *target,
                               virNodeDeviceCompatReasonCode *ret_reason)
{
    const virNodeDeviceCompatRuleKindDef *kind = &kinds[rule->kind];
    virNodeDeviceCompatReasonCode reason = kind->reason;

    if (kind->ignored || STREQ(source, target) ||
        (kind->accepts && kind->accepts(rule->value, source, target, &reason)))
        return true;

    *ret_reason = reason;
    return false;
}


/**
 * virNodeDeviceCompatRuleNormalize:
 * @rule: rule for an attribute
 * @list: @value is a list
 * @value: value as descriptors have it
 *
 * Descriptors have values in the standard grammar of their attribute; a vendor's
 * rule may have another one for it.
 *
 * Returns the canonical spelling of @value for @rule, or NULL if it is malformed.
 */
char *
virNodeDeviceCompatRuleNormalize(const virNodeDeviceCompatRule *rule,
                                 bool list,
                                 const char *value)
{
    if (!rule->vendor)
        return g_strdup(value);
    if (list)
        return virNodeDeviceCompatValueNormalizeList(rule->value, value, NULL);
    return virNodeDeviceCompatValueNormalize(rule->value, value);
}
