/*
 * test_nodedev_compat.c: the test driver's side of node device compatibility
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "datatypes.h"
#include "nodedev_compat/nodedev_compat_api.h"
#include "nodedev_compat/nodedev_compat_device.h"
#include "test_nodedev_compat.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_TEST

#define TEST_NODE_DEVICE_COMPAT_PARENT "pci_0000_3b_00_0"


typedef struct _testNodeDeviceCompatType testNodeDeviceCompatType;
struct _testNodeDeviceCompatType {
    const char *id;
    const char *name;
    const char *framebuffer;    /* MiB */
    const char *accepts;        /* other types whose state it accepts */
    const char *dynamic;        /* attribute that is set on each device, or NULL */
    unsigned int instances;     /* how many more devices can be created */
};

static const testNodeDeviceCompatType testNodeDeviceCompatTypes[] = {
    { "vgpu-2", "Small virtual GPU", "2048", NULL, NULL, 4 },
    { "vgpu-4", "Large virtual GPU", "4096", "vgpu-2", NULL, 4 },
    { "vgpu-a", "Virtual GPU of several slices", "1024", NULL, "aggregator", 4 },
    { "vgpu-8", "Virtual GPU that is sold out", "8192", NULL, NULL, 0 },
};


typedef struct _testNodeDeviceCompatMdev testNodeDeviceCompatMdev;
struct _testNodeDeviceCompatMdev {
    const char *name;
    const char *uuid;
    const testNodeDeviceCompatType *type;
    const char *version;        /* NULL: its driver publishes nothing */
    const char *opaque;         /* see testNodeDeviceCompatAsk() */
    const char *dynamic;        /* value of the type's dynamic attribute */
};

/* Each is a target of its own kind for a guest on the first one. */
static const testNodeDeviceCompatMdev testNodeDeviceCompatMdevs[] = {
    { "mdev_vgpu_source", "8a6b1a50-3c1e-4d57-9d0a-000000000001",
      &testNodeDeviceCompatTypes[0], "1.2.0", "vgpu-7", NULL },
    { "mdev_vgpu_twin", "8a6b1a50-3c1e-4d57-9d0a-000000000002",
      &testNodeDeviceCompatTypes[0], "1.2.0", "vgpu-7", NULL },
    { "mdev_vgpu_newer_minor", "8a6b1a50-3c1e-4d57-9d0a-000000000003",
      &testNodeDeviceCompatTypes[0], "1.3.0", "vgpu-8", NULL },
    { "mdev_vgpu_older_minor", "8a6b1a50-3c1e-4d57-9d0a-000000000004",
      &testNodeDeviceCompatTypes[0], "1.1.0", "vgpu-6", NULL },
    { "mdev_vgpu_other_major", "8a6b1a50-3c1e-4d57-9d0a-000000000005",
      &testNodeDeviceCompatTypes[0], "2.0.0", "vgpu-9", NULL },
    { "mdev_vgpu_other_type", "8a6b1a50-3c1e-4d57-9d0a-000000000006",
      &testNodeDeviceCompatTypes[1], "1.2.0", "vgpu-7", NULL },
    { "mdev_vgpu_silent", "8a6b1a50-3c1e-4d57-9d0a-000000000007",
      &testNodeDeviceCompatTypes[0], NULL, NULL, NULL },
    { "mdev_vgpu_other_opaque", "8a6b1a50-3c1e-4d57-9d0a-000000000008",
      &testNodeDeviceCompatTypes[0], "1.2.0", "vgpu-5", NULL },
    { "mdev_vgpu_no_answer", "8a6b1a50-3c1e-4d57-9d0a-000000000009",
      &testNodeDeviceCompatTypes[0], "1.2.0", "vgpu", NULL },
    { "mdev_vgpu_slices", "8a6b1a50-3c1e-4d57-9d0a-000000000010",
      &testNodeDeviceCompatTypes[2], "1.2.0", "vgpu-7", "3" },
    { "mdev_vgpu_sold_out", "8a6b1a50-3c1e-4d57-9d0a-000000000011",
      &testNodeDeviceCompatTypes[3], "1.2.0", "vgpu-7", NULL },
};


static void
testNodeDeviceCompatFormat(virBuffer *buf,
                           const testNodeDeviceCompatType *type,
                           const char *version,
                           const char *opaque,
                           const char *dynamic)
{
    virBufferAddLit(buf, "<capability type='compat'>\n");
    virBufferAddLit(buf, "<deviceAPI>vfio-pci</deviceAPI>\n");
    virBufferAsprintf(buf, "<type id='%s'/>\n", type->id);
    if (version) {
        virBufferAsprintf(buf, "<softwareVersion>%s</softwareVersion>\n", version);
        virBufferAsprintf(buf, "<attr name='framebuffer' value='%s'/>\n",
                          type->framebuffer);
        if (type->dynamic) {
            virBufferAsprintf(buf, "<attr name='%s'", type->dynamic);
            virBufferEscapeString(buf, " value='%s'", dynamic);
            virBufferAddLit(buf, " dynamic='yes'/>\n");
        }
    }
    virBufferEscapeString(buf, "<opaque>%s</opaque>\n", opaque);
    if (version && type->accepts) {
        virBufferAddLit(buf, "<accepts>\n");
        virBufferAsprintf(buf, "<type id='%s'/>\n", type->accepts);
        virBufferAddLit(buf, "<attr name='framebuffer' value='2048,4096'/>\n");
        virBufferAddLit(buf, "</accepts>\n");
    }
    virBufferAddLit(buf, "</capability>\n");
}


static char *
testNodeDeviceCompatParentXML(void)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    virBufferAddLit(&buf,
                    "<device>\n"
                    "<name>" TEST_NODE_DEVICE_COMPAT_PARENT "</name>\n"
                    "<parent>computer</parent>\n"
                    "<capability type='pci'>\n"
                    "<class>0x030200</class>\n"
                    "<domain>0</domain>\n"
                    "<bus>59</bus>\n"
                    "<slot>0</slot>\n"
                    "<function>0</function>\n"
                    "<product id='0x0001'>Test GPU</product>\n"
                    "<vendor id='0x1d0f'>Libvirt</vendor>\n"
                    "<capability type='mdev_types'>\n");

    for (i = 0; i < G_N_ELEMENTS(testNodeDeviceCompatTypes); i++) {
        const testNodeDeviceCompatType *type = &testNodeDeviceCompatTypes[i];

        virBufferAsprintf(&buf, "<type id='%s'>\n", type->id);
        virBufferAsprintf(&buf, "<name>%s</name>\n", type->name);
        virBufferAddLit(&buf, "<deviceAPI>vfio-pci</deviceAPI>\n");
        virBufferAsprintf(&buf, "<availableInstances>%u</availableInstances>\n",
                          type->instances);
        testNodeDeviceCompatFormat(&buf, type, "1.2.0", "vgpu-7", NULL);
        virBufferAddLit(&buf, "</type>\n");
    }

    virBufferAddLit(&buf, "</capability>\n</capability>\n</device>\n");

    return virBufferContentAndReset(&buf);
}


static char *
testNodeDeviceCompatMdevXML(const testNodeDeviceCompatMdev *mdev,
                            size_t iommuGroup)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    virBufferAddLit(&buf, "<device>\n");
    virBufferAsprintf(&buf, "<name>%s</name>\n", mdev->name);
    virBufferAddLit(&buf, "<parent>" TEST_NODE_DEVICE_COMPAT_PARENT "</parent>\n");
    virBufferAddLit(&buf, "<capability type='mdev'>\n");
    virBufferAsprintf(&buf, "<type id='%s'/>\n", mdev->type->id);
    virBufferAsprintf(&buf, "<uuid>%s</uuid>\n", mdev->uuid);
    virBufferAsprintf(&buf, "<iommuGroup number='%zu'/>\n", iommuGroup);
    testNodeDeviceCompatFormat(&buf, mdev->type, mdev->version, mdev->opaque,
                               mdev->dynamic);
    virBufferAddLit(&buf, "</capability>\n</device>\n");

    return virBufferContentAndReset(&buf);
}


static int
testNodeDeviceCompatAdd(virNodeDeviceObjList *devs,
                        const char *xml)
{
    g_autoptr(virNodeDeviceDef) def = NULL;
    virNodeDeviceObj *obj;

    if (!(def = virNodeDeviceDefParse(xml, NULL, EXISTING_DEVICE, NULL,
                                      NULL, NULL, false)))
        return -1;

    virNodeDeviceSyncMdevActiveConfig(def);

    if (!(obj = virNodeDeviceObjListAssignDef(devs, def)))
        return -1;
    def = NULL;     /* owned by the list now */

    virNodeDeviceObjSetPersistent(obj, true);
    virNodeDeviceObjSetActive(obj, true);
    virNodeDeviceObjSetSkipUpdateCaps(obj, true);
    virNodeDeviceObjEndAPI(&obj);
    return 0;
}


/**
 * testNodeDeviceCompatAddDefaults:
 * @devs: devices of test:///default
 *
 * Adds a device that offers types of mediated devices, and a mediated device for each
 * kind of result that the compatibility APIs return.
 *
 * Returns 0 on success, -1 with an error reported otherwise.
 */
int
testNodeDeviceCompatAddDefaults(virNodeDeviceObjList *devs)
{
    g_autofree char *parent = testNodeDeviceCompatParentXML();
    size_t i;

    if (testNodeDeviceCompatAdd(devs, parent) < 0)
        return -1;

    for (i = 0; i < G_N_ELEMENTS(testNodeDeviceCompatMdevs); i++) {
        g_autofree char *xml =
            testNodeDeviceCompatMdevXML(&testNodeDeviceCompatMdevs[i], i + 1);

        if (testNodeDeviceCompatAdd(devs, xml) < 0)
            return -1;
    }

    return 0;
}


static virNodeDeviceObj *
testNodeDeviceCompatFind(virNodeDevicePtr dev)
{
    virNodeDeviceObj *obj;

    if (!(obj = virNodeDeviceObjListFindByName(testDriverGetNodeDevices(dev->conn),
                                               dev->name)))
        virReportError(VIR_ERR_NO_NODE_DEVICE,
                       _("no node device with matching name '%1$s'"),
                       dev->name);

    return obj;
}


/* Parses an opaque string of the test driver, FAMILY-NUMBER. */
static int
testNodeDeviceCompatParseOpaque(const char *opaque,
                                size_t *ret_family,
                                unsigned int *ret_number)
{
    const char *dash = strrchr(opaque, '-');

    if (!dash || virStrToLong_uip(dash + 1, NULL, 10, ret_number) < 0)
        return -1;

    *ret_family = dash - opaque;
    return 0;
}


/* As a kernel driver would do: a device accepts the string of devices of its family that
 * have no higher number than its own; one without a number does not answer. */
static virNodeDeviceCompatAnswer
testNodeDeviceCompatAsk(const virNodeDeviceDef *def,
                        const char *opaque,
                        char **ret_detail)
{
    g_autoptr(virNodeDeviceCompat) compat = virNodeDeviceDefGetCompat(def);
    size_t ownFamily;
    size_t family;
    unsigned int own;
    unsigned int number;

    if (!compat || !compat->opaque ||
        testNodeDeviceCompatParseOpaque(compat->opaque, &ownFamily, &own) < 0) {
        *ret_detail = g_strdup(g_strerror(ENODEV));
        return VIR_NODE_DEVICE_COMPAT_ANSWER_NONE;
    }

    if (testNodeDeviceCompatParseOpaque(opaque, &family, &number) < 0 ||
        family != ownFamily || number > own ||
        STRNEQLEN(opaque, compat->opaque, family)) {
        *ret_detail = g_strdup(g_strerror(EINVAL));
        return VIR_NODE_DEVICE_COMPAT_ANSWER_REJECTED;
    }

    return VIR_NODE_DEVICE_COMPAT_ANSWER_ACCEPTED;
}


/* Returns a copy of what is compared of @dev. A node's document need not have it. */
static virNodeDeviceDef *
testNodeDeviceCompatCopy(virNodeDevicePtr dev)
{
    virNodeDeviceObj *obj = testNodeDeviceCompatFind(dev);
    virNodeDeviceDef *def;

    if (!obj)
        return NULL;

    def = virNodeDeviceDefCopyCompat(virNodeDeviceObjGetDef(obj));
    virNodeDeviceDefInferCompat(def, virNodeDeviceObjGetDef(obj));
    virNodeDeviceObjEndAPI(&obj);
    return def;
}


int
testNodeDeviceCompareCompat(virNodeDevicePtr dev,
                            const char *xmlDesc,
                            unsigned int flags)
{
    g_autoptr(virNodeDeviceDef) def = NULL;

    virCheckFlags(VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_INCOMPATIBLE |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_UNKNOWN |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_VALIDATE_XML |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE,
                  VIR_NODE_DEVICE_COMPAT_ERROR);

    if (!(def = testNodeDeviceCompatCopy(dev)))
        return VIR_NODE_DEVICE_COMPAT_ERROR;

    return virNodeDeviceDefCompareCompat(def, xmlDesc, NULL, testNodeDeviceCompatAsk, flags);
}


char *
testNodeDeviceGetCompatReport(virNodeDevicePtr dev,
                              const char *xmlDesc,
                              unsigned int flags)
{
    g_autoptr(virNodeDeviceDef) def = NULL;

    virCheckFlags(VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_INCOMPATIBLE |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_UNKNOWN |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_VALIDATE_XML |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE, NULL);

    if (!(def = testNodeDeviceCompatCopy(dev)))
        return NULL;

    return virNodeDeviceDefGetCompatReport(def, xmlDesc, NULL, testNodeDeviceCompatAsk, flags);
}


char *
testConnectBaselineNodeDeviceCompat(virConnectPtr conn G_GNUC_UNUSED,
                                    const char *xmlDescs,
                                    unsigned int flags)
{
    virCheckFlags(VIR_CONNECT_BASELINE_NODE_DEVICE_COMPAT_VALIDATE_XML |
                  VIR_CONNECT_BASELINE_NODE_DEVICE_COMPAT_ALLOW_CROSS_TYPE, NULL);

    return virNodeDeviceCompatGetBaseline(xmlDescs, NULL, flags);
}
