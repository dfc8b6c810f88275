/*
 * nodedevcompatfactstest.c: what an administrator says of devices, one case a
 * line
 *
 * Documents that are refused with file, line and cause; which devices a
 * document is about; what becomes of its facts where a device is read, on trees
 * that are written as nodedevcompattree.h says; and directories of files.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <sys/stat.h>

#include "nodedev_compat/evidence/nodedev_compat_evidence.h"
#include "nodedev_compat/evidence/nodedev_compat_files.h"
#include "nodedevcompattree.h"
#include "nodedevcompatutils.h"
#include "testutils.h"
#include "virfile.h"
#include "virxml.h"
#include "nodedev_compat_xml.h"
#include "nodedev_compat/nodedev_compat_rules.h"
#include "nodedev_compat_conf.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define FACTS(content) "<nodedevCompatFacts>" content "</nodedevCompatFacts>"
#define GROUP(match, content) FACTS("<facts " match ">" content "</facts>")
#define DEVICE(content) GROUP("device='" UUID "'", content)
#define X(value) "<attr name='x' value='" value "'/>"


struct testBad {
    const char *name;
    const char *facts;
    const char *error;
};

static const struct testBad bad[] = {
    /* the document */
    { "empty", "", "f.xml" },
    { "line breaks", "\n\n", "document 'f.xml' is empty" },
    { "no XML", "facts", "f.xml:1: " },
    { "not closed", "<nodedevCompatFacts>\n<facts device='" UUID "'>", "f.xml:2: " },
    { "two roots", FACTS("") FACTS(""), "f.xml:1: " },
    { "document type", "<!DOCTYPE x [<!ENTITY a 'b'>]>" FACTS(""), "document 'f.xml' must not have a document type" },
    { "entity", DEVICE("<attr name='x' value='&a;'/>"), "f.xml:1: " },
    { "another document", "<device/>", "f.xml:1: expected <nodedevCompatRules> or <nodedevCompatFacts>, not <device>" },
    { "root with an attribute", "<nodedevCompatFacts version='1'/>", "f.xml:1: <nodedevCompatFacts> has no attribute 'version'" },
    { "root with text", FACTS("psid"), "f.xml:1: <nodedevCompatFacts> holds something other than elements" },
    { "root with CDATA", FACTS("<![CDATA[x]]>"), "holds something other than elements" },
    { "processing instruction", FACTS("<?x y?>"), "holds something other than elements" },
    { "unknown element", FACTS("\n\n<fact/>"), "f.xml:3: unknown element <fact>" },
    { "rules among facts", FACTS("<rules type='a'/>"), "unknown element <rules>" },
    { "facts among rules", "<nodedevCompatRules><facts type='a'/></nodedevCompatRules>", "unknown element <facts>" },
    { "no encoding that there is", "<?xml version='1.0' encoding='x'?>" FACTS(""), "f.xml:1: " },

    /* which devices it is about */
    { "no criterion", FACTS("\n<facts>" X("1") "</facts>"), "f.xml:2: a group of facts must say which devices it is about" },
    { "misspelled criterion", GROUP("type='a' drivers='d'", X("1")), "<facts> has no attribute 'drivers'" },
    { "criterion twice", GROUP("type='a' type='b'", X("1")), "f.xml:1: " },
    { "no device", GROUP("device=''", X("1")), "'' is neither the UUID of a mediated device nor a PCI address" },
    { "device by a libvirt name", GROUP("device='pci_0000_3b_00_2'", X("1")), "'pci_0000_3b_00_2' is neither the UUID" },
    { "device by a path", GROUP("device='/sys/bus/pci/devices/0000:3b:00.2'", X("1")), "is neither the UUID" },
    { "UUID too short", GROUP("device='4b20d080-1b54-4048-85b3-a6a62d165c0'", X("1")), "is neither the UUID" },
    { "UUID too long", GROUP("device='" UUID "0'", X("1")), "is neither the UUID" },
    { "address without function", GROUP("device='0000:3b:00'", X("1")), "is neither the UUID" },
    { "address with function 8", GROUP("device='0000:3b:00.8'", X("1")), "is neither the UUID" },
    { "address with slot 20", GROUP("device='0000:3b:20.0'", X("1")), "is neither the UUID" },
    { "address with a short bus", GROUP("device='0000:b:00.0'", X("1")), "is neither the UUID" },
    { "address with a short domain", GROUP("device='0:3b:00.0'", X("1")), "is neither the UUID" },
    { "address with a long domain", GROUP("device='000000000:3b:00.0'", X("1")), "is neither the UUID" },
    { "address that is no number", GROUP("device='zzzz:3b:00.0'", X("1")), "is neither the UUID" },
    { "address with a tail", GROUP("device='0000:3b:00.0 '", X("1")), "is neither the UUID" },
    { "address with a line feed", GROUP("device='0000:3b:00.0&#10;'", X("1")), "is neither the UUID" },
    { "address of nothing", GROUP("device='0000:00:00.0'", X("1")), "is neither the UUID" },
    { "glob of addresses", GROUP("device='0000:3b:*'", X("1")), "is neither the UUID" },
    { "device by the name of a parent", GROUP("device='matrix'", X("1")), "'matrix' is neither the UUID" },
    { "no parent", GROUP("parent=''", X("1")), "'' is neither a PCI address nor a name that a device has in sysfs" },
    { "parent by a libvirt name", GROUP("parent='pci_0000_3b_00_0'", X("1")), "'pci_0000_3b_00_0' is neither a PCI address" },
    { "parent with half an address", GROUP("parent='3b:00'", X("1")), "is neither a PCI address" },
    { "parent by a path", GROUP("parent='../matrix'", X("1")), "is neither a PCI address" },
    { "parent beyond ASCII", GROUP("parent='caf\303\251'", X("1")), "is neither a PCI address" },
    { "vendor that is no number", GROUP("vendor='mellanox'", X("1")), "'mellanox' is not a PCI vendor id" },

    /* facts */
    { "text in a group", DEVICE("x=1"), "<facts> holds something other than elements" },
    { "unknown element in a group", DEVICE("\n<rule/>"), "f.xml:2: unknown element <rule>" },
    { "element of a descriptor", DEVICE("<softwareVersion>1.0</softwareVersion>"), "unknown element <softwareVersion>" },
    { "no name", DEVICE("<attr value='1'/>"), "f.xml:1: '' is not the name of an attribute" },
    { "bad name", DEVICE("<attr name='a b' value='1'/>"), "'a b' is not the name of an attribute" },
    { "name that leaves the directory", DEVICE("<attr name='../x' value='1'/>"), "'../x' is not the name" },
    { "no value", DEVICE("<attr name='x'/>"), "the value of 'x' must be 1 to 4096 printable ASCII characters" },
    { "empty value", DEVICE(X("")), "the value of 'x' must be 1 to 4096" },
    { "value with a line feed", DEVICE(X("a&#10;b")), "the value of 'x' must be 1 to 4096" },
    { "value with a tab", DEVICE(X("a&#9;b")), "the value of 'x' must be 1 to 4096" },
    { "value beyond ASCII", DEVICE(X("caf\303\251")), "the value of 'x' must be 1 to 4096" },
    { "value as content", DEVICE("<attr name='x'>1</attr>"), "<attr> holds something other than elements" },
    { "fact in a fact", DEVICE("<attr name='x' value='1'>" X("2") "</attr>"), "unknown element <attr>" },
    { "fact with a rule", DEVICE("<attr name='x' value='1' rule='equal'/>"), "<attr> has no attribute 'rule'" },
    { "fact that is derived", DEVICE("<attr name='x' value='1' derived='yes'/>"), "<attr> has no attribute 'derived'" },
    { "fact twice", DEVICE(X("1") "\n" X("1")), "f.xml:2: 'x' is given twice" },
    { "fact twice under an alias", DEVICE("<attr name='pci_id' value='8086:0001'/><attr name='pciid' value='8086:0001'/>"), "'pci_id' is given twice" },
    { "device API", DEVICE("<attr name='device_api' value='vfio-pci'/>"), "'device_api' is what the kernel says, and no fact changes it" },
    { "type", DEVICE("<attr name='type' value='t2'/>"), "'type' is what the kernel says" },
    { "type under its alias", DEVICE("<attr name='mdev_type' value='t2'/>"), "'type' is what the kernel says" },
    { "malformed version", DEVICE("<attr name='software_version' value='1.02'/>"), "the value of 'software_version' is malformed" },
    { "malformed PCI id", DEVICE("<attr name='pci_id' value='8086'/>"), "the value of 'pci_id' is malformed" },
    { "malformed number", DEVICE("<attr name='aggregator' value='two'/>"), "the value of 'aggregator' is malformed" },
    { "malformed URL", DEVICE("<attr name='remote_url' value='user:secret@host'/>"), "the value of 'remote_url' is malformed" },

    /* what it accepts */
    { "accepts nothing", DEVICE("<accepts/>"), "<accepts> does not say what is accepted" },
    { "accepts text", DEVICE("<accepts>x=1</accepts>"), "<accepts> holds something other than elements" },
    { "accepts with an attribute", DEVICE("<accepts x='1'/>"), "<accepts> has no attribute 'x'" },
    { "accepts in accepts", DEVICE("<accepts><accepts/></accepts>"), "unknown element <accepts>" },
    { "accepted twice", DEVICE("<accepts>" X("1") X("2") "</accepts>"), "'x' is given twice" },
    { "accepts a malformed list", DEVICE("<accepts>\n" X("1,") "</accepts>"), "f.xml:2: the value of 'x' is malformed" },
    { "accepts a variable without values", DEVICE("<accepts>" X("{v:int:}") "</accepts>"), "the value of 'x' is malformed" },
    { "accepts malformed versions", DEVICE("<accepts><attr name='software_version' value='2.0-1.0'/></accepts>"), "the value of 'software_version' is malformed" },
    { "accepts a PCI device without vendor", DEVICE("<accepts><attr name='pci_id' value='591b'/></accepts>"), "the value of 'pci_id' is malformed" },

    { "good group, then a bad one", FACTS("<facts type='a'>" X("1") "</facts>\n<facts/>"), "f.xml:2: a group of facts must say" },
};


/* Returns 0 if @facts is refused with @error and nothing of it is there. */
static int
testRefused(const char *facts,
            const char *error)
{
    g_autoptr(virNodeDeviceCompatFacts) set = virNodeDeviceCompatFactsNew();
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();

    if (virNodeDeviceCompatFilesAddXML(rules, set, facts, "f.xml") == 0) {
        VIR_TEST_VERBOSE("\nexpected an error with '%s', got success", error);
        return -1;
    }

    if (!strstr(virGetLastErrorMessage(), error) ||
        strstr(virGetLastErrorMessage(), "secret")) {
        VIR_TEST_VERBOSE("\nexpected an error with '%s', got '%s'",
                         error, virGetLastErrorMessage());
        return -1;
    }
    virResetLastError();

    if (set->ngroups > 0 || rules->ngroups > 0) {
        VIR_TEST_VERBOSE("\nhalf of the document was applied");
        return -1;
    }

    return 0;
}


static int
testBadCase(const void *opaque)
{
    const struct testBad *data = opaque;

    return testRefused(data->facts, data->error);
}


/* Repeats @text, of which "%zu" is the number of the repetition. */
static char *
testRepeat(const char *before,
           const char *text,
           const char *after,
           size_t count)
{
    g_autoptr(GString) all = g_string_new(before);
    g_auto(GStrv) parts = g_strsplit(text, "%zu", 2);
    size_t i;

    for (i = 0; i < count; i++)
        g_string_append_printf(all, "%s%zu%s", parts[0], i, parts[1] ? parts[1] : "");
    g_string_append(all, after);

    return g_string_free(g_steal_pointer(&all), FALSE);
}


static int
testLimits(const void *opaque G_GNUC_UNUSED)
{
    static const struct {
        const char *text;
        size_t most;
        const char *error;
    } limits[] = {
        { "<attr name='x%zu' value='1'/>", 512, "more than 512 facts about a device" },
        { "<accepts><attr name='x' value='%zu'/></accepts>", 64, "more than 64 <accepts> elements" },
        { "<!--%zu 0123456789012345678901234567890123456789012345678901234567890123456789-->", 3000, "document 'f.xml' is larger than 262144 bytes" },
        { "<accepts><attr name='x' value='%zu,0123456789012345678901234567890123456789012345678901234567890123456789'/></accepts>", 64, NULL },
    };
    const char *before = "<nodedevCompatFacts><facts type='a'>";
    const char *after = "</facts></nodedevCompatFacts>";
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(limits); i++) {
        g_autofree char *most = testRepeat(before, limits[i].text, after, limits[i].most);
        g_autofree char *more = testRepeat(before, limits[i].text, after, limits[i].most + 1000);
        g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();

        if (virNodeDeviceCompatFactsAddXML(facts, most, "f.xml") < 0) {
            VIR_TEST_VERBOSE("\n%zu times %s is refused: %s", limits[i].most,
                             limits[i].text, virGetLastErrorMessage());
            return -1;
        }
        if (limits[i].error && testRefused(more, limits[i].error) < 0)
            return -1;
    }

    return 0;
}


/* Groups that are about a device, by the lines they are on, the closest first */
struct testMatch {
    const char *name;
    const char *facts;
    const char *device;         /* in sysfs */
    const char *parent;
    const char *says;           /* as nodedevcompatutils.h says */
    const char *expect;
};

#define VF "0000:3b:00.2"
#define PF "0000:3b:00.0"
#define MLX "api=vfio-pci type=pci-15b3-101e ~driver=mlx5_core pci=15b3:101e"
#define LINE(match) "\n<facts " match ">" X("1") "</facts>"

static const struct testMatch matches[] = {
    { "no facts", FACTS(""), VF, PF, MLX, "" },
    { "a group without facts", FACTS("\n<facts device='" VF "'/>"), VF, PF, MLX, "2" },
    { "a comment", FACTS("<!-- x -->\n<facts device='" VF "'><!-- y --></facts>"), VF, PF, MLX, "2" },
    { "by its address", FACTS(LINE("device='" VF "'")), VF, PF, MLX, "2" },
    { "by its address without domain", FACTS(LINE("device='3b:00.2'")), VF, PF, MLX, "2" },
    { "by its address with a long domain", FACTS(LINE("device='00000000:3B:00.2'")), VF, PF, MLX, "2" },
    { "in a domain of five digits", FACTS(LINE("device='10000:3b:00.2'")), "10000:3b:00.2", NULL, MLX, "2" },
    { "in another domain", FACTS(LINE("device='0001:3b:00.2'")), VF, PF, MLX, "" },
    { "another function", FACTS(LINE("device='3b:00.3'")), VF, PF, MLX, "" },
    { "by its UUID", FACTS(LINE("device='" UUID "'")), UUID, PF, MLX, "2" },
    { "by its UUID in capitals", FACTS(LINE("device='4B20D080-1B54-4048-85B3-A6A62D165C01'")), UUID, PF, MLX, "2" },
    { "by its UUID without hyphens", FACTS(LINE("device='4b20d0801b54404885b3a6a62d165c01'")), UUID, PF, MLX, "2" },
    { "another UUID", FACTS(LINE("device='4b20d080-1b54-4048-85b3-a6a62d165c02'")), UUID, PF, MLX, "" },
    { "a device, but it is a type", FACTS(LINE("device='" UUID "'")), NULL, PF, MLX, "" },
    { "by its parent", FACTS(LINE("parent='" PF "'")), VF, PF, MLX, "2" },
    { "a type by its parent", FACTS(LINE("parent='" PF "'")), NULL, PF, MLX, "2" },
    { "the parent itself", FACTS(LINE("parent='" PF "'")), PF, NULL, MLX, "" },
    { "parent by its address without domain", FACTS(LINE("parent='3b:00.0'")), VF, PF, MLX, "2" },
    { "parent that is a subchannel", FACTS(LINE("parent='0.0.0026'")), UUID, "0.0.0026", MLX, "2" },
    { "parent that is not on a bus", FACTS(LINE("parent='matrix'")), UUID, "matrix", MLX, "2" },
    { "another parent", FACTS(LINE("parent='mtty'")), UUID, "matrix", MLX, "" },
    { "parent and type", FACTS(LINE("parent='" PF "' type='pci-15b3-*'")), VF, PF, MLX, "2" },
    { "parent and another type", FACTS(LINE("parent='" PF "' type='pci-8086-*'")), VF, PF, MLX, "" },
    { "type", FACTS(LINE("type='pci-15b3-101?'")), VF, PF, MLX, "2" },
    { "driver", FACTS(LINE("driver='mlx5_core'")), VF, PF, MLX, "2" },
    { "another driver", FACTS(LINE("driver='mlx5_vfio_pci'")), VF, PF, MLX, "" },
    { "vendor", FACTS(LINE("vendor='0x15B3'")), VF, PF, MLX, "2" },
    { "device API", FACTS(LINE("deviceAPI='vfio-pci'")), VF, PF, MLX, "2" },
    { "another device API", FACTS(LINE("deviceAPI='vfio-ap'")), VF, PF, MLX, "" },
    { "type of a device that does not tell", FACTS(LINE("type='*'")), VF, PF, "api=vfio-pci", "" },
    { "type of a device that contradicts itself", FACTS(LINE("type='*'")), VF, PF, "type=a type=b", "" },
    { "device, parent, kind", FACTS(LINE("type='*'") LINE("parent='" PF "'") LINE("device='" VF "'")), VF, PF, MLX, "4 3 2" },
    { "a device's group names a kind", FACTS(LINE("type='*'") LINE("device='" VF "' vendor='15b3'")), VF, PF, MLX, "3 2" },
    { "a device's group names another kind", FACTS(LINE("type='*'") LINE("device='" VF "' vendor='8086'")), VF, PF, MLX, "2" },
    { "a device's group names its parent", FACTS(LINE("parent='" PF "'") LINE("device='" VF "' parent='" PF "'")), VF, PF, MLX, "3 2" },
    { "groups of one rank", FACTS(LINE("type='*'") LINE("vendor='15b3'") LINE("type='a'")), VF, PF, MLX, "2 3" },
};


static int
testMatchCase(const void *opaque)
{
    const struct testMatch *data = opaque;
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();
    g_autoptr(virNodeDeviceCompat) compat = testCompatParseDevice(data->says);
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

    groups = virNodeDeviceCompatFactsFind(facts, compat, data->device, data->parent);
    for (i = 0; i < groups->len; i++) {
        const virNodeDeviceCompatFactGroup *group = g_ptr_array_index(groups, i);

        virBufferAsprintf(&buf, "%s%s", i > 0 ? " " : "", STRSKIP(group->origin, "f:"));
    }

    found = testCompatBufferContent(&buf);
    if (STRNEQ(found, data->expect)) {
        VIR_TEST_VERBOSE("\nexpected the groups on lines '%s', got '%s'", data->expect, found);
        return -1;
    }

    return 0;
}


/* What is read of a device together with facts */
#define OF(match, content) "<facts " match ">" content "</facts>"
#define ME "device='" UUID "'"
#define MINE "parent='0000:00:02.0'"
#define ALL "type='t1'"

struct testApply {
    const char *name;
    const char *tree;
    const char *facts;
    const char *expect;
    const char *complaint;      /* NULL: there is none */
};

static const struct testApply mdevs[] = {
    { "no facts", BASE, "", CAP(API TYPE DRIVER), NULL },
    { "nothing of that device", BASE, OF("device='" PF "'", X("1")), CAP(API TYPE DRIVER), NULL },
    { "fact about a device", BASE, OF(ME, X("1")), CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "fact about a parent", BASE, OF(MINE, X("1")), CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "fact about a parent by its short name", BASE, OF("parent='00:02.0'", X("1")), CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "fact about a type", BASE, OF(ALL, X("1")), CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "fact about a driver", BASE, OF("driver='vendor'", X("1")), CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "fact about a vendor", BASE "P/vendor 0x8086\nP/device 0x591d", OF("vendor='8086'", X("1")), CAP(API TYPE DRIVER DERIVED("pci_id", "8086:591d") ATTR("x", "1")), NULL },
    { "software version", BASE, OF(ME, "<attr name='software_version' value='1.2'/>"), CAP(API TYPE VERS("1.2.0") DRIVER), NULL },
    { "several facts", BASE, OF(ME, "<attr name='z' value='1'/><attr name='a' value='2'/>"), CAP(API TYPE ATTR("a", "2") DRIVER ATTR("z", "1")), NULL },
    { "value is normalised", BASE, OF(ME, "<attr name='device_id' value='0x8086591D'/>"), CAP(API TYPE DRIVER ATTR("pci_id", "8086:591d")), NULL },
    { "password is dropped", BASE, OF(ME, "<attr name='remote_url' value='https://user:secret@host/x'/>"), CAP(API TYPE DRIVER ATTR("remote_url", "https://host/x")), NULL },
    { "value that needs escapes", BASE, OF(ME, X("&lt;&amp;&quot;")), CAP(API TYPE DRIVER ATTR("x", "&lt;&amp;&quot;")), NULL },

    /* what outweighs what */
    { "published, the same", BASE "D/migration/self/x 1", OF(ME, X("1")), CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "published, in another spelling", BASE "D/migration/self/aggregator 16", OF(ME, "<attr name='aggregator' value='0x10'/>"), CAP(API TYPE ATTR("aggregator", "16") DRIVER), NULL },
    { "published, different", BASE "D/migration/self/x 1", OF(ME, X("2")), CAP(API TYPE DRIVER ATTR("x", "1")), "the device itself says something else" },
    { "published by the type, different", BASE "T/software_version 1.2", OF(ME, "<attr name='software_version' value='1.3'/>"), CAP(API TYPE VERS("1.2.0") DRIVER), "the device itself says something else" },
    { "published as text, different", BASE "D/migration/self x=1", OF(ALL, X("2")), CAP(API TYPE DRIVER ATTR("x", "1")), "the device itself says something else" },
    { "published, unreadable", BASE "D/migration/self/x @loop", OF(ME, X("2")), CAP(API TYPE DRIVER UNUSABLE("x", "unreadable")), "the device itself says something else" },
    { "published, malformed", BASE "T/software_version 1.02", OF(ME, "<attr name='software_version' value='1.2'/>"), CAP(API TYPE VERS("1.02") DRIVER), "the device itself says something else" },
    { "published, conflicting", BASE "D/migration/self/software_version 1.1\nT/software_version 1.2", OF(ME, "<attr name='software_version' value='1.2'/>"), CAP(API TYPE DRIVER UNUSABLE("software_version", "conflicting")), "the device itself says something else" },
    { "derived, the same", BASE "M/version 5", OF(ME, "<attr name='driver_version' value='5'/>"), CAP(API TYPE DRIVER ATTR("driver_version", "5")), NULL },
    { "derived, different", BASE "M/version 5", OF(ME, "<attr name='driver_version' value='6'/>"), CAP(API TYPE DRIVER ATTR("driver_version", "6")), NULL },
    { "derived PCI id of the parent", BASE "P/vendor 0x8086\nP/device 0x591d", OF(ME, "<attr name='pci_id' value='8086:591d'/>"), CAP(API TYPE DRIVER ATTR("pci_id", "8086:591d")), NULL },
    { "the driver that facts are about is the real one", BASE, OF("driver='vendor'", "<attr name='driver' value='other'/>") OF("driver='other'", X("1")), CAP(API TYPE ATTR("driver", "other")), NULL },
    { "device before parent before kind", BASE, OF(ALL, X("3") "<attr name='y' value='3'/><attr name='z' value='3'/>") OF(MINE, X("2") "<attr name='y' value='2'/>") OF(ME, X("1")), CAP(API TYPE DRIVER ATTR("x", "1") ATTR("y", "2") ATTR("z", "3")), NULL },
    { "two of one rank agree", BASE, OF(ALL, X("1")) OF("driver='vendor'", X("1")), CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "two of one rank differ", BASE, OF(ALL, X("1")) OF("driver='vendor'", X("2")), CAP(API TYPE DRIVER UNUSABLE("x", "conflicting")), "another fact says something else" },
    { "three of one rank, the first again", BASE, OF(ME, X("1")) OF(ME, X("2")) OF(ME, X("1")), CAP(API TYPE DRIVER UNUSABLE("x", "conflicting")), "another fact says something else" },
    { "two of one rank differ, a closer one decides", BASE, OF(ALL, X("1")) OF(ALL, X("2")) OF(ME, X("3")), CAP(API TYPE DRIVER ATTR("x", "3")), NULL },
    { "two closer ones differ, another does not help", BASE, OF(ALL, X("1")) OF(ME, X("1")) OF(ME, X("2")), CAP(API TYPE DRIVER UNUSABLE("x", "conflicting")), "another fact says something else" },
    { "two differ of what is derived", BASE "M/version 5", OF(ME, "<attr name='driver_version' value='5'/>") OF(ME, "<attr name='driver_version' value='6'/>"), CAP(API TYPE DRIVER UNUSABLE("driver_version", "conflicting")), "another fact says something else" },
    { "two differ of what is published", BASE "D/migration/self/x 1", OF(ME, X("1")) OF(ME, X("2")), CAP(API TYPE DRIVER ATTR("x", "1")), "the device itself says something else" },

    /* what it accepts */
    { "accepts", BASE, OF(ME, ACCEPTS("<attr name='software_version' value='1.0-'/>" X("1,2"))), CAP(API TYPE DRIVER ACCEPTS(VERS("1.0-") ATTR("x", "1,2"))), NULL },
    { "accepts and is", BASE, OF(ME, ACCEPTS(X("1,2")) X("1")), CAP(API TYPE DRIVER ATTR("x", "1") ACCEPTS(ATTR("x", "1,2"))), NULL },
    { "accepts types", BASE, OF(ME, ACCEPTS("<attr name='type' value='t1,t2'/>")), CAP(API TYPE DRIVER ACCEPTS("<type id='t1,t2'/>")), NULL },
    { "accepts by variables", BASE, OF(ME, ACCEPTS("<attr name='type' value='t{v:int:1,2}'/>" X("{v}/2"))), CAP(API TYPE DRIVER ACCEPTS("<type id='t{v:int:1,2}'/>" ATTR("x", "{v}/2"))), NULL },
    { "two alternatives", BASE, OF(ME, ACCEPTS(X("1")) ACCEPTS(X("2"))), CAP(API TYPE DRIVER ACCEPTS(ATTR("x", "1")) ACCEPTS(ATTR("x", "2"))), NULL },
    { "accepts by two of one rank", BASE, OF(ME, ACCEPTS(X("1"))) OF(ME, ACCEPTS(X("2"))), CAP(API TYPE DRIVER ACCEPTS(ATTR("x", "1")) ACCEPTS(ATTR("x", "2"))), NULL },
    { "accepts by a closer one", BASE, OF(ALL, ACCEPTS(X("1"))) OF(ME, ACCEPTS(X("2"))), CAP(API TYPE DRIVER ACCEPTS(ATTR("x", "2"))), NULL },
    { "accepts by one that is not the closest", BASE, OF(ALL, ACCEPTS(X("1"))) OF(ME, X("2")), CAP(API TYPE DRIVER ATTR("x", "2") ACCEPTS(ATTR("x", "1"))), NULL },
    { "published lists", BASE "T/compatible_x 1,2\nT/x 1", OF(ME, ACCEPTS("<attr name='y' value='1'/>")), CAP(API TYPE DRIVER ATTR("x", "1") ACCEPTS(ATTR("x", "1,2"))), "the device itself says what it accepts" },
    { "published alternatives", BASE "D/migration/compatible/x 1", OF(ME, ACCEPTS(X("2"))), CAP(API TYPE DRIVER ACCEPTS(ATTR("x", "1"))), "the device itself says what it accepts" },
    { "published list of an attribute that a fact gives", BASE "T/compatible_x 2", OF(ME, X("1")), CAP(API TYPE DRIVER ATTR("x", "1") ACCEPTS(ATTR("x", "1,2"))), NULL },

    /* what cannot be used is not made better by facts */
    { "half of what is published", BASE "D/migration/self @raw y\\n", OF(ME, X("1")), CAP(API TYPE UNUSABLE("migration", "malformed")), "not all of its lines are name=value" },
    { "more than a descriptor holds", BASE "D/migration/self/a @many 509", OF(ME, X("1")), CAP(API TYPE UNUSABLE("migration", "malformed")), "there is more than a descriptor can hold" },
    { "more alternatives than a descriptor holds", BASE, OF(ME, ACCEPTS(X("1"))) OF(ME, "@64"), CAP(API TYPE UNUSABLE("migration", "malformed")), "there is more than a descriptor can hold" },
};

static const struct testApply types[] = {
    { "fact about a device", BASE, OF(ME, X("1")), CAP(API TYPE DRIVER), NULL },
    { "fact about a parent", BASE, OF(MINE, X("1")), CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "fact about a type", BASE, OF(ALL, X("1")), CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "fact about a type of a parent", BASE, OF(MINE " " ALL, X("1")), CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "fact about what each device gets", BASE "T/dynamic_resources x", OF(ALL, X("1")), CAP(API TYPE DRIVER "<attr name='x' dynamic='yes'/>"), NULL },
    { "fact about another type of a parent", BASE, OF(MINE " type='t2'", X("1")), CAP(API TYPE DRIVER), NULL },
    { "published, different", BASE "T/software_version 1.2", OF(ALL, "<attr name='software_version' value='1.3'/>"), CAP(API TYPE VERS("1.2.0") DRIVER), "the device itself says something else" },
    { "accepts", BASE, OF(ALL, ACCEPTS(X("1"))), CAP(API TYPE DRIVER ACCEPTS(ATTR("x", "1"))), NULL },
};

#define FUNCTION "P/vendor 0x15b3\nP/device 0x101e\nP/iommu_group @dir\n"
#define VIRTUAL FUNCTION "P/physfn @link ../0000:00:01.0\n"
#define F(content) CAP(API "<type id='pci-15b3-101e'/>" DRIVER ATTR("pci_id", "15b3:101e") content)

static const struct testApply functions[] = {
    { "fact about a function", FUNCTION, OF("device='0000:00:02.0'", X("1")), F(ATTR("x", "1")), NULL },
    { "fact about another function", FUNCTION, OF("device='0000:00:02.1'", X("1")), F(""), NULL },
    { "fact about its type", FUNCTION, OF("type='pci-15b3-*'", X("1")), F(ATTR("x", "1")), NULL },
    { "fact about its vendor", FUNCTION, OF("vendor='15b3'", X("1")), F(ATTR("x", "1")), NULL },
    { "a virtual function's physical one", VIRTUAL, OF("parent='0000:00:01.0'", X("1")), F(ATTR("x", "1")), NULL },
    { "another physical one", VIRTUAL, OF("parent='0000:00:03.0'", X("1")), F(""), NULL },
    { "a function is not its own parent", FUNCTION, OF("parent='0000:00:02.0'", X("1")), F(""), NULL },
    { "physical function that leads nowhere", FUNCTION "P/physfn @loop", OF("parent='0000:00:01.0'", X("1")), F(""), NULL },
    { "physical function that is a directory", FUNCTION "P/physfn @dir", OF("parent='0000:00:01.0'", X("1")), F(""), NULL },
    { "its PCI id is what the kernel says", FUNCTION, OF("device='0000:00:02.0'", "<attr name='pci_id' value='15b3:101f'/>"), F(""), "the device itself says something else" },
    { "its vGPU type is what the kernel says", FUNCTION "P/nvidia/current_vgpu_type 257", OF("device='00:02.0'", "<attr name='vgpu_type' value='258'/>"), F("<attr name='vgpu_type' value='257' dynamic='yes'/>"), "the device itself says something else" },
    { "its revision is derived", FUNCTION "P/revision 0x01", OF("device='00:02.0'", "<attr name='pci_revision' value='0x02'/>"), F(ATTR("pci_revision", "0x02")), NULL },
};

#define CCW "C/mdev_supported_types/io/device_api vfio-ccw\nC/" UUID "/mdev_type @link ../mdev_supported_types/io\n"

static const struct testApply subchannels[] = {
    { "fact about a subchannel", CCW, OF("parent='0.0.0026'", "<attr name='chpid_type' value='0x1a'/>"), CAP("<deviceAPI>vfio-ccw</deviceAPI><type id='io'/>" ATTR("chpid_type", "26")), NULL },
    { "fact about another subchannel", CCW, OF("parent='0.0.0027'", X("1")), CAP("<deviceAPI>vfio-ccw</deviceAPI><type id='io'/>"), NULL },
};


static virNodeDeviceCompat *
testReadWithFacts(const char *root,
                  const char *place,
                  const virNodeDeviceCompatFacts *facts)
{
    g_autofree char *path = g_strdup_printf("%s/%s", root, place);

    if (strstr(place, UUID))
        return virNodeDeviceCompatReadMdev(path, facts);
    if (STREQ(place, PARENT))
        return virNodeDeviceCompatReadPCI(path, facts);
    return virNodeDeviceCompatReadMdevType(path, facts);
}


static int
testApplyPlace(const struct testApply *data,
               const char *place)
{
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();
    g_autoptr(testRoot) root = testMakeTree(data->tree);
    g_autofree char *many = testRepeat("", "<accepts><attr name='x' value='%zu'/></accepts>", "", 64);
    g_autofree char *content = virStringReplace(data->facts, "@64", many);
    g_autofree char *xml = g_strdup_printf(FACTS("%s"), content);
    g_autofree char *log = NULL;
    size_t i;

    if (virNodeDeviceCompatFactsAddXML(facts, xml, "f.xml") < 0)
        return -1;

    for (i = 0; i < 2; i++) {
        g_autoptr(virNodeDeviceCompat) compat = testReadWithFacts(root, place, facts);
        g_autofree char *actual = testFormatTight(compat);
        const char *complaint = i == 0 ? data->complaint : NULL;

        g_clear_pointer(&log, g_free);
        log = virTestLogContentAndReset();

        if (STRNEQ_NULLABLE(actual, data->expect)) {
            VIR_TEST_VERBOSE("\nexpected %s\ngot      %.1000s", data->expect, NULLSTR(actual));
            return -1;
        }

        /* it is told once */
        if (complaint ? !log || !strstr(log, complaint) : log && strstr(log, "is not used")) {
            VIR_TEST_VERBOSE("\nexpected a complaint '%s', got %s", NULLSTR(complaint), NULLSTR(log));
            return -1;
        }

        if (virGetLastErrorCode() != VIR_ERR_OK ||
            (log && strstr(log, "secret")))
            return -1;
    }

    return 0;
}


static int
testMdev(const void *opaque)
{
    return testApplyPlace(opaque, PARENT "/" UUID);
}


static int
testType(const void *opaque)
{
    return testApplyPlace(opaque, PARENT "/mdev_supported_types/t1");
}


static int
testFunction(const void *opaque)
{
    return testApplyPlace(opaque, PARENT);
}


static int
testSubchannel(const void *opaque)
{
    return testApplyPlace(opaque, SUBCHANNEL "/" UUID);
}


/* A fact travels: what is dumped here is parsed elsewhere as it was. */
static int
testTravel(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();
    g_autoptr(testRoot) root = testMakeTree(FUNCTION);
    g_autofree char *xml = g_strdup_printf("<device><name>p</name><path>%s/" PARENT "</path>"
                                           "<capability type='pci'><class>0x020000</class>"
                                           "<domain>0</domain><bus>0</bus><slot>2</slot>"
                                           "<function>0</function><product id='0x101e'/>"
                                           "<vendor id='0x15b3'/></capability></device>", root);
    g_autofree char *dumped = NULL;
    g_autofree char *name = NULL;
    g_autofree char *travelled = NULL;
    g_autoptr(virNodeDeviceDef) def = NULL;
    g_autoptr(virNodeDeviceCompat) compat = NULL;

    if (virNodeDeviceCompatFactsAddXML(facts, GROUP("device='0000:00:02.0'", X("1") ACCEPTS(X("1,2"))),
                                       "f.xml") < 0 ||
        !(def = virNodeDeviceDefParse(xml, NULL, EXISTING_DEVICE, NULL, NULL, NULL, false)))
        return -1;

    virNodeDeviceCompatUpdate(def, facts);
    if (!(dumped = virNodeDeviceDefFormat(def, 0)) ||
        !(compat = virNodeDeviceCompatParseDocument(dumped, true, &name)))
        return -1;

    travelled = testFormatTight(compat);
    if (STRNEQ(travelled, F(ATTR("x", "1") ACCEPTS(ATTR("x", "1,2"))))) {
        VIR_TEST_VERBOSE("\ngot %s", travelled);
        return -1;
    }

    return 0;
}


/* What the files of @dirs say of x, and whether they have rules */
static int
testFiles(virNodeDeviceCompatFiles *files,
          const char *const *dirs,
          const char *expect)
{
    g_autoptr(virNodeDeviceCompat) compat = testCompatParseDevice("type=a");
    g_autoptr(GPtrArray) groups = NULL;
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *actual = NULL;
    size_t i;

    virNodeDeviceCompatFilesUpdate(files, dirs);
    groups = virNodeDeviceCompatFactsFind(files->facts, compat, NULL, NULL);
    for (i = 0; i < groups->len; i++) {
        const virNodeDeviceCompatFactGroup *group = g_ptr_array_index(groups, i);

        virBufferAsprintf(&buf, "%s ", virNodeDeviceCompatAttrsFind(&group->compat->self, "x")->value);
    }
    virBufferAsprintf(&buf, "%zu", files->rules->ngroups);

    actual = virBufferContentAndReset(&buf);
    if (STRNEQ(actual, expect)) {
        VIR_TEST_VERBOSE("\nexpected '%s', got '%s'", expect, actual);
        return -1;
    }

    if (virGetLastErrorCode() != VIR_ERR_OK) {
        VIR_TEST_VERBOSE("\nan error was left: %s", virGetLastErrorMessage());
        return -1;
    }

    return 0;
}


/* Files change one after another; what is said then, and what is logged. */
static int
testDirectories(const void *opaque G_GNUC_UNUSED)
{
    static const struct {
        const char *file;
        const char *content;    /* NULL: the file goes away */
        const char *expect;     /* values of x, number of groups of rules */
        const char *log;
    } steps[] = {
        { "usr/a.xml", GROUP("type='a'", X("1")), "1 0", NULL },
        { "usr/b.xml", GROUP("type='a'", X("2")), "1 2 0", NULL },
        { "usr/c.xml", "<nodedevCompatRules><rules type='a'/></nodedevCompatRules>", "1 2 1", NULL },
        { "etc/a.xml", GROUP("type='a'", X("3")), "3 2 1", NULL },
        { "etc/b.xml", "<nodedevCompatRules/>", "3 1", NULL },
        { "etc/a.xml", GROUP("type='a'", X("4")), "4 1", NULL },
        { "etc/a.xml", FACTS("\n<facts/>"), "1", "etc/a.xml:2: a group of facts must say" },
        { "etc/c.xml", "<nodedevCompatFacts>", "0", "etc/c.xml:1: " },
        { "etc/c.xml", "<other/>", "0", "etc/c.xml:1: expected <nodedevCompatRules> or <nodedevCompatFacts>, not <other>" },
        { "etc/c.xml", NULL, "1", NULL },
        { "etc/a.xml", NULL, "1 1", NULL },
        { "etc/b.xml", NULL, "1 2 1", NULL },
        { "usr/d.conf", GROUP("type='a'", X("5")), "1 2 1", NULL },
        { "usr/.d.xml", GROUP("type='a'", X("5")), "1 2 1", NULL },
    };
    g_autoptr(testRoot) root = testMakeTree("");
    g_autofree char *etc = g_strdup_printf("%s/etc", root);
    g_autofree char *usr = g_strdup_printf("%s/usr", root);
    const char *const dirs[] = { etc, usr, NULL };
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    size_t i;

    if (testFiles(&files, dirs, "0") < 0)
        return -1;

    for (i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_autofree char *path = g_strdup_printf("%s/%s", root, steps[i].file);
        g_autofree char *log = NULL;
        g_autofree char *again = NULL;

        if (steps[i].content)
            testMakeFile(path, steps[i].content, -1);
        else
            unlink(path);

        if (testFiles(&files, dirs, steps[i].expect) < 0)
            return -1;

        log = virTestLogContentAndReset();
        if (steps[i].log && (!log || !strstr(log, steps[i].log))) {
            VIR_TEST_VERBOSE("\nexpected '%s' in the log, got %s", steps[i].log, NULLSTR(log));
            return -1;
        }

        /* it is not read again unless it changes */
        if (testFiles(&files, dirs, steps[i].expect) < 0)
            return -1;
        again = virTestLogContentAndReset();
        if (again && strstr(again, "are not used")) {
            VIR_TEST_VERBOSE("\nread once more: %s", again);
            return -1;
        }
    }

    return 0;
}


/* Files that are no text, or nothing that can be read to its end */
static int
testOddFiles(const void *opaque G_GNUC_UNUSED)
{
    static const struct {
        const char *node;
        const char *log;
    } odd[] = {
        { "R/etc/a.xml @fifo", "it is not a regular file" },
        { "R/etc/a.xml @dir", "it is not a regular file" },
        { "R/etc/a.xml @loop", "it is not a regular file" },
        { "R/etc/a.xml @link nowhere", "it is not a regular file" },
        { "R/etc/a.xml @link /dev/zero", "it is not a regular file" },
        { "R/etc/a.xml @nul", "it holds a NUL byte" },
        { "R/etc/a.xml @fill 300000 x", "etc/a.xml" },
        { "R/etc/a.xml @raw ", "etc/a.xml" },
    };
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(odd); i++) {
        g_autoptr(testRoot) root = testMakeTree(odd[i].node);
        g_autofree char *etc = g_strdup_printf("%s/etc", root);
        g_autofree char *good = g_strdup_printf("%s/etc/b.xml", root);
        const char *const dirs[] = { etc, NULL };
        g_auto(virNodeDeviceCompatFiles) files = { 0 };
        g_autofree char *log = NULL;

        testMakeFile(good, GROUP("type='a'", X("1")), -1);

        if (testFiles(&files, dirs, "1 0") < 0)
            return -1;

        log = virTestLogContentAndReset();
        if (!log || !strstr(log, odd[i].log)) {
            VIR_TEST_VERBOSE("\n%s: expected '%s' in the log, got %s", odd[i].node, odd[i].log, NULLSTR(log));
            return -1;
        }
    }

    return 0;
}


static int
testRunApply(const char *kind,
             const struct testApply *table,
             size_t count,
             int (*body)(const void *))
{
    int ret = 0;
    size_t i;

    for (i = 0; i < count; i++) {
        g_autofree char *title = g_strdup_printf("%s, %s: %s", kind, table[i].name, table[i].expect);

        if (virTestRun(title, body, &table[i]) < 0)
            ret = -1;
    }

    return ret;
}


static int
mymain(void)
{
    int ret = 0;
    size_t i;

    testTreeInit();

    for (i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *title = g_strdup_printf("%s is refused: %s", bad[i].name, bad[i].error);

        if (virTestRun(title, testBadCase, &bad[i]) < 0)
            ret = -1;
    }

    for (i = 0; i < G_N_ELEMENTS(matches); i++) {
        g_autofree char *title = g_strdup_printf("match, %s: '%s'", matches[i].name, matches[i].expect);

        if (virTestRun(title, testMatchCase, &matches[i]) < 0)
            ret = -1;
    }

    if (testRunApply("mdev", mdevs, G_N_ELEMENTS(mdevs), testMdev) < 0 ||
        testRunApply("type", types, G_N_ELEMENTS(types), testType) < 0 ||
        testRunApply("function", functions, G_N_ELEMENTS(functions), testFunction) < 0 ||
        testRunApply("subchannel", subchannels, G_N_ELEMENTS(subchannels), testSubchannel) < 0)
        ret = -1;

#define TEST(title, function) \
    do { \
        if (virTestRun(title, function, NULL) < 0) \
            ret = -1; \
    } while (0)

    TEST("limits of a document", testLimits);
    TEST("facts travel with the device's XML", testTravel);
    TEST("directories of files that change", testDirectories);
    TEST("files that are none", testOddFiles);

    return ret == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

VIR_TEST_MAIN(mymain)
