/*
 * nodedev_compat_weakest.h: the device that is made of the weakest values of several
 *
 * Of two values of an attribute the one that a device with the other accepts is the
 * weaker one. What is made of the weakest ones is a candidate for a baseline; whether
 * the devices accept it as a whole is another question.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/nodedev_compat_budget.h"
#include "conf/nodedev_compat_conf.h"
#include "nodedev_compat_rules.h"

virNodeDeviceCompat *
virNodeDeviceCompatWeakestMake(const virNodeDeviceCompat *const *devices,
                               size_t ndevices,
                               const virNodeDeviceCompatRules *rules,
                               virNodeDeviceCompatBudget *budget);
