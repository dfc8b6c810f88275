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
    if (testExpectMoment(data->refused, 'p',
                         qemuHostdevCompatCheck(&driver, destination, &compat, 0),
                         &done) < 0 || done)
        goto end;

    vm->def = testGuest(data->opened ? data->opened : data->destination);
    testSetHost(data->openedHost);
    if (testExpectMoment(data->refused, 'o', qemuHostdevCompatCheckOpened(vm, &compat, 0),
                         &done) < 0 || done)
        goto end;

    testSetHost(data->resumedHost);
    if (testExpectMoment(data->refused, 'r', qemuHostdevCompatCheckResumed(vm, 0, true),
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
    const char *refused = data->refused == 'o' ? "o" : data->refused == 'r' ? "r" : NULL;
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
    if (testExpectMoment(refused, 'p', qemuHostdevCompatCheck(&driver, vm->def, &compat, 0),
                         &done) < 0)
        goto cleanup;

    host.devices = opened;
    host.unreachable = !strchr(data->reachable, 'o');
    if (host.unreachable)
        host.devices = "";
    if (testExpectMoment(refused, 'o', qemuHostdevCompatCheckOpened(vm, &compat, 0),
                         &done) < 0)
        goto cleanup;

    host.devices = strchr(data->reachable, 'r') ? resumed : "";
    host.unreachable = !strchr(data->reachable, 'r');
    if (!done &&
        testExpectMoment(refused, 'r', qemuHostdevCompatCheckResumed(vm, 0, true),
                         &done) < 0)
        goto cleanup;
    ret = 0;

 cleanup:
    host.unreachable = false;
    virResetLastError();
    virDomainObjEndAPI(&vm);
    return ret;
}


#define ENFORCING "migration = \"enforcing\""

/* Nobody answers any more when a device is opened that was compatible in Prepare: it is if it
 * cannot have become another one. When the guest goes on, it is not the one of Prepare. */
static const struct testUnanswered {
    const char *name;
    const char *guest;
    const char *policy;
    bool hooks;
    bool reverted;              /* a guest was ended for a snapshot */
    const char *refused;
} unanswereds[] = {
    { "a device, enforcing", "@5=1", ENFORCING, false, false, "r" CHANGED },
    { "a device, with a hook script", "@5=1", NULL, true, false, NULL },
    { "a device, enforcing, with a hook script", "@5=1", ENFORCING, true, false,
      "o" UUID "1|device-not-compared" },
    { "a device, enforcing, with a hook script, in a revert", "@5=1", ENFORCING, true, true, NULL },
    { "a function, enforcing", "@5=f1", ENFORCING, false, false, "r" CHANGED },
    { "a managed function", "@5=h1", NULL, false, false, NULL },
    { "a managed function, enforcing", "@5=h1", ENFORCING, false, false,
      "o" FUNCTION "1|device-not-compared" },
};


static int
testUnanswered(const void *opaque)
{
    const struct testUnanswered *data = opaque;
    g_autoptr(virDomainObj) vm = virDomainObjNew(driver.xmlopt);
    g_autoptr(qemuHostdevCompat) compat = NULL;
    bool done = false;
    int ret = -1;

    host.devices = "1=" A12 " f1=" A12;
    vm->def = testGuest(data->guest);
    compat = testDescribeGuest(vm->def, 0);

    host.hooks = data->hooks;
    if (testSetPolicy(data->policy) < 0 ||
        testExpectMoment(data->refused, 'p', qemuHostdevCompatCheck(&driver, vm->def, &compat, 0),
                         &done) < 0)
        goto cleanup;

    testSetHost("!");
    if (data->reverted)
        vm->job->asyncJob = VIR_ASYNC_JOB_SNAPSHOT;
    ret = testExpectMoment(data->refused, 'o', qemuHostdevCompatCheckOpened(vm, &compat, 0),
                           &done);
    if (ret < 0 || done || data->reverted)
        goto cleanup;

    testSetHost("1=vfio-pci/a/1.3.0 f1=vfio-pci/a/1.3.0");
    ret = testExpectMoment(data->refused, 'r', qemuHostdevCompatCheckResumed(vm, 0, true), &done);

 cleanup:
    host.dies = false;
    host.hooks = false;
    ignore_value(testSetPolicy(NULL));
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
    if (testExpectMoment(data->refused, 'p', qemuHostdevCompatCheck(&driver, vm->def, &compat, 0),
                         &done) < 0)
        goto cleanup;
    g_free(virTestLogContentAndReset());

    host.report = opened;
    if (testExpectMoment(data->refused, 'o', qemuHostdevCompatCheckOpened(vm, &compat, 0),
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


static int
mymain(void)
{
    bool yes = true;
    bool no = false;
    size_t i;

    if (testHostInit() < 0)
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

    DO_TABLE("nobody answers when it is opened", unanswereds, testUnanswered);
    DO_TABLE("verdict on the same device in Prepare", knowns, testKnownLater);
    DO_TEST(testForgotten, &yes, "device that changes after the guest has ended: allowed");
    DO_TEST(testForgotten, &no, "device that changes, without a way back: allowed");

    testHostFree();

    return testResult();
}

VIR_TEST_MAIN_PRELOAD(mymain,
                      VIR_TEST_MOCK("virpci"),
                      VIR_TEST_MOCK("virrandom"),
                      VIR_TEST_MOCK("domaincaps"),
                      VIR_TEST_MOCK("virhostid"))
