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

#define LIBVIRT_NODEDEV_COMPAT_CACHEPRIV_H_ALLOW
#define LIBVIRT_NODEDEV_COMPAT_READERPRIV_H_ALLOW
#define LIBVIRT_NODE_DEVICE_COMPAT_EVENTPRIV_H_ALLOW
#define LIBVIRT_OBJECT_EVENT_PRIVATE_H_ALLOW
#include "node_device/node_device_compat.h"
#include "node_device/node_device_compat_event.h"
#include "node_device/node_device_compat_eventpriv.h"
#include "node_device_conf.h"
#include "nodedev_compat/evidence/nodedev_compat_cachepriv.h"
#include "nodedev_compat/evidence/nodedev_compat_readerpriv.h"
#include "nodedev_compat/nodedev_compat_device.h"
#include "object_event_private.h"
#include "virfile.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define OTHER_PARENT "devices/pci0000:00/0000:00:03.0"
#define FUNCTION "devices/pci0000:00/0000:00:04.0"
#define BRIDGE "devices/pci0000:00/0000:00:05.0"

static virNodeDeviceDriverState state;
static testRoot *root;

static GMutex mutex;
static GPtrArray *emitted;      /* names of devices */


/* Has the definition list the types with @ids, in that order. */
static void
testSetTypes(virNodeDeviceDef *def,
             const char *ids)
{
    g_auto(GStrv) words = g_strsplit(ids, ",", -1);
    size_t ntypes = g_strv_length(words);
    virMediatedDeviceType **types = g_new0(virMediatedDeviceType *, ntypes);
    size_t i;

    for (i = 0; i < ntypes; i++) {
        types[i] = g_new0(virMediatedDeviceType, 1);
        types[i]->id = g_strdup(words[i]);
    }

    virNodeDevCapsDefSetMdevTypes(def->caps, types, ntypes);
}


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

    if (type == VIR_NODE_DEV_CAP_PCI_DEV)
        testSetTypes(def, "t1");

    return def;
}


static void
testAddDevice(virNodeDeviceDef *def)
{
    virNodeDeviceObj *obj = virNodeDeviceObjListAssignDef(state.devs, def);

    virNodeDeviceObjEndAPI(&obj);
}


/* The driver's events come here instead of to clients. */
void
virObjectEventStateQueue(virObjectEventState *events G_GNUC_UNUSED,
                         virObjectEvent *event)
{
    g_mutex_lock(&mutex);
    g_ptr_array_add(emitted, g_strdup(event->meta.name));
    g_mutex_unlock(&mutex);
    virObjectUnref(event);
}


/* Somebody asks for the device @what, or "DEVICE TYPE,TYPE" if libvirt finds these. */
static void
testLook(const char *what)
{
    g_auto(GStrv) words = g_strsplit(what, " ", 2);
    virNodeDeviceObj *obj = virNodeDeviceObjListFindByName(state.devs, words[0]);

    if (words[1])
        testSetTypes(virNodeDeviceObjGetDef(obj), words[1]);

    nodeDeviceUpdateCompat(obj);
    virNodeDeviceObjEndAPI(&obj);
}


/* libvirt emits an event of its own about the device. */
static void
testForget(const char *name)
{
    virNodeDeviceObj *obj = virNodeDeviceObjListFindByName(state.devs, name);

    nodeDeviceCompatForget(virNodeDeviceObjGetDef(obj));
    virNodeDeviceObjEndAPI(&obj);
}


static int
testCompareNames(const void *a,
                 const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}


/* Waits for all that comes of an event. Returns the names of devices that have one. */
static char *
testWait(void)
{
    while (nodeDeviceCompatEventCount() > 0)
        g_usleep(1000);

    g_ptr_array_sort(emitted, testCompareNames);
    g_ptr_array_add(emitted, NULL);
    return g_strjoinv(" ", (char **) emitted->pdata);
}


/* What happens: "look DEVICE" or "look DEVICE TYPES", "own DEVICE" is an event of libvirt's
 * own about it, "ACTION PATH" an event of udev. Behind the devices that have an update event
 * then is "+" if libvirt goes on with its own. */
struct testStep {
    const char *name;
    const char *change;         /* a tree, or NULL */
    const char *happens;
    const char *expect;
};

#define MDEV PARENT "/" UUID
#define TYPES PARENT "/mdev_supported_types"
#define NEW_TYPE "R/" TYPES "/t2/software_version "

static const struct testStep steps[] = {
    { "nobody has looked: bind of a mediated device", NULL, "bind " MDEV, "" },
    { "own event", NULL, "own mdev", "" },
    { "nobody has looked: its parent, a value",
      "D/migration/self/x 2", "change " PARENT, "+" },
    { "nobody has looked: bind of a function", NULL, "bind " FUNCTION, "function" },
    { "which is seen then", NULL, "bind " FUNCTION, "" },
    { "nobody has looked: bind of a bridge", NULL, "bind " BRIDGE, "" },
    { "nobody has looked: bind of another kind", NULL, "bind " PARENT "/drm", "" },

    { "somebody looks", NULL, "look mdev", "" },
    { "bind, nothing new", NULL, "bind " MDEV, "" },
    { "unbind, nothing new", NULL, "unbind " MDEV, "" },
    { "bind, another value", "D/migration/self/x 3", "bind " MDEV, "mdev" },
    { "bind, known before", NULL, "bind " MDEV, "" },
    { "unbind, something is gone", "D/migration/self/x @none", "unbind " MDEV, "mdev" },
    { "unbind, known before", NULL, "unbind " MDEV, "" },
    { "what is no part of it", "D/power 1", "bind " MDEV, "" },
    { "a change that nobody reports", "D/migration/self/x 4", "look mdev", "" },
    { "is found when something is reported", NULL, "bind " MDEV, "mdev" },

    { "own event of a device that was seen", "D/migration/self/x 5", "change " MDEV, "+" },
    { "nobody has looked since", NULL, "bind " MDEV, "" },
    { "looked at after that", NULL, "look mdev", "" },
    { "nothing new since", NULL, "bind " MDEV, "" },

    { "no child has changed", NULL, "change " PARENT, "+" },
    { "a child has changed", "D/migration/self/x 6", "change " PARENT, "mdev+" },
    { "for which there is one event", NULL, "change " PARENT, "+" },
    { "a child has changed, bind of its parent",
      "D/migration/self/x 7", "bind " PARENT, "mdev parent" },
    { "a child has changed, of another parent",
      "D/migration/self/x 8", "add " OTHER_PARENT, "+" },
    { "and has its event with its own one", NULL, "add " PARENT, "mdev+" },
    { "the parent is looked at", NULL, "look parent", "" },
    { "its type and the child change",
      "T/software_version 1.3", "bind " PARENT, "mdev parent" },
    { "both are known before", NULL, "bind " PARENT, "" },
    { "a type appears", NEW_TYPE "1.0", "bind " PARENT, "parent" },
    { "and changes", NEW_TYPE "1.1", "bind " PARENT, "parent" },
    { "own event of the parent", NULL, "own parent", "" },
    { "it is looked at again", NULL, "look parent t2,t1", "" },
    { "nothing is new", NULL, "bind " PARENT, "" },
    { "a type is gone", "R/" TYPES "/t2 @none", "bind " PARENT, "parent" },
    { "own event of the child", "D/migration/self/x 9", "own mdev", "" },
    { "has no event with the parent's", NULL, "change " PARENT, "+" },

    { "a device that is not known", NULL, "bind " OTHER_PARENT, "" },
    { "a device that is gone", NULL, "unbind devices/nosuch", "" },
    { "a device that is not started", NULL, "look stopped", "" },
    { "own event of it", NULL, "own stopped", "" },
    { "appears", NULL, "add devices/nosuch", "+" },
    { "is looked at", NULL, "look function", "" },
    { "is removed: loses its driver first", "R/" FUNCTION " @none", "unbind " FUNCTION, "" },
};


static int
testStep(const void *opaque)
{
    const struct testStep *step = opaque;
    g_auto(GStrv) words = g_strsplit(step->happens, " ", 2);
    g_autofree char *path = g_strdup_printf("%s/%s", root, words[1]);
    g_autofree char *names = NULL;
    g_autofree char *actual = NULL;
    bool own = false;

    emitted = g_ptr_array_new_with_free_func(g_free);
    if (step->change)
        testMakeNodes(root, step->change, false);

    if (STREQ(words[0], "look"))
        testLook(words[1]);
    else if (STREQ(words[0], "own"))
        testForget(words[1]);
    else
        own = !nodeDeviceCompatHandleEvent(&state, words[0], path);

    names = testWait();
    g_ptr_array_unref(emitted);
    actual = g_strdup_printf("%s%s", names, own ? "+" : "");
    return testExpectString(step->expect, actual);
}


/* What happens to a device, and whether what is kept of it is still there */
static const struct testKept {
    const char *name;
    const char *path;           /* of an event; NULL: the driver stops */
    bool kept;
} kept[] = {
    { "event of the device", FUNCTION, false },
    { "event of another device", BRIDGE, true },
    { "event of a module", "module/vendor", false },
    { "the driver stops", NULL, false },
};


static gint64
testClock(void)
{
    return 1;
}


static int
testKept(const void *opaque)
{
    const struct testKept *data = opaque;
    g_autofree char *path = g_strdup_printf("%s/%s", root, NULLSTR_EMPTY(data->path));
    g_autofree char *text = NULL;
    int len;

    emitted = g_ptr_array_new_with_free_func(g_free);
    virNodeDeviceCompatCacheSetClock(testClock);
    virNodeDeviceCompatCacheEnable(true);
    virNodeDeviceCompatCachePut("call 0000:00:04.0", virNodeDeviceCompatCacheBegin(), 1, "x");

    if (data->path) {
        nodeDeviceCompatNoticeEvent(path);
    } else {
        nodeDeviceCompatEventStop();
        virNodeDeviceCompatCacheEnable(true);
    }

    g_free(testWait());
    g_ptr_array_unref(emitted);
    return testExpectBool(data->kept, virNodeDeviceCompatCacheGet("call 0000:00:04.0",
                                                                  &len, &text));
}


/* While a device is read for somebody, when its version is known, it gets another one. */
static const struct testMeanwhile {
    const char *name;
    const char *version;        /* NULL: it stays the same */
    const char *happens;        /* NULL: nothing */
    const char *expect;
} meanwhile[] = {
    { "bind, another version", "1.3", "bind " MDEV, "mdev" },
    { "event of the parent, another version", "1.4", "change " PARENT, "mdev" },
    { "event of another device", "1.5", "change " OTHER_PARENT, "" },
    { "nothing", NULL, NULL, "" },
};

static const struct testMeanwhile *pending;


static int
testMeanwhileHook(const char *path)
{
    const struct testMeanwhile *data = pending;

    if (data && g_str_has_suffix(path, MDEV "/migration/self/x")) {
        g_autofree char *tree = g_strdup_printf("D/migration/self/software_version %s",
                                                data->version ? data->version : "1.2");
        g_auto(GStrv) words = data->happens ? g_strsplit(data->happens, " ", 2) : NULL;

        pending = NULL;
        testMakeNodes(root, tree, false);
        if (words) {
            g_autofree char *device = g_strdup_printf("%s/%s", root, words[1]);

            nodeDeviceCompatHandleEvent(&state, words[0], device);
        }
        while (nodeDeviceCompatEventCount() > 0)
            g_usleep(1000);
    }

    return testTreeFailRead(path);
}


static int
testMeanwhile(const void *opaque)
{
    g_autofree char *names = NULL;

    testForget("mdev");
    testMakeNodes(root, "D/migration/self/software_version 1.2\n"
                        "D/migration/self/x 1\n", false);
    emitted = g_ptr_array_new_with_free_func(g_free);

    /* who reads by himself waits for nobody who reads the same file */
    virNodeDeviceCompatReaderSetLimits(0, 600000, 10000);
    virNodeDeviceCompatReaderSetHook(testMeanwhileHook);
    pending = opaque;
    testLook("mdev");
    virNodeDeviceCompatReaderSetHook(testTreeFailRead);
    virNodeDeviceCompatReaderSetLimits(60000, 600000, 10000);

    names = testWait();
    g_ptr_array_unref(emitted);
    if (pending)
        return testFail("the device is not read");
    return testExpectString(((const struct testMeanwhile *) opaque)->expect, names);
}


/* So many devices are read at the same time. */
#define STORMS 16
#define STORM "devices/pci0000:00/0000:01:"
#define CALM "devices/pci0000:00/0000:02:00.0"
#define STORM_TIME (20 * G_USEC_PER_SEC)

static bool storming;
static bool calmRead;           /* the device without a storm is read */


/* Each time that one of the devices is read, there is one more event about it. */
static int
testStormHook(const char *path)
{
    g_autofree char *device = NULL;
    const char *storm;
    bool more;

    if (strstr(path, CALM)) {
        g_mutex_lock(&mutex);
        calmRead = true;
        g_mutex_unlock(&mutex);
    }

    g_mutex_lock(&mutex);
    more = storming;
    g_mutex_unlock(&mutex);

    if (more && (storm = strstr(path, STORM))) {
        device = g_strndup(path, storm - path + strlen(STORM "00.0"));
        nodeDeviceCompatHandleEvent(&state, "bind", device);
    }

    return testTreeFailRead(path);
}


static bool
testStormGoesOn(gint64 end)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);

    storming = !calmRead && g_get_monotonic_time() < end;
    return storming;
}


/* However many events there are about some devices, others have their turn. */
static int
testStorm(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *calm = g_strdup_printf("%s/" CALM, root);
    gint64 end = g_get_monotonic_time() + STORM_TIME;
    size_t i;

    emitted = g_ptr_array_new_with_free_func(g_free);
    virNodeDeviceCompatReaderSetHook(testStormHook);
    testStormGoesOn(end);

    for (i = 0; i < STORMS; i++) {
        g_autofree char *path = g_strdup_printf("%s/" STORM "%02zx.0", root, i);

        nodeDeviceCompatHandleEvent(&state, "bind", path);
    }
    nodeDeviceCompatHandleEvent(&state, "bind", calm);

    while (testStormGoesOn(end))
        g_usleep(1000);

    g_free(testWait());
    g_ptr_array_unref(emitted);
    virNodeDeviceCompatReaderSetHook(testTreeFailRead);

    if (g_get_monotonic_time() >= end)
        return testFail("the device is not read while there are events of others");
    return 0;
}


static void
testAddStorms(void)
{
    size_t i;

    for (i = 0; i <= STORMS; i++) {
        g_autofree char *path = i < STORMS ? g_strdup_printf(STORM "%02zx.0", i) :
                                             g_strdup(CALM);
        g_autofree char *name = g_strdup_printf("storm%zu", i);
        g_autofree char *tree = g_strdup_printf("R/%s/class 0x020000\n"
                                                "R/%s/vendor 0x15b3\n"
                                                "R/%s/device 0x101e\n", path, path, path);

        testMakeNodes(root, tree, false);
        testAddDevice(testMakeDef(name, path, NULL, VIR_NODE_DEV_CAP_PCI_DEV));
    }
}


static int
mymain(void)
{
    testTreeInit();
    root = testMakeTree(BASE
                        "T/software_version 1.2\n"
                        "M/version 1\n"
                        "R/" OTHER_PARENT "/x @dir\n"
                        "R/" FUNCTION "/class 0x020000\n"
                        "R/" FUNCTION "/vendor 0x15b3\n"
                        "R/" FUNCTION "/device 0x101e\n"
                        "R/" FUNCTION "/vfio-dev @dir\n"
                        "R/" BRIDGE "/class 0x060400\n"
                        "R/" BRIDGE "/vfio-dev @dir\n"
                        "R/" PARENT "/drm @dir\n"
                        "D/migration/self/software_version 1.2\n");

    if (!(state.devs = virNodeDeviceObjListNew()) ||
        !(state.nodeDeviceEventState = virObjectEventStateNew()))
        return EXIT_FAILURE;

    testAddDevice(testMakeDef("mdev", PARENT "/" UUID, PARENT, VIR_NODE_DEV_CAP_MDEV));
    testAddDevice(testMakeDef("stopped", NULL, PARENT, VIR_NODE_DEV_CAP_MDEV));
    testAddDevice(testMakeDef("parent", PARENT, "devices/pci0000:00", VIR_NODE_DEV_CAP_PCI_DEV));

    testAddDevice(testMakeDef("function", FUNCTION, NULL, VIR_NODE_DEV_CAP_PCI_DEV));
    testAddDevice(testMakeDef("bridge", BRIDGE, NULL, VIR_NODE_DEV_CAP_PCI_DEV));
    testAddDevice(testMakeDef("drm", PARENT "/drm", PARENT, VIR_NODE_DEV_CAP_DRM));

    DO_TABLE_EXPECT("event", steps, testStep);
    DO_TABLE("kept", kept, testKept);
    DO_TABLE_EXPECT("meanwhile", meanwhile, testMeanwhile);

    testAddStorms();
    DO_TEST(testStorm, NULL, "events without end");

    nodeDeviceCompatEventStop();
    virNodeDeviceObjListFree(state.devs);
    virObjectUnref(state.nodeDeviceEventState);
    testDropTree(root);
    return testResult();
}

VIR_TEST_MAIN(mymain)
