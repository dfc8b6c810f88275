/*
 * domain_hostdev_compat_lookpriv.h: functions for testing looks at host devices
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef LIBVIRT_DOMAIN_HOSTDEV_COMPAT_LOOKPRIV_H_ALLOW
# error "domain_hostdev_compat_lookpriv.h may only be included by domain_hostdev_compat_look.c or test suites"
#endif /* LIBVIRT_DOMAIN_HOSTDEV_COMPAT_LOOKPRIV_H_ALLOW */

#pragma once

#include "domain_hostdev_compat_look.h"

void
virDomainHostdevCompatLookSetDeadlines(bool paused,
                                       unsigned int device,
                                       unsigned int total);

size_t
virDomainHostdevCompatLookGetLeft(void);

void
virDomainHostdevCompatLookDrain(void);
