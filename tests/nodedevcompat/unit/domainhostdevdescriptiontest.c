/*
 * domainhostdevdescriptiontest.c: what a host says about the host devices of a guest
 *
 * The document of its own; how the element is taken that is in a migration cookie is in
 * qemuhostdevcompatcookietest.c and qemuhostdevcompatlimitstest.c.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "conf/nodedev_compat_attr.h"
#include "conf/nodedev_compat_xml.h"
#include "hypervisor/domain_hostdev_guest.h"
#include "nodedevcompatframe.h"
#include "virerror.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_NONE

#define URN VIR_DOMAIN_HOSTDEV_DESCRIPTION_NAMESPACE
#define LIMIT VIR_DOMAIN_HOSTDEV_DESCRIPTION_METADATA_MAX
#define BOOT "0f0e0d0c-0b0a-4908-8706-050403020100"
#define TIME "2026-01-31T23:59:58Z"
#define ROOT(attrs, content) \
    "<nodedevCompat xmlns='" URN "'" attrs ">" content "</nodedevCompat>"
#define ABSENT VIR_DOMAIN_HOSTDEV_DESCRIPTION_ABSENT
#define OK VIR_DOMAIN_HOSTDEV_DESCRIPTION_OK
#define MALFORMED VIR_DOMAIN_HOSTDEV_DESCRIPTION_MALFORMED

struct testParse {
    const char *name;
    const char *xml;
    virDomainHostdevDescriptionState state;
    const char *expect;         /* BOOT,TIME and names of devices, or part of the message */
};

static const struct testParse documents[] = {
    { "none", NULL, ABSENT, NULL },
    { "no devices", ROOT("", ""), OK, "-,0" },
    { "one device",
      ROOT(" boot='" BOOT "' time='" TIME "'",
           "<hostdev alias='ua-a' name='n'><capability type='compat'><type id='t'/>"
           "</capability></hostdev>"), OK, BOOT ",1769903998 n:t" },
    { "device of which nothing is known", ROOT("", "<hostdev/>"), OK, "-,0 (unnamed):-" },
    { "boot in another spelling", ROOT(" boot=' 0F0E0D0C0B0A49088706050403020100 '", ""), OK,
      BOOT ",0" },
    { "prefix that libvirt chooses",
      "<x:nodedevCompat xmlns:x='" URN "'><hostdev name='n'/></x:nodedevCompat>", OK, "-,0 n:-" },
    { "without the namespace, as libvirt returns metadata",
      "<nodedevCompat><hostdev name='n'/></nodedevCompat>", OK, "-,0 n:-" },
    { "of a newer writer",
      ROOT(" future='1'", "<future/><hostdev name='n' future='1'><future/></hostdev>"), OK,
      "-,0 n:-" },

    { "another namespace", "<nodedevCompat xmlns='urn:libvirt-nodedev-compat:2'/>", MALFORMED,
      "is not in the namespace" },
    { "another element", "<other xmlns='" URN "'/>", MALFORMED, "nodedevCompat" },
    { "empty", "", MALFORMED, "" },
    { "blank", "\n", MALFORMED, "empty" },
    { "cut", "<nodedevCompat>", MALFORMED, "" },
    { "document type", "<!DOCTYPE nodedevCompat><nodedevCompat/>", MALFORMED,
      "document type declaration" },
    { "boot that is none", ROOT(" boot='x'", ""), MALFORMED, "malformed 'boot'" },
    { "empty boot", ROOT(" boot=''", ""), MALFORMED, "malformed 'boot'" },
    { "time that is none", ROOT(" time='x'", ""), MALFORMED, "malformed 'time'" },
    { "empty time", ROOT(" time=''", ""), MALFORMED, "malformed 'time'" },
    { "time without a zone", ROOT(" time='2026-01-31T23:59:58'", ""), MALFORMED,
      "malformed 'time'" },
    { "time of another zone", ROOT(" time='2026-01-31T23:59:58+01:00'", ""), MALFORMED,
      "malformed 'time'" },
    { "day that does not exist", ROOT(" time='2026-02-31T23:59:58Z'", ""), MALFORMED,
      "malformed 'time'" },
    { "time before there were computers", ROOT(" time='0001-01-01T00:00:00Z'", ""), MALFORMED,
      "malformed 'time'" },
    { "device twice", ROOT("", "<hostdev uuid='u'/><hostdev uuid='u'/>"), MALFORMED,
      "is described twice" },
    { "malformed identifier", ROOT("", "<hostdev name='a&#10;b'/>"), MALFORMED,
      "malformed 'name'" },
    { "malformed descriptor",
      ROOT("", "<hostdev><capability type='compat'><type/></capability></hostdev>"), MALFORMED,
      "" },
};


static char *
testShow(const virDomainHostdevDescription *description)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    virBufferAsprintf(&buf, "%s,%lld", NULLSTR_MINUS(description->boot),
                      (long long) description->time);

    for (i = 0; i < description->hostdevs->len; i++) {
        const virDomainHostdevCompat *device = g_ptr_array_index(description->hostdevs, i);
        const virNodeDeviceCompatAttr *type = NULL;

        if (device->compat)
            type = virNodeDeviceCompatAttrsFind(&device->compat->self,
                                                VIR_NODE_DEVICE_COMPAT_TYPE);
        virBufferAsprintf(&buf, " %s:%s", virDomainHostdevCompatGetName(device),
                          type ? type->value : "-");
    }

    return virBufferContentAndReset(&buf);
}


static int
testParseDocument(const void *opaque)
{
    const struct testParse *test = opaque;
    g_autoptr(virDomainHostdevDescription) description = NULL;
    virDomainHostdevDescriptionState state;
    g_autofree char *shown = NULL;

    state = virDomainHostdevDescriptionParse(test->xml, LIMIT, &description);
    if (testExpectNumber(test->state, state) < 0 ||
        testExpectBool(state == OK, description != NULL) < 0)
        return -1;

    if (state == ABSENT)
        return testExpectError(NULL, false);

    if (state != OK)
        return testExpectError(test->expect, true);

    shown = testShow(description);
    return testExpectString(test->expect, shown);
}


/* A text that is one byte too large, and one that is not */
static int
testTooLarge(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virDomainHostdevDescription) description = NULL;
    g_autofree char *pad = g_strnfill(LIMIT - strlen("<nodedevCompat></nodedevCompat>"), ' ');
    g_autofree char *fits = g_strdup_printf("<nodedevCompat>%s</nodedevCompat>", pad);
    g_autofree char *large = g_strdup_printf("%s ", fits);

    if (testExpectNumber(OK, virDomainHostdevDescriptionParse(fits, LIMIT, &description)) < 0 ||
        testExpectNumber(VIR_DOMAIN_HOSTDEV_DESCRIPTION_TOO_LARGE,
                         virDomainHostdevDescriptionParse(large, LIMIT, &description)) < 0)
        return -1;

    return testExpectError("is larger than 65536 bytes", true);
}


static virDomainHostdevCompat *
testNewDevice(const char *name,
              const char *value)
{
    virDomainHostdevCompat *device = g_new0(virDomainHostdevCompat, 1);

    device->name = g_strdup(name);
    device->identity.address = g_strdup_printf("pci:%s", name);
    device->compat = virNodeDeviceCompatNew();
    virNodeDeviceCompatAdd(device->compat, NULL, VIR_NODE_DEVICE_COMPAT_TYPE, value);
    return device;
}


static int
testFormat(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virDomainHostdevDescription) description = virDomainHostdevDescriptionNew();
    g_autofree char *empty = virDomainHostdevDescriptionFormat(description, LIMIT);
    g_autofree char *xml = NULL;

    if (testExpectString("<nodedevCompat xmlns='" URN "'/>\n", empty) < 0)
        return -1;

    description->boot = g_strdup(BOOT);
    description->time = 1769903998;
    g_ptr_array_add(description->hostdevs, testNewDevice("a&b", "t"));
    xml = virDomainHostdevDescriptionFormat(description, LIMIT);

    return testExpectString("<nodedevCompat xmlns='" URN "' boot='" BOOT "' time='" TIME "'>\n"
                            "  <hostdev address='pci:a&amp;b' name='a&amp;b'>\n"
                            "    <capability type='compat'>\n"
                            "      <type id='t'/>\n"
                            "    </capability>\n"
                            "  </hostdev>\n"
                            "</nodedevCompat>\n", xml);
}


/* Whatever the limit, what is formatted is not larger, can be parsed, and is the same again;
 * with less room there is less in it. */
static int
testFormatLimited(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virDomainHostdevDescription) description = virDomainHostdevDescriptionNew();
    size_t last = 0;
    size_t max;
    size_t i;

    virDomainHostdevDescriptionStamp(description);
    for (i = 0; i < 8; i++) {
        g_autofree char *name = g_strdup_printf("device%zu", i);

        g_ptr_array_add(description->hostdevs, testNewDevice(name, "a type"));
    }

    for (max = 256; max < 2048; max += 16) {
        g_autofree char *xml = virDomainHostdevDescriptionFormat(description, max);
        g_autofree char *again = NULL;
        g_autoptr(virDomainHostdevDescription) parsed = NULL;

        if (strlen(xml) > max)
            return testFail("%zu bytes for a limit of %zu", strlen(xml), max);
        if (strlen(xml) < last)
            return testFail("less for a limit of %zu than for a lower one", max);
        if (testExpectNumber(OK, virDomainHostdevDescriptionParse(xml, max, &parsed)) < 0)
            return -1;

        again = virDomainHostdevDescriptionFormat(parsed, max);
        if (testExpectString(xml, again) < 0)
            return -1;
        last = strlen(xml);
    }

    return 0;
}


/* What becomes of metadata in libvirt */
struct testStore {
    const char *name;
    bool bare;                  /* written without a namespace, so that each tag gets the prefix */
    bool define;                /* and read by libvirt once more, which indents it anew */
};

static const struct testStore stores[] = {
    { "as it is written", false, false },
    { "as it is defined", false, true },
    { "written by an application that has read it", true, false },
    { "defined with a prefix", true, true },
};

#define PREFIX "nodedev-compat"


/* Returns the definition of a guest with @element in its metadata. */
static char *
testStore(const struct testStore *test,
          virConnectPtr conn,
          const char *element)
{
    g_autofree char *bare = virStringReplace(element, " xmlns='" URN "'", "");
    virDomainPtr dom = virDomainLookupByName(conn, "test");
    char *xml = NULL;

    if (!dom || virDomainSetMetadata(dom, VIR_DOMAIN_METADATA_ELEMENT, test->bare ? bare : element,
                                     PREFIX, URN, VIR_DOMAIN_AFFECT_LIVE) < 0)
        abort();

    xml = virDomainGetXMLDesc(dom, 0);
    virDomainFree(dom);

    if (test->define) {
        g_autofree char *first = g_steal_pointer(&xml);

        if (!(dom = virDomainDefineXML(conn, first)))
            abort();
        xml = virDomainGetXMLDesc(dom, VIR_DOMAIN_XML_INACTIVE);
        virDomainFree(dom);
    }

    return xml;
}


static size_t
testCountKnown(const virDomainHostdevDescription *description)
{
    size_t count = 0;
    size_t i;

    for (i = 0; i < description->hostdevs->len; i++) {
        const virDomainHostdevCompat *device = g_ptr_array_index(description->hostdevs, i);

        count += device->compat != NULL;
    }

    return count;
}


/* More devices than fit */
static virDomainHostdevDescription *
testNewLarge(const char *value)
{
    virDomainHostdevDescription *description = virDomainHostdevDescriptionNew();
    size_t i;
    size_t j;

    virDomainHostdevDescriptionStamp(description);
    for (i = 0; i < 64; i++) {
        g_autofree char *name = g_strdup_printf("device%zu", i);
        virDomainHostdevCompat *device = testNewDevice(name, value);

        for (j = 0; j < 20; j++) {
            g_autofree char *attr = g_strdup_printf("a%zu", j);

            virNodeDeviceCompatAdd(device->compat, NULL, attr, "1");
        }
        g_ptr_array_add(description->hostdevs, device);
    }

    return description;
}


/* What is written is taken by every reader, and there is no space left for one more device
 * wherever libvirt makes the most of it. */
static int
testMetadata(const void *opaque)
{
    const struct testStore *test = opaque;
    virConnectPtr conn = virConnectOpen("test:///default");
    size_t largest = 0;
    size_t length;

    if (!conn)
        return EXIT_AM_SKIP;

    for (length = 1; length < 60; length += 2) {
        g_autofree char *value = g_strnfill(length, 'x');
        g_autoptr(virDomainHostdevDescription) description = testNewLarge(value);
        g_autoptr(virDomainHostdevDescription) written = NULL;
        g_autoptr(virDomainHostdevDescription) parsed = NULL;
        g_autoptr(virDomainHostdevGuest) guest = NULL;
        g_autofree char *xml = virDomainHostdevDescriptionFormatMetadata(description, PREFIX);
        g_autofree char *stored = testStore(test, conn, xml);

        if (test->bare != !!strstr(stored, "<" PREFIX ":attr "))
            return testFail("not as libvirt stores it: %s", stored);

        if (!(guest = virDomainHostdevGuestParse(stored)) ||
            testExpectNumber(OK, guest->metadataState) < 0 ||
            testExpectNumber(OK, virDomainHostdevGuestGetDescription(guest, &parsed)) < 0 ||
            testExpectNumber(OK, virDomainHostdevDescriptionParse(xml, LIMIT, &written)) < 0 ||
            testExpectNumber(testCountKnown(written), testCountKnown(parsed)) < 0)
            return -1;

        largest = MAX(largest, strlen(guest->metadata));
    }

    virConnectClose(conn);

    /* one more descriptor would not fit */
    if (test->bare && test->define && largest < LIMIT - 1024)
        return testFail("expected about %d bytes, got %zu", LIMIT, largest);

    return 0;
}


/* A device with 15 attributes of 4 KiB, and one of @length */
static virDomainHostdevDescription *
testNewExact(size_t length)
{
    virDomainHostdevDescription *description = virDomainHostdevDescriptionNew();
    virDomainHostdevCompat *device = testNewDevice("device", "t");
    g_autofree char *large = g_strnfill(4096, 'x');
    g_autofree char *value = g_strnfill(length, 'x');
    size_t i;

    for (i = 0; i < 15; i++) {
        g_autofree char *attr = g_strdup_printf("a%zu", i);

        virNodeDeviceCompatAdd(device->compat, NULL, attr, large);
    }
    virNodeDeviceCompatAdd(device->compat, NULL, "b", value);
    g_ptr_array_add(description->hostdevs, device);
    virDomainHostdevDescriptionStamp(description);

    return description;
}


/* Where libvirt makes the most of it, what is just written is as large as readers take. */
static int
testMetadataExact(const void *opaque G_GNUC_UNUSED)
{
    virConnectPtr conn = virConnectOpen("test:///default");
    g_autofree char *xml = NULL;
    g_autofree char *stored = NULL;
    g_autoptr(virDomainHostdevGuest) guest = NULL;
    size_t length;

    if (!conn)
        return EXIT_AM_SKIP;

    for (length = 1; length < 4096; length++) {
        g_autoptr(virDomainHostdevDescription) description = testNewExact(length);
        g_autofree char *next = virDomainHostdevDescriptionFormatMetadata(description, PREFIX);

        if (!strstr(next, "<attr "))
            break;
        g_free(xml);
        xml = g_steal_pointer(&next);
    }

    if (!xml || length == 4096)
        return testFail("expected a limit");

    stored = testStore(&stores[3], conn, xml);
    virConnectClose(conn);
    if (!(guest = virDomainHostdevGuestParse(stored)) || !guest->metadata)
        return testFail("it is too large");
    if (strlen(guest->metadata) < LIMIT - 64)
        return testFail("%d bytes are not used", (int) (LIMIT - strlen(guest->metadata)));

    return 0;
}


/* A limit that is as large as what is written is no limit. */
static int
testFormatExact(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virDomainHostdevDescription) description = testNewExact(10);
    g_autofree char *full = virDomainHostdevDescriptionFormat(description, LIMIT);
    g_autofree char *same = virDomainHostdevDescriptionFormat(description, strlen(full));
    g_autofree char *less = virDomainHostdevDescriptionFormat(description, strlen(full) - 1);
    g_autofree char *id = NULL;
    g_autofree char *none = NULL;
    g_autofree char *known = g_strdup(strstr(less, "<hostdev "));
    size_t max;

    if (testExpectString(full, same) < 0 || testExpectBool(false, !!strstr(less, "<attr ")) < 0)
        return -1;

    /* the name of a device takes what its element does, whether or not that is empty */
    max = strlen(less) + strlen(">\n  </hostdev>\n") - strlen("/>\n");
    id = virDomainHostdevDescriptionFormat(description, max);
    none = virDomainHostdevDescriptionFormat(description, max - 1);

    if (testExpectString(less, id) < 0 || testExpectBool(true, !!known) < 0)
        return -1;
    return testExpectBool(false, !!strstr(none, "<hostdev "));
}


/* What is written has no more elements and texts than a reader takes, whatever looks like one:
 * each value of @test has so many characters, and differs from the others if it is short */
static const struct testNodes {
    const char *name;
    char fill;
    size_t length;
    size_t attributes;          /* of a device */
    size_t devices;
    size_t known;               /* so many of them are described, and no more if there are less */
} nodes[] = {
    { "some equals signs", '=', 4096, 10, 2, 2 },
    { "equals signs", '=', 4096, 10, 20, 2 },
    { "other characters", 'x', 4096, 10, 20, 20 },
    { "many attributes", 'x', 1, 100, 200, 200 },
    { "many short values", 0, 3, 200, 100, 50 },
};


static int
testFormatNodes(const void *opaque)
{
    const struct testNodes *test = opaque;
    g_autoptr(virDomainHostdevDescription) description = virDomainHostdevDescriptionNew();
    g_autoptr(virDomainHostdevDescription) parsed = NULL;
    g_autofree char *xml = NULL;
    size_t known;
    size_t i;
    size_t j;

    for (i = 0; i < test->devices; i++) {
        g_autofree char *name = g_strdup_printf("device%zu", i);
        virDomainHostdevCompat *device = testNewDevice(name, "t");

        for (j = 0; j < test->attributes; j++) {
            size_t number = i * test->attributes + j;
            g_autofree char *attr = g_strdup_printf("a%zu", j);
            g_autofree char *value = test->fill ? g_strnfill(test->length, test->fill) :
                g_strdup_printf("%c%c%c", (int) ('0' + number % 72), (int) ('0' + number / 72 % 72),
                                (int) ('0' + number / 5184 % 72));

            virNodeDeviceCompatAdd(device->compat, NULL, attr, value);
        }
        g_ptr_array_add(description->hostdevs, device);
    }

    xml = virDomainHostdevDescriptionFormat(description, VIR_DOMAIN_HOSTDEV_DESCRIPTION_MAX);
    if (testExpectNumber(OK, virDomainHostdevDescriptionParse(xml,
                                                              VIR_DOMAIN_HOSTDEV_DESCRIPTION_MAX,
                                                              &parsed)) < 0 ||
        testExpectNumber(test->devices, parsed->hostdevs->len) < 0)
        return testFail("%s", virGetLastErrorMessage());

    known = testCountKnown(parsed);
    if (known < test->known || (test->known < test->devices && known == test->devices))
        return testFail("expected %zu or more, and not all, got %zu", test->known, known);
    return 0;
}


/* What is left out for lack of space is in the log. */
static int
testLimit(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virDomainHostdevDescription) description = testNewExact(10);
    virDomainHostdevCompat *device = g_ptr_array_index(description->hostdevs, 0);
    size_t budget = 128 * 1024;
    g_autofree char *log = NULL;

    virDomainHostdevDescriptionLimit(device, &budget);
    if (testExpectBool(true, device->compat && budget < 128 * 1024 - 60000) < 0)
        return -1;

    budget = 60000;
    g_free(virTestLogContentAndReset());
    virDomainHostdevDescriptionLimit(device, &budget);
    log = virTestLogContentAndReset();
    if (testExpectBool(false, !!device->compat) < 0 || testExpectNumber(60000, budget) < 0)
        return -1;
    return testExpectBool(true, !!strstr(log, "host device 'device' does not fit"));
}


static int
testStamp(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virDomainHostdevDescription) first = virDomainHostdevDescriptionNew();
    g_autoptr(virDomainHostdevDescription) second = virDomainHostdevDescriptionNew();
    gint64 before = g_get_real_time() / G_USEC_PER_SEC;

    virDomainHostdevDescriptionStamp(first);
    virDomainHostdevDescriptionStamp(second);
    virDomainHostdevDescriptionStamp(second);

    if (testExpectBool(true, first->time >= before && second->time >= first->time) < 0)
        return -1;

    return testExpectString(first->boot, second->boot);
}


static int
mymain(void)
{
    DO_TABLE("document", documents, testParseDocument);
    DO_TEST(testTooLarge, NULL, "document that is too large");
    DO_TEST(testFormat, NULL, "format");
    DO_TEST(testFormatLimited, NULL, "format within a limit");
    DO_TEST(testFormatExact, NULL, "format within just that");
    DO_TABLE("nodes", nodes, testFormatNodes);
    DO_TEST(testLimit, NULL, "descriptors within a limit");
    DO_TABLE("metadata", stores, testMetadata);
    DO_TEST(testMetadataExact, NULL, "metadata as large as they can be");
    DO_TEST(testStamp, NULL, "of now");

    return testResult();
}

VIR_TEST_MAIN(mymain)
