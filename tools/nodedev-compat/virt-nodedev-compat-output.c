/*
 * virt-nodedev-compat-output.c: files that virt-nodedev-compat replaces
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <sys/stat.h>

#include "virt-nodedev-compat-output.h"

#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV


/**
 * virtCompatReplaceFile:
 * @path: file, which is replaced if it is there
 * @text: what it is to have
 *
 * Whoever reads the file sees what it had before or all of @text, also after a crash. A
 * file that is there keeps its permissions; what is no file, such as a device, is left
 * alone.
 *
 * Returns 0 on success, -1 with an error reported, and the file as it was.
 */
int
virtCompatReplaceFile(const char *path,
                      const char *text)
{
    g_autoptr(GError) err = NULL;
    struct stat sb;
    bool exists = lstat(path, &sb) == 0;

    if (!exists && errno != ENOENT) {
        virReportSystemError(errno, _("cannot write '%1$s'"), path);
        return -1;
    }

    if (exists && !S_ISREG(sb.st_mode)) {
        virReportError(VIR_ERR_INVALID_ARG,
                       _("'%1$s' is not a regular file and is not replaced"), path);
        return -1;
    }

    if (!g_file_set_contents_full(path, text, -1,
                                  G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                  exists ? sb.st_mode & 0666 : 0644, &err)) {
        virReportError(VIR_ERR_SYSTEM_ERROR, _("cannot write '%1$s': %2$s"), path, err->message);
        return -1;
    }

    return 0;
}


/**
 * virtCompatWriteOutput:
 * @path: file, or NULL for standard output
 * @text: what to write
 *
 * Returns 0 on success, -1 with an error reported.
 */
int
virtCompatWriteOutput(const char *path,
                      const char *text)
{
    if (path)
        return virtCompatReplaceFile(path, text);

    printf("%s", text);
    return 0;
}
