# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a device that the destination lacks is a reason beside the others (F1)

device src small publish=f1 software_version=1.2.0
device dst small publish=f1 software_version=1.1.0
add_device src small "$DEVICE2"
start_guest "$DEVICE" "$DEVICE2"
migrate
expect_refused version-minor-too-old device-missing "$DEVICE2"
expect_untouched
