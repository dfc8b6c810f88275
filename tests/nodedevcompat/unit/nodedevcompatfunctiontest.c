/*
 * nodedevcompatfunctiontest.c: what a PCI function is, and whether VFIO can migrate it
 *
 * Each case is a tree and the descriptor that it gives. Other attributes of a function are
 * in nodedevcompatevidencetest.c.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <sys/stat.h>
#include <unistd.h>

#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define FUNCTION "P/vendor 0x8086\nP/device 0x10ca\nP/iommu_group @dir\n"
#define SIGNATURE "<type id='pci-8086-10ca'/>"
#define PCIID ATTR("pci_id", "8086:10ca")
#define KIND DERIVED("function", "physical")
#define PF API SIGNATURE DRIVER KIND PCIID

#define VIRTUAL \
    FUNCTION "P/physfn @link ../0000:00:01.0\nP/../0000:00:01.0/vendor 0x15b3\n" \
    "P/../0000:00:01.0/device 0x101d\nP/../0000:00:01.0/subsystem_vendor 0x15b3\n" \
    "P/../0000:00:01.0/subsystem_device 0x0016\n"
#define VF CAP(API SIGNATURE DRIVER DERIVED("function", "virtual") PCIID \
               DERIVED("pf_pci_id", "15b3:101d") DERIVED("pf_subsystem_id", "15b3:0016"))
#define NO_PF(reason) \
    CAP(API SIGNATURE DRIVER PCIID UNUSABLE("function", reason) UNUSABLE("pf_pci_id", reason) \
        UNUSABLE("pf_subsystem_id", reason))
#define VF_PART(content) \
    CAP(API SIGNATURE DRIVER DERIVED("function", "virtual") PCIID content)
#define CONFIG(type) "P/config @config " type "\n"
#define HEADER(type) \
    CAP(API SIGNATURE DRIVER KIND DERIVED("pci_header_type", type) PCIID)

static const struct testTree functions[] = {
    { "virtual function", VIRTUAL, VF },
    { "physical function that cannot be looked at",
      FUNCTION "P/physfn @loop", NO_PF("unreadable") },
    { "virtual function of a function that is gone",
      VIRTUAL "P/../0000:00:01.0 @none", NO_PF("unreadable") },
    { "physical function that is no directory",
      FUNCTION "P/physfn 0000:00:01.0", NO_PF("malformed") },
    { "physical function in a copy without links",
      FUNCTION "P/physfn/vendor 0x15b3\nP/physfn/device 0x101d",
      VF_PART(DERIVED("pf_pci_id", "15b3:101d")) },
    { "physical function without ids",
      FUNCTION "P/physfn @link ../0000:00:01.0\nP/../0000:00:01.0 @dir", VF_PART("") },
    { "physical function with an unreadable device",
      VIRTUAL "P/../0000:00:01.0/device @fail EIO",
      VF_PART(DERIVED("pf_subsystem_id", "15b3:0016") UNUSABLE("pf_pci_id", "unreadable")) },
    { "physical function that takes too long",
      VIRTUAL "P/../0000:00:01.0/subsystem_device @fail ETIMEDOUT",
      VF_PART(DERIVED("pf_pci_id", "15b3:101d") UNUSABLE("pf_subsystem_id", "timeout")) },
    { "physical function with a malformed vendor",
      VIRTUAL "P/../0000:00:01.0/vendor Mellanox",
      VF_PART(DERIVED("pf_subsystem_id", "15b3:0016") UNUSABLE("pf_pci_id", "malformed")) },
    { "physical function that has virtual ones",
      FUNCTION "P/sriov_totalvfs 8\nP/virtfn0 @link ../0000:00:02.1", CAP(PF) },

    /* config space */
    { "header of a device", FUNCTION CONFIG("00"), HEADER("0x00") },
    { "header of a bridge", FUNCTION CONFIG("01"), HEADER("0x01") },
    { "header of one of several functions", FUNCTION CONFIG("80"), HEADER("0x00") },
    { "header of a device that is gone",
      FUNCTION CONFIG("ff"), CAP(PF UNUSABLE("pci_header_type", "unreadable")) },
    { "config space of a page", FUNCTION "P/config @fill 4096 \n", HEADER("0x0a") },
    { "config space of the least length", FUNCTION "P/config @fill 15 \n", HEADER("0x0a") },
    { "config space that is too short",
      FUNCTION "P/config @fill 14 \n", CAP(PF UNUSABLE("pci_header_type", "malformed")) },
    { "empty config space",
      FUNCTION "P/config @raw ", CAP(PF UNUSABLE("pci_header_type", "malformed")) },
    { "unreadable config space",
      FUNCTION "P/config @fail EIO", CAP(PF UNUSABLE("pci_header_type", "unreadable")) },
    { "config space that takes too long",
      FUNCTION "P/config @fail ETIMEDOUT", CAP(PF UNUSABLE("pci_header_type", "timeout")) },
    { "config space for the superuser",
      FUNCTION "P/config @private secret of more than fifteen bytes",
      CAP(PF UNUSABLE("pci_header_type", "private")) },
    { "config space that is a FIFO",
      FUNCTION "P/config @fifo", CAP(PF UNUSABLE("pci_header_type", "unreadable")) },
};

/* debugfs as it is by default */
#define DEBUGFS "R/kernel/debug @closed\nR/kernel/debug/vfio/0000:00:02.0"
#define OPEN_DEBUGFS "R/kernel/debug/vfio/0000:00:02.0"
#define VARIANT \
    FUNCTION "P/driver @none\nP/driver @link ../../../bus/pci/drivers/mlx5_vfio_pci\n" \
    "R/bus/pci/drivers/mlx5_vfio_pci @dir\nP/vfio-dev @dir\n"
#define BOUND(driver, vfio, migratable) \
    CAP(API SIGNATURE DERIVED("driver", driver) KIND DERIVED("migratable", migratable) PCIID \
        DERIVED("vfio_driver", vfio))
#define FEATURES(features) \
    CAP(API SIGNATURE DRIVER KIND DERIVED("migratable", "yes") \
        DERIVED("migration_features", features) PCIID)
#define PLAIN \
    FUNCTION "P/driver @none\nP/driver @link ../../../bus/pci/drivers/vfio-pci\n" \
    "R/bus/pci/drivers/vfio-pci @dir\nP/vfio-dev/vfio0 @dir\n"

#define NO_LINK(reason) \
    CAP(API SIGNATURE KIND PCIID UNUSABLE("driver", reason) UNUSABLE("migratable", reason) \
        UNUSABLE("vfio_driver", reason))

static const struct testTree drivers[] = {
    { "migratable",
      FUNCTION DEBUGFS "/migration/features secret",
      CAP(API SIGNATURE DRIVER KIND DERIVED("migratable", "yes") PCIID) },
    { "migratable, with a kernel that shows no features",
      FUNCTION OPEN_DEBUGFS "/migration/state secret",
      CAP(API SIGNATURE DRIVER KIND DERIVED("migratable", "yes") PCIID) },
    { "migratable, with a debugfs for everybody",
      FUNCTION OPEN_DEBUGFS "/migration/features @raw stop-copy\\np2p\\n",
      FEATURES("stop-copy,p2p") },
    { "features that are unreadable",
      FUNCTION OPEN_DEBUGFS "/migration/features @fail EIO",
      CAP(API SIGNATURE DRIVER KIND DERIVED("migratable", "yes") PCIID
          UNUSABLE("migration_features", "unreadable")) },
    { "features for the superuser",
      FUNCTION OPEN_DEBUGFS "/migration/features @private secret",
      CAP(API SIGNATURE DRIVER KIND DERIVED("migratable", "yes") PCIID
          UNUSABLE("migration_features", "private")) },
    { "features that fill a page",
      FUNCTION OPEN_DEBUGFS "/migration/features @fill 4095 a",
      CAP(API SIGNATURE DRIVER KIND DERIVED("migratable", "yes") PCIID
          UNUSABLE("migration_features", "cut")) },
    { "not migratable",
      FUNCTION DEBUGFS " @dir", CAP(API SIGNATURE DRIVER KIND DERIVED("migratable", "no") PCIID) },
    { "variant driver, migratable",
      VARIANT DEBUGFS "/migration @dir", BOUND("mlx5_vfio_pci", "mlx5-vfio-pci", "yes") },
    { "variant driver, not migratable",
      VARIANT DEBUGFS " @dir", BOUND("mlx5_vfio_pci", "mlx5-vfio-pci", "no") },
    { "variant driver without debugfs",
      VARIANT,
      CAP(API SIGNATURE DERIVED("driver", "mlx5_vfio_pci") KIND PCIID
          DERIVED("vfio_driver", "mlx5-vfio-pci")) },
    { "vfio-pci without debugfs", PLAIN, BOUND("vfio-pci", "vfio-pci", "no") },
    { "vfio-pci, whatever debugfs has",
      PLAIN DEBUGFS "/migration @dir", BOUND("vfio-pci", "vfio-pci", "no") },
    { "vfio-pci that is built in",
      PLAIN "P/vfio-dev @none",
      CAP(API SIGNATURE DERIVED("driver", "vfio-pci") KIND DERIVED("migratable", "no") PCIID) },
    { "debugfs that cannot be looked at",
      FUNCTION "R/kernel/debug/vfio @loop", CAP(PF UNUSABLE("migratable", "unreadable")) },
    { "migration that cannot be looked at",
      FUNCTION DEBUGFS "/migration @loop", CAP(PF UNUSABLE("migratable", "unreadable")) },
    { "driver that is no link",
      FUNCTION "P/driver @none\nP/driver/module @dir\nP/vfio-dev @dir", NO_LINK("malformed") },
    { "driver that is no link, whatever debugfs lacks",
      FUNCTION "P/driver @none\nP/driver @dir\nR/kernel/debug/vfio @dir", NO_LINK("malformed") },
    { "driver that is no link, of a device that can be migrated",
      FUNCTION "P/driver @none\nP/driver @dir\n" DEBUGFS "/migration @dir",
      CAP(API SIGNATURE KIND DERIVED("migratable", "yes") PCIID UNUSABLE("driver", "malformed")
          UNUSABLE("vfio_driver", "malformed")) },
    { "driver that is a file", FUNCTION "P/driver @none\nP/driver x", NO_LINK("malformed") },
    { "device in debugfs that is no directory",
      FUNCTION DEBUGFS " x", CAP(PF UNUSABLE("migratable", "malformed")) },
    { "migration that is no directory",
      FUNCTION DEBUGFS "/migration x", CAP(PF UNUSABLE("migratable", "malformed")) },
};


/* A directory that is closed, and what a device that can be migrated looks like then */
struct testClosed {
    const char *dir;
    const char *expect;
    bool warns;
};


/* To a user who may not look into debugfs, the machine is one without. What is not seen in
 * the directory of a device can be there. */
static int
testClosedDebugfs(const void *opaque)
{
    const struct testClosed *data = opaque;
    g_autoptr(testRoot) root = testMakeTree(FUNCTION OPEN_DEBUGFS "/migration @dir");
    g_autofree char *debugfs = g_build_filename(root, data->dir, NULL);
    g_autofree char *actual = NULL;
    g_autofree char *log = NULL;
    bool superuser = geteuid() == 0;

    if (chmod(root, 0755) < 0 || chmod(debugfs, 0) < 0)
        return -1;
    if (superuser && seteuid(65534) < 0)
        return EXIT_AM_SKIP;

    actual = testReadTree(root, PARENT);

    if ((superuser && seteuid(0) < 0) || chmod(debugfs, 0700) < 0)
        return -1;

    log = virTestLogContentAndReset();
    if (!!strstr(NULLSTR_EMPTY(log), debugfs) != data->warns)
        return testFail("expected %s warning, got '%s'", data->warns ? "a" : "no", NULLSTR(log));

    return testCheckXML(data->expect, actual);
}


/* Why a function has something that is not usable */
static const struct testTree warnings[] = {
    { "physical function that is gone",
      FUNCTION "P/physfn @link ../0000:00:01.0", "physfn' is not used: it leads nowhere" },
    { "physical function that is a file",
      FUNCTION "P/physfn x", "physfn' is not used: it is not a directory" },
    { "driver that is a directory",
      FUNCTION "P/driver @none\nP/driver @dir", "driver' is not used: it is not a link" },
    { "device that is gone",
      FUNCTION CONFIG("ff"), "0000:00:02.0' is not used: it does not answer" },
    { "config space that is too short",
      FUNCTION "P/config x", "config' is not used: it is too short" },
    { "debugfs with a file",
      FUNCTION DEBUGFS " x", "vfio/0000:00:02.0' is not used: it is not a directory" },
};


static int
testWarning(const void *opaque)
{
    const struct testTree *data = opaque;
    g_autoptr(testRoot) root = testMakeTree(data->tree);
    g_autofree char *actual = testReadTree(root, PARENT);
    g_autofree char *log = virTestLogContentAndReset();

    if (!log || !strstr(log, data->expect))
        return testFail("expected '%s', got '%s'", data->expect, NULLSTR(log));

    return 0;
}


static int
mymain(void)
{
    const struct testClosed all = { "kernel/debug", CAP(PF), false };
    const struct testClosed own = { "kernel/debug/vfio/0000:00:02.0",
                                    CAP(PF UNUSABLE("migratable", "unreadable")), true };

    testTreeInit();

    DO_TABLE_EXPECT("function", functions, testTreeFunction);
    DO_TABLE_EXPECT("driver", drivers, testTreeFunction);
    DO_TABLE_EXPECT("warning", warnings, testWarning);
    DO_TEST(testClosedDebugfs, &all, "a debugfs that only others may look into");
    DO_TEST(testClosedDebugfs, &own, "a device in debugfs that only others may look into");

    return testResult();
}

VIR_TEST_MAIN(mymain)
