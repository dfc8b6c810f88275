/*
 * nodedev_compat_rule_kind.h: what each kind of rule means
 *
 * One table with a row for each kind: its name in rule files, the values that it
 * compares, and which values of a source a target accepts under it. Comparing devices,
 * reading rule files and making a baseline all use it, so a new kind is one row.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/nodedev_compat_attr.h"
#include "conf/nodedev_compat_version.h"
#include "nodedev_compat_reason.h"

/* Returns true if a target with the value @target accepts a source with @source.
 * Both are canonical and differ; @target is a list if the kind has lists. If it
 * returns false, it can set *reason to a more precise one than that of the row. */
typedef bool
(*virNodeDeviceCompatRuleKindAccepts)(virNodeDeviceCompatValueType type,
                                      const char *source,
                                      const char *target,
                                      virNodeDeviceCompatReasonCode *reason);

typedef struct _virNodeDeviceCompatRuleKindDef virNodeDeviceCompatRuleKindDef;
struct _virNodeDeviceCompatRuleKindDef {
    const char *name;
    virNodeDeviceCompatValueType type;      /* of values, unless a rule gives another */
    unsigned int types;                     /* that it can compare, as bits */
    bool list;                              /* the target's value is a list */
    bool ignored;                           /* the attribute is not compared at all */
    virNodeDeviceCompatRuleKindAccepts accepts;     /* NULL: equal values only */
    virNodeDeviceCompatReasonCode reason;   /* if the target does not accept */
};

const virNodeDeviceCompatRuleKindDef *
virNodeDeviceCompatRuleKindGet(virNodeDeviceCompatRuleKind kind);

const char *
virNodeDeviceCompatRuleKindTypeToString(int kind);

int
virNodeDeviceCompatRuleKindTypeFromString(const char *name);

bool
virNodeDeviceCompatRuleAccepts(const virNodeDeviceCompatRule *rule,
                               const char *source,
                               const char *target,
                               virNodeDeviceCompatReasonCode *ret_reason);

bool
virNodeDeviceCompatRuleAcceptsVersion(const virNodeDeviceCompatVersion *source,
                                      const virNodeDeviceCompatVersion *target);

char *
virNodeDeviceCompatRuleNormalize(const virNodeDeviceCompatRule *rule,
                                 bool list,
                                 const char *value);
