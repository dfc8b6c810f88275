# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: who may migrate and restore, but not see node devices, is refused alike (F1)

USER_VIRSH='as_user virsh -q -c qemu:///system'

device src small publish=f1 software_version=1.2.0
device dst small publish=f1 software_version=1.1.0
start_guest
src guarded
attempt src "$USER_VIRSH nodedev-dumpxml $(node_of "$DEVICE")"
expect_status 1 'access denied'

attempt src "$USER_VIRSH migrate --live $GUEST $DST_URI"
expect_refused version-minor-too-old 1.2.0 1.1.0
expect_untouched

src "$USER_VIRSH save $GUEST /tmp/guest.save"
device src small publish=f1 software_version=1.1.0
attempt src "$USER_VIRSH restore /tmp/guest.save"
expect_status 1 'cannot be restored: ' version-minor-too-old 1.2.0 1.1.0
expect_clean src
