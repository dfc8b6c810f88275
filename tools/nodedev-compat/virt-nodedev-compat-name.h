/*
 * virt-nodedev-compat-name.h: names of devices that are no paths
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

/* Where the kernel lists devices by name, and parents of mediated devices */
#define VIRT_COMPAT_BUS_DIR "/sys/bus"
#define VIRT_COMPAT_MDEV_DIR "/sys/bus/mdev/devices"
#define VIRT_COMPAT_PCI_DIR "/sys/bus/pci/devices"
#define VIRT_COMPAT_PARENT_DIR "/sys/class/mdev_bus"

char *
virtCompatNameToPath(const char *name);
