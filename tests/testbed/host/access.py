#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libvirt-nodedev-compat authors
"""Plays polkit for libvirt in a host: all may do all, but only root may see node
devices.

Usage: access.py FILE

The address of the system bus that it is on is written to FILE.
"""

import os
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
from nodedevcompatpolkit import Polkit  # noqa: E402


class Access(Polkit):
    def decide(self, subject, action, details, flags, cancel):
        return subject[1].get('uid') == 0 or not action.startswith(self.PREFIX + 'node-device.')


with Access() as access:
    with open(sys.argv[1], 'w') as out:
        out.write(access.address)
    signal.pause()
