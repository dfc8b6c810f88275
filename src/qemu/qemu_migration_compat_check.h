/*
 * qemu_migration_compat_check.h: the destination's check of host devices
 *
 * A host device of a guest that comes in by migration is compared with the
 * source's before anything is done for the guest. What cannot be compared by
 * then, since its driver or the function itself is only chosen when the guest is
 * prepared, is compared when QEMU has opened it. Right before the guest goes on
 * here, no device may have become another one. A guest that is restored is compared
 * with what was saved of it at the first two moments.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "qemu_migration_compat.h"
#include "qemu_migration_compat_policy.h"

int
qemuMigrationCompatCheck(const virDomainDef *def,
                         qemuMigrationCompat **compat,
                         const qemuMigrationCompatPolicy *policy,
                         unsigned int flags);

int
qemuMigrationCompatCheckOpened(virDomainObj *vm,
                               qemuMigrationCompat **compat,
                               const qemuMigrationCompatPolicy *policy,
                               unsigned int flags);

int
qemuMigrationCompatCheckResumed(virDomainObj *vm,
                                const qemuMigrationCompatPolicy *policy,
                                unsigned int flags,
                                bool v3proto);

void
qemuMigrationCompatCheckForget(virDomainObj *vm);

int
qemuMigrationCompatCheckRestore(const virDomainDef *def,
                                qemuMigrationCompat *compat,
                                const qemuMigrationCompatPolicy *policy,
                                bool opened);
