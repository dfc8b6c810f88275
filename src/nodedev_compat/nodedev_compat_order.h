/*
 * nodedev_compat_order.h: an order in which one of some things comes before another
 *
 * What is ordered are events, numbers from 0 on. Each clause is a list of pairs, of which
 * one at least has to hold: one event comes before another one. Finds an order, or which
 * clauses cannot hold together. Knows nothing of hosts.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

typedef enum {
    VIR_NODE_DEVICE_COMPAT_ORDER_FOUND = 0,
    VIR_NODE_DEVICE_COMPAT_ORDER_NONE,          /* there is none: all were tried */
    VIR_NODE_DEVICE_COMPAT_ORDER_CUT,           /* looking for one took too much */
} virNodeDeviceCompatOrderStatus;

typedef struct _virNodeDeviceCompatOrderPair virNodeDeviceCompatOrderPair;
struct _virNodeDeviceCompatOrderPair {
    size_t first;
    size_t second;
};

typedef struct _virNodeDeviceCompatOrderResult virNodeDeviceCompatOrderResult;
struct _virNodeDeviceCompatOrderResult {
    virNodeDeviceCompatOrderStatus status;
    GArray *order;              /* size_t, all events, if one was found */
    GArray *core;               /* size_t, clauses that cannot hold together, if there is none */
    bool minimal;               /* without any one of these, the others can */
};

void
virNodeDeviceCompatOrderResultClear(virNodeDeviceCompatOrderResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(virNodeDeviceCompatOrderResult,
                                 virNodeDeviceCompatOrderResultClear);

void
virNodeDeviceCompatOrderSolve(size_t nevents,
                              GPtrArray *clauses,
                              size_t work,
                              virNodeDeviceCompatOrderResult *result);
