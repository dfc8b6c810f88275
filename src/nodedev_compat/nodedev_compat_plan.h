/*
 * nodedev_compat_plan.h: an order in which hosts can be updated without a guest to strand
 *
 * Hosts are updated one after the other. Before that, a host is emptied: each guest on it
 * moves to another one, as that is then. A guest that is on a host that has been updated,
 * or is not going to be, need not move again. How many devices are free is not counted.
 * docs/nodedev-compat-fleet.rst describes what that means, and what a proof is.
 *
 * Pure: what hosts are before and after is in a fleet.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_fleet.h"

/* How much of looking for an order there can be: a device that another one is compared
 * with, or a pair of hosts in some order; some seconds */
#define VIR_NODE_DEVICE_COMPAT_PLAN_WORK_MAX (100 * 1000 * 1000)

/* In how many ways the devices of a guest can be placed, on all hosts together, for all of
 * them to be followed */
#define VIR_NODE_DEVICE_COMPAT_PLAN_PLACES_MAX 4096

/* A guest, or any guest that has such devices there */
typedef struct _virNodeDeviceCompatPlanGuest virNodeDeviceCompatPlanGuest;
struct _virNodeDeviceCompatPlanGuest {
    size_t host;
    GArray *classes;            /* size_t, of its devices */
    bool unknown;               /* not all of its devices are known */
};

typedef enum {
    VIR_NODE_DEVICE_COMPAT_PLAN_FOUND = 0,
    VIR_NODE_DEVICE_COMPAT_PLAN_NONE,           /* there is none, even if all that is not
                                                 * known to be compatible is */
    VIR_NODE_DEVICE_COMPAT_PLAN_UNKNOWN,        /* none that is known to be safe */
    VIR_NODE_DEVICE_COMPAT_PLAN_CUT,            /* none was found within the limits */

    VIR_NODE_DEVICE_COMPAT_PLAN_LAST
} virNodeDeviceCompatPlanStatus;

VIR_ENUM_DECL(virNodeDeviceCompatPlanStatus);

/* A guest moves before the host of a step is updated. */
typedef struct _virNodeDeviceCompatPlanMove virNodeDeviceCompatPlanMove;
struct _virNodeDeviceCompatPlanMove {
    size_t step;
    size_t guest;
    size_t from;
    size_t to;
};

/* One host has to be updated before one of some others; before another one if there are
 * several. */
typedef struct _virNodeDeviceCompatPlanPair virNodeDeviceCompatPlanPair;
struct _virNodeDeviceCompatPlanPair {
    size_t first;
    GArray *second;             /* size_t */
};

/* What one guest requires of the order: one of the pairs. If there are none, it strands in
 * any order. */
typedef struct _virNodeDeviceCompatPlanRequirement virNodeDeviceCompatPlanRequirement;
struct _virNodeDeviceCompatPlanRequirement {
    size_t guest;
    GArray *hosts;              /* size_t: where it can be before they are updated */
    GPtrArray *pairs;           /* virNodeDeviceCompatPlanPair */
};

typedef struct _virNodeDeviceCompatPlan virNodeDeviceCompatPlan;
struct _virNodeDeviceCompatPlan {
    virNodeDeviceCompatFleet *fleet;    /* hosts after the change, and then the same hosts
                                         * before it */
    size_t nhosts;
    bool *changed;              /* by host */
    GArray *guests;             /* virNodeDeviceCompatPlanGuest */
    size_t keptMax;             /* how much is kept of where they can be */

    virNodeDeviceCompatPlanStatus status;
    GArray *order;              /* size_t, hosts */
    GArray *moves;              /* virNodeDeviceCompatPlanMove, in order */
    GPtrArray *proof;           /* virNodeDeviceCompatPlanRequirement, which cannot all hold */
    bool minimal;               /* any of them but one can */
};

virNodeDeviceCompatPlan *
virNodeDeviceCompatPlanNew(virNodeDeviceCompatFleet *fleet);

void
virNodeDeviceCompatPlanFree(virNodeDeviceCompatPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatPlan, virNodeDeviceCompatPlanFree);

void
virNodeDeviceCompatPlanAddGuest(virNodeDeviceCompatPlan *plan,
                                size_t host,
                                const GArray *classes,
                                bool unknown);

void
virNodeDeviceCompatPlanSolve(virNodeDeviceCompatPlan *plan,
                             size_t work);
