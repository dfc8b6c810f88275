/*
 * nodedev_compat_pool.h: the threads that read
 *
 * A task runs in one of the threads. Who waits for it gives it up when it takes too long;
 * the thread then goes on alone, and counts as one that hangs until it comes back. There is
 * a limit to the number of threads. What a task does that can hang has a key, such as that
 * of a file: one thread at a time does it, and nobody begins it while a thread hangs there.
 * It has owners as well, each with a share of the threads: while so many hang, nothing else
 * of that owner is begun, and the others have theirs.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_owner.h"

#define VIR_NODE_DEVICE_COMPAT_POOL_THREADS_MAX 16

/* The share of an owner */
#define VIR_NODE_DEVICE_COMPAT_POOL_DEVICE_MAX 2
#define VIR_NODE_DEVICE_COMPAT_POOL_CARD_MAX 4
#define VIR_NODE_DEVICE_COMPAT_POOL_DRIVER_MAX 8

/* So many threads are kept for those owners of which no thread is busy: one for each */
#define VIR_NODE_DEVICE_COMPAT_POOL_RESERVE 4

typedef struct _virNodeDeviceCompatTask virNodeDeviceCompatTask;
struct _virNodeDeviceCompatTask {
    void *(*run)(virNodeDeviceCompatTask *task);
    void *opaque;
    GDestroyNotify freeOpaque;
    GDestroyNotify freeResult;
    gint64 deadline;            /* by g_get_monotonic_time() */

    /* The rest is protected by the lock of the pool */
    GCond cond;                 /* it is done */
    const char *key;            /* of what it does, or NULL */
    const virNodeDeviceCompatOwners *owners;
    gint64 late;                /* when that takes too long */
    bool done;
    bool hanging;               /* nobody waits any more */
    void *result;
};

virNodeDeviceCompatTask *
virNodeDeviceCompatTaskNew(void);

void
virNodeDeviceCompatTaskUnref(virNodeDeviceCompatTask *task);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatTask, virNodeDeviceCompatTaskUnref);

bool
virNodeDeviceCompatPoolRun(virNodeDeviceCompatTask *task,
                           unsigned int ms);

void
virNodeDeviceCompatPoolLock(void);

void
virNodeDeviceCompatPoolUnlock(void);

int
virNodeDeviceCompatPoolClaim(virNodeDeviceCompatTask *task,
                             const char *key,
                             const virNodeDeviceCompatOwners *owners,
                             unsigned int ms);

void
virNodeDeviceCompatPoolRelease(virNodeDeviceCompatTask *task);

bool
virNodeDeviceCompatPoolHangs(const char *key);

void
virNodeDeviceCompatPoolSetIdle(unsigned int ms);

void
virNodeDeviceCompatPoolCount(size_t *ret_threads,
                             size_t *ret_hanging);
