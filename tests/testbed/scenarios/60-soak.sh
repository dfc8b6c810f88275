# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: refusals and migrations in a row leave memory and descriptors flat (F3)
# limit: 700
# A round is 8 refusals and a migration there and back: 200 and 50 of them in all.

rounds=${TESTBED_ROUNDS:-25}
attribute=/sys/bus/mdev/devices/$DEVICE/aggregator

device both small publish=f3 software_version=1.2.0 dynamic=aggregator attrs=aggregator=2
start_guest
for ((round = 1; round <= rounds; round++)); do
    dst "echo 4 >$attribute"
    attempt src migrate_repeatedly 8 --live "$GUEST" "$DST_URI"
    expect_times 8 '^ error .*needs-provisioning'
    dst "echo 2 >$attribute"
    attempt src virsh -q migrate --live "$GUEST" "$DST_URI"
    expect_status 0
    attempt dst virsh -q migrate --live "$GUEST" "${DST_URI/dst/src}"
    expect_status 0
    both libvirtd_usage >>usage
done
expect_clean dst
expect_running src
expect_flat usage
