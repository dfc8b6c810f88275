/*
 * nodedev_compat_nvml_run.h: run libvirt_nodedev_nvml for a limited time
 *
 * The program gets no more of the caller than its arguments and standard input, gives up
 * the caller's privileges by itself, and is killed if it takes too long. One that does not
 * even die, as its driver hangs, is left behind, and waited for when the next one is to be
 * started; while two do not die, no other one is.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_nvml_answer.h"
#include "nodedev_compat_tree.h"

virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMLRun(const char *const *args,
                           const char *input,
                           gint64 deadline,
                           char **ret_text);
