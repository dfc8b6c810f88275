/*
 * nodedev_compat_compare.c: may a guest on this source continue on that target?
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_compare.h"

#include "nodedev_compat_alternatives.h"
#include "nodedev_compat_compare_attr.h"
#include "nodedev_compat_rule_kind.h"
#include "virlog.h"

VIR_LOG_INIT("nodedev_compat.nodedev_compat_compare");

/* What it costs to sort the items of a set, as a multiple of what looking at them costs */
#define WORK_SORT 2


/* What is compared, and what is the same for all alternatives of the target */
typedef struct _virNodeDeviceCompatCompareInput virNodeDeviceCompatCompareInput;
struct _virNodeDeviceCompatCompareInput {
    const virNodeDeviceCompat *source;
    const virNodeDeviceCompat *target;
    unsigned int flags;
    virNodeDeviceCompatBudget *budget;
    virNodeDeviceCompatRulesSearch rules;           /* for the target */
    virNodeDeviceCompatRulesSearch sourceRules;     /* if one of these needs anything */
    bool functions;                                 /* both are PCI functions */

    size_t nneeded;
    const char *const *needed;          /* what is looked at in any case, by name */
    GPtrArray *needs;                   /* owns the array of these, or NULL */

    size_t nitems;
    virNodeDeviceCompatCompareItem *items;      /* by name */
    size_t ncopies;
    virNodeDeviceCompatAttr *copies;    /* in the grammars of vendor rules */

    virNodeDeviceCompatCompareItem *merged;     /* those of one alternative */
};

/* What comparing with one alternative comes to */
typedef struct _virNodeDeviceCompatOutcome virNodeDeviceCompatOutcome;
struct _virNodeDeviceCompatOutcome {
    virNodeDeviceCompatResult verdict;
    unsigned int distance;      /* the verdict first, then what stands against it */
};


static virNodeDeviceCompatResult
virNodeDeviceCompatFindingsGetVerdict(const virNodeDeviceCompatFindings *findings)
{
    if (findings->incompatible)
        return VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE;
    if (findings->unknown)
        return VIR_NODE_DEVICE_COMPAT_UNKNOWN;
    return findings->superset > 0 ? VIR_NODE_DEVICE_COMPAT_SUPERSET : VIR_NODE_DEVICE_COMPAT_IDENTICAL;
}


static void
virNodeDeviceCompatFindingsAdd(virNodeDeviceCompatFindings *findings,
                               const virNodeDeviceCompatFindings *more)
{
    findings->superset += more->superset;
    findings->incompatible |= more->incompatible;
    findings->unknown |= more->unknown;
    findings->distance += more->distance;
}


static void
virNodeDeviceCompatCompareInputClear(virNodeDeviceCompatCompareInput *input)
{
    size_t i;

    for (i = 0; i < input->ncopies; i++)
        g_free(input->copies[i].value);
    g_free(input->copies);
    g_free(input->items);
    g_free(input->merged);
    virNodeDeviceCompatRulesSearchClear(&input->rules);
    virNodeDeviceCompatRulesSearchClear(&input->sourceRules);
    g_clear_pointer(&input->needs, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(virNodeDeviceCompatCompareInput,
                                 virNodeDeviceCompatCompareInputClear);


/* The attribute of the set that comes next in a merge by name, if that is @name */
static const virNodeDeviceCompatAttr *
virNodeDeviceCompatMergeTake(const virNodeDeviceCompatAttrs *set,
                             size_t *at,
                             const char *name)
{
    const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAttrsGet(set, *at);

    if (!attr || STRNEQ(attr->name, name))
        return NULL;

    (*at)++;
    return attr;
}


static const char *
virNodeDeviceCompatFirstName(const char *a,
                             const char *b)
{
    if (!a || !b)
        return a ? a : b;

    return strcmp(a, b) <= 0 ? a : b;
}


/* Brings what @item has into the grammar of its rule, and counts what it costs to look
 * at it, on top of one unit for the attribute itself. */
static void
virNodeDeviceCompatCompareInputPrepare(virNodeDeviceCompatCompareInput *input,
                                       virNodeDeviceCompatCompareItem *item)
{
    const virNodeDeviceCompatRule *rule = item->rule;
    bool list = virNodeDeviceCompatRuleKindGet(rule->kind)->list;
    const virNodeDeviceCompatAttr **attrs[] = { &item->source, &item->target };
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(attrs); i++) {
        const virNodeDeviceCompatAttr *attr = *attrs[i];
        virNodeDeviceCompatAttr *copy = &input->copies[input->ncopies];
        size_t work;

        if (!attr || !attr->value)
            continue;

        if (!rule->vendor) {
            item->work += strlen(attr->value) / VIR_NODE_DEVICE_COMPAT_WORK_BYTES;
            continue;
        }

        work = virNodeDeviceCompatWorkOfText(attr->value);
        item->work += work;
        if (virNodeDeviceCompatBudgetSpend(input->budget, item->work) &&
            virNodeDeviceCompatCompareNormalize(rule, attr, i == 1 && list, copy)) {
            item->shown[i].attr = copy;
            item->shown[i].text = attr->value;
            *attrs[i] = copy;
            input->ncopies++;

            /* its items were sorted */
            if (rule->value == VIR_NODE_DEVICE_COMPAT_VALUE_SET &&
                STRNEQ(copy->value, attr->value))
                virNodeDeviceCompatBudgetSpend(input->budget, WORK_SORT * work);
        }
    }
}


static int
virNodeDeviceCompatNameSort(const void *a,
                            const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}


/* Whether the device is known to be a virtual function: it is of a physical one, whose id
 * tells generations apart. Of a document without a descriptor nobody knows more. */
static bool
virNodeDeviceCompatIsVirtual(const virNodeDeviceCompat *compat)
{
    const virNodeDeviceCompatAttr *attr = NULL;

    if (!compat->inferred)
        attr = virNodeDeviceCompatAttrsFind(&compat->self, VIR_NODE_DEVICE_COMPAT_FUNCTION);

    return STREQ_NULLABLE(virNodeDeviceCompatAttrValue(attr), "virtual");
}


/* Finds the attributes that are looked at even if neither side has them: those that are
 * required, and those that rules for either device need, built in or not. */
static void
virNodeDeviceCompatCompareInputAddNeeds(virNodeDeviceCompatCompareInput *input,
                                        const virNodeDeviceCompatRules *rules)
{
    bool isVirtual = input->functions &&
                     virNodeDeviceCompatIsVirtual(input->source) &&
                     virNodeDeviceCompatIsVirtual(input->target);
    bool needing = rules && rules->needing->len > 0;
    size_t nneeds = 0;
    size_t i;

    input->nneeded = VIR_NODE_DEVICE_COMPAT_REQUIRED;
    input->needed = virNodeDeviceCompatRequired;
    if (!needing && !isVirtual)
        return;

    input->needs = g_ptr_array_new();
    if (isVirtual)
        g_ptr_array_add(input->needs, (void *) VIR_NODE_DEVICE_COMPAT_PF_PCI_ID);

    if (needing) {
        virNodeDeviceCompatRulesSearchAddNeeds(&input->rules, input->needs);

        virNodeDeviceCompatRulesSearchInit(&input->sourceRules, rules, input->source,
                                           input->budget);
        if (!virNodeDeviceCompatRulesSearchAddNeeds(&input->sourceRules, input->needs))
            virNodeDeviceCompatRulesSearchClear(&input->sourceRules);
    }

    if (input->needs->len == 0 ||
        !virNodeDeviceCompatBudgetSpend(input->budget, input->needs->len))
        return;

    for (i = 0; i < VIR_NODE_DEVICE_COMPAT_REQUIRED; i++)
        g_ptr_array_add(input->needs, (void *) virNodeDeviceCompatRequired[i]);
    g_ptr_array_sort(input->needs, virNodeDeviceCompatNameSort);

    for (i = 0; i < input->needs->len; i++) {
        if (nneeds == 0 ||
            STRNEQ(input->needs->pdata[i], input->needs->pdata[nneeds - 1]))
            input->needs->pdata[nneeds++] = input->needs->pdata[i];
    }

    input->nneeded = nneeds;
    input->needed = (const char *const *) input->needs->pdata;
}


/**
 * virNodeDeviceCompatIsFunction:
 * @compat: descriptor
 *
 * Returns true if the device is a PCI function. A mediated device has attributes of the
 * function that is its parent, but not this one.
 */
bool
virNodeDeviceCompatIsFunction(const virNodeDeviceCompat *compat)
{
    const virNodeDeviceCompatAttr *type = virNodeDeviceCompatAttrsFind(&compat->self,
                                                                       VIR_NODE_DEVICE_COMPAT_TYPE);

    return (type && type->value && virNodeDeviceCompatTypeIsSignature(type->value)) ||
           virNodeDeviceCompatAttrsFind(&compat->self, VIR_NODE_DEVICE_COMPAT_FUNCTION);
}


/* The rule that decides about the attribute @name: that of a file for the target; if only
 * one for the source needs the attribute, that one; else what is built in. */
static const virNodeDeviceCompatRule *
virNodeDeviceCompatCompareInputFindRule(virNodeDeviceCompatCompareInput *input,
                                        const char *name)
{
    const virNodeDeviceCompatRule *rule = virNodeDeviceCompatRulesSearchFind(&input->rules, name);
    const virNodeDeviceCompatRule *other = NULL;

    if (rule->vendor)
        return rule;

    if (input->sourceRules.fits) {
        other = virNodeDeviceCompatRulesSearchFind(&input->sourceRules, name);
        if (virNodeDeviceCompatNeedIsLooked(other->need))
            return other;
    }

    if (input->functions && (other = virNodeDeviceCompatRuleGetFunction(name)))
        return other;

    return rule;
}


/* All attributes that either side has, and those that are needed, by name. The sets
 * are sorted, so that a merge finds them. */
static void
virNodeDeviceCompatCompareInputCollect(virNodeDeviceCompatCompareInput *input)
{
    const virNodeDeviceCompatAttrs *const sets[] = { &input->source->self, &input->target->self };
    size_t at[G_N_ELEMENTS(sets)] = { 0 };
    size_t nneeded = 0;
    size_t i;

    while (true) {
        virNodeDeviceCompatCompareItem *item = &input->items[input->nitems];
        const char *name = nneeded < input->nneeded ? input->needed[nneeded] : NULL;

        for (i = 0; i < G_N_ELEMENTS(sets); i++) {
            const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAttrsGet(sets[i], at[i]);

            name = virNodeDeviceCompatFirstName(name, attr ? attr->name : NULL);
        }

        if (!name || !virNodeDeviceCompatBudgetSpend(input->budget, 1))
            return;

        if (nneeded < input->nneeded && STREQ(name, input->needed[nneeded]))
            nneeded++;

        item->name = name;
        item->rule = virNodeDeviceCompatCompareInputFindRule(input, name);
        item->source = virNodeDeviceCompatMergeTake(sets[0], &at[0], name);
        /* a type does not show what its devices will have */
        if (item->source && item->source->state == VIR_NODE_DEVICE_COMPAT_ATTR_UNSET)
            item->source = NULL;
        item->target = virNodeDeviceCompatMergeTake(sets[1], &at[1], name);
        virNodeDeviceCompatCompareInputPrepare(input, item);
        input->nitems++;
    }
}


static void
virNodeDeviceCompatCompareInputInit(virNodeDeviceCompatCompareInput *input,
                                    const virNodeDeviceCompatRules *rules)
{
    const virNodeDeviceCompat *target = input->target;
    size_t accepted = 0;
    size_t most;
    size_t i;

    input->functions = virNodeDeviceCompatIsFunction(input->source) &&
                       virNodeDeviceCompatIsFunction(target);
    virNodeDeviceCompatRulesSearchInit(&input->rules, rules, target, input->budget);
    virNodeDeviceCompatCompareInputAddNeeds(input, rules);
    most = input->source->self.nattrs + target->self.nattrs + input->nneeded;

    for (i = 0; i < target->naccepts; i++)
        accepted = MAX(accepted, target->accepts[i]->nattrs);

    /* each attribute may be another one, and is copied once at most */
    input->items = g_new0(virNodeDeviceCompatCompareItem, most);
    input->copies = g_new0(virNodeDeviceCompatAttr, most);
    if (target->naccepts > 0)
        input->merged = g_new0(virNodeDeviceCompatCompareItem, most + accepted);

    virNodeDeviceCompatCompareInputCollect(input);
}


/* Adds what @accepts has to the attributes of both sides, by name. Returns the number
 * of attributes in input->merged. */
static size_t
virNodeDeviceCompatCompareInputMerge(virNodeDeviceCompatCompareInput *input,
                                     const virNodeDeviceCompatAttrs *accepts)
{
    size_t nmerged = 0;
    size_t i = 0;
    size_t j = 0;

    while (i < input->nitems || j < accepts->nattrs) {
        virNodeDeviceCompatCompareItem *item = &input->merged[nmerged++];
        const char *name = i < input->nitems ? input->items[i].name : NULL;
        const virNodeDeviceCompatAttr *accepted = virNodeDeviceCompatAttrsGet(accepts, j);
        int order = !name ? 1 : !accepted ? -1 : strcmp(name, accepted->name);

        if (order <= 0)
            *item = input->items[i++];
        else
            *item = (virNodeDeviceCompatCompareItem) {
                .name = accepted->name,
                .rule = virNodeDeviceCompatRulesSearchFind(&input->rules, accepted->name),
            };

        if (order >= 0) {
            item->accepted = accepted;
            j++;
        }
    }

    return nmerged;
}


/* What comparing @item comes to. The target's own value means the same under each
 * alternative that does not name the attribute, but for versions. */
static void
virNodeDeviceCompatCompareOnce(virNodeDeviceCompatComparison *comparison,
                               virNodeDeviceCompatCompareItem *item)
{
    if (item->known && !item->accepted && !comparison->report) {
        comparison->found = item->found;
        return;
    }

    virNodeDeviceCompatCompareAttr(comparison, item);

    if (!item->accepted && item->rule->kind != VIR_NODE_DEVICE_COMPAT_RULE_VERSION) {
        item->known = true;
        item->found = comparison->found;
    }
}


/* Compares the attributes step by step. */
static virNodeDeviceCompatFindings
virNodeDeviceCompatCompareItems(virNodeDeviceCompatComparison *comparison,
                                virNodeDeviceCompatCompareItem *items,
                                size_t nitems)
{
    virNodeDeviceCompatFindings findings = { 0 };
    virNodeDeviceCompatStep step;
    size_t i;

    for (step = VIR_NODE_DEVICE_COMPAT_STEP_DEVICE_API;
         step <= VIR_NODE_DEVICE_COMPAT_STEP_OTHER; step++) {
        for (i = 0; i < nitems; i++) {
            if (items[i].rule->step != step)
                continue;

            virNodeDeviceCompatCompareOnce(comparison, &items[i]);
            virNodeDeviceCompatFindingsAdd(&findings, &comparison->found);
        }

        /* under another device API the other attributes mean other things */
        if (step == VIR_NODE_DEVICE_COMPAT_STEP_DEVICE_API && findings.incompatible)
            break;
    }

    return findings;
}


/* Compares with alternative @at of the target, 0 for what it is itself. If the budget is
 * spent, the result means nothing. */
static virNodeDeviceCompatOutcome
virNodeDeviceCompatCompareAlternative(virNodeDeviceCompatCompareInput *input,
                                      size_t at,
                                      virNodeDeviceCompatReport *report)
{
    virNodeDeviceCompatComparison comparison = {
        .source = input->source,
        .target = input->target,
        .accepts = at > 0 ? input->target->accepts[at - 1] : NULL,
        .flags = input->flags,
        .budget = input->budget,
        .report = report,
    };
    virNodeDeviceCompatOutcome outcome = { 0 };
    size_t nitems = input->nitems + (comparison.accepts ? comparison.accepts->nattrs : 0);
    virNodeDeviceCompatFindings findings;

    if (!virNodeDeviceCompatBudgetSpend(input->budget, nitems))
        return outcome;

    if (comparison.accepts) {
        nitems = virNodeDeviceCompatCompareInputMerge(input, comparison.accepts);
        findings = virNodeDeviceCompatCompareItems(&comparison, input->merged, nitems);
    } else {
        findings = virNodeDeviceCompatCompareItems(&comparison, input->items, nitems);
    }

    outcome.verdict = virNodeDeviceCompatFindingsGetVerdict(&findings);
    outcome.distance = (virNodeDeviceCompatVerdictRank(outcome.verdict) << 24) +
                       findings.distance;
    if (report) {
        report->verdict = outcome.verdict;
        report->margin.attrs = findings.superset;
    }

    return outcome;
}


/* Returns the alternative that is closest to the source. */
static size_t
virNodeDeviceCompatCompareFindBest(virNodeDeviceCompatCompareInput *input,
                                   virNodeDeviceCompatOutcome *best)
{
    size_t found = 0;
    size_t i;

    for (i = 0; i <= input->target->naccepts; i++) {
        virNodeDeviceCompatOutcome outcome = virNodeDeviceCompatCompareAlternative(input, i, NULL);

        if (virNodeDeviceCompatBudgetIsSpent(input->budget))
            break;

        if (i == 0 || outcome.distance < best->distance) {
            *best = outcome;
            found = i;
        }

        /* nothing can be closer */
        if (best->verdict == VIR_NODE_DEVICE_COMPAT_IDENTICAL)
            break;
    }

    return found;
}


/* A device without a descriptor can be refused by what else its document shows, but not
 * accepted: what would have stood against it is not there. */
static virNodeDeviceCompatResult
virNodeDeviceCompatLimitInferred(const virNodeDeviceCompat *source,
                                 const virNodeDeviceCompat *target,
                                 virNodeDeviceCompatResult verdict,
                                 virNodeDeviceCompatReport *report)
{
    if (report) {
        report->sourceInferred = source->inferred;
        report->targetInferred = target->inferred;
    }

    if ((!source->inferred && !target->inferred) ||
        !virNodeDeviceCompatVerdictIsGood(verdict))
        return verdict;

    if (report && source->inferred)
        virNodeDeviceCompatReportAdd(report, VIR_NODE_DEVICE_COMPAT_REASON_MISSING_SOURCE,
                                     VIR_NODE_DEVICE_COMPAT_RULE_EQUAL,
                                     VIR_NODE_DEVICE_COMPAT_MARK_MIGRATION, NULL, NULL);
    if (report && target->inferred)
        virNodeDeviceCompatReportAdd(report, VIR_NODE_DEVICE_COMPAT_REASON_MISSING_TARGET,
                                     VIR_NODE_DEVICE_COMPAT_RULE_EQUAL,
                                     VIR_NODE_DEVICE_COMPAT_MARK_MIGRATION, NULL, NULL);
    return VIR_NODE_DEVICE_COMPAT_UNKNOWN;
}


/**
 * virNodeDeviceCompatCompareExpanded:
 * @source: the device that the guest uses
 * @target: the device that it is to continue on, without variables
 * @rules: vendor rules, or NULL for the built-in ones only
 * @flags: bitwise-OR of virNodeDeviceCompareCompatFlags
 * @budget: what can be done
 * @report: empty report to add the reasons to, or NULL
 *
 * virNodeDeviceCompatCompare() for callers that compare many devices.
 *
 * Returns the verdict, or VIR_NODE_DEVICE_COMPAT_ERROR if there is too much to compare;
 * @report is not to be used then.
 */
virNodeDeviceCompatResult
virNodeDeviceCompatCompareExpanded(const virNodeDeviceCompat *source,
                                   const virNodeDeviceCompat *target,
                                   const virNodeDeviceCompatRules *rules,
                                   unsigned int flags,
                                   virNodeDeviceCompatBudget *budget,
                                   virNodeDeviceCompatReport *report)
{
    g_auto(virNodeDeviceCompatCompareInput) input = {
        .source = source,
        .target = target,
        .flags = flags,
        .budget = budget,
    };
    virNodeDeviceCompatOutcome best = { 0 };
    size_t found = 0;

    virNodeDeviceCompatCompareInputInit(&input, rules);

    /* the reasons of the best alternative only, as they cost more than to compare */
    if (target->naccepts > 0 || !report)
        found = virNodeDeviceCompatCompareFindBest(&input, &best);
    if (report)
        best = virNodeDeviceCompatCompareAlternative(&input, found, report);

    if (virNodeDeviceCompatBudgetIsSpent(budget))
        return VIR_NODE_DEVICE_COMPAT_ERROR;

    best.verdict = virNodeDeviceCompatLimitInferred(source, target, best.verdict, report);
    if (!report)
        return virNodeDeviceCompatRulesLimitVerdict(rules, best.verdict);

    report->verdict = best.verdict;
    virNodeDeviceCompatReportSetDistance(report, source, target);
    virNodeDeviceCompatRulesReportFaults(rules, report);
    return report->verdict;
}


/**
 * virNodeDeviceCompatCompareTraced:
 * @source: the device that the guest uses
 * @target: the device that it is to continue on, without variables
 * @rules: vendor rules, or NULL for the built-in ones only
 * @flags: bitwise-OR of virNodeDeviceCompareCompatFlags
 * @budget: what can be done
 * @trace: called for each attribute under each alternative of the target, 0 for what it
 *         is itself, with what comparing it came to
 * @opaque: for @trace
 *
 * virNodeDeviceCompatCompareExpanded() for those who want to know what a verdict is made
 * of. Each alternative is looked at, and each attribute, also where one before has decided.
 *
 * Returns 0 on success, -1 if there is too much to compare; what was traced means nothing
 * then.
 */
int
virNodeDeviceCompatCompareTraced(const virNodeDeviceCompat *source,
                                 const virNodeDeviceCompat *target,
                                 const virNodeDeviceCompatRules *rules,
                                 unsigned int flags,
                                 virNodeDeviceCompatBudget *budget,
                                 virNodeDeviceCompatCompareTrace trace,
                                 void *opaque)
{
    g_auto(virNodeDeviceCompatCompareInput) input = {
        .source = source,
        .target = target,
        .flags = flags,
        .budget = budget,
    };
    size_t at;
    size_t i;

    virNodeDeviceCompatCompareInputInit(&input, rules);

    for (at = 0; at <= target->naccepts && !virNodeDeviceCompatBudgetIsSpent(budget); at++) {
        virNodeDeviceCompatComparison comparison = {
            .source = source,
            .target = target,
            .accepts = at > 0 ? target->accepts[at - 1] : NULL,
            .flags = flags,
            .budget = budget,
        };
        virNodeDeviceCompatCompareItem *items = at > 0 ? input.merged : input.items;
        size_t nitems = input.nitems;

        if (comparison.accepts)
            nitems = virNodeDeviceCompatCompareInputMerge(&input, comparison.accepts);

        for (i = 0; i < nitems; i++) {
            virNodeDeviceCompatCompareOnce(&comparison, &items[i]);
            trace(at, &items[i], &comparison.found, opaque);
        }
    }

    return virNodeDeviceCompatBudgetIsSpent(budget) ? -1 : 0;
}


/**
 * virNodeDeviceCompatCompareWithin:
 * @source: the device that the guest uses
 * @target: the device that it is to continue on
 * @rules: vendor rules, or NULL for the built-in ones only
 * @flags: bitwise-OR of virNodeDeviceCompareCompatFlags
 * @budget: what can be done
 *
 * virNodeDeviceCompatCompare() for callers that have a budget.
 *
 * Returns the report.
 */
virNodeDeviceCompatReport *
virNodeDeviceCompatCompareWithin(const virNodeDeviceCompat *source,
                                 const virNodeDeviceCompat *target,
                                 const virNodeDeviceCompatRules *rules,
                                 unsigned int flags,
                                 virNodeDeviceCompatBudget *budget)
{
    size_t size = VIR_NODE_DEVICE_COMPAT_EXPANDED_SIZE_MAX;
    size_t before = budget->used;
    g_autoptr(virNodeDeviceCompat) expanded = virNodeDeviceCompatExpand(target, &size, budget);
    g_autoptr(virNodeDeviceCompatReport) report = g_new0(virNodeDeviceCompatReport, 1);

    if (virNodeDeviceCompatBudgetIsSpent(budget) ||
        virNodeDeviceCompatCompareExpanded(source, expanded ? expanded : target, rules, flags,
                                           budget, report) == VIR_NODE_DEVICE_COMPAT_ERROR) {
        virNodeDeviceCompatReportFree(report);
        report = virNodeDeviceCompatReportNewTooMuch();
        virNodeDeviceCompatRulesReportFaults(rules, report);
    }
    report->work = budget->used - before;

    VIR_DEBUG("verdict=%s reasons=%zu work=%zu",
              virNodeDeviceCompatResultTypeToString(report->verdict),
              report->nreasons, budget->used);

    return g_steal_pointer(&report);
}


/**
 * virNodeDeviceCompatCompare:
 * @source: the device that the guest uses
 * @target: the device that it is to continue on
 * @rules: vendor rules, or NULL for the built-in ones only
 * @flags: bitwise-OR of virNodeDeviceCompareCompatFlags, of which
 *         VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE matters here
 *
 * The target has alternatives: what it is itself, and each that it accepts,
 * with each choice of values for its variables. The best one gives the verdict
 * and the reasons. What @source accepts is of no concern. If that takes more than
 * VIR_NODE_DEVICE_COMPAT_WORK_MAX, the verdict is UNKNOWN, whatever was found.
 *
 * Returns the report; INCOMPATIBLE and UNKNOWN never come without a reason.
 */
virNodeDeviceCompatReport *
virNodeDeviceCompatCompare(const virNodeDeviceCompat *source,
                           const virNodeDeviceCompat *target,
                           const virNodeDeviceCompatRules *rules,
                           unsigned int flags)
{
    virNodeDeviceCompatBudget budget = { .max = VIR_NODE_DEVICE_COMPAT_WORK_MAX };

    return virNodeDeviceCompatCompareWithin(source, target, rules, flags, &budget);
}
