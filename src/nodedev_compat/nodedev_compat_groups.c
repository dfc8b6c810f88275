/*
 * nodedev_compat_groups.c: hosts between which guests can move both ways
 *
 * That guests can move both ways is symmetric, and not always transitive: a device that
 * accepts another one need not accept what that accepts. The fewest groups are the fewest
 * cliques that cover a graph, which is hard to find in general. Where all that hangs
 * together is a clique, as it is if devices are identical, the groups are what hangs
 * together; else all ways of dividing it are tried if it is small.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_groups.h"

#define EXACT_MAX VIR_NODE_DEVICE_COMPAT_GROUPS_EXACT_MAX

VIR_ENUM_IMPL(virNodeDeviceCompatMoves,
              VIR_NODE_DEVICE_COMPAT_MOVES_LAST,
              "none",
              "some",
              "all",
);


static void
virNodeDeviceCompatGroupFree(virNodeDeviceCompatGroup *group)
{
    g_free(group->name);
    g_array_unref(group->profiles);
    g_free(group);
}


void
virNodeDeviceCompatGroupsFree(virNodeDeviceCompatGroups *groups)
{
    if (!groups)
        return;

    g_ptr_array_unref(groups->groups);
    g_array_unref(groups->unknown);
    g_hash_table_unref(groups->separators);
    g_free(groups->good);
    g_free(groups);
}


/*
 * Which profile can move to which
 */

static bool
virNodeDeviceCompatGroupsIsGood(const virNodeDeviceCompatGroups *groups,
                                size_t from,
                                size_t to)
{
    size_t bit = from * groups->fleet->nprofiles + to;

    return groups->good[bit / CHAR_BIT] & (1 << (bit % CHAR_BIT));
}


static bool
virNodeDeviceCompatGroupsIsBothWays(const virNodeDeviceCompatGroups *groups,
                                    size_t a,
                                    size_t b)
{
    return virNodeDeviceCompatGroupsIsGood(groups, a, b) &&
           virNodeDeviceCompatGroupsIsGood(groups, b, a);
}


/* Whether guests on hosts of the profile use devices of the kind */
static bool
virNodeDeviceCompatGroupsHasKind(const virNodeDeviceCompatGroups *groups,
                                 size_t at)
{
    const virNodeDeviceCompatFleetProfile *profile = &groups->fleet->profiles[at];
    size_t i;

    if (groups->kind != VIR_NODE_DEVICE_COMPAT_FLEET_ALL)
        return profile->kinds[groups->kind];

    for (i = 0; i < groups->fleet->kinds->len; i++) {
        if (profile->kinds[i])
            return true;
    }

    return profile->unread;
}


static void
virNodeDeviceCompatGroupsFindGood(virNodeDeviceCompatGroups *groups)
{
    size_t n = groups->fleet->nprofiles;
    g_autofree virNodeDeviceCompatFleetCell *cells = g_new0(virNodeDeviceCompatFleetCell, n);
    size_t i;
    size_t j;

    groups->good = g_new0(unsigned char, n * n / CHAR_BIT + 1);

    for (i = 0; i < n; i++) {
        if (!virNodeDeviceCompatGroupsHasKind(groups, i))
            continue;

        virNodeDeviceCompatFleetGetRow(groups->fleet, i, groups->kind, cells);
        for (j = 0; j < n; j++) {
            size_t bit = i * n + j;

            if (virNodeDeviceCompatFleetVerdictIsGood(cells[j].verdict))
                groups->good[bit / CHAR_BIT] |= 1 << (bit % CHAR_BIT);
        }
    }
}


/*
 * Dividing what hangs together
 */

/* Adds a group of the profiles of @members that @mask has. */
static void
virNodeDeviceCompatGroupsAdd(virNodeDeviceCompatGroups *groups,
                             const GArray *members,
                             unsigned int mask)
{
    virNodeDeviceCompatGroup *group = g_new0(virNodeDeviceCompatGroup, 1);
    size_t i;

    group->profiles = g_array_new(false, false, sizeof(size_t));
    for (i = 0; i < members->len; i++) {
        size_t profile = g_array_index(members, size_t, i);

        if (mask != 0 && !(mask & (1U << i)))
            continue;
        g_array_append_val(group->profiles, profile);
        group->nhosts += groups->fleet->profiles[profile].nhosts;
    }

    g_ptr_array_add(groups->groups, group);
}


/* Whether each of the profiles of @members can move to each other one */
static bool
virNodeDeviceCompatGroupsIsClique(const virNodeDeviceCompatGroups *groups,
                                  const GArray *members)
{
    size_t i;
    size_t j;

    for (i = 0; i < members->len; i++) {
        for (j = i + 1; j < members->len; j++) {
            if (!virNodeDeviceCompatGroupsIsBothWays(groups, g_array_index(members, size_t, i),
                                                     g_array_index(members, size_t, j)))
                return false;
        }
    }

    return true;
}


/* Divides few profiles into the fewest cliques: for each set of them, the first one with
 * each clique that it is in, and what is left of the set. */
static void
virNodeDeviceCompatGroupsDivideFew(virNodeDeviceCompatGroups *groups,
                                   const GArray *members)
{
    size_t nsets = (size_t)1 << members->len;
    g_autofree unsigned int *fewest = g_new0(unsigned int, nsets);
    g_autofree unsigned int *taken = g_new0(unsigned int, nsets);
    g_autofree bool *clique = g_new0(bool, nsets);
    unsigned int neighbours[EXACT_MAX] = { 0 };
    unsigned int set;
    size_t i;
    size_t j;

    for (i = 0; i < members->len; i++) {
        for (j = 0; j < members->len; j++) {
            if (virNodeDeviceCompatGroupsIsBothWays(groups, g_array_index(members, size_t, i),
                                                    g_array_index(members, size_t, j)))
                neighbours[i] |= 1U << j;
        }
    }

    clique[0] = true;
    for (set = 1; set < nsets; set++) {
        unsigned int first = set & -set;
        unsigned int rest = set & ~first;
        unsigned int other;

        clique[set] = clique[rest] && (rest & ~neighbours[__builtin_ctz(set)]) == 0;
        fewest[set] = UINT_MAX;

        for (other = rest; ; other = (other - 1) & rest) {
            unsigned int part = other | first;

            if (clique[part] && fewest[set & ~part] + 1 < fewest[set]) {
                fewest[set] = fewest[set & ~part] + 1;
                taken[set] = part;
            }
            if (other == 0)
                break;
        }
    }

    for (set = nsets - 1; set != 0; set &= ~taken[set])
        virNodeDeviceCompatGroupsAdd(groups, members, taken[set]);
}


/* Divides many profiles: each one goes to the first group that takes it. */
static void
virNodeDeviceCompatGroupsDivideMany(virNodeDeviceCompatGroups *groups,
                                    const GArray *members)
{
    size_t before = groups->groups->len;
    size_t i;
    size_t j;
    size_t k;

    for (i = 0; i < members->len; i++) {
        size_t profile = g_array_index(members, size_t, i);
        g_autoptr(GArray) alone = g_array_new(false, false, sizeof(size_t));

        for (j = before; j < groups->groups->len; j++) {
            virNodeDeviceCompatGroup *group = g_ptr_array_index(groups->groups, j);

            for (k = 0; k < group->profiles->len; k++) {
                if (!virNodeDeviceCompatGroupsIsBothWays(groups, profile,
                                                         g_array_index(group->profiles, size_t, k)))
                    break;
            }
            if (k == group->profiles->len) {
                g_array_append_val(group->profiles, profile);
                group->nhosts += groups->fleet->profiles[profile].nhosts;
                break;
            }
        }

        if (j == groups->groups->len) {
            g_array_append_val(alone, profile);
            virNodeDeviceCompatGroupsAdd(groups, alone, 0);
        }
    }
}


/* What hangs together with @start and was not @seen, by moves both ways */
static GArray *
virNodeDeviceCompatGroupsFindComponent(const virNodeDeviceCompatGroups *groups,
                                       size_t start,
                                       bool *seen)
{
    GArray *members = g_array_new(false, false, sizeof(size_t));
    size_t i;
    size_t j;

    g_array_append_val(members, start);
    seen[start] = true;
    for (i = 0; i < members->len; i++) {
        size_t from = g_array_index(members, size_t, i);

        for (j = 0; j < groups->fleet->nprofiles; j++) {
            if (!seen[j] && virNodeDeviceCompatGroupsIsBothWays(groups, from, j)) {
                seen[j] = true;
                g_array_append_val(members, j);
            }
        }
    }

    return members;
}


/*
 * Names
 */

static int
virNodeDeviceCompatGroupsSortTexts(const void *a,
                                   const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}


/* A digest of the classes of the kind that hosts of the profile have */
static char *
virNodeDeviceCompatGroupsNameProfile(const virNodeDeviceCompatGroups *groups,
                                     size_t profile)
{
    const virNodeDeviceCompatFleet *fleet = groups->fleet;
    const virNodeDeviceCompatFleetHost *host = fleet->hosts[fleet->profiles[profile].host];
    g_autoptr(GPtrArray) digests = g_ptr_array_new();
    g_autoptr(GString) text = g_string_new(VIR_NODE_DEVICE_COMPAT_GROUP_PREFIX "\n");
    g_autofree char *sum = NULL;
    size_t i;

    for (i = 0; i < host->nmembers; i++) {
        const virNodeDeviceCompatFleetClass *klass = fleet->classes[host->members[i].klass];

        if (klass->what != VIR_NODE_DEVICE_COMPAT_FLEET_TYPE && klass->digest &&
            (groups->kind == VIR_NODE_DEVICE_COMPAT_FLEET_ALL || klass->kind == groups->kind))
            g_ptr_array_add(digests, klass->digest);
    }
    g_ptr_array_sort(digests, virNodeDeviceCompatGroupsSortTexts);

    for (i = 0; i < digests->len; i++) {
        if (i == 0 || STRNEQ(digests->pdata[i], digests->pdata[i - 1]))
            g_string_append_printf(text, "%s\n", (const char *) digests->pdata[i]);
    }

    sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text->str, text->len);
    return g_strdup_printf(VIR_NODE_DEVICE_COMPAT_GROUP_PREFIX "%.*s",
                           VIR_NODE_DEVICE_COMPAT_CLASS_DIGITS, sum);
}


/* A group is called as the first of its profiles by name is. Where its devices are identical
 * there is but one name, which does not depend on which hosts there are. */
static void
virNodeDeviceCompatGroupsName(const virNodeDeviceCompatGroups *groups,
                              virNodeDeviceCompatGroup *group)
{
    size_t i;

    for (i = 0; i < group->profiles->len; i++) {
        g_autofree char *name =
            virNodeDeviceCompatGroupsNameProfile(groups, g_array_index(group->profiles, size_t, i));

        group->mixed = group->mixed || (group->name && STRNEQ(name, group->name));
        if (!group->name || strcmp(name, group->name) < 0) {
            g_free(group->name);
            group->name = g_steal_pointer(&name);
        }
    }
}


/* The order in which groups have a name that several would have. One whose devices are
 * identical is the first, so that it keeps its name whatever other groups there are. */
static int
virNodeDeviceCompatGroupsSortNames(const void *a,
                                   const void *b)
{
    const virNodeDeviceCompatGroup *first = *(virNodeDeviceCompatGroup *const *)a;
    const virNodeDeviceCompatGroup *second = *(virNodeDeviceCompatGroup *const *)b;

    if (first->mixed != second->mixed)
        return first->mixed ? 1 : -1;

    return g_array_index(first->profiles, size_t, 0) < g_array_index(second->profiles, size_t, 0) ?
        -1 : 1;
}


static int
virNodeDeviceCompatGroupsSort(const void *a,
                              const void *b)
{
    const virNodeDeviceCompatGroup *first = *(virNodeDeviceCompatGroup *const *)a;
    const virNodeDeviceCompatGroup *second = *(virNodeDeviceCompatGroup *const *)b;

    if (first->nhosts != second->nhosts)
        return first->nhosts > second->nhosts ? -1 : 1;

    return strcmp(first->name, second->name);
}


static int
virNodeDeviceCompatGroupsSortProfiles(const void *a,
                                      const void *b)
{
    const size_t *first = a;
    const size_t *second = b;

    return *first < *second ? -1 : *first > *second;
}


/* What accepts different devices can be of one class and in two groups. */
static void
virNodeDeviceCompatGroupsNameAll(virNodeDeviceCompatGroups *groups)
{
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    size_t i;

    for (i = 0; i < groups->groups->len; i++)
        virNodeDeviceCompatGroupsName(groups, g_ptr_array_index(groups->groups, i));
    g_ptr_array_sort(groups->groups, virNodeDeviceCompatGroupsSortNames);

    for (i = 0; i < groups->groups->len; i++) {
        virNodeDeviceCompatGroup *group = g_ptr_array_index(groups->groups, i);
        size_t count = 1 + GPOINTER_TO_SIZE(g_hash_table_lookup(names, group->name));

        g_hash_table_replace(names, g_strdup(group->name), GSIZE_TO_POINTER(count));
        if (count > 1) {
            g_autofree char *name = g_steal_pointer(&group->name);

            group->name = g_strdup_printf("%s-%zu", name, count);
        }
    }

    g_ptr_array_sort(groups->groups, virNodeDeviceCompatGroupsSort);
}


/**
 * virNodeDeviceCompatGroupsMake:
 * @fleet: fleet that is complete
 * @kind: kind of devices, or VIR_NODE_DEVICE_COMPAT_FLEET_ALL
 *
 * Divides the hosts that have devices of the kind. A host of which not enough is known for
 * its guests to come back to one like it is in no group.
 *
 * Returns the groups.
 */
virNodeDeviceCompatGroups *
virNodeDeviceCompatGroupsMake(virNodeDeviceCompatFleet *fleet,
                              size_t kind)
{
    virNodeDeviceCompatGroups *groups = g_new0(virNodeDeviceCompatGroups, 1);
    g_autofree bool *seen = g_new0(bool, fleet->nprofiles);
    size_t i;

    groups->fleet = fleet;
    groups->kind = kind;
    groups->exact = true;
    groups->groups = g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatGroupFree);
    groups->unknown = g_array_new(false, false, sizeof(size_t));
    groups->separators = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
                                               (GDestroyNotify) g_ptr_array_unref);
    virNodeDeviceCompatGroupsFindGood(groups);

    for (i = 0; i < fleet->nprofiles; i++) {
        g_autoptr(GArray) members = NULL;

        if (seen[i] || !virNodeDeviceCompatGroupsHasKind(groups, i))
            continue;

        if (!virNodeDeviceCompatGroupsIsGood(groups, i, i)) {
            g_array_append_val(groups->unknown, i);
            continue;
        }

        members = virNodeDeviceCompatGroupsFindComponent(groups, i, seen);
        g_array_sort(members, virNodeDeviceCompatGroupsSortProfiles);
        if (virNodeDeviceCompatGroupsIsClique(groups, members)) {
            virNodeDeviceCompatGroupsAdd(groups, members, 0);
        } else if (members->len <= EXACT_MAX) {
            virNodeDeviceCompatGroupsDivideFew(groups, members);
        } else {
            virNodeDeviceCompatGroupsDivideMany(groups, members);
            groups->exact = false;
        }
    }

    virNodeDeviceCompatGroupsNameAll(groups);
    return groups;
}


/**
 * virNodeDeviceCompatGroupsGetMoves:
 * @groups: groups
 * @from: a group
 * @to: another one
 *
 * Returns which guests on hosts of @from can continue on hosts of @to.
 */
virNodeDeviceCompatMoves
virNodeDeviceCompatGroupsGetMoves(const virNodeDeviceCompatGroups *groups,
                                  size_t from,
                                  size_t to)
{
    const virNodeDeviceCompatGroup *source = g_ptr_array_index(groups->groups, from);
    const virNodeDeviceCompatGroup *target = g_ptr_array_index(groups->groups, to);
    bool some = false;
    bool all = true;
    size_t i;
    size_t j;

    for (i = 0; i < source->profiles->len; i++) {
        for (j = 0; j < target->profiles->len; j++) {
            bool good = virNodeDeviceCompatGroupsIsGood(groups,
                                                        g_array_index(source->profiles, size_t, i),
                                                        g_array_index(target->profiles, size_t, j));

            some = some || good;
            all = all && good;
        }
    }

    return all ? VIR_NODE_DEVICE_COMPAT_MOVES_ALL :
           some ? VIR_NODE_DEVICE_COMPAT_MOVES_SOME : VIR_NODE_DEVICE_COMPAT_MOVES_NONE;
}


/* The first two profiles of two groups between which guests cannot move that way */
static bool
virNodeDeviceCompatGroupsFindBad(const virNodeDeviceCompatGroups *groups,
                                 size_t from,
                                 size_t to,
                                 size_t *ret_source,
                                 size_t *ret_target)
{
    const virNodeDeviceCompatGroup *source = g_ptr_array_index(groups->groups, from);
    const virNodeDeviceCompatGroup *target = g_ptr_array_index(groups->groups, to);
    size_t i;
    size_t j;

    for (i = 0; i < source->profiles->len; i++) {
        for (j = 0; j < target->profiles->len; j++) {
            *ret_source = g_array_index(source->profiles, size_t, i);
            *ret_target = g_array_index(target->profiles, size_t, j);
            if (!virNodeDeviceCompatGroupsIsGood(groups, *ret_source, *ret_target))
                return true;
        }
    }

    return false;
}


/* The device that fits those of @source best, of those of @profile that could be read */
static size_t
virNodeDeviceCompatGroupsFindKnown(virNodeDeviceCompatFleet *fleet,
                                   size_t source,
                                   size_t profile)
{
    const virNodeDeviceCompatFleetHost *host = fleet->hosts[fleet->profiles[profile].host];
    virNodeDeviceCompatFleetVerdict best = VIR_NODE_DEVICE_COMPAT_FLEET_ABSENT;
    size_t found = VIR_NODE_DEVICE_COMPAT_FLEET_NONE;
    size_t i;

    for (i = 0; i < host->nmembers; i++) {
        size_t target = host->members[i].klass;
        virNodeDeviceCompatFleetVerdict verdict =
            virNodeDeviceCompatFleetGetPair(fleet, source, target);

        if (verdict < best) {
            best = verdict;
            found = target;
        }
    }

    return found;
}


/* The attributes for which @target refuses a guest of @source, which many groups have */
static GPtrArray *
virNodeDeviceCompatGroupsFindAttrs(const virNodeDeviceCompatGroups *groups,
                                   size_t source,
                                   size_t target)
{
    gint64 pair = (gint64) source * groups->fleet->nclasses + target;
    gint64 *key;
    GPtrArray *names = g_hash_table_lookup(groups->separators, &pair);
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    size_t i;

    if (names)
        return g_ptr_array_ref(names);

    names = g_ptr_array_new_with_free_func(g_free);
    report = virNodeDeviceCompatFleetGetReport(groups->fleet, source, target);
    for (i = 0; i < report->nreasons; i++) {
        const virNodeDeviceCompatReason *reason = report->reasons[i];

        if (reason->severity == VIR_NODE_DEVICE_COMPAT_SEVERITY_WARNING || !reason->attr ||
            g_ptr_array_find_with_equal_func(names, reason->attr, g_str_equal, NULL))
            continue;
        g_ptr_array_add(names, g_strdup(reason->attr));
    }

    key = g_new(gint64, 1);
    *key = pair;
    g_hash_table_insert(groups->separators, key, names);
    return g_ptr_array_ref(names);
}


/**
 * virNodeDeviceCompatGroupsFindSeparators:
 * @groups: groups
 * @from: a group
 * @to: another one
 *
 * Returns an array of the attributes for which guests on the first hosts of @from cannot
 * continue on those of @to, or of kinds of devices in brackets that there are none of;
 * empty if they can.
 */
GPtrArray *
virNodeDeviceCompatGroupsFindSeparators(const virNodeDeviceCompatGroups *groups,
                                        size_t from,
                                        size_t to)
{
    virNodeDeviceCompatFleet *fleet = groups->fleet;
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    virNodeDeviceCompatFleetCell cell;
    size_t source;
    size_t target;

    if (!virNodeDeviceCompatGroupsFindBad(groups, from, to, &source, &target))
        return g_steal_pointer(&names);

    cell = virNodeDeviceCompatFleetGetCell(fleet, source, groups->kind, target);
    if (cell.source == VIR_NODE_DEVICE_COMPAT_FLEET_NONE)
        return g_steal_pointer(&names);

    /* what could not be read there might fit; that is no reason to say that nothing is there */
    if (cell.target == VIR_NODE_DEVICE_COMPAT_FLEET_NONE)
        cell.target = virNodeDeviceCompatGroupsFindKnown(fleet, cell.source, target);

    if (cell.target == VIR_NODE_DEVICE_COMPAT_FLEET_NONE) {
        size_t kind = fleet->classes[cell.source]->kind;

        g_ptr_array_add(names, g_strdup_printf("[%s]",
                                               (const char *) g_ptr_array_index(fleet->kinds, kind)));
        return g_steal_pointer(&names);
    }

    return virNodeDeviceCompatGroupsFindAttrs(groups, cell.source, cell.target);
}
