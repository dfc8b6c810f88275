/*
 * nodedev_compat_conf.c: what a device says of itself and what it accepts
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_conf.h"

#include "nodedev_compat_rules.h"
#include "nodedev_compat_template.h"
#include "viralloc.h"

VIR_ENUM_IMPL(virNodeDeviceCompatAttrState,
              VIR_NODE_DEVICE_COMPAT_ATTR_LAST,
              "ok",
              "unreadable",
              "malformed",
              "conflicting",
              "unset",
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
 * virNodeDeviceCompatSetGet:
 * @set: attributes, or NULL for none
 * @at: position
 *
 * Returns the attribute at @at, or NULL behind the last one, for merging sets by
 * name.
 */
const virNodeDeviceCompatAttr *
virNodeDeviceCompatSetGet(const virNodeDeviceCompatSet *set,
                          size_t at)
{
    return set && at < set->nattrs ? set->attrs[at] : NULL;
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

    /* with variables in it, it gets the attribute's spelling when they are known */
    if (virNodeDeviceCompatTemplateIs(value)) {
        canonical = virNodeDeviceCompatTemplateNormalize(value);
        if (canonical && !virNodeDeviceCompatValueIsPrintable(canonical))
            g_clear_pointer(&canonical, g_free);
        return canonical;
    }

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

    if ((attr = virNodeDeviceCompatSetInsert(compat, set, at, name))) {
        if (alternative && canonical && virNodeDeviceCompatTemplateIs(canonical))
            set->variables = true;
        virNodeDeviceCompatAttrSetValue(attr, value, g_steal_pointer(&canonical));
    }

    return attr;
}


/**
 * virNodeDeviceCompatDrop:
 * @compat: descriptor
 * @name: canonical name
 *
 * Drops the attribute of that name, if the device has it, from what it is.
 */
void
virNodeDeviceCompatDrop(virNodeDeviceCompat *compat,
                        const char *name)
{
    virNodeDeviceCompatSet *set = &compat->self;
    size_t at;

    if (!virNodeDeviceCompatSetSearch(set, name, &at))
        return;

    virNodeDeviceCompatAttrFree(set->attrs[at]);
    VIR_DELETE_ELEMENT(set->attrs, at, set->nattrs);
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
 * @order: position among those that are set, from 1 on
 *
 * Marks the attribute of that name, if the device has it, as one that is set
 * per instance and that management copies to a new device.
 */
void
virNodeDeviceCompatSetDynamic(virNodeDeviceCompat *compat,
                              const char *name,
                              unsigned int order)
{
    size_t at;

    if (virNodeDeviceCompatSetSearch(&compat->self, name, &at)) {
        compat->self.attrs[at]->dynamic = true;
        compat->self.attrs[at]->order = order;
    }
}


/**
 * virNodeDeviceCompatAddUnset:
 * @compat: descriptor of a type
 * @name: canonical name
 * @order: position among those that are set, from 1 on
 *
 * Adds the attribute as one that each device of the type gets when it is made,
 * and forgets a value that the type may have for it. What must be known of every
 * type is left as it is.
 *
 * Returns 0 on success, -1 if @name is not valid or there are too many.
 */
int
virNodeDeviceCompatAddUnset(virNodeDeviceCompat *compat,
                            const char *name,
                            unsigned int order)
{
    virNodeDeviceCompatAttr *attr;
    size_t at;

    if (virNodeDeviceCompatRuleFind(name)->required)
        return 0;

    if (virNodeDeviceCompatSetSearch(&compat->self, name, &at))
        attr = compat->self.attrs[at];
    else if (!(attr = virNodeDeviceCompatSetInsert(compat, &compat->self, at, name)))
        return -1;

    g_clear_pointer(&attr->value, g_free);
    attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_UNSET;
    attr->dynamic = true;
    attr->derived = false;
    attr->order = order;
    return 0;
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


static void
virNodeDeviceCompatSetCopy(virNodeDeviceCompatSet *copy,
                           const virNodeDeviceCompatSet *set)
{
    size_t i;

    copy->nattrs = set->nattrs;
    copy->attrs = g_new0(virNodeDeviceCompatAttr *, set->nattrs);

    for (i = 0; i < set->nattrs; i++) {
        copy->attrs[i] = g_new0(virNodeDeviceCompatAttr, 1);
        *copy->attrs[i] = *set->attrs[i];
        copy->attrs[i]->name = g_strdup(set->attrs[i]->name);
        copy->attrs[i]->value = g_strdup(set->attrs[i]->value);
    }
}


static bool
virNodeDeviceCompatAttrIsTemplate(const virNodeDeviceCompatAttr *attr)
{
    return attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK &&
           virNodeDeviceCompatTemplateIs(attr->value);
}


/* Adds @set to what @compat accepts, with one choice for its variables. Unless
 * @variables is usable, nothing is known of the attributes that have some. */
static void
virNodeDeviceCompatExpandChoice(virNodeDeviceCompat *compat,
                                const virNodeDeviceCompatSet *set,
                                const virNodeDeviceCompatVariables *variables)
{
    g_autofree virNodeDeviceCompatSet *filled = g_new0(virNodeDeviceCompatSet, 1);
    bool possible = true;
    size_t i;

    virNodeDeviceCompatSetCopy(filled, set);

    for (i = 0; i < filled->nattrs; i++) {
        virNodeDeviceCompatAttr *attr = filled->attrs[i];
        g_autofree char *list = NULL;
        g_autofree char *canonical = NULL;

        if (!virNodeDeviceCompatAttrIsTemplate(attr))
            continue;

        if (!variables ||
            virNodeDeviceCompatTemplateFill(attr->value, variables, &list) < 0) {
            attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED;
            continue;
        }

        if (!list) {
            possible = false;
            break;
        }

        if ((canonical = virNodeDeviceCompatNormalize(compat, true, attr->name, list))) {
            g_free(attr->value);
            attr->value = g_steal_pointer(&canonical);
        } else {
            attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED;
        }
    }

    if (possible)
        VIR_APPEND_ELEMENT(compat->accepts, compat->naccepts, filled);
    else
        virNodeDeviceCompatSetClear(filled);
}


/* Adds one alternative for each choice of values for the variables of @set,
 * if there are no more than *max, which is lowered by their number. */
static void
virNodeDeviceCompatExpandSet(virNodeDeviceCompat *compat,
                             const virNodeDeviceCompatSet *set,
                             size_t *max)
{
    g_autoptr(virNodeDeviceCompatVariables) variables = g_new0(virNodeDeviceCompatVariables, 1);
    size_t choices;
    size_t i;

    for (i = 0; i < set->nattrs; i++) {
        if (virNodeDeviceCompatAttrIsTemplate(set->attrs[i]) &&
            virNodeDeviceCompatTemplateDeclare(set->attrs[i]->value, variables) < 0) {
            virNodeDeviceCompatExpandChoice(compat, set, NULL);
            return;
        }
    }

    choices = virNodeDeviceCompatVariablesCount(variables, *max);
    if (choices > *max) {
        virNodeDeviceCompatExpandChoice(compat, set, NULL);
        return;
    }

    *max -= choices;
    do {
        virNodeDeviceCompatExpandChoice(compat, set, variables);
    } while (virNodeDeviceCompatVariablesNext(variables));
}


/**
 * virNodeDeviceCompatDropVariables:
 * @compat: descriptor
 *
 * Returns a new descriptor without the alternatives that use variables.
 */
virNodeDeviceCompat *
virNodeDeviceCompatDropVariables(const virNodeDeviceCompat *compat)
{
    virNodeDeviceCompat *plain = virNodeDeviceCompatNew();
    size_t i;

    virNodeDeviceCompatSetCopy(&plain->self, &compat->self);
    plain->opaque = g_strdup(compat->opaque);

    for (i = 0; i < compat->naccepts; i++) {
        if (!compat->accepts[i]->variables)
            virNodeDeviceCompatExpandChoice(plain, compat->accepts[i], NULL);
    }

    return plain;
}


/**
 * virNodeDeviceCompatExpand:
 * @compat: descriptor
 *
 * Writes out the variables in what a device accepts: an alternative becomes one
 * for each choice of their values. Choices that give no value (a division with
 * a remainder) are left out; where a variable is not declared, declared in two
 * ways, or there are more than VIR_NODE_DEVICE_COMPAT_EXPANDED_MAX choices in
 * all, the attributes that use variables are malformed.
 *
 * Returns a new descriptor without variables, or NULL if @compat has none.
 */
virNodeDeviceCompat *
virNodeDeviceCompatExpand(const virNodeDeviceCompat *compat)
{
    g_autoptr(virNodeDeviceCompat) expanded = NULL;
    size_t max = VIR_NODE_DEVICE_COMPAT_EXPANDED_MAX;
    size_t i;

    for (i = 0; i < compat->naccepts; i++) {
        if (compat->accepts[i]->variables)
            break;
    }
    if (i == compat->naccepts)
        return NULL;

    expanded = virNodeDeviceCompatNew();
    virNodeDeviceCompatSetCopy(&expanded->self, &compat->self);
    expanded->opaque = g_strdup(compat->opaque);

    for (i = 0; i < compat->naccepts; i++) {
        if (compat->accepts[i]->variables)
            virNodeDeviceCompatExpandSet(expanded, compat->accepts[i], &max);
        else
            virNodeDeviceCompatExpandChoice(expanded, compat->accepts[i], NULL);
    }

    return g_steal_pointer(&expanded);
}
