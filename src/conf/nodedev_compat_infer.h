/*
 * nodedev_compat_infer.h: what a device without a descriptor shows of itself
 *
 * A libvirt without this project, and that of a host whose node device driver does not
 * have it, writes no <capability type='compat'>. What its <device> documents show beside
 * that is used, as far as it has the same meaning as where the kernel shows it.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libxml/xpath.h>

#include "nodedev_compat_conf.h"

virNodeDeviceCompat *
virNodeDeviceCompatInfer(xmlXPathContextPtr ctxt,
                         const char *name);
