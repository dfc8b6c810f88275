/*
 * nodedev_compat_fleet_pattern.c: comparing devices by what was learned of others
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_fleet_pattern.h"

#include "nodedev_compat_compare.h"
#include "nodedev_compat_compare_attr.h"
#include "nodedev_compat_compare_missing.h"
#include "nodedev_compat_rule_kind.h"

/* What patterns can take in all, in bytes */
#define PATTERNS_SIZE_MAX (32 * 1024 * 1024)

/* No value */
#define NONE SIZE_MAX

/* How the values of an attribute relate to each other */
#define RELATION_EQUAL (1 << 0)
#define RELATION_ACCEPTED (1 << 1)      /* by the target's own value, or by its lack of one */
#define RELATION_LISTED (1 << 2)        /* the source's is in the list of the alternative */
#define RELATION_WITHIN (1 << 3)        /* that, or within something that is in it */
#define RELATION_EXPLICIT (1 << 4)      /* it is a version that the target accepts explicitly */
#define RELATION_UNSUPPORTED (1 << 5)   /* either one */
#define RELATIONS (1 << 6)

/* What comparing it comes to */
#define FOUND_SUPERSET (1 << 0)
#define FOUND_UNKNOWN (1 << 1)
#define FOUND_INCOMPATIBLE (1 << 2)
#define FOUND_KNOWN (1 << 3)            /* it was compared */

/* An attribute under one alternative of the target */
typedef struct _virNodeDeviceCompatFleetItem virNodeDeviceCompatFleetItem;
struct _virNodeDeviceCompatFleetItem {
    const char *name;           /* of the first devices that were compared */
    const virNodeDeviceCompatRule *rule;
    const virNodeDeviceCompatRuleKindDef *kind;
    size_t from;                /* where values are in views, or NONE */
    size_t to;
    size_t listed;
    size_t versions;            /* those that are accepted explicitly */
    unsigned char last;         /* what it came to at last */
    unsigned char found[RELATIONS];
};

typedef struct _virNodeDeviceCompatFleetAlternative virNodeDeviceCompatFleetAlternative;
struct _virNodeDeviceCompatFleetAlternative {
    unsigned char found;        /* what the others come to */
    GArray *items;              /* in the order in which they are compared */
    size_t nvaried;
    virNodeDeviceCompatFleetItem **varied;      /* those that depend on values */
};

/* Two shapes */
typedef struct _virNodeDeviceCompatFleetPattern virNodeDeviceCompatFleetPattern;
struct _virNodeDeviceCompatFleetPattern {
    bool usable;
    bool inferred;
    size_t nalternatives;
    virNodeDeviceCompatFleetAlternative *alternatives;
    virNodeDeviceCompatFleetView *from;
    virNodeDeviceCompatFleetView *to;
};


static void
virNodeDeviceCompatFleetPatternFree(virNodeDeviceCompatFleetPattern *pattern)
{
    size_t i;

    for (i = 0; i < pattern->nalternatives; i++) {
        g_array_unref(pattern->alternatives[i].items);
        g_free(pattern->alternatives[i].varied);
    }
    g_free(pattern->alternatives);
    g_free(pattern);
}


/**
 * virNodeDeviceCompatFleetPatternsNew:
 * @rules: vendor rules, or NULL for the built-in ones only
 * @flags: bitwise-OR of virNodeDeviceCompareCompatFlags
 * @pool: for texts
 *
 * Returns that nothing was learned yet. Rules and pool have to be there as long as it.
 */
virNodeDeviceCompatFleetPatterns *
virNodeDeviceCompatFleetPatternsNew(const virNodeDeviceCompatRules *rules,
                                    unsigned int flags,
                                    GStringChunk *pool)
{
    virNodeDeviceCompatFleetPatterns *patterns = g_new0(virNodeDeviceCompatFleetPatterns, 1);

    patterns->rules = rules;
    patterns->flags = flags;
    patterns->sizeMax = PATTERNS_SIZE_MAX;
    patterns->shapes = virNodeDeviceCompatFleetShapesNew(rules, pool);
    patterns->patterns =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatFleetPatternFree);
    return patterns;
}


void
virNodeDeviceCompatFleetPatternsFree(virNodeDeviceCompatFleetPatterns *patterns)
{
    if (!patterns)
        return;

    g_ptr_array_unref(patterns->patterns);
    virNodeDeviceCompatFleetShapesFree(patterns->shapes);
    g_free(patterns);
}


/*
 * How values relate
 */

/* Whether the source's value is in the list of the target. Returns -1 if that is not known. */
static int
virNodeDeviceCompatFleetValueIsListed(const virNodeDeviceCompatFleetItem *item,
                                      const virNodeDeviceCompatFleetValue *from,
                                      const virNodeDeviceCompatFleetValue *listed)
{
    if (!virNodeDeviceCompatRangesAreOf(item->rule->value))
        return virNodeDeviceCompatFleetValueHasItem(listed, from);

    if (!from->isPoint || !listed->ranges)
        return -1;

    return virNodeDeviceCompatRangesHave(listed->ranges, listed->nranges, &from->point);
}


/* Returns RELATION_ACCEPTED if the target's own value, which is another one, accepts the
 * source's, 0 if not, -1 if that is not known. */
static int
virNodeDeviceCompatFleetValueIsTaken(const virNodeDeviceCompatFleetItem *item,
                                     const virNodeDeviceCompatFleetValue *from,
                                     const virNodeDeviceCompatFleetValue *to)
{
    virNodeDeviceCompatReasonCode code;
    bool accepted;

    if (!item->kind->accepts)
        return 0;

    if (item->rule->kind == VIR_NODE_DEVICE_COMPAT_RULE_VERSION) {
        /* two spellings of one version are as good as equal */
        if (!from->isPoint || !to->isPoint ||
            virNodeDeviceCompatVersionCompare(&from->point, &to->point) == 0)
            return -1;
        accepted = virNodeDeviceCompatRuleAcceptsVersion(&from->point, &to->point);
    } else {
        accepted = virNodeDeviceCompatRuleAccepts(item->rule, from->text, to->text, &code);
    }

    return accepted ? RELATION_ACCEPTED : 0;
}


/* What the list of the alternative says of the source's value */
static int
virNodeDeviceCompatFleetItemRelateList(const virNodeDeviceCompatFleetItem *item,
                                       const virNodeDeviceCompatFleetValue *from,
                                       const virNodeDeviceCompatFleetValue *listed)
{
    int contained = virNodeDeviceCompatFleetValueIsListed(item, from, listed);

    if (contained < 0)
        return -1;
    if (contained)
        return RELATION_LISTED | RELATION_WITHIN;

    return item->rule->kind == VIR_NODE_DEVICE_COMPAT_RULE_SUPERSET &&
           virNodeDeviceCompatCompareIsAccepted(item->rule, from->text, listed->text) ?
        RELATION_WITHIN : 0;
}


/* Whether the target accepts the source's version explicitly. Returns -1 if that is not
 * known. */
static int
virNodeDeviceCompatFleetItemRelateVersions(const virNodeDeviceCompatFleetValue *from,
                                           const virNodeDeviceCompatFleetValue *versions)
{
    if (!from->isPoint || !versions->ranges)
        return -1;

    return virNodeDeviceCompatRangesHave(versions->ranges, versions->nranges, &from->point) ?
        RELATION_EXPLICIT : 0;
}


/* Returns how the values of the attribute relate to each other, or -1 if that is not known. */
static int
virNodeDeviceCompatFleetItemRelate(const virNodeDeviceCompatFleetItem *item,
                                   const virNodeDeviceCompatFleetValue *const *source,
                                   const virNodeDeviceCompatFleetValue *const *target)
{
    const virNodeDeviceCompatFleetValue *from = item->from == NONE ? NULL : source[item->from];
    const virNodeDeviceCompatFleetValue *to = item->to == NONE ? NULL : target[item->to];
    const virNodeDeviceCompatFleetValue *listed = NULL;
    int relation = 0;
    int more[3] = { 0 };

    if (item->listed != NONE)
        listed = target[item->listed];

    if ((from && !from->text) || (to && !to->text) || (listed && !listed->text))
        return -1;

    if ((from && from->unsupported) || (to && to->unsupported))
        relation = RELATION_UNSUPPORTED;

    if (from && to && from->text == to->text)
        relation |= RELATION_EQUAL;
    else if (from && to)
        more[0] = virNodeDeviceCompatFleetValueIsTaken(item, from, to);
    else if (from && virNodeDeviceCompatCompareIsNothing(item->rule, from->text))
        more[0] = RELATION_ACCEPTED;

    if (from && listed)
        more[1] = virNodeDeviceCompatFleetItemRelateList(item, from, listed);
    if (from && item->versions != NONE && target[item->versions])
        more[2] = virNodeDeviceCompatFleetItemRelateVersions(from, target[item->versions]);

    if (more[0] < 0 || more[1] < 0 || more[2] < 0)
        return -1;

    return relation | more[0] | more[1] | more[2];
}


/*
 * Learning
 */

typedef struct _virNodeDeviceCompatFleetLesson virNodeDeviceCompatFleetLesson;
struct _virNodeDeviceCompatFleetLesson {
    virNodeDeviceCompatFleetPattern *pattern;
    const virNodeDeviceCompatFleetSubject *source;
    const virNodeDeviceCompatFleetSubject *target;
    bool first;                 /* of this pattern */
    size_t alternative;
    size_t next;                /* attribute in it */
    const virNodeDeviceCompatRule **from;       /* the rules of both views */
    const virNodeDeviceCompatRule **to;
};


/* Where the value of @name is among those of the set, or NONE if it is none that varies. */
static size_t
virNodeDeviceCompatFleetLessonFind(const virNodeDeviceCompatAttrs *set,
                                   const char *name)
{
    size_t i;

    for (i = 0; i < set->nattrs; i++) {
        if (STREQ(set->attrs[i]->name, name))
            return virNodeDeviceCompatFleetAttrVaries(set->attrs[i]) ? i : NONE;
    }

    return NONE;
}


/* Adds an attribute to the alternative that is looked at. */
static void
virNodeDeviceCompatFleetLessonAdd(virNodeDeviceCompatFleetLesson *lesson,
                                  const virNodeDeviceCompatCompareItem *compared)
{
    const virNodeDeviceCompat *target = lesson->target->expanded;
    virNodeDeviceCompatFleetAlternative *alternative =
        &lesson->pattern->alternatives[lesson->alternative];
    virNodeDeviceCompatFleetItem item = {
        .name = compared->name,
        .rule = compared->rule,
        .kind = virNodeDeviceCompatRuleKindGet(compared->rule->kind),
        .from = NONE, .to = NONE, .listed = NONE, .versions = NONE,
    };
    size_t first = target->self.nattrs;
    size_t i;

    if (!item.kind->ignored) {
        item.from = virNodeDeviceCompatFleetLessonFind(&lesson->source->expanded->self, item.name);
        item.to = virNodeDeviceCompatFleetLessonFind(&target->self, item.name);
    }

    if (!item.kind->ignored && lesson->alternative > 0) {
        for (i = 0; i + 1 < lesson->alternative; i++)
            first += target->accepts[i]->nattrs;
        item.listed = virNodeDeviceCompatFleetLessonFind(target->accepts[i], item.name);
        item.listed = item.listed == NONE ? NONE : first + item.listed;
    } else if (STREQ(item.name, VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION) &&
               item.rule->kind == VIR_NODE_DEVICE_COMPAT_RULE_VERSION) {
        item.versions = virNodeDeviceCompatFleetSubjectGetSlots(lesson->target, true) - 1;
    }

    if (item.from != NONE)
        lesson->from[item.from] = item.rule;
    if (item.to != NONE)
        lesson->to[item.to] = item.rule;
    if (item.listed != NONE)
        lesson->to[item.listed] = item.rule;

    g_array_append_val(alternative->items, item);
}


/* Takes what comparing an attribute came to. */
static void
virNodeDeviceCompatFleetLessonTake(size_t at,
                                   const virNodeDeviceCompatCompareItem *compared,
                                   const virNodeDeviceCompatFindings *found,
                                   void *opaque)
{
    virNodeDeviceCompatFleetLesson *lesson = opaque;
    GArray *items = lesson->pattern->alternatives[at].items;
    virNodeDeviceCompatFleetItem *item;

    if (at != lesson->alternative) {
        lesson->alternative = at;
        lesson->next = 0;
    }

    if (lesson->first)
        virNodeDeviceCompatFleetLessonAdd(lesson, compared);

    item = lesson->next < items->len ?
        &g_array_index(items, virNodeDeviceCompatFleetItem, lesson->next) : NULL;
    lesson->next++;

    /* devices of one shape have the same attributes and rules */
    if (!item || item->rule != compared->rule) {
        lesson->pattern->usable = false;
        return;
    }

    item->last = FOUND_KNOWN | (found->superset > 0 ? FOUND_SUPERSET : 0) |
                 (found->unknown ? FOUND_UNKNOWN : 0) |
                 (found->incompatible ? FOUND_INCOMPATIBLE : 0);
}


/* Separates the attributes that depend on values from those that come to the same always. */
static void
virNodeDeviceCompatFleetAlternativeDivide(virNodeDeviceCompatFleetAlternative *alternative)
{
    size_t i;

    alternative->varied = g_new0(virNodeDeviceCompatFleetItem *, alternative->items->len);
    for (i = 0; i < alternative->items->len; i++) {
        virNodeDeviceCompatFleetItem *item = &g_array_index(alternative->items,
                                                            virNodeDeviceCompatFleetItem, i);

        if (item->from == NONE && item->to == NONE && item->listed == NONE)
            alternative->found |= item->last;
        else
            alternative->varied[alternative->nvaried++] = item;
    }
}


/* Notes what an attribute came to where its values relate as they do. */
static void
virNodeDeviceCompatFleetItemNote(virNodeDeviceCompatFleetPatterns *patterns,
                                 virNodeDeviceCompatFleetPattern *pattern,
                                 virNodeDeviceCompatFleetItem *item,
                                 int relation)
{
    if (relation < 0)
        return;

    if (item->found[relation] && item->found[relation] != item->last) {
        pattern->usable = false;
        patterns->nwrong++;
    }
    item->found[relation] = item->last;
}


/* Whether the target accepts the source, of what was found under one alternative */
static virNodeDeviceCompatResult
virNodeDeviceCompatFleetFoundGetVerdict(unsigned char found)
{
    if (found & FOUND_INCOMPATIBLE)
        return VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE;
    if (found & FOUND_UNKNOWN)
        return VIR_NODE_DEVICE_COMPAT_UNKNOWN;
    return found & FOUND_SUPERSET ? VIR_NODE_DEVICE_COMPAT_SUPERSET :
                                    VIR_NODE_DEVICE_COMPAT_IDENTICAL;
}


/* Compares two devices, and learns from it. Returns -1 if there is too much to compare. */
static int
virNodeDeviceCompatFleetPatternLearn(virNodeDeviceCompatFleetPatterns *patterns,
                                     virNodeDeviceCompatFleetPattern *pattern,
                                     const virNodeDeviceCompatFleetSubject *source,
                                     const virNodeDeviceCompatFleetSubject *target)
{
    virNodeDeviceCompatBudget budget = { .max = VIR_NODE_DEVICE_COMPAT_WORK_MAX };
    g_autofree const virNodeDeviceCompatRule **from =
        g_new0(const virNodeDeviceCompatRule *,
               virNodeDeviceCompatFleetSubjectGetSlots(source, false));
    g_autofree const virNodeDeviceCompatRule **to =
        g_new0(const virNodeDeviceCompatRule *,
               virNodeDeviceCompatFleetSubjectGetSlots(target, true));
    virNodeDeviceCompatFleetLesson lesson = {
        .pattern = pattern, .source = source, .target = target,
        .first = !pattern->from, .from = from, .to = to,
    };
    const virNodeDeviceCompatFleetValue **sources;
    const virNodeDeviceCompatFleetValue **targets;
    size_t i;
    size_t j;

    patterns->nlearned++;
    if (virNodeDeviceCompatCompareTraced(source->compat, target->expanded, patterns->rules,
                                         patterns->flags, &budget,
                                         virNodeDeviceCompatFleetLessonTake, &lesson) < 0) {
        pattern->usable = false;
        return -1;
    }

    if (lesson.first) {
        pattern->from = virNodeDeviceCompatFleetShapesGetView(patterns->shapes, source, false,
                                                              from);
        pattern->to = virNodeDeviceCompatFleetShapesGetView(patterns->shapes, target, true, to);
        for (i = 0; i < pattern->nalternatives; i++)
            virNodeDeviceCompatFleetAlternativeDivide(&pattern->alternatives[i]);
    }

    sources = virNodeDeviceCompatFleetShapesGetValues(patterns->shapes, pattern->from, source);
    targets = virNodeDeviceCompatFleetShapesGetValues(patterns->shapes, pattern->to, target);
    if (!sources || !targets)
        return -1;

    for (i = 0; i < pattern->nalternatives; i++) {
        virNodeDeviceCompatFleetAlternative *alternative = &pattern->alternatives[i];

        for (j = 0; j < alternative->nvaried; j++)
            virNodeDeviceCompatFleetItemNote(patterns, pattern, alternative->varied[j],
                                             virNodeDeviceCompatFleetItemRelate(alternative->varied[j],
                                                                                sources, targets));
    }

    return 0;
}


/*
 * Comparing
 */

/* Adds up what was learned of the attributes under one alternative. Returns FOUND_KNOWN and
 * what it comes to; 0 if something is still to be learned; -1 if values relate to each other
 * in a way of which nothing is known. */
static int
virNodeDeviceCompatFleetAlternativeCompare(virNodeDeviceCompatFleetAlternative *alternative,
                                           const virNodeDeviceCompatFleetValue *const *source,
                                           const virNodeDeviceCompatFleetValue *const *target)
{
    int found = alternative->found | FOUND_KNOWN;
    size_t i;

    for (i = 0; i < alternative->nvaried && !(found & FOUND_INCOMPATIBLE); i++) {
        virNodeDeviceCompatFleetItem *item = alternative->varied[i];
        int relation = virNodeDeviceCompatFleetItemRelate(item, source, target);

        if (relation < 0)
            return -1;
        if (!(item->found[relation] & FOUND_KNOWN))
            return 0;
        found |= item->found[relation];
    }

    /* what has decided is looked at first the next time */
    if (i > 1 && (found & FOUND_INCOMPATIBLE)) {
        virNodeDeviceCompatFleetItem *decided = alternative->varied[i - 1];

        alternative->varied[i - 1] = alternative->varied[0];
        alternative->varied[0] = decided;
    }

    return found;
}


/* Returns the verdict of the best alternative, or VIR_NODE_DEVICE_COMPAT_ERROR, with what is
 * to be learned in *ret_found. */
static virNodeDeviceCompatResult
virNodeDeviceCompatFleetPatternCompare(virNodeDeviceCompatFleetPattern *pattern,
                                       const virNodeDeviceCompatFleetValue *const *source,
                                       const virNodeDeviceCompatFleetValue *const *target,
                                       int *ret_found)
{
    virNodeDeviceCompatResult best = VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE;
    size_t i;

    for (i = 0; i < pattern->nalternatives && best != VIR_NODE_DEVICE_COMPAT_IDENTICAL; i++) {
        int found = virNodeDeviceCompatFleetAlternativeCompare(&pattern->alternatives[i], source,
                                                               target);
        virNodeDeviceCompatResult verdict;

        if (found <= 0) {
            *ret_found = found;
            return VIR_NODE_DEVICE_COMPAT_ERROR;
        }

        verdict = virNodeDeviceCompatFleetFoundGetVerdict(found);
        if (virNodeDeviceCompatVerdictRank(verdict) < virNodeDeviceCompatVerdictRank(best))
            best = verdict;
    }

    return best;
}


/* Returns what is known of devices of these two shapes, or NULL if there is no space. */
static virNodeDeviceCompatFleetPattern *
virNodeDeviceCompatFleetPatternsGet(virNodeDeviceCompatFleetPatterns *patterns,
                                    const virNodeDeviceCompatFleetSubject *source,
                                    const virNodeDeviceCompatFleetSubject *target)
{
    virNodeDeviceCompatFleetShape *shape = source->shape;
    virNodeDeviceCompatFleetPattern *pattern;
    size_t i;

    if (!shape->patterns)
        shape->patterns = g_new0(void *, VIR_NODE_DEVICE_COMPAT_FLEET_NSHAPES);

    if ((pattern = shape->patterns[target->shape->number]))
        return pattern;

    if (patterns->size >= patterns->sizeMax)
        return NULL;

    pattern = g_new0(virNodeDeviceCompatFleetPattern, 1);
    pattern->usable = true;
    pattern->inferred = shape->inferred || target->shape->inferred;
    pattern->nalternatives = target->expanded->naccepts + 1;
    pattern->alternatives = g_new0(virNodeDeviceCompatFleetAlternative, pattern->nalternatives);
    for (i = 0; i < pattern->nalternatives; i++)
        pattern->alternatives[i].items = g_array_new(false, false,
                                                     sizeof(virNodeDeviceCompatFleetItem));

    g_ptr_array_add(patterns->patterns, pattern);
    shape->patterns[target->shape->number] = pattern;

    if (virNodeDeviceCompatFleetPatternLearn(patterns, pattern, source, target) < 0)
        pattern->usable = false;

    for (i = 0; i < pattern->nalternatives; i++)
        patterns->size += sizeof(*pattern) +
                          pattern->alternatives[i].items->len * sizeof(virNodeDeviceCompatFleetItem);
    return pattern;
}


/**
 * virNodeDeviceCompatFleetPatternsCompare:
 * @patterns: what was learned
 * @source: the device that the guest uses
 * @target: the device that it is to continue on
 *
 * virNodeDeviceCompatCompareExpanded() for those that compare millions of pairs. Both are
 * subjects of the shapes of @patterns.
 *
 * Returns the verdict, or VIR_NODE_DEVICE_COMPAT_ERROR if the devices have to be compared.
 */
virNodeDeviceCompatResult
virNodeDeviceCompatFleetPatternsCompare(virNodeDeviceCompatFleetPatterns *patterns,
                                        const virNodeDeviceCompatFleetSubject *source,
                                        const virNodeDeviceCompatFleetSubject *target)
{
    virNodeDeviceCompatFleetPattern *pattern = virNodeDeviceCompatFleetPatternsGet(patterns, source,
                                                                                   target);
    const virNodeDeviceCompatFleetValue **sources;
    const virNodeDeviceCompatFleetValue **targets;
    virNodeDeviceCompatResult verdict;
    int found = 0;

    if (!pattern || !pattern->usable ||
        !(sources = virNodeDeviceCompatFleetShapesGetValues(patterns->shapes, pattern->from,
                                                            source)) ||
        !(targets = virNodeDeviceCompatFleetShapesGetValues(patterns->shapes, pattern->to, target)))
        return VIR_NODE_DEVICE_COMPAT_ERROR;

    verdict = virNodeDeviceCompatFleetPatternCompare(pattern, sources, targets, &found);
    if (verdict == VIR_NODE_DEVICE_COMPAT_ERROR) {
        if (found < 0 ||
            virNodeDeviceCompatFleetPatternLearn(patterns, pattern, source, target) < 0 ||
            !pattern->usable)
            return VIR_NODE_DEVICE_COMPAT_ERROR;
        verdict = virNodeDeviceCompatFleetPatternCompare(pattern, sources, targets, &found);
    } else {
        patterns->nknown++;
    }

    if (pattern->inferred && virNodeDeviceCompatVerdictIsGood(verdict))
        verdict = VIR_NODE_DEVICE_COMPAT_UNKNOWN;
    return virNodeDeviceCompatRulesLimitVerdict(patterns->rules, verdict);
}
