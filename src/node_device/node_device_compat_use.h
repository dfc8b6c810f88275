/*
 * node_device_compat_use.h: which devices of this host are in use
 *
 * The node device driver cannot ask a hypervisor driver, which can be in another daemon.
 * But a process that uses a device through VFIO has the character device of its IOMMU
 * group open, or that of the device itself, and the kernel lets one process at a time do
 * so. The files that processes have open are read from /proc: opening the device to find
 * out would interfere with a guest that is starting. What counts is the number of the
 * character device, whatever its name is, and wherever its node is. What could not be
 * read makes all devices unknown that are not known to be in use. A descriptor that is on
 * its way from one process to another, or that only the kernel holds, is in no such list.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "node_device_conf.h"
#include "nodedev_compat/nodedev_compat_candidates.h"

typedef struct _nodeDeviceCompatUse nodeDeviceCompatUse;

nodeDeviceCompatUse *
nodeDeviceCompatUseNew(const char *root,
                       gint64 deadline);

void
nodeDeviceCompatUseFree(nodeDeviceCompatUse *use);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(nodeDeviceCompatUse, nodeDeviceCompatUseFree);

virNodeDeviceCompatState
nodeDeviceCompatUseGetState(nodeDeviceCompatUse *use,
                            const virNodeDeviceDef *def);
