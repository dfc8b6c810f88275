/*
 * nodedev_compat_search.c: the part of finding devices that all drivers share
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_search.h"

#include "nodedev_compat_compare.h"
#include "nodedev_compat_driver.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* Devices may be added while their names are being listed. */
#define NAMES_SLACK 64

/* All that one search works on */
typedef struct _virNodeDeviceCompatSearchData virNodeDeviceCompatSearchData;
struct _virNodeDeviceCompatSearchData {
    const virNodeDeviceCompatSearch *search;
    const virNodeDeviceCompatRules *rules;
    unsigned int flags;                         /* of the comparison */
    virNodeDeviceCompat *source;
    virNodeDeviceCompatCandidates *list;
};


/**
 * virNodeDevCapsDefGetMdevTypes:
 * @cap: capability of a device
 * @ret_types: set to the types of which devices can be made below the device, if
 *             there are any
 *
 * Returns their number.
 */
size_t
virNodeDevCapsDefGetMdevTypes(const virNodeDevCapsDef *cap,
                              virMediatedDeviceType ***ret_types)
{
    switch (cap->data.type) {
    case VIR_NODE_DEV_CAP_PCI_DEV:
        *ret_types = cap->data.pci_dev.mdev_types;
        return cap->data.pci_dev.nmdev_types;
    case VIR_NODE_DEV_CAP_CSS_DEV:
        *ret_types = cap->data.ccw_dev.mdev_types;
        return cap->data.ccw_dev.nmdev_types;
    case VIR_NODE_DEV_CAP_AP_MATRIX:
        *ret_types = cap->data.ap_matrix.mdev_types;
        return cap->data.ap_matrix.nmdev_types;
    case VIR_NODE_DEV_CAP_MDEV_TYPES:
        *ret_types = cap->data.mdev_parent.mdev_types;
        return cap->data.mdev_parent.nmdev_types;
    case VIR_NODE_DEV_CAP_SYSTEM:
    case VIR_NODE_DEV_CAP_USB_DEV:
    case VIR_NODE_DEV_CAP_USB_INTERFACE:
    case VIR_NODE_DEV_CAP_NET:
    case VIR_NODE_DEV_CAP_SCSI_HOST:
    case VIR_NODE_DEV_CAP_SCSI_TARGET:
    case VIR_NODE_DEV_CAP_SCSI:
    case VIR_NODE_DEV_CAP_STORAGE:
    case VIR_NODE_DEV_CAP_FC_HOST:
    case VIR_NODE_DEV_CAP_VPORTS:
    case VIR_NODE_DEV_CAP_SCSI_GENERIC:
    case VIR_NODE_DEV_CAP_DRM:
    case VIR_NODE_DEV_CAP_MDEV:
    case VIR_NODE_DEV_CAP_CCW_DEV:
    case VIR_NODE_DEV_CAP_VDPA:
    case VIR_NODE_DEV_CAP_AP_CARD:
    case VIR_NODE_DEV_CAP_AP_QUEUE:
    case VIR_NODE_DEV_CAP_VPD:
    case VIR_NODE_DEV_CAP_CCWGROUP_DEV:
    case VIR_NODE_DEV_CAP_CCWGROUP_MEMBER:
    case VIR_NODE_DEV_CAP_LAST:
        break;
    }

    return 0;
}


/* Kinds of devices that can be candidates or have types: of any other, nothing is
 * read and nobody is asked. */
static bool
virNodeDeviceDefIsOfInterest(virConnectPtr conn G_GNUC_UNUSED,
                             virNodeDeviceDef *def)
{
    const virNodeDevCapsDef *cap;

    for (cap = def->caps; cap; cap = cap->next) {
        if (cap->data.type == VIR_NODE_DEV_CAP_PCI_DEV ||
            cap->data.type == VIR_NODE_DEV_CAP_MDEV ||
            cap->data.type == VIR_NODE_DEV_CAP_CSS_DEV ||
            cap->data.type == VIR_NODE_DEV_CAP_AP_MATRIX ||
            cap->data.type == VIR_NODE_DEV_CAP_MDEV_TYPES)
            return true;
    }

    return false;
}


/* A PCI device that could be assigned has a descriptor. */
static bool
virNodeDeviceDefIsAssignable(const virNodeDeviceDef *def)
{
    const virNodeDevCapsDef *cap;

    for (cap = def->caps; cap; cap = cap->next) {
        if (cap->data.type == VIR_NODE_DEV_CAP_MDEV)
            return true;
        if (cap->data.type == VIR_NODE_DEV_CAP_PCI_DEV)
            return cap->data.pci_dev.compat != NULL;
    }

    return false;
}


/* Returns a candidate without a state, or NULL if the list will not have it. */
static virNodeDeviceCompatCandidate *
virNodeDeviceCompatSearchCompare(const virNodeDeviceCompatSearchData *data,
                                 const virNodeDeviceCompat *target,
                                 const char *name)
{
    g_autoptr(virNodeDeviceCompatReport) report =
        virNodeDeviceCompatCompare(data->source, target, data->rules, data->flags);
    virNodeDeviceCompatCandidate *candidate;

    if (!virNodeDeviceCompatCandidatesWant(data->list, report))
        return NULL;

    candidate = g_new0(virNodeDeviceCompatCandidate, 1);
    candidate->name = g_strdup(name);
    candidate->report = g_steal_pointer(&report);
    return candidate;
}


static void
virNodeDeviceCompatSearchDevice(const virNodeDeviceCompatSearchData *data,
                                const virNodeDeviceDef *def,
                                bool active)
{
    g_autoptr(virNodeDeviceCompat) target = NULL;
    virNodeDeviceCompatCandidate *candidate;

    if (!virNodeDeviceDefIsAssignable(def) ||
        !(target = virNodeDeviceDefGetCompat(def)) ||
        !(candidate = virNodeDeviceCompatSearchCompare(data, target, def->name)))
        return;

    candidate->state = VIR_NODE_DEVICE_COMPAT_STATE_DEFINED;
    if (active)
        candidate->state = data->search->getState(def, data->search->opaque);
    virNodeDeviceCompatCandidatesAdd(data->list, candidate);
}


static void
virNodeDeviceCompatSearchType(const virNodeDeviceCompatSearchData *data,
                              const virNodeDeviceDef *def,
                              const virMediatedDeviceType *type)
{
    g_autoptr(virNodeDeviceCompat) bare = NULL;
    const virNodeDeviceCompat *target = type->compat;
    virNodeDeviceCompatCandidate *candidate;

    /* as of a device without a descriptor, its type is known */
    if (!target) {
        bare = virNodeDeviceCompatNew();
        virNodeDeviceCompatAdd(bare, NULL, VIR_NODE_DEVICE_COMPAT_TYPE, type->id);
        target = bare;
    }

    if (!(candidate = virNodeDeviceCompatSearchCompare(data, target, def->name)))
        return;

    candidate->type = g_strdup(type->id);
    candidate->instances = type->available_instances;
    candidate->state = type->available_instances > 0 ?
                       VIR_NODE_DEVICE_COMPAT_STATE_FREE :
                       VIR_NODE_DEVICE_COMPAT_STATE_USED;
    virNodeDeviceCompatCandidatesAdd(data->list, candidate);
}


static void
virNodeDeviceCompatSearchObj(const virNodeDeviceCompatSearchData *data,
                             virNodeDeviceObj *obj)
{
    const virNodeDeviceCompatSearch *search = data->search;
    virNodeDeviceDef *def = virNodeDeviceObjGetDef(obj);
    const virNodeDevCapsDef *cap;

    if (search->filter && !search->filter(search->conn, def))
        return;

    if (search->refresh && search->refresh(def, search->opaque) < 0) {
        /* it may just have gone */
        virResetLastError();
        return;
    }

    virNodeDeviceCompatSearchDevice(data, def, virNodeDeviceObjIsActive(obj));

    for (cap = def->caps; cap; cap = cap->next) {
        virMediatedDeviceType **types = NULL;
        size_t ntypes = virNodeDevCapsDefGetMdevTypes(cap, &types);
        size_t i;

        for (i = 0; i < ntypes; i++)
            virNodeDeviceCompatSearchType(data, def, types[i]);
    }
}


/**
 * virNodeDeviceObjListCopyNames:
 * @devs: devices of a driver
 * @filter: which of them, or NULL for all
 * @cap: capability that they have, or NULL for any
 *
 * For a walk through devices that looks each of them up: it may be gone by then,
 * and the list is not locked meanwhile.
 *
 * Returns the names of the devices.
 */
GStrv
virNodeDeviceObjListCopyNames(virNodeDeviceObjList *devs,
                              virNodeDeviceObjListFilter filter,
                              const char *cap)
{
    int most = virNodeDeviceObjListNumOfDevices(devs, NULL, cap, filter) + NAMES_SLACK;
    GStrv names = g_new0(char *, most + 1);

    /* it does not fail, and the last name has NULL behind it */
    ignore_value(virNodeDeviceObjListGetNames(devs, NULL, filter, cap, names, most));
    return names;
}


/* Each device is looked up and locked by itself: reading thousands of them takes a
 * while, during which the list is to be free for others. */
static void
virNodeDeviceCompatSearchList(const virNodeDeviceCompatSearchData *data,
                              virNodeDeviceObjList *devs)
{
    g_auto(GStrv) names = virNodeDeviceObjListCopyNames(devs, virNodeDeviceDefIsOfInterest, NULL);
    size_t i;

    for (i = 0; names[i]; i++) {
        virNodeDeviceObj *obj = virNodeDeviceObjListFindByName(devs, names[i]);

        if (!obj)
            continue;

        virNodeDeviceCompatSearchObj(data, obj);
        virNodeDeviceObjEndAPI(&obj);
    }
}


/**
 * virNodeDeviceObjListFindCompat:
 * @devs: devices of a driver
 * @search: what the driver knows of them
 * @xmlDesc: document of the source
 * @rules: vendor rules, or NULL for the built-in ones only
 * @flags: bitwise-OR of virConnectFindCompatNodeDevicesFlags
 *
 * Compares the source with each device in @devs and with each type that one of
 * them offers.
 *
 * Returns the ranked list as XML, or NULL with an error reported.
 */
char *
virNodeDeviceObjListFindCompat(virNodeDeviceObjList *devs,
                               const virNodeDeviceCompatSearch *search,
                               const char *xmlDesc,
                               const virNodeDeviceCompatRules *rules,
                               unsigned int flags)
{
    g_autoptr(virNodeDeviceCompat) source = NULL;
    g_autoptr(virNodeDeviceCompatCandidates) list = g_new0(virNodeDeviceCompatCandidates, 1);
    virNodeDeviceCompatSearchData data = {
        .search = search,
        .rules = rules,
        .list = list,
    };

    if (!(source = virNodeDeviceCompatParseDocument(xmlDesc,
                                                    !!(flags & VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_VALIDATE_XML),
                                                    &list->source)))
        return NULL;

    data.source = source;
    if (flags & VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALLOW_CROSS_TYPE)
        data.flags |= VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE;
    list->all = !!(flags & VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALL);

    virNodeDeviceCompatSearchList(&data, devs);
    virNodeDeviceCompatCandidatesRank(list);

    return virNodeDeviceCompatCandidatesFormat(list);
}
