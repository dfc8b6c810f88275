/*
 * nodedevcompatgroupstest.c: which hosts are a group, and what separates groups
 *
 * That groups are the fewest is tried in nodedevcompatfleettest.c.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat/nodedev_compat_groups.h"
#include "nodedevcompatframe.h"
#include "nodedevcompatplanworld.h"
#include "nodedevcompatutils.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* Moves are shown between so many groups. */
#define SHOWN_MAX 3

#define ALL VIR_NODE_DEVICE_COMPAT_FLEET_ALL

struct testCase {
    const char *name;
    const char *hosts;          /* letters of kinds of devices; ? is one that cannot be read, and
                                 * behind + are types of which devices can be created */
    const char *accepts;        /* see testKindMake() */
    size_t kind;
    const char *expect;         /* groups of hosts, with * if they are of several classes, and a
                                 * suffix of their name; hosts that are not known; and from each
                                 * group to each one, which moves, and what separates them,
                                 * if there are few */
};

static const struct testCase cases[] = {
    { "no host", "", "", ALL, "" },
    { "one host", "a", "", ALL, "(0)" },
    { "hosts that are alike", "a a aa", "", ALL, "(0 1 2)" },
    { "hosts that are not, most first", "b a a", "", ALL, "(1 2) (0) 0>1 none x 1>0 none x" },
    { "both ways", "a b", "a:b b:a", ALL, "(0 1)*" },
    { "one way", "a b", "a:b", ALL, "(1) (0) 0>1 all 1>0 none x" },
    { "what is taken with what is not", "a ab", "", ALL, "(1) (0) 0>1 none x 1>0 all" },
    { "nothing known of one", "a ? a", "", ALL, "(0 2) ?1" },
    { "not all known", "a a?", "", ALL, "(0) ?1" },
    { "not taken by its like", "a b", "a:!", ALL, "(1) ?0" },
    { "without devices", "a + a", "", ALL, "(0 2)" },
    { "a chain of three", "a b c", "a:b b:ac c:b", ALL, "(0 1)* (2) 0>1 some x 1>0 some x" },
    { "a chain of four", "a b c d", "a:b b:ac c:bd d:c", ALL,
      "(0 1)* (2 3)* 0>1 some x 1>0 some x" },
    { "a chain of five", "a b c d e", "a:b b:ac c:bd d:ce e:d", ALL,
      "(0 1)* (2 3)* (4) 0>1 some x 0>2 none x 1>0 some x 1>2 some x 2>0 none x 2>1 some x" },
    { "a star", "a b c d", "a:bcd b:a c:a d:a", ALL,
      "(0 3)* (1) (2) 0>1 some x 0>2 some x 1>0 some x 1>2 none x 2>0 some x 2>1 none x" },
    { "a star of many", "a b c d e f g h i j k l m",
      "a:bcdefghijklm b:a c:a d:a e:a f:a g:a h:a i:a j:a k:a l:a m:a", ALL,
      "many: (0 1)* (7) (11) (6) (9) (5) (10) (12) (8) (4) (3) (2)" },
    { "many in a chain", "a b c d e f g h i j k l m",
      "a:b b:ac c:bd d:ce e:df f:eg g:fh h:gi i:hj j:ik k:jl l:km m:l", ALL,
      "many: (6 7)* (10 11)* (0 1)* (8 9)* (4 5)* (2 3)* (12)" },
    { "as many as can be tried", "a b c d e f g h i j k l",
      "a:b b:ac c:bd d:ce e:df f:eg g:fh h:gi i:hj j:ik k:jl l:k", ALL,
      "(6 7)* (10 11)* (0 1)* (8 9)* (4 5)* (2 3)*" },
    { "many of which three are one group", "a b c d e f g h i j k l m",
      "a:bm b:am m:abcdefghijkl c:m d:m e:m f:m g:m h:m i:m j:m k:m l:m", ALL,
      "many: (0 1 12)* (7) (11) (6) (9) (5) (10) (8) (4) (3) (2)" },
    { "three that are found out of order", "a b c d e", "a:de b:cd c:bd d:abc e:a", ALL,
      "(1 2 3)* (0 4)* 0>1 some x 1>0 some x" },
    { "many that can move to each other", "a b c d e f g h i j k l m",
      "a:abcdefghijklm b:abcdefghijklm c:abcdefghijklm d:abcdefghijklm e:abcdefghijklm "
      "f:abcdefghijklm g:abcdefghijklm h:abcdefghijklm i:abcdefghijklm j:abcdefghijklm "
      "k:abcdefghijklm l:abcdefghijklm m:abcdefghijklm", ALL,
      "(0 1 2 3 4 5 6 7 8 9 10 11 12)*" },
    { "what separates one way and the other", "a p b", "", ALL,
      "(1) (2) (0) 0>1 none x y 0>2 none x y 1>0 none x 1>2 none x 2>0 none x 2>1 none x" },
    { "two types", "a A aA", "", ALL,
      "(1) (0) (2) 0>1 none [u] 0>2 all 1>0 none [t] 1>2 all 2>0 none [t] 2>1 none [u]" },
    { "the first type", "a A aA", "", 0, "(0 2)" },
    { "the second type", "a A aA", "", 1, "(1 2)" },
    { "the first type, not all known", "a A aA aA?", "", 0, "(0 2 3)" },
    { "types of which devices can be created", "a b+a +a", "", ALL,
      "(1) (0) 0>1 none x 1>0 all" },
    { "some moves", "a b c", "a:bc b:a c:ab", ALL, "(0 2)* (1) 0>1 some x 1>0 all" },
    { "a host more", "ab a b", "a:b", ALL, "(0 1)* (2) 0>1 none x 1>0 all" },
    { "not all read, and known of it", "a b?", "", 0, "(1) (0) 0>1 none x 1>0 none x" },
    { "not all read, and known of both types", "a Ab?", "", 0, "(1) (0) 0>1 none x 1>0 none x" },
    { "not all read, and known of the other type", "a A?", "", 0, "(0)" },
    { "not all read, and known of several", "a cb?", "", 0,
      "(0) (1) 0>1 none x 1>0 none x" },
    { "one name, of one class and of several", "c n a", "n=a n:c c:a", ALL,
      "(0 1)*-2 (2) 0>1 some x 1>0 all" },
    { "one name, of several classes, with hosts", "c n a a a", "n=a n:c c:a", ALL,
      "(2 3 4) (0 1)*-2 0>1 all 1>0 some x" },
    { "one name, of others", "d n a", "n=a n:d d:a", ALL,
      "(0 1)*-2 (2) 0>1 some x 1>0 all" },
    { "one name, of two", "c n a d", "n=a n:c c:a a:d d:a", ALL,
      "(0 1)* (2 3)*-2 0>1 some x 1>0 some x" },
    { "one name, of three", "c n a d o e", "n=a o=a n:c c:a a:d d:a o:e e:a", ALL,
      "(0 1)* (2 3)*-2 (4 5)*-3 0>1 some x 0>2 some x 1>0 some x 1>2 some x 2>0 some x "
      "2>1 some x" },
    { "one name, of other three", "f n a g o h", "n=a o=a n:f f:a a:g g:a o:h h:a", ALL,
      "(4 5)* (2 3)* (0 1)* 0>1 some x 0>2 some x 1>0 some x 1>2 some x 2>0 some x 2>1 some x" },
    { "what was not read might take it", "a b?", "", ALL, "(0) ?1" },
    { "what was not read of the other group", "a a ?b b", "b:!", ALL, "(0 1) ?2 3" },
};


static virNodeDeviceCompatFleet *
testMakeFleet(const struct testCase *data)
{
    virNodeDeviceCompatFleet *fleet = virNodeDeviceCompatFleetNew(NULL, 0);
    const char *hosts = data->hosts;
    size_t number = 0;
    char *word;

    while ((word = testNextWord(&hosts))) {
        g_autofree char *host = word;
        g_autofree char *name = g_strdup_printf("%02zu", number++);
        g_autoptr(GPtrArray) devices = testKindsMake(host, strlen(host), data->accepts);

        virNodeDeviceCompatFleetAddHost(fleet, name, name, devices, NULL);
    }

    virNodeDeviceCompatFleetComplete(fleet);
    return fleet;
}


/* The hosts that have one of @profiles */
static void
testFormatHosts(GString *text,
                const virNodeDeviceCompatFleet *fleet,
                const GArray *profiles)
{
    const char *between = "";
    size_t i;
    size_t j;

    for (i = 0; i < profiles->len; i++) {
        for (j = 0; j < fleet->nhosts; j++) {
            if (fleet->hosts[j]->profile != g_array_index(profiles, size_t, i))
                continue;
            g_string_append_printf(text, "%s%zu", between, j);
            between = " ";
        }
    }
}


static void
testFormatMoves(GString *text,
                const virNodeDeviceCompatGroups *groups,
                size_t from,
                size_t to)
{
    g_autoptr(GPtrArray) names = virNodeDeviceCompatGroupsFindSeparators(groups, from, to);
    virNodeDeviceCompatMoves moves = virNodeDeviceCompatGroupsGetMoves(groups, from, to);
    size_t i;

    g_string_append_printf(text, " %zu>%zu %s", from, to,
                           virNodeDeviceCompatMovesTypeToString(moves));
    for (i = 0; i < names->len; i++)
        g_string_append_printf(text, " %s", (const char *) g_ptr_array_index(names, i));
}


static char *
testFormatGroups(const virNodeDeviceCompatGroups *groups)
{
    GString *text = g_string_new(groups->exact ? "" : "many:");
    size_t i;
    size_t j;

    for (i = 0; i < groups->groups->len; i++) {
        const virNodeDeviceCompatGroup *group = g_ptr_array_index(groups->groups, i);
        const char *suffix = strchr(group->name + strlen(VIR_NODE_DEVICE_COMPAT_GROUP_PREFIX), '-');

        g_string_append(text, text->len > 0 ? " (" : "(");
        testFormatHosts(text, groups->fleet, group->profiles);
        g_string_append_printf(text, ")%s%s", group->mixed ? "*" : "", suffix ? suffix : "");
    }
    if (groups->unknown->len > 0) {
        g_string_append(text, text->len > 0 ? " ?" : "?");
        testFormatHosts(text, groups->fleet, groups->unknown);
    }

    for (i = 0; i < groups->groups->len; i++) {
        for (j = 0; j < groups->groups->len; j++) {
            if (i != j && groups->groups->len <= SHOWN_MAX)
                testFormatMoves(text, groups, i, j);
        }
    }

    return g_string_free(text, false);
}


static int
testGroups(const void *opaque)
{
    const struct testCase *data = opaque;
    g_autoptr(virNodeDeviceCompatFleet) fleet = testMakeFleet(data);
    g_autoptr(virNodeDeviceCompatGroups) groups = virNodeDeviceCompatGroupsMake(fleet, data->kind);
    g_autofree char *actual = testFormatGroups(groups);

    return testExpectString(data->expect, actual);
}


/* A host's group has the same name whatever the order in which devices are seen. */
static int
testName(const void *opaque G_GNUC_UNUSED)
{
    static const char *const hosts[] = { "abcd", "d c b a abcd", "b abcd" };
    g_autofree char *name = NULL;
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(hosts); i++) {
        const struct testCase data = { .hosts = hosts[i], .accepts = "" };
        g_autoptr(virNodeDeviceCompatFleet) fleet = testMakeFleet(&data);
        g_autoptr(virNodeDeviceCompatGroups) groups = virNodeDeviceCompatGroupsMake(fleet, ALL);
        const virNodeDeviceCompatGroup *group = NULL;
        size_t j;

        for (j = 0; j < groups->groups->len; j++) {
            group = g_ptr_array_index(groups->groups, j);
            if (g_array_index(group->profiles, size_t, 0) ==
                fleet->hosts[fleet->nhosts - 1]->profile)
                break;
        }

        if (!name)
            name = g_strdup(group->name);
        if (testExpectString(name, group->name) < 0)
            return -1;
    }

    return 0;
}


static int
mymain(void)
{
    DO_TABLE("groups", cases, testGroups);
    DO_TEST(testName, NULL, "name of a group");

    return testResult();
}

VIR_TEST_MAIN(mymain)
