/*
 * virt-nodedev-compatd-guest.h: a guest that runs, and what it is due for
 *
 * Knows what came of the last look at it, when it is to be looked at again if that has
 * failed, and which reports on its metadata are of this program's own making. All in the
 * thread of the main loop.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "virt-nodedev-compatd-look.h"

/* All in milliseconds */
typedef struct _virtCompatdTimes virtCompatdTimes;
struct _virtCompatdTimes {
    unsigned int settle;        /* reports within that time are one */
    unsigned int retry;         /* until what failed is tried again, twice that the next
                                 * time, and so on */
    unsigned int retryMax;
    unsigned int reread;        /* until devices are read again of which nothing is reported */
    unsigned int connect;       /* until there has to be a connection, if everything is done
                                 * once; 0: it is waited for */
};

extern const virtCompatdTimes virtCompatdTimesDefault;

unsigned int
virtCompatdTimesGetDelay(const virtCompatdTimes *times,
                         unsigned int failures);

/* What a guest is due for */
typedef enum {
    VIRT_COMPATD_DUE_NOTHING = 0,
    VIRT_COMPATD_DUE_DEVICES,                /* to have its devices read */
    VIRT_COMPATD_DUE_LOOK,                   /* to be looked at */
} virtCompatdDue;

typedef struct _virtCompatdGuest virtCompatdGuest;
struct _virtCompatdGuest {
    char *uuid;
    const virtCompatdTimes *times;      /* NULL: nothing is tried again */
    void (*onDue)(void *opaque);        /* called when it is due for something */
    void *opaque;
    virtCompatdDue due;
    bool busy;                  /* a thread looks at it */
    bool stopped;               /* it goes when the thread is through */
    gint64 since;               /* its start, as far as it was reported; or 0 */
    unsigned int failures;      /* in a row */
    guint retry;                /* timer, or 0 */
    bool again;                 /* what cannot be read the next time is written */

    /* The last of what is reported about our element was written by us, see
     * virtCompatdGuestMatchMetadata(). */
    unsigned int writes;
    unsigned int reports;

    /* How often what others wrote was replaced, one time soon after the other, and when
     * somebody wrote the last time, of g_get_monotonic_time() */
    unsigned int replaced;
    gint64 contested;

    /* What came of the last look */
    GPtrArray *nodes;           /* of its host devices */
    char *text;
    GStrv names;
};

virtCompatdGuest *
virtCompatdGuestNew(const char *uuid,
                    const virtCompatdTimes *times,
                    void (*onDue)(void *opaque),
                    void *opaque);

void
virtCompatdGuestFree(virtCompatdGuest *guest);

void
virtCompatdGuestSetDue(virtCompatdGuest *guest,
                       virtCompatdDue due);

void
virtCompatdGuestSetRetry(virtCompatdGuest *guest);

void
virtCompatdGuestBeginLook(virtCompatdGuest *guest,
                          virtCompatdLook *look);

void
virtCompatdGuestTakeLook(virtCompatdGuest *guest,
                         virtCompatdLook *look);

void
virtCompatdGuestMatchMetadata(virtCompatdGuest *guest);
