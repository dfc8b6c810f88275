/*
 * node_device_compat.c: compatibility APIs of the node device driver
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "datatypes.h"
#include "node_device_compat.h"
#include "node_device_compat_opaque.h"
#include "node_device_compat_use.h"
#include "node_device_driver.h"
#include "nodedev_compat/evidence/nodedev_compat_evidence.h"
#include "nodedev_compat/evidence/nodedev_compat_files.h"
#include "nodedev_compat/nodedev_compat_api.h"
#include "viraccessapichecknodedevcompat.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV


/**
 * nodeDeviceUpdateCompat:
 * @def: definition of a node device
 *
 * Reads afresh the descriptors of @def and of the mdev types it offers.
 */
void
nodeDeviceUpdateCompat(virNodeDeviceDef *def)
{
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFilesGetFacts();

    virNodeDeviceCompatUpdate(def, facts);
}


int
nodeDeviceCompareCompat(virNodeDevicePtr dev,
                        const char *xmlDesc,
                        unsigned int flags)
{
    virNodeDeviceObj *obj = NULL;
    virNodeDeviceDef *def;
    g_autoptr(virNodeDeviceCompatRules) rules = NULL;
    int ret = VIR_NODE_DEVICE_COMPAT_ERROR;

    virCheckFlags(VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_INCOMPATIBLE |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_UNKNOWN |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_VALIDATE_XML |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE,
                  VIR_NODE_DEVICE_COMPAT_ERROR);

    if (nodeDeviceInitWait() < 0)
        return ret;

    if (!(obj = nodeDeviceObjFindByName(dev->name)))
        return ret;
    def = virNodeDeviceObjGetDef(obj);

    if (virNodeDeviceCompareCompatEnsureACL(dev->conn, def, flags) < 0)
        goto cleanup;

    nodeDeviceUpdateCompat(def);
    rules = virNodeDeviceCompatFilesGetRules();

    ret = virNodeDeviceDefCompareCompat(def, xmlDesc, rules,
                                        nodeDeviceCompatOpaqueAsk, flags);

 cleanup:
    virNodeDeviceObjEndAPI(&obj);
    return ret;
}


char *
nodeDeviceGetCompatReport(virNodeDevicePtr dev,
                          const char *xmlDesc,
                          unsigned int flags)
{
    virNodeDeviceObj *obj = NULL;
    virNodeDeviceDef *def;
    g_autoptr(virNodeDeviceCompatRules) rules = NULL;
    char *ret = NULL;

    virCheckFlags(VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_INCOMPATIBLE |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_UNKNOWN |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_VALIDATE_XML |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE, NULL);

    if (nodeDeviceInitWait() < 0)
        return NULL;

    if (!(obj = nodeDeviceObjFindByName(dev->name)))
        return NULL;
    def = virNodeDeviceObjGetDef(obj);

    if (virNodeDeviceGetCompatReportEnsureACL(dev->conn, def, flags) < 0)
        goto cleanup;

    nodeDeviceUpdateCompat(def);
    rules = virNodeDeviceCompatFilesGetRules();

    ret = virNodeDeviceDefGetCompatReport(def, xmlDesc, rules,
                                          nodeDeviceCompatOpaqueAsk, flags);

 cleanup:
    virNodeDeviceObjEndAPI(&obj);
    return ret;
}


/* What one search needs to know about the host */
typedef struct _nodeDeviceCompatFindContext nodeDeviceCompatFindContext;
struct _nodeDeviceCompatFindContext {
    virNodeDeviceCompatFacts *facts;
    nodeDeviceCompatUse *use;
};


/* Reads afresh the types that a device offers, and the descriptors. */
static int
nodeDeviceCompatFindRefresh(virNodeDeviceDef *def,
                            void *opaque)
{
    const nodeDeviceCompatFindContext *context = opaque;

    if (virNodeDeviceUpdateCaps(def) < 0)
        return -1;

    virNodeDeviceCompatUpdate(def, context->facts);
    return 0;
}


static virNodeDeviceCompatState
nodeDeviceCompatFindGetState(const virNodeDeviceDef *def,
                             void *opaque)
{
    const nodeDeviceCompatFindContext *context = opaque;

    return nodeDeviceCompatUseGetState(context->use, def);
}


char *
nodeConnectFindCompatNodeDevices(virConnectPtr conn,
                                 const char *xmlDesc,
                                 unsigned int flags)
{
    g_autoptr(virNodeDeviceCompatRules) rules = NULL;
    g_autoptr(virNodeDeviceCompatFacts) facts = NULL;
    g_autoptr(nodeDeviceCompatUse) use = NULL;
    nodeDeviceCompatFindContext context;
    virNodeDeviceCompatFindFuncs funcs = {
        .conn = conn,
        .filter = virConnectFindCompatNodeDevicesCheckACL,
        .refresh = nodeDeviceCompatFindRefresh,
        .getState = nodeDeviceCompatFindGetState,
        .opaque = &context,
    };

    virCheckFlags(VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_VALIDATE_XML |
                  VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALLOW_CROSS_TYPE |
                  VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALL, NULL);

    if (virConnectFindCompatNodeDevicesEnsureACL(conn) < 0)
        return NULL;

    if (nodeDeviceInitWait() < 0)
        return NULL;

    rules = virNodeDeviceCompatFilesGetRules();
    context.facts = facts = virNodeDeviceCompatFilesGetFacts();
    context.use = use = nodeDeviceCompatUseNew("");

    return virNodeDeviceObjListFindCompat(driver->devs, &funcs, xmlDesc,
                                          rules, flags);
}


/* The devices are those in the document, not those of this host. */
char *
nodeConnectBaselineNodeDeviceCompat(virConnectPtr conn,
                                    const char *xmlDescs,
                                    unsigned int flags)
{
    g_autoptr(virNodeDeviceCompatRules) rules = NULL;

    virCheckFlags(VIR_CONNECT_BASELINE_NODE_DEVICE_COMPAT_VALIDATE_XML |
                  VIR_CONNECT_BASELINE_NODE_DEVICE_COMPAT_ALLOW_CROSS_TYPE, NULL);

    if (virConnectBaselineNodeDeviceCompatEnsureACL(conn) < 0)
        return NULL;

    rules = virNodeDeviceCompatFilesGetRules();

    return virNodeDeviceCompatGetBaseline(xmlDescs, rules, flags);
}
