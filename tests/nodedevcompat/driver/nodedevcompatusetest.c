/*
 * nodedevcompatusetest.c: which devices are in use, on trees that are made up
 *
 * Copyright (C) 2026 The libvirt-nodedev-compat authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <config.h>

#include <unistd.h>

#include "nodedevcompatframe.h"

#include "node_device/node_device_compat_use.h"
#include "nodedev_compat_conf.h"
#include "virfile.h"

#define VIR_FROM_THIS VIR_FROM_NONE

#define FREE VIR_NODE_DEVICE_COMPAT_STATE_FREE
#define HOST VIR_NODE_DEVICE_COMPAT_STATE_HOST
#define UNKNOWN VIR_NODE_DEVICE_COMPAT_STATE_UNKNOWN
#define USED VIR_NODE_DEVICE_COMPAT_STATE_USED

struct testUse {
    const char *name;
    const char *link;           /* what a process has open, NULL: nothing */
    const char *device;         /* "mdev GROUP", or "pci GROUP [ATTR=VALUE]" */
    const char *hidden;         /* make this a file that is no directory */
    virNodeDeviceCompatState expect;
};

static const struct testUse uses[] = {
    { "nothing open", NULL, "mdev 12", NULL, FREE },
    { "its group open", "/dev/vfio/12", "mdev 12", NULL, USED },
    { "its group open, deleted since", "/dev/vfio/12 (deleted)", "mdev 12", NULL, USED },
    { "another group open", "/dev/vfio/13", "mdev 12", NULL, FREE },
    { "longer number", "/dev/vfio/123", "mdev 12", NULL, FREE },
    { "shorter number", "/dev/vfio/1", "mdev 12", NULL, FREE },
    { "group 0", "/dev/vfio/0", "mdev 0", NULL, USED },
    { "the container open", "/dev/vfio/vfio", "mdev 0", NULL, FREE },
    { "negative number", "/dev/vfio/-12", "mdev 12", NULL, FREE },
    { "number too large", "/dev/vfio/99999999999999999999", "mdev 12", NULL, FREE },
    { "no number", "/dev/vfio/", "mdev 0", NULL, FREE },
    { "under another /dev", "/newroot/dev/vfio/12", "mdev 12", NULL, USED },
    { "device of that group open", "/dev/vfio/devices/vfio3", "mdev 12", NULL, USED },
    { "device of another group open", "/dev/vfio/devices/vfio3", "mdev 13", NULL, FREE },
    { "device that is not there", "/dev/vfio/devices/vfio4", "mdev 12", NULL, FREE },
    { "device with a path for a name", "/dev/vfio/devices/../vfio3", "mdev 12", NULL, FREE },
    { "other file", "/var/lib/12", "mdev 12", NULL, FREE },
    { "what is no process", "/dev/null", "mdev 99", NULL, FREE },
    { "no group", NULL, "mdev -1", NULL, UNKNOWN },
    { "process that hides", NULL, "mdev 12", "proc/4711/fd", UNKNOWN },
    { "no /proc", NULL, "mdev 12", "proc", UNKNOWN },

    { "no driver", NULL, "pci 12", NULL, FREE },
    { "the host's driver", NULL, "pci 12 driver=igb", NULL, HOST },
    { "the host's driver, group open", "/dev/vfio/12", "pci 12 driver=igb", NULL, HOST },
    { "VFIO's driver", NULL, "pci 12 vfio_driver=vfio-pci", NULL, FREE },
    { "VFIO's driver, group open", "/dev/vfio/12", "pci 12 vfio_driver=vfio-pci", NULL, USED },
    { "VFIO's driver, other group open", "/dev/vfio/2", "pci 12 vfio_driver=vfio-pci", NULL, FREE },
    { "VFIO's driver, no group", NULL, "pci -1 vfio_driver=vfio-pci", NULL, UNKNOWN },
};

static char *root;


static int
testMakeTree(const struct testUse *test)
{
    g_autofree char *process = g_strdup_printf("%s/proc/4711/fd", root);
    g_autofree char *other = g_strdup_printf("%s/proc/self/fd", root);
    g_autofree char *device = g_strdup_printf("%s/sys/class/vfio-dev/vfio3/device", root);
    g_autofree char *fd = g_strdup_printf("%s/7", process);
    g_autofree char *otherFd = g_strdup_printf("%s/7", other);
    g_autofree char *group = g_strdup_printf("%s/iommu_group", device);

    virFileDeleteTree(root);
    if (g_mkdir_with_parents(process, 0700) < 0 ||
        g_mkdir_with_parents(other, 0700) < 0 ||
        g_mkdir_with_parents(device, 0700) < 0 ||
        symlink("../../../../kernel/iommu_groups/12", group) < 0 ||
        /* not a process of its own */
        symlink("/dev/vfio/99", otherFd) < 0 ||
        (test->link && symlink(test->link, fd) < 0))
        return -1;

    if (test->hidden) {
        g_autofree char *hidden = g_strdup_printf("%s/%s", root, test->hidden);

        virFileDeleteTree(hidden);
        if (virFileWriteStr(hidden, "x", 0600) < 0 && errno != EEXIST)
            return -1;
    }

    return 0;
}


static virNodeDeviceDef *
testMakeDevice(const char *text)
{
    virNodeDeviceDef *def = g_new0(virNodeDeviceDef, 1);
    virNodeDevCapsDef *caps = g_new0(virNodeDevCapsDef, 1);
    g_auto(GStrv) words = g_strsplit(text, " ", 3);
    int group = g_ascii_strtoll(words[1], NULL, 10);

    def->name = g_strdup("device");
    def->caps = caps;

    if (STREQ(words[0], "mdev")) {
        caps->data.type = VIR_NODE_DEV_CAP_MDEV;
        caps->data.mdev.iommuGroupNumber = group;
        return def;
    }

    caps->data.type = VIR_NODE_DEV_CAP_PCI_DEV;
    caps->data.compat = virNodeDeviceCompatNew();
    if (words[2]) {
        g_auto(GStrv) attr = g_strsplit(words[2], "=", 2);

        virNodeDeviceCompatAdd(caps->data.compat, NULL, attr[0], attr[1]);
    }
    if (group >= 0) {
        caps->data.pci_dev.iommuGroupNumber = group;
        caps->data.pci_dev.iommuGroupDevices = g_new0(virPCIDeviceAddress *, 1);
        caps->data.pci_dev.iommuGroupDevices[0] = g_new0(virPCIDeviceAddress, 1);
        caps->data.pci_dev.nIommuGroupDevices = 1;
    }

    return def;
}


static int
testUse(const void *opaque)
{
    const struct testUse *test = opaque;
    g_autoptr(virNodeDeviceDef) def = testMakeDevice(test->device);
    g_autoptr(nodeDeviceCompatUse) use = NULL;
    virNodeDeviceCompatState actual;

    if (testMakeTree(test) < 0)
        return testFail("cannot make a tree in '%s': %s", root, g_strerror(errno));

    use = nodeDeviceCompatUseNew(root);
    actual = nodeDeviceCompatUseGetState(use, def);
    return testExpectString(virNodeDeviceCompatStateTypeToString(test->expect),
                            virNodeDeviceCompatStateTypeToString(actual));
}


static int
mymain(void)
{
    g_autofree char *template = g_strdup("/tmp/nodedevcompatusetest-XXXXXX");

    if (!g_mkdtemp(template))
        return EXIT_FAILURE;
    root = g_strdup_printf("%s/root", template);

    DO_TABLE("use", uses, testUse);

    virFileDeleteTree(template);
    g_free(root);
    return testResult();
}

VIR_TEST_MAIN(mymain)
