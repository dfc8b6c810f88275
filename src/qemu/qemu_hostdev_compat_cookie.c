/*
 * qemu_hostdev_compat_cookie.c: the description of host devices in a cookie
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu_hostdev_compat.h"

#include "nodedev_compat_value.h"
#include "nodedev_compat_xml.h"
#include "virerror.h"
#include "virlog.h"
#include "virstring.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

VIR_LOG_INIT("qemu.qemu_hostdev_compat_cookie");

/* More host devices than a guest can have; a peer that sends more is broken. */
#define HOSTDEVS_MAX 256

/* What an identifier of a device may have, in bytes */
#define ID_MAX 255

/* What is shown of a message about what a peer sent, in bytes */
#define MESSAGE_MAX 512

/* What tells a host device from the others, and what to call it: XML attributes of
 * its element */
static const struct {
    const char *property;
    size_t offset;              /* of the string in virDomainHostdevCompat */
    bool unique;                /* no two devices of a guest share it */
} identifiers[] = {
    { "alias", offsetof(virDomainHostdevCompat, identity.alias), true },
    { "address", offsetof(virDomainHostdevCompat, identity.address), true },
    { "uuid", offsetof(virDomainHostdevCompat, identity.uuid), true },
    { "name", offsetof(virDomainHostdevCompat, name), false },
};


/* What to call @device in the log: one line, whatever it is */
static char *
qemuHostdevCompatGetShown(const virDomainHostdevCompat *device)
{
    return virNodeDeviceCompatValueToPrintable(virDomainHostdevCompatGetName(device), ID_MAX);
}


/**
 * qemuHostdevCompatLimit:
 * @device: device that was described
 * @budget: number of bytes that there are for its descriptor, and for those of further
 *          devices; at first QEMU_HOSTDEV_COMPAT_COOKIE_MAX
 *
 * Keeps of the descriptor what a cookie can hold, so that what it cannot takes no memory
 * either.
 */
void
qemuHostdevCompatLimit(virDomainHostdevCompat *device,
                       size_t *budget)
{
    g_autoptr(virNodeDeviceCompat) full = g_steal_pointer(&device->compat);
    g_autofree char *shown = NULL;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    if (!full)
        return;

    /* a comparison does not use what the source accepts */
    device->compat = virNodeDeviceCompatCopySelf(full);
    virNodeDeviceCompatFormat(&buf, device->compat);
    if (virBufferUse(&buf) <= *budget) {
        *budget -= virBufferUse(&buf);
        return;
    }

    shown = qemuHostdevCompatGetShown(device);
    VIR_WARN("Compatibility data of host device '%s' does not fit into the migration cookie",
             shown);
    g_clear_object(&device->compat);
}


static char **
qemuHostdevCompatGetID(const virDomainHostdevCompat *device,
                       size_t which)
{
    return G_STRUCT_MEMBER_P(device, identifiers[which].offset);
}


/* Whether another device has the identifier, too. It then tells neither from the
 * other. */
static bool
qemuHostdevCompatIsShared(const qemuHostdevCompat *compat,
                          const virDomainHostdevCompat *device,
                          size_t which)
{
    const char *id = *qemuHostdevCompatGetID(device, which);
    size_t i;

    for (i = 0; identifiers[which].unique && i < compat->hostdevs->len; i++) {
        const virDomainHostdevCompat *other = g_ptr_array_index(compat->hostdevs, i);

        if (other != device && STREQ_NULLABLE(*qemuHostdevCompatGetID(other, which), id))
            return true;
    }

    return false;
}


/* Returns the identifiers of @device that the parser takes, as XML attributes. A device
 * can be paired without one of them. */
static char *
qemuHostdevCompatFormatIDs(const qemuHostdevCompat *compat,
                           const virDomainHostdevCompat *device)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(identifiers); i++) {
        const char *id = *qemuHostdevCompatGetID(device, i);

        if (!id)
            continue;

        if (strlen(id) > ID_MAX || !virStringIsPrintable(id) ||
            qemuHostdevCompatIsShared(compat, device, i)) {
            g_autofree char *shown = qemuHostdevCompatGetShown(device);

            VIR_WARN("Host device '%s' is described without '%s', which is too long, not printable or not unique",
                     shown, identifiers[i].property);
            continue;
        }

        virBufferAsprintf(&buf, " %s", identifiers[i].property);
        virBufferEscapeString(&buf, "='%s'", id);
    }

    return virBufferUse(&buf) > 0 ? virBufferContentAndReset(&buf) : g_strdup("");
}


/* Returns the identifiers of each device that fits into @budget, which is lowered by what
 * their elements take: to know that a device was there is worth more than the
 * descriptor of another one. */
static GStrv
qemuHostdevCompatFormatAllIDs(const qemuHostdevCompat *compat,
                              size_t indent,
                              size_t *budget)
{
    size_t max = MIN(compat->hostdevs->len, HOSTDEVS_MAX);
    GStrv ids = g_new0(char *, max + 1);
    size_t i;

    for (i = 0; i < max; i++) {
        g_autofree char *id = qemuHostdevCompatFormatIDs(compat,
                                                         g_ptr_array_index(compat->hostdevs, i));
        size_t size = strlen(id) + strlen("<hostdev>\n</hostdev>\n") + 2 * indent;

        if (size > *budget)
            break;

        *budget -= size;
        ids[i] = g_steal_pointer(&id);
    }

    if (i < compat->hostdevs->len)
        VIR_WARN("Host devices that are not described for lack of space: %zu",
                 compat->hostdevs->len - i);

    return ids;
}


/* What the parser of the reader, which is the same as ours, finds wrong with a
 * descriptor, or NULL */
static char *
qemuHostdevCompatFindFault(const char *xml)
{
    g_autoptr(virNodeDeviceCompat) compat = NULL;
    g_autofree char *name = NULL;
    virErrorPtr saved = NULL;
    char *fault = NULL;

    virErrorPreserveLast(&saved);
    if (!(compat = virNodeDeviceCompatParseDocument(xml, false, &name)))
        fault = virNodeDeviceCompatValueToPrintable(virGetLastErrorMessage(), MESSAGE_MAX);
    virResetLastError();
    virErrorRestore(&saved);

    return fault;
}


/* Adds the descriptor of @device, unless that does not fit into @budget, or would be
 * refused. */
static void
qemuHostdevCompatFormatDescriptor(virBuffer *buf,
                                  const virDomainHostdevCompat *device,
                                  size_t *budget)
{
    g_autoptr(virNodeDeviceCompat) source = NULL;
    g_autofree char *shown = NULL;
    g_autofree char *fault = NULL;

    if (!device->compat)
        return;

    source = virNodeDeviceCompatCopySelf(device->compat);
    virNodeDeviceCompatFormat(buf, source);

    if (virBufferUse(buf) > *budget)
        fault = g_strdup("it does not fit");
    else
        fault = qemuHostdevCompatFindFault(virBufferCurrentContent(buf));

    if (!fault) {
        *budget -= virBufferUse(buf);
        return;
    }

    shown = qemuHostdevCompatGetShown(device);
    VIR_WARN("Host device '%s' is described without its compatibility data: %s", shown, fault);
    virBufferFreeAndReset(buf);
}


/**
 * qemuHostdevCompatFormatLimited:
 * @buf: buffer to add to
 * @compat: description, or NULL
 * @max: number of bytes to add at most, indentation included
 *
 * Adds of @compat what fits, and what qemuHostdevCompatParse() takes: a guest must not
 * be refused for what its host writes. What is left out is a warning in the log, and not
 * known to the reader.
 *
 * What was malformed stays so, even if the details get lost: an element without
 * devices stands for it.
 */
void
qemuHostdevCompatFormatLimited(virBuffer *buf,
                               const qemuHostdevCompat *compat,
                               size_t max)
{
    g_auto(virBuffer) blockBuf = VIR_BUFFER_INIT_CHILD(buf);
    g_auto(GStrv) ids = NULL;
    size_t i;

    if (!compat)
        return;

    if (compat->error) {
        virBufferAddLit(buf, "<nodedevCompat/>\n");
        return;
    }

    max -= MIN(max, strlen("<nodedevCompat>\n</nodedevCompat>\n") + 2 * virBufferGetIndent(buf));
    ids = qemuHostdevCompatFormatAllIDs(compat, virBufferGetIndent(&blockBuf), &max);

    for (i = 0; ids[i]; i++) {
        g_auto(virBuffer) attrBuf = VIR_BUFFER_INITIALIZER;
        g_auto(virBuffer) childBuf = VIR_BUFFER_INIT_CHILD(&blockBuf);

        virBufferAdd(&attrBuf, ids[i], -1);
        qemuHostdevCompatFormatDescriptor(&childBuf, g_ptr_array_index(compat->hostdevs, i), &max);
        virXMLFormatElement(&blockBuf, "hostdev", &attrBuf, &childBuf);
    }

    virXMLFormatElement(buf, "nodedevCompat", NULL, &blockBuf);
}


/**
 * qemuHostdevCompatFormat:
 * @buf: buffer with the cookie of a migration
 * @compat: what to add to it, or NULL
 *
 * See qemuHostdevCompatFormatLimited().
 */
void
qemuHostdevCompatFormat(virBuffer *buf,
                        const qemuHostdevCompat *compat)
{
    qemuHostdevCompatFormatLimited(buf, compat, QEMU_HOSTDEV_COMPAT_COOKIE_MAX);
}


/* Whether a text among these nodes is longer than @max */
static bool
qemuHostdevCompatIsLong(xmlNodePtr node,
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
qemuHostdevCompatHasLong(xmlNodePtr parent)
{
    xmlNodePtr node;
    xmlAttrPtr attr;

    if (qemuHostdevCompatIsLong(parent->children, VIR_NODE_DEVICE_COMPAT_VALUE_MAX))
        return true;

    for (attr = parent->properties; attr; attr = attr->next) {
        int max = xmlStrEqual(attr->name, BAD_CAST "name") ? VIR_NODE_DEVICE_COMPAT_NAME_MAX :
                                                             VIR_NODE_DEVICE_COMPAT_VALUE_MAX;

        if (qemuHostdevCompatIsLong(attr->children, max))
            return true;
    }

    for (node = xmlFirstElementChild(parent); node; node = xmlNextElementSibling(node)) {
        if (qemuHostdevCompatHasLong(node))
            return true;
    }

    return false;
}


/* While a description is parsed */
typedef struct _qemuHostdevCompatParser qemuHostdevCompatParser;
struct _qemuHostdevCompatParser {
    size_t budget;              /* bytes that there are for further descriptors; once it is
                                   0, they are not looked at */
    size_t nignored;            /* what is too long */
};


/* Identifiers from a peer, which end up in messages and logs. One that is too long is
 * taken as if it was not there. */
static int
qemuHostdevCompatParseIDs(xmlNodePtr node,
                          virDomainHostdevCompat *device,
                          qemuHostdevCompatParser *parser)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(identifiers); i++) {
        g_autofree char *id = virXMLPropString(node, identifiers[i].property);

        if (id && !virStringIsPrintable(id)) {
            virReportError(VIR_ERR_XML_ERROR,
                           _("malformed '%1$s' of a host device in the migration cookie"),
                           identifiers[i].property);
            return -1;
        }

        if (id && strlen(id) > ID_MAX)
            parser->nignored++;
        else
            *qemuHostdevCompatGetID(device, i) = g_steal_pointer(&id);
    }

    return 0;
}


static bool
qemuHostdevCompatHasLongDescriptor(xmlNodePtr parent)
{
    xmlNodePtr node;

    for (node = xmlFirstElementChild(parent); node; node = xmlNextElementSibling(node)) {
        if (virXMLNodeNameEqual(node, "capability") && qemuHostdevCompatHasLong(node))
            return true;
    }

    return false;
}


/* A descriptor with something in it that is too long, or that is too large as a whole, is
 * taken as if it was not there. */
static int
qemuHostdevCompatParseDescriptor(xmlNodePtr node,
                                 virDomainHostdevCompat *device,
                                 qemuHostdevCompatParser *parser)
{
    g_autoptr(virNodeDeviceCompat) full = NULL;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t max = MIN(parser->budget, VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX);

    if (max == 0 || qemuHostdevCompatHasLongDescriptor(node)) {
        parser->nignored++;
        return 0;
    }

    if (virNodeDeviceCompatParseChild(node, &full) < 0)
        return -1;

    if (!full)
        return 0;

    virNodeDeviceCompatFormat(&buf, full);
    if (virBufferUse(&buf) <= max)
        /* a comparison does not use what the source accepts */
    device->compat = virNodeDeviceCompatCopySelf(full);
    else
        parser->nignored++;
    parser->budget -= MIN(parser->budget, virBufferUse(&buf));

    return 0;
}


static virDomainHostdevCompat *
qemuHostdevCompatParseHostdev(xmlNodePtr node,
                              qemuHostdevCompatParser *parser)
{
    g_autoptr(virDomainHostdevCompat) hostdev = g_new0(virDomainHostdevCompat, 1);

    if (qemuHostdevCompatParseIDs(node, hostdev, parser) < 0 ||
        qemuHostdevCompatParseDescriptor(node, hostdev, parser) < 0)
        return NULL;

    return g_steal_pointer(&hostdev);
}


/* The device among @hostdevs that cannot be told from @hostdev, or NULL */
static const virDomainHostdevCompat *
qemuHostdevCompatFindTwin(GPtrArray *hostdevs,
                          const virDomainHostdevCompat *hostdev)
{
    size_t i;

    for (i = 0; i < hostdevs->len; i++) {
        const virDomainHostdevCompat *other = g_ptr_array_index(hostdevs, i);

        if (virDomainHostdevIdentityOverlaps(&hostdev->identity, &other->identity))
            return other;
    }

    return NULL;
}


/**
 * qemuHostdevCompatParse:
 * @ctxt: the cookie, at its root element
 * @ret_compat: set to the description in it, or to NULL if there is none
 *
 * The peer is not trusted: what is not as qemuHostdevCompatFormat() writes it is
 * refused. What is merely too long is not: a guest that a stock libvirt takes must not
 * be refused for it. It is taken as if it was not there, and thus not known.
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
qemuHostdevCompatParse(xmlXPathContextPtr ctxt,
                       qemuHostdevCompat **ret_compat)
{
    g_autoptr(qemuHostdevCompat) compat = NULL;
    g_autofree xmlNodePtr *nodes = NULL;
    ssize_t nnodes;
    qemuHostdevCompatParser parser = { .budget = QEMU_HOSTDEV_COMPAT_COOKIE_MAX };
    size_t i;

    *ret_compat = NULL;

    if (!virXPathBoolean("boolean(./nodedevCompat)", ctxt))
        return 0;

    /* qemuHostdevCompatFormat() writes no entities, which could expand without limit */
    if (ctxt->doc->intSubset || ctxt->doc->extSubset) {
        virReportError(VIR_ERR_XML_ERROR, "%s",
                       _("migration cookie with <nodedevCompat> must not have a document type declaration"));
        return -1;
    }

    if (virXPathBoolean("count(./nodedevCompat) > 1", ctxt)) {
        virReportError(VIR_ERR_XML_ERROR, "%s",
                       _("more than one <nodedevCompat> element in the migration cookie"));
        return -1;
    }

    if ((nnodes = virXPathNodeSet("./nodedevCompat/hostdev", ctxt, &nodes)) < 0)
        return -1;

    if (nnodes > HOSTDEVS_MAX) {
        virReportError(VIR_ERR_XML_ERROR,
                       _("more than %1$d host devices in the migration cookie"),
                       HOSTDEVS_MAX);
        return -1;
    }

    compat = qemuHostdevCompatNew();

    for (i = 0; i < nnodes; i++) {
        g_autoptr(virDomainHostdevCompat) hostdev = NULL;

        if (!(hostdev = qemuHostdevCompatParseHostdev(nodes[i], &parser)))
            return -1;

        if (qemuHostdevCompatFindTwin(compat->hostdevs, hostdev)) {
            virReportError(VIR_ERR_XML_ERROR,
                           _("host device '%1$s' is twice in the migration cookie"),
                           virDomainHostdevCompatGetName(hostdev));
            return -1;
        }

        g_ptr_array_add(compat->hostdevs, g_steal_pointer(&hostdev));
    }

    if (parser.nignored > 0)
        VIR_WARN("Parts of the description of host devices that are too long and ignored: %zu",
                 parser.nignored);

    *ret_compat = g_steal_pointer(&compat);
    return 0;
}


/**
 * qemuHostdevCompatParseCookie:
 * @ctxt: the cookie, at its root element
 * @ret_compat: set to the description in it, or to NULL if there is none
 *
 * A malformed description does not make the whole cookie malformed: the policy decides
 * later on, and may be not to look at it. What a peer has put into the message about it
 * can neither fill a log nor look like lines of it.
 */
void
qemuHostdevCompatParseCookie(xmlXPathContextPtr ctxt,
                             qemuHostdevCompat **ret_compat)
{
    if (qemuHostdevCompatParse(ctxt, ret_compat) == 0)
        return;

    *ret_compat = qemuHostdevCompatNew();
    (*ret_compat)->error = virNodeDeviceCompatValueToPrintable(virGetLastErrorMessage(),
                                                               MESSAGE_MAX);
    virResetLastError();
}
