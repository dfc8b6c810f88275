/*
 * nodedev_compat_compare_reason.h: writing down what was found in a comparison
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "conf/nodedev_compat_budget.h"
#include "conf/nodedev_compat_conf.h"
#include "nodedev_compat_report.h"
#include "nodedev_compat_rules.h"

/* What comparing comes to */
typedef struct _virNodeDeviceCompatFindings virNodeDeviceCompatFindings;
struct _virNodeDeviceCompatFindings {
    size_t superset;            /* attributes that the target has more of */
    bool incompatible;          /* there is a reason that is an error */
    bool unknown;               /* there is one of severity unknown */
    unsigned int distance;      /* of the reasons */
};

/* One alternative of the target under comparison. An alternative without
 * @accepts is the target's own self. */
typedef struct _virNodeDeviceCompatComparison virNodeDeviceCompatComparison;
struct _virNodeDeviceCompatComparison {
    const virNodeDeviceCompat *source;
    const virNodeDeviceCompat *target;
    const virNodeDeviceCompatAttrs *accepts;
    unsigned int flags;
    virNodeDeviceCompatBudget *budget;
    virNodeDeviceCompatReport *report;  /* NULL if the reasons are of no interest */

    virNodeDeviceCompatFindings found;
};

/* One attribute under comparison: the source's, the target's, and what the
 * alternative accepts, each NULL if it is not there. If the rule is a vendor's, the
 * first two are in its grammar already. */
typedef struct _virNodeDeviceCompatCompareItem virNodeDeviceCompatCompareItem;
struct _virNodeDeviceCompatCompareItem {
    const char *name;
    const virNodeDeviceCompatRule *rule;
    const virNodeDeviceCompatAttr *source;
    const virNodeDeviceCompatAttr *target;
    const virNodeDeviceCompatAttr *accepted;
    struct {
        const virNodeDeviceCompatAttr *attr;
        const char *text;
    } shown[3];                 /* as the devices have what is in the rule's grammar now */
    size_t work;                /* of looking at the source's and the target's */
    bool known;                 /* what it comes to without @accepted: */
    virNodeDeviceCompatFindings found;
};

const char *
virNodeDeviceCompatAttrValue(const virNodeDeviceCompatAttr *attr);

const char *
virNodeDeviceCompatCompareGetShown(const virNodeDeviceCompatCompareItem *item,
                                   const virNodeDeviceCompatAttr *attr);

virNodeDeviceCompatReasonCode
virNodeDeviceCompatAttrStateGetReason(virNodeDeviceCompatAttrState state,
                                      bool target);

size_t
virNodeDeviceCompatCompareGetReasonWork(const char *source,
                                        const char *target);

void
virNodeDeviceCompatCompareCount(virNodeDeviceCompatComparison *comparison,
                                virNodeDeviceCompatReasonCode code);

void
virNodeDeviceCompatCompareAddReasonDetail(virNodeDeviceCompatComparison *comparison,
                                          const virNodeDeviceCompatCompareItem *item,
                                          virNodeDeviceCompatReasonCode code,
                                          const char *target,
                                          const char *detail);

void
virNodeDeviceCompatCompareAddReasonTarget(virNodeDeviceCompatComparison *comparison,
                                          const virNodeDeviceCompatCompareItem *item,
                                          virNodeDeviceCompatReasonCode code,
                                          const char *target);

void
virNodeDeviceCompatCompareAddReason(virNodeDeviceCompatComparison *comparison,
                                    const virNodeDeviceCompatCompareItem *item,
                                    virNodeDeviceCompatReasonCode code);

void
virNodeDeviceCompatCompareAddReasonAccepted(virNodeDeviceCompatComparison *comparison,
                                            const virNodeDeviceCompatCompareItem *item,
                                            virNodeDeviceCompatReasonCode code);

void
virNodeDeviceCompatReportSetDistance(virNodeDeviceCompatReport *report,
                                     const virNodeDeviceCompat *source,
                                     const virNodeDeviceCompat *target);
