/*
 * domain_hostdev_compat_policy.h: what a host allows about incompatible host devices
 *
 * The settings in nodedev-compat.conf. The file is read for each decision, so that no
 * daemon has to be restarted; it knows nothing of a hypervisor.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "virenum.h"

#define VIR_DOMAIN_HOSTDEV_COMPAT_POLICY_FILE "nodedev-compat.conf"

/* Some hundred lines of comment are a kilobyte or ten. In bytes. */
#define VIR_DOMAIN_HOSTDEV_COMPAT_POLICY_FILE_MAX (64 * 1024)

/* What the reader calls reading of such a file, whose path follows */
#define VIR_DOMAIN_HOSTDEV_COMPAT_POLICY_CALL "policy "

typedef enum {
    VIR_DOMAIN_HOSTDEV_COMPAT_MODE_PERMISSIVE = 0,  /* unknown is a warning */
    VIR_DOMAIN_HOSTDEV_COMPAT_MODE_OFF,             /* nothing is checked */
    VIR_DOMAIN_HOSTDEV_COMPAT_MODE_ENFORCING,       /* unknown is refused, too */

    VIR_DOMAIN_HOSTDEV_COMPAT_MODE_LAST
} virDomainHostdevCompatMode;

VIR_ENUM_DECL(virDomainHostdevCompatMode);

typedef struct _virDomainHostdevCompatPolicy virDomainHostdevCompatPolicy;
struct _virDomainHostdevCompatPolicy {
    virDomainHostdevCompatMode mode;
    bool crossType;     /* allow a device that accepts the source's type as another one */
    bool restoreUndescribed;    /* restore state without a description of its devices, even if
                                   what is not known is refused */
    char **ignore;      /* codes of reasons that are warnings on this host, or NULL */
    char *file;         /* where the settings are */
    char *error;        /* why @file is not usable as it is now, or NULL */
};

void
virDomainHostdevCompatPolicyFree(virDomainHostdevCompatPolicy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomainHostdevCompatPolicy, virDomainHostdevCompatPolicyFree);

virDomainHostdevCompatPolicy *
virDomainHostdevCompatPolicyParse(const char *content,
                                  const char *file);

int
virDomainHostdevCompatPolicyLoad(const char *call,
                                 int max,
                                 char **ret_content);

virDomainHostdevCompatPolicy *
virDomainHostdevCompatPolicyNewLoaded(const char *file,
                                      const char *content,
                                      int len);

virDomainHostdevCompatPolicy *
virDomainHostdevCompatPolicyRead(const char *file);
