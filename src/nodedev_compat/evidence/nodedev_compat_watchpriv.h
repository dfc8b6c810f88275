/*
 * nodedev_compat_watchpriv.h: messages of netlink, for the tests
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef LIBVIRT_NODEDEV_COMPAT_WATCHPRIV_H_ALLOW
# error "nodedev_compat_watchpriv.h may only be included by nodedev_compat_watch.c or test suites"
#endif /* LIBVIRT_NODEDEV_COMPAT_WATCHPRIV_H_ALLOW */

#pragma once

#include "nodedev_compat_watch.h"

void
virNodeDeviceCompatWatchHandle(const char *messages,
                               size_t length);

bool
virNodeDeviceCompatWatchFindGroup(const char *messages,
                                  size_t length,
                                  unsigned int *ret_group);
