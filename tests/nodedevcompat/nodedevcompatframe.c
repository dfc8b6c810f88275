/*
 * nodedevcompatframe.c: tables of cases, and sentences about those that fail
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <fcntl.h>
#include <sys/stat.h>

#include "nodedevcompatframe.h"

#include "virerror.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_NONE

/* How much of a long text a title or a sentence shows */
#define TITLE_MAX 120
#define TEXT_MAX 2000

static const char *running;
static bool explained;
static size_t ndone;
static size_t nfailed;


/* @name stands in sentences for @title, which can be longer */
static void
testRunTitled(const char *name,
              const char *title,
              testBody body,
              const void *opaque)
{
    running = name;
    explained = false;
    if (virTestRun(title, body, opaque) < 0) {
        nfailed++;
        if (!explained && virGetLastErrorCode() != VIR_ERR_OK)
            testFail("expected no error, got '%s'", virGetLastErrorMessage());
        else if (!explained)
            testFail("failed; VIR_TEST_DEBUG=1 shows more");
    }
    running = NULL;
    ndone++;
}


void
testRun(testBody body,
        const void *opaque,
        const char *format,
        ...)
{
    g_autofree char *title = NULL;
    va_list args;

    va_start(args, format);
    title = g_strdup_vprintf(format, args);
    va_end(args);

    testRunTitled(title, title, body, opaque);
}


/* "A: B" in one line of text; values that are tested can have line feeds, and bytes
 * that are no text */
static char *
testJoin(const char *a,
         const char *b)
{
    g_autofree char *escaped = g_strescape(b, "\"\\");

    return g_strdup_printf("%s: %.*s", a, TITLE_MAX, escaped);
}


/**
 * testRunTable:
 * @kind: what the rows have in common, in one or two words
 * @table: the first of @count rows of @size bytes
 * @firstName: the name of the first row
 * @firstExpect: what the first row expects, or NULL not to show it
 * @body: called with each row
 */
void
testRunTable(const char *kind,
             const void *table,
             size_t count,
             size_t size,
             const char *const *firstName,
             const char *const *firstExpect,
             testBody body)
{
    size_t i;

    for (i = 0; i < count; i++) {
        const char *row = (const char *)table + i * size;
        const char *const *name = (const void *)((const char *)firstName + i * size);
        g_autofree char *title = testJoin(kind, *name);
        g_autofree char *longer = NULL;

        if (firstExpect) {
            const char *const *expect = (const void *)((const char *)firstExpect + i * size);

            longer = testJoin(title, *expect ? *expect : "none");
        }

        testRunTitled(title, longer ? longer : title, body, row);
    }
}


/* What a program of tests returns. One that has run nothing has shown nothing. */
int
testResult(void)
{
    return ndone > 0 && nfailed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}


/**
 * testFail:
 * @format: what was expected and what came, a format of printf()
 *
 * Shows that behind the title of the test that is running, whether or not
 * VIR_TEST_VERBOSE is set.
 *
 * Returns -1, for the caller to return.
 */
int
testFail(const char *format,
         ...)
{
    g_autofree char *sentence = NULL;
    va_list args;

    va_start(args, format);
    sentence = g_strdup_vprintf(format, args);
    va_end(args);

    explained = true;
    fprintf(stderr, "\n%s: %s\n", running ? running : "outside of a test", sentence);
    return -1;
}


/* NULL: there is nothing, which is not the same as an empty string */
int
testExpectString(const char *expect,
                 const char *actual)
{
    if (STREQ_NULLABLE(expect, actual))
        return 0;

    return testFail("expected %s%.*s%s, got %s%.*s%s",
                    expect ? "'" : "", TEXT_MAX, expect ? expect : "none", expect ? "'" : "",
                    actual ? "'" : "", TEXT_MAX, actual ? actual : "none", actual ? "'" : "");
}


int
testExpectNumber(long long expect,
                 long long actual)
{
    if (expect == actual)
        return 0;

    return testFail("expected %lld, got %lld", expect, actual);
}


int
testExpectBool(bool expect,
               bool actual)
{
    if (expect == actual)
        return 0;

    return testFail("expected %s, got %s", expect ? "yes" : "no", actual ? "yes" : "no");
}


/**
 * testExpectError:
 * @expect: part of the error's message, NULL for no error
 * @failed: whether the function that was called failed
 *
 * The error is reset, so that it is not taken for one of the next call.
 */
int
testExpectError(const char *expect,
                bool failed)
{
    const char *message = virGetLastErrorMessage();

    if (failed && virGetLastErrorCode() == VIR_ERR_OK) {
        return testFail("expected %s%s%s, got a failure without an error",
                        expect ? "an error with '" : "success", NULLSTR_EMPTY(expect),
                        expect ? "'" : "");
    }
    if (!expect && failed)
        return testFail("expected success, got the error '%.*s'", TEXT_MAX, message);
    if (expect && !failed)
        return testFail("expected an error with '%s', got success", expect);
    if (expect && !strstr(message, expect))
        return testFail("expected an error with '%s', got '%.*s'", expect, TEXT_MAX, message);

    virResetLastError();
    return 0;
}


/**
 * testReadNumber:
 * @name: variable in the environment
 * @number: set to what it holds, if it is there
 *
 * Returns 0, or -1 if it holds no number.
 */
int
testReadNumber(const char *name,
               unsigned int *number)
{
    const char *value = g_getenv(name);

    if (value && virStrToLong_uip(value, NULL, 10, number) < 0) {
        fprintf(stderr, "%s must be a number, not '%s'\n", name, value);
        return -1;
    }

    return 0;
}


/**
 * testMakeOld:
 * @path: a file or directory
 *
 * Makes it one that was not changed for long.
 *
 * Returns 0, or -1 if that failed.
 */
int
testMakeOld(const char *path)
{
    const struct timespec times[] = { { .tv_sec = 1 }, { .tv_sec = 1 } };

    return utimensat(AT_FDCWD, path, times, 0);
}
