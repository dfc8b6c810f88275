/*
 * virsh-nodedev-compat-migrate.c: the command migrate-check
 *
 * Has the source describe the host devices of a guest, and the destination foretell what
 * it would do about them. A host that cannot is asked about its devices one by one; the
 * policy of such a destination is not known.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virsh-nodedev-compat.h"

#include "hypervisor/domain_hostdev_compat_api.h"
#include "nodedev_compat/nodedev_compat_json.h"
#include "virerror.h"
#include "virfile.h"
#include "virsh-completer-domain.h"
#include "virsh-util.h"
#include "virxml.h"
#include "vsh-nodedev-compat.h"


/* Whether the last error is that of a user who may call a function, but not with a flag
 * that takes a right or a connection to write */
static bool
virshMigrateCheckIsDenied(void)
{
    int code = virGetLastErrorCode();

    return code == VIR_ERR_OPERATION_DENIED || code == VIR_ERR_ACCESS_DENIED;
}


/* Asks about one device after the other. A person waits for that, and can interrupt it. */
static int
virshMigrateCheckAsk(GPtrArray *questions,
                     void *opaque)
{
    virDomainHostdevCompatAskAll(questions, opaque);
    return 0;
}


/* Describes the host devices of @dom as its host does not. The destination then does not
 * know what is not available. */
static char *
virshMigrateCheckDescribeDevices(virDomainPtr dom)
{
    g_autoptr(virDomainHostdevGuest) guest = NULL;
    g_autoptr(GPtrArray) questions = virDomainHostdevCompatQuestionsNew();
    g_autoptr(GPtrArray) devices = NULL;
    g_autofree char *xml = NULL;

    if (!(xml = virDomainGetXMLDesc(dom, 0)) ||
        !(guest = virDomainHostdevGuestParse(xml)))
        return NULL;

    devices = virDomainHostdevCompatListNewGuest(guest, questions);
    virDomainHostdevCompatAskAll(questions, virDomainGetConnect(dom));
    return virDomainHostdevCompatDescribe(g_steal_pointer(&devices), questions, true);
}


/* Returns the description of the host devices of @dom, or NULL with an error reported. */
static char *
virshMigrateCheckDescribe(virDomainPtr dom)
{
    char *xml = virDomainGetHostdevCompat(dom, VIR_DOMAIN_GET_HOSTDEV_COMPAT_OPAQUE);

    if (!xml && virshMigrateCheckIsDenied())
        xml = virDomainGetHostdevCompat(dom, 0);

    if (!xml && virGetLastErrorCode() == VIR_ERR_NO_SUPPORT)
        xml = virshMigrateCheckDescribeDevices(dom);

    return xml;
}


/* Returns a report for each device, or NULL with an error reported. */
static GPtrArray *
virshMigrateCheckCompare(virConnectPtr dconn,
                         const char *domXML,
                         const char *hostdevsXML,
                         bool crossType)
{
    const virDomainHostdevCompatCheck check = { 0 };
    unsigned int flags = VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_OPAQUE;
    g_autofree char *xml = NULL;

    if (crossType)
        flags |= VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_ALLOW_CROSS_TYPE;

    xml = virConnectCompareHostdevCompat(dconn, domXML, hostdevsXML, flags);

    if (!xml && virshMigrateCheckIsDenied()) {
        flags &= ~VIR_CONNECT_COMPARE_HOSTDEV_COMPAT_OPAQUE;
        xml = virConnectCompareHostdevCompat(dconn, domXML, hostdevsXML, flags);
    }

    if (xml)
        return virNodeDeviceCompatReportsParse(xml);

    if (virGetLastErrorCode() != VIR_ERR_NO_SUPPORT)
        return NULL;

    return virDomainHostdevCompatCompareGuest(&check, domXML, hostdevsXML,
                                              virshMigrateCheckAsk, dconn, flags);
}


/* A line about what the destination would do, or an empty string if that is not known */
static char *
virshMigrateCheckFormatWould(GPtrArray *reports,
                             const char *domain)
{
    switch (virNodeDeviceCompatReportsGetWould(reports)) {
    case VIR_NODE_DEVICE_COMPAT_WOULD_REFUSE:
        return g_strdup_printf(_("By its policy, the destination would refuse domain '%1$s'\n"),
                               domain);

    case VIR_NODE_DEVICE_COMPAT_WOULD_WARN:
        return g_strdup_printf(_("By its policy, the destination would accept domain '%1$s', with a warning in its log\n"),
                               domain);

    case VIR_NODE_DEVICE_COMPAT_WOULD_ALLOW:
        return g_strdup_printf(_("By its policy, the destination would accept domain '%1$s'\n"),
                               domain);

    case VIR_NODE_DEVICE_COMPAT_WOULD_NONE:
    case VIR_NODE_DEVICE_COMPAT_WOULD_LAST:
    default:
        return g_strdup("");
    }
}


/* A line that lists the devices whose verdict can still change, or an empty string */
static char *
virshMigrateCheckFormatDeferred(GPtrArray *reports)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *list = NULL;
    size_t i;

    for (i = 0; i < reports->len; i++) {
        const virNodeDeviceCompatReport *report = g_ptr_array_index(reports, i);
        char *name = report->target ? report->target : report->source;

        if (report->deferred && name)
            g_ptr_array_add(names, name);
    }

    if (names->len == 0)
        return g_strdup("");

    g_ptr_array_add(names, NULL);
    list = g_strjoinv(", ", (char **) names->pdata);
    return g_strdup_printf(_("Compared again when the domain is prepared there: %1$s\n"), list);
}


static char *
virshMigrateCheckFormat(GPtrArray *reports,
                        const char *domain,
                        unsigned int show)
{
    g_autofree char *tables =
        vshNodeDeviceCompatFormatReports((virNodeDeviceCompatReport **) reports->pdata,
                                         reports->len, show);
    g_autofree char *deferred = virshMigrateCheckFormatDeferred(reports);
    g_autofree char *would = virshMigrateCheckFormatWould(reports, domain);

    return g_strdup_printf("%s%s%s", tables, deferred, would);
}


static int
virshMigrateCheckPrint(vshControl *ctl,
                       const vshCmd *cmd,
                       GPtrArray *reports,
                       const char *domain)
{
    unsigned int show = virshNodeDeviceCompatGetShow(ctl, cmd);
    g_autofree char *text = NULL;

    if (vshCommandOptBool(cmd, "xml"))
        text = virNodeDeviceCompatReportsFormat(reports);
    else if (vshCommandOptBool(cmd, "json"))
        text = virNodeDeviceCompatReportsFormatJSON(reports);
    else
        text = virshMigrateCheckFormat(reports, domain, show);
    if (!text)
        return -1;

    if (reports->len == 0 && !*text)
        vshPrintExtra(ctl, _("Domain '%1$s' has no host device whose state would be migrated\n"),
                      domain);
    vshPrint(ctl, "%s", text);
    return 0;
}


/* Returns the definition of @dom as a user sees it who may only read, or NULL with an error
 * reported. In it a function that a network has chosen, and would choose anew on the
 * destination, looks like one that the domain always has. */
static char *
virshMigrateCheckGetReadOnly(virDomainPtr dom)
{
    g_autofree char *xml = virDomainGetXMLDesc(dom, 0);
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;

    if (!xml || !(doc = virXMLParseStringCtxt(xml, _("(domain_definition)"), &ctxt)))
        return NULL;

    if (virXPathBoolean("boolean(./devices/interface[@type='hostdev'])", ctxt)) {
        virReportError(VIR_ERR_OPERATION_DENIED,
                       _("domain '%1$s' has an interface that can be a function of a network, which is not shown to users who may only read; --dest-xml can say what it would have on the destination"),
                       virDomainGetName(dom));
        return NULL;
    }

    return g_steal_pointer(&xml);
}


/* Returns the definition that the domain would have on the destination, or NULL with an
 * error reported. */
static char *
virshMigrateCheckGetTarget(virDomainPtr dom,
                           const char *file)
{
    char *xml = NULL;

    if (file) {
        ignore_value(virFileReadAll(file, VSH_MAX_XML_FILE, &xml));
        return xml;
    }

    if (!(xml = virDomainGetXMLDesc(dom, VIR_DOMAIN_XML_MIGRATABLE)) &&
        virshMigrateCheckIsDenied()) {
        vshResetLibvirtError();
        xml = virshMigrateCheckGetReadOnly(dom);
    }

    return xml;
}


/*
 * "migrate-check" command
 */
const vshCmdInfo info_migrate_check = {
    .help = N_("check whether host devices of a domain can be migrated"),
    .desc = N_("Reports for each host device of a running domain whether the domain can "
               "continue on the device that it would have on another host, and if not, "
               "why, and whether that host would refuse it. Nothing is migrated, reserved "
               "or changed. The exit status is 0 if "
               "it can continue on all of them, 1 on error, 2 if it cannot and 3 if "
               "that is unknown."),
};

const vshCmdOptDef opts_migrate_check[] = {
    VIRSH_COMMON_OPT_DOMAIN_FULL(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
    {.name = "desturi",
     .type = VSH_OT_STRING,
     .positional = true,
     .required = true,
     .help = N_("connection URI of the destination host as seen from the client")
    },
    {.name = "dest-xml",
     .type = VSH_OT_STRING,
     .unwanted_positional = true,
     .completer = virshCompletePathLocalExisting,
     .help = N_("filename containing the XML of the domain on the destination")
    },
    VIRSH_NODEDEV_COMPAT_OPT_CROSS_TYPE,
    VIRSH_NODEDEV_COMPAT_OPT_EXPLAIN,
    VIRSH_NODEDEV_COMPAT_OPT_XML,
    VIRSH_NODEDEV_COMPAT_OPT_JSON,
    {.name = NULL}
};

bool
cmdMigrateCheck(vshControl *ctl, const vshCmd *cmd)
{
    g_autoptr(virshDomain) dom = NULL;
    g_autoptr(GPtrArray) reports = NULL;
    g_autofree char *targetXML = NULL;
    g_autofree char *hostdevsXML = NULL;
    virConnectPtr dconn = NULL;
    virNodeDeviceCompatResult verdict;
    const char *name = NULL;
    const char *uri = NULL;
    const char *file = NULL;
    virshControl *priv = ctl->privData;

    VSH_EXCLUSIVE_OPTIONS("xml", "json");

    if (vshCommandOptString(ctl, cmd, "desturi", &uri) < 0 ||
        vshCommandOptString(ctl, cmd, "dest-xml", &file) < 0 ||
        !(dom = virshCommandOptDomain(ctl, cmd, &name)))
        return false;

    if (virDomainIsActive(dom) == 0) {
        vshError(ctl, _("Domain '%1$s' is not running: no state of its host devices would be migrated"),
                 name);
        return false;
    }

    if (!(targetXML = virshMigrateCheckGetTarget(dom, file)) ||
        !(hostdevsXML = virshMigrateCheckDescribe(dom)))
        return false;

    if (!(dconn = virshConnect(ctl, uri, priv->readonly)))
        return false;

    reports = virshMigrateCheckCompare(dconn, targetXML, hostdevsXML,
                                       vshCommandOptBool(cmd, "cross-type"));
    if (!reports)
        vshSaveLibvirtHelperError();
    virConnectClose(dconn);
    if (!reports)
        return false;

    if (virshMigrateCheckPrint(ctl, cmd, reports, name) < 0)
        return false;

    verdict = virDomainHostdevCompatReportsGetVerdict(reports);
    virshNodeDeviceCompatSetAnswer(cmd, vshNodeDeviceCompatGetExitStatus(verdict));
    return true;
}
