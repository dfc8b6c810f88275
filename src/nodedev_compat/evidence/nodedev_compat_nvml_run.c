/*
 * nodedev_compat_nvml_run.c: run libvirt_nodedev_nvml for a limited time
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nodedev_compat_nvml_run.h"
#define LIBVIRT_NODEDEV_COMPAT_NVML_RUNPRIV_H_ALLOW
#include "nodedev_compat_nvml_runpriv.h"

#include "configmake.h"
#include "vircommand.h"
#include "virfile.h"
#include "virerror.h"
#include "virlog.h"
#include "virutil.h"

VIR_LOG_INIT("nodedev_compat.nodedev_compat_nvml_run");

#define PROGRAM "libvirt_nodedev_nvml"

/* Its exit statuses, see libvirt_nodedev_nvml.c */
#define STATUS_OK 0
#define STATUS_NOT_FOUND 2
#define STATUS_NO_LIBRARY 3
#define STATUS_FAILED 4

/* So many programs may be left that do not die */
#define LEFT_MAX 2

/* How long one that is killed is waited for, and how often it is looked at, in
 * microseconds */
#define KILL_TIME (100 * 1000)
#define LOOK_TIME 2000

static const char *program;
static const char *const *environment;

/* GLib's lock, as in nodedev_compat_cache.c */
static GMutex lock;
static GSList *left;            /* process ids of programs that did not die in time */

/* A program that was started */
typedef struct _virNodeDeviceCompatNVMLChild virNodeDeviceCompatNVMLChild;
struct _virNodeDeviceCompatNVMLChild {
    pid_t pid;
    int fd;                     /* what it prints */
    int status;                 /* as of waitpid() */
};


void
virNodeDeviceCompatNVMLSetProgram(const char *path,
                                  const char *const *variables)
{
    program = path;
    environment = variables;
}


/* Waits for the programs that have died meanwhile. Returns the number of the others. */
size_t
virNodeDeviceCompatNVMLCount(void)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);
    GSList *item = left;

    while (item) {
        GSList *next = item->next;
        pid_t rc = waitpid(GPOINTER_TO_INT(item->data), NULL, WNOHANG);

        if (rc > 0 || (rc < 0 && errno == ECHILD))
            left = g_slist_delete_link(left, item);
        item = next;
    }

    return g_slist_length(left);
}


/* Returns a file descriptor to read @input from, or -1. A pipe holds all of it, so that
 * writing does not block. */
static int
virNodeDeviceCompatNVMLOpenInput(const char *input)
{
    VIR_AUTOCLOSE from = -1;
    VIR_AUTOCLOSE to = -1;
    int fds[2] = { -1, -1 };
    int fd;

    if (virPipeQuiet(fds) < 0)
        return -1;
    from = fds[0];
    to = fds[1];

    if (safewrite(to, input, strlen(input)) < 0)
        return -1;

    fd = from;
    from = -1;
    return fd;
}


/* Returns VIR_NODE_DEVICE_COMPAT_READ_ABSENT if the program is not installed. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMLFindProgram(const char *path)
{
    if (virFileIsExecutable(path))
        return VIR_NODE_DEVICE_COMPAT_READ_OK;

    if (errno == ENOENT)
        return VIR_NODE_DEVICE_COMPAT_READ_ABSENT;

    VIR_WARN("Cannot run '%s': %s", path, g_strerror(errno));
    return VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;
}


/* What the program starts is in its process group, and ends with it. */
static int
virNodeDeviceCompatNVMLSetGroup(void *opaque G_GNUC_UNUSED)
{
    return setpgid(0, 0);
}


/* Starts the program. Returns VIR_NODE_DEVICE_COMPAT_READ_ABSENT if there is none. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMLStart(const char *const *args,
                             const char *input,
                             virNodeDeviceCompatNVMLChild *child)
{
    g_autofree char *path = program ? g_strdup(program) :
        virFileFindResource(PROGRAM, abs_top_builddir "/src/nodedev_compat/nvml", LIBEXECDIR);
    g_autoptr(virCommand) cmd = NULL;
    VIR_AUTOCLOSE in = -1;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatNVMLFindProgram(path);
    size_t i;

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return result;

    cmd = virCommandNew(path);
    for (i = 0; args[i]; i++)
        virCommandAddArg(cmd, args[i]);

    /* also to have none of the caller's */
    virCommandAddEnvString(cmd, "LC_ALL=C");
    for (i = 0; environment && environment[i]; i++)
        virCommandAddEnvString(cmd, environment[i]);

    if (input) {
        if ((in = virNodeDeviceCompatNVMLOpenInput(input)) < 0)
            return VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;
        virCommandSetInputFD(cmd, in);
    }

    virCommandSetPreExecHook(cmd, virNodeDeviceCompatNVMLSetGroup, NULL);

    child->fd = -1;
    virCommandSetOutputFD(cmd, &child->fd);

    if (virCommandRunAsync(cmd, &child->pid) < 0) {
        VIR_WARN("Cannot run '%s': %s", path, virGetLastErrorMessage());
        virResetLastError();
        VIR_FORCE_CLOSE(child->fd);
        return VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;
    }

    return VIR_NODE_DEVICE_COMPAT_READ_OK;
}


/* Reads all that the program prints. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMLReadOutput(virNodeDeviceCompatNVMLChild *child,
                                  gint64 deadline,
                                  GString *text)
{
    char buf[1024];

    while (true) {
        struct pollfd fd = { .fd = child->fd, .events = POLLIN };
        gint64 rest = deadline - g_get_monotonic_time();
        ssize_t len;
        int rc;

        if (rest <= 0)
            return VIR_NODE_DEVICE_COMPAT_READ_TIMEOUT;

        if ((rc = poll(&fd, 1, rest / 1000 + 1)) == 0 || (rc < 0 && errno == EINTR))
            continue;

        /* not saferead(), which waits for more */
        if (rc < 0 || (len = read(child->fd, buf, sizeof(buf))) < 0)
            return VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;

        if (len == 0)
            return VIR_NODE_DEVICE_COMPAT_READ_OK;

        g_string_append_len(text, buf, len);
        if (text->len > VIR_NODE_DEVICE_COMPAT_NVML_ANSWER_MAX)
            return VIR_NODE_DEVICE_COMPAT_READ_CUT;
    }
}


/* Returns true if the program has ended before @deadline. Then nothing is left of its process
 * group, which is its own for as long as nobody has waited for it. */
static bool
virNodeDeviceCompatNVMLWait(virNodeDeviceCompatNVMLChild *child,
                            gint64 deadline)
{
    siginfo_t info = { 0 };

    while (info.si_pid == 0) {
        if (waitid(P_PID, child->pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 && errno != EINTR)
            break;
        if (info.si_pid != 0)
            break;
        if (g_get_monotonic_time() >= deadline)
            return false;
        g_usleep(LOOK_TIME);
    }

    /* if somebody else has waited for it, how it ended is not known */
    child->status = -1;
    if (info.si_pid == child->pid) {
        kill(-child->pid, SIGKILL);
        if (waitpid(child->pid, &child->status, 0) < 0)
            child->status = -1;
    }
    return true;
}


static void
virNodeDeviceCompatNVMLKill(virNodeDeviceCompatNVMLChild *child)
{
    /* it may not have come to its group yet */
    kill(-child->pid, SIGKILL);
    kill(child->pid, SIGKILL);
    if (virNodeDeviceCompatNVMLWait(child, g_get_monotonic_time() + KILL_TIME))
        return;

    VIR_WARN("%s (process %lld) does not end", PROGRAM, (long long) child->pid);
    g_mutex_lock(&lock);
    left = g_slist_prepend(left, GINT_TO_POINTER(child->pid));
    g_mutex_unlock(&lock);
}


/* What the end of the program means */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMLGetResult(const virNodeDeviceCompatNVMLChild *child)
{
    if (!WIFEXITED(child->status))
        return VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;

    switch (WEXITSTATUS(child->status)) {
    case STATUS_OK:
    case STATUS_FAILED:         /* it has printed what failed */
        return VIR_NODE_DEVICE_COMPAT_READ_OK;
    case STATUS_NOT_FOUND:
    case STATUS_NO_LIBRARY:
        return VIR_NODE_DEVICE_COMPAT_READ_ABSENT;
    default:
        return VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE;
    }
}


/**
 * virNodeDeviceCompatNVMLRun:
 * @args: arguments of the program
 * @input: what it reads, shorter than an opaque string may be, or NULL
 * @deadline: time, of g_get_monotonic_time(), when it has to be through
 * @ret_text: set on success to what it has printed
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK if the program has answered, and
 * VIR_NODE_DEVICE_COMPAT_READ_ABSENT if there is nothing to answer: no program, no library
 * of NVIDIA's, no such vGPU. That a GPU is not found is not said of one that is there.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatNVMLRun(const char *const *args,
                           const char *input,
                           gint64 deadline,
                           char **ret_text)
{
    g_autoptr(GString) text = g_string_new(NULL);
    virNodeDeviceCompatNVMLChild child = { 0 };
    virNodeDeviceCompatReadResult result;

    if (virNodeDeviceCompatNVMLCount() >= LEFT_MAX || g_get_monotonic_time() >= deadline)
        return VIR_NODE_DEVICE_COMPAT_READ_TIMEOUT;

    if ((result = virNodeDeviceCompatNVMLStart(args, input, &child)) != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return result;

    result = virNodeDeviceCompatNVMLReadOutput(&child, deadline, text);
    VIR_FORCE_CLOSE(child.fd);

    if (result == VIR_NODE_DEVICE_COMPAT_READ_OK &&
        !virNodeDeviceCompatNVMLWait(&child, deadline))
        result = VIR_NODE_DEVICE_COMPAT_READ_TIMEOUT;

    if (result == VIR_NODE_DEVICE_COMPAT_READ_OK)
        result = virNodeDeviceCompatNVMLGetResult(&child);
    else
        virNodeDeviceCompatNVMLKill(&child);

    VIR_DEBUG("%s %s: result=%d length=%zu", args[0], NULLSTR(args[1]), result, text->len);

    if (result == VIR_NODE_DEVICE_COMPAT_READ_OK) {
        if (strlen(text->str) != text->len)
            return VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;
        *ret_text = g_string_free(g_steal_pointer(&text), FALSE);
    }
    return result;
}
