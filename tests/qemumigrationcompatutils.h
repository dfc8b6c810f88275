/*
 * qemumigrationcompatutils.h: guests and cookies for the tests of migration
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "qemu/qemu_conf.h"
#include "qemu/qemu_migration_compat.h"

/* Each test initializes it. */
extern virQEMUDriver driver;

#define UUID "00000000-0000-0000-0000-00000000000"      /* and a digit */

/*
 * Guests, written as their host devices, "ua-gpu@5=1 @6=2 pci": the alias, the
 * slot in the guest, the last digit of the mdev's UUID. All but the digit may
 * be left out; c before the slot makes it a CCW address; "pci" and "usb" are
 * devices of other kinds.
 */

virDomainDef *
testGuest(const char *text);

char *
testFormatBlock(const qemuMigrationCompat *compat);

int
testParseBlock(const char *cookie,
               qemuMigrationCompat **ret_compat);

int
testFindParts(const char *what,
              const char *parts,
              const char *text);
