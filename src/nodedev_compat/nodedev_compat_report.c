/*
 * nodedev_compat_report.c: a verdict on two devices and the reasons for it
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_report.h"

#include "nodedev_compat_hints.h"
#include "nodedev_compat_rule_kind.h"
#include "nodedev_compat_value.h"
#include "viralloc.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* A message longer than this, in bytes, gets no more reasons. It has to fit into a
 * message of the remote protocol. */
#define MESSAGE_MAX (256 * 1024)

VIR_ENUM_IMPL(virNodeDeviceCompatResult,
              VIR_NODE_DEVICE_COMPAT_LAST,
              "incompatible",
              "identical",
              "superset",
              "unknown",
);

VIR_ENUM_IMPL(virNodeDeviceCompatWould,
              VIR_NODE_DEVICE_COMPAT_WOULD_LAST,
              "none",
              "allow",
              "warn",
              "refuse",
);

#define REASON(name) VIR_NODE_DEVICE_COMPAT_REASON_ ## name
#define SEVERITY(name) VIR_NODE_DEVICE_COMPAT_SEVERITY_ ## name


/**
 * virNodeDeviceCompatVerdictRank:
 * @verdict: verdict, not VIR_NODE_DEVICE_COMPAT_ERROR
 *
 * Returns how bad @verdict is, 0 for the best.
 */
int
virNodeDeviceCompatVerdictRank(virNodeDeviceCompatResult verdict)
{
    static const int ranks[] = {
        [VIR_NODE_DEVICE_COMPAT_IDENTICAL] = 0,
        [VIR_NODE_DEVICE_COMPAT_SUPERSET] = 1,
        [VIR_NODE_DEVICE_COMPAT_UNKNOWN] = 2,
        [VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE] = 3,
    };

    return ranks[verdict];
}


/**
 * virNodeDeviceCompatVerdictIsGood:
 * @verdict: verdict
 *
 * Returns true if a guest may continue on the target.
 */
bool
virNodeDeviceCompatVerdictIsGood(virNodeDeviceCompatResult verdict)
{
    return verdict == VIR_NODE_DEVICE_COMPAT_IDENTICAL ||
           verdict == VIR_NODE_DEVICE_COMPAT_SUPERSET;
}


void
virNodeDeviceCompatReasonFree(virNodeDeviceCompatReason *reason)
{
    if (!reason)
        return;

    g_free(reason->code);
    g_free(reason->rule);
    g_free(reason->attr);
    g_free(reason->source);
    g_free(reason->target);
    g_free(reason->message);
    g_free(reason);
}


void
virNodeDeviceCompatReportFree(virNodeDeviceCompatReport *report)
{
    size_t i;

    if (!report)
        return;

    for (i = 0; i < report->nreasons; i++)
        virNodeDeviceCompatReasonFree(report->reasons[i]);
    g_free(report->reasons);
    for (i = 0; i < report->nprovisions; i++) {
        g_free(report->provisions[i].attr);
        g_free(report->provisions[i].value);
    }
    g_free(report->provisions);
    g_free(report->source);
    g_free(report->target);
    g_clear_object(&report->targetCompat);
    g_free(report);
}


static void
virNodeDeviceCompatReportAddReason(virNodeDeviceCompatReport *report,
                                   virNodeDeviceCompatReasonCode code,
                                   const char *rule,
                                   const char *attr,
                                   const char *source,
                                   const char *target,
                                   const char *detail,
                                   bool bare)
{
    g_autoptr(virNodeDeviceCompatReason) reason = g_new0(virNodeDeviceCompatReason, 1);

    /* as virNodeDeviceCompatReportFormatFindings() would leave them out */
    if (report->size > VIR_NODE_DEVICE_COMPAT_REPORT_MAX)
        source = target = NULL;

    reason->code = g_strdup(virNodeDeviceCompatReasonCodeTypeToString(code));
    reason->rule = g_strdup(rule);
    reason->severity = virNodeDeviceCompatReasonCodeGetSeverity(code);
    reason->attr = g_strdup(attr);
    reason->source = g_strdup(source);
    reason->target = g_strdup(target);
    reason->message = virNodeDeviceCompatReasonCodeFormat(code, attr, bare ? NULL : source,
                                                          bare ? NULL : target, detail);

    report->size += sizeof(*reason) + strlen(attr) + strlen(reason->message) +
                    strlen(NULLSTR_EMPTY(source)) + strlen(NULLSTR_EMPTY(target));
    VIR_APPEND_ELEMENT(report->reasons, report->nreasons, reason);
}


/**
 * virNodeDeviceCompatReportsGetWould:
 * @reports: a virNodeDeviceCompatReport for each device of a guest
 *
 * Returns what the policy of the host would do about the guest: the worst of what it would
 * do about each device.
 */
virNodeDeviceCompatWould
virNodeDeviceCompatReportsGetWould(GPtrArray *reports)
{
    virNodeDeviceCompatWould worst = VIR_NODE_DEVICE_COMPAT_WOULD_NONE;
    size_t i;

    for (i = 0; i < reports->len; i++) {
        const virNodeDeviceCompatReport *report = g_ptr_array_index(reports, i);

        worst = MAX(worst, report->would);
    }

    return worst;
}


/**
 * virNodeDeviceCompatReportAdd:
 * @report: report to add to
 * @code: what was found
 * @rule: rule that found it
 * @attr: attribute it was found at
 * @source: the source's value, or NULL
 * @target: the target's value or what it accepts, or NULL
 */
void
virNodeDeviceCompatReportAdd(virNodeDeviceCompatReport *report,
                             virNodeDeviceCompatReasonCode code,
                             virNodeDeviceCompatRuleKind rule,
                             const char *attr,
                             const char *source,
                             const char *target)
{
    virNodeDeviceCompatReportAddDetail(report, code, rule, attr, source, target,
                                       virNodeDeviceCompatHintGet(code, attr));
}


/**
 * virNodeDeviceCompatReportAddDetail:
 * @report: report to add to
 * @code: what was found
 * @rule: rule that found it
 * @attr: attribute it was found at
 * @source: the source's value, or NULL
 * @target: the target's value or what it accepts, or NULL
 * @detail: more that a person has to know, or NULL
 */
void
virNodeDeviceCompatReportAddDetail(virNodeDeviceCompatReport *report,
                                   virNodeDeviceCompatReasonCode code,
                                   virNodeDeviceCompatRuleKind rule,
                                   const char *attr,
                                   const char *source,
                                   const char *target,
                                   const char *detail)
{
    virNodeDeviceCompatReportAddReason(report, code,
                                       virNodeDeviceCompatRuleKindTypeToString(rule),
                                       attr, source, target, detail, virNodeDeviceCompatReasonCodeIsBare(code));
}


/**
 * virNodeDeviceCompatReportAddLacking:
 * @report: report to add to
 * @code: what was found
 * @attr: attribute that is a set or a bitmask
 * @source: the source's value
 * @target: the target's value
 * @lacking: what the target lacks of the source's
 */
void
virNodeDeviceCompatReportAddLacking(virNodeDeviceCompatReport *report,
                                    virNodeDeviceCompatReasonCode code,
                                    const char *attr,
                                    const char *source,
                                    const char *target,
                                    const char *lacking)
{
    g_autofree char *shown = virNodeDeviceCompatReasonShorten(lacking);
    g_autofree char *detail = g_strdup_printf(_("the target lacks '%1$s'"), shown);

    virNodeDeviceCompatReportAddReason(report, code,
                                       virNodeDeviceCompatRuleKindTypeToString(VIR_NODE_DEVICE_COMPAT_RULE_SUPERSET),
                                       attr, source, target, detail, true);
}


/**
 * virNodeDeviceCompatReportHas:
 * @report: report
 * @code: code to look for
 *
 * Returns true if one of the reasons has that code.
 */
bool
virNodeDeviceCompatReportHas(const virNodeDeviceCompatReport *report,
                             virNodeDeviceCompatReasonCode code)
{
    const char *name = virNodeDeviceCompatReasonCodeTypeToString(code);
    size_t i;

    for (i = 0; i < report->nreasons; i++) {
        if (STREQ(report->reasons[i]->code, name))
            return true;
    }

    return false;
}


/**
 * virNodeDeviceCompatReportGetVerdict:
 * @report: report
 * @otherwise: the verdict if no reason is an error or unknown
 *
 * Returns the verdict that follows from the reasons.
 */
virNodeDeviceCompatResult
virNodeDeviceCompatReportGetVerdict(const virNodeDeviceCompatReport *report,
                                    virNodeDeviceCompatResult otherwise)
{
    bool unknown = false;
    size_t i;

    for (i = 0; i < report->nreasons; i++) {
        switch (report->reasons[i]->severity) {
        case SEVERITY(ERROR):
            return VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE;
        case SEVERITY(UNKNOWN):
            unknown = true;
            break;
        case SEVERITY(WARNING):
        case SEVERITY(LAST):
            break;
        }
    }

    return unknown ? VIR_NODE_DEVICE_COMPAT_UNKNOWN : otherwise;
}


/**
 * virNodeDeviceCompatReportAddHandshake:
 * @report: report of a finished comparison
 * @code: outcome of asking the target's driver
 * @source: the source's opaque string, or NULL
 * @target: the target's, or NULL
 * @detail: what the driver answered, or NULL
 *
 * Adds a reason that does not come from comparing, and updates the verdict.
 */
void
virNodeDeviceCompatReportAddHandshake(virNodeDeviceCompatReport *report,
                                      virNodeDeviceCompatReasonCode code,
                                      const char *source,
                                      const char *target,
                                      const char *detail)
{
    virNodeDeviceCompatReportAddReason(report, code, "handshake",
                                       VIR_NODE_DEVICE_COMPAT_OPAQUE,
                                       source, target, detail, virNodeDeviceCompatReasonCodeIsBare(code));
    report->verdict = virNodeDeviceCompatReportGetVerdict(report, report->verdict);
}


/* A name of blanks only is none. */
static char *
virNodeDeviceCompatReportTrim(const char *name)
{
    g_autofree char *trimmed = g_strdup(name);

    return trimmed && g_strstrip(trimmed)[0] ? g_steal_pointer(&trimmed) : NULL;
}


/**
 * virNodeDeviceCompatReportSetNames:
 * @report: report
 * @source: name of the source, or NULL
 * @target: name of the target, or NULL
 *
 * Names the devices that have no name in @report yet. Blanks at the ends are left out, as
 * the reader of its XML does.
 */
void
virNodeDeviceCompatReportSetNames(virNodeDeviceCompatReport *report,
                                  const char *source,
                                  const char *target)
{
    if (!report->source)
        report->source = virNodeDeviceCompatReportTrim(source);
    if (!report->target)
        report->target = virNodeDeviceCompatReportTrim(target);
}


/**
 * virNodeDeviceCompatReportAddDevice:
 * @report: report
 * @code: why there is nothing to compare
 * @detail: details, or NULL
 *
 * Adds a reason about the whole device, and updates the verdict.
 */
void
virNodeDeviceCompatReportAddDevice(virNodeDeviceCompatReport *report,
                                   virNodeDeviceCompatReasonCode code,
                                   const char *detail)
{
    virNodeDeviceCompatReportAddReason(report, code, "migration", "device",
                                       report->source, report->target, detail, virNodeDeviceCompatReasonCodeIsBare(code));
    report->verdict = virNodeDeviceCompatReportGetVerdict(report, report->verdict);
}


/**
 * virNodeDeviceCompatReportAddFault:
 * @report: report of a finished comparison
 * @code: what is wrong with the host that compares
 * @attr: of what
 * @detail: details
 *
 * Adds a reason that is not about the devices, and updates the verdict.
 */
void
virNodeDeviceCompatReportAddFault(virNodeDeviceCompatReport *report,
                                  virNodeDeviceCompatReasonCode code,
                                  const char *attr,
                                  const char *detail)
{
    virNodeDeviceCompatReportAddReason(report, code, "files", attr, NULL, NULL, detail,
                                       virNodeDeviceCompatReasonCodeIsBare(code));
    report->verdict = virNodeDeviceCompatReportGetVerdict(report, report->verdict);
}


/**
 * virNodeDeviceCompatReportNewTooMuch:
 *
 * Returns a report on two devices that there was too much to compare of.
 */
virNodeDeviceCompatReport *
virNodeDeviceCompatReportNewTooMuch(void)
{
    g_autoptr(virNodeDeviceCompatReport) report = g_new0(virNodeDeviceCompatReport, 1);

    virNodeDeviceCompatReportAddReason(report, REASON(TOO_MUCH_TO_COMPARE), "limit", "device",
                                       NULL, NULL, NULL, true);
    report->verdict = VIR_NODE_DEVICE_COMPAT_UNKNOWN;
    return g_steal_pointer(&report);
}


/**
 * virNodeDeviceCompatReportNewDevice:
 * @source: name of the source, or NULL
 * @target: name of the target, or NULL
 * @code: why there is nothing to compare
 * @detail: details, or NULL
 *
 * Returns a report with that reason only.
 */
virNodeDeviceCompatReport *
virNodeDeviceCompatReportNewDevice(const char *source,
                                   const char *target,
                                   virNodeDeviceCompatReasonCode code,
                                   const char *detail)
{
    virNodeDeviceCompatReport *report = g_new0(virNodeDeviceCompatReport, 1);

    virNodeDeviceCompatReportSetNames(report, source, target);
    virNodeDeviceCompatReportAddDevice(report, code, detail);

    return report;
}


/**
 * virNodeDeviceCompatReportAddProvision:
 * @report: report to add to
 * @attr: attribute that must be set on a new device of the target
 * @value: its value
 * @order: position among them, 0 if it does not matter
 */
void
virNodeDeviceCompatReportAddProvision(virNodeDeviceCompatReport *report,
                                      const char *attr,
                                      const char *value,
                                      unsigned int order)
{
    virNodeDeviceCompatProvision provision = { g_strdup(attr), g_strdup(value), order };
    size_t at = report->nprovisions;

    report->size += strlen(attr) + strlen(value);
    while (at > 0 && report->provisions[at - 1].order > order)
        at--;

    ignore_value(VIR_INSERT_ELEMENT(report->provisions, at, report->nprovisions,
                                    provision));
}


/* The answer to the question of each comparison, in which a phrase stands for each
 * of the two devices */
static const char *const answers[] = {
    [VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE] = N_("A guest that uses %1$s cannot continue on %2$s"),
    [VIR_NODE_DEVICE_COMPAT_IDENTICAL] = N_("A guest that uses %1$s can continue on %2$s"),
    [VIR_NODE_DEVICE_COMPAT_SUPERSET] = N_("A guest that uses %1$s can continue on %2$s"),
    [VIR_NODE_DEVICE_COMPAT_UNKNOWN] = N_("Whether a guest that uses %1$s can continue on %2$s is unknown"),
};


/**
 * virNodeDeviceCompatReportFormatAnswer:
 * @report: report on two devices
 *
 * Every answer that people read begins with this sentence: it names the source, the
 * target and so the direction.
 *
 * Returns the sentence, without anything behind it.
 */
char *
virNodeDeviceCompatReportFormatAnswer(const virNodeDeviceCompatReport *report)
{
    g_autofree char *source = NULL;
    g_autofree char *target = NULL;

    if (report->source)
        source = g_strdup_printf("'%s'", report->source);
    if (report->target)
        target = g_strdup_printf("'%s'", report->target);

    /* TRANSLATORS: these stand for a device without a name in "A guest that uses the
     * source device can continue on the target device" */
    return g_strdup_printf(_(answers[report->verdict]),
                           source ? source : _("the source device"),
                           target ? target : _("the target device"));
}


/**
 * virNodeDeviceCompatReportToMessage:
 * @report: report
 *
 * Returns the reasons that decided the verdict, each with its code, as one line for an
 * error message or a log; as many as fit.
 */
char *
virNodeDeviceCompatReportToMessage(const virNodeDeviceCompatReport *report)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < report->nreasons; i++) {
        const virNodeDeviceCompatReason *reason = report->reasons[i];

        if (reason->severity == SEVERITY(WARNING))
            continue;

        if (virBufferUse(&buf) > MESSAGE_MAX) {
            virBufferAddLit(&buf, "...");
            break;
        }

        virBufferAsprintf(&buf, "%s (%s); ", reason->message, reason->code);
    }

    virBufferTrim(&buf, "; ");
    return virBufferContentAndReset(&buf);
}
