/*
 * nodedev_compat_evidence_ap_adapters.c: adapters of an s390 AP bus
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_ap.h"

#include "virstring.h"

/* Hardware types that vfio_ap supports begin with that of CEX4, and each type can do what
 * an older one can. */
#define HWTYPE_MIN 10
#define HWTYPE_MAX 99

/* What matters of ap_functions: facilities, mode, and whether an adapter has all functions
 * of a native card or only those that keep no state. */
#define FUNCTIONS_MASK 0xffc00000
#define FUNCTIONS_NATIVE 0x00800000
#define FUNCTIONS_STATELESS 0x00400000

#define READ(name) VIR_NODE_DEVICE_COMPAT_READ_ ## name


/**
 * virNodeDeviceCompatAPMatches:
 * @name: name of a device
 * @pattern: pattern in which an x stands for a hex digit
 *
 * Returns true if they match.
 */
bool
virNodeDeviceCompatAPMatches(const char *name,
                             const char *pattern)
{
    for (; *pattern; pattern++, name++) {
        if (*pattern == 'x' ? !g_ascii_isxdigit(*name) : *name != *pattern)
            return false;
    }

    return *name == '\0';
}


void
virNodeDeviceCompatAPAdaptersClear(virNodeDeviceCompatAPAdapters *adapters)
{
    virBufferFreeAndReset(&adapters->own);
    virBufferFreeAndReset(&adapters->host);
}


/* Reads whether a file has @wanted. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatAPFileIs(const char *dir,
                            const char *name,
                            const char *wanted,
                            bool *ret_is)
{
    g_autofree char *text = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadFile(dir, name, &text);

    if (result == READ(OK) && STRNEQ(text, "0") && STRNEQ(text, "1"))
        return READ(MALFORMED);

    *ret_is = STREQ_NULLABLE(text, wanted);
    return result;
}


/* Sets *ret_works to whether an adapter or a queue can be used: one that is deconfigured, or in
 * a checkstop, does nothing for those who have it (config_show() and chkstop_show() in
 * drivers/s390/crypto/ap_card.c and ap_queue.c). Older kernels do not show that; it can be
 * used then as far as is known. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatAPLook(const char *dir,
                          bool *ret_works)
{
    bool configured = false;
    bool running = false;
    virNodeDeviceCompatReadResult config = virNodeDeviceCompatAPFileIs(dir, "config", "1",
                                                                       &configured);
    virNodeDeviceCompatReadResult chkstop = virNodeDeviceCompatAPFileIs(dir, "chkstop", "0",
                                                                        &running);

    *ret_works = (configured || config == READ(ABSENT)) && (running || chkstop == READ(ABSENT));

    /* one "no" is enough */
    if ((config == READ(OK) && !configured) || (chkstop == READ(OK) && !running))
        return READ(OK);
    return MAX(config, chkstop);
}


/**
 * virNodeDeviceCompatAPQueueLook:
 * @devices: directory of the devices of the AP bus
 * @queue: name of a queue, in small letters
 * @adapter: what is known of the adapter of the last queue that was looked at
 * @ret_works: set to whether the queue and its adapter can be used, as far as is known
 *
 * Queues come in the order of their names, so that each adapter is looked at once.
 *
 * Returns VIR_NODE_DEVICE_COMPAT_READ_OK if that is known, VIR_NODE_DEVICE_COMPAT_READ_ABSENT
 * if the kernel does not show it.
 */
virNodeDeviceCompatReadResult
virNodeDeviceCompatAPQueueLook(const char *devices,
                               const char *queue,
                               virNodeDeviceCompatAPAdapter *adapter,
                               bool *ret_works)
{
    g_autofree char *dir = g_build_filename(devices, queue, NULL);
    bool works;
    virNodeDeviceCompatReadResult result;

    if (!*adapter->name || !STRPREFIX(queue, adapter->name)) {
        g_autofree char *card = g_strdup_printf("%s/card%.2s", devices, queue);

        g_strlcpy(adapter->name, queue, sizeof(adapter->name));
        adapter->result = virNodeDeviceCompatAPLook(card, &adapter->works);
    }

    result = virNodeDeviceCompatAPLook(dir, &works);
    *ret_works = works && adapter->works;

    if ((result == READ(OK) && !works) || (adapter->result == READ(OK) && !adapter->works))
        return READ(OK);
    return MAX(result, adapter->result);
}


/* Keeps what is worst of an adapter, the device's own or another one. */
static void
virNodeDeviceCompatAPAdaptersSetResult(virNodeDeviceCompatAPAdapters *adapters,
                                       virNodeDeviceCompatReadResult result,
                                       bool own)
{
    if (own) {
        adapters->ownResult = MAX(adapters->ownResult, result);
        adapters->ownLacks |= result == READ(ABSENT);
    }
    adapters->hostResult = MAX(adapters->hostResult, result);
    adapters->hostLacks |= result == READ(ABSENT);
}


/* A kernel shows an attribute of all adapters or of none: what only some of them lack is not
 * known. A device without adapters, which is one that is known to have no queues, has an
 * empty set whatever others show, unless there are some and none of them has the attribute.
 * @queues: result of looking for the device's own queues */
static void
virNodeDeviceCompatAPAdaptersFinish(virNodeDeviceCompatAPAdapters *adapters,
                                    virNodeDeviceCompatReadResult queues,
                                    bool none)
{
    if (queues == READ(OK) && none && adapters->ownResult == READ(ABSENT) &&
        (adapters->hostResult != READ(ABSENT) || !adapters->hostLacks))
        adapters->ownResult = READ(OK);
    if (adapters->hostResult == READ(ABSENT))
        return;

    adapters->ownResult = MAX(adapters->ownResult, queues);
    if (adapters->ownLacks)
        adapters->ownResult = MAX(adapters->ownResult, READ(UNREADABLE));
    if (adapters->hostLacks)
        adapters->hostResult = MAX(adapters->hostResult, READ(UNREADABLE));
}


static void
virNodeDeviceCompatAPReadType(virNodeDeviceCompatAPAdapters *types,
                              const char *card,
                              const char *adapter,
                              bool own)
{
    g_autofree char *text = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadFile(card, "hwtype", &text);
    unsigned int type = 0;
    unsigned int older;

    if (result == READ(OK) &&
        (virStrToLong_uip(text, NULL, 10, &type) < 0 || type > HWTYPE_MAX))
        result = READ(MALFORMED);

    virNodeDeviceCompatAPAdaptersSetResult(types, result, own);
    if (result != READ(OK))
        return;

    if (own)
        ADD_ITEM(&types->own, "%s=%u", adapter, type);
    for (older = MIN(type, HWTYPE_MIN); older <= type; older++) {
        if (older == type || older >= HWTYPE_MIN)
            ADD_ITEM(&types->host, "%s=%u", adapter, older);
    }
}


static void
virNodeDeviceCompatAPReadFunctions(virNodeDeviceCompatAPAdapters *functions,
                                   const char *card,
                                   const char *adapter,
                                   bool own)
{
    g_autofree char *text = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadFile(card, "ap_functions",
                                                                           &text);
    unsigned int mask = 0;

    if (result == READ(OK) &&
        (!STRPREFIX(text, "0x") || virStrToLong_uip(text, NULL, 16, &mask) < 0))
        result = READ(MALFORMED);

    virNodeDeviceCompatAPAdaptersSetResult(functions, result, own);
    if (result != READ(OK))
        return;

    mask &= FUNCTIONS_MASK;
    if (own)
        ADD_ITEM(&functions->own, "%s=0x%08x", adapter, mask);
    ADD_ITEM(&functions->host, "%s=0x%08x", adapter, mask);
    if (mask & FUNCTIONS_NATIVE) {
        mask = (mask & ~FUNCTIONS_NATIVE) | FUNCTIONS_STATELESS;
        ADD_ITEM(&functions->host, "%s=0x%08x", adapter, mask);
    }
}


/* The adapters that @queues are of, as keys */
static GHashTable *
virNodeDeviceCompatAPGetAdapters(virBuffer *queues)
{
    GHashTable *adapters = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_auto(GStrv) items = g_strsplit(NULLSTR_EMPTY(virBufferCurrentContent(queues)), ",", -1);
    size_t i;

    for (i = 0; items[i]; i++) {
        if (*items[i])
            g_hash_table_add(adapters, g_strndup(items[i], strcspn(items[i], ".")));
    }

    return adapters;
}


/**
 * virNodeDeviceCompatAPReadAdapters:
 * @compat: descriptor that they are for
 * @bus: directory of the AP bus
 * @found: result of looking for the queues of a device
 * @queues: set of these
 * @types: filled with the type of each adapter of the host
 * @functions: filled with the functions of each
 *
 * Those that @queues are of are the device's own.
 */
void
virNodeDeviceCompatAPReadAdapters(virNodeDeviceCompat *compat,
                                  const char *bus,
                                  virNodeDeviceCompatReadResult found,
                                  virBuffer *queues,
                                  virNodeDeviceCompatAPAdapters *types,
                                  virNodeDeviceCompatAPAdapters *functions)
{
    g_autofree char *devices = g_build_filename(bus, "devices", NULL);
    g_autoptr(GHashTable) missing = virNodeDeviceCompatAPGetAdapters(queues);
    g_auto(GStrv) names = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeListDir(devices, "card", &names);
    size_t i;

    for (i = 0; names && names[i]; i++) {
        g_autofree char *card = g_build_filename(devices, names[i], NULL);
        g_autofree char *adapter = g_ascii_strdown(names[i] + strlen("card"), -1);
        bool own;

        if (!virNodeDeviceCompatAPMatches(adapter, "xx"))
            continue;
        if (!virNodeDeviceCompatSpendFiles(compat, VIR_NODE_DEVICE_COMPAT_AP_ADAPTER_FILES)) {
            result = READ(CUT);
            break;
        }

        own = g_hash_table_remove(missing, adapter);
        virNodeDeviceCompatAPReadType(types, card, adapter, own);
        virNodeDeviceCompatAPReadFunctions(functions, card, adapter, own);
    }

    /* that the directory has none is what each attribute has of them */
    if (result != READ(OK) || g_hash_table_size(missing) > 0) {
        if (result == READ(OK))
            result = READ(ABSENT);
        virNodeDeviceCompatAPAdaptersSetResult(types, result, true);
        virNodeDeviceCompatAPAdaptersSetResult(functions, result, true);
    }

    virNodeDeviceCompatAPAdaptersFinish(types, found, virBufferUse(queues) == 0);
    virNodeDeviceCompatAPAdaptersFinish(functions, found, virBufferUse(queues) == 0);
}
