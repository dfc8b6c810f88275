/*
 * nodedevcompatfunctionrulestest.c: what decides about PCI functions, and what is said of it
 *
 * Devices are written as nodedevcompatutils.h says.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompatutils.h"

#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedev_compat/nodedev_compat_rules.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define RULES(content) \
    "<nodedevCompatRules><rules deviceAPI='vfio-pci'>" content "</rules></nodedevCompatRules>"

#define ID "api=vfio-pci type=pci-15b3-101e sv=1.2 pci=15b3:101e "
#define VIRTUAL "~function=virtual ~pf_pci_id=15b3:101d "
#define CONFIG "~pci_class=0x020000 ~pci_header_type=0x00 ~pci_revision=0x00 "
#define VF ID VIRTUAL CONFIG
#define VF_ALONE ID "~function=virtual " CONFIG
#define MDEV "api=vfio-pci type=nvidia-11 sv=1.2 ~pci=10de:2236 "
#define TYPED "api=vfio-pci type=acme-1 sv=1.2 "        /* its driver publishes a type */

struct testFunction {
    const char *name;
    const char *rules;          /* or NULL */
    const char *source;
    const char *target;
    const char *expect;
};

static const struct testFunction cases[] = {
    { "alike", NULL, VF, VF, "identical " },
    { "revision", NULL, VF, ID VIRTUAL "~pci_class=0x020000 ~pci_header_type=0x00 "
      "~pci_revision=0x01", "incompatible attr-mismatch:pci_revision" },
    { "revision in another spelling", NULL, ID "~pci_revision=0x30", ID "~pci_revision=48",
      "identical " },
    { "revision that is no number", NULL, ID "~pci_revision=0x30", ID "~pci_revision=rev30",
      "unknown malformed-target:pci_revision" },
    { "class", NULL, ID "~pci_class=0x020000", ID "~pci_class=0x028000",
      "incompatible attr-mismatch:pci_class" },
    { "header type", NULL, ID "~pci_header_type=0x80", ID "~pci_header_type=0x00",
      "incompatible attr-mismatch:pci_header_type" },
    { "the same capabilities", NULL, ID "~pci_capability_pointer=0x40 ~pci_capabilities=11@40/32",
      ID "~pci_capability_pointer=0x40 ~pci_capabilities=11@40/32", "identical " },
    { "other capabilities", NULL, ID "~pci_capability_pointer=0x40 ~pci_capabilities=11@40/32",
      ID "~pci_capability_pointer=0x50 ~pci_capabilities=11@50/8",
      "incompatible attr-mismatch:pci_capabilities attr-mismatch:pci_capability_pointer" },
    { "only the source shows capabilities", NULL,
      ID "~pci_capability_pointer=0x40 ~pci_capabilities=11@40/32", ID, "identical " },
    { "only the target shows capabilities", NULL, ID,
      ID "~pci_capability_pointer=0x40 ~pci_capabilities=11@40/32", "identical " },
    { "only the superuser can read capabilities", NULL, ID "~pci_capability_pointer=0x40",
      ID "~pci_capability_pointer=0x40 ~pci_capabilities=11@40/32", "identical " },
    { "a list of capabilities that is broken", NULL, ID "!pci_capabilities",
      ID "~pci_capabilities=11@40/32", "unknown unreadable-source:pci_capabilities" },
    { "capabilities that a rule needs", RULES("<attr name='pci_capabilities' need='yes'/>"), ID,
      ID "~pci_capabilities=11@40/32", "unknown missing-source:pci_capabilities" },
    { "capabilities that a rule asks for on both sides", RULES("<attr name='pci_capabilities'/>"),
      ID, ID "~pci_capabilities=11@40/32", "unknown missing-source:pci_capabilities" },
    { "the same registers", NULL, ID "~pci_bars=0@0x1000/mem", ID "~pci_bars=0@0x1000/mem",
      "identical " },
    { "registers of another size", NULL, ID "~pci_bars=0@0x1000/mem",
      ID "~pci_bars=0@0x2000/mem", "incompatible attr-mismatch:pci_bars" },
    { "only the source shows registers", NULL, ID "~pci_bars=0@0x1000/mem", ID, "identical " },
    { "only the target shows registers", NULL, ID, ID "~pci_bars=0@0x1000/mem", "identical " },
    { "registers that cannot be read", NULL, ID "!pci_bars", ID "~pci_bars=0@0x1000/mem",
      "unknown unreadable-source:pci_bars" },
    { "capabilities of the parents of mediated devices", NULL, MDEV "~pci_capabilities=01@40",
      MDEV "~pci_capabilities=01@44", "identical derived-differs:pci_capabilities" },
    { "a whole device and a part of it", NULL, ID "~function=physical", ID "~function=virtual",
      "incompatible attr-mismatch:function" },
    { "generations that share the id of their functions", NULL,
      VF, VF_ALONE "~pf_pci_id=15b3:1021",
      "incompatible attr-mismatch:pf_pci_id" },
    { "physical functions that nobody knows", NULL, VF_ALONE, VF_ALONE,
      "unknown missing-both:pf_pci_id" },
    { "a physical function that the source does not know", NULL, VF_ALONE, VF,
      "unknown missing-source:pf_pci_id" },
    { "physical functions that nobody knows, and that do not count",
      RULES("<attr name='pf_pci_id' rule='ignore'/>"), VF_ALONE, VF_ALONE, "identical " },
    { "physical functions that nobody knows, and that a rule names",
      RULES("<attr name='pf_pci_id' missing='ignore'/>"), VF_ALONE, VF_ALONE, "identical " },
    { "id of the physical function in another spelling", NULL,
      VF, VF_ALONE "~pf_pci_id=0x15B3:0x101D", "identical " },
    { "generations that a rule does not tell apart",
      RULES("<attr name='pf_pci_id' rule='ignore'/>"),
      VF, VF_ALONE "~pf_pci_id=15b3:1021", "identical " },
    { "revision by a rule", RULES("<attr name='pci_revision' rule='at-least'/>"),
      ID "~pci_revision=0x30", ID "~pci_revision=0x31", "superset " },
    { "only the source has it", NULL, ID "~pci_revision=0x30", ID,
      "unknown missing-target:pci_revision" },
    { "only the target has it", NULL, ID, ID "~pci_revision=0x30",
      "unknown missing-source:pci_revision" },
    { "neither has it", NULL, ID, ID, "identical " },
    { "unreadable on one", NULL, ID "!pci_revision", ID "~pci_revision=0x30",
      "unknown unreadable-source:pci_revision" },
    { "only the target has it, and accepts it", NULL, ID,
      ID "~pci_revision=0x30 | pci_revision=0x30", "unknown missing-source:pci_revision" },
    { "revision that the target accepts", NULL, ID "~pci_revision=0x31",
      ID "~pci_revision=0x30 | pci_revision=0x30-0x31", "superset " },
    { "a function is known by its attribute", NULL, TYPED VIRTUAL "~pci_revision=0x30",
      TYPED VIRTUAL "~pci_revision=0x31", "incompatible attr-mismatch:pci_revision" },
    { "no function for all that is known", NULL, TYPED "~pci_revision=0x30",
      TYPED "~pci_revision=0x31", "identical derived-differs:pci_revision" },
    { "only one is known to be a function", NULL, TYPED "~function=virtual ~pci_revision=0x30",
      TYPED "~pci_revision=0x31", "identical derived-differs:pci_revision" },
    { "the parents of mediated devices", NULL, MDEV "~pf_pci_id=10de:2236 ~pci_revision=0xa1",
      MDEV "~pf_pci_id=10de:20b5 ~pci_revision=0xa0",
      "identical derived-differs:pci_revision derived-differs:pf_pci_id" },
    { "the board", NULL, VF "~pci_subsystem_id=15b3:0010", VF "~pci_subsystem_id=15b3:0016",
      "identical derived-differs:pci_subsystem_id" },

    { "both can migrate", NULL, ID "~migratable=yes", ID "~migratable=yes", "identical " },
    { "the source cannot", NULL, ID "~migratable=no", ID "~migratable=yes",
      "incompatible not-migratable-source:migratable" },
    { "the target cannot", NULL, ID "~migratable=yes", ID "~migratable=no",
      "incompatible not-migratable-target:migratable" },
    { "neither can", NULL, ID "~migratable=no", ID "~migratable=no",
      "incompatible not-migratable-source:migratable not-migratable-target:migratable" },
    { "the source cannot, the target is not known", NULL, ID "~migratable=no", ID,
      "incompatible not-migratable-source:migratable" },
    { "the target cannot, the source is not known", NULL, ID, ID "~migratable=no",
      "incompatible not-migratable-target:migratable" },
    { "the source can, the target is not known", NULL, ID "~migratable=yes", ID, "identical " },
    { "the target can, the source is not known", NULL, ID, ID "~migratable=yes", "identical " },
    { "it cannot be read", NULL, ID "~migratable=yes", ID "!migratable",
      "unknown unreadable-target:migratable" },
    { "neither yes nor no", NULL, ID "~migratable=perhaps", ID "~migratable=yes",
      "unknown malformed-source:migratable" },
    { "a mediated device cannot", NULL, MDEV "~migratable=no", MDEV "~migratable=yes",
      "incompatible not-migratable-source:migratable" },
    { "published, not derived", NULL, MDEV "migratable=no", MDEV "migratable=no",
      "incompatible not-migratable-source:migratable not-migratable-target:migratable" },
    { "whatever the target accepts", NULL, ID "~migratable=no", ID "| migratable=no,yes",
      "incompatible not-migratable-source:migratable" },
    { "whatever a rule says", RULES("<attr name='migratable'/>"), ID "~migratable=no",
      ID "~migratable=no",
      "incompatible not-migratable-source:migratable not-migratable-target:migratable" },
    { "of no concern by a rule", RULES("<attr name='migratable' rule='ignore'/>"),
      ID "~migratable=no", ID "~migratable=no", "identical " },
    { "needed", RULES("<attr name='migratable' need='yes'/>"), ID "~migratable=yes",
      ID "~migratable=yes", "identical " },
    { "needed, on neither side", RULES("<attr name='migratable' need='yes'/>"), ID, ID,
      "unknown missing-both:migratable" },
    { "needed, the source is not known", RULES("<attr name='migratable' need='yes'/>"),
      ID, ID "~migratable=yes", "unknown missing-source:migratable" },
    { "needed, the target is not known", RULES("<attr name='migratable' need='yes'/>"),
      ID "~migratable=yes", ID, "unknown missing-target:migratable" },
    { "needed, the target is not known, and the source cannot",
      RULES("<attr name='migratable' need='yes'/>"), ID "~migratable=no", ID,
      "incompatible not-migratable-source:migratable missing-target:migratable" },
    { "a VFIO driver in another spelling", NULL, ID "~vfio_driver=xe_vfio_pci",
      ID "~vfio_driver=xe-vfio-pci", "identical " },
    { "another VFIO driver", NULL, ID "~vfio_driver=xe_vfio_pci", ID "~vfio_driver=acme_vfio_pci",
      "unknown driver-not-comparable:vfio_driver" },
    { "another VFIO driver, whatever a rule says", RULES("<attr name='vfio_driver'/>"),
      ID "~vfio_driver=xe_vfio_pci", ID "~vfio_driver=acme_vfio_pci",
      "unknown driver-not-comparable:vfio_driver" },
    { "another VFIO driver, of no concern by a rule",
      RULES("<attr name='vfio_driver' rule='ignore'/>"),
      ID "~vfio_driver=xe_vfio_pci", ID "~vfio_driver=acme_vfio_pci", "identical " },
    { "a VFIO driver that is still to be set", NULL, ID "~vfio_driver=xe_vfio_pci",
      ID "*vfio_driver", "unknown driver-not-comparable:vfio_driver" },
    { "only the source has a VFIO driver", NULL, ID "~vfio_driver=a", ID, "identical " },
    { "only the target has a VFIO driver", NULL, ID, ID "~vfio_driver=a", "identical " },
    { "VFIO drivers of mediated devices", NULL, MDEV "~vfio_driver=a", MDEV "~vfio_driver=b",
      "identical derived-differs:vfio_driver" },
    { "the target can, the source is not known, by a rule",
      RULES("<attr name='migratable' missing='ignore'/>"), ID, ID "~migratable=yes",
      "identical " },

    { "a name that the target has under its number", NULL,
      ID "current_vgpu_type=A ~current_vgpu_type_id=1",
      ID "current_vgpu_type=2 ~current_vgpu_type_id=2 ~creatable_vgpu_types=1:B;2:A",
      "identical derived-differs:current_vgpu_type_id" },
    { "a name that the target has under another number", NULL,
      ID "current_vgpu_type=A ~current_vgpu_type_id=2",
      ID "current_vgpu_type=2 ~current_vgpu_type_id=2 ~creatable_vgpu_types=1:A",
      "incompatible attr-mismatch:current_vgpu_type" },
    { "a name of the target that the source has under another number", NULL,
      ID "current_vgpu_type=2 ~current_vgpu_type_id=2 ~creatable_vgpu_types=1:A",
      ID "current_vgpu_type=A ~current_vgpu_type_id=2",
      "incompatible attr-mismatch:current_vgpu_type" },
};


static virNodeDeviceCompatReport *
testCompareBy(const char *rulesXML,
              const char *sourceText,
              const char *targetText)
{
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();
    g_autoptr(virNodeDeviceCompat) source = testCompatParseDevice(sourceText);
    g_autoptr(virNodeDeviceCompat) target = testCompatParseDevice(targetText);

    if (rulesXML && virNodeDeviceCompatRulesAddXML(rules, rulesXML, "rules.xml") < 0)
        abort();

    return virNodeDeviceCompatCompare(source, target, rules, 0);
}


static int
testFunction(const void *opaque)
{
    const struct testFunction *data = opaque;
    g_autoptr(virNodeDeviceCompatReport) report =
        testCompareBy(data->rules, data->source, data->target);
    g_autofree char *result = testCompatFormatResult(report);

    return testExpectString(data->expect, result);
}


/* Sentences that say more than their code: what a difference means, what is lacking,
 * where a value comes from or is set */
static const struct testFunction messages[] = {
    { "another release of a driver", NULL, MDEV "~driver_version=1", MDEV "~driver_version=2",
      "driver_version differs (informational): releases of a driver can differ in what they "
      "save, but no rule compares them; the source has '1', the target has '2'" },
    { "an attribute of which nothing is known", NULL, MDEV "~x=1", MDEV "~x=2",
      "x differs (informational); the source has '1', the target has '2'" },
    { "what decides", NULL, MDEV "driver_version=1", MDEV "driver_version=2",
      "driver_version differs; the source has '1', the target has '2'" },
    { "a vGPU that is to be created", NULL, ID "*current_vgpu_type=nvidia-575",
      ID "*current_vgpu_type=0",
      "current_vgpu_type must first be set to the source's value on the target: write the "
      "number of the type to nvidia/current_vgpu_type of the virtual function, if no guest "
      "uses it; the source has "
      "'nvidia-575', the target has '0'" },
    { "what else is to be set", NULL, ID "*slots=2", ID "*slots=4",
      "slots must first be set to the source's value on the target: write it to the file of "
      "that name in the device's directory in sysfs, if no guest uses the device; the source "
      "has '2', the target has '4'" },
    { "a driver that cannot", NULL, ID "~migratable=no ~vfio_driver=vfio-pci", ID,
      "migratable: the driver of the source cannot save the state of the device: vfio-pci cannot "
      "for any device, a VFIO driver of the vendor has to be bound before the guest starts; the "
      "source has 'no'" },
    { "a driver that cannot, on the target", NULL, ID, ID "~migratable=no ~vfio_driver=vfio-pci",
      "migratable: the driver of the target cannot load the state of a device: vfio-pci cannot "
      "for any device, a VFIO driver of the vendor has to be bound before the guest starts; the "
      "target has 'no'" },
    { "a vGPU that cannot", NULL, ID "~migratable=no *current_vgpu_type=A",
      ID "*current_vgpu_type=A",
      "migratable: the driver of the source cannot save the state of the device: "
      "nvidia/vgpu_params enables unified memory, debuggers or profilers, or the driver is too "
      "old; the source has 'no'" },
    { "another driver that cannot", NULL, ID "~migratable=no ~vfio_driver=acme-vfio-pci", ID,
      "migratable: the driver of the source cannot save the state of the device; the source has "
      "'no'" },
    { "where an identity comes from", NULL, ID, ID "~pci_revision=0x01",
      "pci_revision is not published by the source: it is read from the directory of the PCI "
      "function in sysfs; the target has '0x01'" },
    { "where it comes from", RULES("<attr name='cfg_services' need='yes'/>"), ID, ID,
      "cfg_services is published on neither side: it is read from qat/cfg_services of the "
      "physical function" },
    { "where it comes from, one side", RULES("<attr name='fw.psid' need='yes'/>"),
      ID "fw.psid=MT_1", ID,
      "fw.psid is not published by the target: devlink dev info shows it for the physical "
      "function; the source has 'MT_1'" },
    { "a revision as the device shows it", NULL, ID "~pci_revision=0x30", ID "~pci_revision=0x31",
      "pci_revision differs; the source has '0x30', the target has '0x31'" },
    { "a class as the device shows it", NULL, ID "~pci_class=0x020000", ID "~pci_class=0x028000",
      "pci_class differs; the source has '0x020000', the target has '0x028000'" },
    { "a header type as the device shows it", NULL, ID "~pci_header_type=0x00",
      ID "~pci_header_type=0x01",
      "pci_header_type differs; the source has '0x00', the target has '0x01'" },
    { "a version as the device shows it",
      RULES("<attr name='x' rule='at-least' value='version'/>"), ID "x=1.2", ID "x=1.1",
      "x is too low on the target; the source has '1.2', the target has '1.1'" },
    { "a set as the device shows it", RULES("<attr name='x' value='set'/>"), ID "x=b;a",
      ID "x=c;b", "x differs; the source has 'b;a', the target has 'c;b'" },
    { "a bitmask as the device shows it", RULES("<attr name='x' value='bitmask'/>"), ID "x=0x0F",
      ID "x=0x1F", "x differs; the source has '0x0F', the target has '0x1F'" },
    { "a PCI id as the device shows it", RULES("<attr name='x' value='pci-id'/>"),
      ID "x=0x15B3:0x101D", ID "x=15B3101E",
      "x differs; the source has '0x15B3:0x101D', the target has '15B3101E'" },
    { "an API as the device shows it", RULES("<attr name='x' value='device-api'/>"),
      ID "x=vfio_pci", ID "x=vfio_ap",
      "x differs; the source has 'vfio_pci', the target has 'vfio_ap'" },
    { "an attribute that only one shows, as the device shows it",
      RULES("<attr name='x' value='integer'/>"), ID "x=0x10", ID,
      "x is not published by the target; the source has '0x10'" },
    { "what is accepted as the device shows it", RULES("<attr name='x' value='integer'/>"),
      ID "x=0x31", ID "x=0x30 | x=0x30,0x20",
      "x of the source is not accepted by the target; the source has '0x31', the target has "
      "'0x30,0x20'" },
    { "a list as the device shows it", RULES("<attr name='x' rule='one-of' value='integer'/>"),
      ID "x=0x31", ID "x=0x30,0x20",
      "x of the source is not accepted by the target; the source has '0x31', the target has "
      "'0x30,0x20'" },
    { "a number that is none", RULES("<attr name='x' value='integer'/>"), ID "x=0x1", ID "x=0xg",
      "x is malformed on the target; the source has '0x1', the target has '0xg'" },
    { "versions that are accepted, as the device shows them",
      RULES("<attr name='x' rule='version' value='version'/>"), ID "x=1.2", ID "x=2.1 | x=2.1-",
      "x of the source is not accepted by the target; the source has '1.2', the target has "
      "'2.1-'" },
    { "what a set lacks", RULES("<attr name='m' rule='superset'/>"),
      ID "m=05.0004,05.0011,06.0004", ID "m=05.0004,06.0004,07.0001",
      "m of the target does not include all that the source has: the target lacks '05.0011'" },
    { "what a set lacks, at the ends", RULES("<attr name='m' rule='superset'/>"),
      ID "m=a,b,c", ID "m=b",
      "m of the target does not include all that the source has: the target lacks 'a+c'" },
    { "what an empty set lacks", RULES("<attr name='m' rule='superset'/>"), ID "m=a;b", ID "m=+",
      "m of the target does not include all that the source has: the target lacks 'a+b'" },
    { "what a bitmask lacks", RULES("<attr name='m' rule='superset' value='bitmask'/>"),
      ID "m=0x1f3", ID "m=0x31",
      "m of the target does not include all that the source has: the target lacks '0x1c2'" },
    { "what an accepted set lacks", RULES("<attr name='m' rule='superset'/>"), ID "m=a;b;c",
      ID "m=+ | m=a;c",
      "m of the source is not accepted by the target: the target lacks 'b'" },
    { "what a longer bitmask lacks", RULES("<attr name='m' rule='superset' value='bitmask'/>"),
      ID "m=0x3", ID "m=0xff1",
      "m of the target does not include all that the source has: the target lacks '0x2'" },
};


static int
testMessage(const void *opaque)
{
    const struct testFunction *data = opaque;
    g_autoptr(virNodeDeviceCompatReport) report =
        testCompareBy(data->rules, data->source, data->target);

    if (testExpectNumber(1, report->nreasons) < 0)
        return -1;

    return testExpectString(data->expect, report->reasons[0]->message);
}


/* A sentence has as much of a value as people read; the reason has all of it. */
static int
testLong(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *value = g_strnfill(4000, 'v');
    g_autofree char *source = g_strdup_printf("%sx=%s", ID, value);
    g_autoptr(virNodeDeviceCompatReport) report = testCompareBy(NULL, source, ID "x=1");
    const virNodeDeviceCompatReason *reason = report->reasons[0];

    if (testExpectString(value, reason->source) < 0)
        return -1;

    if (strlen(reason->message) > 250 || !strstr(reason->message, "vvv...', the target has '1'"))
        return testFail("the message is '%s'", reason->message);

    return 0;
}


/* What to set on a device that is yet to be made is what the source's file has. */
static int
testProvision(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatReport) report =
        testCompareBy(RULES("<attr name='x' value='integer'/>"), ID "*x=0x10", ID "*x");

    if (testExpectNumber(1, report->nprovisions) < 0)
        return -1;

    return testExpectString("0x10", report->provisions[0].value);
}


static int
mymain(void)
{
    DO_TABLE_EXPECT("function", cases, testFunction);
    DO_TABLE("message", messages, testMessage);
    DO_TEST(testLong, NULL, "message about a long value");
    DO_TEST(testProvision, NULL, "a value to set, as the source shows it");

    return testResult();
}

VIR_TEST_MAIN(mymain)
