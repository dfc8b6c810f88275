# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: what changes with the parent or the driver is told by one update event

device dst small publish=f3 attrs=aggregator=1 dynamic=aggregator
parent=/sys/bus/pci/devices/0000:00:10.0
listen() { dst "virsh -q nodedev-event --event update --loop --timeout 60 >/tmp/told 2>&1 & sleep 2"; }
told() { dst "udevadm settle; sleep 1; grep -c '$(node_of "${1:-$DEVICE}")' /tmp/told || true"; }
listen
# There are events about what somebody has seen.
dst "virsh -q nodedev-dumpxml $(node_of "$DEVICE") >/dev/null"
dst "echo change >$parent/uevent"
[[ $(told) = 0 ]] || fail "no event without a change" "$(dst cat /tmp/told)"
dst "echo 4 >/sys/bus/mdev/devices/$DEVICE/aggregator; echo change >$parent/uevent"
[[ $(told) = 1 ]] || fail "one event for a change" "$(dst cat /tmp/told)"
dst "echo change >$parent/uevent"
[[ $(told) = 1 ]] || fail "no event for what was told" "$(dst cat /tmp/told)"
dst pkill virsh

# A function says more when the sample driver comes, and less when it goes.
load dst publish=f1 software_version=1.2.0
driver=/sys/bus/pci/drivers/compat_sample_vf
version="//capability[@type='compat']/softwareVersion"
listen
dst function_bind "$VF"
[[ $(told "$VF") = 1 ]] || fail "one event when the driver comes" "$(dst cat /tmp/told)"
expect_xpath dst "$(node_of "$VF")" "$version" 1.2.0
dst "echo $VF >$driver/unbind"
[[ $(told "$VF") = 2 ]] || fail "one event when the driver goes" "$(dst cat /tmp/told)"
expect_xpath dst "$(node_of "$VF")" "$version" ''
dst "echo $VF >$driver/bind"
[[ $(told "$VF") = 3 ]] || fail "one event when the driver comes again" "$(dst cat /tmp/told)"
dst pkill virsh
