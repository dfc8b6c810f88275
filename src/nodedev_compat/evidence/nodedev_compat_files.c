/*
 * nodedev_compat_files.c: the rule files and facts files of this host
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_files.h"

#include "configmake.h"
#include "nodedev_compat_files_read.h"
#include "nodedev_compat_limits.h"
#include "nodedev_compat_value.h"
#include "virerror.h"
#include "virfile.h"
#include "virlog.h"

VIR_LOG_INIT("nodedev_compat.nodedev_compat_files");

#define SUFFIX ".xml"

/* Files of the administrator take precedence over those that packages install. */
const char *const virNodeDeviceCompatFilesDirs[] = {
    SYSCONFDIR "/libvirt/nodedev-compat",
    PKGDATADIR "/nodedev-compat",
    NULL
};

/* A directory and the files that it had when it could be listed last */
typedef struct _virNodeDeviceCompatDirectory virNodeDeviceCompatDirectory;
struct _virNodeDeviceCompatDirectory {
    char *path;
    bool listed;                        /* since it exists */
    GHashTable *files;                  /* name => virNodeDeviceCompatFile */
    virNodeDeviceCompatFileFault fault;
};


static virNodeDeviceCompatDirectory *
virNodeDeviceCompatDirectoryNew(const char *path)
{
    virNodeDeviceCompatDirectory *dir = g_new0(virNodeDeviceCompatDirectory, 1);

    dir->path = g_strdup(path);
    dir->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify)virNodeDeviceCompatFileFree);
    return dir;
}


static void
virNodeDeviceCompatDirectoryFree(virNodeDeviceCompatDirectory *dir)
{
    g_free(dir->path);
    g_hash_table_unref(dir->files);
    virNodeDeviceCompatFileFaultClear(&dir->fault);
    g_free(dir);
}


/* Adds the files that are new. Returns 0 on success, an errno otherwise; E2BIG, and
 * adds none, if there are too many. */
static int
virNodeDeviceCompatDirectoryAddNames(virNodeDeviceCompatDirectory *dir,
                                     bool *changed)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(DIR) handle = NULL;
    struct dirent *entry;
    size_t i;
    int rc;

    if (virDirOpenQuiet(&handle, dir->path) < 0)
        return errno;

    while ((rc = virDirRead(handle, &entry, NULL)) > 0) {
        /* of whatever name, as each takes time */
        if (names->len == VIR_NODE_DEVICE_COMPAT_FILES_MAX)
            return E2BIG;
        g_ptr_array_add(names, g_strdup(entry->d_name));
    }

    rc = rc < 0 ? errno : 0;

    for (i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);

        if (name[0] == '.' || !g_str_has_suffix(name, SUFFIX) ||
            g_hash_table_contains(dir->files, name))
            continue;

        g_hash_table_insert(dir->files, g_strdup(name),
                            virNodeDeviceCompatFileNew(dir->path, name));
        *changed = true;
    }

    return rc;
}


/* Brings the list of files up to date. Returns true if it, or whether it is known, has
 * changed. */
static bool
virNodeDeviceCompatDirectoryList(virNodeDeviceCompatDirectory *dir)
{
    bool changed = false;
    int err = virNodeDeviceCompatDirectoryAddNames(dir, &changed);
    g_autofree char *many = NULL;
    const char *cause = NULL;

    if (err == 0) {
        dir->listed = true;
    } else if (err == ENOENT && virNodeDeviceCompatFileIsGone(dir->path, NULL)) {
        dir->listed = false;
    } else if (err == E2BIG) {
        cause = many = g_strdup_printf(_("it has more than %1$d files"),
                                       VIR_NODE_DEVICE_COMPAT_FILES_MAX);
    } else {
        cause = err == ENOENT ? _("it is a link that leads nowhere") : g_strerror(err);
    }

    return virNodeDeviceCompatFileFaultSet(&dir->fault,
                                           cause ? VIR_NODE_DEVICE_COMPAT_ATTR_UNREADABLE :
                                           VIR_NODE_DEVICE_COMPAT_ATTR_OK,
                                           dir->path, cause) || changed;
}


/* What is kept of all files, in bytes */
static size_t
virNodeDeviceCompatDirectoryGetSize(const virNodeDeviceCompatDirectory *dir)
{
    GHashTableIter iter;
    size_t size = 0;
    void *value;

    g_hash_table_iter_init(&iter, dir->files);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        size += virNodeDeviceCompatFileGetSize(value);

    return size;
}


/* Brings the list and the files up to date. A file that is not listed can be there all
 * the same, such as one that is being replaced by another of that name.
 * Returns true if anything has changed. */
static bool
virNodeDeviceCompatDirectoryRefresh(virNodeDeviceCompatDirectory *dir)
{
    bool changed = virNodeDeviceCompatDirectoryList(dir);
    size_t size = virNodeDeviceCompatDirectoryGetSize(dir);
    GHashTableIter iter;
    void *value;

    g_hash_table_iter_init(&iter, dir->files);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        virNodeDeviceCompatFile *file = value;
        bool recently;

        /* nearly always, and for each device that is read */
        if (virNodeDeviceCompatFileIsUnchanged(file))
            continue;

        size -= virNodeDeviceCompatFileGetSize(file);

        if (virNodeDeviceCompatFileIsGone(file->path, &recently) && !recently) {
            g_hash_table_iter_remove(&iter);
            changed = true;
            continue;
        }

        if (virNodeDeviceCompatFileRefresh(file,
                                           VIR_NODE_DEVICE_COMPAT_FILES_SIZE_MAX - size))
            changed = true;
        size += virNodeDeviceCompatFileGetSize(file);
    }

    return changed;
}


/* Logs what cannot be used, or that it can be again, unless that is what was logged
 * last. @known: whether there is something usable from before */
static void
virNodeDeviceCompatFileFaultLog(virNodeDeviceCompatFileFault *fault,
                                bool known)
{
    if (STREQ_NULLABLE(fault->logged, fault->cause))
        return;

    if (!fault->cause)
        VIR_INFO("compatibility rules or facts can be used again, solved: %s", fault->logged);
    else if (known)
        VIR_ERROR(_("compatibility rules or facts cannot be used, what was there before stays in force: %1$s"),
                  fault->cause);
    else
        VIR_ERROR(_("compatibility rules or facts cannot be used, results are unknown at best: %1$s"),
                  fault->cause);

    g_free(fault->logged);
    fault->logged = g_strdup(fault->cause);
}


/* Records that something cannot be used, if that is so. */
static void
virNodeDeviceCompatFilesAddFault(virNodeDeviceCompatFiles *files,
                                 virNodeDeviceCompatFileFault *fault,
                                 const char *path,
                                 virNodeDeviceCompatFileKind kind,
                                 bool known)
{
    virNodeDeviceCompatFileFaultLog(fault, known);

    if (!fault->cause)
        return;

    if (known) {
        /* who is told about a device has to know as well */
        if (kind != VIR_NODE_DEVICE_COMPAT_FILE_RULES)
            files->facts->outdated = true;
        virNodeDeviceCompatRulesAddFault(files->rules, kind == VIR_NODE_DEVICE_COMPAT_FILE_FACTS ?
                                         VIR_NODE_DEVICE_COMPAT_FAULT_FACTS_OUTDATED :
                                         VIR_NODE_DEVICE_COMPAT_FAULT_RULES_OUTDATED, path);
        return;
    }

    if (kind != VIR_NODE_DEVICE_COMPAT_FILE_FACTS)
        virNodeDeviceCompatRulesAddFault(files->rules, VIR_NODE_DEVICE_COMPAT_FAULT_RULES_UNUSABLE,
                                         path);
    if (kind != VIR_NODE_DEVICE_COMPAT_FILE_RULES &&
        files->facts->unusable == VIR_NODE_DEVICE_COMPAT_ATTR_OK)
        files->facts->unusable = fault->state;
}


static void
virNodeDeviceCompatFilesAdd(virNodeDeviceCompatFiles *files,
                            virNodeDeviceCompatFile *file)
{
    if (file->xml) {
        virNodeDeviceCompatRulesAddGroups(files->rules, file->rules->ngroups,
                                          file->rules->groups);
        virNodeDeviceCompatFactsAddGroups(files->facts, file->facts->ngroups,
                                          file->facts->groups);
    }

    virNodeDeviceCompatFilesAddFault(files, &file->fault, file->path, file->kind, !!file->xml);
}


/* The file that comes before the one at @at in the list, and has its name and kind.
 * One whose kind is not known hides nothing, and is not hidden. */
static const virNodeDeviceCompatFile *
virNodeDeviceCompatFilesFindHiding(GPtrArray *list,
                                   size_t at)
{
    const virNodeDeviceCompatFile *file = g_ptr_array_index(list, at);
    const char *name = strrchr(file->path, '/');

    while (at-- > 0) {
        const virNodeDeviceCompatFile *other = g_ptr_array_index(list, at);

        if (STRNEQ(strrchr(other->path, '/'), name))
            break;
        if (other->kind == file->kind && file->kind != VIR_NODE_DEVICE_COMPAT_FILE_EITHER)
            return other;
    }

    return NULL;
}


static int
virNodeDeviceCompatFileSortName(const void *a,
                                const void *b)
{
    virNodeDeviceCompatFile *const *fileA = a;
    virNodeDeviceCompatFile *const *fileB = b;

    return strcmp(strrchr((*fileA)->path, '/'), strrchr((*fileB)->path, '/'));
}


/* All files by name, those of one name in the order of their directories */
static GPtrArray *
virNodeDeviceCompatFilesList(const virNodeDeviceCompatFiles *files)
{
    GPtrArray *list = g_ptr_array_new();
    size_t i;

    for (i = 0; i < files->dirs->len; i++) {
        const virNodeDeviceCompatDirectory *dir = g_ptr_array_index(files->dirs, i);
        GHashTableIter iter;
        void *value;

        g_hash_table_iter_init(&iter, dir->files);
        while (g_hash_table_iter_next(&iter, NULL, &value))
            g_ptr_array_add(list, value);
    }

    /* it is stable */
    g_ptr_array_sort(list, virNodeDeviceCompatFileSortName);
    return list;
}


/* Says that a file is hidden: of rules, all verdicts do that follow. */
static void
virNodeDeviceCompatFilesAddHidden(virNodeDeviceCompatFiles *files,
                                  const virNodeDeviceCompatFile *file,
                                  bool known)
{
    g_autofree char *path = virNodeDeviceCompatValueToPrintable(file->path, SIZE_MAX);
    g_autofree char *by = virNodeDeviceCompatValueToPrintable(file->hiddenBy->path, SIZE_MAX);

    if (file->kind == VIR_NODE_DEVICE_COMPAT_FILE_RULES)
        virNodeDeviceCompatRulesAddFault(files->rules, VIR_NODE_DEVICE_COMPAT_FAULT_RULES_HIDDEN,
                                         path);
    if (!known)
        VIR_WARN("compatibility rules or facts in '%s' are hidden by '%s'", path, by);
}


/* Makes rules and facts of what is known of the files. */
static void
virNodeDeviceCompatFilesMake(virNodeDeviceCompatFiles *files)
{
    size_t i;

    g_clear_object(&files->rules);
    g_clear_object(&files->facts);
    g_clear_pointer(&files->list, g_ptr_array_unref);

    files->rules = virNodeDeviceCompatRulesNew();
    files->facts = virNodeDeviceCompatFactsNew();
    files->list = virNodeDeviceCompatFilesList(files);

    for (i = 0; i < files->dirs->len; i++) {
        virNodeDeviceCompatDirectory *dir = g_ptr_array_index(files->dirs, i);

        virNodeDeviceCompatFilesAddFault(files, &dir->fault, dir->path,
                                         VIR_NODE_DEVICE_COMPAT_FILE_EITHER, dir->listed);
    }

    for (i = 0; i < files->list->len; i++) {
        virNodeDeviceCompatFile *file = g_ptr_array_index(files->list, i);
        bool hidden = !!file->hiddenBy;

        file->hiddenBy = virNodeDeviceCompatFilesFindHiding(files->list, i);
        if (!file->hiddenBy)
            virNodeDeviceCompatFilesAdd(files, file);
        else
            virNodeDeviceCompatFilesAddHidden(files, file, hidden);
    }
}


/**
 * virNodeDeviceCompatFilesUpdate:
 * @files: the files as they were read last, or zeroes
 * @dirs: NULL-terminated list of directories in order of precedence, the same each time
 *
 * Reads those *.xml files of @dirs again that were added or changed, or that could not
 * be read. Never fails.
 */
void
virNodeDeviceCompatFilesUpdate(virNodeDeviceCompatFiles *files,
                               const char *const *dirs)
{
    bool changed = !files->dirs;
    size_t i;

    if (!files->dirs) {
        files->dirs = g_ptr_array_new_with_free_func((GDestroyNotify)virNodeDeviceCompatDirectoryFree);
        for (i = 0; dirs[i]; i++)
            g_ptr_array_add(files->dirs, virNodeDeviceCompatDirectoryNew(dirs[i]));
    }

    for (i = 0; i < files->dirs->len; i++) {
        if (virNodeDeviceCompatDirectoryRefresh(g_ptr_array_index(files->dirs, i)))
            changed = true;
    }

    if (changed)
        virNodeDeviceCompatFilesMake(files);
}


/**
 * virNodeDeviceCompatFilesGetCauses:
 * @files: files that were read
 *
 * Returns why directories and files cannot be used, a text for each that begins with
 * its path; an empty list if all can be, but for those that are hidden. The texts are
 * owned by @files.
 */
GPtrArray *
virNodeDeviceCompatFilesGetCauses(const virNodeDeviceCompatFiles *files)
{
    GPtrArray *causes = g_ptr_array_new();
    size_t i;

    for (i = 0; i < files->dirs->len; i++) {
        const virNodeDeviceCompatDirectory *dir = g_ptr_array_index(files->dirs, i);

        if (dir->fault.cause)
            g_ptr_array_add(causes, dir->fault.cause);
    }

    for (i = 0; i < files->list->len; i++) {
        const virNodeDeviceCompatFile *file = g_ptr_array_index(files->list, i);

        if (file->fault.cause && !file->hiddenBy)
            g_ptr_array_add(causes, file->fault.cause);
    }

    return causes;
}


void
virNodeDeviceCompatFilesClear(virNodeDeviceCompatFiles *files)
{
    g_clear_object(&files->rules);
    g_clear_object(&files->facts);
    g_clear_pointer(&files->list, g_ptr_array_unref);
    g_clear_pointer(&files->dirs, g_ptr_array_unref);
}
