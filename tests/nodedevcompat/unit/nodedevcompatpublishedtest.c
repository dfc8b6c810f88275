/*
 * nodedevcompatpublishedtest.c: descriptors from what drivers publish in sysfs
 *
 * Each case is a tree and the descriptor that it gives. What the kernel shows of any
 * device is in nodedevcompatevidencetest, how trees are read in nodedevcompattreetest.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"

#include "nodedev_compat_conf.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define STRINGLESS(reason) CAP(API TYPE DRIVER NO_OPAQUE(reason))

static const struct testTree trees[] = {
    /* form F1, one value per file */
    { "F1: self",
      BASE "D/migration/self/software_version 1.2.0\nD/migration/self/x 1",
      CAP(API TYPE VERS("1.2.0") DRIVER ATTR("x", "1")) },
    { "F1: version without bugfix",
      BASE "D/migration/self/software_version 1.2", CAP(API TYPE VERS("1.2.0") DRIVER) },
    { "F1: device API and type",
      "D/migration/self/device_api vfio-pci\nD/migration/self/type t9",
      CAP(API "<type id='t9'/>" DRIVER) },
    { "F1: driver is published, not derived",
      BASE "D/migration/self/driver x", CAP(API TYPE ATTR("driver", "x")) },
    { "F1: one alternative",
      BASE "D/migration/compatible/type t1,t2\nD/migration/compatible/software_version 1.0-",
      CAP(API TYPE DRIVER ACCEPTS("<type id='t1,t2'/>" VERS("1.0-"))) },
    { "F1: three alternatives in order",
      BASE "D/migration/compatible2/x 2\nD/migration/compatible/x 0\nD/migration/compatible10/x 10",
      CAP(API TYPE DRIVER ACCEPTS(ATTR("x", "0")) ACCEPTS(ATTR("x", "10"))
          ACCEPTS(ATTR("x", "2"))) },
    { "F1: alternative of any name that starts so",
      BASE "D/migration/compatible-old/x 2", CAP(API TYPE DRIVER ACCEPTS(ATTR("x", "2"))) },
    { "F1: no alternative",
      BASE "D/migration/incompatible/x 2\nD/migration/Compatible/x 1", CAP(API TYPE DRIVER) },
    { "F1: empty alternative", BASE "D/migration/compatible @dir", CAP(API TYPE DRIVER) },
    { "F1: nothing but directories",
      BASE "D/migration/self @dir\nD/migration/compatible @dir", CAP(API TYPE DRIVER) },
    { "F1: migration is a file", BASE "D/migration 1", LEFT("unreadable") },
    { "F1: subdirectory of self", BASE "D/migration/self/dir/x 1",
      CAP(API TYPE DRIVER UNUSABLE("dir", "unreadable")) },
    { "F1: alternative with a subdirectory", BASE "D/migration/compatible/dir/x 1",
      CAP(API TYPE DRIVER ACCEPTS(UNUSABLE("dir", "unreadable"))) },
    { "F1: migration leads nowhere", BASE "D/migration @link nowhere", LEFT("unreadable") },
    { "F1: driver leads nowhere", BASE "D/migration/self/driver @link nowhere",
      CAP(API TYPE UNUSABLE("driver", "unreadable")) },
    { "F1: self leads nowhere", BASE "D/migration/self @loop", LEFT("unreadable") },
    { "F1: alias mdev_type", BASE "D/migration/self/mdev_type t1", CAP(API TYPE DRIVER) },
    { "F1: alias device_id",
      BASE "D/migration/self/device_id 0x8086591D",
      CAP(API TYPE DRIVER ATTR("pci_id", "8086:591d")) },
    { "F1: two aliases that agree",
      BASE "D/migration/self/device_id 8086591d\nD/migration/self/pciid 8086:591d",
      CAP(API TYPE DRIVER ATTR("pci_id", "8086:591d")) },
    { "F1: two aliases that differ",
      BASE "D/migration/self/device_id 8086591d\nD/migration/self/pciid 8086:591b",
      CAP(API TYPE DRIVER UNUSABLE("pci_id", "conflicting")) },
    { "F1: accepted device id takes the vendor of self",
      BASE "D/migration/self/pci_id 8086:591d\nD/migration/compatible/pci_id 591b",
      CAP(API TYPE DRIVER ATTR("pci_id", "8086:591d") ACCEPTS(ATTR("pci_id", "8086:591b"))) },

    /* form F2, the same as lines of text */
    { "F2: self",
      BASE "D/migration/self @raw software_version=1.2.0\\nx=1\\n",
      CAP(API TYPE VERS("1.2.0") DRIVER ATTR("x", "1")) },
    { "F2: device API and type",
      "D/migration/self @raw device_api=vfio_pci\\nmdev_type=t9\\n",
      CAP(API "<type id='t9'/>" DRIVER) },
    { "F2: no line feed at the end",
      BASE "D/migration/self @raw x=1\\ny=2", CAP(API TYPE DRIVER ATTR("x", "1") ATTR("y", "2")) },
    { "F2: carriage returns",
      BASE "D/migration/self @raw x=1\\r\\ny=2\\r\\n",
      CAP(API TYPE DRIVER ATTR("x", "1") ATTR("y", "2")) },
    { "F2: blank lines",
      BASE "D/migration/self @raw \\n\\nx=1\\n \\t\\ny=2\\n\\n",
      CAP(API TYPE DRIVER ATTR("x", "1") ATTR("y", "2")) },
    { "F2: trailing blanks",
      BASE "D/migration/self @raw x=1 \\ny=2\\t\\n",
      CAP(API TYPE DRIVER ATTR("x", "1") ATTR("y", "2")) },
    { "F2: value with equals signs",
      BASE "D/migration/self @raw x=a=b=\\n", CAP(API TYPE DRIVER ATTR("x", "a=b=")) },
    { "F2: leading blank of a value",
      BASE "D/migration/self x= 1", CAP(API TYPE DRIVER ATTR("x", "1")) },
    { "F2: nothing", BASE "D/migration/self @raw ", CAP(API TYPE DRIVER) },
    { "F2: nothing but line feeds", BASE "D/migration/self @raw \\n\\n", CAP(API TYPE DRIVER) },
    { "F2: alternative",
      BASE "D/migration/compatible @raw type=t1,t2\\nsoftware_version=1.0-\\n",
      CAP(API TYPE DRIVER ACCEPTS("<type id='t1,t2'/>" VERS("1.0-"))) },
    { "F2: three alternatives in order",
      BASE "D/migration/compatible2 x=2\nD/migration/compatible x=0\nD/migration/compatible10 x=10",
      CAP(API TYPE DRIVER ACCEPTS(ATTR("x", "0")) ACCEPTS(ATTR("x", "10"))
          ACCEPTS(ATTR("x", "2"))) },
    { "F2: empty alternative", BASE "D/migration/compatible @raw \\n", CAP(API TYPE DRIVER) },
    { "F2: alternative is a FIFO", BASE "D/migration/compatible @fifo", LEFT("unreadable") },
    { "F2: accepted device id takes the vendor of self",
      BASE "D/migration/self device_id=8086591d\nD/migration/compatible device_id=591b",
      CAP(API TYPE DRIVER ATTR("pci_id", "8086:591d") ACCEPTS(ATTR("pci_id", "8086:591b"))) },
    { "F2: key twice, the same",
      BASE "D/migration/self @raw x=1\\nx=1\\n", CAP(API TYPE DRIVER ATTR("x", "1")) },
    { "F2: key twice, different",
      BASE "D/migration/self @raw x=1\\nx=2\\n",
      CAP(API TYPE DRIVER UNUSABLE("x", "conflicting")) },
    { "F2: key thrice, the first again",
      BASE "D/migration/self @raw x=1\\nx=2\\nx=1\\n",
      CAP(API TYPE DRIVER UNUSABLE("x", "conflicting")) },
    { "F2: key twice under an alias",
      BASE "D/migration/self @raw pciid=8086591d\\ndevice_id=8086591b\\n",
      CAP(API TYPE DRIVER UNUSABLE("pci_id", "conflicting")) },
    { "F2: accepted key twice",
      BASE "D/migration/compatible @raw x=1\\nx=2\\n",
      CAP(API TYPE DRIVER ACCEPTS(UNUSABLE("x", "conflicting"))) },
    { "F2: no value",
      BASE "D/migration/self @raw x=\\ny=1\\n",
      CAP(API TYPE DRIVER ATTR("y", "1") UNUSABLE("x", "malformed")) },
    { "F2: value with a tab",
      BASE "D/migration/self @raw x=1\\t2\\n", CAP(API TYPE DRIVER UNUSABLE("x", "malformed")) },
    { "F2: value with an escape sequence",
      BASE "D/migration/self @raw x=\\033[31m\\n",
      CAP(API TYPE DRIVER UNUSABLE("x", "malformed")) },
    { "F2: value that is no text",
      BASE "D/migration/self @raw x=\\377\\376\\n",
      CAP(API TYPE DRIVER UNUSABLE("x", "malformed")) },
    { "F2: malformed version",
      BASE "D/migration/self software_version=1.02", CAP(API TYPE VERS("1.02") DRIVER) },
    { "F2: URL with userinfo",
      BASE "D/migration/self remote_url=https://user:secret@host/x",
      CAP(API TYPE DRIVER ATTR("remote_url", "https://host/x")) },
    { "F2: URL that is malformed",
      BASE "D/migration/self remote_url=user:secret@host",
      CAP(API TYPE DRIVER UNUSABLE("remote_url", "malformed")) },

    /* all other texts are no descriptor at all */
    { "F2: line without equals sign", BASE "D/migration/self @raw x=1\\ny\\n", NOTHING },
    { "F2: URL without equals sign", BASE "D/migration/self user:secret@host", NOTHING },
    { "F2: comment", BASE "D/migration/self @raw # comment\\nx=1\\n", NOTHING },
    { "F2: comment with an equals sign", BASE "D/migration/self #x=1", NOTHING },
    { "F2: section", BASE "D/migration/self @raw SELF:\\nx=1\\n", NOTHING },
    { "F2: XML", BASE "D/migration/self <self/>", NOTHING },
    { "F2: no key", BASE "D/migration/self =1", NOTHING },
    { "F2: blank before the key", BASE "D/migration/self @raw  x=1\\n", NOTHING },
    { "F2: blank after the key", BASE "D/migration/self x =1", NOTHING },
    { "F2: key with a blank", BASE "D/migration/self a b=1", NOTHING },
    { "F2: key beyond ASCII", BASE "D/migration/self @raw caf\\303\\251=1\\n", NOTHING },
    { "F2: key that leaves the directory", BASE "D/migration/self ../x=1", NOTHING },
    { "F2: carriage returns only", BASE "D/migration/self @raw x\\ry=1\\r", NOTHING },
    { "F2: binary", BASE "D/migration/self @raw \\177ELF\\002\\001", NOTHING },
    { "F2: NUL byte", BASE "D/migration/self @nul", NOTHING },
    { "F2: NUL byte in an alternative", BASE "D/migration/compatible @nul", NOTHING },
    { "F2: alternative without equals sign", BASE "D/migration/compatible 1", NOTHING },
    { "F2: a page", BASE "D/migration/self @fill 4095 \n", LEFT("cut") },
    { "F2: 1 MiB", BASE "D/migration/self @fill 1048576 =", LEFT("cut") },
    { "F2: self leads nowhere", BASE "D/migration/self @loop", LEFT("unreadable") },
    { "F2: alternative leads nowhere", BASE "D/migration/compatible @loop", LEFT("unreadable") },
    { "F2: I/O error", BASE "D/migration/self @fail EIO", LEFT("unreadable") },
    { "F2: it takes too long", BASE "D/migration/compatible @fail ETIMEDOUT", LEFT("timeout") },
    { "F2: for the superuser", BASE "D/migration/self @private x=secret", LEFT("private") },
    { "F2: no answer", BASE "D/migration/self @fail ENODEV", CAP(API TYPE DRIVER) },
    { "F2: endless device", BASE "D/migration/self @link /dev/zero", LEFT("unreadable") },

    { "F1 and F2 mixed",
      BASE "D/migration/self x=1\nD/migration/compatible0/x 1,2\nD/migration/compatible1 x=3",
      CAP(API TYPE DRIVER ATTR("x", "1") ACCEPTS(ATTR("x", "1,2")) ACCEPTS(ATTR("x", "3"))) },
    { "F2 and F1 mixed",
      BASE "D/migration/self/x 1\nD/migration/compatible x=1,2",
      CAP(API TYPE DRIVER ATTR("x", "1") ACCEPTS(ATTR("x", "1,2"))) },
    { "F2 and F3 differ",
      BASE "D/migration/self software_version=1.2.0\nT/software_version 1.3",
      CAP(API TYPE DRIVER UNUSABLE("software_version", "conflicting")) },

    /* form F3, files of the type and of the device */
    { "F3: software version", BASE "T/software_version 1.2.0", CAP(API TYPE VERS("1.2.0") DRIVER) },
    { "F3: version ranges",
      BASE "T/software_version 2.2\nT/software_version_compatible 2.0.2-2.0.4,2.1.0-",
      CAP(API TYPE VERS("2.2.0") DRIVER ACCEPTS(VERS("2.0.2-2.0.4,2.1.0-"))) },
    { "F3: accepted types, its own completed",
      BASE "T/compatible_type t2,t3", CAP(API TYPE DRIVER ACCEPTS("<type id='t1,t2,t3'/>")) },
    { "F3: accepted types with its own",
      BASE "T/compatible_type t2,t1", CAP(API TYPE DRIVER ACCEPTS("<type id='t2,t1'/>")) },
    { "F3: all lists are one alternative",
      BASE "T/software_version 1.2\n"
      "T/software_version_compatible 1.0-\n"
      "T/compatible_type t1,t2\n"
      "T/compatible_pci_ids 8086:5931",
      CAP(API TYPE VERS("1.2.0") DRIVER
          ACCEPTS("<type id='t1,t2'/>" VERS("1.0-") ATTR("pci_id", "8086:5931"))) },
    { "F3: accepted PCI ids, spelled differently",
      BASE "T/pci_id 8086591d\nT/compatible_pci_ids 591b,0x8086:0x5931",
      CAP(API TYPE DRIVER ATTR("pci_id", "8086:591d")
          ACCEPTS(ATTR("pci_id", "8086:591d,8086:591b,8086:5931"))) },
    { "F3: vendor attribute of the device",
      BASE "D/x 1\nT/compatible_x 1,2",
      CAP(API TYPE DRIVER ATTR("x", "1") ACCEPTS(ATTR("x", "1,2"))) },
    { "F3: vendor list of the device",
      BASE "D/x 1\nD/compatible_x 1,2",
      CAP(API TYPE DRIVER ATTR("x", "1") ACCEPTS(ATTR("x", "1,2"))) },
    { "F3: the device's list is narrower",
      BASE "D/x 1\nD/compatible_x 1\nT/compatible_x 1,2",
      CAP(API TYPE DRIVER ATTR("x", "1") ACCEPTS(ATTR("x", "1"))) },
    { "F3: list without the attribute",
      BASE "T/compatible_x 1,2", CAP(API TYPE DRIVER ACCEPTS(ATTR("x", "1,2"))) },
    { "F3: files that are no attributes",
      BASE "D/uevent x=1\nD/remove @raw \nT/name n\nT/description d\nT/available_instances 1",
      CAP(API TYPE DRIVER) },
    { "F3: dynamic resource",
      BASE "T/dynamic_resources aggregator\nD/aggregator 2",
      CAP(API TYPE DYNAMIC("aggregator", "2") DRIVER) },
    { "F3: two dynamic resources",
      BASE "T/dynamic_resources aggregator, x\nD/aggregator 2\nD/x 1",
      CAP(API TYPE DYNAMIC("aggregator", "2") DRIVER DYNAMIC("x", "1")) },
    { "F3: dynamic resource that is absent",
      BASE "T/dynamic_resources aggregator", CAP(API TYPE DRIVER) },
    { "F3: dynamic resource with a list",
      BASE "T/dynamic_resources x\nD/x 1\nT/compatible_x 1,2",
      CAP(API TYPE DRIVER DYNAMIC("x", "1") ACCEPTS(ATTR("x", "1,2"))) },
    { "F1: variables in what it accepts",
      BASE "D/migration/self/aggregator 2\n"
      "D/migration/compatible/type t{v:int: 2,4}\n"
      "D/migration/compatible/aggregator {v}/2",
      CAP(API TYPE ATTR("aggregator", "2") DRIVER
          ACCEPTS("<type id='t{v:int:2,4}'/>" ATTR("aggregator", "{v}/2"))) },
    { "F2: variables in what it accepts",
      BASE "D/migration/compatible0 type=t{v:int:2,4}",
      CAP(API TYPE DRIVER ACCEPTS("<type id='t{v:int:2,4}'/>")) },
    { "F3: no dynamic resources", BASE "T/dynamic_resources @raw \\n", CAP(API TYPE DRIVER) },
    { "F3: bad name of a dynamic resource",
      BASE "T/dynamic_resources ../x",
      CAP(API TYPE DRIVER UNUSABLE("dynamic_resources", "malformed")) },
    { "F3: unreadable dynamic resources",
      BASE "T/dynamic_resources @loop",
      CAP(API TYPE DRIVER UNUSABLE("dynamic_resources", "unreadable")) },
    { "F3: own value with a brace is no item",
      BASE "T/compatible_x a\nT/x b}",
      CAP(API TYPE DRIVER ATTR("x", "b}") ACCEPTS(ATTR("x", "a"))) },
    { "F3: own value with a variable is no item",
      BASE "T/compatible_x a\nT/x {v}",
      CAP(API TYPE DRIVER ATTR("x", "{v}") ACCEPTS(ATTR("x", "a"))) },
    { "F3: own value with a blank before it",
      BASE "T/compatible_x a\nT/x @raw  b\\n",
      CAP(API TYPE DRIVER ATTR("x", "b") ACCEPTS(ATTR("x", "b,a"))) },
    { "F3: own value with a comma is no item",
      BASE "T/compatible_x a\nT/x a,b",
      CAP(API TYPE DRIVER ATTR("x", "a,b") ACCEPTS(ATTR("x", "a"))) },
    { "F3: stray comma in dynamic resources",
      BASE "T/dynamic_resources x,\nD/x 1", CAP(API TYPE DRIVER DYNAMIC("x", "1")) },
    { "F1 accepts a device id, F3 names the vendor",
      BASE "D/migration/compatible/pci_id 591b\nT/pci_id 8086:591d",
      CAP(API TYPE DRIVER ATTR("pci_id", "8086:591d") ACCEPTS(ATTR("pci_id", "8086:591b"))) },
    { "F3: list that does not end",
      BASE "T/compatible_x 1,", CAP(API TYPE DRIVER ACCEPTS(ATTR("x", "1,"))) },

    /* form F4, the string that only drivers understand */
    { "F4: of the device",
      BASE "D/migration_version i915-v1-8086-591d",
      CAP(API TYPE DRIVER OPAQUE("i915-v1-8086-591d")) },
    { "F4: of the type",
      BASE "T/migration_version 8086-193b", CAP(API TYPE DRIVER OPAQUE("8086-193b")) },
    { "F4: of both",
      BASE "D/migration_version a\nT/migration_version b", CAP(API TYPE DRIVER OPAQUE("a")) },
    { "F4: before what is accepted",
      BASE "D/migration_version a\nD/migration/compatible x=1",
      CAP(API TYPE DRIVER OPAQUE("a") ACCEPTS(ATTR("x", "1"))) },
    { "F4: no line feed", BASE "D/migration_version @raw a b", CAP(API TYPE DRIVER OPAQUE("a b")) },
    { "F4: XML", BASE "D/migration_version <a&b>", CAP(API TYPE DRIVER OPAQUE("&lt;a&amp;b&gt;")) },
    { "F4: empty", BASE "D/migration_version @raw ", STRINGLESS("malformed") },
    { "F4: two lines", BASE "D/migration_version @raw a\\nb\\n", STRINGLESS("malformed") },
    { "F4: binary", BASE "D/migration_version @raw \\377\\001", STRINGLESS("malformed") },
    { "F4: NUL byte", BASE "D/migration_version @nul", STRINGLESS("malformed") },
    { "F4: 4095 bytes", BASE "D/migration_version @fill 4095 v", STRINGLESS("cut") },
    { "F4: unreadable", BASE "D/migration_version @loop", STRINGLESS("unreadable") },
    { "F4: driver refuses", BASE "D/migration_version @fail EIO", STRINGLESS("unreadable") },
    { "F4: it takes too long", BASE "T/migration_version @fail ETIMEDOUT", STRINGLESS("timeout") },
    { "F4: for the superuser", BASE "D/migration_version @private secret", STRINGLESS("private") },
    { "F4: driver does not support it",
      BASE "D/migration_version @fail ENODEV", CAP(API TYPE DRIVER) },
    { "F4: of both, the device's unreadable",
      BASE "D/migration_version @loop\nT/migration_version b", STRINGLESS("unreadable") },
    { "F4: of both, the device's not supported",
      BASE "D/migration_version @fail ENODEV\nT/migration_version b",
      CAP(API TYPE DRIVER OPAQUE("b")) },
    { "F4: of both, the device's empty",
      BASE "D/migration_version @raw \nT/migration_version b", STRINGLESS("malformed") },
    { "F4: directory", BASE "D/migration_version @dir",
      CAP(API TYPE DRIVER NO_OPAQUE("unreadable")) },

    /* several forms */
    { "F1 and F3 agree",
      BASE "D/migration/self/software_version 1.2.0\nT/software_version 1.2",
      CAP(API TYPE VERS("1.2.0") DRIVER) },
    { "F1 and F3 differ",
      BASE "D/migration/self/software_version 1.2.0\nT/software_version 1.3",
      CAP(API TYPE DRIVER UNUSABLE("software_version", "conflicting")) },
    { "F1 and F3 differ in the device API",
      BASE "D/migration/self/device_api vfio-ap",
      CAP(TYPE DRIVER UNUSABLE("device_api", "conflicting")) },
    { "F1 and F3 differ in an attribute",
      BASE "D/migration/self/aggregator 1\nD/aggregator 2",
      CAP(API TYPE DRIVER UNUSABLE("aggregator", "conflicting")) },
    { "F1 is malformed, F3 is not",
      BASE "D/migration/self/software_version 1.02\nT/software_version 1.2",
      CAP(API TYPE DRIVER UNUSABLE("software_version", "conflicting")) },
    { "F1 and F3 accept",
      BASE "D/migration/compatible/x 1\nT/compatible_x 2",
      CAP(API TYPE DRIVER ACCEPTS(ATTR("x", "1")) ACCEPTS(ATTR("x", "2"))) },

    /* content that is not a value */
    { "empty file",
      BASE "D/migration/self/x @raw ", CAP(API TYPE DRIVER UNUSABLE("x", "malformed")) },
    { "line feed only",
      BASE "D/migration/self/x @raw \\n", CAP(API TYPE DRIVER UNUSABLE("x", "malformed")) },
    { "no line feed", BASE "D/migration/self/x @raw 1", CAP(API TYPE DRIVER ATTR("x", "1")) },
    { "many line feeds",
      BASE "D/migration/self/x @raw 1\\n\\n\\n", CAP(API TYPE DRIVER ATTR("x", "1")) },
    { "carriage return and line feed",
      BASE "D/migration/self/software_version @raw 1.2.0\\r\\n",
      CAP(API TYPE VERS("1.2.0") DRIVER) },
    { "trailing blanks",
      BASE "D/migration/self/software_version @raw 1.2.0 \\n", CAP(API TYPE VERS("1.2.0") DRIVER) },
    { "leading blank",
      BASE "D/migration/self/software_version @raw  1.2.0\\n",
      CAP(API TYPE VERS("1.2.0") DRIVER) },
    { "two lines",
      BASE "D/migration/self/x @raw 1\\n2\\n", CAP(API TYPE DRIVER UNUSABLE("x", "malformed")) },
    { "tab inside",
      BASE "D/migration/self/x @raw 1\\t2", CAP(API TYPE DRIVER UNUSABLE("x", "malformed")) },
    { "escape sequence",
      BASE "D/migration/self/x @raw \\033[31m", CAP(API TYPE DRIVER UNUSABLE("x", "malformed")) },
    { "binary",
      BASE "D/migration/self/x @raw \\377\\376", CAP(API TYPE DRIVER UNUSABLE("x", "malformed")) },
    { "UTF-8",
      BASE "D/migration/self/x @raw caf\\303\\251",
      CAP(API TYPE DRIVER UNUSABLE("x", "malformed")) },
    { "NUL byte inside",
      BASE "D/migration/self/x @nul", CAP(API TYPE DRIVER UNUSABLE("x", "malformed")) },
    { "XML as a value",
      BASE "D/migration/self/x <&'\">",
      CAP(API TYPE DRIVER ATTR("x", "&lt;&amp;&apos;&quot;&gt;")) },
    { "a page",
      BASE "D/migration/self/x @fill 4095 v", CAP(API TYPE DRIVER UNUSABLE("x", "cut")) },
    { "4097 bytes",
      BASE "D/migration/self/x @fill 4097 v", CAP(API TYPE DRIVER UNUSABLE("x", "cut")) },
    { "1 MiB",
      BASE "D/migration/self/x @fill 1048576 v", CAP(API TYPE DRIVER UNUSABLE("x", "cut")) },
    { "1 MiB of line feeds",
      BASE "D/migration/self/x @fill 1048576 \n", CAP(API TYPE DRIVER UNUSABLE("x", "cut")) },
    { "malformed version",
      BASE "D/migration/self/software_version 1.02", CAP(API TYPE VERS("1.02") DRIVER) },
    { "malformed device API of the type",
      "T/device_api @raw \\377", CAP(TYPE DRIVER UNUSABLE("device_api", "malformed")) },
    { "empty accepted list",
      BASE "D/migration/compatible/x @raw ",
      CAP(API TYPE DRIVER ACCEPTS(UNUSABLE("x", "malformed"))) },
    { "empty ranges",
      BASE "T/software_version 1.0\nT/software_version_compatible @raw ",
      CAP(API TYPE VERS("1.0.0") DRIVER ACCEPTS(UNUSABLE("software_version", "malformed"))) },
    { "malformed ranges",
      BASE "T/software_version 1.0\nT/software_version_compatible 2.0-1.0",
      CAP(API TYPE VERS("1.0.0") DRIVER ACCEPTS(VERS("2.0-1.0"))) },

    /* files that cannot be read */
    { "unreadable in self",
      BASE "D/migration/self/x @loop\nD/migration/self/y 1",
      CAP(API TYPE DRIVER ATTR("y", "1") UNUSABLE("x", "unreadable")) },
    { "I/O error",
      BASE "D/migration/self/x @fail EIO", CAP(API TYPE DRIVER UNUSABLE("x", "unreadable")) },
    { "it takes too long",
      BASE "D/migration/self/x @fail ETIMEDOUT", CAP(API TYPE DRIVER UNUSABLE("x", "timeout")) },
    { "no answer", BASE "D/migration/self/x @fail ENODEV", CAP(API TYPE DRIVER) },
    { "for the superuser",
      BASE "D/migration/self/x @private secret", CAP(API TYPE DRIVER UNUSABLE("x", "private")) },
    { "accepted, for the superuser",
      BASE "D/migration/compatible/x @private secret",
      CAP(API TYPE DRIVER ACCEPTS(UNUSABLE("x", "private"))) },
    { "of the device unreadable, of the type not",
      BASE "D/software_version @loop\nT/software_version 1.2",
      CAP(API TYPE DRIVER UNUSABLE("software_version", "unreadable")) },
    { "of the device not there yet, of the type there",
      BASE "D/software_version @fail ENODEV\nT/software_version 1.2",
      CAP(API TYPE VERS("1.2.0") DRIVER) },
    { "unreadable in an alternative",
      BASE "D/migration/compatible/x @loop",
      CAP(API TYPE DRIVER ACCEPTS(UNUSABLE("x", "unreadable"))) },
    { "unreadable of the type",
      BASE "T/software_version @loop",
      CAP(API TYPE DRIVER UNUSABLE("software_version", "unreadable")) },
    { "unreadable device API",
      "T/device_api @loop", CAP(TYPE DRIVER UNUSABLE("device_api", "unreadable")) },
    { "unreadable ranges",
      BASE "T/software_version 1.0\nT/software_version_compatible @loop",
      CAP(API TYPE VERS("1.0.0") DRIVER ACCEPTS(UNUSABLE("software_version", "unreadable"))) },
    { "unreadable list",
      BASE "T/compatible_x @loop", CAP(API TYPE DRIVER ACCEPTS(UNUSABLE("x", "unreadable"))) },
    { "dangling link", BASE "D/migration/self/x @link nowhere",
      CAP(API TYPE DRIVER UNUSABLE("x", "unreadable")) },
    { "FIFO in self",
      BASE "D/migration/self/x @fifo", CAP(API TYPE DRIVER UNUSABLE("x", "unreadable")) },
    { "FIFO as the version",
      BASE "T/software_version @fifo",
      CAP(API TYPE DRIVER UNUSABLE("software_version", "unreadable")) },
    { "FIFO as the list",
      BASE "T/dynamic_resources @fifo",
      CAP(API TYPE DRIVER UNUSABLE("dynamic_resources", "unreadable")) },
    { "FIFO as a directory",
      BASE "D/migration/self @fifo\nD/migration/compatible @fifo", LEFT("unreadable") },
    { "endless device",
      BASE "D/migration/self/x @link /dev/zero",
      CAP(API TYPE DRIVER UNUSABLE("x", "unreadable")) },
    { "directory as the version", BASE "T/software_version @dir",
      CAP(API TYPE DRIVER UNUSABLE("software_version", "unreadable")) },

    /* names and numbers; half a descriptor could look compatible */
    { "name with a blank", BASE "D/migration/self/a\\040b 1", NOTHING },
    { "name with a line feed", BASE "D/migration/self/a\\012b 1", NOTHING },
    { "name beyond ASCII", BASE "D/migration/self/caf\\303\\251 1", NOTHING },
    { "name with a leading dot", BASE "D/migration/self/.x 1", NOTHING },
    { "name with a tag", BASE "D/migration/self/<x> 1", NOTHING },
    { "bad name in an alternative", BASE "D/migration/compatible/a\\040b 1", NOTHING },
    { "bad name of a list", BASE "T/compatible_a\\040b 1", NOTHING },
    { "list of nothing", BASE "T/compatible_ 1", NOTHING },
    { "600 attributes", BASE "D/migration/self/x @many 600", NOTHING },
    { "2000 files", BASE "D/migration/self/x @many 2000", LEFT("cut") },
    { "2000 files that are lists", BASE "T/compatible_x @many 2000", LEFT("cut") },
    { "5000 files that are none of ours", BASE "T/x @many 5000", LEFT("cut") },
    { "600 accepted attributes", BASE "D/migration/compatible/x @many 600", NOTHING },
    { "65 alternatives", BASE "D/migration/compatible%d/x @many 65", NOTHING },

    /* passwords */
    { "URL without userinfo",
      BASE "T/remote_url https://host/x",
      CAP(API TYPE DRIVER ATTR("remote_url", "https://host/x")) },
    { "URL with userinfo",
      BASE "T/remote_url https://user:secret@host/x",
      CAP(API TYPE DRIVER ATTR("remote_url", "https://host/x")) },
    { "URL with userinfo in self",
      BASE "D/migration/self/remote_url https://user:secret@host/x",
      CAP(API TYPE DRIVER ATTR("remote_url", "https://host/x")) },
    { "URLs with userinfo, accepted",
      BASE "T/remote_url https://user:secret@host/x\n"
      "T/compatible_remote_url https://user:secret@host/x,https://u:secret@other/",
      CAP(API TYPE DRIVER ATTR("remote_url", "https://host/x")
          ACCEPTS(ATTR("remote_url", "https://host/x,https://other/"))) },
    { "URL that is malformed",
      BASE "T/remote_url user:secret@host",
      CAP(API TYPE DRIVER UNUSABLE("remote_url", "malformed")) },
    { "URLs that are malformed, accepted",
      BASE "D/migration/compatible/remote_url https://user:/secret@host",
      CAP(API TYPE DRIVER ACCEPTS(UNUSABLE("remote_url", "malformed"))) },
    { "URL with a token",
      BASE "T/remote_url https://host/x?token=secret&secret&vol=1#secret",
      CAP(API TYPE DRIVER ATTR("remote_url", "https://host/x?token=&amp;vol=")) },
    { "URLs with tokens, accepted",
      BASE "D/migration/compatible/remote_url https://h/x?t=secret,https://w/?u=secret",
      CAP(API TYPE DRIVER ACCEPTS(ATTR("remote_url", "https://h/x?t=,https://w/?u="))) },
    { "URL with a token with a comma, accepted",
      BASE "D/migration/compatible/remote_url https://h/x?t=sec,secret",
      CAP(API TYPE DRIVER ACCEPTS(UNUSABLE("remote_url", "malformed"))) },
    { "URL with a token, and a list without schemes that lacks it",
      BASE "T/remote_url https://host/x?t=secret\nT/compatible_remote_url a,b",
      CAP(API TYPE DRIVER ATTR("remote_url", "https://host/x?t=")
          ACCEPTS(ATTR("remote_url", "a,b,https://host/x?t="))) },
    { "URL with a token, and a list of another, without schemes",
      BASE "T/remote_url a?t=secret\nT/compatible_remote_url b?t=secret",
      CAP(API TYPE DRIVER ATTR("remote_url", "a?t=")
          ACCEPTS(UNUSABLE("remote_url", "malformed"))) },
    { "URL with a token and variables, accepted",
      BASE "D/migration/compatible/remote_url https://h/x{v:int:1,2}?t=secret",
      CAP(API TYPE DRIVER ACCEPTS(UNUSABLE("remote_url", "malformed"))) },
    { "URL with userinfo and variables, accepted",
      BASE "D/migration/compatible/remote_url https://u:secret@h/x{v:int:1,2}",
      CAP(API TYPE DRIVER ACCEPTS(UNUSABLE("remote_url", "malformed"))) },
    { "URLs with userinfo that differ",
      BASE "D/migration/self/remote_url https://user:secret@host/x\n"
      "T/remote_url https://user:secret@other/",
      CAP(API TYPE DRIVER UNUSABLE("remote_url", "conflicting")) },

    /* devices that go away */
    { "no device", "D @none", GONE },
    { "device without type", BASE "D/mdev_type @none", GONE },
    { "dangling type",
      BASE "D/mdev_type @none\nD/mdev_type @link ../mdev_supported_types/t2", GONE },
    { "type is gone", "T @none", GONE },
    { "device leads nowhere", "D @none\nD @loop", GONE },

    /* what it is of is not known */
    { "type is a directory, as in a copy without links",
      BASE "D/mdev_type @none\nD/mdev_type/device_api vfio-pci",
      CAP(API DRIVER UNUSABLE("type", "malformed")) },
    { "the same of a device that publishes its type",
      BASE "D/migration/self/type t1\nD/mdev_type @none\nD/mdev_type/device_api vfio-pci",
      CAP(API DRIVER UNUSABLE("type", "conflicting")) },
};

/* The same for a type of which no device exists */
static const struct testTree types[] = {
    { "today's kernel", BASE, CAP(API TYPE DRIVER) },
    { "module with a version",
      BASE "M/version 1.0", CAP(API TYPE DRIVER DERIVED("driver_version", "1.0")) },
    { "F3: a value that each device gets, whatever the type shows",
      BASE "T/dynamic_resources aggregator\nT/aggregator 2",
      CAP(API TYPE UNSET("aggregator") DRIVER) },
    { "F3: what every type has to show is no such value",
      BASE "T/software_version 1.2\nT/dynamic_resources software_version,type",
      CAP(API TYPE VERS("1.2.0") DRIVER) },
    { "F3",
      BASE "T/software_version 1.2\n"
      "T/software_version_compatible 1.0-\n"
      "T/compatible_type t1,t2\n"
      "T/dynamic_resources aggregator",
      CAP(API TYPE VERS("1.2.0") UNSET("aggregator") DRIVER
          ACCEPTS("<type id='t1,t2'/>" VERS("1.0-"))) },
    { "nothing of a device",
      BASE "D/migration/self/x 1\nD/aggregator 2\nD/compatible_x 1", CAP(API TYPE DRIVER) },
    { "unreadable", "T/device_api @loop", CAP(TYPE DRIVER UNUSABLE("device_api", "unreadable")) },
    { "F4", BASE "T/migration_version a\nD/migration_version b", CAP(API TYPE DRIVER OPAQUE("a")) },
    { "parent's PCI id",
      BASE "P/vendor 0x8086\nP/device 0x591d",
      CAP(API TYPE DRIVER DERIVED("pci_id", "8086:591d")) },
    { "type is gone", "T @none", GONE },
};


/* The way that libvirt goes to the device */
static int
testMdevLink(const void *opaque)
{
    return testTreeDevice(opaque, "bus/mdev/devices/" UUID);
}


/* A value of exactly the longest length is too long for the table above. */
static int
testLongest(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree(BASE);
    g_autofree char *path = g_strdup_printf("%s/" PARENT "/" UUID "/migration/self/x", root);
    g_autofree char *value = g_strnfill(4096, 'v');
    g_autofree char *text = g_strdup_printf("%s\n", value);
    g_autofree char *expect = g_strdup_printf(CAP(API TYPE DRIVER ATTR("x", "%s")), value);
    g_autofree char *actual = NULL;

    testMakeFile(path, text, -1);
    actual = testReadTree(root, PARENT "/" UUID);

    return testCheckXML(expect, actual);
}


/* A text that just does not fill a page; that of a byte more is in the table above. */
static int
testLongestText(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree(BASE);
    g_autofree char *path = g_strdup_printf("%s/" PARENT "/" UUID "/migration/self", root);
    g_autofree char *value = g_strnfill(4094 - strlen("x="), 'v');
    g_autofree char *text = g_strdup_printf("x=%s", value);
    g_autofree char *expect = g_strdup_printf(CAP(API TYPE DRIVER ATTR("x", "%s")), value);
    g_autofree char *actual = NULL;

    testMakeFile(path, text, -1);
    actual = testReadTree(root, PARENT "/" UUID);

    return testCheckXML(expect, actual);
}


/* 510 attributes and the type, its API and the driver are too many, 509 not. */
static int
testMostAttributes(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) most = testMakeTree(BASE "D/migration/self/x @many 509");
    g_autoptr(testRoot) more = testMakeTree(BASE "D/migration/self/x @many 510");
    g_autofree char *good = testReadTree(most, PARENT "/" UUID);
    g_autofree char *bad = testReadTree(more, PARENT "/" UUID);

    if (!strstr(good, ATTR("x508", "1")))
        return testFail("512 attributes were refused: %.100s", good);

    return testCheckXML(NOTHING, bad);
}


static int
testMostAlternatives(const void *opaque G_GNUC_UNUSED)
{
    /* the one of form F3 is dropped, and counts while it is there */
    g_autoptr(testRoot) root = testMakeTree(BASE "D/migration/compatible%d/x @many 63");
    g_autofree char *actual = testReadTree(root, PARENT "/" UUID);
    const char *found = actual;
    size_t count = 0;

    while ((found = strstr(found, "<accepts>"))) {
        count++;
        found++;
    }

    if (count != 63)
        return testFail("expected 63 alternatives, got %zu: %.100s", count, actual);

    return 0;
}


/* Of a list that has no room for the device's own value it is not known what it accepts. */
static int
testLongestList(const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *value = g_strnfill(4095, 'v');
    g_autofree char *tree = g_strdup_printf(BASE "D/x 1\nT/compatible_x %s", value);
    g_autoptr(testRoot) root = testMakeTree(tree);
    g_autofree char *actual = testReadTree(root, PARENT "/" UUID);

    return testCheckXML(CAP(API TYPE DRIVER ATTR("x", "1") ACCEPTS(UNUSABLE("x", "cut"))), actual);
}


/* More names of dynamic attributes than a type, or a device, can have */
static int
testMostDynamic(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GString) names = g_string_new("");
    g_autoptr(GString) files = g_string_new("");
    g_autofree char *tree = NULL;
    g_autoptr(testRoot) root = NULL;
    g_autofree char *device = NULL;
    g_autofree char *type = NULL;
    size_t i;

    for (i = 0; i < VIR_NODE_DEVICE_COMPAT_ATTRS_MAX; i++) {
        g_string_append_printf(names, "x%zu,", i);
        g_string_append_printf(files, "D/x%zu 1\n", i);
    }
    tree = g_strdup_printf(BASE "T/dynamic_resources %s\n%s", names->str, files->str);
    root = testMakeTree(tree);
    device = testReadTree(root, PARENT "/" UUID);
    type = testReadTree(root, PARENT "/mdev_supported_types/t1");

    if (testCheckXML(NOTHING, device) < 0)
        return -1;

    return testCheckXML(NOTHING, type);
}


/* The order in which the files came to be must not matter. */
static int
testDeterministic(const void *opaque G_GNUC_UNUSED)
{
    static const char *const nodes =
        "D/migration/self/z 1\nD/migration/self/a 1\nD/migration/self/m 1\n"
        "D/migration/compatible9/x 1\nD/migration/compatible1/y 2\nD/migration/compatible1/b 2\n"
        "T/compatible_q 1\nT/compatible_c 1\nT/dynamic_resources z,a\n";
    g_autoptr(testRoot) forth = testMakeTree(BASE);
    g_autoptr(testRoot) back = testMakeTree(BASE);
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;

    testMakeNodes(forth, nodes, false);
    testMakeNodes(back, nodes, true);

    first = testReadTree(forth, PARENT "/" UUID);
    second = testReadTree(back, PARENT "/" UUID);

    if (testCheckXML(first, second) < 0)
        return -1;

    return testCheckXML(CAP(API TYPE DYNAMIC("a", "1") DRIVER ATTR("m", "1") DYNAMIC("z", "1")
                         ACCEPTS(ATTR("b", "2") ATTR("y", "2")) ACCEPTS(ATTR("x", "1"))
                         ACCEPTS(ATTR("c", "1") ATTR("q", "1"))), first);
}


/* Each reading shows what is there at that time. */
static int
testAfresh(const void *opaque G_GNUC_UNUSED)
{
    static const struct {
        const char *change;
        const char *expect;
    } steps[] = {
        { "D/migration/self/x 1", CAP(API TYPE DRIVER ATTR("x", "1")) },
        { "D/migration/self/x 2", CAP(API TYPE DRIVER ATTR("x", "2")) },
        { "D/migration/self/x @none", CAP(API TYPE DRIVER) },
        { "D/migration/self/x @loop", CAP(API TYPE DRIVER UNUSABLE("x", "unreadable")) },
        { "D/migration/self/x @none", CAP(API TYPE DRIVER) },
        { "T/software_version 1.0", CAP(API TYPE VERS("1.0.0") DRIVER) },
        { "T/software_version 1.1", CAP(API TYPE VERS("1.1.0") DRIVER) },
        { "M/version 3", CAP(API TYPE VERS("1.1.0") DRIVER DERIVED("driver_version", "3")) },
        { "P/driver @none", CAP(API TYPE VERS("1.1.0")) },
        { "D @none", GONE },
    };
    g_autoptr(testRoot) root = testMakeTree(BASE);
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_autofree char *actual = NULL;

        testMakeNodes(root, steps[i].change, false);
        actual = testReadTree(root, PARENT "/" UUID);
        if (testCheckXML(steps[i].expect, actual) < 0)
            return testFail("after %s", steps[i].change);
    }

    return 0;
}


static int
mymain(void)
{
    testTreeInit();

    DO_TABLE_EXPECT("mdev", trees, testTreeMdev);
    DO_TABLE_EXPECT("type", types, testTreeType);

    DO_TEST(testMdevLink, &trees[0], "mdev through a link");
    DO_TEST(testLongest, NULL, "a value of 4096 bytes is read");
    DO_TEST(testLongestText, NULL, "a text of 4094 bytes is read");
    DO_TEST(testMostAttributes, NULL, "512 attributes are read, 513 are not");
    DO_TEST(testMostAlternatives, NULL, "as many alternatives as can be are read");
    DO_TEST(testDeterministic, NULL, "the same tree gives the same bytes");
    DO_TEST(testLongestList, NULL, "a list that is full");
    DO_TEST(testMostDynamic, NULL, "513 dynamic attributes are not read");
    DO_TEST(testAfresh, NULL, "values are read afresh");

    return testResult();
}

VIR_TEST_MAIN(mymain)
