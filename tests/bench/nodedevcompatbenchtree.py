# nodedevcompatbenchtree.py: a sysfs with many devices, for daemons that are measured
#
# Copyright (C) 2026 The libvirt-nodedev-compat authors
# SPDX-License-Identifier: LGPL-2.1-or-later

import itertools
import os
import struct

# The first bytes of the configuration space, which libvirt reads
CONFIG = struct.pack("<HHHHBBBB", 0x15b3, 0x101e, 0, 0x10, 0, 0, 0, 2).ljust(256, b"\0")


class Tree:
    """Makes files of sysfs below @root"""

    def __init__(self, root):
        self.root = root
        self.groups = itertools.count()

    def put(self, path, text):
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as handle:
            handle.write(text if isinstance(text, bytes) else (text + "\n").encode())

    def link(self, path, target):
        """@target is relative to the root, too"""
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.symlink(os.path.relpath(os.path.join(self.root, target), os.path.dirname(path)), path)

    def add_device(self, bus, path, driver, kind):
        """What devices of all buses have, and an IOMMU group of its own"""
        name = os.path.basename(path)
        group = "kernel/iommu_groups/%d" % next(self.groups)
        self.put(group + "/type", kind)
        self.link(group + "/devices/" + name, path)
        self.link(path + "/iommu_group", group)
        self.link(path + "/subsystem", "bus/" + bus)
        self.link(path + "/driver", "bus/%s/drivers/%s" % (bus, driver))
        self.link("bus/%s/devices/%s" % (bus, name), path)

    def add_function(self, address, physical=None, **ids):
        """A PCI function, a virtual one of @physical"""
        path = "devices/pci0000:00/" + address
        values = {"vendor": "0x15b3", "device": "0x101e", "subsystem_vendor": "0x15b3",
                  "subsystem_device": "0x0062", "class": "0x020000", "revision": "0x00",
                  "numa_node": "0", **ids}
        for name, value in values.items():
            self.put(path + "/" + name, value)
        self.put(path + "/config", CONFIG)
        self.put(path + "/resource", "0x0 0x0 0x0\n" * 6 + "0x0 0x0 0x0")
        self.put(path + "/uevent",
                 "DRIVER=sample\nPCI_CLASS=20000\nPCI_ID=15B3:101E\n"
                 "PCI_SUBSYS_ID=15B3:0062\nPCI_SLOT_NAME=" + address)
        self.add_device("pci", path, "sample", "DMA")
        if physical:
            self.link(path + "/physfn", "devices/pci0000:00/" + physical)
        return path

    def add_mdev(self, parent, uuid):
        """A mediated device that publishes nothing"""
        path = parent + "/" + uuid
        self.put(path + "/uevent", "DRIVER=vfio_mdev")
        self.link(path + "/mdev_type", parent + "/mdev_supported_types/sample-1")
        self.add_device("mdev", path, "vfio_mdev", "unknown")


def many_devices(root, mdevs, functions):
    """Makes @root a sysfs with so many of each. Returns the names of the mediated devices
    and of the functions, of which every eighth is a physical one."""
    tree = Tree(root)
    tree.put("module/sample/version", "7.1")
    tree.link("bus/pci/drivers/sample/module", "module/sample")
    os.makedirs(os.path.join(root, "bus/mdev/drivers/vfio_mdev"))
    os.makedirs(os.path.join(root, "class"))

    parent = tree.add_function("0000:00:01.0", vendor="0x10de", device="0x1dba")
    for name, value in {"device_api": "vfio-pci", "available_instances": "4",
                        "name": "SAMPLE 1Q", "description": "framebuffer=1024M"}.items():
        tree.put("%s/mdev_supported_types/sample-1/%s" % (parent, name), value)

    uuids = ["83b8f4f2-509f-382f-3c1e-%012x" % number for number in range(mdevs)]
    for uuid in uuids:
        tree.add_mdev(parent, uuid)

    addresses = []
    for number in range(functions):
        slot, which = divmod(number, 8)
        addresses.append("0000:%02x:%02x.%d" % (1 + slot // 32, slot % 32, which))
        tree.add_function(addresses[-1], addresses[-1 - which] if which else None)

    return (["mdev_%s_0000_00_01_0" % uuid.replace("-", "_") for uuid in uuids],
            ["pci_" + address.translate(str.maketrans(":.", "__")) for address in addresses])
