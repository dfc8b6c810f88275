/*
 * virt-nodedev-compat-hook.h: a hook script of libvirt's QEMU driver
 *
 * libvirt waits for it, without a deadline, and refuses the guest unless its exit status is
 * 0. So the work is done by a child process, with a deadline: if that crashes or does not
 * come back, nothing is known, and the policy of the host decides.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "virt-nodedev-compat-commands.h"

/* In seconds: how long the hook takes at most, and how much of that there is for what
 * comes after reading devices */
#define VIRT_COMPAT_HOOK_TIMEOUT 6
#define VIRT_COMPAT_HOOK_TIMEOUT_MAX 3600
#define VIRT_COMPAT_HOOK_REST 1
