/*
 * domain_hostdev_compat_decision.h: what follows from reports on a guest's host devices
 *
 * The decision about a guest is made of the policy of the host and of the worst report.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "domain_hostdev_compat_policy.h"
#include "nodedev_compat/nodedev_compat_report.h"

typedef enum {
    VIR_DOMAIN_HOSTDEV_COMPAT_DECISION_ALLOW = 0,
    VIR_DOMAIN_HOSTDEV_COMPAT_DECISION_WARN,        /* allow, although it is not known */
    VIR_DOMAIN_HOSTDEV_COMPAT_DECISION_REFUSE,
} virDomainHostdevCompatDecision;

char *
virDomainHostdevCompatPolicyIgnore(const virDomainHostdevCompatPolicy *policy,
                                   GPtrArray *reports);

virDomainHostdevCompatDecision
virDomainHostdevCompatPolicyDecide(const virDomainHostdevCompatPolicy *policy,
                                   virNodeDeviceCompatResult verdict);

virNodeDeviceCompatResult
virDomainHostdevCompatReportsGetVerdict(GPtrArray *reports);

size_t
virDomainHostdevCompatReportsCount(GPtrArray *reports,
                                   virNodeDeviceCompatResult verdict);

char *
virDomainHostdevCompatReportsFormatReasons(GPtrArray *reports);
