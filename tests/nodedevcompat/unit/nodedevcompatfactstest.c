/*
 * nodedevcompatfactstest.c: documents with facts about devices
 *
 * Documents that are refused with file, line and cause, and which devices a document
 * is about. What becomes of facts where a device is read is in
 * nodedevcompatevidencefactstest, directories of documents in nodedevcompatfilestest.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"
#include "nodedevcompatutils.h"

#include "nodedev_compat/evidence/nodedev_compat_files_read.h"
#include "nodedev_compat/nodedev_compat_rules.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define FACTS(content) "<nodedevCompatFacts>" content "</nodedevCompatFacts>"
#define GROUP(match, content) FACTS("<facts " match ">" content "</facts>")
#define DEVICE(content) GROUP("device='" UUID "'", content)
#define ONE(name, value) "<attr name='" name "' value='" value "'/>"
#define X(value) ONE("x", value)
#define TEXT70 "0123456789012345678901234567890123456789012345678901234567890123456789"


struct testBad {
    const char *name;
    const char *facts;
    const char *expect;         /* part of the error */
};

static const struct testBad bad[] = {
    /* the document */
    { "empty", "", "f.xml" },
    { "line breaks", "\n\n", "document 'f.xml' is empty" },
    { "no XML", "facts", "f.xml:1: " },
    { "not closed", "<nodedevCompatFacts>\n<facts device='" UUID "'>", "f.xml:2: " },
    { "two roots", FACTS("") FACTS(""), "f.xml:1: " },
    { "document type",
      "<!DOCTYPE x [<!ENTITY a 'b'>]>" FACTS(""),
      "document 'f.xml' must not have a document type" },
    { "entity", DEVICE(ONE("x", "&a;")), "f.xml:1: " },
    { "another document",
      "<device/>", "f.xml:1: expected <nodedevCompatRules> or <nodedevCompatFacts>, not <device>" },
    { "root with an attribute",
      "<nodedevCompatFacts version='1'/>",
      "f.xml:1: <nodedevCompatFacts> has no attribute 'version'" },
    { "root with text",
      FACTS("psid"), "f.xml:1: <nodedevCompatFacts> holds something other than elements" },
    { "root with CDATA", FACTS("<![CDATA[x]]>"), "holds something other than elements" },
    { "processing instruction", FACTS("<?x y?>"), "holds something other than elements" },
    { "unknown element", FACTS("\n\n<fact/>"), "f.xml:3: unknown element <fact>" },
    { "rules among facts", FACTS("<rules type='a'/>"), "unknown element <rules>" },
    { "facts among rules",
      "<nodedevCompatRules><facts type='a'/></nodedevCompatRules>", "unknown element <facts>" },
    { "no encoding that there is", "<?xml version='1.0' encoding='x'?>" FACTS(""),
      "f.xml: XML error: the encoding" },

    /* which devices it is about */
    { "no criterion",
      FACTS("\n<facts>" X("1") "</facts>"),
      "f.xml:2: a group of facts must say which devices it is about" },
    { "misspelled criterion",
      GROUP("type='a' drivers='d'", X("1")), "<facts> has no attribute 'drivers'" },
    { "criterion twice", GROUP("type='a' type='b'", X("1")), "f.xml:1: " },
    { "no device",
      GROUP("device=''", X("1")), "'' is neither the UUID of a mediated device nor a PCI address" },
    { "device by a libvirt name",
      GROUP("device='pci_0000_3b_00_2'", X("1")), "'pci_0000_3b_00_2' is neither the UUID" },
    { "device by a path",
      GROUP("device='/sys/bus/pci/devices/0000:3b:00.2'", X("1")), "is neither the UUID" },
    { "UUID too short",
      GROUP("device='4b20d080-1b54-4048-85b3-a6a62d165c0'", X("1")), "is neither the UUID" },
    { "UUID too long", GROUP("device='" UUID "0'", X("1")), "is neither the UUID" },
    { "address without function", GROUP("device='0000:3b:00'", X("1")), "is neither the UUID" },
    { "address with function 8", GROUP("device='0000:3b:00.8'", X("1")), "is neither the UUID" },
    { "address with slot 20", GROUP("device='0000:3b:20.0'", X("1")), "is neither the UUID" },
    { "address with a short bus", GROUP("device='0000:b:00.0'", X("1")), "is neither the UUID" },
    { "address with a short domain", GROUP("device='0:3b:00.0'", X("1")), "is neither the UUID" },
    { "address with a long domain",
      GROUP("device='000000000:3b:00.0'", X("1")), "is neither the UUID" },
    { "address that is no number", GROUP("device='zzzz:3b:00.0'", X("1")), "is neither the UUID" },
    { "address with a tail", GROUP("device='0000:3b:00.0 x'", X("1")), "is neither the UUID" },
    { "address with a line feed",
      GROUP("device='0000:3b:00.0&#10;'", X("1")), "is neither the UUID" },
    { "address of nothing", GROUP("device='0000:00:00.0'", X("1")), "is neither the UUID" },
    { "glob of addresses", GROUP("device='0000:3b:*'", X("1")), "is neither the UUID" },
    { "device by the name of a parent",
      GROUP("device='matrix'", X("1")), "'matrix' is neither the UUID" },
    { "no parent",
      GROUP("parent=''", X("1")),
      "'' is neither a PCI address nor a name that a device has in sysfs" },
    { "parent by a libvirt name",
      GROUP("parent='pci_0000_3b_00_0'", X("1")), "'pci_0000_3b_00_0' is neither a PCI address" },
    { "parent with half an address", GROUP("parent='3b:00'", X("1")), "is neither a PCI address" },
    { "parent by a path", GROUP("parent='../matrix'", X("1")), "is neither a PCI address" },
    { "parent beyond ASCII", GROUP("parent='caf\303\251'", X("1")), "is neither a PCI address" },
    { "vendor that is no number",
      GROUP("vendor='mellanox'", X("1")), "'mellanox' is not a PCI vendor id" },
    { "class that is no number", GROUP("class='nvme'", X("1")), "'nvme' is not a PCI class" },

    /* facts */
    { "text in a group", DEVICE("x=1"), "<facts> holds something other than elements" },
    { "unknown element in a group", DEVICE("\n<rule/>"), "f.xml:2: unknown element <rule>" },
    { "element of a descriptor",
      DEVICE("<softwareVersion>1.0</softwareVersion>"), "unknown element <softwareVersion>" },
    { "no name", DEVICE("<attr value='1'/>"), "f.xml:1: '' is not the name of an attribute" },
    { "bad name", DEVICE(ONE("a b", "1")), "'a b' is not the name of an attribute" },
    { "mark of unusable facts", DEVICE(ONE("facts", "1")), "'facts' is not the name of" },
    { "mark of unusable data", DEVICE(ONE("migration", "1")), "'migration' is not the name of" },
    { "name that leaves the directory", DEVICE(ONE("../x", "1")), "'../x' is not the name" },
    { "no value",
      DEVICE("<attr name='x'/>"), "the value of 'x' must be 1 to 4096 printable ASCII characters" },
    { "empty value", DEVICE(X("")), "the value of 'x' must be 1 to 4096" },
    { "value with a line feed", DEVICE(X("a&#10;b")), "the value of 'x' must be 1 to 4096" },
    { "value with a tab", DEVICE(X("a&#9;b")), "the value of 'x' must be 1 to 4096" },
    { "value beyond ASCII", DEVICE(X("caf\303\251")), "the value of 'x' must be 1 to 4096" },
    { "value as content",
      DEVICE("<attr name='x'>1</attr>"), "<attr> holds something other than elements" },
    { "fact in a fact",
      DEVICE("<attr name='x' value='1'>" X("2") "</attr>"), "unknown element <attr>" },
    { "fact with a rule",
      DEVICE("<attr name='x' value='1' rule='equal'/>"), "<attr> has no attribute 'rule'" },
    { "fact that is derived",
      DEVICE("<attr name='x' value='1' derived='yes'/>"), "<attr> has no attribute 'derived'" },
    { "fact twice", DEVICE(X("1") "\n" X("1")), "f.xml:2: 'x' is given twice" },
    { "fact twice under an alias",
      DEVICE("<attr name='pci_id' value='8086:0001'/><attr name='pciid' value='8086:0001'/>"),
      "'pci_id' is given twice" },
    { "device API",
      DEVICE(ONE("device_api", "vfio-pci")),
      "'device_api' is what the kernel says, and no fact changes it" },
    { "type", DEVICE(ONE("type", "t2")), "'type' is what the kernel says" },
    { "type under its alias", DEVICE(ONE("mdev_type", "t2")), "'type' is what the kernel says" },
    { "malformed version",
      DEVICE(ONE("software_version", "1.02")), "the value of 'software_version' is malformed" },
    { "malformed PCI id", DEVICE(ONE("pci_id", "8086")), "the value of 'pci_id' is malformed" },
    { "malformed number",
      DEVICE(ONE("aggregator", "two")), "the value of 'aggregator' is malformed" },
    { "malformed URL",
      DEVICE(ONE("remote_url", "user:secret@host")), "the value of 'remote_url' is malformed" },

    /* what it accepts */
    { "accepts nothing", DEVICE("<accepts/>"), "<accepts> does not say what is accepted" },
    { "accepts text",
      DEVICE("<accepts>x=1</accepts>"), "<accepts> holds something other than elements" },
    { "accepts with an attribute", DEVICE("<accepts x='1'/>"), "<accepts> has no attribute 'x'" },
    { "accepts in accepts", DEVICE("<accepts><accepts/></accepts>"), "unknown element <accepts>" },
    { "accepted twice", DEVICE("<accepts>" X("1") X("2") "</accepts>"), "'x' is given twice" },
    { "accepts a malformed list",
      DEVICE("<accepts>\n" X("1,") "</accepts>"), "f.xml:2: the value of 'x' is malformed" },
    { "accepts a variable without values",
      DEVICE("<accepts>" X("{v:int:}") "</accepts>"), "the value of 'x' is malformed" },
    { "accepts malformed versions",
      DEVICE("<accepts><attr name='software_version' value='2.0-1.0'/></accepts>"),
      "the value of 'software_version' is malformed" },
    { "accepts a PCI device without vendor",
      DEVICE("<accepts><attr name='pci_id' value='591b'/></accepts>"),
      "the value of 'pci_id' is malformed" },

    { "good group, then a bad one",
      FACTS("<facts type='a'>" X("1") "</facts>\n<facts/>"), "f.xml:2: a group of facts must say" },
};


/* Returns 0 if @facts is refused with @error and nothing of it is there. */
static int
testRefused(const char *facts,
            const char *error)
{
    g_autoptr(virNodeDeviceCompatFacts) set = virNodeDeviceCompatFactsNew();
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();
    virNodeDeviceCompatFileKind kind;
    int rc = virNodeDeviceCompatFileParse(rules, set, facts, "f.xml", &kind);

    if (strstr(virGetLastErrorMessage(), "secret"))
        return testFail("expected no password in the error, got '%s'", virGetLastErrorMessage());

    if (testExpectError(error, rc < 0) < 0)
        return -1;

    if (virNodeDeviceCompatFactsAddXML(set, facts, "f.xml") == 0)
        return testFail("expected that it is refused as facts, too");
    virResetLastError();

    if (set->ngroups > 0 || rules->ngroups > 0)
        return testFail("half of the document was applied");

    return 0;
}


static int
testBadCase(const void *opaque)
{
    const struct testBad *data = opaque;

    return testRefused(data->facts, data->expect);
}


/* What a document can hold @most times, and not a thousand times more */
struct testLimit {
    const char *name;
    const char *text;           /* "#" is the number of the repetition */
    size_t most;
    const char *expect;         /* of more; NULL: that is not tried */
};

static const struct testLimit limits[] = {
    { "facts",
      ONE("x#", "1"), 512, "more than 512 facts about a device" },
    { "alternatives",
      "<accepts><attr name='x' value='#'/></accepts>", 64, "more than 64 <accepts> elements" },
    { "bytes",
      "<!--# " TEXT70 "-->", 3000, "document 'f.xml' is larger than 262144 bytes" },
    { "long values",
      "<accepts><attr name='x' value='#," TEXT70 "'/></accepts>", 64, NULL },
};


static int
testLimit(const void *opaque)
{
    const struct testLimit *data = opaque;
    const char *before = "<nodedevCompatFacts><facts type='a'>";
    const char *after = "</facts></nodedevCompatFacts>";
    g_autofree char *most = testRepeat(before, data->text, data->most, after);
    g_autofree char *more = testRepeat(before, data->text, data->most + 1000, after);
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();

    if (virNodeDeviceCompatFactsAddXML(facts, most, "f.xml") < 0) {
        return testFail("expected %zu times %s to be accepted, got '%s'", data->most,
                        data->text, virGetLastErrorMessage());
    }

    return data->expect ? testRefused(more, data->expect) : 0;
}


/* Groups that are about a device, by the lines they are on, the closest first */
struct testMatch {
    const char *name;
    const char *facts;
    const char *device;         /* in sysfs */
    const char *parent;         /* and after a blank its physical function */
    const char *descriptor;     /* in words */
    const char *expect;
};

#define VF "0000:3b:00.2"
#define PF "0000:3b:00.0"
#define ON_VF VF " " PF
#define MLX "api=vfio-pci type=pci-15b3-101e ~driver=mlx5_core pci=15b3:101e"
#define LINE(match) "\n<facts " match ">" X("1") "</facts>"

static const struct testMatch matches[] = {
    { "no facts", FACTS(""), VF, PF, MLX, "" },
    { "a group without facts", FACTS("\n<facts device='" VF "'/>"), VF, PF, MLX, "2" },
    { "a comment",
      FACTS("<!-- x -->\n<facts device='" VF "'><!-- y --></facts>"), VF, PF, MLX, "2" },
    { "by its address", FACTS(LINE("device='" VF "'")), VF, PF, MLX, "2" },
    { "by its address without domain", FACTS(LINE("device='3b:00.2'")), VF, PF, MLX, "2" },
    { "by its address with a long domain",
      FACTS(LINE("device='00000000:3B:00.2'")), VF, PF, MLX, "2" },
    { "in a domain of five digits",
      FACTS(LINE("device='10000:3b:00.2'")), "10000:3b:00.2", NULL, MLX, "2" },
    { "in another domain", FACTS(LINE("device='0001:3b:00.2'")), VF, PF, MLX, "" },
    { "another function", FACTS(LINE("device='3b:00.3'")), VF, PF, MLX, "" },
    { "by its UUID", FACTS(LINE("device='" UUID "'")), UUID, PF, MLX, "2" },
    { "by its UUID in capitals",
      FACTS(LINE("device='4B20D080-1B54-4048-85B3-A6A62D165C01'")), UUID, PF, MLX, "2" },
    { "by its UUID without hyphens",
      FACTS(LINE("device='4b20d0801b54404885b3a6a62d165c01'")), UUID, PF, MLX, "2" },
    { "another UUID",
      FACTS(LINE("device='4b20d080-1b54-4048-85b3-a6a62d165c02'")), UUID, PF, MLX, "" },
    { "a device, but it is a type", FACTS(LINE("device='" UUID "'")), NULL, PF, MLX, "" },
    { "by its parent", FACTS(LINE("parent='" PF "'")), VF, PF, MLX, "2" },
    { "a type by its parent", FACTS(LINE("parent='" PF "'")), NULL, PF, MLX, "2" },
    { "the parent itself", FACTS(LINE("parent='" PF "'")), PF, NULL, MLX, "" },
    { "parent by its address without domain", FACTS(LINE("parent='3b:00.0'")), VF, PF, MLX, "2" },
    { "parent that is a subchannel", FACTS(LINE("parent='0.0.0026'")), UUID, "0.0.0026", MLX, "2" },
    { "parent that is not on a bus", FACTS(LINE("parent='matrix'")), UUID, "matrix", MLX, "2" },
    { "another parent", FACTS(LINE("parent='mtty'")), UUID, "matrix", MLX, "" },
    { "parent and type", FACTS(LINE("parent='" PF "' type='pci-15b3-*'")), VF, PF, MLX, "2" },
    { "parent and another type",
      FACTS(LINE("parent='" PF "' type='pci-8086-*'")), VF, PF, MLX, "" },
    { "type", FACTS(LINE("type='pci-15b3-101?'")), VF, PF, MLX, "2" },
    { "another type with the same beginning",
      FACTS(LINE("type='pci-15b3-*f'")), VF, PF, MLX, "" },
    { "driver", FACTS(LINE("driver='mlx5_core'")), VF, PF, MLX, "2" },
    { "another driver", FACTS(LINE("driver='mlx5_vfio_pci'")), VF, PF, MLX, "" },
    { "the beginning of the driver", FACTS(LINE("driver='mlx5'")), VF, PF, MLX, "" },
    { "vendor", FACTS(LINE("vendor='0x15B3'")), VF, PF, MLX, "2" },
    { "class", FACTS(LINE("class='0x02000?'")), VF, PF, MLX " ~pci_class=0x020000", "2" },
    { "class of a device that does not show it", FACTS(LINE("class='0x02*'")), VF, PF, MLX, "" },
    { "device API", FACTS(LINE("deviceAPI='vfio-pci'")), VF, PF, MLX, "2" },
    { "another device API", FACTS(LINE("deviceAPI='vfio-ap'")), VF, PF, MLX, "" },
    { "type of a device that does not show it",
      FACTS(LINE("type='*'")), VF, PF, "api=vfio-pci", "" },
    { "type of a device that contradicts itself",
      FACTS(LINE("type='*'")), VF, PF, "type=a type=b", "" },
    { "device, parent, kind",
      FACTS(LINE("type='*'") LINE("parent='" PF "'") LINE("device='" VF "'")), VF, PF, MLX,
      "4 3 2" },
    { "a device's group names a kind",
      FACTS(LINE("type='*'") LINE("device='" VF "' vendor='15b3'")), VF, PF, MLX, "3 2" },
    { "a device's group names another kind",
      FACTS(LINE("type='*'") LINE("device='" VF "' vendor='8086'")), VF, PF, MLX, "2" },
    { "a device's group names its parent",
      FACTS(LINE("parent='" PF "'") LINE("device='" VF "' parent='" PF "'")), VF, PF, MLX, "3 2" },
    { "groups of one rank",
      FACTS(LINE("type='*'") LINE("vendor='15b3'") LINE("type='a'")), VF, PF, MLX, "2 3" },
    { "by the parent's physical function",
      FACTS(LINE("parent='" PF "'")), UUID, ON_VF, MLX, "2" },
    { "another than the parent's physical function",
      FACTS(LINE("parent='0000:3b:00.1'")), UUID, ON_VF, MLX, "" },
    { "a type by its parent's physical function",
      FACTS(LINE("parent='" PF "'")), NULL, ON_VF, MLX, "2" },
    { "device, parent, its physical function, kind",
      FACTS(LINE("type='*'") LINE("parent='" PF "'") LINE("parent='" VF "'")
            LINE("device='" UUID "'")), UUID, ON_VF, MLX, "5 4 3 2" },
    { "a device's group names the parent's physical function",
      FACTS(LINE("parent='" VF "'") LINE("device='" UUID "' parent='" PF "'")), UUID, ON_VF, MLX,
      "3 2" },
};


static int
testMatchCase(const void *opaque)
{
    const struct testMatch *data = opaque;
    g_auto(GStrv) parents = g_strsplit(NULLSTR_EMPTY(data->parent), " ", 2);
    virNodeDeviceCompatFactNames names = {
        .device = data->device,
        .parent = parents[0],
        .physical = parents[0] ? parents[1] : NULL,
    };
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();
    g_autoptr(virNodeDeviceCompat) compat = testCompatParseDevice(data->descriptor);
    virNodeDeviceCompatBudget budget = { .max = VIR_NODE_DEVICE_COMPAT_WORK_MAX };
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(GPtrArray) groups = NULL;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *found = NULL;
    size_t i;

    if (!(doc = virXMLParseStringCtxt(data->facts, "facts", NULL)) ||
        virXMLValidateAgainstSchema(abs_top_srcdir "/src/conf/schemas/nodedevcompatfacts.rng",
                                    doc) < 0 ||
        virNodeDeviceCompatFactsAddXML(facts, data->facts, "f") < 0)
        return -1;

    groups = virNodeDeviceCompatFactsFind(facts, compat, &names, &budget);
    for (i = 0; i < groups->len; i++) {
        const virNodeDeviceCompatFactMatch *match = g_ptr_array_index(groups, i);

        virBufferAsprintf(&buf, "%s%s", i > 0 ? " " : "", STRSKIP(match->group->origin, "f:"));
    }

    found = testCompatBufferContent(&buf);
    return testExpectString(data->expect, found);
}


static int
mymain(void)
{
    DO_TABLE_EXPECT("refused", bad, testBadCase);
    DO_TABLE_EXPECT("limit", limits, testLimit);
    DO_TABLE_EXPECT("match", matches, testMatchCase);

    return testResult();
}

VIR_TEST_MAIN(mymain)
