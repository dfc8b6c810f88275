# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: virsh migrate shows a table for each device, peer-to-peer, too (F1)

device src small publish=f1 software_version=1.2.0 attrs=firmware=a7
device dst large publish=f1 software_version=1.1.0 attrs=firmware=b1
add_device src small "$DEVICE2"
add_device dst small "$DEVICE2"
start_guest "$DEVICE" "$DEVICE2"
for way in '' --p2p; do
    migrate ${way:+"$way"}
    expect_refused 'cannot be migrated: '
    expect_said "A guest that uses '$(node_of "$DEVICE")' cannot continue on '$(node_of "$DEVICE")'" \
        "A guest that uses '$(node_of "$DEVICE2")' cannot continue on '$(node_of "$DEVICE2")'" \
        "type-mismatch           type" "attr-mismatch           firmware" \
        "version-minor-too-old   software_version"
    expect_untouched
done
