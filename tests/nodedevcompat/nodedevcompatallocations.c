/*
 * nodedevcompatallocations.c: how much memory was asked for
 *
 * Stands in front of glibc's malloc, for the program and for all libraries. Compilers'
 * sanitizers do that themselves; under these nothing is counted.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

#include "nodedevcompatallocations.h"

#ifndef __has_feature
# define __has_feature(name) 0
#endif

testAllocations testAllocated;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)

const bool testAllocationsAreCounted = false;

#else

const bool testAllocationsAreCounted = true;

/* glibc's own, under names that are not replaced */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t number, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);


static void *
testAllocatedAdd(void *memory)
{
    testAllocated.calls++;
    testAllocated.live += malloc_usable_size(memory);
    if (testAllocated.live > testAllocated.peak)
        testAllocated.peak = testAllocated.live;
    return memory;
}


void *
malloc(size_t size)
{
    return testAllocatedAdd(__libc_malloc(size));
}


void *
calloc(size_t number,
       size_t size)
{
    return testAllocatedAdd(__libc_calloc(number, size));
}


void *
realloc(void *old,
        size_t size)
{
    testAllocated.live -= malloc_usable_size(old);
    return testAllocatedAdd(__libc_realloc(old, size));
}


void *
memalign(size_t alignment,
         size_t size)
{
    return testAllocatedAdd(__libc_memalign(alignment, size));
}


void *
aligned_alloc(size_t alignment,
              size_t size)
{
    return memalign(alignment, size);
}


int
posix_memalign(void **memory,
               size_t alignment,
               size_t size)
{
    return (*memory = memalign(alignment, size)) ? 0 : ENOMEM;
}


void
free(void *memory)
{
    testAllocated.live -= malloc_usable_size(memory);
    __libc_free(memory);
}

#endif
