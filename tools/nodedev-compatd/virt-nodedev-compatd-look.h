/*
 * virt-nodedev-compatd-look.h: one look at a guest, and what follows from it
 *
 * Compares what the host shows of the guest's devices with the description in the guest's
 * metadata, and writes that anew if it is not the same, or was made before the guest had
 * these devices. Called in a thread of its own: a look has all that it needs, and all that
 * comes of it.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"
#include "virt-nodedev-compatd-host.h"

typedef struct _virtCompatdLook virtCompatdLook;
struct _virtCompatdLook {
    /* What is looked at */
    const virtCompatdHost *host;
    void *conn;
    char *uuid;
    gint64 since;               /* its start, as it was reported; 0: it was not */
    bool again;                 /* that less is known than before is taken for true */

    /* From the look before, or NULL: then the guest is looked at only if its devices have
     * changed. Afterwards what is known now */
    GPtrArray *nodes;           /* virDomainHostdevNode of its devices */
    char *text;                 /* their description, without a time */

    /* What comes of it */
    virtCompatdResult result;
    char *error;                /* NULL if OK */
    char *name;                 /* of the guest; NULL: it was not asked for */
    GStrv names;                /* of what the devices depend on */
    bool late;                  /* not everything could be read in time, or is up to date */
    bool deferred;              /* less is known than before; that was not written */
    bool written;               /* the element, or that there is none */
};

virtCompatdLook *
virtCompatdLookNew(const virtCompatdHost *host,
                   void *conn,
                   const char *uuid);

void
virtCompatdLookFree(virtCompatdLook *look);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virtCompatdLook, virtCompatdLookFree);

void
virtCompatdLookRun(virtCompatdLook *look);
