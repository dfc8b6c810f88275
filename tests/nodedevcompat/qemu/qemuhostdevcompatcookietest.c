/*
 * qemuhostdevcompatcookietest.c: devices of a guest in the migration cookie
 *
 * The block in the cookie, most of it as a hostile peer would send it, and the
 * whole cookie with it.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "qemu/qemu_migration_cookie.h"
#include "qemuhostdevcompatutils.h"
#include "nodedevcompatframe.h"
#include "testutilsqemu.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_QEMU


/* A cookie is @head, @count times @repeat with each # in it replaced by the
 * number of the repetition, and @tail. */
struct testCookie {
    const char *name;
    const char *head;
    const char *repeat;
    size_t count;
    const char *tail;
    const char *error;          /* part of the message; NULL: it is accepted */
    int hostdevs;               /* that are found; -1: no block */
};

#define COOKIE(content) "<qemu-migration>" content "</qemu-migration>", NULL, 0, ""
#define BLOCK(content) COOKIE("<nodedevCompat>" content "</nodedevCompat>")
#define HOSTDEV(content) \
    BLOCK("<hostdev alias='ua-a' address='pci:0000:00:05.0' uuid='" UUID "1'>" content "</hostdev>")
#define CAP(content) HOSTDEV("<capability type='compat'>" content "</capability>")
#define MANY(before, repeat, count, after) \
    "<qemu-migration><nodedevCompat>" before, repeat, count, \
    after "</nodedevCompat></qemu-migration>"
#define DOCTYPE(subset, content) \
    "<!DOCTYPE q [" subset "]><qemu-migration><nodedevCompat><hostdev>" content \
    "</hostdev></nodedevCompat></qemu-migration>", NULL, 0, ""

#define DUPLICATE "is described twice"
#define SYNTAX "at line "
#define NO_DOCTYPE "document type declaration"

static const struct testCookie cookies[] = {
    /* what peers send */
    { "of a stock peer", COOKIE("<name>n</name><hostname>h</hostname>"), NULL, -1 },
    { "without devices", BLOCK(""), NULL, 0 },
    { "one device", CAP("<deviceAPI>vfio-pci</deviceAPI><type id='a'/>"), NULL, 1 },
    { "a device of which nothing is known", HOSTDEV(""), NULL, 1 },
    { "a device without alias, address and UUID", BLOCK("<hostdev/>"), NULL, 1 },
    { "two such devices", BLOCK("<hostdev/><hostdev/>"), NULL, 2 },
    { "of a newer peer",
      BLOCK("<future/><hostdev future='1'><future/><capability type='future'/></hostdev>"), NULL,
      1 },
    { "block elsewhere", COOKIE("<x><nodedevCompat><hostdev/></nodedevCompat></x>"), NULL, -1 },

    /* numbers */
    { "256 devices", MANY("", "<hostdev uuid='#'/>", 256, ""), NULL, 256 },
    { "257 devices", MANY("", "<hostdev uuid='#'/>", 257, ""), "more than 256 host devices", 0 },
    { "257 devices without anything",
      MANY("", "<hostdev/>", 257, ""), "more than 256 host devices", 0 },
    { "100000 devices", MANY("", "<hostdev/>", 100000, ""), "more than 256 host devices", 0 },
    { "two blocks",
      COOKIE("<nodedevCompat/><nodedevCompat/>"), "more than one <nodedevCompat> element", 0 },
    { "two blocks, one empty",
      COOKIE("<nodedevCompat/><nodedevCompat><hostdev/></nodedevCompat>"),
      "more than one <nodedevCompat> element", 0 },
    { "two descriptors of a device",
      HOSTDEV("<capability type='compat'/><capability type='compat'/>"),
      "more than one capability of type 'compat'", 0 },
    { "513 attributes",
      MANY("<hostdev><capability type='compat'>", "<attr name='a#' value='v'/>", 513,
           "</capability></hostdev>"),
      "more than 512 compatibility attributes", 0 },
    { "65 alternatives",
      MANY("<hostdev><capability type='compat'>", "<accepts/>", 65, "</capability></hostdev>"),
      "more than 64 <accepts> elements", 0 },

    /* twice */
    { "two devices of one alias",
      BLOCK("<hostdev alias='ua-a'/><hostdev alias='ua-a'/>"), DUPLICATE, 0 },
    { "two devices of one address",
      BLOCK("<hostdev address='pci:1'/><hostdev address='pci:1'/>"), DUPLICATE, 0 },
    { "two devices of one UUID",
      BLOCK("<hostdev uuid='" UUID "1'/><hostdev uuid='" UUID "1'/>"), DUPLICATE, 0 },
    { "third is the first again",
      BLOCK("<hostdev alias='a'/><hostdev alias='b'/><hostdev alias='a'/>"), DUPLICATE, 0 },
    { "two devices of different alias",
      BLOCK("<hostdev alias='a' address='1'/><hostdev alias='b' address='2'/>"), NULL, 2 },

    /* identifiers, which end up in messages and logs */
    { "alias with a line feed", BLOCK("<hostdev alias='a&#10;b'/>"), "malformed 'alias'", 0 },
    { "alias with a tab", BLOCK("<hostdev alias='a&#9;b'/>"), "malformed 'alias'", 0 },
    { "long alias with a line feed",
      MANY("<hostdev alias='&#10;", "a", 300, "'/>"), "malformed 'alias'", 0 },
    { "address with a line feed", BLOCK("<hostdev address='&#10;'/>"), "malformed 'address'", 0 },
    { "UUID with a C1 control character",
      BLOCK("<hostdev uuid='&#x9b;31m'/>"), "malformed 'uuid'", 0 },
    { "UUID beyond ASCII", BLOCK("<hostdev uuid='\303\251'/>"), "malformed 'uuid'", 0 },
    { "name with a carriage return", BLOCK("<hostdev name='a&#13;b'/>"), "malformed 'name'", 0 },

    /* descriptors */
    { "attribute with a bad name", CAP("<attr name='a b' value='v'/>"), "invalid name", 0 },
    { "attribute without value", CAP("<attr name='a'/>"), "value", 0 },
    { "attribute twice", CAP("<type id='a'/><type id='b'/>"), "is given twice", 0 },
    { "malformed value", CAP("<softwareVersion>v1</softwareVersion>"), NULL, 1 },
    { "second device is bad",
      BLOCK("<hostdev/><hostdev><capability type='compat'><type/></capability></hostdev>"), "id",
      0 },
    { "300 elements deep", MANY("<hostdev>", "<x>", 300, ""), SYNTAX, 0 },
    { "100000 elements deep", MANY("<hostdev>", "<x>", 100000, ""), SYNTAX, 0 },

    /* entities */
    { "document type", DOCTYPE("", ""), NO_DOCTYPE, 0 },
    { "internal entity",
      DOCTYPE("<!ENTITY e 'v'>", "<capability type='compat'><opaque>&e;</opaque></capability>"),
      NO_DOCTYPE, 0 },
    { "external entity",
      DOCTYPE("<!ENTITY e SYSTEM 'file:///etc/passwd'>",
              "<capability type='compat'><opaque>&e;</opaque></capability>"), NO_DOCTYPE, 0 },
    { "billion laughs",
      "<!DOCTYPE q [<!ENTITY e0 'ha'><!ENTITY e1 '&e0;&e0;&e0;&e0;&e0;&e0;&e0;&e0;&e0;&e0;'>"
      "<!ENTITY e2 '&e1;&e1;&e1;&e1;&e1;&e1;&e1;&e1;&e1;&e1;'><!ENTITY e3 '&e2;&e2;&e2;&e2;&e2;"
      "&e2;&e2;&e2;&e2;&e2;'><!ENTITY e4 '&e3;&e3;&e3;&e3;&e3;&e3;&e3;&e3;&e3;&e3;'><!ENTITY e5 '"
      "&e4;&e4;&e4;&e4;&e4;&e4;&e4;&e4;&e4;&e4;'><!ENTITY e6 '&e5;&e5;&e5;&e5;&e5;&e5;&e5;&e5;"
      "&e5;&e5;'><!ENTITY e7 '&e6;&e6;&e6;&e6;&e6;&e6;&e6;&e6;&e6;&e6;'><!ENTITY e8 '&e7;&e7;&e7;"
      "&e7;&e7;&e7;&e7;&e7;&e7;&e7;'>]><qemu-migration><nodedevCompat><hostdev><capability "
      "type='compat'><opaque>", "&e8;", 10,
      "</opaque></capability></hostdev></nodedevCompat></qemu-migration>", "", 0 },
    { "document type of a stock peer's cookie",
      "<!DOCTYPE q><qemu-migration/>", NULL, 0, "", NULL, -1 },
};


static char *
testBuildCookie(const struct testCookie *data)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    virBufferAdd(&buf, data->head, -1);
    for (i = 0; i < data->count; i++) {
        const char *mark = strchr(data->repeat, '#');

        if (mark)
            virBufferAsprintf(&buf, "%.*s%zu%s", (int)(mark - data->repeat),
                              data->repeat, i, mark + 1);
        else
            virBufferAdd(&buf, data->repeat, -1);
    }
    virBufferAdd(&buf, data->tail, -1);

    return virBufferContentAndReset(&buf);
}


static int
testCookieParse(const void *opaque)
{
    const struct testCookie *data = opaque;
    g_autofree char *cookie = testBuildCookie(data);
    g_autofree char *once = NULL;
    g_autofree char *twice = NULL;
    g_autofree char *wrapped = NULL;
    g_autoptr(qemuHostdevCompat) compat = NULL;
    g_autoptr(qemuHostdevCompat) again = NULL;
    int rc = testParseBlock(cookie, &compat);
    const char *message = virGetLastErrorMessage();
    int hostdevs = compat ? (int) compat->hostdevs->len : -1;

    if (data->error) {
        if (rc == 0 || compat || !strstr(message, data->error)) {
            return testFail("expected error '%s', got %s '%.200s'", data->error,
                            rc == 0 ? "success" : "error", message);
        }
        if (STRNEQ(data->error, SYNTAX) && strlen(message) > 1000)
            return testFail("error of %zu bytes: '%.200s...'", strlen(message), message);
        virResetLastError();
        return 0;
    }

    if (rc < 0 || hostdevs != data->hostdevs) {
        return testFail("expected %d host devices, got %d: %.200s",
                        data->hostdevs, hostdevs, message);
    }

    if (!compat)
        return 0;

    once = testFormatBlock(compat);
    wrapped = g_strdup_printf("<qemu-migration>%s</qemu-migration>", once);
    if (testParseBlock(wrapped, &again) < 0)
        return -1;
    twice = testFormatBlock(again);

    return virTestCompareToString(once, twice);
}


/* What is too long, but not malformed. The devices that are found are written as their
 * names and the length of what is known of each, of the descriptor the number of
 * attributes and alternatives. */
struct testLong {
    struct testCookie cookie;
    const char *expect;
    const char *logged;         /* NULL: no warning */
};

#define LONG(name, before, repeat, count, after, expect, logged) \
    { { name, MANY(before, repeat, count, after), NULL, 0 }, expect, logged }
#define IGNORED(count) "Parts of the description of host devices that are too long and " \
    "ignored: " count
#define ATTR "<attr name='x' value='1'/>"
#define ATTR_B "<attr name='b' value='1'/>"
#define CAPABILITY "<capability type='compat'>" ATTR
#define V64 "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv"
#define V512 V64 V64 V64 V64 V64 V64 V64 V64

static const struct testLong longs[] = {
    LONG("alias of 255 bytes",
         "<hostdev alias='", "a", 255, "' address='5' name='n'/>",
         "n: alias=255 address=1 name=1;", NULL),
    LONG("alias of 256 bytes",
         "<hostdev alias='", "a", 256, "' address='5' name='n'>" CAPABILITY
         "</capability></hostdev>",
         "n: address=1 name=1 attrs=1;", IGNORED("1")),
    LONG("alias of 1 MiB",
         "<hostdev alias='", "aaaaaaaaaaaaaaaa", 65536, "' address='5' name='n'/>",
         "n: address=1 name=1;", IGNORED("1")),
    LONG("address of 300 bytes",
         "<hostdev alias='a' address='", "1", 300, "' name='n'/>", "n: alias=1 name=1;",
         IGNORED("1")),
    LONG("name of 300 bytes", "<hostdev uuid='u' name='", "1", 300, "'/>", "u: uuid=1;",
         IGNORED("1")),
    LONG("second device has a long name",
         "<hostdev name='m'>" CAPABILITY "</capability></hostdev><hostdev uuid='u' name='", "1",
         300, "'>" CAPABILITY "</capability></hostdev>", "m: name=1 attrs=1;u: uuid=1 attrs=1;",
         IGNORED("1")),
    LONG("all devices have a long alias",
         "", "<hostdev uuid='#' alias='" V512 "'/>", 2, "", "0: uuid=1;1: uuid=1;", IGNORED("2")),

    LONG("value of 4096 bytes",
         "<hostdev name='n'>" CAPABILITY "<attr name='a' value='", "v", 4096,
         "'/></capability></hostdev>", "n: name=1 attrs=2;", NULL),
    LONG("value of 4097 bytes",
         "<hostdev name='n'>" CAPABILITY "<attr name='a' value='", "v", 4097,
         "'/></capability></hostdev>", "n: name=1;", IGNORED("1")),
    LONG("name of an attribute of 128 bytes",
         "<hostdev name='n'>" CAPABILITY "<attr value='1' name='", "a", 128,
         "'/></capability></hostdev>", "n: name=1 attrs=2;", NULL),
    LONG("name of an attribute of 129 bytes",
         "<hostdev name='n'>" CAPABILITY "<attr value='1' name='", "a", 129,
         "'/></capability></hostdev>", "n: name=1;", IGNORED("1")),
    LONG("opaque string of 4097 bytes",
         "<hostdev name='n'>" CAPABILITY "<opaque>", "v", 4097, "</opaque></capability></hostdev>",
         "n: name=1;", IGNORED("1")),
    LONG("accepted value of 4097 bytes",
         "<hostdev name='n'>" CAPABILITY "<accepts><attr name='a' value='", "v", 4097,
         "'/></accepts></capability></hostdev>", "n: name=1;", IGNORED("1")),
    LONG("long text of a newer peer",
         "<hostdev name='n'>" CAPABILITY "</capability><future>", "v", 5000, "</future></hostdev>",
         "n: name=1 attrs=1;", NULL),
    LONG("much space",
         "<hostdev name='n'>" CAPABILITY, " ", 10000, ATTR_B "</capability></hostdev>",
         "n: name=1 attrs=2;", NULL),
    LONG("descriptor of 255 KiB",
         "<hostdev name='n'>" CAPABILITY, "<attr name='a#' value='" V512 "'/>", 480,
         "</capability></hostdev>", "n: name=1 attrs=481;", NULL),
    LONG("descriptor of more than 256 KiB",
         "<hostdev name='n'>" CAPABILITY, "<attr name='a#' value='" V512 "'/>", 490,
         "</capability></hostdev><hostdev name='m'>" CAPABILITY "</capability></hostdev>",
         "n: name=1;m: name=1 attrs=1;", IGNORED("1")),
    LONG("descriptor of more than 256 KiB with what is accepted",
         "<hostdev name='n'>" CAPABILITY "<accepts>", "<attr name='a#' value='" V512 "'/>", 490,
         "</accepts></capability></hostdev>", "n: name=1;", IGNORED("1")),
};


static void
testDescribeID(virBuffer *buf,
               const char *name,
               const char *id)
{
    if (id)
        virBufferAsprintf(buf, " %s=%zu", name, strlen(id));
}


static char *
testDescribe(const qemuHostdevCompat *compat)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < compat->hostdevs->len; i++) {
        const virDomainHostdevCompat *hostdev = g_ptr_array_index(compat->hostdevs, i);

        virBufferAsprintf(&buf, "%s:", virDomainHostdevCompatGetName(hostdev));
        testDescribeID(&buf, "alias", hostdev->identity.alias);
        testDescribeID(&buf, "address", hostdev->identity.address);
        testDescribeID(&buf, "uuid", hostdev->identity.uuid);
        testDescribeID(&buf, "name", hostdev->name);
        if (hostdev->compat)
            virBufferAsprintf(&buf, " attrs=%zu", hostdev->compat->self.nattrs);
        virBufferAddLit(&buf, ";");
    }

    return virBufferContentAndReset(&buf);
}


static int
testCookieLong(const void *opaque)
{
    const struct testLong *data = opaque;
    g_autofree char *cookie = testBuildCookie(&data->cookie);
    g_autofree char *actual = NULL;
    g_autofree char *log = NULL;
    g_autoptr(qemuHostdevCompat) compat = NULL;

    g_free(virTestLogContentAndReset());
    if (testParseBlock(cookie, &compat) < 0)
        return testFail("expected success, got '%.200s'", virGetLastErrorMessage());

    actual = testDescribe(compat);
    if (testExpectString(data->expect, actual) < 0)
        return -1;

    log = virTestLogContentAndReset();
    if (data->logged)
        return testFindParts("log", data->logged, NULLSTR(log));

    return log && strstr(log, "warning") ? testFail("expected no warning, got\n%s", log) : 0;
}


/* Of descriptors that are 1 MiB in total, the further ones are not known. */
static int
testCookieTotal(const void *opaque G_GNUC_UNUSED)
{
    static const struct testCookie data = {
        "total",
        MANY("", "<hostdev uuid='#'><capability type='compat'><attr name='a' value='" V512 V512 V512
             V512 V512 V512 V512 "'/><attr name='b' value='" V512 V512 V512 V512 V512 V512 V512
             "'/></capability></hostdev>", 256, ""), NULL, 256,
    };
    g_autofree char *cookie = testBuildCookie(&data);
    g_autofree char *log = NULL;
    g_autoptr(qemuHostdevCompat) compat = NULL;
    size_t described = 0;
    size_t i;

    g_free(virTestLogContentAndReset());
    if (testParseBlock(cookie, &compat) < 0 ||
        testExpectNumber(data.hostdevs, compat->hostdevs->len) < 0)
        return -1;

    for (i = 0; i < compat->hostdevs->len; i++) {
        const virDomainHostdevCompat *hostdev = g_ptr_array_index(compat->hostdevs, i);

        if (hostdev->compat)
            described++;
    }

    log = virTestLogContentAndReset();
    if (testExpectNumber(144, described) < 0)
        return -1;
    return testFindParts("log", IGNORED("112"), NULLSTR(log));
}


/* The block in the whole cookie, as one daemon writes it and another reads it */
struct testWhole {
    const char *name;
    const char *block;
    const char *error;          /* NULL: it is accepted */
};

#define GOOD_BLOCK \
    "  <nodedevCompat>\n" \
    "    <hostdev alias='ua-a' address='pci:0000:00:05.0' uuid='" UUID "1' name='mdev_1'>\n" \
    "      <capability type='compat'>\n" \
    "        <deviceAPI>vfio-pci</deviceAPI>\n" \
    "        <type id='a'/>\n" \
    "      </capability>\n" \
    "    </hostdev>\n" \
    "    <hostdev uuid='" UUID "2'/>\n" \
    "  </nodedevCompat>\n"

static const struct testWhole wholes[] = {
    { "of a stock peer", "", NULL },
    { "with the block", GOOD_BLOCK, NULL },
    { "with a malformed block",
      "<nodedevCompat><hostdev alias='&#10;'/></nodedevCompat>", "malformed 'alias'" },
    { "with two blocks", GOOD_BLOCK GOOD_BLOCK, "more than one <nodedevCompat> element" },
};


static int
testWholeCookie(const void *opaque)
{
    const struct testWhole *data = opaque;
    g_autoptr(virDomainDef) def = testGuest("=1");
    g_autofree char *xml =
        g_strdup_printf("<qemu-migration>\n"
                        "  <name>guest</name>\n"
                        "  <uuid>dcf47dbd-46d1-4d5b-b442-262a806a333a</uuid>\n"
                        "  <hostname>hostname2</hostname>\n"
                        "  <hostuuid>8b3f4dc4-6a8e-5f9b-94a5-4c35babd8d95</hostuuid>\n"
                        "%s</qemu-migration>\n", data->block);
    g_autoptr(qemuMigrationCookie) cookie = NULL;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *actual = NULL;

    if (virUUIDParse("dcf47dbd-46d1-4d5b-b442-262a806a333a", def->uuid) < 0)
        return -1;

    cookie = qemuMigrationCookieParse(&driver, NULL, def, NULL, NULL,
                                      xml, strlen(xml) + 1, 0);

    if (!cookie || virGetLastErrorCode() != VIR_ERR_OK)
        return -1;

    /* the rest of the cookie is as good as ever */
    if (data->error) {
        if (!cookie->hostdevCompat || !cookie->hostdevCompat->error ||
            !strstr(cookie->hostdevCompat->error, data->error)) {
            return testFail("expected '%s', got '%s'", data->error,
                            cookie->hostdevCompat ?
                            NULLSTR(cookie->hostdevCompat->error) : "nothing");
        }
        return 0;
    }

    /* what is formatted is this host's name, not the peer's */
    g_free(cookie->localHostname);
    cookie->localHostname = g_strdup("hostname2");
    memcpy(cookie->localHostuuid, cookie->remoteHostuuid, VIR_UUID_BUFLEN);

    if (qemuMigrationCookieXMLFormat(&driver, NULL, &buf, cookie) < 0)
        return -1;

    actual = virBufferContentAndReset(&buf);
    return virTestCompareToString(xml, actual);
}


static int
mymain(void)
{
    size_t i;

    if (qemuTestDriverInit(&driver) < 0)
        return EXIT_FAILURE;

    DO_TABLE("cookie", cookies, testCookieParse);

    for (i = 0; i < G_N_ELEMENTS(longs); i++)
        DO_TEST(testCookieLong, &longs[i], "long: %s", longs[i].cookie.name);

    DO_TEST(testCookieTotal, NULL, "descriptors of more than 1 MiB in total");

    DO_TABLE("whole cookie", wholes, testWholeCookie);

    qemuTestDriverFree(&driver);

    return testResult();
}

VIR_TEST_MAIN_PRELOAD(mymain,
                      VIR_TEST_MOCK("virpci"),
                      VIR_TEST_MOCK("virrandom"),
                      VIR_TEST_MOCK("domaincaps"),
                      VIR_TEST_MOCK("virhostid"))
