# SPDX-License-Identifier: LGPL-2.1-or-later
# Author: The libvirt-nodedev-compat authors
"""Build and test a series commit by commit, as who reviews it would.

All is done in build/series: the commits are those that git am makes. What passed is
kept there by the content of the tree, so that a run that was interrupted goes on, and
one after a change does what that touches.
"""

import fcntl
import json
import os
import re
import shutil
import subprocess
import time

import base_source
from base_source import ROOT, die
from series_patches import Applied

PLACE = ROOT / "build" / "series"


def build_options():
    """Those of scripts/build, for libvirt itself."""
    script = (ROOT / "scripts" / "build").read_text()
    options = ["--buildtype=debugoptimized", "--prefix=/usr", "--sysconfdir=/etc",
               "--localstatedir=/var", "-Db_pie=true", "-Drunstatedir=/run", "-Dno_git=true",
               "-Dwerror=true", "-Dsystem=false"]
    for names, value in re.findall(
            r"^for feature in (.*?); do\n\s*options\+=\(\"\$feature=(\w+)\"\)", script,
            re.M | re.S):
        options += [f"-D{name}={value}" for name in names.replace("\\\n", " ").split()]
    return options


class Check:
    def __init__(self, git, commits, base, mails, steps):
        self.commits = commits
        self.steps = steps
        self.base = base
        PLACE.mkdir(parents=True, exist_ok=True)
        # Applied elsewhere: in the tree that is built no file is written that stays.
        name = "configured" if steps == ["setup"] else "applied"
        self.lock = open(PLACE / f".lock-{name}", "w", encoding="utf-8")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            die(f"another one is running in {(PLACE / name).relative_to(ROOT)}")
        mailed = Applied(git, PLACE / name)
        self.made = mailed.am(base, mails)
        self.applied = mailed if steps == ["setup"] else Applied(mailed.git, PLACE / "tree")
        self.tree = self.applied.git.tree
        self.build = PLACE / "build"
        self.logs = PLACE / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.state_path = PLACE / "passed.json"
        self.state = self.read_state()
        submodule = self.tree / "subprojects" / "keycodemapdb"
        if not submodule.is_dir():
            shutil.copytree(base_source.Wrap().tree / "subprojects" / "keycodemapdb", submodule)

    def read_state(self):
        try:
            return json.loads(self.state_path.read_text())
        except (OSError, ValueError):
            return {}

    def passed(self, tree, step):
        self.state = self.read_state()      # of one with other steps, too
        self.state.setdefault(tree, []).append(step)
        part = self.state_path.with_suffix(".part")
        part.write_text(json.dumps(self.state))
        part.rename(self.state_path)

    def run(self, name, *command):
        """Run @command with its output in the log @name. Returns the log."""
        log = self.logs / name
        with open(log, "wb") as out:
            status = subprocess.run(command, cwd=self.tree, stdin=subprocess.DEVNULL, stdout=out,
                                    stderr=subprocess.STDOUT, check=False).returncode
        if status != 0:
            lines = log.read_text(errors="replace").splitlines()
            shown = [line for line in lines if re.search(r"error|FAIL|ERROR|undefined", line)]
            print("\n".join("    " + line[:200] for line in (shown or lines)[-15:]))
            die(f"{name}: '{' '.join(command[:3])} …' failed, see {log.relative_to(ROOT)}; the "
                f"tree is {self.tree.relative_to(ROOT)}")
        return log.read_text(errors="replace")

    def setup(self, number, name):
        """In a directory of its own: what an earlier commit has left is not seen."""
        fresh = PLACE / "setup"
        shutil.rmtree(fresh, ignore_errors=True)
        self.run(f"{name}.setup", "meson", "setup", str(fresh), ".", *build_options())
        shutil.rmtree(fresh)

    def compile(self, number, name):
        if not (self.build / "build.ninja").exists():
            shutil.rmtree(self.build, ignore_errors=True)
            self.run(f"{name}.configure", "meson", "setup", str(self.build), ".",
                     *build_options())
        self.run(f"{name}.build", "ninja", "-C", str(self.build))

    def changed(self, number):
        before = self.made[number - 1] if number else self.base
        return self.applied.git("diff-tree", "-r", "--name-only", "--no-renames", before,
                                self.made[number]).splitlines()

    def test(self, number, name):
        """This commit's tests, libvirt's scripts that check lists and sources, and for
        the last commit all there are."""
        listed = subprocess.run(["meson", "test", "-C", str(self.build), "--list"],
                                cwd=self.tree, stdout=subprocess.PIPE, text=True,
                                stderr=subprocess.DEVNULL, check=True).stdout
        args = []
        if number + 1 < len(self.made):
            stems = {re.sub(r"\.\w+$", "", os.path.basename(path))
                     for path in self.changed(number) if path.startswith("tests/")}
            tests = [line.rpartition(" / ")[2] for line in listed.splitlines()]
            args = [test for test in tests if test.rpartition("/")[2] in stems]
            checks = [line.rpartition(" / ")[2] for line in listed.splitlines()
                      if re.search(r"\bsyntax-check\b|\bscript\b", line.partition(" / ")[0])]
            args += sorted(set(checks) - set(args))
        log = self.run(f"{name}.tests", "meson", "test", "-C", str(self.build), "--no-rebuild",
                       "--print-errorlogs", "--timeout-multiplier", "8", *args)
        counts = dict(re.findall(r"^(Ok|Skipped|Fail|Timeout):\s+(\d+)", log, re.M))
        return f"{counts.get('Ok', 0)} tests passed"

    def commit(self, number):
        commit = self.commits[number]
        tree = self.applied.git("rev-parse", f"{self.made[number]}^{{tree}}")
        actions = {"setup": self.setup, "build": self.compile, "tests": self.test}
        wanted = [step for step in self.steps if step not in self.state.get(tree, ())]
        title = f"{number + 1:2}/{len(self.made)} {commit.subject}"
        if not wanted:
            print(f"{title}: passed already", flush=True)
            return
        print(title, flush=True)
        self.applied.checkout(self.made[number])
        for step in wanted:
            begun = time.monotonic()
            if step == "tests" and "build" not in wanted:
                self.compile(number, commit.name)
            note = actions[step](number, commit.name)
            print(f"      {step}: {note or 'passed'}, {time.monotonic() - begun:.0f} s", flush=True)
            self.passed(tree, step)
