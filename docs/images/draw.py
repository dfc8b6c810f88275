#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libvirt-nodedev-compat authors
"""Draw the SVG pictures of the documentation from text.

  draw.py            write NAME.svg for each nodedev-compat*.txt beside this script
  draw.py --check    exit with 1 if one of them is not what its text gives

A text is a drawing in box-drawing characters, one picture a file. Its first line is the
description of the picture for those who do not see it. A closed rectangle becomes a panel,
▶ ◀ ▼ ▲ become the heads of arrows, everything else is text; a run of text that starts
with ✗ or ✓ is in the colour of a refusal or of consent, one between * is bold, and one
between ` is what a terminal shows. The pictures are readable on light and dark pages.
"""

import glob
import os
import re
import sys
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 8.2, 19         # of a character, in pixels
MARGIN = 14

# Directions in which a line leaves the middle of a character
LINES = {
    "─": "lr", "│": "ud", "┌": "rd", "┐": "ld", "└": "ru", "┘": "lu",
    "├": "rud", "┤": "lud", "┬": "lrd", "┴": "lru", "┼": "lrud",
    "╌": "lr", "╎": "ud",
    "▶": "l", "◀": "r", "▼": "u", "▲": "d",
}
DASHED = "╌╎"
HEADS = "▶◀▼▲"
STEP = {"l": (-1, 0), "r": (1, 0), "u": (0, -1), "d": (0, 1)}

STYLE = """
  .page { fill: #ffffff; stroke: #d0d7de; }
  .panel { fill: #f3f6fa; stroke: #57606a; stroke-width: 1.3; }
  .line { stroke: #57606a; stroke-width: 1.3; fill: none; }
  .dashed { stroke-dasharray: 4 3; }
  .head { fill: #57606a; }
  text { fill: #1f2328; white-space: pre;
         font: 13.5px "DejaVu Sans Mono", "Liberation Mono", Menlo, monospace; }
  .no { fill: #b42318; font-weight: bold; }
  .yes { fill: #1a6b32; font-weight: bold; }
  .strong { font-weight: bold; }
  .terminal { fill: #0a4b8c; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117; stroke: #30363d; }
    .panel { fill: #161d27; stroke: #8b949e; }
    .line { stroke: #8b949e; }
    .head { fill: #8b949e; }
    text { fill: #e6edf3; }
    .no { fill: #ff8a80; }
    .yes { fill: #7ee08f; }
    .terminal { fill: #79c0ff; }
  }
"""


class Drawing:
    def __init__(self, text):
        title, _, body = text.partition("\n")
        self.title = title.strip()
        self.marked = {}        # where a run starts that was between marks -> the mark, its end
        self.rows = [self.unmark(y, row) for y, row in enumerate(body.strip("\n").split("\n"))]
        self.columns = max(map(len, self.rows))

    def unmark(self, y, row):
        """The row without its marks, which take no room"""
        while True:
            found = re.search(r"([*`])(.+?)\1", row)
            if not found:
                return row
            self.marked[found.start(), y] = found.group(1), found.end() - 2
            row = row[:found.start()] + found.group(2) + row[found.end():]

    def at(self, x, y):
        if 0 <= y < len(self.rows) and 0 <= x < len(self.rows[y]):
            return self.rows[y][x]
        return " "

    @staticmethod
    def middle(x, y):
        return MARGIN + (x + 0.5) * WIDTH, MARGIN + (y + 0.5) * HEIGHT

    def follow(self, x, y, direction, end):
        """Where a side that starts in that corner ends, or None"""
        dx, dy = STEP[direction]
        back = {"r": "l", "d": "u"}[direction]
        while True:
            x, y = x + dx, y + dy
            leaves = LINES.get(self.at(x, y), "")
            if self.at(x, y) == end:
                return x, y
            if self.at(x, y) not in HEADS and (back not in leaves or direction not in leaves):
                return None

    def panels(self):
        for y, row in enumerate(self.rows):
            for x, char in enumerate(row):
                if char != "┌":
                    continue
                right = self.follow(x, y, "r", "┐")
                left = self.follow(x, y, "d", "└")
                if right and left:
                    corner = self.follow(*right, "d", "┘")
                    if corner and corner == self.follow(*left, "r", "┘"):
                        yield x, y, right[0], left[1]

    def lines(self, corners):
        """One line for each run of characters that continue each other"""
        done = set()
        for y, row in enumerate(self.rows):
            for x, char in enumerate(row):
                for direction in "rd" if (x, y) not in corners else "":
                    if char in LINES and (x, y, direction) not in done:
                        yield from self.line(x, y, direction, done, corners)

    def line(self, x, y, direction, done, corners):
        dx, dy = STEP[direction]
        back = {"r": "l", "d": "u"}[direction]
        leaves = LINES[self.at(x, y)]
        if back not in leaves and direction not in leaves:
            return
        dashed = False
        cx, cy = self.middle(x, y)
        half = 0.5 if back in leaves else 0
        start = cx - dx * WIDTH * half, cy - dy * HEIGHT * half
        while True:
            done.add((x, y, direction))
            dashed = dashed or self.at(x, y) in DASHED
            if direction not in leaves:
                end = self.middle(x, y)
                break
            if (x + dx, y + dy) in corners or \
                    back not in LINES.get(self.at(x + dx, y + dy), ""):
                cx, cy = self.middle(x, y)
                end = cx + dx * WIDTH / 2, cy + dy * HEIGHT / 2
                break
            x, y = x + dx, y + dy
            leaves = LINES[self.at(x, y)]
        yield ("line dashed" if dashed else "line", *start, *end)

    def heads(self):
        for y, row in enumerate(self.rows):
            for x, char in enumerate(row):
                if char in HEADS:
                    cx, cy = self.middle(x, y)
                    dx, dy = {"▶": (1, 0), "◀": (-1, 0), "▼": (0, 1), "▲": (0, -1)}[char]
                    yield [(cx + dx * 5, cy + dy * 5),
                           (cx - dx * 4 - dy * 4, cy - dy * 4 - dx * 4),
                           (cx - dx * 4 + dy * 4, cy - dy * 4 + dx * 4)]

    def texts(self):
        """Runs of text: two blanks or a line end one"""
        for y, row in enumerate(self.rows):
            x = 0
            while x < len(row):
                if row[x] == " " or row[x] in LINES:
                    x += 1
                    continue
                mark, end = self.marked.get((x, y), ("", x))
                while not mark and end < len(row) and row[end] not in LINES \
                        and row[end:end + 2].strip() and (end, y) not in self.marked:
                    end += 1
                yield x, y, row[x:end].rstrip(), mark or row[x]
                x = end

    def svg(self):
        width = self.columns * WIDTH + 2 * MARGIN
        height = len(self.rows) * HEIGHT + 2 * MARGIN
        out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" '
               'height="%.0f" role="img">' % (width, height, width, height),
               "<title>%s</title>" % escape(self.title),
               "<!-- Drawn by docs/images/draw.py: edit the text beside it instead. -->",
               "<style>%s</style>" % STYLE,
               '<rect class="page" x="0.5" y="0.5" width="%.0f" height="%.0f" rx="8"/>'
               % (width - 1, height - 1)]
        corners = set()
        for left, top, right, bottom in self.panels():
            corners |= {(left, top), (right, top), (left, bottom), (right, bottom)}
            x, y = self.middle(left, top)
            out.append('<rect class="panel" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="6"/>'
                       % (x, y, (right - left) * WIDTH, (bottom - top) * HEIGHT))
        out += ['<path class="%s" d="M%.1f %.1fL%.1f %.1f"/>' % line
                for line in self.lines(corners)]
        out += ['<path class="head" d="M%sZ"/>' % "L".join("%.1f %.1f" % point for point in head)
                for head in self.heads()]
        for x, y, text, mark in self.texts():
            style = {"✗": "no", "✓": "yes", "*": "strong", "`": "terminal"}.get(mark)
            out.append('<text%s x="%.1f" y="%.1f" textLength="%.1f" '
                       'lengthAdjust="spacingAndGlyphs">%s</text>'
                       % (' class="%s"' % style if style else "", MARGIN + x * WIDTH,
                          MARGIN + (y + 0.72) * HEIGHT, len(text) * WIDTH, escape(text)))
        return "\n".join(out + ["</svg>", ""])


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    stale = []
    for path in sorted(glob.glob(os.path.join(here, "nodedev-compat*.txt"))):
        with open(path, encoding="utf-8") as source:
            new = Drawing(source.read()).svg()
        picture = path[:-4] + ".svg"
        old = ""
        if os.path.exists(picture):
            with open(picture, encoding="utf-8") as source:
                old = source.read()
        if new == old:
            continue
        stale.append(picture)
        if "--check" not in sys.argv[1:]:
            with open(picture, "w", encoding="utf-8") as out:
                out.write(new)
    for picture in stale:
        print("%s: %s" % ("stale" if "--check" in sys.argv[1:] else "written", picture))
    return 1 if stale and "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
