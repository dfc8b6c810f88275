/*
 * nodedev_compat_json.c: reports, baselines, candidates and descriptors as JSON
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_json.h"

#include "conf/nodedev_compat_attr.h"
#include "conf/nodedev_compat_budget.h"
#include "nodedev_compat_hints.h"
#include "nodedev_compat_report_text.h"

VIR_ENUM_IMPL(virNodeDeviceCompatJSONKind,
              VIR_NODE_DEVICE_COMPAT_JSON_LAST,
              "report",
              "reports",
              "candidates",
              "baseline",
              "device",
              "devices",
              "list",
              "facts",
              "files",
              "checklist",
              "matrix",
              "groups",
              "ansible-facts",
              "plan",
);

VIR_ENUM_IMPL(virNodeDeviceCompatCategory,
              VIR_NODE_DEVICE_COMPAT_CATEGORY_LAST,
              "pass",
              "warning",
              "unknown",
              "fail",
);


/*
 * Parts of documents
 */

/**
 * virNodeDeviceCompatJSONNew:
 * @kind: kind of document
 *
 * Returns a document with the members that all have.
 */
virJSONValue *
virNodeDeviceCompatJSONNew(virNodeDeviceCompatJSONKind kind)
{
    virJSONValue *document = virJSONValueNewObject();

    virNodeDeviceCompatJSONAddNumber(document, "version", VIR_NODE_DEVICE_COMPAT_JSON_VERSION);
    virNodeDeviceCompatJSONAddText(document, "kind",
                                   virNodeDeviceCompatJSONKindTypeToString(kind));
    return document;
}


/**
 * virNodeDeviceCompatJSONFormat:
 * @document: document
 *
 * Returns the text of the document, or NULL with an error reported if libvirt was built
 * without JSON.
 */
char *
virNodeDeviceCompatJSONFormat(virJSONValue *document)
{
    g_autofree char *text = virJSONValueToString(document, true);
    g_autofree char *pretty = NULL;

    if (!text)
        return NULL;

    /* releases of json-c differ in what is between brackets without content; in a string
     * there is no line break. The last one is lost. */
    pretty = virJSONStringPrettifyBlanks(text);
    return g_strconcat(g_strchomp(pretty), "\n", NULL);
}


/**
 * virNodeDeviceCompatJSONNewText:
 * @text: text, or NULL
 *
 * Returns a string, or null. What is not UTF-8, such as a message in another charset or
 * the name of a file, is converted or, if it is nothing, replaced.
 */
virJSONValue *
virNodeDeviceCompatJSONNewText(const char *text)
{
    if (!text)
        return virJSONValueNewNull();

    return virJSONValueNewString(virNodeDeviceCompatReportToUTF8(g_strdup(text)));
}


/**
 * virNodeDeviceCompatJSONAdd:
 * @object: object to add to
 * @key: name of the member, which it must not have yet
 * @value: value, which @object takes ownership of
 */
void
virNodeDeviceCompatJSONAdd(virJSONValue *object,
                           const char *key,
                           virJSONValue *value)
{
    g_autoptr(virJSONValue) owned = value;

    ignore_value(virJSONValueObjectAppend(object, key, &owned));
}


void
virNodeDeviceCompatJSONAddText(virJSONValue *object,
                               const char *key,
                               const char *text)
{
    virNodeDeviceCompatJSONAdd(object, key, virNodeDeviceCompatJSONNewText(text));
}


void
virNodeDeviceCompatJSONAddNumber(virJSONValue *object,
                                 const char *key,
                                 unsigned long long number)
{
    virNodeDeviceCompatJSONAdd(object, key, virJSONValueNewNumberUlong(number));
}


void
virNodeDeviceCompatJSONAddFlag(virJSONValue *object,
                               const char *key,
                               bool flag)
{
    virNodeDeviceCompatJSONAdd(object, key, virJSONValueNewBoolean(flag));
}


/**
 * virNodeDeviceCompatJSONAppend:
 * @array: array to add to
 * @value: value, which @array takes ownership of
 */
void
virNodeDeviceCompatJSONAppend(virJSONValue *array,
                              virJSONValue *value)
{
    g_autoptr(virJSONValue) owned = value;

    ignore_value(virJSONValueArrayAppend(array, &owned));
}


void
virNodeDeviceCompatJSONAddCategory(virJSONValue *object,
                                   virNodeDeviceCompatCategory category)
{
    virNodeDeviceCompatJSONAddText(object, "category",
                                   virNodeDeviceCompatCategoryTypeToString(category));
}


/* As in XML, what is said of an attribute besides its value is not said of those that
 * have an element of their own there, of what is not usable, nor of what a device
 * accepts. */
static virJSONValue *
virNodeDeviceCompatAttrToJSON(const virNodeDeviceCompatAttr *attr,
                              bool self)
{
    virJSONValue *object = virJSONValueNewObject();
    bool standard = virNodeDeviceCompatRuleGetDefault(attr->name)->required;
    bool value = !standard && attr->value;
    bool unset = !standard && attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_UNSET;

    virNodeDeviceCompatJSONAddText(object, "name", attr->name);
    virNodeDeviceCompatJSONAddText(object, "value", attr->value);
    virNodeDeviceCompatJSONAddText(object, "state",
                                   virNodeDeviceCompatAttrStateTypeToString(attr->state));
    if (!self)
        return object;

    virNodeDeviceCompatJSONAddFlag(object, "dynamic", (value || unset) && attr->dynamic);
    virNodeDeviceCompatJSONAddFlag(object, "derived", value && attr->derived);
    virNodeDeviceCompatJSONAddText(object, "fact", value ? attr->fact : NULL);
    virNodeDeviceCompatJSONAddText(object, "origin", attr->origin);
    return object;
}


static virJSONValue *
virNodeDeviceCompatAttrsToJSON(const virNodeDeviceCompatAttrs *set,
                               bool self)
{
    virJSONValue *array = virJSONValueNewArray();
    size_t i;

    for (i = 0; i < set->nattrs; i++)
        virNodeDeviceCompatJSONAppend(array, virNodeDeviceCompatAttrToJSON(set->attrs[i], self));

    return array;
}


static virJSONValue *
virNodeDeviceCompatOpaqueToJSON(const virNodeDeviceCompat *compat)
{
    virJSONValue *object;

    if (!virNodeDeviceCompatHasOpaque(compat))
        return virJSONValueNewNull();

    object = virJSONValueNewObject();
    virNodeDeviceCompatJSONAddText(object, "value", compat->opaque);
    virNodeDeviceCompatJSONAddText(object, "state",
                                   virNodeDeviceCompatAttrStateTypeToString(compat->opaqueState));
    return object;
}


/**
 * virNodeDeviceCompatJSONAddDescriptor:
 * @object: object to add to
 * @compat: descriptor, or NULL
 *
 * Adds the member "descriptor".
 */
void
virNodeDeviceCompatJSONAddDescriptor(virJSONValue *object,
                                     const virNodeDeviceCompat *compat)
{
    virJSONValue *descriptor;
    virJSONValue *accepts;
    size_t i;

    if (!compat) {
        virNodeDeviceCompatJSONAdd(object, "descriptor", virJSONValueNewNull());
        return;
    }

    descriptor = virJSONValueNewObject();
    accepts = virJSONValueNewArray();
    for (i = 0; i < compat->naccepts; i++)
        virNodeDeviceCompatJSONAppend(accepts,
                                      virNodeDeviceCompatAttrsToJSON(compat->accepts[i], false));

    virNodeDeviceCompatJSONAdd(descriptor, "attributes",
                               virNodeDeviceCompatAttrsToJSON(&compat->self, true));
    virNodeDeviceCompatJSONAdd(descriptor, "accepts", accepts);
    virNodeDeviceCompatJSONAdd(descriptor, "opaque", virNodeDeviceCompatOpaqueToJSON(compat));
    virNodeDeviceCompatJSONAdd(object, "descriptor", descriptor);
}


static virNodeDeviceCompatCategory
virNodeDeviceCompatVerdictGetCategory(virNodeDeviceCompatResult verdict,
                                      bool warnings)
{
    if (verdict == VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE)
        return VIR_NODE_DEVICE_COMPAT_CATEGORY_FAIL;
    if (verdict == VIR_NODE_DEVICE_COMPAT_UNKNOWN)
        return VIR_NODE_DEVICE_COMPAT_CATEGORY_UNKNOWN;

    return warnings ? VIR_NODE_DEVICE_COMPAT_CATEGORY_WARNING :
                      VIR_NODE_DEVICE_COMPAT_CATEGORY_PASS;
}


/**
 * virNodeDeviceCompatJSONAddVerdict:
 * @object: object to add to
 * @verdict: verdict
 * @report: reasons for it, or NULL
 *
 * Adds the members "verdict" and "category". All reasons of a good verdict are warnings.
 */
void
virNodeDeviceCompatJSONAddVerdict(virJSONValue *object,
                                  virNodeDeviceCompatResult verdict,
                                  const virNodeDeviceCompatReport *report)
{
    bool warnings = report && report->nreasons > 0;

    virNodeDeviceCompatJSONAddText(object, "verdict",
                                   virNodeDeviceCompatResultTypeToString(verdict));
    virNodeDeviceCompatJSONAddCategory(object,
                                       virNodeDeviceCompatVerdictGetCategory(verdict, warnings));
}


/* The device to look at: that of the side that a reason is about, and the one that is
 * judged if it is about both */
static const char *
virNodeDeviceCompatReasonGetDevice(const virNodeDeviceCompatReason *reason,
                                   const char *source,
                                   const char *target)
{
    if (g_str_has_suffix(reason->code, "-source") || !target)
        return source;

    return target;
}


/* With @brief, what virNodeDeviceCompatReportFormatFindings() leaves out is left out. */
static virJSONValue *
virNodeDeviceCompatReasonToJSON(const virNodeDeviceCompatReason *reason,
                                const char *device,
                                bool brief)
{
    static const virNodeDeviceCompatCategory categories[] = {
        [VIR_NODE_DEVICE_COMPAT_SEVERITY_ERROR] = VIR_NODE_DEVICE_COMPAT_CATEGORY_FAIL,
        [VIR_NODE_DEVICE_COMPAT_SEVERITY_UNKNOWN] = VIR_NODE_DEVICE_COMPAT_CATEGORY_UNKNOWN,
        [VIR_NODE_DEVICE_COMPAT_SEVERITY_WARNING] = VIR_NODE_DEVICE_COMPAT_CATEGORY_WARNING,
    };
    virJSONValue *object = virJSONValueNewObject();
    g_autofree char *start = brief ? virNodeDeviceCompatReportToBrief(reason->message) : NULL;
    int code = virNodeDeviceCompatReasonCodeTypeFromString(reason->code);

    virNodeDeviceCompatJSONAddText(object, "code", reason->code);
    virNodeDeviceCompatJSONAddText(object, "severity",
                                   virNodeDeviceCompatSeverityTypeToString(reason->severity));
    virNodeDeviceCompatJSONAddCategory(object, categories[reason->severity]);
    virNodeDeviceCompatJSONAddText(object, "device", device);
    virNodeDeviceCompatJSONAddText(object, "attribute", reason->attr);
    virNodeDeviceCompatJSONAddText(object, "rule", reason->rule);
    virNodeDeviceCompatJSONAddText(object, "source", brief ? NULL : reason->source);
    virNodeDeviceCompatJSONAddText(object, "target", brief ? NULL : reason->target);
    virNodeDeviceCompatJSONAddText(object, "message", brief ? start : reason->message);
    virNodeDeviceCompatJSONAddText(object, "hint",
                                   code < 0 ? NULL : virNodeDeviceCompatHintGet(code, reason->attr));
    return object;
}


static virJSONValue *
virNodeDeviceCompatReasonsToJSON(const virNodeDeviceCompatReport *report,
                                 const char *source,
                                 const char *target)
{
    virJSONValue *array = virJSONValueNewArray();
    size_t size = 0;
    size_t i;

    for (i = 0; report && i < report->nreasons; i++) {
        const virNodeDeviceCompatReason *reason = report->reasons[i];
        const char *device = virNodeDeviceCompatReasonGetDevice(reason, source, target);
        bool brief = size > VIR_NODE_DEVICE_COMPAT_REPORT_MAX;

        virNodeDeviceCompatJSONAppend(array,
                                      virNodeDeviceCompatReasonToJSON(reason, device, brief));
        size += strlen(reason->code) + strlen(reason->attr) + strlen(reason->message) +
                strlen(NULLSTR_EMPTY(reason->source)) + strlen(NULLSTR_EMPTY(reason->target));
    }

    return array;
}


static virJSONValue *
virNodeDeviceCompatProvisionsToJSON(const virNodeDeviceCompatReport *report)
{
    virJSONValue *array = virJSONValueNewArray();
    size_t i;

    for (i = 0; report && i < report->nprovisions; i++) {
        virJSONValue *object = virJSONValueNewObject();

        virNodeDeviceCompatJSONAddText(object, "name", report->provisions[i].attr);
        virNodeDeviceCompatJSONAddText(object, "value", report->provisions[i].value);
        virNodeDeviceCompatJSONAppend(array, object);
    }

    return array;
}


/**
 * virNodeDeviceCompatJSONAddFindings:
 * @object: object to add to
 * @report: report, or NULL
 * @source: name of the source, or NULL
 * @target: name of the target, or NULL
 *
 * Adds the members "reasons" and "provision". Reasons beyond
 * VIR_NODE_DEVICE_COMPAT_REPORT_MAX bytes are brief.
 */
void
virNodeDeviceCompatJSONAddFindings(virJSONValue *object,
                                   const virNodeDeviceCompatReport *report,
                                   const char *source,
                                   const char *target)
{
    virNodeDeviceCompatJSONAdd(object, "reasons",
                               virNodeDeviceCompatReasonsToJSON(report, source, target));
    virNodeDeviceCompatJSONAdd(object, "provision", virNodeDeviceCompatProvisionsToJSON(report));
}


/*
 * Documents
 */

static virJSONValue *
virNodeDeviceCompatSideToJSON(const char *name,
                              bool inferred)
{
    virJSONValue *object = virJSONValueNewObject();

    virNodeDeviceCompatJSONAddText(object, "name", name);
    virNodeDeviceCompatJSONAddFlag(object, "inferred", inferred);
    return object;
}


static void
virNodeDeviceCompatJSONAddReport(virJSONValue *object,
                                 const virNodeDeviceCompatReport *report)
{
    virJSONValue *target = virNodeDeviceCompatSideToJSON(report->target, report->targetInferred);

    virNodeDeviceCompatJSONAddVerdict(object, report->verdict, report);
    virNodeDeviceCompatJSONAdd(object, "source",
                               virNodeDeviceCompatSideToJSON(report->source,
                                                             report->sourceInferred));
    virNodeDeviceCompatJSONAddDescriptor(target, report->targetCompat);
    virNodeDeviceCompatJSONAdd(object, "target", target);
    virNodeDeviceCompatJSONAddFindings(object, report, report->source, report->target);

    if (report->work >= VIR_NODE_DEVICE_COMPAT_WORK_TOLD)
        virNodeDeviceCompatJSONAddNumber(object, "work", report->work);
    else
        virNodeDeviceCompatJSONAdd(object, "work", virJSONValueNewNull());
}


/**
 * virNodeDeviceCompatReportFormatJSON:
 * @report: report on two devices
 *
 * Returns the report as JSON, or NULL with an error reported.
 */
char *
virNodeDeviceCompatReportFormatJSON(const virNodeDeviceCompatReport *report)
{
    g_autoptr(virJSONValue) document = virNodeDeviceCompatJSONNew(VIR_NODE_DEVICE_COMPAT_JSON_REPORT);

    virNodeDeviceCompatJSONAddReport(document, report);
    return virNodeDeviceCompatJSONFormat(document);
}


static void
virNodeDeviceCompatJSONAddWould(virJSONValue *object,
                                virNodeDeviceCompatWould would)
{
    const char *text = NULL;

    if (would != VIR_NODE_DEVICE_COMPAT_WOULD_NONE)
        text = virNodeDeviceCompatWouldTypeToString(would);

    virNodeDeviceCompatJSONAddText(object, "would", text);
}


static virJSONValue *
virNodeDeviceCompatReportsToJSON(virNodeDeviceCompatReport *const *reports,
                                 size_t nreports)
{
    virJSONValue *array = virJSONValueNewArray();
    size_t i;

    for (i = 0; i < nreports; i++) {
        virJSONValue *object = virJSONValueNewObject();

        virNodeDeviceCompatJSONAddReport(object, reports[i]);
        virNodeDeviceCompatJSONAddWould(object, reports[i]->would);
        virNodeDeviceCompatJSONAddFlag(object, "deferred", reports[i]->deferred);
        virNodeDeviceCompatJSONAppend(array, object);
    }

    return array;
}


/**
 * virNodeDeviceCompatReportsFormatJSON:
 * @reports: a virNodeDeviceCompatReport for each device of a guest
 *
 * Returns all of them as one JSON document, or NULL with an error reported. Its category
 * is that of the worst.
 */
char *
virNodeDeviceCompatReportsFormatJSON(GPtrArray *reports)
{
    g_autoptr(virJSONValue) document = virNodeDeviceCompatJSONNew(VIR_NODE_DEVICE_COMPAT_JSON_REPORTS);
    virNodeDeviceCompatCategory worst = VIR_NODE_DEVICE_COMPAT_CATEGORY_PASS;
    size_t i;

    for (i = 0; i < reports->len; i++) {
        const virNodeDeviceCompatReport *report = g_ptr_array_index(reports, i);

        worst = MAX(worst, virNodeDeviceCompatVerdictGetCategory(report->verdict,
                                                                 report->nreasons > 0));
    }

    virNodeDeviceCompatJSONAddCategory(document, worst);
    virNodeDeviceCompatJSONAddWould(document, virNodeDeviceCompatReportsGetWould(reports));
    virNodeDeviceCompatJSONAdd(document, "reports",
                               virNodeDeviceCompatReportsToJSON((virNodeDeviceCompatReport **) reports->pdata,
                                                                reports->len));
    return virNodeDeviceCompatJSONFormat(document);
}


static virJSONValue *
virNodeDeviceCompatCandidateTypeToJSON(const virNodeDeviceCompatCandidate *candidate)
{
    virJSONValue *object;

    if (!candidate->type)
        return virJSONValueNewNull();

    object = virJSONValueNewObject();
    virNodeDeviceCompatJSONAddText(object, "id", candidate->type);
    virNodeDeviceCompatJSONAddText(object, "parent", candidate->name);
    virNodeDeviceCompatJSONAddNumber(object, "availableInstances", candidate->instances);
    return object;
}


static virJSONValue *
virNodeDeviceCompatCandidateToJSON(const virNodeDeviceCompatCandidate *candidate,
                                   const char *source)
{
    virJSONValue *object = virJSONValueNewObject();
    g_autofree char *create = virNodeDeviceCompatCandidateFormatDevice(candidate);

    virNodeDeviceCompatJSONAddVerdict(object, candidate->report->verdict, candidate->report);
    virNodeDeviceCompatJSONAddText(object, "state",
                                   virNodeDeviceCompatStateTypeToString(candidate->state));
    virNodeDeviceCompatJSONAddText(object, "nodeDevice", candidate->type ? NULL : candidate->name);
    virNodeDeviceCompatJSONAdd(object, "type", virNodeDeviceCompatCandidateTypeToJSON(candidate));
    virNodeDeviceCompatJSONAddFindings(object, candidate->report, source,
                                       candidate->type ? candidate->type : candidate->name);
    virNodeDeviceCompatJSONAddText(object, "createXML", create);
    return object;
}


/* Of the best candidate that a guest could have now */
static virNodeDeviceCompatCategory
virNodeDeviceCompatCandidatesGetCategory(const virNodeDeviceCompatCandidates *list)
{
    const virNodeDeviceCompatReport *best = list->ncandidates > 0 ? list->candidates[0]->report : NULL;

    if (list->found > 0)
        return best && best->nreasons > 0 ? VIR_NODE_DEVICE_COMPAT_CATEGORY_WARNING :
                                            VIR_NODE_DEVICE_COMPAT_CATEGORY_PASS;

    return list->unknown > 0 ? VIR_NODE_DEVICE_COMPAT_CATEGORY_UNKNOWN :
                               VIR_NODE_DEVICE_COMPAT_CATEGORY_FAIL;
}


/**
 * virNodeDeviceCompatCandidatesFormatJSON:
 * @list: ranked list, as large as it can be as XML
 *
 * Returns the list as JSON, or NULL with an error reported.
 */
char *
virNodeDeviceCompatCandidatesFormatJSON(const virNodeDeviceCompatCandidates *list)
{
    g_autoptr(virJSONValue) document = virNodeDeviceCompatJSONNew(VIR_NODE_DEVICE_COMPAT_JSON_CANDIDATES);
    virJSONValue *array = virJSONValueNewArray();
    size_t i;

    for (i = 0; i < list->ncandidates; i++)
        virNodeDeviceCompatJSONAppend(array,
                                      virNodeDeviceCompatCandidateToJSON(list->candidates[i],
                                                                         list->source));

    virNodeDeviceCompatJSONAddCategory(document, virNodeDeviceCompatCandidatesGetCategory(list));
    virNodeDeviceCompatJSONAddNumber(document, "found", list->found);
    virNodeDeviceCompatJSONAddNumber(document, "unknown", list->unknown);
    virNodeDeviceCompatJSONAddNumber(document, "omitted", list->omitted);
    virNodeDeviceCompatJSONAdd(document, "source",
                               virNodeDeviceCompatSideToJSON(list->source, list->inferred));
    virNodeDeviceCompatJSONAdd(document, "candidates", array);
    return virNodeDeviceCompatJSONFormat(document);
}


/**
 * virNodeDeviceCompatBaselineFormatJSON:
 * @baseline: result to format
 *
 * Returns the result as JSON, or NULL with an error reported.
 */
char *
virNodeDeviceCompatBaselineFormatJSON(const virNodeDeviceCompatBaseline *baseline)
{
    g_autoptr(virJSONValue) document = virNodeDeviceCompatJSONNew(VIR_NODE_DEVICE_COMPAT_JSON_BASELINE);

    virNodeDeviceCompatJSONAddVerdict(document, baseline->verdict, baseline->host);
    virNodeDeviceCompatJSONAddNumber(document, "devices", baseline->ndevices);
    virNodeDeviceCompatJSONAddFlag(document, "complete", !baseline->incomplete);
    virNodeDeviceCompatJSONAddNumber(document, "omitted", baseline->nomitted);
    virNodeDeviceCompatJSONAddDescriptor(document, baseline->compat);
    virNodeDeviceCompatJSONAddFindings(document, baseline->host, NULL, NULL);
    virNodeDeviceCompatJSONAdd(document, "reports",
                               virNodeDeviceCompatReportsToJSON(baseline->reports,
                                                                baseline->nreports));
    return virNodeDeviceCompatJSONFormat(document);
}
