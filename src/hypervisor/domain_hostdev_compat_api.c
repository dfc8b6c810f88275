/*
 * domain_hostdev_compat_api.c: what drivers share of the APIs about a guest's host devices
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "domain_hostdev_compat_api.h"

#include "conf/nodedev_compat_document.h"
#include "conf/nodedev_compat_limits.h"
#include "domain_hostdev_description.h"
#include "virerror.h"
#include "virlog.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_DOMAIN

VIR_LOG_INIT("hypervisor.domain_hostdev_compat_api");


/**
 * virDomainHostdevCompatListNewGuest:
 * @guest: the host devices of a guest
 * @questions: empty array from virDomainHostdevCompatQuestionsNew()
 *
 * Adds to @questions one about each host device of @guest, in order to describe it.
 *
 * Returns an array that owns a virDomainHostdevCompat for each question, without
 * descriptors.
 */
GPtrArray *
virDomainHostdevCompatListNewGuest(const virDomainHostdevGuest *guest,
                                   GPtrArray *questions)
{
    GPtrArray *devices = virDomainHostdevCompatListNew();
    size_t i;

    for (i = 0; i < guest->nodes->len; i++) {
        const virDomainHostdevNode *node = g_ptr_array_index(guest->nodes, i);

        g_ptr_array_add(questions,
                        virDomainHostdevCompatQuestionNew(virDomainHostdevNodeCopy(node), NULL));
        g_ptr_array_add(devices, virDomainHostdevCompatNewNode(node));
    }

    return devices;
}


static void
virDomainHostdevCompatDropOpaque(virNodeDeviceCompat *compat)
{
    g_clear_pointer(&compat->opaque, g_free);
    compat->opaqueState = VIR_NODE_DEVICE_COMPAT_ATTR_OK;
}


/**
 * virDomainHostdevCompatDescribe:
 * @devices: from virDomainHostdevCompatListNewGuest(), freed by the function
 * @questions: those about them, with answers; descriptors in these are moved
 * @opaque: whether drivers' opaque strings are part of the description
 *
 * A device about which nothing is known is described without its descriptor.
 *
 * Returns the result of virDomainGetHostdevCompat().
 */
char *
virDomainHostdevCompatDescribe(GPtrArray *devices,
                               GPtrArray *questions,
                               bool opaque)
{
    g_autoptr(virDomainHostdevDescription) description = virDomainHostdevDescriptionNew();
    size_t budget = VIR_DOMAIN_HOSTDEV_DESCRIPTION_MAX;
    size_t i;

    g_clear_pointer(&description->hostdevs, g_ptr_array_unref);
    description->hostdevs = devices;

    for (i = 0; i < devices->len; i++) {
        virDomainHostdevCompat *device = g_ptr_array_index(devices, i);
        const virDomainHostdevCompatQuestion *question = g_ptr_array_index(questions, i);

        if (virDomainHostdevCompatSetAnswer(device, question->answer) < 0) {
            VIR_WARN("Describing host device '%s' without compatibility data: %s",
                     virDomainHostdevCompatGetName(device), NULLSTR(question->answer->error));
            continue;
        }

        if (!opaque)
            virDomainHostdevCompatDropOpaque(device->compat);
        virDomainHostdevDescriptionLimit(device, &budget);
    }

    virDomainHostdevDescriptionStamp(description);
    return virDomainHostdevDescriptionFormat(description, VIR_DOMAIN_HOSTDEV_DESCRIPTION_MAX);
}


static int
virDomainHostdevCompatValidateDescription(const char *xml)
{
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;

    if (virDomainHostdevDescriptionCheckNodes(xml, _("(host_device_description)"),
                                              VIR_DOMAIN_HOSTDEV_DESCRIPTION_VALIDATED_MAX) < 0 ||
        !(doc = virNodeDeviceCompatDocumentParseAnswer(xml, _("(host_device_description)"),
                                                       VIR_DOMAIN_HOSTDEV_DESCRIPTION_ELEMENT,
                                                       &ctxt)))
        return -1;

    return virNodeDeviceCompatDocumentValidate(doc, "nodedevcompatdescription.rng");
}


/* Returns the devices that @xml describes, or NULL with an error reported. */
static GPtrArray *
virDomainHostdevCompatParseSources(const char *xml,
                                   unsigned int flags)
{
    g_autoptr(virDomainHostdevDescription) description = NULL;
    size_t i;

    if (flags & VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_VALIDATE_XML &&
        virDomainHostdevCompatValidateDescription(xml) < 0)
        return NULL;

    if (virDomainHostdevDescriptionParse(xml, VIR_DOMAIN_HOSTDEV_DESCRIPTION_MAX,
                                         &description) != VIR_DOMAIN_HOSTDEV_DESCRIPTION_OK)
        return NULL;

    for (i = 0; i < description->hostdevs->len; i++) {
        virDomainHostdevCompat *source = g_ptr_array_index(description->hostdevs, i);

        if (source->compat && !(flags & VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_OPAQUE))
            virDomainHostdevCompatDropOpaque(source->compat);
    }

    return g_ptr_array_ref(description->hostdevs);
}


/**
 * virDomainHostdevCompatCompareGuest:
 * @driver: what the driver has for a check, without sources
 * @domXML: definition that the guest would have on the host
 * @hostdevsXML: what virDomainGetHostdevCompat() returned elsewhere
 * @ask: asks the host about its devices
 * @opaque: passed to @ask
 * @flags: bitwise-OR of virConnectCompareHostdevCompatFlags
 *
 * Returns an array that owns a virNodeDeviceCompatReport for each device, or NULL with an
 * error reported.
 */
GPtrArray *
virDomainHostdevCompatCompareGuest(const virDomainHostdevCompatCheck *driver,
                                   const char *domXML,
                                   const char *hostdevsXML,
                                   virDomainHostdevCompatAskFunc ask,
                                   void *opaque,
                                   unsigned int flags)
{
    virDomainHostdevCompatCheck check = *driver;
    g_autoptr(GPtrArray) sources = NULL;
    g_autoptr(virDomainHostdevGuest) target = NULL;
    g_autoptr(virDomainHostdevCompatPlan) plan = NULL;
    GPtrArray *questions;

    if (!(sources = virDomainHostdevCompatParseSources(hostdevsXML, flags)) ||
        !(target = virDomainHostdevGuestParse(domXML)))
        return NULL;

    check.sources = sources;
    if (flags & VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_ALLOW_CROSS_TYPE)
        check.crossType = true;

    plan = virDomainHostdevCompatPlanNew(&check, target, VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_ANY);
    questions = virDomainHostdevCompatPlanGetQuestions(plan);
    if (questions->len > 0) {
        virDomainHostdevCompatQuestion *first = g_ptr_array_index(questions, 0);

        first->work = virDomainHostdevCompatWorkOfDocument(hostdevsXML);
    }

    if (ask(questions, opaque) < 0)
        return NULL;

    return virDomainHostdevCompatPlanJudge(plan, &check);
}


static virNodeDeviceCompatWould
virDomainHostdevCompatGetWould(const virDomainHostdevCompatPolicy *policy,
                               virNodeDeviceCompatResult verdict)
{
    if (policy->mode == VIR_DOMAIN_HOSTDEV_COMPAT_MODE_OFF)
        return VIR_NODE_DEVICE_COMPAT_WOULD_ALLOW;

    switch (virDomainHostdevCompatPolicyDecide(policy, verdict)) {
    case VIR_DOMAIN_HOSTDEV_COMPAT_DECISION_ALLOW:
        return VIR_NODE_DEVICE_COMPAT_WOULD_ALLOW;

    case VIR_DOMAIN_HOSTDEV_COMPAT_DECISION_WARN:
        return VIR_NODE_DEVICE_COMPAT_WOULD_WARN;

    case VIR_DOMAIN_HOSTDEV_COMPAT_DECISION_REFUSE:
    default:
        return VIR_NODE_DEVICE_COMPAT_WOULD_REFUSE;
    }
}


/**
 * virDomainHostdevCompatFormatDecided:
 * @reports: from virDomainHostdevCompatCompareGuest()
 * @policy: policy of the host
 *
 * Makes warnings of the reasons that the policy ignores, and adds what it would do about
 * the guest.
 *
 * Returns the result of virConnectCompareHostdevCompat(), or NULL with an error reported if
 * that is too large.
 */
char *
virDomainHostdevCompatFormatDecided(GPtrArray *reports,
                                    const virDomainHostdevCompatPolicy *policy)
{
    g_autofree char *ignored = virDomainHostdevCompatPolicyIgnore(policy, reports);
    g_autofree char *xml = NULL;
    size_t i;

    for (i = 0; i < reports->len; i++) {
        virNodeDeviceCompatReport *report = g_ptr_array_index(reports, i);

        report->would = virDomainHostdevCompatGetWould(policy, report->verdict);
    }

    xml = virNodeDeviceCompatReportsFormat(reports);
    if (strlen(xml) > VIR_NODE_DEVICE_COMPAT_REPORTS_MAX) {
        virReportError(VIR_ERR_OPERATION_FAILED,
                       _("the reports on the host devices are larger than %1$d bytes"),
                       VIR_NODE_DEVICE_COMPAT_REPORTS_MAX);
        return NULL;
    }

    return g_steal_pointer(&xml);
}
