# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: the check works with the newest QEMU, out of which 11.3 cannot migrate (F1)
# hosts: here newest-qemu

# shellcheck source=tests/testbed/peer.sh
. "$TESTBED_HERE/peer.sh"
device src small publish=f1 software_version=1.2.0
device dst small publish=f1 software_version=1.1.0
start_guest
migrate
expect_refused version-minor-too-old 1.2.0 1.1.0
expect_untouched

device dst small publish=f1 software_version=1.3.0
set_register src 0xc0ffee29
migrate
expect_migrated
expect_register dst 0xc0ffee29

# A parameter that libvirt names is gone there; with the check or without it.
device src small publish=f1 software_version=1.2.0
back
expect_refused version-minor-too-old 1.3.0 1.2.0
device src small publish=f1 software_version=1.3.0
back
expect_status 1 "Parameter 'detach' is unexpected"
expect_clean src
expect_running dst
expect_register dst 0xc0ffee29
