/*
 * nodedev_compat_evidence_ap.c: the kernel's attributes of an s390 AP matrix
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat_tree.h"


/* A set without elements, see nodedev_compat_value.h */
#define NO_QUEUES "+"


/**
 * virNodeDeviceCompatAPRead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the queues of the device's matrix. One without any is known to have none.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatAPRead(virNodeDeviceCompat *compat,
                          virNodeDeviceCompatPaths *paths)
{
    g_autofree char *matrix = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadLines(paths->device,
                                                                            "matrix", &matrix);

    if (result == VIR_NODE_DEVICE_COMPAT_READ_OK) {
        g_strdelimit(matrix, "\n", ',');
    } else if (result == VIR_NODE_DEVICE_COMPAT_READ_EMPTY) {
        matrix = g_strdup(NO_QUEUES);
        result = VIR_NODE_DEVICE_COMPAT_READ_OK;
    }

    return virNodeDeviceCompatAddEvidence(compat, "ap_matrix", result, matrix, true);
}
