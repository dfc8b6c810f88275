/*
 * vsh-nodedev-compat.h: how the compatibility of node devices is shown
 *
 * What virsh and virt-nodedev-compat have in common: the sentence and the exit
 * status of a verdict, and tables of its reasons and of what a device says.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat/nodedev_compat_baseline.h"
#include "conf/nodedev_compat_conf.h"

/* Exit statuses; an error is EXIT_FAILURE, as ever. */
#define VSH_NODEDEV_COMPAT_EXIT_INCOMPATIBLE 2
#define VSH_NODEDEV_COMPAT_EXIT_UNKNOWN 3

/* What a verdict means to a person, and to a script */
typedef struct _vshNodeDeviceCompatVerdict vshNodeDeviceCompatVerdict;
struct _vshNodeDeviceCompatVerdict {
    int exitStatus;
    const char *sentence;       /* of the target's name and the source's file */
};

const vshNodeDeviceCompatVerdict *
vshNodeDeviceCompatVerdictFind(int verdict);

char *
vshNodeDeviceCompatFormatDevice(const virNodeDeviceCompat *compat,
                                bool header);

char *
vshNodeDeviceCompatFormatReport(const virNodeDeviceCompatReport *report,
                                bool header);

char *
vshNodeDeviceCompatFormatBaseline(const virNodeDeviceCompatBaseline *baseline,
                                  bool header);
