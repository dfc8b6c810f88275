/*
 * virsh-nodedev-compat.c: commands about node device compatibility
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virsh-nodedev-compat.h"

#include "nodedev_compat/nodedev_compat_json.h"
#include "virfile.h"
#include "virsh-completer-nodedev.h"
#include "virsh-util.h"
#include "vsh-nodedev-compat.h"
#include "conf/nodedev_compat_xml.h"


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
 * the last one. An answer that did not get out must not look like a whole one.
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

    if (last && last == virshNodeDeviceCompatAnswered) {
        if (fflush(stdout) == 0 && !ferror(stdout))
            return virshNodeDeviceCompatAnswer;

        vshError(ctl, _("cannot write to standard output: %1$s"), g_strerror(errno));
        return EXIT_FAILURE;
    }

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
 * virshNodeDeviceCompatGetShow:
 * @ctl: virsh
 * @cmd: command, which may have the option "explain", or NULL
 *
 * Returns a bitwise-OR of vshNodeDeviceCompatShow.
 */
unsigned int
virshNodeDeviceCompatGetShow(vshControl *ctl,
                             const vshCmd *cmd)
{
    unsigned int show = ctl->quiet ? 0 : VSH_NODEDEV_COMPAT_HEADER;

    if (cmd && vshCommandOptBool(cmd, "explain"))
        show |= VSH_NODEDEV_COMPAT_EXPLAIN;

    return show;
}


/**
 * virshNodeDeviceCompatReportRefusal:
 * @ctl: virsh
 *
 * If the last error is the refusal of a migration or a restore that carries reports on the
 * guest's devices, reports it now, and below it the reports as tables. Any other
 * error is left alone.
 *
 * The message has all reasons for programs that see nothing else. Its first part, which
 * is in str3, is enough above tables.
 */
void
virshNodeDeviceCompatReportRefusal(vshControl *ctl)
{
    g_autoptr(virError) err = NULL;
    g_autoptr(GPtrArray) reports = NULL;
    g_autofree char *text = NULL;

    if (!last_error || !last_error->str2 ||
        !STRPREFIX(last_error->str2, "<nodeDeviceCompatReports>"))
        return;

    /* an error of the parser replaces the last error */
    err = g_steal_pointer(&last_error);

    if (!(reports = virNodeDeviceCompatReportsParse(err->str2)) ||
        !(text = vshNodeDeviceCompatFormatReports((virNodeDeviceCompatReport **) reports->pdata,
                                                  reports->len,
                                                  virshNodeDeviceCompatGetShow(ctl, NULL)))) {
        vshResetLibvirtError();
        last_error = g_steal_pointer(&err);
        return;
    }

    vshResetLibvirtError();
    vshError(ctl, "%s", err->str3 ? err->str3 : err->message);
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
        vshError(ctl, _("'%1$s' contains a NUL byte and is not an XML document"), from);
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


void
virshNodeDeviceCompatSourceClear(virshNodeDeviceCompatSource *source)
{
    g_clear_pointer(&source->xml, g_free);
    g_clear_pointer(&source->name, g_free);
}


/* Finds out what people want to know of the document. Errors in it are reported by the
 * daemon. */
static void
virshNodeDeviceCompatInspectSource(virshNodeDeviceCompatSource *source)
{
    g_autoptr(virNodeDeviceCompat) compat =
        virNodeDeviceCompatParseDocument(source->xml, false, &source->name);

    if (compat)
        source->inferred = compat->inferred;
    else
        vshResetLibvirtError();

    if (!source->name)
        source->name = g_strdup(vshNodeDeviceCompatFileName(source->given));
}


/**
 * virshNodeDeviceCompatReadSource:
 * @ctl: virsh
 * @cmd: command with the options "source" and "from"
 * @source: filled in
 *
 * Reads the XML of the source device, which is in a file or, with "from", on another
 * host.
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
virshNodeDeviceCompatReadSource(vshControl *ctl,
                                const vshCmd *cmd,
                                virshNodeDeviceCompatSource *source)
{
    const char *uri = NULL;

    if (vshCommandOptString(ctl, cmd, "source", &source->given) < 0 ||
        vshCommandOptString(ctl, cmd, "from", &uri) < 0)
        return -1;

    if (uri)
        source->xml = virshNodeDeviceCompatDumpSource(ctl, uri, source->given);
    else
        source->xml = virshNodeDeviceCompatReadDocument(ctl, source->given);

    if (!source->xml)
        return -1;

    virshNodeDeviceCompatInspectSource(source);
    return 0;
}


/*
 * "nodedev-compare" command
 */
const vshCmdInfo info_node_device_compare = {
    .help = N_("compare a node device with the device that a guest uses on another host"),
    .desc = N_("Reports whether a guest that uses the source device, which an XML file "
               "describes, can continue on the target, a node device of this host, "
               "after a migration; and if not, why. The exit status is 0 if it can, "
               "1 on error, 2 if it cannot and 3 if that is unknown."),
};

const vshCmdOptDef opts_node_device_compare[] = {
    {.name = "target",
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
    VIRSH_NODEDEV_COMPAT_OPT_VALIDATE,
    VIRSH_NODEDEV_COMPAT_OPT_CROSS_TYPE,
    {.name = "opaque",
     .type = VSH_OT_BOOL,
     .help = N_("pass the source's opaque string to the target's driver and report its answer")
    },
    VIRSH_NODEDEV_COMPAT_OPT_EXPLAIN,
    VIRSH_NODEDEV_COMPAT_OPT_XML,
    VIRSH_NODEDEV_COMPAT_OPT_JSON,
    {.name = NULL}
};


static unsigned int
virshNodeDeviceCompareGetFlags(const vshCmd *cmd)
{
    unsigned int flags = 0;

    if (vshCommandOptBool(cmd, "error"))
        flags |= VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_INCOMPATIBLE |
                 VIR_NODE_DEVICE_COMPARE_COMPAT_FAIL_UNKNOWN;
    if (vshCommandOptBool(cmd, "validate"))
        flags |= VIR_NODE_DEVICE_COMPARE_COMPAT_VALIDATE_XML;
    if (vshCommandOptBool(cmd, "cross-type"))
        flags |= VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE;
    if (vshCommandOptBool(cmd, "opaque"))
        flags |= VIR_NODE_DEVICE_COMPARE_COMPAT_OPAQUE;

    return flags;
}


/* Prints the report for programs. Returns 1 if it is not for one, and -1 on error. */
static int
virshNodeDeviceComparePrintData(vshControl *ctl,
                                const vshCmd *cmd,
                                const virNodeDeviceCompatReport *report,
                                const char *reportXML)
{
    g_autofree char *json = NULL;

    if (vshCommandOptBool(cmd, "xml")) {
        vshPrint(ctl, "%s", reportXML);
        return 0;
    }

    if (!vshCommandOptBool(cmd, "json"))
        return 1;

    if (!(json = virNodeDeviceCompatReportFormatJSON(report)))
        return -1;

    vshPrint(ctl, "%s", json);
    return 0;
}


static int
virshNodeDeviceComparePrint(vshControl *ctl,
                            const vshCmd *cmd,
                            const virshNodeDeviceCompatSource *source,
                            virNodeDeviceCompatReport *report,
                            const char *reportXML)
{
    unsigned int show = virshNodeDeviceCompatGetShow(ctl, cmd);
    int rc = virshNodeDeviceComparePrintData(ctl, cmd, report, reportXML);
    g_autofree char *text = NULL;

    if (rc <= 0)
        return rc;

    if (source->inferred)
        show |= VSH_NODEDEV_COMPAT_INFERRED;
    if (!report->source)
        report->source = g_strdup(source->name);

    if (!(text = vshNodeDeviceCompatFormatReports(&report, 1, show)))
        return -1;

    vshPrint(ctl, "%s", text);
    return 0;
}


bool
cmdNodeDeviceCompare(vshControl *ctl, const vshCmd *cmd)
{
    g_autoptr(virshNodeDevice) dev = NULL;
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    g_auto(virshNodeDeviceCompatSource) source = { 0 };
    g_autofree char *reportXML = NULL;
    const char *name = NULL;
    virshControl *priv = ctl->privData;

    VSH_EXCLUSIVE_OPTIONS("xml", "json");

    if (vshCommandOptString(ctl, cmd, "target", &name) < 0)
        return false;

    if (!(dev = virNodeDeviceLookupByName(priv->conn, name))) {
        vshError(ctl, _("Could not find matching device '%1$s'"), name);
        return false;
    }

    if (virshNodeDeviceCompatReadSource(ctl, cmd, &source) < 0)
        return false;

    reportXML = virNodeDeviceGetCompatReport(dev, source.xml,
                                             virshNodeDeviceCompareGetFlags(cmd));

    if (!reportXML) {
        /* with --error, a verdict comes as an error that carries the report */
        if (last_error && last_error->str2)
            report = virNodeDeviceCompatReportParse(last_error->str2);
        if (!report) {
            if (vshCommandOptBool(cmd, "opaque") &&
                last_error && last_error->code == VIR_ERR_OPERATION_DENIED) {
                /* it names a function of the API */
                vshResetLibvirtError();
                vshError(ctl, "%s", _("Option --opaque needs a connection that is not read-only"));
            } else {
                vshError(ctl, _("Failed to compare '%1$s' with node device '%2$s'"),
                         source.given, name);
            }
            return false;
        }
        virshNodeDeviceCompatSetAnswer(cmd, vshNodeDeviceCompatGetExitStatus(report->verdict));
        ignore_value(virshNodeDeviceComparePrintData(ctl, cmd, report, last_error->str2));
        return false;
    }

    if (!(report = virNodeDeviceCompatReportParse(reportXML))) {
        vshError(ctl, "%s", _("Failed to parse the report of the daemon"));
        return false;
    }

    if (virshNodeDeviceComparePrint(ctl, cmd, &source, report, reportXML) < 0)
        return false;

    virshNodeDeviceCompatSetAnswer(cmd, vshNodeDeviceCompatGetExitStatus(report->verdict));
    return true;
}
