/*
 * qemu_migration_compat_device.h: the host devices of a guest that migrates
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
#include "nodedev_compat_place.h"

bool
qemuMigrationCompatDeviceHasState(const virDomainHostdevDef *hostdev);

const char *
qemuMigrationCompatDeviceGetUUID(const virDomainHostdevDef *hostdev);

void
qemuMigrationCompatDeviceGetPlace(const virDomainHostdevDef *hostdev,
                                  virNodeDeviceCompatPlace *place);

char *
qemuMigrationCompatDeviceGetName(const virDomainHostdevDef *hostdev);

virNodeDevicePtr
qemuMigrationCompatDeviceLookup(virConnectPtr conn,
                                const virDomainHostdevDef *hostdev);

bool
qemuMigrationCompatDeviceExists(const virDomainHostdevDef *hostdev);
