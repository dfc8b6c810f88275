/*
 * domain_hostdev_compat.c: host devices of a guest and their descriptors
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "domain_hostdev_compat.h"

#include <sys/stat.h>

#include "conf/nodedev_compat_document.h"
#include "datatypes.h"
#include "viralloc.h"
#include "virerror.h"
#include "virfile.h"
#include "virmdev.h"
#include "virpci.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_DOMAIN

/* The elements of a definition that are about host devices with state, or about
 * interfaces that can become one */
#define DEVICES \
    "./devices/hostdev[@type='mdev' or @type='pci'] | " \
    "./devices/interface[@type='hostdev' or @type='network']"

/* How a node device that is called after the UUID of a mediated device starts */
#define MDEV_PREFIX "mdev_"

/* What the path of any device has in it, and is there wherever sysfs is */
#define BUS "/bus/"


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

    identity->address = virDomainHostdevIdentityFormatAddress(hostdev->info);
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
    g_autofree char *address = NULL;

    if (uuid)
        return g_strdup(uuid);

    address = virPCIDeviceAddressAsString(&hostdev->source.subsys.u.pci.addr);
    return g_strdup_printf("pci_%s", g_strdelimit(address, ":.", '_'));
}


void
virDomainHostdevNodeFree(virDomainHostdevNode *node)
{
    if (!node)
        return;

    virDomainHostdevIdentityClear(&node->identity);
    g_free(node->name);
    g_free(node);
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
    virDomainHostdevNode *node = g_new0(virDomainHostdevNode, 1);

    virDomainHostdevGetIdentity(hostdev, &node->identity);
    node->name = virDomainHostdevGetName(hostdev);

    /* libvirt binds no driver of a mediated device, whatever its definition says */
    if (!node->identity.uuid) {
        node->addr = hostdev->source.subsys.u.pci.addr;
        node->managed = hostdev->managed;
    }

    return node;
}


/**
 * virDomainHostdevNodeGetPath:
 * @node: a host device with state
 *
 * Returns its directory in sysfs, whether or not there is such a device.
 */
char *
virDomainHostdevNodeGetPath(const virDomainHostdevNode *node)
{
    g_autofree char *address = NULL;

    if (node->identity.uuid)
        return virMediatedDeviceGetSysfsPath(node->identity.uuid);

    address = virPCIDeviceAddressAsString(&node->addr);
    return g_strdup_printf("/sys/bus/pci/devices/%s", address);
}


/**
 * virDomainHostdevNodeExists:
 * @node: a host device with state
 *
 * The node device driver may be late to see a device.
 *
 * Returns true if a guest would find the device on this host.
 */
bool
virDomainHostdevNodeExists(const virDomainHostdevNode *node)
{
    g_autofree char *path = NULL;

    if (!node->identity.uuid)
        return virPCIDeviceExists(&node->addr);

    path = virMediatedDeviceGetSysfsPath(node->identity.uuid);
    return virFileExists(path);
}


/**
 * virDomainHostdevNodeFind:
 * @node: a host device with state
 *
 * Looks for the device on this host. Where there is no sysfs, as in a container without
 * it, it may be there.
 *
 * Returns 0 if there is such a device, -1 with an error reported if not:
 * VIR_ERR_NO_NODE_DEVICE only if it is known that there is none.
 */
int
virDomainHostdevNodeFind(const virDomainHostdevNode *node)
{
    g_autofree char *path = virDomainHostdevNodeGetPath(node);
    g_autofree char *bus = g_strndup(path, strstr(path, BUS) - path + strlen(BUS));
    struct stat sb;

    if (stat(path, &sb) == 0)
        return 0;

    if (errno != ENOENT || lstat(path, &sb) == 0 || !virFileIsDir(bus)) {
        virReportSystemError(errno, _("cannot look at host device '%1$s'"), path);
        return -1;
    }

    if (node->identity.uuid) {
        virReportError(VIR_ERR_NO_NODE_DEVICE,
                       _("no node device for mediated device '%1$s'"), node->identity.uuid);
    } else {
        virReportError(VIR_ERR_NO_NODE_DEVICE,
                       _("no node device with matching name '%1$s'"), node->name);
    }

    return -1;
}


/**
 * virDomainHostdevNodeGuessName:
 * @node: a host device with state
 *
 * An active mediated device is called by its UUID and its parent on a host with udev.
 *
 * Returns what the node device driver of this host calls the device, or NULL if there is
 * no such device.
 */
char *
virDomainHostdevNodeGuessName(const virDomainHostdevNode *node)
{
    const char *uuid = node->identity.uuid;
    g_autofree char *link = NULL;
    g_autofree char *path = NULL;
    g_autofree char *parentPath = NULL;
    g_autofree char *parent = NULL;

    if (!uuid)
        return g_strdup(node->name);

    link = virDomainHostdevNodeGetPath(node);
    if (virFileResolveLink(link, &path) < 0)
        return NULL;

    parentPath = g_path_get_dirname(path);
    parent = g_path_get_basename(parentPath);

    return g_strcanon(g_strdup_printf(MDEV_PREFIX "%s_%s", uuid, parent),
                      G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS, '_');
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


void
virDomainHostdevCompatFree(virDomainHostdevCompat *device)
{
    if (!device)
        return;

    virDomainHostdevIdentityClear(&device->identity);
    g_free(device->name);
    g_clear_object(&device->compat);
    g_free(device);
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
 * virDomainHostdevCompatGetName:
 * @device: a device, of which not everything may be known
 *
 * Returns what to call it.
 */
const char *
virDomainHostdevCompatGetName(const virDomainHostdevCompat *device)
{
    const char *const names[] = {
        device->name, device->identity.uuid, device->identity.alias, device->identity.address,
    };
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(names); i++) {
        if (names[i])
            return names[i];
    }

    return _("(unnamed)");
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
