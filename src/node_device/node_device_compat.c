/*
 * node_device_compat.c: compatibility APIs of the node device driver
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "datatypes.h"
#include "node_device_compat.h"
#include "nodedev_compat_driver.h"
#include "nodedev_compat_opaque.h"
#include "nodedev_compat_rules_dir.h"
#include "nodedev_compat_sysfs.h"
#include "viraccessapichecknodedevcompat.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV


/**
 * nodeDeviceUpdateCompat:
 * @def: definition of a node device
 *
 * Reads afresh what is known of the compatibility of @def.
 */
void
nodeDeviceUpdateCompat(virNodeDeviceDef *def)
{
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsGetHost();

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
    int ret = VIR_NODE_DEVICE_COMPARE_COMPAT_ERROR;

    virCheckFlags(VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_INCOMPATIBLE |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_UNKNOWN |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_VALIDATE_XML |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE |
                  VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE,
                  VIR_NODE_DEVICE_COMPARE_COMPAT_ERROR);

    if (nodeDeviceInitWait() < 0)
        return ret;

    if (!(obj = nodeDeviceObjFindByName(dev->name)))
        return ret;
    def = virNodeDeviceObjGetDef(obj);

    if (virNodeDeviceCompareCompatEnsureACL(dev->conn, def, flags) < 0)
        goto cleanup;

    nodeDeviceUpdateCompat(def);
    rules = virNodeDeviceCompatRulesGetHost();

    ret = virNodeDeviceDefCompareCompat(def, xmlDesc, rules,
                                        virNodeDeviceCompatAskDef, flags);

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
    rules = virNodeDeviceCompatRulesGetHost();

    ret = virNodeDeviceDefGetCompatReport(def, xmlDesc, rules,
                                          virNodeDeviceCompatAskDef, flags);

 cleanup:
    virNodeDeviceObjEndAPI(&obj);
    return ret;
}
