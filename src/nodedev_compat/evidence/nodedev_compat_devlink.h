/*
 * nodedev_compat_devlink.h: what devlink shows of a PCI function
 *
 * devlink is a family of generic netlink, by which the kernel asks drivers, and these
 * their firmware. See Documentation/networking/devlink/devlink-info.rst and
 * devlink-port.rst of the kernel. Asking takes no privileges, but the network namespace
 * that the device is in. It can take long, and is done by the threads of
 * nodedev_compat_reader.h.
 *
 * The answer is text, in lines:
 *
 *   fixed NAME VALUE       a version of the device that does not change
 *   running NAME VALUE     a version of what it runs
 *   fixed NAME             there is a value, which is no text; "running NAME" likewise
 *   migratable enable      a virtual function can be migrated; "migratable disable" if not
 *   error NAME             there is an error instead, such as EIO
 *
 * In a tree that was copied from another machine, DIR/nodedev-compat/devlink/ADDRESS has
 * these lines: the versions, or an error, in the file of the physical function, and whether
 * a virtual function can be migrated in the file of that. ADDRESS is like 0000:a3:00.0. No
 * file means that there is no answer. record-sysfs writes them.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_tree.h"

virNodeDeviceCompatReadResult
virNodeDeviceCompatDevlinkRead(const char *device,
                               const char *physical,
                               char **ret_text);
