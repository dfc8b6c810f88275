/*
 * nodedevcompatfleetinputtest.c: documents with the devices of hosts, and what separates hosts
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat/nodedev_compat_groups.h"
#include "nodedevcompatframe.h"
#include "nodedevcompatutils.h"
#include "virbuffer.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define DOCUMENT(devices) "{\"version\":1,\"kind\":\"devices\",\"devices\":[" devices "]}"
#define DESCRIBED(attributes, accepts) \
    "{\"kind\":\"mdev\",\"name\":\"m1\",\"cause\":null,\"descriptor\":" \
    "{\"attributes\":[" attributes "],\"accepts\":[" accepts "],\"opaque\":\"secret\"}}"
#define DEVICE(attributes) DOCUMENT(DESCRIBED(attributes, ""))
#define ACCEPTS(accepts) DOCUMENT(DESCRIBED("", accepts))
#define FLAGS ",\"dynamic\":false,\"derived\":true,\"fact\":null"
#define ATTRIBUTE(name, value, state) \
    "{\"name\":\"" name "\",\"value\":" value ",\"state\":\"" state "\"" FLAGS "}"
#define API ATTRIBUTE("device_api", "\"vfio-pci\"", "ok")
#define TYPE ATTRIBUTE("type", "\"t\"", "ok")
#define OTHER_TYPE ATTRIBUTE("type", "\"u\"", "ok")
#define RELEASE(version) ATTRIBUTE("software_version", "\"" version "\"", "ok")
#define FIRMWARE(version) "{\"name\":\"firmware\",\"value\":\"" version "\",\"state\":\"ok\"," \
    "\"dynamic\":false,\"derived\":false,\"fact\":null}"

struct testInput {
    const char *name;
    const char *text;
    const char *expect;         /* devices, or a part of the error after a - */
};

static const struct testInput documents[] = {
    { "no devices", DOCUMENT(""), "" },
    { "a list", "{\"version\":1,\"kind\":\"list\",\"devices\":[]}", "" },
    { "a device", DEVICE(API "," TYPE), "mdev m1: device_api=vfio-pci type=t;" },
    { "an alternative",
      ACCEPTS("[{\"name\":\"type\",\"value\":\"u\",\"state\":\"ok\"}]"), "mdev m1: +1;" },
    { "a device that could not be read",
      DOCUMENT("{\"kind\":\"function\",\"name\":\"f\",\"cause\":\"it is\\tbad\","
               "\"descriptor\":null}"),
      "function f: (it is?bad);" },
    { "without a name", DOCUMENT("{\"kind\":\"type\",\"name\":\"\",\"cause\":null,"
                                 "\"descriptor\":null}"), "type -: (-);" },
    { "what cannot be used", DEVICE(ATTRIBUTE("firmware", "null", "unreadable")),
      "mdev m1: firmware=unreadable;" },
    { "what is not set", DEVICE(ATTRIBUTE("firmware", "null", "unset")),
      "mdev m1: firmware=unset;" },
    { "a type that is not set", DEVICE(ATTRIBUTE("type", "null", "unset")),
      "-attribute 'type' has no value" },
    { "a value that is not there", DEVICE(ATTRIBUTE("firmware", "null", "ok")),
      "-attribute 'firmware' has no value" },
    { "a state of a newer release", DEVICE(ATTRIBUTE("firmware", "null", "new")),
      "-'new' is no state of an attribute" },
    { "without flags", DEVICE("{\"name\":\"a\",\"value\":\"1\",\"state\":\"ok\"}"),
      "-members of attribute 'a' are missing" },
    { "a fact that is no text",
      DEVICE("{\"name\":\"a\",\"value\":\"1\",\"state\":\"ok\",\"dynamic\":false,"
             "\"derived\":false,\"fact\":7}"), "-member 'fact' is not there or no string" },
    { "a fact that is not printable",
      DEVICE("{\"name\":\"a\",\"value\":\"1\",\"state\":\"ok\",\"dynamic\":false,"
             "\"derived\":false,\"fact\":\"\\u0007\"}"), "-must be 1 to" },
    { "a value that would be cut", DEVICE(ATTRIBUTE("firmware", "\"1\\u0000.2\"", "ok")),
      "-it holds a NUL byte" },
    { "a name that would be cut", DEVICE(ATTRIBUTE("firmware\\u0000", "\"1\"", "ok")),
      "-it holds a NUL byte" },
    { "a value twice", DEVICE("{\"name\":\"a\",\"value\":\"2\",\"value\":\"1\",\"state\":\"ok\","
                              "\"dynamic\":false,\"derived\":false,\"fact\":null}"),
      "-a member is there twice" },
    { "a value twice, in two spellings",
      DEVICE("{\"name\":\"a\",\"valu\\u0065\":\"2\",\"value\":\"1\",\"state\":\"ok\","
             "\"dynamic\":false,\"derived\":false,\"fact\":null}"), "-a member is there twice" },
    { "colons and quotes in a value", DEVICE(ATTRIBUTE("a", "\":\\\":\"", "ok")),
      "mdev m1: a=:\":;" },
    { "a backslash in front of what is no escape", DEVICE(ATTRIBUTE("a", "\"\\\\u0000\"", "ok")),
      "mdev m1: a=\\u0000;" },
    { "an attribute that is none", DEVICE("7"), "-there is no attribute with a name" },
    { "an attribute without a name",
      DEVICE("{\"name\":null,\"value\":\"1\",\"state\":\"ok\"}"),
      "-there is no attribute with a name" },
    { "an attribute twice", DEVICE(TYPE "," TYPE), "-device 1 of the document: " },
    { "an alternative that is none", ACCEPTS("7"), "-member 'accepts' is not there or no array" },
    { "no device", DOCUMENT("7"), "-there is no object where a device should be" },
    { "a device without members", DOCUMENT("{}"), "-member 'kind' is not there" },
    { "a device without a cause", DOCUMENT("{\"kind\":\"mdev\",\"name\":null}"),
      "-member 'cause' is not there" },
    { "a kind of a newer release",
      DOCUMENT("{\"kind\":\"new\",\"name\":null,\"cause\":null}"), "-'new' is no kind of device" },
    { "no descriptor", DOCUMENT("{\"kind\":\"mdev\",\"name\":null,\"cause\":null}"),
      "-there is a device without a descriptor" },
    { "a descriptor without members",
      DOCUMENT("{\"kind\":\"mdev\",\"name\":null,\"cause\":null,\"descriptor\":{}}"),
      "-member 'attributes' is not there or no array" },
    { "no object", "[]", "-the document has no version and kind" },
    { "no JSON", "{", "-" },
    { "a newer version", "{\"version\":2,\"kind\":\"devices\",\"devices\":[]}",
      "-the document is of version 2" },
    { "another kind", "{\"version\":1,\"kind\":\"report\",\"devices\":[]}",
      "-the document is of kind 'report'" },
    { "no array", "{\"version\":1,\"kind\":\"devices\"}", "-member 'devices' is not there" },
    { "XML", "<devices><device><name>m</name><capability type='mdev'>"
      "<capability type='compat'><deviceAPI>vfio-pci</deviceAPI><type id='t'/>"
      "</capability></capability></device></devices>",
      "mdev m: device_api=vfio-pci type=t;" },
    { "XML with comments",
      "<devices>\n<!-- bad: it cannot be read -->\n<!-- m -->\n<device><name>m</name>"
      "<capability type='mdev'><capability type='compat'><type id='t'/></capability>"
      "</capability></device>\n<!-- last -->\n</devices>",
      "mdev m: type=t;mdev -: (bad: it cannot be read);mdev -: (last);" },
    { "no XML", "<devices>", "-" },
};


static GPtrArray *
testParse(const char *text)
{
    return *text == '<' ? virNodeDeviceCompatFleetParseXML(text) :
                          virNodeDeviceCompatFleetParseJSON(text);
}


static void
testFormatDevice(virBuffer *buf,
                 const virNodeDeviceCompatFleetDevice *device)
{
    size_t i;

    virBufferAsprintf(buf, "%s %s:", virNodeDeviceCompatFleetWhatTypeToString(device->what),
                           device->name ? device->name : "-");

    if (!device->compat)
        virBufferAsprintf(buf, " (%s)", device->cause ? device->cause : "-");

    for (i = 0; device->compat && i < device->compat->self.nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = device->compat->self.attrs[i];

        virBufferAsprintf(buf, " %s=%s", attr->name,
                               attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK ? attr->value :
                               virNodeDeviceCompatAttrStateTypeToString(attr->state));
    }

    if (device->compat && device->compat->naccepts > 0)
        virBufferAsprintf(buf, " +%zu", device->compat->naccepts);
    virBufferAddLit(buf, ";");
}


static int
testDocument(const void *opaque)
{
    const struct testInput *data = opaque;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autoptr(GPtrArray) devices = testParse(data->text);
    size_t i;

    if (!devices) {
        g_autofree char *error = g_strdup(virGetLastErrorMessage());

        if (virGetLastErrorCode() == VIR_ERR_OK)
            return testFail("no error was reported");
        virResetLastError();
        if (data->expect[0] != '-' || !strstr(error, data->expect + 1))
            return testFail("expected '%s', got '%s'", data->expect, error);
        return 0;
    }

    for (i = 0; i < devices->len; i++)
        testFormatDevice(&buf, g_ptr_array_index(devices, i));

    return testExpectString(data->expect, NULLSTR_EMPTY(virBufferCurrentContent(&buf)));
}


/* What a host has no room for is not a part of it. */
static int
testTooMany(const void *opaque)
{
    const size_t *count = opaque;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autoptr(GPtrArray) devices = NULL;
    size_t i;

    virBufferAddLit(&buf, "{\"version\":1,\"kind\":\"devices\",\"devices\":[");
    for (i = 0; i < *count; i++)
        virBufferAsprintf(&buf, "%s{\"kind\":\"mdev\",\"name\":null,\"cause\":null,"
                               "\"descriptor\":null}", i > 0 ? "," : "");
    virBufferAddLit(&buf, "]}");

    devices = virNodeDeviceCompatFleetParseJSON(virBufferCurrentContent(&buf));
    virResetLastError();

    return testExpectNumber(*count <= VIR_NODE_DEVICE_COMPAT_FLEET_DEVICES_MAX, !!devices);
}


/* Hosts, what moves between the groups that they make, and what separates these */
struct testSeparation {
    const char *name;
    const char *hosts[3];       /* documents, or NULL */
    const char *expect;
};

static const struct testSeparation separations[] = {
    { "one group", { DEVICE(API "," TYPE "," RELEASE("1.0")),
                     DEVICE(API "," TYPE "," RELEASE("1.0")) }, "1:" },
    { "a newer version", { DEVICE(API "," TYPE "," RELEASE("1.0")),
                           DEVICE(API "," TYPE "," RELEASE("1.1")) },
      "2: 0>1 none[software_version] 1>0 all[]" },
    { "an attribute", { DEVICE(API "," TYPE "," RELEASE("1.0") "," FIRMWARE("a")),
                        DEVICE(API "," TYPE "," RELEASE("1.0") "," FIRMWARE("b")) },
      "2: 0>1 none[firmware] 1>0 none[firmware]" },
    { "a host without devices is in none",
      { DEVICE(API "," TYPE "," RELEASE("1.0")), DOCUMENT("") }, "1:" },
    { "no device of a kind",
      { DEVICE(API "," TYPE "," RELEASE("1.0")),
        DOCUMENT(DESCRIBED(API "," TYPE "," RELEASE("1.0"), "") ","
                 DESCRIBED(API "," OTHER_TYPE "," RELEASE("1.0"), "")) },
      "2: 0>1 none[[u]] 1>0 all[]" },
    { "more than one host in a group",
      { DEVICE(API "," TYPE "," RELEASE("1.0")), DEVICE(API "," TYPE "," RELEASE("1.0")),
        DEVICE(API "," TYPE "," RELEASE("2.0")) },
      "2: 0>1 none[software_version] 1>0 none[software_version]" },
};


static void
testFormatMoves(virBuffer *buf,
                const virNodeDeviceCompatGroups *groups,
                size_t from,
                size_t to)
{
    virNodeDeviceCompatMoves moves = virNodeDeviceCompatGroupsGetMoves(groups, from, to);
    g_autoptr(GPtrArray) names = virNodeDeviceCompatGroupsFindSeparators(groups, from, to);
    g_autofree char *joined = NULL;

    g_ptr_array_add(names, NULL);
    joined = g_strjoinv(",", (char **) names->pdata);
    virBufferAsprintf(buf, " %zu>%zu %s[%s]", from, to,
                      virNodeDeviceCompatMovesTypeToString(moves), joined);
}


static int
testSeparate(const void *opaque)
{
    const struct testSeparation *data = opaque;
    g_autoptr(virNodeDeviceCompatFleet) fleet = virNodeDeviceCompatFleetNew(NULL, 0);
    g_autoptr(virNodeDeviceCompatGroups) groups = NULL;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;
    size_t j;

    for (i = 0; i < G_N_ELEMENTS(data->hosts) && data->hosts[i]; i++) {
        g_autoptr(GPtrArray) devices = virNodeDeviceCompatFleetParseJSON(data->hosts[i]);
        g_autofree char *name = g_strdup_printf("host%zu", i);

        if (!devices)
            return testFail("%s", virGetLastErrorMessage());
        virNodeDeviceCompatFleetAddHost(fleet, name, name, devices, NULL);
    }

    virNodeDeviceCompatFleetComplete(fleet);
    groups = virNodeDeviceCompatGroupsMake(fleet, VIR_NODE_DEVICE_COMPAT_FLEET_ALL);
    virBufferAsprintf(&buf, "%u:", groups->groups->len);

    for (i = 0; i < groups->groups->len; i++) {
        for (j = 0; j < groups->groups->len; j++) {
            if (i != j)
                testFormatMoves(&buf, groups, i, j);
        }
    }

    return testExpectString(data->expect, virBufferCurrentContent(&buf));
}


static int
mymain(void)
{
    static const size_t most = VIR_NODE_DEVICE_COMPAT_FLEET_DEVICES_MAX;
    static const size_t more = VIR_NODE_DEVICE_COMPAT_FLEET_DEVICES_MAX + 1;

    DO_TABLE("document", documents, testDocument);
    DO_TEST(testTooMany, &most, "as many devices as a host can have");
    DO_TEST(testTooMany, &more, "more devices");
    DO_TABLE("groups", separations, testSeparate);

    return testResult();
}

VIR_TEST_MAIN(mymain)
