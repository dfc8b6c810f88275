/*
 * nodedevcompatbaselineutils.h: baselines of devices in one line
 *
 * Devices are written as in nodedevcompatutils.h, with ";" between them. A
 * result is its verdict, the baseline in the same notation, in brackets, or
 * [none], and the reasons that stand against each device, with "/" between the
 * devices.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat/nodedev_compat_baseline.h"
#include "nodedev_compat/nodedev_compat_rules.h"

/* Attributes that are named like a kind of rule follow it. */
extern virNodeDeviceCompatRules *testBaselineRules;

int
testBaselineSetUp(void);

char *
testFormatBaseline(const virNodeDeviceCompatBaseline *baseline);

virNodeDeviceCompatDevices *
testParseDevices(const char *text);

virNodeDeviceCompatBaseline *
testMake(const virNodeDeviceCompatDevices *list,
         unsigned int flags);

/* Both return what is wrong, or NULL. */
const char *
testRoundTrip(const virNodeDeviceCompatBaseline *baseline);

const char *
testIsSource(const virNodeDeviceCompatBaseline *baseline,
             bool validate);
