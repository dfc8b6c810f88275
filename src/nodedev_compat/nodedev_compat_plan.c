/*
 * nodedev_compat_plan.c: an order in which hosts can be updated without a guest to strand
 *
 * A guest that reaches a host that is not going to be updated, or has been, is safe: it
 * need not move again. Before that it can be wherever it gets to by moving between hosts
 * that have not been updated; as it can do that in the beginning, where that is does not
 * depend on the order. So what a guest requires is that one of some hosts is updated, and
 * takes it, before one of those where it can be: pairs of hosts, of which one has to be in
 * order. nodedev_compat_order.c finds an order for all guests, or those for which there is
 * none together.
 *
 * Hosts that are alike are one cell. The first host of a cell with several is updated in
 * the beginning: guests can be on another one of them. So what is ordered is the last one
 * of each cell.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#define LIBVIRT_NODEDEV_COMPAT_PLANPRIV_H_ALLOW
#include "nodedev_compat_planpriv.h"

#define NONE VIR_NODE_DEVICE_COMPAT_FLEET_NONE

/* How much is kept of where guests can be: exits, of some dozens of bytes each with what
 * follows from them, and as how many of these a spot counts */
#define KEPT_MAX (2 * 1000 * 1000)
#define KEPT_SPOT 8

typedef virNodeDeviceCompatPlanCell PlanCell;
typedef virNodeDeviceCompatPlanGuest PlanGuest;
typedef virNodeDeviceCompatPlanSearch PlanSearch;
typedef virNodeDeviceCompatPlanSpot PlanSpot;
typedef virNodeDeviceCompatPlanUnit PlanUnit;

VIR_ENUM_IMPL(virNodeDeviceCompatPlanStatus,
              VIR_NODE_DEVICE_COMPAT_PLAN_LAST,
              "found",
              "none",
              "unknown",
              "cut",
);


/* The host @host before or after the change */
const virNodeDeviceCompatFleetHost *
virNodeDeviceCompatPlanGetHost(const virNodeDeviceCompatPlan *plan,
                               size_t host,
                               bool after)
{
    return plan->fleet->hosts[after ? host : plan->nhosts + host];
}


static bool
virNodeDeviceCompatPlanIsChanged(const virNodeDeviceCompatPlan *plan,
                                 size_t at)
{
    const virNodeDeviceCompatFleetHost *before = virNodeDeviceCompatPlanGetHost(plan, at, false);
    const virNodeDeviceCompatFleetHost *after = virNodeDeviceCompatPlanGetHost(plan, at, true);
    size_t i;

    if (before->nmembers != after->nmembers)
        return true;

    for (i = 0; i < before->nmembers; i++) {
        if (before->members[i].klass != after->members[i].klass ||
            before->members[i].ndevices != after->members[i].ndevices)
            return true;
    }

    return false;
}


static void
virNodeDeviceCompatPlanPairFree(virNodeDeviceCompatPlanPair *pair)
{
    g_array_unref(pair->second);
    g_free(pair);
}


static void
virNodeDeviceCompatPlanRequirementFree(virNodeDeviceCompatPlanRequirement *requirement)
{
    g_array_unref(requirement->hosts);
    g_ptr_array_unref(requirement->pairs);
    g_free(requirement);
}


static void
virNodeDeviceCompatPlanGuestClear(PlanGuest *guest)
{
    g_array_unref(guest->classes);
}


/**
 * virNodeDeviceCompatPlanNew:
 * @fleet: complete fleet of each host after the change, and then of each one before it, in
 *         the same order; it has to be there as long as the plan
 *
 * Returns a plan without guests.
 */
virNodeDeviceCompatPlan *
virNodeDeviceCompatPlanNew(virNodeDeviceCompatFleet *fleet)
{
    virNodeDeviceCompatPlan *plan = g_new0(virNodeDeviceCompatPlan, 1);
    size_t i;

    plan->fleet = fleet;
    plan->nhosts = fleet->nhosts / 2;
    plan->keptMax = KEPT_MAX;
    plan->changed = g_new0(bool, plan->nhosts);
    plan->guests = g_array_new(false, false, sizeof(PlanGuest));
    g_array_set_clear_func(plan->guests, (GDestroyNotify) virNodeDeviceCompatPlanGuestClear);
    plan->order = g_array_new(false, false, sizeof(size_t));
    plan->moves = g_array_new(false, false, sizeof(virNodeDeviceCompatPlanMove));
    plan->proof = g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatPlanRequirementFree);

    for (i = 0; i < plan->nhosts; i++)
        plan->changed[i] = virNodeDeviceCompatPlanIsChanged(plan, i);
    return plan;
}


void
virNodeDeviceCompatPlanFree(virNodeDeviceCompatPlan *plan)
{
    if (!plan)
        return;

    g_free(plan->changed);
    g_array_unref(plan->guests);
    g_array_unref(plan->order);
    g_array_unref(plan->moves);
    g_ptr_array_unref(plan->proof);
    g_free(plan);
}


/**
 * virNodeDeviceCompatPlanAddGuest:
 * @plan: plan
 * @host: number of the host that the guest is on
 * @classes: classes of its devices before the change
 * @unknown: it has devices that are not known
 */
void
virNodeDeviceCompatPlanAddGuest(virNodeDeviceCompatPlan *plan,
                                size_t host,
                                const GArray *classes,
                                bool unknown)
{
    PlanGuest guest = { .host = host, .unknown = unknown };

    guest.classes = g_array_new(false, false, sizeof(size_t));
    g_array_append_vals(guest.classes, classes->data, classes->len);
    virNodeDeviceCompatPlaceSort(guest.classes);
    g_array_append_val(plan->guests, guest);
}


/*
 * Cells
 */

static void
virNodeDeviceCompatPlanCellFree(PlanCell *cell)
{
    g_array_unref(cell->hosts);
    g_free(cell);
}


/* What makes hosts alike for guests that have up to @max devices */
static void
virNodeDeviceCompatPlanAddHostKey(GArray *key,
                                  const virNodeDeviceCompatFleetHost *host,
                                  size_t max)
{
    size_t unread = host->cause || host->unread->len > 0;
    size_t i;

    g_array_append_val(key, unread);
    g_array_append_val(key, host->nmembers);
    for (i = 0; i < host->nmembers; i++) {
        size_t ndevices = MIN(host->members[i].ndevices, max);

        g_array_append_val(key, host->members[i].klass);
        g_array_append_val(key, ndevices);
    }
}


static GBytes *
virNodeDeviceCompatPlanMakeKey(const PlanSearch *search,
                               size_t host,
                               size_t max,
                               bool alone)
{
    const virNodeDeviceCompatPlan *plan = search->plan;
    GArray *key = g_array_new(false, false, sizeof(size_t));
    size_t number = alone ? host : NONE;
    size_t len;

    g_array_append_val(key, number);
    virNodeDeviceCompatPlanAddHostKey(key, virNodeDeviceCompatPlanGetHost(plan, host, false), max);
    virNodeDeviceCompatPlanAddHostKey(key, virNodeDeviceCompatPlanGetHost(plan, host, true), max);
    len = key->len * sizeof(size_t);
    return g_bytes_new_take(g_array_free(key, false), len);
}


/* Puts hosts that are alike into one cell, but each of those that are to be alone into one
 * of its own. */
static void
virNodeDeviceCompatPlanMakeCells(PlanSearch *search,
                                 size_t max,
                                 const bool *alone)
{
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
                                                        (GDestroyNotify) g_bytes_unref, NULL);
    size_t i;

    g_ptr_array_set_size(search->cells, 0);
    for (i = 0; i < search->plan->nhosts; i++) {
        g_autoptr(GBytes) key = virNodeDeviceCompatPlanMakeKey(search, i, max, alone[i]);
        PlanCell *cell = g_hash_table_lookup(known, key);

        if (!cell) {
            cell = g_new0(PlanCell, 1);
            cell->hosts = g_array_new(false, false, sizeof(size_t));
            cell->changed = search->plan->changed[i];
            g_ptr_array_add(search->cells, cell);
            g_hash_table_insert(known, g_steal_pointer(&key), cell);
        }
        g_array_append_val(cell->hosts, i);
    }

    for (i = 0; i < search->cells->len; i++) {
        const PlanCell *cell = g_ptr_array_index(search->cells, i);
        size_t j;

        for (j = 0; j < cell->hosts->len; j++)
            search->cellOf[g_array_index(cell->hosts, size_t, j)] = i;
    }
}


static size_t
virNodeDeviceCompatPlanCountDevices(const virNodeDeviceCompatPlan *plan)
{
    size_t max = 1;
    size_t i;

    for (i = 0; i < plan->guests->len; i++)
        max = MAX(max, g_array_index(plan->guests, PlanGuest, i).classes->len);

    return max;
}


/* Makes cells in which each guest can move to any host without becoming another one. */
static void
virNodeDeviceCompatPlanDivide(PlanSearch *search)
{
    const virNodeDeviceCompatPlan *plan = search->plan;
    size_t max = virNodeDeviceCompatPlanCountDevices(plan);
    g_autofree bool *alone = g_new0(bool, plan->nhosts);
    g_autoptr(GHashTable) done = g_hash_table_new(g_bytes_hash, g_bytes_equal);
    bool again = false;
    size_t i;
    size_t j;

    virNodeDeviceCompatPlanMakeCells(search, max, alone);
    for (i = 0; i < plan->guests->len; i++) {
        const PlanGuest *guest = &g_array_index(plan->guests, PlanGuest, i);
        const PlanCell *cell = g_ptr_array_index(search->cells, search->cellOf[guest->host]);
        bool same = true;

        if (!cell->changed || cell->hosts->len == 1 || alone[guest->host] || guest->unknown)
            continue;

        /* each device by itself, as the numbers of devices are the same */
        for (j = 0; j < guest->classes->len && same; j++) {
            size_t klass = g_array_index(guest->classes, size_t, j);

            same = virNodeDeviceCompatFleetGetPair(plan->fleet, klass, klass) <= search->context.worst;
        }
        if (same)
            continue;

        again = true;
        for (j = 0; j < cell->hosts->len; j++)
            alone[g_array_index(cell->hosts, size_t, j)] = true;
    }

    if (again)
        virNodeDeviceCompatPlanMakeCells(search, max, alone);
}


/*
 * Where guests can be
 */

static void
virNodeDeviceCompatPlanSpotFree(PlanSpot *spot)
{
    g_array_unref(spot->classes);
    g_array_unref(spot->exits);
    g_free(spot);
}


static void
virNodeDeviceCompatPlanUnitFree(PlanUnit *unit)
{
    g_ptr_array_unref(unit->spots);
    g_array_unref(unit->pairs);
    g_free(unit);
}


static GBytes *
virNodeDeviceCompatPlanMakeSpotKey(size_t cell,
                                   const GArray *classes)
{
    g_autofree size_t *key = g_new0(size_t, classes->len + 1);

    key[0] = cell;
    if (classes->len > 0)
        memcpy(key + 1, classes->data, classes->len * sizeof(size_t));
    return g_bytes_new(key, (classes->len + 1) * sizeof(size_t));
}


/* Adding the spots in one cell */
typedef struct _PlanReach PlanReach;
struct _PlanReach {
    PlanSearch *search;
    PlanUnit *unit;
    GHashTable *known;          /* keys of spots */
    size_t cell;
    size_t from;
};


/* Whether there is space for @n more; if not, nothing else is looked at. */
static bool
virNodeDeviceCompatPlanKeep(PlanSearch *search,
                            size_t n)
{
    search->kept += n;
    if (search->kept <= search->plan->keptMax)
        return true;

    search->context.cut = true;
    search->context.work = 0;
    return false;
}


static void
virNodeDeviceCompatPlanAddSpot(const GArray *classes,
                               void *opaque)
{
    PlanReach *reach = opaque;
    g_autoptr(GBytes) key = virNodeDeviceCompatPlanMakeSpotKey(reach->cell, classes);
    PlanSpot *spot;

    if (g_hash_table_contains(reach->known, key))
        return;

    if (reach->unit->spots->len == VIR_NODE_DEVICE_COMPAT_PLAN_PLACES_MAX) {
        reach->search->context.cut = true;
        return;
    }
    /* a unit has its first spot in any case */
    if (!virNodeDeviceCompatPlanKeep(reach->search, KEPT_SPOT) && reach->from != NONE)
        return;

    spot = g_new0(PlanSpot, 1);
    spot->cell = reach->cell;
    spot->from = reach->from;
    spot->exits = g_array_new(false, false, sizeof(size_t));
    spot->classes = g_array_new(false, false, sizeof(size_t));
    g_array_append_vals(spot->classes, classes->data, classes->len);
    g_ptr_array_add(reach->unit->spots, spot);
    g_hash_table_add(reach->known, g_steal_pointer(&key));
}


/* Adds what can be reached from a spot in one move: spots on hosts that are going to be
 * updated, and exits. */
static void
virNodeDeviceCompatPlanLeaveSpot(PlanReach *reach)
{
    PlanSearch *search = reach->search;
    PlanSpot *spot = g_ptr_array_index(reach->unit->spots, reach->from);
    size_t i;

    for (i = 0; i < search->cells->len; i++) {
        const PlanCell *cell = g_ptr_array_index(search->cells, i);
        size_t host = g_array_index(cell->hosts, size_t, 0);

        /* the only host there is the one that the guest is on */
        if (i == spot->cell && cell->hosts->len == 1)
            continue;

        reach->cell = i;
        if (cell->changed)
            virNodeDeviceCompatPlaceEach(&search->context, spot->classes,
                                         virNodeDeviceCompatPlanGetHost(search->plan, host, false),
                                         virNodeDeviceCompatPlanAddSpot, reach);

        if (!virNodeDeviceCompatPlaceFits(&search->context, spot->classes,
                                          virNodeDeviceCompatPlanGetHost(search->plan, host, true)) ||
            !virNodeDeviceCompatPlanKeep(search, 1))
            continue;

        g_array_append_val(spot->exits, i);
        if (!cell->changed || cell->hosts->len > 1) {
            reach->unit->safe = true;
        } else {
            virNodeDeviceCompatOrderPair pair = { i, spot->cell };

            g_array_append_val(reach->unit->pairs, pair);
        }
    }
}


/* Follows guests wherever they can get before their hosts are updated, until it is known
 * that they can stay somewhere. */
static PlanUnit *
virNodeDeviceCompatPlanUnitNew(PlanSearch *search,
                               size_t at)
{
    const PlanGuest *guest = &g_array_index(search->plan->guests, PlanGuest, at);
    PlanUnit *unit = g_new0(PlanUnit, 1);
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
                                                        (GDestroyNotify) g_bytes_unref, NULL);
    PlanReach reach = {
        .search = search,
        .unit = unit,
        .known = known,
        .cell = search->cellOf[guest->host],
        .from = NONE,
    };
    bool cut = search->context.cut;
    size_t i;

    search->context.cut = false;
    unit->guest = at;
    unit->pairs = g_array_new(false, false, sizeof(virNodeDeviceCompatOrderPair));
    unit->spots = g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatPlanSpotFree);

    virNodeDeviceCompatPlanAddSpot(guest->classes, &reach);
    for (i = 0; !guest->unknown && i < unit->spots->len && !unit->safe; i++) {
        reach.from = i;
        virNodeDeviceCompatPlanLeaveSpot(&reach);
    }

    unit->cut = search->context.cut;
    search->context.cut = unit->cut || cut;
    return unit;
}


/* Guests without devices can be anywhere, and those on a host that is not changed can stay. */
static void
virNodeDeviceCompatPlanMakeUnits(PlanSearch *search)
{
    const virNodeDeviceCompatPlan *plan = search->plan;
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
                                                        (GDestroyNotify) g_bytes_unref, NULL);
    bool strict = search->context.worst < VIR_NODE_DEVICE_COMPAT_FLEET_UNKNOWN;
    size_t i;

    for (i = 0; i < plan->guests->len; i++) {
        const PlanGuest *guest = &g_array_index(plan->guests, PlanGuest, i);
        g_autoptr(GBytes) key = NULL;
        size_t unit;

        search->unitOf[i] = NONE;
        if (!plan->changed[guest->host] ||
            (guest->unknown ? !strict : guest->classes->len == 0))
            continue;

        if (!guest->unknown) {
            key = virNodeDeviceCompatPlanMakeSpotKey(search->cellOf[guest->host], guest->classes);
            unit = GPOINTER_TO_SIZE(g_hash_table_lookup(known, key));
            if (unit > 0) {
                search->unitOf[i] = unit - 1;
                continue;
            }
        }

        g_ptr_array_add(search->units, virNodeDeviceCompatPlanUnitNew(search, i));
        search->unitOf[i] = search->units->len - 1;
        if (key)
            g_hash_table_insert(known, g_steal_pointer(&key),
                                GSIZE_TO_POINTER(search->units->len));
    }
}


/*
 * What comes of it
 */

static void
virNodeDeviceCompatPlanSearchInit(PlanSearch *search,
                                  virNodeDeviceCompatPlan *plan,
                                  virNodeDeviceCompatFleetVerdict worst,
                                  size_t work)
{
    search->plan = plan;
    search->context = (virNodeDeviceCompatPlaceContext) {
        .fleet = plan->fleet,
        .worst = worst,
        .work = work,
    };
    search->cells = g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatPlanCellFree);
    search->cellOf = g_new0(size_t, plan->nhosts);
    search->units = g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatPlanUnitFree);
    search->unitOf = g_new0(size_t, plan->guests->len);
}


static void
virNodeDeviceCompatPlanSearchClear(PlanSearch *search)
{
    g_ptr_array_unref(search->cells);
    g_free(search->cellOf);
    g_ptr_array_unref(search->units);
    g_free(search->unitOf);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PlanSearch, virNodeDeviceCompatPlanSearchClear);


/* The hosts where the guests of a unit can be */
static GArray *
virNodeDeviceCompatPlanGetHosts(const PlanSearch *search,
                                const PlanUnit *unit)
{
    g_autofree bool *has = g_new0(bool, search->cells->len);
    GArray *hosts = g_array_new(false, false, sizeof(size_t));
    size_t i;

    for (i = 0; i < unit->spots->len; i++)
        has[((const PlanSpot *) g_ptr_array_index(unit->spots, i))->cell] = true;
    for (i = 0; i < search->plan->nhosts; i++) {
        if (has[search->cellOf[i]])
            g_array_append_val(hosts, i);
    }

    return hosts;
}


static void
virNodeDeviceCompatPlanAddRequirement(const PlanSearch *search,
                                      const PlanUnit *unit)
{
    virNodeDeviceCompatPlanRequirement *requirement =
        g_new0(virNodeDeviceCompatPlanRequirement, 1);
    g_autoptr(GHashTable) known = g_hash_table_new(NULL, NULL);
    size_t i;

    requirement->guest = unit->guest;
    requirement->hosts = virNodeDeviceCompatPlanGetHosts(search, unit);
    requirement->pairs = g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatPlanPairFree);
    for (i = 0; i < unit->pairs->len; i++) {
        const virNodeDeviceCompatOrderPair *pair =
            &g_array_index(unit->pairs, virNodeDeviceCompatOrderPair, i);
        const PlanCell *first = g_ptr_array_index(search->cells, pair->first);
        const PlanCell *second = g_ptr_array_index(search->cells, pair->second);
        virNodeDeviceCompatPlanPair *found;

        /* the same for guests with other devices there */
        if (!g_hash_table_add(known, GSIZE_TO_POINTER(pair->first * search->cells->len +
                                                      pair->second)))
            continue;

        found = g_new0(virNodeDeviceCompatPlanPair, 1);
        found->first = g_array_index(first->hosts, size_t, 0);
        found->second = g_array_ref(second->hosts);
        g_ptr_array_add(requirement->pairs, found);
    }

    g_ptr_array_add(search->plan->proof, requirement);
}


/* Looks for an order in which no guest strands that cannot stay somewhere, or that of those of
 * which all was looked at if it has to be @sure. Sets @units to what is looked for. */
static void
virNodeDeviceCompatPlanOrder(const PlanSearch *search,
                             bool sure,
                             GPtrArray *units,
                             virNodeDeviceCompatOrderResult *result)
{
    g_autoptr(GPtrArray) clauses = g_ptr_array_new();
    size_t i;

    g_ptr_array_set_size(units, 0);
    for (i = 0; i < search->units->len; i++) {
        PlanUnit *unit = g_ptr_array_index(search->units, i);

        if (!unit->safe && !(sure && unit->cut)) {
            g_ptr_array_add(clauses, unit->pairs);
            g_ptr_array_add(units, unit);
        }
    }

    virNodeDeviceCompatOrderSolve(search->cells->len, clauses, search->context.work, result);
}


/* Looks for an order with the idea of what is good that @search has. */
static virNodeDeviceCompatPlanStatus
virNodeDeviceCompatPlanTry(PlanSearch *search)
{
    virNodeDeviceCompatPlan *plan = search->plan;
    g_auto(virNodeDeviceCompatOrderResult) result = { 0 };
    g_autoptr(GPtrArray) units = g_ptr_array_new();
    size_t i;

    virNodeDeviceCompatPlanDivide(search);
    virNodeDeviceCompatPlanMakeUnits(search);
    virNodeDeviceCompatPlanOrder(search, false, units, &result);
    switch (result.status) {
    case VIR_NODE_DEVICE_COMPAT_ORDER_FOUND:
        if (search->context.worst < VIR_NODE_DEVICE_COMPAT_FLEET_UNKNOWN &&
            !virNodeDeviceCompatPlanMakeSteps(search, result.order))
            return VIR_NODE_DEVICE_COMPAT_PLAN_CUT;
        return VIR_NODE_DEVICE_COMPAT_PLAN_FOUND;
    case VIR_NODE_DEVICE_COMPAT_ORDER_CUT:
        return VIR_NODE_DEVICE_COMPAT_PLAN_CUT;
    case VIR_NODE_DEVICE_COMPAT_ORDER_NONE:
        break;
    }

    if (search->context.cut) {
        virNodeDeviceCompatOrderResultClear(&result);
        virNodeDeviceCompatPlanOrder(search, true, units, &result);
        if (result.status != VIR_NODE_DEVICE_COMPAT_ORDER_NONE)
            return VIR_NODE_DEVICE_COMPAT_PLAN_CUT;
    }

    g_ptr_array_set_size(plan->proof, 0);
    for (i = 0; i < result.core->len; i++)
        virNodeDeviceCompatPlanAddRequirement(search, g_ptr_array_index(units, g_array_index(result.core, size_t, i)));
    plan->minimal = result.minimal;
    return VIR_NODE_DEVICE_COMPAT_PLAN_NONE;
}


/**
 * virNodeDeviceCompatPlanSolve:
 * @plan: plan with all guests
 * @work: how much can be looked at, VIR_NODE_DEVICE_COMPAT_PLAN_WORK_MAX
 *
 * Fills in whether there is an order, and it with the moves of guests, or the proof. In an
 * order, what is not known to be compatible is not; a proof that there is none holds even
 * if all of that is.
 */
void
virNodeDeviceCompatPlanSolve(virNodeDeviceCompatPlan *plan,
                             size_t work)
{
    g_auto(PlanSearch) strict = { 0 };
    g_auto(PlanSearch) lenient = { 0 };
    virNodeDeviceCompatPlanStatus hoped;

    virNodeDeviceCompatPlanSearchInit(&strict, plan, VIR_NODE_DEVICE_COMPAT_FLEET_SUPERSET, work);
    virNodeDeviceCompatPlanSearchInit(&lenient, plan, VIR_NODE_DEVICE_COMPAT_FLEET_UNKNOWN, work);

    plan->status = virNodeDeviceCompatPlanTry(&strict);
    if (plan->status == VIR_NODE_DEVICE_COMPAT_PLAN_FOUND)
        return;

    hoped = virNodeDeviceCompatPlanTry(&lenient);
    if (hoped == VIR_NODE_DEVICE_COMPAT_PLAN_NONE)
        plan->status = VIR_NODE_DEVICE_COMPAT_PLAN_NONE;
    else if (plan->status == VIR_NODE_DEVICE_COMPAT_PLAN_NONE)
        plan->status = VIR_NODE_DEVICE_COMPAT_PLAN_UNKNOWN;
}
