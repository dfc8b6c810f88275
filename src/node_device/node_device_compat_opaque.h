/*
 * node_device_compat_opaque.h: ask a device's driver about an opaque string
 *
 * The one place where this part of libvirt writes to a device: hands the string
 * that the source's driver gave to the target's driver, by writing it to the
 * attribute migration_version, and tells what comes back. Called by the node
 * device driver when it is asked to, after its ACL checks.
 *
 * A driver answers for as long as it likes; a write to sysfs has no time limit
 * and cannot be given one.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat/nodedev_compat_api.h"

virNodeDeviceCompatAnswer
virNodeDeviceCompatAskDevice(const char *devicePath,
                             const char *opaque,
                             char **ret_detail);

virNodeDeviceCompatAnswer
virNodeDeviceCompatAskDef(const virNodeDeviceDef *def,
                          const char *opaque,
                          char **ret_detail);
