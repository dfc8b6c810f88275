/*
 * virsh-nodedev-compat.h: commands about node device compatibility
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "virsh.h"

bool
cmdNodeDeviceCompare(vshControl *ctl,
                     const vshCmd *cmd);

int
virshNodeDeviceCompatExitStatus(vshControl *ctl,
                                bool success);

extern const vshCmdInfo info_node_device_compare;
extern const vshCmdOptDef opts_node_device_compare[];

/* A row of nodedevCmds[] */
#define VIRSH_NODEDEV_COMPAT_CMDS \
    {.name = "nodedev-compare", \
     .handler = cmdNodeDeviceCompare, \
     .opts = opts_node_device_compare, \
     .info = &info_node_device_compare, \
     .flags = 0 \
    }
