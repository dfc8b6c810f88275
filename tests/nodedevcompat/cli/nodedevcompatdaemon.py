# nodedevcompatdaemon.py: a libvirtd for tests, and peers that call it
#
# Copyright (C) 2026 The libvirt-nodedev-compat authors
# SPDX-License-Identifier: LGPL-2.1-or-later

import ctypes
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time

from nodedevcompattest import VIRSH, builddir, command, srcdir

LIBVIRTD = os.path.join(builddir, "src", "libvirtd")
LIBRARY = os.path.join(builddir, "src", "libvirt.so.0")

CONF = """
auth_unix_ro = "none"
auth_unix_rw = "none"
"""


class Daemon:
    """A libvirtd that serves nothing but what its library has built in, with sockets
    of its own and no access to the host's libvirt

    @modules are drivers to load, of the build in @build; @conf and @env are for it
    alone. @sysfs makes a tree in a directory, below @scratch, that the daemon sees as
    /sys; then it takes itself for root's, and reads the files with rules and facts that
    @rules makes in a directory, self.rules."""

    # what is run to give a daemon the tree $1 for /sys, and $2 for the directory $4 of
    # configuration, what is in that by way of $3
    CONTAINED = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
                 'mount --bind "$1" /sys && mount -t tmpfs none /run && '
                 'mount --rbind "$4" "$3" && mount --bind "$2" "$4" && '
                 'shift 4 && exec "$@"', "sh")

    def __init__(self, binary=LIBVIRTD, modules=(), conf="", env={}, sysfs=None, rules=None,
                 build=builddir, scratch="/tmp"):
        self.binary = binary
        self.build = build
        self.scratch = scratch
        self.modules = modules
        self.conf = conf
        self.env = env
        self.sysfs = sysfs
        self.make_rules = rules

    @classmethod
    def contain(cls, place):
        """What to run a daemon with so that it sees directories of @place"""
        with open(os.path.join(builddir, "configmake.h")) as config:
            etc = re.search(r'define SYSCONFDIR "(.*)"', config.read()).group(1)
        sysfs, own, others = (os.path.join(place, name) for name in ("sys", "etc", "others"))
        for path in sysfs, own, others:
            os.makedirs(path, exist_ok=True)
        for name in os.listdir(etc) if os.path.isdir(etc) else ():
            if name != "libvirt":
                os.symlink(os.path.join(others, name), os.path.join(own, name))
        return [*cls.CONTAINED, sysfs, own, others, etc]

    @classmethod
    def can_be_contained(cls):
        """Whether @sysfs can be used here"""
        with tempfile.TemporaryDirectory(prefix="lnc-") as place:
            return subprocess.run([*cls.contain(place), "true"], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL).returncode == 0

    def __enter__(self):
        # short, for the path of a socket has to be
        self.dir = tempfile.TemporaryDirectory(prefix="lnc-", dir=self.scratch)
        place = self.dir.name
        os.mkdir(os.path.join(place, "drivers"))
        for name in self.modules:
            name = "libvirt_driver_%s.so" % name
            os.symlink(os.path.join(self.build, "src", name), os.path.join(place, "drivers", name))
        # where a session daemon puts its sockets, and root's is told to
        self.sockets = os.path.join(place, "libvirt")
        os.mkdir(self.sockets)
        conf = os.path.join(place, "libvirtd.conf")
        with open(conf, "w") as handle:
            handle.write(CONF + self.conf)
            if os.geteuid() == 0 or self.sysfs:
                handle.write('unix_sock_dir = "%s/libvirt"\n' % place)
        env = {name: value for name, value in os.environ.items()
               if not name.startswith(("LIBVIRT_", "VIRSH_", "XDG_"))}
        env.update({"LIBVIRT_DRIVER_DIR": os.path.join(place, "drivers"),
                    "HOME": place, "XDG_RUNTIME_DIR": place, "LC_ALL": "C"})
        env.update(self.env)
        prefix = []
        if self.sysfs:
            self.sysfs(os.path.join(place, "sys"))
            self.rules = os.path.join(place, "etc", "libvirt", "nodedev-compat")
            os.makedirs(self.rules)
            if self.make_rules:
                self.make_rules(self.rules)
            prefix = self.contain(place)
            # udev else wants to know that it is a real one
            env["SYSTEMD_DEVICE_VERIFY_SYSFS"] = "0"
        self.log = open(os.path.join(place, "log"), "w+", errors="replace")
        self.process = subprocess.Popen(
            [*prefix, self.binary, "-f", conf, "-p", os.path.join(place, "pid")],
            env=env, stdout=self.log, stderr=self.log,
            stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        # the socket that is made last
        while not os.path.exists(os.path.join(self.sockets, "libvirt-admin-sock")):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                print("daemon does not start:\n" + self.output())
                sys.exit(1)
            time.sleep(0.05)
        return self

    def __exit__(self, *exc):
        self.stop()
        self.log.close()
        self.dir.cleanup()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()

    def output(self):
        self.log.seek(0)
        return self.log.read()

    def socket(self, readonly=False):
        """A session daemon has one socket for all; virsh -r is read-only there"""
        path = os.path.join(self.sockets, "libvirt-sock")
        if readonly and os.path.exists(path + "-ro"):
            path += "-ro"
        return path

    def uri(self, readonly=False, driver="test", path="default"):
        return "%s+unix:///%s?socket=%s" % (driver, path, self.socket(readonly))

    def virsh(self, *args, stdin="", readonly=False, uri=None, binary=VIRSH, library=None):
        """@library is where the binary is to find its libraries, if not beside it"""
        mode = ["-r"] if readonly else []
        env = dict(os.environ, LC_ALL="C")
        if library:
            env["LD_LIBRARY_PATH"] = library
        return command(binary, *mode, "-c", uri or self.uri(readonly), *args, stdin=stdin, env=env)


def error_codes():
    """VIR_ERR_... -> number"""
    with open(os.path.join(srcdir, "include", "libvirt", "virterror.h")) as header:
        return {name: int(number) for name, number in
                re.findall(r"\bVIR_ERR_(\w+) = (\d+)", header.read())}


class Error(ctypes.Structure):
    """How virError begins"""
    _fields_ = [("code", ctypes.c_int), ("domain", ctypes.c_int),
                ("message", ctypes.c_char_p)]


class Library:
    """libvirt.so, as a program has it that calls the functions of our header"""

    def __init__(self, path=LIBRARY):
        self.lib = ctypes.CDLL(path)
        for name in ("virConnectOpen", "virConnectOpenReadOnly", "virNodeDeviceLookupByName"):
            getattr(self.lib, name).restype = ctypes.c_void_p
        self.lib.virGetLastError.restype = ctypes.POINTER(Error)
        self.quiet = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)(
            lambda opaque, error: None)
        self.lib.virSetErrorFunc(None, self.quiet)

        with open(os.path.join(srcdir, "include", "libvirt",
                               "libvirt-nodedev-compat.h")) as header:
            text = header.read()
        # those that take documents
        self.functions = {
            name: (handle, returned.startswith("int"), arguments.count("const char *"))
            for returned, name, handle, arguments in
            re.findall(r"^(int|char \*) +(vir\w+) \((virNodeDevicePtr|virConnectPtr) (.*?)\);",
                       text, re.M | re.S) if "const char *" in arguments}
        self.version = int(re.search(r"define LIBVIR_HAVE_NODEDEV_COMPAT (\d+)", text).group(1))
        self.enums = {
            name: {flag: 1 << int(bit) for flag, bit in
                   re.findall(r"\b(VIR_\w+) = \(1 << (\d+)\)", body)}
            for body, name in re.findall(r"^typedef enum \{(.*?)^\} (\w+);", text, re.M | re.S)}

    def flags(self, function):
        """Flag -> value. The report takes what the comparison does."""
        return self.enums.get(function + "Flags") or self.enums["virNodeDeviceCompareCompatFlags"]

    def open(self, uri, readonly=False):
        function = self.lib.virConnectOpenReadOnly if readonly else self.lib.virConnectOpen
        conn = function(uri.encode())
        if not conn:
            raise RuntimeError("cannot connect to %s: %s" % (uri, self.error()[1]))
        return ctypes.c_void_p(conn)

    def daemon_version(self, conn, flags=0):
        """(code of the error, its message), 0 if there was an answer"""
        self.lib.virResetLastError()
        answer = self.lib.virConnectGetHostdevCompatVersion(conn, ctypes.c_uint(flags))
        if answer == -1:
            code, message = self.error()
            return code or -1, message
        return 0, answer

    def device(self, conn, name):
        return ctypes.c_void_p(self.lib.virNodeDeviceLookupByName(conn, name.encode()))

    def error(self):
        error = self.lib.virGetLastError()
        if not error:
            return 0, None
        return error.contents.code, (error.contents.message or b"").decode(errors="replace")

    def string(self, answer):
        """What a pointer to a string says"""
        return ctypes.string_at(answer).decode()

    def call(self, function, conn, device, xml, flags=0):
        """(code of the error, its message), 0 if there was an answer. Where the function
        takes two documents, the first is about a guest without devices."""
        handle, returns_int, documents = self.functions[function]
        symbol = getattr(self.lib, function)
        symbol.restype = ctypes.c_int if returns_int else ctypes.c_void_p
        self.lib.virResetLastError()
        answer = symbol(device if handle == "virNodeDevicePtr" else conn,
                        *[b"<domain type='test'/>"] * (documents - 1), xml.encode(),
                        ctypes.c_uint(flags))
        if answer == -1 if returns_int else not answer:
            code, message = self.error()
            return code or -1, message
        return 0, answer


class Wire:
    """A peer that sends what it likes"""

    REMOTE = 0x20008086
    CALL = 0

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(path)
        self.serial = 0

    @classmethod
    def adopt(cls, connected):
        """The peer of a socket that is connected"""
        wire = cls.__new__(cls)
        wire.socket = connected
        wire.serial = 0
        return wire

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.socket.close()

    @staticmethod
    def string(text):
        data = text if isinstance(text, bytes) else text.encode()
        return struct.pack(">I", len(data)) + data + b"\0" * (-len(data) % 4)

    def receive(self, size):
        data = b""
        while len(data) < size:
            part = self.socket.recv(size - len(data))
            if not part:
                raise ConnectionError("closed by the daemon")
            data += part
        return data

    def call(self, program, procedure, payload, version=1, kind=CALL):
        """(code of the error, its message), 0 if there was an answer"""
        self.serial += 1
        header = struct.pack(">IIiiIi", program, version, procedure, kind, self.serial, 0)
        self.socket.sendall(struct.pack(">I", 4 + len(header) + len(payload)) + header + payload)
        size, = struct.unpack(">I", self.receive(4))
        answer = self.receive(size - 4)
        status, = struct.unpack(">i", answer[20:24])
        if status == 0:
            return 0, answer[24:]
        code, _, present = struct.unpack(">iii", answer[24:36])
        length, = struct.unpack(">I", answer[36:40]) if present else (0,)
        return code, answer[40:40 + length].decode(errors="replace")

    def open(self, name="test:///default"):
        return self.call(self.REMOTE, 1, struct.pack(">i", 1) + self.string(name) +
                         struct.pack(">I", 0))
