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


/* Adds @set to what @compat accepts, with one choice for its variables. Unless
 * @variables is usable, nothing is known of the attributes that have some. */
static void
virNodeDeviceCompatExpandChoice(virNodeDeviceCompat *compat,
                                const virNodeDeviceCompatAttrs *set,
                                const virNodeDeviceCompatVariables *variables)
{
    g_autofree virNodeDeviceCompatAttrs *filled = g_new0(virNodeDeviceCompatAttrs, 1);
    bool possible = true;
    size_t i;

    virNodeDeviceCompatAttrsCopy(filled, set);

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

        if ((canonical = virNodeDeviceCompatNormalizeAttr(compat, true, attr->name, list))) {
            g_free(attr->value);
            attr->value = g_steal_pointer(&canonical);
        } else {
            attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED;
        }
    }

    if (possible)
        VIR_APPEND_ELEMENT(compat->accepts, compat->naccepts, filled);
    else
        virNodeDeviceCompatAttrsClear(filled);
}


/* Adds one alternative for each choice of values for the variables of @set,
 * if there are no more than *max, which is lowered by their number. */
static void
virNodeDeviceCompatExpandAttrs(virNodeDeviceCompat *compat,
                               const virNodeDeviceCompatAttrs *set,
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

    virNodeDeviceCompatAttrsCopy(&plain->self, &compat->self);
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
    virNodeDeviceCompatAttrsCopy(&expanded->self, &compat->self);
    expanded->opaque = g_strdup(compat->opaque);

    for (i = 0; i < compat->naccepts; i++) {
        if (compat->accepts[i]->variables)
            virNodeDeviceCompatExpandAttrs(expanded, compat->accepts[i], &max);
        else
            virNodeDeviceCompatExpandChoice(expanded, compat->accepts[i], NULL);
    }

    return g_steal_pointer(&expanded);
}


/**
 * virNodeDeviceCompatIsForOtherTypes:
 * @target: device that accepts
 * @accepts: one of its alternatives
 *
 * Returns true if @accepts is about sources of other types than the target's own.
 * Where the own one is not known, nothing says that they are the same.
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
