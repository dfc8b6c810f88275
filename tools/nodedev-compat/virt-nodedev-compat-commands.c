/*
 * virt-nodedev-compat-commands.c: the commands of virt-nodedev-compat
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compat-commands.h"
#include "virt-nodedev-compat-device.h"
#include "virt-nodedev-compat-input.h"
#include "virt-nodedev-compat-json.h"
#include "virt-nodedev-compat-origin.h"
#include "virt-nodedev-compat-output.h"
#include "virt-nodedev-compat-rules.h"
#include "virt-nodedev-compat-unmatched.h"

#include "nodedev_compat/nodedev_compat_compare.h"
#include "virbuffer.h"
#include "virerror.h"
#include "vsh-nodedev-compat.h"
#include "conf/nodedev_compat_xml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV


/**
 * virtCompatGetLookup:
 * @opts: options
 * @root: root of a copy of a machine, or NULL for this machine
 * @files: rules and facts of that machine
 *
 * Returns how devices are looked up.
 */
virtCompatLookup
virtCompatGetLookup(const virtCompatOptions *opts,
                    const char *root,
                    const virNodeDeviceCompatFiles *files)
{
    return (virtCompatLookup) {
        .root = root,
        .validate = opts->validate,
        .facts = files->facts,
        .local = opts->rules->len == 1 && !root,
    };
}


/**
 * virtCompatGetShow:
 * @opts: options
 *
 * Returns what a text has, as a bitwise-OR of vshNodeDeviceCompatShow. Its tables are
 * for people.
 */
unsigned int
virtCompatGetShow(const virtCompatOptions *opts)
{
    return VSH_NODEDEV_COMPAT_HEADER | (opts->explain ? VSH_NODEDEV_COMPAT_EXPLAIN : 0);
}


/*
 * dump
 */

/**
 * virtCompatDump:
 * @opts: options
 * @noperands: number of operands
 * @operands: the device, unless all are wanted
 *
 * Prints the descriptor of a device, or of all of the machine.
 *
 * Returns the exit status; if an error is reported, it is not printed yet.
 */
int
virtCompatDump(const virtCompatOptions *opts,
               int noperands,
               char **operands)
{
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    virtCompatLookup lookup;
    g_autoptr(virNodeDeviceCompat) compat = NULL;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *name = NULL;
    g_autofree char *text = NULL;

    if (opts->all != (noperands == 0) || (opts->types && !opts->all)) {
        virReportError(VIR_ERR_INVALID_ARG, "%s",
                       _("give either one device or --all, and --types only with the latter"));
        return EXIT_FAILURE;
    }

    if (opts->all)
        return virtCompatDumpAll(opts);

    if (virtCompatLoadFiles(opts->rules, opts->root, &files) < 0)
        return EXIT_FAILURE;
    lookup = virtCompatGetLookup(opts, opts->root, &files);

    if (!(compat = virtCompatLoadDevice(operands[0], &lookup, &name)))
        return EXIT_FAILURE;

    if (opts->json)
        return virtCompatPrintDeviceJSON(compat, name, files.rules, opts->output) < 0 ?
            EXIT_FAILURE : EXIT_SUCCESS;

    if (opts->xml) {
        if (compat->inferred)
            virtCompatFormatComment(&buf, "from a document without compatibility data", NULL);
        if (opts->details)
            virtCompatFormatOrigins(&buf, compat);
        virNodeDeviceCompatFormat(&buf, compat);
        text = virBufferContentAndReset(&buf);
    } else {
        text = vshNodeDeviceCompatFormatDevice(compat, virtCompatGetShow(opts));
    }

    if (!text || virtCompatWriteOutput(opts->output, text) < 0)
        return EXIT_FAILURE;

    if (compat->inferred && !opts->xml)
        printf("\n%s\n", vshNodeDeviceCompatInferredNote());
    return EXIT_SUCCESS;
}


/*
 * compare
 */

static unsigned int
virtCompatGetFlags(const virtCompatOptions *opts)
{
    return opts->crossType ? VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE : 0;
}


static int
virtCompatCheckInput(int noperands,
                     char **operands)
{
    int ninputs = 0;
    size_t i;

    for (i = 0; i < noperands; i++)
        ninputs += vshNodeDeviceCompatFileName(operands[i]) == NULL;

    if (ninputs > 1) {
        virReportError(VIR_ERR_INVALID_ARG, "%s",
                       _("only one device can be read from standard input"));
        return -1;
    }

    return 0;
}


/* One of the two devices, and the files of its host */
typedef struct _virtCompatSide virtCompatSide;
struct _virtCompatSide {
    virNodeDeviceCompatFiles files;
    virNodeDeviceCompat *compat;
    char *name;
};

static void
virtCompatSideClear(virtCompatSide *side)
{
    virNodeDeviceCompatFilesClear(&side->files);
    g_clear_object(&side->compat);
    g_clear_pointer(&side->name, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(virtCompatSide, virtCompatSideClear);


static int
virtCompatLoadSide(const virtCompatOptions *opts,
                   const char *device,
                   const char *root,
                   virtCompatSide *side)
{
    virtCompatLookup lookup;

    if (!root)
        root = opts->root;

    if (virtCompatLoadFiles(opts->rules, root, &side->files) < 0)
        return -1;
    lookup = virtCompatGetLookup(opts, root, &side->files);

    return (side->compat = virtCompatLoadDevice(device, &lookup, &side->name)) ? 0 : -1;
}


/* In trees of two machines there may be the same name. */
static void
virtCompatNameDevices(virNodeDeviceCompatReport *report,
                      char *const *devices)
{
    if (STREQ_NULLABLE(report->source, report->target) && STRNEQ(devices[0], devices[1])) {
        g_clear_pointer(&report->source, g_free);
        g_clear_pointer(&report->target, g_free);
    }

    if (!report->source)
        report->source = g_strdup(vshNodeDeviceCompatFileName(devices[0]));
    if (!report->target)
        report->target = g_strdup(vshNodeDeviceCompatFileName(devices[1]));
}


static int
virtCompatPrintReport(const virtCompatOptions *opts,
                      virNodeDeviceCompatReport *report,
                      char *const *devices,
                      bool inferred)
{
    g_autofree char *text = NULL;
    unsigned int show = virtCompatGetShow(opts) | (inferred ? VSH_NODEDEV_COMPAT_INFERRED : 0);

    if (opts->xml) {
        text = virNodeDeviceCompatReportFormat(report);
    } else if (opts->json) {
        text = virNodeDeviceCompatReportFormatJSON(report);
    } else {
        virtCompatNameDevices(report, devices);
        text = vshNodeDeviceCompatFormatReports(&report, 1, show);
    }

    if (text)
        printf("%s", text);
    return text ? 0 : -1;
}


/* Operands fill in what --source and --target leave open. */
static int
virtCompatGetPair(const virtCompatOptions *opts,
                  int noperands,
                  char **operands,
                  char **devices)
{
    int used = 0;

    devices[0] = opts->source ? opts->source : used < noperands ? operands[used++] : NULL;
    devices[1] = opts->target ? opts->target : used < noperands ? operands[used++] : NULL;

    if (!devices[0] || !devices[1] || used < noperands) {
        virReportError(VIR_ERR_INVALID_ARG, "%s",
                       _("exactly one source and one target must be given"));
        return -1;
    }

    return virtCompatCheckInput(2, devices);
}


/**
 * virtCompatCompare:
 * @opts: options
 * @noperands: number of operands
 * @operands: source and target, as far as @opts does not have them
 *
 * Prints whether a guest that uses the source can continue on the target.
 *
 * Returns the exit status; if an error is reported, it is not printed yet.
 */
int
virtCompatCompare(const virtCompatOptions *opts,
                  int noperands,
                  char **operands)
{
    g_auto(virtCompatSide) source = { 0 };
    g_auto(virtCompatSide) target = { 0 };
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    char *devices[2];

    if (virtCompatGetPair(opts, noperands, operands, devices) < 0 ||
        virtCompatLoadSide(opts, devices[0], opts->sourceRoot, &source) < 0 ||
        virtCompatLoadSide(opts, devices[1], opts->targetRoot, &target) < 0)
        return EXIT_FAILURE;

    /* in a migration, it is the destination that judges */
    report = virNodeDeviceCompatCompare(source.compat, target.compat, target.files.rules,
                                        virtCompatGetFlags(opts));
    report->source = g_steal_pointer(&source.name);
    report->target = g_steal_pointer(&target.name);

    if (virtCompatPrintReport(opts, report, devices,
                              source.compat->inferred || target.compat->inferred) < 0)
        return EXIT_FAILURE;

    return vshNodeDeviceCompatGetExitStatus(report->verdict);
}


/*
 * baseline
 */

/**
 * virtCompatBaseline:
 * @opts: options
 * @noperands: number of operands
 * @operands: devices
 *
 * Prints the baseline of the devices.
 *
 * Returns the exit status; if an error is reported, it is not printed yet.
 */
int
virtCompatBaseline(const virtCompatOptions *opts,
                   int noperands,
                   char **operands)
{
    g_autoptr(virNodeDeviceCompatDevices) list = g_new0(virNodeDeviceCompatDevices, 1);
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_autoptr(virNodeDeviceCompatBaseline) baseline = NULL;
    g_autofree char *text = NULL;
    virtCompatLookup lookup;
    bool inferred = false;
    size_t i;

    if (virtCompatCheckInput(noperands, operands) < 0 ||
        virtCompatLoadFiles(opts->rules, opts->root, &files) < 0)
        return EXIT_FAILURE;
    lookup = virtCompatGetLookup(opts, opts->root, &files);

    for (i = 0; i < noperands; i++) {
        if (virtCompatLoadDevices(list, operands[i], &lookup) < 0)
            return EXIT_FAILURE;
    }

    baseline = virNodeDeviceCompatBaselineMake(list->devices, list->ndevices, files.rules,
                                               virtCompatGetFlags(opts));
    if (opts->xml)
        text = virNodeDeviceCompatBaselineFormat(baseline);
    else if (opts->json)
        text = virNodeDeviceCompatBaselineFormatJSON(baseline);
    else
        text = vshNodeDeviceCompatFormatBaseline(baseline, virtCompatGetShow(opts));
    if (!text)
        return EXIT_FAILURE;

    printf("%s", text);

    for (i = 0; i < list->ndevices; i++)
        inferred = inferred || list->devices[i].compat->inferred;
    if (inferred && !opts->xml && !opts->json)
        printf("\n%s\n", vshNodeDeviceCompatInferredNote());

    return vshNodeDeviceCompatGetExitStatus(baseline->verdict);
}


/*
 * check-rules
 */

static bool
virtCompatHasErrors(GPtrArray *states)
{
    size_t i;

    for (i = 0; i < states->len; i++) {
        if (((const virtCompatFileState *) g_ptr_array_index(states, i))->error)
            return true;
    }

    return false;
}


/* Prints what is known of files. What is wrong with them is on standard error, whatever
 * else is printed. Returns the exit status. */
static int
virtCompatPrintFiles(const virtCompatOptions *opts,
                     GPtrArray *states,
                     GPtrArray *unmatched)
{
    size_t i;

    for (i = 0; i < states->len; i++)
        virtCompatPrintFileState(g_ptr_array_index(states, i), opts->quiet || opts->json);

    if (unmatched)
        virtCompatPrintUnmatchedFacts(unmatched, stderr);

    if (opts->json && virtCompatPrintFilesJSON(states, unmatched, opts->quiet) < 0)
        return EXIT_FAILURE;

    return virtCompatHasErrors(states) ? EXIT_FAILURE : EXIT_SUCCESS;
}


static int
virtCompatCheckMachine(const virtCompatOptions *opts)
{
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_autoptr(GPtrArray) states = NULL;
    g_autoptr(GPtrArray) unmatched = NULL;

    if (virtCompatReadFiles(opts->rules, opts->root, &files) < 0)
        return EXIT_FAILURE;
    states = virtCompatCheckFiles(&files, opts->validate);

    /* files of any directory need not be about the devices of this machine */
    if (!virtCompatHasErrors(states) && (opts->rules->len == 1 || opts->root) &&
        !(unmatched = virtCompatFindUnmatchedFacts(files.facts, opts->root)))
        return EXIT_FAILURE;

    return virtCompatPrintFiles(opts, states, unmatched);
}


/**
 * virtCompatCheckRules:
 * @opts: options
 * @noperands: number of operands
 * @operands: files
 *
 * Checks files with rules or facts, those of the machine if none is given.
 *
 * Returns the exit status; if an error is reported, it is not printed yet.
 */
int
virtCompatCheckRules(const virtCompatOptions *opts,
                     int noperands,
                     char **operands)
{
    g_autoptr(GPtrArray) states =
        g_ptr_array_new_with_free_func((GDestroyNotify) virtCompatFileStateFree);
    size_t i;

    if (noperands == 0)
        return virtCompatCheckMachine(opts);

    if (opts->root || opts->rules->len > 1) {
        virReportError(VIR_ERR_INVALID_ARG, "%s",
                       _("FILE cannot be given together with --root or --rules"));
        return EXIT_FAILURE;
    }

    for (i = 0; i < noperands; i++)
        g_ptr_array_add(states, virtCompatCheckFile(operands[i], opts->validate));

    return virtCompatPrintFiles(opts, states, NULL);
}
