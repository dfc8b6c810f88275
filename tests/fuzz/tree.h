/*
 * tree.h: trees of sysfs in the text of an input
 *
 * A line for each file:
 *
 *   PATH=CONTENT   a file; a '|' in the content stands for a newline, a '`' for
 *                  a NUL byte
 *   PATH@TARGET    a symbolic link
 *   PATH/          a directory
 *   PATH!          a file that cannot be opened
 *   PATH?          a file that cannot be read
 *   PATH%          a file whose driver has nothing to say
 *
 * Directories come into being as needed, and D/mdev_type is a link to T. The tree is
 * the one of memoryfs.h.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "internal.h"

/* More files than this only make it slow. */
#define FUZZ_TREE_FILES_MAX 600

/* A line of the input, taken apart */
typedef struct _fuzzTreeLine fuzzTreeLine;
struct _fuzzTreeLine {
    char *path;
    char kind;
    char *text;
    size_t len;
};

bool
fuzzTreePathIsValid(const char *path);

bool
fuzzTreeLineParse(char *text,
                  fuzzTreeLine *line);

void
fuzzTreeAddLine(const fuzzTreeLine *line);

/* Only the device and its type are left. */
void
fuzzTreeReset(void);

/* All lines of @text, which is changed */
void
fuzzTreeAdd(char *text);
