/*
 * reports.c: fuzz the XML form of the reports on all devices of a guest
 *
 * The input is a document as virNodeDeviceCompatReportsFormat() writes it.
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
    g_autoptr(GPtrArray) reports = NULL;
    g_autoptr(GPtrArray) again = NULL;

    virResetLastError();

    if (!(reports = virNodeDeviceCompatReportsParse(xml))) {
        FUZZ_CHECK(virGetLastErrorCode() != VIR_ERR_OK);
        return 0;
    }

    first = virNodeDeviceCompatReportsFormat(reports);
    again = virNodeDeviceCompatReportsParse(first);
    if (!again)
        fuzzFail(__FILE__, __LINE__, "what was formatted can be parsed", first, NULL);
    FUZZ_CHECK(reports->len == again->len);
    second = virNodeDeviceCompatReportsFormat(again);
    FUZZ_CHECK_EQUAL(first, second);

    return 0;
}
