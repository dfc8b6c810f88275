/*
 * nodedev_compat_attr.c: the table of standard attributes
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_attr.h"

VIR_ENUM_IMPL(virNodeDeviceCompatMissing,
              VIR_NODE_DEVICE_COMPAT_MISSING_LAST,
              "unknown",
              "ignore",
              "incompatible",
);

#define STEP(name) VIR_NODE_DEVICE_COMPAT_STEP_ ## name
#define VALUE(name) VIR_NODE_DEVICE_COMPAT_VALUE_ ## name
#define RULE(name) VIR_NODE_DEVICE_COMPAT_RULE_ ## name
#define UNKNOWN VIR_NODE_DEVICE_COMPAT_MISSING_UNKNOWN

/* The order of the steps is the one that the discussion of August 2020 settled
 * on: https://lists.openstack.org/archives/list/openstack-discuss@lists.openstack.org/message/WOIFM623L2PI5B3IG3IQWUS2DQ7HL2OP */
static const virNodeDeviceCompatRule standardRules[] = {
    /* attribute          step                value           rule        required missing vendor need */
    { "device_api",       STEP(DEVICE_API),   VALUE(API),     RULE(EQUAL),   true, UNKNOWN, false, false },
    { "pci_id",           STEP(API_SPECIFIC), VALUE(PCI_ID),  RULE(EQUAL),   false, UNKNOWN, false, false },
    { "subchannel_type",  STEP(API_SPECIFIC), VALUE(INTEGER), RULE(EQUAL),   false, UNKNOWN, false, false },
    { "chpid_type",       STEP(API_SPECIFIC), VALUE(INTEGER), RULE(EQUAL),   false, UNKNOWN, false, false },
    { "type",             STEP(TYPE),         VALUE(STRING),  RULE(EQUAL),   true, UNKNOWN, false, false },
    { "software_version", STEP(VERSION),      VALUE(VERSION), RULE(VERSION), true, UNKNOWN, false, false },
    { "aggregator",       STEP(OTHER),        VALUE(INTEGER), RULE(EQUAL),   false, UNKNOWN, false, false },
    { "remote_url",       STEP(OTHER),        VALUE(URL),     RULE(EQUAL),   false, UNKNOWN, false, false },
};

const char *const virNodeDeviceCompatRequired[VIR_NODE_DEVICE_COMPAT_REQUIRED] = {
    VIR_NODE_DEVICE_COMPAT_DEVICE_API,
    VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION,
    VIR_NODE_DEVICE_COMPAT_TYPE,
};

static const virNodeDeviceCompatRule vendorRule = {
    NULL, STEP(OTHER), VALUE(STRING), RULE(EQUAL), false, UNKNOWN, false, false
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
 * virNodeDeviceCompatRuleGetDefault:
 * @attr: canonical name of an attribute
 *
 * Returns the row that decides about @attr, never NULL.
 */
const virNodeDeviceCompatRule *
virNodeDeviceCompatRuleGetDefault(const char *attr)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(standardRules); i++) {
        if (STREQ(standardRules[i].attr, attr))
            return &standardRules[i];
    }

    return &vendorRule;
}


/**
 * virNodeDeviceCompatAttrCanonicalName:
 * @attr: name as found
 *
 * Returns the name under which @attr is kept, which may be @attr itself.
 */
const char *
virNodeDeviceCompatAttrCanonicalName(const char *attr)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(aliases); i++) {
        if (STREQ(aliases[i].alias, attr))
            return aliases[i].name;
    }

    return attr;
}


/**
 * virNodeDeviceCompatAttrIsMark:
 * @attr: canonical name of an attribute
 *
 * Returns true if @attr stands for attributes that could not be found out. No rule can
 * make that meaningless.
 */
bool
virNodeDeviceCompatAttrIsMark(const char *attr)
{
    return STREQ(attr, VIR_NODE_DEVICE_COMPAT_MARK_MIGRATION) ||
           STREQ(attr, VIR_NODE_DEVICE_COMPAT_MARK_DEVLINK) ||
           STREQ(attr, VIR_NODE_DEVICE_COMPAT_MARK_FACTS);
}
