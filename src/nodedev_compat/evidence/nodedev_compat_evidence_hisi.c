/*
 * nodedev_compat_evidence_hisi.c: attributes of HiSilicon's accelerators
 *
 * The driver hisi_acc_vfio_pci compares the number of queue pairs of the virtual function,
 * which the driver of the physical function deals out (drivers/crypto/hisilicon/qm.c): it
 * keeps pf_q_num of them, and the virtual functions get equal parts of the others. How
 * many there are in all is in a register, so that the parts are known to be equal, not how
 * large they are. The debugfs files of the driver (migration/hisi_acc/dev_data) hold the
 * state of queues and nothing of that, and reading them keeps the device busy.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_evidence_sources.h"

#include "nodedev_compat_tree.h"
#include "virstring.h"

/* The first revision of the hardware, QM_HW_V3, whose state can be migrated */
#define REVISION_MIGRATABLE 0x30


/* The driver takes over the functions of older hardware as well, and cannot migrate
 * them. */
static int
virNodeDeviceCompatHisiReadMigratable(virNodeDeviceCompat *compat,
                                      const virNodeDeviceCompatPaths *paths,
                                      const char *physical)
{
    g_autofree char *driver = NULL;
    g_autofree char *text = NULL;
    unsigned int revision;

    if (virNodeDeviceCompatTreeReadLink(paths->device, "driver",
                                        &driver) != VIR_NODE_DEVICE_COMPAT_READ_OK ||
        STRNEQ(g_strdelimit(driver, "_", '-'), "hisi-acc-vfio-pci") ||
        virNodeDeviceCompatTreeReadFile(physical, "revision",
                                        &text) != VIR_NODE_DEVICE_COMPAT_READ_OK ||
        virStrToLong_uip(text, NULL, 16, &revision) < 0 ||
        revision >= REVISION_MIGRATABLE)
        return 0;

    return virNodeDeviceCompatAddMigratable(compat, VIR_NODE_DEVICE_COMPAT_READ_OK, false);
}


/* The last virtual function has the queue pairs that are left over, too. */
static int
virNodeDeviceCompatHisiReadLast(virNodeDeviceCompat *compat,
                                const virNodeDeviceCompatPaths *paths,
                                const char *physical,
                                const char *numvfs)
{
    g_autofree char *name = g_path_get_basename(paths->device);
    g_autofree char *link = NULL;
    g_autofree char *last = NULL;
    unsigned int count;

    if (virStrToLong_uip(numvfs, NULL, 10, &count) < 0 || count < 2)
        return 0;

    link = g_strdup_printf("virtfn%u", count - 1);
    if (virNodeDeviceCompatTreeReadLink(physical, link, &last) != VIR_NODE_DEVICE_COMPAT_READ_OK ||
        STRNEQ(last, name))
        return 0;

    return virNodeDeviceCompatAddEvidence(compat, "qp_num",
                                          VIR_NODE_DEVICE_COMPAT_READ_CONFLICTING, NULL, true);
}


/**
 * virNodeDeviceCompatHisiRead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds what the number of queue pairs of a virtual function follows from: what its
 * physical function keeps, and the number of virtual functions. Adds as well that a
 * function of older hardware cannot be migrated.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatHisiRead(virNodeDeviceCompat *compat,
                            virNodeDeviceCompatPaths *paths)
{
    g_autofree char *physical = NULL;
    g_autofree char *parameters = NULL;
    g_autofree char *queues = NULL;
    g_autofree char *numvfs = NULL;
    virNodeDeviceCompatReadResult result;

    if (!virNodeDeviceCompatCanHaveFiles(compat, "19e5", "") ||
        virNodeDeviceCompatPathsFindPhysical(paths, &physical,
                                             NULL) != VIR_NODE_DEVICE_COMPAT_READ_OK)
        return 0;

    parameters = g_build_filename(physical, "driver", "module", "parameters", NULL);
    result = virNodeDeviceCompatTreeReadFile(parameters, "pf_q_num", &queues);
    if (virNodeDeviceCompatAddEvidence(compat, "pf_q_num", result, queues, true) < 0)
        return -1;

    /* other devices of this vendor have no such parameter */
    if (result != VIR_NODE_DEVICE_COMPAT_READ_ABSENT) {
        result = virNodeDeviceCompatTreeReadFile(physical, "sriov_numvfs", &numvfs);
        if (virNodeDeviceCompatAddEvidence(compat, "sriov_numvfs", result, numvfs, true) < 0 ||
            (numvfs &&
             virNodeDeviceCompatHisiReadLast(compat, paths, physical, numvfs) < 0))
            return -1;
    }

    return virNodeDeviceCompatHisiReadMigratable(compat, paths, physical);
}
