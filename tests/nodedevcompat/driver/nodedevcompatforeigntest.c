/*
 * nodedevcompatforeigntest.c: files in use of which a user lets nobody else know
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <fcntl.h>
#include <linux/fuse.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nodedevcompatframe.h"

#define LIBVIRT_NODE_DEVICE_COMPAT_USEPRIV_H_ALLOW
#include "node_device/node_device_compat_usepriv.h"
#include "vircommand.h"
#include "virfile.h"
#include "virutil.h"

#define VIR_FROM_THIS VIR_FROM_NONE

/* Whose file system it is: nobody's */
#define OWNER 65534

#define FILE_NAME "file"
#define FILE_NODE 2

/* More than any request that is answered here has */
#define REQUEST_MAX (256 * 1024)

/* What the kernel asks */
typedef struct _testRequest testRequest;
struct _testRequest {
    struct fuse_in_header head;
    char rest[REQUEST_MAX];
};

/* The answer to it */
typedef struct _testAnswer testAnswer;
struct _testAnswer {
    struct fuse_out_header head;
    union {
        struct fuse_init_out init;
        struct fuse_entry_out entry;
        struct fuse_attr_out attr;
        struct fuse_open_out open;
    } body;
};

struct testForeign {
    const char *name;
    unsigned long flags;        /* of mount() */
    int expect;                 /* errno; 0: it is no device */
};

static const struct testForeign mounts[] = {
    { "no devices can be there", MS_NODEV, 0 },
    { "devices can be there", 0, EACCES },
};

static char *place;
static bool isolated;           /* nobody else sees what is mounted here */


static void
testFillAttr(struct fuse_attr *attr,
             uint64_t node)
{
    attr->ino = node;
    attr->mode = node == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0644;
    attr->nlink = 1;
    attr->uid = attr->gid = OWNER;
}


/* Fills in the answer to @request. Returns its size without the head. */
static size_t
testAnswerRequest(const struct fuse_in_header *request,
                  testAnswer *answer)
{
    switch (request->opcode) {
    case FUSE_INIT:
        answer->body.init.major = FUSE_KERNEL_VERSION;
        answer->body.init.minor = FUSE_KERNEL_MINOR_VERSION;
        answer->body.init.max_write = 4096;
        return sizeof(answer->body.init);
    case FUSE_LOOKUP:
        answer->body.entry.nodeid = FILE_NODE;
        answer->body.entry.entry_valid = answer->body.entry.attr_valid = 3600;
        testFillAttr(&answer->body.entry.attr, FILE_NODE);
        return sizeof(answer->body.entry);
    case FUSE_GETATTR:
        answer->body.attr.attr_valid = 3600;
        testFillAttr(&answer->body.attr.attr, request->nodeid);
        return sizeof(answer->body.attr);
    case FUSE_OPEN:
        return sizeof(answer->body.open);
    default:
        answer->head.error = -ENOSYS;
        return 0;
    }
}


static void G_NORETURN
testServe(int fd)
{
    g_autofree testRequest *request = g_new0(testRequest, 1);

    while (read(fd, request, sizeof(*request)) >= (ssize_t) sizeof(request->head)) {
        testAnswer answer = { .head.unique = request->head.unique };

        if (request->head.opcode == FUSE_FORGET || request->head.opcode == FUSE_BATCH_FORGET)
            continue;

        answer.head.len = sizeof(answer.head) + testAnswerRequest(&request->head, &answer);
        ignore_value(safewrite(fd, &answer, answer.head.len));
    }

    _exit(EXIT_FAILURE);
}


/* Opens the file as its owner, says on @fd by which number, and waits. */
static void G_NORETURN
testHold(int fd)
{
    g_autofree char *path = g_build_filename(place, FILE_NAME, NULL);
    int file = -1;

    if (setresgid(OWNER, OWNER, OWNER) == 0 && setresuid(OWNER, OWNER, OWNER) == 0)
        file = open(path, O_RDONLY);

    ignore_value(safewrite(fd, &file, sizeof(file)));
    while (true)
        pause();
}


/* Starts a program that has a file of FUSE open, and another one that serves it; sets
 * @ret_file to the number of the file. Returns false if that is not possible here. */
static bool
testStart(unsigned long flags,
          pid_t *ret_server,
          pid_t *ret_holder,
          int *ret_file)
{
    g_autofree char *options = NULL;
    VIR_AUTOCLOSE fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    VIR_AUTOCLOSE from = -1;
    VIR_AUTOCLOSE to = -1;
    int fds[2] = { -1, -1 };

    options = g_strdup_printf("fd=%d,rootmode=40000,user_id=%d,group_id=%d", fuse, OWNER, OWNER);
    if (!isolated || fuse < 0 || virPipeQuiet(fds) < 0)
        return false;
    from = fds[0];
    to = fds[1];

    if (mount("test", place, "fuse", MS_NOSUID | flags, options) < 0)
        return false;

    if ((*ret_server = virFork()) == 0)
        testServe(fuse);
    /* nobody waits for a server that has ended */
    VIR_FORCE_CLOSE(fuse);
    if ((*ret_holder = virFork()) == 0)
        testHold(to);

    VIR_FORCE_CLOSE(to);
    return *ret_server > 0 && *ret_holder > 0 &&
           saferead(from, ret_file, sizeof(*ret_file)) == sizeof(*ret_file) && *ret_file >= 0;
}


static void
testStop(pid_t pid)
{
    if (pid <= 0)
        return;
    ignore_value(kill(pid, SIGKILL));
    ignore_value(waitpid(pid, NULL, 0));
}


static int
testForeign(const void *opaque)
{
    const struct testForeign *test = opaque;
    g_autofree char *path = NULL;
    pid_t server = -1;
    pid_t holder = -1;
    dev_t number = 1;
    int file = -1;
    int error = 0;
    bool started = testStart(test->flags, &server, &holder, &file);

    path = g_strdup_printf("/proc/%d/fd/%d", holder, file);
    if (started && nodeDeviceCompatUseStat(AT_FDCWD, path, &number) < 0)
        error = errno;

    /* it closes its file, for which it waits */
    testStop(holder);
    testStop(server);
    ignore_value(umount2(place, MNT_DETACH));

    if (!started) {
        fprintf(stderr, "skipped: no file system can be mounted with FUSE here\n");
        return EXIT_AM_SKIP;
    }

    if (error == 0 && testExpectNumber(0, number) < 0)
        return -1;
    return testExpectNumber(test->expect, error);
}


static int
mymain(void)
{
    place = g_strdup("/tmp/nodedevcompatforeigntest-XXXXXX");
    if (!g_mkdtemp(place))
        return EXIT_FAILURE;

    isolated = unshare(CLONE_NEWNS) == 0 &&
               mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;

    DO_TABLE("foreign", mounts, testForeign);

    rmdir(place);
    g_free(place);
    return testResult();
}

VIR_TEST_MAIN(mymain)
