#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libvirt-nodedev-compat authors
"""Stands between libvirtd and its clients, and holds one message.

Usage: hold.py call|reply PROCEDURE...

What comes in on port 17000 goes on to libvirtd of this host, and back. The first
call of one of these procedures of the remote protocol, or the reply to it, waits
until there is a file /run/hold/go; /run/hold/held says that it does. So a test
can do something exactly between two phases of a migration.
"""

import os
import socket
import struct
import sys
import threading
import time

PORT = 17000
LIBVIRTD = ('127.0.0.1', 16509)
PROGRAM = 0x20008086
CALL, REPLY = 0, 1
DIRECTORY = '/run/hold'

kind = {'call': CALL, 'reply': REPLY}[sys.argv[1]]
procedures = {int(number) for number in sys.argv[2:]}


def hold():
    with open(f'{DIRECTORY}/held', 'w'):
        pass
    while not os.path.exists(f'{DIRECTORY}/go'):
        time.sleep(0.05)


def receive(sock, size):
    data = b''
    while len(data) < size:
        chunk = sock.recv(size - len(data))
        if not chunk:
            raise ConnectionError
        data += chunk
    return data


def pump(source, target):
    """Carry whole messages: a length, which counts itself, and a header."""
    try:
        while True:
            data = receive(source, 4)
            data += receive(source, struct.unpack('>I', data)[0] - 4)
            program, _, procedure, what = struct.unpack('>IIiI', data[4:20])
            if program == PROGRAM and what == kind and procedure in procedures:
                hold()
            target.sendall(data)
    except (OSError, struct.error):
        pass
    for sock in (source, target):
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def main():
    with socket.create_server(('', PORT)) as server:
        while True:
            client, _ = server.accept()
            try:
                libvirtd = socket.create_connection(LIBVIRTD)
            except OSError:
                client.close()
                continue
            for pair in ((client, libvirtd), (libvirtd, client)):
                threading.Thread(target=pump, args=pair, daemon=True).start()


main()
