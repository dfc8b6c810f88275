/*
 * qemuhostdevcompatmetadatatest.c: host devices that are described in a guest's metadata
 *
 * What comes to Prepare, or to a restore, of a guest from a host with another libvirt.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "hypervisor/domain_hostdev_description.h"
#include "qemu/qemu_hostdev_compat_check.h"
#include "qemu/qemu_hostdev_compat_save.h"
#include "qemuhostdevcompathost.h"
#include "qemuhostdevcompatutils.h"
#include "nodedevcompatframe.h"
#include "testutilsqemu.h"
#include "virerror.h"
#include "virlog.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

#define URI VIR_DOMAIN_HOSTDEV_DESCRIPTION_NAMESPACE
#define OTHERS "<a:note xmlns:a='urn:a'>kept</a:note>"
#define MALFORMED "<n:nodedevCompat xmlns:n='" URI "' boot='?'/>"
#define UNKNOWN "Continuing migration of domain 'guest': it is not known whether a guest "
#define A12 "1=vfio-pci/a/1.2.0"
#define A11 "1=vfio-pci/a/1.1.0"

struct testMetadata {
    const char *name;
    const char *sent;           /* the host that the cookie describes, or NULL */
    const char *kept;           /* the host that the metadata describes, or NULL */
    const char *text;           /* or a text that is there in place of that */
    const char *host;           /* the destination */
    const char *policy;
    unsigned int flags;
    const char *refused;        /* parts of the error, with a | between them; or NULL */
    const char *logged;         /* parts of the log, likewise; or NULL if it warns of nothing */
    const char *left;           /* of the metadata, if not what is of others */
};

static const struct testMetadata migrations[] = {
    { "what fits", NULL, A12, NULL, A12, "enforcing", 0, NULL, NULL, NULL },
    { "what does not", NULL, A12, NULL, A11, "permissive", 0,
      "version-minor-too-old|1.2.0|1.1.0", NULL, NULL },
    { "what the source sent counts more", A11, A12, NULL, A11, "enforcing", 0, NULL, NULL, NULL },
    { "nothing at all", NULL, NULL, NULL, A12, "permissive", 0, NULL,
      UNKNOWN "|device-not-described", NULL },
    { "nothing at all, enforcing", NULL, NULL, NULL, A12, "enforcing", 0,
      "device-not-described", NULL, NULL },
    { "another device", NULL, "2=vfio-pci/a/1.2.0", NULL, A12, "permissive", 0, NULL,
      UNKNOWN, NULL },
    { "without namespaces of its own",
      NULL, NULL, "<nodedevCompat><hostdev/></nodedevCompat>", A12, "enforcing", 0,
      "device-not-described", NULL,
      "<nodedevCompat><hostdev/></nodedevCompat>" OTHERS },
    { "malformed", NULL, NULL, MALFORMED, A12, "permissive", 0,
      "the description of its host devices is malformed: |malformed 'boot'", NULL, NULL },
    { "malformed, and the source sent something",
      A12, NULL, MALFORMED, A12, "enforcing", 0,
      NULL, NULL, NULL },
    { "another element of the namespace",
      NULL, NULL, "<n:other xmlns:n='" URI "'/>", A12, "permissive", 0,
      "the description of its host devices is malformed: ", NULL, NULL },
    { "two elements of the namespace", NULL, NULL,
      "<n:nodedevCompat xmlns:n='" URI "'/> <n:nodedevCompat xmlns:n='" URI "'/>", A12,
      "permissive", 0, "malformed: |more than one element of the namespace", NULL, NULL },
    { "malformed and unsafe", NULL, NULL, MALFORMED, A12, "permissive", VIR_MIGRATE_UNSAFE,
      NULL, "Continuing unsafe migration|malformed 'boot'", NULL },
    { "not looked at", NULL, NULL, MALFORMED, A12, "off", 0, NULL, NULL, NULL },
    { "not looked at, as the guest is off",
      NULL, A12, NULL, A11, "permissive", VIR_MIGRATE_OFFLINE, NULL, NULL, NULL },
};


/* What Begin on a host like this describes, as an agent keeps it there */
static char *
testFormatDescription(const char *devices)
{
    g_autoptr(virDomainDef) def = testGuest("@5=1");
    g_autoptr(qemuHostdevCompat) compat = NULL;
    g_autoptr(virDomainHostdevDescription) description = virDomainHostdevDescriptionNew();
    size_t max = VIR_DOMAIN_HOSTDEV_DESCRIPTION_METADATA_MAX;

    host.devices = devices;
    compat = testDescribeGuest(def, 0);
    g_ptr_array_unref(description->hostdevs);
    description->hostdevs = g_ptr_array_ref(compat->hostdevs);
    virDomainHostdevDescriptionStamp(description);

    return g_strchomp(virDomainHostdevDescriptionFormat(description, max));
}


static int
testSetMetadata(virDomainDef *def,
                const struct testMetadata *data)
{
    g_autofree char *description = data->kept ? testFormatDescription(data->kept) : NULL;
    g_autofree char *text = g_strdup_printf("<metadata>%s" OTHERS "</metadata>",
                                            description ? description : NULLSTR_EMPTY(data->text));
    g_autoptr(xmlDoc) doc = NULL;

    if (!(doc = virXMLParseStringCtxt(text, "metadata", NULL)))
        return -1;

    def->metadata = xmlCopyNode(xmlDocGetRootElement(doc), 1);
    return 0;
}


static int
testExpectMetadata(const virDomainDef *def,
                   const char *expect)
{
    g_autoptr(xmlBuffer) buf = virXMLBufferCreate();
    g_autofree char *full = g_strdup_printf("<metadata>%s</metadata>", expect);
    g_autofree char *plain = NULL;

    xmlNodeDump(buf, NULL, def->metadata, 0, 0);
    plain = g_strdup((const char *) xmlBufferContent(buf));
    g_strdelimit(full, "\"", '\'');
    g_strdelimit(plain, "\"", '\'');

    return testExpectString(full, plain);
}


/* What the cookie that the source sent holds, or NULL */
static int
testReceive(const char *devices,
            qemuHostdevCompat **ret_compat)
{
    g_autoptr(virDomainDef) def = testGuest("@5=1");
    g_autoptr(qemuHostdevCompat) begun = NULL;
    g_autofree char *block = NULL;
    g_autofree char *cookie = NULL;

    if (devices) {
        host.devices = devices;
        begun = testDescribeGuest(def, 0);
        block = testFormatBlock(begun);
    }

    cookie = g_strdup_printf("<qemu-migration>%s</qemu-migration>", NULLSTR_EMPTY(block));
    return testParseBlock(cookie, ret_compat);
}


static int
testExpectEnd(const struct testMetadata *data,
              int rc,
              const char *log)
{
    if (!!data->refused != (rc < 0))
        return testFail("expected %s, got %s", data->refused ? "a refusal" : "success",
                        rc < 0 ? virGetLastErrorMessage() : "success");

    if (rc < 0)
        return testFindParts("error", data->refused, virGetLastErrorMessage());

    if (data->logged)
        return testFindParts("log", data->logged, NULLSTR(log));

    return log && strstr(log, "warning") ? testFail("expected no warning, got\n%s", log) : 0;
}


static int
testMigration(const void *opaque)
{
    const struct testMetadata *data = opaque;
    g_autofree char *policy = g_strdup_printf("migration = \"%s\"", data->policy);
    g_autoptr(virDomainDef) def = testGuest("@5=1");
    g_autoptr(qemuHostdevCompat) compat = NULL;
    g_autofree char *log = NULL;
    int rc;

    if (testSetMetadata(def, data) < 0 ||
        testReceive(data->sent, &compat) < 0 ||
        testSetPolicy(policy) < 0)
        return -1;

    host.devices = data->host;
    virResetLastError();
    g_free(virTestLogContentAndReset());
    rc = qemuHostdevCompatCheck(&driver, def, &compat, data->flags);
    log = virTestLogContentAndReset();

    if (testExpectEnd(data, rc, log) < 0)
        return -1;

    virResetLastError();
    return testExpectMetadata(def, data->left ? data->left : OTHERS);
}


/* Who keeps the metadata may have stopped before a device was unplugged. That a device is
 * described which the guest does not have is not known to be wrong, unless the source has sent
 * that. */
struct testUnplugged {
    const char *name;
    const char *sent;
    const char *policy;
    const char *refused;
    const char *logged;
};

static const struct testUnplugged unplugged[] = {
    { "permissive", NULL, "permissive", NULL, UNKNOWN "|device-not-compared" },
    { "enforcing", NULL, "enforcing", "no device there that replaces it|device-not-compared",
      NULL },
    { "sent", A12, "permissive", "no device there that replaces it|device-missing", NULL },
};


static int
testUnplugged(const void *opaque)
{
    const struct testUnplugged *test = opaque;
    const struct testMetadata data = { .kept = A12, .sent = test->sent };
    const struct testMetadata expect = { .refused = test->refused, .logged = test->logged };
    g_autofree char *policy = g_strdup_printf("migration = \"%s\"", test->policy);
    g_autoptr(virDomainDef) def = testGuest("usb");
    g_autoptr(qemuHostdevCompat) compat = NULL;
    g_autofree char *log = NULL;
    int ret;
    int rc;

    if (testSetMetadata(def, &data) < 0 ||
        testReceive(data.sent, &compat) < 0 ||
        testSetPolicy(policy) < 0)
        return -1;

    host.devices = "";
    virResetLastError();
    g_free(virTestLogContentAndReset());
    rc = qemuHostdevCompatCheck(&driver, def, &compat, 0);
    log = virTestLogContentAndReset();
    ret = testExpectEnd(&expect, rc, log);
    virResetLastError();
    return ret;
}


/* What is merely too large is not known. It is removed as well. */
static int
testLarge(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *space = g_strnfill(VIR_DOMAIN_HOSTDEV_DESCRIPTION_METADATA_MAX, ' ');
    g_autofree char *text = g_strdup_printf("<n:nodedevCompat xmlns:n='" URI "'>%s<hostdev/>"
                                            "</n:nodedevCompat>", space);
    const struct testMetadata data = {
        .text = text, .host = A12, .policy = "permissive",
        .logged = "Ignoring metadata of domain 'guest': |is larger than 65536 bytes|"
                  UNKNOWN "|device-not-described",
    };

    return testMigration(&data);
}


/* A guest with nothing else in its metadata has none afterwards. */
static int
testNothingLeft(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virDomainDef) def = testGuest("@5=1");
    g_autofree char *description = testFormatDescription(A12);
    g_autofree char *text = g_strdup_printf("<metadata>\n  %s\n</metadata>", description);
    g_autoptr(qemuHostdevCompat) compat = NULL;
    g_autoptr(xmlDoc) doc = virXMLParseStringCtxt(text, "metadata", NULL);

    if (!doc)
        return -1;

    def->metadata = xmlCopyNode(xmlDocGetRootElement(doc), 1);
    qemuHostdevCompatTakeMetadata(def, &compat);

    if (def->metadata)
        return testFail("there are metadata");

    return testExpectNumber(1, compat ? compat->hostdevs->len : 0);
}


/* State that another libvirt saved while an agent kept the metadata current */
struct testRestore {
    const char *name;
    const char *kept;
    const char *cookie;
    const char *host;
    const char *policy;
    const char *refused;
    const char *logged;
};

#define COOKIE \
    "<cookie><nodedevCompat><hostdev address='pci:0000:00:05.0'><capability type='compat'>" \
    "<deviceAPI>vfio-pci</deviceAPI><type id='a'/><softwareVersion>1.1.0</softwareVersion>" \
    "</capability></hostdev></nodedevCompat></cookie>"
#define UNDESCRIBED "Restoring domain 'guest' without a check of its host devices"

static const struct testRestore restores[] = {
    { "what fits", A12, "<cookie/>", A12, "enforcing", NULL, NULL },
    { "what does not", A12, "<cookie/>", A11, "permissive",
      "cannot be restored: |version-minor-too-old", NULL },
    { "nothing", NULL, "<cookie/>", A11, "permissive", NULL, UNDESCRIBED },
    { "what was saved counts more", A12, COOKIE, A11, "enforcing", NULL, NULL },
};


static int
testRestoreGuest(const void *opaque)
{
    const struct testRestore *data = opaque;
    const struct testMetadata metadata = { .kept = data->kept };
    const struct testMetadata expect = { .refused = data->refused, .logged = data->logged };
    g_autofree char *policy = g_strdup_printf("migration = \"%s\"", data->policy);
    virDomainObj *vm = virDomainObjNew(driver.xmlopt);
    g_autoptr(qemuDomainSaveCookie) cookie = NULL;
    g_autofree char *log = NULL;
    int ret = -1;
    int rc;

    vm->def = testGuest("@5=1");
    vm->newDef = testGuest("@5=1");

    if (testSetMetadata(vm->def, &metadata) < 0 ||
        testSetPolicy(policy) < 0 ||
        virSaveCookieParseString(data->cookie, (virObject **) &cookie,
                                 &virQEMUDriverDomainSaveCookie) < 0)
        goto cleanup;

    host.devices = data->host;
    virResetLastError();
    g_free(virTestLogContentAndReset());
    rc = qemuHostdevCompatSaveCheck(vm, cookie);
    log = virTestLogContentAndReset();
    ret = testExpectEnd(&expect, rc, log);
    virResetLastError();
    if (ret < 0 || rc < 0)
        goto cleanup;

    /* what is described are devices that the guest had */
    ret = qemuHostdevCompatSaveCheckOpened(vm);
    if (ret == 0)
        ret = testExpectMetadata(vm->def, OTHERS);

 cleanup:
    virDomainObjEndAPI(&vm);
    return ret;
}


static int
mymain(void)
{
    if (testHostInit() < 0)
        return EXIT_FAILURE;

    DO_TABLE("migration", migrations, testMigration);
    DO_TABLE("device that the guest does not have any more", unplugged, testUnplugged);
    DO_TEST(testLarge, NULL, "description that is too large");
    DO_TEST(testNothingLeft, NULL, "nothing else in the metadata");
    DO_TABLE("restore", restores, testRestoreGuest);

    testHostFree();

    return testResult();
}

VIR_TEST_MAIN_PRELOAD(mymain,
                      VIR_TEST_MOCK("virpci"),
                      VIR_TEST_MOCK("virrandom"),
                      VIR_TEST_MOCK("domaincaps"),
                      VIR_TEST_MOCK("virhostid"))
