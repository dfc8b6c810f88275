#!/usr/bin/env python3
# Copyright (C) 2026 The libvirt-nodedev-compat authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ask which devices of a host a guest could move to, and what to do about others.

  nodedev-compat.py SOURCE-URI SOURCE-DEVICE TARGET-URI

For example, without any hardware:

  nodedev-compat.py test:///default mdev_vgpu_source test:///default

Uses the libvirt module if it was generated from a libvirt with these functions, and
calls the C library otherwise (class Library). The reason codes and what to do about
them are described in libvirt-nodedev-compat(7).

Exit status: 0 there is a device to move to, 2 there is none, 1 error
"""

import ctypes
import sys
import xml.etree.ElementTree as ElementTree

INCOMPATIBLE, IDENTICAL, SUPERSET, UNKNOWN = range(4)
ALLOW_CROSS_TYPE = 1 << 3

# UNKNOWN is 3: a test such as "result <= 0" would take it for a yes.

# What this application does about a reason. Codes are stable, so that a program can
# rely on them; the severity is enough for one that it does not know.
ADVICE = {
    "version-minor-too-old": "update the driver of the target host",
    "version-major-mismatch": "use the same generation of the driver on both hosts",
    "type-mismatch": "choose or create a device of the source's type",
    "type-cross-accepted": "ask again, and let the guest change its type",
    "needs-provisioning": "write the source's value to the target first",
    "missing-target": "the target's driver does not say enough",
}


class Error(Exception):
    pass


class Module:
    """Through the module of libvirt-python"""

    name = "the libvirt module"

    def __init__(self, libvirt, uri):
        self.libvirt = libvirt
        libvirt.registerErrorHandler(lambda context, error: None, None)
        try:
            self.conn = libvirt.openReadOnly(uri)
        except libvirt.libvirtError as error:
            raise Error(str(error)) from error

    def devices(self):
        flag = self.libvirt.VIR_CONNECT_LIST_NODE_DEVICES_CAP_MDEV
        return [dev.name() for dev in self.conn.listAllDevices(flag)]

    def describe(self, name):
        return self.call(name, "XMLDesc")

    def compare(self, name, source, flags):
        return self.call(name, "compareCompat", source, flags)

    def report(self, name, source, flags):
        return self.call(name, "compatReport", source, flags)

    def call(self, name, method, *args):
        try:
            return getattr(self.conn.nodeDeviceLookupByName(name), method)(*args)
        except self.libvirt.libvirtError as error:
            raise Error(str(error)) from error


class Library:
    """Through the C library"""

    name = "ctypes, as the libvirt module is not there or lacks the functions"

    CAP_MDEV = 1 << 14

    def __init__(self, uri):
        self.lib = ctypes.CDLL("libvirt.so.0")
        self.free = ctypes.CDLL(None).free
        self.free.argtypes = [ctypes.c_void_p]
        handle, text, flags = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint
        # a returned pointer has to be freed, or is used further
        for name, returned, arguments in (
                ("virConnectOpenReadOnly", handle, [text]),
                ("virConnectClose", ctypes.c_int, [handle]),
                ("virConnectListAllNodeDevices", ctypes.c_int, [
                    handle, ctypes.POINTER(ctypes.POINTER(handle)), flags]),
                ("virNodeDeviceLookupByName", handle, [handle, text]),
                ("virNodeDeviceGetName", text, [handle]),
                ("virNodeDeviceFree", ctypes.c_int, [handle]),
                ("virNodeDeviceGetXMLDesc", handle, [handle, flags]),
                ("virNodeDeviceCompareCompat", ctypes.c_int, [handle, text, flags]),
                ("virNodeDeviceGetCompatReport", handle, [handle, text, flags]),
                ("virGetLastErrorMessage", text, []),
                ("virSetErrorFunc", None, [handle, handle])):
            function = getattr(self.lib, name)
            function.restype, function.argtypes = returned, arguments
        self.quiet = ctypes.CFUNCTYPE(None, handle, handle)(lambda context, error: None)
        self.lib.virSetErrorFunc(None, ctypes.cast(self.quiet, handle))
        self.conn = self.wanted(self.lib.virConnectOpenReadOnly(uri.encode()))

    def wanted(self, result):
        """The result, unless it is the sign of an error"""
        if result is None or result == -1:
            raise Error(self.lib.virGetLastErrorMessage().decode())
        return result

    def string(self, pointer):
        text = ctypes.string_at(self.wanted(pointer)).decode()
        self.free(pointer)
        return text

    def devices(self):
        found = ctypes.POINTER(ctypes.c_void_p)()
        count = self.wanted(self.lib.virConnectListAllNodeDevices(
            self.conn, ctypes.byref(found), self.CAP_MDEV))
        names = [self.lib.virNodeDeviceGetName(found[i]).decode() for i in range(count)]
        for i in range(count):
            self.lib.virNodeDeviceFree(found[i])
        self.free(found)
        return names

    def with_device(self, name, call):
        dev = self.wanted(self.lib.virNodeDeviceLookupByName(self.conn, name.encode()))
        try:
            return call(dev)
        finally:
            self.lib.virNodeDeviceFree(dev)

    def describe(self, name):
        return self.with_device(name, lambda dev: self.string(
            self.lib.virNodeDeviceGetXMLDesc(dev, 0)))

    def compare(self, name, source, flags):
        return self.with_device(name, lambda dev: self.wanted(
            self.lib.virNodeDeviceCompareCompat(dev, source.encode(), flags)))

    def report(self, name, source, flags):
        return self.with_device(name, lambda dev: self.string(
            self.lib.virNodeDeviceGetCompatReport(dev, source.encode(), flags)))


def connect(uri):
    try:
        import libvirt
        if hasattr(libvirt.virNodeDevice, "compareCompat"):
            return Module(libvirt, uri)
    except ImportError:
        pass
    return Library(uri)


def reasons(host, name, source, flags):
    """[(code, severity, sentence)]"""
    report = ElementTree.fromstring(host.report(name, source, flags))
    return [(reason.get("code"), reason.get("severity"), reason.findtext("message"))
            for reason in report.findall("reason")]


def judge(host, name, source):
    """Whether the guest can move to the device; prints why not and what to do"""
    verdict = host.compare(name, source, 0)
    if verdict in (IDENTICAL, SUPERSET):
        print(f"{name}: the guest can continue ({['identical', 'superset'][verdict - 1]})")
        return True
    print(f"{name}: {'the guest cannot continue' if verdict == INCOMPATIBLE else 'cannot tell'}")
    found = reasons(host, name, source, 0)
    for code, severity, sentence in found:
        print(f"  {severity}: {sentence}")
        if code in ADVICE:
            print(f"    {code}: {ADVICE[code]}")
    # a device of another type may do if that is all that is against it
    if [code for code, severity, _ in found if severity == "error"] == ["type-cross-accepted"] \
            and host.compare(name, source, ALLOW_CROSS_TYPE) in (IDENTICAL, SUPERSET):
        print("  the guest can continue if it may change its type")
    return False


def main():
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        return 1
    try:
        here = connect(sys.argv[1])
        source = here.describe(sys.argv[2])
        host = connect(sys.argv[3])
        print(f"calling libvirt through {host.name}")
        fit = [name for name in sorted(host.devices())
               if name != sys.argv[2] and judge(host, name, source)]
    except Error as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{len(fit)} devices can replace {sys.argv[2]}")
    return 0 if fit else 2


if __name__ == "__main__":
    sys.exit(main())
