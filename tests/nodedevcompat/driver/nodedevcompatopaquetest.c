/*
 * nodedevcompatopaquetest.c: asking a target's driver about an opaque string
 *
 * What a write to a driver means; where it is written to, and what; and what
 * becomes of the answer in a report.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <dlfcn.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIBVIRT_NODE_DEVICE_COMPAT_OPAQUEPRIV_H_ALLOW
#include "node_device/node_device_compat_opaque.h"
#include "node_device/node_device_compat_opaquepriv.h"
#include "nodedevcompatframe.h"
#include "virfile.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define ACCEPTED VIR_NODE_DEVICE_COMPAT_ANSWER_ACCEPTED
#define REJECTED VIR_NODE_DEVICE_COMPAT_ANSWER_REJECTED
#define NONE VIR_NODE_DEVICE_COMPAT_ANSWER_NONE
#define ABSENT VIR_NODE_DEVICE_COMPAT_ANSWER_ABSENT

static const char *const answers[] = { "accepted", "rejected", "no answer", "absent" };

/* What NVIDIA's library has of a vGPU */
#define METADATA "nvidia-vgpu-metadata-1:AAAA"


static int
expectAnswer(virNodeDeviceCompatAnswer expected,
             virNodeDeviceCompatAnswer actual,
             const char *expectedDetail,
             const char *detail)
{
    if (expected != actual) {
        return testFail("expected '%s', got '%s' (%s)",
                        answers[expected], answers[actual], NULLSTR(detail));
    }

    if (!detail != (expected == ACCEPTED) ||
        (expectedDetail && (!detail || !strstr(detail, expectedDetail)))) {
        return testFail("expected the detail '%s', got '%s'",
                        NULLSTR(expectedDetail), NULLSTR(detail));
    }

    return 0;
}


/* What a write of ten bytes means */

struct testWrite {
    const char *name;
    ssize_t written;
    int error;
    virNodeDeviceCompatAnswer expect;
    const char *detail;
};

static const struct testWrite writes[] = {
    { "all taken", 10, 0, ACCEPTED, NULL },
    { "all taken, an old errno", 10, EINVAL, ACCEPTED, NULL },
    { "one byte less", 9, 0, NONE, "9 of 10 bytes" },
    { "nothing taken", 0, 0, NONE, "0 of 10 bytes" },
    { "more than there was", 11, 0, NONE, "11 of 10 bytes" },
    { "EINVAL", -1, EINVAL, REJECTED, "Invalid argument" },
    { "EPROTO", -1, EPROTO, REJECTED, "Protocol error" },
    { "ERANGE", -1, ERANGE, REJECTED, NULL },
    { "EBADMSG", -1, EBADMSG, REJECTED, NULL },
    { "EMEDIUMTYPE", -1, EMEDIUMTYPE, REJECTED, NULL },
    { "E2BIG", -1, E2BIG, REJECTED, NULL },
    { "EFAULT", -1, EFAULT, REJECTED, NULL },
    { "ENODEV: it does not migrate", -1, ENODEV, NONE, "No such device" },
    { "ENXIO", -1, ENXIO, NONE, NULL },
    { "ENOSYS", -1, ENOSYS, NONE, NULL },
    { "EOPNOTSUPP", -1, EOPNOTSUPP, NONE, NULL },
    { "EIO: nothing that takes a write", -1, EIO, NONE, NULL },
    { "EACCES", -1, EACCES, NONE, "Permission denied" },
    { "EPERM", -1, EPERM, NONE, NULL },
    { "EROFS", -1, EROFS, NONE, NULL },
    { "EINTR", -1, EINTR, NONE, NULL },
    { "EAGAIN", -1, EAGAIN, NONE, NULL },
    { "EBUSY", -1, EBUSY, NONE, NULL },
    { "ENOMEM", -1, ENOMEM, NONE, NULL },
    { "ETIMEDOUT", -1, ETIMEDOUT, NONE, NULL },
};

static int
testWrite(const void *data)
{
    const struct testWrite *test = data;
    g_autofree char *detail = NULL;
    virNodeDeviceCompatAnswer answer = nodeDeviceCompatOpaqueGetAnswer(10, test->written,
                                                                       test->error, &detail);

    return expectAnswer(test->expect, answer, test->detail, detail);
}


/* Where it is written to: D/migration_version and D/mdev_type/migration_version */

typedef enum {
    FILE_ABSENT,
    FILE_REGULAR,
    FILE_READ_ONLY,
    FILE_LINK,
    FILE_FIFO,
    FILE_DIR,
} testFile;

struct testPlace {
    const char *name;
    testFile device;
    testFile type;
    const char *opaque;
    int limit;              /* bytes that a file can take, -1 for any number */
    virNodeDeviceCompatAnswer expect;
    const char *detail;
    const char *deviceHas;  /* afterwards; NULL for what was there before */
    const char *typeHas;
};

#define BEFORE "its-own"
/* longest string, made when the test starts */
static char longest[4096 + 1];
static char tooLong[4097 + 1];

#define REG FILE_REGULAR
#define NO FILE_ABSENT
#define UNPUBLISHED "could have published"

static const struct testPlace places[] = {
    { "device", REG, NO, "vendor-1", -1, ACCEPTED, NULL, "vendor-1", NULL },
    { "type", NO, REG, "vendor-1", -1, ACCEPTED, NULL, NULL, "vendor-1" },
    { "device before type", REG, REG, "vendor-1", -1, ACCEPTED, NULL, "vendor-1", NULL },
    { "neither", NO, NO, "vendor-1", -1, NONE, "No such file", NULL, NULL },
    { "one byte", REG, NO, "v", -1, ACCEPTED, NULL, "v" "ts-own", NULL },
    { "longest string", REG, NO, longest, -1, ACCEPTED, NULL, longest, NULL },
    { "blanks and signs", REG, NO, " a <b>&'\"%n ", -1, ACCEPTED, NULL, " a <b>&'\"%n ", NULL },

    /* strings that are not written anywhere */
    { "too long a string", REG, REG, tooLong, -1, NONE, UNPUBLISHED, NULL, NULL },
    { "empty string", REG, REG, "", -1, NONE, UNPUBLISHED, NULL, NULL },
    { "string with a line feed", REG, REG, "a\n", -1, NONE, UNPUBLISHED, NULL, NULL },
    { "string with a control character", REG, REG, "a\033b", -1, NONE, UNPUBLISHED, NULL, NULL },
    { "string beyond ASCII", REG, REG, "\303\251", -1, NONE, UNPUBLISHED, NULL, NULL },

    /* things that are not an attribute, and are no reason to ask elsewhere */
    { "link at the device", FILE_LINK, REG, "vendor-1", -1, NONE, "symbolic links", NULL, NULL },
    { "FIFO at the device", FILE_FIFO, REG, "vendor-1", -1, NONE, "", NULL, NULL },
    { "directory at the device",
      FILE_DIR, REG, "vendor-1", -1, NONE, "Is a directory", NULL, NULL },
    { "link at the type", NO, FILE_LINK, "vendor-1", -1, NONE, "symbolic links", NULL, NULL },
    { "read-only", FILE_READ_ONLY, REG, "vendor-1", -1, NONE, "Permission denied", NULL, NULL },

    /* errors of the write itself */
    { "write fails", REG, REG, "vendor-1", 0, REJECTED, "File too large", NULL, NULL },
    { "write is short", REG, REG, "vendor-1", 3, NONE, "3 of 8 bytes", "ven-own", NULL },
};


static int
testMakeFile(const char *path,
             testFile kind)
{
    switch (kind) {
    case FILE_ABSENT:
        return 0;
    case FILE_REGULAR:
        return virFileWriteStr(path, BEFORE, 0600);
    case FILE_READ_ONLY:
        return virFileWriteStr(path, BEFORE, 0400);
    case FILE_LINK: {
        g_autofree char *other = g_strdup_printf("%s.other", path);

        if (virFileWriteStr(other, BEFORE, 0600) < 0)
            return -1;
        return symlink(other, path);
    }
    case FILE_FIFO:
        return mkfifo(path, 0600);
    case FILE_DIR:
        return g_mkdir(path, 0700);
    }

    return -1;
}


static int
expectFile(const char *path,
           testFile kind,
           const char *expected)
{
    g_autofree char *text = NULL;

    if (kind == FILE_ABSENT && virFileExists(path))
        return testFail("expected no file '%s'", path);

    if (kind != FILE_REGULAR && kind != FILE_READ_ONLY && kind != FILE_LINK)
        return 0;

    if (virFileReadAll(path, 8192, &text) < 0 ||
        STRNEQ(text, expected ? expected : BEFORE)) {
        return testFail("expected '%s' in '%s', got '%s'",
                        expected ? expected : BEFORE, path, NULLSTR(text));
    }

    return 0;
}


static virNodeDeviceCompatAnswer
testAsk(const struct testPlace *test,
        const char *device,
        char **detail)
{
    struct rlimit before = { 0 };
    virNodeDeviceCompatAnswer answer;

    if (test->limit >= 0) {
        struct rlimit limit;

        getrlimit(RLIMIT_FSIZE, &before);
        limit = before;
        limit.rlim_cur = test->limit;
        setrlimit(RLIMIT_FSIZE, &limit);
    }

    answer = nodeDeviceCompatOpaqueAskPath(device, test->opaque, detail);

    if (test->limit >= 0)
        setrlimit(RLIMIT_FSIZE, &before);

    return answer;
}


static int
testPlaceIn(const struct testPlace *test,
            const char *root)
{
    g_autofree char *device = g_build_filename(root, "device", NULL);
    g_autofree char *type = g_build_filename(root, "type", NULL);
    g_autofree char *link = g_build_filename(device, "mdev_type", NULL);
    g_autofree char *deviceFile = g_build_filename(device, "migration_version", NULL);
    g_autofree char *typeFile = g_build_filename(type, "migration_version", NULL);
    g_autofree char *detail = NULL;
    virNodeDeviceCompatAnswer answer;

    if (g_mkdir(device, 0700) < 0 || g_mkdir(type, 0700) < 0 ||
        symlink("../type", link) < 0 ||
        testMakeFile(deviceFile, test->device) < 0 ||
        testMakeFile(typeFile, test->type) < 0)
        return testFail("cannot make the tree in '%s': %s", root, g_strerror(errno));

    answer = testAsk(test, device, &detail);
    if (expectAnswer(test->expect, answer, test->detail, detail) < 0 ||
        expectFile(deviceFile, test->device, test->deviceHas) < 0 ||
        expectFile(typeFile, test->type, test->typeHas) < 0)
        return -1;

    return 0;
}


static int
testPlace(const void *data)
{
    const struct testPlace *test = data;
    g_autofree char *root = g_strdup("/tmp/nodedevcompatopaquetest-XXXXXX");
    int ret;

    if ((test->device == FILE_READ_ONLY || test->type == FILE_READ_ONLY) &&
        geteuid() == 0)
        return EXIT_AM_SKIP;

    if (!g_mkdtemp(root))
        return -1;

    ret = testPlaceIn(test, root);
    virFileDeleteTree(root);
    return ret;
}


static int
testGone(const void *data G_GNUC_UNUSED)
{
    g_autofree char *device = NULL;
    g_autofree char *inactive = NULL;
    virNodeDeviceDef def = { .sysfs_path = NULL };
    const char *path = "/nonexistent/device";

    virNodeDeviceCompatAnswer answer;

    answer = nodeDeviceCompatOpaqueAskPath(path, "v", &device);
    if (expectAnswer(NONE, answer, "No such device", device) < 0)
        return -1;

    answer = nodeDeviceCompatOpaqueAsk(&def, "v", &inactive);
    return expectAnswer(NONE, answer, "not active", inactive);
}


/* A driver that does not answer in time */

static GMutex mutex;
static GCond cond;
static bool hang;               /* a write of "hang" is to */
static size_t nwrites;          /* of it */

ssize_t
pwrite(int fd,
       const void *buf,
       size_t count,
       off_t offset)
{
    static ssize_t (*real_pwrite)(int fd, const void *buf, size_t count, off_t offset);

    /* which of them this function stands for is a matter of how it is compiled */
    if (!real_pwrite &&
        !(real_pwrite = dlsym(RTLD_NEXT, "pwrite64")) &&
        !(real_pwrite = dlsym(RTLD_NEXT, "pwrite")))
        abort();

    if (count == strlen("hang") && memcmp(buf, "hang", count) == 0) {
        g_mutex_lock(&mutex);
        nwrites++;
        while (hang)
            g_cond_wait(&cond, &mutex);
        g_mutex_unlock(&mutex);
    }

    return real_pwrite(fd, buf, count, offset);
}


static int
expectHang(const char *device,
           const char *opaque,
           gint64 patience,
           virNodeDeviceCompatAnswer expected,
           const char *expectedDetail)
{
    g_autofree char *detail = NULL;
    virNodeDeviceCompatAnswer answer;

    answer = nodeDeviceCompatOpaqueAskBefore(device, opaque,
                                             g_get_monotonic_time() + patience, &detail);
    return expectAnswer(expected, answer, expectedDetail, detail);
}


/* While one device hangs it is asked once, and another one answers. It answers again
 * when the first write has come to an end. */
static int
testHangIn(const char *root)
{
    g_autofree char *slow = g_build_filename(root, "slow", NULL);
    g_autofree char *other = g_build_filename(root, "other", NULL);
    g_autofree char *slowFile = g_build_filename(slow, "migration_version", NULL);
    g_autofree char *otherFile = g_build_filename(other, "migration_version", NULL);
    const gint64 little = 10 * 1000;
    const gint64 plenty = 60 * G_USEC_PER_SEC;
    int result = 0;

    if (g_mkdir(slow, 0700) < 0 || g_mkdir(other, 0700) < 0 ||
        testMakeFile(slowFile, FILE_REGULAR) < 0 ||
        testMakeFile(otherFile, FILE_REGULAR) < 0)
        return testFail("cannot make the tree in '%s': %s", root, g_strerror(errno));

    hang = true;
    if (expectHang(slow, "hang", little, NONE, "did not answer in time") < 0 ||
        expectHang(slow, "hang", little, NONE, "an earlier question") < 0 ||
        expectHang(slow, "vendor-1", little, NONE, "an earlier question") < 0 ||
        expectHang(other, "vendor-1", plenty, ACCEPTED, NULL) < 0)
        result = -1;

    g_mutex_lock(&mutex);
    hang = false;
    g_cond_broadcast(&cond);
    g_mutex_unlock(&mutex);

    if (result < 0 ||
        expectHang(slow, "vendor-1", plenty, ACCEPTED, NULL) < 0)
        return -1;

    return testExpectNumber(1, nwrites);
}


static int
testHang(const void *data G_GNUC_UNUSED)
{
    g_autofree char *root = g_strdup("/tmp/nodedevcompatopaquetest-XXXXXX");
    int ret;

    if (!g_mkdtemp(root))
        return -1;

    ret = testHangIn(root);
    virFileDeleteTree(root);
    return ret;
}


/* What becomes of the answer in the report */

struct testReport {
    const char *name;
    const char *target;         /* XML of the target */
    const char *source;
    virNodeDeviceCompatAnswer answer;
    const char *expect;         /* the verdict, and the codes of all reasons in order */
    size_t asked;               /* how often the driver is */
};

#define CAP(content) "<capability type='compat'>" content "</capability>"
#define DEVICE(content) \
    "<device><name>t</name><parent>p</parent><capability type='mdev'><type id='t1'/>" \
    "<iommuGroup number='1'/>" CAP(content) "</capability></device>"
#define API "<deviceAPI>vfio-pci</deviceAPI>"
#define OTHER_API "<deviceAPI>vfio-ccw</deviceAPI>"
#define T1 "<type id='t1'/>"
#define T2 "<type id='t2'/>"
#define V10 "<softwareVersion>1.0.0</softwareVersion>"
#define V11 "<softwareVersion>1.1.0</softwareVersion>"
#define O(text) "<opaque>" text "</opaque>"
#define NO_STRING(reason) "<opaque reason='" reason "'/>"

static const struct testReport reports[] = {
    { "identical, accepted",
      DEVICE(API T1 V10 O("a")), CAP(API T1 V10 O("b")), ACCEPTED, "identical", 1 },
    { "superset, accepted",
      DEVICE(API T1 V11 O("a")), CAP(API T1 V10 O("b")), ACCEPTED, "superset", 1 },
    { "unknown, accepted",
      DEVICE(API T1 O("a")), CAP(API T1 V10 O("b")), ACCEPTED, "unknown missing-target", 1 },
    { "incompatible, accepted",
      DEVICE(API T1 V10 O("a")), CAP(API T1 V11 O("b")), ACCEPTED,
      "incompatible version-minor-too-old", 1 },

    { "identical, rejected",
      DEVICE(API T1 V10 O("a")), CAP(API T1 V10 O("b")), REJECTED,
      "incompatible opaque-rejected", 1 },
    { "identical, the same string, rejected",
      DEVICE(API T1 V10 O("a")), CAP(API T1 V10 O("a")), REJECTED,
      "incompatible opaque-rejected", 1 },
    { "superset, rejected",
      DEVICE(API T1 V11 O("a")), CAP(API T1 V10 O("b")), REJECTED,
      "incompatible opaque-rejected", 1 },
    { "unknown, rejected",
      DEVICE(API T1 O("a")), CAP(API T1 V10 O("b")), REJECTED,
      "incompatible missing-target opaque-rejected", 1 },
    { "incompatible, rejected",
      DEVICE(API T1 V10 O("a")), CAP(API T1 V11 O("b")), REJECTED,
      "incompatible version-minor-too-old opaque-rejected", 1 },
    { "other type, rejected",
      DEVICE(API T1 V10 O("a")), CAP(API T2 V10 O("b")), REJECTED,
      "incompatible type-mismatch opaque-rejected", 1 },

    { "identical, no answer",
      DEVICE(API T1 V10 O("a")), CAP(API T1 V10 O("b")), NONE, "unknown opaque-no-answer", 1 },
    { "superset, no answer",
      DEVICE(API T1 V11 O("a")), CAP(API T1 V10 O("b")), NONE, "unknown opaque-no-answer", 1 },
    { "unknown, no answer",
      DEVICE(API T1 O("a")), CAP(API T1 V10 O("b")), NONE,
      "unknown missing-target opaque-no-answer", 1 },
    { "incompatible, no answer",
      DEVICE(API T1 V10 O("a")), CAP(API T1 V11 O("b")), NONE,
      "incompatible version-minor-too-old opaque-no-answer", 1 },

    { "no string on the source",
      DEVICE(API T1 V10 O("a")), CAP(API T1 V10), REJECTED, "unknown missing-source", 0 },
    { "no string on the target",
      DEVICE(API T1 V10), CAP(API T1 V10 O("b")), REJECTED, "unknown missing-target", 0 },
    { "no string on either",
      DEVICE(API T1 V10), CAP(API T1 V10), REJECTED, "unknown missing-both", 0 },
    { "unusable on the source",
      DEVICE(API T1 V10 O("a")), CAP(API T1 V10 NO_STRING("timeout")), ACCEPTED,
      "unknown timeout-source", 0 },
    { "unusable on the target",
      DEVICE(API T1 V10 NO_STRING("unreadable")), CAP(API T1 V10 O("b")), ACCEPTED,
      "unknown unreadable-target", 0 },
    { "unusable on both",
      DEVICE(API T1 V10 NO_STRING("cut")), CAP(API T1 V10 NO_STRING("private")), ACCEPTED,
      "unknown private-source cut-target", 0 },
    { "unusable on the source, no string on the target",
      DEVICE(API T1 V10), CAP(API T1 V10 NO_STRING("malformed")), ACCEPTED,
      "unknown malformed-source missing-target", 0 },
    { "unusable on the target, no string on the source",
      DEVICE(API T1 V10 NO_STRING("malformed")), CAP(API T1 V10), ACCEPTED,
      "unknown missing-source malformed-target", 0 },
    { "no string, incompatible",
      DEVICE(API T1 V10), CAP(API T1 V11), REJECTED,
      "incompatible version-minor-too-old missing-both", 0 },
    { "another device API",
      DEVICE(API T1 V10 O("a")), CAP(OTHER_API T1 V10 O("b")), REJECTED,
      "incompatible device-api-mismatch", 0 },
    { "another device API, no string",
      DEVICE(API T1 V10), CAP(OTHER_API T1 V10), REJECTED, "incompatible device-api-mismatch", 0 },
    { "no device API",
      DEVICE(T1 V10 O("a")), CAP(API T1 V10 O("b")), REJECTED,
      "incompatible missing-target opaque-rejected", 1 },

    { "metadata, no string on the target",
      DEVICE(API T1 V10), CAP(API T1 V10 O(METADATA)), ACCEPTED, "identical", 1 },
    { "metadata, and a string on the target, rejected",
      DEVICE(API T1 V10 O("a")), CAP(API T1 V10 O(METADATA)), REJECTED,
      "incompatible opaque-rejected", 1 },
    { "metadata, no library on the target",
      DEVICE(API T1 V10), CAP(API T1 V10 O(METADATA)), ABSENT, "unknown missing-target", 1 },
    { "metadata of the target, no string on the source",
      DEVICE(API T1 V10 O(METADATA)), CAP(API T1 V10), ACCEPTED, "unknown missing-source", 0 },
};

static const struct testReport *asking;
static size_t asked;

static virNodeDeviceCompatAnswer
testAnswer(const virNodeDeviceDef *def G_GNUC_UNUSED,
           const char *opaque,
           char **ret_detail)
{
    g_autofree char *element = g_strdup_printf("<opaque>%s</opaque>", opaque);

    /* it must be the source's */
    if (strstr(asking->source, element))
        asked++;
    if (asking->answer != ACCEPTED)
        *ret_detail = g_strdup("so <it> & goes");
    return asking->answer;
}


static int
expectCodes(const struct testReport *test,
            const virNodeDeviceCompatReport *report)
{
    const char *verdict = virNodeDeviceCompatResultTypeToString(report->verdict);
    g_autoptr(GString) actual = g_string_new(verdict);
    size_t i;

    for (i = 0; i < report->nreasons; i++)
        g_string_append_printf(actual, " %s", report->reasons[i]->code);

    return testExpectString(test->expect, actual->str);
}


/* The reason of the handshake, in particular */
static int
expectHandshake(const virNodeDeviceCompatReport *report)
{
    const virNodeDeviceCompatReason *last = report->nreasons ?
                                            report->reasons[report->nreasons - 1] : NULL;

    if (!last || !STRPREFIX(last->code, "opaque-"))
        return 0;

    if (STRNEQ(last->attr, "migration_version") || STRNEQ(last->rule, "handshake") ||
        STRNEQ_NULLABLE(last->target, "a") || !last->source ||
        !strstr(last->message, ": so <it> & goes; the source has ")) {
        return testFail("unexpected reason attr='%s' rule='%s' source='%s' target='%s': %s",
                        last->attr, last->rule, NULLSTR(last->source),
                        NULLSTR(last->target), last->message);
    }

    return 0;
}


static int
testReport(const void *data)
{
    const struct testReport *test = data;
    g_autoptr(virNodeDeviceDef) def = NULL;
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *plain = NULL;

    if (!(def = virNodeDeviceDefParse(test->target, NULL, EXISTING_DEVICE, NULL,
                                      NULL, NULL, false)))
        return -1;

    asking = test;
    asked = 0;
    if (!(plain = virNodeDeviceDefGetCompatReport(def, test->source, NULL, testAnswer, 0)) ||
        asked || strstr(plain, "migration_version"))
        return testFail("the driver is asked without the flag: %s", NULLSTR(plain));

    xml = virNodeDeviceDefGetCompatReport(def, test->source, NULL, testAnswer,
                                          VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE);
    if (!xml || !(report = virNodeDeviceCompatReportParse(xml)))
        return -1;

    if (asked != test->asked)
        return testFail("expected to be asked %zu times, was %zu times", test->asked, asked);

    if (expectCodes(test, report) < 0 ||
        expectHandshake(report) < 0)
        return -1;

    return 0;
}


static int
mymain(void)
{
    memset(longest, 'l', sizeof(longest) - 1);
    memset(tooLong, 'l', sizeof(tooLong) - 1);
    signal(SIGXFSZ, SIG_IGN);

    DO_TABLE("write", writes, testWrite);
    DO_TABLE("place", places, testPlace);
    DO_TABLE_EXPECT("report", reports, testReport);
    DO_TEST(testGone, NULL, "device is gone");
    DO_TEST(testHang, NULL, "driver hangs");

    return testResult();
}

VIR_TEST_MAIN(mymain)
