/*
 * nodedev_compat_hints.h: what a reason means for an attribute that is known
 *
 * Where a value is read and set, and what it means that it differs. Called by
 * nodedev_compat_reason.c, which makes the sentences.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_reason.h"

const char *
virNodeDeviceCompatHintGet(virNodeDeviceCompatReasonCode code,
                           const char *attr);
