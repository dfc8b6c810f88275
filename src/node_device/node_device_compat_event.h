/*
 * node_device_compat_event.h: update events when a descriptor changes
 *
 * libvirt emits an update event when udev or mdevctl reports that a device has changed.
 * In addition, one is emitted when the descriptor of a device changes because it
 * is bound to another driver, or when that of a mediated device changes with its parent.
 *
 * Nothing is read while devices are enumerated. The descriptor of a device is remembered
 * when somebody asks for it; from then on there is one event for each change, until an
 * event of libvirt's own, after which whoever is interested asks again. A change that is
 * not reported is found, and leads to an event, when the device or its parent is
 * reported the next time.
 *
 * Before that, any event drops what is kept of its device, see nodedev_compat_cache.h, when
 * it is received: events wait for each other to be handled.
 *
 * Because of an event, a device is read in a thread of this file. One whose driver hangs
 * neither delays the events of others nor holds up the thread that handles them all.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"
#include "virnodedeviceobj.h"

void
nodeDeviceCompatExpect(const virNodeDeviceDef *def);

void
nodeDeviceCompatRemember(const virNodeDeviceDef *def);

void
nodeDeviceCompatForget(const virNodeDeviceDef *def);

void
nodeDeviceCompatNoticeEvent(const char *path);

bool
nodeDeviceCompatIsRebind(const char *action);

bool
nodeDeviceCompatHandleEvent(virNodeDeviceDriverState *driver_state,
                            const char *action,
                            const char *path);

void
nodeDeviceCompatEventStop(void);
