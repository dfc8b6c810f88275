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

#define READ(name) VIR_NODE_DEVICE_COMPAT_READ_ ## name

/* The first revision of the hardware, QM_HW_V3, whose state can be migrated */
#define REVISION_MIGRATABLE 0x30


/* Whether the function is a virtual one of the accelerators that the driver is for: ZIP,
 * SEC or HPRE (hisi_acc_vfio_pci_table[] in hisi_acc_vfio_pci.c) */
static bool
virNodeDeviceCompatHisiIsAccelerator(const virNodeDeviceCompat *compat)
{
    return virNodeDeviceCompatCanHaveFiles(compat, "19e5:a251", "") ||
           virNodeDeviceCompatCanHaveFiles(compat, "19e5:a256", "") ||
           virNodeDeviceCompatCanHaveFiles(compat, "19e5:a259", "");
}


static virNodeDeviceCompatReadResult
virNodeDeviceCompatHisiReadRevision(const char *dir,
                                    unsigned int *ret_revision)
{
    g_autofree char *text = NULL;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadFile(dir, "revision", &text);

    if (result == READ(OK) && virStrToLong_uip(text, NULL, 16, ret_revision) < 0)
        return READ(MALFORMED);

    return result;
}


/* No driver can migrate the functions of older hardware: hisi_acc_vfio_pci_probe() looks at
 * the revision of the physical function (pf_qm->ver), which that of the virtual one follows.
 * If either is too old, the other does not count. */
static int
virNodeDeviceCompatHisiReadMigratable(virNodeDeviceCompat *compat,
                                      const virNodeDeviceCompatPaths *paths,
                                      const char *physical)
{
    const char *const dirs[] = { physical, paths->device };
    virNodeDeviceCompatReadResult failed = READ(ABSENT);
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(dirs); i++) {
        unsigned int revision;
        virNodeDeviceCompatReadResult result = virNodeDeviceCompatHisiReadRevision(dirs[i],
                                                                                   &revision);

        if (result == READ(OK) && revision < REVISION_MIGRATABLE)
            return virNodeDeviceCompatAddMigratable(compat, READ(OK), false);
        if (result > READ(OK))
            failed = MAX(failed, result);
    }

    return virNodeDeviceCompatAddMigratable(compat, failed, false);
}


/* The last virtual function has the queue pairs that are left over, too. Which one it is
 * has to be seen. */
static int
virNodeDeviceCompatHisiReadLast(virNodeDeviceCompat *compat,
                                const virNodeDeviceCompatPaths *paths,
                                const char *physical,
                                unsigned int count)
{
    g_autofree char *name = g_path_get_basename(paths->device);
    g_autofree char *link = NULL;
    g_autofree char *last = NULL;
    virNodeDeviceCompatReadResult result;

    if (count == 1)
        return 0;

    /* the function is none of those that the number counts */
    if (count == 0)
        return virNodeDeviceCompatAddEvidence(compat, "qp_num", READ(CONFLICTING), NULL, true);

    link = g_strdup_printf("virtfn%u", count - 1);
    result = virNodeDeviceCompatTreeReadLink(physical, link, &last);
    if (result == READ(OK) && !virNodeDeviceCompatIsPCIAddress(last))
        result = READ(MALFORMED);
    if (result == READ(OK) && STRNEQ(last, name))
        return 0;

    /* this one may be the last, and then has a number that can be known otherwise */
    if (result <= READ(OK))
        result = READ(CONFLICTING);
    return virNodeDeviceCompatAddEvidence(compat, "qp_num", result, NULL, true);
}


/* Adds how many queue pairs the physical function keeps; sets *ret_known to whether its
 * driver has that parameter. */
static int
virNodeDeviceCompatHisiReadQueues(virNodeDeviceCompat *compat,
                                  const char *physical,
                                  bool *ret_known)
{
    g_autofree char *parameters = g_build_filename(physical, "driver", "module", "parameters",
                                                   NULL);
    g_autofree char *text = NULL;
    unsigned int number;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadFile(parameters, "pf_q_num",
                                                                           &text);

    if (result == READ(OK) && virStrToLong_uip(text, NULL, STRPREFIX(text, "0x") ? 16 : 10,
                                               &number) < 0)
        result = READ(MALFORMED);

    *ret_known = result != READ(ABSENT);
    return virNodeDeviceCompatAddEvidence(compat, "pf_q_num", result, text, true);
}


/* The number of virtual functions, which is an attribute of all of them already */
static bool
virNodeDeviceCompatHisiGetCount(const virNodeDeviceCompat *compat,
                                unsigned int *ret_count)
{
    const virNodeDeviceCompatAttr *attr = virNodeDeviceCompatAttrsFind(&compat->self,
                                                                       "sriov_numvfs");

    return attr && attr->state == VIR_NODE_DEVICE_COMPAT_ATTR_OK &&
           virStrToLong_uip(attr->value, NULL, 10, ret_count) == 0;
}


/**
 * virNodeDeviceCompatHisiRead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds what the number of queue pairs of a virtual function follows from, besides the number
 * of virtual functions: what its physical function keeps, and whether it is the last one.
 * Adds as well that a function of older hardware cannot be migrated.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatHisiRead(virNodeDeviceCompat *compat,
                            virNodeDeviceCompatPaths *paths)
{
    g_autofree char *physical = NULL;
    unsigned int count;
    bool isVirtual = false;
    bool known = false;

    if (!virNodeDeviceCompatCanHaveFiles(compat, "19e5", "") ||
        virNodeDeviceCompatPathsFindPhysical(paths, &physical, &isVirtual) != READ(OK))
        return 0;

    if (virNodeDeviceCompatHisiReadQueues(compat, physical, &known) < 0)
        return -1;

    /* other devices of this vendor have no such parameter */
    if (known && isVirtual && virNodeDeviceCompatHisiGetCount(compat, &count) &&
        virNodeDeviceCompatHisiReadLast(compat, paths, physical, count) < 0)
        return -1;

    return virNodeDeviceCompatHisiIsAccelerator(compat) ?
           virNodeDeviceCompatHisiReadMigratable(compat, paths, physical) : 0;
}
