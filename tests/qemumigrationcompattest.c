/*
 * qemumigrationcompattest.c: host device compatibility in migration
 *
 * The block in the migration cookie, most of it as a hostile peer would send
 * it; which device of the source a device of the destination takes over from;
 * and the whole way from Begin on one host to Prepare on another, with a fake
 * node device driver that stands for either.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "datatypes.h"
#include "driver.h"
#include "nodedev_compat_driver.h"
#include "qemu/qemu_migration_compat.h"
#include "qemu/qemu_migration_cookie.h"
#include "testutils.h"
#include "testutilsqemu.h"
#include "virerror.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_QEMU

static virQEMUDriver driver;

#define UUID "00000000-0000-0000-0000-00000000000"      /* and a digit */
#define NAME "00000000_0000_0000_0000_00000000000"


/*
 * The fake node device driver
 *
 * A host is written as its mediated devices, "1=vfio-pci/a/1.2.0/x/o 2=...": the
 * last digit of the UUID, device API, type, software version, an attribute x and
 * an opaque string, of which each may be left out; "1=" has no capability at all.
 * A device's driver accepts its own opaque string, and "mute" does not answer.
 */

static struct {
    const char *devices;
    bool unreachable;           /* there is no connection */
    bool stock;                 /* its daemon knows nothing of reports */
    const char *report;         /* what it answers, whatever it is asked */
} host;

static virConnectPtr hostConnection;


static char *
testDeviceName(const char *digit)
{
    char *name = g_strdup_printf("mdev_" UUID "%c_0000_00_02_0", digit[0]);

    return g_strdelimit(name, "-", '_');
}


static char *
testCapability(const char *text)
{
    static const char *const formats[] = {
        "<deviceAPI>%s</deviceAPI>", "<type id='%s'/>",
        "<softwareVersion>%s</softwareVersion>", "<attr name='x' value='%s'/>",
        "<opaque>%s</opaque>",
    };
    g_auto(GStrv) values = g_strsplit(text, "/", -1);
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    if (!values[0])
        return g_strdup("");

    virBufferAddLit(&buf, "<capability type='compat'>");
    for (i = 0; values[i]; i++) {
        if (values[i][0])
            virBufferAsprintf(&buf, formats[i], values[i]);
    }
    virBufferAddLit(&buf, "</capability>");

    return virBufferContentAndReset(&buf);
}


/* The XML of the device called @name, or NULL with an error reported */
static char *
testDeviceXML(const char *name)
{
    g_auto(GStrv) devices = g_strsplit(host.devices, " ", -1);
    size_t i;

    for (i = 0; devices[i]; i++) {
        g_autofree char *candidate = testDeviceName(devices[i]);
        g_autofree char *capability = NULL;
        g_auto(GStrv) values = NULL;

        if (STRNEQ(name, candidate))
            continue;

        capability = testCapability(devices[i] + 2);
        values = g_strsplit(devices[i] + 2, "/", -1);
        return g_strdup_printf("<device><name>%s</name><capability type='mdev'>"
                               "<type id='%s'/>%s</capability></device>",
                               name,
                               values[0] && values[1] && values[1][0] ? values[1] : "a",
                               capability);
    }

    virReportError(VIR_ERR_NO_NODE_DEVICE, "no node device '%s'", name);
    return NULL;
}


static int
testListAllNodeDevices(virConnectPtr conn,
                       virNodeDevicePtr **ret_devices,
                       unsigned int flags)
{
    g_auto(GStrv) devices = g_strsplit(host.devices, " ", -1);
    size_t count = g_strv_length(devices);
    size_t i;

    if (flags != (VIR_CONNECT_LIST_NODE_DEVICES_CAP_MDEV |
                  VIR_CONNECT_LIST_NODE_DEVICES_ACTIVE)) {
        virReportError(VIR_ERR_INTERNAL_ERROR, "unexpected flags 0x%x", flags);
        return -1;
    }

    *ret_devices = g_new0(virNodeDevicePtr, count + 1);
    for (i = 0; i < count; i++) {
        g_autofree char *name = testDeviceName(devices[i]);

        (*ret_devices)[i] = virGetNodeDevice(conn, name);
    }

    return count;
}


static char *
testGetXMLDesc(virNodeDevicePtr device,
               unsigned int flags G_GNUC_UNUSED)
{
    return testDeviceXML(device->name);
}


static virNodeDeviceCompatAnswer
testAskDriver(const virNodeDeviceDef *def,
              const char *opaque,
              char **ret_detail)
{
    g_autoptr(virNodeDeviceCompat) compat = virNodeDeviceDefGetCompat(def);

    if (STREQ(compat->opaque, "mute")) {
        *ret_detail = g_strdup("No such device");
        return VIR_NODE_DEVICE_COMPAT_ANSWER_NONE;
    }

    if (STREQ(compat->opaque, opaque))
        return VIR_NODE_DEVICE_COMPAT_ANSWER_ACCEPTED;

    *ret_detail = g_strdup("Invalid argument");
    return VIR_NODE_DEVICE_COMPAT_ANSWER_REJECTED;
}


static char *
testGetCompatReport(virNodeDevicePtr device,
                    const char *xmlDesc,
                    unsigned int flags)
{
    g_autofree char *xml = testDeviceXML(device->name);
    g_autoptr(virNodeDeviceDef) def = NULL;

    if (host.report)
        return g_strdup(host.report);

    if (!xml ||
        !(def = virNodeDeviceDefParse(xml, NULL, EXISTING_DEVICE, NULL, NULL, NULL, false)))
        return NULL;

    return virNodeDeviceDefGetCompatReport(def, xmlDesc, NULL, testAskDriver, flags);
}


static virNodeDeviceDriver extendedDriver = {
    .name = "fake",
    .connectListAllNodeDevices = testListAllNodeDevices,
    .nodeDeviceGetXMLDesc = testGetXMLDesc,
    .nodeDeviceGetCompatReport = testGetCompatReport,
};

static virNodeDeviceDriver stockDriver = {
    .name = "fake stock",
    .connectListAllNodeDevices = testListAllNodeDevices,
    .nodeDeviceGetXMLDesc = testGetXMLDesc,
};


/* Takes the place of libvirt's own, which would connect to a daemon */
virConnectPtr
virGetConnectNodeDev(void)
{
    if (host.unreachable) {
        virReportError(VIR_ERR_NO_CONNECT, "%s", "nodedev:///system");
        return NULL;
    }

    hostConnection->nodeDeviceDriver = host.stock ? &stockDriver : &extendedDriver;
    return virObjectRef(hostConnection);
}


/*
 * Guests, written as their host devices, "ua-gpu@5=1 @6=2 pci": the alias, the
 * slot in the guest, the last digit of the mdev's UUID. All but the digit may
 * be left out; c before the slot makes it a CCW address; "pci" and "usb" are
 * devices of other kinds.
 */

static void
testAddHostdev(virDomainDef *def,
               const char *text)
{
    virDomainHostdevDef *hostdev = virDomainHostdevDefNew();
    virDomainHostdevSubsysMediatedDev *mdev = &hostdev->source.subsys.u.mdev;
    g_auto(GStrv) parts = g_strsplit(text, "=", 2);
    g_auto(GStrv) place = g_strsplit(parts[0], "@", 2);
    bool ccw = place[0] && place[1] && place[1][0] == 'c';
    unsigned int slot = 0;

    hostdev->mode = VIR_DOMAIN_HOSTDEV_MODE_SUBSYS;
    virDomainHostdevInsert(def, hostdev);

    if (STREQ(text, "pci")) {
        hostdev->source.subsys.type = VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_PCI;
        return;
    }
    if (STREQ(text, "usb")) {
        hostdev->source.subsys.type = VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_USB;
        return;
    }

    hostdev->source.subsys.type = VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_MDEV;
    mdev->model = VIR_MDEV_MODEL_TYPE_VFIO_PCI;
    g_snprintf(mdev->uuidstr, sizeof(mdev->uuidstr), UUID "%c", parts[1][0]);

    if (place[0] && place[0][0])
        hostdev->info->alias = g_strdup(place[0]);

    if (place[0] && place[1] &&
        virStrToLong_ui(place[1] + (ccw ? 1 : 0), NULL, 10, &slot) < 0)
        abort();

    if (ccw) {
        hostdev->info->type = VIR_DOMAIN_DEVICE_ADDRESS_TYPE_CCW;
        hostdev->info->addr.ccw.cssid = 0xfe;
        hostdev->info->addr.ccw.devno = slot;
        hostdev->info->addr.ccw.assigned = true;
    } else if (place[0] && place[1]) {
        hostdev->info->type = VIR_DOMAIN_DEVICE_ADDRESS_TYPE_PCI;
        hostdev->info->addr.pci.slot = slot;
    }
}


static virDomainDef *
testGuest(const char *text)
{
    virDomainDef *def = virDomainDefNew(driver.xmlopt);
    g_auto(GStrv) hostdevs = g_strsplit(text, " ", -1);
    size_t i;

    def->name = g_strdup("guest");
    for (i = 0; hostdevs[i]; i++)
        testAddHostdev(def, hostdevs[i]);

    return def;
}


static char *
testFormatBlock(const qemuMigrationCompat *compat)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    qemuMigrationCompatFormat(&buf, compat);
    return virBufferContentAndReset(&buf);
}


static int
testParseBlock(const char *cookie,
               qemuMigrationCompat **ret_compat)
{
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(xmlXPathContext) ctxt = NULL;

    /* as qemuMigrationCookieXMLParseStr() does */
    if (!(doc = virXMLParseStringCtxt(cookie, "(qemu_migration_cookie)", &ctxt)))
        return -1;

    return qemuMigrationCompatParse(ctxt, ret_compat);
}


/* A cookie is @head, @count times @repeat with each # in it replaced by the
 * number of the repetition, and @tail. */
struct testCookie {
    const char *title;
    const char *head;
    const char *repeat;
    size_t count;
    const char *tail;
    const char *error;          /* part of the message; NULL: it is accepted */
    int hostdevs;               /* that are found; -1: no block */
};

#define COOKIE(content) "<qemu-migration>" content "</qemu-migration>", NULL, 0, ""
#define BLOCK(content) COOKIE("<nodedevCompat>" content "</nodedevCompat>")
#define HOSTDEV(content) BLOCK("<hostdev alias='ua-a' address='pci:0000:00:05.0' uuid='" UUID "1'>" content "</hostdev>")
#define CAP(content) HOSTDEV("<capability type='compat'>" content "</capability>")
#define MANY(before, repeat, count, after) \
    "<qemu-migration><nodedevCompat>" before, repeat, count, after "</nodedevCompat></qemu-migration>"
#define DOCTYPE(subset, content) \
    "<!DOCTYPE q [" subset "]><qemu-migration><nodedevCompat><hostdev>" content "</hostdev></nodedevCompat></qemu-migration>", NULL, 0, ""

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
    { "of a newer peer", BLOCK("<future/><hostdev future='1'><future/><capability type='future'/></hostdev>"), NULL, 1 },
    { "block elsewhere", COOKIE("<x><nodedevCompat><hostdev/></nodedevCompat></x>"), NULL, -1 },

    /* numbers */
    { "256 devices", MANY("", "<hostdev uuid='#'/>", 256, ""), NULL, 256 },
    { "257 devices", MANY("", "<hostdev uuid='#'/>", 257, ""), "more than 256 host devices", 0 },
    { "257 devices without anything", MANY("", "<hostdev/>", 257, ""), "more than 256 host devices", 0 },
    { "100000 devices", MANY("", "<hostdev/>", 100000, ""), "more than 256 host devices", 0 },
    { "two blocks", COOKIE("<nodedevCompat/><nodedevCompat/>"), "more than one <nodedevCompat> element", 0 },
    { "two blocks, one empty", COOKIE("<nodedevCompat/><nodedevCompat><hostdev/></nodedevCompat>"), "more than one <nodedevCompat> element", 0 },
    { "two descriptors of a device", HOSTDEV("<capability type='compat'/><capability type='compat'/>"), "more than one capability of type 'compat'", 0 },
    { "513 attributes", MANY("<hostdev><capability type='compat'>", "<attr name='a#' value='v'/>", 513, "</capability></hostdev>"), "more than 512 compatibility attributes", 0 },
    { "65 alternatives", MANY("<hostdev><capability type='compat'>", "<accepts/>", 65, "</capability></hostdev>"), "more than 64 <accepts> elements", 0 },
    { "value of 4097 bytes", MANY("<hostdev><capability type='compat'><attr name='a' value='", "v", 4097, "'/></capability></hostdev>"), "must be 1 to 4096 printable", 0 },

    /* twice */
    { "two devices of one alias", BLOCK("<hostdev alias='ua-a'/><hostdev alias='ua-a'/>"), DUPLICATE, 0 },
    { "two devices of one address", BLOCK("<hostdev address='pci:1'/><hostdev address='pci:1'/>"), DUPLICATE, 0 },
    { "two devices of one UUID", BLOCK("<hostdev uuid='" UUID "1'/><hostdev uuid='" UUID "1'/>"), DUPLICATE, 0 },
    { "third is the first again", BLOCK("<hostdev alias='a'/><hostdev alias='b'/><hostdev alias='a'/>"), DUPLICATE, 0 },
    { "two devices of different alias", BLOCK("<hostdev alias='a' address='1'/><hostdev alias='b' address='2'/>"), NULL, 2 },

    /* identifiers, which end up in messages and logs */
    { "alias with a line feed", BLOCK("<hostdev alias='a&#10;b'/>"), "malformed 'alias'", 0 },
    { "alias with a tab", BLOCK("<hostdev alias='a&#9;b'/>"), "malformed 'alias'", 0 },
    { "alias of 255 bytes", MANY("<hostdev alias='", "a", 255, "'/>"), NULL, 1 },
    { "alias of 256 bytes", MANY("<hostdev alias='", "a", 256, "'/>"), "malformed 'alias'", 0 },
    { "alias of 1 MiB", MANY("<hostdev alias='", "aaaaaaaaaaaaaaaa", 65536, "'/>"), "malformed 'alias'", 0 },
    { "address with a line feed", BLOCK("<hostdev address='&#10;'/>"), "malformed 'address'", 0 },
    { "UUID with a C1 control character", BLOCK("<hostdev uuid='&#x9b;31m'/>"), "malformed 'uuid'", 0 },
    { "UUID beyond ASCII", BLOCK("<hostdev uuid='\303\251'/>"), "malformed 'uuid'", 0 },
    { "name with a carriage return", BLOCK("<hostdev name='a&#13;b'/>"), "malformed 'name'", 0 },

    /* descriptors */
    { "attribute with a bad name", CAP("<attr name='a b' value='v'/>"), "invalid name", 0 },
    { "attribute without value", CAP("<attr name='a'/>"), "value", 0 },
    { "attribute twice", CAP("<type id='a'/><type id='b'/>"), "is given twice", 0 },
    { "malformed value", CAP("<softwareVersion>v1</softwareVersion>"), NULL, 1 },
    { "second device is bad", BLOCK("<hostdev/><hostdev><capability type='compat'><type/></capability></hostdev>"), "id", 0 },
    { "300 elements deep", MANY("<hostdev>", "<x>", 300, ""), SYNTAX, 0 },
    { "100000 elements deep", MANY("<hostdev>", "<x>", 100000, ""), SYNTAX, 0 },

    /* entities */
    { "document type", DOCTYPE("", ""), NO_DOCTYPE, 0 },
    { "internal entity", DOCTYPE("<!ENTITY e 'v'>", "<capability type='compat'><opaque>&e;</opaque></capability>"), NO_DOCTYPE, 0 },
    { "external entity", DOCTYPE("<!ENTITY e SYSTEM 'file:///etc/passwd'>", "<capability type='compat'><opaque>&e;</opaque></capability>"), NO_DOCTYPE, 0 },
    { "billion laughs", "<!DOCTYPE q [<!ENTITY e0 'ha'><!ENTITY e1 '&e0;&e0;&e0;&e0;&e0;&e0;&e0;&e0;&e0;&e0;'><!ENTITY e2 '&e1;&e1;&e1;&e1;&e1;&e1;&e1;&e1;&e1;&e1;'><!ENTITY e3 '&e2;&e2;&e2;&e2;&e2;&e2;&e2;&e2;&e2;&e2;'><!ENTITY e4 '&e3;&e3;&e3;&e3;&e3;&e3;&e3;&e3;&e3;&e3;'><!ENTITY e5 '&e4;&e4;&e4;&e4;&e4;&e4;&e4;&e4;&e4;&e4;'><!ENTITY e6 '&e5;&e5;&e5;&e5;&e5;&e5;&e5;&e5;&e5;&e5;'><!ENTITY e7 '&e6;&e6;&e6;&e6;&e6;&e6;&e6;&e6;&e6;&e6;'><!ENTITY e8 '&e7;&e7;&e7;&e7;&e7;&e7;&e7;&e7;&e7;&e7;'>]><qemu-migration><nodedevCompat><hostdev><capability type='compat'><opaque>", "&e8;", 10, "</opaque></capability></hostdev></nodedevCompat></qemu-migration>", "", 0 },
    { "document type of a stock peer's cookie", "<!DOCTYPE q><qemu-migration/>", NULL, 0, "", NULL, -1 },
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
    g_autoptr(qemuMigrationCompat) compat = NULL;
    g_autoptr(qemuMigrationCompat) again = NULL;
    int rc = testParseBlock(cookie, &compat);
    const char *message = virGetLastErrorMessage();
    int hostdevs = compat ? compat->nhostdevs : -1;

    if (data->error) {
        if (rc == 0 || compat || !strstr(message, data->error)) {
            VIR_TEST_VERBOSE("\nexpected error '%s', got %s '%.200s'", data->error,
                             rc == 0 ? "success" : "error", message);
            return -1;
        }
        if (STRNEQ(data->error, SYNTAX) && strlen(message) > 1000) {
            VIR_TEST_VERBOSE("\nerror of %zu bytes: '%.200s...'", strlen(message), message);
            return -1;
        }
        virResetLastError();
        return 0;
    }

    if (rc < 0 || hostdevs != data->hostdevs) {
        VIR_TEST_VERBOSE("\nexpected %d host devices, got %d: %.200s",
                         data->hostdevs, hostdevs, message);
        return -1;
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
    const char *title;
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
    { "with a malformed block", "<nodedevCompat><hostdev alias='&#10;'/></nodedevCompat>", "malformed 'alias'" },
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

    if (data->error) {
        if (cookie || !strstr(virGetLastErrorMessage(), data->error)) {
            VIR_TEST_VERBOSE("\nexpected error '%s', got %s", data->error,
                             cookie ? "success" : virGetLastErrorMessage());
            return -1;
        }
        virResetLastError();
        return 0;
    }

    if (!cookie)
        return -1;

    /* what is formatted is this host's name, not the peer's */
    g_free(cookie->localHostname);
    cookie->localHostname = g_strdup("hostname2");
    memcpy(cookie->localHostuuid, cookie->remoteHostuuid, VIR_UUID_BUFLEN);

    if (qemuMigrationCookieXMLFormat(&driver, NULL, &buf, cookie) < 0)
        return -1;

    actual = virBufferContentAndReset(&buf);
    return virTestCompareToString(xml, actual);
}


/* Guests on both hosts, and per device of the destination the one of the
 * source that it takes over from, by the digit of its UUID, or - for none */
struct testMatch {
    const char *title;
    const char *source;
    const char *destination;
    const char *expect;
};

static const struct testMatch matches[] = {
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
    { "libvirt's own alias does not count", "hostdev0@5=1 hostdev1@6=2", "hostdev0@6=3 hostdev1@5=4", "21" },
    { "no address, but the UUID", "=1 =2", "=2 =1", "21" },
    { "another UUID without address", "=1", "=2", "-" },
    { "UUID does not outweigh an address", "@5=1", "@6=1", "-" },
    { "one more on the destination", "@5=1", "@5=1 @6=2", "1-" },
    { "one less on the destination", "@5=1 @6=2", "@6=2", "2" },
    { "CCW address", "@c5=1 @c6=2", "@c6=3 @c5=4", "21" },
    { "CCW address is no PCI address", "@c5=1", "@5=1", "-" },
    { "other host devices among them", "pci @5=1 usb @6=2", "@6=3 usb pci @5=4", "21" },
    { "nothing from the source", "", "@5=1", "-" },
};


static int
testMatchDevices(const void *opaque)
{
    const struct testMatch *data = opaque;
    g_autoptr(virDomainDef) source = testGuest(data->source);
    g_autoptr(virDomainDef) destination = testGuest(data->destination);
    g_autoptr(qemuMigrationCompat) compat = NULL;
    g_autoptr(GString) actual = g_string_new("");
    size_t i;

    host.devices = "";
    compat = qemuMigrationCompatNew(source, 0);

    for (i = 0; i < destination->nhostdevs; i++) {
        const virDomainHostdevDef *hostdev = destination->hostdevs[i];
        const qemuMigrationCompatHostdev *found;

        if (hostdev->source.subsys.type != VIR_DOMAIN_HOSTDEV_SUBSYS_TYPE_MDEV)
            continue;

        found = qemuMigrationCompatFind(compat, hostdev);
        g_string_append_c(actual, found ? found->uuid[strlen(found->uuid) - 1] : '-');
    }

    if (STRNEQ(data->expect, actual->str)) {
        VIR_TEST_VERBOSE("\nexpected %s, got %s", data->expect, actual->str);
        return -1;
    }

    return 0;
}


/* From Begin on one host to Prepare on another */
struct testMigrate {
    const char *title;
    const char *source;         /* guest and host there */
    const char *sourceHost;
    const char *destination;    /* and here */
    const char *destinationHost;
    unsigned int flags;
    const char *refused;        /* parts of the error, with a | between them; or NULL */
    const char *logged;         /* parts of the log, likewise; or NULL if it warns of nothing */
};

#define A12 "vfio-pci/a/1.2.0"
#define UNKNOWN "cannot tell whether "

static const struct testMigrate migrations[] = {
    { "the same device", "@5=1", "1=" A12, "@5=1", "1=" A12, 0, NULL, NULL },
    { "another UUID", "@5=1", "1=" A12, "@5=2", "2=" A12, 0, NULL, NULL },
    { "newer minor", "@5=1", "1=" A12, "@5=2", "2=vfio-pci/a/1.3.0", 0, NULL, NULL },
    { "two devices in another order", "@5=1 @6=2", "1=" A12 " 2=vfio-pci/b/1.0.0", "@6=4 @5=3", "3=" A12 " 4=vfio-pci/b/1.0.0", 0, NULL, NULL },
    { "no host device", "", "", "", "", 0, NULL, NULL },
    { "host devices of other kinds", "pci usb", "", "usb pci", "", 0, NULL, NULL },

    { "another type", "@5=1", "1=" A12, "@5=2", "2=vfio-pci/b/1.2.0", 0, "'guest' cannot be migrated to this host|" NAME "2|" NAME "1|type-mismatch|'a'|'b'", NULL },
    { "another device API", "@5=1", "1=" A12, "@5=2", "2=vfio-ccw/a/1.2.0", 0, "device-api-mismatch|vfio-pci|vfio-ccw", NULL },
    { "older minor", "@5=1", "1=" A12, "@5=2", "2=vfio-pci/a/1.1.0", 0, "version-minor-too-old|1.2.0|1.1.0", NULL },
    { "another major", "@5=1", "1=" A12, "@5=2", "2=vfio-pci/a/2.2.0", 0, "version-major-mismatch|1.2.0|2.2.0", NULL },
    { "vendor attribute", "@5=1", "1=" A12 "/low", "@5=2", "2=" A12 "/high", 0, "attr-mismatch|low|high", NULL },
    { "all reasons in one message", "@5=1", "1=" A12 "/low", "@5=2", "2=vfio-pci/b/1.1.0/high", 0, "type-mismatch|'a'|'b'|version-minor-too-old|1.2.0|1.1.0|attr-mismatch|low|high", NULL },
    { "all devices in one message", "@5=1 @6=2", "1=" A12 " 2=" A12, "@5=3 @6=4", "3=vfio-pci/b/1.2.0 4=vfio-pci/a/2.0.0", 0, NAME "3|" NAME "1|type-mismatch|" NAME "4|" NAME "2|version-major-mismatch", NULL },
    { "one good and one bad device", "@5=1 @6=2", "1=" A12 " 2=" A12, "@5=3 @6=4", "3=" A12 " 4=vfio-pci/b/1.2.0", 0, NAME "4|type-mismatch", NULL },
    { "one unknown and one bad device", "@5=1 @6=2", "1= 2=" A12, "@5=3 @6=4", "3= 4=vfio-pci/b/1.2.0", 0, NAME "4|type-mismatch", UNKNOWN "|" NAME "3" },
    { "unknown reasons next to an error", "@5=1", "1=" A12 "/low", "@5=2", "2=vfio-pci/b/1.2.0", 0, "type-mismatch|missing-target|low", NULL },

    { "driver accepts the string", "@5=1", "1=" A12 "//s", "@5=2", "2=" A12 "//s", 0, NULL, NULL },
    { "driver refuses the string", "@5=1", "1=" A12 "//s", "@5=2", "2=" A12 "//t", 0, "'guest' cannot be migrated to this host|" NAME "2|" NAME "1|opaque-rejected|'s'|'t'|Invalid argument", NULL },
    { "driver refuses the string, and unsafe", "@5=1", "1=" A12 "//s", "@5=2", "2=" A12 "//t", VIR_MIGRATE_UNSAFE, NULL, "unsafe|opaque-rejected" },
    { "driver refuses the string, another type", "@5=1", "1=" A12 "//s", "@5=2", "2=vfio-pci/b/1.2.0//t", 0, "type-mismatch|opaque-rejected", NULL },
    { "driver does not answer", "@5=1", "1=" A12 "//s", "@5=2", "2=" A12 "//mute", 0, NULL, UNKNOWN "|opaque-no-answer|No such device" },
    { "string on the source only", "@5=1", "1=" A12 "//s", "@5=2", "2=" A12, 0, NULL, NULL },
    { "string on the destination only", "@5=1", "1=" A12, "@5=2", "2=" A12 "//t", 0, NULL, NULL },
    { "one driver of two refuses the string", "@5=1 @6=2", "1=" A12 "//s 2=" A12 "//s", "@5=3 @6=4", "3=" A12 "//s 4=" A12 "//t", 0, NAME "4|opaque-rejected", NULL },

    { "no data on both hosts", "@5=1", "1=", "@5=2", "2=", 0, NULL, UNKNOWN "|missing-both" },
    { "no data on the source", "@5=1", "1=", "@5=2", "2=vfio-pci/a/1.2.0", 0, NULL, UNKNOWN "|missing-source" },
    { "no data on the destination", "@5=1", "1=" A12, "@5=2", "2=", 0, NULL, UNKNOWN "|missing-target" },
    { "no version on both hosts", "@5=1", "1=vfio-pci/a", "@5=2", "2=vfio-pci/a", 0, NULL, UNKNOWN "|software_version" },
    { "malformed version", "@5=1", "1=vfio-pci/a/1", "@5=2", "2=" A12, 0, NULL, UNKNOWN "|malformed-source" },
    { "device is not on the source", "@5=1", "", "@5=2", "2=" A12, 0, NULL, "no compatibility data of mediated device '" UUID "1'|" UNKNOWN },
    { "device is not on the destination", "@5=1", "1=" A12, "@5=2", "", 0, NULL, UNKNOWN "|no node device for mediated device '" UUID "2'" },
    { "device without counterpart", "@5=1", "1=" A12, "@5=2 @6=3", "2=" A12 " 3=vfio-pci/b/1.2.0", 0, NULL, UNKNOWN "|" UUID "3|sent no compatibility data" },

    { "unsafe and incompatible", "@5=1", "1=" A12, "@5=2", "2=vfio-pci/b/1.2.0", VIR_MIGRATE_UNSAFE, NULL, "unsafe|type-mismatch|" NAME "2" },
    { "unsafe and compatible", "@5=1", "1=" A12, "@5=2", "2=" A12, VIR_MIGRATE_UNSAFE, NULL, NULL },
    { "live and incompatible", "@5=1", "1=" A12, "@5=2", "2=vfio-pci/b/1.2.0", VIR_MIGRATE_LIVE | VIR_MIGRATE_PEER2PEER | VIR_MIGRATE_TUNNELLED, "type-mismatch", NULL },
    { "offline and incompatible", "@5=1", "1=" A12, "@5=2", "2=vfio-pci/b/1.2.0", VIR_MIGRATE_OFFLINE, NULL, NULL },
};


/* Looks for each of @parts, which has a | between them, in @text. */
static int
testFindParts(const char *what,
              const char *parts,
              const char *text)
{
    g_auto(GStrv) list = g_strsplit(parts, "|", -1);
    size_t i;

    for (i = 0; list[i]; i++) {
        if (!strstr(text, list[i])) {
            VIR_TEST_VERBOSE("\nexpected '%s' in the %s\n%s", list[i], what, text);
            return -1;
        }
    }

    return 0;
}


/* Prepare: compares the cookie's block with what this host has */
static int
testPrepare(const struct testMigrate *data,
            const qemuMigrationCompat *compat)
{
    g_autoptr(virDomainDef) def = testGuest(data->destination);
    g_autofree char *log = NULL;
    int rc;

    virResetLastError();
    g_free(virTestLogContentAndReset());

    rc = qemuMigrationCompatCheck(def, compat, data->flags);
    log = virTestLogContentAndReset();

    if (rc < 0 ? !data->refused : !!data->refused) {
        VIR_TEST_VERBOSE("\nexpected %s, got %s",
                         data->refused ? "a refusal" : "success",
                         rc < 0 ? virGetLastErrorMessage() : "success");
        return -1;
    }

    if (rc < 0) {
        if (virGetLastErrorCode() != VIR_ERR_OPERATION_UNSUPPORTED) {
            VIR_TEST_VERBOSE("\nerror code is %d", virGetLastErrorCode());
            return -1;
        }
        if (testFindParts("error", data->refused, virGetLastErrorMessage()) < 0)
            return -1;
    } else if (virGetLastErrorCode() != VIR_ERR_OK) {
        VIR_TEST_VERBOSE("\nan error was left: %s", virGetLastErrorMessage());
        return -1;
    }

    virResetLastError();

    if (data->logged)
        return testFindParts("log", data->logged, NULLSTR(log));

    if (log && strstr(log, "warning")) {
        VIR_TEST_VERBOSE("\nexpected no warning, got\n%s", log);
        return -1;
    }

    return 0;
}


static int
testMigration(const void *opaque)
{
    const struct testMigrate *data = opaque;
    g_autoptr(virDomainDef) def = testGuest(data->source);
    g_autoptr(qemuMigrationCompat) begun = NULL;
    g_autoptr(qemuMigrationCompat) compat = NULL;
    g_autofree char *block = NULL;
    g_autofree char *cookie = NULL;
    g_autofree char *beginLog = NULL;
    struct testMigrate prepare = *data;

    host.devices = data->sourceHost;
    begun = qemuMigrationCompatNew(def, data->flags);
    if (virGetLastErrorCode() != VIR_ERR_OK) {
        VIR_TEST_VERBOSE("\nBegin left an error: %s", virGetLastErrorMessage());
        return -1;
    }

    /* what Begin warns of is the first part of what is to be logged */
    if (data->logged && STRPREFIX(data->logged, "no compatibility data")) {
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
    return testPrepare(&prepare, compat);
}


/* The destination cannot be asked, or answers with nonsense: that is unknown,
 * and never a reason to refuse or to crash. An answer that is merely newer than
 * this libvirt is an answer. */
struct testTrouble {
    const char *title;
    bool unreachable;
    bool stock;
    const char *report;
    const char *logged;
    const char *refused;
};

static const struct testTrouble troubles[] = {
    { "no connection", true, false, NULL, UNKNOWN "|" UUID "1|nodedev:///system", NULL },
    { "a daemon of a stock libvirt", false, true, NULL, UNKNOWN "|" UUID "1|not supported", NULL },
    { "a report that is no XML", false, false, "incompatible", UNKNOWN "|" UUID "1", NULL },
    { "an empty report", false, false, "", UNKNOWN "|" UUID "1", NULL },
    { "a report without verdict", false, false, "<nodeDeviceCompatReport/>", UNKNOWN "|verdict", NULL },
    { "a report of a newer libvirt", false, false, "<nodeDeviceCompatReport verdict='incompatible'><reason code='brand-new' severity='error' attr='x' rule='equal'><message>m</message></reason></nodeDeviceCompatReport>", NULL, UUID "1|m (brand-new)" },
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
    g_autoptr(qemuMigrationCompat) compat = NULL;
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

    ret = testPrepare(&prepare, compat);

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

    host.devices = "1=" A12;
    return testPrepare(&prepare, NULL);
}


/* A source that cannot reach its node device driver sends what it has. */
static int
testBeginUnreachable(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virDomainDef) def = testGuest("ua-a@5=1");
    g_autoptr(qemuMigrationCompat) compat = NULL;
    g_autofree char *block = NULL;

    host.unreachable = true;
    compat = qemuMigrationCompatNew(def, 0);
    host.unreachable = false;

    if (virGetLastErrorCode() != VIR_ERR_OK) {
        VIR_TEST_VERBOSE("\nBegin left an error: %s", virGetLastErrorMessage());
        return -1;
    }

    block = testFormatBlock(compat);
    return virTestCompareToString("<nodedevCompat>\n"
                                  "  <hostdev alias='ua-a' address='pci:0000:00:05.0' uuid='" UUID "1'/>\n"
                                  "</nodedevCompat>\n", block);
}


/* What Begin sends, exactly */
static int
testBegin(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virDomainDef) def = testGuest("pci ua-a@5=1 hostdev1@c6=2 =3");
    g_autoptr(qemuMigrationCompat) compat = NULL;
    g_autofree char *block = NULL;

    host.devices = "1=" A12 "/low 2= 3=vfio-ap/m";
    compat = qemuMigrationCompatNew(def, 0);
    block = testFormatBlock(compat);

    return virTestCompareToString("<nodedevCompat>\n"
                                  "  <hostdev alias='ua-a' address='pci:0000:00:05.0' uuid='" UUID "1' name='mdev_" NAME "1_0000_00_02_0'>\n"
                                  "    <capability type='compat'>\n"
                                  "      <deviceAPI>vfio-pci</deviceAPI>\n"
                                  "      <type id='a'/>\n"
                                  "      <softwareVersion>1.2.0</softwareVersion>\n"
                                  "      <attr name='x' value='low'/>\n"
                                  "    </capability>\n"
                                  "  </hostdev>\n"
                                  "  <hostdev address='ccw:fe.0.0006' uuid='" UUID "2' name='mdev_" NAME "2_0000_00_02_0'>\n"
                                  "    <capability type='compat'>\n"
                                  "      <type id='a'/>\n"
                                  "    </capability>\n"
                                  "  </hostdev>\n"
                                  "  <hostdev uuid='" UUID "3' name='mdev_" NAME "3_0000_00_02_0'>\n"
                                  "    <capability type='compat'>\n"
                                  "      <deviceAPI>vfio-ap</deviceAPI>\n"
                                  "      <type id='m'/>\n"
                                  "    </capability>\n"
                                  "  </hostdev>\n"
                                  "</nodedevCompat>\n", block);
}


static int
mymain(void)
{
    int ret = 0;
    size_t i;

    if (qemuTestDriverInit(&driver) < 0 ||
        !(hostConnection = virGetConnect()))
        return EXIT_FAILURE;

    for (i = 0; i < G_N_ELEMENTS(cookies); i++) {
        g_autofree char *title = g_strdup_printf("cookie, %s: %s", cookies[i].title,
                                                 cookies[i].error ? cookies[i].error : "good");

        if (virTestRun(title, testCookieParse, &cookies[i]) < 0)
            ret = -1;
    }

    for (i = 0; i < G_N_ELEMENTS(wholes); i++) {
        g_autofree char *title = g_strdup_printf("whole cookie, %s: %s", wholes[i].title,
                                                 wholes[i].error ? wholes[i].error : "good");

        if (virTestRun(title, testWholeCookie, &wholes[i]) < 0)
            ret = -1;
    }

    for (i = 0; i < G_N_ELEMENTS(matches); i++) {
        g_autofree char *title = g_strdup_printf("match, %s: %s",
                                                 matches[i].title, matches[i].expect);

        if (virTestRun(title, testMatchDevices, &matches[i]) < 0)
            ret = -1;
    }

    for (i = 0; i < G_N_ELEMENTS(migrations); i++) {
        const struct testMigrate *data = &migrations[i];
        g_autofree char *title =
            g_strdup_printf("migration, %s: %s%s%s", data->title,
                            data->refused ? "refused, " : "allowed",
                            data->refused ? data->refused : "",
                            data->logged ? ", with a warning" : "");

        if (virTestRun(title, testMigration, data) < 0)
            ret = -1;
    }

    for (i = 0; i < G_N_ELEMENTS(troubles); i++) {
        g_autofree char *title = g_strdup_printf("destination with %s: %s", troubles[i].title,
                                                 troubles[i].refused ? "refused" :
                                                 "allowed, with a warning");

        if (virTestRun(title, testTroubledHost, &troubles[i]) < 0)
            ret = -1;
    }

    if (virTestRun("cookie that Begin sends", testBegin, NULL) < 0)
        ret = -1;
    if (virTestRun("cookie without connection", testBeginUnreachable, NULL) < 0)
        ret = -1;
    if (virTestRun("stock source: allowed, with a warning", testStockSource, NULL) < 0)
        ret = -1;

    virObjectUnref(hostConnection);
    qemuTestDriverFree(&driver);

    return ret == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

VIR_TEST_MAIN_PRELOAD(mymain,
                      VIR_TEST_MOCK("virpci"),
                      VIR_TEST_MOCK("virrandom"),
                      VIR_TEST_MOCK("domaincaps"),
                      VIR_TEST_MOCK("virhostid"))
