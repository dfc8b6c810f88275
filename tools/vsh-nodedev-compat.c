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
#include "conf/nodedev_compat_conf.h"

/* Tables are cut to the width of a terminal. The XML and, of a reason, the
 * sentence below the table have everything in full. */
#define TABLE_WIDTH 80
#define TABLE_GAP 3             /* around each column, as in vsh-table.c */
#define NAME_MAX_WIDTH 22       /* of an attribute's name */
#define VALUE_MIN_WIDTH 6       /* of a value, whatever else there is */


static const vshNodeDeviceCompatVerdict verdicts[] = {
    [VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE] = {
        VSH_NODEDEV_COMPAT_EXIT_INCOMPATIBLE,
        N_("Node device '%1$s' is incompatible with the device described in '%2$s'\n") },
    [VIR_NODE_DEVICE_COMPAT_IDENTICAL] = {
        EXIT_SUCCESS,
        N_("Node device '%1$s' is identical to the device described in '%2$s'\n") },
    [VIR_NODE_DEVICE_COMPAT_SUPERSET] = {
        EXIT_SUCCESS,
        N_("Node device '%1$s' is a superset of the device described in '%2$s'\n") },
    [VIR_NODE_DEVICE_COMPAT_UNKNOWN] = {
        VSH_NODEDEV_COMPAT_EXIT_UNKNOWN,
        N_("It is unknown whether node device '%1$s' is compatible with the device described in '%2$s'\n") },
};


/**
 * vshNodeDeviceCompatVerdictFind:
 * @verdict: virNodeDeviceCompatResult
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


/* Columns that @text takes in a table; in a charset other than UTF-8, bytes */
static size_t
vshNodeDeviceCompatWidth(const char *text)
{
    size_t width = 0;

    if (!g_utf8_validate(text, -1, NULL))
        return strlen(text);

    for (; *text; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);

        if (!g_unichar_iszerowidth(c))
            width += g_unichar_iswide(c) ? 2 : 1;
    }

    return width;
}


/* Takes from @room what a column with @text in it needs more than with its
 * other contents, whose width is in @width. */
static void
vshNodeDeviceCompatTakeRoom(size_t *room,
                            size_t *width,
                            const char *text)
{
    size_t need = vshNodeDeviceCompatWidth(text);
    size_t more = need > *width ? need - *width : 0;

    *width += more;
    *room -= MIN(more, *room);
}


/* Width that is left for each of two columns of values */
static size_t
vshNodeDeviceCompatReasonRoom(const virNodeDeviceCompatReport *report)
{
    size_t room = TABLE_WIDTH - 5 * TABLE_GAP;
    size_t severity = 0;
    size_t code = 0;
    size_t attr = 0;
    size_t i;

    vshNodeDeviceCompatTakeRoom(&room, &severity, _("Severity"));
    vshNodeDeviceCompatTakeRoom(&room, &code, _("Code"));
    vshNodeDeviceCompatTakeRoom(&room, &attr, _("Attribute"));
    for (i = 0; i < report->nreasons; i++) {
        g_autofree char *name = vshNodeDeviceCompatCell(report->reasons[i]->attr, NAME_MAX_WIDTH);

        vshNodeDeviceCompatTakeRoom(&room, &code, report->reasons[i]->code);
        vshNodeDeviceCompatTakeRoom(&room, &attr, name);
    }

    return MAX(room / 2, VALUE_MIN_WIDTH);
}


static int
vshNodeDeviceCompatFormatReasons(virBuffer *buf,
                                 const virNodeDeviceCompatReport *report,
                                 bool header)
{
    g_autoptr(vshTable) table = NULL;
    g_autofree char *text = NULL;
    size_t max = vshNodeDeviceCompatReasonRoom(report);
    size_t i;

    if (!(table = vshTableNew(_("Severity"), _("Code"), _("Attribute"),
                              _("Source"), _("Target"), NULL)))
        return -1;

    for (i = 0; i < report->nreasons; i++) {
        const virNodeDeviceCompatReason *reason = report->reasons[i];
        g_autofree char *name = vshNodeDeviceCompatCell(reason->attr, NAME_MAX_WIDTH);
        g_autofree char *source = vshNodeDeviceCompatCell(reason->source, max);
        g_autofree char *target = vshNodeDeviceCompatCell(reason->target, max);

        if (vshTableRowAppend(table,
                              virNodeDeviceCompatSeverityTypeToString(reason->severity),
                              reason->code, name, source, target, NULL) < 0)
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
    size_t max = TABLE_WIDTH - 2 * TABLE_GAP - NAME_MAX_WIDTH;
    size_t i;

    if (!(table = vshTableNew(_("Attribute"), _("Value"), NULL)))
        return -1;

    for (i = 0; i < report->nprovisions; i++) {
        const virNodeDeviceCompatProvision *provision = &report->provisions[i];
        g_autofree char *name = vshNodeDeviceCompatCell(provision->attr, NAME_MAX_WIDTH);
        g_autofree char *value = vshNodeDeviceCompatCell(provision->value, max);

        if (vshTableRowAppend(table, name, value, NULL) < 0)
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


/* Width that is left for the column of values */
static size_t
vshNodeDeviceCompatSetRoom(const virNodeDeviceCompatAttrs *set)
{
    size_t room = TABLE_WIDTH - 3 * TABLE_GAP;
    size_t attr = 0;
    size_t note = 0;
    size_t i;

    vshNodeDeviceCompatTakeRoom(&room, &attr, _("Attribute"));
    vshNodeDeviceCompatTakeRoom(&room, &note, _("Note"));
    for (i = 0; i < set->nattrs; i++) {
        g_autofree char *name = vshNodeDeviceCompatCell(set->attrs[i]->name, NAME_MAX_WIDTH);

        vshNodeDeviceCompatTakeRoom(&room, &attr, name);
        vshNodeDeviceCompatTakeRoom(&room, &note, vshNodeDeviceCompatNote(set->attrs[i]));
    }

    return MAX(room, VALUE_MIN_WIDTH);
}


static int
vshNodeDeviceCompatFormatSet(virBuffer *buf,
                             const virNodeDeviceCompatAttrs *set,
                             bool header)
{
    g_autoptr(vshTable) table = NULL;
    g_autofree char *text = NULL;
    size_t max = vshNodeDeviceCompatSetRoom(set);
    size_t i;

    if (!(table = vshTableNew(_("Attribute"), _("Value"), _("Note"), NULL)))
        return -1;

    for (i = 0; i < set->nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = set->attrs[i];
        g_autofree char *name = vshNodeDeviceCompatCell(attr->name, NAME_MAX_WIDTH);
        g_autofree char *value = vshNodeDeviceCompatCell(attr->value, max);

        if (vshTableRowAppend(table, name, value,
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
        opaque = vshNodeDeviceCompatCell(compat->opaque, TABLE_WIDTH / 2);
        virBufferAddLit(&buf, "\n");
        virBufferAsprintf(&buf, _("Only its driver understands: %1$s"), opaque);
        virBufferAddLit(&buf, "\n");
    }

    return virBufferContentAndReset(&buf);
}


/* What a verdict says of a baseline and the number of its devices */
static const char *const baselines[] = {
    [VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE] =
        N_("There is nothing that a guest could rely on with each of the devices (%1$zu)\n"),
    [VIR_NODE_DEVICE_COMPAT_IDENTICAL] =
        N_("A guest may rely on this with each of the devices (%1$zu), which are identical:\n\n"),
    [VIR_NODE_DEVICE_COMPAT_SUPERSET] =
        N_("A guest may rely on this with each of the devices (%1$zu):\n\n"),
    [VIR_NODE_DEVICE_COMPAT_UNKNOWN] =
        N_("It is unknown whether a guest could rely on this with each of the devices (%1$zu):\n\n"),
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

    if (baseline->nomitted > 0) {
        virBufferAddLit(&buf, "\n");
        virBufferAsprintf(&buf, _("Reports that are left out: %1$zu"), baseline->nomitted);
        virBufferAddLit(&buf, "\n");
    }
    if (baseline->incomplete)
        virBufferAsprintf(&buf, "\n%s\n",
                          _("There are more alternatives than could be looked at"));

    return virBufferContentAndReset(&buf);
}
