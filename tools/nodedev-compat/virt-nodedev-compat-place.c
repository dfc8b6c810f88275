/*
 * virt-nodedev-compat-place.c: where virt-nodedev-compat finds what it reads
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <sys/stat.h>

#include "virt-nodedev-compat-place.h"

#include "nodedev_compat/evidence/nodedev_compat_tree.h"
#include "viralloc.h"
#include "virerror.h"
#include "virfile.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define SYSFS "/sys"


/**
 * virtCompatFindSysfs:
 * @path: absolute path
 *
 * Returns what holds the sysfs that @path is in, which is empty for the machine's
 * own; NULL if no directory above @path is called "sys".
 */
char *
virtCompatFindSysfs(const char *path)
{
    const char *sysfs = STRPREFIX(path, SYSFS "/") ? path : g_strrstr(path, SYSFS "/");

    return sysfs ? g_strndup(path, sysfs - path) : NULL;
}


/* Where the user does not name the root of a copied tree, it is what
 * holds its sysfs, or the directory itself if there is no more of it. Returns
 * an empty string for this machine's own sysfs. */
static char *
virtCompatFindRoot(const char *path)
{
    g_autofree char *canonical = NULL;
    char *root;

    if ((root = virtCompatFindSysfs(path)))
        return root;

    if ((canonical = virFileCanonicalizePath(path)) && STRPREFIX(canonical, SYSFS "/"))
        return g_strdup("");

    return g_strdup(path);
}


/**
 * virtCompatFindPlace:
 * @device: path of a device
 * @root: where to look it up, or NULL
 *
 * Confines all further reading of sysfs to @root, or to the tree that @device
 * is in if that is not the machine's own.
 *
 * Returns where the device is, without any link in it, or NULL with an error
 * reported.
 */
char *
virtCompatFindPlace(const char *device,
                    const char *root)
{
    g_autofree char *absolute = g_canonicalize_filename(device, NULL);
    g_autofree char *guess = NULL;
    g_autofree char *canonical = NULL;
    g_autofree char *path = NULL;
    const char *below = device;
    char *place;

    /* such as of a variable that is not set; it would be this machine */
    if (root && !*root) {
        virReportSystemError(ENOENT, _("cannot open '%1$s' below '%2$s'"), device, root);
        return NULL;
    }

    if (!root) {
        root = guess = virtCompatFindRoot(absolute);
        below = absolute + strlen(guess);
    }

    /* links above the root are this machine's */
    if (root[0] && !(canonical = virFileCanonicalizePath(root))) {
        virReportSystemError(errno, _("cannot open '%1$s'"), guess ? device : root);
        return NULL;
    }

    path = g_build_filename("/", NULLSTR_EMPTY(canonical), below, NULL);

    if (virNodeDeviceCompatTreeConfine(canonical) < 0 ||
        !(place = virNodeDeviceCompatTreeResolve(path))) {
        if (guess)
            virReportSystemError(errno, _("cannot open '%1$s'"), device);
        else
            virReportSystemError(errno, _("cannot open '%1$s' below '%2$s'"), device, root);
        return NULL;
    }

    return place;
}


/* Returns true if there is nothing at @path below @root, a canonical path, and no
 * symbolic link that leads nowhere is the cause. */
static bool
virtCompatIsGone(const char *path,
                 const char *root)
{
    g_autofree char *name = g_build_filename(root, path, NULL);

    while (STRNEQ(name, root)) {
        g_autofree char *dir = g_path_get_dirname(name);
        g_autofree char *parent = virNodeDeviceCompatTreeResolve(dir);

        if (parent) {
            g_autofree char *last = g_path_get_basename(name);
            g_autofree char *file = g_build_filename(parent, last, NULL);
            struct stat sb;

            return lstat(file, &sb) < 0 && errno == ENOENT;
        }
        if (errno != ENOENT)
            return false;

        g_free(name);
        name = g_steal_pointer(&dir);
    }

    return false;
}


/**
 * virtCompatFindDirectory:
 * @path: absolute path of a directory
 * @root: what to take for the root of the file system
 * @ret_dir: set to where the directory is, or to NULL if there is none
 *
 * Returns 0 on success, -1 with an error reported if there is something else, or if it
 * could not be found out what there is.
 */
int
virtCompatFindDirectory(const char *path,
                        const char *root,
                        char **ret_dir)
{
    g_autofree char *canonical = virFileCanonicalizePath(root);
    g_autofree char *place = virtCompatFindPlace(path, root);

    *ret_dir = NULL;

    if (!place) {
        if (!canonical || !virLastErrorIsSystemErrno(ENOENT))
            return -1;

        virResetLastError();
        if (virtCompatIsGone(path, canonical))
            return 0;

        virReportError(VIR_ERR_INVALID_ARG,
                       _("cannot open '%1$s' below '%2$s': there is a link that leads nowhere"),
                       path, root);
        return -1;
    }

    if (virNodeDeviceCompatTreeGetFileType(place) != S_IFDIR) {
        virReportSystemError(ENOTDIR, _("cannot open '%1$s' below '%2$s'"), path, root);
        return -1;
    }

    *ret_dir = g_steal_pointer(&place);
    return 0;
}
