/*
 * virt-nodedev-compat-plan-guests.c: the guests on the hosts of a plan
 *
 * Guests are definitions, as 'virsh dumpxml' prints them, and the hosts that they are on. If
 * none are given, each class of devices of a host stands for a guest.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compat-plan.h"
#include "virt-nodedev-compat-input.h"
#include "virt-nodedev-compat-matrix.h"

#include "conf/nodedev_compat_value.h"
#include "hypervisor/domain_hostdev_guest.h"
#include "nodedev_compat/nodedev_compat_plan_place.h"
#include "virerror.h"
#include "virfile.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define NONE VIR_NODE_DEVICE_COMPAT_FLEET_NONE

VIR_ENUM_IMPL(virtCompatStranded,
              VIRT_COMPAT_STRANDED_LAST,
              "no",
              "unknown",
              "yes",
);


void
virtCompatPlanGuestFree(virtCompatPlanGuest *guest)
{
    g_free(guest->name);
    g_free(guest->origin);
    g_free(guest->cause);
    g_ptr_array_unref(guest->devices);
    g_array_unref(guest->before);
    g_array_unref(guest->after);
    g_free(guest->verdictsBefore);
    g_free(guest->verdictsAfter);
    g_free(guest);
}


/*
 * Devices by name
 */

/* Of two devices of one name, it is not known which one a guest has. */
static void
virtCompatPlanHostMakeNames(virtCompatPlanHost *host)
{
    size_t i;

    host->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (i = 0; host->before && i < host->before->len; i++) {
        const virNodeDeviceCompatFleetDevice *device = g_ptr_array_index(host->before, i);
        char *key;

        if (!device->name || device->what == VIR_NODE_DEVICE_COMPAT_FLEET_TYPE)
            continue;

        key = virNodeDeviceCompatFleetGetAddress(device->name);
        g_hash_table_insert(host->names, key,
                            GSIZE_TO_POINTER(g_hash_table_contains(host->names, key) ?
                                             NONE : i + 1));
    }
}


/* Notes why not all is known of the guest; the first cause is enough. */
static void G_GNUC_PRINTF(2, 3)
virtCompatPlanGuestDoubt(virtCompatPlanGuest *guest,
                         const char *format,
                         ...)
{
    va_list args;

    if (guest->cause)
        return;

    va_start(args, format);
    guest->cause = g_strdup_vprintf(format, args);
    va_end(args);
}


/* Adds the device @name of the host to those of the guest, and its class to @classes. */
static void
virtCompatPlanGuestAddDevice(virtCompatPlan *plan,
                             virtCompatPlanGuest *guest,
                             const virDomainHostdevNode *node,
                             GArray *classes)
{
    virtCompatPlanHost *host = g_ptr_array_index(plan->hosts, guest->host);
    const char *name = node->identity.uuid ? node->identity.uuid : node->name;
    g_autofree char *key = virNodeDeviceCompatFleetGetAddress(name);
    const virNodeDeviceCompatFleetDevice *before;
    size_t place;
    size_t klass = NONE;

    if (!host->names)
        virtCompatPlanHostMakeNames(host);

    place = GPOINTER_TO_SIZE(g_hash_table_lookup(host->names, key));
    before = place > 0 && place != NONE ? g_ptr_array_index(host->before, place - 1) : NULL;
    g_ptr_array_add(guest->devices, g_strdup(before ? before->name : name));

    if (!before || !before->compat) {
        virtCompatPlanGuestDoubt(guest, before ? _("device '%1$s' could not be read on host '%2$s'") :
                                 place == NONE ? _("there are two devices '%1$s' on host '%2$s'") :
                                 _("there is no device '%1$s' on host '%2$s'"), name, host->name);
        g_array_append_val(guest->before, klass);
        g_array_append_val(guest->after, klass);
        return;
    }

    klass = virNodeDeviceCompatFleetFindClass(plan->before, before);
    g_array_append_val(guest->before, klass);
    klass = virNodeDeviceCompatFleetFindClass(plan->after, g_ptr_array_index(host->after, place - 1));
    g_array_append_val(guest->after, klass);
    klass = virNodeDeviceCompatFleetFindClass(plan->both, before);
    g_array_append_val(classes, klass);
}


/*
 * Where guests can go
 */

/* A letter for each host, and what stands for the host that the guest is on */
static char *
virtCompatPlanGetVerdicts(virNodeDeviceCompatFleet *fleet,
                          const virtCompatPlanGuest *guest,
                          const GArray *classes)
{
    char *letters = g_new0(char, fleet->nhosts + 1);
    size_t i;

    for (i = 0; i < fleet->nhosts; i++) {
        letters[i] = i == guest->host ? VIRT_COMPAT_MATRIX_SELF :
            guest->cause ? virtCompatMatrixGetLetter(VIR_NODE_DEVICE_COMPAT_FLEET_UNKNOWN) :
            virtCompatMatrixGetLetter(virNodeDeviceCompatPlaceGetVerdict(fleet, classes,
                                                                         fleet->hosts[i]));
    }

    return letters;
}


/**
 * virtCompatPlanGetStranded:
 * @verdicts: a letter for each host as the destination of a guest
 *
 * Returns whether there is none that it can continue on.
 */
virtCompatStranded
virtCompatPlanGetStranded(const char *verdicts)
{
    const char good[] = {
        virtCompatMatrixGetLetter(VIR_NODE_DEVICE_COMPAT_FLEET_IDENTICAL),
        virtCompatMatrixGetLetter(VIR_NODE_DEVICE_COMPAT_FLEET_SUPERSET), '\0'
    };

    if (strpbrk(verdicts, good))
        return VIRT_COMPAT_STRANDED_NO;

    return strchr(verdicts, virtCompatMatrixGetLetter(VIR_NODE_DEVICE_COMPAT_FLEET_UNKNOWN)) ?
        VIRT_COMPAT_STRANDED_UNKNOWN : VIRT_COMPAT_STRANDED_YES;
}


/*
 * Guests that are given
 */

static virtCompatPlanGuest *
virtCompatPlanGuestNew(const char *path,
                       size_t host)
{
    virtCompatPlanGuest *guest = g_new0(virtCompatPlanGuest, 1);
    g_autofree char *base = g_path_get_basename(path);

    if (g_str_has_suffix(base, ".xml"))
        base[strlen(base) - strlen(".xml")] = '\0';
    guest->name = virNodeDeviceCompatValueToPrintable(*base ? base : path,
                                                      VIR_NODE_DEVICE_COMPAT_FLEET_NAME_MAX);
    guest->origin = virNodeDeviceCompatValueToPrintable(path, VIR_NODE_DEVICE_COMPAT_VALUE_MAX);
    guest->host = host;
    guest->devices = g_ptr_array_new_with_free_func(g_free);
    guest->before = g_array_new(false, false, sizeof(size_t));
    guest->after = g_array_new(false, false, sizeof(size_t));
    return guest;
}


/* Adds a guest. One whose file is not usable is there, and unknown. */
static void
virtCompatPlanReadGuest(virtCompatPlan *plan,
                        const char *path,
                        bool listed,
                        size_t host)
{
    virtCompatPlanGuest *guest = virtCompatPlanGuestNew(path, host);
    g_autofree char *xml = virtCompatFleetReadText(path, listed, VIR_DOMAIN_HOSTDEV_GUEST_MAX);
    g_autoptr(virDomainHostdevGuest) parsed = xml ? virDomainHostdevGuestParse(xml) : NULL;
    g_autoptr(GArray) classes = g_array_new(false, false, sizeof(size_t));
    size_t i;

    if (!parsed) {
        g_autofree char *cause =
            virNodeDeviceCompatValueToPrintable(virtCompatGetErrorDetail(),
                                                VIR_NODE_DEVICE_COMPAT_VALUE_MAX);

        virtCompatPlanGuestDoubt(guest, "%s", cause);
        virResetLastError();
    } else if (parsed->name) {
        g_free(guest->name);
        guest->name = virNodeDeviceCompatValueToPrintable(parsed->name,
                                                          VIR_NODE_DEVICE_COMPAT_FLEET_NAME_MAX);
    }

    for (i = 0; parsed && i < parsed->nodes->len; i++)
        virtCompatPlanGuestAddDevice(plan, guest, g_ptr_array_index(parsed->nodes, i), classes);

    guest->verdictsBefore = virtCompatPlanGetVerdicts(plan->before, guest, guest->before);
    guest->verdictsAfter = virtCompatPlanGetVerdicts(plan->after, guest, guest->after);
    virNodeDeviceCompatPlanAddGuest(plan->plan, host, classes, guest->cause != NULL);
    g_ptr_array_add(plan->guests, guest);
}


/* Returns 0 with *ret_host set if there is exactly one host of that name, else -1 with an
 * error reported. */
static int
virtCompatPlanFindHost(const virtCompatPlan *plan,
                       const char *name,
                       const char *input,
                       size_t *ret_host)
{
    size_t found = NONE;
    size_t i;

    for (i = 0; i < plan->hosts->len; i++) {
        const virtCompatPlanHost *host = g_ptr_array_index(plan->hosts, i);

        if (STRNEQ(host->name, name))
            continue;
        if (found != NONE) {
            virReportError(VIR_ERR_INVALID_ARG, _("there is more than one host '%1$s', which guests '%2$s' are on"),
                           name, input);
            return -1;
        }
        found = i;
    }

    if (found == NONE) {
        virReportError(VIR_ERR_INVALID_ARG, _("there is no host '%1$s', which guests '%2$s' are on"),
                       name, input);
        return -1;
    }

    *ret_host = found;
    return 0;
}


static void
virtCompatPlanPrintLeftOut(const char *name,
                           const char *directory)
{
    g_autofree char *shown =
        virNodeDeviceCompatValueToPrintable(name, VIR_NODE_DEVICE_COMPAT_FLEET_NAME_MAX);

    fprintf(stderr, _("'%1$s' in '%2$s' is left out: it is of no guests"), shown, directory);
    fprintf(stderr, "\n");
}


/* The guests of one host: the files in a directory that end with .xml */
static int
virtCompatPlanReadHostGuests(virtCompatPlan *plan,
                             const char *path,
                             size_t host)
{
    g_autoptr(GPtrArray) names = virtCompatFleetListNames(path);
    size_t i;

    if (!names)
        return -1;

    for (i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *file = g_build_filename(path, name, NULL);

        if (g_str_has_suffix(name, ".xml"))
            virtCompatPlanReadGuest(plan, file, true, host);
        else
            virtCompatPlanPrintLeftOut(name, path);
    }

    return 0;
}


/* A directory with one for each host, which is called as that is */
static int
virtCompatPlanReadAllGuests(virtCompatPlan *plan,
                            const char *path)
{
    g_autoptr(GPtrArray) names = virtCompatFleetListNames(path);
    size_t i;

    if (!names)
        return -1;

    for (i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *directory = g_build_filename(path, name, NULL);
        size_t host;

        if (!virFileIsDir(directory)) {
            virtCompatPlanPrintLeftOut(name, path);
            continue;
        }
        if (virtCompatPlanFindHost(plan, name, directory, &host) < 0 ||
            virtCompatPlanReadHostGuests(plan, directory, host) < 0)
            return -1;
    }

    return 0;
}


/* The colon that ends the name of a host in HOST:FILE; that has colons itself if it is an
 * address. The first one if there is no such host, NULL if there is none. */
static const char *
virtCompatPlanFindColon(const virtCompatPlan *plan,
                        const char *input)
{
    const char *found = strchr(input, ':');
    size_t max = 0;
    size_t i;

    for (i = 0; i < plan->hosts->len; i++) {
        const virtCompatPlanHost *host = g_ptr_array_index(plan->hosts, i);
        size_t len = strlen(host->name);

        if (len > max && STRPREFIX(input, host->name) && input[len] == ':') {
            max = len;
            found = input + len;
        }
    }

    return found;
}


/**
 * virtCompatPlanReadGuests:
 * @plan: plan with hosts
 * @inputs: HOST:FILE, HOST:DIRECTORY of the guests of a host, or DIRECTORY of one for each
 *          host; and a NULL
 *
 * Adds the guests that are there. If there is none, they have most likely been looked for at
 * the wrong place, and each change would be fine.
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
virtCompatPlanReadGuests(virtCompatPlan *plan,
                         char *const *inputs)
{
    size_t i;

    for (i = 0; inputs[i]; i++) {
        const char *colon = virtCompatPlanFindColon(plan, inputs[i]);
        g_autofree char *name = colon ? g_strndup(inputs[i], colon - inputs[i]) : NULL;
        size_t host;

        if (virFileIsDir(inputs[i])) {
            if (virtCompatPlanReadAllGuests(plan, inputs[i]) < 0)
                return -1;
            continue;
        }

        if (!name) {
            virReportError(VIR_ERR_INVALID_ARG,
                           _("'%1$s' is neither a directory nor HOST:FILE"), inputs[i]);
            return -1;
        }

        if (virtCompatPlanFindHost(plan, name, inputs[i], &host) < 0)
            return -1;
        if (!virFileIsDir(colon + 1))
            virtCompatPlanReadGuest(plan, colon + 1, false, host);
        else if (virtCompatPlanReadHostGuests(plan, colon + 1, host) < 0)
            return -1;
    }

    if (inputs[0] && plan->guests->len == 0) {
        virReportError(VIR_ERR_INVALID_ARG, "%s", _("there is no file of a guest"));
        return -1;
    }

    return 0;
}


/*
 * Guests that devices stand for
 */

/* Whether a guest on a device of @host can go to another host, which can be one that is the
 * same, as long as nothing changes */
static bool
virtCompatPlanIsMovable(virNodeDeviceCompatFleet *fleet,
                        size_t klass,
                        size_t host)
{
    g_autoptr(GArray) classes = g_array_new(false, false, sizeof(size_t));
    size_t own = fleet->hosts[host]->profile;
    size_t i;

    g_array_append_val(classes, klass);
    for (i = 0; i < fleet->nprofiles; i++) {
        const virNodeDeviceCompatFleetProfile *profile = &fleet->profiles[i];

        if ((i != own || profile->nhosts > 1) &&
            virNodeDeviceCompatFleetVerdictIsGood(
                virNodeDeviceCompatPlaceGetVerdict(fleet, classes, fleet->hosts[profile->host])))
            return true;
    }

    return false;
}


/* The class in the fleet of both sides of a class of a host in the fleet before */
static size_t
virtCompatPlanTranslateClass(const virtCompatPlan *plan,
                             size_t klass)
{
    virNodeDeviceCompatFleetDevice device = {
        .what = plan->before->classes[klass]->what,
        .compat = plan->before->classes[klass]->compat,
    };

    return virNodeDeviceCompatFleetFindClass(plan->both, &device);
}


/**
 * virtCompatPlanAddGuests:
 * @plan: plan with hosts
 *
 * Adds a guest for each class of devices of each host. A device that no other host is known
 * to accept as things are does not stand for one: no guest on it can move anyway. What of a
 * host could not be read stands for a guest of which nothing is known.
 */
void
virtCompatPlanAddGuests(virtCompatPlan *plan)
{
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    size_t i;
    size_t j;

    for (i = 0; i < plan->before->nhosts; i++) {
        const virNodeDeviceCompatFleetHost *host = plan->before->hosts[i];

        for (j = 0; j < host->nmembers; j++) {
            size_t klass = host->members[j].klass;
            g_autofree char *key = g_strdup_printf("%zu %zu", klass, host->profile);
            g_autoptr(GArray) classes = g_array_new(false, false, sizeof(size_t));
            size_t both = virtCompatPlanTranslateClass(plan, klass);
            gpointer movable = g_hash_table_lookup(known, key);

            if (plan->before->classes[klass]->what == VIR_NODE_DEVICE_COMPAT_FLEET_TYPE)
                continue;

            if (!movable) {
                movable = GINT_TO_POINTER(virtCompatPlanIsMovable(plan->before, klass, i) ? 1 : 2);
                g_hash_table_insert(known, g_steal_pointer(&key), movable);
            }

            g_array_append_val(classes, both);
            if (movable == GINT_TO_POINTER(1)) {
                virNodeDeviceCompatPlanAddGuest(plan->plan, i, classes, false);
            } else {
                virNodeDeviceCompatPlanGuest guest = {
                    .host = i,
                    .classes = g_steal_pointer(&classes),
                };

                g_array_append_val(plan->immovable, guest);
            }
        }

        if (host->cause || host->unread->len > 0) {
            g_autoptr(GArray) classes = g_array_new(false, false, sizeof(size_t));

            virNodeDeviceCompatPlanAddGuest(plan->plan, i, classes, true);
        }
    }
}
