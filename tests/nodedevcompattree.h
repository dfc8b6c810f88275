/*
 * nodedevcompattree.h: sysfs trees in a few lines, for tests
 *
 * A tree is written one line a file. A line is a path and what the file holds;
 * the path starts with a letter:
 *
 *   D  the mediated device         P  its parent, a PCI function
 *   T  its type                    M  the module of the parent's driver
 *   C  an s390 subchannel          R  the root of the tree
 *
 * and the content is a line of text, or one of
 *
 *   @raw TEXT      just that, with C escapes       @none          no file
 *   @fill N C      N times the character C         @nul           a NUL byte
 *   @link TARGET   a symbolic link                 @fifo          a FIFO
 *   @loop          a link that leads nowhere       @dir           a directory
 *   @many N        N files, the number appended to the path
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat_conf.h"

#define UUID "4b20d080-1b54-4048-85b3-a6a62d165c01"
#define PARENT "devices/pci0000:00/0000:00:02.0"
#define SUBCHANNEL "devices/css0/0.0.0026"

/* The root of a tree, which goes away with it */
typedef char testRoot;

void
testTreeInit(void);

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
