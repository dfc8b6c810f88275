/*
 * nodedev_compat_version.h: versions of migration data
 *
 * Parses and orders versions, major.minor[.bugfix]. Never reports errors.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

/* A version of the migration data format; a missing bugfix part is 0. */
typedef struct _virNodeDeviceCompatVersion virNodeDeviceCompatVersion;
struct _virNodeDeviceCompatVersion {
    unsigned int major;
    unsigned int minor;
    unsigned int bugfix;
};

int
virNodeDeviceCompatVersionParse(const char *str,
                                virNodeDeviceCompatVersion *ret_version);

int
virNodeDeviceCompatVersionCompare(const virNodeDeviceCompatVersion *a,
                                  const virNodeDeviceCompatVersion *b);

int
virNodeDeviceCompatVersionScan(const char *str,
                               const char **ret_end,
                               virNodeDeviceCompatVersion *ret_version,
                               unsigned int *ret_parts);

bool
virNodeDeviceCompatNumbersAreAtLeast(const char *value,
                                     const char *minimum);
