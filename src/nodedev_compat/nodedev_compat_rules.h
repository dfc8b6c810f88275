/*
 * nodedev_compat_rules.h: which rule decides about which attribute
 *
 * The built-in table in nodedev_compat_attr.c covers the standard attributes. A set of
 * vendor rules, made from documents, adds what is known of a vendor's devices. An
 * attribute that neither names follows the table's default row. What a kind of rule
 * means is in nodedev_compat_rule_kind.h.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"
#include "conf/nodedev_compat_attr.h"
#include "conf/nodedev_compat_conf.h"
#include "nodedev_compat_criteria.h"
#include "nodedev_compat_report.h"

/* The rules of one document for the devices that it is about; sets share it */
typedef struct _virNodeDeviceCompatRuleGroup virNodeDeviceCompatRuleGroup;
struct _virNodeDeviceCompatRuleGroup {
    virNodeDeviceCompatCriteria match;
    size_t nrules;
    virNodeDeviceCompatRule *rules;     /* own their attr */
    GPtrArray *needs;                   /* the attr of those with need, or NULL */
};

/* What is wrong with the files that rules and facts of a host come from */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_FAULT_RULES_UNUSABLE = 0,    /* some rules are not known */
    VIR_NODE_DEVICE_COMPAT_FAULT_RULES_OUTDATED,        /* some are from before */
    VIR_NODE_DEVICE_COMPAT_FAULT_FACTS_OUTDATED,
    VIR_NODE_DEVICE_COMPAT_FAULT_RULES_HIDDEN,          /* no fault, but none would expect it */

    VIR_NODE_DEVICE_COMPAT_FAULT_LAST
} virNodeDeviceCompatRulesFault;

/* Vendor rules, immutable once made. Where several groups fit a device and name
 * an attribute, the first one decides. */
#define VIR_TYPE_NODE_DEVICE_COMPAT_RULES vir_node_device_compat_rules_get_type()
G_DECLARE_FINAL_TYPE(virNodeDeviceCompatRules, vir_node_device_compat_rules, VIR,
                     NODE_DEVICE_COMPAT_RULES, GObject);

struct _virNodeDeviceCompatRules {
    GObject parent;

    size_t ngroups;
    virNodeDeviceCompatRuleGroup **groups;
    virNodeDeviceCompatRules *owner;    /* whose groups these are, or NULL */

    /* the paths of such files, or NULL; each comparison by these rules says so */
    GPtrArray *faults[VIR_NODE_DEVICE_COMPAT_FAULT_LAST];
    GHashTable *byAttr;         /* GArray of virNodeDeviceCompatRulePlace, in order */
    GArray *needing;            /* size_t of groups that need something */
};

/* Where a rule is */
typedef struct _virNodeDeviceCompatRulePlace virNodeDeviceCompatRulePlace;
struct _virNodeDeviceCompatRulePlace {
    size_t group;
    size_t rule;
};

/* The rules for one device, which remembers which groups fit it */
typedef struct _virNodeDeviceCompatRulesSearch virNodeDeviceCompatRulesSearch;
struct _virNodeDeviceCompatRulesSearch {
    const virNodeDeviceCompatRules *rules;
    const virNodeDeviceCompat *device;
    unsigned char *fits;        /* virTristateBool for each group */
    virNodeDeviceCompatBudget *budget;
};

virNodeDeviceCompatRules *
virNodeDeviceCompatRulesNew(void);

void
virNodeDeviceCompatRulesShare(virNodeDeviceCompatRules *rules,
                              virNodeDeviceCompatRules *other);

int
virNodeDeviceCompatRulesAddNode(virNodeDeviceCompatRules *rules,
                                xmlNodePtr root,
                                const char *filename);

int
virNodeDeviceCompatRulesAddXML(virNodeDeviceCompatRules *rules,
                               const char *xml,
                               const char *filename);

void
virNodeDeviceCompatRulesSearchInit(virNodeDeviceCompatRulesSearch *search,
                                   const virNodeDeviceCompatRules *rules,
                                   const virNodeDeviceCompat *device,
                                   virNodeDeviceCompatBudget *budget);

void
virNodeDeviceCompatRulesSearchClear(virNodeDeviceCompatRulesSearch *search);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(virNodeDeviceCompatRulesSearch,
                                 virNodeDeviceCompatRulesSearchClear);

void
virNodeDeviceCompatRulesSearchFitAll(virNodeDeviceCompatRulesSearch *search);

const virNodeDeviceCompatRule *
virNodeDeviceCompatRulesSearchFind(virNodeDeviceCompatRulesSearch *search,
                                   const char *attr);

bool
virNodeDeviceCompatRulesSearchAddNeeds(virNodeDeviceCompatRulesSearch *search,
                                       GPtrArray *names);

const virNodeDeviceCompatRule *
virNodeDeviceCompatRulesFind(const virNodeDeviceCompatRules *rules,
                             const virNodeDeviceCompat *device,
                             const char *attr);

void
virNodeDeviceCompatRulesAddFault(virNodeDeviceCompatRules *rules,
                                 virNodeDeviceCompatRulesFault fault,
                                 const char *path);

virNodeDeviceCompatResult
virNodeDeviceCompatRulesLimitVerdict(const virNodeDeviceCompatRules *rules,
                                     virNodeDeviceCompatResult verdict);

void
virNodeDeviceCompatRulesReportFaults(const virNodeDeviceCompatRules *rules,
                                     virNodeDeviceCompatReport *report);

void
virNodeDeviceCompatRulesAddGroups(virNodeDeviceCompatRules *rules,
                                  size_t ngroups,
                                  virNodeDeviceCompatRuleGroup *const *groups);

void
virNodeDeviceCompatRuleGroupUnref(virNodeDeviceCompatRuleGroup *group);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatRuleGroup, virNodeDeviceCompatRuleGroupUnref);
