# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: virsh of the newest libvirt works with ours, and ours with that (F1)
# hosts: here newest

SRC_URI=qemu+tcp://src/system
node=$(node_of "$DEVICE")
theirs() { attempt dst virsh -c "$SRC_URI" "$@"; }
ours() { attempt src virsh -c "$DST_URI" "$@"; }

device both small publish=f1 software_version=1.2.0
theirs nodedev-dumpxml "$node"
expect_status 0 "<capability type='compat'" '<softwareVersion>1.2.0'
theirs nodedev-list --cap mdev
expect_status 0 "$node"
theirs nodedev-compare "$node" /dev/null
expect_status 1 "unknown command: 'nodedev-compare'"

src virsh -q nodedev-dumpxml "$node" | put src /tmp/node.xml
ours nodedev-compare "$node" /tmp/node.xml
expect_status 1 'does not support comparing node devices for migration compatibility'
ours nodedev-find-compat /tmp/node.xml
expect_status 1 'this function is not supported'
ours nodedev-compat-baseline /tmp/node.xml
expect_status 1 'this function is not supported'
ours nodedev-dumpxml "$node"
expect_status 0 "<type id='compat_sample-small'"

# A refusal is an error like others to it.
guest_xml "$DEVICE" | put dst /tmp/guest.xml
theirs create /tmp/guest.xml
expect_status 0
expect_running src
theirs save "$GUEST" /tmp/guest.save
expect_status 0
device src small publish=f1 software_version=1.1.0
theirs restore /tmp/guest.save
expect_status 1 'cannot be restored: ' version-minor-too-old 1.2.0 1.1.0
expect_clean src
device src small publish=f1 software_version=1.2.0
theirs restore /tmp/guest.save
expect_status 0
expect_running src

# A migration that is told by it: both ways.
attempt dst virsh -q -c "$SRC_URI" migrate --live "$GUEST" "$DST_URI"
expect_migrated
attempt dst virsh -q migrate --live "$GUEST" "$SRC_URI"
expect_status 0
expect_running src
expect_clean dst
