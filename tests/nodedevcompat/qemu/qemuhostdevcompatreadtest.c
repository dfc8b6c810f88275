/*
 * qemuhostdevcompatreadtest.c: host devices of a host without a node device driver
 *
 * When the QEMU driver reads devices by itself, which is if nobody else can, and never if
 * somebody else merely does not answer; and what comes of it. The trees that stand for
 * sysfs are described in README.rst.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#define LIBVIRT_DOMAIN_HOSTDEV_COMPAT_LOOKPRIV_H_ALLOW
#define LIBVIRT_NODEDEV_COMPAT_EVIDENCE_HIDDENPRIV_H_ALLOW
#define LIBVIRT_NODEDEV_COMPAT_READERPRIV_H_ALLOW

#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"
#undef UUID                     /* that of the trees, which have others here */

#include "hypervisor/domain_hostdev_compat_lookpriv.h"
#include "nodedev_compat/evidence/nodedev_compat_evidence_hiddenpriv.h"
#include "nodedev_compat/evidence/nodedev_compat_nvml.h"
#include "nodedev_compat/evidence/nodedev_compat_readerpriv.h"
#include "qemu/qemu_domain.h"
#include "qemu/qemu_hostdev_compat_check.h"
#include "qemu/qemu_hostdev_compat_read.h"
#include "qemuhostdevcompathost.h"
#include "qemuhostdevcompatutils.h"
#include "testutilsqemu.h"
#include "virerror.h"
#include "virfile.h"
#include "virstring.h"
#include "virthread.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

#define SYSTEM VIR_ERR_SYSTEM_ERROR

/* Mediated devices and functions, by their digits */
#define MDEV(n) "R/" PARENT "/" UUID n
#define A_MDEV(n) MDEV(n) "/mdev_type @link ../mdev_supported_types/t1\n" \
    "R/bus/mdev/devices/" UUID n " @link ../../../" PARENT "/" UUID n "\n"
#define MDEV_VERSION(n, v) A_MDEV(n) MDEV(n) "/migration/self/software_version " v "\n"

#define FUNC(n) "R/devices/pci0000:00/0000:0a:00." n
#define A_FUNC(n, device) FUNC(n) "/vendor 0x8086\n" FUNC(n) "/device " device "\n" \
    FUNC(n) "/iommu_group @dir\n" FUNC(n) "/vfio-dev @dir\n" \
    FUNC(n) "/driver @link ../../../bus/pci/drivers/vendor\n" \
    "R/bus/pci/devices/0000:0a:00." n " @link ../../../devices/pci0000:00/0000:0a:00." n "\n" \
    FUNC(n) "/migration/self/software_version 1.2.0\n"

#define T12 "1=vfio-pci/t1/1.2.0"
#define UNKNOWN "Continuing migration of domain 'guest': it is not known whether a guest "
#define NOT_COMPARED UNKNOWN "|device-not-compared|"

static const struct testError noSocket = { VIR_FROM_RPC, SYSTEM, ENOENT };

static virDomainObj *theVM;

/* The last deadline that was set, in milliseconds from then, and the number of calls; the
 * worst that a busy machine can do is not to be seen here. */
static long long deadline;
static unsigned int deadlines;


/* Takes the place of ours */
void
virNodeDeviceCompatReaderSetDeadline(gint64 until)
{
    deadline = until == 0 ? 0 : (until - g_get_monotonic_time()) / 1000;
    deadlines++;
}


/* Whether an error of connecting says that there is nobody to connect to */
struct testNeed {
    const char *name;
    struct testError error;
    bool expect;
};

static const struct testNeed needs[] = {
    { "no such driver in libvirtd", { VIR_FROM_NONE, VIR_ERR_NO_CONNECT, -1 }, true },
    { "no socket", { VIR_FROM_RPC, SYSTEM, ENOENT }, true },
    { "socket on which nobody listens", { VIR_FROM_RPC, SYSTEM, ECONNREFUSED }, true },
    { "socket that must not be used", { VIR_FROM_RPC, SYSTEM, EACCES }, false },
    { "socket that is forbidden", { VIR_FROM_RPC, SYSTEM, EPERM }, false },
    { "socket with too many who wait", { VIR_FROM_RPC, SYSTEM, EAGAIN }, false },
    { "connection that is reset", { VIR_FROM_RPC, SYSTEM, ECONNRESET }, false },
    { "connection that times out", { VIR_FROM_RPC, SYSTEM, ETIMEDOUT }, false },
    { "no more descriptors", { VIR_FROM_RPC, SYSTEM, EMFILE }, false },
    { "something of the daemon's is not there", { VIR_FROM_NODEDEV, SYSTEM, ENOENT }, false },
    { "something of libvirt.conf is not there", { VIR_FROM_CONF, SYSTEM, ENOENT }, false },
    { "any other file is not there", { VIR_FROM_NONE, SYSTEM, ENOENT }, false },
    { "daemon has no such driver", { VIR_FROM_NODEDEV, VIR_ERR_NO_CONNECT, -1 }, false },
    { "daemon does not permit it", { VIR_FROM_ACCESS, VIR_ERR_ACCESS_DENIED, -1 }, false },
    { "user is not known", { VIR_FROM_RPC, VIR_ERR_AUTH_FAILED, -1 }, false },
    { "daemon goes away", { VIR_FROM_RPC, VIR_ERR_INTERNAL_ERROR, -1 }, false },
    { "daemon is not ready", { VIR_FROM_NODEDEV, VIR_ERR_INTERNAL_ERROR, -1 }, false },
    { "daemon sends nonsense", { VIR_FROM_RPC, VIR_ERR_RPC, -1 }, false },
    { "no memory for it", { VIR_FROM_RPC, VIR_ERR_NO_MEMORY, ENOENT }, false },
};


static int
testIsNeeded(const void *opaque)
{
    const struct testNeed *data = opaque;
    const virError error = {
        .domain = data->error.domain,
        .code = data->error.code,
        .int1 = data->error.number,
    };

    return testExpectBool(data->expect, qemuHostdevCompatReadIsNeeded(&error));
}


/* What really comes of connecting to a socket that is there in one way or another */
struct testSocket {
    const char *name;
    bool bound;
    bool listened;
    bool expect;
};

static const struct testSocket sockets[] = {
    { "that does not exist", false, false, true },
    { "on which nobody listens", true, false, true },
    { "whose daemon closes it", true, true, false },
};


/* A daemon that wants nothing to do with its clients */
static void
testAcceptAndClose(void *opaque)
{
    int fd = accept(*(int *)opaque, NULL, NULL);

    VIR_FORCE_CLOSE(fd);
}


static int
testConnect(const void *opaque)
{
    const struct testSocket *data = opaque;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    g_autofree char *dir = g_dir_make_tmp("nodedevcompat-XXXXXX", NULL);
    g_autofree char *path = g_strdup_printf("%s/sock", dir);
    g_autofree char *uri = g_strdup_printf("nodedev:///system?socket=%s", path);
    VIR_AUTOCLOSE fd = socket(AF_UNIX, SOCK_STREAM, 0);
    virThread thread;
    virConnectPtr conn;
    int ret = -1;

    if (fd < 0 || virStrcpyStatic(address.sun_path, path) < 0 ||
        (data->bound && bind(fd, (struct sockaddr *) &address, sizeof(address)) < 0) ||
        (data->listened && (listen(fd, 1) < 0 ||
                            virThreadCreate(&thread, true, testAcceptAndClose, &fd) < 0)))
        return testFail("cannot make a socket: %s", g_strerror(errno));

    if ((conn = virConnectOpen(uri)))
        virConnectClose(conn);
    else
        ret = testExpectBool(data->expect, qemuHostdevCompatReadIsNeeded(virGetLastError()));

    virResetLastError();
    if (data->listened)
        virThreadJoin(&thread);
    virFileDeleteTree(dir);
    return ret;
}


/* A migration whose destination has the tree @tree, or that of @source if it is NULL, and
 * whose source has a daemon with @devices, or the tree @source and no daemon. */
struct testRead {
    const char *name;
    const char *guest;
    const char *devices;
    const char *source;
    const char *tree;
    const char *facts;
    const char *expect;         /* of Prepare, see testExpectOutcome() */
};

static const struct testRead reads[] = {
    { "compatible",
      "@5=1", T12, NULL, BASE MDEV_VERSION("1", "1.2.0"), NULL, NULL },
    { "newer", "@5=1", T12, NULL, BASE MDEV_VERSION("1", "1.3.0"), NULL, NULL },
    { "older",
      "@5=1", T12, NULL, BASE MDEV_VERSION("1", "1.1.0"), NULL,
      "-domain 'guest' cannot be migrated: host '|mdev_" NAME "1_0000_00_02_0|"
      "version-minor-too-old|1.2.0|1.1.0" },
    { "another type",
      "@5=1", "1=vfio-pci/t2/1.2.0", NULL, BASE MDEV_VERSION("1", "1.2.0"), NULL,
      "-type-mismatch|'t2'|'t1'" },
    { "one of two is older",
      "@5=1 @6=2", T12 " 2=vfio-pci/t1/1.2.0", NULL,
      BASE MDEV_VERSION("1", "1.2.0") MDEV_VERSION("2", "1.1.0"), NULL,
      "-for 1 of 2 host devices|" NAME "2_0000_00_02_0|version-minor-too-old" },
    { "no daemon on either host", "@5=1", NULL, BASE MDEV_VERSION("1", "1.2.0"), NULL, NULL, NULL },
    { "no daemon on either host, older",
      "@5=1", NULL, BASE MDEV_VERSION("1", "1.2.0"), BASE MDEV_VERSION("1", "1.1.0"), NULL,
      "-version-minor-too-old|1.2.0|1.1.0" },
    { "function", "@5=f1", NULL, A_FUNC("1", "0x10ca"), NULL, NULL, NULL },
    { "function of another model",
      "@5=f1", NULL, A_FUNC("1", "0x10ca"), A_FUNC("1", "0x10cb"), NULL,
      "-" FUNCTION "1|attr-mismatch|8086:10ca|8086:10cb|type-mismatch" },
    { "nothing is published",
      "@5=1", T12, NULL, BASE A_MDEV("1"), NULL, UNKNOWN "|missing-target|software_version" },
    { "facts state what is not published",
      "@5=1", T12, NULL, BASE A_MDEV("1"),
      "<nodedevCompatFacts><facts device='" UUID "1'>"
      "<attr name='software_version' value='1.1.0'/></facts></nodedevCompatFacts>",
      "-version-minor-too-old|1.2.0|1.1.0" },
    { "facts state that it fits",
      "@5=1", T12, NULL, BASE A_MDEV("1"),
      "<nodedevCompatFacts><facts device='" UUID "1'>"
      "<attr name='software_version' value='1.2.0'/></facts></nodedevCompatFacts>", NULL },

    { "cannot be read in time",
      "@5=1", T12, NULL, BASE MDEV_VERSION("1", "@fail ETIMEDOUT"), NULL,
      UNKNOWN "|timeout-target" },
    { "cannot be read",
      "@5=1", T12, NULL, BASE MDEV_VERSION("1", "@fail EIO"), NULL, UNKNOWN "|unreadable-target" },
    { "is not there",
      "@5=1", T12, NULL, BASE "R/bus/mdev/devices @dir", NULL,
      "-device-missing|no node device for mediated device '" UUID "1'" },
    { "function is not there",
      "@5=f1", "f1=vfio-pci/a/1.2.0", NULL, BASE, NULL,
      "-device-missing|no node device with matching name '" FUNCTION "1'" },
    { "no sysfs",
      "@5=1", T12, NULL, "R/bus @none", NULL, NOT_COMPARED "cannot look at host device" },
    { "link that leads nowhere",
      "@5=1", T12, NULL, BASE "R/bus/mdev/devices/" UUID "1 @link ../../../nowhere", NULL,
      NOT_COMPARED "cannot look at host device" },
    { "what it links to cannot be looked at",
      "@5=1", T12, NULL, BASE "R/bus/mdev/devices/" UUID "1 @loop", NULL,
      NOT_COMPARED "cannot look at host device" },
    { "mediated device without a type",
      "@5=1", T12, NULL, BASE MDEV_VERSION("1", "1.1.0") MDEV("1") "/mdev_type @none", NULL,
      UNKNOWN "|missing-target" },

    { "driver would judge the string",
      "@5=1", "1=vfio-pci/t1/1.2.0//s", NULL,
      BASE MDEV_VERSION("1", "1.2.0") MDEV("1") "/migration_version s", NULL,
      UNKNOWN "|opaque-no-answer|has no node device daemon" },
    { "driver would judge the string, older",
      "@5=1", "1=vfio-pci/t1/1.2.0//s", NULL,
      BASE MDEV_VERSION("1", "1.1.0") MDEV("1") "/migration_version s", NULL,
      "-version-minor-too-old|opaque-no-answer" },
    { "no string to judge",
      "@5=1", "1=vfio-pci/t1/1.2.0//s", NULL, BASE MDEV_VERSION("1", "1.2.0"), NULL, NULL },
};

/* The same if the destination is a container without debugfs */
#define STATED(migratable) \
    "<nodedevCompatFacts><facts device='" UUID "1'>" \
    "<attr name='migratable' value='" migratable "'/></facts></nodedevCompatFacts>"

static const struct testRead containers[] = {
    { "compatible but for what is hidden",
      "@5=1", T12, NULL, BASE MDEV_VERSION("1", "1.2.0"), NULL,
      UNKNOWN "|private-target|not mounted in a container" },
    { "older",
      "@5=1", T12, NULL, BASE MDEV_VERSION("1", "1.1.0"), NULL, "-version-minor-too-old" },
    { "facts state that it fits",
      "@5=1", T12, NULL, BASE MDEV_VERSION("1", "1.2.0"), STATED("yes"), NULL },
    { "facts state that it does not fit",
      "@5=1", T12, NULL, BASE MDEV_VERSION("1", "1.2.0"), STATED("no"),
      "-not-migratable-target" },
};


/* What Begin describes, as the destination gets it */
static qemuHostdevCompat *
testBegin(const struct testRead *data,
          const char *root)
{
    g_autoptr(virDomainDef) def = testGuest(data->guest);
    g_autoptr(qemuHostdevCompat) begun = NULL;
    g_autofree char *block = NULL;
    g_autofree char *cookie = NULL;
    qemuHostdevCompat *compat = NULL;

    host.devices = data->devices;
    host.error = data->devices ? NULL : &noSocket;
    host.sysfs = root;
    begun = testDescribeGuest(def, 0);
    host.error = NULL;
    host.sysfs = NULL;

    block = testFormatBlock(begun);
    cookie = g_strdup_printf("<qemu-migration>%s</qemu-migration>", block);
    if (testParseBlock(cookie, &compat) < 0)
        abort();

    g_free(virTestLogContentAndReset());
    return compat;
}


static void
testHostReset(void)
{
    testHostRelease();
    host.error = NULL;
    host.sysfs = NULL;
    host.facts = NULL;
    host.asked = NULL;
    virNodeDeviceCompatReaderSetHook(testTreeFailRead);
    virDomainHostdevCompatLookSetDeadlines(false, 60 * 1000, 120 * 1000);
    virDomainHostdevCompatLookSetDeadlines(true, 60 * 1000, 60 * 1000);
    ignore_value(testSetPolicy(NULL));
    virResetLastError();
}


static int
testReadTarget(const void *opaque)
{
    const struct testRead *data = opaque;
    g_autoptr(virDomainDef) def = testGuest(data->guest);
    g_autoptr(testRoot) source = testMakeTree(data->source ? data->source : "");
    g_autoptr(testRoot) target = testMakeTree(data->tree ? data->tree : data->source);
    g_autoptr(qemuHostdevCompat) compat = testBegin(data, source);
    int ret;

    host.error = &noSocket;
    host.sysfs = target;
    host.facts = data->facts;
    host.reads = 0;
    if ((ret = testExpectOutcome(data->expect,
                                 qemuHostdevCompatCheck(&driver, def, &compat, 0))) == 0)
        ret = testExpectNumber(0, host.reads);

    testHostReset();
    return ret;
}


static int
testReadContainer(const void *opaque)
{
    int ret;

    virNodeDeviceCompatHiddenSet(VIR_NODE_DEVICE_COMPAT_HIDDEN_DEBUGFS);
    ret = testReadTarget(opaque);
    virNodeDeviceCompatHiddenSet(-1);

    return ret;
}


/* What NVIDIA's library says of the metadata of a vGPU, which takes no daemon: that it is not
 * in the container is no answer of the host's. */
struct testLibrary {
    const char *name;
    virNodeDeviceCompatAnswer answer;
    const char *expect;
};

static const struct testLibrary libraries[] = {
    { "accepts it", VIR_NODE_DEVICE_COMPAT_ANSWER_ACCEPTED, NULL },
    { "rejects it", VIR_NODE_DEVICE_COMPAT_ANSWER_REJECTED, "-opaque-rejected|as it is" },
    { "does not answer", VIR_NODE_DEVICE_COMPAT_ANSWER_NONE, UNKNOWN "|opaque-no-answer|as it is" },
    { "is absent", VIR_NODE_DEVICE_COMPAT_ANSWER_ABSENT, UNKNOWN "|opaque-no-answer|as it is" },
};

static virNodeDeviceCompatAnswer library;


/* Takes the place of ours, which would run a program */
virNodeDeviceCompatAnswer
virNodeDeviceCompatNVMLJudge(const char *devicePath G_GNUC_UNUSED,
                             const char *metadata G_GNUC_UNUSED,
                             gint64 until G_GNUC_UNUSED,
                             char **ret_detail)
{
    if (library != VIR_NODE_DEVICE_COMPAT_ANSWER_ACCEPTED)
        *ret_detail = g_strdup("as it is");
    return library;
}


static int
testReadLibrary(const void *opaque)
{
    const struct testLibrary *data = opaque;
    const struct testRead read = {
        .guest = "@5=1",
        .devices = "1=vfio-pci/t1/1.2.0//nvidia-vgpu-metadata-1:AAAA",
        .tree = BASE MDEV_VERSION("1", "1.2.0"),
        .expect = data->expect,
    };

    library = data->answer;
    return testReadTarget(&read);
}


/* Any error with which somebody else may know better, or none in time: nothing is known,
 * although the tree shows that the device does not fit. */
struct testOther {
    const char *name;
    struct testError error;
    const char *hangs;
    const char *policy;
    const char *expect;
};

#define LATE "the node device driver did not answer within "
#define OLDER BASE MDEV_VERSION("1", "1.1.0")

static const struct testOther others[] = {
    { "no rights, permissive",
      { VIR_FROM_ACCESS, VIR_ERR_ACCESS_DENIED, -1 }, NULL, NULL,
      NOT_COMPARED "nodedev:///session" },
    { "no rights, enforcing",
      { VIR_FROM_ACCESS, VIR_ERR_ACCESS_DENIED, -1 }, NULL, "migration = \"enforcing\"",
      "-device-not-compared|nodedev:///session" },
    { "no rights to the socket",
      { VIR_FROM_RPC, SYSTEM, EACCES }, NULL, NULL, NOT_COMPARED "nodedev:///session" },
    { "an error of the daemon's",
      { VIR_FROM_NODEDEV, SYSTEM, ENOENT }, NULL, NULL, NOT_COMPARED "nodedev:///session" },
    { "connecting hangs, permissive",
      { VIR_FROM_RPC, SYSTEM, ENOENT }, "connect", NULL, NOT_COMPARED LATE },
    { "connecting hangs, enforcing",
      { VIR_FROM_RPC, SYSTEM, ENOENT }, "connect", "migration = \"enforcing\"",
      "-device-not-compared|" LATE },
};


static int
testOtherTarget(const void *opaque)
{
    const struct testOther *data = opaque;
    const struct testRead begin = { .guest = "@5=1", .devices = T12 };
    g_autoptr(virDomainDef) def = testGuest(begin.guest);
    g_autoptr(testRoot) root = testMakeTree(OLDER);
    g_autoptr(qemuHostdevCompat) compat = testBegin(&begin, root);
    int ret;

    host.error = &data->error;
    host.sysfs = root;
    host.hangs = data->hangs;
    if (data->hangs)
        virDomainHostdevCompatLookSetDeadlines(false, 1, 1);
    if (testSetPolicy(data->policy) < 0)
        return -1;

    deadlines = 0;
    if ((ret = testExpectOutcome(data->expect,
                                 qemuHostdevCompatCheck(&driver, def, &compat, 0))) == 0)
        ret = testExpectNumber(0, deadlines);

    testHostReset();
    return ret;
}


/* The refusal is the one that a node device driver would lead to, to the letter. */
static int
testSameRefusal(const void *opaque G_GNUC_UNUSED)
{
    const struct testRead begin = { .guest = "@5=1", .devices = T12 };
    g_autoptr(virDomainDef) def = testGuest(begin.guest);
    g_autoptr(testRoot) root = testMakeTree(OLDER);
    g_autoptr(qemuHostdevCompat) compat = testBegin(&begin, NULL);
    g_autoptr(qemuHostdevCompat) again = testBegin(&begin, NULL);
    g_autofree char *message = NULL;
    int ret = -1;

    host.devices = "1=vfio-pci/t1/1.1.0";
    if (qemuHostdevCompatCheck(&driver, def, &compat, 0) == 0)
        return testFail("not refused");
    message = g_strdup(virGetLastErrorMessage());
    virResetLastError();

    host.error = &noSocket;
    host.sysfs = root;
    if (qemuHostdevCompatCheck(&driver, def, &again, 0) < 0)
        ret = testExpectString(message, virGetLastErrorMessage());

    testHostReset();
    return ret;
}


/* Called by the thread that reads a file: whoever lists guests gets the lock meanwhile. */
static int
testLockVM(const char *path G_GNUC_UNUSED)
{
    virObjectLock(theVM);
    virObjectUnlock(theVM);
    return 0;
}


/* All moments of a migration: nothing is read with the guest locked; when QEMU has opened
 * the device a better one is no news; and a device that is another one when the guest is
 * about to continue is found out. */
static int
testMoments(const void *opaque)
{
    const bool *changes = opaque;
    g_autoptr(testRoot) root = testMakeTree(BASE MDEV_VERSION("1", "1.2.0"));
    virDomainObj *vm = virDomainObjNew(driver.xmlopt);
    g_autoptr(qemuHostdevCompat) compat = NULL;
    int ret = -1;

    theVM = vm;
    vm->def = testGuest("@5=1");
    vm->def->id = 1;
    host.error = &noSocket;
    host.sysfs = root;
    virNodeDeviceCompatReaderSetHook(testLockVM);

    if (qemuHostdevCompatDescribe(vm, 0, &compat) < 0)
        goto cleanup;

    virNodeDeviceCompatReaderSetHook(testTreeFailRead);
    if (qemuHostdevCompatCheck(&driver, vm->def, &compat, 0) < 0)
        goto cleanup;

    virNodeDeviceCompatReaderSetHook(testLockVM);
    if (qemuHostdevCompatCheckOpened(vm, &compat, 0) < 0)
        goto cleanup;

    if (*changes)
        testMakeNodes(root, MDEV("1") "/migration/self/software_version 1.3.0", false);
    g_free(virTestLogContentAndReset());
    ret = testExpectOutcome(*changes ? "-device-changed|software_version" : NULL,
                            qemuHostdevCompatCheckResumed(vm, 0, true));

 cleanup:
    testHostReset();
    virDomainObjEndAPI(&vm);
    return ret;
}


/* Reading that takes longer than a guest may stand still is left behind. */
static GMutex hang;

static int
testHang(const char *path G_GNUC_UNUSED)
{
    g_mutex_lock(&hang);
    g_mutex_unlock(&hang);
    return 0;
}


static int
testHungFinish(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree(BASE MDEV_VERSION("1", "1.2.0"));
    virDomainObj *vm = virDomainObjNew(driver.xmlopt);
    g_autoptr(qemuHostdevCompat) compat = NULL;
    int ret = -1;

    vm->def = testGuest("@5=1");
    vm->def->id = 1;
    host.error = &noSocket;
    host.sysfs = root;
    if (qemuHostdevCompatDescribe(vm, 0, &compat) < 0 ||
        qemuHostdevCompatCheck(&driver, vm->def, &compat, 0) < 0 ||
        qemuHostdevCompatCheckOpened(vm, &compat, 0) < 0)
        goto cleanup;

    g_mutex_lock(&hang);
    virNodeDeviceCompatReaderSetHook(testHang);
    virDomainHostdevCompatLookSetDeadlines(true, 1, 1);
    g_free(virTestLogContentAndReset());
    ret = testExpectOutcome("was compared and cannot be read again|" LATE,
                            qemuHostdevCompatCheckResumed(vm, 0, true));
    g_mutex_unlock(&hang);

 cleanup:
    virObjectUnlock(vm);
    testHostReset();
    virObjectLock(vm);
    virDomainObjEndAPI(&vm);
    return ret;
}


/* A device has as much time as the node device driver gives it, and the thread no deadline
 * afterwards. */
static int
testDeadline(const void *opaque G_GNUC_UNUSED)
{
    const struct testRead data = { .guest = "@5=1", .source = BASE MDEV_VERSION("1", "1.2.0") };
    g_autoptr(testRoot) root = testMakeTree(data.source);
    g_autoptr(qemuHostdevCompat) compat = NULL;

    deadlines = 0;
    compat = testBegin(&data, root);
    testHostReset();

    if (testExpectNumber(2, deadlines) < 0)
        return -1;
    return testExpectNumber(0, deadline);
}


static int
mymain(void)
{
    bool yes = true;
    bool no = false;

    if (testHostInit() < 0)
        return EXIT_FAILURE;

    testTreeInit();
    /* as in a daemon */
    signal(SIGPIPE, SIG_IGN);

    DO_TABLE("connecting", needs, testIsNeeded);
    DO_TABLE("connecting to a socket", sockets, testConnect);
    DO_TABLE_EXPECT("no daemon", reads, testReadTarget);
    DO_TABLE_EXPECT("no daemon in a container", containers, testReadContainer);
    DO_TABLE_EXPECT("no daemon, NVIDIA's library", libraries, testReadLibrary);
    DO_TABLE_EXPECT("not bypassed", others, testOtherTarget);
    DO_TEST(testSameRefusal, NULL, "refusal as by way of a daemon");
    DO_TEST(testDeadline, NULL, "deadline of a device");
    DO_TEST(testMoments, &no, "all moments");
    DO_TEST(testMoments, &yes, "all moments, and the device changes");
    DO_TEST(testHungFinish, NULL, "Finish does not wait for what hangs");

    testHostFree();

    return testResult();
}

VIR_TEST_MAIN_PRELOAD(mymain,
                      VIR_TEST_MOCK("virpci"),
                      VIR_TEST_MOCK("virrandom"),
                      VIR_TEST_MOCK("domaincaps"),
                      VIR_TEST_MOCK("virhostid"))
