/*
 * nodedev_compat_driver.h: the part of the API that all drivers share
 *
 * From a node device definition and a caller's document to the answer that
 * virNodeDeviceCompareCompat() and its family return.  Called by the node
 * device driver and the test driver after their ACL checks.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "node_device_conf.h"
#include "nodedev_compat_compare.h"

virNodeDeviceCompat *
virNodeDeviceDefGetCompat(const virNodeDeviceDef *def);

int
virNodeDeviceDefCompareCompat(const virNodeDeviceDef *def,
                              const char *xmlDesc,
                              const virNodeDeviceCompatRules *rules,
                              unsigned int flags);

char *
virNodeDeviceDefGetCompatReport(const virNodeDeviceDef *def,
                                const char *xmlDesc,
                                const virNodeDeviceCompatRules *rules,
                                unsigned int flags);
