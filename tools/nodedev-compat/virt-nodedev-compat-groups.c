/*
 * virt-nodedev-compat-groups.c: hosts between which guests can move both ways
 *
 * The command groups.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compat-fleet.h"
#include "virt-nodedev-compat-json.h"
#include "virt-nodedev-compat-rules.h"

#include "nodedev_compat/nodedev_compat_groups.h"
#include "virbuffer.h"
#include "virerror.h"
#include "vsh-nodedev-compat.h"
#include "vsh-table.h"

/* How many pairs of groups of one kind a table and a document have */
#define TABLE_PAIRS_MAX 100
#define JSON_PAIRS_MAX 5000

/* How many hosts of a group a table names */
#define TABLE_HOSTS_MAX 4


/* The names of the hosts that have one of the profiles */
static GPtrArray *
virtCompatGroupGetHosts(const virNodeDeviceCompatFleet *fleet,
                        const GArray *profiles)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autofree bool *has = g_new0(bool, fleet->nprofiles);
    size_t i;

    for (i = 0; i < profiles->len; i++)
        has[g_array_index(profiles, size_t, i)] = true;
    for (i = 0; i < fleet->nhosts; i++) {
        if (has[fleet->hosts[i]->profile])
            g_ptr_array_add(names, virtCompatFleetHostGetLabel(fleet->hosts[i]));
    }

    return names;
}


static char *
virtCompatGroupJoin(GPtrArray *names,
                    size_t max)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < names->len && i < max; i++)
        virBufferAsprintf(&buf, "%s%s", i > 0 ? ", " : "", (const char *) g_ptr_array_index(names, i));
    if (names->len > max)
        virBufferAsprintf(&buf, ", … (%u)", names->len);

    return virBufferUse(&buf) > 0 ? virBufferContentAndReset(&buf) : g_strdup("");
}


/* The nth pair of groups, of which each one is with each other one in both directions */
static void
virtCompatGroupsGetPair(size_t ngroups,
                        size_t nth,
                        size_t *ret_from,
                        size_t *ret_to)
{
    *ret_from = nth / (ngroups - 1);
    *ret_to = nth % (ngroups - 1);
    if (*ret_to >= *ret_from)
        (*ret_to)++;
}


static size_t
virtCompatGroupsCountPairs(const virNodeDeviceCompatGroups *groups)
{
    return groups->groups->len * (MAX(groups->groups->len, 1) - 1);
}


/*
 * The table
 */

static int
virtCompatGroupsPrintMoves(const virNodeDeviceCompatGroups *groups)
{
    g_autoptr(vshTable) table = vshTableNew(_("From"), _("To"), _("Moves"), _("Separated by"), NULL);
    g_autofree char *text = NULL;
    size_t npairs = virtCompatGroupsCountPairs(groups);
    size_t i;

    if (npairs == 0)
        return 0;
    if (!table)
        return -1;

    for (i = 0; i < npairs && i < TABLE_PAIRS_MAX; i++) {
        g_autoptr(GPtrArray) attrs = NULL;
        g_autofree char *first = NULL;
        g_autofree char *second = NULL;
        g_autofree char *joined = NULL;
        size_t from;
        size_t to;

        virtCompatGroupsGetPair(groups->groups->len, i, &from, &to);
        attrs = virNodeDeviceCompatGroupsFindSeparators(groups, from, to);
        first = g_strdup_printf("%zu", from + 1);
        second = g_strdup_printf("%zu", to + 1);
        joined = virtCompatGroupJoin(attrs, attrs->len);
        if (vshTableRowAppend(table, first, second,
                              virNodeDeviceCompatMovesTypeToString(virNodeDeviceCompatGroupsGetMoves(groups, from, to)),
                              joined, NULL) < 0)
            return -1;
    }

    if (!(text = vshTablePrintToString(table, true)))
        return -1;
    printf("\n%s", text);
    if (npairs > TABLE_PAIRS_MAX) {
        printf(_("Pairs of groups that are not shown: %1$zu"), npairs - TABLE_PAIRS_MAX);
        printf("\n");
    }
    return 0;
}


/* The profiles of which there is no device of any kind that guests use */
static GArray *
virtCompatGroupsFindUnused(const virNodeDeviceCompatFleet *fleet)
{
    GArray *profiles = g_array_new(false, false, sizeof(size_t));
    size_t i;
    size_t kind;

    for (i = 0; i < fleet->nprofiles; i++) {
        const virNodeDeviceCompatFleetProfile *profile = &fleet->profiles[i];
        bool used = profile->unread;

        for (kind = 0; kind < fleet->kinds->len && !used; kind++)
            used = profile->kinds[kind];
        if (!used)
            g_array_append_val(profiles, i);
    }

    return profiles;
}


/* No host is left out of the groups of all kinds without being named. */
static void
virtCompatGroupsPrintUnused(const virNodeDeviceCompatFleet *fleet)
{
    g_autoptr(GArray) profiles = virtCompatGroupsFindUnused(fleet);
    g_autoptr(GPtrArray) hosts = virtCompatGroupGetHosts(fleet, profiles);
    g_autofree char *joined = virtCompatGroupJoin(hosts, hosts->len);

    if (hosts->len == 0)
        return;

    printf("\n");
    printf(_("Hosts without devices that guests use: %1$s"), joined);
    printf("\n");
}


static int
virtCompatGroupsPrint(const virNodeDeviceCompatGroups *groups)
{
    g_autoptr(vshTable) table = vshTableNew(_("Nr"), _("Group"), _("Hosts"), NULL);
    g_autoptr(GPtrArray) unknown = virtCompatGroupGetHosts(groups->fleet, groups->unknown);
    g_autofree char *text = NULL;
    size_t i;

    if (!table)
        return -1;

    for (i = 0; i < groups->groups->len; i++) {
        const virNodeDeviceCompatGroup *group = g_ptr_array_index(groups->groups, i);
        g_autoptr(GPtrArray) hosts = virtCompatGroupGetHosts(groups->fleet, group->profiles);
        g_autofree char *joined = virtCompatGroupJoin(hosts, TABLE_HOSTS_MAX);
        g_autofree char *number = g_strdup_printf("%zu", i + 1);

        if (vshTableRowAppend(table, number, group->name, joined, NULL) < 0)
            return -1;
    }

    printf(_("Groups of hosts between which guests with %1$s can move both ways:"),
           virtCompatFleetKindGetLabel(groups->fleet, groups->kind));
    printf("\n\n");

    if (groups->groups->len > 0) {
        if (!(text = vshTablePrintToString(table, true)))
            return -1;
        printf("%s", text);
        if (!groups->exact || unknown->len > 0)
            printf("\n");
    }
    if (!groups->exact)
        printf("%s\n", _("There may be fewer groups"));
    if (unknown->len > 0) {
        g_autofree char *joined = virtCompatGroupJoin(unknown, unknown->len);

        printf(_("Hosts in no group, as it is not known that guests can come back to one like them: %1$s"), joined);
        printf("\n");
    }

    if (virtCompatGroupsPrintMoves(groups) < 0)
        return -1;
    if (groups->kind == VIR_NODE_DEVICE_COMPAT_FLEET_ALL)
        virtCompatGroupsPrintUnused(groups->fleet);
    return 0;
}


/*
 * JSON
 */

static virJSONValue *
virtCompatGroupsTextsToJSON(GPtrArray *texts)
{
    virJSONValue *array = virJSONValueNewArray();
    size_t i;

    for (i = 0; i < texts->len; i++)
        virNodeDeviceCompatJSONAppend(array, virNodeDeviceCompatJSONNewText(g_ptr_array_index(texts, i)));

    return array;
}


static void
virtCompatGroupsAddMoves(virJSONValue *object,
                         const virNodeDeviceCompatGroups *groups)
{
    virJSONValue *array = virJSONValueNewArray();
    size_t npairs = virtCompatGroupsCountPairs(groups);
    size_t listed = MIN(npairs, JSON_PAIRS_MAX);
    size_t i;

    for (i = 0; i < listed; i++) {
        virJSONValue *move = virJSONValueNewObject();
        g_autoptr(GPtrArray) attrs = NULL;
        virNodeDeviceCompatMoves moves;
        size_t from;
        size_t to;

        virtCompatGroupsGetPair(groups->groups->len, i, &from, &to);
        moves = virNodeDeviceCompatGroupsGetMoves(groups, from, to);
        attrs = virNodeDeviceCompatGroupsFindSeparators(groups, from, to);
        virNodeDeviceCompatJSONAddNumber(move, "from", from);
        virNodeDeviceCompatJSONAddNumber(move, "to", to);
        virNodeDeviceCompatJSONAddText(move, "moves", virNodeDeviceCompatMovesTypeToString(moves));
        virNodeDeviceCompatJSONAdd(move, "separatedBy", virtCompatGroupsTextsToJSON(attrs));
        virNodeDeviceCompatJSONAppend(array, move);
    }

    virNodeDeviceCompatJSONAdd(object, "moves", array);
    virNodeDeviceCompatJSONAddNumber(object, "omitted", npairs - listed);
}


static virJSONValue *
virtCompatGroupsToJSON(const virNodeDeviceCompatGroups *groups)
{
    virJSONValue *object = virJSONValueNewObject();
    virJSONValue *array = virJSONValueNewArray();
    g_autoptr(GPtrArray) unknown = virtCompatGroupGetHosts(groups->fleet, groups->unknown);
    size_t i;

    virNodeDeviceCompatJSONAddText(object, "type",
                                   groups->kind == VIR_NODE_DEVICE_COMPAT_FLEET_ALL ? NULL :
                                   g_ptr_array_index(groups->fleet->kinds, groups->kind));
    virNodeDeviceCompatJSONAddFlag(object, "exact", groups->exact);

    for (i = 0; i < groups->groups->len; i++) {
        const virNodeDeviceCompatGroup *group = g_ptr_array_index(groups->groups, i);
        g_autoptr(GPtrArray) hosts = virtCompatGroupGetHosts(groups->fleet, group->profiles);
        virJSONValue *member = virJSONValueNewObject();

        virNodeDeviceCompatJSONAddText(member, "name", group->name);
        virNodeDeviceCompatJSONAdd(member, "hosts", virtCompatGroupsTextsToJSON(hosts));
        virNodeDeviceCompatJSONAppend(array, member);
    }

    virNodeDeviceCompatJSONAdd(object, "groups", array);
    virNodeDeviceCompatJSONAdd(object, "unknown", virtCompatGroupsTextsToJSON(unknown));
    virtCompatGroupsAddMoves(object, groups);
    return object;
}


/* Prints one kind, or adds it to @array. */
static int
virtCompatGroupsShow(virNodeDeviceCompatFleet *fleet,
                     size_t kind,
                     virJSONValue *array)
{
    g_autoptr(virNodeDeviceCompatGroups) groups = virNodeDeviceCompatGroupsMake(fleet, kind);

    if (array) {
        virNodeDeviceCompatJSONAppend(array, virtCompatGroupsToJSON(groups));
        return 0;
    }

    if (kind != 0)
        printf("\n");
    return virtCompatGroupsPrint(groups);
}


/* Whether there is a host with a device of the kind that guests use, and not with types only */
static bool
virtCompatGroupsIsUsed(const virNodeDeviceCompatFleet *fleet,
                       size_t kind)
{
    size_t i;

    for (i = 0; i < fleet->nprofiles; i++) {
        if (fleet->profiles[i].kinds[kind])
            return true;
    }

    return false;
}


/**
 * virtCompatGroups:
 * @opts: options
 * @noperands: number of operands
 * @operands: files and directories of hosts
 *
 * Prints the groups of hosts between which guests can move both ways.
 *
 * Returns the exit status; if an error is reported, it is not printed yet.
 */
int
virtCompatGroups(const virtCompatOptions *opts,
                 int noperands,
                 char **operands)
{
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_autoptr(virNodeDeviceCompatFleet) fleet = NULL;
    g_autoptr(virJSONValue) document = NULL;
    g_autoptr(virJSONValue) array = opts->json ? virJSONValueNewArray() : NULL;
    size_t i;

    if (virtCompatLoadFiles(opts->rules, opts->root, &files) < 0 ||
        !(fleet = virtCompatFleetLoad(opts, &files, noperands, operands)))
        return EXIT_FAILURE;

    for (i = 0; i < fleet->kinds->len; i++) {
        if (virtCompatGroupsIsUsed(fleet, i) && virtCompatGroupsShow(fleet, i, array) < 0)
            return EXIT_FAILURE;
        virtCompatShowProgress(i, fleet->kinds->len);
    }
    if (virtCompatGroupsShow(fleet, VIR_NODE_DEVICE_COMPAT_FLEET_ALL, array) < 0)
        return EXIT_FAILURE;
    virtCompatShowProgress(1, 1);

    if (array) {
        document = virNodeDeviceCompatJSONNew(VIR_NODE_DEVICE_COMPAT_JSON_GROUPS);
        virtCompatFleetAddJSON(document, fleet);
        virNodeDeviceCompatJSONAdd(document, "kinds", g_steal_pointer(&array));
        if (virtCompatPrintJSON(document) < 0)
            return EXIT_FAILURE;
    }

    virtCompatFleetPrintUnknown(fleet);
    return virtCompatFleetIsKnown(fleet) ? EXIT_SUCCESS : VSH_NODEDEV_COMPAT_EXIT_UNKNOWN;
}
