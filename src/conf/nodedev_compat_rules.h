/*
 * nodedev_compat_rules.h: which rule decides about which attribute
 *
 * A table: the attribute's name, the aliases seen in drafts of the kernel
 * interface, the grammar of its value, the rule, and what a missing value
 * means.  Attributes that are not in the table are vendor attributes and follow
 * its default row.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_value.h"
#include "virenum.h"

#define VIR_NODE_DEVICE_COMPAT_DEVICE_API "device_api"
#define VIR_NODE_DEVICE_COMPAT_TYPE "type"
#define VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION "software_version"
#define VIR_NODE_DEVICE_COMPAT_PCI_ID "pci_id"

typedef enum {
    VIR_NODE_DEVICE_COMPAT_RULE_EQUAL = 0,
    VIR_NODE_DEVICE_COMPAT_RULE_VERSION,
    VIR_NODE_DEVICE_COMPAT_RULE_IGNORE,

    VIR_NODE_DEVICE_COMPAT_RULE_LAST
} virNodeDeviceCompatRuleKind;

VIR_ENUM_DECL(virNodeDeviceCompatRuleKind);

/* Attributes are judged in this order, those of one step by name. */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_STEP_DEVICE_API = 1,
    VIR_NODE_DEVICE_COMPAT_STEP_API_SPECIFIC,
    VIR_NODE_DEVICE_COMPAT_STEP_TYPE,
    VIR_NODE_DEVICE_COMPAT_STEP_VERSION,
    VIR_NODE_DEVICE_COMPAT_STEP_OTHER,
} virNodeDeviceCompatStep;

typedef struct _virNodeDeviceCompatRule virNodeDeviceCompatRule;
struct _virNodeDeviceCompatRule {
    const char *attr;
    virNodeDeviceCompatStep step;
    virNodeDeviceCompatValueType value;
    virNodeDeviceCompatRuleKind kind;
    bool required;              /* unknown unless both devices have it */
};

const virNodeDeviceCompatRule *
virNodeDeviceCompatRuleFind(const char *attr);

const char *
virNodeDeviceCompatRuleCanonicalName(const char *attr);
