/*
 * virt-nodedev-compat-rules.c: rule and facts files that virt-nodedev-compat reads
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compat-rules.h"

#include "configmake.h"
#include "virt-nodedev-compat-input.h"
#include "virt-nodedev-compat-place.h"
#include "nodedev_compat/evidence/nodedev_compat_files_read.h"
#include "virerror.h"
#include "virfile.h"
#include "virxml.h"
#include "conf/nodedev_compat_document.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV


/* Below a root, links are not followed, and a broken one is no rule file. */
static int
virtCompatCheckRulesDir(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *file = g_build_filename(path, name, NULL);

        if (virFileIsLink(file) == 1) {
            virReportError(VIR_ERR_INVALID_ARG,
                           _("rule file '%1$s' is a symbolic link, which could lead anywhere; put a copy in its place"),
                           file);
            return -1;
        }
    }

    return 0;
}


static int
virtCompatReadFilesBelow(const char *root,
                         virNodeDeviceCompatFiles *files)
{
    g_autoptr(GPtrArray) dirs = g_ptr_array_new_with_free_func(g_free);
    size_t i;

    for (i = 0; virNodeDeviceCompatFilesDirs[i]; i++) {
        char *dir = NULL;

        if (virtCompatFindDirectory(virNodeDeviceCompatFilesDirs[i], root, &dir) < 0)
            return -1;
        if (!dir)
            continue;

        g_ptr_array_add(dirs, dir);
        if (virtCompatCheckRulesDir(dir) < 0)
            return -1;
    }
    g_ptr_array_add(dirs, NULL);

    virNodeDeviceCompatFilesUpdate(files, (const char *const *) dirs->pdata);
    return 0;
}


/**
 * virtCompatReadFiles:
 * @dirs: directories with rules and facts, and a NULL; if there is none, those of
 *        the machine
 * @root: root of a copy of a machine, or NULL for this machine
 * @files: filled in
 *
 * Returns 0 on success, also if some files are not usable, -1 with an error reported.
 */
int
virtCompatReadFiles(GPtrArray *dirs,
                    const char *root,
                    virNodeDeviceCompatFiles *files)
{
    size_t i;

    if (dirs->len == 1 && root)
        return virtCompatReadFilesBelow(root, files);

    for (i = 0; i < dirs->len - 1; i++) {
        const char *dir = g_ptr_array_index(dirs, i);

        if (!virFileIsDir(dir)) {
            virReportError(VIR_ERR_INVALID_ARG,
                           _("there is no directory '%1$s' to read rules from"), dir);
            return -1;
        }
    }

    virNodeDeviceCompatFilesUpdate(files, dirs->len == 1 ? virNodeDeviceCompatFilesDirs :
                                   (const char *const *) dirs->pdata);
    return 0;
}


/**
 * virtCompatLoadFiles:
 * @dirs: directories with rules and facts, and a NULL; if there is none, those of
 *        the machine
 * @root: root of a copy of a machine, or NULL for this machine
 * @files: filled in
 *
 * Returns 0 on success, -1 with an error reported that has the file, line and cause of
 * all that is not usable. Unlike a daemon, there is nothing known from before that could
 * be used in its place.
 */
int
virtCompatLoadFiles(GPtrArray *dirs,
                    const char *root,
                    virNodeDeviceCompatFiles *files)
{
    g_autoptr(GPtrArray) causes = NULL;
    g_autofree char *text = NULL;

    if (virtCompatReadFiles(dirs, root, files) < 0)
        return -1;

    causes = virNodeDeviceCompatFilesGetCauses(files);
    if (causes->len == 0)
        return 0;

    g_ptr_array_add(causes, NULL);
    text = g_strjoinv("\n", (char **) causes->pdata);
    virReportError(VIR_ERR_XML_ERROR, _("rules or facts cannot be used: %1$s"), text);
    return -1;
}


/**
 * virtCompatHasFiles:
 * @root: root of a copy of a machine
 *
 * Returns 1 if the copy has rules or facts of the machine, 0 if not, -1 with an error
 * reported if that could not be found out.
 */
int
virtCompatHasFiles(const char *root)
{
    int result = 0;
    size_t i;

    for (i = 0; virNodeDeviceCompatFilesDirs[i]; i++) {
        g_autofree char *dir = NULL;

        if (virtCompatFindDirectory(virNodeDeviceCompatFilesDirs[i], root, &dir) < 0)
            return -1;
        if (dir)
            result = 1;
    }

    return result;
}


/* The library's error does not say in which line a document breaks its schema,
 * nor in which file. */
static int
virtCompatValidateRules(const char *xml,
                        const char *file)
{
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;
    g_autofree char *schema = NULL;
    g_autofree char *cause = NULL;
    const xmlError *err;

    if (!(doc = virNodeDeviceCompatDocumentParseInput(xml, file, &ctxt)))
        return -1;

    if (!(schema = virFileFindResource(virXMLNodeNameEqual(ctxt->node, "nodedevCompatFacts") ?
                                       "nodedevcompatfacts.rng" : "nodedevcompatrules.rng",
                                       abs_top_srcdir "/src/conf/schemas",
                                       PKGDATADIR "/schemas")))
        return -1;

    xmlResetLastError();
    if (virXMLValidateAgainstSchema(schema, doc) == 0)
        return 0;

    err = xmlGetLastError();
    cause = g_strdup_printf("%s:%d: %s", file, err ? err->line : 1,
                            err && err->message ? err->message : virtCompatGetErrorDetail());
    virReportError(VIR_ERR_XML_ERROR, "%s", g_strchomp(cause));
    return -1;
}


static void
virtCompatPrintSummary(const char *file,
                       bool isFacts,
                       const virNodeDeviceCompatRules *rules,
                       const virNodeDeviceCompatFacts *facts)
{
    g_autofree char *groups = NULL;
    g_autofree char *attrs = NULL;
    size_t ngroups = rules->ngroups + facts->ngroups;
    size_t nattrs = 0;
    size_t i;

    for (i = 0; i < rules->ngroups; i++)
        nattrs += rules->groups[i]->nrules;
    for (i = 0; i < facts->ngroups; i++)
        nattrs += facts->groups[i]->compat->self.nattrs;

    groups = ngroups == 1 ? g_strdup(_("1 group")) :
                            g_strdup_printf(_("%1$zu groups"), ngroups);
    attrs = nattrs == 1 ? g_strdup(_("1 attribute")) :
                          g_strdup_printf(_("%1$zu attributes"), nattrs);

    printf("%s: %s, %s, %s\n", file, isFacts ? _("facts") : _("rules"), groups, attrs);
}


static int
virtCompatCheckText(const char *xml,
                    const char *file,
                    bool validate,
                    bool quiet)
{
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();
    virNodeDeviceCompatFileKind kind;

    if (virNodeDeviceCompatFileParse(rules, facts, xml, file, &kind) < 0 ||
        (validate && virtCompatValidateRules(xml, file) < 0))
        return -1;

    if (!quiet)
        virtCompatPrintSummary(file, kind == VIR_NODE_DEVICE_COMPAT_FILE_FACTS, rules, facts);
    return 0;
}


/**
 * virtCompatCheckFile:
 * @file: a file with rules or facts, or "-" for standard input
 * @validate: check it against its schema, too
 * @quiet: print nothing if it is usable
 *
 * Returns 0 if the file is usable, -1 with an error reported.
 */
int
virtCompatCheckFile(const char *file,
                    bool validate,
                    bool quiet)
{
    g_autofree char *xml = virtCompatReadFile(file);

    return xml ? virtCompatCheckText(xml, file, validate, quiet) : -1;
}


/**
 * virtCompatListFiles:
 * @files: files that were read
 * @validate: check them against their schemas, too
 * @quiet: print nothing of files that are usable
 *
 * Prints what each file holds or by which one it is hidden and, to standard error, what
 * is not usable.
 *
 * Returns 0 if all are usable, -1 if not.
 */
int
virtCompatListFiles(const virNodeDeviceCompatFiles *files,
                    bool validate,
                    bool quiet)
{
    g_autoptr(GPtrArray) causes = virNodeDeviceCompatFilesGetCauses(files);
    int result = causes->len == 0 ? 0 : -1;
    size_t i;

    for (i = 0; i < causes->len; i++)
        fprintf(stderr, "%s\n", (const char *)g_ptr_array_index(causes, i));

    for (i = 0; i < files->list->len; i++) {
        const virNodeDeviceCompatFile *file = g_ptr_array_index(files->list, i);

        if (file->hiddenBy) {
            if (!quiet) {
                printf(_("%1$s: hidden by %2$s"), file->path, file->hiddenBy->path);
                printf("\n");
            }
        } else if (!file->fault.cause &&
                   virtCompatCheckText(file->xml, file->path, validate, quiet) < 0) {
            fprintf(stderr, "%s\n", virtCompatGetErrorDetail());
            virResetLastError();
            result = -1;
        }
    }

    return result;
}
