/*
 * domain_hostdev_compat_look.h: looks at host devices that never hang the caller
 *
 * A node device daemon may be stopped, and a driver may block who reads its devices. A
 * look therefore asks in a thread of its own, with data of its own, and has a deadline;
 * who waits for it does not hold the lock of the guest meanwhile, and can be told to
 * stop. A thread that does not come back in time is left behind and cleans up when it
 * does; what was answered by then counts.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "domain_hostdev_compat_ask.h"

/* How long a look may take, in milliseconds: for one device or the connection, and in
 * all, as long as a guest runs or has not been started */
#define VIR_DOMAIN_HOSTDEV_COMPAT_LOOK_DEVICE_MS 3000
#define VIR_DOMAIN_HOSTDEV_COMPAT_LOOK_TOTAL_MS 10000

/* In all, while a guest stands still */
#define VIR_DOMAIN_HOSTDEV_COMPAT_LOOK_PAUSED_MS 200

/* As many threads may have been left behind; beyond that, no look is begun. */
#define VIR_DOMAIN_HOSTDEV_COMPAT_LOOK_LEFT_MAX 8

typedef struct _virDomainHostdevCompatLook virDomainHostdevCompatLook;
struct _virDomainHostdevCompatLook {
    /* Called in the thread of the look, with a connection from a look before or NULL,
     * which it owns then. Returns a connection to the node device driver, NULL with an
     * error reported, or NULL without one if this host has no such driver: then questions
     * have what to use in its place. */
    virConnectPtr (*connect)(virConnectPtr conn);

    /* The guest, locked and with a job of the caller's, or NULL. It is unlocked while the
     * caller waits. */
    virDomainObj *vm;

    /* Called with the guest locked, before and after the caller waits. Returns -1 with an
     * error reported to stop waiting. */
    int (*check)(virDomainObj *vm,
                 void *opaque);
    void *opaque;

    gint64 begun;               /* by g_get_monotonic_time(); 0: now */
    bool paused;                /* the guest stands still */
};

int
virDomainHostdevCompatLookAt(const virDomainHostdevCompatLook *look,
                             GPtrArray *questions,
                             virConnectPtr *conn);

void
virDomainHostdevCompatLookClose(virConnectPtr conn);
