/*
 * qemu_hostdev_compat_save.h: host device compatibility in saved state
 *
 * What is saved of a guest's memory, in a file, by managed save or in a snapshot,
 * has a cookie, which gets the same description of the guest's host devices as the
 * cookie of a migration does. Before such state is loaded, the devices are
 * compared by the host's policy. State without the description, as a stock
 * libvirt saves it, is loaded without a check.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "qemu_domain.h"

void
qemuHostdevCompatSaveFormat(virBuffer *buf,
                            const qemuDomainSaveCookie *cookie);

void
qemuHostdevCompatSaveParse(qemuDomainSaveCookie *cookie,
                           xmlXPathContextPtr ctxt);

int
qemuHostdevCompatSaveCheck(virDomainObj *vm,
                           qemuDomainSaveCookie *cookie);

int
qemuHostdevCompatSaveCheckOpened(virDomainObj *vm);

int
qemuHostdevCompatSaveCheckSnapshot(virDomainObj *vm,
                                   virDomainSnapshotDef *snapdef,
                                   const virDomainDef *config);
