# SPDX-License-Identifier: LGPL-2.1-or-later
# Author: The libvirt-nodedev-compat authors
"""packaging/upstream: which file, and which change of a file of libvirt's, belongs to
which commit of the series for upstream.

A file NN-NAME is a commit: its message, a line '%%', and what belongs to it, a line each:

  PATTERN         files of this project, as the shell matches names ('*' stays within a
                  directory), or all changes of a file of libvirt's; of these, and of
                  lists, what belongs to no other commit
  FILE: TEXT      of FILE, the change with TEXT in it; of a list of this project's, the
                  paragraph
  FILE | TEXT     of a list, the lines with TEXT in them

In lists (meson.build, *.syms, POTFILES) a line that names a file of this project is
there from the commit of that file on, in a paragraph that is there.

'left-out' lists files that are not for upstream, with the reason after '#'.
"""

import fnmatch
import os
import re
from pathlib import PurePosixPath

from base_source import ROOT, die

PLACE = ROOT / "packaging" / "upstream"
LISTS = re.compile(r"(^|/)(meson\.build|[^/]+\.syms|POTFILES)$")
# What begins a paragraph of its own, if it is not indented.
CONTINUED = re.compile(r"[ \t)\]}]|(endif|endforeach|else|elif)\b")


class Commit:
    """A file of the manifest."""

    def __init__(self, number, path):
        self.number = number
        self.path = path
        self.name = path.name
        message, mark, rows = path.read_text(encoding="utf-8").partition("\n%%\n")
        if not mark:
            die(f"{path.relative_to(ROOT)} has no line '%%'")
        self.message = message.strip("\n")
        self.subject, _, body = self.message.partition("\n\n")
        if "\n" in self.subject or not body:
            die(f"{path.relative_to(ROOT)}: a message is a line, an empty one, and why")
        self.rows = [line.strip() for line in rows.splitlines()
                     if line.strip() and not line.startswith("#")]


class Row:
    """A line 'FILE: TEXT' or 'FILE | TEXT'."""

    def __init__(self, commit, file, text, lines):
        self.commit = commit
        self.file = file
        self.text = text
        self.lines = lines
        self.used = 0

    def __str__(self):
        return f"{self.commit.name}: '{self.file}{' |' if self.lines else ':'} {self.text}'"


class Part:
    """Lines that come, or replace others, at once."""

    def __init__(self, new, old=(), at=0):
        self.new = new              # lines with their ends
        self.old = old              # those of the base that they replace
        self.at = at                # index in the base
        self.numbers = []           # of commits: one for each of the new lines

    def text(self):
        return "".join(self.new) + "".join(self.old)


def paragraphs(text):
    """The lines of a list in parts; what separates two belongs to the first."""
    parts = []
    begun = blank = True
    for line in text.splitlines(True):
        if not line.strip():
            blank = True
        elif (begun or blank) and not CONTINUED.match(line):
            parts.append(Part([]))
            begun = blank = False
        else:
            blank = False
        if not parts:
            parts.append(Part([]))
        parts[-1].new.append(line)
    return parts


def hunks(diff, base, path):
    """The parts of `git diff -U0`, with the lines of @base that they replace. What is
    added to a list is in paragraphs."""
    parts = []
    for line in diff.splitlines(True):
        match = re.match(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@", line)
        if match:
            at, count = int(match.group(1)), int(match.group(2) or 1)
            at = at - 1 if count else at
            parts.append(Part([], base[at:at + count], at))
        elif parts and line.startswith("+"):
            parts[-1].new.append(line[1:])
    if not LISTS.search(path):
        return parts
    found = []
    for part in parts:
        added = paragraphs("".join(part.new)) if part.new and not part.old else [part]
        for one in added:
            one.at = part.at
        found += added
    return found


class Manifest:
    def __init__(self, own):
        self.own = [str(path) for path in own]
        self.commits = [Commit(number, path) for number, path in
                        enumerate(sorted(PLACE.glob("[0-9][0-9]-*")))]
        if not self.commits:
            die(f"{PLACE.relative_to(ROOT)} has no commit")
        self.wrong = []
        self.left_out = self.read_left_out()
        self.own = [path for path in self.own if path not in self.left_out]
        self.rows = []
        self.whole = {}             # file -> number of the commit with the line FILE
        self.read_rows()
        self.stems = {}
        for path in self.own:
            # Tests and pages are named without the end of their file's name.
            name = os.path.basename(path)
            for key in {name, re.sub(r"\.(c|rst)$", "", name)}:
                self.stems.setdefault(key, []).append(path)

    def read_left_out(self):
        found = {}
        for line in (PLACE / "left-out").read_text().splitlines():
            pattern, mark, reason = line.partition("#")
            if not pattern.strip():
                continue
            if not reason.strip():
                self.wrong.append(f"left-out: '{line}' has no reason")
            matching = self.match(pattern.strip())
            if not matching:
                self.wrong.append(f"left-out: '{pattern.strip()}' is no file")
            found.update((path, reason.strip()) for path in matching)
        return found

    def match(self, pattern):
        parts = PurePosixPath(pattern).parts
        return [path for path in self.own
                if len(PurePosixPath(path).parts) == len(parts)
                and all(fnmatch.fnmatchcase(*pair)
                        for pair in zip(PurePosixPath(path).parts, parts))]

    def read_rows(self):
        for commit in self.commits:
            for line in commit.rows:
                match = re.fullmatch(r"(\S+?)(:| \|) (.+)", line)
                if match:
                    self.rows.append(Row(commit, match.group(1), match.group(3),
                                         match.group(2) != ":"))
                    continue
                paths = self.match(line)
                if not paths and re.search(r"[*?\[]", line):
                    self.wrong.append(f"{commit.name}: '{line}' is no file of this project")
                for path in paths or [line]:
                    if path in self.whole:
                        other = self.commits[self.whole[path]]
                        self.wrong.append(f"{path} belongs to {other.name} and to {commit.name}")
                    self.whole[path] = commit.number
        for path in self.own:
            if path not in self.whole:
                self.wrong.append(f"{path} belongs to no commit")

    def is_split(self, path):
        """A list of this project's that grows with the commits"""
        return path in self.own and bool(LISTS.search(path))

    def resolve(self, line, where):
        """The last commit of the files of this project that the line of a list names."""
        if (line.startswith("#") and not where.endswith(".syms")) or "subdir(" in line:
            return None
        here = os.path.dirname(where)
        numbers = []
        pattern = r"'([^']+)'" if where.endswith("meson.build") else r"([\w./-]+)"
        for word in re.findall(pattern, line):
            near = os.path.normpath(os.path.join(here, word))
            under = [path for path in self.stems.get(word, ())
                     if path.startswith(here + "/")]
            named = [path for path in self.stems.get(word, ()) if path.endswith("/" + word)]
            for found in ([near], [word], ["src/" + word], under, named):
                found = [path for path in found if path in self.whole and path in self.own
                         and path != where]
                if len(found) == 1:
                    numbers.append(self.whole[found[0]])
                    break
        return max(numbers, default=None)

    def assign(self, path, parts):
        """Say for each line of the parts of @path from which commit on it is there."""
        rows = [row for row in self.rows if row.file == path]
        is_list = bool(LISTS.search(path))
        for part in parts:
            text = part.text()
            owners = [row for row in rows if not row.lines and row.text in text]
            if len(owners) > 1:
                self.wrong.append(f"{path}: a change belongs to " +
                                  " and ".join(str(row) for row in owners) + f":\n{text}")
            for row in owners:
                row.used += 1
            named = [self.resolve(line, path) if is_list else None for line in part.new]
            start = owners[0].commit.number if owners else self.whole.get(path)
            if path in self.own and not owners and path.endswith(".syms") and named \
                    and named[0] is not None:
                start = named[0]    # a section of a file that is named in its first line
            for line, number in zip(part.new, named):
                lines = [row for row in rows if row.lines and row.text in line]
                if len(lines) > 1:
                    self.wrong.append(f"{path}: a line belongs to " +
                                      " and ".join(str(row) for row in lines))
                for row in lines:
                    row.used += 1
                if lines:
                    number = lines[0].commit.number
                if number is None:
                    number = start
                if number is None:
                    self.wrong.append(f"{path}: a change belongs to no commit:\n{text}")
                    number = 0
                part.numbers.append(max(number, start if start is not None else number))
            if part.old and len(set(part.numbers)) > 1 and len(part.old) != len(part.new):
                part.numbers = [max(part.numbers)] * len(part.numbers)
            if not part.new:
                part.numbers = [start]

    def finish(self, changed):
        """Die if anything was wrong; @changed are the files that the series has."""
        for row in self.rows:
            if row.file not in changed:
                self.wrong.append(f"{row}: the series does not change that file")
            elif not row.used or (row.used > 1 and not row.lines):
                self.wrong.append(f"{row} is {'no' if not row.used else 'more than one'} "
                                  "change of the series")
        for path, number in self.whole.items():
            if path not in changed and path not in self.own:
                self.wrong.append(f"{self.commits[number].name}: '{path}' is no file of this "
                                  "project, and the series does not change it")
        if self.wrong:
            die("packaging/upstream is not complete:\n" + "\n".join(self.wrong))
