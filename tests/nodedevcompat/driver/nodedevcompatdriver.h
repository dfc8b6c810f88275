/*
 * nodedevcompatdriver.h: a node device driver that has just been started
 *
 * Enough of it for devices to be found in it; the caller adds them.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

int
testDriverInit(void);

void
testDriverFree(void);

void
testDriverAddMdev(const char *name,
                  const char *path,
                  const char *type);
