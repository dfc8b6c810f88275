/*
 * qemuhostdevcompatmemorytest.c: what is remembered from Prepare to Finish
 *
 * What the destination has compared, the facts it knew then, how often it reads a device
 * and its policy, and that this outlives the node device driver's daemon.
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
#define CHANGED "has changed since it was compared"


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
    ret = testExpectMoment(data->refused, 'r', qemuHostdevCompatCheckResumed(vm, 0, true), &done);

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
        ret = testExpectMoment("oversion-minor-too-old", 'o',
                               qemuHostdevCompatCheckOpened(vm, &compat, 0), &done);
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
    const char *refused = opaque;
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
    if (*refused == 'o')
        host.devices = "1=vfio-pci/a/1.1.0";
    if (testExpectMoment(refused, 'o', qemuHostdevCompatCheckOpened(vm, &compat, 0),
                         &done) < 0)
        goto cleanup;

    testRestartFor(vm);
    host.devices = "1=vfio-pci/a/1.1.0";
    if (!done &&
        testExpectMoment(refused, 'r', qemuHostdevCompatCheckResumed(vm, 0, true),
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
    size_t i;

    if (testHostInit() < 0)
        return EXIT_FAILURE;

    DO_TABLE("edit of facts", facts, testEditFacts);
    DO_TABLE("policy file that is not usable", policies, testPolicyRead);

    for (i = 0; i < G_N_ELEMENTS(reads); i++) {
        DO_TEST(testCountReads, &reads[i],
                "reads of a device, %s: %zu, %zu, %zu", reads[i].name, reads[i].reads[0],
                reads[i].reads[1], reads[i].reads[2]);
    }

    DO_TEST(testRemembered, NULL,
            "device that changes right after it was compared: refused");
    DO_TEST(testRestartedDriver, "oversion-minor-too-old",
            "restart of the driver after Prepare: refused");
    DO_TEST(testRestartedDriver, "r" CHANGED,
            "restarts of the driver after Prepare: refused");

    testHostFree();

    return testResult();
}

VIR_TEST_MAIN_PRELOAD(mymain,
                      VIR_TEST_MOCK("virpci"),
                      VIR_TEST_MOCK("virrandom"),
                      VIR_TEST_MOCK("domaincaps"),
                      VIR_TEST_MOCK("virhostid"))
