/*
 * nodedev_compat_update.h: the types and descriptors of a node device, read afresh
 *
 * For drivers of node devices. The definition is a copy of what a driver has, see
 * virNodeDeviceDefCopyCompat(): reading can take a while, during which others need the
 * device. The device itself is read in any case, which takes as long as the reader of
 * a descriptor allows; types are read while the deadline has not passed. What cannot be
 * read in time is marked as such, never left out.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/node_device_conf.h"
#include "conf/nodedev_compat_budget.h"
#include "nodedev_compat/nodedev_compat_facts.h"

/* How long a comparison may take until it has what it needs from the device, in milliseconds:
 * to read it, and to have its driver judge an opaque string. Who compares before a migration
 * waits for VIR_DOMAIN_HOSTDEV_COMPAT_LOOK_DEVICE_MS. */
#define VIR_NODE_DEVICE_COMPAT_COMPARE_MS 2500

/* Types of one device that are read. A GPU has some dozen. */
#define VIR_NODE_DEVICE_COMPAT_TYPES_READ_MAX 512

/* What is read of a device, and how much that can be */
typedef struct _virNodeDeviceCompatBounds virNodeDeviceCompatBounds;
struct _virNodeDeviceCompatBounds {
    gint64 deadline;            /* time, of g_get_monotonic_time(), until which types are read */
    bool own;                   /* only the device itself, none of its types */
    virNodeDeviceCompatBudget *budget;  /* for all devices of a search, or NULL */
};

void
virNodeDeviceCompatUpdateMdevTypes(virNodeDeviceDef *def,
                                   gint64 deadline);

void
virNodeDeviceCompatUpdate(virNodeDeviceDef *def,
                          const virNodeDeviceCompatFacts *facts,
                          const virNodeDeviceCompatBounds *bounds)
    G_NO_INLINE;

void
virNodeDeviceCompatUpdateNow(virNodeDeviceDef *def);

void
virNodeDeviceCompatUpdateOwn(virNodeDeviceDef *def);
