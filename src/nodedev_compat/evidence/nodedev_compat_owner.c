/*
 * nodedev_compat_owner.c: whose files hang together
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_owner.h"

#include "nodedev_compat_root.h"

/* Of what the calling thread reads: virNodeDeviceCompatOwners by directory or call */
static __thread GHashTable *owners;


static void
virNodeDeviceCompatOwnersFree(void *opaque)
{
    virNodeDeviceCompatOwners *own = opaque;
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(own->names); i++)
        g_free(own->names[i]);
    g_free(own);
}


/* Whether a component of a path, of @len bytes, is the name of a device: a PCI address, a
 * UUID, the number of a channel or of a queue. Directories of subsystems and of types have
 * other letters in their names. */
static bool
virNodeDeviceCompatOwnerIsDevice(const char *name,
                                 size_t len)
{
    bool parts = false;
    size_t i;

    for (i = 0; i < len; i++) {
        if (strchr(":.-", name[i]))
            parts = true;
        else if (!g_ascii_isxdigit(name[i]))
            return false;
    }

    return parts && g_ascii_isxdigit(name[0]);
}


/* The directory of the device that has the file at @path: the last one with the name of a
 * device or, if there is none, the one that the file is in */
static char *
virNodeDeviceCompatOwnerFindDir(const char *path)
{
    const char *root = virNodeDeviceCompatTreeGetRoot();
    const char *at = root && STRPREFIX(path, root) ? path + strlen(root) : path;
    size_t found = 0;

    while (*(at += strspn(at, "/"))) {
        size_t len = strcspn(at, "/");

        if (at[len] && virNodeDeviceCompatOwnerIsDevice(at, len))
            found = at + len - path;
        at += len;
    }

    return found > 0 ? g_strndup(path, found) : g_path_get_dirname(path);
}


/* The last component of a link, or NULL if there is none */
static char *
virNodeDeviceCompatOwnerReadLink(const char *dir,
                                 const char *name)
{
    g_autofree char *target = virNodeDeviceCompatTreeReadTarget(dir, name);

    return target ? g_path_get_basename(target) : NULL;
}


/* A mediated device has files of its parent's driver: all of them can have the same driver
 * of their own, whatever card they are on. */
static virNodeDeviceCompatOwners *
virNodeDeviceCompatOwnersOfDir(const char *dir)
{
    virNodeDeviceCompatOwners *own = g_new0(virNodeDeviceCompatOwners, 1);
    g_autofree char *name = g_path_get_basename(dir);
    g_autofree char *parent = g_path_get_dirname(dir);
    bool mediated = g_uuid_string_is_valid(name);
    g_autofree char *driver = virNodeDeviceCompatOwnerReadLink(mediated ? parent : dir, "driver");
    g_autofree char *physical = virNodeDeviceCompatOwnerReadLink(mediated ? parent : dir,
                                                                 "physfn");
    g_autofree char *self = g_path_get_basename(mediated ? parent : dir);

    own->names[VIR_NODE_DEVICE_COMPAT_OWNER_DEVICE] = g_strdup_printf("device %s", dir);

    /* one without a driver, such as a directory in debugfs, is not known any better */
    own->names[VIR_NODE_DEVICE_COMPAT_OWNER_CARD] =
        g_strdup_printf("card %s", physical ? physical : mediated || driver ? self : parent);
    if (driver)
        own->names[VIR_NODE_DEVICE_COMPAT_OWNER_DRIVER] = g_strdup_printf("driver %s", driver);

    return own;
}


/* What has the same first word asks in one way, about whatever device */
static virNodeDeviceCompatOwners *
virNodeDeviceCompatOwnersOfCall(const char *name)
{
    virNodeDeviceCompatOwners *own = g_new0(virNodeDeviceCompatOwners, 1);

    own->names[VIR_NODE_DEVICE_COMPAT_OWNER_DEVICE] = g_strdup_printf("call %s", name);
    own->names[VIR_NODE_DEVICE_COMPAT_OWNER_CARD] = g_strdup_printf("answer %s", name);
    own->names[VIR_NODE_DEVICE_COMPAT_OWNER_DRIVER] =
        g_strdup_printf("calls %.*s", (int) strcspn(name, " "), name);

    return own;
}


/**
 * virNodeDeviceCompatOwnersGet:
 * @name: path of a file, or name of a call
 *
 * Returns the owners, which stay until virNodeDeviceCompatOwnersForget().
 */
const virNodeDeviceCompatOwners *
virNodeDeviceCompatOwnersGet(const char *name)
{
    g_autofree char *key = name[0] == '/' ? virNodeDeviceCompatOwnerFindDir(name) :
                                            g_strdup(name);
    virNodeDeviceCompatOwners *own;

    if (!owners)
        owners = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                       virNodeDeviceCompatOwnersFree);

    if (!(own = g_hash_table_lookup(owners, key))) {
        own = key[0] == '/' ? virNodeDeviceCompatOwnersOfDir(key) :
                              virNodeDeviceCompatOwnersOfCall(key);
        g_hash_table_insert(owners, g_steal_pointer(&key), own);
    }

    return own;
}


/**
 * virNodeDeviceCompatOwnersForget:
 *
 * Forgets what the calling thread has found out: a device can get another driver.
 */
void
virNodeDeviceCompatOwnersForget(void)
{
    g_clear_pointer(&owners, g_hash_table_unref);
}
