/*
 * nodedevcompatnetlink.h: netlink messages in a few words, for tests
 *
 * How they are written is described in README.rst.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

/* The function that is asked about: P of a tree */
#define ADDRESS "0000:00:02.0"

/* What comes of asking for the family devlink, whose id is 20 */
#define FAMILY "@16,0,1 2=devlink 1:20/2 "
#define ERRNO(number) "@2,0 #-" number " "
#define DONE "@3,2 #0 "

/* A reply about the versions of the function, to be followed by them */
#define INFO "@20,0,51 1=pci 2=" ADDRESS " "
#define NAMED(type, name, value) type "{ 103=" name " 104=" value " } "
#define FIXED(name, value) NAMED("100", name, value)
#define RUNNING(name, value) NAMED("101", name, value)
#define STORED(name, value) NAMED("102", name, value)
#define SERIAL "99=S1 146=S2 "

/* The port of a virtual function, and whether it can be migrated */
#define PORT(address) "@20,2,3 1=pci 2=" address " 3:1/4 "
#define CAPS(value, known) "145{ 4{ #" value " #" known " } } "
#define VF(number, value) PORT(ADDRESS) "77:4/2 127:0/2 128:" number "/2 149:0/1 " CAPS(value, "3")

char *
testNetlinkMake(const char *words,
                size_t *ret_length);
