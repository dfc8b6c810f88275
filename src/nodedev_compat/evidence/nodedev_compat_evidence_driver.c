/*
 * nodedev_compat_evidence_driver.c: the driver of a device
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat_tree.h"


/**
 * virNodeDeviceCompatDriverRead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the driver that implements the device, and its version. That is the driver of
 * the parent or, if the parent has none, the one that the device itself is bound to.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatDriverRead(virNodeDeviceCompat *compat,
                              virNodeDeviceCompatPaths *paths)
{
    const char *const dirs[] = { paths->parent, paths->device };
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(dirs); i++) {
        g_autofree char *module = NULL;
        g_autofree char *driver = NULL;
        g_autofree char *version = NULL;
        virNodeDeviceCompatReadResult link;
        virNodeDeviceCompatReadResult file;

        if (!dirs[i])
            continue;

        link = virNodeDeviceCompatTreeReadLink(dirs[i], "driver", &driver);
        if (link == VIR_NODE_DEVICE_COMPAT_READ_ABSENT)
            continue;

        module = g_build_filename(dirs[i], "driver", "module", NULL);
        file = virNodeDeviceCompatTreeReadFile(module, "version", &version);

        if (virNodeDeviceCompatAddEvidence(compat, "driver", link, driver, true) < 0 ||
            virNodeDeviceCompatAddEvidence(compat, "driver_version", file, version, true) < 0)
            return -1;
        break;
    }

    return 0;
}
