/*
 * nodedev_compat_plan_place.h: the devices of a guest on those of a host
 *
 * Each device of the guest needs one of its own there.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_fleet.h"

/* What is asked, and how much more can be */
typedef struct _virNodeDeviceCompatPlaceContext virNodeDeviceCompatPlaceContext;
struct _virNodeDeviceCompatPlaceContext {
    virNodeDeviceCompatFleet *fleet;
    virNodeDeviceCompatFleetVerdict worst;      /* that is still good */
    size_t work;                /* devices that can still be looked at */
    bool cut;                   /* something was not looked at */
};

bool
virNodeDeviceCompatPlaceFits(virNodeDeviceCompatPlaceContext *context,
                             const GArray *classes,
                             const virNodeDeviceCompatFleetHost *host);

typedef void (*virNodeDeviceCompatPlaceFunc)(const GArray *classes,
                                             void *opaque);

void
virNodeDeviceCompatPlaceEach(virNodeDeviceCompatPlaceContext *context,
                             const GArray *classes,
                             const virNodeDeviceCompatFleetHost *host,
                             virNodeDeviceCompatPlaceFunc func,
                             void *opaque);

virNodeDeviceCompatFleetVerdict
virNodeDeviceCompatPlaceGetVerdict(virNodeDeviceCompatFleet *fleet,
                                   const GArray *classes,
                                   const virNodeDeviceCompatFleetHost *host);

void
virNodeDeviceCompatPlaceSort(GArray *classes);
