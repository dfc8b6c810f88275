/*
 * qemuhostdevcompatlimitstest.c: what is written of a guest's devices can be read
 *
 * Whatever devices a guest has and whatever they publish, the reader of a cookie takes
 * what is written, and it is as large as it may be, in a cookie of a migration, a file of
 * saved state and the metadata of a snapshot. Random descriptions are the same each time;
 * the variables in the environment that nodedevcompatpropertytest.c has choose others.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "qemu/qemu_domain.h"
#include "qemuhostdevcompatutils.h"
#include "snapshot_conf.h"
#include "testutilsqemu.h"
#include "virerror.h"
#include "virfile.h"
#include "virsavecookie.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

#define COOKIE_MAX QEMU_HOSTDEV_COMPAT_COOKIE_MAX
#define SAVED_MAX (64 * 1024)
#define DEVICES_MAX 256

static unsigned int firstSeed = 1;
static unsigned int cases = 300;


/* An identifier as a domain definition, a daemon or a mistake could give it */
static char *
testRandomID(GRand *rand,
             const char *prefix,
             size_t which)
{
    switch (g_rand_int_range(rand, 0, 16)) {
    case 0:
        return NULL;
    case 1:
        return g_strdup("twin");
    case 2:
        return g_strdup_printf("%s%0250zu", prefix, which);
    case 3:
        return g_strnfill(256, 'a');
    case 4:
        return g_strnfill(g_rand_int_range(rand, 300, 5000), 'a');
    case 5:
        return g_strdup_printf("%s\n%zu", prefix, which);
    case 6:
        return g_strdup_printf("%s\xc3\xa4%zu", prefix, which);
    case 7:
        return g_strdup_printf("%s\xff%zu", prefix, which);
    case 8:
        return g_strdup_printf("<%s a='%zu' b=\"&amp;\"/>", prefix, which);
    case 9:
        return g_strdup("");
    default:
        return g_strdup_printf("%s%zu", prefix, which);
    }
}


/* Makes one attribute what no parser would have let in. */
static void
testBreakDescriptor(GRand *rand,
                    virNodeDeviceCompat *compat)
{
    virNodeDeviceCompatAttr *attr = compat->self.attrs[0];

    switch (g_rand_int_range(rand, 0, 5)) {
    case 0:
        g_free(attr->value);
        attr->value = g_strdup("a\x01" "b");
        break;
    case 1:
        g_free(attr->value);
        attr->value = g_strdup("\xff");
        break;
    case 2:
        g_free(attr->value);
        attr->value = g_strnfill(5000, 'v');
        break;
    case 3:
        g_free(attr->name);
        attr->name = g_strdup("a b");
        break;
    default:
        g_free(compat->opaque);
        compat->opaque = g_strdup("a\nb");
        break;
    }
}


static virNodeDeviceCompat *
testRandomDescriptor(GRand *rand)
{
    static const char values[] = "v&'<1";
    virNodeDeviceCompat *compat = NULL;
    bool large = g_rand_int_range(rand, 0, 20) == 0;
    size_t nattrs = g_rand_int_range(rand, 1, large ? 80 : 5);
    size_t i;

    if (g_rand_int_range(rand, 0, 5) == 0)
        return NULL;

    compat = virNodeDeviceCompatNew();
    for (i = 0; i < nattrs; i++) {
        size_t size = g_rand_int_range(rand, 1, large ? VIR_NODE_DEVICE_COMPAT_VALUE_MAX + 2 : 40);
        g_autofree char *name = g_strdup_printf("attr%zu", i);
        g_autofree char *value = g_strnfill(size, values[g_rand_int_range(rand, 0, 5)]);

        ignore_value(virNodeDeviceCompatAdd(compat, NULL, name, value));
    }
    if (g_rand_boolean(rand))
        compat->opaque = g_strdup("opaque");
    if (g_rand_int_range(rand, 0, 4) == 0)
        testBreakDescriptor(rand, compat);

    return compat;
}


static qemuHostdevCompat *
testRandomDescription(GRand *rand)
{
    static const size_t most[] = { 1, 4, 20, DEVICES_MAX + 40 };
    qemuHostdevCompat *compat = qemuHostdevCompatNew();
    size_t count = g_rand_int_range(rand, 0, most[g_rand_int_range(rand, 0, 4)] + 1);
    size_t i;

    for (i = 0; i < count; i++) {
        virDomainHostdevCompat *device = g_new0(virDomainHostdevCompat, 1);

        device->identity.alias = testRandomID(rand, "ua-", i);
        device->identity.address = testRandomID(rand, "pci:", i);
        device->identity.uuid = testRandomID(rand, "", i);
        device->name = testRandomID(rand, "mdev_", i);
        device->compat = testRandomDescriptor(rand);
        g_ptr_array_add(compat->hostdevs, device);
    }

    return compat;
}


/* The block as it is in a document, below so many elements */
static char *
testFormat(const qemuHostdevCompat *compat,
           size_t depth,
           size_t max)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    virBufferAdjustIndent(&buf, 2 * depth);
    qemuHostdevCompatFormatLimited(&buf, compat, max);

    return virBufferUse(&buf) > 0 ? virBufferContentAndReset(&buf) : g_strdup("");
}


static qemuHostdevCompat *
testParse(const char *block)
{
    g_autofree char *cookie = g_strdup_printf("<qemu-migration>\n%s</qemu-migration>\n", block);
    qemuHostdevCompat *compat = NULL;

    return testParseBlock(cookie, &compat) < 0 ? NULL : compat ? compat : qemuHostdevCompatNew();
}


/* A device that is read is one of those that were written, and in their order. */
static bool
testIsPart(const virDomainHostdevCompat *read,
           const virDomainHostdevCompat *written)
{
    return (!read->identity.alias ||
            STREQ_NULLABLE(read->identity.alias, written->identity.alias)) &&
           (!read->identity.address ||
            STREQ_NULLABLE(read->identity.address, written->identity.address)) &&
           (!read->identity.uuid ||
            STREQ_NULLABLE(read->identity.uuid, written->identity.uuid)) &&
           (!read->name || STREQ_NULLABLE(read->name, written->name)) &&
           (!read->compat || written->compat);
}


static int
testExpectParts(const qemuHostdevCompat *written,
                const qemuHostdevCompat *read)
{
    size_t at = 0;
    size_t i;

    for (i = 0; i < read->hostdevs->len; i++) {
        while (at < written->hostdevs->len &&
               !testIsPart(g_ptr_array_index(read->hostdevs, i),
                           g_ptr_array_index(written->hostdevs, at)))
            at++;
        if (at++ >= written->hostdevs->len)
            return testFail("device %zu that is read is none of those that were written", i);
    }

    return 0;
}


static int
testRandom(const void *opaque)
{
    static const size_t sizes[] = { 0, 100, 1000, SAVED_MAX, COOKIE_MAX };
    const unsigned int *seed = opaque;
    g_autoptr(GRand) rand = g_rand_new_with_seed(*seed);
    g_autoptr(qemuHostdevCompat) compat = testRandomDescription(rand);
    size_t max = sizes[g_rand_int_range(rand, 0, G_N_ELEMENTS(sizes))];
    size_t depth = g_rand_int_range(rand, 0, 6);
    g_autofree char *once = testFormat(compat, depth, max);
    g_autofree char *twice = NULL;
    g_autoptr(qemuHostdevCompat) again = NULL;

    if (strlen(once) > max)
        return testFail("seed %u: expected at most %zu bytes, got %zu", *seed, max, strlen(once));

    if (!(again = testParse(once)))
        return testFail("seed %u: what is written is refused: %s", *seed, virGetLastErrorMessage());

    if (testExpectParts(compat, again) < 0)
        return testFail("seed %u", *seed);

    twice = testFormat(again, depth, max);
    return testExpectString(once, twice);
}


/* Devices that are all alike, and how many of them are written, and with descriptor */
struct testSize {
    const char *name;
    size_t ndevices;
    size_t nattrs;
    size_t size;
    size_t max;
    size_t listed;
    size_t described;
};

static const struct testSize sizes[] = {
    { "one small device", 1, 4, 10, SAVED_MAX, 1, 1 },
    { "256 small devices in a cookie", 256, 4, 40, COOKIE_MAX, 256, 256 },
    { "256 small devices in a file", 256, 4, 10, SAVED_MAX, 256, 51 },
    { "257 devices", 257, 1, 1, COOKIE_MAX, 256, 256 },
    { "1000 devices", 1000, 1, 1, SAVED_MAX, 256, 203 },
    { "largest value", 1, 1, 4096, SAVED_MAX, 1, 1 },
    { "largest descriptor in a cookie", 1, 12, 4096, COOKIE_MAX, 1, 1 },
    { "largest descriptor in a file", 1, 12, 4096, SAVED_MAX, 1, 0 },
    { "descriptor that no document can hold", 1, 13, 4096, COOKIE_MAX, 1, 0 },
    { "256 largest descriptors in a cookie", 256, 12, 4096, COOKIE_MAX, 256, 4 },
    { "256 largest descriptors in a file", 256, 12, 4096, SAVED_MAX, 256, 0 },
    { "256 descriptors with most attributes", 256, 256, 1, SAVED_MAX, 256, 1 },
    { "no space", 3, 1, 1, 0, 0, 0 },
};


static size_t
testCountDescribed(const qemuHostdevCompat *compat)
{
    size_t count = 0;
    size_t i;

    for (i = 0; i < compat->hostdevs->len; i++) {
        const virDomainHostdevCompat *device = g_ptr_array_index(compat->hostdevs, i);

        if (device->compat && device->compat->naccepts == 0)
            count++;
    }

    return count;
}


static int
testSizes(const void *opaque)
{
    const struct testSize *data = opaque;
    g_autoptr(qemuHostdevCompat) compat = testDescription(data->ndevices, data->nattrs, data->size);
    g_autofree char *block = NULL;
    g_autofree char *log = NULL;
    g_autoptr(qemuHostdevCompat) again = NULL;
    size_t described;

    g_free(virTestLogContentAndReset());
    block = testFormat(compat, 3, data->max);
    log = virTestLogContentAndReset();

    if (strlen(block) > data->max || !(again = testParse(block)))
        return testFail("got %zu bytes: %s", strlen(block), virGetLastErrorMessage());

    described = testCountDescribed(again);
    if (again->hostdevs->len != data->listed || described != data->described) {
        return testFail("expected %zu devices, %zu with descriptor, got %u, %zu", data->listed,
                        data->described, again->hostdevs->len, described);
    }

    /* nothing is left out without a warning, and nothing is warned of otherwise */
    return testExpectBool(described < data->ndevices, log && strstr(log, "warning"));
}


/* Identifiers that only one of two devices can have are not written for either. */
static int
testTwins(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(qemuHostdevCompat) compat = testDescription(3, 1, 1);
    virDomainHostdevCompat *third = g_ptr_array_index(compat->hostdevs, 2);
    virDomainHostdevCompat *first = g_ptr_array_index(compat->hostdevs, 0);
    g_autofree char *block = NULL;
    g_autofree char *log = NULL;
    g_autoptr(qemuHostdevCompat) again = NULL;

    g_free(third->identity.uuid);
    third->identity.uuid = g_strdup(first->identity.uuid);
    g_free(virTestLogContentAndReset());

    block = testFormat(compat, 0, COOKIE_MAX);
    log = virTestLogContentAndReset();
    if (!(again = testParse(block)))
        return -1;

    first = g_ptr_array_index(again->hostdevs, 0);
    third = g_ptr_array_index(again->hostdevs, 2);
    if (first->identity.uuid || third->identity.uuid || !first->identity.address ||
        !third->identity.address || !first->compat || !third->compat)
        return testFail("got\n%s", block);

    return testFindParts("log", "is described without 'uuid'", NULLSTR(log));
}


/* An error of before stays as it is, whatever is left out. */
static int
testErrorStays(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(qemuHostdevCompat) compat = testDescription(1, 13, 4096);
    g_autofree char *block = NULL;

    virReportError(VIR_ERR_NO_DOMAIN, "%s", "of before");
    block = testFormat(compat, 0, COOKIE_MAX);

    return testFindParts("error", "of before", virGetLastErrorMessage());
}


/* The cookie of a guest that has such devices */
static qemuDomainSaveCookie *
testNewCookie(size_t devices,
              size_t nattrs)
{
    virDomainObj *vm = virDomainObjNew(driver.xmlopt);
    qemuDomainSaveCookie *cookie;

    vm->def = testGuest("usb");
    if ((cookie = qemuDomainSaveCookieNew(vm)))
        cookie->hostdevCompat = testDescription(devices, nattrs, 4096);
    virDomainObjEndAPI(&vm);

    return cookie;
}


static qemuDomainSaveCookie *
testParseCookie(const char *xml)
{
    qemuDomainSaveCookie *cookie = NULL;

    return virSaveCookieParseString(xml, (virObject **) &cookie,
                                    &virQEMUDriverDomainSaveCookie) < 0 ? NULL : cookie;
}


/* How many devices there are, and how many of them with a descriptor */
static int
testExpectDevices(const qemuDomainSaveCookie *cookie,
                  size_t devices,
                  size_t described)
{
    const qemuHostdevCompat *compat = cookie ? cookie->hostdevCompat : NULL;
    size_t count = 0;
    size_t i;

    if (!compat || compat->error)
        return testFail("no description: %s", compat ? compat->error : virGetLastErrorMessage());

    for (i = 0; i < compat->hostdevs->len; i++) {
        const virDomainHostdevCompat *device = g_ptr_array_index(compat->hostdevs, i);

        if (device->compat)
            count++;
    }

    if (testExpectNumber(devices, compat->hostdevs->len) < 0)
        return -1;
    return testExpectNumber(described, count);
}


/* Of the most devices with the largest descriptors */
struct testLarge {
    const char *name;
    size_t devices;
    size_t nattrs;              /* of 4096 bytes, which take 5 times that when written */
    size_t described;
};

static const struct testLarge larges[] = {
    { "one device", 1, 3, 1 },
    { "one device with the largest descriptor", 1, 12, 0 },
    { "256 devices", 256, 1, 1 },
    { "256 devices with the largest descriptors", 256, 12, 0 },
};


static int
testSavedLarge(const void *opaque)
{
    const struct testLarge *data = opaque;
    g_autoptr(qemuDomainSaveCookie) cookie = testNewCookie(data->devices, data->nattrs);
    g_autoptr(qemuDomainSaveCookie) again = NULL;
    g_autofree char *xml = NULL;

    xml = virSaveCookieFormat((virObject *) cookie, &virQEMUDriverDomainSaveCookie);

    if (strlen(xml) > 64 * 1024 + 100)
        return testFail("cookie of %zu bytes", strlen(xml));

    again = testParseCookie(xml);
    return testExpectDevices(again, data->devices, data->described);
}


/* The metadata of a snapshot, as qemuDomainSnapshotLoad() reads them */
static int
testSnapshotLarge(const void *opaque)
{
    const struct testLarge *data = opaque;
    g_autoptr(virDomainSnapshotDef) snapdef = virDomainSnapshotDefNew();
    g_autoptr(virDomainSnapshotDef) again = NULL;
    g_autoptr(qemuDomainSaveCookie) cookie = testNewCookie(data->devices, data->nattrs);
    g_autofree char *file = g_strdup_printf("%s/snapshot.xml", driver.config->configBaseDir);
    g_autofree char *xml = NULL;
    g_autofree char *read = NULL;
    bool current;

    snapdef->parent.name = g_strdup("s");
    snapdef->parent.creationTime = 1;
    snapdef->state = VIR_DOMAIN_SNAPSHOT_RUNNING;
    snapdef->cookie = virObjectRef(cookie);

    xml = virDomainSnapshotDefFormat("dcf47dbd-46d1-4d5b-b442-262a806a333a", snapdef, driver.xmlopt,
                                     VIR_DOMAIN_SNAPSHOT_FORMAT_INTERNAL);
    if (!xml || strlen(xml) > 64 * 1024 + 1000)
        return testFail("snapshot of %zu bytes", xml ? strlen(xml) : 0);

    if (virFileWriteStr(file, xml, 0600) < 0 ||
        virFileReadAll(file, 1024 * 1024, &read) < 0 ||
        unlink(file) < 0)
        return -1;

    again = virDomainSnapshotDefParseString(read, driver.xmlopt, NULL, &current,
                                            VIR_DOMAIN_SNAPSHOT_PARSE_REDEFINE |
                                            VIR_DOMAIN_SNAPSHOT_PARSE_INTERNAL);
    if (!again)
        return -1;

    return testExpectDevices((qemuDomainSaveCookie *) again->cookie,
                             data->devices, data->described);
}


/* What was written before there was a limit, and with what devices accept, can be loaded,
 * and is less when it is written anew. */
static int
testSavedBefore(const void *opaque G_GNUC_UNUSED)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *value = g_strnfill(3000, 'v');
    g_autofree char *xml = NULL;
    g_autofree char *written = NULL;
    g_autoptr(qemuDomainSaveCookie) cookie = NULL;
    g_autoptr(qemuDomainSaveCookie) again = NULL;
    size_t i;

    virBufferAddLit(&buf, "<cookie><nodedevCompat>");
    for (i = 0; i < 100; i++) {
        virBufferAsprintf(&buf,
                          "<hostdev uuid='%zu'><capability type='compat'>"
                          "<attr name='a' value='%s'/><accepts><attr name='a' value='%s'/>"
                          "</accepts></capability></hostdev>",
                          i, value, value);
    }
    virBufferAddLit(&buf, "</nodedevCompat></cookie>");
    xml = virBufferContentAndReset(&buf);

    cookie = testParseCookie(xml);
    if (testExpectDevices(cookie, 100, 100) < 0)
        return -1;

    written = virSaveCookieFormat((virObject *) cookie, &virQEMUDriverDomainSaveCookie);
    if (strstr(written, "<accepts>") || strlen(written) > 64 * 1024 + 100)
        return testFail("written anew: %zu bytes", strlen(written));

    again = testParseCookie(written);
    return testExpectDevices(again, 100, 19);
}


static int
mymain(void)
{
    size_t i;

    if (qemuTestDriverInit(&driver) < 0 ||
        testPolicyInit() < 0 ||
        testReadNumber("LIBVIRT_NODEDEV_COMPAT_TEST_SEED", &firstSeed) < 0 ||
        testReadNumber("LIBVIRT_NODEDEV_COMPAT_TEST_CASES", &cases) < 0)
        return EXIT_FAILURE;

    for (i = 0; i < cases; i++) {
        unsigned int seed = firstSeed + i;

        DO_TEST(testRandom, &seed, "random description, seed %u", seed);
        virResetLastError();
        g_free(virTestLogContentAndReset());
    }

    DO_TABLE("sizes", sizes, testSizes);

    DO_TEST(testTwins, NULL, "devices that share an identifier");
    DO_TEST(testErrorStays, NULL, "error of before");

    DO_TABLE("large cookie", larges, testSavedLarge);
    DO_TABLE("large snapshot", larges, testSnapshotLarge);
    DO_TEST(testSavedBefore, NULL, "description of before there was a limit");

    testPolicyFree();
    qemuTestDriverFree(&driver);

    return testResult();
}

VIR_TEST_MAIN_PRELOAD(mymain,
                      VIR_TEST_MOCK("virpci"),
                      VIR_TEST_MOCK("virrandom"),
                      VIR_TEST_MOCK("domaincaps"),
                      VIR_TEST_MOCK("virhostid"))
