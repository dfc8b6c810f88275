/*
 * nodedev_compat_range.c: versions, and ranges of versions or integers
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_range.h"

#include "virstring.h"
#include "virutil.h"


/* A decimal number without sign, blanks or superfluous zeros. On success
 * *ret_end points behind its last digit. */
static int
virNodeDeviceCompatParseDecimal(const char *str,
                                const char **ret_end,
                                unsigned int *ret_number)
{
    char *end = NULL;
    unsigned int number;

    if (!g_ascii_isdigit(str[0]) ||
        (str[0] == '0' && g_ascii_isdigit(str[1])))
        return -1;

    if (virStrToLong_ui(str, &end, 10, &number) < 0)
        return -1;

    *ret_end = end;
    *ret_number = number;
    return 0;
}


/* Reads a version at @str. *ret_parts tells how many parts it has, 2 or 3. */
static int
virNodeDeviceCompatVersionScan(const char *str,
                               const char **ret_end,
                               virNodeDeviceCompatVersion *ret_version,
                               unsigned int *ret_parts)
{
    virNodeDeviceCompatVersion version = { 0 };
    unsigned int parts = 2;

    if (virNodeDeviceCompatParseDecimal(str, &str, &version.major) < 0 ||
        *str++ != '.' ||
        virNodeDeviceCompatParseDecimal(str, &str, &version.minor) < 0)
        return -1;

    if (*str == '.') {
        if (virNodeDeviceCompatParseDecimal(str + 1, &str, &version.bugfix) < 0)
            return -1;
        parts = 3;
    }

    *ret_end = str;
    *ret_version = version;
    *ret_parts = parts;
    return 0;
}


/**
 * virNodeDeviceCompatVersionParse:
 * @str: major.minor or major.minor.bugfix
 * @ret_version: set on success only
 *
 * Returns 0 on success, -1 if @str is not a version.
 */
int
virNodeDeviceCompatVersionParse(const char *str,
                                virNodeDeviceCompatVersion *ret_version)
{
    virNodeDeviceCompatVersion version;
    const char *end;
    unsigned int parts;

    if (virNodeDeviceCompatVersionScan(str, &end, &version, &parts) < 0 || *end)
        return -1;

    *ret_version = version;
    return 0;
}


/**
 * virNodeDeviceCompatVersionCompare:
 * @a: a version
 * @b: another
 *
 * Returns a negative number, 0 or a positive number as @a is older than, the
 * same as or newer than @b.
 */
int
virNodeDeviceCompatVersionCompare(const virNodeDeviceCompatVersion *a,
                                  const virNodeDeviceCompatVersion *b)
{
    if (a->major != b->major)
        return a->major < b->major ? -1 : 1;
    if (a->minor != b->minor)
        return a->minor < b->minor ? -1 : 1;
    if (a->bugfix != b->bugfix)
        return a->bugfix < b->bugfix ? -1 : 1;
    return 0;
}


/* VERSION, VERSION-VERSION or VERSION-. Neither
 * end of it leaves its major version unless the item says so in full. An upper
 * bound without bugfix part takes in all bugfixes of its minor version. */
static int
virNodeDeviceCompatVersionsParse(const char *str,
                                 virNodeDeviceCompatRange *ret_range)
{
    virNodeDeviceCompatRange range;
    unsigned int parts;

    if (virNodeDeviceCompatVersionScan(str, &str, &range.first, &parts) < 0)
        return -1;

    range.last = range.first;

    if (*str == '-') {
        str++;
        if (*str == '\0') {
            range.last.minor = UINT_MAX;
            parts = 2;
        } else if (virNodeDeviceCompatVersionScan(str, &str, &range.last,
                                                  &parts) < 0) {
            return -1;
        }
    }

    if (parts == 2)
        range.last.bugfix = UINT_MAX;

    if (*str || virNodeDeviceCompatVersionCompare(&range.first, &range.last) > 0)
        return -1;

    *ret_range = range;
    return 0;
}


static int
virNodeDeviceCompatIntegerParse(const char *str,
                                virNodeDeviceCompatVersion *ret_point)
{
    g_autofree char *canonical = virNodeDeviceCompatValueNormalize(VIR_NODE_DEVICE_COMPAT_VALUE_INTEGER,
                                                                   str);
    unsigned long long number;

    if (!canonical || virStrToLong_ull(canonical, NULL, 10, &number) < 0)
        return -1;

    *ret_point = (virNodeDeviceCompatVersion) {
        .major = number >> 32,
        .minor = number & UINT_MAX,
    };
    return 0;
}


static unsigned long long
virNodeDeviceCompatPointGetInteger(const virNodeDeviceCompatVersion *point)
{
    return (unsigned long long)point->major << 32 | point->minor;
}


/* INTEGER, INTEGER-INTEGER or INTEGER- */
static int
virNodeDeviceCompatIntegersParse(const char *str,
                                 virNodeDeviceCompatRange *ret_range)
{
    const char *dash = strchr(str, '-');
    g_autofree char *start = dash ? g_strndup(str, dash - str) : g_strdup(str);
    virNodeDeviceCompatRange range;

    if (virNodeDeviceCompatIntegerParse(start, &range.first) < 0)
        return -1;

    if (!dash)
        range.last = range.first;
    else if (dash[1] == '\0')
        range.last = (virNodeDeviceCompatVersion) { .major = UINT_MAX, .minor = UINT_MAX };
    else if (virNodeDeviceCompatIntegerParse(dash + 1, &range.last) < 0)
        return -1;

    if (virNodeDeviceCompatVersionCompare(&range.first, &range.last) > 0)
        return -1;

    *ret_range = range;
    return 0;
}


/**
 * virNodeDeviceCompatRangesAreOf:
 * @type: grammar of values
 *
 * Returns true if in lists of such values there may be ranges.
 */
bool
virNodeDeviceCompatRangesAreOf(virNodeDeviceCompatValueType type)
{
    return type == VIR_NODE_DEVICE_COMPAT_VALUE_VERSION ||
           type == VIR_NODE_DEVICE_COMPAT_VALUE_INTEGER;
}


/**
 * virNodeDeviceCompatPointParse:
 * @type: VIR_NODE_DEVICE_COMPAT_VALUE_VERSION or _INTEGER
 * @value: a value
 * @ret_point: set on success to where the value is among others
 *
 * Returns 0 on success, -1 if @value is malformed.
 */
int
virNodeDeviceCompatPointParse(virNodeDeviceCompatValueType type,
                              const char *value,
                              virNodeDeviceCompatVersion *ret_point)
{
    if (type == VIR_NODE_DEVICE_COMPAT_VALUE_INTEGER)
        return virNodeDeviceCompatIntegerParse(value, ret_point);

    return virNodeDeviceCompatVersionParse(value, ret_point);
}


/* One item of a list of ranges */
static int
virNodeDeviceCompatRangeParse(virNodeDeviceCompatValueType type,
                              const char *str,
                              virNodeDeviceCompatRange *ret_range)
{
    if (type == VIR_NODE_DEVICE_COMPAT_VALUE_INTEGER)
        return virNodeDeviceCompatIntegersParse(str, ret_range);

    return virNodeDeviceCompatVersionsParse(str, ret_range);
}


/* Integers have one spelling. A version in a list says by its own whether all
 * bugfix releases are meant, so it stays as it is. */
static char *
virNodeDeviceCompatRangeFormat(virNodeDeviceCompatValueType type,
                               const char *str,
                               const virNodeDeviceCompatRange *range)
{
    unsigned long long first = virNodeDeviceCompatPointGetInteger(&range->first);
    unsigned long long last = virNodeDeviceCompatPointGetInteger(&range->last);

    if (type != VIR_NODE_DEVICE_COMPAT_VALUE_INTEGER)
        return g_strdup(str);
    if (!strchr(str, '-'))
        return g_strdup_printf("%llu", first);
    if (g_str_has_suffix(str, "-"))
        return g_strdup_printf("%llu-", first);
    return g_strdup_printf("%llu-%llu", first, last);
}


/* Has @range no end? Of versions, the end is that of the major number. */
static bool
virNodeDeviceCompatRangeIsOpen(virNodeDeviceCompatValueType type,
                               const virNodeDeviceCompatRange *range)
{
    return range->last.minor == UINT_MAX &&
           (type == VIR_NODE_DEVICE_COMPAT_VALUE_VERSION || range->last.major == UINT_MAX);
}


/**
 * virNodeDeviceCompatRangeGetBest:
 * @type: VIR_NODE_DEVICE_COMPAT_VALUE_VERSION or _INTEGER
 * @range: a range
 *
 * Returns the last value of @range or, where that has no end, the first.
 */
char *
virNodeDeviceCompatRangeGetBest(virNodeDeviceCompatValueType type,
                                const virNodeDeviceCompatRange *range)
{
    virNodeDeviceCompatVersion best = range->last;

    if (type == VIR_NODE_DEVICE_COMPAT_VALUE_VERSION && best.bugfix == UINT_MAX)
        best.bugfix = 0;
    if (virNodeDeviceCompatRangeIsOpen(type, range) ||
        virNodeDeviceCompatVersionCompare(&best, &range->first) < 0)
        best = range->first;

    if (type == VIR_NODE_DEVICE_COMPAT_VALUE_INTEGER)
        return g_strdup_printf("%llu", virNodeDeviceCompatPointGetInteger(&best));
    return g_strdup_printf("%u.%u.%u", best.major, best.minor, best.bugfix);
}


/**
 * virNodeDeviceCompatRangeContains:
 * @range: a range
 * @point: where a value is, as virNodeDeviceCompatPointParse() has it
 *
 * Returns true if the value is within @range.
 */
bool
virNodeDeviceCompatRangeContains(const virNodeDeviceCompatRange *range,
                                 const virNodeDeviceCompatVersion *point)
{
    return virNodeDeviceCompatVersionCompare(&range->first, point) <= 0 &&
           virNodeDeviceCompatVersionCompare(point, &range->last) <= 0;
}


/**
 * virNodeDeviceCompatRangesParse:
 * @type: VIR_NODE_DEVICE_COMPAT_VALUE_VERSION or _INTEGER
 * @ranges: comma separated list of values and ranges
 * @ret_nranges: set to the number of ranges
 *
 * Returns the ranges, or NULL if @ranges is malformed.
 */
virNodeDeviceCompatRange *
virNodeDeviceCompatRangesParse(virNodeDeviceCompatValueType type,
                               const char *ranges,
                               size_t *ret_nranges)
{
    g_auto(GStrv) items = virNodeDeviceCompatListSplit(ranges);
    g_autofree virNodeDeviceCompatRange *parsed = NULL;
    size_t i;

    if (!items)
        return NULL;

    parsed = g_new0(virNodeDeviceCompatRange, g_strv_length(items));

    for (i = 0; items[i]; i++) {
        if (virNodeDeviceCompatRangeParse(type, items[i], &parsed[i]) < 0)
            return NULL;
    }

    *ret_nranges = i;
    return g_steal_pointer(&parsed);
}


/**
 * virNodeDeviceCompatRangesNormalize:
 * @type: VIR_NODE_DEVICE_COMPAT_VALUE_VERSION or _INTEGER
 * @str: comma separated list of values and ranges
 *
 * The grammar is that of the proposal for interface_version_compatible
 * (2.0.2-2.0.4,2.1.0-); an open end of versions stays within the major version.
 *
 * Returns the list in canonical spelling, or NULL if @str is malformed.
 */
char *
virNodeDeviceCompatRangesNormalize(virNodeDeviceCompatValueType type,
                                   const char *str)
{
    g_auto(GStrv) items = virNodeDeviceCompatListSplit(str);
    size_t i;

    for (i = 0; items && items[i]; i++) {
        virNodeDeviceCompatRange range;
        char *item;

        if (virNodeDeviceCompatRangeParse(type, items[i], &range) < 0)
            return NULL;

        item = virNodeDeviceCompatRangeFormat(type, items[i], &range);
        g_free(items[i]);
        items[i] = item;
    }

    return items ? g_strjoinv(",", items) : NULL;
}


/**
 * virNodeDeviceCompatRangesContain:
 * @type: VIR_NODE_DEVICE_COMPAT_VALUE_VERSION or _INTEGER
 * @ranges: comma separated list of values and ranges
 * @point: where a value is, as virNodeDeviceCompatPointParse() has it
 *
 * Returns 1 if the value is in one of the ranges, 0 if not, -1 if @ranges is
 * malformed.
 */
int
virNodeDeviceCompatRangesContain(virNodeDeviceCompatValueType type,
                                 const char *ranges,
                                 const virNodeDeviceCompatVersion *point)
{
    g_autofree virNodeDeviceCompatRange *parsed = NULL;
    size_t nparsed = 0;
    size_t i;

    if (!(parsed = virNodeDeviceCompatRangesParse(type, ranges, &nparsed)))
        return -1;

    for (i = 0; i < nparsed; i++) {
        if (virNodeDeviceCompatRangeContains(&parsed[i], point))
            return 1;
    }

    return 0;
}
