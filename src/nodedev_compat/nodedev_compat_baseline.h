/*
 * nodedev_compat_baseline.h: the baseline of several devices
 *
 * The baseline is a descriptor that all of the devices accept: a guest that uses it
 * can continue on each of them. Depends neither on their order nor on the host.
 * Pure: no sysfs, no sockets, no global state.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_compare.h"
#include "conf/nodedev_compat_limits.h"

/* Variables of all devices together are written out to that many bytes. */
#define VIR_NODE_DEVICE_COMPAT_BASELINE_EXPANDED_SIZE_MAX (1024 * 1024)

/* A device and what to call it */
typedef struct _virNodeDeviceCompatDevice virNodeDeviceCompatDevice;
struct _virNodeDeviceCompatDevice {
    char *name;                     /* or NULL */
    virNodeDeviceCompat *compat;
};

typedef struct _virNodeDeviceCompatDevices virNodeDeviceCompatDevices;
struct _virNodeDeviceCompatDevices {
    size_t ndevices;
    virNodeDeviceCompatDevice *devices;
};

typedef struct _virNodeDeviceCompatBaseline virNodeDeviceCompatBaseline;
struct _virNodeDeviceCompatBaseline {
    virNodeDeviceCompatResult verdict;   /* the worst of all devices */
    size_t ndevices;
    bool incomplete;                /* there is too much to compare; no reports */
    virNodeDeviceCompat *compat;    /* NULL if there is none */
    size_t nreports;                /* on devices that do not accept it, or may not */
    virNodeDeviceCompatReport **reports;
    size_t nomitted;                /* reports that were left out */
    virNodeDeviceCompatReport *host;    /* reasons that are about no device, and what has to
                                         * be set on devices without a value; or NULL */
    size_t work;                    /* what it cost, not in the XML */
};

void
virNodeDeviceCompatDevicesFree(virNodeDeviceCompatDevices *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatDevices, virNodeDeviceCompatDevicesFree);

virNodeDeviceCompatDevices *
virNodeDeviceCompatDevicesParse(const char *xml,
                                bool validate);

void
virNodeDeviceCompatBaselineFree(virNodeDeviceCompatBaseline *baseline);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatBaseline, virNodeDeviceCompatBaselineFree);

virNodeDeviceCompatBaseline *
virNodeDeviceCompatBaselineMake(const virNodeDeviceCompatDevice *devices,
                                size_t ndevices,
                                const virNodeDeviceCompatRules *rules,
                                unsigned int flags);

char *
virNodeDeviceCompatBaselineFormat(const virNodeDeviceCompatBaseline *baseline);

virNodeDeviceCompatBaseline *
virNodeDeviceCompatBaselineParse(const char *xml);
