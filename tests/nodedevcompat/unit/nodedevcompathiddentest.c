/*
 * nodedevcompathiddentest.c: what a container hides of a device
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#ifdef __linux__
# include <sched.h>
# include <sys/stat.h>
#endif

#define LIBVIRT_NODEDEV_COMPAT_EVIDENCE_HIDDENPRIV_H_ALLOW

#include "nodedev_compat/evidence/nodedev_compat_evidence_hiddenpriv.h"
#include "nodedev_compat/nodedev_compat_compare.h"
#include "nodedevcompatframe.h"
#include "nodedevcompattree.h"
#include "nodedevcompatutils.h"
#include "virthread.h"

#define VIR_FROM_THIS VIR_FROM_NODEDEV

#define DEBUGFS VIR_NODE_DEVICE_COMPAT_HIDDEN_DEBUGFS
#define DEVLINK VIR_NODE_DEVICE_COMPAT_HIDDEN_DEVLINK
#define BOTH (DEBUGFS | DEVLINK)

#define MIGRATABLE UNUSABLE("migratable", "private")
#define MARK UNUSABLE("devlink", "private")

#define FUNCTION "P/vendor 0x15b3\nP/device 0x1021\nP/iommu_group @dir\n"
#define BOUND FUNCTION "P/vfio-dev @dir\n"
#define NIC "P/class 0x020000\n"
#define SIGNATURE "<type id='pci-15b3-1021'/>"
#define PCIID ATTR("pci_id", "15b3:1021")
#define PHYSICAL DERIVED("function", "physical")
#define CLASS DERIVED("pci_class", "0x020000")
#define VFIO DERIVED("vfio_driver", "vendor")

/* A tree, what is hidden, what facts state of any device, and the descriptor */
struct testHidden {
    const char *name;
    const char *tree;
    unsigned int hidden;
    const char *facts;
    const char *expect;
};

static const struct testHidden mdevs[] = {
    { "nothing is hidden", BASE, 0, NULL, CAP(API TYPE DRIVER) },
    { "no debugfs", BASE, DEBUGFS, NULL, CAP(API TYPE DRIVER MIGRATABLE) },
    { "no devlink", BASE, DEVLINK, NULL, CAP(API TYPE DRIVER) },
    { "no debugfs, but a fact",
      BASE, DEBUGFS, ATTR("migratable", "yes"),
      CAP(API TYPE DRIVER ATTR("migratable", "yes")) },
    { "no debugfs, and it is known",
      BASE "R/kernel/debug/vfio/" UUID "/migration @dir", DEBUGFS, NULL,
      CAP(API TYPE DRIVER DERIVED("migratable", "yes")) },
    { "no devlink of a parent that is a network controller",
      BASE NIC, DEVLINK, NULL, CAP(API TYPE DRIVER MARK) },
};

static const struct testHidden types[] = {
    { "nothing is known of a device", BASE, BOTH, NULL, CAP(API TYPE DRIVER) },
    { "no devlink of a parent that is a network controller",
      BASE NIC, BOTH, NULL, CAP(API TYPE DRIVER MARK) },
};

static const struct testHidden functions[] = {
    { "nothing is hidden", BOUND NIC, 0, NULL,
      CAP(API SIGNATURE DRIVER PHYSICAL CLASS PCIID VFIO) },
    { "no debugfs, and no VFIO driver yet",
      FUNCTION, DEBUGFS, NULL, CAP(API SIGNATURE DRIVER PHYSICAL PCIID) },
    { "no debugfs, with its VFIO driver",
      BOUND, DEBUGFS, NULL, CAP(API SIGNATURE DRIVER PHYSICAL PCIID VFIO MIGRATABLE) },
    { "no debugfs, with vfio-pci",
      BOUND "P/driver @none\nP/driver @link ../../../bus/pci/drivers/vfio-pci", DEBUGFS, NULL,
      CAP(API SIGNATURE DERIVED("driver", "vfio-pci") PHYSICAL DERIVED("migratable", "no")
          PCIID DERIVED("vfio_driver", "vfio-pci")) },
    { "no devlink of a network controller",
      FUNCTION NIC, DEVLINK, NULL, CAP(API SIGNATURE DRIVER PHYSICAL CLASS PCIID MARK) },
    { "no devlink of what has none",
      FUNCTION "P/class 0x030200", DEVLINK, NULL,
      CAP(API SIGNATURE DRIVER PHYSICAL DERIVED("pci_class", "0x030200") PCIID) },
    { "no devlink of a driver that has it",
      FUNCTION "P/driver @none\nP/driver @link ../../../bus/pci/drivers/pds_core", DEVLINK, NULL,
      CAP(API SIGNATURE DERIVED("driver", "pds_core") PHYSICAL PCIID MARK) },
    { "no devlink, but RDMA",
      FUNCTION NIC "P/infiniband/mlx5_0/fw_ver 28.41", DEVLINK, NULL,
      CAP(API SIGNATURE DRIVER PHYSICAL DERIVED("fw.version", "28.41") CLASS PCIID) },
    { "no devlink, but a fact",
      FUNCTION NIC, DEVLINK, ATTR("fw.version", "28.41"),
      CAP(API SIGNATURE DRIVER PHYSICAL ATTR("fw.version", "28.41") CLASS PCIID) },
    { "no devlink, but a fact of the only firmware",
      FUNCTION NIC, DEVLINK, ATTR("fw", "28.41"),
      CAP(API SIGNATURE DRIVER PHYSICAL ATTR("fw", "28.41") CLASS PCIID) },
    { "no devlink, and a fact about something else",
      FUNCTION NIC, DEVLINK, ATTR("x", "1"),
      CAP(API SIGNATURE DRIVER PHYSICAL CLASS PCIID ATTR("x", "1") MARK) },
    { "neither", BOUND NIC, BOTH, NULL,
      CAP(API SIGNATURE DRIVER PHYSICAL CLASS PCIID VFIO MARK MIGRATABLE) },
};


static int
testCheck(const struct testHidden *data,
          const char *dir)
{
    g_autoptr(testRoot) root = testMakeTree(data->tree);
    g_autoptr(virNodeDeviceCompatFacts) facts = virNodeDeviceCompatFactsNew();
    g_autoptr(virNodeDeviceCompat) compat = NULL;
    g_autofree char *actual = NULL;
    g_autofree char *xml = NULL;

    if (data->facts) {
        xml = g_strdup_printf("<nodedevCompatFacts><facts driver='vendor'>%s</facts>"
                              "</nodedevCompatFacts>", data->facts);
        if (virNodeDeviceCompatFactsAddXML(facts, xml, "facts.xml") < 0)
            return -1;
    }

    virNodeDeviceCompatHiddenSet(data->hidden);
    compat = testReadWithFacts(root, dir, facts);
    virNodeDeviceCompatHiddenSet(-1);

    actual = testFormatTight(compat);
    return testCheckXML(data->expect, actual);
}


static int
testMdev(const void *opaque)
{
    return testCheck(opaque, PARENT "/" UUID);
}


static int
testType(const void *opaque)
{
    return testCheck(opaque, PARENT "/mdev_supported_types/t1");
}


static int
testFunction(const void *opaque)
{
    return testCheck(opaque, PARENT);
}


/* Nothing that is hidden makes two devices compatible, and the reason says what it is. */
struct testVerdict {
    const char *name;
    unsigned int source;
    unsigned int target;
    const char *expect;
};

static const struct testVerdict verdicts[] = {
    { "neither is in a container", 0, 0, "identical" },
    { "source is in a container", DEBUGFS, 0, "unknown private-source:migratable" },
    { "target is in a container", 0, DEBUGFS, "unknown private-target:migratable" },
    { "both are in a container", BOTH, BOTH,
      "unknown private-source:devlink private-source:migratable "
      "private-target:devlink private-target:migratable" },
};


static virNodeDeviceCompat *
testReadHidden(const char *root,
               unsigned int hidden)
{
    virNodeDeviceCompat *compat;

    virNodeDeviceCompatHiddenSet(hidden);
    compat = testReadWithFacts(root, PARENT "/" UUID, NULL);
    virNodeDeviceCompatHiddenSet(-1);
    return compat;
}


static int
testCompare(const void *opaque)
{
    const struct testVerdict *data = opaque;
    g_autoptr(testRoot) root = testMakeTree(BASE NIC "D/migration/self/software_version 1.2.0");
    g_autoptr(virNodeDeviceCompat) source = testReadHidden(root, data->source);
    g_autoptr(virNodeDeviceCompat) target = testReadHidden(root, data->target);
    g_autoptr(virNodeDeviceCompatReport) report = NULL;
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *actual = NULL;
    size_t i;

    report = virNodeDeviceCompatCompare(source, target, NULL, 0);
    for (i = 0; i < report->nreasons; i++) {
        const virNodeDeviceCompatReason *reason = report->reasons[i];

        if (!strstr(reason->message, "container"))
            return testFail("'%s' does not say that it is a container", reason->message);
        g_ptr_array_add(words, g_strdup_printf("%s:%s", reason->code, reason->attr));
    }
    g_ptr_array_sort_with_data(words, virStringSortCompare, NULL);
    g_ptr_array_insert(words, 0, g_strdup(virNodeDeviceCompatResultTypeToString(report->verdict)));
    g_ptr_array_add(words, NULL);
    actual = g_strjoinv(" ", (char **) words->pdata);

    return testExpectString(data->expect, actual);
}


#ifdef __linux__

/* What a thread sees in a namespace of its own; -1: it may not have one */
struct testView {
    int namespace;
    int hidden;
};


static void
testLook(void *opaque)
{
    struct testView *view = opaque;

    if (unshare(view->namespace) == 0)
        view->hidden = virNodeDeviceCompatHiddenGet();
}


/* Whether there is a debugfs that is not mounted */
static bool
testLacksDebugfs(void)
{
    struct stat above;
    struct stat sb;

    return stat("/sys/kernel", &above) == 0 && stat("/sys/kernel/debug", &sb) == 0 &&
           above.st_dev == sb.st_dev;
}


static int
testNamespace(const void *opaque)
{
    const int *namespace = opaque;
    unsigned int before = virNodeDeviceCompatHiddenGet();
    unsigned int expect = 0;
    struct testView view = { .namespace = *namespace, .hidden = -1 };
    virThread thread;

    if (*namespace == CLONE_NEWNET)
        expect = DEVLINK;
    else if (*namespace == CLONE_NEWCGROUP && testLacksDebugfs())
        expect = DEBUGFS;

    if (virThreadCreate(&thread, true, testLook, &view) < 0)
        return testFail("cannot create a thread: %s", g_strerror(errno));
    virThreadJoin(&thread);

    if (view.hidden < 0)
        return EXIT_AM_SKIP;

    return testExpectNumber(before | expect, view.hidden);
}

#endif


static int
mymain(void)
{
    testTreeInit();

    DO_TABLE("mediated device", mdevs, testMdev);
    DO_TABLE("type", types, testType);
    DO_TABLE("function", functions, testFunction);
    DO_TABLE_EXPECT("comparison", verdicts, testCompare);

#ifdef __linux__
    {
        static const int network = CLONE_NEWNET;
        static const int container = CLONE_NEWCGROUP;
        static const int host = CLONE_NEWUTS;

        DO_TEST(testNamespace, &network, "other network namespace hides devlink");
        DO_TEST(testNamespace, &container, "other control groups hide debugfs");
        DO_TEST(testNamespace, &host, "other host name hides nothing");
    }
#endif

    return testResult();
}

VIR_TEST_MAIN(mymain)
