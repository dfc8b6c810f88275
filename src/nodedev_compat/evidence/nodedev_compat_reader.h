/*
 * nodedev_compat_reader.h: reading of files that never blocks the caller
 *
 * A driver's code runs when an attribute of its is read, in debugfs also when it is opened,
 * and can take any time. Devices are therefore read by threads of their own; the caller
 * waits for a while. A thread that hangs in a file is given up, and the file is not read
 * again until the thread has come back. Another thread reads the rest.
 *
 * What is read together, such as a device, is handed to a thread as a whole, since that
 * takes longer than to read a file. Looking at files, links and directories needs no
 * thread, as no driver's code runs for that. One device or one driver whose files hang takes
 * its share of the threads, see nodedev_compat_pool.h, and not those that others need.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <sys/stat.h>

#include "internal.h"

/* What reads all that is read together. It can be called more than once, in several threads
 * at the same time, also when nobody waits for its result any more. */
typedef void *(*virNodeDeviceCompatReaderLookFunc)(const void *input);

void *
virNodeDeviceCompatReaderRun(virNodeDeviceCompatReaderLookFunc func,
                             void *input,
                             GDestroyNotify freeInput,
                             GDestroyNotify freeResult);

int
virNodeDeviceCompatReaderRead(const char *path,
                              const struct stat *sb,
                              int max,
                              char **ret_text);

int
virNodeDeviceCompatReaderReadHead(const char *path,
                                  const struct stat *sb,
                                  int max,
                                  char **ret_bytes);

/* What a thread calls that asks in another way than by a file. It must not use what belongs
 * to the caller, which may have given up. */
typedef int (*virNodeDeviceCompatReaderFunc)(const char *name,
                                             int max,
                                             char **ret_text);

int
virNodeDeviceCompatReaderAsk(const char *name,
                             virNodeDeviceCompatReaderFunc func,
                             int max,
                             bool brief,
                             char **ret_text);

int
virNodeDeviceCompatReaderCall(const char *name,
                              virNodeDeviceCompatReaderFunc func,
                              int max,
                              char **ret_text);

void
virNodeDeviceCompatReaderSetDeadline(gint64 until);

gint64
virNodeDeviceCompatReaderGetDeadline(void);
