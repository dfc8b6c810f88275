/*
 * nodedev_compat_facts.h: what an administrator says of devices
 *
 * Facts are attributes of devices that the kernel does not show. They are made
 * from documents, which are files of a host (nodedev_compat_rules_dir.h), and
 * the reader of devices merges them into descriptors; from then on they are
 * attributes as any other. Knows no device but by what a descriptor says.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"
#include "conf/nodedev_compat_conf.h"
#include "nodedev_compat_criteria.h"

/* How closely a group says which devices it is about, the closest first; what a
 * group says outweighs what those of lower ranks say. */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_FACTS_OF_DEVICE,     /* that one */
    VIR_NODE_DEVICE_COMPAT_FACTS_OF_PARENT,     /* all of that parent */
    VIR_NODE_DEVICE_COMPAT_FACTS_OF_KIND,       /* wherever they are */
} virNodeDeviceCompatFactsRank;

/* The facts of one document about the devices that fit all criteria */
typedef struct _virNodeDeviceCompatFactGroup virNodeDeviceCompatFactGroup;
struct _virNodeDeviceCompatFactGroup {
    virNodeDeviceCompatFactsRank rank;
    char *device;       /* UUID or PCI address, as sysfs spells it */
    char *parent;       /* name in sysfs */
    virNodeDeviceCompatCriteria match;
    virNodeDeviceCompat *says;
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
};

virNodeDeviceCompatFacts *
virNodeDeviceCompatFactsNew(void);

int
virNodeDeviceCompatFactsAddNode(virNodeDeviceCompatFacts *facts,
                                xmlNodePtr root,
                                const char *filename);

int
virNodeDeviceCompatFactsAddXML(virNodeDeviceCompatFacts *facts,
                               const char *xml,
                               const char *filename);

GPtrArray *
virNodeDeviceCompatFactsFind(const virNodeDeviceCompatFacts *facts,
                             const virNodeDeviceCompat *compat,
                             const char *device,
                             const char *parent);

void
virNodeDeviceCompatFactGroupFree(virNodeDeviceCompatFactGroup *group);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatFactGroup, virNodeDeviceCompatFactGroupFree);
