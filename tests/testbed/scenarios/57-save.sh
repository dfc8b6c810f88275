# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: saved state is restored where the devices fit, and stays where not (F1)

device src small publish=f1 software_version=1.2.0
start_guest
set_register src 0x0000002a
src virsh -q save "$GUEST" /tmp/guest.save
expect_clean src

device src small publish=f1 software_version=1.1.0
attempt src virsh -q restore /tmp/guest.save
expect_status 1 'cannot be restored: ' version-minor-too-old 1.2.0 1.1.0 \
    "A guest that uses '$(node_of "$DEVICE")' cannot continue on '$(node_of "$DEVICE")'"
expect_clean src
expect_qemu_starts src 1

device src small publish=f1 software_version=1.3.0
src virsh -q restore /tmp/guest.save
expect_running src
expect_register src 0x0000002a
