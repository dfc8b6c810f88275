/*
 * domain_hostdev_guest.c: the host devices of a guest in the XML of its definition
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "domain_hostdev_guest.h"

#include "conf/nodedev_compat_document.h"
#include "virerror.h"
#include "viruuid.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_DOMAIN

/* Aliases that libvirt chose are numbered anew on each host. These are the user's, as
 * libvirt accepts them (USER_ALIAS_PREFIX and USER_ALIAS_CHARS of domain_conf). */
#define ALIAS_SHAPE "^ua-[A-Za-z0-9_-]*$"

/* More network interfaces with an address than a guest can have */
#define NETWORKS_MAX 1024


/**
 * virDomainHostdevGuestNew:
 *
 * Returns a guest without devices.
 */
virDomainHostdevGuest *
virDomainHostdevGuestNew(void)
{
    virDomainHostdevGuest *guest = g_new0(virDomainHostdevGuest, 1);

    guest->nodes = g_ptr_array_new_with_free_func((GDestroyNotify) virDomainHostdevNodeFree);
    guest->deferred = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return guest;
}


void
virDomainHostdevGuestFree(virDomainHostdevGuest *guest)
{
    if (!guest)
        return;

    g_free(guest->name);
    g_ptr_array_unref(guest->nodes);
    g_hash_table_unref(guest->deferred);
    g_free(guest->metadata);
    g_free(guest);
}


static xmlNodePtr
virDomainHostdevGuestFindChild(xmlNodePtr parent,
                               const char *name)
{
    xmlNodePtr node;

    for (node = xmlFirstElementChild(parent); node; node = xmlNextElementSibling(node)) {
        if (!node->ns && virXMLNodeNameEqual(node, name))
            return node;
    }

    return NULL;
}


static bool
virDomainHostdevGuestPropIs(xmlNodePtr node,
                            const char *name,
                            const char *value)
{
    g_autofree char *text = virXMLPropString(node, name);

    return STREQ_NULLABLE(text, value);
}


static int
virDomainHostdevGuestParsePCI(xmlNodePtr node,
                              virPCIDeviceAddress *addr)
{
    static const char *const numbers[] = { "domain", "bus", "slot", "function", NULL };

    if (virNodeDeviceCompatDocumentCheckWords(node, numbers) < 0 ||
        virXMLPropUInt(node, "domain", 0, VIR_XML_PROP_NONE, &addr->domain) < 0 ||
        virXMLPropUInt(node, "bus", 0, VIR_XML_PROP_NONE, &addr->bus) < 0 ||
        virXMLPropUInt(node, "slot", 0, VIR_XML_PROP_NONE, &addr->slot) < 0 ||
        virXMLPropUInt(node, "function", 0, VIR_XML_PROP_NONE, &addr->function) < 0)
        return -1;

    return virPCIDeviceAddressIsEmpty(addr) ||
           virPCIDeviceAddressIsValid(addr, true) ? 0 : -1;
}


static int
virDomainHostdevGuestParseCCW(xmlNodePtr node,
                              virCCWDeviceAddress *addr)
{
    static const char *const numbers[] = { "cssid", "ssid", "devno", NULL };
    int cssid;
    int ssid;
    int devno;

    if (virNodeDeviceCompatDocumentCheckWords(node, numbers) < 0)
        return -1;

    cssid = virXMLPropUInt(node, "cssid", 0, VIR_XML_PROP_NONE, &addr->cssid);
    ssid = virXMLPropUInt(node, "ssid", 0, VIR_XML_PROP_NONE, &addr->ssid);
    devno = virXMLPropUInt(node, "devno", 0, VIR_XML_PROP_NONE, &addr->devno);

    if (cssid < 0 || ssid < 0 || devno < 0)
        return -1;

    addr->assigned = cssid && ssid && devno;
    if (addr->assigned == (cssid || ssid || devno) && virCCWDeviceAddressIsValid(addr))
        return 0;

    virReportError(VIR_ERR_XML_ERROR, "%s",
                   _("malformed address of a host device in the guest"));
    return -1;
}


/* Sets @ret_address to where the device is in the guest, as virDomainHostdevIdentity has
 * it, or to NULL. */
static int
virDomainHostdevGuestParseAddress(xmlNodePtr device,
                                  char **ret_address)
{
    xmlNodePtr node = virDomainHostdevGuestFindChild(device, "address");

    *ret_address = NULL;

    if (node && virDomainHostdevGuestPropIs(node, "type", "pci")) {
        virPCIDeviceAddress pci = { 0 };

        if (virDomainHostdevGuestParsePCI(node, &pci) < 0)
            return -1;
        *ret_address = virDomainHostdevIdentityFormatPCI(&pci);
    } else if (node && virDomainHostdevGuestPropIs(node, "type", "ccw")) {
        virCCWDeviceAddress ccw = { 0 };

        if (virDomainHostdevGuestParseCCW(node, &ccw) < 0)
            return -1;
        *ret_address = virDomainHostdevIdentityFormatCCW(&ccw);
    }

    return 0;
}


/* Fills in what tells the device from others, besides its UUID. */
static int
virDomainHostdevGuestParseIdentity(xmlNodePtr device,
                                   virDomainHostdevIdentity *identity)
{
    xmlNodePtr node = virDomainHostdevGuestFindChild(device, "alias");
    g_autofree char *alias = node ? virXMLPropString(node, "name") : NULL;

    if (alias && g_regex_match_simple(ALIAS_SHAPE, alias, G_REGEX_DOLLAR_ENDONLY, 0))
        identity->alias = g_steal_pointer(&alias);

    identity->single = identity->uuid &&
                       virDomainHostdevGuestPropIs(device, "model", "vfio-ap");

    return virDomainHostdevGuestParseAddress(device, &identity->address);
}


/* The address of a device on its host, or NULL with an error reported */
static xmlNodePtr
virDomainHostdevGuestFindSource(xmlNodePtr device)
{
    xmlNodePtr source = virDomainHostdevGuestFindChild(device, "source");
    xmlNodePtr address = source ? virDomainHostdevGuestFindChild(source, "address") : NULL;

    if (!address) {
        virReportError(VIR_ERR_XML_ERROR, "%s",
                       _("a host device of the guest has no address on its host"));
    }

    return address;
}


static virDomainHostdevNode *
virDomainHostdevGuestParseMdev(xmlNodePtr source)
{
    g_autofree char *text = virXMLPropString(source, "uuid");
    unsigned char uuid[VIR_UUID_BUFLEN];
    char uuidstr[VIR_UUID_STRING_BUFLEN];

    if (!text || virUUIDParse(text, uuid) < 0) {
        virReportError(VIR_ERR_XML_ERROR, "%s",
                       _("malformed UUID of a mediated device of the guest"));
        return NULL;
    }

    return virDomainHostdevNodeNewMdev(virUUIDFormat(uuid, uuidstr));
}


static virDomainHostdevNode *
virDomainHostdevGuestParseFunction(xmlNodePtr device,
                                   xmlNodePtr source)
{
    virPCIDeviceAddress addr = { 0 };

    if (virDomainHostdevGuestParsePCI(source, &addr) < 0)
        return NULL;

    return virDomainHostdevNodeNewPCI(&addr,
                                      virDomainHostdevGuestPropIs(device, "managed", "yes"));
}


/* Whether the guest gets none of the state of a function: it is taken from the host, and
 * not given to the guest, or QEMU unplugs it before the migration, since another network
 * interface stands in for it. */
static bool
virDomainHostdevGuestIsStateless(xmlNodePtr device)
{
    xmlNodePtr address = virDomainHostdevGuestFindChild(device, "address");
    xmlNodePtr teaming = virDomainHostdevGuestFindChild(device, "teaming");

    return (address && virDomainHostdevGuestPropIs(address, "type", "unassigned")) ||
           (teaming && virDomainHostdevGuestPropIs(teaming, "type", "transient"));
}


static int
virDomainHostdevGuestAddNode(virDomainHostdevGuest *guest,
                             xmlNodePtr device,
                             xmlNodePtr source,
                             bool mdev)
{
    g_autoptr(virDomainHostdevNode) node = NULL;

    if (mdev)
        node = virDomainHostdevGuestParseMdev(source);
    else if (virDomainHostdevGuestIsStateless(device))
        return 0;
    else
        node = virDomainHostdevGuestParseFunction(device, source);

    if (!node || virDomainHostdevGuestParseIdentity(device, &node->identity) < 0)
        return -1;

    if (guest->nodes->len == VIR_DOMAIN_HOSTDEV_DESCRIPTION_HOSTDEVS_MAX) {
        virReportError(VIR_ERR_XML_ERROR, _("more than %1$d host devices of a guest"),
                       VIR_DOMAIN_HOSTDEV_DESCRIPTION_HOSTDEVS_MAX);
        return -1;
    }

    g_ptr_array_add(guest->nodes, g_steal_pointer(&node));
    return 0;
}


static int
virDomainHostdevGuestAddHostdev(virDomainHostdevGuest *guest,
                                xmlNodePtr device)
{
    g_autofree char *mode = virXMLPropString(device, "mode");
    xmlNodePtr source;

    if (mode && STRNEQ(mode, "subsystem"))
        return 0;

    if (!(source = virDomainHostdevGuestFindSource(device)))
        return -1;

    return virDomainHostdevGuestAddNode(guest, device, source,
                                        virDomainHostdevGuestPropIs(device, "type", "mdev"));
}


static int
virDomainHostdevGuestAddInterface(virDomainHostdevGuest *guest,
                                  xmlNodePtr device)
{
    g_autofree char *address = NULL;
    xmlNodePtr source;

    if (virDomainHostdevGuestPropIs(device, "type", "network")) {
        if (virDomainHostdevGuestParseAddress(device, &address) < 0)
            return -1;
        if (address)
            g_hash_table_add(guest->deferred, g_steal_pointer(&address));
        if (g_hash_table_size(guest->deferred) > NETWORKS_MAX) {
            virReportError(VIR_ERR_XML_ERROR, _("more than %1$d network interfaces of a guest"),
                           NETWORKS_MAX);
            return -1;
        }
        return 0;
    }

    /* one on the USB has no address there */
    source = virDomainHostdevGuestFindChild(device, "source");
    source = source ? virDomainHostdevGuestFindChild(source, "address") : NULL;
    if (!source || !virDomainHostdevGuestPropIs(source, "type", "pci"))
        return 0;

    return virDomainHostdevGuestAddNode(guest, device, source, false);
}


/* libvirt has <actual> in an interface in files of its own only, and does not read it in a
 * definition that comes from elsewhere: the type is that of the interface. */
static int
virDomainHostdevGuestAddDevice(virDomainHostdevGuest *guest,
                               xmlNodePtr device)
{
    g_autofree char *type = virXMLPropString(device, "type");

    /* libvirt's own elements have no namespace */
    if (device->ns || !type)
        return 0;

    if (virXMLNodeNameEqual(device, "hostdev"))
        return STREQ(type, "mdev") || STREQ(type, "pci") ?
               virDomainHostdevGuestAddHostdev(guest, device) : 0;

    if (virXMLNodeNameEqual(device, "interface"))
        return STREQ(type, "hostdev") || STREQ(type, "network") ?
               virDomainHostdevGuestAddInterface(guest, device) : 0;

    return 0;
}


/* Not by XPath, which compares the nodes that it finds with each other. */
static int
virDomainHostdevGuestAddDevices(virDomainHostdevGuest *guest,
                                xmlNodePtr root)
{
    xmlNodePtr devices;
    xmlNodePtr device;

    for (devices = xmlFirstElementChild(root); devices; devices = xmlNextElementSibling(devices)) {
        if (devices->ns || !virXMLNodeNameEqual(devices, "devices"))
            continue;

        for (device = xmlFirstElementChild(devices); device; device = xmlNextElementSibling(device)) {
            if (virDomainHostdevGuestAddDevice(guest, device) < 0)
                return -1;
        }
    }

    return 0;
}


/* The next element of ours in @metadata that is behind @node, or the first one for NULL */
static xmlNodePtr
virDomainHostdevGuestNextMetadata(xmlNodePtr metadata,
                                  xmlNodePtr node)
{
    if (node)
        node = xmlNextElementSibling(node);
    else
        node = metadata ? xmlFirstElementChild(metadata) : NULL;

    while (node && !(node->ns &&
                     xmlStrEqual(node->ns->href,
                                 BAD_CAST VIR_DOMAIN_HOSTDEV_DESCRIPTION_NAMESPACE)))
        node = xmlNextElementSibling(node);

    return node;
}


/**
 * virDomainHostdevGuestSetMetadata:
 * @guest: guest
 * @metadata: the element <metadata> of its definition, or NULL
 *
 * Sets the description that is there. One that is too large is not kept.
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
virDomainHostdevGuestSetMetadata(virDomainHostdevGuest *guest,
                                 xmlNodePtr metadata)
{
    xmlNodePtr node = virDomainHostdevGuestNextMetadata(metadata, NULL);
    xmlNodePtr copy;

    if (!node)
        return 0;

    /* libvirt has one element of a namespace at most */
    if (virDomainHostdevGuestNextMetadata(metadata, node)) {
        guest->metadataState = VIR_DOMAIN_HOSTDEV_DESCRIPTION_MALFORMED;
        return 0;
    }

    /* with all declarations of namespaces that are outside of it */
    if (!(copy = xmlCopyNode(node, 1)))
        abort();
    guest->metadata = virXMLNodeToString(metadata->doc, copy);
    xmlFreeNode(copy);
    if (!guest->metadata)
        return -1;

    guest->metadataState = VIR_DOMAIN_HOSTDEV_DESCRIPTION_OK;
    if (strlen(guest->metadata) > VIR_DOMAIN_HOSTDEV_DESCRIPTION_METADATA_MAX) {
        guest->metadataState = VIR_DOMAIN_HOSTDEV_DESCRIPTION_TOO_LARGE;
        g_clear_pointer(&guest->metadata, g_free);
    }

    return 0;
}


/* Returns the document, or NULL with an error reported. */
static xmlDocPtr
virDomainHostdevGuestParseDocument(const char *xml,
                                   xmlXPathContextPtr *ctxt)
{
    if (strlen(xml) > VIR_DOMAIN_HOSTDEV_GUEST_MAX) {
        virReportError(VIR_ERR_XML_ERROR,
                       _("document '%1$s' is larger than %2$d bytes"),
                       _("(domain_definition)"), VIR_DOMAIN_HOSTDEV_GUEST_MAX);
        return NULL;
    }

    if (virDomainHostdevDescriptionCheckNodes(xml, _("(domain_definition)"),
                                              VIR_DOMAIN_HOSTDEV_DESCRIPTION_NODES_MAX) < 0)
        return NULL;

    return virNodeDeviceCompatDocumentParseAnswer(xml, _("(domain_definition)"), "domain", ctxt);
}


/**
 * virDomainHostdevGuestParse:
 * @xml: definition of a guest of any driver, and of any release
 *
 * Devices are in the order of the document.
 *
 * Returns the guest, or NULL with an error reported. That it has a description which is
 * not usable is not an error.
 */
virDomainHostdevGuest *
virDomainHostdevGuestParse(const char *xml)
{
    g_autoptr(virDomainHostdevGuest) guest = virDomainHostdevGuestNew();
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;

    if (!(doc = virDomainHostdevGuestParseDocument(xml, &ctxt)))
        return NULL;

    guest->name = virNodeDeviceCompatDocumentGetText(virDomainHostdevGuestFindChild(ctxt->node,
                                                                                    "name"));

    if (virDomainHostdevGuestAddDevices(guest, ctxt->node) < 0 ||
        virDomainHostdevGuestSetMetadata(guest,
                                         virDomainHostdevGuestFindChild(ctxt->node,
                                                                        "metadata")) < 0)
        return NULL;

    return g_steal_pointer(&guest);
}


/**
 * virDomainHostdevCompatNewNode:
 * @node: a host device of a guest
 *
 * Returns what its definition says of it, for a description.
 */
virDomainHostdevCompat *
virDomainHostdevCompatNewNode(const virDomainHostdevNode *node)
{
    virDomainHostdevCompat *device = g_new0(virDomainHostdevCompat, 1);

    virDomainHostdevIdentityCopy(&device->identity, &node->identity);
    if (!device->identity.uuid)
        device->name = g_strdup(node->name);

    return device;
}


/**
 * virDomainHostdevGuestGetDescription:
 * @guest: guest
 * @ret_description: set to the description of host devices in its metadata if there is a
 *                   usable one
 *
 * Returns whether there is a description. An error is reported if there is one that is
 * not usable.
 */
virDomainHostdevDescriptionState
virDomainHostdevGuestGetDescription(const virDomainHostdevGuest *guest,
                                    virDomainHostdevDescription **ret_description)
{
    switch (guest->metadataState) {
    case VIR_DOMAIN_HOSTDEV_DESCRIPTION_OK:
        return virDomainHostdevDescriptionParse(guest->metadata,
                                                VIR_DOMAIN_HOSTDEV_DESCRIPTION_METADATA_MAX,
                                                ret_description);

    case VIR_DOMAIN_HOSTDEV_DESCRIPTION_MALFORMED:
        virReportError(VIR_ERR_XML_ERROR,
                       _("more than one element of the namespace '%1$s' in the metadata of the guest"),
                       VIR_DOMAIN_HOSTDEV_DESCRIPTION_NAMESPACE);
        break;

    case VIR_DOMAIN_HOSTDEV_DESCRIPTION_TOO_LARGE:
        virReportError(VIR_ERR_XML_ERROR,
                       _("the description of host devices is larger than %1$d bytes"),
                       VIR_DOMAIN_HOSTDEV_DESCRIPTION_METADATA_MAX);
        break;

    case VIR_DOMAIN_HOSTDEV_DESCRIPTION_ABSENT:
    default:
        break;
    }

    return guest->metadataState;
}


/* Takes @node out, and the white space that sets it off from what is before it. */
static void
virDomainHostdevGuestRemoveNode(xmlNodePtr node)
{
    xmlNodePtr blank = node->prev;

    if (blank && xmlIsBlankNode(blank)) {
        xmlUnlinkNode(blank);
        xmlFreeNode(blank);
    }

    xmlUnlinkNode(node);
    xmlFreeNode(node);
}


/**
 * virDomainHostdevGuestClearMetadata:
 * @metadata: the element <metadata> of a definition, or NULL
 *
 * Removes each description that is there.
 *
 * Returns true if there was one.
 */
bool
virDomainHostdevGuestClearMetadata(xmlNodePtr metadata)
{
    xmlNodePtr node = virDomainHostdevGuestNextMetadata(metadata, NULL);
    bool found = !!node;

    while (node) {
        xmlNodePtr next = virDomainHostdevGuestNextMetadata(metadata, node);

        virDomainHostdevGuestRemoveNode(node);
        node = next;
    }

    return found;
}


/* libxml2 writes the names of namespaces as they are, so that one in which something would have
 * to be escaped is another one then, or no document comes of it. */
static bool
virDomainHostdevGuestCanBeWritten(xmlNodePtr node)
{
    xmlNodePtr child;
    xmlNsPtr ns;

    for (ns = node->nsDef; ns; ns = ns->next) {
        if (ns->href && strpbrk((const char *) ns->href, "<&"))
            return false;
    }

    for (child = xmlFirstElementChild(node); child; child = xmlNextElementSibling(child)) {
        if (!virDomainHostdevGuestCanBeWritten(child))
            return false;
    }

    return true;
}


/**
 * virDomainHostdevGuestRemoveMetadata:
 * @xml: definition of a guest that virDomainHostdevGuestParse() takes
 * @ret_xml: set to the same without the description in its metadata, or to NULL if it has
 *           none
 *
 * For a guest that does not have the devices any more that were described. What else is
 * in the definition stays as it is.
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
virDomainHostdevGuestRemoveMetadata(const char *xml,
                                    char **ret_xml)
{
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlBuffer) buf = NULL;
    xmlNodePtr root;

    *ret_xml = NULL;

    /* not as our own documents are parsed, whose white space does not matter */
    if (!(doc = virXMLParse(NULL, xml, _("(domain_definition)"), "domain", NULL, NULL, false)))
        return -1;

    root = xmlDocGetRootElement(doc);
    if (!virDomainHostdevGuestClearMetadata(virDomainHostdevGuestFindChild(root, "metadata")))
        return 0;

    buf = virXMLBufferCreate();
    if (!virDomainHostdevGuestCanBeWritten(root) || xmlNodeDump(buf, doc, root, 0, 0) <= 0) {
        virReportError(VIR_ERR_INTERNAL_ERROR, "%s",
                       _("failed to convert the XML node tree"));
        return -1;
    }

    *ret_xml = g_strdup((const char *) xmlBufferContent(buf));
    return 0;
}
