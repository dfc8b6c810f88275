/*
 * nodedev_compat_report.h: a verdict on two devices and the reasons for it
 *
 * The result of a comparison, the XML form of a report (nodedev_compat_report_xml.c) and
 * its one-line form for error messages.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"
#include "conf/nodedev_compat_attr.h"
#include "conf/nodedev_compat_conf.h"
#include "conf/nodedev_compat_limits.h"
#include "nodedev_compat_reason.h"
#include "virbuffer.h"
#include "virxml.h"

typedef struct _virNodeDeviceCompatReason virNodeDeviceCompatReason;
struct _virNodeDeviceCompatReason {
    char *code;         /* virNodeDeviceCompatReasonCode, or a newer release's */
    char *rule;         /* virNodeDeviceCompatRuleKind, "handshake", "migration",
                         * "files", "limit", or a newer release's */
    virNodeDeviceCompatSeverity severity;
    char *attr;
    char *source;       /* NULL if the source has no value */
    char *target;       /* NULL if the target has no value */
    char *message;      /* one translated sentence */
};

/* An attribute that must be set on a new device when the target is a type */
typedef struct _virNodeDeviceCompatProvision virNodeDeviceCompatProvision;
struct _virNodeDeviceCompatProvision {
    char *attr;
    char *value;
    unsigned int order;
};

/* By how much a target exceeds the source, not part of the XML form: the number of
 * attributes that it offers more of, and the distance of its software_version from
 * the source's, where minor numbers count within one major number */
typedef struct _virNodeDeviceCompatMargin virNodeDeviceCompatMargin;
struct _virNodeDeviceCompatMargin {
    size_t attrs;
    unsigned int majors;
    unsigned int minors;
};

/* What the policy of a host would do about a guest, the worst last */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_WOULD_NONE = 0,      /* it was not asked */
    VIR_NODE_DEVICE_COMPAT_WOULD_ALLOW,
    VIR_NODE_DEVICE_COMPAT_WOULD_WARN,          /* accept the guest, with a warning */
    VIR_NODE_DEVICE_COMPAT_WOULD_REFUSE,

    VIR_NODE_DEVICE_COMPAT_WOULD_LAST
} virNodeDeviceCompatWould;

VIR_ENUM_DECL(virNodeDeviceCompatWould);

typedef struct _virNodeDeviceCompatReport virNodeDeviceCompatReport;
struct _virNodeDeviceCompatReport {
    virNodeDeviceCompatResult verdict;
    virNodeDeviceCompatWould would;     /* for the verdict as it is */
    bool deferred;      /* there may be another verdict when the guest has the device */
    virNodeDeviceCompatMargin margin;
    char *source;       /* device names; NULL if not known */
    char *target;
    bool sourceInferred;        /* the document of that side has no compatibility data */
    bool targetInferred;
    virNodeDeviceCompat *targetCompat;  /* the target as it was compared; NULL if that
                                         * is not told */
    size_t nreasons;
    virNodeDeviceCompatReason **reasons;
    size_t size;        /* of the reasons that were added, in bytes */
    size_t work;        /* what the comparison took, in units; 0: not known, or little */
    size_t nprovisions;
    virNodeDeviceCompatProvision *provisions;   /* in the order of setting them */
};

VIR_ENUM_DECL(virNodeDeviceCompatResult);

int
virNodeDeviceCompatVerdictRank(virNodeDeviceCompatResult verdict);

bool
virNodeDeviceCompatVerdictIsGood(virNodeDeviceCompatResult verdict);

void
virNodeDeviceCompatReasonFree(virNodeDeviceCompatReason *reason);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatReason, virNodeDeviceCompatReasonFree);

void
virNodeDeviceCompatReportFree(virNodeDeviceCompatReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatReport, virNodeDeviceCompatReportFree);

char *
virNodeDeviceCompatReportFormat(const virNodeDeviceCompatReport *report);

void
virNodeDeviceCompatReportFormatBuf(virBuffer *buf,
                                   const virNodeDeviceCompatReport *report);

void
virNodeDeviceCompatReportFormatFindings(virBuffer *buf,
                                        const virNodeDeviceCompatReport *report);

void
virNodeDeviceCompatReportFormatDevice(virBuffer *buf,
                                      const char *element,
                                      const char *name,
                                      bool inferred,
                                      const virNodeDeviceCompat *compat);

int
virNodeDeviceCompatReportParseDevice(xmlNodePtr node,
                                     char **ret_name,
                                     bool *ret_inferred);

virNodeDeviceCompatReport *
virNodeDeviceCompatReportParse(const char *xml);

virNodeDeviceCompatReport *
virNodeDeviceCompatReportParseXML(xmlXPathContextPtr ctxt);

int
virNodeDeviceCompatReportParseFindings(virNodeDeviceCompatReport *report,
                                       xmlXPathContextPtr ctxt);

int
virNodeDeviceCompatReportCheckText(const char *text);

virNodeDeviceCompatWould
virNodeDeviceCompatReportsGetWould(GPtrArray *reports);

char *
virNodeDeviceCompatReportsFormat(GPtrArray *reports);

GPtrArray *
virNodeDeviceCompatReportsParse(const char *xml);

char *
virNodeDeviceCompatReportFormatAnswer(const virNodeDeviceCompatReport *report);

char *
virNodeDeviceCompatReportToMessage(const virNodeDeviceCompatReport *report);

bool
virNodeDeviceCompatReportHas(const virNodeDeviceCompatReport *report,
                             virNodeDeviceCompatReasonCode code);

virNodeDeviceCompatResult
virNodeDeviceCompatReportGetVerdict(const virNodeDeviceCompatReport *report,
                                    virNodeDeviceCompatResult otherwise);

void
virNodeDeviceCompatReportAdd(virNodeDeviceCompatReport *report,
                             virNodeDeviceCompatReasonCode code,
                             virNodeDeviceCompatRuleKind rule,
                             const char *attr,
                             const char *source,
                             const char *target);

void
virNodeDeviceCompatReportAddDetail(virNodeDeviceCompatReport *report,
                                   virNodeDeviceCompatReasonCode code,
                                   virNodeDeviceCompatRuleKind rule,
                                   const char *attr,
                                   const char *source,
                                   const char *target,
                                   const char *detail);

void
virNodeDeviceCompatReportAddLacking(virNodeDeviceCompatReport *report,
                                    virNodeDeviceCompatReasonCode code,
                                    const char *attr,
                                    const char *source,
                                    const char *target,
                                    const char *lacking);

void
virNodeDeviceCompatReportAddHandshake(virNodeDeviceCompatReport *report,
                                      virNodeDeviceCompatReasonCode code,
                                      const char *source,
                                      const char *target,
                                      const char *detail);

void
virNodeDeviceCompatReportSetNames(virNodeDeviceCompatReport *report,
                                  const char *source,
                                  const char *target);

void
virNodeDeviceCompatReportAddDevice(virNodeDeviceCompatReport *report,
                                   virNodeDeviceCompatReasonCode code,
                                   const char *detail);

void
virNodeDeviceCompatReportAddFault(virNodeDeviceCompatReport *report,
                                  virNodeDeviceCompatReasonCode code,
                                  const char *attr,
                                  const char *detail);

virNodeDeviceCompatReport *
virNodeDeviceCompatReportNewDevice(const char *source,
                                   const char *target,
                                   virNodeDeviceCompatReasonCode code,
                                   const char *detail);

virNodeDeviceCompatReport *
virNodeDeviceCompatReportNewTooMuch(void);

void
virNodeDeviceCompatReportAddProvision(virNodeDeviceCompatReport *report,
                                      const char *attr,
                                      const char *value,
                                      unsigned int order);
