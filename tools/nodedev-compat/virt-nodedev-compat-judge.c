/*
 * virt-nodedev-compat-judge.c: whether a guest may come to this host
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compat-judge.h"

#include "conf/nodedev_compat_value.h"
#include "hypervisor/domain_hostdev_compat_check.h"
#include "nodedev_compat/evidence/nodedev_compat_reader.h"
#include "nodedev_compat/nodedev_compat_compare.h"
#include "virerror.h"
#include "virlog.h"
#include "virt-nodedev-compat-device.h"
#include "virt-nodedev-compat-name.h"
#include "virt-nodedev-compat-place.h"
#include "virt-nodedev-compat-rules.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

VIR_LOG_INIT("tools.nodedev_compat_judge");

/* What is shown of a message about what others wrote, in bytes */
#define MESSAGE_MAX 512


void
virtCompatVerdictClear(virtCompatVerdict *verdict)
{
    g_clear_pointer(&verdict->message, g_free);
    g_clear_pointer(&verdict->definition, g_free);
    g_clear_pointer(&verdict->reports, g_ptr_array_unref);
}


static void
virtCompatRefuse(const virtCompatArrival *arrival,
                 virDomainHostdevCompatOperation operation,
                 virNodeDeviceCompatResult worst,
                 const char *headline,
                 const char *reasons,
                 virtCompatVerdict *verdict)
{
    const virDomainHostdevCompatRefusal refusal = {
        .policy = arrival->policy,
        .operation = operation,
        .domain = arrival->domain,
    };

    verdict->decision = VIR_DOMAIN_HOSTDEV_COMPAT_DECISION_REFUSE;
    verdict->message = virDomainHostdevCompatRefusalFormat(&refusal, worst, headline, reasons,
                                                           NULL);
    VIR_WARN("%s", verdict->message);
}


/**
 * virtCompatJudgeUnknown:
 * @arrival: a guest that is to come here
 * @cause: why nothing is known of its host devices
 * @verdict: empty; set to what follows from that
 */
void
virtCompatJudgeUnknown(const virtCompatArrival *arrival,
                       const char *cause,
                       virtCompatVerdict *verdict)
{
    const char *headline = _("its host devices could not be compared");
    g_autofree char *shown = virNodeDeviceCompatValueToPrintable(cause, MESSAGE_MAX);

    verdict->decision = virDomainHostdevCompatPolicyDecide(arrival->policy,
                                                           VIR_NODE_DEVICE_COMPAT_UNKNOWN);

    if (verdict->decision == VIR_DOMAIN_HOSTDEV_COMPAT_DECISION_REFUSE) {
        virtCompatRefuse(arrival, arrival->operation, VIR_NODE_DEVICE_COMPAT_UNKNOWN, headline,
                         shown, verdict);
        return;
    }

    VIR_WARN("Continuing %s of domain '%s': %s: %s",
             virDomainHostdevCompatOperationTypeToString(arrival->operation), arrival->domain,
             headline, shown);
}


/* Reads the device of this host, and compares it. There is always an answer. */
static virDomainHostdevCompatAnswer *
virtCompatAnswer(const virDomainHostdevCompatQuestion *question,
                 const virtCompatLookup *lookup,
                 const virNodeDeviceCompatRules *rules,
                 virNodeDeviceCompatBudget *budget)
{
    virDomainHostdevCompatAnswer *answer = virDomainHostdevCompatAnswerNew(NULL);
    g_autofree char *path = virDomainHostdevNodeGetPath(question->node);
    g_autofree char *place = NULL;
    g_autofree char *bus = NULL;
    virtCompatKind kind;

    if (virNodeDeviceCompatBudgetIsSpent(budget)) {
        answer->error = g_strdup(_("there is too much to compare in all devices of the guest"));
        return answer;
    }

    if (!(place = virtCompatFindDevice(path, lookup))) {
        if (virLastErrorIsSystemErrno(ENOENT) &&
            (bus = virtCompatFindPlace(VIRT_COMPAT_BUS_DIR, lookup->root))) {
            virDomainHostdevNodeReportAbsent(question->node);
            answer->absent = true;
        }
    } else {
        answer->name = virDomainHostdevNodeMakeName(question->node, place);
        answer->compat = virtCompatReadPlace(place, lookup, &kind);
    }

    if (!answer->compat) {
        answer->error = g_strdup(virGetLastErrorMessage());
        virResetLastError();
        return answer;
    }

    answer->report = virNodeDeviceCompatCompare(question->source, answer->compat, rules,
                                                question->flags);
    virNodeDeviceCompatBudgetSpend(budget, answer->report->work);
    return answer;
}


/* Answers the questions; those about a device that is not described need no look at it, nor
 * do rules and facts have to be read, which takes longer than all else, if there are none but
 * those. Returns -1 with an error reported if rules and facts of the host cannot be looked for. */
static int
virtCompatAnswerAll(const virtCompatArrival *arrival,
                    GPtrArray *questions)
{
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    virNodeDeviceCompatBudget budget = { .max = VIR_NODE_DEVICE_COMPAT_WORK_MAX };
    virtCompatLookup lookup;
    bool described = false;
    size_t i;

    for (i = 0; i < questions->len; i++) {
        const virDomainHostdevCompatQuestion *question = g_ptr_array_index(questions, i);

        described = described || question->source;
    }

    if (described && virtCompatReadFiles(arrival->opts->rules, arrival->opts->root, &files) < 0)
        return -1;
    lookup = virtCompatGetLookup(arrival->opts, arrival->opts->root, &files);

    virNodeDeviceCompatReaderSetDeadline(arrival->deadline);
    for (i = 0; i < questions->len; i++) {
        virDomainHostdevCompatQuestion *question = g_ptr_array_index(questions, i);

        if (question->source)
            question->answer = virtCompatAnswer(question, &lookup, files.rules, &budget);
        else
            question->answer = virDomainHostdevCompatAnswerNew(NULL);
    }
    virNodeDeviceCompatReaderSetDeadline(0);

    return 0;
}


/* Lets the policy decide about what was found. */
static void
virtCompatDecide(const virtCompatArrival *arrival,
                 virDomainHostdevCompatOperation operation,
                 size_t nhostdevs,
                 virtCompatVerdict *verdict)
{
    const char *what = virDomainHostdevCompatOperationTypeToString(operation);
    g_autofree char *ignored = virDomainHostdevCompatPolicyIgnore(arrival->policy,
                                                                  verdict->reports);
    virNodeDeviceCompatResult worst = virDomainHostdevCompatReportsGetVerdict(verdict->reports);
    g_autofree char *reasons = virDomainHostdevCompatRefusalFormatReasons(verdict->reports);
    g_autofree char *headline = NULL;

    if (ignored) {
        VIR_WARN("Ignoring in the %s of domain '%s', as set in '%s': %s",
                 what, arrival->domain, arrival->policy->file, ignored);
    }

    verdict->decision = virDomainHostdevCompatPolicyDecide(arrival->policy, worst);

    if (verdict->decision == VIR_DOMAIN_HOSTDEV_COMPAT_DECISION_REFUSE) {
        headline = virDomainHostdevCompatRefusalGetHeadline(verdict->reports, nhostdevs, worst);
        virtCompatRefuse(arrival, operation, worst, headline, reasons, verdict);
    } else if (verdict->decision == VIR_DOMAIN_HOSTDEV_COMPAT_DECISION_WARN) {
        VIR_WARN("Continuing %s of domain '%s': %s", what, arrival->domain, reasons);
    }
}


/* Compares the devices of @guest with those that are described. */
static void
virtCompatCompareGuest(const virtCompatArrival *arrival,
                       const virDomainHostdevGuest *guest,
                       GPtrArray *sources,
                       virtCompatVerdict *verdict)
{
    const virDomainHostdevCompatCheck check = {
        .sources = sources,
        .local = true,
        .once = true,
        .crossType = arrival->policy->crossType,
    };
    g_autoptr(virDomainHostdevCompatPlan) plan =
        virDomainHostdevCompatPlanNew(&check, guest, VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_ANY);

    if (virtCompatAnswerAll(arrival, virDomainHostdevCompatPlanGetQuestions(plan)) < 0) {
        g_autofree char *cause = g_strdup(virGetLastErrorMessage());

        virResetLastError();
        virtCompatJudgeUnknown(arrival, cause, verdict);
        return;
    }

    verdict->reports = virDomainHostdevCompatPlanJudge(plan, &check);
    virtCompatDecide(arrival, arrival->operation, guest->nodes->len, verdict);
}


/* State that was saved without a description is an old file, or one of a host that
 * describes nothing. The policy has a setting of its own about that. */
static void
virtCompatJudgeUndescribed(const virtCompatArrival *arrival,
                           const virDomainHostdevGuest *guest,
                           virtCompatVerdict *verdict)
{
    size_t i;

    if (guest->nodes->len == 0)
        return;

    if (arrival->policy->mode != VIR_DOMAIN_HOSTDEV_COMPAT_MODE_ENFORCING ||
        arrival->policy->restoreUndescribed) {
        VIR_WARN("Restoring domain '%s' without a check of its host devices, as no description of them was saved",
                 arrival->domain);
        verdict->decision = VIR_DOMAIN_HOSTDEV_COMPAT_DECISION_WARN;
        return;
    }

    verdict->reports = g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatReportFree);
    for (i = 0; i < guest->nodes->len; i++) {
        const virDomainHostdevNode *node = g_ptr_array_index(guest->nodes, i);

        g_ptr_array_add(verdict->reports,
                        virNodeDeviceCompatReportNewDevice(NULL, node->name,
                                                           VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_DESCRIBED,
                                                           NULL));
    }

    virtCompatDecide(arrival, VIR_DOMAIN_HOSTDEV_COMPAT_OPERATION_RESTORE_UNDESCRIBED,
                     guest->nodes->len, verdict);
}


static void
virtCompatJudgeGuest(const virtCompatArrival *arrival,
                     const virDomainHostdevGuest *guest,
                     virtCompatVerdict *verdict)
{
    g_autoptr(virDomainHostdevDescription) description = NULL;
    virDomainHostdevDescriptionState state = virDomainHostdevGuestGetDescription(guest,
                                                                                 &description);
    g_autofree char *error = virNodeDeviceCompatValueToPrintable(virGetLastErrorMessage(),
                                                                 MESSAGE_MAX);

    virResetLastError();

    if (state == VIR_DOMAIN_HOSTDEV_DESCRIPTION_MALFORMED) {
        virtCompatRefuse(arrival, arrival->operation, VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE,
                         _("the description of its host devices is malformed"), error, verdict);
        return;
    }

    /* what is merely too large is not known, as in a migration cookie */
    if (state == VIR_DOMAIN_HOSTDEV_DESCRIPTION_TOO_LARGE)
        VIR_WARN("Ignoring metadata of domain '%s': %s", arrival->domain, error);

    if (!description && arrival->operation == VIR_DOMAIN_HOSTDEV_COMPAT_OPERATION_RESTORE) {
        virtCompatJudgeUndescribed(arrival, guest, verdict);
        return;
    }

    if (!description)
        description = virDomainHostdevDescriptionNew();

    virtCompatCompareGuest(arrival, guest, description->hostdevs, verdict);
}


/**
 * virtCompatJudge:
 * @arrival: a guest that is to come here
 * @xml: its definition; untrusted text
 * @verdict: empty; set to whether it may come
 *
 * A description is of devices that a guest leaves when it comes here: it is taken out of
 * the definition, so that nobody takes it for one of those that it gets. What is overridden
 * or not known is a warning in the log.
 */
void
virtCompatJudge(const virtCompatArrival *arrival,
                const char *xml,
                virtCompatVerdict *verdict)
{
    g_autoptr(virDomainHostdevGuest) guest = virDomainHostdevGuestParse(xml);

    if (!guest) {
        g_autofree char *cause = g_strdup(virGetLastErrorMessage());

        virResetLastError();
        virtCompatJudgeUnknown(arrival, cause, verdict);
        return;
    }

    virtCompatJudgeGuest(arrival, guest, verdict);

    if (verdict->decision == VIR_DOMAIN_HOSTDEV_COMPAT_DECISION_REFUSE ||
        virDomainHostdevGuestRemoveMetadata(xml, &verdict->definition) == 0)
        return;

    VIR_WARN("Metadata of domain '%s' stay as they are: %s", arrival->domain,
             virGetLastErrorMessage());
    virResetLastError();
}
