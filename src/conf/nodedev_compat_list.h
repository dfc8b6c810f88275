/*
 * nodedev_compat_list.h: lists of accepted values, and the ranges in them
 *
 * An alternative of what a device accepts has a list for each attribute. Lists of
 * versions and integers can hold ranges. Never reports errors: a list is well-formed
 * or it is not.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_value.h"
#include "nodedev_compat_version.h"

/* From the first to the last, both included. An integer is stored as a version that
 * orders the same: its upper half is the major number, its lower half the minor. */
typedef struct _virNodeDeviceCompatRange virNodeDeviceCompatRange;
struct _virNodeDeviceCompatRange {
    virNodeDeviceCompatVersion first;
    virNodeDeviceCompatVersion last;
};

bool
virNodeDeviceCompatRangesAreOf(virNodeDeviceCompatValueType type);

int
virNodeDeviceCompatPointParse(virNodeDeviceCompatValueType type,
                              const char *value,
                              virNodeDeviceCompatVersion *ret_point);

char *
virNodeDeviceCompatRangesNormalize(virNodeDeviceCompatValueType type,
                                   const char *str);

virNodeDeviceCompatRange *
virNodeDeviceCompatRangesParse(virNodeDeviceCompatValueType type,
                               const char *ranges,
                               size_t *ret_nranges);

bool
virNodeDeviceCompatRangesHave(const virNodeDeviceCompatRange *ranges,
                              size_t nranges,
                              const virNodeDeviceCompatVersion *point);

int
virNodeDeviceCompatRangesContain(virNodeDeviceCompatValueType type,
                                 const char *ranges,
                                 const virNodeDeviceCompatVersion *point);

char *
virNodeDeviceCompatValueNormalizeList(virNodeDeviceCompatValueType type,
                                      const char *str,
                                      const char *self);

bool
virNodeDeviceCompatValueIsItem(const char *value);

bool
virNodeDeviceCompatValueListContains(const char *list,
                                     const char *value);

bool
virNodeDeviceCompatValueIsAccepted(virNodeDeviceCompatValueType type,
                                   const char *list,
                                   const char *value);

GStrv
virNodeDeviceCompatListSplit(const char *str);
