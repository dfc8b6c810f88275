/*
 * nodedevcompatdwatchtest.c: which changes virt-nodedev-compatd hears of
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"

#include "virfile.h"
#include "virt-nodedev-compatd-watch.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* How long anything may take, in seconds; it never should */
#define PATIENCE 120

static GString *told;

/* A file server that does not answer, with all directories on it */
static struct {
    GMutex lock;
    GCond changed;
    GThread *loop;              /* that has the main loop */
    bool hanging;
    bool hangs;                 /* it waits */
} fileServer;


/* A directory that is made right after it was found not to be there, or NULL */
static const char *late;


/* Takes the place of the C library's */
int
inotify_add_watch(int fd,
                  const char *path,
                  uint32_t mask)
{
    int rc;

    g_mutex_lock(&fileServer.lock);
    if (g_thread_self() == fileServer.loop)
        fileServer.hangs = true;
    while (fileServer.hanging && !fileServer.hangs)
        g_cond_wait(&fileServer.changed, &fileServer.lock);
    g_mutex_unlock(&fileServer.lock);

    rc = syscall(SYS_inotify_add_watch, fd, path, mask);
    if (rc < 0 && STREQ_NULLABLE(path, late)) {
        int err = errno;

        ignore_value(mkdir(path, 0755));
        errno = err;
    }
    return rc;
}


static void
testListen(const char *name,
           void *opaque G_GNUC_UNUSED)
{
    g_string_append_printf(told, "%s%s", told->len > 0 ? " " : "", name ? name : "*");
}


/* What the kernel reports, each + a NUL byte; and what is told of it, "*" for any device */
static const struct testEvent {
    const char *name;
    const char *event;
    const char *expect;
} events[] = {
    { "a function", "bind@/devices/pci0000:00/0000:00:02.0+ACTION=bind+SUBSYSTEM=pci+",
      "devices pci0000:00 0000:00:02.0" },
    { "a mediated device", "add@/devices/pci0000:00/0000:00:02.0/" UUID "+",
      "devices pci0000:00 0000:00:02.0 " UUID },
    { "without further strings", "change@/devices/x", "devices x" },
    { "a path with empty parts", "change@/devices//x/+", "devices x" },
    { "a module", "add@/module/vfio+SUBSYSTEM=module+", "*" },
    { "a driver", "add@/bus/pci/drivers/vfio-pci+", "" },
    { "udev's", "libudev+", "" },
    { "no path", "add@+", "" },
    { "a path that is none", "add@devices/x+", "" },
    { "the path in another string", "x+add@/devices/x+", "" },
    { "nothing", "", "" },
};


static int
testEvent(const void *opaque)
{
    const struct testEvent *data = opaque;
    g_autofree char *event = g_strdup(data->event);
    size_t length = strlen(event);
    size_t i;

    for (i = 0; i < length; i++) {
        if (event[i] == '+')
            event[i] = '\0';
    }

    g_string_truncate(told, 0);
    virtCompatdWatchHandleEvent(event, length);
    return testExpectString(data->expect, told->str);
}


/* Runs the main loop until something is told. */
static int
testWaitTold(void)
{
    gint64 deadline = g_get_monotonic_time() + PATIENCE * G_USEC_PER_SEC;

    while (told->len == 0 && g_get_monotonic_time() < deadline) {
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(500);
    }

    /* events of devices of this machine can be among them */
    if (!strchr(told->str, '*'))
        return testFail("expected '*' in '%s'", told->str);

    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_string_truncate(told, 0);
    return 0;
}


/* The main loop does not wait for it, and what may have changed until it answers is told. */
static int
testFileServer(const void *opaque G_GNUC_UNUSED)
{
    bool hangs;

    g_mutex_lock(&fileServer.lock);
    hangs = fileServer.hangs;
    fileServer.hanging = false;
    g_cond_broadcast(&fileServer.changed);
    g_mutex_unlock(&fileServer.lock);

    if (hangs)
        return testFail("the main loop waits for it");

    g_string_truncate(told, 0);
    return testWaitTold();
}


/* A directory that is not there yet, nor is the one that it will be in */
static int
testFiles(const void *opaque)
{
    const char *dir = opaque;
    g_autofree char *file = g_build_filename(dir, "facts.xml", NULL);
    g_autofree char *parent = g_path_get_dirname(dir);

    g_string_truncate(told, 0);
    if (g_mkdir_with_parents(parent, 0755) < 0 || testWaitTold() < 0)
        return -1;

    if (g_mkdir_with_parents(dir, 0755) < 0 || testWaitTold() < 0)
        return -1;

    testMakeFile(file, "<x/>", -1);
    if (testWaitTold() < 0)
        return -1;

    if (unlink(file) < 0)
        return -1;
    return testWaitTold();
}


/* A directory that was made while it was to be watched */
static int
testLate(const void *opaque)
{
    g_autofree char *file = g_build_filename(opaque, "facts.xml", NULL);

    g_string_truncate(told, 0);
    testMakeFile(file, "<x/>", -1);
    return testWaitTold();
}


static int
mymain(void)
{
    /* a thread can still be about to have them watched when this ends */
    static const char *dirs[] = { NULL, "/nosuch/directory", NULL, NULL };
    g_autofree char *scratch = g_strdup("/tmp/nodedevcompatdwatch-XXXXXX");
    g_autofree char *parent = NULL;

    if (!g_mkdtemp(scratch))
        return EXIT_FAILURE;

    dirs[0] = g_build_filename(scratch, "libvirt", "nodedev-compat", NULL);
    parent = g_build_filename(scratch, "late", NULL);
    if (mkdir(parent, 0755) < 0)
        return EXIT_FAILURE;
    dirs[2] = late = g_build_filename(parent, "nodedev-compat", NULL);
    told = g_string_new(NULL);
    fileServer.loop = g_thread_self();
    fileServer.hanging = true;
    virtCompatdWatchStart(dirs, testListen, NULL);

    DO_TABLE_EXPECT("event", events, testEvent);
    DO_TEST(testFileServer, NULL, "a file server that does not answer");
    DO_TEST(testLate, late, "directory that is made meanwhile");
    DO_TEST(testFiles, dirs[0], "files");

    virtCompatdWatchStop();
    g_string_free(told, TRUE);
    virFileDeleteTree(scratch);
    return testResult();
}

VIR_TEST_MAIN(mymain)
