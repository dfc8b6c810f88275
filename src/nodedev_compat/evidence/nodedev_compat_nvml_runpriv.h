/*
 * nodedev_compat_nvml_runpriv.h: which program is run, for the tests
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef LIBVIRT_NODEDEV_COMPAT_NVML_RUNPRIV_H_ALLOW
# error "nodedev_compat_nvml_runpriv.h may only be included by nodedev_compat_nvml_run.c or test suites"
#endif /* LIBVIRT_NODEDEV_COMPAT_NVML_RUNPRIV_H_ALLOW */

#pragma once

#include "internal.h"

/* Has @path run instead of the program that is installed, with these variables, "NAME=VALUE",
 * in its environment; each NULL for what it is otherwise. The strings stay the caller's. */
void
virNodeDeviceCompatNVMLSetProgram(const char *path,
                                  const char *const *environment);

/* Programs that were started and have not ended */
size_t
virNodeDeviceCompatNVMLCount(void);
