/*
 * nodedev_compat_plan_place.c: the devices of a guest on those of a host
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_plan_place.h"

/* How many ways of placing the devices of one guest on one host are tried */
#define WAYS_MAX 4096

/* Placing the devices of a guest, some of which are placed */
typedef struct _PlaceState PlaceState;
struct _PlaceState {
    virNodeDeviceCompatPlaceContext *context;
    const GArray *classes;
    const virNodeDeviceCompatFleetHost *host;
    size_t *at;                 /* by device of the guest: member of the host, or NONE */
    size_t *used;               /* by member: devices of the guest that are placed there */
    bool *seen;                 /* by member */
    size_t ways;
    virNodeDeviceCompatPlaceFunc func;
    void *opaque;
};


static void
virNodeDeviceCompatPlaceStateInit(PlaceState *state,
                                  virNodeDeviceCompatPlaceContext *context,
                                  const GArray *classes,
                                  const virNodeDeviceCompatFleetHost *host)
{
    size_t i;

    state->context = context;
    state->classes = classes;
    state->host = host;
    state->at = g_new0(size_t, classes->len);
    state->used = g_new0(size_t, host->nmembers);
    state->seen = g_new0(bool, host->nmembers + 1);
    for (i = 0; i < classes->len; i++)
        state->at[i] = VIR_NODE_DEVICE_COMPAT_FLEET_NONE;
}


static void
virNodeDeviceCompatPlaceStateClear(PlaceState *state)
{
    g_free(state->at);
    g_free(state->used);
    g_free(state->seen);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PlaceState, virNodeDeviceCompatPlaceStateClear);


/* Devices can be created of a type; of how many, is not known. */
static size_t
virNodeDeviceCompatPlaceGetSpace(const PlaceState *state,
                                 size_t member)
{
    const virNodeDeviceCompatFleetMember *there = &state->host->members[member];

    return state->context->fleet->classes[there->klass]->what == VIR_NODE_DEVICE_COMPAT_FLEET_TYPE ?
        SIZE_MAX : there->ndevices;
}


static bool
virNodeDeviceCompatPlaceIsGood(const PlaceState *state,
                               size_t device,
                               size_t member)
{
    virNodeDeviceCompatPlaceContext *context = state->context;

    if (context->work == 0) {
        context->cut = true;
        return false;
    }
    context->work--;

    return virNodeDeviceCompatFleetGetPair(context->fleet,
                                           g_array_index(state->classes, size_t, device),
                                           state->host->members[member].klass) <= context->worst;
}


/* Finds a device for @device, moving others that are placed if need be. */
static bool
virNodeDeviceCompatPlaceDevice(PlaceState *state,
                               size_t device)
{
    size_t i;
    size_t j;

    for (i = 0; i < state->host->nmembers; i++) {
        if (state->seen[i] || !virNodeDeviceCompatPlaceIsGood(state, device, i))
            continue;
        state->seen[i] = true;

        if (state->used[i] < virNodeDeviceCompatPlaceGetSpace(state, i)) {
            state->used[i]++;
            state->at[device] = i;
            return true;
        }

        for (j = 0; j < state->classes->len; j++) {
            if (state->at[j] == i && virNodeDeviceCompatPlaceDevice(state, j)) {
                state->at[device] = i;
                return true;
            }
        }
    }

    return false;
}


/**
 * virNodeDeviceCompatPlaceFits:
 * @context: what is good
 * @classes: classes of the devices of a guest
 * @host: another host, as it would be
 *
 * Returns true if the guest can continue there. If not all is known of the host, what does
 * not fit is unknown.
 */
bool
virNodeDeviceCompatPlaceFits(virNodeDeviceCompatPlaceContext *context,
                             const GArray *classes,
                             const virNodeDeviceCompatFleetHost *host)
{
    g_auto(PlaceState) state = { 0 };
    size_t i;

    if (context->worst >= VIR_NODE_DEVICE_COMPAT_FLEET_UNKNOWN &&
        (host->cause || host->unread->len > 0))
        return true;

    virNodeDeviceCompatPlaceStateInit(&state, context, classes, host);
    for (i = 0; i < classes->len; i++) {
        memset(state.seen, 0, sizeof(*state.seen) * host->nmembers);
        if (!virNodeDeviceCompatPlaceDevice(&state, i))
            return false;
    }

    return true;
}


static void
virNodeDeviceCompatPlaceReport(PlaceState *state)
{
    g_autoptr(GArray) found = g_array_new(false, false, sizeof(size_t));
    size_t i;

    for (i = 0; i < state->classes->len; i++)
        g_array_append_val(found, state->host->members[state->at[i]].klass);
    virNodeDeviceCompatPlaceSort(found);
    state->func(found, state->opaque);
}


/* Places @device and those behind it in all ways. Those of one class are next to each other
 * and are placed in order, as it does not matter which of them is where. */
static void
virNodeDeviceCompatPlaceRest(PlaceState *state,
                             size_t device)
{
    size_t i = 0;

    if (state->ways >= WAYS_MAX) {
        state->context->cut = true;
        return;
    }
    if (device == state->classes->len) {
        state->ways++;
        virNodeDeviceCompatPlaceReport(state);
        return;
    }

    if (device > 0 && g_array_index(state->classes, size_t, device) ==
        g_array_index(state->classes, size_t, device - 1))
        i = state->at[device - 1];

    for (; i < state->host->nmembers; i++) {
        if (state->used[i] >= virNodeDeviceCompatPlaceGetSpace(state, i) ||
            !virNodeDeviceCompatPlaceIsGood(state, device, i))
            continue;

        state->used[i]++;
        state->at[device] = i;
        virNodeDeviceCompatPlaceRest(state, device + 1);
        state->used[i]--;
    }
}


/**
 * virNodeDeviceCompatPlaceEach:
 * @context: what is good
 * @classes: classes of the devices of a guest, sorted
 * @host: another host, as it would be
 * @func: called for each way of placing the devices, with the classes they would be of
 * @opaque: passed to @func
 *
 * What can happen to a guest on a device that is not known is not known either: that is
 * left out, and noted as something that was not looked at.
 */
void
virNodeDeviceCompatPlaceEach(virNodeDeviceCompatPlaceContext *context,
                             const GArray *classes,
                             const virNodeDeviceCompatFleetHost *host,
                             virNodeDeviceCompatPlaceFunc func,
                             void *opaque)
{
    g_auto(PlaceState) state = { 0 };

    if (context->worst >= VIR_NODE_DEVICE_COMPAT_FLEET_UNKNOWN &&
        (host->cause || host->unread->len > 0))
        context->cut = true;

    /* most hosts have nothing for most guests */
    if (!virNodeDeviceCompatPlaceFits(context, classes, host))
        return;

    virNodeDeviceCompatPlaceStateInit(&state, context, classes, host);
    state.func = func;
    state.opaque = opaque;
    virNodeDeviceCompatPlaceRest(&state, 0);
}


/**
 * virNodeDeviceCompatPlaceGetVerdict:
 * @fleet: fleet
 * @classes: classes of the devices of a guest
 * @host: another host
 *
 * Returns what it would be for the guest to continue there: how good the worst of its
 * devices would be off if that is as good as it can be.
 */
virNodeDeviceCompatFleetVerdict
virNodeDeviceCompatPlaceGetVerdict(virNodeDeviceCompatFleet *fleet,
                                   const GArray *classes,
                                   const virNodeDeviceCompatFleetHost *host)
{
    size_t worst;

    if (classes->len == 0)
        return VIR_NODE_DEVICE_COMPAT_FLEET_IDENTICAL;

    for (worst = VIR_NODE_DEVICE_COMPAT_FLEET_IDENTICAL;
         worst < VIR_NODE_DEVICE_COMPAT_FLEET_ABSENT; worst++) {
        virNodeDeviceCompatPlaceContext context = {
            .fleet = fleet,
            .worst = worst,
            .work = SIZE_MAX,
        };

        if (virNodeDeviceCompatPlaceFits(&context, classes, host))
            return worst;
    }

    return VIR_NODE_DEVICE_COMPAT_FLEET_ABSENT;
}


static int
virNodeDeviceCompatPlaceCompare(const void *a,
                                const void *b)
{
    size_t first = *(const size_t *)a;
    size_t second = *(const size_t *)b;

    return first < second ? -1 : first > second;
}


/**
 * virNodeDeviceCompatPlaceSort:
 * @classes: classes
 *
 * Sorts them by number.
 */
void
virNodeDeviceCompatPlaceSort(GArray *classes)
{
    g_array_sort(classes, virNodeDeviceCompatPlaceCompare);
}
