/*
 * nodedev_compat_reason.c: the codes of reasons, and what they mean in a sentence
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_reason.h"

#include "nodedev_compat_report_text.h"
#include "nodedev_compat_value.h"
#include "virbuffer.h"

/* A value is not shown longer than this in a sentence, in bytes. The reason has all of it. */
#define SHOWN_MAX 128

VIR_ENUM_IMPL(virNodeDeviceCompatSeverity,
              VIR_NODE_DEVICE_COMPAT_SEVERITY_LAST,
              "error",
              "unknown",
              "warning",
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
              "attr-not-comparable",
              "attr-unsupported",
              "outdated-source",
              "outdated-target",
              "rules-hidden",
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
        N_("%1$s cannot be compared") },
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
    [REASON(RULES_HIDDEN)] = { SEVERITY(WARNING),
        N_("%1$s on the host that compares are hidden by files of the same names") },
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
    [REASON(OUTDATED_SOURCE)] = { SEVERITY(WARNING),
        N_("%1$s of the source may be outdated, because a file on its host cannot be used") },
    [REASON(OUTDATED_TARGET)] = { SEVERITY(WARNING),
        N_("%1$s of the target may be outdated, because a file on its host cannot be used") },
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
    [REASON(ATTR_NOT_COMPARABLE)] = { SEVERITY(UNKNOWN),
        N_("%1$s differs, and whether the target can accept that is not known") },
    [REASON(ATTR_UNSUPPORTED)] = { SEVERITY(UNKNOWN),
        N_("%1$s is one with which the vendor does not support migration") },
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
 * virNodeDeviceCompatReasonCodeIsBare:
 * @code: code of a reason
 *
 * Returns true if the values are not in the sentence.
 */
bool
virNodeDeviceCompatReasonCodeIsBare(virNodeDeviceCompatReasonCode code)
{
    return reasons[code].bare;
}


/**
 * virNodeDeviceCompatReasonShorten:
 * @value: value, or NULL
 *
 * Returns as much of @value as is readable in a sentence.
 */
char *
virNodeDeviceCompatReasonShorten(const char *value)
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
    g_autofree char *from = virNodeDeviceCompatReasonShorten(source);
    g_autofree char *to = virNodeDeviceCompatReasonShorten(target);

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


/**
 * virNodeDeviceCompatReasonCodeFormat:
 * @code: code of a reason
 * @attr: attribute that it is about
 * @source: the source's value to show, or NULL
 * @target: the target's, or NULL
 * @detail: what is to be said in addition, or NULL
 *
 * Returns the sentence for people, in UTF-8 and without blanks at its ends.
 */
char *
virNodeDeviceCompatReasonCodeFormat(virNodeDeviceCompatReasonCode code,
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

    return g_strstrip(virNodeDeviceCompatReportToUTF8(virBufferContentAndReset(&buf)));
}
