/*
 * node_device_compat_use.h: which devices of this host are in use
 *
 * The node device driver cannot ask a hypervisor driver, which may be in another
 * daemon. But whoever uses a device through VFIO has its IOMMU group open, and the
 * kernel lets one process at a time do so. Who has what open is seen in /proc: no
 * device is opened to find out, as that would get in the way of a guest that is
 * being started.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "node_device_conf.h"
#include "nodedev_compat/nodedev_compat_candidates.h"

typedef struct _virNodeDeviceCompatUse virNodeDeviceCompatUse;

virNodeDeviceCompatUse *
virNodeDeviceCompatUseNew(const char *root);

void
virNodeDeviceCompatUseFree(virNodeDeviceCompatUse *use);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatUse, virNodeDeviceCompatUseFree);

virNodeDeviceCompatState
virNodeDeviceCompatUseFind(virNodeDeviceCompatUse *use,
                           const virNodeDeviceDef *def);
