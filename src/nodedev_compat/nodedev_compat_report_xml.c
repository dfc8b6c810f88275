/*
 * nodedev_compat_report_xml.c: reports as XML
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_report.h"

#include "nodedev_compat_budget.h"
#include "nodedev_compat_document.h"
#include "nodedev_compat_report_text.h"
#include "nodedev_compat_value.h"
#include "nodedev_compat_xml.h"
#include "viralloc.h"
#include "virerror.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV


static void
virNodeDeviceCompatProvisionFormat(virBuffer *buf,
                                   const virNodeDeviceCompatReport *report)
{
    g_auto(virBuffer) childBuf = VIR_BUFFER_INIT_CHILD(buf);
    size_t i;

    for (i = 0; i < report->nprovisions; i++) {
        virNodeDeviceCompatValueFormat(&childBuf, "<attr name='%s'", report->provisions[i].attr);
        virNodeDeviceCompatValueFormat(&childBuf, " value='%s'/>\n", report->provisions[i].value);
    }

    virXMLFormatElement(buf, "provision", NULL, &childBuf);
}


/* With @brief, the values are left out, and the sentence, which has them too, is cut. */
static void
virNodeDeviceCompatReasonFormat(virBuffer *buf,
                                const virNodeDeviceCompatReason *reason,
                                bool brief)
{
    g_autofree char *start = brief ? virNodeDeviceCompatReportToBrief(reason->message) : NULL;
    g_auto(virBuffer) attrBuf = VIR_BUFFER_INITIALIZER;
    g_auto(virBuffer) childBuf = VIR_BUFFER_INIT_CHILD(buf);

    /* words of tables and valid names; those of a peer were looked at when they were parsed */
    virBufferEscapeString(&attrBuf, " code='%s'", reason->code);
    virBufferAsprintf(&attrBuf, " severity='%s'",
                      virNodeDeviceCompatSeverityTypeToString(reason->severity));
    virBufferEscapeString(&attrBuf, " attr='%s'", reason->attr);
    virBufferEscapeString(&attrBuf, " rule='%s'", reason->rule);

    if (brief) {
        virBufferEscapeString(&childBuf, "<message>%s</message>\n", start);
    } else {
        virNodeDeviceCompatValueFormat(&childBuf, "<source>%s</source>\n", reason->source);
        virNodeDeviceCompatValueFormat(&childBuf, "<target>%s</target>\n", reason->target);
        virNodeDeviceCompatValueFormat(&childBuf, "<message>%s</message>\n", reason->message);
    }

    virXMLFormatElement(buf, "reason", &attrBuf, &childBuf);
}


/**
 * virNodeDeviceCompatReportFormatFindings:
 * @buf: buffer to add to
 * @report: report to format
 *
 * Adds the elements that a report and a candidate have in common: the reasons, and
 * the attributes to set on a new device. Reasons beyond
 * VIR_NODE_DEVICE_COMPAT_REPORT_MAX bytes are brief.
 */
void
virNodeDeviceCompatReportFormatFindings(virBuffer *buf,
                                        const virNodeDeviceCompatReport *report)
{
    size_t start = virBufferUse(buf);
    size_t i;

    for (i = 0; i < report->nreasons; i++) {
        virNodeDeviceCompatReasonFormat(buf, report->reasons[i],
                                        virBufferUse(buf) - start > VIR_NODE_DEVICE_COMPAT_REPORT_MAX);
    }
    virNodeDeviceCompatProvisionFormat(buf, report);
}


/**
 * virNodeDeviceCompatReportFormatDevice:
 * @buf: buffer to add to
 * @element: source or target
 * @name: name of the device, or NULL
 * @inferred: there is no compatibility data in its document
 * @compat: its descriptor, or NULL if what was compared is not shown
 *
 * Adds the element, if there is anything in it.
 */
void
virNodeDeviceCompatReportFormatDevice(virBuffer *buf,
                                      const char *element,
                                      const char *name,
                                      bool inferred,
                                      const virNodeDeviceCompat *compat)
{
    g_auto(virBuffer) attrBuf = VIR_BUFFER_INITIALIZER;
    g_auto(virBuffer) childBuf = VIR_BUFFER_INIT_CHILD(buf);

    virNodeDeviceCompatValueFormat(&attrBuf, " name='%s'", name);
    if (inferred)
        virBufferAddLit(&attrBuf, " inferred='yes'");
    virNodeDeviceCompatFormat(&childBuf, compat);

    virXMLFormatElement(buf, element, &attrBuf, &childBuf);
}


/**
 * virNodeDeviceCompatReportFormatBuf:
 * @buf: buffer to add to
 * @report: report to format
 */
void
virNodeDeviceCompatReportFormatBuf(virBuffer *buf,
                                   const virNodeDeviceCompatReport *report)
{
    g_auto(virBuffer) attrBuf = VIR_BUFFER_INITIALIZER;
    g_auto(virBuffer) childBuf = VIR_BUFFER_INIT_CHILD(buf);

    virBufferAsprintf(&attrBuf, " verdict='%s'",
                      virNodeDeviceCompatResultTypeToString(report->verdict));
    if (report->would != VIR_NODE_DEVICE_COMPAT_WOULD_NONE) {
        virBufferAsprintf(&attrBuf, " would='%s'",
                          virNodeDeviceCompatWouldTypeToString(report->would));
    }
    if (report->deferred)
        virBufferAddLit(&attrBuf, " deferred='yes'");
    if (report->work >= VIR_NODE_DEVICE_COMPAT_WORK_TOLD)
        virBufferAsprintf(&attrBuf, " work='%zu'", report->work);
    virNodeDeviceCompatReportFormatDevice(&childBuf, "source", report->source,
                                          report->sourceInferred, NULL);
    virNodeDeviceCompatReportFormatDevice(&childBuf, "target", report->target,
                                          report->targetInferred, report->targetCompat);
    virNodeDeviceCompatReportFormatFindings(&childBuf, report);

    virXMLFormatElement(buf, "nodeDeviceCompatReport", &attrBuf, &childBuf);
}


/**
 * virNodeDeviceCompatReportFormat:
 * @report: report to format
 *
 * Returns the report as XML.
 */
char *
virNodeDeviceCompatReportFormat(const virNodeDeviceCompatReport *report)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    virNodeDeviceCompatReportFormatBuf(&buf, report);
    return virBufferContentAndReset(&buf);
}


/**
 * virNodeDeviceCompatReportsFormat:
 * @reports: a virNodeDeviceCompatReport for each device of a guest
 *
 * Returns all of them as one XML document.
 */
char *
virNodeDeviceCompatReportsFormat(GPtrArray *reports)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_auto(virBuffer) attrBuf = VIR_BUFFER_INITIALIZER;
    g_auto(virBuffer) childBuf = VIR_BUFFER_INIT_CHILD(&buf);
    virNodeDeviceCompatWould would = virNodeDeviceCompatReportsGetWould(reports);
    size_t i;

    if (would != VIR_NODE_DEVICE_COMPAT_WOULD_NONE)
        virBufferAsprintf(&attrBuf, " would='%s'", virNodeDeviceCompatWouldTypeToString(would));

    for (i = 0; i < reports->len; i++)
        virNodeDeviceCompatReportFormatBuf(&childBuf, g_ptr_array_index(reports, i));

    virXMLFormatElementEmpty(&buf, "nodeDeviceCompatReports", &attrBuf, &childBuf);
    return virBufferContentAndReset(&buf);
}


/**
 * virNodeDeviceCompatReportCheckText:
 * @text: text of a document, or NULL
 *
 * The text of a report is used in messages and log lines, and shown by terminals. Nobody
 * formats a report with what virNodeDeviceCompatValueToPrintable() replaces.
 *
 * Returns 0 if @text fits into a line, -1 with an error reported if not.
 */
int
virNodeDeviceCompatReportCheckText(const char *text)
{
    g_autofree char *shown = NULL;
    bool good = true;
    size_t i;

    if (!text)
        return 0;

    for (i = 0; text[i]; i++)
        good &= !g_ascii_iscntrl(text[i]);

    /* nearly all text is ASCII, and there can be much of it */
    if (good && !g_str_is_ascii(text)) {
        shown = virNodeDeviceCompatValueToPrintable(text, SIZE_MAX);
        good = STREQ(shown, text);
    }

    if (!good) {
        virReportError(VIR_ERR_XML_ERROR, "%s",
                       _("control character in a compatibility report"));
        return -1;
    }

    return 0;
}


/* A code or a rule of a newer release is kept as it is; the severity is enough for the
 * verdict. */
static virNodeDeviceCompatReason *
virNodeDeviceCompatReasonParse(xmlNodePtr node)
{
    g_autoptr(virNodeDeviceCompatReason) reason = g_new0(virNodeDeviceCompatReason, 1);
    unsigned int severity;

    if (!(reason->code = virXMLPropStringRequired(node, "code")) ||
        !(reason->rule = virXMLPropStringRequired(node, "rule")) ||
        !(reason->attr = virXMLPropStringRequired(node, "attr")) ||
        virXMLPropEnum(node, "severity",
                       virNodeDeviceCompatSeverityTypeFromString,
                       VIR_XML_PROP_REQUIRED, &severity) < 0)
        return NULL;

    reason->severity = severity;
    reason->source = virNodeDeviceCompatDocumentGetText(virXMLNodeGetSubelement(node, "source"));
    reason->target = virNodeDeviceCompatDocumentGetText(virXMLNodeGetSubelement(node, "target"));
    reason->message = virNodeDeviceCompatDocumentGetText(virXMLNodeGetSubelement(node, "message"));
    if (!reason->message) {
        virReportError(VIR_ERR_XML_ERROR, "%s",
                       _("reason of a compatibility report has no message"));
        return NULL;
    }

    if (virNodeDeviceCompatReportCheckText(reason->code) < 0 ||
        virNodeDeviceCompatReportCheckText(reason->rule) < 0 ||
        virNodeDeviceCompatReportCheckText(reason->attr) < 0 ||
        virNodeDeviceCompatReportCheckText(reason->source) < 0 ||
        virNodeDeviceCompatReportCheckText(reason->target) < 0 ||
        virNodeDeviceCompatReportCheckText(reason->message) < 0)
        return NULL;

    return g_steal_pointer(&reason);
}


static int
virNodeDeviceCompatProvisionParse(virNodeDeviceCompatReport *report,
                                  xmlXPathContextPtr ctxt)
{
    g_autofree xmlNodePtr *nodes = NULL;
    ssize_t nnodes;
    size_t i;

    if ((nnodes = virXPathNodeSet("./provision/attr", ctxt, &nodes)) < 0)
        return -1;

    for (i = 0; i < nnodes; i++) {
        g_autofree char *attr = virXMLPropStringRequired(nodes[i], "name");
        g_autofree char *value = virXMLPropStringRequired(nodes[i], "value");

        if (!attr || !value ||
            virNodeDeviceCompatReportCheckText(attr) < 0 ||
            virNodeDeviceCompatReportCheckText(value) < 0)
            return -1;

        virNodeDeviceCompatReportAddProvision(report, attr, value, 0);
    }

    return 0;
}


/**
 * virNodeDeviceCompatReportParseFindings:
 * @report: report to add to
 * @ctxt: context at the element that virNodeDeviceCompatReportFormatFindings()
 *        wrote into
 *
 * Returns 0 on success, -1 with an error reported otherwise.
 */
int
virNodeDeviceCompatReportParseFindings(virNodeDeviceCompatReport *report,
                                       xmlXPathContextPtr ctxt)
{
    g_autofree xmlNodePtr *nodes = NULL;
    ssize_t nnodes;
    size_t i;

    if (virNodeDeviceCompatProvisionParse(report, ctxt) < 0 ||
        (nnodes = virXPathNodeSet("./reason", ctxt, &nodes)) < 0)
        return -1;

    for (i = 0; i < nnodes; i++) {
        /* there can be some thousand of them: no XPath for each */
        virNodeDeviceCompatReason *reason = virNodeDeviceCompatReasonParse(nodes[i]);

        if (!reason)
            return -1;
        VIR_APPEND_ELEMENT(report->reasons, report->nreasons, reason);
    }

    return 0;
}


/**
 * virNodeDeviceCompatReportParseDevice:
 * @node: element as virNodeDeviceCompatReportFormatDevice() writes it, or NULL
 * @ret_name: set to the name of the device, or to NULL if it has none
 * @ret_inferred: set to true if there is no compatibility data in its document
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
virNodeDeviceCompatReportParseDevice(xmlNodePtr node,
                                     char **ret_name,
                                     bool *ret_inferred)
{
    virTristateBool inferred = VIR_TRISTATE_BOOL_ABSENT;

    if (!node)
        return 0;

    *ret_name = virXMLPropString(node, "name");
    if (virXMLPropTristateBool(node, "inferred", VIR_XML_PROP_NONE, &inferred) < 0)
        return -1;

    *ret_inferred = inferred == VIR_TRISTATE_BOOL_YES;
    return virNodeDeviceCompatReportCheckText(*ret_name);
}


/**
 * virNodeDeviceCompatReportParseXML:
 * @ctxt: context at a <nodeDeviceCompatReport> element
 *
 * Returns the report, or NULL with an error reported.
 */
virNodeDeviceCompatReport *
virNodeDeviceCompatReportParseXML(xmlXPathContextPtr ctxt)
{
    g_autoptr(virNodeDeviceCompatReport) report = g_new0(virNodeDeviceCompatReport, 1);
    xmlNodePtr target = virXPathNode("./target[1]", ctxt);
    virTristateBool deferred = VIR_TRISTATE_BOOL_ABSENT;
    unsigned int verdict;
    unsigned int would = VIR_NODE_DEVICE_COMPAT_WOULD_NONE;
    unsigned int work = 0;

    if (virXMLPropEnum(ctxt->node, "verdict",
                       virNodeDeviceCompatResultTypeFromString,
                       VIR_XML_PROP_REQUIRED, &verdict) < 0 ||
        virXMLPropEnum(ctxt->node, "would", virNodeDeviceCompatWouldTypeFromString,
                       VIR_XML_PROP_NONZERO, &would) < 0 ||
        virXMLPropTristateBool(ctxt->node, "deferred", VIR_XML_PROP_NONE, &deferred) < 0 ||
        virXMLPropUInt(ctxt->node, "work", 10, VIR_XML_PROP_NONE, &work) < 0)
        return NULL;

    report->verdict = verdict;
    report->would = would;
    report->deferred = deferred == VIR_TRISTATE_BOOL_YES;
    report->work = work;

    if (virNodeDeviceCompatReportParseDevice(virXPathNode("./source[1]", ctxt), &report->source,
                                             &report->sourceInferred) < 0 ||
        virNodeDeviceCompatReportParseDevice(target, &report->target,
                                             &report->targetInferred) < 0 ||
        (target && virNodeDeviceCompatParseChild(target, &report->targetCompat) < 0) ||
        virNodeDeviceCompatReportParseFindings(report, ctxt) < 0)
        return NULL;

    return g_steal_pointer(&report);
}


/**
 * virNodeDeviceCompatReportParse:
 * @xml: report as virNodeDeviceCompatReportFormat() writes it
 *
 * Returns the report, or NULL with an error reported.
 */
virNodeDeviceCompatReport *
virNodeDeviceCompatReportParse(const char *xml)
{
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;

    if (!(doc = virNodeDeviceCompatDocumentParseAnswer(xml, _("(node_device_compat_report)"),
                                                       "nodeDeviceCompatReport", &ctxt)))
        return NULL;

    return virNodeDeviceCompatReportParseXML(ctxt);
}


/**
 * virNodeDeviceCompatReportsParse:
 * @xml: reports as virNodeDeviceCompatReportsFormat() writes them
 *
 * What would become of the guest follows from the reports.
 *
 * Returns an array that owns them, or NULL with an error reported.
 */
GPtrArray *
virNodeDeviceCompatReportsParse(const char *xml)
{
    g_autoptr(GPtrArray) reports =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatReportFree);
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;
    g_autofree xmlNodePtr *nodes = NULL;
    ssize_t nnodes;
    size_t i;

    if (!(doc = virNodeDeviceCompatDocumentParseAnswer(xml, _("(node_device_compat_reports)"),
                                                       "nodeDeviceCompatReports", &ctxt)) ||
        (nnodes = virXPathNodeSet("./nodeDeviceCompatReport", ctxt, &nodes)) < 0)
        return NULL;

    for (i = 0; i < nnodes; i++) {
        virNodeDeviceCompatReport *report;

        ctxt->node = nodes[i];
        if (!(report = virNodeDeviceCompatReportParseXML(ctxt)))
            return NULL;
        g_ptr_array_add(reports, report);
    }

    return g_steal_pointer(&reports);
}
