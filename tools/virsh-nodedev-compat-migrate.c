/*
 * virsh-nodedev-compat-migrate.c: the command migrate-check
 *
 * Asks the questions that the destination of a migration asks
 * (qemu_hostdev_compat_check.c) from outside, without migrating: which device of
 * the guest takes over from which, and whether it can. What the destination's policy
 * makes of the answers only the destination knows.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virsh-nodedev-compat.h"

#include "conf/domain_conf.h"
#include "conf/nodedev_compat_conf.h"
#include "hypervisor/domain_hostdev_pairing.h"
#include "nodedev_compat/nodedev_compat_report.h"
#include "viralloc.h"
#include "virbuffer.h"
#include "virerror.h"
#include "virfile.h"
#include "virsh-completer-domain.h"
#include "virsh-util.h"
#include "viruuid.h"
#include "virxml.h"
#include "vsh-nodedev-compat.h"
#include "conf/nodedev_compat_xml.h"

/* The host devices of a guest whose state VFIO hands over. One that is unplugged
 * for the migration has none, nor one that is only taken from the host. */
#define HOSTDEVS \
    "./devices/hostdev[(not(@mode) or @mode='subsystem') " \
    "                  and (@type='mdev' or @type='pci') " \
    "                  and not(@type='pci' and address/@type='unassigned') " \
    "                  and not(teaming/@type='transient')] | " \
    "./devices/interface[@type='hostdev' and not(teaming/@type='transient')]"

/* Which function of a pool the guest is given, is known when it starts. */
#define POOLED "./devices/interface[@type='network']"


/* A host device of a guest */
typedef struct _virshMigrateCheckDevice virshMigrateCheckDevice;
struct _virshMigrateCheckDevice {
    virDomainHostdevIdentity place;
    char *name;                 /* of the node device, or NULL as long as it is not
                                 * known */
    char *prefix;               /* what @name starts with, of a mediated device */
    char *xml;                  /* of the node device, or NULL */
    virNodeDeviceCompat *compat;        /* in @xml, or NULL */
};

static void
virshMigrateCheckDeviceFree(virshMigrateCheckDevice *device)
{
    if (!device)
        return;

    virDomainHostdevIdentityClear(&device->place);
    g_free(device->name);
    g_free(device->prefix);
    g_free(device->xml);
    g_clear_object(&device->compat);
    g_free(device);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virshMigrateCheckDevice, virshMigrateCheckDeviceFree);


/* The place in the guest that the <address> below @node tells */
static char *
virshMigrateCheckParseAddress(xmlNodePtr node)
{
    xmlNodePtr address = virXMLNodeGetSubelement(node, "address");
    g_autofree char *type = address ? virXMLPropString(address, "type") : NULL;
    virDomainDeviceInfo info = { 0 };

    if (STREQ_NULLABLE(type, "pci") &&
        virPCIDeviceAddressParseXML(address, &info.addr.pci) == 0)
        info.type = VIR_DOMAIN_DEVICE_ADDRESS_TYPE_PCI;
    else if (STREQ_NULLABLE(type, "ccw") &&
             virCCWDeviceAddressParseXML(address, &info.addr.ccw) == 0)
        info.type = VIR_DOMAIN_DEVICE_ADDRESS_TYPE_CCW;

    return virDomainHostdevIdentityFormatAddress(&info);
}


/* As libvirt spells it, or NULL */
static char *
virshMigrateCheckParseUUID(const char *text)
{
    unsigned char uuid[VIR_UUID_BUFLEN];
    char canonical[VIR_UUID_STRING_BUFLEN];

    if (virUUIDParse(text, uuid) < 0)
        return NULL;

    return g_strdup(virUUIDFormat(uuid, canonical));
}


/* The device of the host that @node, of a guest, assigns to it. Returns NULL with
 * an error reported if it names none. */
static virshMigrateCheckDevice *
virshMigrateCheckParseDevice(vshControl *ctl,
                             xmlNodePtr node)
{
    g_autoptr(virshMigrateCheckDevice) device = g_new0(virshMigrateCheckDevice, 1);
    xmlNodePtr source = virXMLNodeGetSubelement(node, "source");
    xmlNodePtr alias = virXMLNodeGetSubelement(node, "alias");
    xmlNodePtr address = source ? virXMLNodeGetSubelement(source, "address") : NULL;
    g_autofree char *uuid = address ? virXMLPropString(address, "uuid") : NULL;
    virPCIDeviceAddress pci = { 0 };

    device->place.address = virshMigrateCheckParseAddress(node);

    device->place.alias = alias ? virXMLPropString(alias, "name") : NULL;
    if (device->place.alias && !virDomainDeviceAliasIsUserAlias(device->place.alias))
        g_clear_pointer(&device->place.alias, g_free);

    if (uuid) {
        if (!(device->place.uuid = virshMigrateCheckParseUUID(uuid))) {
            vshError(ctl, _("'%1$s', of a host device of the guest, is not a UUID"), uuid);
            return NULL;
        }
        device->prefix = g_strdup_printf("mdev_%s", device->place.uuid);
        g_strdelimit(device->prefix, "-", '_');
    } else if (address && virPCIDeviceAddressParseXML(address, &pci) == 0) {
        device->name = g_strdup_printf("pci_%04x_%02x_%02x_%u",
                                       pci.domain, pci.bus, pci.slot, pci.function);
    } else {
        vshError(ctl, "%s", _("The guest has a host device without a usable source address"));
        return NULL;
    }

    return g_steal_pointer(&device);
}


/* All host devices of the guest that @xml describes, or NULL with an error
 * reported */
static GPtrArray *
virshMigrateCheckParseGuest(vshControl *ctl,
                            const char *xml,
                            GHashTable *pooled)
{
    g_autoptr(GPtrArray) devices =
        g_ptr_array_new_with_free_func((GDestroyNotify) virshMigrateCheckDeviceFree);
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;
    g_autofree xmlNodePtr *nodes = NULL;
    g_autofree xmlNodePtr *pools = NULL;
    ssize_t nnodes;
    ssize_t npools;
    size_t i;

    if (!(doc = virXMLParse(NULL, xml, _("(domain_definition)"), "domain", &ctxt, NULL, false)) ||
        (nnodes = virXPathNodeSet(HOSTDEVS, ctxt, &nodes)) < 0 ||
        (npools = virXPathNodeSet(POOLED, ctxt, &pools)) < 0)
        return NULL;

    for (i = 0; i < nnodes; i++) {
        virshMigrateCheckDevice *device = virshMigrateCheckParseDevice(ctl, nodes[i]);

        if (!device)
            return NULL;
        g_ptr_array_add(devices, device);
    }

    for (i = 0; pooled && i < npools; i++) {
        char *address = virshMigrateCheckParseAddress(pools[i]);

        if (address)
            g_hash_table_add(pooled, address);
    }

    return g_steal_pointer(&devices);
}


/* Is @node the mediated device with that UUID? Usually its name starts with it, as
 * @prefix does. */
static bool
virshMigrateCheckIsMdev(virNodeDevicePtr node,
                        const char *prefix,
                        const char *uuid)
{
    const char *rest = STRSKIP(virNodeDeviceGetName(node), prefix);
    g_autofree char *xml = NULL;
    g_autofree char *own = NULL;
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;

    if (rest)
        return *rest == '\0' || *rest == '_';

    if (!(xml = virNodeDeviceGetXMLDesc(node, 0)) ||
        !(doc = virXMLParse(NULL, xml, _("(node_device_definition)"), "device",
                            &ctxt, NULL, false)))
        return false;

    own = virXPathString("string(./capability[@type='mdev']/uuid)", ctxt);
    return STREQ_NULLABLE(own, uuid);
}


static virNodeDevicePtr
virshMigrateCheckLookupMdev(virConnectPtr conn,
                            const virshMigrateCheckDevice *device)
{
    virNodeDevicePtr *nodes = NULL;
    virNodeDevicePtr found = NULL;
    int nnodes = virConnectListAllNodeDevices(conn, &nodes,
                                              VIR_CONNECT_LIST_NODE_DEVICES_CAP_MDEV |
                                              VIR_CONNECT_LIST_NODE_DEVICES_ACTIVE);
    size_t i;

    if (nnodes < 0)
        return NULL;

    for (i = 0; i < nnodes; i++) {
        if (!found && virshMigrateCheckIsMdev(nodes[i], device->prefix, device->place.uuid))
            found = nodes[i];
        else
            virshNodeDeviceFree(nodes[i]);
    }
    VIR_FREE(nodes);

    if (!found) {
        /* as a migration says it */
        virReportError(VIR_ERR_NO_NODE_DEVICE,
                       _("no node device for mediated device '%1$s'"), device->place.uuid);
    }

    return found;
}


static virNodeDevicePtr
virshMigrateCheckLookup(virConnectPtr conn,
                        const virshMigrateCheckDevice *device)
{
    if (device->place.uuid)
        return virshMigrateCheckLookupMdev(conn, device);

    return virNodeDeviceLookupByName(conn, device->name);
}


/* Reads what the device says of itself; nothing if that cannot be had. */
static void
virshMigrateCheckDescribe(virshMigrateCheckDevice *device,
                          virNodeDevicePtr node)
{
    g_autofree char *name = NULL;

    if (!node || !(device->xml = virNodeDeviceGetXMLDesc(node, 0)))
        return;

    if ((device->compat = virNodeDeviceCompatParseDocument(device->xml, false, &name))) {
        g_free(device->name);
        device->name = g_steal_pointer(&name);
    }
}


/* What to call it, as a migration would */
static const char *
virshMigrateCheckGetName(const virshMigrateCheckDevice *device)
{
    if (!device)
        return NULL;

    return device->name ? device->name : device->place.uuid;
}


static virNodeDeviceCompatReport *
virshMigrateCheckReportNew(const virshMigrateCheckDevice *source,
                           const virshMigrateCheckDevice *target,
                           virNodeDeviceCompatReasonCode code,
                           const char *detail)
{
    return virNodeDeviceCompatReportNewDevice(virshMigrateCheckGetName(source),
                                              virshMigrateCheckGetName(target),
                                              code, detail);
}


/* What @node says to taking over from @source, or NULL with an error reported */
static virNodeDeviceCompatReport *
virshMigrateCheckAsk(virNodeDevicePtr node,
                     const virshMigrateCheckDevice *target,
                     const virshMigrateCheckDevice *source,
                     unsigned int flags)
{
    g_autofree char *xml = NULL;

    /* where both have an opaque string, the driver has a say */
    if (source->compat->opaque && target->compat && target->compat->opaque)
        flags |= VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE;

    if (!(xml = virNodeDeviceGetCompatReport(node, source->xml, flags)))
        return NULL;

    return virNodeDeviceCompatReportParse(xml);
}


static virNodeDeviceCompatReport *
virshMigrateCheckJudge(virConnectPtr conn,
                       virshMigrateCheckDevice *target,
                       const virshMigrateCheckDevice *source,
                       unsigned int flags)
{
    g_autoptr(virshNodeDevice) node = virshMigrateCheckLookup(conn, target);
    virNodeDeviceCompatReport *report = NULL;

    virshMigrateCheckDescribe(target, node);

    if (!node && virGetLastErrorCode() == VIR_ERR_NO_NODE_DEVICE) {
        report = virshMigrateCheckReportNew(source, target,
                                            VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_MISSING,
                                            virGetLastErrorMessage());
    } else if (!source || !source->compat) {
        report = virshMigrateCheckReportNew(source, target,
                                            VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_DESCRIBED,
                                            NULL);
    } else if (!node || !(report = virshMigrateCheckAsk(node, target, source, flags))) {
        report = virshMigrateCheckReportNew(source, target,
                                            VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_NOT_COMPARED,
                                            virGetLastErrorMessage());
    }

    if (!report->source)
        report->source = g_strdup(virshMigrateCheckGetName(source));
    if (!report->target)
        report->target = g_strdup(virshMigrateCheckGetName(target));

    vshResetLibvirtError();
    return report;
}


/* A report for each device of the guest, or NULL with an error reported */
static GPtrArray *
virshMigrateCheckDevices(vshControl *ctl,
                         virConnectPtr sconn,
                         const char *sourceXML,
                         virConnectPtr dconn,
                         const char *targetXML,
                         unsigned int flags)
{
    g_autoptr(GPtrArray) reports =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatReportFree);
    g_autoptr(GHashTable) pooled = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) sources = virshMigrateCheckParseGuest(ctl, sourceXML, NULL);
    g_autoptr(GPtrArray) targets = virshMigrateCheckParseGuest(ctl, targetXML, pooled);
    g_autoptr(virDomainHostdevPairing) match = virDomainHostdevPairingNew();
    g_autoptr(GPtrArray) lost = NULL;
    size_t i;

    if (!sources || !targets)
        return NULL;

    for (i = 0; i < sources->len; i++) {
        virshMigrateCheckDevice *source = g_ptr_array_index(sources, i);
        g_autoptr(virshNodeDevice) node = virshMigrateCheckLookup(sconn, source);

        virshMigrateCheckDescribe(source, node);
        vshResetLibvirtError();
        virDomainHostdevPairingAdd(match, &source->place, source);
    }

    for (i = 0; i < targets->len; i++) {
        virshMigrateCheckDevice *target = g_ptr_array_index(targets, i);
        const virshMigrateCheckDevice *source = virDomainHostdevPairingTake(match, &target->place);

        g_ptr_array_add(reports, virshMigrateCheckJudge(dconn, target, source, flags));
    }

    lost = virDomainHostdevPairingGetUnpaired(match, pooled);
    for (i = 0; i < lost->len; i++) {
        g_ptr_array_add(reports,
                        virshMigrateCheckReportNew(g_ptr_array_index(lost, i), NULL,
                                                   VIR_NODE_DEVICE_COMPAT_REASON_DEVICE_MISSING,
                                                   _("the guest has no device in its place")));
    }

    return g_steal_pointer(&reports);
}


/* What the answers for all devices together come to */
static virNodeDeviceCompatResult
virshMigrateCheckSum(const GPtrArray *reports)
{
    virNodeDeviceCompatResult worst = VIR_NODE_DEVICE_COMPAT_IDENTICAL;
    size_t i;

    for (i = 0; i < reports->len; i++) {
        const virNodeDeviceCompatReport *report = g_ptr_array_index(reports, i);

        if (virNodeDeviceCompatVerdictRank(report->verdict) > virNodeDeviceCompatVerdictRank(worst))
            worst = report->verdict;
    }

    return worst;
}


static void
virshMigrateCheckPrint(vshControl *ctl,
                       const GPtrArray *reports,
                       const char *domain)
{
    g_autofree char *text = virshNodeDeviceCompatFormatReports(ctl, reports);

    if (reports->len == 0)
        vshPrintExtra(ctl, _("Domain '%1$s' has no host device whose state would be migrated\n"),
                      domain);
    vshPrint(ctl, "%s", text);
}


/*
 * "migrate-check" command
 */
const vshCmdInfo info_migrate_check = {
    .help = N_("check whether host devices of a domain could be migrated"),
    .desc = N_("Tells of each host device of a running domain whether the domain could "
               "continue on the device that it would have on another host, and if not, "
               "why. Nothing is migrated, reserved or changed."),
};

const vshCmdOptDef opts_migrate_check[] = {
    VIRSH_COMMON_OPT_DOMAIN_FULL(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
    {.name = "desturi",
     .type = VSH_OT_STRING,
     .positional = true,
     .required = true,
     .help = N_("connection URI of the destination host as seen from the client")
    },
    {.name = "xml",
     .type = VSH_OT_STRING,
     .unwanted_positional = true,
     .completer = virshCompletePathLocalExisting,
     .help = N_("filename containing the XML that would be given to the migration")
    },
    {.name = "cross-type",
     .type = VSH_OT_BOOL,
     .help = N_("accept devices of another type if they take over devices of the source's type")
    },
    {.name = "report",
     .type = VSH_OT_BOOL,
     .help = N_("print the reports as XML")
    },
    {.name = NULL}
};

bool
cmdMigrateCheck(vshControl *ctl, const vshCmd *cmd)
{
    g_autoptr(virshDomain) dom = NULL;
    g_autoptr(GPtrArray) reports = NULL;
    g_autofree char *sourceXML = NULL;
    g_autofree char *targetXML = NULL;
    virConnectPtr dconn = NULL;
    virshControl *priv = ctl->privData;
    const char *name = NULL;
    const char *uri = NULL;
    const char *file = NULL;
    unsigned int flags = 0;

    if (vshCommandOptString(ctl, cmd, "desturi", &uri) < 0 ||
        vshCommandOptString(ctl, cmd, "xml", &file) < 0 ||
        !(dom = virshCommandOptDomain(ctl, cmd, &name)))
        return false;

    if (vshCommandOptBool(cmd, "cross-type"))
        flags |= VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE;

    if (virDomainIsActive(dom) == 0) {
        vshError(ctl, _("Domain '%1$s' is not running: no state of its host devices would be migrated"),
                 name);
        return false;
    }

    if (!(sourceXML = virDomainGetXMLDesc(dom, 0)))
        return false;

    if (file) {
        if (virFileReadAll(file, VSH_MAX_XML_FILE, &targetXML) < 0)
            return false;
    } else if (!(targetXML = virDomainGetXMLDesc(dom, VIR_DOMAIN_XML_MIGRATABLE))) {
        /* not for who may only read; what else is in it does not matter here */
        if (virGetLastErrorCode() != VIR_ERR_OPERATION_DENIED)
            return false;
        vshResetLibvirtError();
        targetXML = g_strdup(sourceXML);
    }

    if (!(dconn = virshConnect(ctl, uri, false)))
        return false;

    reports = virshMigrateCheckDevices(ctl, priv->conn, sourceXML, dconn, targetXML, flags);
    if (!reports)
        vshSaveLibvirtHelperError();
    virConnectClose(dconn);
    if (!reports)
        return false;

    if (vshCommandOptBool(cmd, "report")) {
        g_autofree char *document = virNodeDeviceCompatReportsFormat(reports);

        vshPrint(ctl, "%s", document);
    } else {
        virshMigrateCheckPrint(ctl, reports, name);
    }

    virshNodeDeviceCompatSetAnswer(cmd, vshNodeDeviceCompatVerdictFind(virshMigrateCheckSum(reports))->exitStatus);
    return true;
}
