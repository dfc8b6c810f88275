/*
 * qemu_hostdev_compat_read.h: host devices of a host without a node device driver
 *
 * Where there is no node device driver, as in a container with nothing but what runs one
 * guest, the QEMU driver reads devices by itself, with the same code and the same time
 * limit, and gives the reports that the node device driver would. It only reads: no string
 * is written to a device for its driver to judge.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "hypervisor/domain_hostdev_compat.h"
#include "virerror.h"

bool
qemuHostdevCompatReadIsNeeded(const virError *error);

char *
qemuHostdevCompatReadReport(const virDomainHostdevNode *node,
                            const char *xmlDesc,
                            unsigned int flags);
