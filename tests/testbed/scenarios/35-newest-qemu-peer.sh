# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a virtual function migrates to the newest QEMU and kernel, and back, as it fits (F1)
# hosts: here newest-qemu

# shellcheck source=tests/testbed/peer.sh
. "$TESTBED_HERE/peer.sh"
vf src publish=f1 software_version=1.2.0
vf dst publish=f1 software_version=1.1.0
start_guest "$VF"
set_register src 0xc0ffee35 "$VF"
migrate
expect_refused version-minor-too-old 1.2.0 1.1.0
expect_untouched
vf dst publish=f1 software_version=1.3.0
migrate
expect_migrated
expect_register dst 0xc0ffee35 "$VF"
vf src publish=f1 software_version=1.2.0
back
expect_refused version-minor-too-old 1.3.0 1.2.0
expect_clean src
expect_running dst
vf src publish=f1 software_version=1.3.0
back
expect_status 0
expect_running src
expect_register src 0xc0ffee35 "$VF"
