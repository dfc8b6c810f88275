/*
 * nodedev_compat_reader.c: reading of a file that never blocks the caller
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

#include "nodedev_compat_reader.h"
#define LIBVIRT_NODEDEV_COMPAT_READERPRIV_H_ALLOW
#include "nodedev_compat_readerpriv.h"

#include "virfile.h"
#include "virthread.h"

/* How long a caller waits for one file and for all that it reads of a device, and a
 * thread for something to read; in milliseconds */
#define FILE_MS 500
#define TOTAL_MS 2000
#define IDLE_MS 10000

/* A call is given as much time as so many files */
#define CALL_FILES 3

/* A file that is being read, or a call. It belongs to the caller or, once that has given
 * up, to the thread. */
typedef struct _virNodeDeviceCompatReaderJob virNodeDeviceCompatReaderJob;
struct _virNodeDeviceCompatReaderJob {
    char *path;                 /* or name of the call */
    virNodeDeviceCompatReaderFunc func;
    int max;
    char *text;
    int len;                    /* of @text, or -errno */
    bool done;
    bool hanging;               /* the caller has given up */
};

/* GLib's locks, since waiting for a condition of libvirt's ends when the machine's clock
 * says so, which can be set back */
typedef struct _virNodeDeviceCompatReaderPool virNodeDeviceCompatReaderPool;
struct _virNodeDeviceCompatReaderPool {
    GMutex lock;
    GCond queued;               /* for the threads */
    GCond done;                 /* for the callers */
    GQueue queue;               /* jobs that no thread has taken yet */
    GHashTable *jobs;           /* all jobs by path: one thread a file at most */
    size_t nthreads;
    size_t nidle;
    size_t nhanging;
};

static virNodeDeviceCompatReaderPool pool;
static virOnceControl poolOnce = VIR_ONCE_CONTROL_INITIALIZER;

static unsigned int fileMs = FILE_MS;
static unsigned int totalMs = TOTAL_MS;
static unsigned int idleMs = IDLE_MS;
static virNodeDeviceCompatReaderHook hook;

/* When the calling thread has to be through; 0: it has no deadline */
static __thread gint64 deadline;


static void
virNodeDeviceCompatReaderJobFree(virNodeDeviceCompatReaderJob *job)
{
    if (!job)
        return;

    g_free(job->path);
    g_free(job->text);
    g_free(job);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatReaderJob, virNodeDeviceCompatReaderJobFree);


static void
virNodeDeviceCompatReaderBeforeFork(void)
{
    g_mutex_lock(&pool.lock);
}


static void
virNodeDeviceCompatReaderAfterFork(void)
{
    g_mutex_unlock(&pool.lock);
}


/* None of the threads is in the child. What they were about to read is not freed, as no
 * more than what is safe in a signal handler is safe here. */
static void
virNodeDeviceCompatReaderInChild(void)
{
    memset(&pool, 0, sizeof(pool));
}


static void
virNodeDeviceCompatReaderOnce(void)
{
    ignore_value(pthread_atfork(virNodeDeviceCompatReaderBeforeFork,
                                virNodeDeviceCompatReaderAfterFork,
                                virNodeDeviceCompatReaderInChild));
}


/* Reads the file at @path. @head: there can be more than @max, which is not read. */
static int
virNodeDeviceCompatReaderOpen(const char *path,
                              int max,
                              bool head,
                              char **ret_text)
{
    VIR_AUTOCLOSE fd = -1;
    struct stat sb;
    int len;

    /* O_NONBLOCK, as in a copied tree it can have become a file of any kind */
    if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) < 0 ||
        fstat(fd, &sb) < 0)
        return -errno;
    if (!S_ISREG(sb.st_mode))
        return -EINVAL;
    if ((len = head ? virFileReadHeaderFD(fd, max, ret_text) :
                      virFileReadLimFD(fd, max, ret_text)) < 0)
        return -errno;
    return len;
}


static int
virNodeDeviceCompatReaderOpenAll(const char *path,
                                 int max,
                                 char **ret_text)
{
    return virNodeDeviceCompatReaderOpen(path, max, false, ret_text);
}


static int
virNodeDeviceCompatReaderOpenHead(const char *path,
                                  int max,
                                  char **ret_text)
{
    return virNodeDeviceCompatReaderOpen(path, max, true, ret_text);
}


static void
virNodeDeviceCompatReaderJobRun(virNodeDeviceCompatReaderJob *job)
{
    if (hook && (job->len = -hook(job->path)) < 0)
        return;

    job->len = job->func(job->path, job->max, &job->text);
}


/* The next job; waits a while for one. The caller has the lock. */
static virNodeDeviceCompatReaderJob *
virNodeDeviceCompatReaderTake(void)
{
    gint64 until = g_get_monotonic_time() + idleMs * 1000LL;
    virNodeDeviceCompatReaderJob *job;
    bool waiting = true;

    pool.nidle++;
    while (!(job = g_queue_pop_head(&pool.queue)) && waiting)
        waiting = g_cond_wait_until(&pool.queued, &pool.lock, until);
    pool.nidle--;

    return job;
}


static void
virNodeDeviceCompatReaderThread(void *opaque G_GNUC_UNUSED)
{
    virNodeDeviceCompatReaderJob *job;

    g_mutex_lock(&pool.lock);

    while ((job = virNodeDeviceCompatReaderTake())) {
        g_mutex_unlock(&pool.lock);
        virNodeDeviceCompatReaderJobRun(job);
        g_mutex_lock(&pool.lock);

        job->done = true;
        if (job->hanging) {
            pool.nhanging--;
            g_hash_table_remove(pool.jobs, job->path);
            virNodeDeviceCompatReaderJobFree(job);
        }
        g_cond_broadcast(&pool.done);
    }

    pool.nthreads--;
    g_mutex_unlock(&pool.lock);
}


/* Sees to it that a thread takes what is queued. Returns false if there is none that ever
 * could. The caller has the lock. */
static bool
virNodeDeviceCompatReaderWake(void)
{
    virThread thread;

    if (g_queue_get_length(&pool.queue) <= pool.nidle) {
        g_cond_signal(&pool.queued);
        return true;
    }

    if (pool.nthreads < VIR_NODE_DEVICE_COMPAT_READER_THREADS_MAX &&
        virThreadCreateFull(&thread, false, virNodeDeviceCompatReaderThread,
                            "nodedev-compat", false, NULL) == 0) {
        pool.nthreads++;
        return true;
    }

    /* one of them will be through with what it reads, unless all of them hang */
    return pool.nthreads > pool.nhanging;
}


/* Waits until no other caller reads the file of @job, and queues it. Returns false if it
 * cannot be read in time. The caller has the lock. */
static bool
virNodeDeviceCompatReaderSubmit(virNodeDeviceCompatReaderJob *job,
                                gint64 until)
{
    virNodeDeviceCompatReaderJob *other;

    if (!pool.jobs)
        pool.jobs = g_hash_table_new(g_str_hash, g_str_equal);

    while ((other = g_hash_table_lookup(pool.jobs, job->path))) {
        if (other->hanging || !g_cond_wait_until(&pool.done, &pool.lock, until))
            return false;
    }

    g_queue_push_tail(&pool.queue, job);
    if (!virNodeDeviceCompatReaderWake()) {
        g_queue_remove(&pool.queue, job);
        return false;
    }

    g_hash_table_insert(pool.jobs, job->path, job);
    return true;
}


/* Waits for @job, which has been queued. Returns false if it is taken and hangs; then it
 * is no longer the caller's. The caller has the lock. */
static bool
virNodeDeviceCompatReaderWait(virNodeDeviceCompatReaderJob *job,
                              gint64 until)
{
    while (!job->done && g_cond_wait_until(&pool.done, &pool.lock, until))
        ;

    if (!job->done && !g_queue_remove(&pool.queue, job)) {
        job->hanging = true;
        pool.nhanging++;
        return false;
    }

    if (!job->done)
        job->len = -ETIMEDOUT;

    g_hash_table_remove(pool.jobs, job->path);
    g_cond_broadcast(&pool.done);
    return true;
}


/* Has a thread read the file of @job. Returns false if it hangs, see above, or if there is
 * no thread for it; then @job is set to NULL if it is no longer the caller's. */
static bool
virNodeDeviceCompatReaderDelegate(virNodeDeviceCompatReaderJob **job,
                                  gint64 until)
{
    bool through = false;

    if (virOnce(&poolOnce, virNodeDeviceCompatReaderOnce) < 0)
        return false;

    g_mutex_lock(&pool.lock);
    if (virNodeDeviceCompatReaderSubmit(*job, until) &&
        !(through = virNodeDeviceCompatReaderWait(*job, until)))
        *job = NULL;
    g_mutex_unlock(&pool.lock);

    return through;
}


/* Has @func called for no longer than @ms, or without a thread if that is 0. */
static int
virNodeDeviceCompatReaderRun(const char *name,
                             virNodeDeviceCompatReaderFunc func,
                             unsigned int ms,
                             int max,
                             char **ret_text)
{
    g_autoptr(virNodeDeviceCompatReaderJob) job = NULL;
    gint64 now = g_get_monotonic_time();
    gint64 until = now + ms * 1000LL;

    if (deadline > 0)
        until = MIN(until, deadline);
    if (until <= now && ms > 0)
        return -ETIMEDOUT;

    job = g_new0(virNodeDeviceCompatReaderJob, 1);
    job->path = g_strdup(name);
    job->func = func;
    job->max = max;

    if (ms == 0)
        virNodeDeviceCompatReaderJobRun(job);
    else if (!virNodeDeviceCompatReaderDelegate(&job, until))
        return -ETIMEDOUT;

    if (job->len >= 0)
        *ret_text = g_steal_pointer(&job->text);
    return job->len;
}


/**
 * virNodeDeviceCompatReaderRead:
 * @path: canonical path of a regular file
 * @max: number of bytes that it can have
 * @ret_text: set on success to the content of the file
 *
 * Opens and reads the file, and waits no longer than the deadline of the calling thread
 * for that, and not for long if it has none.
 *
 * Returns the length of the content, or -errno: -ETIMEDOUT if it takes too long,
 * -EOVERFLOW if there is more than @max, -EINVAL if it is no regular file.
 */
int
virNodeDeviceCompatReaderRead(const char *path,
                              int max,
                              char **ret_text)
{
    return virNodeDeviceCompatReaderRun(path, virNodeDeviceCompatReaderOpenAll, fileMs, max,
                                        ret_text);
}


/**
 * virNodeDeviceCompatReaderReadHead:
 * @path: canonical path of a regular file
 * @max: number of bytes to read of it
 * @ret_bytes: set on success to the first bytes of the file
 *
 * The same for a file that can have more, which is not read: each byte of some files is
 * one that the kernel gets from the device.
 *
 * Returns the number of bytes, @max at most, or -errno.
 */
int
virNodeDeviceCompatReaderReadHead(const char *path,
                                  int max,
                                  char **ret_bytes)
{
    return virNodeDeviceCompatReaderRun(path, virNodeDeviceCompatReaderOpenHead, fileMs, max,
                                        ret_bytes);
}


/**
 * virNodeDeviceCompatReaderCall:
 * @name: name of the call, which is no path; it says all that @func needs to know
 * @func: what to call; returns the length of what it has found out, or -errno
 * @max: number of bytes that this can have, for @func to see to
 * @ret_text: set on success to that
 *
 * The same for what is not in a file: @func is called by a thread, with @name, and like a
 * file it is not asked again before it has come back, if it hangs.
 *
 * Returns what @func does, or -ETIMEDOUT.
 */
int
virNodeDeviceCompatReaderCall(const char *name,
                              virNodeDeviceCompatReaderFunc func,
                              int max,
                              char **ret_text)
{
    return virNodeDeviceCompatReaderRun(name, func, fileMs * CALL_FILES, max, ret_text);
}


/**
 * virNodeDeviceCompatReaderSetDeadline:
 * @ms: time from now on in milliseconds, or 0 for no deadline
 *
 * Whatever files the calling thread reads have to be read until then. After that,
 * reading fails at once.
 */
void
virNodeDeviceCompatReaderSetDeadline(unsigned int ms)
{
    deadline = ms > 0 ? g_get_monotonic_time() + ms * 1000LL : 0;
}


/**
 * virNodeDeviceCompatReaderBegin:
 *
 * Begins to read a device, for which the calling thread has a limited time, if its
 * deadline is not earlier anyway.
 *
 * Returns what to give to virNodeDeviceCompatReaderEnd().
 */
gint64
virNodeDeviceCompatReaderBegin(void)
{
    gint64 previous = deadline;

    deadline = g_get_monotonic_time() + totalMs * 1000LL;
    if (previous > 0)
        deadline = MIN(deadline, previous);

    return previous;
}


void
virNodeDeviceCompatReaderEnd(gint64 previous)
{
    deadline = previous;
}


/**
 * virNodeDeviceCompatReaderSetHook:
 * @func: called by the thread that reads a file before it does so, or NULL
 *
 * Lets tests have files that hang.
 */
void
virNodeDeviceCompatReaderSetHook(virNodeDeviceCompatReaderHook func)
{
    hook = func;
}


/**
 * virNodeDeviceCompatReaderSetLimits:
 * @file: how long a caller waits for a file, in milliseconds; 0: it reads by itself
 * @total: how long it waits for all of a device
 * @idle: how long a thread waits for a file to read
 *
 * Lets tests be independent of how busy the machine is.
 */
void
virNodeDeviceCompatReaderSetLimits(unsigned int file,
                                   unsigned int total,
                                   unsigned int idle)
{
    g_mutex_lock(&pool.lock);
    fileMs = file;
    totalMs = total;
    idleMs = idle;
    g_mutex_unlock(&pool.lock);
}


/**
 * virNodeDeviceCompatReaderCount:
 * @ret_threads: set to the number of threads
 * @ret_hanging: set to the number of those that hang in a file
 */
void
virNodeDeviceCompatReaderCount(size_t *ret_threads,
                               size_t *ret_hanging)
{
    g_mutex_lock(&pool.lock);
    *ret_threads = pool.nthreads;
    *ret_hanging = pool.nhanging;
    g_mutex_unlock(&pool.lock);
}
