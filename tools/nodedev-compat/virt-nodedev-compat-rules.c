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
#include "virbuffer.h"
#include "virerror.h"
#include "virfile.h"
#include "virxml.h"
#include "conf/nodedev_compat_document.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

static const char *const places[] = {
    SYSCONFDIR "/libvirt/nodedev-compat",
    PKGDATADIR "/nodedev-compat",
};


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
virtCompatLoadFilesBelow(const char *root,
                         virNodeDeviceCompatFiles *files)
{
    g_autoptr(GPtrArray) dirs = g_ptr_array_new_with_free_func(g_free);
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(places); i++) {
        char *dir = virtCompatFindDirectory(places[i], root);

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
 * virtCompatLoadFiles:
 * @dirs: directories with rules and facts, and a NULL; if there is none, those of
 *        the machine
 * @root: root of a copy of a machine, or NULL for this machine
 * @files: filled in
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
virtCompatLoadFiles(GPtrArray *dirs,
                    const char *root,
                    virNodeDeviceCompatFiles *files)
{
    size_t i;

    if (dirs->len == 1) {
        if (root)
            return virtCompatLoadFilesBelow(root, files);

        files->rules = virNodeDeviceCompatFilesGetRules();
        files->facts = virNodeDeviceCompatFilesGetFacts();
        return 0;
    }

    for (i = 0; i < dirs->len - 1; i++) {
        const char *dir = g_ptr_array_index(dirs, i);

        if (!virFileIsDir(dir)) {
            virReportError(VIR_ERR_INVALID_ARG,
                           _("there is no directory '%1$s' to read rules from"), dir);
            return -1;
        }
    }

    virNodeDeviceCompatFilesUpdate(files, (const char *const *) dirs->pdata);
    return 0;
}


/**
 * virtCompatHasFiles:
 * @root: root of a copy of a machine
 *
 * Returns true if the copy has rules or facts of the machine.
 */
bool
virtCompatHasFiles(const char *root)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *dir = virtCompatFindDirectory(places[i], root);

        if (dir)
            return true;
    }

    return false;
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


static bool
virtCompatIsFacts(const char *xml,
                  const char *file)
{
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;

    return (doc = virNodeDeviceCompatDocumentParseInput(xml, file, &ctxt)) &&
           virXMLNodeNameEqual(ctxt->node, "nodedevCompatFacts");
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
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();
    g_autofree char *xml = virtCompatReadFile(file);

    if (!xml || virNodeDeviceCompatFilesAddXML(rules, facts, xml, file) < 0 ||
        (validate && virtCompatValidateRules(xml, file) < 0))
        return -1;

    if (!quiet)
        virtCompatPrintSummary(file, virtCompatIsFacts(xml, file), rules, facts);
    return 0;
}
