/*
 * node_device_compat_event.c: tell that what a device says of itself has changed
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "node_device_compat_event.h"

#include "node_device_compat.h"
#include "node_device_event.h"
#include "nodedev_compat/nodedev_compat_api.h"
#include "nodedev_compat_xml.h"
#include "virfile.h"
#include "virlog.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

VIR_LOG_INIT("node_device.node_device_compat_event");


/* All that is known of the compatibility of @def */
static char *
nodeDeviceCompatFormatSummary(const virNodeDeviceDef *def)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    const virNodeDevCapsDef *cap;
    size_t i;

    for (cap = def->caps; cap; cap = cap->next) {
        virMediatedDeviceType **types = NULL;
        size_t ntypes = virNodeDevCapsDefGetMdevTypes(cap, &types);

        virNodeDeviceCompatFormat(&buf, cap->data.compat);

        for (i = 0; i < ntypes; i++) {
            virBufferAsprintf(&buf, "%s\n", types[i]->id);
            virNodeDeviceCompatFormat(&buf, virNodeDeviceCompatTypesGet(cap->data.typeCompat,
                                                                        types[i]->id));
        }
    }

    return virBufferContentAndReset(&buf);
}


/**
 * nodeDeviceCompatRefresh:
 * @def: definition of a device of which there is an event anyway
 *
 * Reads afresh what the device says of itself, and remembers that it is told.
 *
 * Returns true if it is something else than what was told before.
 */
bool
nodeDeviceCompatRefresh(virNodeDeviceDef *def)
{
    g_autofree char *news = NULL;

    nodeDeviceUpdateCompat(def);
    news = nodeDeviceCompatFormatSummary(def);

    if (STREQ_NULLABLE(news, def->compatSummary))
        return false;

    g_free(def->compatSummary);
    def->compatSummary = g_steal_pointer(&news);
    return true;
}


/**
 * nodeDeviceCompatIsRebind:
 * @action: action of a udev event
 *
 * Returns true if the event is about the driver of a device.
 */
bool
nodeDeviceCompatIsRebind(const char *action)
{
    return STREQ(action, "bind") || STREQ(action, "unbind");
}


/**
 * nodeDeviceCompatIsUnchanged:
 * @devs: the known devices
 * @action: action of a udev event
 * @path: sysfs path of its device
 *
 * A device that is bound to another driver, or to none, remains what it is, but may
 * say something else of itself.
 *
 * Returns true if the event says no more than that, and the device does not.
 */
bool
nodeDeviceCompatIsUnchanged(virNodeDeviceObjList *devs,
                            const char *action,
                            const char *path)
{
    virNodeDeviceObj *obj;
    bool changed;

    if (!nodeDeviceCompatIsRebind(action))
        return false;

    /* what is on its way out loses its driver first, and is told of when it is gone */
    if (!virFileExists(path) ||
        !(obj = virNodeDeviceObjListFindBySysfsPath(devs, path)))
        return true;

    changed = nodeDeviceCompatRefresh(virNodeDeviceObjGetDef(obj));
    virNodeDeviceObjEndAPI(&obj);

    VIR_DEBUG("'%s' of %s %s", action, path,
              changed ? "changes what it says of itself" : "is of no concern");
    return !changed;
}


/**
 * nodeDeviceCompatRefreshChildren:
 * @driver_state: state of the driver
 * @path: sysfs path of a device that has changed
 *
 * What mediated devices say of themselves is up to the driver of their parent.
 * Emits an update event for each child that says something else now.
 *
 * Returns the number of events.
 */
size_t
nodeDeviceCompatRefreshChildren(virNodeDeviceDriverState *driver_state,
                                const char *path)
{
    g_auto(GStrv) names = virNodeDeviceObjListCopyNames(driver_state->devs, NULL, "mdev");
    size_t ntold = 0;
    size_t i;

    for (i = 0; names[i]; i++) {
        virNodeDeviceObj *obj = virNodeDeviceObjListFindByName(driver_state->devs, names[i]);
        virNodeDeviceDef *def;
        bool changed;

        if (!obj)
            continue;

        def = virNodeDeviceObjGetDef(obj);
        changed = def->sysfs_path &&
                  STREQ_NULLABLE(def->parent_sysfs_path, path) &&
                  nodeDeviceCompatRefresh(def);
        virNodeDeviceObjEndAPI(&obj);

        if (changed) {
            virObjectEventStateQueue(driver_state->nodeDeviceEventState,
                                     virNodeDeviceEventUpdateNew(names[i]));
            ntold++;
        }
    }

    return ntold;
}
