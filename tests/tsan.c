/*
 * tsan.c: lets the thread sanitizer see the locks and references of GLib
 *
 * GLib is not compiled with the sanitizer, and its locks are calls of futex(), so that
 * what they protect seems to be unprotected, and so does what the last reference frees.
 * scripts/tsan loads this in front of GLib.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <dlfcn.h>
#include <glib-object.h>

/* Of the sanitizer: what was done before the one has been done after the other. */
void __tsan_acquire(void *address);
void __tsan_release(void *address);

static struct {
    void (*lock)(GMutex *mutex);
    gboolean (*trylock)(GMutex *mutex);
    void (*unlock)(GMutex *mutex);
    void (*wait)(GCond *cond, GMutex *mutex);
    gboolean (*waitUntil)(GCond *cond, GMutex *mutex, gint64 until);
    void (*boxRelease)(void *box);
    void (*boxReleaseFull)(void *box, GDestroyNotify clear);
    void (*objectUnref)(void *object);
} real;


static void __attribute__((constructor))
tsanInit(void)
{
    *(void **) &real.lock = dlsym(RTLD_NEXT, "g_mutex_lock");
    *(void **) &real.trylock = dlsym(RTLD_NEXT, "g_mutex_trylock");
    *(void **) &real.unlock = dlsym(RTLD_NEXT, "g_mutex_unlock");
    *(void **) &real.wait = dlsym(RTLD_NEXT, "g_cond_wait");
    *(void **) &real.waitUntil = dlsym(RTLD_NEXT, "g_cond_wait_until");
    *(void **) &real.boxRelease = dlsym(RTLD_NEXT, "g_atomic_rc_box_release");
    *(void **) &real.boxReleaseFull = dlsym(RTLD_NEXT, "g_atomic_rc_box_release_full");
    *(void **) &real.objectUnref = dlsym(RTLD_NEXT, "g_object_unref");
}


/* A constructor of another library may come first. */
static void
tsanEnsure(void)
{
    if (!real.objectUnref)
        tsanInit();
}


void
(g_mutex_lock)(GMutex *mutex)
{
    tsanEnsure();
    real.lock(mutex);
    __tsan_acquire(mutex);
}


gboolean
(g_mutex_trylock)(GMutex *mutex)
{
    tsanEnsure();
    if (!real.trylock(mutex))
        return FALSE;

    __tsan_acquire(mutex);
    return TRUE;
}


void
(g_mutex_unlock)(GMutex *mutex)
{
    tsanEnsure();
    __tsan_release(mutex);
    real.unlock(mutex);
}


void
(g_cond_wait)(GCond *cond,
              GMutex *mutex)
{
    tsanEnsure();
    __tsan_release(mutex);
    real.wait(cond, mutex);
    __tsan_acquire(mutex);
}


gboolean
(g_cond_wait_until)(GCond *cond,
                    GMutex *mutex,
                    gint64 until)
{
    gboolean result;

    tsanEnsure();
    __tsan_release(mutex);
    result = real.waitUntil(cond, mutex, until);
    __tsan_acquire(mutex);
    return result;
}


/* Who gives up a reference is done with it, and who frees it comes after all the others. */
static void
tsanRelease(void *object)
{
    tsanEnsure();
    __tsan_release(object);
    __tsan_acquire(object);
}


void
(g_atomic_rc_box_release)(void *box)
{
    tsanRelease(box);
    real.boxRelease(box);
}


void
(g_atomic_rc_box_release_full)(void *box,
                               GDestroyNotify clear)
{
    tsanRelease(box);
    real.boxReleaseFull(box, clear);
}


void
(g_object_unref)(void *object)
{
    tsanRelease(object);
    real.objectUnref(object);
}
