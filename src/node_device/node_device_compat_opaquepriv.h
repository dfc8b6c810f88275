/*
 * node_device_compat_opaquepriv.h: the answer in the result of a write, and the time
 * limit, for the tests
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef LIBVIRT_NODE_DEVICE_COMPAT_OPAQUEPRIV_H_ALLOW
# error "node_device_compat_opaquepriv.h may only be included by node_device_compat_opaque.c or test suites"
#endif /* LIBVIRT_NODE_DEVICE_COMPAT_OPAQUEPRIV_H_ALLOW */

#pragma once

#include "nodedev_compat/nodedev_compat_api.h"

virNodeDeviceCompatAnswer
nodeDeviceCompatOpaqueGetAnswer(size_t length,
                                ssize_t written,
                                int error,
                                char **ret_detail);

virNodeDeviceCompatAnswer
nodeDeviceCompatOpaqueAskBefore(const char *path,
                                const char *opaque,
                                gint64 deadline,
                                char **ret_detail);
