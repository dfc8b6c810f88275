/*
 * nodedevcompatinfertest.c: documents of a libvirt without compatibility data
 *
 * What is taken from such a document, and what comparing it comes to.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompatutils.h"

#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedev_compat/nodedev_compat_rules.h"
#include "nodedev_compat_xml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define DEVICE(content) "<device><name>d</name>" content "</device>"
#define PCI(content) \
    DEVICE("<driver><name>ixgbevf</name></driver><capability type='pci'>" content "</capability>")
#define VF PCI("<class>0x020000</class><product id='0x1515'>X540</product>" \
               "<vendor id='0x8086'>Intel</vendor><capability type='phys_function'/>")
#define MDEV(type, content) \
    DEVICE("<capability type='mdev'><type id='" type "'/>" content "</capability>")
#define AP(content) MDEV("vfio_ap-passthrough", content)
#define ASSIGN(what, number) "<attr name='assign_" what "' value='" number "'/>"
#define TAKE(what, number) "<attr name='unassign_" what "' value='" number "'/>"
#define CONFIG(value) "<attr name='ap_config' value='" value "'/>"
#define Z15 "000000000000000"
#define Z63 Z15 Z15 Z15 Z15 "000"

#define IS_VF "device_api=vfio-pci type=pci-8086-1515 ~driver=ixgbevf ~function=virtual " \
              "~pci_class=0x020000 pci_id=8086:1515"

#define IS_AP "device_api=vfio-ap type=vfio_ap-passthrough ~ap_matrix=05.0004+05.0047"

struct testInfer {
    const char *name;
    const char *xml;
    const char *expect;         /* the descriptor in words; "!" not usable */
};

static const struct testInfer documents[] = {
    { "virtual function", VF, IS_VF },
    { "physical function",
      PCI("<product id='0x1528'/><vendor id='0x8086'/>"
          "<capability type='virt_functions' maxCount='63'/>"),
      "device_api=vfio-pci type=pci-8086-1528 ~driver=ixgbevf ~function=physical "
      "pci_id=8086:1528" },
    { "function of which it is not known which it is",
      PCI("<product id='0x1528'/><vendor id='0x8086'/>"),
      "device_api=vfio-pci type=pci-8086-1528 ~driver=ixgbevf pci_id=8086:1528" },
    { "function that VFIO's own driver is bound to",
      DEVICE("<driver><name>\nvfio-pci\n</name></driver><capability type='pci'>"
             "<product id='0x1528'/><vendor id='0x8086'/></capability>"),
      "device_api=vfio-pci type=pci-8086-1528 ~driver=vfio-pci ~migratable=no pci_id=8086:1528 "
      "~vfio_driver=vfio-pci" },
    { "function without ids", PCI("<class>0x020000</class>"), "" },
    { "function with ids that are none",
      PCI("<product id='0x1528'/><vendor id='intel'/>"), "" },
    { "mediated device", MDEV("mtty-1", ""), "type=mtty-1" },
    { "vGPU", MDEV("nvidia-11", ""), "device_api=vfio-pci type=nvidia-11" },
    { "vGPU on a function that vfio-pci is bound to", MDEV("vfio-pci-575", ""),
      "device_api=vfio-pci type=nvidia-575" },
    { "no vGPU", MDEV("vfio-pci-5a", ""), "type=vfio-pci-5a" },
    { "no vGPU either", MDEV("vfio-pci-", ""), "type=vfio-pci-" },
    { "GVT-g", MDEV("i915-GVTg_V5_4", ""), "device_api=vfio-pci type=i915-GVTg_V5_4" },
    { "subchannel", MDEV("vfio_ccw-io", ""), "device_api=vfio-ccw type=vfio_ccw-io" },
    { "crypto, of which nothing is said", AP(""),
      "device_api=vfio-ap type=vfio_ap-passthrough" },
    { "crypto with one queue", AP(ASSIGN("adapter", "5") ASSIGN("domain", "0xab")),
      "device_api=vfio-ap type=vfio_ap-passthrough ~ap_matrix=05.00ab" },
    { "crypto with queues in any order",
      AP(ASSIGN("domain", "2") ASSIGN("adapter", "0x10") ASSIGN("adapter", "1")
         ASSIGN("domain", "1") ASSIGN("adapter", "1")),
      "device_api=vfio-ap type=vfio_ap-passthrough "
      "~ap_matrix=01.0001+01.0002+10.0001+10.0002" },
    { "crypto with an adapter and no domain", AP(ASSIGN("adapter", "5")),
      "device_api=vfio-ap type=vfio_ap-passthrough" },
    { "crypto with what is taken back",
      AP(ASSIGN("adapter", "5") TAKE("adapter", "7") ASSIGN("adapter", "7") TAKE("adapter", "0x5")
         ASSIGN("domain", "4") ASSIGN("control_domain", "3") TAKE("control_domain", "3")),
      "device_api=vfio-ap type=vfio_ap-passthrough ~ap_matrix=07.0004" },
    { "crypto with masks",
      AP(CONFIG("0x4" Z63 ",0x" Z63 "1,0x88" Z63) ASSIGN("adapter", "2")),
      "device_api=vfio-ap type=vfio_ap-passthrough !ap_matrix !control_domains" },
    { "crypto with all masks",
      AP(CONFIG("0x4" Z63 ",0x" Z63 "1,0x8" Z63) ASSIGN("adapter", "2")),
      "device_api=vfio-ap type=vfio_ap-passthrough ~ap_matrix=01.00ff+02.00ff "
      "~control_domains=0000" },
    { "crypto with masks that are cut", AP(CONFIG("0x4" Z63 ",0x8" Z63)),
      "device_api=vfio-ap type=vfio_ap-passthrough !ap_matrix !control_domains" },
    { "crypto with control domains",
      AP(ASSIGN("control_domain", "255") ASSIGN("control_domain", "1")),
      "device_api=vfio-ap type=vfio_ap-passthrough ~control_domains=0001+00ff" },
    { "crypto with an adapter that cannot be", AP(ASSIGN("adapter", "256")),
      "device_api=vfio-ap type=vfio_ap-passthrough !ap_matrix" },
    { "crypto with an adapter that is no number",
      AP(ASSIGN("adapter", "-1") ASSIGN("domain", "1")),
      "device_api=vfio-ap type=vfio_ap-passthrough !ap_matrix" },
    { "crypto with a control domain that is no number", AP(ASSIGN("control_domain", "one")),
      "device_api=vfio-ap type=vfio_ap-passthrough !control_domains" },
    { "attributes of another kind of device", MDEV("mtty-1", ASSIGN("adapter", "5")),
      "type=mtty-1" },
};


/* In words, standard attributes first, as in XML */
static char *
testFormatWords(const virNodeDeviceCompat *compat)
{
    static const char *const first[] = { "device_api", "type" };
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;
    size_t j;

    for (j = 0; j < 2; j++) {
        for (i = 0; i < compat->self.nattrs; i++) {
            const virNodeDeviceCompatAttr *attr = compat->self.attrs[i];
            bool standard = STREQ(attr->name, first[0]) || STREQ(attr->name, first[1]);

            if (standard != (j == 0))
                continue;
            if (attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK)
                virBufferAsprintf(&buf, "%s%s=%s ", attr->derived ? "~" : "", attr->name,
                                  attr->value);
            else
                virBufferAsprintf(&buf, "!%s ", attr->name);
        }
    }
    virBufferTrim(&buf, " ");

    return testCompatBufferContent(&buf);
}


static int
testInfer(const void *opaque)
{
    const struct testInfer *data = opaque;
    g_autofree char *name = NULL;
    g_autoptr(virNodeDeviceCompat) compat = virNodeDeviceCompatParseDocument(data->xml, false,
                                                                             &name);
    g_autofree char *words = NULL;

    if (!compat || testExpectBool(true, compat->inferred) < 0)
        return -1;

    words = testFormatWords(compat);
    return testExpectString(data->expect, words);
}


/* More queues than a value can have are not none. */
static int
testManyQueues(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *adapters = testRepeat("", "<attr name='assign_adapter' value='#'/>", 256, "");
    g_autofree char *domains = testRepeat("", "<attr name='assign_domain' value='#'/>", 256, "");
    g_autofree char *xml = g_strdup_printf(AP("%s%s"), adapters, domains);
    g_autofree char *name = NULL;
    g_autoptr(virNodeDeviceCompat) compat = virNodeDeviceCompatParseDocument(xml, false, &name);
    const virNodeDeviceCompatAttr *attr;

    if (!compat || !(attr = virNodeDeviceCompatAttrsFind(&compat->self, "ap_matrix")))
        return -1;

    return testExpectNumber(VIR_NODE_DEVICE_COMPAT_ATTR_CUT, attr->state);
}


/* What comes of comparing a document with a device */
struct testStock {
    const char *name;
    const char *source;         /* in words, or a document */
    const char *target;         /* in words, or a document */
    const char *expect;
};

#define LAX "<nodedevCompatRules><rules deviceAPI='vfio-pci'>" \
            "<attr name='software_version' missing='ignore'/></rules>" \
            "<rules deviceAPI='vfio-ap'><attr name='software_version' missing='ignore'/>" \
            "<attr name='ap_matrix' rule='superset' value='set'/></rules></nodedevCompatRules>"

static const struct testStock comparisons[] = {
    { "another model of device", VF,
      "api=vfio-pci type=pci-10de-2236 pci=10de:2236 ~function=physical ~pci_class=0x030000",
      "incompatible attr-mismatch:pci_id type-mismatch:type attr-mismatch:function "
      "attr-mismatch:pci_class" },
    { "the same, and a rule that asks for nothing more", VF, IS_VF,
      "unknown missing-source:migration" },
    { "the same, and the target shows more", VF, IS_VF " ~pci_revision=0x01",
      "unknown missing-source:pci_revision" },
    { "two of them", VF, VF, "unknown missing-source:migration missing-target:migration" },
    { "a matrix with less", IS_AP, AP(ASSIGN("adapter", "5") ASSIGN("domain", "4")),
      "incompatible attr-not-superset:ap_matrix" },
    { "a matrix with less, and a source that migrates", IS_AP " ~migratable=yes",
      AP(ASSIGN("adapter", "5") ASSIGN("domain", "4")),
      "unknown attr-not-comparable:ap_matrix" },
    { "another device API", MDEV("vfio_ccw-io", ""), IS_VF,
      "incompatible device-api-mismatch:device_api" },
};


static int
testStock(const void *opaque)
{
    const struct testStock *data = opaque;
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();
    g_autofree char *name = NULL;
    g_autofree char *targetName = NULL;
    g_autoptr(virNodeDeviceCompat) source = NULL;
    g_autoptr(virNodeDeviceCompat) target = NULL;
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    g_autoptr(virNodeDeviceCompatReport) again = NULL;
    virNodeDeviceCompatBudget budget = { .max = SIZE_MAX };
    g_autofree char *result = NULL;
    g_autofree char *xml = NULL;
    bool sourceDocument = STRPREFIX(data->source, "<");
    bool document = STRPREFIX(data->target, "<");

    if (sourceDocument)
        source = virNodeDeviceCompatParseDocument(data->source, false, &name);
    else
        source = testCompatParseDevice(data->source);
    if (document)
        target = virNodeDeviceCompatParseDocument(data->target, false, &targetName);
    else
        target = testCompatParseDevice(data->target);

    if (!source || !target ||
        virNodeDeviceCompatRulesAddXML(rules, LAX, "rules.xml") < 0)
        return -1;

    report = virNodeDeviceCompatCompare(source, target, rules, 0);
    result = testCompatFormatResult(report);
    if (testExpectString(data->expect, result) < 0)
        return -1;

    /* no report, the same verdict */
    if (testExpectNumber(report->verdict,
                         virNodeDeviceCompatCompareExpanded(source, target, rules, 0, &budget,
                                                            NULL)) < 0)
        return -1;

    xml = virNodeDeviceCompatReportFormat(report);
    if (!(again = virNodeDeviceCompatReportParse(xml)) ||
        testExpectBool(sourceDocument, again->sourceInferred) < 0)
        return -1;

    return testExpectBool(document, again->targetInferred);
}


static int
mymain(void)
{
    DO_TABLE("infer", documents, testInfer);
    DO_TEST(testManyQueues, NULL, "more queues than a value can have");
    DO_TABLE_EXPECT("compare", comparisons, testStock);

    return testResult();
}

VIR_TEST_MAIN(mymain)
