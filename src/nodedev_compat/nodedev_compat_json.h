/*
 * nodedev_compat_json.h: reports, baselines, candidates and descriptors as JSON
 *
 * What tools print for programs; the data is that of the XML. The schema is
 * src/conf/schemas/nodedevcompat.schema.json, the page docs/nodedev-compat-json.rst.
 * Text in it is always UTF-8, whatever the charset of a locale, or of the name of a file.
 * Pure: no sysfs, no sockets, no global state.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_baseline.h"
#include "nodedev_compat_candidates.h"
#include "virenum.h"
#include "virjson.h"

/* The member "version" of each document. It changes if a member goes away or gets another
 * meaning; not if there is a new one, or a new value of one. */
#define VIR_NODE_DEVICE_COMPAT_JSON_VERSION 1

/* The member "kind" of a document */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_JSON_REPORT = 0,     /* on two devices */
    VIR_NODE_DEVICE_COMPAT_JSON_REPORTS,        /* on the devices of a guest */
    VIR_NODE_DEVICE_COMPAT_JSON_CANDIDATES,
    VIR_NODE_DEVICE_COMPAT_JSON_BASELINE,
    VIR_NODE_DEVICE_COMPAT_JSON_DEVICE,         /* a descriptor */
    VIR_NODE_DEVICE_COMPAT_JSON_DEVICES,        /* those of a machine */
    VIR_NODE_DEVICE_COMPAT_JSON_LIST,           /* with what is not known of them */
    VIR_NODE_DEVICE_COMPAT_JSON_FACTS,          /* that are still to be stated */
    VIR_NODE_DEVICE_COMPAT_JSON_FILES,          /* of rules and facts */
    VIR_NODE_DEVICE_COMPAT_JSON_CHECKLIST,      /* what a driver publishes, item by item */
    VIR_NODE_DEVICE_COMPAT_JSON_MATRIX,         /* which guests can continue on which hosts */
    VIR_NODE_DEVICE_COMPAT_JSON_GROUPS,         /* hosts between which they can move */
    VIR_NODE_DEVICE_COMPAT_JSON_ANSIBLE_FACTS,  /* classes of devices of a host */
    VIR_NODE_DEVICE_COMPAT_JSON_PLAN,           /* what a change of hosts does to guests */

    VIR_NODE_DEVICE_COMPAT_JSON_LAST
} virNodeDeviceCompatJSONKind;

VIR_ENUM_DECL(virNodeDeviceCompatJSONKind);

/* How good an answer or a part of one is: the exit status of a command in words */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_CATEGORY_PASS = 0,
    VIR_NODE_DEVICE_COMPAT_CATEGORY_WARNING,    /* passes, with something to know */
    VIR_NODE_DEVICE_COMPAT_CATEGORY_UNKNOWN,
    VIR_NODE_DEVICE_COMPAT_CATEGORY_FAIL,

    VIR_NODE_DEVICE_COMPAT_CATEGORY_LAST
} virNodeDeviceCompatCategory;

VIR_ENUM_DECL(virNodeDeviceCompatCategory);

/* Parts of documents */

virJSONValue *
virNodeDeviceCompatJSONNew(virNodeDeviceCompatJSONKind kind);

char *
virNodeDeviceCompatJSONFormat(virJSONValue *document);

virJSONValue *
virNodeDeviceCompatJSONNewText(const char *text);

void
virNodeDeviceCompatJSONAdd(virJSONValue *object,
                           const char *key,
                           virJSONValue *value);

void
virNodeDeviceCompatJSONAddText(virJSONValue *object,
                               const char *key,
                               const char *text);

void
virNodeDeviceCompatJSONAddNumber(virJSONValue *object,
                                 const char *key,
                                 unsigned long long number);

void
virNodeDeviceCompatJSONAddFlag(virJSONValue *object,
                               const char *key,
                               bool flag);

void
virNodeDeviceCompatJSONAppend(virJSONValue *array,
                              virJSONValue *value);

void
virNodeDeviceCompatJSONAddCategory(virJSONValue *object,
                                   virNodeDeviceCompatCategory category);

void
virNodeDeviceCompatJSONAddDescriptor(virJSONValue *object,
                                     const virNodeDeviceCompat *compat);

void
virNodeDeviceCompatJSONAddVerdict(virJSONValue *object,
                                  virNodeDeviceCompatResult verdict,
                                  const virNodeDeviceCompatReport *report);

void
virNodeDeviceCompatJSONAddFindings(virJSONValue *object,
                                   const virNodeDeviceCompatReport *report,
                                   const char *source,
                                   const char *target);

/* Documents */

char *
virNodeDeviceCompatReportFormatJSON(const virNodeDeviceCompatReport *report);

char *
virNodeDeviceCompatReportsFormatJSON(GPtrArray *reports);

char *
virNodeDeviceCompatCandidatesFormatJSON(const virNodeDeviceCompatCandidates *list);

char *
virNodeDeviceCompatBaselineFormatJSON(const virNodeDeviceCompatBaseline *baseline);
