/*
 * domain_hostdev_compat_check.h: whether a guest can continue on its host devices
 *
 * Pairs the host devices that a guest has on the source of a migration, or had when
 * it was saved, with those that it has on the target, has the target's node device
 * driver compare each pair, and finds devices that nothing replaces. That something
 * does not work is a reason in a report, never an error.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "domain_hostdev_compat.h"
#include "nodedev_compat/nodedev_compat_report.h"

/* When the devices are compared */
typedef enum {
    VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_ANY = 0,   /* once, as they are now */

    /* These follow each other: */
    VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_PREPARE,   /* nothing has been done for the guest;
                                                 * a device that is to change is deferred */
    VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_OPENED,    /* the guest has its devices, and no state */
    VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_RESUMED,   /* it is about to continue: only changes count */
} virDomainHostdevCompatMoment;

typedef struct _virDomainHostdevCompatCheck virDomainHostdevCompatCheck;
struct _virDomainHostdevCompatCheck {
    GPtrArray *sources;         /* virDomainHostdevCompat of the source */
    virConnectPtr conn;         /* to the target's node device driver; NULL if there is none */
    bool local;                 /* the target is this host */
    bool hooks;                 /* a hook script can make devices after PREPARE */
    bool crossType;             /* compare with VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE */

    /* The virNodeDeviceCompat of each device of the target that was compared, by
     * virDomainHostdevGetName(): kept by the caller from one moment to the next */
    GHashTable *targets;
};

GHashTable *
virDomainHostdevCompatTargetsNew(void);

GPtrArray *
virDomainHostdevCompatCheckDevices(const virDomainHostdevCompatCheck *check,
                                   const virDomainDef *def,
                                   virDomainHostdevCompatMoment moment);
