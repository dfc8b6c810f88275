/*
 * nodedevcompatrulestest.c: vendor rules, one case a line
 *
 * Comparisons under the rules of a document, documents that are refused with
 * file, line and cause, and directories of rule files. Devices are written as
 * nodedevcompatutils.h says.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedev_compat/evidence/nodedev_compat_files.h"
#include "nodedev_compat/evidence/nodedev_compat_files_host.h"
#include "nodedev_compat/nodedev_compat_rule_kind.h"
#include "nodedev_compat/nodedev_compat_rules.h"
#include "nodedevcompatutils.h"
#include "nodedevcompatframe.h"
#include "virfile.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define RULES(content) "<nodedevCompatRules>" content "</nodedevCompatRules>"
#define GROUP(match, content) RULES("<rules " match ">" content "</rules>")
#define PCI(content) GROUP("deviceAPI='vfio-pci'", content)
#define X(what) PCI("<attr name='x' " what "/>")
#define NEED X("need='yes'")
#define CLASS(class) GROUP("class='" class "'", "<attr name='x' rule='ignore'/>")
#define NO_VERSION "<attr name='software_version' missing='ignore'/>"

#define BASE "api=vfio-pci type=a sv=1.2 "

struct testRule {
    const char *name;
    const char *rules;
    const char *source;
    const char *target;
    const char *result;
};

static const struct testRule cases[] = {
    { "no group", RULES(""), BASE "x=1", BASE "x=2", "incompatible attr-mismatch:x" },
    { "equal", X("rule='equal'"), BASE "x=1", BASE "x=1", "identical " },
    { "equal, differs", X("rule='equal'"), BASE "x=1", BASE "x=2", "incompatible attr-mismatch:x" },
    { "equal integers", X("value='integer'"), BASE "x=0x10", BASE "x=16", "identical " },
    { "equal sets", X("value='set'"), BASE "x=a+b", BASE "x=b,a", "identical " },
    { "equal, malformed",
      X("value='integer'"), BASE "x=one", BASE "x=1", "unknown malformed-source:x" },
    { "equal, malformed alike",
      X("value='integer'"), BASE "x=one", BASE "x=one",
      "unknown malformed-source:x malformed-target:x" },
    { "ignore", X("rule='ignore'"), BASE "x=1", BASE "x=2", "identical " },
    { "ignore what is missing", X("rule='ignore'"), BASE "x=1", BASE, "identical " },
    { "ignore what is unreadable", X("rule='ignore'"), BASE "!x", BASE, "identical " },
    { "one of", X("rule='one-of'"), BASE "x=2", BASE "x=1,2", "superset " },
    { "one of, not",
      X("rule='one-of'"), BASE "x=3", BASE "x=1,2", "incompatible attr-not-accepted:x" },
    { "range of integers",
      X("rule='range' value='integer'"), BASE "x=4", BASE "x=1-8,16", "superset " },
    { "range of integers, another spelling",
      X("rule='range' value='integer'"), BASE "x=0x10", BASE "x=1-8,16-", "superset " },
    { "range of integers, the same",
      X("rule='range' value='integer'"), BASE "x=4", BASE "x=4", "identical " },
    { "range of integers, between",
      X("rule='range' value='integer'"), BASE "x=9", BASE "x=1-8,16",
      "incompatible attr-not-accepted:x" },
    { "range of integers, reversed",
      X("rule='range' value='integer'"), BASE "x=4", BASE "x=8-1", "unknown malformed-target:x" },
    { "range of integers, source is a range",
      X("rule='range' value='integer'"), BASE "x=1-4", BASE "x=1-8", "unknown malformed-source:x" },
    { "range of integers, source is a version",
      X("rule='range' value='integer'"), BASE "x=1.2", BASE "x=1-8", "unknown malformed-source:x" },
    { "integers accepted in a range",
      X("rule='at-least' value='integer'"), BASE "x=4", BASE "x=2 | x=4-8", "superset " },
    { "integers accepted, not in the range",
      X("rule='at-least' value='integer'"), BASE "x=9", BASE "x=2 | x=4-8",
      "incompatible attr-not-accepted:x" },
    { "one of integers",
      X("rule='one-of' value='integer'"), BASE "x=0x2", BASE "x=1,2", "superset " },
    { "superset of a set", X("rule='superset'"), BASE "x=a+c", BASE "x=a+b+c", "superset " },
    { "superset, equal", X("rule='superset'"), BASE "x=c+a", BASE "x=a+c", "identical " },
    { "superset, not",
      X("rule='superset'"), BASE "x=a+d", BASE "x=a+b+c", "incompatible attr-not-superset:x" },
    { "superset, neither way",
      X("rule='superset'"), BASE "x=a+b", BASE "x=b+c", "incompatible attr-not-superset:x" },
    { "superset of a bitmask",
      X("rule='superset' value='bitmask'"), BASE "x=0x05", BASE "x=0xf", "superset " },
    { "superset of a bitmask, not",
      X("rule='superset' value='bitmask'"), BASE "x=0x15", BASE "x=0xf",
      "incompatible attr-not-superset:x" },
    { "superset of a shorter bitmask",
      X("rule='superset' value='bitmask'"), BASE "x=0x0001", BASE "x=0x1", "identical " },
    { "superset of a longer bitmask",
      X("rule='superset' value='bitmask'"), BASE "x=0x1",
      BASE "x=0x100000000000000000001", "superset " },
    { "superset of a longer bitmask, not",
      X("rule='superset' value='bitmask'"),
      BASE "x=0x100000000000000000001", BASE "x=0x1",
      "incompatible attr-not-superset:x" },
    { "at least", X("rule='at-least'"), BASE "x=9", BASE "x=10", "superset " },
    { "at least, equal", X("rule='at-least'"), BASE "x=10", BASE "x=0xa", "identical " },
    { "at least, not",
      X("rule='at-least'"), BASE "x=10", BASE "x=9", "incompatible attr-too-low:x" },
    { "at least a version",
      X("rule='at-least' value='version'"), BASE "x=1.9", BASE "x=1.10", "superset " },
    { "at least a version, not",
      X("rule='at-least' value='version'"), BASE "x=1.10", BASE "x=1.9",
      "incompatible attr-too-low:x" },
    { "at most", X("rule='at-most'"), BASE "x=10", BASE "x=9", "superset " },
    { "at most, not",
      X("rule='at-most'"), BASE "x=9", BASE "x=10", "incompatible attr-too-high:x" },
    { "version", X("rule='version'"), BASE "x=1.2", BASE "x=1.3", "superset " },
    { "version, not",
      X("rule='version'"), BASE "x=1.3", BASE "x=1.2", "incompatible version-minor-too-old:x" },
    { "version, ranges of software_version do not count",
      X("rule='version'"), BASE "x=1.2", BASE "x=1.3 | sv=1.2", "superset " },
    { "version, the target only accepts",
      X("rule='version'"), BASE "x=1.2", BASE "| x=1.0-", "superset " },
    { "version, the target only accepts others",
      X("rule='version'"), BASE "x=1.2", BASE "| x=2.0-", "unknown missing-target:x" },
    { "range", X("rule='range'"), BASE "x=1.2", BASE "x=1.0-1.3,2.0-", "superset " },
    { "range, not",
      X("rule='range'"), BASE "x=1.4", BASE "x=1.0-1.3,2.0-", "incompatible attr-not-accepted:x" },
    { "accepted in another spelling",
      X("value='integer'"), BASE "x=0x2", BASE "x=1 | x=1,2", "superset " },
    { "a vendor rule compares what is derived",
      X("rule='at-least'"), BASE "~x=2", BASE "~x=1", "incompatible attr-too-low:x" },
    { "dynamic",
      X("rule='at-least'"), BASE "*x=2", BASE "*x=1", "incompatible needs-provisioning:x" },

    { "differs, which is a hint", X("differs='unknown'"), BASE "x=1", BASE "x=2",
      "unknown attr-not-comparable:x" },
    { "differs, which is a hint, and does not", X("differs='unknown'"), BASE "x=1", BASE "x=1",
      "identical " },
    { "differs, which is none", X("differs='incompatible'"), BASE "x=1", BASE "x=2",
      "incompatible attr-mismatch:x" },
    { "a hint, derived", X("differs='unknown'"), BASE "~x=1", BASE "~x=2",
      "unknown attr-not-comparable:x" },
    { "a hint, by another kind of rule", X("rule='at-least' differs='unknown'"), BASE "x=2",
      BASE "x=1", "unknown attr-not-comparable:x" },
    { "a hint, by another kind of rule that holds", X("rule='at-least' differs='unknown'"),
      BASE "x=1", BASE "x=2", "superset " },
    { "a hint, of sets", X("rule='superset' differs='unknown'"), BASE "x=a+b", BASE "x=a",
      "unknown attr-not-comparable:x" },
    { "a hint, of versions", X("rule='version' differs='unknown'"), BASE "x=1.3", BASE "x=1.2",
      "unknown attr-not-comparable:x" },
    { "a hint, and what the target accepts", X("differs='unknown'"), BASE "x=2",
      BASE "x=1 | x=1,3", "unknown attr-not-comparable:x" },
    { "a hint, and can be set", X("differs='unknown'"), BASE "*x=1", BASE "*x=2",
      "incompatible needs-provisioning:x" },
    { "a hint, missing", X("differs='unknown'"), BASE "x=1", BASE, "unknown missing-target:x" },
    { "a hint, and something that differs", X("differs='unknown'"), BASE "x=1 y=1",
      BASE "x=2 y=2", "incompatible attr-not-comparable:x attr-mismatch:y" },
    { "a bit mask within one that is accepted", X("rule='superset' value='bitmask'"), BASE "x=0x1",
      BASE "x=0x8 | x=0x4,0x3", "superset " },
    { "a bit mask within none that is accepted", X("rule='superset' value='bitmask'"),
      BASE "x=0x2", BASE "x=0x8 | x=0x4,0x1", "incompatible attr-not-accepted:x" },
    { "unless more is known, which is", X("unless='y'"), BASE "x=1 y=1", BASE "x=2 y=1",
      "identical " },
    { "unless more is known, which differs", X("unless='y'"), BASE "x=1 y=1", BASE "x=2 y=2",
      "incompatible attr-mismatch:y" },
    { "unless more is known, which cannot be read on the source", X("unless='y'"),
      BASE "x=1 !y", BASE "x=2 y=1", "incompatible attr-mismatch:x unreadable-source:y" },
    { "unless more is known, which is not on the target", X("unless='y'"), BASE "x=1 y=1",
      BASE "x=2", "incompatible attr-mismatch:x missing-target:y" },
    { "unless more is known, which cannot be read", X("unless='y'"), BASE "x=1 y=1",
      BASE "x=2 !y", "incompatible attr-mismatch:x unreadable-target:y" },
    { "unless all of several are known, which are", X("unless='y,z'"), BASE "x=1 y=1 z=1",
      BASE "x=2 y=1 z=1", "identical " },
    { "unless all of several are known, which are not", X("unless='y,z'"), BASE "x=1 y=1",
      BASE "x=2 y=1", "incompatible attr-mismatch:x" },
    { "unless all of as many as there can be are known", X("unless='a,b,c,d,e,f,g,h'"),
      BASE "x=1 a=1 b=1 c=1 d=1 e=1 f=1 g=1 h=1", BASE "x=2 a=1 b=1 c=1 d=1 e=1 f=1 g=1 h=1",
      "identical " },
    { "unless more is known, and unreadable itself", X("unless='y'"), BASE "!x y=1",
      BASE "x=2 y=1", "identical " },
    { "unless more is known, and needed", X("unless='y' need='yes'"), BASE "y=1", BASE "y=1",
      "identical " },
    { "unless more is known by a draft's name", X("unless='device_id'"),
      BASE "pci=8086:591d x=1", BASE "pci=8086:591d x=2", "identical " },
    { "needed, unless more is known", X("unless='y' need='yes'"), BASE, BASE,
      "unknown missing-both:x" },
    { "not below the minimum", X("minimum='28.41'"), BASE "x=28.41.0", BASE "x=28.41.0",
      "identical " },
    { "above the minimum by more digits", X("minimum='28.9'"), BASE "x=28.10", BASE "x=28.10",
      "identical " },
    { "below a minimum of more digits", X("minimum='28.10'"), BASE "x=28.9", BASE "x=28.9",
      "unknown attr-unsupported:x" },
    { "far above the minimum", X("minimum='28.41'"), BASE "x=100.1", BASE "x=100.1",
      "identical " },
    { "below the minimum", X("minimum='28.41.1000'"), BASE "x=28.41.0999", BASE "x=28.41.0999",
      "unknown attr-unsupported:x" },
    { "shorter than the minimum", X("minimum='28.41.1'"), BASE "x=28.41", BASE "x=28.41",
      "unknown attr-unsupported:x" },
    { "only the source is below the minimum", X("minimum='1.5'"), BASE "x=1.4", BASE "x=1.6",
      "incompatible attr-unsupported:x attr-mismatch:x" },
    { "only the target is below the minimum", X("minimum='1.5' differs='unknown'"),
      BASE "x=1.6", BASE "x=1.4", "unknown attr-unsupported:x attr-not-comparable:x" },
    { "below the minimum, and not on the target", X("missing='ignore' minimum='1.5'"),
      BASE "x=1.4", BASE, "unknown attr-unsupported:x" },
    { "below the minimum, and not on the source", X("need='yes' minimum='1.5'"),
      BASE, BASE "x=1.4", "unknown attr-unsupported:x missing-source:x" },
    { "no number where there is a minimum", X("minimum='1'"), BASE "x=new", BASE "x=new",
      "unknown attr-unsupported:x" },
    { "a number with something behind it", X("minimum='1'"), BASE "x=2-rc1", BASE "x=2-rc1",
      "unknown attr-unsupported:x" },
    { "not supported", X("supported='no'"), BASE "x=1", BASE "x=1", "unknown attr-unsupported:x" },
    { "not supported, and differs", X("supported='no'"), BASE "x=1", BASE "x=2",
      "incompatible attr-unsupported:x attr-mismatch:x" },
    { "not supported, and not there", X("supported='no'"), BASE, BASE, "identical " },
    { "supported", X("supported='yes'"), BASE "x=1", BASE "x=1", "identical " },
    { "missing where there is a minimum", X("missing='ignore' minimum='1'"), BASE, BASE,
      "identical " },

    { "missing", X(""), BASE "x=1", BASE, "unknown missing-target:x" },
    { "missing, unknown", X("missing='unknown'"), BASE "x=1", BASE, "unknown missing-target:x" },
    { "missing, ignored", X("missing='ignore'"), BASE "x=1", BASE, "identical " },
    { "missing, incompatible",
      X("missing='incompatible'"), BASE "x=1", BASE, "incompatible attr-missing:x" },
    { "missing on the source", X("missing='incompatible'"), BASE, BASE "x=1", "superset " },
    { "missing, but accepted", X("missing='incompatible'"), BASE "x=1", BASE "| x=1", "superset " },
    { "versions that are not published",
      PCI(NO_VERSION), "api=vfio-pci type=a", "api=vfio-pci type=a", "identical " },
    { "versions that only the source publishes",
      PCI(NO_VERSION), BASE, "api=vfio-pci type=a", "identical " },
    { "versions that only the target publishes",
      PCI(NO_VERSION), "api=vfio-pci type=a", BASE, "superset " },

    { "only on the target", X(""), BASE, BASE "x=1", "unknown missing-source:x" },
    { "only on the target, derived", X(""), BASE, BASE "~x=1", "unknown missing-source:x" },
    { "only on the target, of another kind", X("rule='at-least'"), BASE, BASE "x=1", "superset " },
    { "only on the target, missing is ignored", X("missing='ignore'"), BASE, BASE "x=1",
      "superset " },
    { "only on the target, not needed", X("need='no'"), BASE, BASE "x=1", "superset " },
    { "only on the target, a standard attribute",
      RULES("<rules type='a'><attr name='aggregator'/></rules>"), BASE, BASE "aggregator=1",
      "unknown missing-source:aggregator" },
    { "only on the target, a standard attribute without a rule", RULES(""), BASE,
      BASE "aggregator=1", "superset " },
    { "mutual, both", X("rule='superset' need='mutual'"), BASE "x=a", BASE "x=a+b", "superset " },
    { "mutual, neither", X("rule='superset' need='mutual'"), BASE, BASE, "identical " },
    { "mutual, only the target", X("rule='superset' need='mutual'"), BASE, BASE "x=a",
      "unknown missing-source:x" },
    { "mutual, only the source", X("rule='superset' need='mutual'"), BASE "x=a", BASE,
      "unknown missing-target:x" },
    { "mutual, to be set on a new device", X("need='mutual'"), BASE, BASE "*x",
      "unknown missing-source:x" },
    { "the source's, both", X("need='source'"), BASE "x=1", BASE "x=1", "identical " },
    { "the source's, differs", X("need='source'"), BASE "x=1", BASE "x=2",
      "incompatible attr-mismatch:x" },
    { "the source's, neither", X("need='source'"), BASE, BASE, "unknown missing-source:x" },
    { "the source's, only the target", X("need='source'"), BASE, BASE "x=1",
      "unknown missing-source:x" },
    { "the source's, only the source", X("need='source'"), BASE "x=1", BASE,
      "unknown missing-target:x" },
    { "the source's, only the source, ignored", X("missing='ignore' need='source'"), BASE "x=1",
      BASE, "identical " },

    { "needed", NEED, BASE "x=1", BASE "x=1", "identical " },
    { "needed, differs", NEED, BASE "x=1", BASE "x=2", "incompatible attr-mismatch:x" },
    { "needed, better on the target",
      X("rule='at-least' need='yes'"), BASE "x=1", BASE "x=2", "superset " },
    { "needed, on neither side", NEED, BASE, BASE, "unknown missing-both:x" },
    { "needed, not on the source", NEED, BASE, BASE "x=1", "unknown missing-source:x" },
    { "needed, not on the target", NEED, BASE "x=1", BASE, "unknown missing-target:x" },
    { "needed, must not be missing on the target",
      X("need='yes' missing='incompatible'"), BASE "x=1", BASE, "incompatible attr-missing:x" },
    { "needed, must not be missing on the target, on neither side",
      X("need='yes' missing='incompatible'"), BASE, BASE, "unknown missing-both:x" },
    { "needed, derived", NEED, BASE "~x=1", BASE "~x=1", "identical " },
    { "needed, derived, differs",
      NEED, BASE "~x=1", BASE "~x=2", "incompatible attr-mismatch:x" },
    { "needed, unreadable on the source", NEED, BASE "!x", BASE, "unknown unreadable-source:x" },
    { "needed, unreadable on the target", NEED, BASE, BASE "!x", "unknown unreadable-target:x" },
    { "needed, but accepted", NEED, BASE "x=1", BASE "| x=1", "superset " },
    { "needed, and not what is accepted",
      NEED, BASE "x=2", BASE "| x=1", "unknown missing-target:x" },
    { "needed, accepted, not on the source",
      NEED, BASE, BASE "| x=1", "unknown missing-both:x" },
    { "needed by an alternative of another type",
      NEED, "api=vfio-pci type=b sv=1.2", BASE "| type=b",
      "incompatible type-cross-accepted:type missing-both:x" },
    { "needed, and to be set on a new device",
      NEED, BASE "*x=1", BASE "*x", "identical -> x=1" },
    { "needed, and not there to be set on a new device",
      NEED, BASE, BASE "*x", "unknown missing-source:x" },
    { "needed, and can be set", NEED, BASE "*x=1", BASE "*x=2",
      "incompatible needs-provisioning:x" },
    { "needed of two types", NEED, BASE "*x", BASE "*x", "unknown missing-source:x" },
    { "not needed, on neither side", X("need='no'"), BASE, BASE, "identical " },
    { "needed in place of the version",
      PCI(NO_VERSION "<attr name='x' need='yes'/>"), "api=vfio-pci type=a x=1",
      "api=vfio-pci type=a x=1", "identical " },
    { "needed in place of the version, on neither side",
      PCI(NO_VERSION "<attr name='x' need='yes'/>"), "api=vfio-pci type=a", "api=vfio-pci type=a",
      "unknown missing-both:x" },
    { "needed, and behind another device API",
      NEED, "api=vfio-ap type=a sv=1.2", BASE, "incompatible device-api-mismatch:device_api" },
    { "needed by the second group",
      RULES("<rules type='a'><attr name='y' need='yes'/></rules>"
            "<rules type='*'><attr name='x' need='yes'/></rules>"), BASE, BASE,
      "unknown missing-both:x missing-both:y" },
    { "needed by both groups",
      RULES("<rules type='a'><attr name='x' need='yes'/></rules>"
            "<rules type='*'><attr name='x' need='yes'/></rules>"), BASE, BASE,
      "unknown missing-both:x" },
    { "needed by the second group, not by the first",
      RULES("<rules type='a'><attr name='x'/></rules>"
            "<rules type='*'><attr name='x' need='yes'/></rules>"), BASE, BASE, "identical " },
    { "needed by rules for another device", GROUP("type='b'", "<attr name='x' need='yes'/>"),
      BASE, BASE, "identical " },
    { "needed by rules for the source",
      GROUP("vendor='10de'", "<attr name='x' need='yes'/>"), BASE "~pci=10de:0001", BASE,
      "unknown missing-both:x" },
    { "needed by rules for the source, whose grammar counts",
      GROUP("vendor='10de'", "<attr name='x' value='integer' need='yes'/>"),
      BASE "~pci=10de:0001 x=0x10", BASE "x=16", "identical " },
    { "needed by rules for the source, not by those for the target",
      RULES("<rules driver='d'><attr name='x' value='integer' need='yes'/></rules>"
            "<rules driver='e'><attr name='x' rule='ignore'/></rules>"),
      BASE "~driver=d", BASE "~driver=e", "identical derived-differs:driver" },
    { "rules for the source that are not needed",
      GROUP("vendor='10de'", "<attr name='x' rule='ignore'/><attr name='y' need='yes'/>"),
      BASE "~pci=10de:0001 x=1 y=1", BASE "x=2 y=1", "incompatible attr-mismatch:x" },
    { "needed by rules for the target",
      GROUP("vendor='10de'", "<attr name='x' need='yes'/>"), BASE, BASE "~pci=10de:0001",
      "unknown missing-both:x" },
    { "an attribute that is needed in any case",
      PCI("<attr name='type' need='yes'/>"), BASE, BASE, "identical " },
    { "needed under a draft's name",
      PCI("<attr name='device_id' need='yes'/>"), BASE, BASE, "unknown missing-both:pci_id" },
    { "a type that must be published",
      PCI("<attr name='type' missing='incompatible'/>"), BASE, "api=vfio-pci sv=1.2",
      "incompatible attr-missing:type" },
    { "versions that must be published",
      PCI("<attr name='software_version' missing='incompatible'/>"), "api=vfio-pci type=a sv=1.0",
      "api=vfio-pci type=a",
      "incompatible attr-missing:software_version" },
    { "a version that is published still counts",
      PCI("<attr name='software_version' missing='ignore'/>"), BASE, "api=vfio-pci type=a sv=1.1",
      "incompatible version-minor-too-old:software_version" },

    { "another device API",
      GROUP("deviceAPI='vfio-ap'", "<attr name='x' rule='ignore'/>"), BASE "x=1", BASE "x=2",
      "incompatible attr-mismatch:x" },
    { "the beginning of the device API",
      GROUP("deviceAPI='vfio-p'", "<attr name='x' rule='ignore'/>"), BASE "x=1", BASE "x=2",
      "incompatible attr-mismatch:x" },
    { "device API in another spelling",
      GROUP("deviceAPI='vfio_pci'", "<attr name='x' rule='ignore'/>"), BASE "x=1", BASE "x=2",
      "identical " },
    { "type",
      GROUP("type='a'", "<attr name='x' rule='ignore'/>"), BASE "x=1", BASE "x=2", "identical " },
    { "type by a glob",
      GROUP("type='nvidia-*'", "<attr name='x' rule='ignore'/>"),
      "api=vfio-pci type=nvidia-12 sv=1.0 x=1",
      "api=vfio-pci type=nvidia-12 sv=1.0 x=2", "identical " },
    { "another type by a glob",
      GROUP("type='nvidia-*'", "<attr name='x' rule='ignore'/>"), BASE "x=1", BASE "x=2",
      "incompatible attr-mismatch:x" },
    { "the beginning of a glob",
      GROUP("type='nvidia-*q'", "<attr name='x' rule='ignore'/>"),
      "api=vfio-pci type=nvidia-12 sv=1.0 x=1",
      "api=vfio-pci type=nvidia-12 sv=1.0 x=2", "incompatible attr-mismatch:x" },
    { "a glob with the middle behind the first star",
      GROUP("type='nvidia-*2*q'", "<attr name='x' rule='ignore'/>"),
      "api=vfio-pci type=nvidia-123q sv=1.0 x=1",
      "api=vfio-pci type=nvidia-123q sv=1.0 x=2", "identical " },
    { "the beginning of the type",
      GROUP("type='nvidia-1'", "<attr name='x' rule='ignore'/>"),
      "api=vfio-pci type=nvidia-12 sv=1.0 x=1",
      "api=vfio-pci type=nvidia-12 sv=1.0 x=2", "incompatible attr-mismatch:x" },
    { "NVIDIA's type in the spelling of vfio-pci",
      GROUP("type='vfio-pci-12'", "<attr name='x' rule='ignore'/>"),
      "api=vfio-pci type=nvidia-12 sv=1.0 x=1",
      "api=vfio-pci type=nvidia-12 sv=1.0 x=2", "identical " },
    { "NVIDIA's types in that spelling by a glob",
      GROUP("type='vfio-pci-*'", "<attr name='x' rule='ignore'/>"),
      "api=vfio-pci type=nvidia-12 sv=1.0 x=1",
      "api=vfio-pci type=nvidia-12 sv=1.0 x=2", "identical " },
    { "another one of NVIDIA's types in that spelling",
      GROUP("type='vfio-pci-1'", "<attr name='x' rule='ignore'/>"),
      "api=vfio-pci type=nvidia-12 sv=1.0 x=1",
      "api=vfio-pci type=nvidia-12 sv=1.0 x=2", "incompatible attr-mismatch:x" },
    { "that spelling without a number",
      GROUP("type='vfio-pci-'", "<attr name='x' rule='ignore'/>"),
      "api=vfio-pci type=nvidia- sv=1.0 x=1",
      "api=vfio-pci type=nvidia- sv=1.0 x=2", "incompatible attr-mismatch:x" },
    { "what is like that spelling",
      GROUP("type='vfio-pci-a'", "<attr name='x' rule='ignore'/>"),
      "api=vfio-pci type=vfio-pci-a sv=1.0 x=1",
      "api=vfio-pci type=vfio-pci-a sv=1.0 x=2", "identical " },
    { "driver with hyphens",
      GROUP("driver='a-vfio_pci'", "<attr name='x' rule='ignore'/>"), BASE "x=1",
      BASE "~driver=a_vfio-pci x=2", "identical " },
    { "driver",
      GROUP("driver='d'", "<attr name='x' rule='ignore'/>"), BASE "~driver=d x=1",
      BASE "~driver=d x=2", "identical " },
    { "another driver",
      GROUP("driver='d'", "<attr name='x' rule='ignore'/>"), BASE "x=1", BASE "~driver=e x=2",
      "incompatible attr-mismatch:x" },
    { "the beginning of the driver",
      GROUP("driver='d'", "<attr name='x' rule='ignore'/>"), BASE "x=1", BASE "~driver=dd x=2",
      "incompatible attr-mismatch:x" },
    { "driver that is not known",
      GROUP("driver='d'", "<attr name='x' rule='ignore'/>"), BASE "x=1", BASE "x=2",
      "incompatible attr-mismatch:x" },
    { "vendor",
      GROUP("vendor='0x10DE'", "<attr name='x' rule='ignore'/>"),
      BASE "pci=10de:1 x=1 pci=10de:0001", BASE "pci=10de:0001 x=2",
      "unknown conflicting-source:pci_id" },
    { "vendor of a device that does not publish it",
      GROUP("vendor='10de'", "<attr name='x' rule='ignore'/>"), BASE "pci=10de:0001 x=1",
      BASE "x=2",
      "incompatible missing-target:pci_id attr-mismatch:x" },
    { "another vendor",
      GROUP("vendor='10de'", "<attr name='x' rule='ignore'/>"), BASE "pci=8086:0001 x=1",
      BASE "pci=8086:0001 x=2",
      "incompatible attr-mismatch:x" },
    { "another type, behind a star",
      GROUP("type='*b'", "<attr name='x' rule='ignore'/>"), BASE "x=1", BASE "x=2",
      "incompatible attr-mismatch:x" },
    { "all criteria",
      GROUP("type='a' driver='d'", "<attr name='x' rule='ignore'/>"), BASE "x=1",
      BASE "~driver=e x=2",
      "incompatible attr-mismatch:x" },
    { "the first group decides",
      RULES("<rules type='a'><attr name='x' rule='at-most'/></rules><rules type='*'><attr "
            "name='x' rule='at-least'/></rules>"), BASE "x=2", BASE "x=1", "superset " },
    { "another group, another attribute",
      RULES("<rules type='a'><attr name='y'/></rules><rules type='*'><attr name='x' "
            "rule='at-least'/></rules>"), BASE "x=1", BASE "x=2", "superset " },
    { "version of the target is a range",
      X("rule='version'"), BASE "x=1.2", BASE "x=1.0-1.3", "unknown malformed-target:x" },
    { "at least, the target's is a range",
      X("rule='at-least'"), BASE "x=2", BASE "x=1-8", "unknown malformed-target:x" },
    { "ids of PCI functions",
      X("rule='one-of' value='pci-id'"), BASE "x=0x8086:0x591D", BASE "x=8086:1111,8086591d",
      "superset " },
    { "accepted by a list, in another spelling than the target's own",
      X("rule='at-most' value='integer'"), BASE "x=0x10", BASE "x=0x20 | x=0x10",
      "superset " },
    { "the vendor's version is not the migration data's",
      X("rule='version'"), BASE "x=1.1", BASE "x=1.2 | sv=1.2-", "superset " },
    { "vendor", GROUP("vendor='8086'", "<attr name='x' rule='ignore'/>"),
      BASE "pci=8086:0001 x=1", BASE "pci=8086:0001 x=2", "identical " },
    { "a similar vendor", GROUP("vendor='8086'", "<attr name='x' rule='ignore'/>"),
      BASE "pci=8087:0001 x=1", BASE "pci=8087:0001 x=2", "incompatible attr-mismatch:x" },
    { "a class", CLASS("0x0108??"), BASE "~pci_class=0x010802 x=1",
      BASE "~pci_class=0x010802 x=2", "identical " },
    { "another class", CLASS("0x0108??"), BASE "~pci_class=0x010700 x=1",
      BASE "~pci_class=0x010700 x=2", "incompatible attr-mismatch:x" },
    { "the beginning of a class", CLASS("0x02*"), BASE "~pci_class=0x020700 x=1",
      BASE "~pci_class=0x020700 x=2", "identical " },
    { "a class in capitals", CLASS("0x0C03FE"), BASE "~pci_class=0x0c03fe x=1",
      BASE "~pci_class=0x0c03fe x=2", "identical " },
    { "a class that is not known", CLASS("0x0108??"), BASE "x=1", BASE "x=2",
      "incompatible attr-mismatch:x" },
    { "a class that cannot be read", CLASS("0x*"), BASE "!pci_class x=1", BASE "!pci_class x=2",
      "incompatible unreadable-source:pci_class unreadable-target:pci_class attr-mismatch:x" },
    { "a class besides other criteria",
      GROUP("driver='d' class='0x0108*'", "<attr name='x' rule='ignore'/>"),
      BASE "~driver=e ~pci_class=0x010802 x=1", BASE "~driver=e ~pci_class=0x010802 x=2",
      "incompatible attr-mismatch:x" },
    { "a rule under an alias",
      PCI("<attr name='device_id' rule='ignore'/>"), BASE "pci=8086:0001", BASE "pci=8086:0002",
      "identical " },
};


static int
testRuleCase(const void *opaque)
{
    const struct testRule *data = opaque;
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();
    g_autoptr(virNodeDeviceCompat) source = testCompatParseDevice(data->source);
    g_autoptr(virNodeDeviceCompat) target = testCompatParseDevice(data->target);
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    g_autofree char *result = NULL;
    g_autoptr(xmlDoc) doc = NULL;

    if (!(doc = virXMLParseStringCtxt(data->rules, "rules", NULL)) ||
        virXMLValidateAgainstSchema(abs_top_srcdir "/src/conf/schemas/nodedevcompatrules.rng",
                                    doc) < 0 ||
        virNodeDeviceCompatRulesAddXML(rules, data->rules, "rules.xml") < 0)
        return -1;

    report = virNodeDeviceCompatCompare(source, target, rules, 0);
    result = testCompatFormatResult(report);
    if (STRNEQ(result, data->result)) {
        return testFail("rules:    %s\nsource:   %s\ntarget:   %s\nexpected: %s\ngot:      %s",
                        data->rules, data->source, data->target, data->result, result);
    }

    /* one attribute is more than is needed */
    return testExpectNumber(report->verdict == VIR_NODE_DEVICE_COMPAT_SUPERSET,
                            report->margin.attrs);
}


struct testBadRules {
    const char *name;
    const char *rules;
    const char *error;
};

static const struct testBadRules bad[] = {
    { "empty", "", "f.xml" },
    { "no XML", "rules", "f.xml:1: Start tag expected" },
    { "syntax error in the middle",
      "<nodedevCompatRules>\n<rules type='a'>\n<\n</rules>\n", "f.xml:3: " },
    { "not closed", "<nodedevCompatRules>\n<rules type='a'>", "f.xml:2: " },
    { "document type",
      "<!DOCTYPE x><nodedevCompatRules/>", "document 'f.xml' must not have a document type" },
    { "another document", "<device/>", "f.xml:1: expected <nodedevCompatRules>, not <device>" },
    { "unknown element", RULES("\n<rule/>"), "f.xml:2: unknown element <rule>" },
    { "unknown element in a group", PCI("\n\n<match/>"), "f.xml:3: unknown element <match>" },
    { "facts",
      "<nodedevCompatFacts/>", "f.xml:1: expected <nodedevCompatRules>, not <nodedevCompatFacts>" },
    { "root with an attribute",
      "<nodedevCompatRules version='1'/>",
      "f.xml:1: <nodedevCompatRules> has no attribute 'version'" },
    { "misspelled criterion",
      GROUP("type='a' drivers='d'", ""), "<rules> has no attribute 'drivers'" },
    { "criterion of facts",
      GROUP("type='a' parent='0000:3b:00.0'", ""), "<rules> has no attribute 'parent'" },
    { "misspelled policy", X("mising='ignore'"), "<attr> has no attribute 'mising'" },
    { "text in a group", PCI("\nx"), "<rules> holds something other than elements" },
    { "rule in a rule", PCI("<attr name='x'><attr name='y'/></attr>"), "unknown element <attr>" },
    { "no criterion", RULES("<rules/>"), "f.xml:1: a group of rules must say" },
    { "vendor that is no number", GROUP("vendor='nvidia'", ""), "'nvidia' is not a PCI vendor id" },
    { "vendor with a device", GROUP("vendor='10de:0001'", ""), "is not a PCI vendor id" },
    { "class by a name", CLASS("nvme"), "'nvme' is not a PCI class like 0x0108??" },
    { "class that is too short", CLASS("0x0108"), "'0x0108' is not a PCI class" },
    { "class that is too long", CLASS("0x0108020"), "'0x0108020' is not a PCI class" },
    { "class that is too long before the end", CLASS("0x0108020*"), "is not a PCI class" },
    { "class without 0x", CLASS("010802"), "'010802' is not a PCI class" },
    { "class that goes on behind *", CLASS("0x01*02"), "'0x01*02' is not a PCI class" },
    { "empty class", CLASS(""), "'' is not a PCI class" },
    { "no name", PCI("\n<attr rule='equal'/>"), "f.xml:2: '' is not the name" },
    { "bad name", PCI("<attr name='a b'/>"), "'a b' is not the name" },
    { "mark of unusable facts",
      PCI("<attr name='facts' rule='ignore'/>"), "'facts' is not the name of an attribute" },
    { "mark of unusable data",
      PCI("<attr name='migration' rule='ignore'/>"), "'migration' is not the name of" },
    { "unknown rule",
      PCI("\n<attr name='x' rule='roughly'/>"),
      "f.xml:2: rule='roughly' is unknown, it must be one of: equal, version, ignore, one-of, "
      "superset, at-least, at-most, range" },
    { "unknown value",
      X("value='number'"),
      "value='number' is unknown, it must be one of: string, device-api, version, integer, "
      "pci-id, url, set, bitmask" },
    { "unknown policy",
      X("missing='fail'"),
      "missing='fail' is unknown, it must be one of: unknown, ignore, incompatible" },
    { "needed or not",
      X("need='maybe'"), "need='maybe' is unknown, it must be one of: no, yes" },
    { "needed, and may be missing",
      X("need='yes' missing='ignore'"), "it cannot be ignored that what is needed is missing" },
    { "needed, and ignored",
      X("need='yes' rule='ignore'"), "what is needed cannot have rule 'ignore'" },
    { "differs in no known way",
      X("differs='maybe'"),
      "differs='maybe' is unknown, it must be one of: incompatible, unknown" },
    { "differs, and ignored",
      X("differs='unknown' rule='ignore'"), "rule 'ignore' has no differs, unless, minimum" },
    { "a type that may differ",
      PCI("<attr name='type' differs='unknown'/>"), "the rule of 'type' cannot be changed" },
    { "a version with a minimum",
      PCI("<attr name='software_version' minimum='1.2'/>"),
      "the rule of 'software_version' cannot be changed" },
    { "a device API unless more is known",
      PCI("<attr name='device_api' unless='x'/>"), "the rule of 'device_api' cannot be changed" },
    { "unless nothing", X("unless=''"), "unless has to name 1 to 8 attributes" },
    { "unless one more than that", X("unless='a,b,c,d,e,f,g,h,'"),
      "unless has to name 1 to 8 attributes" },
    { "unless too much", X("unless='a,b,c,d,e,f,g,h,i'"), "unless has to name 1 to 8 attributes" },
    { "unless a bad name", X("unless='a,b c'"), "'b c' is not the name of another attribute" },
    { "unless an empty name", X("unless='a,,b'"), "'' is not the name of another attribute" },
    { "unless itself", X("unless='y,x'"), "'x' is not the name of another attribute" },
    { "unless a mark", X("unless='facts'"), "'facts' is not the name of another attribute" },
    { "supported or not", X("supported='maybe'"),
      "supported='maybe' is unknown, it must be one of: yes, no" },
    { "a type that is not supported",
      PCI("<attr name='type' supported='no'/>"), "the rule of 'type' cannot be changed" },
    { "minimum that is a word", X("minimum='new'"), "minimum must be numbers" },
    { "minimum that is empty", X("minimum=''"), "minimum must be numbers" },
    { "minimum that ends with a dot", X("minimum='1.'"), "minimum must be numbers" },
    { "minimum that is long",
      X("minimum='1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18.19.20.21.22.23.24.25.26'"),
      "minimum must be numbers" },
    { "minimum that is negative", X("minimum='-1'"), "minimum must be numbers" },
    { "a version that is needed, and may be missing",
      PCI("<attr name='software_version' need='yes' missing='ignore'/>"),
      "it cannot be ignored that what is needed is missing" },
    { "two rules",
      PCI("<attr name='x'/>\n<attr name='x'/>"), "f.xml:2: there are two rules for 'x'" },
    { "two rules under an alias",
      PCI("<attr name='pci_id'/><attr name='pciid'/>"), "two rules for 'pci_id'" },
    { "device API",
      PCI("<attr name='device_api' rule='ignore'/>"),
      "the rule of 'device_api' cannot be changed" },
    { "type", PCI("<attr name='type' rule='one-of'/>"), "the rule of 'type' cannot be changed" },
    { "type under its alias",
      PCI("<attr name='mdev_type' rule='ignore'/>"), "the rule of 'type' cannot be changed" },
    { "software version",
      PCI("<attr name='software_version' rule='at-least'/>"),
      "the rule of 'software_version' cannot be changed" },
    { "type of another kind",
      PCI("<attr name='type' value='integer'/>"), "values of 'type' are always of kind 'string'" },
    { "type as a set",
      PCI("<attr name='type' value='set'/>"), "values of 'type' are always of kind 'string'" },
    { "device API of another kind",
      PCI("<attr name='device_api' value='string'/>"),
      "values of 'device_api' are always of kind 'device-api'" },
    { "type that may be missing",
      PCI("<attr name='type' missing='ignore'/>"), "it cannot be ignored that 'type' is missing" },
    { "device API that may be missing",
      PCI("<attr name='device_api' missing='ignore'/>"),
      "it cannot be ignored that 'device_api' is missing" },
    { "software version of another kind",
      PCI("<attr name='software_version' value='integer'/>"),
      "rule 'version' cannot judge values of kind 'integer'" },
    { "criterion that is no device API",
      GROUP("deviceAPI='VFIO PCI'", ""), "'VFIO PCI' is not a device API" },
    { "empty device API", GROUP("deviceAPI=''", ""), "'' is not a device API" },
    { "superset of strings",
      X("rule='superset' value='string'"), "rule 'superset' cannot judge values of kind 'string'" },
    { "at least a set", X("rule='at-least' value='set'"), "rule 'at-least' cannot judge" },
    { "version of integers", X("rule='version' value='integer'"), "rule 'version' cannot judge" },
    { "good group, then a bad one",
      RULES("<rules type='a'><attr name='x'/></rules><rules/>"), "must say which devices" },
};


static int
testBadRulesCase(const void *opaque)
{
    const struct testBadRules *data = opaque;
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();

    if (virNodeDeviceCompatRulesAddXML(rules, data->rules, "f.xml") == 0)
        return testFail("expected an error with '%s', got success", data->error);

    if (!strstr(virGetLastErrorMessage(), data->error)) {
        return testFail("expected an error with '%s', got '%s'",
                        data->error, virGetLastErrorMessage());
    }
    if (g_str_has_suffix(virGetLastErrorMessage(), " "))
        return testFail("'%s' ends with a blank", virGetLastErrorMessage());
    virResetLastError();

    if (rules->ngroups > 0)
        return testFail("half of the document was applied");

    return 0;
}


/* As many rules in a group as there can be attributes, and one more */
static int
testMostRules(const void *opaque G_GNUC_UNUSED)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    g_autofree char *most = NULL;
    g_autofree char *more = NULL;
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();
    size_t i;

    for (i = 0; i < VIR_NODE_DEVICE_COMPAT_ATTRS_MAX; i++)
        virBufferAsprintf(&buf, "<attr name='x%zu'/>", i);
    most = g_strdup_printf(PCI("%s"), virBufferCurrentContent(&buf));
    more = g_strdup_printf(PCI("%s<attr name='y'/>"), virBufferCurrentContent(&buf));

    if (virNodeDeviceCompatRulesAddXML(rules, most, "f.xml") < 0)
        return -1;

    if (virNodeDeviceCompatRulesAddXML(rules, more, "f.xml") == 0 ||
        !strstr(virGetLastErrorMessage(), "more than 512 rules in a group")) {
        return testFail("expected an error, got '%s'", virGetLastErrorMessage());
    }

    virResetLastError();
    return 0;
}


/* Those of the host are read once for as long as nothing changes. */
static int
testHost(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatRules) first = virNodeDeviceCompatFilesGetRules();
    g_autoptr(virNodeDeviceCompatRules) second = virNodeDeviceCompatFilesGetRules();
    g_autoptr(virNodeDeviceCompatFacts) firstFacts = virNodeDeviceCompatFilesGetFacts();
    g_autoptr(virNodeDeviceCompatFacts) secondFacts = virNodeDeviceCompatFilesGetFacts();

    return first && first == second && firstFacts && firstFacts == secondFacts ? 0 : -1;
}


/* What @dirs say of x=2 on the source and x=1 on the target */
/* Each kind has one name, and what is no kind has none. */
static int
testKindNames(const void *opaque G_GNUC_UNUSED)
{
    int kind;

    for (kind = 0; kind < VIR_NODE_DEVICE_COMPAT_RULE_LAST; kind++) {
        const char *name = virNodeDeviceCompatRuleKindTypeToString(kind);

        if (testExpectNumber(kind, virNodeDeviceCompatRuleKindTypeFromString(name)) < 0)
            return -1;
    }

    if (testExpectString(NULL, virNodeDeviceCompatRuleKindTypeToString(-1)) < 0 ||
        testExpectString(NULL, virNodeDeviceCompatRuleKindTypeToString(kind)) < 0)
        return -1;

    return testExpectNumber(-1, virNodeDeviceCompatRuleKindTypeFromString("x"));
}


/* Files of rules and facts that are not usable */
struct testFaults {
    const char *name;
    virNodeDeviceCompatRulesFault fault;
    size_t count;               /* of files */
    const char *expect;         /* and the files that are named, if x is the same */
};

#define FAULT(name) VIR_NODE_DEVICE_COMPAT_FAULT_ ## name

static const struct testFaults faults[] = {
    { "none", FAULT(RULES_UNUSABLE), 0, "identical ; " },
    { "rules", FAULT(RULES_UNUSABLE), 1, "unknown rules-unusable:rules; f0" },
    { "two files of rules", FAULT(RULES_UNUSABLE), 2, "unknown rules-unusable:rules; f0, f1" },
    { "rules from before", FAULT(RULES_OUTDATED), 1, "identical rules-outdated:rules; f0" },
    { "facts from before", FAULT(FACTS_OUTDATED), 1, "identical rules-outdated:facts; f0" },
    { "rules that are hidden", FAULT(RULES_HIDDEN), 1, "identical rules-hidden:rules; f0" },
    { "as many as are named", FAULT(RULES_UNUSABLE), 8,
      "unknown rules-unusable:rules; f0, f1, f2, f3, f4, f5, f6, f7" },
    { "more than are named", FAULT(RULES_UNUSABLE), 9,
      "unknown rules-unusable:rules; f0, f1, f2, f3, f4, f5, f6, f7, ..." },
};


static int
testFaultsCase(const void *opaque)
{
    const struct testFaults *data = opaque;
    g_autoptr(virNodeDeviceCompatRules) rules = virNodeDeviceCompatRulesNew();
    g_autoptr(virNodeDeviceCompat) source = testCompatParseDevice(BASE "x=1");
    g_autoptr(virNodeDeviceCompat) other = testCompatParseDevice(BASE "x=2");
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    g_autoptr(virNodeDeviceCompatReport) tooMuch = NULL;
    virNodeDeviceCompatBudget budget = { .max = SIZE_MAX };
    virNodeDeviceCompatBudget none = { 0 };
    g_autofree char *result = NULL;
    g_autofree char *found = NULL;
    size_t i;

    for (i = 0; i < data->count; i++) {
        g_autofree char *path = g_strdup_printf("f%zu", i);

        virNodeDeviceCompatRulesAddFault(rules, data->fault, path);
    }

    report = virNodeDeviceCompatCompare(source, source, rules, 0);
    result = testCompatFormatResult(report);
    found = g_strdup_printf("%s; %s", result, report->nreasons > 0 ?
                            strrchr(report->reasons[0]->message, ':') + 2 : "");
    if (testExpectString(data->expect, found) < 0)
        return -1;

    /* what cannot be compared is no reason to say nothing of files */
    tooMuch = virNodeDeviceCompatCompareWithin(source, other, rules, 0, &none);
    if (testExpectNumber(1 + report->nreasons, tooMuch->nreasons) < 0)
        return -1;

    /* no report, the same verdict */
    if (testExpectNumber(report->verdict,
                         virNodeDeviceCompatCompareExpanded(source, source, rules, 0, &budget,
                                                            NULL)) < 0)
        return -1;

    return testExpectNumber(VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE,
                            virNodeDeviceCompatCompareExpanded(source, other, rules, 0, &budget,
                                                               NULL));
}


static int
testDirs(const char *const *dirs,
         const char *expect)
{
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_autoptr(virNodeDeviceCompat) source = testCompatParseDevice(BASE "x=2");
    g_autoptr(virNodeDeviceCompat) target = testCompatParseDevice(BASE "x=1");
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    g_autofree char *result = NULL;

    virNodeDeviceCompatFilesUpdate(&files, dirs);
    report = virNodeDeviceCompatCompare(source, target, files.rules, 0);
    result = testCompatFormatResult(report);

    if (STRNEQ(result, expect))
        return testFail("expected: %s\ngot:      %s", expect, result);

    return 0;
}


static int
testDirectories(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *root = g_strdup_printf("%s/nodedevcompatrulesXXXXXX", abs_builddir);
    g_autofree char *etc = NULL;
    g_autofree char *usr = NULL;
    g_autofree char *etcFile = NULL;
    g_autofree char *usrFile = NULL;
    g_autofree char *other = NULL;
    int ret = -1;

    if (!g_mkdtemp(root))
        return -1;

    etc = g_build_filename(root, "etc", NULL);
    usr = g_build_filename(root, "usr", NULL);
    etcFile = g_build_filename(etc, "v.xml", NULL);
    usrFile = g_build_filename(usr, "v.xml", NULL);
    other = g_build_filename(usr, "w.xml", NULL);

    {
        const char *const dirs[] = { etc, usr, NULL };

        /* neither directory is there */
        if (testDirs(dirs, "incompatible attr-mismatch:x") < 0)
            goto cleanup;

        if (g_mkdir(etc, 0777) < 0 || g_mkdir(usr, 0777) < 0 ||
            virFileWriteStr(usrFile, X("rule='at-most'"), 0666) < 0 ||
            testDirs(dirs, "superset ") < 0)
            goto cleanup;

        /* the administrator's file hides the other of that name */
        if (virFileWriteStr(etcFile, X("rule='at-least'"), 0666) < 0 ||
            testDirs(dirs, "incompatible attr-too-low:x rules-hidden:rules") < 0)
            goto cleanup;

        /* nothing of a broken file is used, and others keep working */
        if (virFileWriteStr(etcFile, "<nodedevCompatRules><rules/></nodedevCompatRules>",
                            0666) < 0 ||
            testDirs(dirs, "incompatible attr-mismatch:x rules-unusable:rules "
                     "rules-hidden:rules") < 0 ||
            virFileWriteStr(other, X("rule='ignore'"), 0666) < 0 ||
            testDirs(dirs, "unknown rules-unusable:rules rules-hidden:rules") < 0)
            goto cleanup;
    }

    ret = 0;

 cleanup:
    virFileDeleteTree(root);
    return ret;
}


static int
mymain(void)
{

    DO_TABLE("rules", cases, testRuleCase);

    DO_TABLE("refused", bad, testBadRulesCase);

    DO_TABLE_EXPECT("faults", faults, testFaultsCase);

    DO_TEST(testMostRules, NULL, "512 rules in a group, and not 513");
    DO_TEST(testKindNames, NULL, "names of the kinds of rules");
    DO_TEST(testDirectories, NULL, "directories of rule files");
    DO_TEST(testHost, NULL, "rules and facts of the host");

    return testResult();
}

VIR_TEST_MAIN(mymain)
