/*
 * nodedev_compat_opaquepriv.h: what a write to a driver means, for the tests
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef LIBVIRT_NODEDEV_COMPAT_OPAQUEPRIV_H_ALLOW
# error "nodedev_compat_opaquepriv.h may only be included by nodedev_compat_opaque.c or test suites"
#endif /* LIBVIRT_NODEDEV_COMPAT_OPAQUEPRIV_H_ALLOW */

#pragma once

#include "nodedev_compat_driver.h"

virNodeDeviceCompatAnswer
virNodeDeviceCompatJudgeWrite(size_t length,
                              ssize_t written,
                              int error,
                              char **ret_detail);
