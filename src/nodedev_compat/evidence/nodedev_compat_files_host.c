/*
 * nodedev_compat_files_host.c: the rules and facts that are in force on this host
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_files_host.h"

#include "nodedev_compat_files.h"
#include "nodedev_compat_reader.h"
#include "virlog.h"
#include "virthread.h"

VIR_LOG_INIT("nodedev_compat.nodedev_compat_files_host");

/* Of the one who reads, who has the lock however long that takes: nobody else waits for it,
 * as the reader does one such call at a time. */
static virMutex readLock = VIR_MUTEX_INITIALIZER;
static virNodeDeviceCompatFiles files;

/* What was read last; the lock is held for moments. GLib's, as in nodedev_compat_cache.c */
static GMutex lock;
static virNodeDeviceCompatRules *rules;     /* NULL: nothing was read yet */
static virNodeDeviceCompatFacts *facts;
static bool late;                           /* what was read is not up to date */


/* Reads what has changed. */
static int
virNodeDeviceCompatFilesHostRead(const char *name G_GNUC_UNUSED,
                                 int max G_GNUC_UNUSED,
                                 char **ret_text)
{
    VIR_LOCK_GUARD guard = virLockGuardLock(&readLock);
    g_autoptr(GMutexLocker) locker = NULL;

    virNodeDeviceCompatFilesUpdate(&files, virNodeDeviceCompatFilesDirs);

    locker = g_mutex_locker_new(&lock);
    g_set_object(&rules, files.rules);
    g_set_object(&facts, files.facts);

    *ret_text = g_strdup("");
    return 0;
}


/* Logs that the files cannot be read in time, or that they can be again, once. */
static void
virNodeDeviceCompatFilesHostLog(bool isLate)
{
    if (late == isLate)
        return;
    late = isLate;

    if (!late)
        VIR_INFO("compatibility rules and facts are read again");
    else if (rules)
        VIR_ERROR(_("compatibility rules and facts cannot be read in time, what was read before stays in force"));
    else
        VIR_ERROR(_("compatibility rules and facts cannot be read in time, results are unknown at best"));
}


static void
virNodeDeviceCompatFilesHostAddFault(virNodeDeviceCompatRules *outdated,
                                     virNodeDeviceCompatRulesFault fault)
{
    size_t i;

    for (i = 0; virNodeDeviceCompatFilesDirs[i]; i++)
        virNodeDeviceCompatRulesAddFault(outdated, fault, virNodeDeviceCompatFilesDirs[i]);
}


/* The rules while they cannot be read: those from before, with a warning. */
static virNodeDeviceCompatRules *
virNodeDeviceCompatFilesHostGetLastRules(void)
{
    virNodeDeviceCompatRules *last = virNodeDeviceCompatRulesNew();

    if (!rules) {
        virNodeDeviceCompatFilesHostAddFault(last, VIR_NODE_DEVICE_COMPAT_FAULT_RULES_UNUSABLE);
        return last;
    }

    virNodeDeviceCompatRulesShare(last, rules);
    virNodeDeviceCompatFilesHostAddFault(last, VIR_NODE_DEVICE_COMPAT_FAULT_RULES_OUTDATED);
    virNodeDeviceCompatFilesHostAddFault(last, VIR_NODE_DEVICE_COMPAT_FAULT_FACTS_OUTDATED);
    return last;
}


/* The same of facts: another host is to know of it, too. */
static virNodeDeviceCompatFacts *
virNodeDeviceCompatFilesHostGetLastFacts(void)
{
    virNodeDeviceCompatFacts *last = virNodeDeviceCompatFactsNew();

    if (!facts) {
        last->unusable = VIR_NODE_DEVICE_COMPAT_ATTR_TIMEOUT;
        return last;
    }

    virNodeDeviceCompatFactsAddGroups(last, facts->ngroups, facts->groups);
    last->unusable = facts->unusable;
    last->outdated = true;
    return last;
}


/* Has the files read, by one thread for all who ask. Returns false if that takes too long. */
static bool
virNodeDeviceCompatFilesHostUpdate(void)
{
    g_autofree char *text = NULL;

    return virNodeDeviceCompatReaderAsk(VIR_NODE_DEVICE_COMPAT_FILES_CALL,
                                        virNodeDeviceCompatFilesHostRead, 0, false, &text) >= 0;
}


/**
 * virNodeDeviceCompatFilesGetRules:
 *
 * Waits for the files no longer than the deadline of the calling thread, and not for long
 * if it has none.
 *
 * Returns a reference to the rules in the current files of this host; if they cannot be read
 * in time, to those from before, with a fault, or to none, with a worse one.
 */
virNodeDeviceCompatRules *
virNodeDeviceCompatFilesGetRules(void)
{
    bool current = virNodeDeviceCompatFilesHostUpdate();
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);

    virNodeDeviceCompatFilesHostLog(!current);
    return current ? g_object_ref(rules) : virNodeDeviceCompatFilesHostGetLastRules();
}


/**
 * virNodeDeviceCompatFilesGetFacts:
 *
 * The same for the facts. If there are none from before either, there may be any.
 */
virNodeDeviceCompatFacts *
virNodeDeviceCompatFilesGetFacts(void)
{
    bool current = virNodeDeviceCompatFilesHostUpdate();
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);

    virNodeDeviceCompatFilesHostLog(!current);
    return current ? g_object_ref(facts) : virNodeDeviceCompatFilesHostGetLastFacts();
}
