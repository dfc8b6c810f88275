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

#include "virerror.h"


int
LLVMFuzzerTestOneInput(const uint8_t *data,
                       size_t size)
{
    g_autofree char *xml = fuzzText(data, size);
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;
    g_autofree char *message = NULL;
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    g_autoptr(virNodeDeviceCompatReport) again = NULL;

    virResetLastError();

    if (!(report = virNodeDeviceCompatReportParse(xml))) {
        FUZZ_CHECK(virGetLastErrorCode() != VIR_ERR_OK);
        return 0;
    }

    message = virNodeDeviceCompatReportToMessage(report);
    first = virNodeDeviceCompatReportFormat(report);
    again = virNodeDeviceCompatReportParse(first);
    if (!again)
        fuzzFail(__FILE__, __LINE__, "what was formatted can be parsed", first, NULL);
    second = virNodeDeviceCompatReportFormat(again);
    FUZZ_CHECK_EQUAL(first, second);

    return 0;
}
