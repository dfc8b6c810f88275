/*
 * nodedevcompatsearchtest.c: a search for candidates that runs out of time
 *
 * What was not looked at is counted, among the unknown ones and as left out.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"

#include "nodedev_compat/nodedev_compat_api.h"
#include "nodedev_compat/nodedev_compat_device.h"
#include "nodedev_compat_conf.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define SOURCE \
    "<capability type='compat'><deviceAPI>vfio-pci</deviceAPI><type id='t1'/>" \
    "<softwareVersion>1.0.0</softwareVersion></capability>"

static virNodeDeviceCompatFindFuncs funcs;


static void
testAdd(virNodeDeviceObjList *devs,
        const char *name,
        virNodeDevCapType kind)
{
    virNodeDeviceDef *def = g_new0(virNodeDeviceDef, 1);
    virNodeDeviceObj *obj;

    def->name = g_strdup(name);
    def->caps = g_new0(virNodeDevCapsDef, 1);
    def->caps->data.type = kind;
    if (kind == VIR_NODE_DEV_CAP_MDEV) {
        def->caps->data.mdev.active_config.type = g_strdup("t1");
    } else {
        virMediatedDeviceType **types = g_new0(virMediatedDeviceType *, 2);
        size_t i;

        for (i = 0; i < 2; i++) {
            types[i] = g_new0(virMediatedDeviceType, 1);
            types[i]->id = g_strdup(i == 0 ? "t1" : "t2");
            types[i]->available_instances = VIR_NODE_DEVICE_COMPAT_INSTANCES_UNKNOWN;
        }
        virNodeDevCapsDefSetMdevTypes(def->caps, types, 2);
    }

    obj = virNodeDeviceObjListAssignDef(devs, def);
    virNodeDeviceObjSetActive(obj, true);
    virNodeDeviceObjEndAPI(&obj);
}


static virNodeDeviceCompat *
testMakeCompat(const char *type)
{
    virNodeDeviceCompat *compat = virNodeDeviceCompatNew();

    virNodeDeviceCompatAdd(compat, NULL, "device_api", "vfio-pci");
    virNodeDeviceCompatAdd(compat, NULL, "type", type);
    virNodeDeviceCompatAdd(compat, NULL, "software_version", "1.0");
    return compat;
}


/* Looks at a device. The time is up after as many as @opaque says. */
static int
testRefresh(virNodeDeviceDef *def,
            void *opaque)
{
    size_t *left = opaque;
    virNodeDevCapData *data = &def->caps->data;

    if (data->type == VIR_NODE_DEV_CAP_MDEV) {
        data->compat = testMakeCompat("t1");
    } else {
        virNodeDeviceCompatTypesSet(&data->typeCompat, "t1", testMakeCompat("t1"));
        virNodeDeviceCompatTypesSet(&data->typeCompat, "t2", testMakeCompat("t2"));
    }

    if (--*left == 0)
        funcs.deadline = 1;
    return STREQ(def->name, "gone") ? -1 : 0;
}


static virNodeDeviceCompatState
testGetState(const virNodeDeviceDef *def G_GNUC_UNUSED,
             void *opaque G_GNUC_UNUSED)
{
    return VIR_NODE_DEVICE_COMPAT_STATE_FREE;
}


static bool
testMaySee(virConnectPtr conn G_GNUC_UNUSED,
           virNodeDeviceDef *def)
{
    return STRNEQ(def->name, "secret");
}


struct testSearch {
    const char *name;
    const char *devices;        /* "t" is a function with two types */
    size_t looks;               /* until the time is up; 0: there is none from the start */
    unsigned int flags;
    const char *expect;         /* FOUND UNKNOWN LISTED OMITTED */
};

#define ALL VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALL

static const struct testSearch searches[] = {
    { "in time", "a b c secret", 4, 0, "3 0 3 0" },
    { "up after the last", "a b c secret", 3, 0, "3 0 3 0" },
    { "up after one", "a b c secret", 1, 0, "1 2 1 2" },
    { "none", "a b c secret", 0, 0, "0 3 0 3" },
    { "none, all candidates", "a b c secret", 0, ALL, "0 3 0 3" },
    { "nothing to look at", "secret", 0, 0, "0 0 0 0" },
    { "types of which the instances are not known", "t", 9, 0, "1 0 1 0" },
    { "all of these", "t", 9, ALL, "1 0 2 0" },
    { "types, none", "t", 0, 0, "0 3 0 3" },
    { "a device that is gone", "gone", 9, ALL, "0 0 0 0" },
};


static int
testSearch(const void *opaque)
{
    const struct testSearch *test = opaque;
    virNodeDeviceObjList *devs = virNodeDeviceObjListNew();
    g_auto(GStrv) names = g_strsplit(test->devices, " ", -1);
    g_autoptr(virNodeDeviceCompatCandidates) list = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *actual = NULL;
    size_t left = test->looks;
    size_t i;

    for (i = 0; names[i]; i++) {
        testAdd(devs, names[i],
                STREQ(names[i], "t") ? VIR_NODE_DEV_CAP_PCI_DEV : VIR_NODE_DEV_CAP_MDEV);
    }

    funcs = (virNodeDeviceCompatFindFuncs) {
        .filter = testMaySee,
        .refresh = testRefresh,
        .getState = testGetState,
        .opaque = &left,
        .deadline = left ? G_MAXINT64 : 1,
    };
    xml = virNodeDeviceObjListFindCompat(devs, &funcs, SOURCE, NULL, test->flags);
    virNodeDeviceObjListFree(devs);

    if (!xml || !(list = virNodeDeviceCompatCandidatesParse(xml)))
        return -1;

    /* no type is listed as available, nor as exhausted */
    for (i = 0; i < list->ncandidates; i++) {
        if (list->candidates[i]->type &&
            list->candidates[i]->state != VIR_NODE_DEVICE_COMPAT_STATE_UNKNOWN)
            return testFail("a type is in another state: %s", xml);
    }

    actual = g_strdup_printf("%zu %zu %zu %zu", list->found, list->unknown,
                             list->ncandidates, list->omitted);
    return testExpectString(test->expect, actual);
}


/* A type of which nothing was read: NVIDIA's by either name is the same one. */
static int
testBareType(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatCandidates) list = NULL;
    virNodeDeviceObjList *devs = virNodeDeviceObjListNew();
    virMediatedDeviceType **types = g_new0(virMediatedDeviceType *, 1);
    virNodeDeviceDef *def = g_new0(virNodeDeviceDef, 1);
    g_autofree char *xml = NULL;
    virNodeDeviceObj *obj;

    types[0] = g_new0(virMediatedDeviceType, 1);
    types[0]->id = g_strdup("vfio-pci-575");
    def->name = g_strdup("function");
    def->caps = g_new0(virNodeDevCapsDef, 1);
    def->caps->data.type = VIR_NODE_DEV_CAP_PCI_DEV;
    virNodeDevCapsDefSetMdevTypes(def->caps, types, 1);
    obj = virNodeDeviceObjListAssignDef(devs, def);
    virNodeDeviceObjSetActive(obj, true);
    virNodeDeviceObjEndAPI(&obj);

    funcs = (virNodeDeviceCompatFindFuncs) {
        .filter = testMaySee,
        .getState = testGetState,
        .deadline = G_MAXINT64,
    };
    xml = virNodeDeviceObjListFindCompat(devs, &funcs,
                                         "<capability type='compat'><type id='nvidia-575'/>"
                                         "<softwareVersion>1.0.0</softwareVersion></capability>",
                                         NULL, ALL);
    virNodeDeviceObjListFree(devs);

    if (!xml || !(list = virNodeDeviceCompatCandidatesParse(xml)) ||
        testExpectNumber(1, list->ncandidates) < 0 ||
        testExpectString("vfio-pci-575", list->candidates[0]->type) < 0)
        return -1;

    return testExpectNumber(VIR_NODE_DEVICE_COMPAT_UNKNOWN,
                            list->candidates[0]->report->verdict);
}


static int
mymain(void)
{
    DO_TABLE_EXPECT("search", searches, testSearch);
    DO_TEST(testBareType, NULL, "type without a descriptor");

    return testResult();
}

VIR_TEST_MAIN(mymain)
