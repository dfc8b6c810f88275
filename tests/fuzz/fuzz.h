/*
 * fuzz.h: what the fuzz targets have in common
 *
 * A target defines LLVMFuzzerTestOneInput(), parses the input, and checks what
 * must hold of whatever was accepted. A broken FUZZ_CHECK() ends the program,
 * and libFuzzer keeps the input.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat/nodedev_compat_report.h"
#include "nodedev_compat/nodedev_compat_rules.h"
#include "nodedev_compat_conf.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data,
                       size_t size);

G_NORETURN void
fuzzFail(const char *file,
         int line,
         const char *what,
         const char *a,
         const char *b);

#define FUZZ_CHECK(expr) \
    do { \
        if (!(expr)) \
            fuzzFail(__FILE__, __LINE__, #expr, NULL, NULL); \
    } while (0)

/* Both strings are there and equal; prints them if they are not. */
#define FUZZ_CHECK_EQUAL(a, b) \
    do { \
        const char *fuzz_a = a; \
        const char *fuzz_b = b; \
        if (!fuzz_a || !fuzz_b || STRNEQ(fuzz_a, fuzz_b)) \
            fuzzFail(__FILE__, __LINE__, #a " equals " #b, fuzz_a, fuzz_b); \
    } while (0)

char *
fuzzText(const uint8_t *data,
         size_t size);

bool
fuzzIsBlank(const char *text);

virNodeDeviceCompat *
fuzzDescriptor(char **lines,
               size_t nlines);

const virNodeDeviceCompatRules *
fuzzRules(void);

char *
fuzzFormat(const virNodeDeviceCompat *compat);

void
fuzzCheckRoundTrip(const virNodeDeviceCompat *compat);

void
fuzzCheckReport(const virNodeDeviceCompatReport *report);
