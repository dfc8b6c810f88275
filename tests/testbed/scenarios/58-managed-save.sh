# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: managed save keeps a guest that is refused, until the policy lets it start (F1)

device src small publish=f1 software_version=1.2.0
start_guest
src "virsh -q dumpxml --inactive $GUEST >/tmp/guest.xml; virsh -q define /tmp/guest.xml"
set_register src 0x0000002b
src virsh -q managedsave "$GUEST"
src "virsh -q dumpxml $GUEST >/tmp/defined.xml"
expect_qemu_starts src 1

device src small publish=f1 software_version=1.1.0 stream_version=1.2.0
attempt src virsh -q start "$GUEST"
expect_status 1 'cannot be restored: ' version-minor-too-old \
    "A guest that uses '$(node_of "$DEVICE")' cannot continue on '$(node_of "$DEVICE")'"
expect_qemu_starts src 1
src "virsh -q list --managed-save --inactive --name | grep -x $GUEST; virsh -q dumpxml $GUEST | diff - /tmp/defined.xml"

src policy 'ignore = [ "version-minor-too-old" ]'
src virsh -q start "$GUEST"
expect_running src
expect_register src 0x0000002b
expect_log src 'Ignoring in the restore of domain'
