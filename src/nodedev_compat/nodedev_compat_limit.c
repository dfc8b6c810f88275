/*
 * nodedev_compat_limit.c: which values of an attribute several devices take
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_limit.h"

#include "viralloc.h"
#include "virstring.h"


/**
 * virNodeDeviceCompatLimitClear:
 * @limit: limit of which the content is freed
 */
void
virNodeDeviceCompatLimitClear(virNodeDeviceCompatLimit *limit)
{
    g_free(limit->list);
    g_free(limit->ranges);
    memset(limit, 0, sizeof(*limit));
}


/* Sorts the list and drops what is in it twice. */
static void
virNodeDeviceCompatLimitSortList(virNodeDeviceCompatLimit *limit)
{
    size_t kept = 0;
    size_t i;

    g_qsort_with_data(limit->list, limit->nlist, sizeof(*limit->list),
                      virStringSortCompare, NULL);

    for (i = 0; i < limit->nlist; i++) {
        if (kept == 0 || STRNEQ(limit->list[kept - 1], limit->list[i]))
            limit->list[kept++] = limit->list[i];
    }
    limit->nlist = kept;
}


/**
 * virNodeDeviceCompatLimitSetList:
 * @limit: limit to set
 * @strings: where items are kept
 * @list: list as virNodeDeviceCompatValueNormalizeList() returns it
 */
void
virNodeDeviceCompatLimitSetList(virNodeDeviceCompatLimit *limit,
                                GStringChunk *strings,
                                const char *list)
{
    g_auto(GStrv) items = g_strsplit(list, ",", -1);
    size_t i;

    limit->nlist = g_strv_length(items);
    limit->list = g_new0(const char *, limit->nlist);
    for (i = 0; i < limit->nlist; i++)
        limit->list[i] = g_string_chunk_insert(strings, items[i]);

    virNodeDeviceCompatLimitSortList(limit);
}


/**
 * virNodeDeviceCompatLimitSetValue:
 * @limit: limit to set
 * @value: the only value that is in it, not copied
 */
void
virNodeDeviceCompatLimitSetValue(virNodeDeviceCompatLimit *limit,
                                 const char *value)
{
    limit->nlist = 1;
    limit->list = g_new0(const char *, 1);
    limit->list[0] = value;
}


/**
 * virNodeDeviceCompatLimitAddValue:
 * @limit: limit with a list
 * @value: a further value, not copied
 */
void
virNodeDeviceCompatLimitAddValue(virNodeDeviceCompatLimit *limit,
                                 const char *value)
{
    VIR_APPEND_ELEMENT_COPY(limit->list, limit->nlist, value);
    virNodeDeviceCompatLimitSortList(limit);
}


static int
virNodeDeviceCompatRangeSort(const void *a,
                             const void *b,
                             void *opaque G_GNUC_UNUSED)
{
    const virNodeDeviceCompatRange *rangeA = a;
    const virNodeDeviceCompatRange *rangeB = b;
    int order = virNodeDeviceCompatVersionCompare(&rangeA->first, &rangeB->first);

    return order ? order : virNodeDeviceCompatVersionCompare(&rangeA->last, &rangeB->last);
}


/**
 * virNodeDeviceCompatLimitSetRanges:
 * @limit: limit to set
 * @type: VIR_NODE_DEVICE_COMPAT_VALUE_VERSION or _INTEGER
 * @ranges: ranges in any order, which may overlap
 * @nranges: number of them
 *
 * What overlaps becomes one range, so that meeting other ranges makes no more
 * than there are on both sides.
 */
void
virNodeDeviceCompatLimitSetRanges(virNodeDeviceCompatLimit *limit,
                                  virNodeDeviceCompatValueType type,
                                  const virNodeDeviceCompatRange *ranges,
                                  size_t nranges)
{
    size_t kept = 0;
    size_t i;

    g_free(limit->ranges);
    limit->rangeType = type;
    limit->ranges = g_new0(virNodeDeviceCompatRange, nranges);
    memcpy(limit->ranges, ranges, sizeof(*ranges) * nranges);
    g_qsort_with_data(limit->ranges, nranges, sizeof(*ranges),
                      virNodeDeviceCompatRangeSort, NULL);

    for (i = 0; i < nranges; i++) {
        virNodeDeviceCompatRange *last = kept > 0 ? &limit->ranges[kept - 1] : NULL;
        const virNodeDeviceCompatRange *next = &limit->ranges[i];

        if (!last || virNodeDeviceCompatVersionCompare(&next->first, &last->last) > 0)
            limit->ranges[kept++] = *next;
        else if (virNodeDeviceCompatVersionCompare(&next->last, &last->last) > 0)
            last->last = next->last;
    }
    limit->nranges = kept;
}


/**
 * virNodeDeviceCompatLimitIsOpen:
 * @limit: limit to look at
 *
 * Returns true if any value is within @limit.
 */
bool
virNodeDeviceCompatLimitIsOpen(const virNodeDeviceCompatLimit *limit)
{
    return !limit->list && !limit->ranges && !limit->set && !limit->most && !limit->least;
}


/* What is in both of two sorted lists, which may be the same */
static void
virNodeDeviceCompatLimitMeetList(const virNodeDeviceCompatLimit *a,
                                 const virNodeDeviceCompatLimit *b,
                                 virNodeDeviceCompatLimit *limit)
{
    size_t i = 0;
    size_t j = 0;

    limit->list = g_new0(const char *, MIN(a->nlist, b->nlist) + 1);

    while (i < a->nlist && j < b->nlist) {
        int order = strcmp(a->list[i], b->list[j]);

        if (order == 0)
            limit->list[limit->nlist++] = a->list[i];
        if (order <= 0)
            i++;
        if (order >= 0)
            j++;
    }
}


/* What is in both of two sorted lists of ranges that are apart. No version is an
 * integer, so of ranges of both nothing is. */
static void
virNodeDeviceCompatLimitMeetRanges(const virNodeDeviceCompatLimit *a,
                                   const virNodeDeviceCompatLimit *b,
                                   virNodeDeviceCompatLimit *limit)
{
    size_t i = 0;
    size_t j = 0;

    limit->rangeType = a->rangeType;
    limit->ranges = g_new0(virNodeDeviceCompatRange, a->nranges + b->nranges);
    if (a->rangeType != b->rangeType)
        return;

    while (i < a->nranges && j < b->nranges) {
        const virNodeDeviceCompatRange *one = &a->ranges[i];
        const virNodeDeviceCompatRange *other = &b->ranges[j];
        virNodeDeviceCompatRange both = *one;

        if (virNodeDeviceCompatVersionCompare(&other->first, &both.first) > 0)
            both.first = other->first;
        if (virNodeDeviceCompatVersionCompare(&other->last, &both.last) < 0)
            both.last = other->last;
        if (virNodeDeviceCompatVersionCompare(&both.first, &both.last) <= 0)
            limit->ranges[limit->nranges++] = both;

        if (virNodeDeviceCompatVersionCompare(&one->last, &other->last) < 0)
            i++;
        else
            j++;
    }
}


/* The items of two canonical sets, "a+b", that are in both; NULL if none is */
static const char *
virNodeDeviceCompatMeetItems(const char *a,
                             const char *b,
                             GStringChunk *strings)
{
    g_auto(GStrv) items = g_strsplit(a, "+", -1);
    g_autoptr(GString) both = g_string_new(NULL);
    size_t i;

    for (i = 0; items[i]; i++) {
        if (virNodeDeviceCompatValueIsSuperset(VIR_NODE_DEVICE_COMPAT_VALUE_SET,
                                               b, items[i]))
            g_string_append_printf(both, "%s%s", both->len ? "+" : "", items[i]);
    }

    return both->len ? g_string_chunk_insert(strings, both->str) : NULL;
}


/* The bits of two canonical masks, 0x and hex digits, that are in both */
static const char *
virNodeDeviceCompatMeetBits(const char *a,
                            const char *b,
                            GStringChunk *strings)
{
    size_t lenA = strlen(a);
    size_t lenB = strlen(b);
    size_t len = MIN(lenA, lenB);
    g_autofree char *both = g_strndup(a, len);
    g_autofree char *canonical = NULL;
    size_t i;

    for (i = 2; i < len; i++) {
        int digit = g_ascii_xdigit_value(a[lenA - len + i]) &
                    g_ascii_xdigit_value(b[lenB - len + i]);

        both[i] = "0123456789abcdef"[digit];
    }

    canonical = virNodeDeviceCompatValueNormalize(VIR_NODE_DEVICE_COMPAT_VALUE_BITMASK,
                                                  both);
    return g_string_chunk_insert(strings, canonical);
}


/* Of two ends of what is allowed, the one that leaves less; @sign is 1 for upper
 * ends, -1 for lower ones. */
static const char *
virNodeDeviceCompatMeetBound(virNodeDeviceCompatValueType type,
                             const char *a,
                             const char *b,
                             int sign)
{
    if (!a || !b)
        return a ? a : b;

    return virNodeDeviceCompatValueCompare(type, a, b) * sign <= 0 ? a : b;
}


/* Grammars that do not match come from rules that do not; then the one of @a is
 * kept, and it shows when the result is compared. */
static virNodeDeviceCompatMeet
virNodeDeviceCompatLimitMeetRest(const virNodeDeviceCompatLimit *a,
                                 const virNodeDeviceCompatLimit *b,
                                 GStringChunk *strings,
                                 virNodeDeviceCompatLimit *limit)
{
    const virNodeDeviceCompatLimit *from = a->set || a->most || a->least ? a : b;

    limit->type = from->type;
    limit->set = from->set;
    limit->most = from->most;
    limit->least = from->least;

    if (from == b || a->type != b->type)
        return VIR_NODE_DEVICE_COMPAT_MEET_OK;

    if (a->set && b->set) {
        if (a->type == VIR_NODE_DEVICE_COMPAT_VALUE_BITMASK)
            limit->set = virNodeDeviceCompatMeetBits(a->set, b->set, strings);
        else if (!(limit->set = virNodeDeviceCompatMeetItems(a->set, b->set, strings)))
            return VIR_NODE_DEVICE_COMPAT_MEET_EMPTY;
    }

    limit->most = virNodeDeviceCompatMeetBound(a->type, a->most, b->most, 1);
    limit->least = virNodeDeviceCompatMeetBound(a->type, a->least, b->least, -1);
    if (limit->most && limit->least &&
        virNodeDeviceCompatValueCompare(a->type, limit->most, limit->least) < 0)
        return VIR_NODE_DEVICE_COMPAT_MEET_NOTHING;

    return VIR_NODE_DEVICE_COMPAT_MEET_OK;
}


static bool
virNodeDeviceCompatLimitRangesHave(const virNodeDeviceCompatLimit *limit,
                                   const char *value)
{
    virNodeDeviceCompatVersion point;
    size_t i;

    if (virNodeDeviceCompatPointParse(limit->rangeType, value, &point) < 0)
        return false;

    for (i = 0; i < limit->nranges; i++) {
        if (virNodeDeviceCompatRangeContains(&limit->ranges[i], &point))
            return true;
    }

    return false;
}


/* Returns true if @value is within all parts but the list. A value that is not
 * in their grammar is not. */
static bool
virNodeDeviceCompatLimitRestHas(const virNodeDeviceCompatLimit *limit,
                                const char *value)
{
    g_autofree char *canonical = NULL;

    if (limit->ranges && !virNodeDeviceCompatLimitRangesHave(limit, value))
        return false;

    if (!limit->set && !limit->most && !limit->least)
        return true;

    canonical = virNodeDeviceCompatValueNormalize(limit->type, value);

    return canonical &&
           (!limit->set ||
            virNodeDeviceCompatValueIsSuperset(limit->type, limit->set, canonical)) &&
           (!limit->most ||
            virNodeDeviceCompatValueCompare(limit->type, canonical, limit->most) <= 0) &&
           (!limit->least ||
            virNodeDeviceCompatValueCompare(limit->type, canonical, limit->least) >= 0);
}


/* Drops from the list what is not within the other parts. */
static void
virNodeDeviceCompatLimitFilterList(virNodeDeviceCompatLimit *limit)
{
    size_t kept = 0;
    size_t i;

    for (i = 0; i < limit->nlist; i++) {
        if (virNodeDeviceCompatLimitRestHas(limit, limit->list[i]))
            limit->list[kept++] = limit->list[i];
    }
    limit->nlist = kept;
}


/* Drops from the ranges what is beyond the bounds. */
static void
virNodeDeviceCompatLimitBoundRanges(virNodeDeviceCompatLimit *limit)
{
    virNodeDeviceCompatRange bounds = {
        .last = { UINT_MAX, UINT_MAX, UINT_MAX },
    };
    virNodeDeviceCompatLimit old = *limit;
    virNodeDeviceCompatLimit bound = { .rangeType = limit->type, .nranges = 1, .ranges = &bounds };

    if (!limit->ranges || (!limit->most && !limit->least) || limit->type != limit->rangeType ||
        (limit->most && virNodeDeviceCompatPointParse(limit->type, limit->most, &bounds.last) < 0) ||
        (limit->least && virNodeDeviceCompatPointParse(limit->type, limit->least, &bounds.first) < 0))
        return;

    limit->nranges = 0;
    virNodeDeviceCompatLimitMeetRanges(&old, &bound, limit);
    g_free(old.ranges);
}


/**
 * virNodeDeviceCompatLimitMeet:
 * @a: a limit
 * @b: another one on the same attribute
 * @strings: where new strings are kept
 * @ret_limit: set to what is within both; to be cleared by the caller
 *
 * Returns VIR_NODE_DEVICE_COMPAT_MEET_OK, or what else came of it.
 */
virNodeDeviceCompatMeet
virNodeDeviceCompatLimitMeet(const virNodeDeviceCompatLimit *a,
                             const virNodeDeviceCompatLimit *b,
                             GStringChunk *strings,
                             virNodeDeviceCompatLimit *ret_limit)
{
    virNodeDeviceCompatMeet rc;

    memset(ret_limit, 0, sizeof(*ret_limit));
    ret_limit->name = a->name;
    ret_limit->needed = a->needed || b->needed;
    ret_limit->derived = a->derived || b->derived;
    ret_limit->dynamic = a->dynamic || b->dynamic;

    /* where one side has no list, the other's is what meets */
    if (a->list || b->list)
        virNodeDeviceCompatLimitMeetList(a->list ? a : b, b->list ? b : a, ret_limit);
    if (a->ranges || b->ranges)
        virNodeDeviceCompatLimitMeetRanges(a->ranges ? a : b, b->ranges ? b : a, ret_limit);

    if ((rc = virNodeDeviceCompatLimitMeetRest(a, b, strings, ret_limit)) != VIR_NODE_DEVICE_COMPAT_MEET_OK)
        return rc;

    virNodeDeviceCompatLimitBoundRanges(ret_limit);
    virNodeDeviceCompatLimitFilterList(ret_limit);

    if ((ret_limit->list && ret_limit->nlist == 0) ||
        (ret_limit->ranges && ret_limit->nranges == 0))
        return VIR_NODE_DEVICE_COMPAT_MEET_NOTHING;
    return VIR_NODE_DEVICE_COMPAT_MEET_OK;
}


static bool
virNodeDeviceCompatLimitIncludesList(const virNodeDeviceCompatLimit *outer,
                                     const virNodeDeviceCompatLimit *inner)
{
    size_t i = 0;
    size_t j;

    for (j = 0; j < inner->nlist; j++) {
        while (i < outer->nlist && strcmp(outer->list[i], inner->list[j]) < 0)
            i++;
        if (i == outer->nlist || STRNEQ(outer->list[i], inner->list[j]))
            return false;
    }

    return true;
}


static bool
virNodeDeviceCompatLimitIncludesRanges(const virNodeDeviceCompatLimit *outer,
                                       const virNodeDeviceCompatLimit *inner)
{
    size_t i = 0;
    size_t j;

    if (outer->rangeType != inner->rangeType)
        return false;

    for (j = 0; j < inner->nranges; j++) {
        const virNodeDeviceCompatRange *range = &inner->ranges[j];

        while (i < outer->nranges &&
               virNodeDeviceCompatVersionCompare(&outer->ranges[i].last, &range->last) < 0)
            i++;
        if (i == outer->nranges ||
            virNodeDeviceCompatVersionCompare(&outer->ranges[i].first, &range->first) > 0)
            return false;
    }

    return true;
}


/**
 * virNodeDeviceCompatLimitIncludes:
 * @outer: a limit
 * @inner: another one on the same attribute
 *
 * Returns true if whatever is within @inner is seen to be within @outer.
 */
bool
virNodeDeviceCompatLimitIncludes(const virNodeDeviceCompatLimit *outer,
                                 const virNodeDeviceCompatLimit *inner)
{
    virNodeDeviceCompatValueType type = outer->type;

    if ((outer->needed && !inner->needed) ||
        (outer->derived && !inner->derived) ||
        (outer->dynamic && !inner->dynamic) ||
        (outer->list && (!inner->list || !virNodeDeviceCompatLimitIncludesList(outer, inner))) ||
        (outer->ranges && (!inner->ranges || !virNodeDeviceCompatLimitIncludesRanges(outer, inner))))
        return false;

    if (!outer->set && !outer->most && !outer->least)
        return true;

    return type == inner->type &&
           (!outer->set ||
            (inner->set && virNodeDeviceCompatValueIsSuperset(type, outer->set, inner->set))) &&
           (!outer->most ||
            (inner->most && virNodeDeviceCompatValueCompare(type, outer->most, inner->most) >= 0)) &&
           (!outer->least ||
            (inner->least && virNodeDeviceCompatValueCompare(type, outer->least, inner->least) <= 0));
}


/**
 * virNodeDeviceCompatLimitIsBest:
 * @limit: a limit
 * @value: canonical value
 *
 * Returns true if @value is within @limit, and no other one within it offers
 * more.
 */
bool
virNodeDeviceCompatLimitIsBest(const virNodeDeviceCompatLimit *limit,
                               const char *value)
{
    const char *bound = limit->most ? limit->most : limit->least;
    size_t i;

    if (limit->list) {
        for (i = 0; i < limit->nlist; i++) {
            if (STREQ(limit->list[i], value))
                return true;
        }
        return false;
    }

    if (limit->ranges)
        return virNodeDeviceCompatLimitRangesHave(limit, value);

    return (!limit->set || STREQ(limit->set, value)) &&
           (!bound || virNodeDeviceCompatValueCompare(limit->type, bound, value) == 0);
}


/**
 * virNodeDeviceCompatLimitMakeBest:
 * @limit: limit that is not open
 *
 * Returns a value within @limit that offers as much as there may be.
 */
char *
virNodeDeviceCompatLimitMakeBest(const virNodeDeviceCompatLimit *limit)
{
    if (limit->list)
        return g_strdup(limit->list[0]);
    if (limit->ranges)
        return virNodeDeviceCompatRangeGetBest(limit->rangeType,
                                               &limit->ranges[limit->nranges - 1]);
    if (limit->set)
        return g_strdup(limit->set);
    return g_strdup(limit->most ? limit->most : limit->least);
}
