/*
 * virt-nodedev-compatd-libvirt.c: libvirt's public API, as virt-nodedev-compatd uses it
 *
 * The only file that calls the host's libvirt, of any release from 9.0.0 on. It sees no
 * header of libvirt's internals: functions of the same name are linked into this program,
 * see virt-nodedev-compatd-names.h.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compatd-host.h"

#include <string.h>

#include <glib/gstdio.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#define URI "urn:libvirt-nodedev-compat:1"

/* So that calls end although the daemon has died in a way that nobody is told of, or hangs
 * as a whole: the connection is closed after a minute without a sign of life. */
#define KEEPALIVE_INTERVAL 15
#define KEEPALIVE_COUNT 4

/* Where the QEMU driver of root has the file that it makes when it starts a guest */
#define PID_FILE "/run/libvirt/qemu/%s.pid"

/* A connection, and what was registered on it; each registration has a reference */
typedef struct _virtCompatdConn virtCompatdConn;
struct _virtCompatdConn {
    virConnectPtr conn;
    virtCompatdListener listener;
    gboolean closed;            /* nothing is reported any more */
    gboolean qemu;              /* guests of the QEMU driver */
    const char *reason;         /* why it was closed, once it is */
    GArray *domainEvents;       /* numbers of callbacks */
    GArray *deviceEvents;
};


static void
virtCompatdIgnoreError(void *opaque G_GNUC_UNUSED,
                       virErrorPtr error G_GNUC_UNUSED)
{
}


/* What the last error of this thread means. Takes the message. */
static virtCompatdResult
virtCompatdTakeError(virConnectPtr conn,
                     char **ret_error)
{
    virErrorPtr error = virGetLastError();
    int code = error ? error->code : VIR_ERR_INTERNAL_ERROR;

    g_free(*ret_error);
    *ret_error = g_strdup(error && error->message ? error->message : "unknown error");
    virResetLastError();

    if (code == VIR_ERR_NO_DOMAIN)
        return VIRT_COMPATD_GONE;
    if (!conn || virConnectIsAlive(conn) != 1) {
        virResetLastError();
        return VIRT_COMPATD_LOST;
    }

    /* it has stopped in between */
    if (code == VIR_ERR_OPERATION_INVALID)
        return VIRT_COMPATD_GONE;

    return VIRT_COMPATD_FAILED;
}


static void
virtCompatdConnClear(void *opaque)
{
    virtCompatdConn *self = opaque;

    g_array_unref(self->domainEvents);
    g_array_unref(self->deviceEvents);
}


static void
virtCompatdConnUnref(void *self)
{
    g_atomic_rc_box_release_full(self, virtCompatdConnClear);
}


static void
virtCompatdReport(virDomainPtr dom,
                  virtCompatdEvent event,
                  void *opaque)
{
    virtCompatdConn *self = opaque;
    char uuid[VIR_UUID_STRING_BUFLEN];

    if (!self->closed && virDomainGetUUIDString(dom, uuid) == 0)
        self->listener.guest(uuid, event, self->listener.opaque);
}


/* What a guest's life means for its devices. A guest that arrives by migration is reported
 * as started before it can be written to; it then resumes, or is paused. */
static int
virtCompatdOnLifecycle(virConnectPtr conn G_GNUC_UNUSED,
                       virDomainPtr dom,
                       int event,
                       int detail,
                       void *opaque)
{
    switch (event) {
    case VIR_DOMAIN_EVENT_STARTED:
        virtCompatdReport(dom, VIRT_COMPATD_EVENT_STARTED, opaque);
        break;

    case VIR_DOMAIN_EVENT_RESUMED:
        if (detail == VIR_DOMAIN_EVENT_RESUMED_MIGRATED ||
            detail == VIR_DOMAIN_EVENT_RESUMED_POSTCOPY)
            virtCompatdReport(dom, VIRT_COMPATD_EVENT_STARTED, opaque);
        else if (detail == VIR_DOMAIN_EVENT_RESUMED_FROM_SNAPSHOT)
            virtCompatdReport(dom, VIRT_COMPATD_EVENT_CHANGED, opaque);
        break;

    /* a guest that was paused arrives so, or is restored so; and one whose devices changed in a
     * migration that has failed is written to only now */
    case VIR_DOMAIN_EVENT_SUSPENDED:
        if (detail == VIR_DOMAIN_EVENT_SUSPENDED_PAUSED ||
            detail == VIR_DOMAIN_EVENT_SUSPENDED_RESTORED ||
            detail == VIR_DOMAIN_EVENT_SUSPENDED_FROM_SNAPSHOT)
            virtCompatdReport(dom, VIRT_COMPATD_EVENT_CHANGED, opaque);
        break;

    case VIR_DOMAIN_EVENT_STOPPED:
    case VIR_DOMAIN_EVENT_CRASHED:
        virtCompatdReport(dom, VIRT_COMPATD_EVENT_STOPPED, opaque);
        break;

    default:
        break;
    }

    return 0;
}


static void
virtCompatdOnDevice(virConnectPtr conn G_GNUC_UNUSED,
                    virDomainPtr dom,
                    const char *alias G_GNUC_UNUSED,
                    void *opaque)
{
    virtCompatdReport(dom, VIRT_COMPATD_EVENT_CHANGED, opaque);
}


static void
virtCompatdOnMetadata(virConnectPtr conn G_GNUC_UNUSED,
                      virDomainPtr dom,
                      int type,
                      const char *uri,
                      void *opaque)
{
    if (type == VIR_DOMAIN_METADATA_ELEMENT && uri && g_str_equal(uri, URI))
        virtCompatdReport(dom, VIRT_COMPATD_EVENT_METADATA, opaque);
}


static void
virtCompatdReportNode(virNodeDevicePtr dev,
                      virtCompatdConn *self)
{
    const char *name = virNodeDeviceGetName(dev);

    if (name && !self->closed)
        self->listener.device(name, self->listener.opaque);
}


static void
virtCompatdOnNodeUpdate(virConnectPtr conn G_GNUC_UNUSED,
                        virNodeDevicePtr dev,
                        void *opaque)
{
    virtCompatdReportNode(dev, opaque);
}


static void
virtCompatdOnNodeLifecycle(virConnectPtr conn G_GNUC_UNUSED,
                           virNodeDevicePtr dev,
                           int event G_GNUC_UNUSED,
                           int detail G_GNUC_UNUSED,
                           void *opaque)
{
    virtCompatdReportNode(dev, opaque);
}


static gboolean
virtCompatdOnClosed(void *opaque)
{
    virtCompatdConn *self = opaque;

    if (!self->closed)
        self->listener.lost(self->reason, self->listener.opaque);
    return G_SOURCE_REMOVE;
}


/* Called with a lock that virConnectUnregisterCloseCallback() takes, too */
static void
virtCompatdOnClose(virConnectPtr conn G_GNUC_UNUSED,
                   int reason,
                   void *opaque)
{
    virtCompatdConn *self = opaque;

    self->reason = reason == VIR_CONNECT_CLOSE_REASON_KEEPALIVE ? "it does not respond" :
                                                                  "it was closed";
    g_idle_add_full(G_PRIORITY_DEFAULT, virtCompatdOnClosed, g_atomic_rc_box_acquire(self),
                    virtCompatdConnUnref);
}


/* What is reported about guests, in order of how much depends on it */
static const struct {
    int id;
    virConnectDomainEventGenericCallback func;
    gboolean needed;
} domainEvents[] = {
    { VIR_DOMAIN_EVENT_ID_LIFECYCLE,
      VIR_DOMAIN_EVENT_CALLBACK(virtCompatdOnLifecycle), TRUE },
    { VIR_DOMAIN_EVENT_ID_DEVICE_ADDED,
      VIR_DOMAIN_EVENT_CALLBACK(virtCompatdOnDevice), TRUE },
    { VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED,
      VIR_DOMAIN_EVENT_CALLBACK(virtCompatdOnDevice), TRUE },
    { VIR_DOMAIN_EVENT_ID_METADATA_CHANGE,
      VIR_DOMAIN_EVENT_CALLBACK(virtCompatdOnMetadata), FALSE },
};

/* The same about node devices. Not every connection has a node device driver; the kernel
 * reports changes of devices, too. */
static const struct {
    int id;
    virConnectNodeDeviceEventGenericCallback func;
} deviceEvents[] = {
    { VIR_NODE_DEVICE_EVENT_ID_UPDATE,
      VIR_NODE_DEVICE_EVENT_CALLBACK(virtCompatdOnNodeUpdate) },
    { VIR_NODE_DEVICE_EVENT_ID_LIFECYCLE,
      VIR_NODE_DEVICE_EVENT_CALLBACK(virtCompatdOnNodeLifecycle) },
};


static int
virtCompatdRegister(virtCompatdConn *self)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(domainEvents); i++) {
        int number = virConnectDomainEventRegisterAny(self->conn, NULL, domainEvents[i].id,
                                                      domainEvents[i].func,
                                                      g_atomic_rc_box_acquire(self),
                                                      virtCompatdConnUnref);

        if (number >= 0) {
            g_array_append_val(self->domainEvents, number);
            continue;
        }

        virtCompatdConnUnref(self);
        if (domainEvents[i].needed)
            return -1;
    }

    /* a driver in this process cannot be lost, and has none of it */
    if (virConnectRegisterCloseCallback(self->conn, virtCompatdOnClose,
                                        g_atomic_rc_box_acquire(self),
                                        virtCompatdConnUnref) < 0)
        virtCompatdConnUnref(self);
    if (virConnectSetKeepAlive(self->conn, KEEPALIVE_INTERVAL, KEEPALIVE_COUNT) != 0)
        virResetLastError();

    virResetLastError();
    return 0;
}


static void
virtCompatdWatch(void *opaque)
{
    virtCompatdConn *self = opaque;
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(deviceEvents); i++) {
        int number = virConnectNodeDeviceEventRegisterAny(self->conn, NULL, deviceEvents[i].id,
                                                          deviceEvents[i].func,
                                                          g_atomic_rc_box_acquire(self),
                                                          virtCompatdConnUnref);

        if (number >= 0)
            g_array_append_val(self->deviceEvents, number);
        else
            virtCompatdConnUnref(self);
    }

    virResetLastError();
}


/* Nothing is reported any more when this returns; if the connection is dead, it does not
 * wait for an answer. */
static void
virtCompatdClose(void *opaque)
{
    virtCompatdConn *self = opaque;
    size_t i;

    self->closed = TRUE;
    for (i = 0; i < self->domainEvents->len; i++)
        virConnectDomainEventDeregisterAny(self->conn, g_array_index(self->domainEvents, int, i));
    for (i = 0; i < self->deviceEvents->len; i++)
        virConnectNodeDeviceEventDeregisterAny(self->conn,
                                               g_array_index(self->deviceEvents, int, i));
    virConnectUnregisterCloseCallback(self->conn, virtCompatdOnClose);
    virConnectClose(self->conn);
    virResetLastError();
    virtCompatdConnUnref(self);
}


static virtCompatdResult
virtCompatdOpen(const char *uri,
                const virtCompatdListener *listener,
                void **ret_conn,
                char **ret_error)
{
    virtCompatdConn *self;
    g_autofree char *scheme = NULL;

    virSetErrorFunc(NULL, virtCompatdIgnoreError);

    self = g_atomic_rc_box_new0(virtCompatdConn);
    self->listener = *listener;
    self->domainEvents = g_array_new(FALSE, FALSE, sizeof(int));
    self->deviceEvents = g_array_new(FALSE, FALSE, sizeof(int));

    if (!(self->conn = virConnectOpen(uri))) {
        virtCompatdTakeError(NULL, ret_error);
        virtCompatdConnUnref(self);
        return VIRT_COMPATD_LOST;
    }

    if (virtCompatdRegister(self) < 0) {
        virtCompatdTakeError(self->conn, ret_error);
        virtCompatdClose(self);
        return VIRT_COMPATD_LOST;
    }

    scheme = g_uri_parse_scheme(uri);
    self->qemu = scheme && (g_str_equal(scheme, "qemu") || g_str_equal(scheme, "qemu+unix"));
    *ret_conn = self;
    return VIRT_COMPATD_OK;
}


static virtCompatdResult
virtCompatdList(void *opaque,
                GPtrArray **ret_uuids,
                char **ret_error)
{
    virtCompatdConn *self = opaque;
    virDomainPtr *domains = NULL;
    int ndomains = virConnectListAllDomains(self->conn, &domains,
                                            VIR_CONNECT_LIST_DOMAINS_ACTIVE);
    size_t i;

    if (ndomains < 0)
        return virtCompatdTakeError(self->conn, ret_error);

    *ret_uuids = g_ptr_array_new_with_free_func(g_free);
    for (i = 0; i < ndomains; i++) {
        char uuid[VIR_UUID_STRING_BUFLEN];

        if (virDomainGetUUIDString(domains[i], uuid) == 0)
            g_ptr_array_add(*ret_uuids, g_strdup(uuid));
        virDomainFree(domains[i]);
    }
    g_free(domains);

    return VIRT_COMPATD_OK;
}


/* When the guest began to run on this host: QEMU's file is as old as its process, however
 * often the daemon was restarted since. Of a guest of another driver that is not known. */
static gint64
virtCompatdGetStarted(const virtCompatdConn *self,
                      const char *name)
{
    g_autofree char *path = NULL;
    GStatBuf sb;

    if (!self->qemu || strchr(name, '/'))
        return 0;

    path = g_strdup_printf(PID_FILE, name);
    return g_stat(path, &sb) == 0 ? sb.st_mtime : 0;
}


/* Whether the guest is being started, arrives or leaves. Whatever changes it has to wait for
 * the end of that. A guest that was restored and stays paused is in the state of one that
 * arrives, but has no job; the job of one that arrives is not shown. */
static gboolean
virtCompatdIsArriving(virDomainPtr dom,
                      int state,
                      int reason)
{
    virDomainJobInfo job;

    if (state != VIR_DOMAIN_PAUSED)
        return FALSE;
    if (reason != VIR_DOMAIN_PAUSED_MIGRATION)
        return reason == VIR_DOMAIN_PAUSED_STARTING_UP;

    if (virDomainGetJobInfo(dom, &job) == 0)
        return job.type != VIR_DOMAIN_JOB_NONE;

    virResetLastError();
    return TRUE;
}


static virtCompatdResult
virtCompatdGet(void *opaque,
               const char *uuid,
               virtCompatdGuestState *ret_state,
               char **ret_error)
{
    virtCompatdConn *self = opaque;
    virDomainPtr dom = virDomainLookupByUUIDString(self->conn, uuid);
    virtCompatdResult result = VIRT_COMPATD_OK;
    g_autofree char *name = NULL;
    g_autofree char *xml = NULL;
    int state = VIR_DOMAIN_NOSTATE;
    int reason = 0;

    if (!dom)
        return virtCompatdTakeError(self->conn, ret_error);

    name = g_strdup(virDomainGetName(dom));
    if (virDomainGetState(dom, &state, &reason, 0) < 0)
        result = virtCompatdTakeError(self->conn, ret_error);
    else if (state == VIR_DOMAIN_SHUTOFF || state == VIR_DOMAIN_CRASHED)
        result = VIRT_COMPATD_GONE;
    else if (virtCompatdIsArriving(dom, state, reason))
        result = VIRT_COMPATD_MIGRATING;
    else if (!(xml = virDomainGetXMLDesc(dom, 0)))
        result = virtCompatdTakeError(self->conn, ret_error);
    virDomainFree(dom);

    if (result == VIRT_COMPATD_OK) {
        ret_state->xml = g_steal_pointer(&xml);
        ret_state->started = virtCompatdGetStarted(self, name);
        ret_state->name = g_steal_pointer(&name);
    }

    return result;
}


static virtCompatdResult
virtCompatdSet(void *opaque,
               const char *uuid,
               const char *element,
               char **ret_error)
{
    virtCompatdConn *self = opaque;
    virDomainPtr dom = virDomainLookupByUUIDString(self->conn, uuid);
    virtCompatdResult result = VIRT_COMPATD_OK;

    if (!dom)
        return virtCompatdTakeError(self->conn, ret_error);

    if (virDomainSetMetadata(dom, VIR_DOMAIN_METADATA_ELEMENT, element,
                             element ? VIRT_COMPATD_PREFIX : NULL, URI, VIR_DOMAIN_AFFECT_LIVE) < 0)
        result = virtCompatdTakeError(self->conn, ret_error);
    virDomainFree(dom);

    return result;
}


const virtCompatdHost virtCompatdLibvirt = {
    .open = virtCompatdOpen,
    .close = virtCompatdClose,
    .list = virtCompatdList,
    .watch = virtCompatdWatch,
    .get = virtCompatdGet,
    .set = virtCompatdSet,
};
