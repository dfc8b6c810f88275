/*
 * nodedevcompatfilestest.c: directories of rules and facts
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <unistd.h>

#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"
#include "nodedevcompatutils.h"

#include "nodedev_compat/evidence/nodedev_compat_files.h"
#include "nodedev_compat/nodedev_compat_rules.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define FACTS(content) "<nodedevCompatFacts>" content "</nodedevCompatFacts>"
#define GROUP(match, content) FACTS("<facts " match ">" content "</facts>")
#define X(value) "<attr name='x' value='" value "'/>"


/* The values that the files of @dirs have for x, and how many groups of rules */
static int
testFiles(virNodeDeviceCompatFiles *files,
          const char *const *dirs,
          const char *expect)
{
    g_autoptr(virNodeDeviceCompat) compat = testCompatParseDevice("type=a");
    g_autoptr(GPtrArray) groups = NULL;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *actual = NULL;
    size_t i;

    virNodeDeviceCompatFilesUpdate(files, dirs);
    groups = virNodeDeviceCompatFactsFind(files->facts, compat, NULL, NULL);
    for (i = 0; i < groups->len; i++) {
        const virNodeDeviceCompatFactGroup *group = g_ptr_array_index(groups, i);

        virBufferAsprintf(&buf, "%s ",
                          virNodeDeviceCompatAttrsFind(&group->compat->self, "x")->value);
    }
    virBufferAsprintf(&buf, "%zu", files->rules->ngroups);

    actual = virBufferContentAndReset(&buf);
    if (testExpectString(expect, actual) < 0)
        return -1;

    return testExpectError(NULL, virGetLastErrorCode() != VIR_ERR_OK);
}


/* Files change one after another: what applies then, and what is logged */
struct testStep {
    const char *name;           /* of the file */
    const char *content;        /* NULL: the file goes away */
    const char *expect;         /* values of x, number of groups of rules */
    const char *log;
};

static const struct testStep steps[] = {
    { "usr/a.xml", NULL, "0", NULL },
    { "usr/a.xml", GROUP("type='a'", X("1")), "1 0", NULL },
    { "usr/b.xml", GROUP("type='a'", X("2")), "1 2 0", NULL },
    { "usr/c.xml",
      "<nodedevCompatRules><rules type='a'/></nodedevCompatRules>", "1 2 1", NULL },
    { "etc/a.xml", GROUP("type='a'", X("3")), "3 2 1", NULL },
    { "etc/b.xml", "<nodedevCompatRules/>", "3 1", NULL },
    { "etc/a.xml", GROUP("type='a'", X("4")), "4 1", NULL },
    { "etc/a.xml", FACTS("\n<facts/>"), "1", "etc/a.xml:2: a group of facts must say" },
    { "etc/c.xml", "<nodedevCompatFacts>", "0", "etc/c.xml:1: " },
    { "etc/c.xml",
      "<other/>", "0",
      "etc/c.xml:1: expected <nodedevCompatRules> or <nodedevCompatFacts>, not <other>" },
    { "etc/c.xml", NULL, "1", NULL },
    { "etc/a.xml", NULL, "1 1", NULL },
    { "etc/b.xml", NULL, "1 2 1", NULL },
    { "usr/d.conf", GROUP("type='a'", X("5")), "1 2 1", NULL },
    { "usr/.d.xml", GROUP("type='a'", X("5")), "1 2 1", NULL },
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
    else
        unlink(path);

    if (testFiles(&stepFiles, dirs, data->expect) < 0)
        return -1;

    log = virTestLogContentAndReset();
    if (data->log && (!log || !strstr(log, data->log)))
        return testFail("expected '%s' in the log, got '%s'", data->log, NULLSTR(log));

    /* it is not read again unless it changes */
    if (testFiles(&stepFiles, dirs, data->expect) < 0)
        return -1;

    again = virTestLogContentAndReset();
    if (again && strstr(again, "are not used"))
        return testFail("expected no second warning, got '%s'", again);

    return 0;
}


/* Files that are no text, or nothing that can be read to its end */
struct testOdd {
    const char *name;
    const char *node;
    const char *expect;         /* in the log */
};

#define NOT_REGULAR "it is not a regular file"

static const struct testOdd odds[] = {
    { "FIFO", "R/etc/a.xml @fifo", NOT_REGULAR },
    { "directory", "R/etc/a.xml @dir", NOT_REGULAR },
    { "link that leads nowhere", "R/etc/a.xml @loop", NOT_REGULAR },
    { "dangling link", "R/etc/a.xml @link nowhere", NOT_REGULAR },
    { "link to a device", "R/etc/a.xml @link /dev/zero", NOT_REGULAR },
    { "NUL byte", "R/etc/a.xml @nul", "it holds a NUL byte" },
    { "too large", "R/etc/a.xml @fill 300000 x", "etc/a.xml" },
    { "empty", "R/etc/a.xml @raw ", "etc/a.xml" },
};


static int
testOddFile(const void *opaque)
{
    const struct testOdd *data = opaque;
    g_autoptr(testRoot) tree = testMakeTree(data->node);
    g_autofree char *etc = g_strdup_printf("%s/etc", tree);
    g_autofree char *good = g_strdup_printf("%s/etc/b.xml", tree);
    const char *const dirs[] = { etc, NULL };
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_autofree char *log = NULL;

    testMakeFile(good, GROUP("type='a'", X("1")), -1);

    if (testFiles(&files, dirs, "1 0") < 0)
        return -1;

    log = virTestLogContentAndReset();
    if (!log || !strstr(log, data->expect))
        return testFail("expected '%s' in the log, got '%s'", data->expect, NULLSTR(log));

    return 0;
}


static int
mymain(void)
{
    testTreeInit();

    root = testMakeTree("");
    DO_TABLE_EXPECT("directories", steps, testStep);
    virNodeDeviceCompatFilesClear(&stepFiles);
    testDropTree(root);

    DO_TABLE_EXPECT("file", odds, testOddFile);

    return testResult();
}

VIR_TEST_MAIN(mymain)
