# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Author: The libvirt-nodedev-compat authors
#
# What scenarios with a peer have in common: src runs the libvirt under test, dst a stock
# one of another version.
#
# shellcheck disable=SC2154

# back OPTION...: from dst to src
back() { attempt dst virsh -q migrate --live "$@" "$GUEST" qemu+tcp://src/system; }

# expect_back VALUE: it succeeds, with that in the register
expect_back() {
    [[ $status = 0 ]] || fail "a successful migration back" "status $status: $said"
    expect_running src
    expect_clean dst
    expect_register src "$1"
}

# there_and_back ERROR: what the check cannot know is found out late, as ever, which is
# that error; what fits migrates there and, by the policy, back.
there_and_back() {
    device src small publish=f1 software_version=1.2.0
    device dst small publish=f1 software_version=1.1.0
    start_guest
    attempt src virsh migrate-check "$GUEST" "$DST_URI"
    expect_status 3 device-not-compared
    migrate
    expect_failed "$1"

    device dst small publish=f1 software_version=1.2.0
    set_register src 0xc0ffee24
    migrate
    expect_migrated
    expect_register dst 0xc0ffee24

    src policy 'migration = "enforcing"'
    back
    expect_refused device-not-described "$(node_of "$DEVICE")"
    back --p2p
    expect_refused device-not-described "$(node_of "$DEVICE")"
    expect_running dst
    expect_clean src

    src policy
    set_register dst 0xc0ffee42
    back
    expect_back 0xc0ffee42
    expect_log src 'Continuing migration of domain' device-not-described
}
