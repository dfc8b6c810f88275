/*
 * nodedev_compat_evidence_ap.h: adapters of an s390 AP bus
 *
 * What the sources of evidence of a matrix share: the type and the functions of adapters,
 * and whether they work.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat_tree.h"
#include "virbuffer.h"

/* Adds an item to the list in a buffer */
#define ADD_ITEM(items, format, ...) \
    virBufferAsprintf(items, "%s" format, virBufferUse(items) > 0 ? "," : "", __VA_ARGS__)

/* What is known of adapters, of one attribute: of those that the device has, and what all
 * of this host can stand in for. That one cannot be read matters for all of a set. */
typedef struct _virNodeDeviceCompatAPAdapters virNodeDeviceCompatAPAdapters;
struct _virNodeDeviceCompatAPAdapters {
    virBuffer own;
    virBuffer host;
    virNodeDeviceCompatReadResult ownResult;    /* ABSENT until there is one */
    virNodeDeviceCompatReadResult hostResult;
    bool ownLacks;                              /* one has no such file */
    bool hostLacks;
};

/* Whether an adapter can be used. All 0: there is none yet. */
typedef struct _virNodeDeviceCompatAPAdapter virNodeDeviceCompatAPAdapter;
struct _virNodeDeviceCompatAPAdapter {
    char name[3];                               /* two hex digits */
    virNodeDeviceCompatReadResult result;
    bool works;
};

/* The files that say whether a queue works, and those that say what an adapter is */
#define VIR_NODE_DEVICE_COMPAT_AP_QUEUE_FILES 2
#define VIR_NODE_DEVICE_COMPAT_AP_ADAPTER_FILES 2

#define VIR_NODE_DEVICE_COMPAT_AP_ADAPTERS_INITIALIZER \
    { VIR_BUFFER_INITIALIZER, VIR_BUFFER_INITIALIZER, \
      VIR_NODE_DEVICE_COMPAT_READ_ABSENT, VIR_NODE_DEVICE_COMPAT_READ_ABSENT, false, false }

void
virNodeDeviceCompatAPAdaptersClear(virNodeDeviceCompatAPAdapters *adapters);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(virNodeDeviceCompatAPAdapters,
                                 virNodeDeviceCompatAPAdaptersClear);

bool
virNodeDeviceCompatAPMatches(const char *name,
                             const char *pattern);

virNodeDeviceCompatReadResult
virNodeDeviceCompatAPQueueLook(const char *devices,
                               const char *queue,
                               virNodeDeviceCompatAPAdapter *adapter,
                               bool *ret_works);

void
virNodeDeviceCompatAPReadAdapters(virNodeDeviceCompat *compat,
                                  const char *bus,
                                  virNodeDeviceCompatReadResult found,
                                  virBuffer *queues,
                                  virNodeDeviceCompatAPAdapters *types,
                                  virNodeDeviceCompatAPAdapters *functions);
