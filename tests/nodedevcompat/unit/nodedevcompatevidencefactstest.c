/*
 * nodedevcompatevidencefactstest.c: what becomes of facts where a device is read
 *
 * Each case is a tree, facts, and the descriptor that they give.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"
#include "nodedevcompatutils.h"

#include "node_device_conf.h"
#include "nodedev_compat/evidence/nodedev_compat_evidence.h"
#include "nodedev_compat/evidence/nodedev_compat_update.h"
#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedev_compat/nodedev_compat_facts.h"
#include "nodedev_compat_xml.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

static const virNodeDeviceCompatBounds bounds = { .deadline = G_MAXINT64 };

#define FACTS(content) "<nodedevCompatFacts>" content "</nodedevCompatFacts>"
#define GROUP(match, content) FACTS("<facts " match ">" content "</facts>")
#define ONE(name, value) "<attr name='" name "' value='" value "'/>"
#define X(value) ONE("x", value)


/* What is read of a device together with facts */
#define OF(match, content) "<facts " match ">" content "</facts>"
#define ME "device='" UUID "'"
#define MINE "parent='0000:00:02.0'"
#define ALL "type='t1'"
#define PHYSICAL "parent='0000:00:01.0'"
#define PHYSFN "P/physfn @link ../0000:00:01.0\nP/../0000:00:01.0 @dir\n"

struct testApply {
    const char *name;
    const char *tree;
    const char *facts;
    const char *expect;
    const char *warning;        /* NULL: there is none */
};

#define PUBLISHED "the device itself says something else"
#define ANOTHER "another fact says something else"
#define SHOWN "the kernel shows something else"
#define DOUBTFUL "what the kernel shows could not be read"
#define OUTDATED(name, value, fact) \
    "<attr name='" name "' value='" value "' fact='" fact "'/>"
#define TOO_MUCH "there is more than a descriptor can hold"

#define AP "T/device_api vfio-ap\nD/matrix @raw 05.0004\\n06.0004\\n\n"
#define AP_CAP(content) CAP("<deviceAPI>vfio-ap</deviceAPI>" TYPE content DRIVER)

static const struct testApply mdevs[] = {
    { "set as it is shown",
      AP, OF(ME, ONE("ap_matrix", "05.0004+06.0004")),
      AP_CAP(ATTR("ap_matrix", "05.0004+06.0004")), NULL },
    { "set in another order than it is shown",
      AP, OF(ME, ONE("ap_matrix", "06.0004;05.0004")),
      AP_CAP(ATTR("ap_matrix", "05.0004+06.0004")), NULL },
    { "set with less than is shown",
      AP, OF(ME, ONE("ap_matrix", "06.0004")),
      AP_CAP(OUTDATED("ap_matrix", "05.0004+06.0004", "06.0004")), SHOWN },
    { "no facts", BASE, "", CAP(API TYPE DRIVER), NULL },
    { "nothing of that device",
      BASE, OF("device='0000:3b:00.0'", X("1")), CAP(API TYPE DRIVER), NULL },
    { "fact about a device", BASE, OF(ME, X("1")), CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "fact with a tab and a line feed at its ends",
      BASE, OF(ME, X("&#9;1&#10;")), CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "fact about a parent", BASE, OF(MINE, X("1")), CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "fact about a parent by its short name",
      BASE, OF("parent='00:02.0'", X("1")), CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "fact about a type", BASE, OF(ALL, X("1")), CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "fact about a driver",
      BASE, OF("driver='vendor'", X("1")), CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "fact about a vendor",
      BASE "P/vendor 0x8086\nP/device 0x591d", OF("vendor='8086'", X("1")),
      CAP(API TYPE DRIVER DERIVED("pci_id", "8086:591d") ATTR("x", "1")), NULL },
    { "software version",
      BASE, OF(ME, ONE("software_version", "1.2")), CAP(API TYPE VERS("1.2.0") DRIVER), NULL },
    { "several facts",
      BASE,
      OF(ME, ONE("z", "1") ONE("a", "2")),
      CAP(API TYPE ATTR("a", "2") DRIVER ATTR("z", "1")), NULL },
    { "value is normalised",
      BASE,
      OF(ME, ONE("device_id", "0x8086591D")),
      CAP(API TYPE DRIVER ATTR("pci_id", "8086:591d")), NULL },
    { "password is dropped",
      BASE,
      OF(ME, ONE("remote_url", "https://user:secret@host/x")),
      CAP(API TYPE DRIVER ATTR("remote_url", "https://host/x")), NULL },
    { "value that needs escapes",
      BASE, OF(ME, X("&lt;&amp;&quot;")), CAP(API TYPE DRIVER ATTR("x", "&lt;&amp;&quot;")), NULL },

    /* a parent that is a virtual function */
    { "fact about a physical function",
      BASE PHYSFN, OF(PHYSICAL, X("1")), CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "fact about another physical function",
      BASE PHYSFN, OF("parent='0000:00:03.0'", X("1")), CAP(API TYPE DRIVER), NULL },
    { "parent before physical function before kind",
      BASE PHYSFN,
      OF(ALL, X("3") ONE("y", "3") ONE("z", "3")) OF(PHYSICAL, X("2") ONE("y", "2"))
      OF(MINE, X("1")),
      CAP(API TYPE DRIVER ATTR("x", "1") ATTR("y", "2") ATTR("z", "3")), NULL },
    { "two about a physical function differ",
      BASE PHYSFN, OF(PHYSICAL, X("1")) OF(PHYSICAL, X("2")),
      CAP(API TYPE DRIVER UNUSABLE("x", "conflicting")), ANOTHER },
    { "two about a physical function have a set in two orders",
      BASE PHYSFN, OF(PHYSICAL, X("a;b")) OF(PHYSICAL, X("b;a")),
      CAP(API TYPE DRIVER ATTR("x", "a;b")), NULL },
    { "two about a physical function have two sets",
      BASE PHYSFN, OF(PHYSICAL, X("a;b")) OF(PHYSICAL, X("b;c")),
      CAP(API TYPE DRIVER UNUSABLE("x", "conflicting")), ANOTHER },
    { "three about a physical function, of which two differ",
      BASE PHYSFN, OF(PHYSICAL, X("a;b")) OF(PHYSICAL, X("c")) OF(PHYSICAL, X("b;a")),
      CAP(API TYPE DRIVER UNUSABLE("x", "conflicting")), ANOTHER },
    { "accepts by a parent, not by its physical function",
      BASE PHYSFN, OF(PHYSICAL, ACCEPTS(X("1"))) OF(MINE, ACCEPTS(X("2"))),
      CAP(API TYPE DRIVER ACCEPTS(ATTR("x", "2"))), NULL },

    /* what outweighs what */
    { "published, the same",
      BASE "D/migration/self/x 1", OF(ME, X("1")), CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "published, in another spelling",
      BASE "D/migration/self/aggregator 16",
      OF(ME, ONE("aggregator", "0x10")),
      CAP(API TYPE ATTR("aggregator", "16") DRIVER), NULL },
    { "published, different",
      BASE "D/migration/self/x 1", OF(ME, X("2")),
      CAP(API TYPE DRIVER OUTDATED("x", "1", "2")), PUBLISHED },
    { "published, different from the less specific one of two",
      BASE "D/migration/self/x 1", OF(ALL, X("2")) OF(ME, X("1")),
      CAP(API TYPE DRIVER ATTR("x", "1")), PUBLISHED },
    { "published, a set in another order",
      BASE "D/migration/self/x a;b", OF(ME, X("b;a")),
      CAP(API TYPE DRIVER ATTR("x", "a;b")), NULL },
    { "published, the same with a blank",
      BASE "D/migration/self/x NVIDIA A10-4Q", OF(ME, X("NVIDIA A10-4Q")),
      CAP(API TYPE DRIVER ATTR("x", "NVIDIA A10-4Q")), NULL },
    { "published, a number in another spelling",
      BASE "D/migration/self/x 16", OF(ME, X("0x10")),
      CAP(API TYPE DRIVER ATTR("x", "16")), NULL },
    { "published by the type, different",
      BASE "T/software_version 1.2",
      OF(ME, ONE("software_version", "1.3")),
      CAP(API TYPE VERS("1.2.0") DRIVER), PUBLISHED },
    { "published as text, different",
      BASE "D/migration/self x=1", OF(ALL, X("2")),
      CAP(API TYPE DRIVER OUTDATED("x", "1", "2")), PUBLISHED },
    { "published, unreadable",
      BASE "D/migration/self/x @loop", OF(ME, X("2")),
      CAP(API TYPE DRIVER UNUSABLE("x", "unreadable")), PUBLISHED },
    { "published, malformed",
      BASE "T/software_version 1.02",
      OF(ME, ONE("software_version", "1.2")),
      CAP(API TYPE VERS("1.02") DRIVER), PUBLISHED },
    { "published, conflicting",
      BASE "D/migration/self/software_version 1.1\nT/software_version 1.2",
      OF(ME, ONE("software_version", "1.2")),
      CAP(API TYPE DRIVER UNUSABLE("software_version", "conflicting")), PUBLISHED },
    { "derived, the same",
      BASE "M/version 5",
      OF(ME, ONE("driver_version", "5")),
      CAP(API TYPE DRIVER ATTR("driver_version", "5")), NULL },
    { "derived, different",
      BASE "M/version 5",
      OF(ME, ONE("driver_version", "6")),
      CAP(API TYPE DRIVER OUTDATED("driver_version", "5", "6")), SHOWN },
    { "derived, different from what is about its parent",
      BASE "M/version 5",
      OF(MINE, ONE("driver_version", "6")),
      CAP(API TYPE DRIVER OUTDATED("driver_version", "5", "6")), SHOWN },
    { "derived, different with characters that need escapes",
      BASE "M/version <5'",
      OF(ME, ONE("driver_version", "&lt;&amp;&quot;")),
      CAP(API TYPE DRIVER OUTDATED("driver_version", "&lt;5&apos;", "&lt;&amp;&quot;")),
      SHOWN },
    { "derived, of which a closer fact is right",
      BASE "M/version 5",
      OF(MINE, ONE("driver_version", "6")) OF(ME, ONE("driver_version", "5")),
      CAP(API TYPE DRIVER ATTR("driver_version", "5")), NULL },
    { "derived, with blanks around the fact",
      BASE "M/version 5",
      OF(ME, ONE("driver_version", "  5 ")),
      CAP(API TYPE DRIVER ATTR("driver_version", "5")), NULL },
    { "derived, unreadable",
      BASE "M/version @fail EIO",
      OF(ME, ONE("driver_version", "5")),
      CAP(API TYPE DRIVER UNUSABLE("driver_version", "unreadable")), DOUBTFUL },
    { "derived, too slow",
      BASE "M/version @fail ETIMEDOUT",
      OF(ME, ONE("driver_version", "5")),
      CAP(API TYPE DRIVER UNUSABLE("driver_version", "timeout")), DOUBTFUL },
    { "derived, for the superuser",
      BASE "M/version @private secret",
      OF(ME, ONE("driver_version", "5")),
      CAP(API TYPE DRIVER ATTR("driver_version", "5")), "not everybody may read it" },
    { "derived, malformed",
      BASE "M/version @nul",
      OF(ME, ONE("driver_version", "5")),
      CAP(API TYPE DRIVER ATTR("driver_version", "5")), "it holds a NUL byte" },
    { "blanks around a value",
      BASE, OF(ME, X(" a b ")), CAP(API TYPE DRIVER ATTR("x", "a b")), NULL },
    { "blanks around a list",
      BASE, OF(ME, ACCEPTS(X("\t1,2 "))), CAP(API TYPE DRIVER ACCEPTS(ATTR("x", "1,2"))), NULL },
    { "derived PCI id of the parent",
      BASE "P/vendor 0x8086\nP/device 0x591d",
      OF(ME, ONE("pci_id", "8086:591d")),
      CAP(API TYPE DRIVER ATTR("pci_id", "8086:591d")), NULL },
    { "the driver that facts are about is the real one",
      BASE,
      OF("driver='vendor'", ONE("driver", "other")) OF("driver='other'", X("1")),
      CAP(API TYPE OUTDATED("driver", "vendor", "other")), SHOWN },
    { "device before parent before kind",
      BASE,
      OF(ALL, X("3") ONE("y", "3") ONE("z", "3")) OF(MINE, X("2") ONE("y", "2")) OF(ME, X("1")),
      CAP(API TYPE DRIVER ATTR("x", "1") ATTR("y", "2") ATTR("z", "3")), NULL },
    { "two of one rank agree",
      BASE,
      OF(ALL, X("1")) OF("driver='vendor'", X("1")),
      CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "two of one rank differ",
      BASE,
      OF(ALL, X("1")) OF("driver='vendor'", X("2")),
      CAP(API TYPE DRIVER UNUSABLE("x", "conflicting")), ANOTHER },
    { "three of one rank, the first again",
      BASE,
      OF(ME, X("1")) OF(ME, X("2")) OF(ME, X("1")),
      CAP(API TYPE DRIVER UNUSABLE("x", "conflicting")), ANOTHER },
    { "two of one rank differ, a closer one decides",
      BASE,
      OF(ALL, X("1")) OF(ALL, X("2")) OF(ME, X("3")),
      CAP(API TYPE DRIVER ATTR("x", "3")), NULL },
    { "two of one rank, a number in two spellings",
      BASE, OF(ME, X("0x10")) OF(ME, X("16")), CAP(API TYPE DRIVER ATTR("x", "0x10")), NULL },
    { "two closer ones differ, another does not help",
      BASE,
      OF(ALL, X("1")) OF(ME, X("1")) OF(ME, X("2")),
      CAP(API TYPE DRIVER UNUSABLE("x", "conflicting")), ANOTHER },
    { "two differ of what is derived",
      BASE "M/version 5",
      OF(ME, ONE("driver_version", "5")) OF(ME, ONE("driver_version", "6")),
      CAP(API TYPE DRIVER UNUSABLE("driver_version", "conflicting")), ANOTHER },
    { "two differ of what is published",
      BASE "D/migration/self/x 1", OF(ME, X("1")) OF(ME, X("2")),
      CAP(API TYPE DRIVER OUTDATED("x", "1", "2")), PUBLISHED },

    /* what it accepts */
    { "accepts",
      BASE,
      OF(ME, ACCEPTS(ONE("software_version", "1.0-") X("1,2"))),
      CAP(API TYPE DRIVER ACCEPTS(VERS("1.0-") ATTR("x", "1,2"))), NULL },
    { "accepts and is",
      BASE,
      OF(ME, ACCEPTS(X("1,2")) X("1")),
      CAP(API TYPE DRIVER ATTR("x", "1") ACCEPTS(ATTR("x", "1,2"))), NULL },
    { "accepts types",
      BASE,
      OF(ME, ACCEPTS(ONE("type", "t1,t2"))),
      CAP(API TYPE DRIVER ACCEPTS("<type id='t1,t2'/>")), NULL },
    { "accepts by variables",
      BASE,
      OF(ME, ACCEPTS(ONE("type", "t{v:int:1,2}") X("{v}/2"))),
      CAP(API TYPE DRIVER ACCEPTS("<type id='t{v:int:1,2}'/>" ATTR("x", "{v}/2"))), NULL },
    { "two alternatives",
      BASE,
      OF(ME, ACCEPTS(X("1")) ACCEPTS(X("2"))),
      CAP(API TYPE DRIVER ACCEPTS(ATTR("x", "1")) ACCEPTS(ATTR("x", "2"))), NULL },
    { "accepts by two of one rank",
      BASE,
      OF(ME, ACCEPTS(X("1"))) OF(ME, ACCEPTS(X("2"))),
      CAP(API TYPE DRIVER ACCEPTS(ATTR("x", "1")) ACCEPTS(ATTR("x", "2"))), NULL },
    { "accepts by a closer one",
      BASE,
      OF(ALL, ACCEPTS(X("1"))) OF(ME, ACCEPTS(X("2"))),
      CAP(API TYPE DRIVER ACCEPTS(ATTR("x", "2"))), NULL },
    { "accepts by one that is not the closest",
      BASE,
      OF(ALL, ACCEPTS(X("1"))) OF(ME, X("2")),
      CAP(API TYPE DRIVER ATTR("x", "2") ACCEPTS(ATTR("x", "1"))), NULL },
    { "published lists",
      BASE "T/compatible_x 1,2\nT/x 1",
      OF(ME, ACCEPTS(ONE("y", "1"))),
      CAP(API TYPE DRIVER ATTR("x", "1") ACCEPTS(ATTR("x", "1,2"))),
      "the device itself says what it accepts" },
    { "published alternatives",
      BASE "D/migration/compatible/x 1", OF(ME, ACCEPTS(X("2"))),
      CAP(API TYPE DRIVER ACCEPTS(ATTR("x", "1"))),
      "the device itself says what it accepts" },
    { "published list of an attribute that a fact gives",
      BASE "T/compatible_x 2", OF(ME, X("1")),
      CAP(API TYPE DRIVER ATTR("x", "1") ACCEPTS(ATTR("x", "1,2"))), NULL },

    /* what cannot be used is not made better by facts */
    { "half of what is published",
      BASE "D/migration/self @raw y\\n", OF(ME, X("1")),
      CAP(API TYPE UNUSABLE("migration", "malformed")),
      "not all of its lines are name=value" },
    { "more than a descriptor holds",
      BASE "D/migration/self/a @many 509", OF(ME, X("1")),
      CAP(API TYPE UNUSABLE("migration", "malformed")), TOO_MUCH },
    { "more alternatives than a descriptor holds",
      BASE,
      OF(ME, ACCEPTS(X("1"))) OF(ME, "@64"),
      CAP(API TYPE UNUSABLE("migration", "malformed")), TOO_MUCH },
};

static const struct testApply types[] = {
    { "fact about a device", BASE, OF(ME, X("1")), CAP(API TYPE DRIVER), NULL },
    { "fact about a parent", BASE, OF(MINE, X("1")), CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "fact about a type", BASE, OF(ALL, X("1")), CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "fact about a physical function",
      BASE PHYSFN, OF(PHYSICAL, X("1")), CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "fact about a type of a parent",
      BASE, OF(MINE " " ALL, X("1")), CAP(API TYPE DRIVER ATTR("x", "1")), NULL },
    { "fact about what each device gets",
      BASE "T/dynamic_resources x", OF(ALL, X("1")),
      CAP(API TYPE DRIVER "<attr name='x' dynamic='yes'/>"), NULL },
    { "fact about another type of a parent",
      BASE, OF(MINE " type='t2'", X("1")), CAP(API TYPE DRIVER), NULL },
    { "published, different",
      BASE "T/software_version 1.2",
      OF(ALL, ONE("software_version", "1.3")),
      CAP(API TYPE VERS("1.2.0") DRIVER), PUBLISHED },
    { "accepts",
      BASE, OF(ALL, ACCEPTS(X("1"))), CAP(API TYPE DRIVER ACCEPTS(ATTR("x", "1"))), NULL },
};

#define FUNCTION "P/vendor 0x15b3\nP/device 0x101e\nP/iommu_group @dir\n"
#define VIRTUAL FUNCTION PHYSFN
#define OF_KIND(function, content) \
    CAP(API "<type id='pci-15b3-101e'/>" DRIVER function ATTR("pci_id", "15b3:101e") content)
#define F(content) OF_KIND(DERIVED("function", "physical"), content)
#define VF(content) OF_KIND(DERIVED("function", "virtual"), content)
#define NO_PF \
    OF_KIND("", UNUSABLE("function", "unreadable") UNUSABLE("pf_pci_id", "unreadable") \
                UNUSABLE("pf_subsystem_id", "unreadable"))

#define GUC(version) \
    CAP(API "<type id='pci-15b3-101e'/>" DRIVER DERIVED("function", "physical") \
        ATTR("guc_version", version) ATTR("pci_id", "15b3:101e"))

static const struct testApply functions[] = {
    { "fact about a function",
      FUNCTION, OF("device='0000:00:02.0'", X("1")), F(ATTR("x", "1")), NULL },
    { "fact about another function", FUNCTION, OF("device='0000:00:02.1'", X("1")), F(""), NULL },
    { "fact about its type", FUNCTION, OF("type='pci-15b3-*'", X("1")), F(ATTR("x", "1")), NULL },
    { "fact about its vendor", FUNCTION, OF("vendor='15b3'", X("1")), F(ATTR("x", "1")), NULL },
    { "a virtual function's physical one",
      VIRTUAL, OF("parent='0000:00:01.0'", X("1")), VF(ATTR("x", "1")), NULL },
    { "another physical one", VIRTUAL, OF("parent='0000:00:03.0'", X("1")), VF(""), NULL },
    { "a function is not its own parent",
      FUNCTION, OF("parent='0000:00:02.0'", X("1")), F(""), NULL },
    { "physical function that leads nowhere",
      FUNCTION "P/physfn @link nowhere", OF("parent='0000:00:01.0'", X("1")), NO_PF,
      "it leads nowhere" },
    { "physical function that is a directory",
      FUNCTION "P/physfn @dir", OF("parent='0000:00:01.0'", X("1")),
      VF(UNUSABLE("facts", "malformed")), "physfn' is not used: it is not a link" },
    { "its PCI id is what the kernel shows",
      FUNCTION, OF("device='0000:00:02.0'", ONE("pci_id", "15b3:101f")),
      CAP(API "<type id='pci-15b3-101e'/>" DRIVER DERIVED("function", "physical")
          OUTDATED("pci_id", "15b3:101e", "15b3:101f")), PUBLISHED },
    { "its vGPU type is what the kernel shows",
      FUNCTION "P/nvidia/current_vgpu_type 257",
      OF("device='00:02.0'", ONE("current_vgpu_type", "258")),
      CAP(API "<type id='pci-15b3-101e'/>"
          "<attr name='current_vgpu_type' value='257' dynamic='yes' fact='258'/>"
          DERIVED("current_vgpu_type_id", "257") DRIVER DERIVED("function", "physical")
          ATTR("pci_id", "15b3:101e")), PUBLISHED },
    { "its vGPU type by its number",
      FUNCTION "P/nvidia/current_vgpu_type 257\n"
      "P/nvidia/creatable_vgpu_types 257 : NVIDIA A10-4Q",
      OF("device='00:02.0'", ONE("current_vgpu_type", "257")),
      CAP(API "<type id='pci-15b3-101e'/>" DERIVED("creatable_vgpu_types", "257:NVIDIA A10-4Q")
          DYNAMIC("current_vgpu_type", "NVIDIA A10-4Q")
          DERIVED("current_vgpu_type_id", "257") DRIVER DERIVED("function", "physical")
          ATTR("pci_id", "15b3:101e")), NULL },
    { "firmware of GTs in another order",
      FUNCTION, OF("device='00:02.0'", ONE("guc_version", "gt1=70.61.0+gt0=70.60.0")),
      GUC("gt0=70.60.0+gt1=70.61.0"), NULL },
    { "the same firmware of GTs",
      FUNCTION, OF("device='00:02.0'", ONE("guc_version", "gt0=70.60.0 + gt1=70.60.0")),
      GUC("70.60.0"), NULL },
    { "firmware of GTs that is half of it",
      FUNCTION, OF("device='00:02.0'", ONE("guc_version", "gt1=+gt0=70.60.0")),
      GUC("gt1=+gt0=70.60.0"), NULL },
    { "its revision is derived",
      FUNCTION "P/revision 0x01",
      OF("device='00:02.0'", ONE("pci_revision", "0x02")),
      F(OUTDATED("pci_revision", "0x01", "0x02")), SHOWN },
    { "its revision in another spelling",
      FUNCTION "P/revision 0x0a",
      OF("device='00:02.0'", ONE("pci_revision", "0XA")),
      F(ATTR("pci_revision", "0x0a")), NULL },
};

#define CCW \
    "C/mdev_supported_types/io/device_api vfio-ccw\n" \
    "C/" UUID "/mdev_type @link ../mdev_supported_types/io\n"
#define IO "<deviceAPI>vfio-ccw</deviceAPI><type id='io'/>"

static const struct testApply subchannels[] = {
    { "fact about a subchannel",
      CCW,
      OF("parent='0.0.0026'", ONE("chpid_type", "0x1a")),
      CAP(IO ATTR("chpid_type", "26")), NULL },
    { "fact about another subchannel", CCW, OF("parent='0.0.0027'", X("1")), CAP(IO), NULL },
};


static int
testApplyDevice(const struct testApply *data,
                const char *dir)
{
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();
    g_autoptr(testRoot) root = testMakeTree(data->tree);
    g_autofree char *many = testRepeat(NULL, ACCEPTS(X("#")), 64, NULL);
    g_autofree char *content = virStringReplace(data->facts, "@64", many);
    g_autofree char *xml = g_strdup_printf(FACTS("%s"), content);
    g_autofree char *log = NULL;
    size_t i;

    if (virNodeDeviceCompatFactsAddXML(facts, xml, "f.xml") < 0)
        return -1;

    for (i = 0; i < 2; i++) {
        g_autoptr(virNodeDeviceCompat) compat = testReadWithFacts(root, dir, facts);
        g_autofree char *actual = testFormatTight(compat);
        const char *warning = i == 0 ? data->warning : NULL;

        g_clear_pointer(&log, g_free);
        log = virTestLogContentAndReset();

        if (testCheckXML(data->expect, actual) < 0 ||
            testExpectString(NULL, testFindStray(compat)) < 0 ||
            testExpectError(NULL, virGetLastErrorCode() != VIR_ERR_OK) < 0)
            return -1;

        /* it is warned of once */
        if (warning ? !log || !strstr(log, warning) : log && strstr(log, "is not used"))
            return testFail("expected the warning '%s', got '%s'", NULLSTR(warning), NULLSTR(log));

        if (log && strstr(log, "secret"))
            return testFail("expected no password in the log, got '%s'", log);
    }

    return 0;
}


static int
testMdev(const void *opaque)
{
    return testApplyDevice(opaque, PARENT "/" UUID);
}


static int
testType(const void *opaque)
{
    return testApplyDevice(opaque, PARENT "/mdev_supported_types/t1");
}


static int
testFunction(const void *opaque)
{
    return testApplyDevice(opaque, PARENT);
}


static int
testSubchannel(const void *opaque)
{
    return testApplyDevice(opaque, SUBCHANNEL "/" UUID);
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

    if (virNodeDeviceCompatFactsAddXML(facts,
                                       GROUP("device='0000:00:02.0'", X("1") ACCEPTS(X("1,2"))),
                                       "f.xml") < 0 ||
        !(def = virNodeDeviceDefParse(xml, NULL, EXISTING_DEVICE, NULL, NULL, NULL, false)))
        return -1;

    virNodeDeviceCompatUpdate(def, facts, &bounds);
    if (!(dumped = virNodeDeviceDefFormat(def, 0)) ||
        !(compat = virNodeDeviceCompatParseDocument(dumped, true, &name)))
        return -1;

    travelled = testFormatTight(compat);
    return testCheckXML(F(ATTR("x", "1") ACCEPTS(ATTR("x", "1,2"))), travelled);
}


/* What a host reads, with facts that are outdated there or not, and what comes of it on
 * another host, which gets the XML */
static const struct testOutdated {
    const char *name;
    const char *source;         /* version of the driver */
    const char *sourceFact;     /* NULL: there is none */
    const char *target;
    const char *targetFact;
    const char *expect;
} outdated[] = {
    { "no facts", "570", NULL, "570", NULL, "unknown missing-both:software_version" },
    { "no facts, and a difference", "570", NULL, "550", NULL,
      "unknown missing-both:software_version derived-differs:driver_version" },
    { "facts in another spelling", "550", "0x226", "550", "550",
      "unknown missing-both:software_version" },
    { "facts that are right", "550", "550", "550", "550",
      "unknown missing-both:software_version" },
    { "fact of the source", "570", "550", "570", NULL,
      "unknown missing-both:software_version fact-outdated-source:driver_version" },
    { "fact of the target", "570", NULL, "570", "550",
      "unknown missing-both:software_version fact-outdated-target:driver_version" },
    { "facts of both", "570", "550", "570", "560",
      "unknown missing-both:software_version fact-outdated-source:driver_version "
      "fact-outdated-target:driver_version" },
    /* the one that was upgraded is not what the other one still is */
    { "fact of an upgraded source", "570", "550", "550", "550",
      "incompatible missing-both:software_version attr-mismatch:driver_version "
      "fact-outdated-source:driver_version" },
    { "fact of an upgraded target", "550", "550", "570", "550",
      "incompatible missing-both:software_version attr-mismatch:driver_version "
      "fact-outdated-target:driver_version" },
};


/* The descriptor that another host gets of a device */
static virNodeDeviceCompat *
testSend(const char *version,
         const char *fact)
{
    g_autofree char *tree = g_strdup_printf(BASE "M/version %s", version);
    g_autoptr(testRoot) root = testMakeTree(tree);
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();
    g_autofree char *xml = g_strdup_printf(GROUP(ME, ONE("driver_version", "%s")), NULLSTR(fact));
    g_autofree char *sent = NULL;
    g_autofree char *name = NULL;
    g_autoptr(virNodeDeviceCompat) compat = NULL;

    if (fact && virNodeDeviceCompatFactsAddXML(facts, xml, "f.xml") < 0)
        return NULL;

    compat = testReadWithFacts(root, PARENT "/" UUID, facts);
    sent = testCompatFormatXML(compat);
    return virNodeDeviceCompatParseDocument(sent, true, &name);
}


static int
testOutdatedFact(const void *opaque)
{
    const struct testOutdated *data = opaque;
    g_autoptr(virNodeDeviceCompat) source = testSend(data->source, data->sourceFact);
    g_autoptr(virNodeDeviceCompat) target = testSend(data->target, data->targetFact);
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    g_autofree char *actual = NULL;
    size_t i;

    if (!source || !target)
        return -1;

    report = virNodeDeviceCompatCompare(source, target, NULL, 0);
    actual = testCompatFormatResult(report);
    if (testExpectString(data->expect, actual) < 0)
        return -1;

    /* what was read is a value of its side, and what the fact says in the sentence */
    for (i = 0; i < report->nreasons; i++) {
        const virNodeDeviceCompatReason *reason = report->reasons[i];
        bool onSource = STREQ(reason->code, "fact-outdated-source");
        const char *fact = onSource ? data->sourceFact : data->targetFact;

        if (!STRPREFIX(reason->code, "fact-outdated"))
            continue;

        if (testExpectString(onSource ? data->source : NULL, reason->source) < 0 ||
            testExpectString(onSource ? NULL : data->target, reason->target) < 0)
            return -1;
        if (!strstr(reason->message, fact))
            return testFail("expected '%s' in '%s'", fact, reason->message);
    }

    return 0;
}


static int
mymain(void)
{
    testTreeInit();

    DO_TABLE_EXPECT("mdev", mdevs, testMdev);
    DO_TABLE_EXPECT("type", types, testType);
    DO_TABLE_EXPECT("function", functions, testFunction);
    DO_TABLE_EXPECT("subchannel", subchannels, testSubchannel);
    DO_TABLE_EXPECT("outdated", outdated, testOutdatedFact);
    DO_TEST(testTravel, NULL, "facts travel with the device's XML");

    return testResult();
}

VIR_TEST_MAIN(mymain)
