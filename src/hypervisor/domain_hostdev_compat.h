/*
 * domain_hostdev_compat.h: host devices of a guest and their descriptors
 *
 * Which of a guest's host devices have state that migrates, how they are told
 * from each other on two hosts, which node device each of them is, and its
 * descriptor. Used by drivers and by tools; changes nothing.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/domain_conf.h"
#include "conf/nodedev_compat_conf.h"
#include "domain_hostdev_pairing.h"

/* One device of a guest as its host describes it. What is not known is NULL. */
typedef struct _virDomainHostdevCompat virDomainHostdevCompat;
struct _virDomainHostdevCompat {
    virDomainHostdevIdentity identity;
    char *name;                 /* of the node device on its host */
    virNodeDeviceCompat *compat;
    bool deferred;              /* its counterpart is chosen later on */
};

/* A host device of a guest as its definition has it, and what finds its node device: a
 * copy, for those who look for that without the lock of the guest */
typedef struct _virDomainHostdevNode virDomainHostdevNode;
struct _virDomainHostdevNode {
    virDomainHostdevIdentity identity;
    char *name;                 /* virDomainHostdevGetName() */
    virPCIDeviceAddress addr;   /* on its host, unless it is a mediated device */
    bool managed;               /* libvirt binds its driver */
};

bool
virDomainHostdevHasState(const virDomainHostdevDef *hostdev);

size_t
virDomainHostdevCountWithState(const virDomainDef *def);

const char *
virDomainHostdevGetMdevUUID(const virDomainHostdevDef *hostdev);

void
virDomainHostdevGetIdentity(const virDomainHostdevDef *hostdev,
                            virDomainHostdevIdentity *identity);

char *
virDomainHostdevGetName(const virDomainHostdevDef *hostdev);

virDomainHostdevNode *
virDomainHostdevNodeNew(const virDomainHostdevDef *hostdev);

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

char *
virDomainHostdevNodeGuessName(const virDomainHostdevNode *node);

virNodeDevicePtr
virDomainHostdevNodeLookup(const virDomainHostdevNode *node,
                           virConnectPtr conn,
                           bool local);

virDomainHostdevCompat *
virDomainHostdevCompatNew(const virDomainHostdevDef *hostdev);

void
virDomainHostdevCompatFree(virDomainHostdevCompat *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomainHostdevCompat, virDomainHostdevCompatFree);

const char *
virDomainHostdevCompatGetName(const virDomainHostdevCompat *device);

virDomainDef *
virDomainHostdevCompatParseDomain(const char *xml);
