/*
 * nodedev_compat_criteria.h: which devices a rule or a fact is about
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/nodedev_compat_conf.h"

/* Criteria that a device fits by what it says of itself; NULL fits all. */
typedef struct _virNodeDeviceCompatCriteria virNodeDeviceCompatCriteria;
struct _virNodeDeviceCompatCriteria {
    char *deviceAPI;
    char *type;                 /* glob */
    char *driver;
    char *vendor;               /* PCI vendor id, four hex digits */
};

int
virNodeDeviceCompatCriteriaParse(virNodeDeviceCompatCriteria *match,
                                 xmlNodePtr node,
                                 const char *filename);

bool
virNodeDeviceCompatCriteriaIsEmpty(const virNodeDeviceCompatCriteria *match);

bool
virNodeDeviceCompatCriteriaFit(const virNodeDeviceCompatCriteria *match,
                               const virNodeDeviceCompat *device);

void
virNodeDeviceCompatCriteriaClear(virNodeDeviceCompatCriteria *match);
