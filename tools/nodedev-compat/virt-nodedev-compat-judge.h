/*
 * virt-nodedev-compat-judge.h: whether a guest may come to this host
 *
 * The work of a hook script: finds in the definition of a guest its host devices and
 * what another host says about them, reads those of this host, compares, and applies the
 * policy of this host, as the check in libvirt does. Nobody else is asked.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "hypervisor/domain_hostdev_compat_refusal.h"
#include "virt-nodedev-compat-commands.h"

/* A guest that is to come here */
typedef struct _virtCompatArrival virtCompatArrival;
struct _virtCompatArrival {
    const char *domain;         /* name of the guest, printable */
    virDomainHostdevCompatOperation operation;
    const virDomainHostdevCompatPolicy *policy;
    const virtCompatOptions *opts;
    gint64 deadline;            /* of g_get_monotonic_time(), to read devices */
};

/* What came of it */
typedef struct _virtCompatVerdict virtCompatVerdict;
struct _virtCompatVerdict {
    virDomainHostdevCompatDecision decision;
    char *message;              /* for the user: why it is refused; or NULL */
    char *definition;           /* with which the guest continues, if it was changed */
    GPtrArray *reports;         /* virNodeDeviceCompatReport; NULL if none was compared */
};

void
virtCompatVerdictClear(virtCompatVerdict *verdict);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(virtCompatVerdict, virtCompatVerdictClear);

void
virtCompatJudge(const virtCompatArrival *arrival,
                const char *xml,
                virtCompatVerdict *verdict);

void
virtCompatJudgeUnknown(const virtCompatArrival *arrival,
                       const char *cause,
                       virtCompatVerdict *verdict);
