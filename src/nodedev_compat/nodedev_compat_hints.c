/*
 * nodedev_compat_hints.c: what a reason means for an attribute that is known
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedev_compat_hints.h"

#include "nodedev_compat_attr.h"

/* What can be said of an attribute, by what was found. Nothing here may tell to change a
 * device that another guest can be using. */
typedef struct _virNodeDeviceCompatHint virNodeDeviceCompatHint;
struct _virNodeDeviceCompatHint {
    const char *attr;           /* NULL: any other */
    const char *sentence;
};

/* The target fits once the attribute is set. Its type file is the one that NVIDIA's guide
 * (Virtual GPU Software User Guide, "Creating an NVIDIA vGPU on a Linux with KVM
 * Hypervisor that Uses a Vendor-Specific VFIO Framework") has; the files of others are
 * the last form proposed for the kernel, see nodedev_compat_evidence_published.c. */
static const virNodeDeviceCompatHint provisioning[] = {
    { "current_vgpu_type",
      N_("write the number of the type to nvidia/current_vgpu_type of the virtual function, if no guest uses it") },
    { NULL, N_("write it to the file of that name in the device's directory in sysfs, if no guest uses the device") },
};

/* Where the identity of a PCI function comes from */
#define FUNCTION N_("it is read from the directory of the PCI function in sysfs")

/* What a host can have for a guest besides its device */
#define PROVIDED N_("the host may be able to provide what the matrix of its device does not have")

/* Where the value comes from */
static const virNodeDeviceCompatHint missing[] = {
    { "ap_functions", N_("it is read from the file ap_functions of each adapter") },
    { "ap_matrix", N_("it is read from the file matrix of the mediated device") },
    { "cfg_services", N_("it is read from qat/cfg_services of the physical function") },
    { "chpid_type", N_("channel paths of one type have it, those of several have chpid_types") },
    { "chpid_types", N_("channel paths of several types have it, those of one have chpid_type") },
    { "control_domains", N_("it is read from the file control_domains of the mediated device") },
    { "current_vgpu_type",
      N_("it is read from nvidia/current_vgpu_type of a virtual function") },
    { "ecc_mode", N_("NVML or a facts file has it; nvidia-smi -q -d ECC shows it") },
    { "firmware_rev", N_("the driver nvme shows it, and nvme id-ctrl as fr; a facts file has it") },
    { VIR_NODE_DEVICE_COMPAT_FUNCTION, FUNCTION },
    { "fw", N_("devlink dev info shows it for the physical function") },
    { "fw.app", N_("devlink dev info shows it for the physical function") },
    { "fw.app.name", N_("devlink dev info shows it for the physical function") },
    { "fw.bundle_id", N_("devlink dev info shows it for the physical function") },
    { "fw.mgmt", N_("devlink dev info shows it for the physical function") },
    { "fw.psid", N_("devlink dev info shows it for the physical function") },
    { "fw.version", N_("devlink dev info shows it for the physical function") },
    { "guc_version", N_("it is read from uc/guc_info of each GT in debugfs, which the superuser can read") },
    { "guest_matrix", N_("it is read from the file guest_matrix of the mediated device") },
    { "hwtype", N_("it is read from the file hwtype of each adapter") },
    { VIR_NODE_DEVICE_COMPAT_MARK_MIGRATION,
      N_("the document is from a libvirt without compatibility data") },
    { VIR_NODE_DEVICE_COMPAT_MIGRATABLE,
      N_("the driver vfio_ap shows it in its features; of other devices it is known if the kernel has VFIO's debugfs and the device its VFIO driver, and a facts file can state it") },
    { "model", N_("the driver nvme shows it, and nvme id-ctrl as mn; a facts file has it") },
    { VIR_NODE_DEVICE_COMPAT_PCI_CLASS, FUNCTION },
    { "pci_header_type", FUNCTION },
    { VIR_NODE_DEVICE_COMPAT_PCI_ID, FUNCTION },
    { "pci_revision", FUNCTION },
    { VIR_NODE_DEVICE_COMPAT_PF_PCI_ID, FUNCTION },
    { "pf_q_num", N_("it is a parameter of the module of the physical function's driver; a facts file can state qp_num instead") },
    { "pf_subsystem_id",
      N_("it is read from subsystem_vendor and subsystem_device of the physical function") },
    { "sriov_numvfs", N_("it is read from the file sriov_numvfs of the physical function") },
    { "subchannel_type", N_("it is read from the file type of the subchannel") },
    { VIR_NODE_DEVICE_COMPAT_VFIO_DRIVER,
      N_("whether the device can be migrated is known once its VFIO driver is bound to it") },
    { "vgpu_manager_branch", N_("it is the first number of the version of NVIDIA's driver") },
    { "usable_queues",
      N_("it follows from the files config and chkstop of each adapter and queue") },
    { "vf_ids", N_("it follows from the links virtfnN of the physical function; a facts file can state qp_num instead") },
    { "vram_quota",
      N_("it is read from the files of the physical function in sriov_admin, since kernel 7.0; the superuser can read it in debugfs") },
};

/* Why it is not known what it means, and what would tell more */
static const virNodeDeviceCompatHint unsure[] = {
    { "ap_matrix", PROVIDED },
    { "control_domains", PROVIDED },
    { "sriov_numvfs",
      N_("virtual functions can have other shares of what the physical function has; the superuser can read more") },
    { "vf_ids",
      N_("virtual functions of other numbers can have one queue pair more; a facts file can state qp_num of both") },
};

/* Why it is informational, or what would tell more */
static const virNodeDeviceCompatHint differs[] = {
    { VIR_NODE_DEVICE_COMPAT_DRIVER,
      N_("drivers can differ in what they save, but no rule compares them") },
    { "driver_version",
      N_("releases of a driver can differ in what they save, but no rule compares them") },
    { VIR_NODE_DEVICE_COMPAT_PCI_ID,
      N_("these are the physical devices, and the types of the mediated devices decide") },
    { "pf_pci_id",
      N_("these are the physical devices, and the types of the mediated devices decide") },
    { "pci_subsystem_id", N_("the boards are of different makers or models") },
};

/* Why it is not for everybody, and what helps */
static const virNodeDeviceCompatHint private[] = {
    { VIR_NODE_DEVICE_COMPAT_MARK_DEVLINK,
      N_("devlink answers in the network namespace of the host, not in that of a container; a facts file can state fw.version") },
    { VIR_NODE_DEVICE_COMPAT_MIGRATABLE,
      N_("it is read from debugfs, which is not mounted in a container; a facts file can state it") },
};

#define TABLE(table) { table, G_N_ELEMENTS(table) }

static const struct {
    virNodeDeviceCompatReasonCode code;
    struct {
        const virNodeDeviceCompatHint *hints;
        size_t nhints;
    } table;
} tables[] = {
    { VIR_NODE_DEVICE_COMPAT_REASON_NEEDS_PROVISIONING, TABLE(provisioning) },
    { VIR_NODE_DEVICE_COMPAT_REASON_MISSING_SOURCE, TABLE(missing) },
    { VIR_NODE_DEVICE_COMPAT_REASON_MISSING_TARGET, TABLE(missing) },
    { VIR_NODE_DEVICE_COMPAT_REASON_MISSING_BOTH, TABLE(missing) },
    { VIR_NODE_DEVICE_COMPAT_REASON_DERIVED_DIFFERS, TABLE(differs) },
    { VIR_NODE_DEVICE_COMPAT_REASON_ATTR_NOT_COMPARABLE, TABLE(unsure) },
    { VIR_NODE_DEVICE_COMPAT_REASON_PRIVATE_SOURCE, TABLE(private) },
    { VIR_NODE_DEVICE_COMPAT_REASON_PRIVATE_TARGET, TABLE(private) },
};


/**
 * virNodeDeviceCompatHintGet:
 * @code: what was found
 * @attr: attribute it was found at
 *
 * Returns what else there is to say, translated, or NULL.
 */
const char *
virNodeDeviceCompatHintGet(virNodeDeviceCompatReasonCode code,
                           const char *attr)
{
    size_t i;
    size_t j;

    for (i = 0; i < G_N_ELEMENTS(tables); i++) {
        if (tables[i].code != code)
            continue;

        for (j = 0; j < tables[i].table.nhints; j++) {
            const virNodeDeviceCompatHint *hint = &tables[i].table.hints[j];

            if (!hint->attr || STREQ(hint->attr, attr))
                return _(hint->sentence);
        }
    }

    return NULL;
}
