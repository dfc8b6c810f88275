/*
 * nodedev_compat_evidence_ap.c: the kernel's attributes of an s390 AP matrix
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat_tree.h"


/**
 * virNodeDeviceCompatAPRead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the queues of the device's matrix.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatAPRead(virNodeDeviceCompat *compat,
                          virNodeDeviceCompatPaths *paths)
{
    g_autofree char *matrix = virNodeDeviceCompatTreeReadLines(paths->device, "matrix");

    return virNodeDeviceCompatAddEvidence(compat, "ap_matrix", matrix, true);
}
