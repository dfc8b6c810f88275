/*
 * virsh-nodedev-compat-baseline.c: the command nodedev-compat-baseline
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virsh-nodedev-compat.h"

#include "vsh-nodedev-compat.h"

#define VIRSH_BLANKS " \t\r\n"


/*
 * "nodedev-compat-baseline" command
 */
const vshCmdInfo info_node_device_compat_baseline = {
    .help = N_("tell what a guest may rely on with each of several node devices"),
    .desc = N_("Makes the description of a device from which a guest could continue "
               "on each of the node devices that an XML file describes, usually "
               "devices of several hosts."),
};

const vshCmdOptDef opts_node_device_compat_baseline[] = {
    VIRSH_COMMON_OPT_FILE(N_("file containing XML descriptions of the devices, "
                             "'-' for standard input")),
    {.name = "validate",
     .type = VSH_OT_BOOL,
     .help = N_("validate the XML document against schema")
    },
    {.name = "cross-type",
     .type = VSH_OT_BOOL,
     .help = N_("let devices of different types go together if they take over each other's types")
    },
    {.name = "xml",
     .type = VSH_OT_BOOL,
     .help = N_("print the result as XML")
    },
    {.name = NULL}
};


/* Behind the declaration, comments and whatever else comes before the first element */
static const char *
virshNodeDeviceCompatSkipProlog(const char *text)
{
    static const struct {
        const char *begin;
        const char *end;
    } parts[] = {
        { "<?", "?>" }, { "<!--", "-->" },
    };
    const char *end;
    size_t i = 0;

    text += strspn(text, VIRSH_BLANKS);
    while (i < G_N_ELEMENTS(parts)) {
        if (!STRPREFIX(text, parts[i].begin) ||
            !(end = strstr(text + strlen(parts[i].begin), parts[i].end))) {
            i++;
            continue;
        }

        text = end + strlen(parts[i].end);
        text += strspn(text, VIRSH_BLANKS);
        i = 0;
    }

    return text;
}


/* Descriptions one behind the other, as nodedev-dumpxml prints them, make a
 * document of several devices. */
static char *
virshNodeDeviceCompatWrap(const char *text)
{
    const char *start = virshNodeDeviceCompatSkipProlog(text);
    const char *rest = STRSKIP(start, "<devices");

    if (rest && *rest && strchr(VIRSH_BLANKS ">/", *rest))
        return g_strdup(text);

    return g_strdup_printf("<devices>\n%s</devices>\n", start);
}


bool
cmdNodeDeviceCompatBaseline(vshControl *ctl, const vshCmd *cmd)
{
    g_autoptr(virNodeDeviceCompatBaseline) baseline = NULL;
    g_autofree char *file = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *baselineXML = NULL;
    g_autofree char *text = NULL;
    const vshNodeDeviceCompatVerdict *verdict;
    const char *from = NULL;
    unsigned int flags = 0;
    virshControl *priv = ctl->privData;

    if (vshCommandOptString(ctl, cmd, "file", &from) < 0)
        return false;

    if (vshCommandOptBool(cmd, "validate"))
        flags |= VIR_CONNECT_BASELINE_NODE_DEVICE_COMPAT_VALIDATE_XML;
    if (vshCommandOptBool(cmd, "cross-type"))
        flags |= VIR_CONNECT_BASELINE_NODE_DEVICE_COMPAT_ALLOW_CROSS_TYPE;

    if (!(file = virshNodeDeviceCompatReadDocument(ctl, from)))
        return false;
    xml = virshNodeDeviceCompatWrap(file);

    if (!(baselineXML = virConnectBaselineNodeDeviceCompat(priv->conn, xml, flags))) {
        vshError(ctl, _("Failed to make a baseline of the devices in '%1$s'"), from);
        return false;
    }

    if (!(baseline = virNodeDeviceCompatBaselineParse(baselineXML)) ||
        !(verdict = vshNodeDeviceCompatVerdictFind(baseline->verdict))) {
        vshError(ctl, "%s", _("Failed to understand the daemon's baseline"));
        return false;
    }

    if (vshCommandOptBool(cmd, "xml")) {
        vshPrint(ctl, "%s", baselineXML);
    } else {
        if (!(text = vshNodeDeviceCompatFormatBaseline(baseline, !ctl->quiet)))
            return false;
        vshPrint(ctl, "%s", text);
    }

    virshNodeDeviceCompatSetAnswer(cmd, verdict->exitStatus);
    return true;
}
