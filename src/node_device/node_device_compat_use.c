/*
 * node_device_compat_use.c: which devices of this host are in use
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#ifdef __linux__
# include <linux/kcmp.h>
# include <linux/magic.h>
# include <sys/statvfs.h>
# include <sys/syscall.h>
# include <sys/vfs.h>
#endif
#include <unistd.h>

#define LIBVIRT_NODE_DEVICE_COMPAT_USEPRIV_H_ALLOW
#include "node_device_compat_use.h"
#include "node_device_compat_usepriv.h"

#include "nodedev_compat/evidence/nodedev_compat_namespace.h"
#include "virfile.h"
#include "virlog.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

VIR_LOG_INIT("node_device.node_device_compat_use");

/* "MAJOR:MINOR" and a line feed */
#define NUMBER_MAX 32

/* How many entries of directories are looked at: processes, threads, and what they have
 * open. Any user can open files; each takes about three microseconds. */
#define LOOKED_MAX 20000

/* Of the directory of threads of a process with one thread, which is a directory in it */
#define ONE_THREAD_LINKS 3

/* How many are looked at between two looks at the clock */
#define ENTRIES_CLOCK 64

/* The state of one search, for which /proc is read at most once */
struct _nodeDeviceCompatUse {
    char *root;                 /* in front of /proc and /sys */
    nodeDeviceCompatUseStatFunc stat;
    nodeDeviceCompatUseSameFunc same;
    nodeDeviceCompatUseCountFunc count;     /* NULL: the kernel does not say so */
    gint64 deadline;
    size_t entries;             /* that were looked at */
    size_t entriesMax;
    bool ours;                  /* the numbers of processes are those of this process */
    bool scanned;
    bool complete;              /* all that matters could be read */
    GHashTable *numbers;        /* character devices of VFIO: the group of each, or its
                                 * own name if it has none, by the number */
    GHashTable *used;           /* those groups and names that are open */
};


#if defined(STATX_TYPE) && defined(__linux__) && defined(ST_NODEV)

/* Whether @name in the directory @fd leads to a file of which the kernel refuses to say what
 * it is, and which is no device all the same. Of FUSE, which any user can mount, it says so
 * to nobody else, the superuser included; but in what a user mounts there are no devices. To
 * ask for nothing, and for the file system, is answered without whoever serves it. All is
 * asked of one file: @name can lead to another one by now. */
static bool
nodeDeviceCompatUseIsForeign(int fd,
                             const char *name)
{
    const unsigned int flags = AT_EMPTY_PATH | AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT;
    VIR_AUTOCLOSE file = openat(fd, name, O_PATH | O_CLOEXEC);
    struct statx sb;
    struct statfs mounted;

    return file >= 0 &&
           statx(file, "", flags, STATX_TYPE, &sb) < 0 && errno == EACCES &&
           statx(file, "", flags, 0, &sb) == 0 &&
           fstatfs(file, &mounted) == 0 &&
           mounted.f_type == FUSE_SUPER_MAGIC && mounted.f_flags & ST_NODEV;
}

#else

static bool
nodeDeviceCompatUseIsForeign(int fd G_GNUC_UNUSED,
                             const char *name G_GNUC_UNUSED)
{
    return false;
}

#endif


/**
 * nodeDeviceCompatUseStat:
 * @fd: directory
 * @name: file in it
 * @ret_number: set to the number of the character device that the file leads to, or 0
 *
 * Does not wait for a file server: a process can have files open on one that hangs.
 *
 * Returns 0 on success, -1 with errno set otherwise.
 */
int
nodeDeviceCompatUseStat(int fd,
                        const char *name,
                        dev_t *ret_number)
{
#ifdef STATX_TYPE
    struct statx sb;

    if (statx(fd, name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_TYPE, &sb) < 0) {
        if (errno != EACCES)
            return -1;
        *ret_number = 0;
        if (nodeDeviceCompatUseIsForeign(fd, name))
            return 0;
        errno = EACCES;
        return -1;
    }

    *ret_number = S_ISCHR(sb.stx_mode) ? makedev(sb.stx_rdev_major, sb.stx_rdev_minor) : 0;
#else
    struct stat sb;

    if (fstatat(fd, name, &sb, 0) < 0)
        return -1;

    *ret_number = S_ISCHR(sb.st_mode) ? sb.st_rdev : 0;
#endif
    return 0;
}


/**
 * nodeDeviceCompatUseIsSame:
 * @one: number of a thread
 * @other: number of another one
 *
 * Returns true if both have the same files open, as they have one table of them; false
 * if they have not, and if that is not known.
 */
bool
nodeDeviceCompatUseIsSame(pid_t one,
                          pid_t other)
{
#if defined(__linux__) && defined(SYS_kcmp)
    return syscall(SYS_kcmp, one, other, KCMP_FILES, 0, 0) == 0;
#else
    return false;
#endif
}


/**
 * nodeDeviceCompatUseCount:
 * @process: directory of a process in /proc
 *
 * Since Linux 6.2 it is the size of a directory how many files are open. A kernel thread has
 * none, and a large machine has thousands of them.
 *
 * Returns the number for a process with one thread, -1 for others and if it is not known.
 */
int
nodeDeviceCompatUseCount(const char *process)
{
    g_autofree char *threads = g_build_filename(process, "task", NULL);
    g_autofree char *files = g_build_filename(process, "fd", NULL);
    struct stat sb;

    if (stat(threads, &sb) < 0 || sb.st_nlink != ONE_THREAD_LINKS || stat(files, &sb) < 0)
        return -1;

    return MIN(sb.st_size, G_MAXINT);
}


/**
 * nodeDeviceCompatUseNew:
 * @root: directory that has proc and sys, "" for the host's
 * @deadline: time, of g_get_monotonic_time(), when reading has to be over
 *
 * Returns an object that reads which devices are in use when the state of a device is
 * requested for the first time, and never again. What that takes is limited; if there is
 * more, the states that would follow are not known.
 */
nodeDeviceCompatUse *
nodeDeviceCompatUseNew(const char *root,
                       gint64 deadline)
{
    nodeDeviceCompatUse *use = g_new0(nodeDeviceCompatUse, 1);

    use->root = g_strdup(root);
    use->stat = nodeDeviceCompatUseStat;
    use->same = nodeDeviceCompatUseIsSame;
    use->deadline = deadline;
    use->entriesMax = LOOKED_MAX;
    use->numbers = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    use->used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return use;
}


void
nodeDeviceCompatUseFree(nodeDeviceCompatUse *use)
{
    if (!use)
        return;

    g_hash_table_unref(use->numbers);
    g_hash_table_unref(use->used);
    g_free(use->root);
    g_free(use);
}


/**
 * nodeDeviceCompatUseSetStat:
 * @use: which devices are in use
 * @func: replaces nodeDeviceCompatUseStat(), for the tests
 */
void
nodeDeviceCompatUseSetStat(nodeDeviceCompatUse *use,
                           nodeDeviceCompatUseStatFunc func)
{
    use->stat = func;
}


/**
 * nodeDeviceCompatUseSetSame:
 * @use: which devices are in use
 * @func: replaces nodeDeviceCompatUseIsSame(), for the tests
 */
void
nodeDeviceCompatUseSetSame(nodeDeviceCompatUse *use,
                           nodeDeviceCompatUseSameFunc func)
{
    use->same = func;
}


/**
 * nodeDeviceCompatUseSetCount:
 * @use: which devices are in use
 * @func: replaces nodeDeviceCompatUseCount(), for the tests
 */
void
nodeDeviceCompatUseSetCount(nodeDeviceCompatUse *use,
                            nodeDeviceCompatUseCountFunc func)
{
    use->count = func;
}


/**
 * nodeDeviceCompatUseSetMax:
 * @use: which devices are in use
 * @max: how many entries of directories are looked at, for the tests
 */
void
nodeDeviceCompatUseSetMax(nodeDeviceCompatUse *use,
                          size_t max)
{
    use->entriesMax = max;
}


/**
 * nodeDeviceCompatUseGetEntries:
 * @use: which devices are in use
 *
 * Returns how many entries of directories were looked at.
 */
size_t
nodeDeviceCompatUseGetEntries(const nodeDeviceCompatUse *use)
{
    return use->entries;
}


/* Returns true if errno says that there is no such thing, as of a process that has
 * ended. Anything else means that it is not known. */
static bool
nodeDeviceCompatUseIsAbsence(void)
{
    return errno == ENOENT || errno == ESRCH;
}


/* Opens a directory, if there is one, of which what cannot be read matters. */
static DIR *
nodeDeviceCompatUseOpenDir(nodeDeviceCompatUse *use,
                           const char *path)
{
    DIR *dir = NULL;

    if (virDirOpenQuiet(&dir, path) < 0 && !nodeDeviceCompatUseIsAbsence())
        use->complete = false;

    return dir;
}


/* Returns false if there is no time for one more entry of a directory. */
static bool
nodeDeviceCompatUseSpend(nodeDeviceCompatUse *use)
{
    if (use->entries < use->entriesMax &&
        (use->entries % ENTRIES_CLOCK > 0 || g_get_monotonic_time() < use->deadline)) {
        use->entries++;
        return true;
    }

    use->entriesMax = use->entries;
    use->complete = false;
    return false;
}


/* Returns false at the end, and if the rest cannot be read. */
static bool
nodeDeviceCompatUseReadDir(nodeDeviceCompatUse *use,
                           DIR *dir,
                           struct dirent **entry)
{
    int rc;

    if (!nodeDeviceCompatUseSpend(use))
        return false;

    rc = virDirRead(dir, entry, NULL);

    if (rc < 0 && !nodeDeviceCompatUseIsAbsence())
        use->complete = false;

    return rc > 0;
}


/* Sets @ret_name to the last component of where the link @name of the device in @dir
 * leads to, or to NULL if there is none. Returns -1 if that is not known. */
static int
nodeDeviceCompatUseReadLink(const char *dir,
                            const char *name,
                            char **ret_name)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autofree char *target = NULL;
    g_autoptr(GError) error = NULL;

    *ret_name = NULL;
    if ((target = g_file_read_link(path, &error)))
        *ret_name = g_path_get_basename(target);
    else if (!g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return -1;

    return 0;
}


/* Returns 0 on success, -1 with errno set otherwise; 0 if there is no number. */
static int
nodeDeviceCompatUseReadNumber(const char *dir,
                              dev_t *ret_number)
{
    g_autofree char *path = g_build_filename(dir, "dev", NULL);
    g_autofree char *text = NULL;
    unsigned int major;
    unsigned int minor;
    char *end = NULL;
    int rc;

    if ((rc = virFileReadAllQuiet(path, NUMBER_MAX, &text)) < 0) {
        errno = -rc;
        return -1;
    }

    if (virStrToLong_uip(text, &end, 10, &major) < 0 || *end != ':' ||
        virStrToLong_uip(end + 1, &end, 10, &minor) < 0 || (*end && *end != '\n')) {
        errno = EINVAL;
        return -1;
    }

    *ret_number = makedev(major, minor);
    return 0;
}


/* Records that the character device described in @dir stands for @key. A device of VFIO
 * need not have one. */
static void
nodeDeviceCompatUseAddNumber(nodeDeviceCompatUse *use,
                             const char *dir,
                             const char *key)
{
    dev_t number;
    gint64 *copy;

    if (nodeDeviceCompatUseReadNumber(dir, &number) < 0) {
        if (!nodeDeviceCompatUseIsAbsence())
            use->complete = false;
        return;
    }

    copy = g_new0(gint64, 1);
    *copy = number;
    g_hash_table_replace(use->numbers, copy, g_strdup(key));
}


/* /dev/vfio/GROUP, or /dev/vfio/noiommu-GROUP */
static void
nodeDeviceCompatUseAddGroup(nodeDeviceCompatUse *use,
                            const char *dir,
                            const char *name)
{
    const char *group = STRSKIP(name, "noiommu-");

    nodeDeviceCompatUseAddNumber(use, dir, group ? group : name);
}


/* /dev/vfio/devices/NAME. While it is open nobody else can have devices of its group,
 * if it has one. */
static void
nodeDeviceCompatUseAddDevice(nodeDeviceCompatUse *use,
                             const char *dir,
                             const char *name)
{
    g_autofree char *device = g_build_filename(dir, "device", NULL);
    g_autofree char *group = NULL;

    if (nodeDeviceCompatUseReadLink(device, "iommu_group", &group) < 0)
        use->complete = false;

    nodeDeviceCompatUseAddNumber(use, dir, group ? group : name);
}


/* Reads the numbers of the character devices that a class in sysfs has. The container,
 * /dev/vfio/vfio, is in none of those of VFIO. */
static void
nodeDeviceCompatUseReadClass(nodeDeviceCompatUse *use,
                             const char *class,
                             void (*add)(nodeDeviceCompatUse *use,
                                         const char *dir,
                                         const char *name))
{
    g_autofree char *path = g_strdup_printf("%s/sys/class/%s", use->root, class);
    g_autoptr(DIR) dir = nodeDeviceCompatUseOpenDir(use, path);
    struct dirent *entry;

    while (dir && nodeDeviceCompatUseReadDir(use, dir, &entry)) {
        g_autofree char *one = g_build_filename(path, entry->d_name, NULL);

        add(use, one, entry->d_name);
    }
}


/* What a thread has open */
static void
nodeDeviceCompatUseScanThread(nodeDeviceCompatUse *use,
                              const char *path)
{
    g_autoptr(DIR) dir = nodeDeviceCompatUseOpenDir(use, path);
    struct dirent *entry;

    while (dir && nodeDeviceCompatUseReadDir(use, dir, &entry)) {
        dev_t number = 0;
        gint64 key;
        const char *used;

        if (use->stat(dirfd(dir), entry->d_name, &number) < 0) {
            if (!nodeDeviceCompatUseIsAbsence())
                use->complete = false;
            continue;
        }

        key = number;
        if (number && (used = g_hash_table_lookup(use->numbers, &key)))
            g_hash_table_add(use->used, g_strdup(used));
    }
}


/* Returns the number that is the name of a process or a thread, or 0 if it is none. */
static pid_t
nodeDeviceCompatUseGetNumber(const char *name)
{
    unsigned int number;

    return virStrToLong_uip(name, NULL, 10, &number) < 0 ? 0 : number;
}


/* Threads can have files open that the first one has not: it has ended, or they have a
 * table of their own. As a rule all share one, which is looked at once. */
static void
nodeDeviceCompatUseScanProcess(nodeDeviceCompatUse *use,
                               const char *path)
{
    g_autofree char *threads = g_build_filename(path, "task", NULL);
    g_autoptr(DIR) dir = nodeDeviceCompatUseOpenDir(use, threads);
    struct dirent *entry;
    pid_t scanned = 0;

    while (dir && nodeDeviceCompatUseReadDir(use, dir, &entry)) {
        pid_t thread = nodeDeviceCompatUseGetNumber(entry->d_name);
        g_autofree char *files = NULL;

        if (!thread || (scanned && use->ours && use->same(scanned, thread)))
            continue;

        files = g_build_filename(threads, entry->d_name, "fd", NULL);
        nodeDeviceCompatUseScanThread(use, files);
        scanned = thread;
    }
}


/* Returns true if the process in @path has nothing open. */
static bool
nodeDeviceCompatUseIsIdle(nodeDeviceCompatUse *use,
                          const char *path)
{
    return use->count && nodeDeviceCompatUseSpend(use) && use->count(path) == 0;
}


/* Finds out whether the kernel says how many files are open: this process has some. */
static void
nodeDeviceCompatUseCheckCount(nodeDeviceCompatUse *use,
                              const char *proc)
{
    g_autofree char *files = g_build_filename(proc, "self", "fd", NULL);
    struct stat sb;

    if (!use->count && stat(files, &sb) == 0 && sb.st_size > 0)
        use->count = nodeDeviceCompatUseCount;
}


/* Is @proc that of all processes of the host? It is not in a container with processes of
 * its own, which has its own process 1 as well. */
static void
nodeDeviceCompatUseCheckNamespace(nodeDeviceCompatUse *use,
                                  const char *proc)
{
    g_autofree char *self = g_build_filename(proc, "self", NULL);
    g_autofree char *link = g_build_filename(self, "ns", "pid", NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *namespace = g_file_read_link(link, &error);

    if (namespace) {
        use->ours = STREQ(namespace, VIR_NODE_DEVICE_COMPAT_NAMESPACE_PID);
        if (!use->ours)
            use->complete = false;
        return;
    }

    /* a kernel without namespaces of processes; without "self" it is another one's /proc */
    if (!g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT) || !virFileExists(self))
        use->complete = false;
}


static void
nodeDeviceCompatUseScan(nodeDeviceCompatUse *use)
{
    g_autofree char *proc = g_strdup_printf("%s/proc", use->root);
    g_autoptr(DIR) dir = NULL;
    struct dirent *entry;
    bool init = false;

    use->scanned = true;
    use->complete = true;

    nodeDeviceCompatUseReadClass(use, "vfio", nodeDeviceCompatUseAddGroup);
    nodeDeviceCompatUseReadClass(use, "vfio-dev", nodeDeviceCompatUseAddDevice);
    nodeDeviceCompatUseCheckNamespace(use, proc);
    nodeDeviceCompatUseCheckCount(use, proc);

    dir = nodeDeviceCompatUseOpenDir(use, proc);
    while (dir && nodeDeviceCompatUseReadDir(use, dir, &entry)) {
        pid_t process = nodeDeviceCompatUseGetNumber(entry->d_name);
        g_autofree char *path = NULL;

        if (!process)
            continue;

        init |= process == 1;
        path = g_build_filename(proc, entry->d_name, NULL);
        if (!nodeDeviceCompatUseIsIdle(use, path))
            nodeDeviceCompatUseScanProcess(use, path);
    }

    /* it can be mounted so that it hides the processes of others */
    if (!init)
        use->complete = false;

    VIR_DEBUG("known=%u used=%u entries=%zu complete=%d", g_hash_table_size(use->numbers),
              g_hash_table_size(use->used), use->entries, use->complete);
}


/* Returns true if the device in @path has no group and its own character device is open. */
static bool
nodeDeviceCompatUseIsOpen(nodeDeviceCompatUse *use,
                          const char *path)
{
    g_autofree char *devices = g_build_filename(path, "vfio-dev", NULL);
    g_autoptr(DIR) dir = nodeDeviceCompatUseOpenDir(use, devices);
    struct dirent *entry;

    while (dir && nodeDeviceCompatUseReadDir(use, dir, &entry)) {
        if (g_hash_table_contains(use->used, entry->d_name))
            return true;
    }

    return false;
}


/* The state of a device that is for guests */
static virNodeDeviceCompatState
nodeDeviceCompatUseGetVFIOState(nodeDeviceCompatUse *use,
                                const char *path)
{
    g_autofree char *group = NULL;

    if (!path || nodeDeviceCompatUseReadLink(path, "iommu_group", &group) < 0)
        return VIR_NODE_DEVICE_COMPAT_STATE_UNKNOWN;

    if (!use->scanned)
        nodeDeviceCompatUseScan(use);

    if (group ? g_hash_table_contains(use->used, group) : nodeDeviceCompatUseIsOpen(use, path))
        return VIR_NODE_DEVICE_COMPAT_STATE_USED;

    return use->complete ? VIR_NODE_DEVICE_COMPAT_STATE_FREE :
                           VIR_NODE_DEVICE_COMPAT_STATE_UNKNOWN;
}


/* Whether an attribute is what the kernel shows of the driver, and not something of that
 * name which a vendor publishes, or that cannot be read */
static bool
nodeDeviceCompatUseIsEvidence(const virNodeDeviceCompatAttr *attr)
{
    return attr->derived && attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK;
}


/* A function that is bound to a VFIO driver is for guests. If it is bound to another
 * driver, the host uses it and no guest does; without a driver it is free, unless somebody has
 * its group, or may have. */
static virNodeDeviceCompatState
nodeDeviceCompatUseGetPCIState(nodeDeviceCompatUse *use,
                               const virNodeDevCapData *data,
                               const char *path)
{
    const virNodeDeviceCompatAttrs *self = data->compat ? &data->compat->self : NULL;
    const virNodeDeviceCompatAttr *attr;
    g_autofree char *driver = NULL;

    if (!self || !path)
        return VIR_NODE_DEVICE_COMPAT_STATE_UNKNOWN;

    if ((attr = virNodeDeviceCompatAttrsFind(self, "vfio_driver"))) {
        return nodeDeviceCompatUseIsEvidence(attr) ? nodeDeviceCompatUseGetVFIOState(use, path) :
                                                     VIR_NODE_DEVICE_COMPAT_STATE_UNKNOWN;
    }

    if ((attr = virNodeDeviceCompatAttrsFind(self, VIR_NODE_DEVICE_COMPAT_DRIVER))) {
        if (!nodeDeviceCompatUseIsEvidence(attr))
            return VIR_NODE_DEVICE_COMPAT_STATE_UNKNOWN;
        /* a kernel before 6.1 in which it is built in shows nothing else of VFIO */
        return STREQ(attr->value, "vfio-pci") ? nodeDeviceCompatUseGetVFIOState(use, path) :
                                                VIR_NODE_DEVICE_COMPAT_STATE_HOST;
    }

    /* the descriptor need not be complete */
    if (nodeDeviceCompatUseReadLink(path, "driver", &driver) < 0 || driver)
        return VIR_NODE_DEVICE_COMPAT_STATE_UNKNOWN;

    /* nobody uses it, but who has another function of its group keeps it from others */
    return nodeDeviceCompatUseGetVFIOState(use, path);
}


/**
 * nodeDeviceCompatUseGetState:
 * @use: which devices are in use
 * @def: an active device, with a descriptor that is up to date
 *
 * Returns the state of the device.
 */
virNodeDeviceCompatState
nodeDeviceCompatUseGetState(nodeDeviceCompatUse *use,
                            const virNodeDeviceDef *def)
{
    const virNodeDevCapsDef *cap;

    for (cap = def->caps; cap; cap = cap->next) {
        if (cap->data.type == VIR_NODE_DEV_CAP_MDEV)
            return nodeDeviceCompatUseGetVFIOState(use, def->sysfs_path);
        if (cap->data.type == VIR_NODE_DEV_CAP_PCI_DEV)
            return nodeDeviceCompatUseGetPCIState(use, &cap->data, def->sysfs_path);
    }

    return VIR_NODE_DEVICE_COMPAT_STATE_UNKNOWN;
}
