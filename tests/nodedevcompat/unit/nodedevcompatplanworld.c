/*
 * nodedevcompatplanworld.c: small fleets of which each device is one of few kinds
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatplanworld.h"
#include "nodedevcompatutils.h"


/* Returns the next word of @text, which is behind it then. */
char *
testNextWord(const char **text)
{
    size_t len;
    char *word;

    *text += strspn(*text, " ");
    len = strcspn(*text, " ");
    word = len > 0 ? g_strndup(*text, len) : NULL;
    *text += len;
    return word;
}


/* Returns a device of a kind, a letter; @accepts has "KIND:KINDS" that one of a kind accepts
 * besides its own, with ! behind those of which not all can be read, and "KIND=KIND" for one
 * that has the state of another kind. Those with small letters are of another type than
 * those with large ones; p has an attribute more. */
char *
testKindMake(char kind,
             const char *accepts)
{
    const char head[] = { kind, ':', '\0' };
    const char same[] = { kind, '=', '\0' };
    const char *type = g_ascii_islower(kind) ? "t" : "u";
    const char *found = strstr(accepts, head);
    const char *other = strstr(accepts, same);
    g_autoptr(GString) device = g_string_new(NULL);
    size_t i;

    g_string_append_printf(device, "api=vfio-pci type=%s sv=1.0 x=%d", type,
                           other ? other[2] : kind);
    if (kind == 'p')
        g_string_append(device, " y=1");
    if (found && found[2 + strcspn(found + 2, " !")] == '!')
        g_string_append(device, " !y");
    for (i = 2; found && g_ascii_isalpha(found[i]); i++) {
        if (i == 2)
            g_string_append_printf(device, " | type=%s sv=1.0- x=", type);
        g_string_append_printf(device, "%s%d", i == 2 ? "" : ",", found[i]);
    }

    return g_strdup(device->str);
}


/* The devices of @text: letters of kinds, types of which devices can be created behind +, and
 * ? for one that cannot be read */
GPtrArray *
testKindsMake(const char *text,
              size_t len,
              const char *accepts)
{
    GPtrArray *devices =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatFleetDeviceFree);
    virNodeDeviceCompatFleetWhat what = VIR_NODE_DEVICE_COMPAT_FLEET_MDEV;
    size_t i;

    for (i = 0; i < len; i++) {
        virNodeDeviceCompatFleetDevice *device;
        g_autofree char *kind = NULL;

        if (text[i] == '+') {
            what = VIR_NODE_DEVICE_COMPAT_FLEET_TYPE;
            continue;
        }
        device = g_new0(virNodeDeviceCompatFleetDevice, 1);
        device->what = what;
        if (g_ascii_isalpha(text[i])) {
            kind = testKindMake(text[i], accepts);
            device->compat = testCompatParseDevice(kind);
        }
        g_ptr_array_add(devices, device);
    }

    return devices;
}


void
testWorldClear(testWorld *world)
{
    size_t i;

    for (i = 0; i < KINDS; i++)
        g_free(world->kinds[i]);
}


virNodeDeviceCompatFleet *
testWorldMakeFleet(const testWorld *world)
{
    virNodeDeviceCompatFleet *fleet = virNodeDeviceCompatFleetNew(NULL, 0);
    size_t after;
    size_t i;
    size_t j;

    for (after = 0; after < 2; after++) {
        for (i = 0; i < world->nhosts; i++) {
            g_autoptr(GPtrArray) devices =
                g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatFleetDeviceFree);
            g_autofree char *name = g_strdup_printf("%c%zu", after ? 'a' : 'b', i);

            for (j = 0; j < world->ndevices[i]; j++) {
                virNodeDeviceCompatFleetDevice *device =
                    g_new0(virNodeDeviceCompatFleetDevice, 1);

                device->compat = testCompatParseDevice(world->kinds[world->devices[after][i][j]]);
                g_ptr_array_add(devices, device);
            }
            virNodeDeviceCompatFleetAddHost(fleet, name, name, devices, NULL);
        }
    }

    virNodeDeviceCompatFleetComplete(fleet);
    return fleet;
}


size_t
testWorldFindClass(const testWorld *world,
                   const virNodeDeviceCompatFleet *fleet,
                   size_t kind)
{
    g_autoptr(virNodeDeviceCompatFleetDevice) device = g_new0(virNodeDeviceCompatFleetDevice, 1);

    device->compat = testCompatParseDevice(world->kinds[kind]);
    return virNodeDeviceCompatFleetFindClass(fleet, device);
}


virNodeDeviceCompatPlan *
testWorldMakePlan(const testWorld *world,
                  virNodeDeviceCompatFleet *fleet)
{
    return testWorldMakePlanWithin(world, fleet, TEST_PLAN_WORK_MAX, SIZE_MAX);
}


virNodeDeviceCompatPlan *
testWorldMakePlanWithin(const testWorld *world,
                        virNodeDeviceCompatFleet *fleet,
                        size_t work,
                        size_t kept)
{
    virNodeDeviceCompatPlan *plan = virNodeDeviceCompatPlanNew(fleet);
    size_t i;
    size_t j;

    for (i = 0; i < world->nguests; i++) {
        const testGuest *guest = &world->guests[i];
        g_autoptr(GArray) classes = g_array_new(false, false, sizeof(size_t));

        for (j = 0; j < DEVICES_MAX && guest->kinds[j] != NOTHING; j++) {
            size_t klass = testWorldFindClass(world, fleet, guest->kinds[j]);

            g_array_append_val(classes, klass);
        }
        virNodeDeviceCompatPlanAddGuest(plan, guest->host, classes, guest->unknown);
    }

    plan->keptMax = MIN(plan->keptMax, kept);
    virNodeDeviceCompatPlanSolve(plan, work);
    return plan;
}
