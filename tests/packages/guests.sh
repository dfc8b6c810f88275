# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libvirt-nodedev-compat authors
# title: Debian's libvirt is upgraded to this one and back while a guest runs
# limit: 3000
#
# Played by tests/packages/guests on two hosts with systemd, AppArmor and Debian's
# libvirt, with the functions of tests/testbed/lib.sh.

told() { printf '   %s\n' "$*"; }

# packages HOST STEP: a step of tests/packages/inside there
packages() {
    attempt "$1" "bash /build/inside $2"
    printf '\n%s: %s\n%s\n' "$1" "$2" "$said" >>"$TESTBED_DIR/apt"
    grep -E '^(ok|FAIL)' <<<"$said" | sed "s/^/   $1: /" || true
    [[ $status = 0 ]] || fail "the step $2 on $1" "$(tail -n 40 <<<"$said")"
}

qemu_on() { "$1" pgrep -f "^/usr/bin/qemu-system.*guest=$GUEST" | tr -d '[:space:]'; }

# expect_as_before HOST PID: of the guest's QEMU, which AppArmor confines
expect_as_before() {
    [[ $(qemu_on "$1") = "$2" ]] || fail "the same QEMU, process $2, on $1" "$(qemu_on "$1")"
    expect_running "$1"
    "$1" "grep -q '^libvirt-.*(enforce)' /proc/$2/attr/current" ||
        fail "a QEMU that is confined" "$("$1" "cat /proc/$2/attr/current")"
    told "$1: the guest runs on, in process $2, confined by AppArmor"
}

shows_compat() {
    [[ $("$1" virsh -q nodedev-dumpxml "$(node_of "$DEVICE")") = *"<capability type='compat'>"* ]]
}

both "grep -q '^libvirtd (enforce)' /proc/\$(pgrep -x libvirtd)/attr/current" ||
    fail 'AppArmor confines libvirtd' 'it does not'
packages src guests_before
packages dst guests_before

device both small publish=f1 software_version=1.2.0
start_guest
process=$(qemu_on src)
! shows_compat src || fail 'stock libvirt' 'one with the check'

told 'upgrade'
packages src guests_upgrade
expect_as_before src "$process"
shows_compat src || fail 'node device XML with compatibility data' 'none'
packages dst guests_upgrade

device dst small publish=f1 software_version=1.1.0
migrate
expect_refused "$(node_of "$DEVICE")" version-minor-too-old 1.2.0 1.1.0
expect_untouched
expect_as_before src "$process"
told "refused: $(grep -m 1 '^error' <<<"$said")"

device dst small publish=f1 software_version=1.2.0
migrate
expect_migrated
process=$(qemu_on dst)
expect_as_before dst "$process"

told 'downgrade'
packages dst guests_downgrade
expect_as_before dst "$process"
! shows_compat dst || fail 'stock libvirt' 'one with the check'
packages src guests_downgrade

denied=$(both "dmesg | grep -o 'apparmor=\"DENIED\".*' || true")
[[ -z $denied ]] || fail 'nothing that AppArmor has denied' "$denied"

# Stock libvirt can still do everything with that guest.
dst virsh -q migrate --live "$GUEST" qemu+tcp://src/system
expect_running src
expect_clean dst
src virsh -q destroy "$GUEST"
both module_unload
packages src guests_after
packages dst guests_after
