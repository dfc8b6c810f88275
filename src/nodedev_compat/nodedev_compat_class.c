/*
 * nodedev_compat_class.c: classes of devices that are the same for guests
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_class.h"

#include "nodedev_compat_alternatives.h"
#include "nodedev_compat_compare.h"
#include "nodedev_compat_rule_kind.h"
#include "nodedev_compat_vgpu.h"
#include "virbuffer.h"

/* Between what goes into the digest; no name and no value has them */
#define FIELD '\t'
#define RECORD '\n'


void
virNodeDeviceCompatClassDefFree(virNodeDeviceCompatClassDef *klass)
{
    if (!klass)
        return;

    g_free(klass->digest);
    g_free(klass->cells);
    g_free(klass->values);
    g_free(klass);
}


/* Whether the device is identical to itself: only then is anything known of it for sure.
 * Half of what a comparison can cost is for it, so that one with another device like it
 * is within that. */
static bool
virNodeDeviceCompatClassIsKnown(const virNodeDeviceCompat *compat,
                                const virNodeDeviceCompatRules *rules)
{
    virNodeDeviceCompatBudget budget = { .max = VIR_NODE_DEVICE_COMPAT_WORK_MAX / 2 };
    size_t size = VIR_NODE_DEVICE_COMPAT_EXPANDED_SIZE_MAX;
    g_autoptr(virNodeDeviceCompat) expanded = virNodeDeviceCompatExpand(compat, &size, &budget);

    return !virNodeDeviceCompatBudgetIsSpent(&budget) &&
           virNodeDeviceCompatCompareExpanded(compat, expanded ? expanded : compat, rules, 0,
                                              &budget, NULL) == VIR_NODE_DEVICE_COMPAT_IDENTICAL;
}


/* The rule that decides about @name of two devices like this one, as comparing finds it */
static const virNodeDeviceCompatRule *
virNodeDeviceCompatClassFindRule(virNodeDeviceCompatRulesSearch *search,
                                 bool function,
                                 const char *name)
{
    const virNodeDeviceCompatRule *rule = virNodeDeviceCompatRulesSearchFind(search, name);
    const virNodeDeviceCompatRule *other;

    if (!rule->vendor && function && (other = virNodeDeviceCompatRuleGetFunction(name)))
        return other;

    return rule;
}


/* Whether the attribute can decide: it is not ignored, and if it only follows from the
 * host's drivers there is a rule of a file for it. That a driver can migrate is what a
 * device without a statement on it is taken for. */
static bool
virNodeDeviceCompatClassDecides(const virNodeDeviceCompatAttr *attr,
                                const virNodeDeviceCompatRule *rule)
{
    if (virNodeDeviceCompatRuleKindGet(rule->kind)->ignored)
        return false;
    if (STREQ(attr->name, VIR_NODE_DEVICE_COMPAT_MIGRATABLE))
        return rule->vendor;

    return rule->required || rule->vendor || !attr->derived;
}


/* Whether the type is one of NVIDIA's with a name */
static bool
virNodeDeviceCompatClassHasName(const virNodeDeviceCompat *compat)
{
    return virNodeDeviceCompatVGPUMdevTypesCompare(&compat->self, &compat->self) ==
           VIR_NODE_DEVICE_COMPAT_VGPU_TYPES_SAME;
}


/* What is compared of @attr, in one spelling. It can be one that is not usable, and that does
 * not count as others say more: then it is as another one that is not. NULL if it is set on
 * each device of a type. */
static char *
virNodeDeviceCompatClassGetValue(const virNodeDeviceCompat *compat,
                                 const virNodeDeviceCompatAttr *attr,
                                 const virNodeDeviceCompatRule *rule)
{
    const virNodeDeviceCompatAttr *name;

    if (attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_UNSET)
        return NULL;
    if (attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK)
        return g_strdup_printf("%cunusable", FIELD);

    /* the number of a type of NVIDIA's depends on the release, its name does not */
    if (rule->step == VIR_NODE_DEVICE_COMPAT_STEP_TYPE &&
        virNodeDeviceCompatClassHasName(compat)) {
        name = virNodeDeviceCompatAttrsFind(&compat->self, VIR_NODE_DEVICE_COMPAT_MDEV_TYPE_NAME);
        return g_strdup_printf("%c%s", FIELD, name->value);
    }

    /* as for the kernel, - and _ are the same in the name of a module */
    if (STREQ(attr->name, VIR_NODE_DEVICE_COMPAT_VFIO_DRIVER) && rule->vendor)
        return g_strdelimit(g_strdup(attr->value), "-", '_');

    return virNodeDeviceCompatRuleNormalize(rule, false, attr->value);
}


/* Whether two values of the attribute are compared by the rule and nothing else */
static bool
virNodeDeviceCompatClassIsOrdinary(const virNodeDeviceCompatAttr *attr,
                                   const virNodeDeviceCompatRule *rule)
{
    return attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK && !attr->dynamic &&
           rule->differs == VIR_NODE_DEVICE_COMPAT_DIFFERS_INCOMPATIBLE &&
           !rule->unless && !rule->minimum && !rule->unsupported &&
           rule->step != VIR_NODE_DEVICE_COMPAT_STEP_TYPE &&
           STRNEQ(attr->name, VIR_NODE_DEVICE_COMPAT_VFIO_DRIVER) &&
           STRNEQ(attr->name, VIR_NODE_DEVICE_COMPAT_MIGRATABLE) &&
           STRNEQ(attr->name, VIR_NODE_DEVICE_COMPAT_VGPU_TYPE);
}


static void
virNodeDeviceCompatClassAddCell(virNodeDeviceCompatClassDef *klass,
                                const virNodeDeviceCompat *compat,
                                const virNodeDeviceCompatAttr *attr,
                                const virNodeDeviceCompatRule *rule,
                                GStringChunk *pool)
{
    virNodeDeviceCompatClassCell *cell = &klass->cells[klass->ncells];
    g_autofree char *value = virNodeDeviceCompatClassGetValue(compat, attr, rule);
    const char *pooled;

    pooled = value ? g_string_chunk_insert_const(pool, value) : NULL;
    klass->values[klass->ncells++] = pooled;

    cell->name = g_string_chunk_insert_const(pool, attr->name);
    cell->rule = *rule;
    cell->rule.attr = NULL;
    cell->ordinary = virNodeDeviceCompatClassIsOrdinary(attr, rule) &&
        (rule->kind != VIR_NODE_DEVICE_COMPAT_RULE_VERSION ||
         virNodeDeviceCompatVersionParse(value, &cell->version) == 0);
    cell->equal = cell->ordinary && !virNodeDeviceCompatRuleKindGet(rule->kind)->accepts;

    if (rule->step == VIR_NODE_DEVICE_COMPAT_STEP_TYPE)
        klass->typeName = pooled;
    else
        klass->ordinary = klass->ordinary && cell->ordinary;
}


static void
virNodeDeviceCompatClassFormatRule(virBuffer *buf,
                                   const char *name,
                                   const virNodeDeviceCompatRule *rule)
{
    virBufferAsprintf(buf, "%s%c%s%c%s%c%s%c%s%c%s", name,
                      FIELD, virNodeDeviceCompatRuleKindTypeToString(rule->kind),
                      FIELD, virNodeDeviceCompatValueTypeToString(rule->value),
                      FIELD, virNodeDeviceCompatMissingTypeToString(rule->missing),
                      FIELD, virNodeDeviceCompatNeedTypeToString(rule->need),
                      FIELD, rule->required ? "required" : rule->vendor ? "decides" : "published");

    if (rule->differs != VIR_NODE_DEVICE_COMPAT_DIFFERS_INCOMPATIBLE)
        virBufferAsprintf(buf, "%cdiffers=%s", FIELD,
                          virNodeDeviceCompatDiffersTypeToString(rule->differs));
    if (rule->unless) {
        g_autofree char *unless = g_strjoinv(",", rule->unless);

        virBufferAsprintf(buf, "%cunless=%s", FIELD, unless);
    }
    if (rule->minimum)
        virBufferAsprintf(buf, "%cminimum=%s", FIELD, rule->minimum);
    if (rule->unsupported)
        virBufferAsprintf(buf, "%cunsupported", FIELD);
}


static int
virNodeDeviceCompatClassSortNames(const void *a,
                                  const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}


/* The rules of files for the device, also those about what it does not have: two devices
 * for which other rules apply are no class, as another device can have what one of them
 * ignores. */
static void
virNodeDeviceCompatClassFormatRules(virBuffer *buf,
                                    virNodeDeviceCompatRulesSearch *search)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    GHashTableIter iter;
    void *name;
    size_t i;

    if (!search->rules)
        return;

    g_hash_table_iter_init(&iter, search->rules->byAttr);
    while (g_hash_table_iter_next(&iter, &name, NULL))
        g_ptr_array_add(names, name);
    g_ptr_array_sort(names, virNodeDeviceCompatClassSortNames);

    for (i = 0; i < names->len; i++) {
        const char *attr = g_ptr_array_index(names, i);
        const virNodeDeviceCompatRule *rule = virNodeDeviceCompatRulesSearchFind(search, attr);

        if (!rule->vendor)
            continue;

        virBufferAddLit(buf, "rule\t");
        virNodeDeviceCompatClassFormatRule(buf, attr, rule);
        virBufferAddChar(buf, RECORD);
    }
}


/* The canonical form: of what kind the device is, the rules of files that apply to it, and
 * each attribute that decides with its rule and, unless @shape, its value. A value has
 * printable characters only, and so none of those in between. */
static char *
virNodeDeviceCompatClassFormat(const virNodeDeviceCompatClassDef *klass,
                               const char *rules,
                               bool shape)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    virBufferAdd(&buf, VIR_NODE_DEVICE_COMPAT_CLASS_PREFIX, -1);
    virBufferAddChar(&buf, RECORD);
    virBufferAdd(&buf, rules, -1);

    for (i = 0; i < klass->ncells; i++) {
        const virNodeDeviceCompatClassCell *cell = &klass->cells[i];

        virBufferAddLit(&buf, "attr\t");
        virNodeDeviceCompatClassFormatRule(&buf, cell->name, &cell->rule);
        if (!shape) {
            virBufferAddChar(&buf, FIELD);
            if (klass->values[i])
                virBufferAsprintf(&buf, "=%s", klass->values[i]);
        }
        virBufferAddChar(&buf, RECORD);
    }

    return virBufferContentAndReset(&buf);
}


static char *
virNodeDeviceCompatClassMakeDigest(const virNodeDeviceCompatClassDef *klass,
                                   const char *rules)
{
    g_autofree char *text = virNodeDeviceCompatClassFormat(klass, rules, false);
    g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);

    return g_strdup_printf(VIR_NODE_DEVICE_COMPAT_CLASS_PREFIX "%.*s",
                           VIR_NODE_DEVICE_COMPAT_CLASS_DIGITS, sum);
}


/**
 * virNodeDeviceCompatClassDefNew:
 * @compat: descriptor of a device or a type
 * @rules: vendor rules, or NULL for the built-in ones only
 * @pool: for names and values; it has to be there as long as the class
 *
 * A device of which something that decides is missing or not usable, which cannot be
 * migrated, or for which not all rules are known has no class: nothing is identical to it.
 *
 * Returns the class of the device, or NULL if it has none.
 */
virNodeDeviceCompatClassDef *
virNodeDeviceCompatClassDefNew(const virNodeDeviceCompat *compat,
                               const virNodeDeviceCompatRules *rules,
                               GStringChunk *pool)
{
    g_autoptr(virNodeDeviceCompatClassDef) klass = NULL;
    g_auto(virNodeDeviceCompatRulesSearch) search = { 0 };
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    virNodeDeviceCompatBudget budget = { .max = SIZE_MAX };
    const virNodeDeviceCompatAttr *type = virNodeDeviceCompatAttrsFind(&compat->self,
                                                                       VIR_NODE_DEVICE_COMPAT_TYPE);
    g_autofree char *formatted = NULL;
    g_autofree char *shape = NULL;
    bool function;
    size_t i;

    if (!type || !type->value || !virNodeDeviceCompatClassIsKnown(compat, rules))
        return NULL;

    virNodeDeviceCompatRulesSearchInit(&search, rules, compat, &budget);
    function = virNodeDeviceCompatIsFunction(compat);

    klass = g_new0(virNodeDeviceCompatClassDef, 1);
    klass->cells = g_new0(virNodeDeviceCompatClassCell, compat->self.nattrs);
    klass->values = g_new0(const char *, compat->self.nattrs);
    klass->alternatives = compat->naccepts > 0;
    klass->ordinary = true;
    klass->type = g_string_chunk_insert_const(pool, type->value);
    klass->signature = virNodeDeviceCompatTypeIsSignature(type->value);
    klass->unnamed = virNodeDeviceCompatVGPUIsMdev(&compat->self) &&
                     !virNodeDeviceCompatClassHasName(compat);

    for (i = 0; i < compat->self.nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = compat->self.attrs[i];
        const virNodeDeviceCompatRule *rule = virNodeDeviceCompatClassFindRule(&search, function,
                                                                               attr->name);

        if (virNodeDeviceCompatClassDecides(attr, rule))
            virNodeDeviceCompatClassAddCell(klass, compat, attr, rule, pool);
    }

    virBufferAsprintf(&buf, "%s\n", function ? "function" : "mediated");
    virNodeDeviceCompatClassFormatRules(&buf, &search);
    formatted = virBufferContentAndReset(&buf);
    klass->digest = virNodeDeviceCompatClassMakeDigest(klass, formatted);
    shape = virNodeDeviceCompatClassFormat(klass, formatted, true);
    klass->shape = g_string_chunk_insert_const(pool, shape);

    return g_steal_pointer(&klass);
}


/**
 * virNodeDeviceCompatGetClassDigest:
 * @compat: descriptor of a device or a type
 * @rules: vendor rules, or NULL for the built-in ones only
 *
 * Returns the name of its class, or NULL if it has none.
 */
char *
virNodeDeviceCompatGetClassDigest(const virNodeDeviceCompat *compat,
                                  const virNodeDeviceCompatRules *rules)
{
    GStringChunk *pool = g_string_chunk_new(4096);
    g_autoptr(virNodeDeviceCompatClassDef) klass = virNodeDeviceCompatClassDefNew(compat, rules, pool);
    char *digest = klass ? g_steal_pointer(&klass->digest) : NULL;

    g_string_chunk_free(pool);
    return digest;
}


/* Whether the target's value, which is another one, accepts the source's; absent if more
 * than the rule decides */
static virTristateBool
virNodeDeviceCompatClassDefCompareCell(const virNodeDeviceCompatClassDef *source,
                                       const virNodeDeviceCompatClassDef *target,
                                       size_t at)
{
    const virNodeDeviceCompatClassCell *from = &source->cells[at];
    const virNodeDeviceCompatClassCell *to = &target->cells[at];
    virNodeDeviceCompatReasonCode code;

    if (!from->ordinary || !to->ordinary)
        return VIR_TRISTATE_BOOL_ABSENT;

    if (from->rule.kind == VIR_NODE_DEVICE_COMPAT_RULE_VERSION)
        return virTristateBoolFromBool(virNodeDeviceCompatRuleAcceptsVersion(&from->version,
                                                                             &to->version));

    return virTristateBoolFromBool(virNodeDeviceCompatRuleAccepts(&from->rule, source->values[at],
                                                                  target->values[at], &code));
}


/**
 * virNodeDeviceCompatClassDefCompare:
 * @source: class of the device that the guest uses
 * @target: class of the device that it is to continue on, of the same pool
 *
 * virNodeDeviceCompatCompareExpanded() without flags for those that compare millions of
 * pairs. Nothing can make up for what one attribute refuses if the target accepts nothing
 * but what it is itself.
 *
 * Returns the verdict, or VIR_NODE_DEVICE_COMPAT_ERROR if the devices have to be compared.
 */
virNodeDeviceCompatResult
virNodeDeviceCompatClassDefCompare(const virNodeDeviceCompatClassDef *source,
                                   const virNodeDeviceCompatClassDef *target)
{
    virNodeDeviceCompatResult verdict = VIR_NODE_DEVICE_COMPAT_IDENTICAL;
    bool compare = false;
    size_t i;

    if (target->alternatives)
        return VIR_NODE_DEVICE_COMPAT_ERROR;

    if (source->type != target->type && (source->unnamed || target->unnamed))
        return VIR_NODE_DEVICE_COMPAT_ERROR;

    if (source->type != target->type && source->typeName != target->typeName &&
        source->signature == target->signature)
        return VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE;

    if (source->shape != target->shape)
        return VIR_NODE_DEVICE_COMPAT_ERROR;

    for (i = 0; i < source->ncells; i++) {
        if (source->values[i] == target->values[i])
            continue;

        /* without a look at what else there is of the target, for which memory is slow */
        if (source->cells[i].equal && target->ordinary)
            return VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE;

        switch (virNodeDeviceCompatClassDefCompareCell(source, target, i)) {
        case VIR_TRISTATE_BOOL_YES:
            verdict = VIR_NODE_DEVICE_COMPAT_SUPERSET;
            break;
        case VIR_TRISTATE_BOOL_NO:
            return VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE;
        case VIR_TRISTATE_BOOL_ABSENT:
        case VIR_TRISTATE_BOOL_LAST:
            compare = true;
            break;
        }
    }

    return compare ? VIR_NODE_DEVICE_COMPAT_ERROR : verdict;
}
