# SPDX-License-Identifier: LGPL-2.1-or-later
# Author: The libvirt-nodedev-compat authors
"""Commits as mails: patches and a cover letter that are the same for the same commits."""

import shutil
import tempfile
from pathlib import Path

from base_git import Git
from series_manifest import PLACE

OPTIONS = ["--no-signature", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color",
           "--binary", "--full-index", "--minimal", "--stat=72", "--no-thread", "--numbered",
           "--no-attach", "--no-to", "--no-cc", "--no-add-header"]


def cover(git, base, made, author, what):
    """The cover letter: packaging/upstream/cover, the list of commits and the sizes."""
    subject, _, body = (PLACE / "cover").read_text(encoding="utf-8").partition("\n\n")
    count = len(made)
    shortlog = "\n".join(f"  {git('log', '-1', '--format=%s', commit)}" for commit in made)
    stat = git("diff", "--no-renames", "--no-ext-diff", "--shortstat", base, made[-1])
    rooms = git("diff", "--no-renames", "--no-ext-diff", "--dirstat=files,1,cumulative", base,
                made[-1])
    date = git("log", "-1", "--format=%aD", made[-1])
    return (f"From {made[-1]} Mon Sep 17 00:00:00 2001\n"
            f"From: {author[0]} <{author[1]}>\nDate: {date}\n"
            f"Subject: [PATCH 00/{count}] {subject.strip()}\n\n"
            f"{body.strip()}\n\nOn top of {what}.\n\n"
            f"{author[0]} ({count}):\n{shortlog}\n\n{stat}\n{rooms}\n")


def write(git, base, made, author, what, place):
    """Write the series into the directory @place, which is new or has an older one."""
    place.mkdir(parents=True, exist_ok=True)
    for old in place.glob("[0-9][0-9][0-9][0-9]-*.patch"):
        old.unlink()
    git("format-patch", "-q", "-o", str(place.resolve()), *OPTIONS, f"{base}..{made[-1]}")
    (place / "0000-cover-letter.patch").write_text(cover(git, base, made, author, what),
                                                   encoding="utf-8")
    return sorted(place.glob("[0-9][0-9][0-9][0-9]-*.patch"))[1:]


class Applied:
    """A repository of its own beside @git, with its objects, to apply mails in."""

    def __init__(self, git, place=None):
        self.scratch = None
        if place is None:
            self.scratch = place = Path(tempfile.mkdtemp(prefix="libvirt-series-"))
        self.git = Git(place)
        if not self.git.dir.is_dir():
            place.mkdir(parents=True, exist_ok=True)
            self.git("init", "-q", "--template=", "-b", "series")
            (self.git.dir / "objects" / "info").mkdir(exist_ok=True)
            (self.git.dir / "info").mkdir(exist_ok=True)
            (self.git.dir / "info" / "exclude").write_text("/subprojects/keycodemapdb/\n")
            # The user's own line ends are no part of it.
            (self.git.dir / "info" / "attributes").write_text("* -text\n")
        (self.git.dir / "objects" / "info" / "alternates").write_text(
            f"{(git.dir / 'objects').resolve()}\n")

    def checkout(self, commit):
        self.git("reset", "-q", "--hard", commit)

    def am(self, base, mails):
        """Apply @mails on @base. Returns the commits."""
        self.git.call("am", "--abort")
        self.checkout(base)
        self.git("am", "-q", "--no-3way", "--whitespace=nowarn", *map(str, mails))
        return self.git("rev-list", "--reverse", f"{base}..HEAD").splitlines()

    def close(self):
        if self.scratch:
            shutil.rmtree(self.scratch)
