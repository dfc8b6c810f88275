/*
 * nodedevcompatplantest.c: orders in which hosts are updated
 *
 * Random hosts of few classes, some of which accept each other. What is found, and that
 * there is nothing, is compared with trying all orders and following each guest to wherever
 * it can get. See nodedevcompatpropertytest.c for how to try other hosts, or more.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompatplanworld.h"
#include "nodedevcompatrandom.h"
#include "nodedevcompatutils.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* Where a guest can be, and with which devices, in order */
typedef struct _testReach testReach;
struct _testReach {
    bool at[HOSTS_MAX][KINDS + 1][KINDS + 1];
};


/* Kinds of which each accepts some others; of some not all is known. */
static void
testWorldMakeKinds(testWorld *world,
                   GRand *rand)
{
    testPair pair = { 0 };
    size_t i;
    size_t j;

    for (i = 0; i < KINDS; i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        bool any = false;

        g_string_append_printf(text, "api=vfio-pci type=t sv=1.0 x=%zu", i);
        if (g_rand_int_range(rand, 0, 8) == 0)
            g_string_append(text, " !y");
        for (j = 0; j < KINDS; j++) {
            if (g_rand_int_range(rand, 0, 5) == 0) {
                g_string_append_printf(text, "%s%zu", any ? "," : " | type=t sv=1.0- x=", j);
                any = true;
            }
        }
        world->kinds[i] = g_strdup(text->str);
    }

    for (i = 0; i < KINDS; i++) {
        for (j = 0; j < KINDS; j++)
            world->ranks[i][j] = testPairRank(&pair, world->kinds[i], world->kinds[j]);
    }
}


static void
testWorldAddGuest(testWorld *world,
                  GRand *rand,
                  size_t host,
                  size_t first,
                  size_t second)
{
    testGuest *guest = &world->guests[world->nguests++];

    guest->host = host;
    guest->kinds[0] = MIN(first, second);
    guest->kinds[1] = MAX(first, second);
    guest->unknown = g_rand_int_range(rand, 0, 40) == 0;
}


static void
testWorldMake(testWorld *world,
              GRand *rand)
{
    size_t i;
    size_t j;

    testWorldMakeKinds(world, rand);
    world->nhosts = g_rand_int_range(rand, 2, HOSTS_MAX + 1);

    for (i = 0; i < world->nhosts; i++) {
        bool changed = g_rand_int_range(rand, 0, 4) != 0;

        /* some hosts are like another one */
        if (i > 0 && g_rand_int_range(rand, 0, 3) == 0) {
            world->ndevices[i] = world->ndevices[i - 1];
            memcpy(world->devices[0][i], world->devices[0][i - 1], sizeof(world->devices[0][i]));
            memcpy(world->devices[1][i], world->devices[1][i - 1], sizeof(world->devices[1][i]));
        } else {
            world->ndevices[i] = g_rand_int_range(rand, 1, DEVICES_MAX + 1);
            for (j = 0; j < world->ndevices[i]; j++) {
                world->devices[0][i][j] = g_rand_int_range(rand, 0, KINDS);
                world->devices[1][i][j] = changed && g_rand_int_range(rand, 0, 4) != 0 ?
                    g_rand_int_range(rand, 0, KINDS) : world->devices[0][i][j];
            }
        }

        if (world->ndevices[i] == 2 && g_rand_int_range(rand, 0, 3) == 0) {
            testWorldAddGuest(world, rand, i, world->devices[0][i][0], world->devices[0][i][1]);
            continue;
        }
        for (j = 0; j < world->ndevices[i]; j++) {
            if (g_rand_int_range(rand, 0, 3) != 0)
                testWorldAddGuest(world, rand, i, world->devices[0][i][j], NOTHING);
        }
    }
}


/*
 * Trying all orders
 */

static bool
testIsGood(const testWorld *world,
           int worst,
           size_t from,
           size_t to)
{
    return world->ranks[from][to] <= worst;
}


/* Marks where a guest on @kinds can be on host @to, as that is. Returns whether it is
 * anywhere where it was not known to get. */
static bool
testReachHost(const testWorld *world,
              int worst,
              const bool *updated,
              size_t first,
              size_t second,
              size_t to,
              testReach *reach)
{
    const size_t *devices = world->devices[updated[to] ? 1 : 0][to];
    bool any = false;
    size_t i;
    size_t j;

    for (i = 0; i < world->ndevices[to]; i++) {
        if (!testIsGood(world, worst, first, devices[i]))
            continue;

        if (second == NOTHING) {
            any = any || !reach->at[to][devices[i]][NOTHING];
            reach->at[to][devices[i]][NOTHING] = true;
            continue;
        }

        for (j = 0; j < world->ndevices[to]; j++) {
            bool *at = &reach->at[to][MIN(devices[i], devices[j])][MAX(devices[i], devices[j])];

            if (i != j && testIsGood(world, worst, second, devices[j])) {
                any = any || !*at;
                *at = true;
            }
        }
    }

    return any;
}


/* Marks wherever a guest can move to and on. */
static void
testReachAll(const testWorld *world,
             int worst,
             const bool *updated,
             testReach *reach)
{
    bool again = true;
    size_t i;
    size_t j;
    size_t a;
    size_t b;

    while (again) {
        again = false;
        for (i = 0; i < world->nhosts; i++) {
            for (a = 0; a < KINDS; a++) {
                for (b = 0; b <= KINDS; b++) {
                    if (!reach->at[i][a][b])
                        continue;
                    for (j = 0; j < world->nhosts; j++) {
                        if (j != i && testReachHost(world, worst, updated, a, b, j, reach))
                            again = true;
                    }
                }
            }
        }
    }
}


/* Empties host @host of the guest. Returns false if it is nowhere then. */
static bool
testReachLeave(testReach *reach,
               size_t host)
{
    size_t i;

    memset(reach->at[host], 0, sizeof(reach->at[host]));
    for (i = 0; i < sizeof(*reach); i++) {
        if (((const char *) reach)[i])
            return true;
    }

    return false;
}


/* Whether the guest can be anywhere when the hosts of @order are updated */
static bool
testGuestSurvives(const testWorld *world,
                  int worst,
                  const testGuest *guest,
                  const size_t *order,
                  size_t norder)
{
    bool updated[HOSTS_MAX] = { false };
    testReach reach = { 0 };
    size_t i;

    reach.at[guest->host][guest->kinds[0]][guest->kinds[1]] = true;
    for (i = 0; i < norder; i++) {
        if (guest->unknown) {
            if (order[i] == guest->host && worst < RANK_UNKNOWN)
                return false;
            continue;
        }
        testReachAll(world, worst, updated, &reach);
        if (!testReachLeave(&reach, order[i]))
            return false;
        updated[order[i]] = true;
    }

    return true;
}


typedef bool (*testOrderFunc)(const testWorld *world,
                              const size_t *order,
                              size_t norder,
                              const void *opaque);

/* Calls @func with each order of the hosts that change, until it returns true. */
static bool
testEachOrder(const testWorld *world,
              const virNodeDeviceCompatPlan *plan,
              size_t *order,
              size_t norder,
              testOrderFunc func,
              const void *opaque)
{
    bool whole = true;
    size_t i;
    size_t j;

    for (i = 0; i < world->nhosts; i++) {
        for (j = 0; j < norder && order[j] != i; j++);
        if (!plan->changed[i] || j < norder)
            continue;

        whole = false;
        order[norder] = i;
        if (testEachOrder(world, plan, order, norder + 1, func, opaque))
            return true;
    }

    return whole && func(world, order, norder, opaque);
}


/* @opaque: what is good */
static bool
testAllSurvive(const testWorld *world,
               const size_t *order,
               size_t norder,
               const void *opaque)
{
    size_t i;

    for (i = 0; i < world->nguests; i++) {
        if (!testGuestSurvives(world, *(const int *)opaque, &world->guests[i], order, norder))
            return false;
    }

    return true;
}


/*
 * Proofs
 */

static bool
testRequirementHolds(const virNodeDeviceCompatPlanRequirement *requirement,
                     const size_t *order,
                     size_t norder)
{
    size_t times[HOSTS_MAX] = { 0 };
    size_t i;
    size_t j;

    for (i = 0; i < norder; i++)
        times[order[i]] = i + 1;

    for (i = 0; i < requirement->pairs->len; i++) {
        const virNodeDeviceCompatPlanPair *pair = g_ptr_array_index(requirement->pairs, i);

        for (j = 0; j < pair->second->len; j++) {
            if (times[pair->first] < times[g_array_index(pair->second, size_t, j)])
                return true;
        }
    }

    return false;
}


/* What is to hold: all requirements of a plan but one */
typedef struct _testProof testProof;
struct _testProof {
    const virNodeDeviceCompatPlan *plan;
    size_t without;
};


static bool
testProofHolds(const testWorld *world G_GNUC_UNUSED,
               const size_t *order,
               size_t norder,
               const void *opaque)
{
    const testProof *proof = opaque;
    size_t i;

    for (i = 0; i < proof->plan->proof->len; i++) {
        if (i != proof->without &&
            !testRequirementHolds(g_ptr_array_index(proof->plan->proof, i), order, norder))
            return false;
    }

    return true;
}


/* Whether, in this order, a guest strands though what it requires holds, or the reverse */
static bool
testProofDiffers(const testWorld *world,
                 const size_t *order,
                 size_t norder,
                 const void *opaque)
{
    const virNodeDeviceCompatPlan *plan = opaque;
    int worst = plan->status == VIR_NODE_DEVICE_COMPAT_PLAN_NONE ? RANK_UNKNOWN : RANK_SUPERSET;
    size_t i;

    for (i = 0; i < plan->proof->len; i++) {
        const virNodeDeviceCompatPlanRequirement *requirement = g_ptr_array_index(plan->proof, i);

        if (testRequirementHolds(requirement, order, norder) !=
            testGuestSurvives(world, worst, &world->guests[requirement->guest], order, norder))
            return true;
    }

    return false;
}


/* Whether a pair is in a requirement twice */
static bool
testHasTwice(const virNodeDeviceCompatPlanRequirement *requirement)
{
    size_t i;
    size_t j;

    for (i = 0; i < requirement->pairs->len; i++) {
        const virNodeDeviceCompatPlanPair *a = g_ptr_array_index(requirement->pairs, i);

        for (j = 0; j < i; j++) {
            const virNodeDeviceCompatPlanPair *b = g_ptr_array_index(requirement->pairs, j);

            if (a->first == b->first && g_array_index(a->second, size_t, 0) ==
                g_array_index(b->second, size_t, 0))
                return true;
        }
    }

    return false;
}


static const char *
testCheckProof(const testWorld *world,
               const virNodeDeviceCompatPlan *plan)
{
    size_t order[HOSTS_MAX];
    testProof proof = { .plan = plan, .without = SIZE_MAX };
    size_t i;

    if (plan->proof->len == 0)
        return "there is no proof";
    if (testEachOrder(world, plan, order, 0, testProofHolds, &proof))
        return "what the proof requires holds in an order";
    if (testEachOrder(world, plan, order, 0, testProofDiffers, plan))
        return "the proof requires something else than its guest";
    if (!plan->minimal)
        return "the proof is not minimal";
    for (i = 0; i < plan->proof->len; i++) {
        if (testHasTwice(g_ptr_array_index(plan->proof, i)))
            return "the proof has something twice";
    }
    for (proof.without = 0; proof.without < plan->proof->len; proof.without++) {
        if (!testEachOrder(world, plan, order, 0, testProofHolds, &proof))
            return "a part of the proof can be left out";
    }

    return NULL;
}


/*
 * Orders
 */

/* Makes a move. Returns false if the guest cannot. */
static bool
testMakeMove(const testWorld *world,
             const bool *updated,
             const virNodeDeviceCompatPlanMove *move,
             testReach *reach)
{
    testReach after = { 0 };
    size_t a;
    size_t b;

    for (a = 0; a < KINDS; a++) {
        for (b = 0; b <= KINDS; b++) {
            if (reach->at[move->from][a][b])
                testReachHost(world, RANK_SUPERSET, updated, a, b, move->to, &after);
        }
    }

    *reach = after;
    return move->from != move->to && testReachLeave(&after, move->from);
}


static const char *
testCheckOrder(const testWorld *world,
               const virNodeDeviceCompatPlan *plan)
{
    testReach reaches[GUESTS_MAX] = { 0 };
    bool updated[HOSTS_MAX] = { false };
    size_t at = 0;
    size_t i;
    size_t j;

    for (i = 0; i < world->nguests; i++) {
        const testGuest *guest = &world->guests[i];

        reaches[i].at[guest->host][guest->kinds[0]][guest->kinds[1]] = true;
    }

    for (i = 0; i < plan->order->len; i++) {
        size_t host = g_array_index(plan->order, size_t, i);

        if (!plan->changed[host] || updated[host])
            return "a host is updated without reason";

        for (; at < plan->moves->len; at++) {
            const virNodeDeviceCompatPlanMove *move =
                &g_array_index(plan->moves, virNodeDeviceCompatPlanMove, at);

            if (move->step != i)
                break;
            if (!testMakeMove(world, updated, move, &reaches[move->guest]))
                return "a guest cannot move as it is to";
        }

        for (j = 0; j < world->nguests; j++) {
            if (!testReachLeave(&reaches[j], host))
                return "a guest is on a host that is updated";
        }
        updated[host] = true;
    }

    for (i = 0; i < world->nhosts; i++) {
        if (plan->changed[i] != updated[i])
            return "a host is not updated";
    }

    return at == plan->moves->len ? NULL : "there are moves of no step";
}


static const char *
testPlanCheck(const testWorld *world,
              size_t *counts)
{
    static const int good[] = { RANK_SUPERSET, RANK_UNKNOWN };
    g_autoptr(virNodeDeviceCompatFleet) fleet = testWorldMakeFleet(world);
    g_autoptr(virNodeDeviceCompatPlan) plan = testWorldMakePlan(world, fleet);
    size_t order[HOSTS_MAX];
    bool any = testEachOrder(world, plan, order, 0, testAllSurvive, &good[0]);
    bool hope = testEachOrder(world, plan, order, 0, testAllSurvive, &good[1]);

    counts[plan->status]++;
    switch (plan->status) {
    case VIR_NODE_DEVICE_COMPAT_PLAN_FOUND:
        return any ? testCheckOrder(world, plan) : "there is no order";
    case VIR_NODE_DEVICE_COMPAT_PLAN_NONE:
        return hope ? "there may be an order" : testCheckProof(world, plan);
    case VIR_NODE_DEVICE_COMPAT_PLAN_UNKNOWN:
        return any ? "there is an order" : !hope ? "there is no order, and that is known" :
            testCheckProof(world, plan);
    case VIR_NODE_DEVICE_COMPAT_PLAN_CUT:
    case VIR_NODE_DEVICE_COMPAT_PLAN_LAST:
        break;
    }

    return "it took too much";
}


/* Whether what @plan says is right, or that it is not known, of what @whole knows */
static const char *
testCheckLess(const testWorld *world,
              const virNodeDeviceCompatPlan *plan,
              const virNodeDeviceCompatPlan *whole)
{
    if (plan->status == VIR_NODE_DEVICE_COMPAT_PLAN_CUT)
        return NULL;
    if (plan->status == VIR_NODE_DEVICE_COMPAT_PLAN_FOUND)
        return testCheckOrder(world, plan);
    if (whole->status == VIR_NODE_DEVICE_COMPAT_PLAN_FOUND ||
        (plan->status == VIR_NODE_DEVICE_COMPAT_PLAN_NONE &&
         whole->status != VIR_NODE_DEVICE_COMPAT_PLAN_NONE))
        return "there may be an order";

    return NULL;
}


/* However little is looked at or kept, what is said is right, or not known; and with enough of
 * both, what is right is said. */
static const char *
testPlanLimits(const testWorld *world,
               size_t *ncut)
{
    g_autoptr(virNodeDeviceCompatFleet) fleet = testWorldMakeFleet(world);
    g_autoptr(virNodeDeviceCompatPlan) whole = testWorldMakePlan(world, fleet);
    const char *wrong = NULL;
    size_t max;

    for (max = 0; !wrong && max < TEST_PLAN_WORK_MAX; max += max / 4 + 1) {
        g_autoptr(virNodeDeviceCompatPlan) less =
            testWorldMakePlanWithin(world, fleet, max, SIZE_MAX);
        g_autoptr(virNodeDeviceCompatPlan) fewer =
            testWorldMakePlanWithin(world, fleet, TEST_PLAN_WORK_MAX, max);

        wrong = testCheckLess(world, less, whole);
        if (!wrong)
            wrong = testCheckLess(world, fewer, whole);

        *ncut += fewer->status == VIR_NODE_DEVICE_COMPAT_PLAN_CUT;
        if (max > 1000 * 1000 && less->status == whole->status && fewer->status == whole->status)
            return wrong;
    }

    return wrong ? wrong : "it takes too much";
}


static int
testPlans(const void *opaque G_GNUC_UNUSED)
{
    size_t counts[VIR_NODE_DEVICE_COMPAT_PLAN_LAST] = { 0 };
    size_t ncut = 0;
    size_t i;

    for (i = 0; i < testRandomCases * 2; i++) {
        g_autoptr(GRand) rand = g_rand_new_with_seed(testRandomSeed + i);
        g_auto(testWorld) world = { 0 };
        const char *wrong;

        testWorldMake(&world, rand);
        wrong = testPlanCheck(&world, counts);
        if (!wrong && i % 8 == 0)
            wrong = testPlanLimits(&world, &ncut);
        if (wrong)
            return testFail("seed %zu: %s", (size_t)testRandomSeed + i, wrong);
    }

    VIR_TEST_VERBOSE("found %zu, none %zu, unknown %zu", counts[VIR_NODE_DEVICE_COMPAT_PLAN_FOUND],
                     counts[VIR_NODE_DEVICE_COMPAT_PLAN_NONE],
                     counts[VIR_NODE_DEVICE_COMPAT_PLAN_UNKNOWN]);
    /* or nothing was tried */
    if (testRandomSeed == 1 && testRandomCases >= 40 && ncut < 40)
        return testFail("too little is kept %zu times only", ncut);
    for (i = 0; testRandomCases >= 100 && i < VIR_NODE_DEVICE_COMPAT_PLAN_CUT; i++) {
        if (counts[i] < testRandomCases / 50)
            return testFail("status %zu is there %zu times only", i, counts[i]);
    }

    return 0;
}


/* Within no limit, there is neither an order nor a proof. */
static int
testNoWork(const void *opaque G_GNUC_UNUSED)
{
    testWorld world = {
        .nhosts = 2,
        .ndevices = { 1, 1 },
        .devices = { { { 0 }, { 0 } }, { { 1 }, { 1 } } },
        .kinds = { (char *) "api=vfio-pci type=t sv=1.0 x=0",
                   (char *) "api=vfio-pci type=t sv=1.0 x=1" },
    };
    g_autoptr(virNodeDeviceCompatFleet) fleet = testWorldMakeFleet(&world);
    g_autoptr(virNodeDeviceCompatPlan) plan = virNodeDeviceCompatPlanNew(fleet);
    g_autoptr(GArray) classes = g_array_new(false, false, sizeof(size_t));
    size_t klass = testWorldFindClass(&world, fleet, 0);

    g_array_append_val(classes, klass);
    virNodeDeviceCompatPlanAddGuest(plan, 0, classes, false);
    virNodeDeviceCompatPlanSolve(plan, 0);
    if (testExpectNumber(VIR_NODE_DEVICE_COMPAT_PLAN_CUT, plan->status) < 0 ||
        testExpectNumber(0, plan->proof->len) < 0)
        return -1;

    virNodeDeviceCompatPlanSolve(plan, TEST_PLAN_WORK_MAX);
    if (testExpectNumber(VIR_NODE_DEVICE_COMPAT_PLAN_NONE, plan->status) < 0)
        return -1;

    return testExpectNumber(0, plan->order->len + plan->moves->len);
}


static int
mymain(void)
{
    if (testRandomSetUp() < 0)
        return EXIT_FAILURE;

    DO_TEST(testPlans, NULL, "%u fleets from seed %u", testRandomCases * 2, testRandomSeed);
    DO_TEST(testNoWork, NULL, "nothing may be looked at");

    g_clear_object(&testRandomRules);
    g_clear_object(&testRandomNeeds);
    return testResult();
}

VIR_TEST_MAIN(mymain)
