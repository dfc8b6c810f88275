/*
 * nodedev_compat_fleet_shape.h: what devices have in common, and the values that differ
 *
 * Devices have one shape if they differ in nothing but values that are compared as values:
 * which rules apply, which attributes there are and in which state, and each value of which
 * comparing takes more than whether it is equal, accepted, listed or supported. See
 * nodedev_compat_fleet_pattern.h for what that is good for.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/nodedev_compat_conf.h"
#include "conf/nodedev_compat_list.h"
#include "nodedev_compat_rules.h"

/* How many shapes there can be; devices of others are compared one by one */
#define VIR_NODE_DEVICE_COMPAT_FLEET_NSHAPES 1024

/* A value in the grammar of a rule. Texts are pooled, so that equal ones are one pointer. */
typedef struct _virNodeDeviceCompatFleetValue virNodeDeviceCompatFleetValue;
struct _virNodeDeviceCompatFleetValue {
    const char *text;                   /* NULL if it is malformed */
    bool unsupported;
    bool isPoint;                       /* it has a place in the order of values: */
    virNodeDeviceCompatVersion point;
    size_t nranges;
    virNodeDeviceCompatRange *ranges;   /* NULL if it is no list of ranges */
    guint hash;                         /* of the text */
    GArray *hashes;                     /* guint, sorted: those of the items of a list of others */
};

typedef struct _virNodeDeviceCompatFleetShape virNodeDeviceCompatFleetShape;
struct _virNodeDeviceCompatFleetShape {
    size_t number;
    size_t nsubjects;
    bool inferred;
    void **patterns;                    /* by the target's shape; NULL if there are none */
};

/* A device that is compared. Descriptors are the caller's. */
typedef struct _virNodeDeviceCompatFleetSubject virNodeDeviceCompatFleetSubject;
struct _virNodeDeviceCompatFleetSubject {
    const virNodeDeviceCompat *compat;
    const virNodeDeviceCompat *expanded;        /* without variables */
    char *versions;                     /* that it accepts explicitly, or NULL */
    virNodeDeviceCompatFleetShape *shape;
    size_t at;                          /* among those of its shape */
};

/* The values of the devices of a shape by certain rules. As a source, these are those of
 * the device itself; as a target, in addition those of all its alternatives, and at last the
 * versions that it accepts explicitly. */
typedef struct _virNodeDeviceCompatFleetView virNodeDeviceCompatFleetView;
struct _virNodeDeviceCompatFleetView {
    bool target;
    size_t nslots;
    const virNodeDeviceCompatRule **rules;      /* NULL for what is the same of all */
    size_t nvalues;
    const virNodeDeviceCompatFleetValue ***values;      /* by subject; NULL: not made yet */
};

typedef struct _virNodeDeviceCompatFleetShapes virNodeDeviceCompatFleetShapes;
struct _virNodeDeviceCompatFleetShapes {
    const virNodeDeviceCompatRules *rules;
    GStringChunk *pool;
    GHashTable *index;                  /* GBytes -> shape */
    GHashTable *subjects;               /* those that there are */
    GHashTable *views;                  /* GBytes -> view */
    GHashTable *values;                 /* GBytes -> value */
    size_t size;                        /* of what was made for views, in bytes */
    size_t sizeMax;                     /* with which nothing is added */
};

virNodeDeviceCompatFleetShapes *
virNodeDeviceCompatFleetShapesNew(const virNodeDeviceCompatRules *rules,
                                  GStringChunk *pool);

void
virNodeDeviceCompatFleetShapesFree(virNodeDeviceCompatFleetShapes *shapes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatFleetShapes,
                              virNodeDeviceCompatFleetShapesFree);

virNodeDeviceCompatFleetSubject *
virNodeDeviceCompatFleetShapesAdd(virNodeDeviceCompatFleetShapes *shapes,
                                  const virNodeDeviceCompat *compat,
                                  const virNodeDeviceCompat *expanded);

bool
virNodeDeviceCompatFleetAttrVaries(const virNodeDeviceCompatAttr *attr);

size_t
virNodeDeviceCompatFleetSubjectGetSlots(const virNodeDeviceCompatFleetSubject *subject,
                                        bool target);

virNodeDeviceCompatFleetView *
virNodeDeviceCompatFleetShapesGetView(virNodeDeviceCompatFleetShapes *shapes,
                                      const virNodeDeviceCompatFleetSubject *subject,
                                      bool target,
                                      const virNodeDeviceCompatRule *const *rules);

bool
virNodeDeviceCompatFleetValueHasItem(const virNodeDeviceCompatFleetValue *list,
                                     const virNodeDeviceCompatFleetValue *value);

const virNodeDeviceCompatFleetValue **
virNodeDeviceCompatFleetShapesGetValues(virNodeDeviceCompatFleetShapes *shapes,
                                        virNodeDeviceCompatFleetView *view,
                                        const virNodeDeviceCompatFleetSubject *subject);
