/*
 * nodedev_compat_class.h: classes of devices that are the same for guests
 *
 * A class is named by a digest of what the rules compare of a device: the rules of files
 * that apply to it, and each value that decides, in the grammar of its rule. Devices of
 * one class are identical in both directions. docs/nodedev-compat-fleet.rst describes
 * what goes into it.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/nodedev_compat_conf.h"
#include "nodedev_compat_rules.h"

/* The first changes with what goes into the digest, and then no old one equals a new one.
 * 160 bits, and few enough characters for the value of a label of Kubernetes, which can
 * have 63 */
#define VIR_NODE_DEVICE_COMPAT_CLASS_PREFIX "ndc1-"
#define VIR_NODE_DEVICE_COMPAT_CLASS_DIGITS 40

char *
virNodeDeviceCompatGetClassDigest(const virNodeDeviceCompat *compat,
                                  const virNodeDeviceCompatRules *rules);
