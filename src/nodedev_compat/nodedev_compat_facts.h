/*
 * nodedev_compat_facts.h: what an administrator states about devices
 *
 * Facts are attributes that the kernel does not show. They are parsed from documents,
 * which are files of a host (evidence/nodedev_compat_files.h), and are one of the
 * sources of evidence (evidence/nodedev_compat_evidence_facts.c): once they are in a
 * descriptor, they are attributes like any other. Devices are only known here by their
 * descriptors and names.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"
#include "conf/nodedev_compat_conf.h"
#include "nodedev_compat_criteria.h"

/* How specific a group is, the most specific first; its facts take precedence over
 * those of the ranks below it. */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_FACTS_OF_DEVICE,     /* one device */
    VIR_NODE_DEVICE_COMPAT_FACTS_OF_PARENT,     /* all children of one parent */
    VIR_NODE_DEVICE_COMPAT_FACTS_OF_PHYSICAL,   /* those of its virtual functions */
    VIR_NODE_DEVICE_COMPAT_FACTS_OF_KIND,       /* all that fit the criteria */
} virNodeDeviceCompatFactsRank;

/* Facts about the devices that have all the names given and fit the criteria; sets share
 * them */
typedef struct _virNodeDeviceCompatFactGroup virNodeDeviceCompatFactGroup;
struct _virNodeDeviceCompatFactGroup {
    virNodeDeviceCompatFactsRank rank;  /* if the parent is not the physical function */
    char *device;       /* UUID or PCI address, as sysfs spells it */
    char *parent;       /* name in sysfs */
    virNodeDeviceCompatCriteria criteria;
    virNodeDeviceCompat *compat;        /* the facts, as a descriptor */
    char *origin;       /* file and line */
};

/* Immutable once made */
#define VIR_TYPE_NODE_DEVICE_COMPAT_FACTS vir_node_device_compat_facts_get_type()
G_DECLARE_FINAL_TYPE(virNodeDeviceCompatFacts, vir_node_device_compat_facts, VIR,
                     NODE_DEVICE_COMPAT_FACTS, GObject);

struct _virNodeDeviceCompatFacts {
    GObject parent;

    size_t ngroups;
    virNodeDeviceCompatFactGroup **groups;

    /* The attributes that any of them is about, and whether any is about what devices accept:
     * there can be many groups, for each attribute of each device of a guest to look at */
    GHashTable *names;
    bool accepts;

    /* OK, or why there are facts that are not known. Then that is unusable of each
     * device, since any fact could be missing. */
    virNodeDeviceCompatAttrState unusable;

    /* Some of them are from before a file became unusable. */
    bool outdated;
};

virNodeDeviceCompatFacts *
virNodeDeviceCompatFactsNew(void);

void
virNodeDeviceCompatFactsAddGroups(virNodeDeviceCompatFacts *facts,
                                  size_t ngroups,
                                  virNodeDeviceCompatFactGroup *const *groups);

bool
virNodeDeviceCompatFactsAreAbout(const virNodeDeviceCompatFacts *facts,
                                 const char *name);

int
virNodeDeviceCompatFactsAddNode(virNodeDeviceCompatFacts *facts,
                                xmlNodePtr root,
                                const char *filename);

int
virNodeDeviceCompatFactsAddXML(virNodeDeviceCompatFacts *facts,
                               const char *xml,
                               const char *filename);

/* The names in sysfs that facts can call a device by; NULL if it does not have one */
typedef struct _virNodeDeviceCompatFactNames virNodeDeviceCompatFactNames;
struct _virNodeDeviceCompatFactNames {
    const char *device;         /* an mdev type has none */
    const char *parent;         /* of a virtual function: its physical function */
    const char *physical;       /* of a mediated device on a virtual function: of that */
};

/* A group that is about a device, and how specific it is about that one */
typedef struct _virNodeDeviceCompatFactMatch virNodeDeviceCompatFactMatch;
struct _virNodeDeviceCompatFactMatch {
    const virNodeDeviceCompatFactGroup *group;
    virNodeDeviceCompatFactsRank rank;
};

GPtrArray *
virNodeDeviceCompatFactsFind(const virNodeDeviceCompatFacts *facts,
                             const virNodeDeviceCompat *compat,
                             const virNodeDeviceCompatFactNames *names,
                             virNodeDeviceCompatBudget *budget);

void
virNodeDeviceCompatFactGroupUnref(virNodeDeviceCompatFactGroup *group);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatFactGroup, virNodeDeviceCompatFactGroupUnref);
