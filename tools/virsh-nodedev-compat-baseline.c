/*
 * virsh-nodedev-compat-baseline.c: the command nodedev-compat-baseline
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virsh-nodedev-compat.h"

#include "nodedev_compat/nodedev_compat_json.h"
#include "vsh-nodedev-compat.h"


/*
 * "nodedev-compat-baseline" command
 */
const vshCmdInfo info_node_device_compat_baseline = {
    .help = N_("compute the baseline of several node devices"),
    .desc = N_("Computes a description of a device from which a guest can continue on "
               "each of the node devices that an XML file describes, usually devices "
               "of several hosts. The exit status is 0 if there is one, 1 on error, "
               "2 if there is none and 3 if that is unknown."),
};

const vshCmdOptDef opts_node_device_compat_baseline[] = {
    VIRSH_COMMON_OPT_FILE(N_("file containing XML descriptions of the devices, "
                             "'-' for standard input")),
    VIRSH_NODEDEV_COMPAT_OPT_VALIDATE,
    {.name = "cross-type",
     .type = VSH_OT_BOOL,
     .help = N_("allow devices of different types if they accept devices of one type")
    },
    VIRSH_NODEDEV_COMPAT_OPT_EXPLAIN,
    VIRSH_NODEDEV_COMPAT_OPT_XML,
    VIRSH_NODEDEV_COMPAT_OPT_JSON,
    {.name = NULL}
};


bool
cmdNodeDeviceCompatBaseline(vshControl *ctl, const vshCmd *cmd)
{
    g_autoptr(virNodeDeviceCompatBaseline) baseline = NULL;
    g_autofree char *file = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *baselineXML = NULL;
    g_autofree char *text = NULL;
    const char *from = NULL;
    unsigned int flags = 0;
    virshControl *priv = ctl->privData;

    VSH_EXCLUSIVE_OPTIONS("xml", "json");

    if (vshCommandOptString(ctl, cmd, "file", &from) < 0)
        return false;

    if (vshCommandOptBool(cmd, "validate"))
        flags |= VIR_CONNECT_BASELINE_NODE_DEVICE_COMPAT_VALIDATE_XML;
    if (vshCommandOptBool(cmd, "cross-type"))
        flags |= VIR_CONNECT_BASELINE_NODE_DEVICE_COMPAT_ALLOW_CROSS_TYPE;

    if (!(file = virshNodeDeviceCompatReadDocument(ctl, from)))
        return false;
    xml = vshNodeDeviceCompatWrapDocuments(file);

    if (!(baselineXML = virConnectBaselineNodeDeviceCompat(priv->conn, xml, flags))) {
        vshError(ctl, _("Failed to compute a baseline of the devices in '%1$s'"), from);
        return false;
    }

    if (!(baseline = virNodeDeviceCompatBaselineParse(baselineXML))) {
        vshError(ctl, "%s", _("Failed to parse the baseline of the daemon"));
        return false;
    }

    if (vshCommandOptBool(cmd, "xml"))
        text = g_steal_pointer(&baselineXML);
    else if (vshCommandOptBool(cmd, "json"))
        text = virNodeDeviceCompatBaselineFormatJSON(baseline);
    else
        text = vshNodeDeviceCompatFormatBaseline(baseline,
                                                 virshNodeDeviceCompatGetShow(ctl, cmd));
    if (!text)
        return false;
    vshPrint(ctl, "%s", text);

    virshNodeDeviceCompatSetAnswer(cmd, vshNodeDeviceCompatGetExitStatus(baseline->verdict));
    return true;
}
