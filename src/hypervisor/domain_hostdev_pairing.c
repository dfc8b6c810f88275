/*
 * domain_hostdev_pairing.c: which host devices of a guest replace each other
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "domain_hostdev_pairing.h"

#include "viralloc.h"

typedef struct _virDomainHostdevPairingSource virDomainHostdevPairingSource;
struct _virDomainHostdevPairingSource {
    const virDomainHostdevIdentity *identity;
    void *device;
    bool paired;
};

struct _virDomainHostdevPairing {
    size_t nsources;
    virDomainHostdevPairingSource *sources;
    size_t ntargets;
};


void
virDomainHostdevIdentityClear(virDomainHostdevIdentity *identity)
{
    g_clear_pointer(&identity->address, g_free);
    g_clear_pointer(&identity->alias, g_free);
    g_clear_pointer(&identity->uuid, g_free);
    identity->single = false;
}


/* Makes @identity, which is empty, one like @other. */
void
virDomainHostdevIdentityCopy(virDomainHostdevIdentity *identity,
                             const virDomainHostdevIdentity *other)
{
    identity->address = g_strdup(other->address);
    identity->alias = g_strdup(other->alias);
    identity->uuid = g_strdup(other->uuid);
    identity->single = other->single;
}


/**
 * virDomainHostdevIdentityFormatPCI:
 * @addr: address of a device in the guest
 *
 * Returns the address, which no migration may change, or NULL if libvirt is yet to choose
 * it: a definition can say no more of an address than its type.
 */
char *
virDomainHostdevIdentityFormatPCI(const virPCIDeviceAddress *addr)
{
    g_autofree char *address = NULL;

    if (virPCIDeviceAddressIsEmpty(addr))
        return NULL;

    address = virPCIDeviceAddressAsString(addr);
    return g_strdup_printf("pci:%s", address);
}


/**
 * virDomainHostdevIdentityFormatCCW:
 * @addr: address of a device in the guest
 *
 * The same for a device on a channel.
 */
char *
virDomainHostdevIdentityFormatCCW(const virCCWDeviceAddress *addr)
{
    g_autofree char *address = NULL;

    if (!addr->assigned)
        return NULL;

    address = virCCWDeviceAddressAsString((virCCWDeviceAddress *) addr);
    return g_strdup_printf("ccw:%s", address);
}


/**
 * virDomainHostdevIdentityOverlaps:
 * @a: identity of a device
 * @b: identity of another device of the same guest
 *
 * Returns true if they share what only one device of a guest can have.
 */
bool
virDomainHostdevIdentityOverlaps(const virDomainHostdevIdentity *a,
                                 const virDomainHostdevIdentity *b)
{
    return (a->alias && STREQ_NULLABLE(a->alias, b->alias)) ||
           (a->address && STREQ_NULLABLE(a->address, b->address)) ||
           (a->uuid && STREQ_NULLABLE(a->uuid, b->uuid));
}


virDomainHostdevPairing *
virDomainHostdevPairingNew(void)
{
    return g_new0(virDomainHostdevPairing, 1);
}


void
virDomainHostdevPairingFree(virDomainHostdevPairing *pairing)
{
    if (!pairing)
        return;

    g_free(pairing->sources);
    g_free(pairing);
}


/**
 * virDomainHostdevPairingAdd:
 * @pairing: pairing to extend
 * @identity: of one device of the source; has to stay as long as @pairing
 * @device: that device
 */
void
virDomainHostdevPairingAdd(virDomainHostdevPairing *pairing,
                           const virDomainHostdevIdentity *identity,
                           void *device)
{
    virDomainHostdevPairingSource source = { .identity = identity, .device = device };

    VIR_APPEND_ELEMENT(pairing->sources, pairing->nsources, source);
}


/* The only device of the source of which a guest has one at most, or NULL */
static virDomainHostdevPairingSource *
virDomainHostdevPairingFindSingle(const virDomainHostdevPairing *pairing)
{
    virDomainHostdevPairingSource *found = NULL;
    size_t i;

    for (i = 0; i < pairing->nsources; i++) {
        if (!pairing->sources[i].identity->single)
            continue;
        if (found)
            return NULL;
        found = &pairing->sources[i];
    }

    return found;
}


static virDomainHostdevPairingSource *
virDomainHostdevPairingFind(const virDomainHostdevPairing *pairing,
                            const virDomainHostdevIdentity *target)
{
    virDomainHostdevPairingSource *single;
    size_t i;

    if (target->single && (single = virDomainHostdevPairingFindSingle(pairing)))
        return single;

    for (i = 0; target->address && i < pairing->nsources; i++) {
        if (STREQ_NULLABLE(pairing->sources[i].identity->address, target->address))
            return &pairing->sources[i];
    }

    for (i = 0; target->alias && i < pairing->nsources; i++) {
        if (STREQ_NULLABLE(pairing->sources[i].identity->alias, target->alias))
            return &pairing->sources[i];
    }

    if (target->address || target->alias)
        return NULL;

    for (i = 0; target->uuid && i < pairing->nsources; i++) {
        if (STREQ_NULLABLE(pairing->sources[i].identity->uuid, target->uuid))
            return &pairing->sources[i];
    }

    return NULL;
}


/**
 * virDomainHostdevPairingPair:
 * @pairing: all devices of the source
 * @target: identity of one device of the destination
 *
 * Devices are paired by the address in the guest, which no migration may change;
 * a device that has none by the alias that the user chose and, if there is none either, by
 * the UUID. Of what a guest has one at most (vfio-ap, which has no address), one is the
 * counterpart of the other whatever they are called.
 *
 * Returns the device of the source that this one replaces, or NULL.
 */
void *
virDomainHostdevPairingPair(virDomainHostdevPairing *pairing,
                            const virDomainHostdevIdentity *target)
{
    virDomainHostdevPairingSource *source = virDomainHostdevPairingFind(pairing, target);

    pairing->ntargets++;
    if (!source)
        return NULL;

    source->paired = true;
    return source->device;
}


static bool
virDomainHostdevPairingIsDeferred(const virDomainHostdevPairingSource *source,
                                  GHashTable *deferred)
{
    return !source->paired && source->identity->address &&
           g_hash_table_contains(deferred, source->identity->address);
}


/**
 * virDomainHostdevPairingGetUnpaired:
 * @pairing: pairing that all devices of the destination were given to
 * @deferred: addresses in the guest of devices that the destination chooses later
 *            on
 *
 * A device without an address cannot always be told from others. As long as the
 * destination has as many devices as the source, such a device is not unpaired.
 *
 * Returns the devices of the source that no device of the destination replaces.
 */
GPtrArray *
virDomainHostdevPairingGetUnpaired(const virDomainHostdevPairing *pairing,
                                   GHashTable *deferred)
{
    g_autoptr(GPtrArray) unpaired = g_ptr_array_new();
    size_t ndeferred = 0;
    size_t i;

    for (i = 0; i < pairing->nsources; i++) {
        if (virDomainHostdevPairingIsDeferred(&pairing->sources[i], deferred))
            ndeferred++;
    }

    for (i = 0; i < pairing->nsources; i++) {
        const virDomainHostdevPairingSource *source = &pairing->sources[i];

        if (source->paired || virDomainHostdevPairingIsDeferred(source, deferred))
            continue;

        if (source->identity->address || pairing->nsources > pairing->ntargets + ndeferred)
            g_ptr_array_add(unpaired, source->device);
    }

    return g_steal_pointer(&unpaired);
}
