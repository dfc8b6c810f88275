# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: one refusal names the reasons of all devices of the guest (F1)

device src small publish=f1 software_version=1.2.0
device dst large publish=f1 software_version=1.1.0
add_device src small "$DEVICE2"
add_device dst small "$DEVICE2"
start_guest "$DEVICE" "$DEVICE2"
migrate
expect_refused "$(node_of "$DEVICE")" "$(node_of "$DEVICE2")" type-mismatch version-minor-too-old
expect_untouched
