/*
 * nodedev_compat_compare_special.h: attributes that are judged in a way of their own
 *
 * Each looks for its attribute, and returns true if there is nothing more to compare in it.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_compare_reason.h"

bool
virNodeDeviceCompatCompareMigratable(virNodeDeviceCompatComparison *comparison,
                                     const virNodeDeviceCompatCompareItem *item);

bool
virNodeDeviceCompatCompareVFIODriver(virNodeDeviceCompatComparison *comparison,
                                     const virNodeDeviceCompatCompareItem *item);

bool
virNodeDeviceCompatCompareCapabilities(const virNodeDeviceCompatCompareItem *item);

bool
virNodeDeviceCompatCompareGeneration(virNodeDeviceCompatComparison *comparison,
                                     const virNodeDeviceCompatCompareItem *item);

bool
virNodeDeviceCompatCompareIsProvided(const virNodeDeviceCompatComparison *comparison,
                                     const virNodeDeviceCompatCompareItem *item);
