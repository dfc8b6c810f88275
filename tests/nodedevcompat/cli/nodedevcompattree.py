# nodedevcompattree.py: trees of sysfs for tests that are scripts
#
# Copyright (C) 2026 The libvirt-nodedev-compat authors
# SPDX-License-Identifier: LGPL-2.1-or-later

import os

UUID = "4b20d080-1b54-4048-85b3-a6a62d165c01"
MDEV = "sys/bus/mdev/devices/" + UUID
PARENT = "sys/devices/pci0000:00/0000:00:02.0"
DEVICE = PARENT + "/" + UUID
TYPE = PARENT + "/mdev_supported_types/t1"
FUNCTION = "sys/bus/pci/devices/0000:00:02.0"


def write(path, content):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    if os.path.lexists(path):
        os.unlink(path)
    with open(path, "wb") as handle:
        handle.write(content if isinstance(content, bytes) else content.encode())


def link(path, target):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    if os.path.lexists(path):
        os.unlink(path)
    os.symlink(target, path)


def tree(root, **files):
    """A copied tree with one mediated device and what belongs to it; @files are
    more files of the device, __ standing for /. Returns the device."""
    for name, content in {"vendor": "0x8086", "device": "0x591d", "class": "0x030000",
                          "iommu_group/type": "DMA"}.items():
        write("%s/%s/%s" % (root, PARENT, name), content + "\n")
    write("%s/%s/device_api" % (root, TYPE), "vfio-pci\n")
    link("%s/%s/mdev_type" % (root, DEVICE), "../mdev_supported_types/t1")
    link("%s/%s" % (root, MDEV), "../../../devices/pci0000:00/0000:00:02.0/" + UUID)
    link("%s/%s" % (root, FUNCTION), "../../../devices/pci0000:00/0000:00:02.0")
    link("%s/%s/driver" % (root, PARENT), "../../../bus/pci/drivers/vendor")
    link("%s/sys/bus/pci/drivers/vendor/module" % root, "../../../../module/vendor")
    write("%s/sys/module/vendor/version" % root, "7.1\n")
    for name, content in files.items():
        write("%s/%s/%s" % (root, DEVICE, name.replace("__", "/")), content + "\n")
    return "%s/%s" % (root, MDEV)


SAMPLE = "devices/virtual/sample/sample"
SAMPLE_UUIDS = ("83b8f4f2-509f-382f-3c1e-e6bfe0fa1001", "83b8f4f2-509f-382f-3c1e-e6bfe0fa1002")
SAMPLE_TARGET, SAMPLE_SOURCE = ("mdev_%s_sample" % uuid.replace("-", "_") for uuid in SAMPLE_UUIDS)


def two_devices(root):
    """A sysfs for a daemon: two mediated devices of one type, which say the same"""
    def put(path, text):
        write(os.path.join(root, path), text + "\n")

    def point(path, target):
        path = os.path.join(root, path)
        link(path, os.path.relpath(os.path.join(root, target), os.path.dirname(path)))

    os.makedirs(os.path.join(root, "class"))
    put(SAMPLE + "/uevent", "")
    put(SAMPLE + "/mdev_supported_types/sample-small/device_api", "vfio-pci")
    for number, uuid in enumerate(SAMPLE_UUIDS):
        device = SAMPLE + "/" + uuid
        group = "kernel/iommu_groups/%d" % number
        put(group + "/name", "")
        put(device + "/uevent", "")
        put(device + "/migration/self/software_version", "1.2.0")
        point(device + "/subsystem", "bus/mdev")
        point(device + "/mdev_type", SAMPLE + "/mdev_supported_types/sample-small")
        point(device + "/iommu_group", group)
        point("bus/mdev/devices/" + uuid, device)
