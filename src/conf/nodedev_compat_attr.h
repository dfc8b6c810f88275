/*
 * nodedev_compat_attr.h: the table of standard attributes
 *
 * Name, aliases seen in drafts of the kernel interface, grammar of the value, rule,
 * and what a missing value means. An attribute that the table does not name follows
 * its default row.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"
#include "nodedev_compat_value.h"
#include "virenum.h"

#define VIR_NODE_DEVICE_COMPAT_DEVICE_API "device_api"
#define VIR_NODE_DEVICE_COMPAT_TYPE "type"
#define VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION "software_version"
#define VIR_NODE_DEVICE_COMPAT_PCI_ID "pci_id"
#define VIR_NODE_DEVICE_COMPAT_DRIVER "driver"

/* What reasons call the opaque string: its file in sysfs */
#define VIR_NODE_DEVICE_COMPAT_OPAQUE "migration_version"

/* The attributes that both devices need to have for an answer, by name */
#define VIR_NODE_DEVICE_COMPAT_REQUIRED 3
extern const char *const virNodeDeviceCompatRequired[VIR_NODE_DEVICE_COMPAT_REQUIRED];

/* What must hold of the source's and the target's value for the target to fit */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_RULE_EQUAL = 0,
    VIR_NODE_DEVICE_COMPAT_RULE_VERSION,        /* same major, minor not lower */
    VIR_NODE_DEVICE_COMPAT_RULE_IGNORE,         /* nothing */
    VIR_NODE_DEVICE_COMPAT_RULE_ONE_OF,         /* source's is in target's list */
    VIR_NODE_DEVICE_COMPAT_RULE_SUPERSET,       /* target has all of source's */
    VIR_NODE_DEVICE_COMPAT_RULE_AT_LEAST,       /* target's is not lower */
    VIR_NODE_DEVICE_COMPAT_RULE_AT_MOST,        /* target's is not higher */
    VIR_NODE_DEVICE_COMPAT_RULE_RANGE,          /* source's is in target's ranges */

    VIR_NODE_DEVICE_COMPAT_RULE_LAST
} virNodeDeviceCompatRuleKind;

VIR_ENUM_DECL(virNodeDeviceCompatRuleKind);

/* What it means that the target lacks what the source has */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_MISSING_UNKNOWN = 0,
    VIR_NODE_DEVICE_COMPAT_MISSING_IGNORE,
    VIR_NODE_DEVICE_COMPAT_MISSING_INCOMPATIBLE,

    VIR_NODE_DEVICE_COMPAT_MISSING_LAST
} virNodeDeviceCompatMissing;

VIR_ENUM_DECL(virNodeDeviceCompatMissing);

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
    virNodeDeviceCompatMissing missing;
    bool vendor;                /* values are not canonical in its grammar yet */
};

bool
virNodeDeviceCompatRuleTakesList(const virNodeDeviceCompatRule *rule);

const virNodeDeviceCompatRule *
virNodeDeviceCompatRuleGetDefault(const char *attr);

const char *
virNodeDeviceCompatAttrCanonicalName(const char *attr);
