/*
 * virt-nodedev-compat-rules.h: rule and facts files that virt-nodedev-compat reads
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat/evidence/nodedev_compat_files.h"

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

int
virtCompatListFiles(const virNodeDeviceCompatFiles *files,
                    bool validate,
                    bool quiet);

int
virtCompatCheckFile(const char *file,
                    bool validate,
                    bool quiet);
