/*
 * nodedev_compat_xml.c: the XML form of a compatibility descriptor
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_xml.h"

#include "nodedev_compat_attr.h"
#include "nodedev_compat_document.h"
#include "nodedev_compat_infer.h"
#include "nodedev_compat_value.h"
#include "virerror.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* How much of a name that can be of any length is in an error, in bytes */
#define SHOWN_MAX 32

/* The attributes that have an element of their own rather than <attr> */
static const struct {
    const char *attr;
    const char *element;
    const char *property;       /* NULL: the value is the element's content */
} standardElements[] = {
    { VIR_NODE_DEVICE_COMPAT_DEVICE_API, "deviceAPI", NULL },
    { VIR_NODE_DEVICE_COMPAT_TYPE, "type", "id" },
    { VIR_NODE_DEVICE_COMPAT_SOFTWARE_VERSION, "softwareVersion", NULL },
};


/* Like virBufferEscapeString(buf, "%s", text), which allocates memory twice, for the many
 * texts that need no escapes */
static void
virNodeDeviceCompatFormatText(virBuffer *buf,
                              const char *text)
{
    if (text[strcspn(text, "<>&'\"")])
        virBufferEscapeString(buf, "%s", text);
    else
        virBufferAdd(buf, text, -1);
}


static void
virNodeDeviceCompatFormatUnusable(virBuffer *buf,
                                  const virNodeDeviceCompatAttr *attr)
{
    virBufferEscapeString(buf, "<unusable name='%s'", attr->name);
    virBufferAsprintf(buf, " reason='%s'/>\n",
                      virNodeDeviceCompatAttrStateTypeToString(attr->state));
}


static void
virNodeDeviceCompatFormatStandard(virBuffer *buf,
                                  const virNodeDeviceCompatAttr *attr,
                                  size_t which)
{
    const char *element = standardElements[which].element;
    const char *property = standardElements[which].property;

    if (property) {
        virBufferAsprintf(buf, "<%s %s=", element, property);
        virBufferEscapeString(buf, "'%s'/>\n", attr->value);
    } else {
        virBufferAsprintf(buf, "<%s>", element);
        virBufferEscapeString(buf, "%s", attr->value);
        virBufferAsprintf(buf, "</%s>\n", element);
    }
}


/* Standard attributes first, then the others by name, then what is unusable */
static void
virNodeDeviceCompatAttrsFormat(virBuffer *buf,
                               const virNodeDeviceCompatAttrs *set)
{
    size_t i;
    size_t j;

    for (i = 0; i < G_N_ELEMENTS(standardElements); i++) {
        const virNodeDeviceCompatAttr *attr =
            virNodeDeviceCompatAttrsFind(set, standardElements[i].attr);

        if (attr && attr->value)
            virNodeDeviceCompatFormatStandard(buf, attr, i);
    }

    for (i = 0; i < set->nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = set->attrs[i];

        for (j = 0; j < G_N_ELEMENTS(standardElements); j++) {
            if (STREQ(attr->name, standardElements[j].attr))
                break;
        }
        if (j < G_N_ELEMENTS(standardElements) ||
            (!attr->value && attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_UNSET))
            continue;

        virBufferAddLit(buf, "<attr name='");
        virNodeDeviceCompatFormatText(buf, attr->name);
        if (attr->value) {
            virBufferAddLit(buf, "' value='");
            virNodeDeviceCompatFormatText(buf, attr->value);
        }
        virBufferAddLit(buf, "'");
        if (attr->dynamic)
            virBufferAddLit(buf, " dynamic='yes'");
        if (attr->derived)
            virBufferAddLit(buf, " derived='yes'");
        virNodeDeviceCompatValueFormat(buf, " fact='%s'", attr->fact);
        virBufferAddLit(buf, "/>\n");
    }

    for (i = 0; i < set->nattrs; i++) {
        if (!set->attrs[i]->value &&
            set->attrs[i]->state != VIR_NODE_DEVICE_COMPAT_ATTR_UNSET)
            virNodeDeviceCompatFormatUnusable(buf, set->attrs[i]);
    }
}


/**
 * virNodeDeviceCompatFormat:
 * @buf: buffer to add to
 * @compat: descriptor, or NULL
 *
 * Adds <capability type='compat'>; the same descriptor always gives the same
 * bytes, and parsing them gives the same descriptor.
 */
void
virNodeDeviceCompatFormat(virBuffer *buf,
                          const virNodeDeviceCompat *compat)
{
    g_auto(virBuffer) attrBuf = VIR_BUFFER_INITIALIZER;
    g_auto(virBuffer) childBuf = VIR_BUFFER_INIT_CHILD(buf);
    size_t i;

    if (!compat)
        return;

    virNodeDeviceCompatAttrsFormat(&childBuf, &compat->self);
    virBufferEscapeString(&childBuf, "<opaque>%s</opaque>\n", compat->opaque);
    if (compat->opaqueState != VIR_NODE_DEVICE_COMPAT_ATTR_OK)
        virBufferAsprintf(&childBuf, "<opaque reason='%s'/>\n",
                          virNodeDeviceCompatAttrStateTypeToString(compat->opaqueState));

    for (i = 0; i < compat->naccepts; i++) {
        g_auto(virBuffer) acceptsBuf = VIR_BUFFER_INIT_CHILD(&childBuf);

        virNodeDeviceCompatAttrsFormat(&acceptsBuf, compat->accepts[i]);
        virXMLFormatElementEmpty(&childBuf, "accepts", NULL, &acceptsBuf);
    }

    virBufferAddLit(&attrBuf, " type='compat'");
    virXMLFormatElementEmpty(buf, "capability", &attrBuf, &childBuf);
}


/**
 * virNodeDeviceCompatParseAdd:
 * @compat: descriptor
 * @accepts: one of its alternatives, or NULL for the device's own attributes
 * @name: name of an attribute, as a document has it
 * @value: its value, or NULL if it has none
 *
 * virNodeDeviceCompatAdd() for documents, in which nothing may be given twice.
 *
 * Returns the attribute, or NULL with an error reported.
 */
virNodeDeviceCompatAttr *
virNodeDeviceCompatParseAdd(virNodeDeviceCompat *compat,
                            virNodeDeviceCompatAttrs *accepts,
                            const char *name,
                            const char *value)
{
    const char *canonicalName = virNodeDeviceCompatAttrCanonicalName(name);
    virNodeDeviceCompatAttr *attr;

    if (!virNodeDeviceCompatNameIsValid(name)) {
        g_autofree char *shown = virNodeDeviceCompatValueToPrintable(name, SHOWN_MAX);

        virReportError(VIR_ERR_XML_ERROR,
                       _("invalid name '%1$s' of a compatibility attribute"),
                       shown);
        return NULL;
    }

    if (value && !virNodeDeviceCompatValueIsPrintable(value)) {
        virReportError(VIR_ERR_XML_ERROR,
                       _("value of compatibility attribute '%1$s' must be 1 to %2$d printable ASCII characters"),
                       name, VIR_NODE_DEVICE_COMPAT_VALUE_MAX);
        return NULL;
    }

    if (virNodeDeviceCompatAttrsFind(accepts ? accepts : &compat->self,
                                     canonicalName)) {
        virReportError(VIR_ERR_XML_ERROR,
                       _("compatibility attribute '%1$s' is given twice"),
                       canonicalName);
        return NULL;
    }

    if (!(attr = virNodeDeviceCompatAdd(compat, accepts, name, value))) {
        virReportError(VIR_ERR_XML_ERROR,
                       _("more than %1$d compatibility attributes"),
                       VIR_NODE_DEVICE_COMPAT_ATTRS_MAX);
    }

    return attr;
}


/* What a fact says in place of the value that was read */
static int
virNodeDeviceCompatParseFact(virNodeDeviceCompatAttr *attr,
                             xmlNodePtr node)
{
    g_autofree char *fact = virXMLPropString(node, "fact");

    if (fact && !virNodeDeviceCompatValueIsPrintable(fact)) {
        virReportError(VIR_ERR_XML_ERROR,
                       _("value of compatibility attribute '%1$s' must be 1 to %2$d printable ASCII characters"),
                       attr->name, VIR_NODE_DEVICE_COMPAT_VALUE_MAX);
        return -1;
    }

    attr->fact = g_steal_pointer(&fact);
    return 0;
}


/* An attribute without a value is set on each device of a type when it is created. */
static int
virNodeDeviceCompatParseAttr(virNodeDeviceCompat *compat,
                             virNodeDeviceCompatAttrs *accepts,
                             xmlNodePtr node)
{
    static const char *const words[] = { "dynamic", "derived", NULL };
    g_autofree char *name = virXMLPropStringRequired(node, "name");
    g_autofree char *value = NULL;
    virTristateBool dynamic = VIR_TRISTATE_BOOL_ABSENT;
    virTristateBool derived = VIR_TRISTATE_BOOL_ABSENT;
    virNodeDeviceCompatAttr *attr;
    bool required;

    if (!name || virNodeDeviceCompatDocumentCheckWords(node, words) < 0 ||
        virXMLPropTristateBool(node, "dynamic", VIR_XML_PROP_NONE, &dynamic) < 0 ||
        virXMLPropTristateBool(node, "derived", VIR_XML_PROP_NONE, &derived) < 0)
        return -1;

    /* no flags where virNodeDeviceCompatFormat() writes none */
    required = virNodeDeviceCompatRuleGetDefault(virNodeDeviceCompatAttrCanonicalName(name))->required;

    if (!accepts && !required && dynamic == VIR_TRISTATE_BOOL_YES)
        value = virXMLPropString(node, "value");
    else if (!(value = virXMLPropStringRequired(node, "value")))
        return -1;

    if (!(attr = virNodeDeviceCompatParseAdd(compat, accepts, name, value)))
        return -1;

    if (accepts || required)
        return 0;

    if (!value)
        attr->state = VIR_NODE_DEVICE_COMPAT_ATTR_UNSET;
    attr->dynamic = dynamic == VIR_TRISTATE_BOOL_YES;
    attr->derived = value && derived == VIR_TRISTATE_BOOL_YES;
    return value ? virNodeDeviceCompatParseFact(attr, node) : 0;
}


/* Why the attribute @name, which @node is about, is not usable. A newer release can have
 * reasons that are not known here: then no more is known than that it is not usable. */
static int
virNodeDeviceCompatParseReason(xmlNodePtr node,
                               const char *name,
                               virNodeDeviceCompatAttrState *ret_state)
{
    static const char *const words[] = { "reason", NULL };
    g_autofree char *reason = virXMLPropString(node, "reason");
    g_autofree char *shown = virNodeDeviceCompatValueToPrintable(name, SHOWN_MAX);
    unsigned int state;

    if (virNodeDeviceCompatDocumentCheckWords(node, words) < 0)
        return -1;

    if (reason && *reason && virNodeDeviceCompatAttrStateTypeFromString(reason) < 0) {
        *ret_state = VIR_NODE_DEVICE_COMPAT_ATTR_UNREADABLE;
        return 0;
    }

    if (virXMLPropEnum(node, "reason",
                       virNodeDeviceCompatAttrStateTypeFromString,
                       VIR_XML_PROP_REQUIRED | VIR_XML_PROP_NONZERO,
                       &state) < 0)
        return -1;

    if (state == VIR_NODE_DEVICE_COMPAT_ATTR_UNSET) {
        virReportError(VIR_ERR_XML_ERROR,
                       _("compatibility attribute '%1$s' is not unusable for being unset, that is <attr dynamic='yes'/> without value"),
                       shown);
        return -1;
    }

    /* of which nothing else would be said */
    if (state == VIR_NODE_DEVICE_COMPAT_ATTR_OUTDATED &&
        STRNEQ(name, VIR_NODE_DEVICE_COMPAT_MARK_FACTS)) {
        virReportError(VIR_ERR_XML_ERROR,
                       _("compatibility attribute '%1$s' is not unusable for being outdated, as facts can be"),
                       shown);
        return -1;
    }

    *ret_state = state;
    return 0;
}


static int
virNodeDeviceCompatParseUnusable(virNodeDeviceCompat *compat,
                                 virNodeDeviceCompatAttrs *accepts,
                                 xmlNodePtr node)
{
    g_autofree char *name = virXMLPropStringRequired(node, "name");
    virNodeDeviceCompatAttrState state;
    virNodeDeviceCompatAttr *attr;

    if (!name || virNodeDeviceCompatParseReason(node, name, &state) < 0)
        return -1;

    if (!(attr = virNodeDeviceCompatParseAdd(compat, accepts, name, NULL)))
        return -1;

    attr->state = state;
    return 0;
}


static int
virNodeDeviceCompatParseStandard(virNodeDeviceCompat *compat,
                                 virNodeDeviceCompatAttrs *accepts,
                                 xmlNodePtr node,
                                 size_t which)
{
    const char *property = standardElements[which].property;
    g_autofree char *value = NULL;

    if (property)
        value = virXMLPropStringRequired(node, property);
    else
        value = virNodeDeviceCompatDocumentGetText(node);

    if ((property && !value) ||
        !virNodeDeviceCompatParseAdd(compat, accepts,
                                     standardElements[which].attr, NULLSTR_EMPTY(value)))
        return -1;

    return 0;
}


/* The children of <capability type='compat'> or <accepts>. Unknown elements are left
 * to newer readers; validation reports them. */
static int
virNodeDeviceCompatParseAttrs(virNodeDeviceCompat *compat,
                              virNodeDeviceCompatAttrs *accepts,
                              xmlNodePtr parent)
{
    xmlNodePtr node;
    size_t i;

    for (node = xmlFirstElementChild(parent); node; node = xmlNextElementSibling(node)) {
        int rc = 0;

        if (virXMLNodeNameEqual(node, "attr"))
            rc = virNodeDeviceCompatParseAttr(compat, accepts, node);
        else if (virXMLNodeNameEqual(node, "unusable"))
            rc = virNodeDeviceCompatParseUnusable(compat, accepts, node);

        for (i = 0; i < G_N_ELEMENTS(standardElements); i++) {
            if (virXMLNodeNameEqual(node, standardElements[i].element))
                rc = virNodeDeviceCompatParseStandard(compat, accepts, node, i);
        }

        if (rc < 0)
            return -1;
    }

    return 0;
}


static int
virNodeDeviceCompatParseOpaque(virNodeDeviceCompat *compat,
                               xmlNodePtr node)
{
    if (compat->opaque || compat->opaqueState != VIR_NODE_DEVICE_COMPAT_ATTR_OK) {
        virReportError(VIR_ERR_XML_ERROR, "%s",
                       _("more than one <opaque> element"));
        return -1;
    }

    if (xmlHasProp(node, BAD_CAST "reason"))
        return virNodeDeviceCompatParseReason(node, VIR_NODE_DEVICE_COMPAT_OPAQUE,
                                              &compat->opaqueState);

    if (!(compat->opaque = virXMLNodeContentString(node)))
        return -1;

    if (!virNodeDeviceCompatValueIsPrintable(compat->opaque)) {
        virReportError(VIR_ERR_XML_ERROR,
                       _("content of <opaque> must be 1 to %1$d printable ASCII characters"),
                       VIR_NODE_DEVICE_COMPAT_VALUE_MAX);
        return -1;
    }

    return 0;
}


/**
 * virNodeDeviceCompatParseXML:
 * @parent: <capability type='compat'> element
 *
 * A value that is not in its attribute's grammar is kept and marked as malformed; a
 * document that breaks the structure or a limit is an error.
 *
 * Returns the descriptor, or NULL with an error reported.
 */
virNodeDeviceCompat *
virNodeDeviceCompatParseXML(xmlNodePtr parent)
{
    g_autoptr(virNodeDeviceCompat) compat = virNodeDeviceCompatNew();
    xmlNodePtr node;

    if (virNodeDeviceCompatParseAttrs(compat, NULL, parent) < 0)
        return NULL;

    for (node = xmlFirstElementChild(parent); node; node = xmlNextElementSibling(node)) {
        virNodeDeviceCompatAttrs *accepts;

        if (virXMLNodeNameEqual(node, "opaque") &&
            virNodeDeviceCompatParseOpaque(compat, node) < 0)
            return NULL;

        if (!virXMLNodeNameEqual(node, "accepts"))
            continue;

        if (!(accepts = virNodeDeviceCompatAddAlternative(compat))) {
            virReportError(VIR_ERR_XML_ERROR,
                           _("more than %1$d <accepts> elements"),
                           VIR_NODE_DEVICE_COMPAT_ACCEPTS_MAX);
            return NULL;
        }
        if (virNodeDeviceCompatParseAttrs(compat, accepts, node) < 0)
            return NULL;
    }

    return g_steal_pointer(&compat);
}


/**
 * virNodeDeviceCompatParseChild:
 * @parent: element that may hold <capability type='compat'>
 * @ret_compat: set to the descriptor, or to NULL if there is none
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
virNodeDeviceCompatParseChild(xmlNodePtr parent,
                              virNodeDeviceCompat **ret_compat)
{
    g_autoptr(virNodeDeviceCompat) compat = NULL;
    xmlNodePtr node;

    for (node = xmlFirstElementChild(parent); node; node = xmlNextElementSibling(node)) {
        g_autofree char *type = NULL;

        if (!virXMLNodeNameEqual(node, "capability"))
            continue;

        type = virXMLPropString(node, "type");
        if (STRNEQ_NULLABLE(type, "compat"))
            continue;

        if (compat) {
            virReportError(VIR_ERR_XML_ERROR, "%s",
                           _("more than one capability of type 'compat'"));
            return -1;
        }
        if (!(compat = virNodeDeviceCompatParseXML(node)))
            return -1;
    }

    *ret_compat = g_steal_pointer(&compat);
    return 0;
}


static int
virNodeDeviceCompatParseType(xmlNodePtr node,
                             GHashTable **types)
{
    g_autofree char *id = virXMLPropString(node, "id");
    virNodeDeviceCompat *compat = NULL;

    if (virNodeDeviceCompatParseChild(node, &compat) < 0)
        return -1;

    if (id)
        virNodeDeviceCompatTypesSet(types, id, compat);
    else
        g_clear_object(&compat);
    return 0;
}


/**
 * virNodeDeviceCompatParseTypes:
 * @parent: element that may hold <capability type='mdev_types'>
 * @types: table to add the descriptors of the types in it to, created on first use
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
virNodeDeviceCompatParseTypes(xmlNodePtr parent,
                              GHashTable **types)
{
    xmlNodePtr node;
    xmlNodePtr type;

    for (node = xmlFirstElementChild(parent); node; node = xmlNextElementSibling(node)) {
        g_autofree char *kind = virXMLPropString(node, "type");

        if (!virXMLNodeNameEqual(node, "capability") ||
            STRNEQ_NULLABLE(kind, "mdev_types"))
            continue;

        for (type = xmlFirstElementChild(node); type; type = xmlNextElementSibling(type)) {
            if (virXMLNodeNameEqual(type, "type") &&
                virNodeDeviceCompatParseType(type, types) < 0)
                return -1;
        }
    }

    return 0;
}


/* A whole <device>: an mdev or a PCI function, with or without a descriptor */
static virNodeDeviceCompat *
virNodeDeviceCompatParseDevice(xmlXPathContextPtr ctxt,
                               const char *name)
{
    g_autoptr(virNodeDeviceCompat) compat = NULL;
    xmlNodePtr capability;

    if (!(capability = virXPathNode("./capability[@type='mdev' or @type='pci'][1]",
                                    ctxt))) {
        virReportError(VIR_ERR_XML_ERROR,
                       _("node device '%1$s' is neither a mediated device nor a PCI device"),
                       name ? name : _("(unnamed)"));
        return NULL;
    }

    if (virNodeDeviceCompatParseChild(capability, &compat) < 0)
        return NULL;

    return compat ? g_steal_pointer(&compat) : virNodeDeviceCompatInfer(ctxt, name);
}


/* The descriptor inside a <nodeDeviceCompatBaseline> */
static virNodeDeviceCompat *
virNodeDeviceCompatParseBaseline(xmlNodePtr parent)
{
    g_autoptr(virNodeDeviceCompat) compat = NULL;

    if (virNodeDeviceCompatParseChild(parent, &compat) < 0)
        return NULL;

    if (!compat) {
        virReportError(VIR_ERR_XML_ERROR, "%s",
                       _("there is no baseline in the document"));
        return NULL;
    }

    return g_steal_pointer(&compat);
}


/* The elements that hold a descriptor, with the schemas of their documents */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_ELEMENT_DEVICE = 0,
    VIR_NODE_DEVICE_COMPAT_ELEMENT_BARE,
    VIR_NODE_DEVICE_COMPAT_ELEMENT_BASELINE,
    VIR_NODE_DEVICE_COMPAT_ELEMENT_NONE,
} virNodeDeviceCompatElement;

static const char *const elementSchemas[] = {
    [VIR_NODE_DEVICE_COMPAT_ELEMENT_DEVICE] = "nodedev.rng",
    [VIR_NODE_DEVICE_COMPAT_ELEMENT_BARE] = "nodedevcompat.rng",
    [VIR_NODE_DEVICE_COMPAT_ELEMENT_BASELINE] = "nodedevcompatbaseline.rng",
};


static virNodeDeviceCompatElement
virNodeDeviceCompatElementOf(xmlXPathContextPtr ctxt)
{
    g_autofree char *shown = NULL;

    if (virXMLNodeNameEqual(ctxt->node, "device"))
        return VIR_NODE_DEVICE_COMPAT_ELEMENT_DEVICE;
    if (virXMLNodeNameEqual(ctxt->node, "nodeDeviceCompatBaseline"))
        return VIR_NODE_DEVICE_COMPAT_ELEMENT_BASELINE;
    if (virXPathBoolean("boolean(self::capability[@type='compat'])", ctxt))
        return VIR_NODE_DEVICE_COMPAT_ELEMENT_BARE;

    shown = virNodeDeviceCompatValueToPrintable((const char *)ctxt->node->name, SHOWN_MAX);
    virReportError(VIR_ERR_XML_ERROR,
                   _("expected a <device> or a <capability type='compat'>, not <%1$s>"),
                   shown);
    return VIR_NODE_DEVICE_COMPAT_ELEMENT_NONE;
}


/**
 * virNodeDeviceCompatParseElement:
 * @ctxt: context at a <device>, a bare <capability type='compat'> or a
 *        <nodeDeviceCompatBaseline>
 * @ret_name: set on success to the name of the device, or to NULL if it has none
 *
 * Returns the descriptor, or NULL with an error reported.
 */
virNodeDeviceCompat *
virNodeDeviceCompatParseElement(xmlXPathContextPtr ctxt,
                                char **ret_name)
{
    g_autoptr(virNodeDeviceCompat) compat = NULL;
    g_autofree char *name = NULL;

    switch (virNodeDeviceCompatElementOf(ctxt)) {
    case VIR_NODE_DEVICE_COMPAT_ELEMENT_DEVICE:
        name = virNodeDeviceCompatDocumentGetText(virXPathNode("./name[1]", ctxt));
        if (name && !virNodeDeviceCompatValueIsPrintable(name))
            g_clear_pointer(&name, g_free);
        compat = virNodeDeviceCompatParseDevice(ctxt, name);
        break;
    case VIR_NODE_DEVICE_COMPAT_ELEMENT_BARE:
        compat = virNodeDeviceCompatParseXML(ctxt->node);
        break;
    case VIR_NODE_DEVICE_COMPAT_ELEMENT_BASELINE:
        compat = virNodeDeviceCompatParseBaseline(ctxt->node);
        break;
    case VIR_NODE_DEVICE_COMPAT_ELEMENT_NONE:
        break;
    }

    if (!compat)
        return NULL;

    *ret_name = g_steal_pointer(&name);
    return g_steal_pointer(&compat);
}


/**
 * virNodeDeviceCompatParseDocument:
 * @xml: a <device> document as virNodeDeviceGetXMLDesc() returns it, the bare
 *       <capability type='compat'>, or a <nodeDeviceCompatBaseline>
 * @validate: check it against its schema first
 * @ret_name: set on success to the name of the device, or to NULL if it has none
 *
 * Returns the descriptor, or NULL with an error reported.
 */
virNodeDeviceCompat *
virNodeDeviceCompatParseDocument(const char *xml,
                                 bool validate,
                                 char **ret_name)
{
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;
    virNodeDeviceCompatElement element;

    if (!(doc = virNodeDeviceCompatDocumentParseInput(xml, _("(node_device_compat)"), &ctxt)) ||
        (element = virNodeDeviceCompatElementOf(ctxt)) == VIR_NODE_DEVICE_COMPAT_ELEMENT_NONE)
        return NULL;

    if (validate &&
        virNodeDeviceCompatDocumentValidate(doc, elementSchemas[element]) < 0)
        return NULL;

    return virNodeDeviceCompatParseElement(ctxt, ret_name);
}
