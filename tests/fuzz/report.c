/*
 * report.c: fuzz the XML form of a report
 *
 * The input is a document as virNodeDeviceGetCompatReport() returns it.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#include "nodedev_compat/nodedev_compat_json.h"


/* One from another host may have a verdict without a reason. */
static void
fuzzCheck(const void *object)
{
    const virNodeDeviceCompatReport *report = object;
    g_autofree char *message = virNodeDeviceCompatReportToMessage(report);

    FUZZ_CHECK(!message || report->nreasons > 0);
    if (fuzzChoose(4) == 0)
        fuzzCheckJSON(virNodeDeviceCompatReportFormatJSON(report));
}


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    static const fuzzForm form = {
        .parse = (void *(*)(const char *)) virNodeDeviceCompatReportParse,
        .format = (char *(*)(const void *)) virNodeDeviceCompatReportFormat,
        .clear = (void (*)(void *)) virNodeDeviceCompatReportFree,
        .check = fuzzCheck,
    };

    fuzzRoundTrip(&form, data, size);
}
