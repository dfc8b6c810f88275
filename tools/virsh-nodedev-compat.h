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
cmdNodeDeviceCompatVersion(vshControl *ctl,
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

/* The description of a source device */
typedef struct _virshNodeDeviceCompatSource virshNodeDeviceCompatSource;
struct _virshNodeDeviceCompatSource {
    char *xml;
    char *name;         /* what to call the device, or NULL */
    const char *given;  /* what the user called it */
    bool inferred;      /* there is no compatibility data in @xml */
};

void
virshNodeDeviceCompatSourceClear(virshNodeDeviceCompatSource *source);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(virshNodeDeviceCompatSource, virshNodeDeviceCompatSourceClear);

int
virshNodeDeviceCompatReadSource(vshControl *ctl,
                                const vshCmd *cmd,
                                virshNodeDeviceCompatSource *source);

unsigned int
virshNodeDeviceCompatGetShow(vshControl *ctl,
                             const vshCmd *cmd);

void
virshNodeDeviceCompatReportRefusal(vshControl *ctl);

int
virshNodeDeviceCompatExitStatus(vshControl *ctl,
                                bool success);

/* Options that name the source device */
#define VIRSH_NODEDEV_COMPAT_OPTS_SOURCE \
    {.name = "source", \
     .type = VSH_OT_STRING, \
     .positional = true, \
     .required = true, \
     .completer = virshCompletePathLocalExisting, \
     .help = N_("file containing an XML description of the source device, " \
                "'-' for standard input") \
    }, \
    {.name = "from", \
     .type = VSH_OT_STRING, \
     .help = N_("connection URI of the source device's host, where 'source' is the name of a node device") \
    }

#define VIRSH_NODEDEV_COMPAT_OPT_VALIDATE \
    {.name = "validate", \
     .type = VSH_OT_BOOL, \
     .help = N_("validate the XML document against schema") \
    }

#define VIRSH_NODEDEV_COMPAT_OPT_CROSS_TYPE \
    {.name = "cross-type", \
     .type = VSH_OT_BOOL, \
     .help = N_("allow a target of another type if it accepts devices of the source's type") \
    }

#define VIRSH_NODEDEV_COMPAT_OPT_EXPLAIN \
    {.name = "explain", \
     .type = VSH_OT_BOOL, \
     .help = N_("explain each reason in a sentence") \
    }

#define VIRSH_NODEDEV_COMPAT_OPT_XML \
    {.name = "xml", \
     .type = VSH_OT_BOOL, \
     .help = N_("print XML, for programs") \
    }

#define VIRSH_NODEDEV_COMPAT_OPT_JSON \
    {.name = "json", \
     .type = VSH_OT_BOOL, \
     .help = N_("print JSON, for programs") \
    }

extern const vshCmdInfo info_node_device_compare;
extern const vshCmdOptDef opts_node_device_compare[];

extern const vshCmdInfo info_node_device_find_compat;
extern const vshCmdOptDef opts_node_device_find_compat[];

extern const vshCmdInfo info_node_device_compat_baseline;
extern const vshCmdOptDef opts_node_device_compat_baseline[];

extern const vshCmdInfo info_node_device_compat_version;
extern const vshCmdOptDef opts_node_device_compat_version[];

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
    }, \
    {.name = "nodedev-compat-version", \
     .handler = cmdNodeDeviceCompatVersion, \
     .opts = opts_node_device_compat_version, \
     .info = &info_node_device_compat_version, \
     .flags = 0 \
    }
