/*
 * virt-nodedev-compat-record.c: record what a machine shows of devices
 *
 * Runs record-sysfs, which is also there for machines without this program.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <unistd.h>

#include "virt-nodedev-compat-commands.h"
#include "virt-nodedev-compat-name.h"

#include "configmake.h"
#include "virerror.h"
#include "virfile.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define RECORDER "record-sysfs"
#define INTERPRETER "python3"


static void
virtCompatAddOption(GPtrArray *args,
                    const char *option,
                    const char *value)
{
    if (value) {
        g_ptr_array_add(args, g_strdup(option));
        g_ptr_array_add(args, g_strdup(value));
    }
}


/**
 * virtCompatRecord:
 * @opts: options
 * @noperands: number of operands
 * @operands: devices
 *
 * Writes an archive of what the machine shows of the devices.
 *
 * Returns the exit status, with an error reported; on success the program that writes it
 * has replaced this one.
 */
int
virtCompatRecord(const virtCompatOptions *opts,
                 int noperands,
                 char **operands)
{
    g_autofree char *interpreter = virFindFileInPath(INTERPRETER);
    g_autofree char *recorder = virFileFindResource(RECORDER,
                                                    abs_top_srcdir "/tools/nodedev-compat",
                                                    PKGDATADIR "/nodedev-compat");
    g_autoptr(GPtrArray) args = g_ptr_array_new_with_free_func(g_free);
    size_t i;

    if (!interpreter) {
        virReportError(VIR_ERR_OPERATION_UNSUPPORTED,
                       _("'%1$s' is needed to record devices, and is not installed"), INTERPRETER);
        return EXIT_FAILURE;
    }

    if (access(recorder, R_OK) < 0) {
        virReportSystemError(errno, _("cannot open '%1$s'"), recorder);
        return EXIT_FAILURE;
    }

    g_ptr_array_add(args, g_strdup(INTERPRETER));
    g_ptr_array_add(args, g_strdup("-I"));      /* no modules but its own */
    g_ptr_array_add(args, g_strdup(recorder));
    virtCompatAddOption(args, "--output", opts->output);
    virtCompatAddOption(args, "--root", opts->root);
    if (opts->withRules)
        g_ptr_array_add(args, g_strdup("--with-rules"));
    g_ptr_array_add(args, g_strdup("--"));

    for (i = 0; i < noperands; i++) {
        char *path = virtCompatNameToPath(operands[i]);

        g_ptr_array_add(args, path ? path : g_strdup(operands[i]));
    }
    g_ptr_array_add(args, NULL);

    execv(interpreter, (char **) args->pdata);
    virReportSystemError(errno, _("cannot run '%1$s'"), interpreter);
    return EXIT_FAILURE;
}
