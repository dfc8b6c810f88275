# SPDX-License-Identifier: LGPL-2.1-or-later
# Author: The libvirt-nodedev-compat authors
"""The base: which libvirt it is, where its source comes from, what is ours in it.

Nothing here knows git or changes a tree that exists; scripts/lib/base_series.py does.
"""

import configparser
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SUBPROJECTS = ROOT / "subprojects"
WRAP = SUBPROJECTS / "libvirt.wrap"
CACHE = SUBPROJECTS / "packagecache"
PACKAGES = ROOT / "scripts" / "lib" / "packages.sh"

# What is generated for this project, in libvirt's list of files with messages.
POTFILES = "po/POTFILES.generated"

# Directories that are mirrored into the base tree.  What is not listed here (the
# testbed, fuzzers, benchmarks, scripts) is not part of libvirt's own build; po/
# has files of the same names as libvirt's, which are merged.
MIRRORED = ["docs", "include", "src", "tests", "tools"]
NOT_MIRRORED = ["tests/testbed", "tests/fuzz", "tests/bench", "tests/packages", "tests/scripts"]


def say(text):
    print(f"{Path(sys.argv[0]).name}: {text}", file=sys.stderr, flush=True)


def die(text):
    say(f"error: {text}")
    sys.exit(1)


class Source:
    """A file that is downloaded once, checked, and kept in packagecache/."""

    def __init__(self, filename, sha256, what):
        self.filename = filename
        self.sha256 = sha256
        self.what = what

    @property
    def path(self):
        return CACHE / self.filename


class Wrap:
    """What subprojects/libvirt.wrap pins."""

    def __init__(self):
        parser = configparser.ConfigParser(interpolation=None)
        parser.read(WRAP)
        section = parser["wrap-file"]
        self.directory = section["directory"]
        self.url = section["source_url"]
        self.release = Source(section["source_filename"], section["source_hash"],
                              "the libvirt release")
        self.backports = None
        if parser.has_section("backports"):
            section = parser["backports"]
            self.version = section["version"]
            self.wanted = section["wanted"]
            self.backports = Source(section["filename"], section["hash"],
                                    f"the backports of {self.version}")

    @property
    def tree(self):
        return SUBPROJECTS / self.directory

    @property
    def shown(self):
        return self.tree.relative_to(ROOT)


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as handle:
        for block in iter(lambda: handle.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def fetch_upstream(wrap, target):
    # Only a download needs it, and importing it takes long.
    import urllib.request
    say(f"downloading {wrap.url}")
    with urllib.request.urlopen(wrap.url, timeout=20) as answer:
        with open(target, "wb") as out:
            shutil.copyfileobj(answer, out)


def fetch_debian(function, pattern, target, *arguments):
    """Call @function of packages.sh, which leaves one file like @pattern, and
    move that to @target.  Returns its name."""
    with tempfile.TemporaryDirectory(prefix="libvirt-src-") as scratch:
        run = subprocess.run(
            ["bash", "-c", 'set -eu; . "$1"; shift; "$@"', "bash",
             str(PACKAGES), function, scratch, *arguments], stdout=sys.stderr)
        if run.returncode != 0:
            raise OSError("failed, as said above")
        found = sorted(Path(scratch).glob(pattern))
        if not found:
            raise OSError("the archive delivered no file")
        shutil.copyfile(found[0], target)
        return found[0].name


def get_source(source, ways):
    """Return the path of @source, which is downloaded in one of @ways, a list of
    (name, function of a target path), if it is not in the cache."""
    if source.path.exists():
        if sha256_of(source.path) == source.sha256:
            return source.path
        die(f"{source.path.relative_to(ROOT)} does not have the sha256 "
            f"{source.sha256} of {WRAP.relative_to(ROOT)}; remove it and run again")

    CACHE.mkdir(parents=True, exist_ok=True)
    part = source.path.with_name(source.path.name + ".part")
    tried = []
    for name, fetch in ways:
        try:
            fetch(part)
            got = sha256_of(part)
            if got != source.sha256:
                raise OSError(f"wrong checksum {got}")
            part.rename(source.path)
            return source.path
        except OSError as err:
            tried.append(f"  {name}: {err}")
            part.unlink(missing_ok=True)
    die(f"cannot get {source.what}; tried\n" + "\n".join(tried) +
        f"\nPut {source.filename} (sha256 {source.sha256}) into "
        f"{CACHE.relative_to(ROOT)} by hand and run again.")


def get_release(wrap):
    return get_source(wrap.release, [
        ("upstream's download site", lambda part: fetch_upstream(wrap, part)),
        ("Debian's source archive",
         lambda part: fetch_debian("fetch_libvirt_from_debian", "*.orig.tar.xz", part)),
    ])


def get_backports(wrap):
    return get_source(wrap.backports, [
        ("Debian's source archive",
         lambda part: fetch_debian("fetch_libvirt_backports_from_debian",
                                   "*.debian.tar.xz", part, wrap.version)),
    ])


def pin_newest_backports():
    """Let libvirt.wrap name the newest backports that the archive has."""
    CACHE.mkdir(parents=True, exist_ok=True)
    part = CACHE / "backports.part"
    try:
        name = fetch_debian("fetch_libvirt_backports_from_debian", "*.debian.tar.xz",
                            part, "newest")
    except OSError as err:
        die(f"cannot get the newest backports: {err}")
    part.rename(CACHE / name)
    version = name[len("libvirt_"):-len(".debian.tar.xz")]
    text = WRAP.read_text()
    head, mark, tail = text.partition("[backports]")
    if not mark:
        die(f"{WRAP.relative_to(ROOT)} has no section [backports]")
    for key, value in (("version", version), ("filename", name),
                       ("hash", sha256_of(CACHE / name))):
        tail = re.sub(rf"^{key} = .*$", f"{key} = {value}", tail, flags=re.M)
    WRAP.write_text(head + mark + tail)
    say(f"{WRAP.relative_to(ROOT)} names the backports of {version} now"
        if head + mark + tail != text else f"{version} is the newest")


def unpack(tarball, target):
    """Unpack @tarball, less its top directory, into the empty @target."""
    target.mkdir(parents=True, exist_ok=True)
    with tarfile.open(tarball) as archive:
        options = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        members = []
        for member in archive:
            top, _, rest = member.name.partition("/")
            if not rest:
                continue
            member.name = rest
            if member.islnk():
                member.linkname = member.linkname.partition("/")[2]
            # Not the owner in the archive, even if root unpacks it.
            member.uid, member.gid = os.getuid(), os.getgid()
            member.uname = member.gname = ""
            members.append(member)
        archive.extractall(target, members=members, **options)


def read_backports(wrap):
    """The patches wanted, in order: [(name, bytes)]."""
    with tarfile.open(get_backports(wrap)) as archive:
        def read(name):
            return archive.extractfile(f"debian/patches/{name}").read()
        names = [line.split()[0] for line in io.TextIOWrapper(
            io.BytesIO(read("series")), "utf-8") if line.strip() and line[0] != "#"]
        found = [(name, read(name)) for name in names if name.startswith(wrap.wanted)]
    if not found:
        die(f"{wrap.backports.filename} has no patch in {wrap.wanted}")
    return found


def pins(wrap):
    """What the base is, in a line."""
    if not wrap.backports:
        return wrap.release.sha256
    return f"{wrap.release.sha256} {wrap.backports.sha256} {wrap.wanted}"


def make_stock(wrap, target):
    """Make @target the base without anything of this project, unless it is."""
    mark = target / ".nodedev-compat-pins"
    if mark.exists() and mark.read_text() == pins(wrap):
        return
    if target.exists() and not mark.exists() and any(target.iterdir()):
        die(f"{target} exists and was not made by this script")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="libvirt-new-") as scratch:
        new = Path(scratch) / "stock"
        unpack_stock(wrap, new)
        (new / mark.name).write_text(pins(wrap))
        if target.exists():
            shutil.rmtree(target)
        new.rename(target)


def unpack_stock(wrap, target):
    unpack(get_release(wrap), target)
    if not wrap.backports:
        return
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    # In no repository, else paths are relative to the top of that.
    env["GIT_CEILING_DIRECTORIES"] = str(target.resolve().parent)
    for name, content in read_backports(wrap):
        run = subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], cwd=target,
                             env=env, input=content, capture_output=True)
        if run.returncode != 0:
            die(f"{name} does not apply:\n{run.stderr.decode()}")


def patches():
    return sorted((ROOT / "patches").glob("*.patch"))


def catalogues():
    """This project's translations, named like libvirt's, and its list of files."""
    return sorted([*(ROOT / "po").glob("*.po"), *ROOT.glob(POTFILES)])


def own_files():
    """Project files that are mirrored, as paths relative to the root."""
    found = []
    for room in MIRRORED:
        for directory, subdirs, names in os.walk(ROOT / room):
            here = Path(directory).relative_to(ROOT)
            subdirs[:] = [name for name in subdirs if not name.startswith(".")
                          and name != "__pycache__" and str(here / name) not in NOT_MIRRORED]
            for name in names:
                if name.startswith(".") or name.endswith((".orig", ".rej", "~", ".pyc")):
                    continue
                if not (ROOT / here / name).is_file():
                    die(f"{here / name} is a link to nothing, or no regular file; "
                        "remove or mend it")
                found.append(here / name)
    return sorted(found)
