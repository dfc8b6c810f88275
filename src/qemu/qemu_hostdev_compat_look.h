/*
 * qemu_hostdev_compat_look.h: looks at host devices in the jobs of a guest
 *
 * Waits for answers of the node device driver the way that the QEMU driver waits for
 * anything: with the guest unlocked, until the guest is gone or the client aborts the
 * job, and never for long.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "domain_conf.h"
#include "hypervisor/domain_hostdev_compat_decision.h"

virDomainHostdevCompatPolicy *
qemuHostdevCompatLookUpPolicy(virDomainObj *vm,
                              bool paused);

int
qemuHostdevCompatLookSince(virDomainObj *vm,
                           GPtrArray *questions,
                           virConnectPtr *conn,
                           gint64 begun,
                           bool paused);

int
qemuHostdevCompatLook(virDomainObj *vm,
                      GPtrArray *questions,
                      virConnectPtr *conn,
                      bool paused);
