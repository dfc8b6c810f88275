/*
 * nodedev_compat_sysfs.h: compatibility descriptors from sysfs
 *
 * Reads what a mediated device, a type of which one could be made, or a PCI
 * function says of itself, and adds what the administrator says of it. Reading
 * never fails and never reports an error: what cannot be read is logged once and
 * left to the comparison, which then does not know. Writes nothing and opens no
 * device. Nothing is opened by a name that virNodeDeviceCompatResolve() does not
 * allow.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "node_device_conf.h"
#include "nodedev_compat_conf.h"
#include "nodedev_compat_facts.h"

int
virNodeDeviceCompatConfine(const char *root);

char *
virNodeDeviceCompatResolve(const char *path);

mode_t
virNodeDeviceCompatGetFileType(const char *path);

virNodeDeviceCompat *
virNodeDeviceCompatReadMdev(const char *devicePath,
                            const virNodeDeviceCompatFacts *facts);

virNodeDeviceCompat *
virNodeDeviceCompatReadMdevType(const char *typePath,
                                const virNodeDeviceCompatFacts *facts);

virNodeDeviceCompat *
virNodeDeviceCompatReadPCI(const char *devicePath,
                           const virNodeDeviceCompatFacts *facts);

void
virNodeDeviceCompatUpdate(virNodeDeviceDef *def,
                          const virNodeDeviceCompatFacts *facts);
