# nodedevcompattest.py: running programs, and saying what came of it
#
# What all tests that are scripts use. A case is a line, "ok: CASE" or "FAIL: CASE:
# what was expected and what came"; finish() counts them.
#
# Copyright (C) 2026 The libvirt-nodedev-compat authors
# SPDX-License-Identifier: LGPL-2.1-or-later

import glob
import json
import os
import re
import socket
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
builddir = os.getenv("abs_top_builddir", os.path.join(os.getcwd(), ".."))
srcdir = os.getenv("abs_top_srcdir", os.path.join(here, "..", "..", ".."))

# NODEDEV_COMPAT_TOOL names another virt-nodedev-compat to try, and NODEDEV_COMPAT_ANSWERS
# a file that gets what it answers, for another one to be compared with it.
TOOL = os.getenv("NODEDEV_COMPAT_TOOL") or \
    os.path.join(builddir, "tools", "nodedev-compat", "virt-nodedev-compat")
ANSWERS = os.getenv("NODEDEV_COMPAT_ANSWERS")
VIRSH = os.path.join(builddir, "tools", "virsh")
URI = "test:///default"

# The exit status of a test that is skipped
SKIPPED = 77

done = 0
failures = []
skipped = 0
_scratch = None


def command(*args, stdin="", **options):
    """Run a program; @stdin is its input"""
    options = {"stderr": subprocess.PIPE, "universal_newlines": True, **options}
    return subprocess.run(args, input=stdin, stdout=subprocess.PIPE, **options)


def run(*args, COLUMNS="", **options):
    """@COLUMNS stands for the width of a terminal."""
    options.setdefault("env", dict(os.environ, COLUMNS=COLUMNS))
    result = command(TOOL, *args, **options)
    if ANSWERS:
        keep_answer(result)
    return result


def keep_answer(result):
    """In a line; what differs from run to run is the name of the scratch directory and of
    temporary files, and from machine to machine that of the host"""
    answer = [result.args[1:], result.returncode, result.stdout, result.stderr]
    line = json.dumps(answer, default=repr).replace(os.getcwd(), "SCRATCH")
    line = re.sub(r"\.[A-Z0-9]{6}(?=\\u201d)", ".TEMPORARY", line)
    with open(ANSWERS, "a", encoding="utf-8") as handle:
        handle.write(line.replace("host '%s'" % socket.gethostname(), "host 'HOST'") + "\n")


def virsh(*args, stdin="", uri=URI, **env):
    """@env are variables of its environment."""
    return command(VIRSH, "-c", uri, *args, stdin=stdin, env=dict(os.environ, **env))


def report(case, wrong, detail=""):
    """One case: @wrong is what was expected and what came, a text or several of them,
    and empty if all is well; @detail is shown with it, as a text or a run"""
    global done
    done += 1
    wrong = [wrong] if isinstance(wrong, str) else list(wrong or ())
    wrong = [text for text in wrong if text]
    if not wrong:
        print("ok: " + case, flush=True)
        return
    failures.append(case)
    if hasattr(detail, "returncode"):
        detail = "\n".join("%s: %s" % (name, getattr(detail, name))
                           for name in ("stdout", "stderr") if getattr(detail, name) is not None)
    print("FAIL: %s: %s" % (case, "; ".join(wrong)))
    for line in str(detail).splitlines():
        print("  " + line)
    sys.stdout.flush()


def expect(case, truth, got=""):
    """One case: @truth must hold; @got is what came instead"""
    if truth or hasattr(got, "returncode"):
        report(case, "" if truth else "it is not so", got)
    else:
        report(case, "it is not so, got '%s'" % (got,))


def equal(case, expected, got):
    """One case: two values are the same"""
    report(case, "" if expected == got else "expected '%s', got '%s'" % (expected, got))


def check(case, result, status, out=(), err=(), absent=(), partial=False):
    """One case, a run: its exit status, texts that stdout and stderr must have, and
    texts that neither may have, of which one is what stands for a string that is not
    there. There must be no error where none is expected, but with the exit status 1; and
    beside an error nothing in stdout, unless @partial."""
    wrong = []
    stdout, stderr = result.stdout, result.stderr or ""
    if result.returncode != status:
        wrong.append("expected exit status %d, got %d" % (status, result.returncode))
    for name, text, parts in (("stdout", stdout, out), ("stderr", stderr, err)):
        wrong += ["expected '%s' in %s" % (part, name)
                  for part in ([parts] if isinstance(parts, str) else parts) if part not in text]
    wrong += ["expected no '%s'" % text for text in (*absent, "<null>", "(null)")
              if text in stdout or text in stderr]
    if not err and stderr and status != 1:
        wrong.append("expected nothing in stderr")
    if err and stdout.strip() and status == 1 and not partial:
        wrong.append("expected nothing in stdout beside an error")
    report(case, wrong, result)


def skip_case(case, why):
    """One case is not tried here"""
    global skipped
    skipped += 1
    print("skip: %s: %s" % (case, why), flush=True)


def skip(why):
    """Nothing can be tried here. Does not return."""
    print("SKIP: " + why, flush=True)
    _remove_scratch()
    sys.exit(SKIPPED)


def finish():
    """Count the cases. Does not return."""
    _remove_scratch()
    print("%d cases, %d failed%s" % (done, len(failures),
                                     ", %d skipped" % skipped if skipped else ""))
    for case in failures:
        print("  " + case)
    # a test that has tried nothing has shown nothing
    sys.exit(0 if done and not failures else 1)


def scratch():
    """Make a directory, which goes away in the end, and enter it"""
    global _scratch
    # many small files, better not on a busy disk
    _scratch = tempfile.TemporaryDirectory(
        prefix="nodedev-compat-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    os.chdir(_scratch.name)
    return _scratch.name


def _remove_scratch():
    if _scratch:
        os.chdir("/")
        _scratch.cleanup()


def written(program):
    """What pages have readers type: (page, the words behind the name of the program). Of
    a line of a shell, up to what is not its own"""
    for path in sorted(glob.glob(os.path.join(srcdir, "docs", "nodedev-compat*.rst"))):
        with open(path, encoding="utf-8") as page:
            text = page.read()
        lines = re.findall(r"^ +\w*[$#] (?:.*[($] ?)?%s (.*)$" % program, text, re.M)
        # in a sentence, possibly in two lines
        lines += [" ".join(line.split()) for line in
                  re.findall(r"``%s\s([^`]*)``" % program, text)]
        for line in lines:
            yield os.path.basename(path), re.split(r" [>|;]|\)", line)[0].split()


def read(*path):
    """A file of the sources"""
    with open(os.path.join(srcdir, *path), encoding="utf-8") as source:
        return source.read()
