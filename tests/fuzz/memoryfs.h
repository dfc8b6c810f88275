/*
 * memoryfs.h: files that the reader of sysfs takes for real ones
 *
 * The calls by which nodedev_compat_root.c reaches files are wrapped by the linker:
 * paths that begin with MEMORYFS_ROOT lead into a tree that is kept in memory,
 * and all others to the kernel. That is many times as fast as a real tree.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

#define MEMORYFS_ROOT "/memory"

/* Empties the tree. */
void
memoryfsReset(void);

/* Each takes a path relative to MEMORYFS_ROOT, makes the directories above it,
 * and does nothing where the kernel would refuse. */
void
memoryfsAddDir(const char *path);

void
memoryfsAddLink(const char *path,
                const char *target);

void
memoryfsAddFile(const char *path,
                const char *data,
                size_t len);

/* A file that is there, and whose every use fails */
void
memoryfsAddFailure(const char *path,
                   bool opens,
                   int error);
