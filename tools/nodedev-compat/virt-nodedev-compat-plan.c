/*
 * virt-nodedev-compat-plan.c: what a change of hosts does to guests
 *
 * The command plan.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compat-plan.h"
#include "virt-nodedev-compat-json.h"
#include "virt-nodedev-compat-rules.h"

#include "virerror.h"
#include "vsh-nodedev-compat.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV


static void
virtCompatPlanHostFree(virtCompatPlanHost *host)
{
    g_free(host->name);
    g_free(host->origin);
    g_free(host->cause);
    g_clear_pointer(&host->before, g_ptr_array_unref);
    g_clear_pointer(&host->after, g_ptr_array_unref);
    g_clear_pointer(&host->names, g_hash_table_unref);
    g_free(host);
}


static void
virtCompatPlanEffectFree(virtCompatPlanEffect *effect)
{
    virNodeDeviceCompatChangeFree(effect->change);
    g_free(effect);
}


static void
virtCompatPlanInit(virtCompatPlan *plan)
{
    plan->hosts = g_ptr_array_new_with_free_func((GDestroyNotify) virtCompatPlanHostFree);
    plan->effects = g_ptr_array_new_with_free_func((GDestroyNotify) virtCompatPlanEffectFree);
    plan->guests = g_ptr_array_new_with_free_func((GDestroyNotify) virtCompatPlanGuestFree);
    plan->immovable = g_array_new(false, false, sizeof(virNodeDeviceCompatPlanGuest));
}


static void
virtCompatPlanClear(virtCompatPlan *plan)
{
    size_t i;

    virNodeDeviceCompatPlanFree(plan->plan);
    virNodeDeviceCompatFleetFree(plan->before);
    virNodeDeviceCompatFleetFree(plan->after);
    virNodeDeviceCompatFleetFree(plan->both);
    g_ptr_array_unref(plan->hosts);
    g_ptr_array_unref(plan->effects);
    g_ptr_array_unref(plan->guests);
    for (i = 0; i < plan->immovable->len; i++)
        g_array_unref(g_array_index(plan->immovable, virNodeDeviceCompatPlanGuest, i).classes);
    g_array_unref(plan->immovable);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(virtCompatPlan, virtCompatPlanClear);


/*
 * Hosts before and after
 */

static GPtrArray *
virtCompatPlanCopyDevices(GPtrArray *devices)
{
    GPtrArray *copy;
    size_t i;

    if (!devices)
        return NULL;

    copy = g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatFleetDeviceFree);
    for (i = 0; i < devices->len; i++)
        g_ptr_array_add(copy, virNodeDeviceCompatFleetDeviceCopy(g_ptr_array_index(devices, i)));
    return copy;
}


static void
virtCompatPlanAddHost(const char *name,
                      const char *origin,
                      GPtrArray *devices,
                      const char *cause,
                      void *opaque)
{
    virtCompatPlan *plan = opaque;
    virtCompatPlanHost *host = g_new0(virtCompatPlanHost, 1);

    host->name = g_strdup(name);
    host->origin = g_strdup(origin);
    host->cause = g_strdup(cause);
    host->before = virtCompatPlanCopyDevices(devices);
    host->after = virtCompatPlanCopyDevices(devices);
    g_ptr_array_add(plan->hosts, host);
}


/* The order that fleets have */
static int
virtCompatPlanSortHosts(const void *a,
                        const void *b)
{
    const virtCompatPlanHost *first = *(virtCompatPlanHost *const *)a;
    const virtCompatPlanHost *second = *(virtCompatPlanHost *const *)b;
    int order = strcmp(first->name, second->name);

    return order != 0 ? order : strcmp(first->origin, second->origin);
}


/* Of two files of one host, guests of the one could move to the other one only in the plan.
 * Returns 0 if hosts have different names, -1 with an error reported if not. */
static int
virtCompatPlanCheckNames(const virtCompatPlan *plan)
{
    size_t i;

    for (i = 1; i < plan->hosts->len; i++) {
        const virtCompatPlanHost *host = g_ptr_array_index(plan->hosts, i);
        const virtCompatPlanHost *before = g_ptr_array_index(plan->hosts, i - 1);

        if (STREQ(host->name, before->name)) {
            virReportError(VIR_ERR_INVALID_ARG, _("host '%1$s' is there more than once: '%2$s'"),
                           host->name, host->origin);
            return -1;
        }
    }

    return 0;
}


/* The devices of a host to add to a fleet, which takes their descriptors */
static void
virtCompatPlanAddToFleet(virNodeDeviceCompatFleet *fleet,
                         const virtCompatPlanHost *host,
                         const char *name,
                         bool after)
{
    g_autoptr(GPtrArray) devices = virtCompatPlanCopyDevices(after ? host->after : host->before);

    virNodeDeviceCompatFleetAddHost(fleet, name, host->origin, devices, host->cause);
}


static void
virtCompatPlanMakeFleets(virtCompatPlan *plan,
                         const virtCompatOptions *opts,
                         const virNodeDeviceCompatRules *rulesBefore,
                         const virNodeDeviceCompatRules *rulesAfter)
{
    unsigned int flags = virtCompatFleetGetFlags(opts);
    size_t i;

    plan->before = virNodeDeviceCompatFleetNew(rulesBefore, flags);
    plan->after = virNodeDeviceCompatFleetNew(rulesAfter, flags);
    plan->both = virNodeDeviceCompatFleetNew(rulesAfter, flags);

    for (i = 0; i < plan->hosts->len; i++) {
        const virtCompatPlanHost *host = g_ptr_array_index(plan->hosts, i);
        /* in the order of the hosts, and those after the change first */
        g_autofree char *nameBefore = g_strdup_printf("1-%08zu", i);
        g_autofree char *nameAfter = g_strdup_printf("0-%08zu", i);

        virtCompatPlanAddToFleet(plan->before, host, host->name, false);
        virtCompatPlanAddToFleet(plan->after, host, host->name, true);
        virtCompatPlanAddToFleet(plan->both, host, nameBefore, false);
        virtCompatPlanAddToFleet(plan->both, host, nameAfter, true);
    }

    virNodeDeviceCompatFleetComplete(plan->before);
    virNodeDeviceCompatFleetComplete(plan->after);
    virNodeDeviceCompatFleetComplete(plan->both);
    plan->plan = virNodeDeviceCompatPlanNew(plan->both);
}


/*
 * Changes
 */

/* Whether the rules look at what is different */
static bool
virtCompatPlanMakesDifference(const virNodeDeviceCompat *before,
                              const virNodeDeviceCompat *after,
                              const virNodeDeviceCompatRules *rules)
{
    g_autofree char *first = virNodeDeviceCompatGetClassDigest(before, rules);
    g_autofree char *second = virNodeDeviceCompatGetClassDigest(after, rules);

    return !first || !second || STRNEQ(first, second);
}


static int
virtCompatPlanApply(virtCompatPlan *plan,
                    virtCompatPlanEffect *effect,
                    const virNodeDeviceCompatRules *rules)
{
    bool different = false;
    size_t i;
    size_t j;

    for (i = 0; i < plan->hosts->len; i++) {
        const virtCompatPlanHost *host = g_ptr_array_index(plan->hosts, i);
        size_t ndevices = effect->ndevices;

        for (j = 0; host->after && j < host->after->len; j++) {
            virNodeDeviceCompatFleetDevice *device = g_ptr_array_index(host->after, j);
            g_autoptr(virNodeDeviceCompat) old = NULL;

            if (!virNodeDeviceCompatChangeMatches(effect->change, host->name, device))
                continue;

            old = g_object_ref(device->compat);
            if (virNodeDeviceCompatChangeApply(effect->change, device) < 0)
                return -1;
            effect->ndevices++;
            different = different || virtCompatPlanMakesDifference(old, device->compat, rules);
        }
        effect->nhosts += effect->ndevices > ndevices;
    }

    if (effect->ndevices == 0) {
        virReportError(VIR_ERR_INVALID_ARG, _("no device is changed by '%1$s'"),
                       effect->change->text);
        return -1;
    }

    if (!different) {
        fprintf(stderr, _("'%1$s' makes no difference by the rules"), effect->change->text);
        fprintf(stderr, "\n");
    }
    return 0;
}


static int
virtCompatPlanChange(virtCompatPlan *plan,
                     char *const *changes,
                     const virNodeDeviceCompatRules *rules)
{
    size_t i;

    for (i = 0; changes[i]; i++) {
        virNodeDeviceCompatChange *change = virNodeDeviceCompatChangeParse(changes[i]);
        virtCompatPlanEffect *effect;

        if (!change)
            return -1;

        effect = g_new0(virtCompatPlanEffect, 1);
        effect->change = change;
        g_ptr_array_add(plan->effects, effect);
        if (virtCompatPlanApply(plan, effect, rules) < 0)
            return -1;
    }

    return 0;
}


/*
 * Differences
 */

static size_t
virtCompatPlanFindKind(const virNodeDeviceCompatFleet *fleet,
                       const char *type)
{
    size_t kind = GPOINTER_TO_SIZE(g_hash_table_lookup(fleet->kindIndex, type));

    return kind > 0 ? kind - 1 : VIR_NODE_DEVICE_COMPAT_FLEET_NONE;
}


/* The row of a host and a type on one side; nothing if there is no such device */
static void
virtCompatPlanGetRow(virNodeDeviceCompatFleet *fleet,
                     size_t host,
                     const char *type,
                     virNodeDeviceCompatFleetCell *cells)
{
    size_t profile = fleet->hosts[host]->profile;
    size_t kind = virtCompatPlanFindKind(fleet, type);
    size_t i;

    if (kind != VIR_NODE_DEVICE_COMPAT_FLEET_NONE && fleet->profiles[profile].kinds[kind]) {
        virNodeDeviceCompatFleetGetRow(fleet, profile, kind, cells);
        return;
    }

    for (i = 0; i < fleet->nprofiles; i++)
        cells[i].verdict = VIR_NODE_DEVICE_COMPAT_FLEET_NOTHING;
}


static int
virtCompatPlanCompareRows(const virtCompatPlan *plan,
                          virtCompatPlanDifference *difference,
                          const virNodeDeviceCompatFleetCell *before,
                          const virNodeDeviceCompatFleetCell *after,
                          virtCompatPlanDifferenceFunc func,
                          void *opaque)
{
    size_t i;

    for (i = 0; i < plan->hosts->len; i++) {
        difference->target = i;
        difference->before = before[plan->before->hosts[i]->profile];
        difference->after = after[plan->after->hosts[i]->profile];

        if (i != difference->source &&
            virNodeDeviceCompatFleetVerdictIsGood(difference->before.verdict) !=
            virNodeDeviceCompatFleetVerdictIsGood(difference->after.verdict) &&
            func(difference, opaque) < 0)
            return -1;
    }

    return 0;
}


/**
 * virtCompatPlanIsLost:
 * @difference: a move that is possible on one side of the change only
 *
 * Returns true if it is possible before.
 */
bool
virtCompatPlanIsLost(const virtCompatPlanDifference *difference)
{
    return virNodeDeviceCompatFleetVerdictIsGood(difference->before.verdict);
}


/* The types of either side, each once */
static GPtrArray *
virtCompatPlanGetTypes(const virtCompatPlan *plan)
{
    GPtrArray *types = g_ptr_array_new();
    size_t i;

    for (i = 0; i < plan->before->kinds->len; i++)
        g_ptr_array_add(types, g_ptr_array_index(plan->before->kinds, i));
    for (i = 0; i < plan->after->kinds->len; i++) {
        const char *type = g_ptr_array_index(plan->after->kinds, i);

        if (virtCompatPlanFindKind(plan->before, type) == VIR_NODE_DEVICE_COMPAT_FLEET_NONE)
            g_ptr_array_add(types, (char *) type);
    }

    return types;
}


/**
 * virtCompatPlanEachDifference:
 * @plan: plan
 * @func: called for each move that is lost or gained, until it returns -1
 * @opaque: passed to @func
 *
 * Returns 0, or -1 if @func did.
 */
int
virtCompatPlanEachDifference(const virtCompatPlan *plan,
                             virtCompatPlanDifferenceFunc func,
                             void *opaque)
{
    g_autofree virNodeDeviceCompatFleetCell *before =
        g_new0(virNodeDeviceCompatFleetCell, plan->before->nprofiles);
    g_autofree virNodeDeviceCompatFleetCell *after =
        g_new0(virNodeDeviceCompatFleetCell, plan->after->nprofiles);
    g_autoptr(GPtrArray) types = virtCompatPlanGetTypes(plan);
    size_t i;
    size_t j;

    for (i = 0; i < plan->hosts->len; i++) {
        for (j = 0; j < types->len; j++) {
            virtCompatPlanDifference difference = {
                .source = i,
                .type = g_ptr_array_index(types, j),
            };

            virtCompatPlanGetRow(plan->before, i, difference.type, before);
            virtCompatPlanGetRow(plan->after, i, difference.type, after);
            if (virtCompatPlanCompareRows(plan, &difference, before, after, func, opaque) < 0)
                return -1;
        }
    }

    return 0;
}


/*
 * The command
 */

/**
 * virtCompatPlanGetCategory:
 * @plan: plan
 *
 * Returns how good it is.
 */
virNodeDeviceCompatCategory
virtCompatPlanGetCategory(const virtCompatPlan *plan)
{
    size_t i;

    if (plan->plan->status == VIR_NODE_DEVICE_COMPAT_PLAN_NONE)
        return VIR_NODE_DEVICE_COMPAT_CATEGORY_FAIL;

    if (plan->plan->status != VIR_NODE_DEVICE_COMPAT_PLAN_FOUND ||
        !virtCompatFleetIsKnown(plan->before) || !virtCompatFleetIsKnown(plan->after) ||
        !virtCompatFleetIsKnown(plan->both))
        return VIR_NODE_DEVICE_COMPAT_CATEGORY_UNKNOWN;

    for (i = 0; i < plan->guests->len; i++) {
        if (((const virtCompatPlanGuest *) g_ptr_array_index(plan->guests, i))->cause)
            return VIR_NODE_DEVICE_COMPAT_CATEGORY_UNKNOWN;
    }

    return VIR_NODE_DEVICE_COMPAT_CATEGORY_PASS;
}


static int
virtCompatPlanGetExitStatus(const virtCompatPlan *plan)
{
    switch (virtCompatPlanGetCategory(plan)) {
    case VIR_NODE_DEVICE_COMPAT_CATEGORY_FAIL:
        return VSH_NODEDEV_COMPAT_EXIT_INCOMPATIBLE;
    case VIR_NODE_DEVICE_COMPAT_CATEGORY_UNKNOWN:
        return VSH_NODEDEV_COMPAT_EXIT_UNKNOWN;
    case VIR_NODE_DEVICE_COMPAT_CATEGORY_PASS:
    case VIR_NODE_DEVICE_COMPAT_CATEGORY_WARNING:
    case VIR_NODE_DEVICE_COMPAT_CATEGORY_LAST:
        break;
    }

    return EXIT_SUCCESS;
}


/* What is not known of the hosts and of the guests */
static void
virtCompatPlanPrintUnknown(const virtCompatPlan *plan)
{
    size_t i;

    virtCompatFleetPrintUnknown(plan->before);
    for (i = 0; i < plan->guests->len; i++) {
        const virtCompatPlanGuest *guest = g_ptr_array_index(plan->guests, i);

        if (guest->cause) {
            fprintf(stderr, _("not all is known of guest '%1$s' ('%2$s'): %3$s"),
                    guest->name, guest->origin, guest->cause);
            fprintf(stderr, "\n");
        }
    }
}


/**
 * virtCompatPlanRun:
 * @opts: options
 * @noperands: number of operands
 * @operands: files and directories of hosts
 *
 * Prints which moves a change makes possible or impossible, and an order of updates.
 *
 * Returns the exit status; if an error is reported, it is not printed yet.
 */
int
virtCompatPlanRun(const virtCompatOptions *opts,
                  int noperands,
                  char **operands)
{
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_auto(virNodeDeviceCompatFiles) newFiles = { 0 };
    g_auto(virtCompatPlan) plan = { 0 };
    g_autoptr(virJSONValue) document = NULL;
    const virNodeDeviceCompatRules *rules;

    virtCompatPlanInit(&plan);

    plan.change = opts->changes->len > 1 || opts->newRules->len > 1;
    if (!plan.change && opts->guests->len == 1) {
        virReportError(VIR_ERR_INVALID_ARG, "%s",
                       _("give a change, with --set or --new-rules, or guests"));
        return EXIT_FAILURE;
    }

    if (virtCompatLoadFiles(opts->rules, opts->root, &files) < 0 ||
        (opts->newRules->len > 1 &&
         virtCompatLoadFiles(opts->newRules, opts->root, &newFiles) < 0))
        return EXIT_FAILURE;
    rules = opts->newRules->len > 1 ? newFiles.rules : files.rules;

    if (virtCompatFleetRead(opts, noperands, operands, virtCompatPlanAddHost, &plan) < 0)
        return EXIT_FAILURE;
    g_ptr_array_sort(plan.hosts, virtCompatPlanSortHosts);

    if (virtCompatPlanCheckNames(&plan) < 0 ||
        virtCompatPlanChange(&plan, (char *const *) opts->changes->pdata, rules) < 0)
        return EXIT_FAILURE;
    virtCompatPlanMakeFleets(&plan, opts, files.rules, rules);

    if (virtCompatPlanReadGuests(&plan, (char *const *) opts->guests->pdata) < 0)
        return EXIT_FAILURE;
    if (opts->guests->len == 1)
        virtCompatPlanAddGuests(&plan);
    virNodeDeviceCompatPlanSolve(plan.plan, VIR_NODE_DEVICE_COMPAT_PLAN_WORK_MAX);

    if (opts->json) {
        document = virtCompatPlanMakeJSON(&plan);
        if (virtCompatPrintJSON(document) < 0)
            return EXIT_FAILURE;
    } else if (virtCompatPlanPrint(&plan) < 0) {
        return EXIT_FAILURE;
    }

    virtCompatPlanPrintUnknown(&plan);
    return virtCompatPlanGetExitStatus(&plan);
}
