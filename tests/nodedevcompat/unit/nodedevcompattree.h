/*
 * nodedevcompattree.h: sysfs trees in a few lines, for tests
 *
 * How a tree is written is described in README.rst.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat/nodedev_compat_facts.h"
#include "nodedev_compat_conf.h"

#define UUID "4b20d080-1b54-4048-85b3-a6a62d165c01"
#define PARENT "devices/pci0000:00/0000:00:02.0"
#define SUBCHANNEL "devices/css0/0.0.0026"

/* Descriptors as XML, without line breaks and indentation */
#define API "<deviceAPI>vfio-pci</deviceAPI>"
#define TYPE "<type id='t1'/>"
#define VERS(v) "<softwareVersion>" v "</softwareVersion>"
#define ATTR(name, value) "<attr name='" name "' value='" value "'/>"
#define UNSET(name) "<attr name='" name "' dynamic='yes'/>"
#define DYNAMIC(name, value) "<attr name='" name "' value='" value "' dynamic='yes'/>"
#define DERIVED(name, value) "<attr name='" name "' value='" value "' derived='yes'/>"
#define DRIVER DERIVED("driver", "vendor")
#define UNUSABLE(name, reason) "<unusable name='" name "' reason='" reason "'/>"
#define OPAQUE(content) "<opaque>" content "</opaque>"
#define NO_OPAQUE(reason) "<opaque reason='" reason "'/>"
#define ACCEPTS(content) "<accepts>" content "</accepts>"

#define CAP(content) "<capability type='compat'>" content "</capability>"
/* what is left where not all could be read */
#define LEFT(reason) CAP(API TYPE UNUSABLE("migration", reason))
#define NOTHING LEFT("malformed")
#define GONE NULL

/* What every case starts from */
#define BASE "T/device_api vfio-pci\n"

/* A tree, and the descriptor that it gives */
struct testTree {
    const char *name;
    const char *tree;
    const char *expect;
};

/* The root of a tree, which goes away with it */
typedef char testRoot;

void
testTreeInit(void);

int
testTreeFailRead(const char *path);

testRoot *
testMakeTree(const char *tree);

void
testMakeNodes(const char *root,
              const char *tree,
              bool backwards);

void
testMakeFile(const char *path,
             const char *content,
             gssize length);

void
testDropTree(testRoot *root);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(testRoot, testDropTree);

char *
testFormatTight(const virNodeDeviceCompat *compat);

virNodeDeviceCompat *
testReadWithFacts(const char *root,
                  const char *dir,
                  const virNodeDeviceCompatFacts *facts);

const char *
testFindStray(const virNodeDeviceCompat *compat);

char *
testReadTree(const char *root,
             const char *dir);

char *
testReadConfined(const char *root,
                 const char *dir);

int
testCheckXML(const char *expect,
             const char *actual);

/* Bodies of tests whose rows are of struct testTree: what is read of the mediated
 * device D, its type T, the PCI function P, a mediated device of the subchannel C */
int
testTreeMdev(const void *opaque);

int
testTreeType(const void *opaque);

int
testTreeFunction(const void *opaque);

int
testTreeSubchannel(const void *opaque);

int
testTreeDevice(const struct testTree *data,
               const char *dir);
