/*
 * domainhostdevcompatpolicytest.c: the policy file of a host
 *
 * Settings, most of them wrong; files that are missing, cannot be read, or change while
 * a daemon runs; and what a policy decides.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIBVIRT_NODEDEV_COMPAT_GONEPRIV_H_ALLOW
#include "hypervisor/domain_hostdev_compat_decision.h"
#include "nodedev_compat/nodedev_compat_gonepriv.h"
#include "nodedevcompatframe.h"
#include "virerror.h"
#include "virfile.h"

#define VIR_FROM_THIS VIR_FROM_NONE

/* Content of a file, and what is read: mode, cross_type, "described" if state has to have
 * a description, codes; or an error */
struct testParse {
    const char *name;
    const char *content;
    const char *expect;
    const char *error;
};

#define MODE "migration = "
#define CROSS "cross_type = "
#define UNDESCRIBED "restore_undescribed = "
#define IGNORE "ignore = "

static const struct testParse contents[] = {
    { "nothing", "", "permissive 0", NULL },
    { "comments", "# migration = \"off\"\n\n", "permissive 0", NULL },
    { "off", MODE "\"off\"", "off 0", NULL },
    { "permissive", MODE "\"permissive\"", "permissive 0", NULL },
    { "enforcing", MODE "\"enforcing\"", "enforcing 0", NULL },
    { "cross-type", CROSS "1", "permissive 1", NULL },
    { "no cross-type", CROSS "0", "permissive 0", NULL },
    { "undescribed state", UNDESCRIBED "1", "permissive 0", NULL },
    { "no undescribed state", UNDESCRIBED "0", "permissive 0 described", NULL },
    { "one code", IGNORE "[ \"attr-mismatch\" ]", "permissive 0 attr-mismatch", NULL },
    { "two codes", IGNORE "[ \"attr-mismatch\", \"missing-both\" ]",
      "permissive 0 attr-mismatch missing-both", NULL },
    { "codes on lines", IGNORE "[\n  \"attr-mismatch\",\n  \"missing-both\"\n]\n",
      "permissive 0 attr-mismatch missing-both", NULL },
    { "no codes", IGNORE "[ ]", "permissive 0", NULL },
    { "all of them",
      MODE "\"enforcing\"\n" CROSS "1\n" UNDESCRIBED "0\n" IGNORE "[ \"device-missing\" ]",
      "enforcing 1 described device-missing", NULL },

    { "unknown mode", "#\n" MODE "\"strict\"", NULL,
      "test.conf:2: migration: must be 'off', 'permissive' or 'enforcing', not 'strict'" },
    { "mode in capitals", MODE "\"OFF\"", NULL, "not 'OFF'" },
    { "empty mode", MODE "\"\"", NULL, "not ''" },
    { "mode as a number", MODE "1", NULL,
      "test.conf:1: migration: expected a string for 'migration' parameter" },
    { "mode as a list", MODE "[ \"off\" ]", NULL, "expected a string for 'migration'" },
    { "mode twice", MODE "\"permissive\"\n" MODE "\"enforcing\"", NULL,
      "test.conf:2: migration: is set twice" },
    { "cross-type as a string", "\n\n" CROSS "\"yes\"", NULL, "test.conf:3: cross_type: " },
    { "cross-type of two", CROSS "2", NULL, "test.conf:1: cross_type: " },
    { "undescribed state as a string", UNDESCRIBED "\"no\"", NULL,
      "test.conf:1: restore_undescribed: " },
    { "undescribed state of two", UNDESCRIBED "2", NULL, "test.conf:1: restore_undescribed: " },
    { "undescribed state twice", UNDESCRIBED "0\n" UNDESCRIBED "1\n", NULL,
      "test.conf:2: restore_undescribed: is set twice" },
    { "unknown code", IGNORE "[ \"attr-mismatch\", \"attr-missmatch\" ]", NULL,
      "test.conf:1: ignore: there is no reason code 'attr-missmatch'" },
    { "empty code", IGNORE "[ \"\" ]", NULL, "there is no reason code ''" },
    { "code with an asterisk", IGNORE "[ \"attr-*\" ]", NULL, "there is no reason code 'attr-*'" },
    { "codes as a string", IGNORE "\"attr-mismatch\"", NULL, "test.conf:1: ignore: " },
    { "numbers as codes", IGNORE "[ 1, 2 ]", NULL, "test.conf:1: ignore: " },

    { "unknown key", MODE "\"off\"\n\n  migratoin = \"enforcing\"\n", NULL,
      "test.conf:3: migratoin: there is no such setting" },
    { "key of qemu.conf", "migration_hostdev_compat = \"off\"", NULL,
      "test.conf:1: migration_hostdev_compat: there is no such setting" },
    { "key in capitals", "Migration = \"off\"", NULL, "there is no such setting" },
    { "no value", "#\n" MODE "\n", NULL, "test.conf:2: " },
    { "no quotation marks", MODE "off", NULL, "test.conf:1: " },
    { "string without end", MODE "\"off", NULL, "test.conf:1: " },
    { "list without end", IGNORE "[ \"attr-mismatch\"", NULL, "test.conf:" },
    { "no assignment", "migration\n", NULL, "test.conf:" },
    { "XML", "<migration>off</migration>", NULL, "test.conf:1: " },
};


static char *
testDescribePolicy(const virDomainHostdevCompatPolicy *policy)
{
    g_autofree char *codes = policy->ignore ? g_strjoinv(" ", policy->ignore) : g_strdup("");

    return g_strdup_printf("%s %d%s%s%s", virDomainHostdevCompatModeTypeToString(policy->mode),
                           policy->crossType, policy->restoreUndescribed ? "" : " described",
                           *codes ? " " : "", codes);
}


static int
testFindError(const char *expect,
              const char *actual)
{
    if (actual && strstr(actual, expect))
        return 0;

    return testFail("expected error '%s', got '%s'", expect, NULLSTR(actual));
}


static int
testPolicyParse(const void *opaque)
{
    const struct testParse *data = opaque;
    g_autoptr(virDomainHostdevCompatPolicy) policy = NULL;
    g_autofree char *actual = NULL;

    virResetLastError();
    policy = virDomainHostdevCompatPolicyParse(data->content, "test.conf");
    if (policy)
        actual = testDescribePolicy(policy);

    if (!data->error)
        return policy ? virTestCompareToString(data->expect, actual) : -1;

    if (policy)
        return testFail("expected error '%s', got '%s'", data->error, actual);

    return testFindError(data->error, virGetLastErrorMessage());
}


/* What would take the square of its size, in any way of writing it */
static int
testPolicyMany(const void *opaque)
{
    g_autofree char *many = g_strnfill(4096, *(const char *)opaque);
    g_autofree char *content = g_strdup_printf("#%s\n", many);

    if (virDomainHostdevCompatPolicyParse(content, "test.conf"))
        return testFail("expected an error for %zu bytes", strlen(content));

    return testFindError("test.conf: more than 4096 lines and items of lists",
                         virGetLastErrorMessage());
}


/* One file, as a daemon finds it again and again */
struct testRead {
    const char *content;        /* or one of the following */
    const char *expect;
    const char *error;          /* part of the error in the policy, or NULL */
};

#define ABSENT "absent"
#define GONE "gone a moment ago"
#define DIRECTORY "directory"
#define PIPE "pipe"
#define LOOP "loop"
#define UNREADABLE "unreadable"
#define NUL "nul"
#define LARGE "large"
#define DANGLING "dangling"
#define DIRECTORY_DANGLING "directory dangling"
#define DIRECTORY_ABSENT "directory absent"

struct testFile {
    const char *name;
    struct testRead reads[6];
};

#define STRICT "enforcing 0 described"
#define BROKEN "migratoin = \"off\""

static const struct testFile files[] = {
    { "no file", { { ABSENT, "permissive 0", NULL } } },
    { "file that changes",
      { { MODE "\"off\"", "off 0", NULL },
        { MODE "\"enforcing\"", "enforcing 0", NULL },
        { IGNORE "[ \"missing-both\" ]", "permissive 0 missing-both", NULL },
        { ABSENT, "permissive 0", NULL } } },
    { "file that has just gone",
      { { MODE "\"enforcing\"", "enforcing 0", NULL },
        { GONE, "enforcing 0", "was there a moment ago" },
        { MODE "\"off\"", "off 0", NULL },
        { GONE, "off 0", "was there a moment ago" },
        { ABSENT, "permissive 0", NULL } } },
    { "no file, in a directory that has just changed", { { GONE, "permissive 0", NULL } } },
    { "file that is made later",
      { { ABSENT, "permissive 0", NULL }, { MODE "\"enforcing\"", "enforcing 0", NULL } } },
    { "file that breaks",
      { { IGNORE "[ \"missing-both\" ]", "permissive 0 missing-both", NULL },
        { BROKEN, "permissive 0 missing-both", ":1: migratoin: there is no such setting" },
        { MODE "\"enforcing", "permissive 0 missing-both", ":1: unterminated string" },
        { MODE "\"off\"", "off 0", NULL } } },
    { "file that breaks after it was off",
      { { MODE "\"off\"", "off 0", NULL }, { BROKEN, "off 0", "no such setting" } } },
    { "file that breaks after it was enforcing",
      { { MODE "\"enforcing\"\n" CROSS "1", "enforcing 1", NULL },
        { MODE "\"enforcnig\"", "enforcing 1", "not 'enforcnig'" } } },
    { "file that is broken from the start",
      { { MODE "\"of\"", STRICT, "not 'of'" }, { MODE "\"off\"", "off 0", NULL } } },
    { "file that was missing before it is broken",
      { { MODE "\"off\"", "off 0", NULL }, { ABSENT, "permissive 0", NULL },
        { BROKEN, STRICT, "no such setting" } } },
    { "directory", { { DIRECTORY, STRICT, "is not a regular file" } } },
    { "pipe", { { PIPE, STRICT, "is not a regular file" } } },
    { "symbolic link to itself", { { LOOP, STRICT, "cannot read" } } },
    { "file without permission", { { UNREADABLE, STRICT, "cannot read" } } },
    { "NUL in a comment", { { NUL, STRICT, "has a NUL byte in it" } } },
    { "file that is too large", { { LARGE, STRICT, "cannot read" } } },
    { "directory after a file",
      { { MODE "\"off\"", "off 0", NULL }, { DIRECTORY, "off 0", "is not a regular file" } } },
    { "empty file", { { "", STRICT, "' is empty" } } },
    { "file of blanks", { { " \r\n\t\n", STRICT, "' is empty" } } },
    { "file of comments", { { "#\n", "permissive 0", NULL } } },
    { "empty file after it was enforcing",
      { { MODE "\"enforcing\"", "enforcing 0", NULL }, { "", "enforcing 0", "' is empty" },
        { "# " MODE "\"enforcing\"", "permissive 0", NULL } } },
    { "symbolic link that leads nowhere",
      { { DANGLING, STRICT, "Link has been severed" }, { ABSENT, "permissive 0", NULL } } },
    { "symbolic link that leads nowhere after it was enforcing",
      { { MODE "\"enforcing\"", "enforcing 0", NULL },
        { DANGLING, "enforcing 0", "Link has been severed" },
        { MODE "\"off\"", "off 0", NULL } } },
    { "directory that leads nowhere after it was enforcing",
      { { MODE "\"enforcing\"", "enforcing 0", NULL },
        { DIRECTORY_DANGLING, "enforcing 0", "Link has been severed" } } },
    { "no directory after it was enforcing",
      { { MODE "\"enforcing\"", "enforcing 0", NULL },
        { DIRECTORY_ABSENT, "permissive 0", NULL } } },
    { "file that is cut before its setting",
      { { "# a\n# b\n" MODE "\"enforcing\"\n", "enforcing 0", NULL },
        { "# a\n", "enforcing 0", "' is cut" },
        { "# a\n# b", "enforcing 0", "' is cut" },
        { "# a\n# b\n# " MODE "\"enforcing\"\n", "permissive 0", NULL } } },
    { "file that is cut between settings",
      { { CROSS "1\n" MODE "\"enforcing\"\n", "enforcing 1", NULL },
        { CROSS "1\n", "enforcing 1", "' is cut" },
        { CROSS "1\n" MODE "\"off\"\n", "off 1", NULL } } },
    { "file that is cut behind its settings",
      { { MODE "\"enforcing\"\n\n# a\n", "enforcing 0", NULL },
        { MODE "\"enforcing\"\n", "enforcing 0", NULL } } },
};


/* Makes the directory of @path what it is to be now, which is below a temporary one. */
static int
testMakeDirectory(const char *path,
                  const char *content)
{
    g_autofree char *directory = g_path_get_dirname(path);

    if (g_remove(path) < 0 && errno != ENOENT)
        return -1;
    if (g_remove(directory) < 0 && errno != ENOENT)
        return -1;

    if (STREQ(content, DIRECTORY_ABSENT))
        return 0;
    if (STREQ(content, DIRECTORY_DANGLING))
        return symlink("nowhere", directory);
    return g_mkdir(directory, 0700);
}


/* Makes @path what it is to be now. */
static int
testMakeFile(const char *path,
             const char *content)
{
    static const char nul[] = "# \0\n";
    g_autofree char *large = NULL;

    if (testMakeDirectory(path, content) < 0)
        return -1;

    if (STREQ(content, ABSENT) || STREQ(content, DIRECTORY_ABSENT)) {
        g_autofree char *directory = g_path_get_dirname(path);
        g_autofree char *above = g_path_get_dirname(directory);

        return testMakeOld(STREQ(content, ABSENT) ? directory : above);
    }
    if (STREQ(content, GONE) || STREQ(content, DIRECTORY_DANGLING))
        return 0;
    if (STREQ(content, DANGLING))
        return symlink("nowhere", path);
    if (STREQ(content, DIRECTORY))
        return g_mkdir(path, 0700);
    if (STREQ(content, PIPE))
        return mkfifo(path, 0600);
    if (STREQ(content, LOOP))
        return symlink(path, path);
    if (STREQ(content, UNREADABLE))
        return virFileWriteStr(path, MODE "\"off\"", 0000);
    if (STREQ(content, NUL))
        return g_file_set_contents(path, nul, sizeof(nul) - 1, NULL) ? 0 : -1;

    if (STREQ(content, LARGE)) {
        large = g_strnfill(64 * 1024 + 1, '#');
        content = large;
    }

    return virFileWriteStr(path, content, 0600);
}


static int
testPolicyRead(const void *opaque)
{
    const struct testFile *data = opaque;
    g_autofree char *directory = g_strdup("/tmp/domainhostdevcompatpolicy-XXXXXX");
    g_autofree char *path = NULL;
    int ret = -1;
    size_t i;

    if (STREQ(data->reads[0].content, UNREADABLE) && geteuid() == 0) {
        fprintf(stderr, "\n%s: skipped, as root can read any file\n", data->name);
        return EXIT_AM_SKIP;
    }

    if (!g_mkdtemp(directory))
        return -1;
    path = g_strdup_printf("%s/libvirt/" VIR_DOMAIN_HOSTDEV_COMPAT_POLICY_FILE, directory);

    for (i = 0; data->reads[i].content; i++) {
        const struct testRead *read = &data->reads[i];
        g_autoptr(virDomainHostdevCompatPolicy) policy = NULL;
        g_autofree char *actual = NULL;

        if (testMakeFile(path, read->content) < 0)
            goto cleanup;

        policy = virDomainHostdevCompatPolicyRead(path);
        actual = testDescribePolicy(policy);
        if (virTestCompareToString(read->expect, actual) < 0 ||
            virTestCompareToString(path, policy->file) < 0 ||
            virGetLastErrorCode() != VIR_ERR_OK)
            goto cleanup;

        if (read->error ? testFindError(read->error, policy->error) < 0 ||
                          testFindError(path, policy->error) < 0 : !!policy->error)
            goto cleanup;
    }
    ret = 0;

 cleanup:
    if (testMakeDirectory(path, DIRECTORY_ABSENT) < 0)
        ret = -1;
    g_rmdir(directory);
    return ret;
}


/* What is in force while it is not known in time what is in the file now */
static const struct testLate {
    const char *name;
    const char *content;        /* that was read before; NULL: nothing was */
    int len;
    const char *expect;
} lates[] = {
    { "nothing before", NULL, 0, STRICT },
    { "a file before", MODE "\"off\"", 1, "off 0" },
    { "an enforcing file before", MODE "\"enforcing\"", 1, "enforcing 0" },
    { "no file before", NULL, -ENOENT, "permissive 0" },
    { "a broken file before", "migration =", 1, STRICT },
};


static int
testPolicyLate(const void *opaque)
{
    const struct testLate *data = opaque;
    g_autofree char *file = g_strdup_printf("/nonexistent/%s", data->name);
    g_autoptr(virDomainHostdevCompatPolicy) before = NULL;
    g_autoptr(virDomainHostdevCompatPolicy) policy = NULL;
    g_autofree char *actual = NULL;

    if (data->len != 0) {
        before = virDomainHostdevCompatPolicyNewLoaded(file, data->content,
                                                       data->content ? strlen(data->content) :
                                                       data->len);
    }

    policy = virDomainHostdevCompatPolicyNewLoaded(file, NULL, -ETIMEDOUT);
    actual = testDescribePolicy(policy);
    if (virTestCompareToString(data->expect, actual) < 0)
        return -1;
    return testFindError("cannot be read in time", policy->error);
}


/* The largest file that is read */
static int
testPolicyLargest(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *path = g_strdup_printf("/tmp/domainhostdevcompatpolicy-%d", getpid());
    g_autofree char *content = g_strnfill(64 * 1024, '#');
    g_autoptr(virDomainHostdevCompatPolicy) policy = NULL;

    if (virFileWriteStr(path, content, 0600) < 0)
        return -1;

    policy = virDomainHostdevCompatPolicyRead(path);
    g_remove(path);

    return policy->error ? -1 : 0;
}


/* The file that is installed has the default policy, and shows each setting. */
static int
testPolicyInstalled(const void *opaque G_GNUC_UNUSED)
{
    static const char *const settings[] = { "#" MODE, "#" CROSS, "#" IGNORE };
    const char *path = abs_top_srcdir "/src/hypervisor/nodedev-compat.conf";
    g_autoptr(virDomainHostdevCompatPolicy) policy = virDomainHostdevCompatPolicyRead(path);
    g_autoptr(virDomainHostdevCompatPolicy) active = NULL;
    g_autofree char *actual = testDescribePolicy(policy);
    g_autofree char *content = NULL;
    size_t i;

    if (policy->error ||
        virTestCompareToString("permissive 0", actual) < 0 ||
        virFileReadAll(path, 64 * 1024, &content) < 0)
        return -1;

    for (i = 0; i < G_N_ELEMENTS(settings); i++) {
        char *line = strstr(content, settings[i]);

        if (!line)
            return -1;
        *line = ' ';
    }

    g_free(actual);
    if (!(active = virDomainHostdevCompatPolicyParse(content, path)))
        return -1;
    actual = testDescribePolicy(active);

    return virTestCompareToString("permissive 0 attr-mismatch missing-both", actual);
}


struct testDecision {
    virDomainHostdevCompatMode mode;
    virNodeDeviceCompatResult verdict;
    virDomainHostdevCompatDecision expect;
};

#define PERMISSIVE VIR_DOMAIN_HOSTDEV_COMPAT_MODE_PERMISSIVE
#define ENFORCING VIR_DOMAIN_HOSTDEV_COMPAT_MODE_ENFORCING
#define DECISION(what) VIR_DOMAIN_HOSTDEV_COMPAT_DECISION_ ## what

static const struct testDecision decisions[] = {
    { PERMISSIVE, VIR_NODE_DEVICE_COMPAT_IDENTICAL, DECISION(ALLOW) },
    { PERMISSIVE, VIR_NODE_DEVICE_COMPAT_SUPERSET, DECISION(ALLOW) },
    { PERMISSIVE, VIR_NODE_DEVICE_COMPAT_UNKNOWN, DECISION(WARN) },
    { PERMISSIVE, VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE, DECISION(REFUSE) },
    { ENFORCING, VIR_NODE_DEVICE_COMPAT_IDENTICAL, DECISION(ALLOW) },
    { ENFORCING, VIR_NODE_DEVICE_COMPAT_SUPERSET, DECISION(ALLOW) },
    { ENFORCING, VIR_NODE_DEVICE_COMPAT_UNKNOWN, DECISION(REFUSE) },
    { ENFORCING, VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE, DECISION(REFUSE) },
};


static int
testPolicyDecide(const void *opaque)
{
    const struct testDecision *data = opaque;
    const virDomainHostdevCompatPolicy policy = { .mode = data->mode };

    return virDomainHostdevCompatPolicyDecide(&policy, data->verdict) == data->expect ? 0 : -1;
}


/* Names that are not known are left out of the sentence. */
static void
testAddReport(GPtrArray *reports,
              const char *source,
              const char *target,
              virNodeDeviceCompatReasonCode reason,
              const char *detail)
{
    g_ptr_array_add(reports,
                    virNodeDeviceCompatReportNewDevice(source, target, reason, detail));
}


static int
testFormatReasons(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GPtrArray) reports =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatReportFree);
    virNodeDeviceCompatReport *good = g_new0(virNodeDeviceCompatReport, 1);
    g_autofree char *actual = NULL;

    good->verdict = VIR_NODE_DEVICE_COMPAT_SUPERSET;
    g_ptr_array_add(reports, good);
    if ((actual = virDomainHostdevCompatReportsFormatReasons(reports)))
        return -1;

    testAddReport(reports, "s", NULL, VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_MISSING, "d");
    testAddReport(reports, NULL, "t", VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_DESCRIBED, NULL);
    testAddReport(reports, "s", "t", VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_CHANGED, "x");
    actual = virDomainHostdevCompatReportsFormatReasons(reports);

    return testFindError("a guest that uses 's' cannot continue: ", actual) < 0 ||
           testFindError("; it is not known whether a guest can continue on 't': ", actual) < 0 ||
           testFindError("; a guest that uses 's' cannot continue on 't': ", actual) < 0 ? -1 : 0;
}


static int
mymain(void)
{
    size_t i;

    virNodeDeviceCompatGoneSetMoment(60 * 1000);

    DO_TABLE("content", contents, testPolicyParse);

    DO_TEST(testPolicyMany, "\n", "content: too many lines");
    DO_TEST(testPolicyMany, ",", "content: too many items");
    DO_TEST(testPolicyMany, "[", "content: lists that are too deep");

    DO_TABLE("file", files, testPolicyRead);

    DO_TABLE("late", lates, testPolicyLate);

    DO_TEST(testPolicyLargest, NULL, "file, largest: good");
    DO_TEST(testPolicyInstalled, NULL, "file that is installed: permissive 0");

    for (i = 0; i < G_N_ELEMENTS(decisions); i++) {
        DO_TEST(testPolicyDecide, &decisions[i],
                "%s, %s: %d", virDomainHostdevCompatModeTypeToString(decisions[i].mode),
                virNodeDeviceCompatResultTypeToString(decisions[i].verdict),
                decisions[i].expect);
    }

    DO_TEST(testFormatReasons, NULL, "reasons of devices without a name");

    return testResult();
}

VIR_TEST_MAIN(mymain)
