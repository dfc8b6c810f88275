/*
 * nodedev_compat_tree.h: confined reading of a sysfs tree
 *
 * The tree can be a copy of another machine's, with hostile files in it. No file is
 * opened that is outside of the confinement, see virNodeDeviceCompatTreeConfine().
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <sys/stat.h>

#include "internal.h"

/* The result of reading a file */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_READ_ABSENT,
    VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE,
    VIR_NODE_DEVICE_COMPAT_READ_NO_TEXT,
    VIR_NODE_DEVICE_COMPAT_READ_EMPTY,
    VIR_NODE_DEVICE_COMPAT_READ_OK,
} virNodeDeviceCompatReadResult;

void
virNodeDeviceCompatEvidenceWarnOnce(const char *path,
                                    const char *format,
                                    ...) G_GNUC_PRINTF(2, 3);

virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeReadPage(const char *dir,
                                const char *name,
                                char **ret_text);

virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeReadFile(const char *dir,
                                const char *name,
                                char **ret_text);

char *
virNodeDeviceCompatTreeReadLines(const char *dir,
                                 const char *name);

char *
virNodeDeviceCompatTreeReadLink(const char *dir,
                                const char *name);

GStrv
virNodeDeviceCompatTreeListDir(const char *dir,
                               const char *prefix);

int
virNodeDeviceCompatTreeConfine(const char *root);

char *
virNodeDeviceCompatTreeResolve(const char *path);

mode_t
virNodeDeviceCompatTreeGetFileType(const char *path);
