#!/usr/bin/env python3
# libvirt-stub.py: a library without code, to link a program with
#
# Copyright (C) 2026 The libvirt-nodedev-compat authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Make of libvirt_public.syms a library without code to link a program with.

Usage: libvirt-stub.py SYMS VERSION SOURCE SCRIPT

SOURCE has each function that libvirt VERSION has, SCRIPT their version nodes: a program
that links runs with that release and all later ones, and uses nothing but public API.
"""

import re
import sys


def main():
    syms, version, source, script = sys.argv[1:]
    with open(syms, encoding="utf-8") as handle:
        text = re.sub(r"/\*.*?\*/|^#.*?$", "", handle.read(), flags=re.S | re.M)

    head, node, rest = text.partition("LIBVIRT_%s {" % version)
    if not node:
        sys.exit("%s: there is no version %s in it" % (syms, version))
    text = head + node + rest[:rest.index(";", rest.index("}")) + 1] + "\n"

    with open(script, "w", encoding="utf-8") as handle:
        handle.write(text)
    with open(source, "w", encoding="utf-8") as handle:
        for name in re.findall(r"^\s+(vir\w+);", text, flags=re.M):
            handle.write("void %s(void);\nvoid %s(void) { }\n" % (name, name))


if __name__ == "__main__":
    main()
