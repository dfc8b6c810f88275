/*
 * node_device_compat_eventpriv.h: whether all events have been handled, for the tests
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef LIBVIRT_NODE_DEVICE_COMPAT_EVENTPRIV_H_ALLOW
# error "node_device_compat_eventpriv.h may only be included by node_device_compat_event.c or test suites"
#endif /* LIBVIRT_NODE_DEVICE_COMPAT_EVENTPRIV_H_ALLOW */

#pragma once

#include "internal.h"

size_t
nodeDeviceCompatEventCount(void);
