/*
 * nodedev_compat_compare_missing.h: what it comes to that a value is not there, or not usable
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_compare_reason.h"

bool
virNodeDeviceCompatCompareState(virNodeDeviceCompatComparison *comparison,
                                const virNodeDeviceCompatCompareItem *item);

bool
virNodeDeviceCompatCompareIsNothing(const virNodeDeviceCompatRule *rule,
                                    const char *source);

bool
virNodeDeviceCompatCompareMissing(virNodeDeviceCompatComparison *comparison,
                                  const virNodeDeviceCompatCompareItem *item);

void
virNodeDeviceCompatCompareAsked(virNodeDeviceCompatComparison *comparison,
                                const virNodeDeviceCompatCompareItem *item);
