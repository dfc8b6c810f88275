#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libvirt-nodedev-compat authors
"""Holds one message between libvirtd and its clients (relay.py).

Usage: hold.py call|reply PROCEDURE...

The first call of one of these procedures of the remote protocol, or the reply to
it, waits until there is a file /run/hold/go; /run/hold/held says that it does. So a
test can do something exactly between two phases of a migration.
"""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
import relay  # noqa: E402

DIRECTORY = '/run/hold'

wanted = {'call': relay.CALL, 'reply': relay.REPLY}[sys.argv[1]]
procedures = {int(number) for number in sys.argv[2:]}


def hold(kind, procedure, data):
    if kind == wanted and procedure in procedures:
        with open(f'{DIRECTORY}/held', 'w'):
            pass
        while not os.path.exists(f'{DIRECTORY}/go'):
            time.sleep(0.05)
    return data


relay.serve(hold)
