#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Author: The libvirt-nodedev-compat authors
"""Write a Debian source tree of what git has of this project, for scripts/packages.

Usage: scripts/lib/debian_source.py standalone|libvirt RELEASE COMMIT OUT
  standalone   virt-nodedev-compat and its data: packaging/standalone/debian
  libvirt      Debian's own packaging of libvirt with this project in it, see
               debian_libvirt.py

The tree is OUT/tree, unpatched, as dpkg-source unpacks it, and its tarballs are beside
it. The same commit gives the same bytes. DEBFULLNAME and DEBEMAIL name who builds.
"""

import argparse
import io
import lzma
import os
import re
import shutil
import subprocess
import sys
import tarfile
from email.utils import formatdate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import base_source                                              # noqa: E402
import debian_libvirt                                           # noqa: E402
from base_git import AUTHOR                                     # noqa: E402
from base_source import ROOT, Wrap, die                         # noqa: E402

# Of each source package; the next build of the same version gets the next one.
REVISION = 1

# Part of a version, so that each release of Debian has a newer one than that before.
RELEASES = {"bookworm": "deb12", "trixie": "deb13"}


def git(*args):
    run = subprocess.run(["git", "-C", str(ROOT), "-c", f"safe.directory={ROOT}", *args],
                         stdout=subprocess.PIPE)
    if run.returncode != 0:
        die(f"git {args[0]} failed; packages are made of what git has of the project")
    return run.stdout


class Project:
    """A commit of the project."""

    def __init__(self, commit):
        self.commit = git("rev-parse", "--short=12", commit).decode().strip()
        self.time = int(git("log", "-1", "--format=%ct", commit))
        build = git("show", f"{commit}:meson.build").decode()
        found = re.search(r"^  version: '([0-9.]+)',$", build, re.M)
        if not found:
            die("meson.build names no version")
        self.version = found.group(1)
        self.maintainer = "{} <{}>".format(os.getenv("DEBFULLNAME", AUTHOR[0]),
                                           os.getenv("DEBEMAIL", AUTHOR[1]))

    def archive(self, target):
        """The project as a tarball."""
        content = git("archive", "--format=tar", f"--prefix=nodedev-compat-{self.version}/",
                      self.commit)
        target.write_bytes(lzma.compress(content, preset=6))

    def pack(self, target, top, paths):
        """@paths as a tarball of files in the directory @top."""
        with tarfile.open(target, "w:xz", preset=0, format=tarfile.USTAR_FORMAT) as archive:
            for path in sorted(paths):
                content = path.read_bytes()
                member = tarfile.TarInfo(f"{top}/{path.name}")
                member.size = len(content)
                member.mtime = self.time
                archive.addfile(member, io.BytesIO(content))

    def changelog(self, source, version, release, *items):
        text = "".join(f"  * {item}\n" for item in items)
        return (f"{source} ({version}) {release}; urgency=medium\n\n{text}\n"
                f" -- {self.maintainer}  {formatdate(self.time)[:-5]}+0000\n")


def make_standalone(project, wrap, release, out):
    name = "virt-nodedev-compat"
    tree = out / "tree"
    orig = out / f"{name}_{project.version}.orig.tar.xz"
    component = out / f"{name}_{project.version}.orig-packagecache.tar.xz"

    project.archive(orig)
    base_source.unpack(orig, tree)
    project.pack(component, "packagecache", [base_source.get_release(wrap)] +
                 ([base_source.get_backports(wrap)] if wrap.backports else []))
    base_source.unpack(component, tree / "packagecache")

    # As committed, whatever the work tree has.
    shutil.copytree(tree / "packaging" / "standalone" / "debian", tree / "debian")
    control = tree / "debian" / "control"
    control.write_text(control.read_text().replace("@MAINTAINER@", project.maintainer))
    version = f"{project.version}-{REVISION}~{RELEASES[release]}"
    (tree / "debian" / "changelog").write_text(
        project.changelog(name, version, release, f"Built of commit {project.commit}."))
    return name, version


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        usage=argparse.SUPPRESS)
    makers = {"standalone": make_standalone, "libvirt": debian_libvirt.make}
    parser.add_argument("what", choices=makers)
    parser.add_argument("release", choices=RELEASES)
    parser.add_argument("commit")
    parser.add_argument("out", type=Path)
    args = parser.parse_args()

    if args.out.exists() and any(args.out.iterdir()):
        die(f"{args.out} is not empty")
    args.out.mkdir(parents=True, exist_ok=True)
    name, version = makers[args.what](Project(args.commit), Wrap(), args.release,
                                      args.out.resolve())
    print(f"{name} {version}")


if __name__ == "__main__":
    main()
