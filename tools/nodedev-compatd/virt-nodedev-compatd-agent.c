/*
 * virt-nodedev-compatd-agent.c: which guest is looked at when
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compatd-agent.h"

#include "virlog.h"
#include "virt-nodedev-compatd-device.h"
#include "virt-nodedev-compatd-guest.h"

VIR_LOG_INIT("nodedev_compatd.agent");

/* So many guests are looked at, at the same time. It takes more than one for those that
 * libvirt has locked, for half a minute at most, not to keep the others waiting. One thread
 * more asks for what happens to node devices to be reported, of which nothing is needed. */
#define THREADS (4 + 1)

/* Shared by the agent and the threads that use it, which give it back in the main loop */
typedef struct _virtCompatdConnection virtCompatdConnection;
struct _virtCompatdConnection {
    virtCompatdAgent *agent;    /* NULL: it is not in use any more */
    const virtCompatdHost *host;
    void *conn;
    char *lost;                 /* why it is not usable, if that was reported at once */
};

/* What a thread does */
typedef struct _virtCompatdJob virtCompatdJob;
struct _virtCompatdJob {
    virtCompatdAgent *agent;
    virtCompatdConnection *connection;
    virtCompatdLook *look;      /* NULL: to connect, or @watch */
    bool watch;                 /* to have what happens to node devices reported */

    /* What came of connecting */
    virtCompatdResult result;
    char *error;
    GPtrArray *uuids;           /* of the guests that run */
};

struct _virtCompatdAgent {
    const virtCompatdHost *host;
    char *uri;
    virtCompatdTimes times;
    bool once;
    bool late;                  /* and there was no connection in time */
    bool failed;
    GThreadPool *pool;
    GHashTable *guests;         /* virtCompatdGuest by UUID */
    size_t nbusy;
    virtCompatdConnection *connection;  /* NULL: there is none */
    bool opening;
    unsigned int failures;      /* to connect, in a row */
    guint connect;              /* timers, or 0 */
    guint reopen;
    guint settle;
    guint reread;
};


static void
virtCompatdConnectionClear(void *opaque)
{
    virtCompatdConnection *connection = opaque;

    if (connection->conn)
        connection->host->close(connection->conn);
    g_free(connection->lost);
}


static void
virtCompatdConnectionUnref(virtCompatdConnection *connection)
{
    g_atomic_rc_box_release_full(connection, virtCompatdConnectionClear);
}


static void
virtCompatdJobFree(virtCompatdJob *job)
{
    virtCompatdLookFree(job->look);
    virtCompatdConnectionUnref(job->connection);
    g_clear_pointer(&job->uuids, g_ptr_array_unref);
    g_free(job->error);
    g_free(job);
}


/* Begins what is due and can be begun. */
static void
virtCompatdAgentWork(virtCompatdAgent *agent)
{
    GHashTableIter iter;
    void *value;

    if (!agent->connection || agent->opening)
        return;

    g_hash_table_iter_init(&iter, agent->guests);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        virtCompatdGuest *guest = value;
        virtCompatdJob *job;

        if (guest->busy || guest->due == VIRT_COMPATD_DUE_NOTHING)
            continue;

        job = g_new0(virtCompatdJob, 1);
        job->agent = agent;
        job->connection = g_atomic_rc_box_acquire(agent->connection);
        job->look = virtCompatdLookNew(agent->host, agent->connection->conn, guest->uuid);
        virtCompatdGuestBeginLook(guest, job->look);
        agent->nbusy++;
        g_thread_pool_push(agent->pool, job, NULL);
    }
}


static gboolean
virtCompatdAgentOnSettled(void *opaque)
{
    virtCompatdAgent *agent = opaque;

    agent->settle = 0;
    virtCompatdAgentWork(agent);
    return G_SOURCE_REMOVE;
}


/* So that what follows at once is one look */
static void
virtCompatdAgentOnDue(void *opaque)
{
    virtCompatdAgent *agent = opaque;

    if (agent->settle == 0) {
        agent->settle = g_timeout_add(agent->times.settle, virtCompatdAgentOnSettled,
                                      agent);
    }
}


static virtCompatdGuest *
virtCompatdAgentAddGuest(virtCompatdAgent *agent,
                         const char *uuid)
{
    virtCompatdGuest *guest = g_hash_table_lookup(agent->guests, uuid);

    if (!guest) {
        guest = virtCompatdGuestNew(uuid, agent->once ? NULL : &agent->times,
                                    virtCompatdAgentOnDue, agent);
        g_hash_table_insert(agent->guests, guest->uuid, guest);
    }

    guest->stopped = false;
    return guest;
}


/* Forgets a guest that does not run any more. */
static void
virtCompatdAgentDropGuest(virtCompatdAgent *agent,
                          virtCompatdGuest *guest)
{
    if (guest->busy)
        guest->stopped = true;
    else
        g_hash_table_remove(agent->guests, guest->uuid);
}


static gboolean
virtCompatdAgentOnReread(void *opaque)
{
    virtCompatdAgent *agent = opaque;

    virtCompatdAgentOnDevice(agent, NULL);
    return G_SOURCE_CONTINUE;
}


static bool
virtCompatdAgentHasDevices(const virtCompatdAgent *agent)
{
    GHashTableIter iter;
    void *value;

    g_hash_table_iter_init(&iter, agent->guests);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const virtCompatdGuest *guest = value;

        if (guest->nodes && guest->nodes->len > 0)
            return true;
    }

    return false;
}


/* The timer runs as long as there is a device. */
static void
virtCompatdAgentSetReread(virtCompatdAgent *agent)
{
    bool needed = !agent->once && virtCompatdAgentHasDevices(agent);

    if (needed && agent->reread == 0)
        agent->reread = g_timeout_add(agent->times.reread, virtCompatdAgentOnReread, agent);
    else if (!needed)
        g_clear_handle_id(&agent->reread, g_source_remove);
}


static void
virtCompatdAgentLose(virtCompatdAgent *agent,
                     const char *reason);


static void
virtCompatdAgentTakeLook(virtCompatdAgent *agent,
                         virtCompatdGuest *guest,
                         virtCompatdLook *look)
{
    switch (look->result) {
    case VIRT_COMPATD_OK:
        virtCompatdGuestTakeLook(guest, look);
        break;

    case VIRT_COMPATD_GONE:
        if (guest->due == VIRT_COMPATD_DUE_NOTHING)
            virtCompatdAgentDropGuest(agent, guest);
        break;

    case VIRT_COMPATD_MIGRATING:
        if (agent->once)
            agent->failed = true;
        guest->again = false;
        virtCompatdGuestSetRetry(guest);
        break;

    case VIRT_COMPATD_LOST:
        agent->failed = true;
        virtCompatdAgentLose(agent, look->error);
        break;

    case VIRT_COMPATD_FAILED:
        VIR_WARN("Host devices of domain '%s' cannot be described: %s",
                 look->name ? look->name : guest->uuid, look->error);
        agent->failed = true;
        guest->again = false;
        virtCompatdGuestSetRetry(guest);
        break;
    }
}


static gboolean
virtCompatdAgentOnLook(void *opaque)
{
    virtCompatdJob *job = opaque;
    virtCompatdAgent *agent = job->agent;
    virtCompatdGuest *guest = g_hash_table_lookup(agent->guests, job->look->uuid);

    agent->nbusy--;
    guest->busy = false;
    if (job->look->written)
        guest->writes++;

    if (guest->stopped) {
        g_hash_table_remove(agent->guests, guest->uuid);
    } else if (job->connection->agent) {
        virtCompatdGuestMatchMetadata(guest);
        virtCompatdAgentTakeLook(agent, guest, job->look);
    }

    virtCompatdAgentSetReread(agent);
    if (agent->settle == 0)
        virtCompatdAgentWork(agent);

    virtCompatdJobFree(job);
    return G_SOURCE_REMOVE;
}


static void
virtCompatdAgentOnGuestEvent(const char *uuid,
                             virtCompatdEvent event,
                             void *opaque)
{
    virtCompatdConnection *connection = opaque;
    virtCompatdAgent *agent = connection->agent;
    virtCompatdGuest *guest;

    if (!agent)
        return;

    if (event == VIRT_COMPATD_EVENT_STOPPED) {
        if ((guest = g_hash_table_lookup(agent->guests, uuid)))
            virtCompatdAgentDropGuest(agent, guest);
        virtCompatdAgentSetReread(agent);
        return;
    }

    guest = virtCompatdAgentAddGuest(agent, uuid);
    switch (event) {
    case VIRT_COMPATD_EVENT_METADATA:
        guest->reports++;
        if (!guest->busy)
            virtCompatdGuestMatchMetadata(guest);
        break;

    case VIRT_COMPATD_EVENT_STARTED:
        guest->since = g_get_real_time() / G_USEC_PER_SEC;
        virtCompatdGuestSetDue(guest, VIRT_COMPATD_DUE_LOOK);
        break;

    case VIRT_COMPATD_EVENT_CHANGED:
    case VIRT_COMPATD_EVENT_STOPPED:
        virtCompatdGuestSetDue(guest, VIRT_COMPATD_DUE_LOOK);
        break;
    }
}


static void
virtCompatdAgentOnDeviceEvent(const char *name,
                              void *opaque)
{
    virtCompatdConnection *connection = opaque;

    if (connection->agent)
        virtCompatdAgentOnDevice(connection->agent, name);
}


static void
virtCompatdAgentOnLost(const char *reason,
                       void *opaque)
{
    virtCompatdConnection *connection = opaque;

    if (connection->agent)
        virtCompatdAgentLose(connection->agent, reason);
}


/* Runs in a thread of its own. */
static void
virtCompatdJobConnect(virtCompatdJob *job)
{
    virtCompatdConnection *connection = job->connection;
    const virtCompatdListener listener = {
        .guest = virtCompatdAgentOnGuestEvent,
        .device = virtCompatdAgentOnDeviceEvent,
        .lost = virtCompatdAgentOnLost,
        .opaque = connection,
    };

    job->result = job->agent->host->open(job->agent->uri, &listener, &connection->conn,
                                         &job->error);
    if (job->result != VIRT_COMPATD_OK)
        return;

    job->result = job->agent->host->list(connection->conn, &job->uuids, &job->error);
    /* here, as the daemon is there, and can hang */
    if (job->result != VIRT_COMPATD_OK)
        g_clear_pointer(&connection->conn, job->agent->host->close);
}


static gboolean
virtCompatdAgentOnReopen(void *opaque);


static void
virtCompatdAgentSetReopen(virtCompatdAgent *agent)
{
    unsigned int delay = virtCompatdTimesGetDelay(&agent->times, agent->failures);

    agent->failures++;
    agent->failed = true;
    if (!agent->once && agent->reopen == 0)
        agent->reopen = g_timeout_add(delay, virtCompatdAgentOnReopen, agent);
}


static void
virtCompatdAgentDropConnection(virtCompatdAgent *agent)
{
    agent->connection->agent = NULL;
    g_clear_pointer(&agent->connection, virtCompatdConnectionUnref);
}


/* The connection is not usable any more. Connects again later. */
static void
virtCompatdAgentLose(virtCompatdAgent *agent,
                     const char *reason)
{
    if (agent->opening) {
        g_free(agent->connection->lost);
        agent->connection->lost = g_strdup(reason);
        return;
    }
    if (!agent->connection)
        return;

    VIR_WARN("Connection to '%s' lost: %s", agent->uri, reason);
    virtCompatdAgentDropConnection(agent);
    virtCompatdAgentSetReopen(agent);
}


/* Has all guests looked at that run, and forgets the others. What was reported before, and
 * what was not, no longer matters. */
static void
virtCompatdAgentSetGuests(virtCompatdAgent *agent,
                          GPtrArray *uuids)
{
    g_autoptr(GHashTable) running = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GList) guests = g_hash_table_get_values(agent->guests);
    GList *next;
    size_t i;

    for (i = 0; i < uuids->len; i++) {
        virtCompatdGuest *guest = virtCompatdAgentAddGuest(agent, g_ptr_array_index(uuids, i));

        g_hash_table_add(running, g_ptr_array_index(uuids, i));
        guest->writes = 0;
        guest->reports = 0;
        guest->due = VIRT_COMPATD_DUE_LOOK;
    }

    for (next = guests; next; next = next->next) {
        virtCompatdGuest *guest = next->data;

        if (!g_hash_table_contains(running, guest->uuid) && guest->due == VIRT_COMPATD_DUE_NOTHING)
            virtCompatdAgentDropGuest(agent, guest);
    }
}


static gboolean
virtCompatdAgentOnWatch(void *opaque)
{
    virtCompatdJob *job = opaque;

    job->agent->nbusy--;
    virtCompatdJobFree(job);
    return G_SOURCE_REMOVE;
}


static void
virtCompatdAgentWatch(virtCompatdAgent *agent)
{
    virtCompatdJob *job = g_new0(virtCompatdJob, 1);

    job->agent = agent;
    job->connection = g_atomic_rc_box_acquire(agent->connection);
    job->watch = true;
    agent->nbusy++;
    g_thread_pool_push(agent->pool, job, NULL);
}


static gboolean
virtCompatdAgentOnConnect(void *opaque)
{
    virtCompatdJob *job = opaque;
    virtCompatdAgent *agent = job->agent;

    agent->nbusy--;
    agent->opening = false;
    if (job->result == VIRT_COMPATD_OK && job->connection->lost) {
        job->result = VIRT_COMPATD_LOST;
        job->error = g_strdup(job->connection->lost);
    }

    if (job->result == VIRT_COMPATD_OK) {
        VIR_INFO("Connected to '%s', running domains: %u", agent->uri, job->uuids->len);
        agent->failures = 0;
        if (!agent->once)
            virtCompatdAgentWatch(agent);
        virtCompatdAgentSetGuests(agent, job->uuids);
        virtCompatdAgentSetReread(agent);
        virtCompatdAgentWork(agent);
    } else {
        VIR_WARN("Cannot connect to '%s': %s", agent->uri, job->error);
        virtCompatdAgentDropConnection(agent);
        virtCompatdAgentSetReopen(agent);
    }

    virtCompatdJobFree(job);
    return G_SOURCE_REMOVE;
}


/* Runs in a thread of its own. */
static void
virtCompatdJobRun(void *opaque,
                  void *unused G_GNUC_UNUSED)
{
    virtCompatdJob *job = opaque;
    GSourceFunc func = virtCompatdAgentOnConnect;

    if (job->look) {
        virtCompatdLookRun(job->look);
        func = virtCompatdAgentOnLook;
    } else if (job->watch) {
        job->connection->host->watch(job->connection->conn);
        func = virtCompatdAgentOnWatch;
    } else {
        virtCompatdJobConnect(job);
    }

    g_idle_add_full(G_PRIORITY_DEFAULT, func, job, NULL);
}


static void
virtCompatdAgentConnect(virtCompatdAgent *agent)
{
    virtCompatdJob *job = g_new0(virtCompatdJob, 1);

    agent->connection = g_atomic_rc_box_new0(virtCompatdConnection);
    agent->connection->agent = agent;
    agent->connection->host = agent->host;
    agent->opening = true;
    agent->nbusy++;

    job->agent = agent;
    job->connection = g_atomic_rc_box_acquire(agent->connection);
    g_thread_pool_push(agent->pool, job, NULL);
}


static gboolean
virtCompatdAgentOnReopen(void *opaque)
{
    virtCompatdAgent *agent = opaque;

    agent->reopen = 0;
    virtCompatdAgentConnect(agent);
    return G_SOURCE_REMOVE;
}


/**
 * virtCompatdAgentOnDevice:
 * @agent: agent
 * @name: name of a device, in sysfs or as a node device, about which something is
 *        reported; NULL: it can be any
 *
 * Has the devices read of the guests that depend on it.
 */
void
virtCompatdAgentOnDevice(virtCompatdAgent *agent,
                         const char *name)
{
    GHashTableIter iter;
    void *value;

    g_hash_table_iter_init(&iter, agent->guests);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        virtCompatdGuest *guest = value;

        if (guest->names && *guest->names &&
            (!name || virtCompatdDeviceIsNamed(guest->names, name)))
            virtCompatdGuestSetDue(guest, VIRT_COMPATD_DUE_DEVICES);
    }
}


/* A daemon can accept a connection and not answer. Only when it has answered, libvirt closes
 * the connection if it does not respond any more. */
static gboolean
virtCompatdAgentOnLate(void *opaque)
{
    virtCompatdAgent *agent = opaque;

    agent->connect = 0;
    if (agent->opening) {
        VIR_WARN("Cannot connect to '%s': it does not respond", agent->uri);
        agent->failed = agent->late = true;
    }
    return G_SOURCE_REMOVE;
}


/**
 * virtCompatdAgentStart:
 * @agent: agent
 * @once: nothing is tried a second time
 *
 * Connects, and looks at all guests that run.
 */
void
virtCompatdAgentStart(virtCompatdAgent *agent,
                      bool once)
{
    agent->once = once;
    if (once && agent->times.connect > 0)
        agent->connect = g_timeout_add(agent->times.connect, virtCompatdAgentOnLate, agent);
    virtCompatdAgentConnect(agent);
}


/**
 * virtCompatdAgentIsIdle:
 * @agent: agent
 *
 * Returns true if nothing is left to do until something is reported or a long time has
 * passed; not while it is about to connect again, unless it does everything once. Then also
 * if there is no connection in time.
 */
bool
virtCompatdAgentIsIdle(const virtCompatdAgent *agent)
{
    GHashTableIter iter;
    void *value;

    if (agent->late)
        return true;
    if (agent->nbusy > 0 || agent->settle > 0 || agent->reopen > 0)
        return false;

    g_hash_table_iter_init(&iter, agent->guests);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const virtCompatdGuest *guest = value;

        if (guest->retry > 0 || (agent->connection && guest->due != VIRT_COMPATD_DUE_NOTHING))
            return false;
    }

    return true;
}


/* Whether a thread is at work, or hangs */
bool
virtCompatdAgentIsBusy(const virtCompatdAgent *agent)
{
    return agent->nbusy > 0;
}


/* Whether anything has failed since the agent was started */
bool
virtCompatdAgentHasFailed(const virtCompatdAgent *agent)
{
    return agent->failed;
}


bool
virtCompatdAgentIsConnected(const virtCompatdAgent *agent)
{
    return agent->connection && !agent->opening;
}


virtCompatdAgent *
virtCompatdAgentNew(const virtCompatdHost *host,
                    const char *uri,
                    const virtCompatdTimes *times)
{
    virtCompatdAgent *agent = g_new0(virtCompatdAgent, 1);

    agent->host = host;
    agent->uri = g_strdup(uri);
    agent->times = *times;
    agent->guests = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
                                          (GDestroyNotify) virtCompatdGuestFree);
    agent->pool = g_thread_pool_new(virtCompatdJobRun, NULL, THREADS, FALSE, NULL);

    return agent;
}


/* Not while it is busy: a thread that hangs cannot be ended. */
void
virtCompatdAgentFree(virtCompatdAgent *agent)
{
    if (!agent)
        return;

    g_thread_pool_free(agent->pool, FALSE, TRUE);
    g_clear_handle_id(&agent->connect, g_source_remove);
    g_clear_handle_id(&agent->reopen, g_source_remove);
    g_clear_handle_id(&agent->settle, g_source_remove);
    g_clear_handle_id(&agent->reread, g_source_remove);
    if (agent->connection)
        virtCompatdAgentDropConnection(agent);
    g_hash_table_unref(agent->guests);
    g_free(agent->uri);
    g_free(agent);
}
