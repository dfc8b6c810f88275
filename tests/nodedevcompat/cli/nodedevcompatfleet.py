# nodedevcompatfleet.py: files of hosts, as 'virt-nodedev-compat dump --all --json' prints them
#
# Copyright (C) 2026 The libvirt-nodedev-compat authors
# SPDX-License-Identifier: LGPL-2.1-or-later

import json
import os


def attribute(name, value, derived=True, state="ok"):
    return {"name": name, "value": value, "state": state, "dynamic": False, "derived": derived,
            "fact": None, "origin": None}


def device(kind, name, values, cause=None, accepts=(), published=()):
    """@values: name -> value; those in @published are not derived; a value of None cannot be
    read. With @cause, nothing of the device can."""
    attributes = [attribute(key, value, key not in published,
                            "ok" if value is not None else "unreadable")
                  for key, value in sorted(values.items())]
    alternatives = [[{"name": key, "value": value, "state": "ok"}
                     for key, value in sorted(part.items())] for part in accepts]
    return {"kind": kind, "name": name, "parent": None, "cause": cause, "class": None,
            "descriptor": None if cause else {
                "attributes": attributes, "accepts": alternatives, "opaque": None}}


def connectx(name, firmware="28.41.1000", **more):
    """A virtual function of a ConnectX-7"""
    return device("function", name, {
        "device_api": "vfio-pci", "type": "pci-15b3-101e", "pci_id": "15b3:101e",
        "driver": "mlx5_vfio_pci", "function": "virtual", "pf_pci_id": "15b3:1021",
        "pci_class": "0x020000", "pci_header_type": "0", "pci_revision": "0",
        "vfio_driver": "mlx5-vfio-pci", "migratable": "yes", "fw.psid": "MT_0000000834",
        "fw.version": firmware, **more})


def sample(name, version="1.2.0", kind="mdev", accepts=(), **more):
    """A mediated device whose driver publishes a version"""
    values = {"device_api": "vfio-pci", "type": "sample-1", "software_version": version, **more}
    return device(kind, name, values, accepts=accepts, published=values)


def document(devices, version=1, kind="devices"):
    return {"version": version, "kind": kind, "devices": devices}


def write_host(directory, name, devices, indent=None):
    path = os.path.join(directory, name + ".json")
    with open(path, "w", encoding="utf-8") as output:
        json.dump(document(devices), output, indent=indent)
    return path
