/*
 * nodedev_compat_groups.h: hosts between which guests can move both ways
 *
 * For one kind of devices, or for all: hosts are divided into as few groups as possible,
 * so that in each group guests can move between any two hosts in both directions.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_fleet.h"

/* What a name begins with; behind it are the digits of a digest, as of a class */
#define VIR_NODE_DEVICE_COMPAT_GROUP_PREFIX "ndg1-"

/* How many profiles there can be in what hangs together for the fewest groups of it to be
 * looked for; they are the fewest of more than that only if each can move to each */
#define VIR_NODE_DEVICE_COMPAT_GROUPS_EXACT_MAX 12

/* Which of the moves from hosts of one group to those of another one are possible */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_MOVES_NONE = 0,
    VIR_NODE_DEVICE_COMPAT_MOVES_SOME,
    VIR_NODE_DEVICE_COMPAT_MOVES_ALL,

    VIR_NODE_DEVICE_COMPAT_MOVES_LAST
} virNodeDeviceCompatMoves;

VIR_ENUM_DECL(virNodeDeviceCompatMoves);

typedef struct _virNodeDeviceCompatGroup virNodeDeviceCompatGroup;
struct _virNodeDeviceCompatGroup {
    char *name;
    bool mixed;                 /* its hosts have devices of several classes */
    GArray *profiles;           /* size_t, in order */
    size_t nhosts;
};

typedef struct _virNodeDeviceCompatGroups virNodeDeviceCompatGroups;
struct _virNodeDeviceCompatGroups {
    virNodeDeviceCompatFleet *fleet;
    size_t kind;                /* or VIR_NODE_DEVICE_COMPAT_FLEET_ALL */
    bool exact;                 /* there cannot be fewer groups */
    GPtrArray *groups;          /* the one with most hosts first */
    GArray *unknown;            /* profiles with devices of the kind, and not known to take
                                 * their own guests back */
    unsigned char *good;        /* bits: guests on one profile can continue on another one */
    GHashTable *separators;     /* pair of classes -> attributes for which one refuses the other */
};

void
virNodeDeviceCompatGroupsFree(virNodeDeviceCompatGroups *groups);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatGroups, virNodeDeviceCompatGroupsFree);

virNodeDeviceCompatGroups *
virNodeDeviceCompatGroupsMake(virNodeDeviceCompatFleet *fleet,
                              size_t kind);

virNodeDeviceCompatMoves
virNodeDeviceCompatGroupsGetMoves(const virNodeDeviceCompatGroups *groups,
                                  size_t from,
                                  size_t to);

GPtrArray *
virNodeDeviceCompatGroupsFindSeparators(const virNodeDeviceCompatGroups *groups,
                                        size_t from,
                                        size_t to);
