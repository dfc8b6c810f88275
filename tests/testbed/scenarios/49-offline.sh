# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: offline migration moves no state of devices and is not checked (F1)

device src small publish=f1 software_version=1.2.0
device dst large publish=f1 software_version=1.1.0
guest_xml "$DEVICE" | put src /tmp/guest.xml
src virsh -q define /tmp/guest.xml
attempt src virsh -q migrate --offline --persistent --undefinesource "$GUEST" "$DST_URI"
expect_status 0
expect_clean src
expect_persistent dst yes
dst virsh -q undefine "$GUEST"
