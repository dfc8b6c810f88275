# SPDX-License-Identifier: LGPL-2.1-or-later
# Author: The libvirt-nodedev-compat authors
"""git as this project's scripts call it: by plumbing, whatever its user has configured."""

import os
import subprocess
from pathlib import Path

from base_source import die

# Who commits what a script makes. Names and dates are fixed, so that the same
# input gives the same commits.
AUTHOR = ("The libvirt-nodedev-compat authors", "authors@nodedev-compat.invalid")
PATCH_NAME = "Patch-Name"


class GitError(Exception):
    pass


def environment():
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    env.update(
        LC_ALL="C.UTF-8", TZ="UTC",
        GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1", GIT_ATTR_NOSYSTEM="1",
        GIT_EDITOR="true", GIT_TERMINAL_PROMPT="0",
        GIT_AUTHOR_NAME=AUTHOR[0], GIT_AUTHOR_EMAIL=AUTHOR[1],
        GIT_COMMITTER_NAME=AUTHOR[0], GIT_COMMITTER_EMAIL=AUTHOR[1])
    return env


class Git:
    """The repository of a tree."""

    OPTIONS = ["core.hooksPath=/dev/null", "core.attributesFile=/dev/null",
               "core.excludesFile=/dev/null", "core.autocrlf=false", "core.quotePath=false",
               "core.fsmonitor=false", "commit.gpgSign=false", "advice.detachedHead=false",
               "gc.auto=0", "format.encodeEmailHeaders=false"]

    def __init__(self, tree):
        self.tree = Path(tree)
        self.dir = self.tree / ".git"

    def call(self, *command, stdin=None, index=None, worktree=None, env=None):
        """Run git. Returns the exit status, stdout and stderr."""
        full = environment()
        # Given explicitly, they also spare git's question of who owns the tree.
        full["GIT_DIR"] = str(self.dir)
        full["GIT_WORK_TREE"] = str(worktree or self.tree)
        if index:
            full["GIT_INDEX_FILE"] = str(index)
        full.update(env or {})
        options = [word for option in self.OPTIONS for word in ("-c", option)]
        if isinstance(stdin, str):
            stdin = stdin.encode()
        try:
            run = subprocess.run(["git", *options, *command], cwd=worktree or self.tree, env=full,
                                 input=stdin if stdin is not None else b"", capture_output=True)
        except FileNotFoundError:
            die("the program 'git' is missing; install the package of that name")
        return run.returncode, run.stdout, run.stderr.decode(errors="replace")

    def bytes(self, *command, **how):
        status, out, err = self.call(*command, **how)
        if status != 0:
            raise GitError(f"git {command[0]}: {err.strip()}")
        return out

    def __call__(self, *command, **how):
        return self.bytes(*command, **how).decode().strip("\n")

    def names(self, *command, **how):
        """Output of a command with -z as a list."""
        return [name.decode() for name in self.bytes(*command, **how).split(b"\0") if name]

    def ref(self, name):
        """The commit that @name refers to, or None."""
        return self.call("rev-parse", "-q", "--verify", f"{name}^{{commit}}")[1].decode().strip() \
            or None

    def contains(self, descendant, ancestor):
        return self.call("merge-base", "--is-ancestor", ancestor, descendant)[0] == 0

    def commit(self, tree, parent, message, author=AUTHOR, date=None):
        date = date or "2025-05-02T00:00:00Z"
        env = {"GIT_AUTHOR_NAME": author[0], "GIT_AUTHOR_EMAIL": author[1],
               "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": "2025-05-02T00:00:00Z"}
        parents = ["-p", parent] if parent else []
        return self("commit-tree", tree, *parents, "-F", "-", stdin=message, env=env)

    def unfinished(self):
        """The command that was begun and not finished in the tree, or None."""
        for name, command in (("rebase-merge", "rebase"), ("rebase-apply", "rebase"),
                              ("MERGE_HEAD", "merge"), ("CHERRY_PICK_HEAD", "cherry-pick"),
                              ("REVERT_HEAD", "revert")):
            if (self.dir / name).exists():
                return command
        return None


class Mail:
    """A patch as git mailinfo reads it."""

    def __init__(self, git, content, fallback):
        out = git.dir / "nodedev-compat.message", git.dir / "nodedev-compat.diff"
        header = git.bytes("mailinfo", "-b", "--encoding=UTF-8", *map(str, out), stdin=content)
        fields = dict(line.split(": ", 1) for line in header.decode().splitlines()
                      if ": " in line)
        self.subject = fields.get("Subject", fallback)
        self.author = ((fields["Author"], fields["Email"])
                       if fields.get("Author") and fields.get("Email") else AUTHOR)
        self.date = fields.get("Date")
        self.body = out[0].read_text().strip("\n")
        self.diff = out[1].read_bytes()
        for path in out:
            path.unlink()

    def message(self, name=None):
        text = self.subject + "\n" + (f"\n{self.body}\n" if self.body else "")
        return text + (f"\n{PATCH_NAME}: {name}\n" if name else "")


def split_message(message):
    """A commit's message without, and with the value of, its line Patch-Name."""
    names = []
    kept = []
    for line in message.splitlines():
        if line.startswith(PATCH_NAME + ": "):
            names.append(line[len(PATCH_NAME) + 2:].strip())
        else:
            kept.append(line)
    return "\n".join(kept).strip("\n") + "\n", names[0] if names else None
