/*
 * nodedev_compat_class.h: classes of devices that are the same for guests
 *
 * A class is named by a digest of what the rules compare of a device: the rules of files
 * that apply to it, and each value that decides, in the grammar of its rule. Devices of
 * one class are identical in both directions. docs/nodedev-compat-fleet.rst describes
 * what goes into it.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/nodedev_compat_conf.h"
#include "conf/nodedev_compat_version.h"
#include "nodedev_compat_rules.h"

/* The first changes with what goes into the digest, and then no old one equals a new one.
 * 160 bits, and few enough characters for the value of a label of Kubernetes, which can
 * have 63 */
#define VIR_NODE_DEVICE_COMPAT_CLASS_PREFIX "ndc1-"
#define VIR_NODE_DEVICE_COMPAT_CLASS_DIGITS 40

/* An attribute that decides. Names and values are in the pool of the caller, so that equal
 * ones are one pointer. */
typedef struct _virNodeDeviceCompatClassCell virNodeDeviceCompatClassCell;
struct _virNodeDeviceCompatClassCell {
    const char *name;
    virNodeDeviceCompatRule rule;       /* but for its attr */
    bool ordinary;                      /* nothing but this rule and both values decides */
    bool equal;                         /* and the values have to be equal */
    virNodeDeviceCompatVersion version; /* the value, if the rule compares versions */
};

typedef struct _virNodeDeviceCompatClassDef virNodeDeviceCompatClassDef;
struct _virNodeDeviceCompatClassDef {
    char *digest;
    const char *shape;          /* all that is in the digest but for the values, pooled */
    const char *type;           /* as the device has it, pooled */
    const char *typeName;       /* as it is compared */
    bool unnamed;               /* it is a number of NVIDIA's without a name, with which other
                                 * numbers cannot always be compared */
    bool signature;             /* it is one of a PCI function without a type */
    bool alternatives;          /* the device accepts more than what it is */
    bool ordinary;              /* so are all cells but that of the type */
    size_t ncells;
    virNodeDeviceCompatClassCell *cells;        /* by name */
    const char **values;        /* of the cells; NULL if it is set on each device of a type.
                                 * Apart from them, as most pairs are decided by these */
};

void
virNodeDeviceCompatClassDefFree(virNodeDeviceCompatClassDef *klass);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatClassDef, virNodeDeviceCompatClassDefFree);

virNodeDeviceCompatClassDef *
virNodeDeviceCompatClassDefNew(const virNodeDeviceCompat *compat,
                               const virNodeDeviceCompatRules *rules,
                               GStringChunk *pool);

char *
virNodeDeviceCompatGetClassDigest(const virNodeDeviceCompat *compat,
                                  const virNodeDeviceCompatRules *rules);

virNodeDeviceCompatResult
virNodeDeviceCompatClassDefCompare(const virNodeDeviceCompatClassDef *source,
                                   const virNodeDeviceCompatClassDef *target);
