/*
 * nodedev_compat_devlinkpriv.h: what devlink replies, for the tests
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef LIBVIRT_NODEDEV_COMPAT_DEVLINKPRIV_H_ALLOW
# error "nodedev_compat_devlinkpriv.h may only be included by nodedev_compat_devlink.c or test suites"
#endif /* LIBVIRT_NODEDEV_COMPAT_DEVLINKPRIV_H_ALLOW */

#pragma once

#include "nodedev_compat_devlink.h"
#include "nodedev_compat_reader.h"

/* What is asked, by name, and the address of a function behind it */
#define VIR_NODE_DEVICE_COMPAT_DEVLINK_INFO "devlink info "
#define VIR_NODE_DEVICE_COMPAT_DEVLINK_PORTS "devlink ports "

void
virNodeDeviceCompatDevlinkSetExchange(virNodeDeviceCompatReaderFunc func);
