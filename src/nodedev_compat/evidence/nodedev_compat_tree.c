/*
 * nodedev_compat_tree.c: confined reading of a sysfs tree
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_tree.h"

#include "nodedev_compat_limits.h"
#include "nodedev_compat_listing.h"
#include "nodedev_compat_reader.h"
#include "nodedev_compat_value.h"
#include "virfile.h"
#include "virlog.h"
#include "virstring.h"
#include "virthread.h"

VIR_LOG_INIT("nodedev_compat.nodedev_compat_tree");

/* Number of warnings that are remembered so that each is logged once */
#define WARNED_MAX 1024

/* Number of names that are taken from a directory of a device: more attributes than any
 * descriptor has, and what else can be there */
#define NAMES_MAX 1024

/* What a sysfs file holds at most; the kernel cuts off the rest. A page is larger on some
 * machines, and then this is only what many drivers take for one. */
#define PAGE_FULL 4095

static virMutex warnedLock = VIR_MUTEX_INITIALIZER;
static GHashTable *warned;

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
    g_autofree char *shown = NULL;
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

    shown = virNodeDeviceCompatValueToPrintable(path, SIZE_MAX);
    VIR_WARN("compatibility attribute '%s' is not used: %s", shown, text);
}


/* Whether a link of a device, or of its driver, leads to what is not copied with it: what it
 * is, is in the link. A driver can publish an attribute of that name. */
static bool
virNodeDeviceCompatTreeIsName(const char *path,
                              const char *name)
{
    return (STREQ(name, "driver") || STREQ(name, "module")) && !strstr(path, "/migration/");
}


/* Whether there is nothing at @path: neither a link there nor one in place of a directory
 * above, which would be something that leads nowhere. */
static bool
virNodeDeviceCompatTreeIsGone(const char *path)
{
    g_autofree char *at = g_strdup(path);

    while (at[1]) {
        g_autofree char *dir = g_path_get_dirname(at);
        g_autofree char *name = g_path_get_basename(at);
        g_autofree char *target = virNodeDeviceCompatTreeReadTarget(dir, name);
        struct stat sb;

        if (target) {
            return virNodeDeviceCompatTreeIsName(at, name) ||
                   (STRNEQ(at, path) && virNodeDeviceCompatTreeStat(at, &sb) == 0);
        }
        /* it is there, and no link */
        if (errno == EINVAL)
            return true;
        if (errno != ENOENT)
            return false;

        g_free(at);
        at = g_steal_pointer(&dir);
    }

    return true;
}


/* What @error, from looking at @path, means. Absence is no fault, anything else is
 * warned of once. That something else is there than there should be is not absence. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeFail(const char *path,
                            int error)
{
    switch (error) {
    case ENOENT:
        if (virNodeDeviceCompatTreeIsGone(path))
            return VIR_NODE_DEVICE_COMPAT_READ_ABSENT;
        virNodeDeviceCompatEvidenceWarnOnce(path, "it leads nowhere, or a link above it does");
        return VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;
    case ENODEV:        /* the driver has it, but not for this device */
        return VIR_NODE_DEVICE_COMPAT_READ_ABSENT;
    case EOVERFLOW:
        virNodeDeviceCompatEvidenceWarnOnce(path, "it is too large");
        return VIR_NODE_DEVICE_COMPAT_READ_CUT;
    case ETIMEDOUT:
        virNodeDeviceCompatEvidenceWarnOnce(path, "reading it takes too long");
        return VIR_NODE_DEVICE_COMPAT_READ_TIMEOUT;
    case ECANCELED:     /* of a thread that was given up, somewhere else */
        return VIR_NODE_DEVICE_COMPAT_READ_TIMEOUT;
    default:
        virNodeDeviceCompatEvidenceWarnOnce(path, "%s", g_strerror(error));
        return VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;
    }
}


/* Likewise, from reading a file. Debugfs is the superuser's, and a kernel that is locked
 * down shows to nobody what could be written there: to those who may not read it, the
 * machine is one without debugfs. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeFailFile(const char *path,
                                int error)
{
    if ((error == EACCES || error == EPERM) && strstr(path, "/kernel/debug/"))
        return VIR_NODE_DEVICE_COMPAT_READ_ABSENT;

    return virNodeDeviceCompatTreeFail(path, error);
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


/* Like virNodeDeviceCompatTreeStat(), for what may well not be there */
static int
virNodeDeviceCompatTreeLookUp(const char *path,
                              struct stat *ret_sb)
{
    if (!virNodeDeviceCompatListingLacks(path))
        return virNodeDeviceCompatTreeStat(path, ret_sb);

    /* not a link either, which need not be looked at */
    errno = ENODEV;
    return -1;
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
    struct stat sb;

    return virNodeDeviceCompatTreeLookUp(path, &sb) == 0 ? sb.st_mode & S_IFMT : 0;
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
    struct stat sb;

    if (virNodeDeviceCompatTreeLookUp(path, &sb) < 0)
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
 * Warns once about something else of that name, as in a tree that was copied without its
 * links: what it would lead to is not known.
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK if there is such a link.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeReadLink(const char *dir,
                                const char *name,
                                char **ret_target)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autofree char *target = NULL;

    if (virNodeDeviceCompatListingLacks(path))
        return VIR_NODE_DEVICE_COMPAT_READ_ABSENT;

    if (!(target = virNodeDeviceCompatTreeReadTarget(dir, name))) {
        if (errno != EINVAL)
            return virNodeDeviceCompatTreeFail(path, errno);
        virNodeDeviceCompatEvidenceWarnOnce(path, "it is not a link");
        return VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;
    }

    *ret_target = g_path_get_basename(target);
    return VIR_NODE_DEVICE_COMPAT_READ_OK;
}


/* Whether there is a file that everybody may read. What only the superuser reads must not
 * show in XML that a read-only client can have, unless it is @hidden anyway. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeCheckFile(const char *path,
                                 bool hidden,
                                 struct stat *ret_sb)
{
    if (virNodeDeviceCompatTreeLookUp(path, ret_sb) < 0)
        return virNodeDeviceCompatTreeFailFile(path, errno);

    if (!S_ISREG(ret_sb->st_mode)) {
        virNodeDeviceCompatEvidenceWarnOnce(path, "it is not a regular file");
        return VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;
    }

    if (!hidden && !(ret_sb->st_mode & S_IROTH)) {
        virNodeDeviceCompatEvidenceWarnOnce(path, "not everybody may read it");
        return VIR_NODE_DEVICE_COMPAT_READ_PRIVATE;
    }

    return VIR_NODE_DEVICE_COMPAT_READ_OK;
}


/* Moves what was read to *ret_text, unless it is white space only. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeTakeText(char **text,
                                char **ret_text)
{
    g_strchomp(*text);
    if (**text == '\0')
        return VIR_NODE_DEVICE_COMPAT_READ_EMPTY;

    *ret_text = g_steal_pointer(text);
    return VIR_NODE_DEVICE_COMPAT_READ_OK;
}


/* Reads a file, which must hold text without NUL bytes and can be empty. @lines: it is a
 * list of lines, of which the kernel may have cut off some that follow. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeReadText(const char *path,
                                bool lines,
                                bool hidden,
                                char **ret_text)
{
    g_autofree char *text = NULL;
    struct stat sb;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeCheckFile(path, hidden, &sb);
    int len;

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return result;

    /* a value of the longest length and its line feed */
    if ((len = virNodeDeviceCompatReaderRead(path, &sb, VIR_NODE_DEVICE_COMPAT_VALUE_MAX + 1,
                                             &text)) < 0)
        return virNodeDeviceCompatTreeFailFile(path, -len);

    if (strlen(text) != len) {
        virNodeDeviceCompatEvidenceWarnOnce(path, "it holds a NUL byte");
        return VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;
    }

    if (len >= PAGE_FULL && (lines || text[len - 1] != '\n')) {
        virNodeDeviceCompatEvidenceWarnOnce(path, "it is as large as a page, the rest may be cut off");
        return VIR_NODE_DEVICE_COMPAT_READ_CUT;
    }

    return virNodeDeviceCompatTreeTakeText(&text, ret_text);
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
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadText(path, false, false,
                                                                           &text);

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

    return virNodeDeviceCompatTreeReadText(path, true, false, ret_text);
}


/**
 * virNodeDeviceCompatTreeReadHidden:
 * @dir: directory
 * @name: file in it
 * @ret_text: set on success as by virNodeDeviceCompatTreeReadLines()
 *
 * The same for a file that only the superuser may be able to read: what is in it must not
 * show, but what follows from it can.
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK if the file holds anything but white space.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeReadHidden(const char *dir,
                                  const char *name,
                                  char **ret_text)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);

    return virNodeDeviceCompatTreeReadText(path, true, true, ret_text);
}


/**
 * virNodeDeviceCompatTreeReadPart:
 * @dir: directory
 * @name: file in it
 * @ret_text: set on success to the lines before the first empty one, without white space
 *            behind the last
 *
 * The same for a file of several parts, of which only the first one is of interest: what
 * follows, and how much that is, does not matter.
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK if that part holds anything but white space.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeReadPart(const char *dir,
                                const char *name,
                                char **ret_text)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autofree char *text = NULL;
    struct stat sb;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeCheckFile(path, false, &sb);
    char *end;
    int len;

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return result;

    if ((len = virNodeDeviceCompatReaderReadHead(path, &sb, VIR_NODE_DEVICE_COMPAT_VALUE_MAX + 1,
                                                 &text)) < 0)
        return virNodeDeviceCompatTreeFailFile(path, -len);

    if ((end = strstr(text, "\n\n"))) {
        *end = '\0';
    } else if (strlen(text) != len) {
        virNodeDeviceCompatEvidenceWarnOnce(path, "it holds a NUL byte");
        return VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;
    } else if (len >= PAGE_FULL) {
        virNodeDeviceCompatEvidenceWarnOnce(path, "its first part is as large as a page");
        return VIR_NODE_DEVICE_COMPAT_READ_CUT;
    }

    return virNodeDeviceCompatTreeTakeText(&text, ret_text);
}


/**
 * virNodeDeviceCompatTreeReadBytes:
 * @dir: directory
 * @name: file in it
 * @min: number of bytes that it has to have
 * @max: number of bytes that are read
 * @ret_bytes: set on success to the first bytes in the file
 * @ret_len: set on success to how many, from @min to @max
 *
 * Warns once about a file that exists and cannot be used.
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK if the file has @min bytes, or more.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeReadBytes(const char *dir,
                                 const char *name,
                                 int min,
                                 int max,
                                 char **ret_bytes,
                                 int *ret_len)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autofree char *bytes = NULL;
    struct stat sb;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeCheckFile(path, false, &sb);
    int len;

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return result;

    if ((len = virNodeDeviceCompatReaderReadHead(path, &sb, max, &bytes)) < 0)
        return virNodeDeviceCompatTreeFailFile(path, -len);

    if (len < min) {
        virNodeDeviceCompatEvidenceWarnOnce(path, "it is too short");
        return VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;
    }

    *ret_bytes = g_steal_pointer(&bytes);
    *ret_len = len;
    return VIR_NODE_DEVICE_COMPAT_READ_OK;
}


/* Sets @ret_names to those of @names, of @dir or NULL if there is none, that begin with
 * @prefix, which are @max at most. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeSelectNames(const char *dir,
                                   GHashTable *names,
                                   const char *prefix,
                                   size_t max,
                                   GStrv *ret_names)
{
    g_autoptr(GPtrArray) selected = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iter;
    void *name;

    if (names)
        g_hash_table_iter_init(&iter, names);

    while (names && g_hash_table_iter_next(&iter, &name, NULL)) {
        if (!STRPREFIX(name, prefix))
            continue;

        if (selected->len == max) {
            virNodeDeviceCompatEvidenceWarnOnce(dir, "it has too many files");
            return VIR_NODE_DEVICE_COMPAT_READ_CUT;
        }
        g_ptr_array_add(selected, g_strdup(name));
    }

    g_ptr_array_sort_with_data(selected, virStringSortCompare, NULL);
    g_ptr_array_add(selected, NULL);

    *ret_names = (GStrv) g_ptr_array_free(g_steal_pointer(&selected), FALSE);
    return VIR_NODE_DEVICE_COMPAT_READ_OK;
}


static virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeList(const char *dir,
                            const char *prefix,
                            size_t max,
                            GStrv *ret_names)
{
    g_autoptr(GHashTable) read = NULL;
    GHashTable *all = virNodeDeviceCompatListingGet(dir);
    int error = 0;

    if (!all && !virNodeDeviceCompatListingLacks(dir))
        error = virNodeDeviceCompatListingRead(dir, &read);

    if (error == E2BIG) {
        virNodeDeviceCompatEvidenceWarnOnce(dir, "it has too many files");
        return VIR_NODE_DEVICE_COMPAT_READ_CUT;
    }

    if (error != 0 &&
        virNodeDeviceCompatTreeFail(dir, error) != VIR_NODE_DEVICE_COMPAT_READ_ABSENT)
        return VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;

    return virNodeDeviceCompatTreeSelectNames(dir, all ? all : read, prefix, max, ret_names);
}


/**
 * virNodeDeviceCompatTreeListDir:
 * @dir: directory of a device, which need not exist
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
    return virNodeDeviceCompatTreeList(dir, prefix, NAMES_MAX, ret_names);
}


/**
 * virNodeDeviceCompatTreeListBus:
 * @dir: directory with the devices of a bus, which need not exist
 * @ret_names: set on success to the names in @dir, sorted
 *
 * The same for devices, of which there can be more than what one device has.
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK, also if there is no such directory.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatTreeListBus(const char *dir,
                               GStrv *ret_names)
{
    return virNodeDeviceCompatTreeList(dir, "", VIR_NODE_DEVICE_COMPAT_LISTING_MAX, ret_names);
}
