/*
 * qemuhostdevcompatutils.h: guests and cookies for the tests of migration
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "qemu/qemu_conf.h"
#include "qemu/qemu_hostdev_compat.h"

/* Each test initializes it. */
extern virQEMUDriver driver;

#define UUID "00000000-0000-0000-0000-00000000000"      /* and a digit */

/*
 * Guests, written as their host devices, "ua-gpu@5=1 @6=f2 usb": the alias, the
 * slot in the guest, and the device. That is the last digit of an mdev's UUID, after
 * an a for one of model vfio-ap; or of the address of a PCI function after f, after n
 * for one that is a network interface. Alias and slot may be left out; c before the
 * slot makes it a CCW address. Without state that migrates are "usb" and, after t or m,
 * a function or an interface that another interface stands in for. "pool" is an
 * interface that will be a function of a network, and p before the digit makes it one that
 * is.
 */

virDomainDef *
testGuest(const char *text);

/* What Begin describes of a guest, or NULL */
qemuHostdevCompat *
testDescribeGuest(virDomainDef *def,
                  unsigned int flags);

/* Gives the driver a policy file of its own; to call after qemuTestDriverInit(). */
int
testPolicyInit(void);

void
testPolicyFree(void);

/* Writes the policy file, or removes it if @content is NULL. */
int
testSetPolicy(const char *content);

/* A description of as many mediated devices, each with @nattrs attributes of @size times
 * "&", which takes five bytes when it is written, and with an alternative that accepts the
 * same. */
qemuHostdevCompat *
testDescription(size_t ndevices,
                size_t nattrs,
                size_t size);

char *
testFormatBlock(const qemuHostdevCompat *compat);

int
testParseBlock(const char *cookie,
               qemuHostdevCompat **ret_compat);

int
testFindParts(const char *what,
              const char *parts,
              const char *text);

int
testExpectOutcome(const char *expect,
                  int rc);

/* @rc at the moment @at; @refused: p, o or r for that of a refusal, and parts of the error,
 * or NULL. Sets @ret_done if it ends here. */
int
testExpectMoment(const char *refused,
                 char at,
                 int rc,
                 bool *ret_done);
