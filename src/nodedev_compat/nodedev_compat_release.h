/*
 * nodedev_compat_release.h: which release of libvirt-nodedev-compat this is
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

char *
virNodeDeviceCompatReleaseFormat(unsigned int release);

char *
virNodeDeviceCompatReleaseFormatBuild(void);
