/*
 * nodedevcompatbaselineutils.c: baselines of devices in one line
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatbaselineutils.h"

#include "nodedevcompatutils.h"
#include "testutils.h"
#include "virxml.h"
#include "nodedev_compat_xml.h"
#include "nodedev_compat/nodedev_compat_rules.h"
#include "nodedev_compat_conf.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* Attributes that are named like a kind of rule follow it. */
static const char rulesXML[] =
    "<nodedevCompatRules>"
    "<rules deviceAPI='vfio-pci'>"
    "<attr name='oneof' rule='one-of'/>"
    "<attr name='oneint' rule='one-of' value='integer'/>"
    "<attr name='set' rule='superset'/>"
    "<attr name='strict' rule='superset' missing='incompatible'/>"
    "<attr name='mask' rule='superset' value='bitmask'/>"
    "<attr name='least' rule='at-least' missing='ignore'/>"
    "<attr name='leastv' rule='at-least' value='version'/>"
    "<attr name='most' rule='at-most'/>"
    "<attr name='mostv' rule='at-most' value='version' missing='incompatible'/>"
    "<attr name='version' rule='version'/>"
    "<attr name='range' rule='range'/>"
    "<attr name='intrange' rule='range' value='integer'/>"
    "<attr name='ignore' rule='ignore'/>"
    "<attr name='int' value='integer'/>"
    "<attr name='eqset' value='set'/>"
    "<attr name='eqver' value='version'/>"
    "</rules>"
    "<rules type='need'><attr name='x' need='yes'/></rules>"
    "<rules deviceAPI='vfio-ap'>"
    "<attr name='software_version' missing='ignore'/>"
    "</rules>"
    "</nodedevCompatRules>";

virNodeDeviceCompatRules *testBaselineRules;


int
testBaselineSetUp(void)
{
    testBaselineRules = virNodeDeviceCompatRulesNew();

    return virNodeDeviceCompatRulesAddXML(testBaselineRules, rulesXML, "rules");
}


static char *
testFormatDevice(const virNodeDeviceCompat *compat)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    for (i = 0; i < compat->self.nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = compat->self.attrs[i];
        const char *name = attr->name;

        if (STREQ(name, "device_api"))
            name = "api";
        else if (STREQ(name, "software_version"))
            name = "sv";
        else if (STREQ(name, "pci_id"))
            name = "pci";

        virBufferAsprintf(&buf, "%s%s%s%s=%s", i > 0 ? " " : "",
                          attr->dynamic ? "*" : "", attr->derived ? "~" : "",
                          name, attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK ? attr->value : "?");
    }

    return testCompatBufferContent(&buf);
}


char *
testFormatBaseline(const virNodeDeviceCompatBaseline *baseline)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    virBufferAdd(&buf, virNodeDeviceCompatResultTypeToString(baseline->verdict), -1);
    if (baseline->compat) {
        g_autofree char *device = testFormatDevice(baseline->compat);

        virBufferAsprintf(&buf, " [%s]", device);
    } else {
        virBufferAddLit(&buf, " [none]");
    }

    for (i = 0; baseline->host && i < baseline->host->nprovisions; i++)
        virBufferAsprintf(&buf, " -> %s=%s", baseline->host->provisions[i].attr,
                          baseline->host->provisions[i].value);

    for (i = 0; i < baseline->nreports; i++) {
        g_autofree char *reasons = testCompatFormatReasons(baseline->reports[i]);

        virBufferAsprintf(&buf, "%s %s", i > 0 ? " /" : "", reasons);
    }

    return testCompatBufferContent(&buf);
}


virNodeDeviceCompatDevices *
testParseDevices(const char *text)
{
    g_auto(GStrv) devices = g_strsplit(text, ";", -1);
    virNodeDeviceCompatDevices *list = g_new0(virNodeDeviceCompatDevices, 1);
    size_t i;

    list->ndevices = MAX(1, g_strv_length(devices));
    list->devices = g_new0(virNodeDeviceCompatDevice, list->ndevices);
    for (i = 0; i < list->ndevices; i++)
        list->devices[i].compat = testCompatParseDevice(devices[i] ? devices[i] : "");

    return list;
}


virNodeDeviceCompatBaseline *
testMake(const virNodeDeviceCompatDevices *list,
         unsigned int flags)
{
    return virNodeDeviceCompatBaselineMake(list->devices, list->ndevices, testBaselineRules, flags);
}


/* @baseline as XML is valid and gives the same when it is read. */
const char *
testRoundTrip(const virNodeDeviceCompatBaseline *baseline)
{
    g_autofree char *xml = virNodeDeviceCompatBaselineFormat(baseline);
    g_autoptr(virNodeDeviceCompatBaseline) again = NULL;
    g_autofree char *xmlAgain = NULL;
    g_autoptr(xmlDoc) doc = NULL;

    if (!(again = virNodeDeviceCompatBaselineParse(xml)))
        return "the result cannot be read again";
    xmlAgain = virNodeDeviceCompatBaselineFormat(again);
    if (STRNEQ(xml, xmlAgain))
        return "the result changed when it was read again";

    if (!(doc = virXMLParse(NULL, xml, NULL, NULL, NULL, NULL, false)) ||
        virXMLValidateAgainstSchema(abs_top_srcdir "/src/conf/schemas/nodedevcompatbaseline.rng",
                                    doc) < 0)
        return "the result is not valid";

    return NULL;
}


/* A baseline can be the source of a comparison as it is returned. */
const char *
testIsSource(const virNodeDeviceCompatBaseline *baseline,
             bool validate)
{
    g_autofree char *xml = virNodeDeviceCompatBaselineFormat(baseline);
    g_autofree char *name = NULL;
    g_autofree char *expected = NULL;
    g_autofree char *actual = NULL;
    g_autoptr(virNodeDeviceCompat) source = virNodeDeviceCompatParseDocument(xml, validate, &name);

    if (!source != !baseline->compat)
        return "the result is a source just if there is a baseline";

    if (source) {
        expected = testFormatDevice(baseline->compat);
        actual = testFormatDevice(source);
        if (STRNEQ(expected, actual))
            return "the baseline as a source is the same";
    }

    virResetLastError();
    return NULL;
}
