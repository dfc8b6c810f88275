/*
 * compare.c: fuzz the comparison of two descriptors
 *
 * The input is text, the attributes of the source as fuzzDescriptor() takes them
 * and, behind a line "=", those of the target.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedev_compat/nodedev_compat_rules.h"
#include "nodedev_compat_conf.h"
#include "virerror.h"

static const virNodeDeviceCompatRules *rules;


static void
fuzzReportRoundTrip(const virNodeDeviceCompatReport *report)
{
    g_autofree char *xml = virNodeDeviceCompatReportFormat(report);
    g_autofree char *again = NULL;
    g_autoptr(virNodeDeviceCompatReport) parsed = NULL;

    parsed = virNodeDeviceCompatReportParse(xml);
    if (!parsed)
        fuzzFail(__FILE__, __LINE__, "a report can be parsed", xml, NULL);
    again = virNodeDeviceCompatReportFormat(parsed);
    FUZZ_CHECK_EQUAL(xml, again);
}


static virNodeDeviceCompatResult
fuzzCompare(const virNodeDeviceCompat *source,
            const virNodeDeviceCompat *target,
            unsigned int flags)
{
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    g_autofree char *message = NULL;

    report = virNodeDeviceCompatCompare(source, target, rules, flags);
    fuzzCheckReport(report);

    message = virNodeDeviceCompatReportToMessage(report);
    FUZZ_CHECK(message ||
               report->verdict == VIR_NODE_DEVICE_COMPAT_IDENTICAL ||
               report->verdict == VIR_NODE_DEVICE_COMPAT_SUPERSET);

    if (flags == 0)
        fuzzReportRoundTrip(report);

    return report->verdict;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data,
                       size_t size)
{
    g_autofree char *text = fuzzText(data, size);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    size_t nlines = g_strv_length(lines);
    g_autoptr(virNodeDeviceCompat) source = NULL;
    g_autoptr(virNodeDeviceCompat) target = NULL;
    virNodeDeviceCompatResult strict;
    virNodeDeviceCompatResult cross;
    g_autoptr(virNodeDeviceCompatReport) same = NULL;
    size_t middle = 0;

    rules = fuzzRules();
    virResetLastError();

    while (middle < nlines && STRNEQ(lines[middle], "="))
        middle++;

    source = fuzzDescriptor(lines, middle);
    target = middle < nlines ?
        fuzzDescriptor(lines + middle + 1, nlines - middle - 1) :
        virNodeDeviceCompatNew();

    strict = fuzzCompare(source, target, 0);
    cross = fuzzCompare(source, target,
                        VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE);
    FUZZ_CHECK(virNodeDeviceCompatVerdictRank(cross) <= virNodeDeviceCompatVerdictRank(strict));

    same = virNodeDeviceCompatCompare(source, source, rules, 0);
    fuzzCheckReport(same);
    /* version 1.2 as a range is more than version 1.2 */
    FUZZ_CHECK(same->verdict == VIR_NODE_DEVICE_COMPAT_IDENTICAL ||
               same->verdict == VIR_NODE_DEVICE_COMPAT_UNKNOWN ||
               (same->verdict == VIR_NODE_DEVICE_COMPAT_SUPERSET &&
                virNodeDeviceCompatAttrsFind(&source->self, "range")));

    return 0;
}
