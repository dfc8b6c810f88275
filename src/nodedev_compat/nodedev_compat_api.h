/*
 * nodedev_compat_api.h: the part of the API that all drivers share
 *
 * From a node device definition and a caller's document to the answer that
 * virNodeDeviceCompareCompat() and its family return.  Called by the node
 * device driver and the test driver after their ACL checks.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/node_device_conf.h"
#include "nodedev_compat_candidates.h"
#include "nodedev_compat_rules.h"
#include "conf/virnodedeviceobj.h"

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

/* What a driver knows of its devices. Each function is called with the device
 * locked, and only for devices that a guest could be given or that have types. */
typedef struct _virNodeDeviceCompatFindFuncs virNodeDeviceCompatFindFuncs;
struct _virNodeDeviceCompatFindFuncs {
    virConnectPtr conn;

    /* May the caller know of the device? NULL: of each */
    virNodeDeviceObjListFilter filter;

    /* Reads afresh what is in @def. NULL if that is up to date. A device for which
     * it returns -1 is left out. */
    int (*refresh)(virNodeDeviceDef *def,
                   void *opaque);

    /* Is the device, which is active, in use? */
    virNodeDeviceCompatState (*getState)(const virNodeDeviceDef *def,
                                         void *opaque);
    void *opaque;
};

GStrv
virNodeDeviceObjListCopyNames(virNodeDeviceObjList *devs,
                              virNodeDeviceObjListFilter filter,
                              const char *cap);

size_t
virNodeDevCapsDefGetMdevTypes(const virNodeDevCapsDef *cap,
                              virMediatedDeviceType ***ret_types);

char *
virNodeDeviceObjListFindCompat(virNodeDeviceObjList *devs,
                               const virNodeDeviceCompatFindFuncs *search,
                               const char *xmlDesc,
                               const virNodeDeviceCompatRules *rules,
                               unsigned int flags);

char *
virNodeDeviceCompatGetBaseline(const char *xmlDescs,
                               const virNodeDeviceCompatRules *rules,
                               unsigned int flags);
