# Copyright (C) 2026 The libvirt-nodedev-compat authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What virt-manager could ask when its dialog Migrate is opened, and the text for it.

virt-manager is connected to both hosts, and asks libvirt: the source to describe the devices
of the guest, and the destination what it would do. Where a libvirt has no such functions,
nothing is known, which is said; the guest can be moved all the same, as the host decides.
"""

import xml.etree.ElementTree as ElementTree

MIGRATABLE = 8      # VIR_DOMAIN_XML_MIGRATABLE: functions that a network chooses are not chosen

TEXTS = {       # what the destination would do -> may OK be pressed without a question, text
    "allow": (True, "The host devices of the guest can continue on the destination."),
    "warn": (False, "The destination would accept the guest, but its host devices may not "
                    "continue there."),
    "refuse": (False, "The destination would refuse the guest because of its host devices."),
    None: (True, "The guest has no host devices to compare."),
}
UNKNOWN = "Whether the host devices of the guest can continue on the destination is not known."


def explain(dom, destination):
    """(whether to go on without a question, what to show, reasons); @dom is a virDomain and
    @destination a virConnect"""
    try:
        answer = ElementTree.fromstring(destination.compareHostdevCompat(dom.XMLDesc(MIGRATABLE),
                                                                         dom.hostdevCompat()))
        if answer.tag != "nodeDeviceCompatReports":
            raise ValueError("<%s>" % answer.tag)
        quiet, text = TEXTS[answer.get("would")]
        reasons = [reason.findtext("message", "") for reason in answer.iter("reason")]
    except Exception as error:          # pylint: disable=broad-except
        # libvirtError, AttributeError of a libvirt without these functions, a new answer
        return False, UNKNOWN, [str(error)]
    good = all(report.get("verdict") in ("identical", "superset")
               for report in answer.iter("nodeDeviceCompatReport"))
    return (quiet, text, reasons) if good or not quiet else (False, UNKNOWN, reasons)
