/*
 * tree.c: trees of sysfs in the text of an input
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "tree.h"

#include "memoryfs.h"
#define LIBVIRT_NODEDEV_COMPAT_READERPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_readerpriv.h"


bool
fuzzTreePathIsValid(const char *path)
{
    return path[0] && path[0] != '/' && !strstr(path, "..") && strlen(path) < 256;
}


bool
fuzzTreeLineParse(char *text,
                  fuzzTreeLine *line)
{
    char *sign = text + strcspn(text, "=@!?%");

    line->path = text;
    line->kind = *sign;
    if (*sign)
        *sign++ = '\0';
    line->text = sign;
    line->len = strlen(sign);

    if (line->kind == '=') {
        g_strdelimit(sign, "|", '\n');
        g_strdelimit(sign, "`", '\0');
    }

    return fuzzTreePathIsValid(line->path);
}


void
fuzzTreeAddLine(const fuzzTreeLine *line)
{
    switch (line->kind) {
    case '=':
        memoryfsAddFile(line->path, line->text, line->len);
        break;
    case '@':
        memoryfsAddLink(line->path, line->text);
        break;
    case '!':
        memoryfsAddFailure(line->path, false, EACCES);
        break;
    case '?':
        memoryfsAddFailure(line->path, true, EIO);
        break;
    case '%':
        memoryfsAddFailure(line->path, true, ENODEV);
        break;
    default:
        memoryfsAddDir(line->path);
        break;
    }
}


void
fuzzTreeReset(void)
{
    /* without the threads that would read otherwise */
    virNodeDeviceCompatReaderSetLimits(0, 0, 0);

    memoryfsReset();
    memoryfsAddDir("D");
    memoryfsAddDir("T");
    memoryfsAddLink("D/mdev_type", "../T");
}


void
fuzzTreeAdd(char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", FUZZ_TREE_FILES_MAX);
    size_t i;

    for (i = 0; lines[i]; i++) {
        fuzzTreeLine line;

        if (fuzzTreeLineParse(lines[i], &line))
            fuzzTreeAddLine(&line);
    }
}
