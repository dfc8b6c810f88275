/*
 * domain_hostdev_pairing.c: which host device of a guest takes over from which
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "domain_hostdev_pairing.h"

#include "viralloc.h"
#include "virpci.h"

typedef struct _virDomainHostdevPairingSource virDomainHostdevPairingSource;
struct _virDomainHostdevPairingSource {
    const virDomainHostdevIdentity *place;
    void *device;
    bool taken;
};

struct _virDomainHostdevPairing {
    size_t nsources;
    virDomainHostdevPairingSource *sources;
    size_t ntargets;
};


void
virDomainHostdevIdentityClear(virDomainHostdevIdentity *place)
{
    g_clear_pointer(&place->address, g_free);
    g_clear_pointer(&place->alias, g_free);
    g_clear_pointer(&place->uuid, g_free);
}


/**
 * virDomainHostdevIdentityFormatAddress:
 * @info: what the guest sees of a device
 *
 * Returns the place of the device in the guest, which no migration may change,
 * or NULL for a device that has none.
 */
char *
virDomainHostdevIdentityFormatAddress(const virDomainDeviceInfo *info)
{
    g_autofree char *address = NULL;

    if (info->type == VIR_DOMAIN_DEVICE_ADDRESS_TYPE_PCI)
        address = virPCIDeviceAddressAsString(&info->addr.pci);
    else if (info->type == VIR_DOMAIN_DEVICE_ADDRESS_TYPE_CCW)
        address = virCCWDeviceAddressAsString((virCCWDeviceAddress *) &info->addr.ccw);

    if (!address)
        return NULL;

    return g_strdup_printf("%s:%s", virDomainDeviceAddressTypeToString(info->type),
                           address);
}


/**
 * virDomainHostdevIdentityOverlaps:
 * @a: place of a device
 * @b: place of another device of the same guest
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
virDomainHostdevPairingFree(virDomainHostdevPairing *match)
{
    if (!match)
        return;

    g_free(match->sources);
    g_free(match);
}


/**
 * virDomainHostdevPairingAdd:
 * @match: match to extend
 * @place: of one device of the source; has to stay as long as @match
 * @device: what to call that device in answers
 */
void
virDomainHostdevPairingAdd(virDomainHostdevPairing *match,
                           const virDomainHostdevIdentity *place,
                           void *device)
{
    virDomainHostdevPairingSource source = { .place = place, .device = device };

    VIR_APPEND_ELEMENT(match->sources, match->nsources, source);
}


static virDomainHostdevPairingSource *
virDomainHostdevPairingFind(const virDomainHostdevPairing *match,
                            const virDomainHostdevIdentity *target)
{
    size_t i;

    for (i = 0; target->address && i < match->nsources; i++) {
        if (STREQ_NULLABLE(match->sources[i].place->address, target->address))
            return &match->sources[i];
    }

    for (i = 0; target->alias && i < match->nsources; i++) {
        if (STREQ_NULLABLE(match->sources[i].place->alias, target->alias))
            return &match->sources[i];
    }

    if (target->address || target->alias)
        return NULL;

    for (i = 0; target->uuid && i < match->nsources; i++) {
        if (STREQ_NULLABLE(match->sources[i].place->uuid, target->uuid))
            return &match->sources[i];
    }

    return NULL;
}


/**
 * virDomainHostdevPairingTake:
 * @match: all devices of the source
 * @target: place of one device of the destination
 *
 * The address in the guest, which no migration may change, tells which is which;
 * for a device that has none (vfio-ap) it is the alias that the user chose and, if
 * there is none either, the UUID.
 *
 * Returns the device of the source that this one takes over from, or NULL.
 */
void *
virDomainHostdevPairingTake(virDomainHostdevPairing *match,
                            const virDomainHostdevIdentity *target)
{
    virDomainHostdevPairingSource *source = virDomainHostdevPairingFind(match, target);

    match->ntargets++;
    if (!source)
        return NULL;

    source->taken = true;
    return source->device;
}


static bool
virDomainHostdevPairingIsDeferred(const virDomainHostdevPairingSource *source,
                                  GHashTable *pooled)
{
    return !source->taken && source->place->address &&
           g_hash_table_contains(pooled, source->place->address);
}


/**
 * virDomainHostdevPairingGetUnpaired:
 * @match: match of which all devices of the destination took over
 * @pooled: set of the addresses in the guest of devices that the destination
 *          chooses later on
 *
 * Which of its devices one without an address was, is not always told. As long as
 * there are as many on the destination as on the source, such a one is not lost.
 *
 * Returns the devices of the source whose state nothing takes over.
 */
GPtrArray *
virDomainHostdevPairingGetUnpaired(const virDomainHostdevPairing *match,
                                   GHashTable *pooled)
{
    g_autoptr(GPtrArray) lost = g_ptr_array_new();
    size_t npooled = 0;
    size_t i;

    for (i = 0; i < match->nsources; i++) {
        if (virDomainHostdevPairingIsDeferred(&match->sources[i], pooled))
            npooled++;
    }

    for (i = 0; i < match->nsources; i++) {
        const virDomainHostdevPairingSource *source = &match->sources[i];

        if (source->taken || virDomainHostdevPairingIsDeferred(source, pooled))
            continue;

        if (source->place->address || match->nsources > match->ntargets + npooled)
            g_ptr_array_add(lost, source->device);
    }

    return g_steal_pointer(&lost);
}
