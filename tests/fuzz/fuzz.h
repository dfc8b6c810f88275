/*
 * fuzz.h: what the fuzz targets have in common
 *
 * A target defines fuzzInput(), which parses the input and checks what must hold of
 * whatever was accepted. A broken FUZZ_CHECK() ends the program, and libFuzzer keeps
 * the input. So does an input that costs more than the limits in fuzz.c.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat/nodedev_compat_report.h"
#include "nodedev_compat/nodedev_compat_rules.h"
#include "nodedev_compat_conf.h"

/* What a target defines */
void
fuzzInput(const uint8_t *data,
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

size_t
fuzzChoose(size_t n);

size_t
fuzzChooseDevices(void);

char *
fuzzText(const uint8_t *data,
         size_t size);

bool
fuzzIsFit(const char *text);

/* The parts of an input, with a line "=" between them: at most @max, the last of which
 * is the rest. */
GStrv
fuzzParts(const char *text,
          int max);

/* A form in XML that is parsed and formatted */
typedef struct _fuzzForm fuzzForm;
struct _fuzzForm {
    void *(*parse)(const char *xml);
    char *(*format)(const void *object);
    void (*clear)(void *object);

    /* more that has to hold of an object; NULL: nothing */
    void (*check)(const void *object);
};

void
fuzzRoundTrip(const fuzzForm *form,
              const uint8_t *data,
              size_t size);

virNodeDeviceCompat *
fuzzDescriptor(char **lines,
               size_t nlines);

const virNodeDeviceCompatRules *
fuzzRules(void);

void
fuzzCheckJSON(char *json);

char *
fuzzFormat(const virNodeDeviceCompat *compat);

void
fuzzCheckRoundTrip(const virNodeDeviceCompat *compat);

void
fuzzCheckReport(const virNodeDeviceCompatReport *report);

virNodeDeviceCompatResult
fuzzCompare(const virNodeDeviceCompat *source,
            const virNodeDeviceCompat *target,
            const virNodeDeviceCompatRules *rules,
            unsigned int flags);

/* What has to hold of the comparison of any two descriptors */
void
fuzzCheckPair(virNodeDeviceCompat *source,
              virNodeDeviceCompat *target,
              const virNodeDeviceCompatRules *rules);
