# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# title: an attribute whose readers hang in the kernel holds up nothing but its own look (F1)

blocks='firmware=block'
node=$(node_of "$DEVICE")

# expect_only_itself HOST: the device says what it can, and the others are not concerned.
expect_only_itself() {
    "$1" virsh_begin nodedev-dumpxml "$node"
    "$1" faults_wait
    expect_answers "$1"
    "$1" "timeout 10 virsh -q 'nodedev-list; nodedev-dumpxml $PARENT_NODE; nodedev-list --tree'" \
        >/dev/null || fail "answers about other devices of $1" "none"
    attempt "$1" virsh_end
    expect_status 0 "<unusable name='firmware' reason='timeout'/>" '<softwareVersion>1.2.0<'
}

device both small publish=f1 software_version=1.2.0 attrs=firmware=a7
start_guest
both faults "$blocks"
expect_only_itself dst
dst libvirtd_restart            # what a daemon enumerates, it does not read
dst "timeout 10 virsh -q nodedev-list --cap mdev | grep -x $node" >/dev/null ||
    fail "$node in the list of a daemon that has just started" "the above"
expect_only_itself dst

dst policy 'migration = "enforcing"'
src migrate_begin --live "$GUEST" "$DST_URI"
expect_answers
attempt src migrate_end
expect_refused "$node" firmware
expect_clean dst
expect_running src

dst policy
src faults
dst faults "$blocks"
src faults '.pre-copy=block'
src migrate_begin --live "$GUEST" "$DST_URI"
src faults_wait
src faults
expect_answers
attempt src migrate_end
expect_migrated
expect_downtime 2000
dst faults
