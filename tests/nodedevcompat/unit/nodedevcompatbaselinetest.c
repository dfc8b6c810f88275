/*
 * nodedevcompatbaselinetest.c: the baseline of several devices, one case a line
 *
 * Devices are written as in nodedevcompatutils.h, with ";" between them. A
 * result is its verdict, the baseline in the same notation, in brackets, or
 * [none], and the reasons that stand against each device, with "/" between the
 * devices.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatbaselineutils.h"
#include "nodedevcompatutils.h"
#include "nodedevcompatframe.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define CROSS VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE

#define API "api=vfio-pci "
#define BASE API "type=a sv=1.2 "
#define BASE_IS API "sv=1.2.0 type=a"       /* the same in the result's order */

struct testBaseline {
    const char *name;
    const char *devices;
    unsigned int flags;
    const char *result;
};

static const struct testBaseline cases[] = {
    /* one device: what it is itself */
    { "one device", BASE "x=1", 0, "identical [" BASE_IS " x=1]" },
    { "one device, what it accepts is left out",
      BASE "x=1 | x=2,3 sv=1.0-", 0, "identical [" BASE_IS " x=1]" },
    { "one device, its own value not in its list",
      BASE "x=1 | x=2", 0, "identical [" BASE_IS " x=1]" },
    { "one device, its own version not in its list",
      BASE "| sv=1.0-1.1", 0, "identical [" BASE_IS "]" },
    { "one device with all marks", BASE "*x=1 ~y=2", 0, "identical [" BASE_IS " *x=1 ~y=2]" },
    { "one device that accepts another type", BASE "| type=b,c", CROSS, "identical [" BASE_IS "]" },
    { "one device, under every rule",
      BASE "oneof=a set=a+b mask=0x3 least=5 most=7 version=1.1 ignore=x", 0,
      "identical [" API "ignore=x least=5 mask=0x3 most=7 oneof=a set=a+b sv=1.2.0 type=a "
      "version=1.1]" },
    { "one device, as it spells its values",
      BASE "int=0x10 eqset=b,a mask=0X0F", 0,
      "identical [" API "eqset=b,a int=0x10 mask=0X0F sv=1.2.0 type=a]" },
    { "one device that publishes nothing",
      "", 0, "unknown [] missing-both:device_api missing-both:type missing-both:software_version" },
    { "one device without a version",
      API "type=a", 0, "unknown [" API "type=a] missing-both:software_version" },
    { "one device, unreadable",
      BASE "!x", 0, "unknown [" BASE_IS " x=?] unreadable-source:x unreadable-target:x" },
    { "one device, malformed",
      BASE "pci=1", 0,
      "unknown [" API "pci=? sv=1.2.0 type=a] malformed-source:pci_id malformed-target:pci_id" },
    { "one device, conflicting",
      BASE "x=1 x=2", 0, "unknown [" BASE_IS " x=?] conflicting-source:x conflicting-target:x" },
    { "one device, malformed by a vendor's rule",
      BASE "int=one", 0,
      "unknown [" API "int=one sv=1.2.0 type=a] malformed-source:int malformed-target:int" },
    { "one device, all unusable",
      "!api !type !sv", 0,
      "unknown [api=? sv=? type=?] unreadable-source:device_api unreadable-target:device_api "
      "unreadable-source:type unreadable-target:type unreadable-source:software_version "
      "unreadable-target:software_version" },
    { "the same device many times",
      BASE "x=1;" BASE "x=1;" BASE "x=1", 0, "identical [" BASE_IS " x=1]" },

    /* equal: everywhere the same, or there is none */
    { "equal", BASE "x=1;x=1 " BASE, 0, "identical [" BASE_IS " x=1]" },
    { "equal differs", BASE "x=1;" BASE "x=2", 0, "incompatible [none] attr-mismatch:x" },
    { "equal differs in two",
      BASE "x=1 y=1;" BASE "x=2 y=2", 0, "incompatible [none] attr-mismatch:x attr-mismatch:y" },
    { "each device that does not fit is reported",
      BASE "x=1;" BASE "x=2;" BASE "x=3", 0,
      "incompatible [none] attr-mismatch:x / attr-mismatch:x" },
    { "one of many does not fit",
      BASE "x=1;" BASE "x=1 y=1;" BASE "x=1 y=1 z=1;" BASE "x=2", 0,
      "incompatible [none] attr-mismatch:x" },
    { "equal, integers in two spellings",
      BASE "int=0x10;" BASE "int=16", 0, "identical [" API "int=0x10 sv=1.2.0 type=a]" },
    { "equal, sets in two spellings",
      BASE "eqset=a+b;" BASE "eqset=b,a", 0, "identical [" API "eqset=a+b sv=1.2.0 type=a]" },
    { "equal, versions",
      BASE "eqver=1.2;" BASE "eqver=1.2.0", 0, "identical [" API "eqver=1.2 sv=1.2.0 type=a]" },
    { "equal, versions differ",
      BASE "eqver=1.2;" BASE "eqver=1.3", 0, "incompatible [none] attr-mismatch:eqver" },
    { "pci_id",
      BASE "pci=8086:591d;" BASE "pci=0x8086591d", 0,
      "identical [" API "pci=8086:591d sv=1.2.0 type=a]" },
    { "pci_id differs",
      BASE "pci=8086:591d;" BASE "pci=8086:591b", 0, "incompatible [none] attr-mismatch:pci_id" },
    { "device_api differs",
      BASE "x=1;api=vfio-ccw type=b sv=2.0 x=2", 0,
      "incompatible [none] device-api-mismatch:device_api" },
    { "type differs", BASE ";" API "type=b sv=1.2", 0, "incompatible [none] type-mismatch:type" },
    { "type differs, cross-type allowed",
      BASE ";" API "type=b sv=1.2", CROSS, "incompatible [none] type-mismatch:type" },
    { "dynamic differs", BASE "*x=1;" BASE "*x=2", 0, "incompatible [none] needs-provisioning:x" },
    { "dynamic on one", BASE "*x=1;" BASE "x=1", 0, "identical [" BASE_IS " *x=1]" },

    /* the version of the migration data */
    { "the lower minor",
      API "type=a sv=1.4;" BASE ";" API "type=a sv=1.3", 0, "superset [" BASE_IS "]" },
    { "the lower bugfix",
      API "type=a sv=1.2.7;" API "type=a sv=1.2.3", 0, "superset [" API "sv=1.2.3 type=a]" },
    { "the bugfix of the lower minor",
      API "type=a sv=1.2.7;" API "type=a sv=1.3.0", 0, "superset [" API "sv=1.2.7 type=a]" },
    { "minor numbers are numbers",
      API "type=a sv=1.10;" API "type=a sv=1.9", 0, "superset [" API "sv=1.9.0 type=a]" },
    { "another major",
      API "type=a sv=2.0;" BASE, 0, "incompatible [none] version-major-mismatch:software_version" },
    { "another major, taken over by ranges",
      API "type=a sv=2.0 | sv=1.0-;" BASE, 0, "superset [" BASE_IS "]" },
    { "another major, another range",
      API "type=a sv=2.0 | sv=1.3-;" BASE, 0,
      "incompatible [none] version-not-accepted:software_version" },
    { "ranges hold the lowest", API "type=a sv=1.4 | sv=1.2-;" BASE, 0, "superset [" BASE_IS "]" },
    { "ranges do not hold the lowest",
      API "type=a sv=1.4 | sv=1.3-;" BASE, 0,
      "incompatible [none] version-not-accepted:software_version" },
    { "ranges forbid what all others have",
      API "type=a sv=1.4 | sv=1.3-;" API "type=a sv=1.3;" API "type=a sv=1.5", 0,
      "superset [" API "sv=1.3.0 type=a]" },
    { "versions that are only accepted",
      API "type=a sv=2.0 | sv=1.2-1.6;" API "type=a sv=3.0 | sv=1.0-1.4", 0,
      "incompatible [none] version-not-accepted:software_version" },
    { "ranges of accepted versions",
      API "type=a sv=3.0 | sv=1.0-1.2;" API "type=a sv=4.0 | sv=1.3-", 0,
      "incompatible [none] version-not-accepted:software_version" },
    { "ranges of another type are none of it",
      API "type=a sv=1.4 | type=b sv=1.3-;" BASE, 0, "superset [" BASE_IS "]" },
    { "malformed ranges",
      API "type=a sv=1.4 | sv=x;" BASE, 0,
      "unknown [" BASE_IS "] malformed-target:software_version" },
    { "a vendor's version attribute",
      BASE "version=1.3;" BASE "version=1.2.1", 0, "superset [" BASE_IS " version=1.2.1]" },
    { "a vendor's version attribute, another major",
      BASE "version=1.3;" BASE "version=2.0", 0,
      "incompatible [none] version-major-mismatch:version" },

    /* sets, bounds, lists */
    { "superset: each has more than the other",
      BASE "set=a+b+c;" BASE "set=b+c+d", 0, "incompatible [none] attr-not-superset:set" },
    { "superset: one in common",
      BASE "set=a+b;" BASE "set=b", 0, "superset [" API "set=b sv=1.2.0 type=a]" },
    { "superset: fewest members, with commas",
      BASE "set=a,b,c;" BASE "set=b,a", 0, "superset [" API "set=b,a sv=1.2.0 type=a]" },
    { "superset: nothing in common",
      BASE "set=a;" BASE "set=b", 0, "incompatible [none] attr-not-superset:set" },
    { "superset: two that differ, and one that has both",
      BASE "set=a;" BASE "set=b;" BASE "set=a+b", 0, "incompatible [none] attr-not-superset:set" },
    { "superset: missing on one", BASE "set=a;" BASE, 0, "superset [" BASE_IS "]" },
    { "superset: missing on one, needed", BASE "strict=a;" BASE, 0, "superset [" BASE_IS "]" },
    { "bitmask: each has more than the other",
      BASE "mask=0xff0;" BASE "mask=0x3c", 0, "incompatible [none] attr-not-superset:mask" },
    { "bitmask: of another length",
      BASE "mask=0x10000000000000001;" BASE "mask=0x1", 0,
      "superset [" API "mask=0x1 sv=1.2.0 type=a]" },
    { "at least: the lowest",
      BASE "least=10;" BASE "least=9;" BASE "least=0x0b", 0,
      "superset [" API "least=9 sv=1.2.0 type=a]" },
    { "at least: versions",
      BASE "leastv=1.10;" BASE "leastv=1.9;" BASE "leastv=2.0", 0,
      "superset [" API "leastv=1.9 sv=1.2.0 type=a]" },
    { "at least: missing on one",
      BASE "least=10;" BASE, 0, "identical [" API "least=10 sv=1.2.0 type=a]" },
    { "at most: the highest",
      BASE "most=10;" BASE "most=9;" BASE "most=0x0b", 0,
      "superset [" API "most=0x0b sv=1.2.0 type=a]" },
    { "at most: versions",
      BASE "mostv=1.10;" BASE "mostv=1.9", 0, "superset [" API "mostv=1.10 sv=1.2.0 type=a]" },
    { "one of: two lists",
      BASE "oneof=a,b,c;" BASE "oneof=c,d,b", 0, "incompatible [none] attr-not-accepted:oneof" },
    { "one of: a value that a device has",
      BASE "oneof=a,b,c;" BASE "oneof=c,b;" BASE "oneof=c", 0,
      "superset [" API "oneof=c sv=1.2.0 type=a]" },
    { "one of: the same list",
      BASE "oneof=a,b;" BASE "oneof=a,b", 0, "identical [" API "oneof=a,b sv=1.2.0 type=a]" },
    { "one of: not in all lists",
      BASE "oneof=a,b;" BASE "oneof=c", 0, "incompatible [none] attr-not-accepted:oneof" },
    { "one of: lists of integers are no integers",
      BASE "oneint=1,0x2;" BASE "oneint=2,3", 0,
      "unknown [" API
      "oneint=1,0x2 sv=1.2.0 type=a] malformed-source:oneint / malformed-source:oneint" },
    { "range: ranges are no version",
      BASE "range=1.0-1.5;" BASE "range=1.3-", 0,
      "unknown [" API
      "range=1.0-1.5 sv=1.2.0 type=a] malformed-source:range / malformed-source:range" },
    { "range: a value that a device has",
      BASE "range=1.0-1.5;" BASE "range=1.3", 0, "superset [" API "range=1.3 sv=1.2.0 type=a]" },
    { "range of integers: ranges are no integer",
      BASE "intrange=1-8;" BASE "intrange=4-,2", 0,
      "unknown [" API
      "intrange=1-8 sv=1.2.0 type=a] malformed-source:intrange / malformed-source:intrange" },
    { "range of integers: a value that a device has",
      BASE "intrange=1-8;" BASE "intrange=5", 0, "superset [" API "intrange=5 sv=1.2.0 type=a]" },
    { "ignore: the same",
      BASE "ignore=1;" BASE "ignore=1", 0, "identical [" API "ignore=1 sv=1.2.0 type=a]" },
    { "ignore: differs",
      BASE "ignore=1;" BASE "ignore=2", 0, "identical [" API "ignore=1 sv=1.2.0 type=a]" },
    { "ignore: unreadable",
      BASE "ignore=1;" BASE "!ignore", 0, "identical [" API "ignore=1 sv=1.2.0 type=a]" },
    { "ignore: accepted",
      BASE "ignore=1;" BASE "x=1 | ignore=2 x=1", 0, "superset [" API "ignore=1 sv=1.2.0 type=a]" },

    /* the weakest values, each of another device */
    { "weakest of two",
      BASE "least=5 most=5;" BASE "least=4 most=4", 0,
      "superset [" API "least=4 most=5 sv=1.2.0 type=a]" },
    { "weakest of three",
      API "type=a sv=1.4 least=1;" API "type=a sv=1.2 least=2;" API "type=a sv=1.3 least=3", 0,
      "superset [" API "least=1 sv=1.2.0 type=a]" },
    { "weakest, and what one is without",
      BASE "least=4 x=1;" BASE "least=5 y=1", 0, "superset [" API "least=4 sv=1.2.0 type=a]" },
    { "weakest, unreadable on one",
      BASE "least=5 most=5;" BASE "least=4 most=4;" BASE "least=6 !most", 0,
      "unknown [" API "least=4 most=5 sv=1.2.0 type=a] unreadable-target:most" },
    { "weakest, with its marks",
      BASE "*least=5 most=5;" BASE "least=4 ~most=4", 0,
      "superset [" API "least=4 most=5 sv=1.2.0 type=a]" },
    { "weakest, with the marks of each",
      BASE "*least=4 most=4;" BASE "least=5 ~most=5", 0,
      "superset [" API "*least=4 ~most=5 sv=1.2.0 type=a]" },

    /* the candidate that most devices accept */
    { "four of five",
      BASE "x=2;" BASE "x=1;" BASE "x=1 ~y=1;" BASE "x=1 ~y=2;" BASE "x=1 ~y=3", 0,
      "incompatible [none] attr-mismatch:x" },
    { "two of five",
      BASE "x=1;" BASE "x=2;" BASE "x=2;" BASE "x=3;" BASE "x=4", 0,
      "incompatible [none] attr-mismatch:x / attr-mismatch:x / attr-mismatch:x" },
    { "four of five, and the fifth does not publish it",
      BASE "!x;" BASE "x=1 ~y=1;" BASE "x=1 ~y=2;" BASE "x=1 ~y=3", 0,
      "unknown [" BASE_IS " x=1 ~y=1] unreadable-target:x" },
    { "as many, and one of them does not refuse",
      BASE "x=1;" BASE "x=2 | x=1 y=1", 0, "unknown [" BASE_IS " x=1] missing-source:y" },

    /* what not all devices have */
    { "only on one", BASE "x=1;" BASE, 0, "superset [" BASE_IS "]" },
    { "only on one of three", BASE "x=1;" BASE "y=1;" BASE "z=1", 0, "superset [" BASE_IS "]" },
    { "differs, and one is without", BASE "x=1;" BASE "x=2;" BASE, 0, "superset [" BASE_IS "]" },
    { "version on one only",
      API "type=a;" BASE, 0, "unknown [" BASE_IS "] missing-target:software_version" },
    { "type on one only", API "sv=1.2;" BASE, 0, "unknown [" BASE_IS "] missing-target:type" },
    { "type on one only, others differ",
      API "sv=1.2;" BASE ";" API "type=b sv=1.2", 0,
      "incompatible [none] missing-target:type / type-mismatch:type" },
    { "a device that publishes nothing",
      ";" BASE, 0,
      "unknown [" BASE_IS
      "] missing-target:device_api missing-target:type missing-target:software_version" },
    { "what a rule needs, on one only",
      API "type=need sv=1.2 x=1;" API "type=need sv=1.2", 0,
      "unknown [" API "sv=1.2.0 type=need x=1] missing-target:x" },
    { "what a rule needs, on none",
      API "type=need sv=1.2;" API "type=need sv=1.2", 0,
      "unknown [" API "sv=1.2.0 type=need] missing-both:x" },
    { "what a rule needs is among the weakest values",
      API "type=need sv=1.2 least=5 most=5 x=1;" API "type=need sv=1.2 least=4 most=4", 0,
      "unknown [" API "least=4 most=5 sv=1.2.0 type=need x=1] missing-target:x" },
    { "version may be missing by a vendor's rule",
      "api=vfio-ap type=a sv=1.2;api=vfio-ap type=a", 0,
      "identical [api=vfio-ap sv=1.2.0 type=a]" },
    { "unreadable on one",
      BASE "x=1;" BASE "!x", 0, "unknown [" BASE_IS " x=1] unreadable-target:x" },
    { "unreadable on one, others differ",
      BASE "x=1;" BASE "!x;" BASE "x=2", 0,
      "incompatible [none] attr-mismatch:x / unreadable-target:x" },
    { "unreadable on all",
      BASE "!x;" BASE "y=1 !x", 0,
      "unknown [" BASE_IS
      " x=? y=1] unreadable-source:x unreadable-target:x / unreadable-source:x "
      "unreadable-target:x missing-target:y" },
    { "unreadable on one, missing on another",
      BASE "x=1;" BASE "!x;" BASE, 0, "unknown [" BASE_IS "] unreadable-target:x" },
    { "malformed version on one",
      BASE ";" API "type=a sv=one", 0, "unknown [" BASE_IS "] malformed-target:software_version" },

    /* types, of which a device gets what the source has */
    { "a type accepts a value", BASE "*x=1;" BASE "*x", 0, "identical [" BASE_IS " *x=1]" },
    { "a type accepts a value that it accepts",
      BASE "*x=1;" BASE "*x | x=1,2", 0, "identical [" BASE_IS " *x=1]" },
    { "two types that accept some values",
      BASE "*x | x=1,2;" BASE "*x | x=2,3", 0, "identical [" BASE_IS " *x=?]" },
    { "two types", BASE "*x;" BASE "*x", 0, "identical [" BASE_IS " *x=?]" },
    { "types, and devices that differ",
      BASE "*x;" BASE "*x=1;" BASE "*x=2", 0, "incompatible [none] needs-provisioning:x" },
    { "devices without a value yet",
      BASE "*x=2;" BASE "*x=0", 0, "identical [" BASE_IS " *x=2] -> x=2" },
    { "devices without a value yet, none",
      BASE "*x=none;" BASE "*x=a;" BASE "*x=none", 0, "identical [" BASE_IS " *x=a] -> x=a" },
    { "only devices without a value yet",
      BASE "*x=0;" BASE "*x=0", 0, "identical [" BASE_IS " *x=0]" },
    { "two kinds of devices without a value",
      BASE "*x=0;" BASE "*x=none", 0, "incompatible [none] needs-provisioning:x" },
    { "devices without a value yet, and others that differ",
      BASE "*x=0;" BASE "*x=1;" BASE "*x=2", 0, "incompatible [none] needs-provisioning:x" },
    { "devices without a value that accept others",
      BASE "*x=2;" BASE "*x=0 | x=1,2", 0, "identical [" BASE_IS " *x=2] -> x=2" },
    { "devices without a value that do not accept that of another",
      BASE "*x=3;" BASE "*x=0 y=1 | x=1,2", 0, "superset [" BASE_IS " *x=3] -> x=3" },
    { "a value that is 0 and cannot be set",
      BASE "x=0;" BASE "*x=1", 0, "incompatible [none] needs-provisioning:x" },
    { "a mediated device and a PCI function",
      BASE ";" API "type=pci-8086-591d sv=1.2", 0,
      "unknown [" BASE_IS "] type-not-comparable:type" },

    /* derived values never refute */
    { "derived, the same", BASE "~x=1;" BASE "~x=1", 0, "identical [" BASE_IS " ~x=1]" },
    { "derived, differs", BASE "~x=1;" BASE "~x=2", 0, "identical [" BASE_IS " ~x=1]" },
    { "derived on one, published on the other",
      BASE "~x=1;" BASE "x=1", 0, "identical [" BASE_IS " ~x=1]" },
    { "derived on one, published on the other, differs",
      BASE "~x=1;" BASE "x=2", 0, "identical [" BASE_IS " ~x=1]" },
    { "derived on one, published on two that differ",
      BASE "~x=1;" BASE "x=1;" BASE "x=2", 0, "identical [" BASE_IS " ~x=1]" },
    { "derived on one, missing on the other",
      BASE "~x=1;" BASE, 0, "identical [" BASE_IS " ~x=1]" },
    { "derived, differs, and both accept what sorts first",
      BASE "~x=1 | type=0;" BASE "~x=2 | type=0", CROSS, "identical [" BASE_IS " ~x=1]" },
    { "missing on one, and both accept what sorts first",
      BASE "ignore=1 | type=0;" BASE " | type=0", CROSS,
      "identical [" API "ignore=1 sv=1.2.0 type=a]" },
    { "derived, by a vendor's rule",
      BASE "~least=1;" BASE "~least=2", 0, "superset [" API "~least=1 sv=1.2.0 type=a]" },
    { "derived, by a vendor's rule, differs",
      BASE "~int=1;" BASE "~int=2", 0, "incompatible [none] attr-mismatch:int" },
    { "derived, and a condition",
      BASE "~x=1 y=1;" BASE "~x=1 y=2 | x=1,2 y=1", 0, "superset [" BASE_IS " ~x=1 y=1]" },
    { "derived, and a condition that may not be met",
      BASE "~x=1 y=1;" BASE "y=2 | x=2 y=1", 0, "unknown [" BASE_IS " ~x=1 y=1] missing-source:x" },

    /* what devices accept */
    { "accepted", BASE "x=1;" BASE "x=2 | x=1", 0, "superset [" BASE_IS " x=1]" },
    { "accepted by two",
      BASE "x=1;" BASE "x=2 | x=1;" BASE "x=3 | x=1,2", 0, "superset [" BASE_IS " x=1]" },
    { "accepted by one only",
      BASE "x=1;" BASE "x=2 | x=1;" BASE "x=3", 0, "incompatible [none] attr-mismatch:x" },
    { "each accepts the other",
      BASE "x=1 | x=2;" BASE "x=2 | x=1", 0, "superset [" BASE_IS " x=1]" },
    { "what no device is but all accept",
      BASE "x=1 | x=3,4;" BASE "x=2 | x=4,5", 0, "incompatible [none] attr-not-accepted:x" },
    { "accepted in the second alternative",
      BASE "x=1;" BASE "x=2 | x=3 | x=1", 0, "superset [" BASE_IS " x=1]" },
    { "accepted with what the other is not",
      BASE "x=1 y=1;" BASE "x=2 y=2 | x=1 y=3", 0, "incompatible [none] attr-not-accepted:y" },
    { "an alternative asks for what one is without",
      BASE "x=1;" BASE "x=2 | x=1 y=1", 0, "unknown [" BASE_IS " x=1] missing-source:y" },
    { "an alternative asks for what one is without, the device does not",
      BASE "x=1;" BASE "x=1 | x=1 y=1", 0, "identical [" BASE_IS " x=1]" },
    { "an alternative asks for what the others have",
      BASE "x=1 y=1;" BASE "x=2 | x=1 y=1", 0, "superset [" BASE_IS " x=1 y=1]" },
    { "an alternative that is not usable",
      BASE "x=1;" BASE "x=2 | x=1 !y", 0, "unknown [" BASE_IS " x=1] unreadable-target:y" },
    { "alternatives are not mixed",
      BASE "x=1 y=1;" BASE "x=2 y=2 | x=1 y=2 | x=2 y=1", 0,
      "incompatible [none] attr-not-accepted:y" },
    { "type accepted",
      BASE ";" API "type=b sv=1.2 | type=a", 0, "incompatible [none] type-cross-accepted:type" },
    { "type accepted, cross-type allowed",
      BASE ";" API "type=b sv=1.2 | type=a", CROSS, "superset [" BASE_IS "]" },
    { "a type that all accept",
      API "type=b sv=1.2 | type=a;" API "type=c sv=1.2 | type=a,b", CROSS,
      "superset [" API "sv=1.2.0 type=b]" },
    { "a type that none is",
      API "type=b sv=1.2 | type=a;" API "type=c sv=1.2 | type=a", CROSS,
      "incompatible [none] type-mismatch:type" },
    { "a type with its version",
      API "type=b sv=3.1 | type=a sv=1.0-1.4;" API "type=a sv=1.5", CROSS,
      "incompatible [none] version-not-accepted:software_version" },
    { "the version of another type",
      API "type=b sv=3.1 | type=a sv=1.0-1.4;" API "type=a sv=3.1", CROSS,
      "incompatible [none] version-not-accepted:software_version" },
    { "another api accepted",
      BASE ";api=vfio-ap type=a sv=1.2 | api=vfio-pci", CROSS,
      "incompatible [none] device-api-mismatch:device_api" },
    { "pci_id accepted by device id",
      BASE "pci=8086:591d;" BASE "pci=8086:591b | pci=591d", 0,
      "superset [" API "pci=8086:591d sv=1.2.0 type=a]" },
    { "dynamic, accepted", BASE "*x=1;" BASE "*x=2 | x=1,2", 0, "superset [" BASE_IS " *x=1]" },
    { "a set in a list",
      BASE "set=a+b;" BASE "set=c | set=a+b", 0, "superset [" API "set=a+b sv=1.2.0 type=a]" },
    { "variables",
      BASE "x=2 y=1;" BASE "x=4 y=4 | x={v:int:1,2,4} y={v}/2", 0,
      "superset [" BASE_IS " x=2 y=1]" },
    { "variables, another choice for each",
      BASE "x=2 y=2;" BASE "x=4 y=4 | x={v:int:1,2,4} y={v}/2", 0,
      "incompatible [none] attr-not-accepted:y" },
    { "variables on both",
      BASE "x=a | x={v:int:1,2,3}0;" BASE "x=b | x={v:int:2,3,4}0", 0,
      "incompatible [none] attr-not-accepted:x" },
    { "variables in the type",
      API "type=a_4 sv=1.2 | type=a_{v:int:1,2};" API "type=a_8 sv=1.2 | type=a_{v:int:2,4}", CROSS,
      "superset [" API "sv=1.2.0 type=a_4]" },
    { "more choices than there may be",
      BASE "x=2;" BASE "x=4 | x={v:int:1,2}{w:int:1,2}{u:string:a", 0,
      "unknown [" BASE_IS " x=2] malformed-target:x" },
    { "a bound and a list",
      BASE "least=5;" BASE "least=3 | least=5,7", 0, "superset [" API "least=3 sv=1.2.0 type=a]" },
};


static int
testBaseline(const void *opaque)
{
    const struct testBaseline *data = opaque;
    g_autoptr(virNodeDeviceCompatDevices) list = testParseDevices(data->devices);
    g_autoptr(virNodeDeviceCompatBaseline) baseline = testMake(list, data->flags);
    g_autofree char *result = testFormatBaseline(baseline);
    const char *broken;

    if (STRNEQ(result, data->result)) {
        return testFail("  devices: %s\n expected: %s\n   actual: %s",
                        data->devices, data->result, result);
    }

    if ((broken = testRoundTrip(baseline)) ||
        (broken = testIsSource(baseline, true))) {
        g_autofree char *xml = virNodeDeviceCompatBaselineFormat(baseline);

        return testFail("%s: %s", broken, xml);
    }

    return 0;
}


/* There is a limit to the text of reports, and the rest is counted. */
static int
testOmitted(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNodeDeviceCompatDevices) list = g_new0(virNodeDeviceCompatDevices, 1);
    g_autoptr(virNodeDeviceCompatBaseline) baseline = NULL;
    g_autofree char *large = g_strnfill(4000, 'x');
    g_autofree char *xml = NULL;
    const char *broken;
    size_t i;

    list->ndevices = 200;
    list->devices = g_new0(virNodeDeviceCompatDevice, list->ndevices);
    for (i = 0; i < list->ndevices; i++) {
        g_autofree char *text = g_strdup_printf(BASE "x=%s%zu", large, i);

        list->devices[i].name = g_strdup_printf("mdev_%zu", i);
        list->devices[i].compat = testCompatParseDevice(text);
    }

    baseline = testMake(list, 0);
    xml = virNodeDeviceCompatBaselineFormat(baseline);
    if (baseline->nreports == 0 || baseline->nreports + baseline->nomitted != list->ndevices - 1 ||
        strlen(xml) > VIR_NODE_DEVICE_COMPAT_BASELINE_REPORTS_MAX * 2) {
        return testFail("%zu reports, %zu omitted, %zu bytes", baseline->nreports,
                        baseline->nomitted, strlen(xml));
    }

    if ((broken = testRoundTrip(baseline)))
        return testFail("%s", broken);

    return 0;
}


static int
mymain(void)
{

    if (testBaselineSetUp() < 0)
        return EXIT_FAILURE;

    DO_TABLE("baseline", cases, testBaseline);

    DO_TEST(testOmitted, NULL, "large reports are left out and counted");

    g_object_unref(testBaselineRules);
    return testResult();
}

VIR_TEST_MAIN(mymain)
