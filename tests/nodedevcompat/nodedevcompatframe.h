/*
 * nodedevcompatframe.h: tables of cases, and sentences about those that fail
 *
 * A row of a table is a struct with a member 'name'. How to write a test is
 * described in README.rst.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "testutils.h"

typedef int (*testBody)(const void *opaque);

/* Runs @body once, with @opaque; @title is a format of printf() */
#define DO_TEST(body, opaque, ...) \
    testRun(body, opaque, __VA_ARGS__)

/* Runs @body with each row of @table, in a test titled "KIND: NAME" */
#define DO_TABLE(kind, table, body) \
    testRunTable(kind, table, G_N_ELEMENTS(table), sizeof(*(table)), \
                 &(table)->name, NULL, body)

/* The same, titled "KIND: NAME: EXPECT", where what a row expects is a string */
#define DO_TABLE_EXPECT(kind, table, body) \
    testRunTable(kind, table, G_N_ELEMENTS(table), sizeof(*(table)), \
                 &(table)->name, &(table)->expect, body)

void
testRun(testBody body,
        const void *opaque,
        const char *format,
        ...)
    G_GNUC_PRINTF(3, 4);

void
testRunTable(const char *kind,
             const void *table,
             size_t count,
             size_t size,
             const char *const *firstName,
             const char *const *firstExpect,
             testBody body);

int
testResult(void);

int
testFail(const char *format,
         ...)
    G_GNUC_PRINTF(1, 2);

int
testExpectString(const char *expect,
                 const char *actual);

int
testExpectNumber(long long expect,
                 long long actual);

int
testExpectBool(bool expect,
               bool actual);

int
testExpectError(const char *expect,
                bool failed);

int
testReadNumber(const char *name,
               unsigned int *number);

int
testMakeOld(const char *path);
