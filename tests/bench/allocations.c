/*
 * allocations.c: how often memory was asked for
 *
 * Stands in front of glibc's malloc, for the program and for all libraries.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <stdlib.h>

#include "allocations.h"

/* glibc's own, under names that are not replaced */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t number, size_t size);
void *__libc_realloc(void *old, size_t size);

unsigned long long benchAllocations;


void *
malloc(size_t size)
{
    benchAllocations++;
    return __libc_malloc(size);
}


void *
calloc(size_t number,
       size_t size)
{
    benchAllocations++;
    return __libc_calloc(number, size);
}


void *
realloc(void *old,
        size_t size)
{
    benchAllocations++;
    return __libc_realloc(old, size);
}
