/*
 * nodedev_compat_reader.h: reading of a file that never blocks the caller
 *
 * A driver's code runs when an attribute of its is read, in debugfs also when it is opened,
 * and can take any time. Files are opened and read by threads of their own; the caller
 * waits for a while. A thread that hangs in a file is given up, and the file is not read
 * again until the thread has come back. Looking at files, links and directories is left to
 * the caller, as no driver's code runs for that. Calls that ask a driver in another way
 * than by a file are made by the same threads.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

int
virNodeDeviceCompatReaderRead(const char *path,
                              int max,
                              char **ret_text);

int
virNodeDeviceCompatReaderReadHead(const char *path,
                                  int max,
                                  char **ret_bytes);

/* What a thread calls. It must not use what belongs to the caller, which may have given
 * up. */
typedef int (*virNodeDeviceCompatReaderFunc)(const char *name,
                                             int max,
                                             char **ret_text);

int
virNodeDeviceCompatReaderCall(const char *name,
                              virNodeDeviceCompatReaderFunc func,
                              int max,
                              char **ret_text);

void
virNodeDeviceCompatReaderSetDeadline(unsigned int ms);

gint64
virNodeDeviceCompatReaderBegin(void);

void
virNodeDeviceCompatReaderEnd(gint64 previous);
