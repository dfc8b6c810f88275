/*
 * virt-nodedev-compat-matrix.c: which guests can continue on which hosts
 *
 * The command matrix, as a table for people and as lines for spreadsheets.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compat-matrix.h"
#include "virt-nodedev-compat-json.h"
#include "virt-nodedev-compat-rules.h"

#include "virbuffer.h"
#include "virerror.h"
#include "vsh-nodedev-compat.h"
#include "vsh-table.h"

/* Up to how many hosts each has a row of its own, and how many rows there can be */
#define HOSTS_MAX 24
#define ROWS_MAX 100

/* How many pairs are explained */
#define EXPLAINED_MAX 100


/**
 * virtCompatMatrixGetLetter:
 * @verdict: verdict
 *
 * Returns the character that stands for it.
 */
char
virtCompatMatrixGetLetter(virNodeDeviceCompatFleetVerdict verdict)
{
    static const char letters[] = {
        [VIR_NODE_DEVICE_COMPAT_FLEET_NOTHING] = ' ',
        [VIR_NODE_DEVICE_COMPAT_FLEET_IDENTICAL] = 'i',
        [VIR_NODE_DEVICE_COMPAT_FLEET_SUPERSET] = 's',
        [VIR_NODE_DEVICE_COMPAT_FLEET_UNKNOWN] = 'u',
        [VIR_NODE_DEVICE_COMPAT_FLEET_INCOMPATIBLE] = 'x',
        [VIR_NODE_DEVICE_COMPAT_FLEET_ABSENT] = '-',
    };

    return letters[verdict];
}


/*
 * The table
 */

/* A row and a column: a host, or the first one of those that are the same */
typedef struct _virtCompatMatrixEntry virtCompatMatrixEntry;
struct _virtCompatMatrixEntry {
    char *label;
    size_t profile;
    size_t nhosts;
};


static void
virtCompatMatrixEntryClear(virtCompatMatrixEntry *entry)
{
    g_free(entry->label);
}


static GArray *
virtCompatMatrixMakeEntries(const virNodeDeviceCompatFleet *fleet)
{
    GArray *entries = g_array_new(false, false, sizeof(virtCompatMatrixEntry));
    bool merge = fleet->nhosts > HOSTS_MAX;
    size_t i;

    g_array_set_clear_func(entries, (GDestroyNotify) virtCompatMatrixEntryClear);
    for (i = 0; i < fleet->nhosts; i++) {
        size_t profile = fleet->hosts[i]->profile;
        size_t nhosts = merge ? fleet->profiles[profile].nhosts : 1;
        virtCompatMatrixEntry entry = { .profile = profile, .nhosts = nhosts };
        g_autofree char *label = virtCompatFleetHostGetLabel(fleet->hosts[i]);

        if (merge && fleet->profiles[profile].host != i)
            continue;

        /* TRANSLATORS: a host and how many others there are of which the same is shown */
        entry.label = nhosts > 1 ? g_strdup_printf(_("%1$s and %2$zu more"), label, nhosts - 1) :
                                   g_steal_pointer(&label);
        g_array_append_val(entries, entry);
    }

    return entries;
}


/* The verdicts of row @at, a character for each column and a blank before each */
static char *
virtCompatMatrixFormatRow(virNodeDeviceCompatFleet *fleet,
                          const GArray *entries,
                          size_t at,
                          size_t width,
                          virNodeDeviceCompatFleetCell *cells)
{
    const virtCompatMatrixEntry *from = &g_array_index(entries, virtCompatMatrixEntry, at);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    virNodeDeviceCompatFleetGetRow(fleet, from->profile, VIR_NODE_DEVICE_COMPAT_FLEET_ALL, cells);
    for (i = 0; i < entries->len; i++) {
        const virtCompatMatrixEntry *to = &g_array_index(entries, virtCompatMatrixEntry, i);

        virBufferAsprintf(&buf, " %*c", (int) width, i == at && from->nhosts == 1 ?
                          VIRT_COMPAT_MATRIX_SELF :
                          virtCompatMatrixGetLetter(cells[to->profile].verdict));
    }

    return virBufferContentAndReset(&buf);
}


static int
virtCompatMatrixPrintTable(virNodeDeviceCompatFleet *fleet,
                           const GArray *entries,
                           const char *title)
{
    g_autofree virNodeDeviceCompatFleetCell *cells =
        g_new0(virNodeDeviceCompatFleetCell, fleet->nprofiles);
    g_auto(virBuffer) head = VIR_BUFFER_INITIALIZER;
    g_autofree char *columns = NULL;
    g_autofree char *last = g_strdup_printf("%u", entries->len);
    g_autofree char *text = NULL;
    g_autoptr(vshTable) table = NULL;
    size_t i;

    for (i = 0; i < entries->len; i++)
        virBufferAsprintf(&head, " %*zu", (int) strlen(last), i + 1);
    columns = virBufferContentAndReset(&head);

    if (!(table = vshTableNew(_("Nr"), _("Host"), columns, NULL)))
        return -1;

    for (i = 0; i < entries->len; i++) {
        g_autofree char *number = g_strdup_printf("%zu", i + 1);
        g_autofree char *row = virtCompatMatrixFormatRow(fleet, entries, i, strlen(last), cells);

        virtCompatShowProgress(i + 1, entries->len);
        if (vshTableRowAppend(table, number,
                              g_array_index(entries, virtCompatMatrixEntry, i).label,
                              row, NULL) < 0)
            return -1;
    }

    if (!(text = vshTablePrintToString(table, true)))
        return -1;

    printf("%s\n\n%s\n%s\n", title, text,
           _("i identical, s superset, u unknown, x incompatible, - no device of the kind"));
    return 0;
}


/* The classes of devices, which --explain calls by their numbers */
static int
virtCompatMatrixPrintClasses(const virNodeDeviceCompatFleet *fleet)
{
    g_autoptr(vshTable) table = vshTableNew(_("Class"), _("Type"), _("Devices"), _("Digest"), NULL);
    g_autofree char *text = NULL;
    size_t i;

    if (!table)
        return -1;

    for (i = 0; i < fleet->nclasses && i < ROWS_MAX; i++) {
        const virNodeDeviceCompatFleetClass *klass = fleet->classes[i];
        g_autofree char *number = g_strdup_printf("%zu", i);
        g_autofree char *devices = g_strdup_printf("%zu", klass->ndevices);

        if (vshTableRowAppend(table, number, virtCompatFleetKindGetLabel(fleet, klass->kind), devices,
                              klass->digest ? klass->digest : "-", NULL) < 0)
            return -1;
    }

    if (!(text = vshTablePrintToString(table, true)))
        return -1;

    printf("\n%s", text);
    if (fleet->nclasses > ROWS_MAX) {
        printf(_("Classes that are not shown: %1$zu"), fleet->nclasses - ROWS_MAX);
        printf("\n");
    }
    return 0;
}


static void
virtCompatMatrixExplainPair(const virNodeDeviceCompatFleet *fleet,
                            const virNodeDeviceCompatFleetCell *cell)
{
    g_autoptr(virNodeDeviceCompatReport) report =
        virNodeDeviceCompatFleetGetReport(fleet, cell->source, cell->target);
    size_t i;

    printf("\n");
    printf(_("Class %1$zu to class %2$zu: %3$s"), cell->source, cell->target,
           virNodeDeviceCompatFleetVerdictTypeToString(cell->verdict));
    printf("\n");
    for (i = 0; i < report->nreasons; i++)
        printf("  %s: %s\n", report->reasons[i]->code, report->reasons[i]->message);
}


/* The reasons of each pair of classes that is why hosts are not identical */
static void
virtCompatMatrixExplain(virNodeDeviceCompatFleet *fleet)
{
    g_autofree virNodeDeviceCompatFleetCell *cells =
        g_new0(virNodeDeviceCompatFleetCell, fleet->nprofiles);
    g_autoptr(GHashTable) done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    size_t i;
    size_t j;
    size_t kind;

    for (i = 0; i < fleet->nprofiles; i++) {
        for (kind = 0; kind < fleet->kinds->len; kind++) {
            if (!fleet->profiles[i].kinds[kind])
                continue;

            virNodeDeviceCompatFleetGetRow(fleet, i, kind, cells);
            for (j = 0; j < fleet->nprofiles; j++) {
                if (cells[j].target == VIR_NODE_DEVICE_COMPAT_FLEET_NONE ||
                    cells[j].verdict == VIR_NODE_DEVICE_COMPAT_FLEET_IDENTICAL ||
                    !g_hash_table_add(done, g_strdup_printf("%zu %zu", cells[j].source,
                                                            cells[j].target)))
                    continue;

                if (g_hash_table_size(done) > EXPLAINED_MAX) {
                    printf("\n%s\n", _("There are more reasons; --json has all of them"));
                    return;
                }
                virtCompatMatrixExplainPair(fleet, &cells[j]);
            }
        }
    }
}


/**
 * virtCompatMatrixIsTooLarge:
 * @fleet: fleet
 *
 * Returns true if a table of the hosts would have too many rows.
 */
bool
virtCompatMatrixIsTooLarge(const virNodeDeviceCompatFleet *fleet)
{
    g_autoptr(GArray) entries = virtCompatMatrixMakeEntries(fleet);

    return entries->len > ROWS_MAX;
}


/**
 * virtCompatMatrixPrintHosts:
 * @fleet: fleet
 * @title: what stands above the table
 *
 * Prints the table of hosts.
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
virtCompatMatrixPrintHosts(virNodeDeviceCompatFleet *fleet,
                           const char *title)
{
    g_autoptr(GArray) entries = virtCompatMatrixMakeEntries(fleet);

    if (entries->len > ROWS_MAX) {
        virReportError(VIR_ERR_INVALID_ARG,
                       _("a table of %1$u different hosts is too large, use --csv, --json or --html"),
                       entries->len);
        return -1;
    }

    return virtCompatMatrixPrintTable(fleet, entries, title);
}


static int
virtCompatMatrixPrint(virNodeDeviceCompatFleet *fleet,
                      const virtCompatOptions *opts)
{
    if (virtCompatMatrixPrintHosts(fleet, _("Whether guests on the host of a row can continue on the host of a column:")) < 0 ||
        virtCompatMatrixPrintClasses(fleet) < 0)
        return -1;

    if (opts->explain)
        virtCompatMatrixExplain(fleet);
    return 0;
}


/*
 * CSV
 */

/* As in RFC 4180; and a spreadsheet must not take a name for a formula */
static void
virtCompatMatrixPrintField(const char *text,
                           char behind)
{
    const char *at;

    putchar('"');
    if (*text && strchr("=+-@\t\r", *text))
        putchar('\'');
    for (at = text; *at; at++) {
        if (*at == '"')
            putchar('"');
        putchar(*at);
    }
    putchar('"');
    putchar(behind);
}


/* Why the verdict is what it is, which is the same for many pairs of hosts */
static const char *
virtCompatMatrixGetReasons(virNodeDeviceCompatFleet *fleet,
                           GHashTable *known,
                           const virNodeDeviceCompatFleetCell *cell)
{
    g_autofree char *key = NULL;
    char *reasons;

    if (cell->target == VIR_NODE_DEVICE_COMPAT_FLEET_NONE ||
        virNodeDeviceCompatFleetVerdictIsGood(cell->verdict))
        return "";

    key = g_strdup_printf("%zu %zu", cell->source, cell->target);
    if (!(reasons = g_hash_table_lookup(known, key))) {
        g_autoptr(virNodeDeviceCompatReport) report =
            virNodeDeviceCompatFleetGetReport(fleet, cell->source, cell->target);

        reasons = virtCompatReportGetBrief(report);
        /* linear in what is printed, but not in pairs that are met once */
        if (g_hash_table_size(known) >= VIRT_COMPAT_MATRIX_PAIRS_MAX)
            g_hash_table_remove_all(known);
        g_hash_table_insert(known, g_steal_pointer(&key), reasons);
    }

    return reasons;
}


static void
virtCompatMatrixPrintLine(const virNodeDeviceCompatFleet *fleet,
                          char *const *labels,
                          size_t from,
                          size_t to,
                          const char *kind,
                          virNodeDeviceCompatFleetVerdict verdict,
                          const char *reasons)
{
    virtCompatMatrixPrintField(labels[from], ',');
    virtCompatMatrixPrintField(labels[to], ',');
    virtCompatMatrixPrintField(kind, ',');
    virtCompatMatrixPrintField(virNodeDeviceCompatFleetVerdictTypeToString(verdict), ',');
    virtCompatMatrixPrintField(fleet->hosts[from]->cause ? fleet->hosts[from]->cause :
                               fleet->hosts[to]->cause ? fleet->hosts[to]->cause : reasons, '\n');
}


/* The lines of one host as the source */
static void
virtCompatMatrixPrintLines(virNodeDeviceCompatFleet *fleet,
                           char *const *labels,
                           size_t from,
                           GHashTable *known,
                           virNodeDeviceCompatFleetCell *cells)
{
    const virNodeDeviceCompatFleetProfile *profile = &fleet->profiles[fleet->hosts[from]->profile];
    size_t kind;
    size_t i;

    for (kind = 0; kind < fleet->kinds->len; kind++) {
        if (!profile->kinds[kind])
            continue;

        virNodeDeviceCompatFleetGetRow(fleet, fleet->hosts[from]->profile, kind, cells);
        for (i = 0; i < fleet->nhosts; i++) {
            const virNodeDeviceCompatFleetCell *cell = &cells[fleet->hosts[i]->profile];

            if (i != from)
                virtCompatMatrixPrintLine(fleet, labels, from, i,
                                          g_ptr_array_index(fleet->kinds, kind), cell->verdict,
                                          virtCompatMatrixGetReasons(fleet, known, cell));
        }
    }

    for (i = 0; profile->unread && i < fleet->nhosts; i++) {
        if (i != from)
            virtCompatMatrixPrintLine(fleet, labels, from, i, "?",
                                      VIR_NODE_DEVICE_COMPAT_FLEET_UNKNOWN, "unread");
    }
}


static void
virtCompatMatrixPrintCSV(virNodeDeviceCompatFleet *fleet)
{
    g_autofree virNodeDeviceCompatFleetCell *cells =
        g_new0(virNodeDeviceCompatFleetCell, fleet->nprofiles);
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) labels = g_new0(char *, fleet->nhosts + 1);
    size_t i;

    for (i = 0; i < fleet->nhosts; i++)
        labels[i] = virtCompatFleetHostGetLabel(fleet->hosts[i]);

    printf("source,target,type,verdict,reasons\n");
    for (i = 0; i < fleet->nhosts; i++) {
        virtCompatMatrixPrintLines(fleet, labels, i, known, cells);
        virtCompatShowProgress(i + 1, fleet->nhosts);
    }
}


/**
 * virtCompatMatrix:
 * @opts: options
 * @noperands: number of operands
 * @operands: files and directories of hosts
 *
 * Prints which guests can continue on which hosts.
 *
 * Returns the exit status; if an error is reported, it is not printed yet.
 */
int
virtCompatMatrix(const virtCompatOptions *opts,
                 int noperands,
                 char **operands)
{
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_autoptr(virNodeDeviceCompatFleet) fleet = NULL;
    g_autoptr(virJSONValue) document = NULL;

    if (opts->csv && opts->json) {
        virReportError(VIR_ERR_INVALID_ARG, "%s",
                       _("Options --csv and --json are mutually exclusive"));
        return EXIT_FAILURE;
    }

    if (virtCompatLoadFiles(opts->rules, opts->root, &files) < 0 ||
        !(fleet = virtCompatFleetLoad(opts, &files, noperands, operands)))
        return EXIT_FAILURE;

    if (opts->html && virtCompatMatrixWritePage(fleet, opts->html) < 0)
        return EXIT_FAILURE;

    if (opts->json) {
        document = virtCompatMatrixMakeJSON(fleet);
        if (virtCompatPrintJSON(document) < 0)
            return EXIT_FAILURE;
    } else if (opts->csv) {
        virtCompatMatrixPrintCSV(fleet);
    } else if (!opts->html && virtCompatMatrixPrint(fleet, opts) < 0) {
        return EXIT_FAILURE;
    }

    virtCompatFleetPrintUnknown(fleet);
    return virtCompatFleetIsKnown(fleet) ? EXIT_SUCCESS : VSH_NODEDEV_COMPAT_EXIT_UNKNOWN;
}
