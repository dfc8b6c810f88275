/*
 * virt-nodedev-compat-name.h: names of devices that are no paths
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

char *
virtCompatNameToPath(const char *name);
