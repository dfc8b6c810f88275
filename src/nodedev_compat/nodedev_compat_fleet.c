/*
 * nodedev_compat_fleet.c: the devices of many hosts, and which can continue where
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_fleet.h"

#include "nodedev_compat_alternatives.h"
#include "nodedev_compat_vgpu.h"
#include "viralloc.h"

VIR_ENUM_IMPL(virNodeDeviceCompatFleetVerdict,
              VIR_NODE_DEVICE_COMPAT_FLEET_LAST,
              "nothing",
              "identical",
              "superset",
              "unknown",
              "incompatible",
              "absent",
);

/* What comparing devices with more in them than usual can cost in all, some seconds; each
 * pair of usual ones can be compared in any case */
#define FLEET_WORK_MAX (64 * (size_t)VIR_NODE_DEVICE_COMPAT_WORK_MAX)

/* How many bytes of verdicts between classes are kept */
#define FLEET_ROWS_SIZE (64 * 1024 * 1024)

/* How many bytes of what profiles have for devices of a class are kept */
#define FLEET_FITS_SIZE (32 * 1024 * 1024)

/* The kind of devices of which the type is not known */
#define KIND_UNKNOWN "?"


/**
 * virNodeDeviceCompatFleetNew:
 * @rules: vendor rules, or NULL for the built-in ones only; they have to be there as long
 *         as the fleet
 * @flags: bitwise-OR of virNodeDeviceCompareCompatFlags, as of virNodeDeviceCompatCompare()
 *
 * Returns a fleet without hosts.
 */
virNodeDeviceCompatFleet *
virNodeDeviceCompatFleetNew(const virNodeDeviceCompatRules *rules,
                            unsigned int flags)
{
    virNodeDeviceCompatFleet *fleet = g_new0(virNodeDeviceCompatFleet, 1);

    fleet->rules = rules;
    fleet->flags = flags;
    fleet->pool = g_string_chunk_new(64 * 1024);
    fleet->classIndex = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
                                              (GDestroyNotify) g_bytes_unref, NULL);
    fleet->kindIndex = g_hash_table_new(g_str_hash, g_str_equal);
    fleet->kinds = g_ptr_array_new();
    fleet->patterns = virNodeDeviceCompatFleetPatternsNew(rules, flags, fleet->pool);
    fleet->budget.max = FLEET_WORK_MAX;
    fleet->rowsMax = FLEET_ROWS_SIZE;
    fleet->fitsMax = FLEET_FITS_SIZE;
    return fleet;
}


static void
virNodeDeviceCompatFleetClassFree(virNodeDeviceCompatFleetClass *klass)
{
    g_clear_object(&klass->compat);
    g_clear_object(&klass->expanded);
    g_free(klass->digest);
    g_free(klass->row);
    g_free(klass->fits);
    g_free(klass);
}


static void
virNodeDeviceCompatFleetHostFree(virNodeDeviceCompatFleetHost *host)
{
    size_t i;

    g_free(host->name);
    g_free(host->origin);
    g_free(host->cause);
    g_ptr_array_unref(host->unread);
    for (i = 0; i < host->nmembers; i++)
        g_free(host->members[i].first);
    g_free(host->members);
    g_free(host);
}


void
virNodeDeviceCompatFleetFree(virNodeDeviceCompatFleet *fleet)
{
    size_t i;

    if (!fleet)
        return;

    for (i = 0; i < fleet->nclasses; i++)
        virNodeDeviceCompatFleetClassFree(fleet->classes[i]);
    g_free(fleet->classes);
    for (i = 0; i < fleet->nhosts; i++)
        virNodeDeviceCompatFleetHostFree(fleet->hosts[i]);
    g_free(fleet->hosts);
    for (i = 0; i < fleet->nprofiles; i++)
        g_free(fleet->profiles[i].kinds);
    g_free(fleet->profiles);
    g_ptr_array_unref(fleet->kinds);
    g_hash_table_unref(fleet->kindIndex);
    g_hash_table_unref(fleet->classIndex);
    virNodeDeviceCompatFleetPatternsFree(fleet->patterns);
    g_string_chunk_free(fleet->pool);
    g_free(fleet);
}


/*
 * Classes
 */

static void
virNodeDeviceCompatFleetAddAttrs(GByteArray *key,
                                 const virNodeDeviceCompatAttrs *set)
{
    size_t i;

    for (i = 0; i < set->nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = set->attrs[i];
        const char *const texts[] = { attr->name, NULLSTR_EMPTY(attr->value),
                                      NULLSTR_EMPTY(attr->fact) };
        const unsigned char flags[] = { attr->state, attr->dynamic, attr->derived,
                                        attr->value != NULL, attr->fact != NULL };
        size_t j;

        for (j = 0; j < G_N_ELEMENTS(texts); j++)
            g_byte_array_append(key, (const guint8 *) texts[j], strlen(texts[j]) + 1);
        g_byte_array_append(key, flags, sizeof(flags));
    }
}


/* All that comparing a device can depend on, so that those with one key are one class
 * whatever the rules */
static GBytes *
virNodeDeviceCompatFleetMakeKey(const virNodeDeviceCompatFleetDevice *device)
{
    const virNodeDeviceCompat *compat = device->compat;
    GByteArray *key = g_byte_array_sized_new(1024);
    const unsigned char head[] = { device->what, compat->inferred };
    size_t i;

    g_byte_array_append(key, head, sizeof(head));
    virNodeDeviceCompatFleetAddAttrs(key, &compat->self);
    for (i = 0; i < compat->naccepts; i++) {
        g_byte_array_append(key, (const guint8 *) "", 1);
        virNodeDeviceCompatFleetAddAttrs(key, compat->accepts[i]);
    }

    return g_byte_array_free_to_bytes(key);
}


/* The type and, if it is one of NVIDIA's, whose numbers differ from release to release, the
 * name of that */
static void
virNodeDeviceCompatFleetClassSetType(virNodeDeviceCompatFleetClass *klass,
                                     GStringChunk *pool)
{
    const virNodeDeviceCompatAttrs *self = &klass->compat->self;
    const virNodeDeviceCompatAttr *type = virNodeDeviceCompatAttrsFind(self,
                                                                       VIR_NODE_DEVICE_COMPAT_TYPE);

    if (!type || type->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK)
        return;

    klass->type = g_string_chunk_insert_const(pool, type->value);
    klass->signature = virNodeDeviceCompatTypeIsSignature(type->value);
    if (virNodeDeviceCompatVGPUMdevTypesCompare(self, self) ==
        VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_SAME) {
        type = virNodeDeviceCompatAttrsFind(self, VIR_NODE_DEVICE_COMPAT_MDEV_TYPE_NAME);
        klass->typeName = g_string_chunk_insert_const(pool, type->value);
    } else {
        klass->unnamed = virNodeDeviceCompatVGPUIsMdev(self);
    }
}


static size_t
virNodeDeviceCompatFleetAddKind(virNodeDeviceCompatFleet *fleet,
                                const char *label)
{
    size_t kind = GPOINTER_TO_SIZE(g_hash_table_lookup(fleet->kindIndex, label));

    if (kind == 0) {
        char *pooled = g_string_chunk_insert_const(fleet->pool, label);

        g_ptr_array_add(fleet->kinds, pooled);
        kind = fleet->kinds->len;
        g_hash_table_insert(fleet->kindIndex, pooled, GSIZE_TO_POINTER(kind));
    }

    return kind - 1;
}


static virNodeDeviceCompatFleetClass *
virNodeDeviceCompatFleetClassNew(virNodeDeviceCompatFleet *fleet,
                                 virNodeDeviceCompatFleetDevice *device)
{
    virNodeDeviceCompatFleetClass *klass = g_new0(virNodeDeviceCompatFleetClass, 1);
    virNodeDeviceCompatBudget budget = { .max = VIR_NODE_DEVICE_COMPAT_WORK_MAX };
    size_t size = VIR_NODE_DEVICE_COMPAT_EXPANDED_SIZE_MAX;
    const char *label;

    klass->what = device->what;
    klass->compat = g_steal_pointer(&device->compat);
    klass->expanded = virNodeDeviceCompatExpand(klass->compat, &size, &budget);
    klass->tooLarge = virNodeDeviceCompatBudgetIsSpent(&budget);
    klass->digest = virNodeDeviceCompatGetClassDigest(klass->compat, fleet->rules);
    if (!klass->tooLarge)
        klass->subject = virNodeDeviceCompatFleetShapesAdd(fleet->patterns->shapes, klass->compat,
                                                           klass->expanded ? klass->expanded :
                                                                             klass->compat);

    virNodeDeviceCompatFleetClassSetType(klass, fleet->pool);
    label = klass->typeName ? klass->typeName : klass->type;
    klass->kind = virNodeDeviceCompatFleetAddKind(fleet, label ? label : KIND_UNKNOWN);
    return klass;
}


/* Takes the descriptor of @device if it is the first of its class. */
static size_t
virNodeDeviceCompatFleetAddClass(virNodeDeviceCompatFleet *fleet,
                                 virNodeDeviceCompatFleetDevice *device)
{
    g_autoptr(GBytes) key = virNodeDeviceCompatFleetMakeKey(device);
    size_t klass = GPOINTER_TO_SIZE(g_hash_table_lookup(fleet->classIndex, key));
    virNodeDeviceCompatFleetClass *new;

    if (klass > 0)
        return klass - 1;

    new = virNodeDeviceCompatFleetClassNew(fleet, device);
    VIR_APPEND_ELEMENT(fleet->classes, fleet->nclasses, new);
    g_hash_table_insert(fleet->classIndex, g_steal_pointer(&key),
                        GSIZE_TO_POINTER(fleet->nclasses));
    return fleet->nclasses - 1;
}


/**
 * virNodeDeviceCompatFleetFindClass:
 * @fleet: fleet
 * @device: device
 *
 * Returns the class that @device is in if it is one of the fleet's, else
 * VIR_NODE_DEVICE_COMPAT_FLEET_NONE.
 */
size_t
virNodeDeviceCompatFleetFindClass(const virNodeDeviceCompatFleet *fleet,
                                  const virNodeDeviceCompatFleetDevice *device)
{
    g_autoptr(GBytes) key = NULL;
    size_t klass;

    if (!device->compat)
        return VIR_NODE_DEVICE_COMPAT_FLEET_NONE;

    key = virNodeDeviceCompatFleetMakeKey(device);
    klass = GPOINTER_TO_SIZE(g_hash_table_lookup(fleet->classIndex, key));
    return klass > 0 ? klass - 1 : VIR_NODE_DEVICE_COMPAT_FLEET_NONE;
}


/*
 * Hosts
 */

static int
virNodeDeviceCompatFleetSortMembers(const void *a,
                                    const void *b,
                                    void *opaque G_GNUC_UNUSED)
{
    const virNodeDeviceCompatFleetMember *first = a;
    const virNodeDeviceCompatFleetMember *second = b;

    return first->klass < second->klass ? -1 : first->klass > second->klass;
}


/* Counts a device of class @klass. @places has where each class is among the members, plus
 * one. */
static void
virNodeDeviceCompatFleetHostAddMember(virNodeDeviceCompatFleetHost *host,
                                      GHashTable *places,
                                      size_t klass,
                                      const char *name)
{
    size_t place = GPOINTER_TO_SIZE(g_hash_table_lookup(places, GSIZE_TO_POINTER(klass)));
    virNodeDeviceCompatFleetMember member = { .klass = klass, .ndevices = 1 };

    if (place > 0) {
        host->members[place - 1].ndevices++;
        return;
    }

    member.first = g_strdup(name);
    VIR_APPEND_ELEMENT(host->members, host->nmembers, member);
    g_hash_table_insert(places, GSIZE_TO_POINTER(klass), GSIZE_TO_POINTER(host->nmembers));
}


/**
 * virNodeDeviceCompatFleetAddHost:
 * @fleet: fleet
 * @name: what to call the host
 * @origin: where its devices are from
 * @devices: array of virNodeDeviceCompatFleetDevice, of which descriptors are taken, or NULL
 * @cause: why nothing is known of the devices, if there is no array
 *
 * Adds a host. One of which nothing is known is there, and unknown.
 */
void
virNodeDeviceCompatFleetAddHost(virNodeDeviceCompatFleet *fleet,
                                const char *name,
                                const char *origin,
                                GPtrArray *devices,
                                const char *cause)
{
    virNodeDeviceCompatFleetHost *host = g_new0(virNodeDeviceCompatFleetHost, 1);
    g_autoptr(GHashTable) places = g_hash_table_new(NULL, NULL);
    size_t i;

    host->name = g_strdup(name);
    host->origin = g_strdup(origin);
    host->cause = devices ? NULL : g_strdup(cause);
    host->unread = g_ptr_array_new_with_free_func(g_free);

    for (i = 0; devices && i < devices->len; i++) {
        virNodeDeviceCompatFleetDevice *device = g_ptr_array_index(devices, i);
        size_t klass;

        if (!device->compat) {
            g_ptr_array_add(host->unread, g_strdup_printf("%s%s%s", NULLSTR_EMPTY(device->name),
                                                          device->name ? ": " : "",
                                                          NULLSTR_EMPTY(device->cause)));
            continue;
        }

        klass = virNodeDeviceCompatFleetAddClass(fleet, device);
        fleet->classes[klass]->ndevices++;
        fleet->ndevices++;
        virNodeDeviceCompatFleetHostAddMember(host, places, klass, device->name);
    }

    g_qsort_with_data(host->members, host->nmembers, sizeof(*host->members),
                      virNodeDeviceCompatFleetSortMembers, NULL);
    VIR_APPEND_ELEMENT(fleet->hosts, fleet->nhosts, host);
}


static int
virNodeDeviceCompatFleetSortHosts(const void *a,
                                  const void *b,
                                  void *opaque G_GNUC_UNUSED)
{
    const virNodeDeviceCompatFleetHost *first = *(virNodeDeviceCompatFleetHost *const *)a;
    const virNodeDeviceCompatFleetHost *second = *(virNodeDeviceCompatFleetHost *const *)b;
    int order = strcmp(first->name, second->name);

    return order != 0 ? order : strcmp(first->origin, second->origin);
}


/* What makes hosts the same: that something is not known of them, and their classes */
static GBytes *
virNodeDeviceCompatFleetMakeProfileKey(const virNodeDeviceCompatFleetHost *host)
{
    GArray *key = g_array_sized_new(false, false, sizeof(size_t), host->nmembers + 1);
    size_t unread = host->cause || host->unread->len > 0;
    size_t len;
    size_t i;

    g_array_append_val(key, unread);
    for (i = 0; i < host->nmembers; i++)
        g_array_append_val(key, host->members[i].klass);
    len = key->len * sizeof(size_t);

    return g_bytes_new_take(g_array_free(key, false), len);
}


static void
virNodeDeviceCompatFleetAddProfile(virNodeDeviceCompatFleet *fleet,
                                   size_t at)
{
    const virNodeDeviceCompatFleetHost *host = fleet->hosts[at];
    virNodeDeviceCompatFleetProfile profile = {
        .host = at,
        .unread = host->cause || host->unread->len > 0,
        .kinds = g_new0(bool, fleet->kinds->len),
    };
    size_t i;

    for (i = 0; i < host->nmembers; i++) {
        const virNodeDeviceCompatFleetClass *klass = fleet->classes[host->members[i].klass];

        if (klass->what != VIR_NODE_DEVICE_COMPAT_FLEET_TYPE)
            profile.kinds[klass->kind] = true;
    }

    VIR_APPEND_ELEMENT(fleet->profiles, fleet->nprofiles, profile);
}


/**
 * virNodeDeviceCompatFleetComplete:
 * @fleet: fleet to which all hosts were added
 *
 * Sorts the hosts by name, and finds those that are the same.
 */
void
virNodeDeviceCompatFleetComplete(virNodeDeviceCompatFleet *fleet)
{
    g_autoptr(GHashTable) index = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
                                                        (GDestroyNotify) g_bytes_unref, NULL);
    size_t i;

    g_qsort_with_data(fleet->hosts, fleet->nhosts, sizeof(*fleet->hosts),
                      virNodeDeviceCompatFleetSortHosts, NULL);

    for (i = 0; i < fleet->nhosts; i++) {
        virNodeDeviceCompatFleetHost *host = fleet->hosts[i];
        g_autoptr(GBytes) key = virNodeDeviceCompatFleetMakeProfileKey(host);
        size_t profile = GPOINTER_TO_SIZE(g_hash_table_lookup(index, key));

        if (i > 0 && STREQ(host->name, fleet->hosts[i - 1]->name)) {
            host->duplicate = fleet->hosts[i - 1]->duplicate = true;
            if (STREQ(host->origin, fleet->hosts[i - 1]->origin))
                host->nth = fleet->hosts[i - 1]->nth + 1;
        }

        if (profile == 0) {
            virNodeDeviceCompatFleetAddProfile(fleet, i);
            profile = fleet->nprofiles;
            g_hash_table_insert(index, g_steal_pointer(&key), GSIZE_TO_POINTER(profile));
        }
        host->profile = profile - 1;
        fleet->profiles[profile - 1].nhosts++;
    }
}
