/*
 * nodedev_compat_candidates.c: devices of a host that a guest could continue on, ranked
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_candidates.h"

#include "nodedev_compat_document.h"
#include "nodedev_compat_value.h"
#include "viralloc.h"
#include "virbuffer.h"
#include "virerror.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define STATE(name) VIR_NODE_DEVICE_COMPAT_STATE_ ## name
#define KEY(name) VIR_NODE_DEVICE_COMPAT_KEY_ ## name

/* Reports of candidates are kept up to that many times the size of the list, before
 * those that cannot be in it are dropped. */
#define KEPT_MAX 3

VIR_ENUM_IMPL(virNodeDeviceCompatState,
              VIR_NODE_DEVICE_COMPAT_STATE_LAST,
              "free", "host", "defined", "unknown", "used",
);


void
virNodeDeviceCompatCandidateFree(virNodeDeviceCompatCandidate *candidate)
{
    if (!candidate)
        return;

    g_free(candidate->name);
    g_free(candidate->type);
    virNodeDeviceCompatReportFree(candidate->report);
    g_free(candidate);
}


void
virNodeDeviceCompatCandidatesFree(virNodeDeviceCompatCandidates *list)
{
    size_t i;

    if (!list)
        return;

    for (i = 0; i < list->ncandidates; i++)
        virNodeDeviceCompatCandidateFree(list->candidates[i]);
    g_free(list->candidates);
    g_free(list->source);
    g_free(list);
}


/* Returns true if a guest that uses the source could continue on the candidate. */
static bool
virNodeDeviceCompatCandidateFits(const virNodeDeviceCompatCandidate *candidate)
{
    return candidate->state != STATE(USED) &&
           virNodeDeviceCompatVerdictIsGood(candidate->report->verdict);
}


/* Could it be that a guest that uses the source could have it? */
static bool
virNodeDeviceCompatCandidateIsUnknown(const virNodeDeviceCompatCandidate *candidate)
{
    return candidate->state != STATE(USED) &&
           candidate->report->verdict == VIR_NODE_DEVICE_COMPAT_UNKNOWN;
}


/**
 * virNodeDeviceCompatCandidatesWant:
 * @list: list of candidates
 * @report: report on a device
 *
 * Returns true if a device with this report can be in @list, so that its state is of
 * interest.
 */
bool
virNodeDeviceCompatCandidatesWant(const virNodeDeviceCompatCandidates *list,
                                  const virNodeDeviceCompatReport *report)
{
    return list->all || report->verdict != VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE;
}


static void
virNodeDeviceCompatCandidateRate(virNodeDeviceCompatCandidate *candidate)
{
    const virNodeDeviceCompatReport *report = candidate->report;
    size_t *keys = candidate->keys;
    size_t counts[VIR_NODE_DEVICE_COMPAT_SEVERITY_LAST] = { 0 };
    size_t i;

    for (i = 0; i < report->nreasons; i++)
        counts[report->reasons[i]->severity]++;

    keys[KEY(FIT)] = virNodeDeviceCompatCandidateFits(candidate) ? 0 : 1;
    keys[KEY(VERDICT)] = virNodeDeviceCompatVerdictRank(report->verdict);
    keys[KEY(ERRORS)] = counts[VIR_NODE_DEVICE_COMPAT_SEVERITY_ERROR];
    keys[KEY(UNKNOWNS)] = counts[VIR_NODE_DEVICE_COMPAT_SEVERITY_UNKNOWN];
    keys[KEY(STATE)] = candidate->state;
    keys[KEY(EFFORT)] = candidate->type ? 1 + report->nprovisions : 0;
    keys[KEY(WARNINGS)] = counts[VIR_NODE_DEVICE_COMPAT_SEVERITY_WARNING];

    /* there is no margin without compatibility */
    if (virNodeDeviceCompatVerdictIsGood(report->verdict)) {
        keys[KEY(MARGIN)] = report->margin.attrs;
        keys[KEY(MAJORS)] = report->margin.majors;
        keys[KEY(MINORS)] = report->margin.minors;
    }
}


static int
virNodeDeviceCompatCandidateOrder(const void *a,
                                  const void *b,
                                  void *opaque G_GNUC_UNUSED)
{
    const virNodeDeviceCompatCandidate *one = *(virNodeDeviceCompatCandidate *const *) a;
    const virNodeDeviceCompatCandidate *two = *(virNodeDeviceCompatCandidate *const *) b;
    int byName = strcmp(one->name, two->name);
    size_t i;

    for (i = 0; i < KEY(LAST); i++) {
        if (one->keys[i] != two->keys[i])
            return one->keys[i] < two->keys[i] ? -1 : 1;
    }

    return byName ? byName : g_strcmp0(one->type, two->type);
}


/**
 * virNodeDeviceCompatCandidatesRank:
 * @list: list of candidates
 *
 * Sorts @list, the best first. The order depends on nothing but the candidates.
 */
void
virNodeDeviceCompatCandidatesRank(virNodeDeviceCompatCandidates *list)
{
    if (list->ncandidates > 1)
        g_qsort_with_data(list->candidates, list->ncandidates, sizeof(*list->candidates),
                          virNodeDeviceCompatCandidateOrder, NULL);
}


/* Drops those of the worst that cannot be in the XML. They are only counted. */
static void
virNodeDeviceCompatCandidatesCut(virNodeDeviceCompatCandidates *list)
{
    size_t size = 0;
    size_t keep = 0;
    size_t i;

    virNodeDeviceCompatCandidatesRank(list);

    /* XML has more than the bare text */
    while (keep < list->ncandidates && size <= VIR_NODE_DEVICE_COMPAT_CANDIDATES_MAX)
        size += list->candidates[keep++]->report->size;

    for (i = keep; i < list->ncandidates; i++)
        virNodeDeviceCompatCandidateFree(list->candidates[i]);

    list->omitted += list->ncandidates - keep;
    list->ncandidates = keep;
    list->size = size;
}


/**
 * virNodeDeviceCompatCandidatesAdd:
 * @list: list to add to
 * @candidate: device or type; owned by @list from then on
 *
 * Adds @candidate if a guest can continue on it, or may be able to, or if @list is to
 * have all.
 */
void
virNodeDeviceCompatCandidatesAdd(virNodeDeviceCompatCandidates *list,
                                 virNodeDeviceCompatCandidate *candidate)
{
    bool fits = virNodeDeviceCompatCandidateFits(candidate);
    bool unknown = virNodeDeviceCompatCandidateIsUnknown(candidate);

    if (!fits && !unknown && !list->all) {
        virNodeDeviceCompatCandidateFree(candidate);
        return;
    }

    if (fits)
        list->found++;
    if (unknown)
        list->unknown++;

    virNodeDeviceCompatCandidateRate(candidate);
    list->size += candidate->report->size;
    VIR_APPEND_ELEMENT(list->candidates, list->ncandidates, candidate);

    if (list->size > KEPT_MAX * VIR_NODE_DEVICE_COMPAT_CANDIDATES_MAX)
        virNodeDeviceCompatCandidatesCut(list);
}


/* The document that creates a device of the type. The name is ignored, but the schema
 * of node devices requires one. */
static void
virNodeDeviceCompatCandidateFormatNew(virBuffer *buf,
                                      const virNodeDeviceCompatCandidate *candidate)
{
    const virNodeDeviceCompatReport *report = candidate->report;
    size_t i;

    virBufferAddLit(buf, "<device>\n");
    virBufferAdjustIndent(buf, 2);
    virBufferAddLit(buf, "<name>new device</name>\n");
    virNodeDeviceCompatValueFormat(buf, "<parent>%s</parent>\n", candidate->name);
    virBufferAddLit(buf, "<capability type='mdev'>\n");
    virBufferAdjustIndent(buf, 2);
    virNodeDeviceCompatValueFormat(buf, "<type id='%s'/>\n", candidate->type);
    for (i = 0; i < report->nprovisions; i++) {
        virNodeDeviceCompatValueFormat(buf, "<attr name='%s'", report->provisions[i].attr);
        virNodeDeviceCompatValueFormat(buf, " value='%s'/>\n", report->provisions[i].value);
    }
    virBufferAdjustIndent(buf, -2);
    virBufferAddLit(buf, "</capability>\n");
    virBufferAdjustIndent(buf, -2);
    virBufferAddLit(buf, "</device>\n");
}


/* Returns true if @candidate is a type of which a device should be created. */
static bool
virNodeDeviceCompatCandidateIsCreatable(const virNodeDeviceCompatCandidate *candidate)
{
    return candidate->type && candidate->state != STATE(USED) &&
           candidate->report->verdict != VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE;
}


/**
 * virNodeDeviceCompatCandidateFormatDevice:
 * @candidate: candidate
 *
 * Returns the document from which virNodeDeviceCreateXML() creates a device of the type
 * @candidate, or NULL if it is a device already or none can be created.
 */
char *
virNodeDeviceCompatCandidateFormatDevice(const virNodeDeviceCompatCandidate *candidate)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    if (virNodeDeviceCompatCandidateIsCreatable(candidate))
        virNodeDeviceCompatCandidateFormatNew(&buf, candidate);

    return virBufferContentAndReset(&buf);
}


static void
virNodeDeviceCompatCandidateFormat(virBuffer *buf,
                                   const virNodeDeviceCompatCandidate *candidate)
{
    virBufferAsprintf(buf, "<candidate verdict='%s' state='%s'>\n",
                      virNodeDeviceCompatResultTypeToString(candidate->report->verdict),
                      virNodeDeviceCompatStateTypeToString(candidate->state));
    virBufferAdjustIndent(buf, 2);

    if (candidate->type) {
        virNodeDeviceCompatValueFormat(buf, "<type id='%s'", candidate->type);
        virNodeDeviceCompatValueFormat(buf, " parent='%s'", candidate->name);
        virBufferAsprintf(buf, " availableInstances='%u'/>\n", candidate->instances);
    } else {
        virNodeDeviceCompatValueFormat(buf, "<nodeDevice name='%s'/>\n", candidate->name);
    }

    virNodeDeviceCompatReportFormatFindings(buf, candidate->report);
    if (virNodeDeviceCompatCandidateIsCreatable(candidate))
        virNodeDeviceCompatCandidateFormatNew(buf, candidate);

    virBufferAdjustIndent(buf, -2);
    virBufferAddLit(buf, "</candidate>\n");
}


/* Formats as many candidates as fit, and returns how many do not. */
static size_t
virNodeDeviceCompatCandidatesFormatAll(virBuffer *buf,
                                       const virNodeDeviceCompatCandidates *list)
{
    size_t omitted = 0;
    size_t i;

    for (i = 0; i < list->ncandidates; i++) {
        g_auto(virBuffer) one = VIR_BUFFER_INITIALIZER;

        virBufferAdjustIndent(&one, virBufferGetIndent(buf));
        virNodeDeviceCompatCandidateFormat(&one, list->candidates[i]);
        if (virBufferUse(buf) + virBufferUse(&one) > VIR_NODE_DEVICE_COMPAT_CANDIDATES_MAX)
            omitted++;
        else
            virBufferAddBuffer(buf, &one);
    }

    return omitted;
}


/**
 * virNodeDeviceCompatCandidatesFormat:
 * @list: ranked list
 *
 * Returns the list as XML. Candidates that do not fit into
 * VIR_NODE_DEVICE_COMPAT_CANDIDATES_MAX bytes are left out and counted.
 */
char *
virNodeDeviceCompatCandidatesFormat(const virNodeDeviceCompatCandidates *list)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_auto(virBuffer) attrBuf = VIR_BUFFER_INITIALIZER;
    g_auto(virBuffer) childBuf = VIR_BUFFER_INIT_CHILD(&buf);
    size_t omitted;

    virNodeDeviceCompatReportFormatDevice(&childBuf, "source", list->source, list->inferred, NULL);
    omitted = virNodeDeviceCompatCandidatesFormatAll(&childBuf, list);

    virBufferAsprintf(&attrBuf, " found='%zu' unknown='%zu'", list->found, list->unknown);
    if (omitted + list->omitted > 0)
        virBufferAsprintf(&attrBuf, " omitted='%zu'", omitted + list->omitted);

    virXMLFormatElementEmpty(&buf, "nodeDeviceCompatCandidates", &attrBuf, &childBuf);
    return virBufferContentAndReset(&buf);
}


static int
virNodeDeviceCompatCandidateParseTarget(virNodeDeviceCompatCandidate *candidate,
                                        xmlXPathContextPtr ctxt)
{
    xmlNodePtr node;

    if ((node = virXPathNode("./nodeDevice[1]", ctxt)))
        return (candidate->name = virXMLPropStringRequired(node, "name")) ? 0 : -1;

    if (!(node = virXPathNode("./type[1]", ctxt))) {
        virReportError(VIR_ERR_XML_ERROR, "%s",
                       _("candidate is neither a node device nor a type"));
        return -1;
    }

    if (!(candidate->name = virXMLPropStringRequired(node, "parent")) ||
        !(candidate->type = virXMLPropStringRequired(node, "id")) ||
        virXMLPropUInt(node, "availableInstances", 10, VIR_XML_PROP_REQUIRED,
                       &candidate->instances) < 0)
        return -1;

    return 0;
}


static virNodeDeviceCompatCandidate *
virNodeDeviceCompatCandidateParse(xmlXPathContextPtr ctxt)
{
    g_autoptr(virNodeDeviceCompatCandidate) candidate = g_new0(virNodeDeviceCompatCandidate, 1);
    unsigned int verdict;
    unsigned int state;

    candidate->report = g_new0(virNodeDeviceCompatReport, 1);

    if (virXMLPropEnum(ctxt->node, "verdict",
                       virNodeDeviceCompatResultTypeFromString,
                       VIR_XML_PROP_REQUIRED, &verdict) < 0 ||
        virXMLPropEnum(ctxt->node, "state",
                       virNodeDeviceCompatStateTypeFromString,
                       VIR_XML_PROP_REQUIRED, &state) < 0 ||
        virNodeDeviceCompatCandidateParseTarget(candidate, ctxt) < 0 ||
        virNodeDeviceCompatReportCheckText(candidate->name) < 0 ||
        virNodeDeviceCompatReportCheckText(candidate->type) < 0 ||
        virNodeDeviceCompatReportParseFindings(candidate->report, ctxt) < 0)
        return NULL;

    candidate->report->verdict = verdict;
    candidate->state = state;
    return g_steal_pointer(&candidate);
}


static int
virNodeDeviceCompatCandidatesParseCounts(virNodeDeviceCompatCandidates *list,
                                         xmlNodePtr node)
{
    unsigned int found;
    unsigned int unknown;
    unsigned int omitted = 0;

    if (virXMLPropUInt(node, "found", 10, VIR_XML_PROP_REQUIRED, &found) < 0 ||
        virXMLPropUInt(node, "unknown", 10, VIR_XML_PROP_REQUIRED, &unknown) < 0 ||
        virXMLPropUInt(node, "omitted", 10, VIR_XML_PROP_NONE, &omitted) < 0)
        return -1;

    list->found = found;
    list->unknown = unknown;
    list->omitted = omitted;
    return 0;
}


/**
 * virNodeDeviceCompatCandidatesParse:
 * @xml: list as virNodeDeviceCompatCandidatesFormat() writes it
 *
 * Returns the list, or NULL with an error reported.
 */
virNodeDeviceCompatCandidates *
virNodeDeviceCompatCandidatesParse(const char *xml)
{
    g_autoptr(virNodeDeviceCompatCandidates) list = g_new0(virNodeDeviceCompatCandidates, 1);
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;
    g_autofree xmlNodePtr *nodes = NULL;
    ssize_t nnodes;
    size_t i;

    if (!(doc = virNodeDeviceCompatDocumentParseAnswer(xml, _("(node_device_compat_candidates)"),
                                                       "nodeDeviceCompatCandidates", &ctxt)) ||
        virNodeDeviceCompatCandidatesParseCounts(list, ctxt->node) < 0)
        return NULL;

    if (virNodeDeviceCompatReportParseDevice(virXPathNode("./source[1]", ctxt), &list->source,
                                             &list->inferred) < 0 ||
        (nnodes = virXPathNodeSet("./candidate", ctxt, &nodes)) < 0)
        return NULL;

    list->candidates = g_new0(virNodeDeviceCompatCandidate *, nnodes);
    for (i = 0; i < nnodes; i++) {
        ctxt->node = nodes[i];
        if (!(list->candidates[i] = virNodeDeviceCompatCandidateParse(ctxt)))
            return NULL;
        list->ncandidates++;
    }

    return g_steal_pointer(&list);
}
