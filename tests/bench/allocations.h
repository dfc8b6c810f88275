/*
 * allocations.h: how often memory was asked for
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

/* Calls of malloc(), calloc() and realloc() so far, in the whole program. GLib
 * only uses them for everything with G_SLICE=always-malloc. */
extern unsigned long long benchAllocations;
