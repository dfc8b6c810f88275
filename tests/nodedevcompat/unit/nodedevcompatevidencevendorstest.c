/*
 * nodedevcompatevidencevendorstest.c: what vendors' own files say of a device
 *
 * Each source with what is there, absent, unreadable, cut and malformed, and with what is
 * beside it that is not an attribute.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* A virtual function and its physical function, which a driver is bound to */
#define VF(vendor, device, class) \
    "P/vendor 0x" vendor "\nP/device 0x" device "\nP/class " class "\n" \
    "P/iommu_group @dir\nP/driver @none\n" \
    "P/physfn @link ../0000:00:01.0\n"
#define PF "R/devices/pci0000:00/0000:00:01.0"
#define BOUND(driver, module) \
    PF "/driver @link ../../../bus/pci/drivers/" driver "\n" \
    "R/bus/pci/drivers/" driver "/module @link ../../../../module/" module "\n"

/* What a function shows anyway */
#define SHOWN(vendor, device) \
    API "<type id='pci-" vendor "-" device "'/>"
#define ID(vendor, device, class) DERIVED("pci_class", class) ATTR("pci_id", vendor ":" device)
#define VIRTUAL DERIVED("function", "virtual")
#define PHYSICAL DERIVED("function", "physical")


#define QAT VF("8086", "4941", "0x0b4000")
#define QAT_SHOWN SHOWN("8086", "4941")
#define QAT_PCI ID("8086", "4941", "0x0b4000")
#define QAT_ID VIRTUAL QAT_PCI
#define SERVICES(set) DERIVED("cfg_services", set)
#define NO_SERVICES(reason) CAP(QAT_SHOWN QAT_ID UNUSABLE("cfg_services", reason))

static const struct testTree qats[] = {
    { "services and ring pairs",
      QAT PF "/qat/cfg_services sym;asym\n" PF "/qat/num_rps 64",
      CAP(QAT_SHOWN SERVICES("asym+sym") VIRTUAL DERIVED("num_rps", "64") QAT_PCI) },
    { "services in another order",
      QAT PF "/qat/cfg_services asym;sym", CAP(QAT_SHOWN SERVICES("asym+sym") QAT_ID) },
    { "one service", QAT PF "/qat/cfg_services dc", CAP(QAT_SHOWN SERVICES("dc") QAT_ID) },
    { "three services of a newer generation",
      QAT PF "/qat/cfg_services sym;dc;asym", CAP(QAT_SHOWN SERVICES("asym+dc+sym") QAT_ID) },
    { "no services", QAT PF "/qat/state up", CAP(QAT_SHOWN QAT_ID) },
    { "a driver without services",
      QAT PF "/qat/cfg_services @fail ENODEV", CAP(QAT_SHOWN QAT_ID) },
    { "unreadable services", QAT PF "/qat/cfg_services @fail EIO", NO_SERVICES("unreadable") },
    { "services that are a loop", QAT PF "/qat/cfg_services @loop", NO_SERVICES("unreadable") },
    { "services that take too long",
      QAT PF "/qat/cfg_services @fail ETIMEDOUT", NO_SERVICES("timeout") },
    { "services that are cut",
      QAT PF "/qat/cfg_services @fill 4095 a", NO_SERVICES("cut") },
    { "services for the superuser",
      QAT PF "/qat/cfg_services @private sym;asym", NO_SERVICES("private") },
    { "empty services", QAT PF "/qat/cfg_services @raw \\n", NO_SERVICES("malformed") },
    { "an empty service", QAT PF "/qat/cfg_services sym;;asym", NO_SERVICES("malformed") },
    { "a service with a blank", QAT PF "/qat/cfg_services sym asym", NO_SERVICES("malformed") },
    { "services that are no text",
      QAT PF "/qat/cfg_services @raw \\001", NO_SERVICES("malformed") },
    { "services of the physical function itself",
      "P/vendor 0x8086\nP/device 0x4940\nP/class 0x0b4000\nP/iommu_group @dir\n"
      "P/driver @none\n"
      "P/qat/cfg_services dc",
      CAP(SHOWN("8086", "4940") SERVICES("dc") PHYSICAL ID("8086", "4940", "0x0b4000")) },
    { "services that are published",
      QAT PF "/qat/cfg_services dc\nP/migration/self/cfg_services sym",
      CAP(QAT_SHOWN ATTR("cfg_services", "sym") QAT_ID) },
    { "another vendor's file of that name",
      VF("1af4", "4941", "0x0b4000") PF "/qat/cfg_services dc",
      CAP(SHOWN("1af4", "4941") VIRTUAL ID("1af4", "4941", "0x0b4000")) },
    { "another class of device with a file of that name",
      VF("8086", "4941", "0x020000") PF "/qat/cfg_services dc",
      CAP(QAT_SHOWN VIRTUAL ID("8086", "4941", "0x020000")) },
    { "a class that cannot be read",
      QAT "P/class @fail EIO\n" PF "/qat/cfg_services dc",
      CAP(QAT_SHOWN VIRTUAL ATTR("pci_id", "8086:4941") UNUSABLE("pci_class", "unreadable")) },
    { "a physical function that cannot be looked at",
      "P/vendor 0x8086\nP/device 0x4941\nP/class 0x0b4000\nP/iommu_group @dir\n"
      "P/driver @none\nP/physfn @loop\n"
      "P/qat/cfg_services dc",
      CAP(QAT_SHOWN QAT_PCI UNUSABLE("function", "unreadable")
          UNUSABLE("pf_pci_id", "unreadable") UNUSABLE("pf_subsystem_id", "unreadable")) },
    { "what only a selector shows",
      QAT PF "/qat/rp2srv sym\n" PF "/qat_rl/cir 500", CAP(QAT_SHOWN QAT_ID) },
};


#define ZIP VF("19e5", "a251", "0x120000") BOUND("hisi_zip", "hisi_zip")
#define ZIP_SHOWN SHOWN("19e5", "a251")
#define ZIP_PCI ID("19e5", "a251", "0x120000")
#define ZIP_ID VIRTUAL ZIP_PCI
#define QUEUES "R/module/hisi_zip/parameters/pf_q_num"
#define ACC \
    "P/driver @link ../../../bus/pci/drivers/hisi_acc_vfio_pci\n" \
    "R/bus/pci/drivers/hisi_acc_vfio_pci/module @link ../../../../module/hisi_acc_vfio_pci\n"
#define ACC_DRIVER DERIVED("driver", "hisi_acc_vfio_pci")

#define LINK(number, device) PF "/virtfn" number " @link ../0000:00:0" device ".0\n"
#define OWN LINK("0", "2")
#define NUMBERS(functions, numbers) \
    CAP(ZIP_SHOWN ZIP_ID DERIVED("pf_q_num", "64") DERIVED("sriov_numvfs", functions) \
        DERIVED("vf_ids", numbers))
#define NO_NUMBERS(functions, reason) \
    CAP(ZIP_SHOWN ZIP_ID DERIVED("pf_q_num", "64") DERIVED("sriov_numvfs", functions) \
        UNUSABLE("vf_ids", reason))
#define NO_QUEUES(reason) \
    CAP(ZIP_SHOWN ZIP_ID DERIVED("vf_ids", "1") UNUSABLE("pf_q_num", reason))
#define EVEN(queues, functions, numbers) \
    CAP(ZIP_SHOWN ZIP_ID DERIVED("pf_q_num", queues) DERIVED("sriov_numvfs", functions) \
        DERIVED("vf_ids", numbers))
#define ACC_STATE(file) "R/kernel/debug/vfio/0000:00:02.0/migration/hisi_acc" file "\n"
#define ZIP_DEBUG(file) "R/kernel/debug/hisi_zip/0000:00:01.0" file "\n"
#define OLD CAP(ZIP_SHOWN VIRTUAL DERIVED("migratable", "no") ZIP_PCI)
#define REVISION(revision, migratable) \
    CAP(ZIP_SHOWN VIRTUAL migratable ZIP_PCI DERIVED("pci_revision", revision))

static const struct testTree hisis[] = {
    { "queue pairs", ZIP OWN QUEUES " 64\n" PF "/sriov_numvfs 15", NUMBERS("15", "1") },
    { "no parameter", ZIP OWN PF "/sriov_numvfs 15",
      CAP(ZIP_SHOWN ZIP_ID DERIVED("sriov_numvfs", "15")) },
    { "no driver",
      VF("19e5", "a251", "0x120000") QUEUES " 64\n" PF "/sriov_numvfs 15",
      CAP(ZIP_SHOWN ZIP_ID DERIVED("sriov_numvfs", "15")) },
    { "unreadable parameter", ZIP OWN QUEUES " @fail EIO", NO_QUEUES("unreadable") },
    { "parameter for the superuser", ZIP OWN QUEUES " @private 64", NO_QUEUES("private") },
    { "parameter that is cut", ZIP OWN QUEUES " @fill 4095 1", NO_QUEUES("cut") },
    { "parameter that is no number", ZIP OWN QUEUES " all", NO_QUEUES("malformed") },
    { "parameter with blanks",
      ZIP OWN QUEUES " @raw  0x40 \\n\n" PF "/sriov_numvfs 1", EVEN("0x40", "1", "1") },
    { "parameter in hex digits",
      ZIP OWN QUEUES " 0x40\n" PF "/sriov_numvfs 1", EVEN("0x40", "1", "1") },
    { "unreadable number of functions",
      ZIP OWN QUEUES " 64\n" PF "/sriov_numvfs @fail EIO",
      CAP(ZIP_SHOWN ZIP_ID DERIVED("pf_q_num", "64") DERIVED("vf_ids", "1")
          UNUSABLE("sriov_numvfs", "unreadable")) },
    { "number of functions that is cut",
      ZIP OWN QUEUES " 64\n" PF "/sriov_numvfs @fill 4095 1",
      CAP(ZIP_SHOWN ZIP_ID DERIVED("pf_q_num", "64") DERIVED("vf_ids", "1")
          UNUSABLE("sriov_numvfs", "cut")) },
    { "number of functions that is none",
      ZIP OWN QUEUES " 64\n" PF "/sriov_numvfs many",
      CAP(ZIP_SHOWN ZIP_ID DERIVED("pf_q_num", "64") DERIVED("vf_ids", "1")
          UNUSABLE("sriov_numvfs", "malformed")) },
    { "last virtual function",
      ZIP LINK("0", "3") LINK("1", "2") QUEUES " 64\n" PF "/sriov_numvfs 2", NUMBERS("2", "2") },
    { "virtual function between others",
      ZIP LINK("0", "3") LINK("1", "2") LINK("2", "4") QUEUES " 64\n" PF "/sriov_numvfs 3",
      NUMBERS("3", "2") },
    { "another link that leads to itself",
      ZIP OWN QUEUES " 64\n" PF "/sriov_numvfs 2\n" PF "/virtfn1 @loop", NUMBERS("2", "1") },
    { "virtual function that cannot be seen",
      ZIP LINK("1", "3") QUEUES " 64\n" PF "/sriov_numvfs 2", NO_NUMBERS("2", "conflicting") },
    { "virtual function whose link leads to itself",
      ZIP QUEUES " 64\n" PF "/sriov_numvfs 2\n" PF "/virtfn1 @loop", NO_NUMBERS("2", "malformed") },
    { "virtual function whose link is none",
      ZIP QUEUES " 64\n" PF "/sriov_numvfs 2\n" PF "/virtfn1/vendor 0x19e5",
      NO_NUMBERS("2", "malformed") },
    { "virtual function whose link is less than an address",
      ZIP QUEUES " 64\n" PF "/sriov_numvfs 2\n" PF "/virtfn1 @link ../0000:00:03",
      NO_NUMBERS("2", "malformed") },
    { "virtual function of none",
      ZIP OWN QUEUES " 64\n" PF "/sriov_numvfs 0", NO_NUMBERS("0", "conflicting") },
    { "virtual function behind the last one",
      ZIP LINK("2", "2") QUEUES " 64\n" PF "/sriov_numvfs 2", NO_NUMBERS("2", "conflicting") },
    { "only virtual function", ZIP OWN QUEUES " 64\n" PF "/sriov_numvfs 1", NUMBERS("1", "1") },
    /* (2047 - 256) / 15 + 14 are less than 256 */
    { "queue pairs of which none has one more",
      ZIP OWN QUEUES " 256\n" PF "/sriov_numvfs 15", EVEN("256", "15", "1-14") },
    { "another virtual function of these",
      ZIP LINK("13", "2") QUEUES " 256\n" PF "/sriov_numvfs 15", EVEN("256", "15", "1-14") },
    { "the last virtual function of these",
      ZIP LINK("14", "2") QUEUES " 256\n" PF "/sriov_numvfs 15", EVEN("256", "15", "15") },
    { "the fewest functions of which none has one more",
      ZIP OWN QUEUES " 256\n" PF "/sriov_numvfs 8", EVEN("256", "8", "1-7") },
    /* (2047 - 256) / 7 + 6 are not */
    { "the most of which some can have one more",
      ZIP OWN QUEUES " 256\n" PF "/sriov_numvfs 7", EVEN("256", "7", "1") },
    { "two functions that have half of the queue pairs each",
      ZIP OWN QUEUES " 1024\n" PF "/sriov_numvfs 2", EVEN("1024", "2", "1") },
    { "more queue pairs than there are",
      ZIP OWN QUEUES " 4294967295\n" PF "/sriov_numvfs 15", EVEN("4294967295", "15", "1") },
    { "more functions than there are queue pairs",
      ZIP OWN QUEUES " 1024\n" PF "/sriov_numvfs 4294967295", EVEN("1024", "4294967295", "1") },
    { "physical function itself",
      "P/vendor 0x19e5\nP/device 0xa250\nP/class 0x120000\nP/iommu_group @dir\nP/revision 0x21\n"
      "P/driver @none\nP/driver @link ../../../bus/pci/drivers/hisi_zip\n"
      "R/bus/pci/drivers/hisi_zip/module @link ../../../../module/hisi_zip\n"
      QUEUES " 64\nP/sriov_numvfs 2",
      CAP(SHOWN("19e5", "a250") DERIVED("driver", "hisi_zip") PHYSICAL
          DERIVED("pci_class", "0x120000") ATTR("pci_id", "19e5:a250")
          DERIVED("pci_revision", "0x21") DERIVED("pf_q_num", "64")) },
    /* what debugfs has is not read, whatever it holds and whether it can be read */
    { "state of a device in debugfs",
      ZIP OWN QUEUES " 64\n" PF "/sriov_numvfs 2\n" ACC_STATE("/dev_data @fail EIO")
      ACC_STATE("/migf_data @fill 4095 1") ACC_STATE("/cmd_state ok"),
      CAP(ZIP_SHOWN VIRTUAL DERIVED("migratable", "yes") ZIP_PCI DERIVED("pf_q_num", "64")
          DERIVED("sriov_numvfs", "2") DERIVED("vf_ids", "1")) },
    { "counters and selectors of a physical function",
      ZIP OWN QUEUES " 64\n" PF "/sriov_numvfs 2\n" ZIP_DEBUG("/qm/regs @fail EIO")
      ZIP_DEBUG("/current_qm 1") ZIP_DEBUG("/clear_enable @private 1"), NUMBERS("2", "1") },
    { "hardware that cannot be migrated",
      ZIP ACC PF "/revision 0x21",
      CAP(ZIP_SHOWN ACC_DRIVER VIRTUAL DERIVED("migratable", "no") ZIP_PCI) },
    { "hardware that cannot be migrated, of a host without a driver",
      VF("19e5", "a251", "0x120000") PF "/revision 0x21", OLD },
    { "hardware that cannot be migrated, with another driver", ZIP PF "/revision 0x21", OLD },
    { "hardware that cannot be migrated, by its own revision",
      ZIP "P/revision 0x21\n" PF "/revision 0x30", REVISION("0x21", DERIVED("migratable", "no")) },
    { "hardware that cannot be migrated, by the physical function's revision",
      ZIP "P/revision 0x30\n" PF "/revision 0x21", REVISION("0x30", DERIVED("migratable", "no")) },
    { "hardware that can be migrated, by both revisions",
      ZIP "P/revision 0x30\n" PF "/revision 0x30", REVISION("0x30", "") },
    { "hardware that can be migrated, by its own revision alone",
      ZIP "P/revision 0x30", REVISION("0x30", "") },
    { "hardware that cannot be migrated, and an unreadable revision",
      ZIP "P/revision @fail EIO\n" PF "/revision 0x21",
      CAP(ZIP_SHOWN VIRTUAL DERIVED("migratable", "no") ZIP_PCI
          UNUSABLE("pci_revision", "unreadable")) },
    { "unreadable revision",
      ZIP "P/revision @fail EIO\n" PF "/revision 0x30",
      CAP(ZIP_SHOWN ZIP_ID UNUSABLE("migratable", "unreadable")
          UNUSABLE("pci_revision", "unreadable")) },
    { "unreadable revision of the physical function",
      ZIP PF "/revision @fail EIO",
      CAP(ZIP_SHOWN ZIP_ID UNUSABLE("migratable", "unreadable")) },
    { "revision that is no number",
      ZIP PF "/revision new", CAP(ZIP_SHOWN ZIP_ID UNUSABLE("migratable", "malformed")) },
    { "security engine that cannot be migrated",
      VF("19e5", "a256", "0x100000") PF "/revision 0x21",
      CAP(SHOWN("19e5", "a256") VIRTUAL DERIVED("migratable", "no")
          ID("19e5", "a256", "0x100000")) },
    { "key exchange engine that cannot be migrated",
      VF("19e5", "a259", "0x100000") PF "/revision 0x21",
      CAP(SHOWN("19e5", "a259") VIRTUAL DERIVED("migratable", "no")
          ID("19e5", "a259", "0x100000")) },
    { "hardware that can be migrated",
      ZIP ACC PF "/revision 0x30", CAP(ZIP_SHOWN ACC_DRIVER ZIP_ID) },
    { "newer hardware", ZIP ACC PF "/revision 0x51", CAP(ZIP_SHOWN ACC_DRIVER ZIP_ID) },
    { "another device of the vendor", VF("19e5", "a22e", "0x020000") PF "/revision 0x21",
      CAP(SHOWN("19e5", "a22e") VIRTUAL ID("19e5", "a22e", "0x020000")) },
};


#define XE VF("8086", "e211", "0x030000") BOUND("xe", "xe")
#define XE_SHOWN SHOWN("8086", "e211")
#define XE_PCI ID("8086", "e211", "0x030000")
#define XE_ID VIRTUAL XE_PCI
#define ADMIN PF "/sriov_admin"
#define VF1 ADMIN "/vf1/device @link ../../../0000:00:02.0\n"
#define PROFILE ADMIN "/vf1/profile"
#define GUC "R/kernel/debug/dri/0000:00:01.0/gt0/uc/guc_info"

#define GUC_INFO(status, version) \
    GUC " @raw GuC firmware: xe/bmg_guc_70.bin\\n\\tstatus: " status "\\n" \
    "\\tfound release version " version "\\n"
/* of 64 bytes or more, behind the firmware */
#define QUEUE_INFO \
    "GuC ID: 0\\n\\tName: bcs8\\n\\tClass: 3\\n\\tLogical mask: 0x1\\n\\tWidth: 1\\n\\tRef: 2\\n"
#define EIGHT(text) text text text text text text text text
#define GUC1 "R/kernel/debug/dri/0000:00:01.0/gt1/uc/guc_info"
#define BOTH_GUC(first, second) \
    GUC_INFO("RUNNING", first) "\n" \
    GUC1 " @raw \\tstatus: RUNNING\\n\\tfound release version " second "\\n\n"
#define NO_GUC_IS(reason) CAP(XE_SHOWN XE_ID UNUSABLE("guc_version", reason))
#define NO_GUC CAP(XE_SHOWN XE_ID UNUSABLE("guc_version", "malformed"))

#define GUC_IS(version, migratable) \
    CAP(XE_SHOWN VIRTUAL DERIVED("guc_version", version) migratable XE_PCI)
#define CANNOT DERIVED("migratable", "no")
#define IN_VFIO "R/kernel/debug/vfio/0000:00:02.0"
#define DRI "R/kernel/debug/dri/0000:00:01.0"
#define TILE DRI "/sriov/vf1/tile0"
#define GT DRI "/gt0/vf1"
#define NO_QUOTAS(reason) \
    CAP(XE_SHOWN XE_ID UNUSABLE("contexts_quota", reason) UNUSABLE("doorbells_quota", reason) \
        UNUSABLE("ggtt_quota", reason) UNUSABLE("vram_quota", reason))
#define FIRST PF "/virtfn0 @link ../0000:00:02.0\n"

static const struct testTree xes[] = {
    { "profile",
      XE VF1 PROFILE "/exec_quantum_ms 10\n" PROFILE "/preempt_timeout_us 20000\n"
      PROFILE "/sched_priority [low] normal high\n" PROFILE "/vram_quota 4294967296",
      CAP(XE_SHOWN DERIVED("exec_quantum_ms", "10") XE_ID DERIVED("preempt_timeout_us", "20000")
          DERIVED("sched_priority", "low") DERIVED("vram_quota", "4294967296")) },
    { "profile of the right function",
      XE ADMIN "/pf/device @link ../../../0000:00:01.0\n" ADMIN "/pf/profile/exec_quantum_ms 1\n"
      VF1 ADMIN "/vf2/device @link ../../../0000:00:03.0\n"
      ADMIN "/vf2/profile/exec_quantum_ms 2\n" PROFILE "/exec_quantum_ms 3",
      CAP(XE_SHOWN DERIVED("exec_quantum_ms", "3") XE_ID) },
    { "profile of another function only",
      XE ADMIN "/vf2/device @link ../../../0000:00:03.0\n" ADMIN "/vf2/profile/exec_quantum_ms 2",
      CAP(XE_SHOWN XE_ID) },
    { "two profiles of one function",
      XE VF1 PROFILE "/vram_quota 1\n" ADMIN "/vf01/device @link ../../../0000:00:02.0\n"
      ADMIN "/vf01/profile/vram_quota 2",
      CAP(XE_SHOWN XE_ID UNUSABLE("exec_quantum_ms", "conflicting")
          UNUSABLE("preempt_timeout_us", "conflicting")
          UNUSABLE("sched_priority", "conflicting") UNUSABLE("vram_quota", "conflicting")) },
    { "files that are only written",
      XE VF1 ADMIN "/.bulk_profile/exec_quantum_ms 1\n" ADMIN "/vf1/stop 1", CAP(XE_SHOWN XE_ID) },
    { "unreadable profile",
      XE VF1 PROFILE "/vram_quota @fail EIO",
      CAP(XE_SHOWN XE_ID UNUSABLE("vram_quota", "unreadable")) },
    { "profile that is cut",
      XE VF1 PROFILE "/vram_quota @fill 4095 1",
      CAP(XE_SHOWN XE_ID UNUSABLE("vram_quota", "cut")) },
    { "priority without a mark",
      XE VF1 PROFILE "/sched_priority low normal",
      CAP(XE_SHOWN XE_ID UNUSABLE("sched_priority", "malformed")) },
    { "priority with two marks",
      XE VF1 PROFILE "/sched_priority [low] [high]",
      CAP(XE_SHOWN XE_ID UNUSABLE("sched_priority", "malformed")) },
    { "priority with an empty mark",
      XE VF1 PROFILE "/sched_priority [] low",
      CAP(XE_SHOWN XE_ID UNUSABLE("sched_priority", "malformed")) },
    { "firmware",
      XE GUC " @raw GuC firmware: xe/bmg_guc_70.bin\\n\\tstatus: RUNNING\\n"
      "\\twanted release version 70.29.2\\n\\tfound release version 70.60.0\\n"
      "\\tfound compatibility version 1.17.0\\n",
      CAP(XE_SHOWN VIRTUAL DERIVED("guc_version", "70.60.0") XE_PCI) },
    { "firmware that has been transferred",
      XE GUC_INFO("TRANSFERRED", "70.60.0"),
      CAP(XE_SHOWN VIRTUAL DERIVED("guc_version", "70.60.0") XE_PCI) },
    { "firmware with blanks", XE GUC_INFO("RUNNING ", "70.60.0 \\r"),
      CAP(XE_SHOWN VIRTUAL DERIVED("guc_version", "70.60.0") XE_PCI) },
    { "firmware with a number of its build",
      XE GUC_INFO("RUNNING", "70.60.0.1"),
      CAP(XE_SHOWN VIRTUAL DERIVED("guc_version", "70.60.0.1") XE_PCI) },
    { "firmware that could not be loaded", XE GUC_INFO("LOAD FAIL", "70.60.0"), NO_GUC },
    { "firmware that is not loaded yet", XE GUC_INFO("LOADABLE", "70.60.0"), NO_GUC },
    { "firmware in an error", XE GUC_INFO("ERROR", "70.60.0"), NO_GUC },
    { "firmware that is disabled", XE GUC_INFO("DISABLED", "70.60.0"), NO_GUC },
    { "firmware with something like a status",
      XE GUC_INFO("RUNNING2", "70.60.0"), NO_GUC },
    { "firmware without a status",
      XE GUC " @raw \\tfound release version 70.60.0\\n", NO_GUC },
    { "firmware of version 0", XE GUC_INFO("RUNNING", "0.0.0"), NO_GUC },
    { "firmware of a version with a word", XE GUC_INFO("RUNNING", "70.36.x"), NO_GUC },
    { "firmware of half a version", XE GUC_INFO("RUNNING", "70.36"), NO_GUC },
    { "firmware of a version without a number", XE GUC_INFO("RUNNING", "70..0"), NO_GUC },
    { "firmware that is not loaded",
      XE GUC " @raw GuC firmware: xe/bmg_guc_70.bin\\n\\tstatus: MISSING\\n",
      CAP(XE_SHOWN XE_ID UNUSABLE("guc_version", "malformed")) },
    { "firmware without a number",
      XE GUC_INFO("RUNNING", ""), NO_GUC },
    { "unreadable firmware",
      XE GUC " @fail EIO", CAP(XE_SHOWN XE_ID UNUSABLE("guc_version", "unreadable")) },
    { "firmware for the superuser",
      XE GUC " @private \tfound release version 70.60.0",
      CAP(XE_SHOWN XE_ID UNUSABLE("guc_version", "private")) },
    { "firmware that is cut",
      XE GUC " @fill 4095 x", CAP(XE_SHOWN XE_ID UNUSABLE("guc_version", "cut")) },
    { "firmware in front of more than a page",
      XE GUC_INFO("RUNNING", "70.60.0") "\\n" EIGHT(EIGHT(QUEUE_INFO)) "\n",
      GUC_IS("70.60.0", "") },
    { "firmware in front of what looks like another one",
      XE GUC_INFO("RUNNING", "70.60.0") "\\n\\tfound release version 70.61.0\\n",
      GUC_IS("70.60.0", "") },
    { "firmware behind more than a page",
      XE GUC " @raw " EIGHT(EIGHT(QUEUE_INFO))
      "\\tstatus: RUNNING\\n\\tfound release version 70.60.0\\n",
      NO_GUC_IS("cut") },
    { "no debugfs", XE "R/kernel/debug/dri @dir", CAP(XE_SHOWN XE_ID) },
    { "debugfs that is not for this user", XE GUC " @fail EACCES", CAP(XE_SHOWN XE_ID) },
    { "debugfs that the kernel has locked", XE GUC " @fail EPERM", CAP(XE_SHOWN XE_ID) },
    { "two versions of firmware",
      XE GUC_INFO("RUNNING", "70.60.0\\n\\tfound release version 70.61.0"), NO_GUC },
    { "two statuses of firmware",
      XE GUC_INFO("RUNNING\\n\\tstatus: LOAD FAIL", "70.60.0"), NO_GUC },
    { "one version of firmware twice",
      XE GUC_INFO("RUNNING", "70.60.0\\n\\tfound release version 70.60.0"), GUC_IS("70.60.0", "") },

    /* whether firmware of that version can be migrated */
    { "firmware that is too old",
      XE GUC_INFO("RUNNING", "70.53.0"), GUC_IS("70.53.0", CANNOT) },
    { "firmware that is much too old",
      XE GUC_INFO("RUNNING", "69.60.0"), GUC_IS("69.60.0", CANNOT) },
    { "the first firmware", XE GUC_INFO("RUNNING", "70.54.0"), GUC_IS("70.54.0", "") },
    { "firmware of a later major version",
      XE GUC_INFO("RUNNING", "71.0.0"), GUC_IS("71.0.0", "") },
    { "old firmware, and VFIO can migrate it nevertheless",
      XE GUC_INFO("RUNNING", "70.53.0") "\n" IN_VFIO "/migration @dir",
      GUC_IS("70.53.0", DERIVED("migratable", "yes")) },
    { "old firmware, and VFIO cannot migrate it",
      XE GUC_INFO("RUNNING", "70.53.0") "\n" IN_VFIO " @dir", GUC_IS("70.53.0", CANNOT) },
    { "new firmware, and VFIO cannot migrate it",
      XE GUC_INFO("RUNNING", "70.60.0") "\n" IN_VFIO " @dir", GUC_IS("70.60.0", CANNOT) },
    { "old firmware, and VFIO cannot be looked at",
      XE GUC_INFO("RUNNING", "70.53.0") "\nR/kernel/debug/vfio @loop",
      CAP(XE_SHOWN VIRTUAL DERIVED("guc_version", "70.53.0") XE_PCI
          UNUSABLE("migratable", "unreadable")) },
    { "old firmware of which it is published that it can be migrated",
      XE GUC_INFO("RUNNING", "70.53.0") "\nP/migration/self migratable=yes",
      CAP(XE_SHOWN VIRTUAL DERIVED("guc_version", "70.53.0") XE_PCI
          UNUSABLE("migratable", "conflicting")) },
    { "old firmware of a physical function",
      "P/vendor 0x8086\nP/device 0xe211\nP/class 0x030000\nP/iommu_group @dir\nP/driver @none\n"
      "P/migration/self guc_version=70.53.0",
      CAP(XE_SHOWN PHYSICAL ATTR("guc_version", "70.53.0") XE_PCI) },
    { "old firmware that is published",
      XE "P/migration/self guc_version=70.53.0",
      CAP(XE_SHOWN VIRTUAL ATTR("guc_version", "70.53.0") CANNOT XE_PCI) },

    /* the GT for media */
    { "the same firmware of media", XE BOTH_GUC("70.60.0", "70.60.0"), GUC_IS("70.60.0", "") },
    { "other firmware of media",
      XE BOTH_GUC("70.60.0", "70.61.0"), GUC_IS("gt0=70.60.0+gt1=70.61.0", "") },
    { "old firmware of media",
      XE BOTH_GUC("70.60.0", "70.53.0"), GUC_IS("gt0=70.60.0+gt1=70.53.0", CANNOT) },
    { "old firmware but that of media",
      XE BOTH_GUC("70.53.0", "70.60.0"), GUC_IS("gt0=70.53.0+gt1=70.60.0", CANNOT) },
    { "old firmware of both", XE BOTH_GUC("70.53.0", "70.53.0"), GUC_IS("70.53.0", CANNOT) },
    { "firmware of media without a version",
      XE BOTH_GUC("70.60.0", "0.0.0"), NO_GUC_IS("malformed") },
    { "firmware of media that does not run",
      XE GUC_INFO("RUNNING", "70.60.0") "\n"
      GUC1 " @raw \\tstatus: LOAD FAIL\\n\\tfound release version 70.60.0\\n",
      NO_GUC_IS("malformed") },
    { "unreadable firmware of media",
      XE GUC_INFO("RUNNING", "70.60.0") "\n" GUC1 " @fail EIO", NO_GUC_IS("unreadable") },
    { "firmware of media for the superuser",
      XE GUC_INFO("RUNNING", "70.60.0") "\n" GUC1 " @private \tfound release version 70.60.0",
      NO_GUC_IS("private") },
    { "firmware of media that is cut",
      XE GUC_INFO("RUNNING", "70.60.0") "\n" GUC1 " @fill 4095 x", NO_GUC_IS("cut") },
    { "a GT for media without that file",
      XE GUC_INFO("RUNNING", "70.60.0") "\n" DRI "/gt1 @dir", NO_GUC_IS("unreadable") },
    { "firmware of media alone",
      XE GUC1 " @raw \\tstatus: RUNNING\\n\\tfound release version 70.60.0\\n",
      NO_GUC_IS("unreadable") },
    { "a GT for media that leads nowhere",
      XE GUC_INFO("RUNNING", "70.60.0") "\n" DRI "/gt1 @link tile0/gt1",
      NO_GUC_IS("unreadable") },
    { "a GT that cannot be",
      XE GUC_INFO("RUNNING", "70.60.0") "\n" DRI "/gt1x/uc/guc_info @fail EIO",
      GUC_IS("70.60.0", "") },
    { "quotas of media that are the same",
      XE FIRST TILE "/gt0/contexts_quota 9362\n" TILE "/gt1/contexts_quota 9362\n"
      TILE "/gt0/doorbells_quota 36\n" TILE "/gt1/doorbells_quota 18",
      CAP(XE_SHOWN DERIVED("contexts_quota", "9362")
          DERIVED("doorbells_quota", "gt0=36+gt1=18") XE_ID) },
    { "quotas of media before 6.19",
      XE FIRST GT "/contexts_quota 9362\n" DRI "/gt1/vf1/contexts_quota 4681",
      CAP(XE_SHOWN DERIVED("contexts_quota", "gt0=9362+gt1=4681") XE_ID) },
    { "unreadable quota of media",
      XE FIRST TILE "/gt0/contexts_quota 9362\n" TILE "/gt1/contexts_quota @fail EIO",
      CAP(XE_SHOWN XE_ID UNUSABLE("contexts_quota", "unreadable")) },
    { "a quota that media lacks",
      XE FIRST TILE "/gt0/contexts_quota 9362\n" DRI "/gt1 @dir",
      CAP(XE_SHOWN XE_ID UNUSABLE("contexts_quota", "unreadable")) },
    { "quota of media that the kernel has locked",
      XE FIRST TILE "/gt0/contexts_quota @fail EPERM\n" TILE "/gt1/contexts_quota @fail EPERM",
      CAP(XE_SHOWN XE_ID) },
    { "what a read would reset is not read",
      XE GUC_INFO("RUNNING", "70.60.0") "\n" DRI "/gt1/force_reset @fail EIO\n"
      GUC1 " @raw \\tstatus: RUNNING\\n\\tfound release version 70.60.0\\n",
      GUC_IS("70.60.0", "") },

    /* quotas */
    { "quotas of a tile",
      XE FIRST TILE "/ggtt_quota 2147483648\n" TILE "/vram_quota 4294967296\n"
      TILE "/gt0/contexts_quota 9362\n" TILE "/gt0/doorbells_quota 36\n"
      GT "/ggtt_quota 1\n" GT "/lmem_quota 1\n" GT "/contexts_quota 1\n" GT "/doorbells_quota 1",
      CAP(XE_SHOWN DERIVED("contexts_quota", "9362") DERIVED("doorbells_quota", "36") VIRTUAL
          DERIVED("ggtt_quota", "2147483648") XE_PCI DERIVED("vram_quota", "4294967296")) },
    { "quotas of a GT, before 6.19",
      XE FIRST GT "/ggtt_quota 2147483648\n" GT "/lmem_quota 4294967296\n"
      GT "/contexts_quota 9362\n" GT "/doorbells_quota 36",
      CAP(XE_SHOWN DERIVED("contexts_quota", "9362") DERIVED("doorbells_quota", "36") VIRTUAL
          DERIVED("ggtt_quota", "2147483648") XE_PCI DERIVED("vram_quota", "4294967296")) },
    { "unreadable number of contexts",
      XE FIRST TILE "/gt0/contexts_quota @fail EIO",
      CAP(XE_SHOWN XE_ID UNUSABLE("contexts_quota", "unreadable")) },
    { "number of doorbells that is cut",
      XE FIRST TILE "/gt0/doorbells_quota @fill 4095 1",
      CAP(XE_SHOWN XE_ID UNUSABLE("doorbells_quota", "cut")) },
    { "quota that sysfs has as well",
      XE FIRST VF1 PROFILE "/vram_quota 4294967296\n" TILE "/vram_quota 1",
      CAP(XE_SHOWN XE_ID DERIVED("vram_quota", "4294967296")) },
    { "quotas of the right function",
      XE PF "/virtfn0 @link ../0000:00:03.0\n" PF "/virtfn1 @link ../0000:00:02.0\n"
      TILE "/ggtt_quota 1\n" DRI "/sriov/vf2/tile0/ggtt_quota 2",
      CAP(XE_SHOWN VIRTUAL DERIVED("ggtt_quota", "2") XE_PCI) },
    { "quotas of another function only",
      XE PF "/virtfn0 @link ../0000:00:03.0\n" TILE "/ggtt_quota 1", NO_QUOTAS("conflicting") },
    { "quotas of another function only, before 6.19",
      XE PF "/virtfn0 @link ../0000:00:03.0\n" GT "/contexts_quota 1", NO_QUOTAS("conflicting") },
    { "no quotas, and a function that is none",
      XE PF "/virtfn0 @link ../0000:00:03.0\n" GUC_INFO("RUNNING", "70.60.0"),
      GUC_IS("70.60.0", "") },
    { "unreadable quota",
      XE FIRST TILE "/ggtt_quota @fail EIO",
      CAP(XE_SHOWN XE_ID UNUSABLE("ggtt_quota", "unreadable")) },
    { "quota that the kernel has locked",
      XE FIRST TILE "/ggtt_quota @fail EPERM", CAP(XE_SHOWN XE_ID) },
    { "quota that is no number",
      XE FIRST TILE "/ggtt_quota SECRET", CAP(XE_SHOWN XE_ID UNUSABLE("ggtt_quota", "malformed")) },
    { "quota with a unit",
      XE FIRST TILE "/vram_quota 4 GiB", CAP(XE_SHOWN XE_ID UNUSABLE("vram_quota", "malformed")) },
    { "quota of one digit too many",
      XE FIRST TILE "/vram_quota 100000000000000000000",
      CAP(XE_SHOWN XE_ID UNUSABLE("vram_quota", "malformed")) },
    { "quota of a GT that is no number",
      XE FIRST GT "/lmem_quota -1",
      CAP(XE_SHOWN XE_ID UNUSABLE("vram_quota", "malformed")) },
    { "quotas of a function whose number cannot be seen",
      XE PF "/virtfn0 @loop\n" TILE "/ggtt_quota 1", NO_QUOTAS("malformed") },
    { "a number that cannot be seen, without debugfs",
      XE PF "/virtfn0 @loop\n", CAP(XE_SHOWN XE_ID) },
    { "a physical function whose driver is no link",
      VF("8086", "e211", "0x030000") PF "/driver/module/version 1",
      NO_GUC },
    { "a physical function without a driver",
      VF("8086", "e211", "0x030000") PF " @dir", CAP(XE_SHOWN XE_ID) },
    { "a physical function that cannot be looked at",
      "P/vendor 0x8086\nP/device 0xe211\nP/class 0x030000\nP/iommu_group @dir\nP/driver @none\n"
      "P/physfn @loop",
      CAP(XE_SHOWN XE_PCI UNUSABLE("function", "unreadable") UNUSABLE("guc_version", "unreadable")
          UNUSABLE("pf_pci_id", "unreadable") UNUSABLE("pf_subsystem_id", "unreadable")) },
    { "profile of a function that is no link",
      XE ADMIN "/vf1/device/vendor 0x8086\n" PROFILE "/vram_quota 1",
      CAP(XE_SHOWN XE_ID UNUSABLE("exec_quantum_ms", "malformed")
          UNUSABLE("preempt_timeout_us", "malformed") UNUSABLE("sched_priority", "malformed")
          UNUSABLE("vram_quota", "malformed")) },
    { "a physical function with another driver",
      VF("8086", "e211", "0x030000") BOUND("i915", "i915") VF1 PROFILE "/exec_quantum_ms 10",
      CAP(XE_SHOWN XE_ID) },
};


#define NVME \
    "P/vendor 0x144d\nP/device 0xa80a\nP/iommu_group @dir\nP/driver @none\nP/class 0x010802\n"
#define NVME_SHOWN SHOWN("144d", "a80a")
#define NVME_PCI ID("144d", "a80a", "0x010802")
#define NVME_ID PHYSICAL NVME_PCI
#define NVME_VF VF("144d", "a80a", "0x010802")

static const struct testTree nvmes[] = {
    { "controller",
      NVME "P/nvme/nvme3/model Samsung SSD 980 PRO 1TB                  \n"
      "P/nvme/nvme3/firmware_rev 5B2QGXA7\nP/nvme/nvme3/serial S5GXNX0T100000",
      CAP(NVME_SHOWN DERIVED("firmware_rev", "5B2QGXA7")
          PHYSICAL DERIVED("model", "Samsung SSD 980 PRO 1TB") NVME_PCI) },
    { "controller that a guest uses", NVME, CAP(NVME_SHOWN NVME_ID) },
    { "unreadable firmware",
      NVME "P/nvme/nvme0/firmware_rev @fail EIO",
      CAP(NVME_SHOWN NVME_ID UNUSABLE("firmware_rev", "unreadable")) },
    { "model that is cut",
      NVME "P/nvme/nvme0/model @fill 4095 a", CAP(NVME_SHOWN NVME_ID UNUSABLE("model", "cut")) },
    { "empty model",
      NVME "P/nvme/nvme0/model @raw   \\n",
      CAP(NVME_SHOWN NVME_ID UNUSABLE("model", "malformed")) },
    { "two controllers",
      NVME "P/nvme/nvme0/model a\nP/nvme/nvme1/model b",
      CAP(NVME_SHOWN NVME_ID UNUSABLE("firmware_rev", "conflicting")
          UNUSABLE("model", "conflicting")) },
    { "too many controllers",
      NVME "P/nvme/nvme%d @many 5000",
      CAP(NVME_SHOWN NVME_ID UNUSABLE("firmware_rev", "cut") UNUSABLE("model", "cut")) },
    { "virtual function that a guest uses",
      NVME_VF PF "/nvme/nvme0/model a  \n" PF "/nvme/nvme0/firmware_rev 1",
      CAP(NVME_SHOWN DERIVED("firmware_rev", "1") VIRTUAL DERIVED("model", "a") NVME_PCI) },
    { "virtual function that the host uses",
      NVME_VF PF "/nvme/nvme0/model a\n" "P/nvme/nvme1/model b",
      CAP(NVME_SHOWN VIRTUAL DERIVED("model", "b") NVME_PCI) },
    { "unreadable firmware of a virtual function",
      NVME_VF PF "/nvme/nvme0/model a\n" PF "/nvme/nvme0/firmware_rev @fail EIO",
      CAP(NVME_SHOWN VIRTUAL DERIVED("model", "a") NVME_PCI
          UNUSABLE("firmware_rev", "unreadable")) },
    { "physical function that a guest uses",
      NVME_VF PF "/sriov_totalvfs 32", CAP(NVME_SHOWN VIRTUAL NVME_PCI) },
    { "another class",
      "P/vendor 0x144d\nP/device 0xa80a\nP/iommu_group @dir\nP/driver @none\nP/class 0x020000\n"
      "P/nvme/nvme0/model a",
      CAP(NVME_SHOWN PHYSICAL ID("144d", "a80a", "0x020000")) },
};


#define AP "T/device_api vfio-ap\nP/driver @none\n"
#define AP_SHOWN "<deviceAPI>vfio-ap</deviceAPI>" TYPE
#define CARD(number) "R/bus/ap/devices/card" number
#define QUEUE(number, driver) \
    "R/bus/ap/devices/" number "/driver @link ../../../../bus/ap/drivers/" driver "\n"
#define ONE(number) QUEUE(number, "vfio_ap") "R/bus/ap/devices/" number
#define USABLE(set) DERIVED("usable_queues", set)
#define NOT_USABLE(reason) UNUSABLE("usable_queues", reason)
#define OTHER "P/4b20d080-1b54-4048-85b3-a6a62d165c02"
#define MIGRATABLE \
    "P/features guest_matrix hotplug ap_config migratable\nR/bus/ap/devices @dir\n"
#define MATRIX(set) DERIVED("ap_matrix", set)
#define FIVE "D/matrix 05.0004\n"
#define TWO "D/matrix @raw 05.0004\\n06.0004\\n\n"
#define TWO_SHOWN MATRIX("05.0004+06.0004")
#define NO_CARD(name, reason) \
    CAP(AP_SHOWN MATRIX("05.0004") UNUSABLE(name, reason) ACCEPTS(UNUSABLE(name, reason)))
#define CAN DERIVED("migratable", "yes")
#define NO_FUNCTIONS DERIVED("ap_functions", "+")
#define NO_TYPES DERIVED("hwtype", "+")
#define NO_MASK UNUSABLE("control_domains", "unreadable")
#define HAS_QUEUES(set) \
    ATTR("ap_matrix", set) ATTR("guest_matrix", set) ATTR("usable_queues", set)
#define ACCEPTS_QUEUES(set) ACCEPTS(HAS_QUEUES(set)) ACCEPTS(HAS_QUEUES(set) NO_MASK)
#define NO_HOST(reason) \
    ACCEPTS(UNUSABLE("ap_matrix", reason) NO_MASK UNUSABLE("guest_matrix", reason) \
            UNUSABLE("usable_queues", reason))
#define ACCEPTS_UNKNOWN(reason) \
    ACCEPTS(UNUSABLE("ap_matrix", reason) UNUSABLE("guest_matrix", reason) \
            UNUSABLE("usable_queues", reason)) NO_HOST(reason)
#define NO_FEATURES(reason) \
    UNUSABLE("migratable", reason) \
    ACCEPTS(UNUSABLE("ap_matrix", reason) UNUSABLE("control_domains", reason) \
            UNUSABLE("guest_matrix", reason) UNUSABLE("usable_queues", reason))
#define MASK(digits) "R/bus/ap/ap_control_domain_mask 0x" digits "\n"
#define Z12 "000000000000"
#define Z48 Z12 Z12 Z12 Z12
#define Z62 Z48 Z12 "00"

static const struct testTree aps[] = {
    { "matrix",
      AP "D/matrix @raw 05.0004\\n05.0047\\n\nD/guest_matrix 05.0004\n"
      "D/control_domains @raw 0047\\n0004\\n",
      CAP(AP_SHOWN MATRIX("05.0004+05.0047") DERIVED("control_domains", "0004+0047")
          DERIVED("guest_matrix", "05.0004")) },
    { "nothing", AP "D/matrix @raw \nD/guest_matrix @raw \nD/control_domains @raw ",
      CAP(AP_SHOWN NO_FUNCTIONS MATRIX("+") DERIVED("control_domains", "+")
          DERIVED("guest_matrix", "+") NO_TYPES USABLE("+")) },
    { "adapters without domains",
      AP "D/matrix @raw 05.\\n06.\\n",
      CAP(AP_SHOWN NO_FUNCTIONS MATRIX("+") NO_TYPES USABLE("+")) },
    { "domains without adapters",
      AP "D/matrix @raw .0004\\n.0047\\n",
      CAP(AP_SHOWN NO_FUNCTIONS MATRIX("+") NO_TYPES USABLE("+")) },
    { "a matrix in capital letters", AP "D/matrix 0A.00AB", CAP(AP_SHOWN MATRIX("0a.00ab")) },
    { "a queue that is none",
      AP "D/matrix 05.004", CAP(AP_SHOWN UNUSABLE("ap_matrix", "malformed")) },
    { "something else in a line",
      AP "D/matrix @raw 05.0004\\nx\\n", CAP(AP_SHOWN UNUSABLE("ap_matrix", "malformed")) },
    { "a control domain that is none",
      AP "D/control_domains 47", CAP(AP_SHOWN UNUSABLE("control_domains", "malformed")) },
    { "no guest", AP "D/guest_matrix @fail ENODEV", CAP(AP_SHOWN) },
    { "unreadable matrix of the guest",
      AP "D/guest_matrix @fail EIO", CAP(AP_SHOWN UNUSABLE("guest_matrix", "unreadable")) },
    { "matrix of the guest that is cut",
      AP "D/guest_matrix @fill 4095 \n", CAP(AP_SHOWN UNUSABLE("guest_matrix", "cut")) },

    /* adapters */
    { "adapters of the matrix",
      AP "D/matrix @raw 05.0004\\n06.0004\\n\n" CARD("05") "/hwtype 11\n" CARD("06") "/hwtype 10\n"
      CARD("07") "/hwtype 10",
      CAP(AP_SHOWN MATRIX("05.0004+06.0004") DERIVED("hwtype", "05=11+06=10")
          ACCEPTS(ATTR("hwtype", "05=10+05=11+06=10+07=10"))) },
    { "adapters that the guest has",
      AP "D/matrix @raw 05.0004\\n06.0004\\n\nD/guest_matrix 06.0004\n"
      CARD("05") "/hwtype 10\n" CARD("06") "/hwtype 10\n",
      CAP(AP_SHOWN MATRIX("05.0004+06.0004") DERIVED("guest_matrix", "06.0004")
          DERIVED("hwtype", "06=10") ACCEPTS(ATTR("hwtype", "05=10+06=10"))) },
    { "functions",
      AP "D/matrix 05.0004\n" CARD("05") "/ap_functions 0xBA803FFF",
      CAP(AP_SHOWN DERIVED("ap_functions", "05=0xba800000") MATRIX("05.0004")
          ACCEPTS(ATTR("ap_functions", "05=0xba400000+05=0xba800000"))) },
    { "functions without state",
      AP "D/matrix 05.0004\n" CARD("05") "/ap_functions 0x92400000",
      CAP(AP_SHOWN DERIVED("ap_functions", "05=0x92400000") MATRIX("05.0004")
          ACCEPTS(ATTR("ap_functions", "05=0x92400000"))) },
    { "a type older than CEX4",
      AP "D/matrix 05.0004\n" CARD("05") "/hwtype 9",
      CAP(AP_SHOWN MATRIX("05.0004") DERIVED("hwtype", "05=9") ACCEPTS(ATTR("hwtype", "05=9"))) },
    { "unreadable type",
      AP "D/matrix 05.0004\n" CARD("05") "/hwtype @fail EIO\n" CARD("06") "/hwtype 10",
      CAP(AP_SHOWN MATRIX("05.0004") UNUSABLE("hwtype", "unreadable")
          ACCEPTS(ATTR("hwtype", "06=10")) ACCEPTS(UNUSABLE("hwtype", "unreadable"))) },
    { "unreadable type of another adapter",
      AP "D/matrix 05.0004\n" CARD("05") "/hwtype 11\n" CARD("06") "/hwtype @fail EIO",
      CAP(AP_SHOWN MATRIX("05.0004") DERIVED("hwtype", "05=11")
          ACCEPTS(ATTR("hwtype", "05=10+05=11")) ACCEPTS(UNUSABLE("hwtype", "unreadable"))) },
    { "unreadable type of another adapter, with a device without any",
      AP "D/matrix @raw \n" CARD("05") "/hwtype 10\n" CARD("06") "/hwtype @fail EIO",
      CAP(AP_SHOWN MATRIX("+") NO_TYPES USABLE("+")
          ACCEPTS(ATTR("hwtype", "05=10")) ACCEPTS(UNUSABLE("hwtype", "unreadable"))) },
    { "an adapter without a type",
      AP TWO CARD("05") "/hwtype 11\n" CARD("06") " @dir",
      CAP(AP_SHOWN TWO_SHOWN UNUSABLE("hwtype", "unreadable")
          ACCEPTS(ATTR("hwtype", "05=10+05=11")) ACCEPTS(UNUSABLE("hwtype", "unreadable"))) },
    { "an adapter without functions",
      AP TWO CARD("05") "/ap_functions 0x92400000\n" CARD("06") " @dir",
      CAP(AP_SHOWN TWO_SHOWN UNUSABLE("ap_functions", "unreadable")
          ACCEPTS(ATTR("ap_functions", "05=0x92400000"))
          ACCEPTS(UNUSABLE("ap_functions", "unreadable"))) },
    { "an adapter without a type, which only others have",
      AP "D/matrix 06.0004\n" CARD("05") "/hwtype 10\n" CARD("06") " @dir",
      CAP(AP_SHOWN MATRIX("06.0004") UNUSABLE("hwtype", "unreadable")
          ACCEPTS(ATTR("hwtype", "05=10")) ACCEPTS(UNUSABLE("hwtype", "unreadable"))) },
    { "an adapter without a card",
      AP TWO CARD("05") "/hwtype 10",
      CAP(AP_SHOWN TWO_SHOWN UNUSABLE("hwtype", "unreadable") ACCEPTS(ATTR("hwtype", "05=10"))) },
    { "adapters without types", AP TWO CARD("05") " @dir\n" CARD("06") " @dir",
      CAP(AP_SHOWN TWO_SHOWN) },
    { "another adapter without a type",
      AP "D/matrix 05.0004\n" CARD("05") "/hwtype 10\n" CARD("06") " @dir",
      CAP(AP_SHOWN MATRIX("05.0004") DERIVED("hwtype", "05=10")
          ACCEPTS(ATTR("hwtype", "05=10")) ACCEPTS(UNUSABLE("hwtype", "unreadable"))) },
    { "adapters of an unreadable matrix",
      AP "D/matrix @fail EIO\n" CARD("05") "/hwtype 10",
      CAP(AP_SHOWN UNUSABLE("ap_matrix", "unreadable") UNUSABLE("hwtype", "unreadable")
          ACCEPTS(ATTR("hwtype", "05=10"))) },
    { "adapters of an unreadable matrix of the guest",
      AP "D/matrix 05.0004\nD/guest_matrix @fail EIO\n" CARD("05") "/hwtype 10",
      CAP(AP_SHOWN MATRIX("05.0004") UNUSABLE("guest_matrix", "unreadable")
          UNUSABLE("hwtype", "unreadable") ACCEPTS(ATTR("hwtype", "05=10"))) },
    { "adapters of no matrix",
      AP CARD("05") "/hwtype 10", CAP(AP_SHOWN ACCEPTS(ATTR("hwtype", "05=10"))) },
    { "adapters that cannot be listed",
      AP "D/matrix 05.0004\nR/bus/ap/devices @loop",
      CAP(AP_SHOWN MATRIX("05.0004") UNUSABLE("ap_functions", "unreadable")
          UNUSABLE("hwtype", "unreadable") NOT_USABLE("unreadable")
          ACCEPTS(UNUSABLE("ap_functions", "unreadable") UNUSABLE("hwtype", "unreadable"))) },
    { "type that is cut", AP FIVE CARD("05") "/hwtype @fill 4095 1", NO_CARD("hwtype", "cut") },
    { "type that is no number", AP FIVE CARD("05") "/hwtype CEX7", NO_CARD("hwtype", "malformed") },
    { "type that is too high",
      AP FIVE CARD("05") "/hwtype 4000000000", NO_CARD("hwtype", "malformed") },
    { "functions that are no mask",
      AP FIVE CARD("05") "/ap_functions 92", NO_CARD("ap_functions", "malformed") },
    { "no adapter", AP "R/bus/ap/devices/carda/hwtype 10\nR/bus/ap/devices @dir", CAP(AP_SHOWN) },

    /* queues that work: all, some, none, or it is not known */
    { "queues that work",
      AP TWO CARD("05") "/config 1\n" CARD("05") "/chkstop 0\n" CARD("06") "/config 1\n"
      ONE("05.0004") "/config 1\n" ONE("06.0004") "/chkstop 0",
      CAP(AP_SHOWN TWO_SHOWN USABLE("05.0004+06.0004")) },
    { "queues of an adapter that is deconfigured",
      AP TWO CARD("05") "/config 0\n" CARD("06") "/config 1",
      CAP(AP_SHOWN TWO_SHOWN USABLE("06.0004")) },
    { "queues of an adapter in a checkstop",
      AP TWO CARD("05") "/chkstop 0\n" CARD("06") "/config 1\n" CARD("06") "/chkstop 1",
      CAP(AP_SHOWN TWO_SHOWN USABLE("05.0004")) },
    { "queues of adapters that do not work",
      AP TWO CARD("05") "/config 0\n" CARD("06") "/chkstop 1",
      CAP(AP_SHOWN TWO_SHOWN USABLE("+")) },
    { "a queue that is deconfigured",
      AP TWO CARD("05") "/config 1\n" ONE("06.0004") "/config 0",
      CAP(AP_SHOWN TWO_SHOWN USABLE("05.0004")) },
    { "a queue in a checkstop",
      AP TWO CARD("06") "/config 1\n" ONE("05.0004") "/chkstop 1",
      CAP(AP_SHOWN TWO_SHOWN USABLE("06.0004")) },
    { "some queues of an adapter",
      AP "D/matrix @raw 05.0004\\n05.0047\\n05.00ab\\n\n" CARD("05") "/config 1\n"
      ONE("05.0047") "/chkstop 1",
      CAP(AP_SHOWN MATRIX("05.0004+05.0047+05.00ab") USABLE("05.0004+05.00ab")) },
    { "queues that another driver has, or none",
      AP "D/matrix @raw 05.0004\\n05.0047\\n05.00ab\\n\n" QUEUE("05.0004", "vfio_ap")
      QUEUE("05.0047", "cex4queue") "R/bus/ap/devices/05.00ab @dir",
      CAP(AP_SHOWN MATRIX("05.0004+05.0047+05.00ab") USABLE("05.0004")) },
    { "a queue whose driver is no link",
      AP FIVE "R/bus/ap/devices/05.0004/driver/x 1",
      CAP(AP_SHOWN MATRIX("05.0004") NOT_USABLE("malformed")) },
    { "queues of another adapter that is deconfigured",
      AP TWO CARD("07") "/config 0\n" ONE("07.0004") "/config 0", CAP(AP_SHOWN TWO_SHOWN) },
    { "queues of which only some show whether they work",
      AP TWO CARD("05") "/config 1", CAP(AP_SHOWN TWO_SHOWN NOT_USABLE("unreadable")) },
    { "queues of an adapter of the matrix of which it cannot be read whether it works",
      AP TWO CARD("05") "/config @fail EIO", CAP(AP_SHOWN TWO_SHOWN NOT_USABLE("unreadable")) },
    { "a queue of which it is malformed whether it works",
      AP TWO ONE("05.0004") "/chkstop maybe", CAP(AP_SHOWN TWO_SHOWN NOT_USABLE("malformed")) },
    { "a queue of which it is cut whether it works",
      AP TWO ONE("05.0004") "/config @fill 4095 1", CAP(AP_SHOWN TWO_SHOWN NOT_USABLE("cut")) },
    { "a queue of which it cannot be read, of an adapter that does not work",
      AP FIVE ONE("05.0004") "/config @fail EIO\n" CARD("05") "/config 0",
      CAP(AP_SHOWN MATRIX("05.0004") USABLE("+")) },
    { "a queue in a checkstop of which it cannot be read whether it is configured",
      AP FIVE ONE("05.0004") "/config @fail EIO\nR/bus/ap/devices/05.0004/chkstop 1",
      CAP(AP_SHOWN MATRIX("05.0004") USABLE("+")) },
    { "a guest's queue that does not work",
      AP TWO "D/guest_matrix 06.0004\n" ONE("06.0004") "/chkstop 1",
      CAP(AP_SHOWN TWO_SHOWN DERIVED("guest_matrix", "06.0004") USABLE("+")) },
    { "a queue that does not work, and that the guest does not have",
      AP TWO "D/guest_matrix 06.0004\n" ONE("05.0004") "/chkstop 1\n" CARD("06") "/config 1",
      CAP(AP_SHOWN TWO_SHOWN DERIVED("guest_matrix", "06.0004") USABLE("06.0004")) },
    { "an unreadable matrix, of an adapter that does not work",
      AP "D/matrix @fail EIO\n" CARD("06") "/config 0",
      CAP(AP_SHOWN UNUSABLE("ap_matrix", "unreadable")) },

    /* a kernel that can migrate it */
    { "a queue of the host that does not work",
      AP MIGRATABLE QUEUE("05.0004", "vfio_ap") ONE("05.0047") "/config 0",
      CAP(AP_SHOWN CAN ACCEPTS_QUEUES("05.0004")) },
    { "queues of the host",
      AP MIGRATABLE QUEUE("05.0004", "vfio_ap") QUEUE("05.0047", "cex4queue")
      QUEUE("06.0004", "vfio_ap"),
      CAP(AP_SHOWN CAN ACCEPTS_QUEUES("05.0004+06.0004")) },
    { "queues of adapters of which some do not work",
      AP MIGRATABLE QUEUE("05.0004", "vfio_ap") QUEUE("06.0004", "vfio_ap")
      QUEUE("07.0004", "vfio_ap") CARD("05") "/config 1\n" CARD("05") "/chkstop 0\n"
      CARD("06") "/config 0\n" CARD("07") "/config 1\n" CARD("07") "/chkstop 1",
      CAP(AP_SHOWN CAN ACCEPTS_QUEUES("05.0004")) },
    { "queues of an adapter of which it cannot be read whether it works",
      AP MIGRATABLE QUEUE("05.0004", "vfio_ap") CARD("05") "/config @fail EIO",
      CAP(AP_SHOWN CAN ACCEPTS_UNKNOWN("unreadable")) },
    { "queues of an adapter of which it is malformed whether it works",
      AP MIGRATABLE QUEUE("05.0004", "vfio_ap") CARD("05") "/chkstop maybe",
      CAP(AP_SHOWN CAN ACCEPTS_UNKNOWN("malformed")) },
    { "queues of another device",
      AP MIGRATABLE QUEUE("05.0004", "vfio_ap") QUEUE("06.0004", "vfio_ap")
      OTHER "/matrix 05.0004\nD/matrix 06.0004",
      CAP(AP_SHOWN MATRIX("06.0004") CAN USABLE("06.0004") ACCEPTS_QUEUES("06.0004")) },
    { "unreadable queues of another device",
      AP MIGRATABLE QUEUE("05.0004", "vfio_ap") OTHER "/matrix @fail EIO",
      CAP(AP_SHOWN CAN ACCEPTS_UNKNOWN("unreadable")) },
    { "a queue of another device of which it cannot be read whether it works",
      AP MIGRATABLE QUEUE("05.0004", "vfio_ap") ONE("06.0004") "/config @fail EIO\n"
      OTHER "/matrix 06.0004",
      CAP(AP_SHOWN CAN ACCEPTS_QUEUES("05.0004")) },
    { "queues of a host with many devices",
      AP MIGRATABLE QUEUE("05.0004", "vfio_ap") "R/bus/ap/devices/x%d @many 2000",
      CAP(AP_SHOWN CAN ACCEPTS_QUEUES("05.0004")) },
    { "queues of a host with more devices than are looked at",
      AP MIGRATABLE QUEUE("05.0004", "vfio_ap") "R/bus/ap/devices/x%d @many 5000",
      CAP(AP_SHOWN CAN UNUSABLE("ap_functions", "cut") UNUSABLE("hwtype", "cut")
          ACCEPTS(UNUSABLE("ap_functions", "cut") UNUSABLE("ap_matrix", "cut") NO_MASK
                  UNUSABLE("guest_matrix", "cut") UNUSABLE("hwtype", "cut")
                  UNUSABLE("usable_queues", "cut"))) },
    { "queues of another device that are cut",
      AP MIGRATABLE QUEUE("05.0004", "vfio_ap") OTHER "/matrix @fill 4095 \n",
      CAP(AP_SHOWN CAN ACCEPTS_UNKNOWN("cut")) },
    { "no AP bus", AP "P/features migratable", CAP(AP_SHOWN CAN NO_HOST("unreadable")) },
    { "no AP bus, and a queue",
      AP "P/features migratable\n" FIVE,
      CAP(AP_SHOWN MATRIX("05.0004") CAN NOT_USABLE("unreadable") NO_HOST("unreadable")) },
    { "a queue that the host does not have",
      AP MIGRATABLE TWO ONE("05.0004") "/config 1",
      CAP(AP_SHOWN TWO_SHOWN CAN USABLE("05.0004") ACCEPTS_QUEUES("05.0004")) },
    { "queues, and the host has none",
      AP MIGRATABLE TWO, CAP(AP_SHOWN TWO_SHOWN CAN USABLE("+") ACCEPTS_QUEUES("+")) },
    { "a queue that the guest does not have",
      AP MIGRATABLE TWO "D/guest_matrix 05.0004\n" ONE("05.0004") "/config 1",
      CAP(AP_SHOWN MATRIX("05.0004") DERIVED("guest_matrix", "05.0004") CAN USABLE("05.0004")
          ACCEPTS_QUEUES("05.0004")) },
    { "a guest without queues",
      AP MIGRATABLE TWO "D/guest_matrix @raw \n" ONE("05.0004") "/config 1",
      CAP(AP_SHOWN NO_FUNCTIONS MATRIX("+") DERIVED("guest_matrix", "+") NO_TYPES CAN USABLE("+")
          ACCEPTS(HAS_QUEUES("05.0004"))
          ACCEPTS(HAS_QUEUES("05.0004") UNUSABLE("ap_functions", "unreadable") NO_MASK
                  UNUSABLE("hwtype", "unreadable"))) },
    { "a control domain that the host does not have",
      AP MIGRATABLE MASK("08" Z62) "D/control_domains @raw 0004\\n0047\\n",
      CAP(AP_SHOWN DERIVED("control_domains", "0004") CAN
          ACCEPTS(ATTR("ap_matrix", "+") ATTR("control_domains", "0004")
                  ATTR("guest_matrix", "+") ATTR("usable_queues", "+"))) },
    { "control domains, and a mask of the host's that cannot be read",
      AP MIGRATABLE "R/bus/ap/ap_control_domain_mask @fail EIO\nD/control_domains 0004",
      CAP(AP_SHOWN CAN UNUSABLE("control_domains", "unreadable")
          ACCEPTS(HAS_QUEUES("+") UNUSABLE("control_domains", "unreadable"))) },
    { "control domains of a kernel that cannot migrate, which the host does not have",
      AP MASK("08" Z62) "P/features ap_config\nD/control_domains @raw 0004\\n0047\\n",
      CAP(AP_SHOWN DERIVED("control_domains", "0004+0047") DERIVED("migratable", "no")) },
    { "no AP bus, and a device without queues",
      AP "P/features migratable\nD/matrix @raw ",
      CAP(AP_SHOWN NO_FUNCTIONS MATRIX("+") NO_TYPES CAN USABLE("+")
          ACCEPTS(UNUSABLE("ap_functions", "unreadable") UNUSABLE("ap_matrix", "unreadable")
                  NO_MASK UNUSABLE("guest_matrix", "unreadable")
                  UNUSABLE("hwtype", "unreadable") NOT_USABLE("unreadable"))) },
    { "no cards, and a device without queues",
      AP MIGRATABLE MASK("08" Z62) "D/matrix @raw \n" QUEUE("05.0004", "vfio_ap"),
      CAP(AP_SHOWN NO_FUNCTIONS MATRIX("+") NO_TYPES CAN USABLE("+")
          ACCEPTS(ATTR("ap_matrix", "05.0004") ATTR("control_domains", "0004")
                  ATTR("guest_matrix", "05.0004") ATTR("usable_queues", "05.0004"))
          ACCEPTS(ATTR("ap_matrix", "05.0004") ATTR("control_domains", "0004")
                  ATTR("guest_matrix", "05.0004") ATTR("usable_queues", "05.0004")
                  UNUSABLE("ap_functions", "unreadable")
                  UNUSABLE("hwtype", "unreadable"))) },
    { "cards and a mask, and a device without queues",
      AP MIGRATABLE MASK("08" Z62) "D/matrix @raw \n" QUEUE("05.0004", "vfio_ap")
      CARD("05") "/hwtype 10\n" CARD("05") "/ap_functions 0x92400000\n",
      CAP(AP_SHOWN NO_FUNCTIONS MATRIX("+") NO_TYPES CAN USABLE("+")
          ACCEPTS(ATTR("ap_functions", "05=0x92400000") ATTR("ap_matrix", "05.0004")
                  ATTR("control_domains", "0004") ATTR("guest_matrix", "05.0004")
                  ATTR("hwtype", "05=10") ATTR("usable_queues", "05.0004"))) },
    { "no queues of the host", AP MIGRATABLE, CAP(AP_SHOWN CAN ACCEPTS_QUEUES("+")) },
    { "control domains of the host",
      AP MIGRATABLE MASK("0800000000000001" Z48),
      CAP(AP_SHOWN CAN ACCEPTS(ATTR("ap_matrix", "+") ATTR("control_domains", "0004+003f")
                           ATTR("guest_matrix", "+") ATTR("usable_queues", "+"))) },
    { "short mask of control domains",
      AP MIGRATABLE MASK("08"),
      CAP(AP_SHOWN CAN ACCEPTS(HAS_QUEUES("+")
                           UNUSABLE("control_domains", "malformed"))) },
    { "unreadable mask of control domains",
      AP MIGRATABLE "R/bus/ap/ap_control_domain_mask @fail EIO",
      CAP(AP_SHOWN CAN ACCEPTS(HAS_QUEUES("+")
                           UNUSABLE("control_domains", "unreadable"))) },
    { "a kernel that cannot migrate it",
      AP "P/features guest_matrix hotplug ap_config\n" QUEUE("05.0004", "vfio_ap"),
      CAP(AP_SHOWN DERIVED("migratable", "no")) },
    { "a kernel without features", AP QUEUE("05.0004", "vfio_ap"), CAP(AP_SHOWN) },
    { "features with commas",
      AP MIGRATABLE "P/features guest_matrix,migratable",
      CAP(AP_SHOWN CAN ACCEPTS_QUEUES("+")) },
    { "a feature that begins like it",
      AP "P/features migratable2", CAP(AP_SHOWN DERIVED("migratable", "no")) },
    { "unreadable features",
      AP "P/features @fail EIO",
      CAP(AP_SHOWN NO_FEATURES("unreadable")) },
    { "features that are cut",
      AP "P/features @fill 4095 a",
      CAP(AP_SHOWN NO_FEATURES("cut")) },
    { "empty features",
      AP "P/features @raw \\n",
      CAP(AP_SHOWN NO_FEATURES("malformed")) },
    { "what the device accepts is published",
      AP MIGRATABLE QUEUE("05.0004", "vfio_ap") "D/migration/compatible/ap_matrix 07.0004",
      CAP(AP_SHOWN CAN ACCEPTS(ATTR("ap_matrix", "07.0004"))) },
};


static int
mymain(void)
{
    testTreeInit();

    DO_TABLE_EXPECT("QAT", qats, testTreeFunction);
    DO_TABLE_EXPECT("HiSilicon", hisis, testTreeFunction);
    DO_TABLE_EXPECT("Xe", xes, testTreeFunction);
    DO_TABLE_EXPECT("NVMe", nvmes, testTreeFunction);
    DO_TABLE_EXPECT("AP", aps, testTreeMdev);

    return testResult();
}

VIR_TEST_MAIN(mymain)
