/*
 * domain_hostdev_compat_refusal.h: what a user reads who may not have a guest
 *
 * The message about a guest that is refused for its host devices, of a migration to this
 * host or when it is restored: the same whoever refuses it.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "domain_hostdev_compat_decision.h"

/* An error has to fit into a message of the remote protocol, whose strings are limited to
 * 4 MiB; values come from the peer. In bytes, of the reasons in it. */
#define VIR_DOMAIN_HOSTDEV_COMPAT_REASONS_MAX (256 * 1024)

/* How the guest comes to this host */
typedef enum {
    VIR_DOMAIN_HOSTDEV_COMPAT_OPERATION_MIGRATE = 0,
    VIR_DOMAIN_HOSTDEV_COMPAT_OPERATION_RESTORE,
    VIR_DOMAIN_HOSTDEV_COMPAT_OPERATION_RESTORE_UNDESCRIBED,    /* no description was saved */

    VIR_DOMAIN_HOSTDEV_COMPAT_OPERATION_LAST
} virDomainHostdevCompatOperation;

/* As in the log */
VIR_ENUM_DECL(virDomainHostdevCompatOperation);

/* Who is refused what */
typedef struct _virDomainHostdevCompatRefusal virDomainHostdevCompatRefusal;
struct _virDomainHostdevCompatRefusal {
    const virDomainHostdevCompatPolicy *policy;
    virDomainHostdevCompatOperation operation;
    const char *domain;         /* name of the guest */
    bool overridable;           /* by VIR_MIGRATE_UNSAFE */
};

char *
virDomainHostdevCompatRefusalGetHeadline(GPtrArray *reports,
                                         size_t nhostdevs,
                                         virNodeDeviceCompatResult verdict);

char *
virDomainHostdevCompatRefusalFormat(const virDomainHostdevCompatRefusal *refusal,
                                    virNodeDeviceCompatResult verdict,
                                    const char *headline,
                                    const char *reasons,
                                    char **ret_start);

char *
virDomainHostdevCompatRefusalFormatReasons(GPtrArray *reports);
