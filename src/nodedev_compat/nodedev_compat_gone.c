/*
 * nodedev_compat_gone.c: whether a file is not there, or only cannot be reached
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <sys/stat.h>

#define LIBVIRT_NODEDEV_COMPAT_GONEPRIV_H_ALLOW
#include "nodedev_compat_gone.h"
#include "nodedev_compat_gonepriv.h"


/* How long after it has gone a file may be about to come back: some programs remove the old
 * one before they write the new one. In milliseconds; it has to be long for them, and short
 * for people who have removed it. */
static unsigned int moment = 250;


/**
 * virNodeDeviceCompatGoneSetMoment:
 * @ms: how long a file may be about to come back, in milliseconds
 *
 * Tests are not as fast as usual on a busy machine.
 */
void
virNodeDeviceCompatGoneSetMoment(unsigned int ms)
{
    moment = ms;
}


/* Finds what is at @path or, if nothing is, above it. Returns its path, or NULL if that could
 * not be found out. */
static char *
virNodeDeviceCompatFileFindAbove(const char *path,
                                 struct stat *sb)
{
    g_autofree char *name = g_strdup(path);

    while (lstat(name, sb) < 0) {
        char *parent;

        if (errno != ENOENT)
            return NULL;

        parent = g_path_get_dirname(name);
        g_free(name);
        name = parent;
    }

    return g_steal_pointer(&name);
}


/**
 * virNodeDeviceCompatFileIsGone:
 * @path: absolute path at which there is nothing to open
 * @ret_recently: set to whether the directory above it was changed in the last quarter of a
 *                second, so that this may be the moment in which the file is replaced; or NULL
 *
 * Returns true if there is nothing of that name, false if there is, or if that could
 * not be found out. A symbolic link that leads nowhere, in place of the file or of a
 * directory above it, is something.
 */
bool
virNodeDeviceCompatFileIsGone(const char *path,
                              bool *ret_recently)
{
    struct stat sb;
    struct stat again;
    g_autofree char *name = virNodeDeviceCompatFileFindAbove(path, &sb);

    /* if it is not the file itself, it is what is above that */
    if (!name || STREQ(name, path) || (S_ISLNK(sb.st_mode) && stat(name, &sb) < 0))
        return false;

    /* it can have come back with a directory above it, which need not show that */
    if (lstat(path, &again) == 0 || errno != ENOENT)
        return false;

    if (ret_recently) {
        gint64 changed = sb.st_mtim.tv_sec * G_USEC_PER_SEC + sb.st_mtim.tv_nsec / 1000;
        gint64 age = g_get_real_time() - changed;

        *ret_recently = age >= 0 && age <= moment * 1000LL;
    }

    return true;
}
