# SPDX-License-Identifier: LGPL-2.1-or-later
# Author: The libvirt-nodedev-compat authors
"""Debian's own source package of libvirt with this project in it.

The project is a component tarball (nodedev-compat/), its hooks are quilt patches after
Debian's, and what is changed in debian/ are the rows of EDITS and the files of
packaging/libvirt/debian. Each row has to find what it changes: when Debian's files have
changed, the error names the row and the file, and what to look at.
"""

import difflib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import base_source
from base_source import die, say

# A further package version without a hyphen, since what is after the last one is the
# revision: 11.3.0-3+deb13u3+compat0.1.0-1 would be newer than 11.3.0-3+deb13u4, and no
# fix of Debian's would ever be offered to a host that has ours.
REVISION = 1


class Edit:
    """In debian/@path, change the one place that matches @pattern; its \\1 ... and
    {version}, {project} and {maintainer} can be in @text."""

    def __init__(self, what, path, pattern, text):
        self.what = what
        self.path = path
        self.pattern = pattern
        self.text = text

    def apply(self, debian, values):
        path = debian / self.path
        if not path.is_file():
            die(f"debian/{self.path} is gone ({self.what}); look where Debian has it now, and "
                f"change EDITS in {Path(__file__).name}")
        old = path.read_text()
        text = self.text.format(**values)
        new, count = re.subn(self.pattern, lambda match: match.expand(text), old,
                             flags=re.M | re.S)
        if count != 1:
            die(f"debian/{self.path}: {self.what}: of one place there are {count} like"
                f"\n  {self.pattern}\nDebian has changed the file; change EDITS in "
                f"{Path(__file__).name} accordingly")
        path.write_text(new)


EDITS = [
    Edit("who answers for the packages", "control.in",
         r"^Maintainer: .*?^Build-Depends:", "Maintainer: {maintainer}\nBuild-Depends:"),
    Edit("where the source is kept", "control.in", r"^Vcs-Git: [^\n]*\nVcs-Browser: [^\n]*\n", ""),
    Edit("what is shared with virt-nodedev-compat is in virt-nodedev-compat-data", "control.in",
         r"^(Package: libvirt-common\n(?:[A-Z][^\n]*\n)*?Depends:\n)",
         r"\1 virt-nodedev-compat-data (>= {project}-1~)," "\n"),
    Edit("the package that holds the others", "control.in", r"(?<=[^\n])\n*\Z",
         "\n\n{control}"),
    Edit("the public header", "libvirt-dev.install.in",
         r"^(usr/include/libvirt/libvirt-nodedev\.h\n)",
         r"\1usr/include/libvirt/libvirt-nodedev-compat.h" "\n"),
    Edit("the program that asks NVIDIA's library", "libvirt-daemon-driver-nodedev.install.in",
         r"^(usr/lib/\$\{DEB_HOST_MULTIARCH\}/libvirt/connection-driver/"
         r"libvirt_driver_nodedev\.so\n)",
         r"\1usr/lib/libvirt/libvirt_nodedev_nvml" "\n"),
    Edit("the public symbols", "libvirt0.symbols", r"^( \*@LIBVIRT_PRIVATE_)",
         r" *@LIBVIRT_NODEDEV_COMPAT_11.3.0 {version}~" r"\n\1"),
    Edit("what virt-nodedev-compat and its data bring", "not-installed", r"\Z",
         "{notinstalled}"),
    Edit("linking the project's files", "rules", r"\Z", "\ninclude debian/nodedev-compat.mk\n"),
]

# Appended to libvirt's meson.build, in the place of the project's own.
MESON = """
# nodedev-compat
configure_file(
  input: 'nodedev-compat/docs/manpages/virsh-nodedev-compat.rst',
  output: '@PLAINNAME@',
  copy: true,
)
docs_enabled = get_variable('docs_html_dep', []) != []
subdir('nodedev-compat/packaging/libvirt')
"""

BUILD_PATCH = "nodedev-compat/9000-build-without-superproject.patch"
BUILD_HEAD = """From: The libvirt-nodedev-compat authors <authors@nodedev-compat.invalid>
Subject: build: install the project without its superproject
Forwarded: not-needed

"""


def apply_patch(tree, patch, name):
    # The first file system error is not to look like a conflict.
    run = subprocess.run(["patch", "-p1", "-F0", "-t", "-N", "-s", "-V", "never", "-i", str(patch)],
                         cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if run.returncode != 0:
        die(f"{name} does not apply after Debian's patches:\n{run.stdout}")


def read_series(debian):
    lines = (debian / "patches" / "series").read_text().splitlines()
    return [line.split()[0] for line in lines if line.strip() and line[0] != "#"]


def replace_once(text, old, new, where):
    if text.count(old) != 1:
        die(f"{where} has to have one place like '{old}', and has {text.count(old)}")
    return text.replace(old, new)


def build_patch(patched):
    """What the project's own meson.build does around libvirt's: a patch on @patched."""
    changes = {
        "meson.build": lambda text: text + MESON,
        "docs/manpages/virsh.rst": lambda text: replace_once(
            text, "../../../../virsh-nodedev-compat.rst", "../../virsh-nodedev-compat.rst",
            "docs/manpages/virsh.rst"),
    }
    result = BUILD_HEAD
    for name, change in changes.items():
        old = (patched / name).read_text()
        result += f"--- a/{name}\n+++ b/{name}\n"
        diff = difflib.unified_diff(old.splitlines(True), change(old).splitlines(True))
        result += "".join(line for line in diff if not line.startswith(("---", "+++")))
    return result


def check_conffiles(hook):
    """dpkg asks about an edited configuration file, if the package's own has changed."""
    for name in re.findall(r"^diff --git a/(\S+) ", hook.read_text(), re.M):
        if re.search(r"\.(conf|default|init|sysconf|aug)(\.in)?$", name):
            die(f"patches/{hook.name} changes {name}, of which Debian makes a configuration file")


def add_patches(tree, scratch):
    """Add the hooks to debian/patches, and apply all in a copy of the tree."""
    debian = tree / "debian"
    patched = Path(scratch) / "patched"
    # patch writes a new file in place of one that it changes
    subprocess.run(["cp", "-al", str(tree), str(patched)], check=True)
    for name in read_series(debian):
        apply_patch(patched, debian / "patches" / name, f"Debian's {name}")

    ours = debian / "patches" / "nodedev-compat"
    ours.mkdir()
    names = []
    for hook in sorted((tree / "nodedev-compat" / "patches").glob("*.patch")):
        check_conffiles(hook)
        shutil.copyfile(hook, ours / hook.name)
        names.append(f"nodedev-compat/{hook.name}")
        apply_patch(patched, hook, f"patches/{hook.name}")
    (debian / "patches" / BUILD_PATCH).write_text(build_patch(patched))
    names.append(BUILD_PATCH)
    apply_patch(patched, debian / "patches" / BUILD_PATCH, BUILD_PATCH)
    with open(debian / "patches" / "series", "a", encoding="utf-8") as series:
        series.write("\n".join(names) + "\n")
    return len(names)


def add_debian(project, tree, version):
    """The rows of EDITS and the files of packaging/libvirt/debian."""
    debian = tree / "debian"
    own = tree / "nodedev-compat" / "packaging" / "libvirt" / "debian"
    rules = (debian / "rules").read_text()
    for target in re.findall(r"^(\w+):", (own / "nodedev-compat.mk").read_text(), re.M):
        if re.search(rf"^{target}:", rules, re.M):
            die(f"debian/rules has a target {target} of its own; see debian/nodedev-compat.mk")
    values = {
        "version": version,
        "project": project.version,
        "maintainer": project.maintainer,
        "control": (own / "control.part").read_text(),
        "notinstalled": (own / "not-installed.part").read_text(),
    }
    for edit in EDITS:
        edit.apply(debian, values)
    for path in own.iterdir():
        if path.suffix == ".part":
            continue
        if (debian / path.name).exists():
            die(f"Debian has a file debian/{path.name} of its own")
        shutil.copyfile(path, debian / path.name)


def make(project, wrap, release, out):
    if not wrap.backports:
        die(f"{base_source.WRAP.name} names no source package of Debian")
    tree = out / "tree"
    release_tarball = base_source.get_release(wrap)
    base_source.unpack(release_tarball, tree)
    base_source.unpack(base_source.get_backports(wrap), tree / "debian")
    debian = tree / "debian"

    head = (debian / "changelog").read_text().split("\n", 1)[0]
    if not head.startswith(f"libvirt ({wrap.version}) "):
        die(f"{wrap.backports.filename} is not {wrap.version}: {head}")
    version = f"{wrap.version}+compat{project.version}+{REVISION}"
    upstream = wrap.version.rsplit("-", 1)[0]

    shutil.copyfile(release_tarball, out / f"libvirt_{upstream}.orig.tar.xz")
    component = out / f"libvirt_{upstream}.orig-nodedev-compat.tar.xz"
    project.archive(component)
    base_source.unpack(component, tree / "nodedev-compat")

    with tempfile.TemporaryDirectory(dir=out, prefix="check-") as scratch:
        count = add_patches(tree, scratch)
    add_debian(project, tree, version)
    changelog = debian / "changelog"
    changelog.write_text(project.changelog(
        "libvirt", version, release,
        f"Debian's {wrap.version} with libvirt-nodedev-compat {project.version}, commit\n"
        f"    {project.commit}: hooks in debian/patches/nodedev-compat, the rest in\n"
        "    nodedev-compat/.") + "\n" + changelog.read_text())
    run = subprocess.run(["debian/scripts/process-templates.py", "--mode", "generate"], cwd=tree,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if run.returncode != 0:
        die(f"Debian's process-templates.py fails:\n{run.stdout}")
    say(f"{count} patches apply after Debian's without fuzz, {len(EDITS)} changes to debian/")
    return "libvirt", version
