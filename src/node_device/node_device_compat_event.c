/*
 * node_device_compat_event.c: update events when a descriptor changes
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#define LIBVIRT_NODE_DEVICE_COMPAT_EVENTPRIV_H_ALLOW
#include "node_device_compat_event.h"
#include "node_device_compat_eventpriv.h"

#include "node_device_event.h"
#include "nodedev_compat/evidence/nodedev_compat_update.h"
#include "nodedev_compat/evidence/nodedev_compat_watch.h"
#include "nodedev_compat/nodedev_compat_device.h"
#include "nodedev_compat_xml.h"
#include "virfile.h"
#include "virlog.h"
#include "virstring.h"
#include "virthread.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

VIR_LOG_INIT("node_device.node_device_compat_event");

/* As many devices are read at the same time; each takes seconds at most. A pool of
 * libvirt's does not always grow when it has jobs that wait. */
#define WORKERS_MAX 16

/* How long it is read which types a device offers, in microseconds */
#define TYPES_TIME (5 * G_USEC_PER_SEC)

/* How long those that are being read are waited for when the driver stops, in
 * microseconds. What takes longer is left behind. */
#define STOP_TIME (10 * G_USEC_PER_SEC)

/* With more devices remembered, those that do not exist any more are forgotten. */
#define SWEEP_MIN 1024

/* What somebody has seen of a device, or was sent an event about */
typedef struct _nodeDeviceCompatSeen nodeDeviceCompatSeen;
struct _nodeDeviceCompatSeen {
    char *parent;               /* sysfs path of its parent, or NULL */
    char *digest;               /* of its descriptors; NULL: they are being read */
};

/* A device that is to be read because of an event. Several events about a device that
 * was not read yet are one job. */
typedef struct _nodeDeviceCompatJob nodeDeviceCompatJob;
struct _nodeDeviceCompatJob {
    virNodeDeviceObjList *devs;
    virObjectEventState *events;
    char *path;                 /* of the device */
    bool rebind;                /* it was bound to another driver, or to none */
    bool again;                 /* an event came while it was read */
};

/* What a look at a device has found */
typedef struct _nodeDeviceCompatLook nodeDeviceCompatLook;
struct _nodeDeviceCompatLook {
    const nodeDeviceCompatJob *job;
    const virNodeDeviceDef *def;
    char *digest;
    bool rebind;
};

static GMutex lock;
static GCond stopped;           /* a worker has ended */

/* All that follows is protected by the lock, which is not held while anything is read,
 * nor while another lock is waited for. */
static GHashTable *seen;        /* nodeDeviceCompatSeen by sysfs path */
static size_t sweepSize = SWEEP_MIN;
static GHashTable *jobs;        /* nodeDeviceCompatJob by sysfs path */
static GQueue waiting;          /* of these, those that no worker has begun */
static size_t nworkers;
static bool stopping;


static void
nodeDeviceCompatSeenFree(void *opaque)
{
    nodeDeviceCompatSeen *entry = opaque;

    g_free(entry->parent);
    g_free(entry->digest);
    g_free(entry);
}


static void
nodeDeviceCompatJobFree(void *opaque)
{
    nodeDeviceCompatJob *job = opaque;

    virObjectUnref(job->devs);
    virObjectUnref(job->events);
    g_free(job->path);
    g_free(job);
}


/* The ids of types, sorted: they are listed in whatever order they were found */
static GStrv
nodeDeviceCompatGetTypeIds(virMediatedDeviceType **types,
                           size_t ntypes)
{
    GStrv ids = g_new0(char *, ntypes + 1);
    size_t i;

    for (i = 0; i < ntypes; i++)
        ids[i] = g_strdup(types[i]->id);

    g_qsort_with_data(ids, ntypes, sizeof(*ids), virStringSortCompare, NULL);
    return ids;
}


/* A digest of the descriptors of @def and of the mdev types it offers */
static char *
nodeDeviceCompatGetDigest(const virNodeDeviceDef *def)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *text = NULL;
    const virNodeDevCapsDef *cap;
    size_t i;

    for (cap = def->caps; cap; cap = cap->next) {
        virMediatedDeviceType **types = NULL;
        size_t ntypes = virNodeDevCapsDefGetMdevTypes(cap, &types);
        g_auto(GStrv) ids = nodeDeviceCompatGetTypeIds(types, ntypes);

        virNodeDeviceCompatFormat(&buf, cap->data.compat);

        for (i = 0; i < ntypes; i++) {
            virBufferAsprintf(&buf, "%s\n", ids[i]);
            virNodeDeviceCompatFormat(&buf, virNodeDeviceCompatTypesGet(cap->data.typeCompat,
                                                                        ids[i]));
        }
    }

    text = virBufferContentAndReset(&buf);
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, NULLSTR_EMPTY(text), -1);
}


static void
nodeDeviceCompatInitLocked(void)
{
    if (seen)
        return;

    seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, nodeDeviceCompatSeenFree);
    jobs = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, nodeDeviceCompatJobFree);
}


static gboolean
nodeDeviceCompatIsGone(void *path,
                       void *entry G_GNUC_UNUSED,
                       void *opaque G_GNUC_UNUSED)
{
    return !virFileExists(path);
}


/* The names of mediated devices are not limited in number. */
static void
nodeDeviceCompatSweepLocked(void)
{
    if (g_hash_table_size(seen) < sweepSize)
        return;

    g_hash_table_foreach_remove(seen, nodeDeviceCompatIsGone, NULL);
    sweepSize = MAX(SWEEP_MIN, 2 * g_hash_table_size(seen));
}


static void
nodeDeviceCompatRememberLocked(const virNodeDeviceDef *def,
                               const char *digest)
{
    nodeDeviceCompatSeen *entry = g_new0(nodeDeviceCompatSeen, 1);

    entry->parent = g_strdup(def->parent_sysfs_path);
    entry->digest = g_strdup(digest);

    nodeDeviceCompatInitLocked();
    g_hash_table_replace(seen, g_strdup(def->sysfs_path), entry);
    nodeDeviceCompatSweepLocked();
}


static nodeDeviceCompatSeen *
nodeDeviceCompatRecallLocked(const char *path)
{
    return seen ? g_hash_table_lookup(seen, path) : NULL;
}


/**
 * nodeDeviceCompatExpect:
 * @def: copy of the definition of a device that is about to be read for somebody
 *
 * If an event comes before nodeDeviceCompatRemember() is called, what is shown can be what
 * was before it: so there is an update event.
 */
void
nodeDeviceCompatExpect(const virNodeDeviceDef *def)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);

    if (def->sysfs_path && !nodeDeviceCompatRecallLocked(def->sysfs_path))
        nodeDeviceCompatRememberLocked(def, NULL);
}


static bool
nodeDeviceCompatIsKnownLocked(const char *path)
{
    const nodeDeviceCompatSeen *entry = nodeDeviceCompatRecallLocked(path);

    return entry && entry->digest;
}


/**
 * nodeDeviceCompatRemember:
 * @def: copy of the definition of a device, with descriptors that are up to date
 *
 * Remembers the descriptors for somebody who has asked for them, unless earlier ones are
 * remembered: who has seen those gets an event about the difference.
 */
void
nodeDeviceCompatRemember(const virNodeDeviceDef *def)
{
    g_autofree char *digest = NULL;
    bool known;

    if (!def->sysfs_path)
        return;

    g_mutex_lock(&lock);
    known = nodeDeviceCompatIsKnownLocked(def->sysfs_path);
    g_mutex_unlock(&lock);
    if (known)
        return;

    digest = nodeDeviceCompatGetDigest(def);

    g_mutex_lock(&lock);
    if (!nodeDeviceCompatIsKnownLocked(def->sysfs_path))
        nodeDeviceCompatRememberLocked(def, digest);
    g_mutex_unlock(&lock);
}


static void
nodeDeviceCompatForgetPath(const char *path)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);

    if (seen && path)
        g_hash_table_remove(seen, path);
}


/**
 * nodeDeviceCompatForget:
 * @def: definition of a device about which an event is emitted
 *
 * Forgets its descriptors, since whoever is interested in them asks for them again.
 */
void
nodeDeviceCompatForget(const virNodeDeviceDef *def)
{
    nodeDeviceCompatForgetPath(def->sysfs_path);
}


/* Returns true if the descriptors are not those that somebody has seen, and remembers
 * them. Of a function that nobody has looked at a rebind is a change, as its driver is
 * part of them, and of those of its types; the driver of a mediated device is that of
 * its parent. */
static bool
nodeDeviceCompatIsChanged(const nodeDeviceCompatLook *look)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);
    const nodeDeviceCompatSeen *entry = nodeDeviceCompatRecallLocked(look->job->path);
    const virNodeDevCapsDef *cap = look->def->caps;
    bool changed = look->rebind && cap->data.type == VIR_NODE_DEV_CAP_PCI_DEV &&
                   (cap->data.compat || cap->data.typeCompat);

    if (entry)
        changed = STRNEQ_NULLABLE(entry->digest, look->digest);

    nodeDeviceCompatRememberLocked(look->def, look->digest);
    return changed;
}


/* Called with the list locked. So the device is in it, and an event about its removal
 * comes after this one. */
static bool
nodeDeviceCompatEmit(virNodeDeviceObj *obj,
                     const void *opaque)
{
    const nodeDeviceCompatLook *look = opaque;
    VIR_LOCK_GUARD guard = virObjectLockGuard(obj);
    const virNodeDeviceDef *def = virNodeDeviceObjGetDef(obj);
    bool changed;

    if (STRNEQ(def->name, look->def->name) ||
        STRNEQ_NULLABLE(def->sysfs_path, look->def->sysfs_path))
        return false;

    changed = nodeDeviceCompatIsChanged(look);
    VIR_DEBUG("path=%s rebind=%d changed=%d", def->sysfs_path, look->rebind, changed);

    if (changed)
        virObjectEventStateQueue(look->job->events, virNodeDeviceEventUpdateNew(def->name));
    return true;
}


static void
nodeDeviceCompatLookAt(const nodeDeviceCompatJob *job,
                       bool rebind)
{
    virNodeDeviceObj *obj = virNodeDeviceObjListFindBySysfsPath(job->devs, job->path);
    g_autoptr(virNodeDeviceDef) def = NULL;
    g_autofree char *digest = NULL;
    nodeDeviceCompatLook look = { .job = job, .rebind = rebind };

    if (!obj)
        return;

    look.def = def = virNodeDeviceDefCopyCompat(virNodeDeviceObjGetDef(obj));
    virNodeDeviceObjEndAPI(&obj);

    if (!virNodeDeviceDefHasCandidates(NULL, def))
        return;

    virNodeDeviceCompatWatchStart();
    /* libvirt's own definition has those from when it was shown last */
    virNodeDeviceCompatUpdateMdevTypes(def, g_get_monotonic_time() + TYPES_TIME);
    virNodeDeviceCompatUpdateNow(def);

    /* a device that is removed loses its driver first; its removal has its own event */
    if (!virFileExists(job->path))
        return;

    look.digest = digest = nodeDeviceCompatGetDigest(def);
    obj = virNodeDeviceObjListFind(job->devs, nodeDeviceCompatEmit, &look);
    virNodeDeviceObjEndAPI(&obj);
}


/* Reads the device of a job. If an event came meanwhile it is read once more, but not before
 * those that wait: there can be no end of events about it. */
static void
nodeDeviceCompatRunLocked(nodeDeviceCompatJob *job)
{
    bool rebind = job->rebind;

    job->rebind = job->again = false;

    g_mutex_unlock(&lock);
    nodeDeviceCompatLookAt(job, rebind);
    g_mutex_lock(&lock);

    if (job->again && !stopping)
        g_queue_push_tail(&waiting, job);
    else
        g_hash_table_remove(jobs, job->path);
}


static void
nodeDeviceCompatWork(void *opaque G_GNUC_UNUSED)
{
    nodeDeviceCompatJob *job;

    g_mutex_lock(&lock);
    while ((job = g_queue_pop_head(&waiting)))
        nodeDeviceCompatRunLocked(job);
    nworkers--;
    g_cond_broadcast(&stopped);
    g_mutex_unlock(&lock);
}


/* There is a worker for each job, up to the limit: any of them can hang. */
static void
nodeDeviceCompatSubmitLocked(nodeDeviceCompatJob *job)
{
    virThread thread;

    g_queue_push_tail(&waiting, job);

    if (nworkers < WORKERS_MAX &&
        virThreadCreateFull(&thread, false, nodeDeviceCompatWork,
                            "nodedev-compat", false, NULL) == 0)
        nworkers++;

    if (nworkers == 0) {
        VIR_WARN("cannot read compatibility data of '%s': %s", job->path, g_strerror(errno));
        g_queue_remove(&waiting, job);
        g_hash_table_remove(jobs, job->path);
    }
}


static void
nodeDeviceCompatQueueLocked(virNodeDeviceDriverState *driver_state,
                            const char *path,
                            bool rebind)
{
    nodeDeviceCompatJob *job;

    if ((job = g_hash_table_lookup(jobs, path))) {
        job->rebind |= rebind;
        job->again = true;
        return;
    }

    job = g_new0(nodeDeviceCompatJob, 1);
    job->devs = virObjectRef(driver_state->devs);
    job->events = virObjectRef(driver_state->nodeDeviceEventState);
    job->path = g_strdup(path);
    job->rebind = rebind;
    g_hash_table_insert(jobs, job->path, job);

    nodeDeviceCompatSubmitLocked(job);
}


/**
 * nodeDeviceCompatNoticeEvent:
 * @path: sysfs path of the device of a udev event
 *
 * To be called for all events as soon as they are received. What is kept of the device is
 * not used any more; nothing is read.
 */
void
nodeDeviceCompatNoticeEvent(const char *path)
{
    virNodeDeviceCompatWatchUdev(path);
}


/**
 * nodeDeviceCompatIsRebind:
 * @action: action of a udev event
 *
 * Returns true if the event is about the driver that a device is bound to.
 */
bool
nodeDeviceCompatIsRebind(const char *action)
{
    return STREQ(action, "bind") || STREQ(action, "unbind");
}


/**
 * nodeDeviceCompatHandleEvent:
 * @driver_state: state of the driver
 * @action: action of a udev event
 * @path: sysfs path of its device
 *
 * When a device is bound to another driver, or to none, libvirt's own definition of it
 * stays the same, but its descriptor can change. Those of mediated devices depend on
 * their parent as well. Each such device is read later on, and an update event is
 * emitted if it has changed. This function reads nothing and does not wait for that.
 *
 * Returns true if that is all that is to be done about the event.
 */
bool
nodeDeviceCompatHandleEvent(virNodeDeviceDriverState *driver_state,
                            const char *action,
                            const char *path)
{
    bool rebind = nodeDeviceCompatIsRebind(action);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);
    GHashTableIter iter;
    void *child;
    void *entry;

    nodeDeviceCompatInitLocked();

    g_hash_table_iter_init(&iter, seen);
    while (g_hash_table_iter_next(&iter, &child, &entry)) {
        if (STREQ_NULLABLE(((nodeDeviceCompatSeen *) entry)->parent, path))
            nodeDeviceCompatQueueLocked(driver_state, child, false);
    }

    if (rebind)
        nodeDeviceCompatQueueLocked(driver_state, path, true);
    else
        g_hash_table_remove(seen, path);    /* it has an event of libvirt's own */

    return rebind;
}


/**
 * nodeDeviceCompatEventCount:
 *
 * Returns the number of devices that are being read, or will be.
 */
size_t
nodeDeviceCompatEventCount(void)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);

    return jobs ? g_hash_table_size(jobs) : 0;
}


/**
 * nodeDeviceCompatEventStop:
 *
 * Waits until no device is being read any more, and forgets all devices. Those that were
 * to be read are not. A worker that does not come to an end, which readers prevent, is
 * left behind: all it uses is its own.
 */
void
nodeDeviceCompatEventStop(void)
{
    g_autoptr(GMutexLocker) locker = NULL;
    gint64 deadline = g_get_monotonic_time() + STOP_TIME;
    nodeDeviceCompatJob *job;

    virNodeDeviceCompatWatchStop();

    locker = g_mutex_locker_new(&lock);
    while ((job = g_queue_pop_head(&waiting)))
        g_hash_table_remove(jobs, job->path);

    stopping = true;
    while (nworkers > 0) {
        if (!g_cond_wait_until(&stopped, &lock, deadline)) {
            VIR_WARN("number of devices that are still being read: %zu", nworkers);
            break;
        }
    }
    stopping = false;

    if (seen)
        g_hash_table_remove_all(seen);
}
