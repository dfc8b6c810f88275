/*
 * nodedev_compat_compare_attr.h: does one attribute of the source fit the target?
 *
 * The rules' kinds at work: what a value, two values, a missing one, one that
 * is not usable, and a list of accepted ones come to. nodedev_compat_compare.c
 * decides which attributes are compared, and in which order.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_compare_reason.h"

bool
virNodeDeviceCompatCompareIsAccepted(const virNodeDeviceCompatRule *rule,
                                     const char *source,
                                     const char *list);

bool
virNodeDeviceCompatCompareNormalize(const virNodeDeviceCompatRule *rule,
                                    const virNodeDeviceCompatAttr *attr,
                                    bool list,
                                    virNodeDeviceCompatAttr *copy);

void
virNodeDeviceCompatCompareAttr(virNodeDeviceCompatComparison *comparison,
                               const virNodeDeviceCompatCompareItem *item);
