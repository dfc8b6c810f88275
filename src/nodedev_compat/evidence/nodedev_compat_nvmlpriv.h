/*
 * nodedev_compat_nvmlpriv.h: which program is run, and how long it may take, for the tests
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef LIBVIRT_NODEDEV_COMPAT_NVMLPRIV_H_ALLOW
# error "nodedev_compat_nvmlpriv.h may only be included by nodedev_compat_nvml*.c or test suites"
#endif /* LIBVIRT_NODEDEV_COMPAT_NVMLPRIV_H_ALLOW */

#pragma once

#include "internal.h"

/* Has @path run instead of the program that is installed, with these variables, "NAME=VALUE",
 * in its environment; each NULL for what it is otherwise. The strings stay the caller's. */
void
virNodeDeviceCompatNVMLSetProgram(const char *path,
                                  const char *const *environment);

/* How long a question about a device may take, in milliseconds; and, of an answer that was
 * given, for how long it is given again */
void
virNodeDeviceCompatNVMLSetLimits(unsigned int ms,
                                 unsigned int keepMs);

/* The sysfs that is the one of this machine, "/sys" unless a test has another */
void
virNodeDeviceCompatNVMLSetSysfs(const char *path);

/* Programs that were started and have not ended */
size_t
virNodeDeviceCompatNVMLCount(void);
