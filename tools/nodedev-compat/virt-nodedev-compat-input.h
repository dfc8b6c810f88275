/*
 * virt-nodedev-compat-input.h: text that virt-nodedev-compat reads, and what is wrong
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

const char *
virtCompatGetErrorDetail(void);

char *
virtCompatReadText(const char *path,
                   int max);

char *
virtCompatReadFile(const char *path);

ssize_t
virtCompatReadSome(int fd,
                   gint64 deadline,
                   size_t max,
                   GByteArray *bytes);
