/*
 * host.c: fuzz what a host makes of its own devices
 *
 * The input is a file of rules, one of facts, and a tree in text, see tree.h, with a
 * line "=" between them. The device and the type in the tree are read with the facts
 * and compared by the rules.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"
#include "memoryfs.h"
#include "tree.h"

#include "nodedev_compat/evidence/nodedev_compat_evidence.h"
#include "nodedev_compat/evidence/nodedev_compat_files_read.h"
#include "virerror.h"


static virNodeDeviceCompat *
fuzzRead(size_t reader,
         const virNodeDeviceCompatFacts *facts)
{
    virNodeDeviceCompat *compat;

    switch (reader) {
    case 0:
        compat = virNodeDeviceCompatReadMdev(MEMORYFS_ROOT "/D", facts);
        break;
    case 1:
        compat = virNodeDeviceCompatReadMdevType(MEMORYFS_ROOT "/T", facts);
        break;
    default:
        compat = virNodeDeviceCompatReadPCI(MEMORYFS_ROOT "/D", facts);
        break;
    }

    /* reading reports no error, whatever there is */
    FUZZ_CHECK(virGetLastErrorCode() == VIR_ERR_OK);
    if (compat)
        fuzzCheckRoundTrip(compat);

    return compat;
}


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    g_autofree char *text = fuzzText(data, size);
    g_auto(GStrv) parts = fuzzParts(text, 3);
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();
    g_autoptr(virNodeDeviceCompat) device = NULL;
    g_autoptr(virNodeDeviceCompat) other = NULL;
    virNodeDeviceCompatFileKind kind;
    size_t reader;

    if (g_strv_length(parts) < 3)
        return;

    reader = g_str_hash(parts[2]) % 2 * 2;
    ignore_value(virNodeDeviceCompatFileParse(rules, facts, parts[0], "rules.xml", &kind));
    ignore_value(virNodeDeviceCompatFileParse(rules, facts, parts[1], "facts.xml", &kind));
    virResetLastError();

    fuzzTreeReset();
    fuzzTreeAdd(parts[2]);

    if (!(device = fuzzRead(reader, facts)))
        return;

    /* with its type, or what it is without the facts with what it is with them: with one
     * input in two, as reading again takes as long as all the rest */
    switch (fuzzChoose(4)) {
    case 0:
        if ((other = fuzzRead(1, facts)))
            fuzzCheckPair(device, other, rules);
        break;
    case 1:
        if ((other = fuzzRead(reader, NULL)))
            fuzzCheckPair(other, device, rules);
        break;
    }
}
