/*
 * virt-nodedev-compat-plan.h: what a change of hosts does to guests
 *
 * Hosts before and after a change, the guests on them, and an order of updates. How the
 * command plan shows that.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "virt-nodedev-compat-fleet.h"

#include "nodedev_compat/nodedev_compat_change.h"
#include "nodedev_compat/nodedev_compat_json.h"
#include "nodedev_compat/nodedev_compat_plan.h"

/* A host as it was read, and its devices after the change; the arrays are of
 * virNodeDeviceCompatFleetDevice, and NULL if nothing is known */
typedef struct _virtCompatPlanHost virtCompatPlanHost;
struct _virtCompatPlanHost {
    char *name;
    char *origin;
    char *cause;
    GPtrArray *before;
    GPtrArray *after;
    GHashTable *names;          /* what a device is called in a guest -> its place + 1; made
                                 * when it is needed */
};

/* How many devices a change is about, and of how many hosts */
typedef struct _virtCompatPlanEffect virtCompatPlanEffect;
struct _virtCompatPlanEffect {
    virNodeDeviceCompatChange *change;
    size_t ndevices;
    size_t nhosts;
};

/* A guest that was given. The plan has the same guests in the same order, behind them those
 * that stand for devices. */
typedef struct _virtCompatPlanGuest virtCompatPlanGuest;
struct _virtCompatPlanGuest {
    char *name;
    char *origin;
    char *cause;                /* why not all is known of it, or NULL */
    size_t host;
    GPtrArray *devices;         /* names */
    GArray *before;             /* size_t, classes in that fleet; NONE if not known */
    GArray *after;
    char *verdictsBefore;       /* a letter for each host */
    char *verdictsAfter;
};

typedef struct _virtCompatPlan virtCompatPlan;
struct _virtCompatPlan {
    GPtrArray *hosts;           /* virtCompatPlanHost, in the order of the fleets */
    GPtrArray *effects;         /* virtCompatPlanEffect */
    bool change;                /* anything does */
    virNodeDeviceCompatFleet *before;   /* by the rules before */
    virNodeDeviceCompatFleet *after;    /* by those after */
    virNodeDeviceCompatFleet *both;     /* as the plan has it, by those after */
    virNodeDeviceCompatPlan *plan;
    GPtrArray *guests;          /* virtCompatPlanGuest */
    GArray *immovable;          /* virNodeDeviceCompatPlanGuest: devices that no other host
                                 * is known to accept, so that none stands for a guest */
};

/* A move between hosts that is possible on one side of the change only */
typedef struct _virtCompatPlanDifference virtCompatPlanDifference;
struct _virtCompatPlanDifference {
    size_t source;              /* host */
    size_t target;
    const char *type;
    virNodeDeviceCompatFleetCell before;
    virNodeDeviceCompatFleetCell after;
};

typedef int (*virtCompatPlanDifferenceFunc)(const virtCompatPlanDifference *difference,
                                            void *opaque);

bool
virtCompatPlanIsLost(const virtCompatPlanDifference *difference);

int
virtCompatPlanEachDifference(const virtCompatPlan *plan,
                             virtCompatPlanDifferenceFunc func,
                             void *opaque);

int
virtCompatPlanReadGuests(virtCompatPlan *plan,
                         char *const *inputs);

void
virtCompatPlanAddGuests(virtCompatPlan *plan);

void
virtCompatPlanGuestFree(virtCompatPlanGuest *guest);

/* Whether a guest has a host to go to after the change */
typedef enum {
    VIRT_COMPAT_STRANDED_NO = 0,
    VIRT_COMPAT_STRANDED_UNKNOWN,
    VIRT_COMPAT_STRANDED_YES,

    VIRT_COMPAT_STRANDED_LAST
} virtCompatStranded;

VIR_ENUM_DECL(virtCompatStranded);

virtCompatStranded
virtCompatPlanGetStranded(const char *verdicts);

virNodeDeviceCompatCategory
virtCompatPlanGetCategory(const virtCompatPlan *plan);

int
virtCompatPlanPrint(const virtCompatPlan *plan);

virJSONValue *
virtCompatPlanMakeJSON(const virtCompatPlan *plan);
