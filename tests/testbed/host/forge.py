#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libvirt-nodedev-compat authors
"""Forges what the source of a migration says of its host devices (relay.py).

Usage: forge.py ATTACK, one of ATTACKS. Changes the migration cookie in the call
that prepares the destination.
"""

import os
import re
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
import relay  # noqa: E402

PREPARE = 303       # remote_domain_migrate_prepare3_params: parameters, cookie, flags
ROOT = b'<qemu-migration>'
BLOCK = re.compile(rb'<nodedevCompat>.*</nodedevCompat>', re.S)


def block_of(text):
    return lambda cookie: BLOCK.sub(lambda _: b'<nodedevCompat>%b</nodedevCompat>' % text, cookie)


def each_hostdev(change):
    return lambda cookie: BLOCK.sub(
        lambda block: re.sub(rb'<hostdev.*</hostdev>', lambda m: change(m[0]), block[0], flags=re.S),
        cookie)


def with_entities(cookie):
    """Ten of ten of ten, ten times over"""
    entities = b'<!ENTITY e0 "ha">' + b''.join(
        b'<!ENTITY e%d "%b">' % (n, b'&e%d;' % (n - 1) * 10) for n in range(1, 11))
    cookie = cookie.replace(b'<nodedevCompat>', b'<nodedevCompat>&e10;')
    return b'<!DOCTYPE qemu-migration [%b]>' % entities + cookie


def with_doctype(cookie):
    return b'<!DOCTYPE qemu-migration [<!ENTITY e "ha">]>' + cookie


ATTACKS = {
    'message': lambda cookie: cookie.replace(ROOT, ROOT + b' ' * (5 << 20)),
    'block': each_hostdev(lambda hostdev: hostdev.replace(b'</capability>', b''.join(
        b"<attr name='a%d' value='%b'/>" % (n, b'x' * 900) for n in range(3000)) + b'</capability>')),
    'depth': block_of(b'<hostdev>' * 20000 + b'</hostdev>' * 20000),
    'count': block_of(b''.join(b'<hostdev alias="ua-%d"/>' % n for n in range(5000))),
    'duplicate': each_hostdev(lambda hostdev: hostdev * 2),
    'blocks': lambda cookie: BLOCK.sub(lambda m: m[0] * 2, cookie),
    'encoding': each_hostdev(lambda hostdev: hostdev.replace(b'1.2.0', b'1.\xff\xfe0')),
    'control': each_hostdev(lambda hostdev: re.sub(rb"name='mdev", b"name='&#9;&#10;mdev", hostdev)),
    'entities': with_entities,
    'doctype': with_doctype,
    'cut': lambda cookie: cookie[:cookie.index(b'</nodedevCompat>')] + b'\0',
}


def forge(data, attack):
    at = data.index(ROOT)
    size, = struct.unpack('>I', data[at - 4:at])
    flags = data[at + size + -size % 4:]
    cookie = attack(data[at:at + size])
    data = data[4:at - 4] + struct.pack('>I', len(cookie)) + cookie + bytes(-len(cookie) % 4) + flags
    return struct.pack('>I', len(data) + 4) + data


def main():
    attack = ATTACKS[sys.argv[1]]
    relay.serve(lambda kind, procedure, data:
                forge(data, attack) if (kind, procedure) == (relay.CALL, PREPARE) else data)


main()
