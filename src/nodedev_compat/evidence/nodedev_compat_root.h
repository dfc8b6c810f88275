/*
 * nodedev_compat_root.h: the root of the tree that evidence is read from
 *
 * The machine's own, or the directory of a copied tree, which no link leads out of. In a
 * copied tree the kernel resolves a path in one call that nobody can get in between
 * (openat2(), Linux 5.6). Where that call does not exist, or a sandbox does not allow it,
 * each component is looked at in turn.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <dirent.h>
#include <sys/stat.h>

#include "internal.h"

typedef struct _virNodeDeviceCompatTreeRoot virNodeDeviceCompatTreeRoot;

int
virNodeDeviceCompatTreeConfine(const char *path);

const virNodeDeviceCompatTreeRoot *
virNodeDeviceCompatTreeGet(void);

void
virNodeDeviceCompatTreeEnter(const virNodeDeviceCompatTreeRoot *root);

void
virNodeDeviceCompatTreeClose(bool closed);

const char *
virNodeDeviceCompatTreeGetRoot(void);

char *
virNodeDeviceCompatTreeResolve(const char *path);

char *
virNodeDeviceCompatTreeResolveLink(const char *dir,
                                   const char *name);

int
virNodeDeviceCompatTreeOpen(const char *path,
                            int oflag);

DIR *
virNodeDeviceCompatTreeOpenDir(const char *path);

int
virNodeDeviceCompatTreeStat(const char *path,
                            struct stat *ret_sb);

char *
virNodeDeviceCompatTreeReadTarget(const char *dir,
                                  const char *name);
