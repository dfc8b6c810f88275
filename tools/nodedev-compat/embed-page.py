#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libvirt-nodedev-compat authors
"""Make a string in C of the page that shows a matrix.

Usage: embed-page.py PAGE HEADER
"""

import json
import sys

MARK = "@DATA@"


def main():
    page, header = sys.argv[1:]
    with open(page, encoding="ascii") as source:
        text = source.read()
    if text.count(MARK) != 1:
        sys.exit(f"{page}: {MARK} has to be there once")
    lines = "\n".join(f"    {json.dumps(line)}" for line in text.splitlines(keepends=True))
    with open(header, "w", encoding="ascii") as result:
        result.write(f'#pragma once\n\n#define VIRT_COMPAT_PAGE_DATA "{MARK}"\n\n'
                     f"static const char virtCompatPage[] =\n{lines};\n")


if __name__ == "__main__":
    main()
