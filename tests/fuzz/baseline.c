/*
 * baseline.c: fuzz the baseline of several devices
 *
 * The input is a document of devices if it begins with "<", else text, the
 * attributes of each device as fuzzDescriptor() takes them, with a line "="
 * between the devices.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#include "nodedev_compat/nodedev_compat_baseline.h"
#include "viralloc.h"
#include "virerror.h"

static virNodeDeviceCompatDevices *
fuzzList(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    virNodeDeviceCompatDevices *list = g_new0(virNodeDeviceCompatDevices, 1);
    size_t max = fuzzChooseDevices();
    size_t first = 0;
    size_t i;

    for (i = 0; list->ndevices < max; i++) {
        virNodeDeviceCompatDevice device = { 0 };
        bool last = !lines[i];

        if (!last && STRNEQ(lines[i], "="))
            continue;

        device.compat = fuzzDescriptor(lines + first, i - first);
        VIR_APPEND_ELEMENT(list->devices, list->ndevices, device);
        first = i + 1;
        if (last)
            break;
    }

    return list;
}


/* What is refused is refused with an error. */
static virNodeDeviceCompatDevices *
fuzzParse(const char *xml)
{
    virNodeDeviceCompatDevices *list = virNodeDeviceCompatDevicesParse(xml, false);

    if (list)
        FUZZ_CHECK(list->ndevices > 0);
    else
        FUZZ_CHECK(virGetLastErrorCode() != VIR_ERR_OK);

    return list;
}


/* No device refuses the baseline, and the reports say what is unknown. */
static void
fuzzCheckBaseline(const virNodeDeviceCompatDevices *list,
                  const virNodeDeviceCompatBaseline *baseline,
                  unsigned int flags)
{
    bool good = baseline->verdict == VIR_NODE_DEVICE_COMPAT_IDENTICAL ||
                baseline->verdict == VIR_NODE_DEVICE_COMPAT_SUPERSET;
    size_t i;

    FUZZ_CHECK((good || baseline->incomplete) == (baseline->nreports == 0));
    for (i = 0; i < baseline->nreports; i++)
        fuzzCheckReport(baseline->reports[i]);

    if (!baseline->compat) {
        FUZZ_CHECK(!good);
        return;
    }

    fuzzCheckRoundTrip(baseline->compat);
    FUZZ_CHECK(baseline->compat->naccepts == 0);

    /* some of the devices have to be given a value first */
    if (baseline->host->nprovisions > 0)
        return;

    for (i = 0; i < list->ndevices; i++) {
        g_autoptr(virNodeDeviceCompatReport) report =
            virNodeDeviceCompatCompare(baseline->compat, list->devices[i].compat,
                                       fuzzRules(), flags);

        FUZZ_CHECK(report->verdict != VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE);
        FUZZ_CHECK(report->verdict != VIR_NODE_DEVICE_COMPAT_UNKNOWN || !good);
    }
}


static void
fuzzCheckXML(const virNodeDeviceCompatBaseline *baseline)
{
    g_autoptr(virNodeDeviceCompatBaseline) parsed = NULL;
    g_autofree char *xml = virNodeDeviceCompatBaselineFormat(baseline);
    g_autofree char *again = NULL;

    parsed = virNodeDeviceCompatBaselineParse(xml);
    if (!parsed)
        fuzzFail(__FILE__, __LINE__, "a result can be parsed", xml, NULL);
    again = virNodeDeviceCompatBaselineFormat(parsed);
    FUZZ_CHECK_EQUAL(xml, again);
}


/* The order of the devices makes no difference. */
static void
fuzzCheckReversed(virNodeDeviceCompatDevices *list,
                  const virNodeDeviceCompatBaseline *baseline,
                  unsigned int flags)
{
    g_autoptr(virNodeDeviceCompatBaseline) reversed = NULL;
    g_autofree char *xml = virNodeDeviceCompatBaselineFormat(baseline);
    g_autofree char *xmlReversed = NULL;
    size_t i;

    for (i = 0; i < list->ndevices / 2; i++) {
        virNodeDeviceCompatDevice device = list->devices[i];

        list->devices[i] = list->devices[list->ndevices - 1 - i];
        list->devices[list->ndevices - 1 - i] = device;
    }

    reversed = virNodeDeviceCompatBaselineMake(list->devices, list->ndevices,
                                               fuzzRules(), flags);
    xmlReversed = virNodeDeviceCompatBaselineFormat(reversed);
    FUZZ_CHECK_EQUAL(xml, xmlReversed);
}


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    g_autofree char *text = fuzzText(data, size);
    unsigned int flags = fuzzChoose(2) ? VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE : 0;
    g_autoptr(virNodeDeviceCompatDevices) list = NULL;
    g_autoptr(virNodeDeviceCompatBaseline) baseline = NULL;

    list = text[0] == '<' ? fuzzParse(text) : fuzzList(text);
    if (!list)
        return;

    baseline = virNodeDeviceCompatBaselineMake(list->devices, list->ndevices,
                                               fuzzRules(), flags);
    fuzzCheckBaseline(list, baseline, flags);

    /* each of these takes as long as all the rest */
    switch (fuzzChoose(8)) {
    case 0:
        fuzzCheckXML(baseline);
        break;
    case 1:
        fuzzCheckReversed(list, baseline, flags);
        break;
    }
}
