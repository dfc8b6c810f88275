/*
 * nodedev_compat_baseline.c: what a guest may rely on with each of many devices
 *
 * Each alternative of a device is a set of limits, one for each attribute, that
 * a source must be within. Those of one device after the other meet in what all
 * of them take; of that the best source is the baseline. Then each device is
 * compared with it, so that no baseline is returned that one of them refuses.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_baseline.h"

#include "nodedev_compat_alternatives.h"
#include "nodedev_compat_way.h"
#include "viralloc.h"
#include "nodedev_compat_xml.h"
#include "nodedev_compat_list.h"
#include "nodedev_compat/nodedev_compat_rules.h"
#include "nodedev_compat_conf.h"

#define KIND(name) VIR_NODE_DEVICE_COMPAT_RULE_ ## name

/* A device and its text, by which devices are sorted */
typedef struct _virNodeDeviceCompatEntry virNodeDeviceCompatEntry;
struct _virNodeDeviceCompatEntry {
    const virNodeDeviceCompatDevice *device;
    const char *text;
};

typedef struct _virNodeDeviceCompatMeeting virNodeDeviceCompatMeeting;
struct _virNodeDeviceCompatMeeting {
    virNodeDeviceCompatTerms terms;

    size_t nentries;                /* all devices, sorted */
    virNodeDeviceCompatEntry *entries;
    GPtrArray *devices;             /* those that differ, in that order, without
                                     * variables */
    size_t nalternatives;           /* of those that were met so far */
    size_t nwritten;                /* attributes that variables were written out to */

    GPtrArray *ways;
    bool incomplete;
};

/* A source that could be the baseline */
typedef struct _virNodeDeviceCompatProposal virNodeDeviceCompatProposal;
struct _virNodeDeviceCompatProposal {
    virNodeDeviceCompat *compat;
    char *text;
    bool doubtful;                  /* as the way that it was made for */
    size_t nalike;                  /* devices that are just like it */
};


static void
virNodeDeviceCompatMeetingFree(virNodeDeviceCompatMeeting *meeting)
{
    if (!meeting)
        return;

    g_free(meeting->entries);
    g_ptr_array_unref(meeting->devices);
    g_clear_pointer(&meeting->ways, g_ptr_array_unref);
    g_hash_table_unref(meeting->terms.weak);
    g_string_chunk_free(meeting->terms.strings);
    g_free(meeting);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatMeeting, virNodeDeviceCompatMeetingFree);


static void
virNodeDeviceCompatProposalFree(virNodeDeviceCompatProposal *proposal)
{
    if (!proposal)
        return;

    g_clear_object(&proposal->compat);
    g_free(proposal->text);
    g_free(proposal);
}


void
virNodeDeviceCompatBaselineFree(virNodeDeviceCompatBaseline *baseline)
{
    size_t i;

    if (!baseline)
        return;

    g_clear_object(&baseline->compat);
    for (i = 0; i < baseline->nreports; i++)
        virNodeDeviceCompatReportFree(baseline->reports[i]);
    g_free(baseline->reports);
    g_free(baseline);
}


/* Makes room for a way that is not in doubt. Returns false if all are such. */
static bool
virNodeDeviceCompatWaysDropDoubtful(GPtrArray *ways)
{
    size_t i;

    for (i = ways->len; i > 0; i--) {
        const virNodeDeviceCompatWay *way = g_ptr_array_index(ways, i - 1);

        if (way->doubtful) {
            g_ptr_array_remove_index(ways, i - 1);
            return true;
        }
    }

    return false;
}


/* Adds @newWay to @ways, of which none includes another. */
static void
virNodeDeviceCompatMeetingAddWay(virNodeDeviceCompatMeeting *meeting,
                                 GPtrArray *ways,
                                 virNodeDeviceCompatWay *newWay)
{
    g_autoptr(virNodeDeviceCompatWay) way = newWay;
    size_t i = 0;

    for (i = 0; i < ways->len; i++) {
        if (virNodeDeviceCompatWayIncludes(g_ptr_array_index(ways, i), way))
            return;
    }

    for (i = 0; i < ways->len;) {
        if (virNodeDeviceCompatWayIncludes(way, g_ptr_array_index(ways, i)))
            g_ptr_array_remove_index(ways, i);
        else
            i++;
    }

    if (ways->len >= VIR_NODE_DEVICE_COMPAT_BASELINE_WAYS_MAX) {
        meeting->incomplete = true;
        if (way->doubtful || !virNodeDeviceCompatWaysDropDoubtful(ways))
            return;
    }

    g_ptr_array_add(ways, g_steal_pointer(&way));
}


/* The ways of what was met so far meet those of @device. If none is left, it is
 * passed over, for the comparison to tell why it does not go with the others. */
static void
virNodeDeviceCompatMeetingAddDevice(virNodeDeviceCompatMeeting *meeting,
                                    const virNodeDeviceCompat *device)
{
    GDestroyNotify freeWay = (GDestroyNotify)virNodeDeviceCompatWayFree;
    g_autoptr(GPtrArray) ways = g_ptr_array_new_with_free_func(freeWay);
    size_t i;
    size_t j;

    for (i = 0; i <= device->naccepts; i++) {
        g_autoptr(virNodeDeviceCompatWay) own = NULL;

        /* what a device is itself counts in any case */
        if (i > 0 && meeting->nalternatives >= VIR_NODE_DEVICE_COMPAT_BASELINE_ALTERNATIVES_MAX) {
            meeting->incomplete = true;
            break;
        }
        meeting->nalternatives++;

        own =
            virNodeDeviceCompatWayNew(&meeting->terms, device, i > 0 ? device->accepts[i - 1] : NULL);

        if (!own)
            continue;

        if (!meeting->ways) {
            virNodeDeviceCompatMeetingAddWay(meeting, ways, g_steal_pointer(&own));
            continue;
        }

        for (j = 0; j < meeting->ways->len; j++) {
            virNodeDeviceCompatWay *both =
                virNodeDeviceCompatWayMeet(&meeting->terms, g_ptr_array_index(meeting->ways, j), own);

            if (both)
                virNodeDeviceCompatMeetingAddWay(meeting, ways, both);
        }
    }

    if (ways->len == 0)
        return;

    g_clear_pointer(&meeting->ways, g_ptr_array_unref);
    meeting->ways = g_steal_pointer(&ways);
}


/* Finds the attributes that not every device publishes: where the others do not
 * agree in one, the baseline is without it, as such a device is. */
static void
virNodeDeviceCompatMeetingFindWeak(virNodeDeviceCompatMeeting *meeting)
{
    g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTableIter iter;
    void *name;
    void *count;
    size_t i;
    size_t j;

    for (i = 0; i < meeting->devices->len; i++) {
        const virNodeDeviceCompat *device = g_ptr_array_index(meeting->devices, i);

        for (j = 0; j < device->self.nattrs; j++) {
            const virNodeDeviceCompatAttr *attr = device->self.attrs[j];
            const virNodeDeviceCompatRule *rule =
                virNodeDeviceCompatRulesFind(meeting->terms.rules, device, attr->name);

            if (rule->kind == KIND(IGNORE) ||
                (attr->derived && !rule->vendor && !rule->required))
                g_hash_table_add(meeting->terms.weak, attr->name);

            count = g_hash_table_lookup(counts, attr->name);
            g_hash_table_insert(counts, attr->name,
                                GSIZE_TO_POINTER(GPOINTER_TO_SIZE(count) + 1));
        }
    }

    g_hash_table_iter_init(&iter, counts);
    while (g_hash_table_iter_next(&iter, &name, &count)) {
        if (GPOINTER_TO_SIZE(count) < meeting->devices->len)
            g_hash_table_add(meeting->terms.weak, name);
    }

    /* such a device is unknown rather than without, unless its rules say so */
    for (i = 0; i < VIR_NODE_DEVICE_COMPAT_REQUIRED; i++) {
        bool weak = false;

        for (j = 0; j < meeting->devices->len && !weak; j++) {
            const virNodeDeviceCompat *device = g_ptr_array_index(meeting->devices, j);

            weak = !virNodeDeviceCompatAttrsFind(&device->self, virNodeDeviceCompatRequired[i]) &&
                   !virNodeDeviceCompatRulesFind(meeting->terms.rules, device, virNodeDeviceCompatRequired[i])->required;
        }
        if (!weak)
            g_hash_table_remove(meeting->terms.weak, virNodeDeviceCompatRequired[i]);
    }
}


static int
virNodeDeviceCompatEntrySort(const void *a,
                             const void *b,
                             void *opaque G_GNUC_UNUSED)
{
    const virNodeDeviceCompatEntry *entryA = a;
    const virNodeDeviceCompatEntry *entryB = b;

    return strcmp(entryA->text, entryB->text);
}


static int
virNodeDeviceCompatEntrySortByName(const void *a,
                                   const void *b,
                                   void *opaque G_GNUC_UNUSED)
{
    const virNodeDeviceCompatEntry *entryA = a;
    const virNodeDeviceCompatEntry *entryB = b;
    int order = g_strcmp0(entryA->device->name, entryB->device->name);

    return order ? order : strcmp(entryA->text, entryB->text);
}


/* Returns @device without variables. Those of a few devices can stand for more than
 * could be held and looked at. */
static virNodeDeviceCompat *
virNodeDeviceCompatMeetingWriteOut(virNodeDeviceCompatMeeting *meeting,
                                   virNodeDeviceCompat *device)
{
    g_autoptr(virNodeDeviceCompat) expanded = virNodeDeviceCompatExpand(device);
    size_t nattrs = 0;
    size_t i;

    if (!expanded)
        return g_object_ref(device);

    for (i = 0; i < expanded->naccepts; i++)
        nattrs += expanded->accepts[i]->nattrs;

    if (meeting->nwritten + nattrs > VIR_NODE_DEVICE_COMPAT_BASELINE_WRITTEN_MAX) {
        meeting->incomplete = true;
        return virNodeDeviceCompatDropVariables(device);
    }

    meeting->nwritten += nattrs;
    return g_steal_pointer(&expanded);
}


static virNodeDeviceCompatMeeting *
virNodeDeviceCompatMeetingNew(const virNodeDeviceCompatDevice *devices,
                              size_t ndevices,
                              const virNodeDeviceCompatRules *rules,
                              unsigned int flags)
{
    virNodeDeviceCompatMeeting *meeting = g_new0(virNodeDeviceCompatMeeting, 1);
    size_t i;

    meeting->terms.rules = rules;
    meeting->terms.flags = flags;
    meeting->terms.strings = g_string_chunk_new(4096);
    meeting->terms.weak = g_hash_table_new(g_str_hash, g_str_equal);
    meeting->devices = g_ptr_array_new_with_free_func(g_object_unref);
    meeting->nentries = ndevices;
    meeting->entries = g_new0(virNodeDeviceCompatEntry, ndevices);

    for (i = 0; i < ndevices; i++) {
        g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

        virNodeDeviceCompatFormat(&buf, devices[i].compat);
        meeting->entries[i].device = &devices[i];
        meeting->entries[i].text = g_string_chunk_insert(meeting->terms.strings,
                                                         virBufferCurrentContent(&buf));
    }

    g_qsort_with_data(meeting->entries, ndevices, sizeof(*meeting->entries),
                      virNodeDeviceCompatEntrySort, NULL);

    for (i = 0; i < ndevices; i++) {
        virNodeDeviceCompat *device = meeting->entries[i].device->compat;

        if (i > 0 && STREQ(meeting->entries[i - 1].text, meeting->entries[i].text))
            continue;

        g_ptr_array_add(meeting->devices, virNodeDeviceCompatMeetingWriteOut(meeting, device));
    }

    return meeting;
}


/* Returns true if @value, a possible spelling of what is best within @limit, is
 * to be preferred to @other: the earlier version or lower number, else the one
 * that sorts first. */
static bool
virNodeDeviceCompatValuePrecedes(const virNodeDeviceCompatLimit *limit,
                                 const char *value,
                                 const char *other)
{
    virNodeDeviceCompatVersion point;
    virNodeDeviceCompatVersion otherPoint;
    int order = 0;

    if (limit->ranges &&
        virNodeDeviceCompatPointParse(limit->rangeType, value, &point) == 0 &&
        virNodeDeviceCompatPointParse(limit->rangeType, other, &otherPoint) == 0)
        order = virNodeDeviceCompatVersionCompare(&point, &otherPoint);

    return order ? order < 0 : strcmp(value, other) < 0;
}


/* The best value within @limit. One that a device has itself is preferred to one
 * that is only accepted; so a single device's baseline is that device. */
static char *
virNodeDeviceCompatMeetingChoose(virNodeDeviceCompatMeeting *meeting,
                                 const virNodeDeviceCompatLimit *limit)
{
    const char *best = NULL;
    size_t i;

    for (i = 0; i < meeting->devices->len; i++) {
        const virNodeDeviceCompat *device = g_ptr_array_index(meeting->devices, i);
        const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAttrsFind(&device->self, limit->name);
        const virNodeDeviceCompatRule *rule;
        const char *value;

        if (!attr || attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK)
            continue;

        rule = virNodeDeviceCompatRulesFind(meeting->terms.rules, device, limit->name);
        value = virNodeDeviceCompatTermsGetValue(&meeting->terms, rule, attr, false);

        if (!value || !virNodeDeviceCompatLimitIsBest(limit, value) ||
            (best && !virNodeDeviceCompatValuePrecedes(limit, attr->value, best)))
            continue;

        best = attr->value;
        if (!rule->vendor && limit->nlist == 1)
            break;
    }

    return best ? g_strdup(best) : virNodeDeviceCompatLimitMakeBest(limit);
}


/* Where the rules of devices differ, what one takes for a value may be none to
 * another. */
static bool
virNodeDeviceCompatMeetingIsValue(virNodeDeviceCompatMeeting *meeting,
                                  const char *name,
                                  const char *value)
{
    size_t i;

    for (i = 0; meeting->terms.rules && i < meeting->devices->len; i++) {
        const virNodeDeviceCompatRule *rule =
            virNodeDeviceCompatRulesFind(meeting->terms.rules,
                                         g_ptr_array_index(meeting->devices, i), name);
        g_autofree char *canonical = NULL;

        if (rule->vendor && rule->kind != KIND(IGNORE) &&
            !(canonical = virNodeDeviceCompatValueNormalize(rule->value, value)))
            return false;
    }

    return true;
}


/* The best source that passes @way */
static virNodeDeviceCompat *
virNodeDeviceCompatMeetingMakeSource(virNodeDeviceCompatMeeting *meeting,
                                     const virNodeDeviceCompatWay *way)
{
    g_autoptr(virNodeDeviceCompat) compat = virNodeDeviceCompatNew();
    size_t i;

    for (i = 0; i < way->nlimits; i++) {
        const virNodeDeviceCompatLimit *limit = &way->limits[i];
        g_autofree char *value = NULL;
        virNodeDeviceCompatAttr *attr;

        if (virNodeDeviceCompatLimitIsOpen(limit))
            continue;

        value = virNodeDeviceCompatMeetingChoose(meeting, limit);
        if (!virNodeDeviceCompatMeetingIsValue(meeting, limit->name, value))
            continue;

        attr = virNodeDeviceCompatAdd(compat, NULL, limit->name, value);

        if (attr && !virNodeDeviceCompatRuleGetDefault(limit->name)->required) {
            attr->dynamic = limit->dynamic;
            attr->derived = limit->derived;
        }
    }

    return g_steal_pointer(&compat);
}


/* Is @value, of the baseline, what @attr of @device is? Under some rules that is a
 * list. */
static bool
virNodeDeviceCompatMeetingIsOf(virNodeDeviceCompatMeeting *meeting,
                               const virNodeDeviceCompat *device,
                               const virNodeDeviceCompatAttr *attr,
                               const char *value)
{
    const virNodeDeviceCompatRule *rule;
    const char *list;

    if (attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK)
        return false;
    if (STREQ(attr->value, value))
        return true;

    rule = virNodeDeviceCompatRulesFind(meeting->terms.rules, device, attr->name);
    return virNodeDeviceCompatRuleTakesList(rule) &&
           (list = virNodeDeviceCompatTermsGetValue(&meeting->terms, rule, attr, true)) &&
           virNodeDeviceCompatValueIsAccepted(rule->value, list, value);
}


/* Does @device say the same of itself? What the baseline is without because devices
 * need not agree on it does not count. */
static bool
virNodeDeviceCompatMeetingIsLike(virNodeDeviceCompatMeeting *meeting,
                                 const virNodeDeviceCompat *compat,
                                 const virNodeDeviceCompat *device)
{
    size_t nequal = 0;
    size_t i;

    for (i = 0; i < device->self.nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = device->self.attrs[i];
        const virNodeDeviceCompatAttr *own = virNodeDeviceCompatAttrsFind(&compat->self, attr->name);

        if (!own) {
            if (!g_hash_table_contains(meeting->terms.weak, attr->name))
                return false;
            continue;
        }

        if (!virNodeDeviceCompatMeetingIsOf(meeting, device, attr, own->value))
            return false;
        nequal++;
    }

    return nequal == compat->self.nattrs;
}


static virNodeDeviceCompatProposal *
virNodeDeviceCompatMeetingMakeProposal(virNodeDeviceCompatMeeting *meeting,
                                       const virNodeDeviceCompatWay *way)
{
    virNodeDeviceCompatProposal *proposal = g_new0(virNodeDeviceCompatProposal, 1);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    proposal->compat = virNodeDeviceCompatMeetingMakeSource(meeting, way);
    proposal->doubtful = way->doubtful;
    virNodeDeviceCompatFormat(&buf, proposal->compat);
    proposal->text = virBufferContentAndReset(&buf);

    for (i = 0; i < meeting->devices->len; i++) {
        if (virNodeDeviceCompatMeetingIsLike(meeting, proposal->compat,
                                             g_ptr_array_index(meeting->devices, i)))
            proposal->nalike++;
    }

    return proposal;
}


/* Less doubt first, then more devices that are just like it, then what sorts
 * first */
static int
virNodeDeviceCompatProposalSort(const void *a,
                                const void *b)
{
    const virNodeDeviceCompatProposal *one = *(virNodeDeviceCompatProposal *const *)a;
    const virNodeDeviceCompatProposal *other = *(virNodeDeviceCompatProposal *const *)b;

    if (one->doubtful != other->doubtful)
        return one->doubtful ? 1 : -1;
    if (one->nalike != other->nalike)
        return one->nalike > other->nalike ? -1 : 1;
    return strcmp(one->text, other->text);
}


/* Compares the devices with @proposal, until one gives a verdict that is as bad as
 * @bound. Returns the worst verdict. */
static virNodeDeviceCompatResult
virNodeDeviceCompatMeetingTry(virNodeDeviceCompatMeeting *meeting,
                              const virNodeDeviceCompatProposal *proposal,
                              virNodeDeviceCompatResult bound)
{
    virNodeDeviceCompatResult worst = VIR_NODE_DEVICE_COMPAT_IDENTICAL;
    size_t i;

    for (i = 0; i < meeting->devices->len; i++) {
        g_autoptr(virNodeDeviceCompatReport) report =
            virNodeDeviceCompatCompare(proposal->compat,
                                       g_ptr_array_index(meeting->devices, i),
                                       meeting->terms.rules, meeting->terms.flags);

        if (virNodeDeviceCompatVerdictRank(report->verdict) >
            virNodeDeviceCompatVerdictRank(worst))
            worst = report->verdict;
        if (virNodeDeviceCompatVerdictRank(worst) >= virNodeDeviceCompatVerdictRank(bound))
            break;
    }

    return worst;
}


/* The first proposal that all devices take, or else the first of those that come
 * closest to that. Sets *ret_verdict to the worst verdict of the devices on it. */
static virNodeDeviceCompat *
virNodeDeviceCompatMeetingFindBest(virNodeDeviceCompatMeeting *meeting,
                                   virNodeDeviceCompatResult *ret_verdict)
{
    GDestroyNotify freeProposal = (GDestroyNotify)virNodeDeviceCompatProposalFree;
    g_autoptr(GPtrArray) proposals = g_ptr_array_new_with_free_func(freeProposal);
    virNodeDeviceCompatResult verdict = VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE;
    const virNodeDeviceCompatProposal *best;
    size_t i;

    for (i = 0; i < meeting->ways->len; i++)
        g_ptr_array_add(proposals,
                        virNodeDeviceCompatMeetingMakeProposal(meeting,
                                                               g_ptr_array_index(meeting->ways, i)));
    g_ptr_array_sort(proposals, virNodeDeviceCompatProposalSort);

    best = g_ptr_array_index(proposals, 0);
    for (i = 0; i < proposals->len && !virNodeDeviceCompatVerdictIsGood(verdict); i++) {
        const virNodeDeviceCompatProposal *proposal = g_ptr_array_index(proposals, i);
        virNodeDeviceCompatResult worst =
            virNodeDeviceCompatMeetingTry(meeting, proposal, verdict);

        if (virNodeDeviceCompatVerdictRank(worst) < virNodeDeviceCompatVerdictRank(verdict)) {
            best = proposal;
            verdict = worst;
        }
    }

    *ret_verdict = verdict;
    return g_object_ref(best->compat);
}


static size_t
virNodeDeviceCompatReportSize(const virNodeDeviceCompatReport *report)
{
    size_t size = 0;
    size_t i;

    for (i = 0; i < report->nreasons; i++) {
        const virNodeDeviceCompatReason *reason = report->reasons[i];

        size += strlen(reason->attr) + strlen(reason->message) +
                strlen(NULLSTR_EMPTY(reason->source)) + strlen(NULLSTR_EMPTY(reason->target));
    }

    return size;
}


/* Reports on the devices that do not take @source, or of which it is not known,
 * those that are the same and of the same name once */
static void
virNodeDeviceCompatBaselineAddReports(virNodeDeviceCompatBaseline *baseline,
                                      virNodeDeviceCompatMeeting *meeting,
                                      const virNodeDeviceCompat *source)
{
    size_t size = 0;
    size_t i;

    g_qsort_with_data(meeting->entries, meeting->nentries, sizeof(*meeting->entries),
                      virNodeDeviceCompatEntrySortByName, NULL);

    for (i = 0; i < meeting->nentries; i++) {
        const virNodeDeviceCompatEntry *entry = &meeting->entries[i];
        g_autoptr(virNodeDeviceCompatReport) report = NULL;

        if (i > 0 && virNodeDeviceCompatEntrySortByName(entry, entry - 1, NULL) == 0)
            continue;

        report = virNodeDeviceCompatCompare(source, entry->device->compat,
                                            meeting->terms.rules, meeting->terms.flags);
        if (virNodeDeviceCompatVerdictIsGood(report->verdict))
            continue;

        /* the first one is there in any case, for a reason to be */
        size += virNodeDeviceCompatReportSize(report);
        if (baseline->nreports > 0 && size > VIR_NODE_DEVICE_COMPAT_BASELINE_REPORTS_MAX) {
            baseline->nomitted++;
            continue;
        }

        report->target = g_strdup(entry->device->name);
        VIR_APPEND_ELEMENT(baseline->reports, baseline->nreports, report);
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
 * The baseline's attributes are those that all devices have, and their values
 * such that each device takes a guest that uses them. It accepts nothing itself
 * and has no opaque string.
 *
 * The verdict is the worst of those of the devices, each of them the target and
 * the baseline the source. If that is INCOMPATIBLE there is no baseline, and the
 * reports tell which devices do not go with the others. If it is UNKNOWN they
 * tell what is not known of which device.
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
    g_autoptr(virNodeDeviceCompatMeeting) meeting = NULL;
    g_autoptr(virNodeDeviceCompat) best = NULL;
    size_t i;

    baseline->verdict = VIR_NODE_DEVICE_COMPAT_UNKNOWN;
    if (ndevices == 0)
        return g_steal_pointer(&baseline);

    meeting = virNodeDeviceCompatMeetingNew(devices, ndevices, rules, flags);
    virNodeDeviceCompatMeetingFindWeak(meeting);
    for (i = 0; i < meeting->devices->len; i++)
        virNodeDeviceCompatMeetingAddDevice(meeting, g_ptr_array_index(meeting->devices, i));

    best = virNodeDeviceCompatMeetingFindBest(meeting, &baseline->verdict);

    baseline->ndevices = ndevices;
    if (!virNodeDeviceCompatVerdictIsGood(baseline->verdict))
        virNodeDeviceCompatBaselineAddReports(baseline, meeting, best);

    if (baseline->verdict != VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE) {
        baseline->compat = g_steal_pointer(&best);
    } else if (meeting->incomplete) {
        /* there may be one among those that were not looked at */
        baseline->incomplete = true;
        baseline->verdict = VIR_NODE_DEVICE_COMPAT_UNKNOWN;
    }

    return g_steal_pointer(&baseline);
}
