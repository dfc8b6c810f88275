/*
 * nodedev_compat_unconfigured.c: devices whose dynamic attributes have no value yet
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_unconfigured.h"

#include "viralloc.h"


/* A virtual function without a vGPU has the type 0 (nvidia/current_vgpu_type). */
static bool
virNodeDeviceCompatAttrIsUnconfigured(const virNodeDeviceCompatAttr *attr)
{
    return attr->dynamic && attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK &&
           (STREQ(attr->value, "0") || STREQ(attr->value, "none"));
}


/**
 * virNodeDeviceCompatFindConfigured:
 * @devices: descriptors, which have to stay as long as the result
 * @ndevices: how many
 *
 * Returns the names of the dynamic attributes that have a value on one of the devices.
 */
GHashTable *
virNodeDeviceCompatFindConfigured(const virNodeDeviceCompat *const *devices,
                                  size_t ndevices)
{
    GHashTable *configured = g_hash_table_new(g_str_hash, g_str_equal);
    size_t i;
    size_t j;

    for (i = 0; i < ndevices; i++) {
        for (j = 0; j < devices[i]->self.nattrs; j++) {
            virNodeDeviceCompatAttr *attr = devices[i]->self.attrs[j];

            if (attr->dynamic && attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK &&
                !virNodeDeviceCompatAttrIsUnconfigured(attr))
                g_hash_table_add(configured, attr->name);
        }
    }

    return configured;
}


/**
 * virNodeDeviceCompatUnconfigure:
 * @compat: descriptor without variables
 * @configured: names of attributes that have a value on another device
 *
 * Returns a new descriptor of the device in which those of @configured that have no value
 * yet can be set, as on a type; or NULL if there are none.
 */
virNodeDeviceCompat *
virNodeDeviceCompatUnconfigure(const virNodeDeviceCompat *compat,
                               GHashTable *configured)
{
    g_autoptr(virNodeDeviceCompat) copy = NULL;
    size_t i;

    for (i = 0; i < compat->self.nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = compat->self.attrs[i];

        if (!virNodeDeviceCompatAttrIsUnconfigured(attr) ||
            !g_hash_table_contains(configured, attr->name))
            continue;

        if (!copy)
            copy = virNodeDeviceCompatCopySelf(compat);
        ignore_value(virNodeDeviceCompatAddUnset(copy, attr->name, attr->order));
    }

    for (i = 0; copy && i < compat->naccepts; i++) {
        virNodeDeviceCompatAttrs *accepts = g_new0(virNodeDeviceCompatAttrs, 1);

        virNodeDeviceCompatAttrsCopy(accepts, compat->accepts[i]);
        VIR_APPEND_ELEMENT(copy->accepts, copy->naccepts, accepts);
    }

    return g_steal_pointer(&copy);
}
