/*
 * virt-nodedev-compatd-watch.h: changes of devices, and of what is stated about them
 *
 * Whether or not libvirt has a driver of node devices: the kernel reports changes of
 * devices and modules, as udev gets them, and devlink those of firmware; and directories
 * of files with facts are watched. All in the thread of the main loop. Costs nothing as
 * long as nothing changes.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

/* Called with the name of each directory in the path of the device in sysfs, or with NULL:
 * it can be any device */
typedef void (*virtCompatdWatchFunc)(const char *name,
                                     void *opaque);

void
virtCompatdWatchStart(const char *const *dirs,
                      virtCompatdWatchFunc func,
                      void *opaque);

void
virtCompatdWatchHandleEvent(const char *event,
                            size_t length);

void
virtCompatdWatchStop(void);
