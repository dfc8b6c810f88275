/*
 * nodedev_compat_gone.c: whether a file is not there, or only cannot be reached
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <sys/stat.h>

#include "nodedev_compat_gone.h"


/**
 * virNodeDeviceCompatFileIsGone:
 * @path: absolute path at which there is nothing to open
 *
 * Returns true if there is nothing of that name, false if there is, or if that could
 * not be found out. A symbolic link that leads nowhere, in place of the file or of a
 * directory above it, is something.
 */
bool
virNodeDeviceCompatFileIsGone(const char *path)
{
    g_autofree char *name = g_strdup(path);
    struct stat sb;

    while (lstat(name, &sb) < 0) {
        char *parent;

        if (errno != ENOENT)
            return false;

        parent = g_path_get_dirname(name);
        if (STREQ(parent, name)) {
            g_free(parent);
            return true;
        }
        g_free(name);
        name = parent;
    }

    /* if it is not the file itself, it is what is above that */
    return STRNEQ(name, path) && (!S_ISLNK(sb.st_mode) || stat(name, &sb) == 0);
}
