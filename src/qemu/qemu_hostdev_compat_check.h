/*
 * qemu_hostdev_compat_check.h: the destination's check of host devices
 *
 * A host device of a guest that is migrated to this host is compared with the
 * source's before anything is done for the guest. What cannot be compared by
 * then, since its driver or the function itself is only chosen when the guest is
 * prepared, is compared when QEMU has opened it; so is a device whose verdict was not
 * good and that a hook script or libvirt can change, and one that has changed. Right
 * before the guest continues here, no device may have changed. A guest that is restored
 * is compared with what was saved of it at the first two moments.
 *
 * A look takes as long as hypervisor/domain_hostdev_compat_look.h allows. These functions
 * unlock the guest for it, so that the caller has to have a job.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "qemu_hostdev_compat.h"
#include "qemu_hostdev_compat_policy.h"

int
qemuHostdevCompatCheck(virQEMUDriver *driver,
                       virDomainDef *def,
                       qemuHostdevCompat **compat,
                       unsigned int flags);

int
qemuHostdevCompatCheckOpened(virDomainObj *vm,
                             qemuHostdevCompat **compat,
                             unsigned int flags);

int
qemuHostdevCompatCheckResumed(virDomainObj *vm,
                              unsigned int flags,
                              bool v3proto);

int
qemuHostdevCompatCheckRestore(virDomainObj *vm,
                              const virDomainDef *def,
                              qemuHostdevCompat *compat,
                              const virDomainHostdevCompatPolicy *policy,
                              bool opened);
