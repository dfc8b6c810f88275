/*
 * nodedev_compat_range.h: versions, and ranges of versions or integers
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_value.h"

/* A version of the migration data format; a missing bugfix part is 0. */
typedef struct _virNodeDeviceCompatVersion virNodeDeviceCompatVersion;
struct _virNodeDeviceCompatVersion {
    unsigned int major;
    unsigned int minor;
    unsigned int bugfix;
};

/* From the first to the last, both included. An integer is kept in what orders as
 * it does: the upper half of it is the major number, and the lower one the minor. */
typedef struct _virNodeDeviceCompatRange virNodeDeviceCompatRange;
struct _virNodeDeviceCompatRange {
    virNodeDeviceCompatVersion first;
    virNodeDeviceCompatVersion last;
};

int
virNodeDeviceCompatVersionParse(const char *str,
                                virNodeDeviceCompatVersion *ret_version);

int
virNodeDeviceCompatVersionCompare(const virNodeDeviceCompatVersion *a,
                                  const virNodeDeviceCompatVersion *b);

bool
virNodeDeviceCompatRangesAreOf(virNodeDeviceCompatValueType type);

int
virNodeDeviceCompatPointParse(virNodeDeviceCompatValueType type,
                              const char *value,
                              virNodeDeviceCompatVersion *ret_point);

char *
virNodeDeviceCompatRangeGetBest(virNodeDeviceCompatValueType type,
                                const virNodeDeviceCompatRange *range);

bool
virNodeDeviceCompatRangeContains(const virNodeDeviceCompatRange *range,
                                 const virNodeDeviceCompatVersion *point);

char *
virNodeDeviceCompatRangesNormalize(virNodeDeviceCompatValueType type,
                                   const char *str);

int
virNodeDeviceCompatRangesContain(virNodeDeviceCompatValueType type,
                                 const char *ranges,
                                 const virNodeDeviceCompatVersion *point);

virNodeDeviceCompatRange *
virNodeDeviceCompatRangesParse(virNodeDeviceCompatValueType type,
                               const char *ranges,
                               size_t *ret_nranges);
