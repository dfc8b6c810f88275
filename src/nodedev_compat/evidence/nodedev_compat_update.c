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
        types[i]->available_instances = virNodeDeviceCompatIsLate(deadline) ?
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


/* The descriptor of a type that was not read in time */
static virNodeDeviceCompat *
virNodeDeviceCompatNewUnread(const char *type)
{
    virNodeDeviceCompat *compat = virNodeDeviceCompatNew();

    virNodeDeviceCompatAdd(compat, NULL, VIR_NODE_DEVICE_COMPAT_TYPE, type);
    ignore_value(virNodeDeviceCompatMarkUnusable(compat, NULL, "migration",
                                                 VIR_NODE_DEVICE_COMPAT_READ_TIMEOUT));

    return compat;
}


static void
virNodeDeviceCompatUpdateTypes(virNodeDevCapsDef *cap,
                               const char *parentPath,
                               const virNodeDeviceCompatFacts *facts,
                               gint64 deadline)
{
    virMediatedDeviceType **types = NULL;
    size_t ntypes = virNodeDevCapsDefGetMdevTypes(cap, &types);
    size_t room = TYPES_MAX;
    size_t i;

    g_clear_pointer(&cap->data.typeCompat, g_hash_table_unref);

    for (i = 0; i < ntypes; i++) {
        g_autofree char *path = g_build_filename(parentPath, TYPES_DIR, types[i]->id, NULL);

        virNodeDeviceCompatTypesSet(&cap->data.typeCompat, types[i]->id,
                                    virNodeDeviceCompatIsLate(deadline) ?
                                    virNodeDeviceCompatNewUnread(types[i]->id) :
                                    virNodeDeviceCompatReadTypeWithin(path, facts, &room));
    }
}


/**
 * virNodeDeviceCompatUpdate:
 * @def: copy of the definition of a node device
 * @facts: facts that the administrator states, or NULL
 * @deadline: time, of g_get_monotonic_time(), until which types are read
 *
 * Reads afresh the descriptors of @def and of the mdev types it offers.
 */
void
virNodeDeviceCompatUpdate(virNodeDeviceDef *def,
                          const virNodeDeviceCompatFacts *facts,
                          gint64 deadline)
{
    const char *path = def->sysfs_path;
    virNodeDevCapsDef *cap;

    for (cap = def->caps; cap; cap = cap->next) {
        g_clear_object(&cap->data.compat);

        /* a device that is defined but not started has no path */
        if (path && cap->data.type == VIR_NODE_DEV_CAP_MDEV)
            cap->data.compat = virNodeDeviceCompatReadMdev(path, facts);
        else if (path && cap->data.type == VIR_NODE_DEV_CAP_PCI_DEV)
            cap->data.compat = virNodeDeviceCompatReadPCI(path, facts);

        virNodeDeviceCompatUpdateTypes(cap, path, facts, deadline);
    }
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
    g_autoptr(virNodeDeviceCompatFacts) facts = NULL;

    if (!virNodeDeviceDefHasCandidates(NULL, def))
        return;

    facts = virNodeDeviceCompatFilesGetFacts();
    virNodeDeviceCompatUpdate(def, facts, g_get_monotonic_time() + TYPES_TIME);
}
