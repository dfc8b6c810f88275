# SPDX-License-Identifier: LGPL-2.1-or-later
# Author: The libvirt-nodedev-compat authors
"""The project as commits in libvirt's tree, made of packaging/upstream.

The last tree is what is built: the base with the hooks and, as regular files, this
project's. In the place of what its own meson.build does around libvirt there is
packaging/upstream/in-libvirt.patch, with entries in libvirt's lists.
"""

import os
import re

import base_source as source
from base_git import AUTHOR, GitError
from base_source import ROOT, die
from series_manifest import PLACE, Manifest, hunks, paragraphs

# In libvirt's tree at the same place, beside what prepare-base links
ALSO = ["rules"]
GLUE = PLACE / "in-libvirt.patch"
POTFILES = "po/POTFILES"


def own_files():
    found = list(source.own_files())
    for room in ALSO:
        found += sorted((path.relative_to(ROOT) for path in (ROOT / room).iterdir()
                         if path.is_file() and not path.name.startswith(".")))
    return sorted(found)


def add_potfiles(text):
    """libvirt's list of files with messages and this project's, each behind the last line
    that sorts before it: the list is not sorted throughout."""
    lines = text.splitlines()
    for name in (POTFILES, source.POTFILES):
        for ours in (ROOT / name).read_text().splitlines():
            before = [at for at, line in enumerate(lines) if line < ours]
            lines.insert(before[-1] + 1 if before else 0, ours)
    return "\n".join(lines) + "\n"


class Commits:
    """The series on a commit @base of libvirt's tree, in the repository @git."""

    def __init__(self, git, series, base, author=AUTHOR, final=None):
        self.git = git
        self.base = base
        self.author = author
        self.index = git.dir / "nodedev-compat.index"
        self.manifest = Manifest(own_files())
        self.final = final or self.make_final(series)
        self.files = self.git.names("diff-tree", "-z", "-r", "--name-only", "--no-renames",
                                    base, self.final)
        self.split = {}
        self.parts()

    def blob(self, content):
        return self.git("hash-object", "-w", "--stdin", stdin=content)

    def stage(self, entries):
        """Add (mode, blob, path) to the index."""
        if entries:
            self.git("update-index", "-z", "--add", "--index-info", index=self.index,
                     stdin="".join(f"{mode} {blob}\t{path}\0" for mode, blob, path in entries))

    def make_final(self, series):
        """The last tree."""
        git = self.git
        hooked = series.hooks(self.base)
        git("read-tree", hooked, index=self.index)
        paths = self.manifest.own
        taken = set(git.names("ls-files", "-z", "--", *paths, index=self.index))
        if taken:
            die("libvirt has these files: " + ", ".join(sorted(taken)))
        blobs = git("hash-object", "-w", "--no-filters", "--stdin-paths",
                    stdin="".join(f"{ROOT / path}\n" for path in paths)).splitlines()
        entries = [("100755" if os.access(ROOT / path, os.X_OK) else "100644", blob, path)
                   for path, blob in zip(paths, blobs)]
        theirs = git.bytes("cat-file", "blob", f"{self.base}:{POTFILES}").decode()
        entries.append(("100644", self.blob(add_potfiles(theirs)), POTFILES))
        self.stage(entries)
        self.unglued = git("write-tree", index=self.index)
        try:
            git("apply", "--cached", "--whitespace=nowarn", "-", index=self.index,
                stdin=GLUE.read_bytes())
        except GitError as err:
            die(f"{GLUE.relative_to(ROOT)} does not apply:\n{err}")
        return git("write-tree", index=self.index)

    def read(self, commit, paths):
        """The contents of files in @commit; those that are not there are left out."""
        out = self.git.bytes("cat-file", "--batch", stdin="".join(
            f"{commit}:{path}\n" for path in paths))
        found, at = {}, 0
        for path in paths:
            end = out.index(b"\n", at)
            head = out[at:end].split()
            at = end + 1
            if head[-1] != b"missing":
                found[path] = out[at:at + int(head[2])].decode()
                at += int(head[2]) + 1
        return found

    def diffs(self):
        """The changes of libvirt's files."""
        text = self.git.bytes("diff", "-U0", "--no-renames", "--no-ext-diff", "--no-color",
                              "--diff-algorithm=histogram", "--diff-filter=M",
                              self.base, self.final).decode()
        found = {}
        for diff in re.split(r"^diff --git ", text, flags=re.M)[1:]:
            found[re.search(r"^\+\+\+ b/(.*)$", diff, re.M).group(1)] = diff
        return found

    def parts(self):
        """What of each file comes with which commit."""
        manifest = self.manifest
        self.entries = {}           # path -> (mode, blob) in the last tree
        for line in self.git.names("ls-tree", "-r", "-z", self.final, "--", *self.files):
            meta, path = line.split("\t", 1)
            mode, _, blob = meta.split()
            self.entries[path] = (mode, blob)
        diffs = self.diffs()
        bases = self.read(self.base, list(diffs))
        lists = self.read(self.final, [path for path in self.files if manifest.is_split(path)])
        for path in self.files:
            if path not in self.entries:
                die(f"the series removes {path}, which no line of a manifest can say")
            if path in diffs:
                lines = bases[path].splitlines(True)
                self.split[path] = lines, hunks(diffs[path], lines, path)
            elif path in lists:
                self.split[path] = [], paragraphs(lists[path])
            elif path not in manifest.whole:
                manifest.wrong.append(f"{path} belongs to no commit")
            if path in self.split:
                manifest.assign(path, self.split[path][1])
        self.check_includes()
        manifest.finish(set(self.files))

    def content(self, path, number):
        """The split file @path after commit @number, or None before there is one."""
        lines, parts = self.split[path]
        result, at = [], 0
        for part in parts:
            result += lines[at:part.at]
            shown = [line for line, since in zip(part.new, part.numbers) if since <= number]
            if shown or (not part.new and part.numbers[0] <= number):
                result += shown
            else:
                result += part.old
            at = part.at + len(part.old)
        text = "".join(result + lines[at:])
        # What separates a paragraph from the next one that is not there yet
        while text.endswith("\n\n") or text == "\n":
            text = text[:-1]
        return text or None

    def check_includes(self):
        """A file includes none of a later commit."""
        whole = self.manifest.whole
        headers = {}
        for path in self.manifest.own:
            if path.endswith((".h", ".py")):
                headers.setdefault(os.path.basename(path), []).append(path)
        for path in self.manifest.own:
            if path not in whole or path.endswith((".gz", ".png")):
                continue
            text = (ROOT / path).read_text()
            names = re.findall(r'^# *include "([^"]+)"', text, re.M)
            if "/cli/" in path:
                names += [name + ".py" for name in
                          re.findall(r"^(?:from|import) (\w+)", text, re.M)]
            for name in names:
                for header in headers.get(os.path.basename(name), ()):
                    if header in whole and whole[header] > whole[path]:
                        commits = self.manifest.commits
                        self.manifest.wrong.append(
                            f"{path} of {commits[whole[path]].name} includes {header} of "
                            f"{commits[whole[header]].name}")

    def make(self):
        """Commit the series. Returns the hashes."""
        git = self.git
        git("read-tree", self.base, index=self.index)
        parent, made = self.base, []
        before = {}
        for commit in self.manifest.commits:
            entries = [(*self.entries[path], path) for path in self.files
                       if path not in self.split and self.manifest.whole[path] == commit.number]
            for path in self.split:
                text = self.content(path, commit.number)
                if text is None or text == before.get(path, "".join(self.split[path][0])):
                    continue
                before[path] = text
                entries.append((self.entries[path][0], self.blob(text), path))
            if not entries:
                die(f"packaging/upstream/{commit.name} changes nothing")
            self.stage(entries)
            tree = git("write-tree", index=self.index)
            message = (f"{commit.message}\n\nSigned-off-by: {self.author[0]} "
                       f"<{self.author[1]}>\n")
            parent = git.commit(tree, parent, message, self.author)
            made.append(parent)
        if git("rev-parse", f"{parent}^{{tree}}") != self.final:
            files = git("diff-tree", "-r", "--name-only", f"{parent}^{{tree}}", self.final)
            die("the commits do not add up to the last tree; these files differ:\n" + files)
        return made
