/*
 * nodedev_compat_list.c: lists of accepted values, and the ranges in them
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_list.h"

#include "virstring.h"


/* VERSION, VERSION-VERSION or VERSION-. A range with an open end stays within its
 * major version. An upper bound without a bugfix part includes all bugfix releases of
 * its minor version. */
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


/* An integer in the grammar of VIR_NODE_DEVICE_COMPAT_VALUE_INTEGER. On success
 * *ret_end points behind it. */
static int
virNodeDeviceCompatIntegerScan(const char *str,
                               const char **ret_end,
                               virNodeDeviceCompatVersion *ret_point)
{
    bool hex = STRPREFIX(str, "0x") || STRPREFIX(str, "0X");
    const char *digits = hex ? str + 2 : str;
    size_t len = strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789");
    unsigned long long number;
    char *end = NULL;

    if (len == 0 || (!hex && digits[0] == '0' && len > 1) ||
        virStrToLong_ull(digits, &end, hex ? 16 : 10, &number) < 0 ||
        end != digits + len)
        return -1;

    *ret_end = end;
    *ret_point = (virNodeDeviceCompatVersion) {
        .major = number >> 32,
        .minor = number & UINT_MAX,
    };
    return 0;
}


static int
virNodeDeviceCompatIntegerParse(const char *str,
                                virNodeDeviceCompatVersion *ret_point)
{
    const char *end;

    return virNodeDeviceCompatIntegerScan(str, &end, ret_point) < 0 || *end ? -1 : 0;
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
    virNodeDeviceCompatRange range;

    if (virNodeDeviceCompatIntegerScan(str, &str, &range.first) < 0)
        return -1;

    range.last = range.first;

    if (*str == '-') {
        str++;
        if (*str == '\0')
            range.last = (virNodeDeviceCompatVersion) { .major = UINT_MAX, .minor = UINT_MAX };
        else if (virNodeDeviceCompatIntegerScan(str, &str, &range.last) < 0)
            return -1;
    }

    if (*str)
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
 * Returns true if lists of such values can hold ranges.
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
 * @ret_point: set on success to the position of the value in the order of values
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


/* Integers have one spelling. A version without a bugfix part stands for all bugfix
 * releases here, so versions stay as they are. */
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


/**
 * virNodeDeviceCompatRangesNormalize:
 * @type: VIR_NODE_DEVICE_COMPAT_VALUE_VERSION or _INTEGER
 * @str: comma separated list of values and ranges
 *
 * The grammar is that of interface_version_compatible as it was proposed for the
 * kernel (2.0.2-2.0.4,2.1.0-); an open end of versions stays within the major version.
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
 * virNodeDeviceCompatRangesParse:
 * @type: VIR_NODE_DEVICE_COMPAT_VALUE_VERSION or _INTEGER
 * @ranges: comma separated list of values and ranges
 * @ret_nranges: set on success to how many there are
 *
 * Returns an array of them, or NULL if @ranges is malformed.
 */
virNodeDeviceCompatRange *
virNodeDeviceCompatRangesParse(virNodeDeviceCompatValueType type,
                               const char *ranges,
                               size_t *ret_nranges)
{
    g_autofree char *items = g_strdup(ranges);
    g_autofree virNodeDeviceCompatRange *parsed = NULL;
    size_t nparsed = 0;
    size_t count = 1;
    char *item;
    char *next;

    for (item = items; *item; item++)
        count += *item == ',';
    parsed = g_new0(virNodeDeviceCompatRange, count);

    for (item = items; item; item = next) {
        if ((next = strchr(item, ',')))
            *next++ = '\0';

        if (virNodeDeviceCompatRangeParse(type, g_strstrip(item), &parsed[nparsed++]) < 0)
            return NULL;
    }

    *ret_nranges = nparsed;
    return g_steal_pointer(&parsed);
}


/**
 * virNodeDeviceCompatRangesHave:
 * @ranges: from virNodeDeviceCompatRangesParse()
 * @nranges: how many there are
 * @point: position of a value, from virNodeDeviceCompatPointParse()
 *
 * Returns true if the value is in one of the ranges.
 */
bool
virNodeDeviceCompatRangesHave(const virNodeDeviceCompatRange *ranges,
                              size_t nranges,
                              const virNodeDeviceCompatVersion *point)
{
    size_t i;

    for (i = 0; i < nranges; i++) {
        if (virNodeDeviceCompatVersionCompare(&ranges[i].first, point) <= 0 &&
            virNodeDeviceCompatVersionCompare(point, &ranges[i].last) <= 0)
            return true;
    }

    return false;
}


/**
 * virNodeDeviceCompatRangesContain:
 * @type: VIR_NODE_DEVICE_COMPAT_VALUE_VERSION or _INTEGER
 * @ranges: comma separated list of values and ranges
 * @point: position of a value, from virNodeDeviceCompatPointParse()
 *
 * Returns 1 if the value is in one of the ranges, 0 if not, -1 if @ranges is
 * malformed.
 */
int
virNodeDeviceCompatRangesContain(virNodeDeviceCompatValueType type,
                                 const char *ranges,
                                 const virNodeDeviceCompatVersion *point)
{
    size_t nranges;
    g_autofree virNodeDeviceCompatRange *parsed =
        virNodeDeviceCompatRangesParse(type, ranges, &nranges);

    return parsed ? virNodeDeviceCompatRangesHave(parsed, nranges, point) : -1;
}


/**
 * virNodeDeviceCompatListSplit:
 * @str: comma separated list
 *
 * Returns the items without the blanks around them, or NULL if one is empty, and
 * so for an empty list.
 */
GStrv
virNodeDeviceCompatListSplit(const char *str)
{
    g_auto(GStrv) items = g_strsplit(str, ",", -1);
    size_t i;

    for (i = 0; items[i]; i++) {
        g_strstrip(items[i]);
        if (items[i][0] == '\0')
            return NULL;
    }

    return i > 0 ? g_steal_pointer(&items) : NULL;
}


/* Returns the list without the blanks around its items, or NULL if one is empty. */
static char *
virNodeDeviceCompatListTrim(const char *str)
{
    g_autoptr(GString) list = g_string_sized_new(strlen(str));

    while (true) {
        size_t len = strcspn(str += strspn(str, " "), ",");
        const char *end = str + len;

        while (len > 0 && str[len - 1] == ' ')
            len--;
        if (len == 0)
            return NULL;

        g_string_append_len(list, str, len);
        if (*end == '\0')
            return g_string_free(g_steal_pointer(&list), false);

        g_string_append_c(list, ',');
        str = end + 1;
    }
}


/**
 * virNodeDeviceCompatValueNormalizeList:
 * @type: grammar of the items
 * @str: comma separated list as found
 * @self: canonical value of the same attribute of the device itself, or NULL
 *
 * Returns the list in canonical spelling, or NULL if it is malformed.
 */
char *
virNodeDeviceCompatValueNormalizeList(virNodeDeviceCompatValueType type,
                                      const char *str,
                                      const char *self)
{
    g_auto(GStrv) items = NULL;
    bool query = false;
    size_t i;

    if (!virNodeDeviceCompatValueIsPrintable(str))
        return NULL;

    if (virNodeDeviceCompatRangesAreOf(type))
        return virNodeDeviceCompatRangesNormalize(type, str);

    /* by far the most, and nothing has to be done to an item */
    if (type == VIR_NODE_DEVICE_COMPAT_VALUE_STRING)
        return virNodeDeviceCompatListTrim(str);

    items = virNodeDeviceCompatListSplit(str);

    for (i = 0; items && items[i]; i++) {
        g_autofree char *item = virNodeDeviceCompatValueNormalizeItem(type, items[i], self);

        /* the comma may be in a token that the query before it has */
        if (!item || (query && !strstr(item, "://")))
            return NULL;
        query = type == VIR_NODE_DEVICE_COMPAT_VALUE_URL && (query || strpbrk(items[i], "?#"));

        g_free(items[i]);
        items[i] = g_steal_pointer(&item);
    }

    return items ? g_strjoinv(",", items) : NULL;
}


/**
 * virNodeDeviceCompatValueIsItem:
 * @value: canonical value
 *
 * Returns true if @value can be an item of a list: a comma would split it, braces
 * are for variables, and blanks at its ends would be dropped.
 */
bool
virNodeDeviceCompatValueIsItem(const char *value)
{
    return !strpbrk(value, ",{}") && value[0] != ' ' && !g_str_has_suffix(value, " ");
}


/**
 * virNodeDeviceCompatValueListContains:
 * @list: list as virNodeDeviceCompatValueNormalizeList() returns it
 * @value: canonical value
 *
 * A value with a comma in it cannot be distinguished from several items, so that no
 * list contains it.
 *
 * Returns true if @value is one of the items of @list.
 */
bool
virNodeDeviceCompatValueListContains(const char *list,
                                     const char *value)
{
    size_t len = strlen(value);
    const char *item = strchr(value, ',') ? NULL : list;

    while (item) {
        if (STRPREFIX(item, value) && (item[len] == ',' || item[len] == '\0'))
            return true;
        if ((item = strchr(item, ',')))
            item++;
    }

    return false;
}


/**
 * virNodeDeviceCompatValueIsAccepted:
 * @type: grammar of the values
 * @list: list as virNodeDeviceCompatValueNormalizeList() returns it
 * @value: canonical value
 *
 * Returns true if @value is in @list, which for versions and integers holds
 * ranges.
 */
bool
virNodeDeviceCompatValueIsAccepted(virNodeDeviceCompatValueType type,
                                   const char *list,
                                   const char *value)
{
    virNodeDeviceCompatVersion point;

    if (!virNodeDeviceCompatRangesAreOf(type))
        return virNodeDeviceCompatValueListContains(list, value);

    return virNodeDeviceCompatPointParse(type, value, &point) == 0 &&
           virNodeDeviceCompatRangesContain(type, list, &point) == 1;
}
