/*
 * nodedev_compat_order.c: an order in which one of some things comes before another
 *
 * Events are taken one after the other. One of which nobody can be worse off is taken at
 * once; of the others each is tried. What follows depends only on which events were taken
 * and which clauses hold by then, so that no such state is looked at twice. Clauses that
 * share no event are solved by themselves.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_order.h"

typedef virNodeDeviceCompatOrderPair OrderPair;
typedef virNodeDeviceCompatOrderStatus OrderStatus;

/* Looking for an order of some of the clauses */
typedef struct _OrderSearch OrderSearch;
struct _OrderSearch {
    size_t nclauses;
    const GArray **clauses;     /* of OrderPair */
    GPtrArray *touching;        /* by event: GArray of the clauses that it is in, or NULL */
    GArray *events;             /* that are in clauses */
    bool *taken;                /* by event */
    bool *holds;                /* by clause */
    GArray *order;              /* events that were taken */
    GArray *trail;              /* clauses in the order in which they came to hold */
    GHashTable *failed;         /* states from which there is no way */
    size_t *work;               /* how many more pairs may be looked at */
};


void
virNodeDeviceCompatOrderResultClear(virNodeDeviceCompatOrderResult *result)
{
    g_clear_pointer(&result->order, g_array_unref);
    g_clear_pointer(&result->core, g_array_unref);
}


static void
virNodeDeviceCompatOrderTouch(OrderSearch *search,
                              size_t event,
                              size_t clause)
{
    GArray *list = g_ptr_array_index(search->touching, event);

    if (!list) {
        list = g_array_new(false, false, sizeof(size_t));
        g_ptr_array_index(search->touching, event) = list;
        g_array_append_val(search->events, event);
    }

    /* the clauses come in order */
    if (list->len == 0 || g_array_index(list, size_t, list->len - 1) != clause)
        g_array_append_val(list, clause);
}


static void
virNodeDeviceCompatOrderSearchInit(OrderSearch *search,
                                   size_t nevents,
                                   GPtrArray *clauses,
                                   const GArray *which,
                                   size_t *work)
{
    size_t i;
    size_t j;

    search->nclauses = which->len;
    search->clauses = g_new0(const GArray *, which->len);
    search->touching = g_ptr_array_new();
    g_ptr_array_set_size(search->touching, nevents);
    search->events = g_array_new(false, false, sizeof(size_t));
    search->taken = g_new0(bool, nevents);
    search->holds = g_new0(bool, which->len);
    search->order = g_array_new(false, false, sizeof(size_t));
    search->trail = g_array_new(false, false, sizeof(size_t));
    search->failed = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
                                           (GDestroyNotify) g_bytes_unref, NULL);
    search->work = work;

    for (i = 0; i < which->len; i++) {
        search->clauses[i] = g_ptr_array_index(clauses, g_array_index(which, size_t, i));
        for (j = 0; j < search->clauses[i]->len; j++) {
            const OrderPair *pair = &g_array_index(search->clauses[i], OrderPair, j);

            virNodeDeviceCompatOrderTouch(search, pair->first, i);
            virNodeDeviceCompatOrderTouch(search, pair->second, i);
        }
    }
}


static void
virNodeDeviceCompatOrderSearchClear(OrderSearch *search)
{
    size_t i;

    if (!search->touching)
        return;

    for (i = 0; i < search->touching->len; i++) {
        if (g_ptr_array_index(search->touching, i))
            g_array_unref(g_ptr_array_index(search->touching, i));
    }
    g_ptr_array_unref(search->touching);
    g_array_unref(search->events);
    g_array_unref(search->order);
    g_array_unref(search->trail);
    g_hash_table_unref(search->failed);
    g_free(search->clauses);
    g_free(search->taken);
    g_free(search->holds);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OrderSearch, virNodeDeviceCompatOrderSearchClear);


/* What taking an event does to a clause that does not hold yet */
typedef enum {
    ORDER_HOLDS,        /* it holds then */
    ORDER_OPEN,         /* as before */
    ORDER_HARMED,       /* it can still hold, and in fewer ways */
    ORDER_BROKEN,       /* it can no longer hold */
} OrderEffect;


static OrderEffect
virNodeDeviceCompatOrderGetEffect(const OrderSearch *search,
                                  size_t clause,
                                  size_t event)
{
    const GArray *pairs = search->clauses[clause];
    bool open = false;
    bool harmed = false;
    size_t i;

    for (i = 0; i < pairs->len; i++) {
        const OrderPair *pair = &g_array_index(pairs, OrderPair, i);

        if (search->taken[pair->first] || search->taken[pair->second] ||
            pair->first == pair->second)
            continue;

        if (pair->first == event)
            return ORDER_HOLDS;
        if (pair->second == event)
            harmed = true;
        else
            open = true;
    }

    return !open ? ORDER_BROKEN : harmed ? ORDER_HARMED : ORDER_OPEN;
}


/* The worst that taking @event does, and HOLDS if that is to no clause */
static OrderEffect
virNodeDeviceCompatOrderGetWorst(const OrderSearch *search,
                                 size_t event)
{
    const GArray *touching = g_ptr_array_index(search->touching, event);
    OrderEffect worst = ORDER_HOLDS;
    size_t i;

    for (i = 0; i < touching->len && worst != ORDER_BROKEN; i++) {
        size_t clause = g_array_index(touching, size_t, i);

        if (search->holds[clause])
            continue;
        worst = MAX(worst, virNodeDeviceCompatOrderGetEffect(search, clause, event));
        *search->work -= MIN(*search->work, search->clauses[clause]->len);
    }

    return worst;
}


static void
virNodeDeviceCompatOrderTake(OrderSearch *search,
                             size_t event)
{
    const GArray *touching = g_ptr_array_index(search->touching, event);
    size_t i;

    for (i = 0; i < touching->len; i++) {
        size_t clause = g_array_index(touching, size_t, i);

        if (!search->holds[clause] &&
            virNodeDeviceCompatOrderGetEffect(search, clause, event) == ORDER_HOLDS) {
            search->holds[clause] = true;
            g_array_append_val(search->trail, clause);
        }
    }

    search->taken[event] = true;
    g_array_append_val(search->order, event);
}


static void
virNodeDeviceCompatOrderUndo(OrderSearch *search,
                             size_t norder,
                             size_t ntrail)
{
    size_t i;

    for (i = norder; i < search->order->len; i++)
        search->taken[g_array_index(search->order, size_t, i)] = false;
    for (i = ntrail; i < search->trail->len; i++)
        search->holds[g_array_index(search->trail, size_t, i)] = false;
    g_array_set_size(search->order, norder);
    g_array_set_size(search->trail, ntrail);
}


/* Takes all events that leave no clause with fewer ways: whatever else is possible still is
 * behind them. It goes on until there is none, as each try of another one is a call deeper. */
static void
virNodeDeviceCompatOrderTakeHarmless(OrderSearch *search)
{
    bool again = true;
    size_t i;

    while (again) {
        again = false;
        for (i = 0; i < search->events->len && *search->work > 0; i++) {
            size_t event = g_array_index(search->events, size_t, i);

            if (!search->taken[event] &&
                virNodeDeviceCompatOrderGetWorst(search, event) <= ORDER_OPEN) {
                virNodeDeviceCompatOrderTake(search, event);
                again = true;
            }
        }
    }
}


static GBytes *
virNodeDeviceCompatOrderMakeKey(const OrderSearch *search)
{
    size_t len = search->events->len + search->nclauses;
    unsigned char *bits = g_new0(unsigned char, len / CHAR_BIT + 1);
    size_t i;

    for (i = 0; i < len; i++) {
        bool set = i < search->events->len ?
            search->taken[g_array_index(search->events, size_t, i)] :
            search->holds[i - search->events->len];

        if (set)
            bits[i / CHAR_BIT] |= 1 << (i % CHAR_BIT);
    }

    *search->work -= MIN(*search->work, len);
    return g_bytes_new_take(bits, len / CHAR_BIT + 1);
}


static OrderStatus
virNodeDeviceCompatOrderTry(OrderSearch *search)
{
    g_autoptr(GBytes) key = NULL;
    size_t norder;
    size_t ntrail;
    size_t i;

    virNodeDeviceCompatOrderTakeHarmless(search);
    if (*search->work == 0)
        return VIR_NODE_DEVICE_COMPAT_ORDER_CUT;
    if (search->order->len == search->events->len)
        return VIR_NODE_DEVICE_COMPAT_ORDER_FOUND;

    key = virNodeDeviceCompatOrderMakeKey(search);
    if (g_hash_table_contains(search->failed, key))
        return VIR_NODE_DEVICE_COMPAT_ORDER_NONE;

    norder = search->order->len;
    ntrail = search->trail->len;
    for (i = 0; i < search->events->len; i++) {
        size_t event = g_array_index(search->events, size_t, i);
        OrderStatus status;

        if (search->taken[event] ||
            virNodeDeviceCompatOrderGetWorst(search, event) == ORDER_BROKEN)
            continue;

        virNodeDeviceCompatOrderTake(search, event);
        status = virNodeDeviceCompatOrderTry(search);
        if (status != VIR_NODE_DEVICE_COMPAT_ORDER_NONE)
            return status;
        virNodeDeviceCompatOrderUndo(search, norder, ntrail);
    }

    if (*search->work == 0)
        return VIR_NODE_DEVICE_COMPAT_ORDER_CUT;

    g_hash_table_add(search->failed, g_steal_pointer(&key));
    return VIR_NODE_DEVICE_COMPAT_ORDER_NONE;
}


/* An order of the events of some clauses; it is added to @order unless that is NULL. */
static OrderStatus
virNodeDeviceCompatOrderSolveSome(size_t nevents,
                                  GPtrArray *clauses,
                                  const GArray *which,
                                  size_t *work,
                                  GArray *order)
{
    g_auto(OrderSearch) search = { 0 };
    OrderStatus status;
    size_t i;

    for (i = 0; i < which->len; i++) {
        const GArray *pairs = g_ptr_array_index(clauses, g_array_index(which, size_t, i));

        if (pairs->len == 0)
            return VIR_NODE_DEVICE_COMPAT_ORDER_NONE;
    }

    virNodeDeviceCompatOrderSearchInit(&search, nevents, clauses, which, work);
    status = virNodeDeviceCompatOrderTry(&search);
    if (status == VIR_NODE_DEVICE_COMPAT_ORDER_FOUND && order)
        g_array_append_vals(order, search.order->data, search.order->len);

    return status;
}


/* Leaves clauses out as long as those that are left cannot hold together. Returns true if
 * none of what is left can be. */
static bool
virNodeDeviceCompatOrderMinimize(size_t nevents,
                                 GPtrArray *clauses,
                                 GArray *core,
                                 size_t *work)
{
    bool minimal = true;
    size_t i = 0;

    while (i < core->len) {
        size_t clause = g_array_index(core, size_t, i);
        OrderStatus status;

        g_array_remove_index(core, i);
        status = virNodeDeviceCompatOrderSolveSome(nevents, clauses, core, work, NULL);
        if (status == VIR_NODE_DEVICE_COMPAT_ORDER_NONE)
            continue;

        g_array_insert_val(core, i, clause);
        i++;
        minimal = minimal && status == VIR_NODE_DEVICE_COMPAT_ORDER_FOUND;
    }

    return minimal;
}


/*
 * What hangs together
 */

static size_t
virNodeDeviceCompatOrderFindRoot(size_t *parents,
                                 size_t event)
{
    while (parents[event] != event) {
        parents[event] = parents[parents[event]];
        event = parents[event];
    }

    return event;
}


/* Returns an array of arrays of the clauses that share events; one without pairs is alone,
 * and the first. */
static GPtrArray *
virNodeDeviceCompatOrderDivide(size_t nevents,
                               GPtrArray *clauses)
{
    GPtrArray *parts = g_ptr_array_new_with_free_func((GDestroyNotify) g_array_unref);
    g_autofree size_t *parents = g_new0(size_t, nevents);
    g_autofree GArray **of = g_new0(GArray *, nevents + 1);
    size_t i;
    size_t j;

    for (i = 0; i < nevents; i++)
        parents[i] = i;

    for (i = 0; i < clauses->len; i++) {
        const GArray *pairs = g_ptr_array_index(clauses, i);

        for (j = 0; j < pairs->len; j++) {
            const OrderPair *pair = &g_array_index(pairs, OrderPair, j);
            size_t root =
                virNodeDeviceCompatOrderFindRoot(parents,
                                                 g_array_index(pairs, OrderPair, 0).first);

            parents[virNodeDeviceCompatOrderFindRoot(parents, pair->first)] = root;
            parents[virNodeDeviceCompatOrderFindRoot(parents, pair->second)] = root;
        }
    }

    for (i = 0; i < clauses->len; i++) {
        const GArray *pairs = g_ptr_array_index(clauses, i);
        size_t root = pairs->len == 0 ? nevents :
            virNodeDeviceCompatOrderFindRoot(parents, g_array_index(pairs, OrderPair, 0).first);
        GArray *part = pairs->len == 0 ? NULL : of[root];

        if (!part) {
            part = g_array_new(false, false, sizeof(size_t));
            g_ptr_array_insert(parts, pairs->len == 0 ? 0 : -1, part);
            of[root] = part;
        }
        g_array_append_val(part, i);
    }

    return parts;
}


/**
 * virNodeDeviceCompatOrderSolve:
 * @nevents: number of events
 * @clauses: array of GArray of virNodeDeviceCompatOrderPair; one without pairs cannot hold
 * @work: how many pairs may be looked at
 * @result: filled
 *
 * Finds an order of all events in which each clause holds; events in no clause are the
 * first. If there is none, the core has clauses that cannot hold together.
 */
void
virNodeDeviceCompatOrderSolve(size_t nevents,
                              GPtrArray *clauses,
                              size_t work,
                              virNodeDeviceCompatOrderResult *result)
{
    g_autoptr(GPtrArray) parts = virNodeDeviceCompatOrderDivide(nevents, clauses);
    g_autoptr(GArray) order = g_array_new(false, false, sizeof(size_t));
    g_autoptr(GArray) whole = g_array_new(false, false, sizeof(size_t));
    g_autofree bool *placed = g_new0(bool, nevents);
    bool cut = false;
    size_t i;

    for (i = 0; i < parts->len; i++) {
        GArray *part = g_ptr_array_index(parts, i);
        OrderStatus status = virNodeDeviceCompatOrderSolveSome(nevents, clauses, part, &work, order);

        if (status == VIR_NODE_DEVICE_COMPAT_ORDER_NONE) {
            result->status = status;
            result->minimal = virNodeDeviceCompatOrderMinimize(nevents, clauses, part, &work);
            result->core = g_array_ref(part);
            return;
        }
        cut = cut || status == VIR_NODE_DEVICE_COMPAT_ORDER_CUT;
    }

    if (cut) {
        result->status = VIR_NODE_DEVICE_COMPAT_ORDER_CUT;
        return;
    }

    for (i = 0; i < order->len; i++)
        placed[g_array_index(order, size_t, i)] = true;
    for (i = 0; i < nevents; i++) {
        if (!placed[i])
            g_array_append_val(whole, i);
    }
    g_array_append_vals(whole, order->data, order->len);

    result->status = VIR_NODE_DEVICE_COMPAT_ORDER_FOUND;
    result->order = g_steal_pointer(&whole);
}
