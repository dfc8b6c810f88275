# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: nodedev-create makes the device that nodedev-find-compat offers, and it fits (F3)

device src small publish=f3 software_version=1.2.0 dynamic=aggregator
src "echo 4 >/sys/bus/mdev/devices/$DEVICE/aggregator"
load dst publish=f3 software_version=1.3.0 dynamic=aggregator
src virsh -q nodedev-dumpxml "$(node_of "$DEVICE")" | put dst /tmp/source.xml
start_guest
set_register src 0xc0ffee23

dst virsh -q nodedev-find-compat --xml /tmp/source.xml >"$TESTBED_DIR/found.xml"
xmllint --xpath '(//device)[1]' "$TESTBED_DIR/found.xml" | put dst /tmp/new.xml
dst virsh -q nodedev-create /tmp/new.xml
uuid=$(dst ls /sys/bus/mdev/devices)

migrate_as "$uuid"
expect_migrated
expect_register dst 0xc0ffee23 "$uuid"
