/*
 * nodedevcompatplancasestest.c: which hosts are updated in which order, and who moves where
 *
 * What is right of an order is tried in nodedevcompatplantest.c; here is which one of those
 * that are right, and what is said of why there is none.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat/nodedev_compat_plan_place.h"
#include "nodedevcompatframe.h"
#include "nodedevcompatplanworld.h"
#include "nodedevcompatutils.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* Kinds of devices are the letters from a on. */
struct testCase {
    const char *name;
    const char *hosts;          /* devices before>after the update, or that stay */
    const char *accepts;        /* see testKindMake() */
    const char *guests;         /* number of the host, and devices; ? is unknown */
    const char *expect;         /* hosts in order; host:guest:from>to moves before one of them is
                                 * updated. Without an order, guest(hosts where it can be) and
                                 * which host has to be before one of which */
};

static const struct testCase cases[] = {
    { "nothing changes", "a a", "", "0a 1a", "found" },
    { "nobody is there", "a>b c>d", "", "", "found 0 1" },
    { "a guest without devices", "a>b", "", "0", "found 0" },
    { "a guest that is not known", "a>b a", "", "0?", "unknown 0(0)" },
    { "one that is not known, where nothing changes", "a>b a", "", "1?", "found 0" },
    { "nowhere to go", "a>b b", "", "0a", "none 0(0)" },
    { "it may be possible", "a>b b", "b:a!", "0a", "unknown 0(0)" },
    { "away", "a>b a", "", "0a", "found 0 | 0:0:0>1" },
    { "away with two devices", "aa>bb a aa", "", "0aa", "found 0 | 0:0:0>2" },
    { "away with two devices of the host", "ac>bb ac", "", "0ac", "found 0 | 0:0:0>1" },
    { "the fewest that come", "aa>bb a a", "", "0a 0a 0a", "found 0 | 0:0:0>1 0:1:0>2 0:2:0>1" },
    { "by their devices", "aa>bb aa aa", "", "0aa 0a 0a", "found 0 | 0:0:0>1 0:1:0>2 0:2:0>2" },
    { "there and back", "a>b a>b", "b:a", "0a", "found 0 1 | 0:0:0>1 1:0:1>0" },
    { "each to the other one", "a>b a>b", "b:a", "0a 1a", "found 0 1 | 0:0:0>1 1:0:1>0 1:1:1>0" },
    { "of three alike", "a>b a>b a>b", "b:a", "0a 1a 2a",
      "found 0 1 2 | 0:0:0>2 1:1:1>0 2:0:2>0 2:2:2>1" },
    { "one before the other", "a>b c>d", "d:a", "0a", "found 1 0 | 0:0:0>1" },
    { "one before the other, the other way round", "c>d a>b", "d:a", "1a",
      "found 0 1 | 1:0:1>0" },
    { "both before the other one", "a>b c>d", "d:a b:c", "0a 1c",
      "none 0(0) 1<0 1(1) 0<1" },
    { "two guests that are alike, and one between them", "a>b c>d", "d:a b:c", "0a 0a 1c",
      "none 0(0) 1<0 2(1) 0<1" },
    { "a single one before two of a kind", "a>b c>d c>d e", "e:ac", "0a 1c 2c",
      "found 0 1 2 | 0:0:0>3 1:1:1>3 2:2:2>3" },
    { "in a circle", "a>b c>d e>f", "d:a f:c b:e", "0a 1c 2e",
      "none 0(0) 1<0 1(1) 2<1 2(2) 0<2" },
    { "by another host", "a>b c>d e", "c:a e:c", "0a",
      "found 0 1 | 0:0:0>1 1:0:1>2" },
    { "by two other hosts", "a>b c>b d>b f", "c:a d:c f:d", "0a",
      "found 0 1 2 | 0:0:0>1 1:0:1>2 2:0:2>3" },
    { "by another host that has guests", "a>b c>d e", "c:a e:c", "0a 1c",
      "found 0 1 | 0:0:0>1 1:0:1>2 1:1:1>2" },
    { "one of two", "a>b c>d c>e", "d:a e:a", "0a", "found 1 0 2 | 0:0:0>1" },
    { "one of two, of which the other one waits", "a>b c>d c>e", "d:a e:a b:c", "0a 1c 2c",
      "found 1 0 2 | 1:1:1>2 0:0:0>1 2:1:2>0 2:2:2>0" },
    { "a device that not even another one like it takes", "a>b a>b", "a:! b:a", "0a",
      "unknown 0(0)" },
    { "the own host is the nearest", "a>b c>d a", "c:a", "0a", "found 0 1 | 0:0:0>2" },
    { "two of a kind, and one between them", "a>b a>b c>d", "d:a b:c", "0a 1a 2c",
      "found 0 2 1 | 0:0:0>1 2:2:2>0 1:0:1>2 1:1:1>2" },
    { "two of each of two kinds", "a>b a>b c>d c>d", "d:a b:c", "0a 1a 2c 3c",
      "found 0 2 1 3 | 0:0:0>1 2:2:2>0 1:0:1>2 1:1:1>2 3:3:3>1" },
    { "two of a kind next to each other", "a>b c>d a>b e", "e:ac", "0a 1c 2a",
      "found 0 2 1 | 0:0:0>3 2:2:2>3 1:1:1>3" },
    { "no move to the own host", "ab>cd e", "b:a e:b", "0a", "none 0(0)" },
    { "another device of a host like it", "ab>cd ab>cd e", "b:a e:b", "0a",
      "found 0 1 | 0:0:0>1 1:0:1>2" },
    { "another device of a host like it, and the own one after that", "ab>cd ab>cd e", "b:a e:b",
      "1a", "found 0 1 | 0:0:1>0 0:0:0>1 1:0:1>2" },
    { "by a host that is updated before", "c>d a>b e", "c:a e:c", "1a",
      "found 0 1 | 0:0:1>0 0:0:0>2" },
    { "by two hosts, the second one of which is updated before", "d>z c>z a>z e", "c:a d:c e:d",
      "2a", "found 0 1 2 | 0:0:2>1 0:0:1>0 0:0:0>3" },
    { "two devices that take each other's place", "ab>cc ab bb", "b:a", "0ab",
      "found 0 | 0:0:0>1" },
    { "two devices, and the same place", "aa>cc a", "", "0aa", "none 0(0)" },
    { "two devices, each of which takes either", "ab>cc dd", "d:ab", "0ab", "found 0 | 0:0:0>1" },
    { "two devices, of which one has to make room", "ab>cc de", "d:ab e:a", "0ab",
      "found 0 | 0:0:0>1" },
    { "two devices that become others", "aa>cc bb>cc dd", "b:a d:b", "0aa",
      "found 0 1 | 0:0:0>1 1:0:1>2" },
    { "of two devices the second becomes another one", "aa>cc ab>cc ed", "b:a d:b e:a", "0aa",
      "found 0 1 | 0:0:0>1 1:0:1>2" },
    { "a type of which a device can be created", "aa>bb +a", "", "0a 0a 0aa",
      "found 0 | 0:0:0>1 0:1:0>1 0:2:0>1" },
    { "a type that is changed", "a+a>b+b a", "", "0a", "found 0 | 0:0:0>1" },
    { "one that cannot be read", "a>b ?", "", "0a", "unknown 0(0)" },
    { "by one of which not all can be read", "a>b ?c>d", "", "0a", "unknown 0(0)" },
    { "two devices, and no two of those that they become", "ee>zz ab>zz dd", "a:e b:e d:a", "0ee",
      "none 0(0 1)" },
    { "one that cannot be read before", "a>b ?>a", "", "0a", "found 1 0 | 0:0:0>1" },
    { "one that cannot be read after", "a>b a>?", "", "0a 1a", "unknown 1(0 1)" },
    { "one is not known, and others are", "a>b a>b a?>b", "b:a", "0a 1a 2a",
      "found 0 1 2 | 0:0:0>1 1:0:1>0 1:1:1>0 2:2:2>1" },
    { "numbers of devices", "a>b aa>bb a", "b:a", "0a 1aa", "none 1(1)" },
    { "three devices", "abc>xyz abc>xyz cde", "c:a d:b e:c", "0abc 1abc",
      "found 0 1 | 0:0:0>2 1:1:1>2" },
};


/* The hosts of @text after the change, and then as they were */
static virNodeDeviceCompatFleet *
testMakeFleet(const char *text,
              const char *accepts)
{
    virNodeDeviceCompatFleet *fleet = virNodeDeviceCompatFleetNew(NULL, 0);
    size_t before;

    for (before = 0; before < 2; before++) {
        const char *hosts = text;
        size_t number = 0;
        char *word;

        while ((word = testNextWord(&hosts))) {
            g_autofree char *host = word;
            g_autofree char *name = g_strdup_printf("%c%02zu", before ? 'b' : 'a', number++);
            const char *after = strchr(host, '>');
            const char *from = before || !after ? host : after + 1;
            g_autoptr(GPtrArray) devices = testKindsMake(from, strcspn(from, ">"), accepts);

            virNodeDeviceCompatFleetAddHost(fleet, name, name, devices, NULL);
        }
    }

    virNodeDeviceCompatFleetComplete(fleet);
    return fleet;
}


static GArray *
testFindClasses(const virNodeDeviceCompatFleet *fleet,
                const char *devices,
                const char *accepts)
{
    GArray *classes = g_array_new(false, false, sizeof(size_t));
    g_autoptr(GPtrArray) made = testKindsMake(devices, strlen(devices), accepts);
    size_t i;

    for (i = 0; i < made->len; i++) {
        size_t klass = virNodeDeviceCompatFleetFindClass(fleet, g_ptr_array_index(made, i));

        if (klass != VIR_NODE_DEVICE_COMPAT_FLEET_NONE)
            g_array_append_val(classes, klass);
    }

    return classes;
}


static void
testAddGuests(virNodeDeviceCompatPlan *plan,
              const struct testCase *data)
{
    const char *guests = data->guests;
    char *word;

    while ((word = testNextWord(&guests))) {
        g_autofree char *guest = word;
        g_autoptr(GArray) classes = testFindClasses(plan->fleet, guest + 1, data->accepts);

        virNodeDeviceCompatPlanAddGuest(plan, guest[0] - '0', classes, strchr(guest, '?'));
    }
}


static void
testFormatNumbers(GString *text,
                  const char *before,
                  const GArray *numbers,
                  const char *between)
{
    size_t i;

    for (i = 0; i < numbers->len; i++)
        g_string_append_printf(text, "%s%zu", i == 0 ? before : between,
                               g_array_index(numbers, size_t, i));
}


static char *
testFormatPlan(const virNodeDeviceCompatPlan *plan)
{
    GString *text = g_string_new(virNodeDeviceCompatPlanStatusTypeToString(plan->status));
    size_t i;
    size_t j;

    testFormatNumbers(text, " ", plan->order, " ");
    for (i = 0; i < plan->moves->len; i++) {
        const virNodeDeviceCompatPlanMove *move =
            &g_array_index(plan->moves, virNodeDeviceCompatPlanMove, i);

        g_string_append_printf(text, "%s %zu:%zu:%zu>%zu", i == 0 ? " |" : "",
                               g_array_index(plan->order, size_t, move->step), move->guest,
                               move->from, move->to);
    }
    for (i = 0; i < plan->proof->len; i++) {
        const virNodeDeviceCompatPlanRequirement *requirement = g_ptr_array_index(plan->proof, i);

        g_string_append_printf(text, " %zu", requirement->guest);
        testFormatNumbers(text, "(", requirement->hosts, " ");
        g_string_append(text, ")");
        for (j = 0; j < requirement->pairs->len; j++) {
            const virNodeDeviceCompatPlanPair *pair = g_ptr_array_index(requirement->pairs, j);

            g_string_append_printf(text, "%s%zu", j == 0 ? " " : " or ", pair->first);
            testFormatNumbers(text, "<", pair->second, ",");
        }
    }

    return g_string_free(text, false);
}


static int
testPlanCase(const void *opaque)
{
    const struct testCase *data = opaque;
    g_autoptr(virNodeDeviceCompatFleet) fleet = testMakeFleet(data->hosts, data->accepts);
    g_autoptr(virNodeDeviceCompatPlan) plan = virNodeDeviceCompatPlanNew(fleet);
    g_autofree char *actual = NULL;

    testAddGuests(plan, data);
    virNodeDeviceCompatPlanSolve(plan, TEST_PLAN_WORK_MAX);
    actual = testFormatPlan(plan);
    return testExpectString(data->expect, actual);
}


/* How well the devices of a guest are off on a host */
struct testFit {
    const char *name;
    const char *guest;
    const char *host;
    const char *accepts;
    const char *expect;
};

static const struct testFit fits[] = {
    { "no devices", "", "a", "", "identical" },
    { "the same", "a", "a", "", "identical" },
    { "another one that takes it", "a", "b", "b:a", "superset" },
    { "both", "a", "ab", "b:a", "identical" },
    { "another one", "a", "b", "", "incompatible" },
    { "another one that is not known", "a", "b", "b:a!", "unknown" },
    { "another type", "a", "A", "", "absent" },
    { "another type, and one that cannot be read", "a", "A?", "", "unknown" },
    { "no device", "a", "", "", "absent" },
    { "two, and one of each", "ab", "ab", "", "identical" },
    { "two, and one for both", "aa", "a", "", "absent" },
    { "two, and a type for both", "aa", "+a", "", "identical" },
    { "two, and one that takes either", "ab", "ac", "c:b", "superset" },
    { "two that would have to change places", "ab", "ca", "a:b c:a", "superset" },
    { "three that would have to change places", "abc", "bcd", "b:a c:b d:c", "superset" },
    { "three that are moved one by one", "abc", "xyz", "x:abc y:a z:b", "superset" },
    { "three, of which two are for one, and two are left", "abc", "xzz", "x:ab z:c",
      "incompatible" },
    { "three, of which two are for one", "abc", "acd", "c:b", "incompatible" },
    { "the worst counts", "ab", "ac", "", "incompatible" },
};


static int
testFit(const void *opaque)
{
    const struct testFit *data = opaque;
    g_autofree char *hosts = g_strdup_printf("%s %s", *data->guest ? data->guest : "+",
                                             *data->host ? data->host : "+");
    g_autoptr(virNodeDeviceCompatFleet) fleet = testMakeFleet(hosts, data->accepts);
    g_autoptr(GArray) classes = testFindClasses(fleet, data->guest, data->accepts);
    virNodeDeviceCompatFleetVerdict verdict =
        virNodeDeviceCompatPlaceGetVerdict(fleet, classes, fleet->hosts[1]);

    return testExpectString(data->expect, virNodeDeviceCompatFleetVerdictTypeToString(verdict));
}


/* What is not looked at is no reason to say that there is none: guests with so many devices of
 * one kind on hosts where others can be made of them, of all kinds */
struct testMany {
    size_t ndevices;
    size_t nhosts;
    bool types;                 /* as many as one likes, or one of each kind */
    size_t work;
    const char *expect;
};

static const struct testMany many[] = {
    { 4, 1, false, TEST_PLAN_WORK_MAX, "none" },
    { 8, 1, false, TEST_PLAN_WORK_MAX, "cut" },     /* in many ways */
    { 5, 5, true, TEST_PLAN_WORK_MAX, "none" },
    { 5, 5, true, 1000, "cut" },
    { 5, 6, true, TEST_PLAN_WORK_MAX, "cut" },      /* in many places */
};


static int
testPlanMany(const void *opaque)
{
    const struct testMany *data = opaque;
    const char *kinds = "abcdefgh";
    g_autoptr(GString) accepts = g_string_new(NULL);
    g_autoptr(GString) hosts = g_string_new(NULL);
    g_autofree char *guest = g_strdup_printf("0%.*s", (int) data->ndevices,
                                             data->types ? "aaaaaaaa" : kinds);
    struct testCase made = { .guests = guest };
    g_autoptr(virNodeDeviceCompatFleet) fleet = NULL;
    g_autoptr(virNodeDeviceCompatPlan) plan = NULL;
    size_t i;

    for (i = 0; kinds[i]; i++)
        g_string_append_printf(accepts, "%c:%s ", kinds[i], data->types ? "a" : kinds);
    g_string_append_printf(hosts, "%s>z", guest + 1);
    for (i = 0; i < data->nhosts; i++)
        g_string_append_printf(hosts, " %s%.8s>%c", data->types ? "+" : "", kinds,
                               (char) ('q' + i));

    made.hosts = hosts->str;
    made.accepts = accepts->str;
    fleet = testMakeFleet(made.hosts, made.accepts);
    plan = virNodeDeviceCompatPlanNew(fleet);
    testAddGuests(plan, &made);
    virNodeDeviceCompatPlanSolve(plan, data->work);

    return testExpectString(data->expect,
                            virNodeDeviceCompatPlanStatusTypeToString(plan->status));
}


static int
mymain(void)
{
    size_t i;

    DO_TABLE("plan", cases, testPlanCase);
    DO_TABLE("fit", fits, testFit);
    for (i = 0; i < G_N_ELEMENTS(many); i++)
        DO_TEST(testPlanMany, &many[i], "%zu devices on %zu hosts%s: %s", many[i].ndevices,
                many[i].nhosts, many[i].types ? ", of types" : "", many[i].expect);

    return testResult();
}

VIR_TEST_MAIN(mymain)
