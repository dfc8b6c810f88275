/*
 * nodedev_compat_evidence_ap.c: the kernel's attributes of an s390 AP matrix
 *
 * Which files there are, and what they hold, is in Documentation/arch/s390/vfio-ap.rst of
 * the kernel. What this host can give to a guest that comes here is what the device
 * accepts: other adapters can stand in for older ones and, with a kernel that migrates
 * such devices, the matrix comes with the guest.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_ap.h"

#include "nodedev_compat_tree.h"
#include "nodedev_compat_value.h"
#include "virbuffer.h"
#include "virhash.h"
#include "virstring.h"
#include "viruuid.h"

/* A set without elements, see nodedev_compat_value.h */
#define EMPTY_SET "+"

#define DOMAINS 256

#define READ(name) VIR_NODE_DEVICE_COMPAT_READ_ ## name


/* Formats a set; that there is nothing in it is known as well. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatAPFormatSet(virNodeDeviceCompatReadResult result,
                               virBuffer *items,
                               char **ret_set)
{
    const char *all = virBufferUse(items) > 0 ? virBufferCurrentContent(items) : EMPTY_SET;

    if (result != READ(OK))
        return result;
    if (strlen(all) > VIR_NODE_DEVICE_COMPAT_VALUE_MAX)
        return READ(CUT);

    *ret_set = virNodeDeviceCompatValueNormalize(VIR_NODE_DEVICE_COMPAT_VALUE_SET, all);
    return *ret_set ? READ(OK) : READ(MALFORMED);
}


static int
virNodeDeviceCompatAPAddSet(virNodeDeviceCompat *compat,
                            const char *name,
                            virNodeDeviceCompatReadResult result,
                            virBuffer *items)
{
    g_autofree char *set = NULL;

    result = virNodeDeviceCompatAPFormatSet(result, items, &set);
    return virNodeDeviceCompatAddEvidence(compat, name, result, set, true);
}


/* Adds a set to @accepts. What could not be looked at is not what is not accepted; neither is
 * what a kernel that migrates shows, and is absent, as in a tree that was copied without it.
 * Unless it is @required, that is left to what the device itself has. */
static int
virNodeDeviceCompatAPAccept(virNodeDeviceCompat *compat,
                            virNodeDeviceCompatAttrs *accepts,
                            const char *name,
                            virNodeDeviceCompatReadResult result,
                            virBuffer *items,
                            bool required)
{
    g_autofree char *set = NULL;

    result = virNodeDeviceCompatAPFormatSet(result, items, &set);
    if (result == READ(ABSENT) && !required)
        return 0;
    if (result != READ(OK))
        return virNodeDeviceCompatMarkUnusable(compat, accepts, name, result);

    return virNodeDeviceCompatAdd(compat, accepts, name, set) ? 0 : -1;
}


/* Reads a file with something like @pattern in each line; what is like @half is left out.
 * One that is empty is known to be. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatAPReadSet(const char *dir,
                             const char *name,
                             const char *pattern,
                             const char *const *half,
                             virBuffer *items)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadLines(dir, name, &text);
    size_t i;
    size_t j;

    if (result != READ(OK) && result != READ(EMPTY))
        return result;

    lines = g_strsplit(NULLSTR_EMPTY(text), "\n", -1);
    for (i = 0; lines[i]; i++) {
        g_autofree char *item = g_ascii_strdown(g_strstrip(lines[i]), -1);

        if (virNodeDeviceCompatAPMatches(item, pattern)) {
            ADD_ITEM(items, "%s", item);
            continue;
        }

        for (j = 0; half[j] && !virNodeDeviceCompatAPMatches(item, half[j]); j++)
            ;
        if (!half[j])
            return READ(MALFORMED);
    }

    return READ(OK);
}


/* The queues in a file of the device. Adapters to which no domain is assigned yet, and
 * domains without adapters, make no queue. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatAPReadQueues(const char *dir,
                                const char *name,
                                virBuffer *queues)
{
    static const char *const half[] = { "xx.", ".xxxx", NULL };

    return virNodeDeviceCompatAPReadSet(dir, name, "xx.xxxx", half, queues);
}


/* Whether the kernel can migrate such devices: the driver vfio_ap sets VFIO's migration
 * operations if "migratable" is among its features. One that does not show its features at
 * all is older still. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatAPReadMigratable(const char *parent,
                                    bool *ret_migratable)
{
    g_autofree char *features = NULL;
    g_auto(GStrv) words = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadFile(parent, "features",
                                                                           &features);

    *ret_migratable = false;
    if (result != READ(OK))
        return result;

    words = g_strsplit_set(features, " ,", -1);
    *ret_migratable = g_strv_contains((const char *const *) words, "migratable");
    return result;
}


/* The queues that the driver vfio_ap has: these it can give to a guest. Without the list of
 * devices, which a kernel has as soon as it has the bus, it is not known which. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatAPFindBound(virNodeDeviceCompat *compat,
                               const char *devices,
                               GHashTable *queues)
{
    g_auto(GStrv) names = NULL;
    mode_t type;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeFind(devices, &type);
    size_t i;

    if (result == READ(OK))
        result = virNodeDeviceCompatTreeListBus(devices, &names);
    if (result != READ(OK))
        return result;

    for (i = 0; names[i]; i++) {
        g_autofree char *queue = g_ascii_strdown(names[i], -1);
        g_autofree char *dir = g_build_filename(devices, names[i], NULL);
        g_autofree char *driver = NULL;

        if (!virNodeDeviceCompatAPMatches(queue, "xx.xxxx"))
            continue;
        if (!virNodeDeviceCompatSpendFiles(compat, 1))
            return READ(CUT);

        result = virNodeDeviceCompatTreeReadLink(dir, "driver", &driver);
        if (result > READ(OK))
            return result;
        if (STREQ_NULLABLE(driver, "vfio_ap"))
            g_hash_table_add(queues, g_steal_pointer(&queue));
    }

    return READ(OK);
}


/* Adds those of @queues that work to @items. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatAPFindWorking(virNodeDeviceCompat *compat,
                                 const char *devices,
                                 GHashTable *queues,
                                 virBuffer *items)
{
    g_autofree virHashKeyValuePair *sorted = virHashGetItems(queues, NULL, true);
    virNodeDeviceCompatAPAdapter adapter = { 0 };
    size_t i;

    for (i = 0; sorted[i].key; i++) {
        virNodeDeviceCompatReadResult result;
        bool works;

        if (!virNodeDeviceCompatSpendFiles(compat, VIR_NODE_DEVICE_COMPAT_AP_QUEUE_FILES))
            return READ(CUT);

        result = virNodeDeviceCompatAPQueueLook(devices, sorted[i].key, &adapter, &works);
        if (result > READ(OK))
            return result;
        if (works)
            ADD_ITEM(items, "%s", (const char *) sorted[i].key);
    }

    return READ(OK);
}


/* Removes the queues of all other devices of the host from @queues. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatAPDropTaken(virNodeDeviceCompat *compat,
                               const virNodeDeviceCompatPaths *paths,
                               GHashTable *queues)
{
    g_autofree char *own = g_path_get_basename(paths->device);
    g_auto(GStrv) names = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeListDir(paths->parent, "", &names);
    size_t i;
    size_t j;

    if (result != READ(OK))
        return result;

    for (i = 0; names[i]; i++) {
        g_autofree char *dir = g_build_filename(paths->parent, names[i], NULL);
        g_auto(virBuffer) taken = VIR_BUFFER_INITIALIZER;
        g_auto(GStrv) items = NULL;
        unsigned char uuid[VIR_UUID_BUFLEN];

        if (STREQ(names[i], own) || virUUIDParse(names[i], uuid) < 0)
            continue;
        if (!virNodeDeviceCompatSpendFiles(compat, 1))
            return READ(CUT);

        result = virNodeDeviceCompatAPReadQueues(dir, "matrix", &taken);
        if (result > READ(OK))
            return result;

        items = g_strsplit(NULLSTR_EMPTY(virBufferCurrentContent(&taken)), ",", -1);
        for (j = 0; items[j]; j++)
            g_hash_table_remove(queues, items[j]);
    }

    return READ(OK);
}


/* The control domains of the host, from a mask whose first bit is domain 0 */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatAPReadMask(const char *bus,
                              virBuffer *domains)
{
    g_autofree char *mask = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadFile(bus,
                                                                           "ap_control_domain_mask",
                                                                           &mask);
    const char *digits;
    size_t i;

    if (result != READ(OK))
        return result;

    if (!(digits = STRSKIP(mask, "0x")) || strlen(digits) != DOMAINS / 4 ||
        digits[strspn(digits, "0123456789abcdefABCDEF")] != '\0')
        return READ(MALFORMED);

    for (i = 0; i < DOMAINS; i++) {
        if (g_ascii_xdigit_value(digits[i / 4]) & (8 >> (i % 4)))
            ADD_ITEM(domains, "%04zx", i);
    }

    return READ(OK);
}


/* Adds to @accepts what a guest can be given here: the kernel lays the matrix that comes
 * with the guest over that of the device. */
static int
virNodeDeviceCompatAPAcceptMatrix(virNodeDeviceCompat *compat,
                                  virNodeDeviceCompatAttrs *accepts,
                                  const virNodeDeviceCompatPaths *paths,
                                  const char *bus,
                                  bool known)
{
    static const char *const names[] = { "ap_matrix", "guest_matrix", "usable_queues" };
    g_autofree char *devices = g_build_filename(bus, "devices", NULL);
    g_autoptr(GHashTable) queues = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_auto(virBuffer) items = VIR_BUFFER_INITIALIZER;
    g_auto(virBuffer) domains = VIR_BUFFER_INITIALIZER;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatAPFindBound(compat, devices, queues);
    size_t i;

    if (result == READ(OK))
        result = virNodeDeviceCompatAPDropTaken(compat, paths, queues);
    if (result == READ(OK))
        result = virNodeDeviceCompatAPFindWorking(compat, devices, queues, &items);

    for (i = 0; i < G_N_ELEMENTS(names); i++) {
        if (virNodeDeviceCompatAPAccept(compat, accepts, names[i], result, &items, !known) < 0)
            return -1;
    }

    result = virNodeDeviceCompatAPReadMask(bus, &domains);
    return virNodeDeviceCompatAPAccept(compat, accepts, "control_domains", result, &domains,
                                       !known);
}


/* Sets *ret_bound to whether the driver vfio_ap has a queue, as far as is known. A guest is not
 * given one that it does not have (vfio_ap_mdev_filter_matrix() in
 * drivers/s390/crypto/vfio_ap_ops.c). @all: what is not in @devices, the host does not have */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatAPLookBound(const char *devices,
                               const char *queue,
                               bool all,
                               bool *ret_bound)
{
    g_autofree char *dir = g_build_filename(devices, queue, NULL);
    g_autofree char *driver = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadLink(dir, "driver", &driver);
    mode_t type;

    *ret_bound = STREQ_NULLABLE(driver, "vfio_ap");
    if (result != READ(ABSENT))
        return result;

    /* either it has no driver, or what there is of it is not shown */
    result = virNodeDeviceCompatTreeFind(dir, &type);
    if (result == READ(ABSENT) && all)
        return READ(OK);

    *ret_bound = result == READ(ABSENT);
    return result;
}


/* Those of @queues that can be used. That a kernel shows of none whether it can is absence; of
 * only some, it is not known. A kernel that migrates shows all queues that the host has. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatAPFindUsable(virNodeDeviceCompat *compat,
                                const char *bus,
                                virBuffer *queues,
                                bool migratable,
                                virBuffer *usable)
{
    g_autofree char *devices = g_build_filename(bus, "devices", NULL);
    g_auto(GStrv) items = g_strsplit(NULLSTR_EMPTY(virBufferCurrentContent(queues)), ",", -1);
    virNodeDeviceCompatAPAdapter adapter = { 0 };
    virNodeDeviceCompatReadResult worst = items[0] ? READ(ABSENT) : READ(OK);
    bool lacks = false;
    mode_t type;
    size_t i;

    if (items[0] && migratable &&
        virNodeDeviceCompatTreeFind(devices, &type) == READ(ABSENT))
        return READ(UNREADABLE);

    for (i = 0; items[i]; i++) {
        bool works;
        bool bound;
        virNodeDeviceCompatReadResult result;
        virNodeDeviceCompatReadResult driver;

        if (!virNodeDeviceCompatSpendFiles(compat, VIR_NODE_DEVICE_COMPAT_AP_QUEUE_FILES + 1))
            return READ(CUT);

        result = virNodeDeviceCompatAPQueueLook(devices, items[i], &adapter, &works);
        driver = virNodeDeviceCompatAPLookBound(devices, items[i], migratable, &bound);

        if ((result == READ(OK) && !works) || (driver == READ(OK) && !bound))
            result = READ(OK);
        else
            result = MAX(result, driver);

        lacks |= result == READ(ABSENT);
        worst = MAX(worst, result);
        if (works && bound)
            ADD_ITEM(usable, "%s", items[i]);
    }

    return lacks && worst == READ(OK) ? READ(UNREADABLE) : worst;
}


/* Takes from @items what is not among @all. */
static void
virNodeDeviceCompatAPLimit(virBuffer *items,
                           virBuffer *all)
{
    g_auto(GStrv) own = g_strsplit(NULLSTR_EMPTY(virBufferCurrentContent(items)), ",", -1);
    g_auto(GStrv) others = g_strsplit(NULLSTR_EMPTY(virBufferCurrentContent(all)), ",", -1);
    size_t i;

    virBufferFreeAndReset(items);
    for (i = 0; own[i]; i++) {
        if (g_strv_contains((const char *const *) others, own[i]))
            ADD_ITEM(items, "%s", own[i]);
    }
}


/* Those of @domains that the host has, if it shows its own: a guest gets no others
 * (vfio_ap_mdev_filter_cdoms() in drivers/s390/crypto/vfio_ap_ops.c). */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatAPLimitDomains(const char *bus,
                                  virBuffer *domains)
{
    g_auto(virBuffer) host = VIR_BUFFER_INITIALIZER;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatAPReadMask(bus, &host);

    if (result != READ(OK))
        return result == READ(ABSENT) ? READ(OK) : result;

    virNodeDeviceCompatAPLimit(domains, &host);
    return result;
}


/* The directory of the AP bus, or NULL */
static char *
virNodeDeviceCompatAPGetBus(const char *device)
{
    g_autofree char *root = virNodeDeviceCompatPathGetRoot(device);

    return root ? g_build_filename(root, "bus/ap", NULL) : NULL;
}


/* Adds type and functions of each adapter that @queues are of, which were looked for with
 * @found, and which of @queues can be used. */
static int
virNodeDeviceCompatAPReadBus(virNodeDeviceCompat *compat,
                             const char *bus,
                             virNodeDeviceCompatReadResult found,
                             virBuffer *queues,
                             bool migratable)
{
    g_auto(virNodeDeviceCompatAPAdapters) types = VIR_NODE_DEVICE_COMPAT_AP_ADAPTERS_INITIALIZER;
    g_auto(virNodeDeviceCompatAPAdapters) functions = VIR_NODE_DEVICE_COMPAT_AP_ADAPTERS_INITIALIZER;
    g_auto(virBuffer) usable = VIR_BUFFER_INITIALIZER;

    virNodeDeviceCompatAPReadAdapters(compat, bus, found, queues, &types, &functions);

    if (virNodeDeviceCompatAPAddSet(compat, "hwtype", types.ownResult, &types.own) < 0 ||
        virNodeDeviceCompatAPAddSet(compat, "ap_functions", functions.ownResult,
                                    &functions.own) < 0)
        return -1;

    if (found != READ(OK))
        return 0;

    return virNodeDeviceCompatAPAddSet(compat, "usable_queues",
                                       virNodeDeviceCompatAPFindUsable(compat, bus, queues,
                                                                       migratable, &usable),
                                       &usable);
}


/**
 * virNodeDeviceCompatAPRead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the queues of the device's matrix, those of them that a guest really has, and of these
 * the ones that can be used, the control domains, type and functions of each adapter, and
 * whether the kernel can migrate the device.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatAPRead(virNodeDeviceCompat *compat,
                          virNodeDeviceCompatPaths *paths)
{
    static const char *const none[] = { NULL };
    g_autofree char *bus = virNodeDeviceCompatAPGetBus(paths->device);
    g_auto(virBuffer) matrix = VIR_BUFFER_INITIALIZER;
    g_auto(virBuffer) guest = VIR_BUFFER_INITIALIZER;
    g_auto(virBuffer) domains = VIR_BUFFER_INITIALIZER;
    bool migratable = false;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatAPReadMigratable(paths->parent,
                                                                               &migratable);
    virNodeDeviceCompatReadResult found;
    virNodeDeviceCompatReadResult given;

    if (virNodeDeviceCompatAddMigratable(compat, result, migratable) < 0)
        return -1;

    found = virNodeDeviceCompatAPReadQueues(paths->device, "matrix", &matrix);
    given = virNodeDeviceCompatAPReadQueues(paths->device, "guest_matrix", &guest);

    /* queues that the guest does not have do not go with it */
    if (migratable && found == READ(OK) && given == READ(OK))
        virNodeDeviceCompatAPLimit(&matrix, &guest);
    if (virNodeDeviceCompatAPAddSet(compat, "ap_matrix", found, &matrix) < 0 ||
        virNodeDeviceCompatAPAddSet(compat, "guest_matrix", given, &guest) < 0)
        return -1;

    result = virNodeDeviceCompatAPReadSet(paths->device, "control_domains", "xxxx", none, &domains);
    if (result == READ(OK) && migratable && bus)
        result = virNodeDeviceCompatAPLimitDomains(bus, &domains);
    if (virNodeDeviceCompatAPAddSet(compat, "control_domains", result, &domains) < 0)
        return -1;

    if (!bus)
        return 0;

    return virNodeDeviceCompatAPReadBus(compat, bus, given == READ(ABSENT) ? found : given,
                                        given == READ(ABSENT) ? &matrix : &guest, migratable);
}


/* Whether the host does not show @name of any adapter, and the device has it, which can only
 * be that it has no adapters */
static bool
virNodeDeviceCompatAPAdaptersLack(const virNodeDeviceCompat *compat,
                                  const char *name,
                                  const virNodeDeviceCompatAPAdapters *adapters)
{
    return adapters->hostResult == READ(ABSENT) &&
           virNodeDeviceCompatAttrsFind(&compat->self, name);
}


/* Adds to @accepts what adapters can stand in for: as far as it is @known, or of all. */
static int
virNodeDeviceCompatAPAcceptAdapters(virNodeDeviceCompat *compat,
                                    virNodeDeviceCompatAttrs *accepts,
                                    const char *name,
                                    virNodeDeviceCompatAPAdapters *adapters,
                                    bool known,
                                    bool migratable)
{
    virNodeDeviceCompatReadResult result = adapters->hostResult;

    if (known && virBufferUse(&adapters->host) > 0)
        result = READ(OK);

    return virNodeDeviceCompatAPAccept(compat, accepts, name, result, &adapters->host,
                                       !known && migratable &&
                                       virNodeDeviceCompatAPAdaptersLack(compat, name, adapters));
}


/* Adds an alternative of what this host can provide, as far as it is @known of adapters, or
 * of all of them. */
static int
virNodeDeviceCompatAPAddHost(virNodeDeviceCompat *compat,
                             const virNodeDeviceCompatPaths *paths,
                             const char *bus,
                             virNodeDeviceCompatAPAdapters *types,
                             virNodeDeviceCompatAPAdapters *functions,
                             bool known)
{
    static const char *const provided[] = {
        "ap_matrix", "guest_matrix", "usable_queues", "control_domains",
    };
    virNodeDeviceCompatAttrs *accepts = virNodeDeviceCompatAddAlternative(compat);
    bool migratable = false;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatAPReadMigratable(paths->parent,
                                                                               &migratable);
    size_t i;

    if (!accepts ||
        virNodeDeviceCompatAPAcceptAdapters(compat, accepts, "hwtype", types, known,
                                            migratable) < 0 ||
        virNodeDeviceCompatAPAcceptAdapters(compat, accepts, "ap_functions", functions, known,
                                            migratable) < 0)
        return -1;

    /* it may provide what the matrix of the device does not have */
    for (i = 0; result > READ(OK) && i < G_N_ELEMENTS(provided); i++) {
        if (virNodeDeviceCompatMarkUnusable(compat, accepts, provided[i], result) < 0)
            return -1;
    }

    if (!migratable)
        return 0;

    return virNodeDeviceCompatAPAcceptMatrix(compat, accepts, paths, bus, known);
}


/* Whether the host lacks what a kernel that migrates shows of it */
static bool
virNodeDeviceCompatAPHostLacks(const virNodeDeviceCompat *compat,
                               const char *bus,
                               const virNodeDeviceCompatAPAdapters *types,
                               const virNodeDeviceCompatAPAdapters *functions)
{
    g_autofree char *devices = g_build_filename(bus, "devices", NULL);
    g_autofree char *mask = g_build_filename(bus, "ap_control_domain_mask", NULL);
    mode_t type;

    return virNodeDeviceCompatAPAdaptersLack(compat, "hwtype", types) ||
           virNodeDeviceCompatAPAdaptersLack(compat, "ap_functions", functions) ||
           virNodeDeviceCompatTreeFind(devices, &type) == READ(ABSENT) ||
           virNodeDeviceCompatTreeFind(mask, &type) == READ(ABSENT);
}


/**
 * virNodeDeviceCompatAPReadAccepts:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds what this host can provide, unless the device itself publishes what it accepts:
 * adapters of the same type or a newer one and, with a kernel that can migrate such a
 * device, queues and control domains. What is known of some adapters counts for them, even
 * if others cannot be looked at: there is a second alternative for those, and for what the
 * host does not show.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatAPReadAccepts(virNodeDeviceCompat *compat,
                                 virNodeDeviceCompatPaths *paths)
{
    g_autofree char *bus = virNodeDeviceCompatAPGetBus(paths->device);
    g_auto(virNodeDeviceCompatAPAdapters) types = VIR_NODE_DEVICE_COMPAT_AP_ADAPTERS_INITIALIZER;
    g_auto(virNodeDeviceCompatAPAdapters) functions = VIR_NODE_DEVICE_COMPAT_AP_ADAPTERS_INITIALIZER;
    g_auto(virBuffer) queues = VIR_BUFFER_INITIALIZER;
    virNodeDeviceCompatReadResult result;
    bool migratable = false;
    bool all;

    if (!bus || compat->naccepts > 0)
        return 0;

    virNodeDeviceCompatAPReadAdapters(compat, bus, READ(ABSENT), &queues, &types, &functions);
    result = virNodeDeviceCompatAPReadMigratable(paths->parent, &migratable);
    if (types.hostResult == READ(ABSENT) && functions.hostResult == READ(ABSENT) &&
        !migratable && result <= READ(OK))
        return 0;

    all = types.hostResult <= READ(OK) && functions.hostResult <= READ(OK);
    if ((all || virBufferUse(&types.host) > 0 || virBufferUse(&functions.host) > 0) &&
        virNodeDeviceCompatAPAddHost(compat, paths, bus, &types, &functions, true) < 0)
        return -1;

    if ((!all || (migratable && virNodeDeviceCompatAPHostLacks(compat, bus, &types, &functions))) &&
        virNodeDeviceCompatAPAddHost(compat, paths, bus, &types, &functions, false) < 0)
        return -1;

    virNodeDeviceCompatDropEmptyAlternatives(compat);
    return 0;
}
