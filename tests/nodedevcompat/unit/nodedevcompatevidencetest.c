/*
 * nodedevcompatevidencetest.c: descriptors from what the kernel shows of any device
 *
 * Each case is a tree and the descriptor that it gives; and what becomes of
 * descriptors in node device definitions.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"

#include "nodedev_compat/evidence/nodedev_compat_evidence.h"
#include "nodedev_compat/evidence/nodedev_compat_update.h"
#include "nodedev_compat/nodedev_compat_api.h"
#define LIBVIRT_NODEDEV_COMPAT_READERPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_readerpriv.h"
#include "virfile.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

static const virNodeDeviceCompatBounds bounds = { .deadline = G_MAXINT64 };

#define BASE_AP "T/device_api vfio-ap\n"
#define VFIO_AP "<deviceAPI>vfio-ap</deviceAPI>"

#define BOARD(dir, vendor, device) \
    dir "/subsystem_vendor " vendor "\n" dir "/subsystem_device " device "\n"
#define NO_PHYSICAL \
    CAP(API TYPE DRIVER UNUSABLE("pf_pci_id", "unreadable") \
        UNUSABLE("pf_subsystem_id", "unreadable"))

static const struct testTree mdevs[] = {
    { "today's kernel", BASE, CAP(API TYPE DRIVER) },
    { "module with a version",
      BASE "M/version 550.54.14", CAP(API TYPE DRIVER DERIVED("driver_version", "550.54.14")) },
    { "module with blanks around its version",
      BASE "M/version @raw  5.0 \\n", CAP(API TYPE DRIVER DERIVED("driver_version", "5.0")) },
    { "module with an unprintable version",
      BASE "M/version @raw 5\\3770",
      CAP(API TYPE DRIVER UNUSABLE("driver_version", "malformed")) },
    { "module with an empty version",
      BASE "M/version @raw ", CAP(API TYPE DRIVER UNUSABLE("driver_version", "malformed")) },
    { "module with an unreadable version",
      BASE "M/version @fail EIO", CAP(API TYPE DRIVER UNUSABLE("driver_version", "unreadable")) },
    { "module whose version takes too long",
      BASE "M/version @fail ETIMEDOUT",
      CAP(API TYPE DRIVER UNUSABLE("driver_version", "timeout")) },
    { "module with a version for the superuser",
      BASE "M/version @private secret",
      CAP(API TYPE DRIVER UNUSABLE("driver_version", "private")) },
    { "module has no version of this device", BASE "M/version @fail ENODEV", CAP(API TYPE DRIVER) },
    { "parent without driver", BASE "P/driver @none", CAP(API TYPE) },
    { "device with a driver of its own",
      BASE "P/driver @none\nD/driver @link ../../../../bus/pci/drivers/vendor",
      CAP(API TYPE DRIVER) },
    { "driver is no link",
      BASE "P/driver @none\nP/driver @dir", CAP(API TYPE UNUSABLE("driver", "malformed")) },
    { "parent's PCI id",
      BASE "P/vendor 0x8086\nP/device 0x591d",
      CAP(API TYPE DRIVER DERIVED("pci_id", "8086:591d")) },
    { "parent's PCI id, and a published one",
      BASE "P/vendor 0x8086\nP/device 0x591d\nT/pci_id 8086:5931",
      CAP(API TYPE DRIVER ATTR("pci_id", "8086:5931")) },
    { "parent's PCI id gives the vendor",
      BASE "P/vendor 0x8086\nP/device 0x591d\nT/compatible_pci_ids 5931",
      CAP(API TYPE DRIVER DERIVED("pci_id", "8086:591d")
          ACCEPTS(ATTR("pci_id", "8086:591d,8086:5931"))) },
    { "parent's PCI id that is malformed",
      BASE "P/vendor 0x8086\nP/device FICON",
      CAP(API TYPE DRIVER UNUSABLE("pci_id", "malformed")) },
    { "parent's vendor is unreadable",
      BASE "P/vendor @fail EIO\nP/device 0x591d",
      CAP(API TYPE DRIVER UNUSABLE("pci_id", "unreadable")) },
    { "parent's vendor is unreadable, its device absent",
      BASE "P/vendor @fail EIO", CAP(API TYPE DRIVER UNUSABLE("pci_id", "unreadable")) },
    { "instances of a GVT-g device",
      BASE "P/vendor 0x8086\nP/device 0x591d\nD/intel_vgpu/aggregator 2",
      CAP(API TYPE DERIVED("aggregator", "2") DRIVER DERIVED("pci_id", "8086:591d")) },
    { "instances of a GVT-g device that cannot be read",
      BASE "P/vendor 0x8086\nP/device 0x591d\nD/intel_vgpu/aggregator @fail EIO",
      CAP(API TYPE DRIVER DERIVED("pci_id", "8086:591d") UNUSABLE("aggregator", "unreadable")) },
    { "instances that a GVT-g device publishes",
      BASE "P/vendor 0x8086\nP/device 0x591d\nD/intel_vgpu/aggregator 2\n"
      "D/migration/self/aggregator 4",
      CAP(API TYPE ATTR("aggregator", "4") DRIVER DERIVED("pci_id", "8086:591d")) },
    { "a file of that name of another vendor's",
      BASE "P/vendor 0x10de\nP/device 0x2235\nD/intel_vgpu/aggregator 2",
      CAP(API TYPE DRIVER DERIVED("pci_id", "10de:2235")) },
    { "parent that is a virtual function",
      BASE "P/vendor 0x10de\nP/device 0x2235\nP/physfn @link ../0000:00:01.0\n"
      "P/../0000:00:01.0/vendor 0x10de\nP/../0000:00:01.0/device 0x2236",
      CAP(API TYPE DRIVER DERIVED("pci_id", "10de:2235") DERIVED("pf_pci_id", "10de:2236")) },
    { "parent that is a virtual function of one that is gone",
      BASE "P/physfn @link ../0000:00:01.0", NO_PHYSICAL },
    { "parent whose physical function cannot be looked at",
      BASE "P/physfn @loop\nP/subsystem_vendor 0x10de\nP/subsystem_device 0x0000", NO_PHYSICAL },
    { "board of a parent",
      BASE BOARD("P", "0x10de", "0x145a"),
      CAP(API TYPE DRIVER DERIVED("pf_subsystem_id", "10de:145a")) },
    { "board of a parent that is a virtual function",
      BASE "P/physfn @link ../0000:00:01.0\n" BOARD("P", "0x10de", "0x0000")
      BOARD("P/../0000:00:01.0", "0x10de", "0x145a"),
      CAP(API TYPE DRIVER DERIVED("pf_subsystem_id", "10de:145a")) },
    { "board that only the virtual function has",
      BASE "P/physfn @link ../0000:00:01.0\nP/../0000:00:01.0 @dir\n"
      BOARD("P", "0x10de", "0x0000"),
      CAP(API TYPE DRIVER) },
    { "unreadable board",
      BASE BOARD("P", "@fail EIO", "0x145a"),
      CAP(API TYPE DRIVER UNUSABLE("pf_subsystem_id", "unreadable")) },
    { "malformed board",
      BASE BOARD("P", "NVIDIA", "0x145a"),
      CAP(API TYPE DRIVER UNUSABLE("pf_subsystem_id", "malformed")) },
    { "migratable",
      BASE "R/kernel/debug @closed\nR/kernel/debug/vfio/" UUID "/migration/features secret",
      CAP(API TYPE DRIVER DERIVED("migratable", "yes")) },
    { "not migratable",
      BASE "R/kernel/debug/vfio/" UUID " @dir",
      CAP(API TYPE DRIVER DERIVED("migratable", "no")) },
    { "debugfs without the device", BASE "R/kernel/debug/vfio @dir", CAP(API TYPE DRIVER) },
    { "migratable, and bound to a driver that is called vfio-pci",
      BASE "D/driver @link ../../../../bus/pci/drivers/vfio-pci\n"
      "R/kernel/debug/vfio/" UUID "/migration @dir",
      CAP(API TYPE DRIVER DERIVED("migratable", "yes")) },
    { "AP matrix",
      BASE_AP "D/matrix @raw 05.0004\\n06.0004\\n",
      CAP(VFIO_AP TYPE DERIVED("ap_matrix", "05.0004+06.0004") DRIVER) },
    { "empty AP matrix",
      BASE_AP "D/matrix @raw ",
      CAP(VFIO_AP TYPE DERIVED("ap_functions", "+") DERIVED("ap_matrix", "+") DRIVER
          DERIVED("hwtype", "+")
          DERIVED("usable_queues", "+")) },
    { "no AP matrix", BASE_AP, CAP(VFIO_AP TYPE DRIVER) },
    { "control domains",
      BASE_AP "D/matrix 05.0004\nD/control_domains @raw 0004\\n0047\\n",
      CAP(VFIO_AP TYPE DERIVED("ap_matrix", "05.0004") DERIVED("control_domains", "0004+0047")
          DRIVER) },
    { "no control domain",
      BASE_AP "D/control_domains @raw ",
      CAP(VFIO_AP TYPE DERIVED("control_domains", "+") DRIVER) },
    { "unreadable control domains",
      BASE_AP "D/control_domains @fail EIO",
      CAP(VFIO_AP TYPE DRIVER UNUSABLE("control_domains", "unreadable")) },
    { "AP matrix beyond a page",
      BASE_AP "D/matrix @fill 5000 0",
      CAP(VFIO_AP TYPE DRIVER UNUSABLE("ap_matrix", "cut")) },
    { "AP matrix that fills a page",
      BASE_AP "D/matrix @fill 4095 \n",
      CAP(VFIO_AP TYPE DRIVER UNUSABLE("ap_matrix", "cut")) },
    { "AP matrix with a NUL byte",
      BASE_AP "D/matrix @nul", CAP(VFIO_AP TYPE DRIVER UNUSABLE("ap_matrix", "malformed")) },
    { "AP matrix that is no text",
      BASE_AP "D/matrix @raw 05\\377",
      CAP(VFIO_AP TYPE DRIVER UNUSABLE("ap_matrix", "malformed")) },
    { "unreadable AP matrix",
      BASE_AP "D/matrix @loop", CAP(VFIO_AP TYPE DRIVER UNUSABLE("ap_matrix", "unreadable")) },
    { "AP matrix that is not there yet",
      BASE_AP "D/matrix @fail ENODEV", CAP(VFIO_AP TYPE DRIVER) },
    { "AP matrix that is published",
      BASE_AP "D/matrix 05.0004\nD/migration/self/ap_matrix 1",
      CAP(VFIO_AP TYPE ATTR("ap_matrix", "1") DRIVER) },
    { "matrix of another API", BASE "D/matrix 05.0004", CAP(API TYPE DRIVER) },
    { "no device API", "", CAP(TYPE DRIVER) },
    { "device API with an underscore", "T/device_api vfio_pci", CAP(API TYPE DRIVER) },
};

/* The same for the parent itself, as a function that a guest is given */
#define FUNCTION "P/vendor 0x8086\nP/device 0x10ca\nP/iommu_group @dir\n"
#define VARIANT \
    FUNCTION \
    "P/driver @none\n" \
    "P/driver @link ../../../bus/pci/drivers/mlx5_vfio_pci\n" \
    "R/bus/pci/drivers/mlx5_vfio_pci/module @link ../../../../module/mlx5\n"
#define KIND DERIVED("function", "physical")
#define DEBUGFS "R/kernel/debug/vfio/0000:00:02.0"
#define SIGNATURE "<type id='pci-8086-10ca'/>"
#define PCIID ATTR("pci_id", "8086:10ca")
#define PF API SIGNATURE DRIVER KIND PCIID
#define NO_ID(reason) CAP(API DRIVER KIND UNUSABLE("pci_id", reason) UNUSABLE("type", reason))
#define VFIO(driver, vfio) DERIVED("driver", driver) KIND PCIID DERIVED("vfio_driver", vfio)

static const struct testTree functions[] = {
    { "today's kernel", FUNCTION, CAP(PF) },
    { "all that there is",
      FUNCTION "M/version 5\n"
      "P/subsystem_vendor 0x8086\n"
      "P/subsystem_device 0xa03c\n"
      "P/class 0x020000\n"
      "P/revision 0x01",
      CAP(API SIGNATURE DRIVER DERIVED("driver_version", "5") KIND
          DERIVED("pci_class", "0x020000") PCIID
          DERIVED("pci_revision", "0x01") DERIVED("pci_subsystem_id", "8086:a03c")) },
    { "no driver", FUNCTION "P/driver @none", CAP(API SIGNATURE KIND PCIID) },

    /* which ones can be assigned */
    { "no IOMMU group", FUNCTION "P/iommu_group @none", GONE },
    { "no IOMMU group, but bound to VFIO",
      FUNCTION "P/iommu_group @none\nP/vfio-dev @dir",
      CAP(API SIGNATURE DRIVER KIND PCIID DERIVED("vfio_driver", "vendor")) },
    { "IOMMU group that cannot be looked at",
      FUNCTION "P/iommu_group @none\nP/iommu_group @loop",
      CAP(PF UNUSABLE("iommu_group", "unreadable")) },
    { "IOMMU group leads nowhere",
      FUNCTION "P/iommu_group @none\nP/iommu_group @link nowhere",
      CAP(API SIGNATURE DRIVER KIND PCIID UNUSABLE("iommu_group", "unreadable")) },
    { "host bridge", FUNCTION "P/class 0x060000", GONE },
    { "PCI bridge", FUNCTION "P/class 0x060400", GONE },
    { "other bridge",
      FUNCTION "P/class 0x068000",
      CAP(API SIGNATURE DRIVER KIND DERIVED("pci_class", "0x068000") PCIID) },
    { "unreadable class",
      FUNCTION "P/class @loop", CAP(PF UNUSABLE("pci_class", "unreadable")) },
    { "function is gone", FUNCTION "P @none", GONE },

    /* the variant driver */
    { "variant driver",
      VARIANT "R/module/mlx5 @dir\nR/module/vfio_pci_core/holders/mlx5 @link ../../mlx5",
      CAP(API SIGNATURE VFIO("mlx5_vfio_pci", "mlx5-vfio-pci")) },
    { "driver that does not use VFIO",
      VARIANT "R/module/mlx5 @dir\nR/module/vfio_pci_core/holders @dir",
      CAP(API SIGNATURE DERIVED("driver", "mlx5_vfio_pci") KIND PCIID) },
    { "variant driver that is no module",
      VARIANT "R/bus/pci/drivers/mlx5_vfio_pci/module @none\nP/vfio-dev/vfio0 @dir",
      CAP(API SIGNATURE VFIO("mlx5_vfio_pci", "mlx5-vfio-pci")) },
    { "driver without module",
      VARIANT "R/bus/pci/drivers/mlx5_vfio_pci/module @none",
      CAP(API SIGNATURE DERIVED("driver", "mlx5_vfio_pci") KIND PCIID) },
    { "VFIO without driver", FUNCTION "P/driver @none\nP/vfio-dev @dir",
      CAP(API SIGNATURE KIND PCIID) },
    { "variant driver that cannot be told",
      VARIANT "P/vfio-dev @loop",
      CAP(API SIGNATURE DERIVED("driver", "mlx5_vfio_pci") KIND PCIID
          UNUSABLE("vfio_driver", "unreadable")) },
    { "variant driver whose users cannot be told",
      VARIANT "R/module/mlx5 @dir\nR/module/vfio_pci_core/holders/mlx5 @loop",
      CAP(API SIGNATURE DERIVED("driver", "mlx5_vfio_pci") KIND PCIID
          UNUSABLE("vfio_driver", "unreadable")) },
    { "debugfs without the device", FUNCTION "R/kernel/debug/vfio @dir", CAP(PF) },
    /* broken trees */
    { "no vendor", FUNCTION "P/vendor @none", CAP(API DRIVER KIND) },
    { "vendor is no number", FUNCTION "P/vendor Intel", NO_ID("malformed") },
    { "vendor and device in one", FUNCTION "P/vendor 0x808610ca", NO_ID("malformed") },
    { "device with a NUL byte", FUNCTION "P/device @nul", NO_ID("malformed") },
    { "device is a FIFO", FUNCTION "P/device @none\nP/device @fifo", NO_ID("unreadable") },
    { "unreadable device", FUNCTION "P/device @none\nP/device @loop", NO_ID("unreadable") },
    { "device that takes too long", FUNCTION "P/device @fail ETIMEDOUT", NO_ID("timeout") },
    { "binary revision",
      FUNCTION "P/revision @raw \\001", CAP(PF UNUSABLE("pci_revision", "malformed")) },
    { "oversized revision",
      FUNCTION "P/revision @fill 5000 0", CAP(PF UNUSABLE("pci_revision", "cut")) },
    { "revision of a page",
      FUNCTION "P/revision @fill 4095 0", CAP(PF UNUSABLE("pci_revision", "cut")) },
    { "subsystem without vendor", FUNCTION "P/subsystem_device 0xa03c", CAP(PF) },
    { "subsystem that is unreadable",
      FUNCTION "P/subsystem_vendor @fail EIO\nP/subsystem_device 0xa03c",
      CAP(PF UNUSABLE("pci_subsystem_id", "unreadable")) },
    { "driver leads nowhere",
      FUNCTION "P/driver @none\nP/driver @loop",
      CAP(API SIGNATURE DERIVED("driver", "driver") KIND PCIID
          UNUSABLE("driver_version", "unreadable") UNUSABLE("migratable", "unreadable")
          UNUSABLE("vfio_driver", "unreadable")) },

    /* what its driver publishes */
    { "F1",
      FUNCTION "P/migration/self/software_version 1.2\n"
      "P/migration/self/type vf-signature\n"
      "P/migration/compatible/software_version 1.0-",
      CAP(API "<type id='vf-signature'/>" VERS("1.2.0") DRIVER KIND PCIID ACCEPTS(VERS("1.0-"))) },
    { "F2",
      FUNCTION "P/migration/self @raw software_version=1.2\\ntype=vf-signature\\n",
      CAP(API "<type id='vf-signature'/>" VERS("1.2.0") DRIVER KIND PCIID) },
    { "F4", FUNCTION "P/migration_version a", CAP(PF OPAQUE("a")) },
    { "F4, unreadable", FUNCTION "P/migration_version @fail EIO", CAP(PF NO_OPAQUE("unreadable")) },
    { "its own PCI id is published",
      FUNCTION "P/migration/self pci_id=8086:10cb",
      CAP(API SIGNATURE DRIVER KIND ATTR("pci_id", "8086:10cb")) },
    { "its own PCI id gives the vendor",
      FUNCTION "P/migration/compatible pci_id=10ca,10cb",
      CAP(PF ACCEPTS(ATTR("pci_id", "8086:10ca,8086:10cb"))) },
    { "another API is published",
      FUNCTION "P/migration/self device_api=vfio-platform",
      CAP("<deviceAPI>vfio-platform</deviceAPI>" SIGNATURE DRIVER KIND PCIID) },
    { "published and malformed",
      FUNCTION "P/migration/self @raw pci_id=x\\ntype=\\n",
      CAP(API DRIVER KIND ATTR("pci_id", "x") UNUSABLE("type", "malformed")) },
    { "F2 without equals sign",
      FUNCTION "P/migration/self x", CAP(API SIGNATURE PCIID UNUSABLE("migration", "malformed")) },
    { "files that are no attributes",
      FUNCTION "P/software_version 1.2\n"
      "P/compatible_x 1\n"
      "P/aggregator 2\n"
      "P/dynamic_resources aggregator", CAP(PF) },
};

/* The same for a mediated device whose parent is a subchannel */
#define CCW_BASE \
    "C/mdev_supported_types/io/device_api vfio-ccw\n" \
    "C/" UUID "/mdev_type @link ../mdev_supported_types/io\n" \
    "C/driver @link ../../../bus/css/drivers/vfio_ccw\n"
#define CHANNEL(chpids, masks) CCW_BASE "C/type 0\nC/chpids " chpids "\nC/pimpampom " masks "\n"
#define TWO_PATHS CHANNEL("10 1a 00 00 00 00 00 00 ", "c0 c0 ff")
#define CCW "<deviceAPI>vfio-ccw</deviceAPI><type id='io'/>"
#define CCW_DRIVER DERIVED("driver", "vfio_ccw")
#define TYPE0 ATTR("subchannel_type", "0")
#define NO_CHPID(reason) CAP(CCW CCW_DRIVER TYPE0 UNUSABLE("chpid_type", reason))

static const struct testTree subchannels[] = {
    { "no subchannel type", CCW_BASE, CAP(CCW CCW_DRIVER) },
    { "subchannel type", CCW_BASE "C/type 0", CAP(CCW CCW_DRIVER TYPE0) },
    { "two paths of one type",
      TWO_PATHS "C/../chp0.10/type 1b\nC/../chp0.1a/type 1b",
      CAP(CCW ATTR("chpid_type", "27") CCW_DRIVER TYPE0) },
    { "two paths of two types",
      TWO_PATHS "C/../chp0.10/type 1b\nC/../chp0.1a/type 1a",
      CAP(CCW ATTR("chpid_types", "0x1a+0x1b") CCW_DRIVER TYPE0) },
    { "two paths of two types, in another order",
      TWO_PATHS "C/../chp0.10/type 1a\nC/../chp0.1a/type 1b",
      CAP(CCW ATTR("chpid_types", "0x1a+0x1b") CCW_DRIVER TYPE0) },
    { "two paths of two types, one malformed",
      TWO_PATHS "C/../chp0.10/type 1a\nC/../chp0.1a/type 1 b",
      CAP(CCW CCW_DRIVER TYPE0 UNUSABLE("chpid_types", "malformed")) },
    { "types with blanks",
      CHANNEL("10", "80 80 ff") "C/type @raw  0 \\n\nC/../chp0.10/type @raw  1b\\n",
      CAP(CCW ATTR("chpid_type", "27") CCW_DRIVER TYPE0) },
    { "two paths of one type, in two spellings",
      TWO_PATHS "C/../chp0.10/type 1b\nC/../chp0.1a/type 1B",
      CAP(CCW ATTR("chpid_type", "27") CCW_DRIVER TYPE0) },
    { "path without type", TWO_PATHS "C/../chp0.10/type 1b", NO_CHPID("unreadable") },
    { "paths without types", TWO_PATHS, CAP(CCW CCW_DRIVER TYPE0) },
    { "path whose type is unreadable",
      TWO_PATHS "C/../chp0.10/type @fail EIO\nC/../chp0.1a/type 1a", NO_CHPID("unreadable") },
    { "path whose type takes too long",
      TWO_PATHS "C/../chp0.10/type 1a\nC/../chp0.1a/type @fail ETIMEDOUT", NO_CHPID("timeout") },
    { "unreadable paths",
      CHANNEL("10", "80 80 ff") "C/chpids @fail EIO", NO_CHPID("unreadable") },
    { "unreadable masks",
      CHANNEL("10", "80 80 ff") "C/pimpampom @fail EIO", NO_CHPID("unreadable") },
    { "unreadable subchannel type",
      CCW_BASE "C/type @fail EIO", CAP(CCW CCW_DRIVER UNUSABLE("subchannel_type", "unreadable")) },
    { "path that is not installed",
      CHANNEL("10 1a 00 00 00 00 00 00 ", "80 80 ff") "C/../chp0.10/type 1b\nC/../chp0.1a/type 1a",
      CAP(CCW ATTR("chpid_type", "27") CCW_DRIVER TYPE0) },
    { "no path",
      CHANNEL("00 00 00 00 00 00 00 00 ", "00 00 ff") "C/../chp0.00/type 1b",
      CAP(CCW CCW_DRIVER TYPE0) },
    { "path 00",
      CHANNEL("00 00 00 00 00 00 00 00 ", "80 80 ff") "C/../chp0.00/type 1b",
      CAP(CCW ATTR("chpid_type", "27") CCW_DRIVER TYPE0) },
    { "eighth path",
      CHANNEL("00 00 00 00 00 00 00 1f", "01 01 ff") "C/../chp0.1f/type 1b",
      CAP(CCW ATTR("chpid_type", "27") CCW_DRIVER TYPE0) },
    { "fewer paths than installed",
      CHANNEL("10", "c0 c0 ff") "C/../chp0.10/type 1b", NO_CHPID("malformed") },
    { "path that leaves the directory",
      CHANNEL("10/../0.0.0026", "80 80 ff"), NO_CHPID("malformed") },
    { "path that is no number",
      CHANNEL("..", "80 80 ff") "C/../chp0.../type 1b", NO_CHPID("malformed") },
    { "masks that are no numbers",
      CHANNEL("10", "zz zz zz") "C/../chp0.10/type 1b", NO_CHPID("malformed") },
    { "negative mask",
      CHANNEL("10", "-1 80 ff") "C/../chp0.10/type 1b", NO_CHPID("malformed") },
    { "no masks",
      CCW_BASE "C/type 0\nC/chpids 10\nC/../chp0.10/type 1b", CAP(CCW CCW_DRIVER TYPE0) },
    { "no paths",
      CCW_BASE "C/type 0\nC/pimpampom 80 80 ff\nC/../chp0.10/type 1b", CAP(CCW CCW_DRIVER TYPE0) },
    { "short masks", CHANNEL("10", "80") "C/../chp0.10/type 1b", NO_CHPID("malformed") },
    { "malformed path type",
      CHANNEL("10", "80 80 ff") "C/../chp0.10/type FICON",
      CAP(CCW ATTR("chpid_type", "0xficon") CCW_DRIVER TYPE0) },
    { "published types",
      TWO_PATHS "C/../chp0.10/type 1b\n"
      "C/../chp0.1a/type 1b\n"
      "C/" UUID "/migration/self @raw chpid_type=0x1a\\nsubchannel_type=1\\n",
      CAP(CCW ATTR("chpid_type", "26") CCW_DRIVER ATTR("subchannel_type", "1")) },
};


#define MTTY "R/devices/virtual/mtty/mtty/"

/* A mediated device of a driver that has no hardware, like mtty, has no parent
 * on a bus and so no driver but its own. */
static int
testVirtualParent(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree(
        "P/driver @none\n"
        MTTY "mdev_supported_types/mtty-2/device_api vfio-pci\n"
        MTTY UUID "/mdev_type @link ../mdev_supported_types/mtty-2\n"
        MTTY UUID "/driver @link ../../../../../bus/pci/drivers/vendor");
    g_autofree char *actual = testReadTree(root, "devices/virtual/mtty/mtty/" UUID);

    return testCheckXML(CAP(API "<type id='mtty-2'/>" DRIVER), actual);
}


/* A function whose directory is all that was copied of a tree */
static int
testAlone(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree("R/alone/vendor 0x8086\nR/alone/device 0x10ca\n"
                                            "R/alone/iommu_group @dir");
    g_autofree char *path = g_strdup_printf("%s/alone", root);
    g_autoptr(virNodeDeviceCompat) compat = virNodeDeviceCompatReadPCI(path, NULL);
    g_autofree char *actual = testFormatTight(compat);

    return testCheckXML(CAP(API SIGNATURE KIND PCIID), actual);
}


/* Devices of which all is known that can be, and what is left of each when its
 * driver publishes too much besides */
static const struct testMost {
    const char *name;
    const char *dir;
    const char *self;
    const char *tree;
    const char *left;
} mosts[] = {
    { "mdev", PARENT "/" UUID, "D/migration/self",
      BASE "M/version 1\nP/vendor 0x8086\nP/device 0x591d\nT/aggregator 1\nT/chpid_type 1\n"
      "T/pci_id 8086:591d\nT/remote_url nbd://h\nT/software_version 1.2\nT/subchannel_type 1\n"
      "T/software_version_compatible 1.0-\nT/compatible_b 1,2\nD/compatible_a 1\nD/a 1\nD/b 1\n"
      "T/dynamic_resources c,d\nD/c 1\nD/d 1\nD/migration/compatible a=2\n"
      "R/kernel/debug/vfio/" UUID "/migration @dir",
      NOTHING },
    { "vfio-ap device", PARENT "/" UUID, "D/migration/self",
      BASE_AP "M/version 1\nD/matrix 05.0004\nD/control_domains 0004",
      CAP(VFIO_AP TYPE UNUSABLE("migration", "malformed")) },
    { "vfio-ccw device", SUBCHANNEL "/" UUID, "C/" UUID "/migration/self",
      TWO_PATHS "C/../chp0.10/type 1b\nC/../chp0.1a/type 1b",
      CAP(CCW UNUSABLE("migration", "malformed")) },
    { "function", PARENT, "P/migration/self",
      FUNCTION "M/version 5\nP/subsystem_vendor 0x8086\nP/subsystem_device 0xa03c\n"
      "P/class 0x020000\nP/revision 0x01\nP/vfio-dev @dir\nP/nvidia/current_vgpu_type 257\n"
      "P/migration/compatible a=2\n"
      DEBUGFS "/migration @dir",
      CAP(API SIGNATURE PCIID UNUSABLE("migration", "malformed")) },
};


/* However many attributes there are: all are there, or they are shown as not usable. */
static int
testMostOf(const void *opaque)
{
    const struct testMost *data = opaque;
    g_autoptr(testRoot) bare = testMakeTree(data->tree);
    g_autofree char *all = testReadTree(bare, data->dir);
    g_autoptr(GString) text = g_string_new("@raw ");
    size_t refused = 0;
    size_t length = strlen(all);
    size_t i;

    for (i = 1; i <= VIR_NODE_DEVICE_COMPAT_ATTRS_MAX; i++) {
        g_autofree char *expect = g_strdup_printf(ATTR("x%zu", "1"), i);

        g_string_append_printf(text, "x%zu=1\\n", i);
        length += strlen(expect);

        /* the others have room for all */
        if (i > VIR_NODE_DEVICE_COMPAT_ATTRS_MAX - 30) {
            g_autofree char *tree = g_strdup_printf("%s\n%s %s", data->tree, data->self, text->str);
            g_autoptr(testRoot) root = testMakeTree(tree);
            g_autofree char *actual = testReadTree(root, data->dir);

            if (STREQ(actual, data->left)) {
                refused++;
            } else if (refused > 0 || strlen(actual) != length || !strstr(actual, expect)) {
                return testFail("half of it with %zu more: %s", i, actual);
            }
        }
    }

    if (refused == 0 || refused >= 30)
        return testFail("refused %zu times of 30", refused);

    return 0;
}


/* Descriptors of so many attributes with values of one letter, and whether that is too much
 * to show; a quotation mark takes six bytes in XML. */
static const struct testSize {
    const char *name;
    size_t count;
    char letter;
    bool cut;
} sizes[] = {
    { "200 KiB", 50, 'v', false },
    { "250 KiB", 62, 'v', true },
    { "2 MiB", 500, 'v', true },
    { "200 KiB as XML", 8, '\'', false },
    { "250 KiB as XML", 11, '\'', true },
};


/* However much a driver publishes, the descriptor is not larger than a document. */
static int
testSize(const void *opaque)
{
    const struct testSize *data = opaque;
    g_autofree char *value = g_strnfill(4000, data->letter);
    g_autoptr(testRoot) root = testMakeTree(BASE);
    g_autofree char *actual = NULL;
    size_t i;

    for (i = 0; i < data->count; i++) {
        g_autofree char *path = g_strdup_printf("%s/" PARENT "/" UUID "/migration/self/x%zu",
                                                root, i);

        testMakeFile(path, value, -1);
    }

    actual = testReadTree(root, PARENT "/" UUID);
    if (data->cut)
        return testExpectString(LEFT("cut"), actual);

    return testExpectBool(true, strlen(actual) > 4000 * data->count &&
                          strlen(actual) < VIR_NODE_DEVICE_COMPAT_DESCRIPTOR_MAX);
}


/* Devices that are removed, and of which so many are made anew, while one of their attributes
 * is read. They have the same attributes, and each has its number for a value. */
#define BOTH(dir, value) \
    dir "/migration/self/a " value "\n" dir "/migration/self/b " value "\n"
#define B "migration/self/b"
#define VALUES(value) ATTR("a", value) ATTR("b", value)
#define NEW_MDEV(number, type) \
    BOTH("R/new" number, number) \
    "R/new" number "/mdev_type @link ../mdev_supported_types/" type "\n"
#define NEW_FUNCTION(number) \
    BOTH("R/new" number, number) "R/new" number "/vendor 0x8086\n" \
    "R/new" number "/device 0x10ca\nR/new" number "/iommu_group @dir\n"

static const struct testReplaced {
    const char *name;
    const char *dir;
    const char *file;           /* in it, which is read meanwhile */
    size_t count;
    const char *tree;
    const char *expect;
} replaced[] = {
    { "mdev: removed", PARENT "/" UUID, B, 1, BASE BOTH("D", "0"), NULL },
    { "mdev: made anew", PARENT "/" UUID, B, 1, BASE BOTH("D", "0") NEW_MDEV("1", "t1"),
      CAP(API TYPE VALUES("1") DRIVER) },
    { "mdev: made anew with another type", PARENT "/" UUID, B, 1,
      BASE BOTH("D", "0") NEW_MDEV("1", "t2") "P/mdev_supported_types/t2/device_api vfio-pci\n",
      CAP(API "<type id='t2'/>" VALUES("1") DRIVER) },
    { "mdev: made anew twice", PARENT "/" UUID, B, 2,
      BASE BOTH("D", "0") NEW_MDEV("1", "t1") NEW_MDEV("2", "t1"),
      CAP(API TYPE VALUES("2") DRIVER) },
    { "mdev: made anew and removed", PARENT "/" UUID, B, 2,
      BASE BOTH("D", "0") NEW_MDEV("1", "t1"), NULL },
    { "mdev: made anew each time", PARENT "/" UUID, B, 3,
      BASE BOTH("D", "0") NEW_MDEV("1", "t1") NEW_MDEV("2", "t1") NEW_MDEV("3", "t1"),
      LEFT("unreadable") },
    { "type: removed", PARENT "/mdev_supported_types/t1", "software_version", 1,
      BASE "T/software_version 1.0\n", NULL },
    { "type: made anew", PARENT "/mdev_supported_types/t1", "software_version", 1,
      BASE "T/software_version 1.0\n"
      "R/new1/device_api vfio-x\nR/new1/software_version 1.1\n",
      CAP("<deviceAPI>vfio-x</deviceAPI>" TYPE VERS("1.1.0") DRIVER) },
    { "function: removed", PARENT, B, 1, FUNCTION BOTH("P", "0"), NULL },
    { "function: made anew", PARENT, B, 1, FUNCTION BOTH("P", "0") NEW_FUNCTION("1"),
      CAP(API SIGNATURE VALUES("1") KIND PCIID) },
};

/* Only the thread that reads uses this meanwhile. */
static const char *replacedRoot;
static const char *replacedFile;
static size_t replacedLeft;
static size_t replacedCount;


static int
testReplace(const char *path)
{
    g_autofree char *dir = g_strdup(path);
    g_autofree char *old = NULL;
    g_autofree char *new = NULL;

    if (replacedLeft == 0 || !g_str_has_suffix(path, replacedFile))
        return testTreeFailRead(path);

    dir[strlen(path) - strlen(replacedFile) - 1] = '\0';
    replacedLeft--;
    old = g_strdup_printf("%s/old%zu", replacedRoot, replacedCount++);
    new = g_strdup_printf("%s/new%zu", replacedRoot, replacedCount);
    if (rename(dir, old) < 0 || (virFileExists(new) && rename(new, dir) < 0))
        abort();
    return 0;
}


/* What was read is of one device, or nothing of it counts. */
static int
testReplaced(const void *opaque)
{
    const struct testReplaced *data = opaque;
    g_autoptr(testRoot) root = testMakeTree(data->tree);
    g_autofree char *actual = NULL;

    replacedRoot = root;
    replacedFile = data->file;
    replacedLeft = data->count;
    replacedCount = 0;
    virNodeDeviceCompatReaderSetHook(testReplace);
    actual = testReadTree(root, data->dir);
    virNodeDeviceCompatReaderSetHook(testTreeFailRead);

    if (testExpectNumber(data->count, replacedCount) < 0)
        return -1;
    return testCheckXML(data->expect, actual);
}


/* A node device definition gets the descriptors of the device and of the types
 * that it offers. */
static int
testUpdate(const char *xml,
           const char *expect,
           const char *change,
           const char *expectChanged)
{
    g_autoptr(testRoot) root = testMakeTree(BASE);
    g_autofree char *document = g_strdup_printf(xml, root);
    g_autoptr(virNodeDeviceDef) def = NULL;
    const char *steps[] = { expect, expectChanged };
    size_t i;

    if (!(def = virNodeDeviceDefParse(document, NULL, EXISTING_DEVICE, NULL, NULL, NULL, false)))
        return -1;

    for (i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_autofree char *actual = NULL;

        if (i > 0)
            testMakeNodes(root, change, false);

        virNodeDeviceCompatUpdate(def, NULL, &bounds);
        if (!(actual = virNodeDeviceDefFormat(def, 0)))
            return -1;

        if (!!strstr(actual, "type='compat'") != !!steps[i] ||
            (steps[i] && !strstr(actual, steps[i])))
            return testFail("expected %s in\n%s", NULLSTR(steps[i]), actual);
    }

    return 0;
}


static int
testUpdateMdev(const void *opaque G_GNUC_UNUSED)
{
    return testUpdate("<device><name>m</name><path>%s/" PARENT "/" UUID "</path>"
                      "<capability type='mdev'><type id='t1'/></capability></device>",
                      "<deviceAPI>vfio-pci</deviceAPI>",
                      "T/software_version 1.2",
                      VERS("1.2.0"));
}


static int
testUpdateGone(const void *opaque G_GNUC_UNUSED)
{
    return testUpdate("<device><name>m</name><path>%s/" PARENT "/" UUID "</path>"
                      "<capability type='mdev'><type id='t1'/></capability></device>",
                      "<deviceAPI>vfio-pci</deviceAPI>", "D @none", NULL);
}


static int
testUpdateTypes(const void *opaque G_GNUC_UNUSED)
{
    return testUpdate("<device><name>p</name><path>%s/" PARENT "</path>"
                      "<capability type='ap_matrix'><capability type='mdev_types'>"
                      "<type id='gone'><deviceAPI>vfio-pci</deviceAPI>"
                      "<availableInstances>1</availableInstances></type>"
                      "<type id='t1'><deviceAPI>vfio-pci</deviceAPI>"
                      "<availableInstances>1</availableInstances></type>"
                      "</capability></capability></device>",
                      "<type id='t1'/>",
                      "T/software_version 1.2",
                      VERS("1.2.0"));
}


/* A parent whose types publish 3 MiB: its document has those for which there is room, and
 * of the others that they are there. */
static int
testUpdateMany(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree("");
    g_autofree char *value = g_strnfill(4000, 'v');
    g_auto(virBuffer) document = VIR_BUFFER_INITIALIZER;
    g_autoptr(virNodeDeviceDef) def = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *actual = NULL;
    size_t i;
    size_t j;

    virBufferAsprintf(&document, "<device><name>p</name><path>%s/" PARENT "</path>"
                      "<capability type='ap_matrix'><capability type='mdev_types'>", root);
    for (i = 0; i < 20; i++) {
        virBufferAsprintf(&document, "<type id='many%zu'><deviceAPI>vfio-pci</deviceAPI>"
                          "<availableInstances>1</availableInstances></type>", i);
        for (j = 0; j < 40; j++) {
            g_autofree char *path = g_strdup_printf("%s/" PARENT "/mdev_supported_types/many%zu/"
                                                    "compatible_x%zu", root, i, j);

            testMakeFile(path, value, -1);
        }
    }
    virBufferAddLit(&document, "</capability></capability></device>");
    xml = virBufferContentAndReset(&document);

    if (!(def = virNodeDeviceDefParse(xml, NULL, EXISTING_DEVICE, NULL, NULL, NULL, false)))
        return -1;

    virNodeDeviceCompatUpdate(def, NULL, &bounds);
    if (!(actual = virNodeDeviceDefFormat(def, 0)))
        return -1;

    if (strlen(actual) < 900 * 1024 || strlen(actual) > 1100 * 1024 ||
        !strstr(actual, UNUSABLE("migration", "cut")))
        return testFail("expected a document of 1 MiB that says what is missing, got %zu bytes",
                        strlen(actual));

    return 0;
}


#define PCI_CAPABILITY \
    "<capability type='pci'><class>0x020000</class><domain>0</domain><bus>0</bus>" \
    "<slot>2</slot><function>0</function><product id='0x10ca'/><vendor id='0x8086'/>" \
    "</capability>"
#define FUNCTION_XML \
    "<device><name>p</name><path>%s/" PARENT "</path>" PCI_CAPABILITY "</device>"

static int
testUpdateFunction(const void *opaque G_GNUC_UNUSED)
{
    return testUpdate(FUNCTION_XML, NULL, FUNCTION, SIGNATURE);
}


/* Two functions that are the same and do not publish the version of their migration
 * data: unknown. */
static int
testCompareFunction(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree(FUNCTION);
    g_autofree char *document = g_strdup_printf(FUNCTION_XML, root);
    g_autoptr(virNodeDeviceDef) def = NULL;
    g_autofree char *source = NULL;
    g_autofree char *report = NULL;
    const char *reason;

    if (!(def = virNodeDeviceDefParse(document, NULL, EXISTING_DEVICE, NULL, NULL, NULL, false)))
        return -1;

    virNodeDeviceCompatUpdate(def, NULL, &bounds);
    if (!(source = virNodeDeviceDefFormat(def, 0)) ||
        !(report = virNodeDeviceDefGetCompatReport(def, source, NULL, NULL,
                                                   VIR_NODE_DEVICE_COMPARE_COMPAT_VALIDATE_XML)))
        return -1;

    if (!strstr(report, "verdict='unknown'") ||
        !(reason = strstr(report, "code='missing-both' severity='unknown' "
                                  "attr='software_version'")) ||
        strstr(reason + 1, "code="))
        return testFail("expected software_version to be the only reason in\n%s", report);

    return 0;
}


/* Another device that has types, and one that has nothing to do with them */
static int
testUpdateSubchannel(const void *opaque G_GNUC_UNUSED)
{
    return testUpdate("<device><name>c</name><path>%s/" SUBCHANNEL "</path>"
                      "<capability type='css'>"
                      "<cssid>0x0</cssid><ssid>0x0</ssid><devno>0x0026</devno>"
                      "<capability type='mdev_types'>"
                      "<type id='io'><deviceAPI>vfio-ccw</deviceAPI>"
                      "<availableInstances>1</availableInstances></type>"
                      "</capability></capability></device>",
                      UNUSABLE("migration", "unreadable"),
                      "C/mdev_supported_types/io/device_api vfio-ccw",
                      "<deviceAPI>vfio-ccw</deviceAPI>\n          <type id='io'/>\n"
                      "        </capability>");
}


static int
testUpdateOther(const void *opaque G_GNUC_UNUSED)
{
    return testUpdate("<device><name>n</name><path>%s/" PARENT "</path>"
                      "<capability type='net'><interface>eth0</interface></capability></device>",
                      NULL, "P/migration/self x=1", NULL);
}


/* What is known of a device that has no descriptor, and what comes of comparing
 * it with a device of type t1 */
static const struct testBare {
    const char *name;
    const char *device;
    const char *expect;
} bares[] = {
    { "the same type",
      "<capability type='mdev'><type id='t1'/></capability>",
      "missing-target missing-target" },
    { "another type",
      "<capability type='mdev'><type id='t2'/></capability>",
      "missing-target type-mismatch missing-target" },
    { "a function",
      PCI_CAPABILITY, "missing-target missing-target missing-target" },
};


static int
testBareDevice(const void *opaque)
{
    const struct testBare *data = opaque;
    g_autofree char *document = g_strdup_printf("<device><name>d</name>%s</device>", data->device);
    g_autoptr(virNodeDeviceDef) def = NULL;
    g_autofree char *xml = NULL;
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    g_autoptr(GString) codes = g_string_new("");
    size_t i;

    if (!(def = virNodeDeviceDefParse(document, NULL, EXISTING_DEVICE, NULL, NULL, NULL, false)) ||
        !(xml = virNodeDeviceDefGetCompatReport(def, CAP(API TYPE VERS("1.0")), NULL, NULL, 0)) ||
        !(report = virNodeDeviceCompatReportParse(xml)))
        return -1;

    for (i = 0; i < report->nreasons; i++)
        g_string_append_printf(codes, "%s%s", i > 0 ? " " : "", report->reasons[i]->code);

    return testCheckXML(data->expect, codes->str);
}


/* No path, no descriptor; that of an inactive device for instance */
static int
testUpdateNoPath(const void *opaque G_GNUC_UNUSED)
{
    return testUpdate("<device><name>%s</name>"
                      "<capability type='mdev'><type id='t1'/></capability></device>",
                      NULL, "T/software_version 1.2", NULL);
}


static int
mymain(void)
{
    testTreeInit();

    DO_TABLE_EXPECT("mdev", mdevs, testTreeMdev);
    DO_TABLE_EXPECT("function", functions, testTreeFunction);
    DO_TABLE_EXPECT("subchannel", subchannels, testTreeSubchannel);
    DO_TABLE("all attributes, and as many more", mosts, testMostOf);
    DO_TABLE("size", sizes, testSize);
    DO_TABLE_EXPECT("without descriptor", bares, testBareDevice);

    DO_TEST(testVirtualParent, NULL, "a parent that is on no bus");
    DO_TEST(testUpdateMdev, NULL, "update of an mdev");
    DO_TABLE("while it is read", replaced, testReplaced);
    DO_TEST(testUpdateGone, NULL, "update of an mdev that goes away");
    DO_TEST(testUpdateTypes, NULL, "update of a parent with types");
    DO_TEST(testUpdateMany, NULL, "update of a parent whose types publish too much");
    DO_TEST(testAlone, NULL, "a function without the tree around it");
    DO_TEST(testUpdateSubchannel, NULL, "update of a subchannel with types");
    DO_TEST(testUpdateOther, NULL, "update of a network interface");
    DO_TEST(testUpdateFunction, NULL, "update of a function");
    DO_TEST(testCompareFunction, NULL, "a function compared with its like");
    DO_TEST(testUpdateNoPath, NULL, "update of a device without path");

    return testResult();
}

VIR_TEST_MAIN(mymain)
