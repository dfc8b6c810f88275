/*
 * nodedevcompatvendorstest.c: the rule files that are installed, one case a line
 *
 * What the files in rules/ require of devices of each vendor, as a specification:
 * what fits, each way of not fitting, and what is not known. Besides, every example of
 * a document in the documentation is one that can be used.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompatutils.h"

#include "nodedev_compat/evidence/nodedev_compat_files.h"
#include "nodedev_compat/evidence/nodedev_compat_files_read.h"
#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedev_compat/nodedev_compat_hints.h"
#include "nodedev_compat/nodedev_compat_rules.h"
#include "virfile.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define RULES_DIR NODEDEV_COMPAT_ROOT "/rules"

struct testVendor {
    const char *name;
    const char *source;
    const char *target;
    const char *expect;
};

/* A mediated device, and virtual functions, as sysfs shows them today: with all that
 * decides, and without */
#define BOARD "~pf_subsystem_id=10de:1533 "
#define NVIDIA_63 "api=vfio-pci type=nvidia-63 ~driver=nvidia "
#define NVIDIA NVIDIA_63 BOARD
#define NVIDIA_64 "api=vfio-pci type=nvidia-64 ~driver=nvidia " BOARD
#define NVIDIA_VF_IDS "api=vfio-pci type=pci-10de-20b5 pci=10de:20b5 ~vfio_driver=nvidia "
#define NVIDIA_VF NVIDIA_VF_IDS BOARD
#define BRANCH(number, ecc) "~vgpu_manager_branch=" number " ecc_mode=" ecc " "
#define A100 NVIDIA "~pci=10de:20b5 " BRANCH("550", "Enabled")
#define A100_VF NVIDIA_VF "*current_vgpu_type=257 " BRANCH("550", "Enabled")

#define GVT "api=vfio-pci type=i915-GVTg_V5_4 sv=1.0 "

#define CX "api=vfio-pci type=pci-15b3-101e pci=15b3:101e ~vfio_driver=mlx5_vfio_pci "
#define ETHERNET "~pci_class=0x020000 "
#define CX7 CX ETHERNET "~pf_pci_id=15b3:1021 "
#define CX7_FW(psid, version) CX7 "~fw.psid=" psid " ~fw.version=" version " "
#define CX7_ALL CX7_FW("MT_0000000892", "28.41.1000")
#define CX7_OLD "~fw.psid=MT_0000000892 ~fw.version=28.41.1000 "
#define CX7_IB CX "~pci_class=0x020700 ~pf_pci_id=15b3:1021 " CX7_OLD

#define QAT "api=vfio-pci type=pci-8086-4941 pci=8086:4941 ~vfio_driver=qat_vfio_pci "
#define QAT_SYM QAT "~cfg_services=asym+sym ~num_rps=64 "
#define QAT_FACTS QAT_SYM "accel_capabilities=0x7 extended_dc_capabilities=0x1 "
#define SLA(rp, cir, pir) "sla_sym_rp=" rp " sla_sym_cir=" cir " sla_sym_pir=" pir " "

#define QAT6 "api=vfio-pci type=pci-8086-4949 pci=8086:4949 ~vfio_driver=qat_vfio_pci "

#define SEC_BOUND "api=vfio-pci type=pci-19e5-a256 pci=19e5:a256 ~vfio_driver=hisi-acc-vfio-pci "
#define SEC SEC_BOUND "~pci_revision=0x30 "
#define SEC_ALL SEC "~pf_q_num=64 ~sriov_numvfs=15 ~vf_ids=1 "
#define SEC_FACTS SEC_ALL "qp_num=64 que_iso_cfg=0x1 "

#define BMG "api=vfio-pci type=pci-8086-e211 pci=8086:e211 ~vfio_driver=xe-vfio-pci "
#define BMG_ALL BMG "~guc_version=70.60.0 ~vram_quota=4294967296 ~sched_priority=low "

#define PTL "api=vfio-pci type=pci-8086-b080 pci=8086:b080 ~vfio_driver=xe-vfio-pci "
#define WCL "api=vfio-pci type=pci-8086-fd80 pci=8086:fd80 ~vfio_driver=xe-vfio-pci "

#define DSC "api=vfio-pci type=pci-1dd8-1003 pci=1dd8:1003 ~vfio_driver=pds-vfio-pci "
#define DSC_ALL DSC "~fw=1.60.0-73 ~asic.id=0x0 ~asic.rev=0x0 "

#define VIRTIO_BOUND \
    "api=vfio-pci type=pci-1af4-1041 pci=1af4:1041 ~vfio_driver=virtio_vfio_pci "
#define VIRTIO VIRTIO_BOUND "~migratable=yes "
#define VIRTIO_ALL VIRTIO "~pf_subsystem_id=15b3:0002 "

#define ICE "api=vfio-pci type=pci-8086-1889 pci=8086:1889 ~vfio_driver=ice_vfio_pci "
#define ICE_ALL \
    ICE "~fw.mgmt=7.6.1 ~fw.bundle_id=0x80002ec0 ~fw.app.name=ICE-OS-Default-Package " \
    "~fw.app=1.3.41.0 "

#define NVME_CLASS "api=vfio-pci type=pci-144d-a80a pci=144d:a80a ~pci_class=0x010802 "
#define NVME NVME_CLASS "~driver=nvme ~vfio_driver=acme "
#define NVME_ALL NVME "~model=PM9A3 ~firmware_rev=GDC5602Q "

#define CCW "api=vfio-ccw type=vfio_ccw-io "
#define DASD CCW "subchannel_type=0 chpid_type=0x1b "

#define AP "api=vfio-ap type=vfio_ap-passthrough "
#define AP_ALL \
    AP "~ap_matrix=05.0004+05.0047 ~guest_matrix=05.0004+05.0047 ~control_domains=0004 " \
    "~hwtype=05=13 ~ap_functions=05=0x92800000 "
#define AP_KNOWN AP "~control_domains=+ "
#define AP_DOMAINS AP "~ap_matrix=+ "
#define AP_BOTH AP "~ap_matrix=+ ~control_domains=+ "


/* Each file that is installed: what makes two devices the same, without what that is not
 * known, also if it is neither side that knows it, and what tells two devices apart */
static const struct testFileRow {
    const char *file;
    const char *device;         /* all that decides is known */
    const char *without;        /* the same without what is needed */
    const char *needed;         /* that */
    const char *other;          /* another one, on which a guest cannot continue */
    const char *attr;           /* in what it differs */
} fileRows[] = {
    { "hisi-acc.xml", SEC_ALL, SEC "~sriov_numvfs=15 ~vf_ids=1", "pf_q_num",
      SEC "~pf_q_num=256 ~sriov_numvfs=15 ~vf_ids=1", "pf_q_num" },
    { "hisi-acc.xml", SEC_ALL, SEC "~pf_q_num=64 ~vf_ids=1", "sriov_numvfs",
      SEC "~pf_q_num=64 ~sriov_numvfs=3 ~vf_ids=1", "sriov_numvfs" },
    { "hisi-acc.xml", SEC_ALL, SEC "~pf_q_num=64 ~sriov_numvfs=15", "vf_ids",
      SEC "~pf_q_num=256 ~sriov_numvfs=15 ~vf_ids=1", "pf_q_num" },
    { "hisi-acc.xml", SEC_ALL, SEC_BOUND "~pf_q_num=64 ~sriov_numvfs=15 ~vf_ids=1",
      "pci_revision",
      SEC_BOUND "~pci_revision=0x50 ~pf_q_num=64 ~sriov_numvfs=15 ~vf_ids=1", "pci_revision" },
    { "i915-gvt.xml", GVT, "api=vfio-pci type=i915-GVTg_V5_4", "software_version",
      "api=vfio-pci type=i915-GVTg_V5_4 sv=2.0", "software_version" },
    { "mlx5.xml", CX7_ALL, CX7 "~fw.version=28.41.1000", "fw.psid",
      CX7_FW("MT_0000000834", "28.41.1000"), "fw.psid" },
    { "mlx5.xml", CX7_ALL, CX7 "~fw.psid=MT_0000000892", "fw.version",
      CX7_FW("MT_0000000892", "28.42.1000"), "fw.version" },
    { "nic.xml", ICE_ALL, ICE "~fw.bundle_id=0x80002ec0", "fw.mgmt",
      ICE "~fw.mgmt=7.6.2 ~fw.bundle_id=0x80002ec0", "fw.mgmt" },
    { "nic.xml", ICE_ALL, ICE "~fw.mgmt=7.6.1", "fw.bundle_id",
      ICE "~fw.mgmt=7.6.1 ~fw.bundle_id=0x80002ec1", "fw.bundle_id" },
    { "nic.xml", "api=vfio-pci type=pci-14e4-1606 pci=14e4:1606 ~vfio_driver=v ~fw=230.0.157.0",
      "api=vfio-pci type=pci-14e4-1606 pci=14e4:1606 ~vfio_driver=v", "fw",
      "api=vfio-pci type=pci-14e4-1606 pci=14e4:1606 ~vfio_driver=v ~fw=231.0.157.0", "fw" },
    { "nic.xml", "api=vfio-pci type=pci-19e5-a22f pci=19e5:a22f ~vfio_driver=v ~fw=1.9.38.9",
      "api=vfio-pci type=pci-19e5-a22f pci=19e5:a22f ~vfio_driver=v", "fw",
      "api=vfio-pci type=pci-19e5-a22f pci=19e5:a22f ~vfio_driver=v ~fw=1.9.40.1", "fw" },
    { "nvidia-vgpu.xml", A100, NVIDIA "~pci=10de:20b5 ecc_mode=Enabled", "vgpu_manager_branch",
      NVIDIA "~pci=10de:20b5 " BRANCH("535", "Enabled"), "vgpu_manager_branch" },
    { "nvidia-vgpu.xml", A100, NVIDIA "~pci=10de:20b5 ~vgpu_manager_branch=550", "ecc_mode",
      NVIDIA "~pci=10de:20b5 " BRANCH("550", "Disabled"), "ecc_mode" },
    { "nvidia-vgpu.xml", A100, NVIDIA BRANCH("550", "Enabled"), "pci_id",
      NVIDIA "~pci=10de:20b7 " BRANCH("550", "Enabled"), "pci_id" },
    { "nvidia-vgpu.xml", A100, NVIDIA_63 "~pci=10de:20b5 " BRANCH("550", "Enabled"),
      "pf_subsystem_id",
      NVIDIA_63 "~pci=10de:20b5 ~pf_subsystem_id=10de:1463 " BRANCH("550", "Enabled"),
      "pf_subsystem_id" },
    { "nvidia-vgpu.xml", A100_VF,
      NVIDIA_VF_IDS "*current_vgpu_type=257 " BRANCH("550", "Enabled"), "pf_subsystem_id",
      NVIDIA_VF_IDS "~pf_subsystem_id=10de:1463 *current_vgpu_type=257 "
      BRANCH("550", "Enabled"), "pf_subsystem_id" },
    { "nvidia-vgpu.xml", A100_VF, NVIDIA_VF BRANCH("550", "Enabled"), "current_vgpu_type",
      NVIDIA_VF "*current_vgpu_type=258 " BRANCH("550", "Enabled"), "current_vgpu_type" },
    { "nvidia-vgpu.xml", A100_VF, NVIDIA_VF "*current_vgpu_type=257 ecc_mode=Enabled",
      "vgpu_manager_branch",
      NVIDIA_VF "*current_vgpu_type=257 " BRANCH("570", "Enabled"), "vgpu_manager_branch" },
    { "nvidia-vgpu.xml", A100_VF, NVIDIA_VF "*current_vgpu_type=257 ~vgpu_manager_branch=550",
      "ecc_mode",
      NVIDIA_VF "*current_vgpu_type=257 " BRANCH("550", "Disabled"), "ecc_mode" },
    { "nvme.xml", NVME_ALL, NVME "~firmware_rev=GDC5602Q", "model",
      NVME "~model=PM1733 ~firmware_rev=GDC5602Q", "model" },
    { "nvme.xml", NVME_ALL, NVME "~model=PM9A3", "firmware_rev",
      NVME "~model=PM9A3 ~firmware_rev=GDC5902Q", "firmware_rev" },
    { "pds.xml", DSC_ALL, DSC "~asic.id=0x0 ~asic.rev=0x0", "fw",
      DSC "~fw=1.62.0-1 ~asic.id=0x0 ~asic.rev=0x0", "fw" },
    { "qat.xml", QAT_SYM, QAT, "cfg_services", QAT "~cfg_services=dc", "cfg_services" },
    { "qat.xml", QAT6 "~cfg_services=asym+dc+sym",
      QAT6, "cfg_services",
      QAT6 "~cfg_services=asym+sym", "cfg_services" },
    { "vfio-ap.xml", AP_ALL, AP "~control_domains=0004", "ap_matrix", AP_BOTH, "ap_matrix" },
    { "vfio-ap.xml", AP_ALL, AP "~ap_matrix=05.0004+05.0047", "control_domains",
      AP_BOTH, "control_domains" },
    { "vfio-ccw.xml", DASD, CCW "chpid_type=0x1b", "subchannel_type",
      CCW "subchannel_type=1 chpid_type=0x1b", "subchannel_type" },
    { "vfio-ccw.xml", DASD, CCW "subchannel_type=0", "chpid_type",
      CCW "subchannel_type=0 chpid_type=0x1a", "chpid_type" },
    { "virtio.xml", VIRTIO_ALL, VIRTIO, "pf_subsystem_id",
      VIRTIO "~pf_subsystem_id=1dd8:4001", "pf_subsystem_id" },
    { "xe.xml", BMG_ALL, BMG "~vram_quota=4294967296", "guc_version",
      BMG "~guc_version=70.61.0 ~vram_quota=4294967296", "guc_version" },
    { "xe.xml", BMG_ALL, BMG "~guc_version=70.60.0", "vram_quota",
      BMG "~guc_version=70.60.0 ~vram_quota=2147483648", "vram_quota" },
    { "xe.xml", PTL "~guc_version=70.54.0",
      PTL, "guc_version",
      PTL "~guc_version=70.55.0", "guc_version" },
    { "xe.xml", WCL "~guc_version=70.54.0",
      WCL, "guc_version",
      WCL "~guc_version=70.55.0", "guc_version" },
};

static const struct testVendor cases[] = {
    /* nvidia-vgpu.xml */
    { "NVIDIA, another type",
      A100,
      NVIDIA_64 "~pci=10de:20b5 " BRANCH("550", "Enabled"),
      "incompatible type-mismatch:type" },
    { "NVIDIA, another GPU",
      A100, NVIDIA "~pci=10de:20b7 " BRANCH("550", "Enabled"),
      "incompatible attr-mismatch:pci_id" },
    { "NVIDIA, a GPU that the target does not show",
      A100, NVIDIA BRANCH("550", "Enabled"), "unknown missing-target:pci_id" },
    { "NVIDIA, an older branch",
      A100, NVIDIA "~pci=10de:20b5 " BRANCH("535", "Enabled"),
      "incompatible attr-mismatch:vgpu_manager_branch" },
    { "NVIDIA, a newer branch",
      A100, NVIDIA "~pci=10de:20b5 " BRANCH("570", "Enabled"),
      "incompatible attr-mismatch:vgpu_manager_branch" },
    { "NVIDIA, a branch that is no number",
      NVIDIA "~pci=10de:20b5 " BRANCH("R550", "Enabled"), A100,
      "unknown malformed-source:vgpu_manager_branch" },
    { "NVIDIA, ECC on the target only",
      NVIDIA "~pci=10de:20b5 " BRANCH("550", "Disabled"), A100,
      "incompatible attr-mismatch:ecc_mode" },
    { "NVIDIA, ECC that cannot be read",
      A100, NVIDIA "~pci=10de:20b5 ~vgpu_manager_branch=550 !ecc_mode",
      "unknown unreadable-target:ecc_mode" },
    { "NVIDIA, another version of one branch",
      A100 "~driver_version=550.54.14",
      A100 "~driver_version=550.54.15",
      "identical derived-differs:driver_version" },
    { "NVIDIA, another name of the type",
      A100 "~mdev_type_name=A40-24A", A100 "~mdev_type_name=A40-48A",
      "incompatible attr-mismatch:mdev_type_name" },
    { "NVIDIA, a type without a name",
      A100 "~mdev_type_name=A40-24A", A100, "identical " },
    { "NVIDIA, all at once",
      A100,
      NVIDIA "~pci=10de:20b7 " BRANCH("535", "Disabled"),
      "incompatible attr-mismatch:pci_id attr-mismatch:ecc_mode "
      "attr-mismatch:vgpu_manager_branch" },
    { "NVIDIA function, another vGPU",
      A100_VF, NVIDIA_VF "*current_vgpu_type=258 " BRANCH("550", "Enabled"),
      "incompatible needs-provisioning:current_vgpu_type" },
    { "NVIDIA function, none yet",
      A100_VF, NVIDIA_VF "*current_vgpu_type=0 " BRANCH("550", "Enabled"),
      "incompatible needs-provisioning:current_vgpu_type" },
    { "NVIDIA function, a driver without vGPUs",
      A100_VF, NVIDIA_VF BRANCH("550", "Enabled"), "unknown missing-target:current_vgpu_type" },
    { "NVIDIA function, a type that cannot be read",
      NVIDIA_VF "!current_vgpu_type " BRANCH("550", "Enabled"), A100_VF,
      "unknown unreadable-source:current_vgpu_type" },
    { "NVIDIA function, other types that it could be set to",
      A100_VF "~creatable_vgpu_types=a ~current_vgpu_type_id=1",
      A100_VF "~creatable_vgpu_types=b ~current_vgpu_type_id=2", "identical " },
    { "NVIDIA function, a name on one side",
      NVIDIA_VF "*current_vgpu_type=A ~current_vgpu_type_id=257 " BRANCH("550", "Enabled"),
      NVIDIA_VF "*current_vgpu_type=257 ~current_vgpu_type_id=257 " BRANCH("550", "Enabled"),
      "identical " },

    { "NVIDIA, a number of another release for the same name",
      A100 "~mdev_type_name=A40-24A",
      NVIDIA_64 "~pci=10de:20b5 ~mdev_type_name=A40-24A "
      BRANCH("550", "Enabled"), "identical " },
    { "NVIDIA, another number and another name",
      A100 "~mdev_type_name=A40-24A",
      NVIDIA_64 "~pci=10de:20b5 ~mdev_type_name=A40-48A "
      BRANCH("550", "Enabled"),
      "incompatible type-mismatch:type attr-mismatch:mdev_type_name" },
    { "NVIDIA, another number and a name that cannot be read",
      A100 "~mdev_type_name=A40-24A",
      NVIDIA_64 "~pci=10de:20b5 !mdev_type_name "
      BRANCH("550", "Enabled"),
      "unknown type-not-comparable:type unreadable-target:mdev_type_name" },
    { "NVIDIA, another number and no name, of one branch and model",
      A100 "~mdev_type_name=A40-24A",
      NVIDIA_64 "~pci=10de:20b5 " BRANCH("550", "Enabled"),
      "incompatible type-mismatch:type" },
    { "NVIDIA, another number and no name, of another branch",
      A100 "~mdev_type_name=A40-24A",
      NVIDIA_64 "~pci=10de:20b5 " BRANCH("570", "Enabled"),
      "incompatible type-not-comparable:type attr-mismatch:vgpu_manager_branch" },
    { "NVIDIA, another number and no name, of a branch that is not known",
      NVIDIA "~pci=10de:20b5",
      NVIDIA_64 "~pci=10de:20b5",
      "unknown type-not-comparable:type missing-both:ecc_mode missing-both:vgpu_manager_branch" },
    { "another vendor's types with numbers",
      "api=vfio-pci type=acme-63 sv=1.0", "api=vfio-pci type=acme-64 sv=1.0",
      "incompatible type-mismatch:type" },
    { "NVIDIA function, another number of functions",
      A100_VF "~sriov_numvfs=16", A100_VF "~sriov_numvfs=20", "identical " },
    { "NVIDIA function, a source without a driver",
      "api=vfio-pci type=pci-10de-20b5 pci=10de:20b5 *current_vgpu_type=257 " BOARD
      BRANCH("550", "Enabled"), A100_VF, "unknown missing-source:vfio_driver" },
    { "NVIDIA, ECC as it is set",
      A100, NVIDIA "~pci=10de:20b5 " BRANCH("550", "1"), "identical " },
    { "NVIDIA, ECC off as it is set",
      A100, NVIDIA "~pci=10de:20b5 " BRANCH("550", "0"), "incompatible attr-mismatch:ecc_mode" },
    { "NVIDIA, no ECC in a table",
      NVIDIA "~pci=10de:20b5 " BRANCH("550", "[N/A]"),
      NVIDIA "~pci=10de:20b5 " BRANCH("550", "N/A"), "identical " },
    { "NVIDIA, ECC in small letters",
      A100, NVIDIA "~pci=10de:20b5 " BRANCH("550", "enabled"), "identical " },
    { "NVIDIA function, no vGPU on either side",
      NVIDIA_VF "*current_vgpu_type=0 " BRANCH("550", "Enabled"),
      NVIDIA_VF "*current_vgpu_type=0 " BRANCH("550", "Enabled"),
      "unknown missing-source:current_vgpu_type" },
    { "NVIDIA function, no vGPU on the source",
      NVIDIA_VF "*current_vgpu_type=0 " BRANCH("550", "Enabled"), A100_VF,
      "unknown missing-source:current_vgpu_type" },

    /* i915-gvt.xml */
    { "GVT-g, an aggregator that the source does not show",
      GVT, GVT "aggregator=2", "unknown missing-source:aggregator" },
    { "GVT-g, the same",
      GVT "aggregator=2 pv_mode=none+ppgtt", GVT "aggregator=2 pv_mode=ppgtt+none", "identical " },
    { "GVT-g, another type",
      GVT, "api=vfio-pci type=i915-GVTg_V5_8 sv=1.0", "incompatible type-mismatch:type" },
    { "GVT-g, another parent",
      GVT "~pci=8086:591d", GVT "~pci=8086:5931", "identical derived-differs:pci_id" },
    { "GVT-g, an older version",
      "api=vfio-pci type=i915-GVTg_V5_4 sv=1.1", GVT,
      "incompatible version-minor-too-old:software_version" },
    { "GVT-g, another aggregator",
      GVT "aggregator=2", GVT "aggregator=4", "incompatible attr-mismatch:aggregator" },
    { "GVT-g, another aggregator that can be set",
      GVT "*aggregator=2", GVT "*aggregator=4", "incompatible needs-provisioning:aggregator" },
    { "GVT-g, an aggregator that the target does not show",
      GVT "aggregator=2", GVT, "unknown missing-target:aggregator" },
    { "GVT-g, more paravirtual features",
      GVT "pv_mode=none+ppgtt", GVT "pv_mode=none+ppgtt+context", "superset " },
    { "GVT-g, fewer paravirtual features",
      GVT "pv_mode=none+ppgtt+context", GVT "pv_mode=none+ppgtt",
      "incompatible attr-not-superset:pv_mode" },
    { "GVT-g, no paravirtual features",
      GVT "pv_mode=none+ppgtt", GVT, "incompatible attr-missing:pv_mode" },

    /* mlx5.xml */
    { "mlx5, a source that its VFIO driver has not got",
      "api=vfio-pci type=pci-15b3-101e pci=15b3:101e " ETHERNET "~pf_pci_id=15b3:1021 "
      "~fw.psid=MT_0000000892 ~fw.version=28.41.1000", CX7_ALL,
      "unknown missing-source:vfio_driver" },
    { "mlx5, a target that its VFIO driver has not got",
      CX7_ALL, "api=vfio-pci type=pci-15b3-101e pci=15b3:101e " ETHERNET "~pf_pci_id=15b3:1021 "
      "~fw.psid=MT_0000000892 ~fw.version=28.41.1000", "identical " },
    { "mlx5, a target that shows that it can be migrated",
      CX7_ALL, CX7_ALL "~migratable=yes", "identical " },
    { "mlx5, another VFIO driver",
      CX7_ALL,
      "api=vfio-pci type=pci-15b3-101e pci=15b3:101e " ETHERNET
      "~pf_pci_id=15b3:1021 ~vfio_driver=acme_vfio "
      "~fw.psid=MT_0000000892 ~fw.version=28.41.1000",
      "unknown driver-not-comparable:vfio_driver" },
    { "mlx5, PSIDs in small letters on one side",
      CX7_ALL, CX7_FW("mt_0000000892", "28.41.1000"), "identical " },
    { "mlx5, a generation that may not migrate",
      CX ETHERNET "~pf_pci_id=15b3:101d ~fw.psid=MT_1 ~fw.version=22.41.1000",
      CX ETHERNET "~pf_pci_id=15b3:101d ~fw.psid=MT_1 ~fw.version=22.41.1000",
      "unknown missing-source:migratable" },
    { "mlx5, a generation that may not migrate, and shows that it does",
      CX ETHERNET "~pf_pci_id=15b3:101d ~migratable=yes ~fw.psid=MT_1 ~fw.version=22.41.1000",
      CX ETHERNET "~pf_pci_id=15b3:101d ~fw.psid=MT_1 ~fw.version=22.41.1000", "identical " },
    { "mlx5, a generation that the vendor does not name yet",
      CX ETHERNET "~pf_pci_id=15b3:1023 ~fw.psid=MT_1 ~fw.version=40.45.1200",
      CX ETHERNET "~pf_pci_id=15b3:1023 ~fw.psid=MT_1 ~fw.version=40.45.1200",
      "unknown missing-source:migratable" },
    { "mlx5, BlueField-3",
      CX ETHERNET "~pf_pci_id=15b3:a2dc ~fw.psid=MT_1 ~fw.version=32.41.1000",
      CX ETHERNET "~pf_pci_id=15b3:a2dc ~fw.psid=MT_1 ~fw.version=32.41.1000", "identical " },
    { "mlx5, functions in InfiniBand mode", CX7_IB, CX7_IB,
      "unknown missing-source:migratable attr-unsupported:pci_class" },
    { "mlx5, functions in InfiniBand mode that show that they can be migrated",
      CX7_IB "~migratable=yes", CX7_IB, "unknown attr-unsupported:pci_class" },
    { "mlx5, functions in Ethernet and in InfiniBand mode",
      CX7_ALL, CX7_IB, "incompatible missing-source:migratable attr-unsupported:pci_class "
      "attr-mismatch:pci_class" },
    { "mlx5, functions in InfiniBand mode, other firmware",
      CX7_IB "~migratable=yes", CX "~pci_class=0x020700 ~pf_pci_id=15b3:1021 "
      "~fw.psid=MT_0000000892 ~fw.version=28.42.1000",
      "incompatible attr-mismatch:fw.version attr-unsupported:pci_class" },
    { "mlx5, firmware before the first one that is supported",
      CX7_FW("MT_1", "28.40.1000"), CX7_FW("MT_1", "28.40.1000"),
      "unknown attr-unsupported:fw.version" },
    { "mlx5, firmware before the first one that is supported, and it shows that it can",
      CX7_FW("MT_1", "28.40.1000") "~migratable=yes",
      CX7_FW("MT_1", "28.40.1000") "~migratable=yes", "unknown attr-unsupported:fw.version" },
    { "mlx5, the last firmware that is not supported",
      CX7_FW("MT_1", "28.41.0999"), CX7_FW("MT_1", "28.41.0999"),
      "unknown attr-unsupported:fw.version" },
    { "mlx5, later firmware", CX7_FW("MT_1", "28.100.0001"), CX7_FW("MT_1", "28.100.0001"),
      "identical " },
    { "mlx5, BlueField-3 before the first firmware that is supported",
      CX ETHERNET "~pf_pci_id=15b3:a2dc ~fw.psid=MT_1 ~fw.version=32.40.1000",
      CX ETHERNET "~pf_pci_id=15b3:a2dc ~fw.psid=MT_1 ~fw.version=32.40.1000",
      "unknown attr-unsupported:fw.version" },
    { "mlx5, another number of functions",
      CX7_ALL "~sriov_numvfs=2", CX7_ALL "~sriov_numvfs=64",
      "unknown attr-not-comparable:sriov_numvfs" },
    { "mlx5, another number of functions, and the same vectors",
      CX7_ALL "~sriov_numvfs=2 ~pci_capabilities=11@40/32",
      CX7_ALL "~sriov_numvfs=64 ~pci_capabilities=11@40/32", "identical " },
    { "mlx5, another number of functions, and vectors that only one shows",
      CX7_ALL "~sriov_numvfs=2", CX7_ALL "~sriov_numvfs=64 ~pci_capabilities=11@40/32",
      "unknown attr-not-comparable:sriov_numvfs" },
    { "mlx5, a number of functions that only one shows",
      CX7_ALL, CX7_ALL "~sriov_numvfs=64", "identical " },
    { "mlx5, functions of an unknown class",
      CX "~pf_pci_id=15b3:1021 " CX7_OLD, CX "~pf_pci_id=15b3:1021 " CX7_OLD,
      "unknown missing-source:migratable" },
    { "mlx5, functions of an unknown generation",
      CX ETHERNET "~fw.psid=MT_1 ~fw.version=28.41.1000",
      CX ETHERNET "~fw.psid=MT_1 ~fw.version=28.41.1000", "unknown missing-source:migratable" },
    { "mlx5, what sysfs shows",
      CX7, CX7, "unknown missing-both:fw.psid missing-both:fw.version" },
    { "mlx5, older firmware",
      CX7_ALL, CX7_FW("MT_0000000892", "28.39.1002"),
      "incompatible attr-unsupported:fw.version attr-mismatch:fw.version" },
    { "mlx5, another device",
      CX7_ALL,
      "api=vfio-pci type=pci-15b3-1021 pci=15b3:1021 " ETHERNET "~fw.psid=MT_0000000892 "
      "~fw.version=28.41.1000",
      "incompatible attr-mismatch:pci_id type-mismatch:type missing-source:migratable "
      "missing-target:pf_pci_id" },
    { "mlx5, a target of which nothing is known",
      CX7_ALL, CX7, "unknown missing-target:fw.psid missing-target:fw.version" },
    { "mlx5, a source of which nothing is known",
      CX7, CX7_ALL, "unknown missing-source:fw.psid missing-source:fw.version" },
    { "mlx5, firmware that cannot be read",
      CX7_ALL, CX7 "~fw.psid=MT_0000000892 !fw.version", "unknown unreadable-target:fw.version" },
    { "mlx5, facts on one side, devlink on the other",
      CX7 "fw.psid=MT_0000000892 fw.version=28.41.1000", CX7_ALL, "identical " },
    { "mlx5, a target that is not bound yet",
      CX7_ALL,
      "api=vfio-pci type=pci-15b3-101e pci=15b3:101e " ETHERNET
      "~pf_pci_id=15b3:1021 ~driver=mlx5_core "
      "~fw.psid=MT_0000000892 ~fw.version=28.41.1000", "identical " },

    /* qat.xml */
    { "QAT, the same agreement",
      QAT_FACTS SLA("0xf", "500", "1000"), QAT_FACTS SLA("0x0f", "500", "1000"), "identical " },
    { "QAT, services in another order",
      QAT "cfg_services=sym;asym", QAT "~cfg_services=asym+sym", "identical " },
    { "QAT, one service less",
      QAT_SYM, QAT "~cfg_services=sym ~num_rps=64", "incompatible attr-mismatch:cfg_services" },
    { "QAT, one service more",
      QAT "~cfg_services=sym ~num_rps=64", QAT_SYM, "incompatible attr-mismatch:cfg_services" },
    { "QAT, services that cannot be read",
      QAT_SYM, QAT "!cfg_services ~num_rps=64", "unknown unreadable-target:cfg_services" },
    { "QAT, another number of ring pairs",
      QAT_SYM, QAT "~cfg_services=asym+sym ~num_rps=32", "identical derived-differs:num_rps" },
    { "QAT, more capabilities",
      QAT_FACTS, QAT_SYM "accel_capabilities=0x1f extended_dc_capabilities=0x3", "superset " },
    { "QAT, fewer capabilities",
      QAT_FACTS, QAT_SYM "accel_capabilities=0x3 extended_dc_capabilities=0x1",
      "incompatible attr-not-superset:accel_capabilities" },
    { "QAT, other capabilities",
      QAT_FACTS, QAT_SYM "accel_capabilities=0xb extended_dc_capabilities=0x1",
      "incompatible attr-not-superset:accel_capabilities" },
    { "QAT, fewer extended capabilities",
      QAT_FACTS, QAT_SYM "accel_capabilities=0x7 extended_dc_capabilities=0x0",
      "incompatible attr-not-superset:extended_dc_capabilities" },
    { "QAT, capabilities that are no mask",
      QAT_FACTS, QAT_SYM "accel_capabilities=all extended_dc_capabilities=0x1",
      "unknown malformed-target:accel_capabilities" },
    { "QAT, a better agreement",
      QAT_SYM SLA("0xf", "500", "800"), QAT_SYM SLA("0xf", "600", "1000"), "superset " },
    { "QAT, a lower committed rate",
      QAT_SYM SLA("0xf", "500", "800"), QAT_SYM SLA("0xf", "400", "800"),
      "incompatible attr-too-low:sla_sym_cir" },
    { "QAT, a lower peak rate",
      QAT_SYM SLA("0xf", "500", "800"), QAT_SYM SLA("0xf", "500", "700"),
      "incompatible attr-too-low:sla_sym_pir" },
    { "QAT, other ring pairs",
      QAT_SYM SLA("0xf", "500", "800"), QAT_SYM SLA("0xf0", "500", "800"),
      "incompatible attr-mismatch:sla_sym_rp" },
    { "QAT, no agreement that is known",
      QAT_SYM SLA("0xf", "500", "800"), QAT_SYM,
      "unknown missing-target:sla_sym_cir missing-target:sla_sym_pir missing-target:sla_sym_rp" },
    { "QAT, capabilities on the target only",
      QAT_SYM, QAT_FACTS,
      "unknown missing-source:accel_capabilities missing-source:extended_dc_capabilities" },
    { "QAT, an agreement on the target only",
      QAT_SYM, QAT_SYM SLA("0xf", "500", "800"), "superset " },
    { "QAT, compression is no encryption",
      QAT_SYM "sla_dc_cir=100", QAT_SYM "sla_asym_cir=100", "unknown missing-target:sla_dc_cir" },
    { "QAT, another generation",
      QAT_SYM,
      QAT6 "~cfg_services=asym+sym ~num_rps=64",
      "incompatible attr-mismatch:pci_id type-mismatch:type" },
    { "no QAT",
      "api=vfio-pci type=pci-8086-10ca pci=8086:10ca sv=1.0 accel_capabilities=0x1",
      "api=vfio-pci type=pci-8086-10ca pci=8086:10ca sv=1.0 accel_capabilities=0x3",
      "incompatible attr-mismatch:accel_capabilities" },

    /* hisi-acc.xml */
    { "HiSilicon, the same facts", SEC_FACTS, SEC_FACTS, "identical " },
    { "HiSilicon, what sysfs shows of other functions",
      SEC, SEC, "unknown missing-both:pf_q_num missing-both:sriov_numvfs missing-both:vf_ids" },
    { "HiSilicon, another accelerator",
      SEC_ALL,
      "api=vfio-pci type=pci-19e5-a251 pci=19e5:a251 ~pci_revision=0x30 ~pf_q_num=64 "
      "~sriov_numvfs=15 ~vf_ids=1",
      "incompatible attr-mismatch:pci_id type-mismatch:type" },
    { "HiSilicon, fewer queues",
      SEC_FACTS, SEC_ALL "qp_num=32 que_iso_cfg=0x1", "incompatible attr-mismatch:qp_num" },
    { "HiSilicon, more queues",
      SEC_FACTS, SEC_ALL "qp_num=128 que_iso_cfg=0x1", "incompatible attr-mismatch:qp_num" },
    { "HiSilicon, the last function",
      SEC_ALL, SEC "~pf_q_num=64 ~sriov_numvfs=15 ~vf_ids=15",
      "unknown attr-not-comparable:vf_ids" },
    { "HiSilicon, a function whose number is not known",
      SEC_ALL, SEC "~pf_q_num=64 ~sriov_numvfs=15 !vf_ids", "unknown unreadable-target:vf_ids" },
    { "HiSilicon, a source whose number is not known",
      SEC "~pf_q_num=64 ~sriov_numvfs=15", SEC_ALL, "unknown missing-source:vf_ids" },
    { "HiSilicon, a target whose number is not known",
      SEC_ALL, SEC "~pf_q_num=64 ~sriov_numvfs=15", "unknown missing-target:vf_ids" },
    { "HiSilicon, as many queue pairs of another function",
      SEC_FACTS, SEC "~pf_q_num=64 ~sriov_numvfs=15 ~vf_ids=15 qp_num=64 que_iso_cfg=0x1",
      "identical " },
    { "HiSilicon, as many queue pairs of functions of which nothing else is known",
      SEC "qp_num=64 que_iso_cfg=0x1", SEC "qp_num=64 que_iso_cfg=0x1", "identical " },
    { "HiSilicon, as many queue pairs of a physical function that keeps more",
      SEC_FACTS, SEC "~pf_q_num=128 ~sriov_numvfs=14 ~vf_ids=1 qp_num=64 que_iso_cfg=0x1",
      "identical " },
    { "HiSilicon, other queue pairs of a function with the same number",
      SEC_FACTS, SEC_ALL "qp_num=65 que_iso_cfg=0x1", "incompatible attr-mismatch:qp_num" },
    { "HiSilicon, another isolation",
      SEC_FACTS, SEC_ALL "qp_num=64 que_iso_cfg=0x0", "incompatible attr-mismatch:que_iso_cfg" },
    { "HiSilicon, isolation in another spelling",
      SEC_FACTS, SEC_ALL "qp_num=0x40 que_iso_cfg=0x0001", "identical " },
    { "HiSilicon, a target without facts",
      SEC_FACTS, SEC_ALL, "unknown missing-target:qp_num missing-target:que_iso_cfg" },

    { "HiSilicon, a source without facts",
      SEC_ALL, SEC_FACTS, "unknown missing-source:qp_num missing-source:que_iso_cfg" },

    /* xe.xml */
    { "Xe, memory that the source does not show",
      BMG "~guc_version=70.60.0 ~sched_priority=low", BMG_ALL,
      "unknown missing-source:vram_quota" },
    { "Xe, less memory",
      BMG_ALL, BMG "~guc_version=70.60.0 ~vram_quota=2147483648 ~sched_priority=low",
      "incompatible attr-mismatch:vram_quota" },
    { "Xe, more memory",
      BMG_ALL, BMG "~guc_version=70.60.0 ~vram_quota=8589934592 ~sched_priority=low",
      "incompatible attr-mismatch:vram_quota" },
    { "Xe, memory that the target does not show",
      BMG_ALL, BMG "~guc_version=70.60.0 ~sched_priority=low",
      "unknown missing-target:vram_quota" },
    { "Xe, another part of the address space",
      BMG_ALL "~ggtt_quota=2147483648", BMG_ALL "~ggtt_quota=1073741824",
      "incompatible attr-mismatch:ggtt_quota" },
    { "Xe, a part of the address space that the source does not show",
      BMG_ALL, BMG_ALL "~ggtt_quota=1073741824", "superset " },
    { "Xe, a part of the address space that the target does not show",
      BMG_ALL "~ggtt_quota=1073741824", BMG_ALL, "identical " },
    { "Xe, a part of the address space that cannot be read",
      BMG_ALL "~ggtt_quota=1073741824", BMG_ALL "!ggtt_quota",
      "unknown unreadable-target:ggtt_quota" },
    { "Xe, a GPU without memory of its own, another part of the address space",
      PTL "~guc_version=70.60.0 ~ggtt_quota=2147483648",
      PTL "~guc_version=70.60.0 ~ggtt_quota=1073741824",
      "incompatible attr-mismatch:ggtt_quota" },
    { "Xe, a GPU without memory of its own",
      WCL "~guc_version=70.60.0 ~ggtt_quota=2147483648",
      WCL "~guc_version=70.60.0 ~ggtt_quota=2147483648", "identical " },
    { "Xe, another number of contexts",
      BMG_ALL "~contexts_quota=9000", BMG_ALL "~contexts_quota=4500",
      "incompatible attr-mismatch:contexts_quota" },
    { "Xe, another number of doorbells",
      PTL "~guc_version=70.60.0 ~doorbells_quota=36",
      PTL "~guc_version=70.60.0 ~doorbells_quota=18",
      "incompatible attr-mismatch:doorbells_quota" },
    { "Xe, another number of functions",
      BMG_ALL "~sriov_numvfs=7", BMG_ALL "~sriov_numvfs=2",
      "unknown attr-not-comparable:sriov_numvfs" },
    { "Xe, another number of functions, and the same parts",
      BMG_ALL "~sriov_numvfs=7 ~ggtt_quota=1 ~contexts_quota=2 ~doorbells_quota=3",
      BMG_ALL "~sriov_numvfs=2 ~ggtt_quota=1 ~contexts_quota=2 ~doorbells_quota=3",
      "identical " },
    { "Xe, another number of functions, and some of the parts",
      BMG_ALL "~sriov_numvfs=7 ~ggtt_quota=1", BMG_ALL "~sriov_numvfs=2 ~ggtt_quota=1",
      "unknown attr-not-comparable:sriov_numvfs" },
    { "Xe, another number of functions, and a part that cannot be read",
      BMG_ALL "~sriov_numvfs=7 ~ggtt_quota=1 ~contexts_quota=2 ~doorbells_quota=3",
      BMG_ALL "~sriov_numvfs=2 ~ggtt_quota=1 ~contexts_quota=2 !doorbells_quota",
      "unknown unreadable-target:doorbells_quota attr-not-comparable:sriov_numvfs" },
    { "Xe, another number of functions, and other parts",
      BMG_ALL "~sriov_numvfs=7 ~ggtt_quota=1 ~contexts_quota=2 ~doorbells_quota=3",
      BMG_ALL "~sriov_numvfs=2 ~ggtt_quota=4 ~contexts_quota=2 ~doorbells_quota=3",
      "incompatible attr-mismatch:ggtt_quota" },
    { "Xe, another priority",
      BMG_ALL, BMG "~guc_version=70.60.0 ~vram_quota=4294967296 ~sched_priority=high",
      "identical derived-differs:sched_priority" },

    /* pds.xml, virtio.xml, nic.xml, nvme.xml */
    { "pds, a chip that the source does not show",
      DSC "~fw=1.60.0-73", DSC_ALL, "unknown missing-source:asic.id missing-source:asic.rev" },
    { "pds, a chip in another spelling",
      DSC_ALL, DSC "~fw=1.60.0-73 ~asic.id=0X00 ~asic.rev=0x000", "identical " },
    { "virtio, firmware that the source does not show",
      VIRTIO_ALL, VIRTIO_ALL "fw.version=1.0", "unknown missing-source:fw.version" },
    { "virtio, a source of which it is not known whether it can be migrated",
      VIRTIO_BOUND "~pf_subsystem_id=15b3:0002", VIRTIO_ALL, "unknown missing-source:migratable" },
    { "virtio, a target of which it is not known whether it can be migrated",
      VIRTIO_ALL, VIRTIO_BOUND "~pf_subsystem_id=15b3:0002", "identical " },
    { "virtio, that it can be migrated in other letters",
      VIRTIO_BOUND "~pf_subsystem_id=15b3:0002 migratable=Yes", VIRTIO_ALL, "identical " },
    { "virtio, that it cannot be migrated in capital letters",
      VIRTIO_ALL, VIRTIO_BOUND "~pf_subsystem_id=15b3:0002 migratable=NO",
      "incompatible not-migratable-target:migratable" },
    { "virtio, another number of functions",
      VIRTIO_ALL "~sriov_numvfs=4", VIRTIO_ALL "~sriov_numvfs=8", "identical " },
    { "ice, another number of functions",
      ICE_ALL "~sriov_numvfs=4", ICE_ALL "~sriov_numvfs=8",
      "unknown attr-not-comparable:sriov_numvfs" },
    { "ice, an image in capital letters",
      ICE "~fw.mgmt=7.6.1 fw.bundle_id=0X80002EC0",
      ICE "~fw.mgmt=7.6.1 ~fw.bundle_id=0x80002ec0", "identical " },
    { "ice, a source that the host uses",
      "api=vfio-pci type=pci-8086-1889 pci=8086:1889 ~driver=iavf ~fw.mgmt=7.6.1 "
      "~fw.bundle_id=0x80002ec0", ICE "~fw.mgmt=7.6.1 ~fw.bundle_id=0x80002ec0",
      "unknown missing-source:vfio_driver" },
    { "pds, another chip",
      DSC_ALL, DSC "~fw=1.60.0-73 ~asic.id=0x1 ~asic.rev=0x0",
      "incompatible attr-mismatch:asic.id" },
    { "virtio, other firmware that is known",
      VIRTIO_ALL "fw.version=1.0", VIRTIO_ALL "fw.version=1.1",
      "incompatible attr-mismatch:fw.version" },
    { "virtio, a subsystem in another spelling",
      VIRTIO "pf_subsystem_id=0x15b3:0x0002", VIRTIO_ALL, "identical " },
    { "ice, another package",
      ICE_ALL,
      ICE "~fw.mgmt=7.6.1 ~fw.bundle_id=0x80002ec0 ~fw.app.name=ICE-COMMS-Package "
      "~fw.app=1.3.41.0",
      "incompatible attr-mismatch:fw.app.name" },
    { "ice, a target without package",
      ICE_ALL, ICE "~fw.mgmt=7.6.1 ~fw.bundle_id=0x80002ec0",
      "unknown missing-target:fw.app missing-target:fw.app.name" },
    { "NVMe, facts about controllers that a VFIO driver has",
      NVME_CLASS "~vfio_driver=acme model=PM9A3 firmware_rev=GDC5602Q",
      NVME_CLASS "~vfio_driver=acme model=PM9A3 firmware_rev=GDC5602Q", "identical " },
    { "NVMe, a version in the place of facts",
      NVME_CLASS "~vfio_driver=acme sv=1.0", NVME_CLASS "~vfio_driver=acme sv=1.0",
      "unknown missing-both:firmware_rev missing-both:model" },
    { "NVMe, a version besides other firmware",
      NVME_CLASS "~vfio_driver=acme model=PM9A3 firmware_rev=GDC5602Q sv=1.0",
      NVME_CLASS "~vfio_driver=acme model=PM9A3 firmware_rev=GDC5902Q sv=1.0",
      "incompatible attr-mismatch:firmware_rev" },
    { "NVMe, a controller of an unknown class",
      "api=vfio-pci type=pci-144d-a80a pci=144d:a80a ~vfio_driver=acme model=PM9A3 "
      "firmware_rev=GDC5602Q",
      "api=vfio-pci type=pci-144d-a80a pci=144d:a80a ~vfio_driver=acme model=PM9A3 "
      "firmware_rev=GDC5602Q", "unknown missing-both:software_version" },
    { "NVMe, a source that a guest uses",
      NVME_CLASS "~driver=vfio-pci", NVME_ALL,
      "unknown derived-differs:driver missing-source:firmware_rev missing-source:model "
      "missing-source:vfio_driver" },

    /* vfio-ccw.xml */
    { "vfio-ccw, the same DASD",
      DASD "dasd_uid=IBM.1.2.3", DASD "dasd_uid=IBM.1.2.3", "identical " },
    { "vfio-ccw, another channel path type",
      DASD, CCW "subchannel_type=0 chpid_type=0x1a", "incompatible attr-mismatch:chpid_type" },
    { "vfio-ccw, channel paths of several types on the target",
      DASD, CCW "subchannel_type=0 chpid_types=0x1a+0x1b",
      "unknown missing-target:chpid_type missing-source:chpid_types" },
    { "vfio-ccw, channel paths of several types on the source",
      CCW "subchannel_type=0 chpid_types=0x1a+0x1b", DASD,
      "unknown missing-source:chpid_type missing-target:chpid_types" },
    { "vfio-ccw, channel paths of the same types",
      CCW "subchannel_type=0 chpid_types=0x1a+0x1b", CCW "subchannel_type=0 chpid_types=0x1b+0x1a",
      "identical " },
    { "vfio-ccw, channel paths of other types",
      CCW "subchannel_type=0 chpid_types=0x1a+0x1b", CCW "subchannel_type=0 chpid_types=0x1a+0x1c",
      "incompatible attr-mismatch:chpid_types" },
    { "vfio-ccw, a DASD that the source does not show",
      DASD, DASD "dasd_uid=IBM.1.2.3", "unknown missing-source:dasd_uid" },
    { "vfio-ccw, another DASD",
      DASD "dasd_uid=IBM.1.2.3", DASD "dasd_uid=IBM.1.2.4", "incompatible attr-mismatch:dasd_uid" },
    { "vfio-ccw, a DASD that the target does not show",
      DASD "dasd_uid=IBM.1.2.3", DASD, "unknown missing-target:dasd_uid" },

    /* vfio-ap.xml */
    { "vfio-ap, a matrix in another order",
      AP_KNOWN "ap_matrix=05.0004,05.0047", AP_KNOWN "ap_matrix=05.0047,05.0004", "identical " },
    { "vfio-ap, a larger matrix",
      AP_KNOWN "~ap_matrix=05.0004", AP_KNOWN "~ap_matrix=05.0004+06.0004", "superset " },
    { "vfio-ap, no queue, and a target that does not show which it can use",
      AP_BOTH "~hwtype=+ ~ap_functions=+ ~usable_queues=+",
      AP "~ap_matrix=05.0004 ~control_domains=+ ~hwtype=05=13", "superset " },
    { "vfio-ap, a smaller matrix",
      AP_KNOWN "~ap_matrix=05.0004+06.0004", AP_KNOWN "~ap_matrix=05.0004",
      "incompatible attr-not-superset:ap_matrix" },
    { "vfio-ap, another matrix",
      AP_KNOWN "~ap_matrix=05.0004", AP_KNOWN "~ap_matrix=06.0004",
      "incompatible attr-not-superset:ap_matrix" },
    { "vfio-ap, no matrix",
      AP_KNOWN "~ap_matrix=05.0004", AP_KNOWN, "unknown missing-target:ap_matrix" },
    { "vfio-ap, an empty matrix on the source",
      AP_BOTH, AP_KNOWN "~ap_matrix=05.0004", "superset " },
    { "vfio-ap, empty matrices", AP_BOTH, AP_BOTH, "identical " },
    { "vfio-ap, no control domain, and a target that does not show its own",
      AP_BOTH, AP_DOMAINS, "unknown missing-target:control_domains" },
    { "vfio-ap, a queue of the matrix that the guest would not get",
      AP_KNOWN "~ap_matrix=05.0004 ~guest_matrix=05.0004",
      AP_KNOWN "~ap_matrix=05.0004 ~guest_matrix=+",
      "incompatible attr-not-superset:guest_matrix" },
    { "vfio-ap, a kernel that does not show what a guest gets",
      AP_KNOWN "~ap_matrix=05.0004 ~guest_matrix=05.0004", AP_KNOWN "~ap_matrix=05.0004",
      "unknown missing-target:guest_matrix" },
    { "vfio-ap, no control domain",
      AP_DOMAINS "~control_domains=0004", AP_DOMAINS "~control_domains=+",
      "incompatible attr-not-superset:control_domains" },
    { "vfio-ap, fewer control domains",
      AP_DOMAINS "control_domains=0004,0005", AP_DOMAINS "control_domains=0004",
      "incompatible attr-not-superset:control_domains" },
    { "vfio-ap, more control domains",
      AP_DOMAINS "control_domains=0004", AP_DOMAINS "control_domains=0005,0004", "superset " },
    { "vfio-ap, a newer adapter",
      AP_BOTH "~hwtype=05=13",
      AP_BOTH "~hwtype=05=14 | hwtype=05=10+05=11+05=12+05=13+05=14", "superset " },
    { "vfio-ap, an older adapter",
      AP_BOTH "~hwtype=05=13", AP_BOTH "~hwtype=05=12 | hwtype=05=10+05=11+05=12",
      "incompatible attr-not-accepted:hwtype" },
    { "vfio-ap, an adapter that the target does not show",
      AP_BOTH "~hwtype=05=13", AP_BOTH, "unknown missing-target:hwtype" },
    { "vfio-ap, an adapter that the source does not show",
      AP_BOTH, AP_BOTH "~hwtype=05=13 ~ap_functions=05=0x92800000",
      "unknown missing-source:ap_functions missing-source:hwtype" },
    { "vfio-ap, what only the target's kernel shows of a guest",
      AP_KNOWN "~ap_matrix=05.0004", AP_KNOWN "~ap_matrix=05.0004 ~guest_matrix=05.0004",
      "unknown missing-source:guest_matrix" },
    { "vfio-ap, adapters that cannot be read",
      AP_BOTH "~hwtype=05=13", AP_BOTH "!hwtype | hwtype=05=13",
      "unknown unreadable-target:hwtype" },
    { "vfio-ap, another mode",
      AP_BOTH "~ap_functions=05=0x92800000",
      AP_BOTH "~ap_functions=05=0x86800000 | ap_functions=05=0x86400000+05=0x86800000",
      "incompatible attr-not-accepted:ap_functions" },
    { "vfio-ap, all functions for some",
      AP_BOTH "~ap_functions=05=0x92400000",
      AP_BOTH "~ap_functions=05=0x92800000 | ap_functions=05=0x92400000+05=0x92800000",
      "superset " },
    { "vfio-ap, some functions for all",
      AP_BOTH "~ap_functions=05=0x92800000",
      AP_BOTH "~ap_functions=05=0x92400000 | ap_functions=05=0x92400000",
      "incompatible attr-not-accepted:ap_functions" },
    { "vfio-ap, queues that the host can provide",
      AP_KNOWN "~ap_matrix=05.0004 ~guest_matrix=05.0004",
      AP_BOTH "~guest_matrix=+ | ap_matrix=05.0004+05.0047 guest_matrix=05.0004+05.0047",
      "superset " },
    { "vfio-ap, queues that the host cannot provide",
      AP_KNOWN "~ap_matrix=05.0004+06.0004 ~guest_matrix=05.0004+06.0004",
      AP_BOTH "~guest_matrix=+ | ap_matrix=05.0004+05.0047 guest_matrix=05.0004+05.0047",
      "incompatible attr-not-accepted:ap_matrix attr-not-accepted:guest_matrix" },
    { "vfio-ap, control domains that the host has",
      AP_DOMAINS "~control_domains=0004",
      AP_BOTH "| control_domains=0004+0005 ap_matrix=+", "superset " },
    { "vfio-ap, control domains that the host has not",
      AP_DOMAINS "~control_domains=0004", AP_BOTH "| control_domains=0005 ap_matrix=+",
      "incompatible attr-not-accepted:control_domains" },

    /* no vendor's business */
    { "vfio-ccw is not vfio-ap", DASD, AP_ALL, "incompatible device-api-mismatch:device_api" },
    { "another vendor's function",
      "api=vfio-pci type=pci-1234-1041 pci=1234:1041 sv=1.0 x=1",
      "api=vfio-pci type=pci-1234-1041 pci=1234:1041 sv=1.0 x=1", "identical " },
    { "another vendor's function, as sysfs shows it",
      "api=vfio-pci type=pci-1234-1041 pci=1234:1041",
      "api=vfio-pci type=pci-1234-1041 pci=1234:1041", "unknown missing-both:software_version" },
};

static virNodeDeviceCompatFiles files;


/* What comes of comparing two devices by all files that are installed */
static char *
testCompare(const char *source,
            const char *target)
{
    g_autoptr(virNodeDeviceCompat) from = testCompatParseDevice(source);
    g_autoptr(virNodeDeviceCompat) to = testCompatParseDevice(target);
    g_autoptr(virNodeDeviceCompatReport) report =
        virNodeDeviceCompatCompare(from, to, files.rules, 0);

    return testCompatFormatResult(report);
}


static int
testVendorCase(const void *opaque)
{
    const struct testVendor *data = opaque;
    g_autofree char *result = testCompare(data->source, data->target);

    if (STRNEQ(result, data->expect)) {
        return testFail("expected '%s', got '%s'\nsource: %s\ntarget: %s",
                        data->expect, result, data->source, data->target);
    }

    return 0;
}


/* Checks a document as check-rules would: by its schema, and by reading it. */
static int
testDocument(const char *xml,
             const char *name)
{
    g_autoptr(virNodeDeviceCompatRules) anyRules = virNodeDeviceCompatRulesNew();
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();
    g_autoptr(xmlDoc) doc = NULL;
    const char *schema = strstr(xml, "<nodedevCompatFacts>") ?
        abs_top_srcdir "/src/conf/schemas/nodedevcompatfacts.rng" :
        abs_top_srcdir "/src/conf/schemas/nodedevcompatrules.rng";
    virNodeDeviceCompatFileKind kind;

    if (virNodeDeviceCompatFileParse(anyRules, facts, xml, name, &kind) < 0 ||
        !(doc = virXMLParseStringCtxt(xml, name, NULL)) ||
        virXMLValidateAgainstSchema(schema, doc) < 0)
        return -1;

    if (anyRules->ngroups + facts->ngroups == 0)
        return testFail("expected rules or facts in %s, got none", name);

    return 0;
}


/* The verdict @verdict, and a reason about @attr that is @code with whatever follows it */
static int
testExpectVerdict(const char *source,
                  const char *target,
                  const char *verdict,
                  const char *code,
                  const char *attr)
{
    g_autofree char *result = testCompare(source, target);
    g_autofree char *tail = g_strdup_printf(":%s ", attr);
    g_autofree char *line = g_strdup_printf("%s ", result);

    if (!STRPREFIX(result, verdict) || !strstr(line, tail) || !strstr(result, code)) {
        return testFail("expected '%s %s:%s', got '%s'\nsource: %s\ntarget: %s",
                        verdict, code, attr, result, source, target);
    }

    return 0;
}


/* What decides for the devices of a file */
static int
testFileRow(const void *opaque)
{
    const struct testFileRow *row = opaque;
    g_autofree char *same = testCompare(row->device, row->device);

    if (testExpectString("identical ", same) < 0 ||
        testExpectVerdict(row->without, row->without, "unknown", "missing-both",
                          row->needed) < 0 ||
        testExpectVerdict(row->device, row->without, "unknown", "missing-target",
                          row->needed) < 0 ||
        testExpectVerdict(row->without, row->device, "unknown", "missing-source",
                          row->needed) < 0)
        return -1;

    /* where to find it; nothing shows the version of the migration data today */
    if (STRNEQ(row->needed, "software_version") &&
        !virNodeDeviceCompatHintGet(VIR_NODE_DEVICE_COMPAT_REASON_MISSING_BOTH, row->needed))
        return testFail("no hint says where %s is from", row->needed);

    return testExpectVerdict(row->device, row->other, "incompatible", "", row->attr);
}


/* Every file is good, names its sources, is installed, and has its rows here. */
static int
testFile(const void *opaque)
{
    const char *name = opaque;
    g_autofree char *path = g_strdup_printf(RULES_DIR "/%s", name);
    g_autofree char *installed = g_strdup_printf("'rules/%s'", name);
    g_autofree char *xml = NULL;
    g_autofree char *build = NULL;
    size_t i;

    if (virFileReadAll(path, VIR_NODE_DEVICE_COMPAT_DOCUMENT_MAX, &xml) < 0 ||
        virFileReadAll(NODEDEV_COMPAT_ROOT "/meson.build", 1024 * 1024, &build) < 0 ||
        testDocument(xml, name) < 0)
        return -1;

    if (!strstr(xml, "https://") || !strstr(xml, "From sysfs:"))
        return testFail("expected links to its sources and 'From sysfs:' in %s", name);

    if (!strstr(build, installed))
        return testFail("meson.build does not install %s", name);

    for (i = 0; i < G_N_ELEMENTS(fileRows); i++) {
        if (STREQ(fileRows[i].file, name))
            return 0;
    }

    return testFail("no row says what decides by %s", name);
}


/* What the documentation shows as a document can be used as one. */
static int
testExamples(const void *opaque)
{
    const char *root = opaque;
    g_autofree char *text = NULL;
    g_autofree char *start = g_strdup_printf("  <%s>", root);
    g_autofree char *end = g_strdup_printf("</%s>", root);
    const char *at;
    size_t count = 0;

    if (virFileReadAll(abs_top_srcdir "/docs/nodedev-compat-rules.rst", 1024 * 1024, &text) < 0)
        return -1;

    for (at = strstr(text, start); at; at = strstr(at + 1, start)) {
        const char *stop = strstr(at, end);
        g_autofree char *xml = NULL;
        g_autofree char *name = g_strdup_printf("example %zu of <%s>", ++count, root);

        if (!stop)
            return -1;
        xml = g_strndup(at, stop + strlen(end) - at);
        if (testDocument(g_strchug(xml), name) < 0)
            return -1;
    }

    if (count == 0)
        return testFail("there is no example of <%s>", root);

    return 0;
}


static int
mymain(void)
{
    const char *const dirs[] = { RULES_DIR, NULL };
    g_autoptr(GDir) dir = g_dir_open(RULES_DIR, 0, NULL);
    const char *name;
    size_t i;

    if (!dir)
        return EXIT_FAILURE;

    while ((name = g_dir_read_name(dir)))
        DO_TEST(testFile, name, "file %s", name);

    virNodeDeviceCompatFilesUpdate(&files, dirs);
    for (i = 0; i < G_N_ELEMENTS(fileRows); i++) {
        DO_TEST(testFileRow, &fileRows[i], "what decides by %s: %s",
                fileRows[i].file, fileRows[i].needed);
    }
    DO_TABLE_EXPECT("vendor", cases, testVendorCase);
    virNodeDeviceCompatFilesClear(&files);

    DO_TEST(testExamples, "nodedevCompatRules", "examples of rules");
    DO_TEST(testExamples, "nodedevCompatFacts", "examples of facts");

    return testResult();
}

VIR_TEST_MAIN(mymain)
