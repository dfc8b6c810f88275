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

bool
cmdNodeDeviceFindCompat(vshControl *ctl,
                        const vshCmd *cmd);

bool
cmdNodeDeviceCompatBaseline(vshControl *ctl,
                            const vshCmd *cmd);

bool
cmdMigrateCheck(vshControl *ctl,
                const vshCmd *cmd);

void
virshNodeDeviceCompatSetAnswer(const vshCmd *cmd,
                               int exitStatus);

char *
virshNodeDeviceCompatReadDocument(vshControl *ctl,
                                  const char *from);

char *
virshNodeDeviceCompatReadSource(vshControl *ctl,
                                const vshCmd *cmd,
                                const char **ret_name);

char *
virshNodeDeviceCompatFormatReports(vshControl *ctl,
                                   GPtrArray *reports);

void
virshNodeDeviceCompatReportRefusal(vshControl *ctl);

int
virshNodeDeviceCompatExitStatus(vshControl *ctl,
                                bool success);

/* Options that say where the source device is described */
#define VIRSH_NODEDEV_COMPAT_OPTS_SOURCE \
    VIRSH_COMMON_OPT_FILE(N_("file containing an XML description of the source " \
                             "device, '-' for standard input")), \
    {.name = "from", \
     .type = VSH_OT_STRING, \
     .help = N_("connection URI of the source device's host, on which 'file' is the device's name") \
    }

extern const vshCmdInfo info_node_device_compare;
extern const vshCmdOptDef opts_node_device_compare[];

extern const vshCmdInfo info_node_device_find_compat;
extern const vshCmdOptDef opts_node_device_find_compat[];

extern const vshCmdInfo info_node_device_compat_baseline;
extern const vshCmdOptDef opts_node_device_compat_baseline[];

extern const vshCmdInfo info_migrate_check;
extern const vshCmdOptDef opts_migrate_check[];

/* Row of domManagementCmds[] */
#define VIRSH_MIGRATE_CHECK_CMD \
    {.name = "migrate-check", \
     .handler = cmdMigrateCheck, \
     .opts = opts_migrate_check, \
     .info = &info_migrate_check, \
     .flags = 0 \
    }

/* Rows of nodedevCmds[] */
#define VIRSH_NODEDEV_COMPAT_CMDS \
    {.name = "nodedev-compare", \
     .handler = cmdNodeDeviceCompare, \
     .opts = opts_node_device_compare, \
     .info = &info_node_device_compare, \
     .flags = 0 \
    }, \
    {.name = "nodedev-find-compat", \
     .handler = cmdNodeDeviceFindCompat, \
     .opts = opts_node_device_find_compat, \
     .info = &info_node_device_find_compat, \
     .flags = 0 \
    }, \
    {.name = "nodedev-compat-baseline", \
     .handler = cmdNodeDeviceCompatBaseline, \
     .opts = opts_node_device_compat_baseline, \
     .info = &info_node_device_compat_baseline, \
     .flags = 0 \
    }
