# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a virtual function migrates to the newest stock libvirt and back (F1)
# hosts: here newest

# shellcheck source=tests/testbed/peer.sh
. "$TESTBED_HERE/peer.sh"
vf src publish=f1 software_version=1.2.0
vf dst publish=f1 software_version=1.2.0
start_guest "$VF"
set_register src 0xc0ffee27 "$VF"
migrate
expect_migrated
expect_register dst 0xc0ffee27 "$VF"

src policy 'migration = "enforcing"'
back
expect_refused device-not-described "$(node_of "$VF")"
expect_running dst
src policy
back
expect_status 0
expect_running src
expect_register src 0xc0ffee27 "$VF"
