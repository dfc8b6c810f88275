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

#include "nodedev_compat/nodedev_compat_json.h"


static void
fuzzCheck(const void *object)
{
    if (fuzzChoose(4) == 0)
        fuzzCheckJSON(virNodeDeviceCompatReportsFormatJSON((GPtrArray *) object));
}


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    static const fuzzForm form = {
        .parse = (void *(*)(const char *)) virNodeDeviceCompatReportsParse,
        .format = (char *(*)(const void *)) virNodeDeviceCompatReportsFormat,
        .clear = (void (*)(void *)) g_ptr_array_unref,
        .check = fuzzCheck,
    };

    fuzzRoundTrip(&form, data, size);
}
