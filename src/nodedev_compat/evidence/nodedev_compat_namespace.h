/*
 * nodedev_compat_namespace.h: the namespaces of the host, as opposed to a container's
 *
 * Their numbers are fixed (PROC_PID_INIT_INO and others in include/linux/proc_ns.h, since
 * Linux 3.8): this is what a link in /proc/PID/ns leads to if the process is in one of the
 * host. A kernel without such namespaces has no such link.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#define VIR_NODE_DEVICE_COMPAT_NAMESPACE_PID "pid:[4026531836]"
#define VIR_NODE_DEVICE_COMPAT_NAMESPACE_CGROUP "cgroup:[4026531835]"
#define VIR_NODE_DEVICE_COMPAT_NAMESPACE_USER "user:[4026531837]"
