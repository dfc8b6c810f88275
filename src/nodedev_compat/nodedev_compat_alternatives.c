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


/* What can still be written out */
typedef struct _virNodeDeviceCompatExpansionLimits virNodeDeviceCompatExpansionLimits;
struct _virNodeDeviceCompatExpansionLimits {
    size_t choices;
    size_t *size;
    virNodeDeviceCompatBudget *budget;
};


/* Returns 0 if @size bytes more can be written out, and @work be done for them, -1 if
 * not; then there is too much to do. */
static int
virNodeDeviceCompatExpansionTake(virNodeDeviceCompatExpansionLimits *limits,
                                 size_t size,
                                 size_t work)
{
    if (size > *limits->size)
        virNodeDeviceCompatBudgetExhaust(limits->budget);
    else
        *limits->size -= size;

    return virNodeDeviceCompatBudgetSpend(limits->budget, work) ? 0 : -1;
}


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


/* What an alternative that is written out takes and costs, without what its lists with
 * variables become */
static int
virNodeDeviceCompatExpansionSpend(virNodeDeviceCompatExpansionLimits *limits,
                                  const virNodeDeviceCompatAttrs *set)
{
    size_t size = set->nattrs * sizeof(*set->attrs[0]);
    size_t i;

    for (i = 0; i < set->nattrs; i++)
        size += strlen(set->attrs[i]->name) + strlen(NULLSTR_EMPTY(set->attrs[i]->value));

    return virNodeDeviceCompatExpansionTake(limits, size,
                                            set->nattrs + virNodeDeviceCompatWorkOfBytes(size));
}


/* Fills the variables of @filled, which is a copy of the alternative. Returns 1 on
 * success, 0 if there is nothing that an attribute could be, -1 if that is too much. */
static int
virNodeDeviceCompatExpansionFillAll(const virNodeDeviceCompatExpansion *expansion,
                                    const virNodeDeviceCompat *compat,
                                    virNodeDeviceCompatAttrs *filled,
                                    virNodeDeviceCompatExpansionLimits *limits)
{
    size_t i;

    for (i = 0; i < filled->nattrs; i++) {
        if (!expansion->templates[i])
            continue;

        if (!virNodeDeviceCompatExpansionFill(expansion, compat, i, filled->attrs[i]))
            return 0;

        if (virNodeDeviceCompatExpansionTake(limits, strlen(filled->attrs[i]->value),
                                             virNodeDeviceCompatWorkOfText(filled->attrs[i]->value)) < 0)
            return -1;
    }

    return 1;
}


/* Adds the alternative to what @compat accepts, with the values that are chosen for
 * its variables. Returns 0 on success, -1 if that is too much. */
static int
virNodeDeviceCompatExpansionAddChoice(const virNodeDeviceCompatExpansion *expansion,
                                      virNodeDeviceCompat *compat,
                                      virNodeDeviceCompatExpansionLimits *limits)
{
    g_autofree virNodeDeviceCompatAttrs *filled = NULL;
    int rc;

    if (virNodeDeviceCompatExpansionSpend(limits, expansion->set) < 0)
        return -1;

    filled = g_new0(virNodeDeviceCompatAttrs, 1);
    virNodeDeviceCompatAttrsCopy(filled, expansion->set);

    rc = virNodeDeviceCompatExpansionFillAll(expansion, compat, filled, limits);
    if (rc > 0)
        VIR_APPEND_ELEMENT(compat->accepts, compat->naccepts, filled);
    else
        virNodeDeviceCompatAttrsClear(filled);

    return rc < 0 ? -1 : 0;
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


/* Adds one alternative for each choice of values for the variables of @set, if these
 * are no more than are left. Otherwise nothing is known of the attributes with
 * variables. Returns -1 if writing them out is too much. */
static int
virNodeDeviceCompatExpandAttrs(virNodeDeviceCompat *compat,
                               const virNodeDeviceCompatAttrs *set,
                               virNodeDeviceCompatExpansionLimits *limits)
{
    g_autoptr(virNodeDeviceCompatExpansion) expansion = virNodeDeviceCompatExpansionNew(set);
    size_t nchoices = 0;

    if (expansion)
        nchoices = virNodeDeviceCompatVariablesCount(expansion->variables, limits->choices);

    if (!expansion || nchoices > limits->choices) {
        virNodeDeviceCompatAddUnexpanded(compat, set);
        return 0;
    }

    do {
        if (virNodeDeviceCompatExpansionAddChoice(expansion, compat, limits) < 0)
            return -1;
    } while (virNodeDeviceCompatVariablesNext(expansion->variables));

    limits->choices -= nchoices;
    return 0;
}


static bool
virNodeDeviceCompatHasVariables(const virNodeDeviceCompat *compat)
{
    size_t i;

    for (i = 0; i < compat->naccepts; i++) {
        if (compat->accepts[i]->variables)
            return true;
    }

    return false;
}


/**
 * virNodeDeviceCompatExpand:
 * @compat: descriptor
 * @size: how many bytes the attributes that are written out can take; lowered by
 *        what they do
 * @budget: what can be done for it
 *
 * Writes out the variables in what a device accepts: an alternative becomes one
 * for each choice of their values. Choices that give no value (a division with
 * a remainder) are left out; where a variable is not declared, declared in two
 * ways, or there are more than VIR_NODE_DEVICE_COMPAT_EXPANDED_MAX choices in
 * all, the attributes that use variables are malformed.
 *
 * If they would be larger than @size or cost more than @budget has, @budget is spent,
 * and the result is not to be used.
 *
 * Returns a new descriptor without variables, or NULL if @compat has none.
 */
virNodeDeviceCompat *
virNodeDeviceCompatExpand(const virNodeDeviceCompat *compat,
                          size_t *size,
                          virNodeDeviceCompatBudget *budget)
{
    virNodeDeviceCompatExpansionLimits limits = {
        .choices = VIR_NODE_DEVICE_COMPAT_EXPANDED_MAX,
        .size = size,
        .budget = budget,
    };
    g_autoptr(virNodeDeviceCompat) expanded = NULL;
    size_t i;

    if (!virNodeDeviceCompatHasVariables(compat))
        return NULL;

    expanded = virNodeDeviceCompatCopySelf(compat);

    for (i = 0; i < compat->naccepts; i++) {
        const virNodeDeviceCompatAttrs *set = compat->accepts[i];

        /* to take them apart, or to copy them */
        if (!virNodeDeviceCompatBudgetSpend(budget, virNodeDeviceCompatAttrsGetWork(set)))
            break;

        if (!set->variables)
            virNodeDeviceCompatAddUnexpanded(expanded, set);
        else if (virNodeDeviceCompatExpandAttrs(expanded, set, &limits) < 0)
            break;
    }

    return g_steal_pointer(&expanded);
}


/**
 * virNodeDeviceCompatAttrsGetWork:
 * @set: attributes
 *
 * Returns what it costs to look at each item of each of them, in units.
 */
size_t
virNodeDeviceCompatAttrsGetWork(const virNodeDeviceCompatAttrs *set)
{
    size_t work = 0;
    size_t i;

    for (i = 0; i < set->nattrs; i++)
        work += 1 + virNodeDeviceCompatWorkOfText(set->attrs[i]->value);

    return work;
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


/* What virNodeDeviceCompatIsForOtherTypes() costs */
static size_t
virNodeDeviceCompatAttrsGetTypeWork(const virNodeDeviceCompatAttrs *accepts)
{
    const virNodeDeviceCompatAttr *types = virNodeDeviceCompatAttrsFind(accepts,
                                                                        VIR_NODE_DEVICE_COMPAT_TYPE);

    return types ? virNodeDeviceCompatWorkOfText(types->value) : 0;
}


/**
 * virNodeDeviceCompatExplicitVersions:
 * @target: device that accepts
 * @budget: what can be done for it
 * @ret_bad: set to an attribute among those looked at that is not usable
 *
 * The versions that the target accepts explicitly of a source of its own type:
 * those of the alternatives that name no type, or its own. Not all of them, if @budget
 * is spent.
 *
 * Returns a list of ranges, or NULL if there are none.
 */
char *
virNodeDeviceCompatExplicitVersions(const virNodeDeviceCompat *target,
                                    virNodeDeviceCompatBudget *budget,
                                    const virNodeDeviceCompatAttr **ret_bad)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < target->naccepts; i++) {
        const virNodeDeviceCompatAttr *version =
            virNodeDeviceCompatAttrsFind(target->accepts[i],
                                         VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION);

        if (!version)
            continue;

        if (!virNodeDeviceCompatBudgetSpend(budget,
                                            virNodeDeviceCompatAttrsGetTypeWork(target->accepts[i]) +
                                            virNodeDeviceCompatWorkOfText(version->value)))
            break;

        if (virNodeDeviceCompatIsForOtherTypes(target, target->accepts[i]))
            continue;

        if (version->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK)
            virBufferAsprintf(&buf, "%s,", version->value);
        else
            *ret_bad = version;
    }

    virBufferTrim(&buf, ",");
    return virBufferContentAndReset(&buf);
}
