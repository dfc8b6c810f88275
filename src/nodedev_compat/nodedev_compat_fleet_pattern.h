/*
 * nodedev_compat_fleet_pattern.h: comparing devices by what was learned of others
 *
 * What comparing an attribute comes to depends on the shapes of the two devices, which
 * nodedev_compat_fleet_shape.h describes, and on how its values relate to each other: whether
 * they are equal, whether the target's accepts the source's, whether what it lists does, and
 * whether they are supported. There are few shapes and few such relations, so that
 * virNodeDeviceCompatCompareTraced() is asked for each combination once, and a pair takes
 * some comparisons of pointers and numbers. Nothing of what rules mean is here, but for how
 * values relate; what that cannot be said of is for the caller to compare.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_fleet_shape.h"
#include "nodedev_compat_report.h"

typedef struct _virNodeDeviceCompatFleetPatterns virNodeDeviceCompatFleetPatterns;
struct _virNodeDeviceCompatFleetPatterns {
    const virNodeDeviceCompatRules *rules;
    unsigned int flags;
    virNodeDeviceCompatFleetShapes *shapes;
    GPtrArray *patterns;
    size_t size;                /* of patterns, in bytes */
    size_t sizeMax;             /* with which none is added */
    size_t nknown;              /* pairs of which all was known */
    size_t nlearned;            /* pairs from which something was learned */
    size_t nwrong;              /* that something else was known of: always 0 */
};

virNodeDeviceCompatFleetPatterns *
virNodeDeviceCompatFleetPatternsNew(const virNodeDeviceCompatRules *rules,
                                    unsigned int flags,
                                    GStringChunk *pool);

void
virNodeDeviceCompatFleetPatternsFree(virNodeDeviceCompatFleetPatterns *patterns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatFleetPatterns,
                              virNodeDeviceCompatFleetPatternsFree);

virNodeDeviceCompatResult
virNodeDeviceCompatFleetPatternsCompare(virNodeDeviceCompatFleetPatterns *patterns,
                                        const virNodeDeviceCompatFleetSubject *source,
                                        const virNodeDeviceCompatFleetSubject *target);
