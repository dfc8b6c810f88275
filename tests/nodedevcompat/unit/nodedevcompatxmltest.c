/*
 * nodedevcompatxmltest.c: the XML form of compatibility descriptors
 *
 * Round trips of the documents in nodedevcompat/data/, alone and inside node
 * device definitions, and a table of documents that must be refused, each with
 * a cause that a person understands.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "node_device_conf.h"
#include "nodedev_compat_conf.h"
#include "testutils.h"
#include "virxml.h"
#include "nodedev_compat_xml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define DATA abs_srcdir "/nodedevcompat/data/"


static char *
testFormat(const virNodeDeviceCompat *compat)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    virNodeDeviceCompatFormat(&buf, compat);
    return virBufferContentAndReset(&buf);
}


static int
testCompareSets(const virNodeDeviceCompatAttrs *a,
                const virNodeDeviceCompatAttrs *b)
{
    size_t i;

    if (a->nattrs != b->nattrs) {
        VIR_TEST_VERBOSE("\nexpected %zu attributes, got %zu", a->nattrs, b->nattrs);
        return -1;
    }

    for (i = 0; i < a->nattrs; i++) {
        const virNodeDeviceCompatAttr *x = a->attrs[i];
        const virNodeDeviceCompatAttr *y = b->attrs[i];

        if (STRNEQ(x->name, y->name) ||
            STRNEQ_NULLABLE(x->value, y->value) ||
            x->state != y->state ||
            x->dynamic != y->dynamic ||
            x->derived != y->derived) {
            VIR_TEST_VERBOSE("\nexpected attribute %s='%s' (state %d), got %s='%s' (state %d)",
                             x->name, NULLSTR(x->value), x->state,
                             y->name, NULLSTR(y->value), y->state);
            return -1;
        }
    }

    return 0;
}


/* Field by field, as what is not formatted would not be missed otherwise */
static int
testCompareDescriptors(const virNodeDeviceCompat *a,
                       const virNodeDeviceCompat *b)
{
    size_t i;

    if (testCompareSets(&a->self, &b->self) < 0)
        return -1;

    if (a->naccepts != b->naccepts) {
        VIR_TEST_VERBOSE("\nexpected %zu alternatives, got %zu",
                         a->naccepts, b->naccepts);
        return -1;
    }

    for (i = 0; i < a->naccepts; i++) {
        if (testCompareSets(a->accepts[i], b->accepts[i]) < 0)
            return -1;
    }

    if (STRNEQ_NULLABLE(a->opaque, b->opaque)) {
        VIR_TEST_VERBOSE("\nexpected opaque '%s', got '%s'",
                         NULLSTR(a->opaque), NULLSTR(b->opaque));
        return -1;
    }

    return 0;
}


/* A document and what it becomes when it is formatted, itself if NULL */
struct testRoundTrip {
    const char *name;
    const char *out;
};


static int
testRoundTripBare(const void *opaque)
{
    const struct testRoundTrip *data = opaque;
    g_autofree char *in = g_strdup_printf(DATA "%s.xml", data->name);
    g_autofree char *out = g_strdup_printf(DATA "%s.xml",
                                           data->out ? data->out : data->name);
    g_autofree char *xml = NULL;
    g_autofree char *name = NULL;
    g_autofree char *once = NULL;
    g_autofree char *twice = NULL;
    g_autoptr(virNodeDeviceCompat) compat = NULL;
    g_autoptr(virNodeDeviceCompat) again = NULL;

    if (virTestLoadFile(in, &xml) < 0 ||
        !(compat = virNodeDeviceCompatParseDocument(xml, false, &name)))
        return -1;

    if (name) {
        VIR_TEST_VERBOSE("\na bare capability has no device name, got '%s'", name);
        return -1;
    }

    once = testFormat(compat);
    if (virTestCompareToFile(once, out) < 0)
        return -1;

    /* what we format is valid, and it is the same descriptor */
    if (!(again = virNodeDeviceCompatParseDocument(once, true, &name)) ||
        testCompareDescriptors(compat, again) < 0)
        return -1;

    twice = testFormat(again);
    return virTestCompareToString(once, twice);
}


static int
testRoundTripDevice(const void *opaque)
{
    const struct testRoundTrip *data = opaque;
    g_autofree char *in = g_strdup_printf(DATA "%s.xml", data->name);
    g_autofree char *xml = NULL;
    g_autofree char *once = NULL;
    g_autofree char *twice = NULL;
    g_autoptr(virNodeDeviceDef) def = NULL;
    g_autoptr(virNodeDeviceDef) again = NULL;

    if (virTestLoadFile(in, &xml) < 0 ||
        !(def = virNodeDeviceDefParse(xml, NULL, EXISTING_DEVICE, NULL, NULL, NULL, true)))
        return -1;

    virNodeDeviceSyncMdevActiveConfig(def);
    if (!(once = virNodeDeviceDefFormat(def, 0)) ||
        virTestCompareToFile(once, in) < 0)
        return -1;

    if (!(again = virNodeDeviceDefParse(once, NULL, EXISTING_DEVICE, NULL, NULL, NULL, true)))
        return -1;

    virNodeDeviceSyncMdevActiveConfig(again);
    if (!(twice = virNodeDeviceDefFormat(again, 0)))
        return -1;

    return virTestCompareToString(once, twice);
}


/* A whole <device>, and the descriptor that is taken from it */
struct testDevice {
    const char *path;
    const char *name;
    const char *expect;
};

static const struct testDevice devices[] = {
    { "nodedevcompat/data/device-mdev-attrs.xml",
      "mdev_783e6dbb_ea0e_411f_94e2_717eaad438bf_matrix",
      "<capability type='compat'>\n"
      "  <deviceAPI>vfio-ap</deviceAPI>\n"
      "  <type id='vfio_ap-passthrough'/>\n"
      "  <attr name='driver' value='vfio_ap' derived='yes'/>\n"
      "</capability>\n" },

    { "nodedevcompat/data/device-pci.xml",
      "pci_0000_65_00_2",
      "<capability type='compat'>\n"
      "  <deviceAPI>vfio-pci</deviceAPI>\n"
      "  <type id='pci-15b3-101e'/>\n"
      "  <attr name='driver' value='mlx5_vfio_pci' derived='yes'/>\n"
      "  <attr name='pci_id' value='15b3:101e'/>\n"
      "  <attr name='vfio_driver' value='mlx5_vfio_pci' derived='yes'/>\n"
      "</capability>\n" },

    /* the mdev types that a PCI function offers are not what it is */
    { "nodedevcompat/data/device-pci-mdev-types.xml",
      "pci_0000_02_10_7",
      "<capability type='compat'/>\n" },

    /* as a stock libvirt dumps them */
    { "nodedevschemadata/mdev_3627463d_b7f0_4fea_b468_f1da537d301b.xml",
      "mdev_3627463d_b7f0_4fea_b468_f1da537d301b",
      "<capability type='compat'>\n"
      "  <type id='mtty-1'/>\n"
      "</capability>\n" },
    { "nodedevschemadata/mdev_ee0b88c4_f554_4dc1_809d_b2a01e8e48ad.xml",
      "mdev_ee0b88c4-f554-4dc1-809d-b2a01e8e48ad",
      "<capability type='compat'>\n"
      "  <type id='vfio_ap-passthrough'/>\n"
      "</capability>\n" },
    { "nodedevschemadata/pci_1002_71c4.xml",
      "pci_1002_71c4",
      "<capability type='compat'/>\n" },
};


static int
testDeviceDocument(const void *opaque)
{
    const struct testDevice *data = opaque;
    g_autofree char *in = g_strdup_printf("%s/%s", abs_srcdir, data->path);
    g_autofree char *xml = NULL;
    g_autofree char *name = NULL;
    g_autofree char *actual = NULL;
    g_autoptr(virNodeDeviceCompat) compat = NULL;

    if (virTestLoadFile(in, &xml) < 0 ||
        !(compat = virNodeDeviceCompatParseDocument(xml, true, &name)))
        return -1;

    if (STRNEQ_NULLABLE(name, data->name)) {
        VIR_TEST_VERBOSE("\nexpected name '%s', got '%s'", data->name, NULLSTR(name));
        return -1;
    }

    actual = testFormat(compat);
    return virTestCompareToString(data->expect, actual);
}


/* A document is @head, @count times @repeat with each # in it replaced by the
 * number of the repetition, and @tail. */
struct testDocument {
    const char *title;
    const char *head;
    const char *repeat;
    size_t count;
    const char *tail;
    const char *error;          /* part of the message; NULL: it is accepted */
};

#define WHOLE(xml) xml, NULL, 0, ""
#define CAP(content) WHOLE("<capability type='compat'>" content "</capability>")
#define ACCEPTS(content) CAP("<accepts>" content "</accepts>")
#define MANY(before, repeat, count, after) \
    "<capability type='compat'>" before, repeat, count, after "</capability>"
#define MDEV(content) \
    WHOLE("<device><name>m</name><capability type='mdev'><type id='t'/>" content "</capability></device>")

#define SYNTAX "at line "              /* as libxml2 tells it */
#define DOCTYPE "must not have a document type declaration"
#define VALUE "must be 1 to 4096 printable ASCII characters"
#define NAME "invalid name"
#define TWICE "is given twice"

static const struct testDocument documents[] = {
    /* not a document at all */
    { "empty", WHOLE(""), SYNTAX },
    { "line breaks", WHOLE("\n\n"), "is empty" },
    { "line breaks of DOS", WHOLE("\r\n\r\n"), "is empty" },
    { "blanks", WHOLE(" \n "), SYNTAX },
    { "no XML", WHOLE("type=mtty-1"), SYNTAX },
    { "truncated in a tag", WHOLE("<capability type='comp"), SYNTAX },
    { "truncated in the content", WHOLE("<capability type='compat'><attr name='a' value='v'/>"), SYNTAX },
    { "wrong nesting", WHOLE("<capability type='compat'><accepts></capability></accepts>"), SYNTAX },
    { "two roots", WHOLE("<capability type='compat'/><capability type='compat'/>"), SYNTAX },
    { "trailing garbage", WHOLE("<capability type='compat'/>x"), SYNTAX },
    { "same XML attribute twice", CAP("<attr name='a' name='b' value='v'/>"), SYNTAX },
    { "not UTF-8", CAP("<attr name='a' value='\377'/>"), SYNTAX },
    { "overlong UTF-8", CAP("<attr name='a' value='\300\200'/>"), SYNTAX },
    { "control character", CAP("<attr name='a' value='\001'/>"), SYNTAX },
    { "reference to a control character", CAP("<attr name='a' value='&#1;'/>"), SYNTAX },
    { "unknown encoding", WHOLE("<?xml version='1.0' encoding='x-none'?><capability type='compat'/>"), SYNTAX },
    { "300 elements deep", "<capability type='compat'>", "<x>", 300, "", SYNTAX },
    { "80000 elements deep", "<capability type='compat'>", "<x>", 80000, "", SYNTAX },

    /* size */
    { "256 KiB", "<capability type='compat'/>", " ", 256 * 1024 - 27, "", NULL },
    { "256 KiB and a byte", "<capability type='compat'/>", " ", 256 * 1024 - 26, "", "larger than 262144 bytes" },
    { "64 MiB", "<capability type='compat'/>", "                                ", 2 * 1024 * 1024, "", "larger than 262144 bytes" },

    /* entities */
    { "document type", WHOLE("<!DOCTYPE capability><capability type='compat'/>"), DOCTYPE },
    { "document type in a comment", WHOLE("<!-- <!DOCTYPE x> --><capability type='compat'/>"), DOCTYPE },
    { "lower case document type", WHOLE("<!doctype capability><capability type='compat'/>"), SYNTAX },
    { "internal entity", WHOLE("<!DOCTYPE c [<!ENTITY e 'v'>]><capability type='compat'><attr name='a' value='&e;'/></capability>"), DOCTYPE },
    { "external entity", WHOLE("<!DOCTYPE c [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><capability type='compat'><opaque>&e;</opaque></capability>"), DOCTYPE },
    { "external subset", WHOLE("<!DOCTYPE c SYSTEM 'http://localhost/x.dtd'><capability type='compat'/>"), DOCTYPE },
    { "parameter entity", WHOLE("<!DOCTYPE c [<!ENTITY % e SYSTEM 'file:///etc/passwd'>%e;]><capability type='compat'/>"), DOCTYPE },
    { "billion laughs", "<!DOCTYPE c [<!ENTITY e0 'ha'>", "<!ENTITY f# '&e0;&e0;&e0;&e0;&e0;&e0;&e0;&e0;&e0;&e0;'>", 10, "]><capability type='compat'><opaque>&f9;</opaque></capability>", DOCTYPE },
    { "document type in UTF-7", WHOLE("<?xml version='1.0' encoding='UTF-7'?>+ADwAIQ-DOCTYPE c [+ADwAIQ-ENTITY e 'v'>]><capability type='compat'><opaque>+ACY-e;</opaque></capability>"), "" },      /* if it can be decoded or not */
    { "undeclared entity", CAP("<opaque>&e;</opaque>"), SYNTAX },
    { "predefined entities", CAP("<opaque>&lt;&amp;&gt;&quot;&apos;&#65;&#x42;</opaque>"), NULL },
    { "inclusion", CAP("<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'/>"), NULL },

    /* the wrong document */
    { "other root", WHOLE("<domain/>"), "expected a <device> or a <capability type='compat'>, not <domain>" },
    { "report as root", WHOLE("<nodeDeviceCompatReport verdict='identical'/>"), "not <nodeDeviceCompatReport>" },
    { "capability without type", WHOLE("<capability/>"), "expected a <device> or a <capability type='compat'>" },
    { "capability of other type", WHOLE("<capability type='mdev'><type id='t'/></capability>"), "expected a <device> or a <capability type='compat'>" },
    { "device without capability", WHOLE("<device><name>x</name></device>"), "node device 'x' is neither a mediated device nor a PCI device" },
    { "device without name", WHOLE("<device/>"), "is neither a mediated device nor a PCI device" },
    { "net device", WHOLE("<device><name>net_lo</name><capability type='net'><interface>lo</interface></capability></device>"), "node device 'net_lo' is neither a mediated device nor a PCI device" },
    { "device with a bare descriptor", WHOLE("<device><name>x</name><capability type='compat'/></device>"), "is neither a mediated device nor a PCI device" },
    { "parent with mdev types", WHOLE("<device><name>x</name><capability type='css'><capability type='mdev_types'/></capability></device>"), "is neither a mediated device nor a PCI device" },
    { "two descriptors in a device", MDEV("<capability type='compat'/><capability type='compat'/>"), "more than one capability of type 'compat'" },
    { "descriptor among other capabilities", MDEV("<capability type='x'/><capability/><capability type='compat'/>"), NULL },
    { "device without descriptor and type", WHOLE("<device><name>m</name><capability type='mdev'/></device>"), NULL },
    { "device whose name has a line feed", WHOLE("<device><name>a&#10;b</name><capability type='mdev'><type id='t'/></capability></device>"), NULL },
    { "device with an overlong type", "<device><capability type='mdev'><type id='", "t", 4097, "'/></capability></device>", VALUE },
    { "device whose type has a line feed", WHOLE("<device><capability type='mdev'><type id='a&#10;b'/></capability></device>"), VALUE },
    { "device with a bad descriptor", MDEV("<capability type='compat'><attr name='a'/></capability>"), "value" },

    /* how many */
    { "512 attributes", MANY("", "<attr name='a#' value='v'/>", 512, ""), NULL },
    { "513 attributes", MANY("", "<attr name='a#' value='v'/>", 513, ""), "more than 512 compatibility attributes" },
    { "513 unusable attributes", MANY("", "<unusable name='a#' reason='unreadable'/>", 513, ""), "more than 512 compatibility attributes" },
    { "512 attributes and one accepted", MANY("<accepts><attr name='a' value='v'/></accepts>", "<attr name='a#' value='v'/>", 512, ""), "more than 512 compatibility attributes" },
    { "511 attributes and one accepted", MANY("<accepts><attr name='a' value='v'/></accepts>", "<attr name='a#' value='v'/>", 511, ""), NULL },
    { "513 accepted attributes", MANY("<accepts>", "<attr name='a#' value='v'/>", 513, "</accepts>"), "more than 512 compatibility attributes" },
    { "64 alternatives", MANY("", "<accepts><attr name='a' value='#'/></accepts>", 64, ""), NULL },
    { "65 alternatives", MANY("", "<accepts><attr name='a' value='#'/></accepts>", 65, ""), "more than 64 <accepts> elements" },
    { "65 empty alternatives", MANY("", "<accepts/>", 65, ""), "more than 64 <accepts> elements" },
    { "10000 alternatives", MANY("", "<accepts/>", 10000, ""), "more than 64 <accepts> elements" },

    /* twice */
    { "attribute twice", CAP("<attr name='a' value='v'/><attr name='a' value='v'/>"), "'a' is given twice" },
    { "attribute twice under an alias", CAP("<attr name='pci_id' value='8086:591d'/><attr name='device_id' value='8086:591d'/>"), "'pci_id' is given twice" },
    { "attribute twice under two aliases", CAP("<attr name='pciid' value='8086:591d'/><attr name='device_id' value='8086:591d'/>"), "'pci_id' is given twice" },
    { "two type elements", CAP("<type id='a'/><type id='a'/>"), "'type' is given twice" },
    { "type as element and attribute", CAP("<type id='a'/><attr name='type' value='a'/>"), "'type' is given twice" },
    { "type as element and alias", CAP("<type id='a'/><attr name='mdev_type' value='a'/>"), "'type' is given twice" },
    { "two device APIs", CAP("<deviceAPI>vfio-pci</deviceAPI><deviceAPI>vfio-ap</deviceAPI>"), "'device_api' is given twice" },
    { "two software versions", CAP("<softwareVersion>1.0</softwareVersion><attr name='software_version' value='1.0'/>"), "'software_version' is given twice" },
    { "usable and unusable", CAP("<attr name='a' value='v'/><unusable name='a' reason='unreadable'/>"), "'a' is given twice" },
    { "unusable twice", CAP("<unusable name='a' reason='malformed'/><unusable name='a' reason='unreadable'/>"), "'a' is given twice" },
    { "accepted attribute twice", ACCEPTS("<attr name='a' value='v'/><attr name='a' value='w'/>"), "'a' is given twice" },
    { "accepted type twice under an alias", ACCEPTS("<type id='a'/><attr name='mdev_type' value='b'/>"), "'type' is given twice" },
    { "same attribute in two alternatives", CAP("<accepts><attr name='a' value='v'/></accepts><accepts><attr name='a' value='v'/></accepts>"), NULL },
    { "two opaque strings", CAP("<opaque>a</opaque><opaque>a</opaque>"), "more than one <opaque> element" },

    /* names */
    { "name of 128 bytes", MANY("<attr value='v' name='", "n", 128, "'/>"), NULL },
    { "name with a leading underscore", CAP("<attr name='_a' value='v'/>"), NULL },
    { "name of 129 bytes", MANY("<attr value='v' name='", "n", 129, "'/>"), NAME },
    { "name of 200 KiB", MANY("<attr value='v' name='", "n", 200 * 1024, "'/>"), NAME },
    { "name of 200 KiB with a bad value", MANY("<attr value='&#10;' name='", "n", 200 * 1024, "'/>"), NAME },
    { "empty name", CAP("<attr name='' value='v'/>"), "name" },
    { "no name", CAP("<attr value='v'/>"), "name" },
    { "name with a blank", CAP("<attr name='a b' value='v'/>"), NAME },
    { "name that is a blank", CAP("<attr name=' ' value='v'/>"), NAME },
    { "name with a leading dash", CAP("<attr name='-a' value='v'/>"), NAME },
    { "name with a leading dot", CAP("<attr name='.a' value='v'/>"), NAME },
    { "name that leaves the directory", CAP("<attr name='../a' value='v'/>"), NAME },
    { "name with a slash", CAP("<attr name='a/b' value='v'/>"), NAME },
    { "name with a line feed", CAP("<attr name='a&#10;b' value='v'/>"), NAME },
    { "name with a tag", CAP("<attr name='&lt;a>' value='v'/>"), NAME },
    { "name with an equals sign", CAP("<attr name='a=b' value='v'/>"), NAME },
    { "name with a percent sign", CAP("<attr name='%n%s' value='v'/>"), NAME },
    { "name beyond ASCII", CAP("<attr name='caf\303\251' value='v'/>"), NAME },
    { "unusable with a bad name", CAP("<unusable name='a b' reason='malformed'/>"), NAME },
    { "accepted with a bad name", ACCEPTS("<attr name='a b' value='v'/>"), NAME },

    /* values */
    { "value of 4096 bytes", MANY("<attr name='a' value='", "v", 4096, "'/>"), NULL },
    { "value of 4097 bytes", MANY("<attr name='a' value='", "v", 4097, "'/>"), VALUE },
    { "accepted value of 4097 bytes", MANY("<accepts><attr name='a' value='", "v", 4097, "'/></accepts>"), VALUE },
    { "accepted value that is longer in its one spelling", MANY("<attr name='pci_id' value='8086:0001'/><accepts><attr name='pci_id' value='0002", ",0003", 800, "'/></accepts>"), NULL },
    { "variables that are longer in their one spelling", MANY("<accepts><attr name='a' value='", "{v#:string:a}", 280, "'/></accepts>"), NULL },
    { "device API of 4097 bytes", MANY("<deviceAPI>", "v", 4097, "</deviceAPI>"), VALUE },
    { "opaque string of 4096 bytes", MANY("<opaque>", "v", 4096, "</opaque>"), NULL },
    { "opaque string of 4097 bytes", MANY("<opaque>", "v", 4097, "</opaque>"), VALUE },
    { "no value", CAP("<attr name='a'/>"), "value" },
    { "empty value", CAP("<attr name='a' value=''/>"), VALUE },
    { "value with a line feed", CAP("<attr name='a' value='v&#10;w'/>"), VALUE },
    { "value with a tab", CAP("<attr name='a' value='v&#9;w'/>"), VALUE },
    { "value with a carriage return", CAP("<attr name='a' value='v&#13;'/>"), VALUE },
    { "value beyond ASCII", CAP("<attr name='a' value='caf\303\251'/>"), VALUE },
    { "value with a C1 control character", CAP("<attr name='a' value='&#x9b;31m'/>"), VALUE },
    { "device API without content", CAP("<deviceAPI/>"), VALUE },
    { "device API with white space", CAP("<deviceAPI>\nvfio-pci\n</deviceAPI>"), VALUE },
    { "software version without content", CAP("<softwareVersion></softwareVersion>"), VALUE },
    { "opaque string without content", CAP("<opaque/>"), VALUE },
    { "opaque string beyond ASCII", CAP("<opaque>\303\251</opaque>"), VALUE },
    { "type without id", CAP("<type/>"), "id" },
    { "type with empty id", CAP("<type id=''/>"), VALUE },
    { "accepted type without id", ACCEPTS("<type>a</type>"), "id" },

    /* the rest */
    { "dynamic neither yes nor no", CAP("<attr name='a' value='v' dynamic='maybe'/>"), "dynamic" },
    { "derived neither yes nor no", CAP("<attr name='a' value='v' derived=''/>"), "derived" },
    { "unusable without reason", CAP("<unusable name='a'/>"), "reason" },
    { "unusable for an unknown reason", CAP("<unusable name='a' reason='tired'/>"), "reason" },
    { "unusable because it is ok", CAP("<unusable name='a' reason='ok'/>"), "reason" },
    { "unusable without name", CAP("<unusable reason='malformed'/>"), "name" },
    { "dynamic without value", CAP("<attr name='a' dynamic='yes'/>"), NULL },
    { "dynamic with an empty value", CAP("<attr name='a' value='' dynamic='yes'/>"), "" },
    { "not dynamic without value", CAP("<attr name='a' dynamic='no'/>"), "value" },
    { "derived without value", CAP("<attr name='a' derived='yes'/>"), "value" },
    { "accepted attribute is dynamic without value", ACCEPTS("<attr name='a' dynamic='yes'/>"), "value" },
    { "type is dynamic without value", CAP("<attr name='mdev_type' dynamic='yes'/>"), "value" },
    { "dynamic without value, twice", CAP("<attr name='a' dynamic='yes'/><attr name='a' value='1'/>"), "given twice" },
    { "unusable for being unset", CAP("<unusable name='a' reason='unset'/>"), "is not unusable for being unset" },
    { "accepted attribute is dynamic", ACCEPTS("<attr name='a' value='v' dynamic='yes'/>"), NULL },
    { "accepted attribute is derived", ACCEPTS("<attr name='a' value='v' derived='yes'/>"), NULL },
    { "type is dynamic and derived", CAP("<attr name='type' value='a' dynamic='yes' derived='yes'/>"), NULL },
    { "unknown element", CAP("<future><attr name='a b'/></future>"), NULL },
    { "comments and processing instructions", CAP("<!-- a --><?b c?>"), NULL },
};

/* Documents that are read but do not follow the schema, and some that do */
static const struct testDocument validations[] = {
    { "empty descriptor", WHOLE("<capability type='compat'/>"), NULL },
    { "every element in any order", CAP("<opaque>o</opaque><accepts/><attr name='a' value='v' derived='no' dynamic='no'/><unusable name='b' reason='malformed'/><softwareVersion>1.0</softwareVersion><type id='t'/><deviceAPI>vfio-pci</deviceAPI>"), NULL },
    { "malformed version", CAP("<softwareVersion>x</softwareVersion>"), NULL },
    { "unknown element", CAP("<future/>"), "XML document failed to validate against schema" },
    { "unknown XML attribute", CAP("<attr name='a' value='v' colour='red'/>"), "failed to validate" },
    { "text", CAP("text"), "failed to validate" },
    { "bad name", CAP("<attr name='a b' value='v'/>"), "failed to validate" },
    { "no value", CAP("<attr name='a'/>"), "failed to validate" },
    { "empty value", CAP("<attr name='a' value=''/>"), "failed to validate" },
    { "value of 4096 bytes", MANY("<attr name='a' value='", "v", 4096, "'/>"), NULL },
    { "value of 4097 bytes", MANY("<attr name='a' value='", "v", 4097, "'/>"), "failed to validate" },
    { "name of 128 bytes", MANY("<attr value='v' name='", "n", 128, "'/>"), NULL },
    { "name of 129 bytes", MANY("<attr value='v' name='", "n", 129, "'/>"), "failed to validate" },
    { "value beyond ASCII", CAP("<attr name='a' value='caf\303\251'/>"), "failed to validate" },
    { "two types", CAP("<type id='a'/><type id='b'/>"), "failed to validate" },
    { "two opaque strings", CAP("<opaque>a</opaque><opaque>b</opaque>"), "failed to validate" },
    { "dynamic neither yes nor no", CAP("<attr name='a' value='v' dynamic='1'/>"), "failed to validate" },
    { "dynamic without value", CAP("<attr name='a' dynamic='yes'/>"), NULL },
    { "not dynamic without value", CAP("<attr name='a' dynamic='no'/>"), "failed to validate" },
    { "accepted, dynamic without value", ACCEPTS("<attr name='a' dynamic='yes'/>"), "failed to validate" },
    { "accepted attribute is dynamic", ACCEPTS("<attr name='a' value='v' dynamic='yes'/>"), "failed to validate" },
    { "accepted opaque string", ACCEPTS("<opaque>a</opaque>"), "failed to validate" },
    { "nested alternatives", ACCEPTS("<accepts/>"), "failed to validate" },
    { "unusable because it is ok", CAP("<unusable name='a' reason='ok'/>"), "failed to validate" },
    { "device", MDEV("<iommuGroup number='1'/><capability type='compat'><type id='t'/></capability>"), NULL },
    { "device without IOMMU group", MDEV("<capability type='compat'/>"), NULL },
    { "device with an unknown element", MDEV("<iommuGroup number='1'/><capability type='compat'><future/></capability>"), "failed to validate" },
    { "device with two descriptors", MDEV("<iommuGroup number='1'/><capability type='compat'/><capability type='compat'/>"), "failed to validate" },
    { "device with the descriptor elsewhere", WHOLE("<device><name>m</name><capability type='mdev'><type id='t'/><iommuGroup number='1'/></capability><capability type='compat'/></device>"), "failed to validate" },
};


/* The content of @buf, which may be empty */
static char *
testBufferContent(virBuffer *buf)
{
    char *content = virBufferContentAndReset(buf);

    return content ? content : g_strdup("");
}


static char *
testBuildDocument(const struct testDocument *data)
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

    return testBufferContent(&buf);
}


static int
testCheckOutcome(const char *expect,
                 bool accepted)
{
    const char *message = virGetLastErrorMessage();

    if (accepted != !expect) {
        VIR_TEST_VERBOSE("\nexpected %s%s, got %s",
                         expect ? "error with " : "success", expect ? expect : "",
                         accepted ? "success" : message);
        return -1;
    }

    if (!expect)
        return 0;

    if (!strstr(message, expect)) {
        VIR_TEST_VERBOSE("\nexpected error with '%s', got '%.200s'", expect, message);
        return -1;
    }

    /* a document can be large, what we say of it must not be */
    if (STRNEQ(expect, SYNTAX) && strlen(message) > 1000) {
        VIR_TEST_VERBOSE("\nerror of %zu bytes: '%.200s...'", strlen(message), message);
        return -1;
    }

    virResetLastError();
    return 0;
}


static int
testParseDocument(const struct testDocument *data,
                  bool validate)
{
    g_autofree char *xml = testBuildDocument(data);
    char *name = (char *) "untouched";
    g_autofree char *once = NULL;
    g_autofree char *twice = NULL;
    g_autoptr(virNodeDeviceCompat) compat = NULL;
    g_autoptr(virNodeDeviceCompat) again = NULL;

    compat = virNodeDeviceCompatParseDocument(xml, validate, &name);
    if (testCheckOutcome(data->error, !!compat) < 0)
        return -1;

    if (!compat) {
        if (STRNEQ_NULLABLE(name, "untouched")) {
            VIR_TEST_VERBOSE("\nthe name was set although parsing failed");
            return -1;
        }
        return 0;
    }
    g_clear_pointer(&name, g_free);

    /* whatever is accepted survives a round trip */
    once = testFormat(compat);
    if (strlen(once) > VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX)
        return 0;
    if (!(again = virNodeDeviceCompatParseDocument(once, true, &name)) ||
        testCompareDescriptors(compat, again) < 0)
        return -1;
    twice = testFormat(again);
    return virTestCompareToString(once, twice);
}


static int
testDocument(const void *opaque)
{
    return testParseDocument(opaque, false);
}


static int
testValidation(const void *opaque)
{
    return testParseDocument(opaque, true);
}


static const virNodeDeviceCompat *
testGetMdevCompat(const virNodeDeviceDef *def)
{
    return def->caps->data.compat;
}


/* The capability is read-only: on input it is ignored, good or bad. */
static int
testCreateIgnores(const void *opaque)
{
    const char *capability = opaque;
    g_autofree char *xml =
        g_strdup_printf("<device><parent>pci_0000_00_02_0</parent>"
                        "<capability type='mdev'><type id='mtty-1'/>%s</capability>"
                        "</device>", capability);
    g_autoptr(virNodeDeviceDef) def = NULL;

    if (!(def = virNodeDeviceDefParse(xml, NULL, CREATE_DEVICE, NULL, NULL, NULL, false)))
        return -1;

    if (testGetMdevCompat(def)) {
        VIR_TEST_VERBOSE("\nthe capability was not ignored");
        return -1;
    }

    return 0;
}


/* A dumped document can be used to define the device, --validate included. */
static int
testCreateValidates(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *xml = NULL;
    g_autoptr(virNodeDeviceDef) def = NULL;

    if (virTestLoadFile(DATA "device-mdev.xml", &xml) < 0 ||
        !(def = virNodeDeviceDefParse(xml, NULL, CREATE_DEVICE, NULL, NULL, NULL, true)))
        return -1;

    return testGetMdevCompat(def) ? -1 : 0;
}


/* What is defined is not what is running, so it has no descriptor. */
static int
testInactiveOmits(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *xml = NULL;
    g_autofree char *actual = NULL;
    g_autoptr(virNodeDeviceDef) def = NULL;

    if (virTestLoadFile(DATA "device-mdev.xml", &xml) < 0 ||
        !(def = virNodeDeviceDefParse(xml, NULL, EXISTING_DEVICE, NULL, NULL, NULL, false)) ||
        !(actual = virNodeDeviceDefFormat(def, VIR_NODE_DEVICE_XML_INACTIVE)))
        return -1;

    if (!testGetMdevCompat(def) || strstr(actual, "compat")) {
        VIR_TEST_VERBOSE("\nexpected no capability, got\n%s", actual);
        return -1;
    }

    return 0;
}


/* Definitions with a bad capability are refused as a whole. */
static const struct testDocument definitions[] = {
    { "mdev, two descriptors", MDEV("<capability type='compat'/><capability type='compat'/>"), "more than one capability of type 'compat'" },
    { "mdev, bad descriptor", MDEV("<capability type='compat'><type/></capability>"), "id" },
    { "mdev, other capability", MDEV("<capability type='other'/>"), NULL },
    { "types, bad descriptor", WHOLE("<device><name>ap_matrix</name><capability type='ap_matrix'><capability type='mdev_types'><type id='a'><deviceAPI>vfio-ap</deviceAPI><availableInstances>1</availableInstances><capability type='compat'><attr name='a b' value='v'/></capability></type></capability></capability></device>"), NAME },
    { "types, second is bad", WHOLE("<device><name>ap_matrix</name><capability type='ap_matrix'><capability type='mdev_types'><type id='a'><deviceAPI>vfio-ap</deviceAPI><availableInstances>1</availableInstances><capability type='compat'/></type><type id='b'><deviceAPI>vfio-ap</deviceAPI><availableInstances>1</availableInstances><capability type='compat'/><capability type='compat'/></type></capability></capability></device>"), "more than one capability of type 'compat'" },
};


static int
testDefinition(const void *opaque)
{
    const struct testDocument *data = opaque;
    g_autofree char *xml = testBuildDocument(data);
    g_autoptr(virNodeDeviceDef) def = NULL;

    def = virNodeDeviceDefParse(xml, NULL, EXISTING_DEVICE, NULL, NULL, NULL, false);

    return testCheckOutcome(data->error, !!def);
}


static int
testRunDocuments(const char *what,
                 const struct testDocument *cases,
                 size_t ncases,
                 int (*test)(const void *opaque))
{
    int ret = 0;
    size_t i;

    for (i = 0; i < ncases; i++) {
        g_autofree char *title = g_strdup_printf("%s: %s: %s%s", what, cases[i].title,
                                                 cases[i].error ? "error " : "good",
                                                 cases[i].error ? cases[i].error : "");

        if (virTestRun(title, test, &cases[i]) < 0)
            ret = -1;
    }

    return ret;
}


static int
mymain(void)
{
    int ret = 0;
    size_t i;

#define ROUND_TRIP(what, name, out) \
    do { \
        const struct testRoundTrip data = { name, out }; \
        if (virTestRun("round trip of " name, testRoundTrip ## what, &data) < 0) \
            ret = -1; \
    } while (0)

    ROUND_TRIP(Bare, "minimal", NULL);
    ROUND_TRIP(Bare, "full", NULL);
    ROUND_TRIP(Bare, "unusable", NULL);
    ROUND_TRIP(Bare, "malformed", NULL);
    ROUND_TRIP(Bare, "escapes", NULL);
    ROUND_TRIP(Bare, "noncanonical", "noncanonical-out");

    ROUND_TRIP(Device, "device-mdev", NULL);
    ROUND_TRIP(Device, "device-mdev-attrs", NULL);
    ROUND_TRIP(Device, "device-pci", NULL);
    ROUND_TRIP(Device, "device-pci-mdev-types", NULL);
    ROUND_TRIP(Device, "device-css-mdev-types", NULL);
    ROUND_TRIP(Device, "device-ap-mdev-types", NULL);

    for (i = 0; i < G_N_ELEMENTS(devices); i++) {
        g_autofree char *title = g_strdup_printf("descriptor in %s", devices[i].path);

        if (virTestRun(title, testDeviceDocument, &devices[i]) < 0)
            ret = -1;
    }

#define RUN_DOCUMENTS(what, cases, test) \
    do { \
        if (testRunDocuments(what, cases, G_N_ELEMENTS(cases), test) < 0) \
            ret = -1; \
    } while (0)

    RUN_DOCUMENTS("document", documents, testDocument);
    RUN_DOCUMENTS("validated", validations, testValidation);
    RUN_DOCUMENTS("definition", definitions, testDefinition);

#define CREATE(title, capability) \
    do { \
        if (virTestRun("nodedev-create ignores " title, testCreateIgnores, capability) < 0) \
            ret = -1; \
    } while (0)

    CREATE("a descriptor", "<capability type='compat'><type id='mtty-2'/></capability>");
    CREATE("a bad descriptor", "<capability type='compat'><attr name='a b'/></capability>");
    CREATE("two descriptors", "<capability type='compat'/><capability type='compat'/>");

    if (virTestRun("nodedev-create --validate accepts a dumped document",
                   testCreateValidates, NULL) < 0)
        ret = -1;
    if (virTestRun("nodedev-dumpxml --inactive shows no descriptor",
                   testInactiveOmits, NULL) < 0)
        ret = -1;

    return ret == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

VIR_TEST_MAIN(mymain)
