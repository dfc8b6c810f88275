/*
 * nodedev_compat_way.c: what a source must be for several devices to take it
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_way.h"

#include "nodedev_compat_alternatives.h"
#include "nodedev_compat_attr.h"
#include "nodedev_compat_list.h"

#define KIND(name) VIR_NODE_DEVICE_COMPAT_RULE_ ## name
#define STEP(name) VIR_NODE_DEVICE_COMPAT_STEP_ ## name
#define VERS VIR_NODE_DEVICE_COMPAT_VALUE_VERSION

void
virNodeDeviceCompatWayFree(virNodeDeviceCompatWay *way)
{
    size_t i;

    if (!way)
        return;

    for (i = 0; i < way->nlimits; i++)
        virNodeDeviceCompatLimitClear(&way->limits[i]);
    g_free(way->limits);
    g_free(way);
}


/**
 * virNodeDeviceCompatTermsGetValue:
 * @terms: keep the value
 * @rule: rule of a device for the attribute
 * @attr: attribute that is usable
 * @list: it is a list
 *
 * Returns the value of @attr in the grammar that @rule has for it, or NULL if it
 * is not in that grammar.
 */
const char *
virNodeDeviceCompatTermsGetValue(virNodeDeviceCompatTerms *terms,
                                const virNodeDeviceCompatRule *rule,
                                const virNodeDeviceCompatAttr *attr,
                                bool list)
{
    g_autofree char *canonical = NULL;

    if (!rule->vendor)
        return attr->value;

    if (list)
        canonical = virNodeDeviceCompatValueNormalizeList(rule->value, attr->value, NULL);
    else
        canonical = virNodeDeviceCompatValueNormalize(rule->value, attr->value);

    return canonical ? g_string_chunk_insert(terms->strings, canonical) : NULL;
}


/* Ranges, and of those only what is within @bound if that is there, and @own if
 * that is there */
static void
virNodeDeviceCompatLimitParseRanges(virNodeDeviceCompatLimit *limit,
                                    virNodeDeviceCompatValueType type,
                                    const char *ranges,
                                    const virNodeDeviceCompatRange *bound,
                                    const virNodeDeviceCompatVersion *own)
{
    g_autofree virNodeDeviceCompatRange *parsed = NULL;
    g_autofree virNodeDeviceCompatRange *all = NULL;
    size_t nparsed = 0;
    size_t nall = 0;
    size_t i;

    if (!(parsed = virNodeDeviceCompatRangesParse(type, ranges, &nparsed)))
        return;

    all = g_new0(virNodeDeviceCompatRange, nparsed + 1);
    for (i = 0; i < nparsed; i++) {
        virNodeDeviceCompatRange range = parsed[i];

        if (bound && virNodeDeviceCompatVersionCompare(&range.first, &bound->first) < 0)
            range.first = bound->first;
        if (bound && virNodeDeviceCompatVersionCompare(&range.last, &bound->last) > 0)
            range.last = bound->last;
        if (virNodeDeviceCompatVersionCompare(&range.first, &range.last) <= 0)
            all[nall++] = range;
    }

    if (own) {
        all[nall].first = *own;
        all[nall++].last = *own;
    }

    virNodeDeviceCompatLimitSetRanges(limit, type, all, nall);
}


/* What a device of version @value takes by itself: what was written by its major
 * version and no higher minor one, of that only what it lists if it does. */
static void
virNodeDeviceCompatLimitSetSemantic(virNodeDeviceCompatLimit *limit,
                                    const virNodeDeviceCompat *device,
                                    bool narrow,
                                    const char *value)
{
    const virNodeDeviceCompatAttr *bad = NULL;
    virNodeDeviceCompatRange range = { 0 };
    virNodeDeviceCompatVersion own;
    g_autofree char *listed = NULL;

    if (virNodeDeviceCompatVersionParse(value, &own) < 0)
        return;

    range.first.major = own.major;
    range.last.major = own.major;
    range.last.minor = own.minor;
    range.last.bugfix = UINT_MAX;

    if (narrow)
        listed = virNodeDeviceCompatExplicitVersions(device, &bad);

    /* a list of which a part is not known may hold whatever the rule allows */
    if (listed && !bad)
        virNodeDeviceCompatLimitParseRanges(limit, VERS, listed, &range, &own);
    else
        virNodeDeviceCompatLimitSetRanges(limit, VERS, &range, 1);
}


/* The limit that a list of accepted values sets. Returns false if nothing is
 * within it. */
static bool
virNodeDeviceCompatLimitSetAccepted(virNodeDeviceCompatTerms *terms,
                                    virNodeDeviceCompatLimit *limit,
                                    const virNodeDeviceCompatRule *rule,
                                    bool otherTypes,
                                    const char *value,
                                    const char *list)
{
    bool strict = rule->step == STEP(DEVICE_API) ||
                  (rule->step == STEP(TYPE) &&
                   !(terms->flags & VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE));
    virNodeDeviceCompatVersion own;

    limit->needed = true;

    if (strict) {
        if (!value || !virNodeDeviceCompatValueListContains(list, value))
            return false;
        virNodeDeviceCompatLimitSetValue(limit, value);
    } else if (virNodeDeviceCompatRangesAreOf(rule->value)) {
        /* versions of two types are no versions of one thing */
        bool hasOwn = rule->kind == KIND(VERSION) && value && !otherTypes &&
                      virNodeDeviceCompatVersionParse(value, &own) == 0;

        virNodeDeviceCompatLimitParseRanges(limit, rule->value, list, NULL, hasOwn ? &own : NULL);
    } else {
        virNodeDeviceCompatLimitSetList(limit, terms->strings, list);
    }

    return true;
}


/* The limit that the device's own value sets by its rule */
static void
virNodeDeviceCompatLimitSetOwn(virNodeDeviceCompatTerms *terms,
                               virNodeDeviceCompatLimit *limit,
                               const virNodeDeviceCompat *device,
                               bool narrow,
                               const virNodeDeviceCompatRule *rule,
                               const char *value)
{
    limit->type = rule->value;

    switch (rule->kind) {
    case KIND(VERSION):
        virNodeDeviceCompatLimitSetSemantic(limit, device, narrow, value);
        break;
    case KIND(RANGE):
    case KIND(ONE_OF):
        if (virNodeDeviceCompatRangesAreOf(rule->value)) {
            virNodeDeviceCompatLimitParseRanges(limit, rule->value, value, NULL, NULL);
            break;
        }
        virNodeDeviceCompatLimitSetList(limit, terms->strings, value);
        /* the same list is the same, as far as it is a value */
        if (limit->nlist > 1 && rule->value == VIR_NODE_DEVICE_COMPAT_VALUE_STRING)
            virNodeDeviceCompatLimitAddValue(limit, value);
        break;
    case KIND(SUPERSET):
        limit->set = value;
        break;
    case KIND(AT_LEAST):
        limit->most = value;
        break;
    case KIND(AT_MOST):
        limit->least = value;
        break;
    case KIND(EQUAL):
    case KIND(IGNORE):
    case KIND(LAST):
        virNodeDeviceCompatLimitSetValue(limit, value);
        break;
    }
}


/* Adds to @way what the alternative @accepts of @device asks for in an attribute, of
 * which it has @self and accepts @accepted, each NULL if it is not there. Returns
 * false if no source can pass. */
static bool
virNodeDeviceCompatWayAdd(virNodeDeviceCompatTerms *terms,
                          virNodeDeviceCompatWay *way,
                          const virNodeDeviceCompat *device,
                          const char *name,
                          const virNodeDeviceCompatAttr *self,
                          const virNodeDeviceCompatAttr *accepted,
                          const virNodeDeviceCompatAttrs *accepts)
{
    const virNodeDeviceCompatRule *rule = virNodeDeviceCompatRulesFind(terms->rules, device, name);
    virNodeDeviceCompatLimit *limit = &way->limits[way->nlimits];
    bool list = virNodeDeviceCompatRuleTakesList(rule);
    const char *acceptedValue = NULL;
    const char *value = NULL;

    if (rule->kind == KIND(IGNORE)) {
        accepted = NULL;
        if (self && self->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK)
            self = NULL;
    }

    if (!self && !accepted && !rule->required)
        return true;

    memset(limit, 0, sizeof(*limit));
    limit->name = name;
    way->nlimits++;

    if (accepted &&
        (accepted->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK ||
         !(acceptedValue = virNodeDeviceCompatTermsGetValue(terms, rule, accepted, true)))) {
        way->doubtful = true;
        return true;
    }

    /* a device that is made of a type gets what the source has, if it may */
    if (self && self->state == VIR_NODE_DEVICE_COMPAT_ATTR_UNSET && acceptedValue)
        self = NULL;

    /* what a device does not tell does not restrict; the comparison says so */
    if ((!self && rule->required) ||
        (self &&
         (self->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK ||
          !(value = virNodeDeviceCompatTermsGetValue(terms, rule, self, list)))))
        return true;

    if (self) {
        limit->derived = self->derived;
        limit->dynamic = self->dynamic;
    }

    if (acceptedValue)
        return virNodeDeviceCompatLimitSetAccepted(terms, limit, rule,
                                                   virNodeDeviceCompatIsForOtherTypes(device, accepts),
                                                   value, acceptedValue);

    virNodeDeviceCompatLimitSetOwn(terms, limit, device,
                                   !accepts && STREQ(name, VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION),
                                   rule, value);
    return true;
}


/**
 * virNodeDeviceCompatWayNew:
 * @terms: on which devices are compared
 * @device: a device
 * @accepts: one of its alternatives, or NULL for the device itself
 *
 * Returns what a source must be to pass, or NULL if none can.
 */
virNodeDeviceCompatWay *
virNodeDeviceCompatWayNew(virNodeDeviceCompatTerms *terms,
                          const virNodeDeviceCompat *device,
                          const virNodeDeviceCompatAttrs *accepts)
{
    g_autoptr(virNodeDeviceCompatWay) way = g_new0(virNodeDeviceCompatWay, 1);
    size_t nself = 0;
    size_t naccepted = 0;
    size_t nrequired = 0;

    way->limits = g_new0(virNodeDeviceCompatLimit,
                         device->self.nattrs + (accepts ? accepts->nattrs : 0) +
                         VIR_NODE_DEVICE_COMPAT_REQUIRED);

    while (true) {
        const virNodeDeviceCompatAttr *self = virNodeDeviceCompatAttrsGet(&device->self, nself);
        const virNodeDeviceCompatAttr *accepted = virNodeDeviceCompatAttrsGet(accepts, naccepted);
        const char *name = nrequired < VIR_NODE_DEVICE_COMPAT_REQUIRED ? virNodeDeviceCompatRequired[nrequired] : NULL;

        if (self && (!name || strcmp(self->name, name) < 0))
            name = self->name;
        if (accepted && (!name || strcmp(accepted->name, name) < 0))
            name = accepted->name;
        if (!name)
            break;

        if (self && STRNEQ(self->name, name))
            self = NULL;
        if (accepted && STRNEQ(accepted->name, name))
            accepted = NULL;
        if (nrequired < VIR_NODE_DEVICE_COMPAT_REQUIRED && STREQ(virNodeDeviceCompatRequired[nrequired], name))
            nrequired++;
        nself += !!self;
        naccepted += !!accepted;

        if (!virNodeDeviceCompatWayAdd(terms, way, device, name, self, accepted, accepts))
            return NULL;
    }

    return g_steal_pointer(&way);
}


/* Order of the limits at @i and @j in a merge by name */
static int
virNodeDeviceCompatWayOrder(const virNodeDeviceCompatWay *a,
                            size_t i,
                            const virNodeDeviceCompatWay *b,
                            size_t j)
{
    if (i == a->nlimits)
        return 1;
    if (j == b->nlimits)
        return -1;
    return strcmp(a->limits[i].name, b->limits[j].name);
}


/* Adds to @way what is within both limits. An attribute that some device does
 * without is left out where nothing is. Returns false if no source can pass. */
static bool
virNodeDeviceCompatWayMeetLimit(virNodeDeviceCompatTerms *terms,
                                virNodeDeviceCompatWay *way,
                                const virNodeDeviceCompatLimit *a,
                                const virNodeDeviceCompatLimit *b)
{
    virNodeDeviceCompatLimit *limit = &way->limits[way->nlimits];
    virNodeDeviceCompatMeet rc = virNodeDeviceCompatLimitMeet(a, b, terms->strings, limit);

    if (rc == VIR_NODE_DEVICE_COMPAT_MEET_OK) {
        way->nlimits++;
        return true;
    }

    virNodeDeviceCompatLimitClear(limit);
    if (rc == VIR_NODE_DEVICE_COMPAT_MEET_NOTHING &&
        !g_hash_table_contains(terms->weak, a->name))
        return false;

    if (a->needed || b->needed)
        way->doubtful = true;
    return true;
}


/**
 * virNodeDeviceCompatWayMeet:
 * @terms: on which devices are compared
 * @a: a way
 * @b: another
 *
 * Returns what a source must be to pass both, or NULL if none can.
 */
virNodeDeviceCompatWay *
virNodeDeviceCompatWayMeet(virNodeDeviceCompatTerms *terms,
                           const virNodeDeviceCompatWay *a,
                           const virNodeDeviceCompatWay *b)
{
    g_autoptr(virNodeDeviceCompatWay) way = g_new0(virNodeDeviceCompatWay, 1);
    size_t i = 0;
    size_t j = 0;

    way->doubtful = a->doubtful || b->doubtful;
    way->limits = g_new0(virNodeDeviceCompatLimit, MIN(a->nlimits, b->nlimits) + 1);

    while (i < a->nlimits || j < b->nlimits) {
        int order = virNodeDeviceCompatWayOrder(a, i, b, j);

        if (order == 0) {
            if (!virNodeDeviceCompatWayMeetLimit(terms, way, &a->limits[i++], &b->limits[j++]))
                return NULL;
        } else {
            const virNodeDeviceCompatLimit *only = order < 0 ? &a->limits[i++] : &b->limits[j++];

            if (only->needed)
                way->doubtful = true;
        }
    }

    return g_steal_pointer(&way);
}


/**
 * virNodeDeviceCompatWayIncludes:
 * @outer: a way
 * @inner: another
 *
 * Returns true if what passes @inner is seen to pass @outer.
 */
bool
virNodeDeviceCompatWayIncludes(const virNodeDeviceCompatWay *outer,
                               const virNodeDeviceCompatWay *inner)
{
    size_t i = 0;
    size_t j = 0;

    if (outer->doubtful && !inner->doubtful)
        return false;

    while (i < outer->nlimits || j < inner->nlimits) {
        int order = virNodeDeviceCompatWayOrder(outer, i, inner, j);

        if (order > 0)
            return false;
        if (order < 0 && outer->limits[i].needed)
            return false;
        if (order == 0 &&
            !virNodeDeviceCompatLimitIncludes(&outer->limits[i], &inner->limits[j++]))
            return false;
        i++;
    }

    return true;
}
