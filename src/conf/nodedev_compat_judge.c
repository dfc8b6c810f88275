/*
 * nodedev_compat_judge.c: does one attribute of the source fit the target?
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_judge.h"

#include "virbuffer.h"

#define REASON(name) VIR_NODE_DEVICE_COMPAT_REASON_ ## name


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

/* A value that a type has not got yet is no fault, see virNodeDeviceCompatJudgeUnset() */
G_STATIC_ASSERT(G_N_ELEMENTS(stateReasons) == VIR_NODE_DEVICE_COMPAT_ATTR_UNSET);
G_STATIC_ASSERT(VIR_NODE_DEVICE_COMPAT_ATTR_UNSET + 1 == VIR_NODE_DEVICE_COMPAT_ATTR_LAST);


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

    if (item->target && item->target->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK &&
        item->target->state != VIR_NODE_DEVICE_COMPAT_ATTR_UNSET) {
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


/* The target is a type, and a device that is made of it gets the source's value,
 * if it may have it. Returns true if there is nothing more to judge about the
 * attribute. */
static bool
virNodeDeviceCompatJudgeUnset(virNodeDeviceCompatJudgement *judgement,
                              const virNodeDeviceCompatCase *item)
{
    if (!item->target || item->target->state != VIR_NODE_DEVICE_COMPAT_ATTR_UNSET)
        return false;

    if (!item->source) {
        if (item->accepted)
            virNodeDeviceCompatJudgeAddTarget(judgement, item, REASON(MISSING_SOURCE), NULL);
    } else if (item->accepted &&
               !virNodeDeviceCompatValueIsAccepted(item->rule->value,
                                                   item->accepted->value,
                                                   item->source->value)) {
        virNodeDeviceCompatJudgeAddTarget(judgement, item, REASON(ATTR_NOT_ACCEPTED),
                                          item->accepted->value);
    } else {
        virNodeDeviceCompatReportAddProvision(judgement->report, item->name,
                                              item->source->value, item->target->order);
    }

    return true;
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


/* pci-VVVV-DDDD, what a PCI function that publishes no type goes by */
static bool
virNodeDeviceCompatTypeIsSignature(const char *type)
{
    const char *ids = STRSKIP(type, "pci-");
    size_t i;

    for (i = 0; ids && i < 9; i++) {
        if (i == 4 ? ids[i] != '-' : !g_ascii_isxdigit(ids[i]))
            return false;
    }

    return ids && ids[9] == '\0';
}


/* Two types that differ. A PCI function that does not say what it is goes by the
 * signature that its ids make, and a mediated device by the name its driver has
 * for its type: nothing tells whether the one can be the other. */
static virNodeDeviceCompatReasonCode
virNodeDeviceCompatJudgeTypes(const char *source,
                              const char *target)
{
    if (virNodeDeviceCompatTypeIsSignature(source) !=
        virNodeDeviceCompatTypeIsSignature(target))
        return REASON(TYPE_NOT_COMPARABLE);

    return REASON(TYPE_MISMATCH);
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
            code = virNodeDeviceCompatJudgeTypes(source, target);
        break;
    case VIR_NODE_DEVICE_COMPAT_RULE_VERSION:
    case VIR_NODE_DEVICE_COMPAT_RULE_IGNORE:
    case VIR_NODE_DEVICE_COMPAT_RULE_LAST:
        break;
    }

    if (holds)
        judgement->superset = true;
    else if (item->rule->step != VIR_NODE_DEVICE_COMPAT_STEP_TYPE &&
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


/**
 * virNodeDeviceCompatIsForOtherTypes:
 * @target: device that accepts
 * @accepts: one of its alternatives
 *
 * Returns true if @accepts is about sources of other types than the target's own.
 * Where the own one is not known, nothing says that they are the same.
 */
bool
virNodeDeviceCompatIsForOtherTypes(const virNodeDeviceCompat *target,
                                   const virNodeDeviceCompatSet *accepts)
{
    const virNodeDeviceCompatAttr *own = virNodeDeviceCompatSetFind(&target->self,
                                                                    VIR_NODE_DEVICE_COMPAT_TYPE);
    const virNodeDeviceCompatAttr *types = virNodeDeviceCompatSetFind(accepts,
                                                                      VIR_NODE_DEVICE_COMPAT_TYPE);

    return types && types->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK &&
           (!own || own->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK ||
            !virNodeDeviceCompatValueListContains(types->value, own->value));
}


/**
 * virNodeDeviceCompatExplicitVersions:
 * @target: device that accepts
 * @ret_bad: set to an attribute among those looked at that is not usable
 *
 * The versions that the target accepts explicitly of a source of its own type:
 * those of the alternatives that name no type, or its own.
 *
 * Returns a list of ranges, or NULL if there are none.
 */
char *
virNodeDeviceCompatExplicitVersions(const virNodeDeviceCompat *target,
                                    const virNodeDeviceCompatAttr **ret_bad)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < target->naccepts; i++) {
        const virNodeDeviceCompatAttr *version =
            virNodeDeviceCompatSetFind(target->accepts[i],
                                       VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION);

        if (!version ||
            virNodeDeviceCompatIsForOtherTypes(target, target->accepts[i]))
            continue;

        if (version->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK)
            virBufferAsprintf(&buf, "%s,", version->value);
        else
            *ret_bad = version;
    }

    virBufferTrim(&buf, ",");
    return virBufferContentAndReset(&buf);
}


/* A device takes its own version's data, @target if that counts, whatever its list
 * says. */
static void
virNodeDeviceCompatJudgeRanges(virNodeDeviceCompatJudgement *judgement,
                               const virNodeDeviceCompatCase *item,
                               const virNodeDeviceCompatVersion *source,
                               const virNodeDeviceCompatVersion *target,
                               const char *ranges)
{
    if (target && virNodeDeviceCompatVersionCompare(source, target) == 0)
        return;

    if (virNodeDeviceCompatRangesContain(VIR_NODE_DEVICE_COMPAT_VALUE_VERSION,
                                         ranges, source) == 1)
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

    /* what an alternative accepts, the target need not say of itself; and the
     * versions of two types are no versions of one thing */
    if (item->accepted &&
        (!item->target ||
         virNodeDeviceCompatIsForOtherTypes(judgement->target, judgement->accepts))) {
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
        (!bad || virNodeDeviceCompatRangesContain(VIR_NODE_DEVICE_COMPAT_VALUE_VERSION,
                                                  explicitVersions, &source) == 1))
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
        virNodeDeviceCompatJudgeUnset(judgement, item) ||
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
    bool list = virNodeDeviceCompatRuleTakesList(rule);
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


/**
 * virNodeDeviceCompatJudge:
 * @judgement: the alternative under judgement
 * @item: attribute to judge
 *
 * Adds what there is to say of the attribute to the report.
 */
void
virNodeDeviceCompatJudge(virNodeDeviceCompatJudgement *judgement,
                         const virNodeDeviceCompatCase *item)
{
    if (item->rule->kind == VIR_NODE_DEVICE_COMPAT_RULE_IGNORE)
        return;

    if (item->rule->vendor)
        virNodeDeviceCompatJudgeVendorAttr(judgement, item);
    else
        virNodeDeviceCompatJudgeAttr(judgement, item);
}
