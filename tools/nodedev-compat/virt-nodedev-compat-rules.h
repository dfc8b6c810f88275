/*
 * virt-nodedev-compat-rules.h: rule and facts files that virt-nodedev-compat reads
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat/evidence/nodedev_compat_files.h"
#include "nodedev_compat/evidence/nodedev_compat_files_read.h"

/* What is known of a file with rules or facts */
typedef struct _virtCompatFileState virtCompatFileState;
struct _virtCompatFileState {
    char *path;         /* NULL: it is a directory, and @error has its name */
    virNodeDeviceCompatFileKind content;        /* EITHER if it is hidden or not usable */
    size_t ngroups;
    size_t nattrs;
    char *hiddenBy;     /* the path of a file, or NULL */
    char *error;        /* why it is not usable, or NULL */
};

void
virtCompatFileStateFree(virtCompatFileState *state);

int
virtCompatReadFiles(GPtrArray *dirs,
                    const char *root,
                    virNodeDeviceCompatFiles *files);

int
virtCompatLoadFiles(GPtrArray *dirs,
                    const char *root,
                    virNodeDeviceCompatFiles *files);

int
virtCompatHasFiles(const char *root);

GPtrArray *
virtCompatCheckFiles(const virNodeDeviceCompatFiles *files,
                     bool validate);

virtCompatFileState *
virtCompatCheckFile(const char *file,
                    bool validate);

void
virtCompatPrintFileState(const virtCompatFileState *state,
                         bool quiet);
