/*
 * nodedev_compat_debugfs.h: what of debugfs can show
 *
 * Usually only the superuser may look into debugfs, whatever the modes of the files in it
 * are, while what is read of a device shows in XML that everybody can have. Hence nothing
 * shows of it but numbers, and versions that are made of them, unless all may look into it.
 * What only the superuser sees there is otherwise left to what follows from it: whether
 * something is there.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_tree.h"

virNodeDeviceCompatReadResult
virNodeDeviceCompatDebugfsReadNumber(const char *dir,
                                     const char *name,
                                     char **ret_value);

virNodeDeviceCompatReadResult
virNodeDeviceCompatDebugfsReadPublic(const char *dir,
                                     const char *name,
                                     char **ret_text);
