/*
 * qemu_hostdev_compat_policy.h: what a host makes of incompatible devices
 *
 * The settings migration_hostdev_compat* of qemu.conf, and the decision about a
 * guest that comes in, from another host or from a file, that follows from them:
 * the reports on its devices come in, warnings in the log, a record in the audit
 * log, or one refusal go out.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "domain_conf.h"
#include "nodedev_compat/nodedev_compat_report.h"
#include "qemu_conf.h"
#include "virconf.h"

typedef enum {
    QEMU_HOSTDEV_COMPAT_MODE_PERMISSIVE = 0,  /* unknown is a warning */
    QEMU_HOSTDEV_COMPAT_MODE_OFF,             /* nothing is checked */
    QEMU_HOSTDEV_COMPAT_MODE_ENFORCING,       /* unknown is refused, too */

    QEMU_HOSTDEV_COMPAT_MODE_LAST
} qemuHostdevCompatMode;

VIR_ENUM_DECL(qemuHostdevCompatMode);

/* What brings the guest here */
typedef enum {
    QEMU_HOSTDEV_COMPAT_OPERATION_MIGRATE = 0,
    QEMU_HOSTDEV_COMPAT_OPERATION_RESTORE,

    QEMU_HOSTDEV_COMPAT_OPERATION_LAST
} qemuHostdevCompatOperation;

VIR_ENUM_DECL(qemuHostdevCompatOperation);

/* All zero is the default. */
typedef struct _qemuHostdevCompatPolicy qemuHostdevCompatPolicy;
struct _qemuHostdevCompatPolicy {
    qemuHostdevCompatMode mode;
    bool crossType;     /* take what accepts another type than its own */
    char **ignore;      /* codes of reasons that are warnings here, or NULL */
};

int
qemuHostdevCompatPolicyLoad(virQEMUDriverConfig *cfg,
                            virConf *conf,
                            const char *filename);

const qemuHostdevCompatPolicy *
qemuHostdevCompatPolicyGet(virQEMUDriverConfig *cfg);

int
qemuHostdevCompatPolicyDecide(const qemuHostdevCompatPolicy *policy,
                              const virDomainDef *def,
                              GPtrArray *reports,
                              qemuHostdevCompatOperation operation,
                              unsigned int flags);

void
qemuHostdevCompatPolicyAudit(const virDomainDef *def,
                             const char *codes);

void
qemuHostdevCompatPolicyReport(const virDomainDef *def,
                              qemuHostdevCompatOperation operation,
                              const char *reasons);
