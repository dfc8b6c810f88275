/*
 * virt-nodedev-compat.c: migration compatibility of devices, without a daemon
 *
 * The command line: options, help, and which command is run.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <getopt.h>

#include "virt-nodedev-compat-commands.h"
#include "virt-nodedev-compat-device.h"
#include "virt-nodedev-compat-input.h"

#include "nodedev_compat/nodedev_compat_release.h"
#include "virerror.h"
#include "virfile.h"
#include "virgettext.h"
#include "virlog.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define PROGRAM "virt-nodedev-compat"


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

enum {
    COMMAND_LIST,
    COMMAND_DUMP,
    COMMAND_COMPARE,
    COMMAND_BASELINE,
    COMMAND_CHECK_RULES,
    COMMAND_FACTS,
    COMMAND_RECORD,
    COMMAND_CHECK,
    COMMAND_HOOK,
    COMMAND_MATRIX,
    COMMAND_GROUPS,
    COMMAND_EXPORT,
    COMMAND_PLAN,
};

static const virtCompatCommand commands[] = {
    [COMMAND_LIST] = {
        "list", "[DEVICE]...", 0, INT_MAX,
        N_("List the devices of the host, and what is not known of them."),
        N_("DEVICE is a mediated device, an mdev type or a PCI function: its directory in\n"
           "sysfs or in a copy of it, its UUID or PCI address, or the name of its node\n"
           "device. Without DEVICE, all devices that can be assigned to guests are\n"
           "listed, and facts that are about none of them."),
        virtCompatList,
    },
    [COMMAND_DUMP] = {
        "dump", "[DEVICE]", 0, 1,
        N_("Show the attributes of a device and what it accepts."),
        N_("DEVICE is a mediated device, an mdev type or a PCI function: its directory in\n"
           "sysfs or in a copy of it, its UUID or PCI address, the name of its node\n"
           "device, a file with its XML description, or - to read that from standard\n"
           "input."),
        virtCompatDump,
    },
    [COMMAND_COMPARE] = {
        "compare", "SOURCE TARGET", 0, 2,
        N_("Check whether a guest that uses SOURCE can continue on TARGET."),
        N_("Each is a mediated device, an mdev type or a PCI function: its directory in\n"
           "sysfs or in a copy of it, its UUID or PCI address, the name of its node\n"
           "device, a file with its XML description, or - to read that from standard\n"
           "input. Instead, they can be given by --source and --target.\n"
           "\n"
           "Exit status: 0 compatible, 1 error, 2 incompatible, 3 unknown"),
        virtCompatCompare,
    },
    [COMMAND_BASELINE] = {
        "baseline", "DEVICE...", 1, INT_MAX,
        N_("Compute the baseline of several devices."),
        N_("Each is a mediated device, an mdev type or a PCI function: its directory in\n"
           "sysfs or in a copy of it, its UUID or PCI address, the name of its node\n"
           "device, a file with XML descriptions of devices or with a baseline, or - to\n"
           "read that from standard input.\n"
           "\n"
           "Exit status: 0 there is a baseline, 1 error, 2 there is none, 3 unknown"),
        virtCompatBaseline,
    },
    [COMMAND_CHECK_RULES] = {
        "check-rules", "[FILE]...", 0, INT_MAX,
        N_("Check files with rules of vendors or facts about devices."),
        N_("Prints what each file holds or, if it is not usable, line and cause. Without\n"
           "FILE, all files that are in use are checked, and it is shown which file is\n"
           "hidden by which.\n"
           "\n"
           "Exit status: 0 all files are usable, 1 at least one is not"),
        virtCompatCheckRules,
    },
    [COMMAND_FACTS] = {
        "facts", "[DEVICE]...", 0, INT_MAX,
        N_("Write a file of facts about what is not known, to be completed."),
        N_("Prints what rules name about DEVICE, or about all devices for guests and all\n"
           "mdev types, and no source has. DEVICE is given as for the command list."),
        virtCompatFacts,
    },
    [COMMAND_RECORD] = {
        "record", "DEVICE...", 1, INT_MAX,
        N_("Record what the host shows of devices, for a bug report or another host."),
        N_("Writes an archive of the files in sysfs of DEVICE, its type, its parent and\n"
           "their physical function, and of what devlink, network drivers and NVIDIA's\n"
           "library say, without secrets. Unpacked, it is what the option --root of other\n"
           "commands reads. DEVICE is given as for the command list. It needs Python."),
        virtCompatRecord,
    },
    [COMMAND_CHECK] = {
        "check", "DEVICE", 1, 1,
        N_("Go through the checklist for drivers with a device."),
        N_("Prints for each item of the checklist, which is in the documentation for\n"
           "authors of drivers, whether DEVICE passes, fails, or it is unknown, and what\n"
           "to look at by hand. DEVICE is given as for the command list.\n"
           "\n"
           "Exit status: 0 no item fails, 1 error, 2 an item fails, 3 an item is unknown"),
        virtCompatCheck,
    },
    [COMMAND_HOOK] = {
        "hook", "GUEST OPERATION SUBOPERATION EXTRA", 3, INT_MAX,
        N_("Decide whether a guest may come to this host, as a hook of libvirt."),
        N_("Called with what libvirt calls a hook of its QEMU driver with, and the\n"
           "definition of the guest on standard input. Compares the devices of the guest\n"
           "with those described in its metadata if it is migrated to this host or\n"
           "restored, and applies the policy of the host.\n"
           "\n"
           "Exit status: 0 the guest may come, 1 it may not"),
        virtCompatHook,
    },
    [COMMAND_MATRIX] = {
        "matrix", "INPUT...", 1, INT_MAX,
        N_("Show which guests of each host can continue on which other hosts."),
        N_("INPUT is a file with what 'dump --all --json' printed on a host, which is called\n"
           "as the file is, or with XML descriptions of its devices; or a directory of such\n"
           "files that end with .json or .xml. A file that cannot be used is a host of which\n"
           "nothing is known.\n"
           "\n"
           "Exit status: 0 there is a matrix, 1 error, 3 not all is known of the hosts"),
        virtCompatMatrix,
    },
    [COMMAND_GROUPS] = {
        "groups", "INPUT...", 1, INT_MAX,
        N_("Show groups of hosts between which guests can move both ways."),
        N_("There are as few groups as possible, for each kind of devices and for all of\n"
           "them, with the attributes that separate them. INPUT is given as for the command\n"
           "matrix.\n"
           "\n"
           "Exit status: 0 there are groups, 1 error, 3 not all is known of the hosts"),
        virtCompatGroups,
    },
    [COMMAND_EXPORT] = {
        "export", "[INPUT]...", 0, INT_MAX,
        N_("Write the classes of devices of hosts for what places guests."),
        N_("The format is that of a feature file of Node Feature Discovery (nfd), of\n"
           "providers with traits for OpenStack's Nova (placement), of metrics for the text\n"
           "file collector of Prometheus (prometheus), or of local facts (ansible-facts).\n"
           "INPUT is given as for the command matrix; without INPUT it is this host. nfd\n"
           "and ansible-facts are for one host.\n"
           "\n"
           "Exit status: 0 on success, 1 error, 3 not all is known of the hosts"),
        virtCompatExport,
    },
    [COMMAND_PLAN] = {
        "plan", "INPUT...", 1, INT_MAX,
        N_("Show what a change of hosts does to guests, and an order of updates."),
        N_("Prints which moves of guests are lost and gained, and an order in which hosts\n"
           "can be updated so that each guest can leave its host before; or why there is\n"
           "none. INPUT is given as for the command matrix. CHANGE is [TERM,...]:ATTR=VALUE,\n"
           "where TERM is a host or NAME=VALUE, with wildcards. GUESTS is HOST:FILE, the\n"
           "definition of a guest, or a directory with one directory of them for each host;\n"
           "without them, each device stands for a guest.\n"
           "\n"
           "Exit status: 0 there is an order, 1 error, 2 there is none, 3 unknown"),
        virtCompatPlanRun,
    },
};

enum {
    OPTION_XML = 256,
    OPTION_JSON,
    OPTION_ALL,
    OPTION_TYPES,
    OPTION_DETAILS,
    OPTION_OUTPUT,
    OPTION_FORMAT,
    OPTION_CSV,
    OPTION_HTML,
    OPTION_WITH_RULES,
    OPTION_TIMEOUT,
    OPTION_CROSS_TYPE,
    OPTION_VALIDATE,
    OPTION_EXPLAIN,
    OPTION_SOURCE,
    OPTION_TARGET,
    OPTION_ROOT,
    OPTION_SOURCE_ROOT,
    OPTION_TARGET_ROOT,
    OPTION_RULES,
    OPTION_SET,
    OPTION_GUEST,
    OPTION_NEW_RULES,
    OPTION_CONNECT,
    OPTION_QUIET = 'q',
    OPTION_HELP = 'h',
    OPTION_VERSION = 'V',
};

/* as a mask of commands */
#define FOR(command) (1U << COMMAND_ ## command)
#define FOR_READERS (FOR(LIST) | FOR(DUMP) | FOR(COMPARE) | FOR(BASELINE) | \
                     FOR(CHECK_RULES) | FOR(FACTS) | FOR(CHECK))
#define FOR_FLEETS (FOR(MATRIX) | FOR(GROUPS) | FOR(PLAN))
#define FOR_ALL (FOR_READERS | FOR(RECORD) | FOR(HOOK) | FOR(EXPORT) | FOR_FLEETS)

static const struct {
    struct option option;
    const char *arg;            /* what help calls it */
    unsigned int commands;
    const char *help;
} options[] = {
    { { "source", required_argument, NULL, OPTION_SOURCE }, "DEVICE",
      FOR(COMPARE), N_("the device that the guest uses") },
    { { "target", required_argument, NULL, OPTION_TARGET }, "DEVICE",
      FOR(COMPARE), N_("the device on which it is to continue") },
    { { "set", required_argument, NULL, OPTION_SET }, "CHANGE",
      FOR(PLAN), N_("what changes of which devices; can be repeated") },
    { { "new-rules", required_argument, NULL, OPTION_NEW_RULES }, "DIR",
      FOR(PLAN), N_("read rules after the change from DIR; can be repeated") },
    { { "connect", required_argument, NULL, OPTION_CONNECT }, "URI",
      FOR_FLEETS, N_("ask the libvirt of a host by virsh; can be repeated") },
    { { "guest", required_argument, NULL, OPTION_GUEST }, "GUESTS",
      FOR(PLAN), N_("guests on the hosts; can be repeated") },
    { { "xml", no_argument, NULL, OPTION_XML }, NULL,
      FOR(LIST) | FOR(DUMP) | FOR(COMPARE) | FOR(BASELINE), N_("print XML, for programs") },
    { { "json", no_argument, NULL, OPTION_JSON }, NULL,
      FOR_READERS | FOR(HOOK) | FOR_FLEETS, N_("print JSON, for programs; hook: to the log") },
    { { "csv", no_argument, NULL, OPTION_CSV }, NULL,
      FOR(MATRIX), N_("print lines of CSV, for spreadsheets") },
    { { "html", required_argument, NULL, OPTION_HTML }, "FILE",
      FOR(MATRIX), N_("write a page for a browser to FILE") },
    { { "all", no_argument, NULL, OPTION_ALL }, NULL,
      FOR(DUMP), N_("all devices of the host, in place of DEVICE") },
    { { "types", no_argument, NULL, OPTION_TYPES }, NULL,
      FOR(LIST) | FOR(DUMP), N_("with mdev types of which a device can be created") },
    { { "details", no_argument, NULL, OPTION_DETAILS }, NULL,
      FOR(LIST) | FOR(DUMP), N_("show values and where they come from; in XML, comments") },
    { { "output", required_argument, NULL, OPTION_OUTPUT }, "FILE",
      FOR(FACTS) | FOR(RECORD) | FOR(DUMP) | FOR(EXPORT),
      N_("write to FILE; facts, record: which must not exist") },
    { { "format", required_argument, NULL, OPTION_FORMAT }, "FORMAT",
      FOR(EXPORT), N_("nfd, placement, prometheus or ansible-facts") },
    { { "with-rules", no_argument, NULL, OPTION_WITH_RULES }, NULL,
      FOR(RECORD), N_("record files with rules and facts, too") },
    { { "timeout", required_argument, NULL, OPTION_TIMEOUT }, "SECONDS",
      FOR(HOOK) | FOR_FLEETS, N_("time for the hook, 6 by default, or a connection, 60") },
    { { "explain", no_argument, NULL, OPTION_EXPLAIN }, NULL,
      FOR(COMPARE) | FOR(BASELINE) | FOR(MATRIX), N_("explain each reason in a sentence") },
    { { "cross-type", no_argument, NULL, OPTION_CROSS_TYPE }, NULL,
      FOR(COMPARE) | FOR(BASELINE) | FOR_FLEETS, N_("allow another type if the target accepts the source's") },
    { { "validate", no_argument, NULL, OPTION_VALIDATE }, NULL,
      FOR_READERS, N_("validate XML documents against their schema first") },
    { { "root", required_argument, NULL, OPTION_ROOT }, "DIR",
      FOR_READERS | FOR(RECORD) | FOR(HOOK) | FOR(EXPORT), N_("read sysfs, rules, facts below DIR, a copy of a machine") },
    { { "source-root", required_argument, NULL, OPTION_SOURCE_ROOT }, "DIR",
      FOR(COMPARE), N_("the same for the source and its facts") },
    { { "target-root", required_argument, NULL, OPTION_TARGET_ROOT }, "DIR",
      FOR(COMPARE), N_("the same for the target, its facts and the rules") },
    { { "rules", required_argument, NULL, OPTION_RULES }, "DIR",
      FOR_READERS | FOR(HOOK) | FOR(EXPORT) | FOR_FLEETS, N_("read rules and facts from DIR; can be repeated") },
    { { "quiet", no_argument, NULL, OPTION_QUIET }, NULL,
      FOR(CHECK_RULES), N_("print nothing of usable files") },
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
    /* each log begins with messages about libvirt itself; and files that are not usable
     * are an error here, see virtCompatLoadFiles() */
    if (priority >= VIR_LOG_WARN && STRNEQ(source->name, "util.error") &&
        STRNEQ(source->name, "nodedev_compat.nodedev_compat_files"))
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
        printf("  %-19s  %s\n", name, _(options[i].help));
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
           _("Checks whether guests can continue on devices of other hosts, without a daemon."),
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
    case OPTION_JSON:
        opts->json = true;
        break;
    case OPTION_ALL:
        opts->all = true;
        break;
    case OPTION_TYPES:
        opts->types = true;
        break;
    case OPTION_DETAILS:
        opts->details = true;
        break;
    case OPTION_OUTPUT:
        opts->output = arg;
        break;
    case OPTION_FORMAT:
        opts->format = arg;
        break;
    case OPTION_TIMEOUT:
        opts->timeout = arg;
        break;
    case OPTION_CSV:
        opts->csv = true;
        break;
    case OPTION_HTML:
        opts->html = arg;
        break;
    case OPTION_WITH_RULES:
        opts->withRules = true;
        break;
    case OPTION_CROSS_TYPE:
        opts->crossType = true;
        break;
    case OPTION_VALIDATE:
        opts->validate = true;
        break;
    case OPTION_EXPLAIN:
        opts->explain = true;
        break;
    case OPTION_QUIET:
        opts->quiet = true;
        break;
    case OPTION_SOURCE:
        opts->source = arg;
        break;
    case OPTION_TARGET:
        opts->target = arg;
        break;
    case OPTION_ROOT:
        opts->root = arg;
        break;
    case OPTION_SOURCE_ROOT:
        opts->sourceRoot = arg;
        break;
    case OPTION_TARGET_ROOT:
        opts->targetRoot = arg;
        break;
    case OPTION_RULES:
        g_ptr_array_add(opts->rules, arg);
        break;
    case OPTION_SET:
        g_ptr_array_add(opts->changes, arg);
        break;
    case OPTION_GUEST:
        g_ptr_array_add(opts->guests, arg);
        break;
    case OPTION_NEW_RULES:
        g_ptr_array_add(opts->newRules, arg);
        break;
    case OPTION_CONNECT:
        g_ptr_array_add(opts->connections, arg);
        break;
    case OPTION_HELP:
        opts->help = true;
        break;
    case OPTION_VERSION:
        opts->version = true;
        break;
    }
}


/* Whether the option can be given more than once. Of those that name a device, a directory or
 * a file, the answer would be about another one than someone believes. */
static bool
virtCompatOptionTakesMany(int id)
{
    return id == OPTION_RULES || id == OPTION_NEW_RULES || id == OPTION_SET ||
           id == OPTION_GUEST || id == OPTION_CONNECT || id == OPTION_TIMEOUT;
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

    while ((id = getopt_long(argc, argv, "hqV", longs, NULL)) != -1) {
        if (id == '?') {
            /* getopt_long() has reported which */
            virtCompatPrintHint(NULL);
            return -1;
        }

        i = virtCompatFindOption(id);
        if (optarg && (given & (1 << i)) && !virtCompatOptionTakesMany(id)) {
            g_autofree char *name = g_strdup_printf("--%s", options[i].option.name);

            virtCompatUsageError(NULL, _("'%1$s' is given twice"), name);
            return -1;
        }

        given |= 1 << i;
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
        g_autofree char *build = virNodeDeviceCompatReleaseFormatBuild();

        printf("%s %s\n", PROGRAM, build);
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

    if (opts->json && (opts->xml || (opts->output && command != &commands[COMMAND_DUMP])))
        return virtCompatUsageError(command, _("Options --%1$s and --%2$s are mutually exclusive"),
                                    "json", opts->xml ? "xml" : "output");

    if ((argc - 1 < command->min && opts->connections->len == 0) || argc - 1 > command->max)
        return virtCompatUsageError(command, _("command '%1$s' takes %2$s"),
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
    g_autoptr(GPtrArray) newRules = g_ptr_array_new();
    g_autoptr(GPtrArray) changes = g_ptr_array_new();
    g_autoptr(GPtrArray) guests = g_ptr_array_new();
    g_autoptr(GPtrArray) connections = g_ptr_array_new();
    virtCompatOptions opts = { .rules = rules, .newRules = newRules, .changes = changes,
                               .guests = guests, .connections = connections };
    int given;
    int result;

    if (virtCompatInitialize(argv[0]) < 0) {
        virtCompatError("%s", _("initialization failed"));
        return EXIT_FAILURE;
    }

    /* what getopt_long() begins its messages with */
    argv[0] = (char *) PROGRAM;
    if ((given = virtCompatParseOptions(&opts, argc, argv)) < 0)
        return EXIT_FAILURE;
    g_ptr_array_add(rules, NULL);
    g_ptr_array_add(newRules, NULL);
    g_ptr_array_add(changes, NULL);
    g_ptr_array_add(guests, NULL);

    result = virtCompatRun(&opts, given, argc - optind, argv + optind);

    /* what did not get out must not look like a whole answer */
    if (fflush(stdout) != 0 || ferror(stdout)) {
        virtCompatError(_("cannot write to standard output: %1$s"), g_strerror(errno));
        return EXIT_FAILURE;
    }

    return result;
}
