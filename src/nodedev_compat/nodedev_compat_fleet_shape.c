/*
 * nodedev_compat_fleet_shape.c: what devices have in common, and the values that differ
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_fleet_shape.h"

#include "nodedev_compat_alternatives.h"
#include "nodedev_compat_compare.h"
#include "nodedev_compat_rule_kind.h"
#include "nodedev_compat_vgpu.h"
#include "viralloc.h"

/* What views can take in all, in bytes */
#define VIEWS_SIZE_MAX (64 * 1024 * 1024)

/* How many alternatives a device can have, itself included; others are compared one by one */
#define ALTERNATIVES_MAX 32

/* What begins an attribute and an alternative in the text of a shape */
#define MARK_ATTR 1
#define MARK_ALTERNATIVE 2

/* The versions that a target accepts explicitly are looked at as they are */
static const virNodeDeviceCompatRule explicitRule = {
    .attr = VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION,
    .value = VIR_NODE_DEVICE_COMPAT_VALUE_VERSION,
    .kind = VIR_NODE_DEVICE_COMPAT_RULE_RANGE,
};


static void
virNodeDeviceCompatFleetValueFree(virNodeDeviceCompatFleetValue *value)
{
    g_free(value->ranges);
    g_clear_pointer(&value->hashes, g_array_unref);
    g_free(value);
}


static void
virNodeDeviceCompatFleetViewFree(virNodeDeviceCompatFleetView *view)
{
    size_t i;

    for (i = 0; i < view->nvalues; i++)
        g_free(view->values[i]);
    g_free(view->values);
    g_free(view->rules);
    g_free(view);
}


static void
virNodeDeviceCompatFleetSubjectFree(virNodeDeviceCompatFleetSubject *subject)
{
    g_free(subject->versions);
    g_free(subject);
}


static void
virNodeDeviceCompatFleetShapeFree(virNodeDeviceCompatFleetShape *shape)
{
    g_free(shape->patterns);
    g_free(shape);
}


/**
 * virNodeDeviceCompatFleetShapesNew:
 * @rules: vendor rules, or NULL for the built-in ones only
 * @pool: for texts
 *
 * Returns a table of shapes; both have to be there as long as it.
 */
virNodeDeviceCompatFleetShapes *
virNodeDeviceCompatFleetShapesNew(const virNodeDeviceCompatRules *rules,
                                  GStringChunk *pool)
{
    virNodeDeviceCompatFleetShapes *shapes = g_new0(virNodeDeviceCompatFleetShapes, 1);

    shapes->rules = rules;
    shapes->pool = pool;
    shapes->sizeMax = VIEWS_SIZE_MAX;
    shapes->index = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
                                          (GDestroyNotify) g_bytes_unref,
                                          (GDestroyNotify) virNodeDeviceCompatFleetShapeFree);
    shapes->subjects = g_hash_table_new_full(NULL, NULL,
                                             (GDestroyNotify) virNodeDeviceCompatFleetSubjectFree,
                                             NULL);
    shapes->views = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
                                          (GDestroyNotify) g_bytes_unref,
                                          (GDestroyNotify) virNodeDeviceCompatFleetViewFree);
    shapes->values = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
                                           (GDestroyNotify) g_bytes_unref,
                                           (GDestroyNotify) virNodeDeviceCompatFleetValueFree);
    return shapes;
}


void
virNodeDeviceCompatFleetShapesFree(virNodeDeviceCompatFleetShapes *shapes)
{
    if (!shapes)
        return;

    g_hash_table_unref(shapes->values);
    g_hash_table_unref(shapes->views);
    g_hash_table_unref(shapes->subjects);
    g_hash_table_unref(shapes->index);
    g_free(shapes);
}


/*
 * Shapes
 */

/* Attributes of which comparing looks at more than whether the value is equal to another
 * one, accepted, listed, or supported */
static const char *const specials[] = {
    VIR_NODE_DEVICE_COMPAT_FUNCTION,
    VIR_NODE_DEVICE_COMPAT_MIGRATABLE, VIR_NODE_DEVICE_COMPAT_VFIO_DRIVER,
    VIR_NODE_DEVICE_COMPAT_VGPU_TYPE, VIR_NODE_DEVICE_COMPAT_VGPU_TYPE_ID,
    VIR_NODE_DEVICE_COMPAT_VGPU_TYPES, VIR_NODE_DEVICE_COMPAT_MDEV_TYPE_NAME, NULL
};

/* Those of mediated devices of NVIDIA's that are looked at when others are compared */
static const char *const consulted[] = {
    VIR_NODE_DEVICE_COMPAT_TYPE, VIR_NODE_DEVICE_COMPAT_PCI_ID,
    VIR_NODE_DEVICE_COMPAT_VGPU_BRANCH, NULL
};


/**
 * virNodeDeviceCompatFleetAttrVaries:
 * @attr: attribute of a device, or of an alternative that it accepts
 *
 * Returns true if what it is compared with decides by nothing but how the values relate.
 */
bool
virNodeDeviceCompatFleetAttrVaries(const virNodeDeviceCompatAttr *attr)
{
    return attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK && !g_strv_contains(specials, attr->name);
}


static void
virNodeDeviceCompatFleetShapeAddAttrs(GByteArray *key,
                                      bool mdev,
                                      const virNodeDeviceCompatAttrs *set)
{
    size_t i;

    for (i = 0; i < set->nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = set->attrs[i];
        const unsigned char head[] = { MARK_ATTR, attr->state, attr->dynamic, attr->derived,
                                       attr->value != NULL };

        g_byte_array_append(key, head, sizeof(head));
        g_byte_array_append(key, (const guint8 *) attr->name, strlen(attr->name) + 1);
        if (attr->value && (!virNodeDeviceCompatFleetAttrVaries(attr) ||
                            (mdev && g_strv_contains(consulted, attr->name))))
            g_byte_array_append(key, (const guint8 *) attr->value, strlen(attr->value) + 1);
    }
}


/* All that comparing depends on but for the values that vary. Which groups of rules fit
 * says enough about the values that this depends on. */
static GBytes *
virNodeDeviceCompatFleetShapeMakeKey(const virNodeDeviceCompatFleetSubject *subject,
                                     const virNodeDeviceCompatRulesSearch *search)
{
    const virNodeDeviceCompat *compat = subject->expanded;
    const virNodeDeviceCompatAttr *type = virNodeDeviceCompatAttrsFind(&compat->self,
                                                                       VIR_NODE_DEVICE_COMPAT_TYPE);
    bool mdev = virNodeDeviceCompatVGPUIsMdev(&compat->self);
    const unsigned char head[] = {
        subject->compat->inferred, virNodeDeviceCompatIsFunction(compat),
        type && type->value && virNodeDeviceCompatTypeIsSignature(type->value), mdev,
    };
    GByteArray *key = g_byte_array_sized_new(1024);
    size_t i;

    g_byte_array_append(key, head, sizeof(head));
    if (search->rules)
        g_byte_array_append(key, search->fits, search->rules->ngroups);
    virNodeDeviceCompatFleetShapeAddAttrs(key, mdev, &compat->self);

    for (i = 0; i < compat->naccepts; i++) {
        const unsigned char begin[] = {
            MARK_ALTERNATIVE, virNodeDeviceCompatIsForOtherTypes(compat, compat->accepts[i])
        };

        g_byte_array_append(key, begin, sizeof(begin));
        virNodeDeviceCompatFleetShapeAddAttrs(key, mdev, compat->accepts[i]);
    }

    return g_byte_array_free_to_bytes(key);
}


/* What looking at the texts of @set can cost, at most: none has more items than characters */
static size_t
virNodeDeviceCompatFleetGetText(const virNodeDeviceCompatAttrs *set)
{
    size_t text = 0;
    size_t i;

    for (i = 0; i < set->nattrs; i++)
        text += 4 + 2 * strlen(NULLSTR_EMPTY(set->attrs[i]->value));

    return text;
}


/* Whether comparing the device with another one of which this is true as well is within what
 * a comparison can cost, of which each of the two can take half, so that no verdict depends
 * on that: for each attribute all groups may be asked for its rule, of either device; each
 * text is brought into the grammar of a rule, sorted, and compared; and what the devices have
 * themselves is looked at again under each alternative of the target. @fitting is what it
 * cost to find out which groups fit. */
static bool
virNodeDeviceCompatFleetIsLight(const virNodeDeviceCompat *compat,
                                const virNodeDeviceCompatRules *rules,
                                size_t fitting)
{
    size_t ngroups = rules ? rules->ngroups : 0;
    size_t nattrs = compat->self.nattrs + VIR_NODE_DEVICE_COMPAT_REQUIRED;
    size_t again = virNodeDeviceCompatFleetGetText(&compat->self);
    size_t once = 2 * fitting + ngroups;
    size_t i;

    for (i = 0; i < ngroups; i++)
        nattrs += rules->groups[i]->needs ? rules->groups[i]->needs->len : 0;
    again += nattrs;
    once += nattrs * (2 * ngroups + 1) + 4 * again;

    for (i = 0; i < compat->naccepts; i++) {
        once += compat->accepts[i]->nattrs * (ngroups + 2);
        once += 4 * virNodeDeviceCompatFleetGetText(compat->accepts[i]);
    }

    return compat->naccepts < ALTERNATIVES_MAX &&
           once + ALTERNATIVES_MAX * again <= VIR_NODE_DEVICE_COMPAT_WORK_MAX / 2;
}


static virNodeDeviceCompatFleetShape *
virNodeDeviceCompatFleetShapesFind(virNodeDeviceCompatFleetShapes *shapes,
                                   GBytes *key)
{
    virNodeDeviceCompatFleetShape *shape = g_hash_table_lookup(shapes->index, key);

    if (!shape && g_hash_table_size(shapes->index) < VIR_NODE_DEVICE_COMPAT_FLEET_NSHAPES) {
        shape = g_new0(virNodeDeviceCompatFleetShape, 1);
        shape->number = g_hash_table_size(shapes->index);
        g_hash_table_insert(shapes->index, g_bytes_ref(key), shape);
    }

    return shape;
}


/**
 * virNodeDeviceCompatFleetShapesAdd:
 * @shapes: table
 * @compat: descriptor of a device
 * @expanded: the same without variables
 *
 * Returns the device as one of a shape, or NULL if there are too many shapes, or if it has so
 * much in it that comparing it may be too much.
 */
virNodeDeviceCompatFleetSubject *
virNodeDeviceCompatFleetShapesAdd(virNodeDeviceCompatFleetShapes *shapes,
                                  const virNodeDeviceCompat *compat,
                                  const virNodeDeviceCompat *expanded)
{
    virNodeDeviceCompatBudget budget = { .max = VIR_NODE_DEVICE_COMPAT_WORK_MAX };
    g_auto(virNodeDeviceCompatRulesSearch) search = { 0 };
    virNodeDeviceCompatFleetSubject found = { .compat = compat, .expanded = expanded };
    virNodeDeviceCompatFleetSubject *subject;
    const virNodeDeviceCompatAttr *bad = NULL;
    g_autoptr(GBytes) key = NULL;

    virNodeDeviceCompatRulesSearchInit(&search, shapes->rules, compat, &budget);
    virNodeDeviceCompatRulesSearchFitAll(&search);
    if (virNodeDeviceCompatBudgetIsSpent(&budget) ||
        !virNodeDeviceCompatFleetIsLight(expanded, shapes->rules, budget.used))
        return NULL;

    key = virNodeDeviceCompatFleetShapeMakeKey(&found, &search);
    if (!(found.shape = virNodeDeviceCompatFleetShapesFind(shapes, key)))
        return NULL;

    found.shape->inferred = compat->inferred;
    found.at = found.shape->nsubjects++;
    found.versions = virNodeDeviceCompatExplicitVersions(expanded, &budget, &bad);

    subject = g_new0(virNodeDeviceCompatFleetSubject, 1);
    *subject = found;
    g_hash_table_add(shapes->subjects, subject);
    return subject;
}


/*
 * Views
 */

/**
 * virNodeDeviceCompatFleetSubjectGetSlots:
 * @subject: device
 * @target: whether it is the target
 *
 * Returns how many values a view on it has.
 */
size_t
virNodeDeviceCompatFleetSubjectGetSlots(const virNodeDeviceCompatFleetSubject *subject,
                                        bool target)
{
    const virNodeDeviceCompat *compat = subject->expanded;
    size_t nslots = compat->self.nattrs;
    size_t i;

    for (i = 0; target && i < compat->naccepts; i++)
        nslots += compat->accepts[i]->nattrs;

    return target ? nslots + 1 : nslots;
}


/**
 * virNodeDeviceCompatFleetShapesGetView:
 * @shapes: table
 * @subject: any device of a shape
 * @target: whether it is the target
 * @rules: the rule for each value, or NULL where it does not matter; that of the last one of
 *         a target is of no concern
 *
 * Returns the view of the shape by these rules.
 */
virNodeDeviceCompatFleetView *
virNodeDeviceCompatFleetShapesGetView(virNodeDeviceCompatFleetShapes *shapes,
                                      const virNodeDeviceCompatFleetSubject *subject,
                                      bool target,
                                      const virNodeDeviceCompatRule *const *rules)
{
    size_t nslots = virNodeDeviceCompatFleetSubjectGetSlots(subject, target);
    const size_t head[] = { subject->shape->number, target };
    GByteArray *array = g_byte_array_new();
    g_autoptr(GBytes) key = NULL;
    virNodeDeviceCompatFleetView *view;
    size_t i;

    g_byte_array_append(array, (const guint8 *) head, sizeof(head));
    if (nslots > 0)
        g_byte_array_append(array, (const guint8 *) rules, nslots * sizeof(*rules));
    key = g_byte_array_free_to_bytes(array);

    if ((view = g_hash_table_lookup(shapes->views, key)))
        return view;

    view = g_new0(virNodeDeviceCompatFleetView, 1);
    view->target = target;
    view->nslots = nslots;
    view->rules = g_new0(const virNodeDeviceCompatRule *, nslots + 1);
    for (i = 0; i < nslots; i++)
        view->rules[i] = rules[i];
    if (target)
        view->rules[nslots - 1] = &explicitRule;
    g_hash_table_insert(shapes->views, g_steal_pointer(&key), view);
    return view;
}


static int
virNodeDeviceCompatFleetSortHashes(const void *a,
                                   const void *b)
{
    guint first = *(const guint *)a;
    guint second = *(const guint *)b;

    return first < second ? -1 : first > second;
}


/* What most lists without a value are told by, which takes much less than to read them */
static GArray *
virNodeDeviceCompatFleetHashItems(const char *list)
{
    GArray *hashes = g_array_new(false, false, sizeof(guint));
    g_auto(GStrv) items = g_strsplit(list, ",", -1);
    size_t i;

    for (i = 0; items[i]; i++) {
        guint hash = g_str_hash(items[i]);

        g_array_append_val(hashes, hash);
    }
    g_array_sort(hashes, virNodeDeviceCompatFleetSortHashes);

    return hashes;
}


/* Each value is made once for each rule. */
static const virNodeDeviceCompatFleetValue *
virNodeDeviceCompatFleetShapesGetValue(virNodeDeviceCompatFleetShapes *shapes,
                                       const virNodeDeviceCompatRule *rule,
                                       bool list,
                                       const char *text)
{
    const size_t parts[] = {
        GPOINTER_TO_SIZE(rule), list,
        GPOINTER_TO_SIZE(g_string_chunk_insert_const(shapes->pool, text))
    };
    g_autoptr(GBytes) key = g_bytes_new(parts, sizeof(parts));
    virNodeDeviceCompatFleetValue *value = g_hash_table_lookup(shapes->values, key);
    g_autofree char *canonical = NULL;

    if (value)
        return value;

    value = g_new0(virNodeDeviceCompatFleetValue, 1);
    if ((canonical = virNodeDeviceCompatRuleNormalize(rule, list, text))) {
        value->text = g_string_chunk_insert_const(shapes->pool, canonical);
        value->hash = g_str_hash(canonical);
        value->unsupported = rule->unsupported ||
            (rule->minimum && !virNodeDeviceCompatNumbersAreAtLeast(canonical, rule->minimum));
        if (virNodeDeviceCompatRangesAreOf(rule->value)) {
            value->isPoint = virNodeDeviceCompatPointParse(rule->value, canonical,
                                                           &value->point) == 0;
            if (list)
                value->ranges = virNodeDeviceCompatRangesParse(rule->value, canonical,
                                                               &value->nranges);
        } else if (list) {
            value->hashes = virNodeDeviceCompatFleetHashItems(canonical);
        }
    }

    shapes->size += sizeof(*value) + sizeof(parts) + value->nranges * sizeof(*value->ranges);
    if (value->hashes)
        shapes->size += sizeof(*value->hashes) + value->hashes->len * sizeof(guint);
    g_hash_table_insert(shapes->values, g_steal_pointer(&key), value);
    return value;
}


/* Fills the values of one set of attributes, and returns how many there are. */
static size_t
virNodeDeviceCompatFleetShapesFill(virNodeDeviceCompatFleetShapes *shapes,
                                   const virNodeDeviceCompatFleetView *view,
                                   size_t first,
                                   const virNodeDeviceCompatAttrs *set,
                                   bool accepts,
                                   const virNodeDeviceCompatFleetValue **values)
{
    size_t i;

    for (i = 0; i < set->nattrs; i++) {
        const virNodeDeviceCompatRule *rule = view->rules[first + i];
        bool list;

        if (!rule)
            continue;

        list = accepts || (view->target && virNodeDeviceCompatRuleKindGet(rule->kind)->list);
        values[first + i] = virNodeDeviceCompatFleetShapesGetValue(shapes, rule, list,
                                                                   set->attrs[i]->value);
    }

    return set->nattrs;
}


/**
 * virNodeDeviceCompatFleetValueHasItem:
 * @list: list of values that have no place in an order
 * @value: value
 *
 * Returns whether @value is in the list.
 */
bool
virNodeDeviceCompatFleetValueHasItem(const virNodeDeviceCompatFleetValue *list,
                                     const virNodeDeviceCompatFleetValue *value)
{
    return (!list->hashes ||
            bsearch(&value->hash, list->hashes->data, list->hashes->len, sizeof(guint),
                    virNodeDeviceCompatFleetSortHashes)) &&
           virNodeDeviceCompatValueListContains(list->text, value->text);
}


/**
 * virNodeDeviceCompatFleetShapesGetValues:
 * @shapes: table
 * @view: view of a shape
 * @subject: device of the shape
 *
 * Returns the values of the device, or NULL if there is no space for more.
 */
const virNodeDeviceCompatFleetValue **
virNodeDeviceCompatFleetShapesGetValues(virNodeDeviceCompatFleetShapes *shapes,
                                        virNodeDeviceCompatFleetView *view,
                                        const virNodeDeviceCompatFleetSubject *subject)
{
    const virNodeDeviceCompat *compat = subject->expanded;
    const virNodeDeviceCompatFleetValue **values;
    size_t first;
    size_t i;

    if (subject->at < view->nvalues && view->values[subject->at])
        return view->values[subject->at];

    if (shapes->size >= shapes->sizeMax)
        return NULL;

    if (subject->at >= view->nvalues) {
        size_t more = subject->shape->nsubjects - view->nvalues;

        shapes->size += more * sizeof(*view->values);
        VIR_EXPAND_N(view->values, view->nvalues, more);
    }

    values = g_new0(const virNodeDeviceCompatFleetValue *, view->nslots + 1);
    first = virNodeDeviceCompatFleetShapesFill(shapes, view, 0, &compat->self, false, values);
    for (i = 0; view->target && i < compat->naccepts; i++)
        first += virNodeDeviceCompatFleetShapesFill(shapes, view, first, compat->accepts[i], true,
                                                    values);
    if (view->target && subject->versions)
        values[first] = virNodeDeviceCompatFleetShapesGetValue(shapes, &explicitRule, true,
                                                               subject->versions);

    shapes->size += view->nslots * sizeof(*values);
    view->values[subject->at] = values;
    return values;
}
