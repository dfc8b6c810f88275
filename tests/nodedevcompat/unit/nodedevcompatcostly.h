/*
 * nodedevcompatcostly.h: documents that are meant to be costly
 *
 * Each is made from a few numbers, and fits into the limits of documents.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

/* What an allocation counts, in basic blocks; with it a step takes about the same time
 * everywhere. tests/bench prints how long the costliest inputs take. */
#define COSTLY_STEPS_ALLOCATION 40
#define COSTLY_STEPS_MAX (60 * 1000 * 1000ULL)
#define COSTLY_MEMORY_MAX (32 * 1024 * 1024LL)

/* What makes a device costly */
enum {
    COSTLY_SELF,                /* attributes of its own */
    COSTLY_LENGTH,              /* of their values */
    COSTLY_ALTERNATIVES,
    COSTLY_ATTRS,               /* of each alternative */
    COSTLY_ITEMS,               /* of each list */
    COSTLY_KIND,                /* of rule: the first letter of the names */
    COSTLY_VALUES,              /* of each variable; SIZE_MAX: there are none */
    COSTLY_DEVICES,             /* that there are */

    COSTLY_LAST
};

/* The choices for each of them, as many as are not 0 */
#define COSTLY_CHOICES 5
extern const size_t costlyChoices[COSTLY_LAST][COSTLY_CHOICES];

/* Devices that were found to be costly */
typedef struct _costlyKnown costlyKnown;
struct _costlyKnown {
    const char *name;
    size_t with[COSTLY_LAST];
};

#define COSTLY_KNOWN 8
extern const costlyKnown costlyKnowns[COSTLY_KNOWN];

/* The element <capability type='compat'> of device @number, of no more than @max bytes */
char *
costlyMakeDevice(const size_t *with,
                 size_t number,
                 size_t max);

/* A document <devices> with as many of them as fit */
char *
costlyMakeDevices(const size_t *with);

/* Rules for the attributes of these devices */
char *
costlyMakeRules(void);

/* A document @root with as many elements @group with @criteria as fit, each with
 * @nattrs attributes with @attr, no two of one name */
char *
costlyMakeGroups(const char *root,
                 const char *group,
                 const char *criteria,
                 size_t nattrs,
                 const char *attr);
