/*
 * descriptor.c: fuzz the XML form of a descriptor
 *
 * The input is a document as the API takes it.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#include "nodedev_compat_xml.h"
#include "virerror.h"


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    g_autofree char *xml = fuzzText(data, size);
    g_autofree char *name = NULL;
    g_autoptr(virNodeDeviceCompat) compat = NULL;

    if ((compat = virNodeDeviceCompatParseDocument(xml, false, &name))) {
        FUZZ_CHECK(!name || virNodeDeviceCompatValueIsPrintable(name));
        fuzzCheckRoundTrip(compat);
    } else {
        FUZZ_CHECK(virGetLastErrorCode() != VIR_ERR_OK);
        FUZZ_CHECK(!name);
    }
}
