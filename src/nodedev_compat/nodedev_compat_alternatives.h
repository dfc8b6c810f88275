/*
 * nodedev_compat_alternatives.h: what a device accepts, written out
 *
 * A device accepts what it is itself, and each of its alternatives, which may have
 * variables. Writes those out, and finds what an alternative is about.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/nodedev_compat_budget.h"
#include "conf/nodedev_compat_conf.h"

virNodeDeviceCompat *
virNodeDeviceCompatExpand(const virNodeDeviceCompat *compat,
                          size_t *size,
                          virNodeDeviceCompatBudget *budget);

size_t
virNodeDeviceCompatAttrsGetWork(const virNodeDeviceCompatAttrs *set);

bool
virNodeDeviceCompatIsForOtherTypes(const virNodeDeviceCompat *target,
                                   const virNodeDeviceCompatAttrs *accepts);

char *
virNodeDeviceCompatExplicitVersions(const virNodeDeviceCompat *target,
                                    virNodeDeviceCompatBudget *budget,
                                    const virNodeDeviceCompatAttr **ret_bad);
