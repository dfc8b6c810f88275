# nodedevcompatpolkit.py: a system bus for tests with nobody on it but polkit
#
# As much of D-Bus as a daemon needs that has polkit decide on each access: it says
# hello, and asks whether a process may do something. All other calls get the error
# that the service is not there.
#
# Copyright (C) 2026 The libvirt-nodedev-compat authors
# SPDX-License-Identifier: LGPL-2.1-or-later

import os
import socket
import struct
import tempfile
import threading

CALL, RETURN, ERROR = 1, 2, 3
PATH, INTERFACE, MEMBER, ERROR_NAME, REPLY_SERIAL, DESTINATION, SENDER, SIGNATURE = range(1, 9)
NO_SERVICE = "org.freedesktop.DBus.Error.ServiceUnknown"
BUS = "org.freedesktop.DBus"
# What polkit is asked: subject, action, details, flags, how to cancel it
QUESTION = "(sa{sv})sa{ss}us"


class Reader:
    """Values of a message, whose byte order is little endian"""

    NUMBERS = {"y": "<B", "n": "<h", "q": "<H", "i": "<i", "u": "<I", "b": "<I",
               "x": "<q", "t": "<Q", "d": "<d"}

    def __init__(self, data):
        self.data = data
        self.at = 0

    def align(self, size):
        self.at += -self.at % size

    def number(self, kind):
        form = self.NUMBERS[kind]
        self.align(struct.calcsize(form))
        value, = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return value

    def text(self, kind):
        size = self.number("y" if kind == "g" else "u")
        value = self.data[self.at:self.at + size].decode()
        self.at += size + 1
        return value

    @staticmethod
    def length(signature):
        """Of the first complete type"""
        if signature[0] == "a":
            return 1 + Reader.length(signature[1:])
        if signature[0] not in "({":
            return 1
        depth = 0
        for i, letter in enumerate(signature):
            depth += (letter in "({") - (letter in ")}")
            if depth == 0:
                return i + 1
        raise ValueError(signature)

    def values(self, signature):
        found = []
        while signature:
            size = self.length(signature)
            found.append(self.value(signature[:size]))
            signature = signature[size:]
        return found

    def value(self, kind):
        if kind in self.NUMBERS:
            return self.number(kind)
        if kind in "sog":
            return self.text(kind)
        if kind == "v":
            return self.value(self.text("g"))
        if kind[0] in "({":
            self.align(8)
            return tuple(self.values(kind[1:-1]))
        size = self.number("u")
        self.align(8 if kind[1] in "({xtd" else 4)
        end = self.at + size
        found = []
        while self.at < end:
            found.append(self.value(kind[1:]))
        return dict(found) if kind[1] == "{" else found


def marshal_text(text):
    return struct.pack("<I", len(text)) + text.encode() + b"\0"


def marshal_fields(fields):
    """The header's fields, each of (code, type, value)"""
    data = b""
    for code, kind, value in fields:
        data += b"\0" * (-len(data) % 8) + bytes([code, 1]) + kind.encode() + b"\0"
        if kind == "u":
            data += struct.pack("<I", value)
        elif kind == "g":
            data += bytes([len(value)]) + value.encode() + b"\0"
        else:
            data += marshal_text(value)
    return struct.pack("<I", len(data)) + data + b"\0" * (-len(data) % 8)


class Polkit:
    """@grants are pairs of an action, which is its name without the common part, and
    the device that it is granted on, or None for all. @asked has what was asked."""

    PREFIX = "org.libvirt.api."

    def __init__(self):
        self.grants = set()
        self.asked = []

    def __enter__(self):
        self.dir = tempfile.TemporaryDirectory(prefix="lnc-", dir="/tmp")
        path = os.path.join(self.dir.name, "bus")
        self.address = "unix:path=" + path
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(8)
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *exc):
        self.dir.cleanup()

    def accept(self):
        while True:
            peer, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def serve(self, peer):
        with peer, peer.makefile("rwb") as stream:
            self.authenticate(stream)
            while self.answer(stream):
                stream.flush()

    @staticmethod
    def authenticate(stream):
        """Whoever comes is welcome"""
        stream.read(1)
        for line in iter(stream.readline, b""):
            if line.startswith(b"BEGIN"):
                return
            if line == b"AUTH\r\n":
                reply = b"REJECTED EXTERNAL"
            elif line == b"AUTH EXTERNAL\r\n":
                reply = b"DATA"
            elif line.startswith((b"AUTH EXTERNAL", b"DATA")):
                reply = b"OK " + b"0" * 32
            else:
                reply = b"ERROR"
            stream.write(reply + b"\r\n")
            stream.flush()

    def answer(self, stream):
        """False at the end"""
        head = stream.read(16)
        if len(head) < 16:
            return False
        order, kind, _, _, size, serial, length = struct.unpack("<cBBBIII", head)
        if order != b"l":
            return False
        rest = Reader(head + stream.read(length + -length % 8))
        rest.at = 12
        fields = dict(rest.value("a(yv)"))
        body = stream.read(size)
        if kind == CALL:
            stream.write(self.reply(fields, body, serial))
        return True

    def reply(self, fields, body, serial):
        kind, signature, data = RETURN, "", b""
        if fields.get(DESTINATION) == BUS and fields[MEMBER] == "Hello":
            signature, data = "s", marshal_text(":1.1")
        elif fields.get(MEMBER) == "CheckAuthorization" and fields.get(SIGNATURE) == QUESTION:
            signature = "(bba{ss})"
            data = struct.pack("<III", self.decide(*Reader(body).values(QUESTION)), 0, 0) + \
                b"\0" * 4
        elif fields.get(DESTINATION) != BUS or fields[MEMBER] != "AddMatch":
            kind = ERROR
        more = [(REPLY_SERIAL, "u", serial), (SENDER, "s", BUS)]
        if kind == ERROR:
            more.append((ERROR_NAME, "s", NO_SERVICE))
        if signature:
            more.append((SIGNATURE, "g", signature))
        return struct.pack("<cBBBII", b"l", kind, 1, 1, len(data), serial) + \
            marshal_fields(more) + data

    def decide(self, subject, action, details, flags, cancel):
        if action.startswith(self.PREFIX):
            action = action[len(self.PREFIX):]
        device = details.get("node_device_name")
        self.asked.append((subject[1].get("pid"), action, device))
        return (action, None) in self.grants or (action, device) in self.grants
