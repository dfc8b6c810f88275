/*
 * virt-nodedev-compatd-host.h: what virt-nodedev-compatd asks libvirt for
 *
 * A table of functions, so that tests can stand in for libvirt. All of them but @close
 * can take any time, and are called in threads of their own, several at the same time;
 * what is reported comes in the thread of the main loop.
 *
 * Uses nothing but GLib: what implements it with libvirt's public API
 * (virt-nodedev-compatd-libvirt.c) must not see a name of libvirt's internals.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

/* What libvirt is to call the namespace of our element */
#define VIRT_COMPATD_PREFIX "nodedev-compat"

/* How a call ended */
typedef enum {
    VIRT_COMPATD_OK = 0,
    VIRT_COMPATD_GONE,          /* there is no such guest, or it does not run */
    VIRT_COMPATD_MIGRATING,     /* it arrives just now, or is being restored */
    VIRT_COMPATD_LOST,          /* there is no connection any more */
    VIRT_COMPATD_FAILED,        /* anything else; it can work later on */
} virtCompatdResult;

/* What is reported about a guest */
typedef enum {
    VIRT_COMPATD_EVENT_STARTED,         /* it runs here from now on: what is older is not
                                         * about its devices */
    VIRT_COMPATD_EVENT_CHANGED,         /* its devices can have */
    VIRT_COMPATD_EVENT_METADATA,        /* someone has written our element */
    VIRT_COMPATD_EVENT_STOPPED,
} virtCompatdEvent;

typedef struct _virtCompatdListener virtCompatdListener;
struct _virtCompatdListener {
    /* about the guest with that UUID */
    void (*guest)(const char *uuid,
                  virtCompatdEvent event,
                  void *opaque);

    /* about the node device with that name */
    void (*device)(const char *name,
                   void *opaque);

    /* the connection is lost; nothing more is reported */
    void (*lost)(const char *reason,
                 void *opaque);
    void *opaque;
};

/* What is known of a guest */
typedef struct _virtCompatdGuestState virtCompatdGuestState;
struct _virtCompatdGuestState {
    char *xml;                  /* its definition, with its metadata */
    char *name;
    gint64 started;             /* when it began to run on this host, in seconds since 1970;
                                 * 0: not known */
};

typedef struct _virtCompatdHost virtCompatdHost;
struct _virtCompatdHost {
    /* Connects. Sets *ret_conn to what the other functions take. @listener stays as long as
     * the connection. */
    virtCompatdResult (*open)(const char *uri,
                              const virtCompatdListener *listener,
                              void **ret_conn,
                              char **ret_error);

    /* The listener is not called any more. Called when nothing else uses the connection: in
     * the thread of the main loop if it is lost, and else in another one, as all that asks
     * the daemon. */
    void (*close)(void *conn);

    /* Sets *ret_uuids to the guests that run. */
    virtCompatdResult (*list)(void *conn,
                              GPtrArray **ret_uuids,
                              char **ret_error);

    /* Has what happens to node devices reported as well, where it can be. It is another driver
     * that is asked for that, perhaps in another daemon, which can hang by itself. Called once
     * for each connection, while other functions use it. */
    void (*watch)(void *conn);

    virtCompatdResult (*get)(void *conn,
                             const char *uuid,
                             virtCompatdGuestState *ret_state,
                             char **ret_error);

    /* Puts our element into the metadata of the running guest; NULL: takes it out. */
    virtCompatdResult (*set)(void *conn,
                             const char *uuid,
                             const char *element,
                             char **ret_error);
};

/* Of libvirt's public API */
extern const virtCompatdHost virtCompatdLibvirt;
