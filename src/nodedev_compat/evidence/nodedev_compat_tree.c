/*
 * nodedev_compat_tree.c: confined reading of a sysfs tree
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_tree.h"

#include "nodedev_compat_limits.h"
#include "nodedev_compat_reader.h"
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

/* Number of names that are taken from a directory: more attributes than any descriptor
 * has, and what else can be there; and number of those that are looked at for them */
#define NAMES_MAX 1024
#define ENTRIES_MAX 4096

/* What a sysfs file holds at most; the kernel cuts off the rest. A page is larger on some
 * machines, and then this is only what many drivers take for one. */
#define PAGE_FULL 4095

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


/**
 * virNodeDeviceCompatTreeGetRoot:
 *
 * Returns the directory that is read as if it were the root of the file system, or NULL
 * if the machine's own is.
 */
const char *
virNodeDeviceCompatTreeGetRoot(void)
{
    return confinement;
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


/* What @error, from looking at @path, means. Absence is no fault, anything else is
 * warned of once. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeFail(const char *path,
                            int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
    case ENODEV:        /* the driver has it, but not for this device */
        return VIR_NODE_DEVICE_COMPAT_READ_ABSENT;
    case EOVERFLOW:
        virNodeDeviceCompatEvidenceWarnOnce(path, "it is too large");
        return VIR_NODE_DEVICE_COMPAT_READ_CUT;
    case ETIMEDOUT:
        virNodeDeviceCompatEvidenceWarnOnce(path, "reading it takes too long");
        return VIR_NODE_DEVICE_COMPAT_READ_TIMEOUT;
    default:
        virNodeDeviceCompatEvidenceWarnOnce(path, "%s", g_strerror(error));
        return VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;
    }
}


/**
 * virNodeDeviceCompatReadResultCombine:
 * @a: result of looking at something
 * @b: result of looking at something else that is needed, too
 *
 * Returns what is the matter with both together: that one is not usable rather than that
 * the other is absent.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatReadResultCombine(virNodeDeviceCompatReadResult a,
                                     virNodeDeviceCompatReadResult b)
{
    if (a > VIR_NODE_DEVICE_COMPAT_READ_OK || b > VIR_NODE_DEVICE_COMPAT_READ_OK)
        return MAX(a, b);

    return MIN(a, b);
}


/**
 * virNodeDeviceCompatTreeFind:
 * @path: path
 * @ret_type: set on success to the S_IF* of the file that @path leads to
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK if there is such a file, of whatever type.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeFind(const char *path,
                            mode_t *ret_type)
{
    g_autofree char *resolved = virNodeDeviceCompatTreeLocate(path);
    struct stat sb;

    if (!resolved || stat(resolved, &sb) < 0)
        return virNodeDeviceCompatTreeFail(path, errno);

    *ret_type = sb.st_mode & S_IFMT;
    return VIR_NODE_DEVICE_COMPAT_READ_OK;
}


/**
 * virNodeDeviceCompatTreeReadLink:
 * @dir: directory
 * @name: symbolic link in it
 * @ret_target: set on success to the last component of the link's target
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK if there is such a link; something else of that
 * name counts as absent.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeReadLink(const char *dir,
                                const char *name,
                                char **ret_target)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autofree char *resolved = virNodeDeviceCompatTreeLocate(dir);
    g_autofree char *link = NULL;
    g_autofree char *target = NULL;
    g_autoptr(GError) error = NULL;

    if (!resolved)
        return virNodeDeviceCompatTreeFail(path, errno);

    link = g_build_filename(resolved, name, NULL);
    if (!(target = g_file_read_link(link, &error))) {
        if (g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT) ||
            g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_INVAL) ||
            g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOTDIR) ||
            g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NODEV))
            return VIR_NODE_DEVICE_COMPAT_READ_ABSENT;
        virNodeDeviceCompatEvidenceWarnOnce(path, "%s", error->message);
        return VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;
    }

    *ret_target = g_path_get_basename(target);
    return VIR_NODE_DEVICE_COMPAT_READ_OK;
}


/* Whether there is a file that everybody may read. What only the superuser reads must not
 * show in XML that a read-only client can have. A directory is no attribute. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeCheckFile(const char *path,
                                 const char *resolved)
{
    struct stat sb;

    if (!resolved || stat(resolved, &sb) < 0)
        return virNodeDeviceCompatTreeFail(path, errno);

    if (S_ISDIR(sb.st_mode))
        return VIR_NODE_DEVICE_COMPAT_READ_ABSENT;

    if (!S_ISREG(sb.st_mode)) {
        virNodeDeviceCompatEvidenceWarnOnce(path, "it is not a regular file");
        return VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;
    }

    if (!(sb.st_mode & S_IROTH)) {
        virNodeDeviceCompatEvidenceWarnOnce(path, "not everybody may read it");
        return VIR_NODE_DEVICE_COMPAT_READ_PRIVATE;
    }

    return VIR_NODE_DEVICE_COMPAT_READ_OK;
}


/* Sets *ret_canonical to the path of the file to read for @path; one file must have one
 * name, for the reader to know it again. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeLocateFile(const char *path,
                                  char **ret_canonical)
{
    g_autofree char *resolved = virNodeDeviceCompatTreeLocate(path);
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeCheckFile(path, resolved);

    if (result == VIR_NODE_DEVICE_COMPAT_READ_OK &&
        !(*ret_canonical = virFileCanonicalizePath(resolved)))
        return virNodeDeviceCompatTreeFail(path, errno);

    return result;
}


/* Reads a file, which must hold text without NUL bytes and can be empty. @lines: it is a
 * list of lines, of which the kernel may have cut off some that follow. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeReadText(const char *path,
                                bool lines,
                                char **ret_text)
{
    g_autofree char *canonical = NULL;
    g_autofree char *text = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeLocateFile(path, &canonical);
    int len;

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return result;

    /* a value of the longest length and its line feed */
    if ((len = virNodeDeviceCompatReaderRead(canonical, VIR_NODE_DEVICE_COMPAT_VALUE_MAX + 1,
                                             &text)) < 0)
        return virNodeDeviceCompatTreeFail(path, -len);

    if (strlen(text) != len) {
        virNodeDeviceCompatEvidenceWarnOnce(path, "it holds a NUL byte");
        return VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;
    }

    if (len >= PAGE_FULL && (lines || text[len - 1] != '\n')) {
        virNodeDeviceCompatEvidenceWarnOnce(path, "it is as large as a page, the rest may be cut off");
        return VIR_NODE_DEVICE_COMPAT_READ_CUT;
    }

    g_strchomp(text);
    if (text[0] == '\0')
        return VIR_NODE_DEVICE_COMPAT_READ_EMPTY;

    *ret_text = g_steal_pointer(&text);
    return VIR_NODE_DEVICE_COMPAT_READ_OK;
}


/**
 * virNodeDeviceCompatTreeReadFile:
 * @dir: directory
 * @name: file in it
 * @ret_text: set on success to the line in the file, without trailing white space
 *
 * Warns once about a file that exists and cannot be used.
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK if the file holds one line of
 * printable ASCII text.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeReadFile(const char *dir,
                                const char *name,
                                char **ret_text)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autofree char *text = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadText(path, false, &text);

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return result;

    if (!virNodeDeviceCompatValueIsPrintable(text)) {
        virNodeDeviceCompatEvidenceWarnOnce(path, "it is not a line of printable ASCII text");
        return VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;
    }

    *ret_text = g_steal_pointer(&text);
    return VIR_NODE_DEVICE_COMPAT_READ_OK;
}


/**
 * virNodeDeviceCompatTreeReadLines:
 * @dir: directory
 * @name: file in it
 * @ret_text: set on success to the lines in the file, without white space behind the last
 *
 * Warns once about a file that exists and cannot be used. The lines can hold anything but
 * NUL bytes.
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK if the file holds anything but white space.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeReadLines(const char *dir,
                                 const char *name,
                                 char **ret_text)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);

    return virNodeDeviceCompatTreeReadText(path, true, ret_text);
}


/**
 * virNodeDeviceCompatTreeReadBytes:
 * @dir: directory
 * @name: file in it
 * @count: number of bytes
 * @ret_bytes: set on success to the first bytes in the file, @count of them
 *
 * Warns once about a file that exists and cannot be used. No more than @count bytes are
 * read.
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK if the file has that many bytes, or more.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeReadBytes(const char *dir,
                                 const char *name,
                                 int count,
                                 char **ret_bytes)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autofree char *canonical = NULL;
    g_autofree char *bytes = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeLocateFile(path, &canonical);
    int len;

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return result;

    if ((len = virNodeDeviceCompatReaderReadHead(canonical, count, &bytes)) < 0)
        return virNodeDeviceCompatTreeFail(path, -len);

    if (len < count) {
        virNodeDeviceCompatEvidenceWarnOnce(path, "it is too short");
        return VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;
    }

    *ret_bytes = g_steal_pointer(&bytes);
    return VIR_NODE_DEVICE_COMPAT_READ_OK;
}


/**
 * virNodeDeviceCompatTreeListDir:
 * @dir: directory, which need not exist
 * @prefix: prefix of the names
 * @ret_names: set on success to the names in @dir, sorted so that the same tree always
 *             gives the same descriptor
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK, also if there is no such directory.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeListDir(const char *dir,
                               const char *prefix,
                               GStrv *ret_names)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *resolved = virNodeDeviceCompatTreeLocate(dir);
    g_autoptr(GDir) handle = NULL;
    g_autoptr(GError) error = NULL;
    const char *name;
    size_t nentries = 0;

    if (!resolved && virNodeDeviceCompatTreeFail(dir, errno) != VIR_NODE_DEVICE_COMPAT_READ_ABSENT)
        return VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;

    if (resolved && !(handle = g_dir_open(resolved, 0, &error)) &&
        !g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT) &&
        !g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NODEV) &&
        !g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOTDIR)) {
        virNodeDeviceCompatEvidenceWarnOnce(dir, "%s", error->message);
        return VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;
    }

    /* only errno tells an error from the end */
    while (handle && (errno = 0, name = g_dir_read_name(handle))) {
        bool wanted = STRPREFIX(name, prefix);

        if (nentries++ == ENTRIES_MAX || (wanted && names->len == NAMES_MAX)) {
            virNodeDeviceCompatEvidenceWarnOnce(dir, "it has too many files");
            return VIR_NODE_DEVICE_COMPAT_READ_CUT;
        }

        if (wanted)
            g_ptr_array_add(names, g_strdup(name));
    }

    if (handle && errno != 0) {
        virNodeDeviceCompatEvidenceWarnOnce(dir, "%s", g_strerror(errno));
        return VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;
    }

    g_ptr_array_sort_with_data(names, virStringSortCompare, NULL);
    g_ptr_array_add(names, NULL);

    *ret_names = (GStrv) g_ptr_array_free(g_steal_pointer(&names), FALSE);
    return VIR_NODE_DEVICE_COMPAT_READ_OK;
}
