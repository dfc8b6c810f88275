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
#include "virerror.h"


int
LLVMFuzzerTestOneInput(const uint8_t *data,
                       size_t size)
{
    g_autofree char *xml = fuzzText(data, size);
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;
    g_autoptr(virNodeDeviceCompatCandidates) list = NULL;
    g_autoptr(virNodeDeviceCompatCandidates) again = NULL;

    virResetLastError();

    if (!(list = virNodeDeviceCompatCandidatesParse(xml))) {
        FUZZ_CHECK(virGetLastErrorCode() != VIR_ERR_OK);
        return 0;
    }

    first = virNodeDeviceCompatCandidatesFormat(list);
    again = virNodeDeviceCompatCandidatesParse(first);
    if (!again)
        fuzzFail(__FILE__, __LINE__, "what was formatted can be parsed", first, NULL);
    FUZZ_CHECK(list->ncandidates == again->ncandidates);
    second = virNodeDeviceCompatCandidatesFormat(again);
    FUZZ_CHECK_EQUAL(first, second);

    return 0;
}
