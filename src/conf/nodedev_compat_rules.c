/*
 * nodedev_compat_rules.c: which rule decides about which attribute
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_rules.h"

VIR_ENUM_IMPL(virNodeDeviceCompatRuleKind,
              VIR_NODE_DEVICE_COMPAT_RULE_LAST,
              "equal",
              "version",
              "ignore",
);

#define STEP(name) VIR_NODE_DEVICE_COMPAT_STEP_ ## name
#define VALUE(name) VIR_NODE_DEVICE_COMPAT_VALUE_ ## name
#define RULE(name) VIR_NODE_DEVICE_COMPAT_RULE_ ## name

/* The order of the steps is the one that the discussion of August 2020 settled
 * on: https://lists.openstack.org/archives/list/openstack-discuss@lists.openstack.org/message/WOIFM623L2PI5B3IG3IQWUS2DQ7HL2OP */
static const virNodeDeviceCompatRule rules[] = {
    /* attribute          step               value           rule        required */
    { "device_api",       STEP(DEVICE_API),   VALUE(API),     RULE(EQUAL),   true },
    { "pci_id",           STEP(API_SPECIFIC), VALUE(PCI_ID),  RULE(EQUAL),   false },
    { "subchannel_type",  STEP(API_SPECIFIC), VALUE(INTEGER), RULE(EQUAL),   false },
    { "chpid_type",       STEP(API_SPECIFIC), VALUE(INTEGER), RULE(EQUAL),   false },
    { "type",             STEP(TYPE),         VALUE(STRING),  RULE(EQUAL),   true },
    { "software_version", STEP(VERSION),      VALUE(VERSION), RULE(VERSION), true },
    { "aggregator",       STEP(OTHER),        VALUE(INTEGER), RULE(EQUAL),   false },
    { "remote_url",       STEP(OTHER),        VALUE(URL),     RULE(EQUAL),   false },
};

static const virNodeDeviceCompatRule vendorRule = {
    NULL, STEP(OTHER), VALUE(STRING), RULE(EQUAL), false
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

    for (i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (STREQ(rules[i].attr, attr))
            return &rules[i];
    }

    return &vendorRule;
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
