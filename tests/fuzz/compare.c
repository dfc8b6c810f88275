/*
 * compare.c: fuzz the comparison of two descriptors
 *
 * The input is text, the attributes of the source as fuzzDescriptor() takes them
 * and, behind a line "=", those of the target.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#include "nodedev_compat_conf.h"


static void
fuzzCheckItself(const virNodeDeviceCompat *source)
{
    virNodeDeviceCompatResult same = fuzzCompare(source, source, fuzzRules(), 0);

    /* version 1.2 as a range is more than version 1.2, and some cannot be migrated at all */
    FUZZ_CHECK(same == VIR_NODE_DEVICE_COMPAT_IDENTICAL ||
               same == VIR_NODE_DEVICE_COMPAT_UNKNOWN ||
               (same == VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE &&
                virNodeDeviceCompatAttrsFind(&source->self, "migratable")) ||
               (same == VIR_NODE_DEVICE_COMPAT_SUPERSET &&
                virNodeDeviceCompatAttrsFind(&source->self, "range")));
}


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    g_autofree char *text = fuzzText(data, size);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    size_t nlines = g_strv_length(lines);
    g_autoptr(virNodeDeviceCompat) source = NULL;
    g_autoptr(virNodeDeviceCompat) target = NULL;
    size_t middle = 0;

    while (middle < nlines && STRNEQ(lines[middle], "="))
        middle++;

    source = fuzzDescriptor(lines, middle);
    target = middle < nlines ?
        fuzzDescriptor(lines + middle + 1, nlines - middle - 1) :
        virNodeDeviceCompatNew();

    if (fuzzChoose(4) == 0)
        fuzzCheckItself(source);
    else
        fuzzCheckPair(source, target, fuzzRules());
}
