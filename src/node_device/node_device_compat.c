/*
 * node_device_compat.c: compatibility APIs of the node device driver
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <unistd.h>

#include "datatypes.h"
#include "node_device_compat.h"
#include "node_device_compat_event.h"
#include "node_device_compat_opaque.h"
#include "node_device_compat_use.h"
#include "node_device_driver.h"
#include "nodedev_compat/evidence/nodedev_compat_files_host.h"
#include "nodedev_compat/evidence/nodedev_compat_reader.h"
#include "nodedev_compat/evidence/nodedev_compat_update.h"
#include "nodedev_compat/evidence/nodedev_compat_watch.h"
#include "nodedev_compat/nodedev_compat_api.h"
#include "nodedev_compat/nodedev_compat_device.h"
#include "viraccessapichecknodedevcompat.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV


/* How long a search looks at devices, and at the types that one of them offers, in
 * microseconds */
#define FIND_TIME (10 * G_USEC_PER_SEC)
#define FIND_TYPES_TIME (5 * G_USEC_PER_SEC)

/* How often a device can become another one while it is read */
#define READ_TRIES 3


/* Whether a device has been removed. What is read of one then is not what it was. */
static bool
nodeDeviceCompatIsGone(const virNodeDeviceDef *def)
{
    return def->sysfs_path && access(def->sysfs_path, F_OK) < 0 && errno == ENOENT;
}


/* Lets go of @obj, and returns a copy of its definition with the current descriptor of the
 * device itself, or NULL with an error reported. */
static virNodeDeviceDef *
nodeDeviceCompatReadObj(virNodeDeviceObj **obj,
                        virNodeDeviceCompatRules **ret_rules)
{
    g_autoptr(virNodeDeviceDef) def = virNodeDeviceDefCopyCompat(virNodeDeviceObjGetDef(*obj));
    /* of a device that has types, this is not all that there is to remember */
    bool whole = !virNodeDeviceDefHasTypes(def);

    virNodeDeviceObjEndAPI(obj);

    virNodeDeviceCompatWatchStart();
    *ret_rules = virNodeDeviceCompatFilesGetRules();
    if (whole)
        nodeDeviceCompatExpect(def);
    virNodeDeviceCompatUpdateOwn(def);

    if (nodeDeviceCompatIsGone(def)) {
        virReportError(VIR_ERR_NO_NODE_DEVICE,
                       _("no node device with matching name '%1$s'"),
                       def->name);
        return NULL;
    }

    if (whole)
        nodeDeviceCompatRemember(def);
    return g_steal_pointer(&def);
}


/**
 * nodeDeviceUpdateCompat:
 * @obj: locked node device
 *
 * Reads afresh the descriptors of @obj and of the mdev types it offers, for which @obj
 * is unlocked meanwhile.
 *
 * Returns its definition, which can be another one than before.
 */
virNodeDeviceDef *
nodeDeviceUpdateCompat(virNodeDeviceObj *obj)
{
    bool stored = false;
    size_t i;

    for (i = 0; i < READ_TRIES && !stored; i++) {
        g_autoptr(virNodeDeviceDef) copy = virNodeDeviceDefCopyCompat(virNodeDeviceObjGetDef(obj));

        if (!virNodeDeviceDefHasCandidates(NULL, copy))
            break;

        virObjectUnlock(obj);
        virNodeDeviceCompatWatchStart();
        nodeDeviceCompatExpect(copy);
        virNodeDeviceCompatUpdateNow(copy);
        nodeDeviceCompatRemember(copy);
        virObjectLock(obj);

        stored = virNodeDeviceDefStoreCompat(virNodeDeviceObjGetDef(obj), copy);
    }

    return virNodeDeviceObjGetDef(obj);
}


int
nodeDeviceCompareCompat(virNodeDevicePtr dev,
                        const char *xmlDesc,
                        unsigned int flags)
{
    virNodeDeviceObj *obj = NULL;
    g_autoptr(virNodeDeviceDef) def = NULL;
    g_autoptr(virNodeDeviceCompatRules) rules = NULL;
    int result = VIR_NODE_DEVICE_COMPAT_ERROR;

    virCheckFlags(VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_INCOMPATIBLE |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_UNKNOWN |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_VALIDATE_XML |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE,
                  VIR_NODE_DEVICE_COMPAT_ERROR);

    if (nodeDeviceInitWait() < 0 ||
        !(obj = nodeDeviceObjFindByName(dev->name)))
        return VIR_NODE_DEVICE_COMPAT_ERROR;

    if (virNodeDeviceCompareCompatEnsureACL(dev->conn, virNodeDeviceObjGetDef(obj), flags) < 0) {
        virNodeDeviceObjEndAPI(&obj);
        return VIR_NODE_DEVICE_COMPAT_ERROR;
    }

    virNodeDeviceCompatReaderSetDeadline(g_get_monotonic_time() +
                                         VIR_NODE_DEVICE_COMPAT_COMPARE_MS * 1000);
    if ((def = nodeDeviceCompatReadObj(&obj, &rules))) {
        result = virNodeDeviceDefCompareCompat(def, xmlDesc, rules, nodeDeviceCompatOpaqueAsk,
                                               flags);
    }
    virNodeDeviceCompatReaderSetDeadline(0);

    return result;
}


char *
nodeDeviceGetCompatReport(virNodeDevicePtr dev,
                          const char *xmlDesc,
                          unsigned int flags)
{
    virNodeDeviceObj *obj = NULL;
    g_autoptr(virNodeDeviceDef) def = NULL;
    g_autoptr(virNodeDeviceCompatRules) rules = NULL;
    char *report = NULL;

    virCheckFlags(VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_INCOMPATIBLE |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_UNKNOWN |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_VALIDATE_XML |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE, NULL);

    if (nodeDeviceInitWait() < 0 ||
        !(obj = nodeDeviceObjFindByName(dev->name)))
        return NULL;

    if (virNodeDeviceGetCompatReportEnsureACL(dev->conn, virNodeDeviceObjGetDef(obj), flags) < 0) {
        virNodeDeviceObjEndAPI(&obj);
        return NULL;
    }

    virNodeDeviceCompatReaderSetDeadline(g_get_monotonic_time() +
                                         VIR_NODE_DEVICE_COMPAT_COMPARE_MS * 1000);
    if ((def = nodeDeviceCompatReadObj(&obj, &rules))) {
        report = virNodeDeviceDefGetCompatReport(def, xmlDesc, rules, nodeDeviceCompatOpaqueAsk,
                                                 flags);
    }
    virNodeDeviceCompatReaderSetDeadline(0);

    return report;
}


/* What one search needs to know about the host */
typedef struct _nodeDeviceCompatFindContext nodeDeviceCompatFindContext;
struct _nodeDeviceCompatFindContext {
    virNodeDeviceCompatFacts *facts;
    nodeDeviceCompatUse *use;
    gint64 deadline;
    virNodeDeviceCompatBudget budget;   /* for reading devices and types */
};


/* Reads afresh the types that a device offers, and the descriptors. */
static int
nodeDeviceCompatFindRefresh(virNodeDeviceDef *def,
                            void *opaque)
{
    nodeDeviceCompatFindContext *context = opaque;
    const virNodeDeviceCompatBounds bounds = {
        .deadline = MIN(g_get_monotonic_time() + FIND_TYPES_TIME, context->deadline),
        .budget = &context->budget,
    };
    size_t used = context->budget.used;

    if (nodeDeviceCompatIsGone(def))
        return -1;

    nodeDeviceCompatExpect(def);
    virNodeDeviceCompatUpdateMdevTypes(def, bounds.deadline);
    virNodeDeviceCompatUpdate(def, context->facts, &bounds);
    if (nodeDeviceCompatIsGone(def))
        return -1;
    /* it is all that there is unless it was too much for a search */
    if (context->budget.used == used)
        nodeDeviceCompatRemember(def);
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
    nodeDeviceCompatFindContext context = {
        .budget.max = VIR_NODE_DEVICE_COMPAT_WORK_MAX,
    };
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

    virNodeDeviceCompatWatchStart();
    rules = virNodeDeviceCompatFilesGetRules();
    context.facts = facts = virNodeDeviceCompatFilesGetFacts();
    context.deadline = funcs.deadline = g_get_monotonic_time() + FIND_TIME;
    context.use = use = nodeDeviceCompatUseNew("", context.deadline);

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
