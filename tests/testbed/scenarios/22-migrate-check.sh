# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: migrate-check tells by its exit status what the migration would say (F1)

check() { attempt src virsh migrate-check "$GUEST" "$DST_URI"; }

device both small publish=f1 software_version=1.2.0
start_guest
check
expect_status 0 "A guest that uses '$(node_of "$DEVICE")' can continue on '$(node_of "$DEVICE")'"

device dst small publish=f1 software_version=1.1.0
check
expect_status 2 'cannot continue on' version-minor-too-old 1.2.0 1.1.0

device dst small publish=none
check
expect_status 3 unknown missing-target software_version
expect_untouched
