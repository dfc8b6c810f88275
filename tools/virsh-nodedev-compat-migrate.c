/*
 * virsh-nodedev-compat-migrate.c: the command migrate-check
 *
 * Compares the host devices of a guest as the destination of a migration does
 * (qemu_hostdev_compat_check.c), by the same functions, but without migrating. Whether
 * the destination's policy refuses the guest, only the destination knows.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virsh-nodedev-compat.h"

#include "hypervisor/domain_hostdev_compat_check.h"
#include "hypervisor/domain_hostdev_compat_policy.h"
#include "nodedev_compat/nodedev_compat_json.h"
#include "virerror.h"
#include "virfile.h"
#include "virsh-completer-domain.h"
#include "virsh-util.h"
#include "vsh-nodedev-compat.h"


/* Describes the host devices of the running guest @def, which are on the host of
 * @conn. The destination then does not know what is not available. A person waits for
 * that, and can interrupt it. */
static GPtrArray *
virshMigrateCheckDescribe(const virDomainDef *def,
                          virConnectPtr conn)
{
    GPtrArray *devices = g_ptr_array_new_with_free_func((GDestroyNotify) virDomainHostdevCompatFree);
    virNodeDeviceCompatBudget none = { 0 };     /* nothing is compared */
    size_t i;

    for (i = 0; i < def->nhostdevs; i++) {
        g_autoptr(virDomainHostdevCompatQuestion) question = NULL;
        g_autoptr(virDomainHostdevCompatAnswer) answer = NULL;
        virDomainHostdevCompat *device;

        if (!virDomainHostdevHasState(def->hostdevs[i]))
            continue;

        device = virDomainHostdevCompatNew(def->hostdevs[i]);
        question = virDomainHostdevCompatQuestionNew(virDomainHostdevNodeNew(def->hostdevs[i]),
                                                     NULL);
        answer = virDomainHostdevCompatAsk(question, conn, &none);
        ignore_value(virDomainHostdevCompatSetAnswer(device, answer));
        g_ptr_array_add(devices, device);
    }

    return devices;
}


/* A report for each device of the guest, or NULL with an error reported */
static GPtrArray *
virshMigrateCheckDevices(virConnectPtr sconn,
                         const char *sourceXML,
                         virConnectPtr dconn,
                         const char *targetXML,
                         bool crossType)
{
    g_autoptr(virDomainDef) source = virDomainHostdevCompatParseDomain(sourceXML);
    g_autoptr(virDomainDef) target = virDomainHostdevCompatParseDomain(targetXML);
    g_autoptr(virDomainHostdevGuest) guest = NULL;
    g_autoptr(GPtrArray) sources = NULL;
    g_autoptr(virDomainHostdevCompatPlan) plan = NULL;
    virDomainHostdevCompatCheck check = { .crossType = crossType };

    if (!source || !target)
        return NULL;

    check.sources = sources = virshMigrateCheckDescribe(source, sconn);
    guest = virDomainHostdevGuestNewDef(target);
    plan = virDomainHostdevCompatPlanNew(&check, guest, VIR_DOMAIN_HOSTDEV_COMPAT_MOMENT_ANY);
    virDomainHostdevCompatAskAll(virDomainHostdevCompatPlanGetQuestions(plan), dconn);

    return virDomainHostdevCompatPlanJudge(plan, &check);
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
        text = vshNodeDeviceCompatFormatReports((virNodeDeviceCompatReport **) reports->pdata,
                                                reports->len, show);
    if (!text)
        return -1;

    if (reports->len == 0 && !*text)
        vshPrintExtra(ctl, _("Domain '%1$s' has no host device whose state would be migrated\n"),
                      domain);
    vshPrint(ctl, "%s", text);
    return 0;
}


/*
 * "migrate-check" command
 */
const vshCmdInfo info_migrate_check = {
    .help = N_("check whether host devices of a domain can be migrated"),
    .desc = N_("Reports for each host device of a running domain whether the domain can "
               "continue on the device that it would have on another host, and if not, "
               "why. Nothing is migrated, reserved or changed. The exit status is 0 if "
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
    g_autofree char *sourceXML = NULL;
    g_autofree char *targetXML = NULL;
    virConnectPtr dconn = NULL;
    virshControl *priv = ctl->privData;
    virNodeDeviceCompatResult verdict;
    const char *name = NULL;
    const char *uri = NULL;
    const char *file = NULL;

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

    reports = virshMigrateCheckDevices(priv->conn, sourceXML, dconn, targetXML,
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
