/*
 * domain_hostdev_node.h: a host device of a guest, and its node device
 *
 * Finds the device in sysfs. Knows nothing of definitions of guests.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "domain_hostdev_pairing.h"

/* How a node device that is called after the UUID of a mediated device starts */
#define VIR_DOMAIN_HOSTDEV_NODE_MDEV_PREFIX "mdev_"

/* A host device of a guest as its definition has it, and what finds its node device: a
 * copy, for those who look for that without the lock of the guest */
typedef struct _virDomainHostdevNode virDomainHostdevNode;
struct _virDomainHostdevNode {
    virDomainHostdevIdentity identity;
    char *name;                 /* what to call it on its host */
    virPCIDeviceAddress addr;   /* on its host, unless it is a mediated device */
    bool managed;               /* libvirt binds its driver */
};

virDomainHostdevNode *
virDomainHostdevNodeNewMdev(const char *uuid);

virDomainHostdevNode *
virDomainHostdevNodeNewPCI(const virPCIDeviceAddress *addr,
                           bool managed);

virDomainHostdevNode *
virDomainHostdevNodeCopy(const virDomainHostdevNode *node);

void
virDomainHostdevNodeFree(virDomainHostdevNode *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomainHostdevNode, virDomainHostdevNodeFree);

char *
virDomainHostdevNodeGetPath(const virDomainHostdevNode *node)
    G_NO_INLINE;

bool
virDomainHostdevNodeExists(const virDomainHostdevNode *node);

int
virDomainHostdevNodeFind(const virDomainHostdevNode *node);

void
virDomainHostdevNodeReportAbsent(const virDomainHostdevNode *node);

char *
virDomainHostdevNodeMakeName(const virDomainHostdevNode *node,
                             const char *path);

char *
virDomainHostdevNodeGuessName(const virDomainHostdevNode *node);

char *
virDomainHostdevNodeFormatPCI(const virPCIDeviceAddress *addr);
