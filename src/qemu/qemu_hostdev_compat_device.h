/*
 * qemu_hostdev_compat_device.h: the host devices of a guest that migrates
 *
 * Which of a guest's host devices have state that migrates, how they are told
 * from each other on two hosts, and which node device each is on this one.
 * Changes nothing.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "datatypes.h"
#include "domain_conf.h"
#include "domain_hostdev_pairing.h"

bool
qemuHostdevCompatDeviceHasState(const virDomainHostdevDef *hostdev);

const char *
qemuHostdevCompatDeviceGetUUID(const virDomainHostdevDef *hostdev);

void
qemuHostdevCompatDeviceGetPlace(const virDomainHostdevDef *hostdev,
                                virDomainHostdevIdentity *place);

char *
qemuHostdevCompatDeviceGetName(const virDomainHostdevDef *hostdev);

virNodeDevicePtr
qemuHostdevCompatDeviceLookup(virConnectPtr conn,
                              const virDomainHostdevDef *hostdev);

bool
qemuHostdevCompatDeviceExists(const virDomainHostdevDef *hostdev);
