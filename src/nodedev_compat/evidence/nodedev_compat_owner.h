/*
 * nodedev_compat_owner.h: whose files hang together
 *
 * If a file hangs, it is because of a device, or of the card that this is on, or of the
 * driver of both. Each of these owners has a share of the threads that read, so that it
 * does not take those that others need.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

typedef enum {
    VIR_NODE_DEVICE_COMPAT_OWNER_DEVICE = 0,    /* the directory of a device */
    VIR_NODE_DEVICE_COMPAT_OWNER_CARD,          /* its physical function, or its parent */
    VIR_NODE_DEVICE_COMPAT_OWNER_DRIVER,

    VIR_NODE_DEVICE_COMPAT_OWNER_LAST
} virNodeDeviceCompatOwner;

/* From the narrowest to the widest; those behind the last one that is known are NULL */
typedef struct _virNodeDeviceCompatOwners virNodeDeviceCompatOwners;
struct _virNodeDeviceCompatOwners {
    char *names[VIR_NODE_DEVICE_COMPAT_OWNER_LAST];
};

const virNodeDeviceCompatOwners *
virNodeDeviceCompatOwnersGet(const char *name);

void
virNodeDeviceCompatOwnersForget(void);
