/*
 * nodedevcompatrandom.h: random devices, and properties tried on them
 *
 * All devices are text in the notation of nodedevcompatutils.h.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "nodedev_compat/nodedev_compat_report.h"
#include "nodedev_compat/nodedev_compat_rules.h"

/* What can be asked of random devices */
typedef enum {
    WITHOUT_ALTERNATIVES = 1 << 0,
    WITHOUT_DERIVED = 1 << 1,
    WITHOUT_BAD = 1 << 2,       /* nothing unreadable, conflicting, malformed */
    SAME_API = 1 << 3,          /* and so the same rules both ways */
    WITHOUT_UNSET = 1 << 4,     /* both are devices, no types */
} testRandomFlags;

typedef struct _testRandomWish testRandomWish;
struct _testRandomWish {
    unsigned int flags;         /* bitwise-OR of testRandomFlags */
    const char *without;        /* names of attributes, separated by blanks */
};

/* An attribute that random devices may have */
typedef struct _testRandomAttr testRandomAttr;
struct _testRandomAttr {
    const char *name;
    bool needed;                /* most devices have it */
    const char *good;           /* values, separated by blanks */
    const char *bad;            /* values not in its grammar, or NULL */
    const char *accepted;       /* items of lists */
};

/* Every other pair is compared by these. */
extern virNodeDeviceCompatRules *testRandomRules;

/* The same rules, and NEEDED is needed */
#define NEEDED "x"
extern virNodeDeviceCompatRules *testRandomNeeds;

/* The seed of the first case, each other one's is greater by one; and how many
 * cases there are */
extern unsigned int testRandomSeed;
extern unsigned int testRandomCases;

extern const testRandomAttr testRandomAttrs[];
extern const size_t testRandomNAttrs;

const char *
testRandomPick(GRand *rand,
               GStrv words);

char *
testRandomSource(GRand *rand,
                 const testRandomWish *wish);

char *
testRandomTarget(GRand *rand,
                 const testRandomWish *wish,
                 const char *source);

char *
testRandomAlternative(GRand *rand,
                      const testRandomWish *wish,
                      const char *like);

char *
testDeviceFindWord(const char *device,
                   const char *name);

char *
testDeviceCut(const char *device,
              const char *name);

char *
testDeviceReorder(GRand *rand,
                  const char *device,
                  bool wordsOnly);

char *
testDeviceRename(const char *device);

/* Two devices on which a property is tried */
typedef struct _testPair testPair;
struct _testPair {
    char *source;
    char *target;
    const virNodeDeviceCompatRules *rules;
    GRand *rand;                /* for what else the property needs */
    char *detail;               /* what else there is to say of a failure */
};

typedef struct _testProperty testProperty;
struct _testProperty {
    const char *name;
    /* Returns what is wrong, or NULL if the property holds for the pair. */
    const char *(*check)(testPair *pair);
    testRandomWish wish;
};

virNodeDeviceCompatReport *
testPairRun(const testPair *pair,
            const char *source,
            const char *target,
            unsigned int flags);

int
testPairRank(const testPair *pair,
             const char *source,
             const char *target);

char *
testPairResult(const testPair *pair,
               const char *source,
               const char *target);

void
testPairDetail(testPair *pair,
               const char *format,
               ...) G_GNUC_PRINTF(2, 3);

int
testPropertyTry(const void *opaque);

int
testRandomSetUp(void);
