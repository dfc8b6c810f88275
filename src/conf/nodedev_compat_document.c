/*
 * nodedev_compat_document.c: what rule files and facts files have in common
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_document.h"

#include "nodedev_compat_rules.h"
#include "virerror.h"
#include "virstring.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* What is shown of what is wrong in a document, in bytes */
#define MESSAGE_MAX 4096


/**
 * virNodeDeviceCompatDocumentError:
 * @filename: name of the document
 * @node: where in it the error is
 * @format: what is wrong, for printf()
 *
 * Reports an error that says file, line and cause.
 */
void
virNodeDeviceCompatDocumentError(const char *filename,
                                 xmlNodePtr node,
                                 const char *format,
                                 ...)
{
    g_autofree char *text = NULL;
    g_autofree char *shown = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);

    shown = virNodeDeviceCompatValueToPrintable(text, MESSAGE_MAX);
    virReportError(VIR_ERR_XML_ERROR, "%s:%ld: %s", filename, xmlGetLineNo(node), shown);
}


/* Makes the error of a document that could not be read look like the others.
 * The one of the parser begins with the line, in words of the user's language. */
static void
virNodeDeviceCompatDocumentReportSyntax(const char *filename)
{
    g_autofree char *text = g_strdup(virGetLastErrorMessage());
    const char *digits = strpbrk(text, "0123456789");
    const char *cause;
    char *end;
    unsigned int line;

    if (virGetLastErrorCode() == VIR_ERR_XML_DETAIL && digits &&
        virStrToLong_ui(digits, &end, 10, &line) == 0 &&
        (cause = STRSKIP(end, ": ")))
        virReportError(VIR_ERR_XML_ERROR, "%s:%u: %s", filename, line, cause);
    else
        virReportError(VIR_ERR_XML_ERROR, "%s: %s", filename, text);
}


/**
 * virNodeDeviceCompatDocumentRead:
 * @xml: content of the document
 * @filename: its name
 * @ctxt: set on success to a context at the root element
 *
 * Returns the document, or NULL with an error reported that names it.
 */
xmlDocPtr
virNodeDeviceCompatDocumentRead(const char *xml,
                                const char *filename,
                                xmlXPathContextPtr *ctxt)
{
    xmlDocPtr doc = virNodeDeviceCompatReadDocument(xml, filename, ctxt);

    if (!doc)
        virNodeDeviceCompatDocumentReportSyntax(filename);

    return doc;
}


static bool
virNodeDeviceCompatDocumentKnows(const char *const *names,
                                 const xmlChar *name)
{
    return names && g_strv_contains(names, (const char *)name);
}


static int
virNodeDeviceCompatDocumentCheckChild(const char *filename,
                                      xmlNodePtr parent,
                                      xmlNodePtr child,
                                      const char *const *children)
{
    if (child->type == XML_ELEMENT_NODE) {
        if (virNodeDeviceCompatDocumentKnows(children, child->name))
            return 0;
        virNodeDeviceCompatDocumentError(filename, child, _("unknown element <%1$.32s>"),
                                         child->name);
        return -1;
    }

    if (child->type != XML_COMMENT_NODE && !xmlIsBlankNode(child)) {
        virNodeDeviceCompatDocumentError(filename, child,
                                         _("<%1$s> holds something other than elements"),
                                         parent->name);
        return -1;
    }

    return 0;
}


/**
 * virNodeDeviceCompatDocumentCheck:
 * @filename: name of the document
 * @node: an element in it
 * @properties: NULL-terminated list of attributes that it may have, or NULL
 * @children: NULL-terminated list of elements that it may hold, or NULL
 *
 * Returns 0 if there is nothing else, -1 with an error reported otherwise.
 */
int
virNodeDeviceCompatDocumentCheck(const char *filename,
                                 xmlNodePtr node,
                                 const char *const *properties,
                                 const char *const *children)
{
    xmlAttrPtr property;
    xmlNodePtr child;

    for (property = node->properties; property; property = property->next) {
        if (!virNodeDeviceCompatDocumentKnows(properties, property->name)) {
            virNodeDeviceCompatDocumentError(filename, node,
                                             _("<%1$s> has no attribute '%2$.32s'"),
                                             node->name, property->name);
            return -1;
        }
    }

    for (child = node->children; child; child = child->next) {
        if (virNodeDeviceCompatDocumentCheckChild(filename, node, child, children) < 0)
            return -1;
    }

    return 0;
}


/**
 * virNodeDeviceCompatDocumentCheckRoot:
 * @filename: name of the document
 * @root: its root element
 * @name: what that has to be
 * @child: the only element that it may hold
 *
 * Returns 0 if it is so, -1 with an error reported otherwise.
 */
int
virNodeDeviceCompatDocumentCheckRoot(const char *filename,
                                     xmlNodePtr root,
                                     const char *name,
                                     const char *child)
{
    const char *const children[] = { child, NULL };

    if (!virXMLNodeNameEqual(root, name)) {
        virNodeDeviceCompatDocumentError(filename, root, _("expected <%1$s>, not <%2$.32s>"),
                                         name, root->name);
        return -1;
    }

    return virNodeDeviceCompatDocumentCheck(filename, root, NULL, children);
}


/**
 * virNodeDeviceCompatMatchParse:
 * @match: criteria, all NULL
 * @node: element whose attributes give them
 * @filename: name of the document
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
virNodeDeviceCompatMatchParse(virNodeDeviceCompatMatch *match,
                              xmlNodePtr node,
                              const char *filename)
{
    g_autofree char *api = virXMLPropString(node, "deviceAPI");
    g_autofree char *vendor = virXMLPropString(node, "vendor");
    g_autofree char *canonical = NULL;

    match->type = virXMLPropString(node, "type");
    match->driver = virXMLPropString(node, "driver");

    if (api &&
        !(match->deviceAPI = virNodeDeviceCompatValueNormalize(VIR_NODE_DEVICE_COMPAT_VALUE_API,
                                                               api))) {
        virNodeDeviceCompatDocumentError(filename, node,
                                         _("'%1$.32s' is not a device API like vfio-pci"), api);
        return -1;
    }

    if (vendor) {
        g_autofree char *id = g_strdup_printf("%s:0000", vendor);

        canonical = virNodeDeviceCompatValueNormalize(VIR_NODE_DEVICE_COMPAT_VALUE_PCI_ID, id);
        if (!canonical) {
            virNodeDeviceCompatDocumentError(filename, node,
                                             _("'%1$.16s' is not a PCI vendor id of four hex digits"),
                                             vendor);
            return -1;
        }
        match->vendor = g_strndup(canonical, 4);
    }

    return 0;
}


bool
virNodeDeviceCompatMatchIsEmpty(const virNodeDeviceCompatMatch *match)
{
    return !match->deviceAPI && !match->type && !match->driver && !match->vendor;
}


/* The value of @name of @device, or NULL if it has none to rely on */
static const char *
virNodeDeviceCompatMatchValue(const virNodeDeviceCompat *device,
                              const char *name)
{
    const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatSetFind(&device->self, name);

    return attr && attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK ? attr->value : NULL;
}


/**
 * virNodeDeviceCompatMatchFits:
 * @match: criteria
 * @device: device
 *
 * A device that does not tell what a criterion asks for does not fit it.
 *
 * Returns true if @device fits all criteria.
 */
bool
virNodeDeviceCompatMatchFits(const virNodeDeviceCompatMatch *match,
                             const virNodeDeviceCompat *device)
{
    const char *api = virNodeDeviceCompatMatchValue(device, VIR_NODE_DEVICE_COMPAT_DEVICE_API);
    const char *type = virNodeDeviceCompatMatchValue(device, VIR_NODE_DEVICE_COMPAT_TYPE);
    const char *driver = virNodeDeviceCompatMatchValue(device, VIR_NODE_DEVICE_COMPAT_DRIVER);
    const char *pci = virNodeDeviceCompatMatchValue(device, VIR_NODE_DEVICE_COMPAT_PCI_ID);

    return (!match->deviceAPI || STREQ_NULLABLE(match->deviceAPI, api)) &&
           (!match->type || (type && g_pattern_match_simple(match->type, type))) &&
           (!match->driver || STREQ_NULLABLE(match->driver, driver)) &&
           (!match->vendor || (pci && STRPREFIX(pci, match->vendor)));
}


void
virNodeDeviceCompatMatchClear(virNodeDeviceCompatMatch *match)
{
    g_clear_pointer(&match->deviceAPI, g_free);
    g_clear_pointer(&match->type, g_free);
    g_clear_pointer(&match->driver, g_free);
    g_clear_pointer(&match->vendor, g_free);
}
