/*
 * virsh-nodedev-compat-find.c: the command nodedev-find-compat
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virsh-nodedev-compat.h"

#include "nodedev_compat/nodedev_compat_candidates.h"
#include "virbuffer.h"
#include "vsh-nodedev-compat.h"
#include "vsh-table.h"

/* Exit status if no device fits */
#define EXIT_NONE VSH_NODEDEV_COMPAT_EXIT_INCOMPATIBLE


/*
 * "nodedev-find-compat" command
 */
const vshCmdInfo info_node_device_find_compat = {
    .help = N_("find node devices that take over from a device that a guest uses elsewhere"),
    .desc = N_("Lists the node devices of the host, and the types of which one could "
               "be made, on which a guest that uses the device described by an XML "
               "file could continue after a migration, the best first."),
};

const vshCmdOptDef opts_node_device_find_compat[] = {
    VIRSH_NODEDEV_COMPAT_OPTS_SOURCE,
    {.name = "all",
     .type = VSH_OT_BOOL,
     .help = N_("list devices and types that do not fit or are in use, too")
    },
    {.name = "validate",
     .type = VSH_OT_BOOL,
     .help = N_("validate the XML document against schema")
    },
    {.name = "cross-type",
     .type = VSH_OT_BOOL,
     .help = N_("accept devices of another type if they take over devices of the source's type")
    },
    {.name = "xml",
     .type = VSH_OT_BOOL,
     .help = N_("print the list as XML")
    },
    {.name = NULL}
};


/* What a person calls a candidate */
static char *
virshNodeDeviceCompatCandidateName(const virNodeDeviceCompatCandidate *candidate)
{
    if (!candidate->type)
        return g_strdup(candidate->name);

    /* TRANSLATORS: a type of mediated devices on the device that offers it */
    return g_strdup_printf(_("%1$s on %2$s"), candidate->type, candidate->name);
}


static int
virshNodeDeviceCompatFormatTable(virBuffer *buf,
                                 const virNodeDeviceCompatCandidates *list,
                                 bool header)
{
    g_autoptr(vshTable) table = vshTableNew(_("Verdict"), _("State"), _("Candidate"), NULL);
    g_autofree char *text = NULL;
    size_t i;

    if (!table)
        return -1;

    for (i = 0; i < list->ncandidates; i++) {
        const virNodeDeviceCompatCandidate *candidate = list->candidates[i];
        g_autofree char *name = virshNodeDeviceCompatCandidateName(candidate);

        if (vshTableRowAppend(table,
                              virNodeDeviceCompatResultTypeToString(candidate->report->verdict),
                              virNodeDeviceCompatStateTypeToString(candidate->state),
                              name, NULL) < 0)
            return -1;
    }

    if (!(text = vshTablePrintToString(table, header)))
        return -1;

    virBufferAsprintf(buf, "%s", text);
    return 0;
}


/* What there is to say of a candidate beyond the table */
static void
virshNodeDeviceCompatFormatNotes(virBuffer *buf,
                                 const virNodeDeviceCompatCandidate *candidate)
{
    const virNodeDeviceCompatReport *report = candidate->report;
    g_autofree char *name = virshNodeDeviceCompatCandidateName(candidate);
    size_t i;

    if (report->nreasons == 0 && report->nprovisions == 0)
        return;

    virBufferAsprintf(buf, "\n%s:\n", name);
    for (i = 0; i < report->nreasons; i++)
        virBufferAsprintf(buf, "  %s\n", report->reasons[i]->message);
    for (i = 0; i < report->nprovisions; i++) {
        virBufferAddLit(buf, "  ");
        virBufferAsprintf(buf, _("a new device is to be given %1$s='%2$s'"),
                          report->provisions[i].attr, report->provisions[i].value);
        virBufferAddLit(buf, "\n");
    }
}


static char *
virshNodeDeviceCompatFormatCandidates(const virNodeDeviceCompatCandidates *list,
                                      const char *from,
                                      bool header)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    if (list->found == 0) {
        virBufferAsprintf(&buf, _("No node device and no type of this host fits the device described in '%1$s'"),
                          from);
        virBufferAddLit(&buf, "\n");
    }

    if (list->ncandidates > 0) {
        if (list->found == 0)
            virBufferAddLit(&buf, "\n");
        if (virshNodeDeviceCompatFormatTable(&buf, list, header) < 0)
            return NULL;
        for (i = 0; i < list->ncandidates; i++)
            virshNodeDeviceCompatFormatNotes(&buf, list->candidates[i]);
    }

    if (list->omitted > 0) {
        virBufferAddLit(&buf, "\n");
        virBufferAsprintf(&buf, _("Candidates that do not fit into the list: %1$zu"), list->omitted);
        virBufferAddLit(&buf, "\n");
    }

    return virBufferContentAndReset(&buf);
}


bool
cmdNodeDeviceFindCompat(vshControl *ctl, const vshCmd *cmd)
{
    g_autoptr(virNodeDeviceCompatCandidates) list = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *listXML = NULL;
    g_autofree char *text = NULL;
    const char *from = NULL;
    unsigned int flags = 0;
    virshControl *priv = ctl->privData;

    if (vshCommandOptBool(cmd, "all"))
        flags |= VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALL;
    if (vshCommandOptBool(cmd, "validate"))
        flags |= VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_VALIDATE_XML;
    if (vshCommandOptBool(cmd, "cross-type"))
        flags |= VIR_CONNECT_FIND_COMPAT_NODE_DEVICES_ALLOW_CROSS_TYPE;

    if (!(xml = virshNodeDeviceCompatReadSource(ctl, cmd, &from)))
        return false;

    if (!(listXML = virConnectFindCompatNodeDevices(priv->conn, xml, flags))) {
        vshError(ctl, _("Failed to find node devices for '%1$s'"), from);
        return false;
    }

    if (!(list = virNodeDeviceCompatCandidatesParse(listXML))) {
        vshError(ctl, "%s", _("Failed to understand the daemon's list"));
        return false;
    }

    if (vshCommandOptBool(cmd, "xml")) {
        vshPrint(ctl, "%s", listXML);
    } else {
        if (!(text = virshNodeDeviceCompatFormatCandidates(list, from, !ctl->quiet)))
            return false;
        vshPrint(ctl, "%s", text);
    }

    virshNodeDeviceCompatSetAnswer(cmd, list->found > 0 ? EXIT_SUCCESS : EXIT_NONE);
    return true;
}
