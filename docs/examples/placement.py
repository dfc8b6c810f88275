#!/usr/bin/env python3
# Copyright (C) 2026 The libvirt-nodedev-compat authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""To which of several hosts do a running guest's devices let it move?

  placement.py SOURCE-URI DOMAIN TARGET-URI...

A filter for a scheduler: prints the hosts that would accept the guest, those first that
know that its devices are compatible, and on standard error what is the matter with others.
Exit status: 0 there is one, 2 there is none, 1 error
"""

import sys
import xml.etree.ElementTree as ElementTree

import libvirt

# allow: by the host's policy; warn: with a warning in its log
RANK = {"allow": 0, "warn": 1}


def ask(uri, guest, devices):
    """What the host would do about the guest"""
    conn = libvirt.openReadOnly(uri)
    try:
        reports = ElementTree.fromstring(conn.compareHostdevCompat(guest, devices))
        # a guest without such devices has no report
        return reports.get("would", "not judge" if len(reports) else "allow")
    finally:
        conn.close()


def main(source, name, *targets):
    # what a migration sends, in which a network has not chosen a function yet
    dom = libvirt.open(source).lookupByName(name)
    guest, devices = dom.XMLDesc(libvirt.VIR_DOMAIN_XML_MIGRATABLE), dom.hostdevCompat()
    found = []
    for uri in targets:
        try:
            would = ask(uri, guest, devices)
        except libvirt.libvirtError as error:
            print("%s: %s" % (uri, error), file=sys.stderr)
            continue
        if would in RANK:
            found.append((RANK[would], uri))
        else:
            print("%s: would %s it" % (uri, would), file=sys.stderr)
    for _, uri in sorted(found, key=lambda one: one[0]):
        print(uri)
    return 0 if found else 2


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    libvirt.registerErrorHandler(lambda context, error: None, None)
    try:
        sys.exit(main(*sys.argv[1:]))
    except libvirt.libvirtError as error:
        sys.exit("error: %s" % error)
