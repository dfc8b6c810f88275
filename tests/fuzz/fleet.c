/*
 * fleet.c: fuzz files of the devices of hosts
 *
 * The input is one or several files, with a line "=" between them, in JSON or XML. What can
 * be read is a host; the others are hosts of which nothing is known.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedev_compat/nodedev_compat_groups.h"
#include "virerror.h"

#define HOSTS_MAX 4


static void
fuzzAddHost(virNodeDeviceCompatFleet *fleet,
            const char *text)
{
    g_autoptr(GPtrArray) devices = NULL;

    if (text[strspn(text, " \t\r\n")] == '<')
        devices = virNodeDeviceCompatFleetParseXML(text);
    else
        devices = virNodeDeviceCompatFleetParseJSON(text);

    FUZZ_CHECK(devices || virGetLastErrorCode() != VIR_ERR_OK);
    virNodeDeviceCompatFleetAddHost(fleet, "host", "file", devices,
                                    devices ? NULL : virGetLastErrorMessage());
    virResetLastError();
}


/* What comparing by classes comes to, is what comparing devices does. */
static void
fuzzCheckPairs(virNodeDeviceCompatFleet *fleet)
{
    size_t i;
    size_t j;

    for (i = 0; i < fleet->nclasses && i < 4; i++) {
        for (j = 0; j < fleet->nclasses && j < 4; j++) {
            const virNodeDeviceCompatFleetClass *source = fleet->classes[i];
            const virNodeDeviceCompatFleetClass *target = fleet->classes[j];
            g_autoptr(virNodeDeviceCompatReport) report =
                virNodeDeviceCompatFleetGetReport(fleet, i, j);
            virNodeDeviceCompatFleetVerdict verdict =
                virNodeDeviceCompatFleetComparePair(fleet, i, j);

            if (virNodeDeviceCompatFleetVerdictIsGood(verdict))
                FUZZ_CHECK(virNodeDeviceCompatVerdictIsGood(report->verdict));
            if (source->subject && target->subject && source->what == target->what)
                FUZZ_CHECK(virNodeDeviceCompatFleetVerdictIsGood(verdict) ==
                           virNodeDeviceCompatVerdictIsGood(report->verdict));
            if (source->digest && STREQ_NULLABLE(source->digest, target->digest))
                FUZZ_CHECK(report->verdict == VIR_NODE_DEVICE_COMPAT_IDENTICAL);
        }
    }
    FUZZ_CHECK(fleet->patterns->nwrong == 0);
}


static void
fuzzCheckGroups(virNodeDeviceCompatFleet *fleet)
{
    g_autoptr(virNodeDeviceCompatGroups) groups =
        virNodeDeviceCompatGroupsMake(fleet, VIR_NODE_DEVICE_COMPAT_FLEET_ALL);
    size_t i;

    for (i = 0; i < groups->groups->len; i++) {
        const virNodeDeviceCompatGroup *group = g_ptr_array_index(groups->groups, i);

        FUZZ_CHECK(STRPREFIX(group->name, VIR_NODE_DEVICE_COMPAT_GROUP_PREFIX));
        FUZZ_CHECK(virNodeDeviceCompatGroupsGetMoves(groups, i, i) ==
                   VIR_NODE_DEVICE_COMPAT_MOVES_ALL);
    }

    /* a host of which nothing is known is in none */
    for (i = 0; i < fleet->nprofiles; i++) {
        size_t j;
        size_t k;

        for (j = 0; fleet->profiles[i].unread && j < groups->groups->len; j++) {
            const virNodeDeviceCompatGroup *group = g_ptr_array_index(groups->groups, j);

            for (k = 0; k < group->profiles->len; k++)
                FUZZ_CHECK(g_array_index(group->profiles, size_t, k) != i);
        }
    }
}


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    g_autofree char *text = fuzzText(data, size);
    g_auto(GStrv) parts = fuzzParts(text, HOSTS_MAX);
    g_autoptr(virNodeDeviceCompatFleet) fleet = virNodeDeviceCompatFleetNew(fuzzRules(), 0);
    size_t i;

    for (i = 0; parts[i]; i++)
        fuzzAddHost(fleet, parts[i]);
    if (fleet->nhosts == 0)
        return;

    virNodeDeviceCompatFleetComplete(fleet);
    fuzzCheckPairs(fleet);
    fuzzCheckGroups(fleet);
}
