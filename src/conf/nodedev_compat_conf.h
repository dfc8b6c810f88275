/*
 * nodedev_compat_conf.h: what a device is and what it accepts
 *
 * The descriptor and its construction from attribute strings. Does not read the
 * machine and does not compare.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"
#include "nodedev_compat_limits.h"
#include "virenum.h"

/* Whether the value of an attribute can be used, or why not */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_ATTR_OK = 0,
    VIR_NODE_DEVICE_COMPAT_ATTR_UNREADABLE,     /* reading failed */
    VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED,      /* not in its grammar */
    VIR_NODE_DEVICE_COMPAT_ATTR_CONFLICTING,    /* published twice, differing */
    VIR_NODE_DEVICE_COMPAT_ATTR_PRIVATE,        /* only the superuser may read it */
    VIR_NODE_DEVICE_COMPAT_ATTR_CUT,            /* more than can be taken */
    VIR_NODE_DEVICE_COMPAT_ATTR_TIMEOUT,        /* reading took too long */
    VIR_NODE_DEVICE_COMPAT_ATTR_OUTDATED,       /* of facts: those that are used are from before
                                                 * a file with some became unusable */
    VIR_NODE_DEVICE_COMPAT_ATTR_UNSET,          /* of a type: to be set per device */

    VIR_NODE_DEVICE_COMPAT_ATTR_LAST
} virNodeDeviceCompatAttrState;

VIR_ENUM_DECL(virNodeDeviceCompatAttrState);

typedef struct _virNodeDeviceCompatAttr virNodeDeviceCompatAttr;
struct _virNodeDeviceCompatAttr {
    char *name;
    char *value;        /* canonical if OK; as found, or NULL, otherwise */
    virNodeDeviceCompatAttrState state;
    bool dynamic;       /* set per instance, management copies it */
    unsigned int order; /* of setting the dynamic ones; 0: any */
    bool derived;       /* not published by the driver, weak evidence */
    char *fact;         /* what a fact says in place of a value that was read, or NULL */
    char *origin;       /* source of evidence, or file and line of a fact; NULL if not
                         * read here. Not in XML, and not compared. */
};

/* Attributes sorted by name, names unique; in an alternative of what a device
 * accepts, each value is a list (of ranges, for the software version). */
typedef struct _virNodeDeviceCompatAttrs virNodeDeviceCompatAttrs;
struct _virNodeDeviceCompatAttrs {
    size_t nattrs;
    virNodeDeviceCompatAttr **attrs;
    bool variables;     /* some lists have variables, see nodedev_compat_template.h */
};

#define VIR_TYPE_NODE_DEVICE_COMPAT vir_node_device_compat_get_type()
G_DECLARE_FINAL_TYPE(virNodeDeviceCompat, vir_node_device_compat, VIR,
                     NODE_DEVICE_COMPAT, GObject);

struct _virNodeDeviceCompat {
    GObject parent;

    virNodeDeviceCompatAttrs self;
    size_t naccepts;
    virNodeDeviceCompatAttrs **accepts;
    char *opaque;
    virNodeDeviceCompatAttrState opaqueState;   /* why there is one, but not here */
    size_t work;        /* what was added, in units of nodedev_compat_budget.h; not copied */
    size_t workMax;     /* what can be; 0: no limit, and it is not counted */
    bool inferred;      /* from a document without compatibility data; not copied */
};

virNodeDeviceCompat *
virNodeDeviceCompatNew(void);

void
virNodeDeviceCompatAttrsClear(virNodeDeviceCompatAttrs *set);

void
virNodeDeviceCompatAttrsCopy(virNodeDeviceCompatAttrs *copy,
                             const virNodeDeviceCompatAttrs *set);

const virNodeDeviceCompatAttr *
virNodeDeviceCompatAttrsFind(const virNodeDeviceCompatAttrs *set,
                             const char *name);

const virNodeDeviceCompatAttr *
virNodeDeviceCompatAttrsGet(const virNodeDeviceCompatAttrs *set,
                            size_t at);

virNodeDeviceCompatAttrs *
virNodeDeviceCompatAddAlternative(virNodeDeviceCompat *compat);

bool
virNodeDeviceCompatSpendFiles(virNodeDeviceCompat *compat,
                              size_t nfiles);

virNodeDeviceCompatAttr *
virNodeDeviceCompatAdd(virNodeDeviceCompat *compat,
                       virNodeDeviceCompatAttrs *alternative,
                       const char *name,
                       const char *value);

virNodeDeviceCompat *
virNodeDeviceCompatCopySelf(const virNodeDeviceCompat *compat);

bool
virNodeDeviceCompatHasOpaque(const virNodeDeviceCompat *compat);

void
virNodeDeviceCompatDrop(virNodeDeviceCompat *compat,
                        const char *name);

void
virNodeDeviceCompatDropFacts(virNodeDeviceCompat *compat);

void
virNodeDeviceCompatSetDynamic(virNodeDeviceCompat *compat,
                              const char *name,
                              unsigned int order);

int
virNodeDeviceCompatAddUnset(virNodeDeviceCompat *compat,
                            const char *name,
                            unsigned int order);

void
virNodeDeviceCompatDropEmptyAlternatives(virNodeDeviceCompat *compat);

char *
virNodeDeviceCompatNormalizeAttr(const virNodeDeviceCompat *compat,
                                 bool list,
                                 const char *name,
                                 const char *value);

bool
virNodeDeviceCompatNameIsValid(const char *name);

void
virNodeDeviceCompatTypesSet(GHashTable **types,
                            const char *id,
                            virNodeDeviceCompat *compat);

virNodeDeviceCompat *
virNodeDeviceCompatTypesGet(GHashTable *types,
                            const char *id);
