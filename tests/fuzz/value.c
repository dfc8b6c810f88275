/*
 * value.c: fuzz the grammars of values
 *
 * The input is a value, in all grammars at once.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#include "nodedev_compat_list.h"
#include "nodedev_compat_template.h"

#define VERS VIR_NODE_DEVICE_COMPAT_VALUE_VERSION
#define INTEGER VIR_NODE_DEVICE_COMPAT_VALUE_INTEGER


/* A value has one canonical spelling. */
static void
fuzzValue(virNodeDeviceCompatValueType type,
          const char *text)
{
    g_autofree char *canonical = virNodeDeviceCompatValueNormalize(type, text);
    g_autofree char *again = NULL;

    if (!canonical)
        return;

    FUZZ_CHECK(virNodeDeviceCompatValueIsPrintable(canonical));
    again = virNodeDeviceCompatValueNormalize(type, canonical);
    FUZZ_CHECK_EQUAL(canonical, again);

    if (type == VIR_NODE_DEVICE_COMPAT_VALUE_URL)
        FUZZ_CHECK(!strchr(canonical, '@'));
}


/* A list has one canonical spelling, and holds its items, each alone. */
static void
fuzzList(virNodeDeviceCompatValueType type,
         const char *text,
         const char *self)
{
    g_autofree char *list = virNodeDeviceCompatValueNormalizeList(type, text, self);
    g_autofree char *again = NULL;
    g_auto(GStrv) items = NULL;
    size_t i;

    /* a list may outgrow the limit, which the descriptor sees to */
    if (!list || strlen(list) > VIR_NODE_DEVICE_COMPAT_VALUE_MAX)
        return;

    FUZZ_CHECK(virNodeDeviceCompatValueIsPrintable(list));
    again = virNodeDeviceCompatValueNormalizeList(type, list, self);
    FUZZ_CHECK_EQUAL(list, again);

    items = g_strsplit(list, ",", -1);
    for (i = 0; items[i]; i++) {
        FUZZ_CHECK(virNodeDeviceCompatValueListContains(list, items[i]));
        if (items[i + 1]) {
            g_autofree char *pair = g_strdup_printf("%s,%s", items[i], items[i + 1]);

            FUZZ_CHECK(!virNodeDeviceCompatValueListContains(list, pair));
        }
    }
}


/* The ends of a range are in it, and what is older than all ranges is not. */
static void
fuzzRanges(const char *text)
{
    g_autofree char *ranges = virNodeDeviceCompatRangesNormalize(VERS, text);
    virNodeDeviceCompatVersion version = { 0 };
    virNodeDeviceCompatVersion oldest = { UINT_MAX, UINT_MAX, UINT_MAX };
    g_auto(GStrv) items = NULL;
    size_t i;

    if (!ranges)
        return;

    items = g_strsplit(ranges, ",", -1);
    for (i = 0; items[i]; i++) {
        g_auto(GStrv) ends = g_strsplit(items[i], "-", -1);

        FUZZ_CHECK(virNodeDeviceCompatVersionParse(ends[0], &version) == 0);
        FUZZ_CHECK(virNodeDeviceCompatRangesContain(VERS, ranges, &version) == 1);
        if (virNodeDeviceCompatVersionCompare(&version, &oldest) < 0)
            oldest = version;

        if (ends[1] && ends[1][0]) {
            FUZZ_CHECK(virNodeDeviceCompatVersionParse(ends[1], &version) == 0);
            /* without a bugfix part it means all of them */
            if (strchr(ends[1], '.') == strrchr(ends[1], '.'))
                version.bugfix = UINT_MAX;
            FUZZ_CHECK(virNodeDeviceCompatRangesContain(VERS, ranges, &version) == 1);
        }
    }

    if (oldest.minor > 0) {
        oldest.minor--;
        FUZZ_CHECK(virNodeDeviceCompatRangesContain(VERS, ranges, &oldest) == 0);
    }
}


/* The ends of ranges of integers are in the list. */
static void
fuzzIntegers(const char *text)
{
    g_autofree char *list = virNodeDeviceCompatValueNormalizeList(INTEGER, text, NULL);
    g_auto(GStrv) items = NULL;
    size_t i;

    if (!list)
        return;

    items = g_strsplit(list, ",", -1);
    for (i = 0; items[i]; i++) {
        g_auto(GStrv) ends = g_strsplit(items[i], "-", -1);
        size_t j;

        for (j = 0; ends[j] && ends[j][0]; j++)
            FUZZ_CHECK(virNodeDeviceCompatValueIsAccepted(INTEGER, list, ends[j]));
    }
}


/* A list with variables has one spelling, and none of them is left in it when all
 * that it declares are filled in. */
static void
fuzzTemplate(const char *text)
{
    g_autoptr(virNodeDeviceCompatTemplate) template = NULL;
    g_autoptr(virNodeDeviceCompatVariables) variables = g_new0(virNodeDeviceCompatVariables, 1);
    g_autofree char *canonical = virNodeDeviceCompatTemplateNormalize(text);
    g_autofree char *again = NULL;
    size_t choices = 0;

    /* quotes may make it outgrow the limit, which the descriptor sees to */
    if (!canonical || strlen(canonical) > VIR_NODE_DEVICE_COMPAT_VALUE_MAX)
        return;

    FUZZ_CHECK(virNodeDeviceCompatValueIsPrintable(canonical));
    again = virNodeDeviceCompatTemplateNormalize(canonical);
    FUZZ_CHECK_EQUAL(canonical, again);

    template = virNodeDeviceCompatTemplateParse(canonical);
    FUZZ_CHECK(template);
    if (virNodeDeviceCompatTemplateDeclare(template, variables) < 0)
        return;

    FUZZ_CHECK(virNodeDeviceCompatVariablesCount(variables, 1024) > 0);
    do {
        g_autofree char *list = NULL;

        if (virNodeDeviceCompatTemplateFill(template, variables, &list) == 0 && list)
            FUZZ_CHECK(!virNodeDeviceCompatTemplateIs(list));
    } while (++choices < 16 && virNodeDeviceCompatVariablesNext(variables));
}


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    g_autofree char *text = fuzzText(data, size);
    virNodeDeviceCompatVersion version;
    virNodeDeviceCompatValueType type;

    for (type = 0; type < VIR_NODE_DEVICE_COMPAT_VALUE_LAST; type++) {
        fuzzValue(type, text);
        fuzzList(type, text, NULL);
    }
    fuzzList(VIR_NODE_DEVICE_COMPAT_VALUE_PCI_ID, text, "8086:591d");
    fuzzRanges(text);
    fuzzIntegers(text);
    fuzzTemplate(text);

    if (virNodeDeviceCompatVersionParse(text, &version) == 0)
        FUZZ_CHECK(virNodeDeviceCompatRangesContain(VERS, text, &version) == 1);
}
