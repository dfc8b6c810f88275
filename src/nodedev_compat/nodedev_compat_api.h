/*
 * nodedev_compat_api.h: the part of the API that all drivers share
 *
 * Takes node device definitions and a caller's document, and returns what
 * virNodeDeviceCompareCompat() and its family return. Called by the node device driver
 * and the test driver after their ACL checks.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/node_device_conf.h"
#include "conf/virnodedeviceobj.h"
#include "nodedev_compat_candidates.h"
#include "nodedev_compat_rules.h"

/* The answer of a target's driver to a source's opaque string */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_ANSWER_ACCEPTED = 0,
    VIR_NODE_DEVICE_COMPAT_ANSWER_REJECTED,
    VIR_NODE_DEVICE_COMPAT_ANSWER_NONE,         /* it does not answer */
    VIR_NODE_DEVICE_COMPAT_ANSWER_ABSENT,       /* the target has nothing that could */
} virNodeDeviceCompatAnswer;

/* Asks the driver of the device that @def is a copy of, within a deadline; sets
 * @ret_detail to a cause unless the string is accepted. Called with
 * VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE only. */
typedef virNodeDeviceCompatAnswer
(*virNodeDeviceCompatAskFunc)(const virNodeDeviceDef *def,
                              const char *opaque,
                              char **ret_detail);

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

/* What a driver knows about its devices. The functions are called only for devices that
 * can be assigned to a guest or that have types. Except for @filter no device is locked
 * then, and they get a copy, see virNodeDeviceDefCopyCompat(). */
typedef struct _virNodeDeviceCompatFindFuncs virNodeDeviceCompatFindFuncs;
struct _virNodeDeviceCompatFindFuncs {
    virConnectPtr conn;

    /* Returns true if the caller may see the device. NULL: all devices */
    virNodeDeviceObjListFilter filter;

    /* Reads afresh the types and descriptors of @def. A device for which it returns -1
     * does not exist any more, and is left out. NULL: definitions are up to date */
    int (*refresh)(virNodeDeviceDef *def,
                   void *opaque);

    /* Returns the state of a device that is active. */
    virNodeDeviceCompatState (*getState)(const virNodeDeviceDef *def,
                                         void *opaque);
    void *opaque;

    /* The time, of g_get_monotonic_time(), from which on devices are only counted,
     * as candidates of which it is not known whether they fit. 0: none */
    gint64 deadline;
};

char *
virNodeDeviceObjListFindCompat(virNodeDeviceObjList *devs,
                               const virNodeDeviceCompatFindFuncs *funcs,
                               const char *xmlDesc,
                               const virNodeDeviceCompatRules *rules,
                               unsigned int flags);

char *
virNodeDeviceCompatGetBaseline(const char *xmlDescs,
                               const virNodeDeviceCompatRules *rules,
                               unsigned int flags);
