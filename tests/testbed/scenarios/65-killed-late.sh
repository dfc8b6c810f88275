# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a daemon killed once the guest has left leaves it running on the destination only (F1)

device both small publish=f1 software_version=1.2.0
start_guest
set_register src 0x00000031
dst hold_message call 306
src migrate_begin --live "$GUEST" "${DST_URI/dst/dst:17000}"
dst hold_wait
src libvirtd_crash
dst hold_release
attempt src migrate_end
expect_running dst
expect_register dst 0x00000031

# As libvirt has it: the source cannot know how it went, and keeps what it has, paused.
src "virsh -q domstate $GUEST | grep -x paused"
src virsh -q destroy "$GUEST"
expect_clean src
