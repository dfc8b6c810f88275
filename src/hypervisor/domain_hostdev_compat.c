/*
 * domain_hostdev_compat.c: host devices of a guest and their descriptors
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "domain_hostdev_compat.h"

#include "conf/nodedev_compat_document.h"
#include "datatypes.h"
#include "viralloc.h"
#include "virerror.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_DOMAIN

/* The elements of a definition that are about host devices with state, or about
 * interfaces that can become one */
#define DEVICES \
    "./devices/hostdev[@type='mdev' or @type='pci'] | " \
    "./devices/interface[@type='hostdev' or @type='network']"

#define MDEV_PREFIX VIR_DOMAIN_HOSTDEV_NODE_MDEV_PREFIX


/* A function that QEMU unplugs before the migration, since another network
 * interface of the guest stands in for it, has no state to migrate. */
static bool
virDomainHostdevIsUnplugged(const virDomainHostdevDef *hostdev)
{
    const virDomainNetTeamingInfo *teaming = hostdev->teaming;

    if (!teaming && hostdev->parentnet)
        teaming = hostdev->parentnet->teaming;

    return teaming && teaming->type == VIR_DOMAIN_NET_TEAMING_TYPE_TRANSIENT;
}


/**
 * virDomainHostdevHasState:
 * @hostdev: a host device of a guest, also one that is a network interface
 *
 * Returns true if VFIO migrates the device's state.
 */
bool
virDomainHostdevHasState(const virDomainHostdevDef *hostdev)
{
    if (hostdev->mode != VIR_DOMAIN_HOSTDEV_MODE_SUBSYS)
        return false;

    switch (hostdev->source.subsys.type) {
    case VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_MDEV:
        return true;

    case VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_PCI:
        /* one that is unassigned is taken from the host, and not given to the guest */
        return hostdev->info->type != VIR_DOMAIN_DEVICE_ADDRESS_TYPE_UNASSIGNED &&
               !virDomainHostdevIsUnplugged(hostdev);

    case VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_USB:
    case VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_SCSI:
    case VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_SCSI_HOST:
    case VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_LAST:
    default:
        return false;
    }
}


/**
 * virDomainHostdevCountWithState:
 * @def: definition of a guest
 *
 * Returns the number of its host devices with state.
 */
size_t
virDomainHostdevCountWithState(const virDomainDef *def)
{
    size_t count = 0;
    size_t i;

    for (i = 0; i < def->nhostdevs; i++) {
        if (virDomainHostdevHasState(def->hostdevs[i]))
            count++;
    }

    return count;
}


/**
 * virDomainHostdevGetMdevUUID:
 * @hostdev: a host device with state
 *
 * Returns the UUID of a mediated device, NULL for a PCI function.
 */
const char *
virDomainHostdevGetMdevUUID(const virDomainHostdevDef *hostdev)
{
    if (hostdev->source.subsys.type != VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_MDEV)
        return NULL;

    return hostdev->source.subsys.u.mdev.uuidstr;
}


/**
 * virDomainHostdevGetAddress:
 * @info: what the guest sees of a device
 *
 * Returns the address of the device in the guest as virDomainHostdevIdentity has it, or
 * NULL for a device that has none.
 */
char *
virDomainHostdevGetAddress(const virDomainDeviceInfo *info)
{
    if (info->type == VIR_DOMAIN_DEVICE_ADDRESS_TYPE_PCI)
        return virDomainHostdevIdentityFormatPCI(&info->addr.pci);

    if (info->type == VIR_DOMAIN_DEVICE_ADDRESS_TYPE_CCW)
        return virDomainHostdevIdentityFormatCCW(&info->addr.ccw);

    return NULL;
}


/**
 * virDomainHostdevGetIdentity:
 * @hostdev: a host device with state
 * @identity: filled with what tells it from others; to clear with
 *            virDomainHostdevIdentityClear()
 *
 * Aliases that libvirt chose are numbered anew on each host, so that they identify
 * nothing.
 */
void
virDomainHostdevGetIdentity(const virDomainHostdevDef *hostdev,
                            virDomainHostdevIdentity *identity)
{
    const char *alias = hostdev->info->alias;

    identity->address = virDomainHostdevGetAddress(hostdev->info);
    identity->uuid = g_strdup(virDomainHostdevGetMdevUUID(hostdev));
    identity->single = identity->uuid &&
                       hostdev->source.subsys.u.mdev.model == VIR_MDEV_MODEL_TYPE_VFIO_AP;
    if (alias && virDomainDeviceAliasIsUserAlias(alias))
        identity->alias = g_strdup(alias);
}


/**
 * virDomainHostdevGetName:
 * @hostdev: a host device with state
 *
 * Returns what tells the device from others on this host and can be shown to a
 * person: the UUID of a mediated device, the node device of a PCI function.
 */
char *
virDomainHostdevGetName(const virDomainHostdevDef *hostdev)
{
    const char *uuid = virDomainHostdevGetMdevUUID(hostdev);

    if (uuid)
        return g_strdup(uuid);

    return virDomainHostdevNodeFormatPCI(&hostdev->source.subsys.u.pci.addr);
}


/**
 * virDomainHostdevNodeNew:
 * @hostdev: a host device with state
 *
 * Returns what finds its node device, without a reference to the definition.
 */
virDomainHostdevNode *
virDomainHostdevNodeNew(const virDomainHostdevDef *hostdev)
{
    const char *uuid = virDomainHostdevGetMdevUUID(hostdev);
    virDomainHostdevNode *node;

    /* libvirt binds no driver of a mediated device, whatever its definition says */
    if (uuid)
        node = virDomainHostdevNodeNewMdev(uuid);
    else
        node = virDomainHostdevNodeNewPCI(&hostdev->source.subsys.u.pci.addr, hostdev->managed);

    virDomainHostdevIdentityClear(&node->identity);
    virDomainHostdevGetIdentity(hostdev, &node->identity);
    return node;
}


/* Whether @name is made of the UUID of a mediated device, perhaps followed by the
 * address of its parent */
static bool
virDomainHostdevIsMdevName(const char *name)
{
    const char *uuid = STRSKIP(name, MDEV_PREFIX);

    return uuid &&
           strspn(uuid, "0123456789abcdef_") >= VIR_UUID_STRING_BUFLEN - 1 &&
           uuid[8] == '_' && uuid[13] == '_' && uuid[18] == '_' && uuid[23] == '_';
}


/* Whether @device is the mediated device with that UUID. Most drivers name it after
 * that, so that only others have to be read. */
static bool
virDomainHostdevIsMdev(virNodeDevicePtr device,
                       const char *uuid)
{
    const char *name = virNodeDeviceGetName(device);
    g_autofree char *prefix = g_strdup_printf(MDEV_PREFIX "%s", uuid);
    g_autofree char *xml = NULL;
    g_autofree char *own = NULL;
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;

    if (virDomainHostdevIsMdevName(name)) {
        const char *rest = STRSKIP(name, g_strdelimit(prefix, "-", '_'));

        return rest && (*rest == '\0' || *rest == '_');
    }

    /* it may have gone since it was listed */
    if (!(xml = virNodeDeviceGetXMLDesc(device, 0)) ||
        !(doc = virNodeDeviceCompatDocumentParse(xml, _("(node_device_definition)"),
                                                 "device", &ctxt))) {
        virResetLastError();
        return false;
    }

    own = virNodeDeviceCompatDocumentGetText(virXPathNode("./capability[@type='mdev']/uuid", ctxt));
    return STREQ_NULLABLE(own, uuid);
}


static virNodeDevicePtr
virDomainHostdevSearchMdev(virConnectPtr conn,
                           const char *uuid)
{
    virNodeDevicePtr *devices = NULL;
    virNodeDevicePtr found = NULL;
    int ndevices;
    size_t i;

    if ((ndevices = virConnectListAllNodeDevices(conn, &devices,
                                                 VIR_CONNECT_LIST_NODE_DEVICES_CAP_MDEV |
                                                 VIR_CONNECT_LIST_NODE_DEVICES_ACTIVE)) < 0)
        return NULL;

    for (i = 0; i < ndevices; i++) {
        if (!found && virDomainHostdevIsMdev(devices[i], uuid))
            found = devices[i];
        else
            virObjectUnref(devices[i]);
    }
    VIR_FREE(devices);

    if (!found) {
        virReportError(VIR_ERR_NO_NODE_DEVICE,
                       _("no node device for mediated device '%1$s'"), uuid);
    }

    return found;
}


/**
 * virDomainHostdevNodeLookup:
 * @node: a host device with state
 * @conn: connection to the node device driver
 * @local: whether that is the one of this host
 *
 * On this host the name of a mediated device can be guessed, as to list the devices
 * of a driver takes much longer than to look one of them up.
 *
 * Returns the node device behind @node, or NULL with an error reported.
 */
virNodeDevicePtr
virDomainHostdevNodeLookup(const virDomainHostdevNode *node,
                           virConnectPtr conn,
                           bool local)
{
    const char *uuid = node->identity.uuid;
    g_autofree char *name = NULL;
    virNodeDevicePtr device = NULL;

    if (!uuid)
        return virNodeDeviceLookupByName(conn, node->name);

    if (local && (name = virDomainHostdevNodeGuessName(node))) {
        if ((device = virNodeDeviceLookupByName(conn, name)))
            return device;
        virResetLastError();
    }

    return virDomainHostdevSearchMdev(conn, uuid);
}


/**
 * virDomainHostdevCompatNew:
 * @hostdev: a host device with state
 *
 * Returns what its definition says of it.
 */
virDomainHostdevCompat *
virDomainHostdevCompatNew(const virDomainHostdevDef *hostdev)
{
    virDomainHostdevCompat *device = g_new0(virDomainHostdevCompat, 1);

    virDomainHostdevGetIdentity(hostdev, &device->identity);
    if (!device->identity.uuid)
        device->name = virDomainHostdevGetName(hostdev);

    return device;
}


/**
 * virDomainHostdevGuestNewDef:
 * @def: definition of a guest
 *
 * Returns its host devices with state, as virDomainHostdevGuestParse() finds them in the
 * XML of a definition.
 */
virDomainHostdevGuest *
virDomainHostdevGuestNewDef(const virDomainDef *def)
{
    virDomainHostdevGuest *guest = virDomainHostdevGuestNew();
    size_t i;

    guest->name = g_strdup(def->name);

    for (i = 0; i < def->nhostdevs; i++) {
        if (virDomainHostdevHasState(def->hostdevs[i]))
            g_ptr_array_add(guest->nodes, virDomainHostdevNodeNew(def->hostdevs[i]));
    }

    for (i = 0; i < def->nnets; i++) {
        const virDomainNetDef *net = def->nets[i];
        char *address;

        if (virDomainNetGetActualType(net) == VIR_DOMAIN_NET_TYPE_NETWORK &&
            (address = virDomainHostdevGetAddress(&net->info)))
            g_hash_table_add(guest->deferred, address);
    }

    return guest;
}


static int
virDomainHostdevCompatParseDevice(virDomainDef *def,
                                  xmlNodePtr node,
                                  virDomainXMLOption *xmlopt)
{
    g_autofree char *xml = virXMLNodeToString(node->doc, node);
    g_autoptr(virDomainDeviceDef) device = NULL;

    if (!xml ||
        !(device = virDomainDeviceDefParse(xml, def, xmlopt, NULL,
                                           VIR_DOMAIN_DEF_PARSE_SKIP_VALIDATE)))
        return -1;

    if (device->type == VIR_DOMAIN_DEVICE_NET)
        virDomainNetInsert(def, g_steal_pointer(&device->data.net));
    else
        virDomainHostdevInsert(def, g_steal_pointer(&device->data.hostdev));

    return 0;
}


/**
 * virDomainHostdevCompatParseDomain:
 * @xml: definition of a guest of any driver, and of any release
 *
 * A tool does not know what else is in the definition: another driver or a newer
 * release may have elements in it that this one would refuse.
 *
 * Returns a definition that has no more than the host devices and the interfaces
 * that can become one, or NULL with an error reported.
 */
virDomainDef *
virDomainHostdevCompatParseDomain(const char *xml)
{
    virDomainDefParserConfig config = { 0 };
    g_autoptr(virDomainXMLOption) xmlopt = NULL;
    g_autoptr(virDomainDef) def = NULL;
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;
    g_autofree xmlNodePtr *nodes = NULL;
    ssize_t nnodes;
    size_t i;

    if (!(xmlopt = virDomainXMLOptionNew(&config, NULL, NULL, NULL, NULL, NULL)) ||
        !(def = virDomainDefNew(xmlopt)) ||
        !(doc = virNodeDeviceCompatDocumentParse(xml, _("(domain_definition)"), "domain", &ctxt)) ||
        (nnodes = virXPathNodeSet(DEVICES, ctxt, &nodes)) < 0)
        return NULL;

    for (i = 0; i < nnodes; i++) {
        if (virDomainHostdevCompatParseDevice(def, nodes[i], xmlopt) < 0)
            return NULL;
    }

    return g_steal_pointer(&def);
}
