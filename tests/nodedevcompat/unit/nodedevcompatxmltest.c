/*
 * nodedevcompatxmltest.c: the XML form of compatibility descriptors
 *
 * Round trips of the documents in nodedevcompat/data/, alone and inside node device
 * definitions. Documents that are refused are in nodedevcompatxmlinputtest.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompatutils.h"

#include "node_device_conf.h"
#include "nodedev_compat_xml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define DATA abs_srcdir "/nodedevcompat/data/"


/* A document and what it becomes when it is formatted, itself if NULL */
struct testRoundTrip {
    const char *name;
    const char *out;
};

static const struct testRoundTrip descriptors[] = {
    { "minimal", NULL },
    { "full", NULL },
    { "unusable", NULL },
    { "malformed", NULL },
    { "escapes", NULL },
    { "noncanonical", "noncanonical-out" },
};

static const struct testRoundTrip definitions[] = {
    { "device-mdev", NULL },
    { "device-mdev-attrs", NULL },
    { "device-pci", NULL },
    { "device-pci-mdev-types", NULL },
    { "device-css-mdev-types", NULL },
    { "device-ap-mdev-types", NULL },
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
    g_autoptr(virNodeDeviceCompat) compat = NULL;

    if (virTestLoadFile(in, &xml) < 0 ||
        !(compat = virNodeDeviceCompatParseDocument(xml, false, &name)))
        return -1;

    if (name)
        return testFail("a bare capability has no device name, got '%s'", name);

    once = testCompatFormatXML(compat);
    if (virTestCompareToFile(once, out) < 0)
        return -1;

    return testCompatRoundTrip(compat, once);
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
    const char *name;           /* of the file */
    const char *device;
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

    /* as a stock libvirt dumps them */
    { "nodedevschemadata/mdev_3627463d_b7f0_4fea_b468_f1da537d301b.xml",
      "mdev_3627463d_b7f0_4fea_b468_f1da537d301b",
      "<capability type='compat'>\n"
      "  <type id='mtty-1'/>\n"
      "</capability>\n" },
    { "nodedevschemadata/mdev_ee0b88c4_f554_4dc1_809d_b2a01e8e48ad.xml",
      "mdev_ee0b88c4-f554-4dc1-809d-b2a01e8e48ad",
      "<capability type='compat'>\n"
      "  <deviceAPI>vfio-ap</deviceAPI>\n"
      "  <type id='vfio_ap-passthrough'/>\n"
      "</capability>\n" },
    { "nodedevschemadata/pci_1002_71c4.xml",
      "pci_1002_71c4",
      "<capability type='compat'>\n"
      "  <deviceAPI>vfio-pci</deviceAPI>\n"
      "  <type id='pci-1002-71c4'/>\n"
      "  <attr name='pci_class' value='0xffffff' derived='yes'/>\n"
      "  <attr name='pci_id' value='1002:71c4'/>\n"
      "</capability>\n" },
};


static int
testDeviceDocument(const void *opaque)
{
    const struct testDevice *data = opaque;
    g_autofree char *in = g_strdup_printf("%s/%s", abs_srcdir, data->name);
    g_autofree char *xml = NULL;
    g_autofree char *name = NULL;
    g_autofree char *actual = NULL;
    g_autoptr(virNodeDeviceCompat) compat = NULL;

    if (virTestLoadFile(in, &xml) < 0 ||
        !(compat = virNodeDeviceCompatParseDocument(xml, true, &name)))
        return -1;

    if (STRNEQ_NULLABLE(name, data->device))
        return testFail("expected name '%s', got '%s'", data->device, NULLSTR(name));

    actual = testCompatFormatXML(compat);
    return virTestCompareToString(data->expect, actual);
}


static const virNodeDeviceCompat *
testGetMdevCompat(const virNodeDeviceDef *def)
{
    return def->caps->data.compat;
}


/* The capability is read-only: on input it is ignored, good or bad. */
struct testCreate {
    const char *name;
    const char *capability;
};

static const struct testCreate creates[] = {
    { "a descriptor", "<capability type='compat'><type id='mtty-2'/></capability>" },
    { "a bad descriptor", "<capability type='compat'><attr name='a b'/></capability>" },
    { "two descriptors", "<capability type='compat'/><capability type='compat'/>" },
};


static int
testCreateIgnores(const void *opaque)
{
    const struct testCreate *data = opaque;
    g_autofree char *xml =
        g_strdup_printf("<device><parent>pci_0000_00_02_0</parent>"
                        "<capability type='mdev'><type id='mtty-1'/>%s</capability>"
                        "</device>", data->capability);
    g_autoptr(virNodeDeviceDef) def = NULL;

    if (!(def = virNodeDeviceDefParse(xml, NULL, CREATE_DEVICE, NULL, NULL, NULL, false)))
        return -1;

    if (testGetMdevCompat(def))
        return testFail("the capability was not ignored");

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

    return testGetMdevCompat(def) ? testFail("expected no descriptor") : 0;
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

    if (!testGetMdevCompat(def) || strstr(actual, "compat"))
        return testFail("expected no capability, got\n%s", actual);

    return 0;
}


/* The name, value, order and marks of each attribute */
static char *
testFormatMarks(const virNodeDeviceCompat *compat)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < compat->self.nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = compat->self.attrs[i];

        virBufferAsprintf(&buf, "%s=%s:%s:%u%s%s ", attr->name, NULLSTR_MINUS(attr->value),
                          virNodeDeviceCompatAttrStateTypeToString(attr->state), attr->order,
                          attr->dynamic ? "*" : "", attr->derived ? "~" : "");
    }

    virBufferTrim(&buf, " ");
    return virBufferContentAndReset(&buf);
}


/* What is set per device, and in which order */
static int
testDynamic(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompat) compat = virNodeDeviceCompatNew();
    g_autofree char *actual = NULL;
    virNodeDeviceCompatAttr *attr;
    size_t i;

    virNodeDeviceCompatAdd(compat, NULL, "w", "1");
    virNodeDeviceCompatAdd(compat, NULL, "x", "2");
    if (!(attr = virNodeDeviceCompatAdd(compat, NULL, "y", "3")))
        return -1;
    attr->derived = true;
    virNodeDeviceCompatSetDynamic(compat, "x", 2);
    virNodeDeviceCompatSetDynamic(compat, "absent", 3);

    if (testExpectNumber(0, virNodeDeviceCompatAddUnset(compat, "y", 4)) < 0 ||
        testExpectNumber(0, virNodeDeviceCompatAddUnset(compat, "z", 5)) < 0 ||
        testExpectNumber(0, virNodeDeviceCompatAddUnset(compat, "type", 6)) < 0)
        return -1;

    actual = testFormatMarks(compat);
    if (testExpectString("w=1:ok:0 x=2:ok:2* y=-:unset:4* z=-:unset:5*", actual) < 0)
        return -1;

    for (i = compat->self.nattrs; i < VIR_NODE_DEVICE_COMPAT_ATTRS_MAX; i++) {
        g_autofree char *name = g_strdup_printf("a%zu", i);

        if (testExpectNumber(0, virNodeDeviceCompatAddUnset(compat, name, 0)) < 0)
            return -1;
    }

    return testExpectNumber(-1, virNodeDeviceCompatAddUnset(compat, "more", 0));
}


/* Documents that an editor or a script has indented, and what is in them */
struct testSpace {
    const char *name;
    const char *xml;
    const char *expect;
};

static const struct testSpace spaces[] = {
    { "texts",
      "<capability type='compat'>\n <deviceAPI>\n\t vfio-pci\n </deviceAPI>\n"
      "<softwareVersion> 1.0.0 </softwareVersion><opaque>\n  s\n</opaque></capability>",
      "<capability type='compat'>\n  <deviceAPI>vfio-pci</deviceAPI>\n"
      "  <softwareVersion>1.0.0</softwareVersion>\n  <opaque>s</opaque>\n</capability>\n" },
    { "attributes",
      "<capability type=' compat '><type id='\n t '/>"
      "<attr name=' x ' value=' 1 2\n' dynamic=' yes '/>"
      "<unusable name=' y' reason='malformed '/></capability>",
      "<capability type='compat'>\n  <type id='t'/>\n"
      "  <attr name='x' value='1 2' dynamic='yes'/>\n"
      "  <unusable name='y' reason='malformed'/>\n</capability>\n" },
    { "an opaque string with blanks",
      "<capability type='compat'><opaque> s </opaque></capability>",
      "<capability type='compat'>\n  <opaque> s </opaque>\n</capability>\n" },
    { "a text with a comment in it",
      "<capability type='compat'><deviceAPI> <!-- VFIO --> vfio-pci </deviceAPI></capability>",
      "<capability type='compat'>\n  <deviceAPI>vfio-pci</deviceAPI>\n</capability>\n" },
    { "a text in parts",
      "<capability type='compat'><deviceAPI> <![CDATA[ vfio]]>-<![CDATA[pci ]]> </deviceAPI>"
      "<opaque><![CDATA[\n]]> s <!-- s -->\n</opaque></capability>",
      "<capability type='compat'>\n  <deviceAPI>vfio-pci</deviceAPI>\n"
      "  <opaque>s</opaque>\n</capability>\n" },
};


static int
testSpace(const void *opaque)
{
    const struct testSpace *data = opaque;
    g_autofree char *name = NULL;
    g_autoptr(virNodeDeviceCompat) compat = virNodeDeviceCompatParseDocument(data->xml, true,
                                                                             &name);
    g_autofree char *actual = NULL;

    if (!compat)
        return -1;

    actual = testCompatFormatXML(compat);
    return testExpectString(data->expect, actual);
}


static int
mymain(void)
{
    DO_TABLE("round trip", descriptors, testRoundTripBare);
    DO_TABLE("round trip", definitions, testRoundTripDevice);
    DO_TABLE("descriptor in", devices, testDeviceDocument);
    DO_TABLE("nodedev-create ignores", creates, testCreateIgnores);
    DO_TABLE("white space in", spaces, testSpace);

    DO_TEST(testCreateValidates, NULL, "nodedev-create --validate accepts a dumped document");
    DO_TEST(testDynamic, NULL, "attributes that are set per device");
    DO_TEST(testInactiveOmits, NULL, "nodedev-dumpxml --inactive shows no descriptor");

    return testResult();
}

VIR_TEST_MAIN(mymain)
