# nodedevcompatexample.py: running docs/examples/integration, with tools that are of no use
#
# Copyright (C) 2026 The libvirt-nodedev-compat authors
# SPDX-License-Identifier: LGPL-2.1-or-later

import os

from nodedevcompattest import TOOL, check, command, here, report, run, scratch, srcdir
from nodedevcompattree import MDEV, tree, write

EXAMPLES = os.path.join(srcdir, "docs", "examples")
PLACE = os.path.join(EXAMPLES, "integration")
RULES = os.path.join(here, "..", "..", "..", "rules")
place = scratch()
os.environ.update(VIRT_NODEDEV_COMPAT=TOOL, PYTHONDONTWRITEBYTECODE="1")

# Tools that are of no use
BROKEN = {"crash": "kill -9 $$", "empty": "exit 0", "text": "echo yes",
          "half": "printf '{\"version\": 1'", "list": "echo '[]'",
          "future": "echo '{\"version\": 2, \"kind\": \"report\", "
          "\"verdict\": \"identical\", \"category\": \"pass\", \"reasons\": []}'",
          "lie": "echo '{\"version\": 1, \"kind\": \"report\", \"verdict\": \"identical\", "
          "\"category\": \"pass\", \"reasons\": []}'; exit 3",
          "other": "echo '{\"version\": 1, \"kind\": \"baseline\", \"verdict\": \"identical\", "
          "\"category\": \"pass\"}'", "incomplete": "echo '{\"version\": 1, \"kind\": \"report\", "
          "\"category\": \"pass\"}'",
          "no category": "echo '{\"version\": 1, \"kind\": \"report\", "
          "\"verdict\": \"identical\", \"reasons\": []}'; exit 3",
          "after all": "\"$(dirname \"$0\")/tool\" \"$@\"; exit 1",
          "nulls": "echo '{\"version\": 1, \"kind\": \"report\", \"verdict\": \"identical\", "
          "\"category\": \"pass\", \"reasons\": [null]}'", "hang": "exec sleep 600"}
for name, text in BROKEN.items():
    write(name, "#!/bin/sh\n%s\n" % text)
    os.chmod(name, 0o755)
os.symlink(TOOL, "tool")
TOOLS = {**{name: os.path.join(place, name) for name in BROKEN}, "missing": "/nowhere/tool"}


def example(*words, stdin="", **env):
    return command(os.path.join(PLACE, words[0]), *words[1:], stdin=stdin, cwd=env.pop("cwd", None),
                   env=dict(os.environ, **env))


def each_broken_tool(case, answer):
    """@answer gets the environment, and returns what is wrong"""
    for name, tool in TOOLS.items():
        limit = "1" if name == "hang" else "20"
        report("%s, tool: %s" % (case, name), answer(
            dict(VIRT_NODEDEV_COMPAT=tool, VIRT_NODEDEV_COMPAT_TIMEOUT=limit)))


def stays(case, *words, **env):
    """The example says no with each broken tool"""
    def answer(broken):
        done = example(*words, **{**env, **broken})
        return [] if done.returncode == 1 and done.stderr + done.stdout else [
            "expected a refusal, got %d: %s" % (done.returncode, done.stdout + done.stderr)]
    each_broken_tool(case, answer)


# hosts and devices: newer is a superset of here, older is none; each machine is a tree

VERSIONS = {"here": "1.2.0", "newer": "1.3.0", "older": "1.1.0", "same": "1.2.0"}
TYPE = "t1"
for name, version in VERSIONS.items():
    tree(name, migration__self__software_version=version)
    for option, suffix in (("--json", ".json"), ("--xml", ".xml")):
        result = run("dump", *(("--all",) if option == "--json" else ()), option, "--root", name,
                     "--output", "%s-host%s" % (name, suffix),
                     *(() if option == "--json" else ("/" + MDEV,)))
        check("dump %s of %s" % (option, name), result, 0)
