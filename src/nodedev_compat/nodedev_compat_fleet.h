/*
 * nodedev_compat_fleet.h: the devices of many hosts, and which can continue where
 *
 * Devices of which the same is known are one class, and hosts with the same classes one
 * profile. Classes are compared with each other, and profiles by that; what a row of the
 * matrix takes is computed when it is asked for. Pure: hosts are added as they were read.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_class.h"
#include "nodedev_compat_fleet_input.h"
#include "nodedev_compat_fleet_pattern.h"
#include "nodedev_compat_report.h"

/* All kinds of devices together */
#define VIR_NODE_DEVICE_COMPAT_FLEET_ALL SIZE_MAX

/* No class */
#define VIR_NODE_DEVICE_COMPAT_FLEET_NONE SIZE_MAX

/* Whether guests on one host can continue on another one, from good to bad */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_FLEET_NOTHING = 0,   /* there is no device to ask for */
    VIR_NODE_DEVICE_COMPAT_FLEET_IDENTICAL,
    VIR_NODE_DEVICE_COMPAT_FLEET_SUPERSET,
    VIR_NODE_DEVICE_COMPAT_FLEET_UNKNOWN,
    VIR_NODE_DEVICE_COMPAT_FLEET_INCOMPATIBLE,
    VIR_NODE_DEVICE_COMPAT_FLEET_ABSENT,        /* there is no device of the kind */

    VIR_NODE_DEVICE_COMPAT_FLEET_LAST
} virNodeDeviceCompatFleetVerdict;

VIR_ENUM_DECL(virNodeDeviceCompatFleetVerdict);

/* What decides about one profile as the target */
typedef struct _virNodeDeviceCompatFleetCell virNodeDeviceCompatFleetCell;
struct _virNodeDeviceCompatFleetCell {
    virNodeDeviceCompatFleetVerdict verdict;
    size_t source;              /* the class that fits worst, and what fits that best; or */
    size_t target;              /* VIR_NODE_DEVICE_COMPAT_FLEET_NONE */
};

/* Devices of which the same is known */
typedef struct _virNodeDeviceCompatFleetClass virNodeDeviceCompatFleetClass;
struct _virNodeDeviceCompatFleetClass {
    virNodeDeviceCompatFleetWhat what;
    virNodeDeviceCompat *compat;
    virNodeDeviceCompat *expanded;      /* without variables, or NULL if it has none */
    bool tooLarge;                      /* to be written out: nothing is known of it */
    const virNodeDeviceCompatFleetSubject *subject;     /* or NULL: it is compared by itself */
    char *digest;                       /* name of its class, or NULL if it has none */
    const char *type;                   /* pooled; NULL if it is not known */
    const char *typeName;               /* of one of NVIDIA's; pooled, or NULL */
    bool unnamed;                       /* it is one of NVIDIA's, and its name is not known */
    bool signature;                     /* the type is that of a PCI function without one */
    size_t kind;
    size_t ndevices;
    unsigned char *row;                 /* the verdict for each class as a target, or NULL */
    virNodeDeviceCompatFleetCell *fits; /* what each profile has that fits best, or NULL */
};

/* The devices of a host that are in one class */
typedef struct _virNodeDeviceCompatFleetMember virNodeDeviceCompatFleetMember;
struct _virNodeDeviceCompatFleetMember {
    size_t klass;
    size_t ndevices;
    char *first;                        /* name of the first of them, or NULL */
};

typedef struct _virNodeDeviceCompatFleetHost virNodeDeviceCompatFleetHost;
struct _virNodeDeviceCompatFleetHost {
    char *name;
    char *origin;                       /* file */
    char *cause;                        /* why nothing is known of the host, or NULL */
    bool duplicate;                     /* another host has the same name */
    size_t nth;                         /* of those whose origin is written in the same way, too */
    GPtrArray *unread;                  /* "NAME: CAUSE" of devices that could not be read */
    size_t nmembers;
    virNodeDeviceCompatFleetMember *members;    /* by class */
    size_t profile;
};

typedef struct _virNodeDeviceCompatFleetProfile virNodeDeviceCompatFleetProfile;
struct _virNodeDeviceCompatFleetProfile {
    size_t host;                        /* the first one that has it */
    size_t nhosts;
    bool unread;                        /* there is more than is known */
    bool *kinds;                        /* whether it has devices of each kind */
};

typedef struct _virNodeDeviceCompatFleet virNodeDeviceCompatFleet;
struct _virNodeDeviceCompatFleet {
    const virNodeDeviceCompatRules *rules;
    unsigned int flags;
    GStringChunk *pool;
    GHashTable *classIndex;             /* GBytes of what is known -> class + 1 */
    GHashTable *kindIndex;              /* label -> kind + 1 */
    virNodeDeviceCompatFleetPatterns *patterns;
    virNodeDeviceCompatBudget budget;   /* for all comparisons without these */
    size_t ntooMuch;                    /* comparisons that it was too small for */
    size_t nrows;                       /* classes whose rows are kept, */
    size_t rowsMax;                     /* up to so many bytes */
    size_t nfits;                       /* classes whose fits are kept, */
    size_t fitsMax;                     /* up to so many bytes */

    size_t nclasses;
    virNodeDeviceCompatFleetClass **classes;
    GPtrArray *kinds;                   /* labels of what guests can use, pooled */
    size_t nhosts;
    virNodeDeviceCompatFleetHost **hosts;       /* by name, once that is complete */
    size_t ndevices;
    size_t nprofiles;
    virNodeDeviceCompatFleetProfile *profiles;
};

virNodeDeviceCompatFleet *
virNodeDeviceCompatFleetNew(const virNodeDeviceCompatRules *rules,
                            unsigned int flags);

void
virNodeDeviceCompatFleetFree(virNodeDeviceCompatFleet *fleet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatFleet, virNodeDeviceCompatFleetFree);

void
virNodeDeviceCompatFleetAddHost(virNodeDeviceCompatFleet *fleet,
                                const char *name,
                                const char *origin,
                                GPtrArray *devices,
                                const char *cause);

void
virNodeDeviceCompatFleetComplete(virNodeDeviceCompatFleet *fleet);

void
virNodeDeviceCompatFleetGetRow(virNodeDeviceCompatFleet *fleet,
                               size_t profile,
                               size_t kind,
                               virNodeDeviceCompatFleetCell *cells);

virNodeDeviceCompatFleetCell
virNodeDeviceCompatFleetGetCell(virNodeDeviceCompatFleet *fleet,
                                size_t profile,
                                size_t kind,
                                size_t target);

size_t
virNodeDeviceCompatFleetFindClass(const virNodeDeviceCompatFleet *fleet,
                                  const virNodeDeviceCompatFleetDevice *device);

virNodeDeviceCompatFleetVerdict
virNodeDeviceCompatFleetGetPair(virNodeDeviceCompatFleet *fleet,
                                size_t source,
                                size_t target);

virNodeDeviceCompatFleetVerdict
virNodeDeviceCompatFleetComparePair(virNodeDeviceCompatFleet *fleet,
                                    size_t source,
                                    size_t target);

virNodeDeviceCompatReport *
virNodeDeviceCompatFleetGetReport(const virNodeDeviceCompatFleet *fleet,
                                  size_t source,
                                  size_t target);

bool
virNodeDeviceCompatFleetVerdictIsGood(virNodeDeviceCompatFleetVerdict verdict);
