/*
 * nodedev_compat_rootpriv.h: the two ways to resolve a path, for the tests
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef LIBVIRT_NODEDEV_COMPAT_ROOTPRIV_H_ALLOW
# error "nodedev_compat_rootpriv.h may only be included by nodedev_compat_root.c or test suites"
#endif /* LIBVIRT_NODEDEV_COMPAT_ROOTPRIV_H_ALLOW */

#pragma once

#include "nodedev_compat_root.h"

void
virNodeDeviceCompatTreeSetWalk(bool walk);

bool
virNodeDeviceCompatTreeIsWalk(void);
