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

#include "nodedev_compat_root.h"

/* The result of looking at a file, a link or a directory. Only the first means that there
 * is none; those from the third on, that there is one which is not usable. */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_READ_ABSENT,
    VIR_NODE_DEVICE_COMPAT_READ_OK,
    VIR_NODE_DEVICE_COMPAT_READ_EMPTY,          /* nothing but white space */
    VIR_NODE_DEVICE_COMPAT_READ_MALFORMED,      /* no text, or not what it should be */
    VIR_NODE_DEVICE_COMPAT_READ_CONFLICTING,    /* ambiguous */
    VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE,     /* an error */
    VIR_NODE_DEVICE_COMPAT_READ_PRIVATE,        /* not for everybody to read */
    VIR_NODE_DEVICE_COMPAT_READ_CUT,            /* more than can be taken */
    VIR_NODE_DEVICE_COMPAT_READ_TIMEOUT,
} virNodeDeviceCompatReadResult;

void
virNodeDeviceCompatEvidenceWarnOnce(const char *path,
                                    const char *format,
                                    ...) G_GNUC_PRINTF(2, 3);

virNodeDeviceCompatReadResult
virNodeDeviceCompatReadResultCombine(virNodeDeviceCompatReadResult a,
                                     virNodeDeviceCompatReadResult b);

virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeReadFile(const char *dir,
                                const char *name,
                                char **ret_text);

virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeReadLines(const char *dir,
                                 const char *name,
                                 char **ret_text);

virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeReadHidden(const char *dir,
                                  const char *name,
                                  char **ret_text);

virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeReadPart(const char *dir,
                                const char *name,
                                char **ret_text);

virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeReadBytes(const char *dir,
                                 const char *name,
                                 int min,
                                 int max,
                                 char **ret_bytes,
                                 int *ret_len);

virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeReadLink(const char *dir,
                                const char *name,
                                char **ret_target);

virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeListDir(const char *dir,
                               const char *prefix,
                               GStrv *ret_names);

virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeListBus(const char *dir,
                               GStrv *ret_names);

virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeFind(const char *path,
                            mode_t *ret_type);

mode_t
virNodeDeviceCompatTreeGetFileType(const char *path);
