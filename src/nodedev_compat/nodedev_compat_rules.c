/*
 * nodedev_compat_rules.c: which rule decides about which attribute
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_rules.h"

#include "nodedev_compat_document.h"
#include "nodedev_compat_rule_kind.h"
#include "viralloc.h"
#include "virbuffer.h"
#include "virerror.h"
#include "virxml.h"

/* A reason does not name more files than this. */
#define FAULT_PATHS_MAX 8

G_DEFINE_TYPE(virNodeDeviceCompatRules, vir_node_device_compat_rules, G_TYPE_OBJECT);


void
virNodeDeviceCompatRuleGroupFree(virNodeDeviceCompatRuleGroup *group)
{
    size_t i;

    if (!group)
        return;

    for (i = 0; i < group->nrules; i++)
        g_free((char *)group->rules[i].attr);
    g_free(group->rules);
    g_clear_pointer(&group->needs, g_ptr_array_unref);
    virNodeDeviceCompatCriteriaClear(&group->match);
    g_free(group);
}


static void
vir_node_device_compat_rules_init(virNodeDeviceCompatRules *rules)
{
    rules->byAttr = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
                                          (GDestroyNotify) g_array_unref);
    rules->needing = g_array_new(false, false, sizeof(size_t));
}


static void
vir_node_device_compat_rules_finalize(GObject *object)
{
    virNodeDeviceCompatRules *rules = VIR_NODE_DEVICE_COMPAT_RULES(object);
    size_t i;

    g_hash_table_unref(rules->byAttr);
    g_array_unref(rules->needing);
    for (i = 0; i < rules->ngroups; i++)
        virNodeDeviceCompatRuleGroupFree(rules->groups[i]);
    g_free(rules->groups);
    for (i = 0; i < G_N_ELEMENTS(rules->faults); i++)
        g_clear_pointer(&rules->faults[i], g_ptr_array_unref);

    G_OBJECT_CLASS(vir_node_device_compat_rules_parent_class)->finalize(object);
}


static void
vir_node_device_compat_rules_class_init(virNodeDeviceCompatRulesClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = vir_node_device_compat_rules_finalize;
}


virNodeDeviceCompatRules *
virNodeDeviceCompatRulesNew(void)
{
    return g_object_new(VIR_TYPE_NODE_DEVICE_COMPAT_RULES, NULL);
}


/**
 * virNodeDeviceCompatRulesSearchInit:
 * @search: filled; to clear with virNodeDeviceCompatRulesSearchClear()
 * @rules: vendor rules, or NULL for the built-in ones only
 * @device: the target
 * @budget: what can be done
 *
 * Prepares to find the rules for many attributes of one device.
 */
void
virNodeDeviceCompatRulesSearchInit(virNodeDeviceCompatRulesSearch *search,
                                   const virNodeDeviceCompatRules *rules,
                                   const virNodeDeviceCompat *device,
                                   virNodeDeviceCompatBudget *budget)
{
    size_t ngroups = rules ? rules->ngroups : 0;

    *search = (virNodeDeviceCompatRulesSearch) {
        .rules = rules,
        .device = device,
        .budget = budget,
    };

    if (virNodeDeviceCompatBudgetSpend(budget, virNodeDeviceCompatWorkOfBytes(ngroups)))
        search->fits = g_new0(unsigned char, ngroups);
}


void
virNodeDeviceCompatRulesSearchClear(virNodeDeviceCompatRulesSearch *search)
{
    g_clear_pointer(&search->fits, g_free);
}


/* Does group @at of the rules fit the device? */
static bool
virNodeDeviceCompatRulesSearchFits(virNodeDeviceCompatRulesSearch *search,
                                   size_t at)
{
    if (search->fits[at] == VIR_TRISTATE_BOOL_ABSENT) {
        bool fits = virNodeDeviceCompatCriteriaFit(&search->rules->groups[at]->match,
                                                   search->device, search->budget);

        search->fits[at] = virTristateBoolFromBool(fits);
    }

    return search->fits[at] == VIR_TRISTATE_BOOL_YES;
}


/**
 * virNodeDeviceCompatRulesSearchFind:
 * @search: search
 * @attr: canonical name of an attribute
 *
 * Returns the rule that decides about @attr, never NULL. If the budget is spent, it may
 * be another one.
 */
const virNodeDeviceCompatRule *
virNodeDeviceCompatRulesSearchFind(virNodeDeviceCompatRulesSearch *search,
                                   const char *attr)
{
    const GArray *places = NULL;
    size_t i;

    if (search->rules && search->fits)
        places = g_hash_table_lookup(search->rules->byAttr, attr);

    for (i = 0; places && i < places->len; i++) {
        const virNodeDeviceCompatRulePlace *place =
            &g_array_index(places, virNodeDeviceCompatRulePlace, i);

        if (!virNodeDeviceCompatBudgetSpend(search->budget, 1))
            break;
        if (virNodeDeviceCompatRulesSearchFits(search, place->group))
            return &search->rules->groups[place->group]->rules[place->rule];
    }

    return virNodeDeviceCompatRuleGetDefault(attr);
}


/**
 * virNodeDeviceCompatRulesSearchAddNeeds:
 * @search: search
 * @names: array to add to
 *
 * Adds the names of the attributes that rules for the device need, in no order, and
 * those twice that two groups name. A rule in front of these may not need it. If the
 * budget is spent, these are not all.
 *
 * Returns true if there are any.
 */
bool
virNodeDeviceCompatRulesSearchAddNeeds(virNodeDeviceCompatRulesSearch *search,
                                       GPtrArray *names)
{
    const GArray *needing = search->rules && search->fits ? search->rules->needing : NULL;
    size_t before = names->len;
    size_t i;
    size_t j;

    for (i = 0; needing && i < needing->len; i++) {
        size_t at = g_array_index(needing, size_t, i);
        const virNodeDeviceCompatRuleGroup *group = search->rules->groups[at];

        if (!virNodeDeviceCompatBudgetSpend(search->budget, 1))
            break;
        if (!virNodeDeviceCompatRulesSearchFits(search, at))
            continue;

        if (!virNodeDeviceCompatBudgetSpend(search->budget, group->needs->len))
            break;
        for (j = 0; j < group->needs->len; j++)
            g_ptr_array_add(names, g_ptr_array_index(group->needs, j));
    }

    return names->len > before;
}


/**
 * virNodeDeviceCompatRulesFind:
 * @rules: vendor rules, or NULL for the built-in ones only
 * @device: the target
 * @attr: canonical name of an attribute
 *
 * Returns the rule that decides about @attr, never NULL.
 */
const virNodeDeviceCompatRule *
virNodeDeviceCompatRulesFind(const virNodeDeviceCompatRules *rules,
                             const virNodeDeviceCompat *device,
                             const char *attr)
{
    virNodeDeviceCompatBudget budget = { .max = SIZE_MAX };
    virNodeDeviceCompatRulesSearch search;
    const virNodeDeviceCompatRule *rule;

    virNodeDeviceCompatRulesSearchInit(&search, rules, device, &budget);
    rule = virNodeDeviceCompatRulesSearchFind(&search, attr);
    virNodeDeviceCompatRulesSearchClear(&search);

    return rule;
}


/**
 * virNodeDeviceCompatRulesAddFault:
 * @rules: rules of a host
 * @fault: what is wrong
 * @path: file or directory
 */
void
virNodeDeviceCompatRulesAddFault(virNodeDeviceCompatRules *rules,
                                 virNodeDeviceCompatRulesFault fault,
                                 const char *path)
{
    if (!rules->faults[fault])
        rules->faults[fault] = g_ptr_array_new_with_free_func(g_free);

    g_ptr_array_add(rules->faults[fault], g_strdup(path));
}


/**
 * virNodeDeviceCompatRulesLimitVerdict:
 * @rules: vendor rules, or NULL for the built-in ones only
 * @verdict: of a comparison by these rules
 *
 * Returns the verdict that virNodeDeviceCompatRulesReportFaults() leaves.
 */
virNodeDeviceCompatResult
virNodeDeviceCompatRulesLimitVerdict(const virNodeDeviceCompatRules *rules,
                                     virNodeDeviceCompatResult verdict)
{
    if (rules && rules->faults[VIR_NODE_DEVICE_COMPAT_FAULT_RULES_UNUSABLE] &&
        virNodeDeviceCompatVerdictIsGood(verdict))
        return VIR_NODE_DEVICE_COMPAT_UNKNOWN;

    return verdict;
}


/**
 * virNodeDeviceCompatRulesReportFaults:
 * @rules: vendor rules, or NULL for the built-in ones only
 * @report: report to add to
 *
 * Adds a reason for each kind of fault, and updates the verdict. It has the names of
 * files, but nothing that is in them.
 */
void
virNodeDeviceCompatRulesReportFaults(const virNodeDeviceCompatRules *rules,
                                     virNodeDeviceCompatReport *report)
{
    static const struct {
        virNodeDeviceCompatReasonCode code;
        const char *attr;
    } reasons[] = {
        [VIR_NODE_DEVICE_COMPAT_FAULT_RULES_UNUSABLE] = {
            VIR_NODE_DEVICE_COMPAT_REASON_RULES_UNUSABLE, "rules" },
        [VIR_NODE_DEVICE_COMPAT_FAULT_RULES_OUTDATED] = {
            VIR_NODE_DEVICE_COMPAT_REASON_RULES_OUTDATED, "rules" },
        [VIR_NODE_DEVICE_COMPAT_FAULT_FACTS_OUTDATED] = {
            VIR_NODE_DEVICE_COMPAT_REASON_RULES_OUTDATED, VIR_NODE_DEVICE_COMPAT_MARK_FACTS },
    };
    size_t i;
    size_t j;

    for (i = 0; rules && i < G_N_ELEMENTS(reasons); i++) {
        GPtrArray *paths = rules->faults[i];
        g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

        if (!paths)
            continue;

        for (j = 0; j < paths->len && j < FAULT_PATHS_MAX; j++)
            virBufferAsprintf(&buf, "%s, ", (const char *)g_ptr_array_index(paths, j));
        virBufferTrim(&buf, ", ");
        if (j < paths->len)
            virBufferAddLit(&buf, ", ...");

        virNodeDeviceCompatReportAddFault(report, reasons[i].code, reasons[i].attr,
                                          virBufferCurrentContent(&buf));
    }
}


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
    int value;

    if (virNodeDeviceCompatRulesParseWord(filename, node, &ruleWord, &kind) < 0 ||
        virNodeDeviceCompatRulesCheckAttr(filename, node, name, standard, kind) < 0)
        return -1;

    value = standard->attr ? (int)standard->value : (int)virNodeDeviceCompatRuleKindGet(kind)->type;

    if (virNodeDeviceCompatRulesParseWord(filename, node, &valueWord, &value) < 0 ||
        virNodeDeviceCompatRulesParseWord(filename, node, &missingWord, &missing) < 0 ||
        virNodeDeviceCompatRulesParseWord(filename, node, &needWord, &need) < 0)
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
    rule->vendor = true;
    if (virNodeDeviceCompatRulesCheckRequired(filename, node, standard, rule) < 0 ||
        virNodeDeviceCompatRulesCheckNeed(filename, node, rule) < 0)
        return -1;

    if (STREQ(name, VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION))
        rule->required = missing != VIR_NODE_DEVICE_COMPAT_MISSING_IGNORE;
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
        "name", "rule", "value", "missing", "need", NULL
    };
    g_autofree char *found = virXMLPropString(node, "name");
    const char *name = found ? virNodeDeviceCompatAttrCanonicalName(found) : "";
    virNodeDeviceCompatRule rule;

    if (virNodeDeviceCompatDocumentCheck(filename, node, properties, NULL) < 0 ||
        virNodeDeviceCompatRulesParseRule(filename, node, name, &rule) < 0)
        return -1;

    if (g_hash_table_contains(names, name)) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("there are two rules for '%1$s'"), name);
        return -1;
    }

    rule.attr = g_strdup(name);
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
    g_autoptr(virNodeDeviceCompatRuleGroup) group = g_new0(virNodeDeviceCompatRuleGroup, 1);
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


/* Adds @group, which is owned by @rules then, behind those that are there. */
static void
virNodeDeviceCompatRulesAddGroup(virNodeDeviceCompatRules *rules,
                                 virNodeDeviceCompatRuleGroup *group)
{
    virNodeDeviceCompatRulePlace place = { .group = rules->ngroups };

    for (place.rule = 0; place.rule < group->nrules; place.rule++) {
        const char *attr = group->rules[place.rule].attr;
        GArray *places = g_hash_table_lookup(rules->byAttr, attr);

        if (!places) {
            places = g_array_new(false, false, sizeof(place));
            g_hash_table_insert(rules->byAttr, (void *) attr, places);
        }
        g_array_append_val(places, place);
    }

    if (group->needs)
        g_array_append_val(rules->needing, rules->ngroups);
    rules->groups[rules->ngroups++] = group;
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
    size_t i;

    if (virNodeDeviceCompatDocumentCheckRoot(filename, root, "nodedevCompatRules", "rules") < 0)
        return -1;

    g_ptr_array_set_free_func(added, (GDestroyNotify) virNodeDeviceCompatRuleGroupFree);
    for (node = xmlFirstElementChild(root); node; node = xmlNextElementSibling(node)) {
        virNodeDeviceCompatRuleGroup *group;

        if (!(group = virNodeDeviceCompatRulesParseGroup(node, filename)))
            return -1;
        g_ptr_array_add(added, group);
    }

    rules->groups = g_renew(virNodeDeviceCompatRuleGroup *, rules->groups,
                            rules->ngroups + added->len);
    for (i = 0; i < added->len; i++)
        virNodeDeviceCompatRulesAddGroup(rules, g_ptr_array_index(added, i));
    g_ptr_array_set_free_func(added, NULL);

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
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;

    if (!(doc = virNodeDeviceCompatDocumentParseFile(xml, filename, &ctxt)))
        return -1;

    return virNodeDeviceCompatRulesAddNode(rules, ctxt->node, filename);
}
