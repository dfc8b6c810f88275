/*
 * virt-nodedev-compatd-guest.c: a guest that runs, and what it is due for
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compatd-guest.h"

/* Devices are read again after ten minutes: what a vendor's tool changes behind the driver,
 * nobody reports. To read one takes about a millisecond, so 100 guests with two devices
 * take 0.03 % of a processor. */
const virtCompatdTimes virtCompatdTimesDefault = {
    .settle = 200,
    .retry = 2 * 1000,
    .retryMax = 60 * 1000,
    .reread = 10 * 60 * 1000,
    .connect = 60 * 1000,
};


/* So often what others have written is replaced at once. */
#define REPLACED_MAX 3


/**
 * virtCompatdTimesGetDelay:
 * @times: times
 * @failures: how often something has failed in a row
 *
 * Returns how long to wait until it is tried again, in milliseconds: twice as long each
 * time.
 */
unsigned int
virtCompatdTimesGetDelay(const virtCompatdTimes *times,
                         unsigned int failures)
{
    return MIN((guint64) times->retry << MIN(failures, 16), times->retryMax);
}


virtCompatdGuest *
virtCompatdGuestNew(const char *uuid,
                    const virtCompatdTimes *times,
                    void (*onDue)(void *opaque),
                    void *opaque)
{
    virtCompatdGuest *guest = g_new0(virtCompatdGuest, 1);

    guest->uuid = g_strdup(uuid);
    guest->times = times;
    guest->onDue = onDue;
    guest->opaque = opaque;

    return guest;
}


void
virtCompatdGuestFree(virtCompatdGuest *guest)
{
    g_clear_handle_id(&guest->retry, g_source_remove);
    g_clear_pointer(&guest->nodes, g_ptr_array_unref);
    g_strfreev(guest->names);
    g_free(guest->text);
    g_free(guest->uuid);
    g_free(guest);
}


/* Has the guest looked at in a moment. */
void
virtCompatdGuestSetDue(virtCompatdGuest *guest,
                       virtCompatdDue due)
{
    guest->due = MAX(guest->due, due);
    guest->onDue(guest->opaque);
}


static gboolean
virtCompatdGuestOnRetry(void *opaque)
{
    virtCompatdGuest *guest = opaque;

    guest->retry = 0;
    virtCompatdGuestSetDue(guest, guest->again ? VIRT_COMPATD_DUE_DEVICES : VIRT_COMPATD_DUE_LOOK);
    return G_SOURCE_REMOVE;
}


/* Has the guest looked at once more, later each time that this is called in a row. */
void
virtCompatdGuestSetRetry(virtCompatdGuest *guest)
{
    if (!guest->times)
        return;

    if (guest->retry == 0 && guest->due == VIRT_COMPATD_DUE_NOTHING) {
        guest->retry = g_timeout_add(virtCompatdTimesGetDelay(guest->times, guest->failures),
                                     virtCompatdGuestOnRetry, guest);
    }
    guest->failures++;
}


/**
 * virtCompatdGuestBeginLook:
 * @guest: guest that is due
 * @look: a new look at it
 *
 * Fills in what is known.
 */
void
virtCompatdGuestBeginLook(virtCompatdGuest *guest,
                          virtCompatdLook *look)
{
    look->since = guest->since;
    look->again = guest->again || !guest->times;
    if (guest->due == VIRT_COMPATD_DUE_DEVICES && guest->nodes) {
        look->nodes = g_ptr_array_ref(guest->nodes);
        look->text = g_strdup(guest->text);
    }

    guest->due = VIRT_COMPATD_DUE_NOTHING;
    guest->busy = true;
    g_clear_handle_id(&guest->retry, g_source_remove);
}


/* Takes over what came of a look. */
void
virtCompatdGuestTakeLook(virtCompatdGuest *guest,
                         virtCompatdLook *look)
{
    g_clear_pointer(&guest->nodes, g_ptr_array_unref);
    g_clear_pointer(&guest->names, g_strfreev);
    g_free(guest->text);
    guest->nodes = g_steal_pointer(&look->nodes);
    guest->names = g_steal_pointer(&look->names);
    guest->text = g_steal_pointer(&look->text);

    guest->again = look->deferred || look->late;
    if (guest->again)
        virtCompatdGuestSetRetry(guest);
    else
        guest->failures = 0;
}


/* Has a guest looked at whose element somebody else has written. If that goes on and on, the
 * two of them would keep libvirt busy: later each time. */
static void
virtCompatdGuestSetContested(virtCompatdGuest *guest)
{
    gint64 now = g_get_monotonic_time();

    if (guest->times && now - guest->contested > 2000LL * guest->times->retryMax)
        guest->replaced = 0;
    guest->contested = now;

    if (guest->replaced++ < REPLACED_MAX) {
        virtCompatdGuestSetDue(guest, VIRT_COMPATD_DUE_LOOK);
        return;
    }

    guest->failures = guest->replaced - REPLACED_MAX;
    virtCompatdGuestSetRetry(guest);
}


/* Each time that the element is written there is a report: those that we have caused are
 * not looked into. They can come before or after the call returns. */
void
virtCompatdGuestMatchMetadata(virtCompatdGuest *guest)
{
    unsigned int own = MIN(guest->writes, guest->reports);

    guest->writes -= own;
    guest->reports -= own;

    if (guest->reports > 0)
        virtCompatdGuestSetContested(guest);
    guest->reports = 0;
}
