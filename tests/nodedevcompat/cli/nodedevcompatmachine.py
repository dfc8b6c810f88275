# nodedevcompatmachine.py: a copied tree of a machine, as tests lay it
#
# What sysfs, debugfs and the AP bus show, answers of devlink and NVML as record-sysfs keeps
# them, and facts.
#
# Copyright (C) 2026 The libvirt-nodedev-compat authors
# SPDX-License-Identifier: LGPL-2.1-or-later

import os
import re
import shutil

from nodedevcompattest import builddir, here
from nodedevcompattree import link, write

ETC = "etc/libvirt/nodedev-compat"


def uuid(number):
    """U(number) of the table"""
    return "4b20d080-1b54-4048-85b3-a6a62d165c%02d" % number


class Machine:
    """A copied tree that grows"""

    def __init__(self, root):
        self.root = root
        self.groups = 0
        os.makedirs(root)

    def file(self, path, text, newline="\n"):
        write(os.path.join(self.root, path), text + newline)

    def files(self, directory, **contents):
        """__ in a name stands for /, and None for a file that is there and unreadable"""
        for name, text in contents.items():
            path = "%s/%s" % (directory, name.replace("__", "/"))
            if text is None:
                link(os.path.join(self.root, path), os.path.basename(path))
            else:
                self.file(path, text)

    def hide(self, path, target=None):
        """Make what is there a link that leads to @target, or to itself: it is unreadable"""
        os.unlink(os.path.join(self.root, path))
        link(os.path.join(self.root, path), target or os.path.basename(path))

    def point(self, path, target):
        link(os.path.join(self.root, path),
             os.path.relpath(os.path.join(self.root, target),
                             os.path.dirname(os.path.join(self.root, path))))

    def documented(self, name):
        """A rule file that the documentation has as an example"""
        page = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                            "../../../docs/nodedev-compat-rules.rst")
        with open(page, encoding="utf-8") as text:
            example = text.read().partition(name)[2].partition("::\n")[2]
        self.file("%s/%s" % (ETC, name), example.partition("</nodedevCompatRules>")[0].lstrip() +
                  "</nodedevCompatRules>")

    def rules(self):
        """The rule files, where they are installed"""
        with open(os.path.join(builddir, "configmake.h"), encoding="utf-8") as header:
            found = re.search(r'#define PKGDATADIR "/(.*)"', header.read())
        shutil.copytree(os.path.join(here, "..", "..", "..", "rules"),
                        os.path.join(self.root, found.group(1), "nodedev-compat"))

    def directory(self, path):
        os.makedirs(os.path.join(self.root, path), exist_ok=True)

    def driver(self, device, bus, driver, module=None, version=None):
        self.point(device + "/driver", "sys/bus/%s/drivers/%s" % (bus, driver))
        if module:
            self.point("sys/bus/%s/drivers/%s/module" % (bus, driver), "sys/module/" + module)
            self.directory("sys/module/" + module)
        if version:
            self.file("sys/module/%s/version" % module, version)

    def vfio(self, device, driver, module):
        """A VFIO driver is bound to the device"""
        self.driver(device, "pci", driver, module)
        self.point("sys/module/vfio_pci_core/holders/" + module, "sys/module/" + module)
        self.directory(device + "/vfio-dev/vfio0")

    def function(self, address, ids, **contents):
        """A PCI function, with ids as "vendor:device subsystem class revision" """
        device = "sys/devices/pci%s/%s" % (address[:7], address)
        pair, subsystem, kind, revision = ids.split()
        self.files(device, vendor="0x" + pair[:4], device="0x" + pair[5:],
                   subsystem_vendor="0x" + subsystem[:4], subsystem_device="0x" + subsystem[5:],
                   revision="0x" + revision, **{"class": "0x" + kind}, **contents)
        group = "sys/kernel/iommu_groups/%d" % self.groups
        self.groups += 1
        self.directory(group)
        self.point(device + "/iommu_group", group)
        self.point("sys/bus/pci/devices/" + address, device)
        return device

    def virtual(self, physical, address, ids, number=0, **contents):
        device = self.function(address, ids, **contents)
        self.point(device + "/physfn", physical)
        if number is not None:
            self.point("%s/virtfn%d" % (physical, number), device)
        return device

    def mdev(self, parent, number, kind, api, **contents):
        device = "%s/%s" % (parent, uuid(number))
        self.files("%s/mdev_supported_types/%s" % (parent, kind), device_api=api)
        self.files(device, **contents)
        self.point(device + "/mdev_type", "%s/mdev_supported_types/%s" % (parent, kind))
        self.point("sys/bus/mdev/devices/" + uuid(number), device)
        return device

    def facts(self, match, **attrs):
        text = "".join("    <attr name='%s' value='%s'/>\n" % pair for pair in attrs.items())
        self.file(ETC + "/90-facts.xml", "<nodedevCompatFacts>\n  <facts %s>\n%s  </facts>\n"
                  "</nodedevCompatFacts>" % (match, text))

    def nvml(self, address, ecc):
        """What NVIDIA's library says of a GPU"""
        self.file("nodedev-compat/nvml/" + address,
                  "libvirt-nodedev-nvml 1\necc_mode %s\nend" % ecc)

    def debugfs(self, address, migration):
        """VFIO's directory of a device that it can migrate, or not"""
        self.directory("sys/kernel/debug/vfio/%s%s" % (address, "/migration" if migration else ""))
