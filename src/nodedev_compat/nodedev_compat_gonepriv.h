/*
 * nodedev_compat_gonepriv.h: how long a file may be about to come back, for the tests
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef LIBVIRT_NODEDEV_COMPAT_GONEPRIV_H_ALLOW
# error "nodedev_compat_gonepriv.h may only be included by nodedev_compat_gone.c or test suites"
#endif /* LIBVIRT_NODEDEV_COMPAT_GONEPRIV_H_ALLOW */

#pragma once

#include "nodedev_compat_gone.h"

void
virNodeDeviceCompatGoneSetMoment(unsigned int ms);
