/*
 * nodedevcompatutils.h: devices and reports in one line, for tables of tests
 *
 * A device is written as its attributes, "api=vfio-pci type=a sv=1.2 x=1", and
 * what it accepts as alternatives, each after a "|". A name stands for
 * itself but for the short forms api, sv and pci; given twice with different
 * values it is conflicting. A mark before a name says more of it:
 *
 *   !name        it exists and could not be read
 *   ~name=value  it is derived, not published
 *   *name=value  it is dynamic, set per instance, in the order of such words
 *   *name        so, and the device is a type that has no value for it yet
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat/nodedev_compat_report.h"
#include "nodedev_compat_conf.h"

char *
testCompatBufferContent(virBuffer *buf);

virNodeDeviceCompat *
testCompatParseDevice(const char *text);

char *
testCompatFormatReasons(const virNodeDeviceCompatReport *report);

char *
testCompatFormatResult(const virNodeDeviceCompatReport *report);

/* Verdicts from good to bad */
enum {
    RANK_IDENTICAL,
    RANK_SUPERSET,
    RANK_UNKNOWN,
    RANK_INCOMPATIBLE,
};

int
testCompatRank(const virNodeDeviceCompatReport *report);
