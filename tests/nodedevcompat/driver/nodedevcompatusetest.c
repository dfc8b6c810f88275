/*
 * nodedevcompatusetest.c: which devices are in use, on trees that are made up
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nodedevcompatframe.h"

#define LIBVIRT_NODE_DEVICE_COMPAT_USEPRIV_H_ALLOW
#include "node_device/node_device_compat_use.h"
#include "node_device/node_device_compat_usepriv.h"
#include "nodedev_compat_conf.h"
#include "vircommand.h"
#include "virfile.h"
#include "virmock.h"
#include "virstring.h"
#include "virthread.h"

#define VIR_FROM_THIS VIR_FROM_NONE

#define FREE VIR_NODE_DEVICE_COMPAT_STATE_FREE
#define HOST VIR_NODE_DEVICE_COMPAT_STATE_HOST
#define UNKNOWN VIR_NODE_DEVICE_COMPAT_STATE_UNKNOWN
#define USED VIR_NODE_DEVICE_COMPAT_STATE_USED

/* What a process has open; what is a number is that of a character device. "N!" is a
 * failure of that errno. */
struct testUse {
    const char *name;
    const char *open;           /* NULL: nothing */
    const char *device;         /* a directory below devices/, and an attribute of it; + before
                                 * one that is published; without a value it is not usable */
    const char *broken;         /* a file that is no directory and has no number */
    virNodeDeviceCompatState expect;
};

/* 240 is the major number of groups, 241 that of devices. Group 12 has minor number 0
 * and the device vfio3, group 13 minor number 12 and no device. */
static const struct testUse uses[] = {
    { "nothing open", NULL, "mdev12", NULL, FREE },
    { "its group open", "240:0", "mdev12", NULL, USED },
    { "another group open, its number is the minor one", "240:12", "mdev12", NULL, FREE },
    { "which is in use", "240:12", "mdev13", NULL, USED },
    { "a group without IOMMU open", "240:7", "mdev14", NULL, USED },
    { "its own device open", "241:3", "mdev12", NULL, USED },
    { "the device of another group open", "241:3", "mdev13", NULL, FREE },
    { "device without a group", NULL, "bare", NULL, FREE },
    { "device without a group, open", "241:5", "bare", NULL, USED },
    { "device without a group, another one open", "241:3", "bare", NULL, FREE },
    { "the container open", "10:196", "mdev12", NULL, FREE },
    { "another device of that number", "8:0", "mdev12", NULL, FREE },
    { "a plain file", "/run/user/1000/vfio/12", "mdev12", NULL, FREE },
    { "a plain file with the name of the device", "/dev/vfio/devices/vfio3", "mdev12", NULL, FREE },
    { "what is no process", "240:0 elsewhere", "mdev12", NULL, FREE },

    { "its group open in a thread that has a table of its own", "own:240:0", "mdev12", NULL, USED },
    { "its group open in the second thread of a process whose first one has ended",
      "ended 240:0", "mdev12", NULL, USED },
    { "nothing open in any thread", "own:8:0", "mdev12", NULL, FREE },
    { "not permitted, of a thread", "own:EACCES!", "mdev12", NULL, UNKNOWN },

    { "closed meanwhile", "ENOENT!", "mdev12", NULL, FREE },
    { "ended meanwhile", "ESRCH!", "mdev12", NULL, FREE },
    { "not permitted", "EACCES!", "mdev12", NULL, UNKNOWN },
    { "out of memory", "ENOMEM!", "mdev12", NULL, UNKNOWN },
    { "not permitted, its group open as well", "240:0 EACCES!", "mdev12", NULL, USED },
    { "the list of files breaks off", "BREAK!", "mdev12", NULL, UNKNOWN },
    { "process that hides", NULL, "mdev12", "proc/4711/task/4711/fd", UNKNOWN },
    { "process whose threads are hidden", NULL, "mdev12", "proc/4711/task", UNKNOWN },
    { "process that ends", NULL, "mdev12", "-proc/4711/task", FREE },
    { "processes of others are hidden", NULL, "mdev12", "-proc/1", UNKNOWN },
    { "no /proc", NULL, "mdev12", "-proc", UNKNOWN },
    { "processes of a container", "container", "mdev12", NULL, UNKNOWN },
    { "processes of a container, its group open", "container 240:0", "mdev12", NULL, USED },
    { "the namespace cannot be read", NULL, "mdev12", "proc/self/ns/pid", UNKNOWN },
    { "kernel without namespaces", NULL, "mdev12", "-proc/self/ns", FREE },
    { "processes of another namespace", NULL, "mdev12", "-proc/self", UNKNOWN },
    { "/proc is no directory", NULL, "mdev12", "proc", UNKNOWN },
    { "no VFIO", NULL, "mdev12", "-sys/class/vfio", FREE },
    { "no devices of VFIO", NULL, "mdev12", "-sys/class/vfio-dev", FREE },
    { "VFIO cannot be read", NULL, "mdev12", "sys/class/vfio", UNKNOWN },
    { "number of a group cannot be read", NULL, "mdev12", "sys/class/vfio/13/dev", UNKNOWN },
    { "group without a number", NULL, "mdev12", "-sys/class/vfio/13/dev", FREE },
    { "device without a number", NULL, "mdev12", "-sys/class/vfio-dev/vfio3/dev", FREE },
    { "group of a device cannot be read",
      NULL, "mdev12", "sys/class/vfio-dev/vfio3/device", UNKNOWN },
    { "its own group cannot be read", NULL, "mdev12", "devices/mdev12", UNKNOWN },
    { "removed meanwhile", NULL, "mdev12", "-devices/mdev12", FREE },

    { "no driver", NULL, "pci", NULL, FREE },
    { "no driver, group open", "240:0", "pci", NULL, USED },
    { "no driver, other group open", "240:12", "pci", NULL, FREE },
    { "no driver, not permitted", "EACCES!", "pci", NULL, UNKNOWN },
    { "the host's driver", NULL, "pci driver=igb", NULL, HOST },
    { "the host's driver, group open", "240:0", "pci driver=igb", NULL, HOST },
    { "a driver that was not read", NULL, "driven", NULL, UNKNOWN },
    { "VFIO's driver", NULL, "pci vfio_driver=vfio-pci", NULL, FREE },
    { "VFIO's driver, built in", NULL, "pci driver=vfio-pci", NULL, FREE },
    { "VFIO's driver, built in, group open", "240:0", "pci driver=vfio-pci", NULL, USED },
    { "VFIO's driver, group open", "240:0", "pci vfio_driver=vfio-pci", NULL, USED },
    { "VFIO's driver, other group open", "240:12", "pci vfio_driver=vfio-pci", NULL, FREE },
    { "cannot be told from VFIO's", NULL, "pci vfio_driver", NULL, UNKNOWN },
    { "cannot be read", NULL, "pci driver", NULL, UNKNOWN },
    { "VFIO's, as a vendor says", NULL, "pci +vfio_driver=vfio-pci", NULL, UNKNOWN },
    { "the host's, as a vendor says", NULL, "pci +driver=igb", NULL, UNKNOWN },
    { "not started", NULL, "", NULL, UNKNOWN },
};

static char *root;
static bool breaks;             /* a directory that has a file "BREAK!" */


/* The test has no character devices: a file that would be one is a link to its number. */
static int
testStat(int fd,
         const char *name,
         dev_t *ret_number)
{
    static const struct {
        const char *name;
        int error;
    } errors[] = {
        { "ENOENT!", ENOENT },
        { "ESRCH!", ESRCH },
        { "EACCES!", EACCES },
        { "ENOMEM!", ENOMEM },
    };
    char target[128] = "";
    unsigned int major;
    unsigned int minor;
    size_t i;

    if (readlinkat(fd, name, target, sizeof(target) - 1) < 0)
        return -1;

    for (i = 0; i < G_N_ELEMENTS(errors); i++) {
        if (STREQ(target, errors[i].name)) {
            errno = errors[i].error;
            return -1;
        }
    }

    *ret_number = sscanf(target, "%u:%u", &major, &minor) == 2 ? makedev(major, minor) : 0;
    return 0;
}


/* Thread 4713 has a table of its own; 4711 and 4712 share one. */
static bool
testSame(pid_t one,
         pid_t other)
{
    return one != 4713 && other != 4713;
}


int
virDirRead(DIR *dir,
           struct dirent **entry,
           const char *name)
{
    static int (*real_virDirRead)(DIR *dir, struct dirent **entry, const char *name);
    int rc;

    VIR_MOCK_REAL_INIT(virDirRead);

    rc = real_virDirRead(dir, entry, name);
    if (rc > 0 && breaks && STREQ((*entry)->d_name, "BREAK!")) {
        errno = EIO;
        return -1;
    }

    return rc;
}


static void
testPut(const char *path,
        const char *text)
{
    g_autofree char *file = g_build_filename(root, path, NULL);
    g_autofree char *dir = g_path_get_dirname(file);

    if (g_mkdir_with_parents(dir, 0700) < 0 ||
        virFileWriteStr(file, text, 0600) < 0)
        abort();
}


static void
testLink(const char *path,
         const char *target)
{
    g_autofree char *file = g_build_filename(root, path, NULL);
    g_autofree char *dir = g_path_get_dirname(file);

    if (g_mkdir_with_parents(dir, 0700) < 0 ||
        symlink(target, file) < 0)
        abort();
}


/* Has the process, or another thread of it, what is one of @words open. */
static void
testOpen(char **words,
         size_t at)
{
    g_autofree char *fd = g_strdup_printf("proc/4711/task/4711/fd/%zu", at + 7);
    const char *own = STRSKIP(words[at], "own:");

    if (STREQ(words[at], "BREAK!"))
        testLink("proc/4711/task/4711/fd/BREAK!", "/dev/null");
    else if (STREQ(words[at], "container") || STREQ(words[at], "ended"))
        return;
    else if (own)
        testLink("proc/4711/task/4713/fd/7", own);
    else if (STREQ(words[0], "ended"))
        testLink("proc/4711/task/4713/fd/7", words[at]);
    else if (g_strv_length(words) == 2 && STREQ(words[1], "elsewhere"))
        testLink(at == 0 ? "proc/self/task/self/fd/7" : "proc/net/task/7/fd/7", words[0]);
    else
        testLink(fd, words[at]);
}


static void
testMakeTree(const struct testUse *test)
{
    g_auto(GStrv) words = g_strsplit(test->open ? test->open : "", " ", -1);
    size_t i;

    breaks = false;
    virFileDeleteTree(root);

    testPut("sys/class/vfio/12/dev", "240:0\n");
    testPut("sys/class/vfio/13/dev", "240:12\n");
    testPut("sys/class/vfio/noiommu-14/dev", "240:7\n");
    testPut("sys/class/vfio-dev/vfio3/dev", "241:3\n");
    testLink("sys/class/vfio-dev/vfio3/device", "../../../../devices/mdev12");
    testPut("sys/class/vfio-dev/vfio5/dev", "241:5\n");
    testLink("sys/class/vfio-dev/vfio5/device", "../../../../devices/bare");

    testLink("devices/mdev12/iommu_group", "../../kernel/iommu_groups/12");
    testLink("devices/mdev13/iommu_group", "../../kernel/iommu_groups/13");
    testLink("devices/mdev14/iommu_group", "../../kernel/iommu_groups/14");
    testLink("devices/pci/iommu_group", "../../kernel/iommu_groups/12");
    testLink("devices/driven/driver", "../../bus/pci/drivers/igb");
    testPut("devices/bare/vfio-dev/vfio5/dev", "241:5\n");

    testLink("proc/1/task/1/fd/0", "/dev/null");
    if (!test->open || !STRPREFIX(test->open, "ended"))
        testLink("proc/4711/task/4711/fd/0", "/dev/null");
    testLink("proc/4711/task/4712/fd/0", "/dev/null");
    testLink("proc/self/ns/pid", test->open && STRPREFIX(test->open, "container") ?
             "pid:[4026532211]" : "pid:[4026531836]");
    for (i = 0; words[i]; i++)
        testOpen(words, i);
    breaks = STREQ_NULLABLE(test->open, "BREAK!");

    if (test->broken) {
        const char *path = STRSKIP(test->broken, "-");
        g_autofree char *broken = g_build_filename(root, path ? path : test->broken, NULL);

        if (unlink(broken) < 0)
            virFileDeleteTree(broken);
        if (!path)
            testPut(test->broken, "x");
    }
}


static virNodeDeviceDef *
testMakeDevice(const char *text)
{
    virNodeDeviceDef *def = g_new0(virNodeDeviceDef, 1);
    virNodeDevCapsDef *caps = g_new0(virNodeDevCapsDef, 1);
    g_auto(GStrv) words = g_strsplit(text, " ", 2);

    def->name = g_strdup("device");
    def->caps = caps;
    if (words[0])
        def->sysfs_path = g_strdup_printf("%s/devices/%s", root, words[0]);

    if (!STRPREFIX(text, "pci") && !STRPREFIX(text, "driven")) {
        caps->data.type = VIR_NODE_DEV_CAP_MDEV;
        return def;
    }

    caps->data.type = VIR_NODE_DEV_CAP_PCI_DEV;
    caps->data.compat = virNodeDeviceCompatNew();
    if (words[1]) {
        const char *published = STRSKIP(words[1], "+");
        g_auto(GStrv) attr = g_strsplit(published ? published : words[1], "=", 2);

        virNodeDeviceCompatAdd(caps->data.compat, NULL, attr[0], attr[1])->derived = !published;
    }

    return def;
}


static int
testUse(const void *opaque)
{
    const struct testUse *test = opaque;
    g_autoptr(virNodeDeviceDef) def = testMakeDevice(test->device);
    g_autoptr(nodeDeviceCompatUse) use = NULL;
    virNodeDeviceCompatState actual;

    testMakeTree(test);

    use = nodeDeviceCompatUseNew(root, G_MAXINT64);
    nodeDeviceCompatUseSetStat(use, testStat);
    nodeDeviceCompatUseSetSame(use, testSame);
    actual = nodeDeviceCompatUseGetState(use, def);
    return testExpectString(virNodeDeviceCompatStateTypeToString(test->expect),
                            virNodeDeviceCompatStateTypeToString(actual));
}


/* What a search looks at, however much there is: a process with many threads that share
 * what they have open, one that has very much open, and many that have nothing open */
struct testBound {
    size_t threads;
    size_t open;
    size_t idle;
    size_t max;
    gint64 deadline;
    size_t least;               /* number of entries that are looked at */
    size_t most;
    virNodeDeviceCompatState expect;
};

static const struct testBound bounds[] = {
    { 1, 100, 0, 1000, G_MAXINT64, 100, 160, FREE },
    { 100, 100, 0, 1000, G_MAXINT64, 100, 260, FREE },
    { 1, 2000, 0, 1000, G_MAXINT64, 1000, 1000, UNKNOWN },
    { 2000, 1, 0, 1000, G_MAXINT64, 1000, 1000, UNKNOWN },
    { 1, 2000, 0, 100000, 0, 0, 0, UNKNOWN },
    { 1, 1, 400, 1000, G_MAXINT64, 800, 900, FREE },
    { 1, 1, 600, 1000, G_MAXINT64, 1000, 1000, UNKNOWN },
};

#define IDLE 10000              /* the number of the first process with nothing open */


static bool
testSameAll(pid_t one G_GNUC_UNUSED,
            pid_t other G_GNUC_UNUSED)
{
    return true;
}


static int
testCountIdle(const char *process)
{
    g_autofree char *name = g_path_get_basename(process);
    unsigned int number;

    return virStrToLong_uip(name, NULL, 10, &number) == 0 && number >= IDLE ? 0 : -1;
}


static int
testBound(const void *opaque)
{
    const struct testBound *test = opaque;
    static const struct testUse plain = { "plain", NULL, "mdev12", NULL, FREE };
    g_autoptr(virNodeDeviceDef) def = testMakeDevice(plain.device);
    g_autoptr(nodeDeviceCompatUse) use = nodeDeviceCompatUseNew(root, test->deadline);
    virNodeDeviceCompatState actual;
    size_t entries;
    size_t i;

    testMakeTree(&plain);
    for (i = 0; i < test->open; i++) {
        g_autofree char *fd = g_strdup_printf("proc/4711/task/4711/fd/%zu", i + 100);

        testLink(fd, "/dev/null");
    }
    for (i = 1; i < test->threads; i++) {
        g_autofree char *fd = g_strdup_printf("proc/4711/task/%zu/fd/7", i + 5000);

        testLink(fd, "/dev/null");
    }

    for (i = 0; i < test->idle; i++) {
        g_autofree char *dir = g_strdup_printf("%s/proc/%zu/task/%zu/fd", root, i + IDLE,
                                               i + IDLE);

        if (g_mkdir_with_parents(dir, 0700) < 0)
            abort();
    }

    nodeDeviceCompatUseSetStat(use, testStat);
    nodeDeviceCompatUseSetSame(use, testSameAll);
    nodeDeviceCompatUseSetCount(use, testCountIdle);
    nodeDeviceCompatUseSetMax(use, test->max);
    actual = nodeDeviceCompatUseGetState(use, def);

    /* another device costs nothing */
    entries = nodeDeviceCompatUseGetEntries(use);
    ignore_value(nodeDeviceCompatUseGetState(use, def));
    if (entries < test->least || entries > test->most ||
        entries != nodeDeviceCompatUseGetEntries(use))
        return testFail("%zu entries, expected %zu to %zu", entries, test->least, test->most);

    return testExpectString(virNodeDeviceCompatStateTypeToString(test->expect),
                            virNodeDeviceCompatStateTypeToString(actual));
}


/* What the kernel says of the files of threads */
static int
testSameFiles(const void *opaque G_GNUC_UNUSED)
{
    if (!nodeDeviceCompatUseIsSame(getpid(), getpid()) && errno == ENOSYS)
        return EXIT_AM_SKIP;
    if (!nodeDeviceCompatUseIsSame(getpid(), getpid()))
        return testFail("this thread has not the same files as itself: %s", g_strerror(errno));
    if (nodeDeviceCompatUseIsSame(getpid(), 1) || nodeDeviceCompatUseIsSame(getpid(), -1))
        return testFail("another process has the same files");
    return 0;
}


/* This process has no file with a higher number open. */
#define FILES_MAX 4096


/* Whether this kernel says how many files a process has open, as it does from 6.2 on; if not,
 * says that this is why a test is skipped */
static bool
testHasCount(void)
{
    struct stat sb;

    if (stat("/proc/self/fd", &sb) == 0 && sb.st_size > 0)
        return true;

    fprintf(stderr, "skipped: this kernel does not say how many files are open\n");
    return false;
}


/* What the kernel says of the number of files that a process has open: of one
 * with one, and of one with none */
static int
testCount(const void *opaque)
{
    const int files = GPOINTER_TO_INT(opaque);
    const gint64 end = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;
    g_autofree char *dir = NULL;
    pid_t child;
    int count;

    if (!testHasCount())
        return EXIT_AM_SKIP;

    if ((child = virFork()) < 0)
        return testFail("%s", g_strerror(errno));

    if (child == 0) {
        int next;

        for (next = files; next < FILES_MAX; next++) {
            int fd = next;

            VIR_MASS_CLOSE(fd);
        }
        /* which has one thread whatever this program was compiled with */
        execlp("sleep", "sleep", "600", NULL);
        _exit(EXIT_FAILURE);
    }

    dir = g_strdup_printf("/proc/%d", child);
    while ((count = nodeDeviceCompatUseCount(dir)) != files && g_get_monotonic_time() < end)
        g_usleep(1000);

    ignore_value(kill(child, SIGKILL));
    ignore_value(waitpid(child, NULL, 0));
    return testExpectNumber(files, count);
}


static void
testPause(void *opaque G_GNUC_UNUSED)
{
    while (true)
        pause();
}


/* Of a process whose first thread has ended, and with it what that had open, it does not say
 * what the others have. */
static int
testCountEnded(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *dir = NULL;
    g_autofree char *files = NULL;
    struct stat sb;
    pid_t child;
    int count;

    if (!testHasCount())
        return EXIT_AM_SKIP;

    if ((child = virFork()) < 0)
        return testFail("%s", g_strerror(errno));

    if (child == 0) {
        virThread thread;

        if (virThreadCreate(&thread, false, testPause, NULL) < 0)
            _exit(EXIT_FAILURE);
        pthread_exit(NULL);
    }

    dir = g_strdup_printf("/proc/%d", child);
    files = g_build_filename(dir, "fd", NULL);
    while (stat(files, &sb) == 0 && sb.st_size > 0)
        g_usleep(1000);
    count = nodeDeviceCompatUseCount(dir);

    ignore_value(kill(child, SIGKILL));
    ignore_value(waitpid(child, NULL, 0));
    return testExpectNumber(-1, count);
}


/* A kernel that does not say how many files are open: then directories have no size. */
static int
testNoCount(const void *opaque G_GNUC_UNUSED)
{
    static const struct testUse group = { .open = "240:0" };
    static const char *const names[] = { "proc/self/fd", "proc/4711/fd" };
    g_autoptr(virNodeDeviceDef) def = testMakeDevice("mdev12");
    g_autoptr(nodeDeviceCompatUse) use = NULL;
    g_autofree char *others = g_build_filename(root, "proc/4711/task/4712", NULL);
    struct stat sb;
    size_t i;

    if (stat("/sys", &sb) < 0 || sb.st_size > 0) {
        fprintf(stderr, "skipped: '/sys' is no directory without a size\n");
        return EXIT_AM_SKIP;
    }

    testMakeTree(&group);
    virFileDeleteTree(others);
    for (i = 0; i < G_N_ELEMENTS(names); i++)
        testLink(names[i], "/sys");

    use = nodeDeviceCompatUseNew(root, G_MAXINT64);
    nodeDeviceCompatUseSetStat(use, testStat);
    nodeDeviceCompatUseSetSame(use, testSame);
    return testExpectNumber(USED, nodeDeviceCompatUseGetState(use, def));
}


/* What the kernel says of a file. Of /dev/null it is known on each Linux. */
static int
testNumber(const void *opaque)
{
    const char *path = opaque;
    VIR_AUTOCLOSE null = open("/dev/null", O_RDONLY);
    g_autofree char *opened = g_strdup_printf("/proc/self/fd/%d", null);
    dev_t number = 1;

    if (nodeDeviceCompatUseStat(AT_FDCWD, path ? path : opened, &number) < 0)
        return testFail("%s", g_strerror(errno));

    return testExpectNumber(STREQ_NULLABLE(path, "/proc") ? 0 : makedev(1, 3), number);
}


static int
testNoNumber(const void *opaque G_GNUC_UNUSED)
{
    dev_t number;

    if (nodeDeviceCompatUseStat(AT_FDCWD, "/nonexistent", &number) >= 0)
        return testFail("there is such a file");
    return testExpectNumber(ENOENT, errno);
}


static int
mymain(void)
{
    g_autofree char *template = g_strdup("/tmp/nodedevcompatusetest-XXXXXX");
    size_t i;

    if (!g_mkdtemp(template))
        return EXIT_FAILURE;
    root = g_strdup_printf("%s/root", template);

    DO_TABLE("use", uses, testUse);

    for (i = 0; i < G_N_ELEMENTS(bounds); i++) {
        DO_TEST(testBound, &bounds[i], "%zu threads, %zu files, %zu idle, at most %zu: %s",
                bounds[i].threads, bounds[i].open, bounds[i].idle, bounds[i].max,
                virNodeDeviceCompatStateTypeToString(bounds[i].expect));
    }
    DO_TEST(testSameFiles, NULL, "files of threads");
    DO_TEST(testCount, GINT_TO_POINTER(1), "a process with a file open");
    DO_TEST(testCount, GINT_TO_POINTER(0), "a process with nothing open");
    DO_TEST(testCountEnded, NULL, "a process whose first thread has ended");
    DO_TEST(testNoCount, NULL, "a kernel that does not count");
    DO_TEST(testNumber, "/dev/null", "number of a character device");
    DO_TEST(testNumber, NULL, "number of what a process has open");
    DO_TEST(testNumber, "/proc", "number of a directory");
    DO_TEST(testNoNumber, NULL, "number of nothing");

    virFileDeleteTree(template);
    g_free(root);
    return testResult();
}

VIR_TEST_MAIN(mymain)
