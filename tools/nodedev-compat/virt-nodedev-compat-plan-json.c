/*
 * virt-nodedev-compat-plan-json.c: a plan as JSON
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compat-plan.h"
#include "virt-nodedev-compat-matrix.h"

/* How many moves that are lost or gained a document has */
#define DIFFERENCES_MAX 20000


static virJSONValue *
virtCompatPlanNumbersToJSON(const GArray *numbers)
{
    virJSONValue *array = virJSONValueNewArray();
    size_t i;

    for (i = 0; i < numbers->len; i++)
        virNodeDeviceCompatJSONAppend(array, virJSONValueNewNumberUlong(g_array_index(numbers, size_t, i)));

    return array;
}


/* The hosts, with the classes of their devices on both sides */
static virJSONValue *
virtCompatPlanHostsToJSON(const virtCompatPlan *plan)
{
    virJSONValue *array = virJSONValueNewArray();
    size_t n = plan->hosts->len;
    size_t i;

    for (i = 0; i < n; i++) {
        virJSONValue *object = virtCompatFleetHostToJSON(plan->before->hosts[i],
                                                         plan->both->hosts[n + i]);

        virNodeDeviceCompatJSONAddFlag(object, "changed", plan->plan->changed[i]);
        virNodeDeviceCompatJSONAdd(object, "after",
                                   virtCompatFleetMembersToJSON(plan->both->hosts[i]));
        virNodeDeviceCompatJSONAppend(array, object);
    }

    return array;
}


static virJSONValue *
virtCompatPlanChangesToJSON(const virtCompatPlan *plan)
{
    virJSONValue *array = virJSONValueNewArray();
    size_t i;

    for (i = 0; i < plan->effects->len; i++) {
        const virtCompatPlanEffect *effect = g_ptr_array_index(plan->effects, i);
        virJSONValue *object = virJSONValueNewObject();

        virNodeDeviceCompatJSONAddText(object, "change", effect->change->text);
        virNodeDeviceCompatJSONAddNumber(object, "devices", effect->ndevices);
        virNodeDeviceCompatJSONAddNumber(object, "hosts", effect->nhosts);
        virNodeDeviceCompatJSONAppend(array, object);
    }

    return array;
}


/* Moves that are lost and gained */
typedef struct _virtCompatPlanLists virtCompatPlanLists;
struct _virtCompatPlanLists {
    virJSONValue *lost;
    virJSONValue *gained;
    size_t n;
};


static int
virtCompatPlanAddDifference(const virtCompatPlanDifference *difference,
                            void *opaque)
{
    virtCompatPlanLists *lists = opaque;
    virJSONValue *object;

    if (lists->n++ >= DIFFERENCES_MAX)
        return 0;

    object = virJSONValueNewObject();
    virNodeDeviceCompatJSONAddNumber(object, "source", difference->source);
    virNodeDeviceCompatJSONAddNumber(object, "target", difference->target);
    virNodeDeviceCompatJSONAddText(object, "type", difference->type);
    virNodeDeviceCompatJSONAddText(object, "before",
                                   virNodeDeviceCompatFleetVerdictTypeToString(difference->before.verdict));
    virNodeDeviceCompatJSONAddText(object, "after",
                                   virNodeDeviceCompatFleetVerdictTypeToString(difference->after.verdict));
    virNodeDeviceCompatJSONAppend(virtCompatPlanIsLost(difference) ? lists->lost : lists->gained,
                                  object);
    return 0;
}


static void
virtCompatPlanAddDifferences(virJSONValue *document,
                             const virtCompatPlan *plan)
{
    virtCompatPlanLists lists = {
        .lost = virJSONValueNewArray(),
        .gained = virJSONValueNewArray(),
    };

    virtCompatPlanEachDifference(plan, virtCompatPlanAddDifference, &lists);
    virNodeDeviceCompatJSONAdd(document, "lost", lists.lost);
    virNodeDeviceCompatJSONAdd(document, "gained", lists.gained);
    virNodeDeviceCompatJSONAddNumber(document, "omitted", lists.n - MIN(lists.n, DIFFERENCES_MAX));
}


static virJSONValue *
virtCompatPlanGuestToJSON(const virNodeDeviceCompatPlanGuest *guest,
                          const virtCompatPlanGuest *given)
{
    virJSONValue *object = virJSONValueNewObject();
    virJSONValue *devices = virJSONValueNewArray();
    size_t i;

    for (i = 0; given && i < given->devices->len; i++)
        virNodeDeviceCompatJSONAppend(devices, virNodeDeviceCompatJSONNewText(g_ptr_array_index(given->devices, i)));

    virNodeDeviceCompatJSONAddText(object, "name", given ? given->name : NULL);
    virNodeDeviceCompatJSONAddText(object, "path", given ? given->origin : NULL);
    virNodeDeviceCompatJSONAddText(object, "cause", given ? given->cause : NULL);
    virNodeDeviceCompatJSONAddNumber(object, "host", guest->host);
    virNodeDeviceCompatJSONAddFlag(object, "known", !guest->unknown);
    virNodeDeviceCompatJSONAdd(object, "classes", virtCompatPlanNumbersToJSON(guest->classes));
    virNodeDeviceCompatJSONAdd(object, "devices", devices);
    virNodeDeviceCompatJSONAddText(object, "before", given ? given->verdictsBefore : NULL);
    virNodeDeviceCompatJSONAddText(object, "after", given ? given->verdictsAfter : NULL);
    virNodeDeviceCompatJSONAddText(object, "stranded", !given ? NULL :
                                   virtCompatStrandedTypeToString(virtCompatPlanGetStranded(given->verdictsAfter)));
    return object;
}


static virJSONValue *
virtCompatPlanGuestsToJSON(const virtCompatPlan *plan)
{
    virJSONValue *array = virJSONValueNewArray();
    size_t i;

    for (i = 0; i < plan->plan->guests->len; i++) {
        const virtCompatPlanGuest *given = i < plan->guests->len ?
            g_ptr_array_index(plan->guests, i) : NULL;

        virNodeDeviceCompatJSONAppend(array, virtCompatPlanGuestToJSON(&g_array_index(plan->plan->guests, virNodeDeviceCompatPlanGuest, i), given));
    }

    return array;
}


static virJSONValue *
virtCompatPlanImmovableToJSON(const virtCompatPlan *plan)
{
    virJSONValue *array = virJSONValueNewArray();
    size_t i;

    for (i = 0; i < plan->immovable->len; i++) {
        const virNodeDeviceCompatPlanGuest *guest =
            &g_array_index(plan->immovable, virNodeDeviceCompatPlanGuest, i);
        virJSONValue *object = virJSONValueNewObject();

        virNodeDeviceCompatJSONAddNumber(object, "host", guest->host);
        virNodeDeviceCompatJSONAddNumber(object, "class", g_array_index(guest->classes, size_t, 0));
        virNodeDeviceCompatJSONAppend(array, object);
    }

    return array;
}


/* The steps, each with the moves before it */
static virJSONValue *
virtCompatPlanStepsToJSON(const virNodeDeviceCompatPlan *plan)
{
    virJSONValue *array = virJSONValueNewArray();
    size_t at = 0;
    size_t i;

    for (i = 0; i < plan->order->len; i++) {
        virJSONValue *object = virJSONValueNewObject();
        virJSONValue *moves = virJSONValueNewArray();

        for (; at < plan->moves->len; at++) {
            const virNodeDeviceCompatPlanMove *move =
                &g_array_index(plan->moves, virNodeDeviceCompatPlanMove, at);
            virJSONValue *one;

            if (move->step != i)
                break;
            one = virJSONValueNewObject();
            virNodeDeviceCompatJSONAddNumber(one, "guest", move->guest);
            virNodeDeviceCompatJSONAddNumber(one, "from", move->from);
            virNodeDeviceCompatJSONAddNumber(one, "to", move->to);
            virNodeDeviceCompatJSONAppend(moves, one);
        }

        virNodeDeviceCompatJSONAddNumber(object, "host", g_array_index(plan->order, size_t, i));
        virNodeDeviceCompatJSONAdd(object, "moves", moves);
        virNodeDeviceCompatJSONAppend(array, object);
    }

    return array;
}


static virJSONValue *
virtCompatPlanProofToJSON(const virNodeDeviceCompatPlan *plan)
{
    virJSONValue *array = virJSONValueNewArray();
    size_t i;
    size_t j;

    for (i = 0; i < plan->proof->len; i++) {
        const virNodeDeviceCompatPlanRequirement *requirement = g_ptr_array_index(plan->proof, i);
        virJSONValue *object = virJSONValueNewObject();
        virJSONValue *pairs = virJSONValueNewArray();

        for (j = 0; j < requirement->pairs->len; j++) {
            const virNodeDeviceCompatPlanPair *pair = g_ptr_array_index(requirement->pairs, j);
            virJSONValue *one = virJSONValueNewObject();

            virNodeDeviceCompatJSONAddNumber(one, "first", pair->first);
            virNodeDeviceCompatJSONAdd(one, "before", virtCompatPlanNumbersToJSON(pair->second));
            virNodeDeviceCompatJSONAppend(pairs, one);
        }

        virNodeDeviceCompatJSONAddNumber(object, "guest", requirement->guest);
        virNodeDeviceCompatJSONAdd(object, "hosts", virtCompatPlanNumbersToJSON(requirement->hosts));
        virNodeDeviceCompatJSONAdd(object, "updates", pairs);
        virNodeDeviceCompatJSONAppend(array, object);
    }

    return array;
}


static virJSONValue *
virtCompatPlanOrderToJSON(const virNodeDeviceCompatPlan *plan)
{
    virJSONValue *object = virJSONValueNewObject();

    virNodeDeviceCompatJSONAddText(object, "status",
                                   virNodeDeviceCompatPlanStatusTypeToString(plan->status));
    virNodeDeviceCompatJSONAdd(object, "steps", virtCompatPlanStepsToJSON(plan));
    virNodeDeviceCompatJSONAdd(object, "proof", virtCompatPlanProofToJSON(plan));
    virNodeDeviceCompatJSONAddFlag(object, "minimal", plan->proof->len > 0 && plan->minimal);
    return object;
}


/**
 * virtCompatPlanMakeJSON:
 * @plan: plan that is solved
 *
 * Returns the document.
 */
virJSONValue *
virtCompatPlanMakeJSON(const virtCompatPlan *plan)
{
    virJSONValue *document = virNodeDeviceCompatJSONNew(VIR_NODE_DEVICE_COMPAT_JSON_PLAN);
    virJSONValue *before = virtCompatMatrixMakeRows(plan->before, true);
    virJSONValue *after = virtCompatMatrixMakeRows(plan->after, true);

    virNodeDeviceCompatJSONAddCategory(document, virtCompatPlanGetCategory(plan));
    virNodeDeviceCompatJSONAdd(document, "hosts", virtCompatPlanHostsToJSON(plan));
    virtCompatFleetAddClassesJSON(document, plan->both);
    virNodeDeviceCompatJSONAdd(document, "changes", virtCompatPlanChangesToJSON(plan));
    virNodeDeviceCompatJSONAdd(document, "before", before);
    virNodeDeviceCompatJSONAdd(document, "after", after);
    virtCompatPlanAddDifferences(document, plan);
    virNodeDeviceCompatJSONAdd(document, "guests", virtCompatPlanGuestsToJSON(plan));
    virNodeDeviceCompatJSONAdd(document, "immovable", virtCompatPlanImmovableToJSON(plan));
    virNodeDeviceCompatJSONAdd(document, "order", virtCompatPlanOrderToJSON(plan->plan));
    return document;
}
