/*
 * virt-nodedev-compatd.c: keeps the descriptions of host devices in guests' metadata
 *
 * The command line, the log and the main loop. See virt-nodedev-compatd-agent.h for what
 * is done when.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <getopt.h>
#include <glib-unix.h>
#include <signal.h>

#include "virt-nodedev-compatd-agent.h"
#include "virt-nodedev-compatd-device.h"
#include "virt-nodedev-compatd-watch.h"

#include "nodedev_compat/nodedev_compat_release.h"
#include "virerror.h"
#include "vireventglib.h"
#include "virfile.h"
#include "virgettext.h"
#include "virlog.h"

#define PROGRAM "virt-nodedev-compatd"

#define URI_DEFAULT "qemu:///system"

/* How long what is being written when the program is to end may take, in milliseconds */
#define END_MS 1000

/* How often it is looked whether --once is through, in milliseconds */
#define ONCE_MS 20

enum {
    OPTION_ONCE = 256,
    OPTION_ROOT,
    OPTION_CONNECT = 'c',
    OPTION_VERBOSE = 'v',
    OPTION_HELP = 'h',
    OPTION_VERSION = 'V',
};

static const struct {
    struct option option;
    const char *arg;            /* what help calls it */
    const char *help;
} options[] = {
    { { "connect", required_argument, NULL, OPTION_CONNECT }, "URI",
      N_("connect to URI in place of qemu:///system") },
    { { "once", no_argument, NULL, OPTION_ONCE }, NULL,
      N_("describe the devices of all running guests, and exit") },
    { { "root", required_argument, NULL, OPTION_ROOT }, "DIR",
      N_("read sysfs and facts below DIR, a copy of a machine") },
    { { "verbose", no_argument, NULL, OPTION_VERBOSE }, NULL,
      N_("log what is written, too") },
    { { "help", no_argument, NULL, OPTION_HELP }, NULL, N_("show this help") },
    { { "version", no_argument, NULL, OPTION_VERSION }, NULL, N_("show the version") },
};

typedef struct _virtCompatdOptions virtCompatdOptions;
struct _virtCompatdOptions {
    const char *uri;
    const char *root;
    bool once;
    bool verbose;
    bool help;
    bool version;
};

static GMainLoop *loop;
static virtCompatdAgent *agent;


static void
virtCompatdLog(virLogSource *source,
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
    const char *kind = "";

    /* each log begins with messages about libvirt itself, what is reported as an error is
     * logged by who gets it, and of others only what is wrong matters */
    if (STREQ(source->name, "util.error") || STREQ(source->name, "util.log") ||
        (priority < VIR_LOG_WARN && !STRPREFIX(source->name, "nodedev_compatd.")))
        return;

    if (priority == VIR_LOG_WARN)
        kind = _("warning: ");
    else if (priority == VIR_LOG_ERROR)
        kind = _("error: ");

    fprintf(stderr, "%s: %s%s\n", PROGRAM, kind, rawstr);
}


static void
virtCompatdIgnoreError(void *opaque G_GNUC_UNUSED,
                       virErrorPtr err G_GNUC_UNUSED)
{
}


static int
virtCompatdInitialize(const char *argv0,
                      bool verbose)
{
    virLogPriority priority = verbose ? VIR_LOG_INFO : VIR_LOG_WARN;
    g_autofree virLogOutput **outputs = g_new0(virLogOutput *, 1);

    if (virErrorInitialize() < 0)
        return -1;

    virFileActivateDirOverrideForProg(argv0);
    virSetErrorFunc(NULL, virtCompatdIgnoreError);

    virLogSetDefaultPriority(priority);
    outputs[0] = virLogOutputNew(virtCompatdLog, NULL, NULL, priority, VIR_LOG_TO_STDERR, NULL);
    if (virLogDefineOutputs(outputs, 1) < 0)
        return -1;
    g_steal_pointer(&outputs);

    return 0;
}


static void
virtCompatdPrintHelp(void)
{
    size_t i;

    printf(_("Usage: %1$s [OPTION]..."), PROGRAM);
    printf("\n\n%s\n\n%s\n",
           _("Keeps descriptions of the host devices of running guests in their metadata, for\n"
             "the destination of a migration to compare with its own devices."),
           _("Options:"));

    for (i = 0; i < G_N_ELEMENTS(options); i++) {
        const struct option *option = &options[i].option;
        g_autofree char *brief = NULL;
        g_autofree char *name = NULL;

        if (option->val < OPTION_ONCE)
            brief = g_strdup_printf("-%c, ", option->val);
        name = g_strdup_printf("%s--%s%s%s", NULLSTR_EMPTY(brief), option->name,
                               options[i].arg ? " " : "", NULLSTR_EMPTY(options[i].arg));
        printf("  %-19s  %s\n", name, _(options[i].help));
    }

    printf("\n");
    printf(_("See %1$s(8) for more."), PROGRAM);
    printf("\n");
}


/* Returns 0 on success, -1 after saying what is wrong. */
static int
virtCompatdParseOptions(virtCompatdOptions *opts,
                        int argc,
                        char **argv)
{
    struct option longs[G_N_ELEMENTS(options) + 1] = { 0 };
    size_t i;
    int id;

    for (i = 0; i < G_N_ELEMENTS(options); i++)
        longs[i] = options[i].option;

    while ((id = getopt_long(argc, argv, "c:vhV", longs, NULL)) != -1) {
        switch (id) {
        case OPTION_CONNECT:
            opts->uri = optarg;
            break;
        case OPTION_ROOT:
            opts->root = optarg;
            break;
        case OPTION_ONCE:
            opts->once = true;
            break;
        case OPTION_VERBOSE:
            opts->verbose = true;
            break;
        case OPTION_HELP:
            opts->help = true;
            break;
        case OPTION_VERSION:
            opts->version = true;
            break;
        default:
            return -1;
        }
    }

    if (optind < argc) {
        fprintf(stderr, _("%1$s: unexpected argument '%2$s'"), PROGRAM, argv[optind]);
        fprintf(stderr, "\n");
        return -1;
    }

    return 0;
}


static gboolean
virtCompatdOnSignal(void *opaque G_GNUC_UNUSED)
{
    g_main_loop_quit(loop);
    return G_SOURCE_CONTINUE;
}


static gboolean
virtCompatdOnceCheck(void *opaque G_GNUC_UNUSED)
{
    if (!virtCompatdAgentIsIdle(agent))
        return G_SOURCE_CONTINUE;

    g_main_loop_quit(loop);
    return G_SOURCE_REMOVE;
}


static void
virtCompatdOnWatch(const char *name,
                   void *opaque G_GNUC_UNUSED)
{
    virtCompatdAgentOnDevice(agent, name);
}


/* Lets what is being written be written. A thread that hangs is not waited for, nor is the
 * connection closed, which asks a daemon that may hang: no more happens than if the program
 * had been killed. */
static void G_NORETURN
virtCompatdEnd(int status)
{
    gint64 deadline = g_get_monotonic_time() + END_MS * 1000LL;

    while (virtCompatdAgentIsBusy(agent) && g_get_monotonic_time() < deadline) {
        g_main_context_iteration(NULL, FALSE);
        g_usleep(10 * 1000);
    }

    fflush(NULL);
    _exit(status);
}


static void G_NORETURN
virtCompatdRun(const virtCompatdOptions *opts)
{
    loop = g_main_loop_new(NULL, FALSE);
    g_unix_signal_add(SIGTERM, virtCompatdOnSignal, NULL);
    g_unix_signal_add(SIGINT, virtCompatdOnSignal, NULL);

    /* the loop of this program is the one of the libvirt that it uses, too */
    virEventGLibRegister();

    agent = virtCompatdAgentNew(&virtCompatdLibvirt, opts->uri, &virtCompatdTimesDefault);
    if (opts->once)
        g_timeout_add(ONCE_MS, virtCompatdOnceCheck, NULL);
    else
        virtCompatdWatchStart(virtCompatdDeviceGetDirs(), virtCompatdOnWatch, NULL);
    virtCompatdAgentStart(agent, opts->once);

    g_main_loop_run(loop);

    virtCompatdEnd(opts->once && virtCompatdAgentHasFailed(agent) ? EXIT_FAILURE : EXIT_SUCCESS);
}


int
main(int argc,
     char **argv)
{
    virtCompatdOptions opts = { .uri = URI_DEFAULT };

    if (virGettextInitialize() < 0)
        return EXIT_FAILURE;

    if (virtCompatdParseOptions(&opts, argc, argv) < 0) {
        fprintf(stderr, _("Try '%1$s --help'."), PROGRAM);
        fprintf(stderr, "\n");
        return EXIT_FAILURE;
    }

    if (opts.help) {
        virtCompatdPrintHelp();
        return EXIT_SUCCESS;
    }

    if (opts.version) {
        g_autofree char *build = virNodeDeviceCompatReleaseFormatBuild();

        printf("%s %s\n", PROGRAM, build);
        return EXIT_SUCCESS;
    }

    if (virtCompatdInitialize(argv[0], opts.verbose) < 0 ||
        virtCompatdDeviceSetRoot(opts.root) < 0) {
        fprintf(stderr, "%s: %s\n", PROGRAM, virGetLastErrorMessage());
        return EXIT_FAILURE;
    }

    virtCompatdRun(&opts);
}
