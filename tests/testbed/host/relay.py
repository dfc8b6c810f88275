# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libvirt-nodedev-compat authors
"""Stands between libvirtd and its clients, for tests that interfere.

What comes in on port 17000 goes on to libvirtd of this host, and back, message by
message.
"""

import socket
import struct
import threading

PORT = 17000
LIBVIRTD = ('127.0.0.1', 16509)
PROGRAM = 0x20008086
CALL, REPLY = 0, 1


def receive(sock, size):
    data = b''
    while len(data) < size:
        chunk = sock.recv(size - len(data))
        if not chunk:
            raise ConnectionError
        data += chunk
    return data


def pump(source, target, interfere):
    """Carry whole messages: a length, which counts itself, and a header."""
    try:
        while True:
            data = receive(source, 4)
            data += receive(source, struct.unpack('>I', data)[0] - 4)
            program, _, procedure, kind = struct.unpack('>IIiI', data[4:20])
            if program == PROGRAM:
                data = interfere(kind, procedure, data)
            target.sendall(data)
    except (OSError, struct.error):
        pass
    for sock in (source, target):
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(interfere):
    """INTERFERE is given kind, procedure and bytes of each message of the remote
    protocol, and returns the bytes that go on."""
    with socket.create_server(('', PORT)) as server:
        while True:
            client, _ = server.accept()
            try:
                libvirtd = socket.create_connection(LIBVIRTD)
            except OSError:
                client.close()
                continue
            for pair in ((client, libvirtd), (libvirtd, client)):
                threading.Thread(target=pump, args=(*pair, interfere), daemon=True).start()
