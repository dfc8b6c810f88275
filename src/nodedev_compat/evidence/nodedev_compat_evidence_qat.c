/*
 * nodedev_compat_evidence_qat.c: Intel QuickAssist's attributes of a function
 *
 * The driver of a physical function compares which services its ring pairs serve before
 * it loads the state of a virtual function. Its files are described in the kernel's
 * Documentation/ABI/testing/sysfs-driver-qat. Those with which one agreement or one ring
 * pair is looked up (qat_rl, qat/rp2srv) take a write to a selector that all users share,
 * so that they are not read.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat_tree.h"
#include "nodedev_compat_value.h"

#define CLASS_COPROCESSOR "0x0b40"


/**
 * virNodeDeviceCompatQATRead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds the services that the physical function is configured for, as a set since their
 * order means nothing, and the number of its ring pairs.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatQATRead(virNodeDeviceCompat *compat,
                           virNodeDeviceCompatPaths *paths)
{
    g_autofree char *physical = NULL;
    g_autofree char *text = NULL;
    g_autofree char *services = NULL;
    g_autofree char *rps = NULL;
    virNodeDeviceCompatReadResult result;

    if (!virNodeDeviceCompatCanHaveFiles(compat, "8086", CLASS_COPROCESSOR) ||
        virNodeDeviceCompatPathsFindPhysical(paths, &physical,
                                             NULL) != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return 0;

    result = virNodeDeviceCompatTreeReadFile(physical, "qat/cfg_services", &text);
    if (result == VIR_NODE_DEVICE_COMPAT_READ_OK &&
        !(services = virNodeDeviceCompatValueNormalize(VIR_NODE_DEVICE_COMPAT_VALUE_SET, text)))
        result = VIR_NODE_DEVICE_COMPAT_READ_MALFORMED;
    if (virNodeDeviceCompatAddEvidence(compat, "cfg_services", result, services, true) < 0)
        return -1;

    result = virNodeDeviceCompatTreeReadFile(physical, "qat/num_rps", &rps);
    return virNodeDeviceCompatAddEvidence(compat, "num_rps", result, rps, true);
}
