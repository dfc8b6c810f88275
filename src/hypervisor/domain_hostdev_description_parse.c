/*
 * domain_hostdev_description_parse.c: parsing of what another host says about the host
 * devices of a guest
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#define LIBVIRT_DOMAIN_HOSTDEV_DESCRIPTIONPRIV_H_ALLOW
#include "domain_hostdev_descriptionpriv.h"

#include "conf/nodedev_compat_attr.h"
#include "conf/nodedev_compat_document.h"
#include "conf/nodedev_compat_xml.h"
#include "virerror.h"
#include "virhashcode.h"
#include "virlog.h"
#include "virstring.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_DOMAIN

VIR_LOG_INIT("hypervisor.domain_hostdev_description_parse");

/* As it is formatted */
#define TIME_SHAPE "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"

/* How many names and texts are told apart, and what a new one costs, as elements do */
#define STRINGS (512 * 1024)
#define STRING_NODES 16

/* The texts that libxml2 keeps as it keeps names: of so many bytes, or blanks */
#define TEXT_MAX 3
#define BLANKS_MAX 59
#define BLANKS " \t\r\n"


/* Whether a text among these nodes is longer than @max */
static bool
virDomainHostdevDescriptionIsLong(xmlNodePtr node,
                                  int max)
{
    for (; node; node = node->next) {
        if ((node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) &&
            !xmlIsBlankNode(node) && xmlStrlen(node->content) > max)
            return true;
    }

    return false;
}


/* Whether something in an element is longer than the descriptor of a device can have */
static bool
virDomainHostdevDescriptionHasLong(xmlNodePtr parent)
{
    xmlNodePtr node;
    xmlAttrPtr attr;

    if (virDomainHostdevDescriptionIsLong(parent->children, VIR_NODE_DEVICE_COMPAT_VALUE_MAX))
        return true;

    for (attr = parent->properties; attr; attr = attr->next) {
        int max = xmlStrEqual(attr->name, BAD_CAST "name") ? VIR_NODE_DEVICE_COMPAT_NAME_MAX :
                                                             VIR_NODE_DEVICE_COMPAT_VALUE_MAX;

        if (virDomainHostdevDescriptionIsLong(attr->children, max))
            return true;
    }

    for (node = xmlFirstElementChild(parent); node; node = xmlNextElementSibling(node)) {
        if (virDomainHostdevDescriptionHasLong(node))
            return true;
    }

    return false;
}


/* While a description is parsed */
typedef struct _virDomainHostdevDescriptionParser virDomainHostdevDescriptionParser;
struct _virDomainHostdevDescriptionParser {
    size_t budget;              /* bytes that there are for further descriptors; once it is
                                   0, they are not looked at */
    size_t nignored;            /* what is too long */
};


/* Identifiers from a peer, which end up in messages and logs. One that is too long is
 * taken as if it was not there. */
static int
virDomainHostdevDescriptionParseIDs(xmlNodePtr node,
                                    virDomainHostdevCompat *device,
                                    virDomainHostdevDescriptionParser *parser)
{
    size_t i;

    for (i = 0; i < VIR_DOMAIN_HOSTDEV_DESCRIPTION_IDS; i++) {
        g_autofree char *id = virXMLPropString(node, virDomainHostdevDescriptionIDs[i].property);

        if (id && !virStringIsPrintable(id)) {
            virReportError(VIR_ERR_XML_ERROR,
                           _("malformed '%1$s' of a host device in its description"),
                           virDomainHostdevDescriptionIDs[i].property);
            return -1;
        }

        if (id && strlen(id) > VIR_DOMAIN_HOSTDEV_DESCRIPTION_ID_MAX)
            parser->nignored++;
        else
            *virDomainHostdevDescriptionGetID(device, i) = g_steal_pointer(&id);
    }

    return 0;
}


static bool
virDomainHostdevDescriptionHasLongDescriptor(xmlNodePtr parent)
{
    xmlNodePtr node;

    for (node = xmlFirstElementChild(parent); node; node = xmlNextElementSibling(node)) {
        if (virXMLNodeNameEqual(node, "capability") && virDomainHostdevDescriptionHasLong(node))
            return true;
    }

    return false;
}


static size_t
virDomainHostdevDescriptionGetAttrsSize(const virNodeDeviceCompatAttrs *attrs)
{
    size_t size = 0;
    size_t i;

    for (i = 0; i < attrs->nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = attrs->attrs[i];

        /* those that have an element of their own */
        if (virNodeDeviceCompatRuleGetDefault(attr->name)->required)
            size += strlen("  <type id=''/>\n");
        else
            size += strlen("  <attr name='' value=''/>\n") + strlen(attr->name);
        size += strlen(NULLSTR_EMPTY(attr->value));
    }

    return size;
}


/* How large a descriptor is, as virNodeDeviceCompatFormat() writes it; less if something in it
 * takes more space than usual. Without writing it, as there can be many. */
static size_t
virDomainHostdevDescriptionGetSize(const virNodeDeviceCompat *compat)
{
    size_t size = strlen("<capability type='compat'>\n</capability>\n") +
                  virDomainHostdevDescriptionGetAttrsSize(&compat->self) +
                  strlen(NULLSTR_EMPTY(compat->opaque));
    size_t i;

    for (i = 0; i < compat->naccepts; i++)
        size += virDomainHostdevDescriptionGetAttrsSize(compat->accepts[i]);

    return size;
}


/* A descriptor with something in it that is too long, or that is too large as a whole, is
 * taken as if it was not there. */
static int
virDomainHostdevDescriptionParseDescriptor(xmlNodePtr node,
                                           virDomainHostdevCompat *device,
                                           virDomainHostdevDescriptionParser *parser)
{
    g_autoptr(virNodeDeviceCompat) full = NULL;
    size_t size;
    size_t max = MIN(parser->budget, VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX);

    if (max == 0 || virDomainHostdevDescriptionHasLongDescriptor(node)) {
        parser->nignored++;
        return 0;
    }

    if (virNodeDeviceCompatParseChild(node, &full) < 0)
        return -1;

    if (!full)
        return 0;

    size = virDomainHostdevDescriptionGetSize(full);
    parser->budget -= MIN(parser->budget, size);

    /* a comparison does not use what the source accepts */
    if (size > max)
        parser->nignored++;
    else if (full->naccepts > 0)
        device->compat = virNodeDeviceCompatCopySelf(full);
    else
        device->compat = g_steal_pointer(&full);

    return 0;
}


static virDomainHostdevCompat *
virDomainHostdevDescriptionParseHostdev(xmlNodePtr node,
                                        virDomainHostdevDescriptionParser *parser)
{
    g_autoptr(virDomainHostdevCompat) hostdev = g_new0(virDomainHostdevCompat, 1);

    if (virDomainHostdevDescriptionParseIDs(node, hostdev, parser) < 0 ||
        virDomainHostdevDescriptionParseDescriptor(node, hostdev, parser) < 0)
        return NULL;

    return g_steal_pointer(&hostdev);
}


/* Whether one of @hostdevs cannot be told from @hostdev */
static bool
virDomainHostdevDescriptionHasTwin(GPtrArray *hostdevs,
                                   const virDomainHostdevCompat *hostdev)
{
    size_t i;

    for (i = 0; i < hostdevs->len; i++) {
        const virDomainHostdevCompat *other = g_ptr_array_index(hostdevs, i);

        if (virDomainHostdevIdentityOverlaps(&hostdev->identity, &other->identity))
            return true;
    }

    return false;
}


static int
virDomainHostdevDescriptionAdd(GPtrArray *hostdevs,
                               xmlNodePtr node,
                               virDomainHostdevDescriptionParser *parser)
{
    g_autoptr(virDomainHostdevCompat) hostdev = NULL;

    if (!(hostdev = virDomainHostdevDescriptionParseHostdev(node, parser)))
        return -1;

    if (virDomainHostdevDescriptionHasTwin(hostdevs, hostdev)) {
        virReportError(VIR_ERR_XML_ERROR, _("host device '%1$s' is described twice"),
                       virDomainHostdevCompatGetName(hostdev));
        return -1;
    }

    g_ptr_array_add(hostdevs, g_steal_pointer(&hostdev));
    return 0;
}


static size_t
virDomainHostdevDescriptionCount(xmlNodePtr block)
{
    xmlNodePtr node;
    size_t count = 0;

    for (node = xmlFirstElementChild(block); node; node = xmlNextElementSibling(node))
        count += virXMLNodeNameEqual(node, "hostdev");

    return count;
}


/**
 * virDomainHostdevDescriptionParseBlock:
 * @block: the element, in a document without a type declaration
 * @max: number of bytes that there are for descriptors
 *
 * Who wrote it is not trusted: what is not as virDomainHostdevDescriptionFormatBlock()
 * writes it is refused. What is merely too long is not: a guest that a stock libvirt
 * takes must not be refused for it. It is taken as if it was not there, and thus not
 * known.
 *
 * Returns an array that owns a virDomainHostdevCompat for each device, or NULL with an
 * error reported.
 */
GPtrArray *
virDomainHostdevDescriptionParseBlock(xmlNodePtr block,
                                      size_t max)
{
    g_autoptr(GPtrArray) hostdevs = virDomainHostdevCompatListNew();
    virDomainHostdevDescriptionParser parser = { .budget = max };
    xmlNodePtr node;

    if (virDomainHostdevDescriptionCount(block) > VIR_DOMAIN_HOSTDEV_DESCRIPTION_HOSTDEVS_MAX) {
        virReportError(VIR_ERR_XML_ERROR, _("more than %1$d host devices are described"),
                       VIR_DOMAIN_HOSTDEV_DESCRIPTION_HOSTDEVS_MAX);
        return NULL;
    }

    for (node = xmlFirstElementChild(block); node; node = xmlNextElementSibling(node)) {
        if (virXMLNodeNameEqual(node, "hostdev") &&
            virDomainHostdevDescriptionAdd(hostdevs, node, &parser) < 0)
            return NULL;
    }

    if (parser.nignored > 0)
        VIR_WARN("Parts of the description of host devices that are too long and ignored: %zu",
                 parser.nignored);

    return g_steal_pointer(&hostdevs);
}


/* When and where the description was made; that it does not say so is not an error. */
static int
virDomainHostdevDescriptionParseStamp(xmlNodePtr root,
                                      virDomainHostdevDescription *description)
{
    g_autofree char *boot = virXMLPropString(root, "boot");
    g_autofree char *text = virXMLPropString(root, "time");
    g_autoptr(GDateTime) when = NULL;

    if (boot && !(description->boot = virDomainHostdevDescriptionGetBoot(boot))) {
        virReportError(VIR_ERR_XML_ERROR, "%s",
                       _("malformed 'boot' of the description of host devices"));
        return -1;
    }

    if (!text)
        return 0;

    if (g_regex_match_simple(TIME_SHAPE, text, G_REGEX_DOLLAR_ENDONLY, 0))
        when = g_date_time_new_from_iso8601(text, NULL);

    if (!when || (description->time = g_date_time_to_unix(when)) <= 0) {
        virReportError(VIR_ERR_XML_ERROR, "%s",
                       _("malformed 'time' of the description of host devices"));
        return -1;
    }

    return 0;
}


/* libvirt takes the namespace out of metadata that it returns. */
static int
virDomainHostdevDescriptionCheckNamespace(xmlNodePtr root)
{
    if (!root->ns ||
        xmlStrEqual(root->ns->href, BAD_CAST VIR_DOMAIN_HOSTDEV_DESCRIPTION_NAMESPACE))
        return 0;

    virReportError(VIR_ERR_XML_ERROR,
                   _("the description of host devices is not in the namespace '%1$s'"),
                   VIR_DOMAIN_HOSTDEV_DESCRIPTION_NAMESPACE);
    return -1;
}


void
virDomainHostdevDescriptionWeightInit(virDomainHostdevDescriptionWeight *weight)
{
    *weight = (virDomainHostdevDescriptionWeight) {
        .seed = g_random_int(),
        .seen = virBitmapNew(STRINGS),
    };
}


void
virDomainHostdevDescriptionWeightClear(virDomainHostdevDescriptionWeight *weight)
{
    g_clear_pointer(&weight->seen, virBitmapFree);
}


/* Adds what a string costs that is new. libxml2 before 2.12 keeps names and some texts in a few
 * thousand lists, so that each new one is compared with many others. Nobody can know which is
 * taken for one that was there. */
static void
virDomainHostdevDescriptionWeighString(virDomainHostdevDescriptionWeight *weight,
                                       const char *string,
                                       size_t len)
{
    size_t place = virHashCodeGen(string, len, weight->seed) % STRINGS;

    if (virBitmapIsBitSet(weight->seen, place))
        return;

    ignore_value(virBitmapSetBit(weight->seen, place));
    weight->nodes += STRING_NODES;
    weight->strings += STRING_NODES;
}


/* Adds what the attribute costs whose equals sign is at @at; none begins before @start. */
static void
virDomainHostdevDescriptionWeighAttr(virDomainHostdevDescriptionWeight *weight,
                                     const char *start,
                                     const char *at)
{
    const char *value = at + 1;
    const char *end = at;
    size_t len = 0;

    weight->nodes += 2;
    virSkipSpaces(&value);
    if (*value != '"' && *value != '\'')
        return;

    while (end > start && g_ascii_isspace(end[-1]))
        end--;
    for (at = end; at > start && !g_ascii_isspace(at[-1]);)
        at--;
    virDomainHostdevDescriptionWeighString(weight, at, end - at);

    while (len <= TEXT_MAX && value[len + 1] && value[len + 1] != *value)
        len++;
    if (len <= TEXT_MAX)
        virDomainHostdevDescriptionWeighString(weight, value + 1, len);
}


/* Adds what the text costs before the < at @at; none begins before @start. */
static void
virDomainHostdevDescriptionWeighText(virDomainHostdevDescriptionWeight *weight,
                                     const char *start,
                                     const char *at)
{
    const char *text = at;
    size_t len;

    while (text > start && text[-1] != '>')
        text--;
    len = at - text;
    if (len == 0)
        return;

    weight->nodes++;
    if (len <= TEXT_MAX || (len <= BLANKS_MAX && strspn(text, BLANKS) >= len))
        virDomainHostdevDescriptionWeighString(weight, text, len);
}


/**
 * virDomainHostdevDescriptionWeigh:
 * @weight: what was weighed before
 * @xml: untrusted text, which need not be a whole document
 *
 * Adds what the parser would make of it: an element, a comment and the like for each <,
 * the text before that, and an attribute and its value for each equals sign; and more for
 * each name and each short text that is new.
 */
void
virDomainHostdevDescriptionWeigh(virDomainHostdevDescriptionWeight *weight,
                                 const char *xml)
{
    const char *at = xml;
    const char *start = xml;    /* behind the last of them */

    while (*(at += strcspn(at, "<="))) {
        if (*at == '=') {
            virDomainHostdevDescriptionWeighAttr(weight, start, at);
        } else {
            weight->nodes++;
            virDomainHostdevDescriptionWeighText(weight, start, at);
            virDomainHostdevDescriptionWeighString(weight, at + 1,
                                                   strcspn(at + 1, BLANKS "/<>="));
        }
        start = ++at;
    }
}


/**
 * virDomainHostdevDescriptionCheckNodes:
 * @xml: untrusted document about a guest
 * @name: what to call it in errors
 * @max: how much the parser may make of it, see virDomainHostdevDescriptionWeigh()
 *
 * Returns 0 if that is not too much, -1 with an error reported otherwise.
 */
int
virDomainHostdevDescriptionCheckNodes(const char *xml,
                                      const char *name,
                                      size_t max)
{
    g_auto(virDomainHostdevDescriptionWeight) weight = { 0 };

    virDomainHostdevDescriptionWeightInit(&weight);
    virDomainHostdevDescriptionWeigh(&weight, xml);
    if (weight.nodes <= max)
        return 0;

    virReportError(VIR_ERR_XML_ERROR,
                   _("document '%1$s' has more than %2$d elements, attributes and texts"),
                   name, (int)max);
    return -1;
}


/**
 * virDomainHostdevDescriptionParse:
 * @xml: untrusted text, or NULL
 * @max: number of bytes that it can have
 * @ret_description: set to the description in it if there is a usable one
 *
 * Parses a document of its own; its root need not have the namespace. See
 * virDomainHostdevDescriptionParseBlock() about what is in it.
 *
 * Returns whether there is a description. An error is reported if there is one that is
 * not usable.
 */
virDomainHostdevDescriptionState
virDomainHostdevDescriptionParse(const char *xml,
                                 size_t max,
                                 virDomainHostdevDescription **ret_description)
{
    g_autoptr(virDomainHostdevDescription) description = NULL;
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;

    if (!xml)
        return VIR_DOMAIN_HOSTDEV_DESCRIPTION_ABSENT;

    if (strlen(xml) > max) {
        virReportError(VIR_ERR_XML_ERROR,
                       _("the description of host devices is larger than %1$zu bytes"), max);
        return VIR_DOMAIN_HOSTDEV_DESCRIPTION_TOO_LARGE;
    }

    description = g_new0(virDomainHostdevDescription, 1);

    if (virDomainHostdevDescriptionCheckNodes(xml, _("(host_device_description)"),
                                              VIR_DOMAIN_HOSTDEV_DESCRIPTION_NODES_MAX) < 0 ||
        !(doc = virNodeDeviceCompatDocumentParseAnswer(xml, _("(host_device_description)"),
                                                       VIR_DOMAIN_HOSTDEV_DESCRIPTION_ELEMENT,
                                                       &ctxt)) ||
        virDomainHostdevDescriptionCheckNamespace(ctxt->node) < 0 ||
        virDomainHostdevDescriptionParseStamp(ctxt->node, description) < 0 ||
        !(description->hostdevs = virDomainHostdevDescriptionParseBlock(ctxt->node, max)))
        return VIR_DOMAIN_HOSTDEV_DESCRIPTION_MALFORMED;

    *ret_description = g_steal_pointer(&description);
    return VIR_DOMAIN_HOSTDEV_DESCRIPTION_OK;
}
