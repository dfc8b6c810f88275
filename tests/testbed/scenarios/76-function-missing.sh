# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a function that the destination does not have is a reason beside others (F1)

device src small publish=f1 software_version=1.2.0
device dst small publish=f1 software_version=1.1.0
add_vf both "$VF"
start_guest "$DEVICE" "$VF"
migrate_as "$DEVICE" 0000:00:18.4
expect_refused device-missing pci_0000_00_18_4 version-minor-too-old "$(node_of "$DEVICE")"
expect_untouched
