/*
 * nodedev_compat_weakest.c: the device that is made of the weakest values of several
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_weakest.h"

#include "nodedev_compat_rule_kind.h"

/* The weakest value of an attribute so far, and the device that has it */
typedef struct _virNodeDeviceCompatWeakest virNodeDeviceCompatWeakest;
struct _virNodeDeviceCompatWeakest {
    const virNodeDeviceCompatAttr *attr;    /* NULL: none is usable */
    const virNodeDeviceCompat *device;
    size_t ndevices;                        /* that have the attribute */
};


/* Does the device of @weakest accept a source with @attr? */
static bool
virNodeDeviceCompatWeakestAccepts(const virNodeDeviceCompatWeakest *weakest,
                                  const virNodeDeviceCompatAttr *attr,
                                  const virNodeDeviceCompatRules *rules,
                                  virNodeDeviceCompatBudget *budget)
{
    g_auto(virNodeDeviceCompatRulesSearch) search = { 0 };
    const virNodeDeviceCompatRule *rule;
    g_autofree char *from = NULL;
    g_autofree char *to = NULL;
    virNodeDeviceCompatReasonCode reason;

    virNodeDeviceCompatRulesSearchInit(&search, rules, weakest->device, budget);
    rule = virNodeDeviceCompatRulesSearchFind(&search, attr->name);

    if (!virNodeDeviceCompatBudgetSpend(budget,
                                        virNodeDeviceCompatWorkOfText(attr->value) +
                                        virNodeDeviceCompatWorkOfText(weakest->attr->value)))
        return false;

    from = virNodeDeviceCompatRuleNormalize(rule, false, attr->value);
    to = virNodeDeviceCompatRuleNormalize(rule, virNodeDeviceCompatRuleKindGet(rule->kind)->list,
                                          weakest->attr->value);

    return from && to && virNodeDeviceCompatRuleAccepts(rule, from, to, &reason);
}


/* Any device that accepts a value accepts what is weaker. */
static void
virNodeDeviceCompatWeakestAdd(virNodeDeviceCompatWeakest *weakest,
                              const virNodeDeviceCompat *device,
                              const virNodeDeviceCompatAttr *attr,
                              const virNodeDeviceCompatRules *rules,
                              virNodeDeviceCompatBudget *budget)
{
    weakest->ndevices++;

    if (attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK)
        return;

    if (!weakest->attr ||
        (STRNEQ(attr->value, weakest->attr->value) &&
         virNodeDeviceCompatWeakestAccepts(weakest, attr, rules, budget))) {
        weakest->attr = attr;
        weakest->device = device;
    }
}


/* Finds for each attribute the weakest value that a device has. */
static GHashTable *
virNodeDeviceCompatWeakestFind(const virNodeDeviceCompat *const *devices,
                               size_t ndevices,
                               const virNodeDeviceCompatRules *rules,
                               virNodeDeviceCompatBudget *budget)
{
    GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    size_t i;
    size_t j;

    for (i = 0; i < ndevices; i++) {
        for (j = 0; j < devices[i]->self.nattrs; j++) {
            virNodeDeviceCompatAttr *attr = devices[i]->self.attrs[j];
            virNodeDeviceCompatWeakest *weakest = g_hash_table_lookup(table, attr->name);

            if (!weakest) {
                weakest = g_new0(virNodeDeviceCompatWeakest, 1);
                g_hash_table_insert(table, attr->name, weakest);
            }

            virNodeDeviceCompatWeakestAdd(weakest, devices[i], attr, rules, budget);
        }
    }

    return table;
}


/* Is the verdict on a source without the attribute unknown, as some rule of the device
 * that has the weakest value needs it? */
static bool
virNodeDeviceCompatWeakestIsNeeded(const virNodeDeviceCompatWeakest *weakest,
                                   const virNodeDeviceCompatRules *rules,
                                   virNodeDeviceCompatBudget *budget)
{
    g_auto(virNodeDeviceCompatRulesSearch) search = { 0 };

    if (virNodeDeviceCompatRuleGetDefault(weakest->attr->name)->required)
        return true;

    virNodeDeviceCompatRulesSearchInit(&search, rules, weakest->device, budget);
    return virNodeDeviceCompatRulesSearchFind(&search, weakest->attr->name)->need !=
           VIR_NODE_DEVICE_COMPAT_NEED_NO;
}


/**
 * virNodeDeviceCompatWeakestMake:
 * @devices: descriptors
 * @ndevices: how many
 * @rules: vendor rules, or NULL for the built-in ones only
 * @budget: what can be done; if it is spent, the result means nothing
 *
 * Nothing is weaker than to be without an attribute, as some devices are, but for those
 * that are required or needed.
 *
 * Returns the descriptor of a device that is made of the weakest values.
 */
virNodeDeviceCompat *
virNodeDeviceCompatWeakestMake(const virNodeDeviceCompat *const *devices,
                               size_t ndevices,
                               const virNodeDeviceCompatRules *rules,
                               virNodeDeviceCompatBudget *budget)
{
    g_autoptr(GHashTable) table = virNodeDeviceCompatWeakestFind(devices, ndevices, rules, budget);
    virNodeDeviceCompat *compat = virNodeDeviceCompatNew();
    GHashTableIter iter;
    void *value;

    g_hash_table_iter_init(&iter, table);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const virNodeDeviceCompatWeakest *weakest = value;
        const virNodeDeviceCompatAttr *attr = weakest->attr;
        virNodeDeviceCompatAttr *added;

        if (!attr ||
            (weakest->ndevices < ndevices &&
             !virNodeDeviceCompatWeakestIsNeeded(weakest, rules, budget)))
            continue;

        if ((added = virNodeDeviceCompatAdd(compat, NULL, attr->name, attr->value))) {
            added->dynamic = attr->dynamic;
            added->order = attr->order;
            added->derived = attr->derived;
        }
    }

    return compat;
}
