/*
 * nodedev_compat_baseline_xml.c: documents of many devices and of their baseline
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_baseline.h"

#include "nodedev_compat_document.h"
#include "nodedev_compat_value.h"
#include "nodedev_compat_xml.h"
#include "viralloc.h"
#include "virerror.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV


void
virNodeDeviceCompatDevicesFree(virNodeDeviceCompatDevices *list)
{
    size_t i;

    if (!list)
        return;

    for (i = 0; i < list->ndevices; i++) {
        g_free(list->devices[i].name);
        g_clear_object(&list->devices[i].compat);
    }
    g_free(list->devices);
    g_free(list);
}


/* One device of the document. What is wrong with it is told with its number, as
 * there may be many. */
static int
virNodeDeviceCompatDevicesParseDevice(virNodeDeviceCompatDevices *list,
                                      xmlXPathContextPtr ctxt)
{
    virNodeDeviceCompatDevice device = { 0 };

    if (!(device.compat = virNodeDeviceCompatParseElement(ctxt, &device.name))) {
        g_autofree char *cause = g_strdup(virGetLastErrorMessage());

        virReportError(VIR_ERR_XML_ERROR, _("device %1$zu of the document: %2$s"),
                       list->ndevices + 1, cause);
        return -1;
    }

    VIR_APPEND_ELEMENT(list->devices, list->ndevices, device);
    return 0;
}


/* Text between devices is what a program has printed in the place of one, or a part of
 * one. */
static int
virNodeDeviceCompatDevicesCheckText(xmlNodePtr devices)
{
    xmlNodePtr node;

    for (node = devices->children; node; node = node->next) {
        g_autofree char *text = NULL;
        g_autofree char *shown = NULL;

        if ((node->type != XML_TEXT_NODE && node->type != XML_CDATA_SECTION_NODE) ||
            xmlIsBlankNode(node))
            continue;

        text = g_strstrip(g_strdup((const char *)node->content));
        shown = virNodeDeviceCompatValueToPrintable(text, 64);
        virReportError(VIR_ERR_XML_ERROR, _("expected devices in the document, not '%1$s'"), shown);
        return -1;
    }

    return 0;
}


/**
 * virNodeDeviceCompatDevicesParse:
 * @xml: a <devices> document, which holds <device>, <capability type='compat'>
 *       and <nodeDeviceCompatBaseline> elements in any number and order
 * @validate: check it against its schema first
 *
 * Nothing else may be in the document, or a device that is spelled wrong would be
 * one that the baseline does not care for.
 *
 * Returns the devices, at least one, or NULL with an error reported.
 */
virNodeDeviceCompatDevices *
virNodeDeviceCompatDevicesParse(const char *xml,
                                bool validate)
{
    g_autoptr(virNodeDeviceCompatDevices) list = g_new0(virNodeDeviceCompatDevices, 1);
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;
    xmlNodePtr node;

    if (!(doc = virNodeDeviceCompatDocumentParseInput(xml, _("(node_device_compat)"), &ctxt)))
        return NULL;

    if (!virXMLNodeNameEqual(ctxt->node, "devices")) {
        g_autofree char *shown =
            virNodeDeviceCompatValueToPrintable((const char *)ctxt->node->name, 64);

        virReportError(VIR_ERR_XML_ERROR, _("expected a <devices> document, not <%1$s>"), shown);
        return NULL;
    }

    if (validate &&
        virNodeDeviceCompatDocumentValidate(doc, "nodedevcompatdevices.rng") < 0)
        return NULL;

    if (virNodeDeviceCompatDevicesCheckText(ctxt->node) < 0)
        return NULL;

    for (node = xmlFirstElementChild(ctxt->node); node; node = xmlNextElementSibling(node)) {
        VIR_XPATH_NODE_AUTORESTORE(ctxt)

        ctxt->node = node;
        if (virNodeDeviceCompatDevicesParseDevice(list, ctxt) < 0)
            return NULL;
    }

    if (list->ndevices == 0) {
        virReportError(VIR_ERR_XML_ERROR, "%s", _("there is no device in the document"));
        return NULL;
    }

    return g_steal_pointer(&list);
}


void
virNodeDeviceCompatBaselineFree(virNodeDeviceCompatBaseline *baseline)
{
    size_t i;

    if (!baseline)
        return;

    g_clear_object(&baseline->compat);
    for (i = 0; i < baseline->nreports; i++)
        virNodeDeviceCompatReportFree(baseline->reports[i]);
    g_free(baseline->reports);
    virNodeDeviceCompatReportFree(baseline->host);
    g_free(baseline);
}


/**
 * virNodeDeviceCompatBaselineFormat:
 * @baseline: result to format
 *
 * Returns the result as XML.
 */
char *
virNodeDeviceCompatBaselineFormat(const virNodeDeviceCompatBaseline *baseline)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_auto(virBuffer) attrBuf = VIR_BUFFER_INITIALIZER;
    g_auto(virBuffer) childBuf = VIR_BUFFER_INIT_CHILD(&buf);
    size_t i;

    virBufferAsprintf(&attrBuf, " verdict='%s' devices='%zu'",
                      virNodeDeviceCompatResultTypeToString(baseline->verdict),
                      baseline->ndevices);
    if (baseline->incomplete)
        virBufferAddLit(&attrBuf, " complete='no'");
    if (baseline->nomitted > 0)
        virBufferAsprintf(&attrBuf, " omitted='%zu'", baseline->nomitted);

    virNodeDeviceCompatFormat(&childBuf, baseline->compat);
    if (baseline->host)
        virNodeDeviceCompatReportFormatFindings(&childBuf, baseline->host);
    for (i = 0; i < baseline->nreports; i++)
        virNodeDeviceCompatReportFormatBuf(&childBuf, baseline->reports[i]);

    virXMLFormatElement(&buf, "nodeDeviceCompatBaseline", &attrBuf, &childBuf);
    return virBufferContentAndReset(&buf);
}


/* There is a descriptor if there can be, and no verdict without a reason; that there
 * was too much to compare is one. */
static int
virNodeDeviceCompatBaselineCheck(const virNodeDeviceCompatBaseline *baseline)
{
    bool some = baseline->verdict != VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE &&
                !baseline->incomplete;
    bool good = virNodeDeviceCompatVerdictIsGood(baseline->verdict);
    virNodeDeviceCompatResult host = virNodeDeviceCompatReportGetVerdict(baseline->host,
                                                                         baseline->verdict);

    if (some == !!baseline->compat &&
        (good || baseline->incomplete) == (baseline->nreports == 0) &&
        !(good && baseline->incomplete) &&
        virNodeDeviceCompatVerdictRank(host) <= virNodeDeviceCompatVerdictRank(baseline->verdict))
        return 0;

    virReportError(VIR_ERR_XML_ERROR, "%s",
                   _("the content of a baseline document does not match its verdict"));
    return -1;
}


static int
virNodeDeviceCompatBaselineParseProps(virNodeDeviceCompatBaseline *baseline,
                                      xmlNodePtr node)
{
    virTristateBool complete = VIR_TRISTATE_BOOL_YES;
    unsigned long long ndevices = 0;
    unsigned long long nomitted = 0;
    unsigned int verdict;

    if (virXMLPropEnum(node, "verdict",
                       virNodeDeviceCompatResultTypeFromString,
                       VIR_XML_PROP_REQUIRED, &verdict) < 0 ||
        virXMLPropULongLong(node, "devices", 10,
                            VIR_XML_PROP_REQUIRED | VIR_XML_PROP_NONZERO, &ndevices) < 0 ||
        virXMLPropTristateBool(node, "complete", VIR_XML_PROP_NONE, &complete) < 0 ||
        virXMLPropULongLong(node, "omitted", 10, VIR_XML_PROP_NONE, &nomitted) < 0)
        return -1;

    baseline->verdict = verdict;
    baseline->ndevices = ndevices;
    baseline->nomitted = nomitted;
    baseline->incomplete = complete == VIR_TRISTATE_BOOL_NO;
    return 0;
}


/**
 * virNodeDeviceCompatBaselineParse:
 * @xml: result as virNodeDeviceCompatBaselineFormat() writes it
 *
 * Returns the result, or NULL with an error reported.
 */
virNodeDeviceCompatBaseline *
virNodeDeviceCompatBaselineParse(const char *xml)
{
    g_autoptr(virNodeDeviceCompatBaseline) baseline = g_new0(virNodeDeviceCompatBaseline, 1);
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;
    g_autofree xmlNodePtr *nodes = NULL;
    ssize_t nnodes;
    size_t i;

    baseline->host = g_new0(virNodeDeviceCompatReport, 1);

    if (!(doc = virNodeDeviceCompatDocumentParseAnswer(xml, _("(node_device_compat_baseline)"),
                                                       "nodeDeviceCompatBaseline", &ctxt)) ||
        virNodeDeviceCompatBaselineParseProps(baseline, ctxt->node) < 0 ||
        virNodeDeviceCompatParseChild(ctxt->node, &baseline->compat) < 0 ||
        virNodeDeviceCompatReportParseFindings(baseline->host, ctxt) < 0 ||
        (nnodes = virXPathNodeSet("./nodeDeviceCompatReport", ctxt, &nodes)) < 0)
        return NULL;

    for (i = 0; i < nnodes; i++) {
        virNodeDeviceCompatReport *report;

        ctxt->node = nodes[i];
        if (!(report = virNodeDeviceCompatReportParseXML(ctxt)))
            return NULL;
        VIR_APPEND_ELEMENT(baseline->reports, baseline->nreports, report);
    }

    return virNodeDeviceCompatBaselineCheck(baseline) < 0 ? NULL : g_steal_pointer(&baseline);
}
