/*
 * domain_hostdev_compat_decision.c: what follows from reports on a guest's host devices
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "domain_hostdev_compat_decision.h"

#include "virbuffer.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_NONE


static bool
virDomainHostdevCompatReasonDecides(const virNodeDeviceCompatReason *reason)
{
    return reason->severity != VIR_NODE_DEVICE_COMPAT_SEVERITY_WARNING;
}


/* Adds @text, which is translated, after what is in @buf already. */
static void
virDomainHostdevCompatListAdd(virBuffer *buf,
                              const char *text)
{
    virBufferAsprintf(buf, "%s%s", virBufferUse(buf) > 0 ? "; " : "", text);
}


/**
 * virDomainHostdevCompatPolicyIgnore:
 * @policy: policy of the host
 * @reports: a virNodeDeviceCompatReport for each device
 *
 * Makes warnings of the reasons that the policy ignores; the verdicts of the reports
 * follow.
 *
 * Returns these reasons as one line for a log, or NULL if there are none.
 */
char *
virDomainHostdevCompatPolicyIgnore(const virDomainHostdevCompatPolicy *policy,
                                   GPtrArray *reports)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;
    size_t j;

    for (i = 0; policy->ignore && i < reports->len; i++) {
        virNodeDeviceCompatReport *report = g_ptr_array_index(reports, i);
        bool changed = false;

        for (j = 0; j < report->nreasons; j++) {
            virNodeDeviceCompatReason *reason = report->reasons[j];
            g_autofree char *text = NULL;

            if (!virDomainHostdevCompatReasonDecides(reason) ||
                !g_strv_contains((const char *const *) policy->ignore, reason->code))
                continue;

            text = g_strdup_printf("'%s', '%s': %s (%s)", NULLSTR_MINUS(report->source),
                                   NULLSTR_MINUS(report->target), reason->message, reason->code);
            virDomainHostdevCompatListAdd(&buf, text);
            reason->severity = VIR_NODE_DEVICE_COMPAT_SEVERITY_WARNING;
            changed = true;
        }

        if (changed) {
            report->verdict = virNodeDeviceCompatReportGetVerdict(report,
                                                                  VIR_NODE_DEVICE_COMPAT_SUPERSET);
        }
    }

    return virBufferContentAndReset(&buf);
}


/**
 * virDomainHostdevCompatPolicyDecide:
 * @policy: policy of the host; not one that is off
 * @verdict: the worst verdict on the devices of a guest
 *
 * Returns whether the guest can use them.
 */
virDomainHostdevCompatDecision
virDomainHostdevCompatPolicyDecide(const virDomainHostdevCompatPolicy *policy,
                                   virNodeDeviceCompatResult verdict)
{
    if (virNodeDeviceCompatVerdictIsGood(verdict))
        return VIR_DOMAIN_HOSTDEV_COMPAT_DECISION_ALLOW;

    if (verdict == VIR_NODE_DEVICE_COMPAT_UNKNOWN &&
        policy->mode != VIR_DOMAIN_HOSTDEV_COMPAT_MODE_ENFORCING)
        return VIR_DOMAIN_HOSTDEV_COMPAT_DECISION_WARN;

    return VIR_DOMAIN_HOSTDEV_COMPAT_DECISION_REFUSE;
}


/**
 * virDomainHostdevCompatReportsGetVerdict:
 * @reports: a virNodeDeviceCompatReport for each device
 *
 * Returns the worst of their verdicts.
 */
virNodeDeviceCompatResult
virDomainHostdevCompatReportsGetVerdict(GPtrArray *reports)
{
    virNodeDeviceCompatResult worst = VIR_NODE_DEVICE_COMPAT_IDENTICAL;
    size_t i;

    for (i = 0; i < reports->len; i++) {
        const virNodeDeviceCompatReport *report = g_ptr_array_index(reports, i);

        if (virNodeDeviceCompatVerdictRank(report->verdict) > virNodeDeviceCompatVerdictRank(worst))
            worst = report->verdict;
    }

    return worst;
}


/**
 * virDomainHostdevCompatReportsCount:
 * @reports: a virNodeDeviceCompatReport for each device
 * @verdict: a verdict
 *
 * Returns how many of them have @verdict.
 */
size_t
virDomainHostdevCompatReportsCount(GPtrArray *reports,
                                   virNodeDeviceCompatResult verdict)
{
    size_t count = 0;
    size_t i;

    for (i = 0; i < reports->len; i++) {
        const virNodeDeviceCompatReport *report = g_ptr_array_index(reports, i);

        if (report->verdict == verdict)
            count++;
    }

    return count;
}


/* Sentences about a guest on a device, by whether both devices are known or only one
 * of them: what stands for a name would not fit into one sentence of every language */
typedef struct _virDomainHostdevCompatSentences virDomainHostdevCompatSentences;
struct _virDomainHostdevCompatSentences {
    const char *both;
    const char *source;
    const char *target;
};

static const virDomainHostdevCompatSentences incompatible = {
    N_("a guest that uses '%1$s' cannot continue on '%2$s': %3$s"),
    N_("a guest that uses '%1$s' cannot continue: %2$s"),
    N_("a guest cannot continue on '%1$s': %2$s"),
};

static const virDomainHostdevCompatSentences unknown = {
    N_("it is not known whether a guest that uses '%1$s' can continue on '%2$s': %3$s"),
    N_("it is not known whether a guest that uses '%1$s' can continue: %2$s"),
    N_("it is not known whether a guest can continue on '%1$s': %2$s"),
};


static char *
virDomainHostdevCompatReportFormatReasons(const virNodeDeviceCompatReport *report)
{
    const virDomainHostdevCompatSentences *sentences =
        report->verdict == VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE ? &incompatible : &unknown;
    g_autofree char *reasons = virNodeDeviceCompatReportToMessage(report);

    if (!report->target) {
        return g_strdup_printf(_(sentences->source), NULLSTR_EMPTY(report->source),
                               NULLSTR_EMPTY(reasons));
    }

    if (!report->source) {
        return g_strdup_printf(_(sentences->target), report->target,
                               NULLSTR_EMPTY(reasons));
    }

    return g_strdup_printf(_(sentences->both), report->source, report->target,
                           NULLSTR_EMPTY(reasons));
}


/**
 * virDomainHostdevCompatReportsFormatReasons:
 * @reports: a virNodeDeviceCompatReport for each device
 *
 * Returns what was found about the devices that are not known to be compatible, as one
 * line for an error or a log; NULL if all of them are.
 */
char *
virDomainHostdevCompatReportsFormatReasons(GPtrArray *reports)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < reports->len; i++) {
        const virNodeDeviceCompatReport *report = g_ptr_array_index(reports, i);
        g_autofree char *text = NULL;

        if (virNodeDeviceCompatVerdictIsGood(report->verdict))
            continue;

        text = virDomainHostdevCompatReportFormatReasons(report);
        virDomainHostdevCompatListAdd(&buf, text);
    }

    return virBufferContentAndReset(&buf);
}
