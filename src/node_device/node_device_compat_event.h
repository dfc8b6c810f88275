/*
 * node_device_compat_event.h: update events when a descriptor changes
 *
 * libvirt emits an update event when udev or mdevctl reports that a device has changed.
 * In addition, one is emitted when the descriptor of a device changes because it
 * is bound to another driver, or when that of a mediated device changes with its parent.
 * A summary of the descriptors is kept with each device, so that there is one event for
 * each change. A change that is not reported is found, and leads to an event, when the
 * device or its parent is reported the next time.
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
