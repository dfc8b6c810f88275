/*
 * nodedevcompateventtest.c: a change of a device is an event, and one
 *
 * Each row continues from the one before: what changes in the tree, what happens
 * then, and what comes of it.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"

#include "node_device/node_device_compat_event.h"
#include "node_device_conf.h"
#include "virfile.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define OTHER_PARENT "devices/pci0000:00/0000:00:03.0"

static virNodeDeviceDriverState state;
static testRoot *root;


static virNodeDeviceDef *
testMakeDef(const char *name,
            const char *path,
            const char *parent,
            virNodeDevCapType type)
{
    virNodeDeviceDef *def = g_new0(virNodeDeviceDef, 1);

    def->name = g_strdup(name);
    def->sysfs_path = path ? g_strdup_printf("%s/%s", root, path) : NULL;
    def->parent_sysfs_path = parent ? g_strdup_printf("%s/%s", root, parent) : NULL;
    def->caps = g_new0(virNodeDevCapsDef, 1);
    def->caps->data.type = type;

    if (type == VIR_NODE_DEV_CAP_PCI_DEV) {
        virMediatedDeviceType *mdevType = g_new0(virMediatedDeviceType, 1);

        mdevType->id = g_strdup("t1");
        def->caps->data.pci_dev.mdev_types = g_new0(virMediatedDeviceType *, 1);
        def->caps->data.pci_dev.mdev_types[0] = mdevType;
        def->caps->data.pci_dev.nmdev_types = 1;
    }

    return def;
}


static void
testAddDevice(virNodeDeviceDef *def)
{
    virNodeDeviceObj *obj = virNodeDeviceObjListAssignDef(state.devs, def);

    virNodeDeviceObjEndAPI(&obj);
}


static bool
testNote(const char *name)
{
    virNodeDeviceObj *obj = virNodeDeviceObjListFindByName(state.devs, name);
    bool changed = nodeDeviceCompatRefresh(virNodeDeviceObjGetDef(obj));

    virNodeDeviceObjEndAPI(&obj);
    return changed;
}


/* What happens: "note DEVICE" gives whether it is new; "ACTION PATH" is an event of
 * udev, and gives whether it matters; "children PATH" gives how many have an event. */
struct testStep {
    const char *name;
    const char *change;         /* a tree, or NULL */
    const char *happens;
    size_t expect;
};

static const struct testStep steps[] = {
    { "a device that appears", NULL, "note mdev", 1 },
    { "the same again", NULL, "note mdev", 0 },
    { "another value", "D/migration/self/x 3", "note mdev", 1 },
    { "and remains so", NULL, "note mdev", 0 },
    { "what is no part of it", "D/power 1", "note mdev", 0 },
    { "a parent that appears", NULL, "note parent", 1 },
    { "another value of its type", "T/software_version 1.3", "note parent", 1 },
    { "which the device shows, too", NULL, "note mdev", 1 },

    { "change, nothing new", NULL, "change " PARENT "/" UUID, 1 },
    { "add, nothing new", NULL, "add " PARENT "/" UUID, 1 },
    { "bind, nothing new", NULL, "bind " PARENT "/" UUID, 0 },
    { "unbind, nothing new", NULL, "unbind " PARENT "/" UUID, 0 },
    { "bind, something new", "D/migration/self/x 4", "bind " PARENT "/" UUID, 1 },
    { "bind, known before", NULL, "bind " PARENT "/" UUID, 0 },
    { "unbind, something is gone", "D/migration/self/x @none", "unbind " PARENT "/" UUID, 1 },
    { "unbind, known before", NULL, "unbind " PARENT "/" UUID, 0 },
    { "bind of a parent", "M/version 2", "bind " PARENT, 1 },
    { "bind of a device that is not known", NULL, "bind " OTHER_PARENT, 0 },
    { "bind of a device that is gone", NULL, "bind devices/nosuch", 0 },

    { "all is known", NULL, "note mdev", 1 },
    { "no child has changed", NULL, "children " PARENT, 0 },
    { "a child has changed", "D/migration/self/x 5", "children " PARENT, 1 },
    { "for which there is one event", NULL, "children " PARENT, 0 },
    { "a child has changed, of another parent",
      "D/migration/self/x 6", "children " OTHER_PARENT, 0 },
    { "and has its event with its own one", NULL, "children " PARENT, 1 },
    { "a change that was seen by itself", "D/migration/self/x 7", "note mdev", 1 },
    { "has no event with the parent's", NULL, "children " PARENT, 0 },
    { "children of a device that is not known", NULL, "children devices/nosuch", 0 },
    { "a device that is not started", NULL, "note stopped", 0 },
};


static int
testStep(const void *opaque)
{
    const struct testStep *step = opaque;
    g_auto(GStrv) words = g_strsplit(step->happens, " ", 2);
    g_autofree char *path = g_strdup_printf("%s/%s", root, words[1]);
    size_t actual;

    if (step->change)
        testMakeNodes(root, step->change, false);

    if (STREQ(words[0], "note"))
        actual = testNote(words[1]);
    else if (STREQ(words[0], "children"))
        actual = nodeDeviceCompatRefreshChildren(&state, path);
    else
        actual = !nodeDeviceCompatIsUnchanged(state.devs, words[0], path);

    return testExpectNumber(step->expect, actual);
}


static int
mymain(void)
{
    testTreeInit();
    root = testMakeTree(BASE
                        "T/software_version 1.2\n"
                        "M/version 1\n"
                        "R/" OTHER_PARENT "/x @dir\n"
                        "D/migration/self/software_version 1.2\n");

    if (!(state.devs = virNodeDeviceObjListNew()) ||
        !(state.nodeDeviceEventState = virObjectEventStateNew()))
        return EXIT_FAILURE;

    testAddDevice(testMakeDef("mdev", PARENT "/" UUID, PARENT, VIR_NODE_DEV_CAP_MDEV));
    testAddDevice(testMakeDef("stopped", NULL, PARENT, VIR_NODE_DEV_CAP_MDEV));
    testAddDevice(testMakeDef("parent", PARENT, "devices/pci0000:00", VIR_NODE_DEV_CAP_PCI_DEV));

    DO_TABLE("event", steps, testStep);

    virNodeDeviceObjListFree(state.devs);
    virObjectUnref(state.nodeDeviceEventState);
    testDropTree(root);
    return testResult();
}

VIR_TEST_MAIN(mymain)
