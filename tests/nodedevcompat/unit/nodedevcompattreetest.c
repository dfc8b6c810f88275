/*
 * nodedevcompattreetest.c: how a tree is read, whatever it is about
 *
 * Where the reader may go if it is confined to a directory, and what it warns of.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <fcntl.h>

#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"

#define LIBVIRT_NODEDEV_COMPAT_ROOTPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_rootpriv.h"
#include "nodedev_compat/evidence/nodedev_compat_tree.h"
#include "virfile.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* Trees whose links lead out of the directory that is read as if it were the
 * root, R/devices here; the driver's link does, too. */
#define OUTSIDE BASE "R/secret secret\nR/secrets/x secret\n"

static const struct testTree confined[] = {
    { "nothing leads out but the driver", BASE, CAP(API TYPE DRIVER) },
    { "relative link",
      OUTSIDE "D/migration/self/x @link ../../../../../../secret",
      CAP(API TYPE DRIVER UNUSABLE("x", "unreadable")) },
    { "relative link that goes up further than it could",
      OUTSIDE "D/migration/self/x @link ../../../../../../../../../../../secret",
      CAP(API TYPE DRIVER UNUSABLE("x", "unreadable")) },
    { "absolute link", OUTSIDE "D/migration/self/x @link /etc/hostname",
      CAP(API TYPE DRIVER UNUSABLE("x", "unreadable")) },
    { "absolute link to a place inside",
      BASE "R/devices/a/b 1\nD/migration/self/x @link /a/b", CAP(API TYPE DRIVER ATTR("x", "1")) },
    { "relative link to a place inside",
      BASE "R/devices/a/b 1\nD/migration/self/x @link ../../../../../a/b",
      CAP(API TYPE DRIVER ATTR("x", "1")) },
    { "up beyond the root and in again",
      BASE "R/devices/a/b 1\nD/migration/self/x @link ../../../../../../../../a/b",
      CAP(API TYPE DRIVER ATTR("x", "1")) },
    { "link over a link",
      BASE "R/devices/a/b 1\nR/devices/c @link a\nD/migration/self/x @link /c/./b",
      CAP(API TYPE DRIVER ATTR("x", "1")) },
    { "link over a link that leads out",
      OUTSIDE "R/devices/c @link ../secrets\nD/migration/self/x @link /c/x",
      CAP(API TYPE DRIVER UNUSABLE("x", "unreadable")) },
    { "directory F1",
      OUTSIDE "D/migration/self @link ../../../../../secrets", LEFT("unreadable") },
    { "text F2", OUTSIDE "D/migration/self @link ../../../../../secret", LEFT("unreadable") },
    { "directory of all forms",
      OUTSIDE "R/secrets/self/x secret\nD/migration @link ../../../../secrets",
      LEFT("unreadable") },
    { "node F3",
      OUTSIDE "T/compatible_x 1\nD/x @link ../../../../secret\nT/x @link ../../../../../secret",
      CAP(API TYPE DRIVER UNUSABLE("x", "unreadable") ACCEPTS(ATTR("x", "1"))) },
    { "opaque F4", OUTSIDE "D/migration_version @link ../../../../secret",
      CAP(API TYPE DRIVER NO_OPAQUE("unreadable")) },
    { "parent's vendor",
      OUTSIDE "R/number 0x8086\nP/device 0x591d\nP/vendor @link ../../../number",
      CAP(API TYPE DRIVER UNUSABLE("pci_id", "unreadable")) },
    { "parent's physical function",
      OUTSIDE "R/physical/vendor 0x8086\nR/physical/device 0x591d\n"
      "P/physfn @link ../../../physical",
      CAP(API TYPE DRIVER UNUSABLE("pf_pci_id", "unreadable")
          UNUSABLE("pf_subsystem_id", "unreadable")) },
    { "parent's physical function, up beyond the root and in again",
      BASE "R/devices/physical/vendor 0x8086\nR/devices/physical/device 0x591d\n"
      "P/physfn @link ../../../../../physical",
      CAP(API TYPE DRIVER DERIVED("pf_pci_id", "8086:591d")) },
    { "links in a circle",
      BASE "D/migration/self/x @link y\nD/migration/self/y @link x",
      CAP(API TYPE DRIVER UNUSABLE("x", "unreadable") UNUSABLE("y", "unreadable")) },
    { "file that is taken for a directory",
      BASE "D/migration/self/x @link ../../mdev_type/device_api/y",
      CAP(API TYPE DRIVER UNUSABLE("x", "unreadable")) },
    { "file with a slash",
      BASE "D/migration/self/x @link ../../mdev_type/device_api/",
      CAP(API TYPE DRIVER UNUSABLE("x", "unreadable")) },
    { "file, and up again",
      BASE "D/migration/self/x @link ../../mdev_type/device_api/../device_api",
      CAP(API TYPE DRIVER UNUSABLE("x", "unreadable")) },
    { "directory, and up again",
      BASE "D/migration/self/x @link ../../mdev_type/../t1/./device_api",
      CAP(API TYPE DRIVER ATTR("x", "vfio-pci")) },
    { "type",
      OUTSIDE "R/types/t1 @dir\nD/mdev_type @none\nD/mdev_type @link ../../../../types/t1", GONE },
};


static int
testConfined(const void *opaque)
{
    const struct testTree *data = opaque;
    g_autoptr(testRoot) tree = testMakeTree(data->tree);
    g_autofree char *root = g_strdup_printf("%s/devices", tree);
    g_autofree char *actual = testReadConfined(root, "pci0000:00/0000:00:02.0/" UUID);

    return testCheckXML(data->expect, actual);
}


/* Where the reader may go, and where it may not */
static int
testConfine(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree(BASE);
    g_autofree char *gone = g_strdup_printf("%s/gone", root);
    g_autofree char *module = g_strdup_printf("%s/module", root);
    g_autofree char *everywhere = testReadConfined("/", "dev/null");
    g_autofree char *actual = NULL;
    g_autofree char *outside = NULL;
    int rc = virNodeDeviceCompatTreeConfine(gone);

    if (rc != -1) {
        virNodeDeviceCompatTreeConfine(NULL);
        return testFail("confined to a directory that is not there");
    }

    /* what failed has changed nothing */
    actual = testReadTree(root, PARENT "/" UUID);
    if (testCheckXML(CAP(API TYPE DRIVER), actual) < 0)
        return -1;

    if (virNodeDeviceCompatTreeConfine(module) < 0)
        return -1;
    outside = testReadTree(root, PARENT "/" UUID);
    virNodeDeviceCompatTreeConfine(NULL);

    return testCheckXML(GONE, outside);
}


/* A root that is another directory by now is not taken for the one that it was. */
static int
testReplaced(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree("R/tree/file 1");
    g_autofree char *tree = g_build_filename(root, "tree", NULL);
    g_autofree char *file = g_build_filename(tree, "file", NULL);
    g_autofree char *old = g_build_filename(root, "old", NULL);
    VIR_AUTOCLOSE before = -1;
    VIR_AUTOCLOSE after = -1;

    if (virNodeDeviceCompatTreeConfine(tree) < 0)
        return -1;
    before = virNodeDeviceCompatTreeOpen(file, O_RDONLY);

    if (rename(tree, old) < 0 || mkdir(tree, 0755) < 0)
        return -1;
    if (virNodeDeviceCompatTreeConfine(tree) < 0)
        return -1;
    after = virNodeDeviceCompatTreeOpen(file, O_RDONLY);
    virNodeDeviceCompatTreeConfine(NULL);

    return testExpectBool(true, before >= 0) < 0 || testExpectBool(false, after >= 0) < 0 ? -1 : 0;
}


/* Whether the kernel resolves paths, and whether they are walked where it does not: both
 * ways are taken in all tests of trees, see testReadConfined(). */
static int
testWays(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree(BASE);
    bool resolved;
    bool walked;

    virNodeDeviceCompatTreeSetWalk(true);
    if (virNodeDeviceCompatTreeConfine(root) < 0)
        return -1;
    walked = virNodeDeviceCompatTreeIsWalk();

    virNodeDeviceCompatTreeSetWalk(false);
    if (virNodeDeviceCompatTreeConfine(root) < 0)
        return -1;
    resolved = !virNodeDeviceCompatTreeIsWalk();
    virNodeDeviceCompatTreeConfine(NULL);

    if (!walked || virNodeDeviceCompatTreeIsWalk())
        return testFail("paths are not walked, or without a confinement");

    /* before Linux 5.6, and in some containers */
    return resolved ? 0 : EXIT_AM_SKIP;
}


/* What a path leads to, as the kernel says and as it is found here */
static const struct testLookUp {
    const char *name;
    const char *path;
    int expect;                 /* 0 or errno */
} lookUps[] = {
    { "a file", "/a/file", 0 },
    { "the root", "", 0 },
    { "the root, with a slash", "/", 0 },
    { "above the root", "/../../a/file", 0 },
    { "twice the slash", "//a//file", 0 },
    { "nothing", "/a/gone", ENOENT },
    { "nothing, and up again", "/gone/../a/file", ENOENT },
    { "below a file", "/a/file/x", ENOTDIR },
    { "a file with a slash", "/a/file/", ENOTDIR },
    { "a link in a circle", "/a/circle", ELOOP },
    { "a link to nothing", "/a/nowhere", ENOENT },
    { "an absolute link", "/a/absolute", 0 },
    { "a link out", "/a/out", ENOENT },
};


static int
testLookUpWay(const struct testLookUp *data,
              const char *root,
              bool walk)
{
    g_autofree char *path = g_strdup_printf("%s%s", root, data->path);
    g_autofree char *resolved = NULL;
    VIR_AUTOCLOSE fd = -1;
    struct stat sb;
    int rc;
    int error;

    virNodeDeviceCompatTreeSetWalk(walk);
    if (virNodeDeviceCompatTreeConfine(root) < 0)
        return -1;

    rc = virNodeDeviceCompatTreeStat(path, &sb);
    error = rc < 0 ? errno : 0;
    resolved = virNodeDeviceCompatTreeResolve(path);
    fd = virNodeDeviceCompatTreeOpen(path, O_RDONLY);

    virNodeDeviceCompatTreeConfine(NULL);
    virNodeDeviceCompatTreeSetWalk(false);

    if (error != data->expect)
        return testFail("expected '%s', got '%s'", g_strerror(data->expect), g_strerror(error));

    if (testExpectBool(error == 0, !!resolved) < 0 ||
        testExpectBool(error == 0, fd >= 0) < 0)
        return -1;

    if (resolved && (!STRPREFIX(resolved, root) || strstr(resolved, "..")))
        return testFail("'%s' is not below '%s'", resolved, root);

    return 0;
}


static int
testLookUp(const void *opaque)
{
    g_autoptr(testRoot) tree = testMakeTree("R/outside 1\nR/in/a/file 1\nR/in/a/circle @loop\n"
                                            "R/in/a/nowhere @link gone\n"
                                            "R/in/a/absolute @link /a/file\n"
                                            "R/in/a/out @link ../../outside");
    g_autofree char *root = g_strdup_printf("%s/in", tree);

    if (testLookUpWay(opaque, root, true) < 0)
        return -1;
    return testLookUpWay(opaque, root, false);
}


/* What is not usable is warned of once, however often it is read. */
static int
testWarnOnce(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree(BASE "D/migration/self/x @loop");
    g_autofree char *path = g_strdup_printf("%s/" PARENT "/" UUID "/migration/self/x", root);
    size_t count = 0;
    size_t i;

    for (i = 0; i < 3; i++) {
        g_autofree char *actual = testReadTree(root, PARENT "/" UUID);
        g_autofree char *log = virTestLogContentAndReset();

        if (log && strstr(log, path))
            count++;
    }

    if (count != 1)
        return testFail("expected one warning about %s, got %zu", path, count);

    return 0;
}


/* What was warned of is forgotten when there is too much of it. */
static int
testWarnMany(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree("R/a/t1/device_api @nul");
    g_autofree char *first = g_strdup_printf("%s/a", root);
    g_autofree char *from = g_strdup(first);
    size_t warned = 0;
    size_t i;

    for (i = 0; i < 1100; i++) {
        g_autofree char *to = g_strdup_printf("%s/a%zu", root, i);
        g_autofree char *actual = NULL;

        if (i == 0 || i == 1099) {
            g_free(to);
            to = g_strdup(first);
        }
        if (STRNEQ(from, to) && rename(from, to) < 0)
            return -1;

        actual = testReadTree(to, "t1");
        g_free(from);
        from = g_steal_pointer(&to);

        if (i == 0 || i == 1099) {
            g_autofree char *log = virTestLogContentAndReset();

            warned += log && strstr(log, first);
        }
    }

    if (warned != 2)
        return testFail("expected two warnings, got %zu", warned);

    return 0;
}


static int
mymain(void)
{
    testTreeInit();

    DO_TABLE_EXPECT("confined", confined, testConfined);

    DO_TABLE("look-up", lookUps, testLookUp);

    DO_TEST(testReplaced, NULL, "root that is replaced");
    DO_TEST(testWays, NULL, "two ways to resolve a path");
    DO_TEST(testConfine, NULL, "where the reader may go");
    DO_TEST(testWarnOnce, NULL, "a file that is not usable is warned of once");
    DO_TEST(testWarnMany, NULL, "warnings are forgotten when there are too many");

    return testResult();
}

VIR_TEST_MAIN(mymain)
