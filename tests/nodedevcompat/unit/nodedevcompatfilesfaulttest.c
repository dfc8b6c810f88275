/*
 * nodedevcompatfilesfaulttest.c: rules and facts that cannot be used
 *
 * Whatever the cause, what was there before stays in force; and if there was nothing,
 * no verdict is a good one.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"
#include "nodedevcompatutils.h"

#include "nodedev_compat/evidence/nodedev_compat_files.h"
#include "nodedev_compat/nodedev_compat_baseline.h"
#include "nodedev_compat/nodedev_compat_compare.h"
#include "virfile.h"
#include "virstring.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define RULES "<nodedevCompatRules><rules type='t1'><attr name='d'/></rules></nodedevCompatRules>"
#define FACTS "<nodedevCompatFacts><facts type='t1'><attr name='y' value='1'/></facts>" \
              "</nodedevCompatFacts>"
#define SOURCE "api=vfio-pci type=t1 sv=1.0 ~d=1"
#define TARGET "api=vfio-pci type=t1 sv=1.0 ~d=2"
#define NVIDIA NODEDEV_COMPAT_ROOT "/rules/nvidia-vgpu.xml"

static const char *denied;      /* a directory that may not be listed */
static const char *cut;         /* a directory that cannot be listed to its end */
static DIR *cutHandle;
static bool grows;              /* something is added while a file is read */


/* These take the place of the C library's. */
DIR *
opendir(const char *name)               /* exempt from syntax-check */
{
    DIR *handle;
    int fd;

    if (STREQ_NULLABLE(name, denied)) {
        errno = EACCES;
        return NULL;
    }

    if ((fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
        return NULL;

    handle = fdopendir(fd);
    if (STREQ_NULLABLE(name, cut))
        cutHandle = handle;
    else if (handle == cutHandle)
        cutHandle = NULL;
    return handle;
}


struct dirent *
readdir(DIR *handle)                    /* exempt from syntax-check */
{
    static struct dirent *(*real)(DIR *);

    if (handle == cutHandle) {
        errno = EIO;
        return NULL;
    }

    if (!real)
        real = dlsym(RTLD_NEXT, sizeof(off_t) > sizeof(long) ? "readdir64" : "readdir");
    return real(handle);
}


ssize_t
read(int fd,
     void *buf,
     size_t count)
{
    if (grows) {
        g_autofree char *self = g_strdup_printf("/proc/self/fd/%d", fd);
        VIR_AUTOCLOSE more = open(self, O_WRONLY | O_APPEND);

        grows = false;
        if (safewrite(more, "\n", 1) != 1)
            abort();
    }

    return syscall(SYS_read, fd, buf, count);
}


/* What happens to a file or to its directory */
struct testFault {
    const char *name;
    const char *nodes;          /* KIND stands for Rules or Facts; NULL: see testBreak() */
    const char *cause;          /* in the log */
    enum {
        UNREADABLE = 1 << 0,    /* and not malformed */
        DIRECTORY = 1 << 1,     /* it cannot be listed */
        UNREACHABLE = 1 << 2,   /* nor can the file in it be opened */
        KNOWN_KIND = 1 << 3,    /* what the file holds can be told */
    } flags;
};

#define FILE_NODE(content) "R/sub/etc/a.xml @none\nR/sub/etc/a.xml " content
#define DIR_NODE(content) "R/sub/etc @none\nR/sub/etc " content

static const struct testFault faults[] = {
    { "truncated to nothing", FILE_NODE("@raw "), "a.xml", 0 },
    { "line feeds only", FILE_NODE("@raw \\n\\n"), "is empty", 0 },
    { "half-written", FILE_NODE("@raw <nodedevCompatKIND>\\n<"), "a.xml:2: ", 0 },
    { "not closed", FILE_NODE("@raw <nodedevCompatKIND>\\n"), "a.xml:", 0 },
    { "another document", FILE_NODE("<device/>"), "a.xml:1: expected <nodedevCompatRules>", 0 },
    { "document type", FILE_NODE("<!DOCTYPE x><nodedevCompatKIND/>"), "document type", 0 },
    { "mistyped element", FILE_NODE("<nodedevCompatKIND><x/></nodedevCompatKIND>"),
      "a.xml:1: unknown element <x>", KNOWN_KIND },
    { "mistyped attribute", FILE_NODE("<nodedevCompatKIND x='1'/>"),
      "has no attribute 'x'", KNOWN_KIND },
    { "NUL byte", FILE_NODE("@nul"), "a.xml: it holds a NUL byte", 0 },
    { "too large", FILE_NODE("@fill 262145 x"), "a.xml: it is larger than 262144 bytes", 0 },
    { "FIFO", FILE_NODE("@fifo"), "a.xml: it is not a regular file", UNREADABLE },
    { "a directory", FILE_NODE("@dir"), "a.xml: it is not a regular file", UNREADABLE },
    { "a device", FILE_NODE("@link /dev/zero"), "a.xml: it is not a regular file", UNREADABLE },
    { "of the kernel", FILE_NODE("@link /proc/version"), "a.xml: it changed while", UNREADABLE },
    { "link that leads to itself", FILE_NODE("@loop"),
      "a.xml: Too many levels of symbolic links", UNREADABLE },
    { "link that leads nowhere", FILE_NODE("@link nowhere"),
      "a.xml: it is a link that leads nowhere", UNREADABLE },
    { "grows while it is read", NULL, "a.xml: it changed while it was read", UNREADABLE },
    { "directory may not be listed", NULL, "etc: Permission denied", UNREADABLE | DIRECTORY },
    { "directory cannot be listed to its end", NULL, "etc: Input/output error",
      UNREADABLE | DIRECTORY },
    { "directory has too many files", "R/sub/etc/x @many 257", "etc: it has more than 256 files",
      UNREADABLE | DIRECTORY },
    { "directory is a file", DIR_NODE("x"), "etc: Not a directory",
      UNREADABLE | DIRECTORY | UNREACHABLE },
    { "directory leads to itself", DIR_NODE("@loop"), "etc: Too many levels of symbolic links",
      UNREADABLE | DIRECTORY | UNREACHABLE },
    { "directory leads nowhere", DIR_NODE("@link nowhere"), "etc: it is a link that leads nowhere",
      UNREADABLE | DIRECTORY | UNREACHABLE },
    { "directory is below a link that leads nowhere", "R/sub @none\nR/sub @link nowhere",
      "etc: it is a link that leads nowhere", UNREADABLE | DIRECTORY | UNREACHABLE },
};

/* One of them, in one situation */
struct testCase {
    const struct testFault *fault;
    bool rules;                 /* the file has these, or facts */
    bool before;                /* it could be used before */
};


static void
testMend(const char *root,
         bool rules)
{
    denied = NULL;
    cut = NULL;
    cutHandle = NULL;
    grows = false;
    testMakeNodes(root, "R/sub @none\nR/sub @dir", false);
    testMakeNodes(root, rules ? "R/sub/etc/a.xml " RULES : "R/sub/etc/a.xml " FACTS, false);
}


static void
testBreak(const char *root,
          const char *etc,
          const struct testCase *data)
{
    testMend(root, data->rules);

    if (data->fault->nodes) {
        g_autofree char *nodes = virStringReplace(data->fault->nodes, "KIND",
                                                  data->rules ? "Rules" : "Facts");

        testMakeNodes(root, nodes, false);
    } else if (strstr(data->fault->cause, "Input/output")) {
        cut = etc;
    } else if (data->fault->flags & DIRECTORY) {
        denied = etc;
    } else {
        grows = true;
    }
}


/* What two devices come to by these rules, and what @root's device is with these facts */
static char *
testGetResult(const virNodeDeviceCompatFiles *files,
              const char *root)
{
    g_autoptr(virNodeDeviceCompat) source = testCompatParseDevice(SOURCE);
    g_autoptr(virNodeDeviceCompat) target = testCompatParseDevice(TARGET);
    g_autoptr(virNodeDeviceCompatReport) report =
        virNodeDeviceCompatCompare(source, target, files->rules, 0);
    g_autoptr(virNodeDeviceCompat) device = testReadWithFacts(root, PARENT "/" UUID, files->facts);
    g_autofree char *result = testCompatFormatResult(report);
    g_autofree char *xml = testFormatTight(device);

    return g_strdup_printf("%s; %s", result, xml);
}


/* What has to come of it */
static char *
testGetExpected(const struct testCase *data,
                bool broken)
{
    unsigned int flags = data->fault->flags;
    bool file = !(flags & DIRECTORY) || (flags & UNREACHABLE);
    bool known = !broken || data->before;
    bool rules = data->rules && known;
    bool rulesFault = (flags & DIRECTORY) || (data->before ? data->rules :
                                              data->rules || !(flags & KNOWN_KIND));
    bool factsFault = data->before ? !data->rules && file :
                      (flags & DIRECTORY) || !data->rules || !(flags & KNOWN_KIND);
    const char *verdict = rules ? "incompatible attr-mismatch:d" :
                          !known && rulesFault ? "unknown derived-differs:d" :
                          "identical derived-differs:d";
    const char *mark = flags & UNREADABLE ? UNUSABLE("facts", "unreadable") :
                       UNUSABLE("facts", "malformed");

    return g_strdup_printf("%s%s%s; " "<capability type='compat'>" API TYPE DRIVER "%s%s"
                           "</capability>", verdict,
                           !broken || !rulesFault ? "" :
                           known ? " rules-outdated:rules" : " rules-unusable:rules",
                           broken && known && factsFault ? " rules-outdated:facts" : "",
                           !data->rules && known ? ATTR("y", "1") : "",
                           broken && !known && factsFault ? mark :
                           broken && known && (factsFault || (flags & DIRECTORY)) ?
                           UNUSABLE("facts", "outdated") : "");
}


static int
testCheck(virNodeDeviceCompatFiles *files,
          const char *root,
          const char *etc,
          const struct testCase *data,
          bool broken)
{
    const char *const dirs[] = { etc, NULL };
    g_autofree char *expected = testGetExpected(data, broken);
    g_autofree char *result = NULL;

    virNodeDeviceCompatFilesUpdate(files, dirs);
    result = testGetResult(files, root);

    if (testExpectString(expected, result) < 0)
        return -1;

    return testExpectError(NULL, virGetLastErrorCode() != VIR_ERR_OK);
}


static int
testFaultCase(const void *opaque)
{
    const struct testCase *data = opaque;
    g_autoptr(testRoot) root = testMakeTree(BASE);
    g_autofree char *etc = g_strdup_printf("%s/sub/etc", root);
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_autofree char *log = NULL;
    g_autofree char *again = NULL;

    if (data->before) {
        testMend(root, data->rules);
        if (testCheck(&files, root, etc, data, false) < 0)
            return -1;
    }
    g_free(virTestLogContentAndReset());

    testBreak(root, etc, data);
    if (testCheck(&files, root, etc, data, true) < 0)
        return -1;

    log = virTestLogContentAndReset();
    if (!log || !strstr(log, data->fault->cause) ||
        !strstr(log, data->before ? "stays in force" : "unknown at best"))
        return testFail("expected '%s' in the log, got '%s'", data->fault->cause, NULLSTR(log));

    /* what only happened once is over, and else nothing new is said */
    if (!data->fault->nodes && !(data->fault->flags & DIRECTORY))
        grows = true;
    if (testCheck(&files, root, etc, data, true) < 0)
        return -1;

    again = virTestLogContentAndReset();
    if (again && strstr(again, "cannot be used"))
        return testFail("expected no second error in the log, got '%s'", again);

    testMend(root, data->rules);
    return testCheck(&files, root, etc,
                     &(struct testCase) { data->fault, data->rules, true }, false);
}


/* The same where it is the second time that the file cannot be used, and has another
 * cause: it is said again, and what is in force is what was usable last. */
static int
testTwice(const void *opaque)
{
    const struct testCase *data = opaque;
    const struct testFault other = { "other", FILE_NODE("@raw <x"), "a.xml:1", 0 };
    const struct testCase first = { &other, data->rules, true };
    g_autoptr(testRoot) root = testMakeTree(BASE);
    g_autofree char *etc = g_strdup_printf("%s/sub/etc", root);
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_autofree char *log = NULL;
    int rc;

    testMend(root, data->rules);
    if (testCheck(&files, root, etc, &first, false) < 0)
        return -1;

    testBreak(root, etc, &first);
    if (testCheck(&files, root, etc, &first, true) < 0)
        return -1;
    g_free(virTestLogContentAndReset());

    testBreak(root, etc, data);
    rc = testCheck(&files, root, etc, data, true);
    denied = NULL;
    cut = NULL;
    cutHandle = NULL;
    if (rc < 0)
        return -1;

    log = virTestLogContentAndReset();
    if (!log || !strstr(log, data->fault->cause))
        return testFail("expected '%s' in the log, got '%s'", data->fault->cause, NULLSTR(log));

    return 0;
}


/* A pair that NVIDIA's rules refuse: whatever becomes of the file, it is never good. */
static int
testNVIDIA(virNodeDeviceCompatFiles *files,
           const char *const *dirs,
           int expect,
           const char *what)
{
    g_autoptr(virNodeDeviceCompat) source =
        testCompatParseDevice("api=vfio-pci type=nvidia-559 sv=1.0 ~pci=10de:20b0");
    g_autoptr(virNodeDeviceCompat) target =
        testCompatParseDevice("api=vfio-pci type=nvidia-559 sv=1.0 ~pci=10de:20f1");
    g_autoptr(virNodeDeviceCompatReport) report = NULL;

    virNodeDeviceCompatFilesUpdate(files, dirs);
    report = virNodeDeviceCompatCompare(source, target, files->rules, 0);

    if (testCompatRank(report) < expect) {
        g_autofree char *result = testCompatFormatResult(report);

        return testFail("got '%s' where %s", result, what);
    }

    return 0;
}


/* @content in the file: what a daemon says that has known the rules, and one that has
 * just been started */
static int
testInstalled(virNodeDeviceCompatFiles *known,
              const char *path,
              const char *content,
              size_t len,
              const char *what)
{
    g_autofree char *dir = g_path_get_dirname(path);
    const char *const dirs[] = { dir, NULL };
    g_auto(virNodeDeviceCompatFiles) files = { 0 };

    testMakeFile(path, content, len);
    if (testNVIDIA(known, dirs, RANK_INCOMPATIBLE, what) < 0 ||
        testNVIDIA(&files, dirs, RANK_UNKNOWN, what) < 0)
        return -1;

    g_free(virTestLogContentAndReset());
    virResetLastError();
    return 0;
}


static int
testRulesOfNVIDIA(const void *opaque G_GNUC_UNUSED)
{
    static const char *const words[] = {
        "nodedevCompatRules", "rules ", "deviceAPI", "type=", "attr", "name=", "rule=", "value=",
    };
    g_autoptr(testRoot) root = testMakeTree("");
    g_autofree char *path = g_strdup_printf("%s/etc/nvidia-vgpu.xml", root);
    g_auto(virNodeDeviceCompatFiles) known = { 0 };
    g_autofree char *xml = NULL;
    const char *rules;
    size_t len;
    size_t i;

    if (virFileReadAll(NVIDIA, 1024 * 1024, &xml) < 0 ||
        testInstalled(&known, path, xml, strlen(xml), "the file is whole") < 0)
        return -1;
    rules = strstr(xml, "<nodedevCompatRules>");

    /* without its last line feed it is still whole */
    for (len = 0; len < strlen(xml); len += len < rules - xml ? 97 : 1) {
        g_autofree char *what = g_strdup_printf("%zu bytes are left", len);

        if (testInstalled(&known, path, xml, len, what) < 0)
            return -1;
    }

    for (i = 0; i < G_N_ELEMENTS(words); i++) {
        const char *at = rules;

        while ((at = strstr(at + 1, words[i]))) {
            g_autofree char *copy = g_strdup(xml);
            g_autofree char *what = g_strdup_printf("'%s' is mistyped at %zu", words[i], at - xml);

            copy[at - xml + 1] = 'X';
            if (testInstalled(&known, path, copy, strlen(copy), what) < 0)
                return -1;
        }
    }

    return 0;
}


/* Removes @node, long ago. */
static void
testRemove(const char *root,
           const char *node)
{
    const char *const dirs[] = { "", "/sub", "/sub/etc" };
    size_t i;

    testMakeNodes(root, node, false);
    for (i = 0; i < G_N_ELEMENTS(dirs); i++) {
        g_autofree char *dir = g_strdup_printf("%s%s", root, dirs[i]);

        /* it can be one that was removed */
        ignore_value(testMakeOld(dir));
    }
}


/* What is really gone is gone. */
static int
testGone(const void *opaque)
{
    const char *node = opaque;
    const struct testCase data = { &faults[0], true, true };
    g_autoptr(testRoot) root = testMakeTree(BASE);
    g_autofree char *etc = g_strdup_printf("%s/sub/etc", root);
    const char *const dirs[] = { etc, NULL };
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_autofree char *result = NULL;

    testMend(root, true);
    if (testCheck(&files, root, etc, &data, false) < 0)
        return -1;
    testBreak(root, etc, &data);
    if (testCheck(&files, root, etc, &data, true) < 0)
        return -1;

    testRemove(root, node);
    virNodeDeviceCompatFilesUpdate(&files, dirs);
    result = testGetResult(&files, root);

    return testExpectString("identical derived-differs:d; " CAP(API TYPE DRIVER), result);
}


/* The cause can be something else than the file, which then comes back as it was. */
static int
testAway(const void *opaque)
{
    const struct testCase *data = opaque;
    g_autoptr(testRoot) root = testMakeTree(BASE);
    g_autofree char *etc = g_strdup_printf("%s/sub/etc", root);
    g_autofree char *away = g_strdup_printf("%s/sub/away", root);
    g_auto(virNodeDeviceCompatFiles) files = { 0 };

    testMend(root, data->rules);
    if (testCheck(&files, root, etc, data, false) < 0)
        return -1;

    if (rename(etc, away) < 0)
        return -1;
    testMakeNodes(root, data->fault->nodes, false);
    if (testCheck(&files, root, etc, data, true) < 0)
        return -1;

    if (unlink(etc) < 0 || rename(away, etc) < 0)
        return -1;
    return testCheck(&files, root, etc, data, false);
}


/* What is wrong is part of a baseline, good or not. */
static int
testBaseline(const void *opaque)
{
    const struct testCase *data = opaque;
    g_autoptr(testRoot) root = testMakeTree(BASE);
    g_autofree char *etc = g_strdup_printf("%s/sub/etc", root);
    const char *const dirs[] = { etc, NULL };
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_autoptr(virNodeDeviceCompat) compat = testCompatParseDevice(SOURCE);
    virNodeDeviceCompatDevice devices[] = { { (char *)"a", compat }, { (char *)"b", compat } };
    g_autoptr(virNodeDeviceCompatBaseline) baseline = NULL;
    g_autoptr(virNodeDeviceCompatBaseline) parsed = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *again = NULL;
    g_autoptr(xmlDoc) doc = NULL;
    g_autofree char *reasons = NULL;

    if (data->before) {
        testMend(root, data->rules);
        virNodeDeviceCompatFilesUpdate(&files, dirs);
    }
    testBreak(root, etc, data);
    virNodeDeviceCompatFilesUpdate(&files, dirs);

    baseline = virNodeDeviceCompatBaselineMake(devices, G_N_ELEMENTS(devices), files.rules, 0);
    if (testExpectNumber(data->before ? VIR_NODE_DEVICE_COMPAT_IDENTICAL :
                         VIR_NODE_DEVICE_COMPAT_UNKNOWN, baseline->verdict) < 0 ||
        testExpectNumber(data->before ? 0 : 2, baseline->nreports) < 0)
        return -1;

    xml = virNodeDeviceCompatBaselineFormat(baseline);
    if (!(doc = virXMLParseStringCtxt(xml, "baseline", NULL)) ||
        virXMLValidateAgainstSchema(abs_top_srcdir "/src/conf/schemas/nodedevcompatbaseline.rng",
                                    doc) < 0 ||
        !(parsed = virNodeDeviceCompatBaselineParse(xml)))
        return -1;

    reasons = testCompatFormatReasons(parsed->host);
    again = virNodeDeviceCompatBaselineFormat(parsed);
    if (testExpectString(xml, again) < 0)
        return -1;

    return testExpectString(!data->before ? "rules-unusable:rules" : data->rules ?
                            "rules-outdated:rules" : "rules-outdated:facts", reasons);
}


/* A directory that comes back after it was gone is a new one. */
static int
testBack(const void *opaque G_GNUC_UNUSED)
{
    const struct testCase data = { &faults[0], true, true };
    g_autoptr(testRoot) root = testMakeTree(BASE);
    g_autofree char *etc = g_strdup_printf("%s/sub/etc", root);
    const char *const dirs[] = { etc, NULL };
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_autofree char *result = NULL;

    testMend(root, true);
    if (testCheck(&files, root, etc, &data, false) < 0)
        return -1;

    testRemove(root, "R/sub/etc @none");
    virNodeDeviceCompatFilesUpdate(&files, dirs);
    testMakeNodes(root, "R/sub/etc @loop", false);
    virNodeDeviceCompatFilesUpdate(&files, dirs);
    result = testGetResult(&files, root);

    return testExpectString("unknown derived-differs:d rules-unusable:rules; "
                            CAP(API TYPE DRIVER UNUSABLE("facts", "unreadable")), result);
}


/* In a reason there are the names of files, not too many, and nothing that is in them. */
static int
testReason(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree("R/etc/9.xml @raw <x secret\n"
                                            "R/etc/a.xml <secret/>\n"
                                            "R/etc/b.xml @loop\n");
    g_autofree char *etc = g_strdup_printf("%s/etc", root);
    g_autofree char *names = g_strdup_printf("cannot all be used: %s/9.xml, %s/a.xml, %s/b.xml, ",
                                             etc, etc, etc);
    const char *const dirs[] = { etc, NULL };
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_autoptr(virNodeDeviceCompat) device = testCompatParseDevice(SOURCE);
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    const char *message;

    testMakeNodes(root, "R/etc/c%d.xml @many 100", false);
    virNodeDeviceCompatFilesUpdate(&files, dirs);
    report = virNodeDeviceCompatCompare(device, device, files.rules, 0);

    if (testExpectNumber(1, report->nreasons) < 0 ||
        testExpectString("files", report->reasons[0]->rule) < 0)
        return -1;

    message = report->reasons[0]->message;
    if (!strstr(message, names) || !g_str_has_suffix(message, ", ...") ||
        strlen(message) > 1000 || strstr(message, "secret"))
        return testFail("expected '%s' and no more, got '%s'", names, message);

    virResetLastError();
    return 0;
}


/* Files that are larger together than a directory may have: the one that does not fit is
 * not used, until another gets smaller. How many are read is what counts: 4 of the 5. */
static int
testTogether(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree("");
    g_autofree char *etc = g_strdup_printf("%s/etc", root);
    g_autofree char *space = g_strnfill(255 * 1024, ' ');
    g_autofree char *large = g_strconcat(RULES, space, NULL);
    const char *const dirs[] = { etc, NULL };
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_autoptr(GPtrArray) causes = NULL;
    g_autoptr(GPtrArray) none = NULL;
    size_t i;

    for (i = 0; i < 5; i++) {
        g_autofree char *path = g_strdup_printf("%s/%zu.xml", etc, i);

        testMakeFile(path, large, -1);
    }

    virNodeDeviceCompatFilesUpdate(&files, dirs);
    causes = virNodeDeviceCompatFilesGetCauses(&files);
    if (testExpectNumber(1, causes->len) < 0 ||
        testExpectNumber(4, files.rules->ngroups) < 0)
        return -1;

    if (!strstr(g_ptr_array_index(causes, 0), "together are larger than 1048576 bytes"))
        return testFail("expected a cause, got '%s'", (char *) g_ptr_array_index(causes, 0));

    for (i = 0; i < 5; i++) {
        g_autofree char *path = g_strdup_printf("%s/%zu.xml", etc, i);

        testMakeFile(path, RULES, -1);
    }

    virNodeDeviceCompatFilesUpdate(&files, dirs);
    virNodeDeviceCompatFilesUpdate(&files, dirs);
    none = virNodeDeviceCompatFilesGetCauses(&files);
    if (testExpectNumber(0, none->len) < 0)
        return -1;

    return testExpectNumber(5, files.rules->ngroups);
}


/* Broken files count as well, so that no more than 1 MiB is parsed; and what is said of each
 * is short, however long its line is. */
static int
testBrokenTogether(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree("");
    g_autofree char *etc = g_strdup_printf("%s/etc", root);
    g_autofree char *space = g_strnfill(255 * 1024, 'x');
    g_autofree char *large = g_strconcat("<nodedevCompatRules><", space, NULL);
    const char *const dirs[] = { etc, NULL };
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_autoptr(GPtrArray) causes = NULL;
    g_autofree char *log = NULL;
    size_t together = 0;
    size_t i;

    for (i = 0; i < 20; i++) {
        g_autofree char *path = g_strdup_printf("%s/%zu.xml", etc, i);

        testMakeFile(path, large, -1);
    }

    g_free(virTestLogContentAndReset());
    virNodeDeviceCompatFilesUpdate(&files, dirs);
    virNodeDeviceCompatFilesUpdate(&files, dirs);
    log = virTestLogContentAndReset();
    causes = virNodeDeviceCompatFilesGetCauses(&files);
    if (testExpectNumber(20, causes->len) < 0)
        return -1;

    for (i = 0; i < causes->len; i++) {
        const char *cause = g_ptr_array_index(causes, i);

        if (strlen(cause) > 512)
            return testFail("a cause has %zu bytes", strlen(cause));
        together += !!strstr(cause, "together are larger than 1048576 bytes");
    }

    if (testExpectNumber(16, together) < 0)
        return -1;
    if (strlen(NULLSTR_EMPTY(log)) > 20 * 2048)
        return testFail("%zu bytes are in the log", strlen(log));
    return 0;
}


static int
mymain(void)
{
    size_t i;
    int kind;
    int before;

    testTreeInit();

    for (i = 0; i < G_N_ELEMENTS(faults); i++) {
        for (kind = 0; kind < 2; kind++) {
            for (before = 0; before < 2; before++) {
                struct testCase data = { &faults[i], !!kind, !!before };

                DO_TEST(testFaultCase, &data, "%s, %s: %s", kind ? "rules" : "facts",
                        before ? "known before" : "never known", faults[i].name);
                if (before && (faults[i].flags & UNREACHABLE) && strstr(faults[i].nodes, "etc"))
                    DO_TEST(testAway, &data, "%s, for a while: %s",
                            kind ? "rules" : "facts", faults[i].name);
                if (before)
                    DO_TEST(testTwice, &data, "%s, another fault after the first: %s",
                            kind ? "rules" : "facts", faults[i].name);
            }
        }
    }

    DO_TEST(testRulesOfNVIDIA, NULL, "rules of NVIDIA, cut and mistyped");
    DO_TEST(testGone, "R/sub/etc/a.xml @none", "file is gone");
    DO_TEST(testGone, "R/sub/etc @none", "directory is gone");
    DO_TEST(testGone, "R/sub @none", "all is gone");
    DO_TEST(testBack, NULL, "directory is gone, and then there is another that cannot be listed");
    for (i = 0; i < 4; i++) {
        struct testCase data = { &faults[0], i % 2 == 0, i / 2 == 0 };

        DO_TEST(testBaseline, &data, "baseline: %s, %s", data.rules ? "rules" : "facts",
                data.before ? "known before" : "never known");
    }
    DO_TEST(testReason, NULL, "reason names files");
    DO_TEST(testTogether, NULL, "files are too large together");
    DO_TEST(testBrokenTogether, NULL, "broken files are too large together");

    return testResult();
}

VIR_TEST_MAIN(mymain)
