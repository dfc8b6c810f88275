/*
 * nodedev_compat_gone.h: whether a file is not there, or only cannot be reached
 *
 * To open a link that leads nowhere fails as if there were no file. But somebody put it
 * there for a file that was to be read: the policy, or rules.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

bool
virNodeDeviceCompatFileIsGone(const char *path,
                              bool *ret_recently);
