/*
 * virt-nodedev-compat-unmatched.c: facts that are about no device
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compat-unmatched.h"
#include "virt-nodedev-compat-host.h"

#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV


/* Of a device that cannot be read, only the names are known: whether it fits the other
 * criteria could not be found out. */
static bool
virtCompatFactGroupMayFit(const virNodeDeviceCompatFactGroup *group,
                          const virtCompatHostDevice *device)
{
    return (!group->device || STREQ(group->device, device->name)) &&
           (!group->parent || !device->parent ||
            STREQ(group->parent, device->parent) ||
            STREQ_NULLABLE(group->parent, device->top));
}


/* Adds the groups about @device to @matched. Returns -1 if there is too much to look at. */
static int
virtCompatMatchFacts(const virNodeDeviceCompatFacts *facts,
                     const virtCompatHostDevice *device,
                     GHashTable *matched)
{
    virNodeDeviceCompatFactNames names = {
        .device = device->kind == VIRT_COMPAT_KIND_TYPE ? NULL : device->name,
        .parent = device->parent,
        .physical = device->top,
    };
    virNodeDeviceCompatBudget budget = { .max = VIR_NODE_DEVICE_COMPAT_WORK_MAX };
    g_autoptr(GPtrArray) found = NULL;
    size_t i;

    if (!device->compat) {
        for (i = 0; i < facts->ngroups; i++) {
            if (virtCompatFactGroupMayFit(facts->groups[i], device))
                g_hash_table_add(matched, facts->groups[i]);
        }
        return 0;
    }

    if (!(found = virNodeDeviceCompatFactsFind(facts, device->compat, &names, &budget)))
        return -1;

    for (i = 0; i < found->len; i++) {
        const virNodeDeviceCompatFactMatch *match = g_ptr_array_index(found, i);

        g_hash_table_add(matched, (void *) match->group);
    }

    return 0;
}


/**
 * virtCompatFindUnmatchedFacts:
 * @facts: facts of the machine
 * @root: root of a copy of a machine, or NULL for this machine
 *
 * Returns the groups of @facts that no device and no type fits, or NULL with an error
 * reported if that could not be found out. The groups are owned by @facts.
 */
GPtrArray *
virtCompatFindUnmatchedFacts(const virNodeDeviceCompatFacts *facts,
                             const char *root)
{
    g_autoptr(GPtrArray) devices = NULL;
    g_autoptr(GPtrArray) unmatched = g_ptr_array_new();
    g_autoptr(GHashTable) matched = g_hash_table_new(NULL, NULL);
    size_t i;

    if (facts->ngroups == 0)
        return g_steal_pointer(&unmatched);

    /* criteria are about what a device is without facts */
    if (!(devices = virtCompatHostRead(root, NULL, true)))
        return NULL;

    for (i = 0; i < devices->len; i++) {
        if (virtCompatMatchFacts(facts, g_ptr_array_index(devices, i), matched) < 0) {
            virReportError(VIR_ERR_OPERATION_FAILED, "%s",
                           _("there are too many facts to find out which devices they are about"));
            return NULL;
        }
    }

    for (i = 0; i < facts->ngroups; i++) {
        if (!g_hash_table_contains(matched, facts->groups[i]))
            g_ptr_array_add(unmatched, facts->groups[i]);
    }

    return g_steal_pointer(&unmatched);
}


/**
 * virtCompatPrintUnmatchedFacts:
 * @unmatched: groups of facts that no device fits
 * @stream: where to print
 *
 * Prints a line for each of them.
 */
void
virtCompatPrintUnmatchedFacts(GPtrArray *unmatched,
                              FILE *stream)
{
    size_t i;

    for (i = 0; i < unmatched->len; i++) {
        const virNodeDeviceCompatFactGroup *group = g_ptr_array_index(unmatched, i);

        fprintf(stream, _("%1$s: no device of this host fits"), group->origin);
        fprintf(stream, "\n");
    }
}
