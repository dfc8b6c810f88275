/*
 * nodedev_compat_way.h: what a source must be for several devices to take it
 *
 * A device, or one alternative of what it accepts, is a set of limits, one for
 * each attribute. Such ways of several devices meet in the one that a source has
 * to go to be taken by all of them.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_limit.h"
#include "nodedev_compat_rules.h"

/* On which devices are compared, and what is known of all of them. Keeps the
 * strings of all ways that are made. */
typedef struct _virNodeDeviceCompatTerms virNodeDeviceCompatTerms;
struct _virNodeDeviceCompatTerms {
    const virNodeDeviceCompatRules *rules;
    unsigned int flags;
    GStringChunk *strings;
    GHashTable *weak;           /* attributes that a device does without */
};

/* Limits by name. A source must not have any other attribute. It is in doubt
 * whether a source passes where an alternative asks for what it does not tell,
 * or where what is asked for is not known. */
typedef struct _virNodeDeviceCompatWay virNodeDeviceCompatWay;
struct _virNodeDeviceCompatWay {
    bool doubtful;
    size_t nlimits;
    virNodeDeviceCompatLimit *limits;
};

const char *
virNodeDeviceCompatTermsGetValue(virNodeDeviceCompatTerms *terms,
                                 const virNodeDeviceCompatRule *rule,
                                 const virNodeDeviceCompatAttr *attr,
                                 bool list);

void
virNodeDeviceCompatWayFree(virNodeDeviceCompatWay *way);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatWay, virNodeDeviceCompatWayFree);

virNodeDeviceCompatWay *
virNodeDeviceCompatWayNew(virNodeDeviceCompatTerms *terms,
                          const virNodeDeviceCompat *device,
                          const virNodeDeviceCompatAttrs *accepts);

virNodeDeviceCompatWay *
virNodeDeviceCompatWayMeet(virNodeDeviceCompatTerms *terms,
                           const virNodeDeviceCompatWay *a,
                           const virNodeDeviceCompatWay *b);

bool
virNodeDeviceCompatWayIncludes(const virNodeDeviceCompatWay *outer,
                               const virNodeDeviceCompatWay *inner);
