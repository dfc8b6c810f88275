/*
 * virsh-nodedev-compat.c: commands about node device compatibility
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virsh-nodedev-compat.h"

#include "virfile.h"
#include "virsh-completer-nodedev.h"
#include "virsh-util.h"
#include "vsh-nodedev-compat.h"


/* The command that came to an answer last, and what virsh exits with if no other
 * command follows it */
static const vshCmd *virshNodeDeviceCompatAnswered;
static int virshNodeDeviceCompatAnswer;


/**
 * virshNodeDeviceCompatExitStatus:
 * @ctl: virsh
 * @success: whether the last command succeeded
 *
 * When virsh runs commands from its command line, its exit status is that of
 * the last one.
 *
 * Returns the status.
 */
int
virshNodeDeviceCompatExitStatus(vshControl *ctl,
                                bool success)
{
    const vshCmd *last = ctl->imode ? NULL : ctl->cmd;

    while (last && last->next)
        last = last->next;

    if (last && last == virshNodeDeviceCompatAnswered)
        return virshNodeDeviceCompatAnswer;

    return success ? EXIT_SUCCESS : EXIT_FAILURE;
}


/**
 * virshNodeDeviceCompatSetAnswer:
 * @cmd: command that came to an answer
 * @exitStatus: what virsh exits with if no other command follows
 */
void
virshNodeDeviceCompatSetAnswer(const vshCmd *cmd,
                               int exitStatus)
{
    virshNodeDeviceCompatAnswered = cmd;
    virshNodeDeviceCompatAnswer = exitStatus;
}


/**
 * virshNodeDeviceCompatFormatReports:
 * @ctl: virsh
 * @reports: a report on each device of a guest
 *
 * Returns a table for each, with a line above it.
 */
char *
virshNodeDeviceCompatFormatReports(vshControl *ctl,
                                   GPtrArray *reports)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < reports->len; i++) {
        const virNodeDeviceCompatReport *report = g_ptr_array_index(reports, i);
        g_autofree char *reasons = vshNodeDeviceCompatFormatReport(report, !ctl->quiet);

        if (i > 0)
            virBufferAddLit(&buf, "\n");
        virBufferAsprintf(&buf, _("'%1$s' to take over from '%2$s': %3$s\n"),
                          report->target ? report->target : "-",
                          report->source ? report->source : "-",
                          virNodeDeviceCompatResultTypeToString(report->verdict));
        virBufferAdd(&buf, NULLSTR_EMPTY(reasons), -1);
    }

    return virBufferUse(&buf) ? virBufferContentAndReset(&buf) : g_strdup("");
}


/**
 * virshNodeDeviceCompatReportRefusal:
 * @ctl: virsh
 *
 * If the last error is the refusal of a migration or a restore that carries reports on the
 * guest's devices, reports it now, and below it the reports as tables. Any other
 * error is left alone.
 */
void
virshNodeDeviceCompatReportRefusal(vshControl *ctl)
{
    g_autoptr(GPtrArray) reports = NULL;
    g_autofree char *document = NULL;
    g_autofree char *text = NULL;

    if (!last_error || !last_error->str2 ||
        !STRPREFIX(last_error->str2, "<nodeDeviceCompatReports>"))
        return;

    /* reporting, and an error of the parser, replace the last error */
    document = g_strdup(last_error->str2);
    vshReportError(ctl);

    if (!(reports = virNodeDeviceCompatReportsParse(document))) {
        vshResetLibvirtError();
        return;
    }

    text = virshNodeDeviceCompatFormatReports(ctl, reports);
    fflush(stdout);
    fprintf(stderr, "\n%s", text);
}


/**
 * virshNodeDeviceCompatReadDocument:
 * @ctl: virsh
 * @from: name of a file, "-" for standard input
 *
 * Returns its content, or NULL with an error reported.
 */
char *
virshNodeDeviceCompatReadDocument(vshControl *ctl,
                                  const char *from)
{
    g_autofree char *xml = NULL;
    ssize_t len;

    if (STRNEQ(from, "-")) {
        len = virFileReadAll(from, VSH_MAX_XML_FILE, &xml);
    } else if ((len = virFileReadLimFD(STDIN_FILENO, VSH_MAX_XML_FILE, &xml)) < 0) {
        vshError(ctl, _("Failed to read standard input: %1$s"),
                 g_strerror(errno));
    }

    if (len < 0)
        return NULL;

    /* nothing behind it would be seen */
    if (strlen(xml) != len) {
        vshError(ctl, _("'%1$s' holds a NUL byte, so it is no XML document"), from);
        return NULL;
    }

    return g_steal_pointer(&xml);
}


/* The XML of the device @name of the host that @uri leads to */
static char *
virshNodeDeviceCompatDumpSource(vshControl *ctl,
                                const char *uri,
                                const char *name)
{
    virConnectPtr conn = virshConnect(ctl, uri, true);
    virNodeDevicePtr dev = NULL;
    char *xml = NULL;

    if (!conn) {
        vshError(ctl, _("Failed to connect to '%1$s', the host of the source device"), uri);
        return NULL;
    }

    if (!(dev = virNodeDeviceLookupByName(conn, name)))
        vshError(ctl, _("Could not find node device '%1$s' on '%2$s'"), name, uri);
    else if (!(xml = virNodeDeviceGetXMLDesc(dev, 0)))
        vshError(ctl, _("Failed to get the XML of node device '%1$s' on '%2$s'"), name, uri);

    virshNodeDeviceFree(dev);
    virConnectClose(conn);
    return xml;
}


/**
 * virshNodeDeviceCompatReadSource:
 * @ctl: virsh
 * @cmd: command with the options "file" and "from"
 * @ret_name: set to what the user calls the source
 *
 * Returns the XML of the source device, which is in a file or, with "from", on
 * another host; or NULL with an error reported.
 */
char *
virshNodeDeviceCompatReadSource(vshControl *ctl,
                                const vshCmd *cmd,
                                const char **ret_name)
{
    const char *uri = NULL;

    if (vshCommandOptString(ctl, cmd, "file", ret_name) < 0 ||
        vshCommandOptString(ctl, cmd, "from", &uri) < 0)
        return NULL;

    if (uri)
        return virshNodeDeviceCompatDumpSource(ctl, uri, *ret_name);

    return virshNodeDeviceCompatReadDocument(ctl, *ret_name);
}


/*
 * "nodedev-compare" command
 */
const vshCmdInfo info_node_device_compare = {
    .help = N_("compare a node device with the device that a guest uses elsewhere"),
    .desc = N_("Tells whether a guest that uses the device described by an XML "
               "file could continue on the given node device after a migration, "
               "and if not, why."),
};

const vshCmdOptDef opts_node_device_compare[] = {
    {.name = "device",
     .type = VSH_OT_STRING,
     .positional = true,
     .required = true,
     .help = N_("name of the node device that is the target"),
     .completer = virshNodeDeviceNameCompleter,
    },
    VIRSH_NODEDEV_COMPAT_OPTS_SOURCE,
    {.name = "error",
     .type = VSH_OT_BOOL,
     .help = N_("report error if the target is incompatible or its compatibility is unknown")
    },
    {.name = "validate",
     .type = VSH_OT_BOOL,
     .help = N_("validate the XML document against schema")
    },
    {.name = "cross-type",
     .type = VSH_OT_BOOL,
     .help = N_("accept a target of another type if it takes over devices of the source's type")
    },
    {.name = "opaque",
     .type = VSH_OT_BOOL,
     .help = N_("ask the target's driver about the source's opaque string")
    },
    {.name = "report",
     .type = VSH_OT_BOOL,
     .help = N_("print the comparison's report as XML")
    },
    {.name = NULL}
};

bool
cmdNodeDeviceCompare(vshControl *ctl, const vshCmd *cmd)
{
    g_autoptr(virshNodeDevice) dev = NULL;
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *reportXML = NULL;
    g_autofree char *reasons = NULL;
    const vshNodeDeviceCompatVerdict *verdict;
    const char *name = NULL;
    const char *from = NULL;
    unsigned int flags = 0;
    virshControl *priv = ctl->privData;

    if (vshCommandOptString(ctl, cmd, "device", &name) < 0)
        return false;

    if (vshCommandOptBool(cmd, "error"))
        flags |= VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_INCOMPATIBLE |
                 VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_UNKNOWN;
    if (vshCommandOptBool(cmd, "validate"))
        flags |= VIR_NODE_DEVICE_COMPARE_COMPAT_VALIDATE_XML;
    if (vshCommandOptBool(cmd, "cross-type"))
        flags |= VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE;
    if (vshCommandOptBool(cmd, "opaque"))
        flags |= VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE;

    if (!(dev = virNodeDeviceLookupByName(priv->conn, name))) {
        vshError(ctl, _("Could not find matching device '%1$s'"), name);
        return false;
    }

    if (!(xml = virshNodeDeviceCompatReadSource(ctl, cmd, &from)))
        return false;

    reportXML = virNodeDeviceGetCompatReport(dev, xml, flags);

    if (!reportXML) {
        /* with --error, a verdict comes as an error that carries the report */
        if (last_error && last_error->str2)
            report = virNodeDeviceCompatReportParse(last_error->str2);
        if (report && (verdict = vshNodeDeviceCompatVerdictFind(report->verdict)))
            virshNodeDeviceCompatSetAnswer(cmd, verdict->exitStatus);
        if (report && vshCommandOptBool(cmd, "report"))
            vshPrint(ctl, "%s", last_error->str2);
        vshError(ctl, _("Failed to compare node device '%1$s' with '%2$s'"),
                 name, from);
        return false;
    }

    if (!(report = virNodeDeviceCompatReportParse(reportXML)) ||
        !(verdict = vshNodeDeviceCompatVerdictFind(report->verdict))) {
        vshError(ctl, "%s", _("Failed to understand the daemon's report"));
        return false;
    }

    if (vshCommandOptBool(cmd, "report")) {
        vshPrint(ctl, "%s", reportXML);
    } else {
        vshPrint(ctl, _(verdict->sentence), name, from);
        if (!(reasons = vshNodeDeviceCompatFormatReport(report, !ctl->quiet)))
            return false;
        vshPrint(ctl, "%s", reasons);
    }

    virshNodeDeviceCompatSetAnswer(cmd, verdict->exitStatus);
    return true;
}
