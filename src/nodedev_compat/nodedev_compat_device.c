/*
 * nodedev_compat_device.c: the part of a node device that comparing it takes
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_device.h"

#include "nodedev_compat_attr.h"
#include "nodedev_compat_conf.h"
#include "nodedev_compat_spelling.h"
#include "nodedev_compat_xml.h"
#include "virerror.h"

/* The base class of bridges, which are not assigned to a guest */
#define CLASS_BRIDGE 0x06


/**
 * virNodeDevCapsDefIsCandidate:
 * @cap: capability of a device
 *
 * Returns true if a device of this kind can be assigned to a guest, or offer types of
 * which one can be created.
 */
bool
virNodeDevCapsDefIsCandidate(const virNodeDevCapsDef *cap)
{
    return cap->data.type == VIR_NODE_DEV_CAP_PCI_DEV ||
           cap->data.type == VIR_NODE_DEV_CAP_MDEV ||
           cap->data.type == VIR_NODE_DEV_CAP_CSS_DEV ||
           cap->data.type == VIR_NODE_DEV_CAP_AP_MATRIX ||
           cap->data.type == VIR_NODE_DEV_CAP_MDEV_TYPES;
}


/**
 * virNodeDeviceDefHasCandidates:
 * @conn: not used, as this is a virNodeDeviceObjListFilter
 * @def: definition of a node device
 *
 * Returns true if the device can be a candidate or offer types. The others are not
 * read, and the access control driver is not asked about them.
 */
bool
virNodeDeviceDefHasCandidates(virConnectPtr conn G_GNUC_UNUSED,
                              virNodeDeviceDef *def)
{
    const virNodeDevCapsDef *cap;

    for (cap = def->caps; cap; cap = cap->next) {
        if (virNodeDevCapsDefIsCandidate(cap))
            return true;
    }

    return false;
}


/* Where the mdev types of a device are, if those of its kind have any */
static bool
virNodeDevCapsDefLocateMdevTypes(virNodeDevCapsDef *cap,
                                 virMediatedDeviceType ****ret_types,
                                 size_t **ret_ntypes)
{
    switch (cap->data.type) {
    case VIR_NODE_DEV_CAP_PCI_DEV:
        *ret_types = &cap->data.pci_dev.mdev_types;
        *ret_ntypes = &cap->data.pci_dev.nmdev_types;
        return true;
    case VIR_NODE_DEV_CAP_CSS_DEV:
        *ret_types = &cap->data.ccw_dev.mdev_types;
        *ret_ntypes = &cap->data.ccw_dev.nmdev_types;
        return true;
    case VIR_NODE_DEV_CAP_AP_MATRIX:
        *ret_types = &cap->data.ap_matrix.mdev_types;
        *ret_ntypes = &cap->data.ap_matrix.nmdev_types;
        return true;
    case VIR_NODE_DEV_CAP_MDEV_TYPES:
        *ret_types = &cap->data.mdev_parent.mdev_types;
        *ret_ntypes = &cap->data.mdev_parent.nmdev_types;
        return true;
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

    return false;
}


/**
 * virNodeDevCapsDefGetMdevTypes:
 * @cap: capability of a device
 * @ret_types: set to the types of which devices can be created below the device, if
 *             there are any
 *
 * Returns their number.
 */
size_t
virNodeDevCapsDefGetMdevTypes(const virNodeDevCapsDef *cap,
                              virMediatedDeviceType ***ret_types)
{
    virMediatedDeviceType ***types;
    size_t *ntypes;

    if (!virNodeDevCapsDefLocateMdevTypes((virNodeDevCapsDef *) cap, &types, &ntypes))
        return 0;

    *ret_types = *types;
    return *ntypes;
}


/**
 * virNodeDevCapsDefSetMdevTypes:
 * @cap: capability of a device of a kind that can have types
 * @types: types that replace those it has; owned by @cap from then on
 * @ntypes: their number
 */
void
virNodeDevCapsDefSetMdevTypes(virNodeDevCapsDef *cap,
                              virMediatedDeviceType **types,
                              size_t ntypes)
{
    virMediatedDeviceType ***old;
    size_t *nold;
    size_t i;

    if (!virNodeDevCapsDefLocateMdevTypes(cap, &old, &nold))
        return;

    for (i = 0; i < *nold; i++)
        virMediatedDeviceTypeFree((*old)[i]);
    g_free(*old);

    *old = types;
    *nold = ntypes;
}


/* Of a device without a descriptor, such as one that is not started, the type is known. */
static virNodeDeviceCompat *
virNodeDevCapMdevNewCompat(const virNodeDevCapMdev *mdev)
{
    virNodeDeviceCompat *compat = virNodeDeviceCompatNew();
    const char *type = mdev->active_config.type;

    if (!type)
        type = mdev->defined_config.type;

    if (type) {
        g_autofree char *spelled = virNodeDeviceCompatSpellType(type);

        virNodeDeviceCompatAdd(compat, NULL, VIR_NODE_DEVICE_COMPAT_TYPE, spelled);
    }

    return compat;
}


/**
 * virNodeDeviceDefGetCompat:
 * @def: definition of a node device
 *
 * Returns a reference to the descriptor in @def or, if an assignable device has none,
 * a new one with at most the type of a mediated device; NULL if devices of this kind
 * cannot be assigned to a guest.
 */
virNodeDeviceCompat *
virNodeDeviceDefGetCompat(const virNodeDeviceDef *def)
{
    virNodeDevCapsDef *cap;

    for (cap = def->caps; cap; cap = cap->next) {
        if (cap->data.type != VIR_NODE_DEV_CAP_MDEV &&
            cap->data.type != VIR_NODE_DEV_CAP_PCI_DEV)
            continue;

        if (cap->data.compat)
            return g_object_ref(cap->data.compat);

        return cap->data.type == VIR_NODE_DEV_CAP_MDEV ?
               virNodeDevCapMdevNewCompat(&cap->data.mdev) : virNodeDeviceCompatNew();
    }

    return NULL;
}


/**
 * virNodeDeviceDefHasTypes:
 * @def: definition of a node device
 *
 * Returns true if devices of any mdev type can be created below the device.
 */
bool
virNodeDeviceDefHasTypes(const virNodeDeviceDef *def)
{
    const virNodeDevCapsDef *cap;

    for (cap = def->caps; cap; cap = cap->next) {
        virMediatedDeviceType **types = NULL;

        if (virNodeDevCapsDefGetMdevTypes(cap, &types) > 0)
            return true;
    }

    return false;
}


/**
 * virNodeDeviceDefIsParent:
 * @def: definition of a node device
 *
 * Returns true if devices of its types can be assigned to a guest, and the device itself
 * cannot.
 */
bool
virNodeDeviceDefIsParent(const virNodeDeviceDef *def)
{
    const virNodeDevCapsDef *cap;
    bool result = false;

    for (cap = def->caps; cap; cap = cap->next) {
        virMediatedDeviceType **types = NULL;

        if (cap->data.type == VIR_NODE_DEV_CAP_MDEV || cap->data.compat)
            return false;
        if (virNodeDevCapsDefGetMdevTypes(cap, &types) > 0)
            result = true;
    }

    return result;
}


/**
 * virNodeDeviceDefIsAssignable:
 * @def: definition of a node device
 *
 * Returns true if the device can be assigned to a guest. A PCI device that can has a
 * descriptor.
 */
bool
virNodeDeviceDefIsAssignable(const virNodeDeviceDef *def)
{
    const virNodeDevCapsDef *cap;

    for (cap = def->caps; cap; cap = cap->next) {
        if (cap->data.type == VIR_NODE_DEV_CAP_MDEV)
            return true;
        if (cap->data.type == VIR_NODE_DEV_CAP_PCI_DEV)
            return cap->data.compat != NULL;
    }

    return false;
}


static void
virNodeDevCapsDefCopyMdevTypes(virNodeDevCapsDef *copy,
                               const virNodeDevCapsDef *cap)
{
    virMediatedDeviceType **types = NULL;
    size_t ntypes = virNodeDevCapsDefGetMdevTypes(cap, &types);
    g_autofree virMediatedDeviceType **copies = NULL;
    size_t i;

    if (ntypes == 0)
        return;

    copies = g_new0(virMediatedDeviceType *, ntypes);
    for (i = 0; i < ntypes; i++) {
        copies[i] = g_new0(virMediatedDeviceType, 1);
        copies[i]->id = g_strdup(types[i]->id);
        copies[i]->device_api = g_strdup(types[i]->device_api);
        copies[i]->available_instances = types[i]->available_instances;
    }

    virNodeDevCapsDefSetMdevTypes(copy, g_steal_pointer(&copies), ntypes);
}


static virNodeDevCapsDef *
virNodeDevCapsDefCopyCompat(const virNodeDevCapsDef *cap)
{
    virNodeDevCapsDef *copy = g_new0(virNodeDevCapsDef, 1);

    copy->data.type = cap->data.type;
    if (cap->data.compat)
        copy->data.compat = g_object_ref(cap->data.compat);
    /* never changed, only replaced */
    if (cap->data.typeCompat)
        copy->data.typeCompat = g_hash_table_ref(cap->data.typeCompat);

    if (cap->data.type == VIR_NODE_DEV_CAP_MDEV) {
        copy->data.mdev.uuid = g_strdup(cap->data.mdev.uuid);
        copy->data.mdev.active_config.type = g_strdup(cap->data.mdev.active_config.type);
        copy->data.mdev.defined_config.type = g_strdup(cap->data.mdev.defined_config.type);
    } else if (cap->data.type == VIR_NODE_DEV_CAP_PCI_DEV) {
        copy->data.pci_dev.domain = cap->data.pci_dev.domain;
        copy->data.pci_dev.bus = cap->data.pci_dev.bus;
        copy->data.pci_dev.slot = cap->data.pci_dev.slot;
        copy->data.pci_dev.function = cap->data.pci_dev.function;
    }

    virNodeDevCapsDefCopyMdevTypes(copy, cap);
    return copy;
}


/**
 * virNodeDeviceDefCopyCompat:
 * @def: definition of a node device, which is locked
 *
 * Returns a copy of what reading and judging the device takes: its identity, its kinds,
 * the ids and instances of its types, and the descriptors.
 */
virNodeDeviceDef *
virNodeDeviceDefCopyCompat(const virNodeDeviceDef *def)
{
    virNodeDeviceDef *copy = g_new0(virNodeDeviceDef, 1);
    virNodeDevCapsDef **next = &copy->caps;
    const virNodeDevCapsDef *cap;

    copy->name = g_strdup(def->name);
    copy->sysfs_path = g_strdup(def->sysfs_path);
    copy->parent_sysfs_path = g_strdup(def->parent_sysfs_path);

    for (cap = def->caps; cap; cap = cap->next) {
        *next = virNodeDevCapsDefCopyCompat(cap);
        next = &(*next)->next;
    }

    return copy;
}


/**
 * virNodeDeviceDefInferCompat:
 * @def: copy of the definition of a node device, as virNodeDeviceDefCopyCompat() makes it
 * @whole: the definition itself
 *
 * Where there is no descriptor, has one made of what the definition shows, if that can be
 * compared. For drivers whose devices are documents.
 */
void
virNodeDeviceDefInferCompat(virNodeDeviceDef *def,
                            const virNodeDeviceDef *whole)
{
    g_autoptr(virNodeDeviceCompat) compat = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *name = NULL;
    virNodeDevCapsDef *cap;
    const virNodeDevCapsDef *from = whole->caps;

    /* the copy has the same capabilities in the same order */
    for (cap = def->caps; cap; cap = cap->next) {
        if (cap->data.type == VIR_NODE_DEV_CAP_MDEV ||
            cap->data.type == VIR_NODE_DEV_CAP_PCI_DEV)
            break;
        from = from->next;
    }

    if (!cap || cap->data.compat || virNodeDeviceDefIsParent(def) ||
        (cap->data.type == VIR_NODE_DEV_CAP_PCI_DEV &&
         from->data.pci_dev.klass >> 16 == CLASS_BRIDGE))
        return;

    xml = virNodeDeviceDefFormat(whole, 0);
    if (xml && (compat = virNodeDeviceCompatParseDocument(xml, false, &name)))
        cap->data.compat = g_steal_pointer(&compat);
    else
        virResetLastError();
}


/* Returns true if what was read of a copy is about the device as it is now. */
static bool
virNodeDeviceDefIsSame(const virNodeDeviceDef *def,
                       const virNodeDeviceDef *copy)
{
    const virNodeDevCapsDef *a = def->caps;
    const virNodeDevCapsDef *b = copy->caps;

    if (STRNEQ_NULLABLE(def->sysfs_path, copy->sysfs_path))
        return false;

    for (; a && b; a = a->next, b = b->next) {
        if (a->data.type != b->data.type)
            return false;
        if (a->data.type == VIR_NODE_DEV_CAP_MDEV &&
            STRNEQ_NULLABLE(a->data.mdev.active_config.type,
                            b->data.mdev.active_config.type))
            return false;
    }

    return !a && !b;
}


/**
 * virNodeDeviceDefStoreCompat:
 * @def: definition of a node device, which is locked
 * @copy: copy that was made of it, with descriptors that were read since
 *
 * Replaces the descriptors in @def by those in @copy. If the device has become another
 * one in the meantime, it has no descriptors then.
 *
 * Returns true if it is the same device.
 */
bool
virNodeDeviceDefStoreCompat(virNodeDeviceDef *def,
                            const virNodeDeviceDef *copy)
{
    bool same = virNodeDeviceDefIsSame(def, copy);
    const virNodeDevCapsDef *from = copy->caps;
    virNodeDevCapsDef *cap;

    for (cap = def->caps; cap; cap = cap->next) {
        g_clear_object(&cap->data.compat);
        g_clear_pointer(&cap->data.typeCompat, g_hash_table_unref);
        if (!same)
            continue;

        if (from->data.compat)
            cap->data.compat = g_object_ref(from->data.compat);
        if (from->data.typeCompat)
            cap->data.typeCompat = g_hash_table_ref(from->data.typeCompat);
        from = from->next;
    }

    return same;
}
