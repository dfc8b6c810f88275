/*
 * domain_hostdev_compat_ask.c: questions to a node device driver about one device
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "domain_hostdev_compat_ask.h"

#include "conf/nodedev_compat_value.h"
#include "conf/nodedev_compat_xml.h"
#include "datatypes.h"
#include "nodedev_compat/nodedev_compat_vgpu.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_DOMAIN

/* What is kept of a message, in bytes */
#define ERROR_MAX 1024


/**
 * virDomainHostdevCompatQuestionNew:
 * @node: a host device with state; the question owns it
 * @source: descriptor of the device that it is compared with, or NULL
 */
virDomainHostdevCompatQuestion *
virDomainHostdevCompatQuestionNew(virDomainHostdevNode *node,
                                  virNodeDeviceCompat *source)
{
    virDomainHostdevCompatQuestion *question = g_atomic_rc_box_new0(virDomainHostdevCompatQuestion);

    question->node = node;
    question->source = source ? g_object_ref(source) : NULL;

    return question;
}


virDomainHostdevCompatQuestion *
virDomainHostdevCompatQuestionRef(virDomainHostdevCompatQuestion *question)
{
    return g_atomic_rc_box_acquire(question);
}


static void
virDomainHostdevCompatQuestionClear(void *opaque)
{
    virDomainHostdevCompatQuestion *question = opaque;

    virDomainHostdevNodeFree(question->node);
    g_free(question->name);
    g_clear_object(&question->source);
    virDomainHostdevCompatAnswerFree(question->answer);
}


void
virDomainHostdevCompatQuestionUnref(virDomainHostdevCompatQuestion *question)
{
    if (question)
        g_atomic_rc_box_release_full(question, virDomainHostdevCompatQuestionClear);
}


/* Returns an empty array that owns a reference to each of its questions. */
GPtrArray *
virDomainHostdevCompatQuestionsNew(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify) virDomainHostdevCompatQuestionUnref);
}


/* Returns an answer of which no more is known than @error, a copy; NULL: not even that */
virDomainHostdevCompatAnswer *
virDomainHostdevCompatAnswerNew(const char *error)
{
    virDomainHostdevCompatAnswer *answer = g_new0(virDomainHostdevCompatAnswer, 1);

    answer->error = g_strdup(error);
    return answer;
}


void
virDomainHostdevCompatAnswerFree(virDomainHostdevCompatAnswer *answer)
{
    if (!answer)
        return;

    g_free(answer->name);
    virNodeDeviceCompatReportFree(answer->report);
    g_clear_object(&answer->compat);
    g_clear_object(&answer->facts);
    g_free(answer->error);
    g_free(answer);
}


/* Keeps the message of the last error, which may show lines of what a driver answers and
 * become a part of a report, in one line. */
static void
virDomainHostdevCompatAnswerFail(virDomainHostdevCompatAnswer *answer)
{
    if (!answer->error)
        answer->error = virNodeDeviceCompatValueToPrintable(virGetLastErrorMessage(), ERROR_MAX);
    virResetLastError();
}


/**
 * virDomainHostdevCompatWorkOfDocument:
 * @xml: document
 *
 * Returns the work of it, whatever is in it: it is written on one side and read on the other
 * one, and most of it is written again for who has asked.
 */
size_t
virDomainHostdevCompatWorkOfDocument(const char *xml)
{
    return 3 * virNodeDeviceCompatWorkOfBytes(strlen(xml));
}


/* Compares @device with @source; NULL: the device of @question, on a host without a node
 * device driver. Adds to *@work. Returns NULL with an error reported if the driver does not
 * answer, or with what is no report on this device. */
static virNodeDeviceCompatReport *
virDomainHostdevCompatGetReport(const virDomainHostdevCompatQuestion *question,
                                virNodeDevicePtr device,
                                const virNodeDeviceCompat *source,
                                unsigned int flags,
                                size_t *work)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    g_autofree char *capability = NULL;
    g_autofree char *xml = NULL;

    virNodeDeviceCompatFormat(&buf, source);
    capability = virBufferContentAndReset(&buf);

    if (device)
        xml = virNodeDeviceGetCompatReport(device, capability, flags);
    else
        xml = question->getReport(question->node, capability, flags);

    *work += virDomainHostdevCompatWorkOfDocument(capability);
    if (!xml)
        return NULL;

    *work += virDomainHostdevCompatWorkOfDocument(xml);
    if (!(report = virNodeDeviceCompatReportParse(xml)))
        return NULL;

    *work += report->work;
    if (device && report->target && STRNEQ(report->target, virNodeDeviceGetName(device))) {
        virReportError(VIR_ERR_INTERNAL_ERROR,
                       _("the node device driver was asked about '%1$s' and reports on '%2$s'"),
                       virNodeDeviceGetName(device), report->target);
        return NULL;
    }

    return g_steal_pointer(&report);
}


/* Whether the target's driver could not be asked since the target has no opaque
 * string */
static bool
virDomainHostdevCompatLacksOpaque(const virNodeDeviceCompatReport *report)
{
    const char *missing =
        virNodeDeviceCompatReasonCodeTypeToString(VIR_NODE_DEVICE_COMPAT_REASON_MISSING_TARGET);
    size_t i;

    for (i = 0; i < report->nreasons; i++) {
        if (STREQ_NULLABLE(report->reasons[i]->attr, VIR_NODE_DEVICE_COMPAT_OPAQUE) &&
            STREQ(report->reasons[i]->code, missing))
            return true;
    }

    return false;
}


/* Whether a source is a vGPU whose metadata could not be read */
static bool
virDomainHostdevCompatLacksMetadata(const virNodeDeviceCompat *source)
{
    return !source->opaque &&
           virNodeDeviceCompatAttrsFind(&source->self, VIR_NODE_DEVICE_COMPAT_VGPU_BRANCH);
}


/* Has the node device driver compare one device. Where both sides have an opaque
 * string, the target's driver decides about the source's; that one of them has none
 * is no reason against the other one. That the metadata of a vGPU could not be read is, as
 * a target needs none to judge it. Adds to *@work. Returns NULL with an error reported if
 * there is no answer. */
static virNodeDeviceCompatReport *
virDomainHostdevCompatCompare(const virDomainHostdevCompatQuestion *question,
                              virNodeDevicePtr device,
                              size_t *work)
{
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    unsigned int flags = question->flags;

    if (!virNodeDeviceCompatHasOpaque(question->source))
        return virDomainHostdevCompatGetReport(question, device, question->source, flags, work);

    if (!(report = virDomainHostdevCompatGetReport(question, device, question->source, flags |
                                                   VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE, work)))
        return NULL;

    if (virDomainHostdevCompatLacksMetadata(question->source) ||
        !virDomainHostdevCompatLacksOpaque(report))
        return g_steal_pointer(&report);

    return virDomainHostdevCompatGetReport(question, device, question->source, flags, work);
}


/* Reads the descriptor of @device in the definition of the device, which takes longer:
 * that has what the device has besides, such as its vital product data. Returns NULL
 * with an error reported if it is not available. */
static virNodeDeviceCompat *
virDomainHostdevCompatReadDefinition(virNodeDevicePtr device)
{
    g_autofree char *xml = NULL;
    g_autofree char *name = NULL;

    if (!(xml = virNodeDeviceGetXMLDesc(device, 0)))
        return NULL;

    return virNodeDeviceCompatParseDocument(xml, false, &name);
}


/* Reads the descriptor of @device alone: a report on whatever source has it. A driver
 * of a stock libvirt has no reports. Adds to *@work. */
static virNodeDeviceCompat *
virDomainHostdevCompatRead(const virDomainHostdevCompatQuestion *question,
                           virNodeDevicePtr device,
                           size_t *work)
{
    g_autoptr(virNodeDeviceCompat) any = virNodeDeviceCompatNew();
    g_autoptr(virNodeDeviceCompatReport) report =
        virDomainHostdevCompatGetReport(question, device, any, 0, work);
    bool last = question->brief || !device;

    if (report && report->targetCompat)
        return g_steal_pointer(&report->targetCompat);

    if (report && last) {
        virReportError(VIR_ERR_INTERNAL_ERROR,
                       _("the report on '%1$s' has no descriptor"),
                       device ? virNodeDeviceGetName(device) : question->node->name);
    }

    if (last || (!report && virGetLastErrorCode() != VIR_ERR_NO_SUPPORT))
        return NULL;

    virResetLastError();
    return virDomainHostdevCompatReadDefinition(device);
}


/* The descriptor is the one that was compared; only if there was no answer with it, the
 * device is read. */
static void
virDomainHostdevCompatAskDevice(const virDomainHostdevCompatQuestion *question,
                                virNodeDevicePtr device,
                                virDomainHostdevCompatAnswer *answer)
{
    bool reports = true;

    answer->name = device ? g_strdup(virNodeDeviceGetName(device)) :
                            virDomainHostdevNodeGuessName(question->node);

    if (question->source) {
        if ((answer->report = virDomainHostdevCompatCompare(question, device, &answer->work))) {
            answer->compat = g_steal_pointer(&answer->report->targetCompat);
            reports = false;
        } else {
            reports = virGetLastErrorCode() != VIR_ERR_NO_SUPPORT;
            virDomainHostdevCompatAnswerFail(answer);
        }
    }

    if (!answer->compat) {
        answer->compat = reports ? virDomainHostdevCompatRead(question, device, &answer->work) :
                                   virDomainHostdevCompatReadDefinition(device);
    }

    if (!answer->compat)
        virDomainHostdevCompatAnswerFail(answer);
}


/* Sets @ret_device to the device, or leaves it alone if there is no @conn. Returns -1 with an
 * error reported if the device is not found. */
static int
virDomainHostdevCompatFindDevice(const virDomainHostdevCompatQuestion *question,
                                 virConnectPtr conn,
                                 virNodeDevicePtr *ret_device)
{
    if (!conn)
        return virDomainHostdevNodeFind(question->node);

    if (question->name)
        *ret_device = virGetNodeDevice(conn, question->name);
    else
        *ret_device = virDomainHostdevNodeLookup(question->node, conn, question->local);

    return *ret_device ? 0 : -1;
}


/**
 * virDomainHostdevCompatAsk:
 * @question: about one device
 * @conn: connection to the node device driver of its host, or NULL if this host has none
 * @budget: what can be done for all devices of a guest
 *
 * Each comparison has a limit, and so has each document, but a guest can have many devices:
 * once @budget is spent, further ones are not looked at. Does not change
 * @question, and adds neither facts nor an opaque string. Leaves no error.
 *
 * Returns the answer.
 */
virDomainHostdevCompatAnswer *
virDomainHostdevCompatAsk(const virDomainHostdevCompatQuestion *question,
                          virConnectPtr conn,
                          virNodeDeviceCompatBudget *budget)
{
    virDomainHostdevCompatAnswer *answer = NULL;
    g_autoptr(virNodeDevice) device = NULL;

    if (virNodeDeviceCompatBudgetIsSpent(budget))
        return virDomainHostdevCompatAnswerNew(_("there is too much to compare in all devices of the guest"));

    answer = virDomainHostdevCompatAnswerNew(NULL);
    answer->work = question->work;

    if (virDomainHostdevCompatFindDevice(question, conn, &device) < 0) {
        /* on another host only its node device driver knows */
        answer->absent = virGetLastErrorCode() == VIR_ERR_NO_NODE_DEVICE &&
                         !(question->local && virDomainHostdevNodeExists(question->node));
        virDomainHostdevCompatAnswerFail(answer);
    } else {
        virDomainHostdevCompatAskDevice(question, device, answer);
    }

    virNodeDeviceCompatBudgetSpend(budget, answer->work);

    return answer;
}


/**
 * virDomainHostdevCompatAskAll:
 * @questions: about several devices, without answers
 * @conn: connection to the node device driver of their host
 *
 * Asks right here, however long it takes: for tools.
 */
void
virDomainHostdevCompatAskAll(GPtrArray *questions,
                             virConnectPtr conn)
{
    virNodeDeviceCompatBudget budget = { .max = VIR_NODE_DEVICE_COMPAT_WORK_MAX };
    size_t i;

    for (i = 0; i < questions->len; i++) {
        virDomainHostdevCompatQuestion *question = g_ptr_array_index(questions, i);

        question->answer = virDomainHostdevCompatAsk(question, conn, &budget);
    }
}


/**
 * virDomainHostdevCompatSetAnswer:
 * @device: from virDomainHostdevCompatNew()
 * @answer: to a question about the same device; the descriptor in it is moved
 *
 * Adds the descriptor of the device.
 *
 * Returns 0 on success, -1 if it is not known.
 */
int
virDomainHostdevCompatSetAnswer(virDomainHostdevCompat *device,
                                virDomainHostdevCompatAnswer *answer)
{
    if (!answer->compat)
        return -1;

    device->compat = g_steal_pointer(&answer->compat);
    g_free(device->name);
    device->name = g_steal_pointer(&answer->name);
    return 0;
}
