/*
 * nodedevcompatcomparetest.c: comparing descriptors, one case a line
 *
 * Devices are written as nodedevcompatutils.h says. The expected reasons are
 * listed as code:attribute, all of them, in order.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedevcompatutils.h"
#include "nodedevcompatframe.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define CROSS VIR_NODE_DEVICE_COMPARE_COMPAT_ALLOW_CROSS_TYPE

#define IDENTICAL VIR_NODE_DEVICE_COMPAT_IDENTICAL
#define SUPERSET VIR_NODE_DEVICE_COMPAT_SUPERSET
#define UNKNOWN VIR_NODE_DEVICE_COMPAT_UNKNOWN
#define INCOMPATIBLE VIR_NODE_DEVICE_COMPAT_INCOMPATIBLE

#define API "api=vfio-pci "
#define BASE API "type=a sv=1.2 "       /* what must be there */
#define GVT(type, aggregator) API "type=i915-GVTg_V5_" type " sv=1.2 aggregator=" aggregator " "
#define UPTO15 "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15"
#define CCW "api=vfio-ccw type=io sv=1.0 "

struct testCompare {
    const char *name;
    const char *source;
    const char *target;
    unsigned int flags;
    virNodeDeviceCompatResult verdict;
    const char *reasons;
};

static const struct testCompare cases[] = {
    /* equal, in whatever spelling */
    { "nothing but the base", BASE, BASE, 0, IDENTICAL, "" },
    { "all equal",
      BASE "pci=8086:591d aggregator=2 x=1",
      BASE "pci=8086:591d aggregator=2 x=1", 0, IDENTICAL, "" },
    { "order does not matter", "x=1 sv=1.2 type=a api=vfio-pci", BASE "x=1", 0, IDENTICAL, "" },
    { "api in another spelling", "api=vfio_pci type=a sv=1.2", BASE, 0, IDENTICAL, "" },
    { "version without bugfix", API "type=a sv=1.2.0", API "type=a sv=1.2", 0, IDENTICAL, "" },
    { "pci_id in another spelling",
      BASE "pci=0x8086:0x591D", BASE "pci=8086591d", 0, IDENTICAL, "" },
    { "integer accepted in a range",
      BASE "aggregator=4", BASE "aggregator=2 | type=a aggregator=1-8", 0, SUPERSET, "" },
    { "integer not accepted by a range",
      BASE "aggregator=9",
      BASE "aggregator=2 | type=a aggregator=1-8", 0, INCOMPATIBLE,
      "attr-not-accepted:aggregator" },
    { "integer in another spelling",
      BASE "aggregator=0x10", BASE "aggregator=16", 0, IDENTICAL, "" },
    { "type under its alias", API "mdev_type=a sv=1.2", BASE, 0, IDENTICAL, "" },
    { "pci_id under its alias",
      BASE "device_id=8086:591d", BASE "pciid=8086:591d", 0, IDENTICAL, "" },
    { "credentials are not compared",
      BASE "remote_url=https://u:p@h/x", BASE "remote_url=https://v@h/x", 0, IDENTICAL, "" },
    { "published twice, agreeing",
      BASE "pci=8086:591d device_id=8086591d", BASE "pci=8086:591d", 0, IDENTICAL, "" },
    { "vendor values are compared as they are",
      BASE "x=0x10", BASE "x=16", 0, INCOMPATIBLE, "attr-mismatch:x" },
    { "case matters", BASE "x=a", BASE "x=A", 0, INCOMPATIBLE, "attr-mismatch:x" },

    /* step 1, device_api: nothing more is compared once it fails */
    { "api differs",
      BASE, "api=vfio-ccw type=a sv=1.2", 0, INCOMPATIBLE, "device-api-mismatch:device_api" },
    { "api differs and so does the rest",
      BASE "pci=8086:1234 x=1 y=1",
      "api=vfio-ap type=b sv=9.0 pci=8086:5678 x=2", 0, INCOMPATIBLE,
      "device-api-mismatch:device_api" },
    { "api differs and the rest is missing",
      BASE, "api=vfio-ap", 0, INCOMPATIBLE, "device-api-mismatch:device_api" },
    { "api differs and the rest is unreadable",
      BASE,
      "api=vfio-ap !type !software_version", 0, INCOMPATIBLE,
      "device-api-mismatch:device_api" },
    { "no alternative makes one api another",
      BASE,
      "api=vfio-ap type=a sv=1.2 | api=vfio-pci", 0, INCOMPATIBLE,
      "device-api-mismatch:device_api" },
    { "nor with cross-type allowed",
      BASE,
      "api=vfio-ap type=a sv=1.2 | api=vfio-pci,vfio-ap type=a,b", CROSS, INCOMPATIBLE,
      "device-api-mismatch:device_api" },
    { "an alternative for another api does no harm", BASE, BASE "| api=vfio-ap", 0, IDENTICAL, "" },
    { "an alternative for the same api",
      BASE "x=1", BASE "x=2 | api=vfio-pci x=1", 0, SUPERSET, "" },
    { "api only on the target", "type=a sv=1.2", BASE, 0, UNKNOWN, "missing-source:device_api" },
    { "api only on the source", BASE, "type=a sv=1.2", 0, UNKNOWN, "missing-target:device_api" },
    { "api on neither side",
      "type=a sv=1.2", "type=a sv=1.2", 0, UNKNOWN, "missing-both:device_api" },
    { "api missing does not end it",
      "type=a sv=1.2", API "type=b sv=2.0", 0, INCOMPATIBLE,
      "missing-source:device_api type-mismatch:type version-major-mismatch:software_version" },
    { "api unreadable on the source",
      "!api type=a sv=1.2", BASE, 0, UNKNOWN, "unreadable-source:device_api" },
    { "api unreadable on the target",
      BASE, "!api type=a sv=1.2", 0, UNKNOWN, "unreadable-target:device_api" },
    { "api conflicting on the source",
      "api=vfio-pci api=vfio-ap type=a sv=1.2", BASE, 0, UNKNOWN, "conflicting-source:device_api" },
    { "api conflicting on the target",
      BASE, "api=vfio-pci api=vfio-ap type=a sv=1.2", 0, UNKNOWN, "conflicting-target:device_api" },

    /* step 2, what is specific to a device API */
    { "pci_id differs",
      BASE "pci=8086:591d", BASE "pci=8086:591b", 0, INCOMPATIBLE, "attr-mismatch:pci_id" },
    { "pci_id of another vendor",
      BASE "pci=8086:591d", BASE "pci=10de:591d", 0, INCOMPATIBLE, "attr-mismatch:pci_id" },
    { "subchannel_type only on the target", CCW, CCW "subchannel_type=0", 0, SUPERSET, "" },
    { "chpid_type only on the target", CCW, CCW "chpid_type=0", 0, SUPERSET, "" },
    { "pci_id accepted",
      BASE "pci=8086:591d", BASE "pci=8086:591b | pci=8086:5931,8086:591d", 0, SUPERSET, "" },
    { "pci_id accepted by device id only",
      BASE "pci=8086:591d", BASE "pci=8086:591b | pci=591d", 0, SUPERSET, "" },
    { "pci_id accepted under an alias",
      BASE "pci=8086:591d", BASE "pci=8086:591b | pci_ids=591d", 0, SUPERSET, "" },
    { "pci_id not accepted",
      BASE "pci=8086:591d",
      BASE "pci=8086:591b | pci=8086:5931,10de:591d", 0, INCOMPATIBLE, "attr-not-accepted:pci_id" },
    { "pci_id of the target not in its own list",
      BASE "pci=8086:591d", BASE "pci=8086:591d | pci=591b", 0, IDENTICAL, "" },
    { "pci_id only on the source",
      BASE "pci=8086:591d", BASE, 0, UNKNOWN, "missing-target:pci_id" },
    { "pci_id only on the target", BASE, BASE "pci=8086:591d", 0, SUPERSET, "" },
    { "pci_id malformed on the source",
      BASE "pci=591", BASE "pci=8086:591d", 0, UNKNOWN, "malformed-source:pci_id" },
    { "pci_id malformed on the target",
      BASE "pci=8086:591d", BASE "pci=0x0x8086591d", 0, UNKNOWN, "malformed-target:pci_id" },
    { "pci_id malformed alike on both",
      BASE "pci=591", BASE "pci=591", 0, UNKNOWN,
      "malformed-source:pci_id malformed-target:pci_id" },
    { "pci_id conflicting on the target",
      BASE "pci=8086:591d",
      BASE "pci=8086:591d device_id=8086:591b", 0, UNKNOWN, "conflicting-target:pci_id" },
    { "pci_id differs, the others are compared",
      BASE "pci=8086:591d x=1",
      API "type=b sv=1.1 pci=8086:591b x=2", 0, INCOMPATIBLE,
      "attr-mismatch:pci_id type-mismatch:type version-minor-too-old:software_version "
      "attr-mismatch:x" },
    { "subchannel_type equal",
      CCW "subchannel_type=0", CCW "subchannel_type=0x0", 0, IDENTICAL, "" },
    { "subchannel_type differs",
      CCW "subchannel_type=0", CCW "subchannel_type=1", 0, INCOMPATIBLE,
      "attr-mismatch:subchannel_type" },
    { "subchannel_type accepted",
      CCW "subchannel_type=0", CCW "subchannel_type=1 | subchannel_type=0,1", 0, SUPERSET, "" },
    { "chpid_type differs",
      CCW "chpid_type=27", CCW "chpid_type=17", 0, INCOMPATIBLE, "attr-mismatch:chpid_type" },
    { "chpid_type accepted",
      CCW "chpid_type=0x1b", CCW "chpid_type=17 | chpid_type=27", 0, SUPERSET, "" },
    { "chpid_type malformed",
      CCW "chpid_type=1b", CCW "chpid_type=17", 0, UNKNOWN, "malformed-source:chpid_type" },
    { "chpid_type and subchannel_type, one accepted",
      CCW "chpid_type=1 subchannel_type=0",
      CCW "chpid_type=2 subchannel_type=2 | chpid_type=1 subchannel_type=2", 0, INCOMPATIBLE,
      "attr-not-accepted:subchannel_type" },

    /* derived values are evidence, never a mismatch */
    { "derived equal", BASE "~pci=8086:591d", BASE "~pci=8086:591d", 0, IDENTICAL, "" },
    { "derived differs",
      BASE "~pci=8086:591d", BASE "~pci=8086:591b", 0, IDENTICAL, "derived-differs:pci_id" },
    { "derived driver_version differs",
      BASE "~driver=nvidia ~driver_version=550.1",
      BASE "~driver=nvidia ~driver_version=560.1", 0, IDENTICAL,
      "derived-differs:driver_version" },
    { "derived differs with superset",
      BASE "~driver_version=1",
      API "type=a sv=1.3 ~driver_version=2", 0, SUPERSET,
      "derived-differs:driver_version" },
    { "derived differs with mismatch",
      BASE "~driver_version=1 x=1", BASE "~driver_version=2 x=2", 0, INCOMPATIBLE,
      "derived-differs:driver_version attr-mismatch:x" },
    { "derived only on the source", BASE "~driver=i915", BASE, 0, IDENTICAL, "" },
    { "derived only on the target", BASE, BASE "~driver=i915", 0, IDENTICAL, "" },
    { "derived on the source, published on the target, differs",
      BASE "~pci=8086:591d", BASE "pci=8086:591b", 0, IDENTICAL, "derived-differs:pci_id" },
    { "derived on the source, published on the target, equal",
      BASE "~pci=8086:591d", BASE "pci=8086:591d", 0, IDENTICAL, "" },
    { "published on the source, derived on the target, equal",
      BASE "pci=8086:591d", BASE "~pci=8086:591d", 0, IDENTICAL, "" },
    { "published on the source, derived on the target, differs",
      BASE "pci=8086:591d", BASE "~pci=8086:591b", 0, UNKNOWN, "missing-target:pci_id" },
    { "published on the source, derived on the target, accepted",
      BASE "pci=8086:591d", BASE "~pci=8086:591b | pci=8086:591d", 0, SUPERSET, "" },
    { "published on the source, derived on the target, not accepted",
      BASE "pci=8086:591d",
      BASE "~pci=8086:591b | pci=8086:5931", 0, UNKNOWN, "missing-target:pci_id" },
    { "derived does not fulfil a condition",
      BASE "x=1 ~y=0.1", BASE "x=2 | x=1,2 y=1.5", 0, UNKNOWN, "missing-source:y" },
    { "derived fulfils a condition", BASE "x=1 ~y=1.5", BASE "x=2 | x=1,2 y=1.5", 0, SUPERSET, "" },
    { "condition on what the target merely derives",
      BASE "x=1", BASE "x=2 ~y=1.6 | x=1,2 y=1.5", 0, UNKNOWN, "missing-source:y" },
    { "published and malformed, derived the same",
      BASE "pci=garbage", BASE "~pci=garbage", 0, UNKNOWN,
      "malformed-source:pci_id malformed-target:pci_id" },
    { "derived on the source, not accepted",
      BASE "~pci=8086:591d", BASE "~pci=8086:591d | pci=8086:5931", 0, IDENTICAL, "" },

    /* step 3, type: strict unless the caller allows more */
    { "type differs", BASE, API "type=b sv=1.2", 0, INCOMPATIBLE, "type-mismatch:type" },
    { "type differs, cross-type allowed",
      BASE, API "type=b sv=1.2", CROSS, INCOMPATIBLE, "type-mismatch:type" },
    { "type accepted",
      BASE, API "type=b sv=1.2 | type=a", 0, INCOMPATIBLE, "type-cross-accepted:type" },
    { "type accepted, cross-type allowed",
      BASE, API "type=b sv=1.2 | type=a", CROSS, SUPERSET, "" },
    { "type accepted in a list", BASE, API "type=b sv=1.2 | type=c,a", CROSS, SUPERSET, "" },
    { "type accepted under its alias",
      BASE, API "type=b sv=1.2 | mdev_type=a", CROSS, SUPERSET, "" },
    { "another type accepted",
      BASE, API "type=b sv=1.2 | type=c", CROSS, INCOMPATIBLE, "type-mismatch:type" },
    { "part of a type's name accepted",
      BASE, API "type=b sv=1.2 | type=aa,ba", CROSS, INCOMPATIBLE, "type-mismatch:type" },
    { "own type accepted too", BASE, BASE "| type=a,b", 0, IDENTICAL, "" },
    { "own type accepted with more", BASE "x=1", BASE "x=2 | type=a,b x=1,2", 0, SUPERSET, "" },
    { "cross-type flag changes nothing for one type", BASE, BASE, CROSS, IDENTICAL, "" },
    { "cross-type accepted with a version",
      BASE, API "type=b sv=3.0 | type=a sv=1.0-", CROSS, SUPERSET, "" },
    { "cross-type accepted with a version, not allowed",
      BASE, API "type=b sv=3.0 | type=a sv=1.0-", 0, INCOMPATIBLE, "type-cross-accepted:type" },
    { "cross-type of another version",
      BASE,
      API "type=b sv=3.0 | type=a sv=1.0-1.1", CROSS, INCOMPATIBLE,
      "version-not-accepted:software_version" },
    { "cross-type without version uses the target's",
      API "type=a sv=1.3", API "type=b sv=1.2 | type=a", CROSS, INCOMPATIBLE,
      "version-minor-too-old:software_version" },
    { "cross-type, not allowed, and an attribute",
      BASE "x=1",
      API "type=b sv=1.2 x=2 | type=a", 0, INCOMPATIBLE,
      "type-cross-accepted:type attr-mismatch:x" },
    { "cross-type allowed, and an attribute",
      BASE "x=1", API "type=b sv=1.2 x=2 | type=a", CROSS, INCOMPATIBLE, "attr-mismatch:x" },
    { "cross-type allowed, and an unknown",
      BASE "x=1", API "type=b sv=1.2 | type=a", CROSS, UNKNOWN, "missing-target:x" },
    { "type only on the target", API "sv=1.2", BASE, 0, UNKNOWN, "missing-source:type" },
    { "type only on the source", BASE, API "sv=1.2", 0, UNKNOWN, "missing-target:type" },
    { "type on neither side", API "sv=1.2", API "sv=1.2", 0, UNKNOWN, "missing-both:type" },
    { "type missing, one accepted",
      BASE, API "sv=1.2 | type=a", CROSS, UNKNOWN, "missing-target:type" },
    { "type missing on the source, one accepted",
      API "sv=1.2", BASE "| type=b", CROSS, UNKNOWN, "missing-source:type" },
    { "type unreadable on the source",
      API "!type sv=1.2", BASE, 0, UNKNOWN, "unreadable-source:type" },
    { "type unreadable on the target",
      BASE, API "!type sv=1.2", 0, UNKNOWN, "unreadable-target:type" },
    { "type conflicting on the source",
      API "type=a mdev_type=b sv=1.2", BASE, 0, UNKNOWN, "conflicting-source:type" },
    { "accepted types unreadable",
      BASE, API "type=b sv=1.2 | !type", CROSS, UNKNOWN, "unreadable-target:type" },

    /* step 4, software_version: semantic unless the target publishes ranges */
    { "newer minor", BASE, API "type=a sv=1.3", 0, SUPERSET, "" },
    { "much newer minor", BASE, API "type=a sv=1.10", 0, SUPERSET, "" },
    { "older minor",
      BASE, API "type=a sv=1.1", 0, INCOMPATIBLE, "version-minor-too-old:software_version" },
    { "older minor, newer bugfix",
      BASE, API "type=a sv=1.1.9", 0, INCOMPATIBLE, "version-minor-too-old:software_version" },
    { "newer bugfix", API "type=a sv=1.2.3", API "type=a sv=1.2.4", 0, SUPERSET, "" },
    { "older bugfix", API "type=a sv=1.2.3", API "type=a sv=1.2.2", 0, SUPERSET, "" },
    { "newer minor, older bugfix", API "type=a sv=1.2.3", API "type=a sv=1.3.0", 0, SUPERSET, "" },
    { "newer major",
      BASE, API "type=a sv=2.2", 0, INCOMPATIBLE, "version-major-mismatch:software_version" },
    { "older major",
      API "type=a sv=2.2", BASE, 0, INCOMPATIBLE, "version-major-mismatch:software_version" },
    { "major 0 is a major",
      API "type=a sv=0.2", API "type=a sv=1.2", 0, INCOMPATIBLE,
      "version-major-mismatch:software_version" },
    { "version only on the target",
      API "type=a", BASE, 0, UNKNOWN, "missing-source:software_version" },
    { "version only on the source",
      BASE, API "type=a", 0, UNKNOWN, "missing-target:software_version" },
    { "version on neither side",
      API "type=a", API "type=a", 0, UNKNOWN, "missing-both:software_version" },
    { "version missing, ranges published",
      BASE, API "type=a | sv=1.0-", 0, UNKNOWN, "missing-target:software_version" },
    { "version missing on the source, ranges published",
      API "type=a", BASE "| sv=1.0-", 0, UNKNOWN, "missing-source:software_version" },
    { "version malformed on the source",
      API "type=a sv=1.02", BASE, 0, UNKNOWN, "malformed-source:software_version" },
    { "version malformed on the target",
      BASE, API "type=a sv=v1.2", 0, UNKNOWN, "malformed-target:software_version" },
    { "version malformed alike on both",
      API "type=a sv=1", API "type=a sv=1", 0, UNKNOWN,
      "malformed-source:software_version malformed-target:software_version" },
    { "version is a range",
      BASE, API "type=a sv=1.0-", 0, UNKNOWN, "malformed-target:software_version" },
    { "version unreadable on both",
      API "type=a !sv", API "type=a !sv", 0, UNKNOWN,
      "unreadable-source:software_version unreadable-target:software_version" },
    { "version conflicting on the target",
      BASE, API "type=a sv=1.2 sv=1.3", 0, UNKNOWN, "conflicting-target:software_version" },

    /* explicit ranges replace the semantic rule */
    { "in an open range", API "type=a sv=1.0", BASE "| sv=1.0-", 0, SUPERSET, "" },
    { "in a closed range", API "type=a sv=1.1.3", BASE "| sv=1.0-1.1", 0, SUPERSET, "" },
    { "at the start of a range", API "type=a sv=1.0", BASE "| sv=1.0-1.1", 0, SUPERSET, "" },
    { "at the end of a range", API "type=a sv=1.1", BASE "| sv=1.0-1.1", 0, SUPERSET, "" },
    { "own version, in range", BASE, BASE "| sv=1.0-", 0, IDENTICAL, "" },
    { "own version, not in range", BASE, BASE "| sv=1.0-1.1", 0, IDENTICAL, "" },
    { "older than the range",
      API "type=a sv=1.0", BASE "| sv=1.1-", 0, INCOMPATIBLE,
      "version-not-accepted:software_version" },
    { "between two ranges",
      API "type=a sv=2.0.5",
      API "type=a sv=2.2 | sv=2.0.2-2.0.4,2.1.0-", 0, INCOMPATIBLE,
      "version-not-accepted:software_version" },
    { "in the second range",
      API "type=a sv=2.1.5", API "type=a sv=2.2 | sv=2.0.2-2.0.4,2.1.0-", 0, SUPERSET, "" },
    { "newer minor than the target, in range",
      API "type=a sv=1.3", BASE "| sv=1.0-", 0, SUPERSET, "" },
    { "newer minor than the target, not in range",
      API "type=a sv=1.3", BASE "| sv=1.0-1.2", 0, INCOMPATIBLE,
      "version-not-accepted:software_version" },
    { "another major, in range",
      API "type=a sv=1.5", API "type=a sv=2.0 | sv=1.5-2.0", 0, SUPERSET, "" },
    { "another major, not in an open range",
      API "type=a sv=2.0", BASE "| sv=1.0-", 0, INCOMPATIBLE,
      "version-not-accepted:software_version" },
    { "in the ranges of the second alternative",
      API "type=a sv=1.0", BASE "| sv=1.1- | sv=1.0", 0, SUPERSET, "" },
    { "ranges of another type count nothing",
      API "type=b sv=1.0", API "type=b sv=1.2 | type=a sv=1.1-", 0, SUPERSET, "" },
    { "ranges of a list with the own type count",
      API "type=b sv=1.0",
      API "type=b sv=1.2 | type=a,b sv=1.1-", 0, INCOMPATIBLE,
      "version-not-accepted:software_version" },
    { "same minor, bugfix not in range",
      API "type=a sv=2.0.9",
      API "type=a sv=2.0.4 | sv=2.0.2-2.0.4,2.1.0-", 0, INCOMPATIBLE,
      "version-not-accepted:software_version" },
    { "same minor, bugfix in range",
      API "type=a sv=2.0.2", API "type=a sv=2.0.4 | sv=2.0.2-2.0.4,2.1.0-", 0, SUPERSET, "" },
    { "the own version means nothing under another type",
      API "type=b sv=2.3",
      API "type=a sv=2.3 | type=b sv=1.4-1.9", CROSS, INCOMPATIBLE,
      "version-not-accepted:software_version" },
    { "nor if cross-type is not allowed",
      API "type=b sv=2.3",
      API "type=a sv=2.3 | type=b sv=1.4-1.9", 0, INCOMPATIBLE, "type-mismatch:type" },
    { "nor if the own type is not known",
      API "type=b sv=2.3",
      API "sv=2.3 | type=b sv=1.4-1.9", CROSS, UNKNOWN, "missing-target:type" },
    { "the own version under a list with the own type",
      API "type=b sv=2.3", API "type=a sv=2.3 | type=a,b sv=1.4-1.9", CROSS, SUPERSET, "" },
    { "ranges hold for their alternative only",
      API "type=a sv=1.5 x=2",
      API "type=a sv=2.0 x=2 | sv=1.0- x=1", 0, INCOMPATIBLE, "attr-not-accepted:x" },
    { "own version with an accepted attribute",
      API "type=a sv=2.0 x=1", API "type=a sv=2.0 x=2 | sv=1.0-1.5 x=1", 0, SUPERSET, "" },
    { "ranges of a target of no certain type",
      API "type=a sv=1.0",
      API "type=a type=b sv=1.2 | type=a sv=1.1-", 0, UNKNOWN, "conflicting-target:type" },
    { "ranges malformed",
      API "type=a sv=1.1", BASE "| sv=2.0-1.0", 0, UNKNOWN, "malformed-target:software_version" },
    { "ranges malformed, own version", BASE, BASE "| sv=junk", 0, IDENTICAL, "" },
    { "one of two ranges malformed",
      API "type=a sv=1.1", BASE "| sv=junk | sv=1.1", 0, SUPERSET, "" },
    { "ranges with a stray comma",
      API "type=a sv=1.1", BASE "| sv=1.0-,", 0, UNKNOWN, "malformed-target:software_version" },

    /* step 5, any other attribute */
    { "attribute differs", BASE "x=1", BASE "x=2", 0, INCOMPATIBLE, "attr-mismatch:x" },
    { "attribute only on the source", BASE "x=1", BASE, 0, UNKNOWN, "missing-target:x" },
    { "attribute only on the target", BASE, BASE "x=1", 0, SUPERSET, "" },
    { "attribute accepted", BASE "x=1", BASE "x=2 | x=3,1", 0, SUPERSET, "" },
    { "attribute accepted, the target has none", BASE "x=1", BASE "| x=1,2", 0, SUPERSET, "" },
    { "attribute not accepted, the target has none",
      BASE "x=3", BASE "| x=1,2", 0, UNKNOWN, "missing-target:x" },
    { "attribute accepted, the source has none", BASE, BASE "| x=1", 0, IDENTICAL, "" },
    { "attribute accepted, the source has none and the target has",
      BASE, BASE "x=1 | x=1", 0, SUPERSET, "" },
    { "own value not in the list", BASE "x=2", BASE "x=2 | x=1", 0, IDENTICAL, "" },
    { "attribute not accepted",
      BASE "x=1", BASE "x=2 | x=3", 0, INCOMPATIBLE, "attr-not-accepted:x" },
    { "part of a value accepted",
      BASE "x=1", BASE "x=2 | x=11,21", 0, INCOMPATIBLE, "attr-not-accepted:x" },
    { "aggregator differs",
      BASE "aggregator=2", BASE "aggregator=4", 0, INCOMPATIBLE, "attr-mismatch:aggregator" },
    { "aggregator accepted in another spelling",
      BASE "aggregator=2", BASE "aggregator=4 | aggregator=0x2", 0, SUPERSET, "" },
    { "aggregator malformed",
      BASE "aggregator=-2", BASE "aggregator=2", 0, UNKNOWN, "malformed-source:aggregator" },
    { "remote_url differs",
      BASE "remote_url=https://a/", BASE "remote_url=https://b/", 0, INCOMPATIBLE,
      "attr-mismatch:remote_url" },
    { "remote_url malformed",
      BASE "remote_url=u:p@h", BASE "remote_url=https://b/", 0, UNKNOWN,
      "malformed-source:remote_url" },
    { "attribute unreadable on the source",
      BASE "!x", BASE "x=1", 0, UNKNOWN, "unreadable-source:x" },
    { "attribute unreadable on the target",
      BASE "x=1", BASE "!x", 0, UNKNOWN, "unreadable-target:x" },
    { "attribute unreadable on both",
      BASE "!x", BASE "!x", 0, UNKNOWN, "unreadable-source:x unreadable-target:x" },
    { "attribute unreadable, only on the source",
      BASE "!x", BASE, 0, UNKNOWN, "unreadable-source:x" },
    { "attribute unreadable, only on the target",
      BASE, BASE "!x", 0, UNKNOWN, "unreadable-target:x" },
    { "attribute conflicting on the source",
      BASE "x=1 x=2", BASE "x=1", 0, UNKNOWN, "conflicting-source:x" },
    { "attribute conflicting on the target",
      BASE "x=1", BASE "x=1 x=2", 0, UNKNOWN, "conflicting-target:x" },
    { "attribute conflicting on both",
      BASE "x=1 x=2", BASE "x=1 x=2", 0, UNKNOWN, "conflicting-source:x conflicting-target:x" },
    { "attribute conflicting and unreadable",
      BASE "x=1 x=2", BASE "!x", 0, UNKNOWN, "conflicting-source:x unreadable-target:x" },
    { "a third agreeing value does not help",
      BASE "x=1 x=2 x=1", BASE "x=1", 0, UNKNOWN, "conflicting-source:x" },
    { "readable once, unreadable once",
      BASE "x=1 !x", BASE "x=1", 0, UNKNOWN, "conflicting-source:x" },
    { "accepted values malformed",
      BASE "aggregator=2",
      BASE "aggregator=4 | aggregator=2,-1", 0, UNKNOWN, "malformed-target:aggregator" },
    { "accepted values unreadable",
      BASE "x=1", BASE "x=2 | !x", 0, UNKNOWN, "unreadable-target:x" },
    { "accepted values conflicting",
      BASE "x=1", BASE "x=2 | x=1 x=1,3", 0, UNKNOWN, "conflicting-target:x" },
    { "accepted values malformed, own value",
      BASE "aggregator=4", BASE "aggregator=4 | aggregator=x", 0, IDENTICAL, "" },

    /* dynamic attributes can be set on a device of the target */
    { "dynamic equal", BASE "*aggregator=2", BASE "*aggregator=2", 0, IDENTICAL, "" },
    { "dynamic differs",
      BASE "*aggregator=2", BASE "*aggregator=4", 0, INCOMPATIBLE,
      "needs-provisioning:aggregator" },
    { "dynamic on the source only, differs",
      BASE "*aggregator=2", BASE "aggregator=4", 0, INCOMPATIBLE, "needs-provisioning:aggregator" },
    { "dynamic on the target only, differs",
      BASE "aggregator=2", BASE "*aggregator=4", 0, INCOMPATIBLE, "needs-provisioning:aggregator" },
    { "dynamic vendor attribute differs",
      BASE "*x=1", BASE "*x=2", 0, INCOMPATIBLE, "needs-provisioning:x" },
    { "dynamic accepted as it is",
      BASE "*aggregator=2", BASE "*aggregator=4 | aggregator=2,4", 0, SUPERSET, "" },
    { "dynamic unreadable",
      BASE "*aggregator=2", BASE "!aggregator", 0, UNKNOWN, "unreadable-target:aggregator" },
    { "dynamic malformed",
      BASE "*aggregator=two", BASE "*aggregator=2", 0, UNKNOWN, "malformed-source:aggregator" },
    { "dynamic differs and more",
      BASE "*aggregator=2 x=1", BASE "*aggregator=4 x=2", 0, INCOMPATIBLE,
      "needs-provisioning:aggregator attr-mismatch:x" },

    /* all reasons, not the first */
    { "every step fails",
      BASE "pci=8086:591d x=1 y=1",
      API "type=b sv=2.0 pci=8086:591b x=2 y=2", 0, INCOMPATIBLE,
      "attr-mismatch:pci_id type-mismatch:type version-major-mismatch:software_version "
      "attr-mismatch:x attr-mismatch:y" },
    { "errors and unknowns",
      BASE "x=1 y=1 !z", API "type=b x=2", 0, INCOMPATIBLE,
      "type-mismatch:type missing-target:software_version attr-mismatch:x missing-target:y "
      "unreadable-source:z" },
    { "unknowns only",
      BASE "x=1 !y", API "type=a sv=1.2 z=1", 0, UNKNOWN, "missing-target:x unreadable-source:y" },
    { "unknown outweighs superset",
      BASE "x=1", API "type=a sv=1.3 y=1", 0, UNKNOWN, "missing-target:x" },
    { "incompatible outweighs unknown",
      BASE "x=1 y=1", BASE "x=2", 0, INCOMPATIBLE, "attr-mismatch:x missing-target:y" },
    { "vendor attributes in order of their names",
      BASE "c=1 a=1 b=1", BASE "b=2 c=2 a=2", 0, INCOMPATIBLE,
      "attr-mismatch:a attr-mismatch:b attr-mismatch:c" },
    { "standard attributes before vendor ones",
      BASE "chpid=1 pci=8086:591d", BASE "chpid=2 pci=8086:591b", 0, INCOMPATIBLE,
      "attr-mismatch:pci_id attr-mismatch:chpid" },

    /* alternatives: attributes of one are ANDed, alternatives ORed */
    { "second alternative fits", BASE "x=1", BASE "x=9 | x=2 | x=1", 0, SUPERSET, "" },
    { "both attributes of one alternative",
      BASE "x=1 y=1", BASE "x=2 y=2 | x=1 y=1", 0, SUPERSET, "" },
    { "one attribute of each alternative",
      BASE "x=1 y=1", BASE "x=2 y=2 | x=1 y=2 | x=2 y=1", 0, INCOMPATIBLE, "attr-not-accepted:y" },
    { "what an alternative does not name is the target's",
      BASE "x=1 y=1", BASE "x=2 y=1 | x=1", 0, SUPERSET, "" },
    { "the closest gives the reasons",
      BASE "x=1 y=1 z=1", BASE "x=2 y=2 z=2 | x=1 | x=1 z=1", 0, INCOMPATIBLE, "attr-mismatch:y" },
    { "unknown is closer than incompatible",
      BASE "x=1 y=1", BASE "x=2 | x=1", 0, UNKNOWN, "missing-target:y" },
    { "self is closest", BASE "x=1", BASE "x=1 y=1 | x=2 y=2", 0, SUPERSET, "" },
    { "an empty alternative is the target itself",
      BASE "x=1", BASE "x=2 |", 0, INCOMPATIBLE, "attr-mismatch:x" },
    { "identical beats superset", BASE "x=1", BASE "x=1 | x=1,2", 0, IDENTICAL, "" },
    { "what the source accepts is of no concern",
      BASE "x=1 | x=2", BASE "x=2", 0, INCOMPATIBLE, "attr-mismatch:x" },
    { "nor are the versions it accepts",
      BASE "| sv=1.0-9.0", API "type=a sv=1.1", 0, INCOMPATIBLE,
      "version-minor-too-old:software_version" },

    /* no data, as on hosts of today */
    { "no data at all",
      "", "", 0, UNKNOWN,
      "missing-both:device_api missing-both:type missing-both:software_version" },
    { "no data on the source",
      "", BASE, 0, UNKNOWN,
      "missing-source:device_api missing-source:type missing-source:software_version" },
    { "no data on the target",
      BASE, "", 0, UNKNOWN,
      "missing-target:device_api missing-target:type missing-target:software_version" },
    { "api and type are all there is",
      API "type=a", API "type=a", 0, UNKNOWN, "missing-both:software_version" },
    { "another type is told without a version",
      API "type=a", API "type=b", 0, INCOMPATIBLE,
      "type-mismatch:type missing-both:software_version" },
    { "a stock dump, same type",
      "type=a", API "type=a", 0, UNKNOWN,
      "missing-source:device_api missing-both:software_version" },
    { "a stock dump, another type",
      "type=a", API "type=b", 0, INCOMPATIBLE,
      "missing-source:device_api type-mismatch:type missing-both:software_version" },

    { "the verdict counts before what stands against it",
      BASE "x=1", BASE "x=2 | x=1 z1=1 z2=1 z3=1 z4=1 z5=1 z6=1", 0, UNKNOWN,
      "missing-source:z1 missing-source:z2 missing-source:z3 missing-source:z4 missing-source:z5 "
      "missing-source:z6" },
    { "nothing is known, and an alternative",
      "", "| x=1", 0, UNKNOWN,
      "missing-both:device_api missing-both:type missing-both:software_version" },

    /* step 6, variables of an alternative */
    { "variable in a type",
      GVT("4", "2"),
      GVT("8", "4") "| type=i915-GVTg_V5_{v:int:2,4,8} aggregator={v}/2", CROSS, SUPERSET, "" },
    { "variable in a type, first value",
      GVT("2", "1"),
      GVT("8", "4") "| type=i915-GVTg_V5_{v:int:2,4,8} aggregator={v}/2", CROSS, SUPERSET, "" },
    { "variable in a type, not allowed",
      GVT("4", "2"),
      GVT("8", "4") "| type=i915-GVTg_V5_{v:int:2,4,8} aggregator={v}/2", 0, INCOMPATIBLE,
      "type-cross-accepted:type" },
    { "no value of the variable gives the type",
      GVT("16", "8"),
      GVT("8", "4") "| type=i915-GVTg_V5_{v:int:2,4,8} aggregator={v}/2", CROSS, INCOMPATIBLE,
      "type-mismatch:type attr-not-accepted:aggregator" },
    { "one value has to fit both",
      GVT("4", "1"),
      GVT("8", "4") "| type=i915-GVTg_V5_{v:int:2,4,8} aggregator={v}/2", CROSS, INCOMPATIBLE,
      "attr-not-accepted:aggregator" },
    { "a division with a remainder fits nothing",
      GVT("1", "0"),
      GVT("8", "4") "| type=i915-GVTg_V5_{v:int:1,2,4,8} aggregator={v}/2", CROSS, INCOMPATIBLE,
      "type-mismatch:type attr-not-accepted:aggregator" },
    { "declared behind its use",
      BASE "a=4 b=2", BASE "a=1 b=1 | a={v}*2 b={v:int:1,2}", 0, SUPERSET, "" },
    { "multiplied", BASE "a=6 b=2", BASE "| a={v}*3 b={v:int:1,2}", 0, SUPERSET, "" },
    { "added", BASE "a=12 b=2", BASE "| a={v}+10 b={v:int:1,2}", 0, SUPERSET, "" },
    { "subtracted", BASE "a=1 b=2", BASE "| a={v}-1 b={v:int:1,2}", 0, SUPERSET, "" },
    { "subtracted below zero",
      BASE "a=0 b=1", BASE "| a={v}-2 b={v:int:1}", 0, UNKNOWN,
      "missing-target:a missing-target:b" },
    { "item without a result leaves the others",
      BASE "a=7 b=1", BASE "| a=7,{v}-2 b={v:int:1,2}", 0, SUPERSET, "" },
    { "strings",
      BASE "pv=none+ctx", BASE "| pv={v:string:\"none+ppgtt\",\"none+ctx\"}", 0, SUPERSET, "" },
    { "strings, none fits",
      BASE "pv=ctx",
      BASE "| pv={v:string:\"none+ppgtt\",\"none+ctx\"}", 0, UNKNOWN, "missing-target:pv" },
    { "operators between strings are text",
      BASE "x=a/2 y=a", BASE "| x={v}/2 y={v:string:a,b}", 0, SUPERSET, "" },
    { "text around and two variables",
      BASE "x=p-1-q-b.e", BASE "| x=p-{n:int:1,2}-q-{s:string:a,b}.e", 0, SUPERSET, "" },
    { "two variables are independent",
      BASE "x=1 y=4", BASE "x=9 y=9 | x={a:int:1,2} y={b:int:3,4}", 0, SUPERSET, "" },
    { "values get their attribute's spelling",
      BASE "pci=8086:591d",
      BASE "pci=8086:0000 | pci=0x8086{v:string:591B,591D}", 0, SUPERSET, "" },
    { "a list with a variable and other items",
      BASE "aggregator=8", BASE "aggregator=9 | aggregator={v:int:1,2},8-0x10", 0, SUPERSET, "" },
    { "an alternative that fits nothing is not taken as it is written",
      BASE "x={v}-2 y={v:int:1}", BASE "x=1 y=1 | x={v}-2 y={v:int:1}", 0, INCOMPATIBLE,
      "attr-mismatch:x attr-mismatch:y" },
    { "characters that matter in URLs alone",
      BASE "x=a@1#?", BASE "x=b | x=a@{v:int:1,2}#?", 0, SUPERSET, "" },
    { "a URL with a variable",
      BASE "remote_url=nbd://h1/a",
      BASE "remote_url=nbd://h/a | remote_url=nbd://h{v:int:1,2}/a", 0, SUPERSET, "" },
    { "a URL with a variable and what may be a token",
      BASE "remote_url=nbd://h1/a",
      BASE "remote_url=nbd://h/a | remote_url=nbd://h{v:int:1,2}/a?token", 0, UNKNOWN,
      "malformed-target:remote_url" },
    { "versions with a variable",
      API "type=a sv=1.7", API "type=a sv=2.0 | sv=1.{v:int:5,7}", 0, SUPERSET, "" },
    { "versions with a variable narrow the own",
      API "type=a sv=1.0",
      API "type=a sv=1.2 | sv=1.{v:int:1,2}", 0, INCOMPATIBLE,
      "version-not-accepted:software_version" },
    { "a filled-in value that is malformed",
      BASE "aggregator=1",
      BASE "aggregator=2 | aggregator={v:string:one}", 0, UNKNOWN, "malformed-target:aggregator" },
    { "variable that is not declared",
      BASE "x=1", BASE "x=2 | x={v}", 0, UNKNOWN, "malformed-target:x" },
    { "variable declared in two ways",
      BASE "x=1 y=1",
      BASE "x=2 y=1 | x={v:int:1} y={v:int:1,2}", 0, UNKNOWN,
      "malformed-target:x malformed-target:y" },
    { "variable declared twice alike",
      BASE "x=1 y=1", BASE "x=2 y=2 | x={v:int:1,2} y={v:int:1,2}", 0, SUPERSET, "" },
    { "malformed variable", BASE "x=1", BASE "x=2 | x={v:int:1", 0, UNKNOWN, "malformed-target:x" },
    { "one bad variable spoils no other attribute",
      BASE "x=1 y=3", BASE "x=1 y=2 | x=1 y={v}", 0, UNKNOWN, "malformed-target:y" },
    { "an alternative without variables before one with them",
      BASE "x=5", BASE "x=2 | x=5 | x={v:int:3,4}", 0, SUPERSET, "" },
    { "an alternative without variables behind one with them",
      BASE "x=5", BASE "x=2 | x={v:int:3,4} | x=5", 0, SUPERSET, "" },
    { "an alternative with variables behind one with too many",
      BASE "x=3 y=1",
      BASE "x=2 y=1 | x={a:int:" UPTO15 ",16}0 y={b:int:" UPTO15 "} | x={v:int:3,4}", 0, SUPERSET,
      "" },
    { "versions of an alternative without variables narrow the own",
      API "type=a sv=1.0 x=1", BASE "x=1 | sv=1.1 | x={v:int:3,4}", 0, INCOMPATIBLE,
      "version-not-accepted:software_version" },
    { "versions narrow the own, and no alternative that names none",
      API "type=a sv=1.0 x=5", BASE "x=2 | sv=1.1 | x=5", 0, SUPERSET, "" },
    { "braces in what the device is are text", BASE "x={v}", BASE "x={v}", 0, IDENTICAL, "" },
    { "variables of the source do not matter", BASE "| x={v}", BASE, 0, IDENTICAL, "" },
    { "256 choices",
      BASE "x=15 y=15", BASE "| x={a:int:" UPTO15 "} y={b:int:" UPTO15 "}", 0, SUPERSET, "" },
    { "more than 256 choices",
      BASE "x=15 y=15",
      BASE "x=1 y=1 | x={a:int:" UPTO15 ",16} y={b:int:" UPTO15 "}", 0, UNKNOWN,
      "malformed-target:x malformed-target:y" },
    { "the limit holds for all alternatives together",
      BASE "x=15 y=15",
      BASE "x=1 y=1 | x={a:int:1,2} | x={a:int:" UPTO15 "} y={b:int:" UPTO15 "}", 0, UNKNOWN,
      "malformed-target:x malformed-target:y" },

    /* the target is a type, of which a device would be made; what it gets is behind the arrow */
    { "type gets the source's value",
      BASE "*aggregator=2", BASE "*aggregator", 0, IDENTICAL, "-> aggregator=2" },
    { "type gets a value that the source does not call dynamic",
      BASE "aggregator=2", BASE "*aggregator", 0, IDENTICAL, "-> aggregator=2" },
    { "type gets several values", BASE "*b=2 *a=1", BASE "*a *b", 0, IDENTICAL, "-> a=1 b=2" },
    { "type gets them in the order that it asks for",
      BASE "*b=2 *a=1 *c=3", BASE "*b *c *a", 0, IDENTICAL, "-> b=2 c=3 a=1" },
    { "type gets nothing", BASE, BASE "*aggregator", 0, IDENTICAL, "" },
    { "type accepts the value",
      BASE "*aggregator=2", BASE "*aggregator | aggregator=1,2", 0, IDENTICAL, "-> aggregator=2" },
    { "type gets a value and has more",
      BASE "*aggregator=2", BASE "x=1 *aggregator", 0, SUPERSET, "-> aggregator=2" },
    { "type accepts another type with its value",
      BASE "*aggregator=2",
      API "type=b sv=1.2 *aggregator | type=a aggregator=2", CROSS, SUPERSET, "-> aggregator=2" },
    { "type accepts another type, not the value",
      BASE "*aggregator=3",
      API "type=b sv=1.2 *aggregator | type=a aggregator=2", CROSS, INCOMPATIBLE,
      "attr-not-accepted:aggregator" },
    { "type of another name",
      BASE "*aggregator=2",
      API "type=b sv=1.2 *aggregator", 0, INCOMPATIBLE,
      "type-mismatch:type -> aggregator=2" },
    { "the source's value is unreadable",
      BASE "!aggregator", BASE "*aggregator", 0, UNKNOWN, "unreadable-source:aggregator" },
    { "the source is a type", BASE "*aggregator", BASE "*aggregator=2", 0, SUPERSET, "" },
    { "both are types", BASE "*aggregator", BASE "*aggregator", 0, IDENTICAL, "" },
    { "the source is a type, and the value is asked for",
      BASE "*aggregator", BASE "*aggregator | aggregator=2 type=b", 0, IDENTICAL, "" },

    /* a mediated device against a PCI function */
    { "type against a signature",
      BASE, API "type=pci-8086-10ca sv=1.2", 0, UNKNOWN, "type-not-comparable:type" },
    { "signature against a type",
      API "type=pci-8086-10ca sv=1.2", BASE, 0, UNKNOWN, "type-not-comparable:type" },
    { "two signatures",
      API "type=pci-8086-10ca sv=1.2",
      API "type=pci-8086-1889 sv=1.2", 0, INCOMPATIBLE, "type-mismatch:type" },
    { "both name one signature",
      API "type=pci-8086-10ca sv=1.2", API "type=pci-8086-10ca sv=1.2", 0, IDENTICAL, "" },
    { "function accepts the type",
      BASE, API "type=pci-8086-10ca sv=1.2 | type=a", CROSS, SUPERSET, "" },
    { "function accepts the type, not allowed",
      BASE, API "type=pci-8086-10ca sv=1.2 | type=a", 0, UNKNOWN, "type-not-comparable:type" },
    { "device accepts the signature",
      API "type=pci-8086-10ca sv=1.2", BASE "| type=pci-8086-10ca", CROSS, SUPERSET, "" },
    { "not quite a signature",
      BASE, API "type=pci-8086-10cag sv=1.2", 0, INCOMPATIBLE, "type-mismatch:type" },
    { "nor with other digits",
      BASE, API "type=pci-8086-10cz sv=1.2", 0, INCOMPATIBLE, "type-mismatch:type" },
    { "not comparable, and something else differs",
      BASE "x=1",
      API "type=pci-8086-10ca sv=1.2 x=2", 0, INCOMPATIBLE,
      "type-not-comparable:type attr-mismatch:x" },

    /* which alternative the reasons are those of, and what counts there */
    { "the alternative that leaves less unknown",
      BASE "x=1 y=1", BASE "| type=a x=1", 0, UNKNOWN, "missing-target:y" },
    { "nothing for an attribute that is set per device",
      API "type=b sv=1.2", BASE "*size | type=b sv=1.2 size=1-8", CROSS, UNKNOWN,
      "missing-source:size" },
    { "a type that is almost a signature",
      API "type=pci-g5b3-101e sv=1.2", BASE, 0, INCOMPATIBLE, "type-mismatch:type" },
    { "versions that another alternative lists",
      BASE "x=2", API "type=a sv=1.3 x=1 | type=a x=2 | type=a sv=1.3- x=1", 0, SUPERSET, "" },
    { "versions that another alternative lists, and one that cannot be read",
      BASE "x=1", API "type=a sv=1.3 x=1 | type=a sv=1.2- x=5 | type=a !sv", 0, SUPERSET, "" },
};


static virNodeDeviceCompatReport *
testCompareDevices(const char *source,
                   const char *target,
                   unsigned int flags)
{
    g_autoptr(virNodeDeviceCompat) s = testCompatParseDevice(source);
    g_autoptr(virNodeDeviceCompat) t = testCompatParseDevice(target);

    return virNodeDeviceCompatCompare(s, t, NULL, flags);
}


/* The report as XML is valid, and parsing it gives the same report. */
static int
testReportXML(virNodeDeviceCompatReport *report)
{
    g_autofree char *once = NULL;
    g_autofree char *twice = NULL;
    g_autoptr(xmlDoc) doc = NULL;
    g_autoptr(virNodeDeviceCompatReport) again = NULL;

    report->source = g_strdup("mdev_<source>");
    report->target = g_strdup("mdev_'target'");

    once = virNodeDeviceCompatReportFormat(report);

    if (!(doc = virXMLParseStringCtxt(once, "report", NULL)) ||
        virXMLValidateAgainstSchema(abs_top_srcdir "/src/conf/schemas/nodedevcompatreport.rng",
                                    doc) < 0) {
        return testFail("not valid:\n%s", once);
    }

    if (!(again = virNodeDeviceCompatReportParse(once)))
        return -1;

    if (again->verdict != report->verdict ||
        again->nreasons != report->nreasons) {
        return testFail("parsed differently:\n%s", once);
    }

    twice = virNodeDeviceCompatReportFormat(again);
    return virTestCompareToString(once, twice);
}


/* The one line for errors and logs names code and both values of each reason
 * that decided, and leaves out those that did not. */
static int
testReportMessage(const virNodeDeviceCompatReport *report)
{
    g_autofree char *message = virNodeDeviceCompatReportToMessage(report);
    bool decided = report->verdict == INCOMPATIBLE || report->verdict == UNKNOWN;
    size_t i;

    if (decided != !!message)
        return testFail("message is '%s'", NULLSTR(message));

    for (i = 0; i < report->nreasons; i++) {
        const virNodeDeviceCompatReason *reason = report->reasons[i];
        const char *code = reason->code;
        bool expect = reason->severity != VIR_NODE_DEVICE_COMPAT_SEVERITY_WARNING;
        g_autofree char *inParentheses = g_strdup_printf("(%s)", code);

        if (expect != (message && strstr(message, inParentheses))) {
            return testFail("expected %s%s in '%s'", expect ? "" : "no ",
                            inParentheses, NULLSTR(message));
        }

        if (!expect)
            continue;

        if (!strstr(message, reason->attr) ||
            (reason->source && !strstr(message, reason->source)) ||
            (reason->target && !strstr(message, reason->target))) {
            return testFail("expected %s, '%s' and '%s' in '%s'", reason->attr,
                            NULLSTR(reason->source), NULLSTR(reason->target), message);
        }
    }

    return 0;
}


static int
testCompare(const void *opaque)
{
    const struct testCompare *data = opaque;
    g_autoptr(virNodeDeviceCompatReport) report =
        testCompareDevices(data->source, data->target, data->flags);
    g_autofree char *actual = testCompatFormatResult(report);
    g_autofree char *expect =
        g_strdup_printf("%s %s",
                        virNodeDeviceCompatResultTypeToString(data->verdict),
                        data->reasons);

    if (STRNEQ(expect, actual)) {
        return testFail("source:   %s\ntarget:   %s\nexpected: %s\ngot:      %s",
                        data->source, data->target, expect, actual);
    }

    if (testReportMessage(report) < 0)
        return -1;

    return testReportXML(report);
}


/* Both values of a reason, as the attributes had them */
struct testValues {
    const char *source;
    const char *target;
    const char *code;
    const char *sourceValue;
    const char *targetValue;
};

static const struct testValues valueCases[] = {
    { BASE, "api=vfio-ap", "device-api-mismatch", "vfio-pci", "vfio-ap" },
    { BASE, API "type=b sv=1.2", "type-mismatch", "a", "b" },
    { BASE, API "type=b sv=1.2 | type=a", "type-cross-accepted", "a", "b" },
    { BASE, API "type=a sv=1.1", "version-minor-too-old", "1.2.0", "1.1.0" },
    { BASE, API "type=a sv=2.0", "version-major-mismatch", "1.2.0", "2.0.0" },
    { API "type=a sv=1.0", BASE "| sv=1.1-", "version-not-accepted", "1.0.0", "1.1-" },
    { API "type=a sv=0.9", BASE "| sv=1.1 | sv=1.0", "version-not-accepted", "0.9.0", "1.1" },
    { BASE "x=1 y=1", BASE "x=2 y=2 | x=1 y=2,3", "attr-not-accepted", "1", "2,3" },
    { BASE "x=1", BASE, "missing-target", "1", NULL },
    { API "type=a", BASE, "missing-source", NULL, "1.2.0" },
    { API "type=a", API "type=a", "missing-both", NULL, NULL },
    { API "type=a sv=1.02", BASE, "malformed-source", "1.02", "1.2.0" },
    { BASE "!x", BASE "x=2", "unreadable-source", NULL, "2" },
    { BASE "x=1", BASE "x=1 x=2", "conflicting-target", "1", NULL },
    { BASE "*x=1", BASE "*x=2", "needs-provisioning", "1", "2" },
    { BASE "~x=1", BASE "~x=2", "derived-differs", "1", "2" },
    /* what is malformed is shown, except for what may hold a password */
    { BASE "aggregator=x", BASE "aggregator=1", "malformed-source", "x", "1" },
    { BASE "remote_url=u:p@h", BASE "remote_url=nbd://h", "malformed-source", NULL, "nbd://h" },
};


static int
testReasonValues(const void *opaque)
{
    const struct testValues *data = opaque;
    g_autoptr(virNodeDeviceCompatReport) report =
        testCompareDevices(data->source, data->target, 0);
    const virNodeDeviceCompatReason *reason;

    if (report->nreasons != 1)
        return testFail("expected one reason, got %zu", report->nreasons);

    reason = report->reasons[0];
    if (STRNEQ(reason->code, data->code) ||
        STRNEQ_NULLABLE(reason->source, data->sourceValue) ||
        STRNEQ_NULLABLE(reason->target, data->targetValue)) {
        return testFail("expected %s '%s' '%s', got %s '%s' '%s'",
                        data->code, NULLSTR(data->sourceValue), NULLSTR(data->targetValue),
                        reason->code,
                        NULLSTR(reason->source), NULLSTR(reason->target));
    }

    return 0;
}


/* What a target has more than it needs: attributes, and versions */
struct testMargin {
    const char *name;
    const char *source;
    const char *target;
    size_t attrs;
    unsigned int majors;
    unsigned int minors;
};

static const struct testMargin margins[] = {
    { "none", BASE "x=1", BASE "x=1", 0, 0, 0 },
    { "an attribute that the source lacks", BASE, BASE "x=1", 1, 0, 0 },
    { "two of them", BASE, BASE "x=1 y=1", 2, 0, 0 },
    { "an accepted value", BASE "x=1", BASE "x=2 | x=1", 1, 0, 0 },
    { "an accepted value beside another one", BASE "x=1", BASE "x=2 y=1 | x=1", 2, 0, 0 },
    { "a later version", API "type=a sv=1.2", API "type=a sv=1.5", 1, 0, 3 },
    { "an earlier version", API "type=a sv=1.2", API "type=a sv=1.1", 0, 0, 1 },
    { "an accepted version", API "type=a sv=1.2", API "type=a sv=1.5 | sv=1.1-", 1, 0, 3 },
    { "an accepted version of another major number",
      API "type=a sv=1.2", API "type=a sv=3.5 | sv=1.1-1.3", 1, 2, 0 },
    { "a version that is not known", API "type=a", API "type=a sv=3.4", 0, 0, 0 },
    { "a version that is malformed", API "type=a sv=1.02", API "type=a sv=3.4", 0, 0, 0 },
    { "neither version is known", API "type=a", API "type=a", 0, 0, 0 },
    { "a type accepts any value", BASE "*x=1", BASE "*x", 0, 0, 0 },
};


static int
testMargin(const void *opaque)
{
    const struct testMargin *data = opaque;
    g_autoptr(virNodeDeviceCompatReport) report =
        testCompareDevices(data->source, data->target, 0);

    if (report->margin.attrs != data->attrs || report->margin.majors != data->majors ||
        report->margin.minors != data->minors) {
        return testFail("expected %zu, %u and %u, got %zu, %u and %u",
                        data->attrs, data->majors, data->minors,
                        report->margin.attrs, report->margin.majors, report->margin.minors);
    }

    return 0;
}


/* What variables can stand for is limited. Beyond that nothing is known of the
 * attributes that use them or, if it is a matter of size, of the device. */
struct testLimit {
    const char *name;
    size_t nvariables;          /* of one value each */
    size_t nattrs;              /* in an alternative of 64 choices */
    size_t length;              /* of what a variable is filled in with */
    virNodeDeviceCompatReasonCode code;         /* LAST: there is none */
};

#define REASON(name) VIR_NODE_DEVICE_COMPAT_REASON_ ## name

static const struct testLimit limits[] = {
    { "as many variables as there may be",
      VIR_NODE_DEVICE_COMPAT_VARIABLES_MAX - 1, 0, 1, REASON(LAST) },
    { "more variables than there may be", VIR_NODE_DEVICE_COMPAT_VARIABLES_MAX, 0, 1,
      REASON(MALFORMED_TARGET) },
    { "as large as may be written out", 0, 70, 1, REASON(LAST) },
    { "larger than may be written out", 0, 90, 1, REASON(TOO_MUCH_TO_COMPARE) },
    { "a filled-in value as long as a value may be",
      0, 0, VIR_NODE_DEVICE_COMPAT_VALUE_MAX / 8, REASON(LAST) },
    { "a filled-in value that is too long",
      0, 0, VIR_NODE_DEVICE_COMPAT_VALUE_MAX / 8 + 1, REASON(MALFORMED_TARGET) },
};


static int
testLimit(const void *opaque)
{
    const struct testLimit *data = opaque;
    g_autofree char *value = g_strnfill(data->length, 'q');
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    g_auto(virBuffer) source = VIR_BUFFER_INITIALIZER;
    g_auto(virBuffer) target = VIR_BUFFER_INITIALIZER;
    size_t i;

    virBufferAddLit(&source, BASE "x=1 y=");
    virBufferAddLit(&target, BASE "x=2 y=2 | x=1");
    for (i = 0; i < data->nvariables; i++)
        virBufferAsprintf(&target, ",{v%zu:int:1}", i);
    for (i = 0; i < data->nattrs; i++)
        virBufferAsprintf(&target, " a%zu=1", i);
    if (data->nattrs > 0)
        virBufferAddLit(&target, " b={a:int:1,2,3,4,5,6,7,8}{b:int:1,2,3,4,5,6,7,8}");

    virBufferAsprintf(&target, " y={s:string:%s}", value);
    for (i = 1; i < 8; i++)
        virBufferAddLit(&target, "{s}");
    for (i = 0; i < 8; i++)
        virBufferAdd(&source, value, -1);
    for (i = 0; i < data->nattrs; i++)
        virBufferAsprintf(&source, " a%zu=1", i);
    if (data->nattrs > 0)
        virBufferAddLit(&source, " b=88");

    report = testCompareDevices(virBufferCurrentContent(&source),
                                virBufferCurrentContent(&target), 0);
    if (data->code == REASON(LAST)) {
        if (report->verdict == SUPERSET)
            return 0;
    } else if (report->verdict == UNKNOWN &&
               virNodeDeviceCompatReportHas(report, data->code)) {
        return 0;
    }

    return testFail("expected %s, got %s",
                    data->code == REASON(LAST) ? "superset" :
                    virNodeDeviceCompatReasonCodeTypeToString(data->code),
                    virNodeDeviceCompatResultTypeToString(report->verdict));
}


/* A reason code that no case expects is not tested. Those behind the last of the
 * built-in rules' are for nodedevcompatrulestest. */
static int
testCodesCovered(const void *opaque G_GNUC_UNUSED)
{
    int ret = 0;
    size_t code;
    size_t i;

    for (code = 0; code <= VIR_NODE_DEVICE_COMPAT_REASON_DERIVED_DIFFERS; code++) {
        const char *name = virNodeDeviceCompatReasonCodeTypeToString(code);
        g_autofree char *expected = g_strdup_printf("%s:", name);

        for (i = 0; i < G_N_ELEMENTS(cases); i++) {
            if (strstr(cases[i].reasons, expected))
                break;
        }
        if (i == G_N_ELEMENTS(cases))
            ret = testFail("no case expects %s", name);
    }

    return ret;
}


/* What cannot be used of one side, and what is said then */
struct testState {
    const char *name;
    virNodeDeviceCompatAttrState state;
    const char *verdict;
};

#define STATE(name, state, verdict) { name, VIR_NODE_DEVICE_COMPAT_ATTR_ ## state, verdict }

static const struct testState states[] = {
    STATE("unreadable", UNREADABLE, "unknown"),
    STATE("malformed", MALFORMED, "unknown"),
    STATE("conflicting", CONFLICTING, "unknown"),
    STATE("private", PRIVATE, "unknown"),
    STATE("cut", CUT, "unknown"),
    STATE("timeout", TIMEOUT, "unknown"),
    STATE("outdated", OUTDATED, "identical"),      /* it has a value all the same */
};


static int
testState(const void *opaque)
{
    const struct testState *data = opaque;
    size_t side;

    for (side = 0; side < 2; side++) {
        g_autoptr(virNodeDeviceCompat) source = testCompatParseDevice("api=vfio-pci type=a sv=1.0");
        g_autoptr(virNodeDeviceCompat) target = testCompatParseDevice("api=vfio-pci type=a sv=1.0");
        g_autofree char *expect = g_strdup_printf("%s %s-%s:x", data->verdict, data->name,
                                                  side == 0 ? "source" : "target");
        g_autoptr(virNodeDeviceCompatReport) report = NULL;
        g_autofree char *actual = NULL;

        virNodeDeviceCompatAdd(side == 0 ? source : target, NULL, "x", "1")->state = data->state;
        virNodeDeviceCompatAdd(side == 0 ? target : source, NULL, "x", "1");
        report = virNodeDeviceCompatCompare(source, target, NULL, 0);
        actual = testCompatFormatResult(report);
        if (testExpectString(expect, actual) < 0)
            return -1;
    }

    return 0;
}


static int
mymain(void)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(cases); i++) {
        DO_TEST(testCompare, &cases[i],
                "%s: %s %s", cases[i].name,
                virNodeDeviceCompatResultTypeToString(cases[i].verdict), cases[i].reasons);
    }

    for (i = 0; i < G_N_ELEMENTS(valueCases); i++) {
        DO_TEST(testReasonValues, &valueCases[i],
                "%s: '%s' '%s'", valueCases[i].code, NULLSTR(valueCases[i].sourceValue),
                NULLSTR(valueCases[i].targetValue));
    }

    DO_TABLE("state", states, testState);
    DO_TABLE("margin", margins, testMargin);
    DO_TABLE("limit", limits, testLimit);

    DO_TEST(testCodesCovered, NULL, "every reason code is expected by a case");

    return testResult();
}

VIR_TEST_MAIN(mymain)
