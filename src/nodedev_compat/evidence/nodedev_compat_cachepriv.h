/*
 * nodedev_compat_cachepriv.h: what is kept and for how long, for the tests
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef LIBVIRT_NODEDEV_COMPAT_CACHEPRIV_H_ALLOW
# error "nodedev_compat_cachepriv.h may only be included by nodedev_compat_cache.c or test suites"
#endif /* LIBVIRT_NODEDEV_COMPAT_CACHEPRIV_H_ALLOW */

#pragma once

#include "nodedev_compat_cache.h"

/* Returns a time in microseconds. */
typedef gint64 (*virNodeDeviceCompatCacheClock)(void);

void
virNodeDeviceCompatCacheSetClock(virNodeDeviceCompatCacheClock func);

void
virNodeDeviceCompatCacheCount(size_t *ret_answers,
                              size_t *ret_bytes);
