/*
 * nodedev_compat_rules.c: which rule decides about which attribute
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_rules.h"

#include "nodedev_compat_value.h"
#include "virbuffer.h"

/* A reason does not name more files than this. */
#define FAULT_PATHS_MAX 8

G_DEFINE_TYPE(virNodeDeviceCompatRules, vir_node_device_compat_rules, G_TYPE_OBJECT);


static void
virNodeDeviceCompatRuleGroupClear(void *opaque)
{
    virNodeDeviceCompatRuleGroup *group = opaque;
    size_t i;

    for (i = 0; i < group->nrules; i++) {
        g_free((char *)group->rules[i].attr);
        g_free((char *)group->rules[i].minimum);
        g_strfreev(group->rules[i].unless);
    }
    g_free(group->rules);
    g_clear_pointer(&group->needs, g_ptr_array_unref);
    virNodeDeviceCompatCriteriaClear(&group->match);
}


/* Sets share groups: this gives up one reference. */
void
virNodeDeviceCompatRuleGroupUnref(virNodeDeviceCompatRuleGroup *group)
{
    if (group)
        g_atomic_rc_box_release_full(group, virNodeDeviceCompatRuleGroupClear);
}


static void
vir_node_device_compat_rules_init(virNodeDeviceCompatRules *rules)
{
    rules->byAttr = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
                                          (GDestroyNotify) g_array_unref);
    rules->needing = g_array_new(false, false, sizeof(size_t));
}


static void
vir_node_device_compat_rules_finalize(GObject *object)
{
    virNodeDeviceCompatRules *rules = VIR_NODE_DEVICE_COMPAT_RULES(object);
    size_t i;

    g_hash_table_unref(rules->byAttr);
    g_array_unref(rules->needing);
    for (i = 0; i < rules->ngroups && !rules->owner; i++)
        virNodeDeviceCompatRuleGroupUnref(rules->groups[i]);
    if (!rules->owner)
        g_free(rules->groups);
    g_clear_object(&rules->owner);
    for (i = 0; i < G_N_ELEMENTS(rules->faults); i++)
        g_clear_pointer(&rules->faults[i], g_ptr_array_unref);

    G_OBJECT_CLASS(vir_node_device_compat_rules_parent_class)->finalize(object);
}


static void
vir_node_device_compat_rules_class_init(virNodeDeviceCompatRulesClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = vir_node_device_compat_rules_finalize;
}


virNodeDeviceCompatRules *
virNodeDeviceCompatRulesNew(void)
{
    return g_object_new(VIR_TYPE_NODE_DEVICE_COMPAT_RULES, NULL);
}


/**
 * virNodeDeviceCompatRulesShare:
 * @rules: an empty set, to which nothing but faults is added
 * @other: a set that is made
 *
 * Has @rules be the same as @other, faults included, without a copy of the rules.
 */
void
virNodeDeviceCompatRulesShare(virNodeDeviceCompatRules *rules,
                              virNodeDeviceCompatRules *other)
{
    size_t i;
    size_t j;

    rules->owner = g_object_ref(other);
    rules->ngroups = other->ngroups;
    rules->groups = other->groups;
    g_hash_table_unref(rules->byAttr);
    rules->byAttr = g_hash_table_ref(other->byAttr);
    g_array_unref(rules->needing);
    rules->needing = g_array_ref(other->needing);

    for (i = 0; i < G_N_ELEMENTS(other->faults); i++) {
        for (j = 0; other->faults[i] && j < other->faults[i]->len; j++)
            virNodeDeviceCompatRulesAddFault(rules, i, g_ptr_array_index(other->faults[i], j));
    }
}


/**
 * virNodeDeviceCompatRulesAddGroups:
 * @rules: set of rules to add to
 * @ngroups: number of groups
 * @groups: groups, of which @rules takes a reference
 *
 * Adds the groups behind those that are there.
 */
void
virNodeDeviceCompatRulesAddGroups(virNodeDeviceCompatRules *rules,
                                  size_t ngroups,
                                  virNodeDeviceCompatRuleGroup *const *groups)
{
    size_t i;

    rules->groups = g_renew(virNodeDeviceCompatRuleGroup *, rules->groups,
                            rules->ngroups + ngroups);

    for (i = 0; i < ngroups; i++) {
        virNodeDeviceCompatRuleGroup *group = g_atomic_rc_box_acquire(groups[i]);
        virNodeDeviceCompatRulePlace place = { .group = rules->ngroups };

        for (place.rule = 0; place.rule < group->nrules; place.rule++) {
            const char *attr = group->rules[place.rule].attr;
            GArray *places = g_hash_table_lookup(rules->byAttr, attr);

            if (!places) {
                places = g_array_new(false, false, sizeof(place));
                g_hash_table_insert(rules->byAttr, (void *) attr, places);
            }
            g_array_append_val(places, place);
        }

        if (group->needs)
            g_array_append_val(rules->needing, rules->ngroups);
        rules->groups[rules->ngroups++] = group;
    }
}


/**
 * virNodeDeviceCompatRulesSearchInit:
 * @search: filled; to clear with virNodeDeviceCompatRulesSearchClear()
 * @rules: vendor rules, or NULL for the built-in ones only
 * @device: the target
 * @budget: what can be done
 *
 * Prepares to find the rules for many attributes of one device.
 */
void
virNodeDeviceCompatRulesSearchInit(virNodeDeviceCompatRulesSearch *search,
                                   const virNodeDeviceCompatRules *rules,
                                   const virNodeDeviceCompat *device,
                                   virNodeDeviceCompatBudget *budget)
{
    size_t ngroups = rules ? rules->ngroups : 0;

    *search = (virNodeDeviceCompatRulesSearch) {
        .rules = rules,
        .device = device,
        .budget = budget,
    };

    if (virNodeDeviceCompatBudgetSpend(budget, virNodeDeviceCompatWorkOfBytes(ngroups)))
        search->fits = g_new0(unsigned char, ngroups);
}


void
virNodeDeviceCompatRulesSearchClear(virNodeDeviceCompatRulesSearch *search)
{
    g_clear_pointer(&search->fits, g_free);
}


/* Does group @at of the rules fit the device? */
static bool
virNodeDeviceCompatRulesSearchFits(virNodeDeviceCompatRulesSearch *search,
                                   size_t at)
{
    if (search->fits[at] == VIR_TRISTATE_BOOL_ABSENT) {
        bool fits = virNodeDeviceCompatCriteriaFit(&search->rules->groups[at]->match,
                                                   search->device, search->budget);

        search->fits[at] = virTristateBoolFromBool(fits);
    }

    return search->fits[at] == VIR_TRISTATE_BOOL_YES;
}


/**
 * virNodeDeviceCompatRulesSearchFitAll:
 * @search: search
 *
 * Finds out for all groups whether they fit the device, unless the budget is spent.
 */
void
virNodeDeviceCompatRulesSearchFitAll(virNodeDeviceCompatRulesSearch *search)
{
    size_t i;

    for (i = 0; search->fits && search->rules && i < search->rules->ngroups; i++)
        virNodeDeviceCompatRulesSearchFits(search, i);
}


/**
 * virNodeDeviceCompatRulesSearchFind:
 * @search: search
 * @attr: canonical name of an attribute
 *
 * Returns the rule that decides about @attr, never NULL. If the budget is spent, it may
 * be another one.
 */
const virNodeDeviceCompatRule *
virNodeDeviceCompatRulesSearchFind(virNodeDeviceCompatRulesSearch *search,
                                   const char *attr)
{
    const GArray *places = NULL;
    size_t i;

    if (search->rules && search->fits)
        places = g_hash_table_lookup(search->rules->byAttr, attr);

    for (i = 0; places && i < places->len; i++) {
        const virNodeDeviceCompatRulePlace *place =
            &g_array_index(places, virNodeDeviceCompatRulePlace, i);

        if (!virNodeDeviceCompatBudgetSpend(search->budget, 1))
            break;
        if (virNodeDeviceCompatRulesSearchFits(search, place->group))
            return &search->rules->groups[place->group]->rules[place->rule];
    }

    return virNodeDeviceCompatRuleGetDefault(attr);
}


/**
 * virNodeDeviceCompatRulesSearchAddNeeds:
 * @search: search
 * @names: array to add to
 *
 * Adds the names of the attributes that rules for the device need, in no order, and
 * those twice that two groups name. A rule in front of these may not need it. If the
 * budget is spent, these are not all.
 *
 * Returns true if there are any.
 */
bool
virNodeDeviceCompatRulesSearchAddNeeds(virNodeDeviceCompatRulesSearch *search,
                                       GPtrArray *names)
{
    const GArray *needing = search->rules && search->fits ? search->rules->needing : NULL;
    size_t before = names->len;
    size_t i;
    size_t j;

    for (i = 0; needing && i < needing->len; i++) {
        size_t at = g_array_index(needing, size_t, i);
        const virNodeDeviceCompatRuleGroup *group = search->rules->groups[at];

        if (!virNodeDeviceCompatBudgetSpend(search->budget, 1))
            break;
        if (!virNodeDeviceCompatRulesSearchFits(search, at))
            continue;

        if (!virNodeDeviceCompatBudgetSpend(search->budget, group->needs->len))
            break;
        for (j = 0; j < group->needs->len; j++)
            g_ptr_array_add(names, g_ptr_array_index(group->needs, j));
    }

    return names->len > before;
}


/**
 * virNodeDeviceCompatRulesFind:
 * @rules: vendor rules, or NULL for the built-in ones only
 * @device: the target
 * @attr: canonical name of an attribute
 *
 * Returns the rule that decides about @attr, never NULL.
 */
const virNodeDeviceCompatRule *
virNodeDeviceCompatRulesFind(const virNodeDeviceCompatRules *rules,
                             const virNodeDeviceCompat *device,
                             const char *attr)
{
    virNodeDeviceCompatBudget budget = { .max = SIZE_MAX };
    virNodeDeviceCompatRulesSearch search;
    const virNodeDeviceCompatRule *rule;

    virNodeDeviceCompatRulesSearchInit(&search, rules, device, &budget);
    rule = virNodeDeviceCompatRulesSearchFind(&search, attr);
    virNodeDeviceCompatRulesSearchClear(&search);

    return rule;
}


/**
 * virNodeDeviceCompatRulesAddFault:
 * @rules: rules of a host
 * @fault: what is wrong
 * @path: file or directory
 */
void
virNodeDeviceCompatRulesAddFault(virNodeDeviceCompatRules *rules,
                                 virNodeDeviceCompatRulesFault fault,
                                 const char *path)
{
    if (!rules->faults[fault])
        rules->faults[fault] = g_ptr_array_new_with_free_func(g_free);

    g_ptr_array_add(rules->faults[fault],
                    virNodeDeviceCompatValueToPrintable(path, SIZE_MAX));
}


/**
 * virNodeDeviceCompatRulesLimitVerdict:
 * @rules: vendor rules, or NULL for the built-in ones only
 * @verdict: of a comparison by these rules
 *
 * Returns the verdict that virNodeDeviceCompatRulesReportFaults() leaves.
 */
virNodeDeviceCompatResult
virNodeDeviceCompatRulesLimitVerdict(const virNodeDeviceCompatRules *rules,
                                     virNodeDeviceCompatResult verdict)
{
    if (rules && rules->faults[VIR_NODE_DEVICE_COMPAT_FAULT_RULES_UNUSABLE] &&
        virNodeDeviceCompatVerdictIsGood(verdict))
        return VIR_NODE_DEVICE_COMPAT_UNKNOWN;

    return verdict;
}


/**
 * virNodeDeviceCompatRulesReportFaults:
 * @rules: vendor rules, or NULL for the built-in ones only
 * @report: report to add to
 *
 * Adds a reason for each kind of fault, and updates the verdict. It has the names of
 * files, but nothing that is in them.
 */
void
virNodeDeviceCompatRulesReportFaults(const virNodeDeviceCompatRules *rules,
                                     virNodeDeviceCompatReport *report)
{
    static const struct {
        virNodeDeviceCompatReasonCode code;
        const char *attr;
    } reasons[] = {
        [VIR_NODE_DEVICE_COMPAT_FAULT_RULES_UNUSABLE] = {
            VIR_NODE_DEVICE_COMPAT_REASON_RULES_UNUSABLE, "rules" },
        [VIR_NODE_DEVICE_COMPAT_FAULT_RULES_OUTDATED] = {
            VIR_NODE_DEVICE_COMPAT_REASON_RULES_OUTDATED, "rules" },
        [VIR_NODE_DEVICE_COMPAT_FAULT_FACTS_OUTDATED] = {
            VIR_NODE_DEVICE_COMPAT_REASON_RULES_OUTDATED, VIR_NODE_DEVICE_COMPAT_MARK_FACTS },
        [VIR_NODE_DEVICE_COMPAT_FAULT_RULES_HIDDEN] = {
            VIR_NODE_DEVICE_COMPAT_REASON_RULES_HIDDEN, "rules" },
    };
    size_t i;
    size_t j;

    for (i = 0; rules && i < G_N_ELEMENTS(reasons); i++) {
        GPtrArray *paths = rules->faults[i];
        g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

        if (!paths)
            continue;

        for (j = 0; j < paths->len && j < FAULT_PATHS_MAX; j++)
            virBufferAsprintf(&buf, "%s, ", (const char *)g_ptr_array_index(paths, j));
        virBufferTrim(&buf, ", ");
        if (j < paths->len)
            virBufferAddLit(&buf, ", ...");

        virNodeDeviceCompatReportAddFault(report, reasons[i].code, reasons[i].attr,
                                          virBufferCurrentContent(&buf));
    }
}
