/*
 * qemu_hostdev_compat_policy.h: the decision about a guest with host devices
 *
 * Applies the host's policy to a guest that is migrated to this host or restored: the
 * reports on its devices come in; warnings in the log, a record in the audit log, or
 * one refusal go out.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "domain_conf.h"
#include "hypervisor/domain_hostdev_compat_refusal.h"
#include "qemu_conf.h"

virDomainHostdevCompatPolicy *
qemuHostdevCompatPolicyRead(virQEMUDriver *driver,
                            bool paused);

int
qemuHostdevCompatPolicyDecide(const virDomainHostdevCompatPolicy *policy,
                              const virDomainDef *def,
                              GPtrArray *reports,
                              virDomainHostdevCompatOperation operation,
                              unsigned int flags);

int
qemuHostdevCompatPolicyRefuseMalformed(const virDomainHostdevCompatPolicy *policy,
                                       const virDomainDef *def,
                                       const char *error,
                                       virDomainHostdevCompatOperation operation,
                                       unsigned int flags);
