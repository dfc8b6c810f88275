/*
 * nodedev_compat_plan_steps.c: which guests move when hosts are updated in some order
 *
 * Each guest moves as late as possible: when its host is going to be updated, or the last
 * host of those on its way that are still as they were.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#define LIBVIRT_NODEDEV_COMPAT_PLANPRIV_H_ALLOW
#include "nodedev_compat_planpriv.h"

#define NONE VIR_NODE_DEVICE_COMPAT_FLEET_NONE

typedef virNodeDeviceCompatPlanCell PlanCell;
typedef virNodeDeviceCompatPlanGuest PlanGuest;
typedef virNodeDeviceCompatPlanMove PlanMove;
typedef virNodeDeviceCompatPlanSearch PlanSearch;
typedef virNodeDeviceCompatPlanSpot PlanSpot;
typedef virNodeDeviceCompatPlanUnit PlanUnit;

typedef struct _PlanSteps PlanSteps;
struct _PlanSteps {
    const PlanSearch *search;
    GArray *order;              /* size_t, hosts */
    size_t *times;              /* by host that is updated: its place in the order */
    size_t *loads;              /* by host: how many devices of guests have come */
    GPtrArray *moves;           /* by step: GArray of PlanMove */
};


static void
virNodeDeviceCompatPlanStepsClear(PlanSteps *steps)
{
    g_clear_pointer(&steps->order, g_array_unref);
    g_clear_pointer(&steps->times, g_free);
    g_clear_pointer(&steps->loads, g_free);
    g_clear_pointer(&steps->moves, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PlanSteps, virNodeDeviceCompatPlanStepsClear);


/* The hosts in the order of their cells. If @spread, the first host of each cell with
 * several is in the beginning. */
static void
virNodeDeviceCompatPlanMakeOrder(PlanSteps *steps,
                                 const GArray *events,
                                 bool spread)
{
    const PlanSearch *search = steps->search;
    size_t pass;
    size_t i;
    size_t j;

    for (pass = 0; pass < 2; pass++) {
        for (i = 0; i < events->len; i++) {
            const PlanCell *cell = g_ptr_array_index(search->cells, g_array_index(events, size_t, i));

            for (j = 0; cell->changed && j < cell->hosts->len; j++) {
                bool early = spread && j == 0 && cell->hosts->len > 1;

                if (early == (pass == 0))
                    g_array_append_val(steps->order, g_array_index(cell->hosts, size_t, j));
            }
        }
    }

    for (i = 0; i < steps->order->len; i++) {
        steps->times[g_array_index(steps->order, size_t, i)] = i;
        g_ptr_array_add(steps->moves, g_array_new(false, false, sizeof(PlanMove)));
    }
}


/* The host of a cell that is updated last, but for @except */
static size_t
virNodeDeviceCompatPlanFindLast(const PlanSteps *steps,
                                size_t at,
                                size_t except)
{
    const PlanCell *cell = g_ptr_array_index(steps->search->cells, at);
    size_t last = NONE;
    size_t i;

    for (i = 0; i < cell->hosts->len; i++) {
        size_t host = g_array_index(cell->hosts, size_t, i);

        if (host != except && (last == NONE || steps->times[host] > steps->times[last]))
            last = host;
    }

    return last;
}


/* Of the hosts that a guest can leave a spot for until @until, and need not leave again, the
 * one to which the fewest have come; or NONE */
static size_t
virNodeDeviceCompatPlanFindExit(const PlanSteps *steps,
                                const PlanSpot *spot,
                                size_t until)
{
    size_t best = NONE;
    size_t i;
    size_t j;

    for (i = 0; i < spot->exits->len; i++) {
        const PlanCell *cell = g_ptr_array_index(steps->search->cells,
                                                 g_array_index(spot->exits, size_t, i));

        for (j = 0; j < cell->hosts->len; j++) {
            size_t host = g_array_index(cell->hosts, size_t, j);

            if ((!cell->changed || steps->times[host] < until) &&
                (best == NONE || steps->loads[host] < steps->loads[best]))
                best = host;
        }
    }

    return best;
}


/* Prepends the hosts by which a guest gets from its own to @last, which is for @spot. */
static void
virNodeDeviceCompatPlanAddPath(const PlanSteps *steps,
                               const PlanUnit *unit,
                               const PlanGuest *guest,
                               size_t spot,
                               size_t last,
                               GArray *path)
{
    size_t next = last;
    size_t at;

    g_array_prepend_val(path, next);
    for (at = ((const PlanSpot *) g_ptr_array_index(unit->spots, spot))->from; at != NONE && at != 0;
         at = ((const PlanSpot *) g_ptr_array_index(unit->spots, at))->from) {
        next = virNodeDeviceCompatPlanFindLast(steps,
                                               ((const PlanSpot *) g_ptr_array_index(unit->spots, at))->cell,
                                               next);
        g_array_prepend_val(path, next);
    }

    /* a guest that has other devices on its host later on has been on another one */
    if (next == guest->host && spot != 0) {
        next = virNodeDeviceCompatPlanFindLast(steps, steps->search->cellOf[guest->host],
                                               guest->host);
        g_array_prepend_val(path, next);
    }
    if (next != guest->host)
        g_array_prepend_val(path, guest->host);
}


/* Adds the moves of a guest along @path, as late as possible. */
static void
virNodeDeviceCompatPlanAddMoves(PlanSteps *steps,
                                size_t guest,
                                const GArray *path)
{
    g_autofree size_t *latest = g_new0(size_t, path->len);
    size_t i;

    for (i = path->len - 1; i > 0; i--) {
        latest[i] = steps->times[g_array_index(path, size_t, i - 1)];
        if (i + 1 < path->len)
            latest[i] = MIN(latest[i], latest[i + 1]);
    }

    for (i = 1; i < path->len; i++) {
        PlanMove move = {
            .step = latest[i],
            .guest = guest,
            .from = g_array_index(path, size_t, i - 1),
            .to = g_array_index(path, size_t, i),
        };

        g_array_append_val((GArray *) g_ptr_array_index(steps->moves, move.step), move);
    }
}


/* Returns false if a guest does not get anywhere in this order. */
static bool
virNodeDeviceCompatPlanMoveGuest(PlanSteps *steps,
                                 size_t at)
{
    const PlanSearch *search = steps->search;
    const PlanGuest *guest = &g_array_index(search->plan->guests, PlanGuest, at);
    const PlanUnit *unit = g_ptr_array_index(search->units, search->unitOf[at]);
    size_t i;

    /* where it is, and then all places from near to far */
    for (i = 0; i <= unit->spots->len; i++) {
        const PlanSpot *spot = g_ptr_array_index(unit->spots, i > 0 ? i - 1 : 0);
        size_t last = i == 0 ? guest->host :
            virNodeDeviceCompatPlanFindLast(steps, spot->cell, NONE);
        size_t to = virNodeDeviceCompatPlanFindExit(steps, spot, steps->times[last]);
        g_autoptr(GArray) path = NULL;

        if (to == NONE)
            continue;

        path = g_array_new(false, false, sizeof(size_t));
        g_array_append_val(path, to);
        virNodeDeviceCompatPlanAddPath(steps, unit, guest, i > 0 ? i - 1 : 0, last, path);
        virNodeDeviceCompatPlanAddMoves(steps, at, path);
        steps->loads[to] += guest->classes->len;
        return true;
    }

    return false;
}


static bool
virNodeDeviceCompatPlanTryOrder(const PlanSearch *search,
                                const GArray *events,
                                bool spread)
{
    virNodeDeviceCompatPlan *plan = search->plan;
    g_auto(PlanSteps) steps = {
        .search = search,
        .order = g_array_new(false, false, sizeof(size_t)),
        .times = g_new0(size_t, plan->nhosts),
        .loads = g_new0(size_t, plan->nhosts),
        .moves = g_ptr_array_new_with_free_func((GDestroyNotify) g_array_unref),
    };
    size_t i;

    virNodeDeviceCompatPlanMakeOrder(&steps, events, spread);
    for (i = 0; i < plan->guests->len; i++) {
        if (search->unitOf[i] != NONE && !virNodeDeviceCompatPlanMoveGuest(&steps, i))
            return false;
    }

    for (i = 0; i < steps.moves->len; i++) {
        const GArray *moves = g_ptr_array_index(steps.moves, i);

        g_array_append_vals(plan->moves, moves->data, moves->len);
    }
    g_array_append_vals(plan->order, steps.order->data, steps.order->len);
    return true;
}


/**
 * virNodeDeviceCompatPlanMakeSteps:
 * @search: search
 * @events: size_t, all cells in an order in which all guests get somewhere if the first
 *          host of each cell with several is updated before
 *
 * Fills in the order and the moves of the plan. Hosts that are alike are next to each other
 * if that is possible, too.
 *
 * Returns false if it is not an order.
 */
bool
virNodeDeviceCompatPlanMakeSteps(const PlanSearch *search,
                                 const GArray *events)
{
    return virNodeDeviceCompatPlanTryOrder(search, events, false) ||
           virNodeDeviceCompatPlanTryOrder(search, events, true);
}
