/*
 * nodedev_compat_compare.h: may a guest on this source continue on that target?
 *
 * Compares two descriptors, target accepts source, and reports a verdict with
 * all reasons.  Pure: no sysfs, no sockets, no global state.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/nodedev_compat_budget.h"
#include "conf/nodedev_compat_conf.h"
#include "nodedev_compat_compare_reason.h"
#include "nodedev_compat_report.h"
#include "nodedev_compat_rules.h"

typedef void
(*virNodeDeviceCompatCompareTrace)(size_t alternative,
                                   const virNodeDeviceCompatCompareItem *item,
                                   const virNodeDeviceCompatFindings *found,
                                   void *opaque);

bool
virNodeDeviceCompatIsFunction(const virNodeDeviceCompat *compat);

virNodeDeviceCompatResult
virNodeDeviceCompatCompareExpanded(const virNodeDeviceCompat *source,
                                   const virNodeDeviceCompat *target,
                                   const virNodeDeviceCompatRules *rules,
                                   unsigned int flags,
                                   virNodeDeviceCompatBudget *budget,
                                   virNodeDeviceCompatReport *report);

int
virNodeDeviceCompatCompareTraced(const virNodeDeviceCompat *source,
                                 const virNodeDeviceCompat *target,
                                 const virNodeDeviceCompatRules *rules,
                                 unsigned int flags,
                                 virNodeDeviceCompatBudget *budget,
                                 virNodeDeviceCompatCompareTrace trace,
                                 void *opaque);

virNodeDeviceCompatReport *
virNodeDeviceCompatCompareWithin(const virNodeDeviceCompat *source,
                                 const virNodeDeviceCompat *target,
                                 const virNodeDeviceCompatRules *rules,
                                 unsigned int flags,
                                 virNodeDeviceCompatBudget *budget);

virNodeDeviceCompatReport *
virNodeDeviceCompatCompare(const virNodeDeviceCompat *source,
                           const virNodeDeviceCompat *target,
                           const virNodeDeviceCompatRules *rules,
                           unsigned int flags);
