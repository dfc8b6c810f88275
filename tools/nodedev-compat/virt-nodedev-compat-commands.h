/*
 * virt-nodedev-compat-commands.h: the commands of virt-nodedev-compat
 *
 * On top of the library's parsing, comparing and reporting.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

typedef struct _virtCompatOptions virtCompatOptions;
struct _virtCompatOptions {
    const char *root;           /* of both sides, unless they have their own */
    const char *sourceRoot;
    const char *targetRoot;
    char *source;               /* devices that are given by name, or NULL */
    char *target;
    GPtrArray *rules;           /* directories, and a NULL */
    bool help;
    bool version;
    bool xml;
    bool explain;
    bool quiet;
    bool crossType;
    bool validate;
};

int
virtCompatDump(const virtCompatOptions *opts,
               int noperands,
               char **operands);

int
virtCompatCompare(const virtCompatOptions *opts,
                  int noperands,
                  char **operands);

int
virtCompatBaseline(const virtCompatOptions *opts,
                   int noperands,
                   char **operands);

int
virtCompatCheckRules(const virtCompatOptions *opts,
                     int noperands,
                     char **operands);
