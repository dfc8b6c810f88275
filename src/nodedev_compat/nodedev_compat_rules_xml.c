/*
 * nodedev_compat_rules_xml.c: reading documents with rules
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_rules.h"

#include "nodedev_compat_document.h"
#include "nodedev_compat_rule_kind.h"
#include "nodedev_compat_version.h"
#include "viralloc.h"
#include "virbuffer.h"
#include "virerror.h"
#include "virxml.h"

/* The attributes that the property unless of a rule can name */
#define UNLESS_MAX 8

/* Length of the property minimum, which is in each reason about it */
#define MINIMUM_MAX 64


/* Properties of an <attr> that are one of a fixed set of words */
typedef struct _virNodeDeviceCompatRulesWord virNodeDeviceCompatRulesWord;
struct _virNodeDeviceCompatRulesWord {
    const char *name;
    int (*fromString)(const char *);
    const char *(*toString)(int);
};

static const virNodeDeviceCompatRulesWord ruleWord = {
    "rule", virNodeDeviceCompatRuleKindTypeFromString, virNodeDeviceCompatRuleKindTypeToString
};
static const virNodeDeviceCompatRulesWord valueWord = {
    "value", virNodeDeviceCompatValueTypeFromString, virNodeDeviceCompatValueTypeToString
};
static const virNodeDeviceCompatRulesWord missingWord = {
    "missing", virNodeDeviceCompatMissingTypeFromString, virNodeDeviceCompatMissingTypeToString
};
static const virNodeDeviceCompatRulesWord needWord = {
    "need", virNodeDeviceCompatNeedTypeFromString, virNodeDeviceCompatNeedTypeToString
};
static const virNodeDeviceCompatRulesWord differsWord = {
    "differs", virNodeDeviceCompatDiffersTypeFromString, virNodeDeviceCompatDiffersTypeToString
};


/* Reads the property @word of @node into *value, which stays as it is if there
 * is no such property. */
static int
virNodeDeviceCompatRulesParseWord(const char *filename,
                                  xmlNodePtr node,
                                  const virNodeDeviceCompatRulesWord *word,
                                  int *value)
{
    g_autofree char *found = virXMLPropString(node, word->name);
    g_auto(virBuffer) choices = VIR_BUFFER_INITIALIZER;
    int number;

    if (!found)
        return 0;

    if ((number = word->fromString(found)) >= 0) {
        *value = number;
        return 0;
    }

    for (number = 0; word->toString(number); number++)
        virBufferAsprintf(&choices, "%s, ", word->toString(number));
    virBufferTrim(&choices, ", ");

    virNodeDeviceCompatDocumentError(filename, node,
                                     _("%1$s='%2$.32s' is unknown, it must be one of: %3$s"),
                                     word->name, found, virBufferCurrentContent(&choices));
    return -1;
}


/* The device API and the type are strict for all, or nothing would be. That of a
 * version is, too, but there may be none. */
static int
virNodeDeviceCompatRulesCheckRequired(const char *filename,
                                      xmlNodePtr node,
                                      const virNodeDeviceCompatRule *standard,
                                      const virNodeDeviceCompatRule *rule)
{
    if (!standard->required)
        return 0;

    if (rule->value != standard->value) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("values of '%1$s' are always of kind '%2$s'"),
                                         standard->attr,
                                         virNodeDeviceCompatValueTypeToString(standard->value));
        return -1;
    }

    if (rule->missing == VIR_NODE_DEVICE_COMPAT_MISSING_IGNORE &&
        STRNEQ(standard->attr, VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION)) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("it cannot be ignored that '%1$s' is missing"),
                                         standard->attr);
        return -1;
    }

    return 0;
}


static int
virNodeDeviceCompatRulesCheckAttr(const char *filename,
                                  xmlNodePtr node,
                                  const char *name,
                                  const virNodeDeviceCompatRule *standard,
                                  virNodeDeviceCompatRuleKind kind)
{
    if (!virNodeDeviceCompatNameIsValid(name) || virNodeDeviceCompatAttrIsMark(name)) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("'%1$.32s' is not the name of an attribute"), name);
        return -1;
    }

    if (standard->required && kind != standard->kind) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("the rule of '%1$s' cannot be changed"), name);
        return -1;
    }

    return 0;
}


/* What has to be known cannot be of no concern at the same time. */
static int
virNodeDeviceCompatRulesCheckNeed(const char *filename,
                                  xmlNodePtr node,
                                  const virNodeDeviceCompatRule *rule)
{
    if (rule->need == VIR_NODE_DEVICE_COMPAT_NEED_NO)
        return 0;

    if (virNodeDeviceCompatRuleKindGet(rule->kind)->ignored) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("what is needed cannot have rule '%1$s'"),
                                         virNodeDeviceCompatRuleKindTypeToString(rule->kind));
        return -1;
    }

    if (rule->missing == VIR_NODE_DEVICE_COMPAT_MISSING_IGNORE &&
        rule->need != VIR_NODE_DEVICE_COMPAT_NEED_SOURCE) {
        virNodeDeviceCompatDocumentError(filename, node, "%s",
                                         _("it cannot be ignored that what is needed is missing"));
        return -1;
    }

    return 0;
}


/* What has to be the same cannot be known to be if one of the two does not have it. That goes
 * without saying for what is required, unless it is the version and a file drops it. */
static virNodeDeviceCompatNeed
virNodeDeviceCompatRulesGetDefaultNeed(const virNodeDeviceCompatRule *standard,
                                       const virNodeDeviceCompatRule *rule)
{
    if (standard->required || rule->kind != VIR_NODE_DEVICE_COMPAT_RULE_EQUAL ||
        rule->missing != VIR_NODE_DEVICE_COMPAT_MISSING_UNKNOWN)
        return VIR_NODE_DEVICE_COMPAT_NEED_NO;

    return VIR_NODE_DEVICE_COMPAT_NEED_MUTUAL;
}


/* Reads the rule that @node is into *rule, which is filled but for its attr. */
static int
virNodeDeviceCompatRulesParseRule(const char *filename,
                                  xmlNodePtr node,
                                  const char *name,
                                  virNodeDeviceCompatRule *rule)
{
    const virNodeDeviceCompatRule *standard = virNodeDeviceCompatRuleGetDefault(name);
    int kind = standard->kind;
    int missing = VIR_NODE_DEVICE_COMPAT_MISSING_UNKNOWN;
    int need = -1;
    int differs = VIR_NODE_DEVICE_COMPAT_DIFFERS_INCOMPATIBLE;
    int value;

    if (virNodeDeviceCompatRulesParseWord(filename, node, &ruleWord, &kind) < 0 ||
        virNodeDeviceCompatRulesCheckAttr(filename, node, name, standard, kind) < 0)
        return -1;

    value = standard->attr ? (int)standard->value : (int)virNodeDeviceCompatRuleKindGet(kind)->type;

    if (virNodeDeviceCompatRulesParseWord(filename, node, &valueWord, &value) < 0 ||
        virNodeDeviceCompatRulesParseWord(filename, node, &missingWord, &missing) < 0 ||
        virNodeDeviceCompatRulesParseWord(filename, node, &needWord, &need) < 0 ||
        virNodeDeviceCompatRulesParseWord(filename, node, &differsWord, &differs) < 0)
        return -1;

    if (!(virNodeDeviceCompatRuleKindGet(kind)->types & (1U << value))) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("rule '%1$s' cannot judge values of kind '%2$s'"),
                                         virNodeDeviceCompatRuleKindTypeToString(kind),
                                         virNodeDeviceCompatValueTypeToString(value));
        return -1;
    }

    *rule = *standard;
    rule->kind = kind;
    rule->value = value;
    rule->missing = missing;
    rule->need = need < 0 ? virNodeDeviceCompatRulesGetDefaultNeed(standard, rule) : need;
    rule->differs = differs;
    rule->vendor = true;
    if (virNodeDeviceCompatRulesCheckRequired(filename, node, standard, rule) < 0 ||
        virNodeDeviceCompatRulesCheckNeed(filename, node, rule) < 0)
        return -1;

    if (STREQ(name, VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION))
        rule->required = missing != VIR_NODE_DEVICE_COMPAT_MISSING_IGNORE;
    return 0;
}


/* Reads the names of the attributes that, where they are known, make this one meaningless. */
static int
virNodeDeviceCompatRulesParseUnless(const char *filename,
                                    xmlNodePtr node,
                                    const char *name,
                                    char ***ret_unless)
{
    g_autofree char *found = virXMLPropString(node, "unless");
    g_auto(GStrv) names = NULL;
    size_t i;

    if (!found)
        return 0;

    names = g_strsplit(found, ",", UNLESS_MAX + 1);
    if (!names[0] || g_strv_length(names) > UNLESS_MAX) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("unless has to name 1 to %1$d attributes"), UNLESS_MAX);
        return -1;
    }

    for (i = 0; names[i]; i++) {
        const char *canonical = virNodeDeviceCompatAttrCanonicalName(names[i]);

        if (!virNodeDeviceCompatNameIsValid(canonical) ||
            virNodeDeviceCompatAttrIsMark(canonical) || STREQ(canonical, name)) {
            virNodeDeviceCompatDocumentError(filename, node,
                                             _("'%1$.32s' is not the name of another attribute"),
                                             names[i]);
            return -1;
        }

        if (canonical != names[i]) {
            g_free(names[i]);
            names[i] = g_strdup(canonical);
        }
    }

    *ret_unless = g_steal_pointer(&names);
    return 0;
}


static int
virNodeDeviceCompatRulesParseMinimum(const char *filename,
                                     xmlNodePtr node,
                                     char **ret_minimum)
{
    g_autofree char *found = virXMLPropString(node, "minimum");

    if (found && (!*found || strlen(found) > MINIMUM_MAX ||
                  !virNodeDeviceCompatNumbersAreAtLeast(found, "0"))) {
        virNodeDeviceCompatDocumentError(filename, node, "%s",
                                         _("minimum must be numbers, with dots between them"));
        return -1;
    }

    *ret_minimum = g_steal_pointer(&found);
    return 0;
}


/* Reads whether the vendor supports to migrate devices that have the attribute. */
static int
virNodeDeviceCompatRulesParseSupported(const char *filename,
                                       xmlNodePtr node,
                                       bool *ret_unsupported)
{
    g_autofree char *found = virXMLPropString(node, "supported");

    *ret_unsupported = STREQ_NULLABLE(found, "no");
    if (!found || *ret_unsupported || STREQ(found, "yes"))
        return 0;

    virNodeDeviceCompatDocumentError(filename, node,
                                     _("%1$s='%2$.32s' is unknown, it must be one of: %3$s"),
                                     "supported", found, "yes, no");
    return -1;
}


/* What is strict for all, and what is not looked at, has no such bounds. */
static int
virNodeDeviceCompatRulesCheckBounds(const char *filename,
                                    xmlNodePtr node,
                                    const char *name,
                                    const virNodeDeviceCompatRule *rule)
{
    if (rule->differs == VIR_NODE_DEVICE_COMPAT_DIFFERS_INCOMPATIBLE && !rule->unless &&
        !rule->minimum && !rule->unsupported)
        return 0;

    if (virNodeDeviceCompatRuleGetDefault(name)->required) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("the rule of '%1$s' cannot be changed"), name);
        return -1;
    }

    if (virNodeDeviceCompatRuleKindGet(rule->kind)->ignored) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("rule '%1$s' has no differs, unless, minimum or supported"),
                                         virNodeDeviceCompatRuleKindTypeToString(rule->kind));
        return -1;
    }

    return 0;
}


/* @names has those that the group has a rule for, and owns none. */
static int
virNodeDeviceCompatRulesParseAttr(virNodeDeviceCompatRuleGroup *group,
                                  GHashTable *names,
                                  xmlNodePtr node,
                                  const char *filename)
{
    static const char *const properties[] = {
        "name", "rule", "value", "missing", "need", "differs", "unless", "minimum", "supported",
        NULL
    };
    g_autofree char *found = virXMLPropString(node, "name");
    const char *name = found ? virNodeDeviceCompatAttrCanonicalName(found) : "";
    g_auto(GStrv) unless = NULL;
    g_autofree char *minimum = NULL;
    virNodeDeviceCompatRule rule;

    if (virNodeDeviceCompatDocumentCheck(filename, node, properties, NULL) < 0 ||
        virNodeDeviceCompatRulesParseRule(filename, node, name, &rule) < 0 ||
        virNodeDeviceCompatRulesParseUnless(filename, node, name, &unless) < 0 ||
        virNodeDeviceCompatRulesParseMinimum(filename, node, &minimum) < 0 ||
        virNodeDeviceCompatRulesParseSupported(filename, node, &rule.unsupported) < 0)
        return -1;

    rule.unless = unless;
    rule.minimum = minimum;
    if (virNodeDeviceCompatRulesCheckBounds(filename, node, name, &rule) < 0)
        return -1;

    if (g_hash_table_contains(names, name)) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("there are two rules for '%1$s'"), name);
        return -1;
    }

    rule.attr = g_strdup(name);
    rule.unless = g_steal_pointer(&unless);
    rule.minimum = g_steal_pointer(&minimum);
    g_hash_table_add(names, (void *) rule.attr);
    if (virNodeDeviceCompatNeedIsLooked(rule.need)) {
        if (!group->needs)
            group->needs = g_ptr_array_new();
        g_ptr_array_add(group->needs, (void *) rule.attr);
    }

    VIR_APPEND_ELEMENT(group->rules, group->nrules, rule);
    return 0;
}


static virNodeDeviceCompatRuleGroup *
virNodeDeviceCompatRulesParseGroup(xmlNodePtr parent,
                                   const char *filename)
{
    static const char *const properties[] = {
        "deviceAPI", "type", "driver", "vendor", "physical", "class",
        NULL
    };
    static const char *const children[] = { "attr", NULL };
    g_autoptr(virNodeDeviceCompatRuleGroup) group = g_atomic_rc_box_new0(virNodeDeviceCompatRuleGroup);
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    xmlNodePtr node;

    if (virNodeDeviceCompatDocumentCheck(filename, parent, properties, children) < 0 ||
        virNodeDeviceCompatCriteriaParse(&group->match, parent, filename) < 0)
        return NULL;

    if (virNodeDeviceCompatCriteriaIsEmpty(&group->match)) {
        virNodeDeviceCompatDocumentError(filename, parent, "%s",
                                         _("a group of rules must say which devices it is for"));
        return NULL;
    }

    for (node = xmlFirstElementChild(parent); node; node = xmlNextElementSibling(node)) {
        if (group->nrules >= VIR_NODE_DEVICE_COMPAT_ATTRS_MAX) {
            virNodeDeviceCompatDocumentError(filename, node,
                                             _("more than %1$d rules in a group"),
                                             VIR_NODE_DEVICE_COMPAT_ATTRS_MAX);
            return NULL;
        }
        if (virNodeDeviceCompatRulesParseAttr(group, names, node, filename) < 0)
            return NULL;
    }

    return g_steal_pointer(&group);
}


/**
 * virNodeDeviceCompatRulesAddNode:
 * @rules: set of rules to add to
 * @root: <nodedevCompatRules>
 * @filename: what to call the document in errors
 *
 * Adds all rules of the document behind those that are there, or none.
 *
 * Returns 0 on success, -1 with an error reported that names file, line and
 * cause.
 */
int
virNodeDeviceCompatRulesAddNode(virNodeDeviceCompatRules *rules,
                                xmlNodePtr root,
                                const char *filename)
{
    g_autoptr(GPtrArray) added = g_ptr_array_new();
    xmlNodePtr node;

    if (virNodeDeviceCompatDocumentCheckRoot(filename, root, "nodedevCompatRules", "rules") < 0)
        return -1;

    g_ptr_array_set_free_func(added, (GDestroyNotify) virNodeDeviceCompatRuleGroupUnref);
    for (node = xmlFirstElementChild(root); node; node = xmlNextElementSibling(node)) {
        virNodeDeviceCompatRuleGroup *group;

        if (!(group = virNodeDeviceCompatRulesParseGroup(node, filename)))
            return -1;
        g_ptr_array_add(added, group);
    }

    virNodeDeviceCompatRulesAddGroups(rules, added->len,
                                      (virNodeDeviceCompatRuleGroup **) added->pdata);
    return 0;
}


/**
 * virNodeDeviceCompatRulesAddXML:
 * @rules: set of rules to add to
 * @xml: a <nodedevCompatRules> document
 * @filename: what to call it in errors
 *
 * The same as virNodeDeviceCompatRulesAddNode() for a document that is text.
 */
int
virNodeDeviceCompatRulesAddXML(virNodeDeviceCompatRules *rules,
                               const char *xml,
                               const char *filename)
{
    g_autoptr(xmlDoc) doc = virNodeDeviceCompatDocumentParseFile(xml, filename);

    if (!doc)
        return -1;

    return virNodeDeviceCompatRulesAddNode(rules, xmlDocGetRootElement(doc), filename);
}
