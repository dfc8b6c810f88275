/*
 * node_device_compat_event.h: tell that what a device says of itself has changed
 *
 * An update event is emitted where libvirt emits one anyway (udev says that the
 * device has changed, or mdevctl does), and besides when another driver, or the
 * parent of a mediated device, makes it say something else. What was told last is
 * kept with the device, so that each change is told once; a change that nobody says
 * anything of is seen with the next event, and told then.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"
#include "virnodedeviceobj.h"

bool
nodeDeviceCompatRefresh(virNodeDeviceDef *def);

bool
nodeDeviceCompatIsRebind(const char *action);

bool
nodeDeviceCompatIsUnchanged(virNodeDeviceObjList *devs,
                            const char *action,
                            const char *path);

size_t
nodeDeviceCompatRefreshChildren(virNodeDeviceDriverState *driver_state,
                                const char *path);
