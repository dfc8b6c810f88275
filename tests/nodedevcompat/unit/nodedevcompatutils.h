/*
 * nodedevcompatutils.h: devices and reports in one line, for tables of tests
 *
 * How they are written is described in README.rst.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat/nodedev_compat_report.h"
#include "nodedev_compat_conf.h"

char *
testCompatBufferContent(virBuffer *buf);

char *
testRepeat(const char *head,
           const char *repeat,
           size_t count,
           const char *tail);

virNodeDeviceCompat *
testCompatParseDevice(const char *text);

char *
testCompatFormatXML(const virNodeDeviceCompat *compat);

int
testCompatRoundTrip(const virNodeDeviceCompat *compat,
                    const char *xml);

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
