# Copyright (C) 2026 The libvirt-nodedev-compat authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ask virt-nodedev-compat, and take nothing but a yes for a yes.

A tool that is not there, hangs, crashes, prints half a document, one of another version, or
one that does not agree with its exit status: all of that is no answer, and a guest stays.
"""

import json
import os
import subprocess
import time

TOOL = os.environ.get("VIRT_NODEDEV_COMPAT", "virt-nodedev-compat")
TIMEOUT = float(os.environ.get("VIRT_NODEDEV_COMPAT_TIMEOUT", "20"))
MAX_AGE = float(os.environ.get("VIRT_NODEDEV_COMPAT_MAX_AGE", "86400"))     # seconds
SKEW = 300.0            # by how much clocks of hosts may differ
VERDICTS = {"x": "incompatible", "-": "there is no such device", "?": "it is not on the source"}
STATUS = {"pass": 0, "warning": 0, "fail": 2, "unknown": 3}


class NoAnswer(Exception):
    """It is not known; the text says why"""


def ask(kind, *args):
    """The document of that kind that the tool prints"""
    try:
        done = subprocess.run([TOOL, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=TIMEOUT, check=False)
        document = json.loads(done.stdout) if done.stdout.strip() else None
    except subprocess.TimeoutExpired:
        raise NoAnswer("%s did not answer in %g seconds" % (TOOL, TIMEOUT)) from None
    except (OSError, ValueError) as error:
        raise NoAnswer("%s: %s" % (TOOL, error)) from error
    if not isinstance(document, dict):
        raise NoAnswer(done.stderr.decode(errors="replace").strip() or "%s printed nothing" % TOOL)
    if (document.get("version"), document.get("kind")) != (1, kind):
        raise NoAnswer("%s printed another document than was asked for" % TOOL)
    category = document.get("category")
    # without one, 3 is that not all is known, which the document has
    if done.returncode not in ((STATUS.get(category),) if category else (0, 3)):
        raise NoAnswer("%s printed '%s' and ended with %d" % (TOOL, category or kind,
                                                              done.returncode))
    return document


def check_age(*paths):
    """What a host was long ago is not what it is; and of a file of the future it is not known"""
    for path in paths:
        try:
            age = time.time() - os.stat(path).st_mtime
        except OSError as error:
            raise NoAnswer(str(error)) from error
        if not -SKEW <= age <= MAX_AGE:
            raise NoAnswer("%s is of %d hours ago" % (path, age / 3600))


def compare(source, target, *options):
    """(whether a guest on the device in the file @source can continue on that in @target,
    reasons)"""
    try:
        check_age(source, target)
        report = ask("report", "compare", "--json", *options, source, target)
        return (report["verdict"] in ("identical", "superset") and
                STATUS.get(report["category"]) == 0,
                [reason["message"] for reason in report["reasons"]])
    except NoAnswer as error:
        return False, [str(error)]
    except (KeyError, TypeError):
        return False, ["%s printed an incomplete document" % TOOL]


def move(source, target, types=(), *options):
    """(whether guests on the devices of one host can continue on those of another one,
    reasons); both are files of hosts. Without @types, all devices count, also those that the
    host itself uses; what could not be read can be of any type."""
    try:
        check_age(source, target)
        matrix = ask("matrix", "matrix", "--json", *options, source, target)
        paths = [host["path"] for host in matrix["hosts"]]
        here, there = paths.index(source), paths.index(target)
        verdicts = [(row["type"] or "unread devices", row["verdicts"][there])
                    for row in matrix["matrix"] if row["source"] == here and
                    (not types or row["type"] in (*types, None))]
        verdicts += [(name, "?") for name in types if name not in dict(verdicts)]
        bad = ["%s: %s" % (name, VERDICTS.get(letter, "unknown"))
               for name, letter in verdicts if letter not in ("i", "s")]
        return bool(verdicts) and not bad, bad if verdicts else ["there are no devices"]
    except NoAnswer as error:
        return False, [str(error)]
    except (KeyError, TypeError, IndexError, ValueError):
        return False, ["%s printed an incomplete document" % TOOL]
