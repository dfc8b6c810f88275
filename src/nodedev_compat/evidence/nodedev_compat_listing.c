/*
 * nodedev_compat_listing.c: the names in a directory
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_listing.h"

#include "nodedev_compat_root.h"
#include "virfile.h"
#include "virstring.h"

typedef struct _virNodeDeviceCompatListing virNodeDeviceCompatListing;
struct _virNodeDeviceCompatListing {
    char *dir;                  /* NULL: none */
    GHashTable *names;          /* NULL: it has not been listed */
    bool failed;                /* it cannot be */
};

/* Those of the calling thread */
static __thread virNodeDeviceCompatListing listings[VIR_NODE_DEVICE_COMPAT_LISTING_DIRS];


/**
 * virNodeDeviceCompatListingRead:
 * @dir: directory
 * @ret_names: set on success to a set of the names in it
 *
 * Returns 0 on success, or errno; E2BIG if there are too many.
 */
int
virNodeDeviceCompatListingRead(const char *dir,
                               GHashTable **ret_names)
{
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(DIR) handle = virNodeDeviceCompatTreeOpenDir(dir);
    struct dirent *entry;
    int rc;

    if (!handle)
        return errno;

    while ((rc = virDirRead(handle, &entry, NULL)) > 0) {
        if (g_hash_table_size(names) == VIR_NODE_DEVICE_COMPAT_LISTING_MAX)
            return E2BIG;
        g_hash_table_add(names, g_strdup(entry->d_name));
    }

    if (rc < 0)
        return errno;

    *ret_names = g_steal_pointer(&names);
    return 0;
}


/**
 * virNodeDeviceCompatListingBegin:
 * @dirs: VIR_NODE_DEVICE_COMPAT_LISTING_DIRS directories without symbolic links in their
 *        paths, any of which can be NULL
 *
 * Until virNodeDeviceCompatListingEnd(), the calling thread lists each of them once, when
 * something is looked for in it.
 */
void
virNodeDeviceCompatListingBegin(const char *const *dirs)
{
    size_t i;

    virNodeDeviceCompatListingEnd();
    for (i = 0; i < G_N_ELEMENTS(listings); i++)
        listings[i].dir = g_strdup(dirs[i]);
}


void
virNodeDeviceCompatListingEnd(void)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(listings); i++) {
        g_clear_pointer(&listings[i].dir, g_free);
        g_clear_pointer(&listings[i].names, g_hash_table_unref);
        listings[i].failed = false;
    }
}


static GHashTable *
virNodeDeviceCompatListingGetNames(virNodeDeviceCompatListing *listing)
{
    if (!listing->names && !listing->failed)
        listing->failed = virNodeDeviceCompatListingRead(listing->dir, &listing->names) != 0;

    return listing->names;
}


/**
 * virNodeDeviceCompatListingGet:
 * @dir: directory
 *
 * Returns the names in @dir, which the caller does not own, or NULL if it is not one of
 * those that are listed once or cannot be listed.
 */
GHashTable *
virNodeDeviceCompatListingGet(const char *dir)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(listings); i++) {
        if (STREQ_NULLABLE(listings[i].dir, dir))
            return virNodeDeviceCompatListingGetNames(&listings[i]);
    }

    return NULL;
}


/**
 * virNodeDeviceCompatListingLacks:
 * @path: path
 *
 * Returns true if @path begins with one of the directories that are listed once, and the
 * next component is not among the names in it. If it is, or if that is not known, there
 * need not be such a file either.
 */
bool
virNodeDeviceCompatListingLacks(const char *path)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(listings); i++) {
        const char *rest = listings[i].dir ? STRSKIP(path, listings[i].dir) : NULL;
        g_autofree char *name = NULL;
        GHashTable *names;

        if (!rest || *rest != '/')
            continue;

        rest += strspn(rest, "/");
        name = g_strndup(rest, strcspn(rest, "/"));

        return name[0] && STRNEQ(name, ".") && STRNEQ(name, "..") &&
               (names = virNodeDeviceCompatListingGetNames(&listings[i])) &&
               !g_hash_table_contains(names, name);
    }

    return false;
}
