/*
 * nodedev_compat_nvmlpriv.h: whom to ask, and how long that may take, for the tests
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef LIBVIRT_NODEDEV_COMPAT_NVMLPRIV_H_ALLOW
# error "nodedev_compat_nvmlpriv.h may only be included by nodedev_compat_nvml.c or test suites"
#endif /* LIBVIRT_NODEDEV_COMPAT_NVMLPRIV_H_ALLOW */

#pragma once

#include "internal.h"

/* How long a question about a GPU may take, in milliseconds */
void
virNodeDeviceCompatNVMLSetLimit(unsigned int ms);

/* The sysfs that is the one of this machine, "/sys" unless a test has another */
void
virNodeDeviceCompatNVMLSetSysfs(const char *path);
