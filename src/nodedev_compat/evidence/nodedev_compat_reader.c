/*
 * nodedev_compat_reader.c: reading of files that never blocks the caller
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <fcntl.h>

#include "nodedev_compat_reader.h"
#define LIBVIRT_NODEDEV_COMPAT_READERPRIV_H_ALLOW
#include "nodedev_compat_readerpriv.h"

#include "nodedev_compat_cache.h"
#include "nodedev_compat_owner.h"
#include "nodedev_compat_pool.h"
#include "nodedev_compat_root.h"
#include "virfile.h"

/* How long a caller waits for one file and for all that it reads of a device, in
 * milliseconds */
#define FILE_MS 500
#define TOTAL_MS 2000

/* A call is given as much time as so many files, or a part of that of one */
#define CALL_FILES 3
#define BRIEF_PART 10

/* A file, or a call, and what it takes to read it */
typedef struct _virNodeDeviceCompatReaderItem virNodeDeviceCompatReaderItem;
struct _virNodeDeviceCompatReaderItem {
    char *name;                 /* path of the file, or name of the call */
    char *key;                  /* one file has one key, whatever names it has */
    virNodeDeviceCompatReaderFunc func;
    int max;
    unsigned int ms;            /* how long it may take */
    bool kept;                  /* what is read can be kept */
};

/* What a file had in it */
typedef struct _virNodeDeviceCompatReaderText virNodeDeviceCompatReaderText;
struct _virNodeDeviceCompatReaderText {
    char *text;
    int len;                    /* of @text, or -errno */
};

/* All that a caller wants to have read together: a function, which begins anew in another
 * thread when one hangs. What has been read by then is not read again. */
typedef struct _virNodeDeviceCompatReaderLook virNodeDeviceCompatReaderLook;
struct _virNodeDeviceCompatReaderLook {
    virNodeDeviceCompatReaderLookFunc func;
    void *input;
    GDestroyNotify freeInput;
    GDestroyNotify freeResult;
    gint64 deadline;
    bool delegated;             /* the caller does not read by itself */
    bool over;                  /* nothing is read any more; with the lock of the pool */
    const virNodeDeviceCompatTreeRoot *root;    /* that the caller reads from */

    /* virNodeDeviceCompatReaderText by name of the item; with the lock of the pool */
    GHashTable *texts;
};

static unsigned int fileMs = FILE_MS;
static unsigned int totalMs = TOTAL_MS;
static virNodeDeviceCompatReaderHook hook;

/* When the calling thread has to be through; 0: it has no deadline */
static __thread gint64 deadline;

/* The look that the calling thread is at, or NULL */
static __thread virNodeDeviceCompatReaderLook *self;

/* The task that this is in a thread of the pool. Without one, the caller is at it itself. */
static __thread virNodeDeviceCompatTask *selfTask;


static void
virNodeDeviceCompatReaderTextFree(void *opaque)
{
    virNodeDeviceCompatReaderText *text = opaque;

    g_free(text->text);
    g_free(text);
}


static void
virNodeDeviceCompatReaderLookClear(void *opaque)
{
    virNodeDeviceCompatReaderLook *look = opaque;

    if (look->freeInput)
        look->freeInput(look->input);
    g_hash_table_unref(look->texts);
}


static void
virNodeDeviceCompatReaderLookUnref(virNodeDeviceCompatReaderLook *look)
{
    g_atomic_rc_box_release_full(look, virNodeDeviceCompatReaderLookClear);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNodeDeviceCompatReaderLook, virNodeDeviceCompatReaderLookUnref);


/* Reads the file at @path. @head: there can be more than @max, which is not read. Returns
 * the length of what was read, or -errno. */
static int
virNodeDeviceCompatReaderOpenFile(const char *path,
                                  int max,
                                  bool head,
                                  char **ret_text)
{
    VIR_AUTOCLOSE fd = -1;
    struct stat sb;
    int len;

    /* O_NONBLOCK, as in a copied tree it can have become a file of any kind */
    if ((fd = virNodeDeviceCompatTreeOpen(path, O_RDONLY | O_NONBLOCK)) < 0 ||
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
virNodeDeviceCompatReaderReadFile(const char *path,
                                  int max,
                                  char **ret_text)
{
    return virNodeDeviceCompatReaderOpenFile(path, max, false, ret_text);
}


static int
virNodeDeviceCompatReaderReadFileHead(const char *path,
                                      int max,
                                      char **ret_text)
{
    return virNodeDeviceCompatReaderOpenFile(path, max, true, ret_text);
}


/* Reads @item now. An answer to a call is kept, see nodedev_compat_cache.h. */
static int
virNodeDeviceCompatReaderItemRead(const virNodeDeviceCompatReaderItem *item,
                                  char **ret_text)
{
    virNodeDeviceCompatReaderHook before = g_atomic_pointer_get(&hook);
    guint64 begun = 0;
    int len;

    if (item->kept) {
        /* another thread can just have got it */
        if (virNodeDeviceCompatCacheGet(item->name, &len, ret_text))
            return len;
        begun = virNodeDeviceCompatCacheBegin();
    }

    if (before && (len = -before(item->name)) < 0)
        return len;

    len = item->func(item->name, item->max, ret_text);
    if (item->kept)
        virNodeDeviceCompatCachePut(item->name, begun, len, len >= 0 ? *ret_text : NULL);

    return len;
}


/* Returns false if the look of this thread has not read @item yet. The caller has the
 * lock. */
static bool
virNodeDeviceCompatReaderRecall(const virNodeDeviceCompatReaderItem *item,
                                int *ret_len,
                                char **ret_text)
{
    const virNodeDeviceCompatReaderText *known = g_hash_table_lookup(self->texts,
                                                                     item->name);

    if (!known)
        return false;

    if ((*ret_len = known->len) >= 0)
        *ret_text = virNodeDeviceCompatCacheCopy(known->text, known->len);
    return true;
}


/* The caller has the lock. */
static void
virNodeDeviceCompatReaderRemember(const virNodeDeviceCompatReaderItem *item,
                                  int len,
                                  const char *content)
{
    virNodeDeviceCompatReaderText *text = g_new0(virNodeDeviceCompatReaderText, 1);

    text->len = len;
    if (len >= 0)
        text->text = virNodeDeviceCompatCacheCopy(content, len);
    g_hash_table_replace(self->texts, g_strdup(item->name), text);
}


/* Reads @item, of which nothing is known. The caller has the lock. */
static int
virNodeDeviceCompatReaderFetch(const virNodeDeviceCompatReaderItem *item,
                               char **ret_text)
{
    virNodeDeviceCompatTask *task = selfTask;
    const virNodeDeviceCompatOwners *owners = NULL;
    int len = 0;

    if (self->over)
        return -ETIMEDOUT;

    if (task) {
        virNodeDeviceCompatPoolUnlock();
        owners = virNodeDeviceCompatOwnersGet(item->name);
        virNodeDeviceCompatPoolLock();

        if ((len = virNodeDeviceCompatPoolClaim(task, item->key, owners, item->ms)) < 0)
            return len;
    }

    virNodeDeviceCompatPoolUnlock();
    len = virNodeDeviceCompatReaderItemRead(item, ret_text);
    virNodeDeviceCompatPoolLock();

    if (task)
        virNodeDeviceCompatPoolRelease(task);

    /* another thread has begun anew */
    if (task && task->hanging) {
        if (len >= 0)
            g_clear_pointer(ret_text, g_free);
        return -ECANCELED;
    }

    return len;
}


/* Reads @item in the look of the calling thread. */
static int
virNodeDeviceCompatReaderLookFor(const virNodeDeviceCompatReaderItem *item,
                                 char **ret_text)
{
    int len;

    virNodeDeviceCompatPoolLock();

    if (!virNodeDeviceCompatReaderRecall(item, &len, ret_text)) {
        /* what is known takes no time */
        if (!item->kept || !virNodeDeviceCompatCacheGet(item->name, &len, ret_text))
            len = virNodeDeviceCompatReaderFetch(item, ret_text);
        if (len != -ECANCELED)
            virNodeDeviceCompatReaderRemember(item, len, len >= 0 ? *ret_text : NULL);
    }

    virNodeDeviceCompatPoolUnlock();
    return len;
}


/* Calls the function of @look in this thread. */
static void *
virNodeDeviceCompatReaderLookHere(virNodeDeviceCompatReaderLook *look,
                                  virNodeDeviceCompatTask *task)
{
    void *result;

    self = look;
    selfTask = task;
    virNodeDeviceCompatTreeEnter(look->root);
    result = look->func(look->input);
    virNodeDeviceCompatTreeEnter(NULL);
    virNodeDeviceCompatOwnersForget();
    self = NULL;
    selfTask = NULL;

    return result;
}


static void *
virNodeDeviceCompatReaderTaskRun(virNodeDeviceCompatTask *task)
{
    return virNodeDeviceCompatReaderLookHere(task->opaque, task);
}


/* Has @look done by a thread. Returns false, and sets @ret_hangs to whether there is one that
 * may come back some day, if it is not through at @until. */
static bool
virNodeDeviceCompatReaderTry(virNodeDeviceCompatReaderLook *look,
                             gint64 until,
                             bool *ret_hangs,
                             void **ret_result)
{
    g_autoptr(virNodeDeviceCompatTask) task = virNodeDeviceCompatTaskNew();

    task->run = virNodeDeviceCompatReaderTaskRun;
    task->opaque = g_atomic_rc_box_acquire(look);
    task->freeOpaque = (GDestroyNotify) virNodeDeviceCompatReaderLookUnref;
    task->freeResult = look->freeResult;
    task->deadline = until;

    if (virNodeDeviceCompatPoolRun(task, fileMs)) {
        *ret_result = g_steal_pointer(&task->result);
        return true;
    }

    *ret_hangs = task->hanging;
    return false;
}


/* Has @look done by threads, by another one each time that one hangs. Returns false if that
 * does not come to an end in time. */
static bool
virNodeDeviceCompatReaderDelegate(virNodeDeviceCompatReaderLook *look,
                                  void **ret_result)
{
    bool hangs = true;

    look->delegated = true;

    while (hangs && g_get_monotonic_time() < look->deadline) {
        if (virNodeDeviceCompatReaderTry(look, look->deadline, &hangs, ret_result))
            return true;
    }

    /* or all threads hang */
    return false;
}


/* Looks at one item. */
static void *
virNodeDeviceCompatReaderLookAtItem(const void *item)
{
    virNodeDeviceCompatReaderText *text = g_new0(virNodeDeviceCompatReaderText, 1);

    text->len = virNodeDeviceCompatReaderLookFor(item, &text->text);
    return text;
}


/* Returns what is known of @look when its time is over: reading fails at once. Looking at
 * files takes no time, unless they are on a file server that does not answer: hence a thread
 * does it, and without one there is nothing to look at. One item is not looked at. */
static void *
virNodeDeviceCompatReaderFinish(virNodeDeviceCompatReaderLook *look)
{
    void *result = NULL;
    bool hangs;

    virNodeDeviceCompatPoolLock();
    look->over = true;
    virNodeDeviceCompatPoolUnlock();

    if (look->func != virNodeDeviceCompatReaderLookAtItem &&
        virNodeDeviceCompatReaderTry(look, g_get_monotonic_time() + fileMs * 1000LL, &hangs,
                                     &result))
        return result;

    virNodeDeviceCompatTreeClose(true);
    result = virNodeDeviceCompatReaderLookHere(look, NULL);
    virNodeDeviceCompatTreeClose(false);
    return result;
}


static void *
virNodeDeviceCompatReaderRunBefore(gint64 until,
                                   virNodeDeviceCompatReaderLookFunc func,
                                   void *input,
                                   GDestroyNotify freeInput,
                                   GDestroyNotify freeResult)
{
    g_autoptr(virNodeDeviceCompatReaderLook) look = g_atomic_rc_box_new0(virNodeDeviceCompatReaderLook);
    void *result = NULL;

    look->func = func;
    look->input = input;
    look->freeInput = freeInput;
    look->freeResult = freeResult;
    look->root = virNodeDeviceCompatTreeGet();
    look->deadline = deadline > 0 ? MIN(until, deadline) : until;
    look->texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                        virNodeDeviceCompatReaderTextFree);

    if (fileMs == 0)
        return virNodeDeviceCompatReaderLookHere(look, NULL);

    if (virNodeDeviceCompatReaderDelegate(look, &result))
        return result;

    return virNodeDeviceCompatReaderFinish(look);
}


/**
 * virNodeDeviceCompatReaderRun:
 * @func: reads something by way of virNodeDeviceCompatReaderRead() and
 *        virNodeDeviceCompatReaderCall()
 * @input: what it is called with
 * @freeInput: frees @input, or NULL
 * @freeResult: frees what @func returns
 *
 * Calls @func in a thread of the reader, and waits for it no longer than the deadline of
 * the calling thread, and not for long if it has none. If the thread hangs in a file,
 * @func is called once more in another one, which gets what was read before. Once the
 * deadline has passed it is called for the last time, and reading fails at once; if it does
 * not come back from that either, in the calling thread, and there looking at files fails,
 * too. So it has to be free of side effects, and everything that it needs has to be in
 * @input, which it does not change. A file that is read twice is read once.
 *
 * Returns what @func returns. Takes ownership of @input.
 */
void *
virNodeDeviceCompatReaderRun(virNodeDeviceCompatReaderLookFunc func,
                             void *input,
                             GDestroyNotify freeInput,
                             GDestroyNotify freeResult)
{
    void *result;

    if (!self)
        return virNodeDeviceCompatReaderRunBefore(g_get_monotonic_time() + totalMs * 1000LL,
                                                  func, input, freeInput, freeResult);

    result = func(input);
    if (freeInput)
        freeInput(input);
    return result;
}


static void
virNodeDeviceCompatReaderItemFree(void *opaque)
{
    virNodeDeviceCompatReaderItem *item = opaque;

    g_free(item->name);
    g_free(item->key);
    g_free(item);
}


/* Reads @item, wherever the caller is. */
static int
virNodeDeviceCompatReaderGet(const virNodeDeviceCompatReaderItem *item,
                             char **ret_text)
{
    virNodeDeviceCompatReaderItem *copy;
    virNodeDeviceCompatReaderText *text;
    int len;

    if (self)
        return virNodeDeviceCompatReaderLookFor(item, ret_text);

    if (item->kept && virNodeDeviceCompatCacheGet(item->name, &len, ret_text))
        return len;
    if (virNodeDeviceCompatPoolHangs(item->key))
        return -ETIMEDOUT;

    copy = g_new0(virNodeDeviceCompatReaderItem, 1);
    *copy = *item;
    copy->name = g_strdup(item->name);
    copy->key = g_strdup(item->key);
    text = virNodeDeviceCompatReaderRunBefore(g_get_monotonic_time() + item->ms * 1000LL,
                                              virNodeDeviceCompatReaderLookAtItem, copy,
                                              virNodeDeviceCompatReaderItemFree,
                                              virNodeDeviceCompatReaderTextFree);

    if ((len = text->len) >= 0)
        *ret_text = g_steal_pointer(&text->text);
    virNodeDeviceCompatReaderTextFree(text);
    return len;
}


static int
virNodeDeviceCompatReaderGetFile(const char *path,
                                 const struct stat *sb,
                                 virNodeDeviceCompatReaderFunc func,
                                 int max,
                                 char **ret_text)
{
    g_autofree char *key = g_strdup_printf("%llx:%llx", (unsigned long long) sb->st_dev,
                                           (unsigned long long) sb->st_ino);
    const virNodeDeviceCompatReaderItem item = {
        .name = (char *) path,
        .key = key,
        .func = func,
        .max = max,
        .ms = fileMs,
    };

    return virNodeDeviceCompatReaderGet(&item, ret_text);
}


/**
 * virNodeDeviceCompatReaderRead:
 * @path: regular file
 * @sb: what stat() says about it
 * @max: number of bytes that it can have
 * @ret_text: set on success to the content of the file
 *
 * Opens and reads the file: for a function that virNodeDeviceCompatReaderRun() calls in
 * its thread, for others in a thread of the reader. Waits no longer than the deadline of
 * the calling thread for that, and not for long if it has none.
 *
 * Returns the length of the content, or -errno: -ETIMEDOUT if it takes too long,
 * -EOVERFLOW if there is more than @max, -EINVAL if it is no regular file, -ECANCELED if
 * nobody waits for it any more.
 */
int
virNodeDeviceCompatReaderRead(const char *path,
                              const struct stat *sb,
                              int max,
                              char **ret_text)
{
    return virNodeDeviceCompatReaderGetFile(path, sb, virNodeDeviceCompatReaderReadFile, max,
                                            ret_text);
}


/**
 * virNodeDeviceCompatReaderReadHead:
 * @path: regular file, which is not read in another way
 * @sb: what stat() says about it
 * @max: number of bytes
 * @ret_bytes: set on success to the first bytes in the file, @max of them or fewer
 *
 * Like virNodeDeviceCompatReaderRead(), but reads no more than @max bytes, whatever the
 * file has.
 *
 * Returns the number of bytes, or -errno.
 */
int
virNodeDeviceCompatReaderReadHead(const char *path,
                                  const struct stat *sb,
                                  int max,
                                  char **ret_bytes)
{
    return virNodeDeviceCompatReaderGetFile(path, sb, virNodeDeviceCompatReaderReadFileHead, max,
                                            ret_bytes);
}


static int
virNodeDeviceCompatReaderGetCall(const char *name,
                                 virNodeDeviceCompatReaderFunc func,
                                 int max,
                                 unsigned int ms,
                                 bool kept,
                                 char **ret_text)
{
    const virNodeDeviceCompatReaderItem item = {
        .name = (char *) name,
        .key = (char *) name,
        .func = func,
        .max = max,
        .ms = ms,
        .kept = kept,
    };

    return virNodeDeviceCompatReaderGet(&item, ret_text);
}


/**
 * virNodeDeviceCompatReaderAsk:
 * @name: name of the call, which says all that @func needs to know; its first word is that
 *        of all calls that may hang together
 * @func: what to call; returns the length of what it has found out, or -errno
 * @max: number of bytes that this can have, for @func to see to
 * @brief: whether it may take a tenth of the time of a file, not three times that
 * @ret_text: set on success to that
 *
 * The same for what is not in a file, or in a file that is not one of a driver: @func is
 * called with @name, and like a file it is not asked again before it has come back, if it
 * hangs.
 *
 * Returns what @func does, or -errno as above.
 */
int
virNodeDeviceCompatReaderAsk(const char *name,
                             virNodeDeviceCompatReaderFunc func,
                             int max,
                             bool brief,
                             char **ret_text)
{
    return virNodeDeviceCompatReaderGetCall(name, func, max,
                                            brief ? fileMs / BRIEF_PART : fileMs * CALL_FILES,
                                            false, ret_text);
}


/**
 * virNodeDeviceCompatReaderCall:
 * @name: name of the call as above; it has the names in sysfs of devices that the answer
 *        depends on as words, with spaces between them
 * @func: what to call, as above
 * @max: number of bytes, as above
 * @ret_text: set on success to what @func has found out
 *
 * The same, but in a daemon the answer is kept for a while.
 *
 * Returns what @func does, or -errno as above.
 */
int
virNodeDeviceCompatReaderCall(const char *name,
                              virNodeDeviceCompatReaderFunc func,
                              int max,
                              char **ret_text)
{
    return virNodeDeviceCompatReaderGetCall(name, func, max, fileMs * CALL_FILES, true, ret_text);
}


/**
 * virNodeDeviceCompatReaderSetDeadline:
 * @until: time, of g_get_monotonic_time(), or 0 for no deadline
 *
 * Whatever files the calling thread reads have to be read until then. After that,
 * reading fails at once.
 */
void
virNodeDeviceCompatReaderSetDeadline(gint64 until)
{
    deadline = until;
}


/**
 * virNodeDeviceCompatReaderGetDeadline:
 *
 * For what is not a file, and takes its time as well.
 *
 * Returns the time, of g_get_monotonic_time(), when the calling thread has to be through,
 * or 0 if it has no deadline.
 */
gint64
virNodeDeviceCompatReaderGetDeadline(void)
{
    return self && self->delegated ? self->deadline : deadline;
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
    g_atomic_pointer_set(&hook, func);
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
    virNodeDeviceCompatPoolLock();
    fileMs = file;
    totalMs = total;
    virNodeDeviceCompatPoolUnlock();
    virNodeDeviceCompatPoolSetIdle(idle);
}
