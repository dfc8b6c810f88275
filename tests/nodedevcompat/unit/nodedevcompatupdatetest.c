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

static const struct testTypes types[] = {
    { "one", ONE, PCI, EARLY, EARLY, "t1=4 [" T1 "]" },
    { "two, in order", ONE OTHER, PCI, EARLY, EARLY, "a=0 [" A "] t1=4 [" T1 "]" },
    { "of a matrix", ONE, VIR_NODE_DEV_CAP_AP_MATRIX, EARLY, EARLY, "t1=4 [" T1 "]" },
    { "of a subchannel", ONE, VIR_NODE_DEV_CAP_CSS_DEV, EARLY, EARLY, "t1=4 [" T1 "]" },
    { "of any parent", ONE, VIR_NODE_DEV_CAP_MDEV_TYPES, EARLY, EARLY, "t1=4 [" T1 "]" },
    { "of a device that has none", ONE, VIR_NODE_DEV_CAP_NET, EARLY, EARLY, "" },
    { "none any more", "T @none\nR/" PARENT "/mdev_supported_types @none", PCI, EARLY, EARLY, "" },
    { "no list of them", "T @none\nR/" PARENT "/mdev_supported_types @none\n"
      "R/" PARENT "/mdev_supported_types @loop", PCI, EARLY, EARLY, "gone=? [none]" },
    { "instances absent", BASE, PCI, EARLY, EARLY, "t1=? [" T1 "]" },
    { "instances that are no number", "T/available_instances many", PCI, EARLY, EARLY,
      "t1=? [" T1 "]" },
    { "fewer than none", "T/available_instances -1", PCI, EARLY, EARLY, "t1=? [" T1 "]" },
    { "instances cannot be read", "T/available_instances @loop", PCI, EARLY, EARLY,
      "t1=? [" T1 "]" },
    { "too late for instances", ONE OTHER, PCI, LATE, EARLY, "a=? [" A "] t1=? [" T1 "]" },
    { "too late for descriptors", ONE OTHER, PCI, EARLY, LATE,
      "a=0 [" UNREAD("a") "] t1=4 [" UNREAD("t1") "]" },
};


static int
testTypes(const void *opaque)
{
    const struct testTypes *test = opaque;
    g_autofree char *tree = g_strdup_printf(BASE "%s", test->tree);
    g_autoptr(testRoot) root = testMakeTree(tree);
    g_autoptr(virNodeDeviceDef) def = testMakeDef(root, PARENT, test->kind, "gone");
    g_autofree char *actual = NULL;

    virNodeDeviceCompatUpdateMdevTypes(def, test->instancesDeadline);
    virNodeDeviceCompatUpdate(def, NULL, test->deadline);

    actual = testFormatTypes(def);
    return testExpectString(test->expect, actual);
}


/* A device itself is read whatever the deadline is. */
static int
testDevice(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree(BASE);
    g_autoptr(virNodeDeviceDef) def = testMakeDef(root, PARENT "/" UUID, VIR_NODE_DEV_CAP_MDEV,
                                                  "t1");
    g_autofree char *actual = NULL;

    virNodeDeviceCompatUpdateMdevTypes(def, LATE);
    virNodeDeviceCompatUpdate(def, NULL, LATE);
    actual = testFormatTight(def->caps->data.compat);
    return testExpectBool(true, strstr(actual, API TYPE) != NULL);
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


static int
mymain(void)
{
    testTreeInit();

    DO_TABLE_EXPECT("types", types, testTypes);
    DO_TEST(testDevice, NULL, "late: the device itself");
    DO_TABLE("store", stores, testStore);

    return testResult();
}

VIR_TEST_MAIN(mymain)
