/*
 * domain_hostdev_compat_look.c: looks at host devices that never hang the caller
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <pthread.h>
#include <time.h>

#define LIBVIRT_DOMAIN_HOSTDEV_COMPAT_LOOKPRIV_H_ALLOW
#include "domain_hostdev_compat_lookpriv.h"

#include "datatypes.h"
#include "virerror.h"
#include "virlog.h"
#include "virthread.h"
#include "virtime.h"

#define VIR_FROM_THIS VIR_FROM_DOMAIN

VIR_LOG_INIT("hypervisor.domain_hostdev_compat_look");

/* Waiting by a clock that nobody sets, where the C library has that; elsewhere waiting is
 * in pieces of so many milliseconds */
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 30)
# define HAVE_CLOCKWAIT 1
#else
# define SLEEP_MS 100
#endif

/* In milliseconds; the second is for a guest that stands still. Tests have others. */
static struct {
    unsigned int device;
    unsigned int total;
} deadlines[] = {
    { VIR_DOMAIN_HOSTDEV_COMPAT_LOOK_DEVICE_MS, VIR_DOMAIN_HOSTDEV_COMPAT_LOOK_TOTAL_MS },
    { VIR_DOMAIN_HOSTDEV_COMPAT_LOOK_PAUSED_MS, VIR_DOMAIN_HOSTDEV_COMPAT_LOOK_PAUSED_MS },
};

/* When an opaque string has to be there, in milliseconds after the question: before the
 * thread is left behind */
#define OPAQUE_MS 2700

/* Of all threads that were ever begun in this process */
static struct {
    virMutex lock;
    virCond cond;               /* a thread has ended */
    size_t running;             /* all of them, also the one that closes */
    size_t left;                /* those that nobody waits for */
    GSList *hung;               /* names of the devices that these are asking about */
    GQueue closing;             /* connections */
    bool closes;                /* a thread closes them */
} threads = {
    .lock = VIR_MUTEX_INITIALIZER,
    .cond = { .cond = PTHREAD_COND_INITIALIZER },
    .closing = G_QUEUE_INIT,
};

/* What a thread and the one who waits for it share */
typedef struct _virDomainHostdevCompatWorker virDomainHostdevCompatWorker;
struct _virDomainHostdevCompatWorker {
    virConnectPtr (*connect)(virConnectPtr conn);
    GPtrArray *questions;
    virNodeDeviceCompatBudget budget;

    virMutex lock;              /* for what follows, and for the answers */
    virCond cond;               /* something of it has changed, unless there is @vm */
    virDomainObj *vm;           /* whose condition tells that, or NULL */
    virConnectPtr conn;         /* from, and finally to, the one who waits */
    bool connected;
    size_t at;                  /* which question is being asked */
    long long since;            /* when that, or connecting, was begun */
    bool done;
    bool left;                  /* nobody waits any more */
    const char *hung;           /* and this is the device, or NULL */
};


static long long
virDomainHostdevCompatLookNow(void)
{
    return g_get_monotonic_time() / 1000;
}


static void
virDomainHostdevCompatWorkerClear(void *opaque)
{
    virDomainHostdevCompatWorker *worker = opaque;

    g_ptr_array_unref(worker->questions);
    virDomainHostdevCompatLookClose(worker->conn);
    virObjectUnref(worker->vm);
    virCondDestroy(&worker->cond);
    virMutexDestroy(&worker->lock);
}


static void
virDomainHostdevCompatWorkerUnref(virDomainHostdevCompatWorker *worker)
{
    g_atomic_rc_box_release_full(worker, virDomainHostdevCompatWorkerClear);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomainHostdevCompatWorker, virDomainHostdevCompatWorkerUnref);


/* Begins the question @at. Returns false if nobody waits for the answer. */
static bool
virDomainHostdevCompatWorkerBegin(virDomainHostdevCompatWorker *worker,
                                  size_t at)
{
    VIR_LOCK_GUARD lock = virLockGuardLock(&worker->lock);

    if (worker->left)
        return false;

    worker->connected = true;
    worker->at = at;
    worker->since = virDomainHostdevCompatLookNow();
    return true;
}


/* An answer that nobody waits for is not given: the one who waited has another. */
static void
virDomainHostdevCompatWorkerAnswer(virDomainHostdevCompatWorker *worker,
                                   virDomainHostdevCompatQuestion *question,
                                   virDomainHostdevCompatAnswer *answer)
{
    VIR_LOCK_GUARD lock = virLockGuardLock(&worker->lock);

    if (worker->left)
        virDomainHostdevCompatAnswerFree(answer);
    else
        question->answer = answer;
}


/* Asks a question, and then for the facts, and for the opaque string if it takes one: that
 * these do not come in time, which is known until they have, is no reason to do without the
 * rest. */
static void
virDomainHostdevCompatWorkerAsk(virDomainHostdevCompatWorker *worker,
                                virDomainHostdevCompatQuestion *question,
                                virConnectPtr conn)
{
    gint64 begin = g_get_monotonic_time();
    g_autoptr(virNodeDeviceCompat) found = NULL;
    virDomainHostdevCompatAnswer *answer = virDomainHostdevCompatAsk(question, conn,
                                                                     &worker->budget);
    g_autoptr(virNodeDeviceCompatFacts) facts = NULL;
    bool stated = question->getFacts && answer->compat;

    if (question->addOpaque && answer->compat && !virNodeDeviceCompatHasOpaque(answer->compat)) {
        found = virNodeDeviceCompatNew();
        answer->compat->opaqueState = VIR_NODE_DEVICE_COMPAT_ATTR_TIMEOUT;
    }

    virDomainHostdevCompatWorkerAnswer(worker, question, answer);

    if (stated) {
        facts = question->getFacts();
        VIR_WITH_MUTEX_LOCK_GUARD(&worker->lock) {
            if (!worker->left)
                answer->facts = g_steal_pointer(&facts);
        }
    }

    if (!found)
        return;

    question->addOpaque(found, question->node, question->guest, begin + OPAQUE_MS * 1000);

    VIR_WITH_MUTEX_LOCK_GUARD(&worker->lock) {
        if (!worker->left) {
            answer->compat->opaque = g_steal_pointer(&found->opaque);
            answer->compat->opaqueState = found->opaqueState;
        }
    }
}


/* Forgets a thread that was left behind, before it cannot be seen any more that it was. */
static void
virDomainHostdevCompatThreadEnd(virDomainHostdevCompatWorker *worker)
{
    VIR_LOCK_GUARD lock = virLockGuardLock(&threads.lock);

    /* nobody changes that once it is done */
    if (!worker->left)
        return;

    threads.left--;
    if (worker->hung)
        threads.hung = g_slist_remove(threads.hung, worker->hung);
}


/* Wakes the one who waits, if there is still one, and gives @conn to him. The condition of
 * a guest needs its lock, which must not be taken with that of @worker: the other one does
 * so the other way round. */
static void
virDomainHostdevCompatWorkerEnd(virDomainHostdevCompatWorker *worker,
                                virConnectPtr conn)
{
    g_autoptr(virDomainObj) vm = NULL;

    virMutexLock(&worker->lock);
    worker->done = true;
    worker->conn = conn;
    if (worker->vm)
        vm = virObjectRef(worker->vm);
    virCondBroadcast(&worker->cond);
    virMutexUnlock(&worker->lock);

    if (vm) {
        virObjectLock(vm);
        virDomainObjBroadcast(vm);
        virObjectUnlock(vm);
    }

    virDomainHostdevCompatThreadEnd(worker);
    virDomainHostdevCompatWorkerUnref(worker);

    virMutexLock(&threads.lock);
    threads.running--;
    virCondBroadcast(&threads.cond);
    virMutexUnlock(&threads.lock);
}


static void
virDomainHostdevCompatWorkerRun(void *opaque)
{
    virDomainHostdevCompatWorker *worker = opaque;
    virConnectPtr conn = worker->connect(g_steal_pointer(&worker->conn));
    g_autofree char *error = NULL;
    size_t i;

    if (!conn && virGetLastErrorCode() != VIR_ERR_OK)
        error = g_strdup(virGetLastErrorMessage());

    for (i = 0; i < worker->questions->len; i++) {
        virDomainHostdevCompatQuestion *question = g_ptr_array_index(worker->questions, i);

        if (!virDomainHostdevCompatWorkerBegin(worker, i))
            break;

        if (error)
            virDomainHostdevCompatWorkerAnswer(worker, question,
                                               virDomainHostdevCompatAnswerNew(error));
        else
            virDomainHostdevCompatWorkerAsk(worker, question, conn);
    }

    virDomainHostdevCompatWorkerEnd(worker, conn);
}


/* Begins a thread that asks @questions from @first on. Returns NULL, and sets @ret_error,
 * if that is not possible. */
static virDomainHostdevCompatWorker *
virDomainHostdevCompatWorkerNew(const virDomainHostdevCompatLook *look,
                                GPtrArray *questions,
                                size_t first,
                                virConnectPtr *conn,
                                char **ret_error)
{
    VIR_LOCK_GUARD lock = virLockGuardLock(&threads.lock);
    g_autoptr(virDomainHostdevCompatWorker) worker = NULL;
    virThread thread;
    size_t i;

    if (threads.left >= VIR_DOMAIN_HOSTDEV_COMPAT_LOOK_LEFT_MAX) {
        *ret_error = g_strdup_printf(_("the node device driver has not answered %1$zu earlier questions yet"),
                                     threads.left);
        return NULL;
    }

    worker = g_atomic_rc_box_new0(virDomainHostdevCompatWorker);
    if (virMutexInit(&worker->lock) < 0 ||
        virCondInit(&worker->cond) < 0)
        abort();
    worker->connect = look->connect;
    worker->budget.max = VIR_NODE_DEVICE_COMPAT_WORK_MAX;
    for (i = 0; i < first; i++) {
        const virDomainHostdevCompatQuestion *question = g_ptr_array_index(questions, i);

        virNodeDeviceCompatBudgetSpend(&worker->budget, question->answer->work);
    }
    worker->vm = look->vm ? virObjectRef(look->vm) : NULL;
    worker->conn = g_steal_pointer(conn);
    worker->since = virDomainHostdevCompatLookNow();
    worker->questions = virDomainHostdevCompatQuestionsNew();
    for (i = first; i < questions->len; i++) {
        g_ptr_array_add(worker->questions,
                        virDomainHostdevCompatQuestionRef(g_ptr_array_index(questions, i)));
    }

    if (virThreadCreateFull(&thread, false, virDomainHostdevCompatWorkerRun, "hostdev-look",
                            false, g_atomic_rc_box_acquire(worker)) < 0) {
        *ret_error = g_strdup(g_strerror(errno));
        *conn = g_steal_pointer(&worker->conn);
        g_atomic_rc_box_release(worker);
        return NULL;
    }
    threads.running++;

    return g_steal_pointer(&worker);
}


/* Stops waiting for a thread. Called with @worker locked. */
static void
virDomainHostdevCompatWorkerLeave(virDomainHostdevCompatWorker *worker)
{
    VIR_LOCK_GUARD lock = virLockGuardLock(&threads.lock);

    worker->left = true;
    g_clear_pointer(&worker->vm, virObjectUnref);
    threads.left++;

    if (worker->connected) {
        const virDomainHostdevCompatQuestion *question =
            g_ptr_array_index(worker->questions, worker->at);

        /* it is removed by its address before the question goes */
        worker->hung = question->node->name;
        threads.hung = g_slist_prepend(threads.hung, (char *) worker->hung);
    }
}


/* Waits until something may have changed, or for @ms milliseconds. libvirt's conditions have
 * the machine's clock, by which that could be any time, as it can be set back. Returns 0, or
 * an errno. */
static int
virDomainHostdevCompatLookSleep(virCond *cond,
                                virMutex *mutex,
                                long long ms)
{
#ifdef HAVE_CLOCKWAIT
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    return pthread_cond_clockwait(&cond->cond, &mutex->lock, CLOCK_MONOTONIC, &until);
#else
    unsigned long long now;

    if (virTimeMillisNowRaw(&now) < 0)
        return errno;
    return virCondWaitUntil(cond, mutex, now + MIN(ms, SLEEP_MS)) < 0 ? errno : 0;
#endif
}


/* The same for what a thread does. Called with @worker locked. Returns -1 with an error
 * reported if that does not work. */
static int
virDomainHostdevCompatWorkerSleep(virDomainHostdevCompatWorker *worker,
                                  virDomainObj *vm,
                                  long long ms)
{
    int rc;

    if (!vm) {
        rc = virDomainHostdevCompatLookSleep(&worker->cond, &worker->lock, ms);
    } else {
        /* The thread cannot wake it before it sleeps: that takes the lock of the guest. */
        virMutexUnlock(&worker->lock);
        rc = virDomainHostdevCompatLookSleep(&vm->cond, &vm->parent.lock, ms);
        virMutexLock(&worker->lock);
    }

    if (rc == 0 || rc == ETIMEDOUT)
        return 0;

    virReportSystemError(rc, "%s", _("failed to wait for the node device driver"));
    return -1;
}


/* Waits for a thread as long as @look allows, and until @end. Returns 0 if it is done, 1
 * if it is left behind, -1 with an error reported if the caller has to stop. */
static int
virDomainHostdevCompatWorkerWait(virDomainHostdevCompatWorker *worker,
                                 const virDomainHostdevCompatLook *look,
                                 long long end)
{
    VIR_LOCK_GUARD lock = virLockGuardLock(&worker->lock);
    int rc = 0;

    while (rc == 0) {
        long long until;
        long long now;

        if (look->check && look->check(look->vm, look->opaque) < 0) {
            rc = -1;
            break;
        }

        if (worker->done)
            return 0;

        now = virDomainHostdevCompatLookNow();
        until = MIN(end, worker->since + deadlines[look->paused].device);
        if (now >= until)
            rc = 1;
        else
            rc = virDomainHostdevCompatWorkerSleep(worker, look->vm, until - now);
    }

    if (!worker->done)
        virDomainHostdevCompatWorkerLeave(worker);

    return rc;
}


/* Answers those of @questions that have no answer. */
static void
virDomainHostdevCompatLookFail(GPtrArray *questions,
                               const char *error)
{
    size_t i;

    for (i = 0; i < questions->len; i++) {
        virDomainHostdevCompatQuestion *question = g_ptr_array_index(questions, i);

        if (!question->answer)
            question->answer = virDomainHostdevCompatAnswerNew(error);
    }
}


/* After a thread was left behind that had been begun with the question @first: answers
 * the one that it was at or, if it had no connection or there is no time left, all.
 * Returns which question is next. */
static size_t
virDomainHostdevCompatLookSkip(GPtrArray *questions,
                               size_t first,
                               virDomainHostdevCompatWorker *worker,
                               long long begin,
                               long long end)
{
    VIR_LOCK_GUARD lock = virLockGuardLock(&worker->lock);
    long long now = virDomainHostdevCompatLookNow();
    g_autofree char *error = g_strdup_printf(_("the node device driver did not answer within %1$lld ms"),
                                             now - (now >= end ? begin : worker->since));
    virDomainHostdevCompatQuestion *question;

    if (!worker->connected || now >= end) {
        virDomainHostdevCompatLookFail(questions, error);
        return questions->len;
    }

    question = g_ptr_array_index(questions, first + worker->at);
    if (!question->answer)
        question->answer = virDomainHostdevCompatAnswerNew(error);
    return first + worker->at + 1;
}


/* Returns those of @questions that are worth a thread: not another one while one hangs at
 * the same device. The others get an answer. */
static GPtrArray *
virDomainHostdevCompatLookFilter(GPtrArray *questions)
{
    VIR_LOCK_GUARD lock = virLockGuardLock(&threads.lock);
    GPtrArray *filtered = virDomainHostdevCompatQuestionsNew();
    size_t i;

    for (i = 0; i < questions->len; i++) {
        virDomainHostdevCompatQuestion *question = g_ptr_array_index(questions, i);

        if (g_slist_find_custom(threads.hung, question->node->name, (GCompareFunc) strcmp)) {
            question->answer =
                virDomainHostdevCompatAnswerNew(_("the node device driver has not answered an earlier question about the device yet"));
        } else {
            g_ptr_array_add(filtered, virDomainHostdevCompatQuestionRef(question));
        }
    }

    return filtered;
}


/**
 * virDomainHostdevCompatLookAt:
 * @look: how to look
 * @questions: about the devices, without answers
 * @conn: from a look before, or NULL in it; one that works is in it afterwards
 *
 * Asks all @questions. About a device that cannot be answered in time, nothing is known;
 * the others are asked through another connection then.
 *
 * Returns 0 if all have an answer, -1 with an error reported if the caller has to stop.
 */
int
virDomainHostdevCompatLookAt(const virDomainHostdevCompatLook *look,
                             GPtrArray *questions,
                             virConnectPtr *conn)
{
    long long begin = look->begun > 0 ? look->begun / 1000 : virDomainHostdevCompatLookNow();
    long long end = begin + deadlines[look->paused].total;
    g_autoptr(GPtrArray) asked = virDomainHostdevCompatLookFilter(questions);
    size_t next = 0;

    while (next < asked->len) {
        g_autoptr(virDomainHostdevCompatWorker) worker = NULL;
        g_autofree char *error = NULL;
        int rc;

        if (!(worker = virDomainHostdevCompatWorkerNew(look, asked, next, conn, &error))) {
            virDomainHostdevCompatLookFail(asked, error);
            return 0;
        }

        if ((rc = virDomainHostdevCompatWorkerWait(worker, look, end)) < 0)
            return -1;

        if (rc == 0) {
            *conn = g_steal_pointer(&worker->conn);
            return 0;
        }

        next = virDomainHostdevCompatLookSkip(asked, next, worker, begin, end);
    }

    return 0;
}


static void
virDomainHostdevCompatLookCloseRun(void *opaque G_GNUC_UNUSED)
{
    virConnectPtr conn;

    virMutexLock(&threads.lock);
    while ((conn = g_queue_pop_head(&threads.closing))) {
        virMutexUnlock(&threads.lock);
        virObjectUnref(conn);
        virMutexLock(&threads.lock);
    }
    threads.closes = false;
    threads.running--;
    virCondBroadcast(&threads.cond);
    virMutexUnlock(&threads.lock);
}


/**
 * virDomainHostdevCompatLookClose:
 * @conn: from virDomainHostdevCompatLookAt(), or NULL
 *
 * Gives a connection up. Closing one waits for its daemon, hence a thread does it; one
 * for all of them.
 */
void
virDomainHostdevCompatLookClose(virConnectPtr conn)
{
    virThread thread;

    if (!conn)
        return;

    virMutexLock(&threads.lock);
    g_queue_push_tail(&threads.closing, conn);
    if (!threads.closes) {
        if (virThreadCreateFull(&thread, false, virDomainHostdevCompatLookCloseRun,
                                "hostdev-close", false, NULL) < 0) {
            VIR_WARN("Cannot close a connection to the node device driver: %s",
                     g_strerror(errno));
        } else {
            threads.closes = true;
            threads.running++;
        }
    }
    virMutexUnlock(&threads.lock);
}


/* Sets other deadlines, in milliseconds, for a guest that runs, or for one that does not. */
void
virDomainHostdevCompatLookSetDeadlines(bool paused,
                                       unsigned int device,
                                       unsigned int total)
{
    deadlines[paused].device = device;
    deadlines[paused].total = total;
}


/* Returns how many threads are left behind. */
size_t
virDomainHostdevCompatLookGetLeft(void)
{
    VIR_LOCK_GUARD lock = virLockGuardLock(&threads.lock);

    return threads.left;
}


/* Waits until all threads have ended. */
void
virDomainHostdevCompatLookDrain(void)
{
    VIR_LOCK_GUARD lock = virLockGuardLock(&threads.lock);

    while (threads.running > 0) {
        if (virCondWait(&threads.cond, &threads.lock) < 0)
            abort();
    }
}
