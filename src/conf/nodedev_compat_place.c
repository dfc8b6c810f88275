/*
 * nodedev_compat_place.c: which host device of a guest takes over from which
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_place.h"

#include "viralloc.h"
#include "virpci.h"

typedef struct _virNodeDeviceCompatMatchSource virNodeDeviceCompatMatchSource;
struct _virNodeDeviceCompatMatchSource {
    const virNodeDeviceCompatPlace *place;
    void *device;
    bool taken;
};

struct _virNodeDeviceCompatMatch {
    size_t nsources;
    virNodeDeviceCompatMatchSource *sources;
    size_t ntargets;
};


void
virNodeDeviceCompatPlaceClear(virNodeDeviceCompatPlace *place)
{
    g_clear_pointer(&place->address, g_free);
    g_clear_pointer(&place->alias, g_free);
    g_clear_pointer(&place->uuid, g_free);
}


/**
 * virNodeDeviceCompatPlaceFormatAddress:
 * @info: what the guest sees of a device
 *
 * Returns the place of the device in the guest, which no migration may change,
 * or NULL for a device that has none.
 */
char *
virNodeDeviceCompatPlaceFormatAddress(const virDomainDeviceInfo *info)
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
 * virNodeDeviceCompatPlaceOverlaps:
 * @a: place of a device
 * @b: place of another device of the same guest
 *
 * Returns true if they share what only one device of a guest can have.
 */
bool
virNodeDeviceCompatPlaceOverlaps(const virNodeDeviceCompatPlace *a,
                                 const virNodeDeviceCompatPlace *b)
{
    return (a->alias && STREQ_NULLABLE(a->alias, b->alias)) ||
           (a->address && STREQ_NULLABLE(a->address, b->address)) ||
           (a->uuid && STREQ_NULLABLE(a->uuid, b->uuid));
}


virNodeDeviceCompatMatch *
virNodeDeviceCompatMatchNew(void)
{
    return g_new0(virNodeDeviceCompatMatch, 1);
}


void
virNodeDeviceCompatMatchFree(virNodeDeviceCompatMatch *match)
{
    if (!match)
        return;

    g_free(match->sources);
    g_free(match);
}


/**
 * virNodeDeviceCompatMatchAdd:
 * @match: match to extend
 * @place: of one device of the source; has to stay as long as @match
 * @device: what to call that device in answers
 */
void
virNodeDeviceCompatMatchAdd(virNodeDeviceCompatMatch *match,
                            const virNodeDeviceCompatPlace *place,
                            void *device)
{
    virNodeDeviceCompatMatchSource source = { .place = place, .device = device };

    VIR_APPEND_ELEMENT(match->sources, match->nsources, source);
}


static virNodeDeviceCompatMatchSource *
virNodeDeviceCompatMatchFind(const virNodeDeviceCompatMatch *match,
                             const virNodeDeviceCompatPlace *target)
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
 * virNodeDeviceCompatMatchTake:
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
virNodeDeviceCompatMatchTake(virNodeDeviceCompatMatch *match,
                             const virNodeDeviceCompatPlace *target)
{
    virNodeDeviceCompatMatchSource *source = virNodeDeviceCompatMatchFind(match, target);

    match->ntargets++;
    if (!source)
        return NULL;

    source->taken = true;
    return source->device;
}


static bool
virNodeDeviceCompatMatchIsPooled(const virNodeDeviceCompatMatchSource *source,
                                 GHashTable *pooled)
{
    return !source->taken && source->place->address &&
           g_hash_table_contains(pooled, source->place->address);
}


/**
 * virNodeDeviceCompatMatchGetLost:
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
virNodeDeviceCompatMatchGetLost(const virNodeDeviceCompatMatch *match,
                                GHashTable *pooled)
{
    g_autoptr(GPtrArray) lost = g_ptr_array_new();
    size_t npooled = 0;
    size_t i;

    for (i = 0; i < match->nsources; i++) {
        if (virNodeDeviceCompatMatchIsPooled(&match->sources[i], pooled))
            npooled++;
    }

    for (i = 0; i < match->nsources; i++) {
        const virNodeDeviceCompatMatchSource *source = &match->sources[i];

        if (source->taken || virNodeDeviceCompatMatchIsPooled(source, pooled))
            continue;

        if (source->place->address || match->nsources > match->ntargets + npooled)
            g_ptr_array_add(lost, source->device);
    }

    return g_steal_pointer(&lost);
}
