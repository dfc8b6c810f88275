/*
 * nodedevcompatbaselinetest.c: the baseline of several devices, one case a line
 *
 * Devices are written as nodedevcompatutils.h says, with ";" between them. A
 * result is its verdict, the baseline in the same notation, in brackets, or
 * [none], and the reasons that stand against each device, with "/" between the
 * devices.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_baseline.h"
#include "nodedev_compat_limit.h"
#include "nodedevcompatutils.h"
#include "testutils.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define CROSS VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE

#define API "api=vfio-pci "
#define BASE API "type=a sv=1.2 "
#define BASE_IS API "sv=1.2.0 type=a"       /* the same in the result's order */

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
    "<rules deviceAPI='vfio-ap'>"
    "<attr name='software_version' missing='ignore'/>"
    "</rules>"
    "</nodedevCompatRules>";

static virNodeDeviceCompatRules *rules;

struct testBaseline {
    const char *name;
    const char *devices;
    unsigned int flags;
    const char *result;
};

static const struct testBaseline cases[] = {
    /* one device: what it says of itself and can be used */
    { "one device", BASE "x=1", 0, "identical [" BASE_IS " x=1]" },
    { "one device, what it accepts is left out", BASE "x=1 | x=2,3 sv=1.0-", 0, "identical [" BASE_IS " x=1]" },
    { "one device, its own value not in its list", BASE "x=1 | x=2", 0, "identical [" BASE_IS " x=1]" },
    { "one device, its own version not in its list", BASE "| sv=1.0-1.1", 0, "identical [" BASE_IS "]" },
    { "one device with all marks", BASE "*x=1 ~y=2", 0, "identical [" BASE_IS " *x=1 ~y=2]" },
    { "one device that accepts another type", BASE "| type=b,c", CROSS, "identical [" BASE_IS "]" },
    { "one device, under every rule", BASE "oneof=a set=a+b mask=0x3 least=5 most=7 version=1.1 ignore=x", 0,
      "identical [" API "ignore=x least=5 mask=0x3 most=7 oneof=a set=a+b sv=1.2.0 type=a version=1.1]" },
    { "one device, as it spells its values", BASE "int=0x10 eqset=b,a mask=0X0F", 0, "identical [" API "eqset=b,a int=0x10 mask=0X0F sv=1.2.0 type=a]" },
    { "one device that says nothing", "", 0, "unknown [] missing-both:device_api missing-both:type missing-both:software_version" },
    { "one device without a version", API "type=a", 0, "unknown [" API "type=a] missing-both:software_version" },
    { "one device, unreadable", BASE "!x", 0, "unknown [" BASE_IS "] unreadable-target:x" },
    { "one device, malformed", BASE "pci=1", 0, "unknown [" BASE_IS "] malformed-target:pci_id" },
    { "one device, conflicting", BASE "x=1 x=2", 0, "unknown [" BASE_IS "] conflicting-target:x" },
    { "one device, malformed by a vendor's rule", BASE "int=one", 0, "unknown [" BASE_IS "] malformed-target:int" },
    { "one device, all unusable", "!api !type !sv", 0, "unknown [] unreadable-target:device_api unreadable-target:type unreadable-target:software_version" },
    { "the same device many times", BASE "x=1;" BASE "x=1;" BASE "x=1", 0, "identical [" BASE_IS " x=1]" },

    /* equal: everywhere the same, or there is none */
    { "equal", BASE "x=1;x=1 " BASE, 0, "identical [" BASE_IS " x=1]" },
    { "equal differs", BASE "x=1;" BASE "x=2", 0, "incompatible [none] attr-mismatch:x" },
    { "equal differs in two", BASE "x=1 y=1;" BASE "x=2 y=2", 0, "incompatible [none] attr-mismatch:x attr-mismatch:y" },
    { "each device that does not fit is told", BASE "x=1;" BASE "x=2;" BASE "x=3", 0, "incompatible [none] attr-mismatch:x / attr-mismatch:x" },
    { "one of many does not fit", BASE "x=1;" BASE "x=1 y=1;" BASE "x=1 y=1 z=1;" BASE "x=2", 0, "incompatible [none] attr-mismatch:x" },
    { "equal, integers in two spellings", BASE "int=0x10;" BASE "int=16", 0, "identical [" API "int=0x10 sv=1.2.0 type=a]" },
    { "equal, sets in two spellings", BASE "eqset=a+b;" BASE "eqset=b,a", 0, "identical [" API "eqset=a+b sv=1.2.0 type=a]" },
    { "equal, versions", BASE "eqver=1.2;" BASE "eqver=1.2.0", 0, "identical [" API "eqver=1.2 sv=1.2.0 type=a]" },
    { "equal, versions differ", BASE "eqver=1.2;" BASE "eqver=1.3", 0, "incompatible [none] attr-mismatch:eqver" },
    { "pci_id", BASE "pci=8086:591d;" BASE "pci=0x8086591d", 0, "identical [" API "pci=8086:591d sv=1.2.0 type=a]" },
    { "pci_id differs", BASE "pci=8086:591d;" BASE "pci=8086:591b", 0, "incompatible [none] attr-mismatch:pci_id" },
    { "device_api differs", BASE "x=1;api=vfio-ccw type=b sv=2.0 x=2", 0, "incompatible [none] device-api-mismatch:device_api" },
    { "type differs", BASE ";" API "type=b sv=1.2", 0, "incompatible [none] type-mismatch:type" },
    { "type differs, cross-type allowed", BASE ";" API "type=b sv=1.2", CROSS, "incompatible [none] type-mismatch:type" },
    { "dynamic differs", BASE "*x=1;" BASE "*x=2", 0, "incompatible [none] needs-provisioning:x" },
    { "dynamic on one", BASE "*x=1;" BASE "x=1", 0, "identical [" BASE_IS " *x=1]" },

    /* the version of the migration data */
    { "the lower minor", API "type=a sv=1.4;" BASE ";" API "type=a sv=1.3", 0, "superset [" BASE_IS "]" },
    { "the lower bugfix", API "type=a sv=1.2.7;" API "type=a sv=1.2.3", 0, "superset [" API "sv=1.2.3 type=a]" },
    { "the bugfix of the lower minor", API "type=a sv=1.2.7;" API "type=a sv=1.3.0", 0, "superset [" API "sv=1.2.7 type=a]" },
    { "minor numbers are numbers", API "type=a sv=1.10;" API "type=a sv=1.9", 0, "superset [" API "sv=1.9.0 type=a]" },
    { "another major", API "type=a sv=2.0;" BASE, 0, "incompatible [none] version-major-mismatch:software_version" },
    { "another major, taken over by ranges", API "type=a sv=2.0 | sv=1.0-;" BASE, 0, "superset [" BASE_IS "]" },
    { "another major, another range", API "type=a sv=2.0 | sv=1.3-;" BASE, 0, "incompatible [none] version-not-accepted:software_version" },
    { "ranges hold the lowest", API "type=a sv=1.4 | sv=1.2-;" BASE, 0, "superset [" BASE_IS "]" },
    { "ranges do not hold the lowest", API "type=a sv=1.4 | sv=1.3-;" BASE, 0, "incompatible [none] version-not-accepted:software_version" },
    { "ranges forbid what all others have", API "type=a sv=1.4 | sv=1.3-;" API "type=a sv=1.3;" API "type=a sv=1.5", 0, "superset [" API "sv=1.3.0 type=a]" },
    { "the lowest in all ranges", API "type=a sv=2.0 | sv=1.2-1.6;" API "type=a sv=3.0 | sv=1.0-1.4", 0, "superset [" API "sv=1.4.0 type=a]" },
    { "the lowest in all ranges, with a bugfix", API "type=a sv=2.0 | sv=1.2.5-1.2;" API "type=a sv=3.0 | sv=1.0-", 0, "superset [" API "sv=1.2.5 type=a]" },
    { "ranges without an end", API "type=a sv=3.0 | sv=2.1-;" API "type=a sv=4.0 | sv=2.2-", 0, "superset [" API "sv=2.2.0 type=a]" },
    { "several ranges", API "type=a sv=3.0 | sv=1.0-1.2,2.0-2.3;" API "type=a sv=4.0 | sv=1.5,2.2-2.9", 0, "superset [" API "sv=2.3.0 type=a]" },
    { "ranges that do not meet", API "type=a sv=3.0 | sv=1.0-1.2;" API "type=a sv=4.0 | sv=1.3-", 0, "incompatible [none] version-not-accepted:software_version" },
    { "ranges of another type are none of it", API "type=a sv=1.4 | type=b sv=1.3-;" BASE, 0, "superset [" BASE_IS "]" },
    { "malformed ranges", API "type=a sv=1.4 | sv=x;" BASE, 0, "unknown [" BASE_IS "] malformed-target:software_version" },
    { "a vendor's version attribute", BASE "version=1.3;" BASE "version=1.2.1", 0, "superset [" BASE_IS " version=1.2.1]" },
    { "a vendor's version attribute, another major", BASE "version=1.3;" BASE "version=2.0", 0, "incompatible [none] version-major-mismatch:version" },

    /* sets, bounds, lists */
    { "superset: what all have", BASE "set=a+b+c;" BASE "set=b+c+d", 0, "superset [" API "set=b+c sv=1.2.0 type=a]" },
    { "superset: one in common", BASE "set=a+b;" BASE "set=b", 0, "superset [" API "set=b sv=1.2.0 type=a]" },
    { "superset: nothing in common", BASE "set=a;" BASE "set=b", 0, "superset [" BASE_IS "]" },
    { "superset: nothing in common, then some", BASE "set=a;" BASE "set=b;" BASE "set=a+b", 0, "superset [" BASE_IS "]" },
    { "superset: missing on one", BASE "set=a;" BASE, 0, "superset [" BASE_IS "]" },
    { "superset: missing on one, needed", BASE "strict=a;" BASE, 0, "superset [" BASE_IS "]" },
    { "bitmask: bits that all have", BASE "mask=0xff0;" BASE "mask=0x3c", 0, "superset [" API "mask=0x30 sv=1.2.0 type=a]" },
    { "bitmask: of another length", BASE "mask=0x10000000000000001;" BASE "mask=0x1", 0, "superset [" API "mask=0x1 sv=1.2.0 type=a]" },
    { "bitmask: no bit in common", BASE "mask=0x1;" BASE "mask=0x2", 0, "superset [" API "mask=0x0 sv=1.2.0 type=a]" },
    { "at least: the lowest", BASE "least=10;" BASE "least=9;" BASE "least=0x0b", 0, "superset [" API "least=9 sv=1.2.0 type=a]" },
    { "at least: versions", BASE "leastv=1.10;" BASE "leastv=1.9;" BASE "leastv=2.0", 0, "superset [" API "leastv=1.9 sv=1.2.0 type=a]" },
    { "at least: missing on one", BASE "least=10;" BASE, 0, "superset [" BASE_IS "]" },
    { "at most: the highest", BASE "most=10;" BASE "most=9;" BASE "most=0x0b", 0, "superset [" API "most=0x0b sv=1.2.0 type=a]" },
    { "at most: versions", BASE "mostv=1.10;" BASE "mostv=1.9", 0, "superset [" API "mostv=1.10 sv=1.2.0 type=a]" },
    { "one of: in all lists", BASE "oneof=a,b,c;" BASE "oneof=c,d,b", 0, "superset [" API "oneof=b sv=1.2.0 type=a]" },
    { "one of: a value that a device has", BASE "oneof=a,b,c;" BASE "oneof=c,b;" BASE "oneof=c", 0, "superset [" API "oneof=c sv=1.2.0 type=a]" },
    { "one of: the same list", BASE "oneof=a,b;" BASE "oneof=a,b", 0, "identical [" API "oneof=a,b sv=1.2.0 type=a]" },
    { "one of: not in all lists", BASE "oneof=a,b;" BASE "oneof=c", 0, "incompatible [none] attr-not-accepted:oneof" },
    { "one of: integers", BASE "oneint=1,0x2;" BASE "oneint=2,3", 0, "superset [" API "oneint=2 sv=1.2.0 type=a]" },
    { "range: in all", BASE "range=1.0-1.5;" BASE "range=1.3-", 0, "superset [" API "range=1.5.0 sv=1.2.0 type=a]" },
    { "range: a value that a device has", BASE "range=1.0-1.5;" BASE "range=1.3", 0, "superset [" API "range=1.3 sv=1.2.0 type=a]" },
    { "range of integers: in all", BASE "intrange=1-8;" BASE "intrange=4-,2", 0, "superset [" API "intrange=8 sv=1.2.0 type=a]" },
    { "range of integers: without an end", BASE "intrange=0x10-;" BASE "intrange=4-", 0, "superset [" API "intrange=16 sv=1.2.0 type=a]" },
    { "range of integers: 32 bits are no end", BASE "intrange=1-4294967295;" BASE "intrange=4-4294967295", 0, "superset [" API "intrange=4294967295 sv=1.2.0 type=a]" },
    { "range of integers: a value that a device has", BASE "intrange=1-8;" BASE "intrange=5", 0, "superset [" API "intrange=5 sv=1.2.0 type=a]" },
    { "range of integers: not in all", BASE "intrange=1-8;" BASE "intrange=9-", 0, "incompatible [none] attr-not-accepted:intrange" },
    { "range: not in all", BASE "range=1.0-1.2;" BASE "range=1.3-", 0, "incompatible [none] attr-not-accepted:range" },
    { "ignore: the same", BASE "ignore=1;" BASE "ignore=1", 0, "identical [" API "ignore=1 sv=1.2.0 type=a]" },
    { "ignore: differs", BASE "ignore=1;" BASE "ignore=2", 0, "identical [" BASE_IS "]" },
    { "ignore: unreadable", BASE "ignore=1;" BASE "!ignore", 0, "identical [" BASE_IS "]" },
    { "ignore: accepted", BASE "ignore=1;" BASE "x=1 | ignore=2 x=1", 0, "superset [" BASE_IS "]" },

    /* what not all devices have */
    { "only on one", BASE "x=1;" BASE, 0, "superset [" BASE_IS "]" },
    { "only on one of three", BASE "x=1;" BASE "y=1;" BASE "z=1", 0, "superset [" BASE_IS "]" },
    { "differs, and one is without", BASE "x=1;" BASE "x=2;" BASE, 0, "superset [" BASE_IS "]" },
    { "version on one only", API "type=a;" BASE, 0, "unknown [" BASE_IS "] missing-target:software_version" },
    { "type on one only", API "sv=1.2;" BASE, 0, "unknown [" BASE_IS "] missing-target:type" },
    { "type on one only, others differ", API "sv=1.2;" BASE ";" API "type=b sv=1.2", 0, "incompatible [none] missing-target:type / type-mismatch:type" },
    { "a device that says nothing", ";" BASE, 0, "unknown [" BASE_IS "] missing-target:device_api missing-target:type missing-target:software_version" },
    { "version may be missing by a vendor's rule", "api=vfio-ap type=a sv=1.2;api=vfio-ap type=a", 0, "superset [api=vfio-ap type=a]" },
    { "unreadable on one", BASE "x=1;" BASE "!x", 0, "unknown [" BASE_IS " x=1] unreadable-target:x" },
    { "unreadable on one, others differ", BASE "x=1;" BASE "!x;" BASE "x=2", 0, "incompatible [none] attr-mismatch:x / unreadable-target:x" },
    { "unreadable on all", BASE "!x;" BASE "y=1 !x", 0, "unknown [" BASE_IS "] unreadable-target:x / unreadable-target:x" },
    { "unreadable on one, missing on another", BASE "x=1;" BASE "!x;" BASE, 0, "unknown [" BASE_IS "] unreadable-target:x" },
    { "malformed version on one", BASE ";" API "type=a sv=one", 0, "unknown [" BASE_IS "] malformed-target:software_version" },

    /* types, of which a device gets what the source has */
    { "a type takes a value", BASE "*x=1;" BASE "*x", 0, "identical [" BASE_IS " *x=1]" },
    { "a type takes a value that it accepts", BASE "*x=1;" BASE "*x | x=1,2", 0, "identical [" BASE_IS " *x=1]" },
    { "a type takes what another accepts", BASE "*x | x=1,2;" BASE "*x | x=2,3", 0, "identical [" BASE_IS "]" },
    { "two types", BASE "*x;" BASE "*x", 0, "identical [" BASE_IS "]" },
    { "types, and devices that differ", BASE "*x;" BASE "*x=1;" BASE "*x=2", 0, "incompatible [none] needs-provisioning:x" },
    { "a mediated device and a function", BASE ";" API "type=pci-8086-591d sv=1.2", 0, "unknown [" BASE_IS "] type-not-comparable:type" },

    /* derived values do not refute */
    { "derived, the same", BASE "~x=1;" BASE "~x=1", 0, "identical [" BASE_IS " ~x=1]" },
    { "derived, differs", BASE "~x=1;" BASE "~x=2", 0, "identical [" BASE_IS "]" },
    { "derived on one, published on the other", BASE "~x=1;" BASE "x=1", 0, "identical [" BASE_IS " ~x=1]" },
    { "derived on one, published on the other, differs", BASE "~x=1;" BASE "x=2", 0, "superset [" BASE_IS "]" },
    { "derived on one, published on two that differ", BASE "~x=1;" BASE "x=1;" BASE "x=2", 0, "superset [" BASE_IS "]" },
    { "derived on one, missing on the other", BASE "~x=1;" BASE, 0, "identical [" BASE_IS "]" },
    { "derived, differs, and both accept what sorts first", BASE "~x=1 | type=0;" BASE "~x=2 | type=0", CROSS, "identical [" BASE_IS "]" },
    { "missing on one, and both accept what sorts first", BASE "ignore=1 | type=0;" BASE " | type=0", CROSS, "identical [" BASE_IS "]" },
    { "derived, by a vendor's rule", BASE "~least=1;" BASE "~least=2", 0, "superset [" API "~least=1 sv=1.2.0 type=a]" },
    { "derived, by a vendor's rule, differs", BASE "~int=1;" BASE "~int=2", 0, "incompatible [none] attr-mismatch:int" },
    { "derived, and a condition", BASE "~x=1 y=1;" BASE "~x=1 y=2 | x=1,2 y=1", 0, "superset [" BASE_IS " ~x=1 y=1]" },
    { "derived, and a condition that may not be met", BASE "~x=1 y=1;" BASE "y=2 | x=2 y=1", 0, "unknown [" BASE_IS " y=1] missing-source:x" },

    /* what devices accept */
    { "accepted", BASE "x=1;" BASE "x=2 | x=1", 0, "superset [" BASE_IS " x=1]" },
    { "accepted by two", BASE "x=1;" BASE "x=2 | x=1;" BASE "x=3 | x=1,2", 0, "superset [" BASE_IS " x=1]" },
    { "accepted by one only", BASE "x=1;" BASE "x=2 | x=1;" BASE "x=3", 0, "incompatible [none] attr-mismatch:x" },
    { "each accepts the other", BASE "x=1 | x=2;" BASE "x=2 | x=1", 0, "superset [" BASE_IS " x=1]" },
    { "what no device is but all accept", BASE "x=1 | x=3,4;" BASE "x=2 | x=4,5", 0, "superset [" BASE_IS " x=4]" },
    { "accepted in the second alternative", BASE "x=1;" BASE "x=2 | x=3 | x=1", 0, "superset [" BASE_IS " x=1]" },
    { "accepted with what the other is not", BASE "x=1 y=1;" BASE "x=2 y=2 | x=1 y=3", 0, "incompatible [none] attr-not-accepted:y" },
    { "an alternative asks for what one is without", BASE "x=1;" BASE "x=2 | x=1 y=1", 0, "unknown [" BASE_IS " x=1] missing-source:y" },
    { "an alternative asks for what one is without, the device does not", BASE "x=1;" BASE "x=1 | x=1 y=1", 0, "identical [" BASE_IS " x=1]" },
    { "an alternative asks for what the others have", BASE "x=1 y=1;" BASE "x=2 | x=1 y=1", 0, "superset [" BASE_IS " x=1 y=1]" },
    { "an alternative that is not usable", BASE "x=1;" BASE "x=2 | x=1 !y", 0, "unknown [" BASE_IS " x=1] unreadable-target:y" },
    { "alternatives are not mixed", BASE "x=1 y=1;" BASE "x=2 y=2 | x=1 y=2 | x=2 y=1", 0, "incompatible [none] attr-not-accepted:y" },
    { "type accepted", BASE ";" API "type=b sv=1.2 | type=a", 0, "incompatible [none] type-cross-accepted:type" },
    { "type accepted, cross-type allowed", BASE ";" API "type=b sv=1.2 | type=a", CROSS, "superset [" BASE_IS "]" },
    { "a type that all accept", API "type=b sv=1.2 | type=a;" API "type=c sv=1.2 | type=a,b", CROSS, "superset [" API "sv=1.2.0 type=b]" },
    { "a type that none is", API "type=b sv=1.2 | type=a;" API "type=c sv=1.2 | type=a", CROSS, "superset [" BASE_IS "]" },
    { "a type with its version", API "type=b sv=3.1 | type=a sv=1.0-1.4;" API "type=a sv=1.5", CROSS, "superset [" API "sv=1.4.0 type=a]" },
    { "the version of another type", API "type=b sv=3.1 | type=a sv=1.0-1.4;" API "type=a sv=3.1", CROSS, "incompatible [none] version-not-accepted:software_version" },
    { "another api accepted", BASE ";api=vfio-ap type=a sv=1.2 | api=vfio-pci", CROSS, "incompatible [none] device-api-mismatch:device_api" },
    { "pci_id accepted by device id", BASE "pci=8086:591d;" BASE "pci=8086:591b | pci=591d", 0, "superset [" API "pci=8086:591d sv=1.2.0 type=a]" },
    { "dynamic, accepted", BASE "*x=1;" BASE "*x=2 | x=1,2", 0, "superset [" BASE_IS " *x=1]" },
    { "a set in a list", BASE "set=a+b;" BASE "set=c | set=a+b", 0, "superset [" API "set=a+b sv=1.2.0 type=a]" },
    { "variables", BASE "x=2 y=1;" BASE "x=4 y=4 | x={v:int:1,2,4} y={v}/2", 0, "superset [" BASE_IS " x=2 y=1]" },
    { "variables, another choice for each", BASE "x=2 y=2;" BASE "x=4 y=4 | x={v:int:1,2,4} y={v}/2", 0, "incompatible [none] attr-not-accepted:y" },
    { "variables on both", BASE "x=a | x={v:int:1,2,3}0;" BASE "x=b | x={v:int:2,3,4}0", 0, "superset [" BASE_IS " x=20]" },
    { "variables in the type", API "type=a_4 sv=1.2 | type=a_{v:int:1,2};" API "type=a_8 sv=1.2 | type=a_{v:int:2,4}", CROSS, "superset [" API "sv=1.2.0 type=a_4]" },
    { "more choices than there may be", BASE "x=2;" BASE "x=4 | x={v:int:1,2}{w:int:1,2}{u:string:a", 0, "unknown [" BASE_IS " x=2] malformed-target:x" },
    { "a bound and a list", BASE "least=5;" BASE "least=3 | least=5,7", 0, "superset [" API "least=3 sv=1.2.0 type=a]" },
};


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
                          name, attr->value);
    }

    return testCompatBufferContent(&buf);
}


static char *
testFormatBaseline(const virNodeDeviceCompatBaseline *baseline)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    size_t i;

    virBufferAdd(&buf, virNodeDeviceCompareCompatResultTypeToString(baseline->verdict), -1);
    if (baseline->compat) {
        g_autofree char *device = testFormatDevice(baseline->compat);

        virBufferAsprintf(&buf, " [%s]", device);
    } else {
        virBufferAddLit(&buf, " [none]");
    }

    for (i = 0; i < baseline->nreports; i++) {
        g_autofree char *reasons = testCompatFormatReasons(baseline->reports[i]);

        virBufferAsprintf(&buf, "%s %s", i > 0 ? " /" : "", reasons);
    }

    return testCompatBufferContent(&buf);
}


static virNodeDeviceCompatList *
testParseDevices(const char *text)
{
    g_auto(GStrv) devices = g_strsplit(text, ";", -1);
    virNodeDeviceCompatList *list = g_new0(virNodeDeviceCompatList, 1);
    size_t i;

    list->ndevices = MAX(1, g_strv_length(devices));
    list->devices = g_new0(virNodeDeviceCompatNamed, list->ndevices);
    for (i = 0; i < list->ndevices; i++)
        list->devices[i].compat = testCompatParseDevice(devices[i] ? devices[i] : "");

    return list;
}


static virNodeDeviceCompatBaseline *
testMake(const virNodeDeviceCompatList *list,
         unsigned int flags)
{
    return virNodeDeviceCompatBaselineMake(list->devices, list->ndevices, rules, flags);
}


/* @baseline as XML is valid and gives the same when it is read. */
static const char *
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
static const char *
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


static int
testBaseline(const void *opaque)
{
    const struct testBaseline *data = opaque;
    g_autoptr(virNodeDeviceCompatList) list = testParseDevices(data->devices);
    g_autoptr(virNodeDeviceCompatBaseline) baseline = testMake(list, data->flags);
    g_autofree char *result = testFormatBaseline(baseline);
    const char *broken;

    if (STRNEQ(result, data->result)) {
        VIR_TEST_VERBOSE("\n  devices: %s\n expected: %s\n   actual: %s",
                         data->devices, data->result, result);
        return -1;
    }

    if ((broken = testRoundTrip(baseline)) ||
        (broken = testIsSource(baseline, true))) {
        g_autofree char *xml = virNodeDeviceCompatBaselineFormat(baseline);

        VIR_TEST_VERBOSE("\n%s: %s", broken, xml);
        return -1;
    }

    return 0;
}


/* What holds for whatever devices. They are made at random, but the same each
 * time, of few attributes and few values, so that they often go together. */

#define RANDOM_SETS 2000
#define RANDOM_SEED 20200818

static const struct {
    const char *name;
    const char *values[6];
    const char *lists[4];
} randomAttrs[] = {
    { "api", { "vfio-pci", "vfio-pci", "vfio-pci", "vfio-pci", "vfio-ap" }, { "vfio-pci", "vfio-ap", "vfio-pci,vfio-ap" } },
    { "type", { "a", "a", "a", "b" }, { "a", "a,b", "b,c" } },
    { "sv", { "1.2", "1.3", "1.3.1", "2.0" }, { "1.0-", "1.2-1.3,2.0", "1.3-", "x" } },
    { "pci", { "8086:1", "8086:591d", "8086:591d" }, { "591d,591b", "8086:591d" } },
    { "x", { "1", "1", "1", "2" }, { "1,2", "2,3" } },
    { "oneof", { "a,b", "a", "b", "b,c" }, { "a,b", "b" } },
    { "set", { "a", "a+b", "b+c", "c,b" }, { "a+b", "a,b" } },
    { "mask", { "0x1", "0x3", "0xf0f", "1" }, { "0x1,0x3" } },
    { "least", { "1", "2", "0x2", "many" }, { "1,2", "2" } },
    { "mostv", { "1.0", "1.1", "2.0" }, { "1.0-", "1.1-2.0" } },
    { "version", { "1.0", "1.1", "1.1.1" }, { "1.0-", "2.0" } },
    { "range", { "1.0-1.5", "1.5", "1.2-" }, { "1.0-" } },
    { "intrange", { "1-8", "5", "0x4-", "1-2,7" }, { "4-", "1-5,8" } },
    { "ignore", { "1", "2" }, { "1" } },
    { "int", { "0x1", "1" }, { "1,2" } },
};


static void
testRandomWords(virBuffer *buf,
                GRand *random,
                bool alternatives,
                bool accepts)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(randomAttrs); i++) {
        const char *const *values = accepts ? randomAttrs[i].lists : randomAttrs[i].values;
        size_t most = accepts ? G_N_ELEMENTS(randomAttrs[i].lists) : G_N_ELEMENTS(randomAttrs[i].values);
        const char *mark = "";
        size_t nvalues = 0;

        /* a value that is a list is an alternative, too */
        if (!alternatives &&
            (STREQ(randomAttrs[i].name, "oneof") || g_str_has_suffix(randomAttrs[i].name, "range")))
            continue;

        while (nvalues < most && values[nvalues])
            nvalues++;

        if (g_rand_int_range(random, 0, 100) < (accepts ? 75 : i < 3 ? 3 : 60))
            continue;

        if (!accepts && i >= 3) {
            int which = g_rand_int_range(random, 0, 100);

            mark = which < 2 ? "!" : which < 15 ? "~" : which < 20 ? "*" : "";
        }

        virBufferAsprintf(buf, "%s%s=%s ", mark, randomAttrs[i].name,
                          values[g_rand_int_range(random, 0, nvalues)]);
    }
}


static char *
testRandomDevice(GRand *random,
                 bool alternatives)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    int naccepts = alternatives ? g_rand_int_range(random, 0, 4) : 0;
    int i;

    testRandomWords(&buf, random, alternatives, false);
    for (i = 0; i < naccepts; i++) {
        virBufferAddLit(&buf, "| ");
        testRandomWords(&buf, random, alternatives, true);
    }

    return testCompatBufferContent(&buf);
}


static char *
testRandomDevices(GRand *random,
                  bool alternatives)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;
    int ndevices = g_rand_int_range(random, 1, 6);
    int i;

    for (i = 0; i < ndevices; i++) {
        g_autofree char *device = testRandomDevice(random, alternatives);

        virBufferAsprintf(&buf, "%s%s", i > 0 ? ";" : "", device);
    }

    return testCompatBufferContent(&buf);
}


static bool
testHasBad(const virNodeDeviceCompat *compat)
{
    static const char *const required[] = { "device_api", "type", "software_version" };
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(required); i++) {
        if (!virNodeDeviceCompatSetFind(&compat->self, required[i]))
            return true;
    }

    for (i = 0; i < compat->self.nattrs; i++) {
        const virNodeDeviceCompatAttr *attr = compat->self.attrs[i];

        if (attr->state != VIR_NODE_DEVICE_COMPAT_ATTR_OK ||
            STREQ_NULLABLE(attr->value, "many") ||
            (STREQ(attr->name, "mask") && STREQ(attr->value, "1")))
            return true;
    }

    return false;
}


/* Each device takes the baseline, or it is one that nothing is known of. */
static const char *
testTakes(const virNodeDeviceCompatList *list,
          const virNodeDeviceCompatBaseline *baseline,
          unsigned int flags)
{
    size_t i;

    for (i = 0; baseline->compat && i < list->ndevices; i++) {
        const virNodeDeviceCompat *device = list->devices[i].compat;
        g_autoptr(virNodeDeviceCompatReport) report =
            virNodeDeviceCompatCompare(baseline->compat, device, rules, flags);

        if (report->verdict == VIR_NODE_DEVICE_COMPARE_COMPAT_INCOMPATIBLE)
            return "no device refuses the baseline";
        /* an alternative may ask for what another device does not tell */
        if (report->verdict == VIR_NODE_DEVICE_COMPARE_COMPAT_UNKNOWN &&
            device->naccepts == 0 && !testHasBad(device))
            return "only a device with something unknown makes the baseline unknown";
        if (report->verdict == VIR_NODE_DEVICE_COMPARE_COMPAT_UNKNOWN &&
            baseline->verdict != VIR_NODE_DEVICE_COMPARE_COMPAT_UNKNOWN)
            return "what is unknown of one device is unknown of all";
    }

    if (!baseline->compat && baseline->nreports == 0)
        return "where there is no baseline there is a reason";

    return NULL;
}


/* A device that all others take is proof that there is a baseline. */
static const char *
testExists(const virNodeDeviceCompatList *list,
           const virNodeDeviceCompatBaseline *baseline,
           unsigned int flags)
{
    size_t i;
    size_t j;

    for (i = 0; !baseline->compat && i < list->ndevices; i++) {
        bool all = true;

        for (j = 0; all && j < list->ndevices; j++) {
            g_autoptr(virNodeDeviceCompatReport) report =
                virNodeDeviceCompatCompare(list->devices[i].compat, list->devices[j].compat, rules, flags);

            all = report->verdict == VIR_NODE_DEVICE_COMPARE_COMPAT_IDENTICAL ||
                  report->verdict == VIR_NODE_DEVICE_COMPARE_COMPAT_SUPERSET;
        }
        if (all)
            return "there is a baseline if all devices take one of them";
    }

    return NULL;
}


/* Not even the bytes of the result depend on it. */
static const char *
testOrder(const virNodeDeviceCompatList *list,
          const virNodeDeviceCompatBaseline *baseline,
          GRand *random,
          unsigned int flags)
{
    g_autofree virNodeDeviceCompatNamed *devices = NULL;
    g_autoptr(virNodeDeviceCompatBaseline) shuffled = NULL;
    g_autofree char *expected = virNodeDeviceCompatBaselineFormat(baseline);
    g_autofree char *actual = NULL;
    size_t i;

    devices = g_new0(virNodeDeviceCompatNamed, list->ndevices);
    memcpy(devices, list->devices, sizeof(*devices) * list->ndevices);
    for (i = list->ndevices - 1; i > 0; i--) {
        size_t j = g_rand_int_range(random, 0, i + 1);
        virNodeDeviceCompatNamed other = devices[i];

        devices[i] = devices[j];
        devices[j] = other;
    }

    shuffled = virNodeDeviceCompatBaselineMake(devices, list->ndevices, rules, flags);
    actual = virNodeDeviceCompatBaselineFormat(shuffled);

    return STREQ(expected, actual) ? NULL : "the order of the devices does not matter";
}


static char *
testFormatCompat(const virNodeDeviceCompat *compat)
{
    g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

    virNodeDeviceCompatFormat(&buf, compat);
    return testCompatBufferContent(&buf);
}


/* The baseline of the devices from @first on, and of @with */
static virNodeDeviceCompatBaseline *
testMakeWith(const virNodeDeviceCompatList *list,
             size_t first,
             virNodeDeviceCompat *with,
             unsigned int flags)
{
    g_autofree virNodeDeviceCompatNamed *devices = NULL;
    size_t ndevices = list->ndevices - first;

    devices = g_new0(virNodeDeviceCompatNamed, ndevices + 1);
    memcpy(devices, list->devices + first, sizeof(*devices) * ndevices);
    devices[ndevices].compat = with;

    return virNodeDeviceCompatBaselineMake(devices, ndevices + 1, rules, flags);
}


/* The rules are those for a device API. */
static bool
testHasSameRules(const virNodeDeviceCompatList *list)
{
    size_t i;

    for (i = 0; i < list->ndevices; i++) {
        if (!virNodeDeviceCompatSetFind(&list->devices[i].compat->self, "device_api"))
            return false;
    }

    return true;
}


/* With the baseline among them the devices have the same baseline; where it is
 * not known whether all of them take it, there may be others as good. */
static const char *
testIdempotent(const virNodeDeviceCompatList *list,
               const virNodeDeviceCompatBaseline *baseline,
               unsigned int flags)
{
    g_autoptr(virNodeDeviceCompatBaseline) again = NULL;
    g_autofree char *expected = NULL;
    g_autofree char *actual = NULL;

    if (baseline->verdict == VIR_NODE_DEVICE_COMPARE_COMPAT_UNKNOWN ||
        !baseline->compat || !testHasSameRules(list))
        return NULL;

    again = testMakeWith(list, 0, baseline->compat, flags);
    expected = testFormatCompat(baseline->compat);
    actual = testFormatCompat(again->compat);
    if (STREQ(expected, actual))
        return NULL;

    VIR_TEST_VERBOSE("\nexpected %s\nactual %s", expected, actual);
    return "adding the baseline to the devices does not change it";
}


/* The baseline of some devices stands for them. It does not say what else they
 * accept, so this is only so if they accept nothing but what they are. */
static const char *
testAssociative(const virNodeDeviceCompatList *list,
                const virNodeDeviceCompatBaseline *baseline)
{
    size_t nfirst = list->ndevices / 2;
    g_autoptr(virNodeDeviceCompatBaseline) first = NULL;
    g_autoptr(virNodeDeviceCompatBaseline) both = NULL;
    g_autofree char *expected = NULL;
    g_autofree char *actual = NULL;

    if (nfirst == 0)
        return NULL;

    first = virNodeDeviceCompatBaselineMake(list->devices, nfirst, rules, 0);
    /* what is not known of a device is no part of its baseline */
    if (!first->compat || first->verdict == VIR_NODE_DEVICE_COMPARE_COMPAT_UNKNOWN)
        return NULL;

    both = testMakeWith(list, nfirst, first->compat, 0);
    if (!baseline->compat || !both->compat)
        return !baseline->compat == !both->compat ? NULL : "the baseline of a part stands for it";

    expected = testFormatCompat(baseline->compat);
    actual = testFormatCompat(both->compat);
    if (STREQ(expected, actual))
        return NULL;

    VIR_TEST_VERBOSE("\nexpected %s\nactual %s", expected, actual);
    return "the baseline of a part of the devices stands for that part";
}


struct testRandom {
    bool alternatives;
    unsigned int flags;
};


static int
testProperties(const void *opaque)
{
    const struct testRandom *data = opaque;
    g_autoptr(GRand) random = g_rand_new_with_seed(RANDOM_SEED);
    size_t counts[4] = { 0 };
    size_t i;

    for (i = 0; i < RANDOM_SETS; i++) {
        g_autofree char *text = testRandomDevices(random, data->alternatives);
        g_autoptr(virNodeDeviceCompatList) list = testParseDevices(text);
        g_autoptr(virNodeDeviceCompatBaseline) baseline = testMake(list, data->flags);
        const char *broken;

        counts[baseline->verdict]++;

        if ((broken = testTakes(list, baseline, data->flags)) ||
            (broken = testExists(list, baseline, data->flags)) ||
            (broken = testOrder(list, baseline, random, data->flags)) ||
            (broken = testIdempotent(list, baseline, data->flags)) ||
            (broken = testIsSource(baseline, false)) ||
            (!data->alternatives && (broken = testAssociative(list, baseline)))) {
            g_autofree char *result = testFormatBaseline(baseline);

            VIR_TEST_VERBOSE("\ndevices: %s\nresult: %s\ndoes not hold: %s",
                             text, result, broken);
            return -1;
        }
    }

    VIR_TEST_DEBUG("\nincompatible %zu, identical %zu, superset %zu, unknown %zu",
                   counts[0], counts[1], counts[2], counts[3]);

    for (i = 0; i < G_N_ELEMENTS(counts); i++) {
        if (counts[i] < RANDOM_SETS / 200) {
            VIR_TEST_VERBOSE("\nhardly any result '%s' among those made at random",
                             virNodeDeviceCompareCompatResultTypeToString(i));
            return -1;
        }
    }

    return 0;
}


/* More ways to combine alternatives than are followed: what is not found is not
 * known not to be. */
static int
testTooManyWays(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatList) list = g_new0(virNodeDeviceCompatList, 1);
    g_autoptr(virNodeDeviceCompatBaseline) baseline = NULL;
    const char *broken;
    size_t i;
    size_t j;

    list->ndevices = 3;
    list->devices = g_new0(virNodeDeviceCompatNamed, list->ndevices);

    for (i = 0; i < list->ndevices; i++) {
        g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

        virBufferAsprintf(&buf, BASE "x=own%zu y=0", i);
        for (j = 0; j < VIR_NODE_DEVICE_COMPAT_BASELINE_WAYS_MAX * 2; j++)
            virBufferAsprintf(&buf, " | x=%zu y=%zu", j, i < 2 ? j : j + 1);

        list->devices[i].compat = testCompatParseDevice(virBufferCurrentContent(&buf));
    }

    baseline = testMake(list, 0);
    if (baseline->compat || !baseline->incomplete ||
        baseline->verdict != VIR_NODE_DEVICE_COMPARE_COMPAT_UNKNOWN) {
        VIR_TEST_VERBOSE("\nexpected an unknown result that is incomplete");
        return -1;
    }

    if ((broken = testRoundTrip(baseline))) {
        VIR_TEST_VERBOSE("\n%s", broken);
        return -1;
    }

    return 0;
}


/* Of the alternatives of all devices only so many are looked at. The last device
 * takes of what the others take only x=2, which is found if it is looked at. */
static int
testTooManyAlternatives(const void *opaque G_GNUC_UNUSED)
{
    const size_t most = VIR_NODE_DEVICE_COMPAT_BASELINE_ALTERNATIVES_MAX / VIR_NODE_DEVICE_COMPAT_ACCEPTS_MAX;
    const size_t counts[] = { 10, most + 1 };
    const char *const expect[] = { "superset [" API "sv=1.2.0 type=a x=2]", "unknown [none]" };
    size_t n;

    for (n = 0; n < G_N_ELEMENTS(counts); n++) {
        g_autoptr(virNodeDeviceCompatList) list = g_new0(virNodeDeviceCompatList, 1);
        g_autoptr(virNodeDeviceCompatBaseline) baseline = NULL;
        g_autofree char *result = NULL;
        size_t i;
        size_t j;

        list->ndevices = counts[n];
        list->devices = g_new0(virNodeDeviceCompatNamed, list->ndevices);

        for (i = 0; i + 1 < list->ndevices; i++) {
            g_auto(virBuffer) buf = VIR_BUFFER_INITIALIZER;

            virBufferAsprintf(&buf, BASE "x=a%zu | x=1,2", i);
            for (j = 1; j < VIR_NODE_DEVICE_COMPAT_ACCEPTS_MAX; j++)
                virBufferAsprintf(&buf, " | x=a%zu-%zu", i, j);

            list->devices[i].compat = testCompatParseDevice(virBufferCurrentContent(&buf));
        }
        list->devices[i].compat = testCompatParseDevice(BASE "x=z | x=2");

        baseline = testMake(list, 0);
        result = testFormatBaseline(baseline);
        if (!STRPREFIX(result, expect[n]) || baseline->incomplete != (n == 1)) {
            VIR_TEST_VERBOSE("\n%zu devices: expected %s, got %s, %s", list->ndevices, expect[n],
                             result, baseline->incomplete ? "incomplete" : "complete");
            return -1;
        }
    }

    return 0;
}


/* As many devices as a large fleet has, no two of them the same */
static int
testMany(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatList) list = g_new0(virNodeDeviceCompatList, 1);
    g_autoptr(virNodeDeviceCompatBaseline) baseline = NULL;
    g_autofree char *result = NULL;
    size_t i;

    list->ndevices = 10000;
    list->devices = g_new0(virNodeDeviceCompatNamed, list->ndevices);
    for (i = 0; i < list->ndevices; i++) {
        g_autofree char *text = g_strdup_printf(API "type=a sv=1.%zu least=%zu set=a+b+c%zu | sv=1.%zu-",
                                                i + 3, i + 1, i, i % 4);

        list->devices[i].compat = testCompatParseDevice(text);
    }

    baseline = testMake(list, 0);
    result = testFormatBaseline(baseline);
    if (STRNEQ(result, "superset [" API "least=1 set=a+b sv=1.3.0 type=a]")) {
        VIR_TEST_VERBOSE("\nunexpected baseline of %zu devices: %s", list->ndevices, result);
        return -1;
    }

    return 0;
}


/* There is a limit to the text of reports, and the rest is counted. */
static int
testOmitted(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatList) list = g_new0(virNodeDeviceCompatList, 1);
    g_autoptr(virNodeDeviceCompatBaseline) baseline = NULL;
    g_autofree char *large = g_strnfill(4000, 'x');
    g_autofree char *xml = NULL;
    const char *broken;
    size_t i;

    list->ndevices = 200;
    list->devices = g_new0(virNodeDeviceCompatNamed, list->ndevices);
    for (i = 0; i < list->ndevices; i++) {
        g_autofree char *text = g_strdup_printf(BASE "x=%s%zu", large, i);

        list->devices[i].name = g_strdup_printf("mdev_%zu", i);
        list->devices[i].compat = testCompatParseDevice(text);
    }

    baseline = testMake(list, 0);
    xml = virNodeDeviceCompatBaselineFormat(baseline);
    if (baseline->nreports == 0 || baseline->nreports + baseline->nomitted != list->ndevices - 1 ||
        strlen(xml) > VIR_NODE_DEVICE_COMPAT_BASELINE_REPORTS_MAX * 2) {
        VIR_TEST_VERBOSE("\n%zu reports, %zu omitted, %zu bytes", baseline->nreports,
                         baseline->nomitted, strlen(xml));
        return -1;
    }

    if ((broken = testRoundTrip(baseline))) {
        VIR_TEST_VERBOSE("\n%s", broken);
        return -1;
    }

    return 0;
}


static int
mymain(void)
{
    static const struct testRandom randoms[] = {
        { false, 0 }, { true, 0 }, { true, CROSS },
    };
    int ret = 0;
    size_t i;

    rules = virNodeDeviceCompatRulesNew();
    if (virNodeDeviceCompatRulesAddXML(rules, rulesXML, "rules") < 0)
        return EXIT_FAILURE;

    for (i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *title = g_strdup_printf("%s: %s", cases[i].name, cases[i].result);

        if (virTestRun(title, testBaseline, &cases[i]) < 0)
            ret = -1;
    }

    for (i = 0; i < G_N_ELEMENTS(randoms); i++) {
        g_autofree char *title = g_strdup_printf("what holds for any devices%s%s",
                                                 randoms[i].alternatives ? " that accept others" : "",
                                                 randoms[i].flags ? " of any type" : "");

        if (virTestRun(title, testProperties, &randoms[i]) < 0)
            ret = -1;
    }

    if (virTestRun("more ways than are followed", testTooManyWays, NULL) < 0)
        ret = -1;
    if (virTestRun("10,000 devices", testMany, NULL) < 0)
        ret = -1;
    if (virTestRun("large reports are left out and counted", testOmitted, NULL) < 0)
        ret = -1;
    if (virTestRun("more alternatives than are looked at", testTooManyAlternatives, NULL) < 0)
        ret = -1;

    g_object_unref(rules);
    return ret == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

VIR_TEST_MAIN(mymain)
