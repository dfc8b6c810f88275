/*
 * nodedev_compat_listing.h: the names in a directory
 *
 * Most of what is looked for in a device's directory is not there. While a device is read,
 * its directories are listed once, and what a list lacks is not looked for.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

/* Number of names that are taken from a directory */
#define VIR_NODE_DEVICE_COMPAT_LISTING_MAX 4096

/* Number of directories that are listed once */
#define VIR_NODE_DEVICE_COMPAT_LISTING_DIRS 2

int
virNodeDeviceCompatListingRead(const char *dir,
                               GHashTable **ret_names);

void
virNodeDeviceCompatListingBegin(const char *const *dirs);

void
virNodeDeviceCompatListingEnd(void);

GHashTable *
virNodeDeviceCompatListingGet(const char *dir);

bool
virNodeDeviceCompatListingLacks(const char *path);
