/*
 * pair.c: fuzz documents together with what is done with them
 *
 * The input is a file of rules or of facts, the document of a source and that of a
 * target, with a line "=" between them: what reaches a host from a vendor, from
 * another host and from its own.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#include "nodedev_compat/evidence/nodedev_compat_files_read.h"
#include "nodedev_compat_xml.h"


static virNodeDeviceCompat *
fuzzParse(const char *xml)
{
    g_autofree char *name = NULL;

    return xml ? virNodeDeviceCompatParseDocument(xml, false, &name) : NULL;
}


/* Facts that fit a device are about it, and make of its descriptor another one. */
static void
fuzzCheckFacts(const virNodeDeviceCompatFacts *facts,
               const virNodeDeviceCompat *source,
               const virNodeDeviceCompatRules *rules)
{
    virNodeDeviceCompatFactNames names = { .device = "0000:3b:00.2" };
    virNodeDeviceCompatBudget budget = { .max = VIR_NODE_DEVICE_COMPAT_WORK_MAX };
    g_autoptr(GPtrArray) found = virNodeDeviceCompatFactsFind(facts, source, &names, &budget);
    size_t i;

    for (i = 0; i < found->len; i++) {
        const virNodeDeviceCompatFactMatch *match = g_ptr_array_index(found, i);

        fuzzCompare(source, match->group->compat, rules, 0);
    }
}


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    g_autofree char *text = fuzzText(data, size);
    g_auto(GStrv) parts = fuzzParts(text, 3);
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();
    g_autoptr(virNodeDeviceCompat) source = NULL;
    g_autoptr(virNodeDeviceCompat) target = NULL;
    virNodeDeviceCompatFileKind kind;

    if (!parts[0] || !parts[1])
        return;

    ignore_value(virNodeDeviceCompatFileParse(rules, facts, parts[0], "file.xml", &kind));

    if (!(source = fuzzParse(parts[1])))
        return;

    fuzzCheckFacts(facts, source, rules);
    if (!(target = fuzzParse(parts[2])))
        fuzzCheckPair(source, source, rules);
    else if (fuzzChoose(2))
        fuzzCheckPair(source, target, rules);
    else
        fuzzCheckPair(target, source, rules);
}
