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

/* What a target's driver makes of a source's opaque string */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_ANSWER_ACCEPTED = 0,
    VIR_NODE_DEVICE_COMPAT_ANSWER_REJECTED,
    VIR_NODE_DEVICE_COMPAT_ANSWER_NONE,         /* it does not tell */
} virNodeDeviceCompatAnswer;

/* How a driver asks the device @def, which must not have changed since it was
 * described; sets @ret_detail to a reason for people unless it is accepted.
 * Called for VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE only. */
typedef virNodeDeviceCompatAnswer
(*virNodeDeviceCompatAskFunc)(const virNodeDeviceDef *def,
                              const char *opaque,
                              char **ret_detail);

virNodeDeviceCompat *
virNodeDeviceDefGetCompat(const virNodeDeviceDef *def);

int
virNodeDeviceDefCompareCompat(const virNodeDeviceDef *def,
                              const char *xmlDesc,
                              const virNodeDeviceCompatRules *rules,
                              virNodeDeviceCompatAskFunc ask,
                              unsigned int flags);

char *
virNodeDeviceDefGetCompatReport(const virNodeDeviceDef *def,
                                const char *xmlDesc,
                                const virNodeDeviceCompatRules *rules,
                                virNodeDeviceCompatAskFunc ask,
                                unsigned int flags);
