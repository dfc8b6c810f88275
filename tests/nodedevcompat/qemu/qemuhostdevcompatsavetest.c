/*
 * qemuhostdevcompatsavetest.c: devices of a guest in its saved state
 *
 * The whole way from a guest that is saved, by way of the cookie in the file, to
 * its restore, by each policy; cookies of a stock libvirt, and damaged ones; and
 * reverting to a snapshot.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu/qemu_domain.h"
#include "qemu/qemu_hostdev_compat_save.h"
#include "qemuhostdevcompathost.h"
#include "qemuhostdevcompatutils.h"
#include "snapshot_conf.h"
#include "nodedevcompatframe.h"
#include "testutilsqemu.h"
#include "virerror.h"
#include "virsavecookie.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

#define MODE "migration = "
#define OFF MODE "\"off\""
#define ENFORCING MODE "\"enforcing\""
#define IGNORE "ignore = "
#define DESCRIBED "restore_undescribed = 0\n"

#define A12 "vfio-pci/a/1.2.0"
#define A11 "vfio-pci/a/1.1.0"

/* A guest that is saved on one host and restored on another, which is written as
 * qemuhostdevcompatutils.h and qemuhostdevcompathost.h tell. */
struct testRestore {
    const char *name;
    const char *policy;         /* nodedev-compat.conf */
    const char *source;
    const char *sourceHost;
    const char *target;         /* NULL: as the source */
    const char *targetHost;
    const char *opened;         /* host when QEMU has opened the devices; NULL: as before */
    const char *logged;         /* parts of a warning; NULL: there is none */
    const char *refused;        /* parts of the error, after < if it comes before QEMU
                                   is started, or > when it has; NULL: allowed */
};

#define REFUSED \
    "<domain 'guest' cannot be restored: |; see libvirt-nodedev-compat(7); " \
    "'migration' is '|/nodedev-compat.conf'"

static const struct testRestore restores[] = {
    { "same device", "", "@5=1", "1=" A12, NULL, "1=" A12, NULL, NULL, NULL },
    { "same device", ENFORCING, "@5=1", "1=" A12, NULL, "1=" A12, NULL, NULL, NULL },
    { "other device, newer", "", "@5=1", "1=" A12, "@5=2", "2=vfio-pci/a/1.3.0", NULL, NULL, NULL },
    { "other device, older",
      "", "@5=1", "1=" A12, "@5=2", "2=" A11, NULL, NULL,
      REFUSED "|version-minor-too-old|the source has '1.2.0'" },
    { "older", OFF, "@5=1", "1=" A12, NULL, "1=" A11, NULL, NULL, NULL },
    { "older",
      IGNORE "[\"version-minor-too-old\"]", "@5=1", "1=" A12, NULL, "1=" A11, NULL,
      "Ignoring in the restore of domain 'guest', as set in '|version-minor-too-old", NULL },
    { "other type", "", "@5=1", "1=" A12, NULL, "1=vfio-pci/b/1.2.0", NULL, NULL, REFUSED "|type" },
    { "unknown",
      "", "@5=1", "1=", NULL, "1=", NULL,
      "Continuing restore of domain 'guest': it is not known whether", NULL },
    { "unknown",
      ENFORCING, "@5=1", "1=", NULL, "1=", NULL, NULL,
      REFUSED "|may have no compatible counterpart for 1 of 1 host devices|'enforcing' in '" },
    { "unknown", OFF, "@5=1", "1=", NULL, "1=", NULL, NULL, NULL },
    { "device that is missing",
      "", "@5=1", "1=" A12, NULL, "", NULL, NULL, REFUSED "|device-missing" },
    { "guest that lost a device",
      "", "@5=1 @6=2", "1=" A12 " 2=" A12, "@5=1", "1=" A12, NULL, NULL,
      REFUSED "|device-missing" },
    { "guest that got a device",
      ENFORCING, "@5=1", "1=" A12, "@5=1 @6=2", "1=" A12 " 2=" A12, NULL, NULL,
      REFUSED "|device-not-described" },
    { "two devices, second is older",
      "", "@5=1 @6=2", "1=" A12 " 2=" A12, NULL, "1=" A12 " 2=" A11, NULL, NULL,
      REFUSED "|version-minor-too-old" },
    { "guest without such devices", ENFORCING, "usb", "", NULL, "", NULL, NULL, NULL },

    /* what is compared when QEMU has opened it */
    { "function without its driver, same",
      "", "@5=f1", "f1=" A12, NULL, "u1=" A12, "f1=" A12, NULL, NULL },
    { "function without its driver, older",
      "", "@5=f1", "f1=" A12, NULL, "u1=" A12, "f1=" A11, NULL,
      ">cannot be restored: |version-minor-too-old" },
    { "function without its driver, older",
      OFF, "@5=f1", "f1=" A12, NULL, "u1=" A12, "f1=" A11, NULL, NULL },
    { "device that changed",
      "", "@5=1", "1=" A12, NULL, "1=" A12, "1=" A11, NULL,
      ">cannot be restored: |version-minor-too-old" },
    { "device that changed, and fits",
      "", "@5=1", "1=" A12, NULL, "1=" A12, "1=vfio-pci/a/1.3.0", NULL, NULL },
};

/* The content of cookies, all for a guest "@5=1" on a host with 1=A11 */
struct testCookie {
    const char *name;
    const char *policy;
    const char *cookie;
    const char *logged;
    const char *refused;
};

#define HOSTDEV(content) "<hostdev address='pci:0000:00:05.0'>" content "</hostdev>"
#define BLOCK(content) "<cookie><nodedevCompat>" content "</nodedevCompat></cookie>"
#define CAP(version) \
    HOSTDEV("<capability type='compat'><deviceAPI>vfio-pci</deviceAPI><type id='a'/>" \
            "<softwareVersion>" version "</softwareVersion></capability>")
#define STOCK "Restoring domain 'guest' without a check of its host devices"
#define UNDESCRIBED REFUSED \
    "|may have no compatible counterpart for 1 of 1 host devices|(device-not-described)|" \
    "'migration' is 'enforcing' and 'restore_undescribed' is '0' in '"
#define MALFORMED REFUSED "|the description of its host devices is malformed"

static const struct testCookie cookies[] = {
    { "of a stock libvirt", "", "<cookie/>", STOCK, NULL },
    { "of a stock libvirt", ENFORCING, "<cookie/>", STOCK, NULL },
    { "of a stock libvirt", OFF, "<cookie/>", NULL, NULL },
    { "of a stock libvirt, with a helper",
      ENFORCING, "<cookie><slirpHelper/></cookie>", STOCK, NULL },
    { "none at all", ENFORCING, NULL, STOCK, NULL },
    { "of a stock libvirt", DESCRIBED, "<cookie/>", STOCK, NULL },
    { "of a stock libvirt", DESCRIBED OFF, "<cookie/>", NULL, NULL },
    { "of a stock libvirt", DESCRIBED ENFORCING, "<cookie/>", NULL, UNDESCRIBED },
    { "none at all", DESCRIBED ENFORCING, NULL, NULL, UNDESCRIBED },
    { "of a stock libvirt", "restore_undescribed = 1\n" ENFORCING, "<cookie/>", STOCK, NULL },
    { "of a stock libvirt",
      DESCRIBED ENFORCING "\n" IGNORE "[\"device-not-described\"]", "<cookie/>",
      "Ignoring in the undescribed restore of domain 'guest', as set in '|device-not-described",
      NULL },
    { "that fits", DESCRIBED ENFORCING, BLOCK(CAP("1.1.0")), NULL, NULL },
    { "that fits", ENFORCING, BLOCK(CAP("1.1.0")), NULL, NULL },
    { "of a newer libvirt",
      "",
      "<cookie><future/><nodedevCompat>" CAP("1.1.0") "<future/></nodedevCompat></cookie>", NULL,
      NULL },
    { "of a newer libvirt, with a reason of its own",
      "",
      BLOCK(HOSTDEV("<capability type='compat'><deviceAPI>vfio-pci</deviceAPI><type id='a'/>"
                    "<unusable name='software_version' reason='tired'/></capability>")),
      "Continuing restore of domain 'guest': it is not known whether|unreadable-source", NULL },
    { "that does not fit", "", BLOCK(CAP("1.2.0")), NULL, REFUSED "|version-minor-too-old" },
    { "block elsewhere", ENFORCING, "<cookie><x><nodedevCompat/></x></cookie>", STOCK, NULL },

    { "empty block", "", BLOCK(""), NULL, MALFORMED "|no host device is in it" },
    { "empty block", OFF, BLOCK(""), NULL, NULL },
    { "two blocks",
      "",
      "<cookie><nodedevCompat/><nodedevCompat/></cookie>", NULL,
      MALFORMED "|more than one <nodedevCompat>" },
    { "device twice", "", BLOCK(CAP("1.1.0") CAP("1.1.0")), NULL, MALFORMED "|is described twice" },
    { "address with a line feed",
      "", BLOCK("<hostdev address='&#10;'/>"), NULL, MALFORMED "|malformed 'address'" },
    { "attribute with a bad name",
      "",
      BLOCK(HOSTDEV("<capability type='compat'><attr name='a b' value='v'/></capability>")), NULL,
      MALFORMED "|invalid name" },
    { "attribute with a bad name",
      OFF,
      BLOCK(HOSTDEV("<capability type='compat'><attr name='a b' value='v'/></capability>")), NULL,
      NULL },
    { "two descriptors",
      "",
      BLOCK(HOSTDEV("<capability type='compat'/><capability type='compat'/>")), NULL,
      MALFORMED "|more than one capability" },
    { "document type",
      "",
      "<!DOCTYPE c [<!ENTITY e 'a'>]>" BLOCK(CAP("&e;")), NULL,
      MALFORMED "|document type declaration" },
};

/* Snapshots of a guest "@5=1" that was on a host with 1=A12 */
struct testSnapshot {
    const char *name;
    virDomainSnapshotState state;
    const char *file;           /* with the state of memory, or NULL */
    bool config;                /* it has a definition of the running guest */
    const char *host;
    const char *opened;
    const char *refused;
};

#define RUNNING VIR_DOMAIN_SNAPSHOT_RUNNING

static const struct testSnapshot snapshots[] = {
    { "same device", RUNNING, NULL, true, "1=" A12, "1=" A12, NULL },
    { "older device", RUNNING, NULL, true, "1=" A11, NULL, REFUSED "|version-minor-too-old" },
    { "older device, of a paused guest",
      VIR_DOMAIN_SNAPSHOT_PAUSED, NULL, true, "1=" A11, NULL, REFUSED },
    { "device that changed", RUNNING, NULL, true, "1=" A12, "1=" A11, ">version-minor-too-old" },
    { "of disks only", VIR_DOMAIN_SNAPSHOT_DISK_SNAPSHOT, NULL, true, "1=" A11, NULL, NULL },
    { "of a guest that was off", VIR_DOMAIN_SNAPSHOT_SHUTOFF, NULL, false, "1=" A11, NULL, NULL },
    { "file that is not there", RUNNING, "/nonexistent", true, "1=" A12, NULL, "</nonexistent" },
};


static virDomainObj *
testNewDomain(const char *guest)
{
    virDomainObj *vm = virDomainObjNew(driver.xmlopt);

    vm->def = testGuest(guest);
    return vm;
}


static char *
testSave(const char *guest,
         const char *devices)
{
    virDomainObj *vm = testNewDomain(guest);
    g_autoptr(qemuDomainSaveCookie) cookie = NULL;
    char *xml = NULL;

    host.devices = devices;
    if (qemuHostdevCompatDescribeSaved(vm) == 0 && (cookie = qemuDomainSaveCookieNew(vm)))
        xml = virSaveCookieFormat((virObject *) cookie, &virQEMUDriverDomainSaveCookie);

    virDomainObjEndAPI(&vm);
    return xml;
}


static int
testExpect(char moment,
           int rc,
           const char *refused)
{
    bool expected = refused && refused[0] == moment;

    if (rc < 0 ? !expected : expected) {
        return testFail("%c: expected %s, got %s", moment,
                        expected ? refused : "success",
                        rc < 0 ? virGetLastErrorMessage() : "success");
    }

    if (rc < 0)
        return testFindParts("error", refused + 1, virGetLastErrorMessage());

    if (virGetLastErrorCode() != VIR_ERR_OK)
        return testFail("an error was left: %s", virGetLastErrorMessage());

    return 0;
}


static int
testExpectLog(const char *logged)
{
    g_autofree char *log = virTestLogContentAndReset();

    if (logged)
        return testFindParts("log", logged, NULLSTR(log));

    if (log && strstr(log, "warning"))
        return testFail("expected no warning, got\n%s", log);

    return 0;
}


/* A guest that is refused has its own definition, not that of the file. */
static int
testExpectDefinition(const virDomainObj *vm,
                     bool refused)
{
    const char *expect = refused ? "persistent" : "guest";

    return virTestCompareToString(expect, vm->def->name);
}


/* Restores "@5=1", or another guest, from the cookie @xml. */
static int
testRestoreFrom(const char *xml,
                const char *guest,
                const char *opened,
                const char *logged,
                const char *refused)
{
    virDomainObj *vm = testNewDomain(guest);
    g_autoptr(qemuDomainSaveCookie) cookie = NULL;
    int ret = -1;

    vm->newDef = testGuest("usb");
    g_free(vm->newDef->name);
    vm->newDef->name = g_strdup("persistent");

    if (virSaveCookieParseString(xml, (virObject **) &cookie, &virQEMUDriverDomainSaveCookie) < 0)
        goto cleanup;

    virResetLastError();
    g_free(virTestLogContentAndReset());

    if (testExpect('<', qemuHostdevCompatSaveCheck(vm, cookie), refused) < 0 ||
        testExpectLog(logged) < 0 ||
        testExpectDefinition(vm, refused && refused[0] == '<') < 0)
        goto cleanup;

    /* the cookie is gone by then, unless it is a snapshot's */
    g_clear_pointer(&cookie, virObjectUnref);
    if (refused && refused[0] == '<') {
        ret = 0;
        goto cleanup;
    }

    if (opened)
        host.devices = opened;
    if (testExpect('>', qemuHostdevCompatSaveCheckOpened(vm), refused) < 0)
        goto cleanup;

    /* it is asked once */
    host.devices = "";
    virResetLastError();
    ret = qemuHostdevCompatSaveCheckOpened(vm);

 cleanup:
    virResetLastError();
    virDomainObjEndAPI(&vm);
    return ret;
}


static int
testRestoreGuest(const void *opaque)
{
    const struct testRestore *data = opaque;
    g_autofree char *xml = testSave(data->source, data->sourceHost);

    if (!xml || testSetPolicy(data->policy) < 0)
        return -1;

    host.devices = data->targetHost;
    return testRestoreFrom(xml, data->target ? data->target : data->source,
                           data->opened, data->logged, data->refused);
}


static int
testRestoreCookie(const void *opaque)
{
    const struct testCookie *data = opaque;
    const char *refused = data->refused;
    g_autoptr(qemuDomainSaveCookie) cookie = NULL;
    g_autofree char *again = NULL;

    if (testSetPolicy(data->policy) < 0)
        return -1;

    host.devices = "1=" A11;
    if (testRestoreFrom(data->cookie, "@5=1", NULL, data->logged, refused) < 0)
        return -1;

    /* a snapshot's is written anew */
    if (virSaveCookieParseString(data->cookie, (virObject **) &cookie,
                                 &virQEMUDriverDomainSaveCookie) < 0)
        return -1;
    if (!cookie)
        return 0;
    if (!(again = virSaveCookieFormat((virObject *) cookie, &virQEMUDriverDomainSaveCookie)))
        return -1;
    if (refused && strstr(refused, "malformed"))
        refused = MALFORMED;

    host.devices = "1=" A11;
    return testRestoreFrom(again, "@5=1", NULL, data->logged, refused);
}


static int
testRevert(const void *opaque)
{
    const struct testSnapshot *data = opaque;
    g_autoptr(virDomainSnapshotDef) snapdef = virDomainSnapshotDefNew();
    g_autoptr(virDomainDef) config = data->config ? testGuest("@5=1") : NULL;
    g_autofree char *xml = testSave("@5=1", "1=" A12);
    virDomainObj *vm = testNewDomain("usb");
    size_t i;
    int ret = -1;

    snapdef->state = data->state;
    snapdef->memorysnapshotfile = g_strdup(data->file);
    if (testSetPolicy("") < 0 ||
        virSaveCookieParseString(xml, &snapdef->cookie, &virQEMUDriverDomainSaveCookie) < 0)
        goto cleanup;

    /* there is more than one time for a snapshot */
    for (i = 0; i < 2; i++) {
        virResetLastError();
        host.devices = data->host;
        if (testExpect('<', qemuHostdevCompatSaveCheckSnapshot(vm, snapdef, config),
                       data->refused) < 0)
            goto cleanup;
        if (data->refused && data->refused[0] == '<')
            continue;

        if (data->opened)
            host.devices = data->opened;
        virDomainDefFree(vm->def);
        vm->def = testGuest("@5=1");
        if (testExpect('>', qemuHostdevCompatSaveCheckOpened(vm), data->refused) < 0)
            goto cleanup;
    }
    ret = 0;

 cleanup:
    virResetLastError();
    virDomainObjEndAPI(&vm);
    return ret;
}


/* With a hook script a verdict that is not good is put off until QEMU has opened the
 * devices; but not if a guest that runs would be ended before that. */
struct testHooks {
    const char *name;
    bool revert;
    bool running;
    const char *host;
    const char *opened;
    const char *refused;
};

static const struct testHooks hooks[] = {
    { "restore, older device", false, false, A11, A11, ">version-minor-too-old" },
    { "restore, device that is made anew", false, false, A11, A12, NULL },
    { "revert of an inactive guest, older device", true, false, A11, A11,
      ">version-minor-too-old" },
    { "revert of an inactive guest, device that is made anew", true, false, A11, A12, NULL },
    { "revert of a guest that runs, older device", true, true, A11, A12, "<version-minor-too-old" },
    { "revert of a guest that runs", true, true, A12, A12, NULL },
};


static int
testWithHooks(const void *opaque)
{
    const struct testHooks *data = opaque;
    g_autoptr(virDomainSnapshotDef) snapdef = virDomainSnapshotDefNew();
    g_autoptr(qemuDomainSaveCookie) cookie = NULL;
    g_autoptr(virDomainDef) config = testGuest("@5=1");
    g_autofree char *xml = testSave("@5=1", "1=" A12);
    g_autofree char *before = g_strdup_printf("1=%s", data->host);
    g_autofree char *opened = g_strdup_printf("1=%s", data->opened);
    virDomainObj *vm = testNewDomain("@5=1");
    int ret = -1;
    int rc;

    snapdef->state = VIR_DOMAIN_SNAPSHOT_RUNNING;
    if (testSetPolicy("") < 0 ||
        virSaveCookieParseString(xml, (virObject **) &cookie, &virQEMUDriverDomainSaveCookie) < 0)
        goto cleanup;
    snapdef->cookie = virObjectRef(cookie);

    host.hooks = true;
    host.devices = before;
    vm->def->id = data->running ? 1 : -1;
    if (data->revert)
        rc = qemuHostdevCompatSaveCheckSnapshot(vm, snapdef, config);
    else
        rc = qemuHostdevCompatSaveCheck(vm, cookie);
    ret = testExpect('<', rc, data->refused);
    if (ret < 0 || rc < 0)
        goto cleanup;

    host.devices = opened;
    vm->def->id = 1;
    ret = testExpect('>', qemuHostdevCompatSaveCheckOpened(vm), data->refused);

 cleanup:
    host.hooks = false;
    virResetLastError();
    virDomainObjEndAPI(&vm);
    return ret;
}


/* Once a guest was ended for a revert, a device that cannot be read any more does not
 * keep it from coming back; but that is so for that state only, and once. */
static int
testRevertChecked(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virDomainSnapshotDef) snapdef = virDomainSnapshotDefNew();
    g_autoptr(virDomainDef) config = testGuest("@5=1");
    g_autofree char *xml = testSave("@5=1", "1=" A12);
    g_autofree char *other = testSave("@5=1", "1=" A11);
    g_autoptr(qemuDomainSaveCookie) cookie = NULL;
    g_autoptr(qemuDomainSaveCookie) otherCookie = NULL;
    virDomainObj *vm = testNewDomain("@5=1");
    int ret = -1;

    snapdef->state = VIR_DOMAIN_SNAPSHOT_RUNNING;
    if (testSetPolicy(ENFORCING) < 0 ||
        virSaveCookieParseString(xml, &snapdef->cookie, &virQEMUDriverDomainSaveCookie) < 0 ||
        virSaveCookieParseString(xml, (virObject **) &cookie, &virQEMUDriverDomainSaveCookie) < 0 ||
        virSaveCookieParseString(other, (virObject **) &otherCookie,
                                 &virQEMUDriverDomainSaveCookie) < 0)
        goto cleanup;

    vm->job->asyncJob = VIR_ASYNC_JOB_SNAPSHOT;
    host.devices = "1=" A12;
    if (qemuHostdevCompatSaveCheckSnapshot(vm, snapdef, config) < 0)
        goto cleanup;
    host.devices = "";
    if (qemuHostdevCompatSaveCheck(vm, cookie) < 0 ||
        qemuHostdevCompatSaveCheckOpened(vm) < 0 ||
        qemuHostdevCompatSaveCheck(vm, cookie) == 0)
        goto cleanup;
    virResetLastError();

    host.devices = "1=" A12;
    if (qemuHostdevCompatSaveCheckSnapshot(vm, snapdef, config) < 0)
        goto cleanup;
    host.devices = "";
    if (qemuHostdevCompatSaveCheck(vm, otherCookie) == 0)
        goto cleanup;
    virResetLastError();

    /* the revert failed; what is started then is another guest with the same devices */
    host.devices = "1=" A12;
    if (qemuHostdevCompatSaveCheckSnapshot(vm, snapdef, config) < 0)
        goto cleanup;
    host.devices = "";
    vm->job->asyncJob = VIR_ASYNC_JOB_START;
    if (qemuHostdevCompatSaveCheck(vm, cookie) == 0)
        goto cleanup;
    virResetLastError();
    vm->job->asyncJob = VIR_ASYNC_JOB_SNAPSHOT;

    if (qemuHostdevCompatSaveCheckSnapshot(vm, snapdef, config) == 0)
        goto cleanup;
    virResetLastError();
    if (qemuHostdevCompatSaveCheck(vm, cookie) == 0)
        goto cleanup;
    ret = 0;

 cleanup:
    virResetLastError();
    virDomainObjEndAPI(&vm);
    return ret;
}


/* What is saved, exactly */
static int
testSaved(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *xml = testSave("usb ua-a@5=1", "1=" A12);

    return virTestCompareToString("<cookie>\n"
                                  "  <slirpHelper/>\n"
                                  "  <nodedevCompat>\n"
                                  "    <hostdev alias='ua-a' address='pci:0000:00:05.0' "
                                   "uuid='" UUID "1' name='mdev_" NAME "1_0000_00_02_0'>\n"
                                  "      <capability type='compat'>\n"
                                  "        <deviceAPI>vfio-pci</deviceAPI>\n"
                                  "        <type id='a'/>\n"
                                  "        <softwareVersion>1.2.0</softwareVersion>\n"
                                  "      </capability>\n"
                                  "    </hostdev>\n"
                                  "  </nodedevCompat>\n"
                                  "</cookie>\n", NULLSTR(xml));
}


/* A snapshot without a description, as a stock libvirt makes them, is refused before the
 * guest is ended for it, or not at all. */
static int
testRevertUndescribed(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virDomainSnapshotDef) snapdef = virDomainSnapshotDefNew();
    g_autoptr(virDomainDef) config = testGuest("@5=1");
    virDomainObj *vm = testNewDomain("@5=1");
    int ret = -1;

    snapdef->state = VIR_DOMAIN_SNAPSHOT_RUNNING;
    vm->job->asyncJob = VIR_ASYNC_JOB_SNAPSHOT;
    host.devices = "1=" A12;

    if (testSetPolicy(DESCRIBED ENFORCING) < 0 ||
        testExpect('<', qemuHostdevCompatSaveCheckSnapshot(vm, snapdef, config), UNDESCRIBED) < 0)
        goto cleanup;
    virResetLastError();

    if (testSetPolicy("") < 0 ||
        testExpect('<', qemuHostdevCompatSaveCheckSnapshot(vm, snapdef, config), NULL) < 0 ||
        testSetPolicy(DESCRIBED ENFORCING) < 0 ||
        testExpect('<', qemuHostdevCompatSaveCheck(vm, NULL), NULL) < 0 ||
        testExpect('>', qemuHostdevCompatSaveCheckOpened(vm), NULL) < 0 ||
        testExpect('<', qemuHostdevCompatSaveCheck(vm, NULL), UNDESCRIBED) < 0)
        goto cleanup;
    ret = 0;

 cleanup:
    virResetLastError();
    virDomainObjEndAPI(&vm);
    return ret;
}


/* What was saved is looked at before the guest is ended, also if it has no devices now: that it
 * cannot be, or is malformed, is known then. */
struct testDamage {
    const char *name;
    const char *guest;
    const char *file;           /* NULL: it is the snapshot's own */
    const char *refused;
};

static const struct testDamage damages[] = {
    { "file, no device", "usb", "/nonexistent", "</nonexistent" },
    { "file, pool", "@5=pool", "/nonexistent", "</nonexistent" },
    { "no device", "usb", NULL, MALFORMED },
    { "pool", "@5=pool", NULL, MALFORMED },
};


static int
testRevertDamaged(const void *opaque)
{
    const struct testDamage *data = opaque;
    g_autoptr(virDomainSnapshotDef) snapdef = virDomainSnapshotDefNew();
    g_autoptr(virDomainDef) config = testGuest(data->guest);
    virDomainObj *vm = testNewDomain(data->guest);
    int ret = -1;

    snapdef->state = VIR_DOMAIN_SNAPSHOT_RUNNING;
    snapdef->memorysnapshotfile = g_strdup(data->file);
    if (testSetPolicy("") == 0 &&
        virSaveCookieParseString(BLOCK(""), &snapdef->cookie, &virQEMUDriverDomainSaveCookie) == 0)
        ret = testExpect('<', qemuHostdevCompatSaveCheckSnapshot(vm, snapdef, config),
                         data->refused);

    virResetLastError();
    virDomainObjEndAPI(&vm);
    return ret;
}


/* The same of a guest without devices of its own. If it runs, it has a function of the network
 * already, so that it is known that it gets one again. */
struct testForeseen {
    const char *name;
    const char *running;        /* NULL: it does not run */
    const char *config;
    const char *policy;
    const char *refused;
};

#define FORESEEN "<cannot be restored: |may have no|1 of 1 host devices|device-not-described"

static const struct testForeseen foreseen[] = {
    { "function of the network", "@5=p1", "@5=pool", DESCRIBED ENFORCING, FORESEEN },
    { "function of the network", "@5=p1", "@5=pool", ENFORCING, NULL },
    { "function of the network", "@5=p1", "@5=pool", DESCRIBED OFF, NULL },
    { "function of the network, and no interface", "@5=p1", "usb", DESCRIBED ENFORCING, NULL },
    { "no function of the network", "@5=pool", "@5=pool", DESCRIBED ENFORCING, NULL },
    { "does not run", NULL, "@5=pool", DESCRIBED ENFORCING, NULL },
};


static int
testRevertForeseen(const void *opaque)
{
    const struct testForeseen *data = opaque;
    g_autoptr(virDomainSnapshotDef) snapdef = virDomainSnapshotDefNew();
    g_autoptr(virDomainDef) config = testGuest(data->config);
    virDomainObj *vm = testNewDomain(data->running ? data->running : data->config);
    int ret = -1;

    snapdef->state = VIR_DOMAIN_SNAPSHOT_RUNNING;
    vm->def->id = data->running ? 1 : -1;
    if (testSetPolicy(data->policy) == 0)
        ret = testExpect('<', qemuHostdevCompatSaveCheckSnapshot(vm, snapdef, config),
                         data->refused);

    virResetLastError();
    virDomainObjEndAPI(&vm);
    return ret;
}


/* State of a guest without devices of its own, which gets a function of a network */
struct testPool {
    const char *name;
    bool revert;                /* to an internal snapshot */
    const char *policy;
    const char *saved;          /* the host where it was saved; NULL: it is not described */
    const char *host;
    const char *refused;
};

#define OLDER ">cannot be restored: |version-minor-too-old"
#define NOT_DESCRIBED ">cannot be restored: |device-not-described"

static const struct testPool pools[] = {
    { "restore, same function", false, DESCRIBED ENFORCING, A12, A12, NULL },
    { "restore, older function", false, "", A12, A11, OLDER },
    { "restore, not described", false, DESCRIBED ENFORCING, NULL, A12, NOT_DESCRIBED },
    { "restore, not described", false, ENFORCING, NULL, A12, NULL },
    { "restore, not described", false, DESCRIBED OFF, NULL, A12, NULL },
    { "revert, same function", true, DESCRIBED ENFORCING, A12, A12, NULL },
    { "revert, older function", true, "", A12, A11, OLDER },
    { "revert, older function", true, OFF, A12, A11, NULL },
    { "revert, not described", true, DESCRIBED ENFORCING, NULL, A12, NOT_DESCRIBED },
    { "revert, not described", true, "", NULL, A12, NULL },
};


static int
testRestorePool(const void *opaque)
{
    const struct testPool *data = opaque;
    g_autoptr(virDomainSnapshotDef) snapdef = virDomainSnapshotDefNew();
    g_autoptr(virDomainDef) config = testGuest("@5=pool");
    g_autofree char *saved = g_strdup_printf("f1=%s", NULLSTR_EMPTY(data->saved));
    g_autofree char *opened = g_strdup_printf("f2=%s", data->host);
    g_autofree char *xml = data->saved ? testSave("@5=p1", saved) : g_strdup("<cookie/>");
    g_autoptr(qemuDomainSaveCookie) cookie = NULL;
    virDomainObj *vm = testNewDomain("@5=pool");
    int ret = -1;
    int rc;

    snapdef->state = VIR_DOMAIN_SNAPSHOT_RUNNING;
    if (testSetPolicy(data->policy) < 0 ||
        virSaveCookieParseString(xml, (virObject **) &cookie, &virQEMUDriverDomainSaveCookie) < 0)
        goto cleanup;
    snapdef->cookie = virObjectRef(cookie);

    host.devices = opened;
    rc = data->revert ? qemuHostdevCompatSaveCheckSnapshot(vm, snapdef, config) :
                        qemuHostdevCompatSaveCheck(vm, cookie);
    if (testExpect('<', rc, data->refused) < 0)
        goto cleanup;

    virDomainDefFree(vm->def);
    vm->def = testGuest("@5=p2");
    ret = testExpect('>', qemuHostdevCompatSaveCheckOpened(vm), data->refused);

 cleanup:
    virResetLastError();
    virDomainObjEndAPI(&vm);
    return ret;
}


static char *
testTitle(const char *what,
          const char *title,
          const char *policy,
          const char *refused)
{
    char *text = g_strdup_printf("%s, %s%s%s: %s", what, title, *policy ? ", " : "", policy,
                                 refused ? refused : "allowed");

    return g_strdelimit(text, "\n", ' ');
}


static int
mymain(void)
{
    size_t i;

    if (testHostInit() < 0)
        return EXIT_FAILURE;

    DO_TEST(testSaved, NULL, "cookie that is saved");

    for (i = 0; i < G_N_ELEMENTS(restores); i++) {
        g_autofree char *title = testTitle("restore", restores[i].name, restores[i].policy,
                                           restores[i].refused);

        DO_TEST(testRestoreGuest, &restores[i], "%s", title);
    }

    for (i = 0; i < G_N_ELEMENTS(cookies); i++) {
        g_autofree char *title = testTitle("cookie", cookies[i].name, cookies[i].policy,
                                           cookies[i].refused);

        DO_TEST(testRestoreCookie, &cookies[i], "%s", title);
    }

    for (i = 0; i < G_N_ELEMENTS(snapshots); i++) {
        g_autofree char *title = testTitle("snapshot", snapshots[i].name, "",
                                           snapshots[i].refused);

        DO_TEST(testRevert, &snapshots[i], "%s", title);
    }

    DO_TABLE("hook script", hooks, testWithHooks);
    DO_TABLE("function of a network", pools, testRestorePool);
    DO_TABLE("revert, what was saved is damaged", damages, testRevertDamaged);
    DO_TEST(testRevertChecked, NULL, "revert that was checked before: allowed, once");
    DO_TEST(testRevertUndescribed, NULL, "revert without a description: refused before, or never");
    DO_TABLE("revert without a description", foreseen, testRevertForeseen);

    testHostFree();

    return testResult();
}

VIR_TEST_MAIN_PRELOAD(mymain,
                      VIR_TEST_MOCK("virpci"),
                      VIR_TEST_MOCK("virrandom"),
                      VIR_TEST_MOCK("domaincaps"),
                      VIR_TEST_MOCK("virhostid"))
