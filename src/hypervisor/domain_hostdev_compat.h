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
#include "domain_hostdev_description.h"
#include "domain_hostdev_guest.h"

bool
virDomainHostdevHasState(const virDomainHostdevDef *hostdev);

size_t
virDomainHostdevCountWithState(const virDomainDef *def);

const char *
virDomainHostdevGetMdevUUID(const virDomainHostdevDef *hostdev);

char *
virDomainHostdevGetAddress(const virDomainDeviceInfo *info);

void
virDomainHostdevGetIdentity(const virDomainHostdevDef *hostdev,
                            virDomainHostdevIdentity *identity);

char *
virDomainHostdevGetName(const virDomainHostdevDef *hostdev);

virDomainHostdevNode *
virDomainHostdevNodeNew(const virDomainHostdevDef *hostdev);

virNodeDevicePtr
virDomainHostdevNodeLookup(const virDomainHostdevNode *node,
                           virConnectPtr conn,
                           bool local);

virDomainHostdevCompat *
virDomainHostdevCompatNew(const virDomainHostdevDef *hostdev);

virDomainHostdevGuest *
virDomainHostdevGuestNewDef(const virDomainDef *def);

virDomainDef *
virDomainHostdevCompatParseDomain(const char *xml);
