/*
 * nodedev_compat_update.c: the types and descriptors of a node device, read afresh
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_update.h"

#include "nodedev_compat/nodedev_compat_device.h"
#include "nodedev_compat_attr.h"
#include "nodedev_compat_evidence.h"
#include "nodedev_compat_evidence_sources.h"
#include "nodedev_compat_files_host.h"
#include "nodedev_compat_spelling.h"
#include "nodedev_compat_tree.h"
#include "virstring.h"

#define TYPES_DIR "mdev_supported_types"

/* The size of the XML of all types of a parent, for its own to fit into a message of the
 * remote protocol */
#define TYPES_MAX (1024 * 1024)

/* How long the types of one device are read, in microseconds */
#define TYPES_TIME (5 * G_USEC_PER_SEC)


static bool
virNodeDeviceCompatIsLate(gint64 deadline)
{
    return g_get_monotonic_time() >= deadline;
}


static unsigned int
virNodeDeviceCompatReadInstances(const char *typePath)
{
    g_autofree char *text = NULL;
    unsigned int instances;

    if (virNodeDeviceCompatTreeReadFile(typePath, "available_instances",
                                        &text) != VIR_NODE_DEVICE_COMPAT_READ_OK ||
        virStrToLong_uip(text, NULL, 10, &instances) < 0)
        return VIR_NODE_DEVICE_COMPAT_INSTANCES_UNKNOWN;

    return instances;
}


static void
virNodeDeviceCompatUpdateCapTypes(virNodeDevCapsDef *cap,
                                  const char *parentPath,
                                  gint64 deadline)
{
    g_autofree char *dir = g_build_filename(parentPath, TYPES_DIR, NULL);
    g_auto(GStrv) names = NULL;
    g_autofree virMediatedDeviceType **types = NULL;
    virMediatedDeviceType **known = NULL;
    size_t nknown = virNodeDevCapsDefGetMdevTypes(cap, &known);
    size_t i;

    /* the list cannot be read: those that are known may be there */
    if (virNodeDeviceCompatTreeListDir(dir, "", &names) != VIR_NODE_DEVICE_COMPAT_READ_OK) {
        for (i = 0; i < nknown; i++)
            known[i]->available_instances = VIR_NODE_DEVICE_COMPAT_INSTANCES_UNKNOWN;
        return;
    }

    types = g_new0(virMediatedDeviceType *, g_strv_length(names));
    for (i = 0; names[i]; i++) {
        g_autofree char *path = g_build_filename(dir, names[i], NULL);

        types[i] = g_new0(virMediatedDeviceType, 1);
        types[i]->id = g_strdup(names[i]);
        types[i]->available_instances = i >= VIR_NODE_DEVICE_COMPAT_TYPES_READ_MAX ||
                                        virNodeDeviceCompatIsLate(deadline) ?
                                        VIR_NODE_DEVICE_COMPAT_INSTANCES_UNKNOWN :
                                        virNodeDeviceCompatReadInstances(path);
    }

    virNodeDevCapsDefSetMdevTypes(cap, g_steal_pointer(&types), i);
}


/**
 * virNodeDeviceCompatUpdateMdevTypes:
 * @def: copy of the definition of a node device
 * @deadline: time, of g_get_monotonic_time(), until which types are read
 *
 * Reads afresh which mdev types the device offers, and how many devices of each can
 * still be created, VIR_NODE_DEVICE_COMPAT_INSTANCES_UNKNOWN if that cannot be read.
 */
void
virNodeDeviceCompatUpdateMdevTypes(virNodeDeviceDef *def,
                                   gint64 deadline)
{
    virNodeDevCapsDef *cap;

    for (cap = def->caps; def->sysfs_path && cap; cap = cap->next) {
        if (virNodeDevCapsDefIsCandidate(cap) && cap->data.type != VIR_NODE_DEV_CAP_MDEV)
            virNodeDeviceCompatUpdateCapTypes(cap, def->sysfs_path, deadline);
    }
}


/* The descriptor of a device or a type that was not read; @type is NULL if not even that is
 * known of it */
static virNodeDeviceCompat *
virNodeDeviceCompatNewUnread(const char *type,
                             virNodeDeviceCompatReadResult result)
{
    virNodeDeviceCompat *compat = virNodeDeviceCompatNew();
    g_autofree char *spelled = type ? virNodeDeviceCompatSpellType(type) : NULL;

    virNodeDeviceCompatAdd(compat, NULL, VIR_NODE_DEVICE_COMPAT_TYPE, spelled);
    ignore_value(virNodeDeviceCompatMarkUnusable(compat, NULL,
                                                 VIR_NODE_DEVICE_COMPAT_MARK_MIGRATION, result));

    return compat;
}


/* What there is for something that all devices of a search share with others: @least in
 * any case. */
static virNodeDeviceCompatRoom
virNodeDeviceCompatLendRoom(const virNodeDeviceCompatBudget *budget,
                            size_t least,
                            size_t size)
{
    virNodeDeviceCompatRoom room = { .size = size, .work = SIZE_MAX };

    if (budget) {
        room.work = least + MIN(budget->max - MIN(budget->max, budget->used),
                                budget->max / VIR_NODE_DEVICE_COMPAT_WORK_SHARE);
    }

    return room;
}


/* @lent: what was lent, of which @room is left. Something that did not fit shows in any case. */
static void
virNodeDeviceCompatReturnRoom(virNodeDeviceCompatBudget *budget,
                              size_t least,
                              size_t lent,
                              const virNodeDeviceCompatRoom *room)
{
    size_t used = lent - room->work;

    if (!budget)
        return;

    if (used > least)
        budget->used += used - least;
    else if (room->spent)
        budget->used++;
}


/* Once a type does not fit, none of those behind it is read. One that is listed and cannot be
 * found is not what its name says that it is. */
static virNodeDeviceCompat *
virNodeDeviceCompatUpdateType(const char *parentPath,
                              const char *type,
                              const virNodeDeviceCompatFacts *facts,
                              gint64 deadline,
                              virNodeDeviceCompatRoom *room)
{
    g_autofree char *path = g_build_filename(parentPath, TYPES_DIR, type, NULL);
    virNodeDeviceCompat *compat;

    if (room->spent)
        return virNodeDeviceCompatNewUnread(type, VIR_NODE_DEVICE_COMPAT_READ_CUT);
    if (virNodeDeviceCompatIsLate(deadline))
        return virNodeDeviceCompatNewUnread(type, VIR_NODE_DEVICE_COMPAT_READ_TIMEOUT);

    if (!(compat = virNodeDeviceCompatReadTypeWithin(path, facts, room)))
        return virNodeDeviceCompatNewUnread(type, VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE);

    return compat;
}


static void
virNodeDeviceCompatUpdateTypes(virNodeDevCapsDef *cap,
                               const char *parentPath,
                               const virNodeDeviceCompatFacts *facts,
                               const virNodeDeviceCompatBounds *bounds)
{
    virMediatedDeviceType **types = NULL;
    size_t ntypes = virNodeDevCapsDefGetMdevTypes(cap, &types);
    virNodeDeviceCompatRoom room =
        virNodeDeviceCompatLendRoom(bounds->budget, VIR_NODE_DEVICE_COMPAT_WORK_READ_TYPES,
                                    TYPES_MAX);
    size_t lent;
    size_t i;

    g_clear_pointer(&cap->data.typeCompat, g_hash_table_unref);
    if (bounds->own)
        return;

    room.work = lent = MIN(room.work, VIR_NODE_DEVICE_COMPAT_WORK_MAX);

    for (i = 0; i < ntypes; i++) {
        if (i == VIR_NODE_DEVICE_COMPAT_TYPES_READ_MAX)
            room.spent = true;
        virNodeDeviceCompatTypesSet(&cap->data.typeCompat, types[i]->id,
                                    virNodeDeviceCompatUpdateType(parentPath, types[i]->id, facts,
                                                                  bounds->deadline, &room));
    }

    virNodeDeviceCompatReturnRoom(bounds->budget, VIR_NODE_DEVICE_COMPAT_WORK_READ_TYPES, lent,
                                  &room);
}


/* Reads a mediated device. One that is being removed can be there for as long as it is used,
 * when it has no type any more: it must not be judged by the one that it had. */
static virNodeDeviceCompat *
virNodeDeviceCompatUpdateMdev(const virNodeDevCapsDef *cap,
                              const char *path,
                              const virNodeDeviceCompatFacts *facts,
                              virNodeDeviceCompatRoom *room)
{
    virNodeDeviceCompat *compat = virNodeDeviceCompatReadMdevWithin(path, facts, room);
    mode_t type;

    if (!compat && virNodeDeviceCompatTreeFind(path, &type) != VIR_NODE_DEVICE_COMPAT_READ_ABSENT)
        compat = virNodeDeviceCompatNewUnread(cap->data.mdev.active_config.type,
                                              VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE);

    return compat;
}


/* Reads the device itself. */
static virNodeDeviceCompat *
virNodeDeviceCompatUpdateCap(const virNodeDevCapsDef *cap,
                             const char *path,
                             const virNodeDeviceCompatFacts *facts,
                             virNodeDeviceCompatBudget *budget)
{
    virNodeDeviceCompatRoom room =
        virNodeDeviceCompatLendRoom(budget, VIR_NODE_DEVICE_COMPAT_WORK_READ_DEVICE, SIZE_MAX);
    size_t lent = room.work;
    virNodeDeviceCompat *compat = NULL;

    if (cap->data.type == VIR_NODE_DEV_CAP_MDEV)
        compat = virNodeDeviceCompatUpdateMdev(cap, path, facts, &room);
    else if (cap->data.type == VIR_NODE_DEV_CAP_PCI_DEV)
        compat = virNodeDeviceCompatReadPCIWithin(path, facts, &room);

    virNodeDeviceCompatReturnRoom(budget, VIR_NODE_DEVICE_COMPAT_WORK_READ_DEVICE, lent, &room);
    return compat;
}


/**
 * virNodeDeviceCompatUpdate:
 * @def: copy of the definition of a node device
 * @facts: facts that the administrator states, or NULL
 * @bounds: what is read, and how much that can be
 *
 * Reads afresh the descriptors of @def and of the mdev types it offers.
 */
void
virNodeDeviceCompatUpdate(virNodeDeviceDef *def,
                          const virNodeDeviceCompatFacts *facts,
                          const virNodeDeviceCompatBounds *bounds)
{
    const char *path = def->sysfs_path;
    virNodeDevCapsDef *cap;

    for (cap = def->caps; cap; cap = cap->next) {
        g_clear_object(&cap->data.compat);

        /* a device that is defined but not started has no path */
        if (path)
            cap->data.compat = virNodeDeviceCompatUpdateCap(cap, path, facts, bounds->budget);

        virNodeDeviceCompatUpdateTypes(cap, path, facts, bounds);
    }
}


static void
virNodeDeviceCompatUpdateHost(virNodeDeviceDef *def,
                              bool own)
{
    const virNodeDeviceCompatBounds bounds = {
        .deadline = g_get_monotonic_time() + TYPES_TIME,
        .own = own,
    };
    g_autoptr(virNodeDeviceCompatFacts) facts = NULL;

    if (!virNodeDeviceDefHasCandidates(NULL, def))
        return;

    facts = virNodeDeviceCompatFilesGetFacts();
    virNodeDeviceCompatUpdate(def, facts, &bounds);
}


/**
 * virNodeDeviceCompatUpdateNow:
 * @def: copy of the definition of a node device
 *
 * The same with the facts of the host, and a deadline in five seconds.
 */
void
virNodeDeviceCompatUpdateNow(virNodeDeviceDef *def)
{
    virNodeDeviceCompatUpdateHost(def, false);
}


/**
 * virNodeDeviceCompatUpdateOwn:
 * @def: copy of the definition of a node device
 *
 * The same without the mdev types, of which there can be many. A comparison with the
 * device does not use them.
 */
void
virNodeDeviceCompatUpdateOwn(virNodeDeviceDef *def)
{
    virNodeDeviceCompatUpdateHost(def, true);
}
