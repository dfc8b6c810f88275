/*
 * virt-nodedev-compat.c: migration compatibility of devices, without a daemon
 *
 * Subcommands on top of the library's parsing, comparing and reporting. What
 * reads sysfs is compiled in, as the daemon has it in a module.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <getopt.h>

#include "virt-nodedev-compat-device.h"

#include "configmake.h"
#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedev_compat/evidence/nodedev_compat_files.h"
#include "virerror.h"
#include "virfile.h"
#include "virgettext.h"
#include "virlog.h"
#include "virxml.h"
#include "vsh-nodedev-compat.h"
#include "conf/nodedev_compat_xml.h"
#include "conf/nodedev_compat_document.h"
#include "nodedev_compat/nodedev_compat_rules.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define PROGRAM "virt-nodedev-compat"


typedef struct _virtCompatOptions virtCompatOptions;
struct _virtCompatOptions {
    const char *root;
    GPtrArray *rules;           /* directories, and a NULL */
    bool help;
    bool version;
    bool xml;
    bool crossType;
    bool validate;
};

typedef struct _virtCompatCommand virtCompatCommand;
struct _virtCompatCommand {
    const char *name;
    const char *operands;       /* what help calls them */
    int min;
    int max;
    const char *summary;
    const char *description;
    int (*run)(const virtCompatOptions *options, int noperands, char **operands);
};

static int virtCompatDump(const virtCompatOptions *options, int noperands, char **operands);
static int virtCompatCompare(const virtCompatOptions *options, int noperands, char **operands);
static int virtCompatBaseline(const virtCompatOptions *options, int noperands, char **operands);
static int virtCompatCheckRules(const virtCompatOptions *options, int noperands, char **operands);

enum {
    COMMAND_DUMP,
    COMMAND_COMPARE,
    COMMAND_BASELINE,
    COMMAND_CHECK_RULES,
};

static const virtCompatCommand commands[] = {
    [COMMAND_DUMP] = {
        "dump", "DEVICE", 1, 1,
        N_("Show what a device says of itself and what it accepts."),
        N_("DEVICE is the directory of a mediated device, an mdev type or a PCI function\n"
           "in sysfs or in a copy of it, a file that holds the XML description of a\n"
           "device, or - to read that from standard input."),
        virtCompatDump,
    },
    [COMMAND_COMPARE] = {
        "compare", "SOURCE TARGET", 2, 2,
        N_("Tell whether a guest that uses SOURCE could continue on TARGET."),
        N_("Each is the directory of a mediated device, an mdev type or a PCI function in\n"
           "sysfs or in a copy of it, a file that holds the XML description of a device,\n"
           "or - to read that from standard input.\n"
           "\n"
           "Exit status: 0 compatible, 1 error, 2 incompatible, 3 unknown"),
        virtCompatCompare,
    },
    [COMMAND_BASELINE] = {
        "baseline", "DEVICE...", 1, INT_MAX,
        N_("Tell what a guest may rely on with each of the devices."),
        N_("Each is the directory of a mediated device, an mdev type or a PCI function in\n"
           "sysfs or in a copy of it, a file that holds the XML description of one or\n"
           "several devices or of a baseline, or - to read that from standard input.\n"
           "\n"
           "Exit status: 0 there is a baseline, 1 error, 2 there is none, 3 unknown"),
        virtCompatBaseline,
    },
    [COMMAND_CHECK_RULES] = {
        "check-rules", "FILE...", 1, INT_MAX,
        N_("Check files with rules of vendors or facts about devices."),
        N_("All files are checked; of each that is broken, line and cause are told.\n"
           "\n"
           "Exit status: 0 all files are usable, 1 at least one is not"),
        virtCompatCheckRules,
    },
};

enum {
    OPTION_XML = 256,
    OPTION_CROSS_TYPE,
    OPTION_VALIDATE,
    OPTION_ROOT,
    OPTION_RULES,
    OPTION_HELP = 'h',
    OPTION_VERSION = 'V',
};

/* as a mask of commands */
#define FOR(command) (1U << COMMAND_ ## command)
#define FOR_ALL (FOR(DUMP) | FOR(COMPARE) | FOR(BASELINE) | FOR(CHECK_RULES))

static const struct {
    struct option option;
    const char *arg;            /* what help calls it */
    unsigned int commands;
    const char *help;
} options[] = {
    { { "xml", no_argument, NULL, OPTION_XML }, NULL,
      FOR(DUMP) | FOR(COMPARE) | FOR(BASELINE), N_("print XML, for programs") },
    { { "cross-type", no_argument, NULL, OPTION_CROSS_TYPE }, NULL,
      FOR(COMPARE) | FOR(BASELINE), N_("accept a target of another type if it takes over the source's") },
    { { "validate", no_argument, NULL, OPTION_VALIDATE }, NULL,
      FOR_ALL, N_("validate XML documents against their schema first") },
    { { "root", required_argument, NULL, OPTION_ROOT }, "DIR",
      FOR(DUMP) | FOR(COMPARE) | FOR(BASELINE), N_("read sysfs, rules, facts below DIR, a copy of a machine") },
    { { "rules", required_argument, NULL, OPTION_RULES }, "DIR",
      FOR(DUMP) | FOR(COMPARE) | FOR(BASELINE), N_("read rules and facts from DIR; may be given several times") },
    { { "help", no_argument, NULL, OPTION_HELP }, NULL, FOR_ALL, N_("show this help") },
    { { "version", no_argument, NULL, OPTION_VERSION }, NULL, FOR_ALL, N_("show the version") },
};


static void G_GNUC_PRINTF(1, 2)
virtCompatError(const char *format,
                ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);

    fprintf(stderr, "%s: %s\n", PROGRAM, g_strchomp(text));
}


/* Shows what the library logs; errors come back as such. */
static void
virtCompatLog(virLogSource *source,
              virLogPriority priority,
              const char *filename G_GNUC_UNUSED,
              int linenr G_GNUC_UNUSED,
              const char *funcname G_GNUC_UNUSED,
              const char *timestamp G_GNUC_UNUSED,
              struct _virLogMetadata *metadata G_GNUC_UNUSED,
              const char *rawstr,
              const char *str G_GNUC_UNUSED,
              void *data G_GNUC_UNUSED)
{
    /* each log begins with facts about itself, whatever it is to hold */
    if (priority >= VIR_LOG_WARN && STRNEQ(source->name, "util.error"))
        virtCompatError(_("warning: %1$s"), rawstr);
}


static void
virtCompatIgnoreError(void *opaque G_GNUC_UNUSED,
                      virErrorPtr err G_GNUC_UNUSED)
{
}


static int
virtCompatInitialize(const char *argv0)
{
    g_autofree virLogOutput **outputs = g_new0(virLogOutput *, 1);

    if (virGettextInitialize() < 0 ||
        virErrorInitialize() < 0)
        return -1;

    virFileActivateDirOverrideForProg(argv0);
    virSetErrorFunc(NULL, virtCompatIgnoreError);

    outputs[0] = virLogOutputNew(virtCompatLog, NULL, NULL, VIR_LOG_WARN,
                                 VIR_LOG_TO_STDERR, NULL);
    if (virLogDefineOutputs(outputs, 1) < 0)
        return -1;
    g_steal_pointer(&outputs);

    return 0;
}


/*
 * rules and facts
 */

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
    static const char *const places[] = {
        SYSCONFDIR "/libvirt/nodedev-compat",
        PKGDATADIR "/nodedev-compat",
    };
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


/* Reads the rules and facts that are asked for. Returns 0 on success, -1 with an
 * error reported. */
static int
virtCompatLoadFiles(const virtCompatOptions *opts,
                    virNodeDeviceCompatFiles *files)
{
    size_t i;

    if (opts->rules->len == 1) {
        if (opts->root)
            return virtCompatLoadFilesBelow(opts->root, files);

        files->rules = virNodeDeviceCompatFilesGetRules();
        files->facts = virNodeDeviceCompatFilesGetFacts();
        return 0;
    }

    for (i = 0; i < opts->rules->len - 1; i++) {
        const char *dir = g_ptr_array_index(opts->rules, i);

        if (!virFileIsDir(dir)) {
            virReportError(VIR_ERR_INVALID_ARG,
                           _("there is no directory '%1$s' to read rules from"), dir);
            return -1;
        }
    }

    virNodeDeviceCompatFilesUpdate(files, (const char *const *) opts->rules->pdata);
    return 0;
}


static virtCompatLookup
virtCompatGetLookup(const virtCompatOptions *opts,
                    const virNodeDeviceCompatFiles *files)
{
    return (virtCompatLookup) {
        .root = opts->root,
        .validate = opts->validate,
        .facts = files->facts,
        .local = opts->rules->len == 1 && !opts->root,
    };
}


/*
 * dump
 */

static int
virtCompatDump(const virtCompatOptions *opts,
               int noperands G_GNUC_UNUSED,
               char **operands)
{
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    virtCompatLookup lookup;
    g_autoptr(virNodeDeviceCompat) compat = NULL;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *name = NULL;
    g_autofree char *text = NULL;

    if (virtCompatLoadFiles(opts, &files) < 0)
        return EXIT_FAILURE;
    lookup = virtCompatGetLookup(opts, &files);

    if (!(compat = virtCompatLoadDevice(operands[0], &lookup, &name)))
        return EXIT_FAILURE;

    if (opts->xml) {
        virNodeDeviceCompatFormat(&buf, compat);
        text = virBufferContentAndReset(&buf);
    } else {
        text = vshNodeDeviceCompatFormatDevice(compat, true);
    }

    if (text)
        printf("%s", text);

    return text ? EXIT_SUCCESS : EXIT_FAILURE;
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
    int i;

    for (i = 0; i < noperands; i++)
        ninputs += STREQ(operands[i], "-");

    if (ninputs > 1) {
        virReportError(VIR_ERR_INVALID_ARG, "%s",
                       _("only one device can be read from standard input"));
        return -1;
    }

    return 0;
}


static int
virtCompatCompare(const virtCompatOptions *opts,
                  int noperands,
                  char **operands)
{
    g_autoptr(virNodeDeviceCompat) source = NULL;
    g_autoptr(virNodeDeviceCompat) target = NULL;
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    virtCompatLookup lookup;
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    g_autofree char *sourceName = NULL;
    g_autofree char *targetName = NULL;
    g_autofree char *text = NULL;
    const vshNodeDeviceCompatVerdict *verdict;

    if (virtCompatCheckInput(noperands, operands) < 0 ||
        virtCompatLoadFiles(opts, &files) < 0)
        return EXIT_FAILURE;
    lookup = virtCompatGetLookup(opts, &files);

    if (!(source = virtCompatLoadDevice(operands[0], &lookup, &sourceName)) ||
        !(target = virtCompatLoadDevice(operands[1], &lookup, &targetName)))
        return EXIT_FAILURE;

    report = virNodeDeviceCompatCompare(source, target, files.rules,
                                        virtCompatGetFlags(opts));
    report->source = g_steal_pointer(&sourceName);
    report->target = g_steal_pointer(&targetName);
    verdict = vshNodeDeviceCompatVerdictFind(report->verdict);

    if (opts->xml) {
        text = virNodeDeviceCompatReportFormat(report);
    } else {
        printf(_(verdict->sentence), operands[1], operands[0]);
        if (!(text = vshNodeDeviceCompatFormatReport(report, true)))
            return EXIT_FAILURE;
    }
    printf("%s", text);

    return verdict->exitStatus;
}


/*
 * baseline
 */

static int
virtCompatBaseline(const virtCompatOptions *opts,
                   int noperands,
                   char **operands)
{
    g_autoptr(virNodeDeviceCompatDevices) list = g_new0(virNodeDeviceCompatDevices, 1);
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_autoptr(virNodeDeviceCompatBaseline) baseline = NULL;
    g_autofree char *text = NULL;
    virtCompatLookup lookup;
    int i;

    if (virtCompatCheckInput(noperands, operands) < 0 ||
        virtCompatLoadFiles(opts, &files) < 0)
        return EXIT_FAILURE;
    lookup = virtCompatGetLookup(opts, &files);

    for (i = 0; i < noperands; i++) {
        if (virtCompatLoadDevices(list, operands[i], &lookup) < 0)
            return EXIT_FAILURE;
    }

    baseline = virNodeDeviceCompatBaselineMake(list->devices, list->ndevices, files.rules,
                                               virtCompatGetFlags(opts));
    text = opts->xml ? virNodeDeviceCompatBaselineFormat(baseline) :
                       vshNodeDeviceCompatFormatBaseline(baseline, true);
    if (!text)
        return EXIT_FAILURE;

    printf("%s", text);
    return vshNodeDeviceCompatVerdictFind(baseline->verdict)->exitStatus;
}


/*
 * check-rules
 */

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
    cause = g_strdup(err && err->message ? err->message : virtCompatGetErrorDetail());
    virReportError(VIR_ERR_XML_ERROR, "%s:%d: %s", file, err ? err->line : 1, g_strchomp(cause));
    return -1;
}


static int
virtCompatCheckRules(const virtCompatOptions *opts,
                     int noperands,
                     char **operands)
{
    int result = EXIT_SUCCESS;
    int i;

    for (i = 0; i < noperands; i++) {
        g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();
        g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();
        g_autofree char *xml = virtCompatReadFile(operands[i]);

        if (xml && virNodeDeviceCompatFilesAddXML(rules, facts, xml, operands[i]) == 0 &&
            (!opts->validate || virtCompatValidateRules(xml, operands[i]) == 0))
            continue;

        /* begins with the file's name and line, as editors like it */
        fprintf(stderr, "%s\n", virtCompatGetErrorDetail());
        virResetLastError();
        result = EXIT_FAILURE;
    }

    return result;
}


/*
 * the command line
 */

static void
virtCompatPrintOptions(unsigned int mask)
{
    size_t i;

    printf("\n%s\n", _("Options:"));
    for (i = 0; i < G_N_ELEMENTS(options); i++) {
        const struct option *option = &options[i].option;
        g_autofree char *brief = NULL;
        g_autofree char *name = NULL;

        if (!(options[i].commands & mask))
            continue;

        if (option->val < OPTION_XML)
            brief = g_strdup_printf("-%c, ", option->val);
        name = g_strdup_printf("%s--%s%s%s", NULLSTR_EMPTY(brief), option->name,
                               options[i].arg ? " " : "", NULLSTR_EMPTY(options[i].arg));
        printf("  %-14s  %s\n", name, _(options[i].help));
    }
}


static void
virtCompatPrintHelp(const virtCompatCommand *command)
{
    size_t i;

    if (command) {
        printf(_("Usage: %1$s %2$s [OPTION]... %3$s"), PROGRAM, command->name, command->operands);
        printf("\n\n%s\n\n%s\n", _(command->summary), _(command->description));
        virtCompatPrintOptions(1U << (command - commands));
        return;
    }

    printf(_("Usage: %1$s COMMAND [OPTION]..."), PROGRAM);
    printf("\n\n%s\n\n%s\n",
           _("Judges devices that are assigned to guests, without a daemon."),
           _("Commands:"));
    for (i = 0; i < G_N_ELEMENTS(commands); i++)
        printf("  %s %s\n      %s\n", commands[i].name, commands[i].operands, _(commands[i].summary));
    virtCompatPrintOptions(FOR_ALL);
    printf("\n");
    printf(_("See '%1$s COMMAND --help' and %1$s(1) for more."), PROGRAM);
    printf("\n");
}


static void
virtCompatPrintHint(const virtCompatCommand *command)
{
    g_autofree char *name = command ? g_strdup_printf("%s %s", PROGRAM, command->name) :
                                      g_strdup(PROGRAM);

    fprintf(stderr, _("Try '%1$s --help'."), name);
    fprintf(stderr, "\n");
}


/* What is wrong with how the program was called */
static int G_GNUC_PRINTF(2, 3)
virtCompatUsageError(const virtCompatCommand *command,
                     const char *format,
                     ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);

    virtCompatError("%s", text);
    virtCompatPrintHint(command);

    return EXIT_FAILURE;
}


static const virtCompatCommand *
virtCompatFindCommand(const char *name)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (STREQ(commands[i].name, name))
            return &commands[i];
    }

    return NULL;
}


static size_t
virtCompatFindOption(int id)
{
    size_t i = 0;

    while (options[i].option.val != id)
        i++;

    return i;
}


static void
virtCompatSetOption(virtCompatOptions *opts,
                    int id,
                    char *arg)
{
    switch (id) {
    case OPTION_XML:
        opts->xml = true;
        break;
    case OPTION_CROSS_TYPE:
        opts->crossType = true;
        break;
    case OPTION_VALIDATE:
        opts->validate = true;
        break;
    case OPTION_ROOT:
        opts->root = arg;
        break;
    case OPTION_RULES:
        g_ptr_array_add(opts->rules, arg);
        break;
    case OPTION_HELP:
        opts->help = true;
        break;
    case OPTION_VERSION:
        opts->version = true;
        break;
    }
}


/* Reads the options, wherever they stand, and leaves what is none in @argv from
 * optind on. Returns a mask of the indexes into options[] of those that are
 * there, or -1 after saying what is wrong. */
static int
virtCompatParseOptions(virtCompatOptions *opts,
                       int argc,
                       char **argv)
{
    struct option longs[G_N_ELEMENTS(options) + 1] = { 0 };
    int given = 0;
    size_t i;
    int id;

    for (i = 0; i < G_N_ELEMENTS(options); i++)
        longs[i] = options[i].option;

    while ((id = getopt_long(argc, argv, "hV", longs, NULL)) != -1) {
        if (id == '?') {
            /* it has told which */
            virtCompatPrintHint(NULL);
            return -1;
        }

        given |= 1 << virtCompatFindOption(id);
        virtCompatSetOption(opts, id, optarg);
    }

    return given;
}


/* Returns the exit status. */
static int
virtCompatRun(const virtCompatOptions *opts,
              int given,
              int argc,
              char **argv)
{
    const virtCompatCommand *command = NULL;
    size_t i;
    int result;

    if (opts->version) {
        printf("%s (libvirt) %s\n", PROGRAM, VERSION);
        return EXIT_SUCCESS;
    }

    if (argc > 0 && !(command = virtCompatFindCommand(argv[0])))
        return virtCompatUsageError(NULL, _("there is no command '%1$s'"), argv[0]);

    if (opts->help) {
        virtCompatPrintHelp(command);
        return EXIT_SUCCESS;
    }

    if (!command)
        return virtCompatUsageError(NULL, "%s", _("no command is given"));

    for (i = 0; i < G_N_ELEMENTS(options); i++) {
        if ((given & (1 << i)) && !(options[i].commands & (1U << (command - commands))))
            return virtCompatUsageError(command, _("command '%1$s' has no option '--%2$s'"),
                                        command->name, options[i].option.name);
    }

    if (argc - 1 < command->min || argc - 1 > command->max)
        return virtCompatUsageError(command, _("command '%1$s' is to be followed by %2$s"),
                                    command->name, command->operands);

    result = command->run(opts, argc - 1, argv + 1);
    if (virGetLastErrorCode() != VIR_ERR_OK)
        virtCompatError("%s", virtCompatGetErrorDetail());

    return result;
}


int
main(int argc,
     char **argv)
{
    g_autoptr(GPtrArray) rules = g_ptr_array_new();
    virtCompatOptions opts = { .rules = rules };
    int given;
    int result;

    if (virtCompatInitialize(argv[0]) < 0) {
        virtCompatError("%s", _("initialization failed"));
        return EXIT_FAILURE;
    }

    if ((given = virtCompatParseOptions(&opts, argc, argv)) < 0)
        return EXIT_FAILURE;
    g_ptr_array_add(rules, NULL);

    result = virtCompatRun(&opts, given, argc - optind, argv + optind);

    /* what did not get out must not look like a whole answer */
    if (fflush(stdout) != 0 || ferror(stdout)) {
        virtCompatError(_("cannot write to standard output: %1$s"), g_strerror(errno));
        return EXIT_FAILURE;
    }

    return result;
}
