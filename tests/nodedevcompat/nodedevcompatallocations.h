/*
 * nodedevcompatallocations.h: how much memory was asked for
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>

/* In the whole program, which has to have one thread. GLib only uses malloc() for
 * everything with G_SLICE=always-malloc. */
typedef struct _testAllocations testAllocations;
struct _testAllocations {
    unsigned long long calls;   /* of malloc(), calloc(), realloc() and the like */
    long long live;             /* bytes that are not freed */
    long long peak;             /* most of these; to be reset by who looks at it */
};

extern testAllocations testAllocated;
extern const bool testAllocationsAreCounted;
