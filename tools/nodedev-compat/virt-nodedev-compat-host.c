/*
 * virt-nodedev-compat-host.c: the devices of a machine
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compat-host.h"
#include "virt-nodedev-compat-input.h"
#include "virt-nodedev-compat-name.h"
#include "virt-nodedev-compat-origin.h"
#include "virt-nodedev-compat-place.h"

#include "nodedev_compat/evidence/nodedev_compat_evidence.h"
#include "nodedev_compat/evidence/nodedev_compat_tree.h"
#include "viralloc.h"
#include "virerror.h"
#include "virfile.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

VIR_ENUM_IMPL(virtCompatKind,
              VIRT_COMPAT_KIND_LAST,
              "mdev",
              "function",
              "type",
);


void
virtCompatHostDeviceFree(virtCompatHostDevice *device)
{
    if (!device)
        return;

    g_free(device->path);
    g_free(device->name);
    g_free(device->parent);
    g_free(device->top);
    g_clear_object(&device->compat);
    g_free(device->cause);
    g_free(device);
}


/* What to call a device, which is no name of one if it holds what names do not */
static char *
virtCompatHostGetName(const char *path)
{
    g_autofree char *name = g_path_get_basename(path);

    return virtCompatCleanText(name);
}


/* The directory of the physical function of @path, or NULL if it is no virtual one */
static char *
virtCompatHostGetPhysical(const char *path)
{
    g_autofree char *link = g_build_filename(path, "physfn", NULL);

    return virNodeDeviceCompatTreeResolve(link);
}


static void
virtCompatHostDeviceSetParents(virtCompatHostDevice *device)
{
    g_autofree char *parent = NULL;
    g_autofree char *top = NULL;

    if (device->kind == VIRT_COMPAT_KIND_FUNCTION) {
        parent = virtCompatHostGetPhysical(device->path);
    } else {
        parent = g_path_get_dirname(device->path);
        if (device->kind == VIRT_COMPAT_KIND_TYPE) {
            g_autofree char *types = g_steal_pointer(&parent);

            parent = g_path_get_dirname(types);
        }
        top = virtCompatHostGetPhysical(parent);
    }

    if (parent) {
        device->parent = virtCompatHostGetName(parent);
        device->top = virtCompatHostGetName(top ? top : parent);
    }
}


/* Takes over @compat. */
static virtCompatHostDevice *
virtCompatHostDeviceNew(const char *path,
                        virtCompatKind kind,
                        virNodeDeviceCompat *compat)
{
    virtCompatHostDevice *device = g_new0(virtCompatHostDevice, 1);

    device->kind = kind;
    device->path = g_strdup(path);
    device->name = virtCompatHostGetName(path);
    device->compat = compat;
    virtCompatHostDeviceSetParents(device);
    return device;
}


/* Lists the names in the directory @path, if there is one. */
static int
virtCompatHostListDir(const char *path,
                      GPtrArray **ret_names)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *dir = virNodeDeviceCompatTreeResolve(path);
    g_autoptr(DIR) handle = NULL;
    struct dirent *entry;
    int err = dir ? 0 : errno;
    int rc;

    if (err != 0) {
        g_autofree char *above = g_path_get_dirname(path);
        g_autofree char *name = g_path_get_basename(path);
        g_autofree char *target = virNodeDeviceCompatTreeReadTarget(above, name);

        /* a link that leads nowhere is something */
        if (target || (err != ENOENT && err != ENODEV)) {
            virReportSystemError(err, _("cannot open '%1$s'"), path);
            return -1;
        }
    }

    if (dir) {
        if ((rc = virDirOpenIfExists(&handle, dir)) < 0)
            return -1;

        while (rc > 0 && (rc = virDirRead(handle, &entry, dir)) > 0)
            g_ptr_array_add(names, g_strdup(entry->d_name));
        if (rc < 0)
            return -1;
    }

    g_ptr_array_sort_with_data(names, virStringSortCompare, NULL);
    *ret_names = g_steal_pointer(&names);
    return 0;
}


/* Adds a device of which there is the link at @path and nothing that it leads to, as in a tree
 * that was not copied as a whole. Of the link to a parent, that is all of its types. */
static void
virtCompatHostAddLost(GPtrArray *list,
                      const char *path,
                      virtCompatKind kind)
{
    virtCompatHostDevice *device = g_new0(virtCompatHostDevice, 1);
    g_autofree char *shown = virtCompatCleanText(path);

    device->kind = kind;
    device->path = g_strdup(path);
    device->name = virtCompatHostGetName(path);
    if (kind == VIRT_COMPAT_KIND_TYPE)
        device->parent = g_strdup(device->name);
    device->cause = g_strdup_printf(_("'%1$s' is a dangling link; copy the whole tree, as virt-nodedev-compat record does, or name its start with --root"),
                                    shown);
    g_ptr_array_add(list, device);
}


/* Adds what @dir of sysfs links to, by their paths without links, to @paths, and devices of
 * @kind for links that lead nowhere to @list. The kernel removes a link before the device. */
static int
virtCompatHostFindPaths(const char *dir,
                        const char *root,
                        virtCompatKind kind,
                        GPtrArray *list,
                        GPtrArray *paths)
{
    g_autoptr(GPtrArray) names = NULL;
    g_autofree char *place = NULL;
    size_t i;

    if (virtCompatFindDirectory(dir, root, &place) < 0)
        return -1;
    if (!place)
        return 0;

    if (virtCompatHostListDir(place, &names) < 0)
        return -1;

    for (i = 0; i < names->len; i++) {
        g_autofree char *link = g_build_filename(place, g_ptr_array_index(names, i), NULL);
        char *path = virNodeDeviceCompatTreeResolve(link);
        g_autofree char *target = NULL;

        /* another one can have come in place of the one that has gone */
        if (!path && (target = virNodeDeviceCompatTreeReadTarget(place,
                                                                 g_ptr_array_index(names, i))))
            path = virNodeDeviceCompatTreeResolve(link);

        if (path) {
            g_ptr_array_add(paths, path);
        } else if (errno != ENOENT && errno != ENODEV) {
            virReportSystemError(errno, _("cannot open '%1$s'"), link);
            return -1;
        } else if (target) {
            virtCompatHostAddLost(list, link, kind);
        }
    }

    return 0;
}


/* Adds a device that is known to be there, also if it cannot be read. */
static void
virtCompatHostAdd(GPtrArray *list,
                  const char *path,
                  virtCompatKind kind,
                  const virNodeDeviceCompatFacts *facts)
{
    virNodeDeviceCompat *compat = virtCompatReadDirectory(path, facts, &kind);
    virtCompatHostDevice *device;

    if (compat) {
        device = virtCompatHostDeviceNew(path, kind, compat);
    } else {
        g_autofree char *cause = virtCompatCleanText(virtCompatGetErrorDetail());
        mode_t type;

        virResetLastError();
        /* it can be gone by now */
        if (virNodeDeviceCompatTreeFind(path, &type) == VIR_NODE_DEVICE_COMPAT_READ_ABSENT)
            return;

        device = virtCompatHostDeviceNew(path, kind, NULL);
        device->cause = g_steal_pointer(&cause);
    }

    g_ptr_array_add(list, device);
}


/* Those for guests come before others. */
static void
virtCompatHostAddFunctions(GPtrArray *list,
                           const virNodeDeviceCompatFacts *facts,
                           GPtrArray *functions)
{
    g_autoptr(GPtrArray) others = g_ptr_array_new();
    size_t i;

    for (i = 0; i < functions->len; i++) {
        const char *path = g_ptr_array_index(functions, i);
        virNodeDeviceCompat *compat = virNodeDeviceCompatReadPCI(path, facts);
        virtCompatHostDevice *device;

        /* it cannot be assigned */
        if (!compat)
            continue;

        device = virtCompatHostDeviceNew(path, VIRT_COMPAT_KIND_FUNCTION, compat);
        g_ptr_array_add(virtCompatHostDeviceIsForGuests(device) ? list : others, device);
    }

    g_ptr_array_extend_and_steal(list, g_steal_pointer(&others));
}


static int
virtCompatHostAddTypes(GPtrArray *list,
                       const char *parent,
                       const virNodeDeviceCompatFacts *facts)
{
    g_autofree char *dir = g_build_filename(parent, "mdev_supported_types", NULL);
    g_autoptr(GPtrArray) names = NULL;
    size_t i;

    if (virtCompatHostListDir(dir, &names) < 0)
        return -1;

    for (i = 0; i < names->len; i++) {
        g_autofree char *type = g_build_filename(dir, g_ptr_array_index(names, i), NULL);

        virtCompatHostAdd(list, type, VIRT_COMPAT_KIND_TYPE, facts);
    }

    return 0;
}


/* Adds the types of all parents: those of the class, which a copy need not have, those of
 * mediated devices, and functions. */
static int
virtCompatHostAddAllTypes(GPtrArray *list,
                          const char *root,
                          const virNodeDeviceCompatFacts *facts,
                          GPtrArray *mdevs,
                          GPtrArray *functions)
{
    g_autoptr(GHashTable) done = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) parents = g_ptr_array_new_with_free_func(g_free);
    size_t i;

    if (virtCompatHostFindPaths(VIRT_COMPAT_PARENT_DIR, root, VIRT_COMPAT_KIND_TYPE, list,
                                parents) < 0)
        return -1;
    for (i = 0; i < mdevs->len; i++)
        g_ptr_array_add(parents, g_path_get_dirname(g_ptr_array_index(mdevs, i)));
    for (i = 0; i < functions->len; i++)
        g_ptr_array_add(parents, g_strdup(g_ptr_array_index(functions, i)));

    g_ptr_array_sort_with_data(parents, virStringSortCompare, NULL);
    for (i = 0; i < parents->len; i++) {
        if (g_hash_table_add(done, g_ptr_array_index(parents, i)) &&
            virtCompatHostAddTypes(list, g_ptr_array_index(parents, i), facts) < 0)
            return -1;
    }

    return 0;
}


/* A machine whose sysfs is not there, or a directory that is no copy of one, must not look
 * like a machine without devices. */
static int
virtCompatHostCheckSysfs(const char *root)
{
    g_autofree char *bus = NULL;

    if (virtCompatFindDirectory(VIRT_COMPAT_BUS_DIR, root, &bus) < 0)
        return -1;

    if (!bus) {
        virReportSystemError(ENOENT, _("cannot open '%1$s' below '%2$s'"), VIRT_COMPAT_BUS_DIR,
                             root);
        return -1;
    }

    return 0;
}


/**
 * virtCompatHostRead:
 * @root: root of a copy of a machine, or NULL for this machine
 * @facts: facts about the machine's devices, or NULL
 * @types: read the types of which mediated devices can be created, too
 *
 * Returns a virtCompatHostDevice for each device that a guest could use, sorted, or NULL
 * with an error reported if it could not be found out which there are.
 */
GPtrArray *
virtCompatHostRead(const char *root,
                   const virNodeDeviceCompatFacts *facts,
                   bool types)
{
    g_autoptr(GPtrArray) list = NULL;
    g_autoptr(GPtrArray) mdevs = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) functions = g_ptr_array_new_with_free_func(g_free);
    size_t i;

    if (!root)
        root = "/";

    list = g_ptr_array_new_with_free_func((GDestroyNotify) virtCompatHostDeviceFree);

    if (virtCompatHostCheckSysfs(root) < 0 ||
        virtCompatHostFindPaths(VIRT_COMPAT_MDEV_DIR, root, VIRT_COMPAT_KIND_MDEV, list,
                                mdevs) < 0 ||
        virtCompatHostFindPaths(VIRT_COMPAT_PCI_DIR, root, VIRT_COMPAT_KIND_FUNCTION, list,
                                functions) < 0)
        return NULL;

    for (i = 0; i < mdevs->len; i++)
        virtCompatHostAdd(list, g_ptr_array_index(mdevs, i), VIRT_COMPAT_KIND_MDEV, facts);

    virtCompatHostAddFunctions(list, facts, functions);

    if (types && virtCompatHostAddAllTypes(list, root, facts, mdevs, functions) < 0)
        return NULL;

    return g_steal_pointer(&list);
}


static virtCompatHostDevice *
virtCompatHostDeviceFind(const char *device,
                         const virtCompatLookup *lookup)
{
    g_autofree char *place = virtCompatFindDevice(device, lookup);
    virNodeDeviceCompat *compat;
    virtCompatKind kind;

    if (!place || !(compat = virtCompatReadPlace(place, lookup, &kind)))
        return NULL;

    return virtCompatHostDeviceNew(place, kind, compat);
}


/**
 * virtCompatHostFind:
 * @noperands: number of operands
 * @operands: devices, as of virtCompatFindDevice(); all of the machine if there is none
 * @lookup: how they are looked up
 * @types: of all of the machine, have the types, too
 *
 * Returns a virtCompatHostDevice for each of them, or NULL with an error reported.
 */
GPtrArray *
virtCompatHostFind(int noperands,
                   char *const *operands,
                   const virtCompatLookup *lookup,
                   bool types)
{
    g_autoptr(GPtrArray) devices = NULL;
    size_t i;

    if (noperands == 0)
        return virtCompatHostRead(lookup->root, lookup->facts, types);

    devices = g_ptr_array_new_with_free_func((GDestroyNotify) virtCompatHostDeviceFree);
    for (i = 0; i < noperands; i++) {
        virtCompatHostDevice *device = virtCompatHostDeviceFind(operands[i], lookup);

        if (!device)
            return NULL;
        g_ptr_array_add(devices, device);
    }

    return g_steal_pointer(&devices);
}


/**
 * virtCompatHostDeviceIsForGuests:
 * @device: device
 *
 * Returns true if @device is most likely there for guests. The host itself uses most
 * physical functions, and those that mediated devices are created of.
 */
bool
virtCompatHostDeviceIsForGuests(const virtCompatHostDevice *device)
{
    g_autofree char *types = g_build_filename(device->path, "mdev_supported_types", NULL);

    if (device->kind != VIRT_COMPAT_KIND_FUNCTION)
        return true;

    return !virNodeDeviceCompatTreeGetFileType(types) &&
           (device->parent ||
            virNodeDeviceCompatAttrsFind(&device->compat->self, "vfio_driver"));
}


/**
 * virtCompatHostDeviceGetTitle:
 * @device: device
 *
 * Returns what to call it.
 */
char *
virtCompatHostDeviceGetTitle(const virtCompatHostDevice *device)
{
    if (device->kind != VIRT_COMPAT_KIND_TYPE)
        return g_strdup(device->name);

    /* TRANSLATORS: a type of mediated devices on the device that offers it */
    return g_strdup_printf(_("%1$s on %2$s"), device->name, device->parent);
}
