/*
 * nodedev_compat_vgpu.c: NVIDIA's vGPU types by number and by name
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_vgpu.h"

#include "nodedev_compat_attr.h"
#include "nodedev_compat_value.h"
#include "virbuffer.h"
#include "virstring.h"

/* Between a number and its name, and between types, in a list of types */
#define NAMED ":"
#define NEXT ";"


static bool
virNodeDeviceCompatVGPUIsNumber(const char *text)
{
    return *text && strspn(text, "0123456789") == strlen(text);
}


/**
 * virNodeDeviceCompatVGPUTypesNew:
 *
 * Returns an empty table of the names of types by their numbers.
 */
GHashTable *
virNodeDeviceCompatVGPUTypesNew(void)
{
    return g_hash_table_new_full(g_int_hash, g_int_equal, g_free, g_free);
}


/**
 * virNodeDeviceCompatVGPUTypesAdd:
 * @types: table
 * @number: number of a type, or anything else that was found in its place
 * @name: its name
 *
 * Adds a type. What is none is left out; a number with two names has none.
 */
void
virNodeDeviceCompatVGPUTypesAdd(GHashTable *types,
                                const char *number,
                                const char *name)
{
    g_autofree char *trimmed = g_strstrip(g_strdup(name));
    const char *before;
    unsigned int *key;
    unsigned int value;

    name = trimmed;
    if (virStrToLong_uip(number, NULL, 10, &value) < 0 || value == 0 ||
        !virNodeDeviceCompatValueIsPrintable(name) ||
        strlen(name) > VIR_NODE_DEVICE_COMPAT_VGPU_NAME_MAX ||
        strstr(name, NEXT) || virNodeDeviceCompatVGPUIsNumber(name) ||
        g_hash_table_size(types) == VIR_NODE_DEVICE_COMPAT_VGPU_LIST_MAX)
        return;

    if ((before = g_hash_table_lookup(types, &value)) && STRNEQ(before, name))
        name = "";

    key = g_new0(unsigned int, 1);
    *key = value;
    g_hash_table_replace(types, key, g_strdup(name));
}


/**
 * virNodeDeviceCompatVGPUTypesGet:
 * @types: table, or NULL
 * @number: number of a type
 *
 * Returns its name, or NULL if it is not known.
 */
const char *
virNodeDeviceCompatVGPUTypesGet(GHashTable *types,
                                const char *number)
{
    const char *name;
    unsigned int value;

    if (!types || virStrToLong_uip(number, NULL, 10, &value) < 0 ||
        !(name = g_hash_table_lookup(types, &value)) || *name == '\0')
        return NULL;

    return name;
}


static int
virNodeDeviceCompatVGPUCompareNumbers(const void *a,
                                      const void *b)
{
    const unsigned int *first = a;
    const unsigned int *second = b;

    return *first < *second ? -1 : *first > *second;
}


/**
 * virNodeDeviceCompatVGPUTypesFormat:
 * @types: table
 *
 * Returns a list of the types by number, "1147:NVIDIA L40S-1Q;1148:NVIDIA L40S-2Q", or
 * NULL if there are none or too many.
 */
char *
virNodeDeviceCompatVGPUTypesFormat(GHashTable *types)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autoptr(GList) numbers = g_list_sort(g_hash_table_get_keys(types),
                                           virNodeDeviceCompatVGPUCompareNumbers);
    GList *next;

    for (next = numbers; next; next = next->next) {
        const unsigned int *number = next->data;
        const char *name = g_hash_table_lookup(types, number);

        if (*name)
            virBufferAsprintf(&buf, "%u" NAMED "%s" NEXT, *number, name);
    }
    virBufferTrim(&buf, NEXT);

    if (virBufferUse(&buf) > VIR_NODE_DEVICE_COMPAT_VALUE_MAX)
        return NULL;

    return virBufferContentAndReset(&buf);
}


/* The value of an attribute that is usable, or NULL */
static const char *
virNodeDeviceCompatVGPUGet(const virNodeDeviceCompatAttrs *attrs,
                           const char *name)
{
    const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAttrsFind(attrs, name);

    return attr && attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK ? attr->value : NULL;
}


/**
 * virNodeDeviceCompatVGPUTypeGetNumber:
 * @target: attributes of a virtual function
 * @type: VIR_NODE_DEVICE_COMPAT_VGPU_TYPE of another one
 *
 * Returns the number to write to set the target to that type, or NULL if it is not known.
 */
char *
virNodeDeviceCompatVGPUTypeGetNumber(const virNodeDeviceCompatAttrs *target,
                                     const char *type)
{
    const char *list = virNodeDeviceCompatVGPUGet(target, VIR_NODE_DEVICE_COMPAT_VGPU_TYPES);
    g_auto(GStrv) types = g_strsplit(NULLSTR_EMPTY(list), NEXT, 0);
    size_t i;

    for (i = 0; types[i]; i++) {
        char *name = strstr(types[i], NAMED);

        if (!name)
            continue;
        *name++ = '\0';
        if (virNodeDeviceCompatVGPUIsNumber(types[i]) && STREQ(name, type))
            return g_strdup(types[i]);
    }

    return NULL;
}


/**
 * virNodeDeviceCompatVGPUTypesCompare:
 * @source: attributes of the source
 * @target: attributes of the target, of which VIR_NODE_DEVICE_COMPAT_VGPU_TYPE differs
 *
 * If the name is known of both sides or of none of them, the types differ. Otherwise the
 * side with the number can have the name in its list. If it has not, the numbers decide.
 * That is sound for the same reason for which numbers decide where there is no name: they
 * mean the same under vGPU managers of one branch on GPUs of one model, and whether both
 * are that is a matter of other attributes.
 *
 * Returns how the types compare, or which number that takes is not known.
 */
virNodeDeviceCompatVGPUTypesOrder
virNodeDeviceCompatVGPUTypesCompare(const virNodeDeviceCompatAttrs *source,
                                    const virNodeDeviceCompatAttrs *target)
{
    const char *from = virNodeDeviceCompatVGPUGet(source, VIR_NODE_DEVICE_COMPAT_VGPU_TYPE);
    const char *to = virNodeDeviceCompatVGPUGet(target, VIR_NODE_DEVICE_COMPAT_VGPU_TYPE);
    const char *fromNumber = virNodeDeviceCompatVGPUGet(source,
                                                        VIR_NODE_DEVICE_COMPAT_VGPU_TYPE_ID);
    const char *toNumber = virNodeDeviceCompatVGPUGet(target,
                                                      VIR_NODE_DEVICE_COMPAT_VGPU_TYPE_ID);
    g_autofree char *listed = NULL;

    if (!from || !to ||
        virNodeDeviceCompatVGPUIsNumber(from) == virNodeDeviceCompatVGPUIsNumber(to))
        return VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_DIFFER;

    /* 0 is not the number of a type, and needs no list */
    if (STREQ(from, "0") || STREQ(to, "0"))
        return VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_DIFFER;

    if ((listed = virNodeDeviceCompatVGPUIsNumber(from) ?
                  virNodeDeviceCompatVGPUTypeGetNumber(source, to) :
                  virNodeDeviceCompatVGPUTypeGetNumber(target, from))) {
        return STREQ(listed, virNodeDeviceCompatVGPUIsNumber(from) ? from : to) ?
            VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_SAME : VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_DIFFER;
    }

    if (!fromNumber)
        return VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_NO_NUMBER_SOURCE;
    if (!toNumber)
        return VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_NO_NUMBER_TARGET;

    return STREQ(fromNumber, toNumber) ? VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_SAME :
                                         VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_DIFFER;
}


/**
 * virNodeDeviceCompatVGPUIsMdev:
 * @attrs: attributes of a device
 *
 * Returns true if its type is one of a mediated device of NVIDIA's, which has a number.
 */
bool
virNodeDeviceCompatVGPUIsMdev(const virNodeDeviceCompatAttrs *attrs)
{
    const char *type = virNodeDeviceCompatVGPUGet(attrs, VIR_NODE_DEVICE_COMPAT_TYPE);
    const char *number = type ? STRSKIP(type, "nvidia-") : NULL;

    return number && virNodeDeviceCompatVGPUIsNumber(number);
}


/* Whether an attribute is there and cannot be used */
static bool
virNodeDeviceCompatVGPUIsUnusable(const virNodeDeviceCompatAttrs *attrs,
                                  const char *name)
{
    const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAttrsFind(attrs, name);

    return attr && attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK;
}


/* Whether both sides have an attribute, with one value */
static bool
virNodeDeviceCompatVGPUHaveOne(const virNodeDeviceCompatAttrs *source,
                               const virNodeDeviceCompatAttrs *target,
                               const char *name)
{
    const char *from = virNodeDeviceCompatVGPUGet(source, name);

    return from && STREQ_NULLABLE(from, virNodeDeviceCompatVGPUGet(target, name));
}


/**
 * virNodeDeviceCompatVGPUMdevTypesCompare:
 * @source: attributes of the source
 * @target: attributes of the target, whose type differs
 *
 * The number of a type depends on the release of the vGPU manager, its name does not. Where
 * there is no name, numbers tell types apart under vGPU managers of one branch on GPUs of
 * one model; a name that cannot be read could be the same.
 *
 * Returns how the types of two mediated devices of NVIDIA's compare, or
 * VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_DIFFER if either is none.
 */
virNodeDeviceCompatVGPUTypesOrder
virNodeDeviceCompatVGPUMdevTypesCompare(const virNodeDeviceCompatAttrs *source,
                                        const virNodeDeviceCompatAttrs *target)
{
    const char *from = virNodeDeviceCompatVGPUGet(source, VIR_NODE_DEVICE_COMPAT_MDEV_TYPE_NAME);
    const char *to = virNodeDeviceCompatVGPUGet(target, VIR_NODE_DEVICE_COMPAT_MDEV_TYPE_NAME);

    if (!virNodeDeviceCompatVGPUIsMdev(source) || !virNodeDeviceCompatVGPUIsMdev(target))
        return VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_DIFFER;

    if (from && to)
        return STREQ(from, to) ? VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_SAME :
                                 VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_DIFFER;

    if (virNodeDeviceCompatVGPUIsUnusable(source, VIR_NODE_DEVICE_COMPAT_MDEV_TYPE_NAME) ||
        virNodeDeviceCompatVGPUIsUnusable(target, VIR_NODE_DEVICE_COMPAT_MDEV_TYPE_NAME))
        return VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_NO_NAME;

    if (virNodeDeviceCompatVGPUHaveOne(source, target, VIR_NODE_DEVICE_COMPAT_PCI_ID) &&
        virNodeDeviceCompatVGPUHaveOne(source, target, VIR_NODE_DEVICE_COMPAT_VGPU_BRANCH))
        return VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_DIFFER;

    return VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_NO_NAME;
}


/**
 * virNodeDeviceCompatVGPUMetadataIs:
 * @opaque: opaque string of a device
 *
 * Returns true if it could be the metadata of a vGPU: NVIDIA's library has to judge it then,
 * and not a file of the target's driver.
 */
bool
virNodeDeviceCompatVGPUMetadataIs(const char *opaque)
{
    const char *base64 = STRSKIP(opaque, VIR_NODE_DEVICE_COMPAT_VGPU_METADATA);
    size_t len;

    if (!base64 || strlen(opaque) > VIR_NODE_DEVICE_COMPAT_VALUE_MAX)
        return false;

    len = strspn(base64, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "+/");

    return len > 0 && strlen(base64) % 4 == 0 && strlen(base64) - len <= 2 &&
           strspn(base64 + len, "=") == strlen(base64 + len);
}
