# Copyright (C) 2026 The libvirt-nodedev-compat authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What Nova could ask where it compares the names of types of mediated devices only.

LibvirtDriver.check_source_migrate_data_at_dest() of Nova gets source_mdev_types, a type for
each mediated device of the guest, and accepts one that the destination has as well. With
the XML of each device in the place of its type, which is what virsh nodedev-dumpxml prints,
the destination can ask libvirt:

    for uuid, xml in migrate_data.source_mdev_xml.items():
        targets[uuid] = find_target(self._host.get_connection(), xml, self._get_free_mdevs())
"""

try:
    from nova.exception import MigrationPreCheckError
except ImportError:                             # outside of Nova
    class MigrationPreCheckError(Exception):
        def __init__(self, reason):
            super().__init__("Migration pre-check error: %s" % reason)

IDENTICAL, SUPERSET = 1, 2      # VIR_NODE_DEVICE_COMPARE_COMPAT_*; 3, unknown, is no yes


def find_target(conn, source_xml, names):
    """The first of the node devices @names on which the guest can continue; those on which
    that is not known are none"""
    reasons = []
    for name in names:
        try:
            result = conn.nodeDeviceLookupByName(name).compareCompat(source_xml, 0)
        except AttributeError:
            raise MigrationPreCheckError(reason="libvirt cannot compare devices") from None
        except Exception as error:              # libvirtError: this one is none, another may be
            reasons.append("%s: %s" % (name, error))
            continue
        if result in (IDENTICAL, SUPERSET):
            return name
        reasons.append("%s: %s" % (name, "unknown" if result == 3 else "incompatible"))
    raise MigrationPreCheckError(reason="no device that the guest can continue on: %s" %
                                 ("; ".join(reasons) or "there is none"))
