/*
 * domain_hostdev_pairing.h: which host devices of a guest replace each other
 *
 * A guest may use other devices on the destination of a migration than on the
 * source, even a PCI function in place of a mediated device, and have them in another
 * order. Each of them is the counterpart of one device of the source, or of none.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "virccw.h"
#include "virpci.h"

/* What tells a host device from the other ones of the guest; NULL or false if it does not
 * have that */
typedef struct _virDomainHostdevIdentity virDomainHostdevIdentity;
struct _virDomainHostdevIdentity {
    char *address;      /* in the guest */
    char *alias;        /* only if the user chose it */
    char *uuid;         /* on its host, of a mediated device */
    bool single;        /* of a model that a guest has one of at most, such as vfio-ap */
};

void
virDomainHostdevIdentityClear(virDomainHostdevIdentity *identity);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(virDomainHostdevIdentity, virDomainHostdevIdentityClear);

void
virDomainHostdevIdentityCopy(virDomainHostdevIdentity *identity,
                             const virDomainHostdevIdentity *other);

char *
virDomainHostdevIdentityFormatPCI(const virPCIDeviceAddress *addr);

char *
virDomainHostdevIdentityFormatCCW(const virCCWDeviceAddress *addr);

bool
virDomainHostdevIdentityOverlaps(const virDomainHostdevIdentity *a,
                                 const virDomainHostdevIdentity *b);

/* The devices of the source, and which of them have a counterpart */
typedef struct _virDomainHostdevPairing virDomainHostdevPairing;

virDomainHostdevPairing *
virDomainHostdevPairingNew(void);

void
virDomainHostdevPairingFree(virDomainHostdevPairing *pairing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomainHostdevPairing, virDomainHostdevPairingFree);

void
virDomainHostdevPairingAdd(virDomainHostdevPairing *pairing,
                           const virDomainHostdevIdentity *identity,
                           void *device);

void *
virDomainHostdevPairingPair(virDomainHostdevPairing *pairing,
                            const virDomainHostdevIdentity *target);

GPtrArray *
virDomainHostdevPairingGetUnpaired(const virDomainHostdevPairing *pairing,
                                   GHashTable *deferred);
