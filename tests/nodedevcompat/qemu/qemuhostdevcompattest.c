/*
 * qemuhostdevcompattest.c: host device compatibility in migration
 *
 * Which device of the source a device of the destination replaces; and
 * the whole way from Begin on one host to Prepare on another, with a fake node
 * device driver that stands for either.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu/qemu_hostdev_compat_check.h"
#include "qemuhostdevcompathost.h"
#include "qemuhostdevcompatutils.h"
#include "nodedevcompatframe.h"
#include "testutilsqemu.h"
#include "viraudit.h"
#include "virerror.h"
#include "viridentity.h"
#include "virlog.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_QEMU


/* Guests on both hosts, and per device of the destination the one of the
 * source that it replaces, by the digit of its UUID, or - for none */
struct testPairs {
    const char *name;
    const char *source;
    const char *destination;
    const char *expect;
};

static const struct testPairs pairs[] = {
    { "same device", "@5=1", "@5=1", "1" },
    { "another UUID", "@5=1", "@5=2", "1" },
    { "another UUID under an alias", "ua-a@5=1", "ua-a@5=2", "1" },
    { "another order", "@5=1 @6=2", "@6=3 @5=4", "21" },
    { "another order under aliases", "ua-a@5=1 ua-b@6=2", "ua-b@6=3 ua-a@5=4", "21" },
    { "UUIDs that were swapped", "@5=1 @6=2", "@5=2 @6=1", "12" },
    { "address before alias", "ua-a@5=1 ua-b@6=2", "ua-a@6=3 ua-b@5=4", "21" },
    { "alias where there is no address", "ua-a=1 ua-b=2", "ua-b=3 ua-a=4", "21" },
    { "address where there is no alias", "ua-a@5=1 @6=2", "@5=3 @6=4", "12" },
    { "another alias, same address", "ua-a@5=1", "ua-b@5=2", "1" },
    { "libvirt's own alias does not count",
      "hostdev0@5=1 hostdev1@6=2", "hostdev0@6=3 hostdev1@5=4", "21" },
    { "no address, but the UUID", "=1 =2", "=2 =1", "21" },
    { "another UUID without address", "=1", "=2", "-" },
    { "UUID does not outweigh an address", "@5=1", "@6=1", "-" },
    { "one more on the destination", "@5=1", "@5=1 @6=2", "1-" },
    { "one less on the destination", "@5=1 @6=2", "@6=2", "2" },
    { "CCW address", "@c5=1 @c6=2", "@c6=3 @c5=4", "21" },
    { "CCW address is no PCI address", "@c5=1", "@5=1", "-" },
    { "other host devices among them", "t7 @5=1 usb @6=2", "@6=3 usb t8 @5=4", "21" },
    { "PCI functions at other addresses of the host", "@5=f1 @6=f2", "@5=f3 @6=f4", "12" },
    { "PCI functions in another order", "@5=f1 @6=f2", "@6=f1 @5=f2", "21" },
    { "PCI functions without slots in the guest", "=f1", "=f1", "-" },
    { "PCI functions whose slots are left to libvirt", "@0=f1 @0=f2", "@0=f2 @0=f1", "--" },
    { "AP devices", "=a1", "=a2", "1" },
    { "AP devices under aliases", "ua-a=1 ua-b=a2", "ua-b=a3 ua-a=4", "21" },
    { "network interfaces", "@5=n1 @6=n2", "@6=n3 @5=n4", "21" },
    { "network interfaces under aliases", "ua-a=n1 ua-b=n2", "ua-b=n3 ua-a=n4", "21" },
    { "an interface and a plain function", "@5=n1 @6=f2", "@5=f3 @6=n4", "12" },
    { "an mdev becomes a function, and back", "@5=1 @6=f2", "@5=f3 @6=4", "12" },
    { "mdevs, functions and interfaces in another order",
      "@5=1 @6=f2 @7=n3", "@7=n4 @6=f5 @5=6", "321" },
    { "functions that are unplugged", "@5=t1 @6=m2 @7=f3", "@5=t1 @6=m2 @7=f4", "3" },
    { "nothing from the source", "", "@5=1", "-" },
};


static int
testPairDevices(const void *opaque)
{
    const struct testPairs *data = opaque;
    g_autoptr(virDomainDef) source = testGuest(data->source);
    g_autoptr(virDomainDef) destination = testGuest(data->destination);
    g_autoptr(qemuHostdevCompat) compat = NULL;
    g_autoptr(virDomainHostdevPairing) pairing = virDomainHostdevPairingNew();
    g_autoptr(GString) actual = g_string_new("");
    size_t i;

    host.devices = "";
    if (!(compat = testDescribeGuest(source, 0)))
        compat = qemuHostdevCompatNew();
    for (i = 0; i < compat->hostdevs->len; i++) {
        virDomainHostdevCompat *device = g_ptr_array_index(compat->hostdevs, i);

        virDomainHostdevPairingAdd(pairing, &device->identity, device);
    }

    for (i = 0; i < destination->nhostdevs; i++) {
        const virDomainHostdevDef *hostdev = destination->hostdevs[i];
        g_auto(virDomainHostdevIdentity) identity = { 0 };
        const virDomainHostdevCompat *found;
        const char *name;

        if (!virDomainHostdevHasState(hostdev))
            continue;

        virDomainHostdevGetIdentity(hostdev, &identity);
        found = virDomainHostdevPairingPair(pairing, &identity);
        name = found ? virDomainHostdevCompatGetName(found) : "-";
        g_string_append_c(actual, name[strlen(name) - 1]);
    }

    if (STRNEQ(data->expect, actual->str))
        return testFail("expected %s, got %s", data->expect, actual->str);

    return 0;
}


/* From Begin on one host to Prepare on another */
struct testMigrate {
    const char *name;
    const char *source;         /* guest and host there */
    const char *sourceHost;
    const char *destination;    /* and here */
    const char *destinationHost;
    unsigned int flags;
    const char *refused;        /* parts of the error, with a | between them; or NULL */
    const char *logged;         /* parts of the log, likewise; or NULL if it warns of nothing */
};

#define A12 "vfio-pci/a/1.2.0"
#define VGPU "/vgpu_manager_branch:550"
#define AP "vfio-ap/a/1.2.0"
#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LONG "ua-" A64 A64 A64 A64      /* more than the cookie can have */
#define UNKNOWN "Continuing migration of domain 'guest': it is not known whether a guest "

static const struct testMigrate migrations[] = {
    { "the same device", "@5=1", "1=" A12, "@5=1", "1=" A12, 0, NULL, NULL },
    { "another UUID", "@5=1", "1=" A12, "@5=2", "2=" A12, 0, NULL, NULL },
    { "newer minor", "@5=1", "1=" A12, "@5=2", "2=vfio-pci/a/1.3.0", 0, NULL, NULL },
    { "two devices in another order",
      "@5=1 @6=2",
      "1=" A12 " 2=vfio-pci/b/1.0.0", "@6=4 @5=3",
      "3=" A12 " 4=vfio-pci/b/1.0.0", 0, NULL, NULL },
    { "long alias", LONG "@5=1", "1=" A12, LONG "@5=2", "2=" A12, 0, NULL, NULL },
    { "long alias, older minor",
      LONG "@5=1", "1=" A12, LONG "@5=2", "2=vfio-pci/a/1.1.0", 0, "version-minor-too-old", NULL },
    { "long alias without address",
      LONG "=1", "1=" A12, LONG "=2", "2=" A12, 0, NULL, UNKNOWN "|device-not-compared" },
    { "no host device", "", "", "", "", 0, NULL, NULL },
    { "host devices of other kinds", "usb", "", "usb", "", 0, NULL, NULL },
    { "functions that are unplugged",
      "@5=t1 @6=m2", "f1=" A12 " f2=" A12, "@5=t1 @6=m2", "f1=vfio-pci/b/1.2.0", 0, NULL, NULL },
    { "a function that is only taken from the host",
      "@5=f1 ua-a@u=f2", "f1=" A12 " f2=" A12, "@5=f1 ua-a@u=f2",
      "f1=" A12 " f2=vfio-pci/b/1.2.0", 0, NULL, NULL },

    { "the same PCI function", "@5=f1", "f1=" A12, "@5=f1", "f1=" A12, 0, NULL, NULL },
    { "another PCI function", "@5=f1", "f1=" A12, "@5=f2", "f2=" A12, 0, NULL, NULL },
    { "a network interface", "@5=n1", "f1=" A12, "@5=n2", "f2=" A12, 0, NULL, NULL },
    { "all kinds",
      "@5=1 @6=f2 @7=n3",
      "1=" A12 " f2=vfio-pci/b/1.0.0 f3=vfio-pci/c/2.0.0", "@5=4 @6=f5 @7=n6",
      "4=" A12 " f5=vfio-pci/b/1.0.0 f6=vfio-pci/c/2.0.0", 0, NULL, NULL },
    { "an mdev and a function of one type", "@5=1", "1=" A12, "@5=f2", "f2=" A12, 0, NULL, NULL },
    { "functions of other types",
      "@5=f1", "f1=" A12, "@5=f2", "f2=vfio-pci/b/1.2.0", 0,
      FUNCTION "2|" FUNCTION "1|type-mismatch|'a'|'b'", NULL },
    { "a network interface of another version",
      "@5=n1", "f1=" A12, "@5=n2", "f2=vfio-pci/a/1.1.0", 0,
      FUNCTION "2|" FUNCTION "1|version-minor-too-old", NULL },
    { "a function for an mdev",
      "@5=1", "1=" A12, "@5=f2", "f2=vfio-pci/b/1.2.0", 0,
      FUNCTION "2|" NAME "1|type-mismatch", NULL },
    { "an mdev for a function",
      "@5=f1", "f1=" A12, "@5=2", "2=vfio-pci/b/1.2.0", 0,
      NAME "2|" FUNCTION "1|type-mismatch", NULL },
    { "functions that were swapped",
      "@5=f1 @6=f2",
      "f1=" A12 " f2=vfio-pci/b/1.2.0", "@5=f1 @6=f2", "f1=vfio-pci/b/1.2.0 f2=" A12, 0,
      FUNCTION "1|" FUNCTION "2|type-mismatch", NULL },
    { "functions that were swapped with their addresses",
      "@5=f1 @6=f2",
      "f1=" A12 " f2=vfio-pci/b/1.2.0", "@6=f1 @5=f2", "f1=vfio-pci/b/1.2.0 f2=" A12, 0, NULL,
      NULL },
    { "all kinds, all bad",
      "@5=1 @6=f2 @7=n3",
      "1=" A12 " f2=" A12 " f3=" A12, "@5=4 @6=f5 @7=n6",
      "4=vfio-pci/b/1.2.0 f5=vfio-pci/a/1.1.0", 0,
      NAME "4|type-mismatch|" FUNCTION "5|version-minor-too-old|" FUNCTION "6|device-missing",
      NULL },
    { "a function that is missing",
      "@5=f1", "f1=" A12, "@5=f2", "", 0,
      FUNCTION "1|" FUNCTION "2|device-missing|no node device", NULL },
    { "a function without counterpart on the destination",
      "@5=1 @6=f2", "1=" A12 " f2=" A12, "@5=3", "3=" A12, 0,
      FUNCTION "2|device-missing|no device there that replaces it", NULL },
    { "a function without counterpart on the source",
      "@5=1", "1=" A12, "@5=3 @6=f4", "3=" A12 " f4=" A12, 0, NULL,
      UNKNOWN "|" FUNCTION "4|device-not-described" },
    { "functions without data", "@5=f1", "f1=", "@5=f2", "f2=", 0, NULL, UNKNOWN "|missing-both" },
    { "a function that is not on the source",
      "@5=f1", "", "@5=f2", "f2=" A12, 0, NULL,
      "Continuing without compatibility data of host device '" FUNCTION "1'|" UNKNOWN "|" FUNCTION
      "1" },

    { "another type",
      "@5=1", "1=" A12, "@5=2", "2=vfio-pci/b/1.2.0", 0,
      "domain 'guest' cannot be migrated: host '|' has no compatible counterpart for 1 of 1 host "
      "devices|see libvirt-nodedev-compat(7); --unsafe overrides|" NAME "2|" NAME
      "1|type-mismatch|'a'|'b'", NULL },
    { "another device API",
      "@5=1", "1=" A12, "@5=2", "2=vfio-ccw/a/1.2.0", 0,
      "device-api-mismatch|vfio-pci|vfio-ccw", NULL },
    { "older minor",
      "@5=1", "1=" A12, "@5=2", "2=vfio-pci/a/1.1.0", 0,
      "version-minor-too-old|1.2.0|1.1.0", NULL },
    { "another major",
      "@5=1", "1=" A12, "@5=2", "2=vfio-pci/a/2.2.0", 0,
      "version-major-mismatch|1.2.0|2.2.0", NULL },
    { "vendor attribute",
      "@5=1", "1=" A12 "/low", "@5=2", "2=" A12 "/high", 0, "attr-mismatch|low|high", NULL },
    { "all reasons in one message",
      "@5=1", "1=" A12 "/low", "@5=2", "2=vfio-pci/b/1.1.0/high", 0,
      "type-mismatch|'a'|'b'|version-minor-too-old|1.2.0|1.1.0|attr-mismatch|low|high", NULL },
    { "all devices in one message",
      "@5=1 @6=2", "1=" A12 " 2=" A12, "@5=3 @6=4",
      "3=vfio-pci/b/1.2.0 4=vfio-pci/a/2.0.0", 0,
      NAME "3|" NAME "1|type-mismatch|" NAME "4|" NAME "2|version-major-mismatch", NULL },
    { "one good and one bad device",
      "@5=1 @6=2", "1=" A12 " 2=" A12, "@5=3 @6=4",
      "3=" A12 " 4=vfio-pci/b/1.2.0", 0, NAME "4|type-mismatch", NULL },
    { "one unknown and one bad device",
      "@5=1 @6=2", "1= 2=" A12, "@5=3 @6=4", "3= 4=vfio-pci/b/1.2.0", 0,
      "has no compatible counterpart for 1 of 2 host devices|" NAME
      "4|type-mismatch|it is not known whether a guest |" NAME "3", NULL },
    { "unknown reasons next to an error",
      "@5=1", "1=" A12 "/low", "@5=2", "2=vfio-pci/b/1.2.0", 0,
      "type-mismatch|missing-target|low", NULL },

    { "driver accepts the string", "@5=1", "1=" A12 "//s", "@5=2", "2=" A12 "//s", 0, NULL, NULL },
    { "driver refuses the string",
      "@5=1", "1=" A12 "//s", "@5=2", "2=" A12 "//t", 0,
      "domain 'guest' cannot be migrated: host '|' has no compatible counterpart for 1 of 1 host "
      "devices|see libvirt-nodedev-compat(7); --unsafe overrides|" NAME "2|" NAME
      "1|opaque-rejected|'s'|'t'|Invalid argument", NULL },
    { "driver refuses the string, and unsafe",
      "@5=1", "1=" A12 "//s", "@5=2", "2=" A12 "//t", VIR_MIGRATE_UNSAFE, NULL,
      "Continuing unsafe migration|opaque-rejected" },
    { "driver refuses the string, another type",
      "@5=1", "1=" A12 "//s", "@5=2", "2=vfio-pci/b/1.2.0//t", 0,
      "type-mismatch|opaque-rejected", NULL },
    { "driver does not answer",
      "@5=1", "1=" A12 "//s", "@5=2", "2=" A12 "//mute", 0, NULL,
      UNKNOWN "|opaque-no-answer|No such device" },
    { "string that cannot be read on the source",
      "@5=1", "1=" A12 "//?timeout", "@5=2", "2=" A12 "//t", 0, NULL, UNKNOWN "|timeout-source" },
    { "string that cannot be read on the destination",
      "@5=1", "1=" A12 "//s", "@5=2", "2=" A12 "//?cut", 0, NULL, UNKNOWN "|cut-target" },
    { "string that cannot be read, on the source only",
      "@5=1", "1=" A12 "//?timeout", "@5=2", "2=" A12, 0, NULL, NULL },
    { "metadata of a vGPU that cannot be read",
      "@5=1", "1=" A12 VGPU "/?timeout", "@5=2", "2=" A12 VGPU, 0, NULL,
      UNKNOWN "|timeout-source" },
    { "vGPU without metadata", "@5=1", "1=" A12 VGPU, "@5=2", "2=" A12 VGPU, 0, NULL, NULL },
    { "string on the source only", "@5=1", "1=" A12 "//s", "@5=2", "2=" A12, 0, NULL, NULL },
    { "string on the destination only", "@5=1", "1=" A12, "@5=2", "2=" A12 "//t", 0, NULL, NULL },
    { "one driver of two refuses the string",
      "@5=1 @6=2", "1=" A12 "//s 2=" A12 "//s", "@5=3 @6=4", "3=" A12 "//s 4=" A12 "//t", 0,
      NAME "4|opaque-rejected", NULL },

    { "no data on both hosts", "@5=1", "1=", "@5=2", "2=", 0, NULL, UNKNOWN "|missing-both" },
    { "no data on the source",
      "@5=1", "1=", "@5=2", "2=vfio-pci/a/1.2.0", 0, NULL, UNKNOWN "|missing-source" },
    { "no data on the destination",
      "@5=1", "1=" A12, "@5=2", "2=", 0, NULL, UNKNOWN "|missing-target" },
    { "no version on both hosts",
      "@5=1", "1=vfio-pci/a", "@5=2", "2=vfio-pci/a", 0, NULL, UNKNOWN "|software_version" },
    { "malformed version",
      "@5=1", "1=vfio-pci/a/1", "@5=2", "2=" A12, 0, NULL, UNKNOWN "|malformed-source" },
    { "device is not on the source",
      "@5=1", "", "@5=2", "2=" A12, 0, NULL,
      "Continuing without compatibility data of host device '" UUID "1'|" UNKNOWN },
    { "device is not on the destination",
      "@5=1", "1=" A12, "@5=2", "", 0,
      NAME "1|" UUID "2|device-missing|no node device for mediated device", NULL },
    { "device without counterpart",
      "@5=1", "1=" A12, "@5=2 @6=3",
      "2=" A12 " 3=vfio-pci/b/1.2.0", 0, NULL,
      UNKNOWN "|" NAME "3_0000_00_02_0|sent no compatibility data: none of its devices has "
      "this one's place in the guest|device-not-described" },
    { "device without counterpart on the destination",
      "@5=1 @6=2", "1=" A12 " 2=" A12, "@5=3", "3=" A12, 0,
      NAME "2|device-missing|no device there that replaces it", NULL },
    { "two devices that cannot be told apart",
      "=1 =2", "1=" A12 " 2=" A12, "=3 =4", "3=" A12 " 4=" A12, 0, NULL,
      UNKNOWN "|device-not-compared|no address in the guest" },
    { "functions whose addresses are left to libvirt",
      "@0=f1 @0=f2", "f1=" A12 " f2=" A12, "@0=f3 @0=f4", "f3=" A12 " f4=vfio-pci/b/1.2.0", 0,
      NULL, UNKNOWN "|device-not-compared|no address in the guest" },
    { "the only AP device of each",
      "@c5=1 =a2", "1=" A12 " 2=" AP, "=a3 @c5=4", "3=" AP " 4=" A12, 0, NULL, NULL },
    { "the only AP device of each, another one",
      "=a2", "2=" AP, "=a3", "3=vfio-ap/b/1.2.0", 0, NAME "2|type-mismatch", NULL },
    { "an AP device in place of another one",
      "=2", "2=" A12, "=a3", "3=" AP, 0, NULL, UNKNOWN "|device-not-compared" },
    { "a device is missing and another unfit",
      "@5=1 @6=2", "1=" A12 " 2=" A12, "@5=3 @6=4", "4=vfio-pci/b/1.2.0", 0,
      UUID "3|device-missing|" NAME "4|type-mismatch", NULL },

    { "unsafe and incompatible",
      "@5=1", "1=" A12, "@5=2", "2=vfio-pci/b/1.2.0", VIR_MIGRATE_UNSAFE, NULL,
      "Continuing unsafe migration|type-mismatch|" NAME "2" },
    { "unsafe and compatible", "@5=1", "1=" A12, "@5=2", "2=" A12, VIR_MIGRATE_UNSAFE, NULL, NULL },
    { "live and incompatible",
      "@5=1", "1=" A12, "@5=2", "2=vfio-pci/b/1.2.0",
      VIR_MIGRATE_LIVE | VIR_MIGRATE_PEER2PEER | VIR_MIGRATE_TUNNELLED, "type-mismatch", NULL },
    { "offline and incompatible",
      "@5=1", "1=" A12, "@5=2", "2=vfio-pci/b/1.2.0", VIR_MIGRATE_OFFLINE, NULL, NULL },
};


/* Prepare: compares the cookie's block with what this host has */
static int
testPrepare(const struct testMigrate *data,
            qemuHostdevCompat **compat)
{
    g_autoptr(virDomainDef) def = testGuest(data->destination);
    g_autofree char *log = NULL;
    int rc;

    virResetLastError();
    g_free(virTestLogContentAndReset());

    rc = qemuHostdevCompatCheck(&driver, def, compat, data->flags);
    log = virTestLogContentAndReset();

    if (rc < 0 ? !data->refused : !!data->refused) {
        return testFail("expected %s, got %s",
                        data->refused ? "a refusal" : "success",
                        rc < 0 ? virGetLastErrorMessage() : "success");
    }

    if (rc < 0) {
        if (virGetLastErrorCode() != VIR_ERR_OPERATION_UNSUPPORTED)
            return testFail("error code is %d", virGetLastErrorCode());
        if (testFindParts("error", data->refused, virGetLastErrorMessage()) < 0)
            return -1;
    } else if (virGetLastErrorCode() != VIR_ERR_OK) {
        return testFail("an error was left: %s", virGetLastErrorMessage());
    }

    virResetLastError();

    if (data->logged)
        return testFindParts("log", data->logged, NULLSTR(log));

    if (log && strstr(log, "warning"))
        return testFail("expected no warning, got\n%s", log);

    return 0;
}


static int
testMigration(const void *opaque)
{
    const struct testMigrate *data = opaque;
    g_autoptr(virDomainDef) def = testGuest(data->source);
    g_autoptr(qemuHostdevCompat) begun = NULL;
    g_autoptr(qemuHostdevCompat) compat = NULL;
    g_autofree char *block = NULL;
    g_autofree char *cookie = NULL;
    g_autofree char *beginLog = NULL;
    struct testMigrate prepare = *data;

    host.devices = data->sourceHost;
    begun = testDescribeGuest(def, data->flags);
    if (virGetLastErrorCode() != VIR_ERR_OK)
        return testFail("Begin left an error: %s", virGetLastErrorMessage());

    /* what Begin warns of is the first part of what is to be logged */
    if (data->logged && STRPREFIX(data->logged, "Continuing without")) {
        g_auto(GStrv) parts = g_strsplit(data->logged, "|", 2);

        beginLog = virTestLogContentAndReset();
        if (testFindParts("log", parts[0], NULLSTR(beginLog)) < 0)
            return -1;
        prepare.logged = strchr(data->logged, '|') + 1;
    }

    block = testFormatBlock(begun);
    cookie = g_strdup_printf("<qemu-migration>%s</qemu-migration>", block ? block : "");
    if (testParseBlock(cookie, &compat) < 0)
        return -1;

    host.devices = data->destinationHost;
    return testPrepare(&prepare, &compat);
}


/* What the source says is malformed: the policy decides about that, too. */
struct testMalformed {
    const char *name;
    const char *policy;
    unsigned int flags;
    bool refused;
};

static const struct testMalformed malformed[] = {
    { "permissive", "migration = \"permissive\"", 0, true },
    { "enforcing", "migration = \"enforcing\"", 0, true },
    { "off", "migration = \"off\"", 0, false },
    { "unsafe", "migration = \"permissive\"", VIR_MIGRATE_UNSAFE, false },
    { "offline", "migration = \"enforcing\"", VIR_MIGRATE_OFFLINE, false },
};


static int
testMalformedBlock(const void *opaque)
{
    const struct testMalformed *data = opaque;
    g_autoptr(virDomainDef) def = testGuest("@5=1");
    g_autoptr(qemuHostdevCompat) compat = NULL;
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;
    g_autofree char *log = NULL;
    int rc;

    if (!(doc = virXMLParseStringCtxt("<qemu-migration><nodedevCompat/><nodedevCompat/>"
                                      "</qemu-migration>",
                                      "cookie", &ctxt)))
        return -1;

    if (testSetPolicy(data->policy) < 0)
        return -1;

    host.devices = "1=" A12;
    virResetLastError();
    qemuHostdevCompatParseCookie(ctxt, &compat);
    if (!compat || !compat->error || virGetLastErrorCode() != VIR_ERR_OK)
        return -1;

    g_free(virTestLogContentAndReset());
    rc = qemuHostdevCompatCheck(&driver, def, &compat, data->flags);
    if ((rc < 0) != data->refused)
        return -1;
    log = virTestLogContentAndReset();
    if (data->flags & VIR_MIGRATE_UNSAFE &&
        testFindParts("log", "Continuing unsafe migration of domain 'guest'|malformed|"
                      "resrc=hostdev-compat reason=unsafe|?:malformed",
                      NULLSTR(log)) < 0)
        return -1;
    if (data->refused &&
        testFindParts("error",
                      "domain 'guest' cannot be migrated: the description of its host devices "
                      "is malformed: |; see libvirt-nodedev-compat(7); --unsafe overrides|"
                      "more than one <nodedevCompat>",
                      virGetLastErrorMessage()) < 0)
        return -1;

    virResetLastError();
    return 0;
}


/* Access control lets the daemon ask what the user who migrates may not. */
static int
testDeniedUser(const void *opaque G_GNUC_UNUSED)
{
    const struct testMigrate migrate = {
        .source = "@5=1",
        .sourceHost = "1=" A12,
        .destination = "@5=1",
        .destinationHost = "1=vfio-pci/a/1.1.0",
        .refused = NAME "1|(version-minor-too-old)",
    };
    g_autoptr(virIdentity) user = virIdentityNew();
    g_autoptr(virIdentity) current = NULL;
    int ret = -1;

    if (virIdentitySetUNIXUserID(user, geteuid() + 1) < 0 ||
        virIdentitySetCurrent(user) < 0)
        return -1;

    host.guarded = true;
    ret = testMigration(&migrate);
    host.guarded = false;

    current = virIdentityGetCurrent();
    if (current != user)
        ret = -1;
    virIdentitySetCurrent(NULL);

    return ret;
}


/* The destination cannot be asked, or answers with nonsense: that is unknown,
 * and never a reason to refuse or to crash. An answer that is merely newer than
 * this libvirt is an answer. */
struct testTrouble {
    const char *name;
    bool unreachable;
    bool stock;
    const char *report;
    const char *logged;
    const char *refused;
};

static const struct testTrouble troubles[] = {
    { "no connection", true, false, NULL, UNKNOWN "|" UUID "1|nodedev:///system", NULL },
    { "a daemon of a stock libvirt",
      false, true, NULL, UNKNOWN "|" NAME "1_0000_00_02_0|not supported", NULL },
    { "a report that is no XML",
      false, false, "incompatible", UNKNOWN "|" NAME "1_0000_00_02_0", NULL },
    { "an empty report", false, false, "", UNKNOWN "|" NAME "1_0000_00_02_0", NULL },
    { "a report without verdict",
      false, false, "<nodeDeviceCompatReport/>", UNKNOWN "|verdict", NULL },
    { "a report of a newer libvirt",
      false, false,
      "<nodeDeviceCompatReport verdict='incompatible'><reason code='brand-new' severity='error' "
      "attr='x' rule='equal'><message>m</message></reason></nodeDeviceCompatReport>", NULL,
      NAME "1_0000_00_02_0|m (brand-new)" },
};


static int
testTroubledHost(const void *opaque)
{
    const struct testTrouble *data = opaque;
    const struct testMigrate prepare = {
        .destination = "@5=1",
        .logged = data->logged,
        .refused = data->refused,
    };
    g_autoptr(qemuHostdevCompat) compat = NULL;
    int ret;

    if (testParseBlock("<qemu-migration><nodedevCompat>"
                       "<hostdev address='pci:0000:00:05.0'>"
                       "<capability type='compat'><type id='a'/></capability>"
                       "</hostdev></nodedevCompat></qemu-migration>", &compat) < 0)
        return -1;

    host.devices = "1=" A12;
    host.unreachable = data->unreachable;
    host.stock = data->stock;
    host.report = data->report;

    ret = testPrepare(&prepare, &compat);

    host.unreachable = false;
    host.stock = false;
    host.report = NULL;

    return ret;
}


/* A peer without our block migrates as ever, whatever this host has. */
static int
testStockSource(const void *opaque G_GNUC_UNUSED)
{
    const struct testMigrate prepare = {
        .destination = "@5=1",
        .logged = UNKNOWN "|sent no compatibility data",
    };

    g_autoptr(qemuHostdevCompat) compat = NULL;

    host.devices = "1=" A12;
    if (testSetPolicy(NULL) < 0)
        return -1;
    return testPrepare(&prepare, &compat);
}


/* A source that cannot reach its node device driver sends what it has. */
static int
testBeginUnreachable(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virDomainDef) def = testGuest("ua-a@5=1");
    g_autoptr(qemuHostdevCompat) compat = NULL;
    g_autofree char *block = NULL;

    host.unreachable = true;
    compat = testDescribeGuest(def, 0);
    host.unreachable = false;

    if (virGetLastErrorCode() != VIR_ERR_OK)
        return testFail("Begin left an error: %s", virGetLastErrorMessage());

    block = testFormatBlock(compat);
    return virTestCompareToString("<nodedevCompat>\n"
                                  "  <hostdev alias='ua-a' address='pci:0000:00:05.0' "
                                   "uuid='" UUID "1'/>\n"
                                  "</nodedevCompat>\n", block);
}


/* The metadata of a vGPU is the opaque string of a device whose driver has none. */
static int
testBeginMetadata(const void *opaque)
{
    const char *metadata = opaque;
    const char *const expect[] = {
        "m of /sys/bus/mdev/devices/" UUID "1 in 11111111-1111-1111-1111-111111111111",
        "driver",
        "m of /sys/bus/pci/devices/0000:0a:00.4 in 11111111-1111-1111-1111-111111111111",
    };
    g_autoptr(virDomainDef) def = testGuest("=1 =2 @7=n4");
    g_autoptr(qemuHostdevCompat) compat = NULL;
    size_t i;

    memset(def->uuid, 0x11, VIR_UUID_BUFLEN);
    host.devices = "1=" A12 " 2=" A12 "//driver f4=/n";
    host.metadata = metadata;
    compat = testDescribeGuest(def, 0);
    host.metadata = NULL;

    for (i = 0; i < compat->hostdevs->len; i++) {
        const virDomainHostdevCompat *device = g_ptr_array_index(compat->hostdevs, i);
        bool known = STREQ_NULLABLE(metadata, "m") || i == 1;

        if (testExpectString(known ? expect[i] : NULL, device->compat->opaque) < 0 ||
            testExpectNumber(STRNEQ_NULLABLE(metadata, "unreadable") || i == 1 ?
                             VIR_NODE_DEVICE_COMPAT_ATTR_OK :
                             VIR_NODE_DEVICE_COMPAT_ATTR_UNREADABLE,
                             device->compat->opaqueState) < 0)
            return -1;
    }

    return testExpectNumber(G_N_ELEMENTS(expect), compat->hostdevs->len);
}


/* What Begin sends, exactly */
static int
testBegin(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virDomainDef) def = testGuest("usb ua-a@5=1 hostdev1@c6=2 =3 @7=n4");
    g_autoptr(qemuHostdevCompat) compat = NULL;
    g_autofree char *block = NULL;

    host.devices = "1=" A12 "/low 2= 3=vfio-ap/m f4=/n";
    compat = testDescribeGuest(def, 0);
    block = testFormatBlock(compat);

    return virTestCompareToString("<nodedevCompat>\n"
                                  "  <hostdev alias='ua-a' address='pci:0000:00:05.0' "
                                   "uuid='" UUID "1' name='mdev_" NAME "1_0000_00_02_0'>\n"
                                  "    <capability type='compat'>\n"
                                  "      <deviceAPI>vfio-pci</deviceAPI>\n"
                                  "      <type id='a'/>\n"
                                  "      <softwareVersion>1.2.0</softwareVersion>\n"
                                  "      <attr name='x' value='low'/>\n"
                                  "    </capability>\n"
                                  "  </hostdev>\n"
                                  "  <hostdev address='ccw:fe.0.0006' "
                                   "uuid='" UUID "2' name='mdev_" NAME "2_0000_00_02_0'>\n"
                                  "    <capability type='compat'>\n"
                                  "      <type id='a'/>\n"
                                  "    </capability>\n"
                                  "  </hostdev>\n"
                                  "  <hostdev uuid='" UUID "3' "
                                   "name='mdev_" NAME "3_0000_00_02_0'>\n"
                                  "    <capability type='compat'>\n"
                                  "      <deviceAPI>vfio-ap</deviceAPI>\n"
                                  "      <type id='m'/>\n"
                                  "    </capability>\n"
                                  "  </hostdev>\n"
                                  "  <hostdev address='pci:0000:00:07.0' name='" FUNCTION "4'>\n"
                                  "    <capability type='compat'>\n"
                                  "      <type id='n'/>\n"
                                  "      <attr name='vfio_driver' value='v' derived='yes'/>\n"
                                  "    </capability>\n"
                                  "  </hostdev>\n"
                                  "</nodedevCompat>\n", block);
}


static int
mymain(void)
{
    size_t i;

    if (testHostInit() < 0)
        return EXIT_FAILURE;

    /* the audit log's records in the other log */
    virAuditLog(true);
    if (virLogSetFilters("2:qemu.qemu_hostdev_compat_policy") < 0)
        return EXIT_FAILURE;

    DO_TABLE_EXPECT("pairing", pairs, testPairDevices);

    for (i = 0; i < G_N_ELEMENTS(migrations); i++) {
        const struct testMigrate *data = &migrations[i];

        DO_TEST(testMigration, data,
                "migration, %s: %s%s%s", data->name,
                data->refused ? "refused, " : "allowed", data->refused ? data->refused : "",
                data->logged ? ", with a warning" : "");
    }

    for (i = 0; i < G_N_ELEMENTS(troubles); i++) {
        DO_TEST(testTroubledHost, &troubles[i],
                "destination with %s: %s", troubles[i].name,
                troubles[i].refused ? "refused" : "allowed, with a warning");
    }

    for (i = 0; i < G_N_ELEMENTS(malformed); i++) {
        DO_TEST(testMalformedBlock, &malformed[i],
                "malformed block, %s: %s", malformed[i].name,
                malformed[i].refused ? "refused" : "allowed");
    }

    DO_TEST(testDeniedUser, NULL, "user who may not see devices: refused");
    DO_TEST(testBegin, NULL, "cookie that Begin sends");
    DO_TEST(testBeginMetadata, NULL, "no metadata of vGPUs");
    DO_TEST(testBeginMetadata, "m", "metadata of vGPUs");
    DO_TEST(testBeginMetadata, "unreadable", "unreadable metadata of vGPUs");
    DO_TEST(testBeginUnreachable, NULL, "cookie without connection");
    DO_TEST(testStockSource, NULL, "stock source: allowed, with a warning");

    testHostFree();

    return testResult();
}

VIR_TEST_MAIN_PRELOAD(mymain,
                      VIR_TEST_MOCK("virpci"),
                      VIR_TEST_MOCK("virrandom"),
                      VIR_TEST_MOCK("domaincaps"),
                      VIR_TEST_MOCK("virhostid"))
