/*
 * nodedev_compat_evidence_facts.c: what the administrator says of a device
 *
 * Facts fill the gaps of what the kernel shows. They yield to what a driver
 * publishes, for it knows what is so now and a file what was so when it was
 * written; they outweigh what merely follows from the host's drivers.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat_tree.h"


/* The groups of facts about the device, or NULL if it is read without */
static GPtrArray *
virNodeDeviceCompatFindFacts(const virNodeDeviceCompat *compat,
                             const virNodeDeviceCompatPaths *paths)
{
    g_autofree char *device = NULL;
    g_autofree char *parent = NULL;

    if (!paths->facts)
        return NULL;

    if (paths->device)
        device = g_path_get_basename(paths->device);

    /* a virtual function has no parent to be found in but the physical one */
    if (paths->parent)
        parent = g_path_get_basename(paths->parent);
    else
        parent = virNodeDeviceCompatTreeReadLink(paths->device, "physfn");

    return virNodeDeviceCompatFactsFind(paths->facts, compat, device, parent);
}


/* Logs, once, that a fact of @group about the attribute @name is not used. */
static void
virNodeDeviceCompatWarnFact(const virNodeDeviceCompatPaths *paths,
                            const virNodeDeviceCompatFactGroup *group,
                            const char *name,
                            const char *cause)
{
    g_autofree char *fact = g_strdup_printf("%s of %s in %s", name,
                                            paths->device ? paths->device : paths->type,
                                            group->origin);

    virNodeDeviceCompatWarnOnce(fact, "%s", cause);
}


static int
virNodeDeviceCompatWarnOverflow(const virNodeDeviceCompatPaths *paths)
{
    g_autofree char *facts = g_strdup_printf("facts about %s", paths->device ?
                                             paths->device : paths->type);

    virNodeDeviceCompatWarnOnce(facts, "there is more than a descriptor can hold");
    return -1;
}


/* Returns true if what the device itself says leaves nothing to say about the
 * attribute that @fact is of. That it cannot be used is no reason to believe
 * others: something is wrong with the device, or with what is thought of it. */
static bool
virNodeDeviceCompatIsPublished(const virNodeDeviceCompat *compat,
                               const virNodeDeviceCompatPaths *paths,
                               const virNodeDeviceCompatFactGroup *group,
                               const virNodeDeviceCompatAttr *fact)
{
    const virNodeDeviceCompatAttr *own = virNodeDeviceCompatAttrsFind(&compat->self,
                                                                      fact->name);

    if (!own || own->derived)
        return false;

    /* nothing is wrong with a type that leaves it to its devices */
    if (own->state == VIR_NODE_DEVICE_COMPAT_ATTR_UNSET)
        return true;

    if (own->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK ||
        STRNEQ_NULLABLE(own->value, fact->value))
        virNodeDeviceCompatWarnFact(paths, group, fact->name,
                                    "the device itself says something else");
    return true;
}


/* Returns true if a group of a closer rank than @group speaks of @name. */
static bool
virNodeDeviceCompatIsOutranked(GPtrArray *groups,
                               const virNodeDeviceCompatFactGroup *group,
                               const char *name)
{
    size_t i;

    for (i = 0; i < groups->len; i++) {
        const virNodeDeviceCompatFactGroup *other = g_ptr_array_index(groups, i);

        if (other->rank >= group->rank)
            break;
        if (virNodeDeviceCompatAttrsFind(&other->says->self, name))
            return true;
    }

    return false;
}


/* Adds to @stated what @group says of the device and the device itself does
 * not. Two groups of one rank agree, or nothing is known. */
static int
virNodeDeviceCompatStateGroup(virNodeDeviceCompat *stated,
                              const virNodeDeviceCompat *compat,
                              const virNodeDeviceCompatPaths *paths,
                              GPtrArray *groups,
                              const virNodeDeviceCompatFactGroup *group)
{
    const virNodeDeviceCompatAttrs *says = &group->says->self;
    size_t i;

    for (i = 0; i < says->nattrs; i++) {
        const virNodeDeviceCompatAttr *fact = says->attrs[i];
        virNodeDeviceCompatAttr *attr;

        if (virNodeDeviceCompatIsPublished(compat, paths, group, fact) ||
            virNodeDeviceCompatIsOutranked(groups, group, fact->name))
            continue;

        if (!(attr = virNodeDeviceCompatAdd(stated, NULL, fact->name, fact->value)))
            return -1;

        if (attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK)
            virNodeDeviceCompatWarnFact(paths, group, fact->name,
                                        "another fact says something else");
    }

    return 0;
}


/**
 * virNodeDeviceCompatFactsRead:
 * @compat: descriptor, with all that is known of the device without facts
 * @paths: where it is read from
 *
 * Adds what the facts about the device state that it is.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatFactsRead(virNodeDeviceCompat *compat,
                             virNodeDeviceCompatPaths *paths)
{
    g_autoptr(virNodeDeviceCompat) stated = virNodeDeviceCompatNew();
    GPtrArray *groups = virNodeDeviceCompatFindFacts(compat, paths);
    size_t i;

    paths->factGroups = groups;

    for (i = 0; groups && i < groups->len; i++) {
        if (virNodeDeviceCompatStateGroup(stated, compat, paths, groups,
                                          g_ptr_array_index(groups, i)) < 0)
            return virNodeDeviceCompatWarnOverflow(paths);
    }

    for (i = 0; i < stated->self.nattrs; i++) {
        const virNodeDeviceCompatAttr *fact = stated->self.attrs[i];
        virNodeDeviceCompatAttr *attr;

        /* there is none but a derived one */
        virNodeDeviceCompatDrop(compat, fact->name);
        if (!(attr = virNodeDeviceCompatAdd(compat, NULL, fact->name, fact->value)))
            return virNodeDeviceCompatWarnOverflow(paths);
        attr->state = fact->state;
    }

    return 0;
}


static int
virNodeDeviceCompatAcceptGroup(virNodeDeviceCompat *compat,
                               const virNodeDeviceCompat *says)
{
    size_t i;
    size_t j;

    for (i = 0; i < says->naccepts; i++) {
        const virNodeDeviceCompatAttrs *fact = says->accepts[i];
        virNodeDeviceCompatAttrs *alternative = virNodeDeviceCompatAddAlternative(compat);

        if (!alternative)
            return -1;

        for (j = 0; j < fact->nattrs; j++) {
            if (!virNodeDeviceCompatAdd(compat, alternative, fact->attrs[j]->name,
                                        fact->attrs[j]->value))
                return -1;
        }
    }

    return 0;
}


/**
 * virNodeDeviceCompatFactsReadAccepts:
 * @compat: descriptor, with all that the device accepts by itself
 * @paths: where it is read from
 *
 * Adds what the facts about the device state that it accepts, unless the device
 * publishes that itself. Those of the closest rank that state anything count.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatFactsReadAccepts(virNodeDeviceCompat *compat,
                                    virNodeDeviceCompatPaths *paths)
{
    GPtrArray *groups = paths->factGroups;
    const virNodeDeviceCompatFactGroup *first = NULL;
    bool published = compat->naccepts > 0;
    size_t i;

    for (i = 0; groups && i < groups->len; i++) {
        const virNodeDeviceCompatFactGroup *group = g_ptr_array_index(groups, i);

        if (group->says->naccepts == 0)
            continue;

        if (published) {
            virNodeDeviceCompatWarnFact(paths, group, "<accepts>",
                                        "the device itself says what it accepts");
            continue;
        }

        if (!first)
            first = group;
        if (group->rank == first->rank &&
            virNodeDeviceCompatAcceptGroup(compat, group->says) < 0)
            return virNodeDeviceCompatWarnOverflow(paths);
    }

    return 0;
}
