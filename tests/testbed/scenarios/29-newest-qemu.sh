# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: with the newest QEMU and kernel on both hosts the check is what it is (F1)
# hosts: newest-qemu newest-qemu
# needs: stock
# limit: 300

# shellcheck source=tests/testbed/peer.sh
. "$TESTBED_HERE/peer.sh"
device src small publish=f1 software_version=1.2.0
device dst small publish=f1 software_version=1.1.0
start_guest
migrate
expect_refused version-minor-too-old 1.2.0 1.1.0
expect_untouched
device dst small publish=f1 software_version=1.2.0
set_register src 0xc0ffee29
for words in '' --p2p '--p2p --tunnelled'; do
    read -ra options <<<"$words"
    migrate "${options[@]}"
    expect_migrated
    expect_register dst 0xc0ffee29
    back "${options[@]}"
    expect_back 0xc0ffee29
done

src virsh -q save "$GUEST" /tmp/guest.save
device src small publish=f1 software_version=1.1.0
attempt src virsh -q restore /tmp/guest.save
expect_status 1 'cannot be restored: ' version-minor-too-old 1.2.0 1.1.0
device src small publish=f1 software_version=1.2.0

# QEMU wants another command for state in a file; stock 11.3 does not know it, either.
attempt src virsh -q restore /tmp/guest.save
expect_status 1 'fd: migration to a file is not supported'
src libvirtd_use stock
attempt src virsh -q restore /tmp/guest.save
expect_status 1 'fd: migration to a file is not supported'
expect_clean src
