/*
 * nodedev_compat_pool.c: the threads that read
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <pthread.h>

#include "nodedev_compat_pool.h"

#include "virthread.h"

/* How long a thread waits for something to do, in milliseconds */
#define IDLE_MS 10000

/* The threads that are at what an owner has */
typedef struct _virNodeDeviceCompatPoolUse virNodeDeviceCompatPoolUse;
struct _virNodeDeviceCompatPoolUse {
    size_t nthreads;
    size_t nhanging;            /* of these */
};

/* Whether a thread can begin to do something */
typedef enum {
    VIR_NODE_DEVICE_COMPAT_POOL_FREE = 0,
    VIR_NODE_DEVICE_COMPAT_POOL_BUSY,           /* when another one is through */
    VIR_NODE_DEVICE_COMPAT_POOL_HANGS,          /* when one is that hangs */
} virNodeDeviceCompatPoolState;

/* GLib's locks, since waiting for a condition of libvirt's ends when the machine's clock
 * says so, which can be set back */
typedef struct _virNodeDeviceCompatPool virNodeDeviceCompatPool;
struct _virNodeDeviceCompatPool {
    GMutex lock;
    GCond queued;               /* for the threads */
    GCond released;             /* something can be done by another thread */
    GQueue queue;               /* tasks that no thread has taken yet */
    GHashTable *claims;         /* what is being done: the task by key */
    GHashTable *uses;           /* virNodeDeviceCompatPoolUse by the name of an owner */
    size_t nwaiting;            /* threads that wait for what another one does; others can
                                 * take their place */
    size_t nthreads;
    size_t nidle;
    size_t nhanging;
};

static virNodeDeviceCompatPool pool;
static virOnceControl poolOnce = VIR_ONCE_CONTROL_INITIALIZER;

static unsigned int idleMs = IDLE_MS;


virNodeDeviceCompatTask *
virNodeDeviceCompatTaskNew(void)
{
    virNodeDeviceCompatTask *task = g_atomic_rc_box_new0(virNodeDeviceCompatTask);

    g_cond_init(&task->cond);
    return task;
}


static void
virNodeDeviceCompatTaskClear(void *opaque)
{
    virNodeDeviceCompatTask *task = opaque;

    g_cond_clear(&task->cond);
    if (task->result)
        task->freeResult(task->result);
    task->freeOpaque(task->opaque);
}


void
virNodeDeviceCompatTaskUnref(virNodeDeviceCompatTask *task)
{
    g_atomic_rc_box_release_full(task, virNodeDeviceCompatTaskClear);
}


void
virNodeDeviceCompatPoolLock(void)
{
    g_mutex_lock(&pool.lock);
}


void
virNodeDeviceCompatPoolUnlock(void)
{
    g_mutex_unlock(&pool.lock);
}


/* None of the threads is in the child. What they were about to read is not freed, as no
 * more than what is safe in a signal handler is safe here. Whoever has the lock is not
 * waited for before a process forks: virFork() has that of the log then, which he may need. */
static void
virNodeDeviceCompatPoolInChild(void)
{
    memset(&pool, 0, sizeof(pool));
}


static void
virNodeDeviceCompatPoolOnce(void)
{
    ignore_value(pthread_atfork(NULL, NULL, virNodeDeviceCompatPoolInChild));
}


/* Counts a thread more or less, and a hanging one likewise, at what each of @owners has. */
static void
virNodeDeviceCompatPoolCountUse(const virNodeDeviceCompatOwners *owners,
                                int threads,
                                int hanging)
{
    size_t i;

    if (!pool.uses)
        pool.uses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    for (i = 0; i < G_N_ELEMENTS(owners->names) && owners->names[i]; i++) {
        virNodeDeviceCompatPoolUse *use = g_hash_table_lookup(pool.uses, owners->names[i]);

        if (!use) {
            use = g_new0(virNodeDeviceCompatPoolUse, 1);
            g_hash_table_insert(pool.uses, g_strdup(owners->names[i]), use);
        }

        use->nthreads += threads;
        use->nhanging += hanging;
        if (use->nthreads == 0)
            g_hash_table_remove(pool.uses, owners->names[i]);
    }
}


/* Whether the @i-th of @owners leaves a thread. The last one is what keeps threads from
 * others when there are few. */
static virNodeDeviceCompatPoolState
virNodeDeviceCompatPoolLookAtOwner(const virNodeDeviceCompatOwners *owners,
                                   size_t i)
{
    static const size_t shares[VIR_NODE_DEVICE_COMPAT_OWNER_LAST] = {
        [VIR_NODE_DEVICE_COMPAT_OWNER_DEVICE] = VIR_NODE_DEVICE_COMPAT_POOL_DEVICE_MAX,
        [VIR_NODE_DEVICE_COMPAT_OWNER_CARD] = VIR_NODE_DEVICE_COMPAT_POOL_CARD_MAX,
        [VIR_NODE_DEVICE_COMPAT_OWNER_DRIVER] = VIR_NODE_DEVICE_COMPAT_POOL_DRIVER_MAX,
    };
    const size_t many = VIR_NODE_DEVICE_COMPAT_POOL_THREADS_MAX - VIR_NODE_DEVICE_COMPAT_POOL_RESERVE;
    const virNodeDeviceCompatPoolUse *use = NULL;
    bool last = i + 1 == G_N_ELEMENTS(shares) || !owners->names[i + 1];

    if (!pool.uses || !(use = g_hash_table_lookup(pool.uses, owners->names[i])))
        return VIR_NODE_DEVICE_COMPAT_POOL_FREE;

    if (use->nhanging >= shares[i] || (last && use->nhanging > 0 && pool.nhanging >= many))
        return VIR_NODE_DEVICE_COMPAT_POOL_HANGS;

    if (use->nthreads >= shares[i] || (last && g_hash_table_size(pool.claims) >= many))
        return VIR_NODE_DEVICE_COMPAT_POOL_BUSY;

    return VIR_NODE_DEVICE_COMPAT_POOL_FREE;
}


static virNodeDeviceCompatPoolState
virNodeDeviceCompatPoolLookAt(const char *key,
                              const virNodeDeviceCompatOwners *owners)
{
    const virNodeDeviceCompatTask *other = g_hash_table_lookup(pool.claims, key);
    virNodeDeviceCompatPoolState state = VIR_NODE_DEVICE_COMPAT_POOL_FREE;
    size_t i;

    if (other) {
        state = other->hanging ? VIR_NODE_DEVICE_COMPAT_POOL_HANGS :
                                 VIR_NODE_DEVICE_COMPAT_POOL_BUSY;
    }

    for (i = 0; i < G_N_ELEMENTS(owners->names) && owners->names[i]; i++)
        state = MAX(state, virNodeDeviceCompatPoolLookAtOwner(owners, i));

    return state;
}


/**
 * virNodeDeviceCompatPoolClaim:
 * @task: task that runs in the calling thread
 * @key: of what it is about to do
 * @owners: whose that is
 * @ms: how long that may take, in milliseconds
 *
 * Waits until no other thread does it, and until there is a thread for it in the shares of
 * @owners. The caller has the lock, and calls virNodeDeviceCompatPoolRelease() when it is
 * done; @key and @owners have to stay until then.
 *
 * Returns 0, or -errno: -ETIMEDOUT if it cannot be done in time, -ECANCELED if nobody waits
 * for @task any more.
 */
int
virNodeDeviceCompatPoolClaim(virNodeDeviceCompatTask *task,
                             const char *key,
                             const virNodeDeviceCompatOwners *owners,
                             unsigned int ms)
{
    gint64 now = g_get_monotonic_time();
    gint64 until = MIN(now + ms * 1000LL, task->deadline);
    virNodeDeviceCompatPoolState state;

    if (task->hanging)
        return -ECANCELED;
    if (now >= until)
        return -ETIMEDOUT;

    if (!pool.claims)
        pool.claims = g_hash_table_new(g_str_hash, g_str_equal);

    while ((state = virNodeDeviceCompatPoolLookAt(key, owners)) != VIR_NODE_DEVICE_COMPAT_POOL_FREE) {
        bool released;

        if (state == VIR_NODE_DEVICE_COMPAT_POOL_HANGS)
            return -ETIMEDOUT;

        pool.nwaiting++;
        released = g_cond_wait_until(&pool.released, &pool.lock, until);
        pool.nwaiting--;
        if (task->hanging)
            return -ECANCELED;
        if (!released)
            return -ETIMEDOUT;
    }

    task->key = key;
    task->owners = owners;
    task->late = g_get_monotonic_time() + ms * 1000LL;
    g_hash_table_insert(pool.claims, (char *) key, task);
    virNodeDeviceCompatPoolCountUse(owners, 1, 0);
    return 0;
}


/* The caller has the lock. */
void
virNodeDeviceCompatPoolRelease(virNodeDeviceCompatTask *task)
{
    virNodeDeviceCompatPoolCountUse(task->owners, -1, task->hanging ? -1 : 0);
    g_hash_table_remove(pool.claims, task->key);
    task->key = NULL;
    task->owners = NULL;
    if (pool.nwaiting > 0)
        g_cond_broadcast(&pool.released);
}


/**
 * virNodeDeviceCompatPoolHangs:
 * @key: of something to do
 *
 * Returns true if a thread hangs there, so that it is not worth another one.
 */
bool
virNodeDeviceCompatPoolHangs(const char *key)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&pool.lock);
    const virNodeDeviceCompatTask *task = NULL;

    if (pool.claims)
        task = g_hash_table_lookup(pool.claims, key);
    return task && task->hanging;
}


/* The next task; waits a while for one. The caller has the lock, and counts as idle. */
static virNodeDeviceCompatTask *
virNodeDeviceCompatPoolTake(void)
{
    gint64 until = g_get_monotonic_time() + idleMs * 1000LL;
    virNodeDeviceCompatTask *task;
    bool waiting = true;

    while (!(task = g_queue_pop_head(&pool.queue)) && waiting)
        waiting = g_cond_wait_until(&pool.queued, &pool.lock, until);
    pool.nidle--;

    return task;
}


static void
virNodeDeviceCompatPoolThread(void *opaque G_GNUC_UNUSED)
{
    virNodeDeviceCompatTask *task;

    g_mutex_lock(&pool.lock);
    pool.nidle++;

    while ((task = virNodeDeviceCompatPoolTake())) {
        void *result;

        g_mutex_unlock(&pool.lock);
        result = task->run(task);
        g_mutex_lock(&pool.lock);

        task->result = result;
        task->done = true;
        if (task->hanging)
            pool.nhanging--;

        /* who is woken needs the lock, and may have another task for this thread */
        pool.nidle++;
        g_mutex_unlock(&pool.lock);
        g_cond_signal(&task->cond);
        virNodeDeviceCompatTaskUnref(task);
        g_mutex_lock(&pool.lock);
    }

    pool.nthreads--;
    g_mutex_unlock(&pool.lock);
}


/* Queues @task for a thread. Returns false if there is none that ever could take it. */
static bool
virNodeDeviceCompatPoolSubmit(virNodeDeviceCompatTask *task)
{
    virThread thread;
    bool idle = false;
    bool taken = true;

    g_mutex_lock(&pool.lock);
    g_queue_push_tail(&pool.queue, g_atomic_rc_box_acquire(task));

    if (g_queue_get_length(&pool.queue) <= pool.nidle) {
        idle = true;
    } else if (pool.nthreads - pool.nwaiting < VIR_NODE_DEVICE_COMPAT_POOL_THREADS_MAX &&
               virThreadCreateFull(&thread, false, virNodeDeviceCompatPoolThread,
                                   "nodedev-compat", false, NULL) == 0) {
        pool.nthreads++;
    } else if (pool.nthreads <= pool.nhanging) {
        /* else one of them will be through with what it does */
        g_queue_remove(&pool.queue, task);
        taken = false;
    }
    g_mutex_unlock(&pool.lock);

    if (idle)
        g_cond_signal(&pool.queued);
    if (!taken)
        virNodeDeviceCompatTaskUnref(task);
    return taken;
}


/**
 * virNodeDeviceCompatPoolRun:
 * @task: task
 * @ms: how often to look whether it hangs, in milliseconds: what takes longest, if there is
 *      nothing wrong
 *
 * Runs @task in a thread, and waits for it until it hangs in something that it has claimed,
 * or its deadline has passed.
 *
 * Returns true if it is done; the caller can take its result. If not it is not necessarily
 * hanging: it may not have been begun.
 */
bool
virNodeDeviceCompatPoolRun(virNodeDeviceCompatTask *task,
                           unsigned int ms)
{
    bool queued = false;
    bool done;

    if (virOnce(&poolOnce, virNodeDeviceCompatPoolOnce) < 0 ||
        !virNodeDeviceCompatPoolSubmit(task))
        return false;

    g_mutex_lock(&pool.lock);

    while (!task->done) {
        gint64 now = g_get_monotonic_time();
        gint64 until = task->key ? task->late : now + ms * 1000LL;

        until = MIN(until, task->deadline);
        if (now >= until)
            break;
        g_cond_wait_until(&task->cond, &pool.lock, until);
    }

    done = task->done;
    if (!done && !(queued = g_queue_remove(&pool.queue, task))) {
        task->hanging = true;
        pool.nhanging++;
        if (task->key)
            virNodeDeviceCompatPoolCountUse(task->owners, 0, 1);
        /* those that wait for it need not any longer */
        if (pool.nwaiting > 0)
            g_cond_broadcast(&pool.released);
    }

    g_mutex_unlock(&pool.lock);

    if (queued)
        virNodeDeviceCompatTaskUnref(task);
    return done;
}


/**
 * virNodeDeviceCompatPoolSetIdle:
 * @ms: how long a thread waits for something to do, in milliseconds
 *
 * Lets tests be independent of how busy the machine is.
 */
void
virNodeDeviceCompatPoolSetIdle(unsigned int ms)
{
    g_mutex_lock(&pool.lock);
    idleMs = ms;
    g_mutex_unlock(&pool.lock);
}


/**
 * virNodeDeviceCompatPoolCount:
 * @ret_threads: set to the number of threads
 * @ret_hanging: set to the number of those that nobody waits for
 */
void
virNodeDeviceCompatPoolCount(size_t *ret_threads,
                             size_t *ret_hanging)
{
    g_mutex_lock(&pool.lock);
    *ret_threads = pool.nthreads;
    *ret_hanging = pool.nhanging;
    g_mutex_unlock(&pool.lock);
}
