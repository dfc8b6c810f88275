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
#define EMPTY_SET "+"


/* Reads a file with something in each line as a set. One that is empty is known to be. */
static virNodeDeviceCompatReadResult
virNodeDeviceCompatAPReadSet(const char *device,
                             const char *name,
                             char **ret_set)
{
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadLines(device, name, ret_set);

    if (result == VIR_NODE_DEVICE_COMPAT_READ_OK) {
        g_strdelimit(*ret_set, "\n", ',');
    } else if (result == VIR_NODE_DEVICE_COMPAT_READ_EMPTY) {
        *ret_set = g_strdup(EMPTY_SET);
        result = VIR_NODE_DEVICE_COMPAT_READ_OK;
    }

    return result;
}


/**
 * virNodeDeviceCompatAPRead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the queues of the device's matrix, and its control domains.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatAPRead(virNodeDeviceCompat *compat,
                          virNodeDeviceCompatPaths *paths)
{
    g_autofree char *matrix = NULL;
    g_autofree char *domains = NULL;
    virNodeDeviceCompatReadResult result;

    result = virNodeDeviceCompatAPReadSet(paths->device, "matrix", &matrix);
    if (virNodeDeviceCompatAddEvidence(compat, "ap_matrix", result, matrix, true) < 0)
        return -1;

    result = virNodeDeviceCompatAPReadSet(paths->device, "control_domains", &domains);
    return virNodeDeviceCompatAddEvidence(compat, "ap_control_domains", result, domains, true);
}
