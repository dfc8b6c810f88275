/*
 * nodedev_compat_conf.c: what a device is and what it accepts
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_conf.h"

#include "nodedev_compat_attr.h"
#include "nodedev_compat_budget.h"
#include "nodedev_compat_list.h"
#include "nodedev_compat_spelling.h"
#include "nodedev_compat_template.h"
#include "viralloc.h"
#include "virhash.h"

VIR_ENUM_IMPL(virNodeDeviceCompatAttrState,
              VIR_NODE_DEVICE_COMPAT_ATTR_LAST,
              "ok",
              "unreadable",
              "malformed",
              "conflicting",
              "private",
              "cut",
              "timeout",
              "outdated",
              "unset",
);

G_DEFINE_TYPE(virNodeDeviceCompat, vir_node_device_compat, G_TYPE_OBJECT);

static void
virNodeDeviceCompatAttrFree(virNodeDeviceCompatAttr *attr)
{
    if (!attr)
        return;

    g_free(attr->name);
    g_free(attr->value);
    g_free(attr->fact);
    g_free(attr->origin);
    g_free(attr);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatAttr, virNodeDeviceCompatAttrFree);


void
virNodeDeviceCompatAttrsClear(virNodeDeviceCompatAttrs *set)
{
    size_t i;

    for (i = 0; i < set->nattrs; i++)
        virNodeDeviceCompatAttrFree(set->attrs[i]);
    g_clear_pointer(&set->attrs, g_free);
    set->nattrs = 0;
}


static void
vir_node_device_compat_init(virNodeDeviceCompat *compat G_GNUC_UNUSED)
{
}


static void
vir_node_device_compat_finalize(GObject *object)
{
    virNodeDeviceCompat *compat = VIR_NODE_DEVICE_COMPAT(object);
    size_t i;

    virNodeDeviceCompatAttrsClear(&compat->self);
    for (i = 0; i < compat->naccepts; i++) {
        virNodeDeviceCompatAttrsClear(compat->accepts[i]);
        g_free(compat->accepts[i]);
    }
    g_free(compat->accepts);
    g_free(compat->opaque);

    G_OBJECT_CLASS(vir_node_device_compat_parent_class)->finalize(object);
}


static void
vir_node_device_compat_class_init(virNodeDeviceCompatClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = vir_node_device_compat_finalize;
}


virNodeDeviceCompat *
virNodeDeviceCompatNew(void)
{
    return g_object_new(VIR_TYPE_NODE_DEVICE_COMPAT, NULL);
}


/* Returns true if @set has an attribute @name; sets *ret_at to its index or to where
 * it would be inserted. */
static bool
virNodeDeviceCompatAttrsSearch(const virNodeDeviceCompatAttrs *set,
                               const char *name,
                               size_t *ret_at)
{
    size_t first = 0;
    size_t last = set->nattrs;

    while (first < last) {
        size_t middle = first + (last - first) / 2;
        int order = strcmp(set->attrs[middle]->name, name);

        if (order == 0) {
            *ret_at = middle;
            return true;
        }
        if (order < 0)
            first = middle + 1;
        else
            last = middle;
    }

    *ret_at = first;
    return false;
}


/**
 * virNodeDeviceCompatAttrsFind:
 * @set: attributes
 * @name: canonical name
 *
 * Returns the attribute of that name, or NULL.
 */
const virNodeDeviceCompatAttr *
virNodeDeviceCompatAttrsFind(const virNodeDeviceCompatAttrs *set,
                             const char *name)
{
    size_t at;

    return virNodeDeviceCompatAttrsSearch(set, name, &at) ? set->attrs[at] : NULL;
}


/**
 * virNodeDeviceCompatAttrsGet:
 * @set: attributes, or NULL for none
 * @at: position
 *
 * Returns the attribute at @at, or NULL behind the last one, so that sets can be
 * merged by name.
 */
const virNodeDeviceCompatAttr *
virNodeDeviceCompatAttrsGet(const virNodeDeviceCompatAttrs *set,
                            size_t at)
{
    return set && at < set->nattrs ? set->attrs[at] : NULL;
}


/**
 * virNodeDeviceCompatNameIsValid:
 * @name: name of an attribute
 *
 * Returns true if @name is made of letters, digits and _ . - only, starts with
 * a letter, digit or underscore, and is at most
 * VIR_NODE_DEVICE_COMPAT_NAME_MAX bytes long.
 */
bool
virNodeDeviceCompatNameIsValid(const char *name)
{
    size_t i;

    if (!g_ascii_isalnum(name[0]) && name[0] != '_')
        return false;

    for (i = 0; name[i]; i++) {
        if (i == VIR_NODE_DEVICE_COMPAT_NAME_MAX ||
            (!g_ascii_isalnum(name[i]) && !strchr("_.-", name[i])))
            return false;
    }

    return true;
}


static size_t
virNodeDeviceCompatCountAttrs(const virNodeDeviceCompat *compat)
{
    size_t count = compat->self.nattrs;
    size_t i;

    for (i = 0; i < compat->naccepts; i++)
        count += compat->accepts[i]->nattrs;

    return count;
}


/* Gives @attr the value @value, whose canonical spelling is @canonical. */
static void
virNodeDeviceCompatAttrSetValue(virNodeDeviceCompatAttr *attr,
                                const char *value,
                                char *canonical)
{
    const virNodeDeviceCompatRule *rule = virNodeDeviceCompatRuleGetDefault(attr->name);

    if (canonical) {
        attr->value = canonical;
        attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_OK;
    } else if (!value) {
        attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_UNREADABLE;
    } else {
        attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED;
        /* kept for people to see; but a URL can hold a password */
        if (rule->value != VIR_NODE_DEVICE_COMPAT_VALUE_URL &&
            virNodeDeviceCompatValueIsPrintable(value))
            attr->value = g_strdup(value);
    }
}


static virNodeDeviceCompatAttr *
virNodeDeviceCompatAttrsInsert(virNodeDeviceCompat *compat,
                               virNodeDeviceCompatAttrs *set,
                               size_t at,
                               const char *name)
{
    g_autoptr(virNodeDeviceCompatAttr) attr = NULL;

    if (!virNodeDeviceCompatNameIsValid(name) ||
        virNodeDeviceCompatCountAttrs(compat) >= VIR_NODE_DEVICE_COMPAT_ATTRS_MAX)
        return NULL;

    attr = g_new0(virNodeDeviceCompatAttr, 1);
    attr->name = g_strdup(name);

    if (VIR_INSERT_ELEMENT(set->attrs, at, set->nattrs, attr) < 0)
        return NULL;
    return set->attrs[at];
}


/* Adds the value of another source; without agreement there is no usable one. */
static void
virNodeDeviceCompatAttrMerge(virNodeDeviceCompatAttr *attr,
                             const char *canonical)
{
    if (attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK &&
        STREQ_NULLABLE(attr->value, canonical))
        return;

    attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_CONFLICTING;
    g_clear_pointer(&attr->value, g_free);
}


/**
 * virNodeDeviceCompatNormalizeAttr:
 * @compat: descriptor
 * @list: @value is a list of accepted values
 * @name: canonical name of an attribute
 * @value: its value as found
 *
 * Returns the canonical spelling of @value, or NULL if it is malformed.
 */
char *
virNodeDeviceCompatNormalizeAttr(const virNodeDeviceCompat *compat,
                                 bool list,
                                 const char *name,
                                 const char *value)
{
    const virNodeDeviceCompatRule *rule = virNodeDeviceCompatRuleGetDefault(name);
    const virNodeDeviceCompatAttr *self = NULL;
    char *canonical = NULL;

    if (!list)
        return virNodeDeviceCompatSpell(name, false,
                                        virNodeDeviceCompatValueNormalize(rule->value, value));

    /* a list with variables is normalized when their values are filled in */
    if (virNodeDeviceCompatTemplateIs(value)) {
        /* it would be seen as it is, with what may be a password or a token */
        if (rule->value == VIR_NODE_DEVICE_COMPAT_VALUE_URL && strpbrk(value, "@?#;"))
            return NULL;

        canonical = virNodeDeviceCompatTemplateNormalize(value);
        if (canonical && !virNodeDeviceCompatValueIsPrintable(canonical))
            g_clear_pointer(&canonical, g_free);
        return canonical;
    }

    self = virNodeDeviceCompatAttrsFind(&compat->self, name);
    if (self && self->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK)
        self = NULL;

    canonical = virNodeDeviceCompatValueNormalizeList(rule->value, value,
                                                      self ? self->value : NULL);
    canonical = virNodeDeviceCompatSpell(name, true, canonical);

    /* a list of PCI device ids grows when the vendor is added to each */
    if (canonical && !virNodeDeviceCompatValueIsPrintable(canonical))
        g_clear_pointer(&canonical, g_free);

    return canonical;
}


/* Returns @value without the blanks at its ends, which no value has: @value itself or
 * *copy. */
static const char *
virNodeDeviceCompatTrim(const char *value,
                        char **copy)
{
    size_t len = value ? strlen(value) : 0;

    if (len == 0 || (value[0] != ' ' && value[len - 1] != ' '))
        return value;

    *copy = g_strdup(value + strspn(value, " "));
    len = strlen(*copy);
    while (len > 0 && (*copy)[len - 1] == ' ')
        (*copy)[--len] = '\0';

    return *copy;
}


/* Returns false if there is no room for @value. */
static bool
virNodeDeviceCompatSpend(virNodeDeviceCompat *compat,
                         const char *value)
{
    compat->work += VIR_NODE_DEVICE_COMPAT_WORK_READ;
    if (value)
        compat->work += virNodeDeviceCompatWorkOfBytes(strlen(value));

    return compat->work <= compat->workMax;
}


/**
 * virNodeDeviceCompatSpendFiles:
 * @compat: descriptor that is being read
 * @nfiles: how many files are looked at for it that are none of the device's own
 *
 * Returns false if that is too much.
 */
bool
virNodeDeviceCompatSpendFiles(virNodeDeviceCompat *compat,
                              size_t nfiles)
{
    compat->work += nfiles * VIR_NODE_DEVICE_COMPAT_WORK_FILE;

    return compat->workMax == 0 || compat->work <= compat->workMax;
}


/**
 * virNodeDeviceCompatAdd:
 * @compat: descriptor
 * @alternative: one of its alternatives, or NULL for the device's own attributes
 * @name: the attribute's name, aliases of drafts included
 * @value: its value, or list of accepted values, as found; NULL if it could
 *         not be read
 *
 * An attribute that exists with another value becomes conflicting. The device's own
 * attributes must be added before its alternatives, as an accepted PCI device id can
 * take its vendor from them.
 *
 * Returns the attribute, or NULL if @name is not valid or there is too much.
 */
virNodeDeviceCompatAttr *
virNodeDeviceCompatAdd(virNodeDeviceCompat *compat,
                       virNodeDeviceCompatAttrs *alternative,
                       const char *name,
                       const char *value)
{
    virNodeDeviceCompatAttrs *set = alternative ? alternative : &compat->self;
    g_autofree char *trimmed = NULL;
    g_autofree char *canonical = NULL;
    virNodeDeviceCompatAttr *attr;
    size_t at;

    if (compat->workMax && !virNodeDeviceCompatSpend(compat, value))
        return NULL;

    name = virNodeDeviceCompatAttrCanonicalName(name);
    value = virNodeDeviceCompatTrim(value, &trimmed);
    if (value)
        canonical = virNodeDeviceCompatNormalizeAttr(compat, !!alternative, name, value);

    if (virNodeDeviceCompatAttrsSearch(set, name, &at)) {
        attr = set->attrs[at];
        virNodeDeviceCompatAttrMerge(attr, canonical);
        return attr;
    }

    if ((attr = virNodeDeviceCompatAttrsInsert(compat, set, at, name))) {
        if (alternative && canonical && virNodeDeviceCompatTemplateIs(canonical))
            set->variables = true;
        virNodeDeviceCompatAttrSetValue(attr, value, g_steal_pointer(&canonical));
    }

    return attr;
}


/**
 * virNodeDeviceCompatCopySelf:
 * @compat: descriptor
 *
 * Returns a new descriptor with what the device says of itself, without what it accepts.
 */
virNodeDeviceCompat *
virNodeDeviceCompatCopySelf(const virNodeDeviceCompat *compat)
{
    virNodeDeviceCompat *copy = virNodeDeviceCompatNew();

    virNodeDeviceCompatAttrsCopy(&copy->self, &compat->self);
    copy->opaque = g_strdup(compat->opaque);
    copy->opaqueState = compat->opaqueState;
    return copy;
}


/**
 * virNodeDeviceCompatHasOpaque:
 * @compat: descriptor
 *
 * Returns true if the device has an opaque string, whether or not it could be read.
 */
bool
virNodeDeviceCompatHasOpaque(const virNodeDeviceCompat *compat)
{
    return compat->opaque || compat->opaqueState != VIR_NODE_DEVICE_COMPAT_ATTR_OK;
}


/**
 * virNodeDeviceCompatDrop:
 * @compat: descriptor
 * @name: canonical name
 *
 * Removes the attribute @name from the device's own attributes, if it is there.
 */
void
virNodeDeviceCompatDrop(virNodeDeviceCompat *compat,
                        const char *name)
{
    virNodeDeviceCompatAttrs *set = &compat->self;
    size_t at;

    if (!virNodeDeviceCompatAttrsSearch(set, name, &at))
        return;

    virNodeDeviceCompatAttrFree(set->attrs[at]);
    VIR_DELETE_ELEMENT(set->attrs, at, set->nattrs);
}


/**
 * virNodeDeviceCompatAddAlternative:
 * @compat: descriptor
 *
 * Returns a new, empty alternative of what the device accepts, owned by
 * @compat, or NULL if there are too many.
 */
virNodeDeviceCompatAttrs *
virNodeDeviceCompatAddAlternative(virNodeDeviceCompat *compat)
{
    virNodeDeviceCompatAttrs *set;

    if (compat->naccepts >= VIR_NODE_DEVICE_COMPAT_ACCEPTS_MAX)
        return NULL;

    set = g_new0(virNodeDeviceCompatAttrs, 1);
    VIR_APPEND_ELEMENT_COPY(compat->accepts, compat->naccepts, set);
    return set;
}


/**
 * virNodeDeviceCompatDropFacts:
 * @compat: descriptor
 *
 * Removes from the device's own attributes what is only about the facts of its host: what
 * they say otherwise, and that they may be outdated.
 */
void
virNodeDeviceCompatDropFacts(virNodeDeviceCompat *compat)
{
    const virNodeDeviceCompatAttr *mark =
        virNodeDeviceCompatAttrsFind(&compat->self, VIR_NODE_DEVICE_COMPAT_MARK_FACTS);
    size_t i;

    for (i = 0; i < compat->self.nattrs; i++)
        g_clear_pointer(&compat->self.attrs[i]->fact, g_free);

    if (mark && mark->state == VIR_NODE_DEVICE_COMPAT_ATTR_OUTDATED)
        virNodeDeviceCompatDrop(compat, VIR_NODE_DEVICE_COMPAT_MARK_FACTS);
}


/**
 * virNodeDeviceCompatSetDynamic:
 * @compat: descriptor
 * @name: canonical name
 * @order: position among the dynamic attributes, from 1 on
 *
 * Marks the attribute @name, if the device has it, as one that is set per instance
 * and that management copies to a new device.
 */
void
virNodeDeviceCompatSetDynamic(virNodeDeviceCompat *compat,
                              const char *name,
                              unsigned int order)
{
    size_t at;

    if (virNodeDeviceCompatAttrsSearch(&compat->self, name, &at)) {
        compat->self.attrs[at]->dynamic = true;
        compat->self.attrs[at]->order = order;
    }
}


/**
 * virNodeDeviceCompatAddUnset:
 * @compat: descriptor of a type
 * @name: canonical name
 * @order: position among the dynamic attributes, from 1 on
 *
 * Adds the attribute as one that is set on each device of the type when it is created,
 * and drops a value that the type itself has for it. An attribute that is required of
 * every type is left as it is.
 *
 * Returns 0 on success, -1 if @name is not valid or there are too many.
 */
int
virNodeDeviceCompatAddUnset(virNodeDeviceCompat *compat,
                            const char *name,
                            unsigned int order)
{
    virNodeDeviceCompatAttr *attr;
    size_t at;

    if (virNodeDeviceCompatRuleGetDefault(name)->required)
        return 0;

    if (virNodeDeviceCompatAttrsSearch(&compat->self, name, &at))
        attr = compat->self.attrs[at];
    else if (!(attr = virNodeDeviceCompatAttrsInsert(compat, &compat->self, at, name)))
        return -1;

    g_clear_pointer(&attr->value, g_free);
    attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_UNSET;
    attr->dynamic = true;
    attr->derived = false;
    attr->order = order;
    return 0;
}


/**
 * virNodeDeviceCompatDropEmptyAlternatives:
 * @compat: descriptor
 *
 * Removes the alternatives without attributes, which accept no more than the device
 * itself does.
 */
void
virNodeDeviceCompatDropEmptyAlternatives(virNodeDeviceCompat *compat)
{
    size_t i = 0;

    while (i < compat->naccepts) {
        if (compat->accepts[i]->nattrs > 0) {
            i++;
            continue;
        }
        virNodeDeviceCompatAttrsClear(compat->accepts[i]);
        g_free(compat->accepts[i]);
        VIR_DELETE_ELEMENT(compat->accepts, i, compat->naccepts);
    }
}


void
virNodeDeviceCompatAttrsCopy(virNodeDeviceCompatAttrs *copy,
                             const virNodeDeviceCompatAttrs *set)
{
    size_t i;

    copy->nattrs = set->nattrs;
    copy->attrs = g_new0(virNodeDeviceCompatAttr *, set->nattrs);

    for (i = 0; i < set->nattrs; i++) {
        copy->attrs[i] = g_new0(virNodeDeviceCompatAttr, 1);
        *copy->attrs[i] = *set->attrs[i];
        copy->attrs[i]->name = g_strdup(set->attrs[i]->name);
        copy->attrs[i]->value = g_strdup(set->attrs[i]->value);
        copy->attrs[i]->fact = g_strdup(set->attrs[i]->fact);
        copy->attrs[i]->origin = g_strdup(set->attrs[i]->origin);
    }
}


/**
 * virNodeDeviceCompatTypesSet:
 * @types: table of the descriptors of mdev types by id, created on first use
 * @id: id of a type
 * @compat: its descriptor, which the table owns from then on; NULL: add none
 */
void
virNodeDeviceCompatTypesSet(GHashTable **types,
                            const char *id,
                            virNodeDeviceCompat *compat)
{
    if (!compat)
        return;

    if (!*types)
        *types = virHashNew(g_object_unref);

    g_hash_table_insert(*types, g_strdup(id), compat);
}


/**
 * virNodeDeviceCompatTypesGet:
 * @types: table of the descriptors of mdev types by id, or NULL
 * @id: id of a type
 *
 * Returns the descriptor of the type, or NULL if there is none.
 */
virNodeDeviceCompat *
virNodeDeviceCompatTypesGet(GHashTable *types,
                            const char *id)
{
    return types ? g_hash_table_lookup(types, id) : NULL;
}
