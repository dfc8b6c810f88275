# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: reverting to a snapshot of memory is refused before the guest is ended (F1)

device src small publish=f1 attrs=mode=a dynamic=mode
start_guest
src "virsh -q dumpxml --inactive $GUEST >/tmp/guest.xml; virsh -q define /tmp/guest.xml"
set_register src 0x0000002d
src virsh -q snapshot-create-as "$GUEST" one --memspec /tmp/guest.memory
set_register src 0x0000002e

set_attr src "$DEVICE" mode b
attempt src virsh -q snapshot-revert "$GUEST" one
expect_status 1 'cannot be restored: ' attr-mismatch mode
expect_running src
expect_register src 0x0000002e
expect_qemu_starts src 1

set_attr src "$DEVICE" mode a
src virsh -q snapshot-revert "$GUEST" one
expect_running src
expect_register src 0x0000002d
src "virsh -q snapshot-delete $GUEST one"
