/*
 * nodedev_compat_alternatives.c: what a device accepts, written out
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_alternatives.h"

#include "nodedev_compat_attr.h"
#include "nodedev_compat_list.h"
#include "nodedev_compat_template.h"
#include "viralloc.h"
#include "virbuffer.h"


static bool
virNodeDeviceCompatAttrIsTemplate(const virNodeDeviceCompatAttr *attr)
{
    return attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK &&
           virNodeDeviceCompatTemplateIs(attr->value);
}


/* The alternative @set with its lists taken apart, for those that have variables */
typedef struct _virNodeDeviceCompatExpansion virNodeDeviceCompatExpansion;
struct _virNodeDeviceCompatExpansion {
    const virNodeDeviceCompatAttrs *set;
    virNodeDeviceCompatTemplate **templates;    /* one for each attribute, or NULL */
    virNodeDeviceCompatVariables *variables;
};


static void
virNodeDeviceCompatExpansionFree(virNodeDeviceCompatExpansion *expansion)
{
    size_t i;

    if (!expansion)
        return;

    for (i = 0; i < expansion->set->nattrs; i++)
        virNodeDeviceCompatTemplateFree(expansion->templates[i]);
    g_free(expansion->templates);
    virNodeDeviceCompatVariablesFree(expansion->variables);
    g_free(expansion);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatExpansion, virNodeDeviceCompatExpansionFree);


/* Returns NULL if the variables of @set are not usable. */
static virNodeDeviceCompatExpansion *
virNodeDeviceCompatExpansionNew(const virNodeDeviceCompatAttrs *set)
{
    g_autoptr(virNodeDeviceCompatExpansion) expansion = g_new0(virNodeDeviceCompatExpansion, 1);
    size_t i;

    expansion->set = set;
    expansion->templates = g_new0(virNodeDeviceCompatTemplate *, set->nattrs);
    expansion->variables = g_new0(virNodeDeviceCompatVariables, 1);

    for (i = 0; i < set->nattrs; i++) {
        virNodeDeviceCompatTemplate *template;

        if (!virNodeDeviceCompatAttrIsTemplate(set->attrs[i]))
            continue;

        if (!(template = virNodeDeviceCompatTemplateParse(set->attrs[i]->value)))
            return NULL;
        expansion->templates[i] = template;
        if (virNodeDeviceCompatTemplateDeclare(template, expansion->variables) < 0)
            return NULL;
    }

    return g_steal_pointer(&expansion);
}


/* Fills the variables of @attr, which is a copy, with the values that are chosen.
 * Returns false if there is nothing that the attribute could be. */
static bool
virNodeDeviceCompatExpansionFill(const virNodeDeviceCompatExpansion *expansion,
                                 const virNodeDeviceCompat *compat,
                                 size_t at,
                                 virNodeDeviceCompatAttr *attr)
{
    g_autofree char *list = NULL;
    g_autofree char *canonical = NULL;

    if (virNodeDeviceCompatTemplateFill(expansion->templates[at], expansion->variables,
                                        &list) < 0) {
        attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED;
        return true;
    }

    if (!list)
        return false;

    if ((canonical = virNodeDeviceCompatNormalizeAttr(compat, true, attr->name, list))) {
        g_free(attr->value);
        attr->value = g_steal_pointer(&canonical);
    } else {
        attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED;
    }

    return true;
}


static size_t
virNodeDeviceCompatAttrsGetSize(const virNodeDeviceCompatAttrs *set)
{
    size_t size = set->nattrs * sizeof(*set->attrs[0]);
    size_t i;

    for (i = 0; i < set->nattrs; i++)
        size += strlen(set->attrs[i]->name) + strlen(NULLSTR_EMPTY(set->attrs[i]->value));

    return size;
}


/* Adds the alternative to what @compat accepts, with the values that are chosen for
 * its variables. Returns the size of what was written out. */
static size_t
virNodeDeviceCompatExpansionAddChoice(const virNodeDeviceCompatExpansion *expansion,
                                      virNodeDeviceCompat *compat)
{
    g_autofree virNodeDeviceCompatAttrs *filled = g_new0(virNodeDeviceCompatAttrs, 1);
    size_t size;
    size_t i;

    virNodeDeviceCompatAttrsCopy(filled, expansion->set);

    for (i = 0; i < filled->nattrs; i++) {
        if (expansion->templates[i] &&
            !virNodeDeviceCompatExpansionFill(expansion, compat, i, filled->attrs[i])) {
            size = virNodeDeviceCompatAttrsGetSize(filled);
            virNodeDeviceCompatAttrsClear(filled);
            return size;
        }
    }

    size = virNodeDeviceCompatAttrsGetSize(filled);
    VIR_APPEND_ELEMENT(compat->accepts, compat->naccepts, filled);
    return size;
}


/* Adds @set to what @compat accepts. If it has variables, those attributes are
 * malformed. */
static void
virNodeDeviceCompatAddUnexpanded(virNodeDeviceCompat *compat,
                                 const virNodeDeviceCompatAttrs *set)
{
    virNodeDeviceCompatAttrs *copy = g_new0(virNodeDeviceCompatAttrs, 1);
    size_t i;

    virNodeDeviceCompatAttrsCopy(copy, set);

    for (i = 0; i < copy->nattrs; i++) {
        if (virNodeDeviceCompatAttrIsTemplate(copy->attrs[i]))
            copy->attrs[i]->state = VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED;
    }

    VIR_APPEND_ELEMENT(compat->accepts, compat->naccepts, copy);
}


static void
virNodeDeviceCompatDropAlternatives(virNodeDeviceCompat *compat,
                                    size_t keep)
{
    while (compat->naccepts > keep) {
        virNodeDeviceCompatAttrs *last = compat->accepts[compat->naccepts - 1];

        virNodeDeviceCompatAttrsClear(last);
        g_free(last);
        VIR_DELETE_ELEMENT(compat->accepts, compat->naccepts - 1, compat->naccepts);
    }
}


/* Adds one alternative for each choice of values for the variables of @set, if these
 * are no more than *choices and their text no more than *size; both are lowered by
 * what there is. Otherwise nothing is known of the attributes with variables. */
static void
virNodeDeviceCompatExpandAttrs(virNodeDeviceCompat *compat,
                               const virNodeDeviceCompatAttrs *set,
                               size_t *choices,
                               size_t *size)
{
    g_autoptr(virNodeDeviceCompatExpansion) expansion = virNodeDeviceCompatExpansionNew(set);
    size_t naccepts = compat->naccepts;
    size_t nchoices = 0;
    size_t written = 0;

    if (expansion)
        nchoices = virNodeDeviceCompatVariablesCount(expansion->variables, *choices);

    if (!expansion || nchoices > *choices) {
        virNodeDeviceCompatAddUnexpanded(compat, set);
        return;
    }

    do {
        written += virNodeDeviceCompatExpansionAddChoice(expansion, compat);
        if (written > *size) {
            virNodeDeviceCompatDropAlternatives(compat, naccepts);
            virNodeDeviceCompatAddUnexpanded(compat, set);
            *size = 0;
            return;
        }
    } while (virNodeDeviceCompatVariablesNext(expansion->variables));

    *choices -= nchoices;
    *size -= written;
}


/**
 * virNodeDeviceCompatExpand:
 * @compat: descriptor
 * @size: how many bytes the attributes that are written out can take; lowered by
 *        what they do
 *
 * Writes out the variables in what a device accepts: an alternative becomes one
 * for each choice of their values. Choices that give no value (a division with
 * a remainder) are left out; where a variable is not declared, declared in two
 * ways, there are more than VIR_NODE_DEVICE_COMPAT_EXPANDED_MAX choices in
 * all, or they would be larger than @size, the attributes that use variables are
 * malformed.
 *
 * Returns a new descriptor without variables, or NULL if @compat has none.
 */
virNodeDeviceCompat *
virNodeDeviceCompatExpand(const virNodeDeviceCompat *compat,
                          size_t *size)
{
    g_autoptr(virNodeDeviceCompat) expanded = NULL;
    size_t choices = VIR_NODE_DEVICE_COMPAT_EXPANDED_MAX;
    size_t i;

    for (i = 0; i < compat->naccepts; i++) {
        if (compat->accepts[i]->variables)
            break;
    }
    if (i == compat->naccepts)
        return NULL;

    expanded = virNodeDeviceCompatNew();
    virNodeDeviceCompatAttrsCopy(&expanded->self, &compat->self);
    expanded->opaque = g_strdup(compat->opaque);

    for (i = 0; i < compat->naccepts; i++) {
        if (compat->accepts[i]->variables)
            virNodeDeviceCompatExpandAttrs(expanded, compat->accepts[i], &choices, size);
        else
            virNodeDeviceCompatAddUnexpanded(expanded, compat->accepts[i]);
    }

    return g_steal_pointer(&expanded);
}


/**
 * virNodeDeviceCompatIsForOtherTypes:
 * @target: device that accepts
 * @accepts: one of its alternatives
 *
 * Returns true if @accepts is about sources of other types than the target's own.
 * Where the own one is not known, it is not known whether they are the same.
 */
bool
virNodeDeviceCompatIsForOtherTypes(const virNodeDeviceCompat *target,
                                   const virNodeDeviceCompatAttrs *accepts)
{
    const virNodeDeviceCompatAttr *own = virNodeDeviceCompatAttrsFind(&target->self,
                                                                      VIR_NODE_DEVICE_COMPAT_TYPE);
    const virNodeDeviceCompatAttr *types = virNodeDeviceCompatAttrsFind(accepts,
                                                                        VIR_NODE_DEVICE_COMPAT_TYPE);

    return types && types->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK &&
           (!own || own->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK ||
            !virNodeDeviceCompatValueListContains(types->value, own->value));
}


/**
 * virNodeDeviceCompatExplicitVersions:
 * @target: device that accepts
 * @ret_bad: set to an attribute among those looked at that is not usable
 *
 * The versions that the target accepts explicitly of a source of its own type:
 * those of the alternatives that name no type, or its own.
 *
 * Returns a list of ranges, or NULL if there are none.
 */
char *
virNodeDeviceCompatExplicitVersions(const virNodeDeviceCompat *target,
                                    const virNodeDeviceCompatAttr **ret_bad)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < target->naccepts; i++) {
        const virNodeDeviceCompatAttr *version =
            virNodeDeviceCompatAttrsFind(target->accepts[i],
                                         VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION);

        if (!version ||
            virNodeDeviceCompatIsForOtherTypes(target, target->accepts[i]))
            continue;

        if (version->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK)
            virBufferAsprintf(&buf, "%s,", version->value);
        else
            *ret_bad = version;
    }

    virBufferTrim(&buf, ",");
    return virBufferContentAndReset(&buf);
}
