# SPDX-License-Identifier: LGPL-2.1-or-later
# Author: The libvirt-nodedev-compat authors
"""The base tree as a git repository: libvirt's release, the backports, what is added
of this project (messages, links), and one commit for each patch of patches/.

  tag release    the tarball as it is
  tag backports  and the fixes that the distribution has applied to it
  tag base       and this project's messages in po/ and links to its files
  HEAD           and the hooks: `git log base..`

A series is made of its inputs alone, by plumbing beside the work tree: the same
inputs give the same commits. Only then is the work tree moved, which writes no file
whose content stays. What was changed in the tree since is never written over: it is
carried along, or rebased by git, which reports a conflict.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import base_source as source
from base_git import Git, GitError, Mail, split_message
from base_source import ROOT, die, say

BRANCH = "nodedev-compat"
IMPORTED = "refs/nodedev-compat/imported"
MOVING = "refs/nodedev-compat/moving"       # what the work tree is being brought to

# keycodemapdb is a submodule of upstream's, whose files libvirt's syntax-check, which
# asks git what there is, does not look into.
EXCLUDE = "/subprojects/keycodemapdb/\n__pycache__/\n*.pyc\n*.orig\n*.rej\n*~\n"


@contextlib.contextmanager
def locked():
    """One at a time: Meson runs it, and so do several scripts."""
    source.CACHE.mkdir(parents=True, exist_ok=True)
    with open(source.CACHE / ".lock", "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def digest_of(*parts):
    digest = hashlib.sha256()
    for part in parts:
        part = part if isinstance(part, bytes) else str(part).encode()
        digest.update(b"%d:" % len(part) + part)
    return digest.hexdigest()


def read_patches():
    return {path.name: path.read_bytes() for path in source.patches()}


class Series:
    """What is made of the inputs as they are on disk."""

    def __init__(self, git, wrap):
        self.git = git
        self.wrap = wrap
        self.index = git.dir / "nodedev-compat.index"
        if git.dir.is_dir():    # what one that was killed has left; see locked()
            self.index.with_name(self.index.name + ".lock").unlink(missing_ok=True)
        self.texts = read_patches()
        self.own = source.own_files()

    def patches_key(self):
        return digest_of(*[part for item in self.texts.items() for part in item])

    def po_key(self):
        parts = [shutil.which("msgcat") is None]
        for path in source.catalogues():
            parts += [path.name, path.read_bytes()]
        return digest_of(*parts)

    def key(self):
        code = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("base_*.py"))]
        return digest_of(self.wrap.directory, source.pins(self.wrap), self.po_key(),
                         self.patches_key(), *self.own, "code", *code)

    def once(self, name, key, make):
        """The commit that @make returns for @key; remembered as a ref."""
        ref = f"refs/nodedev-compat/made/{name}-{key[:16]}"
        commit = self.git.ref(ref)
        if not commit:
            for old in self.git("for-each-ref", "--format=%(refname)",
                                f"refs/nodedev-compat/made/{name}-*").splitlines():
                self.git("update-ref", "-d", old)
            commit = make()
            self.git("update-ref", ref, commit)
        return commit

    def apply(self, mail, name, parent, trailer=None):
        """Commit the patch @mail on @parent."""
        self.git("apply", "--cached", "--whitespace=nowarn", "-", stdin=mail.diff,
                 index=self.index)
        return self.git.commit(self.git("write-tree", index=self.index), parent,
                               mail.message(trailer), mail.author, mail.date)

    def backports(self, release):
        def make():
            self.git("read-tree", release, index=self.index)
            commit = release
            for name, content in source.read_backports(self.wrap):
                try:
                    commit = self.apply(Mail(self.git, content, name), name, commit)
                except GitError as err:
                    die(f"{name} of {self.wrap.version} does not apply to the release:\n{err}")
            return commit

        if not self.wrap.backports:
            return release
        return self.once("backports", digest_of(release, source.pins(self.wrap)), make)

    def messages(self, parent):
        """Add this project's messages to libvirt's catalogues.

        What libvirt has a translation of keeps it. In a domain of their own they
        would need to be bound in two more places of libvirt, and virsh, which looks
        up the help of all its commands in libvirt's domain, would not find them.
        """
        def make():
            with tempfile.TemporaryDirectory(prefix="libvirt-po-") as scratch:
                (Path(scratch) / "po").mkdir()
                names = []
                for path in source.catalogues():
                    # POTFILES.generated is for POTFILES
                    names.append(f"po/{path.name.replace('.generated', '')}")
                    name = names[-1]
                    status, content, _ = self.git.call("show", f"{parent}:{name}")
                    if status != 0:
                        die(f"libvirt has no catalogue {name}")
                    (Path(scratch) / name).write_bytes(content)
                    merge = merge_catalogue if path.suffix == ".po" else merge_list
                    merge(Path(scratch) / name, path)
                return self.add(parent, scratch, names, "po: add messages of nodedev-compat\n")

        if shutil.which("msgcat") is None:
            # Without gettext's programs libvirt installs no catalogue either.
            say("without gettext's msgcat, messages of this project stay untranslated")
            return parent
        if not source.catalogues():
            return parent
        return self.once("messages", digest_of(parent, self.po_key()), make)

    def links(self, parent):
        """Link this project's files into the tree."""
        def make():
            taken = set(self.git.names("ls-tree", "-r", "-z", "--name-only", parent))
            for rel in self.own:
                if str(rel) in taken:
                    die(f"{rel} exists in libvirt; own files never replace upstream's, "
                        "touch it by a patch instead")
            with tempfile.TemporaryDirectory(prefix="libvirt-links-") as scratch:
                for rel in self.own:
                    place = Path(scratch) / rel
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.symlink_to(link_target(self.wrap, rel))
                return self.add(parent, scratch, list(map(str, self.own)),
                                "build: link the files of nodedev-compat\n")

        if not self.own:
            return parent
        return self.once("links", digest_of(parent, self.wrap.directory, *self.own), make)

    def add(self, parent, worktree, names, message):
        self.git("read-tree", parent, index=self.index)
        self.git("add", "-f", "--pathspec-from-file=-", "--pathspec-file-nul",
                 stdin="\0".join(names), index=self.index, worktree=worktree)
        return self.git.commit(self.git("write-tree", index=self.index), parent, message)

    def base(self):
        """The commits of the tags, the hooks left out."""
        release = self.git.ref("refs/tags/release")
        backports = self.backports(release)
        return {"release": release, "backports": backports,
                "base": self.links(self.messages(backports))}

    def hooks(self, base):
        """The commit with all patches on @base.  Raises GitError with all that do
        not apply."""
        self.git("read-tree", base, index=self.index)
        commit = base
        failed = []
        for name, content in self.texts.items():
            mail = Mail(self.git, content, Path(name).stem)
            try:
                commit = self.apply(mail, name, commit, name)
            except GitError as err:
                failed.append(f"patches/{name} does not apply:\n{err}")
        if failed:
            raise GitError("\n".join(failed))
        return commit


def merge_list(theirs, ours):
    theirs.write_text(theirs.read_text() + ours.read_text())


def merge_catalogue(theirs, ours):
    # What libvirt once had would hide what this project has.
    for command in (["msgattrib", "--no-obsolete", str(theirs)],
                    ["msgcat", "--use-first", str(theirs), str(ours)]):
        run = subprocess.run(command + ["--sort-output", "-o", str(theirs)],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if run.returncode != 0:
            die(f"po/{theirs.name} cannot be merged:\n{run.stdout}")


def link_target(wrap, rel):
    return os.path.relpath(ROOT / rel, (wrap.tree / rel).parent)


class Tree:
    """The repository at its place, and what was done in it since it was made."""

    def __init__(self, wrap):
        self.wrap = wrap
        self.git = Git(wrap.tree)
        self.state_path = self.git.dir / "nodedev-compat.json"

    def read_state(self):
        try:
            return json.loads(self.state_path.read_text())
        except (OSError, ValueError):
            return {}

    def write_state(self, series):
        part = self.state_path.with_suffix(".part")
        part.write_text(json.dumps({"key": series.key(), "patches": series.patches_key()}))
        part.rename(self.state_path)

    def create(self):
        """The release as a repository; complete or not there at all."""
        tarball = source.get_release(self.wrap)
        for left in source.SUBPROJECTS.glob("libvirt-new-*"):
            shutil.rmtree(left)     # by one that was killed; see locked()
        with tempfile.TemporaryDirectory(dir=source.SUBPROJECTS, prefix="libvirt-new-") as scratch:
            new = Path(scratch) / "tree"
            source.unpack(tarball, new)
            git = Git(new)
            git("init", "-q", "--template=", "-b", BRANCH)
            self.configure(git)
            # As one pack in place of a file for each.
            git("-c", "core.bigFileThreshold=1", "add", "-A", "-f", ".",
                ":!subprojects/keycodemapdb")
            release = git.commit(git("write-tree"), None,
                                 f"{self.wrap.directory}\n\nThe release as it was unpacked.\n")
            git("update-ref", "refs/tags/release", release)
            series = Series(git, self.wrap)
            tags = series.base()
            try:
                top = series.hooks(tags["base"])
            except GitError as err:
                die(str(err))
            git("read-tree", "-m", "-u", release, top)
            self.finish(git, tags, top)
            new.rename(self.wrap.tree)
        self.write_state(Series(self.git, self.wrap))
        say(f"{self.wrap.shown} is ready")

    def configure(self, git):
        (git.dir / "info").mkdir(exist_ok=True)
        (git.dir / "info" / "exclude").write_text(EXCLUDE)
        git("config", "nodedev-compat.release", self.wrap.release.sha256)
        # Whatever the user has configured of line ends.
        (git.dir / "info" / "attributes").write_text("* -text\n")
        if subprocess.run(["git", "config", "user.email"], stdout=subprocess.DEVNULL,
                          cwd=ROOT, check=False).returncode != 0:
            # A rebase that stops is continued by the user's own git.
            for key, value in (("name", "nodedev-compat"), ("email", "nodedev-compat@localhost")):
                git("config", f"user.{key}", value)

    def finish(self, git, tags, top, head=None):
        """Set all refs at once: what was made of patches/ is @top, and @head is that
        with what was changed in the tree."""
        lines = [f"update refs/tags/{name} {commit}" for name, commit in tags.items()]
        lines += [f"update {IMPORTED} {top}", f"update HEAD {head or top}", f"delete {MOVING}"]
        git("update-ref", "--stdin", stdin="\n".join(lines) + "\n")

    def check_links(self, own):
        """Each link is as it was made, else what was written in its place got lost."""
        wrong = []
        for rel in own:
            place = self.wrap.tree / rel
            try:
                if os.readlink(place) != link_target(self.wrap, rel):
                    wrong.append(f"{self.wrap.shown / rel} is a link to {os.readlink(place)}; "
                                 "remove it and run again")
            except FileNotFoundError:
                pass                # a new file, or one that git puts back
            except OSError:
                if place.is_file() and place.read_bytes() == (ROOT / rel).read_bytes():
                    place.unlink()
                    continue
                if self.git.call("cat-file", "-e", f"refs/tags/backports:{rel}")[0] == 0:
                    continue        # upstream's; links() says so
                wrong.append(f"{self.wrap.shown / rel} is no link to {rel} any more: an editor "
                             "has written a file in its place, and they differ. To keep what is "
                             f"in the tree:\n  mv {self.wrap.shown / rel} {rel}\nelse remove "
                             "it; then run again")
        if wrong:
            die("\n".join(wrong))

    def restore_links(self, own):
        """Put back links that were removed. Files of the project are not lost by it."""
        gone = [str(rel) for rel in own if not os.path.lexists(self.wrap.tree / rel)]
        if gone:
            self.git("checkout-index", "-q", "-f", "-z", "--stdin", stdin="\0".join(gone))

    def edited(self):
        """Files that git tracks and that are not as in HEAD."""
        self.git.call("update-index", "-q", "--refresh")
        return self.git.names("diff-index", "-z", "--name-only", "HEAD")

    def untracked(self, index):
        return self.git.names("ls-files", "-z", "-o", "--exclude-standard", index=index)

    def refuse_unfinished(self):
        command = self.git.unfinished()
        if command:
            die(f"a git {command} is unfinished in {self.wrap.shown}. There, resolve what "
                f"conflicts, `git add` it, and `git {command} --continue`; or `git {command} "
                "--abort`. Then run again.")

    def patch_commits(self, base, head="HEAD"):
        """The commits from @base to @head: [(commit, message, patch name, files)]."""
        if not self.git.contains(head, base):
            die(f"{self.wrap.shown} is on a commit that does not descend from the tag base; "
                f"`git checkout {BRANCH}` there, and run again")
        found = []
        for commit in self.git("rev-list", "--reverse", "--topo-order",
                               f"{base}..{head}").split():
            if len(self.git("rev-parse", f"{commit}^@").split()) > 1:
                die(f"{commit[:12]} in {self.wrap.shown} is a merge; rebase it")
            message, name = split_message(self.git("log", "-1", "--format=%B", commit))
            files = self.git.names("diff-tree", "-z", "-r", "--no-commit-id", "--name-only",
                                   "--no-renames", commit)
            found.append((commit, message, name, files))
        return found

    def commit_edits(self):
        """What is edited and not committed becomes a commit for each patch that owns
        such files, for git to rebase."""
        edited = self.edited()
        owners = {}
        for _, message, name, files in self.patch_commits("refs/tags/base"):
            if name:
                owners.update((file, message.split("\n", 1)[0]) for file in files)
        groups = {}
        for file in edited:
            groups.setdefault(owners.get(file), []).append(file)
        for subject, files in groups.items():
            message = f"fixup! {subject}" if subject else "edit files that no patch owns"
            self.git("add", "-A", "-f", "--", *files)
            self.git("commit", "-q", "--no-verify", "-m", message, "--", *files)

    def rebase(self, onto, old):
        """Rebase what is on top of @old by git itself, for its conflicts to be git's."""
        self.commit_edits()
        say(f"rebasing what was changed in {self.wrap.shown} on what has changed in patches/")
        status, out, err = self.git.call("-c", "core.editor=true", "rebase", "--onto", onto, old)
        if status != 0:
            text = (out.decode() + err).strip()
            die(f"git reports a conflict:\n{text}\n\n"
                f"What was changed in the tree is in commits, nothing is lost. In "
                f"{self.wrap.shown}, resolve what conflicts, `git add` it, and `git rebase "
                "--continue`; or `git rebase --abort`. Then run again.")

    def settle(self):
        """Finish what one that was killed has begun, else it looks like edits."""
        git, target, old = self.git, self.git.ref(MOVING), self.git.ref(IMPORTED)
        if not target or git.ref("HEAD") != old:
            return
        written = []
        for file in git.names("diff-tree", "-z", "-r", "--name-only", "--no-renames", old, target):
            path = self.wrap.tree / file
            if path.is_symlink() or not path.exists() \
                    or git("hash-object", "--", file) \
                    == git.call("rev-parse", f"{target}:{file}")[1].decode().strip():
                written.append(file)
        git("update-index", "--add", "--remove", "-z", "--stdin", stdin="\0".join(written))
        if git.call("read-tree", "-m", "-u", old, target)[0] == 0:
            self.finish(git, {}, target)

    def move(self, tags, top, series):
        """Bring the tree to @top, with what was changed in it."""
        git = self.git
        self.edited()       # for the index to know
        self.settle()
        head, imported = git.ref("HEAD"), git.ref(IMPORTED)
        if head == imported and head != top:
            git("update-ref", MOVING, top)
            if git.call("read-tree", "-m", "-u", head, top)[0] == 0:
                count = len(git.names("diff-tree", "-z", "-r", "--name-only", head, top))
                say(f"{count} files updated in {self.wrap.shown}")
                head = top
            else:
                self.rebase(top, imported)
                head = git.ref("HEAD")
        elif not git.contains(head, top):
            if git.contains(head, imported):
                self.rebase(top, imported)
            elif self.read_state().get("patches") == series.patches_key():
                self.rebase(tags["base"], "refs/tags/base")
            else:
                die(f"the commits in {self.wrap.shown} were rewritten, and patches/ was changed "
                    "since. Either\n"
                    "  scripts/refresh-patches --overwrite\nto write those commits over "
                    "patches/ (`git diff` shows how), or\n"
                    "  scripts/prepare-base --discard\nto make the tree again of patches/ "
                    "(what is in it is kept in the branch 'discarded')")
            head = git.ref("HEAD")
        self.finish(git, tags, top, head)

    def update(self):
        """Make the tree what its inputs ask for."""
        if not self.wrap.tree.exists():
            self.create()
            return
        if not self.git.dir.is_dir():
            die(f"{self.wrap.shown} is no git repository: an earlier version has made it, or "
                "something else. Remove it, or move it away if there are changes in it, and run "
                "again.")
        series = Series(self.git, self.wrap)
        self.check_links(series.own)
        state = self.read_state()
        if state.get("key") == series.key():
            self.restore_links(series.own)
            return
        self.refuse_unfinished()
        if self.git.call("config", "nodedev-compat.release")[1].decode().strip() \
                != self.wrap.release.sha256:
            die(f"{self.wrap.shown} was made of another release; remove it, or move it away if "
                "there are changes in it, and run again.")
        tags = series.base()
        try:
            top = series.hooks(tags["base"])
        except GitError as err:
            self.rebase_hooks(series, tags, state, err)
            return
        self.move(tags, top, series)
        self.restore_links(series.own)
        self.write_state(series)

    def rebase_hooks(self, series, tags, state, err):
        """The patches do not apply, for the base has changed below them: git rebases
        the commits that they were."""
        if state.get("patches") != series.patches_key() \
                or self.git.ref("refs/tags/base") == tags["base"]:
            die(str(err))
        if not self.git.contains("HEAD", tags["base"]):
            say(str(err))
            self.rebase(tags["base"], "refs/tags/base")
        self.finish(self.git, tags, self.git.ref("HEAD"))
        die("patches/ is of an older base; run scripts/refresh-patches")

    def discard(self):
        """Make the tree again of its inputs; what was changed stays in a branch."""
        command = self.git.unfinished()
        if command:
            self.git("stash" if command == "merge" else command, "--abort")
        self.git("add", "-A")
        kept = self.git.commit(self.git("write-tree"), self.git.ref("HEAD"),
                               "what was in the tree\n")
        self.git("update-ref", "refs/heads/discarded", kept)
        series = Series(self.git, self.wrap)
        tags = series.base()
        try:
            top = series.hooks(tags["base"])
        except GitError as err:
            die(str(err))
        self.git("read-tree", "--reset", "-u", top)
        self.git("symbolic-ref", "HEAD", f"refs/heads/{BRANCH}")
        self.finish(self.git, tags, top)
        self.write_state(series)
        say(f"what was in {self.wrap.shown} is in the branch 'discarded' there")
