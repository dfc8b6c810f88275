/*
 * domain_hostdev_compat_change.h: whether a device has changed since it was compared
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/nodedev_compat_conf.h"
#include "nodedev_compat/nodedev_compat_facts.h"

bool
virDomainHostdevCompatCanChange(const virNodeDeviceCompat *compat,
                                const virNodeDeviceCompatFacts *facts);

bool
virDomainHostdevCompatHasNews(const virNodeDeviceCompat *old,
                              const virNodeDeviceCompat *new,
                              const virNodeDeviceCompatFacts *oldFacts);

bool
virDomainHostdevCompatHasLess(const virNodeDeviceCompat *old,
                              const virNodeDeviceCompat *new,
                              const virNodeDeviceCompatFacts *oldFacts);

const char *
virDomainHostdevCompatFindChange(const virNodeDeviceCompat *old,
                                 const virNodeDeviceCompat *new,
                                 const virNodeDeviceCompatFacts *oldFacts,
                                 const virNodeDeviceCompatFacts *newFacts);
