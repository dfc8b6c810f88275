/*
 * nodedev_compat_baseline.c: the baseline of several devices
 *
 * The baseline is what one of the devices is itself, if all of them accept that, or
 * else what is made of their weakest values, attribute by attribute. Whether a device
 * accepts a candidate is decided by the ordinary comparison alone.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_baseline.h"

#include "nodedev_compat_alternatives.h"
#include "nodedev_compat_unconfigured.h"
#include "nodedev_compat_weakest.h"
#include "nodedev_compat_xml.h"
#include "viralloc.h"

typedef struct _virNodeDeviceCompatBaselineCandidate virNodeDeviceCompatBaselineCandidate;

/* Devices with the same descriptor. They are compared once. */
typedef struct _virNodeDeviceCompatBaselineGroup virNodeDeviceCompatBaselineGroup;
struct _virNodeDeviceCompatBaselineGroup {
    char *text;
    virNodeDeviceCompat *compat;            /* without variables */
    size_t ndevices;
    bool unconfigured;                      /* what has no value yet is unset in compat */
    virNodeDeviceCompatBaselineCandidate *candidate;
    virTristateBool accepts;                /* the best candidate; absent: not known yet */
};

/* What could be the baseline: what some of the devices are themselves, without what
 * they accept, or what is made of their weakest values */
struct _virNodeDeviceCompatBaselineCandidate {
    virNodeDeviceCompat *compat;            /* what it accepts does not count */
    char *text;                             /* without that */
    bool type;                              /* values are set when a device is made */
    size_t ndevices;                        /* that are like this */
    bool skip;                              /* another one is as good or better */
};

/* A device that was given */
typedef struct _virNodeDeviceCompatBaselineEntry virNodeDeviceCompatBaselineEntry;
struct _virNodeDeviceCompatBaselineEntry {
    const virNodeDeviceCompatDevice *device;
    virNodeDeviceCompatBaselineGroup *group;
};

typedef struct _virNodeDeviceCompatBaselineInput virNodeDeviceCompatBaselineInput;
struct _virNodeDeviceCompatBaselineInput {
    const virNodeDeviceCompatRules *rules;
    unsigned int flags;

    size_t nentries;
    virNodeDeviceCompatBaselineEntry *entries;
    GPtrArray *groups;                      /* by text */
    virNodeDeviceCompatBaselineGroup **order;       /* those that refused a candidate first */
    GPtrArray *candidates;                  /* in the order in which they are tried */
    size_t ncandidates;                     /* that are tried, without types if possible */

    virNodeDeviceCompatBudget budget;
};

/* How many devices do not accept a candidate, or may not, and the worst verdict */
typedef struct _virNodeDeviceCompatBaselineScore virNodeDeviceCompatBaselineScore;
struct _virNodeDeviceCompatBaselineScore {
    size_t nbad;
    size_t nincompatible;                   /* of these */
    virNodeDeviceCompatResult worst;
};

static void
virNodeDeviceCompatBaselineCandidateFree(virNodeDeviceCompatBaselineCandidate *candidate)
{
    g_clear_object(&candidate->compat);
    g_free(candidate->text);
    g_free(candidate);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatBaselineCandidate,
                              virNodeDeviceCompatBaselineCandidateFree);


static void
virNodeDeviceCompatBaselineGroupFree(virNodeDeviceCompatBaselineGroup *group)
{
    g_free(group->text);
    g_clear_object(&group->compat);
    g_free(group);
}


static void
virNodeDeviceCompatBaselineInputFree(virNodeDeviceCompatBaselineInput *input)
{
    g_free(input->entries);
    g_ptr_array_unref(input->groups);
    g_free(input->order);
    g_ptr_array_unref(input->candidates);
    g_free(input);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatBaselineInput,
                              virNodeDeviceCompatBaselineInputFree);


static char *
virNodeDeviceCompatToText(const virNodeDeviceCompat *compat)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    virNodeDeviceCompatFormat(&buf, compat);
    return virBufferContentAndReset(&buf);
}


static int
virNodeDeviceCompatBaselineGroupSort(const void *a,
                                     const void *b)
{
    virNodeDeviceCompatBaselineGroup *const *groupA = a;
    virNodeDeviceCompatBaselineGroup *const *groupB = b;

    return strcmp((*groupA)->text, (*groupB)->text);
}


static int
virNodeDeviceCompatBaselineEntrySort(const void *a,
                                     const void *b,
                                     void *opaque G_GNUC_UNUSED)
{
    const virNodeDeviceCompatBaselineEntry *entryA = a;
    const virNodeDeviceCompatBaselineEntry *entryB = b;
    int order = g_strcmp0(entryA->device->name, entryB->device->name);

    return order ? order : strcmp(entryA->group->text, entryB->group->text);
}


/* What more devices are comes first. This does not depend on which other devices there
 * are, so that the first candidate that all devices accept stays that when it is one of
 * them. No guest uses a type, so types come last. */
static int
virNodeDeviceCompatBaselineCandidateSort(const void *a,
                                         const void *b)
{
    virNodeDeviceCompatBaselineCandidate *const *candidateA = a;
    virNodeDeviceCompatBaselineCandidate *const *candidateB = b;
    const virNodeDeviceCompatBaselineCandidate *one = *candidateA;
    const virNodeDeviceCompatBaselineCandidate *other = *candidateB;

    if (one->type != other->type)
        return one->type ? 1 : -1;
    if (one->ndevices != other->ndevices)
        return one->ndevices > other->ndevices ? -1 : 1;
    return strcmp(one->text, other->text);
}


/* The candidate that is what @compat is itself */
static virNodeDeviceCompatBaselineCandidate *
virNodeDeviceCompatBaselineCandidateNew(virNodeDeviceCompat *compat)
{
    virNodeDeviceCompatBaselineCandidate *candidate =
        g_new0(virNodeDeviceCompatBaselineCandidate, 1);
    g_autoptr(virNodeDeviceCompat) self = virNodeDeviceCompatNew();
    size_t i;

    /* borrowed, as there may be many */
    self->self = compat->self;
    candidate->text = virNodeDeviceCompatToText(self);
    memset(&self->self, 0, sizeof(self->self));

    candidate->compat = g_object_ref(compat);
    for (i = 0; i < compat->self.nattrs; i++) {
        if (compat->self.attrs[i]->state == VIR_NODE_DEVICE_COMPAT_ATTR_UNSET)
            candidate->type = true;
    }

    return candidate;
}


static virNodeDeviceCompat *
virNodeDeviceCompatBaselineCandidateCopy(const virNodeDeviceCompatBaselineCandidate *candidate)
{
    virNodeDeviceCompat *compat = virNodeDeviceCompatNew();

    virNodeDeviceCompatAttrsCopy(&compat->self, &candidate->compat->self);
    virNodeDeviceCompatDropFacts(compat);

    return compat;
}


/* Devices that differ only in what they accept make one candidate. */
static void
virNodeDeviceCompatBaselineInputAddCandidates(virNodeDeviceCompatBaselineInput *input)
{
    GDestroyNotify freeCandidate = (GDestroyNotify)virNodeDeviceCompatBaselineCandidateFree;
    g_autoptr(GHashTable) byText = g_hash_table_new(g_str_hash, g_str_equal);
    size_t i;

    input->candidates = g_ptr_array_new_with_free_func(freeCandidate);

    for (i = 0; i < input->groups->len; i++) {
        virNodeDeviceCompatBaselineGroup *group = g_ptr_array_index(input->groups, i);
        g_autoptr(virNodeDeviceCompatBaselineCandidate) candidate =
            virNodeDeviceCompatBaselineCandidateNew(group->compat);

        if (!(group->candidate = g_hash_table_lookup(byText, candidate->text))) {
            group->candidate = candidate;
            g_hash_table_insert(byText, candidate->text, candidate);
            g_ptr_array_add(input->candidates, g_steal_pointer(&candidate));
        }
        group->candidate->ndevices += group->ndevices;
    }

    g_ptr_array_sort(input->candidates, virNodeDeviceCompatBaselineCandidateSort);

    for (i = 0; i < input->candidates->len; i++) {
        virNodeDeviceCompatBaselineCandidate *candidate =
            g_ptr_array_index(input->candidates, i);

        input->ncandidates += !candidate->type;
    }
    if (input->ncandidates == 0)
        input->ncandidates = input->candidates->len;
}


/* Writes the variables of all groups out. Those of each one can be as large as in an
 * ordinary comparison; if those of all are larger than that, it is too much. */
static void
virNodeDeviceCompatBaselineInputExpand(virNodeDeviceCompatBaselineInput *input)
{
    size_t left = VIR_NODE_DEVICE_COMPAT_BASELINE_EXPANDED_SIZE_MAX;
    size_t i;

    for (i = 0; i < input->groups->len; i++) {
        virNodeDeviceCompatBaselineGroup *group = g_ptr_array_index(input->groups, i);
        size_t most = MIN(left, VIR_NODE_DEVICE_COMPAT_EXPANDED_SIZE_MAX);
        size_t size = most;
        virNodeDeviceCompat *expanded = virNodeDeviceCompatExpand(group->compat, &size,
                                                                  &input->budget);

        if (expanded) {
            g_object_unref(group->compat);
            group->compat = expanded;
        }

        if (virNodeDeviceCompatBudgetIsSpent(&input->budget))
            return;
        left -= most - size;
    }
}


/* Lets what has a value on one device, and none yet on another one, be set there. */
static void
virNodeDeviceCompatBaselineInputUnconfigure(virNodeDeviceCompatBaselineInput *input)
{
    g_autofree const virNodeDeviceCompat **devices = g_new0(const virNodeDeviceCompat *,
                                                            input->groups->len);
    g_autoptr(GHashTable) configured = NULL;
    size_t i;

    for (i = 0; i < input->groups->len; i++) {
        const virNodeDeviceCompatBaselineGroup *group = g_ptr_array_index(input->groups, i);

        devices[i] = group->compat;
    }

    configured = virNodeDeviceCompatFindConfigured(devices, input->groups->len);

    for (i = 0; i < input->groups->len; i++) {
        virNodeDeviceCompatBaselineGroup *group = g_ptr_array_index(input->groups, i);
        virNodeDeviceCompat *compat = virNodeDeviceCompatUnconfigure(group->compat, configured);

        if (!compat)
            continue;

        g_object_unref(group->compat);
        group->compat = compat;
        group->unconfigured = true;
    }
}


/* Finds the devices that are the same. */
static void
virNodeDeviceCompatBaselineInputAddDevices(virNodeDeviceCompatBaselineInput *input,
                                           const virNodeDeviceCompatDevice *devices,
                                           size_t ndevices)
{
    GDestroyNotify freeGroup = (GDestroyNotify)virNodeDeviceCompatBaselineGroupFree;
    g_autoptr(GHashTable) byText = g_hash_table_new(g_str_hash, g_str_equal);
    size_t i;

    input->groups = g_ptr_array_new_with_free_func(freeGroup);
    input->nentries = ndevices;
    input->entries = g_new0(virNodeDeviceCompatBaselineEntry, ndevices);

    for (i = 0; i < ndevices; i++) {
        g_autofree char *known = virNodeDeviceCompatToText(devices[i].compat);
        /* a report says of which device no more is known */
        g_autofree char *text = g_strconcat(known, devices[i].compat->inferred ? "inferred" : "",
                                            NULL);
        virNodeDeviceCompatBaselineGroup *group = g_hash_table_lookup(byText, text);

        if (!group) {
            group = g_new0(virNodeDeviceCompatBaselineGroup, 1);
            group->compat = g_object_ref(devices[i].compat);
            group->text = g_steal_pointer(&text);
            g_hash_table_insert(byText, group->text, group);
            g_ptr_array_add(input->groups, group);
        }

        group->ndevices++;
        input->entries[i].device = &devices[i];
        input->entries[i].group = group;
    }

    g_ptr_array_sort(input->groups, virNodeDeviceCompatBaselineGroupSort);
}


/* What one search among the candidates can cost, on top of what was spent before */
static void
virNodeDeviceCompatBaselineInputAddBudget(virNodeDeviceCompatBaselineInput *input,
                                          size_t ndevices)
{
    input->budget.max = input->budget.used + VIR_NODE_DEVICE_COMPAT_WORK_MAX +
                        VIR_NODE_DEVICE_COMPAT_WORK_DEVICE * ndevices;
}


static virNodeDeviceCompatBaselineInput *
virNodeDeviceCompatBaselineInputNew(const virNodeDeviceCompatDevice *devices,
                                    size_t ndevices,
                                    const virNodeDeviceCompatRules *rules,
                                    unsigned int flags)
{
    virNodeDeviceCompatBaselineInput *input = g_new0(virNodeDeviceCompatBaselineInput, 1);

    input->rules = rules;
    input->flags = flags;
    virNodeDeviceCompatBaselineInputAddBudget(input, ndevices);

    virNodeDeviceCompatBaselineInputAddDevices(input, devices, ndevices);
    virNodeDeviceCompatBaselineInputExpand(input);
    virNodeDeviceCompatBaselineInputUnconfigure(input);
    input->order = g_new0(virNodeDeviceCompatBaselineGroup *, input->groups->len);
    memcpy(input->order, input->groups->pdata, sizeof(*input->order) * input->groups->len);
    virNodeDeviceCompatBaselineInputAddCandidates(input);
    return input;
}


/* Returns what @group makes of @candidate, or VIR_NODE_DEVICE_COMPAT_ERROR if there is
 * too much to compare. */
static virNodeDeviceCompatResult
virNodeDeviceCompatBaselineInputCompare(virNodeDeviceCompatBaselineInput *input,
                                        const virNodeDeviceCompatBaselineCandidate *candidate,
                                        const virNodeDeviceCompatBaselineGroup *group)
{
    return virNodeDeviceCompatCompareExpanded(candidate->compat, group->compat, input->rules,
                                              input->flags, &input->budget, NULL);
}


/* The next candidate is likely to be refused by the device that refused this one. */
static void
virNodeDeviceCompatBaselineInputMoveToFront(virNodeDeviceCompatBaselineInput *input,
                                            size_t at)
{
    virNodeDeviceCompatBaselineGroup *group = input->order[at];

    memmove(input->order + 1, input->order, sizeof(*input->order) * at);
    input->order[0] = group;
}


/* Counts the devices that do not accept @candidate, until they are as many as for
 * @best. Returns 1 if they are fewer, with *best set to what they are, 0 if not, -1 if
 * there is too much to compare. */
static int
virNodeDeviceCompatBaselineInputTry(virNodeDeviceCompatBaselineInput *input,
                                    const virNodeDeviceCompatBaselineCandidate *candidate,
                                    virNodeDeviceCompatBaselineScore *best)
{
    virNodeDeviceCompatBaselineScore score = { .worst = VIR_NODE_DEVICE_COMPAT_IDENTICAL };
    size_t i;

    for (i = 0; i < input->groups->len; i++) {
        virNodeDeviceCompatBaselineGroup *group = input->order[i];
        virNodeDeviceCompatResult verdict =
            virNodeDeviceCompatBaselineInputCompare(input, candidate, group);

        if (verdict == VIR_NODE_DEVICE_COMPAT_ERROR)
            return -1;

        if (virNodeDeviceCompatVerdictRank(verdict) > virNodeDeviceCompatVerdictRank(score.worst))
            score.worst = verdict;
        group->candidate->skip |= verdict == VIR_NODE_DEVICE_COMPAT_IDENTICAL;

        if (virNodeDeviceCompatVerdictIsGood(verdict))
            continue;

        score.nbad += group->ndevices;
        if (verdict == VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE)
            score.nincompatible += group->ndevices;
        virNodeDeviceCompatBaselineInputMoveToFront(input, i);

        if (score.nbad > best->nbad ||
            (score.nbad == best->nbad && score.nincompatible >= best->nincompatible))
            return 0;
    }

    *best = score;
    return 1;
}


/* The candidate that is made of the weakest values */
static virNodeDeviceCompatBaselineCandidate *
virNodeDeviceCompatBaselineInputMakeWeakest(virNodeDeviceCompatBaselineInput *input)
{
    g_autofree const virNodeDeviceCompat **devices = g_new0(const virNodeDeviceCompat *,
                                                            input->groups->len);
    g_autoptr(virNodeDeviceCompat) weakest = NULL;
    size_t i;

    for (i = 0; i < input->groups->len; i++) {
        const virNodeDeviceCompatBaselineGroup *group = g_ptr_array_index(input->groups, i);

        devices[i] = group->compat;
    }

    weakest = virNodeDeviceCompatWeakestMake(devices, input->groups->len, input->rules,
                                             &input->budget);
    return virNodeDeviceCompatBaselineCandidateNew(weakest);
}


/* Returns the first candidate that all devices accept, or NULL. Sets *ret_verdict to the
 * worst verdict of the devices on it, or to VIR_NODE_DEVICE_COMPAT_ERROR if there is too
 * much to compare. */
static const virNodeDeviceCompatBaselineCandidate *
virNodeDeviceCompatBaselineInputFindAccepted(virNodeDeviceCompatBaselineInput *input,
                                             virNodeDeviceCompatResult *ret_verdict)
{
    size_t i;

    for (i = 0; i <= input->ncandidates; i++) {
        virNodeDeviceCompatBaselineScore none = { .nbad = 1 };
        const virNodeDeviceCompatBaselineCandidate *candidate;
        int rc;

        if (i == input->ncandidates)
            g_ptr_array_insert(input->candidates, i,
                               virNodeDeviceCompatBaselineInputMakeWeakest(input));

        candidate = g_ptr_array_index(input->candidates, i);
        rc = virNodeDeviceCompatBaselineInputTry(input, candidate, &none);

        *ret_verdict = rc < 0 ? VIR_NODE_DEVICE_COMPAT_ERROR : none.worst;
        if (rc != 0)
            return rc < 0 ? NULL : candidate;
    }

    return NULL;
}


/* Returns the candidate that most devices accept, the first of those if there are
 * several, or of those that could be looked at. What a device is that found another
 * candidate identical would be accepted by the same ones, so it is not tried. */
static const virNodeDeviceCompatBaselineCandidate *
virNodeDeviceCompatBaselineInputFindBest(virNodeDeviceCompatBaselineInput *input,
                                         virNodeDeviceCompatResult *ret_verdict)
{
    virNodeDeviceCompatBaselineScore score = { .nbad = SIZE_MAX };
    const virNodeDeviceCompatBaselineCandidate *best = NULL;
    size_t i;

    for (i = 0; i < input->groups->len; i++)
        input->order[i]->candidate->skip = false;

    for (i = 0; i <= input->ncandidates; i++) {
        const virNodeDeviceCompatBaselineCandidate *candidate =
            g_ptr_array_index(input->candidates, i);

        if (!candidate->skip &&
            virNodeDeviceCompatBaselineInputTry(input, candidate, &score) > 0)
            best = candidate;
    }

    *ret_verdict = score.worst;
    return best;
}


/* Returns the report on the device of @entry, or NULL if it accepts @candidate or there
 * is too much to compare. */
static virNodeDeviceCompatReport *
virNodeDeviceCompatBaselineInputReport(virNodeDeviceCompatBaselineInput *input,
                                       const virNodeDeviceCompatBaselineCandidate *candidate,
                                       const virNodeDeviceCompatBaselineEntry *entry)
{
    g_autoptr(virNodeDeviceCompatReport) report = g_new0(virNodeDeviceCompatReport, 1);

    if (virNodeDeviceCompatCompareExpanded(candidate->compat, entry->group->compat,
                                           input->rules, input->flags,
                                           &input->budget, report) == VIR_NODE_DEVICE_COMPAT_ERROR)
        return NULL;

    entry->group->accepts =
        virTristateBoolFromBool(virNodeDeviceCompatVerdictIsGood(report->verdict));
    if (entry->group->accepts == VIR_TRISTATE_BOOL_YES)
        return NULL;

    report->target = g_strdup(entry->device->name);
    return g_steal_pointer(&report);
}


/* Reports on the devices that do not accept @candidate, or of which it is not known,
 * those that are the same and of the same name once. Returns -1 if there is too much to
 * compare. */
static int
virNodeDeviceCompatBaselineAddReports(virNodeDeviceCompatBaseline *baseline,
                                      virNodeDeviceCompatBaselineInput *input,
                                      const virNodeDeviceCompatBaselineCandidate *candidate)
{
    size_t size = 0;
    bool full = false;
    size_t i;

    g_qsort_with_data(input->entries, input->nentries, sizeof(*input->entries),
                      virNodeDeviceCompatBaselineEntrySort, NULL);

    for (i = 0; i < input->nentries; i++) {
        const virNodeDeviceCompatBaselineEntry *entry = &input->entries[i];
        g_autoptr(virNodeDeviceCompatReport) report = NULL;

        if (entry->group->accepts == VIR_TRISTATE_BOOL_YES ||
            (i > 0 && virNodeDeviceCompatBaselineEntrySort(entry, entry - 1, NULL) == 0))
            continue;

        if (!full || entry->group->accepts == VIR_TRISTATE_BOOL_ABSENT) {
            report = virNodeDeviceCompatBaselineInputReport(input, candidate, entry);
            if (virNodeDeviceCompatBudgetIsSpent(&input->budget))
                return -1;
            if (!report)
                continue;

            /* the first one is there in any case, for a reason to be */
            size += report->size;
            full = baseline->nreports > 0 && size > VIR_NODE_DEVICE_COMPAT_BASELINE_REPORTS_MAX;
        }

        if (full)
            baseline->nomitted++;
        else
            VIR_APPEND_ELEMENT(baseline->reports, baseline->nreports, report);
    }

    return 0;
}


/* There is too much to compare, whatever was found so far. */
static void
virNodeDeviceCompatBaselineGiveUp(virNodeDeviceCompatBaseline *baseline)
{
    g_clear_object(&baseline->compat);
    while (baseline->nreports > 0)
        virNodeDeviceCompatReportFree(baseline->reports[--baseline->nreports]);
    baseline->nomitted = 0;
    baseline->verdict = VIR_NODE_DEVICE_COMPAT_UNKNOWN;
    baseline->incomplete = true;
}


/* No candidate is accepted by all devices. */
static void
virNodeDeviceCompatBaselineExplain(virNodeDeviceCompatBaseline *baseline,
                                   virNodeDeviceCompatBaselineInput *input)
{
    const virNodeDeviceCompatBaselineCandidate *best;
    virNodeDeviceCompatResult verdict;

    if (!(best = virNodeDeviceCompatBaselineInputFindBest(input, &verdict))) {
        virNodeDeviceCompatBaselineGiveUp(baseline);
        return;
    }

    baseline->verdict = verdict;
    if (verdict != VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE)
        baseline->compat = virNodeDeviceCompatBaselineCandidateCopy(best);

    virNodeDeviceCompatBaselineInputAddBudget(input, baseline->ndevices);
    if (virNodeDeviceCompatBaselineAddReports(baseline, input, best) < 0)
        virNodeDeviceCompatBaselineGiveUp(baseline);
}


/* Adds what has to be set on devices without a value to what is said of no device. */
static void
virNodeDeviceCompatBaselineAddProvisions(virNodeDeviceCompatBaseline *baseline,
                                         const virNodeDeviceCompatBaselineInput *input)
{
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    size_t i;
    size_t j;

    for (i = 0; i < input->groups->len; i++) {
        const virNodeDeviceCompatBaselineGroup *group = g_ptr_array_index(input->groups, i);
        const virNodeDeviceCompatAttrs *self = &group->compat->self;

        for (j = 0; group->unconfigured && j < self->nattrs; j++) {
            virNodeDeviceCompatAttr *attr = self->attrs[j];
            const virNodeDeviceCompatAttr *value =
                virNodeDeviceCompatAttrsFind(&baseline->compat->self, attr->name);

            if (attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_UNSET && value && value->value &&
                g_hash_table_add(names, attr->name))
                virNodeDeviceCompatReportAddProvision(baseline->host, attr->name, value->value,
                                                      attr->order);
        }
    }
}


/**
 * virNodeDeviceCompatBaselineMake:
 * @devices: devices, and what to call them in reports
 * @ndevices: how many; of none nothing is known
 * @rules: vendor rules, or NULL for the built-in ones only
 * @flags: bitwise-OR of virNodeDeviceCompareCompatFlags, of which
 *         VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE matters here
 *
 * The baseline is the first of the devices that all of them accept, without what it
 * accepts itself, or else the device that is made of their weakest values, attribute
 * by attribute, if all accept that. A dynamic attribute that has no value on a device yet
 * can get that of the baseline, which the result says.
 *
 * If there is none, the reports are on the devices that do not accept the candidate
 * that most devices accept. The verdict is INCOMPATIBLE if one of them refuses it.
 * Otherwise it is UNKNOWN, and that candidate is the baseline if what is not known
 * turns out well. If there is too much to compare, the verdict is UNKNOWN and there is
 * no baseline.
 *
 * Returns the result, which is the same for the same devices in any order.
 */
virNodeDeviceCompatBaseline *
virNodeDeviceCompatBaselineMake(const virNodeDeviceCompatDevice *devices,
                                size_t ndevices,
                                const virNodeDeviceCompatRules *rules,
                                unsigned int flags)
{
    g_autoptr(virNodeDeviceCompatBaseline) baseline = g_new0(virNodeDeviceCompatBaseline, 1);
    g_autoptr(virNodeDeviceCompatBaselineInput) input = NULL;
    const virNodeDeviceCompatBaselineCandidate *accepted;
    virNodeDeviceCompatResult verdict;

    baseline->verdict = VIR_NODE_DEVICE_COMPAT_UNKNOWN;
    if (ndevices == 0)
        return g_steal_pointer(&baseline);

    baseline->host = g_new0(virNodeDeviceCompatReport, 1);
    virNodeDeviceCompatRulesReportFaults(rules, baseline->host);
    baseline->ndevices = ndevices;
    input = virNodeDeviceCompatBaselineInputNew(devices, ndevices, rules, flags);
    accepted = virNodeDeviceCompatBaselineInputFindAccepted(input, &verdict);

    if (verdict == VIR_NODE_DEVICE_COMPAT_ERROR) {
        virNodeDeviceCompatBaselineGiveUp(baseline);
    } else if (accepted) {
        baseline->verdict = verdict;
        baseline->compat = virNodeDeviceCompatBaselineCandidateCopy(accepted);
    } else {
        virNodeDeviceCompatBaselineInputAddBudget(input, ndevices);
        virNodeDeviceCompatBaselineExplain(baseline, input);
    }

    if (baseline->compat)
        virNodeDeviceCompatBaselineAddProvisions(baseline, input);

    baseline->work = input->budget.used;
    return g_steal_pointer(&baseline);
}
