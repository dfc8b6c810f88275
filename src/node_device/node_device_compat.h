/*
 * node_device_compat.h: compatibility APIs of the node device driver
 *
 * Finds the device, checks access, reads its descriptor afresh, and only then parses
 * the caller's document (nodedev_compat/nodedev_compat_api.h). No device is locked while
 * anything is read, parsed or judged: a driver that hangs holds up nobody who asks about
 * another device. The functions are entries of the driver's table in node_device_udev.c.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"
#include "virnodedeviceobj.h"

virNodeDeviceDef *
nodeDeviceUpdateCompat(virNodeDeviceObj *obj);

int
nodeDeviceCompareCompat(virNodeDevicePtr dev,
                        const char *xmlDesc,
                        unsigned int flags);

char *
nodeDeviceGetCompatReport(virNodeDevicePtr dev,
                          const char *xmlDesc,
                          unsigned int flags);

char *
nodeConnectFindCompatNodeDevices(virConnectPtr conn,
                                 const char *xmlDesc,
                                 unsigned int flags);

char *
nodeConnectBaselineNodeDeviceCompat(virConnectPtr conn,
                                    const char *xmlDescs,
                                    unsigned int flags);

/* Functions of node_device_driver.c that are used here */

int
nodeDeviceInitWait(void);

virNodeDeviceObj *
nodeDeviceObjFindByName(const char *name);
