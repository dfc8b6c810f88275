/*
 * domain_hostdev_pairing.h: which host device of a guest takes over from which
 *
 * A guest may use other devices on the destination of a migration than on the
 * source, even a PCI function for a mediated device, and have them in another
 * order. Both who migrates and who foretells a migration ask here which is which.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/device_conf.h"

/* What tells a host device from the other ones of the guest; NULL is what it does
 * not have */
typedef struct _virDomainHostdevIdentity virDomainHostdevIdentity;
struct _virDomainHostdevIdentity {
    char *address;      /* in the guest */
    char *alias;        /* only if the user chose it */
    char *uuid;         /* on its host, of a mediated device */
};

void
virDomainHostdevIdentityClear(virDomainHostdevIdentity *place);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(virDomainHostdevIdentity, virDomainHostdevIdentityClear);

char *
virDomainHostdevIdentityFormatAddress(const virDomainDeviceInfo *info);

bool
virDomainHostdevIdentityOverlaps(const virDomainHostdevIdentity *a,
                                 const virDomainHostdevIdentity *b);

/* The devices of the source, and which of them have a successor */
typedef struct _virDomainHostdevPairing virDomainHostdevPairing;

virDomainHostdevPairing *
virDomainHostdevPairingNew(void);

void
virDomainHostdevPairingFree(virDomainHostdevPairing *match);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomainHostdevPairing, virDomainHostdevPairingFree);

void
virDomainHostdevPairingAdd(virDomainHostdevPairing *match,
                           const virDomainHostdevIdentity *place,
                           void *device);

void *
virDomainHostdevPairingTake(virDomainHostdevPairing *match,
                            const virDomainHostdevIdentity *target);

GPtrArray *
virDomainHostdevPairingGetUnpaired(const virDomainHostdevPairing *match,
                                   GHashTable *pooled);
