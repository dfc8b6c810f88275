/*
 * nodedev_compat_debugfs.c: what of debugfs can show
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <sys/stat.h>

#include "nodedev_compat_debugfs.h"

#include "nodedev_compat_root.h"

#define DEBUGFS "/kernel/debug"

/* Digits of the largest number that a driver shows, of 64 bits */
#define DIGITS_MAX 20


/**
 * virNodeDeviceCompatDebugfsReadNumber:
 * @dir: directory in debugfs
 * @name: file in it
 * @ret_value: set on success to the number in it
 *
 * Reads a file that has a decimal number in it and nothing else, which can show whoever
 * may look into debugfs.
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK on success.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatDebugfsReadNumber(const char *dir,
                                     const char *name,
                                     char **ret_value)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autofree char *text = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadFile(dir, name, &text);
    size_t len;

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return result;

    len = strspn(text, "0123456789");
    if (len == 0 || len > DIGITS_MAX || text[len]) {
        virNodeDeviceCompatEvidenceWarnOnce(path, "it is not a number");
        return VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;
    }

    *ret_value = g_steal_pointer(&text);
    return result;
}


/* Whether everybody may look into @dir and what is above it, up to where debugfs is mounted */
static bool
virNodeDeviceCompatDebugfsIsPublic(const char *dir)
{
    const char *mount = strstr(dir, DEBUGFS "/");
    size_t len = mount ? mount + strlen(DEBUGFS) - dir : strlen(dir);

    while (true) {
        g_autofree char *one = g_strndup(dir, len);
        struct stat sb;

        if (virNodeDeviceCompatTreeStat(one, &sb) < 0 || !(sb.st_mode & S_IXOTH))
            return false;
        if (!dir[len])
            return true;

        len += strspn(dir + len, "/");
        len += strcspn(dir + len, "/");
    }
}


/**
 * virNodeDeviceCompatDebugfsReadPublic:
 * @dir: directory in debugfs
 * @name: file in it
 * @ret_text: set on success as by virNodeDeviceCompatTreeReadLines()
 *
 * Reads a file of any text if everybody may read it. Otherwise it is absent, as on a
 * machine without debugfs.
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK on success.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatDebugfsReadPublic(const char *dir,
                                     const char *name,
                                     char **ret_text)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autofree char *above = g_path_get_dirname(path);

    if (!virNodeDeviceCompatDebugfsIsPublic(above))
        return VIR_NODE_DEVICE_COMPAT_READ_ABSENT;

    return virNodeDeviceCompatTreeReadLines(dir, name, ret_text);
}
