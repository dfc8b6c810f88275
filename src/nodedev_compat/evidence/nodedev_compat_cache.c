/*
 * nodedev_compat_cache.c: answers of firmware and of programs, which are costly to ask
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#define LIBVIRT_NODEDEV_COMPAT_CACHEPRIV_H_ALLOW
#include "nodedev_compat_cache.h"
#include "nodedev_compat_cachepriv.h"

#include "virlog.h"
#include "virthread.h"

VIR_LOG_INIT("nodedev_compat.nodedev_compat_cache");

/* An answer that is kept */
typedef struct _virNodeDeviceCompatCacheEntry virNodeDeviceCompatCacheEntry;
struct _virNodeDeviceCompatCacheEntry {
    GStrv words;                /* of the question */
    char *text;
    int len;                    /* of @text, or -errno */
    size_t size;                /* of all that, about */
    gint64 since;               /* by the clock below */
};

/* GLib's lock, as in nodedev_compat_reader.c. It protects all that follows. */
static GMutex lock;

static bool enabled;
static bool watched;
static guint64 generation;      /* how often something has been dropped */
static char *dropped[VIR_NODE_DEVICE_COMPAT_CACHE_DROPS];   /* what it was, the last times;
                                                             * NULL: everything */
static GHashTable *entries;     /* by question */
static size_t bytes;            /* of all entries */
static GHashTable *doubts;      /* until when, by the clock below, by name of a card */
static gint64 doubtAll;         /* the same of any device */

static virNodeDeviceCompatCacheClock now = g_get_monotonic_time;


static void
virNodeDeviceCompatCacheEntryFree(void *opaque)
{
    virNodeDeviceCompatCacheEntry *entry = opaque;

    bytes -= entry->size;
    g_strfreev(entry->words);
    g_free(entry->text);
    g_free(entry);
}


/* Notes that all answers that depend on the device @name are dropped; NULL: on any */
static void
virNodeDeviceCompatCacheNoteDropLocked(const char *name)
{
    char **slot = &dropped[++generation % G_N_ELEMENTS(dropped)];

    g_free(*slot);
    *slot = g_strdup(name);
}


/* Whether something has been dropped since @begun that an answer with @words depends on, as
 * far as that is still known: there are events of udev all the time, of any devices. */
static bool
virNodeDeviceCompatCacheIsDroppedLocked(const char *const *words,
                                        guint64 begun)
{
    guint64 i;

    if (generation - begun > G_N_ELEMENTS(dropped))
        return true;

    for (i = begun + 1; i <= generation; i++) {
        const char *name = dropped[i % G_N_ELEMENTS(dropped)];

        if (!name || g_strv_contains(words, name))
            return true;
    }

    return false;
}


static void
virNodeDeviceCompatCacheDropAllLocked(void)
{
    virNodeDeviceCompatCacheNoteDropLocked(NULL);
    if (entries)
        g_hash_table_remove_all(entries);
}


/**
 * virNodeDeviceCompatCacheEnable:
 * @isWatched: whether all is reported that can change an answer
 *
 * Keeps answers from now on. Whoever calls this drops what has changed. Answers from before
 * all was reported are dropped.
 */
void
virNodeDeviceCompatCacheEnable(bool isWatched)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);

    VIR_DEBUG("watched=%d", isWatched);
    if (isWatched && !watched)
        virNodeDeviceCompatCacheDropAllLocked();
    enabled = true;
    watched = isWatched;
    if (!entries)
        entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                        virNodeDeviceCompatCacheEntryFree);
}


/**
 * virNodeDeviceCompatCacheDisable:
 *
 * Drops all answers, and keeps none any more.
 */
void
virNodeDeviceCompatCacheDisable(void)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);

    enabled = watched = false;
    g_clear_pointer(&doubts, g_hash_table_unref);
    doubtAll = 0;
    virNodeDeviceCompatCacheDropAllLocked();
}


/* Whether an answer is one. That there is nothing to be said is: no such device, a driver
 * or a kernel that does not know the question. */
static bool
virNodeDeviceCompatCacheIsAnswer(int len)
{
    return len >= 0 || len == -ENODEV || len == -ENOENT || len == -EOPNOTSUPP ||
           len == -EPROTONOSUPPORT;
}


/* The name of the card that a device is on, of a PCI function "DOMAIN:BUS": all functions of one
 * have the same firmware, which can be written and activated by way of another one. A card with
 * more than eight of them has the others in further slots of its bus, where nothing else is. */
static char *
virNodeDeviceCompatCacheGetCard(const char *name)
{
    const char *dot = strrchr(name, '.');
    const char *slot = strrchr(name, ':');

    if (!dot || !g_ascii_isdigit(dot[1]) || dot[2])
        slot = NULL;

    return g_strndup(name, slot ? slot - name : strlen(name));
}


/* Whether an answer depends on a device whose firmware may change without a report */
static bool
virNodeDeviceCompatCacheIsDoubtful(const virNodeDeviceCompatCacheEntry *entry,
                                   gint64 time)
{
    size_t i;

    if (time < doubtAll)
        return true;

    for (i = 0; doubts && entry->words[i]; i++) {
        g_autofree char *card = virNodeDeviceCompatCacheGetCard(entry->words[i]);
        const gint64 *until = g_hash_table_lookup(doubts, card);

        if (until && time < *until)
            return true;
    }

    return false;
}


/* How long an answer is kept, in microseconds */
static gint64
virNodeDeviceCompatCacheGetLife(const virNodeDeviceCompatCacheEntry *entry,
                                gint64 time)
{
    gint64 ms = virNodeDeviceCompatCacheIsAnswer(entry->len) ?
                VIR_NODE_DEVICE_COMPAT_CACHE_LIFE_MS : VIR_NODE_DEVICE_COMPAT_CACHE_ERROR_MS;

    if (!watched || virNodeDeviceCompatCacheIsDoubtful(entry, time))
        ms = MIN(ms, VIR_NODE_DEVICE_COMPAT_CACHE_UNWATCHED_MS);

    return ms * 1000;
}


static gboolean
virNodeDeviceCompatCacheIsExpired(void *key G_GNUC_UNUSED,
                                  void *opaque,
                                  void *time)
{
    const virNodeDeviceCompatCacheEntry *entry = opaque;
    gint64 at = *(gint64 *) time;

    return at - entry->since >= virNodeDeviceCompatCacheGetLife(entry, at);
}


/**
 * virNodeDeviceCompatCacheCopy:
 * @text: what was read or answered, which can have NUL bytes in it
 * @len: its length
 *
 * Returns a copy with a NUL byte behind it.
 */
char *
virNodeDeviceCompatCacheCopy(const char *text,
                             size_t len)
{
    char *copy = g_new0(char, len + 1);

    memcpy(copy, text, len);
    return copy;
}


/**
 * virNodeDeviceCompatCacheGet:
 * @question: what would be asked
 * @ret_len: set to the length of the answer, or to -errno
 * @ret_text: set to a copy of the answer, if it is one
 *
 * Returns true if the answer is known and not too old.
 */
bool
virNodeDeviceCompatCacheGet(const char *question,
                            int *ret_len,
                            char **ret_text)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);
    virNodeDeviceCompatCacheEntry *entry;
    gint64 time;

    if (!enabled || !(entry = g_hash_table_lookup(entries, question)))
        return false;

    time = now();
    if (virNodeDeviceCompatCacheIsExpired(NULL, entry, &time)) {
        g_hash_table_remove(entries, question);
        return false;
    }

    VIR_DEBUG("question='%s' len=%d age=%lld ms", question, entry->len,
              (long long) (time - entry->since) / 1000);

    *ret_len = entry->len;
    if (entry->len >= 0)
        *ret_text = virNodeDeviceCompatCacheCopy(entry->text, entry->len);
    return true;
}


/**
 * virNodeDeviceCompatCacheBegin:
 *
 * Returns what virNodeDeviceCompatCachePut() needs to know about questions that are asked
 * from now on.
 */
guint64
virNodeDeviceCompatCacheBegin(void)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);

    return generation;
}


static void
virNodeDeviceCompatCacheDropOldestLocked(void)
{
    GHashTableIter iter;
    void *key;
    void *opaque;
    void *oldest = NULL;
    gint64 since = G_MAXINT64;

    g_hash_table_iter_init(&iter, entries);
    while (g_hash_table_iter_next(&iter, &key, &opaque)) {
        const virNodeDeviceCompatCacheEntry *entry = opaque;

        if (entry->since < since) {
            since = entry->since;
            oldest = key;
        }
    }

    g_hash_table_remove(entries, oldest);
}


/* Makes room for an answer of @size bytes. */
static void
virNodeDeviceCompatCacheMakeRoomLocked(size_t size)
{
    gint64 time = now();
    bool swept = false;

    while (g_hash_table_size(entries) >= VIR_NODE_DEVICE_COMPAT_CACHE_ANSWERS_MAX ||
           bytes + size > VIR_NODE_DEVICE_COMPAT_CACHE_BYTES_MAX) {
        if (swept)
            virNodeDeviceCompatCacheDropOldestLocked();
        else
            g_hash_table_foreach_remove(entries, virNodeDeviceCompatCacheIsExpired, &time);
        swept = true;
    }
}


/**
 * virNodeDeviceCompatCachePut:
 * @question: what was asked; the names in sysfs of devices that the answer depends on are
 *            words of it, with spaces between them
 * @begun: from virNodeDeviceCompatCacheBegin(), before that
 * @len: length of the answer, or -errno
 * @text: the answer, if it is one
 *
 * Keeps the answer, unless something that it depends on was dropped since the question was
 * asked: the answer can be older than that.
 */
void
virNodeDeviceCompatCachePut(const char *question,
                            guint64 begun,
                            int len,
                            const char *text)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);
    size_t size = sizeof(virNodeDeviceCompatCacheEntry) + 2 * strlen(question) + MAX(len, 0);
    g_auto(GStrv) words = g_strsplit(question, " ", -1);
    virNodeDeviceCompatCacheEntry *entry;
    bool raced;

    if (!enabled)
        return;

    raced = virNodeDeviceCompatCacheIsDroppedLocked((const char *const *) words, begun);
    VIR_DEBUG("question='%s' len=%d raced=%d", question, len, raced);

    if (raced || size > VIR_NODE_DEVICE_COMPAT_CACHE_ANSWER_MAX)
        return;

    g_hash_table_remove(entries, question);
    virNodeDeviceCompatCacheMakeRoomLocked(size);

    entry = g_new0(virNodeDeviceCompatCacheEntry, 1);
    entry->words = g_steal_pointer(&words);
    entry->len = len;
    if (len >= 0)
        entry->text = virNodeDeviceCompatCacheCopy(text, len);
    entry->size = size;
    entry->since = now();

    bytes += size;
    g_hash_table_insert(entries, g_strdup(question), entry);
}


static gboolean
virNodeDeviceCompatCacheDependsOn(void *key G_GNUC_UNUSED,
                                  void *opaque,
                                  void *name)
{
    const virNodeDeviceCompatCacheEntry *entry = opaque;

    return g_strv_contains((const char *const *) entry->words, name);
}


/**
 * virNodeDeviceCompatCacheDrop:
 * @name: name of a device in sysfs
 *
 * Drops all answers that depend on the device, also those that are still to come.
 */
void
virNodeDeviceCompatCacheDrop(const char *name)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);
    unsigned int count = 0;

    virNodeDeviceCompatCacheNoteDropLocked(name);
    if (entries)
        count = g_hash_table_foreach_remove(entries, virNodeDeviceCompatCacheDependsOn,
                                            (void *) name);
    if (count > 0)
        VIR_DEBUG("name='%s' answers=%u", name, count);
}


static gboolean
virNodeDeviceCompatCacheIsDispelled(void *key G_GNUC_UNUSED,
                                    void *until,
                                    void *time)
{
    return *(gint64 *) time >= *(gint64 *) until;
}


/**
 * virNodeDeviceCompatCacheDoubt:
 * @name: name of a device in sysfs, or NULL for any
 *
 * Drops all answers that depend on the device, and keeps those to come, and those that depend
 * on another function of its card, for a short time only, for a while: its firmware has been
 * written, and can begin to run without a report.
 */
void
virNodeDeviceCompatCacheDoubt(const char *name)
{
    g_mutex_lock(&lock);
    if (enabled) {
        g_autofree char *card = name ? virNodeDeviceCompatCacheGetCard(name) : NULL;
        gint64 time = now();
        gint64 *until = g_new0(gint64, 1);

        *until = time + VIR_NODE_DEVICE_COMPAT_CACHE_DOUBT_MS * 1000LL;
        if (!doubts)
            doubts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

        g_hash_table_foreach_remove(doubts, virNodeDeviceCompatCacheIsDispelled, &time);
        if (card && (g_hash_table_size(doubts) < VIR_NODE_DEVICE_COMPAT_CACHE_DOUBTED_DEVICES ||
                     g_hash_table_contains(doubts, card))) {
            g_hash_table_replace(doubts, g_steal_pointer(&card), until);
        } else {
            doubtAll = *until;
            g_free(until);
        }
    }
    g_mutex_unlock(&lock);

    if (name)
        virNodeDeviceCompatCacheDrop(name);
    else
        virNodeDeviceCompatCacheDropAll();
}


void
virNodeDeviceCompatCacheDropAll(void)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);

    VIR_DEBUG("answers=%u", entries ? g_hash_table_size(entries) : 0);
    virNodeDeviceCompatCacheDropAllLocked();
}


/**
 * virNodeDeviceCompatCacheSetClock:
 * @func: clock by which answers grow old, or NULL for the usual one
 */
void
virNodeDeviceCompatCacheSetClock(virNodeDeviceCompatCacheClock func)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);

    now = func ? func : g_get_monotonic_time;
}


/**
 * virNodeDeviceCompatCacheCount:
 * @ret_answers: set to the number of answers that are kept
 * @ret_bytes: set to their size
 */
void
virNodeDeviceCompatCacheCount(size_t *ret_answers,
                              size_t *ret_bytes)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);

    *ret_answers = entries ? g_hash_table_size(entries) : 0;
    *ret_bytes = bytes;
}
