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


void
virtCompatFileStateFree(virtCompatFileState *state)
{
    if (!state)
        return;

    g_free(state->path);
    g_free(state->hiddenBy);
    g_free(state->error);
    g_free(state);
}


static virtCompatFileState *
virtCompatFileStateNew(const char *path)
{
    virtCompatFileState *state = g_new0(virtCompatFileState, 1);

    state->path = g_strdup(path);
    return state;
}


static virtCompatFileState *
virtCompatFileStateNewError(const char *path,
                            const char *error)
{
    virtCompatFileState *state = virtCompatFileStateNew(path);

    state->error = g_strdup(error);
    return state;
}


/* What @xml, the content of @file, holds, or the error about it; NULL stands for a file that
 * cannot be read, with an error reported. */
static virtCompatFileState *
virtCompatFileStateNewText(const char *xml,
                           const char *file,
                           bool validate)
{
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();
    virNodeDeviceCompatFileKind kind;
    virtCompatFileState *state = NULL;
    size_t i;

    if (!xml ||
        virNodeDeviceCompatFileParse(rules, facts, xml, file, &kind) < 0 ||
        (validate && virtCompatValidateRules(xml, file) < 0)) {
        state = virtCompatFileStateNewError(file, virtCompatGetErrorDetail());
        virResetLastError();
        return state;
    }

    state = virtCompatFileStateNew(file);
    state->content = kind;
    state->ngroups = rules->ngroups + facts->ngroups;
    for (i = 0; i < rules->ngroups; i++)
        state->nattrs += rules->groups[i]->nrules;
    for (i = 0; i < facts->ngroups; i++)
        state->nattrs += facts->groups[i]->compat->self.nattrs;

    return state;
}


/**
 * virtCompatCheckFile:
 * @file: a file with rules or facts, or "-" for standard input
 * @validate: check it against its schema, too
 *
 * Returns what it holds, or why it is not usable.
 */
virtCompatFileState *
virtCompatCheckFile(const char *file,
                    bool validate)
{
    g_autofree char *xml = virtCompatReadFile(file);

    return virtCompatFileStateNewText(xml, file, validate);
}


static virtCompatFileState *
virtCompatCheckListed(const virNodeDeviceCompatFile *file,
                      bool validate)
{
    virtCompatFileState *state;

    if (file->hiddenBy) {
        state = virtCompatFileStateNew(file->path);
        state->hiddenBy = g_strdup(file->hiddenBy->path);
        return state;
    }

    if (file->fault.cause)
        return virtCompatFileStateNewError(file->path, file->fault.cause);

    return virtCompatFileStateNewText(file->xml, file->path, validate);
}


/**
 * virtCompatCheckFiles:
 * @files: files that were read
 * @validate: check them against their schemas, too
 *
 * Returns what each file holds, by which one it is hidden, or why it is not usable; first
 * the directories that cannot be listed.
 */
GPtrArray *
virtCompatCheckFiles(const virNodeDeviceCompatFiles *files,
                     bool validate)
{
    GPtrArray *states =
        g_ptr_array_new_with_free_func((GDestroyNotify) virtCompatFileStateFree);
    g_autoptr(GPtrArray) causes = virNodeDeviceCompatFilesGetCauses(files);
    size_t i;

    for (i = 0; i < files->list->len; i++) {
        const virNodeDeviceCompatFile *file = g_ptr_array_index(files->list, i);

        if (file->fault.cause)
            g_ptr_array_remove(causes, file->fault.cause);
        g_ptr_array_add(states, virtCompatCheckListed(file, validate));
    }

    for (i = 0; i < causes->len; i++)
        g_ptr_array_insert(states, i,
                           virtCompatFileStateNewError(NULL, g_ptr_array_index(causes, i)));

    return states;
}


/**
 * virtCompatPrintFileState:
 * @state: what is known of a file
 * @quiet: print nothing of one that is usable
 *
 * Prints a line; what is not usable, to standard error, begins with the file's name and
 * line, as editors like it.
 */
void
virtCompatPrintFileState(const virtCompatFileState *state,
                         bool quiet)
{
    g_autofree char *groups = NULL;
    g_autofree char *attrs = NULL;

    if (state->error) {
        fprintf(stderr, "%s\n", state->error);
        return;
    }

    if (quiet)
        return;

    if (state->hiddenBy) {
        printf(_("%1$s: hidden by %2$s"), state->path, state->hiddenBy);
        printf("\n");
        return;
    }

    groups = state->ngroups == 1 ? g_strdup(_("1 group")) :
                                   g_strdup_printf(_("%1$zu groups"), state->ngroups);
    attrs = state->nattrs == 1 ? g_strdup(_("1 attribute")) :
                                 g_strdup_printf(_("%1$zu attributes"), state->nattrs);

    printf("%s: %s, %s, %s\n", state->path,
           state->content == VIR_NODE_DEVICE_COMPAT_FILE_FACTS ? _("facts") : _("rules"),
           groups, attrs);
}
