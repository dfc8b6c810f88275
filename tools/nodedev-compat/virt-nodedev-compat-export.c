/*
 * virt-nodedev-compat-export.c: devices of hosts, for those that place guests
 *
 * The command export.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "virt-nodedev-compat-fleet.h"
#include "virt-nodedev-compat-host.h"
#include "virt-nodedev-compat-input.h"
#include "virt-nodedev-compat-output.h"
#include "virt-nodedev-compat-rules.h"

#include "conf/nodedev_compat_value.h"
#include "nodedev_compat/nodedev_compat_export.h"
#include "virerror.h"
#include "vsh-nodedev-compat.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define FORMATS "nfd, placement, prometheus, ansible-facts"

/* What this host is called in messages */
#define LOCAL_NAME "localhost"


/* Returns an array of virNodeDeviceCompatFleetDevice, those of which a mediated device can be
 * created included, or NULL with an error reported. */
static GPtrArray *
virtCompatExportReadHost(const char *root,
                         const virNodeDeviceCompatFiles *files)
{
    g_autoptr(GPtrArray) read = virtCompatHostRead(root, files->facts, true);
    GPtrArray *devices;
    size_t i;

    if (!read)
        return NULL;

    devices =
        g_ptr_array_new_with_free_func((GDestroyNotify) virNodeDeviceCompatFleetDeviceFree);
    for (i = 0; i < read->len; i++) {
        virtCompatHostDevice *from = g_ptr_array_index(read, i);
        virNodeDeviceCompatFleetDevice *device = g_new0(virNodeDeviceCompatFleetDevice, 1);

        device->what =
            virNodeDeviceCompatFleetWhatTypeFromString(virtCompatKindTypeToString(from->kind));
        device->name = g_strdup(from->name);
        device->cause = g_strdup(from->cause);
        device->compat = g_steal_pointer(&from->compat);
        g_ptr_array_add(devices, device);
    }

    return devices;
}


/* Returns a fleet of this host only. If it cannot be read, nothing is known of it: what is
 * exported must not be what was known yesterday. */
static virNodeDeviceCompatFleet *
virtCompatExportLoadHost(const virtCompatOptions *opts,
                         virNodeDeviceCompatFiles *files)
{
    virNodeDeviceCompatFleet *fleet;
    g_autoptr(GPtrArray) devices = NULL;
    g_autofree char *cause = NULL;

    if (virtCompatLoadFiles(opts->rules, opts->root, files) < 0 ||
        !(devices = virtCompatExportReadHost(opts->root, files))) {
        cause = virNodeDeviceCompatValueToPrintable(virtCompatGetErrorDetail(),
                                                    VIR_NODE_DEVICE_COMPAT_VALUE_MAX);
        virResetLastError();
    }

    fleet = virNodeDeviceCompatFleetNew(files->rules, 0);
    virNodeDeviceCompatFleetAddHost(fleet, LOCAL_NAME, opts->root ? opts->root : "/",
                                    devices, cause);
    virNodeDeviceCompatFleetComplete(fleet);
    return fleet;
}


static virNodeDeviceCompatFleet *
virtCompatExportLoad(const virtCompatOptions *opts,
                     virNodeDeviceCompatFiles *files,
                     int noperands,
                     char **operands)
{
    if (noperands == 0)
        return virtCompatExportLoadHost(opts, files);

    if (opts->root) {
        virReportError(VIR_ERR_INVALID_ARG, "%s", _("INPUT cannot be given together with --root"));
        return NULL;
    }

    if (virtCompatLoadFiles(opts->rules, NULL, files) < 0)
        return NULL;

    return virtCompatFleetLoad(opts, files, noperands, operands);
}


/**
 * virtCompatExport:
 * @opts: options
 * @noperands: number of operands
 * @operands: files and directories of hosts; this host if there is none
 *
 * Prints, or writes to a file, of which classes hosts have devices, in the format of one
 * that places guests.
 *
 * Returns the exit status; if an error is reported, it is not printed yet.
 */
int
virtCompatExport(const virtCompatOptions *opts,
                 int noperands,
                 char **operands)
{
    g_auto(virNodeDeviceCompatFiles) files = { 0 };
    g_autoptr(virNodeDeviceCompatFleet) fleet = NULL;
    g_autofree char *text = NULL;
    int format;

    if (!opts->format ||
        (format = virNodeDeviceCompatExportFormatTypeFromString(opts->format)) < 0) {
        virReportError(VIR_ERR_INVALID_ARG, _("--format has to be one of %1$s"), FORMATS);
        return EXIT_FAILURE;
    }

    if (!(fleet = virtCompatExportLoad(opts, &files, noperands, operands)) ||
        !(text = virNodeDeviceCompatExportMake(fleet, format, noperands == 0)) ||
        virtCompatWriteOutput(opts->output, text) < 0)
        return EXIT_FAILURE;

    virtCompatFleetPrintUnknown(fleet);
    return virtCompatFleetIsKnown(fleet) ? EXIT_SUCCESS : VSH_NODEDEV_COMPAT_EXIT_UNKNOWN;
}
