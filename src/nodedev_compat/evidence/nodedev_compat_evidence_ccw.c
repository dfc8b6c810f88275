/*
 * nodedev_compat_evidence_ccw.c: the kernel's attributes of an s390 subchannel
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat_tree.h"
#include "virstring.h"

/* Maximum number of channel paths of a subchannel */
#define CHANNEL_PATHS 8


/* The type that all installed channel paths of @subchannel have, or NULL */
static char *
virNodeDeviceCompatReadChpidType(const char *subchannel)
{
    g_autofree char *css = g_path_get_dirname(subchannel);
    g_autofree char *chpids = NULL;
    g_autofree char *masks = NULL;
    g_autofree char *common = NULL;
    g_auto(GStrv) ids = NULL;
    unsigned int installed;
    size_t i;

    if (virNodeDeviceCompatTreeReadFile(subchannel, "chpids", &chpids) != VIR_NODE_DEVICE_COMPAT_READ_OK ||
        virNodeDeviceCompatTreeReadFile(subchannel, "pimpampom", &masks) != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return NULL;

    /* masks of the paths that are installed, available and operational */
    if (strlen(masks) != strlen("80 80 ff") || masks[2] != ' ')
        return NULL;
    masks[2] = '\0';
    if (virStrToLong_uip(masks, NULL, 16, &installed) < 0)
        return NULL;

    ids = g_strsplit(chpids, " ", -1);
    for (i = 0; i < CHANNEL_PATHS && ids[i]; i++) {
        g_autofree char *dir = NULL;
        g_autofree char *type = NULL;

        if (!(installed & (0x80 >> i)))
            continue;

        /* it becomes part of a path */
        if (strlen(ids[i]) != 2 || !g_ascii_isxdigit(ids[i][0]) || !g_ascii_isxdigit(ids[i][1]))
            return NULL;

        dir = g_strdup_printf("%s/chp0.%s", css, ids[i]);
        if (virNodeDeviceCompatTreeReadFile(dir, "type", &type) != VIR_NODE_DEVICE_COMPAT_READ_OK ||
            (common && STRNEQ(common, type)))
            return NULL;

        if (!common)
            common = g_steal_pointer(&type);
    }

    return common ? g_strdup_printf("0x%s", common) : NULL;
}


/**
 * virNodeDeviceCompatCCWRead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the types of the subchannel and of its channel paths. A guest gets the whole
 * subchannel, so its attributes are the device's own rather than a parent's.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatCCWRead(virNodeDeviceCompat *compat,
                           virNodeDeviceCompatPaths *paths)
{
    const char *subchannel = paths->parent;
    g_autofree char *chpidType = virNodeDeviceCompatReadChpidType(subchannel);
    g_autofree char *number = NULL;
    g_autofree char *type = NULL;

    if (virNodeDeviceCompatTreeReadFile(subchannel, "type", &number) == VIR_NODE_DEVICE_COMPAT_READ_OK)
        type = g_strdup_printf("0x%s", number);

    if (virNodeDeviceCompatAddEvidence(compat, "subchannel_type", type, false) < 0 ||
        virNodeDeviceCompatAddEvidence(compat, "chpid_type", chpidType, false) < 0)
        return -1;

    return 0;
}
