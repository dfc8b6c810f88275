/*
 * nodedev_compat_unconfigured.h: devices whose dynamic attributes have no value yet
 *
 * A baseline of devices some of which are configured, and some of which are not, is
 * configured: the others can be. Only nodedev_compat_baseline.c asks for that, as a guest
 * cannot continue on a device before it is.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/nodedev_compat_conf.h"

GHashTable *
virNodeDeviceCompatFindConfigured(const virNodeDeviceCompat *const *devices,
                                  size_t ndevices);

virNodeDeviceCompat *
virNodeDeviceCompatUnconfigure(const virNodeDeviceCompat *compat,
                               GHashTable *configured);
