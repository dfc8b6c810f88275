/*
 * nodedev_compat_evidence_hiddenpriv.h: what a container hides, for the tests
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#ifndef LIBVIRT_NODEDEV_COMPAT_EVIDENCE_HIDDENPRIV_H_ALLOW
# error "nodedev_compat_evidence_hiddenpriv.h may only be included by nodedev_compat_evidence_hidden.c or test suites"
#endif /* LIBVIRT_NODEDEV_COMPAT_EVIDENCE_HIDDENPRIV_H_ALLOW */

#pragma once

#include "internal.h"

/* ORed */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_HIDDEN_DEBUGFS = 1 << 0,
    VIR_NODE_DEVICE_COMPAT_HIDDEN_DEVLINK = 1 << 1,
} virNodeDeviceCompatHidden;

unsigned int
virNodeDeviceCompatHiddenGet(void);

void
virNodeDeviceCompatHiddenSet(int hidden);
