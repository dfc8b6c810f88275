/*
 * vsh-nodedev-compat.c: how the compatibility of node devices is shown
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "vsh-nodedev-compat.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "virbuffer.h"
#include "virstring.h"
#include "vsh-table.h"
#include "conf/nodedev_compat_conf.h"

#define BLANKS " \t\r\n"

#define TABLE_WIDTH 80          /* of a terminal that does not tell */
#define TABLE_GAP 3             /* around each column, as in vsh-table.c */
#define NAME_MAX_WIDTH 22       /* of an attribute's name, if space is short */
#define VALUE_MIN_WIDTH 7       /* of a value, whatever else there is */


/**
 * vshNodeDeviceCompatGetExitStatus:
 * @verdict: verdict
 *
 * Returns what a command exits with if that is its answer.
 */
int
vshNodeDeviceCompatGetExitStatus(virNodeDeviceCompatResult verdict)
{
    switch (verdict) {
    case VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE:
        return VSH_NODEDEV_COMPAT_EXIT_INCOMPATIBLE;
    case VIR_NODE_DEVICE_COMPAT_UNKNOWN:
        return VSH_NODEDEV_COMPAT_EXIT_UNKNOWN;
    case VIR_NODE_DEVICE_COMPAT_IDENTICAL:
    case VIR_NODE_DEVICE_COMPAT_SUPERSET:
        return EXIT_SUCCESS;
    case VIR_NODE_DEVICE_COMPAT_ERROR:
    case VIR_NODE_DEVICE_COMPAT_LAST:
        break;
    }

    return EXIT_FAILURE;
}


/**
 * vshNodeDeviceCompatFileName:
 * @path: what the user gave as the description of a device
 *
 * Returns what to call a device whose description has no name, or NULL if it came
 * from standard input.
 */
const char *
vshNodeDeviceCompatFileName(const char *path)
{
    return STREQ(path, "-") || STREQ(path, "/dev/stdin") ? NULL : path;
}


/* Behind the declaration, comments and whatever else comes before the first element */
static const char *
vshNodeDeviceCompatSkipProlog(const char *text)
{
    static const struct {
        const char *begin;
        const char *end;
    } parts[] = {
        { "<?", "?>" }, { "<!--", "-->" },
    };
    const char *end;
    size_t i = 0;

    text += strspn(text, BLANKS);
    while (i < G_N_ELEMENTS(parts)) {
        if (!STRPREFIX(text, parts[i].begin) ||
            !(end = strstr(text + strlen(parts[i].begin), parts[i].end))) {
            i++;
            continue;
        }

        text = end + strlen(parts[i].end);
        text += strspn(text, BLANKS);
        i = 0;
    }

    return text;
}


/**
 * vshNodeDeviceCompatWrapDocuments:
 * @text: a <devices> document, or any number of descriptions one behind the other, as
 *        nodedev-dumpxml prints them
 *
 * Returns a document of several devices.
 */
char *
vshNodeDeviceCompatWrapDocuments(const char *text)
{
    const char *start = vshNodeDeviceCompatSkipProlog(text);
    const char *rest = STRSKIP(start, "<devices");

    if (rest && *rest && strchr(BLANKS ">/", *rest))
        return g_strdup(text);

    return g_strdup_printf("<devices>\n%s</devices>\n", start);
}


/**
 * vshNodeDeviceCompatInferredNote:
 *
 * Returns a sentence about a source whose document comes from a stock libvirt.
 */
const char *
vshNodeDeviceCompatInferredNote(void)
{
    return _("The document holds no compatibility data; only the type and the IDs in it are compared");
}


/**
 * vshNodeDeviceCompatGetWidth:
 *
 * Returns how wide a table may be: as wide as the terminal, but of any width where
 * no terminal shows it.
 */
size_t
vshNodeDeviceCompatGetWidth(void)
{
    bool terminal = isatty(STDOUT_FILENO) == 1;
    const char *columns = getenv("COLUMNS");
    struct winsize size = { 0 };
    unsigned int width = 0;

    if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;

    if (columns && virStrToLong_ui(columns, NULL, 10, &width) == 0 && width > 0)
        return width;

    return terminal ? TABLE_WIDTH : SSIZE_MAX;
}


/* Columns that @text takes in a table; in a charset other than UTF-8, bytes */
static size_t
vshNodeDeviceCompatTextWidth(const char *text)
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


/* Makes @width, of a column, wide enough for @text, which may be NULL. */
static void
vshNodeDeviceCompatWiden(size_t *width,
                         const char *text)
{
    if (text)
        *width = MAX(*width, vshNodeDeviceCompatTextWidth(text));
}


/**
 * vshNodeDeviceCompatCell:
 * @value: value, or NULL
 * @max: width of the column
 *
 * Returns what a table shows of @value: both of its ends, as what differs may be at
 * either.
 */
char *
vshNodeDeviceCompatCell(const char *value,
                        size_t max)
{
    const char *dots = g_get_charset(NULL) ? "\u2026" : "...";
    g_autofree char *start = NULL;
    g_autofree char *end = NULL;
    size_t length;
    size_t keep;

    if (!value)
        return g_strdup("");

    if (!g_utf8_validate(value, -1, NULL) || (length = g_utf8_strlen(value, -1)) <= max)
        return g_strdup(value);

    keep = max - MIN(max, (size_t) g_utf8_strlen(dots, -1));
    start = g_utf8_substring(value, 0, keep - keep / 2);
    end = g_utf8_substring(value, length - keep / 2, length);
    return g_strdup_printf("%s%s%s", start, dots, end);
}


/* Divides @room among two columns of these widths; the longer one gets what the
 * other one leaves. */
static void
vshNodeDeviceCompatDivide(size_t room,
                          size_t *one,
                          size_t *two)
{
    size_t half = room / 2;

    if (*one + *two <= room)
        return;

    if (*one <= half) {
        *two = room - *one;
    } else if (*two <= half) {
        *one = room - *two;
    } else {
        *one = half;
        *two = room - half;
    }

    *one = MAX(*one, VALUE_MIN_WIDTH);
    *two = MAX(*two, VALUE_MIN_WIDTH);
}


/* Reasons about whole devices have the names of these for values, and they are in
 * the sentence above the table. */
static bool
vshNodeDeviceCompatReasonHasValues(const virNodeDeviceCompatReason *reason)
{
    return STRNEQ_NULLABLE(reason->rule, "migration");
}


/* Not everything that is known is in the table if a driver or another part of
 * libvirt answered, or a newer release has this reason. */
static bool
vshNodeDeviceCompatReasonIsSelfEvident(const virNodeDeviceCompatReason *reason)
{
    return STRNEQ_NULLABLE(reason->rule, "migration") &&
           STRNEQ_NULLABLE(reason->rule, "handshake") &&
           STRNEQ_NULLABLE(reason->rule, "files") &&
           virNodeDeviceCompatReasonCodeTypeFromString(reason->code) >= 0;
}


/* Widths of the columns of a table of reasons, as far as they are limited */
typedef struct _vshNodeDeviceCompatWidths vshNodeDeviceCompatWidths;
struct _vshNodeDeviceCompatWidths {
    size_t severity;
    size_t code;
    size_t attr;
    size_t source;
    size_t target;
};


static void
vshNodeDeviceCompatGetWidths(const virNodeDeviceCompatReport *report,
                             vshNodeDeviceCompatWidths *widths)
{
    size_t max = vshNodeDeviceCompatGetWidth();
    size_t fixed;
    size_t i;

    vshNodeDeviceCompatWiden(&widths->severity, _("Severity"));
    vshNodeDeviceCompatWiden(&widths->code, _("Code"));
    vshNodeDeviceCompatWiden(&widths->attr, _("Attribute"));
    vshNodeDeviceCompatWiden(&widths->source, _("Source"));
    vshNodeDeviceCompatWiden(&widths->target, _("Target"));

    for (i = 0; i < report->nreasons; i++) {
        const virNodeDeviceCompatReason *reason = report->reasons[i];

        vshNodeDeviceCompatWiden(&widths->code, reason->code);
        vshNodeDeviceCompatWiden(&widths->attr, reason->attr);
        if (vshNodeDeviceCompatReasonHasValues(reason)) {
            vshNodeDeviceCompatWiden(&widths->source, reason->source);
            vshNodeDeviceCompatWiden(&widths->target, reason->target);
        }
    }

    fixed = widths->severity + widths->code + 5 * TABLE_GAP;
    if (fixed + widths->attr + widths->source + widths->target > max)
        widths->attr = MIN(widths->attr, NAME_MAX_WIDTH);
    fixed += widths->attr;

    vshNodeDeviceCompatDivide(max - MIN(max, fixed), &widths->source, &widths->target);
}


/* Adds a row, and @reason to @sentences if the row does not have all of it. */
static int
vshNodeDeviceCompatAppendReason(vshTable *table,
                                const virNodeDeviceCompatReason *reason,
                                const vshNodeDeviceCompatWidths *widths,
                                bool explain,
                                virBuffer *sentences)
{
    bool values = vshNodeDeviceCompatReasonHasValues(reason);
    const char *from = values ? reason->source : NULL;
    const char *to = values ? reason->target : NULL;
    g_autofree char *attr = vshNodeDeviceCompatCell(reason->attr, widths->attr);
    g_autofree char *source = vshNodeDeviceCompatCell(from, widths->source);
    g_autofree char *target = vshNodeDeviceCompatCell(to, widths->target);

    if (explain || !vshNodeDeviceCompatReasonIsSelfEvident(reason) ||
        STRNEQ(attr, NULLSTR_EMPTY(reason->attr)) ||
        STRNEQ(source, NULLSTR_EMPTY(from)) || STRNEQ(target, NULLSTR_EMPTY(to)))
        virBufferAsprintf(sentences, "%s\n", reason->message);

    return vshTableRowAppend(table,
                             virNodeDeviceCompatSeverityTypeToString(reason->severity),
                             reason->code, attr, source, target, NULL);
}


static int
vshNodeDeviceCompatFormatReasons(virBuffer *buf,
                                 const virNodeDeviceCompatReport *report,
                                 unsigned int show)
{
    g_auto(virBuffer) sentences = VIR_BUFFER_INITIALIZER;
    g_autoptr(vshTable) table = NULL;
    g_autofree char *text = NULL;
    vshNodeDeviceCompatWidths widths = { 0 };
    size_t i;

    if (!(table = vshTableNew(_("Severity"), _("Code"), _("Attribute"),
                              _("Source"), _("Target"), NULL)))
        return -1;

    vshNodeDeviceCompatGetWidths(report, &widths);

    for (i = 0; i < report->nreasons; i++) {
        if (vshNodeDeviceCompatAppendReason(table, report->reasons[i], &widths,
                                            !!(show & VSH_NODEDEV_COMPAT_EXPLAIN),
                                            &sentences) < 0)
            return -1;
    }

    if (!(text = vshTablePrintToString(table, !!(show & VSH_NODEDEV_COMPAT_HEADER))))
        return -1;

    virBufferAsprintf(buf, "\n%s", text);
    if (virBufferUse(&sentences) > 0) {
        virBufferAddLit(buf, "\n");
        virBufferAddBuffer(buf, &sentences);
    }

    return 0;
}


static int
vshNodeDeviceCompatFormatProvisions(virBuffer *buf,
                                    const virNodeDeviceCompatReport *report,
                                    unsigned int show)
{
    g_autoptr(vshTable) table = NULL;
    g_autofree char *text = NULL;
    size_t room = vshNodeDeviceCompatGetWidth();
    size_t i;

    if (!(table = vshTableNew(_("Attribute"), _("Value"), NULL)))
        return -1;

    room -= MIN(room, NAME_MAX_WIDTH + 2 * TABLE_GAP);
    for (i = 0; i < report->nprovisions; i++) {
        const virNodeDeviceCompatProvision *provision = &report->provisions[i];
        g_autofree char *value = vshNodeDeviceCompatCell(provision->value,
                                                         MAX(room, VALUE_MIN_WIDTH));

        if (vshTableRowAppend(table, provision->attr, value, NULL) < 0)
            return -1;
    }

    if (!(text = vshTablePrintToString(table, !!(show & VSH_NODEDEV_COMPAT_HEADER))))
        return -1;

    virBufferAsprintf(buf, "\n%s\n%s", _("To be set on the new device, in this order:"), text);
    return 0;
}


/* Adds tables of all reasons and of what a new device of the target has to be given. */
static int
vshNodeDeviceCompatFormatFindings(virBuffer *buf,
                                  const virNodeDeviceCompatReport *report,
                                  unsigned int show)
{
    if ((report->nreasons > 0 &&
         vshNodeDeviceCompatFormatReasons(buf, report, show) < 0) ||
        (report->nprovisions > 0 &&
         vshNodeDeviceCompatFormatProvisions(buf, report, show) < 0))
        return -1;

    return 0;
}


/**
 * vshNodeDeviceCompatFormatHint:
 * @buf: buffer to add to
 * @reports: reports
 * @nreports: their number
 *
 * Adds where a way out of each reason that decided is described.
 */
static void
vshNodeDeviceCompatFormatHint(virBuffer *buf,
                              virNodeDeviceCompatReport *const *reports,
                              size_t nreports)
{
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    g_auto(virBuffer) codes = VIR_BUFFER_INITIALIZER;
    size_t i;
    size_t j;

    for (i = 0; i < nreports; i++) {
        for (j = 0; j < reports[i]->nreasons; j++) {
            const virNodeDeviceCompatReason *reason = reports[i]->reasons[j];

            if (reason->severity != VIR_NODE_DEVICE_COMPAT_SEVERITY_WARNING &&
                g_hash_table_add(known, reason->code))
                virBufferAsprintf(&codes, "%s, ", reason->code);
        }
    }

    virBufferTrim(&codes, ", ");
    if (virBufferUse(&codes) == 0)
        return;

    virBufferAddLit(buf, "\n");
    virBufferAsprintf(buf, _("See libvirt-nodedev-compat(7) for what to do: %1$s."),
                      virBufferCurrentContent(&codes));
    virBufferAddLit(buf, "\n");
}


static int
vshNodeDeviceCompatFormatAnswer(virBuffer *buf,
                                const virNodeDeviceCompatReport *report,
                                unsigned int show)
{
    g_autofree char *answer = virNodeDeviceCompatReportFormatAnswer(report);

    virBufferAsprintf(buf, "%s\n", answer);
    if (report->verdict == VIR_NODE_DEVICE_COMPAT_SUPERSET)
        virBufferAsprintf(buf, "%s\n", _("The target is a superset: it offers more than the source"));
    if (show & VSH_NODEDEV_COMPAT_INFERRED)
        virBufferAsprintf(buf, "%s\n", vshNodeDeviceCompatInferredNote());

    return vshNodeDeviceCompatFormatFindings(buf, report, show);
}


/**
 * vshNodeDeviceCompatFormatReports:
 * @reports: reports on pairs of devices
 * @nreports: their number
 * @show: bitwise-OR of vshNodeDeviceCompatShow
 *
 * Returns, for each of them, the sentence that answers whether a guest can continue,
 * and tables of what was found; in the end, where a way out is described. NULL on
 * error.
 */
char *
vshNodeDeviceCompatFormatReports(virNodeDeviceCompatReport *const *reports,
                                 size_t nreports,
                                 unsigned int show)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < nreports; i++) {
        if (i > 0)
            virBufferAddLit(&buf, "\n");
        if (vshNodeDeviceCompatFormatAnswer(&buf, reports[i], show) < 0)
            return NULL;
    }
    vshNodeDeviceCompatFormatHint(&buf, reports, nreports);

    return virBufferUse(&buf) == 0 ? g_strdup("") : virBufferContentAndReset(&buf);
}


/* What there is to say of @attr besides its value */
static const char *
vshNodeDeviceCompatNote(const virNodeDeviceCompatAttr *attr)
{
    if (attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK &&
        attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_UNSET)
        return virNodeDeviceCompatAttrStateTypeToString(attr->state);
    if (attr->fact)
        return "fact differs";
    if (attr->dynamic)
        return "dynamic";
    if (attr->derived)
        return "derived";
    return "";
}


/* Where the value of @attr comes from; files of facts without their directories */
static const char *
vshNodeDeviceCompatOrigin(const virNodeDeviceCompatAttr *attr)
{
    const char *slash = attr->origin ? strrchr(attr->origin, '/') : NULL;

    return slash ? slash + 1 : NULLSTR_EMPTY(attr->origin);
}


/* Width that is left for the column of values; that of origins is 0 if there are none */
static size_t
vshNodeDeviceCompatGetValueWidth(const virNodeDeviceCompatAttrs *set,
                                 size_t *ret_origin)
{
    size_t max = vshNodeDeviceCompatGetWidth();
    size_t attr = 0;
    size_t value = 0;
    size_t note = 0;
    size_t origin = 0;
    size_t i;

    vshNodeDeviceCompatWiden(&attr, _("Attribute"));
    vshNodeDeviceCompatWiden(&value, _("Value"));
    vshNodeDeviceCompatWiden(&note, _("Note"));
    for (i = 0; i < set->nattrs; i++) {
        vshNodeDeviceCompatWiden(&attr, set->attrs[i]->name);
        vshNodeDeviceCompatWiden(&value, set->attrs[i]->value);
        vshNodeDeviceCompatWiden(&note, vshNodeDeviceCompatNote(set->attrs[i]));
        vshNodeDeviceCompatWiden(&origin, vshNodeDeviceCompatOrigin(set->attrs[i]));
    }
    if ((*ret_origin = origin) > 0)
        vshNodeDeviceCompatWiden(&origin, _("Origin"));

    max -= MIN(max, attr + note + origin + 4 * TABLE_GAP);
    return MAX(MIN(max, value), VALUE_MIN_WIDTH);
}


static int
vshNodeDeviceCompatFormatSet(virBuffer *buf,
                             const virNodeDeviceCompatAttrs *set,
                             unsigned int show)
{
    g_autoptr(vshTable) table = NULL;
    g_autofree char *text = NULL;
    size_t origin;
    size_t max = vshNodeDeviceCompatGetValueWidth(set, &origin);
    size_t i;

    if (!(table = vshTableNew(_("Attribute"), _("Value"), _("Note"),
                              origin > 0 ? _("Origin") : NULL, NULL)))
        return -1;

    for (i = 0; i < set->nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = set->attrs[i];
        g_autofree char *value = vshNodeDeviceCompatCell(attr->value, max);

        if (vshTableRowAppend(table, attr->name, value, vshNodeDeviceCompatNote(attr),
                              origin > 0 ? vshNodeDeviceCompatOrigin(attr) : NULL, NULL) < 0)
            return -1;
    }

    if (!(text = vshTablePrintToString(table, !!(show & VSH_NODEDEV_COMPAT_HEADER))))
        return -1;

    virBufferAsprintf(buf, "%s", text);
    return 0;
}


/**
 * vshNodeDeviceCompatFormatDevice:
 * @compat: descriptor
 * @show: bitwise-OR of vshNodeDeviceCompatShow
 *
 * Returns tables of what the device has and what it accepts, or NULL on error.
 */
char *
vshNodeDeviceCompatFormatDevice(const virNodeDeviceCompat *compat,
                                unsigned int show)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *opaque = NULL;
    size_t i;

    if (vshNodeDeviceCompatFormatSet(&buf, &compat->self, show) < 0)
        return NULL;

    for (i = 0; i < compat->naccepts; i++) {
        virBufferAddLit(&buf, "\n");
        virBufferAsprintf(&buf, _("Accepted, alternative %1$zu:"), i + 1);
        virBufferAddLit(&buf, "\n");
        if (vshNodeDeviceCompatFormatSet(&buf, compat->accepts[i], show) < 0)
            return NULL;
    }

    if (virNodeDeviceCompatHasOpaque(compat)) {
        if (compat->opaque)
            opaque = vshNodeDeviceCompatCell(compat->opaque, vshNodeDeviceCompatGetWidth() / 2);
        else
            opaque = g_strdup(virNodeDeviceCompatAttrStateTypeToString(compat->opaqueState));
        virBufferAddLit(&buf, "\n");
        virBufferAsprintf(&buf, _("Opaque string of the driver: %1$s"), opaque);
        virBufferAddLit(&buf, "\n");
    }

    return virBufferContentAndReset(&buf);
}


/* What a verdict means for the baseline of so many devices */
static const char *const baselines[] = {
    [VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE] =
        N_("The %1$zu devices have no common baseline\n"),
    [VIR_NODE_DEVICE_COMPAT_IDENTICAL] =
        N_("Common baseline of %1$zu identical devices:\n\n"),
    [VIR_NODE_DEVICE_COMPAT_SUPERSET] =
        N_("Common baseline of %1$zu devices:\n\n"),
    [VIR_NODE_DEVICE_COMPAT_UNKNOWN] =
        N_("Whether the %1$zu devices have this common baseline is unknown:\n\n"),
};


/**
 * vshNodeDeviceCompatFormatBaseline:
 * @baseline: baseline
 * @show: bitwise-OR of vshNodeDeviceCompatShow
 *
 * Returns what the baseline is, or NULL on error.
 */
char *
vshNodeDeviceCompatFormatBaseline(const virNodeDeviceCompatBaseline *baseline,
                                  unsigned int show)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    if (baseline->ndevices == 1 && baseline->verdict == VIR_NODE_DEVICE_COMPAT_IDENTICAL)
        virBufferAsprintf(&buf, "%s\n\n", _("Baseline of 1 device:"));
    else if (baseline->ndevices == 1 && baseline->verdict == VIR_NODE_DEVICE_COMPAT_UNKNOWN)
        virBufferAsprintf(&buf, "%s\n\n",
                          _("Whether this is the baseline of 1 device is unknown:"));
    else
        virBufferAsprintf(&buf, _(baselines[baseline->verdict]), baseline->ndevices);

    if (baseline->compat) {
        g_autofree char *device = vshNodeDeviceCompatFormatDevice(baseline->compat, show);

        if (!device)
            return NULL;
        virBufferAsprintf(&buf, "%s", device);
    }

    /* if devices have reports, these have it, too */
    if (baseline->host && baseline->nreports == 0 &&
        vshNodeDeviceCompatFormatFindings(&buf, baseline->host, show) < 0)
        return NULL;

    for (i = 0; i < baseline->nreports; i++) {
        const virNodeDeviceCompatReport *report = baseline->reports[i];

        virBufferAddLit(&buf, "\n");
        virBufferAsprintf(&buf, _("Node device '%1$s':"),
                          report->target ? report->target : _("(unnamed)"));
        virBufferAddLit(&buf, "\n");
        if (vshNodeDeviceCompatFormatFindings(&buf, report, show) < 0)
            return NULL;
    }
    vshNodeDeviceCompatFormatHint(&buf, baseline->reports, baseline->nreports);

    if (baseline->nomitted > 0) {
        virBufferAddLit(&buf, "\n");
        virBufferAsprintf(&buf, _("Reports left out for lack of space: %1$zu"), baseline->nomitted);
        virBufferAddLit(&buf, "\n");
    }
    if (baseline->incomplete)
        virBufferAsprintf(&buf, "\n%s\n",
                          _("There are more alternatives than can be examined"));

    return virBufferContentAndReset(&buf);
}
