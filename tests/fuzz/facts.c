/*
 * facts.c: fuzz the files of facts
 *
 * The input is a document, read where it can be one of rules as well, and for a
 * device that many criteria fit.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#include "nodedev_compat/evidence/nodedev_compat_files_read.h"
#include "nodedev_compat/nodedev_compat_rules.h"
#include "nodedev_compat_conf.h"
#include "virerror.h"


static virNodeDeviceCompat *
fuzzDevice(void)
{
    virNodeDeviceCompat *device = virNodeDeviceCompatNew();

    virNodeDeviceCompatAdd(device, NULL, "device_api", "vfio-pci");
    virNodeDeviceCompatAdd(device, NULL, "type", "pci-15b3-101e");
    virNodeDeviceCompatAdd(device, NULL, "driver", "mlx5_core");
    virNodeDeviceCompatAdd(device, NULL, "pci_id", "15b3:101e");

    return device;
}


/* Facts are about some devices only, have no attribute that the kernel always knows,
 * and make a whole descriptor. */
static void
fuzzCheckGroup(const virNodeDeviceCompatFactGroup *group)
{
    const virNodeDeviceCompatAttrs *self = &group->compat->self;
    size_t i;

    FUZZ_CHECK(group->device || group->parent ||
               !virNodeDeviceCompatCriteriaIsEmpty(&group->criteria));
    FUZZ_CHECK(STRPREFIX(group->origin, "file.xml:"));

    FUZZ_CHECK(!virNodeDeviceCompatAttrsFind(self, "device_api"));
    FUZZ_CHECK(!virNodeDeviceCompatAttrsFind(self, "type"));
    for (i = 0; i < self->nattrs; i++)
        FUZZ_CHECK(self->attrs[i]->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK);

    fuzzCheckRoundTrip(group->compat);
}


/* The most specific come first. */
static void
fuzzFind(const virNodeDeviceCompatFacts *facts,
         const virNodeDeviceCompat *device)
{
    virNodeDeviceCompatFactNames names = {
        .device = "4b20d080-1b54-4048-85b3-a6a62d165c01",
        .parent = "0000:3b:00.2",
        .physical = "0000:3b:00.0",
    };
    virNodeDeviceCompatBudget budget = { .max = VIR_NODE_DEVICE_COMPAT_WORK_MAX };
    g_autoptr(GPtrArray) found = virNodeDeviceCompatFactsFind(facts, device, &names, &budget);
    size_t i;

    FUZZ_CHECK(found->len <= facts->ngroups);
    for (i = 1; i < found->len; i++) {
        const virNodeDeviceCompatFactMatch *a = g_ptr_array_index(found, i - 1);
        const virNodeDeviceCompatFactMatch *b = g_ptr_array_index(found, i);

        FUZZ_CHECK(a->rank <= b->rank);
    }
}


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    g_autofree char *xml = fuzzText(data, size);
    g_autoptr(virNodeDeviceCompat) device = fuzzDevice();
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();
    virNodeDeviceCompatFileKind kind;
    size_t i;

    if (virNodeDeviceCompatFileParse(rules, facts, xml, "file.xml", &kind) < 0) {
        /* never half-applied, and the error names the file */
        FUZZ_CHECK(rules->ngroups == 0 && facts->ngroups == 0);
        FUZZ_CHECK(strstr(virGetLastErrorMessage(), "file.xml"));
    } else {
        FUZZ_CHECK(virGetLastErrorCode() == VIR_ERR_OK);
    }

    for (i = 0; i < facts->ngroups; i++)
        fuzzCheckGroup(facts->groups[i]);
    fuzzFind(facts, device);
}
