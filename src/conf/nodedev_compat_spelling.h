/*
 * nodedev_compat_spelling.h: one spelling of values that several sources have
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

char *
virNodeDeviceCompatSpell(const char *name,
                         bool list,
                         char *value);

char *
virNodeDeviceCompatSpellType(const char *id);
