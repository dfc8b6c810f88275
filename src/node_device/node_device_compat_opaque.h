/*
 * node_device_compat_opaque.h: ask a device's driver about an opaque string
 *
 * The only file of the compatibility checks that writes to a device: it writes the
 * opaque string of the source's driver to the attribute migration_version of the
 * target, and returns the answer of the target's driver. Called by the node device
 * driver if the flag VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE is given, after its ACL
 * checks. Metadata of a vGPU is judged by NVIDIA's library instead, and nothing is
 * written.
 *
 * A write to sysfs takes as long as the driver needs, so that it is made in a thread of
 * its own, which is left behind if there is no answer in time. A device that has not
 * answered is not asked again until it does, so that there is one such thread for each
 * device at most. No device is locked meanwhile.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat/nodedev_compat_api.h"

virNodeDeviceCompatAnswer
nodeDeviceCompatOpaqueAskPath(const char *devicePath,
                              const char *opaque,
                              char **ret_detail);

virNodeDeviceCompatAnswer
nodeDeviceCompatOpaqueAsk(const virNodeDeviceDef *def,
                          const char *opaque,
                          char **ret_detail);
