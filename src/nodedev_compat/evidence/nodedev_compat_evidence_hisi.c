/*
 * nodedev_compat_evidence_hisi.c: attributes of HiSilicon's accelerators
 *
 * The driver hisi_acc_vfio_pci compares the number of queue pairs of the virtual function,
 * which the driver of the physical function deals out (drivers/crypto/hisilicon/qm.c): it
 * keeps pf_q_num of them, and the virtual functions get parts of the others, by their
 * numbers. How many there are in all is in a register, so that the parts are known to be
 * equal, not how large they are.
 *
 * Nothing of this is in debugfs, and nothing there is read. What hisi_acc_vfio_pci has in
 * vfio/DEVICE/migration/hisi_acc (Documentation/ABI/testing/debugfs-hisi-migration) is the
 * state of a device that a guest uses: dev_data waits for the lock of the device and asks its
 * hardware for it, migf_data is what was migrated last, cmd_state says whether commands can
 * be sent. What the drivers of the physical function have (drivers/crypto/hisilicon/debugfs.c)
 * is counters, some of which are 0 once they were read (qm/regs), selectors that all share
 * (current_qm, current_q, clear_enable), and whether the device works (qm/status).
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

/* The most queue pairs that such hardware has: there are 11 bits for their number in the
 * register (QM_TOTAL_QP_NUM_CAP) */
#define QUEUES_MAX 2047


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


/* Adds how many queue pairs the physical function keeps, and sets *ret_kept to that, or to 0
 * if it is not known; *ret_has to whether its driver has that parameter. */
static int
virNodeDeviceCompatHisiReadQueues(virNodeDeviceCompat *compat,
                                  const char *physical,
                                  unsigned int *ret_kept,
                                  bool *ret_has)
{
    g_autofree char *parameters = g_build_filename(physical, "driver", "module", "parameters",
                                                   NULL);
    g_autofree char *text = NULL;
    unsigned int number = 0;
    virNodeDeviceCompatReadResult result = virNodeDeviceCompatTreeReadFile(parameters, "pf_q_num",
                                                                           &text);

    if (result == READ(OK))
        g_strchug(text);
    if (result == READ(OK) && virStrToLong_uip(text, NULL, STRPREFIX(text, "0x") ? 16 : 10,
                                               &number) < 0)
        result = READ(MALFORMED);

    *ret_has = result != READ(ABSENT);
    *ret_kept = result == READ(OK) ? number : 0;
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


/* Whether all of @count virtual functions but the last one have equally many queue pairs. The
 * last one gets all that are left over, unless these are more than a function can have: then
 * as many of the last ones as there are left over get one more (qm_vf_q_assign()). The most
 * that a function can have is in the same register (QM_FUNC_MAX_QP_CAP), and is @kept at
 * least: the driver does not take more for the physical function (qm_get_qp_num()). */
static bool
virNodeDeviceCompatHisiIsEven(unsigned int count,
                              unsigned int kept)
{
    return kept <= QUEUES_MAX && count <= QUEUES_MAX &&
           (QUEUES_MAX - kept) / count + count - 1 <= kept;
}


/* Adds the numbers of the virtual functions that surely have as many queue pairs as this one:
 * on another host that is set up alike, those of the same numbers have so many, too. */
static int
virNodeDeviceCompatHisiReadNumbers(virNodeDeviceCompat *compat,
                                   const virNodeDeviceCompatPaths *paths,
                                   const char *physical,
                                   unsigned int kept)
{
    g_autofree char *numbers = NULL;
    unsigned int count;
    unsigned int number;
    virNodeDeviceCompatReadResult result =
        virNodeDeviceCompatFunctionFindNumber(physical, paths->device, &number);
    bool counted = virNodeDeviceCompatHisiGetCount(compat, &count);

    /* it is none of those that there are */
    if (result == READ(ABSENT) || (result == READ(OK) && counted && number > count))
        result = READ(CONFLICTING);

    if (result == READ(OK) && counted && number < count && count > 2 &&
        virNodeDeviceCompatHisiIsEven(count, kept))
        numbers = g_strdup_printf("1-%u", count - 1);
    else if (result == READ(OK))
        numbers = g_strdup_printf("%u", number);

    return virNodeDeviceCompatAddEvidence(compat, "vf_ids", result, numbers, true);
}


/**
 * virNodeDeviceCompatHisiRead:
 * @compat: descriptor
 * @paths: where it is read from
 *
 * Adds what the number of queue pairs of a virtual function follows from, besides how many
 * virtual functions there are: what its physical function keeps, and its number among them.
 * Adds as well that a function of older hardware cannot be migrated.
 *
 * Returns 0 on success, -1 if the descriptor cannot hold it.
 */
int
virNodeDeviceCompatHisiRead(virNodeDeviceCompat *compat,
                            virNodeDeviceCompatPaths *paths)
{
    g_autofree char *physical = NULL;
    unsigned int kept;
    bool isVirtual = false;
    bool has;

    if (!virNodeDeviceCompatCanHaveFiles(compat, "19e5", "") ||
        virNodeDeviceCompatPathsFindPhysical(paths, &physical, &isVirtual) != READ(OK))
        return 0;

    if (virNodeDeviceCompatHisiReadQueues(compat, physical, &kept, &has) < 0)
        return -1;

    /* other devices of this vendor have no such parameter */
    if (has && isVirtual &&
        virNodeDeviceCompatHisiReadNumbers(compat, paths, physical, kept) < 0)
        return -1;

    return virNodeDeviceCompatHisiIsAccelerator(compat) ?
           virNodeDeviceCompatHisiReadMigratable(compat, paths, physical) : 0;
}
