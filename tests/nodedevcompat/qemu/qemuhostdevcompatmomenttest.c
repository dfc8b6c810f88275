/*
 * qemuhostdevcompatmomenttest.c: devices from Prepare to Finish of a migration
 *
 * Devices that are compared late, that change, and that cannot be read at some
 * moment, on the destination.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu/qemu_domain.h"
#include "qemu/qemu_hostdev_compat_check.h"
#include "qemuhostdevcompathost.h"
#include "qemuhostdevcompatutils.h"
#include "nodedevcompatframe.h"
#include "testutilsqemu.h"
#include "virerror.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

#define A12 "vfio-pci/a/1.2.0"


/* What happens to the destination between Prepare, QEMU's opening of the devices
 * and the guest's going on there; NULL is the same as before */
struct testMoments {
    const char *name;
    const char *source;
    const char *sourceHost;
    const char *destination;
    const char *destinationHost;
    const char *opened;         /* the guest, which now has functions for its pools */
    const char *openedHost;
    const char *resumedHost;
    const char *refused;        /* p, o or r for the moment, and parts of the error; or NULL */
};

#define CHANGED "has changed since it was compared"

static const struct testMoments moments[] = {
    { "no host device", "", "", "", "", NULL, NULL, NULL, NULL },
    { "nothing changes",
      "@5=1 @6=f2", "1=" A12 " f2=" A12, "@5=1 @6=f2", "1=" A12 " f2=" A12, NULL, NULL, NULL,
      NULL },
    { "another device changes",
      "@5=1", "1=" A12, "@5=1", "1=" A12 " 2=" A12, NULL, "1=" A12,
      "1=" A12 " 2=vfio-pci/b/1.2.0", NULL },

    { "an attribute before it is opened",
      "@5=1", "1=" A12 "/low", "@5=2", "2=" A12 "/low", NULL, "2=" A12 "/high", NULL,
      "o" NAME "1|" NAME "2|attr-mismatch|low|high" },
    { "the version before it is opened, to a newer one",
      "@5=1", "1=" A12, "@5=2", "2=" A12, NULL, "2=vfio-pci/a/1.3.0", NULL, NULL },
    { "the version before it is opened, to an older one",
      "@5=1", "1=" A12, "@5=2", "2=" A12, NULL, "2=vfio-pci/a/1.1.0", NULL,
      "o" NAME "1|" NAME "2|version-minor-too-old" },
    { "an attribute before the guest goes on",
      "@5=1", "1=" A12 "/low", "@5=2", "2=" A12 "/low", NULL, NULL, "2=" A12 "/high",
      "r" NAME "1|" NAME "2|" CHANGED ": x" },
    { "an attribute to what the source has",
      "@5=1", "1=" A12 "/low", "@5=2", "2=" A12, NULL, "2=" A12 "/low", NULL, NULL },
    { "an attribute goes away",
      "@5=1", "1=" A12 "/low", "@5=2", "2=" A12 "/low", NULL, NULL, "2=" A12, "r" CHANGED ": x" },
    { "the version",
      "@5=f1", "f1=" A12, "@5=f2", "f2=" A12, NULL, NULL, "f2=vfio-pci/a/1.1.0",
      "r" FUNCTION "2|" CHANGED "|compared: software_version" },
    { "the opaque string",
      "@5=1", "1=" A12 "//s", "@5=2", "2=" A12 "//s", NULL, NULL, "2=" A12 "//t",
      "r" CHANGED ": migration_version" },
    { "both devices",
      "@5=1 @6=f2", "1=" A12 " f2=" A12, "@5=1 @6=f2", "1=" A12 " f2=" A12, NULL, NULL,
      "1=vfio-pci/b/1.2.0 f2=vfio-pci/c/1.2.0",
      "r" NAME "1|" FUNCTION "2|" CHANGED ": type" },
    { "a device that is incompatible, too",
      "@5=1", "1=" A12, "@5=2", "2=vfio-pci/b/1.2.0", NULL, NULL, NULL, "ptype-mismatch" },
    { "a device without data", "@5=1", "1=", "@5=2", "2=", NULL, NULL, "2=" A12, NULL },
    { "what cannot be read any more",
      "@5=1 @6=f2", "1=" A12 " f2=" A12, "@5=1 @6=f2", "1=" A12 " f2=" A12, NULL, NULL, "", NULL },
    { "a function whose type cannot be read any more, nor anything else that it publishes",
      "@5=f1", "f1=" A12, "@5=f2", "f2=" A12, NULL, NULL, "f2=vfio-pci/pci-8086-10ca/!", NULL },
    { "an opaque string that cannot be read any more",
      "@5=1", "1=" A12 "//o", "@5=1", "1=" A12 "//o", NULL, "1=" A12, "1=" A12 "//o", NULL },
    { "an opaque string that changes",
      "@5=1", "1=" A12 "//o", "@5=1", "1=" A12 "//o", NULL, NULL, "1=" A12 "//p",
      "r" CHANGED ": migration_version" },
    { "derived data of a function",
      "@5=f1", "f1=" A12, "@5=f1", "f1=" A12, NULL, NULL, "u1=" A12, NULL },

    { "a function that gets its driver",
      "@5=f1", "f1=" A12, "@5=f2", "u2=/pci-8086-10ca", NULL, "f2=" A12, NULL, NULL },
    { "a function that gets an older driver",
      "@5=f1", "f1=" A12, "@5=f2", "u2=/pci-8086-10ca", NULL, "f2=vfio-pci/a/1.1.0", NULL,
      "o" FUNCTION "2|version-minor-too-old" },
    { "a function that gets vfio-pci",
      "@5=f1", "f1=" A12, "@5=f2", "u2=/pci-8086-10ca", NULL, "f2=vfio-pci/pci-8086-10ca", NULL,
      NULL },
    { "a function that changes after it got its driver",
      "@5=f1", "f1=" A12, "@5=f2", "u2=/pci-8086-10ca", NULL, "f2=" A12, "f2=vfio-pci/a/1.3.0",
      "r" CHANGED },
    { "a function without a driver beside a bad device",
      "@5=f1 @6=2", "f1=" A12 " 2=" A12, "@5=f2 @6=3",
      "u2=/pci-8086-10ca 3=vfio-pci/b/1.2.0", NULL, NULL, NULL, "p" NAME "3|type-mismatch" },

    { "a managed function that gets another driver than vfio-pci",
      "@5=h1", "f1=" A12, "@5=h2", "v2=/pci-8086-10ca", NULL, "f2=" A12, NULL, NULL },
    { "a managed function that gets an older driver than vfio-pci",
      "@5=h1", "f1=" A12, "@5=h2", "v2=/pci-8086-10ca", NULL, "f2=vfio-pci/a/1.1.0", NULL,
      "o" FUNCTION "2|version-minor-too-old" },
    { "a managed function that stays with vfio-pci",
      "@5=h1", "v1=" A12, "@5=h2", "v2=vfio-pci/a/1.1.0", NULL, NULL, NULL,
      "o" FUNCTION "2|version-minor-too-old" },
    { "a managed function that has its driver",
      "@5=h1", "f1=" A12, "@5=h2", "f2=vfio-pci/a/1.1.0", NULL, NULL, NULL,
      "o" FUNCTION "2|version-minor-too-old" },
    { "a managed function that does not fit, and cannot be read when it is opened",
      "@5=h1", "f1=" A12, "@5=h2", "f2=vfio-pci/a/1.1.0", NULL, "f2=vfio-pci/pci-8086-10ca/!", NULL,
      "o" FUNCTION "2|version-minor-too-old" },
    { "a function that keeps vfio-pci",
      "@5=f1", "f1=" A12, "@5=f2", "v2=vfio-pci/a/1.1.0", NULL, NULL, NULL,
      "p" FUNCTION "2|version-minor-too-old" },

    { "a function on vfio-pci, which cannot migrate",
      "@5=f1", "f1=" A12, "@5=f2", "v2=" A12, NULL, NULL, NULL,
      "p" FUNCTION "2|not-migratable-target" },
    { "a managed function on vfio-pci that gets a driver that can migrate",
      "@5=h1", "f1=" A12, "@5=h2", "v2=" A12, NULL, "f2=" A12, NULL, NULL },
    { "a managed function that stays with vfio-pci, which cannot migrate",
      "@5=h1", "f1=" A12, "@5=h2", "v2=" A12, NULL, NULL, NULL,
      "o" FUNCTION "2|not-migratable-target" },
    { "a managed function that is not known to fit",
      "@5=h1", "f1=" A12, "@5=h2", "f2=vfio-pci/a", NULL, "f2=" A12, NULL, NULL },
    { "a managed function that has another driver then",
      "@5=h1", "f1=" A12, "@5=h2", "f2=vfio-pci/a/1.1.0", NULL, "f2=" A12, NULL, NULL },

    { "a function of a pool", "@5=n1", "f1=" A12, "@5=pool", "f2=" A12, "@5=n2", NULL, NULL, NULL },
    { "a function of a pool that is too old",
      "@5=n1", "f1=" A12, "@5=pool", "f2=vfio-pci/a/1.1.0", "@5=n2", NULL, NULL,
      "o" FUNCTION "2|" FUNCTION "1|version-minor-too-old" },
    { "a pool that is none of functions",
      "@5=n1", "f1=" A12, "@5=pool", "", "@5=pool", NULL, NULL,
      "o" FUNCTION "1|device-missing|no device there that replaces it" },
    { "a pool in another place",
      "@5=n1", "f1=" A12, "@6=pool", "", NULL, NULL, NULL, "p" FUNCTION "1|device-missing" },
    { "a function of a pool beside an mdev",
      "@5=n1 @6=2", "f1=" A12 " 2=" A12, "@6=2 @5=pool", "2=" A12, "@6=2 @5=n1",
      "2=" A12 " f1=vfio-pci/b/1.2.0", NULL,
      "o" FUNCTION "1|type-mismatch" },
    { "a pool for another interface than the source's",
      "@5=n1", "f1=" A12, "@5=pool @6=pool", "f2=" A12, "@5=pool @6=n2", NULL, NULL,
      "o" FUNCTION "1|device-missing|no device there that replaces it" },
    { "a pool beside a device that is missing",
      "@5=n1 @6=2", "f1=" A12 " 2=" A12, "@5=pool", "", NULL, NULL, NULL,
      "p" NAME "2|device-missing|no device there that replaces it" },
};


/* The same with a hook script on the destination, which can make devices anew or bind
 * other drivers when the guest is prepared */
static const struct testMoments hooks[] = {
    { "nothing changes", "@5=1", "1=" A12, "@5=2", "2=" A12, NULL, NULL, NULL, NULL },
    { "a device that is made with the right type",
      "@5=1", "1=" A12, "@5=2", "2=vfio-pci/b/1.2.0", NULL, "2=" A12, NULL, NULL },
    { "a device that is made with another type",
      "@5=1", "1=" A12, "@5=2", "2=vfio-pci/b/1.2.0", NULL, "2=vfio-pci/c/1.2.0", NULL,
      "o" NAME "2|type-mismatch|'a'|'c'" },
    { "a device that stays bad",
      "@5=1", "1=" A12, "@5=2", "2=vfio-pci/b/1.2.0", NULL, NULL, NULL,
      "o" NAME "2|type-mismatch" },
    { "a good device that is made with another type",
      "@5=1", "1=" A12, "@5=2", "2=" A12, NULL, "2=vfio-pci/b/1.2.0", NULL,
      "o" NAME "2|type-mismatch" },
    { "a good device that is made with a newer version",
      "@5=1", "1=" A12, "@5=2", "2=" A12, NULL, "2=vfio-pci/a/1.3.0", NULL, NULL },
    { "a bad device that is made with the right type, and changes later",
      "@5=1", "1=" A12, "@5=2", "2=vfio-pci/b/1.2.0", NULL, "2=" A12, "2=vfio-pci/a/1.1.0",
      "r" NAME "2|" CHANGED ": software_version" },
    { "a device that is not known to fit",
      "@5=1", "1=" A12, "@5=2", "2=", NULL, "2=" A12, NULL, NULL },
    { "a device that is made",
      "@5=1", "1=" A12, "@5=2", "", NULL, "2=" A12, NULL, NULL },
    { "a device that is made with another type than it should",
      "@5=1", "1=" A12, "@5=2", "", NULL, "2=vfio-pci/b/1.2.0", NULL,
      "o" NAME "2|type-mismatch" },
    { "a device that is not made",
      "@5=1", "1=" A12, "@5=2", "", NULL, NULL, NULL, "o" UUID "2|device-missing" },
    { "a device that cannot be read after it was bad",
      "@5=1", "1=" A12, "@5=2", "2=vfio-pci/b/1.2.0", NULL, "!", NULL,
      "o" NAME "2|type-mismatch" },
    { "a device that was bad, and of which nothing can be read any more",
      "@5=1", "1=" A12, "@5=2", "2=vfio-pci/a/1.1.0", NULL, "2=vfio-pci/a/!", NULL,
      "o" NAME "2|version-minor-too-old" },
    { "a device that was bad, and is gone",
      "@5=1", "1=" A12, "@5=2", "2=vfio-pci/b/1.2.0", NULL, "", NULL,
      "o" UUID "2|device-missing" },
    { "a device that is made with the right type, and of which nothing else can be read",
      "@5=1", "1=" A12, "@5=2", "2=vfio-pci/b/1.1.0", NULL, "2=vfio-pci/a/!", NULL, NULL },
    { "a device that was not known to fit, and of which nothing can be read any more",
      "@5=1", "1=" A12, "@5=2", "2=vfio-pci/a", NULL, "2=vfio-pci/a/!", NULL, NULL },
    { "a function that gets its variant driver",
      "@5=f1", "f1=" A12, "@5=f2", "v2=vfio-pci/pci-8086-10ca", NULL, "f2=" A12, NULL, NULL },
    { "a function that gets another variant driver",
      "@5=f1", "f1=" A12, "@5=f2", "f2=vfio-pci/a/1.1.0", NULL, "f2=" A12, NULL, NULL },
    { "a function that stays bad",
      "@5=f1", "f1=" A12, "@5=f2", "f2=vfio-pci/a/1.1.0", NULL, NULL, NULL,
      "o" FUNCTION "2|version-minor-too-old" },
    { "one of two devices that is made",
      "@5=1 @6=2", "1=" A12 " 2=" A12, "@5=3 @6=4", "3=" A12 " 4=vfio-pci/b/1.2.0", NULL,
      "3=" A12 " 4=" A12, NULL, NULL },
    { "one of two devices that is not made",
      "@5=1 @6=2", "1=" A12 " 2=" A12, "@5=3 @6=4", "3=" A12 " 4=vfio-pci/b/1.2.0", NULL,
      NULL, NULL, "ocounterpart for 1 of 2|" NAME "4|type-mismatch" },
    { "a device that the guest does not have",
      "@5=1 @6=2", "1=" A12 " 2=" A12, "@5=3", "3=" A12, NULL, NULL, NULL,
      "p" NAME "2|device-missing|no device there that replaces it" },
};


/* Whether @rc at the moment @at is as expected; sets @ret_done if it ends here */
static int
testExpectMoment(const struct testMoments *data,
                 char at,
                 int rc,
                 bool *ret_done)
{
    bool refused = data->refused && data->refused[0] == at;

    if ((rc < 0) != refused) {
        return testFail("expected %s at '%c', got %s", refused ? "a refusal" : "success",
                        at, rc < 0 ? virGetLastErrorMessage() : "success");
    }

    if (refused && testFindParts("error", data->refused + 1, virGetLastErrorMessage()) < 0)
        return -1;

    *ret_done = refused;
    virResetLastError();
    return 0;
}


/* The host then; "!" is one whose driver does not answer */
static void
testSetHost(const char *devices)
{
    if (!devices)
        return;

    host.dies = STREQ(devices, "!");
    if (!host.dies)
        host.devices = devices;
}


static int
testMomentsOf(const void *opaque)
{
    const struct testMoments *data = opaque;
    g_autoptr(virDomainDef) source = testGuest(data->source);
    g_autoptr(virDomainDef) destination = testGuest(data->destination);
    g_autoptr(virDomainObj) vm = virDomainObjNew(driver.xmlopt);
    g_autoptr(qemuHostdevCompat) compat = NULL;
    bool done = false;

    host.devices = data->sourceHost;
    compat = testDescribeGuest(source, 0);

    host.devices = data->destinationHost;
    if (testExpectMoment(data, 'p', qemuHostdevCompatCheck(&driver, destination, &compat, 0),
                         &done) < 0 || done)
        goto end;

    vm->def = testGuest(data->opened ? data->opened : data->destination);
    testSetHost(data->openedHost);
    if (testExpectMoment(data, 'o', qemuHostdevCompatCheckOpened(vm, &compat, 0),
                         &done) < 0 || done)
        goto end;

    testSetHost(data->resumedHost);
    if (testExpectMoment(data, 'r', qemuHostdevCompatCheckResumed(vm, 0, true),
                         &done) < 0)
        goto end;
    done = true;

    /* it is asked once */
    if (qemuHostdevCompatCheckResumed(vm, 0, true) < 0)
        done = false;

 end:
    host.dies = false;
    virDomainObjEndAPI(&vm);
    return done ? 0 : -1;
}


static int
testMomentsWithHooks(const void *opaque)
{
    int ret;

    host.hooks = true;
    ret = testMomentsOf(opaque);
    host.hooks = false;

    return ret;
}


/* The node device driver answers at some moments only. What could not be compared
 * is as soon as it can be, as long as no state is sent. */
struct testLate {
    const char *name;
    const char *reachable;      /* p, o, r */
    const char *opened;         /* device 1 then */
    const char *resumed;
    char refused;               /* 0: never */
};

static const struct testLate lates[] = {
    { "from Prepare on", "por", A12, A12, 0 },
    { "not in Prepare", "or", A12, A12, 0 },
    { "not in Prepare, and it does not fit", "or", "vfio-pci/b/1.2.0", NULL, 'o' },
    { "not in Prepare, and it changes", "or", A12, "vfio-pci/a/1.1.0", 'r' },
    { "in Prepare only, and it changes", "p", "vfio-pci/b/1.2.0", "vfio-pci/b/1.2.0", 0 },
    { "not when it is opened, and it changes", "pr", A12, "vfio-pci/a/1.1.0", 'r' },
    { "in the end only", "r", A12, "vfio-pci/b/1.2.0", 0 },
};


static int
testLateAnswer(const void *opaque)
{
    const struct testLate *data = opaque;
    const struct testMoments expect = {
        .refused = data->refused == 'o' ? "o" : data->refused == 'r' ? "r" : NULL,
    };
    g_autoptr(virDomainObj) vm = virDomainObjNew(driver.xmlopt);
    g_autoptr(qemuHostdevCompat) compat = NULL;
    g_autofree char *opened = g_strdup_printf("1=%s", data->opened);
    g_autofree char *resumed = g_strdup_printf("1=%s", NULLSTR_EMPTY(data->resumed));
    bool done = false;
    int ret = -1;

    host.devices = "1=" A12;
    vm->def = testGuest("@5=1");
    compat = testDescribeGuest(vm->def, 0);

    host.unreachable = !strchr(data->reachable, 'p');
    if (testExpectMoment(&expect, 'p', qemuHostdevCompatCheck(&driver, vm->def, &compat, 0),
                         &done) < 0)
        goto cleanup;

    host.devices = opened;
    host.unreachable = !strchr(data->reachable, 'o');
    if (host.unreachable)
        host.devices = "";
    if (testExpectMoment(&expect, 'o', qemuHostdevCompatCheckOpened(vm, &compat, 0),
                         &done) < 0)
        goto cleanup;

    host.devices = strchr(data->reachable, 'r') ? resumed : "";
    host.unreachable = !strchr(data->reachable, 'r');
    if (!done &&
        testExpectMoment(&expect, 'r', qemuHostdevCompatCheckResumed(vm, 0, true),
                         &done) < 0)
        goto cleanup;
    ret = 0;

 cleanup:
    host.unreachable = false;
    virResetLastError();
    virDomainObjEndAPI(&vm);
    return ret;
}


/* A device that is the same when it is opened, and has another verdict then: its driver, or the
 * rules, are late with an answer in Prepare or later. With a hook script the first verdict is put
 * off. */
struct testKnown {
    const char *name;
    const char *device;
    bool hooks;
    const char *prepared;       /* what is answered, with the version of the device */
    const char *opened;         /* NULL: what it is */
    const char *refused;
};

#define ANSWER(verdict, code, severity) \
    "<nodeDeviceCompatReport verdict='" verdict "'>" \
    "<target name='mdev_" NAME "1_0000_00_02_0'><capability type='compat'>" \
    "<deviceAPI>vfio-pci</deviceAPI><type id='a'/><softwareVersion>%s</softwareVersion>" \
    "</capability></target>" \
    "<reason code='" code "' severity='" severity "' attr='migration_version' rule='equal'>" \
    "<message>the driver said so</message></reason></nodeDeviceCompatReport>"
#define NO_ANSWER ANSWER("unknown", "opaque-no-answer", "unknown")
#define REJECTED ANSWER("incompatible", "opaque-rejected", "error")

static const struct testKnown knowns[] = {
    { "not known, and it fits", "1.2.0", false, NO_ANSWER, NULL, NULL },
    { "not known, and it does not fit", "1.1.0", false, NO_ANSWER, NULL,
      "oversion-minor-too-old" },
    { "not known, and not known yet", "1.1.0", false, NO_ANSWER, NO_ANSWER, NULL },
    { "bad, and it fits", "1.2.0", true, REJECTED, NULL, NULL },
    { "bad, and not known any more", "1.2.0", true, REJECTED, NO_ANSWER, "oopaque-rejected" },
    { "bad, and not for that reason any more", "1.1.0", true, REJECTED, NULL,
      "oversion-minor-too-old" },
};


static int
testKnownLater(const void *opaque)
{
    const struct testKnown *data = opaque;
    const struct testMoments expect = { .refused = data->refused };
    g_autoptr(virDomainObj) vm = virDomainObjNew(driver.xmlopt);
    g_autoptr(qemuHostdevCompat) compat = NULL;
    g_autofree char *device = g_strdup_printf("1=vfio-pci/a/%s", data->device);
    g_autofree char *prepared = virStringReplace(data->prepared, "%s", data->device);
    g_autofree char *opened = data->opened ? virStringReplace(data->opened, "%s", data->device) :
                                             NULL;
    bool done = false;
    int ret = -1;

    host.devices = "1=" A12;
    vm->def = testGuest("@5=1");
    compat = testDescribeGuest(vm->def, 0);

    host.devices = device;
    host.hooks = data->hooks;
    host.report = prepared;
    if (testExpectMoment(&expect, 'p', qemuHostdevCompatCheck(&driver, vm->def, &compat, 0),
                         &done) < 0)
        goto cleanup;
    g_free(virTestLogContentAndReset());

    host.report = opened;
    if (testExpectMoment(&expect, 'o', qemuHostdevCompatCheckOpened(vm, &compat, 0),
                         &done) < 0)
        goto cleanup;

    /* what was not known has been logged */
    if (!data->refused) {
        g_autofree char *log = virTestLogContentAndReset();

        if (log && strstr(log, "Continuing migration"))
            goto cleanup;
    }
    ret = 0;

 cleanup:
    host.report = NULL;
    host.hooks = false;
    virResetLastError();
    virDomainObjEndAPI(&vm);
    return ret;
}


/* A guest that stays defined has nothing left of a migration after its QEMU has ended.
 * In a migration of the second version of the protocol the source has no guest any
 * more, so that nothing may be refused. */
static int
testForgotten(const void *opaque)
{
    const bool *ended = opaque;
    g_autoptr(virDomainObj) vm = virDomainObjNew(driver.xmlopt);
    g_autoptr(qemuHostdevCompat) compat = NULL;
    int rc = -1;

    host.devices = "1=" A12;
    vm->def = testGuest("@5=1");
    compat = testDescribeGuest(vm->def, 0);
    if (qemuHostdevCompatCheck(&driver, vm->def, &compat, 0) == 0 &&
        qemuHostdevCompatCheckOpened(vm, &compat, 0) == 0) {
        host.devices = "1=vfio-pci/b/1.2.0";
        if (*ended)
            qemuDomainObjPrivateDataClear(vm->privateData);
        if (*ended || qemuHostdevCompatCheckResumed(vm, 0, false) == 0)
            rc = qemuHostdevCompatCheckResumed(vm, 0, true);
    }

    virDomainObjEndAPI(&vm);
    return rc;
}


/* What the administrator states at each moment, and the device in the end. An edit is no change
 * of the device. */
struct testFacts {
    const char *name;
    const char *prepared;       /* "!": none that is usable, "?": no others than before */
    const char *opened;
    const char *resumed;
    const char *mark;           /* why the driver of the device does not know them, or "" */
    const char *changed;
    const char *refused;
    const char *late;           /* p, o: when they were not known in time, or NULL */
};

#define FACTS(content) \
    "<nodedevCompatFacts><facts type='other'>" content "</facts></nodedevCompatFacts>"
#define FACT_X(value) FACTS("<attr name='x' value='" value "'/>")
#define LOW FACT_X("low")
#define HIGH FACT_X("high")
#define OLDER "vfio-pci/a/1.1.0/high"

static const struct testFacts facts[] = {
    { "nothing stated", NULL, NULL, NULL, "", A12 "/high", "r" CHANGED ": x", NULL },
    { "another value", LOW, LOW, HIGH, "", A12 "/high", NULL, NULL },
    { "stated from then on", NULL, NULL, HIGH, "", A12 "/high", NULL, NULL },
    { "no more stated", LOW, LOW, NULL, "", A12, NULL, NULL },
    { "something else changes", LOW, LOW, HIGH, "", OLDER, "r" CHANGED ": software_version", NULL },
    { "something else is stated", FACTS("<attr name='y' value='1'/>"),
      FACTS("<attr name='y' value='1'/>"), NULL, "", A12 "/high", "r" CHANGED ": x", NULL },

    /* late */
    { "no more stated, late in Prepare", LOW, LOW, NULL, "", A12, NULL, "p" },
    { "something else changes, late in Prepare", LOW, LOW, HIGH, "", OLDER,
      "r" CHANGED ": software_version", "p" },
    { "no more stated, late until it is opened", LOW, LOW, NULL, "", A12, NULL, "po" },

    /* not usable, or outdated, in this driver; that of the device can have known them before */
    { "no more stated, not usable until it is opened", "!", "!", NULL, "", A12, NULL, NULL },
    { "no more stated, not usable in Prepare", "!", LOW, NULL, "", A12, NULL, NULL },
    { "something else changes, not usable in Prepare", "!", LOW, HIGH, "", OLDER,
      "r" CHANGED ": software_version", NULL },
    { "no more stated, outdated until it is opened", "?", "?", NULL, "", A12, NULL, NULL },
    { "stated from then on, not usable in the end", NULL, NULL, "!", "", A12 "/high", NULL, NULL },
    { "stated from then on, outdated in the end", NULL, NULL, "?", "", A12 "/high", NULL, NULL },
    { "no more stated, outdated for the other driver", "!", "!", NULL, "#outdated", A12, NULL,
      NULL },
    { "not usable for both", "!", "!", "!", "#malformed", A12 "/high", "r" CHANGED ": x", NULL },
    { "outdated for both", "?", "?", "?", "#outdated", A12 "/high", "r" CHANGED ": x", NULL },
    { "outdated, and not usable for the other driver", "?", "?", "?", "#timeout", A12 "/high",
      "r" CHANGED ": x", NULL },
};


/* As if the facts had come when nobody waited any more */
static void
testLoseFacts(const qemuHostdevCompat *compat)
{
    GHashTableIter iter;
    void *value;

    g_hash_table_iter_init(&iter, compat->memory->targets);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        virDomainHostdevCompatAnswer *answer = value;

        g_clear_object(&answer->facts);
    }
}


static int
testEditFacts(const void *opaque)
{
    const struct testFacts *data = opaque;
    const struct testMoments expect = { .refused = data->refused };
    g_autoptr(virDomainObj) vm = virDomainObjNew(driver.xmlopt);
    g_autoptr(qemuHostdevCompat) compat = NULL;
    g_autofree char *device = g_strdup_printf("1=" A12 "/low/%s", data->mark);
    g_autofree char *changed = g_strdup_printf("1=%s/%s", data->changed, data->mark);
    bool done = false;
    int ret = -1;

    host.devices = device;
    vm->def = testGuest("@5=1");
    compat = testDescribeGuest(vm->def, 0);

    host.facts = data->prepared;
    if (qemuHostdevCompatCheck(&driver, vm->def, &compat, 0) < 0)
        goto cleanup;
    if (data->late)
        testLoseFacts(compat);

    host.facts = data->opened;
    if (qemuHostdevCompatCheckOpened(vm, &compat, 0) < 0)
        goto cleanup;
    if (data->late && strchr(data->late, 'o'))
        testLoseFacts(QEMU_DOMAIN_PRIVATE(vm)->hostdevCompat.incoming);

    host.devices = changed;
    host.facts = data->resumed;
    ret = testExpectMoment(&expect, 'r', qemuHostdevCompatCheckResumed(vm, 0, true), &done);

 cleanup:
    host.facts = NULL;
    virResetLastError();
    virDomainObjEndAPI(&vm);
    return ret;
}


/* How often the device is read at each moment: what is remembered comes with the
 * answer, so that it is what was compared. */
struct testReads {
    const char *name;
    const char *source;
    const char *sourceHost;
    const char *destination;
    const char *destinationHost;
    const char *openedHost;     /* NULL: as before */
    bool stock;
    bool brief;
    size_t reads[3];
};

static const struct testReads reads[] = {
    { "mediated device", "@5=1", "1=" A12, "@5=2", "2=" A12, NULL, false, false, { 1, 1, 1 } },
    { "function", "@5=f1", "f1=" A12, "@5=f2", "f2=" A12, NULL, false, false, { 1, 1, 1 } },
    { "two devices", "@5=1 @6=f2", "1=" A12 " f2=" A12, "@5=1 @6=f2", "1=" A12 " f2=" A12,
      NULL, false, false, { 2, 2, 2 } },
    { "opaque strings", "@5=1", "1=" A12 "//s", "@5=2", "2=" A12 "//s",
      NULL, false, false, { 1, 1, 1 } },
    { "opaque string on the destination only", "@5=1", "1=" A12, "@5=2", "2=" A12 "//s",
      NULL, false, false, { 1, 1, 1 } },
    { "opaque string on the source only", "@5=1", "1=" A12 "//s", "@5=2", "2=" A12,
      NULL, false, false, { 2, 2, 1 } },
    { "function that gets its driver", "@5=f1", "f1=" A12, "@5=f2", "u2=/pci-8086-10ca",
      "f2=" A12, false, false, { 1, 1, 1 } },
    { "device that the source did not describe", "@5=1", "", "@5=2", "2=" A12,
      NULL, false, false, { 1, 1, 1 } },
    { "device that is not there", "@5=1", "1=", "@5=2", "2=", "", false, false, { 1, 0, 0 } },
    { "device without data", "@5=1", "1=", "@5=2", "2=", NULL, false, false, { 1, 1, 0 } },
    { "function that publishes nothing", "@5=f1", "f1=vfio-pci/pci-8086-10ca", "@5=f2",
      "f2=vfio-pci/pci-8086-10ca", NULL, false, false, { 1, 1, 0 } },
    { "driver of a stock libvirt", "@5=1", "1=" A12, "@5=2", "2=" A12,
      NULL, true, false, { 1, 1, 0 } },
    { "driver whose answer lacks the descriptor", "@5=1", "1=" A12, "@5=2", "2=" A12,
      NULL, false, true, { 2, 2, 1 } },
};


static int
testExpectReads(size_t expect,
                int rc)
{
    if (rc < 0 || host.reads != expect) {
        return testFail("expected %zu reads, got %zu: %s", expect, host.reads,
                        rc < 0 ? virGetLastErrorMessage() : "success");
    }

    host.reads = 0;
    return 0;
}


static int
testCountReads(const void *opaque)
{
    const struct testReads *data = opaque;
    g_autoptr(virDomainDef) source = testGuest(data->source);
    g_autoptr(virDomainObj) vm = virDomainObjNew(driver.xmlopt);
    g_autoptr(qemuHostdevCompat) compat = NULL;
    int ret = -1;

    host.devices = data->sourceHost;
    compat = testDescribeGuest(source, 0);

    vm->def = testGuest(data->destination);
    host.devices = data->destinationHost;
    host.stock = data->stock;
    host.brief = data->brief;
    host.reads = 0;

    if (testExpectReads(data->reads[0],
                        qemuHostdevCompatCheck(&driver, vm->def, &compat, 0)) < 0)
        goto cleanup;
    if (data->openedHost)
        host.devices = data->openedHost;
    if (testExpectReads(data->reads[1], qemuHostdevCompatCheckOpened(vm, &compat, 0)) < 0 ||
        testExpectReads(data->reads[2], qemuHostdevCompatCheckResumed(vm, 0, true)) < 0)
        goto cleanup;
    ret = 0;

 cleanup:
    host.stock = false;
    host.brief = false;
    virResetLastError();
    virDomainObjEndAPI(&vm);
    return ret;
}


/* A device that is another one right after it was compared has changed, although it
 * was never read as it was: what was compared is what is remembered. */
static int
testRemembered(const void *opaque G_GNUC_UNUSED)
{
    const struct testMoments expect = { .refused = "oversion-minor-too-old" };
    g_autoptr(virDomainObj) vm = virDomainObjNew(driver.xmlopt);
    g_autoptr(qemuHostdevCompat) compat = NULL;
    bool done = false;
    int ret = -1;

    host.devices = "1=" A12;
    vm->def = testGuest("@5=1");
    compat = testDescribeGuest(vm->def, 0);

    host.devices = "1=vfio-pci/a/1.1.0";
    host.report = "<nodeDeviceCompatReport verdict='superset'>"
                  "<target name='mdev_" NAME "1_0000_00_02_0'>"
                  "<capability type='compat'><deviceAPI>vfio-pci</deviceAPI><type id='a'/>"
                  "<softwareVersion>1.3.0</softwareVersion></capability>"
                  "</target></nodeDeviceCompatReport>";
    if (qemuHostdevCompatCheck(&driver, vm->def, &compat, 0) == 0) {
        host.report = NULL;
        ret = testExpectMoment(&expect, 'o', qemuHostdevCompatCheckOpened(vm, &compat, 0), &done);
    }

    host.report = NULL;
    virResetLastError();
    virDomainObjEndAPI(&vm);
    return ret;
}


/* Nobody waits for the policy of a guest without host devices, nor while the guest stands still
 * if none of its devices was compared. */
struct testPolicy {
    const char *name;
    const char *guest;
    const char *host;
    const char *read;           /* p, o, r: where it is */
};

static const struct testPolicy policies[] = {
    { "no host device", "usb", "", "" },
    { "a pool", "pool", "", "" },
    { "a device", "@5=1", "1=" A12, "por" },
    { "a device that is not known", "@5=1", "!", "po" },
};


static int
testPolicyRead(const void *opaque)
{
    const struct testPolicy *test = opaque;
    g_autoptr(virDomainObj) vm = virDomainObjNew(driver.xmlopt);
    g_autoptr(qemuHostdevCompat) compat = NULL;
    g_autofree char *actual = g_strdup("");
    int rc = 0;
    size_t i;

    testSetHost(test->host);
    vm->def = testGuest(test->guest);
    if (testSetPolicy("migration = \"permissive\"\nignore = 1\n") < 0)
        rc = -1;

    for (i = 0; rc == 0 && i < 3; i++) {
        g_autofree char *log = NULL;
        g_autofree char *before = g_steal_pointer(&actual);
        bool read;

        g_free(virTestLogContentAndReset());
        if (i == 0)
            rc = qemuHostdevCompatCheck(&driver, vm->def, &compat, VIR_MIGRATE_UNSAFE);
        else if (i == 1)
            rc = qemuHostdevCompatCheckOpened(vm, &compat, VIR_MIGRATE_UNSAFE);
        else
            rc = qemuHostdevCompatCheckResumed(vm, VIR_MIGRATE_UNSAFE, true);

        log = virTestLogContentAndReset();
        read = log && strstr(log, "nodedev-compat.conf");
        actual = g_strdup_printf("%s%.*s", before, read, &"por"[i]);
    }

    host.dies = false;
    testSetPolicy(NULL);
    virResetLastError();
    virDomainObjEndAPI(&vm);
    return rc < 0 ? rc : testExpectString(test->read, actual);
}


/* Those who ask need the lock of the guest until they have gone. */
static void
testRestartFor(virDomainObj *vm)
{
    virObjectUnlock(vm);
    testHostRestart();
    virObjectLock(vm);
}


/* The node device driver's daemon is another one after Prepare. */
static int
testRestartedDriver(const void *opaque)
{
    const char *moment = opaque;
    const struct testMoments expect = { .refused = moment };
    g_autoptr(virDomainObj) vm = virDomainObjNew(driver.xmlopt);
    g_autoptr(qemuHostdevCompat) compat = NULL;
    bool done = false;
    int ret = -1;

    host.devices = "1=" A12;
    vm->def = testGuest("@5=1");
    compat = testDescribeGuest(vm->def, 0);

    if (qemuHostdevCompatCheck(&driver, vm->def, &compat, 0) < 0)
        goto cleanup;

    testRestartFor(vm);
    if (*moment == 'o')
        host.devices = "1=vfio-pci/a/1.1.0";
    if (testExpectMoment(&expect, 'o', qemuHostdevCompatCheckOpened(vm, &compat, 0),
                         &done) < 0)
        goto cleanup;

    testRestartFor(vm);
    host.devices = "1=vfio-pci/a/1.1.0";
    if (!done &&
        testExpectMoment(&expect, 'r', qemuHostdevCompatCheckResumed(vm, 0, true),
                         &done) < 0)
        goto cleanup;
    ret = 0;

 cleanup:
    virResetLastError();
    virDomainObjEndAPI(&vm);
    return ret;
}


static int
mymain(void)
{
    bool yes = true;
    bool no = false;
    size_t i;

    if (qemuTestDriverInit(&driver) < 0 ||
        testPolicyInit() < 0 ||
        testHostInit() < 0)
        return EXIT_FAILURE;

    for (i = 0; i < G_N_ELEMENTS(moments); i++) {
        DO_TEST(testMomentsOf, &moments[i],
                "between Prepare and Finish, %s: %s", moments[i].name,
                moments[i].refused ? moments[i].refused : "allowed");
    }

    for (i = 0; i < G_N_ELEMENTS(hooks); i++) {
        DO_TEST(testMomentsWithHooks, &hooks[i],
                "with a hook script, %s: %s", hooks[i].name,
                hooks[i].refused ? hooks[i].refused : "allowed");
    }

    for (i = 0; i < G_N_ELEMENTS(lates); i++) {
        DO_TEST(testLateAnswer, &lates[i],
                "node device driver answers %s: %s", lates[i].name,
                lates[i].refused ? "refused" : "allowed");
    }

    DO_TABLE("verdict on the same device in Prepare", knowns, testKnownLater);
    DO_TABLE("edit of facts", facts, testEditFacts);
    DO_TABLE("policy file that is not usable", policies, testPolicyRead);

    for (i = 0; i < G_N_ELEMENTS(reads); i++) {
        DO_TEST(testCountReads, &reads[i],
                "reads of a device, %s: %zu, %zu, %zu", reads[i].name, reads[i].reads[0],
                reads[i].reads[1], reads[i].reads[2]);
    }

    DO_TEST(testRemembered, NULL,
            "device that changes right after it was compared: refused");
    DO_TEST(testForgotten, &yes, "device that changes after the guest has ended: allowed");
    DO_TEST(testForgotten, &no, "device that changes, without a way back: allowed");
    DO_TEST(testRestartedDriver, "oversion-minor-too-old",
            "restart of the driver after Prepare: refused");
    DO_TEST(testRestartedDriver, "r" CHANGED,
            "restarts of the driver after Prepare: refused");

    testHostFree();
    testPolicyFree();
    qemuTestDriverFree(&driver);

    return testResult();
}

VIR_TEST_MAIN_PRELOAD(mymain,
                      VIR_TEST_MOCK("virpci"),
                      VIR_TEST_MOCK("virrandom"),
                      VIR_TEST_MOCK("domaincaps"),
                      VIR_TEST_MOCK("virhostid"))
