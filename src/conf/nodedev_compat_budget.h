/*
 * nodedev_compat_budget.h: how much one call can do
 *
 * Limits of documents and descriptors count objects; what they cost can be the product
 * of several of these. So each call of the API, each comparison and each look at a
 * device has a budget, which everything on the way spends from. What does not fit is
 * given up as a whole, and is unknown.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

/* One unit is an attribute or an item of a list that is looked at, or that many bytes
 * of text that are looked at or written out. */
#define VIR_NODE_DEVICE_COMPAT_WORK_BYTES 8

/* What one comparison, one search or one look at a device can cost; and how much more
 * it can be for each of many devices */
#define VIR_NODE_DEVICE_COMPAT_WORK_MAX (512 * 1024)
#define VIR_NODE_DEVICE_COMPAT_WORK_DEVICE 64

/* What it costs to read an attribute of a device, but for its text, and what reading each
 * device of a search can cost in any case: 64 attributes; and its mdev types together: 512 */
#define VIR_NODE_DEVICE_COMPAT_WORK_READ 128
#define VIR_NODE_DEVICE_COMPAT_WORK_READ_DEVICE (64 * VIR_NODE_DEVICE_COMPAT_WORK_READ)
#define VIR_NODE_DEVICE_COMPAT_WORK_READ_TYPES (512 * VIR_NODE_DEVICE_COMPAT_WORK_READ)

/* What it costs to look at a file of another device, or of the host, of which there can be many */
#define VIR_NODE_DEVICE_COMPAT_WORK_FILE 32

/* What a report tells of that: nothing if it is less */
#define VIR_NODE_DEVICE_COMPAT_WORK_TOLD 4096

/* What a candidate in a search can cost: so much in any case, and up to that share of
 * what is there for all of them */
#define VIR_NODE_DEVICE_COMPAT_WORK_CANDIDATE 256
#define VIR_NODE_DEVICE_COMPAT_WORK_SHARE 4

typedef struct _virNodeDeviceCompatBudget virNodeDeviceCompatBudget;
struct _virNodeDeviceCompatBudget {
    size_t max;
    size_t used;                /* more than max: there was too much to do */
};

bool
virNodeDeviceCompatBudgetSpend(virNodeDeviceCompatBudget *budget,
                               size_t work);

void
virNodeDeviceCompatBudgetExhaust(virNodeDeviceCompatBudget *budget);

bool
virNodeDeviceCompatBudgetIsSpent(const virNodeDeviceCompatBudget *budget);

virNodeDeviceCompatBudget
virNodeDeviceCompatBudgetLend(const virNodeDeviceCompatBudget *pool);

void
virNodeDeviceCompatBudgetReturn(virNodeDeviceCompatBudget *pool,
                                const virNodeDeviceCompatBudget *lent);

size_t
virNodeDeviceCompatWorkOfBytes(size_t bytes);

size_t
virNodeDeviceCompatWorkOfText(const char *text);
