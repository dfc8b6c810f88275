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

/* The VFIO driver that a function is bound to */
#define VIR_NODE_DEVICE_COMPAT_VFIO_DRIVER "vfio_driver"

/* Whether the driver can save and load the device's state: yes, no, or absent */
#define VIR_NODE_DEVICE_COMPAT_MIGRATABLE "migratable"

/* The class of a PCI function, as the kernel writes it: 0x and six digits */
#define VIR_NODE_DEVICE_COMPAT_PCI_CLASS "pci_class"

/* Where the list of a PCI function's capabilities begins, and the list; not everybody can
 * read the latter, and no release before has them */
#define VIR_NODE_DEVICE_COMPAT_PCI_CAPABILITY_POINTER "pci_capability_pointer"
#define VIR_NODE_DEVICE_COMPAT_PCI_CAPABILITIES "pci_capabilities"

/* The sizes and kinds of a PCI function's base address registers; no release before has
 * them */
#define VIR_NODE_DEVICE_COMPAT_PCI_BARS "pci_bars"

/* The PCI id of the physical function of a virtual one */
#define VIR_NODE_DEVICE_COMPAT_PF_PCI_ID "pf_pci_id"

/* What only PCI functions have: whether it is a physical or a virtual one */
#define VIR_NODE_DEVICE_COMPAT_FUNCTION "function"

/* What reasons call the opaque string: its file in sysfs */
#define VIR_NODE_DEVICE_COMPAT_OPAQUE "migration_version"

/* Marks in place of attributes that could not be found out: what a device publishes,
 * what devlink shows of it, and what the administrator states about it. They are never
 * usable. */
#define VIR_NODE_DEVICE_COMPAT_MARK_MIGRATION "migration"
#define VIR_NODE_DEVICE_COMPAT_MARK_DEVLINK "devlink"
#define VIR_NODE_DEVICE_COMPAT_MARK_FACTS "facts"

/* The attributes that both devices need to have for an answer, by name */
#define VIR_NODE_DEVICE_COMPAT_REQUIRED 3
extern const char *const virNodeDeviceCompatRequired[VIR_NODE_DEVICE_COMPAT_REQUIRED];

/* What the target's value must be for it to accept the source's; the table in
 * nodedev_compat_rule_kind.c has what each kind means */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_RULE_EQUAL = 0,
    VIR_NODE_DEVICE_COMPAT_RULE_VERSION,        /* same major, minor not lower */
    VIR_NODE_DEVICE_COMPAT_RULE_IGNORE,         /* anything */
    VIR_NODE_DEVICE_COMPAT_RULE_ONE_OF,         /* a list with the source's in it */
    VIR_NODE_DEVICE_COMPAT_RULE_SUPERSET,       /* has all that the source's has */
    VIR_NODE_DEVICE_COMPAT_RULE_AT_LEAST,       /* not lower */
    VIR_NODE_DEVICE_COMPAT_RULE_AT_MOST,        /* not higher */
    VIR_NODE_DEVICE_COMPAT_RULE_RANGE,          /* ranges with the source's in them */

    VIR_NODE_DEVICE_COMPAT_RULE_LAST
} virNodeDeviceCompatRuleKind;

/* What it means that the target lacks what the source has */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_MISSING_UNKNOWN = 0,
    VIR_NODE_DEVICE_COMPAT_MISSING_IGNORE,
    VIR_NODE_DEVICE_COMPAT_MISSING_INCOMPATIBLE,

    VIR_NODE_DEVICE_COMPAT_MISSING_LAST
} virNodeDeviceCompatMissing;

VIR_ENUM_DECL(virNodeDeviceCompatMissing);

/* Where an attribute has to be known; otherwise the verdict is unknown. If only the target
 * does not have it, virNodeDeviceCompatMissing decides. */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_NEED_NO = 0,
    VIR_NODE_DEVICE_COMPAT_NEED_YES,            /* on both sides */
    VIR_NODE_DEVICE_COMPAT_NEED_MUTUAL,         /* on both, or on none */
    VIR_NODE_DEVICE_COMPAT_NEED_SOURCE,         /* on the source, whatever the target has */

    VIR_NODE_DEVICE_COMPAT_NEED_LAST
} virNodeDeviceCompatNeed;

VIR_ENUM_DECL(virNodeDeviceCompatNeed);

/* What it means that the rule does not hold of two values that are known */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_DIFFERS_INCOMPATIBLE = 0,
    VIR_NODE_DEVICE_COMPAT_DIFFERS_UNKNOWN,     /* it is a hint that the devices may differ */

    VIR_NODE_DEVICE_COMPAT_DIFFERS_LAST
} virNodeDeviceCompatDiffers;

VIR_ENUM_DECL(virNodeDeviceCompatDiffers);

/* Attributes are compared in this order, those of one step by name. */
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
    bool vendor;                /* derived values count as well; none is canonical in its
                                 * grammar yet */
    virNodeDeviceCompatNeed need;
    virNodeDeviceCompatDiffers differs;
    char **unless;              /* names of other attributes, or NULL: if both sides have all
                                 * of them, this one does not count */
    const char *minimum;        /* of values on both sides, numbers and dots, or NULL */
    bool unsupported;           /* no value is one that a vendor supports to migrate with */
};

bool
virNodeDeviceCompatNeedIsLooked(virNodeDeviceCompatNeed need);

const virNodeDeviceCompatRule *
virNodeDeviceCompatRuleGetDefault(const char *attr);

const virNodeDeviceCompatRule *
virNodeDeviceCompatRuleGetFunction(const char *attr);

bool
virNodeDeviceCompatTypeIsSignature(const char *type);

const char *
virNodeDeviceCompatAttrCanonicalName(const char *attr);

bool
virNodeDeviceCompatAttrIsMark(const char *attr);
