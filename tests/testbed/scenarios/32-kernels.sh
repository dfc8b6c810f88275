# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: a device is described alike by the kernels 6.12 and newest, between which it migrates (F1)
# hosts: here newest-kernel

# shellcheck source=tests/testbed/peer.sh
. "$TESTBED_HERE/peer.sh"
both "$(printf '%q ' module_load publish=f1 software_version=1.2.0) && function_bind $VF &&
    device_create small $DEVICE"
for node in "$(node_of "$DEVICE")" "$PARENT_NODE" "$(node_of "$VF")" "$(node_of 0000:00:08.0)"; do
    src virsh -q nodedev-dumpxml "$node" >"$TESTBED_DIR/of-src"
    dst virsh -q nodedev-dumpxml "$node" >"$TESTBED_DIR/of-dst"
    diff -u "$TESTBED_DIR/of-src" "$TESTBED_DIR/of-dst" || fail "$node alike" 'the above'
done
start_guest
set_register src 0xc0ffee32
migrate
expect_migrated
back
expect_back 0xc0ffee32
