/*
 * nodedevcompatordertest.c: orders of random events
 *
 * What is found is compared with trying all orders. See nodedevcompatpropertytest.c for how
 * to try other events, or more.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat/nodedev_compat_order.h"
#include "nodedevcompatframe.h"
#include "nodedevcompatrandom.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define EVENTS_MAX 6
#define WORK_MAX (10 * 1000 * 1000)

typedef virNodeDeviceCompatOrderPair testEventPair;


/* If @hard, it has to be tried what comes first: no clause is easy, and there are many. */
static GPtrArray *
testClausesMake(GRand *rand,
                size_t nevents,
                bool hard)
{
    GPtrArray *clauses = g_ptr_array_new_with_free_func((GDestroyNotify) g_array_unref);
    size_t n = hard ? g_rand_int_range(rand, 8, 14) : g_rand_int_range(rand, 0, 10);
    size_t i;
    size_t j;

    for (i = 0; i < n; i++) {
        GArray *pairs = g_array_new(false, false, sizeof(testEventPair));
        size_t npairs = hard ? 2 : g_rand_int_range(rand, 0, 20) == 0 ? 0 :
            g_rand_int_range(rand, 1, 4);

        for (j = 0; j < npairs; j++) {
            testEventPair pair = { .first = g_rand_int_range(rand, 0, nevents),
                                   .second = g_rand_int_range(rand, 0, nevents) };

            g_array_append_val(pairs, pair);
        }
        g_ptr_array_add(clauses, pairs);
    }

    return clauses;
}


static bool
testClauseHolds(const GArray *pairs,
                const size_t *times)
{
    size_t i;

    for (i = 0; i < pairs->len; i++) {
        const testEventPair *pair = &g_array_index(pairs, testEventPair, i);

        if (times[pair->first] < times[pair->second])
            return true;
    }

    return false;
}


/* Whether an order of the events from @at on is left in which all clauses but @without hold;
 * only those in @only count unless that is NULL. */
static bool
testAnyOrder(GPtrArray *clauses,
             const bool *only,
             size_t without,
             size_t *times,
             bool *taken,
             size_t nevents,
             size_t at)
{
    size_t i;

    if (at == nevents) {
        for (i = 0; i < clauses->len; i++) {
            if (i != without && (!only || only[i]) &&
                !testClauseHolds(g_ptr_array_index(clauses, i), times))
                return false;
        }
        return true;
    }

    for (i = 0; i < nevents; i++) {
        bool found;

        if (taken[i])
            continue;
        taken[i] = true;
        times[i] = at;
        found = testAnyOrder(clauses, only, without, times, taken, nevents, at + 1);
        taken[i] = false;
        if (found)
            return true;
    }

    return false;
}


static bool
testHasOrder(GPtrArray *clauses,
             const bool *only,
             size_t without,
             size_t nevents)
{
    size_t times[EVENTS_MAX] = { 0 };
    bool taken[EVENTS_MAX] = { false };

    return testAnyOrder(clauses, only, without, times, taken, nevents, 0);
}


static const char *
testCheckOrder(GPtrArray *clauses,
               const GArray *order,
               size_t nevents)
{
    size_t times[EVENTS_MAX];
    size_t i;

    for (i = 0; i < nevents; i++)
        times[i] = SIZE_MAX;
    for (i = 0; i < order->len; i++) {
        if (times[g_array_index(order, size_t, i)] != SIZE_MAX)
            return "an event is there twice";
        times[g_array_index(order, size_t, i)] = i;
    }
    if (order->len != nevents)
        return "not all events are there";

    for (i = 0; i < clauses->len; i++) {
        if (!testClauseHolds(g_ptr_array_index(clauses, i), times))
            return "a clause does not hold";
    }

    return NULL;
}


/* Whether the core cannot hold together, and any clause less can if it is said to be minimal */
static const char *
testCheckCore(GPtrArray *clauses,
              const virNodeDeviceCompatOrderResult *result,
              size_t nevents)
{
    g_autofree bool *only = g_new0(bool, clauses->len + 1);
    size_t i;

    for (i = 0; i < result->core->len; i++)
        only[g_array_index(result->core, size_t, i)] = true;

    if (testHasOrder(clauses, only, SIZE_MAX, nevents))
        return "what is said not to hold together does";
    for (i = 0; result->minimal && i < result->core->len; i++) {
        if (!testHasOrder(clauses, only, g_array_index(result->core, size_t, i), nevents))
            return "a clause can be left out";
    }

    return NULL;
}


/* Within @work; what takes more than that is not answered. */
static const char *
testOrderWithin(GPtrArray *clauses,
                size_t nevents,
                bool any,
                size_t work,
                bool *ret_whole)
{
    g_auto(virNodeDeviceCompatOrderResult) result = { 0 };

    virNodeDeviceCompatOrderSolve(nevents, clauses, work, &result);
    switch (result.status) {
    case VIR_NODE_DEVICE_COMPAT_ORDER_FOUND:
        *ret_whole = true;
        return testCheckOrder(clauses, result.order, nevents);
    case VIR_NODE_DEVICE_COMPAT_ORDER_NONE:
        *ret_whole = result.minimal;
        return any ? "there is an order" : testCheckCore(clauses, &result, nevents);
    case VIR_NODE_DEVICE_COMPAT_ORDER_CUT:
        break;
    }

    *ret_whole = false;
    return NULL;
}


static const char *
testOrderCheck(GPtrArray *clauses,
               size_t nevents,
               bool limits,
               size_t *found)
{
    bool any = testHasOrder(clauses, NULL, SIZE_MAX, nevents);
    const char *wrong = NULL;
    bool whole = false;
    size_t work;

    for (work = 0; limits && !whole && !wrong && work < WORK_MAX; work += work / 8 + 1)
        wrong = testOrderWithin(clauses, nevents, any, work, &whole);
    if (!wrong)
        wrong = testOrderWithin(clauses, nevents, any, WORK_MAX, &whole);

    *found += any;
    return wrong ? wrong : whole ? NULL : "it took too much, or few clauses are not the fewest";
}


static int
testOrders(const void *opaque G_GNUC_UNUSED)
{
    size_t n = testRandomCases * 4;
    size_t found = 0;
    size_t i;

    for (i = 0; i < n; i++) {
        g_autoptr(GRand) rand = g_rand_new_with_seed(testRandomSeed + i);
        bool hard = g_rand_boolean(rand);
        size_t nevents = hard ? EVENTS_MAX : g_rand_int_range(rand, 1, EVENTS_MAX + 1);
        g_autoptr(GPtrArray) clauses = testClausesMake(rand, nevents, hard);
        const char *wrong = testOrderCheck(clauses, nevents, i % 8 == 0, &found);

        if (wrong)
            return testFail("seed %zu: %s", (size_t)testRandomSeed + i, wrong);
    }

    /* or nothing was tried */
    if (n >= 100 && (found < n / 10 || found > n - n / 10))
        return testFail("%zu of %zu have an order", found, n);

    return 0;
}


/* Adds a clause of one pair, or of more. */
static void
testAddPair(GPtrArray *clauses,
            size_t first,
            size_t second,
            bool more)
{
    testEventPair pair = { first, second };

    if (!more)
        g_ptr_array_add(clauses, g_array_new(false, false, sizeof(testEventPair)));
    g_array_append_val((GArray *) g_ptr_array_index(clauses, clauses->len - 1), pair);
}


/* Many events of which each has to come before the next one cost no search. */
static int
testLongChain(const void *opaque)
{
    bool closed = *(const bool *)opaque;
    g_autoptr(GPtrArray) clauses = g_ptr_array_new_with_free_func((GDestroyNotify) g_array_unref);
    g_auto(virNodeDeviceCompatOrderResult) result = { 0 };
    size_t n = 300;
    size_t i;

    for (i = 0; i + 1 < n; i++)
        testAddPair(clauses, i + 1, i, false);
    if (closed)
        testAddPair(clauses, 0, n - 1, false);

    virNodeDeviceCompatOrderSolve(n, clauses, WORK_MAX, &result);
    if (testExpectNumber(closed ? VIR_NODE_DEVICE_COMPAT_ORDER_NONE :
                         VIR_NODE_DEVICE_COMPAT_ORDER_FOUND, result.status) < 0)
        return -1;

    return testExpectNumber(n, closed ? result.core->len : result.order->len);
}


/* What takes too much is not answered: here, of each two events one comes first, in a way
 * that only trying shows. */
static int
testTooMuch(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GPtrArray) clauses = g_ptr_array_new_with_free_func((GDestroyNotify) g_array_unref);
    g_auto(virNodeDeviceCompatOrderResult) result = { 0 };
    size_t n = 40;
    size_t i;

    for (i = 0; i < n; i++) {
        testAddPair(clauses, i, (i + 7) % n, false);
        testAddPair(clauses, (i + 3) % n, (i + 11) % n, true);
    }

    virNodeDeviceCompatOrderSolve(n, clauses, 100, &result);
    if (testExpectNumber(VIR_NODE_DEVICE_COMPAT_ORDER_CUT, result.status) < 0)
        return -1;

    return testExpectBool(true, !result.order && !result.core);
}


/* How much has to be looked at until it is known whether the clauses hold */
static size_t
testMeasure(GPtrArray *clauses,
            size_t nevents)
{
    size_t work = 0;
    size_t step;

    for (step = 1 << 22; step > 0; step /= 2) {
        g_auto(virNodeDeviceCompatOrderResult) result = { 0 };

        virNodeDeviceCompatOrderSolve(nevents, clauses, work + step, &result);
        if (result.status == VIR_NODE_DEVICE_COMPAT_ORDER_CUT)
            work += step;
    }

    return work;
}


/* Clauses of which none is easy cost what they do as long as nothing is looked at twice, and as
 * all that is looked at counts. */
static int
testHard(const void *opaque G_GNUC_UNUSED)
{
    const size_t nevents = 12;
    size_t total = 0;
    size_t i;
    size_t j;

    for (i = 0; i < 40; i++) {
        g_autoptr(GRand) rand = g_rand_new_with_seed(i);
        g_autoptr(GPtrArray) clauses =
            g_ptr_array_new_with_free_func((GDestroyNotify) g_array_unref);
        size_t once;

        for (j = 0; j < 56; j++) {
            size_t first = g_rand_int_range(rand, 0, nevents);
            size_t second = g_rand_int_range(rand, 0, nevents);

            testAddPair(clauses, first, second, j % 2 > 0);
        }
        once = testMeasure(clauses, nevents);
        total += once;

        /* those that share nothing are added up */
        if (i < 10) {
            for (j = 0; j < 56; j++) {
                const GArray *pairs = g_ptr_array_index(clauses, j / 2);
                testEventPair pair = g_array_index(pairs, testEventPair, j % 2);

                testAddPair(clauses, pair.first + nevents, pair.second + nevents, j % 2 > 0);
            }
            if (testMeasure(clauses, 2 * nevents) > 2 * once)
                return testFail("%zu once", once);
        }
    }

    if (total < 440 * 1000 || total > 444 * 1000)
        return testFail("%zu", total);
    return 0;
}


static int
mymain(void)
{
    const bool closed = true;
    const bool open = false;

    if (testRandomSetUp() < 0)
        return EXIT_FAILURE;

    DO_TEST(testOrders, NULL, "%u sets of clauses from seed %u", testRandomCases * 4,
            testRandomSeed);
    DO_TEST(testLongChain, &open, "a long chain");
    DO_TEST(testLongChain, &closed, "a long circle");
    DO_TEST(testHard, NULL, "clauses that are hard");
    DO_TEST(testTooMuch, NULL, "more than the limit");

    g_clear_object(&testRandomRules);
    g_clear_object(&testRandomNeeds);
    return testResult();
}

VIR_TEST_MAIN(mymain)
