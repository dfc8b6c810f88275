# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: to Debian 12's own libvirt migration is as it ever was, and back it is checked (F1)
# hosts: here debian12

# shellcheck source=tests/testbed/peer.sh
. "$TESTBED_HERE/peer.sh"
# An option that this libvirt uses for a guest without it is gone from QEMU.
# shellcheck disable=SC2034
FEATURES='<features><acpi/></features>'
there_and_back 'Sibling indicated error'
