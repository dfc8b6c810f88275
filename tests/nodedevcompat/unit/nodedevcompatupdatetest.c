/*
 * nodedevcompatupdatetest.c: types and descriptors of a node device, read in time or not
 *
 * Also what becomes of a definition when they are stored in it.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"

#define LIBVIRT_NODEDEV_COMPAT_READERPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_readerpriv.h"
#include "nodedev_compat/evidence/nodedev_compat_update.h"
#include "nodedev_compat/nodedev_compat_device.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define TYPES "R/" PARENT "/mdev_supported_types/"
#define ONE "T/available_instances 4\n"
#define OTHER TYPES "a/device_api vfio-pci\n" TYPES "a/available_instances 0\n"

#define EARLY G_MAXINT64
#define LATE 0


static virNodeDeviceDef *
testMakeDef(const char *root,
            const char *path,
            virNodeDevCapType kind,
            const char *type)
{
    virNodeDeviceDef *def = g_new0(virNodeDeviceDef, 1);

    def->name = g_strdup("device");
    def->sysfs_path = path ? g_strdup_printf("%s/%s", root, path) : NULL;
    def->caps = g_new0(virNodeDevCapsDef, 1);
    def->caps->data.type = kind;
    if (kind == VIR_NODE_DEV_CAP_MDEV) {
        def->caps->data.mdev.active_config.type = g_strdup(type);
    } else if (type) {
        virMediatedDeviceType **types = g_new0(virMediatedDeviceType *, 1);

        types[0] = g_new0(virMediatedDeviceType, 1);
        types[0]->id = g_strdup(type);
        types[0]->available_instances = 9;
        virNodeDevCapsDefSetMdevTypes(def->caps, types, 1);
    }

    return def;
}


/* "TYPE=INSTANCES [DESCRIPTOR]" of each type, "?" if they are not known */
static char *
testFormatTypes(const virNodeDeviceDef *def)
{
    g_autoptr(GString) text = g_string_new("");
    virMediatedDeviceType **types = NULL;
    size_t ntypes = virNodeDevCapsDefGetMdevTypes(def->caps, &types);
    size_t i;

    for (i = 0; i < ntypes; i++) {
        const virNodeDeviceCompat *compat = virNodeDeviceCompatTypesGet(def->caps->data.typeCompat,
                                                                        types[i]->id);
        g_autofree char *xml = compat ? testFormatTight(compat) : g_strdup("none");

        g_string_append_printf(text, "%s%s=", i > 0 ? " " : "", types[i]->id);
        if (types[i]->available_instances == VIR_NODE_DEVICE_COMPAT_INSTANCES_UNKNOWN)
            g_string_append_c(text, '?');
        else
            g_string_append_printf(text, "%u", types[i]->available_instances);
        g_string_append_printf(text, " [%s]", xml);
    }

    return g_string_free(g_steal_pointer(&text), FALSE);
}


struct testTypes {
    const char *name;
    const char *tree;
    virNodeDevCapType kind;
    gint64 instancesDeadline;
    gint64 deadline;
    const char *expect;
};

#define PCI VIR_NODE_DEV_CAP_PCI_DEV
#define T1 CAP(API TYPE DRIVER)
#define A CAP(API "<type id='a'/>" DRIVER)
#define UNREAD(type) CAP("<type id='" type "'/>" UNUSABLE("migration", "timeout"))
#define LOST(type) CAP("<type id='" type "'/>" UNUSABLE("migration", "unreadable"))

static const struct testTypes types[] = {
    { "one", ONE, PCI, EARLY, EARLY, "t1=4 [" T1 "]" },
    { "two, in order", ONE OTHER, PCI, EARLY, EARLY, "a=0 [" A "] t1=4 [" T1 "]" },
    { "of a matrix", ONE, VIR_NODE_DEV_CAP_AP_MATRIX, EARLY, EARLY, "t1=4 [" T1 "]" },
    { "of a subchannel", ONE, VIR_NODE_DEV_CAP_CSS_DEV, EARLY, EARLY, "t1=4 [" T1 "]" },
    { "of any parent", ONE, VIR_NODE_DEV_CAP_MDEV_TYPES, EARLY, EARLY, "t1=4 [" T1 "]" },
    { "of a device that has none", ONE, VIR_NODE_DEV_CAP_NET, EARLY, EARLY, "" },
    { "none any more", "T @none\nR/" PARENT "/mdev_supported_types @none", PCI, EARLY, EARLY, "" },
    { "no list of them", "T @none\nR/" PARENT "/mdev_supported_types @none\n"
      "R/" PARENT "/mdev_supported_types @loop", PCI, EARLY, EARLY, "gone=? [" LOST("gone") "]" },
    { "one that cannot be found", ONE "R/" PARENT "/mdev_supported_types/lost @loop\n",
      PCI, EARLY, EARLY, "lost=? [" LOST("lost") "] t1=4 [" T1 "]" },
    { "instances absent", BASE, PCI, EARLY, EARLY, "t1=? [" T1 "]" },
    { "instances that are no number", "T/available_instances many", PCI, EARLY, EARLY,
      "t1=? [" T1 "]" },
    { "fewer than none", "T/available_instances -1", PCI, EARLY, EARLY, "t1=? [" T1 "]" },
    { "instances cannot be read", "T/available_instances @loop", PCI, EARLY, EARLY,
      "t1=? [" T1 "]" },
    { "too late for instances", ONE OTHER, PCI, LATE, EARLY, "a=? [" A "] t1=? [" T1 "]" },
    { "too late for descriptors", ONE OTHER, PCI, EARLY, LATE,
      "a=0 [" UNREAD("a") "] t1=4 [" UNREAD("t1") "]" },
    { "too late for the descriptor of one of NVIDIA's",
      "T @none\n" TYPES "vfio-pci-575/available_instances 1\n", PCI, EARLY, LATE,
      "vfio-pci-575=1 [" UNREAD("nvidia-575") "]" },
    { "too late for the descriptor of one of another vendor",
      "T @none\n" TYPES "vfio-pci-x/available_instances 1\n", PCI, EARLY, LATE,
      "vfio-pci-x=1 [" UNREAD("vfio-pci-x") "]" },
};


static int
testTypes(const void *opaque)
{
    const struct testTypes *test = opaque;
    const virNodeDeviceCompatBounds bounds = { .deadline = test->deadline };
    g_autofree char *tree = g_strdup_printf(BASE "%s", test->tree);
    g_autoptr(testRoot) root = testMakeTree(tree);
    g_autoptr(virNodeDeviceDef) def = testMakeDef(root, PARENT, test->kind, "gone");
    g_autofree char *actual = NULL;

    virNodeDeviceCompatUpdateMdevTypes(def, test->instancesDeadline);
    virNodeDeviceCompatUpdate(def, NULL, &bounds);

    actual = testFormatTypes(def);
    return testExpectString(test->expect, actual);
}


/* A device itself is read whatever the deadline is. */
static int
testDevice(const void *opaque G_GNUC_UNUSED)
{
    const virNodeDeviceCompatBounds bounds = { .deadline = LATE };
    g_autoptr(testRoot) root = testMakeTree(BASE);
    g_autoptr(virNodeDeviceDef) def = testMakeDef(root, PARENT "/" UUID, VIR_NODE_DEV_CAP_MDEV,
                                                  "t1");
    g_autofree char *actual = NULL;

    virNodeDeviceCompatUpdateMdevTypes(def, LATE);
    virNodeDeviceCompatUpdate(def, NULL, &bounds);
    actual = testFormatTight(def->caps->data.compat);
    return testExpectBool(true, strstr(actual, API TYPE) != NULL);
}


/* A device that has lost its type, and what is known of it */
static const struct testLost {
    const char *name;
    const char *tree;
    const char *expect;         /* NULL: there is no such device */
} losts[] = {
    { "being removed", "D/mdev_type @none", LOST("t1") },
    { "its type cannot be looked at", "D/mdev_type @none\nD/mdev_type @loop", LOST("t1") },
    { "its type is gone", "T @none", LOST("t1") },
    { "removed", "D @none", NULL },
};


static int
testLost(const void *opaque)
{
    const struct testLost *test = opaque;
    const virNodeDeviceCompatBounds bounds = { .deadline = EARLY };
    g_autofree char *tree = g_strdup_printf(BASE "%s", test->tree);
    g_autoptr(testRoot) root = testMakeTree(tree);
    g_autoptr(virNodeDeviceDef) def = testMakeDef(root, PARENT "/" UUID, VIR_NODE_DEV_CAP_MDEV,
                                                  "t1");
    g_autofree char *actual = NULL;

    virNodeDeviceCompatUpdate(def, NULL, &bounds);
    actual = testFormatTight(def->caps->data.compat);
    return testExpectString(test->expect, actual);
}


/* What is stored in a definition that was "t1" when it was copied */

struct testStore {
    const char *name;
    const char *path;           /* of the device as it is then */
    virNodeDevCapType kind;
    const char *type;
    bool expect;                /* whether it has the new descriptor, or else none */
};

#define MDEV VIR_NODE_DEV_CAP_MDEV

static const struct testStore stores[] = {
    { "the same device", "a", MDEV, "t1", true },
    { "another path", "b", MDEV, "t1", false },
    { "not started any more", NULL, MDEV, "t1", false },
    { "another type", "a", MDEV, "t2", false },
    { "no type", "a", MDEV, NULL, false },
    { "another kind", "a", PCI, NULL, false },
};


static int
testStore(const void *opaque)
{
    const struct testStore *test = opaque;
    g_autoptr(virNodeDeviceDef) before = testMakeDef("/sys", "a", MDEV, "t1");
    g_autoptr(virNodeDeviceDef) after = testMakeDef("/sys", test->path, test->kind, test->type);
    g_autoptr(virNodeDeviceDef) copy = virNodeDeviceDefCopyCompat(before);
    bool stored;

    copy->caps->data.compat = virNodeDeviceCompatNew();
    virNodeDeviceCompatTypesSet(&copy->caps->data.typeCompat, "t", virNodeDeviceCompatNew());
    after->caps->data.compat = virNodeDeviceCompatNew();

    stored = virNodeDeviceDefStoreCompat(after, copy);
    if (testExpectBool(test->expect, stored) < 0)
        return -1;

    if (after->caps->data.compat != (stored ? copy->caps->data.compat : NULL) ||
        after->caps->data.typeCompat != (stored ? copy->caps->data.typeCompat : NULL))
        return testFail("it does not have the descriptors that it should");

    return 0;
}


/* What is looked at, however much there is, by the number of files that are read */
struct testWork {
    const char *name;
    size_t devices;             /* that a search reads; 0: one device by itself */
    size_t attrs;               /* that each publishes */
    size_t types;               /* that it offers */
    size_t lists;               /* of each type */
    size_t queues;              /* of the host, one of which each device has: it is a matrix */
    bool own;
    size_t least;
    size_t most;
    const char *expect;         /* in a descriptor of the last device or type; NULL: there are
                                 * none of types */
};

static const struct testWork works[] = {
    { "device, with types that are not asked for", 0, 20, 600, 10, 0, true, 0, 100, NULL },
    { "device with many attributes", 0, 400, 0, 0, 0, false, 400, 500, "'a399'" },
    { "device with some types", 0, 1, 60, 5, 0, false, 60 * 6, 60 * 30, "<deviceAPI>" },
    { "device with too many types", 0, 1, 600, 1, 0, false, 512 * 2, 512 * 30,
      UNUSABLE("migration", "cut") },
    { "device with too many lists of types", 0, 1, 500, 40, 0, false, 2048, 8192,
      UNUSABLE("migration", "cut") },
    { "search of usual devices", 150, 30, 0, 0, 0, false, 150 * 30, 150 * 90, "'a29'" },
    { "search of large devices", 150, 200, 0, 0, 0, false, 4096, 4096 + 150 * 150,
      UNUSABLE("migration", "cut") },
    { "search of types", 10, 1, 40, 5, 0, false, 400 * 6, 400 * 30, "<deviceAPI>" },
    { "search of too many types", 20, 1, 200, 40, 0, false, 4096, 4096 + 20 * 1024,
      UNUSABLE("migration", "cut") },
    { "matrix on a host with many queues", 0, 0, 0, 0, 500, false, 500 * 2, 500 * 4, "01.01f3" },
    { "search of matrices", 10, 0, 0, 0, 100, false, 10 * 100 * 2, 10 * 100 * 4, "01.0063" },
    { "search of matrices on a host with many queues", 100, 0, 0, 0, 500, false,
      500 * 2, 20 * 500 * 2, UNUSABLE("migration", "cut") },
};

static gsize reads;             /* atomic, as threads read */


static int
testCount(const char *path G_GNUC_UNUSED)
{
    g_atomic_pointer_add(&reads, 1);
    return 0;
}


static testRoot *
testMakeWork(const struct testWork *test)
{
    testRoot *root = testMakeTree(BASE);
    size_t i;
    size_t j;

    for (i = 0; i < test->attrs; i++) {
        g_autofree char *path = g_strdup_printf("%s/" PARENT "/" UUID "/migration/self/a%zu",
                                                root, i);

        testMakeFile(path, "value", -1);
    }

    if (test->queues > 0)
        testMakeNodes(root, "T/device_api vfio-ap\nP/features migratable\n"
                      "D/matrix 01.0000\n", false);
    for (i = 0; i < test->queues; i++) {
        g_autofree char *nodes = g_strdup_printf(
            "R/bus/ap/devices/01.%04zx/driver @link ../../../../bus/ap/drivers/vfio_ap\n"
            "R/bus/ap/devices/01.%04zx/config 1\n"
            "R/bus/ap/devices/01.%04zx/chkstop 0", i, i, i);

        testMakeNodes(root, nodes, false);
    }

    for (i = 0; i < test->types; i++) {
        g_autofree char *type = g_strdup_printf("%s/" PARENT "/mdev_supported_types/many%04zu",
                                                root, i);
        g_autofree char *api = g_build_filename(type, "device_api", NULL);

        testMakeFile(api, "vfio-pci", -1);
        for (j = 0; j < test->lists; j++) {
            g_autofree char *path = g_strdup_printf("%s/compatible_x%zu", type, j);

            testMakeFile(path, "1,2", -1);
        }
    }

    return root;
}


static int
testWork(const void *opaque)
{
    const struct testWork *test = opaque;
    virNodeDeviceCompatBudget budget = { .max = VIR_NODE_DEVICE_COMPAT_WORK_MAX };
    const virNodeDeviceCompatBounds bounds = {
        .deadline = EARLY,
        .own = test->own,
        .budget = test->devices > 0 ? &budget : NULL,
    };
    g_autoptr(testRoot) root = testMakeWork(test);
    g_autoptr(virNodeDeviceDef) def = test->types > 0 ?
                                      testMakeDef(root, PARENT, PCI, "t1") :
                                      testMakeDef(root, PARENT "/" UUID, MDEV, "t1");
    g_autofree char *actual = NULL;
    size_t i;

    virNodeDeviceCompatReaderSetHook(testCount);
    virNodeDeviceCompatUpdateMdevTypes(def, LATE);
    reads = 0;
    for (i = 0; i < MAX(test->devices, 1); i++)
        virNodeDeviceCompatUpdate(def, NULL, &bounds);

    if (reads < test->least || reads > test->most)
        return testFail("%zu files were read, expected %zu to %zu", reads, test->least,
                        test->most);

    if (!test->expect)
        return testExpectNumber(0, def->caps->data.typeCompat != NULL);

    if (test->types > 0) {
        g_autofree char *last = g_strdup_printf("many%04zu", test->types - 1);

        actual = testFormatTight(virNodeDeviceCompatTypesGet(def->caps->data.typeCompat, last));
    } else {
        actual = testFormatTight(def->caps->data.compat);
    }

    return strstr(actual, test->expect) ? 0 :
           testFail("expected %s in %.300s", test->expect, actual);
}


/* Facts that cost much: each of @groups states the same set of many items, in another order than
 * the first one does. What they cost is shared by all that is read together. */
static const struct testFactsWork {
    const char *name;
    size_t devices;             /* that a search reads; 0: one by itself */
    size_t types;               /* that it offers; 0: the device itself */
    size_t groups;
    bool whole;                 /* whether the last one is read as a whole */
} factsWorks[] = {
    { "facts about a device", 0, 0, 50, true },
    { "too many facts about a device", 0, 0, 1000, false },
    { "facts about devices of a search", 150, 0, 2, true },
    { "too many facts about devices of a search", 150, 0, 50, false },
    { "facts about types", 0, 40, 2, true },
    { "too many facts about types", 0, 40, 50, false },
    { "too many facts about types of a search", 20, 5, 50, false },
};


static void
testAddFact(virNodeDeviceCompatFacts *facts,
            bool backwards)
{
    const size_t count = 700;
    g_auto(virBuffer) xml = VIR_BUFFER_INITIALIZER;
    size_t i;

    virBufferAddLit(&xml, "<nodedevCompatFacts><facts deviceAPI='vfio-pci'><attr name='b' value='");
    for (i = 0; i < count; i++)
        virBufferAsprintf(&xml, "%s%zu", i > 0 ? "+" : "", 1000 + (backwards ? count - i : i + 1));
    virBufferAddLit(&xml, "'/></facts></nodedevCompatFacts>");

    if (virNodeDeviceCompatFactsAddXML(facts, virBufferCurrentContent(&xml), "facts") < 0)
        abort();
}


static int
testFactsWork(const void *opaque)
{
    const struct testFactsWork *test = opaque;
    const struct testWork work = { .types = test->types };
    virNodeDeviceCompatBudget budget = { .max = VIR_NODE_DEVICE_COMPAT_WORK_MAX };
    const virNodeDeviceCompatBounds bounds = {
        .deadline = EARLY,
        .budget = test->devices > 0 ? &budget : NULL,
    };
    g_autoptr(testRoot) root = testMakeWork(&work);
    g_autoptr(virNodeDeviceDef) def = test->types > 0 ?
                                      testMakeDef(root, PARENT, PCI, "t1") :
                                      testMakeDef(root, PARENT "/" UUID, MDEV, "t1");
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();
    g_autofree char *last = g_strdup_printf("many%04zu", test->types - 1);
    g_autofree char *actual = NULL;
    size_t i;

    for (i = 0; i <= test->groups; i++)
        testAddFact(facts, i > 0);

    virNodeDeviceCompatUpdateMdevTypes(def, LATE);
    for (i = 0; i < MAX(test->devices, 1); i++)
        virNodeDeviceCompatUpdate(def, facts, &bounds);

    actual = testFormatTight(test->types > 0 ?
                             virNodeDeviceCompatTypesGet(def->caps->data.typeCompat, last) :
                             def->caps->data.compat);
    if (!!strstr(actual, "'b'") != test->whole || !strstr(actual, "'migration'") != test->whole)
        return testFail("the last one is %s", actual);
    return 0;
}


static int
mymain(void)
{
    testTreeInit();

    DO_TABLE_EXPECT("types", types, testTypes);
    DO_TEST(testDevice, NULL, "late: the device itself");
    DO_TABLE_EXPECT("type lost", losts, testLost);
    DO_TABLE("store", stores, testStore);
    DO_TABLE("work", factsWorks, testFactsWork);

    /* they count by a hook, which the trees of the others use */
    DO_TABLE("work", works, testWork);

    return testResult();
}

VIR_TEST_MAIN(mymain)
