/*
 * vsh-nodedev-compat.c: how the compatibility of node devices is shown
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "vsh-nodedev-compat.h"

#include "virbuffer.h"
#include "vsh-table.h"

/* Longest value that is shown in a table, in characters. The XML and, of a
 * reason, the sentence below the table have it in full. */
#define REASON_CELL_MAX 24
#define DEVICE_CELL_MAX 44


static const vshNodeDeviceCompatVerdict verdicts[] = {
    [VIR_NODE_DEVICE_COMPARE_COMPAT_INCOMPATIBLE] = {
        VSH_NODEDEV_COMPAT_EXIT_INCOMPATIBLE,
        N_("Node device '%1$s' is incompatible with the device described in '%2$s'\n") },
    [VIR_NODE_DEVICE_COMPARE_COMPAT_IDENTICAL] = {
        EXIT_SUCCESS,
        N_("Node device '%1$s' is identical to the device described in '%2$s'\n") },
    [VIR_NODE_DEVICE_COMPARE_COMPAT_SUPERSET] = {
        EXIT_SUCCESS,
        N_("Node device '%1$s' is a superset of the device described in '%2$s'\n") },
    [VIR_NODE_DEVICE_COMPARE_COMPAT_UNKNOWN] = {
        VSH_NODEDEV_COMPAT_EXIT_UNKNOWN,
        N_("It is unknown whether node device '%1$s' is compatible with the device described in '%2$s'\n") },
};


/**
 * vshNodeDeviceCompatVerdictFind:
 * @verdict: virNodeDeviceCompareCompatResult
 *
 * Returns what @verdict means, or NULL if it is none.
 */
const vshNodeDeviceCompatVerdict *
vshNodeDeviceCompatVerdictFind(int verdict)
{
    if (verdict < 0 || verdict >= (int) G_N_ELEMENTS(verdicts))
        return NULL;

    return &verdicts[verdict];
}


/* What a table shows of @value, which may be NULL */
static char *
vshNodeDeviceCompatCell(const char *value,
                        size_t max)
{
    g_autofree char *start = NULL;

    if (!value)
        return g_strdup("-");

    if (!g_utf8_validate(value, -1, NULL) || g_utf8_strlen(value, -1) <= max)
        return g_strdup(value);

    start = g_utf8_substring(value, 0, max - 3);
    return g_strdup_printf("%s...", start);
}


static int
vshNodeDeviceCompatFormatReasons(virBuffer *buf,
                                 const virNodeDeviceCompatReport *report,
                                 bool header)
{
    g_autoptr(vshTable) table = NULL;
    g_autofree char *text = NULL;
    size_t i;

    if (!(table = vshTableNew(_("Severity"), _("Code"), _("Attribute"),
                              _("Source"), _("Target"), NULL)))
        return -1;

    for (i = 0; i < report->nreasons; i++) {
        const virNodeDeviceCompatReason *reason = report->reasons[i];
        g_autofree char *source = vshNodeDeviceCompatCell(reason->source, REASON_CELL_MAX);
        g_autofree char *target = vshNodeDeviceCompatCell(reason->target, REASON_CELL_MAX);

        if (vshTableRowAppend(table,
                              virNodeDeviceCompatSeverityTypeToString(reason->severity),
                              reason->code,
                              reason->attr, source, target, NULL) < 0)
            return -1;
    }

    if (!(text = vshTablePrintToString(table, header)))
        return -1;

    virBufferAsprintf(buf, "\n%s\n", text);
    for (i = 0; i < report->nreasons; i++)
        virBufferAsprintf(buf, "%s\n", report->reasons[i]->message);

    return 0;
}


static int
vshNodeDeviceCompatFormatProvisions(virBuffer *buf,
                                    const virNodeDeviceCompatReport *report,
                                    bool header)
{
    g_autoptr(vshTable) table = NULL;
    g_autofree char *text = NULL;
    size_t i;

    if (!(table = vshTableNew(_("Attribute"), _("Value"), NULL)))
        return -1;

    for (i = 0; i < report->nprovisions; i++) {
        g_autofree char *value = vshNodeDeviceCompatCell(report->provisions[i].value,
                                                         DEVICE_CELL_MAX);

        if (vshTableRowAppend(table, report->provisions[i].attr, value, NULL) < 0)
            return -1;
    }

    if (!(text = vshTablePrintToString(table, header)))
        return -1;

    virBufferAsprintf(buf, "\n%s\n%s", _("To be set on the new device, in this order:"), text);
    return 0;
}


/**
 * vshNodeDeviceCompatFormatReport:
 * @report: report
 * @header: whether tables have a header
 *
 * Returns a table of all reasons, and below it each in a sentence, and what a
 * new device of the target has to be given; empty if there is nothing to say,
 * NULL on error.
 */
char *
vshNodeDeviceCompatFormatReport(const virNodeDeviceCompatReport *report,
                                bool header)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    if ((report->nreasons > 0 &&
         vshNodeDeviceCompatFormatReasons(&buf, report, header) < 0) ||
        (report->nprovisions > 0 &&
         vshNodeDeviceCompatFormatProvisions(&buf, report, header) < 0))
        return NULL;

    return virBufferUse(&buf) == 0 ? g_strdup("") : virBufferContentAndReset(&buf);
}


/* What there is to say of @attr besides its value */
static const char *
vshNodeDeviceCompatNote(const virNodeDeviceCompatAttr *attr)
{
    if (attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK &&
        attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_UNSET)
        return virNodeDeviceCompatAttrStateTypeToString(attr->state);
    if (attr->dynamic)
        return "dynamic";
    if (attr->derived)
        return "derived";
    return "";
}


static int
vshNodeDeviceCompatFormatSet(virBuffer *buf,
                             const virNodeDeviceCompatSet *set,
                             bool header)
{
    g_autoptr(vshTable) table = NULL;
    g_autofree char *text = NULL;
    size_t i;

    if (!(table = vshTableNew(_("Attribute"), _("Value"), _("Note"), NULL)))
        return -1;

    for (i = 0; i < set->nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = set->attrs[i];
        g_autofree char *value = vshNodeDeviceCompatCell(attr->value, DEVICE_CELL_MAX);

        if (vshTableRowAppend(table, attr->name, value,
                              vshNodeDeviceCompatNote(attr), NULL) < 0)
            return -1;
    }

    if (!(text = vshTablePrintToString(table, header)))
        return -1;

    virBufferAsprintf(buf, "%s", text);
    return 0;
}


/**
 * vshNodeDeviceCompatFormatDevice:
 * @compat: descriptor
 * @header: whether tables have a header
 *
 * Returns tables of what the device says of itself and what it accepts, or NULL
 * on error.
 */
char *
vshNodeDeviceCompatFormatDevice(const virNodeDeviceCompat *compat,
                                bool header)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *opaque = NULL;
    size_t i;

    if (vshNodeDeviceCompatFormatSet(&buf, &compat->self, header) < 0)
        return NULL;

    for (i = 0; i < compat->naccepts; i++) {
        virBufferAddLit(&buf, "\n");
        virBufferAsprintf(&buf, _("Accepted, alternative %1$zu:"), i + 1);
        virBufferAddLit(&buf, "\n");
        if (vshNodeDeviceCompatFormatSet(&buf, compat->accepts[i], header) < 0)
            return NULL;
    }

    if (compat->opaque) {
        opaque = vshNodeDeviceCompatCell(compat->opaque, DEVICE_CELL_MAX);
        virBufferAddLit(&buf, "\n");
        virBufferAsprintf(&buf, _("Only its driver understands: %1$s"), opaque);
        virBufferAddLit(&buf, "\n");
    }

    return virBufferContentAndReset(&buf);
}


/* What a verdict says of a baseline and the number of its devices */
static const char *const baselines[] = {
    [VIR_NODE_DEVICE_COMPARE_COMPAT_INCOMPATIBLE] =
        N_("There is nothing that a guest could rely on with each of %1$zu devices\n"),
    [VIR_NODE_DEVICE_COMPARE_COMPAT_IDENTICAL] =
        N_("With each of %1$zu devices, which are identical, a guest may rely on\n\n"),
    [VIR_NODE_DEVICE_COMPARE_COMPAT_SUPERSET] =
        N_("With each of %1$zu devices a guest may rely on\n\n"),
    [VIR_NODE_DEVICE_COMPARE_COMPAT_UNKNOWN] =
        N_("It is unknown whether a guest could rely with each of %1$zu devices on\n\n"),
};


/**
 * vshNodeDeviceCompatFormatBaseline:
 * @baseline: baseline
 * @header: whether tables have a header
 *
 * Returns what the baseline is, or NULL on error.
 */
char *
vshNodeDeviceCompatFormatBaseline(const virNodeDeviceCompatBaseline *baseline,
                                  bool header)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    virBufferAsprintf(&buf, _(baselines[baseline->verdict]), baseline->ndevices);

    if (baseline->compat) {
        g_autofree char *device = vshNodeDeviceCompatFormatDevice(baseline->compat, header);

        if (!device)
            return NULL;
        virBufferAsprintf(&buf, "%s", device);
    }

    for (i = 0; i < baseline->nreports; i++) {
        const virNodeDeviceCompatReport *report = baseline->reports[i];
        g_autofree char *reasons = vshNodeDeviceCompatFormatReport(report, header);

        if (!reasons)
            return NULL;
        virBufferAddLit(&buf, "\n");
        virBufferAsprintf(&buf, _("Node device '%1$s':"), NULLSTR(report->target));
        virBufferAsprintf(&buf, "\n%s", reasons);
    }

    if (baseline->nomitted > 0)
        virBufferAsprintf(&buf, _("\nReports on %1$zu more devices are left out\n"),
                          baseline->nomitted);
    if (baseline->incomplete)
        virBufferAsprintf(&buf, "\n%s\n",
                          _("There are more alternatives than could be looked at"));

    return virBufferContentAndReset(&buf);
}
