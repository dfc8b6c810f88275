/*
 * nodedev_compat_watch.h: what is reported that changes answers of firmware
 *
 * devlink reports what it does with a device in a multicast group, which anybody may
 * receive: DEVLINK_CMD_FLASH_UPDATE_END when firmware has been written; ..._DEL and ..._NEW
 * of ports and parameters that a driver takes away and adds again when the device is
 * reloaded, which not all reloads do (kernel: net/devlink/dev.c, in older ones leftover.c;
 * Documentation/networking/devlink/devlink-flash.rst, devlink-reload.rst). Whatever it is,
 * the answers about the device are dropped, and after firmware has been written they are
 * kept for a short time only. Reports that were lost count as reports on all devices.
 *
 * Who uses this passes on what udev reports. A device that is bound to another driver, or
 * whose module is loaded anew, is reported there.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

typedef void (*virNodeDeviceCompatWatchFunc)(const char *name);

void
virNodeDeviceCompatWatchSetListener(virNodeDeviceCompatWatchFunc func);

void
virNodeDeviceCompatWatchStart(void);

void
virNodeDeviceCompatWatchStop(void);

void
virNodeDeviceCompatWatchUdev(const char *path);
