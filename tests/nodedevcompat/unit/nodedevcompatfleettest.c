/*
 * nodedevcompatfleettest.c: matrix and groups of random hosts
 *
 * What classes, profiles and rows come to is compared with comparing each device with each
 * other one, and groups with all ways of dividing the hosts. See
 * nodedevcompatpropertytest.c for how to try other hosts, or more.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedev_compat/nodedev_compat_groups.h"
#include "nodedevcompatframe.h"
#include "nodedevcompatrandom.h"
#include "nodedevcompatutils.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define HOSTS 5
#define DEVICES_MAX 3

/* The devices of a host; NULL behind the last one */
typedef struct _testHost testHost;
struct _testHost {
    char *devices[DEVICES_MAX + 1];
    bool unread;
};


static void
testHostsClear(testHost *hosts)
{
    size_t i;
    size_t j;

    for (i = 0; i < HOSTS; i++) {
        for (j = 0; j < DEVICES_MAX; j++)
            g_clear_pointer(&hosts[i].devices[j], g_free);
    }
}


/* Hosts of devices that are like each other, so that some fit */
static void
testHostsMake(testHost *hosts,
              GRand *rand,
              const testRandomWish *wish)
{
    g_autofree char *first = testRandomSource(rand, wish);
    size_t i;
    size_t j;

    for (i = 0; i < HOSTS; i++) {
        size_t n = g_rand_int_range(rand, 0, DEVICES_MAX + 1);

        hosts[i].unread = g_rand_int_range(rand, 0, 8) == 0;
        for (j = 0; j < n; j++)
            hosts[i].devices[j] = g_rand_int_range(rand, 0, 3) == 0 ?
                g_strdup(first) : testRandomTarget(rand, wish, first);
    }
}


/* How much is kept of what was compared, in classes; a few need not be enough. */
static size_t testKept = SIZE_MAX;


static virNodeDeviceCompatFleet *
testFleetMake(const testHost *hosts,
              const virNodeDeviceCompatRules *rules)
{
    virNodeDeviceCompatFleet *fleet = virNodeDeviceCompatFleetNew(rules, 0);
    size_t i;
    size_t j;

    for (i = 0; i < HOSTS; i++) {
        g_autoptr(GPtrArray) devices =
            g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatFleetDeviceFree);
        g_autofree char *name = g_strdup_printf("%zu", i);

        for (j = 0; hosts[i].devices[j]; j++) {
            virNodeDeviceCompatFleetDevice *device = g_new0(virNodeDeviceCompatFleetDevice, 1);

            device->compat = testCompatParseDevice(hosts[i].devices[j]);
            g_ptr_array_add(devices, device);
        }
        if (hosts[i].unread)
            g_ptr_array_add(devices, g_new0(virNodeDeviceCompatFleetDevice, 1));

        virNodeDeviceCompatFleetAddHost(fleet, name, name, devices, NULL);
    }

    virNodeDeviceCompatFleetComplete(fleet);
    if (testKept != SIZE_MAX) {
        fleet->rowsMax = testKept * fleet->nclasses;
        fleet->fitsMax = testKept * fleet->nprofiles * sizeof(virNodeDeviceCompatFleetCell);
    }
    return fleet;
}


/* How bad it is for guests of one host on another one, in ranks; one more if there are none */
static int
testHostsCompare(const testHost *from,
                 const testHost *to,
                 const virNodeDeviceCompatRules *rules)
{
    testPair pair = { .rules = rules };
    int worst = from->unread ? RANK_UNKNOWN : -1;
    size_t i;
    size_t j;

    for (i = 0; from->devices[i]; i++) {
        int best = to->unread ? RANK_UNKNOWN : RANK_INCOMPATIBLE;

        for (j = 0; to->devices[j]; j++) {
            int rank = testPairRank(&pair, from->devices[i], to->devices[j]);

            best = MIN(best, rank);
        }
        worst = MAX(worst, best);
    }

    return worst;
}


static int
testVerdictRank(virNodeDeviceCompatFleetVerdict verdict)
{
    switch (verdict) {
    case VIR_NODE_DEVICE_COMPAT_FLEET_IDENTICAL:
        return RANK_IDENTICAL;
    case VIR_NODE_DEVICE_COMPAT_FLEET_SUPERSET:
        return RANK_SUPERSET;
    case VIR_NODE_DEVICE_COMPAT_FLEET_UNKNOWN:
        return RANK_UNKNOWN;
    case VIR_NODE_DEVICE_COMPAT_FLEET_INCOMPATIBLE:
    case VIR_NODE_DEVICE_COMPAT_FLEET_ABSENT:
        return RANK_INCOMPATIBLE;
    case VIR_NODE_DEVICE_COMPAT_FLEET_NOTHING:
    case VIR_NODE_DEVICE_COMPAT_FLEET_LAST:
        break;
    }

    return -1;
}


/* As much is kept as there is space for, and counted. */
static const char *
testCheckKept(const virNodeDeviceCompatFleet *fleet)
{
    size_t size = fleet->nprofiles * sizeof(virNodeDeviceCompatFleetCell);
    size_t nrows = 0;
    size_t nfits = 0;
    size_t i;

    for (i = 0; i < fleet->nclasses; i++) {
        nrows += fleet->classes[i]->row != NULL;
        nfits += fleet->classes[i]->fits != NULL;
    }

    if (nrows != fleet->nrows || nfits != fleet->nfits)
        return "something else is kept than is counted";
    if (nrows * fleet->nclasses > fleet->rowsMax || nfits * size > fleet->fitsMax)
        return "more is kept than there is space for";
    if (fleet->nprofiles > 1 && nfits < MIN(fleet->nclasses, fleet->fitsMax / size))
        return "less is kept of what fits than there is space for";
    if (fleet->nprofiles > 1 && nrows < MIN(fleet->nclasses, fleet->rowsMax / fleet->nclasses))
        return "less is kept than there is space for";

    return NULL;
}


/* The matrix is what comparing each device of a host with each of another one comes to. */
static const char *
testMatrix(const testHost *hosts,
           const virNodeDeviceCompatRules *rules)
{
    g_autoptr(virNodeDeviceCompatFleet) fleet = testFleetMake(hosts, rules);
    g_autofree virNodeDeviceCompatFleetCell *cells =
        g_new0(virNodeDeviceCompatFleetCell, fleet->nprofiles);
    size_t i;
    size_t j;

    for (i = 0; i < HOSTS; i++) {
        virNodeDeviceCompatFleetGetRow(fleet, fleet->hosts[i]->profile,
                                       VIR_NODE_DEVICE_COMPAT_FLEET_ALL, cells);
        for (j = 0; j < HOSTS; j++) {
            size_t target = fleet->hosts[j]->profile;
            virNodeDeviceCompatFleetCell cell =
                virNodeDeviceCompatFleetGetCell(fleet, fleet->hosts[i]->profile,
                                                VIR_NODE_DEVICE_COMPAT_FLEET_ALL, target);

            if (testVerdictRank(cells[target].verdict) !=
                testHostsCompare(&hosts[i], &hosts[j], rules))
                return "a cell is another one";
            if (cell.verdict != cells[target].verdict || cell.source != cells[target].source ||
                cell.target != cells[target].target)
                return "a cell is not that of its row";
            if (cell.target == VIR_NODE_DEVICE_COMPAT_FLEET_NONE &&
                virNodeDeviceCompatFleetVerdictIsGood(cell.verdict))
                return "a cell is good, and does not say what takes the device";
            if (cell.target != VIR_NODE_DEVICE_COMPAT_FLEET_NONE &&
                virNodeDeviceCompatFleetGetPair(fleet, cell.source, cell.target) != cell.verdict)
                return "a cell is not what it is said to come from";
        }
    }

    return testCheckKept(fleet);
}


static const char *
testKeptMatrix(const testHost *hosts,
               const virNodeDeviceCompatRules *rules)
{
    const char *wrong = NULL;

    for (testKept = 0; !wrong && testKept < 4; testKept++)
        wrong = testMatrix(hosts, rules);
    testKept = SIZE_MAX;

    return wrong;
}


/* The fewest groups by trying all ways: each host goes to one of the groups before, or to one
 * of its own */
static size_t
testFewest(const bool (*both)[HOSTS],
           size_t *groups,
           size_t at,
           size_t ngroups)
{
    size_t fewest = HOSTS + 1;
    size_t i;
    size_t j;

    if (at == HOSTS)
        return ngroups;
    if (!both[at][at])
        return testFewest(both, groups, at + 1, ngroups);

    for (i = 0; i <= ngroups; i++) {
        for (j = 0; j < at; j++) {
            if (both[j][j] && groups[j] == i && !both[j][at])
                break;
        }
        if (j < at)
            continue;

        groups[at] = i;
        fewest = MIN(fewest, testFewest(both, groups, at + 1, MAX(ngroups, i + 1)));
    }

    return fewest;
}


static const char *
testGroups(const testHost *hosts,
           const virNodeDeviceCompatRules *rules)
{
    g_autoptr(virNodeDeviceCompatFleet) fleet = testFleetMake(hosts, rules);
    g_autoptr(virNodeDeviceCompatGroups) groups =
        virNodeDeviceCompatGroupsMake(fleet, VIR_NODE_DEVICE_COMPAT_FLEET_ALL);
    bool both[HOSTS][HOSTS];
    size_t places[HOSTS] = { 0 };
    size_t i;
    size_t j;
    size_t k;

    for (i = 0; i < HOSTS; i++) {
        for (j = 0; j < HOSTS; j++) {
            int forth = testHostsCompare(&hosts[i], &hosts[j], rules);
            int back = testHostsCompare(&hosts[j], &hosts[i], rules);

            both[i][j] = forth >= 0 && forth <= RANK_SUPERSET && back >= 0 &&
                         back <= RANK_SUPERSET;
        }
    }

    for (i = 0; i < groups->groups->len; i++) {
        const virNodeDeviceCompatGroup *group = g_ptr_array_index(groups->groups, i);

        for (j = 0; j < HOSTS; j++) {
            for (k = 0; k < group->profiles->len; k++) {
                if (g_array_index(group->profiles, size_t, k) == fleet->hosts[j]->profile)
                    places[j] = i + 1;
            }
        }
    }

    for (i = 0; i < HOSTS; i++) {
        if ((places[i] > 0) != both[i][i])
            return "a host is in no group, or in one without reason";
        for (j = 0; j < HOSTS; j++) {
            if (places[i] > 0 && places[i] == places[j] && !both[i][j])
                return "guests cannot move in a group";
        }
    }

    if (!groups->exact)
        return "few hosts are not divided exactly";
    if (groups->groups->len != testFewest((const bool (*)[HOSTS]) both, places, 0, 0))
        return "there are fewer groups";

    return NULL;
}


typedef struct _testFleetProperty testFleetProperty;
struct _testFleetProperty {
    const char *name;
    const char *(*check)(const testHost *hosts,
                         const virNodeDeviceCompatRules *rules);
    testRandomWish wish;
};

static const testFleetProperty properties[] = {
    { "the matrix is what comparing devices comes to", testMatrix, { 0, NULL } },
    { "the matrix, of devices that are known", testMatrix,
      { WITHOUT_BAD | WITHOUT_DERIVED, NULL } },
    { "the matrix, of which little is kept", testKeptMatrix, { WITHOUT_BAD, NULL } },
    { "groups are the fewest", testGroups, { WITHOUT_BAD, NULL } },
};


static int
testFleetTry(const void *opaque)
{
    const testFleetProperty *property = opaque;
    size_t i;

    for (i = 0; i < testRandomCases / 5; i++) {
        g_autoptr(GRand) rand = g_rand_new_with_seed(testRandomSeed + i);
        testHost hosts[HOSTS] = { 0 };
        const char *wrong;

        testHostsMake(hosts, rand, &property->wish);
        wrong = property->check(hosts, i % 2 ? testRandomRules : NULL);
        testHostsClear(hosts);
        if (wrong)
            return testFail("seed %zu: %s", (size_t)testRandomSeed + i, wrong);
    }

    return 0;
}


/* Names of groups are those of their classes, whatever else there is. */
static int
testNames(const void *opaque G_GNUC_UNUSED)
{
    testHost alone[HOSTS] = { { .devices = { (char *) "api=vfio-pci type=t sv=1.0" } } };
    testHost more[HOSTS] = {
        { .devices = { (char *) "api=vfio-pci type=t sv=2.0" } },
        { .devices = { (char *) "api=vfio-pci type=t sv=2.0", (char *) "api=vfio-pci type=t" } },
        { .devices = { (char *) "api=vfio-pci type=t sv=1.0" } },
        { .devices = { (char *) "~clock=1 api=vfio-pci type=t sv=1.0" } },
    };
    g_autoptr(virNodeDeviceCompatFleet) one = testFleetMake(alone, NULL);
    g_autoptr(virNodeDeviceCompatFleet) many = testFleetMake(more, NULL);
    g_autoptr(virNodeDeviceCompatGroups) first = virNodeDeviceCompatGroupsMake(one, 0);
    g_autoptr(virNodeDeviceCompatGroups) second = virNodeDeviceCompatGroupsMake(many, 0);
    const virNodeDeviceCompatGroup *group;
    const virNodeDeviceCompatGroup *other;

    if (testExpectNumber(1, first->groups->len) < 0 ||
        testExpectNumber(2, second->groups->len) < 0 ||
        testExpectNumber(1, second->unknown->len) < 0)
        return -1;

    group = g_ptr_array_index(first->groups, 0);
    other = g_ptr_array_index(second->groups, 0);
    if (testExpectNumber(2, other->nhosts) < 0)
        return -1;

    return testExpectString(group->name, other->name);
}


static int
mymain(void)
{
    size_t i;

    if (testRandomSetUp() < 0)
        return EXIT_FAILURE;

    for (i = 0; i < G_N_ELEMENTS(properties); i++) {
        DO_TEST(testFleetTry, &properties[i], "%s: %u fleets from seed %u",
                properties[i].name, testRandomCases / 5, testRandomSeed);
    }
    DO_TEST(testNames, NULL, "names of groups");

    g_clear_object(&testRandomRules);
    g_clear_object(&testRandomNeeds);
    return testResult();
}

VIR_TEST_MAIN(mymain)
