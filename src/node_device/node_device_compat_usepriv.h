/*
 * node_device_compat_usepriv.h: what a file descriptor is open on, for the tests
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef LIBVIRT_NODE_DEVICE_COMPAT_USEPRIV_H_ALLOW
# error "node_device_compat_usepriv.h may only be included by node_device_compat_use.c or test suites"
#endif /* LIBVIRT_NODE_DEVICE_COMPAT_USEPRIV_H_ALLOW */

#pragma once

#include <sys/types.h>

#include "node_device_compat_use.h"

/* Sets @ret_number to the number of the character device that the file @name in the
 * directory @fd leads to, or to 0 if it leads to a file of another kind. Returns -1 with
 * errno set on failure. */
typedef int
(*nodeDeviceCompatUseStatFunc)(int fd,
                               const char *name,
                               dev_t *ret_number);

int
nodeDeviceCompatUseStat(int fd,
                        const char *name,
                        dev_t *ret_number);

void
nodeDeviceCompatUseSetStat(nodeDeviceCompatUse *use,
                           nodeDeviceCompatUseStatFunc func);

/* Returns true if two threads have one table of open files. */
typedef bool
(*nodeDeviceCompatUseSameFunc)(pid_t one,
                               pid_t other);

bool
nodeDeviceCompatUseIsSame(pid_t one,
                          pid_t other);

void
nodeDeviceCompatUseSetSame(nodeDeviceCompatUse *use,
                           nodeDeviceCompatUseSameFunc func);

/* Returns how many files a process with one thread has open, of which @process is the
 * directory in /proc; -1 if it has more of them, or if that is not known. */
typedef int
(*nodeDeviceCompatUseCountFunc)(const char *process);

int
nodeDeviceCompatUseCount(const char *process);

void
nodeDeviceCompatUseSetCount(nodeDeviceCompatUse *use,
                            nodeDeviceCompatUseCountFunc func);

void
nodeDeviceCompatUseSetMax(nodeDeviceCompatUse *use,
                          size_t max);

size_t
nodeDeviceCompatUseGetEntries(const nodeDeviceCompatUse *use);
