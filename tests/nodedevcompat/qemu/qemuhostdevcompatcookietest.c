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

#define DUPLICATE "is twice in the migration cookie"
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
    { "value of 4097 bytes",
      MANY("<hostdev><capability type='compat'><attr name='a' value='", "v", 4097,
           "'/></capability></hostdev>"), "must be 1 to 4096 printable", 0 },

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
    { "alias of 255 bytes", MANY("<hostdev alias='", "a", 255, "'/>"), NULL, 1 },
    { "alias of 256 bytes", MANY("<hostdev alias='", "a", 256, "'/>"), "malformed 'alias'", 0 },
    { "alias of 1 MiB",
      MANY("<hostdev alias='", "aaaaaaaaaaaaaaaa", 65536, "'/>"), "malformed 'alias'", 0 },
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
    "        <accepts>\n" \
    "          <type id='a,b'/>\n" \
    "        </accepts>\n" \
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

    if (qemuTestDriverInit(&driver) < 0)
        return EXIT_FAILURE;

    DO_TABLE("cookie", cookies, testCookieParse);

    DO_TABLE("whole cookie", wholes, testWholeCookie);

    qemuTestDriverFree(&driver);

    return testResult();
}

VIR_TEST_MAIN_PRELOAD(mymain,
                      VIR_TEST_MOCK("virpci"),
                      VIR_TEST_MOCK("virrandom"),
                      VIR_TEST_MOCK("domaincaps"),
                      VIR_TEST_MOCK("virhostid"))
