/*
 * nodedevcompatdevicetest.c: the part of a node device that comparing it takes
 *
 * A device is a line of text, its paths and its capabilities with a blank between them:
 *
 *   name=N sysfs=PATH parent=PATH     each of them if there is one
 *   KIND,DETAIL,...                   a capability; its details are
 *
 *     addr=0.1.2.3         domain, bus, slot and function of a PCI device
 *     uuid=U active=T defined=T       of a mediated device; T are types
 *     type=T*N             a type of which N devices can be created; can be repeated
 *     compat=NAME          a descriptor, with NAME as its type
 *     typeCompat=T         a descriptor of the type T
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatallocations.h"
#include "nodedevcompatframe.h"
#include "nodedevcompatutils.h"

#include "nodedev_compat/nodedev_compat_device.h"
#include "nodedev_compat_attr.h"
#include "nodedev_compat_conf.h"
#include "viralloc.h"
#include "virbuffer.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV


static virNodeDeviceCompat *
testMakeCompat(const char *type)
{
    virNodeDeviceCompat *compat = virNodeDeviceCompatNew();

    virNodeDeviceCompatAdd(compat, NULL, VIR_NODE_DEVICE_COMPAT_TYPE, type);
    return compat;
}


/* Appends the type "ID*INSTANCES" */
static void
testAddType(virMediatedDeviceType ***types,
            size_t *ntypes,
            const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "*", 2);
    virMediatedDeviceType *type = g_new0(virMediatedDeviceType, 1);

    type->id = g_strdup(parts[0]);
    type->available_instances = parts[1] ? g_ascii_strtoull(parts[1], NULL, 10) : 0;
    VIR_APPEND_ELEMENT(*types, *ntypes, type);
}


/* Of a kind that has types */
static void
testAddCapType(virNodeDevCapsDef *cap,
               const char *text)
{
    virMediatedDeviceType **types = NULL;
    size_t ntypes = virNodeDevCapsDefGetMdevTypes(cap, &types);
    virMediatedDeviceType **all = NULL;
    size_t nall = 0;
    size_t i;

    for (i = 0; i < ntypes; i++) {
        g_autofree char *other = g_strdup_printf("%s*%u", types[i]->id,
                                                 types[i]->available_instances);

        testAddType(&all, &nall, other);
    }
    testAddType(&all, &nall, text);
    virNodeDevCapsDefSetMdevTypes(cap, all, nall);
}


static void
testSetDetail(virNodeDevCapsDef *cap,
              const char *detail)
{
    virNodeDevCapData *data = &cap->data;
    const char *value = strchr(detail, '=') + 1;

    if (STRPREFIX(detail, "addr="))
        sscanf(value, "%u.%u.%u.%u", &data->pci_dev.domain, &data->pci_dev.bus,
               &data->pci_dev.slot, &data->pci_dev.function);
    else if (STRPREFIX(detail, "uuid="))
        data->mdev.uuid = g_strdup(value);
    else if (STRPREFIX(detail, "active="))
        data->mdev.active_config.type = g_strdup(value);
    else if (STRPREFIX(detail, "defined="))
        data->mdev.defined_config.type = g_strdup(value);
    else if (STRPREFIX(detail, "type="))
        testAddCapType(cap, value);
    else if (STRPREFIX(detail, "compat="))
        data->compat = testMakeCompat(value);
    else if (STRPREFIX(detail, "typeCompat="))
        virNodeDeviceCompatTypesSet(&data->typeCompat, value, testMakeCompat(value));
}


static virNodeDevCapsDef *
testMakeCap(const char *word)
{
    g_auto(GStrv) parts = g_strsplit(word, ",", -1);
    virNodeDevCapsDef *cap = g_new0(virNodeDevCapsDef, 1);
    size_t i;

    cap->data.type = virNodeDevCapTypeFromString(parts[0]);
    for (i = 1; parts[i]; i++)
        testSetDetail(cap, parts[i]);

    return cap;
}


static virNodeDeviceDef *
testMakeDef(const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    virNodeDeviceDef *def = g_new0(virNodeDeviceDef, 1);
    virNodeDevCapsDef **next = &def->caps;
    size_t i;

    for (i = 0; words[i] && words[i][0]; i++) {
        const char *value = NULL;

        if ((value = STRSKIP(words[i], "name="))) {
            def->name = g_strdup(value);
        } else if ((value = STRSKIP(words[i], "sysfs="))) {
            def->sysfs_path = g_strdup(value);
        } else if ((value = STRSKIP(words[i], "parent="))) {
            def->parent_sysfs_path = g_strdup(value);
        } else {
            *next = testMakeCap(words[i]);
            next = &(*next)->next;
        }
    }

    return def;
}


static const char *
testGetType(const virNodeDeviceCompat *compat)
{
    const virNodeDeviceCompatAttr *attr =
        virNodeDeviceCompatAttrsFind(&compat->self, VIR_NODE_DEVICE_COMPAT_TYPE);

    return attr ? attr->value : NULL;
}


static void
testFormatTypeCompat(virBuffer *buf,
                     GHashTable *types)
{
    g_autofree virHashKeyValuePair *items = types ? virHashGetItems(types, NULL, true) : NULL;
    size_t i;

    for (i = 0; items && items[i].key; i++) {
        virBufferAsprintf(buf, ",typeCompat=%s", (const char *) items[i].key);
        if (STRNEQ(items[i].key, testGetType(items[i].value)))
            virBufferAsprintf(buf, "?%s", testGetType(items[i].value));
    }
}


static void
testFormatCap(virBuffer *buf,
              const virNodeDevCapsDef *cap)
{
    const virNodeDevCapData *data = &cap->data;
    virMediatedDeviceType **types = NULL;
    size_t ntypes = virNodeDevCapsDefGetMdevTypes(cap, &types);
    size_t i;

    virBufferAdd(buf, virNodeDevCapTypeToString(data->type), -1);
    if (data->type == VIR_NODE_DEV_CAP_PCI_DEV)
        virBufferAsprintf(buf, ",addr=%u.%u.%u.%u", data->pci_dev.domain, data->pci_dev.bus,
                          data->pci_dev.slot, data->pci_dev.function);
    if (data->type == VIR_NODE_DEV_CAP_MDEV) {
        if (data->mdev.uuid)
            virBufferAsprintf(buf, ",uuid=%s", data->mdev.uuid);
        if (data->mdev.active_config.type)
            virBufferAsprintf(buf, ",active=%s", data->mdev.active_config.type);
        if (data->mdev.defined_config.type)
            virBufferAsprintf(buf, ",defined=%s", data->mdev.defined_config.type);
    }
    for (i = 0; i < ntypes; i++)
        virBufferAsprintf(buf, ",type=%s*%u", types[i]->id, types[i]->available_instances);
    if (data->compat)
        virBufferAsprintf(buf, ",compat=%s", testGetType(data->compat));
    testFormatTypeCompat(buf, data->typeCompat);
}


static char *
testFormatDef(const virNodeDeviceDef *def)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    const virNodeDevCapsDef *cap;

    if (def->name)
        virBufferAsprintf(&buf, "name=%s ", def->name);
    if (def->sysfs_path)
        virBufferAsprintf(&buf, "sysfs=%s ", def->sysfs_path);
    if (def->parent_sysfs_path)
        virBufferAsprintf(&buf, "parent=%s ", def->parent_sysfs_path);
    for (cap = def->caps; cap; cap = cap->next) {
        testFormatCap(&buf, cap);
        virBufferAddChar(&buf, ' ');
    }

    virBufferTrim(&buf, " ");
    return testCompatBufferContent(&buf);
}


/* What a device with a capability of each kind alone can be */
typedef struct _testKindData testKindData;
struct _testKindData {
    const char *name;
    bool candidate;
    bool types;         /* types can be set */
};

static const testKindData kinds[] = {
    { "system", false, false },
    { "pci", true, true },
    { "usb_device", false, false },
    { "usb", false, false },
    { "net", false, false },
    { "scsi_host", false, false },
    { "scsi_target", false, false },
    { "scsi", false, false },
    { "storage", false, false },
    { "fc_host", false, false },
    { "vports", false, false },
    { "scsi_generic", false, false },
    { "drm", false, false },
    { "mdev_types", true, true },
    { "mdev", true, false },
    { "ccw", false, false },
    { "css", true, true },
    { "vdpa", false, false },
    { "ap_card", false, false },
    { "ap_queue", false, false },
    { "ap_matrix", true, true },
    { "vpd", false, false },
    { "ccwgroup", false, false },
    { "ccwgroup_member", false, false },
};


/* Types that are set replace those from before, and are those that are found. */
static int
testSetTypes(virNodeDevCapsDef *cap)
{
    virMediatedDeviceType **types = NULL;
    virMediatedDeviceType **found = NULL;
    size_t ntypes = 0;

    testAddType(&types, &ntypes, "t1*1");
    testAddType(&types, &ntypes, "t2*2");
    virNodeDevCapsDefSetMdevTypes(cap, types, ntypes);
    if (testExpectNumber(2, virNodeDevCapsDefGetMdevTypes(cap, &found)) < 0 ||
        testExpectBool(true, found == types) < 0)
        return -1;

    virNodeDevCapsDefSetMdevTypes(cap, NULL, 0);
    return testExpectNumber(0, virNodeDevCapsDefGetMdevTypes(cap, &found));
}


static int
testKind(const void *opaque)
{
    const testKindData *data = opaque;
    g_autoptr(virNodeDeviceDef) def = testMakeDef(data->name);
    virMediatedDeviceType **found = NULL;
    long long live = testAllocated.live;

    if (testExpectBool(data->candidate, virNodeDevCapsDefIsCandidate(def->caps)) < 0 ||
        testExpectBool(data->candidate, virNodeDeviceDefHasCandidates(NULL, def)) < 0 ||
        testExpectNumber(0, virNodeDevCapsDefGetMdevTypes(def->caps, &found)) < 0)
        return -1;

    if (!data->types) {
        virMediatedDeviceType *none = NULL;

        /* changes nothing, and takes nothing */
        virNodeDevCapsDefSetMdevTypes(def->caps, &none, 1);
        return testExpectNumber(0, virNodeDevCapsDefGetMdevTypes(def->caps, &found));
    }

    if (testSetTypes(def->caps) < 0)
        return -1;
    return testExpectNumber(live, testAllocated.live);
}


/* All kinds that libvirt has are in the table above, each once. */
static int
testAllKinds(const void *opaque G_GNUC_UNUSED)
{
    virNodeDevCapType kind;
    size_t i;

    for (kind = 0; kind < VIR_NODE_DEV_CAP_LAST; kind++) {
        size_t found = 0;

        for (i = 0; i < G_N_ELEMENTS(kinds); i++) {
            if (STREQ(kinds[i].name, virNodeDevCapTypeToString(kind)))
                found++;
        }
        if (found != 1)
            return testFail("kind '%s' is in the table %zu times",
                            virNodeDevCapTypeToString(kind), found);
    }

    return 0;
}


/* What is said of a device */
typedef struct _testDeviceData testDeviceData;
struct _testDeviceData {
    const char *name;           /* the device */
    const char *expect;         /* words of testDescribe() */
};

static const testDeviceData devices[] = {
    { "", "nothing" },
    { "net", "nothing" },
    { "mdev", "candidates assignable compat" },
    { "mdev,active=t1,defined=t2", "candidates assignable compat=t1" },
    { "mdev,defined=t2", "candidates assignable compat=t2" },
    { "mdev,active=t1,compat=c", "candidates assignable compat=c" },
    { "net mdev,active=t1", "candidates assignable compat=t1" },
    { "mdev,active=vfio-pci-575", "candidates assignable compat=nvidia-575" },
    { "mdev,defined=vfio-pci-575", "candidates assignable compat=nvidia-575" },
    { "mdev,active=vfio-pci-x", "candidates assignable compat=vfio-pci-x" },
    { "pci", "candidates compat" },
    { "pci,compat=c", "candidates assignable compat=c" },
    { "drm pci,compat=c net", "candidates assignable compat=c" },
    { "pci,type=t1*1", "candidates parent compat" },
    { "pci,type=t1*0", "candidates parent compat" },
    { "pci,type=t1*1,compat=c", "candidates assignable compat=c" },
    { "pci,type=t1*1,typeCompat=t1", "candidates parent compat" },
    { "css,type=t1*1", "candidates parent" },
    { "css", "candidates" },
    { "ap_matrix,type=t1*1", "candidates parent" },
    { "mdev_types,type=t1*1", "candidates parent" },
    { "mdev_types,type=t1*1 net", "candidates parent" },
    { "net mdev_types,type=t1*1", "candidates parent" },
    { "mdev_types,type=t1*1 mdev,active=t1", "candidates assignable compat=t1" },
    { "mdev_types,type=t1*1 pci,compat=c", "candidates assignable compat=c" },
    { "mdev pci,compat=c", "candidates assignable compat" },
    { "pci mdev,active=t1", "candidates compat" },
};


static char *
testDescribe(virNodeDeviceDef *def)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autoptr(virNodeDeviceCompat) compat = virNodeDeviceDefGetCompat(def);

    if (virNodeDeviceDefHasCandidates(NULL, def))
        virBufferAddLit(&buf, "candidates ");
    if (virNodeDeviceDefIsParent(def))
        virBufferAddLit(&buf, "parent ");
    if (virNodeDeviceDefIsAssignable(def))
        virBufferAddLit(&buf, "assignable ");
    if (compat) {
        virBufferAddLit(&buf, "compat");
        if (testGetType(compat))
            virBufferAsprintf(&buf, "=%s", testGetType(compat));
        virBufferAddChar(&buf, ' ');
    }

    virBufferTrim(&buf, " ");
    if (virBufferUse(&buf) == 0)
        virBufferAddLit(&buf, "nothing");
    return virBufferContentAndReset(&buf);
}


static int
testDevice(const void *opaque)
{
    const testDeviceData *data = opaque;
    g_autoptr(virNodeDeviceDef) def = testMakeDef(data->name);
    g_autofree char *actual = testDescribe(def);

    return testExpectString(data->expect, actual);
}


/* Devices of which all is in a copy */
typedef struct _testCopyData testCopyData;
struct _testCopyData {
    const char *name;
};

static const testCopyData copies[] = {
    { "" },
    { "name=a sysfs=/sys/a parent=/sys" },
    { "name=a parent=/sys net" },
    { "net drm pci,addr=1.2.3.4 storage" },
    { "pci,addr=1.2.3.4,type=t1*3,type=t2*0,type=t3*1,compat=c,typeCompat=t1,typeCompat=t2" },
    { "css,type=t1*1" },
    { "css,type=t1*1 ap_matrix,type=t2*2 mdev_types,type=t3*3" },
    { "mdev,uuid=u,active=t1,defined=t2,compat=c" },
    { "mdev,uuid=u" },
    { "mdev,defined=t2" },
};


static int
testCopy(const void *opaque)
{
    const testCopyData *data = opaque;
    g_autoptr(virNodeDeviceDef) def = testMakeDef(data->name);
    g_autoptr(virNodeDeviceDef) copy = virNodeDeviceDefCopyCompat(def);
    g_autofree char *before = testFormatDef(def);
    g_autofree char *actual = testFormatDef(copy);

    if (testExpectString(data->name, actual) < 0)
        return -1;

    /* the copy is on its own */
    g_clear_pointer(&def, virNodeDeviceDefFree);
    VIR_FREE(actual);
    actual = testFormatDef(copy);
    return testExpectString(before, actual);
}


/* What is stored in a device of what was read of a copy */
typedef struct _testStoreData testStoreData;
struct _testStoreData {
    const char *name;           /* the device */
    const char *copy;
    bool same;
    const char *expect;         /* the device afterwards */
};

#define PCI "pci,addr=0.0.0.0"

static const testStoreData stores[] = {
    { PCI ",compat=old", PCI ",compat=new", true, PCI ",compat=new" },
    { PCI, PCI ",compat=new,typeCompat=t1", true, PCI ",compat=new,typeCompat=t1" },
    { PCI ",compat=old,typeCompat=t1", PCI, true, PCI },
    { "net " PCI, "net " PCI ",compat=new", true, "net " PCI ",compat=new" },
    { "sysfs=/sys/a " PCI, "sysfs=/sys/a " PCI ",compat=new", true,
      "sysfs=/sys/a " PCI ",compat=new" },
    { "mdev,active=t1,defined=t2,compat=old", "mdev,active=t1,defined=t3,compat=new", true,
      "mdev,active=t1,defined=t2,compat=new" },

    /* another device */
    { "sysfs=/sys/a " PCI ",compat=old", "sysfs=/sys/b " PCI ",compat=new", false,
      "sysfs=/sys/a " PCI },
    { "sysfs=/sys/a " PCI ",compat=old", PCI ",compat=new", false, "sysfs=/sys/a " PCI },
    { PCI ",compat=old,typeCompat=t1", "mdev_types,compat=new", false, PCI },
    { PCI ",compat=old net", PCI ",compat=new drm", false, PCI " net" },
    { PCI ",compat=old net", PCI ",compat=new", false, PCI " net" },
    { PCI ",compat=old", PCI ",compat=new net", false, PCI },
    { "mdev,active=t1,compat=old", "mdev,active=t2,compat=new", false, "mdev,active=t1" },
    { "mdev,compat=old", "mdev,active=t2,compat=new", false, "mdev" },
    { "", PCI ",compat=new", false, "" },
};


static int
testStore(const void *opaque)
{
    const testStoreData *data = opaque;
    g_autoptr(virNodeDeviceDef) def = testMakeDef(data->name);
    g_autoptr(virNodeDeviceDef) copy = testMakeDef(data->copy);
    g_autofree char *before = testFormatDef(copy);
    g_autofree char *actual = NULL;
    g_autofree char *after = NULL;

    if (testExpectBool(data->same, virNodeDeviceDefStoreCompat(def, copy)) < 0)
        return -1;

    actual = testFormatDef(def);
    after = testFormatDef(copy);
    if (testExpectString(data->expect, actual) < 0)
        return -1;
    return testExpectString(before, after);
}


static int
mymain(void)
{
    DO_TEST(testAllKinds, NULL, "All kinds of devices");
    DO_TABLE("Kind", kinds, testKind);
    DO_TABLE_EXPECT("Device", devices, testDevice);
    DO_TABLE("Copy", copies, testCopy);
    DO_TABLE("Store", stores, testStore);

    return testResult();
}

VIR_TEST_MAIN(mymain)
