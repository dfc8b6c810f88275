# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: state that the newest stock libvirt saved is restored by ours, and the other way (F1)
# hosts: here newest

device both small publish=f1 software_version=1.2.0
start_guest
set_register src 0x0000002c
src virsh -q save "$GUEST" /tmp/guest.save
expect_clean src
src file_offer /tmp/guest.save
dst file_fetch src /tmp/guest.save
dst virsh -q restore /tmp/guest.save
expect_running dst
expect_register dst 0x0000002c

set_register dst 0x0000002d
dst virsh -q save "$GUEST" /tmp/guest.save
dst file_offer /tmp/guest.save
src file_fetch dst /tmp/guest.save
src policy 'migration = "enforcing"'
src virsh -q restore /tmp/guest.save
expect_running src
expect_register src 0x0000002d
expect_log src 'without a check of its host devices'
