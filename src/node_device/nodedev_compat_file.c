/*
 * nodedev_compat_file.c: files of a sysfs tree
 *
 * The tree may be a copy, and its files may be hostile.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <fcntl.h>
#include <sys/stat.h>

#define LIBVIRT_NODEDEV_COMPAT_SYSFSPRIV_H_ALLOW
#include "nodedev_compat_sysfspriv.h"

#include "virfile.h"
#include "virlog.h"
#include "virstring.h"
#include "virthread.h"

VIR_LOG_INIT("node_device.nodedev_compat_file");

/* How many complaints are remembered so that each is made once */
#define COMPLAINTS_MAX 1024

static virMutex complaintsLock = VIR_MUTEX_INITIALIZER;
static GHashTable *complaints;


/**
 * virNodeDeviceCompatComplain:
 * @path: file or directory
 * @format: what is wrong with it, for printf()
 *
 * Logs that @path is not used, once.
 */
void
virNodeDeviceCompatComplain(const char *path,
                            const char *format,
                            ...)
{
    g_autofree char *text = NULL;
    va_list args;

    VIR_WITH_MUTEX_LOCK_GUARD(&complaintsLock) {
        if (!complaints)
            complaints = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

        if (g_hash_table_size(complaints) >= COMPLAINTS_MAX)
            g_hash_table_remove_all(complaints);
        if (!g_hash_table_add(complaints, g_strdup(path)))
            return;
    }

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);

    VIR_WARN("compatibility attribute '%s' is not used: %s", path, text);
}


/**
 * virNodeDeviceCompatReadPage:
 * @dir: directory
 * @name: file in it
 * @ret_text: set on success to what the file holds
 *
 * A sysfs file is never larger than a page.
 *
 * Returns VIR_NODE_DEVICE_COMPAT_FILE_OK if the file holds text without NUL
 * bytes, which may be empty. Complains of a file that is there and cannot be
 * used, unless the driver says with ENODEV that it has nothing to say.
 */
virNodeDeviceCompatFile
virNodeDeviceCompatReadPage(const char *dir,
                            const char *name,
                            char **ret_text)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autofree char *text = NULL;
    VIR_AUTOCLOSE fd = -1;
    struct stat sb;
    int len;

    /* O_NONBLOCK, as in a copied tree a name can stand for anything */
    if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) < 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return VIR_NODE_DEVICE_COMPAT_FILE_ABSENT;
        virNodeDeviceCompatComplain(path, "%s", g_strerror(errno));
        return VIR_NODE_DEVICE_COMPAT_FILE_UNREADABLE;
    }

    if (fstat(fd, &sb) < 0 || !S_ISREG(sb.st_mode))
        return VIR_NODE_DEVICE_COMPAT_FILE_ABSENT;

    /* a value of the longest length and its line feed */
    if ((len = virFileReadLimFD(fd, VIR_NODE_DEVICE_COMPAT_VALUE_MAX + 1, &text)) < 0) {
        bool large = errno == EOVERFLOW;

        if (errno != ENODEV)
            virNodeDeviceCompatComplain(path, "%s", large ? "it is too large" :
                                        g_strerror(errno));
        return large ? VIR_NODE_DEVICE_COMPAT_FILE_NO_TEXT :
                       VIR_NODE_DEVICE_COMPAT_FILE_UNREADABLE;
    }

    if (strlen(text) != len) {
        virNodeDeviceCompatComplain(path, "it holds a NUL byte");
        return VIR_NODE_DEVICE_COMPAT_FILE_NO_TEXT;
    }

    *ret_text = g_steal_pointer(&text);
    return VIR_NODE_DEVICE_COMPAT_FILE_OK;
}


/**
 * virNodeDeviceCompatReadFile:
 * @dir: directory
 * @name: file in it
 * @ret_text: set on success to the line that the file holds, without the white
 *            space that ends it
 *
 * Returns VIR_NODE_DEVICE_COMPAT_FILE_OK if the file holds one line of
 * printable ASCII text.
 */
virNodeDeviceCompatFile
virNodeDeviceCompatReadFile(const char *dir,
                            const char *name,
                            char **ret_text)
{
    g_autofree char *text = NULL;
    g_autofree char *path = NULL;
    virNodeDeviceCompatFile result = virNodeDeviceCompatReadPage(dir, name, &text);

    if (result != VIR_NODE_DEVICE_COMPAT_FILE_OK)
        return result;

    g_strchomp(text);
    if (text[0] == '\0')
        return VIR_NODE_DEVICE_COMPAT_FILE_EMPTY;

    if (virNodeDeviceCompatValueIsPrintable(text)) {
        *ret_text = g_steal_pointer(&text);
        return VIR_NODE_DEVICE_COMPAT_FILE_OK;
    }

    path = g_build_filename(dir, name, NULL);
    virNodeDeviceCompatComplain(path, "it is not a line of printable ASCII text");
    return VIR_NODE_DEVICE_COMPAT_FILE_NO_TEXT;
}


/**
 * virNodeDeviceCompatListDir:
 * @dir: directory, which need not be there
 * @prefix: what the names have to start with
 *
 * Returns the names in @dir, sorted, so that the same tree always gives the
 * same descriptor, or NULL if the directory is there and cannot be read.
 */
GStrv
virNodeDeviceCompatListDir(const char *dir,
                           const char *prefix)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) handle = NULL;
    g_autoptr(GError) error = NULL;
    const char *name;

    if (!(handle = g_dir_open(dir, 0, &error)) &&
        !g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT) &&
        !g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOTDIR)) {
        virNodeDeviceCompatComplain(dir, "%s", error->message);
        return NULL;
    }

    while (handle && (name = g_dir_read_name(handle))) {
        if (STRPREFIX(name, prefix))
            g_ptr_array_add(names, g_strdup(name));
    }

    g_ptr_array_sort_with_data(names, virStringSortCompare, NULL);
    g_ptr_array_add(names, NULL);

    return (GStrv) g_ptr_array_free(g_steal_pointer(&names), FALSE);
}
