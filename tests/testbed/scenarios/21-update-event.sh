# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: what changes with the parent or the driver is told by one update event

device dst small publish=f3 attrs=aggregator=1 dynamic=aggregator
parent=/sys/bus/pci/devices/0000:00:10.0
told() { dst "udevadm settle; sleep 1; grep -c '$(node_of "$DEVICE")' /tmp/told || true"; }
dst "virsh -q nodedev-event --event update --loop --timeout 60 >/tmp/told 2>&1 & sleep 2"
dst "echo change >$parent/uevent"
[[ $(told) = 0 ]] || fail "no event without a change" "$(dst cat /tmp/told)"
dst "echo 4 >/sys/bus/mdev/devices/$DEVICE/aggregator; echo change >$parent/uevent"
[[ $(told) = 1 ]] || fail "one event for a change" "$(dst cat /tmp/told)"
dst "echo change >$parent/uevent"
[[ $(told) = 1 ]] || fail "no event for what was told" "$(dst cat /tmp/told)"
dst pkill virsh
