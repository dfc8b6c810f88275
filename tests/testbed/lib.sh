# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libvirt-nodedev-compat authors
#
# What a testbed scenario is written with. A scenario runs outside of the two
# hosts, src and dst, and sends commands in: `src virsh list`, or one string
# for the host's shell, `dst 'dmesg | tail'`. The first expectation that is not
# met ends it, saying what was expected and what came.
#
#   device src small publish=f1 software_version=1.2.0
#   device dst small publish=f1 software_version=1.1.0
#   start_guest
#   migrate
#   expect_refused version-minor-too-old 1.2.0 1.1.0
#   expect_untouched
#
# ./run reads this file, then the scenario. It sets TESTBED_FD (commands go out
# and statuses come back here; one at a time), TESTBED_DIR (scratch; output of
# the last command in out and err) and TESTBED_GUEST (this scenario's guest).

set -Eeuo pipefail
trap '_failed $?' ERR

# The first device of a scenario, the same on both hosts, and a second one; the
# PCI function they belong to.
# shellcheck disable=SC2034
DEVICE=83b8f4f2-509f-382f-3c1e-e6bfe0fa1001
# shellcheck disable=SC2034
DEVICE2=83b8f4f2-509f-382f-3c1e-e6bfe0fa1002
GUEST=$TESTBED_GUEST
# shellcheck disable=SC2034
PARENT_NODE=pci_0000_00_10_0
DST_URI=qemu+tcp://dst/system
# Output and status of the last attempt, migrate or compare.
said=
status=

# Names the line of the scenario, not the one in here that it led to.
_failed() {
    local i
    ((BASH_SUBSHELL == 0)) || exit "$1"
    for ((i = 1; i < ${#BASH_SOURCE[@]}; i++)); do
        [[ ${BASH_SOURCE[i]} != "${BASH_SOURCE[0]}" ]] || continue
        echo "line ${BASH_LINENO[i - 1]} of ${BASH_SOURCE[i]##*/} failed with status $1" >&2
        exit "$1"
    done
}

_on() {
    local host=$1 stdin=$2 command rc
    shift 2
    if (($# == 1)); then
        command=$1
    else
        printf -v command '%q ' "$@"
    fi
    printf '%s\0%s\0%s\0' "$host" "$stdin" "$command" >&"$TESTBED_FD"
    read -r rc <&"$TESTBED_FD"
    cat "$TESTBED_DIR/out"
    cat "$TESTBED_DIR/err" >&2
    return "$rc"
}

src() { _on src '' "$@"; }
dst() { _on dst '' "$@"; }
both() { _on both '' "$@"; }

# put HOST FILE: write standard input to a file inside a host.
put() {
    cat >"$TESTBED_DIR/stdin"
    _on "$1" "$TESTBED_DIR/stdin" "cat >$2"
}

fail() {
    printf 'expected: %s\ngot: %s\n' "$1" "$2" >&2
    exit 1
}

# node_of UUID: what libvirt calls the device.
node_of() { echo "mdev_${1//-/_}_0000_00_10_0"; }

# load HOST KEY=VALUE...: load the sample driver afresh, with parameters.
load() {
    local host=$1
    shift
    "$host" module_load "$@"
}

# device HOST TYPE KEY=VALUE...: load the driver and create $DEVICE. HOST may
# be "both".
device() {
    local host=$1 type=$2
    shift 2
    "$host" "$(printf '%q ' module_load "$@") && device_create $type $DEVICE"
}

# add_device HOST TYPE UUID: one more with the driver as it is.
add_device() { "$1" device_create "$2" "$3"; }

# guest_xml UUID...: a guest of 32 MiB that stays in its firmware. The override
# is for QEMU, which else wants a device that tracks its own dirty pages.
guest_xml() {
    local n=0 uuid devices='' overrides=''
    for uuid; do
        devices+="
    <hostdev mode='subsystem' type='mdev' model='vfio-pci'>
      <source><address uuid='$uuid'/></source>
      <alias name='ua-m$n'/>
    </hostdev>"
        overrides+="
    <qemu:device alias='ua-m$n'>
      <qemu:frontend>
        <qemu:property name='enable-migration' type='string' value='on'/>
      </qemu:frontend>
    </qemu:device>"
        n=$((n + 1))
    done
    cat <<X
<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>$GUEST</name>
  <memory unit='MiB'>32</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <controller type='usb' model='none'/>
    <memballoon model='none'/>$devices
  </devices>
  <qemu:override>$overrides
  </qemu:override>
</domain>
X
}

# start_guest [UUID...]: on the source, with $DEVICE if none is named.
start_guest() {
    (($#)) || set -- "$DEVICE"
    guest_xml "$@" | put src /tmp/guest.xml
    src virsh -q create /tmp/guest.xml
    expect_running src
}

# attempt COMMAND...: one that may fail; sets $status and $said.
attempt() {
    status=0
    said=$("$@" 2>&1) || status=$?
}

# migrate [VIRSH OPTION...]: live, to dst; sets $status and $said.
migrate() { attempt src virsh -q migrate --live "$@" "$GUEST" "$DST_URI"; }

# compare TARGET SOURCE [VIRSH OPTION...]: may what uses SOURCE's $DEVICE go on
# with TARGET's? Sets $status and $said.
compare() {
    local target=$1 source=$2
    shift 2
    "$source" virsh -q nodedev-dumpxml "$(node_of "$DEVICE")" >"$TESTBED_DIR/source.xml"
    put "$target" /tmp/source.xml <"$TESTBED_DIR/source.xml"
    attempt "$target" virsh nodedev-compare "$@" "$(node_of "$DEVICE")" /tmp/source.xml
}

# expect_status N [TEXT...]: of the last attempt.
expect_status() {
    local want=$1
    shift
    [[ $status = "$want" ]] || fail "status $want" "status $status: $said"
    expect_said "$@"
}

expect_said() {
    local text
    for text; do
        [[ $said = *"$text"* ]] || fail "a message with '$text'" "$said"
    done
}

expect_migrated() {
    [[ $status = 0 ]] || fail "a successful migration" "status $status: $said"
    expect_running dst
    expect_clean src
}

# expect_refused TEXT...: the migration failed and its one message has all texts.
expect_refused() {
    [[ $status != 0 ]] || fail "a refusal with '$*'" "a successful migration"
    [[ $said != *'load of migration failed'* ]] ||
        fail "a refusal with '$*' before the destination's QEMU starts" "$said"
    expect_said "$@"
}

# expect_failed [TEXT...]: later than by a refusal, or for another cause; the
# guest stays, and nothing of it is left on the destination.
expect_failed() {
    [[ $status != 0 ]] || fail "a failure${*:+ with '$*'}" "a successful migration"
    expect_said "$@"
    expect_clean dst
    expect_running src
}

expect_running() { "$1" guest_runs "$GUEST" || fail "a running guest on $1" "the above"; }

# expect_persistent HOST yes|no
expect_persistent() {
    local got
    got=$("$1" "virsh -q dominfo $GUEST | sed -n 's/^Persistent: *//p'")
    [[ $got = "$2" ]] || fail "persistent: $2 for the guest on $1" "$got"
}

# No guest, no QEMU and no user of a device there.
expect_clean() {
    local left
    left=$("$1" settled_leftovers)
    [[ -z $left ]] || fail "nothing left on $1" "$left"
}

expect_no_qemu_started() {
    local log
    log=$("$1" "cat \$LOG/qemu/$GUEST.log 2>/dev/null || true")
    [[ -z $log ]] || fail "no QEMU started on $1" "its log: $log"
}

# What must be so after a refusal: as if the migration had not been asked for.
expect_untouched() {
    expect_no_qemu_started dst
    expect_clean dst
    expect_running src
}

# expect_log HOST TEXT...: libvirt's log, of warnings and errors, since the
# scenario began.
expect_log() {
    local host=$1 text log
    shift
    log=$("$host" "cat \$LOG/libvirtd.log")
    for text; do
        [[ $log = *"$text"* ]] || fail "'$text' in the log of $host" "${log:-an empty log}"
    done
}

# expect_times COUNT REGEX: so many lines of the last attempt.
expect_times() {
    local got
    got=$(grep -cE "$2" <<<"$said" || true)
    [[ $got = "$1" ]] || fail "'$2' $1 times" "$got times in
$said"
}

# expect_flat FILE: of what libvirtd_usage said in a row, the last is not more
# than the second one, but for 1 MiB that the allocator may keep.
expect_flat() {
    local grown
    grown=$(awk '++n[$1] == 2 { memory[$1] = $2; files[$1] = $3 }
                 { last[$1] = $2 " KiB, " $3 " files"; more[$1] = $2 - memory[$1] > 1024 || $3 > files[$1] }
                 END { for (h in n) if (more[h])
                     print h ": " memory[h] " KiB, " files[h] " files; then " last[h] }' "$1")
    [[ -z $grown ]] || fail "flat memory and descriptors" "$grown"
}

# expect_audit HOST TEXT...: one record of libvirt's audit log has all texts.
expect_audit() {
    local host=$1 text log
    shift
    log=$("$host" "grep resrc=hostdev-compat \$LOG/audit.log || true")
    for text; do
        [[ $log = *"$text"* ]] || fail "'$text' in the audit log of $host" "${log:-no record}"
    done
}

# expect_xpath HOST NODE XPATH VALUE: the string value in a device's XML.
expect_xpath() {
    local got
    "$1" virsh -q nodedev-dumpxml "$2" >"$TESTBED_DIR/node.xml"
    got=$(xmllint --xpath "normalize-space($3)" "$TESTBED_DIR/node.xml")
    [[ $got = "$4" ]] || fail "$3 of $2 on $1 to be '$4'" "'$got' in
$(cat "$TESTBED_DIR/node.xml")"
}

# The first register of $DEVICE, which is part of the state that migrates.
set_register() { "$1" "echo $2 >$(_register)"; }
expect_register() {
    local got
    got=$("$1" "cat $(_register)")
    [[ $got = "$2" ]] || fail "register $2 on $1" "$got"
}
_register() { echo "/sys/bus/mdev/devices/$DEVICE/sample/scratch"; }
