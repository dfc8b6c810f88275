# nodedevcompatguest.py: virt-nodedev-compatd, and guests for it
#
# NODEDEV_COMPATD names another program to try, and NODEDEV_COMPATD_LIBRARY the directory of
# the libvirt.so that it is to use.
#
# Copyright (C) 2026 The libvirt-nodedev-compat authors
# SPDX-License-Identifier: LGPL-2.1-or-later

import os

from nodedevcompattest import builddir
from nodedevcompattree import UUID

AGENT = os.getenv("NODEDEV_COMPATD") or \
    os.path.join(builddir, "tools", "nodedev-compatd", "virt-nodedev-compatd")
ENV = dict(os.environ, LC_ALL="C",
           LD_LIBRARY_PATH=os.getenv("NODEDEV_COMPATD_LIBRARY") or os.path.join(builddir, "src"))
NAMESPACE = "urn:libvirt-nodedev-compat:1"

MDEV = """<hostdev mode='subsystem' type='mdev' model='vfio-pci'>
<source><address uuid='%s'/></source><alias name='ua-gpu'/>
<address type='pci' domain='0' bus='0' slot='5' function='0'/></hostdev>""" % UUID


def guest(name, devices="", metadata=""):
    return """<domain type='test'><name>%s</name><memory>8192</memory>
<metadata>%s</metadata><os><type>hvm</type></os><devices>%s</devices></domain>""" % (
        name, metadata, devices)
