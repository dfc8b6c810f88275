/*
 * nodedevcompatfilestest.c: directories of rules and facts
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"
#include "nodedevcompatutils.h"

#define LIBVIRT_NODEDEV_COMPAT_GONEPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_files.h"
#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedev_compat/nodedev_compat_gonepriv.h"
#include "nodedev_compat/nodedev_compat_rules.h"
#include "virlog.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define FACTS(content) "<nodedevCompatFacts>" content "</nodedevCompatFacts>"
#define GROUP(match, content) FACTS("<facts " match ">" content "</facts>")
#define X(value) "<attr name='x' value='" value "'/>"


/* The values that the files of @dirs have for x, how many groups of rules, and what is
 * wrong with the files */
static int
testFiles(virNodeDeviceCompatFiles *files,
          const char *const *dirs,
          const char *expect)
{
    g_autoptr(virNodeDeviceCompat) compat = testCompatParseDevice("type=a");
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    virNodeDeviceCompatFactNames names = { 0 };
    virNodeDeviceCompatBudget budget = { .max = VIR_NODE_DEVICE_COMPAT_WORK_MAX };
    g_autoptr(GPtrArray) groups = NULL;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *actual = NULL;
    size_t i;

    virNodeDeviceCompatFilesUpdate(files, dirs);
    groups = virNodeDeviceCompatFactsFind(files->facts, compat, &names, &budget);
    for (i = 0; i < groups->len; i++) {
        const virNodeDeviceCompatFactMatch *match = g_ptr_array_index(groups, i);

        virBufferAsprintf(&buf, "%s ",
                          virNodeDeviceCompatAttrsFind(&match->group->compat->self, "x")->value);
    }
    virBufferAsprintf(&buf, "%zu", files->rules->ngroups);

    report = virNodeDeviceCompatCompare(compat, compat, files->rules, 0);
    for (i = 0; i < report->nreasons; i++) {
        if (STREQ(report->reasons[i]->rule, "files"))
            virBufferAsprintf(&buf, " %s:%s", report->reasons[i]->code, report->reasons[i]->attr);
    }
    if (files->facts->unusable != VIR_NODE_DEVICE_COMPAT_ATTR_OK)
        virBufferAsprintf(&buf, " facts %s",
                          virNodeDeviceCompatAttrStateTypeToString(files->facts->unusable));

    actual = virBufferContentAndReset(&buf);
    if (testExpectString(expect, actual) < 0)
        return -1;

    return testExpectError(NULL, virGetLastErrorCode() != VIR_ERR_OK);
}


/* Files change one after another: what applies then, and what is logged */
struct testStep {
    const char *name;           /* of the file */
    const char *content;        /* NULL: the file goes away */
    const char *expect;         /* values of x, number of groups of rules, faults */
    const char *log;
};

#define RULES(content) "<nodedevCompatRules>" content "</nodedevCompatRules>"
#define HIDDEN "usr/a.xml' are hidden by '"

static const struct testStep steps[] = {
    { "usr/a.xml", NULL, "0", NULL },
    { "usr/a.xml", GROUP("type='a'", X("1")), "1 0", NULL },
    { "usr/b.xml", GROUP("type='a'", X("2")), "1 2 0", NULL },
    { "usr/c.xml", RULES("<rules type='a'/>"), "1 2 1", NULL },
    /* of two files with one name and kind, the first is used */
    { "etc/a.xml", GROUP("type='a'", X("3")), "3 2 1", HIDDEN },
    { "etc/b.xml", RULES(), "3 2 1", NULL },
    { "etc/c.xml", GROUP("type='a'", X("9")), "3 2 9 1", NULL },
    { "etc/c.xml", RULES("<rules type='b'/><rules type='c'/>"), "3 2 2 rules-hidden:rules",
      "usr/c.xml' are hidden by" },
    { "etc/c.xml", NULL, "3 2 1", NULL },
    { "etc/b.xml", NULL, "3 2 1", NULL },
    { "etc/a.xml", GROUP("type='a'", X("4")), "4 2 1", NULL },
    /* of a file that was usable, its content stays, and keeps hiding */
    { "etc/a.xml", FACTS("\n<facts/>"), "4 2 1 rules-outdated:facts",
      "etc/a.xml:2: a group of facts must say" },
    { "etc/a.xml", RULES("\n<rules/>"), "4 2 1 rules-outdated:facts",
      "etc/a.xml:2: a group of rules must say" },
    /* a file whose kind is not known hides nothing */
    { "etc/c.xml", "<nodedevCompatFacts>",
      "4 2 1 rules-unusable:rules rules-outdated:facts facts malformed", "etc/c.xml:1: " },
    { "etc/c.xml", "<other/>", "4 2 1 rules-unusable:rules rules-outdated:facts facts malformed",
      "etc/c.xml:1: expected <nodedevCompatRules> or <nodedevCompatFacts>, not <other>" },
    /* if the kind is known, it hides others of that */
    { "etc/c.xml", FACTS("<x/>"), "4 2 1 rules-outdated:facts facts malformed",
      "etc/c.xml:1: unknown element <x>" },
    { "etc/c.xml", RULES("<x/>"),
      "4 2 0 rules-unusable:rules rules-outdated:facts rules-hidden:rules",
      "etc/c.xml:1: unknown element <x>" },
    { "etc/c.xml", NULL, "4 2 1 rules-outdated:facts", NULL },
    /* what is hidden need not be usable, unless it could be of another kind */
    { "usr/a.xml", FACTS("<x/>"), "4 2 1 rules-outdated:facts", NULL },
    { "etc/a.xml", GROUP("type='a'", X("5")), "5 2 1", NULL },
    { "usr/d.xml", "<nodedev", "5 2 1 rules-unusable:rules facts malformed", "usr/d.xml:1: " },
    { "etc/d.xml", RULES(), "5 2 1 rules-unusable:rules facts malformed", NULL },
    { "usr/d.xml", RULES("<x/>"), "5 2 1 rules-hidden:rules", "warning" },
    { "etc/d.xml", NULL, "5 2 1 rules-unusable:rules", "usr/d.xml:1: unknown element <x>" },
    { "usr/d.xml", NULL, "5 2 1", NULL },
    { "etc/a.xml", NULL, "1 2 1 rules-outdated:facts", "usr/a.xml:1: unknown element <x>" },
    { "usr/a.xml", NULL, "2 1", NULL },
    { "usr/d.conf", GROUP("type='a'", X("5")), "2 1", NULL },
    { "usr/.d.xml", GROUP("type='a'", X("5")), "2 1", NULL },
};

static testRoot *root;
static virNodeDeviceCompatFiles stepFiles;


static int
testStep(const void *opaque)
{
    const struct testStep *data = opaque;
    g_autofree char *path = g_strdup_printf("%s/%s", root, data->name);
    g_autofree char *etc = g_strdup_printf("%s/etc", root);
    g_autofree char *usr = g_strdup_printf("%s/usr", root);
    const char *const dirs[] = { etc, usr, NULL };
    g_autofree char *log = NULL;
    g_autofree char *again = NULL;

    if (data->content)
        testMakeFile(path, data->content, -1);
    else if (unlink(path) == 0 && testMakeOld(dirs[*data->name == 'u']) < 0)
        return -1;

    if (testFiles(&stepFiles, dirs, data->expect) < 0)
        return -1;

    log = virTestLogContentAndReset();
    if (data->log && (!log || !strstr(log, data->log)))
        return testFail("expected '%s' in the log, got '%s'", data->log, NULLSTR(log));
    if (!data->log && log && strstr(log, "cannot be used"))
        return testFail("expected no error in the log, got '%s'", log);

    /* it is not read again unless it changes */
    if (testFiles(&stepFiles, dirs, data->expect) < 0)
        return -1;

    again = virTestLogContentAndReset();
    if (again && (strstr(again, "cannot be used") || strstr(again, "hidden")))
        return testFail("expected no second warning, got '%s'", again);

    return 0;
}


/* A file that has just gone, or whose directory has, may be about to come back. */
static int
testMoment(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) tree = testMakeTree("R/etc/a.xml " GROUP("type='a'", X("1"))
                                            "\nR/etc/b.xml <x");
    g_autofree char *etc = g_strdup_printf("%s/etc", tree);
    g_autofree char *away = g_strdup_printf("%s/away", tree);
    g_autofree char *a = g_strdup_printf("%s/a.xml", etc);
    g_autofree char *b = g_strdup_printf("%s/b.xml", etc);
    const char *const dirs[] = { etc, NULL };
    g_auto(virNodeDeviceCompatFiles) files = { 0 };

    if (testFiles(&files, dirs, "1 0 rules-unusable:rules facts malformed") < 0 ||
        unlink(a) < 0 || unlink(b) < 0 ||
        testFiles(&files, dirs,
                  "1 0 rules-unusable:rules rules-outdated:facts facts unreadable") < 0)
        return -1;

    testMakeFile(a, GROUP("type='a'", X("2")), -1);
    if (testMakeOld(etc) < 0 ||
        testFiles(&files, dirs, "2 0") < 0 ||
        rename(etc, away) < 0 ||
        testFiles(&files, dirs, "2 0 rules-outdated:facts") < 0 ||
        rename(away, etc) < 0 ||
        testFiles(&files, dirs, "2 0") < 0 ||
        rename(etc, away) < 0 || testMakeOld(tree) < 0 ||
        testFiles(&files, dirs, "0") < 0)
        return -1;

    return 0;
}


/* Files of one name whose kind is not known do not hide each other; and a file that is
 * changed and stays as broken as it was is logged again. */
static int
testBroken(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) tree = testMakeTree("R/etc/a.xml <x\nR/usr/a.xml <x");
    g_autofree char *etc = g_strdup_printf("%s/etc", tree);
    g_autofree char *usr = g_strdup_printf("%s/usr", tree);
    const char *const dirs[] = { etc, usr, NULL };
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_autoptr(GPtrArray) causes = NULL;
    g_autofree char *log = NULL;

    if (testFiles(&files, dirs, "0 rules-unusable:rules facts malformed") < 0)
        return -1;

    causes = virNodeDeviceCompatFilesGetCauses(&files);
    if (testExpectNumber(2, causes->len) < 0)
        return -1;

    g_free(virTestLogContentAndReset());
    testMakeNodes(tree, "R/etc/a.xml <x", false);
    if (testFiles(&files, dirs, "0 rules-unusable:rules facts malformed") < 0)
        return -1;

    log = virTestLogContentAndReset();
    if (!log || !strstr(log, "cannot be used") || !strstr(log, "etc/a.xml") ||
        strstr(log, "usr/a.xml"))
        return testFail("expected an error about etc/a.xml alone, got '%s'", NULLSTR(log));

    return 0;
}


/* A file that is replaced by another of the same size and time is another one. */
static int
testReplaced(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) tree = testMakeTree("");
    g_autofree char *etc = g_strdup_printf("%s/etc", tree);
    g_autofree char *path = g_strdup_printf("%s/etc/a.xml", tree);
    g_autofree char *other = g_strdup_printf("%s/other", tree);
    const char *const dirs[] = { etc, NULL };
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    struct timespec times[2] = { { .tv_sec = 1000000 }, { .tv_sec = 1000000 } };

    testMakeFile(path, GROUP("type='a'", X("1")), -1);
    testMakeFile(other, GROUP("type='a'", X("2")), -1);
    if (utimensat(AT_FDCWD, path, times, 0) < 0 ||
        utimensat(AT_FDCWD, other, times, 0) < 0 ||
        testFiles(&files, dirs, "1 0") < 0)
        return -1;

    if (rename(other, path) < 0)
        return -1;

    return testFiles(&files, dirs, "2 0");
}


/* What is written into a mapping of a file that was written to before does not show, nor
 * does, on many kernels, what is written soon after something else: there is no other size,
 * inode or time then. */
static int
testMapped(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) tree = testMakeTree("");
    g_autofree char *etc = g_strdup_printf("%s/etc", tree);
    g_autofree char *path = g_strdup_printf("%s/etc/a.xml", tree);
    const char *const dirs[] = { etc, NULL };
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_autofree char *log = NULL;
    VIR_AUTOCLOSE fd = -1;
    char *map;
    int rc = -1;

    testMakeFile(path, GROUP("type='a'", X("1")), -1);
    if ((fd = open(path, O_RDWR | O_CLOEXEC)) < 0 ||
        (map = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)) == MAP_FAILED)
        return -1;

    *strchr(map, '1') = '2';
    if (testFiles(&files, dirs, "2 0") < 0)
        goto cleanup;
    *strchr(map, '2') = '3';
    if (testFiles(&files, dirs, "3 0") < 0)
        goto cleanup;

    /* as long as it is not known to be the same, it is read, and that is no news */
    *map = 'x';
    g_free(virTestLogContentAndReset());
    if (testFiles(&files, dirs, "3 0 rules-outdated:facts") < 0)
        goto cleanup;
    g_free(virTestLogContentAndReset());
    if (testFiles(&files, dirs, "3 0 rules-outdated:facts") < 0)
        goto cleanup;
    log = virTestLogContentAndReset();
    if (log && strstr(log, "cannot be used")) {
        testFail("logged twice: '%s'", log);
        goto cleanup;
    }

    *map = '<';
    rc = testFiles(&files, dirs, "3 0");

 cleanup:
    munmap(map, 1);
    return rc;
}


static int
mymain(void)
{
    testTreeInit();
    virNodeDeviceCompatGoneSetMoment(60 * 1000);
    if (!getenv("LIBVIRT_DEBUG"))
        virLogSetDefaultPriority(VIR_LOG_INFO);

    root = testMakeTree("");
    DO_TABLE_EXPECT("directories", steps, testStep);
    virNodeDeviceCompatFilesClear(&stepFiles);
    testDropTree(root);

    DO_TEST(testMoment, NULL, "gone a moment ago");
    DO_TEST(testBroken, NULL, "two broken files of one name");
    DO_TEST(testReplaced, NULL, "replaced by a file of the same size and time");
    DO_TEST(testMapped, NULL, "changed without another time");

    return testResult();
}

VIR_TEST_MAIN(mymain)
