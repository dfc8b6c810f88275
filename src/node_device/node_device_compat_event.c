/*
 * node_device_compat_event.c: update events when a descriptor changes
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


/* The descriptors of @def and of the mdev types it offers, as text */
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
 * @def: definition of a device
 *
 * Reads afresh the descriptors of the device and remembers their summary. The caller
 * emits an event, or has emitted one.
 *
 * Returns true if the summary differs from the previous one.
 */
bool
nodeDeviceCompatRefresh(virNodeDeviceDef *def)
{
    g_autofree char *summary = NULL;

    nodeDeviceUpdateCompat(def);
    summary = nodeDeviceCompatFormatSummary(def);

    if (STREQ_NULLABLE(summary, def->compatSummary))
        return false;

    g_free(def->compatSummary);
    def->compatSummary = g_steal_pointer(&summary);
    return true;
}


/**
 * nodeDeviceCompatIsRebind:
 * @action: action of a udev event
 *
 * Returns true if the event is about the driver that a device is bound to.
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
 * When a device is bound to another driver, or to none, libvirt's own definition of it
 * stays the same, but its descriptor can change.
 *
 * Returns true if the event is of that kind and the descriptor has not changed, so that
 * there is no event to emit.
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

    /* a device that is removed loses its driver first; its removal has its own event */
    if (!virFileExists(path) ||
        !(obj = virNodeDeviceObjListFindBySysfsPath(devs, path)))
        return true;

    changed = nodeDeviceCompatRefresh(virNodeDeviceObjGetDef(obj));
    virNodeDeviceObjEndAPI(&obj);

    VIR_DEBUG("action=%s path=%s changed=%d", action, path, changed);
    return !changed;
}


/**
 * nodeDeviceCompatRefreshChildren:
 * @driver_state: state of the driver
 * @path: sysfs path of a device that has changed
 *
 * The descriptors of mediated devices depend on the driver of their parent. Emits an
 * update event for each child whose descriptor has changed.
 *
 * Returns the number of events.
 */
size_t
nodeDeviceCompatRefreshChildren(virNodeDeviceDriverState *driver_state,
                                const char *path)
{
    g_auto(GStrv) names = virNodeDeviceObjListCopyNames(driver_state->devs, NULL, "mdev");
    size_t nevents = 0;
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
            nevents++;
        }
    }

    return nevents;
}
