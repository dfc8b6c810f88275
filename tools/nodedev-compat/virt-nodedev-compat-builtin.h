/*
 * virt-nodedev-compat-builtin.h: whether the libvirt that runs a hook checks by itself
 *
 * A hook script is run by the daemon with the QEMU driver. That a libvirt with the check
 * is installed does not say that the daemon which runs has it: after an upgrade it is the
 * old one until it is restarted. So the driver that the daemon has loaded is looked at.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

bool
virtCompatHasBuiltinCheck(const char *procdir,
                          pid_t pid);
