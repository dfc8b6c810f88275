/*
 * nodedev_compat_conf.h: what a device says of itself and what it accepts
 *
 * The descriptor: its construction from attribute strings and its XML form,
 * <capability type='compat'>.  Does not read sysfs and does not judge.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libxml/tree.h>
#include <libxml/xpath.h>

#include "internal.h"
#include "virbuffer.h"
#include "virenum.h"

/* Limits, checked wherever a descriptor is made */
#define VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX (256 * 1024)
#define VIR_NODE_DEVICE_COMPAT_ATTRS_MAX 512        /* self and all accepts */
#define VIR_NODE_DEVICE_COMPAT_ACCEPTS_MAX 64
#define VIR_NODE_DEVICE_COMPAT_EXPANDED_MAX 256     /* choices for variables */
#define VIR_NODE_DEVICE_COMPAT_NAME_MAX 128

/* Why an attribute that exists has no value to judge by */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_ATTR_OK = 0,
    VIR_NODE_DEVICE_COMPAT_ATTR_UNREADABLE,     /* reading failed */
    VIR_NODE_DEVICE_COMPAT_ATTR_MALFORMED,      /* not in its grammar */
    VIR_NODE_DEVICE_COMPAT_ATTR_CONFLICTING,    /* published twice, differing */
    VIR_NODE_DEVICE_COMPAT_ATTR_UNSET,          /* of a type: set on each device */

    VIR_NODE_DEVICE_COMPAT_ATTR_LAST
} virNodeDeviceCompatAttrState;

VIR_ENUM_DECL(virNodeDeviceCompatAttrState);

typedef struct _virNodeDeviceCompatAttr virNodeDeviceCompatAttr;
struct _virNodeDeviceCompatAttr {
    char *name;
    char *value;        /* canonical if OK; as found, or NULL, otherwise */
    virNodeDeviceCompatAttrState state;
    bool dynamic;       /* set per instance, management copies it */
    unsigned int order; /* in which dynamic ones are to be set; 0: any */
    bool derived;       /* not published by the driver, weak evidence */
};

/* Attributes sorted by name, names unique; in an alternative of what a device
 * accepts, each value is a list (of ranges, for the software version). */
typedef struct _virNodeDeviceCompatSet virNodeDeviceCompatSet;
struct _virNodeDeviceCompatSet {
    size_t nattrs;
    virNodeDeviceCompatAttr **attrs;
    bool variables;     /* some lists have variables, nodedev_compat_template.h */
};

#define VIR_TYPE_NODE_DEVICE_COMPAT vir_node_device_compat_get_type()
G_DECLARE_FINAL_TYPE(virNodeDeviceCompat, vir_node_device_compat, VIR,
                     NODE_DEVICE_COMPAT, GObject);

struct _virNodeDeviceCompat {
    GObject parent;

    virNodeDeviceCompatSet self;
    size_t naccepts;
    virNodeDeviceCompatSet **accepts;
    char *opaque;
};

virNodeDeviceCompat *
virNodeDeviceCompatNew(void);

const virNodeDeviceCompatAttr *
virNodeDeviceCompatSetFind(const virNodeDeviceCompatSet *set,
                           const char *name);

const virNodeDeviceCompatAttr *
virNodeDeviceCompatSetGet(const virNodeDeviceCompatSet *set,
                          size_t at);

virNodeDeviceCompatSet *
virNodeDeviceCompatAddAlternative(virNodeDeviceCompat *compat);

virNodeDeviceCompatAttr *
virNodeDeviceCompatAdd(virNodeDeviceCompat *compat,
                       virNodeDeviceCompatSet *alternative,
                       const char *name,
                       const char *value);

void
virNodeDeviceCompatDrop(virNodeDeviceCompat *compat,
                        const char *name);

void
virNodeDeviceCompatSetDynamic(virNodeDeviceCompat *compat,
                              const char *name,
                              unsigned int order);

int
virNodeDeviceCompatAddUnset(virNodeDeviceCompat *compat,
                            const char *name,
                            unsigned int order);

virNodeDeviceCompat *
virNodeDeviceCompatExpand(const virNodeDeviceCompat *compat);

virNodeDeviceCompat *
virNodeDeviceCompatDropVariables(const virNodeDeviceCompat *compat);

void
virNodeDeviceCompatDropEmptyAlternatives(virNodeDeviceCompat *compat);

bool
virNodeDeviceCompatNameIsValid(const char *name);

virNodeDeviceCompat *
virNodeDeviceCompatParseXML(xmlNodePtr parent);

int
virNodeDeviceCompatParseChild(xmlNodePtr parent,
                              virNodeDeviceCompat **ret_compat);

void
virNodeDeviceCompatFormat(virBuffer *buf,
                          const virNodeDeviceCompat *compat);

xmlDocPtr
virNodeDeviceCompatReadXML(const char *xml,
                           const char *name,
                           const char *root,
                           xmlXPathContextPtr *ctxt);

xmlDocPtr
virNodeDeviceCompatReadDocument(const char *xml,
                                const char *name,
                                xmlXPathContextPtr *ctxt);

int
virNodeDeviceCompatValidateDocument(xmlDocPtr doc,
                                    const char *schemafile);

virNodeDeviceCompat *
virNodeDeviceCompatParseElement(xmlXPathContextPtr ctxt,
                                char **ret_name);

virNodeDeviceCompat *
virNodeDeviceCompatParseDocument(const char *xml,
                                 bool validate,
                                 char **ret_name);
