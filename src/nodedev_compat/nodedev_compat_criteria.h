/*
 * nodedev_compat_criteria.h: which devices a group of rules or facts applies to
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libxml/tree.h>

#include "conf/nodedev_compat_budget.h"
#include "conf/nodedev_compat_conf.h"

/* What the device's own attributes must be; a criterion that is NULL fits any device. */
typedef struct _virNodeDeviceCompatCriteria virNodeDeviceCompatCriteria;
struct _virNodeDeviceCompatCriteria {
    char *deviceAPI;
    char *type;                 /* glob */
    char *otherType;            /* in the other spelling of NVIDIA's, or NULL */
    char *driver;
    char *vendor;               /* PCI vendor id, four hex digits */
    char *physical;             /* PCI id of the physical function */
    char *pciClass;             /* glob */
};

int
virNodeDeviceCompatCriteriaParse(virNodeDeviceCompatCriteria *criteria,
                                 xmlNodePtr node,
                                 const char *filename);

bool
virNodeDeviceCompatDriverIsSame(const char *a,
                                const char *b);

bool
virNodeDeviceCompatCriteriaIsEmpty(const virNodeDeviceCompatCriteria *criteria);

bool
virNodeDeviceCompatCriteriaFit(const virNodeDeviceCompatCriteria *criteria,
                               const virNodeDeviceCompat *device,
                               virNodeDeviceCompatBudget *budget);

void
virNodeDeviceCompatCriteriaClear(virNodeDeviceCompatCriteria *criteria);
