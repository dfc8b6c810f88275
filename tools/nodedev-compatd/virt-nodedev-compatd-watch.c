/*
 * virt-nodedev-compatd-watch.c: changes of devices, and of what is stated about them
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compatd-watch.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <linux/netlink.h>
#include <sys/inotify.h>
#include <sys/socket.h>

#include "nodedev_compat/evidence/nodedev_compat_watch.h"
#include "virfile.h"
#include "virlog.h"
#include "virthread.h"

VIR_LOG_INIT("nodedev_compatd.watch");

/* The multicast group of the kernel itself; the next one is udev's
 * (kernel: lib/kobject_uevent.c) */
#define GROUP_KERNEL 1

/* No report of the kernel is longer (kernel: include/linux/kobject.h,
 * UEVENT_BUFFER_SIZE) */
#define BUFFER_SIZE (8 * 1024)

/* What happens to files in a directory that can change what they state */
#define FILES_MASK (IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | \
                    IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

/* The same in one of which only a directory in it matters, which is not there yet */
#define PARENT_MASK (IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

static virtCompatdWatchFunc callback;
static void *callbackOpaque;
static const char *const *directories;
static int filesFd = -1;
static int kernelFd = -1;
static guint filesSource;
static guint kernelSource;

/* Of the thread that has directories watched */
static virMutex addingLock = VIR_MUTEX_INITIALIZER;
static bool adding;
static bool addAgain;           /* when it is through */


static void
virtCompatdWatchReport(const char *name)
{
    if (callback)
        callback(name, callbackOpaque);
}


/**
 * virtCompatdWatchHandleEvent:
 * @event: what the kernel reports: ACTION@PATH, and further strings; each ends with a NUL
 *         byte
 * @length: its length
 *
 * Drops the answers that are kept about devices in the path, and reports these. The
 * devices that a module drives are not in its path.
 */
void
virtCompatdWatchHandleEvent(const char *event,
                            size_t length)
{
    g_autofree char *text = g_strndup(event, length);
    const char *path = strchr(text, '@');
    g_auto(GStrv) names = NULL;
    size_t i;

    /* what udev sends has no path at its beginning */
    if (!path || path[1] != '/')
        return;

    path++;
    if (STRPREFIX(path, "/module/")) {
        virNodeDeviceCompatWatchUdev(path);
        virtCompatdWatchReport(NULL);
        return;
    }

    if (!STRPREFIX(path, "/devices/"))
        return;

    names = g_strsplit(path, "/", 0);
    for (i = 0; names[i]; i++) {
        if (!*names[i])
            continue;
        virNodeDeviceCompatWatchUdev(names[i]);
        virtCompatdWatchReport(names[i]);
    }
}


static gboolean
virtCompatdWatchOnKernel(int fd,
                         GIOCondition condition G_GNUC_UNUSED,
                         void *opaque G_GNUC_UNUSED)
{
    g_autofree char *buffer = g_new0(char, BUFFER_SIZE);
    struct sockaddr_nl address = { 0 };
    socklen_t size = sizeof(address);
    ssize_t length = recvfrom(fd, buffer, BUFFER_SIZE, MSG_DONTWAIT | MSG_TRUNC,
                              (struct sockaddr *) &address, &size);

    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return G_SOURCE_CONTINUE;

    /* ENOBUFS: there were more than fit; other processes can send, too */
    if (length < 0 || length > BUFFER_SIZE) {
        virNodeDeviceCompatWatchUdev("/module/");
        virtCompatdWatchReport(NULL);
    } else if (address.nl_pid == 0) {
        virtCompatdWatchHandleEvent(buffer, length);
    }

    return G_SOURCE_CONTINUE;
}


static void
virtCompatdWatchStartKernel(void)
{
    struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = GROUP_KERNEL };

    if ((kernelFd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
                           NETLINK_KOBJECT_UEVENT)) < 0 ||
        bind(kernelFd, (struct sockaddr *) &address, sizeof(address)) < 0) {
        VIR_WARN("Changes of devices are not received from the kernel: %s", g_strerror(errno));
        VIR_FORCE_CLOSE(kernelFd);
        return;
    }

    kernelSource = g_unix_fd_add(kernelFd, G_IO_IN, virtCompatdWatchOnKernel, NULL);
}


/* Watches the directory or, as long as that does not exist, the one that it is to be in.
 * Returns true if it has been made meanwhile, which nobody reports. */
static bool
virtCompatdWatchTryDirectory(int fd,
                             const char *dir)
{
    g_autofree char *path = g_strdup(dir);
    g_autofree char *missing = NULL;
    unsigned int mask = FILES_MASK;

    while (inotify_add_watch(fd, path, mask) < 0) {
        g_autofree char *parent = g_path_get_dirname(path);

        if ((errno != ENOENT && errno != ENOTDIR) || STREQ(parent, path)) {
            VIR_WARN("Changes of files in '%s' are not seen: %s", dir, g_strerror(errno));
            return false;
        }

        g_free(missing);
        missing = g_steal_pointer(&path);
        path = g_steal_pointer(&parent);
        mask = PARENT_MASK;
    }

    return missing && virFileIsDir(missing);
}


static void
virtCompatdWatchAddDirectory(int fd,
                             const char *dir)
{
    while (virtCompatdWatchTryDirectory(fd, dir))
        ;
}


/* What changed before it was watched was not seen. */
static gboolean
virtCompatdWatchOnAdded(void *opaque G_GNUC_UNUSED)
{
    virtCompatdWatchReport(NULL);
    return G_SOURCE_REMOVE;
}


static void
virtCompatdWatchAdd(void *opaque)
{
    VIR_AUTOCLOSE fd = GPOINTER_TO_INT(opaque);
    bool again = true;
    size_t i;

    while (again) {
        for (i = 0; directories[i]; i++)
            virtCompatdWatchAddDirectory(fd, directories[i]);

        VIR_WITH_MUTEX_LOCK_GUARD(&addingLock) {
            adding = again = addAgain;
            addAgain = false;
        }
    }

    g_idle_add(virtCompatdWatchOnAdded, NULL);
}


/* Has the directories watched by a thread, one at a time: they can be on a file server that
 * does not answer. It has a file descriptor of its own. */
static void
virtCompatdWatchAddDirectories(void)
{
    VIR_LOCK_GUARD lock = virLockGuardLock(&addingLock);
    virThread thread;
    int fd;

    if (adding) {
        addAgain = true;
        return;
    }

    if ((fd = fcntl(filesFd, F_DUPFD_CLOEXEC, 0)) < 0 ||
        virThreadCreateFull(&thread, false, virtCompatdWatchAdd, "compatd-watch", false,
                            GINT_TO_POINTER(fd)) < 0) {
        VIR_WARN("Changes of facts are not seen: %s", g_strerror(errno));
        VIR_FORCE_CLOSE(fd);
        return;
    }

    adding = true;
}


static gboolean
virtCompatdWatchOnFiles(int fd,
                        GIOCondition condition G_GNUC_UNUSED,
                        void *opaque G_GNUC_UNUSED)
{
    g_autofree char *buffer = g_new0(char, BUFFER_SIZE);

    /* which file it is does not matter */
    while (read(fd, buffer, BUFFER_SIZE) > 0)
        ;

    /* a directory that is watched already is so once; one can be new */
    virtCompatdWatchAddDirectories();
    virtCompatdWatchReport(NULL);
    return G_SOURCE_CONTINUE;
}


static void
virtCompatdWatchStartFiles(void)
{
    if ((filesFd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) < 0) {
        VIR_WARN("Changes of facts are not seen: %s", g_strerror(errno));
        return;
    }

    virtCompatdWatchAddDirectories();
    filesSource = g_unix_fd_add(filesFd, G_IO_IN, virtCompatdWatchOnFiles, NULL);
}


/**
 * virtCompatdWatchStart:
 * @dirs: NULL-terminated list of directories with files that state something about
 *        devices; stays, also behind virtCompatdWatchStop(), as a thread can still be
 *        about to have them watched
 * @func: called when something changes
 * @opaque: passed to @func
 *
 * What cannot be watched is a warning in the log.
 */
void
virtCompatdWatchStart(const char *const *dirs,
                      virtCompatdWatchFunc func,
                      void *opaque)
{
    callback = func;
    callbackOpaque = opaque;
    directories = dirs;

    virtCompatdWatchStartKernel();
    virtCompatdWatchStartFiles();
    virNodeDeviceCompatWatchSetListener(virtCompatdWatchReport);
    virNodeDeviceCompatWatchStart();
}


void
virtCompatdWatchStop(void)
{
    callback = NULL;
    virNodeDeviceCompatWatchStop();
    virNodeDeviceCompatWatchSetListener(NULL);
    g_clear_handle_id(&kernelSource, g_source_remove);
    g_clear_handle_id(&filesSource, g_source_remove);
    VIR_FORCE_CLOSE(kernelFd);
    VIR_FORCE_CLOSE(filesFd);
}
