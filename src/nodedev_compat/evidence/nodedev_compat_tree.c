/*
 * nodedev_compat_tree.c: confined reading of a sysfs tree
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <fcntl.h>

#include "nodedev_compat_tree.h"

#include "nodedev_compat_limits.h"
#include "nodedev_compat_value.h"
#include "virfile.h"
#include "virlog.h"
#include "virstring.h"
#include "virthread.h"

VIR_LOG_INIT("nodedev_compat.nodedev_compat_tree");

/* Number of warnings that are remembered so that each is logged once */
#define WARNED_MAX 1024

/* Number of symbolic links that a path can have, the same as in the kernel */
#define LINKS_MAX 40

static virMutex warnedLock = VIR_MUTEX_INITIALIZER;
static GHashTable *warned;

/* The canonical path of the root that links do not leave; NULL for the machine's own */
static char *confinement;


/**
 * virNodeDeviceCompatTreeConfine:
 * @root: directory, or NULL to lift the restriction
 *
 * Reads @root from now on as if it were the root of the file system: absolute symbolic
 * links start there, and ".." ends there. This is for trees that were copied from
 * another machine, and for programs of one thread.
 *
 * Returns 0 on success, -1 with errno set if there is no such directory.
 */
int
virNodeDeviceCompatTreeConfine(const char *root)
{
    g_autofree char *canonical = NULL;

    if (root && !(canonical = virFileCanonicalizePath(root)))
        return -1;

    /* the file system's own root needs no confinement */
    g_free(confinement);
    confinement = STREQ_NULLABLE(canonical, "/") ? NULL : g_steal_pointer(&canonical);
    return 0;
}


/* Removes the last component of @done, unless that is the root already. */
static void
virNodeDeviceCompatTreeGoUp(GString *done)
{
    if (done->len > strlen(confinement))
        g_string_truncate(done, strrchr(done->str, '/') - done->str);
}


/* Appends the component @name, of @len bytes, to @done, which has no link in it; more
 * components can follow @name. If it is a link, @done is left where the link is
 * resolved from, and @ret_target is set to the target of the link. */
static int
virNodeDeviceCompatTreeGoDown(GString *done,
                              const char *name,
                              size_t len,
                              char **ret_target)
{
    struct stat sb;

    g_string_append_printf(done, "/%.*s", (int)len, name);
    if (lstat(done->str, &sb) < 0)
        return -1;

    if (!S_ISLNK(sb.st_mode)) {
        if (name[len] == '\0' || S_ISDIR(sb.st_mode))
            return 0;
        errno = ENOTDIR;
        return -1;
    }

    if (!(*ret_target = g_file_read_link(done->str, NULL)))
        return -1;

    virNodeDeviceCompatTreeGoUp(done);
    if (**ret_target == '/')
        g_string_assign(done, confinement);
    return 0;
}


/**
 * virNodeDeviceCompatTreeResolve:
 * @path: path, which must start with the confinement if there is one
 *
 * Returns @path without symbolic links, or NULL with errno set if there is no such file
 * within the confinement.
 */
char *
virNodeDeviceCompatTreeResolve(const char *path)
{
    g_autoptr(GString) done = NULL;
    g_autofree char *rest = NULL;
    const char *name;
    size_t nlinks = 0;
    size_t len;

    if (!confinement)
        return virFileCanonicalizePath(path);

    if (!(name = STRSKIP(path, confinement)) || (*name && *name != '/')) {
        errno = ENOENT;
        return NULL;
    }

    done = g_string_new(confinement);

    for (; *(name += strspn(name, "/")); name += len) {
        g_autofree char *target = NULL;

        len = strcspn(name, "/");

        if (len == 1 && name[0] == '.')
            continue;

        if (len == 2 && STRPREFIX(name, "..")) {
            virNodeDeviceCompatTreeGoUp(done);
            continue;
        }

        if (virNodeDeviceCompatTreeGoDown(done, name, len, &target) < 0)
            return NULL;

        if (target) {
            char *longer = g_strdup_printf("%s%s", target, name + len);

            g_free(rest);
            name = rest = longer;
            len = 0;
            if (++nlinks > LINKS_MAX) {
                errno = ELOOP;
                return NULL;
            }
        }
    }

    return g_string_free(g_steal_pointer(&done), FALSE);
}


/* The path to open for @path; without a confinement, the kernel resolves the links. */
static char *
virNodeDeviceCompatTreeLocate(const char *path)
{
    return confinement ? virNodeDeviceCompatTreeResolve(path) : g_strdup(path);
}


/**
 * virNodeDeviceCompatTreeGetFileType:
 * @path: path
 *
 * Returns the S_IF* of the file that @path leads to, or 0 if there is none.
 */
mode_t
virNodeDeviceCompatTreeGetFileType(const char *path)
{
    g_autofree char *resolved = virNodeDeviceCompatTreeLocate(path);
    struct stat sb;

    return resolved && stat(resolved, &sb) == 0 ? sb.st_mode & S_IFMT : 0;
}


/**
 * virNodeDeviceCompatTreeReadLink:
 * @dir: directory
 * @name: symbolic link in it
 *
 * Returns the last component of the link's target, or NULL if it is no link.
 */
char *
virNodeDeviceCompatTreeReadLink(const char *dir,
                                const char *name)
{
    g_autofree char *resolved = virNodeDeviceCompatTreeLocate(dir);
    g_autofree char *link = NULL;
    g_autofree char *target = NULL;

    if (!resolved)
        return NULL;

    link = g_build_filename(resolved, name, NULL);
    if (!(target = g_file_read_link(link, NULL)))
        return NULL;

    return g_path_get_basename(target);
}


/**
 * virNodeDeviceCompatEvidenceWarnOnce:
 * @path: file or directory
 * @format: what is wrong with it, for printf()
 *
 * Logs once that @path is not used.
 */
void
virNodeDeviceCompatEvidenceWarnOnce(const char *path,
                                    const char *format,
                                    ...)
{
    g_autofree char *text = NULL;
    va_list args;

    VIR_WITH_MUTEX_LOCK_GUARD(&warnedLock) {
        if (!warned)
            warned = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

        if (g_hash_table_size(warned) >= WARNED_MAX)
            g_hash_table_remove_all(warned);
        if (!g_hash_table_add(warned, g_strdup(path)))
            return;
    }

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);

    VIR_WARN("compatibility attribute '%s' is not used: %s", path, text);
}


/**
 * virNodeDeviceCompatTreeReadPage:
 * @dir: directory
 * @name: file in it
 * @ret_text: set on success to the content of the file
 *
 * A sysfs file is never larger than a page. Warns about a file that exists and cannot
 * be used, unless the driver reports ENODEV, which means that it does not support it.
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK if the file holds text without NUL bytes,
 * which can be empty.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeReadPage(const char *dir,
                                const char *name,
                                char **ret_text)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autofree char *resolved = virNodeDeviceCompatTreeLocate(path);
    g_autofree char *text = NULL;
    VIR_AUTOCLOSE fd = -1;
    struct stat sb;
    int len;

    /* O_NONBLOCK, as in a copied tree it can be a file of any kind */
    if (!resolved || (fd = open(resolved, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) < 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return VIR_NODE_DEVICE_COMPAT_READ_ABSENT;
        virNodeDeviceCompatEvidenceWarnOnce(path, "%s", g_strerror(errno));
        return VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;
    }

    if (fstat(fd, &sb) < 0 || !S_ISREG(sb.st_mode))
        return VIR_NODE_DEVICE_COMPAT_READ_ABSENT;

    /* a value of the longest length and its line feed */
    if ((len = virFileReadLimFD(fd, VIR_NODE_DEVICE_COMPAT_VALUE_MAX + 1, &text)) < 0) {
        bool large = errno == EOVERFLOW;

        if (errno != ENODEV)
            virNodeDeviceCompatEvidenceWarnOnce(path, "%s", large ? "it is too large" :
                                                g_strerror(errno));
        return large ? VIR_NODE_DEVICE_COMPAT_READ_NO_TEXT :
                       VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;
    }

    if (strlen(text) != len) {
        virNodeDeviceCompatEvidenceWarnOnce(path, "it holds a NUL byte");
        return VIR_NODE_DEVICE_COMPAT_READ_NO_TEXT;
    }

    *ret_text = g_steal_pointer(&text);
    return VIR_NODE_DEVICE_COMPAT_READ_OK;
}


/**
 * virNodeDeviceCompatTreeReadFile:
 * @dir: directory
 * @name: file in it
 * @ret_text: set on success to the line in the file, without trailing white space
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK if the file holds one line of
 * printable ASCII text.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeReadFile(const char *dir,
                                const char *name,
                                char **ret_text)
{
    g_autofree char *text = NULL;
    g_autofree char *path = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadPage(dir, name, &text);

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return result;

    g_strchomp(text);
    if (text[0] == '\0')
        return VIR_NODE_DEVICE_COMPAT_READ_EMPTY;

    if (virNodeDeviceCompatValueIsPrintable(text)) {
        *ret_text = g_steal_pointer(&text);
        return VIR_NODE_DEVICE_COMPAT_READ_OK;
    }

    path = g_build_filename(dir, name, NULL);
    virNodeDeviceCompatEvidenceWarnOnce(path, "it is not a line of printable ASCII text");
    return VIR_NODE_DEVICE_COMPAT_READ_NO_TEXT;
}


/**
 * virNodeDeviceCompatTreeReadLines:
 * @dir: directory
 * @name: file in it
 *
 * Returns the lines of the file as a list, or NULL if there is none.
 */
char *
virNodeDeviceCompatTreeReadLines(const char *dir,
                                 const char *name)
{
    char *text = NULL;

    if (virNodeDeviceCompatTreeReadPage(dir, name, &text) != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return NULL;

    return g_strdelimit(g_strchomp(text), "\n", ',');
}


/**
 * virNodeDeviceCompatTreeListDir:
 * @dir: directory, which need not exist
 * @prefix: prefix of the names
 *
 * Returns the names in @dir, sorted so that the same tree always gives the same
 * descriptor, or NULL if the directory exists and cannot be read.
 */
GStrv
virNodeDeviceCompatTreeListDir(const char *dir,
                               const char *prefix)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *resolved = virNodeDeviceCompatTreeLocate(dir);
    g_autoptr(GDir) handle = NULL;
    g_autoptr(GError) error = NULL;
    const char *name;

    if (!resolved && errno != ENOENT && errno != ENOTDIR) {
        virNodeDeviceCompatEvidenceWarnOnce(dir, "%s", g_strerror(errno));
        return NULL;
    }

    if (resolved && !(handle = g_dir_open(resolved, 0, &error)) &&
        !g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT) &&
        !g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOTDIR)) {
        virNodeDeviceCompatEvidenceWarnOnce(dir, "%s", error->message);
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
