/*
 * nodedev_compat_export.h: devices of hosts, in the formats of those that place guests
 *
 * What a scheduler needs to know of a host is of which classes it has devices, as guests
 * can continue on a device of the class of their own, and what is not known of it. That
 * is never left out, and never looks like a class. Pure: the text is returned.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_fleet.h"

typedef enum {
    VIR_NODE_DEVICE_COMPAT_EXPORT_NFD = 0,
    VIR_NODE_DEVICE_COMPAT_EXPORT_PLACEMENT,
    VIR_NODE_DEVICE_COMPAT_EXPORT_PROMETHEUS,
    VIR_NODE_DEVICE_COMPAT_EXPORT_ANSIBLE_FACTS,

    VIR_NODE_DEVICE_COMPAT_EXPORT_LAST
} virNodeDeviceCompatExportFormat;

VIR_ENUM_DECL(virNodeDeviceCompatExportFormat);

/* Node Feature Discovery ignores larger files (MaxFeatureFileSize in its
 * source/local/local.go) */
#define VIR_NODE_DEVICE_COMPAT_EXPORT_NFD_MAX (64 * 1024)

/* How many series of each metric a host can have: each one is kept for weeks */
#define VIR_NODE_DEVICE_COMPAT_EXPORT_SERIES_MAX 200

/* Of what is unbounded in a descriptor, how much is exported */
#define VIR_NODE_DEVICE_COMPAT_EXPORT_TYPE_MAX 128
#define VIR_NODE_DEVICE_COMPAT_EXPORT_UNREAD_MAX 32

/* Whether a guest can continue on a device that is the same */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_EXPORT_YES = 0,
    VIR_NODE_DEVICE_COMPAT_EXPORT_UNKNOWN,
    VIR_NODE_DEVICE_COMPAT_EXPORT_NO,

    VIR_NODE_DEVICE_COMPAT_EXPORT_STATE_LAST
} virNodeDeviceCompatExportState;

VIR_ENUM_DECL(virNodeDeviceCompatExportState);

/* Devices of a host of which the same is exported */
typedef struct _virNodeDeviceCompatExportEntry virNodeDeviceCompatExportEntry;
struct _virNodeDeviceCompatExportEntry {
    char *key;                  /* of all but the numbers and names of devices */
    virNodeDeviceCompatExportState state;
    const char *digest;         /* of the class, if and only if it is YES */
    virNodeDeviceCompatFleetWhat what;
    char *type;
    GPtrArray *attrs;           /* for which any of them is not YES: names, sorted */
    size_t ndevices;
    const char *first;          /* name of one of them, or NULL */
};

typedef struct _virNodeDeviceCompatExportHost virNodeDeviceCompatExportHost;
struct _virNodeDeviceCompatExportHost {
    const virNodeDeviceCompatFleetHost *host;
    GPtrArray *entries;         /* those with a class first, by that */
    size_t ndevices[VIR_NODE_DEVICE_COMPAT_EXPORT_STATE_LAST];
    GHashTable *missing;        /* name of an attribute -> devices that are UNKNOWN for it */
    bool complete;              /* all devices of the host could be read */
};

GPtrArray *
virNodeDeviceCompatExportMakeHosts(const virNodeDeviceCompatFleet *fleet);

/* nodedev_compat_export_text.c */

char *
virNodeDeviceCompatExportFormatNFD(const virNodeDeviceCompatExportHost *host);

char *
virNodeDeviceCompatExportFormatPlacement(GPtrArray *hosts,
                                         bool local);

/* nodedev_compat_export_metrics.c */

char *
virNodeDeviceCompatExportFormatPrometheus(GPtrArray *hosts,
                                          bool local);

/* All of it */

char *
virNodeDeviceCompatExportMake(const virNodeDeviceCompatFleet *fleet,
                              virNodeDeviceCompatExportFormat format,
                              bool local);
