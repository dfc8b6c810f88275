/*
 * find.c: fuzz the search for a device that a guest can continue on
 *
 * The input is text, the attributes of the source as fuzzDescriptor() takes them and,
 * each behind a line "=", those of the devices of a host.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#include "nodedev_compat/nodedev_compat_candidates.h"
#include "nodedev_compat/nodedev_compat_compare.h"

/* What is not in a descriptor depends on the number of the device. */
static void
fuzzAdd(virNodeDeviceCompatCandidates *list,
        const virNodeDeviceCompat *source,
        const virNodeDeviceCompat *target,
        size_t number)
{
    g_autoptr(virNodeDeviceCompatCandidate) candidate = g_new0(virNodeDeviceCompatCandidate, 1);

    candidate->report = virNodeDeviceCompatCompare(source, target, fuzzRules(), 0);
    fuzzCheckReport(candidate->report);
    candidate->name = g_strdup_printf("mdev_%zu", number);
    candidate->state = number % VIR_NODE_DEVICE_COMPAT_STATE_LAST;
    if (number % 3 == 0) {
        candidate->type = g_strdup_printf("type-%zu", number);
        candidate->instances = number;
    }

    virNodeDeviceCompatCandidatesAdd(list, g_steal_pointer(&candidate));
}


/* Those of @targets, from the first or from the last */
static virNodeDeviceCompatCandidates *
fuzzFind(const virNodeDeviceCompat *source,
         GPtrArray *targets,
         bool all,
         bool reversed)
{
    virNodeDeviceCompatCandidates *list = g_new0(virNodeDeviceCompatCandidates, 1);
    size_t i;

    list->all = all;
    for (i = 0; i < targets->len; i++) {
        size_t number = reversed ? targets->len - 1 - i : i;

        fuzzAdd(list, source, g_ptr_array_index(targets, number), number);
    }
    virNodeDeviceCompatCandidatesRank(list);

    return list;
}


static void
fuzzCheckList(const virNodeDeviceCompatCandidates *list)
{
    size_t fits = 0;
    int rank = 0;
    size_t i;

    for (i = 0; i < list->ncandidates; i++) {
        const virNodeDeviceCompatCandidate *candidate = list->candidates[i];
        bool usable = candidate->state != VIR_NODE_DEVICE_COMPAT_STATE_USED;

        if (usable && virNodeDeviceCompatVerdictIsGood(candidate->report->verdict)) {
            /* those that fit come first, the best verdict before the others */
            FUZZ_CHECK(i == fits);
            FUZZ_CHECK(virNodeDeviceCompatVerdictRank(candidate->report->verdict) >= rank);
            rank = virNodeDeviceCompatVerdictRank(candidate->report->verdict);
            fits++;
        } else {
            FUZZ_CHECK(list->all ||
                       candidate->report->verdict == VIR_NODE_DEVICE_COMPAT_UNKNOWN);
        }
    }

    FUZZ_CHECK(list->found == fits);
}


/* The order in which devices are found makes no difference. */
static void
fuzzCheckReversed(const virNodeDeviceCompat *source,
                  GPtrArray *targets,
                  const virNodeDeviceCompatCandidates *list)
{
    g_autoptr(virNodeDeviceCompatCandidates) reversed = NULL;
    g_autofree char *xml = virNodeDeviceCompatCandidatesFormat(list);
    g_autofree char *xmlReversed = NULL;

    reversed = fuzzFind(source, targets, list->all, true);
    xmlReversed = virNodeDeviceCompatCandidatesFormat(reversed);
    FUZZ_CHECK_EQUAL(xml, xmlReversed);
}


static void
fuzzCheckXML(const virNodeDeviceCompatCandidates *list)
{
    g_autoptr(virNodeDeviceCompatCandidates) parsed = NULL;
    g_autofree char *xml = virNodeDeviceCompatCandidatesFormat(list);
    g_autofree char *again = NULL;

    if (!(parsed = virNodeDeviceCompatCandidatesParse(xml)))
        fuzzFail(__FILE__, __LINE__, "a list can be parsed", xml, NULL);
    again = virNodeDeviceCompatCandidatesFormat(parsed);
    FUZZ_CHECK_EQUAL(xml, again);
}


static virNodeDeviceCompat *
fuzzParse(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    return fuzzDescriptor(lines, g_strv_length(lines));
}


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    g_autofree char *text = fuzzText(data, size);
    g_auto(GStrv) parts = fuzzParts(text, fuzzChooseDevices() + 1);
    g_autoptr(virNodeDeviceCompat) source = NULL;
    g_autoptr(GPtrArray) targets = g_ptr_array_new_with_free_func(g_object_unref);
    g_autoptr(virNodeDeviceCompatCandidates) list = NULL;
    size_t i;

    if (!parts[0] || !parts[1])
        return;

    source = fuzzParse(parts[0]);
    for (i = 1; parts[i]; i++)
        g_ptr_array_add(targets, fuzzParse(parts[i]));

    list = fuzzFind(source, targets, fuzzChoose(2), false);
    fuzzCheckList(list);

    /* each of these takes longer than all the rest */
    switch (fuzzChoose(8)) {
    case 0:
        fuzzCheckXML(list);
        break;
    case 1:
        fuzzCheckReversed(source, targets, list);
        break;
    }
}
