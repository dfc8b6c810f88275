#!/usr/bin/env python3
# Copyright (C) 2026 The libvirt-nodedev-compat authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Would a host refuse a running guest, and for what reasons?

  foretell.py SOURCE-URI DOMAIN TARGET-URI [TARGET-XML]

Asks about a migration before it is begun. TARGET-XML is a file with the definition that the
guest would have there, if it gets other devices. Else it is the one that a migration sends,
which is not for those who may only read: in the one for them a function that a network has
chosen is taken for one that the guest always has. Exit status: 0 the host would accept the
guest, 2 it would refuse it, 1 error
"""

import sys
import xml.etree.ElementTree as ElementTree

import libvirt


def show(report):
    """A device, and what speaks against it"""
    source, target = ("-" if device is None else device.get("name", "-")
                      for device in (report.find("source"), report.find("target")))
    print("%s -> %s: %s, would %s" % (source, target, report.get("verdict"), report.get("would")))
    if report.get("deferred") == "yes":
        print("  to be compared again when the guest is prepared there")
    for reason in report.findall("reason"):
        print("  %s (%s): %s" % (reason.get("code"), reason.get("severity"),
                                 reason.findtext("message")))


def main(source, name, target, file=None):
    dom = (libvirt.openReadOnly if file else libvirt.open)(source).lookupByName(name)
    if file:
        with open(file, encoding="utf-8") as handle:
            guest = handle.read()
    else:
        guest = dom.XMLDesc(libvirt.VIR_DOMAIN_XML_MIGRATABLE)
    reports = ElementTree.fromstring(
        libvirt.openReadOnly(target).compareHostdevCompat(guest, dom.hostdevCompat()))
    for report in reports:
        show(report)
    # a guest without such devices has no report
    return 0 if reports.get("would", "" if len(reports) else "allow") in ("allow", "warn") else 2


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    libvirt.registerErrorHandler(lambda context, error: None, None)
    try:
        sys.exit(main(*sys.argv[1:]))
    except (libvirt.libvirtError, OSError) as error:
        sys.exit("error: %s" % error)
