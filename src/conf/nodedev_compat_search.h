/*
 * nodedev_compat_search.h: the part of finding devices that all drivers share
 *
 * From a driver's list of devices and a caller's document to what
 * virConnectFindCompatNodeDevices() returns.  Called by the node device driver and
 * the test driver after their ACL checks.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_find.h"
#include "virnodedeviceobj.h"

/* What a driver knows of its devices. Each function is called with the device
 * locked, and only for devices that a guest could be given or that have types. */
typedef struct _virNodeDeviceCompatSearch virNodeDeviceCompatSearch;
struct _virNodeDeviceCompatSearch {
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
                               const virNodeDeviceCompatSearch *search,
                               const char *xmlDesc,
                               const virNodeDeviceCompatRules *rules,
                               unsigned int flags);
