/*
 * nodedev_compat_limit.h: which values of an attribute several devices take
 *
 * A limit says which values a source may have in one attribute. Limits of
 * several devices meet in the limit that all of them set. Knows the grammars of
 * values; which rule of which device sets a limit is for its caller to say.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/nodedev_compat_list.h"

/* A value is within a limit if it is within all the parts that are there.
 * Without any, any value is. Strings are not owned by the limit. */
typedef struct _virNodeDeviceCompatLimit virNodeDeviceCompatLimit;
struct _virNodeDeviceCompatLimit {
    const char *name;           /* of the attribute */
    bool needed;                /* a source has to have the attribute */
    bool derived;               /* what the attribute is marked with somewhere */
    bool dynamic;

    size_t nlist;
    const char **list;          /* one of these; sorted, each once */

    size_t nranges;
    virNodeDeviceCompatRange *ranges;           /* in one of these; sorted, apart */
    virNodeDeviceCompatValueType rangeType;     /* of what they are */

    virNodeDeviceCompatValueType type;          /* of the parts below */
    const char *set;            /* a subset of this */
    const char *most;           /* not more than this */
    const char *least;          /* not less than this */
};

typedef enum {
    VIR_NODE_DEVICE_COMPAT_MEET_OK = 0,
    VIR_NODE_DEVICE_COMPAT_MEET_NOTHING,        /* the limits exclude each other */
    VIR_NODE_DEVICE_COMPAT_MEET_EMPTY,          /* no value; but having none is */
} virNodeDeviceCompatMeet;

void
virNodeDeviceCompatLimitClear(virNodeDeviceCompatLimit *limit);

void
virNodeDeviceCompatLimitSetList(virNodeDeviceCompatLimit *limit,
                                GStringChunk *strings,
                                const char *list);

void
virNodeDeviceCompatLimitSetValue(virNodeDeviceCompatLimit *limit,
                                 const char *value);

void
virNodeDeviceCompatLimitAddValue(virNodeDeviceCompatLimit *limit,
                                 const char *value);

void
virNodeDeviceCompatLimitSetRanges(virNodeDeviceCompatLimit *limit,
                                  virNodeDeviceCompatValueType type,
                                  const virNodeDeviceCompatRange *ranges,
                                  size_t nranges);

bool
virNodeDeviceCompatLimitIsOpen(const virNodeDeviceCompatLimit *limit);

virNodeDeviceCompatMeet
virNodeDeviceCompatLimitMeet(const virNodeDeviceCompatLimit *a,
                             const virNodeDeviceCompatLimit *b,
                             GStringChunk *strings,
                             virNodeDeviceCompatLimit *ret_limit);

bool
virNodeDeviceCompatLimitIncludes(const virNodeDeviceCompatLimit *outer,
                                 const virNodeDeviceCompatLimit *inner);

bool
virNodeDeviceCompatLimitIsBest(const virNodeDeviceCompatLimit *limit,
                               const char *value);

char *
virNodeDeviceCompatLimitMakeBest(const virNodeDeviceCompatLimit *limit);
