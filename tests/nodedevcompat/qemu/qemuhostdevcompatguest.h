/*
 * qemuhostdevcompatguest.h: a guest, at each moment at which its host devices are looked at
 *
 * The deadlines are those of a host that is not in a hurry, and the machine's clock is set
 * back.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/domain_conf.h"
#include "qemu/qemu_domain.h"
#include "qemu/qemu_hostdev_compat.h"
#include "snapshot_conf.h"

#define A12 "vfio-pci/a/1.2.0"
#define LATE "the node device driver did not answer within "

/* Parts of what is logged, or of an error */
#define CONTINUING "Continuing without compatibility data of host device '"
#define NOT_COMPARED "it is not known whether a guest |device-not-compared"
#define AGAIN "was compared and cannot be read again: |"

/* When the QEMU driver asks. What follows another moment is only asked with a trouble
 * then. */
typedef enum {
    BEGIN,
    SAVE,
    SNAPSHOT,
    PREPARE,
    OPENED,
    RESUMED,
    RESTORE,
    RESTORED,
    REVERT,
    NMOMENTS
} testMoment;

extern const char *const testMomentNames[];

/* What a moment needs of those before, and leaves to those after it */
struct testGuestState {
    virDomainObj *vm;
    qemuHostdevCompat *compat;
    qemuDomainSaveCookie *cookie;
    virDomainSnapshotDef *snapdef;
};

/* What the node device driver's callback works on */
extern virDomainObj *theVM;

void
testLockVM(void);

void
testGuestStateInit(struct testGuestState *state,
                   const char *guest);

void
testGuestStateClear(struct testGuestState *state);

int
testDescribeVM(struct testGuestState *state);

int
testSaveVM(struct testGuestState *state);

int
testBefore(struct testGuestState *state,
           testMoment moment);

int
testAt(struct testGuestState *state,
       testMoment moment);

void
testEndTrouble(void);
