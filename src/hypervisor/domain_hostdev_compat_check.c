/*
 * domain_hostdev_compat_check.c: whether a guest can continue on its host devices
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "domain_hostdev_compat_check.h"

#include "conf/nodedev_compat_attr.h"
#include "domain_hostdev_compat_change.h"
#include "virhash.h"
#include "virlog.h"

VIR_LOG_INIT("hypervisor.domain_hostdev_compat_check");

/* One device of the target, and what it is compared with */
typedef struct _virDomainHostdevCompatPair virDomainHostdevCompatPair;
struct _virDomainHostdevCompatPair {
    virDomainHostdevCompatQuestion *question;
    const virDomainHostdevCompat *source;       /* NULL if there is none */
    bool unaddressed;           /* nothing says which of the source's it replaces */
    bool unmatched;             /* the source has described devices, but none to replace */
};

/* A verdict that was put off, which is not good */
typedef struct _virDomainHostdevCompatPutOff virDomainHostdevCompatPutOff;
struct _virDomainHostdevCompatPutOff {
    virNodeDeviceCompatReport *report;
    virNodeDeviceCompat *compat;        /* descriptor of the device, or NULL */
    virNodeDeviceCompatFacts *facts;    /* what was stated then, or NULL */
};

struct _virDomainHostdevCompatPlan {
    virDomainHostdevCompatMoment moment;
    GArray *pairs;              /* virDomainHostdevCompatPair */
    GPtrArray *questions;       /* all those of @pairs, which it owns */
    GPtrArray *unpaired;        /* virDomainHostdevCompat that no device replaces */
};


static void
virDomainHostdevCompatPutOffFree(void *opaque)
{
    virDomainHostdevCompatPutOff *putOff = opaque;

    virNodeDeviceCompatReportFree(putOff->report);
    g_clear_object(&putOff->compat);
    g_clear_object(&putOff->facts);
    g_free(putOff);
}


/**
 * virDomainHostdevCompatMemoryNew:
 *
 * Returns an empty memory for virDomainHostdevCompatCheck.
 */
virDomainHostdevCompatMemory *
virDomainHostdevCompatMemoryNew(void)
{
    virDomainHostdevCompatMemory *memory = g_new0(virDomainHostdevCompatMemory, 1);

    memory->targets = virHashNew((GDestroyNotify) virDomainHostdevCompatAnswerFree);
    memory->unknown = virHashNew(NULL);
    memory->putOff = virHashNew(virDomainHostdevCompatPutOffFree);

    return memory;
}


void
virDomainHostdevCompatMemoryFree(virDomainHostdevCompatMemory *memory)
{
    if (!memory)
        return;

    g_hash_table_unref(memory->targets);
    g_hash_table_unref(memory->unknown);
    g_hash_table_unref(memory->putOff);
    g_free(memory);
}


void
virDomainHostdevCompatPlanFree(virDomainHostdevCompatPlan *plan)
{
    if (!plan)
        return;

    g_array_unref(plan->pairs);
    g_ptr_array_unref(plan->questions);
    g_ptr_array_unref(plan->unpaired);
    g_free(plan);
}


/* Adds the devices of the source that no device of the target replaces; of those
 * that a pool was to replace, when the guest has its devices. */
static void
virDomainHostdevCompatPlanAddUnpaired(virDomainHostdevCompatPlan *plan,
                                      const virDomainHostdevCompatCheck *check,
                                      const virDomainHostdevGuest *guest,
                                      const virDomainHostdevPairing *pairing)
{
    bool opened = plan->moment == VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_OPENED;
    g_autoptr(GHashTable) none = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTable *deferred = opened ? none : guest->deferred;
    g_autoptr(GPtrArray) unpaired = virDomainHostdevPairingGetUnpaired(pairing, deferred);
    size_t i;

    for (i = 0; i < unpaired->len; i++) {
        virDomainHostdevCompat *source = g_ptr_array_index(unpaired, i);

        if (!opened || source->deferred)
            g_ptr_array_add(plan->unpaired, source);
    }

    for (i = 0; !opened && i < check->sources->len; i++) {
        virDomainHostdevCompat *source = g_ptr_array_index(check->sources, i);

        source->deferred = source->identity.address &&
                           g_hash_table_contains(deferred, source->identity.address);
    }
}


/* Whether it is known what was stated about the device when it was read. The node device driver
 * has read facts by itself: it can have known some that are not usable here, as those of a file
 * that was broken before this driver read it. A mark in the descriptor says that it has not. */
static bool
virDomainHostdevCompatKnowsFacts(const virDomainHostdevCompatAnswer *answer)
{
    const virNodeDeviceCompatAttr *mark;

    if (!answer->facts)
        return false;

    if (answer->facts->unusable == VIR_NODE_DEVICE_COMPAT_ATTR_OK && !answer->facts->outdated)
        return true;

    mark = virNodeDeviceCompatAttrsFind(&answer->compat->self, VIR_NODE_DEVICE_COMPAT_MARK_FACTS);
    return mark && (answer->facts->unusable == VIR_NODE_DEVICE_COMPAT_ATTR_OK ||
                    mark->state != VIR_NODE_DEVICE_COMPAT_ATTR_OUTDATED);
}


/* What was stated about the device when it was read, or NULL if that is not known */
static virNodeDeviceCompatFacts *
virDomainHostdevCompatGetFacts(const virDomainHostdevCompatAnswer *answer)
{
    return virDomainHostdevCompatKnowsFacts(answer) ? answer->facts : NULL;
}


/* A question about a device right before the guest continues on it, or NULL if nothing of
 * it is known that could have changed, or that would not be taken for a fact. */
static virDomainHostdevCompatQuestion *
virDomainHostdevCompatAskAgain(const virDomainHostdevCompatCheck *check,
                               const virDomainHostdevNode *node)
{
    const virDomainHostdevCompatAnswer *old = g_hash_table_lookup(check->memory->targets, node->name);
    virDomainHostdevCompatQuestion *question;

    if (!old || !virDomainHostdevCompatCanChange(old->compat, old->facts))
        return NULL;

    if (check->getFacts && !virDomainHostdevCompatKnowsFacts(old)) {
        VIR_WARN("Host device '%s' was compared and is not read again: facts were not known then",
                 node->name);
        return NULL;
    }

    question = virDomainHostdevCompatQuestionNew(virDomainHostdevNodeCopy(node), NULL);
    question->name = g_strdup(old->name);
    question->brief = true;
    return question;
}


static void
virDomainHostdevCompatPlanAdd(virDomainHostdevCompatPlan *plan,
                              const virDomainHostdevCompatCheck *check,
                              const virDomainHostdevNode *node,
                              virDomainHostdevPairing *pairing)
{
    virDomainHostdevCompatPair pair = {
        .source = virDomainHostdevPairingPair(pairing, &node->identity),
        .unaddressed = check->sources->len > 0 && !node->identity.address,
        .unmatched = check->sources->len > 0,
    };

    if (plan->moment == VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_RESUMED) {
        pair.question = virDomainHostdevCompatAskAgain(check, node);
    } else {
        pair.question = virDomainHostdevCompatQuestionNew(virDomainHostdevNodeCopy(node),
                                                          pair.source ? pair.source->compat : NULL);
        if (check->crossType)
            pair.question->flags |= VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE;
    }

    if (!pair.question)
        return;

    pair.question->local = check->local;
    pair.question->getReport = check->getReport;
    pair.question->getFacts = check->getFacts;
    g_array_append_val(plan->pairs, pair);
    g_ptr_array_add(plan->questions, pair.question);
}


/* Whether a guest has one such device at most. A peer does not send the model, but what the
 * device is to VFIO. */
static bool
virDomainHostdevCompatIsSingle(const virDomainHostdevCompat *source)
{
    const virNodeDeviceCompatAttr *api = NULL;

    if (source->compat)
        api = virNodeDeviceCompatAttrsFind(&source->compat->self,
                                           VIR_NODE_DEVICE_COMPAT_DEVICE_API);

    return source->identity.single || (api && STREQ_NULLABLE(api->value, "vfio-ap"));
}


/**
 * virDomainHostdevCompatPlanNew:
 * @check: what the devices are compared with; the source's have to stay as long as the
 *         plan
 * @guest: the guest on the target
 * @moment: when that is
 *
 * Returns what is to be asked about the host devices of @guest.
 */
virDomainHostdevCompatPlan *
virDomainHostdevCompatPlanNew(const virDomainHostdevCompatCheck *check,
                              const virDomainHostdevGuest *guest,
                              virDomainHostdevCompatMoment moment)
{
    virDomainHostdevCompatPlan *plan = g_new0(virDomainHostdevCompatPlan, 1);
    g_autoptr(virDomainHostdevPairing) pairing = virDomainHostdevPairingNew();
    size_t i;

    plan->moment = moment;
    plan->pairs = g_array_new(false, false, sizeof(virDomainHostdevCompatPair));
    plan->questions = virDomainHostdevCompatQuestionsNew();
    plan->unpaired = g_ptr_array_new();

    for (i = 0; i < check->sources->len; i++) {
        virDomainHostdevCompat *source = g_ptr_array_index(check->sources, i);

        source->identity.single = virDomainHostdevCompatIsSingle(source);
        virDomainHostdevPairingAdd(pairing, &source->identity, source);
    }

    for (i = 0; i < guest->nodes->len; i++)
        virDomainHostdevCompatPlanAdd(plan, check, g_ptr_array_index(guest->nodes, i), pairing);

    if (moment != VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_RESUMED)
        virDomainHostdevCompatPlanAddUnpaired(plan, check, guest, pairing);

    return plan;
}


/* Returns the questions of @plan, which has to stay as long as the array. */
GPtrArray *
virDomainHostdevCompatPlanGetQuestions(virDomainHostdevCompatPlan *plan)
{
    return plan->questions;
}


/* A report with one reason, which is about the whole device */
static virNodeDeviceCompatReport *
virDomainHostdevCompatReportNew(const virDomainHostdevCompatPair *pair,
                                virNodeDeviceCompatReasonCode code,
                                const char *detail)
{
    const char *source = pair->source ? virDomainHostdevCompatGetName(pair->source) : NULL;
    const char *target = NULL;

    if (pair->question) {
        target = pair->question->answer->name;
        if (!target)
            target = pair->question->node->name;
    }

    return virNodeDeviceCompatReportNewDevice(source, target, code, detail);
}


/* Never fails: that something does not work is a reason. */
static virNodeDeviceCompatReport *
virDomainHostdevCompatPairGetReport(const virDomainHostdevCompatPair *pair)
{
    virDomainHostdevCompatAnswer *answer = pair->question->answer;
    virNodeDeviceCompatReport *report;

    if (answer->absent) {
        return virDomainHostdevCompatReportNew(pair,
                                               VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_MISSING,
                                               answer->error);
    }

    if (!pair->source && pair->unaddressed) {
        return virDomainHostdevCompatReportNew(pair,
                                               VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_COMPARED,
                                               _("it has no address in the guest that says which device of the source it replaces"));
    }

    if (!pair->source || !pair->source->compat) {
        return virDomainHostdevCompatReportNew(pair,
                                               VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_DESCRIBED,
                                               !pair->source && pair->unmatched ?
                                               _("none of its devices has this one's place in the guest") :
                                               NULL);
    }

    if (!(report = g_steal_pointer(&answer->report))) {
        return virDomainHostdevCompatReportNew(pair,
                                               VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_COMPARED,
                                               answer->error);
    }

    virNodeDeviceCompatReportSetNames(report, virDomainHostdevCompatGetName(pair->source),
                                      answer->name);

    return report;
}


/* A function that no VFIO driver has yet shows what it is to the host. What it will
 * be to a guest is known when it gets its driver, before QEMU is started; a managed
 * one can get another one in place of vfio-pci, too. */
static bool
virDomainHostdevCompatIsUnbound(const virDomainHostdevNode *node,
                                const virNodeDeviceCompat *target)
{
    const virNodeDeviceCompatAttr *driver;

    if (node->identity.uuid || target->self.nattrs == 0)
        return false;

    if (!(driver = virNodeDeviceCompatAttrsFind(&target->self, VIR_NODE_DEVICE_COMPAT_VFIO_DRIVER)))
        return !target->inferred;

    return node->managed && STREQ_NULLABLE(driver->value, "vfio-pci");
}


/* Where nobody looks again: what can still change until the guest has its devices, or be
 * made for it, is not known. */
static virNodeDeviceCompatReport *
virDomainHostdevCompatJudgeOnce(const virDomainHostdevCompatPair *pair)
{
    const virDomainHostdevCompatAnswer *answer = pair->question->answer;

    if (answer->absent) {
        return virDomainHostdevCompatReportNew(pair,
                                               VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_COMPARED,
                                               answer->error);
    }

    if (answer->compat && virDomainHostdevCompatIsUnbound(pair->question->node, answer->compat)) {
        return virDomainHostdevCompatReportNew(pair,
                                               VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_COMPARED,
                                               _("it gets its VFIO driver only when the guest is started"));
    }

    return virDomainHostdevCompatPairGetReport(pair);
}


/* Whether nothing can be said yet about the device that the guest will have: it gets its
 * driver, or is made by a hook script, only when the guest is prepared */
static bool
virDomainHostdevCompatIsDeferred(const virDomainHostdevCompatCheck *check,
                                 const virDomainHostdevCompatQuestion *question)
{
    const virDomainHostdevCompatAnswer *answer = question->answer;

    if (answer->compat)
        return virDomainHostdevCompatIsUnbound(question->node, answer->compat);

    return check->hooks && answer->absent;
}


/* Whether the device may be another one when the guest has it. A hook script can make the
 * device anew or bind another driver, libvirt the latter. */
static bool
virDomainHostdevCompatCanBeAnother(const virDomainHostdevCompatCheck *check,
                                   const virDomainHostdevCompatQuestion *question)
{
    return !check->settled && (check->hooks || question->node->managed);
}


/* Whether the verdict on the device may be another one then */
static bool
virDomainHostdevCompatIsPutOff(const virDomainHostdevCompatCheck *check,
                               const virDomainHostdevCompatQuestion *question,
                               const virNodeDeviceCompatReport *report)
{
    return !virNodeDeviceCompatVerdictIsGood(report->verdict) &&
           virDomainHostdevCompatCanBeAnother(check, question);
}


/* Whether nothing is known at OPENED that was not known before */
static bool
virDomainHostdevCompatIsOld(const virDomainHostdevCompatAnswer *old,
                            const virDomainHostdevCompatQuestion *question)
{
    if (!question->answer->compat) {
        VIR_WARN("Host device '%s' was compared and cannot be read again: %s",
                 question->node->name, NULLSTR(question->answer->error));
        return true;
    }

    return !virDomainHostdevCompatHasNews(old->compat, question->answer->compat,
                                          virDomainHostdevCompatGetFacts(old));
}


/* Keeps what was compared. */
static void
virDomainHostdevCompatRemember(virDomainHostdevCompatMemory *memory,
                               virDomainHostdevCompatQuestion *question)
{
    g_autoptr(virDomainHostdevCompatAnswer) target = NULL;

    if (!memory || !question->answer->compat)
        return;

    target = virDomainHostdevCompatAnswerNew(NULL);
    target->name = g_strdup(question->answer->name);
    target->compat = g_object_ref(question->answer->compat);
    if (question->answer->facts)
        target->facts = g_object_ref(question->answer->facts);
    g_hash_table_insert(memory->targets, g_strdup(question->node->name),
                        g_steal_pointer(&target));
}


/* Takes the facts that were not known when the device was compared: it has no news, so that
 * these have none about it either. */
static void
virDomainHostdevCompatTakeFacts(virDomainHostdevCompatAnswer *old,
                                const virDomainHostdevCompatQuestion *question)
{
    if (question->answer->compat && !virDomainHostdevCompatKnowsFacts(old) &&
        virDomainHostdevCompatKnowsFacts(question->answer))
        g_set_object(&old->facts, question->answer->facts);
}


static void
virDomainHostdevCompatPutOffAdd(virDomainHostdevCompatMemory *memory,
                                const virDomainHostdevCompatQuestion *question,
                                virNodeDeviceCompatReport *report)
{
    virDomainHostdevCompatPutOff *putOff = g_new0(virDomainHostdevCompatPutOff, 1);

    VIR_INFO("Host device '%s' is compared again when it is opened", question->node->name);

    putOff->report = report;
    if (question->answer->compat) {
        g_set_object(&putOff->compat, question->answer->compat);
        g_set_object(&putOff->facts, virDomainHostdevCompatGetFacts(question->answer));
    }
    g_hash_table_insert(memory->putOff, g_strdup(question->node->name), putOff);
}


/* Whether a verdict that was put off counts: there is no other one, or it was known, and is
 * not any more of a device without news. A driver may let nothing be read as long as the
 * device is open. */
static bool
virDomainHostdevCompatPutOffCounts(const virDomainHostdevCompatPutOff *putOff,
                                   const virDomainHostdevCompatAnswer *answer)
{
    if (answer->absent)
        return false;

    if (!answer->report)
        return true;

    if (answer->report->verdict != VIR_NODE_DEVICE_COMPAT_UNKNOWN ||
        putOff->report->verdict == VIR_NODE_DEVICE_COMPAT_UNKNOWN)
        return false;

    return !answer->compat ||
           (putOff->compat &&
            virDomainHostdevCompatHasLess(putOff->compat, answer->compat, putOff->facts));
}


/* Before QEMU is started */
static virNodeDeviceCompatReport *
virDomainHostdevCompatJudgePrepare(const virDomainHostdevCompatCheck *check,
                                   const virDomainHostdevCompatPair *pair)
{
    virDomainHostdevCompatQuestion *question = pair->question;
    g_autoptr(virNodeDeviceCompatReport) report = NULL;

    if (virDomainHostdevCompatIsDeferred(check, question))
        return NULL;

    report = virDomainHostdevCompatPairGetReport(pair);
    if (virDomainHostdevCompatIsPutOff(check, question, report)) {
        virDomainHostdevCompatPutOffAdd(check->memory, question, g_steal_pointer(&report));
        return NULL;
    }

    virDomainHostdevCompatRemember(check->memory, question);
    if (report->verdict == VIR_NODE_DEVICE_COMPAT_UNKNOWN)
        g_hash_table_add(check->memory->unknown, g_strdup(question->node->name));
    return g_steal_pointer(&report);
}


/* Whether a verdict is known that was not before, also of a device without news: its driver
 * can have been late with its answer, or rules not been usable */
static bool
virDomainHostdevCompatIsKnownNow(const virDomainHostdevCompatMemory *memory,
                                 const virDomainHostdevCompatQuestion *question)
{
    const virNodeDeviceCompatReport *report = question->answer->report;

    return report && report->verdict != VIR_NODE_DEVICE_COMPAT_UNKNOWN &&
           g_hash_table_contains(memory->unknown, question->node->name);
}


/* When QEMU has the device */
static virNodeDeviceCompatReport *
virDomainHostdevCompatJudgeOpened(const virDomainHostdevCompatCheck *check,
                                  const virDomainHostdevCompatPair *pair)
{
    virDomainHostdevCompatQuestion *question = pair->question;
    virDomainHostdevCompatAnswer *old =
        g_hash_table_lookup(check->memory->targets, question->node->name);
    virDomainHostdevCompatPutOff *putOff =
        g_hash_table_lookup(check->memory->putOff, question->node->name);

    /* what was compared need not be what the guest has now, and go on with */
    if (old && !question->answer->compat && !question->answer->report &&
        virDomainHostdevCompatCanBeAnother(check, question)) {
        g_hash_table_remove(check->memory->targets, question->node->name);
        return virDomainHostdevCompatReportNew(pair,
                                               VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_COMPARED,
                                               question->answer->error);
    }

    if (old && virDomainHostdevCompatIsOld(old, question) &&
        !virDomainHostdevCompatIsKnownNow(check->memory, question)) {
        virDomainHostdevCompatTakeFacts(old, question);
        return NULL;
    }

    virDomainHostdevCompatRemember(check->memory, question);

    if (putOff && virDomainHostdevCompatPutOffCounts(putOff, question->answer)) {
        virNodeDeviceCompatReport *report = g_steal_pointer(&putOff->report);

        g_hash_table_remove(check->memory->putOff, question->node->name);
        return report;
    }

    return virDomainHostdevCompatPairGetReport(pair);
}


/* Before the guest continues. That the device cannot be read again is no change; nor is what
 * may be the change of a fact. */
static virNodeDeviceCompatReport *
virDomainHostdevCompatJudgeResumed(const virDomainHostdevCompatCheck *check,
                                   const virDomainHostdevCompatPair *pair)
{
    const virDomainHostdevCompatQuestion *question = pair->question;
    const virDomainHostdevCompatAnswer *old =
        g_hash_table_lookup(check->memory->targets, question->node->name);
    const char *attr;

    if (!question->answer->compat ||
        (question->getFacts && !virDomainHostdevCompatKnowsFacts(question->answer))) {
        VIR_WARN("Host device '%s' was compared and cannot be read again: %s",
                 question->node->name,
                 question->answer->error ? question->answer->error : "facts are not known");
        return NULL;
    }

    if (!(attr = virDomainHostdevCompatFindChange(old->compat, question->answer->compat,
                                                  old->facts, question->answer->facts)))
        return NULL;

    return virDomainHostdevCompatReportNew(pair, VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_CHANGED,
                                           attr);
}


/* As the device is now. As long as the guest does not have it, that may not be how it
 * stays. */
static virNodeDeviceCompatReport *
virDomainHostdevCompatJudgeAny(const virDomainHostdevCompatCheck *check,
                               const virDomainHostdevCompatPair *pair)
{
    virNodeDeviceCompatReport *report = virDomainHostdevCompatPairGetReport(pair);

    report->deferred = virDomainHostdevCompatIsDeferred(check, pair->question) ||
                       virDomainHostdevCompatIsPutOff(check, pair->question, report);
    return report;
}


static virNodeDeviceCompatReport *
virDomainHostdevCompatJudge(const virDomainHostdevCompatCheck *check,
                            const virDomainHostdevCompatPair *pair,
                            virDomainHostdevCompatMoment moment)
{
    switch (moment) {
    case VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_PREPARE:
        return virDomainHostdevCompatJudgePrepare(check, pair);

    case VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_OPENED:
        return virDomainHostdevCompatJudgeOpened(check, pair);

    case VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_RESUMED:
        return virDomainHostdevCompatJudgeResumed(check, pair);

    case VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_ANY:
    default:
        if (check->once)
            return virDomainHostdevCompatJudgeOnce(pair);
        return virDomainHostdevCompatJudgeAny(check, pair);
    }
}


/* Adds that nothing is known about the functions that networks will choose. */
static void
virDomainHostdevCompatJudgeChosen(const virDomainHostdevCompatCheck *check,
                                  GPtrArray *reports)
{
    size_t i;

    for (i = 0; i < check->sources->len; i++) {
        const virDomainHostdevCompatPair pair = { .source = g_ptr_array_index(check->sources, i) };
        virNodeDeviceCompatReport *report;

        if (!pair.source->deferred)
            continue;

        report = virDomainHostdevCompatReportNew(&pair,
                                                 VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_COMPARED,
                                                 _("its counterpart is a function of a network, which is chosen only when the guest is started"));
        report->deferred = !check->once;
        g_ptr_array_add(reports, report);
    }
}


/**
 * virDomainHostdevCompatPlanJudge:
 * @plan: plan whose questions have been answered
 * @check: what it was made of
 *
 * To be called once.
 *
 * Returns an array that owns a virNodeDeviceCompatReport for each device that there is
 * something to say about at the moment of @plan.
 */
GPtrArray *
virDomainHostdevCompatPlanJudge(virDomainHostdevCompatPlan *plan,
                                const virDomainHostdevCompatCheck *check)
{
    GPtrArray *reports =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatReportFree);
    virNodeDeviceCompatReasonCode code = check->once || check->kept ?
                                         VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_COMPARED :
                                         VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_MISSING;
    size_t i;

    for (i = 0; i < plan->pairs->len; i++) {
        const virDomainHostdevCompatPair *pair = &g_array_index(plan->pairs,
                                                                virDomainHostdevCompatPair, i);
        virNodeDeviceCompatReport *report = virDomainHostdevCompatJudge(check, pair, plan->moment);

        if (report)
            g_ptr_array_add(reports, report);
    }

    for (i = 0; i < plan->unpaired->len; i++) {
        const virDomainHostdevCompatPair pair = { .source = g_ptr_array_index(plan->unpaired, i) };

        g_ptr_array_add(reports,
                        virDomainHostdevCompatReportNew(&pair, code,
                                                        _("the guest has no device there that replaces it")));
    }

    if (plan->moment == VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_ANY)
        virDomainHostdevCompatJudgeChosen(check, reports);

    return reports;
}
