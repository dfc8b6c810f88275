# nodedevcompatscript.py: what the script tests of virt-nodedev-compat share
#
# Copyright (C) 2026 The libvirt-nodedev-compat authors
# SPDX-License-Identifier: LGPL-2.1-or-later

import os
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
builddir = os.getenv("abs_top_builddir", os.path.join(os.getcwd(), ".."))
srcdir = os.getenv("abs_top_srcdir", os.path.join(here, "..", "..", ".."))

TOOL = os.path.join(builddir, "tools", "nodedev-compat", "virt-nodedev-compat")
UUID = "4b20d080-1b54-4048-85b3-a6a62d165c01"
MDEV = "sys/bus/mdev/devices/" + UUID
PARENT = "sys/devices/pci0000:00/0000:00:02.0"
DEVICE = PARENT + "/" + UUID
TYPE = PARENT + "/mdev_supported_types/t1"
FUNCTION = "sys/bus/pci/devices/0000:00:02.0"

failures = []

# many small files, better not on a busy disk
scratch = tempfile.TemporaryDirectory(prefix="virt-nodedev-compat-",
                                      dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
os.chdir(scratch.name)


def finish():
    os.chdir("/")
    scratch.cleanup()
    sys.exit(1 if failures else 0)


def command(*args, stdin="", **options):
    return subprocess.run(args, input=stdin, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, universal_newlines=True, **options)


def run(*args, COLUMNS="", **options):
    """@COLUMNS stands for the width of a terminal."""
    return command(TOOL, *args, env=dict(os.environ, COLUMNS=COLUMNS), **options)


def check(case, result, status, out=(), err=(), absent=(), partial=False):
    """One case: exit status, texts that stdout and stderr must have, and texts
    that neither may have. Where no error is expected there must be none, and where
    one is expected nothing else, unless @partial."""
    wrong = []
    if result.returncode != status:
        wrong.append("exit status %d expected, got %d" % (status, result.returncode))
    wrong += ["stdout lacks '%s'" % text for text in out if text not in result.stdout]
    wrong += ["stderr lacks '%s'" % text for text in err if text not in result.stderr]
    wrong += ["output has '%s'" % text for text in absent
              if text in result.stdout or text in result.stderr]
    if not err and result.stderr:
        wrong.append("stderr is not empty")
    if err and result.stdout and status == 1 and not partial:
        wrong.append("stdout is not empty although there is an error")
    expect(case, not wrong, "\n  ".join(wrong + ["stdout: " + result.stdout,
                                                 "stderr: " + result.stderr]))


def expect(case, truth, got=""):
    print("%s: %s" % ("ok" if truth else "FAIL", case))
    if not truth:
        failures.append(case)
        print("  %s" % (got,))


def write(path, content):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    if os.path.lexists(path):
        os.unlink(path)
    with open(path, "wb") as handle:
        handle.write(content if isinstance(content, bytes) else content.encode())


def link(path, target):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    if os.path.lexists(path):
        os.unlink(path)
    os.symlink(target, path)


def tree(root, **files):
    """A copied tree with one mediated device and what belongs to it; @files are
    more files of the device, __ standing for /. Returns the device."""
    for name, content in {"vendor": "0x8086", "device": "0x591d", "class": "0x030000",
                          "iommu_group/type": "DMA"}.items():
        write("%s/%s/%s" % (root, PARENT, name), content + "\n")
    write("%s/%s/device_api" % (root, TYPE), "vfio-pci\n")
    link("%s/%s/mdev_type" % (root, DEVICE), "../mdev_supported_types/t1")
    link("%s/%s" % (root, MDEV), "../../../devices/pci0000:00/0000:00:02.0/" + UUID)
    link("%s/%s" % (root, FUNCTION), "../../../devices/pci0000:00/0000:00:02.0")
    link("%s/%s/driver" % (root, PARENT), "../../../bus/pci/drivers/vendor")
    link("%s/sys/bus/pci/drivers/vendor/module" % root, "../../../../module/vendor")
    write("%s/sys/module/vendor/version" % root, "7.1\n")
    for name, content in files.items():
        write("%s/%s/%s" % (root, DEVICE, name.replace("__", "/")), content + "\n")
    return "%s/%s" % (root, MDEV)
