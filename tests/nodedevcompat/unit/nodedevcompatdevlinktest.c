/*
 * nodedevcompatdevlinktest.c: firmware that devlink and others show
 *
 * In a copied tree devlink's answers are files; in all others, a function of this test is
 * in the place of the kernel.
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include "nodedevcompatframe.h"
#include "nodedevcompatnetlink.h"
#include "nodedevcompattree.h"

#define LIBVIRT_NODEDEV_COMPAT_DEVLINKPRIV_H_ALLOW
#include "nodedev_compat/evidence/nodedev_compat_devlinkpriv.h"
#include "nodedev_compat/evidence/nodedev_compat_cache.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

/* A function of a network card, and a virtual one of the card 0000:00:01.0 */
#define FUNCTION "P/vendor 0x15b3\nP/device 0x101e\nP/iommu_group @dir\n"
#define VIRTUAL \
    FUNCTION \
    "P/physfn @link ../0000:00:01.0\n" \
    "P/../0000:00:01.0/vendor 0x15b3\n" \
    "P/../0000:00:01.0/virtfn0 @link ../0000:00:03.0\n" \
    "P/../0000:00:01.0/virtfn1 @link ../0000:00:02.0\n"
#define CARD "P/../0000:00:01.0/"

/* What was recorded of the function, and of its card */
#define SAID(text) "R/nodedev-compat/devlink/0000:00:02.0 @raw " text "\n"
#define CARD_SAID(text) "R/nodedev-compat/devlink/0000:00:01.0 @raw " text "\n"

#define PF API "<type id='pci-15b3-101e'/>" DRIVER
#define PHYSICAL DERIVED("function", "physical")
#define VIRTUALITY DERIVED("function", "virtual")
#define PCIID ATTR("pci_id", "15b3:101e")
#define FIRMWARE DERIVED("fw.psid", "MT_0000000892") DERIVED("fw.version", "28.41.1000")
#define MARK(reason) UNUSABLE("devlink", reason)

static const struct testTree recorded[] = {
    { "nothing", FUNCTION, CAP(PF PHYSICAL PCIID) },
    { "versions",
      FUNCTION SAID("fixed fw.psid mt_0000000892\\nrunning fw.version  28.41.1000 "),
      CAP(PF PHYSICAL FIRMWARE PCIID) },
    { "versions of a name that another source has",
      FUNCTION SAID("fixed driver other\\nfixed board.id 7"),
      CAP(API "<type id='pci-15b3-101e'/>" DERIVED("board.id", "7") DRIVER PHYSICAL PCIID) },
    { "one name, two values",
      FUNCTION SAID("fixed a 1\\nrunning a 2"),
      CAP(PF PHYSICAL PCIID UNUSABLE("a", "conflicting")) },
    { "one name, one value", FUNCTION SAID("fixed a 1\\nrunning a 1"),
      CAP(API "<type id='pci-15b3-101e'/>" DERIVED("a", "1") DRIVER PHYSICAL PCIID) },
    { "value that is no text", FUNCTION SAID("fixed a"),
      CAP(PF PHYSICAL PCIID UNUSABLE("a", "malformed")) },
    { "names that mean something else",
      FUNCTION SAID("fixed software_version 1.0\\nfixed type t\\nfixed pciid 1:2\\n"
                    "fixed migratable yes\\nfixed devlink 1\\nfixed facts 1"),
      CAP(PF PHYSICAL PCIID) },
    { "names that are none", FUNCTION SAID("fixed  1\\nfixed a/b 1\\nrunning -a 1"),
      CAP(PF PHYSICAL PCIID) },
    { "what is of one piece of hardware only",
      FUNCTION SAID("fixed serial secret\\nfixed board.serial_number secret\\n"
                    "fixed asic.SN secret\\nfixed a 00:11:22:33:44:55\\n"
                    "fixed b 4b20d080-1b54-4048-85b3-a6a62d165c01"),
      CAP(PF PHYSICAL PCIID) },
    { "no lines of it", FUNCTION SAID("fixed a 1\\nstored a 2"),
      CAP(PF PHYSICAL PCIID MARK("malformed")) },
    { "an empty file", FUNCTION SAID(""), CAP(PF PHYSICAL PCIID MARK("malformed")) },
    { "an error", FUNCTION SAID("error EIO"), CAP(PF PHYSICAL PCIID MARK("unreadable")) },
    { "an error of another name", FUNCTION SAID("error EWHATEVER"),
      CAP(PF PHYSICAL PCIID MARK("unreadable")) },
    { "an error that is a time-out", FUNCTION SAID("error ETIMEDOUT"),
      CAP(PF PHYSICAL PCIID MARK("timeout")) },
    { "no such device", FUNCTION SAID("error ENODEV"), CAP(PF PHYSICAL PCIID) },
    { "no versions of this driver", FUNCTION SAID("error EOPNOTSUPP"), CAP(PF PHYSICAL PCIID) },
    { "not readable",
      FUNCTION "R/nodedev-compat/devlink/0000:00:02.0 @fail EIO",
      CAP(PF PHYSICAL PCIID MARK("unreadable")) },
    { "too much",
      FUNCTION "R/nodedev-compat/devlink/0000:00:02.0 @fill 5000 a",
      CAP(PF PHYSICAL PCIID MARK("cut")) },

    /* virtual functions */
    { "versions of the card",
      VIRTUAL SAID("fixed a 1") CARD_SAID("fixed b 2"),
      CAP(API "<type id='pci-15b3-101e'/>" DERIVED("b", "2") DRIVER VIRTUALITY PCIID) },
    { "can be migrated", VIRTUAL SAID("migratable enable"),
      CAP(PF VIRTUALITY DERIVED("migratable", "yes") PCIID) },
    { "cannot be migrated", VIRTUAL SAID("migratable disable"),
      CAP(PF VIRTUALITY DERIVED("migratable", "no") PCIID) },
    { "can and cannot be migrated", VIRTUAL SAID("migratable enable\\nmigratable disable"),
      CAP(PF VIRTUALITY PCIID UNUSABLE("migratable", "malformed")) },
    { "whether it can be migrated is not known", VIRTUAL SAID("error EIO"),
      CAP(PF VIRTUALITY PCIID UNUSABLE("migratable", "unreadable")) },
    { "can be migrated by devlink, not by VFIO",
      VIRTUAL SAID("migratable enable") "R/kernel/debug/vfio/0000:00:02.0 @dir",
      CAP(PF VIRTUALITY DERIVED("migratable", "no") PCIID) },
    { "can be migrated by VFIO, not by devlink",
      VIRTUAL SAID("migratable disable") "R/kernel/debug/vfio/0000:00:02.0/migration @dir",
      CAP(PF VIRTUALITY DERIVED("migratable", "no") PCIID) },
    { "can be migrated by both",
      VIRTUAL SAID("migratable enable") "R/kernel/debug/vfio/0000:00:02.0/migration @dir",
      CAP(PF VIRTUALITY DERIVED("migratable", "yes") PCIID) },
    { "can be migrated by VFIO, and devlink fails",
      VIRTUAL SAID("error EIO") "R/kernel/debug/vfio/0000:00:02.0/migration @dir",
      CAP(PF VIRTUALITY PCIID UNUSABLE("migratable", "unreadable")) },
    { "cannot be migrated by VFIO, and devlink fails",
      VIRTUAL SAID("error EIO") "R/kernel/debug/vfio/0000:00:02.0 @dir",
      CAP(PF VIRTUALITY DERIVED("migratable", "no") PCIID) },
    { "card that does not answer is asked once",
      VIRTUAL SAID("migratable enable") CARD_SAID("error ETIMEDOUT"),
      CAP(PF VIRTUALITY PCIID MARK("timeout")) },
    { "physical function that cannot be looked at",
      FUNCTION "P/physfn @loop",
      CAP(PF PCIID UNUSABLE("function", "unreadable") UNUSABLE("pf_pci_id", "unreadable")
          UNUSABLE("pf_subsystem_id", "unreadable")) },

    /* ethtool */
    { "firmware by ethtool",
      FUNCTION "P/vendor 0x8086\nR/nodedev-compat/ethtool/0000:00:02.0 3.16, (x)",
      CAP(API "<type id='pci-8086-101e'/>" DRIVER DERIVED("ethtool.fw_version", "3.16, (x)")
          PHYSICAL ATTR("pci_id", "8086:101e")) },
    { "firmware and board by ethtool",
      VIRTUAL "R/nodedev-compat/ethtool/0000:00:01.0 28.41.1000 (mt_0000000892)",
      CAP(PF VIRTUALITY FIRMWARE PCIID) },
    { "half a board by ethtool",
      VIRTUAL "R/nodedev-compat/ethtool/0000:00:01.0 28.41.1000 (MT_00000",
      CAP(PF VIRTUALITY DERIVED("fw.version", "28.41.1000") PCIID
          UNUSABLE("fw.psid", "cut")) },
    { "no board by ethtool",
      VIRTUAL "R/nodedev-compat/ethtool/0000:00:01.0 28.41.1000",
      CAP(PF VIRTUALITY DERIVED("fw.version", "28.41.1000") PCIID) },
    { "no firmware by ethtool",
      FUNCTION "R/nodedev-compat/ethtool/0000:00:02.0 N/A", CAP(PF PHYSICAL PCIID) },
    { "nothing by ethtool",
      FUNCTION "R/nodedev-compat/ethtool/0000:00:02.0 @raw ", CAP(PF PHYSICAL PCIID) },
    { "ethtool is not readable",
      FUNCTION "R/nodedev-compat/ethtool/0000:00:02.0 @fail EIO",
      CAP(PF PHYSICAL PCIID UNUSABLE("fw.version", "unreadable")) },
    { "ethtool after devlink",
      FUNCTION SAID("running fw.version 1") "R/nodedev-compat/ethtool/0000:00:02.0 2",
      CAP(PF PHYSICAL DERIVED("fw.version", "1") PCIID) },
    { "ethtool after an error of devlink's",
      FUNCTION SAID("error EIO") "R/nodedev-compat/ethtool/0000:00:02.0 2",
      CAP(PF PHYSICAL PCIID MARK("unreadable")) },
    { "RDMA after devlink",
      FUNCTION SAID("running fw.version 1") "P/infiniband/mlx5_0/fw_ver 2",
      CAP(PF PHYSICAL DERIVED("fw.version", "1") PCIID) },
};

/* What is in sysfs itself */
static const struct testTree infiniband[] = {
    { "firmware and board",
      FUNCTION "P/infiniband/mlx5_0/fw_ver 28.41.1000\n"
      "P/infiniband/mlx5_0/board_id mt_0000000892",
      CAP(PF PHYSICAL FIRMWARE PCIID) },
    { "of the card",
      VIRTUAL CARD "infiniband/mlx5_0/fw_ver 28.41.1000\n"
      CARD "infiniband/mlx5_0/board_id MT_0000000892",
      CAP(PF VIRTUALITY FIRMWARE PCIID) },
    { "of another vendor",
      "P/vendor 0x8086\nP/device 0x10ca\nP/iommu_group @dir\n"
      "P/infiniband/irdma0/fw_ver 1.60\nP/infiniband/irdma0/board_id @raw \n",
      CAP(API "<type id='pci-8086-10ca'/>" DRIVER PHYSICAL DERIVED("infiniband.fw_ver", "1.60")
          ATTR("pci_id", "8086:10ca")) },
    { "two devices, the same",
      FUNCTION "P/infiniband/mlx5_0/fw_ver 1\nP/infiniband/mlx5_1/fw_ver 1",
      CAP(PF PHYSICAL DERIVED("fw.version", "1") PCIID) },
    { "two devices that differ",
      FUNCTION "P/infiniband/mlx5_0/fw_ver 1\nP/infiniband/mlx5_1/fw_ver 2",
      CAP(PF PHYSICAL PCIID UNUSABLE("fw.version", "conflicting")) },
    { "not readable",
      FUNCTION "P/infiniband/mlx5_0/fw_ver @fail EIO",
      CAP(PF PHYSICAL PCIID UNUSABLE("fw.version", "unreadable")) },
    { "a board in two spellings",
      FUNCTION "P/infiniband/mlx5_0/board_id @raw MT_0000000892 \\n\n"
      "P/infiniband/mlx5_1/board_id mt_0000000892",
      CAP(PF PHYSICAL DERIVED("fw.psid", "MT_0000000892") PCIID) },
    { "two boards",
      FUNCTION "P/infiniband/mlx5_0/board_id MT_0000000892\n"
      "P/infiniband/mlx5_1/board_id MT_0000000891",
      CAP(PF PHYSICAL PCIID UNUSABLE("fw.psid", "conflicting")) },
    { "cut", FUNCTION "P/infiniband/mlx5_0/board_id @fill 5000 a",
      CAP(PF PHYSICAL PCIID UNUSABLE("fw.psid", "cut")) },
    { "devices that cannot be listed", FUNCTION "P/infiniband @loop",
      CAP(PF PHYSICAL PCIID UNUSABLE("infiniband.fw_ver", "unreadable")) },
};


static int
testRecorded(const void *opaque)
{
    const struct testTree *data = opaque;
    g_autoptr(testRoot) root = testMakeTree(data->tree);
    g_autofree char *actual = testReadConfined(root, PARENT);
    g_autofree char *log = virTestLogContentAndReset();

    if (log && strstr(log, "secret"))
        return testFail("expected no serial number in the log, got '%s'", log);
    return testCheckXML(data->expect, actual);
}


/* What the kernel replies, and what it was asked */
struct testLive {
    const char *name;
    const char *tree;
    const char *info;           /* a number: -errno */
    const char *ports;
    const char *expect;
    const char *questions;
};

#define CARD_INFO FAMILY "@20,0,51 1=pci 2=0000:00:01.0 "
#define CARD_VF(number, value) \
    "@20,2,3 1=pci 2=0000:00:01.0 77:4/2 128:" number "/2 " CAPS(value, "2")

static const struct testLive lives[] = {
    { "versions",
      FUNCTION, FAMILY INFO SERIAL FIXED("fw.psid", "mt_0000000892")
      RUNNING("fw.version", "28.41.1000") STORED("fw.version", "2"), NULL,
      CAP(PF PHYSICAL FIRMWARE PCIID), "devlink info 0000:00:02.0" },
    { "no such device", FUNCTION, FAMILY ERRNO("19"), NULL,
      CAP(PF PHYSICAL PCIID), "devlink info 0000:00:02.0" },
    { "no devlink", FUNCTION, "-93", NULL, CAP(PF PHYSICAL PCIID), "devlink info 0000:00:02.0" },
    { "no permission", FUNCTION, "-1", NULL,
      CAP(PF PHYSICAL PCIID MARK("private")), "devlink info 0000:00:02.0" },
    { "an error of the driver", FUNCTION, FAMILY ERRNO("5"), NULL,
      CAP(PF PHYSICAL PCIID MARK("unreadable")), "devlink info 0000:00:02.0" },
    { "too much for a message", FUNCTION, FAMILY ERRNO("90"), NULL,
      CAP(PF PHYSICAL PCIID MARK("cut")), "devlink info 0000:00:02.0" },
    { "no reply in time", FUNCTION, "-110", NULL,
      CAP(PF PHYSICAL PCIID MARK("timeout")), "devlink info 0000:00:02.0" },
    { "a malformed reply", FUNCTION, FAMILY, NULL,
      CAP(PF PHYSICAL PCIID MARK("malformed")), "devlink info 0000:00:02.0" },
    { "a virtual function",
      VIRTUAL, CARD_INFO FIXED("a", "1"),
      FAMILY CARD_VF("0", "0") CARD_VF("1", "2") DONE,
      CAP(API "<type id='pci-15b3-101e'/>" DERIVED("a", "1") DRIVER VIRTUALITY
          DERIVED("migratable", "yes") PCIID),
      "devlink info 0000:00:01.0 devlink ports 0000:00:01.0" },
    { "a virtual function without a port",
      VIRTUAL, CARD_INFO, FAMILY CARD_VF("0", "0") DONE, CAP(PF VIRTUALITY PCIID),
      "devlink info 0000:00:01.0 devlink ports 0000:00:01.0" },
    { "no ports at all", VIRTUAL, CARD_INFO, FAMILY DONE, CAP(PF VIRTUALITY PCIID),
      "devlink info 0000:00:01.0 devlink ports 0000:00:01.0" },
    { "two ports that differ",
      VIRTUAL, CARD_INFO, FAMILY CARD_VF("1", "0") CARD_VF("1", "2") DONE,
      CAP(PF VIRTUALITY PCIID UNUSABLE("migratable", "malformed")),
      "devlink info 0000:00:01.0 devlink ports 0000:00:01.0" },
    { "a virtual function that the card does not list",
      VIRTUAL CARD "virtfn1 @none\n", CARD_INFO, FAMILY CARD_VF("1", "2") DONE,
      CAP(PF VIRTUALITY PCIID UNUSABLE("migratable", "unreadable")),
      "devlink info 0000:00:01.0 devlink ports 0000:00:01.0" },
    { "ports that cannot be listed", VIRTUAL, CARD_INFO, "-5",
      CAP(PF VIRTUALITY PCIID UNUSABLE("migratable", "unreadable")),
      "devlink info 0000:00:01.0 devlink ports 0000:00:01.0" },
    { "a card that does not answer is asked once", VIRTUAL, "-110", FAMILY DONE,
      CAP(PF VIRTUALITY PCIID MARK("timeout")), "devlink info 0000:00:01.0" },
};

static const struct testLive *live;
static GString *questions;      /* in the order in which they came */


/* Called by a thread, while the test waits for it */
static int
testExchange(const char *name,
             int max G_GNUC_UNUSED,
             char **ret_replies)
{
    const char *words = STRPREFIX(name, VIR_NODE_DEVICE_COMPAT_DEVLINK_INFO) ? live->info :
        live->ports;
    size_t length;
    int error;

    g_string_append_printf(questions, "%s%s", questions->len > 0 ? " " : "", name);
    if (virStrToLong_i(words, NULL, 10, &error) == 0)
        return error;

    *ret_replies = testNetlinkMake(words, &length);
    return length;
}


static int
testLive(const void *opaque)
{
    g_autoptr(testRoot) root = NULL;
    g_autofree char *actual = NULL;
    g_autofree char *log = NULL;

    live = opaque;
    g_string_truncate(questions, 0);
    root = testMakeTree(live->tree);
    virNodeDeviceCompatDevlinkSetExchange(testExchange);
    actual = testReadTree(root, PARENT);
    virNodeDeviceCompatDevlinkSetExchange(NULL);
    log = virTestLogContentAndReset();

    if (testCheckXML(live->expect, actual) < 0)
        return -1;
    return testExpectString(live->questions, questions->str);
}


/* A mediated device is asked for by the card that its parent is a function of; the port of
 * its parent is not its own. */
static int
testLiveMdev(const void *opaque G_GNUC_UNUSED)
{
    static const struct testLive mdev = {
        .info = CARD_INFO FIXED("a", "1"), .ports = FAMILY DONE,
    };
    g_autoptr(testRoot) root = testMakeTree(BASE "P/physfn @link ../0000:00:01.0\n"
                                            CARD "vendor 0x15b3");
    g_autofree char *actual = NULL;

    live = &mdev;
    g_string_truncate(questions, 0);
    virNodeDeviceCompatDevlinkSetExchange(testExchange);
    actual = testReadTree(root, PARENT "/" UUID);
    virNodeDeviceCompatDevlinkSetExchange(NULL);

    if (testCheckXML(CAP(API TYPE DERIVED("a", "1") DRIVER), actual) < 0)
        return -1;
    return testExpectString("devlink info 0000:00:01.0", questions->str);
}


/* More is received than an answer that is kept may have, of which little is needed. */
static int
testExchangeLarge(const char *name,
                  int max,
                  char **ret_replies)
{
    g_autoptr(GByteArray) replies = NULL;
    g_autofree char *family = NULL;
    g_autofree char *port = NULL;
    g_autofree char *done = NULL;
    size_t familyLength;
    size_t portLength;
    size_t doneLength;
    gsize length;

    if (STRPREFIX(name, VIR_NODE_DEVICE_COMPAT_DEVLINK_INFO))
        return testExchange(name, max, ret_replies);

    g_string_append_printf(questions, " %s", name);
    family = testNetlinkMake(FAMILY, &familyLength);
    port = testNetlinkMake(CARD_VF("1", "2"), &portLength);
    done = testNetlinkMake(DONE, &doneLength);

    replies = g_byte_array_new();
    g_byte_array_append(replies, (const guint8 *) family, familyLength);
    while (replies->len <= VIR_NODE_DEVICE_COMPAT_CACHE_ANSWER_MAX)
        g_byte_array_append(replies, (const guint8 *) port, portLength);
    g_byte_array_append(replies, (const guint8 *) done, doneLength);

    *ret_replies = (char *) g_byte_array_steal(replies, &length);
    return length;
}


static int
testLiveLarge(const void *opaque G_GNUC_UNUSED)
{
    static const struct testLive large = { .info = CARD_INFO };
    g_autoptr(testRoot) root = testMakeTree(VIRTUAL);
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;

    live = &large;
    g_string_truncate(questions, 0);
    virNodeDeviceCompatDevlinkSetExchange(testExchangeLarge);
    virNodeDeviceCompatCacheEnable(true);
    first = testReadTree(root, PARENT);
    second = testReadTree(root, PARENT);
    virNodeDeviceCompatCacheDisable();
    virNodeDeviceCompatDevlinkSetExchange(NULL);

    if (testCheckXML(CAP(PF VIRTUALITY DERIVED("migratable", "yes") PCIID), first) < 0 ||
        testExpectString(first, second) < 0)
        return -1;
    return testExpectString("devlink info 0000:00:01.0 devlink ports 0000:00:01.0",
                            questions->str);
}


/* Nothing but the machine's own sysfs makes anybody ask the machine. */
static int
testOther(const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(testRoot) root = testMakeTree(FUNCTION SAID("fixed a 1"));
    g_autofree char *actual = testReadTree(root, PARENT);

    return testCheckXML(CAP(PF PHYSICAL PCIID), actual);
}


static int
mymain(void)
{
    testTreeInit();
    questions = g_string_new("");

    DO_TABLE_EXPECT("recorded", recorded, testRecorded);
    DO_TABLE_EXPECT("RDMA", infiniband, testTreeFunction);
    DO_TABLE("live", lives, testLive);
    DO_TEST(testLiveMdev, NULL, "a mediated device on a virtual function");
    DO_TEST(testLiveLarge, NULL, "a card with many ports is asked once");
    DO_TEST(testOther, NULL, "a tree that is neither this machine's nor confined");

    g_string_free(questions, TRUE);
    return testResult();
}

VIR_TEST_MAIN(mymain)
