/*
 * nodedev_compat_conf.c: what a device says of itself and what it accepts
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_conf.h"

#include "nodedev_compat_rules.h"
#include "viralloc.h"

VIR_ENUM_IMPL(virNodeDeviceCompatAttrState,
              VIR_NODE_DEVICE_COMPAT_ATTR_LAST,
              "ok",
              "unreadable",
              "malformed",
              "conflicting",
);

G_DEFINE_TYPE(virNodeDeviceCompat, vir_node_device_compat, G_TYPE_OBJECT);

static void
virNodeDeviceCompatAttrFree(virNodeDeviceCompatAttr *attr)
{
    if (!attr)
        return;

    g_free(attr->name);
    g_free(attr->value);
    g_free(attr);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatAttr, virNodeDeviceCompatAttrFree);


static void
virNodeDeviceCompatSetClear(virNodeDeviceCompatSet *set)
{
    size_t i;

    for (i = 0; i < set->nattrs; i++)
        virNodeDeviceCompatAttrFree(set->attrs[i]);
    g_clear_pointer(&set->attrs, g_free);
    set->nattrs = 0;
}


static void
vir_node_device_compat_init(virNodeDeviceCompat *compat G_GNUC_UNUSED)
{
}


static void
vir_node_device_compat_finalize(GObject *object)
{
    virNodeDeviceCompat *compat = VIR_NODE_DEVICE_COMPAT(object);
    size_t i;

    virNodeDeviceCompatSetClear(&compat->self);
    for (i = 0; i < compat->naccepts; i++) {
        virNodeDeviceCompatSetClear(compat->accepts[i]);
        g_free(compat->accepts[i]);
    }
    g_free(compat->accepts);
    g_free(compat->opaque);

    G_OBJECT_CLASS(vir_node_device_compat_parent_class)->finalize(object);
}


static void
vir_node_device_compat_class_init(virNodeDeviceCompatClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = vir_node_device_compat_finalize;
}


virNodeDeviceCompat *
virNodeDeviceCompatNew(void)
{
    return g_object_new(VIR_TYPE_NODE_DEVICE_COMPAT, NULL);
}


/* Returns true if @name is there, and sets *ret_at to its place or to the one
 * it would take. */
static bool
virNodeDeviceCompatSetSearch(const virNodeDeviceCompatSet *set,
                             const char *name,
                             size_t *ret_at)
{
    size_t first = 0;
    size_t last = set->nattrs;

    while (first < last) {
        size_t middle = first + (last - first) / 2;
        int order = strcmp(set->attrs[middle]->name, name);

        if (order == 0) {
            *ret_at = middle;
            return true;
        }
        if (order < 0)
            first = middle + 1;
        else
            last = middle;
    }

    *ret_at = first;
    return false;
}


/**
 * virNodeDeviceCompatSetFind:
 * @set: attributes
 * @name: canonical name
 *
 * Returns the attribute of that name, or NULL.
 */
const virNodeDeviceCompatAttr *
virNodeDeviceCompatSetFind(const virNodeDeviceCompatSet *set,
                           const char *name)
{
    size_t at;

    return virNodeDeviceCompatSetSearch(set, name, &at) ? set->attrs[at] : NULL;
}


/**
 * virNodeDeviceCompatNameIsValid:
 * @name: name of an attribute
 *
 * Returns true if @name is made of letters, digits and _ . - only, starts with
 * a letter, digit or underscore, and is at most
 * VIR_NODE_DEVICE_COMPAT_NAME_MAX bytes long.
 */
bool
virNodeDeviceCompatNameIsValid(const char *name)
{
    size_t i;

    if (!g_ascii_isalnum(name[0]) && name[0] != '_')
        return false;

    for (i = 0; name[i]; i++) {
        if (i == VIR_NODE_DEVICE_COMPAT_NAME_MAX ||
            (!g_ascii_isalnum(name[i]) && !strchr("_.-", name[i])))
            return false;
    }

    return true;
}


static size_t
virNodeDeviceCompatCountAttrs(const virNodeDeviceCompat *compat)
{
    size_t count = compat->self.nattrs;
    size_t i;

    for (i = 0; i < compat->naccepts; i++)
        count += compat->accepts[i]->nattrs;

    return count;
}


/* Gives @attr the value @value, whose canonical spelling is @canonical. */
static void
virNodeDeviceCompatAttrSetValue(virNodeDeviceCompatAttr *attr,
                                const char *value,
                                char *canonical)
{
    const virNodeDeviceCompatRule *rule = virNodeDeviceCompatRuleFind(attr->name);

    if (canonical) {
        attr->value = canonical;
        attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_OK;
    } else if (!value) {
        attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_UNREADABLE;
    } else {
        attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED;
        /* as found, for people; but a URL may hold a password */
        if (rule->value != VIR_NODE_DEVICE_COMPAT_VALUE_URL &&
            virNodeDeviceCompatValueIsPrintable(value))
            attr->value = g_strdup(value);
    }
}


static virNodeDeviceCompatAttr *
virNodeDeviceCompatSetInsert(virNodeDeviceCompat *compat,
                             virNodeDeviceCompatSet *set,
                             size_t at,
                             const char *name)
{
    g_autoptr(virNodeDeviceCompatAttr) attr = NULL;

    if (!virNodeDeviceCompatNameIsValid(name) ||
        virNodeDeviceCompatCountAttrs(compat) >= VIR_NODE_DEVICE_COMPAT_ATTRS_MAX)
        return NULL;

    attr = g_new0(virNodeDeviceCompatAttr, 1);
    attr->name = g_strdup(name);

    if (VIR_INSERT_ELEMENT(set->attrs, at, set->nattrs, attr) < 0)
        return NULL;
    return set->attrs[at];
}


/* Two sources speak of one attribute: they agree, or nothing is known. */
static void
virNodeDeviceCompatAttrMerge(virNodeDeviceCompatAttr *attr,
                             const char *canonical)
{
    if (attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK &&
        STREQ_NULLABLE(attr->value, canonical))
        return;

    attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_CONFLICTING;
    g_clear_pointer(&attr->value, g_free);
}


/* The canonical spelling of what @value says of @name in what the device is or,
 * as a list, in what it accepts; NULL if it is malformed. */
static char *
virNodeDeviceCompatNormalize(const virNodeDeviceCompat *compat,
                             bool list,
                             const char *name,
                             const char *value)
{
    const virNodeDeviceCompatRule *rule = virNodeDeviceCompatRuleFind(name);
    const virNodeDeviceCompatAttr *self = NULL;
    char *canonical = NULL;

    if (!list)
        return virNodeDeviceCompatValueNormalize(rule->value, value);

    self = virNodeDeviceCompatSetFind(&compat->self, name);
    if (self && self->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK)
        self = NULL;

    canonical = virNodeDeviceCompatValueNormalizeList(rule->value, value,
                                                      self ? self->value : NULL);

    /* a list of PCI device ids grows when each gets its vendor */
    if (canonical && !virNodeDeviceCompatValueIsPrintable(canonical))
        g_clear_pointer(&canonical, g_free);

    return canonical;
}


/**
 * virNodeDeviceCompatAdd:
 * @compat: descriptor
 * @alternative: one of its alternatives, or NULL for what the device is itself
 * @name: the attribute's name, aliases of drafts included
 * @value: its value, or list of accepted values, as found; NULL if it could
 *         not be read
 *
 * An attribute that is there already with another value becomes conflicting.
 * What the device is has to be added before what it accepts, as an accepted
 * PCI device id may take its vendor from there.
 *
 * Returns the attribute, or NULL if @name is not valid or there are too many.
 */
virNodeDeviceCompatAttr *
virNodeDeviceCompatAdd(virNodeDeviceCompat *compat,
                       virNodeDeviceCompatSet *alternative,
                       const char *name,
                       const char *value)
{
    virNodeDeviceCompatSet *set = alternative ? alternative : &compat->self;
    g_autofree char *canonical = NULL;
    virNodeDeviceCompatAttr *attr;
    size_t at;

    name = virNodeDeviceCompatRuleCanonicalName(name);
    if (value)
        canonical = virNodeDeviceCompatNormalize(compat, !!alternative, name, value);

    if (virNodeDeviceCompatSetSearch(set, name, &at)) {
        attr = set->attrs[at];
        virNodeDeviceCompatAttrMerge(attr, canonical);
        return attr;
    }

    if ((attr = virNodeDeviceCompatSetInsert(compat, set, at, name)))
        virNodeDeviceCompatAttrSetValue(attr, value, g_steal_pointer(&canonical));

    return attr;
}


/**
 * virNodeDeviceCompatAddAlternative:
 * @compat: descriptor
 *
 * Returns a new, empty alternative of what the device accepts, owned by
 * @compat, or NULL if there are too many.
 */
virNodeDeviceCompatSet *
virNodeDeviceCompatAddAlternative(virNodeDeviceCompat *compat)
{
    virNodeDeviceCompatSet *set;

    if (compat->naccepts >= VIR_NODE_DEVICE_COMPAT_ACCEPTS_MAX)
        return NULL;

    set = g_new0(virNodeDeviceCompatSet, 1);
    VIR_APPEND_ELEMENT_COPY(compat->accepts, compat->naccepts, set);
    return set;
}


/**
 * virNodeDeviceCompatSetDynamic:
 * @compat: descriptor
 * @name: canonical name
 *
 * Marks the attribute of that name, if the device has it, as one that is set
 * per instance and that management copies to a new device.
 */
void
virNodeDeviceCompatSetDynamic(virNodeDeviceCompat *compat,
                              const char *name)
{
    size_t at;

    if (virNodeDeviceCompatSetSearch(&compat->self, name, &at))
        compat->self.attrs[at]->dynamic = true;
}


/**
 * virNodeDeviceCompatDropEmptyAlternatives:
 * @compat: descriptor
 *
 * Drops the alternatives that name no attribute; they would say the same as
 * the device itself.
 */
void
virNodeDeviceCompatDropEmptyAlternatives(virNodeDeviceCompat *compat)
{
    size_t i = 0;

    while (i < compat->naccepts) {
        if (compat->accepts[i]->nattrs > 0) {
            i++;
            continue;
        }
        virNodeDeviceCompatSetClear(compat->accepts[i]);
        g_free(compat->accepts[i]);
        VIR_DELETE_ELEMENT(compat->accepts, i, compat->naccepts);
    }
}
