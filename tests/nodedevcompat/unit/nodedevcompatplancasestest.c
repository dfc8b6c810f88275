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

#include "nodedevcompatframe.h"
#include "nodedevcompatplanworld.h"
#include "nodedevcompatutils.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* Kinds of devices are the letters from a on. */
struct testCase {
    const char *name;
    const char *hosts;          /* devices before>after the update, or that stay */
    const char *accepts;        /* kind:kinds that it accepts besides its own; ! behind those
                                 * of which not all can be read */
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
    { "where it is is nearest", "a>b c>d a", "c:a", "0a", "found 0 1 | 0:0:0>2" },
    { "two of a kind, and one between them", "a>b a>b c>d", "d:a b:c", "0a 1a 2c",
      "found 0 2 1 | 0:0:0>1 2:2:2>0 1:0:1>2 1:1:1>2" },
    { "two of each of two kinds", "a>b a>b c>d c>d", "d:a b:c", "0a 1a 2c 3c",
      "found 0 2 1 3 | 0:0:0>1 2:2:2>0 1:0:1>2 1:1:1>2 3:3:3>1" },
    { "two of a kind next to each other", "a>b c>d a>b e", "e:ac", "0a 1c 2a",
      "found 0 2 1 | 0:0:0>3 2:2:2>3 1:1:1>3" },
    { "no move to the own host", "ab>cd e", "b:a e:b", "0a", "none 0(0)" },
    { "another device of a host like it", "ab>cd ab>cd e", "b:a e:b", "0a",
      "found 0 1 | 0:0:0>1 1:0:1>2" },
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
};


static void
testParseHosts(testWorld *world,
               const char *text)
{
    char *word;

    while ((word = testNextWord(&text))) {
        g_autofree char *before = word;
        const char *after = strchr(before, '>');
        size_t n = after ? after - before : strlen(before);
        size_t i;

        for (i = 0; i < n; i++) {
            world->devices[0][world->nhosts][i] = before[i] - 'a';
            world->devices[1][world->nhosts][i] = (after ? after + 1 : before)[i] - 'a';
        }
        world->ndevices[world->nhosts++] = n;
    }
}


static void
testParseGuests(testWorld *world,
                const char *text)
{
    char *word;

    while ((word = testNextWord(&text))) {
        g_autofree char *guest = word;
        testGuest *to = &world->guests[world->nguests++];

        to->host = guest[0] - '0';
        to->unknown = guest[1] == '?';
        to->kinds[0] = g_ascii_islower(guest[1]) ? guest[1] - 'a' : NOTHING;
        to->kinds[1] = guest[1] && guest[2] ? guest[2] - 'a' : NOTHING;
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
    g_auto(testWorld) world = { 0 };
    g_autoptr(virNodeDeviceCompatFleet) fleet = NULL;
    g_autoptr(virNodeDeviceCompatPlan) plan = NULL;
    g_autofree char *actual = NULL;
    size_t i;

    for (i = 0; i < KINDS; i++)
        world.kinds[i] = testKindMake('a' + i, data->accepts);
    testParseHosts(&world, data->hosts);
    testParseGuests(&world, data->guests);
    fleet = testWorldMakeFleet(&world);
    plan = testWorldMakePlan(&world, fleet);
    actual = testFormatPlan(plan);

    return testExpectString(data->expect, actual);
}


static int
mymain(void)
{
    DO_TABLE("plan", cases, testPlanCase);

    return testResult();
}

VIR_TEST_MAIN(mymain)
