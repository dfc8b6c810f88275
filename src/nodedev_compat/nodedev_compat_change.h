/*
 * nodedev_compat_change.h: what devices would be after a change
 *
 * A change sets an attribute of the devices that a selector is about, as an update of
 * firmware or of a driver would. What a device accepts stays as it is.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_fleet_input.h"

typedef struct _virNodeDeviceCompatChange virNodeDeviceCompatChange;
struct _virNodeDeviceCompatChange {
    char *text;                 /* as it was given */
    GPtrArray *terms;           /* virNodeDeviceCompatChangeTerm, which all have to fit */
    char *attr;                 /* canonical name */
    char *value;
    bool add;                   /* of devices that do not have the attribute, too */
};

void
virNodeDeviceCompatChangeFree(virNodeDeviceCompatChange *change);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatChange, virNodeDeviceCompatChangeFree);

virNodeDeviceCompatChange *
virNodeDeviceCompatChangeParse(const char *text);

bool
virNodeDeviceCompatChangeMatches(const virNodeDeviceCompatChange *change,
                                 const char *host,
                                 const virNodeDeviceCompatFleetDevice *device);

int
virNodeDeviceCompatChangeApply(const virNodeDeviceCompatChange *change,
                               virNodeDeviceCompatFleetDevice *device);
