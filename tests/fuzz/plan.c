/*
 * plan.c: fuzz changes of the devices of hosts, and orders of updates
 *
 * The input is up to four changes, one a line, and, each behind a line "=", files of the
 * devices of up to three hosts, as fleet.c takes them. The definitions of guests that a plan
 * can be given are fuzzed by hook.c.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "fuzz.h"

#include "conf/nodedev_compat_attr.h"
#include "nodedev_compat/nodedev_compat_change.h"
#include "nodedev_compat/nodedev_compat_plan.h"
#include "virerror.h"

#define CHANGES_MAX 4
#define HOSTS_MAX 3
#define CLASSES_MAX 6

/* What looking for an order can cost here */
#define PLAN_WORK 20000


static GPtrArray *
fuzzParseHost(const char *text)
{
    GPtrArray *devices = text[strspn(text, " \t\r\n")] == '<' ?
        virNodeDeviceCompatFleetParseXML(text) : virNodeDeviceCompatFleetParseJSON(text);

    FUZZ_CHECK(devices || virGetLastErrorCode() != VIR_ERR_OK);
    virResetLastError();
    return devices;
}


/* A change says what it does, and can be given again as it was. */
static virNodeDeviceCompatChange *
fuzzParseChange(const char *text)
{
    virNodeDeviceCompatChange *change = virNodeDeviceCompatChangeParse(text);
    g_autoptr(virNodeDeviceCompatChange) again = NULL;

    if (!change) {
        FUZZ_CHECK(virGetLastErrorCode() != VIR_ERR_OK);
        virResetLastError();
        return NULL;
    }

    FUZZ_CHECK_EQUAL(text, change->text);
    FUZZ_CHECK(virNodeDeviceCompatNameIsValid(change->attr) && *change->value);
    FUZZ_CHECK(!virNodeDeviceCompatAttrIsMark(change->attr));
    FUZZ_CHECK(g_str_has_suffix(text, change->value));

    FUZZ_CHECK((again = virNodeDeviceCompatChangeParse(change->text)));
    FUZZ_CHECK_EQUAL(change->attr, again->attr);
    FUZZ_CHECK_EQUAL(change->value, again->value);
    FUZZ_CHECK(change->add == again->add && change->terms->len == again->terms->len);
    return change;
}


/* Nothing but the attribute is another one, and it is one that is known. */
static void
fuzzCheckChanged(const virNodeDeviceCompatChange *change,
                 const virNodeDeviceCompat *before,
                 const virNodeDeviceCompat *after)
{
    const virNodeDeviceCompatAttr *old = virNodeDeviceCompatAttrsFind(&before->self, change->attr);
    const virNodeDeviceCompatAttr *new = virNodeDeviceCompatAttrsFind(&after->self, change->attr);
    size_t i;

    FUZZ_CHECK(new && new->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK);
    FUZZ_CHECK(old || change->add);
    FUZZ_CHECK(!old || (old->derived == new->derived && old->dynamic == new->dynamic));
    FUZZ_CHECK(after->self.nattrs == before->self.nattrs + (old ? 0 : 1));
    FUZZ_CHECK(after->naccepts == before->naccepts && after->inferred == before->inferred);

    for (i = 0; i < before->self.nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = before->self.attrs[i];
        const virNodeDeviceCompatAttr *other = virNodeDeviceCompatAttrsFind(&after->self,
                                                                            attr->name);

        FUZZ_CHECK(other);
        if (attr != old)
            FUZZ_CHECK(STREQ_NULLABLE(attr->value, other->value) && attr->state == other->state);
    }
}


/* The devices of the host after the changes */
static GPtrArray *
fuzzChangeHost(GPtrArray *changes,
               const char *name,
               GPtrArray *devices)
{
    GPtrArray *after =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatFleetDeviceFree);
    size_t i;
    size_t j;

    for (i = 0; i < devices->len; i++) {
        virNodeDeviceCompatFleetDevice *device =
            virNodeDeviceCompatFleetDeviceCopy(g_ptr_array_index(devices, i));

        for (j = 0; j < changes->len; j++) {
            const virNodeDeviceCompatChange *change = g_ptr_array_index(changes, j);
            g_autoptr(virNodeDeviceCompat) before = NULL;

            if (!virNodeDeviceCompatChangeMatches(change, name, device))
                continue;

            before = g_object_ref(device->compat);
            if (virNodeDeviceCompatChangeApply(change, device) == 0) {
                fuzzCheckChanged(change, before, device->compat);
            } else {
                FUZZ_CHECK(device->compat == before && virGetLastErrorCode() != VIR_ERR_OK);
                virResetLastError();
            }
        }
        g_ptr_array_add(after, device);
    }

    return after;
}


/* Each host that changes is updated once, and guests are moved to others only. */
static void
fuzzCheckPlan(const virNodeDeviceCompatPlan *plan)
{
    g_autofree size_t *step = g_new0(size_t, plan->nhosts + 1);
    size_t nchanged = 0;
    size_t i;

    if (plan->status != VIR_NODE_DEVICE_COMPAT_PLAN_FOUND) {
        FUZZ_CHECK(plan->order->len == 0);
        FUZZ_CHECK(plan->status != VIR_NODE_DEVICE_COMPAT_PLAN_NONE || plan->proof->len > 0);
        return;
    }

    for (i = 0; i < plan->nhosts; i++)
        nchanged += plan->changed[i];
    FUZZ_CHECK(plan->order->len == nchanged);

    for (i = 0; i < plan->order->len; i++) {
        size_t host = g_array_index(plan->order, size_t, i);

        FUZZ_CHECK(host < plan->nhosts && plan->changed[host] && step[host] == 0);
        step[host] = i + 1;
    }

    for (i = 0; i < plan->moves->len; i++) {
        const virNodeDeviceCompatPlanMove *move = &g_array_index(plan->moves,
                                                                 virNodeDeviceCompatPlanMove, i);

        FUZZ_CHECK(move->from != move->to && move->to < plan->nhosts);
        FUZZ_CHECK(move->guest < plan->guests->len && move->step < plan->order->len);
    }
}


static void
fuzzSolve(GPtrArray *const *before,
          GPtrArray *const *after,
          size_t nhosts)
{
    g_autoptr(virNodeDeviceCompatFleet) fleet = virNodeDeviceCompatFleetNew(fuzzRules(), 0);
    g_autoptr(virNodeDeviceCompatPlan) plan = NULL;
    size_t i;
    size_t j;

    for (i = 0; i < 2 * nhosts; i++) {
        g_autofree char *name = g_strdup_printf("%zu %zu", i / nhosts, i % nhosts);

        virNodeDeviceCompatFleetAddHost(fleet, name, name,
                                        i < nhosts ? after[i] : before[i - nhosts], NULL);
    }
    virNodeDeviceCompatFleetComplete(fleet);
    plan = virNodeDeviceCompatPlanNew(fleet);

    for (i = 0; i < nhosts; i++) {
        const virNodeDeviceCompatFleetHost *host = fleet->hosts[nhosts + i];

        for (j = 0; j < host->nmembers && j < CLASSES_MAX; j++) {
            g_autoptr(GArray) classes = g_array_new(false, false, sizeof(size_t));

            g_array_append_val(classes, host->members[j].klass);
            virNodeDeviceCompatPlanAddGuest(plan, i, classes, host->unread->len > 0);
        }
    }

    virNodeDeviceCompatPlanSolve(plan, PLAN_WORK);
    fuzzCheckPlan(plan);
}


void
fuzzInput(const uint8_t *data,
          size_t size)
{
    g_autofree char *text = fuzzText(data, size);
    g_auto(GStrv) parts = fuzzParts(text, HOSTS_MAX + 1);
    g_autoptr(GPtrArray) changes =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatChangeFree);
    GPtrArray *before[HOSTS_MAX] = { NULL };
    GPtrArray *after[HOSTS_MAX] = { NULL };
    g_auto(GStrv) lines = NULL;
    size_t nhosts = 0;
    size_t i;

    if (!parts[0])
        return;

    lines = g_strsplit(parts[0], "\n", CHANGES_MAX);
    for (i = 0; lines[i]; i++) {
        virNodeDeviceCompatChange *change = fuzzParseChange(lines[i]);

        if (change)
            g_ptr_array_add(changes, change);
    }

    for (i = 1; parts[i]; i++) {
        const char *const names[HOSTS_MAX] = { "a1", "a2", "b1" };

        if (!(before[nhosts] = fuzzParseHost(parts[i])))
            continue;
        after[nhosts] = fuzzChangeHost(changes, names[i - 1], before[nhosts]);
        nhosts++;
    }

    if (nhosts > 0)
        fuzzSolve(before, after, nhosts);

    for (i = 0; i < nhosts; i++) {
        g_ptr_array_unref(before[i]);
        g_ptr_array_unref(after[i]);
    }
}
