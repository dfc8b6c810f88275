/*
 * test_nodedev_compat_find.c: the test driver's devices that a guest could continue on
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "domain_conf.h"
#include "nodedev_compat/nodedev_compat_api.h"
#include "nodedev_compat/nodedev_compat_device.h"
#include "test_nodedev_compat.h"

#define VIR_FROM_THIS VIR_FROM_TEST


/* Records, by UUID or by PCI address, the devices of a domain that is running. */
static int
testNodeDeviceCompatCollectUsed(virDomainObj *dom,
                                void *opaque)
{
    GHashTable *used = opaque;
    size_t i;

    if (!virDomainObjIsActive(dom))
        return 0;

    for (i = 0; i < dom->def->nhostdevs; i++) {
        const virDomainHostdevDef *hostdev = dom->def->hostdevs[i];
        const virDomainHostdevSubsys *subsys = &hostdev->source.subsys;

        if (hostdev->mode != VIR_DOMAIN_HOSTDEV_MODE_SUBSYS)
            continue;

        if (subsys->type == VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_MDEV)
            g_hash_table_add(used, g_strdup(subsys->u.mdev.uuidstr));
        else if (subsys->type == VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_PCI)
            g_hash_table_add(used, virPCIDeviceAddressAsString(&subsys->u.pci.addr));
    }

    return 0;
}


/* What one search needs to know */
typedef struct _testNodeDeviceCompatFindContext testNodeDeviceCompatFindContext;
struct _testNodeDeviceCompatFindContext {
    virNodeDeviceObjList *devs;
    GHashTable *used;
};


static int
testNodeDeviceCompatFindRefresh(virNodeDeviceDef *def,
                                void *opaque)
{
    const testNodeDeviceCompatFindContext *context = opaque;
    virNodeDeviceObj *obj = virNodeDeviceObjListFindByName(context->devs, def->name);

    if (!obj)
        return -1;

    virNodeDeviceDefInferCompat(def, virNodeDeviceObjGetDef(obj));
    virNodeDeviceObjEndAPI(&obj);
    return 0;
}


static virNodeDeviceCompatState
testNodeDeviceCompatGetState(const virNodeDeviceDef *def,
                             void *opaque)
{
    const testNodeDeviceCompatFindContext *context = opaque;
    GHashTable *used = context->used;
    const virNodeDevCapsDef *cap;
    g_autofree char *key = NULL;

    for (cap = def->caps; cap && !key; cap = cap->next) {
        if (cap->data.type == VIR_NODE_DEV_CAP_MDEV) {
            key = g_strdup(cap->data.mdev.uuid);
        } else if (cap->data.type == VIR_NODE_DEV_CAP_PCI_DEV) {
            virPCIDeviceAddress addr = {
                .domain = cap->data.pci_dev.domain,
                .bus = cap->data.pci_dev.bus,
                .slot = cap->data.pci_dev.slot,
                .function = cap->data.pci_dev.function,
            };

            key = virPCIDeviceAddressAsString(&addr);
        }
    }

    return key && g_hash_table_contains(used, key) ?
           VIR_NODE_DEVICE_COMPAT_STATE_USED : VIR_NODE_DEVICE_COMPAT_STATE_FREE;
}


char *
testConnectFindCompatNodeDevices(virConnectPtr conn,
                                 const char *xmlDesc,
                                 unsigned int flags)
{
    g_autoptr(GHashTable) used = g_hash_table_new_full(g_str_hash, g_str_equal,
                                                       g_free, NULL);
    testNodeDeviceCompatFindContext context = {
        .devs = testDriverGetNodeDevices(conn),
        .used = used,
    };
    virNodeDeviceCompatFindFuncs funcs = {
        .conn = conn,
        .refresh = testNodeDeviceCompatFindRefresh,
        .getState = testNodeDeviceCompatGetState,
        .opaque = &context,
    };

    virCheckFlags(VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_VALIDATE_XML |
                  VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALLOW_CROSS_TYPE |
                  VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALL, NULL);

    /* before any device is locked */
    virDomainObjListForEach(testDriverGetDomains(conn), false,
                            testNodeDeviceCompatCollectUsed, used);

    return virNodeDeviceObjListFindCompat(context.devs, &funcs, xmlDesc, NULL, flags);
}
