/*
 * virt-nodedev-compatd-device.h: the host devices of a guest, read now
 *
 * Reads through the evidence library, within the time that the node device driver has
 * for a device: what cannot be read is described as such. Called in any thread.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "hypervisor/domain_hostdev_guest.h"

int
virtCompatdDeviceSetRoot(const char *root);

const char *const *
virtCompatdDeviceGetDirs(void);

GStrv
virtCompatdDeviceGetNames(GPtrArray *nodes);

bool
virtCompatdDeviceIsNamed(char *const *names,
                         const char *name);

GPtrArray *
virtCompatdDeviceRead(GPtrArray *nodes);

bool
virtCompatdDeviceIsLate(GPtrArray *hostdevs);

size_t
virtCompatdDeviceCountKnown(GPtrArray *hostdevs);
