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


/**
 * virtCompatFindDirectory:
 * @path: absolute path of a directory
 * @root: what to take for the root of the file system
 *
 * Returns where the directory is, or NULL if there is none.
 */
char *
virtCompatFindDirectory(const char *path,
                        const char *root)
{
    g_autofree char *place = virtCompatFindPlace(path, root);

    if (place && virNodeDeviceCompatTreeGetFileType(place) == S_IFDIR)
        return g_steal_pointer(&place);

    virResetLastError();
    return NULL;
}
