/*
 * policy.c: fuzz the policy file of a host
 *
 * The input is the content of the file.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#include "hypervisor/domain_hostdev_compat_policy.h"
#include "virerror.h"


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    g_autofree char *content = fuzzText(data, size);
    g_autoptr(virDomainHostdevCompatPolicy) policy = NULL;
    size_t i;

    if (!(policy = virDomainHostdevCompatPolicyParse(content, "file.conf"))) {
        /* it says which file it was */
        FUZZ_CHECK(strstr(virGetLastErrorMessage(), "file.conf:"));
        return;
    }

    FUZZ_CHECK(virGetLastErrorCode() == VIR_ERR_OK);
    FUZZ_CHECK(virDomainHostdevCompatModeTypeToString(policy->mode));
    for (i = 0; policy->ignore && policy->ignore[i]; i++)
        FUZZ_CHECK(virNodeDeviceCompatReasonCodeTypeFromString(policy->ignore[i]) >= 0);
}
