/*
 * nodedev_compat_rules.c: which rule decides about which attribute
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_rules.h"

#include "viralloc.h"

VIR_ENUM_IMPL(virNodeDeviceCompatRuleKind,
              VIR_NODE_DEVICE_COMPAT_RULE_LAST,
              "equal",
              "version",
              "ignore",
              "one-of",
              "superset",
              "at-least",
              "at-most",
              "range",
);

VIR_ENUM_IMPL(virNodeDeviceCompatMissing,
              VIR_NODE_DEVICE_COMPAT_MISSING_LAST,
              "unknown",
              "ignore",
              "incompatible",
);

G_DEFINE_TYPE(virNodeDeviceCompatRules, vir_node_device_compat_rules, G_TYPE_OBJECT);

#define STEP(name) VIR_NODE_DEVICE_COMPAT_STEP_ ## name
#define VALUE(name) VIR_NODE_DEVICE_COMPAT_VALUE_ ## name
#define RULE(name) VIR_NODE_DEVICE_COMPAT_RULE_ ## name
#define UNKNOWN VIR_NODE_DEVICE_COMPAT_MISSING_UNKNOWN

/* The order of the steps is the one that the discussion of August 2020 settled
 * on: https://lists.openstack.org/archives/list/openstack-discuss@lists.openstack.org/message/WOIFM623L2PI5B3IG3IQWUS2DQ7HL2OP */
static const virNodeDeviceCompatRule standardRules[] = {
    /* attribute          step               value           rule        required  missing  vendor */
    { "device_api",       STEP(DEVICE_API),   VALUE(API),     RULE(EQUAL),   true, UNKNOWN, false },
    { "pci_id",           STEP(API_SPECIFIC), VALUE(PCI_ID),  RULE(EQUAL),   false, UNKNOWN, false },
    { "subchannel_type",  STEP(API_SPECIFIC), VALUE(INTEGER), RULE(EQUAL),   false, UNKNOWN, false },
    { "chpid_type",       STEP(API_SPECIFIC), VALUE(INTEGER), RULE(EQUAL),   false, UNKNOWN, false },
    { "type",             STEP(TYPE),         VALUE(STRING),  RULE(EQUAL),   true, UNKNOWN, false },
    { "software_version", STEP(VERSION),      VALUE(VERSION), RULE(VERSION), true, UNKNOWN, false },
    { "aggregator",       STEP(OTHER),        VALUE(INTEGER), RULE(EQUAL),   false, UNKNOWN, false },
    { "remote_url",       STEP(OTHER),        VALUE(URL),     RULE(EQUAL),   false, UNKNOWN, false },
};

const char *const virNodeDeviceCompatRequired[VIR_NODE_DEVICE_COMPAT_REQUIRED] = {
    VIR_NODE_DEVICE_COMPAT_DEVICE_API,
    VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION,
    VIR_NODE_DEVICE_COMPAT_TYPE,
};

static const virNodeDeviceCompatRule vendorRule = {
    NULL, STEP(OTHER), VALUE(STRING), RULE(EQUAL), false, UNKNOWN, false
};

/* Names that drafts of the interface used for what became a standard name */
static const struct {
    const char *alias;
    const char *name;
} aliases[] = {
    { "mdev_type", "type" },
    { "device_id", "pci_id" },
    { "pciid", "pci_id" },
    { "pci_ids", "pci_id" },
};


/**
 * virNodeDeviceCompatRuleFind:
 * @attr: canonical name of an attribute
 *
 * Returns the row that decides about @attr, never NULL.
 */
const virNodeDeviceCompatRule *
virNodeDeviceCompatRuleFind(const char *attr)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(standardRules); i++) {
        if (STREQ(standardRules[i].attr, attr))
            return &standardRules[i];
    }

    return &vendorRule;
}


/**
 * virNodeDeviceCompatRuleTakesList:
 * @rule: a rule
 *
 * Returns true if the target's value is a list, in which the rule looks for the
 * source's.
 */
bool
virNodeDeviceCompatRuleTakesList(const virNodeDeviceCompatRule *rule)
{
    return rule->kind == VIR_NODE_DEVICE_COMPAT_RULE_ONE_OF ||
           rule->kind == VIR_NODE_DEVICE_COMPAT_RULE_RANGE;
}


/**
 * virNodeDeviceCompatRuleCanonicalName:
 * @attr: name as found
 *
 * Returns the name under which @attr is kept, which may be @attr itself.
 */
const char *
virNodeDeviceCompatRuleCanonicalName(const char *attr)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(aliases); i++) {
        if (STREQ(aliases[i].alias, attr))
            return aliases[i].name;
    }

    return attr;
}


void
virNodeDeviceCompatRuleGroupFree(virNodeDeviceCompatRuleGroup *group)
{
    size_t i;

    if (!group)
        return;

    for (i = 0; i < group->nrules; i++)
        g_free((char *)group->rules[i].attr);
    g_free(group->rules);
    virNodeDeviceCompatMatchClear(&group->match);
    g_free(group);
}


static void
vir_node_device_compat_rules_init(virNodeDeviceCompatRules *rules G_GNUC_UNUSED)
{
}


static void
vir_node_device_compat_rules_finalize(GObject *object)
{
    virNodeDeviceCompatRules *rules = VIR_NODE_DEVICE_COMPAT_RULES(object);
    size_t i;

    for (i = 0; i < rules->ngroups; i++)
        virNodeDeviceCompatRuleGroupFree(rules->groups[i]);
    g_free(rules->groups);

    G_OBJECT_CLASS(vir_node_device_compat_rules_parent_class)->finalize(object);
}


static void
vir_node_device_compat_rules_class_init(virNodeDeviceCompatRulesClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = vir_node_device_compat_rules_finalize;
}


virNodeDeviceCompatRules *
virNodeDeviceCompatRulesNew(void)
{
    return g_object_new(VIR_TYPE_NODE_DEVICE_COMPAT_RULES, NULL);
}


/**
 * virNodeDeviceCompatRulesFind:
 * @rules: vendor rules, or NULL for the built-in ones only
 * @device: the device that judges
 * @attr: canonical name of an attribute
 *
 * Returns the rule that decides about @attr, never NULL.
 */
const virNodeDeviceCompatRule *
virNodeDeviceCompatRulesFind(const virNodeDeviceCompatRules *rules,
                             const virNodeDeviceCompat *device,
                             const char *attr)
{
    size_t i;
    size_t j;

    for (i = 0; rules && i < rules->ngroups; i++) {
        const virNodeDeviceCompatRuleGroup *group = rules->groups[i];

        for (j = 0; j < group->nrules; j++) {
            if (STREQ(group->rules[j].attr, attr) &&
                virNodeDeviceCompatMatchFits(&group->match, device))
                return &group->rules[j];
        }
    }

    return virNodeDeviceCompatRuleFind(attr);
}
