/*
 * nodedev_compat_compare.c: may a guest on this source continue on that target?
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_compare.h"

#include "virbuffer.h"
#include "virlog.h"

VIR_LOG_INIT("conf.nodedev_compat_compare");

#define REASON(name) VIR_NODE_DEVICE_COMPAT_REASON_ ## name


/* One alternative of the target under judgement. An alternative without
 * @accepts is the target's own self. */
typedef struct _virNodeDeviceCompatJudgement virNodeDeviceCompatJudgement;
struct _virNodeDeviceCompatJudgement {
    const virNodeDeviceCompat *source;
    const virNodeDeviceCompat *target;
    const virNodeDeviceCompatSet *accepts;
    const virNodeDeviceCompatRules *rules;
    unsigned int flags;

    bool superset;
    virNodeDeviceCompatReport *report;
};

/* One attribute under judgement: the source's, the target's, and what the
 * alternative accepts, each NULL if it is not there. */
typedef struct _virNodeDeviceCompatCase virNodeDeviceCompatCase;
struct _virNodeDeviceCompatCase {
    const char *name;
    const virNodeDeviceCompatRule *rule;
    const virNodeDeviceCompatAttr *source;
    const virNodeDeviceCompatAttr *target;
    const virNodeDeviceCompatAttr *accepted;
};


static const char *
virNodeDeviceCompatAttrValue(const virNodeDeviceCompatAttr *attr)
{
    return attr ? attr->value : NULL;
}


static void
virNodeDeviceCompatJudgeAddTarget(virNodeDeviceCompatJudgement *judgement,
                                  const virNodeDeviceCompatCase *item,
                                  virNodeDeviceCompatReasonCode code,
                                  const char *target)
{
    virNodeDeviceCompatReportAdd(judgement->report, code, item->rule->kind,
                                 item->name,
                                 virNodeDeviceCompatAttrValue(item->source),
                                 target);
}


static void
virNodeDeviceCompatJudgeAdd(virNodeDeviceCompatJudgement *judgement,
                            const virNodeDeviceCompatCase *item,
                            virNodeDeviceCompatReasonCode code)
{
    virNodeDeviceCompatJudgeAddTarget(judgement, item, code,
                                      virNodeDeviceCompatAttrValue(item->target));
}


/* What to say of an attribute that has no usable value, by side */
static const struct {
    virNodeDeviceCompatReasonCode source;
    virNodeDeviceCompatReasonCode target;
} stateReasons[] = {
    [VIR_NODE_DEVICE_COMPAT_ATTR_UNREADABLE] = {
        REASON(UNREADABLE_SOURCE), REASON(UNREADABLE_TARGET) },
    [VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED] = {
        REASON(MALFORMED_SOURCE), REASON(MALFORMED_TARGET) },
    [VIR_NODE_DEVICE_COMPAT_ATTR_CONFLICTING] = {
        REASON(CONFLICTING_SOURCE), REASON(CONFLICTING_TARGET) },
};

G_STATIC_ASSERT(G_N_ELEMENTS(stateReasons) == VIR_NODE_DEVICE_COMPAT_ATTR_LAST);


/* An attribute that exists and has no usable value makes the answer unknown.
 * Returns true if one was found. */
static bool
virNodeDeviceCompatJudgeState(virNodeDeviceCompatJudgement *judgement,
                              const virNodeDeviceCompatCase *item)
{
    bool found = false;

    if (item->source && item->source->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK) {
        virNodeDeviceCompatJudgeAdd(judgement, item, stateReasons[item->source->state].source);
        found = true;
    }

    if (item->target && item->target->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK) {
        virNodeDeviceCompatJudgeAdd(judgement, item, stateReasons[item->target->state].target);
        found = true;
    } else if (item->accepted &&
               item->accepted->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK) {
        virNodeDeviceCompatJudgeAddTarget(judgement, item,
                                          stateReasons[item->accepted->state].target,
                                          item->accepted->value);
        found = true;
    }

    return found;
}


/* A value that merely follows from the host's drivers is evidence, no more: it
 * neither refuses a target nor meets a condition that a driver publishes.
 * Returns true if there is nothing more to judge about the attribute. */
static bool
virNodeDeviceCompatJudgeDerived(virNodeDeviceCompatJudgement *judgement,
                                const virNodeDeviceCompatCase *item)
{
    bool source = item->source && item->source->derived;
    bool target = item->target && item->target->derived;
    bool differs = item->source && item->target &&
                   STRNEQ_NULLABLE(item->source->value, item->target->value);

    if (item->accepted) {
        /* the target's driver asks for it, so the source's has to tell */
        if (source &&
            !virNodeDeviceCompatValueIsAccepted(item->rule->value,
                                                item->accepted->value,
                                                item->source->value)) {
            virNodeDeviceCompatJudgeAdd(judgement, item, REASON(MISSING_SOURCE));
            return true;
        }
        return false;
    }

    if (!source && !target)
        return false;

    if (!differs)
        return true;

    if (source)
        virNodeDeviceCompatJudgeAdd(judgement, item, REASON(DERIVED_DIFFERS));
    else        /* the source's driver publishes it, so it matters to the source */
        virNodeDeviceCompatJudgeAddTarget(judgement, item, REASON(MISSING_TARGET), NULL);
    return true;
}


/* Returns true if a value is missing that is needed to go on. */
static bool
virNodeDeviceCompatJudgeMissing(virNodeDeviceCompatJudgement *judgement,
                                const virNodeDeviceCompatCase *item)
{
    bool required = item->rule->required;

    if (!item->source) {
        if (required && !item->target)
            virNodeDeviceCompatJudgeAdd(judgement, item, REASON(MISSING_BOTH));
        else if (required || item->accepted)
            virNodeDeviceCompatJudgeAdd(judgement, item, REASON(MISSING_SOURCE));
        else if (item->target)
            judgement->superset = true;
        return true;
    }

    if (item->target || (!required && item->accepted))
        return false;

    switch (item->rule->missing) {
    case VIR_NODE_DEVICE_COMPAT_MISSING_IGNORE:
        break;
    case VIR_NODE_DEVICE_COMPAT_MISSING_INCOMPATIBLE:
        virNodeDeviceCompatJudgeAdd(judgement, item, REASON(ATTR_MISSING));
        break;
    case VIR_NODE_DEVICE_COMPAT_MISSING_UNKNOWN:
    case VIR_NODE_DEVICE_COMPAT_MISSING_LAST:
        virNodeDeviceCompatJudgeAdd(judgement, item, REASON(MISSING_TARGET));
        break;
    }

    return true;
}


/* Two values that are not the same, and no list of the target's: what the
 * attribute's rule has to say */
static void
virNodeDeviceCompatJudgeUnequal(virNodeDeviceCompatJudgement *judgement,
                                const virNodeDeviceCompatCase *item)
{
    virNodeDeviceCompatValueType type = item->rule->value;
    const char *source = item->source->value;
    const char *target = item->target->value;
    virNodeDeviceCompatReasonCode code = REASON(ATTR_MISMATCH);
    bool holds = false;

    switch (item->rule->kind) {
    case VIR_NODE_DEVICE_COMPAT_RULE_ONE_OF:
    case VIR_NODE_DEVICE_COMPAT_RULE_RANGE:
        holds = virNodeDeviceCompatValueIsAccepted(type, target, source);
        code = REASON(ATTR_NOT_ACCEPTED);
        break;
    case VIR_NODE_DEVICE_COMPAT_RULE_SUPERSET:
        holds = virNodeDeviceCompatValueIsSuperset(type, target, source);
        code = REASON(ATTR_NOT_SUPERSET);
        break;
    case VIR_NODE_DEVICE_COMPAT_RULE_AT_LEAST:
        holds = virNodeDeviceCompatValueCompare(type, target, source) >= 0;
        code = REASON(ATTR_TOO_LOW);
        break;
    case VIR_NODE_DEVICE_COMPAT_RULE_AT_MOST:
        holds = virNodeDeviceCompatValueCompare(type, target, source) <= 0;
        code = REASON(ATTR_TOO_HIGH);
        break;
    case VIR_NODE_DEVICE_COMPAT_RULE_EQUAL:
        if (item->rule->step == VIR_NODE_DEVICE_COMPAT_STEP_TYPE)
            code = REASON(TYPE_MISMATCH);
        break;
    case VIR_NODE_DEVICE_COMPAT_RULE_VERSION:
    case VIR_NODE_DEVICE_COMPAT_RULE_IGNORE:
    case VIR_NODE_DEVICE_COMPAT_RULE_LAST:
        break;
    }

    if (holds)
        judgement->superset = true;
    else if (code != REASON(TYPE_MISMATCH) &&
             (item->source->dynamic || item->target->dynamic))
        virNodeDeviceCompatJudgeAdd(judgement, item, REASON(NEEDS_PROVISIONING));
    else
        virNodeDeviceCompatJudgeAdd(judgement, item, code);
}


static void
virNodeDeviceCompatJudgeValue(virNodeDeviceCompatJudgement *judgement,
                              const virNodeDeviceCompatCase *item)
{
    const char *target = virNodeDeviceCompatAttrValue(item->target);
    bool equal = STREQ_NULLABLE(item->source->value, target);
    virNodeDeviceCompatStep step = item->rule->step;

    if (step == VIR_NODE_DEVICE_COMPAT_STEP_DEVICE_API && !equal) {
        /* no alternative can make one API's state another's */
        virNodeDeviceCompatJudgeAdd(judgement, item, REASON(DEVICE_API_MISMATCH));
        return;
    }

    if (item->accepted) {
        bool accepted = virNodeDeviceCompatValueIsAccepted(item->rule->value,
                                                           item->accepted->value,
                                                           item->source->value);

        if (!accepted && step == VIR_NODE_DEVICE_COMPAT_STEP_TYPE) {
            virNodeDeviceCompatJudgeAdd(judgement, item, REASON(TYPE_MISMATCH));
        } else if (!accepted) {
            virNodeDeviceCompatJudgeAddTarget(judgement, item,
                                              REASON(ATTR_NOT_ACCEPTED),
                                              item->accepted->value);
        } else if (step == VIR_NODE_DEVICE_COMPAT_STEP_TYPE && !equal &&
                   !(judgement->flags & VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE)) {
            virNodeDeviceCompatJudgeAdd(judgement, item, REASON(TYPE_CROSS_ACCEPTED));
        } else if (!equal) {
            judgement->superset = true;
        }
        return;
    }

    if (!equal)
        virNodeDeviceCompatJudgeUnequal(judgement, item);
}


/* The versions that the target accepts explicitly of a source of its own type:
 * those of the alternatives that name no type, or its own. Returns a list of
 * ranges, or NULL if there are none; *ret_bad is set to an attribute among
 * them that is not usable. */
static char *
virNodeDeviceCompatExplicitVersions(const virNodeDeviceCompat *target,
                                    const virNodeDeviceCompatAttr **ret_bad)
{
    const virNodeDeviceCompatAttr *own = virNodeDeviceCompatSetFind(&target->self,
                                                                    VIR_NODE_DEVICE_COMPAT_TYPE);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < target->naccepts; i++) {
        const virNodeDeviceCompatAttr *type =
            virNodeDeviceCompatSetFind(target->accepts[i],
                                       VIR_NODE_DEVICE_COMPAT_TYPE);
        const virNodeDeviceCompatAttr *version =
            virNodeDeviceCompatSetFind(target->accepts[i],
                                       VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION);

        if (!version)
            continue;

        /* nor is there anything to say if the target's own type is not known */
        if (type && type->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK &&
            (!own || own->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK ||
             !virNodeDeviceCompatValueListContains(type->value, own->value)))
            continue;

        if (version->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK)
            virBufferAsprintf(&buf, "%s,", version->value);
        else
            *ret_bad = version;
    }

    virBufferTrim(&buf, ",");
    return virBufferContentAndReset(&buf);
}


/* A device takes its own version's data, whatever its list says. */
static void
virNodeDeviceCompatJudgeRanges(virNodeDeviceCompatJudgement *judgement,
                               const virNodeDeviceCompatCase *item,
                               const virNodeDeviceCompatVersion *source,
                               const virNodeDeviceCompatVersion *target,
                               const char *ranges)
{
    if (target && virNodeDeviceCompatVersionCompare(source, target) == 0)
        return;

    if (virNodeDeviceCompatVersionRangesContain(ranges, source) == 1)
        judgement->superset = true;
    else
        virNodeDeviceCompatJudgeAddTarget(judgement, item,
                                          REASON(VERSION_NOT_ACCEPTED), ranges);
}


/* Semantic versioning of the migration data: a higher minor number reads what
 * a lower one wrote, never the reverse; bugfix releases change nothing. Returns
 * true if the target passes. */
static bool
virNodeDeviceCompatJudgeSemantic(virNodeDeviceCompatJudgement *judgement,
                                 const virNodeDeviceCompatCase *item,
                                 const virNodeDeviceCompatVersion *source,
                                 const virNodeDeviceCompatVersion *target)
{
    if (source->major != target->major) {
        virNodeDeviceCompatJudgeAdd(judgement, item, REASON(VERSION_MAJOR_MISMATCH));
        return false;
    }

    if (target->minor < source->minor) {
        virNodeDeviceCompatJudgeAdd(judgement, item, REASON(VERSION_MINOR_TOO_OLD));
        return false;
    }

    if (virNodeDeviceCompatVersionCompare(source, target) != 0)
        judgement->superset = true;
    return true;
}


/* The target's own self is judged by semantic versioning; a list of versions
 * that it publishes narrows that. What a list adds, it adds to its alternative
 * alone, together with all else that the alternative asks for. */
static void
virNodeDeviceCompatJudgeVersion(virNodeDeviceCompatJudgement *judgement,
                                const virNodeDeviceCompatCase *item)
{
    const virNodeDeviceCompatAttr *bad = NULL;
    g_autofree char *explicitVersions = NULL;
    virNodeDeviceCompatVersion source;
    virNodeDeviceCompatVersion target;

    /* both are canonical, see virNodeDeviceCompatJudgeState() */
    if (virNodeDeviceCompatVersionParse(item->source->value, &source) < 0)
        return;

    /* what an alternative accepts, the target need not say of itself */
    if (item->accepted && !item->target) {
        virNodeDeviceCompatJudgeRanges(judgement, item, &source, NULL,
                                       item->accepted->value);
        return;
    }

    if (virNodeDeviceCompatVersionParse(item->target->value, &target) < 0)
        return;

    if (item->accepted) {
        virNodeDeviceCompatJudgeRanges(judgement, item, &source, &target,
                                       item->accepted->value);
        return;
    }

    if (!virNodeDeviceCompatJudgeSemantic(judgement, item, &source, &target) ||
        virNodeDeviceCompatVersionCompare(&source, &target) == 0 ||
        judgement->accepts ||
        STRNEQ(item->name, VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION))
        return;

    explicitVersions = virNodeDeviceCompatExplicitVersions(judgement->target, &bad);

    if (explicitVersions &&
        (!bad || virNodeDeviceCompatVersionRangesContain(explicitVersions, &source) == 1))
        virNodeDeviceCompatJudgeRanges(judgement, item, &source, &target,
                                       explicitVersions);
    else if (bad)
        virNodeDeviceCompatJudgeAddTarget(judgement, item,
                                          stateReasons[bad->state].target, bad->value);
}


static void
virNodeDeviceCompatJudgeAttr(virNodeDeviceCompatJudgement *judgement,
                             const virNodeDeviceCompatCase *item)
{
    if (virNodeDeviceCompatJudgeState(judgement, item) ||
        (!item->rule->required && !item->rule->vendor &&
         virNodeDeviceCompatJudgeDerived(judgement, item)) ||
        virNodeDeviceCompatJudgeMissing(judgement, item))
        return;

    if (item->rule->kind == VIR_NODE_DEVICE_COMPAT_RULE_VERSION)
        virNodeDeviceCompatJudgeVersion(judgement, item);
    else
        virNodeDeviceCompatJudgeValue(judgement, item);
}


/* Brings @attr, which descriptors hold as it was found, into the grammar that a
 * vendor rule has for it. Returns @copy, or @attr if there is nothing to do. */
static const virNodeDeviceCompatAttr *
virNodeDeviceCompatJudgeNormalize(const virNodeDeviceCompatRule *rule,
                                  const virNodeDeviceCompatAttr *attr,
                                  bool list,
                                  virNodeDeviceCompatAttr *copy)
{
    char *canonical;

    if (!attr || attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK)
        return attr;

    if (list)
        canonical = virNodeDeviceCompatValueNormalizeList(rule->value, attr->value, NULL);
    else
        canonical = virNodeDeviceCompatValueNormalize(rule->value, attr->value);

    *copy = *attr;
    if (canonical) {
        copy->value = canonical;
    } else {
        copy->value = g_strdup(attr->value);
        copy->state = VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED;
    }

    return copy;
}


static void
virNodeDeviceCompatJudgeVendorAttr(virNodeDeviceCompatJudgement *judgement,
                                   const virNodeDeviceCompatCase *item)
{
    const virNodeDeviceCompatRule *rule = item->rule;
    /* a target's value is a list under the rules that look for one in it */
    bool list = rule->kind == VIR_NODE_DEVICE_COMPAT_RULE_ONE_OF ||
                rule->kind == VIR_NODE_DEVICE_COMPAT_RULE_RANGE;
    virNodeDeviceCompatAttr copies[3] = { 0 };
    virNodeDeviceCompatCase canonical = *item;
    size_t i;

    canonical.source = virNodeDeviceCompatJudgeNormalize(rule, item->source, false, &copies[0]);
    canonical.target = virNodeDeviceCompatJudgeNormalize(rule, item->target, list, &copies[1]);
    canonical.accepted = virNodeDeviceCompatJudgeNormalize(rule, item->accepted, true, &copies[2]);

    virNodeDeviceCompatJudgeAttr(judgement, &canonical);

    for (i = 0; i < G_N_ELEMENTS(copies); i++)
        g_free(copies[i].value);
}


static virNodeDeviceCompareCompatResult
virNodeDeviceCompatJudgementVerdict(const virNodeDeviceCompatJudgement *judgement)
{
    return virNodeDeviceCompatReportJudge(judgement->report, judgement->superset ?
                                          VIR_NODE_DEVICE_COMPARE_COMPAT_SUPERSET :
                                          VIR_NODE_DEVICE_COMPARE_COMPAT_IDENTICAL);
}


/* The attribute of the set that comes next in a merge by name */
static const virNodeDeviceCompatAttr *
virNodeDeviceCompatMergePeek(const virNodeDeviceCompatSet *set,
                             size_t at)
{
    return set && at < set->nattrs ? set->attrs[at] : NULL;
}


static const virNodeDeviceCompatAttr *
virNodeDeviceCompatMergeTake(const virNodeDeviceCompatSet *set,
                             size_t *at,
                             const char *name)
{
    const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatMergePeek(set, *at);

    if (!attr || STRNEQ(attr->name, name))
        return NULL;

    (*at)++;
    return attr;
}


static const char *
virNodeDeviceCompatFirstName(const char *a,
                             const char *b)
{
    if (!a || !b)
        return a ? a : b;

    return strcmp(a, b) <= 0 ? a : b;
}


/* All attributes that either side or the alternative names, and those that
 * must be there, by name. The sets are sorted, so that a merge finds them. */
static size_t
virNodeDeviceCompatCollectCases(const virNodeDeviceCompatJudgement *judgement,
                                virNodeDeviceCompatCase *cases)
{
    static const char *const required[] = {     /* by name */
        VIR_NODE_DEVICE_COMPAT_DEVICE_API,
        VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION,
        VIR_NODE_DEVICE_COMPAT_TYPE,
    };
    const virNodeDeviceCompatSet *const sets[] = {
        &judgement->source->self, &judgement->target->self, judgement->accepts,
    };
    size_t at[G_N_ELEMENTS(sets)] = { 0 };
    size_t nrequired = 0;
    size_t ncases = 0;
    size_t i;

    while (true) {
        virNodeDeviceCompatCase *item = &cases[ncases];
        const char *name = nrequired < G_N_ELEMENTS(required) ? required[nrequired] : NULL;

        for (i = 0; i < G_N_ELEMENTS(sets); i++) {
            const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatMergePeek(sets[i], at[i]);

            name = virNodeDeviceCompatFirstName(name, attr ? attr->name : NULL);
        }

        if (!name)
            return ncases;

        if (nrequired < G_N_ELEMENTS(required) && STREQ(name, required[nrequired]))
            nrequired++;

        item->name = name;
        item->rule = virNodeDeviceCompatRulesFind(judgement->rules,
                                                  judgement->target, name);
        item->source = virNodeDeviceCompatMergeTake(sets[0], &at[0], name);
        item->target = virNodeDeviceCompatMergeTake(sets[1], &at[1], name);
        item->accepted = virNodeDeviceCompatMergeTake(sets[2], &at[2], name);
        ncases++;
    }
}


static void
virNodeDeviceCompatJudge(virNodeDeviceCompatJudgement *judgement,
                         virNodeDeviceCompatCase *cases)
{
    size_t ncases = virNodeDeviceCompatCollectCases(judgement, cases);
    virNodeDeviceCompatStep step;
    size_t i;

    for (step = VIR_NODE_DEVICE_COMPAT_STEP_DEVICE_API;
         step <= VIR_NODE_DEVICE_COMPAT_STEP_OTHER; step++) {
        for (i = 0; i < ncases; i++) {
            const virNodeDeviceCompatRule *rule = cases[i].rule;

            if (rule->step != step || rule->kind == VIR_NODE_DEVICE_COMPAT_RULE_IGNORE)
                continue;

            if (rule->vendor)
                virNodeDeviceCompatJudgeVendorAttr(judgement, &cases[i]);
            else
                virNodeDeviceCompatJudgeAttr(judgement, &cases[i]);
        }

        /* under another device API the other attributes mean other things */
        if (step == VIR_NODE_DEVICE_COMPAT_STEP_DEVICE_API &&
            virNodeDeviceCompatJudgementVerdict(judgement) ==
            VIR_NODE_DEVICE_COMPARE_COMPAT_INCOMPATIBLE)
            break;
    }

    judgement->report->verdict = virNodeDeviceCompatJudgementVerdict(judgement);
}


/* How far a report is from the best there is, for choosing among the target's
 * alternatives: the verdict first, then what stands against it. That a target
 * takes over another type is closer than that it does not, and a list of what it
 * takes tells more than its own value. */
static unsigned int
virNodeDeviceCompatReportDistance(const virNodeDeviceCompatReport *report)
{
    static const unsigned int byVerdict[] = {
        [VIR_NODE_DEVICE_COMPARE_COMPAT_IDENTICAL] = 0,
        [VIR_NODE_DEVICE_COMPARE_COMPAT_SUPERSET] = 1,
        [VIR_NODE_DEVICE_COMPARE_COMPAT_UNKNOWN] = 2,
        [VIR_NODE_DEVICE_COMPARE_COMPAT_INCOMPATIBLE] = 3,
    };
    unsigned int distance = byVerdict[report->verdict] << 24;
    size_t i;

    for (i = 0; i < report->nreasons; i++) {
        const virNodeDeviceCompatReason *reason = report->reasons[i];
        int code = virNodeDeviceCompatReasonCodeTypeFromString(reason->code);

        if (code == REASON(TYPE_CROSS_ACCEPTED))
            distance += 1 << 11;
        else if (code == REASON(ATTR_NOT_ACCEPTED) ||
                 code == REASON(VERSION_NOT_ACCEPTED))
            distance += (1 << 12) - 1;
        else if (reason->severity == VIR_NODE_DEVICE_COMPAT_SEVERITY_ERROR)
            distance += 1 << 12;
        else if (reason->severity == VIR_NODE_DEVICE_COMPAT_SEVERITY_UNKNOWN)
            distance += 1;
    }

    return distance;
}


/**
 * virNodeDeviceCompatCompare:
 * @source: the device that the guest uses
 * @target: the device that it is to continue on
 * @rules: vendor rules, or NULL for the built-in ones only
 * @flags: bitwise-OR of virNodeDeviceCompareCompatFlags, of which
 *         VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE matters here
 *
 * The target offers alternatives: what it is itself, and each that it accepts.
 * The best one gives the verdict and the reasons. What @source accepts is of no
 * concern.
 *
 * Returns the report; INCOMPATIBLE and UNKNOWN never come without a reason.
 */
virNodeDeviceCompatReport *
virNodeDeviceCompatCompare(const virNodeDeviceCompat *source,
                           const virNodeDeviceCompat *target,
                           const virNodeDeviceCompatRules *rules,
                           unsigned int flags)
{
    g_autoptr(virNodeDeviceCompatReport) best = NULL;
    g_autofree virNodeDeviceCompatCase *cases = NULL;
    size_t most = 0;
    size_t i;

    for (i = 0; i < target->naccepts; i++)
        most = MAX(most, target->accepts[i]->nattrs);
    /* each attribute may be another one; and those that must be there */
    cases = g_new0(virNodeDeviceCompatCase,
                   source->self.nattrs + target->self.nattrs + most + 4);

    for (i = 0; i <= target->naccepts; i++) {
        g_autoptr(virNodeDeviceCompatReport) report = g_new0(virNodeDeviceCompatReport, 1);
        virNodeDeviceCompatJudgement judgement = {
            .source = source,
            .target = target,
            .accepts = i > 0 ? target->accepts[i - 1] : NULL,
            .rules = rules,
            .flags = flags,
            .report = report,
        };

        virNodeDeviceCompatJudge(&judgement, cases);

        if (!best || (virNodeDeviceCompatReportDistance(report) <
                      virNodeDeviceCompatReportDistance(best))) {
            virNodeDeviceCompatReportFree(best);
            best = g_steal_pointer(&report);
        }

        /* nothing can be closer */
        if (best->verdict == VIR_NODE_DEVICE_COMPARE_COMPAT_IDENTICAL)
            break;
    }

    VIR_DEBUG("verdict=%s reasons=%zu",
              virNodeDeviceCompareCompatResultTypeToString(best->verdict),
              best->nreasons);

    return g_steal_pointer(&best);
}
