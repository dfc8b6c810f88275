/*
 * virt-nodedev-compat-place.h: where virt-nodedev-compat finds what it reads
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

char *
virtCompatFindSysfs(const char *path);

char *
virtCompatFindPlace(const char *device,
                    const char *root);

int
virtCompatFindDirectory(const char *path,
                        const char *root,
                        char **ret_dir);
