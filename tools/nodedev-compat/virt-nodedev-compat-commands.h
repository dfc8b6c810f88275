/*
 * virt-nodedev-compat-commands.h: the commands of virt-nodedev-compat
 *
 * On top of the library's parsing, comparing and reporting.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "virt-nodedev-compat-device.h"
#include "nodedev_compat/evidence/nodedev_compat_files.h"

typedef struct _virtCompatOptions virtCompatOptions;
struct _virtCompatOptions {
    const char *root;           /* of both sides, unless they have their own */
    const char *sourceRoot;
    const char *targetRoot;
    char *source;               /* devices that are given by name, or NULL */
    char *target;
    GPtrArray *rules;           /* directories, and a NULL */
    const char *format;         /* of an export, or NULL */
    GPtrArray *newRules;        /* the same, after a change */
    GPtrArray *changes;         /* as virNodeDeviceCompatChangeParse() takes them, and a NULL */
    GPtrArray *guests;          /* as virtCompatPlanReadGuests() takes them, and a NULL */
    GPtrArray *connections;     /* URIs */
    const char *output;         /* file, or NULL */
    const char *timeout;        /* number of seconds, or NULL */
    const char *html;           /* file for a page, or NULL */
    bool all;
    bool types;
    bool details;
    bool help;
    bool version;
    bool xml;
    bool json;
    bool csv;
    bool explain;
    bool quiet;
    bool withRules;
    bool crossType;
    bool validate;
};

virtCompatLookup
virtCompatGetLookup(const virtCompatOptions *opts,
                    const char *root,
                    const virNodeDeviceCompatFiles *files);

unsigned int
virtCompatGetShow(const virtCompatOptions *opts);

int
virtCompatList(const virtCompatOptions *opts,
               int noperands,
               char **operands);

int
virtCompatDumpAll(const virtCompatOptions *opts);

int
virtCompatFacts(const virtCompatOptions *opts,
                int noperands,
                char **operands);

int
virtCompatCheck(const virtCompatOptions *opts,
                int noperands,
                char **operands);

int
virtCompatHook(const virtCompatOptions *opts,
               int noperands,
               char **operands);

int
virtCompatRecord(const virtCompatOptions *opts,
                 int noperands,
                 char **operands);

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

int
virtCompatMatrix(const virtCompatOptions *opts,
                 int noperands,
                 char **operands);

int
virtCompatExport(const virtCompatOptions *opts,
                 int noperands,
                 char **operands);

int
virtCompatGroups(const virtCompatOptions *opts,
                 int noperands,
                 char **operands);

int
virtCompatPlanRun(const virtCompatOptions *opts,
                  int noperands,
                  char **operands);
