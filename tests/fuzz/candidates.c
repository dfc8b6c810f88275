/*
 * candidates.c: fuzz the XML form of a list of candidates
 *
 * The input is a document as virConnectFindCompatNodeDevices() returns it.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#include "nodedev_compat/nodedev_compat_candidates.h"
#include "nodedev_compat/nodedev_compat_json.h"


static void
fuzzCheck(const void *object)
{
    if (fuzzChoose(4) == 0)
        fuzzCheckJSON(virNodeDeviceCompatCandidatesFormatJSON(object));
}


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    static const fuzzForm form = {
        .parse = (void *(*)(const char *)) virNodeDeviceCompatCandidatesParse,
        .format = (char *(*)(const void *)) virNodeDeviceCompatCandidatesFormat,
        .clear = (void (*)(void *)) virNodeDeviceCompatCandidatesFree,
        .check = fuzzCheck,
    };

    fuzzRoundTrip(&form, data, size);
}
