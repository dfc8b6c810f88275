/*
 * nodedev_compat_candidates.h: devices of a host that a guest could continue on, ranked
 *
 * The result of virConnectFindCompatNodeDevices(): candidates with their reports, the
 * best first, and the XML form of that list. nodedev_compat_api.h goes through the
 * devices of a driver and adds them.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/nodedev_compat_limits.h"
#include "nodedev_compat_report.h"
#include "virenum.h"

/* How available a candidate is to a guest, the most available first */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_STATE_FREE = 0,
    VIR_NODE_DEVICE_COMPAT_STATE_HOST,          /* bound to a driver of the host */
    VIR_NODE_DEVICE_COMPAT_STATE_DEFINED,       /* defined, not started */
    VIR_NODE_DEVICE_COMPAT_STATE_UNKNOWN,       /* not known */
    VIR_NODE_DEVICE_COMPAT_STATE_USED,          /* in use; of a type: exhausted */

    VIR_NODE_DEVICE_COMPAT_STATE_LAST
} virNodeDeviceCompatState;

VIR_ENUM_DECL(virNodeDeviceCompatState);

/* What a candidate is ranked by, lower is better, the first that differs decides */
enum {
    VIR_NODE_DEVICE_COMPAT_KEY_FIT,         /* a guest could continue on it */
    VIR_NODE_DEVICE_COMPAT_KEY_VERDICT,
    VIR_NODE_DEVICE_COMPAT_KEY_ERRORS,      /* reasons against it */
    VIR_NODE_DEVICE_COMPAT_KEY_UNKNOWNS,
    VIR_NODE_DEVICE_COMPAT_KEY_STATE,
    VIR_NODE_DEVICE_COMPAT_KEY_EFFORT,      /* to create a device, and to set each attribute */
    VIR_NODE_DEVICE_COMPAT_KEY_MARGIN,      /* what exceeds the source is left to other guests */
    VIR_NODE_DEVICE_COMPAT_KEY_MAJORS,
    VIR_NODE_DEVICE_COMPAT_KEY_MINORS,
    VIR_NODE_DEVICE_COMPAT_KEY_WARNINGS,

    VIR_NODE_DEVICE_COMPAT_KEY_LAST
};

/* A device, or a type of which a device can be created */
typedef struct _virNodeDeviceCompatCandidate virNodeDeviceCompatCandidate;
struct _virNodeDeviceCompatCandidate {
    char *name;                 /* of the device; of a type's parent */
    char *type;                 /* its id; NULL if this is a device */
    unsigned int instances;     /* of a type: how many can still be created */
    virNodeDeviceCompatState state;
    virNodeDeviceCompatReport *report;
    size_t keys[VIR_NODE_DEVICE_COMPAT_KEY_LAST];       /* set when it is added */
};

typedef struct _virNodeDeviceCompatCandidates virNodeDeviceCompatCandidates;
struct _virNodeDeviceCompatCandidates {
    char *source;               /* name, NULL if not known */
    bool inferred;              /* the source's document has no compatibility data */
    bool all;                   /* with those that no guest could use now */
    size_t found;               /* that a guest could use now */
    size_t unknown;             /* of which that is unknown */
    size_t omitted;             /* that did not fit into the XML, or were not looked at */
    size_t size;                /* of the reports, in bytes */
    size_t ncandidates;
    virNodeDeviceCompatCandidate **candidates;
};

void
virNodeDeviceCompatCandidateFree(virNodeDeviceCompatCandidate *candidate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatCandidate, virNodeDeviceCompatCandidateFree);

void
virNodeDeviceCompatCandidatesFree(virNodeDeviceCompatCandidates *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatCandidates, virNodeDeviceCompatCandidatesFree);

bool
virNodeDeviceCompatCandidatesWant(const virNodeDeviceCompatCandidates *list,
                                  const virNodeDeviceCompatReport *report);

void
virNodeDeviceCompatCandidatesAdd(virNodeDeviceCompatCandidates *list,
                                 virNodeDeviceCompatCandidate *candidate);

void
virNodeDeviceCompatCandidatesRank(virNodeDeviceCompatCandidates *list);

char *
virNodeDeviceCompatCandidatesFormat(const virNodeDeviceCompatCandidates *list);

virNodeDeviceCompatCandidates *
virNodeDeviceCompatCandidatesParse(const char *xml);

char *
virNodeDeviceCompatCandidateFormatDevice(const virNodeDeviceCompatCandidate *candidate);
