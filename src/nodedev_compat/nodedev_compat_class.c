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


static void
virNodeDeviceCompatClassFormatAttr(virBuffer *buf,
                                   const virNodeDeviceCompat *compat,
                                   const virNodeDeviceCompatAttr *attr,
                                   const virNodeDeviceCompatRule *rule)
{
    g_autofree char *value = virNodeDeviceCompatClassGetValue(compat, attr, rule);

    virBufferAddLit(buf, "attr\t");
    virNodeDeviceCompatClassFormatRule(buf, attr->name, rule);
    virBufferAddChar(buf, FIELD);
    if (value)
        virBufferAsprintf(buf, "=%s", value);
    virBufferAddChar(buf, RECORD);
}


/* The canonical form: of what kind the device is, the rules of files that apply to it, and
 * each attribute that decides with its rule and its value. A value has printable characters
 * only, and so none of those in between. NULL if there are too many rules to look at: those
 * about what the device does not have are in no comparison. */
static char *
virNodeDeviceCompatClassFormat(const virNodeDeviceCompat *compat,
                               const virNodeDeviceCompatRules *rules)
{
    g_auto(virNodeDeviceCompatRulesSearch) search = { 0 };
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    virNodeDeviceCompatBudget budget = { .max = VIR_NODE_DEVICE_COMPAT_WORK_MAX };
    bool function = virNodeDeviceCompatIsFunction(compat);
    size_t i;

    virNodeDeviceCompatRulesSearchInit(&search, rules, compat, &budget);

    virBufferAdd(&buf, VIR_NODE_DEVICE_COMPAT_CLASS_PREFIX, -1);
    virBufferAsprintf(&buf, "%c%s%c", RECORD, function ? "function" : "mediated", RECORD);
    virNodeDeviceCompatClassFormatRules(&buf, &search);

    for (i = 0; i < compat->self.nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = compat->self.attrs[i];
        const virNodeDeviceCompatRule *rule = virNodeDeviceCompatClassFindRule(&search, function,
                                                                               attr->name);

        if (virNodeDeviceCompatClassDecides(attr, rule))
            virNodeDeviceCompatClassFormatAttr(&buf, compat, attr, rule);
    }

    if (virNodeDeviceCompatBudgetIsSpent(&budget))
        return NULL;

    return virBufferContentAndReset(&buf);
}


/**
 * virNodeDeviceCompatGetClassDigest:
 * @compat: descriptor of a device or a type
 * @rules: vendor rules, or NULL for the built-in ones only
 *
 * A device of which something that decides is missing or not usable, which cannot be
 * migrated, or for which not all rules are known has no class: nothing is identical to it.
 *
 * Returns the name of its class, or NULL if it has none.
 */
char *
virNodeDeviceCompatGetClassDigest(const virNodeDeviceCompat *compat,
                                  const virNodeDeviceCompatRules *rules)
{
    const virNodeDeviceCompatAttr *type = virNodeDeviceCompatAttrsFind(&compat->self,
                                                                       VIR_NODE_DEVICE_COMPAT_TYPE);
    g_autofree char *text = NULL;
    g_autofree char *sum = NULL;

    if (!type || !type->value || !virNodeDeviceCompatClassIsKnown(compat, rules))
        return NULL;

    if (!(text = virNodeDeviceCompatClassFormat(compat, rules)))
        return NULL;

    sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);

    return g_strdup_printf(VIR_NODE_DEVICE_COMPAT_CLASS_PREFIX "%.*s",
                           VIR_NODE_DEVICE_COMPAT_CLASS_DIGITS, sum);
}
