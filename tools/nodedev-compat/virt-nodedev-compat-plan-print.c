/*
 * virt-nodedev-compat-plan-print.c: a plan for people
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compat-plan.h"
#include "virt-nodedev-compat-matrix.h"

#include "virbuffer.h"
#include "vsh-table.h"

/* How many rows a table has, and how many hosts or guests are named in one place */
#define ROWS_MAX 100
#define NAMES_MAX 4

/* How many hosts are named that a guest can continue on */
#define TARGETS_MAX 24


/* A name, and how many others there are of which the same is shown */
static char *
virtCompatPlanFormatFirst(const char *name,
                          size_t n)
{
    return n > 1 ? g_strdup_printf(_("%1$s and %2$zu more"), name, n - 1) : g_strdup(name);
}


static char *
virtCompatPlanFormatHost(const virtCompatPlan *plan,
                         size_t host)
{
    return virtCompatFleetHostGetLabel(plan->before->hosts[host]);
}


static char *
virtCompatPlanFormatHosts(const virtCompatPlan *plan,
                          const GArray *hosts,
                          size_t max)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < hosts->len && i < max; i++) {
        g_autofree char *name = virtCompatPlanFormatHost(plan, g_array_index(hosts, size_t, i));

        virBufferAsprintf(&buf, "%s%s", i > 0 ? ", " : "", name);
    }
    if (hosts->len > max)
        virBufferAsprintf(&buf, ", … (%u)", hosts->len);

    return virBufferUse(&buf) > 0 ? virBufferContentAndReset(&buf) : g_strdup("");
}


/* A guest that was given by its name, and one that stands for devices by these */
static char *
virtCompatPlanFormatGuest(const virtCompatPlan *plan,
                          size_t at)
{
    const virNodeDeviceCompatPlanGuest *guest =
        &g_array_index(plan->plan->guests, virNodeDeviceCompatPlanGuest, at);
    const virNodeDeviceCompatFleetClass *klass;

    if (at < plan->guests->len)
        return g_strdup(((const virtCompatPlanGuest *) g_ptr_array_index(plan->guests, at))->name);
    if (guest->classes->len == 0)
        return g_strdup("?");

    klass = plan->both->classes[g_array_index(guest->classes, size_t, 0)];
    return g_strdup(virtCompatFleetKindGetLabel(plan->both, klass->kind));
}


static int
virtCompatPlanPrintTable(vshTable *table,
                         const char *title,
                         size_t nrows)
{
    g_autofree char *text = vshTablePrintToString(table, true);

    if (!text)
        return -1;

    printf("\n%s\n\n%s", title, text);
    if (nrows > ROWS_MAX) {
        printf(_("Rows that are not shown: %1$zu"), nrows - ROWS_MAX);
        printf("\n");
    }
    return 0;
}


/*
 * Moves that are lost and gained
 */

/* The same move between hosts that are alike on both sides of the change */
typedef struct _virtCompatPlanMoves virtCompatPlanMoves;
struct _virtCompatPlanMoves {
    virtCompatPlanDifference first;
    size_t n;
};

typedef struct _virtCompatPlanSummary virtCompatPlanSummary;
struct _virtCompatPlanSummary {
    const virtCompatPlan *plan;
    GHashTable *known;          /* text of hosts and type -> virtCompatPlanMoves */
    GPtrArray *rows;            /* virtCompatPlanMoves */
    size_t nlost;
    size_t ngained;
};


static int
virtCompatPlanSumUp(const virtCompatPlanDifference *difference,
                    void *opaque)
{
    virtCompatPlanSummary *summary = opaque;
    const virtCompatPlan *plan = summary->plan;
    g_autofree char *key =
        g_strdup_printf("%zu %zu %zu %zu %s",
                        plan->before->hosts[difference->source]->profile,
                        plan->after->hosts[difference->source]->profile,
                        plan->before->hosts[difference->target]->profile,
                        plan->after->hosts[difference->target]->profile, difference->type);
    virtCompatPlanMoves *moves = g_hash_table_lookup(summary->known, key);

    if (virtCompatPlanIsLost(difference))
        summary->nlost++;
    else
        summary->ngained++;

    if (!moves) {
        moves = g_new0(virtCompatPlanMoves, 1);
        moves->first = *difference;
        g_ptr_array_add(summary->rows, moves);
        g_hash_table_insert(summary->known, g_steal_pointer(&key), moves);
    }
    moves->n++;
    return 0;
}


/* How many hosts are as @host, on both sides of the change */
static size_t
virtCompatPlanCountAlike(const virtCompatPlan *plan,
                         size_t host)
{
    size_t n = 0;
    size_t i;

    for (i = 0; i < plan->hosts->len; i++) {
        n += plan->before->hosts[i]->profile == plan->before->hosts[host]->profile &&
             plan->after->hosts[i]->profile == plan->after->hosts[host]->profile;
    }

    return n;
}


/* Why a move is not possible, on the side where it is not */
static char *
virtCompatPlanGetReasons(const virtCompatPlan *plan,
                         const virtCompatPlanDifference *difference)
{
    bool lost = virtCompatPlanIsLost(difference);
    const virNodeDeviceCompatFleetCell *cell = lost ? &difference->after : &difference->before;
    g_autoptr(virNodeDeviceCompatReport) report = NULL;

    if (cell->verdict == VIR_NODE_DEVICE_COMPAT_FLEET_NOTHING ||
        cell->target == VIR_NODE_DEVICE_COMPAT_FLEET_NONE)
        return g_strdup("");

    report = virNodeDeviceCompatFleetGetReport(lost ? plan->after : plan->before,
                                               cell->source, cell->target);
    return virtCompatReportGetBrief(report);
}


static int
virtCompatPlanAddMovesRow(vshTable *table,
                          const virtCompatPlan *plan,
                          const virtCompatPlanMoves *moves)
{
    const virtCompatPlanDifference *first = &moves->first;
    g_autofree char *source = virtCompatPlanFormatHost(plan, first->source);
    g_autofree char *target = virtCompatPlanFormatHost(plan, first->target);
    g_autofree char *from =
        virtCompatPlanFormatFirst(source, virtCompatPlanCountAlike(plan, first->source));
    g_autofree char *to =
        virtCompatPlanFormatFirst(target, virtCompatPlanCountAlike(plan, first->target));
    g_autofree char *n = g_strdup_printf("%zu", moves->n);
    g_autofree char *reasons = virtCompatPlanGetReasons(plan, first);

    return vshTableRowAppend(table, from, to, first->type,
                             virNodeDeviceCompatFleetVerdictTypeToString(first->before.verdict),
                             virNodeDeviceCompatFleetVerdictTypeToString(first->after.verdict),
                             n, reasons, NULL);
}


static int
virtCompatPlanPrintMoves(const virtCompatPlanSummary *summary,
                         bool lost,
                         const char *title)
{
    g_autoptr(vshTable) table = vshTableNew(_("From"), _("To"), _("Type"), _("Before"), _("After"),
                                            _("Moves"), _("Reasons"), NULL);
    size_t nrows = 0;
    size_t i;

    if (!table)
        return -1;

    for (i = 0; i < summary->rows->len; i++) {
        const virtCompatPlanMoves *moves = g_ptr_array_index(summary->rows, i);

        if (virtCompatPlanIsLost(&moves->first) != lost)
            continue;
        if (nrows++ < ROWS_MAX && virtCompatPlanAddMovesRow(table, summary->plan, moves) < 0)
            return -1;
    }

    return nrows > 0 ? virtCompatPlanPrintTable(table, title, nrows) : 0;
}


static int
virtCompatPlanPrintDifferences(const virtCompatPlan *plan)
{
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(g_free);
    virtCompatPlanSummary summary = { .plan = plan, .known = known, .rows = rows };

    virtCompatPlanEachDifference(plan, virtCompatPlanSumUp, &summary);

    printf("\n");
    printf(_("Moves between two hosts that are lost: %1$zu, gained: %2$zu"), summary.nlost,
           summary.ngained);
    printf("\n");

    if (virtCompatPlanPrintMoves(&summary, true, _("Lost:")) < 0 ||
        virtCompatPlanPrintMoves(&summary, false, _("Gained:")) < 0)
        return -1;
    return 0;
}


/*
 * Guests
 */

static char *
virtCompatPlanFormatDestinations(const char *verdicts)
{
    size_t n = 0;
    size_t i;

    for (i = 0; verdicts[i]; i++) {
        n += verdicts[i] == virtCompatMatrixGetLetter(VIR_NODE_DEVICE_COMPAT_FLEET_IDENTICAL) ||
             verdicts[i] == virtCompatMatrixGetLetter(VIR_NODE_DEVICE_COMPAT_FLEET_SUPERSET);
    }

    return virtCompatPlanGetStranded(verdicts) == VIRT_COMPAT_STRANDED_UNKNOWN ?
        g_strdup("?") : g_strdup_printf("%zu", n);
}


/* The hosts on which a guest can continue */
static char *
virtCompatPlanFormatTargets(const virtCompatPlan *plan,
                            const char *verdicts)
{
    const char good[] = {
        virtCompatMatrixGetLetter(VIR_NODE_DEVICE_COMPAT_FLEET_IDENTICAL),
        virtCompatMatrixGetLetter(VIR_NODE_DEVICE_COMPAT_FLEET_SUPERSET), '\0'
    };
    g_autoptr(GArray) hosts = g_array_new(false, false, sizeof(size_t));
    size_t i;

    for (i = 0; verdicts[i]; i++) {
        if (strchr(good, verdicts[i]))
            g_array_append_val(hosts, i);
    }

    if (hosts->len > 0)
        return virtCompatPlanFormatHosts(plan, hosts, TARGETS_MAX);

    return g_strdup(virtCompatPlanGetStranded(verdicts) == VIRT_COMPAT_STRANDED_UNKNOWN ? "?" : "-");
}


/* Where each guest can go as things are */
static int
virtCompatPlanPrintGuests(const virtCompatPlan *plan)
{
    g_autoptr(vshTable) table = vshTableNew(_("Guest"), _("Host"), _("Can continue on"), NULL);
    g_autofree char *text = NULL;
    size_t i;

    if (!table)
        return -1;

    for (i = 0; i < plan->guests->len; i++) {
        const virtCompatPlanGuest *guest = g_ptr_array_index(plan->guests, i);
        g_autofree char *host = virtCompatPlanFormatHost(plan, guest->host);
        g_autofree char *targets = virtCompatPlanFormatTargets(plan, guest->verdictsBefore);

        if (vshTableRowAppend(table, guest->name, host, targets, NULL) < 0)
            return -1;
    }

    if (!(text = vshTablePrintToString(table, true)))
        return -1;

    printf("%s", text);
    return 0;
}


/* Guests that have nowhere to go after the change, or of which that is not known */
static int
virtCompatPlanPrintStranded(const virtCompatPlan *plan)
{
    g_autoptr(vshTable) table = vshTableNew(_("Guest"), _("Host"), _("Before"), _("After"), NULL);
    size_t nrows = 0;
    size_t i;

    if (!table)
        return -1;

    for (i = 0; i < plan->guests->len; i++) {
        const virtCompatPlanGuest *guest = g_ptr_array_index(plan->guests, i);
        g_autofree char *host = virtCompatPlanFormatHost(plan, guest->host);
        g_autofree char *before = virtCompatPlanFormatDestinations(guest->verdictsBefore);
        g_autofree char *after = virtCompatPlanFormatDestinations(guest->verdictsAfter);

        if (virtCompatPlanGetStranded(guest->verdictsAfter) == VIRT_COMPAT_STRANDED_NO)
            continue;
        if (nrows++ < ROWS_MAX &&
            vshTableRowAppend(table, guest->name, host, before, after, NULL) < 0)
            return -1;
    }

    if (nrows > 0)
        return virtCompatPlanPrintTable(table, _("Guests that no host is known to take after the change, and how many there are before and after:"), nrows);

    printf("\n%s\n", _("Each guest has a host to move to after the change."));
    return 0;
}


/*
 * The order
 */

/* Appends where guests move in a step, from *at on. */
static void
virtCompatPlanFormatMoves(const virtCompatPlan *plan,
                          size_t step,
                          size_t *at,
                          virBuffer *buf)
{
    const GArray *moves = plan->plan->moves;
    size_t n = 0;

    for (; *at < moves->len; (*at)++) {
        const virNodeDeviceCompatPlanMove *move =
            &g_array_index(moves, virNodeDeviceCompatPlanMove, *at);
        g_autofree char *guest = NULL;
        g_autofree char *to = NULL;

        if (move->step != step)
            break;
        if (n++ >= NAMES_MAX)
            continue;

        guest = virtCompatPlanFormatGuest(plan, move->guest);
        to = virtCompatPlanFormatHost(plan, move->to);
        if (n > 1)
            virBufferAddLit(buf, ", ");
        /* TRANSLATORS: a guest moves from its host to another one */
        virBufferAsprintf(buf, _("%1$s to %2$s"), guest, to);
        if (move->from != g_array_index(plan->plan->order, size_t, step)) {
            g_autofree char *from = virtCompatPlanFormatHost(plan, move->from);

            virBufferAsprintf(buf, " (%s)", from);
        }
    }

    if (n > NAMES_MAX)
        virBufferAsprintf(buf, ", … (%zu)", n);
}


static int
virtCompatPlanPrintSteps(const virtCompatPlan *plan)
{
    g_autoptr(vshTable) table = vshTableNew(_("Nr"), _("Host"), _("Before that, guests move"), NULL);
    const GArray *order = plan->plan->order;
    size_t at = 0;
    size_t i;

    if (order->len == 0) {
        printf("\n%s\n", _("No host has to be updated."));
        return 0;
    }

    if (!table)
        return -1;

    for (i = 0; i < order->len; i++) {
        g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
        g_autofree char *number = g_strdup_printf("%zu", i + 1);
        g_autofree char *host = virtCompatPlanFormatHost(plan, g_array_index(order, size_t, i));

        virtCompatPlanFormatMoves(plan, i, &at, &buf);
        if (vshTableRowAppend(table, number, host,
                              virBufferUse(&buf) > 0 ? virBufferCurrentContent(&buf) : "-",
                              NULL) < 0)
            return -1;
    }

    return virtCompatPlanPrintTable(table, _("Order of updates in which no guest strands, if there are enough free devices:"), 0);
}


/* What one guest requires */
static void
virtCompatPlanPrintRequirement(const virtCompatPlan *plan,
                               const virNodeDeviceCompatPlanRequirement *requirement)
{
    const virNodeDeviceCompatPlanGuest *guest =
        &g_array_index(plan->plan->guests, virNodeDeviceCompatPlanGuest, requirement->guest);
    g_autofree char *name = virtCompatPlanFormatGuest(plan, requirement->guest);
    g_autofree char *host = virtCompatPlanFormatHost(plan, guest->host);
    g_autofree char *hosts = virtCompatPlanFormatHosts(plan, requirement->hosts, NAMES_MAX);
    size_t i;

    printf("  ");
    if (requirement->guest < plan->guests->len)
        printf(_("Guest '%1$s' on %2$s can be on: %3$s"), name, host, hosts);
    else
        printf(_("A guest with %1$s on %2$s can be on: %3$s"), name, host, hosts);
    printf("\n");

    if (guest->unknown)
        printf("    %s\n", _("Not all is known of it, so that it cannot be moved."));
    else if (requirement->pairs->len == 0)
        printf("    %s\n", _("All of them are updated, and no other host takes it from there."));

    for (i = 0; i < requirement->pairs->len && i < NAMES_MAX; i++) {
        const virNodeDeviceCompatPlanPair *pair = g_ptr_array_index(requirement->pairs, i);
        g_autofree char *first = virtCompatPlanFormatHost(plan, pair->first);
        g_autofree char *second = virtCompatPlanFormatHosts(plan, pair->second, NAMES_MAX);

        printf("    ");
        if (pair->second->len > 1) {
            printf(i > 0 ? _("or %1$s before one of: %2$s") :
                   _("It needs %1$s to be updated before one of: %2$s"), first, second);
        } else {
            printf(i > 0 ? _("or %1$s before %2$s") :
                   _("It needs %1$s to be updated before %2$s"), first, second);
        }
        printf("\n");
    }
    if (requirement->pairs->len > NAMES_MAX)
        printf("    … (%u)\n", requirement->pairs->len);
}


static void
virtCompatPlanPrintProof(const virtCompatPlan *plan)
{
    size_t i;

    printf("\n%s\n", plan->plan->status == VIR_NODE_DEVICE_COMPAT_PLAN_NONE ?
           _("There is no order of updates in which no guest strands:") :
           _("There is no order of updates that is known not to strand a guest:"));

    for (i = 0; i < plan->plan->proof->len && i < ROWS_MAX; i++)
        virtCompatPlanPrintRequirement(plan, g_ptr_array_index(plan->plan->proof, i));
    if (plan->plan->proof->len > ROWS_MAX) {
        printf(_("Rows that are not shown: %1$zu"), plan->plan->proof->len - (size_t) ROWS_MAX);
        printf("\n");
    }
    if (plan->plan->proof->len > 1)
        printf("  %s\n", _("No order does all of this."));
}


static int
virtCompatPlanPrintOrder(const virtCompatPlan *plan)
{
    if (plan->immovable->len > 0) {
        printf("\n");
        printf(_("Devices that no other host is known to accept even before the change, and guests on which are left out: %1$u"),
               plan->immovable->len);
        printf("\n");
    }

    switch (plan->plan->status) {
    case VIR_NODE_DEVICE_COMPAT_PLAN_FOUND:
        return virtCompatPlanPrintSteps(plan);
    case VIR_NODE_DEVICE_COMPAT_PLAN_NONE:
    case VIR_NODE_DEVICE_COMPAT_PLAN_UNKNOWN:
        virtCompatPlanPrintProof(plan);
        break;
    case VIR_NODE_DEVICE_COMPAT_PLAN_CUT:
    case VIR_NODE_DEVICE_COMPAT_PLAN_LAST:
        printf("\n%s\n", _("No order of updates was found within the limits; there may be one."));
        break;
    }

    return 0;
}


/* Both sides of the change, if they are not too large: all else is shown in any case. */
static int
virtCompatPlanPrintMatrices(const virtCompatPlan *plan)
{
    if (virtCompatMatrixIsTooLarge(plan->before) || virtCompatMatrixIsTooLarge(plan->after)) {
        printf("%s\n", _("There are too many different hosts for a table; --json has the matrix."));
        return 0;
    }

    if (virtCompatMatrixPrintHosts(plan->before, _("Whether guests on the host of a row can continue on the host of a column, before:")) < 0)
        return -1;
    printf("\n");
    return virtCompatMatrixPrintHosts(plan->after, _("After:"));
}


/**
 * virtCompatPlanPrint:
 * @plan: plan that is solved
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
virtCompatPlanPrint(const virtCompatPlan *plan)
{
    size_t i;

    if (!plan->change)
        return virtCompatPlanPrintGuests(plan);

    for (i = 0; i < plan->effects->len; i++) {
        const virtCompatPlanEffect *effect = g_ptr_array_index(plan->effects, i);

        printf(_("'%1$s' changes %2$zu devices of %3$zu hosts."), effect->change->text,
               effect->ndevices, effect->nhosts);
        printf("\n");
    }
    if (plan->effects->len > 0)
        printf("\n");

    if (virtCompatPlanPrintMatrices(plan) < 0 ||
        virtCompatPlanPrintDifferences(plan) < 0 ||
        (plan->guests->len > 0 && virtCompatPlanPrintStranded(plan) < 0))
        return -1;

    return virtCompatPlanPrintOrder(plan);
}
