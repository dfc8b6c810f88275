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

/* A value is not shown longer than this in a sentence, in bytes. The reason has all of it. */
#define SHOWN_MAX 128

VIR_ENUM_IMPL(virNodeDeviceCompatSeverity,
              VIR_NODE_DEVICE_COMPAT_SEVERITY_LAST,
              "error",
              "unknown",
              "warning",
);

VIR_ENUM_IMPL(virNodeDeviceCompatResult,
              VIR_NODE_DEVICE_COMPAT_LAST,
              "incompatible",
              "identical",
              "superset",
              "unknown",
);

VIR_ENUM_IMPL(virNodeDeviceCompatReasonCode,
              VIR_NODE_DEVICE_COMPAT_REASON_LAST,
              "device-api-mismatch",
              "type-mismatch",
              "type-cross-accepted",
              "version-major-mismatch",
              "version-minor-too-old",
              "version-not-accepted",
              "attr-mismatch",
              "attr-not-accepted",
              "needs-provisioning",
              "missing-source",
              "missing-target",
              "missing-both",
              "unreadable-source",
              "unreadable-target",
              "malformed-source",
              "malformed-target",
              "conflicting-source",
              "conflicting-target",
              "derived-differs",
              "attr-not-superset",
              "attr-too-low",
              "attr-too-high",
              "attr-missing",
              "opaque-rejected",
              "opaque-no-answer",
              "type-not-comparable",
              "device-missing",
              "device-not-described",
              "device-not-compared",
              "device-changed",
              "rules-unusable",
              "rules-outdated",
              "too-much-to-compare",
              "private-source",
              "private-target",
              "cut-source",
              "cut-target",
              "timeout-source",
              "timeout-target",
              "fact-outdated-source",
              "fact-outdated-target",
              "not-migratable-source",
              "not-migratable-target",
              "driver-not-comparable",
);

#define REASON(name) VIR_NODE_DEVICE_COMPAT_REASON_ ## name
#define SEVERITY(name) VIR_NODE_DEVICE_COMPAT_SEVERITY_ ## name

/* What each code means, in a sentence about an attribute. What there is in addition,
 * an answer of a driver and the values of both sides, is appended. */
static const struct {
    virNodeDeviceCompatSeverity severity;
    const char *sentence;
    bool bare;          /* its values are names, which stand elsewhere, or all but what is
                         * said of them would be too much */
} reasons[] = {
    [REASON(DEVICE_API_MISMATCH)] = { SEVERITY(ERROR), N_("%1$s differs") },
    [REASON(TYPE_MISMATCH)] = { SEVERITY(ERROR), N_("%1$s differs") },
    [REASON(TYPE_CROSS_ACCEPTED)] = { SEVERITY(ERROR),
        N_("%1$s differs; the target accepts the source's, but a change of type is not allowed") },
    [REASON(VERSION_MAJOR_MISMATCH)] = { SEVERITY(ERROR), N_("%1$s has different major numbers") },
    [REASON(VERSION_MINOR_TOO_OLD)] = { SEVERITY(ERROR), N_("%1$s is too old on the target") },
    [REASON(VERSION_NOT_ACCEPTED)] = { SEVERITY(ERROR),
        N_("%1$s of the source is not accepted by the target") },
    [REASON(ATTR_MISMATCH)] = { SEVERITY(ERROR), N_("%1$s differs") },
    [REASON(ATTR_NOT_ACCEPTED)] = { SEVERITY(ERROR),
        N_("%1$s of the source is not accepted by the target") },
    [REASON(NEEDS_PROVISIONING)] = { SEVERITY(ERROR),
        N_("%1$s must first be set to the source's value on the target") },
    [REASON(MISSING_SOURCE)] = { SEVERITY(UNKNOWN), N_("%1$s is not published by the source") },
    [REASON(MISSING_TARGET)] = { SEVERITY(UNKNOWN), N_("%1$s is not published by the target") },
    [REASON(MISSING_BOTH)] = { SEVERITY(UNKNOWN), N_("%1$s is published on neither side") },
    [REASON(UNREADABLE_SOURCE)] = { SEVERITY(UNKNOWN), N_("%1$s cannot be read on the source") },
    [REASON(UNREADABLE_TARGET)] = { SEVERITY(UNKNOWN), N_("%1$s cannot be read on the target") },
    [REASON(MALFORMED_SOURCE)] = { SEVERITY(UNKNOWN), N_("%1$s is malformed on the source") },
    [REASON(MALFORMED_TARGET)] = { SEVERITY(UNKNOWN), N_("%1$s is malformed on the target") },
    [REASON(CONFLICTING_SOURCE)] = { SEVERITY(UNKNOWN),
        N_("%1$s is published with conflicting values on the source") },
    [REASON(CONFLICTING_TARGET)] = { SEVERITY(UNKNOWN),
        N_("%1$s is published with conflicting values on the target") },
    [REASON(DERIVED_DIFFERS)] = { SEVERITY(WARNING), N_("%1$s differs (informational)") },
    [REASON(ATTR_NOT_SUPERSET)] = { SEVERITY(ERROR),
        N_("%1$s of the target does not include all that the source has"), true },
    [REASON(ATTR_TOO_LOW)] = { SEVERITY(ERROR), N_("%1$s is too low on the target") },
    [REASON(ATTR_TOO_HIGH)] = { SEVERITY(ERROR), N_("%1$s is too high on the target") },
    [REASON(ATTR_MISSING)] = { SEVERITY(ERROR),
        N_("%1$s is required, but the target does not have it") },
    [REASON(OPAQUE_REJECTED)] = { SEVERITY(ERROR),
        N_("%1$s of the source is rejected by the target's driver") },
    [REASON(OPAQUE_NO_ANSWER)] = { SEVERITY(UNKNOWN),
        N_("%1$s of the source is not answered by the target's driver") },
    [REASON(TYPE_NOT_COMPARABLE)] = { SEVERITY(UNKNOWN),
        N_("%1$s cannot be compared: one side has that of a mediated device, the other one made of the IDs of a PCI function") },
    /* here %1$s is "device" */
    [REASON(DEVICE_MISSING)] = { SEVERITY(ERROR), N_("%1$s is missing on the destination"), true },
    [REASON(DEVICE_NOT_DESCRIBED)] = { SEVERITY(UNKNOWN),
        N_("%1$s cannot be compared, because the source host sent no compatibility data"), true },
    [REASON(DEVICE_NOT_COMPARED)] = { SEVERITY(UNKNOWN), N_("%1$s could not be compared"), true },
    [REASON(DEVICE_CHANGED)] = { SEVERITY(ERROR),
        N_("%1$s has changed since it was compared"), true },
    /* here %1$s is "rules" or "facts" */
    [REASON(RULES_UNUSABLE)] = { SEVERITY(UNKNOWN),
        N_("%1$s on the host that compares cannot all be used") },
    [REASON(RULES_OUTDATED)] = { SEVERITY(WARNING),
        N_("%1$s on the host that compares may be outdated, because a file cannot be used") },
    [REASON(TOO_MUCH_TO_COMPARE)] = { SEVERITY(UNKNOWN),
        N_("%1$s publishes or accepts too much to be compared"), true },
    [REASON(PRIVATE_SOURCE)] = { SEVERITY(UNKNOWN),
        N_("%1$s is readable only by the superuser on the source") },
    [REASON(PRIVATE_TARGET)] = { SEVERITY(UNKNOWN),
        N_("%1$s is readable only by the superuser on the target") },
    [REASON(CUT_SOURCE)] = { SEVERITY(UNKNOWN),
        N_("%1$s is too large or incomplete on the source") },
    [REASON(CUT_TARGET)] = { SEVERITY(UNKNOWN),
        N_("%1$s is too large or incomplete on the target") },
    [REASON(TIMEOUT_SOURCE)] = { SEVERITY(UNKNOWN),
        N_("%1$s could not be read in time on the source") },
    [REASON(TIMEOUT_TARGET)] = { SEVERITY(UNKNOWN),
        N_("%1$s could not be read in time on the target") },
    [REASON(FACT_OUTDATED_SOURCE)] = { SEVERITY(WARNING),
        N_("%1$s of the source is not what a fact states") },
    [REASON(FACT_OUTDATED_TARGET)] = { SEVERITY(WARNING),
        N_("%1$s of the target is not what a fact states") },
    [REASON(NOT_MIGRATABLE_SOURCE)] = { SEVERITY(ERROR),
        N_("%1$s: the driver of the source cannot save the state of the device") },
    [REASON(NOT_MIGRATABLE_TARGET)] = { SEVERITY(ERROR),
        N_("%1$s: the driver of the target cannot load the state of a device") },
    [REASON(DRIVER_NOT_COMPARABLE)] = { SEVERITY(UNKNOWN),
        N_("%1$s differs, and one VFIO driver may not load what another one saved") },
};

G_STATIC_ASSERT(G_N_ELEMENTS(reasons) == VIR_NODE_DEVICE_COMPAT_REASON_LAST);


/**
 * virNodeDeviceCompatReasonCodeGetSeverity:
 * @code: code of a reason
 *
 * Returns the severity of all reasons with that code.
 */
virNodeDeviceCompatSeverity
virNodeDeviceCompatReasonCodeGetSeverity(virNodeDeviceCompatReasonCode code)
{
    return reasons[code].severity;
}


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


/* Translations are in the charset of the locale, and so is what g_strerror() returns
 * (or not, depending on GLib), but a report is in UTF-8, as XML is. Takes ownership of
 * @text. */
static char *
virNodeDeviceCompatReportToUTF8(char *text)
{
    g_autofree char *local = text;
    char *utf8 = NULL;

    if (g_utf8_validate(text, -1, NULL))
        return g_steal_pointer(&local);

    if (!(utf8 = g_locale_to_utf8(local, -1, NULL, NULL, NULL)))
        utf8 = g_utf8_make_valid(local, -1);

    return utf8;
}


/* As much of @value as is readable in a sentence */
static char *
virNodeDeviceCompatValueToShown(const char *value)
{
    g_autofree char *start = NULL;

    if (!value || strlen(value) <= SHOWN_MAX)
        return g_strdup(value);

    start = virNodeDeviceCompatValueToPrintable(value, SHOWN_MAX - strlen("..."));
    return g_strconcat(start, "...", NULL);
}


/* The values, each of which may be NULL, as the end of a sentence */
static void
virNodeDeviceCompatReasonFormatValues(virBuffer *buf,
                                      const char *source,
                                      const char *target)
{
    g_autofree char *from = virNodeDeviceCompatValueToShown(source);
    g_autofree char *to = virNodeDeviceCompatValueToShown(target);

    if (!from && !to)
        return;

    virBufferAddLit(buf, "; ");
    if (!to)
        virBufferAsprintf(buf, _("the source has '%1$s'"), from);
    else if (!from)
        virBufferAsprintf(buf, _("the target has '%1$s'"), to);
    else
        virBufferAsprintf(buf, _("the source has '%1$s', the target has '%2$s'"), from, to);
}


/* The sentence of a reason, for people. A value is in it once. */
static char *
virNodeDeviceCompatReasonFormatMessage(virNodeDeviceCompatReasonCode code,
                                       const char *attr,
                                       const char *source,
                                       const char *target,
                                       const char *detail)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    virBufferAsprintf(&buf, _(reasons[code].sentence), attr);
    if (detail)
        virBufferAsprintf(&buf, ": %s", detail);
    virNodeDeviceCompatReasonFormatValues(&buf, source, target);

    return virBufferContentAndReset(&buf);
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
    reason->severity = reasons[code].severity;
    reason->attr = g_strdup(attr);
    reason->source = g_strdup(source);
    reason->target = g_strdup(target);
    reason->message = virNodeDeviceCompatReportToUTF8(
        virNodeDeviceCompatReasonFormatMessage(code, attr, bare ? NULL : source,
                                               bare ? NULL : target, detail));
    g_strstrip(reason->message);

    report->size += sizeof(*reason) + strlen(attr) + strlen(reason->message) +
                    strlen(NULLSTR_EMPTY(source)) + strlen(NULLSTR_EMPTY(target));
    VIR_APPEND_ELEMENT(report->reasons, report->nreasons, reason);
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
                                       attr, source, target, detail, reasons[code].bare);
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
    g_autofree char *shown = virNodeDeviceCompatValueToShown(lacking);
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
                                       source, target, detail, reasons[code].bare);
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
                                       report->source, report->target, detail, reasons[code].bare);
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
                                       reasons[code].bare);
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
