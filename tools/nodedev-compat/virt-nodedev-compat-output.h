/*
 * virt-nodedev-compat-output.h: files that virt-nodedev-compat replaces
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

int
virtCompatReplaceFile(const char *path,
                      const char *text);

int
virtCompatWriteOutput(const char *path,
                      const char *text);
