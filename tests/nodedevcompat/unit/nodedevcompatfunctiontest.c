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
#define CONFIG_SHOWN(pointer, list) \
    CAP(API SIGNATURE DRIVER KIND list DERIVED("pci_capability_pointer", pointer) \
        DERIVED("pci_header_type", "0x00") PCIID)
#define HEADER(type) \
    CAP(API SIGNATURE DRIVER KIND DERIVED("pci_capability_pointer", "none") \
        DERIVED("pci_header_type", type) PCIID)
#define SHORT_HEADER(type) \
    CAP(API SIGNATURE DRIVER KIND DERIVED("pci_header_type", type) PCIID)
#define MANY_CAPABILITIES \
    "40=0944 44=0948 48=094c 4c=0950 50=0954 54=0958 58=095c 5c=0960 60=0964 " \
    "64=0968 68=096c 6c=0970 70=0974 74=0978 78=097c 7c=0980 80=0984 84=0988 " \
    "88=098c 8c=0990 90=0994 94=0998 98=099c 9c=09a0 a0=09a4 a4=09a8 a8=09ac " \
    "ac=09b0 b0=09b4 b4=09b8 b8=09bc bc=09c0 c0=09c4 c4=09c8 c8=09cc cc=09d0 " \
    "d0=09d4 d4=09d8 d8=09dc dc=09e0 e0=09e4 e4=09e8 e8=09ec ec=09f0 f0=09f4 " \
    "f4=09f8 f8=09fc "
#define MANY_SHOWN \
    "09@40+09@44+09@48+09@4c+09@50+09@54+09@58+09@5c+09@60+09@64+09@68+09@6c+" \
    "09@70+09@74+09@78+09@7c+09@80+09@84+09@88+09@8c+09@90+09@94+09@98+09@9c+" \
    "09@a0+09@a4+09@a8+09@ac+09@b0+09@b4+09@b8+09@bc+09@c0+09@c4+09@c8+09@cc+" \
    "09@d0+09@d4+09@d8+09@dc+09@e0+09@e4+09@e8+09@ec+09@f0+09@f4+09@f8+09@fc"
#define BROKEN(pointer) \
    CAP(API SIGNATURE DRIVER KIND DERIVED("pci_capability_pointer", pointer) \
        DERIVED("pci_header_type", "0x00") PCIID UNUSABLE("pci_capabilities", "malformed"))
#define LIST(bytes) FUNCTION CONFIG("00 06=1000 " bytes)
#define HAS_LIST(pointer, list) CONFIG_SHOWN(pointer, DERIVED("pci_capabilities", list))

#define RESOURCE "P/resource @raw "
#define LINE(first, last, flags) "0x" first " 0x" last " 0x" flags "\\n"
#define NONE LINE("0000000000000000", "0000000000000000", "0000000000000000")
#define MEM(first, last) LINE(first, last, "0000000000040200")
#define MEM64(first, last) LINE(first, last, "000000000014220c")
#define IO LINE("000000000000e000", "000000000000e01f", "0000000000040101")
#define BARS(list) CAP(API SIGNATURE DRIVER KIND DERIVED("pci_bars", list) PCIID)
#define NO_BARS(reason) CAP(PF UNUSABLE("pci_bars", reason))
#define VF_ATTRS \
    API SIGNATURE DRIVER DERIVED("function", "virtual") PCIID \
    DERIVED("pf_pci_id", "15b3:101d") DERIVED("pf_subsystem_id", "15b3:0016")
#define COUNTED(count) CAP(VF_ATTRS DERIVED("sriov_numvfs", count))
#define NOT_COUNTED(reason) CAP(VF_ATTRS UNUSABLE("sriov_numvfs", reason))

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
    { "config space of the least length", FUNCTION "P/config @fill 15 \n", SHORT_HEADER("0x0a") },
    { "config space without the last byte of the header",
      FUNCTION "P/config @fill 63 \n", SHORT_HEADER("0x0a") },
    { "config space of a page with capabilities",
      FUNCTION "P/config @fill 4096 @", CAP(API SIGNATURE DRIVER KIND
      DERIVED("pci_capability_pointer", "none") DERIVED("pci_header_type", "0x40") PCIID) },
    { "a list that not everybody can read", LIST("34=9c @64"), CONFIG_SHOWN("0x9c", "") },
    { "a list that is empty", LIST("34=00"), CONFIG_SHOWN("0x00", "") },
    { "a list that is not announced", FUNCTION CONFIG("00 34=40 40=0100"), HEADER("0x00") },
    { "a capability", LIST("34=40 40=0100"), HAS_LIST("0x40", "01@40") },
    { "capabilities in the order of the list", LIST("34=50 40=0100 50=1060 60=0540"),
      HAS_LIST("0x50", "10@50+05@60+01@40") },
    { "the same capabilities in another order", LIST("34=40 40=0150 50=1060 60=0500"),
      HAS_LIST("0x40", "01@40+10@50+05@60") },
    { "MSI-X with a table of one", LIST("34=9c 9c=11000000"), HAS_LIST("0x9c", "11@9c/1") },
    { "MSI-X with the largest table, enabled", LIST("34=9c 9c=1100ffff"),
      HAS_LIST("0x9c", "11@9c/2048") },
    { "a capability at the end", LIST("34=fc fc=11001f00"), HAS_LIST("0xfc", "11@fc/32") },
    { "capabilities that are void", LIST("34=40 40=0044 44=0000"),
      HAS_LIST("0x40", "00@40+00@44") },
    { "a list in the header", LIST("34=3c"), BROKEN("0x3c") },
    { "a list that leads into the header", LIST("34=40 40=0104"), BROKEN("0x40") },
    { "a list that is not aligned", LIST("34=42 42=0100"), BROKEN("0x42") },
    { "a capability that is not there", LIST("34=40 40=ff00"), BROKEN("0x40") },
    { "a capability behind what was read", LIST("34=40 40=01fc @252"), BROKEN("0x40") },
    { "a list behind what was read", LIST("34=40 @65"), BROKEN("0x40") },
    { "a capability that is the next one as well", LIST("34=40 40=0140"), BROKEN("0x40") },
    { "a list with a loop", LIST("34=40 40=0150 50=0160 60=0150"), BROKEN("0x40") },
    { "as many capabilities as there is room for", LIST("34=40 " MANY_CAPABILITIES "fc=0900"),
      HAS_LIST("0x40", MANY_SHOWN) },
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

    /* base address registers */
    { "registers", FUNCTION RESOURCE MEM64("800000", "ffffff") NONE MEM("0", "fff") IO NONE NONE,
      BARS("0@0x800000/mem64/prefetch+2@0x1000/mem+3@0x20/io") },
    { "registers at another address",
      FUNCTION RESOURCE MEM64("1800000", "1ffffff") NONE MEM("5000", "5fff") IO NONE NONE,
      BARS("0@0x800000/mem64/prefetch+2@0x1000/mem+3@0x20/io") },
    { "registers and what comes behind them",
      FUNCTION RESOURCE NONE MEM("0", "fff") NONE NONE NONE NONE MEM("0", "ffff"),
      BARS("1@0x1000/mem") },
    { "no registers", FUNCTION RESOURCE NONE NONE NONE NONE NONE NONE NONE, BARS("none") },
    { "too few registers", FUNCTION RESOURCE NONE NONE NONE NONE NONE, NO_BARS("malformed") },
    { "registers that end before they begin",
      FUNCTION RESOURCE MEM("fff", "0") NONE NONE NONE NONE NONE, NO_BARS("malformed") },
    { "registers that are no numbers",
      FUNCTION RESOURCE "x y z\\n" NONE NONE NONE NONE NONE, NO_BARS("malformed") },
    { "registers with less than there is",
      FUNCTION RESOURCE "0x0 0x0\\n" NONE NONE NONE NONE NONE, NO_BARS("malformed") },
    { "a register of all addresses",
      FUNCTION RESOURCE MEM("0", "ffffffffffffffff") NONE NONE NONE NONE NONE,
      NO_BARS("malformed") },
    { "unreadable registers", FUNCTION "P/resource @fail EIO", NO_BARS("unreadable") },
    { "registers that are cut", FUNCTION "P/resource @fill 4095 0", NO_BARS("cut") },
    { "empty registers", FUNCTION "P/resource @raw ", NO_BARS("malformed") },

    /* how many virtual functions there are */
    { "number of virtual functions", VIRTUAL "P/../0000:00:01.0/sriov_numvfs 8", COUNTED("8") },
    { "number of virtual functions of the physical one",
      FUNCTION "P/sriov_numvfs 8", CAP(PF) },
    { "unreadable number of virtual functions",
      VIRTUAL "P/../0000:00:01.0/sriov_numvfs @fail EIO", NOT_COUNTED("unreadable") },
    { "number of virtual functions that is none",
      VIRTUAL "P/../0000:00:01.0/sriov_numvfs all", NOT_COUNTED("malformed") },
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
    { "features below a directory that is not for everybody",
      FUNCTION "R/kernel/debug/vfio @closed\n" OPEN_DEBUGFS "/migration/features secret",
      CAP(API SIGNATURE DRIVER KIND DERIVED("migratable", "yes") PCIID) },
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
    { "vfio-pci, and published that it can be migrated",
      PLAIN "P/migration/self migratable=yes",
      CAP(API SIGNATURE DERIVED("driver", "vfio-pci") KIND PCIID
          DERIVED("vfio_driver", "vfio-pci") UNUSABLE("migratable", "conflicting")) },
    { "a variant driver, and published that it cannot be migrated",
      VARIANT DEBUGFS "/migration @dir\nP/migration/self migratable=no",
      CAP(API SIGNATURE DERIVED("driver", "mlx5_vfio_pci") KIND ATTR("migratable", "no") PCIID
          DERIVED("vfio_driver", "mlx5-vfio-pci")) },
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
    { "driver that is a file", FUNCTION "P/driver @none\nP/driver x",
      CAP(API SIGNATURE KIND PCIID UNUSABLE("driver", "malformed")
          UNUSABLE("driver_version", "unreadable") UNUSABLE("migratable", "malformed")
          UNUSABLE("vfio_driver", "malformed")) },
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
    { "capabilities with a loop",
      LIST("34=40 40=0140"), "0000:00:02.0' is not used: its list of capabilities is broken" },
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
