# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libvirt-nodedev-compat authors
# title: the soak
# limit: 14400
#
# What scripts/soak prints. Played by ./run --story. TESTBED_REFUSED migrations are
# refused and TESTBED_GOOD succeed, one half each way, with modular daemons, whose memory,
# descriptors and threads have to stay as they are; then as many fail and succeed with the
# unpatched libvirt, if there is one.

REFUSED=${TESTBED_REFUSED:-1000}
GOOD=${TESTBED_GOOD:-200}
# refused in a row; in such a round two succeed
ROW=$((REFUSED * 2 / GOOD))
MDEV=/sys/bus/mdev/devices/$DEVICE
attribute=$MDEV/aggregator

# there_and_back: two migrations that succeed, and for how long the guest stood still
there_and_back() {
    local from=src to=dst
    for _ in 1 2; do
        attempt "$from" "phases_of virsh -q migrate --live $GUEST qemu+tcp://$to/system"
        expect_status 0
        "$to" "virsh -q domjobinfo --completed $GUEST | sed -n 's/^Total downtime: *\([0-9]*\).*/\1/p'" \
            >>"downtime.$build"
        read -r from to <<<"$to $from"
    done
}

phases_fetch() {
    both "cat /tmp/phases; rm /tmp/phases" >"phases.$build"
}

build=ours
both libvirtd_use modular
device both small publish=f3 software_version=1.2.0 dynamic=aggregator attrs=aggregator=2
start_guest
for ((round = 1; round <= GOOD / 2; round++)); do
    dst "echo 4 >$attribute"
    attempt src migrate_repeatedly "$ROW" --live "$GUEST" "$DST_URI"
    expect_times "$ROW" '^ error .*needs-provisioning'
    dst "echo 2 >$attribute"
    there_and_back
    both daemons_usage >>usage.$build
    ((round % 10)) || echo "$((round * ROW)) were refused, $((round * 2)) succeeded"
done
phases_fetch
expect_clean dst

if src '[[ -x /stock/usr/sbin/virtqemud ]]'; then
    build=stock
    src virsh -q destroy "$GUEST"
    both libvirtd_use stock modular
    start_guest
    for ((round = 1; round <= GOOD / 2; round++)); do
        # what it refuses where the other one finds a device that does not fit
        dst "echo 1 >$MDEV/remove"
        attempt src migrate_repeatedly "$ROW" --live "$GUEST" "$DST_URI"
        expect_times "$ROW" '^ *error'
        dst device_create small "$DEVICE"
        dst "echo 2 >$attribute"
        there_and_back
        both daemons_usage >>usage.$build
        ((round % 10)) ||
            echo "$((round * ROW)) failed, $((round * 2)) succeeded with the unpatched libvirt"
    done
    phases_fetch
fi
src virsh -q destroy "$GUEST"
python3 "$TESTBED_HERE/soak.py" "$ROW"
