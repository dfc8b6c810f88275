/*
 * nodedev_compat_evidence_facts.c: the facts that the administrator states
 *
 * Facts fill the gaps of what can be read. What a driver publishes, and what the kernel
 * shows, takes precedence over them, since it is up to date and a file is as old as its
 * last edit. A fact that differs from what either has stays visible beside it.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat/nodedev_compat_vgpu.h"
#include "nodedev_compat_attr.h"
#include "nodedev_compat_budget.h"
#include "nodedev_compat_tree.h"
#include "nodedev_compat_value.h"


/* Finds the name of the device's parent, which for a virtual function is its physical
 * function, and the name of the parent's physical function if it has one; leaves alone what
 * there is not. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatPathsGetParents(const virNodeDeviceCompatPaths *paths,
                                   char **ret_parent,
                                   char **ret_physical)
{
    if (!paths->parent)
        return virNodeDeviceCompatTreeReadLink(paths->device, "physfn", ret_parent);

    *ret_parent = g_path_get_basename(paths->parent);
    return virNodeDeviceCompatTreeReadLink(paths->parent, "physfn", ret_physical);
}


/* Finds the groups of facts about the device, and sets *ret_state to why there can be
 * more, or to VIR_NODE_DEVICE_COMPAT_ATTR_OK. Returns -1 if there is too much to look at. */
static int
virNodeDeviceCompatPathsFindFacts(virNodeDeviceCompatPaths *paths,
                                  const virNodeDeviceCompat *compat,
                                  virNodeDeviceCompatBudget *budget,
                                  virNodeDeviceCompatAttrState *ret_state)
{
    g_autofree char *device = NULL;
    g_autofree char *parent = NULL;
    g_autofree char *physical = NULL;
    virNodeDeviceCompatFactNames names = { 0 };

    *ret_state = paths->facts->unusable;
    if (*ret_state == VIR_NODE_DEVICE_COMPAT_ATTR_OK && paths->facts->outdated)
        *ret_state = VIR_NODE_DEVICE_COMPAT_ATTR_OUTDATED;

    if (paths->facts->ngroups > 0) {
        virNodeDeviceCompatReadResult result = virNodeDeviceCompatPathsGetParents(paths, &parent,
                                                                                  &physical);

        if (result > VIR_NODE_DEVICE_COMPAT_READ_OK)
            *ret_state = virNodeDeviceCompatReadResultGetState(result);
    }

    if (paths->device)
        names.device = device = g_path_get_basename(paths->device);
    names.parent = parent;
    names.physical = physical;

    paths->factGroups = virNodeDeviceCompatFactsFind(paths->facts, compat, &names, budget);
    return paths->factGroups ? 0 : -1;
}


/* Logs once that the fact @name at @origin is not used. */
static void
virNodeDeviceCompatFactWarn(const char *origin,
                            const virNodeDeviceCompatPaths *paths,
                            const char *name,
                            const char *cause)
{
    g_autofree char *fact = g_strdup_printf("%s of %s in %s", name,
                                            paths->device ? paths->device : paths->type,
                                            origin);

    virNodeDeviceCompatEvidenceWarnOnce(fact, "%s", cause);
}


static int
virNodeDeviceCompatFactsWarn(const virNodeDeviceCompatPaths *paths,
                             const char *cause)
{
    g_autofree char *facts = g_strdup_printf("facts about %s", paths->device ?
                                             paths->device : paths->type);

    virNodeDeviceCompatEvidenceWarnOnce(facts, "%s", cause);
    return -1;
}


static int
virNodeDeviceCompatFactsWarnTooMuch(const virNodeDeviceCompatPaths *paths)
{
    return virNodeDeviceCompatFactsWarn(paths, "there is too much to look at");
}


static int
virNodeDeviceCompatFactsWarnOverflow(const virNodeDeviceCompatPaths *paths)
{
    return virNodeDeviceCompatFactsWarn(paths, "there is more than a descriptor can hold");
}


/* Whether @fact states the same as @value, which the device or the kernel shows or another fact
 * states: a set is shown in one order, and can be typed in any; a number can be in hex. Means
 * nothing if the budget is spent: there can be many facts for one long value. */
static bool
virNodeDeviceCompatFactIsSame(const char *fact,
                              const char *value,
                              virNodeDeviceCompatBudget *budget)
{
    static const virNodeDeviceCompatValueType types[] = {
        VIR_NODE_DEVICE_COMPAT_VALUE_SET, VIR_NODE_DEVICE_COMPAT_VALUE_INTEGER,
    };
    size_t i;

    if (STREQ(fact, value))
        return true;

    if (!virNodeDeviceCompatBudgetSpend(budget, virNodeDeviceCompatWorkOfText(fact) +
                                        virNodeDeviceCompatWorkOfText(value)))
        return false;

    for (i = 0; i < G_N_ELEMENTS(types); i++) {
        g_autofree char *stated = virNodeDeviceCompatValueNormalize(types[i], fact);
        g_autofree char *shown = virNodeDeviceCompatValueNormalize(types[i], value);

        if (stated && STREQ_NULLABLE(stated, shown))
            return true;
    }

    return false;
}


/* Whether @fact states the same as @own, which the device itself has: the type that a virtual
 * function is set to is shown by its name, and can be typed by its number there. */
static bool
virNodeDeviceCompatFactIsOwn(const virNodeDeviceCompatAttr *fact,
                             const virNodeDeviceCompatAttr *own,
                             const virNodeDeviceCompat *compat,
                             virNodeDeviceCompatBudget *budget)
{
    const virNodeDeviceCompatAttr *number = NULL;

    if (!fact->value || !own->value)
        return false;

    if (STREQ(own->name, VIR_NODE_DEVICE_COMPAT_VGPU_TYPE))
        number = virNodeDeviceCompatAttrsFind(&compat->self, VIR_NODE_DEVICE_COMPAT_VGPU_TYPE_ID);

    return (number && STREQ_NULLABLE(number->value, fact->value)) ||
           virNodeDeviceCompatFactIsSame(fact->value, own->value, budget);
}


/* Returns true if the device itself publishes the attribute of @fact. An attribute that
 * cannot be used counts, too: a fact must not hide that something is wrong. */
static bool
virNodeDeviceCompatFactIsPublished(const virNodeDeviceCompatAttr *fact,
                                   const virNodeDeviceCompat *compat,
                                   const virNodeDeviceCompatPaths *paths,
                                   const virNodeDeviceCompatFactGroup *group,
                                   virNodeDeviceCompatBudget *budget)
{
    const virNodeDeviceCompatAttr *own = virNodeDeviceCompatAttrsFind(&compat->self,
                                                                      fact->name);

    if (!own || own->derived)
        return false;

    /* a type can leave it to its devices */
    if (own->state == VIR_NODE_DEVICE_COMPAT_ATTR_UNSET)
        return true;

    if (own->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK ||
        !virNodeDeviceCompatFactIsOwn(fact, own, compat, budget))
        virNodeDeviceCompatFactWarn(group->origin, paths, fact->name,
                                    "the device itself says something else");
    return true;
}


/* Keeps what @fact states otherwise than the device itself, beside that. */
static void
virNodeDeviceCompatFactKeep(const virNodeDeviceCompatAttr *fact,
                            virNodeDeviceCompat *compat,
                            virNodeDeviceCompatBudget *budget)
{
    size_t i;

    for (i = 0; i < compat->self.nattrs; i++) {
        virNodeDeviceCompatAttr *own = compat->self.attrs[i];

        if (STRNEQ(own->name, fact->name))
            continue;

        if (own->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK && !own->fact && fact->value &&
            !virNodeDeviceCompatFactIsOwn(fact, own, compat, budget))
            own->fact = g_strdup(fact->value);
        return;
    }
}


/* Adds the names that @group has facts of to @names, which does not own them. */
static void
virNodeDeviceCompatFactGroupAddNames(const virNodeDeviceCompatFactGroup *group,
                                     GHashTable *names)
{
    size_t i;

    for (i = 0; i < group->compat->self.nattrs; i++)
        g_hash_table_add(names, group->compat->self.attrs[i]->name);
}


/* Adds to @stated the facts of @group that the device itself does not publish, and that
 * no more specific group has: these are in @outranked. Two groups of one rank that
 * differ make an attribute conflicting. */
static int
virNodeDeviceCompatFactGroupAddSelf(const virNodeDeviceCompatFactGroup *group,
                                    virNodeDeviceCompat *stated,
                                    virNodeDeviceCompat *compat,
                                    const virNodeDeviceCompatPaths *paths,
                                    GHashTable *outranked,
                                    virNodeDeviceCompatBudget *budget)
{
    const virNodeDeviceCompatAttrs *facts = &group->compat->self;
    size_t i;

    for (i = 0; i < facts->nattrs; i++) {
        const virNodeDeviceCompatAttr *fact = facts->attrs[i];
        const virNodeDeviceCompatAttr *other = virNodeDeviceCompatAttrsFind(&stated->self,
                                                                            fact->name);
        virNodeDeviceCompatAttr *attr;

        if (virNodeDeviceCompatFactIsPublished(fact, compat, paths, group, budget)) {
            if (!g_hash_table_contains(outranked, fact->name))
                virNodeDeviceCompatFactKeep(fact, compat, budget);
            continue;
        }

        if (g_hash_table_contains(outranked, fact->name) ||
            (other && other->value && fact->value &&
             virNodeDeviceCompatFactIsSame(fact->value, other->value, budget)))
            continue;

        if (!(attr = virNodeDeviceCompatAdd(stated, NULL, fact->name, fact->value)))
            return -1;

        if (!attr->origin)
            attr->origin = g_strdup(group->origin);

        if (attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK)
            virNodeDeviceCompatFactWarn(group->origin, paths, fact->name,
                                        "another fact says something else");
    }

    return 0;
}


/* Returns true if @own, which the kernel shows, cannot be used for a reason that can pass:
 * the fact could be from before what the kernel would show. What is not for everybody to
 * see, or has no one meaning, is what facts are for. */
static bool
virNodeDeviceCompatFactIsDoubtful(const virNodeDeviceCompatAttr *own)
{
    return own->state == VIR_NODE_DEVICE_COMPAT_ATTR_UNREADABLE ||
           own->state == VIR_NODE_DEVICE_COMPAT_ATTR_TIMEOUT;
}


/* Adds @fact, which the device does not publish. What the kernel shows takes precedence if
 * it differs, since a file is as old as its last edit; that there is a fact says that the
 * attribute matters nevertheless, so that it is compared as if it were published. */
static int
virNodeDeviceCompatFactAdd(const virNodeDeviceCompatAttr *fact,
                           virNodeDeviceCompat *compat,
                           const virNodeDeviceCompatPaths *paths,
                           virNodeDeviceCompatBudget *budget)
{
    const virNodeDeviceCompatAttr *own = virNodeDeviceCompatAttrsFind(&compat->self,
                                                                      fact->name);
    g_autofree char *shown = NULL;
    g_autofree char *origin = NULL;
    virNodeDeviceCompatAttr *attr;
    bool differs = false;

    if (own && virNodeDeviceCompatFactIsDoubtful(own)) {
        virNodeDeviceCompatFactWarn(fact->origin, paths, fact->name,
                                    "what the kernel shows could not be read");
        return 0;
    }

    if (own && own->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK && fact->value &&
        STRNEQ(own->value, fact->value)) {
        differs = !virNodeDeviceCompatFactIsSame(fact->value, own->value, budget);
        if (differs)
            virNodeDeviceCompatFactWarn(fact->origin, paths, fact->name,
                                        "the kernel shows something else");
        shown = g_strdup(own->value);
        origin = g_strdup(own->origin);
    }

    virNodeDeviceCompatDrop(compat, fact->name);
    if (!(attr = virNodeDeviceCompatAdd(compat, NULL, fact->name, shown ? shown : fact->value)))
        return -1;

    if (shown) {
        attr->origin = g_steal_pointer(&origin);
        attr->fact = differs ? g_strdup(fact->value) : NULL;
    } else {
        attr->origin = g_strdup(fact->origin);
        attr->state = fact->state;
    }

    return 0;
}


/* Marks that there can be facts about the device which are not known, or not any more. */
static int
virNodeDeviceCompatFactsMark(virNodeDeviceCompat *compat,
                             virNodeDeviceCompatAttrState state)
{
    virNodeDeviceCompatAttr *attr;

    if (state == VIR_NODE_DEVICE_COMPAT_ATTR_OK)
        return 0;

    virNodeDeviceCompatDrop(compat, VIR_NODE_DEVICE_COMPAT_MARK_FACTS);
    if (!(attr = virNodeDeviceCompatAdd(compat, NULL, VIR_NODE_DEVICE_COMPAT_MARK_FACTS, NULL)))
        return -1;

    attr->state = state;
    return 0;
}


/* Adds the facts about the device. Returns 0 on success, -1 if the descriptor cannot hold them,
 * or if there is too much to look at. */
static int
virNodeDeviceCompatFactsAddSelf(virNodeDeviceCompat *compat,
                                virNodeDeviceCompatPaths *paths,
                                virNodeDeviceCompatBudget *budget)
{
    g_autoptr(virNodeDeviceCompat) stated = virNodeDeviceCompatNew();
    g_autoptr(GHashTable) outranked = g_hash_table_new(g_str_hash, g_str_equal);
    virNodeDeviceCompatAttrState state;
    GPtrArray *matches;
    size_t first = 0;
    size_t i;

    if (virNodeDeviceCompatPathsFindFacts(paths, compat, budget, &state) < 0)
        return virNodeDeviceCompatFactsWarnTooMuch(paths);

    matches = paths->factGroups;
    for (i = 0; i < matches->len; i++) {
        const virNodeDeviceCompatFactMatch *match = g_ptr_array_index(matches, i);
        const virNodeDeviceCompatFactMatch *closer;

        /* the most specific ones come first */
        for (; (closer = g_ptr_array_index(matches, first))->rank < match->rank; first++)
            virNodeDeviceCompatFactGroupAddNames(closer->group, outranked);

        if (virNodeDeviceCompatFactGroupAddSelf(match->group, stated, compat, paths,
                                                outranked, budget) < 0)
            return virNodeDeviceCompatFactsWarnOverflow(paths);
        if (virNodeDeviceCompatBudgetIsSpent(budget))
            return virNodeDeviceCompatFactsWarnTooMuch(paths);
    }

    for (i = 0; i < stated->self.nattrs; i++) {
        if (virNodeDeviceCompatFactAdd(stated->self.attrs[i], compat, paths, budget) < 0)
            return virNodeDeviceCompatFactsWarnOverflow(paths);
    }

    if (virNodeDeviceCompatBudgetIsSpent(budget))
        return virNodeDeviceCompatFactsWarnTooMuch(paths);

    if (virNodeDeviceCompatFactsMark(compat, state) < 0)
        return virNodeDeviceCompatFactsWarnOverflow(paths);

    return 0;
}


/**
 * virNodeDeviceCompatFactsRead:
 * @compat: descriptor, with the device's own attributes of all other sources
 * @paths: where it is read from
 *
 * Adds the device's own attributes that the facts about it state. What looking at these costs
 * is a part of what reading the device does.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatFactsRead(virNodeDeviceCompat *compat,
                             virNodeDeviceCompatPaths *paths)
{
    virNodeDeviceCompatBudget budget = { .max = VIR_NODE_DEVICE_COMPAT_WORK_MAX };
    int rc;

    if (!paths->facts)
        return 0;

    if (compat->workMax)
        budget.max = MIN(budget.max, compat->workMax - MIN(compat->work, compat->workMax));

    rc = virNodeDeviceCompatFactsAddSelf(compat, paths, &budget);
    compat->work += budget.used;
    return rc;
}


static int
virNodeDeviceCompatFactGroupAddAccepts(const virNodeDeviceCompatFactGroup *group,
                                       virNodeDeviceCompat *compat)
{
    const virNodeDeviceCompat *facts = group->compat;
    size_t i;
    size_t j;

    for (i = 0; i < facts->naccepts; i++) {
        const virNodeDeviceCompatAttrs *fact = facts->accepts[i];
        virNodeDeviceCompatAttrs *alternative = virNodeDeviceCompatAddAlternative(compat);

        if (!alternative)
            return -1;

        for (j = 0; j < fact->nattrs; j++) {
            virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAdd(compat, alternative,
                                                                   fact->attrs[j]->name,
                                                                   fact->attrs[j]->value);

            if (!attr)
                return -1;
            attr->origin = g_strdup(group->origin);
        }
    }

    return 0;
}


/**
 * virNodeDeviceCompatFactsReadAccepts:
 * @compat: descriptor, with what the device accepts by all other sources
 * @paths: where it is read from
 *
 * Adds what the facts about the device state that it accepts, unless the device
 * publishes that itself. Only the most specific groups that state anything are used.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatFactsReadAccepts(virNodeDeviceCompat *compat,
                                    virNodeDeviceCompatPaths *paths)
{
    GPtrArray *matches = paths->factGroups;
    const virNodeDeviceCompatFactMatch *first = NULL;
    bool published = compat->naccepts > 0;
    size_t i;

    for (i = 0; matches && i < matches->len; i++) {
        const virNodeDeviceCompatFactMatch *match = g_ptr_array_index(matches, i);
        const virNodeDeviceCompatFactGroup *group = match->group;

        if (group->compat->naccepts == 0)
            continue;

        if (published) {
            virNodeDeviceCompatFactWarn(group->origin, paths, "<accepts>",
                                        "the device itself says what it accepts");
            continue;
        }

        if (!first)
            first = match;
        if (match->rank == first->rank &&
            virNodeDeviceCompatFactGroupAddAccepts(group, compat) < 0)
            return virNodeDeviceCompatFactsWarnOverflow(paths);
    }

    return 0;
}
