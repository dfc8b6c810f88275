/*
 * nodedev_compat_files.c: the rule files and facts files of this host
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <sys/stat.h>

#include "nodedev_compat_files.h"

#include "configmake.h"
#include "nodedev_compat_document.h"
#include "nodedev_compat_limits.h"
#include "virbuffer.h"
#include "virerror.h"
#include "virfile.h"
#include "virlog.h"
#include "virstring.h"
#include "virthread.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

VIR_LOG_INIT("nodedev_compat.nodedev_compat_files");

#define SUFFIX ".xml"

/* Files of the administrator take precedence over those that packages install. */
static const char *const hostDirs[] = {
    SYSCONFDIR "/libvirt/nodedev-compat",
    PKGDATADIR "/nodedev-compat",
    NULL
};

static virMutex hostLock = VIR_MUTEX_INITIALIZER;
static virNodeDeviceCompatFiles hostFiles;


/* The paths of the files, sorted by name, without those that are hidden */
static GPtrArray *
virNodeDeviceCompatFilesList(const char *const *dirs)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    size_t i;

    for (i = 0; dirs[i]; i++) {
        g_autoptr(GDir) dir = g_dir_open(dirs[i], 0, NULL);
        const char *name;

        while (dir && (name = g_dir_read_name(dir))) {
            if (name[0] != '.' && !strchr(name, '\n') &&
                g_str_has_suffix(name, SUFFIX) &&
                g_hash_table_add(seen, g_strdup(name)))
                g_ptr_array_add(names, g_strdup_printf("%s\n%s/%s", name, dirs[i], name));
        }
    }

    g_ptr_array_sort_with_data(names, virStringSortCompare, NULL);

    for (i = 0; i < names->len; i++) {
        const char *entry = g_ptr_array_index(names, i);

        g_ptr_array_add(paths, g_strdup(strchr(entry, '\n') + 1));
    }

    return paths;
}


/* Text that differs if a file was added, removed or changed */
static char *
virNodeDeviceCompatFilesState(GPtrArray *paths)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    virBufferAddLit(&buf, "\n");
    for (i = 0; i < paths->len; i++) {
        const char *path = g_ptr_array_index(paths, i);
        struct stat sb = { 0 };

        if (stat(path, &sb) < 0)
            sb.st_size = -errno;
        virBufferAsprintf(&buf, "%s %llu %lld %lld.%09ld\n", path,
                          (unsigned long long)sb.st_ino, (long long)sb.st_size,
                          (long long)sb.st_mtim.tv_sec, sb.st_mtim.tv_nsec);
    }

    return virBufferContentAndReset(&buf);
}


/**
 * virNodeDeviceCompatFilesAddXML:
 * @rules: set of rules to add to
 * @facts: set of facts to add to
 * @xml: a document of either kind
 * @filename: what to call it in errors
 *
 * Adds all that the document holds, or nothing.
 *
 * Returns 0 on success, -1 with an error reported that gives file, line and cause.
 */
int
virNodeDeviceCompatFilesAddXML(virNodeDeviceCompatRules *rules,
                               virNodeDeviceCompatFacts *facts,
                               const char *xml,
                               const char *filename)
{
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;

    if (!(doc = virNodeDeviceCompatDocumentParseFile(xml, filename, &ctxt)))
        return -1;

    if (virXMLNodeNameEqual(ctxt->node, "nodedevCompatRules"))
        return virNodeDeviceCompatRulesAddNode(rules, ctxt->node, filename);

    if (virXMLNodeNameEqual(ctxt->node, "nodedevCompatFacts"))
        return virNodeDeviceCompatFactsAddNode(facts, ctxt->node, filename);

    virNodeDeviceCompatDocumentError(filename, ctxt->node,
                                     _("expected <nodedevCompatRules> or <nodedevCompatFacts>, not <%1$.32s>"),
                                     ctxt->node->name);
    return -1;
}


static char *
virNodeDeviceCompatFilesRead(const char *path)
{
    g_autofree char *xml = NULL;
    int len;

    /* reading a FIFO would not end */
    if (!virFileIsRegular(path)) {
        virReportError(VIR_ERR_INTERNAL_ERROR, "%s", _("it is not a regular file"));
        return NULL;
    }

    if ((len = virFileReadAll(path, VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX, &xml)) < 0)
        return NULL;

    if (strlen(xml) != len) {
        virReportError(VIR_ERR_XML_ERROR, "%s", _("it holds a NUL byte"));
        return NULL;
    }

    return g_steal_pointer(&xml);
}


static void
virNodeDeviceCompatFilesLoad(virNodeDeviceCompatFiles *files,
                             GPtrArray *paths)
{
    size_t i;

    files->rules = virNodeDeviceCompatRulesNew();
    files->facts = virNodeDeviceCompatFactsNew();

    for (i = 0; i < paths->len; i++) {
        const char *path = g_ptr_array_index(paths, i);
        g_autofree char *xml = virNodeDeviceCompatFilesRead(path);

        if (!xml ||
            virNodeDeviceCompatFilesAddXML(files->rules, files->facts, xml, path) < 0) {
            VIR_ERROR(_("compatibility rules or facts in '%1$s' are not used: %2$s"),
                      path, virGetLastErrorMessage());
            virResetLastError();
        }
    }
}


/**
 * virNodeDeviceCompatFilesUpdate:
 * @files: the files as they were read last, or zeroes
 * @dirs: NULL-terminated list of directories in order of precedence
 *
 * Reads all *.xml files of @dirs again if one was added, removed or changed. Never
 * fails.
 */
void
virNodeDeviceCompatFilesUpdate(virNodeDeviceCompatFiles *files,
                               const char *const *dirs)
{
    g_autoptr(GPtrArray) paths = virNodeDeviceCompatFilesList(dirs);
    g_autofree char *state = virNodeDeviceCompatFilesState(paths);

    if (STREQ_NULLABLE(files->state, state))
        return;

    virNodeDeviceCompatFilesClear(files);
    virNodeDeviceCompatFilesLoad(files, paths);
    files->state = g_steal_pointer(&state);
}


void
virNodeDeviceCompatFilesClear(virNodeDeviceCompatFiles *files)
{
    g_clear_pointer(&files->state, g_free);
    g_clear_object(&files->rules);
    g_clear_object(&files->facts);
}


/**
 * virNodeDeviceCompatFilesGetRules:
 *
 * Returns a reference to the rules in the current files of this host.
 */
virNodeDeviceCompatRules *
virNodeDeviceCompatFilesGetRules(void)
{
    VIR_LOCK_GUARD lock = virLockGuardLock(&hostLock);

    virNodeDeviceCompatFilesUpdate(&hostFiles, hostDirs);

    return g_object_ref(hostFiles.rules);
}


/**
 * virNodeDeviceCompatFilesGetFacts:
 *
 * Returns a reference to the facts in the current files of this host.
 */
virNodeDeviceCompatFacts *
virNodeDeviceCompatFilesGetFacts(void)
{
    VIR_LOCK_GUARD lock = virLockGuardLock(&hostLock);

    virNodeDeviceCompatFilesUpdate(&hostFiles, hostDirs);

    return g_object_ref(hostFiles.facts);
}
