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

/* More take longer, and find no more */
#define FUZZ_DEVICES 12


/* What is not in a descriptor depends on the number of the device. */
static void
fuzzAdd(virNodeDeviceCompatCandidates *list,
        const virNodeDeviceCompat *source,
        const char *text,
        size_t number)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(virNodeDeviceCompat) target = fuzzDescriptor(lines, g_strv_length(lines));
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


/* Those of @parts, from the first or from the last */
static virNodeDeviceCompatCandidates *
fuzzFind(const virNodeDeviceCompat *source,
         char **parts,
         size_t ndevices,
         bool all,
         bool reversed)
{
    virNodeDeviceCompatCandidates *list = g_new0(virNodeDeviceCompatCandidates, 1);
    size_t i;

    list->all = all;
    for (i = 0; i < ndevices; i++) {
        size_t number = reversed ? ndevices - 1 - i : i;

        fuzzAdd(list, source, parts[number], number);
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


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    g_autofree char *text = fuzzText(data, size);
    g_auto(GStrv) parts = fuzzParts(text, FUZZ_DEVICES + 1);
    g_auto(GStrv) lines = parts[0] ? g_strsplit(parts[0], "\n", -1) : NULL;
    g_autoptr(virNodeDeviceCompat) source = NULL;
    bool all;

    if (!parts[0] || !parts[1])
        return;

    source = fuzzDescriptor(lines, g_strv_length(lines));
    for (all = false; ; all = true) {
        size_t ndevices = g_strv_length(parts + 1);
        g_autoptr(virNodeDeviceCompatCandidates) list =
            fuzzFind(source, parts + 1, ndevices, all, false);
        g_autoptr(virNodeDeviceCompatCandidates) reversed =
            fuzzFind(source, parts + 1, ndevices, all, true);
        g_autofree char *xml = virNodeDeviceCompatCandidatesFormat(list);
        g_autofree char *xmlReversed = virNodeDeviceCompatCandidatesFormat(reversed);
        g_autofree char *again = NULL;
        g_autoptr(virNodeDeviceCompatCandidates) parsed = NULL;

        fuzzCheckList(list);
        FUZZ_CHECK_EQUAL(xml, xmlReversed);
        if (!(parsed = virNodeDeviceCompatCandidatesParse(xml)))
            fuzzFail(__FILE__, __LINE__, "a list can be parsed", xml, NULL);
        again = virNodeDeviceCompatCandidatesFormat(parsed);
        FUZZ_CHECK_EQUAL(xml, again);

        if (all)
            break;
    }
}
