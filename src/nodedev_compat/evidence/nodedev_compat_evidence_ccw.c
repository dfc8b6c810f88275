/*
 * nodedev_compat_evidence_ccw.c: the kernel's attributes of an s390 subchannel
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat_tree.h"
#include "nodedev_compat_value.h"
#include "virbuffer.h"
#include "virstring.h"

/* Maximum number of channel paths of a subchannel */
#define CHANNEL_PATHS 8


/* The channel paths of @subchannel as ids, and which of them are installed: a bit each,
 * that of the first is 0x80 */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatReadPaths(const char *subchannel,
                             GStrv *ret_ids,
                             unsigned int *ret_installed)
{
    g_autofree char *chpids = NULL;
    g_autofree char *masks = NULL;
    virNodeDeviceCompatReadResult ids = virNodeDeviceCompatTreeReadFile(subchannel, "chpids",
                                                                        &chpids);
    virNodeDeviceCompatReadResult mask = virNodeDeviceCompatTreeReadFile(subchannel, "pimpampom",
                                                                         &masks);
    virNodeDeviceCompatReadResult both = virNodeDeviceCompatReadResultCombine(ids, mask);

    if (both != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return both;

    /* masks of the paths that are installed, available and operational */
    if (strlen(masks) != strlen("80 80 ff") || masks[2] != ' ')
        return VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;
    masks[2] = '\0';
    if (virStrToLong_uip(masks, NULL, 16, ret_installed) < 0)
        return VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;

    *ret_ids = g_strsplit(chpids, " ", -1);
    return VIR_NODE_DEVICE_COMPAT_READ_OK;
}


/* The type of the channel path @id, which is installed, in small letters */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatReadPathType(const char *subchannel,
                                const char *id,
                                char **ret_type)
{
    g_autofree char *css = g_path_get_dirname(subchannel);
    g_autofree char *dir = NULL;
    g_autofree char *type = NULL;
    virNodeDeviceCompatReadResult result;

    /* it becomes part of a path; there can be fewer than are installed */
    if (!id || strlen(id) != 2 || !g_ascii_isxdigit(id[0]) || !g_ascii_isxdigit(id[1]))
        return VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;

    dir = g_strdup_printf("%s/chp0.%s", css, id);
    result = virNodeDeviceCompatTreeReadFile(dir, "type", &type);

    if (result == VIR_NODE_DEVICE_COMPAT_READ_OK)
        *ret_type = g_ascii_strdown(g_strchug(type), -1);
    return result;
}


/* The types of the installed channel paths of @subchannel, each once. They are absent if
 * no path has one, and unreadable if only some have. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatReadPathTypes(const char *subchannel,
                                 GPtrArray *types)
{
    g_auto(GStrv) ids = NULL;
    unsigned int installed = 0;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatReadPaths(subchannel, &ids,
                                                                        &installed);
    size_t nids = ids ? g_strv_length(ids) : 0;
    size_t absent = 0;
    size_t i;

    for (i = 0; result == VIR_NODE_DEVICE_COMPAT_READ_OK && i < CHANNEL_PATHS; i++) {
        g_autofree char *type = NULL;

        if (!(installed & (0x80 >> i)))
            continue;

        result = virNodeDeviceCompatReadPathType(subchannel, i < nids ? ids[i] : NULL, &type);

        if (result == VIR_NODE_DEVICE_COMPAT_READ_ABSENT) {
            absent++;
            result = VIR_NODE_DEVICE_COMPAT_READ_OK;
        } else if (type && !g_ptr_array_find_with_equal_func(types, type, g_str_equal, NULL)) {
            g_ptr_array_add(types, g_steal_pointer(&type));
        }
    }

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return result;
    if (types->len == 0)
        return VIR_NODE_DEVICE_COMPAT_READ_ABSENT;

    return absent > 0 ? VIR_NODE_DEVICE_COMPAT_READ_UNREADABLE : result;
}


/* Adds the type of the channel paths or, if they are of several types, the set of these:
 * chpid_type is a number. */
static int
virNodeDeviceCompatReadChpidType(virNodeDeviceCompat *compat,
                                 const char *subchannel)
{
    g_autoptr(GPtrArray) types = g_ptr_array_new_with_free_func(g_free);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *all = NULL;
    g_autofree char *set = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatReadPathTypes(subchannel, types);
    size_t i;

    for (i = 0; i < types->len; i++) {
        virBufferAsprintf(&buf, "%s0x%s", i > 0 ? "+" : "",
                          (const char *) g_ptr_array_index(types, i));
    }
    all = virBufferContentAndReset(&buf);

    if (result != VIR_NODE_DEVICE_COMPAT_READ_OK || types->len == 1)
        return virNodeDeviceCompatAddEvidence(compat, "chpid_type", result, all, false);

    if (!(set = virNodeDeviceCompatValueNormalize(VIR_NODE_DEVICE_COMPAT_VALUE_SET, all)))
        result = VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;
    return virNodeDeviceCompatAddEvidence(compat, "chpid_types", result, set, false);
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
    g_autofree char *number = NULL;
    g_autofree char *type = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadFile(paths->parent, "type",
                                                                           &number);

    if (number)
        type = g_strdup_printf("0x%s", g_strchug(number));

    if (virNodeDeviceCompatAddEvidence(compat, "subchannel_type", result, type, false) < 0)
        return -1;

    return virNodeDeviceCompatReadChpidType(compat, paths->parent);
}
