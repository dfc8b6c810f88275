/*
 * nodedev_compat_planpriv.h: the parts of looking for an order
 *
 * Hosts that are alike before and after the change are a cell. Where guests of some kind
 * can be before their hosts are updated are places: a cell, and the classes of the devices
 * that they have there.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef LIBVIRT_NODEDEV_COMPAT_PLANPRIV_H_ALLOW
# error "nodedev_compat_planpriv.h may only be included by nodedev_compat_plan.c or its steps"
#endif /* LIBVIRT_NODEDEV_COMPAT_PLANPRIV_H_ALLOW */

#pragma once

#include "nodedev_compat_order.h"
#include "nodedev_compat_plan.h"
#include "nodedev_compat_plan_place.h"

typedef struct _virNodeDeviceCompatPlanCell virNodeDeviceCompatPlanCell;
struct _virNodeDeviceCompatPlanCell {
    GArray *hosts;              /* size_t, in order */
    bool changed;
};

typedef struct _virNodeDeviceCompatPlanSpot virNodeDeviceCompatPlanSpot;
struct _virNodeDeviceCompatPlanSpot {
    size_t cell;
    GArray *classes;            /* size_t, sorted */
    size_t from;                /* spot that it is reached from, or NONE if it is the first */
    GArray *exits;              /* size_t: cells where nothing is going to change (any more)
                                 * and that take the guest from here */
};

/* Guests that are alike: their cell and their devices */
typedef struct _virNodeDeviceCompatPlanUnit virNodeDeviceCompatPlanUnit;
struct _virNodeDeviceCompatPlanUnit {
    size_t guest;               /* the first of them */
    GPtrArray *spots;           /* virNodeDeviceCompatPlanSpot, in the order of moves */
    GArray *pairs;              /* virNodeDeviceCompatOrderPair, of cells */
    bool safe;                  /* whatever the order */
    bool cut;                   /* not all that they could do was looked at */
};

/* Looking for an order with some idea of what is good */
typedef struct _virNodeDeviceCompatPlanSearch virNodeDeviceCompatPlanSearch;
struct _virNodeDeviceCompatPlanSearch {
    virNodeDeviceCompatPlan *plan;
    virNodeDeviceCompatPlaceContext context;
    GPtrArray *cells;           /* virNodeDeviceCompatPlanCell */
    size_t *cellOf;             /* by host */
    GPtrArray *units;           /* virNodeDeviceCompatPlanUnit */
    size_t *unitOf;             /* by guest; NONE if it does not have to move */
    size_t kept;                /* exits of all spots, and as many more for each spot as that
                                 * takes memory */
};

const virNodeDeviceCompatFleetHost *
virNodeDeviceCompatPlanGetHost(const virNodeDeviceCompatPlan *plan,
                               size_t host,
                               bool after);

bool
virNodeDeviceCompatPlanMakeSteps(const virNodeDeviceCompatPlanSearch *search,
                                 const GArray *events);
