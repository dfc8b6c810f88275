/*
 * virt-nodedev-compat-list.c: what is known of a machine's devices
 *
 * The commands list and, for all devices at once, dump.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compat-commands.h"
#include "virt-nodedev-compat-host.h"
#include "virt-nodedev-compat-json.h"
#include "virt-nodedev-compat-origin.h"
#include "virt-nodedev-compat-output.h"
#include "virt-nodedev-compat-rules.h"
#include "virt-nodedev-compat-unmatched.h"

#include "nodedev_compat/nodedev_compat_compare.h"
#include "virbuffer.h"
#include "virerror.h"
#include "vsh-nodedev-compat.h"
#include "vsh-table.h"
#include "conf/nodedev_compat_xml.h"

/* Around each column of a table, as in vsh-table.c */
#define TABLE_GAP 3

/* If space is short, of types and reasons */
#define TYPE_MIN_WIDTH 7
#define REASONS_MIN_WIDTH 12


/* Devices of which the same is known, as one row */
typedef struct _virtCompatRow virtCompatRow;
struct _virtCompatRow {
    const virtCompatHostDevice *first;
    size_t ndevices;
    virNodeDeviceCompatReport *report;  /* of the device with itself; NULL if not read */
    char *type;
    char *reasons;
};

static void
virtCompatRowFree(virtCompatRow *row)
{
    virNodeDeviceCompatReportFree(row->report);
    g_free(row->type);
    g_free(row->reasons);
    g_free(row);
}


/* The code of a reason for which a device is not known to fit itself, without the sides:
 * both are the same */
static char *
virtCompatGetCode(const char *code)
{
    static const char *const sides[] = { "-source", "-target", "-both" };
    char *result = g_strdup(code);
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(sides); i++) {
        if (g_str_has_suffix(result, sides[i]))
            result[strlen(result) - strlen(sides[i])] = '\0';
    }

    return result;
}


/* "missing: fw.psid, fw.version; unreadable: x" */
static char *
virtCompatFormatReasons(const virNodeDeviceCompatReport *report)
{
    g_autoptr(GHashTable) done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *last = NULL;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < report->nreasons; i++) {
        const virNodeDeviceCompatReason *reason = report->reasons[i];
        g_autofree char *code = virtCompatGetCode(reason->code);

        if (!g_hash_table_add(done, g_strdup_printf("%s %s", code, reason->attr)))
            continue;

        if (STREQ_NULLABLE(code, last))
            virBufferAsprintf(&buf, ", %s", reason->attr);
        else
            virBufferAsprintf(&buf, "%s%s: %s", last ? "; " : "", code, reason->attr);

        g_free(last);
        last = g_steal_pointer(&code);
    }

    return virBufferUse(&buf) > 0 ? virBufferContentAndReset(&buf) : g_strdup("");
}


static virtCompatRow *
virtCompatRowNew(const virtCompatHostDevice *device,
                 const virNodeDeviceCompatRules *rules)
{
    virtCompatRow *row = g_new0(virtCompatRow, 1);
    const virNodeDeviceCompatAttr *type;

    row->first = device;
    row->ndevices = 1;

    if (!device->compat) {
        row->type = g_strdup("");
        row->reasons = g_strdup(device->cause);
        return row;
    }

    type = virNodeDeviceCompatAttrsFind(&device->compat->self, VIR_NODE_DEVICE_COMPAT_TYPE);
    row->type = g_strdup(type ? NULLSTR_EMPTY(type->value) : "");
    row->report = virNodeDeviceCompatCompare(device->compat, device->compat, rules, 0);
    row->reasons = virtCompatFormatReasons(row->report);
    return row;
}


static virNodeDeviceCompatResult
virtCompatRowGetVerdict(const virtCompatRow *row)
{
    return row->report ? row->report->verdict : VIR_NODE_DEVICE_COMPAT_UNKNOWN;
}


/* Whether one row is enough for both. Mediated devices are usually looked for one by
 * one, functions and types by their hundreds. */
static bool
virtCompatRowTakes(const virtCompatRow *row,
                   const virtCompatRow *other)
{
    return row->first->kind == other->first->kind &&
           row->first->kind != VIRT_COMPAT_KIND_MDEV &&
           (row->first->kind == VIRT_COMPAT_KIND_TYPE ||
            STREQ_NULLABLE(row->first->parent, other->first->parent)) &&
           virtCompatRowGetVerdict(row) == virtCompatRowGetVerdict(other) &&
           STREQ(row->type, other->type) &&
           STREQ(row->reasons, other->reasons);
}


/* Rows in the order of their first devices; one for each device unless @merge */
static GPtrArray *
virtCompatMakeRows(GPtrArray *devices,
                   const virNodeDeviceCompatRules *rules,
                   bool merge)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify) virtCompatRowFree);
    size_t i;
    size_t j;

    for (i = 0; i < devices->len; i++) {
        virtCompatRow *row = virtCompatRowNew(g_ptr_array_index(devices, i), rules);

        for (j = 0; merge && j < rows->len; j++) {
            if (virtCompatRowTakes(g_ptr_array_index(rows, j), row))
                break;
        }

        if (!merge || j == rows->len) {
            g_ptr_array_add(rows, row);
        } else {
            ((virtCompatRow *) g_ptr_array_index(rows, j))->ndevices++;
            virtCompatRowFree(row);
        }
    }

    return rows;
}


static char *
virtCompatRowGetTitle(const virtCompatRow *row)
{
    g_autofree char *title = virtCompatHostDeviceGetTitle(row->first);

    if (row->ndevices == 1)
        return g_steal_pointer(&title);

    if (row->first->kind == VIRT_COMPAT_KIND_TYPE)
        return g_strdup_printf(_("%1$s on %2$zu parents"), row->first->name, row->ndevices);

    /* TRANSLATORS: a device and how many others there are of which the same is shown */
    return g_strdup_printf(_("%1$s and %2$zu more"), title, row->ndevices - 1);
}


/* Widths of the columns of types and reasons */
static void
virtCompatGetWidths(GPtrArray *rows,
                    size_t *ret_type,
                    size_t *ret_reasons)
{
    size_t fixed = strlen("incompatible") + 4 * TABLE_GAP;
    size_t room = vshNodeDeviceCompatGetWidth();
    size_t name = 0;
    size_t type = 0;
    size_t reasons = 0;
    size_t i;

    for (i = 0; i < rows->len; i++) {
        const virtCompatRow *row = g_ptr_array_index(rows, i);
        g_autofree char *title = virtCompatRowGetTitle(row);

        name = MAX(name, (size_t) g_utf8_strlen(title, -1));
        type = MAX(type, strlen(row->type));
        reasons = MAX(reasons, strlen(row->reasons));
    }

    room -= MIN(room, fixed + name);
    *ret_type = MIN(type, MAX(room - MIN(room, reasons), TYPE_MIN_WIDTH));
    room -= MIN(room, *ret_type);
    *ret_reasons = MAX(room, REASONS_MIN_WIDTH);
}


static int
virtCompatFormatRows(virBuffer *buf,
                     GPtrArray *rows,
                     unsigned int show)
{
    g_autoptr(vshTable) table = vshTableNew(_("Name"), _("Type"), _("Verdict"),
                                            _("Reasons"), NULL);
    g_autofree char *text = NULL;
    size_t typeWidth;
    size_t reasonsWidth;
    size_t i;

    if (!table)
        return -1;

    virtCompatGetWidths(rows, &typeWidth, &reasonsWidth);

    for (i = 0; i < rows->len; i++) {
        const virtCompatRow *row = g_ptr_array_index(rows, i);
        g_autofree char *title = virtCompatRowGetTitle(row);
        g_autofree char *type = vshNodeDeviceCompatCell(row->type, typeWidth);
        g_autofree char *reasons = vshNodeDeviceCompatCell(row->reasons, reasonsWidth);

        if (vshTableRowAppend(table, title, type,
                              virNodeDeviceCompatResultTypeToString(virtCompatRowGetVerdict(row)),
                              reasons, NULL) < 0)
            return -1;
    }

    if (!(text = vshTablePrintToString(table, !!(show & VSH_NODEDEV_COMPAT_HEADER))))
        return -1;

    virBufferAdd(buf, text, -1);
    return 0;
}


/* What each device has, and where each value comes from */
static int
virtCompatFormatDetails(virBuffer *buf,
                        GPtrArray *rows,
                        unsigned int show)
{
    size_t i;

    for (i = 0; i < rows->len; i++) {
        const virtCompatRow *row = g_ptr_array_index(rows, i);
        g_autofree char *title = virtCompatRowGetTitle(row);
        g_autofree char *text = NULL;

        if (virBufferUse(buf) > 0)
            virBufferAddLit(buf, "\n");
        virBufferAsprintf(buf, "%s:\n", title);

        if (!row->first->compat)
            virBufferAsprintf(buf, "%s\n", row->first->cause);
        else if ((text = vshNodeDeviceCompatFormatDevice(row->first->compat, show)))
            virBufferAdd(buf, text, -1);
        else
            return -1;
    }

    return 0;
}


static int
virtCompatPrintList(GPtrArray *rows,
                    const virtCompatOptions *opts)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *text = NULL;
    unsigned int show = virtCompatGetShow(opts);

    if (rows->len == 0) {
        printf("%s\n", _("There is no device that a guest could use"));
        return 0;
    }

    virBufferAsprintf(&buf, "%s\n\n",
                      _("Whether a guest that uses the device could continue on one that is the same:"));
    if (virtCompatFormatRows(&buf, rows, show) < 0 ||
        (opts->details && virtCompatFormatDetails(&buf, rows, show) < 0))
        return -1;

    text = virBufferContentAndReset(&buf);
    printf("%s", text);
    return 0;
}


static void
virtCompatFormatListDevice(virBuffer *buf,
                           const virtCompatRow *row)
{
    const virtCompatHostDevice *device = row->first;
    g_auto(virBuffer) attrBuf = VIR_BUFFER_INITIALIZER;
    g_auto(virBuffer) childBuf = VIR_BUFFER_INIT_CHILD(buf);
    size_t i;

    virBufferAsprintf(&attrBuf, " kind='%s'", virtCompatKindTypeToString(device->kind));
    virBufferEscapeString(&attrBuf, " name='%s'", device->name);
    virBufferEscapeString(&attrBuf, " parent='%s'", device->parent);
    virBufferAsprintf(&attrBuf, " verdict='%s'",
                      virNodeDeviceCompatResultTypeToString(virtCompatRowGetVerdict(row)));

    virBufferEscapeString(&childBuf, "<cause>%s</cause>\n", device->cause);
    if (device->compat) {
        for (i = 0; i < device->compat->self.nattrs; i++) {
            const virNodeDeviceCompatAttr *attr = device->compat->self.attrs[i];
            g_autofree char *origin = attr->origin ? virtCompatCleanText(attr->origin) : NULL;

            if (!origin)
                continue;
            virBufferEscapeString(&childBuf, "<origin attr='%s'", attr->name);
            virBufferEscapeString(&childBuf, " source='%s'/>\n", origin);
        }
        virNodeDeviceCompatFormat(&childBuf, device->compat);
        virNodeDeviceCompatReportFormatFindings(&childBuf, row->report);
    }

    virXMLFormatElement(buf, "device", &attrBuf, &childBuf);
}


static void
virtCompatPrintListXML(GPtrArray *rows,
                       GPtrArray *unmatched)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_auto(virBuffer) childBuf = VIR_BUFFER_INIT_CHILD(&buf);
    g_autofree char *text = NULL;
    size_t i;

    for (i = 0; i < rows->len; i++)
        virtCompatFormatListDevice(&childBuf, g_ptr_array_index(rows, i));
    for (i = 0; unmatched && i < unmatched->len; i++) {
        const virNodeDeviceCompatFactGroup *group = g_ptr_array_index(unmatched, i);
        g_autofree char *origin = virtCompatCleanText(group->origin);

        virBufferEscapeString(&childBuf, "<unmatchedFacts source='%s'/>\n", origin);
    }

    virXMLFormatElementEmpty(&buf, "nodeDeviceCompatList", NULL, &childBuf);
    text = virBufferContentAndReset(&buf);
    printf("%s", text);
}


static virJSONValue *
virtCompatRowToJSON(const virtCompatRow *row,
                    const virNodeDeviceCompatRules *rules)
{
    virJSONValue *object = virtCompatHostDeviceToJSON(row->first, rules);

    virNodeDeviceCompatJSONAddVerdict(object, virtCompatRowGetVerdict(row), row->report);
    virNodeDeviceCompatJSONAddFindings(object, row->report, row->first->name, row->first->name);
    return object;
}


static int
virtCompatPrintListJSON(GPtrArray *rows,
                        GPtrArray *unmatched,
                        const virNodeDeviceCompatRules *rules)
{
    g_autoptr(virJSONValue) document = virNodeDeviceCompatJSONNew(VIR_NODE_DEVICE_COMPAT_JSON_LIST);
    virJSONValue *array = virJSONValueNewArray();
    size_t i;

    for (i = 0; i < rows->len; i++)
        virNodeDeviceCompatJSONAppend(array, virtCompatRowToJSON(g_ptr_array_index(rows, i), rules));

    virNodeDeviceCompatJSONAdd(document, "devices", array);
    virtCompatJSONAddUnmatchedFacts(document, unmatched);
    return virtCompatPrintJSON(document);
}


/**
 * virtCompatList:
 * @opts: options
 * @noperands: number of operands
 * @operands: devices; all of the machine if there is none
 *
 * Prints what is known of devices, and what is not.
 *
 * Returns the exit status; if an error is reported, it is not printed yet.
 */
int
virtCompatList(const virtCompatOptions *opts,
               int noperands,
               char **operands)
{
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_autoptr(GPtrArray) devices = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(GPtrArray) unmatched = NULL;
    virtCompatLookup lookup;

    if (noperands > 0 && opts->types) {
        virReportError(VIR_ERR_INVALID_ARG, "%s",
                       _("--types is for a list of all devices"));
        return EXIT_FAILURE;
    }

    if (virtCompatLoadFiles(opts->rules, opts->root, &files) < 0)
        return EXIT_FAILURE;
    lookup = virtCompatGetLookup(opts, opts->root, &files);

    if (!(devices = virtCompatHostFind(noperands, operands, &lookup, opts->types)))
        return EXIT_FAILURE;
    rows = virtCompatMakeRows(devices, files.rules, !opts->xml && !opts->json);

    if (noperands == 0 &&
        !(unmatched = virtCompatFindUnmatchedFacts(files.facts, opts->root)))
        return EXIT_FAILURE;

    if (opts->xml) {
        virtCompatPrintListXML(rows, unmatched);
    } else if (opts->json) {
        if (virtCompatPrintListJSON(rows, unmatched, files.rules) < 0)
            return EXIT_FAILURE;
    } else {
        if (virtCompatPrintList(rows, opts) < 0)
            return EXIT_FAILURE;
        if (unmatched)
            virtCompatPrintUnmatchedFacts(unmatched, stdout);
    }

    return EXIT_SUCCESS;
}


/* Documents of all devices, as the command baseline takes them */
static char *
virtCompatFormatDevices(GPtrArray *devices,
                        bool details)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    virBufferAddLit(&buf, "<devices>\n");
    virBufferAdjustIndent(&buf, 2);
    for (i = 0; i < devices->len; i++) {
        const virtCompatHostDevice *device = g_ptr_array_index(devices, i);
        g_autofree char *title = virtCompatHostDeviceGetTitle(device);

        virtCompatFormatComment(&buf, title, device->cause);
        if (!device->compat)
            continue;
        if (details)
            virtCompatFormatOrigins(&buf, device->compat);
        virNodeDeviceCompatFormat(&buf, device->compat);
    }
    virBufferAdjustIndent(&buf, -2);
    virBufferAddLit(&buf, "</devices>\n");

    return virBufferContentAndReset(&buf);
}


/**
 * virtCompatDumpAll:
 * @opts: options
 *
 * Prints the descriptors of all devices of the machine.
 *
 * Returns the exit status; if an error is reported, it is not printed yet.
 */
int
virtCompatDumpAll(const virtCompatOptions *opts)
{
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_autoptr(GPtrArray) devices = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *text = NULL;

    if (virtCompatLoadFiles(opts->rules, opts->root, &files) < 0 ||
        !(devices = virtCompatHostRead(opts->root, files.facts, opts->types)))
        return EXIT_FAILURE;

    if (opts->json)
        return virtCompatPrintDevicesJSON(devices, files.rules, opts->output) < 0 ?
            EXIT_FAILURE : EXIT_SUCCESS;

    if (opts->xml) {
        text = virtCompatFormatDevices(devices, opts->details);
    } else {
        rows = virtCompatMakeRows(devices, files.rules, false);
        if (virtCompatFormatDetails(&buf, rows, virtCompatGetShow(opts)) < 0)
            return EXIT_FAILURE;
        text = virBufferContentAndReset(&buf);
    }

    return virtCompatWriteOutput(opts->output, NULLSTR_EMPTY(text)) < 0 ?
        EXIT_FAILURE : EXIT_SUCCESS;
}
