/*
 * nodedev_compat_place.h: which host device of a guest takes over from which
 *
 * A guest may use other devices on the destination of a migration than on the
 * source, even a PCI function for a mediated device, and have them in another
 * order. Both who migrates and who foretells a migration ask here which is which.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "device_conf.h"

/* What tells a host device from the other ones of the guest; NULL is what it does
 * not have */
typedef struct _virNodeDeviceCompatPlace virNodeDeviceCompatPlace;
struct _virNodeDeviceCompatPlace {
    char *address;      /* in the guest */
    char *alias;        /* only if the user chose it */
    char *uuid;         /* on its host, of a mediated device */
};

void
virNodeDeviceCompatPlaceClear(virNodeDeviceCompatPlace *place);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(virNodeDeviceCompatPlace, virNodeDeviceCompatPlaceClear);

char *
virNodeDeviceCompatPlaceFormatAddress(const virDomainDeviceInfo *info);

bool
virNodeDeviceCompatPlaceOverlaps(const virNodeDeviceCompatPlace *a,
                                 const virNodeDeviceCompatPlace *b);

/* The devices of the source, and which of them have a successor */
typedef struct _virNodeDeviceCompatMatch virNodeDeviceCompatMatch;

virNodeDeviceCompatMatch *
virNodeDeviceCompatMatchNew(void);

void
virNodeDeviceCompatMatchFree(virNodeDeviceCompatMatch *match);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatMatch, virNodeDeviceCompatMatchFree);

void
virNodeDeviceCompatMatchAdd(virNodeDeviceCompatMatch *match,
                            const virNodeDeviceCompatPlace *place,
                            void *device);

void *
virNodeDeviceCompatMatchTake(virNodeDeviceCompatMatch *match,
                             const virNodeDeviceCompatPlace *target);

GPtrArray *
virNodeDeviceCompatMatchGetLost(const virNodeDeviceCompatMatch *match,
                                GHashTable *pooled);
