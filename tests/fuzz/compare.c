/*
 * compare.c: fuzz the comparison of two descriptors
 *
 * The input is text, a line for each attribute of the source and, behind a line
 * "=", of the target; a line "+" begins an alternative that the side accepts:
 *
 *   NAME=VALUE     an attribute
 *   NAME*=VALUE    a dynamic one
 *   NAME~=VALUE    a derived one
 *   NAME           one that could not be read
 *   NAME*          one of a type, that each device gets
 *   NAME!          one that was published twice
 *
 * Attributes that are named like a kind of rule follow that rule.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#include "nodedev_compat_compare.h"
#include "virerror.h"

static const char rulesXML[] =
    "<nodedevCompatRules>"
    "<rules deviceAPI='vfio-pci'>"
    "<attr name='one-of' rule='one-of'/>"
    "<attr name='set' rule='superset' missing='incompatible'/>"
    "<attr name='bitmask' rule='superset' value='bitmask' missing='ignore'/>"
    "<attr name='at-least' rule='at-least'/>"
    "<attr name='at-most' rule='at-most' value='version' missing='incompatible'/>"
    "<attr name='version' rule='version'/>"
    "<attr name='range' rule='range'/>"
    "<attr name='ignore' rule='ignore'/>"
    "</rules>"
    "</nodedevCompatRules>";

static virNodeDeviceCompatRules *rules;


static void
fuzzAddLine(virNodeDeviceCompat *compat,
            virNodeDeviceCompatSet *alternative,
            char *line)
{
    char *value = strchr(line, '=');
    size_t len = value ? value - line : strlen(line);
    char mark = '\0';
    virNodeDeviceCompatAttr *attr;

    if (value)
        *value++ = '\0';

    if (len > 0 && strchr("*~!", line[len - 1])) {
        mark = line[len - 1];
        line[len - 1] = '\0';
    }

    if (mark == '*' && !value && !alternative) {
        ignore_value(virNodeDeviceCompatAddUnset(compat,
                                                 virNodeDeviceCompatRuleCanonicalName(line),
                                                 len % 4));
        return;
    }

    if (!(attr = virNodeDeviceCompatAdd(compat, alternative, line, value)))
        return;

    if (mark == '!') {
        attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_CONFLICTING;
        g_clear_pointer(&attr->value, g_free);
    }
    if (!alternative) {
        attr->dynamic = mark == '*' || attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_UNSET;
        attr->derived = mark == '~';
    }
}


/* What the device is has to be there before what it accepts. */
static virNodeDeviceCompat *
fuzzDescriptor(char **lines,
               size_t nlines)
{
    virNodeDeviceCompat *compat = virNodeDeviceCompatNew();
    virNodeDeviceCompatSet *alternative = NULL;
    size_t i;

    for (i = 0; i < nlines; i++) {
        if (STREQ(lines[i], "+")) {
            if (!(alternative = virNodeDeviceCompatAddAlternative(compat)))
                break;
        } else {
            fuzzAddLine(compat, alternative, lines[i]);
        }
    }

    virNodeDeviceCompatDropEmptyAlternatives(compat);
    return compat;
}


static void
fuzzReportRoundTrip(const virNodeDeviceCompatReport *report)
{
    g_autofree char *xml = virNodeDeviceCompatReportFormat(report);
    g_autofree char *again = NULL;
    g_autoptr(virNodeDeviceCompatReport) parsed = NULL;

    parsed = virNodeDeviceCompatReportParse(xml);
    if (!parsed)
        fuzzFail(__FILE__, __LINE__, "a report can be parsed", xml, NULL);
    again = virNodeDeviceCompatReportFormat(parsed);
    FUZZ_CHECK_EQUAL(xml, again);
}


static virNodeDeviceCompareCompatResult
fuzzCompare(const virNodeDeviceCompat *source,
            const virNodeDeviceCompat *target,
            unsigned int flags)
{
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    g_autofree char *message = NULL;

    report = virNodeDeviceCompatCompare(source, target, rules, flags);
    fuzzCheckReport(report);

    message = virNodeDeviceCompatReportToMessage(report);
    FUZZ_CHECK(message ||
               report->verdict == VIR_NODE_DEVICE_COMPARE_COMPAT_IDENTICAL ||
               report->verdict == VIR_NODE_DEVICE_COMPARE_COMPAT_SUPERSET);

    if (flags == 0)
        fuzzReportRoundTrip(report);

    return report->verdict;
}


/* How good a verdict is */
static int
fuzzRank(virNodeDeviceCompareCompatResult verdict)
{
    static const int ranks[] = {
        [VIR_NODE_DEVICE_COMPARE_COMPAT_INCOMPATIBLE] = 0,
        [VIR_NODE_DEVICE_COMPARE_COMPAT_UNKNOWN] = 1,
        [VIR_NODE_DEVICE_COMPARE_COMPAT_SUPERSET] = 2,
        [VIR_NODE_DEVICE_COMPARE_COMPAT_IDENTICAL] = 3,
    };

    return ranks[verdict];
}


int
LLVMFuzzerTestOneInput(const uint8_t *data,
                       size_t size)
{
    g_autofree char *text = fuzzText(data, size);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    size_t nlines = g_strv_length(lines);
    g_autoptr(virNodeDeviceCompat) source = NULL;
    g_autoptr(virNodeDeviceCompat) target = NULL;
    virNodeDeviceCompareCompatResult strict;
    virNodeDeviceCompareCompatResult cross;
    g_autoptr(virNodeDeviceCompatReport) same = NULL;
    size_t middle = 0;

    if (!rules) {
        rules = virNodeDeviceCompatRulesNew();
        FUZZ_CHECK(virNodeDeviceCompatRulesAddXML(rules, rulesXML, "rules") == 0);
    }

    virResetLastError();

    while (middle < nlines && STRNEQ(lines[middle], "="))
        middle++;

    source = fuzzDescriptor(lines, middle);
    target = middle < nlines ?
        fuzzDescriptor(lines + middle + 1, nlines - middle - 1) :
        virNodeDeviceCompatNew();

    strict = fuzzCompare(source, target, 0);
    cross = fuzzCompare(source, target,
                        VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE);
    FUZZ_CHECK(fuzzRank(cross) >= fuzzRank(strict));

    same = virNodeDeviceCompatCompare(source, source, rules, 0);
    fuzzCheckReport(same);
    /* version 1.2 as a range is more than version 1.2 */
    FUZZ_CHECK(same->verdict == VIR_NODE_DEVICE_COMPARE_COMPAT_IDENTICAL ||
               same->verdict == VIR_NODE_DEVICE_COMPARE_COMPAT_UNKNOWN ||
               (same->verdict == VIR_NODE_DEVICE_COMPARE_COMPAT_SUPERSET &&
                virNodeDeviceCompatSetFind(&source->self, "range")));

    return 0;
}
