/*
 * domain_hostdev_compat_check.h: whether a guest can continue on its host devices
 *
 * Pairs the host devices that a guest has on the source of a migration, or had when
 * it was saved, with those that it has on the target, judges what the target's node
 * device driver answers about each pair, and finds devices that nothing replaces. That
 * something does not work is a reason in a report, never an error.
 *
 * Asking is left to the caller (domain_hostdev_compat_ask.h, and
 * domain_hostdev_compat_look.h for a caller that must not hang): a plan is made of the
 * definition of the guest, which is not needed any more while its questions are asked,
 * and is judged when they have their answers.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "domain_hostdev_compat_ask.h"
#include "domain_hostdev_guest.h"

/* When the devices are compared */
typedef enum {
    VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_ANY = 0,   /* once, as they are now */

    /* These follow each other: */
    VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_PREPARE,   /* nothing has been done for the guest; the
                                                 * verdict on a device that can still change
                                                 * is put off unless it is good */
    VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_OPENED,    /* the guest has its devices, and no state:
                                                 * what was put off, was not known or has changed
                                                 * is judged */
    VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_RESUMED,   /* it is about to continue: only changes count */
} virDomainHostdevCompatMoment;

/* What is known of the devices of the target: kept by the caller from one moment to the
 * next. By virDomainHostdevGetName(). */
typedef struct _virDomainHostdevCompatMemory virDomainHostdevCompatMemory;
struct _virDomainHostdevCompatMemory {
    GHashTable *targets;        /* virDomainHostdevCompatAnswer about those that were compared */
    GHashTable *unknown;        /* names of those of these whose verdict was not known */
    GHashTable *putOff;         /* what was found of those whose verdict was put off */
};

typedef struct _virDomainHostdevCompatCheck virDomainHostdevCompatCheck;
struct _virDomainHostdevCompatCheck {
    GPtrArray *sources;         /* virDomainHostdevCompat of the source */
    bool local;                 /* the target is this host */
    bool hooks;                 /* a hook script can make or bind devices after PREPARE */
    bool once;                  /* nobody looks again, although a device can still change
                                   until the guest has it, and what @sources say may be
                                   old: then nothing is known of it */
    bool kept;                  /* what @sources say was not said by the source itself, and may
                                   be old: the guest need not have them any more */
    bool settled;               /* no verdict is put off: the guest runs and would be ended;
                                   or, at OPENED, it may have been */
    bool crossType;             /* compare with VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE */

    virDomainHostdevCompatMemory *memory;       /* NULL for MOMENT_ANY */

    /* As in virDomainHostdevCompatQuestion */
    char *(*getReport)(const virDomainHostdevNode *node,
                       const char *xmlDesc,
                       unsigned int flags);

    /* Returns a reference to what the administrator of the target states about devices.
     * NULL: that is not known */
    virNodeDeviceCompatFacts *(*getFacts)(void);
};

virDomainHostdevCompatMemory *
virDomainHostdevCompatMemoryNew(void);

void
virDomainHostdevCompatMemoryFree(virDomainHostdevCompatMemory *memory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomainHostdevCompatMemory, virDomainHostdevCompatMemoryFree);

typedef struct _virDomainHostdevCompatPlan virDomainHostdevCompatPlan;

virDomainHostdevCompatPlan *
virDomainHostdevCompatPlanNew(const virDomainHostdevCompatCheck *check,
                              const virDomainHostdevGuest *guest,
                              virDomainHostdevCompatMoment moment);

void
virDomainHostdevCompatPlanFree(virDomainHostdevCompatPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomainHostdevCompatPlan, virDomainHostdevCompatPlanFree);

GPtrArray *
virDomainHostdevCompatPlanGetQuestions(virDomainHostdevCompatPlan *plan);

GPtrArray *
virDomainHostdevCompatPlanJudge(virDomainHostdevCompatPlan *plan,
                                const virDomainHostdevCompatCheck *check);
