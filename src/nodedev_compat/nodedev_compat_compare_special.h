/*
 * nodedev_compat_compare_special.h: attributes that are judged in a way of their own
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_compare_reason.h"

bool
virNodeDeviceCompatCompareSpecial(virNodeDeviceCompatComparison *comparison,
                                  const virNodeDeviceCompatCompareItem *item);

bool
virNodeDeviceCompatCompareIsProvided(const virNodeDeviceCompatComparison *comparison,
                                     const virNodeDeviceCompatCompareItem *item);
