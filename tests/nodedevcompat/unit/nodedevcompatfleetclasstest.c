/*
 * nodedevcompatfleetclasstest.c: which devices are one class, and which hosts are the same
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat/nodedev_compat_fleet.h"
#include "nodedevcompatframe.h"
#include "nodedevcompatplanworld.h"
#include "nodedevcompatutils.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* What most devices are */
#define T "api=vfio-pci type=t sv=1.0"
#define NVIDIA "api=vfio-pci type=nvidia-"


/* A device; T before one is a type of which devices can be created, F a function, I one whose
 * attributes are inferred, and ? one that cannot be read. */
static virNodeDeviceCompatFleetDevice *
testDeviceMake(const char *text)
{
    virNodeDeviceCompatFleetDevice *device = g_new0(virNodeDeviceCompatFleetDevice, 1);
    const char *found;

    if (STREQ(text, "?"))
        return device;

    device->what = STRPREFIX(text, "T ") ? VIR_NODE_DEVICE_COMPAT_FLEET_TYPE :
                   STRPREFIX(text, "F ") ? VIR_NODE_DEVICE_COMPAT_FLEET_FUNCTION :
                                           VIR_NODE_DEVICE_COMPAT_FLEET_MDEV;
    found = g_ascii_isupper(*text) ? text + 2 : text;
    device->compat = testCompatParseDevice(found);
    device->compat->inferred = STRPREFIX(text, "I ");
    return device;
}


static virNodeDeviceCompatFleet *
testFleetMake(const char *first,
              const char *second)
{
    unsigned int flags = VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE;
    virNodeDeviceCompatFleet *fleet = virNodeDeviceCompatFleetNew(NULL, flags);
    g_autoptr(GPtrArray) devices =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatFleetDeviceFree);

    g_ptr_array_add(devices, testDeviceMake(first));
    g_ptr_array_add(devices, testDeviceMake(second));
    virNodeDeviceCompatFleetAddHost(fleet, "a", "a", devices, NULL);
    virNodeDeviceCompatFleetComplete(fleet);
    return fleet;
}


/*
 * Classes
 */

struct testPair {
    const char *name;
    const char *first;
    const char *second;
    const char *expect;         /* one class, or what comes of the first on the second one */
};

static const struct testPair pairs[] = {
    { "the same", T, T, "one class" },
    { "another value", T " x=1", T " x=2", "incompatible" },
    { "another name", T " x=1", T " y=1", "unknown" },
    { "the same characters", T " x=1 y=2", T " x=1y y=2", "incompatible" },
    { "one more", T, T " x=1", "superset" },
    { "one less", T " x=1", T, "unknown" },
    { "one that cannot be read", T " x=1", T " !x", "unknown" },
    { "one that is derived", T " x=1", T " *x=1", "identical" },
    { "one that changes", T " x=1", T " ~x=1", "identical" },
    { "one that is inferred", T, "I " T, "unknown" },
    { "a type that it can be created of", T, "T " T, "identical" },
    { "a function", T, "F " T, "incompatible" },
    { "two functions", "F " T, "F " T " x=1", "superset" },
    { "an alternative", T, T " | type=u sv=1.0", "identical" },
    { "another alternative", T " | type=u sv=1.0", T " | type=v sv=1.0", "identical" },
    { "the same in two alternatives", T " | x=1 y=1", T " | x=1 | y=1", "identical" },
    { "a second alternative", T " | x=1", T " | x=1 | x=2", "identical" },
    { "another order of alternatives", T " | x=1 | x=2", T " | x=2 | x=1", "identical" },
    { "another type", T, "api=vfio-pci type=u sv=1.0", "absent" },
    { "another type that is accepted", T, "api=vfio-pci type=u sv=1.0 | type=t,u sv=1.0",
      "superset" },
    { "another type, which cannot be read", T, "api=vfio-pci !type sv=1.0", "unknown" },
    { "the same number of another name", NVIDIA "1 mdev_type_name=A sv=1.0",
      NVIDIA "1 mdev_type_name=B sv=1.0", "absent" },
    { "another number of the same name", NVIDIA "1 mdev_type_name=A sv=1.0",
      NVIDIA "2 mdev_type_name=A sv=1.0", "identical" },
    { "another number without a name", NVIDIA "1 mdev_type_name=A sv=1.0", NVIDIA "2 sv=1.0",
      "unknown" },
    { "another number, and only that has a name", NVIDIA "1 sv=1.0",
      NVIDIA "2 mdev_type_name=A sv=1.0", "unknown" },
    { "another number, and none has a name", NVIDIA "1 sv=1.0", NVIDIA "2 sv=1.0", "unknown" },
    { "one of NVIDIA's and one of another vendor's", NVIDIA "1 mdev_type_name=A sv=1.0", T,
      "absent" },
    { "a signature and a type", "api=vfio-pci type=pci-15b3-101e sv=1.0", T, "unknown" },
    { "two signatures", "api=vfio-pci type=pci-15b3-101e sv=1.0",
      "api=vfio-pci type=pci-15b3-101d sv=1.0", "absent" },
};


static int
testPair(const void *opaque)
{
    const struct testPair *data = opaque;
    g_autoptr(virNodeDeviceCompatFleet) fleet = testFleetMake(data->first, data->second);
    g_autoptr(virNodeDeviceCompatFleetDevice) second = testDeviceMake(data->second);
    virNodeDeviceCompatFleetVerdict verdict;

    if (fleet->nclasses == 1) {
        if (testExpectNumber(2, fleet->classes[0]->ndevices) < 0 ||
            testExpectNumber(2, fleet->hosts[0]->members[0].ndevices) < 0)
            return -1;
        return testExpectString(data->expect, "one class");
    }

    if (testExpectNumber(1, virNodeDeviceCompatFleetFindClass(fleet, second)) < 0 ||
        testExpectNumber(2, fleet->ndevices) < 0)
        return -1;

    verdict = virNodeDeviceCompatFleetGetPair(fleet, 0, 1);
    return testExpectString(data->expect, virNodeDeviceCompatFleetVerdictTypeToString(verdict));
}


static int
testNoClass(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatFleet) fleet = testFleetMake(T, "?");
    g_autoptr(virNodeDeviceCompatFleetDevice) other = testDeviceMake(T " x=1");
    g_autoptr(virNodeDeviceCompatFleetDevice) unread = testDeviceMake("?");

    if (testExpectNumber(1, fleet->ndevices) < 0 ||
        testExpectBool(true, virNodeDeviceCompatFleetFindClass(fleet, other) ==
                             VIR_NODE_DEVICE_COMPAT_FLEET_NONE) < 0)
        return -1;

    return testExpectBool(true, virNodeDeviceCompatFleetFindClass(fleet, unread) ==
                                VIR_NODE_DEVICE_COMPAT_FLEET_NONE);
}


struct testKind {
    const char *name;
    const char *device;
    const char *expect;         /* the kind; and what is known of the type */
};

static const struct testKind kinds[] = {
    { "a type", T, "t, type t" },
    { "no type", "api=vfio-pci sv=1.0", "?" },
    { "a type that cannot be read", "api=vfio-pci !type", "?" },
    { "a signature", "api=vfio-pci type=pci-15b3-101e",
      "pci-15b3-101e, type pci-15b3-101e, signature" },
    { "a type with a name", NVIDIA "1 mdev_type_name=A", "A, type nvidia-1, name A" },
    { "a type without its name", NVIDIA "1", "nvidia-1, type nvidia-1, unnamed" },
    { "a name of another vendor's", T " mdev_type_name=A", "t, type t" },
};


static int
testKind(const void *opaque)
{
    const struct testKind *data = opaque;
    g_autoptr(virNodeDeviceCompatFleet) fleet = testFleetMake(data->device, "?");
    const virNodeDeviceCompatFleetClass *klass = fleet->classes[0];
    g_autoptr(GString) actual = g_string_new(g_ptr_array_index(fleet->kinds, klass->kind));

    if (klass->type)
        g_string_append_printf(actual, ", type %s", klass->type);
    if (klass->typeName)
        g_string_append_printf(actual, ", name %s", klass->typeName);
    if (klass->signature)
        g_string_append(actual, ", signature");
    if (klass->unnamed)
        g_string_append(actual, ", unnamed");

    return testExpectString(data->expect, actual->str);
}


/* What has too much in it to be written out is known of no device. */
static int
testTooLarge(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *numbers = testRepeat("", "#,", 250, "0");
    g_autofree char *large = g_strnfill(1500, 'a');
    g_autofree char *text = g_strdup_printf(T " | x={v:int:%s} big=%s{v}", numbers, large);
    g_autoptr(virNodeDeviceCompatFleet) fleet = testFleetMake(T, text);

    if (testExpectBool(true, fleet->classes[1]->tooLarge) < 0 ||
        testExpectBool(false, fleet->classes[1]->subject) < 0 ||
        testExpectBool(false, fleet->classes[0]->tooLarge) < 0)
        return -1;

    return testExpectNumber(VIR_NODE_DEVICE_COMPAT_FLEET_UNKNOWN,
                            virNodeDeviceCompatFleetGetPair(fleet, 0, 1));
}


/*
 * Hosts
 */

struct testHosts {
    const char *name;
    const char *hosts;          /* NAME@ORIGIN=DEVICES; devices are letters, + as for groups */
    const char *expect;         /* as they are sorted, with their profile, devices, and whether
                                 * others have their name; then for each profile the number of
                                 * hosts, and kinds */
};

static const struct testHosts hosts[] = {
    { "no host", "",
      "" },
    { "sorted", "b@1=a a@2=b",
      "a@2=0,1x1(d0) b@1=1,1x0(d0) 0:1,t 1:1,t" },
    { "sorted by where they are from", "a@2=a a@1=b",
      "a@1#0=0,1x1(d0) a@2#0=1,1x0(d0) 0:1,t 1:1,t" },
    { "the same devices", "a@1=ab b@2=ba c@3=aab",
      "a@1=0,1x0(d0),1x1(d1) b@2=0,1x0(d1),1x1(d0) c@3=0,2x0(d0),1x1(d2) 0:3,t" },
    { "of one name", "a@1=a a@1=a a@1=b b@1=a",
      "a@1#0=0,1x0(d0) a@1#1=0,1x0(d0) a@1#2=1,1x1(d0) b@1=0,1x0(d0) 0:3,t 1:1,t" },
    { "of one name, from several files", "a@1=a a@2=a",
      "a@1#0=0,1x0(d0) a@2#0=0,1x0(d0) 0:2,t" },
    { "of one name, from one file and another", "a@1=a a@2=a a@2=b",
      "a@1#0=0,1x0(d0) a@2#0=0,1x0(d0) a@2#1=1,1x1(d0) 0:2,t 1:1,t" },
    { "nothing known", "a@1 b@2=a c@3",
      "a@1=0,!cause b@2=1,1x0(d0) c@3=0,!cause 0:2? 1:1,t" },
    { "nothing known, and no devices", "a@1 b@2=", "a@1=0,!cause b@2=1 0:1? 1:1" },
    { "not all known", "a@1=a? b@2=a c@3=?a d@4=??",
      "a@1=0,1x0(d0),?d1: cause b@2=1,1x0(d0) c@3=0,1x0(d1),?d0: cause "
      "d@4=2,?d0: cause,?d1: cause 0:2?,t 1:1,t 2:1?" },
    { "no devices", "a@1= b@2=a c@3= d@4=?",
      "a@1=0 b@2=1,1x0(d0) c@3=0 d@4=2,?d0: cause 0:2 1:1,t 2:1?" },
    { "devices of two types", "a@1=aA b@2=A c@3=a",
      "a@1=0,1x0(d0),1x1(d1) b@2=1,1x1(d0) c@3=2,1x0(d0) 0:1,t,u 1:1,u 2:1,t" },
};


static void
testAddHost(virNodeDeviceCompatFleet *fleet,
            const char *text)
{
    g_auto(GStrv) words = g_strsplit_set(text, "@=", 3);
    g_autoptr(GPtrArray) devices = NULL;
    const char *at;

    if (!words[2]) {
        virNodeDeviceCompatFleetAddHost(fleet, words[0], words[1], NULL, "cause");
        return;
    }

    devices = g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatFleetDeviceFree);
    for (at = words[2]; *at; at++) {
        g_autofree char *kind = testKindMake(*at, "");
        virNodeDeviceCompatFleetDevice *device = testDeviceMake(*at == '?' ? "?" : kind);

        device->name = g_strdup_printf("d%zu", (size_t) (at - words[2]));
        if (*at == '?')
            device->cause = g_strdup("cause");
        g_ptr_array_add(devices, device);
    }
    virNodeDeviceCompatFleetAddHost(fleet, words[0], words[1], devices, "not said");
}


static char *
testFormatFleet(const virNodeDeviceCompatFleet *fleet)
{
    GString *text = g_string_new(NULL);
    size_t i;
    size_t j;

    for (i = 0; i < fleet->nhosts; i++) {
        const virNodeDeviceCompatFleetHost *host = fleet->hosts[i];

        g_string_append_printf(text, "%s%s@%s", i == 0 ? "" : " ", host->name, host->origin);
        if (host->duplicate)
            g_string_append_printf(text, "#%zu", host->nth);
        g_string_append_printf(text, "=%zu", host->profile);
        for (j = 0; j < host->nmembers; j++)
            g_string_append_printf(text, ",%zux%zu(%s)", host->members[j].ndevices,
                                   host->members[j].klass, host->members[j].first);
        if (host->cause)
            g_string_append_printf(text, ",!%s", host->cause);
        for (j = 0; j < host->unread->len; j++)
            g_string_append_printf(text, ",?%s", (const char *) g_ptr_array_index(host->unread, j));
    }

    for (i = 0; i < fleet->nprofiles; i++) {
        const virNodeDeviceCompatFleetProfile *profile = &fleet->profiles[i];

        g_string_append_printf(text, " %zu:%zu%s", i, profile->nhosts, profile->unread ? "?" : "");
        for (j = 0; j < fleet->kinds->len; j++) {
            if (profile->kinds[j])
                g_string_append_printf(text, ",%s",
                                       (const char *) g_ptr_array_index(fleet->kinds, j));
        }
    }

    return g_string_free(text, false);
}


static int
testHosts(const void *opaque)
{
    const struct testHosts *data = opaque;
    g_autoptr(virNodeDeviceCompatFleet) fleet = virNodeDeviceCompatFleetNew(NULL, 0);
    const char *at = data->hosts;
    g_autofree char *actual = NULL;
    char *word;

    while ((word = testNextWord(&at))) {
        g_autofree char *host = word;

        testAddHost(fleet, host);
    }

    virNodeDeviceCompatFleetComplete(fleet);
    actual = testFormatFleet(fleet);
    return testExpectString(data->expect, actual);
}


static int
mymain(void)
{
    DO_TABLE("pair", pairs, testPair);
    DO_TEST(testNoClass, NULL, "a device that is in no class");
    DO_TABLE("kind", kinds, testKind);
    DO_TEST(testTooLarge, NULL, "a device with too much in it");
    DO_TABLE("hosts", hosts, testHosts);

    return testResult();
}

VIR_TEST_MAIN(mymain)
