/*
 * nodedev_compat_readerpriv.h: what hangs and how long it may, for the tests
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef LIBVIRT_NODEDEV_COMPAT_READERPRIV_H_ALLOW
# error "nodedev_compat_readerpriv.h may only be included by nodedev_compat_reader.c or test suites"
#endif /* LIBVIRT_NODEDEV_COMPAT_READERPRIV_H_ALLOW */

#pragma once

#include "nodedev_compat_reader.h"

/* Called by the thread that reads @path, before it does. Returns 0, or the errno that
 * reading fails with. */
typedef int (*virNodeDeviceCompatReaderHook)(const char *path);

void
virNodeDeviceCompatReaderSetHook(virNodeDeviceCompatReaderHook func);

void
virNodeDeviceCompatReaderSetLimits(unsigned int fileMs,
                                   unsigned int totalMs,
                                   unsigned int idleMs);
